//! What citations say: h-index, cycle time, current impact, science linkage, originality and generality.
//!
//! Citations are counted between units (families by default). Chinese applicants cite little, so every one of these is
//! to be shown with its coverage: the share of cited documents that was found.

use super::share::hhi;
use super::statistics::median;
use crate::analytics::evidence::{Outcome, Undefined, finite};

/// Returns the largest `h` such that `h` units are each cited at least `h` times (Hirsch, 2005); 0 without citations.
///
/// ```
/// assert_eq!(patnav::analytics::indicator::impact::h_index(&[10, 8, 5, 4, 3]), 4);
/// ```
pub fn h_index(citations: &[u32]) -> u32 {
    let mut sorted = citations.to_vec();
    sorted.sort_unstable_by(|a, b| b.cmp(a));
    let holds = |(place, cited): &(u32, &u32)| **cited > *place;
    u32::try_from((0..).zip(&sorted).take_while(holds).count()).unwrap_or(u32::MAX)
}

/// Returns the h-index a year of activity.
///
/// # Errors
/// [`Undefined::ZeroDenominator`] for no year.
pub fn h_rate(h: u32, years: u32) -> Outcome {
    if years == 0 {
        Err(Undefined::zero("the years of activity"))
    } else {
        Ok(f64::from(h) / f64::from(years))
    }
}

/// Returns the technology cycle time in years: the median over citing units of the median age of what each cites
/// (Kayal and Waters, 1999). `ages` lists for each unit the years between it and each cited unit; units without are
/// left out. Shorter is faster.
///
/// ```
/// use patnav::analytics::indicator::impact::cycle_time;
/// assert_eq!(cycle_time([vec![2.0, 4.0], vec![7.0], vec![]]), Ok(5.0));
/// ```
///
/// # Errors
/// [`Undefined::Empty`] where nothing cites; [`Undefined::NotFinite`].
pub fn cycle_time<A: IntoIterator<Item = f64>>(ages: impl IntoIterator<Item = A>) -> Outcome {
    let (mut medians, mut of_unit) = (Vec::new(), Vec::new());
    for ages in ages {
        of_unit.clear();
        of_unit.extend(ages);
        if !of_unit.is_empty() {
            medians.push(median(&mut of_unit)?);
        }
    }
    median(&mut medians)
}

/// Returns the current impact index: citations that the year's units make to a holder's units of the five years
/// before, a unit, over the same for all holders; 1 is the average (CHI Research).
///
/// ```
/// assert_eq!(patnav::analytics::indicator::impact::current_impact(30.0, 10.0, 200.0, 100.0), Ok(1.5));
/// ```
///
/// # Errors
/// [`Undefined::ZeroDenominator`] where the holder has no unit in those years, or nothing of them is cited at all.
pub fn current_impact(own_citations: f64, own_units: f64, all_citations: f64, all_units: f64) -> Outcome {
    for count in [own_citations, own_units, all_citations, all_units] {
        finite(count, "a count")?;
    }
    if own_units <= 0.0 {
        return Err(Undefined::zero("the holder's units of five years"));
    }
    if all_citations <= 0.0 || all_units <= 0.0 {
        return Err(Undefined::zero("citations of the year to the field's units of five years"));
    }
    Ok((own_citations / own_units) / (all_citations / all_units))
}

/// Returns the technological strength: units times current impact index.
pub fn strength(own_units: f64, current_impact: f64) -> f64 {
    own_units * current_impact
}

/// Returns the science linkage: citations of literature a unit, over the units whose citations are on record.
///
/// # Errors
/// [`Undefined::NotComputable`] where no unit's are.
pub fn science_linkage(literature: &[Option<u32>]) -> Outcome {
    let known: Vec<f64> = literature.iter().flatten().map(|n| f64::from(*n)).collect();
    if known.is_empty() {
        return Err(Undefined::missing("citations of literature"));
    }
    Ok(known.iter().sum::<f64>() / known.len() as f64)
}

/// Returns originality (from classes of cited units) or generality (from classes of citing units):
/// `(1 - Σ s²) N / (N - 1)`, `s` the shares of classes at subclass level, `N` the citations they come from
/// (Trajtenberg, Henderson and Jaffe, 1997; correction for small `N` by Hall, Jaffe and Trajtenberg, 2001), capped at 1.
///
/// `classes` are weights by class; a unit in several classes gives each its part, so that each citation counts 1.
///
/// ```
/// use patnav::analytics::indicator::impact::spread;
/// assert_eq!(spread(&[2.0, 2.0], 4), Ok(2.0 / 3.0));
/// assert_eq!(spread(&[3.0], 3), Ok(0.0));
/// assert!(spread(&[1.0], 1).is_err());
/// ```
///
/// # Errors
/// [`Undefined::TooFew`] for fewer than two citations; as [`shares`](super::share::shares).
pub fn spread(classes: &[f64], n_citations: u64) -> Outcome {
    if n_citations < 2 {
        return Err(Undefined::TooFew { what: "citations".to_owned(), n: n_citations, needed: 2 });
    }
    let n = n_citations as f64;
    let diversity = 1.0 - hhi(classes)?;
    Ok((diversity.max(0.0) * n / (n - 1.0)).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h_of_nothing_is_zero() {
        assert_eq!((h_index(&[]), h_index(&[0, 0]), h_index(&[1]), h_index(&[5, 5, 5])), (0, 0, 1, 3));
        assert_eq!(h_rate(6, 3), Ok(2.0));
        assert!(h_rate(6, 0).is_err());
    }

    #[test]
    fn missing_citations_are_not_zero() {
        assert!(cycle_time([vec![]]).is_err() && cycle_time([vec![f64::NAN]]).is_err());
        assert_eq!(science_linkage(&[Some(4), None, Some(0)]), Ok(2.0));
        assert!(science_linkage(&[None]).is_err());
        assert!(current_impact(1.0, 0.0, 1.0, 1.0).is_err() && current_impact(1.0, 1.0, 0.0, 1.0).is_err());
        assert!(current_impact(f64::NAN, 1.0, 1.0, 1.0).is_err());
        assert_eq!(strength(10.0, 1.5), 15.0);
    }
}
