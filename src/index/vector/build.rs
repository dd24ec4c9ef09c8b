//! Builds a graph with `hnsw_rs` and flattens it; the only file that names that library.
//!
//! Its own search is left aside (several times slower than a walk over flat links), and so are its files.
//! What was measured and shapes this build:
//! - distances on codes with their scales: as good after rescoring as on floats, and cheaper;
//! - rows in random order, since sorted rows cost a point of recall;
//! - candidates extended, pruned ones not kept (keeping them ruins recall);
//! - the library drops the farthest link of a full row, so links missing in one direction are put back.

use std::path::Path;

use hnsw_rs::anndists::dist::distances::Distance;
use hnsw_rs::hnsw::Hnsw;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::Slot;
use super::error::Error;
use super::file::VectorFile;
use super::graph::FlatLinks;
use super::graph::Links;
use super::kernels;
use super::kernels::Level;
use super::refine;
use super::refine::Link;

/// From this many rows on, rows are inserted in parallel: faster, but the links then depend on timing, so a
/// rebuilt graph may change approximate lists. Below it the same rows and parameters give the same file.
pub const PARALLEL_FROM: usize = 20_000;

/// Rows inserted between two calls of `progress` and `cancel`.
const CHUNK: usize = 2_000;

/// Most links of a row, as a multiple of `m`: its own are at most two thirds, the rest lead back.
const MAX_LINKS_PER_M: usize = 3;

/// Layers that the library can hold.
const MAX_LAYERS: usize = 16;

/// Rows that a walk compares to find its start; more cost time and find nothing.
const MAX_ENTRIES: usize = 256;

/// How dense a graph is and how carefully it is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GraphParams {
    /// Links per row and upper layer, 4..=64; the lowest layer has up to three times as many.
    pub m: usize,
    /// Candidates kept while a row looks for its links, 8..=2000: recall against build time.
    pub ef_construction: usize,
    /// Seed of the order of insertion.
    pub seed: u64,
}

impl GraphParams {
    /// What the bench `vector_search` chose for vectors of text.
    pub const MEASURED: Self = Self { m: 16, ef_construction: 100, seed: 0x70_61_74 };

    fn check(self) -> Result<(), Error> {
        // The library ends the process on values that it does not like, so they never reach it.
        if !(4..=64).contains(&self.m) {
            return Err(Error::Parameter { name: "m", value: self.m, allowed: "4..=64" });
        }
        if !(8..=2000).contains(&self.ef_construction) {
            let value = self.ef_construction;
            return Err(Error::Parameter { name: "ef_construction", value, allowed: "8..=2000" });
        }
        Ok(())
    }
}

/// Builds the graph of `vectors` and writes it to `path`.
///
/// Rows without direction get no links. `progress` receives steps done and steps in all, two per row; the build
/// asks `cancel` between chunks. Runs on the caller's thread pool. Memory: about 3 GB per million rows while it runs.
///
/// # Errors
/// [`Error::Parameter`], [`Error::Cancelled`], [`Error::Io`], [`Error::TooLarge`].
pub fn build_graph(
    vectors: &VectorFile,
    path: &Path,
    params: &GraphParams,
    progress: &mut dyn FnMut(usize, usize),
    cancel: &dyn Fn() -> bool,
) -> Result<(), Error> {
    params.check()?;
    let metas = vectors.metas();
    let mut order: Vec<usize> = (0..metas.len()).filter(|&slot| metas[slot].scale > 0.0).collect();
    order.shuffle(&mut ChaCha8Rng::seed_from_u64(params.seed));

    let mut hnsw = Hnsw::new(
        params.m,
        order.len().max(1),
        MAX_LAYERS,
        params.ef_construction,
        CodeDistance(Level::best()),
    );
    hnsw.set_extend_candidates(true);
    let parallel = order.len() >= PARALLEL_FROM;
    let mut n_done = 0;
    let n_steps = 2 * order.len();
    progress(0, n_steps);
    for chunk in order.chunks(CHUNK) {
        if cancel() {
            return Err(Error::Cancelled);
        }
        let rows: Vec<Vec<u8>> = chunk.iter().map(|&slot| packed(vectors, slot)).collect();
        if parallel && n_done > 0 {
            let rows = rows.iter().map(Vec::as_slice).zip(chunk.iter().copied()).collect();
            hnsw.parallel_insert_slice(&rows);
        } else {
            for (row, &slot) in rows.iter().zip(chunk) {
                hnsw.insert_slice((row, slot));
            }
        }
        n_done += chunk.len();
        progress(n_done, n_steps);
    }
    let (mut links, upper) = flatten(&hnsw, metas.len());
    drop(hnsw);
    add_reverse(&mut links, MAX_LINKS_PER_M * params.m);
    let first = FlatLinks::new(slots(&links))?;
    let mut refined = vec![Vec::new(); metas.len()];
    for chunk in order.chunks(CHUNK) {
        if cancel() {
            return Err(Error::Cancelled);
        }
        let found = refine::refine(vectors, &first, chunk, 2 * params.m);
        for (links, &slot) in found.into_iter().zip(chunk) {
            refined[slot] = links;
        }
        n_done += chunk.len();
        progress(n_done, n_steps);
    }
    drop((links, first));
    add_reverse(&mut refined, MAX_LINKS_PER_M * params.m);
    let links = FlatLinks::new(slots(&refined))?;
    let entries = choose_entries(links.view(&[]), upper, &order, metas.len());
    links.write(path, vectors, &entries)
}

fn slots(links: &[Vec<Link>]) -> impl Iterator<Item = impl Iterator<Item = Slot>> {
    links.iter().map(|links| links.iter().map(|link| link.1))
}

/// A row of codes followed by the four bytes of its scale: one allocation per row in the library.
fn packed(vectors: &VectorFile, slot: usize) -> Vec<u8> {
    let stride = vectors.codes().len() / vectors.len();
    let mut row = Vec::with_capacity(stride + size_of::<f32>());
    row.extend_from_slice(&vectors.codes()[slot * stride..(slot + 1) * stride]);
    row.extend_from_slice(&vectors.metas()[slot].scale.to_le_bytes());
    row
}

/// 1 − cosine of two packed rows, never negative and never NaN: the library stops the process otherwise.
#[derive(Debug, Clone, Copy)]
struct CodeDistance(Level);

impl Distance<u8> for CodeDistance {
    #[expect(clippy::cast_precision_loss, reason = "the codes are coarser than the rounding")]
    fn eval(&self, a: &[u8], b: &[u8]) -> f32 {
        let (Some((a, a_scale)), Some((b, b_scale))) = (a.split_last_chunk(), b.split_last_chunk()) else {
            return 1.0;
        };
        let scale = f32::from_le_bytes(*a_scale) * f32::from_le_bytes(*b_scale);
        (1.0 - kernels::dot_biased(self.0, a, b) as f32 * scale).max(0.0)
    }
}

/// Returns the lowest layer's links of every slot, nearest first, and the slots of the upper layers.
fn flatten(hnsw: &Hnsw<'_, u8, CodeDistance>, n_rows: usize) -> (Vec<Vec<Link>>, Vec<Slot>) {
    let slot_of = |origin: usize| Slot::try_from(origin).expect("origins are slots");
    let mut links = vec![Vec::new(); n_rows];
    let mut upper = Vec::new();
    if hnsw.get_nb_point() == 0 {
        // Its iterator expects an entry point.
        return (links, upper);
    }
    for point in hnsw.get_point_indexation() {
        let slot = point.get_origin_id();
        if point.get_point_id().0 > 0 {
            upper.push(slot_of(slot));
        }
        let near = point.get_neighborhood_id().into_iter().next().unwrap_or_default();
        let near = near.iter().filter(|near| near.d_id != slot);
        links[slot] = near.map(|near| (near.distance, slot_of(near.d_id))).collect();
        refine::sort(&mut links[slot]);
        links[slot].dedup_by_key(|link| link.1);
    }
    upper.sort_unstable();
    (links, upper)
}

/// Adds the links that exist in the other direction only, nearest first, up to `max_links` per row.
fn add_reverse(links: &mut [Vec<Link>], max_links: usize) {
    let mut reverse: Vec<Vec<Link>> = vec![Vec::new(); links.len()];
    for (from, forward) in (0..).zip(links.iter()) {
        for &(distance, to) in forward {
            if !links[to as usize].iter().any(|&(_, back)| back == from) {
                reverse[to as usize].push((distance, from));
            }
        }
    }
    for (links, mut reverse) in links.iter_mut().zip(reverse) {
        refine::sort(&mut reverse);
        reverse.truncate(max_links.saturating_sub(links.len()));
        links.extend(reverse);
    }
}

/// Returns a spread of the upper layers, and one row of each island that they do not reach.
///
/// Many equal vectors link only to each other, and then nothing leads to them.
fn choose_entries(links: Links<'_>, upper: Vec<Slot>, order: &[usize], n_rows: usize) -> Vec<Slot> {
    let step = upper.len().div_ceil(MAX_ENTRIES).max(1);
    let mut entries: Vec<Slot> = upper.into_iter().step_by(step).collect();
    let mut reached = vec![false; n_rows];
    entries.iter().for_each(|&entry| reach(links, entry, &mut reached));
    for &slot in order {
        if !reached[slot] {
            let slot = Slot::try_from(slot).expect("slots are numbered by `Slot`");
            entries.push(slot);
            reach(links, slot, &mut reached);
        }
    }
    entries
}

/// Marks every row that links lead to from `from`.
fn reach(links: Links<'_>, from: Slot, reached: &mut [bool]) {
    let mut todo = vec![from];
    while let Some(slot) = todo.pop() {
        if !std::mem::replace(&mut reached[slot as usize], true) {
            todo.extend(links.of(slot));
        }
    }
}
