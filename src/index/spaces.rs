//! From documents to vectors: which model, which rows, when to train again.
//!
//! Two spaces: one row a document (all its language versions together), and one a independent claim of its
//! first original claim set. A snapshot has one model, and all its vectors come from it; when `model` gives a new
//! one, all vectors are made again, in the same commit. Else new documents go to a delta file beside the base, which
//! keeps its graph; when a fifth of the rows are in deltas, or a fifth are dead, base and deltas are copied together.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::SyncSender;

use rayon::prelude::*;

use super::documents::Documents;
use super::error::{Error, Result};
use super::file::{self, FileEntry};
use super::manifest::{Manifest, ModelEntry, SpaceEntry};
use super::model::{self, topic};
use super::options::{Embedding, Progress, Stage, proceed};
use super::reader::Near;
use super::set::DocnoSet;
use super::vector::{self, Filter, GraphParams, Space, SpaceFiles, VectorFile, build_graph, write_vectors};
use super::writer::{Base, Writer};
use crate::patent::Publication;
use crate::text::Analyzer;
use crate::text::embed::{Embedder, Role};
use crate::text::lexicon::Lexicon;

/// Documents embedded, and rows copied, at a time.
const BATCH: usize = 512;
/// Deltas that a space has at most: each is opened and scanned by every search, so many small ones are gathered.
const MAX_DELTAS: usize = 16;

/// Which vectors are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SpaceName {
    /// Whole documents.
    Documents,
    /// Independent claims.
    Claims,
}

impl SpaceName {
    const ALL: [Self; 2] = [Self::Documents, Self::Claims];

    fn as_str(self) -> &'static str {
        match self {
            Self::Documents => "documents",
            Self::Claims => "claims",
        }
    }
}

/// The vectors of one snapshot, open for reading.
pub(crate) struct Spaces {
    embedder: Option<Arc<dyn Embedder>>,
    lexicon: Option<Lexicon>,
    documents: Option<Space>,
    claims: Option<Space>,
}

impl Spaces {
    /// Opens model and spaces as the manifest names them.
    pub(crate) fn open(
        dir: &Path,
        manifest: &Manifest,
        alive: &DocnoSet,
        analyzer: &Analyzer,
        external: Option<Arc<dyn Embedder>>,
    ) -> Result<Self> {
        let Some(model) = &manifest.model else {
            return Ok(Self { embedder: None, lexicon: None, documents: None, claims: None });
        };
        let embedder: Option<Arc<dyn Embedder>> = match &model.file {
            Some(entry) => Some(Arc::new(model::read(&dir.join(&entry.name), analyzer)?)),
            // Vectors of another model would compare apples with pears: without the right one there are none.
            None => external.filter(|embedder| is_same(model, embedder.as_ref())),
        };
        let mut dead = DocnoSet::full(alive.end());
        dead.subtract(alive);
        let dead = dead.to_bitmap();
        let open = |name: SpaceName| -> Result<Option<Space>> {
            let Some(entry) = manifest.spaces.get(name.as_str()) else { return Ok(None) };
            let files = SpaceFiles {
                dir: dir.to_owned(),
                dim: model.dim,
                base: entry.base.as_ref().map(|file| file.name.clone()),
                graph: entry.graph.as_ref().map(|file| file.name.clone()),
                deltas: entry.deltas.iter().map(|file| file.name.clone()).collect(),
            };
            Space::open(&files, &dead, vector::Options::MEASURED).map(Some).map_err(Error::vector)
        };
        let lexicon = model.lexicon.as_ref();
        let lexicon = lexicon.map(|entry| model::read_lexicon(&dir.join(&entry.name))).transpose()?;
        Ok(Self {
            documents: open(SpaceName::Documents)?,
            claims: open(SpaceName::Claims)?,
            embedder,
            lexicon,
        })
    }

    pub(crate) fn embedder(&self) -> Option<&dyn Embedder> {
        self.embedder.as_deref()
    }

    pub(crate) fn lexicon(&self) -> Option<&Lexicon> {
        self.lexicon.as_ref()
    }

    pub(crate) fn has_graph(&self) -> bool {
        self.documents.as_ref().is_some_and(Space::has_graph)
    }

    pub(crate) fn vector_of(&self, docno: u32) -> Option<Vec<f32>> {
        let space = self.documents.as_ref()?;
        let (slot, _) = *space.slots_of(docno).first()?;
        space.vector_of(slot).map(<[f32]>::to_vec)
    }

    pub(crate) fn nearest(
        &self,
        space: SpaceName,
        vector: &[f32],
        filter: Option<&DocnoSet>,
        limit: usize,
    ) -> Result<Vec<Near>> {
        let space = match space {
            SpaceName::Documents => &self.documents,
            SpaceName::Claims => &self.claims,
        };
        let Some(space) = space else { return Ok(Vec::new()) };
        let ids = filter.map(DocnoSet::to_bitmap);
        let filter = ids.as_ref().map_or(Filter::All, Filter::Ids);
        let nearest = space.nearest(vector, limit, filter).map_err(Error::vector)?;
        let near = nearest.neighbours.iter();
        Ok(near.map(|found| Near { docno: found.id, claim: found.tag, cosine: found.score }).collect())
    }
}

/// Returns whether an embedder is the one that made the vectors.
fn is_same(model: &ModelEntry, embedder: &dyn Embedder) -> bool {
    model.id == embedder.id() && model.dim == embedder.dim()
}

/// Brings model and spaces up to date with the documents of the next snapshot.
pub(crate) fn update(
    writer: &Writer,
    manifest: &mut Manifest,
    alive: &DocnoSet,
    first_docno: u32,
    progress: &Progress<'_>,
) -> Result<()> {
    let documents = Documents::open(&manifest.packs, &|name| writer.place(name))?;
    let (embedder, is_new): (Arc<dyn Embedder>, bool) = match &writer.options.embedding {
        Embedding::Off => {
            clear(manifest);
            return Ok(());
        }
        Embedding::External(embedder) => {
            let same = manifest.model.as_ref().is_some_and(|model| is_same(model, embedder.as_ref()));
            if !same {
                manifest.model = Some(ModelEntry {
                    id: embedder.id().to_owned(),
                    dim: embedder.dim(),
                    file: None,
                    lexicon: None,
                    trained_on: manifest.statistics.n_documents,
                    words_then: 0,
                    unknown_then: 0,
                    documents_since: 0,
                    words_since: 0,
                    unknown_since: 0,
                });
            }
            (Arc::clone(embedder), !same)
        }
        Embedding::Lsa { .. } => {
            let (model, is_new) =
                model::current_or_new(writer, manifest, &documents, alive, first_docno, progress)?;
            (Arc::new(model), is_new)
        }
    };
    if embedder.dim() == 0 {
        // Nothing to learn from: there is no document, or none that has a word.
        clear(manifest);
        return Ok(());
    }
    if is_new {
        manifest.spaces.clear();
    }
    let from = if is_new { 0 } else { first_docno };
    let total = alive.iter().filter(|docno| *docno >= from).count() as u64;
    let gather = !is_new && rebuild_is_due(writer, manifest, alive, total)?;
    for name in SpaceName::ALL {
        let path = writer.layout.work().join(format!("{}-{:06}.vec", name.as_str(), manifest.id));
        let space = manifest.spaces.entry(name.as_str().to_owned()).or_default();
        let carried = if gather { files_of(writer, space)? } else { Vec::new() };
        let mut done = 0;
        let mut report = |n| {
            done += n;
            let halves = if name == SpaceName::Documents { done } else { total + done };
            proceed(progress, Stage::Embedding, halves, total * 2)
        };
        let entry = write_rows(&path, embedder.dim(), &mut |rows| {
            let live = |docno: u32| Some(docno).filter(|docno| alive.contains(*docno));
            copy_rows(&carried, &live, rows)?;
            embed_rows(name, &*embedder, &documents, alive, from, rows, &mut report)
        })?;
        if gather {
            *space = SpaceEntry { base: entry, graph: None, deltas: Vec::new() };
        } else if is_new {
            space.base = entry;
        } else {
            space.deltas.extend(entry);
        }
    }
    Ok(())
}

/// A snapshot without vectors.
fn clear(manifest: &mut Manifest) {
    manifest.model = None;
    manifest.spaces.clear();
}

/// Moves all rows to new docnos, for a snapshot that is compacted: one base for each space, its graph to be built.
pub(crate) fn renumber(
    work: &Path,
    base: &Base,
    manifest: &mut Manifest,
    new_docno: &dyn Fn(u32) -> Option<u32>,
) -> Result<()> {
    let Some(dim) = manifest.model.as_ref().map(|model| model.dim) else { return Ok(()) };
    let mut spaces = BTreeMap::new();
    for (name, old) in &manifest.spaces {
        let files = old.base.iter().chain(&old.deltas);
        let files: Vec<VectorFile> =
            files.map(|file| open_vectors(&base.dir.join(&file.name))).collect::<Result<_>>()?;
        let path = work.join(format!("{name}-{:06}.vec", manifest.id));
        let entry = write_rows(&path, dim, &mut |rows| copy_rows(&files, new_docno, rows))?;
        spaces.insert(name.clone(), SpaceEntry { base: entry, graph: None, deltas: Vec::new() });
    }
    manifest.spaces = spaces;
    Ok(())
}

/// Returns whether a space is large enough for a graph and has none.
pub(crate) fn lack_graphs(dir: &Path, manifest: &Manifest) -> Result<bool> {
    for space in manifest.spaces.values() {
        if lacks_graph(dir, space)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

fn lacks_graph(dir: &Path, space: &SpaceEntry) -> Result<Option<VectorFile>> {
    let Some(vectors) = space.base.as_ref().filter(|_| space.graph.is_none()) else { return Ok(None) };
    let vectors = open_vectors(&dir.join(&vectors.name))?;
    Ok(Some(vectors).filter(|vectors| vectors.len() >= vector::Options::MEASURED.graph_from))
}

/// Builds the graphs that the manifest lacks.
pub(crate) fn build_graphs(writer: &Writer, manifest: &mut Manifest, progress: &Progress<'_>) -> Result<()> {
    let Some(base) = &writer.base else { return Ok(()) };
    let id = manifest.id;
    for (name, space) in &mut manifest.spaces {
        let Some(vectors) = lacks_graph(&base.dir, space)? else { continue };
        let path = writer.layout.work().join(format!("{name}-{id:06}.graph"));
        let cancelled = std::sync::atomic::AtomicBool::new(false);
        let mut report = |done: usize, total: usize| {
            if !progress(Stage::Graph, done as u64, total as u64) {
                cancelled.store(true, std::sync::atomic::Ordering::Relaxed);
            }
        };
        let cancel = || cancelled.load(std::sync::atomic::Ordering::Relaxed);
        build_graph(&vectors, &path, &GraphParams::MEASURED, &mut report, &cancel).map_err(Error::vector)?;
        space.graph = Some(entry_of(&path)?);
    }
    Ok(())
}

fn entry_of(path: &Path) -> Result<FileEntry> {
    let (bytes, blake3) = file::hash(path)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(FileEntry { name, bytes, blake3 })
}

fn open_vectors(path: &Path) -> Result<VectorFile> {
    VectorFile::open(path).map_err(Error::vector)
}

/// Opens base and deltas of a space, in the order of their rows.
fn files_of(writer: &Writer, space: &SpaceEntry) -> Result<Vec<VectorFile>> {
    space.base.iter().chain(&space.deltas).map(|file| open_vectors(&writer.place(&file.name))).collect()
}

/// Returns whether it is time to copy base and deltas together, judged by the documents' space for both: more than
/// a fifth of its rows came since the base was written, or are dead, or there are [`MAX_DELTAS`].
fn rebuild_is_due(writer: &Writer, manifest: &Manifest, alive: &DocnoSet, n_new: u64) -> Result<bool> {
    let Some(space) = manifest.spaces.get(SpaceName::Documents.as_str()) else { return Ok(false) };
    let files = files_of(writer, space)?;
    let n_new = usize::try_from(n_new).expect("fewer than 2^32 documents");
    let n_rows: usize = files.iter().map(VectorFile::len).sum();
    let n_base = if space.base.is_some() { files[0].len() } else { 0 };
    let ids = files.iter().flat_map(|file| (0..file.len()).map(|slot| file.identity(slot).0));
    let n_dead = ids.filter(|docno| !alive.contains(*docno)).count();
    let n_changed = (n_rows - n_base + n_new).max(n_dead);
    Ok(n_changed * 5 > n_rows + n_new || space.deltas.len() >= MAX_DELTAS)
}

/// Rows on their way to a file, ascending: docno, claim or 0, vector.
type Rows = Vec<(u32, u32, Vec<f32>)>;

/// Writes the rows that `produce` sends to a file of vectors; `None` where there is none.
fn write_rows(
    path: &Path,
    dim: usize,
    produce: &mut dyn FnMut(&SyncSender<Rows>) -> Result<()>,
) -> Result<Option<FileEntry>> {
    let (sender, receiver) = std::sync::mpsc::sync_channel::<Rows>(4);
    std::thread::scope(|scope| {
        let rows = receiver.into_iter().flatten();
        let written = scope.spawn(move || write_vectors(path, dim, rows));
        let produced = produce(&sender);
        drop(sender);
        let n_rows = written.join().expect("writing vectors does not panic").map_err(Error::vector);
        // A writer that failed has hung up: its error is the first, then.
        let n_rows = n_rows?;
        produced?;
        Ok(if n_rows == 0 { None } else { Some(entry_of(path)?) })
    })
}

/// Sends rows on; `false` where the writer failed and hears no more.
fn send(rows: &SyncSender<Rows>, batch: Rows) -> bool {
    rows.send(batch).is_ok()
}

/// Sends the rows of files whose documents `new_docno` keeps. It must keep their order.
fn copy_rows(
    files: &[VectorFile],
    new_docno: &dyn Fn(u32) -> Option<u32>,
    rows: &SyncSender<Rows>,
) -> Result<()> {
    for file in files {
        for start in (0..file.len()).step_by(BATCH) {
            let slots = start..file.len().min(start + BATCH);
            let kept = slots.filter_map(|slot| {
                let (docno, tag) = file.identity(slot);
                Some((new_docno(docno)?, tag, file.row(slot).to_vec()))
            });
            if !send(rows, kept.collect()) {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// Sends the rows of one space for all live documents from a docno on; `done` hears how many documents.
fn embed_rows(
    name: SpaceName,
    embedder: &dyn Embedder,
    documents: &Documents,
    alive: &DocnoSet,
    from: u32,
    rows: &SyncSender<Rows>,
    done: &mut dyn FnMut(u64) -> Result<()>,
) -> Result<()> {
    let mut texts: Vec<(u32, u32, String)> = Vec::new();
    let mut n_documents = 0;
    let mut flush = |texts: &mut Vec<(u32, u32, String)>, n: &mut u64| {
        send(rows, embed(embedder, texts)?);
        texts.clear();
        done(std::mem::take(n))
    };
    documents.scan(alive, from, &mut |docno, publication| {
        match name {
            SpaceName::Documents => texts.push((docno, 0, topic(&publication))),
            SpaceName::Claims => texts.extend(independent_claims(docno, &publication)),
        }
        n_documents += 1;
        if texts.len() >= BATCH { flush(&mut texts, &mut n_documents) } else { Ok(()) }
    })?;
    flush(&mut texts, &mut n_documents)
}

/// Embeds a batch on all threads; the order of rows is that of the batch.
fn embed(embedder: &dyn Embedder, batch: &[(u32, u32, String)]) -> Result<Vec<(u32, u32, Vec<f32>)>> {
    let dim = embedder.dim();
    let parts: Vec<Result<Vec<f32>>> = batch
        .par_chunks(32)
        .map(|part| {
            let texts: Vec<&str> = part.iter().map(|(_, _, text)| text.as_str()).collect();
            let vectors = embedder.embed(&texts, Role::Passage).map_err(Error::Embedding)?;
            if vectors.len() == texts.len() * dim {
                return Ok(vectors);
            }
            let (id, found, n) = (embedder.id(), vectors.len(), texts.len());
            Err(Error::Query {
                what: format!("model `{id}` gave {found} numbers for {n} texts of {dim} dimensions"),
            })
        })
        .collect();
    let mut vectors = Vec::with_capacity(batch.len());
    for part in parts {
        vectors.extend(part?.chunks_exact(dim).map(<[f32]>::to_vec));
    }
    Ok(batch.iter().zip(vectors).map(|((docno, tag, _), vector)| (*docno, *tag, vector)).collect())
}

/// Returns the independent claims of the first original claim set, else of the first, in order of their numbers.
fn independent_claims(docno: u32, publication: &Publication) -> Vec<(u32, u32, String)> {
    let original = publication.claims.iter().find(|set| !set.translated);
    let Some(set) = original.or(publication.claims.first()) else { return Vec::new() };
    let claims = set.independent().into_iter().map(|index| &set.claims[index]);
    let mut rows: Vec<_> = claims.map(|claim| (docno, claim.number, claim.text.clone())).collect();
    // A file may number two claims alike; one row a number is enough to point at it.
    rows.sort_by_key(|row| row.1);
    rows.dedup_by_key(|row| row.1);
    rows
}
