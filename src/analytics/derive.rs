//! Derived columns: what rules say of each document, made from one reading of the stored documents.
//!
//! A [`Group`] is a set of columns that the same rules make, with the version of these rules. Two sorts of rules:
//!
//! - [`Group::each`]: a document's values follow from the document alone. Documents that had values by these rules
//!   keep them, so only new ones are read.
//! - [`Group::whole`]: its values depend on others too (names of one organisation, publications of one application).
//!   Each document is reduced to a few facts while all are read; the values follow when all facts are there.
//!
//! [`columns`] runs every group that is due over one scan; [`crate::index::Writer::put_columns`] makes a snapshot of
//! the result. A group is due where a column is missing, was made by other rules, or does not reach the last document;
//! deleting documents alone makes nothing due.
//!
//! ```no_run
//! use patnav::analytics::derive::{self, Group, Scope};
//! use patnav::index::{ColumnKind, Reader, Value};
//! # fn run(reader: &Reader) -> patnav::index::Result<()> {
//! let lengths = Group::each("lengths", "lengths-1", &[("title_chars", ColumnKind::Integer)], |_, publication| {
//!     let chars: usize = publication.titles.iter().map(|title| title.text.chars().count()).sum();
//!     vec![i64::try_from(chars).map_or(Value::Missing, Value::Integer)]
//! });
//! let built = derive::columns(reader, vec![lengths], Scope::Due, &|_, _| true)?;
//! # Ok(()) }
//! ```

mod claims;
mod industry;
mod legal;
mod phrases;
mod tags;
#[cfg(test)]
mod tests;

use rayon::prelude::*;

pub use claims::{CLAIMS, claims};
pub use industry::{INDUSTRY, industries};
pub use legal::{LEGAL, legal};
pub use phrases::{PHRASES, phrases};
pub use tags::{computed, tags};

use crate::index::{ColumnBuilder, ColumnKind, Error, Reader, Result, Value};
use crate::patent::Publication;

/// Columns that the same rules make.
pub struct Group<'a> {
    id: &'static str,
    version: String,
    columns: &'static [(&'static str, ColumnKind)],
    /// Whether a document's values depend on others too.
    is_whole: bool,
    rules: Box<dyn Rules + 'a>,
}

/// Which groups to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Those that are due, and of `each` rules only what is missing.
    Due,
    /// All of them, for every document.
    All,
}

/// The rules of a group at work.
trait Rules {
    /// Hears of some documents, in docno order.
    fn take(&mut self, batch: &[(u32, Publication)], rows: &mut Rows);
    /// Hears that there are no more.
    fn finish(&mut self, reader: &Reader, rows: &mut Rows) -> Result<()>;
}

/// The columns of a group under construction.
pub struct Rows {
    columns: Vec<ColumnBuilder>,
    next: u32,
}

impl<'a> Group<'a> {
    /// Returns a group whose values follow from each document alone.
    ///
    /// `id` is how a user names it, `version` the id of the rules; `values` gives one value for each column and runs
    /// on all cores.
    pub fn each(
        id: &'static str,
        version: impl Into<String>,
        columns: &'static [(&'static str, ColumnKind)],
        values: impl Fn(u32, &Publication) -> Vec<Value> + Sync + 'a,
    ) -> Self {
        Self { id, version: version.into(), columns, is_whole: false, rules: Box::new(Each(values)) }
    }

    /// Returns a group whose values need all documents.
    ///
    /// `facts` reduces a document to what matters and runs on all cores; keep it small, the facts of all documents
    /// are in memory together. `finish` gets them in docno order and gives rows in docno order too.
    pub fn whole<T: Send + 'a>(
        id: &'static str,
        version: impl Into<String>,
        columns: &'static [(&'static str, ColumnKind)],
        facts: impl Fn(u32, &Publication) -> T + Sync + 'a,
        finish: impl Fn(Vec<(u32, T)>, &Reader, &mut Rows) -> Result<()> + 'a,
    ) -> Self {
        let rules = Whole { facts, finish, found: Vec::new() };
        Self { id, version: version.into(), columns, is_whole: true, rules: Box::new(rules) }
    }

    /// Returns how a user names the group.
    pub fn id(&self) -> &'static str {
        self.id
    }

    /// Returns the id of the rules.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Returns the names and kinds of the columns.
    pub fn columns(&self) -> &'static [(&'static str, ColumnKind)] {
        self.columns
    }

    /// Returns the first docno that lacks values by these rules, `None` where none does.
    fn due_from(&self, reader: &Reader) -> Option<u32> {
        let end = reader.alive().end();
        let covered = |(name, kind): &(&str, ColumnKind)| {
            let made = reader.columns().find(|(known, ..)| known == name);
            let is_ours = made.is_some_and(|(_, made, version)| made == *kind && version == self.version);
            let column = reader.column(name).ok().filter(|_| is_ours);
            column.map_or(0, |column| u32::try_from(column.n_documents()).unwrap_or(end).min(end))
        };
        let from = self.columns.iter().map(covered).min().unwrap_or(end);
        if from >= end { None } else { Some(if self.is_whole { 0 } else { from }) }
    }
}

impl Rows {
    /// Starts the columns of a group with the values that the documents before `from` have.
    fn begin(reader: &Reader, group: &Group<'_>, from: u32) -> Result<Self> {
        let mut columns = Vec::new();
        for (name, kind) in group.columns {
            let mut column = ColumnBuilder::new(*name, *kind, group.version.clone());
            if from > 0 {
                column.take_over(reader.column(name)?, from);
            }
            columns.push(column);
        }
        Ok(Self { columns, next: from })
    }

    /// Gives a document its values, one for each column; a missing one is unknown. Docnos ascend; those passed over
    /// have no values.
    pub fn put(&mut self, docno: u32, values: &[Value]) {
        debug_assert!(docno >= self.next, "rows are put in docno order");
        for _ in self.next..docno {
            self.columns.iter_mut().for_each(|column| column.push(&Value::Missing));
        }
        for (at, column) in self.columns.iter_mut().enumerate() {
            column.push(values.get(at).unwrap_or(&Value::Missing));
        }
        self.next = docno + 1;
    }

    fn end(mut self, end: u32) -> Vec<ColumnBuilder> {
        for _ in self.next..end {
            self.columns.iter_mut().for_each(|column| column.push(&Value::Missing));
        }
        self.columns
    }
}

struct Each<F>(F);

impl<F: Fn(u32, &Publication) -> Vec<Value> + Sync> Rules for Each<F> {
    fn take(&mut self, batch: &[(u32, Publication)], rows: &mut Rows) {
        let values = &self.0;
        let found: Vec<Vec<Value>> =
            batch.par_iter().map(|(docno, publication)| values(*docno, publication)).collect();
        for ((docno, _), values) in batch.iter().zip(&found) {
            rows.put(*docno, values);
        }
    }

    fn finish(&mut self, _: &Reader, _: &mut Rows) -> Result<()> {
        Ok(())
    }
}

struct Whole<F, G, T> {
    facts: F,
    finish: G,
    found: Vec<(u32, T)>,
}

impl<F, G, T> Rules for Whole<F, G, T>
where
    F: Fn(u32, &Publication) -> T + Sync,
    G: Fn(Vec<(u32, T)>, &Reader, &mut Rows) -> Result<()>,
    T: Send,
{
    fn take(&mut self, batch: &[(u32, Publication)], _: &mut Rows) {
        let facts = &self.facts;
        let found = batch.par_iter().map(|(docno, publication)| (*docno, facts(*docno, publication)));
        self.found.extend(found.collect::<Vec<_>>());
    }

    fn finish(&mut self, reader: &Reader, rows: &mut Rows) -> Result<()> {
        (self.finish)(std::mem::take(&mut self.found), reader, rows)
    }
}

/// Makes the columns of the groups that are due, from one scan of the stored documents; empty where none is.
///
/// `progress` is told how many documents were read of how many; it returns `false` to cancel.
///
/// # Errors
/// [`Error::Cancelled`]; those of reading documents and of the groups.
pub fn columns(
    reader: &Reader,
    groups: Vec<Group<'_>>,
    scope: Scope,
    progress: &dyn Fn(u64, u64) -> bool,
) -> Result<Vec<ColumnBuilder>> {
    let mut work = Vec::new();
    for group in groups {
        let from = if scope == Scope::All { Some(0) } else { group.due_from(reader) };
        if let Some(from) = from {
            let rows = Rows::begin(reader, &group, from)?;
            work.push((group, rows, from));
        }
    }
    let Some(first) = work.iter().map(|(.., from)| *from).min() else { return Ok(Vec::new()) };
    let total = reader.alive().iter().filter(|docno| *docno >= first).count() as u64;
    let mut done = 0;
    let mut tell = |n: usize| {
        done += n as u64;
        if progress(done, total) { Ok(()) } else { Err(Error::Cancelled) }
    };
    tell(0)?;
    reader.scan_batches(first, &mut |batch| {
        for (group, rows, from) in &mut work {
            let start = batch.partition_point(|(docno, _)| docno < from);
            group.rules.take(&batch[start..], rows);
        }
        tell(batch.len())
    })?;
    let mut built = Vec::new();
    for (mut group, mut rows, _) in work {
        group.rules.finish(reader, &mut rows)?;
        built.extend(rows.end(reader.alive().end()));
        tell(0)?;
    }
    Ok(built)
}
