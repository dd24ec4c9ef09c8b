//! From approximate cosines with a known error to the exact best `k`.
//!
//! While rows are offered, the k-th best *lower* bound is a floor: a row whose *upper* bound lies below it cannot
//! be among the best `k`. The survivors are then computed in single precision, most promising first, until the
//! next upper bound lies below the k-th exact cosine. The result is what a full scan in single precision would
//! give, bit by bit, for any data; only the number of rows computed twice depends on the data.

use std::cmp::Ordering;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::Slot;

/// A row among the nearest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Neighbour {
    /// The document number.
    pub id: u32,
    /// What part of the document, as written: a claim number, or 0.
    pub tag: u32,
    /// Cosine in −1..=1; exactly −1 for a row without direction, which is therefore last.
    pub score: f32,
}

impl Neighbour {
    /// Orders by score, best first, then by id, then by tag.
    pub fn rank(&self, other: &Self) -> Ordering {
        other.score.total_cmp(&self.score).then(self.id.cmp(&other.id)).then(self.tag.cmp(&other.tag))
    }
}

/// Returns an integer that orders like the float, with −0 below 0.
pub(super) fn ordered(score: f32) -> u32 {
    let bits = score.to_bits();
    if bits >> 31 == 1 { !bits } else { bits | 1 << 31 }
}

/// Returns the float that [`ordered`] made the integer from.
pub(super) fn unordered(bits: u32) -> f32 {
    f32::from_bits(if bits >> 31 == 1 { bits & !(1 << 31) } else { !bits })
}

/// Rows that may still be among the best `k`.
#[derive(Debug)]
pub(super) struct Shortlist {
    k: usize,
    lower_bounds: BinaryHeap<Reverse<u32>>,
    floor: f32,
    found: Vec<(f32, Slot)>,
    compact_at: usize,
}

impl Shortlist {
    /// Survivors are sifted again when there are this many.
    const COMPACT_FROM: usize = 4096;

    /// Starts a list for the best `k`, which must not be 0.
    pub(super) fn new(k: usize) -> Self {
        debug_assert!(k > 0, "the caller answers a request for nothing itself");
        Self {
            k,
            lower_bounds: BinaryHeap::new(),
            floor: f32::NEG_INFINITY,
            found: Vec::new(),
            compact_at: Self::COMPACT_FROM,
        }
    }

    /// Returns the bound that [`Shortlist::offer`] asks an upper bound to reach.
    #[inline]
    pub(super) fn floor(&self) -> f32 {
        self.floor
    }

    /// Adds a row whose cosine is within `approximate ± error`.
    pub(super) fn offer(&mut self, slot: Slot, approximate: f32, error: f32) {
        let upper = approximate + error;
        if upper < self.floor {
            return;
        }
        self.lower_bounds.push(Reverse(ordered(approximate - error)));
        if self.lower_bounds.len() > self.k {
            self.lower_bounds.pop();
        }
        if self.lower_bounds.len() == self.k {
            let Reverse(lowest) = self.lower_bounds.peek().expect("`k` is not 0");
            self.floor = unordered(*lowest);
        }
        self.found.push((upper, slot));
        if self.found.len() >= self.compact_at {
            let floor = self.floor;
            self.found.retain(|&(upper, _)| upper >= floor);
            self.compact_at = Self::COMPACT_FROM.max(2 * self.found.len());
        }
    }

    /// Returns the best `k` in rank order; `exact` computes a row in single precision.
    pub(super) fn finish(mut self, mut exact: impl FnMut(Slot) -> Neighbour) -> Vec<Neighbour> {
        let floor = self.floor;
        self.found.retain(|&(upper, _)| upper >= floor);
        self.found.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut best: BinaryHeap<Reverse<u32>> = BinaryHeap::with_capacity(self.k.min(self.found.len()) + 1);
        let mut neighbours = Vec::with_capacity(2 * self.k.min(self.found.len()));
        for (upper, slot) in self.found {
            if best.len() == self.k && best.peek().is_some_and(|worst| ordered(upper) < worst.0) {
                break;
            }
            let neighbour = exact(slot);
            best.push(Reverse(ordered(neighbour.score)));
            if best.len() > self.k {
                best.pop();
            }
            neighbours.push(neighbour);
        }
        neighbours.sort_unstable_by(Neighbour::rank);
        neighbours.truncate(self.k);
        neighbours
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_integer_order_is_the_float_order(a in -2.0f32..2.0, b in -2.0f32..2.0) {
            prop_assert_eq!(ordered(a).cmp(&ordered(b)), a.total_cmp(&b));
            prop_assert_eq!(unordered(ordered(a)).to_bits(), a.to_bits());
        }

        #[test]
        fn any_error_inside_the_bound_gives_the_exact_best(
            rows in proptest::collection::vec((-1.0f32..1.0, -0.1f32..0.1), 1..400),
            k in 1usize..20,
        ) {
            let neighbour = |slot: Slot| Neighbour { id: slot, tag: 0, score: rows[slot as usize].0 };
            let mut expected: Vec<_> = (0..).take(rows.len()).map(neighbour).collect();
            expected.sort_by(Neighbour::rank);
            expected.truncate(k);
            let mut shortlist = Shortlist::new(k);
            for (slot, (score, off)) in (0..).zip(&rows) {
                shortlist.offer(slot, score + off, 0.101);
            }
            prop_assert_eq!(shortlist.finish(neighbour), expected);
        }
    }

    #[test]
    fn rows_that_keep_getting_better_do_not_pile_up() {
        let mut shortlist = Shortlist::new(2);
        for slot in 0..100_000u32 {
            let score = f32::from_bits(0x3e00_0000 + slot * 100);
            shortlist.offer(slot, score, 1e-6);
            assert!(shortlist.found.len() <= 2 * Shortlist::COMPACT_FROM);
        }
    }
}
