//! What changed between two maps of one field: which families came and went, and what became of each region.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Map, Region};

/// The share of a region's remaining points that must lie together for them to count as a part of it.
const PART_FROM: f64 = 0.25;

/// Two maps compared. Keys are in order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = MapDifference)]
pub struct Difference {
    /// Families that only the later map has.
    pub added: Vec<String>,
    /// Families that only the earlier map has.
    pub removed: Vec<String>,
    /// What became of the regions of both, by level, the greatest change in size first.
    pub regions: Vec<RegionChange>,
}

/// What became of a region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RegionFate {
    /// It holds more families than before.
    Grew,
    /// It holds fewer.
    Shrank,
    /// It holds as many, though perhaps others.
    Steady,
    /// Only the later map has it.
    Appeared,
    /// Its families now lie in several regions, a quarter or more of them in each.
    Split,
    /// Only the earlier map has it.
    Vanished,
}

/// A region in both maps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RegionChange {
    /// The id.
    pub id: u32,
    /// 0 is the coarsest.
    pub level: u32,
    /// Its label in Chinese, of the later map where both have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zh: Option<String>,
    /// Its label in English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
    /// What became of it.
    pub fate: RegionFate,
    /// Families before.
    pub n_before: u32,
    /// Families after.
    pub n_after: u32,
    /// Families in it that the earlier map did not have.
    pub added: Vec<String>,
    /// Families of it that the later map does not have.
    pub removed: Vec<String>,
    /// For a split or vanished region, the regions of the later map that hold what remained of it, most first.
    pub into: Vec<u32>,
}

/// Compares two maps, the earlier first.
///
/// Ids mean the same in both only where the later map continues the earlier ([`super::build`] with `before`);
/// families are compared by key in any case.
pub fn difference(earlier: &Map, later: &Map) -> Difference {
    let keys = |map: &Map| -> BTreeSet<String> {
        let placed = map.points.iter().map(|point| point.key.clone());
        placed.chain(map.without_place.iter().cloned()).collect()
    };
    let (before, after) = (keys(earlier), keys(later));
    let mut ids: BTreeMap<(u32, u32), [Option<&Region>; 2]> = BTreeMap::new();
    for (side, map) in [earlier, later].into_iter().enumerate() {
        for region in &map.regions {
            ids.entry((region.level, region.id)).or_default()[side] = Some(region);
        }
    }
    let mut regions: Vec<RegionChange> = ids
        .into_iter()
        .map(|((level, id), found)| change(level, id, found, earlier, later, [&before, &after]))
        .collect();
    regions.sort_by_key(|change| {
        (change.level, std::cmp::Reverse(change.n_after.abs_diff(change.n_before)), change.id)
    });
    Difference {
        added: after.difference(&before).cloned().collect(),
        removed: before.difference(&after).cloned().collect(),
        regions,
    }
}

fn change(
    level: u32,
    id: u32,
    found: [Option<&Region>; 2],
    earlier: &Map,
    later: &Map,
    keys: [&BTreeSet<String>; 2],
) -> RegionChange {
    let [n_before, n_after] = found.map(|region| region.map_or(0, |region| region.n));
    let members = |map: &Map| -> Vec<String> { map.members(id).map(|point| point.key.clone()).collect() };
    let (old, new) = (members(earlier), members(later));
    let into = parts(&old, later, level);
    let fate = match found {
        [None, _] => RegionFate::Appeared,
        [_, None] if into.len() > 1 => RegionFate::Split,
        [_, None] => RegionFate::Vanished,
        _ if into.len() > 1 => RegionFate::Split,
        _ if n_after > n_before => RegionFate::Grew,
        _ if n_after < n_before => RegionFate::Shrank,
        _ => RegionFate::Steady,
    };
    let region = found[1].or(found[0]);
    RegionChange {
        id,
        level,
        zh: region.and_then(|region| region.name(true)),
        en: region.and_then(|region| region.name(false)),
        fate,
        n_before,
        n_after,
        added: new.into_iter().filter(|key| !keys[0].contains(key)).collect(),
        removed: old.into_iter().filter(|key| !keys[1].contains(key)).collect(),
        into: if matches!(fate, RegionFate::Split | RegionFate::Vanished) { into } else { Vec::new() },
    }
}

/// Returns the regions of a later map, on one level, that hold parts of what an earlier region held; most first.
fn parts(old: &[String], later: &Map, level: u32) -> Vec<u32> {
    let mut counts: BTreeMap<u32, u32> = BTreeMap::new();
    let mut n_left = 0;
    for key in old {
        let at = later.points.binary_search_by(|point| point.key.as_str().cmp(key));
        let region = at.ok().and_then(|at| later.points[at].regions.get(level as usize).copied());
        if let Some(region) = region {
            *counts.entry(region).or_default() += 1;
            n_left += 1;
        }
    }
    let mut parts: Vec<(u32, u32)> =
        counts.into_iter().filter(|(_, n)| f64::from(*n) >= PART_FROM * f64::from(n_left)).collect();
    parts.sort_unstable_by_key(|(region, n)| (std::cmp::Reverse(*n), *region));
    parts.into_iter().map(|(region, _)| region).collect()
}
