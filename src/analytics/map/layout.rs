//! Places on a plane: near in meaning, near on the map.
//!
//! Stochastic gradient descent on the fuzzy graph, with the attraction and repulsion of UMAP (McInnes, Healy,
//! Melville 2018), but in synchronous rounds: in each, every point draws one neighbour and a few strangers and moves
//! by what the *former* round's places say. So no thread sees what another writes, and the result depends on
//! neither their number nor their luck.

use rayon::prelude::*;

use super::graph::Graph;

/// A place on the map, in units of the layout.
pub(super) type Place = [f32; 2];

/// Strangers that a point is pushed from in each round.
const STRANGERS: u32 = 5;
/// The longest that one push or pull moves a point, before the rate.
const LONGEST: f32 = 4.0;
/// Shape of the pull: `1 / (1 + SPREAD d^2)` is how near two places count as. Between 1 and 2 neighbours are kept
/// alike; see `benches/RESULTS.md`.
const SPREAD: f32 = 1.5;
/// Vectors that the first places' directions are taken from, at most.
const SAMPLE: usize = 100_000;
/// Points that one thread moves at a time.
const CHUNK: usize = 1_024;

/// Is told the rounds done and those to do, and returns whether to go on.
pub(super) type Watch<'a> = dyn Fn(u32, u32) -> bool + Sync + 'a;

/// How to move points.
#[derive(Clone, Copy)]
pub(super) struct Rounds<'a> {
    /// How many.
    pub(super) n: u32,
    /// The rate of the first; it falls to zero in a straight line.
    pub(super) rate: f32,
    /// The seed of the draws.
    pub(super) seed: u64,
    /// Asked before each round; where it says no, the places are left as they are.
    pub(super) watch: &'a Watch<'a>,
}

/// Moves points from where they start. `mobility` scales the moves of each: 0 stays in place.
///
/// A point without an edge is only pushed.
pub(super) fn lay_out(graph: &Graph, start: Vec<Place>, mobility: &[f32], rounds: Rounds<'_>) -> Vec<Place> {
    let n = graph.n_points();
    if n < 2 {
        return start;
    }
    let chances = Chances::new(graph);
    let mut places = start;
    let mut next = places.clone();
    for round in 0..rounds.n {
        if !(rounds.watch)(round, rounds.n) {
            break;
        }
        let rate = rounds.rate * (1.0 - round as f32 / rounds.n as f32);
        let seed = rounds.seed ^ mix(u64::from(round) + 1);
        next.par_chunks_mut(CHUNK).enumerate().for_each(|(chunk, moved)| {
            for (at, place) in moved.iter_mut().enumerate() {
                let point = chunk * CHUNK + at;
                *place = places[point];
                if mobility[point] > 0.0 {
                    let step = force(&places, point, graph, &chances, Draws::new(seed, point));
                    let rate = rate * mobility[point];
                    *place = [place[0] + rate * step[0], place[1] + rate * step[1]];
                }
            }
        });
        std::mem::swap(&mut places, &mut next);
    }
    places
}

/// Returns where a point is drawn and pushed in one round.
fn force(places: &[Place], point: usize, graph: &Graph, chances: &Chances, mut draws: Draws) -> Place {
    let here = places[point];
    let mut sum = [0.0, 0.0];
    let mut add = |other: Place, gain: &dyn Fn(f32) -> f32| {
        let (dx, dy) = (here[0] - other[0], here[1] - other[1]);
        let gain = gain(dx * dx + dy * dy);
        sum[0] += (gain * dx).clamp(-LONGEST, LONGEST);
        sum[1] += (gain * dy).clamp(-LONGEST, LONGEST);
    };
    if let Some(neighbour) = chances.draw(graph, point, &mut draws) {
        add(places[neighbour as usize], &|d2| -2.0 * SPREAD / (1.0 + SPREAD * d2));
    }
    for _ in 0..STRANGERS {
        let stranger = draws.below(places.len());
        if stranger != point {
            add(places[stranger], &|d2| 2.0 / ((0.001 + d2) * (1.0 + SPREAD * d2)));
        }
    }
    sum
}

/// Tables to draw a neighbour with a chance in proportion to its weight, in constant time (Vose's alias method).
struct Chances {
    /// For each edge, the share of its slot that is its own.
    keep: Vec<f32>,
    /// For each edge, the place in its row that the rest of the slot belongs to.
    other: Vec<u32>,
    starts: Vec<usize>,
}

impl Chances {
    fn new(graph: &Graph) -> Self {
        let rows: Vec<(Vec<f32>, Vec<u32>)> =
            (0..graph.n_points()).into_par_iter().map(|point| alias(graph.row(point).1)).collect();
        let mut chances = Self { keep: Vec::new(), other: Vec::new(), starts: vec![0] };
        for (keep, other) in rows {
            chances.keep.extend(keep);
            chances.other.extend(other);
            chances.starts.push(chances.keep.len());
        }
        chances
    }

    fn draw(&self, graph: &Graph, point: usize, draws: &mut Draws) -> Option<u32> {
        let (start, end) = (self.starts[point], self.starts[point + 1]);
        if start == end {
            return None;
        }
        let slot = draws.below(end - start);
        let own = draws.share() < self.keep[start + slot];
        let slot = if own { slot } else { self.other[start + slot] as usize };
        Some(graph.row(point).0[slot])
    }
}

fn alias(weights: &[f32]) -> (Vec<f32>, Vec<u32>) {
    let n = weights.len();
    let mean = weights.iter().sum::<f32>() / n.max(1) as f32;
    let mut keep: Vec<f32> = weights.iter().map(|weight| weight / mean).collect();
    let mut other: Vec<u32> = (0..n).map(super::graph::id_of).collect();
    let (mut small, mut large): (Vec<usize>, Vec<usize>) = (0..n).partition(|slot| keep[*slot] < 1.0);
    while let (Some(low), Some(high)) = (small.pop(), large.last().copied()) {
        other[low] = super::graph::id_of(high);
        keep[high] -= 1.0 - keep[low];
        if keep[high] < 1.0 {
            large.pop();
            small.push(high);
        }
    }
    (keep, other)
}

/// Draws of one point in one round, a function of seed, round and point alone.
struct Draws(u64);

impl Draws {
    fn new(seed: u64, point: usize) -> Self {
        Self(mix(seed ^ mix(point as u64)))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// Returns a number below `n`.
    fn below(&mut self, n: usize) -> usize {
        // The high half times n, shifted: no division, and a bias below n / 2^32.
        let wide = (self.next() >> 32) * n as u64;
        usize::try_from(wide >> 32).expect("below n")
    }

    /// Returns a number in 0..1.
    fn share(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1_u64 << 24) as f32
    }
}

/// Mixes bits (the finaliser of SplitMix64: Steele, Lea, Flood 2014).
pub(super) fn mix(x: u64) -> u64 {
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// Returns first places: the two directions in which the vectors differ most, the wider one across, scaled such that
/// the standard deviation is 4.
///
/// Principal components by power iteration from a fixed start, of many vectors those of a sample; a set without any
/// spread is put on a small circle.
pub(super) fn first_places(vectors: &[f32], dim: usize) -> Vec<Place> {
    let n = vectors.len().checked_div(dim).unwrap_or(0);
    let usable: Vec<bool> = vectors.chunks_exact(dim.max(1)).map(super::graph::has_direction).collect();
    let step = n.div_ceil(SAMPLE).max(1);
    let rows = || vectors.chunks_exact(dim.max(1)).zip(&usable).step_by(step).filter(|(_, usable)| **usable);
    let n_usable = rows().count().max(1);
    let mut mean = vec![0.0_f64; dim];
    for (row, _) in rows() {
        mean.iter_mut().zip(row).for_each(|(mean, x)| *mean += f64::from(*x) / n_usable as f64);
    }
    let mut axes: Vec<Vec<f64>> = Vec::new();
    for number in 0..2 {
        axes.push(component(&|| rows().map(|(row, _)| row), &mean, &axes, number));
    }
    let project = |row: &[f32], axis: &[f64]| -> f64 {
        row.iter().zip(&mean).zip(axis).map(|((x, mean), a)| (f64::from(*x) - mean) * a).sum()
    };
    let mut spread = 0.0;
    let flat: Vec<[f64; 2]> = vectors
        .chunks_exact(dim.max(1))
        .zip(&usable)
        .map(
            |(row, usable)| if *usable { [project(row, &axes[0]), project(row, &axes[1])] } else { [0.0; 2] },
        )
        .collect();
    flat.iter().step_by(step).for_each(|place| spread += place[0] * place[0] / n_usable as f64);
    let scale = if spread > 1e-12 { 4.0 / spread.sqrt() } else { 0.0 };
    // Equal vectors must not start on one spot: nothing would part them.
    let apart = |point: usize| {
        let turn = mix(point as u64) as f64 / u64::MAX as f64 * std::f64::consts::TAU;
        let reach = if scale > 0.0 { 0.05 } else { 4.0 * ((point + 1) as f64 / n.max(1) as f64).sqrt() };
        [reach * turn.cos(), reach * turn.sin()]
    };
    let place = |(point, at): (usize, [f64; 2])| {
        let jitter = apart(point);
        [narrow(at[0] * scale + jitter[0]), narrow(at[1] * scale + jitter[1])]
    };
    flat.into_iter().enumerate().map(place).collect()
}

/// Returns the direction of greatest spread that is orthogonal to `before`.
fn component<'a, I: Iterator<Item = &'a [f32]>>(
    rows: &dyn Fn() -> I,
    mean: &[f64],
    before: &[Vec<f64>],
    number: u64,
) -> Vec<f64> {
    let mut axis: Vec<f64> =
        (0..mean.len() as u64).map(|at| mix(at * 2 + number + 1) as f64 / u64::MAX as f64 - 0.5).collect();
    for _ in 0..40 {
        for earlier in before {
            let along: f64 = axis.iter().zip(earlier).map(|(a, e)| a * e).sum();
            axis.iter_mut().zip(earlier).for_each(|(a, e)| *a -= along * e);
        }
        let length = axis.iter().map(|a| a * a).sum::<f64>().sqrt();
        if length < 1e-12 {
            return vec![0.0; mean.len()];
        }
        axis.iter_mut().for_each(|a| *a /= length);
        let mut image = vec![0.0; axis.len()];
        for row in rows() {
            let along: f64 = row.iter().zip(mean).zip(&axis).map(|((x, m), a)| (f64::from(*x) - m) * a).sum();
            image
                .iter_mut()
                .zip(row.iter().zip(mean))
                .for_each(|(i, (x, m))| *i += along * (f64::from(*x) - m));
        }
        axis = image;
    }
    let length = axis.iter().map(|a| a * a).sum::<f64>().sqrt();
    if length > 1e-12 {
        axis.iter_mut().for_each(|a| *a /= length);
    }
    axis
}

#[expect(clippy::cast_possible_truncation, reason = "places on a map need no more than 24 bits")]
pub(super) fn narrow(x: f64) -> f32 {
    x as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytics::map::graph::Neighbours;

    fn vectors(n: usize) -> Vec<f32> {
        // Four groups at right angles, each a small fan.
        let mut all = Vec::new();
        for point in 0..n {
            let mut row = [0.0_f32; 8];
            row[point % 4] = 1.0;
            row[4 + point % 4] = 0.3 * (mix(point as u64) as f32 / u64::MAX as f32 - 0.5);
            let length = row.iter().map(|x| x * x).sum::<f32>().sqrt();
            all.extend(row.iter().map(|x| x / length));
        }
        all
    }

    fn laid_out(n: usize, threads: usize) -> Vec<Place> {
        let vectors = vectors(n);
        let graph = Graph::fuzzy(&Neighbours::exact(&vectors, 8, 10));
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let rounds = Rounds { n: 400, rate: 1.0, seed: 7, watch: &|_, _| true };
        pool.install(|| lay_out(&graph, first_places(&vectors, 8), &[1.0].repeat(n), rounds))
    }

    #[test]
    fn the_same_places_whatever_the_threads() {
        assert_eq!(laid_out(200, 1), laid_out(200, 3));
    }

    #[test]
    fn groups_stand_apart() {
        let places = laid_out(200, 2);
        let far = |a: Place, b: Place| ((a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2)).sqrt();
        for point in 0..200 {
            let nearest = (0..200).filter(|other| *other != point);
            let nearest = nearest
                .min_by(|a, b| far(places[point], places[*a]).total_cmp(&far(places[point], places[*b])));
            assert_eq!(nearest.unwrap() % 4, point % 4, "the nearest of {point} is of its group");
        }
    }

    #[test]
    fn what_may_not_move_stays() {
        let vectors = vectors(40);
        let graph = Graph::fuzzy(&Neighbours::exact(&vectors, 8, 5));
        let start = first_places(&vectors, 8);
        let mobility: Vec<f32> = (0..40).map(|point| if point < 30 { 0.0 } else { 1.0 }).collect();
        let rounds = Rounds { n: 50, rate: 1.0, seed: 1, watch: &|_, _| true };
        let moved = lay_out(&graph, start.clone(), &mobility, rounds);
        assert_eq!(moved[..30], start[..30]);
        assert_ne!(moved[30..], start[30..]);
    }

    #[test]
    fn neighbours_are_drawn_by_weight() {
        let (keep, other) = alias(&[1.0, 3.0, 0.0, 4.0]);
        let mut chance = [0.0_f32; 4];
        for slot in 0..4 {
            chance[slot] += keep[slot].min(1.0) / 4.0;
            chance[other[slot] as usize] += (1.0 - keep[slot].min(1.0)) / 4.0;
        }
        for (found, expected) in chance.iter().zip([0.125, 0.375, 0.0, 0.5]) {
            assert!((found - expected).abs() < 1e-6, "{chance:?}");
        }
    }

    #[test]
    fn many_vectors_start_as_widely_as_few() {
        for n in [SAMPLE / 100, SAMPLE + 1] {
            let share = |at: usize, salt: u64| mix(at as u64 * 2 + salt) as f32 / u64::MAX as f32 - 0.5;
            let vectors: Vec<f32> = (0..n).flat_map(|at| [3.0 * share(at, 0), share(at, 1)]).collect();
            let places = first_places(&vectors, 2);
            let deviation = |axis: usize| {
                (places.iter().map(|place| f64::from(place[axis]).powi(2)).sum::<f64>() / n as f64).sqrt()
            };
            assert!(
                (deviation(0) - 4.0).abs() < 0.1 && (deviation(1) - 4.0 / 3.0).abs() < 0.1,
                "{n} vectors"
            );
        }
    }

    #[test]
    fn vectors_without_spread_start_apart_and_finite() {
        for vectors in [[1.0, 0.0].repeat(10), vec![0.0; 20], vec![f32::NAN; 20]] {
            let places = first_places(&vectors, 2);
            assert!(places.iter().flatten().all(|x| x.is_finite()));
            assert!(places.windows(2).all(|pair| pair[0] != pair[1]));
        }
    }
}
