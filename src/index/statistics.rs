//! What every answer says of its snapshot, counted from the columns at each commit.

use std::collections::BTreeMap;
use std::path::Path;

use super::column::{self, Column};
use super::error::{Error, Result};
use super::manifest::{ColumnEntry, Statistics, last_complete_year};
use super::set::DocnoSet;

/// Counts the statistics of the next snapshot; its base columns lie in `work`.
pub(crate) fn of(
    work: &Path,
    columns: &BTreeMap<String, ColumnEntry>,
    alive: &DocnoSet,
) -> Result<Statistics> {
    let open = |name: &str| {
        let entry = columns.get(name).ok_or_else(|| Error::UnknownColumn { name: name.to_owned() })?;
        Column::open(&work.join(&entry.file.name))
    };
    let (kind, country, family) = (open("document_kind")?, open("country")?, open("family")?);
    let dates = [open("publication")?, open("filing")?, open("priority_date")?];
    let last_event = open("last_event")?;
    let (mut statistics, mut last_day) = (Statistics::default(), None);
    let mut families = vec![false; family.n_distinct()];
    let mut offices = vec![0_u64; country.n_distinct()];
    let mut kinds = vec![0_u64; kind.n_distinct()];
    let patent = kind.ordinal("patent");
    for docno in alive.iter() {
        statistics.n_documents += 1;
        kind.ordinals(docno).iter().for_each(|kind| kinds[*kind as usize] += 1);
        if kind.ordinals(docno).first().copied() != patent {
            continue;
        }
        statistics.n_patents += 1;
        family.ordinals(docno).iter().for_each(|family| families[*family as usize] = true);
        country.ordinals(docno).iter().for_each(|office| offices[*office as usize] += 1);
        last_day = last_day.max(dates[0].integer(docno)).max(last_event.integer(docno));
        statistics.n_undated += u64::from(dates.iter().all(|column| column.integer(docno).is_none()));
    }
    statistics.n_families = families.iter().filter(|held| **held).count() as u64;
    let named = |column: &Column, counts: Vec<u64>| -> BTreeMap<String, u64> {
        let counts = counts.into_iter().enumerate().filter(|(_, n)| *n > 0);
        counts
            .map(|(ordinal, n)| {
                let ordinal = u32::try_from(ordinal).expect("ordinals fit in 32 bits");
                (column.keyword(ordinal).to_owned(), n)
            })
            .collect()
    };
    statistics.offices = named(&country, offices);
    statistics.kinds = named(&kind, kinds);
    statistics.as_of = last_day.and_then(column::date);
    statistics.last_complete_year = statistics.as_of.map(last_complete_year);
    Ok(statistics)
}
