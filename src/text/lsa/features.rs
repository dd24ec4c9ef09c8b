//! The features of a text, as 64-bit hashes.
//!
//! At a million features the chance that any two collide is about 3 in 100 million, and a collision only adds noise.

use std::ops::Range;

use crate::text::Analyzer;
use crate::text::script::class;

/// Bytes of a text that count: the head names the subject, and claims repeat themselves.
pub(super) const MAX_TEXT_BYTES: usize = 12_000;

/// The script that a feature belongs to; document frequencies are relative to the documents that have any of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Script {
    Cjk,
    Alphabetic,
}

/// FNV-1a, 64 bit: stable across versions and machines, which a stored model needs.
fn hash(seed: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325 ^ seed, |h, &b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3))
}

const WORD: u64 = 1;
const CHARACTER_PAIR: u64 = 2;
const WORD_PAIR: u64 = 3;

/// Calls `emit` with each feature of the head of `text`.
pub(super) fn features(analyzer: &Analyzer, text: &str, mut emit: impl FnMut(u64, Script)) {
    let head = &text[..crate::text::script::floor_boundary(text, MAX_TEXT_BYTES)];
    let mut previous: Option<(u64, Range<usize>)> = None;
    analyzer.words(head, |term, range| {
        let cjk = is_cjk(term);
        let this = hash(WORD, term.as_bytes());
        emit(this, if cjk { Script::Cjk } else { Script::Alphabetic });
        if cjk {
            previous = None;
            return;
        }
        // Neighbours have one space or hyphen between them, no comma and no full stop.
        if let Some((before, from)) = previous.take()
            && head.get(from.end..range.start).is_some_and(|gap| matches!(gap, " " | "-"))
        {
            emit(hash(WORD_PAIR ^ before, &this.to_le_bytes()), Script::Alphabetic);
        }
        previous = Some((this, range));
    });
    analyzer.units(head, |term, _, _| {
        let mut chars = term.chars();
        if chars.next().is_some_and(|c| class(c).is_cjk()) && chars.next().is_some() {
            emit(hash(CHARACTER_PAIR, term.as_bytes()), Script::Cjk);
        }
    });
}

fn is_cjk(term: &str) -> bool {
    term.chars().next().is_some_and(|c| class(c).is_cjk())
}
