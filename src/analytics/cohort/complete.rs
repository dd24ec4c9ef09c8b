//! Which years are complete: by office, kind of right and route, from lags that the data themselves show.
//!
//! Year `Y` is complete where the as-of date is at least 31 December of `Y` plus the lag: for published applications
//! 18 months and the measured delay; for entries from the PCT 32 months from priority (CN; 31 EP, 30 elsewhere) and the
//! delay; for utility models and designs the measured time to grant. A lag is the 90th percentile over documents with a
//! priority at least five years before the as-of date, so that what is still to come does not shorten it; where fewer
//! than [`MIN_MEASURED`] documents show it, it is assumed.

use std::collections::BTreeMap;

use jiff::ToSpan as _;

use super::document::{Day, Documents, NO_DAY, date, day};
use super::unit::{self, Units};
use crate::analytics::evidence::{CompleteYear, Route};
use crate::index::PUBLICATION_DELAY_MONTHS;
use crate::patent::{Date, PatentType};

/// Documents that it takes to measure a lag.
const MIN_MEASURED: usize = 30;
/// Months to the grant of a utility model or design where they cannot be measured.
const ASSUMED_GRANT_MONTHS: i32 = 12;
/// Longest delay believed; more is an error of dates in the data.
const MAX_DELAY_MONTHS: i32 = 36;
/// Years before the as-of date from which nothing is still to come.
const SETTLED_YEARS: i16 = 5;
/// Share of the direct inventions that an office needs for its lag to decide what the cohort's last complete year is.
const TELLING_SHARE: f64 = 0.1;

/// Returns the last year `Y` with `as_of` >= 31 December of `Y` and `lag` months.
///
/// ```text
/// as-of 2026-01-15, 18 months and 1: 2023-12-31 + 19 months = 2025-07-31, so 2023
/// ```
pub(crate) fn last_complete_year(as_of: Date, lag_months: i32) -> i16 {
    let reaches = |year: i16| {
        let end = jiff::civil::date(year.clamp(-9_000, 9_000), 12, 31);
        end.checked_add(lag_months.months()).is_ok_and(|end| end <= as_of)
    };
    let mut year = as_of.year();
    while !reaches(year) && year > as_of.year() - 50 {
        year -= 1;
    }
    year
}

type Group<'a> = (&'a str, u8, Route);

/// Returns the last complete year of each group, and that of published applications over the cohort.
pub(crate) fn years(
    documents: &Documents,
    units: &Units,
    as_of: Option<Date>,
) -> (Vec<CompleteYear>, Option<i16>) {
    let mut groups: BTreeMap<Group<'_>, (u64, Vec<i32>)> = BTreeMap::new();
    let settled = as_of.and_then(|as_of| {
        let years = jiff::Span::new().years(i64::from(SETTLED_YEARS));
        as_of.checked_sub(years).ok()
    });
    let settled: Day = settled.map_or(NO_DAY, |date| day(Some(date)));
    for row in (0..documents.n()).filter(|row| !units.is_validation[*row as usize]) {
        let Some(office) = Documents::first(&documents.offices, row) else { continue };
        let application = Documents::first(&documents.applications, row).unwrap_or_default();
        let entered = documents.links.names_of(row).any(|link| link.starts_with("national_phase_of:"));
        let route = unit::route(office, application, entered);
        let index = row as usize;
        let of_type = documents.types[index];
        let (n, months) = groups.entry((office, rank(of_type), route)).or_default();
        *n += 1;
        let is_model = matches!(of_type, Some(PatentType::UtilityModel | PatentType::Design));
        let from = if is_model { documents.filing[index] } else { documents.priority[index] };
        let to = documents.publication[index];
        let is_first = is_model || documents.grant[index] == NO_DAY;
        if is_first && from != NO_DAY && to != NO_DAY && from <= settled && to >= from {
            months.push(months_between(from, to));
        }
    }
    let of = |((office, of_type, route), (n_documents, mut months)): (Group<'_>, (u64, Vec<i32>))| {
        let patent_type = TYPES[usize::from(of_type)];
        let is_model = matches!(patent_type, Some(PatentType::UtilityModel | PatentType::Design));
        let nominal = match (route, office) {
            (Route::PctEntry, "CN") => 32,
            (Route::PctEntry, "EP") => 31,
            (Route::PctEntry, _) => 30,
            (Route::Direct, _) if is_model => 0,
            (Route::Direct, _) => 18,
        };
        let measured_on = months.len();
        let delay = if measured_on >= MIN_MEASURED {
            months.sort_unstable();
            (months[measured_on * 9 / 10] - nominal).clamp(0, MAX_DELAY_MONTHS)
        } else if is_model && route == Route::Direct {
            ASSUMED_GRANT_MONTHS
        } else {
            PUBLICATION_DELAY_MONTHS
        };
        let lag = nominal + delay;
        CompleteYear {
            office: office.to_owned(),
            patent_type,
            route,
            lag_months: lag.unsigned_abs(),
            measured_on: if measured_on >= MIN_MEASURED { measured_on as u64 } else { 0 },
            last_complete_year: as_of.map(|as_of| last_complete_year(as_of, lag)),
            n_documents,
        }
    };
    let years: Vec<CompleteYear> = groups.into_iter().map(of).collect();
    let overall = as_of.map(|as_of| overall(&years, as_of));
    (years, overall)
}

/// The last complete year of published applications: the earliest among the offices that matter.
fn overall(years: &[CompleteYear], as_of: Date) -> i16 {
    let direct = || {
        years.iter().filter(|year| {
            year.route == Route::Direct && matches!(year.patent_type, Some(PatentType::Invention) | None)
        })
    };
    let all: u64 = direct().map(|year| year.n_documents).sum();
    let telling = direct().filter(|year| year.n_documents as f64 >= TELLING_SHARE * all as f64);
    let assumed = last_complete_year(as_of, 18 + PUBLICATION_DELAY_MONTHS);
    telling.filter_map(|year| year.last_complete_year).min().unwrap_or(assumed)
}

const TYPES: [Option<PatentType>; 5] = [
    None,
    Some(PatentType::Invention),
    Some(PatentType::UtilityModel),
    Some(PatentType::Design),
    Some(PatentType::Plant),
];

fn rank(of_type: Option<PatentType>) -> u8 {
    match of_type {
        None => 0,
        Some(PatentType::Invention) => 1,
        Some(PatentType::UtilityModel) => 2,
        Some(PatentType::Design) => 3,
        Some(PatentType::Plant) => 4,
    }
}

/// Whole months from one day to a later one, rounded up.
fn months_between(from: Day, to: Day) -> i32 {
    let (Some(from), Some(to)) = (date(from), date(to)) else { return 0 };
    let months = (i32::from(to.year()) - i32::from(from.year())) * 12 + i32::from(to.month())
        - i32::from(from.month());
    months + i32::from(to.day() > from.day())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_is_complete_a_lag_after_its_end() {
        let check = |as_of: &str, lag, year| {
            assert_eq!(last_complete_year(as_of.parse().expect("a date"), lag), year, "{as_of} {lag}");
        };
        check("2026-01-15", 18, 2023);
        check("2026-01-15", 19, 2023);
        check("2026-06-30", 18, 2024);
        check("2026-06-29", 18, 2023);
        check("2026-01-15", 32, 2022);
        check("2026-01-15", 12, 2024);
        check("2025-12-31", 0, 2025);
    }

    #[test]
    fn months_are_rounded_up() {
        let months = |from: &str, to: &str| {
            let day = |text: &str| day(Some(text.parse().expect("a date")));
            months_between(day(from), day(to))
        };
        assert_eq!(months("2020-01-31", "2021-07-31"), 18);
        assert_eq!(months("2020-01-31", "2021-08-01"), 19);
        assert_eq!(months("2020-01-15", "2021-07-16"), 19);
    }
}
