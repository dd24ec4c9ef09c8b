//! The part of a graph among some points, and how its points come together.

use std::collections::{BTreeMap, BTreeSet};

use leiden_rs::{GraphDataBuilder, Leiden, LeidenConfig};

use super::Space;

/// How often points whose neighbours have no part either ask again.
const ASKED: usize = 4;

/// The part of a graph that lies among some of its points.
pub(super) struct Inner<'a> {
    edges: Vec<(usize, usize, f64)>,
    n: usize,
    vectors: Vec<&'a [f32]>,
}

impl<'a> Inner<'a> {
    pub(super) fn new(space: &Space<'a>, points: &[u32]) -> Self {
        let (graph, dim) = (space.graph, space.dim);
        let vectors = points.iter().map(|point| {
            let start = *point as usize * dim;
            &space.vectors[start..start + dim]
        });
        let mut place = vec![u32::MAX; graph.n_points()];
        points.iter().enumerate().for_each(|(at, point)| place[*point as usize] = super::id_of(at));
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

    /// Joins parts by meaning until `wanted` are left: each time the two whose points have the highest mean cosine, of
    /// equal means the first pair.
    ///
    /// Average linkage: the sum of the cosines between two parts is the product of their summed vectors, and adds up
    /// when parts are joined. Each part remembers the nearest of those after it, so that joining two looks anew only at
    /// parts that had one of them for nearest: about the square of the number of parts, not its cube.
    pub(super) fn united(&self, parts: &[usize], wanted: usize) -> Vec<usize> {
        let dim = self.vectors.first().map_or(0, |vector| vector.len());
        let mut sums: BTreeMap<usize, Sum> = BTreeMap::new();
        for (part, vector) in parts.iter().zip(&self.vectors) {
            sums.entry(*part).or_insert_with(|| Sum::of(dim)).add(vector);
        }
        let nearest = |sums: &BTreeMap<usize, Sum>, part: usize| {
            let own = sums.get(&part)?;
            let later = sums.range(part + 1..).map(|(other, sum)| (own.mean_cosine(sum), *other));
            later.reduce(|best, next| if next.0 > best.0 { next } else { best })
        };
        let mut best: BTreeMap<usize, (f64, usize)> =
            sums.keys().filter_map(|part| Some((*part, nearest(&sums, *part)?))).collect();
        let mut into = Joined::default();
        while sums.len() > wanted {
            let pairs = best.iter().map(|(part, (mean, other))| (*mean, *part, *other));
            let Some((_, kept, gone)) = pairs.reduce(|best, next| if next.0 > best.0 { next } else { best })
            else {
                break;
            };
            into.join(gone, kept);
            best.remove(&gone);
            if let (Some(sum), Some(grown)) = (sums.remove(&gone), sums.get_mut(&kept)) {
                grown.n += sum.n;
                grown.vector.iter_mut().zip(sum.vector).for_each(|(kept, x)| *kept += x);
            }
            let asked: Vec<usize> = sums.range(..gone).map(|(part, _)| *part).collect();
            for part in asked {
                let lost = best.get(&part).is_none_or(|(_, other)| *other == gone || *other == kept);
                if part == kept || lost {
                    match nearest(&sums, part) {
                        Some(found) => best.insert(part, found),
                        None => best.remove(&part),
                    };
                } else if part < kept {
                    let mean = sums[&part].mean_cosine(&sums[&kept]);
                    let (known, other) = best[&part];
                    if mean > known || (mean >= known && kept < other) {
                        best.insert(part, (mean, kept));
                    }
                }
            }
        }
        into.applied(parts)
    }

    /// Gives every point without a part that of most of its neighbours; where those have none either, it asks again.
    /// One that no part can be reached from joins the part nearest by meaning.
    pub(super) fn join(&self, found: &mut [Option<usize>]) {
        for _ in 0..ASKED {
            let mut votes: BTreeMap<usize, BTreeMap<usize, f64>> = BTreeMap::new();
            for (a, b, weight) in &self.edges {
                for (new, other) in [(*a, *b), (*b, *a)] {
                    if let (None, Some(part)) = (found[new], found[other]) {
                        *votes.entry(new).or_default().entry(part).or_default() += weight;
                    }
                }
            }
            for (point, votes) in votes {
                found[point] = heaviest(&votes);
            }
        }
        let dim = self.vectors.first().map_or(0, |vector| vector.len());
        let mut sums: BTreeMap<usize, Sum> = BTreeMap::new();
        for (part, vector) in found.iter().zip(&self.vectors) {
            if let Some(part) = part {
                sums.entry(*part).or_insert_with(|| Sum::of(dim)).add(vector);
            }
        }
        let unreached: Vec<usize> = (0..found.len()).filter(|at| found[*at].is_none()).collect();
        for at in unreached {
            let mut own = Sum::of(dim);
            own.add(self.vectors[at]);
            let means = sums.iter().map(|(part, sum)| (own.mean_cosine(sum), *part));
            let nearest = means.reduce(|best, next| if next.0 > best.0 { next } else { best });
            found[at] = nearest.map(|(_, part)| part);
        }
    }

    /// Returns the weight of all edges.
    pub(super) fn weight(&self) -> f64 {
        self.edges.iter().map(|(.., weight)| weight).sum()
    }

    pub(super) fn communities(&self, resolution: f64, seed: u64) -> Option<Vec<usize>> {
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
        let output = Leiden::new(config).run(&data);
        output.ok().map(|output| self.joined(output.partition.as_slice(), resolution))
    }

    /// Joins whole parts as long as that raises the modularity at this resolution, the best pair first, of equal gains
    /// the first.
    ///
    /// The library ends when no piece of a part wants to move, which leaves chains and rings of points in several arcs:
    /// moving half an arc gains nothing, joining two gains much. Two parts gain `w - resolution * a * b / 2m`, where `w`
    /// is the weight between them, `a` and `b` the degrees of their points, and `m` the weight of all edges.
    fn joined(&self, parts: &[usize], resolution: f64) -> Vec<usize> {
        let two_m: f64 = self.edges.iter().map(|(.., weight)| 2.0 * weight).sum();
        let mut degrees: BTreeMap<usize, f64> = BTreeMap::new();
        for (a, b, weight) in &self.edges {
            *degrees.entry(parts[*a]).or_default() += weight;
            *degrees.entry(parts[*b]).or_default() += weight;
        }
        let (mut ties, mut into) = (Ties::new(&self.edges, parts), Joined::default());
        loop {
            let gains = ties
                .pairs()
                .map(|(a, b, weight)| (weight - resolution * degrees[&a] * degrees[&b] / two_m, (a, b)));
            let best = gains
                .filter(|(gain, _)| *gain > 0.0)
                .reduce(|best, next| if next.0 > best.0 { next } else { best });
            let Some((_, (kept, gone))) = best else { break };
            ties.join(gone, kept);
            into.join(gone, kept);
            let degree = degrees.remove(&gone).unwrap_or_default();
            *degrees.entry(kept).or_default() += degree;
        }
        into.applied(parts)
    }

    /// Merges parts of fewer than `least` points into the part that they have most edges to;
    /// those without an edge to the outside join the smallest of the others.
    pub(super) fn without_small(&self, parts: &[usize], least: usize) -> Vec<usize> {
        let mut size_of: BTreeMap<usize, usize> = BTreeMap::new();
        parts.iter().for_each(|part| *size_of.entry(*part).or_default() += 1);
        let mut by_size: BTreeSet<(usize, usize)> =
            size_of.iter().map(|(part, size)| (*size, *part)).collect();
        let (mut ties, mut into) = (Ties::new(&self.edges, parts), Joined::default());
        while let Some((size, small)) = by_size.pop_first().filter(|(size, _)| *size < least) {
            let smallest = || by_size.first().map(|(_, part)| *part);
            let Some(target) = ties.heaviest(small).or_else(smallest) else { break };
            ties.join(small, target);
            into.join(small, target);
            let grown = size_of.entry(target).or_default();
            by_size.remove(&(*grown, target));
            *grown += size;
            by_size.insert((*grown, target));
        }
        into.applied(parts)
    }
}

/// The points of a part, added up.
struct Sum {
    n: f64,
    vector: Vec<f64>,
}

impl Sum {
    fn of(dim: usize) -> Self {
        Self { n: 0.0, vector: vec![0.0; dim] }
    }

    fn add(&mut self, vector: &[f32]) {
        self.n += 1.0;
        self.vector.iter_mut().zip(vector).for_each(|(sum, x)| *sum += f64::from(*x));
    }

    fn mean_cosine(&self, other: &Self) -> f64 {
        let product: f64 = self.vector.iter().zip(&other.vector).map(|(a, b)| a * b).sum();
        product / (self.n * other.n)
    }
}

/// The weight between parts.
struct Ties(BTreeMap<usize, BTreeMap<usize, f64>>);

impl Ties {
    fn new(edges: &[(usize, usize, f64)], parts: &[usize]) -> Self {
        let mut ties: BTreeMap<usize, BTreeMap<usize, f64>> = BTreeMap::new();
        for (a, b, weight) in edges {
            let (a, b) = (parts[*a], parts[*b]);
            if a != b {
                *ties.entry(a).or_default().entry(b).or_default() += weight;
                *ties.entry(b).or_default().entry(a).or_default() += weight;
            }
        }
        Self(ties)
    }

    /// Every pair of parts with an edge between them, the lower number first, in order.
    fn pairs(&self) -> impl Iterator<Item = (usize, usize, f64)> {
        self.0.iter().flat_map(|(a, of)| of.range(a + 1..).map(|(b, weight)| (*a, *b, *weight)))
    }

    /// Returns the part that one has most weight to.
    fn heaviest(&self, part: usize) -> Option<usize> {
        self.0.get(&part).and_then(heaviest)
    }

    fn join(&mut self, gone: usize, kept: usize) {
        for (other, weight) in self.0.remove(&gone).unwrap_or_default() {
            if let Some(of) = self.0.get_mut(&other) {
                of.remove(&gone);
                if other != kept {
                    *of.entry(kept).or_default() += weight;
                    *self.0.entry(kept).or_default().entry(other).or_default() += weight;
                }
            }
        }
    }
}

/// Returns the part with the most weight, of equal weights the first.
fn heaviest(weights: &BTreeMap<usize, f64>) -> Option<usize> {
    weights.iter().max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(a.0))).map(|(part, _)| *part)
}

/// Which part was joined to which.
#[derive(Default)]
struct Joined(BTreeMap<usize, usize>);

impl Joined {
    fn join(&mut self, gone: usize, kept: usize) {
        self.0.insert(gone, kept);
    }

    /// Returns the parts with each in the place of those that were joined to it.
    fn applied(&self, parts: &[usize]) -> Vec<usize> {
        let mut last: BTreeMap<usize, usize> = BTreeMap::new();
        let end = |part: usize| std::iter::successors(Some(part), |part| self.0.get(part).copied()).last();
        let of = |part: &usize| *last.entry(*part).or_insert_with(|| end(*part).unwrap_or(*part));
        parts.iter().map(of).collect()
    }
}
