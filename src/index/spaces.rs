//! From documents to vectors: which model, which rows, when to train again.
//!
//! Two spaces: one row a document (all its language versions together), and one a independent claim of its
//! first original claim set. A snapshot has one model, and all its vectors come from it. New documents are folded
//! into it; when documents have doubled since the training, or more than 15 % of the words that came since are
//! unknown to it, a new model is trained and all vectors are made again, in the same commit.

use std::path::Path;
use std::sync::Arc;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use roaring::RoaringBitmap;

use super::error::{Error, Result};
use super::file::{self, FileEntry};
use super::lexical::ZoneTexts;
use super::manifest::{Manifest, ModelEntry, SpaceEntry};
use super::pack::Pack;
use super::reader::Near;
use super::set::DocnoSet;
use super::vector::{self, Filter, GraphParams, Space, SpaceFiles, VectorFile, build_graph, write_vectors};
use super::writer::{Embedding, Progress, Stage, Writer, decode, proceed};
use crate::patent::Publication;
use crate::text::embed::{Embedder, Role};
use crate::text::{Analyzer, lsa};

/// Documents embedded at a time.
const BATCH: usize = 512;
/// Documents that a model learns from at most; the others are folded in. More cost time and change little.
const MAX_TRAINING: u64 = 150_000;
/// Share of unknown words among those that came since the training, above which to train again.
const UNKNOWN_SHARE: f64 = 0.15;
/// Growth since the training at which to train again.
const GROWTH: u64 = 2;

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
            return Ok(Self { embedder: None, documents: None, claims: None });
        };
        let embedder: Option<Arc<dyn Embedder>> = match &model.file {
            Some(entry) => Some(Arc::new(read_model(&dir.join(&entry.name), analyzer)?)),
            // Vectors of another model would compare apples with pears: without the right one there are none.
            None => external.filter(|embedder| embedder.id() == model.id),
        };
        let dead: RoaringBitmap = (0..alive.end()).filter(|docno| !alive.contains(*docno)).collect();
        let open = |name: SpaceName| -> Result<Option<Space>> {
            let Some(entry) = manifest.spaces.get(name.as_str()) else { return Ok(None) };
            let files = SpaceFiles {
                dir: dir.to_owned(),
                dim: model.dim,
                base: entry.base.as_ref().map(|file| file.name.clone()),
                graph: entry.graph.as_ref().map(|file| file.name.clone()),
                deltas: entry.deltas.iter().map(|file| file.name.clone()).collect(),
            };
            Space::open(&files, &dead, vector::Options::MEASURED).map(Some).map_err(Error::Vector)
        };
        Ok(Self { documents: open(SpaceName::Documents)?, claims: open(SpaceName::Claims)?, embedder })
    }

    pub(crate) fn embedder(&self) -> Option<&dyn Embedder> {
        self.embedder.as_deref()
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
        let ids = filter
            .map(|set| RoaringBitmap::from_sorted_iter(set.iter()).expect("a set gives ascending docnos"));
        let filter = ids.as_ref().map_or(Filter::All, Filter::Ids);
        let nearest = space.nearest(vector, limit, filter).map_err(Error::Vector)?;
        let near = nearest.neighbours.iter();
        Ok(near.map(|found| Near { docno: found.id, claim: found.tag, cosine: found.score }).collect())
    }
}

/// Brings model and spaces up to date with the documents of the next snapshot.
pub(crate) fn update(
    writer: &Writer,
    manifest: &mut Manifest,
    alive: &DocnoSet,
    first_docno: u32,
    progress: &Progress<'_>,
) -> Result<()> {
    if matches!(writer.options.embedding, Embedding::Off) || manifest.packs.is_empty() {
        manifest.model = None;
        manifest.spaces.clear();
        return Ok(());
    }
    let packs = open_packs(writer, manifest)?;
    let (embedder, all): (Arc<dyn Embedder>, bool) = match &writer.options.embedding {
        Embedding::External(embedder) => {
            let same = manifest.model.as_ref().is_some_and(|model| model.id == embedder.id());
            if !same {
                manifest.model = Some(ModelEntry {
                    id: embedder.id().to_owned(),
                    dim: embedder.dim(),
                    file: None,
                    trained_on: manifest.statistics.n_documents,
                    words_since: 0,
                    unknown_since: 0,
                });
            }
            (Arc::clone(embedder), !same)
        }
        _ => match trained_model(writer, manifest)? {
            Some(model) if !count_unknown(manifest, &model, &packs, alive, first_docno)? => {
                (Arc::new(model), false)
            }
            _ => (Arc::new(train(writer, manifest, &packs, alive, progress)?), true),
        },
    };
    if embedder.dim() == 0 {
        // Nothing to learn from: no document has a word that another has too.
        manifest.model = None;
        manifest.spaces.clear();
        return Ok(());
    }
    let all = all || rebuild_is_due(manifest, alive, first_docno);
    let from = if all { 0 } else { first_docno };
    let total = alive.iter().filter(|docno| *docno >= from).count() as u64;
    for name in SpaceName::ALL {
        let path = writer.layout.work().join(format!("{}-{:06}.vec", name.as_str(), manifest.id));
        let mut done = 0;
        let entry = write_space(name, &path, &*embedder, &packs, alive, from, &mut |n| {
            done += n;
            let halves = if name == SpaceName::Documents { done } else { total + done };
            proceed(progress, Stage::Embedding, halves, total * 2)
        })?;
        let space = manifest.spaces.entry(name.as_str().to_owned()).or_default();
        if all {
            *space = SpaceEntry { base: entry, graph: None, deltas: Vec::new() };
        } else {
            space.deltas.extend(entry);
        }
    }
    Ok(())
}

/// Builds the graphs that the manifest lacks; returns whether there was one to build.
pub(crate) fn build_graphs(
    writer: &Writer,
    manifest: &mut Manifest,
    progress: &Progress<'_>,
) -> Result<bool> {
    let Some(base) = &writer.base else { return Ok(false) };
    let mut built = false;
    let id = manifest.id;
    for (name, space) in &mut manifest.spaces {
        let Some(vectors) = space.base.as_ref().filter(|_| space.graph.is_none()) else { continue };
        let vectors = VectorFile::open(&base.dir.join(&vectors.name)).map_err(Error::Vector)?;
        if vectors.len() < vector::Options::MEASURED.graph_from {
            continue;
        }
        let path = writer.layout.work().join(format!("{name}-{id:06}.graph"));
        let cancelled = std::sync::atomic::AtomicBool::new(false);
        let mut report = |done: usize, total: usize| {
            if !progress(Stage::Graph, done as u64, total as u64) {
                cancelled.store(true, std::sync::atomic::Ordering::Relaxed);
            }
        };
        let cancel = || cancelled.load(std::sync::atomic::Ordering::Relaxed);
        build_graph(&vectors, &path, &GraphParams::MEASURED, &mut report, &cancel).map_err(|error| {
            match error {
                vector::Error::Cancelled => Error::Cancelled,
                other => Error::Vector(other),
            }
        })?;
        space.graph = Some(entry_of(&path)?);
        built = true;
    }
    Ok(built)
}

fn entry_of(path: &Path) -> Result<FileEntry> {
    let (bytes, blake3) = file::hash(path)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(FileEntry { name, bytes, blake3 })
}

fn read_model(path: &Path, analyzer: &Analyzer) -> Result<lsa::Model> {
    let bytes = std::fs::read(path).map_err(Error::io("read", path))?;
    lsa::Model::from_bytes(analyzer, &bytes).map_err(|error| Error::corrupt(path, error.to_string()))
}

fn open_packs(writer: &Writer, manifest: &Manifest) -> Result<Vec<Pack>> {
    let work = writer.layout.work();
    let open = |name: &str| {
        let fresh = work.join(name);
        let old = writer.base.as_ref().map(|base| base.dir.join(name));
        Pack::open(&if fresh.exists() { fresh } else { old.unwrap_or(fresh) })
    };
    manifest.packs.iter().map(|pack| open(&pack.documents.name)).collect()
}

/// Returns the model of the snapshot before, if it was trained here.
fn trained_model(writer: &Writer, manifest: &Manifest) -> Result<Option<lsa::Model>> {
    let entry = manifest.model.as_ref().and_then(|model| model.file.as_ref());
    let (Some(entry), Some(base)) = (entry, &writer.base) else { return Ok(None) };
    read_model(&base.dir.join(&entry.name), &writer.analyzer).map(Some)
}

/// Counts the words of new documents that the model does not know; returns whether it is time to train again.
fn count_unknown(
    manifest: &mut Manifest,
    current: &lsa::Model,
    packs: &[Pack],
    alive: &DocnoSet,
    first_docno: u32,
) -> Result<bool> {
    let n_documents = manifest.statistics.n_documents;
    let Some(model) = &mut manifest.model else { return Ok(true) };
    visit_topics(packs, alive, first_docno, &mut |_, publication| {
        let (known, unknown) = current.unknown_mass(&topic(&publication));
        model.words_since += known + unknown;
        model.unknown_since += unknown;
        Ok(())
    })?;
    let unknown = model.unknown_since as f64 > UNKNOWN_SHARE * model.words_since as f64;
    Ok(unknown || n_documents >= GROWTH * model.trained_on.max(1))
}

/// Trains a model on the live documents, or on a seeded sample of a large corpus.
fn train(
    writer: &Writer,
    manifest: &mut Manifest,
    packs: &[Pack],
    alive: &DocnoSet,
    progress: &Progress<'_>,
) -> Result<lsa::Model> {
    let Embedding::Lsa { dim, seed } = writer.options.embedding else {
        return Err(Error::Query { what: "only a model of the corpus itself can be trained".to_owned() });
    };
    let n_documents = manifest.statistics.n_documents;
    proceed(progress, Stage::Training, 0, n_documents)?;
    let mut trainer = lsa::Trainer::new(&writer.analyzer, lsa::Options { dims: dim, seed });
    let mut sample = Sample::new(n_documents, seed);
    let mut seen = 0;
    visit_topics(packs, alive, 0, &mut |_, publication| {
        if sample.takes_next() {
            let versions = ZoneTexts::topic(&publication);
            let versions: Vec<&str> = versions.iter().map(String::as_str).collect();
            trainer.add(&versions);
        }
        seen += 1;
        if seen % BATCH as u64 == 0 { proceed(progress, Stage::Training, seen, n_documents) } else { Ok(()) }
    })?;
    trainer.add_equivalents(&writer.options.equivalents);
    let model = trainer.finish().map_err(Error::Embedding)?;
    let path = writer.layout.work().join(format!("model-{:06}.lsa", manifest.id));
    let entry = file::write(&path, &model.to_bytes())?;
    manifest.model = Some(ModelEntry {
        id: model.id().to_owned(),
        dim: model.dim(),
        file: Some(entry),
        trained_on: n_documents,
        words_since: 0,
        unknown_since: 0,
    });
    Ok(model)
}

/// Chooses a fixed number of documents, each equally likely, in one pass (Knuth's algorithm S).
struct Sample {
    left: u64,
    wanted: u64,
    random: ChaCha8Rng,
}

impl Sample {
    fn new(n_documents: u64, seed: u64) -> Self {
        Self { left: n_documents, wanted: n_documents.min(MAX_TRAINING), random: ChaCha8Rng::seed_from_u64(seed) }
    }

    fn takes_next(&mut self) -> bool {
        let takes = self.left > 0 && self.random.random_range(0..self.left) < self.wanted;
        self.left = self.left.saturating_sub(1);
        self.wanted -= u64::from(takes);
        takes
    }
}

/// Returns all language versions of what a document is about, as one text.
fn topic(publication: &Publication) -> String {
    ZoneTexts::topic(publication).join("\n")
}

/// Rebuilds once more than a fifth of the rows were added or buried since the base was written.
fn rebuild_is_due(manifest: &Manifest, alive: &DocnoSet, first_docno: u32) -> bool {
    let n_new = alive.iter().filter(|docno| *docno >= first_docno).count();
    let n_rows = manifest.docno_end as usize;
    let n_dead = n_rows - usize::try_from(alive.len()).unwrap_or(usize::MAX).min(n_rows);
    let space = manifest.spaces.get(SpaceName::Documents.as_str());
    let n_deltas = space.map_or(0, |space| space.deltas.len());
    // Each delta is opened and scanned by every search, so many small ones are gathered too.
    (n_new + n_dead) * 5 > n_rows || n_deltas >= 16
}

/// Writes the rows of one space for all live documents from a docno on; `None` where there is none.
fn write_space(
    name: SpaceName,
    path: &Path,
    embedder: &dyn Embedder,
    packs: &[Pack],
    alive: &DocnoSet,
    from: u32,
    done: &mut dyn FnMut(u64) -> Result<()>,
) -> Result<Option<FileEntry>> {
    let dim = embedder.dim();
    let (sender, receiver) = std::sync::mpsc::sync_channel::<Vec<(u32, u32, Vec<f32>)>>(4);
    std::thread::scope(|scope| {
        let rows = receiver.into_iter().flatten();
        let written = scope.spawn(move || write_vectors(path, dim, rows));
        let mut batch: Vec<(u32, u32, String)> = Vec::new();
        let mut n_batched = 0;
        let mut send = |batch: &mut Vec<(u32, u32, String)>, n: &mut u64| -> Result<()> {
            let rows = embed(embedder, batch)?;
            batch.clear();
            // A writer that failed has hung up; its own error is reported below.
            let _ = sender.send(rows);
            done(std::mem::take(n))
        };
        let visited = visit_topics(packs, alive, from, &mut |docno, publication| {
            match name {
                SpaceName::Documents => batch.push((docno, 0, topic(&publication))),
                SpaceName::Claims => batch.extend(independent_claims(docno, &publication)),
            }
            n_batched += 1;
            if batch.len() >= BATCH { send(&mut batch, &mut n_batched) } else { Ok(()) }
        });
        let visited = visited.and_then(|()| send(&mut batch, &mut n_batched));
        drop(send);
        drop(sender);
        let n_rows = written.join().expect("writing vectors does not panic").map_err(Error::Vector);
        visited?;
        Ok(if n_rows? == 0 { None } else { Some(entry_of(path)?) })
    })
}

/// Embeds a batch on all threads; the order of rows is that of the batch.
fn embed(embedder: &dyn Embedder, batch: &[(u32, u32, String)]) -> Result<Vec<(u32, u32, Vec<f32>)>> {
    let dim = embedder.dim();
    let parts: Vec<Result<Vec<f32>>> = batch
        .par_chunks(32)
        .map(|part| {
            let texts: Vec<&str> = part.iter().map(|(_, _, text)| text.as_str()).collect();
            embedder.embed(&texts, Role::Passage).map_err(Error::Embedding)
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

/// Visits the live documents from a docno on, in docno order, without their descriptions.
fn visit_topics(
    packs: &[Pack],
    alive: &DocnoSet,
    from: u32,
    visit: &mut dyn FnMut(u32, Publication) -> Result<()>,
) -> Result<()> {
    for pack in packs.iter().filter(|pack| pack.docnos().end > from) {
        pack.scan(&mut |docno, bytes| {
            if docno >= from && alive.contains(docno) { visit(docno, decode(bytes)?) } else { Ok(()) }
        })?;
    }
    Ok(())
}
