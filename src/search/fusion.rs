//! One list out of several: reciprocal rank fusion.
//!
//! `score(d) = Σ_lists weight / (K + rank(d))` with ranks from 1 (Cormack, Clarke, Büttcher: Reciprocal Rank Fusion
//! outperforms Condorcet and individual rank learning methods, SIGIR 2009). It needs no common scale of scores,
//! and a document that is first in every list stays first.
//!
//! A list by words says nothing of documents in another language than the query's: that they are missing from it
//! is no evidence against them. They have an order of their own (`foreign`), and every list counts at the place that
//! such a document has there, or at its own place in the list where that is better; without this a Chinese record is
//! never first for its own English abstract (`benches/RESULTS.md` has the figures).

use rustc_hash::{FxBuildHasher, FxHashMap};

/// How little the very first ranks count above the next.
pub(super) const K: f64 = 60.0;

/// A ranked list that takes part.
#[derive(Debug, Clone)]
pub(super) struct List {
    /// Its name in answers: `words`, `phrase`, `vector` and the like.
    pub(super) name: &'static str,
    /// How much it counts.
    pub(super) weight: f64,
    /// Documents and scores, best first.
    pub(super) ranked: Vec<(u32, f32)>,
}

/// The list that compares meaning, so that it holds documents of every language.
pub(super) const VECTOR: &str = "vector";

/// The list of documents in other languages than the query's.
pub(super) const FOREIGN: &str = "translation";

/// Returns every document of the lists with its fused score, in no order.
///
/// `foreign` holds documents without text in a language of the query, best first.
pub(super) fn fuse(lists: &[List], foreign: &[(u32, f32)]) -> FxHashMap<u32, f64> {
    let n_ranked = lists.iter().map(|list| list.ranked.len()).sum::<usize>() + foreign.len();
    let mut scores: FxHashMap<u32, f64> = FxHashMap::with_capacity_and_hasher(n_ranked, FxBuildHasher);
    let places: FxHashMap<u32, usize> = foreign.iter().map(|(docno, _)| *docno).zip(1..).collect();
    for list in lists {
        // Every list counts once for each of them, and in the same order of addition as for other documents, so that
        // equal places give equal scores.
        for (docno, place) in &places {
            *scores.entry(*docno).or_default() += share(list.weight, *place);
        }
        for (index, (docno, _)) in list.ranked.iter().enumerate() {
            let own = index + 1;
            let gain = match places.get(docno) {
                None => share(list.weight, own),
                Some(place) if own < *place => share(list.weight, own) - share(list.weight, *place),
                Some(_) => continue,
            };
            *scores.entry(*docno).or_default() += gain;
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
            let scores = fuse(&[list(&first), list(&second)], &[]);
            for (docno, score) in &fuse(&[list(&second), list(&first)], &[]) {
                prop_assert!((scores[docno] - score).abs() < 1e-12);
                prop_assert!(*docno == 0 || scores[&0] > *score);
            }
        }
    }

    #[test]
    fn a_document_of_another_language_counts_by_its_place_among_such_documents() {
        let vector = List { name: VECTOR, ..list(&[1, 7, 8]) };
        let lists = [list(&[1, 2, 3, 8]), vector];
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} {b}");
        near(fuse(&lists, &[])[&7], 1.0 / 62.0);
        let scores = fuse(&lists, &[(7, 0.0), (8, 0.0)]);
        // As if it were first in both lists, and so no worse than what is.
        assert_eq!(scores[&7], scores[&1]);
        // The second counts as second in both, since it is lower in either.
        near(scores[&8], 2.0 / 62.0);
        // A better place of its own stays.
        near(fuse(&lists, &[(7, 0.0), (8, 0.0), (2, 0.0)])[&2], 1.0 / 62.0 + 1.0 / 63.0);
    }
}
