//! Exact counts over a match set, by group: a family counts once for each value that any of its members holds.
//!
//! Most groups have one member in the set: these are read in the order of documents, in which the columns lie. The others
//! are put in order of groups once, and a value counts where the group before it that held the value was another one.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::error::{Error, Result};
use super::filter;
use super::legal::{self, Days, StatesOn};
use super::page::Groups;
use super::request::{Collapse, MAX_FACET_VALUES};
use super::response::{FacetCount, Truncated};
use crate::index::{Column, ColumnKind, DocnoSet, Reader};

/// Stands for "no group yet".
const NO_GROUP: u32 = u32::MAX;

/// A match set by its groups.
pub(super) struct Counter {
    /// The documents that are alone in their group, ascending.
    alone: Vec<u32>,
    /// The others with the numbers of their groups, those of one group side by side.
    together: Vec<(u32, u32)>,
}

impl Counter {
    /// Finds who is alone, and puts the others in order.
    pub(super) fn new(set: &DocnoSet, groups: &Groups<'_>) -> Self {
        let (alone, mut others) = groups.part(set);
        others.sort_unstable();
        let mut number = 0;
        let mut together = Vec::with_capacity(others.len());
        for (index, (group, docno)) in others.iter().enumerate() {
            number += u32::from(index > 0 && others[index - 1].0 != *group);
            together.push((*docno, number));
        }
        Self { alone, together }
    }

    /// Counts the values of a column; most frequent first, equal counts by value.
    ///
    /// # Errors
    /// [`Error::UnknownFacet`].
    pub(super) fn count(
        &self,
        reader: &Reader,
        name: &str,
        truncated: &mut Vec<Truncated>,
    ) -> Result<Vec<FacetCount>> {
        if let Some((column @ (legal::STATE | legal::DETAIL), on)) = name.split_once('@') {
            return self.states(reader, column, on);
        }
        if let Some(why) = filter::no_industry(reader, name) {
            return Err(Error::NotExecutable { part: name.to_owned(), why });
        }
        let column = reader.column(column_of(name)).map_err(|_| {
            let columns = reader.columns().map(|(known, ..)| known.to_owned()).collect();
            Error::UnknownFacet { name: name.to_owned(), columns }
        })?;
        let (mut counts, text): (Vec<(u64, i64)>, &dyn Fn(i64) -> String) = match column.kind() {
            ColumnKind::Keyword => (self.keywords(column), &|value| {
                column.keyword(u32::try_from(value).unwrap_or_default()).to_owned()
            }),
            ColumnKind::Integer => (self.integers(column), &|value| value.to_string()),
            ColumnKind::Date => (self.integers(column), &|value| {
                crate::index::date(value).map(|date| date.to_string()).unwrap_or_default()
            }),
        };
        // Ordinals and numbers ascend as their values do.
        let order = |a: &(u64, i64), b: &(u64, i64)| b.0.cmp(&a.0).then(a.1.cmp(&b.1));
        let n_values = counts.len();
        if n_values > MAX_FACET_VALUES {
            truncated.push(Truncated {
                what: format!("facet `{name}`"),
                why: format!("{n_values} values, the {MAX_FACET_VALUES} most frequent are shown"),
            });
            counts.select_nth_unstable_by(MAX_FACET_VALUES - 1, order);
            counts.truncate(MAX_FACET_VALUES);
        }
        counts.sort_unstable_by(order);
        Ok(counts.into_iter().map(|(n, value)| FacetCount { value: text(value), n }).collect())
    }

    /// Counts legal states on a day: `legal_state@2020-01-31`, as known as of the snapshot;
    /// `legal_state@2020-01-31@2019-06-30`, as known on the second day.
    fn states(&self, reader: &Reader, column: &str, days: &str) -> Result<Vec<FacetCount>> {
        let mut ends = days.splitn(2, '@');
        let Some(days) = Days::read(reader, ends.next(), ends.next())? else { return Ok(Vec::new()) };
        let states = StatesOn::new(reader, days)?;
        let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
        let name_of = |docno: u32| {
            let (simple, detail) = states.of(docno)?;
            Some(if column == legal::STATE { simple.name() } else { detail.name() })
        };
        for name in self.alone.iter().filter_map(|docno| name_of(*docno)) {
            tallies.entry(name).or_insert(Tally::NONE).n += 1;
        }
        for (docno, group) in &self.together {
            if let Some(name) = name_of(*docno) {
                tallies.entry(name).or_insert(Tally::NONE).add(*group);
            }
        }
        let count = |(value, tally): (&str, Tally)| FacetCount { value: value.to_owned(), n: tally.n.into() };
        let mut facet: Vec<FacetCount> = tallies.into_iter().map(count).collect();
        facet.sort_by(|a, b| b.n.cmp(&a.n).then_with(|| a.value.cmp(&b.value)));
        Ok(facet)
    }

    fn keywords(&self, column: &Column) -> Vec<(u64, i64)> {
        let mut tallies = vec![Tally::NONE; column.n_distinct()];
        let ordinals = column.all_ordinals();
        for docno in &self.alone {
            for ordinal in ordinals.of(*docno) {
                if let Some(tally) = tallies.get_mut(*ordinal as usize) {
                    tally.n += 1;
                }
            }
        }
        for (docno, group) in &self.together {
            for ordinal in ordinals.of(*docno) {
                if let Some(tally) = tallies.get_mut(*ordinal as usize) {
                    tally.add(*group);
                }
            }
        }
        (0_i64..)
            .zip(&tallies)
            .filter(|(_, tally)| tally.n > 0)
            .map(|(n, tally)| (tally.n.into(), n))
            .collect()
    }

    fn integers(&self, column: &Column) -> Vec<(u64, i64)> {
        // Years and other small numbers lie near the first one; a table of these costs less than a map.
        let documents = self.alone.iter().chain(self.together.iter().map(|(docno, _)| docno));
        let first = documents.filter_map(|docno| column.integer(*docno)).next().unwrap_or_default();
        let from = first.saturating_sub(i64::from(NEAR / 2)).min(i64::MAX - i64::from(NEAR));
        let mut near = vec![Tally::NONE; usize::from(NEAR)];
        let mut far: FxHashMap<i64, Tally> = FxHashMap::default();
        let mut tally = |value: i64, add: &dyn Fn(&mut Tally)| {
            let place = value.checked_sub(from).and_then(|place| usize::try_from(place).ok());
            match place.and_then(|place| near.get_mut(place)) {
                Some(tally) => add(tally),
                None => add(far.entry(value).or_insert(Tally::NONE)),
            }
        };
        for value in self.alone.iter().filter_map(|docno| column.integer(*docno)) {
            tally(value, &|tally| tally.n += 1);
        }
        for (docno, group) in &self.together {
            if let Some(value) = column.integer(*docno) {
                tally(value, &|tally| tally.add(*group));
            }
        }
        let near = near.into_iter().zip(from..).map(|(tally, value)| (value, tally));
        near.filter(|(_, tally)| tally.n > 0)
            .chain(far)
            .map(|(value, tally)| (tally.n.into(), value))
            .collect()
    }
}

/// Whole numbers that are counted in a table.
const NEAR: u16 = 4_096;

/// Groups that hold a value, and the last of them: side by side, one place in memory for each value.
#[derive(Clone, Copy)]
struct Tally {
    n: u32,
    last: u32,
}

impl Tally {
    const NONE: Self = Self { n: 0, last: NO_GROUP };

    /// Counts a group once, if its documents come one after the other.
    fn add(&mut self, group: u32) {
        if self.last != group {
            *self = Self { n: self.n + 1, last: group };
        }
    }
}

/// Counts the values of columns over any set of documents, a group of the given kind once for each value; most frequent
/// first, equal counts by value, [`MAX_FACET_VALUES`] of each column at most.
///
/// # Errors
/// [`Error::UnknownFacet`].
pub fn facets(
    reader: &Reader,
    set: &DocnoSet,
    collapse: Collapse,
    names: &[&str],
) -> Result<(BTreeMap<String, Vec<FacetCount>>, Vec<Truncated>)> {
    let counter = Counter::new(set, &Groups::new(reader, collapse)?);
    let mut truncated = Vec::new();
    let mut counted = BTreeMap::new();
    for name in names {
        counted.insert((*name).to_owned(), counter.count(reader, name, &mut truncated)?);
    }
    Ok((counted, truncated))
}

/// Returns the column that a facet counts; short names stand for the usual ones.
fn column_of(name: &str) -> &str {
    match name {
        "year" => "filing_year",
        other => other,
    }
}
