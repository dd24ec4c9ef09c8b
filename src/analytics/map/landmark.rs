//! Layout of very many points: a sample first, the others between.

use rayon::prelude::*;

use super::graph::{Graph, Neighbours, id_of};
use super::layout::{self, Place, Rounds, mix};

/// Points of the sample, about.
const SAMPLE: usize = 100_000;
/// Landmarks that a landmark is tied to.
const TIES: usize = 15;
/// Landmarks that another point is put between.
const BETWEEN: usize = 3;
/// Points that are looked at for them, at most.
const REACH: usize = 1_500;
/// Rounds in which the others find their places, as a share of the sample's.
const ROUNDS_BETWEEN: u32 = 8;

/// Lays out a sample by paths through the graph, then everything else with the sample in place, then all a little.
pub(super) fn lay_out(graph: &Graph, start: Vec<Place>, rounds: Rounds<'_>) -> Vec<Place> {
    let n = graph.n_points();
    let every = n.div_ceil(SAMPLE).max(1) as u64;
    let landmarks: Vec<u32> =
        (0..n).filter(|point| mix(*point as u64 ^ rounds.seed).is_multiple_of(every)).map(id_of).collect();
    let mut number = vec![u32::MAX; n];
    landmarks.iter().enumerate().for_each(|(at, point)| number[*point as usize] = id_of(at));
    let ties: Vec<Vec<(u32, f32)>> =
        landmarks.par_iter().map(|point| reached(graph, *point, &number, TIES)).collect();
    // A tie of weight w counts as a cosine: the fuzzy weighing makes of it what it makes of any neighbourhood.
    let small = Graph::fuzzy(&Neighbours::new(TIES, &ties));
    let first: Vec<Place> = landmarks.iter().map(|point| start[*point as usize]).collect();
    let placed = layout::lay_out(&small, first, &vec![1.0; landmarks.len()], rounds);

    let mut places = start;
    landmarks.iter().zip(&placed).for_each(|(point, place)| places[*point as usize] = *place);
    let between: Vec<Option<Place>> = (0..n)
        .into_par_iter()
        .map(|point| {
            let own = number[point];
            if own != u32::MAX {
                return Some(placed[own as usize]);
            }
            let ties = reached(graph, id_of(point), &number, BETWEEN);
            mean(ties.iter().map(|(landmark, weight)| (placed[*landmark as usize], *weight)), point)
        })
        .collect();
    between.iter().enumerate().for_each(|(point, place)| {
        if let Some(place) = place {
            places[point] = *place;
        }
    });
    let mobility: Vec<f32> = number.iter().map(|own| if *own == u32::MAX { 1.0 } else { 0.05 }).collect();
    let rounds = Rounds { n: rounds.n / ROUNDS_BETWEEN, rate: 0.5, seed: rounds.seed ^ 1, ..rounds };
    layout::lay_out(graph, places, &mobility, rounds)
}

/// Returns the landmarks that a point reaches along the graph, by the weight of the best path, best first, `most` of
/// them.
///
/// A walk outwards, always from the point with the best path so far, until enough landmarks or too many points.
fn reached(graph: &Graph, from: u32, number: &[u32], most: usize) -> Vec<(u32, f32)> {
    let mut heap = std::collections::BinaryHeap::new();
    let mut best: rustc_hash::FxHashMap<u32, f32> = rustc_hash::FxHashMap::default();
    heap.push((Weight(1.0), std::cmp::Reverse(from)));
    best.insert(from, 1.0);
    let mut found = Vec::new();
    let mut looked_at = 0;
    while let Some((Weight(weight), std::cmp::Reverse(point))) = heap.pop() {
        if best.get(&point).is_some_and(|best| *best > weight) {
            continue;
        }
        if point != from && number[point as usize] != u32::MAX {
            found.push((number[point as usize], weight));
            if found.len() == most {
                break;
            }
        }
        looked_at += 1;
        if looked_at > REACH {
            break;
        }
        let (targets, weights) = graph.row(point as usize);
        for (target, edge) in targets.iter().zip(weights) {
            let through = weight * edge;
            let known = best.entry(*target).or_insert(0.0);
            if through > *known {
                *known = through;
                heap.push((Weight(through), std::cmp::Reverse(*target)));
            }
        }
    }
    found
}

/// Returns the weighted mean of places, moved a little so that no two points start on one spot.
pub(super) fn mean(places: impl Iterator<Item = (Place, f32)>, point: usize) -> Option<Place> {
    let (mut x, mut y, mut total) = (0.0_f32, 0.0_f32, 0.0_f32);
    for (place, weight) in places {
        (x, y, total) = (x + weight * place[0], y + weight * place[1], total + weight);
    }
    if total <= 0.0 {
        return None;
    }
    let turn = mix(point as u64) as f32 / u64::MAX as f32 * std::f32::consts::TAU;
    Some([x / total + 0.01 * turn.cos(), y / total + 0.01 * turn.sin()])
}

/// A weight that can be ordered.
#[derive(PartialEq)]
struct Weight(f32);

impl Eq for Weight {}

impl Ord for Weight {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl PartialOrd for Weight {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_paths_lead() {
        let line: Vec<f32> =
            (0..60).flat_map(|i| [(i as f32 * 0.02).cos(), (i as f32 * 0.02).sin()]).collect();
        let graph = Graph::fuzzy(&Neighbours::exact(&line, 2, 4));
        // Every tenth point is a landmark.
        let number: Vec<u32> = (0..60).map(|i| if i % 10 == 0 { i / 10 } else { u32::MAX }).collect();
        let found = reached(&graph, 12, &number, TIES);
        assert_eq!(found.first().map(|(landmark, _)| *landmark), Some(1), "{found:?}");
        assert!(found.windows(2).all(|pair| pair[0].1 >= pair[1].1));
        assert_eq!(found.len(), 6, "all of them can be reached");
        assert_eq!(reached(&graph, 12, &number, 3), found[..3]);
    }
}
