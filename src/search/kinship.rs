//! What ties documents together beside their texts: classes in common, and being cited by the same neighbourhood.
//!
//! Both look at documents other than the one in question; its own citations are never read, so that a search for
//! prior art does not lean on what somebody has found already.

use rustc_hash::{FxHashMap, FxHashSet};

use super::error::Result;
use super::page::Groups;
use crate::index::Reader;

/// How much a class in common counts at each level: subclass (`C12N`), main group (`C12N 9`), the whole symbol.
const LEVEL_WEIGHTS: [f32; 3] = [0.3, 0.6, 1.0];
/// Nearness of citing documents at which being cited counts half.
const HALF: f32 = 0.5;

/// Returns how much of its classes each candidate shares with a document, in 0-1.
///
/// `Σ_shared w · r / √((1 + Σ_document w · r) · (1 + Σ_candidate w · r))` over classes at three levels, with `w` of
/// [`LEVEL_WEIGHTS`] and `r = ln(N / n)`, where `n` of the `N` candidates have the class: what all have tells nothing.
pub(super) fn class_overlap(reader: &Reader, docno: u32, candidates: &[u32]) -> Result<Vec<f32>> {
    let column = reader.column("class")?;
    let own: Vec<FxHashSet<String>> = levels(column.keywords(docno));
    if own.iter().all(FxHashSet::is_empty) {
        return Ok(vec![0.0; candidates.len()]);
    }
    let theirs: Vec<Vec<FxHashSet<String>>> =
        candidates.iter().map(|docno| levels(column.keywords(*docno))).collect();
    let mut holding: [FxHashMap<&str, u32>; 3] = Default::default();
    for classes in &theirs {
        for (holding, classes) in holding.iter_mut().zip(classes) {
            classes.iter().for_each(|class| *holding.entry(class.as_str()).or_default() += 1);
        }
    }
    let n = candidates.len() as f32;
    let rarity = |level: usize, class: &str| {
        let holding = holding[level].get(class).copied().unwrap_or(1);
        LEVEL_WEIGHTS[level] * (n / holding as f32).ln().max(0.0)
    };
    // Summed in order of the symbols: sets have none of their own.
    let sum = |classes: &[FxHashSet<String>], counts: &dyn Fn(usize, &str) -> bool| -> f32 {
        let mut parts: Vec<(usize, &str)> = Vec::new();
        for (level, classes) in classes.iter().enumerate() {
            parts.extend(classes.iter().map(|class| (level, class.as_str())).filter(|(l, c)| counts(*l, c)));
        }
        parts.sort_unstable();
        parts.into_iter().map(|(level, class)| rarity(level, class)).sum()
    };
    let all = |_: usize, _: &str| true;
    let own_sum = sum(&own, &all);
    let shares = theirs.iter().map(|classes| {
        let shared = sum(classes, &|level, class| own[level].contains(class));
        shared / ((1.0 + own_sum) * (1.0 + sum(classes, &all))).sqrt()
    });
    Ok(shares.collect())
}

/// Returns the classes of a document at the three levels.
fn levels<'a>(symbols: impl Iterator<Item = &'a str>) -> Vec<FxHashSet<String>> {
    let mut levels = vec![FxHashSet::default(); 3];
    for symbol in symbols {
        let group = symbol.split('/').next().unwrap_or(symbol);
        for (level, part) in levels.iter_mut().zip([symbol.get(..4).unwrap_or(symbol), group, symbol]) {
            level.insert(part.to_owned());
        }
    }
    levels
}

/// Returns how much each candidate is cited by the neighbourhood of a document, in 0-1.
///
/// `v / (v + 1/2)`, where `v` sums the nearness of the neighbours that cite the candidate or a member of its family;
/// a family of neighbours counts once, by its nearest member, and no family counts for itself.
pub(super) fn cited_by(
    reader: &Reader,
    groups: &Groups<'_>,
    neighbours: &[(u32, f32)],
    candidates: &[u32],
) -> Result<Vec<f32>> {
    let (keys, members) = (reader.column("key")?, reader.column("family_member")?);
    let cites = reader.column("cites")?;
    let mut by_number: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
    for (index, docno) in candidates.iter().enumerate() {
        for number in keys.keywords(*docno).chain(members.keywords(*docno)) {
            by_number.entry(number).or_default().push(index);
        }
    }
    let mut votes = vec![0.0_f32; candidates.len()];
    let mut counted: FxHashSet<(u64, usize)> = FxHashSet::default();
    for (docno, nearness) in neighbours {
        let family = groups.of(*docno);
        for number in cites.keywords(*docno) {
            for index in by_number.get(number).into_iter().flatten() {
                if groups.of(candidates[*index]) != family && counted.insert((family, *index)) {
                    votes[*index] += nearness;
                }
            }
        }
    }
    Ok(votes.into_iter().map(|votes| votes / (votes + HALF)).collect())
}
