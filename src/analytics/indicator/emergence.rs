//! Which terms are new and taken up by many: a statistic of our own.
//!
//! It keeps the criteria of the literature (novelty, persistence, community, growth: Carley and Porter, 2018) and
//! computes none of the published scores. A term passes when
//!
//! 1. it is new (first seen at most [`Options::new_years`] before the last complete year) or rare (in less than
//!    [`Options::rare_share`] of the base units),
//! 2. it stands in at least [`Options::min_units`] units and [`Options::min_years`] different years,
//! 3. at least [`Options::min_applicants`] applicants use it; a unit counts for one of its applicants,
//!    so that partners of one filing are no community,
//! 4. its rate rose at least [`Options::min_ratio`] times as much as the field itself, and
//! 5. chance does not explain it: either the rise, by a one-sided Poisson test (conditional on the sum, so that a base of
//!    zero is no trouble), or for a new term its late beginning. Had its `n` units been drawn like the field's, all
//!    would lie in its first year or later with the probability `s^n`, where `s` is the share of the field that does: the
//!    distribution of the earliest of `n` draws. Each of the two tests asks `p <` [`Options::max_p`] and a
//!    Benjamini-Hochberg q-value below [`Options::max_q`], the first over all terms that meet 1 to 3, the second
//!    over all that meet 2 and 3: being new is what it tests. A test of the rise alone cannot see a term that began
//!    within the base span, whose own beginning is its base.
//!
//! The score is `ln((recent + 1) / (E + 1))` times the evenness of its applicants, where `E = base × F1/F0` is what the
//! field's own growth leads to expect: the posterior mean of the rate ratio under a Gamma(1, 1) prior, which keeps three
//! hits against none from looking like thirty.

use super::share::evenness;
use super::statistics::{benjamini_hochberg, rate_rise};
use crate::analytics::evidence::{Outcome, Undefined};

/// The gates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// How long ago a new term may have been seen first, in years.
    pub new_years: i16,
    /// The share of base units below which a term is rare.
    pub rare_share: f64,
    /// Units in which it stands.
    pub min_units: u64,
    /// Different years in which it stands.
    pub min_years: u32,
    /// Different applicants.
    pub min_applicants: usize,
    /// How much more than the field it grew.
    pub min_ratio: f64,
    /// The probability that it did not grow.
    pub max_p: f64,
    /// The false-discovery rate.
    pub max_q: f64,
}

/// The gates that values under the id `emergence` were computed with.
pub const STANDARD: Options = Options {
    new_years: 8,
    rare_share: 0.01,
    min_units: 7,
    min_years: 3,
    min_applicants: 3,
    min_ratio: 1.5,
    max_p: 0.01,
    max_q: 0.05,
};

/// Units of the field in the two spans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// In the base span.
    pub base: u64,
    /// In the recent span.
    pub recent: u64,
    /// The last complete year, with which the recent span ends.
    pub last_year: i16,
}

/// What is known of a term.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Term {
    /// Units in the base span.
    pub base: u64,
    /// Units in the recent span.
    pub recent: u64,
    /// The first year in which it stands.
    pub first_year: i16,
    /// Different years in which it stands, complete ones.
    pub n_years: u32,
    /// Units by applicant.
    pub applicants: Vec<f64>,
    /// Units in all complete years.
    pub n: u64,
    /// The share of the field's units, of all complete years, that are of `first_year` or later; 0-1.
    pub share_since_first: f64,
}

/// How a term that met the gates 1 to 3 fared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Emergence {
    /// The place of the term in the list given.
    pub term: usize,
    /// The shrunk rate ratio against the field's.
    pub ratio: f64,
    /// The one-sided probability of the rise.
    pub p: f64,
    /// Its q-value over all terms tested.
    pub q: f64,
    /// The probability of so late a beginning.
    pub p_new: f64,
    /// Its q-value over all terms tested.
    pub q_new: f64,
    /// The score; 0 and less means no growth beyond the field's.
    pub score: f64,
    /// Whether it passes all gates.
    pub passes: bool,
}

/// Tests all terms; returns those that meet the gates 1 to 3, the highest score first, equal ones in the order given.
///
/// # Errors
/// [`Undefined::ZeroDenominator`] where the field has no units in a span.
pub fn emergence(terms: &[Term], field: &Field, options: &Options) -> Outcome<Vec<Emergence>> {
    if field.base == 0 || field.recent == 0 {
        return Err(Undefined::zero("the units of the field in the base or the recent years"));
    }
    let growth = field.recent as f64 / field.base as f64;
    let is_new =
        |term: &Term| i32::from(field.last_year) - i32::from(term.first_year) < i32::from(options.new_years);
    let is_candidate =
        |term: &Term| is_new(term) || (term.base as f64) < options.rare_share * field.base as f64;
    let is_taken_up = |term: &Term| {
        term.n >= options.min_units
            && term.n_years >= options.min_years
            && term.applicants.len() >= options.min_applicants
    };
    let taken_up: Vec<usize> = (0..terms.len()).filter(|at| is_taken_up(&terms[*at])).collect();
    let late: Vec<f64> =
        taken_up.iter().map(|at| terms[*at].share_since_first.powf(terms[*at].n as f64)).collect();
    let late: Vec<(f64, f64)> = late.iter().copied().zip(benjamini_hochberg(&late)).collect();
    let tested: Vec<(usize, (f64, f64))> =
        taken_up.into_iter().zip(late).filter(|(at, _)| is_candidate(&terms[*at])).collect();
    let p = tested.iter().map(|(at, _)| {
        let term = &terms[*at];
        rate_rise(term.base, field.base as f64, term.recent, field.recent as f64)
    });
    let p: Vec<f64> = p.collect::<Outcome<_>>()?;
    let q = benjamini_hochberg(&p);
    let mut found: Vec<Emergence> = tested
        .iter()
        .zip(p.iter().zip(&q))
        .map(|((at, (p_new, q_new)), (p, q))| {
            let term = &terms[*at];
            let ratio = (term.recent as f64 + 1.0) / (term.base as f64 * growth + 1.0);
            let is_sure = |p: f64, q: f64| p < options.max_p && q < options.max_q;
            let no_chance = is_sure(*p, *q) || is_new(term) && is_sure(*p_new, *q_new);
            let passes = ratio >= options.min_ratio && no_chance;
            let score = ratio.ln() * evenness(&term.applicants).unwrap_or(0.0);
            Emergence { term: *at, ratio, p: *p, q: *q, p_new: *p_new, q_new: *q_new, score, passes }
        })
        .collect();
    found.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.term.cmp(&b.term)));
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELD: Field = Field { base: 1_000, recent: 500, last_year: 2023 };

    fn term(base: u64, recent: u64, first_year: i16, n_years: u32, applicants: usize) -> Term {
        // The field grows by a fifth a year from 2005 on.
        let share_since_first = 1.2_f64.powi(-i32::from((first_year - 2005).max(0)));
        let n = base + recent;
        Term { base, recent, first_year, n_years, applicants: vec![1.0; applicants], n, share_since_first }
    }

    #[test]
    fn each_gate_stops_what_it_is_for() {
        let terms = [
            term(2, 12, 2019, 4, 10),     // emerging
            term(20, 10, 2019, 4, 10),    // grows with the field
            term(2, 12, 2019, 4, 2),      // one circle
            term(2, 12, 2019, 2, 10),     // not persistent
            term(200, 300, 1990, 20, 90), // neither new nor rare
            term(0, 3, 2021, 3, 3),       // too little to tell
        ];
        let found = emergence(&terms, &FIELD, &STANDARD).expect("a field");
        let by_term: Vec<(usize, bool)> = found.iter().map(|e| (e.term, e.passes)).collect();
        assert_eq!(by_term, [(0, true), (1, false)]);
        assert!((found[0].ratio - 13.0 / 2.0).abs() < 1e-12);
        assert!((found[0].score - 6.5_f64.ln()).abs() < 1e-12, "even applicants");
    }

    #[test]
    fn a_late_beginning_is_seen_where_the_rise_is_not() {
        // Four years of one term: two fall into the base span, so that the rise alone could be chance.
        let late = Term { share_since_first: 0.45, n: 14, ..term(3, 11, 2019, 4, 14) };
        let old = Term { share_since_first: 1.0, ..late.clone() };
        // Many others that have been there all along.
        let mut terms = vec![term(8, 4, 2005, 9, 9); 1_000];
        terms.push(late);
        let passing = |terms: &[Term]| -> Vec<usize> {
            let found = emergence(terms, &FIELD, &STANDARD).expect("a field");
            found.iter().filter(|found| found.passes).map(|found| found.term).collect()
        };
        assert_eq!(passing(&terms), [1_000]);
        terms[1_000] = old;
        assert!(passing(&terms).is_empty());
    }

    #[test]
    fn without_a_field_there_is_nothing_to_compare_with() {
        assert!(emergence(&[], &Field { base: 0, ..FIELD }, &STANDARD).is_err());
        assert_eq!(emergence(&[], &FIELD, &STANDARD), Ok(Vec::new()));
    }
}
