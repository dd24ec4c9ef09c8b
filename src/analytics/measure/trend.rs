//! How a cohort develops: trend with growth, life-cycle ratios, S-curve.

use crate::analytics::cohort::Cohort;
use crate::analytics::evidence::{Outcome, Timeline, Undefined, Value};
use crate::analytics::indicator::growth::{self, Span};
use crate::analytics::indicator::life_cycle::{self, Filings};
use crate::analytics::indicator::s_curve;

/// A year of a trend.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct TrendYear {
    /// The year.
    pub year: i16,
    /// Units, marked where the year is not complete.
    pub count: Value,
    /// Growth: year on year, or of 3-year sums where counts are small (the formula says which).
    pub growth: Value,
}

/// A trend.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Trend {
    /// The years, without gaps.
    pub years: Vec<TrendYear>,
    /// Compound annual growth over the complete years.
    pub compound: Value,
    /// Units without a date on this timeline.
    pub undated: Value,
}

/// Returns units by year with growth. Growth into an incomplete year is marked, and not part of the compound.
pub fn trend(cohort: &Cohort, timeline: Timeline) -> Trend {
    let years = cohort.by_year(timeline);
    let counts: Vec<f64> = years.years.iter().map(|year| year.units.len() as f64).collect();
    let growth = growth::series(&counts);
    let of = |(year, (span, growth)): (&crate::analytics::cohort::YearCount, (Span, Outcome))| {
        let id = if span == Span::Year { "growth-yoy" } else { "growth-3y" };
        let count = Ok(year.units.len() as f64);
        TrendYear {
            year: year.year,
            count: cohort.value("count", count, &year.units).incomplete_if(!year.complete),
            growth: cohort.value(id, growth, &year.units).incomplete_if(!year.complete),
        }
    };
    let complete: Vec<f64> = years.complete().into_iter().map(|(_, count)| count).collect();
    let in_complete: Vec<u32> =
        years.years.iter().filter(|year| year.complete).flat_map(|year| year.units.iter().copied()).collect();
    Trend {
        years: years.years.iter().zip(growth).map(of).collect(),
        compound: cohort.value("cagr", growth::compound(&complete).map(|(_, rate)| rate), &in_complete),
        undated: cohort.value("count", Ok(years.undated.len() as f64), &years.undated),
    }
}

/// The life-cycle ratios of a year.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct LifeCycle {
    /// The filing year.
    pub year: i16,
    /// v.
    pub growth: Value,
    /// alpha.
    pub maturity: Value,
    /// beta.
    pub ageing: Value,
    /// N.
    pub novelty: Value,
}

/// Returns the life-cycle ratios of Chinese filings by year, each document counted by its application's type.
///
/// # Errors
/// [`Undefined::NotComputable`] where the cohort has no types of right.
pub fn life_cycle(cohort: &Cohort) -> Outcome<Vec<LifeCycle>> {
    let (types, offices) = (cohort.labels("patent_type")?, cohort.labels("office")?);
    let chinese: Vec<u32> =
        (0..cohort.n_units()).filter(|unit| offices.names_of(*unit).any(|office| office == "CN")).collect();
    let years = cohort.by_year_of(&chinese, Timeline::Filing).years;
    let of_type = |units: &[u32], name: &str| {
        units.iter().filter(|unit| types.names_of(**unit).any(|of_type| of_type == name)).count() as u64
    };
    let filings: Vec<Filings> = years
        .iter()
        .map(|year| Filings {
            inventions: of_type(&year.units, "invention"),
            utility_models: of_type(&year.units, "utility_model"),
            designs: of_type(&year.units, "design"),
            inventions_of_5_years: 0,
        })
        .collect();
    let ratios = life_cycle::series(&filings);
    let suppressed =
        || Undefined::NotIdentifiable { why: "inventions of this year are not all published".to_owned() };
    let found = years.iter().zip(ratios).map(|(year, ratios)| {
        let value = |id: &str, ratio: Outcome| {
            let ratio = if year.complete { ratio } else { Err(suppressed()) };
            cohort.value(id, ratio, &year.units).incomplete_if(!year.complete)
        };
        LifeCycle {
            year: year.year,
            growth: value("lifecycle-v", ratios.growth),
            maturity: value("lifecycle-alpha", ratios.maturity),
            ageing: value("lifecycle-beta", ratios.ageing),
            novelty: value("lifecycle-n", ratios.novelty),
        }
    });
    Ok(found.collect())
}

/// Fits the S-curve to the units of complete years; the saturation as a value with its interval, and the curve.
pub fn s_curve(cohort: &Cohort, timeline: Timeline) -> (Value, Outcome<s_curve::Curve>) {
    let years = cohort.by_year(timeline);
    let counts: Vec<f64> = years.complete().into_iter().map(|(_, count)| count).collect();
    let units: Vec<u32> =
        years.years.iter().filter(|year| year.complete).flat_map(|year| year.units.iter().copied()).collect();
    let curve = s_curve::fit(&counts);
    let value = cohort.value("s-curve-k", curve.clone().map(|curve| curve.saturation), &units);
    let value = match &curve {
        Ok(curve) => value.between(curve.low, curve.high),
        Err(_) => value,
    };
    (value, curve)
}
