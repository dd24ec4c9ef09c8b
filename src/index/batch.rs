//! Documents on their way into the next snapshot: written as they come, finished by a commit.
//!
//! A batch goes on from a base, the current snapshot, or starts afresh where there is none (and when a data folder
//! is compacted). It knows nothing of merging records: `writer` does.

use std::collections::BTreeMap;
use std::path::Path;

use rustc_hash::{FxHashMap, FxHashSet};

use super::base;
use super::changes::Changes;
use super::column::{Column, ColumnKind, ColumnWriter};
use super::documents::{decode, encode};
use super::error::Result;
use super::family;
use super::file::{self, FileEntry};
use super::lexical::{self, TextWriter, ZoneTexts};
use super::manifest::{ColumnEntry, PackEntry, Statistics};
use super::names::{self, Names};
use super::options::Options;
use super::pack::PackWriter;
use super::set::DocnoSet;
use super::statistics;
use super::writer::Base;
use crate::patent::Publication;
use crate::text::Analyzer;

/// Documents added since the last commit.
pub(super) struct Batch {
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
    index_descriptions: bool,
    pub(super) changes: Changes,
}

/// The parts of the next snapshot that a finished batch makes; their files lie in the work folder or in the base.
pub(super) struct Finished {
    pub(super) first_docno: u32,
    pub(super) alive: DocnoSet,
    pub(super) alive_file: FileEntry,
    pub(super) packs: Vec<PackEntry>,
    pub(super) columns: BTreeMap<String, ColumnEntry>,
    pub(super) names: FileEntry,
    pub(super) changes: FileEntry,
    pub(super) text: Vec<FileEntry>,
    pub(super) statistics: Statistics,
}

impl Batch {
    /// Prepares an empty work folder for documents that follow those of `base`.
    pub(super) fn begin(
        work: &Path,
        base: Option<&Base>,
        analyzer: &Analyzer,
        options: &Options,
    ) -> Result<Self> {
        let first_docno = base.map_or(0, |base| base.manifest.docno_end);
        if let Some(base) = base {
            for entry in &base.manifest.text {
                let name = Path::new("text").join(&entry.name);
                file::link_or_copy(&base.dir.join(&name), &work.join(&name))?;
            }
            // The library rewrites its meta file in place of a link: give it one of its own.
            let meta = work.join("text/meta.json");
            let bytes = std::fs::read(&meta).map_err(super::error::Error::io("read", &meta))?;
            file::write(&meta, &bytes)?;
        }
        let pack =
            |name: &str| PackWriter::create(&work.join(format!("{name}-{first_docno:09}.pack")), first_docno);
        Ok(Self {
            text: TextWriter::open(&work.join("text"), analyzer, options.threads, options.memory_bytes)?,
            documents: pack("documents")?,
            descriptions: pack("texts")?,
            first_docno,
            columns: base_columns(base)?,
            names: FxHashMap::default(),
            keys: FxHashMap::default(),
            dead: FxHashSet::default(),
            index_descriptions: options.index_descriptions,
            changes: Changes::default(),
        })
    }

    /// Returns the docno of the first document of the batch.
    pub(super) fn first_docno(&self) -> u32 {
        self.first_docno
    }

    /// Writes a document under a fresh docno.
    pub(super) fn push(&mut self, publication: &Publication) -> Result<()> {
        let mut stored = publication.clone();
        let descriptions = std::mem::take(&mut stored.descriptions);
        let docno = self.documents.push(&encode(&stored)?)?;
        self.descriptions.push(&encode(&descriptions)?)?;
        for (column, writer) in base::COLUMNS.iter().zip(&mut self.columns) {
            writer.push(&column.value(publication));
        }
        if publication.number.as_ref().is_none_or(|number| number.kind.is_none()) {
            self.keys.insert(publication.key(), docno);
        }
        for name in names::names_of(publication) {
            self.names.entry(name).or_default().push(docno);
        }
        self.text.add(docno, ZoneTexts::of(publication, self.index_descriptions))
    }

    /// Buries a document of this batch or of the base.
    pub(super) fn bury(&mut self, docno: u32) {
        self.text.delete(docno);
        self.dead.insert(docno);
    }

    /// Returns whether a document was buried in this batch.
    pub(super) fn is_dead(&self, docno: u32) -> bool {
        self.dead.contains(&docno)
    }

    /// Returns the documents of this batch with a name, buried ones included, ascending.
    pub(super) fn docnos(&self, name: &str) -> &[u32] {
        self.names.get(name).map_or(&[], Vec::as_slice)
    }

    /// Returns whether a document of this batch lacks a kind or a publication number and has this key.
    pub(super) fn has_key(&self, docno: u32, key: &str) -> bool {
        self.keys.get(key) == Some(&docno)
    }

    /// Reads a document of this batch back.
    pub(super) fn read(&mut self, docno: u32) -> Result<Publication> {
        let document: Publication = decode(&self.documents.read(docno)?)?;
        Ok(Publication { descriptions: decode(&self.descriptions.read(docno)?)?, ..document })
    }

    /// Completes everything but vectors, for snapshot `seq`.
    ///
    /// `at_text` is called when the full text is on disk: tests let a commit die there.
    pub(super) fn finish(
        self,
        work: &Path,
        base: Option<&Base>,
        seq: u64,
        at_text: &dyn Fn() -> Result<()>,
    ) -> Result<Finished> {
        let docno_end = self.documents.next_docno();
        let mut alive = DocnoSet::empty(docno_end);
        alive.extend(
            base.into_iter().flat_map(|base| base.alive.iter()).filter(|docno| !self.dead.contains(docno)),
        );
        alive.extend((self.first_docno..docno_end).filter(|docno| !self.dead.contains(docno)));

        self.text.commit()?;
        at_text()?;
        let mut packs = base.map_or_else(Vec::new, |base| base.manifest.packs.clone());
        if docno_end > self.first_docno {
            let (documents, descriptions) = (self.documents.finish()?, self.descriptions.finish()?);
            packs.push(PackEntry { documents, descriptions });
        }
        let columns = write_columns(work, base, self.columns, &alive, seq)?;
        Ok(Finished {
            first_docno: self.first_docno,
            packs,
            names: write_names(work, base, &self.names, &alive, seq)?,
            alive_file: write_alive(&work.join(format!("alive-{seq:06}.set")), &alive)?,
            changes: self.changes.write(&work.join(format!("changes-{seq:06}.jsonl.zst")))?,
            text: text_files(&work.join("text"), base)?,
            statistics: statistics::of(work, &columns, &alive)?,
            columns,
            alive,
        })
    }
}

/// Starts the base columns with the values of the documents before.
///
/// Columns that other rules made (another version of this program wrote them) are made again from the documents.
fn base_columns(base: Option<&Base>) -> Result<Vec<ColumnWriter>> {
    let mut writers: Vec<ColumnWriter> =
        base::COLUMNS.iter().map(|column| ColumnWriter::new(column.kind())).collect();
    let Some(base) = base else { return Ok(writers) };
    let docno_end = base.manifest.docno_end;
    let entry = |name: &str| base.manifest.columns.get(name).filter(|entry| entry.version == base::VERSION);
    let entries: Option<Vec<&ColumnEntry>> = base::COLUMNS.iter().map(|column| entry(column.name)).collect();
    if let Some(entries) = entries {
        for (entry, writer) in entries.into_iter().zip(&mut writers) {
            writer.push_column(&Column::open(&base.dir.join(&entry.file.name))?, docno_end);
        }
        return Ok(writers);
    }
    let mut next = 0;
    let mut fill = |docno: u32, publication: Option<&Publication>| {
        for (column, writer) in base::COLUMNS.iter().zip(&mut writers) {
            (next..docno).for_each(|_| writer.push(&super::column::Value::Missing));
            publication.iter().for_each(|publication| writer.push(&column.value(publication)));
        }
        next = docno + 1;
    };
    base.documents.scan(&base.alive, 0, &mut |docno, publication| {
        fill(docno, Some(&publication));
        Ok(())
    })?;
    fill(docno_end, None);
    Ok(writers)
}

fn write_columns(
    work: &Path,
    base: Option<&Base>,
    writers: Vec<ColumnWriter>,
    alive: &DocnoSet,
    seq: u64,
) -> Result<BTreeMap<String, ColumnEntry>> {
    let keep = |docno: u32| alive.contains(docno);
    // Derived columns live on; documents that came since have no value in them until their rules run again.
    let mut entries: BTreeMap<String, ColumnEntry> = BTreeMap::new();
    if let Some(base) = base {
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
    let inputs = family::Inputs {
        key: &open("key")?,
        application: &open("application")?,
        source: &open("family_source")?,
        member: &open("family_member")?,
        priority: &open("priority")?,
    };
    let mut writer = ColumnWriter::new(ColumnKind::Keyword);
    family::families(&inputs, alive).iter().for_each(|value| writer.push(value));
    let file = writer.finish(&work.join(format!("family-{seq:06}.col")), &keep)?;
    entries.insert("family".to_owned(), entry(file, ColumnKind::Keyword));
    Ok(entries)
}

fn write_names(
    work: &Path,
    base: Option<&Base>,
    new: &FxHashMap<String, Vec<u32>>,
    alive: &DocnoSet,
    seq: u64,
) -> Result<FileEntry> {
    let mut pairs: Vec<(String, u32)> = Vec::new();
    if let Some(base) = base {
        let old = (0..base.names.len()).map(|index| base.names.pair(index));
        pairs.extend(old.filter(|pair| alive.contains(pair.1)).map(|(name, docno)| (name.to_owned(), docno)));
    }
    for (name, docnos) in new {
        let docnos = docnos.iter().filter(|docno| alive.contains(**docno));
        pairs.extend(docnos.map(|docno| (name.clone(), *docno)));
    }
    Names::write(&work.join(format!("names-{seq:06}.tab")), pairs)
}

fn write_alive(path: &Path, alive: &DocnoSet) -> Result<FileEntry> {
    let bitmap = alive.to_bitmap();
    let mut bytes = Vec::with_capacity(bitmap.serialized_size());
    bitmap.serialize_into(&mut bytes).map_err(super::error::Error::io("write", path))?;
    file::write(path, &bytes)
}

/// Lists the full-text files of the next snapshot; those of the snapshot before keep their hashes.
fn text_files(dir: &Path, base: Option<&Base>) -> Result<Vec<FileEntry>> {
    let mut entries = Vec::new();
    for name in lexical::committed_files(dir)? {
        let known = base.and_then(|base| {
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
