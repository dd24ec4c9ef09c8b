//! Chooses the links of each row again, with the whole graph at hand.
//!
//! While a graph is built row by row, early rows choose among few others. A second choice for every row, from a
//! walk over the finished links, costs little because that walk is flat and on codes, and finds more neighbours
//! per comparison later. The rule is the pruning of Vamana (Subramanya et al., DiskANN, NeurIPS 2019): a
//! candidate is dropped if a chosen link is nearer to it, by the factor [`ALPHA`], than the row itself is.
//! The result depends on the links alone, not on threads.

use rayon::prelude::*;

use super::Slot;
use super::file::VectorFile;
use super::graph::FlatLinks;
use super::kernels;
use super::kernels::Level;
use super::quantize::Query;
use super::walk;
use super::walk::Scratch;
use super::walk::Stride;

/// How much nearer a chosen link must be, on Euclidean distance; 1 is the rule of HNSW, more keeps more links.
/// Measured from 1.0 to 1.2: at 1.2 rows have so many links that a walk pays more for them than it gains.
const ALPHA: f32 = 1.05;

/// Candidates that a walk from the row itself collects. With 150 instead of 64 a search reaches 0.99 for about a
/// quarter less CPU, and the build takes a fifth longer.
const EF: usize = 150;

/// 1 − cosine, which is half the squared Euclidean distance of unit vectors, and a slot.
pub(super) type Link = (f32, Slot);

/// Returns up to `max_links` new links for each of `slots`, nearest first.
pub(super) fn refine(
    vectors: &VectorFile,
    links: &FlatLinks,
    slots: &[usize],
    max_links: usize,
) -> Vec<Vec<Link>> {
    let level = Level::best();
    let choose = |scratch: &mut Scratch, &slot: &usize| {
        let Some(query) = Query::new(vectors.row(slot), level) else { return Vec::new() };
        let row = Slot::try_from(slot).expect("slots are numbered by `Slot`");
        let mut candidates: Vec<Link> = Vec::with_capacity(EF);
        let entries = [row];
        let place = (links.view(&entries), vectors);
        walk::walk(
            place,
            &query,
            (EF, Stride::Through),
            |_| true,
            scratch,
            |near, cosine| {
                if near != row {
                    candidates.push((1.0 - cosine, near));
                }
            },
        );
        sort(&mut candidates);
        prune(vectors, level, &candidates, max_links)
    };
    slots.par_iter().map_init(Scratch::default, choose).collect()
}

/// Orders links by distance, then by slot.
pub(super) fn sort(links: &mut [Link]) {
    links.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
}

fn prune(vectors: &VectorFile, level: Level, candidates: &[Link], max_links: usize) -> Vec<Link> {
    let mut chosen: Vec<Link> = Vec::with_capacity(max_links);
    for &(distance, candidate) in candidates {
        let shadowed = |&(_, link): &Link| {
            ALPHA * ALPHA * between(vectors, level, link as usize, candidate as usize) < distance
        };
        if !chosen.iter().any(shadowed) {
            chosen.push((distance, candidate));
            if chosen.len() == max_links {
                break;
            }
        }
    }
    chosen
}

/// Returns 1 − cosine of two rows by their codes.
#[expect(clippy::cast_precision_loss, reason = "the codes are coarser than the rounding")]
fn between(vectors: &VectorFile, level: Level, a: usize, b: usize) -> f32 {
    let (codes, metas) = (vectors.codes(), vectors.metas());
    let stride = codes.len() / metas.len();
    let row = |slot: usize| &codes[slot * stride..(slot + 1) * stride];
    1.0 - kernels::dot_biased(level, row(a), row(b)) as f32 * (metas[a].scale * metas[b].scale)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::vector::write_vectors;

    #[test]
    fn a_link_behind_a_chosen_one_is_dropped() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("vectors");
        let at = |degrees: f32| [degrees.to_radians().cos(), degrees.to_radians().sin()];
        // The row itself, a near one, one right behind it, one on the other side.
        let rows = [0.0, 10.0, 14.0, -20.0].map(at);
        write_vectors(&path, 2, rows.iter().zip(0..).map(|(row, id)| (id, 0, row))).unwrap();
        let vectors = VectorFile::open(&path).unwrap();
        let mut candidates: Vec<Link> =
            (1..4).map(|slot: Slot| (between(&vectors, Level::Scalar, 0, slot as usize), slot)).collect();
        sort(&mut candidates);
        let chosen =
            |max| prune(&vectors, Level::Scalar, &candidates, max).iter().map(|link| link.1).collect();
        let (all, one): (Vec<Slot>, Vec<Slot>) = (chosen(8), chosen(1));
        assert_eq!((all, one), (vec![1, 3], vec![1]));
    }
}
