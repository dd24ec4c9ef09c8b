//! One list out of several: reciprocal rank fusion.
//!
//! `score(d) = Σ_lists weight / (K + rank(d))` with ranks from 1 (Cormack, Clarke, Büttcher: Reciprocal Rank Fusion
//! outperforms Condorcet and individual rank learning methods, SIGIR 2009). It needs no common scale of scores,
//! and a document that is first in every list stays first.
//!
//! A list by words says nothing of documents in another language than the query's: that they are missing from it
//! is no evidence against them. For such a document every list counts at its rank by vector, or at its own rank
//! where that is better; without this a Chinese record is never first for its own English abstract
//! (`benches/RESULTS.md` has the figures).

use rustc_hash::FxHashMap;

/// How little the very first ranks count above the next.
pub(super) const K: f64 = 60.0;

/// A ranked list that takes part.
#[derive(Debug, Clone)]
pub(super) struct List {
    /// `words`, `phrase` or `vector`.
    pub(super) name: &'static str,
    /// How much it counts.
    pub(super) weight: f64,
    /// Documents and scores, best first.
    pub(super) ranked: Vec<(u32, f32)>,
}

/// The list that compares meaning, so that it holds documents of every language.
pub(super) const VECTOR: &str = "vector";

/// Returns every document of the lists with its fused score, in no order.
///
/// `foreign` says whether a document has no text in a language of the query.
pub(super) fn fuse(lists: &[List], foreign: &dyn Fn(u32) -> bool) -> FxHashMap<u32, f64> {
    let mut scores: FxHashMap<u32, f64> = FxHashMap::default();
    for list in lists {
        for (index, (docno, _)) in list.ranked.iter().enumerate() {
            *scores.entry(*docno).or_default() += share(list.weight, index + 1);
        }
    }
    let by_meaning =
        lists.iter().filter(|list| list.name == VECTOR).flat_map(|list| list.ranked.iter().enumerate());
    let foreigners: FxHashMap<u32, usize> = by_meaning
        .filter(|(_, (docno, _))| foreign(*docno))
        .map(|(index, (docno, _))| (*docno, index + 1))
        .collect();
    if foreigners.is_empty() {
        return scores;
    }
    for list in lists.iter().filter(|list| list.name != VECTOR) {
        let mut better: FxHashMap<u32, usize> = FxHashMap::default();
        for (index, (docno, _)) in list.ranked.iter().enumerate() {
            if foreigners.contains_key(docno) {
                better.insert(*docno, index + 1);
            }
        }
        for (docno, by_vector) in &foreigners {
            let own = better.get(docno).copied();
            if own.is_none_or(|own| own > *by_vector) {
                let gain = share(list.weight, *by_vector) - own.map_or(0.0, |own| share(list.weight, own));
                *scores.entry(*docno).or_default() += gain;
            }
        }
    }
    scores
}

fn share(weight: f64, rank: usize) -> f64 {
    weight / (K + rank as f64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn list(docnos: &[u32]) -> List {
        List { name: "words", weight: 1.0, ranked: docnos.iter().map(|docno| (*docno, 0.0)).collect() }
    }

    proptest! {
        #[test]
        fn the_order_of_lists_does_not_matter_and_a_common_first_stays_first(
            a in prop::collection::hash_set(1_u32..50, 0..20),
            b in prop::collection::hash_set(1_u32..50, 0..20),
        ) {
            let first: Vec<u32> = std::iter::once(0).chain(a).collect();
            let second: Vec<u32> = std::iter::once(0).chain(b).collect();
            let scores = fuse(&[list(&first), list(&second)], &|_| false);
            for (docno, score) in &fuse(&[list(&second), list(&first)], &|_| false) {
                prop_assert!((scores[docno] - score).abs() < 1e-12);
                prop_assert!(*docno == 0 || scores[&0] > *score);
            }
        }
    }

    #[test]
    fn a_document_of_another_language_counts_by_its_rank_by_vector() {
        let vector = List { name: VECTOR, ..list(&[7, 1]) };
        let lists = [list(&[1, 2, 3, 8]), vector];
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} {b}");
        near(fuse(&lists, &|_| false)[&7], 1.0 / 61.0);
        let scores = fuse(&lists, &|docno| docno == 7);
        near(scores[&7], 2.0 / 61.0);
        near(scores[&1], 1.0 / 61.0 + 1.0 / 62.0);
        // One that words found too keeps the better of both ranks; one that vectors did not find has only its own.
        near(fuse(&lists, &|docno| docno == 1)[&1], 1.0 / 61.0 + 1.0 / 62.0);
        near(fuse(&lists, &|docno| docno == 8)[&8], 1.0 / 64.0);
    }
}
