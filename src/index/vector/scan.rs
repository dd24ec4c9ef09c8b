//! The exact search: every row, or every row of a filter, through the integer kernel into a shortlist.
//!
//! Costs about one pass over the codes. It is the oracle of the graph, the only search for small spaces,
//! for rows added since the last rebuild, and for filters.

use std::ops::Range;

use roaring::RoaringBitmap;

use super::Filter;
use super::Slot;
use super::file::Meta;
use super::file::VectorFile;
use super::kernels;
use super::quantize::Query;
use super::shortlist::Shortlist;

/// Rows per call of the kernel: their products stay in the first-level cache.
const BLOCK: usize = 256;

/// Rows whose bounds are compared with the floor together.
const GROUP: usize = 16;

/// A filter that names at least this share of the documents scans all rows and asks only the promising ones:
/// finding and fetching one row costs two and a half times as much as reading past it while codes fit the
/// processor's cache, and almost four times when they do not (measured at 100,000 and 300,000 rows).
const DENSE_SHARE: f64 = 0.25;

/// A file of vectors as one part of a space.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) file: VectorFile,
    /// Slot of its first row in the space.
    pub(super) first: Slot,
    /// One bit per row, set for removed documents; empty if there are none.
    dead: Vec<u64>,
    pub(super) n_dead: usize,
}

impl Part {
    /// Takes a file and marks the rows of removed documents.
    pub(super) fn new(file: VectorFile, first: Slot, dead_ids: &RoaringBitmap) -> Self {
        let mut part = Self { file, first, dead: Vec::new(), n_dead: 0 };
        let mut dead = Vec::new();
        visit(part.file.metas(), dead_ids, |slots| dead.extend(slots));
        if !dead.is_empty() {
            part.n_dead = dead.len();
            part.dead = vec![0; part.file.len().div_ceil(64)];
            for slot in dead {
                part.dead[slot / 64] |= 1 << (slot % 64);
            }
        }
        part
    }

    /// Returns whether the row's document has been removed.
    #[inline]
    pub(super) fn is_dead(&self, slot: usize) -> bool {
        self.dead.get(slot / 64).is_some_and(|word| word >> (slot % 64) & 1 == 1)
    }

    /// Offers every row that is alive and passes the filter.
    pub(super) fn scan(&self, query: &Query, filter: Filter<'_>, shortlist: &mut Shortlist) {
        match filter {
            Filter::All => self.scan_all(query, |_| true, shortlist),
            // Reading past rows is cheaper than finding the others one by one, unless these are few.
            Filter::Ids(ids) if self.file.share_of(ids) >= DENSE_SHARE => {
                self.scan_all(query, |id| ids.contains(id), shortlist);
            }
            Filter::Ids(ids) => self.scan_ids(query, ids, shortlist),
        }
    }

    fn scan_all(&self, query: &Query, passes: impl Fn(u32) -> bool, shortlist: &mut Shortlist) {
        let stride = query.codes.len();
        let mut dots = [0i32; BLOCK];
        let mut uppers = [0.0_f32; BLOCK];
        let mut highest = [0.0_f32; BLOCK / GROUP];
        let mut start = 0;
        for (rows, metas) in self.file.codes().chunks(BLOCK * stride).zip(self.file.metas().chunks(BLOCK)) {
            let dots = &mut dots[..metas.len()];
            kernels::dots(query.level, rows, &query.codes, dots);
            // First all bounds, without a branch; few rows reach the floor, and most groups have none that does.
            let uppers = &mut uppers[..metas.len()];
            kernels::compiled_for(query.level, || {
                for ((upper, &dot), meta) in uppers.iter_mut().zip(&*dots).zip(metas) {
                    *upper = query.cosine(dot, meta.scale) + query.error(meta.residual);
                }
                for (highest, uppers) in highest.iter_mut().zip(uppers.chunks(GROUP)) {
                    let higher = |a: f32, b: &f32| if *b > a { *b } else { a };
                    *highest = uppers.iter().fold(f32::NEG_INFINITY, higher);
                }
            });
            for ((group, metas), highest) in metas.chunks(GROUP).enumerate().zip(&highest) {
                if *highest < shortlist.floor() {
                    continue;
                }
                let first = group * GROUP;
                let uppers = &uppers[first..first + metas.len()];
                for (index, (&upper, meta)) in uppers.iter().zip(metas).enumerate() {
                    if upper >= shortlist.floor() && passes(meta.id) {
                        let bounds =
                            (query.cosine(dots[first + index], meta.scale), query.error(meta.residual));
                        self.offer(start + first + index, meta, bounds, shortlist);
                    }
                }
            }
            start += metas.len();
        }
    }

    fn scan_ids(&self, query: &Query, ids: &RoaringBitmap, shortlist: &mut Shortlist) {
        let metas = self.file.metas();
        let mut batch: Vec<Slot> = Vec::with_capacity(BLOCK);
        let mut dots = Vec::with_capacity(BLOCK);
        let mut flush = |batch: &mut Vec<Slot>| {
            kernels::dots_at(query.level, self.file.codes(), batch, &query.codes, &mut dots);
            for (&slot, &dot) in batch.iter().zip(&dots) {
                let meta = &metas[slot as usize];
                let (approximate, error) = (query.cosine(dot, meta.scale), query.error(meta.residual));
                if approximate + error >= shortlist.floor() {
                    self.offer(slot as usize, meta, (approximate, error), shortlist);
                }
            }
            batch.clear();
        };
        visit(metas, ids, |slots| {
            for slot in slots {
                batch.push(Slot::try_from(slot).expect("`VectorFile::open` checked the number of rows"));
                if batch.len() == BLOCK {
                    flush(&mut batch);
                }
            }
        });
        flush(&mut batch);
    }

    #[inline]
    fn offer(&self, slot: usize, meta: &Meta, (approximate, error): (f32, f32), shortlist: &mut Shortlist) {
        if self.is_dead(slot) {
            return;
        }
        let global =
            self.first + Slot::try_from(slot).expect("`VectorFile::open` checked the number of rows");
        if meta.scale == 0.0 {
            shortlist.offer(global, -1.0, 0.0);
        } else {
            shortlist.offer(global, approximate, error);
        }
    }
}

/// Calls `each` with the slots of every id that has rows, ascending.
fn visit(metas: &[Meta], ids: &RoaringBitmap, mut each: impl FnMut(Range<usize>)) {
    let (Some(first), Some(last)) = (metas.first(), metas.last()) else { return };
    let mut at = 0;
    for id in ids.range(first.id..=last.id) {
        // With one row per document and few holes, rows lie as far apart as their ids.
        let guess =
            metas.get(at).map_or(usize::MAX, |meta| at.saturating_add(id.saturating_sub(meta.id) as usize));
        let hit = |slot: usize| metas.get(slot).is_some_and(|meta| meta.id == id);
        at = if hit(guess) && !guess.checked_sub(1).is_some_and(hit) {
            guess
        } else {
            at + gallop(&metas[at..], id)
        };
        let start = at;
        while hit(at) {
            at += 1;
        }
        each(start..at);
    }
}

/// Returns how many leading rows have a smaller id; cheap if they are few.
fn gallop(metas: &[Meta], id: u32) -> usize {
    let mut step = 1;
    while step < metas.len() && metas[step].id < id {
        step *= 2;
    }
    let start = step / 2;
    let end = metas.len().min(step + 1);
    start.min(end) + metas[start.min(end)..end].partition_point(|meta| meta.id < id)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn sparse_and_dense_filters_find_the_same_slots(
            rows in proptest::collection::btree_set((0u32..500, 0u32..3), 0..400),
            ids in proptest::collection::btree_set(0u32..600, 0..200),
        ) {
            let meta = |&(id, tag): &(u32, u32)| Meta { id, tag, scale: 1.0, residual: 0.0 };
            let metas: Vec<Meta> = rows.iter().map(meta).collect();
            let expected: Vec<usize> = (0..metas.len()).filter(|&slot| ids.contains(&metas[slot].id)).collect();
            let ids: RoaringBitmap = ids.into_iter().collect();
            let mut found = Vec::new();
            visit(&metas, &ids, |slots| found.extend(slots));
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn galloping_is_bisection(ids in proptest::collection::btree_set(0u32..300, 0..100), id in 0u32..320) {
            let metas: Vec<Meta> =
                ids.into_iter().map(|id| Meta { id, tag: 0, scale: 1.0, residual: 0.0 }).collect();
            prop_assert_eq!(gallop(&metas, id), metas.partition_point(|meta| meta.id < id));
        }
    }
}
