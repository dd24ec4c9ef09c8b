//! Exact counts over a match set, by group: a family counts once for each value that any of its members holds.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::error::{Error, Result};
use super::legal::{self, Days, StatesOn};
use super::page::Groups;
use super::request::MAX_FACET_VALUES;
use super::response::{FacetCount, Truncated};
use crate::index::{ColumnKind, DocnoSet, Reader};

/// Counts the values of a column; most frequent first, equal counts by value.
pub(super) fn count(
    reader: &Reader,
    name: &str,
    set: &DocnoSet,
    groups: &Groups<'_>,
    truncated: &mut Vec<Truncated>,
) -> Result<Vec<FacetCount>> {
    if let Some((column @ (legal::STATE | legal::DETAIL), on)) = name.split_once('@') {
        return states(reader, column, on, set, groups);
    }
    let column = reader.column(column_of(name)).map_err(|_| {
        let columns = reader.columns().map(|(known, ..)| known.to_owned()).collect();
        Error::UnknownFacet { name: name.to_owned(), columns }
    })?;
    // (value, group) pairs seen; a value is an ordinal, or the number itself.
    let mut seen: FxHashSet<(i64, u64)> = FxHashSet::default();
    let mut counts: rustc_hash::FxHashMap<i64, u64> = rustc_hash::FxHashMap::default();
    let mut add = |value: i64, group: u64| {
        if seen.insert((value, group)) {
            *counts.entry(value).or_default() += 1;
        }
    };
    for docno in set.iter() {
        let group = groups.of(docno);
        match column.kind() {
            ColumnKind::Keyword => {
                column.ordinals(docno).iter().for_each(|ordinal| add(i64::from(*ordinal), group));
            }
            ColumnKind::Integer | ColumnKind::Date => {
                column.integer(docno).into_iter().for_each(|value| add(value, group));
            }
        }
    }
    let text = |value: i64| match column.kind() {
        ColumnKind::Keyword => column.keyword(u32::try_from(value).unwrap_or_default()).to_owned(),
        ColumnKind::Integer => value.to_string(),
        ColumnKind::Date => crate::index::date(value).map(|date| date.to_string()).unwrap_or_default(),
    };
    let mut facet: Vec<FacetCount> =
        counts.into_iter().map(|(value, n)| FacetCount { value: text(value), n }).collect();
    facet.sort_by(|a, b| b.n.cmp(&a.n).then_with(|| a.value.cmp(&b.value)));
    if facet.len() > MAX_FACET_VALUES {
        truncated.push(Truncated {
            what: format!("facet `{name}`"),
            why: format!("{} values, the {MAX_FACET_VALUES} most frequent are shown", facet.len()),
        });
        facet.truncate(MAX_FACET_VALUES);
    }
    Ok(facet)
}

/// Counts legal states on a day: `legal_state@2020-01-31`, as known as of the snapshot;
/// `legal_state@2020-01-31@2019-06-30`, as known on the second day.
fn states(
    reader: &Reader,
    column: &str,
    days: &str,
    set: &DocnoSet,
    groups: &Groups<'_>,
) -> Result<Vec<FacetCount>> {
    let mut ends = days.splitn(2, '@');
    let Some(days) = Days::read(reader, ends.next(), ends.next())? else { return Ok(Vec::new()) };
    let states = StatesOn::new(reader, days)?;
    let mut seen: FxHashSet<(&str, u64)> = FxHashSet::default();
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for docno in set.iter() {
        let Some((simple, detail)) = states.of(docno) else { continue };
        let name = if column == legal::STATE { simple.name() } else { detail.name() };
        if seen.insert((name, groups.of(docno))) {
            *counts.entry(name).or_default() += 1;
        }
    }
    let mut facet: Vec<FacetCount> =
        counts.into_iter().map(|(value, n)| FacetCount { value: value.to_owned(), n }).collect();
    facet.sort_by(|a, b| b.n.cmp(&a.n).then_with(|| a.value.cmp(&b.value)));
    Ok(facet)
}

/// Returns the column that a facet counts; short names stand for the usual ones.
fn column_of(name: &str) -> &str {
    match name {
        "year" => "filing_year",
        other => other,
    }
}
