//! Dense docnos again: a data folder in which many documents were updated or deleted is written afresh.
//!
//! Every column, filter and score table has a place for each docno ever given, and packs keep the documents that
//! updates and deletions buried. Above [`HOLES`] percent of buried docnos [`Writer::compact`] gives new numbers to
//! the live documents, in the same order, and writes them into one pack and fresh full text, from the stored
//! documents: sources are not read, and models and rules do not run. Derived columns and vectors move to the new
//! numbers. Keys stay, so nothing outside a snapshot notices; older snapshots keep their own numbers.

use super::batch::Batch;
use super::column::{Column, ColumnWriter};
use super::error::{Error, Result};
use super::manifest::{ColumnEntry, Manifest};
use super::options::{Progress, Stage, proceed};
use super::set::DocnoSet;
use super::spaces;
use super::writer::Writer;

/// Percent of docnos without a live document above which to compact.
const HOLES: u64 = 20;

/// Live documents written between two reports of progress.
const STEP: u64 = 512;

impl Writer {
    /// Gives dense docnos to the live documents where more than a fifth of all docnos are buried.
    ///
    /// Returns the number of the new snapshot, `None` where that is not due. Its list of changes is empty.
    ///
    /// # Errors
    /// [`Error::Uncommitted`] while documents wait for a commit; [`Error::Cancelled`]. Whatever the error, the
    /// snapshot before stays current and whole.
    pub fn compact(&mut self, progress: &Progress<'_>) -> Result<Option<u64>> {
        if self.n_changes() > 0 {
            return Err(Error::Uncommitted);
        }
        let Some(base) = &self.base else { return Ok(None) };
        let n_docnos = u64::from(base.manifest.docno_end);
        if (n_docnos - base.alive.len()) * 100 <= HOLES * n_docnos {
            return Ok(None);
        }
        self.drop_batch();
        self.layout.empty_work()?;
        self.renumber(progress).map(Some)
    }

    fn renumber(&mut self, progress: &Progress<'_>) -> Result<u64> {
        let base = self.base.as_ref().ok_or_else(|| Error::NoSnapshot { path: self.layout.root.clone() })?;
        let (work, id) = (self.layout.work(), self.next_id()?);
        let mut batch = Batch::begin(&work, None, &self.analyzer, &self.options)?;
        let total = base.alive.len();
        for (done, docno) in (0..).zip(base.alive.iter()) {
            batch.push(&base.documents.whole(docno)?)?;
            if done % STEP == 0 {
                proceed(progress, Stage::Writing, done, total)?;
            }
        }
        let finished = batch.finish(&work, None, id, &|| Ok(()))?;
        let mut manifest = Manifest {
            id,
            created: self.options.now,
            statistics: finished.statistics,
            docno_end: finished.alive.end(),
            packs: finished.packs,
            columns: finished.columns,
            names: finished.names,
            alive: finished.alive_file,
            changes: finished.changes,
            text: finished.text,
            ..base.manifest.clone()
        };
        for (name, entry) in base.manifest.columns.iter().filter(|(_, entry)| !entry.base) {
            let column = Column::open(&base.dir.join(&entry.file.name))?;
            let mut writer = ColumnWriter::new(entry.kind);
            base.alive.iter().for_each(|docno| writer.push_from(&column, docno));
            let file = writer.finish(&work.join(format!("{name}-{id:06}.col")), &|_| true)?;
            manifest.columns.insert(name.clone(), ColumnEntry { file, ..entry.clone() });
        }
        let renumber = Renumbering::of(&base.alive);
        spaces::renumber(&work, base, &mut manifest, &|docno| renumber.new_docno(docno))?;
        self.publish(manifest, progress)
    }
}

/// Old docnos to new ones: a live document's new docno is the number of live documents before it.
struct Renumbering(Vec<u32>);

impl Renumbering {
    fn of(alive: &DocnoSet) -> Self {
        let mut new = vec![u32::MAX; alive.end() as usize];
        for (number, docno) in (0..).zip(alive.iter()) {
            new[docno as usize] = number;
        }
        Self(new)
    }

    fn new_docno(&self, docno: u32) -> Option<u32> {
        self.0.get(docno as usize).copied().filter(|new| *new != u32::MAX)
    }
}
