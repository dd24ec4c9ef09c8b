//! How far two taggings of the same documents agree: the machine with a person, or two persons.
//!
//! Each leaf is a yes-or-no question asked of every document of the sample. With *a* documents that both have it, *b*
//! only the second, *c* only the first (the reference) and *d* neither, of *n* in all:
//! precision a/(a+b), recall a/(a+c), F1 2a/(2a+b+c), and Cohen's kappa (po-pe)/(1-pe) with po = (a+d)/n and
//! pe = ((a+b)(a+c)+(c+d)(b+d))/n² (Cohen 1960). A quotient without a denominator is not computable, and `None`.
//! Macro is the mean over the leaves that the reference has at least once; micro sums the counts first.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::patent::domain::Pack;

/// The labels of one document twice: of the reference, and of the tagging that is compared with it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pair {
    /// The reference.
    pub reference: BTreeSet<String>,
    /// The other.
    pub other: BTreeSet<String>,
}

/// The agreement on one leaf.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Leaf {
    /// The leaf.
    pub leaf: String,
    /// Documents that have it in the reference.
    pub n_reference: u64,
    /// Documents that have it in the other.
    pub n_other: u64,
    /// Documents that have it in both.
    pub n_both: u64,
    /// The share of the other's that the reference has too.
    pub precision: Option<f64>,
    /// The share of the reference's that the other has too.
    pub recall: Option<f64>,
    /// The harmonic mean of the two.
    pub f1: Option<f64>,
    /// Cohen's kappa.
    pub kappa: Option<f64>,
}

/// The agreement on all leaves.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Agreement {
    /// Documents compared.
    pub n_documents: u64,
    /// Documents whose labels are the same in both.
    pub n_equal: u64,
    /// Leaves that the reference has, over which macro is the mean.
    pub n_leaves: u64,
    /// Mean precision; a leaf that the other never has counts 0.
    pub macro_precision: Option<f64>,
    /// Mean recall.
    pub macro_recall: Option<f64>,
    /// Mean F1.
    pub macro_f1: Option<f64>,
    /// Mean kappa, over the leaves where it is computable.
    pub macro_kappa: Option<f64>,
    /// F1 of the summed counts.
    pub micro_f1: Option<f64>,
    /// Leaf by leaf, by id; those that only the other has as well.
    pub leaves: Vec<Leaf>,
}

/// Returns the label that a tag counts as: the labelled node that it is or lies below; else itself.
///
/// So a sample may name branches, where its makers could not tell leaves. Ids are `pack:node`.
pub fn roll_up(packs: &[Pack], id: &str, labels: &BTreeSet<String>) -> String {
    let Some((pack_id, node)) = id.split_once(':') else { return id.to_owned() };
    let pack = packs.iter().find(|pack| pack.id == pack_id);
    let mut at = pack.and_then(|pack| pack.node(node));
    while let Some(node) = at {
        let label = format!("{pack_id}:{}", node.id);
        if labels.contains(&label) {
            return label;
        }
        at = node.parent.as_deref().and_then(|parent| pack.and_then(|pack| pack.node(parent)));
    }
    id.to_owned()
}

/// Compares two taggings, document by document.
pub fn agreement(pairs: &[Pair]) -> Agreement {
    // Counts by leaf: in both, only in the other, only in the reference.
    let mut counts: BTreeMap<&str, [u64; 3]> = BTreeMap::new();
    let mut n_equal = 0;
    for pair in pairs {
        n_equal += u64::from(pair.reference == pair.other);
        for leaf in pair.reference.union(&pair.other) {
            let at = match (pair.reference.contains(leaf), pair.other.contains(leaf)) {
                (true, true) => 0,
                (false, _) => 1,
                (true, false) => 2,
            };
            counts.entry(leaf).or_default()[at] += 1;
        }
    }
    let n = pairs.len() as u64;
    let leaves: Vec<Leaf> = counts.iter().map(|(leaf, counts)| of_leaf(leaf, *counts, n)).collect();
    let known: Vec<&Leaf> = leaves.iter().filter(|leaf| leaf.n_reference > 0).collect();
    let mean =
        |values: Vec<f64>| (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64);
    let sum = |count: &dyn Fn(&Leaf) -> u64| leaves.iter().map(count).sum::<u64>();
    let (both, sizes) = (sum(&|leaf| leaf.n_both), sum(&|leaf| leaf.n_reference + leaf.n_other));
    Agreement {
        n_documents: n,
        n_equal,
        n_leaves: known.len() as u64,
        macro_precision: mean(known.iter().map(|leaf| leaf.precision.unwrap_or(0.0)).collect()),
        macro_recall: mean(known.iter().filter_map(|leaf| leaf.recall).collect()),
        macro_f1: mean(known.iter().filter_map(|leaf| leaf.f1).collect()),
        macro_kappa: mean(known.iter().filter_map(|leaf| leaf.kappa).collect()),
        micro_f1: share(2 * both, sizes),
        leaves,
    }
}

fn of_leaf(leaf: &str, [a, b, c]: [u64; 3], n: u64) -> Leaf {
    let d = n - a - b - c;
    let (n_f, po) = (n as f64, (a + d) as f64 / n as f64);
    let pe = ((a + b) as f64 * (a + c) as f64 + (c + d) as f64 * (b + d) as f64) / (n_f * n_f);
    Leaf {
        leaf: leaf.to_owned(),
        n_reference: a + c,
        n_other: a + b,
        n_both: a,
        precision: share(a, a + b),
        recall: share(a, a + c),
        f1: share(2 * a, 2 * a + b + c),
        // Where both always say the same thing there is nothing to agree on.
        kappa: (pe < 1.0).then(|| (po - pe) / (1.0 - pe)),
    }
}

fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(reference: &[&str], other: &[&str]) -> Pair {
        let set = |labels: &[&str]| labels.iter().map(|label| (*label).to_owned()).collect();
        Pair { reference: set(reference), other: set(other) }
    }

    #[test]
    fn the_figures_are_those_of_the_formulas() {
        // A: both 2, only other 1, only reference 1, neither 6.
        let mut pairs =
            vec![pair(&["A"], &["A"]), pair(&["A"], &["A"]), pair(&[], &["A"]), pair(&["A"], &["B"])];
        pairs.extend((0..6).map(|_| pair(&[], &[])));
        let found = agreement(&pairs);
        let a = &found.leaves[0];
        assert_eq!((a.n_reference, a.n_other, a.n_both), (3, 3, 2));
        assert_eq!((a.precision, a.recall, a.f1), (Some(2.0 / 3.0), Some(2.0 / 3.0), Some(2.0 / 3.0)));
        // po 0.8, pe 0.58.
        assert!((a.kappa.unwrap() - 0.22 / 0.42).abs() < 1e-12);
        assert_eq!((found.n_leaves, found.n_equal, found.n_documents), (1, 8, 10));
        assert_eq!(found.macro_f1, Some(2.0 / 3.0));
        assert_eq!(found.micro_f1, Some(4.0 / 7.0));
    }

    #[test]
    fn what_has_no_denominator_is_not_computable() {
        let found = agreement(&[]);
        assert_eq!((found.macro_f1, found.micro_f1, found.n_leaves), (None, None, 0));
        let always = agreement(&[pair(&["A"], &["A"])]);
        assert_eq!((always.leaves[0].f1, always.leaves[0].kappa), (Some(1.0), None));
        let never = agreement(&[pair(&["A"], &[]), pair(&[], &["B"])]);
        assert_eq!(never.macro_precision, Some(0.0));
        assert_eq!(never.leaves[0].precision, None);
    }
}
