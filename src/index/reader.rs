//! Reading: one immutable snapshot and everything that can be asked of it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use memmap2::Mmap;

use super::changes::{Change, Changes};
use super::column::{Column, ColumnKind};
use super::documents::{Documents, decode};
use super::error::{Error, Result};
use super::file;
use super::lexical::{Holders, Phrase, Sought, TermScore, TextReader, WordScores, Zone, ZoneTexts, best};
use super::manifest::{Manifest, Statistics};
use super::names::{self, Names};
use super::options::SourceFile;
use super::pattern::Pattern;
use super::set::DocnoSet;
use super::snapshot::{Layout, Pointer};
use super::spaces::{SpaceName, Spaces};
use super::writer::read_alive;
use crate::patent::{Description, Publication, Version};
use crate::text::Analyzer;
use crate::text::embed::Embedder;

/// One snapshot, open for reading. Cheap to share, safe to use from any thread, never changes.
pub struct Reader {
    manifest: Manifest,
    pub(super) analyzer: Analyzer,
    pub(super) text: TextReader,
    names: Names,
    documents: Documents,
    pub(super) alive: DocnoSet,
    /// All of them, like every other file, are mapped on opening: a snapshot may be swept away while it is read.
    columns: BTreeMap<String, Column>,
    pub(super) spaces: Spaces,
    background: std::sync::OnceLock<Option<Vec<f32>>>,
    changes: Mmap,
    sources: Mmap,
}

/// Something that a text can be matched against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operand<'a> {
    /// All characters and words of the text side by side, in this order.
    Phrase(&'a str),
    /// Every two neighbouring characters, and every word, of the text, anywhere in the zones.
    AllUnits(&'a str),
}

/// A document near a vector.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Near {
    /// The document.
    pub docno: u32,
    /// For the space of claims, the number of the claim; 0 otherwise.
    pub claim: u32,
    /// The cosine, in -1..=1.
    pub cosine: f32,
}

/// A snapshot on disk.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct SnapshotInfo {
    /// The number.
    pub id: u64,
    /// When it was committed.
    pub created: jiff::Timestamp,
    /// Live documents.
    pub n_documents: u64,
    /// Who needs it beyond its time.
    pub pins: Vec<String>,
    /// Bytes that it names; files shared with other snapshots count in each.
    pub size_bytes: u64,
    /// Bytes that only it holds, which removing it would free.
    pub own_bytes: u64,
}

impl Reader {
    /// Opens the current snapshot of a data folder.
    ///
    /// `embedder` is the model from outside that the folder was indexed with, if it was.
    ///
    /// # Errors
    /// [`Error::NoSnapshot`] before the first commit; [`Error::Incompatible`], [`Error::Corrupt`].
    pub fn open(root: &Path, analyzer: Analyzer, embedder: Option<Arc<dyn Embedder>>) -> Result<Self> {
        let layout = Layout::new(root);
        let missing = || Error::NoSnapshot { path: root.to_owned() };
        // A writer may sweep the snapshot away between reading the pointer and opening it; then there is a newer one.
        let mut pointer = layout.pointer()?.ok_or_else(missing)?;
        loop {
            match Self::open_at(&layout, &pointer, analyzer.clone(), embedder.clone()) {
                Err(error) => match layout.pointer()?.ok_or_else(missing)? {
                    newer if newer != pointer => pointer = newer,
                    _ => return Err(error),
                },
                reader => return reader,
            }
        }
    }

    /// Opens an older snapshot that is still kept.
    pub fn open_snapshot(
        root: &Path,
        id: u64,
        analyzer: Analyzer,
        embedder: Option<Arc<dyn Embedder>>,
    ) -> Result<Self> {
        let layout = Layout::new(root);
        let current = layout.pointer()?.ok_or_else(|| Error::NoSnapshot { path: root.to_owned() })?;
        if id > current.id || !layout.ids()?.contains(&id) {
            return Err(Error::UnknownSnapshot { id });
        }
        let opened = if id == current.id {
            Self::open_at(&layout, &current, analyzer, embedder)
        } else {
            let dir = layout.snapshot(id);
            Manifest::read_kept(&dir).and_then(|manifest| Self::open_dir(dir, manifest, analyzer, embedder))
        };
        // A writer may sweep the snapshot away while it is opened.
        match opened {
            Err(_) if !layout.ids()?.contains(&id) => Err(Error::UnknownSnapshot { id }),
            opened => opened,
        }
    }

    fn open_at(
        layout: &Layout,
        pointer: &Pointer,
        analyzer: Analyzer,
        embedder: Option<Arc<dyn Embedder>>,
    ) -> Result<Self> {
        let dir = layout.snapshot(pointer.id);
        let manifest = Manifest::read(&dir, Some(&pointer.manifest_hash))?;
        Self::open_dir(dir, manifest, analyzer, embedder)
    }

    fn open_dir(
        dir: PathBuf,
        manifest: Manifest,
        analyzer: Analyzer,
        embedder: Option<Arc<dyn Embedder>>,
    ) -> Result<Self> {
        check_lengths(&dir, &manifest)?;
        let mut columns = BTreeMap::new();
        for (name, entry) in &manifest.columns {
            columns.insert(name.clone(), Column::open(&dir.join(&entry.file.name))?);
        }
        let alive = read_alive(&dir.join(&manifest.alive.name), manifest.docno_end)?;
        Ok(Self {
            text: TextReader::open(&dir.join("text"), &alive)?,
            names: Names::open(&dir.join(&manifest.names.name))?,
            columns,
            spaces: Spaces::open(&dir, &manifest, &alive, &analyzer, embedder)?,
            background: std::sync::OnceLock::new(),
            documents: Documents::open(&manifest.packs, &|name| dir.join(name))?,
            changes: file::map(&dir.join(&manifest.changes.name))?,
            sources: file::map(&dir.join(&manifest.sources.name))?,
            alive,
            analyzer,
            manifest,
        })
    }

    /// Returns the number of the snapshot.
    pub fn id(&self) -> u64 {
        self.manifest.id
    }

    /// Returns when the snapshot was committed.
    pub fn created(&self) -> jiff::Timestamp {
        self.manifest.created
    }

    /// Returns what an answer says of the data.
    pub fn statistics(&self) -> &Statistics {
        &self.manifest.statistics
    }

    /// Returns the analyzer that the snapshot's text was made with.
    pub fn analyzer(&self) -> &Analyzer {
        &self.analyzer
    }

    /// Returns the live documents.
    pub fn alive(&self) -> &DocnoSet {
        &self.alive
    }

    /// Returns the documents in which `operand` matches in one of `zones`; exact, nothing cut.
    pub fn matching(&self, zones: &[Zone], operand: Operand<'_>) -> Result<DocnoSet> {
        let mut found = DocnoSet::empty(self.alive.end());
        match operand {
            Operand::Phrase(text) => {
                let units = self.analyzer.query_units(text);
                self.text.add_holders(zones, &Phrase(&units), &mut found)?;
            }
            Operand::AllUnits(text) => {
                let units = self.analyzer.query_units(text);
                self.text.add_all_units(zones, &Phrase(&units), &mut found)?;
            }
        }
        Ok(found)
    }

    /// Returns the documents in which `pattern` starts at `at_least` units of one language version of `zones`, counted
    /// over all of them; exact, nothing cut. `versions`, where not empty, are those that are looked into.
    ///
    /// A wildcard between Chinese characters is decided by the texts of the documents that hold what stands around it,
    /// 50,000 at most.
    ///
    /// # Errors
    /// [`Error::Query`] for a pattern above a limit: words in it, words that a wildcard stands for, texts to read,
    /// places of a proximity in one document. The message says which, and what to write instead.
    pub fn matching_pattern(
        &self,
        zones: &[Zone],
        versions: &[Version],
        pattern: &Pattern,
        at_least: u32,
    ) -> Result<DocnoSet> {
        let sought = Sought::new(&self.analyzer, pattern, (zones, versions), at_least)?;
        let mut found = DocnoSet::empty(self.alive.end());
        if !self.text.add_pattern(&sought, &mut found)? {
            return Ok(found);
        }
        if found.len() > MAX_READ {
            let what = format!(
                "a wildcard between Chinese characters has to be looked for in the texts of {} documents, the limit \
                 is {MAX_READ}; write more characters beside it",
                found.len()
            );
            return Err(Error::Query { what });
        }
        let mut held = DocnoSet::empty(self.alive.end());
        for docno in found.iter() {
            let mut publication = self.document(docno)?;
            let with_descriptions = sought.needs_descriptions();
            if with_descriptions {
                publication.descriptions = self.descriptions(docno)?;
            }
            if sought.is_in(&ZoneTexts::of(&publication, with_descriptions)) {
                held.insert(docno);
            }
        }
        Ok(held)
    }

    /// Returns the best `limit` documents of `filter` by the words of a text, best first, with their BM25F scores.
    ///
    /// Each word counts by how often the query has it; `limit` 0 gives nothing. Equal scores by docno.
    pub fn rank_words(&self, text: &str, filter: &DocnoSet, limit: usize) -> Result<Vec<(u32, f32)>> {
        Ok(self.score_words(text, filter)?.best(limit))
    }

    /// Scores the documents of `filter` by the words of a text as [`Reader::rank_words`] does, in no order yet.
    pub fn score_words(&self, text: &str, filter: &DocnoSet) -> Result<WordScores> {
        self.text.score_words(&self.query_terms(text)?, filter)
    }

    /// Returns what each word of a text gives to the score of one document.
    pub fn explain_words(&self, text: &str, docno: u32) -> Result<Vec<TermScore>> {
        self.text.explain_words(&self.query_terms(text)?, docno)
    }

    /// Returns the best `limit` documents of `filter` by whole phrases, best first.
    ///
    /// A phrase found in a document counts by its rarity, `ln(1 + N / n)`, and by the best zone that holds it
    /// (title 3, keywords 2, abstract 1.5, claims 1). Equal scores by docno.
    pub fn rank_phrases(&self, phrases: &[&str], filter: &DocnoSet, limit: usize) -> Result<Vec<(u32, f32)>> {
        let n_documents = self.alive.len() as f32;
        let mut scores = self.text.tallies.lend();
        let mut first = FirstSeen { known: DocnoSet::empty(self.alive.end()), found: Vec::new() };
        for phrase in phrases {
            first.known.clear();
            first.found.clear();
            let units = self.analyzer.query_units(phrase);
            for zone in PHRASE_ZONES.map(|(zone, _)| zone) {
                self.text.add_holders(&[zone], &Phrase(&units), &mut first)?;
            }
            let rarity = (1.0 + n_documents / first.found.len().max(1) as f32).ln();
            for (docno, zone) in first.found.iter().filter(|(docno, _)| filter.contains(*docno)) {
                scores.add(*docno, rarity * phrase_weight(*zone));
            }
        }
        let ranked = best(&mut scores.drain().collect(), limit);
        self.text.tallies.give_back(scores);
        Ok(ranked)
    }

    /// Returns whether the snapshot has vectors.
    pub fn has_vectors(&self) -> bool {
        self.spaces.embedder().is_some()
    }

    /// Returns whether the vectors of documents have a graph; without one [`Reader::nearest`] scans them all.
    pub fn has_graph(&self) -> bool {
        self.spaces.has_graph()
    }

    /// Returns the vector of a text; `None` where there are no vectors or no word of the text is known.
    pub fn embed(&self, text: &str) -> Result<Option<Vec<f32>>> {
        let Some(embedder) = self.spaces.embedder() else { return Ok(None) };
        let vector = embedder.embed(&[text], crate::text::embed::Role::Query).map_err(Error::Embedding)?;
        Ok(vector.iter().any(|x| *x != 0.0).then_some(vector))
    }

    /// Returns the stored vector of a document.
    pub fn vector(&self, docno: u32) -> Option<Vec<f32>> {
        self.spaces.vector_of(docno)
    }

    /// Returns the median cosine of pairs of documents drawn at random: what lies below it is no nearer than any
    /// stranger is. `None` for fewer than 100 documents.
    ///
    /// The pairs are drawn with a fixed seed, so a snapshot always gives the same number; it is computed once.
    pub fn background_cosine(&self) -> Option<f32> {
        super::background::median(self.background()?)
    }

    /// Returns the cosine that a share (0 to 1) of the same random pairs lies below; `None` for fewer than 100 documents.
    pub fn background_quantile(&self, share: f64) -> Option<f32> {
        super::background::quantile(self.background()?, share)
    }

    fn background(&self) -> Option<&[f32]> {
        let cosines = self
            .background
            .get_or_init(|| super::background::cosines(self.alive.end(), &|docno| self.vector(docno)));
        cosines.as_deref()
    }

    /// Returns the live documents whose cosine with a vector is `floor` or higher; exact, each vector is compared.
    pub fn nearer_than(&self, vector: &[f32], floor: f32) -> DocnoSet {
        let mut set = DocnoSet::empty(self.alive.end());
        let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
        let near = |docno: &u32| {
            let own = self.vector(*docno);
            own.is_some_and(|own| {
                let product: f32 = own.iter().zip(vector).map(|(a, b)| a * b).sum();
                length > 0.0 && product / length >= floor
            })
        };
        set.extend(self.alive.iter().filter(near));
        set
    }

    /// Returns the `limit` documents nearest to a vector, nearest first; within `filter` where one is given.
    ///
    /// Exact below 20,000 vectors and for filters of up to 200,000 documents, else by the graph
    /// (recall@10 of 0.98 and more, see `benches/RESULTS.md`).
    pub fn nearest(
        &self,
        space: SpaceName,
        vector: &[f32],
        filter: Option<&DocnoSet>,
        limit: usize,
    ) -> Result<Vec<Near>> {
        self.spaces.nearest(space, vector, filter, limit)
    }

    /// Returns a column.
    pub fn column(&self, name: &str) -> Result<&Column> {
        self.columns.get(name).ok_or_else(|| Error::UnknownColumn { name: name.to_owned() })
    }

    /// Returns the names of all columns, with kind and the id of the rules that made them.
    pub fn columns(&self) -> impl Iterator<Item = (&str, ColumnKind, &str)> {
        self.manifest.columns.iter().map(|(name, entry)| (name.as_str(), entry.kind, entry.version.as_str()))
    }

    /// Returns the live documents that a key or number stands for: the exact publication, else every publication
    /// of that serial, else of that application. Empty where there is none.
    pub fn by_number(&self, number: &str) -> Vec<u32> {
        for name in names::candidates(number) {
            let mut found = self.names.find(&name);
            found.retain(|docno| self.alive.contains(*docno));
            if !found.is_empty() {
                return found;
            }
        }
        Vec::new()
    }

    /// Returns the key of a document.
    pub fn key(&self, docno: u32) -> Result<String> {
        Ok(self.column("key")?.keywords(docno).next().unwrap_or_default().to_owned())
    }

    /// Returns a document without its descriptions, which are long and lie apart.
    pub fn document(&self, docno: u32) -> Result<Publication> {
        self.documents.document(docno)
    }

    /// Returns the descriptions of a document.
    pub fn descriptions(&self, docno: u32) -> Result<Vec<Description>> {
        self.documents.descriptions(docno)
    }

    /// Calls `visit` with every live document, without descriptions, in docno order.
    pub fn scan(&self, visit: &mut dyn FnMut(u32, Publication) -> Result<()>) -> Result<()> {
        self.documents.scan(&self.alive, 0, visit)
    }

    /// Calls `visit` with the live documents from a docno on, without descriptions, in docno order, many at a time;
    /// they are decoded on all cores.
    pub fn scan_batches(
        &self,
        from: u32,
        visit: &mut dyn FnMut(&[(u32, Publication)]) -> Result<()>,
    ) -> Result<()> {
        self.documents.scan_batches(&self.alive, from, visit)
    }

    /// Returns what the commit of this snapshot changed.
    pub fn changes(&self) -> Result<Vec<Change>> {
        Changes::read(&self.changes, Path::new(&self.manifest.changes.name))
    }

    /// Returns the source files indexed so far.
    pub fn sources(&self) -> Result<Vec<SourceFile>> {
        decode(&self.sources)
    }

    /// Returns the id of the embedding model, if there are vectors.
    pub fn model_id(&self) -> Option<&str> {
        self.manifest.model.as_ref().map(|model| model.id.as_str())
    }
}

/// Most documents whose texts are read for one wildcard between Chinese characters.
const MAX_READ: u64 = 50_000;

/// How much a phrase counts by the best zone that holds it, the best first.
const PHRASE_ZONES: [(Zone, f32); 4] =
    [(Zone::Title, 3.0), (Zone::Keywords, 2.0), (Zone::Abstract, 1.5), (Zone::Claims, 1.0)];

fn phrase_weight(zone: Zone) -> f32 {
    PHRASE_ZONES.iter().find(|(known, _)| *known == zone).map_or(0.0, |(_, weight)| *weight)
}

/// The documents that hold a phrase, each with the zone in which it was seen first.
struct FirstSeen {
    known: DocnoSet,
    found: Vec<(u32, Zone)>,
}

impl Holders for FirstSeen {
    fn wants(&self, docno: u32, _: Zone) -> bool {
        !self.known.contains(docno)
    }

    fn add(&mut self, docno: u32, zone: Zone) {
        self.known.insert(docno);
        self.found.push((docno, zone));
    }
}

/// Checks that every file of a snapshot is there and has its length.
fn check_lengths(dir: &Path, manifest: &Manifest) -> Result<()> {
    for (name, entry) in manifest.files() {
        let path = dir.join(&name);
        let meta = std::fs::metadata(&path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => Error::corrupt(&path, "it is missing"),
            _ => Error::io("inspect", &path)(error),
        })?;
        if meta.len() != entry.bytes {
            let what = format!("it has {} bytes instead of {}", meta.len(), entry.bytes);
            return Err(Error::corrupt(&path, what));
        }
    }
    Ok(())
}

/// Returns the number of the current snapshot, `None` before the first commit. Costs one small read.
pub fn current_id(root: &Path) -> Result<Option<u64>> {
    Ok(Layout::new(root).pointer()?.map(|pointer| pointer.id))
}

/// Lists the snapshots that are kept, oldest first, with the disk that each holds.
pub fn list(root: &Path) -> Result<Vec<SnapshotInfo>> {
    use std::os::unix::fs::MetadataExt;

    let layout = Layout::new(root);
    let Some(current) = layout.pointer()? else { return Ok(Vec::new()) };
    let pins = layout.pins()?;
    let mut snapshots = Vec::new();
    for id in layout.ids()?.into_iter().filter(|id| *id <= current.id) {
        let dir = layout.snapshot(id);
        let manifest = match Manifest::read(&dir, None) {
            // A writer may have swept it away meanwhile.
            Err(_) if !dir.exists() => continue,
            manifest => manifest?,
        };
        let (mut size_bytes, mut own_bytes) = (0, 0);
        for (name, entry) in manifest.files() {
            size_bytes += entry.bytes;
            let meta = std::fs::metadata(dir.join(name));
            own_bytes += meta.ok().filter(|meta| meta.nlink() == 1).map_or(0, |meta| meta.len());
        }
        snapshots.push(SnapshotInfo {
            id,
            created: manifest.created,
            n_documents: manifest.statistics.n_documents,
            pins: pins.get(&id).cloned().unwrap_or_default(),
            size_bytes,
            own_bytes,
        });
    }
    Ok(snapshots)
}

/// Keeps a snapshot for as long as `name` needs it.
pub fn pin(root: &Path, id: u64, name: &str) -> Result<()> {
    let layout = Layout::new(root);
    layout.change_pins(|pins| {
        // Asked under the lock: no writer sweeps meanwhile.
        if !layout.ids()?.contains(&id) {
            return Err(Error::UnknownSnapshot { id });
        }
        let names = pins.entry(id).or_default();
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
        Ok(())
    })
}

/// Takes a pin back; the snapshot goes at the next commit if nothing else keeps it.
pub fn unpin(root: &Path, id: u64, name: &str) -> Result<()> {
    Layout::new(root).change_pins(|pins| {
        pins.entry(id).or_default().retain(|known| known != name);
        Ok(())
    })
}
