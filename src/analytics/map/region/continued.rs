//! Regions of an earlier map, continued with the points that came.

use std::collections::{BTreeMap, BTreeSet};

use super::inner::Inner;
use super::{FEWEST_IN_REGION, FEWEST_POINTS, FEWEST_TO_PART, GATHERED_ABOVE, Parted, Space, by_size, part};

/// How many times as large as what is left of the earlier one a region must be to be parted.
const OUTGROWN: f64 = 1.5;

/// Continues the regions that `known` names among `points`; `None` where more points are new than were known.
pub(super) fn continued(
    space: &Space<'_>,
    points: &[u32],
    wanted: usize,
    known: &[Option<u32>],
    seed: u64,
) -> Option<Parted> {
    let region_of = |point: &u32| known.get(*point as usize).copied().flatten().map(|id| id as usize);
    let mut found: Vec<Option<usize>> = points.iter().map(region_of).collect();
    let mut sizes_before: BTreeMap<usize, usize> = BTreeMap::new();
    found.iter().flatten().for_each(|region| *sizes_before.entry(*region).or_default() += 1);
    if sizes_before.len() > 1 {
        // What is left of a region must be one.
        sizes_before.retain(|_, size| *size >= FEWEST_IN_REGION);
        let gone = |region: &Option<usize>| region.is_some_and(|region| !sizes_before.contains_key(&region));
        found.iter_mut().filter(|region| gone(region)).for_each(|region| *region = None);
    }
    let n_known = found.iter().flatten().count();
    if n_known * 2 < points.len() || n_known == 0 {
        return None;
    }
    let mut next = sizes_before.last_key_value().map_or(0, |(last, _)| last + 1);
    if n_known < points.len() {
        let inner = Inner::new(space, points);
        // More regions than can be read would be no help: the largest groups are told apart.
        let room = if wanted < 2 { 0 } else { (wanted * 3 / 2).saturating_sub(sizes_before.len()).max(1) };
        let least = (points.len() / (wanted.max(1) * 12)).max(FEWEST_POINTS);
        for group in of_their_own(space, points, &inner, &found, least, seed).into_iter().take(room) {
            group.into_iter().for_each(|at| found[at] = Some(next));
            next += 1;
        }
        inner.join(&mut found);
    }
    let mut regions: Vec<usize> = found.into_iter().flatten().collect();
    let split = part_outgrown(space, points, &mut regions, &sizes_before, wanted, seed);
    let parts = by_size(&regions);
    let n_parts = parts.iter().max().map_or(0, |last| *last as usize + 1);
    let mut stand = vec![false; n_parts];
    for (part, region) in parts.iter().zip(&regions) {
        stand[*part as usize] = sizes_before.contains_key(region) && !split.contains(region);
    }
    Some(Parted { parts, stand })
}

/// Returns the groups of new points, by their places in `points`, that are communities, the largest first: of at least
/// `least` points, whose edges lead to each other more than to all others (the weak communities of Radicchi et al. 2004).
///
/// `all` is the graph of all of them; the groups come from the graph of the new alone.
fn of_their_own(
    space: &Space<'_>,
    points: &[u32],
    all: &Inner<'_>,
    found: &[Option<usize>],
    least: usize,
    seed: u64,
) -> Vec<Vec<usize>> {
    let new: Vec<usize> = (0..points.len()).filter(|at| found[*at].is_none()).collect();
    if new.len() < least {
        return Vec::new();
    }
    let among: Vec<u32> = new.iter().map(|at| points[*at]).collect();
    let inner = Inner::new(space, &among);
    let within = |group: &Vec<usize>| {
        let members: BTreeSet<u32> = group.iter().map(|at| points[*at]).collect();
        let (mut own, mut others) = (0.0, 0.0);
        for point in &members {
            let (targets, weights) = space.graph.row(*point as usize);
            for (target, weight) in targets.iter().zip(weights) {
                *(if members.contains(target) { &mut own } else { &mut others }) += f64::from(*weight);
            }
        }
        own > others
    };
    // At the resolution at which an edge is expected as it is among all points a large subject holds together, and a small one
    // hides in what is near to it, so finer ones follow for what is left.
    let coarse = inner.edges.weight() / all.edges.weight().max(f64::MIN_POSITIVE);
    let parter = inner.edges.parter(GATHERED_ABOVE, seed);
    let mut taken = vec![false; points.len()];
    let mut own: Vec<Vec<usize>> = Vec::new();
    for resolution in [coarse, coarse.sqrt(), 1.0] {
        let communities = (resolution > 0.0).then(|| parter.communities(resolution, seed));
        let Some(communities) = communities.flatten() else { break };
        let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        communities.iter().zip(&new).for_each(|(group, at)| groups.entry(*group).or_default().push(*at));
        for group in groups.into_values() {
            if group.len() >= least && group.iter().all(|at| !taken[*at]) && within(&group) {
                group.iter().for_each(|at| taken[*at] = true);
                own.push(group);
            }
        }
    }
    own.sort_by_key(|group| (std::cmp::Reverse(group.len()), group[0]));
    own
}

/// Parts the regions that grew most, as long as there are fewer than can be read. Returns those that were parted; the
/// parts after the first have numbers of their own.
fn part_outgrown(
    space: &Space<'_>,
    points: &[u32],
    regions: &mut [usize],
    before: &BTreeMap<usize, usize>,
    wanted: usize,
    seed: u64,
) -> BTreeSet<usize> {
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    regions.iter().enumerate().for_each(|(at, region)| members.entry(*region).or_default().push(at));
    let grown = |region: &usize, n: usize| n as f64 / before.get(region).map_or(n, |before| *before) as f64;
    let mut outgrown: Vec<(f64, usize)> = members
        .iter()
        .filter(|(_, of)| of.len() >= FEWEST_TO_PART)
        .map(|(region, of)| (grown(region, of.len()), *region))
        .filter(|(times, _)| *times >= OUTGROWN)
        .collect();
    outgrown.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut split = BTreeSet::new();
    let (mut n_regions, mut next) = (members.len(), members.last_key_value().map_or(0, |(last, _)| last + 1));
    for (times, region) in outgrown {
        let room = (wanted + 1).saturating_sub(n_regions);
        let parts_wanted = (2..=room).rev().find(|n| *n as f64 <= times.round()).unwrap_or(1);
        let of = &members[&region];
        let among: Vec<u32> = of.iter().map(|at| points[*at]).collect();
        let parts = part(space, &among, parts_wanted, seed ^ region as u64);
        let n_parts = parts.iter().max().map_or(1, |last| *last as usize + 1);
        if n_parts < 2 {
            continue;
        }
        for (at, part) in of.iter().zip(parts).filter(|(_, part)| *part > 0) {
            regions[*at] = next + part as usize - 1;
        }
        next += n_parts - 1;
        n_regions += n_parts - 1;
        split.insert(region);
    }
    split
}
