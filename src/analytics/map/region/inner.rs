//! The part of a graph among some points, with what they mean.

use std::collections::BTreeMap;

use super::Space;
use super::edges::{Edges, Joined, heaviest};

/// How often points whose neighbours have no part either ask again.
const ASKED: usize = 4;

/// The part of a graph that lies among some of its points.
pub(super) struct Inner<'a> {
    pub(super) edges: Edges,
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
        Self { edges: Edges::new(points.len(), edges), vectors: vectors.collect() }
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
            for (a, b, weight) in self.edges.list() {
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
