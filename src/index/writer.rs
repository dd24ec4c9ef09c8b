//! Writing: documents in, a new snapshot out.
//!
//! Everything is prepared in `work/` and in a new snapshot folder; the rename of `CURRENT` is the commit (`publish`).
//! Until then a killed process leaves only files that the next writer sweeps away.
//!
//! Records about one document meet here: [`Writer::upsert`] finds the document that a record is about,
//! merges the two (`patent::merge`), gives the result a fresh docno and buries the old one. The documents themselves
//! are written by `batch`, vectors by `spaces`; `compact` gives dense docnos again.

use std::fs;
use std::path::{Path, PathBuf};

use super::batch::Batch;
use super::changes::{Change, ChangeKind, Changes, changed_fields};
use super::documents::Documents;
use super::error::{Error, Result};
use super::manifest::{ColumnEntry, FORMAT, Manifest, missing_or};
use super::names::{self, Names};
use super::options::{ColumnBuilder, Options, Progress, SourceFile, Stage, Upsert, proceed};
use super::publish::{CrashPoint, read_sources};
use super::set::DocnoSet;
use super::snapshot::{Layout, Pointer, WriterLock};
use super::spaces;
use crate::patent::{self, Publication};
use crate::text::Analyzer;

/// The writer of a data folder. There is one at a time.
///
/// After an error everything added since the last commit is dropped; the snapshot before stays current and whole.
pub struct Writer {
    pub(super) layout: Layout,
    _lock: WriterLock,
    pub(super) analyzer: Analyzer,
    pub(super) options: Options,
    pub(super) base: Option<Base>,
    pending: Option<Batch>,
    #[cfg(test)]
    pub(super) crash_at: Option<CrashPoint>,
}

/// The snapshot that the next one builds on.
pub(super) struct Base {
    pub(super) manifest: Manifest,
    pub(super) dir: PathBuf,
    pub(super) names: Names,
    pub(super) documents: Documents,
    pub(super) alive: DocnoSet,
}

impl Writer {
    /// Opens a data folder for writing, and sweeps away what a killed writer left.
    ///
    /// # Errors
    /// [`Error::Locked`] while another process writes, [`Error::Incompatible`] for a folder of a newer version.
    pub fn open(root: &Path, analyzer: Analyzer, options: Options) -> Result<Self> {
        let layout = Layout::new(root);
        let lock = WriterLock::acquire(&layout)?;
        let pointer = layout.pointer()?;
        let open = |pointer: &Pointer| Base::open(layout.snapshot(pointer.id), &pointer.manifest_hash);
        let base = pointer.as_ref().map(open).transpose()?;
        layout.sweep(pointer.map(|pointer| pointer.id), options.now)?;
        layout.empty_work()?;
        Ok(Self {
            layout,
            _lock: lock,
            analyzer,
            options,
            base,
            pending: None,
            #[cfg(test)]
            crash_at: None,
        })
    }

    /// Returns whether a source file was indexed as it is now.
    pub fn knows_source(&self, source: &SourceFile) -> Result<bool> {
        Ok(self.sources()?.contains(source))
    }

    /// Returns the source files indexed so far.
    pub fn sources(&self) -> Result<Vec<SourceFile>> {
        let Some(base) = &self.base else { return Ok(Vec::new()) };
        read_sources(&base.dir.join(&base.manifest.sources.name))
    }

    /// Adds a record, or merges it into the document that it is about.
    ///
    /// An application-only record merges into the earliest publication of its application;
    /// a publication takes over the application-only record that was there before it.
    ///
    /// # Errors
    /// Those of the disk. Everything added since the last commit is then dropped.
    pub fn upsert(&mut self, record: Publication) -> Result<Upsert> {
        let done = self.merge_in(record);
        self.or_drop(done)
    }

    fn merge_in(&mut self, record: Publication) -> Result<Upsert> {
        self.begin()?;
        let Some(docno) = self.find(&record)? else {
            let change = Change { key: record.key(), kind: ChangeKind::Added, fields: Vec::new() };
            let batch = self.batch();
            batch.push(&record)?;
            batch.changes.push(change);
            return Ok(Upsert::Added);
        };
        let before = self.stored(docno)?;
        let mut after = before.clone();
        patent::merge::merge(&mut after, record);
        if after == before {
            return Ok(Upsert::Unchanged);
        }
        let batch = self.batch();
        batch.bury(docno);
        batch.push(&after)?;
        let (old_key, key) = (before.key(), after.key());
        if old_key == key {
            let fields = changed_fields(&before, &after);
            batch.changes.push(Change { key, kind: ChangeKind::Updated, fields });
        } else {
            batch.changes.push(Change { key: old_key, kind: ChangeKind::Removed, fields: Vec::new() });
            batch.changes.push(Change { key, kind: ChangeKind::Added, fields: Vec::new() });
        }
        Ok(Upsert::Updated)
    }

    /// Deletes the document with this key or number; several where the number is that of an application.
    ///
    /// Returns the keys deleted, none where no document has the name.
    ///
    /// # Errors
    /// As [`Writer::upsert`].
    pub fn delete(&mut self, name: &str) -> Result<Vec<String>> {
        let done = self.take_out(name);
        self.or_drop(done)
    }

    fn take_out(&mut self, name: &str) -> Result<Vec<String>> {
        self.begin()?;
        let found =
            names::candidates(name).iter().map(|name| self.docnos(name)).find(|found| !found.is_empty());
        let mut keys = Vec::new();
        for docno in found.unwrap_or_default() {
            let key = self.stored(docno)?.key();
            let change = Change { key: key.clone(), kind: ChangeKind::Removed, fields: Vec::new() };
            let batch = self.batch();
            batch.bury(docno);
            batch.changes.push(change);
            keys.push(key);
        }
        Ok(keys)
    }

    /// Returns the number of documents added, updated or removed since the last commit.
    pub fn n_changes(&self) -> usize {
        self.pending.as_ref().map_or(0, |batch| batch.changes.len())
    }

    /// Makes everything since the last commit a new snapshot and returns its number; without any documents too,
    /// which brings vectors up to date with changed options.
    ///
    /// `sources` are the files read for it. The graph over a large vector space is built by
    /// [`Writer::build_graphs`] afterwards, so that answers need not wait for it.
    ///
    /// # Errors
    /// Whatever the error, the snapshot before stays current and whole; what was to be committed is dropped.
    pub fn commit(&mut self, sources: &[SourceFile], progress: &Progress<'_>) -> Result<u64> {
        let done = self.commit_batch(sources, progress);
        self.or_drop(done)
    }

    fn commit_batch(&mut self, sources: &[SourceFile], progress: &Progress<'_>) -> Result<u64> {
        self.begin()?;
        self.crash(CrashPoint::Adding)?;
        let batch = self.pending.take().expect("begun above");
        proceed(progress, Stage::Writing, 0, 1)?;
        let id = self.next_id()?;
        let finished =
            batch.finish(&self.layout.work(), self.base.as_ref(), id, &|| self.crash(CrashPoint::Text))?;
        let sources = self.write_sources(sources, id)?;
        self.crash(CrashPoint::Files)?;
        proceed(progress, Stage::Writing, 1, 1)?;
        let mut manifest = Manifest {
            format: FORMAT,
            id,
            created: self.options.now,
            statistics: finished.statistics,
            docno_end: finished.alive.end(),
            packs: finished.packs,
            columns: finished.columns,
            names: finished.names,
            alive: finished.alive_file,
            changes: finished.changes,
            sources,
            text: finished.text,
            model: self.base.as_ref().and_then(|base| base.manifest.model.clone()),
            spaces: self.base.as_ref().map_or_else(Default::default, |base| base.manifest.spaces.clone()),
        };
        spaces::update(self, &mut manifest, &finished.alive, finished.first_docno, progress)?;
        self.publish(manifest, progress)
    }

    /// Adds derived columns: a new snapshot that shares everything else with the current one.
    ///
    /// # Errors
    /// [`Error::NoSnapshot`] before the first commit; [`Error::Uncommitted`] while documents wait for one;
    /// [`Error::Query`] for a name that cannot be, or more values than docnos.
    pub fn put_columns<C: Into<ColumnBuilder>>(
        &mut self,
        columns: Vec<C>,
        progress: &Progress<'_>,
    ) -> Result<u64> {
        let (mut manifest, work) = self.derive()?;
        let base = self.base.as_ref().ok_or_else(|| Error::NoSnapshot { path: self.layout.root.clone() })?;
        for column in columns {
            let column: ColumnBuilder = column.into();
            check_column(&column, &base.manifest)?;
            let path = work.join(format!("{}-{:06}.col", column.name, manifest.id));
            let file = column.values.finish(&path, &|docno| base.alive.contains(docno))?;
            let entry = ColumnEntry { file, kind: column.kind, version: column.version, base: false };
            manifest.columns.insert(column.name, entry);
        }
        self.publish(manifest, progress)
    }

    /// Builds the graphs that large vector spaces still lack: a new snapshot that shares everything else.
    ///
    /// Returns `None` where none is lacking.
    ///
    /// # Errors
    /// [`Error::Uncommitted`] while documents wait for a commit; [`Error::Cancelled`].
    pub fn build_graphs(&mut self, progress: &Progress<'_>) -> Result<Option<u64>> {
        if !self.base.as_ref().map_or(Ok(false), |base| spaces::lack_graphs(&base.dir, &base.manifest))? {
            return Ok(None);
        }
        let (mut manifest, _) = self.derive()?;
        spaces::build_graphs(self, &mut manifest, progress)?;
        self.publish(manifest, progress).map(Some)
    }

    /// Starts a snapshot that differs from the current one in derived files only, with an empty work folder.
    fn derive(&mut self) -> Result<(Manifest, PathBuf)> {
        if self.n_changes() > 0 {
            return Err(Error::Uncommitted);
        }
        self.drop_batch();
        let base = self.base.as_ref().ok_or_else(|| Error::NoSnapshot { path: self.layout.root.clone() })?;
        self.layout.empty_work()?;
        let (id, work) = (self.next_id()?, self.layout.work());
        let changes = Changes::default().write(&work.join(format!("changes-{id:06}.jsonl.zst")))?;
        Ok((Manifest { id, created: self.options.now, changes, ..base.manifest.clone() }, work))
    }

    /// Starts a batch where there is none.
    fn begin(&mut self) -> Result<()> {
        if self.pending.is_none() {
            self.layout.empty_work()?;
            let work = self.layout.work();
            self.pending = Some(Batch::begin(&work, self.base.as_ref(), &self.analyzer, &self.options)?);
        }
        Ok(())
    }

    fn batch(&mut self) -> &mut Batch {
        self.pending.as_mut().expect("every caller begins first")
    }

    /// Drops a batch, which holds nothing that matters to the caller.
    pub(super) fn drop_batch(&mut self) {
        self.pending = None;
    }

    /// After an error a batch may be half written: it is dropped.
    fn or_drop<T>(&mut self, done: Result<T>) -> Result<T> {
        if done.is_err() {
            self.pending = None;
        }
        done
    }

    /// Finds the live document that a record is about.
    fn find(&mut self, record: &Publication) -> Result<Option<u32>> {
        let key = record.key();
        if let Some(docno) = self.docnos(&key).first()
            && (record.number.is_some() || self.has_key(*docno, &key)?)
        {
            return Ok(Some(*docno));
        }
        if let Some(number) = &record.number {
            let bare = patent::PublicationNumber { kind: None, ..number.clone() }.to_string();
            // Without a kind the record may be about any publication of that serial; with one, only about a
            // document that is known without a kind.
            for docno in self.docnos(&bare) {
                if number.kind.is_none() || self.has_key(docno, &bare)? {
                    return Ok(Some(docno));
                }
            }
        }
        let Some(application) = &record.application else { return Ok(None) };
        let name = format!("app:{application}");
        let found = self.docnos(&name);
        if record.number.is_some() {
            for docno in found {
                if self.has_key(docno, &name)? {
                    return Ok(Some(docno));
                }
            }
            return Ok(None);
        }
        let mut publications = Vec::new();
        for docno in found {
            let publication = self.stored(docno)?;
            let date = publication.publication_date;
            publications.push((date.is_none(), date, publication.key(), docno));
        }
        Ok(publications.into_iter().min().map(|(.., docno)| docno))
    }

    /// Returns the live documents of a name, ascending.
    fn docnos(&self, name: &str) -> Vec<u32> {
        let old = self.base.as_ref().map_or_else(Vec::new, |base| {
            let found = base.names.find(name).into_iter();
            found.filter(|docno| base.alive.contains(*docno)).collect()
        });
        let Some(batch) = &self.pending else { return old };
        let all = old.into_iter().chain(batch.docnos(name).iter().copied());
        all.filter(|docno| !batch.is_dead(*docno)).collect()
    }

    /// Returns whether the key of a live document is `key`: it may also be found by a name that is no key.
    fn has_key(&self, docno: u32, key: &str) -> Result<bool> {
        match (&self.pending, &self.base) {
            (Some(batch), _) if docno >= batch.first_docno() => Ok(batch.has_key(docno, key)),
            (_, Some(base)) => Ok(base.documents.document(docno)?.key() == key),
            _ => Ok(false),
        }
    }

    fn stored(&mut self, docno: u32) -> Result<Publication> {
        match &self.base {
            Some(base) if docno < base.manifest.docno_end => base.documents.whole(docno),
            _ => self.batch().read(docno),
        }
    }
}

/// Refuses a derived column that could not be stored, or would take the place of one of the index's own.
fn check_column(column: &ColumnBuilder, manifest: &Manifest) -> Result<()> {
    let name = &column.name;
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if name.is_empty() || name.len() > MAX_COLUMN_NAME || !name.chars().all(plain) {
        let what =
            format!("`{name}` is no name for a column; use at most {MAX_COLUMN_NAME} of a-z, 0-9 and `_`");
        return Err(Error::Query { what });
    }
    if manifest.columns.get(name).is_some_and(|entry| entry.base) {
        let what = format!("column `{name}` is made by the index itself; choose another name");
        return Err(Error::Query { what });
    }
    let (n, end) = (column.n_documents(), manifest.docno_end);
    if n > end as usize {
        return Err(Error::Query { what: format!("column `{name}` has {n} values for {end} docnos") });
    }
    Ok(())
}

/// Bytes of the longest name of a derived column.
const MAX_COLUMN_NAME: usize = 64;

impl Base {
    pub(super) fn open(dir: PathBuf, manifest_hash: &str) -> Result<Self> {
        let manifest = Manifest::read(&dir, Some(manifest_hash))?;
        Ok(Self {
            documents: Documents::open(&manifest.packs, &|name| dir.join(name))?,
            names: Names::open(&dir.join(&manifest.names.name))?,
            alive: read_alive(&dir.join(&manifest.alive.name), manifest.docno_end)?,
            manifest,
            dir,
        })
    }
}

/// Reads the live docnos of a snapshot.
pub(super) fn read_alive(path: &Path, docno_end: u32) -> Result<DocnoSet> {
    let bytes = fs::read(path).map_err(|error| missing_or(error, path))?;
    let bitmap = roaring::RoaringBitmap::deserialize_from(&bytes[..])
        .map_err(|error| Error::corrupt(path, error.to_string()))?;
    if bitmap.max().is_some_and(|docno| docno >= docno_end) {
        return Err(Error::corrupt(path, "it names documents that do not exist"));
    }
    let mut alive = DocnoSet::empty(docno_end);
    alive.extend(bitmap);
    Ok(alive)
}
