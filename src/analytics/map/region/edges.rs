//! Points and the weighted edges among them, and how these come together in communities.

use std::collections::{BTreeMap, BTreeSet};

use leiden_rs::{GraphDataBuilder, Leiden, LeidenConfig, LeidenConfigBuilder};
use rustc_hash::FxHashMap;

use super::id_of;
use crate::analytics::disjoint::DisjointSets;

/// Points in a group at most: far fewer than the smallest region that is looked for among so many.
const MOST_IN_GROUP: usize = 40;

/// Weighted edges among `0..n`. One from a point to itself stands for the edges within what the point is made of.
pub(super) struct Edges {
    n: usize,
    list: Vec<(usize, usize, f64)>,
}

/// What comes together in communities: points one by one, or whole groups of them.
pub(super) enum Parter<'a> {
    Singly(&'a Edges),
    /// The group of each point, and the edges among groups. Parts of it have the modularity of the same parts of points.
    Wholes(Vec<usize>, Edges),
}

impl Parter<'_> {
    /// Returns the community of every point at a resolution.
    pub(super) fn communities(&self, resolution: f64, seed: u64) -> Option<Vec<usize>> {
        match self {
            Self::Singly(edges) => edges.communities(resolution, seed),
            Self::Wholes(group_of, groups) => {
                let parts = groups.communities(resolution, seed)?;
                Some(group_of.iter().map(|group| parts[*group]).collect())
            }
        }
    }
}

impl Edges {
    pub(super) fn new(n: usize, list: Vec<(usize, usize, f64)>) -> Self {
        Self { n, list }
    }

    pub(super) fn list(&self) -> &[(usize, usize, f64)] {
        &self.list
    }

    /// Returns the weight of all edges.
    pub(super) fn weight(&self) -> f64 {
        self.list.iter().map(|(.., weight)| weight).sum()
    }

    /// Prepares to look for communities, of whole groups where there are more than `most` points.
    pub(super) fn parter(&self, most: usize, seed: u64) -> Parter<'_> {
        let gathered = (self.n > most).then(|| self.gathered(seed)).flatten();
        gathered.map_or(Parter::Singly(self), |(group_of, groups)| Parter::Wholes(group_of, groups))
    }

    /// Brings points together in small groups: each moves to a group of its neighbours as long as that raises the
    /// modularity; then what holds together by nothing but points that moved on comes apart. Returns the group of each
    /// point and the edges among groups.
    ///
    /// This is the first step of the Leiden algorithm. The second, refinement, costs the library the product of points
    /// and communities: minutes for a million points, little for their groups.
    fn gathered(&self, seed: u64) -> Option<(Vec<usize>, Self)> {
        let config = LeidenConfig::builder().seed(seed).max_comm_size(MOST_IN_GROUP);
        let moved = self.leiden(config.skip_refinement(true).max_iterations(1))?;
        let group_of = self.connected(&moved);
        let n = group_of.iter().max().map_or(0, |last| last + 1);
        let weights = between(&self.list, &group_of).into_iter();
        let mut list: Vec<(usize, usize, f64)> = weights.map(|((a, b), weight)| (a, b, weight)).collect();
        list.sort_unstable_by_key(|(a, b, _)| (*a, *b));
        Some((group_of, Self { n, list }))
    }

    /// Parts each group into what is connected within it; numbered in the order of their first points.
    fn connected(&self, group_of: &[usize]) -> Vec<usize> {
        let mut sets = DisjointSets::new(id_of(self.n));
        let within = self.list.iter().filter(|(a, b, _)| group_of[*a] == group_of[*b]);
        within.for_each(|(a, b, _)| sets.join(id_of(*a), id_of(*b)));
        let mut number: FxHashMap<u32, usize> = FxHashMap::default();
        (0..self.n)
            .map(|point| {
                let next = number.len();
                *number.entry(sets.root(id_of(point))).or_insert(next)
            })
            .collect()
    }

    /// Returns the communities of the points at a resolution.
    pub(super) fn communities(&self, resolution: f64, seed: u64) -> Option<Vec<usize>> {
        let config = LeidenConfig::builder().resolution(resolution).seed(seed);
        Some(self.joined(&self.leiden(config)?, resolution))
    }

    fn leiden(&self, config: LeidenConfigBuilder) -> Option<Vec<usize>> {
        let mut builder = GraphDataBuilder::new(self.n);
        for (a, b, weight) in &self.list {
            builder.add_edge(*a, *b, *weight).ok()?;
        }
        let data = builder.build().ok()?;
        // One thread: the library's parallel moves may depend on their order.
        let config = config
            .parallel_local_moving_threshold(usize::MAX)
            .parallel_aggregation_threshold(usize::MAX)
            .build();
        let output = Leiden::new(config).run(&data);
        output.ok().map(|output| output.partition.as_slice().to_vec())
    }

    /// Joins whole parts as long as that raises the modularity at this resolution, the best pair first, of equal gains
    /// the first.
    ///
    /// The library ends when no piece of a part wants to move, which leaves chains and rings of points in several arcs:
    /// moving half an arc gains nothing, joining two gains much. Two parts gain `w - resolution * a * b / 2m`, where `w`
    /// is the weight between them, `a` and `b` the degrees of their points, and `m` the weight of all edges.
    fn joined(&self, parts: &[usize], resolution: f64) -> Vec<usize> {
        let two_m: f64 = self.list.iter().map(|(.., weight)| 2.0 * weight).sum();
        let mut degrees: BTreeMap<usize, f64> = BTreeMap::new();
        for (a, b, weight) in &self.list {
            *degrees.entry(parts[*a]).or_default() += weight;
            *degrees.entry(parts[*b]).or_default() += weight;
        }
        let (mut ties, mut into) = (Ties::new(&self.list, parts), Joined::default());
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
        let (mut ties, mut into) = (Ties::new(&self.list, parts), Joined::default());
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

/// The weight between parts.
struct Ties(BTreeMap<usize, BTreeMap<usize, f64>>);

impl Ties {
    fn new(edges: &[(usize, usize, f64)], parts: &[usize]) -> Self {
        let mut ties: BTreeMap<usize, BTreeMap<usize, f64>> = BTreeMap::new();
        for ((a, b), weight) in between(edges, parts).into_iter().filter(|((a, b), _)| a != b) {
            ties.entry(a).or_default().insert(b, weight);
            ties.entry(b).or_default().insert(a, weight);
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

/// Returns the weight between every two parts with an edge between them, and within every part that has one; the lower
/// number first. Weights are added in the order of the edges.
fn between(edges: &[(usize, usize, f64)], parts: &[usize]) -> FxHashMap<(usize, usize), f64> {
    let mut weights: FxHashMap<(usize, usize), f64> = FxHashMap::default();
    for (a, b, weight) in edges {
        let (a, b) = (parts[*a], parts[*b]);
        *weights.entry((a.min(b), a.max(b))).or_default() += weight;
    }
    weights
}

/// Returns the part with the most weight, of equal weights the first.
pub(super) fn heaviest(weights: &BTreeMap<usize, f64>) -> Option<usize> {
    weights.iter().max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(a.0))).map(|(part, _)| *part)
}

/// Which part was joined to which.
#[derive(Default)]
pub(super) struct Joined(BTreeMap<usize, usize>);

impl Joined {
    pub(super) fn join(&mut self, gone: usize, kept: usize) {
        self.0.insert(gone, kept);
    }

    /// Returns the parts with each in the place of those that were joined to it.
    pub(super) fn applied(&self, parts: &[usize]) -> Vec<usize> {
        let mut last: BTreeMap<usize, usize> = BTreeMap::new();
        let end = |part: usize| std::iter::successors(Some(part), |part| self.0.get(part).copied()).last();
        let of = |part: &usize| *last.entry(*part).or_insert_with(|| end(*part).unwrap_or(*part));
        parts.iter().map(of).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Six rings of forty points, each tied to those around it; a weak tie from each ring to the next.
    fn rings() -> Edges {
        let mut list = Vec::new();
        for ring in 0..6 {
            for at in 0..40 {
                for step in 1..=4 {
                    list.push((ring * 40 + at, ring * 40 + (at + step) % 40, 1.0));
                }
            }
            list.push((ring * 40, (ring + 1) % 6 * 40 + 7, 0.25));
        }
        Edges::new(240, list)
    }

    fn modularity(edges: &Edges, parts: &[usize]) -> f64 {
        let two_m = 2.0 * edges.weight();
        let (mut within, mut degrees) = (0.0, BTreeMap::<usize, f64>::new());
        for (a, b, weight) in edges.list() {
            within += if parts[*a] == parts[*b] { 2.0 * weight } else { 0.0 };
            *degrees.entry(parts[*a]).or_default() += weight;
            *degrees.entry(parts[*b]).or_default() += weight;
        }
        within / two_m - degrees.values().map(|degree| (degree / two_m).powi(2)).sum::<f64>()
    }

    #[test]
    fn groups_stand_for_their_points() {
        let edges = rings();
        let (group_of, groups) = edges.gathered(1).unwrap();
        assert!(groups.n > 6 && groups.n < 240, "{} groups", groups.n);
        let largest = (0..groups.n).map(|group| group_of.iter().filter(|of| **of == group).count()).max();
        assert!(largest <= Some(MOST_IN_GROUP), "{largest:?}");
        assert!((groups.weight() - edges.weight()).abs() < 1e-9);
        let of_groups: Vec<usize> = (0..groups.n).map(|group| group % 5).collect();
        let of_points: Vec<usize> = group_of.iter().map(|group| of_groups[*group]).collect();
        assert!((modularity(&groups, &of_groups) - modularity(&edges, &of_points)).abs() < 1e-9);
    }

    #[test]
    fn many_points_part_in_groups_as_few_do_one_by_one() {
        let edges = rings();
        let parted = |most: usize| edges.parter(most, 1).communities(1.0, 1).unwrap();
        assert!(matches!(edges.parter(239, 1), Parter::Wholes(..)));
        assert!(matches!(edges.parter(240, 1), Parter::Singly(_)));
        for parts in [parted(239), parted(240)] {
            for (point, part) in parts.iter().enumerate() {
                assert_eq!(*part, parts[point / 40 * 40], "point {point}");
            }
            assert_eq!(parts.iter().collect::<BTreeSet<_>>().len(), 6);
        }
    }

    #[test]
    fn a_group_without_its_middle_comes_apart() {
        let path = Edges::new(4, vec![(0, 1, 1.0), (1, 2, 1.0), (2, 3, 1.0)]);
        assert_eq!(path.connected(&[0, 1, 0, 0]), [0, 1, 2, 2]);
    }

    proptest! {
        #[test]
        fn weight_between_parts_is_that_of_the_edges(
            edges in prop::collection::vec((0_usize..12, 0_usize..12, 0_u8..8), 0..60),
            parts in prop::collection::vec(0_usize..4, 12),
        ) {
            let list: Vec<_> = edges.into_iter().map(|(a, b, weight)| (a, b, f64::from(weight))).collect();
            let found = between(&list, &parts);
            for (a, b) in (0..4).flat_map(|a| (a..4).map(move |b| (a, b))) {
                let fits = |(x, y, _): &&(usize, usize, f64)| {
                    (parts[*x].min(parts[*y]), parts[*x].max(parts[*y])) == (a, b)
                };
                let sum: f64 = list.iter().filter(fits).map(|(.., weight)| weight).sum();
                prop_assert_eq!(found.get(&(a, b)).copied().unwrap_or(0.0), sum);
            }
        }
    }
}
