//! Continuing a map: old places stay, new points find room, region ids carry over.

use std::collections::{BTreeMap, BTreeSet};

use super::graph::Graph;
use super::layout::{self, Place, Rounds, Watch};
use super::{Before, Input, Map, density, landmark};

/// How freely a point of the map before moves, against a new one: enough to make room, too little to wander.
const OLD_MOBILITY: f32 = 0.02;
/// How many times new points without a placed neighbour ask their neighbours again.
const ASKED: usize = 4;

/// Where a continued map begins.
pub(super) struct Start {
    /// The place of each point in the map before.
    places: Vec<Option<Place>>,
    /// The ids of its regions by level.
    known: Vec<Vec<Option<u32>>>,
    n_gone: u64,
    model_changed: bool,
}

impl Start {
    pub(super) fn new(before: &Map, input: &Input<'_>, keys: &[&str], graph: &Graph) -> Self {
        debug_assert_eq!(graph.n_points(), keys.len());
        let old: BTreeMap<&str, &super::Point> =
            before.points.iter().map(|point| (point.key.as_str(), point)).collect();
        let found: Vec<Option<&super::Point>> = keys.iter().map(|key| old.get(key).copied()).collect();
        let n_levels = before.points.iter().map(|point| point.regions.len()).max().unwrap_or(0);
        let n_kept = found.iter().flatten().count();
        let on_level = |level: usize| -> Vec<Option<u32>> {
            found.iter().map(|point| point.and_then(|point| point.regions.get(level).copied())).collect()
        };
        let usable = |place: &Place| place.iter().all(|x| x.is_finite());
        Self {
            places: found.iter().map(|point| point.map(|point| [point.x, point.y]).filter(usable)).collect(),
            known: (0..n_levels).map(on_level).collect(),
            n_gone: (old.len() - n_kept) as u64,
            model_changed: before.model != input.model,
        }
    }

    /// Returns the regions of the map before, by level; none where distances mean something else now.
    pub(super) fn known(&self) -> &[Vec<Option<u32>>] {
        if self.model_changed { &[] } else { &self.known }
    }

    /// Lays out old and new points together.
    pub(super) fn places(
        &self,
        graph: &Graph,
        vectors: &[f32],
        input: &Input<'_>,
        watch: &Watch<'_>,
    ) -> Vec<Place> {
        if self.places.iter().all(Option::is_none) {
            return super::fresh(graph, vectors, input, watch);
        }
        let (start, n_new) = (self.filled(graph), self.places.iter().filter(|place| place.is_none()).count());
        let rounds = super::rounds(graph.n_points(), input.seed, watch);
        if self.model_changed {
            // Distances mean something else now: everything may move, from where it was.
            let rounds = Rounds { n: rounds.n / 2, rate: 0.5, ..rounds };
            return layout::lay_out(graph, start, &vec![1.0; graph.n_points()], rounds);
        }
        if n_new == 0 {
            return start;
        }
        let mobility = |old: f32| -> Vec<f32> {
            self.places.iter().map(|place| if place.is_some() { old } else { 1.0 }).collect()
        };
        let among = Rounds { n: rounds.n / 3, rate: 1.0, ..rounds };
        let placed = layout::lay_out(graph, start, &mobility(0.0), among);
        let settle = Rounds { n: rounds.n / 6, rate: 0.3, seed: rounds.seed ^ 1, ..rounds };
        layout::lay_out(graph, placed, &mobility(OLD_MOBILITY), settle)
    }

    /// Gives every new point a first place: the weighted mean of its neighbours, or of theirs; else the middle.
    fn filled(&self, graph: &Graph) -> Vec<Place> {
        let mut places = self.places.clone();
        for _ in 0..ASKED {
            let asked: Vec<Option<Place>> = (0..places.len())
                .map(|point| {
                    let (targets, weights) = graph.row(point);
                    let near = targets.iter().zip(weights);
                    let near = near.filter_map(|(target, weight)| Some((places[*target as usize]?, *weight)));
                    places[point].or_else(|| landmark::mean(near, point))
                })
                .collect();
            places = asked;
        }
        let known = || places.iter().flatten().copied();
        let middle = landmark::mean(known().map(|place| (place, 1.0)), 0).unwrap_or_default();
        let reach = super::Frame::around(&known().collect::<Vec<_>>()).width / 20.0;
        let place = |(point, place): (usize, &Option<Place>)| {
            place.unwrap_or_else(|| {
                let turn = layout::mix(point as u64) as f32 / u64::MAX as f32 * std::f32::consts::TAU;
                [middle[0] + reach * turn.cos(), middle[1] + reach * turn.sin()]
            })
        };
        places.iter().enumerate().map(place).collect()
    }

    /// Says how the new map continues the old one.
    pub(super) fn told(&self, before: &Map, places: &[Place]) -> Before {
        let pairs = self.places.iter().zip(places);
        let mut shifts: Vec<f32> =
            pairs.filter_map(|(old, new)| old.map(|old| density::distance(old, *new))).collect();
        shifts.sort_unstable_by(f32::total_cmp);
        let middle = shifts.get(shifts.len() / 2);
        Before {
            n_kept: shifts.len() as u64,
            n_new: (places.len() - shifts.len()) as u64,
            n_gone: self.n_gone,
            median_shift: middle.map(|shift| f64::from(*shift) / f64::from(before.frame.width)),
            model_changed: self.model_changed,
        }
    }
}

/// Returns the id of every region by level: that of the old region with the largest overlap, each old id once; else
/// one that no region had.
pub(super) fn ids(levels: &[Vec<u32>], before: Option<&Map>, keys: &[&str]) -> Vec<Vec<u32>> {
    let old: BTreeMap<&str, &[u32]> = before.map_or_else(BTreeMap::new, |before| {
        before.points.iter().map(|point| (point.key.as_str(), point.regions.as_slice())).collect()
    });
    let mut next =
        before.into_iter().flat_map(|before| &before.regions).map(|region| region.id + 1).max().unwrap_or(1);
    let mut all = Vec::new();
    for (number, level) in levels.iter().enumerate() {
        let n_regions = level.iter().max().map_or(0, |last| *last as usize + 1);
        let mut shared: BTreeMap<(u32, u32), u64> = BTreeMap::new();
        for (key, region) in keys.iter().zip(level) {
            if let Some(id) = old.get(key).and_then(|regions| regions.get(number)) {
                *shared.entry((*region, *id)).or_default() += 1;
            }
        }
        let mut pairs: Vec<(u64, u32, u32)> =
            shared.into_iter().map(|((new, old), n)| (n, new, old)).collect();
        pairs.sort_unstable_by(|a, b| b.0.cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        let mut ids: Vec<Option<u32>> = vec![None; n_regions];
        let mut taken = BTreeSet::new();
        for (_, new, old) in pairs {
            if ids[new as usize].is_none() && taken.insert(old) {
                ids[new as usize] = Some(old);
            }
        }
        let named = ids.into_iter().map(|id| {
            id.unwrap_or_else(|| {
                next += 1;
                next - 1
            })
        });
        all.push(named.collect());
    }
    all
}
