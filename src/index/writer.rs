//! Writing: documents in, a new snapshot out.
//!
//! Everything is prepared in `work/` and in a new snapshot folder; the rename of `CURRENT` is the commit.
//! Until then a killed process leaves only files that the next writer sweeps away.
//!
//! Records about one document meet here: [`Writer::upsert`] finds the document that a record is about,
//! merges the two (`patent::merge`), gives the result a fresh docno and buries the old one.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use super::base;
use super::changes::{Change, ChangeKind, Changes};
use super::column::{Column, ColumnKind, ColumnWriter, Value};
use super::error::{Error, Result};
use super::file::{self, FileEntry};
use super::lexical::{TextWriter, ZoneTexts};
use super::manifest::{ColumnEntry, FORMAT, Manifest, PackEntry};
use super::names::{self, Names};
use super::pack::{Pack, PackWriter};
use super::set::DocnoSet;
use super::snapshot::{Layout, Pointer, WriterLock};
use super::spaces;
use super::statistics;
use crate::patent::{self, Publication};
use crate::text::Analyzer;
use crate::text::embed::Embedder;

/// How to index.
#[derive(Clone)]
pub struct Options {
    /// Threads that analyse and write text, and that embed.
    pub threads: usize,
    /// Memory for full text under construction; more makes fewer, larger pieces.
    pub memory_bytes: usize,
    /// Whether descriptions can be searched. They are stored either way.
    pub index_descriptions: bool,
    /// Where vectors come from.
    pub embedding: Embedding,
    /// Pairs of terms that mean the same in Chinese and English, for a model trained here.
    pub equivalents: Vec<(String, String)>,
    /// The time of the commit.
    pub now: Timestamp,
}

/// Where vectors come from.
#[derive(Clone)]
pub enum Embedding {
    /// A model trained on the corpus itself.
    Lsa {
        /// Dimensions, or fewer where the corpus has a lower rank.
        dim: usize,
        /// The seed of the training.
        seed: u64,
    },
    /// A model from outside.
    External(Arc<dyn Embedder>),
    /// No vectors: search by words alone.
    Off,
}

/// A source file that was indexed, so that it need not be read again until it changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceFile {
    /// The path as given.
    pub path: String,
    /// The length.
    pub bytes: u64,
    /// The BLAKE3 hash, hexadecimal.
    pub blake3: String,
}

/// What an upsert did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Upsert {
    /// A new document.
    Added,
    /// A document that was there changed.
    Updated,
    /// The record says nothing new.
    Unchanged,
}

/// What a commit is doing, for progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Writing full text and columns.
    Writing,
    /// Training the embedding model.
    Training,
    /// Computing vectors.
    Embedding,
    /// Building the graph over the vectors.
    Graph,
    /// Linking the snapshot together.
    Publishing,
}

/// Told how a commit goes on: stage, steps done, steps in all. Returning `false` cancels.
pub type Progress<'a> = dyn Fn(Stage, u64, u64) -> bool + Sync + 'a;

/// The writer of a data folder. There is one at a time.
pub struct Writer {
    pub(super) layout: Layout,
    _lock: WriterLock,
    pub(super) analyzer: Analyzer,
    pub(super) options: Options,
    pub(super) base: Option<Base>,
    pending: Option<Pending>,
    #[cfg(test)]
    pub(super) crash_at: Option<CrashPoint>,
}

/// The points of a commit at which a test lets it die.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CrashPoint {
    Adding,
    Text,
    Files,
    Linking,
    Manifest,
    Pointer,
}

/// The snapshot that the next one builds on.
pub(super) struct Base {
    pub(super) manifest: Manifest,
    pub(super) dir: PathBuf,
    names: Names,
    packs: Vec<(Pack, Pack)>,
    pub(super) alive: DocnoSet,
}

/// Documents added since the last commit.
struct Pending {
    text: TextWriter,
    documents: PackWriter,
    descriptions: PackWriter,
    first_docno: u32,
    columns: Vec<ColumnWriter>,
    names: FxHashMap<String, Vec<u32>>,
    /// Documents of this batch that lack a kind or a publication number, by key: records that tell more replace them.
    keys: FxHashMap<String, u32>,
    /// Docnos of this batch or of the base that an update or a deletion buried.
    dead: FxHashSet<u32>,
    changes: Changes,
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
        let base = match &pointer {
            Some(pointer) => Some(Base::open(&layout, pointer)?),
            None => None,
        };
        layout.sweep(pointer.map(|pointer| pointer.id), options.now)?;
        let work = layout.work();
        if work.exists() {
            fs::remove_dir_all(&work).map_err(Error::io("empty", &work))?;
        }
        fs::create_dir_all(work.join("text")).map_err(Error::io("create", &work))?;
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
    pub fn upsert(&mut self, record: Publication) -> Result<Upsert> {
        self.begin()?;
        let existing = self.find(&record);
        let Some(docno) = existing else {
            let change = Change { key: record.key(), kind: ChangeKind::Added, fields: Vec::new() };
            self.write(&record)?;
            self.pending_mut().changes.push(change);
            return Ok(Upsert::Added);
        };
        let before = self.stored(docno)?;
        let mut after = before.clone();
        patent::merge::merge(&mut after, record);
        if after == before {
            return Ok(Upsert::Unchanged);
        }
        self.bury(docno);
        self.write(&after)?;
        let (old_key, key) = (before.key(), after.key());
        let fields = super::changes::changed_fields(&before, &after);
        let changes = &mut self.pending_mut().changes;
        if old_key != key {
            changes.push(Change { key: old_key, kind: ChangeKind::Removed, fields: Vec::new() });
            changes.push(Change { key, kind: ChangeKind::Added, fields: Vec::new() });
        } else {
            changes.push(Change { key, kind: ChangeKind::Updated, fields });
        }
        Ok(Upsert::Updated)
    }

    /// Deletes the document with this key or number; several where the number is that of an application.
    ///
    /// Returns the keys deleted, none where no document has the name.
    pub fn delete(&mut self, name: &str) -> Result<Vec<String>> {
        self.begin()?;
        let docnos =
            names::candidates(name).iter().map(|name| self.docnos(name)).find(|found| !found.is_empty());
        let mut keys = Vec::new();
        for docno in docnos.unwrap_or_default() {
            let key = self.stored(docno)?.key();
            self.bury(docno);
            let change = Change { key: key.clone(), kind: ChangeKind::Removed, fields: Vec::new() };
            self.pending_mut().changes.push(change);
            keys.push(key);
        }
        Ok(keys)
    }

    /// Returns the number of documents added, updated or removed since the last commit.
    pub fn n_changes(&self) -> usize {
        self.pending.as_ref().map_or(0, |pending| pending.changes.len())
    }

    /// Makes everything since the last commit a new snapshot and returns its number.
    ///
    /// `sources` are the files read for it. The graph over a large vector space is built by
    /// [`Writer::build_graphs`] afterwards, so that answers need not wait for it.
    ///
    /// # Errors
    /// Whatever the error, the snapshot before stays current and whole.
    pub fn commit(&mut self, sources: &[SourceFile], progress: &Progress<'_>) -> Result<u64> {
        self.begin()?;
        self.crash(CrashPoint::Adding)?;
        let pending = self.pending.take().expect("begun above");
        let work = self.layout.work();
        proceed(progress, Stage::Writing, 0, 1)?;
        let docno_end = pending.documents.next_docno();
        let mut alive = DocnoSet::empty(docno_end);
        if let Some(base) = &self.base {
            alive.extend(base.alive.iter());
        }
        alive.extend(pending.first_docno..docno_end);
        let mut kept = DocnoSet::empty(docno_end);
        kept.extend(alive.iter().filter(|docno| !pending.dead.contains(docno)));
        let alive = kept;

        pending.text.commit()?;
        self.crash(CrashPoint::Text)?;
        let seq = self.next_id()?;
        let mut packs = self.base.as_ref().map_or_else(Vec::new, |base| base.manifest.packs.clone());
        if docno_end > pending.first_docno {
            let (documents, descriptions) = (pending.documents.finish()?, pending.descriptions.finish()?);
            packs.push(PackEntry { documents, descriptions });
        }
        let columns = self.write_columns(pending.columns, &alive, seq)?;
        let names_entry = self.write_names(&pending.names, &alive, seq)?;
        let alive_entry = write_alive(&work.join(format!("alive-{seq:06}.set")), &alive)?;
        let changes = pending.changes.write(&work.join(format!("changes-{seq:06}.jsonl.zst")))?;
        let sources = self.write_sources(sources, seq)?;
        self.crash(CrashPoint::Files)?;
        let statistics = statistics::of(&work, &columns, &alive)?;
        proceed(progress, Stage::Writing, 1, 1)?;

        let mut manifest = Manifest {
            format: FORMAT,
            id: seq,
            created: self.options.now,
            statistics,
            docno_end,
            packs,
            columns,
            names: names_entry,
            alive: alive_entry,
            changes,
            sources,
            text: self.text_files(&work.join("text"))?,
            model: self.base.as_ref().and_then(|base| base.manifest.model.clone()),
            spaces: self.base.as_ref().map_or_else(BTreeMap::new, |base| base.manifest.spaces.clone()),
        };
        spaces::update(self, &mut manifest, &alive, pending.first_docno, progress)?;
        self.publish(manifest, progress)
    }

    /// Adds derived columns: a new snapshot that shares everything else with the current one.
    ///
    /// `values` holds one value for each docno; `version` is the id of the rules that made them.
    ///
    /// # Errors
    /// [`Error::NoSnapshot`] before the first commit, [`Error::Conflict`-kind](Error::Locked) never:
    /// documents added since the last commit must be committed first.
    pub fn put_columns(&mut self, columns: Vec<NewColumn>, progress: &Progress<'_>) -> Result<u64> {
        let seq = self.next_id()?;
        let work = self.layout.work();
        let base = self.base.as_ref().ok_or_else(|| Error::NoSnapshot { path: self.layout.root.clone() })?;
        let mut manifest = Manifest { id: seq, created: self.options.now, ..base.manifest.clone() };
        for column in columns {
            let mut writer = ColumnWriter::new(column.kind);
            column.values.iter().for_each(|value| writer.push(value));
            let path = work.join(format!("{}-{seq:06}.col", column.name));
            let file = writer.finish(&path, &|docno| base.alive.contains(docno))?;
            let entry = ColumnEntry { file, kind: column.kind, version: column.version, base: false };
            manifest.columns.insert(column.name, entry);
        }
        manifest.changes = Changes::default().write(&work.join(format!("changes-{seq:06}.jsonl.zst")))?;
        self.publish(manifest, progress)
    }

    /// Builds the graphs that large vector spaces still lack: a new snapshot that shares everything else.
    ///
    /// Returns `None` where none is lacking.
    pub fn build_graphs(&mut self, progress: &Progress<'_>) -> Result<Option<u64>> {
        let Some(base) = &self.base else { return Ok(None) };
        let seq = self.next_id()?;
        let mut manifest = Manifest { id: seq, created: self.options.now, ..base.manifest.clone() };
        if !spaces::build_graphs(self, &mut manifest, progress)? {
            return Ok(None);
        }
        let work = self.layout.work();
        manifest.changes = Changes::default().write(&work.join(format!("changes-{seq:06}.jsonl.zst")))?;
        self.publish(manifest, progress).map(Some)
    }

    /// Links a complete snapshot together and makes it current.
    fn publish(&mut self, manifest: Manifest, progress: &Progress<'_>) -> Result<u64> {
        proceed(progress, Stage::Publishing, 0, 1)?;
        let dir = self.layout.snapshot(manifest.id);
        fs::create_dir_all(dir.join("text")).map_err(Error::io("create", &dir))?;
        let work = self.layout.work();
        let files = manifest.files();
        for (n, (name, _)) in files.iter().enumerate() {
            let fresh = work.join(name);
            let old = self.base.as_ref().map(|base| base.dir.join(name));
            let from = if fresh.exists() { fresh } else { old.unwrap_or(fresh) };
            file::link_or_copy(&from, &dir.join(name))?;
            if n == files.len() / 2 {
                self.crash(CrashPoint::Linking)?;
            }
        }
        drop(files);
        let manifest_hash = manifest.write(&dir)?;
        for folder in [&dir.join("text"), &dir, &self.layout.root.join("snapshots")] {
            file::sync_dir(folder)?;
        }
        self.crash(CrashPoint::Manifest)?;
        let pointer = Pointer { id: manifest.id, manifest_hash };
        self.layout.set_pointer(&pointer)?;
        self.crash(CrashPoint::Pointer)?;
        self.base = Some(Base::open(&self.layout, &pointer)?);
        fs::remove_dir_all(&work).map_err(Error::io("empty", &work))?;
        fs::create_dir_all(work.join("text")).map_err(Error::io("create", &work))?;
        self.layout.sweep(Some(pointer.id), self.options.now)?;
        proceed(progress, Stage::Publishing, 1, 1)?;
        Ok(pointer.id)
    }

    /// Prepares the work folder for new documents.
    fn begin(&mut self) -> Result<()> {
        if self.pending.is_some() {
            return Ok(());
        }
        let work = self.layout.work();
        let first_docno = self.base.as_ref().map_or(0, |base| base.manifest.docno_end);
        if let Some(base) = &self.base {
            for entry in &base.manifest.text {
                let name = Path::new("text").join(&entry.name);
                file::link_or_copy(&base.dir.join(&name), &work.join(&name))?;
            }
            // The library rewrites its meta file in place of a link: give it one of its own.
            let meta = work.join("text/meta.json");
            let bytes = fs::read(&meta).map_err(Error::io("read", &meta))?;
            file::write(&meta, &bytes)?;
        }
        let threads = self.options.threads;
        let text = TextWriter::open(&work.join("text"), &self.analyzer, threads, self.options.memory_bytes)?;
        let mut columns = Vec::new();
        for column in base::COLUMNS {
            let mut writer = ColumnWriter::new(column.kind());
            if let Some(base) = &self.base {
                let entry = base.manifest.columns.get(column.name);
                let entry = entry.ok_or_else(|| Error::UnknownColumn { name: column.name.to_owned() })?;
                writer.push_column(&Column::open(&base.dir.join(&entry.file.name))?, first_docno);
            }
            columns.push(writer);
        }
        self.pending = Some(Pending {
            text,
            documents: PackWriter::create(
                &work.join(format!("documents-{first_docno:09}.pack")),
                first_docno,
            )?,
            descriptions: PackWriter::create(
                &work.join(format!("texts-{first_docno:09}.pack")),
                first_docno,
            )?,
            first_docno,
            columns,
            names: FxHashMap::default(),
            keys: FxHashMap::default(),
            dead: FxHashSet::default(),
            changes: Changes::default(),
        });
        Ok(())
    }

    fn pending_mut(&mut self) -> &mut Pending {
        self.pending.as_mut().expect("every caller begins first")
    }

    /// Finds the live document that a record is about.
    fn find(&self, record: &Publication) -> Option<u32> {
        let key = record.key();
        if let Some(docno) = self.docnos(&key).first() {
            return Some(*docno);
        }
        if let Some(number) = &record.number {
            let bare = patent::PublicationNumber { kind: None, ..number.clone() }.to_string();
            // Without a kind the record may be about any publication of that serial; with one, only about a
            // document that is known without a kind.
            let found = self
                .docnos(&bare)
                .into_iter()
                .find(|docno| number.kind.is_none() || self.has_key(*docno, &bare));
            if found.is_some() {
                return found;
            }
        }
        let application = record.application.as_ref()?;
        let name = format!("app:{application}");
        self.docnos(&name).into_iter().find(|docno| record.number.is_none() || self.has_key(*docno, &name))
    }

    /// Returns the live documents of a name, ascending, which is the order in which they came.
    fn docnos(&self, name: &str) -> Vec<u32> {
        let pending = self.pending.as_ref();
        let dead = |docno: &u32| pending.is_some_and(|pending| pending.dead.contains(docno));
        let old = self.base.as_ref().map_or_else(Vec::new, |base| {
            let found = base.names.find(name).into_iter();
            found.filter(|docno| base.alive.contains(*docno)).collect()
        });
        let new = pending.and_then(|pending| pending.names.get(name)).into_iter().flatten().copied();
        old.into_iter().chain(new).filter(|docno| !dead(docno)).collect()
    }

    /// Returns whether the key of a live document is `key`: it may also be found by a name that is no key.
    fn has_key(&self, docno: u32, key: &str) -> bool {
        let pending = self.pending.as_ref().filter(|pending| docno >= pending.first_docno);
        match (pending, &self.base) {
            (Some(pending), _) => pending.keys.get(key).is_some_and(|known| *known == docno),
            (None, Some(base)) => base.stored(docno).is_ok_and(|publication| publication.key() == key),
            (None, None) => false,
        }
    }

    fn stored(&mut self, docno: u32) -> Result<Publication> {
        if let Some(base) = &self.base
            && docno < base.manifest.docno_end
        {
            return base.stored(docno);
        }
        let pending = self.pending_mut();
        let mut publication: Publication = decode(&pending.documents.read(docno)?)?;
        publication.descriptions = decode(&pending.descriptions.read(docno)?)?;
        Ok(publication)
    }

    /// Writes a document under a fresh docno.
    fn write(&mut self, publication: &Publication) -> Result<()> {
        let with_description = self.options.index_descriptions;
        let pending = self.pending_mut();
        let mut stored = publication.clone();
        let descriptions = std::mem::take(&mut stored.descriptions);
        let docno = pending.documents.push(&encode(&stored)?)?;
        pending.descriptions.push(&encode(&descriptions)?)?;
        for (column, writer) in base::COLUMNS.iter().zip(&mut pending.columns) {
            writer.push(&column.value(publication));
        }
        if publication.number.as_ref().is_none_or(|number| number.kind.is_none()) {
            pending.keys.insert(publication.key(), docno);
        }
        for name in names::names_of(publication) {
            pending.names.entry(name).or_default().push(docno);
        }
        pending.text.add(docno, ZoneTexts::of(publication, with_description))
    }

    fn bury(&mut self, docno: u32) {
        let pending = self.pending_mut();
        pending.text.delete(docno);
        pending.dead.insert(docno);
    }

    pub(super) fn next_id(&self) -> Result<u64> {
        Ok(self.layout.ids()?.last().copied().unwrap_or(0) + 1)
    }

    fn write_columns(
        &self,
        writers: Vec<ColumnWriter>,
        alive: &DocnoSet,
        seq: u64,
    ) -> Result<BTreeMap<String, ColumnEntry>> {
        let work = self.layout.work();
        let keep = |docno: u32| alive.contains(docno);
        // Derived columns live on; documents that came since have no value in them until their rules run again.
        let mut entries: BTreeMap<String, ColumnEntry> = BTreeMap::new();
        if let Some(base) = &self.base {
            let derived = base.manifest.columns.iter().filter(|(_, entry)| !entry.base);
            entries.extend(derived.map(|(name, entry)| (name.clone(), entry.clone())));
        }
        let entry =
            |file: FileEntry, kind| ColumnEntry { file, kind, version: base::VERSION.to_owned(), base: true };
        for (column, writer) in base::COLUMNS.iter().zip(writers) {
            let file = writer.finish(&work.join(format!("{}-{seq:06}.col", column.name)), &keep)?;
            entries.insert(column.name.to_owned(), entry(file, column.kind()));
        }
        let open = |name: &str| Column::open(&work.join(&entries[name].file.name));
        let inputs = super::family::Inputs {
            key: &open("key")?,
            application: &open("application")?,
            source: &open("family_source")?,
            member: &open("family_member")?,
            priority: &open("priority")?,
        };
        let mut writer = ColumnWriter::new(ColumnKind::Keyword);
        super::family::families(&inputs, alive).iter().for_each(|value| writer.push(value));
        let file = writer.finish(&work.join(format!("family-{seq:06}.col")), &keep)?;
        entries.insert("family".to_owned(), entry(file, ColumnKind::Keyword));
        Ok(entries)
    }

    fn write_names(
        &self,
        pending: &FxHashMap<String, Vec<u32>>,
        alive: &DocnoSet,
        seq: u64,
    ) -> Result<FileEntry> {
        let mut pairs: Vec<(String, u32)> = Vec::new();
        if let Some(base) = &self.base {
            let old = (0..base.names.len()).map(|index| base.names.pair(index));
            pairs.extend(
                old.filter(|pair| alive.contains(pair.1)).map(|(name, docno)| (name.to_owned(), docno)),
            );
        }
        for (name, docnos) in pending {
            pairs.extend(
                docnos.iter().filter(|docno| alive.contains(**docno)).map(|docno| (name.clone(), *docno)),
            );
        }
        Names::write(&self.layout.work().join(format!("names-{seq:06}.tab")), pairs)
    }

    fn write_sources(&self, new: &[SourceFile], seq: u64) -> Result<FileEntry> {
        let mut sources: BTreeMap<String, SourceFile> = BTreeMap::new();
        for source in self.sources()?.into_iter().chain(new.iter().cloned()) {
            sources.insert(source.path.clone(), source);
        }
        let path = self.layout.work().join(format!("sources-{seq:06}.json"));
        let list: Vec<SourceFile> = sources.into_values().collect();
        file::write(&path, &encode(&list)?)
    }

    /// Lists the full-text files of the next snapshot; those of the snapshot before keep their hashes.
    fn text_files(&self, dir: &Path) -> Result<Vec<FileEntry>> {
        let mut entries = Vec::new();
        for name in super::lexical::committed_files(dir)? {
            let known = self.base.as_ref().and_then(|base| {
                base.manifest.text.iter().find(|entry| entry.name == name && name != "meta.json")
            });
            if let Some(entry) = known {
                entries.push(entry.clone());
                continue;
            }
            let (bytes, blake3) = file::hash(&dir.join(&name))?;
            entries.push(FileEntry { name, bytes, blake3 });
        }
        Ok(entries)
    }

    #[cfg(test)]
    fn crash(&self, point: CrashPoint) -> Result<()> {
        if self.crash_at == Some(point) { Err(Error::Cancelled) } else { Ok(()) }
    }

    #[cfg(not(test))]
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "tests let a commit die here")]
    fn crash(&self, _: CrashPoint) -> Result<()> {
        Ok(())
    }
}

/// A derived column, as [`Writer::put_columns`] takes it.
#[derive(Debug, Clone)]
pub struct NewColumn {
    /// The name; one that is there is replaced.
    pub name: String,
    /// What it holds.
    pub kind: ColumnKind,
    /// The id of the rules that made it.
    pub version: String,
    /// One value for each docno, from 0.
    pub values: Vec<Value>,
}

impl Base {
    fn open(layout: &Layout, pointer: &Pointer) -> Result<Self> {
        let dir = layout.snapshot(pointer.id);
        let manifest = Manifest::read(&dir, Some(&pointer.manifest_hash))?;
        let mut packs = Vec::new();
        for pack in &manifest.packs {
            let documents = Pack::open(&dir.join(&pack.documents.name))?;
            packs.push((documents, Pack::open(&dir.join(&pack.descriptions.name))?));
        }
        let names = Names::open(&dir.join(&manifest.names.name))?;
        let alive = read_alive(&dir.join(&manifest.alive.name), manifest.docno_end)?;
        Ok(Self { manifest, dir, names, packs, alive })
    }

    fn stored(&self, docno: u32) -> Result<Publication> {
        let pack = self.packs.iter().find(|(documents, _)| documents.docnos().contains(&docno));
        let (documents, descriptions) =
            pack.ok_or_else(|| Error::corrupt(&self.dir, format!("no pack holds document {docno}")))?;
        let mut publication: Publication = decode(&documents.read(docno)?)?;
        publication.descriptions = decode(&descriptions.read(docno)?)?;
        Ok(publication)
    }
}

/// Asks the caller whether to go on.
pub(super) fn proceed(progress: &Progress<'_>, stage: Stage, done: u64, total: u64) -> Result<()> {
    if progress(stage, done, total) { Ok(()) } else { Err(Error::Cancelled) }
}

pub(super) fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>> {
    serde_json::to_vec(value).map_err(|error| Error::corrupt(Path::new("a record"), error.to_string()))
}

pub(super) fn decode<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    serde_json::from_slice(bytes)
        .map_err(|error| Error::corrupt(Path::new("a stored document"), error.to_string()))
}

pub(super) fn read_sources(path: &Path) -> Result<Vec<SourceFile>> {
    let bytes = fs::read(path).map_err(Error::io("read", path))?;
    serde_json::from_slice(&bytes).map_err(|error| Error::corrupt(path, error.to_string()))
}

fn write_alive(path: &Path, alive: &DocnoSet) -> Result<FileEntry> {
    let bitmap = roaring::RoaringBitmap::from_sorted_iter(alive.iter())
        .map_err(|error| Error::corrupt(path, error.to_string()))?;
    let mut bytes = Vec::with_capacity(bitmap.serialized_size());
    bitmap.serialize_into(&mut bytes).map_err(Error::io("write", path))?;
    file::write(path, &bytes)
}

pub(super) fn read_alive(path: &Path, docno_end: u32) -> Result<DocnoSet> {
    let bytes = fs::read(path).map_err(Error::io("read", path))?;
    let bitmap = roaring::RoaringBitmap::deserialize_from(&bytes[..])
        .map_err(|error| Error::corrupt(path, error.to_string()))?;
    if bitmap.max().is_some_and(|docno| docno >= docno_end) {
        return Err(Error::corrupt(path, "it names documents that do not exist"));
    }
    let mut alive = DocnoSet::empty(docno_end);
    alive.extend(bitmap);
    Ok(alive)
}
