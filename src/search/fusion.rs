//! One list out of several: reciprocal rank fusion.
//!
//! `score(d) = Σ_lists weight / (K + rank(d))` with ranks from 1 (Cormack, Clarke, Büttcher: Reciprocal Rank Fusion
//! outperforms Condorcet and individual rank learning methods, SIGIR 2009). It needs no common scale of scores,
//! and a document that is first in every list stays first.

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

/// Returns every document of the lists with its fused score, in no order.
pub(super) fn fuse(lists: &[List]) -> FxHashMap<u32, f64> {
    let mut scores: FxHashMap<u32, f64> = FxHashMap::default();
    for list in lists {
        for (index, (docno, _)) in list.ranked.iter().enumerate() {
            *scores.entry(*docno).or_default() += list.weight / (K + 1.0 + index as f64);
        }
    }
    scores
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
            let scores = fuse(&[list(&first), list(&second)]);
            for (docno, score) in &fuse(&[list(&second), list(&first)]) {
                prop_assert!((scores[docno] - score).abs() < 1e-12);
                prop_assert!(*docno == 0 || scores[&0] > *score);
            }
        }
    }
}
