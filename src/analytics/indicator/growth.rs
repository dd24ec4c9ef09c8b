//! Growth of counts from year to year. Callers pass complete years only; an incomplete one would look like a fall.

use crate::analytics::evidence::{Outcome, Undefined, finite};

/// Below so many units a year, growth is that of 3-year sums.
pub const SMALL_YEAR: f64 = 20.0;

/// Which growth was computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// Year on year.
    Year,
    /// Sums of three years.
    ThreeYears,
}

/// Returns the growth from one count to the next: `(n_t - n_{t-1}) / n_{t-1}`.
///
/// ```
/// use patnav::analytics::indicator::growth::year_on_year;
/// assert_eq!(year_on_year(40.0, 50.0), Ok(0.25));
/// assert!(year_on_year(0.0, 5.0).is_err());
/// ```
///
/// # Errors
/// [`Undefined::ZeroDenominator`] where the earlier count is zero: print the counts.
pub fn year_on_year(before: f64, now: f64) -> Outcome {
    finite(before, "a count")?;
    finite(now, "a count")?;
    if before <= 0.0 {
        return Err(Undefined::zero("the count of the year before"));
    }
    Ok((now - before) / before)
}

/// Returns the growth at each year of a series without gaps, year on year, or of 3-year sums (`t-2..=t` over
/// `t-5..=t-3`) where one of the two years has fewer than [`SMALL_YEAR`].
///
/// The first year has none; the first five have none of 3-year sums.
pub fn series(counts: &[f64]) -> Vec<(Span, Outcome)> {
    let growth = |at: usize| {
        let now = counts[at];
        let Some(before) = at.checked_sub(1).map(|at| counts[at]) else {
            return (Span::Year, Err(Undefined::TooFew { what: "years".to_owned(), n: 1, needed: 2 }));
        };
        if now >= SMALL_YEAR && before >= SMALL_YEAR {
            return (Span::Year, year_on_year(before, now));
        }
        if at < 5 {
            let what = "years for sums of three".to_owned();
            return (Span::ThreeYears, Err(Undefined::TooFew { what, n: at as u64 + 1, needed: 6 }));
        }
        let sum = |last: usize| counts[last - 2..=last].iter().sum::<f64>();
        (Span::ThreeYears, year_on_year(sum(at - 3), sum(at)))
    };
    (0..counts.len()).map(growth).collect()
}

/// Returns the compound annual growth rate between two counts `years` apart: `(n_T / n_0)^(1/T) - 1`.
///
/// ```
/// use patnav::analytics::indicator::growth::cagr;
/// assert!((cagr(100.0, 161.051, 5).unwrap() - 0.1).abs() < 1e-12);
/// ```
///
/// # Errors
/// [`Undefined::ZeroDenominator`] for a first count of zero or no year between.
pub fn cagr(first: f64, last: f64, years: u32) -> Outcome {
    finite(first, "a count")?;
    finite(last, "a count")?;
    if first <= 0.0 {
        return Err(Undefined::zero("the first count"));
    }
    if years == 0 {
        return Err(Undefined::zero("the number of years"));
    }
    finite((last / first).powf(1.0 / f64::from(years)) - 1.0, "the growth")
}

/// Returns the compound annual growth of a series without gaps; of the sums of its first and last three years where
/// either end has fewer than [`SMALL_YEAR`] (their middles lie three years less apart than the ends, see `years`).
///
/// # Errors
/// As [`cagr`]; [`Undefined::TooFew`] for fewer than two years, or fewer than six for sums.
pub fn compound(counts: &[f64]) -> Outcome<(Span, f64)> {
    let n = counts.len();
    let too_few = |needed| Undefined::TooFew { what: "years".to_owned(), n: n as u64, needed };
    if n < 2 {
        return Err(too_few(2));
    }
    let years = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    if counts[0] >= SMALL_YEAR && counts[n - 1] >= SMALL_YEAR {
        return Ok((Span::Year, cagr(counts[0], counts[n - 1], years(n - 1))?));
    }
    if n < 6 {
        return Err(too_few(6));
    }
    let (first, last) = (counts[..3].iter().sum(), counts[n - 3..].iter().sum());
    Ok((Span::ThreeYears, cagr(first, last, years(n - 3))?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_years_are_summed() {
        let found = series(&[2.0, 4.0, 6.0, 8.0, 10.0, 12.0, 30.0, 60.0]);
        assert!(found[..5].iter().all(|(_, growth)| growth.is_err()));
        assert_eq!(found[5], (Span::ThreeYears, Ok(1.5)));
        assert_eq!(found[6].0, Span::ThreeYears, "the year before is small");
        assert_eq!(found[7], (Span::Year, Ok(1.0)));
        assert_eq!(
            series(&[0.0; 7])[6],
            (Span::ThreeYears, Err(Undefined::zero("the count of the year before")))
        );
        assert!(series(&[]).is_empty());
    }

    #[test]
    fn ends_decide_which_growth_it_is() {
        assert_eq!(compound(&[100.0, 110.0]), Ok((Span::Year, 110.0 / 100.0 - 1.0)));
        assert_eq!(compound(&[1.0, 1.0, 1.0, 8.0, 8.0, 8.0]), Ok((Span::ThreeYears, 1.0)));
        assert!(compound(&[5.0]).is_err() && compound(&[1.0, 2.0]).is_err());
        assert!(cagr(f64::NAN, 1.0, 1).is_err() && cagr(1.0, 2.0, 0).is_err() && cagr(0.0, 2.0, 3).is_err());
    }
}
