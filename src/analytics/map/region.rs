//! Regions of a map, two or three levels of them, one inside the other.
//!
//! Communities of the weighted graph by the Leiden algorithm (Traag, Waltman, van Eck 2019), seeded; then each
//! region is parted in the same way. An updated map starts from the regions of the one before.
//!
//! A collection of clear-cut subjects falls into more pieces than a person takes in, with no edge between them at any
//! resolution: these are joined by meaning, those with the highest mean cosine first, until the number can be
//! read. What was joined comes apart again on the next level.

use std::collections::BTreeMap;

use leiden_rs::{GraphDataBuilder, Leiden, LeidenConfig, Partition};

use super::graph::Graph;

/// Points below which a set is one region without parts.
const FEWEST_POINTS: usize = 12;
/// Points that a region needs to be parted further.
const FEWEST_TO_PART: usize = 80;
/// Points from which a map has a third level.
const THIRD_LEVEL_FROM: usize = 20_000;
/// How often another resolution is tried for a number of regions that can be read.
const TRIES: usize = 5;

/// The region of every point on each level, numbered from 0 on each.
pub(super) type Levels = Vec<Vec<u32>>;

/// Parts the points into nested regions.
///
/// `known` are the regions of an earlier map by level, `None` for points that it did not hold.
///
/// `vectors` are those of the points, row-major, of unit length.
pub(super) fn regions(graph: &Graph, vectors: &[f32], known: &[Vec<Option<u32>>], seed: u64) -> Levels {
    let n = graph.n_points();
    let space = Space { graph, vectors, dim: vectors.len().checked_div(n).unwrap_or(0) };
    let all: Vec<u32> = (0..n).map(super::graph::id_of).collect();
    if n == 0 {
        return Vec::new();
    }
    let first = part(&space, &all, wanted(n), known.first().map(Vec::as_slice), seed);
    let mut levels = vec![first];
    let n_levels = if n >= THIRD_LEVEL_FROM { 3 } else { 2 };
    for level in 1..n_levels {
        let above = &levels[level - 1];
        let mut members: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        all.iter().for_each(|point| members.entry(above[*point as usize]).or_default().push(*point));
        let mut below = vec![0; n];
        let mut next = 0;
        for (region, points) in &members {
            let parts = if points.len() >= FEWEST_TO_PART {
                let known = known.get(level).map(Vec::as_slice);
                part(&space, points, wanted(points.len()), known, seed ^ u64::from(*region + 1))
            } else {
                vec![0; points.len()]
            };
            let n_parts = parts.iter().max().map_or(0, |last| last + 1);
            for (point, part) in points.iter().zip(parts) {
                below[*point as usize] = next + part;
            }
            next += n_parts;
        }
        levels.push(below);
    }
    levels
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
fn part(
    space: &Space<'_>,
    points: &[u32],
    wanted: usize,
    known: Option<&[Option<u32>]>,
    seed: u64,
) -> Vec<u32> {
    if wanted < 2 {
        return vec![0; points.len()];
    }
    let inner = Inner::new(space, points);
    let start = known.map(|known| inner.carried(points, known));
    let mut best: Option<(usize, Vec<usize>)> = None;
    let mut resolution = 1.0;
    for _ in 0..TRIES {
        let Some(found) = inner.communities(resolution, start.clone(), seed) else { break };
        let merged = inner.without_small(found, (points.len() / (wanted * 12)).max(3));
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
    let parts = if count(&parts) * 2 > wanted * 3 { inner.united(parts, wanted) } else { parts };
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
        order.into_iter().enumerate().map(|(place, (.., part))| (part, super::graph::id_of(place))).collect();
    parts.iter().map(|part| number[part]).collect()
}

/// The part of a graph that lies among some of its points.
struct Inner<'a> {
    edges: Vec<(usize, usize, f64)>,
    n: usize,
    vectors: Vec<&'a [f32]>,
}

impl<'a> Inner<'a> {
    fn new(space: &Space<'a>, points: &[u32]) -> Self {
        let (graph, dim) = (space.graph, space.dim);
        let vectors = points.iter().map(|point| {
            let start = *point as usize * dim;
            &space.vectors[start..start + dim]
        });
        let mut place = vec![u32::MAX; graph.n_points()];
        points.iter().enumerate().for_each(|(at, point)| place[*point as usize] = super::graph::id_of(at));
        let mut edges = Vec::new();
        for (at, point) in points.iter().enumerate() {
            let (targets, weights) = graph.row(*point as usize);
            for (target, weight) in targets.iter().zip(weights) {
                let other = place[*target as usize];
                if other != u32::MAX && (other as usize) > at {
                    edges.push((at, other as usize, f64::from(*weight)));
                }
            }
        }
        Self { edges, n: points.len(), vectors: vectors.collect() }
    }

    /// Joins parts by meaning until `wanted` are left: each time the two whose points have the highest mean cosine.
    ///
    /// Average linkage: the sum of the cosines between two parts is the product of their summed vectors, and adds up
    /// when parts are joined.
    fn united(&self, mut parts: Vec<usize>, wanted: usize) -> Vec<usize> {
        let dim = self.vectors.first().map_or(0, |vector| vector.len());
        let mut sums: BTreeMap<usize, (f64, Vec<f64>)> = BTreeMap::new();
        for (part, vector) in parts.iter().zip(&self.vectors) {
            let (n, sum) = sums.entry(*part).or_insert_with(|| (0.0, vec![0.0; dim]));
            *n += 1.0;
            sum.iter_mut().zip(*vector).for_each(|(sum, x)| *sum += f64::from(*x));
        }
        let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        while sums.len() > wanted {
            let mean = |(a, b): (&(f64, Vec<f64>), &(f64, Vec<f64>))| product(&a.1, &b.1) / (a.0 * b.0);
            let pairs = sums.iter().flat_map(|(first, a)| {
                sums.range(first + 1..).map(move |(second, b)| ((*first, *second), (a, b)))
            });
            // Of equal means the first pair.
            let best = pairs
                .map(|(pair, of)| (mean(of), pair))
                .reduce(|best, next| if next.0 > best.0 { next } else { best });
            let Some((_, (kept, gone))) = best else { break };
            let (n, sum) = sums.remove(&gone).unwrap_or_default();
            if let Some((n_kept, kept)) = sums.get_mut(&kept) {
                *n_kept += n;
                kept.iter_mut().zip(sum).for_each(|(kept, x)| *kept += x);
            }
            parts.iter_mut().filter(|part| **part == gone).for_each(|part| *part = kept);
        }
        parts
    }

    /// Returns the regions of the earlier map as a partition; a new point takes that of most of its neighbours.
    fn carried(&self, points: &[u32], known: &[Option<u32>]) -> Vec<usize> {
        let mut found: Vec<Option<usize>> = points
            .iter()
            .map(|point| known.get(*point as usize).copied().flatten().map(|id| id as usize))
            .collect();
        let mut votes: Vec<BTreeMap<usize, f64>> = vec![BTreeMap::new(); self.n];
        for (a, b, weight) in &self.edges {
            for (new, old) in [(*a, *b), (*b, *a)] {
                if let (None, Some(region)) = (found[new], found[old]) {
                    *votes[new].entry(region).or_default() += weight;
                }
            }
        }
        let mut next = found.iter().flatten().max().map_or(0, |last| last + 1);
        for (point, votes) in votes.iter().enumerate() {
            if found[point].is_none() {
                let best = votes.iter().max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(a.0)));
                found[point] = Some(best.map_or_else(
                    || {
                        next += 1;
                        next - 1
                    },
                    |(region, _)| *region,
                ));
            }
        }
        found.into_iter().map(Option::unwrap_or_default).collect()
    }

    fn communities(&self, resolution: f64, start: Option<Vec<usize>>, seed: u64) -> Option<Vec<usize>> {
        let mut builder = GraphDataBuilder::new(self.n);
        for (a, b, weight) in &self.edges {
            builder.add_edge(*a, *b, *weight).ok()?;
        }
        let data = builder.build().ok()?;
        // One thread: the library's parallel moves may depend on their order.
        let config = LeidenConfig::builder()
            .resolution(resolution)
            .seed(seed)
            .parallel_local_moving_threshold(usize::MAX)
            .parallel_aggregation_threshold(usize::MAX)
            .build();
        let leiden = Leiden::new(config);
        let output = match start {
            Some(start) => leiden.run_with_initial_partition(&data, Partition::from_membership(start)),
            None => leiden.run(&data),
        };
        output.ok().map(|output| self.joined(output.partition.as_slice().to_vec(), resolution))
    }

    /// Joins whole parts as long as that raises the modularity at this resolution, the best pair first.
    ///
    /// The library ends when no piece of a part wants to move, which leaves chains and rings of points in several arcs:
    /// moving half an arc gains nothing, joining two gains much. Two parts gain `w - resolution * a * b / 2m`, where `w`
    /// is the weight between them, `a` and `b` the degrees of their points, and `m` the weight of all edges.
    fn joined(&self, mut parts: Vec<usize>, resolution: f64) -> Vec<usize> {
        let two_m: f64 = self.edges.iter().map(|(.., weight)| 2.0 * weight).sum();
        let mut degrees: BTreeMap<usize, f64> = BTreeMap::new();
        let mut between: BTreeMap<(usize, usize), f64> = BTreeMap::new();
        for (a, b, weight) in &self.edges {
            let (a, b) = (parts[*a], parts[*b]);
            *degrees.entry(a).or_default() += weight;
            *degrees.entry(b).or_default() += weight;
            if a != b {
                *between.entry((a.min(b), a.max(b))).or_default() += weight;
            }
        }
        let mut into: BTreeMap<usize, usize> = BTreeMap::new();
        loop {
            let gain = |pair: &(usize, usize), weight: f64| {
                weight - resolution * degrees[&pair.0] * degrees[&pair.1] / two_m
            };
            let gains = between.iter().map(|(pair, weight)| (gain(pair, *weight), *pair));
            // Of equal gains the first pair.
            let best = gains
                .filter(|(gain, _)| *gain > 0.0)
                .reduce(|best, next| if next.0 > best.0 { next } else { best });
            let Some((_, (kept, gone))) = best else { break };
            into.insert(gone, kept);
            let degree = degrees.remove(&gone).unwrap_or_default();
            *degrees.entry(kept).or_default() += degree;
            between.remove(&(kept, gone));
            let moved: Vec<(usize, usize)> =
                between.keys().filter(|(a, b)| *a == gone || *b == gone).copied().collect();
            for pair in moved {
                let weight = between.remove(&pair).unwrap_or_default();
                let other = if pair.0 == gone { pair.1 } else { pair.0 };
                *between.entry((kept.min(other), kept.max(other))).or_default() += weight;
            }
        }
        for part in &mut parts {
            while let Some(kept) = into.get(part) {
                *part = *kept;
            }
        }
        parts
    }

    /// Merges parts of fewer than `least` points into the part that they have most edges to;
    /// those without an edge to the outside come together in one.
    fn without_small(&self, mut parts: Vec<usize>, least: usize) -> Vec<usize> {
        loop {
            let mut sizes: BTreeMap<usize, usize> = BTreeMap::new();
            parts.iter().for_each(|part| *sizes.entry(*part).or_default() += 1);
            let small =
                sizes.iter().filter(|(_, size)| **size < least).min_by_key(|(part, size)| (**size, **part));
            let Some(small) = small.map(|(part, _)| *part).filter(|_| sizes.len() > 1) else { return parts };
            let mut ties: BTreeMap<usize, f64> = BTreeMap::new();
            for (a, b, weight) in &self.edges {
                match (parts[*a] == small, parts[*b] == small) {
                    (true, false) => *ties.entry(parts[*b]).or_default() += weight,
                    (false, true) => *ties.entry(parts[*a]).or_default() += weight,
                    _ => {}
                }
            }
            let nearest =
                ties.iter().max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(a.0))).map(|(part, _)| *part);
            // An island joins the smallest of the others: regions are for reading, and a point alone is none.
            let smallest = || {
                sizes.iter().filter(|(part, _)| **part != small).min_by_key(|(part, size)| (**size, **part))
            };
            let Some(target) = nearest.or_else(|| smallest().map(|(part, _)| *part)) else { return parts };
            parts.iter_mut().filter(|part| **part == small).for_each(|part| *part = target);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytics::map::graph::Neighbours;

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

    #[test]
    fn an_earlier_partition_is_the_start() {
        let first = regions_of(6, 40, &[], 1);
        let known: Vec<Vec<Option<u32>>> =
            first.iter().map(|level| level.iter().map(|region| Some(*region)).collect()).collect();
        assert_eq!(regions_of(6, 40, &known, 9)[0], first[0]);
    }
}
