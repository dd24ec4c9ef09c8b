//! From approximate cosines with a known error to the exact best `k`.
//!
//! While rows are offered, the k-th best *lower* bound is a floor: a row whose *upper* bound lies below it cannot
//! be among the best `k`. The survivors are then computed in single precision. The result is what a full scan in
//! single precision would give, bit by bit, for any data; only the number of rows computed twice depends on the data.

use std::cmp::Ordering;

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

/// Lower bounds, counted by bucket: one costs an addition, where a heap of a thousand would cost a dozen comparisons.
#[derive(Debug)]
struct LowerBounds {
    counts: Vec<u32>,
    /// The bucket of the floor: as far as is known, at least `k` bounds lie in it and above.
    lowest: usize,
    /// Bounds in `lowest` and above.
    n_above: usize,
}

impl LowerBounds {
    const BUCKETS: usize = 8_192;
    /// Bounds lie above this, but for rows whose error is huge; those count as if they lay there.
    const FROM: f32 = -1.25;
    /// As many buckets for each unit of cosine as make one a small part of the error of a code.
    const PER_UNIT: f32 = 3_276.0;
    /// More than the rounding of a bucket's edge.
    const ROUNDING: f32 = 1e-6;

    fn new() -> Self {
        Self { counts: vec![0; Self::BUCKETS], lowest: 0, n_above: 0 }
    }

    /// Takes a bound in.
    fn add(&mut self, bound: f32, k: usize) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "what lies outside goes to the first or the last bucket"
        )]
        let bucket = (((bound - Self::FROM) * Self::PER_UNIT) as usize).min(Self::BUCKETS - 1);
        if bucket < self.lowest {
            return;
        }
        self.counts[bucket] += 1;
        self.n_above += 1;
        // Many of the first rows may be alike, so the last of them can raise the floor by more than a bucket.
        while let Some(rest) = self.n_above.checked_sub(self.counts[self.lowest] as usize)
            && rest >= k
        {
            self.n_above = rest;
            self.lowest += 1;
        }
    }

    /// Returns a value that at least `k` bounds reach, or nothing as long as there are fewer.
    fn floor(&self, k: usize) -> f32 {
        if self.n_above < k || self.lowest == 0 {
            return f32::NEG_INFINITY;
        }
        self.lowest as f32 / Self::PER_UNIT + Self::FROM - Self::ROUNDING
    }
}

/// Rows that may still be among the best `k`.
#[derive(Debug)]
pub(super) struct Shortlist {
    k: usize,
    lower_bounds: LowerBounds,
    floor: f32,
    found: Vec<(f32, Slot)>,
    compact_at: usize,
}

impl Shortlist {
    /// Survivors are sifted again when there are this many.
    const COMPACT_FROM: usize = 4096;
    /// Rows of which the one computed next is fetched from memory meanwhile.
    const AHEAD: usize = 8;

    /// Starts a list for the best `k`, which must not be 0.
    pub(super) fn new(k: usize) -> Self {
        debug_assert!(k > 0, "the caller answers a request for nothing itself");
        Self {
            k,
            lower_bounds: LowerBounds::new(),
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
        self.lower_bounds.add(approximate - error, self.k);
        self.floor = self.lower_bounds.floor(self.k);
        self.found.push((upper, slot));
        if self.found.len() >= self.compact_at {
            let floor = self.floor;
            self.found.retain(|&(upper, _)| upper >= floor);
            self.compact_at = Self::COMPACT_FROM.max(2 * self.found.len());
        }
    }

    /// Returns the best `k` in rank order; `exact` computes a row in single precision, `prefetch` has it brought near.
    ///
    /// Rows are computed in the order in which they were offered, which is mostly that in which they lie.
    pub(super) fn finish(
        mut self,
        prefetch: impl Fn(Slot),
        exact: impl Fn(Slot) -> Neighbour,
    ) -> Vec<Neighbour> {
        let floor = self.floor;
        self.found.retain(|&(upper, _)| upper >= floor);
        let mut neighbours = Vec::with_capacity(self.found.len());
        for (index, &(_, slot)) in self.found.iter().enumerate() {
            if let Some(&(_, ahead)) = self.found.get(index + Self::AHEAD) {
                prefetch(ahead);
            }
            neighbours.push(exact(slot));
        }
        if neighbours.len() > self.k {
            neighbours.select_nth_unstable_by(self.k - 1, Neighbour::rank);
            neighbours.truncate(self.k);
        }
        neighbours.sort_unstable_by(Neighbour::rank);
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
            prop_assert_eq!(shortlist.finish(|_| {}, neighbour), expected);
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
