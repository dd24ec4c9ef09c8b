//! One vector space of a snapshot: a base with its graph, rows added since, documents removed since.
//!
//! Which of the searches answers is decided here and nowhere else; they are in `scan` and `walk`.

use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::PoisonError;

use roaring::RoaringBitmap;

use super::Slot;
use super::error::Error;
use super::file::VectorFile;
use super::graph::Graph;
use super::kernels::{self, Level};
use super::quantize::Query;
use super::scan::Part;
use super::shortlist::Neighbour;
use super::shortlist::Shortlist;
use super::walk;
use super::walk::Scratch;
use super::walk::Stride;

/// The files of one space in one snapshot folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpaceFiles {
    /// The folder that holds them.
    pub dir: PathBuf,
    /// Dimensions of the space; needed because an empty space has no files.
    pub dim: usize,
    /// Name of the base, if there is one.
    pub base: Option<String>,
    /// Name of the base's graph, if it has been built.
    pub graph: Option<String>,
    /// Names of the files of rows added since, in the order they were written.
    pub deltas: Vec<String>,
}

/// Which documents may be returned.
#[derive(Debug, Clone, Copy)]
pub enum Filter<'a> {
    /// Every document that is not removed.
    All,
    /// Documents with these numbers that are not removed.
    Ids(&'a RoaringBitmap),
}

/// When the graph answers instead of a scan.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Rows of the base from which the graph answers searches without a filter.
    pub graph_from: usize,
    /// Most rows of the base that a filter may name to be scanned exactly; larger filters walk the graph.
    pub max_exact_filter: u64,
    /// Candidates that a walk keeps: recall against time. At least twice the neighbours asked for are kept, and
    /// more in a large base: see [`Options::ef_for`].
    pub ef: usize,
}

/// Rows up to which [`Options::ef`] holds as it is.
const EF_ROWS: usize = 100_000;

impl Options {
    /// What the bench `vector_search` chose: recall@10 of 0.99 and more for vectors of text.
    pub const MEASURED: Self = Self { graph_from: 20_000, max_exact_filter: 200_000, ef: 128 };

    /// Returns how many candidates a walk keeps in a base of so many rows: `ef`, times the square root of
    /// `n_rows` / 100,000 above that.
    ///
    /// With a constant number recall falls as a base grows (measured at 128: 0.996 at 100,000 rows, 0.983 at 300,000).
    pub fn ef_for(&self, n_rows: usize) -> usize {
        if n_rows <= EF_ROWS {
            self.ef
        } else {
            (n_rows.saturating_mul(self.ef) / EF_ROWS).saturating_mul(self.ef).isqrt()
        }
    }
}

/// A walk compares about this many rows per candidate kept, at the price of a scattered read each; when that is
/// more than the rows there are, a scan is cheaper and exact.
const SCAN_ROWS_PER_CANDIDATE: usize = 80;

/// Share of the proven error that a walk counts with: errors of codes are spread over the dimensions and stay far
/// below the bound; a walk is approximate anyway, and a tighter bound spares it most of the scattered rows.
const WALK_ERROR_SHARE: f32 = 0.25;

/// A filter that at least this share of the rows passes is walked through, a stricter one is stepped over.
const THROUGH_SHARE: f64 = 0.5;

/// Share of removed or added rows above which the space should be rebuilt.
const REBUILD_SHARE: f64 = 0.2;

/// Which search answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SearchPath {
    /// Every row that the filter names was compared: the answer is exact.
    Exact,
    /// The base was walked over its links: the answer is approximate.
    Graph,
    /// The base was walked over its links under a filter: the answer is approximate.
    FilteredGraph,
}

/// The answer to a nearest-neighbour search.
#[derive(Debug, Clone, PartialEq)]
pub struct Nearest {
    /// Nearest first; ties by id, then tag. Fewer than asked for only if fewer rows may be returned.
    pub neighbours: Vec<Neighbour>,
    /// How they were found.
    pub path: SearchPath,
}

/// An immutable, memory-mapped vector space.
#[derive(Debug)]
pub struct Space {
    dim: usize,
    /// The base, if there is one, then the deltas.
    parts: Vec<Part>,
    has_base: bool,
    graph: Option<Graph>,
    options: Options,
    level: Level,
    scratch: Mutex<Vec<Scratch>>,
}

impl Space {
    /// Opens the files of a space; `dead` holds the numbers of removed documents.
    ///
    /// Reads headers and, for removed documents, their identities; [`Space::verify`] reads everything.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::Corrupt`], [`Error::Incompatible`]; [`Error::Dimension`] if a file has another
    /// number of dimensions; [`Error::TooLarge`] above 2³² − 1 rows in all.
    pub fn open(files: &SpaceFiles, dead: &RoaringBitmap, options: Options) -> Result<Self, Error> {
        let mut parts: Vec<Part> = Vec::new();
        for name in files.base.iter().chain(&files.deltas) {
            let file = VectorFile::open(&files.dir.join(name))?;
            if file.dim() != files.dim {
                return Err(Error::Dimension { expected: files.dim, found: file.dim() });
            }
            let first = parts.last().map_or(0, |part| part.first as usize + part.file.len());
            let limit = Slot::MAX as usize;
            if first + file.len() > limit {
                return Err(Error::TooLarge { what: "rows", limit: limit as u64 });
            }
            let first = Slot::try_from(first).expect("checked against the limit");
            parts.push(Part::new(file, first, dead));
        }
        let graph = match (&files.graph, &files.base) {
            (Some(name), Some(_)) => Some(Graph::open(&files.dir.join(name), &parts[0].file)?),
            _ => None,
        };
        Ok(Self {
            dim: files.dim,
            has_base: files.base.is_some(),
            parts,
            graph,
            options,
            level: Level::best(),
            scratch: Mutex::default(),
        })
    }

    /// Returns whether a graph answers searches without a filter.
    pub fn has_graph(&self) -> bool {
        self.graph.is_some()
    }

    /// Returns the number of dimensions.
    pub fn dim(&self) -> usize {
        self.dim
    }

    /// Returns the number of rows whose documents are not removed.
    pub fn len(&self) -> usize {
        self.parts.iter().map(|part| part.file.len() - part.n_dead).sum()
    }

    /// Returns whether no row can be returned.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns whether rows added since the base, or rows removed, exceed 20 % of all rows.
    pub fn needs_rebuild(&self) -> bool {
        let n_rows: usize = self.parts.iter().map(|part| part.file.len()).sum();
        let n_base = if self.has_base { self.parts[0].file.len() } else { 0 };
        let n_dead: usize = self.parts.iter().map(|part| part.n_dead).sum();
        let n_changed = (n_rows - n_base).max(n_dead);
        #[expect(clippy::cast_precision_loss, reason = "a share of at most 2³² rows")]
        let limit = n_rows as f64 * REBUILD_SHARE;
        #[expect(clippy::cast_precision_loss, reason = "a share of at most 2³² rows")]
        let changed = n_changed as f64;
        changed > limit
    }

    /// Returns the up to `k` rows nearest to `query` by cosine among those that pass.
    ///
    /// A query without direction (zero, NaN, infinite) has no neighbours. Rows without direction come last, with
    /// a score of −1. The same space, query, filter and version give the same answer on every processor.
    ///
    /// # Errors
    /// [`Error::Dimension`].
    pub fn nearest(&self, query: &[f32], k: usize, filter: Filter<'_>) -> Result<Nearest, Error> {
        if query.len() != self.dim {
            return Err(Error::Dimension { expected: self.dim, found: query.len() });
        }
        let query = Query::new(query, self.level);
        let (Some(query), true) = (query, k > 0) else {
            return Ok(Nearest { neighbours: Vec::new(), path: SearchPath::Exact });
        };
        let mut shortlist = Shortlist::new(k);
        let mut path = SearchPath::Exact;
        for (index, part) in self.parts.iter().enumerate() {
            let walked = match &self.graph {
                Some(graph) if index == 0 => self.walk(part, graph, &query, k, filter, &mut shortlist),
                _ => None,
            };
            match walked {
                Some(walked) => path = walked,
                None => part.scan(&query, filter, &mut shortlist),
            }
        }
        Ok(Nearest { neighbours: self.finish(&query, shortlist), path })
    }

    /// Returns the nearest rows by a full scan, whatever the options say: the oracle of the graph.
    ///
    /// # Errors
    /// [`Error::Dimension`].
    pub fn nearest_exact(&self, query: &[f32], k: usize, filter: Filter<'_>) -> Result<Nearest, Error> {
        if query.len() != self.dim {
            return Err(Error::Dimension { expected: self.dim, found: query.len() });
        }
        let mut neighbours = Vec::new();
        if let (Some(query), true) = (Query::new(query, self.level), k > 0) {
            let mut shortlist = Shortlist::new(k);
            self.parts.iter().for_each(|part| part.scan(&query, filter, &mut shortlist));
            neighbours = self.finish(&query, shortlist);
        }
        Ok(Nearest { neighbours, path: SearchPath::Exact })
    }

    /// Returns the unit vector of a slot, all zeros if it has no direction; `None` if there is no such slot.
    pub fn vector_of(&self, slot: Slot) -> Option<&[f32]> {
        let (part, slot) = self.locate(slot)?;
        Some(part.file.row(slot))
    }

    /// Returns the slots of a document with their tags, removed or not, ascending by tag within a file.
    pub fn slots_of(&self, id: u32) -> Vec<(Slot, u32)> {
        let mut slots = Vec::new();
        for part in &self.parts {
            for slot in part.file.slots_of(id) {
                let global = part.first + Slot::try_from(slot).expect("`open` checked the number of rows");
                slots.push((global, part.file.metas()[slot].tag));
            }
        }
        slots
    }

    /// Reads all files and compares them with their hashes.
    ///
    /// # Errors
    /// [`Error::Corrupt`] with the file that differs from what was written.
    pub fn verify(&self) -> Result<(), Error> {
        self.parts.iter().try_for_each(|part| part.file.verify())?;
        self.graph.iter().try_for_each(Graph::verify)
    }

    /// Walks the base into the shortlist; `None` if a scan is the better answer, and then nothing was offered.
    fn walk(
        &self,
        part: &Part,
        graph: &Graph,
        query: &Query,
        k: usize,
        filter: Filter<'_>,
        shortlist: &mut Shortlist,
    ) -> Option<SearchPath> {
        let n_rows = part.file.len();
        let ef = self.options.ef_for(n_rows).max(k.saturating_mul(2));
        if n_rows < self.options.graph_from || ef.saturating_mul(SCAN_ROWS_PER_CANDIDATE) > n_rows {
            return None;
        }
        let (path, stride) = match filter {
            Filter::All => (SearchPath::Graph, Stride::Through),
            Filter::Ids(ids) => {
                let share = part.file.share_of(ids);
                #[expect(clippy::cast_precision_loss, reason = "an estimate of fewer than 2³² rows")]
                if share * n_rows as f64 <= self.options.max_exact_filter as f64 {
                    return None;
                }
                (
                    SearchPath::FilteredGraph,
                    if share >= THROUGH_SHARE { Stride::Through } else { Stride::Over },
                )
            }
        };
        let metas = part.file.metas();
        let alive = |slot: Slot| !part.is_dead(slot as usize);
        let mut kept: Vec<(Slot, f32)> = Vec::with_capacity(ef);
        let keep = |slot, score| kept.push((slot, score));
        let mut scratch =
            self.scratch.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
        let place = (graph.view(), &part.file);
        match filter {
            Filter::All => walk::walk(place, query, (ef, stride), alive, &mut scratch, keep),
            Filter::Ids(ids) => {
                let passes = |slot: Slot| alive(slot) && ids.contains(metas[slot as usize].id);
                walk::walk(place, query, (ef, stride), passes, &mut scratch, keep);
            }
        }
        self.scratch.lock().unwrap_or_else(PoisonError::into_inner).push(scratch);
        // Too few answers mean that the walk was cut off from the rows that pass.
        if kept.len() < k {
            return None;
        }
        for (slot, score) in kept {
            shortlist.offer(
                part.first + slot,
                score,
                query.error(metas[slot as usize].residual) * WALK_ERROR_SHARE,
            );
        }
        Some(path)
    }

    fn finish(&self, query: &Query, shortlist: Shortlist) -> Vec<Neighbour> {
        let prefetch = |slot| {
            if let Some(row) = self.vector_of(slot) {
                kernels::prefetch_all(row);
            }
        };
        shortlist.finish(prefetch, |slot| self.exact(query, slot))
    }

    fn exact(&self, query: &Query, slot: Slot) -> Neighbour {
        let (part, slot) = self.locate(slot).expect("shortlists hold slots of this space");
        let meta = &part.file.metas()[slot];
        let score = if meta.scale == 0.0 { -1.0 } else { query.exact(part.file.row(slot)) };
        Neighbour { id: meta.id, tag: meta.tag, score }
    }

    fn locate(&self, slot: Slot) -> Option<(&Part, usize)> {
        let index = self.parts.partition_point(|part| part.first <= slot).checked_sub(1)?;
        let part = &self.parts[index];
        let local = (slot - part.first) as usize;
        (local < part.file.len()).then_some((part, local))
    }
}
