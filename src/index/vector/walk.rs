//! The approximate search: a best-first walk over the links, on codes alone.
//!
//! Without a filter, or with one that most rows pass, the walk visits any row and keeps those that pass.
//! With a stricter filter it steps over rows that do not pass to *their* links, so that it only compares rows
//! that can be answers (two hops). What it kept goes to a shortlist, which computes exact cosines.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::Slot;
use super::file::VectorFile;
use super::graph::Links;
use super::kernels;
use super::quantize::Query;
use super::shortlist::ordered;
use super::shortlist::unordered;

/// The best entry points a walk starts from; more cost time and find nothing (measured).
const N_STARTS: usize = 2;

/// Rows compared per step in a two-hop walk; beyond it a dense neighbourhood repeats itself.
const MAX_TWO_HOP_BATCH: usize = 96;

/// Memory that one walk needs and the next one uses again.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    /// The number of the walk that last touched a row.
    touched: Vec<u8>,
    walk: u8,
    frontier: BinaryHeap<u64>,
    best: BinaryHeap<Reverse<u64>>,
    batch: Vec<Slot>,
    dots: Vec<i32>,
}

impl Scratch {
    fn start(&mut self, n_rows: usize) {
        // Walks are numbered by a byte, so the marks are cleared once in 255 walks.
        self.walk = self.walk.wrapping_add(1);
        if self.touched.len() != n_rows || self.walk == 0 {
            self.touched.clear();
            self.touched.resize(n_rows, 0);
            self.walk = 1;
        }
        self.frontier.clear();
        self.best.clear();
    }
}

/// Marks a row; `false` if it was marked before or does not exist.
#[inline]
fn touch(touched: &mut [u8], walk: u8, slot: Slot) -> bool {
    match touched.get_mut(slot as usize) {
        Some(mark) if *mark != walk => {
            *mark = walk;
            true
        }
        _ => false,
    }
}

/// Orders by cosine, then smaller slots first.
#[inline]
fn key(score: f32, slot: Slot) -> u64 {
    u64::from(ordered(score)) << 32 | u64::from(!slot)
}

#[inline]
#[expect(clippy::cast_possible_truncation, reason = "takes the two halves apart")]
fn unkey(key: u64) -> (f32, Slot) {
    (unordered((key >> 32) as u32), !(key as u32))
}

/// How a walk treats rows that do not pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stride {
    /// Visits every row on its way, keeps those that pass.
    Through,
    /// Compares only rows that pass and steps over the others.
    Over,
}

/// Calls `keep` with up to `ef` rows that pass and their approximate cosines, in no useful order.
pub(super) fn walk(
    (links, file): (Links<'_>, &VectorFile),
    query: &Query,
    (ef, stride): (usize, Stride),
    passes: impl Fn(Slot) -> bool,
    scratch: &mut Scratch,
    mut keep: impl FnMut(Slot, f32),
) {
    let (codes, metas) = (file.codes(), file.metas());
    scratch.start(file.len());
    let Scratch { touched, walk, frontier, best, batch, dots } = scratch;
    let walk = *walk;

    batch.clear();
    batch.extend(links.entries.iter().filter(|&&slot| (slot as usize) < metas.len()));
    kernels::dots_at(query.level, codes, batch, &query.codes, dots);
    frontier.extend(
        batch
            .iter()
            .zip(&*dots)
            .map(|(&slot, &dot)| key(query.cosine(dot, metas[slot as usize].scale), slot)),
    );
    let starts: Vec<u64> = std::iter::from_fn(|| frontier.pop()).take(N_STARTS).collect();
    frontier.clear();
    for &start in &starts {
        let (_, slot) = unkey(start);
        if touch(touched, walk, slot) {
            frontier.push(start);
            if passes(slot) {
                best.push(Reverse(start));
            }
        }
    }

    while let Some(next) = frontier.pop() {
        let mut worst = worst_of(best, ef);
        if next < worst {
            break;
        }
        let (_, slot) = unkey(next);
        batch.clear();
        for &near in links.of(slot) {
            if !touch(touched, walk, near) {
                continue;
            }
            if stride == Stride::Through || passes(near) {
                kernels::prefetch(metas, near as usize);
                batch.push(near);
                continue;
            }
            for &beyond in links.of(near) {
                if batch.len() >= MAX_TWO_HOP_BATCH {
                    break;
                }
                let fresh = touched.get(beyond as usize).is_some_and(|&mark| mark != walk);
                if fresh && passes(beyond) && touch(touched, walk, beyond) {
                    batch.push(beyond);
                }
            }
        }
        kernels::dots_at(query.level, codes, batch, &query.codes, dots);
        for (&slot, &dot) in batch.iter().zip(&*dots) {
            let found = key(query.cosine(dot, metas[slot as usize].scale), slot);
            if found > worst {
                frontier.push(found);
                if stride == Stride::Over || passes(slot) {
                    best.push(Reverse(found));
                    if best.len() > ef {
                        best.pop();
                    }
                    worst = worst_of(best, ef);
                }
            }
        }
    }
    for &Reverse(found) in best.iter() {
        let (score, slot) = unkey(found);
        keep(slot, score);
    }
}

/// Returns what a row must beat: nothing while fewer than `ef` are known.
#[inline]
fn worst_of(best: &BinaryHeap<Reverse<u64>>, ef: usize) -> u64 {
    if best.len() < ef { 0 } else { best.peek().map_or(0, |worst| worst.0) }
}
