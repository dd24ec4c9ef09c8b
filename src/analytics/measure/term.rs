//! What is new and what goes together: bursts and emergence of labels, co-occurrence.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::analytics::cohort::{Cohort, Labels};
use crate::analytics::evidence::{Outcome, Timeline, Undefined, Value};
use crate::analytics::indicator::association;
use crate::analytics::indicator::burst;
use crate::analytics::indicator::emergence::{self as emerge, Field, Term};

/// Years of the recent span of emergence.
pub const RECENT_YEARS: i16 = 3;
/// Years of the base span before it.
pub const BASE_YEARS: i16 = 10;

/// A label in a burst.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct BurstingLabel {
    /// The label.
    pub label: String,
    /// The first year of the burst.
    pub from: i16,
    /// The last year of it.
    pub to: i16,
    /// Its weight in nats, with the units in it.
    pub weight: Value,
}

/// Returns the bursts of all labels by year of a timeline, the heaviest first, then by label and year.
///
/// # Errors
/// [`Undefined::Empty`] where no unit has a year.
pub fn bursts(
    cohort: &Cohort,
    labels: &Labels,
    timeline: Timeline,
    options: &burst::Options,
) -> Outcome<Vec<BurstingLabel>> {
    let years = cohort.by_year(timeline).years;
    let (Some(first), Some(last)) = (years.first(), years.last()) else { return Err(Undefined::Empty) };
    let complete = cohort.last_complete_year(timeline);
    let (first, last) = (first.year, last.year);
    let all: Vec<u64> = years.iter().map(|year| year.units.len() as u64).collect();
    let place = place_of(cohort, timeline, first, last);
    let inverted = labels.inverted();
    let mut found = Vec::new();
    let mut batches: Vec<(u64, u64)> = Vec::new();
    for id in 0..super::value::as_u32(labels.n_labels()) {
        let units = inverted.of(id);
        if (units.len() as u64) < options.min_units {
            continue;
        }
        batches.clear();
        batches.extend(all.iter().map(|n| (0, *n)));
        units.iter().filter_map(|unit| place[*unit as usize]).for_each(|at| batches[usize::from(at)].0 += 1);
        // A label whose units have no dates has no bursts.
        for burst in burst::bursts(&batches, options).unwrap_or_default() {
            let inside = |unit: &&u32| {
                place[**unit as usize].is_some_and(|at| (burst.start..=burst.end).contains(&usize::from(at)))
            };
            let units: Vec<u32> = units.iter().filter(inside).copied().collect();
            let to = years[burst.end].year;
            found.push(BurstingLabel {
                label: labels.name(id).to_owned(),
                from: years[burst.start].year,
                to,
                weight: cohort
                    .value("burst", Ok(burst.weight), &units)
                    .incomplete_if(complete.is_none_or(|complete| to > complete)),
            });
        }
    }
    found.sort_by(|a, b| {
        let weight = |burst: &BurstingLabel| burst.weight.value.unwrap_or(0.0);
        weight(b).total_cmp(&weight(a)).then_with(|| (&a.label, a.from).cmp(&(&b.label, b.from)))
    });
    Ok(found)
}

/// The place of each unit's year from `first`; `None` for undated units and years outside.
fn place_of(cohort: &Cohort, timeline: Timeline, first: i16, last: i16) -> Vec<Option<u16>> {
    let place = |unit: u32| {
        let year = cohort.year(unit, timeline).filter(|year| (first..=last).contains(year));
        year.map(|year| year.abs_diff(first))
    };
    (0..cohort.n_units()).map(place).collect()
}

/// A label that passed or failed the tests of emergence.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct EmergingTerm {
    /// The term.
    pub term: String,
    /// Units in the base span.
    pub base: u64,
    /// Units in the recent span.
    pub recent: u64,
    /// The year it was first seen.
    pub first_year: i16,
    /// Applicants.
    pub n_applicants: u64,
    /// The shrunk rate ratio against the field.
    pub ratio: f64,
    /// One-sided probability of the rise.
    pub p: f64,
    /// Its q-value over all terms tested.
    pub q: f64,
    /// Probability of so late a beginning.
    pub p_new: f64,
    /// Its q-value over all terms tested.
    pub q_new: f64,
    /// Whether it passes all gates.
    pub passes: bool,
    /// The score, with the units of the recent span.
    pub score: Value,
}

/// Tests all labels for emergence: the last [`RECENT_YEARS`] complete priority years against the [`BASE_YEARS`] before.
/// Returns those that are new or rare, persistent and shared, the highest score first.
///
/// The field is the units that have any of the labels: those without say nothing of when a term began.
///
/// # Errors
/// [`Undefined::NotComputable`] without an as-of date or applicants; [`Undefined::ZeroDenominator`] where a span is empty.
pub fn emergence(cohort: &Cohort, labels: &Labels, options: &emerge::Options) -> Outcome<Vec<EmergingTerm>> {
    let last_year = cohort
        .last_complete_year(Timeline::Priority)
        .ok_or_else(|| Undefined::missing("the day of the data"))?;
    let (holders, _) = cohort.entities()?;
    let recent_from = last_year - RECENT_YEARS + 1;
    let base_from = recent_from - BASE_YEARS;
    let years: Vec<Option<i16>> = (0..cohort.n_units())
        .map(|unit| {
            let year = cohort.year(unit, Timeline::Priority).filter(|year| *year <= last_year);
            year.filter(|_| !labels.of(unit).is_empty())
        })
        .collect();
    let mut since: BTreeMap<i16, u64> = BTreeMap::new();
    years.iter().flatten().for_each(|year| *since.entry(*year).or_default() += 1);
    let mut n_field = 0;
    since.values_mut().rev().for_each(|n| {
        n_field += *n;
        *n = n_field;
    });
    let count =
        |from: i16, to: i16| years.iter().flatten().filter(|year| (from..=to).contains(year)).count() as u64;
    let field =
        Field { base: count(base_from, recent_from - 1), recent: count(recent_from, last_year), last_year };
    let inverted = labels.inverted();
    let term = |id: u32| {
        let (mut term, mut seen) = (Term { first_year: i16::MAX, ..Term::default() }, Vec::new());
        let mut applicants: FxHashMap<u32, f64> = FxHashMap::default();
        for unit in inverted.of(id) {
            let Some(year) = years[*unit as usize] else { continue };
            term.first_year = term.first_year.min(year);
            term.n += 1;
            if !seen.contains(&year) {
                seen.push(year);
            }
            match year {
                year if year >= recent_from => term.recent += 1,
                year if year >= base_from => term.base += 1,
                _ => {}
            }
            if let Some(holder) = holders.of(*unit).first() {
                *applicants.entry(*holder).or_default() += 1.0;
            }
        }
        term.share_since_first = since.get(&term.first_year).map_or(1.0, |n| *n as f64 / n_field as f64);
        let mut applicants: Vec<(u32, f64)> = applicants.into_iter().collect();
        applicants.sort_unstable_by_key(|(holder, _)| *holder);
        term.applicants = applicants.into_iter().map(|(_, n)| n).collect();
        term.n_years = super::value::as_u32(seen.len());
        term
    };
    // What is in too few units is not worth counting.
    let least = usize::try_from(options.min_units).unwrap_or(usize::MAX);
    let ids: Vec<u32> =
        (0..super::value::as_u32(labels.n_labels())).filter(|id| inverted.of(*id).len() >= least).collect();
    let terms: Vec<Term> = ids.iter().map(|id| term(*id)).collect();
    let found = emerge::emergence(&terms, &field, options)?;
    let of = |found: &emerge::Emergence| {
        let (id, term) = (ids[found.term], &terms[found.term]);
        let is_recent = |unit: &&u32| years[**unit as usize].is_some_and(|year| year >= recent_from);
        let units: Vec<u32> = inverted.of(id).iter().filter(is_recent).copied().collect();
        EmergingTerm {
            term: labels.name(id).to_owned(),
            base: term.base,
            recent: term.recent,
            first_year: term.first_year,
            n_applicants: term.applicants.len() as u64,
            ratio: found.ratio,
            p: found.p,
            q: found.q,
            p_new: found.p_new,
            q_new: found.q_new,
            passes: found.passes,
            score: cohort.value("emergence", Ok(found.score), &units),
        }
    };
    Ok(found.iter().map(of).collect())
}

/// Two labels that stand together.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Linked {
    /// The first, in order of name.
    pub first: String,
    /// The second.
    pub second: String,
    /// Units with both.
    pub together: u64,
    /// The association strength, with these units.
    pub strength: Value,
}

/// Returns the pairs among the `n` commonest labels that stand together in at least `min_together` units, the commonest
/// pairs first.
pub fn co_occurrence(cohort: &Cohort, labels: &Labels, n: usize, min_together: u64) -> Vec<Linked> {
    let mut keep = vec![false; labels.n_labels()];
    super::structure::largest(cohort, labels, n).into_iter().for_each(|id| keep[id as usize] = true);
    let units = (0..cohort.n_units()).map(|unit| labels.of(unit));
    let mut pairs = association::pairs(units, &|id| keep[id as usize], min_together);
    let mut behind: FxHashMap<(u32, u32), Vec<u32>> =
        pairs.iter().map(|pair| ((pair.first, pair.second), Vec::new())).collect();
    let mut kept: Vec<u32> = Vec::new();
    for unit in 0..cohort.n_units() {
        kept.clear();
        kept.extend(labels.of(unit).iter().copied().filter(|id| keep[*id as usize]));
        for (at, first) in kept.iter().enumerate() {
            for second in &kept[at + 1..] {
                if let Some(units) = behind.get_mut(&(*first, *second)) {
                    units.push(unit);
                }
            }
        }
    }
    pairs.sort_by(|a, b| b.together.cmp(&a.together).then((a.first, a.second).cmp(&(b.first, b.second))));
    let of = |pair: &association::Pair| Linked {
        first: labels.name(pair.first).to_owned(),
        second: labels.name(pair.second).to_owned(),
        together: pair.together,
        strength: cohort.value("association", Ok(pair.strength), &behind[&(pair.first, pair.second)]),
    };
    pairs.iter().map(of).collect()
}
