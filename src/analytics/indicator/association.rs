//! How much more often two labels stand together than they would by chance.

use rustc_hash::FxHashMap;

use crate::analytics::evidence::{Outcome, Undefined};

/// Returns the association strength `c_ij m / (w_i w_j)` of two labels, `m` units in all (van Eck and Waltman, 2009).
///
/// It is the same number as lift, `P(AB) / (P(A) P(B))`: 1 means independent.
///
/// ```
/// assert_eq!(patnav::analytics::indicator::association::strength(10, 20, 50, 200), Ok(2.0));
/// ```
///
/// # Errors
/// [`Undefined::ZeroDenominator`] where a label stands nowhere.
pub fn strength(together: u64, first: u64, second: u64, units: u64) -> Outcome {
    if first == 0 || second == 0 {
        return Err(Undefined::zero("the count of a label"));
    }
    Ok(together as f64 * units as f64 / (first as f64 * second as f64))
}

/// A pair of labels that stand together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// The smaller label.
    pub first: u32,
    /// The larger label.
    pub second: u32,
    /// Units with both.
    pub together: u64,
    /// The association strength.
    pub strength: f64,
}

/// Returns all pairs of labels that stand together in at least `min_together` units, in order of labels.
///
/// `units` gives the distinct labels of each unit; labels for which `keep` is false are left out, which bounds the
/// work: it grows with the square of the labels kept in a unit. Totals count all units.
pub fn pairs<'a>(
    units: impl Iterator<Item = &'a [u32]>,
    keep: &dyn Fn(u32) -> bool,
    min_together: u64,
) -> Vec<Pair> {
    let mut counts: FxHashMap<(u32, u32), u64> = FxHashMap::default();
    let mut of_label: FxHashMap<u32, u64> = FxHashMap::default();
    let (mut n_units, mut kept) = (0, Vec::new());
    for labels in units {
        n_units += 1;
        kept.clear();
        kept.extend(labels.iter().copied().filter(|label| keep(*label)));
        kept.sort_unstable();
        for (at, first) in kept.iter().enumerate() {
            *of_label.entry(*first).or_default() += 1;
            for second in &kept[at + 1..] {
                *counts.entry((*first, *second)).or_default() += 1;
            }
        }
    }
    let of = |label: u32| of_label.get(&label).copied().unwrap_or_default();
    let mut pairs: Vec<Pair> = counts
        .into_iter()
        .filter(|(_, together)| *together >= min_together)
        .filter_map(|((first, second), together)| {
            let strength = strength(together, of(first), of(second), n_units).ok()?;
            Some(Pair { first, second, together, strength })
        })
        .collect();
    pairs.sort_unstable_by_key(|pair| (pair.first, pair.second));
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_counted_once_a_unit() {
        let units: [&[u32]; 4] = [&[2, 1], &[1, 2, 3], &[3], &[]];
        let found = pairs(units.into_iter(), &|label| label != 9, 1);
        let together: Vec<(u32, u32, u64)> = found.iter().map(|p| (p.first, p.second, p.together)).collect();
        assert_eq!(together, [(1, 2, 2), (1, 3, 1), (2, 3, 1)]);
        assert_eq!(found[0].strength, 2.0);
        assert!(pairs(std::iter::empty(), &|_| true, 1).is_empty());
        assert!(strength(0, 0, 3, 5).is_err());
    }
}
