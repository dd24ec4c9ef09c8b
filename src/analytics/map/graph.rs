//! Who is near whom: the neighbours of every point, and the weighted graph that layout and regions work on.

use rayon::prelude::*;

/// Stands for "no further neighbour".
const NONE: u32 = u32::MAX;

/// The nearest points of every point by cosine, nearest first, the point itself left out.
#[derive(Debug, Clone, PartialEq)]
pub struct Neighbours {
    k: usize,
    ids: Vec<u32>,
    cosines: Vec<f32>,
}

impl Neighbours {
    /// Takes in what was found for every point, in the order of the points; at most `k` of each are kept.
    ///
    /// A point that names itself or a point beyond the last, or a cosine that is no number, is passed over.
    pub fn new(k: usize, found: &[Vec<(u32, f32)>]) -> Self {
        let mut neighbours =
            Self { k, ids: vec![NONE; found.len() * k], cosines: vec![0.0; found.len() * k] };
        for (point, near) in found.iter().enumerate() {
            let valid = near.iter().filter(|(id, cosine)| {
                let id = *id as usize;
                id != point && id < found.len() && cosine.is_finite()
            });
            for (place, (id, cosine)) in valid.take(k).enumerate() {
                neighbours.ids[point * k + place] = *id;
                neighbours.cosines[point * k + place] = *cosine;
            }
        }
        neighbours
    }

    /// Finds the `k` nearest of every row of `vectors` (row-major, `dim` columns, unit length) by comparing all pairs.
    ///
    /// Rows without any direction (all zero, or not a number) have no neighbours and are nobody's.
    /// Cost grows with the square of the rows; the index finds neighbours of large sets faster.
    pub fn exact(vectors: &[f32], dim: usize, k: usize) -> Self {
        let rows: Vec<&[f32]> = vectors.chunks_exact(dim.max(1)).collect();
        let known: Vec<bool> = rows.iter().map(|row| has_direction(row)).collect();
        let found: Vec<Vec<(u32, f32)>> = (0..rows.len())
            .into_par_iter()
            .map(|at| {
                let mut best: Vec<(u32, f32)> = Vec::with_capacity(k + 1);
                if !known[at] {
                    return best;
                }
                for (other, row) in rows.iter().enumerate().filter(|(other, _)| *other != at && known[*other])
                {
                    let cosine = dot(rows[at], row);
                    if best.len() == k && best.last().is_none_or(|(_, last)| cosine <= *last) {
                        continue;
                    }
                    // Equal cosines stay in the order of the points.
                    let place = best.partition_point(|(_, kept)| *kept >= cosine);
                    best.insert(place, (id_of(other), cosine));
                    best.truncate(k);
                }
                best
            })
            .collect();
        Self::new(k, &found)
    }

    /// Returns how many neighbours a point has at most.
    pub fn k(&self) -> usize {
        self.k
    }

    /// Returns the number of points.
    pub fn n_points(&self) -> usize {
        self.ids.len().checked_div(self.k).unwrap_or(0)
    }

    /// Returns the neighbours of a point with their cosines, nearest first.
    pub fn of(&self, point: usize) -> impl Iterator<Item = (u32, f32)> {
        let range = point * self.k..(point + 1) * self.k;
        let pairs = self.ids[range.clone()].iter().zip(&self.cosines[range]);
        pairs.take_while(|(id, _)| **id != NONE).map(|(id, cosine)| (*id, *cosine))
    }
}

/// Returns whether a vector points anywhere.
pub(super) fn has_direction(vector: &[f32]) -> bool {
    vector.iter().all(|x| x.is_finite()) && vector.iter().any(|x| *x != 0.0)
}

/// Adds in eight lanes, always in the same order.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut lanes = [0.0_f32; 8];
    let (a_chunks, b_chunks) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest: f32 = a_chunks.remainder().iter().zip(b_chunks.remainder()).map(|(x, y)| x * y).sum();
    for (x, y) in a_chunks.zip(b_chunks) {
        for lane in 0..8 {
            lanes[lane] += x[lane] * y[lane];
        }
    }
    lanes.iter().sum::<f32>() + rest
}

/// A symmetric weighted graph in compressed rows: an edge stands in the rows of both its ends.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Graph {
    starts: Vec<usize>,
    targets: Vec<u32>,
    weights: Vec<f32>,
}

impl Graph {
    /// Weighs neighbourhood as UMAP does (McInnes, Healy, Melville 2018, section 3.1).
    ///
    /// A point's nearest neighbour weighs 1 and the others fall off with distance (1 - cosine) such that the weights
    /// of a point sum to `log2(k)`; what two points give each other is united as `a + b - ab`.
    pub(super) fn fuzzy(neighbours: &Neighbours) -> Self {
        let n = neighbours.n_points();
        let directed: Vec<Vec<(u32, f32)>> =
            (0..n).into_par_iter().map(|point| memberships(neighbours, point)).collect();
        let mut reverse: Vec<Vec<(u32, f32)>> = vec![Vec::new(); n];
        for (point, edges) in directed.iter().enumerate() {
            for (other, weight) in edges {
                reverse[*other as usize].push((id_of(point), *weight));
            }
        }
        let mut graph = Self { starts: Vec::with_capacity(n + 1), targets: Vec::new(), weights: Vec::new() };
        graph.starts.push(0);
        for (out, back) in directed.into_iter().zip(reverse) {
            let mut edges: Vec<(u32, f32)> = out.into_iter().chain(back).collect();
            edges.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
            let row = graph.targets.len();
            for (other, weight) in edges {
                if graph.targets.len() > row && graph.targets.last() == Some(&other) {
                    if let Some(first) = graph.weights.last_mut() {
                        *first = *first + weight - *first * weight;
                    }
                } else {
                    graph.targets.push(other);
                    graph.weights.push(weight);
                }
            }
            graph.starts.push(graph.targets.len());
        }
        graph
    }

    /// Returns the number of points.
    pub(super) fn n_points(&self) -> usize {
        self.starts.len() - 1
    }

    /// Returns the ends of the edges of a point, ascending, and their weights in 0..=1.
    pub(super) fn row(&self, point: usize) -> (&[u32], &[f32]) {
        let range = self.starts[point]..self.starts[point + 1];
        (&self.targets[range.clone()], &self.weights[range])
    }
}

/// Returns what a point gives each of its neighbours.
fn memberships(neighbours: &Neighbours, point: usize) -> Vec<(u32, f32)> {
    let near: Vec<(u32, f32)> =
        neighbours.of(point).map(|(id, cosine)| (id, (1.0 - cosine).max(0.0))).collect();
    let Some((_, nearest)) = near.first().copied() else { return near };
    let target = (near.len() as f32).log2().max(0.5);
    let sum = |scale: f32| -> f32 { near.iter().map(|(_, d)| (-(d - nearest) / scale).exp()).sum() };
    // The sum rises with the scale, so halving the interval finds the scale that gives the target.
    let (mut low, mut high) = (1e-6_f32, 4.0_f32);
    for _ in 0..40 {
        let middle = 0.5 * (low + high);
        if sum(middle) > target {
            high = middle;
        } else {
            low = middle;
        }
    }
    let scale = 0.5 * (low + high);
    near.into_iter().map(|(id, d)| (id, (-(d - nearest) / scale).exp())).filter(|(_, w)| *w > 1e-4).collect()
}

/// Returns a point as the graph stores it.
pub(super) fn id_of(point: usize) -> u32 {
    u32::try_from(point).expect("a map has fewer than 2^32 points")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_neighbours_are_those_of_a_full_sort() {
        let vectors: Vec<f32> = (0..40)
            .flat_map(|i| {
                let angle = (i * 37 % 40) as f32 * 0.1;
                [angle.cos(), angle.sin()]
            })
            .collect();
        let found = Neighbours::exact(&vectors, 2, 5);
        for point in 0..40 {
            let row = |i: usize| &vectors[2 * i..2 * i + 2];
            let mut all: Vec<(u32, f32)> =
                (0..40).filter(|i| *i != point).map(|i| (id_of(i), dot(row(point), row(i)))).collect();
            all.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            assert_eq!(found.of(point).collect::<Vec<_>>(), all[..5]);
        }
    }

    #[test]
    fn points_without_direction_are_nobodys_neighbours() {
        let vectors = [1.0, 0.0, 0.0, 0.0, f32::NAN, 1.0, 0.6, 0.8];
        let found = Neighbours::exact(&vectors, 2, 3);
        assert_eq!(found.of(0).map(|(id, _)| id).collect::<Vec<_>>(), [3]);
        assert_eq!(found.of(1).count() + found.of(2).count(), 0);
    }

    #[test]
    fn weights_are_symmetric_and_the_nearest_counts_fully() {
        let vectors: Vec<f32> =
            (0..30).flat_map(|i| [(i as f32 * 0.2).cos(), (i as f32 * 0.2).sin()]).collect();
        let neighbours = Neighbours::exact(&vectors, 2, 4);
        let graph = Graph::fuzzy(&neighbours);
        for point in 0..graph.n_points() {
            let (targets, weights) = graph.row(point);
            for (target, weight) in targets.iter().zip(weights) {
                assert!((0.0..=1.0).contains(weight));
                let (back, back_weights) = graph.row(*target as usize);
                let at = back.binary_search(&id_of(point)).expect("the edge stands in both rows");
                assert!((back_weights[at] - weight).abs() < 1e-6);
            }
            let nearest = neighbours.of(point).next().expect("a neighbour").0;
            let at = targets.binary_search(&nearest).expect("the nearest is kept");
            assert!(weights[at] > 0.999);
        }
    }
}
