//! Regions of a map, two or three levels of them, one inside the other.
//!
//! Communities of the weighted graph by the Leiden algorithm (Traag, Waltman, van Eck 2019), seeded; then each
//! region is parted in the same way. Of more than 20,000 points, small groups of neighbours are parted as wholes.
//!
//! A map that continues another keeps its regions, so that only the news move anything: an old point stays in its
//! region, a new one joins that of most of its neighbours. New points that are tied to each other more than to the
//! rest become regions of their own. A region that grew by half or more since that map is parted into as many as it grew
//! times, as long as there are fewer regions than can be read. Where most points are new, or the vectors are of another
//! model, all is parted anew. A field that grows by little again and again keeps its regions: a fresh map draws others.
//!
//! A collection of clear-cut subjects falls into more pieces than a person takes in, with no edge between them at any
//! resolution: these are joined by meaning, those with the highest mean cosine first, until the number can be
//! read. What was joined comes apart again on the next level.

use std::collections::BTreeMap;

use self::inner::Inner;
use super::graph::{Graph, id_of};

mod continued;
mod edges;
mod inner;

/// Points below which a set is one region without parts.
const FEWEST_POINTS: usize = 12;
/// Points that a region has at least, where there are several.
const FEWEST_IN_REGION: usize = 3;
/// Points that a region needs to be parted further.
const FEWEST_TO_PART: usize = 80;
/// Points from which a map has a third level.
const THIRD_LEVEL_FROM: usize = 20_000;
/// Points above which they first come together in small groups, which are then parted as wholes.
const GATHERED_ABOVE: usize = 20_000;
/// How often another resolution is tried for a number of regions that can be read.
const TRIES: usize = 5;

/// The region of every point on each level, numbered from 0 on each.
pub(super) type Levels = Vec<Vec<u32>>;

/// Parts the points into nested regions.
///
/// `vectors` are those of the points, row-major, of unit length. `known` are the regions of an earlier map by level, `None`
/// for points that it did not hold.
pub(super) fn regions(graph: &Graph, vectors: &[f32], known: &[Vec<Option<u32>>], seed: u64) -> Levels {
    let n = graph.n_points();
    let space = Space { graph, vectors, dim: vectors.len().checked_div(n).unwrap_or(0) };
    let mut levels: Levels = Vec::new();
    // All points, as the one region above the first level.
    let mut above = Parted { parts: vec![0; n], stand: vec![true] };
    let n_levels = match n {
        0 => 0,
        1..THIRD_LEVEL_FROM => 2,
        _ => 3,
    };
    for level in 0..n_levels {
        let known = known.get(level).map(Vec::as_slice);
        let mut below = Parted { parts: vec![0; n], stand: Vec::new() };
        for (region, points) in members(&above.parts).into_iter().enumerate() {
            let seed = if level == 0 { seed } else { seed ^ (region as u64 + 1) };
            // The first level has a region even for a handful of points, and those further down only for many.
            let wanted = if level == 0 || points.len() >= FEWEST_TO_PART { wanted(points.len()) } else { 1 };
            let stands = above.stand[region];
            let continued = known
                .filter(|_| stands)
                .and_then(|known| continued::continued(&space, &points, wanted, known, seed));
            let found = continued.unwrap_or_else(|| {
                let parts = part(&space, &points, wanted, seed);
                let n_parts = parts.iter().max().map_or(0, |last| *last as usize + 1);
                Parted { parts, stand: vec![false; n_parts] }
            });
            let next = id_of(below.stand.len());
            for (point, part) in points.iter().zip(&found.parts) {
                below.parts[*point as usize] = next + part;
            }
            below.stand.extend(found.stand);
        }
        levels.push(below.parts.clone());
        above = below;
    }
    levels
}

/// Points in parts, numbered from 0.
struct Parted {
    parts: Vec<u32>,
    /// By part: whether it is a region of the earlier map, whole, so that what lies in it may stand too.
    stand: Vec<bool>,
}

/// Returns the points of each part.
fn members(parts: &[u32]) -> Vec<Vec<u32>> {
    let mut members: Vec<Vec<u32>> = Vec::new();
    for (point, part) in parts.iter().enumerate() {
        let part = *part as usize;
        if members.len() <= part {
            members.resize(part + 1, Vec::new());
        }
        members[part].push(id_of(point));
    }
    members
}

/// Returns how many regions a person can take in for a number of points: the cube root, 2 to 20.
fn wanted(n_points: usize) -> usize {
    if n_points < FEWEST_POINTS {
        return 1;
    }
    let root = (n_points as f64).cbrt().round();
    (2..=20).rev().find(|n| f64::from(*n) <= root).map_or(2, |n| usize::try_from(n).unwrap_or(2))
}

/// All points: who is near whom, and what they mean.
struct Space<'a> {
    graph: &'a Graph,
    vectors: &'a [f32],
    dim: usize,
}

/// Returns the part of each of `points`, numbered from 0 by size, larger first.
fn part(space: &Space<'_>, points: &[u32], wanted: usize, seed: u64) -> Vec<u32> {
    if wanted < 2 {
        return vec![0; points.len()];
    }
    let inner = Inner::new(space, points);
    let parter = inner.edges.parter(GATHERED_ABOVE, seed);
    let mut best: Option<(usize, Vec<usize>)> = None;
    let mut resolution = 1.0;
    for _ in 0..TRIES {
        let Some(found) = parter.communities(resolution, seed) else { break };
        let merged = inner.edges.without_small(&found, (points.len() / (wanted * 12)).max(FEWEST_IN_REGION));
        let n = count(&merged);
        let off = n.abs_diff(wanted);
        if best.as_ref().is_none_or(|(least, _)| off < *least) {
            best = Some((off, merged));
        }
        if n * 3 < wanted * 2 {
            resolution *= 1.8;
        } else if n * 2 > wanted * 3 {
            resolution *= 0.55;
        } else {
            break;
        }
    }
    let parts = best.map_or_else(|| vec![0; points.len()], |(_, parts)| parts);
    // No resolution joins what has no edge.
    let parts = if count(&parts) * 2 > wanted * 3 { inner.united(&parts, wanted) } else { parts };
    by_size(&parts)
}

fn count(parts: &[usize]) -> usize {
    parts.iter().collect::<std::collections::BTreeSet<_>>().len()
}

/// Numbers parts by size, larger first, equal sizes in the order of their first points.
fn by_size(parts: &[usize]) -> Vec<u32> {
    let mut sizes: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    for (at, part) in parts.iter().enumerate() {
        sizes.entry(*part).or_insert((0, at)).0 += 1;
    }
    let mut order: Vec<(usize, usize, usize)> =
        sizes.into_iter().map(|(part, (size, first))| (usize::MAX - size, first, part)).collect();
    order.sort_unstable();
    let number: BTreeMap<usize, u32> =
        order.into_iter().enumerate().map(|(place, (.., part))| (part, id_of(place))).collect();
    parts.iter().map(|part| number[part]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytics::map::graph::Neighbours;
    use crate::analytics::map::layout;

    /// `groups` fans of `each` points, far from each other.
    fn regions_of(groups: usize, each: usize, known: &[Vec<Option<u32>>], seed: u64) -> Levels {
        let vectors = vectors(groups, each);
        let graph = Graph::fuzzy(&Neighbours::exact(&vectors, groups + 2, 10));
        regions(&graph, &vectors, known, seed)
    }

    fn vectors(groups: usize, each: usize) -> Vec<f32> {
        let mut vectors = Vec::new();
        for point in 0..groups * each {
            let mut row = vec![0.0_f32; groups + 2];
            row[point % groups] = 1.0;
            let turn = point as f32 * 0.7;
            (row[groups], row[groups + 1]) = (0.2 * turn.cos(), 0.2 * turn.sin());
            let length = row.iter().map(|x| x * x).sum::<f32>().sqrt();
            vectors.extend(row.iter().map(|x| x / length));
        }
        vectors
    }

    #[test]
    fn no_region_holds_parts_of_two_groups_and_levels_nest() {
        let levels = regions_of(6, 40, &[], 1);
        assert_eq!(levels.len(), 2);
        let mut group: BTreeMap<u32, usize> = BTreeMap::new();
        for (point, region) in levels[0].iter().enumerate() {
            assert_eq!(*group.entry(*region).or_insert(point % 6), point % 6, "point {point}");
        }
        assert_eq!(group.len(), 6, "a region a group");
        let mut above: BTreeMap<u32, u32> = BTreeMap::new();
        for (upper, lower) in levels[0].iter().zip(&levels[1]) {
            assert_eq!(*above.entry(*lower).or_insert(*upper), *upper, "a part lies in one region");
        }
        assert_eq!(levels, regions_of(6, 40, &[], 1), "the same each time");
    }

    #[test]
    fn more_islands_than_can_be_read_are_joined_by_meaning_and_come_apart_below() {
        // 24 islands of 30 points in four continents: islands of one share a direction.
        let (islands, continents, each) = (24, 4, 30);
        let dim = islands + continents;
        let mut vectors = Vec::new();
        for point in 0..islands * each {
            let island = point % islands;
            let mut row = vec![0.0_f32; dim];
            row[island] = 1.0 + 0.1 * ((point / islands) as f32 * 0.7).cos();
            row[islands + island % continents] = 0.8;
            let length = row.iter().map(|x| x * x).sum::<f32>().sqrt();
            vectors.extend(row.iter().map(|x| x / length));
        }
        let graph = Graph::fuzzy(&Neighbours::exact(&vectors, dim, 10));
        let levels = regions(&graph, &vectors, &[], 1);
        let n = |level: usize| levels[level].iter().max().map_or(0, |last| last + 1);
        assert_eq!(n(0), 9, "the cube root of 720");
        let mut continent: BTreeMap<u32, usize> = BTreeMap::new();
        for (point, region) in levels[0].iter().enumerate() {
            let of = point % islands % continents;
            assert_eq!(*continent.entry(*region).or_insert(of), of, "no region on two continents");
        }
        assert!(n(1) > n(0), "{} below {}", n(1), n(0));
    }

    #[test]
    fn few_points_are_one_region() {
        for n in [1, 2, 5] {
            assert_eq!(regions_of(1, n, &[], 1)[0], vec![0; n]);
        }
    }

    fn known(levels: &[Vec<u32>], is_known: impl Fn(usize) -> bool) -> Vec<Vec<Option<u32>>> {
        let of = |level: &Vec<u32>| {
            level.iter().enumerate().map(|(at, region)| is_known(at).then_some(*region + 7)).collect()
        };
        levels.iter().map(of).collect()
    }

    #[test]
    fn regions_stay_where_nothing_came() {
        let first = regions_of(6, 40, &[], 1);
        assert_eq!(regions_of(6, 40, &known(&first, |_| true), 9), first);
        // A partition that no search would find stands as well.
        let half = |at: usize, level: u32| u32::try_from(at / (120 >> level)).unwrap();
        let odd: Levels = (0..2).map(|level| (0..240).map(|at| half(at, level)).collect()).collect();
        assert_eq!(regions_of(6, 40, &known(&odd, |_| true), 9), odd);
    }

    #[test]
    fn new_points_join_their_neighbours_or_are_a_region_of_their_own() {
        let first = regions_of(6, 40, &[], 1);
        // Every fifth point of a group is new: all groups grow, none changes.
        assert_eq!(regions_of(6, 40, &known(&first, |at| at / 6 % 5 > 0), 9)[0], first[0]);
        // A whole group is new, and too few to make one of the others outgrow itself.
        let one: Levels = vec![vec![0; 360]];
        let found = &regions_of(9, 40, &known(&one, |at| at % 9 != 3), 9)[0];
        let own: std::collections::BTreeSet<u32> = found.iter().skip(3).step_by(9).copied().collect();
        for (at, region) in found.iter().enumerate() {
            assert_eq!(own.contains(region), at % 9 == 3, "point {at}");
        }
        // More is new than was there: parted anew, whatever was known.
        let odd: Levels = vec![vec![0; 240]];
        assert_eq!(regions_of(6, 40, &known(&odd, |at| at < 96), 1)[0], first[0]);
    }

    #[test]
    fn a_region_that_outgrew_the_others_is_parted() {
        // The groups 2 to 5 were one region, most of which is new.
        let one: Levels = vec![(0..240).map(|at| (at % 6).min(2)).collect()];
        let found = &regions_of(6, 40, &known(&one, |at| at % 6 < 2 || at < 96), 9)[0];
        let n = found.iter().max().unwrap() + 1;
        assert!(n > 3, "{n} regions");
        for (at, region) in found.iter().enumerate() {
            assert_eq!(*region == found[0], at % 6 == 0, "point {at}");
            assert_eq!(*region, found[at % 6], "no group lies in two");
        }
    }

    #[test]
    fn parts_are_joined_as_brute_force_joins_them() {
        let (n, dim) = (60, 5);
        let vectors: Vec<f32> =
            (0..n * dim).map(|at| (layout::mix(at as u64) % 1_000) as f32 / 500.0 - 1.0).collect();
        let graph = Graph::fuzzy(&Neighbours::exact(&vectors, dim, 3));
        let space = Space { graph: &graph, vectors: &vectors, dim };
        let points: Vec<u32> = (0..60).collect();
        let inner = Inner::new(&space, &points);
        let parts: Vec<usize> = (0..n).map(|at| at % 23).collect();
        for wanted in [1, 2, 7, 22, 23, 40] {
            let mut sets: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
            parts.iter().enumerate().for_each(|(at, part)| sets.entry(*part).or_default().push(at));
            let cosine = |a: usize, b: usize| -> f64 {
                let (a, b) = (&vectors[a * dim..][..dim], &vectors[b * dim..][..dim]);
                a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
            };
            while sets.len() > wanted {
                let mean = |a: &[usize], b: &[usize]| -> f64 {
                    let all = a.iter().flat_map(|a| b.iter().map(move |b| cosine(*a, *b)));
                    all.sum::<f64>() / (a.len() * b.len()) as f64
                };
                let pairs = sets.iter().flat_map(|(a, of_a)| {
                    sets.range(a + 1..).map(move |(b, of_b)| (mean(of_a, of_b), *a, *b))
                });
                let best = pairs.reduce(|best, next| if next.0 > best.0 { next } else { best });
                let (_, kept, gone) = best.unwrap();
                let moved = sets.remove(&gone).unwrap();
                sets.get_mut(&kept).unwrap().extend(moved);
            }
            let found = inner.united(&parts, wanted);
            for (part, of) in &sets {
                of.iter().for_each(|at| assert_eq!(found[*at], *part, "{wanted} parts, point {at}"));
            }
        }
    }
}
