//! Which patents matter: an open score in the structure law, technology, economy (法律 / 技术 / 经济).
//!
//! GB/T 42748-2023 groups 27 third-level indicators so, with weights chosen by scene. Data in an index give some of them;
//! the rest need people or a user's files and are declared as missing, with the coverage of the 27. Which indicators there
//! are, their group and weight stand in `index-schema/value/weights.toml`, compiled in; the assignment to the groups
//! is ours. Scores compare patents of one cohort: each indicator is a percentile among units of one first-filing year
//! and class, so that old age is no merit.
//!
//! Percentiles are averaged as normal scores, `z = Φ⁻¹(p)` (van der Waerden 1952; Conover 1999, 5.10), and the mean is
//! taken back by `100 Φ(z)`. The mean of plain percentiles hides what stands out: a patent that is first in one
//! respect and middling in ten comes behind one that is slightly above the middle in all, although worth is
//! known to be very unevenly spread (Harhoff, Scherer and Vopel 2003).

use std::sync::LazyLock;

use serde::Deserialize;

use super::statistics::{normal_lower, normal_quantile};
use crate::analytics::evidence::{Outcome, Undefined};

const WEIGHTS: &str = include_str!("../../../index-schema/value/weights.toml");

/// The number of third-level indicators of GB/T 42748-2023.
pub const N_STANDARD: usize = 27;

/// Units that it takes for a percentile within year and class, and within the year.
pub const MIN_PEERS: usize = 10;

/// How far into the tails a percentile counts: beyond one in four thousand it stays as it is, so that no score hangs
/// on one indicator.
const TAIL: f64 = 0.000_25;

/// A side of value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// 法律价值.
    Legal,
    /// 技术价值.
    Technical,
    /// 经济价值.
    Economic,
}

/// An indicator of the score.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indicator {
    /// The id.
    pub id: String,
    /// The side.
    pub side: Side,
    /// The Chinese name.
    pub zh: String,
    /// The English name.
    pub en: String,
    /// The weight within its side; sides weigh as `[sides]` says.
    #[serde(default)]
    pub weight: f64,
    /// What it takes that an index does not have; empty for what is computed.
    #[serde(default)]
    pub needs: String,
}

/// The weights of a scene.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    /// The id of this set of weights.
    pub version: String,
    /// The weights of the sides.
    pub sides: Sides,
    /// The indicators.
    #[serde(rename = "indicator")]
    pub indicators: Vec<Indicator>,
}

/// The weights of the sides.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sides {
    /// 法律.
    pub legal: f64,
    /// 技术.
    pub technical: f64,
    /// 经济.
    pub economic: f64,
}

impl Weights {
    /// Returns the weights that come with the program.
    ///
    /// ```
    /// let weights = patnav::analytics::indicator::value::Weights::standard();
    /// assert_eq!(weights.indicators.len(), 27);
    /// ```
    pub fn standard() -> &'static Self {
        static STANDARD: LazyLock<Weights> =
            LazyLock::new(|| Weights::from_toml(WEIGHTS).expect("compiled in, checked by a test"));
        &STANDARD
    }

    /// Reads weights from TOML.
    ///
    /// # Errors
    /// What is wrong with the text: syntax, a negative weight, weights that are all zero.
    pub fn from_toml(text: &str) -> Result<Self, String> {
        let weights: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        let all = || weights.indicators.iter().map(|indicator| indicator.weight);
        let sides = [weights.sides.legal, weights.sides.technical, weights.sides.economic];
        if let Some(bad) = all().chain(sides).find(|weight| !weight.is_finite() || *weight < 0.0) {
            return Err(format!("a weight of {bad}; weights are numbers of 0 and more"));
        }
        if all().sum::<f64>() == 0.0 || sides.iter().sum::<f64>() == 0.0 {
            return Err("all weights are 0; at least one must be above".to_owned());
        }
        Ok(weights)
    }

    fn of_side(&self, side: Side) -> f64 {
        match side {
            Side::Legal => self.sides.legal,
            Side::Technical => self.sides.technical,
            Side::Economic => self.sides.economic,
        }
    }
}

/// The score of a unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    /// 0 to 100.
    pub total: f64,
    /// The score of each side, 0 to 100; `None` where nothing of it could be computed.
    pub legal: Option<f64>,
    /// See `legal`.
    pub technical: Option<f64>,
    /// See `legal`.
    pub economic: Option<f64>,
    /// Indicators that could be computed for this unit.
    pub n_computed: usize,
    /// Of how many ([`N_STANDARD`]).
    pub n_standard: usize,
}

/// Returns the score from percentiles (0-1) in the order of [`Weights::indicators`]; `None` for what is not computable,
/// whose weight goes to the others of its side.
///
/// ```
/// use patnav::analytics::indicator::value::{Weights, score};
/// let weights = Weights::standard();
/// let half: Vec<Option<f64>> = weights.indicators.iter().map(|i| i.needs.is_empty().then_some(0.5)).collect();
/// assert!((score(&half, weights).unwrap().total - 50.0).abs() < 1e-9);
/// ```
///
/// # Errors
/// [`Undefined::NotComputable`] where no indicator could be computed; [`Undefined::NotFinite`].
pub fn score(percentiles: &[Option<f64>], weights: &Weights) -> Outcome<Score> {
    if percentiles.iter().flatten().any(|p| !(0.0..=1.0).contains(p)) {
        return Err(Undefined::NotFinite { what: "a percentile".to_owned() });
    }
    let side = |side: Side| {
        let known = weights.indicators.iter().zip(percentiles);
        let known = known.filter(|(indicator, _)| indicator.side == side);
        let known = known.filter_map(|(indicator, p)| Some((indicator.weight, (*p)?)));
        let (sum, weight) = known.fold((0.0, 0.0), |(sum, all), (weight, p)| {
            (sum + weight * normal_quantile(p.clamp(TAIL, 1.0 - TAIL)), all + weight)
        });
        (weight > 0.0).then(|| sum / weight)
    };
    let sides = [Side::Legal, Side::Technical, Side::Economic];
    let scores = sides.map(side);
    let known =
        || sides.iter().zip(scores).filter_map(|(side, score)| Some((weights.of_side(*side), score?)));
    let weight: f64 = known().map(|(weight, _)| weight).sum();
    if weight == 0.0 {
        return Err(Undefined::missing("every indicator of the score"));
    }
    let shown = |z: f64| 100.0 * normal_lower(z);
    Ok(Score {
        total: shown(known().map(|(weight, score)| weight * score).sum::<f64>() / weight),
        legal: scores[0].map(shown),
        technical: scores[1].map(shown),
        economic: scores[2].map(shown),
        n_computed: percentiles.iter().flatten().count(),
        n_standard: N_STANDARD,
    })
}

/// Returns the percentile of each value among those of its peers: the share below plus half the share of equals.
/// Peers are the values of one group; `None` stays `None` and is nobody's peer.
///
/// ```
/// use patnav::analytics::indicator::value::percentiles;
/// assert_eq!(percentiles(&[Some(1.0), Some(3.0), None, Some(1.0), Some(2.0)]), [Some(0.25), Some(0.875), None, Some(0.25), Some(0.625)]);
/// ```
pub fn percentiles(values: &[Option<f64>]) -> Vec<Option<f64>> {
    let mut sorted: Vec<f64> = values.iter().flatten().copied().filter(|x| x.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    let n = sorted.len() as f64;
    let of = |x: f64| {
        let below = sorted.partition_point(|other| *other < x);
        let up_to = sorted.partition_point(|other| *other <= x);
        (below + up_to) as f64 / 2.0 / n
    };
    values.iter().map(|x| x.filter(|x| x.is_finite()).map(of)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weights_that_come_with_it_cover_the_standard() {
        let weights = Weights::from_toml(WEIGHTS).expect("they read");
        assert_eq!(weights.indicators.len(), N_STANDARD);
        let (computed, missing): (Vec<&Indicator>, Vec<&Indicator>) =
            weights.indicators.iter().partition(|indicator| indicator.needs.is_empty());
        assert!(computed.iter().all(|indicator| indicator.weight > 0.0));
        assert!(missing.iter().all(|indicator| indicator.weight == 0.0));
        for bad in ["", "version = 1", &WEIGHTS.replace("weight = 2", "weight = -2")] {
            assert!(Weights::from_toml(bad).is_err());
        }
    }

    #[test]
    fn what_is_missing_lends_its_weight_to_its_side() {
        let weights = Weights::standard();
        let only = |side: Side, p: f64| -> Vec<Option<f64>> {
            weights.indicators.iter().map(|i| (i.needs.is_empty() && i.side == side).then_some(p)).collect()
        };
        let found = score(&only(Side::Legal, 0.8), weights).expect("computable");
        assert!((found.total - 80.0).abs() < 1e-6 && found.technical.is_none());
        assert!(score(&[None; 27], weights).is_err() && score(&[Some(f64::NAN); 27], weights).is_err());
        assert_eq!(percentiles(&[Some(f64::NAN), Some(1.0)]), [None, Some(0.5)]);
        assert_eq!(percentiles(&[]), []);
    }

    #[test]
    fn what_stands_out_in_one_respect_comes_before_what_is_fair_in_all() {
        let weights = Weights::standard();
        let of = |first: f64, others: f64| -> Vec<Option<f64>> {
            let p = |i: &Indicator| if i.id == "cited" { first } else { others };
            weights.indicators.iter().map(|i| i.needs.is_empty().then(|| p(i))).collect()
        };
        let total = |percentiles: Vec<Option<f64>>| score(&percentiles, weights).expect("computable").total;
        assert!(total(of(0.999, 0.5)) > total(of(0.62, 0.62)), "{}", total(of(0.999, 0.5)));
        assert!(total(of(1.0, 0.5)) < 80.0, "one indicator alone does not make a score");
        assert!((total(of(0.0, 0.0)) - 100.0 * TAIL).abs() < 1e-6);
    }
}
