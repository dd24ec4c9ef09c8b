//! The terms of the position field: phrases, proximity, substrings, wildcards.
//!
//! A text is a sequence of units, numbered from 0:
//! - one Chinese character, kana or Hangul syllable is a unit;
//! - one number is a unit: digits, with points between digits (`5.4.5`);
//! - one word is a unit: a letter and all letters and digits after it (`mpa`, `co2`, `h2o`), in lower case, unstemmed;
//!   so `10MPa` and `10 MPa` are both two units, and `350℃` is `350`, `c`;
//! - punctuation, space and symbols are none.
//!
//! Characters give bigrams, each at the position of its first character; no bigram crosses punctuation, space
//! or a change of script to words and numbers. The last character of a run stands alone too,
//! so that a single character is the union of the terms that start with it.
//! Ends of sentences, paragraphs and claims are marker terms at the position of the unit that follows
//! ([`SENTENCE_END`] and so on; rules in [`sentence`](super::sentence)): "same sentence" is arithmetic.
//! The end of the text and empty sentences have no marker.
//!
//! Units depend on nothing before them, so any part of a text that starts and ends between units
//! and holds no marker is found where it stands: [`Analyzer::query_units`] makes the terms for that.

use std::ops::Range;

use super::normalize::fold;
use super::script::Class;
use super::script::class;
use super::sentence::boundary;
use super::words::Analyzer;
use super::words::atom_end;
use super::words::cut;
use super::words::number_end;
use super::words::push_lower;

pub use super::sentence::CLAIM_SEPARATOR;
pub use super::sentence::Marker;

/// Marker term: a sentence ended before the unit at this position. Set at ends of paragraphs and claims too.
pub const SENTENCE_END: &str = "\u{1}s";
/// Marker term: a paragraph ended before the unit at this position. Set at ends of claims too.
pub const PARAGRAPH_END: &str = "\u{1}p";
/// Marker term: a claim ended before the unit at this position.
pub const CLAIM_END: &str = "\u{1}c";

impl Marker {
    /// Returns the marker terms of this end, its own and those it includes.
    pub fn terms(self) -> &'static [&'static str] {
        match self {
            Self::Sentence => &[SENTENCE_END],
            Self::Paragraph => &[SENTENCE_END, PARAGRAPH_END],
            Self::Claim => &[SENTENCE_END, PARAGRAPH_END, CLAIM_END],
        }
    }
}

/// One unit or pair of units of an operand, and the terms of the position field that satisfy it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryUnit {
    /// Units before this one in the operand.
    pub position: u32,
    /// Units that the term covers: 2 for a bigram, else 1.
    pub width: u32,
    /// What has to stand at this position.
    pub term: Term,
    /// Bytes of the operand.
    pub range: Range<usize>,
}

/// What a term of the position field has to be.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Term {
    /// This term.
    Exact(String),
    /// Any term that starts with this character.
    Prefix(char),
}

impl Analyzer {
    /// Calls `emit` with each term of the position field, the bytes of `text` it stands for and its position,
    /// positions never falling; returns the number of units.
    ///
    /// Callers join paragraphs and claims with `\n` and put [`CLAIM_SEPARATOR`] after each claim.
    ///
    /// # Examples
    ///
    /// ```
    /// use patnav::text::Analyzer;
    /// let mut terms = Vec::new();
    /// let n_units = Analyzer::new().units("采煤机, CO₂", |term, _, position| terms.push((term.to_owned(), position)));
    /// assert_eq!(n_units, 4);
    /// let expected = [("采煤", 0), ("煤机", 1), ("机", 2), ("co2", 3)];
    /// assert_eq!(terms, expected.map(|(term, position)| (term.to_owned(), position)));
    /// ```
    pub fn units(&self, text: &str, mut emit: impl FnMut(&str, Range<usize>, u32)) -> u32 {
        let folded = fold(text);
        let source = &*folded.text;
        let mut marked = None;
        let mut n_units = 0;
        walk(source, |piece| {
            match piece {
                Piece::Bigram(range) | Piece::Single(range) => {
                    marked = None;
                    emit(&source[range.clone()], folded.original(range), n_units);
                    n_units += 1;
                }
                Piece::Word(range, lower) => {
                    marked = None;
                    emit(lower, folded.original(range), n_units);
                    n_units += 1;
                }
                // Each marker once at a position, and none before the first unit.
                Piece::End(marker, range) if n_units > 0 => {
                    let new = marker.terms().len();
                    let old = marked.map_or(0, |old: Marker| old.terms().len());
                    for term in marker.terms().get(old..new).unwrap_or_default() {
                        emit(term, folded.original(range.clone()), n_units);
                    }
                    marked = marked.max(Some(marker));
                }
                Piece::End(..) => {}
            }
        });
        n_units
    }

    /// Returns what an operand (a phrase, a word, part of a word of Chinese) asks of the position field:
    /// it stands at position `p` of a text if each of its units holds at `p` plus its own position.
    ///
    /// A run of two or more characters gives its bigrams, one character alone gives a prefix.
    /// Empty if the operand has no letter, digit or character.
    pub fn query_units(&self, operand: &str) -> Vec<QueryUnit> {
        let folded = fold(operand);
        let source = &*folded.text;
        let mut found: Vec<QueryUnit> = Vec::new();
        let mut position = 0;
        let mut in_run = false;
        walk(source, |piece| {
            let (range, width, term) = match piece {
                Piece::Bigram(range) => {
                    let term = Term::Exact(source[range.clone()].to_owned());
                    in_run = true;
                    (range, 2, Some(term))
                }
                // The last character of a run is in the bigram before it already.
                Piece::Single(range) => {
                    let alone = !std::mem::take(&mut in_run);
                    let first = source[range.clone()].chars().next();
                    (range, 1, first.filter(|_| alone).map(Term::Prefix))
                }
                Piece::Word(range, lower) => (range, 1, Some(Term::Exact(lower.to_owned()))),
                Piece::End(..) => return,
            };
            if let Some(term) = term {
                found.push(QueryUnit { position, width, term, range: folded.original(range) });
            }
            position += 1;
        });
        found
    }
}

/// What [`walk`] finds; ranges are of the folded text.
enum Piece<'a> {
    /// A character with the one that follows it in its run.
    Bigram(Range<usize>),
    /// The last character of a run.
    Single(Range<usize>),
    /// A word or number, with its term.
    Word(Range<usize>, &'a str),
    /// The punctuation that ends something.
    End(Marker, Range<usize>),
}

/// Takes folded text apart, left to right, each piece by what follows alone.
///
/// Every piece but an end is one unit.
#[inline]
fn walk(text: &str, mut see: impl FnMut(Piece<'_>)) {
    let bytes = text.as_bytes();
    let mut lower = String::new();
    // Start of the character that waits for the next one.
    let mut open: Option<usize> = None;
    let mut at = 0;
    while at < bytes.len() {
        let (c, width) = decode(bytes, text, at);
        let class = class(c);
        if class.is_cjk() {
            if let Some(start) = open {
                see(Piece::Bigram(start..at + width));
            }
            open = Some(at);
            at += width;
            continue;
        }
        if let Some(start) = open.take() {
            see(Piece::Single(start..at));
        }
        match class {
            Class::Digit => {
                let end = number_end(text, at);
                see(Piece::Word(at..end, cut(&text[at..end])));
                at = end;
            }
            Class::Letter => {
                let end = atom_end(text, at);
                let word = &text[at..end];
                if word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()) {
                    see(Piece::Word(at..end, cut(word)));
                } else {
                    lower.clear();
                    push_lower(word, &mut lower);
                    see(Piece::Word(at..end, cut(&lower)));
                }
                at = end;
            }
            _ => {
                if let Some(marker) = boundary(text, at, c) {
                    see(Piece::End(marker, at..at + width));
                }
                at += width;
            }
        }
    }
    if let Some(start) = open {
        see(Piece::Single(start..at));
    }
}

/// Returns the character at byte `at` and its length.
#[inline]
fn decode(bytes: &[u8], text: &str, at: usize) -> (char, usize) {
    let lead = bytes[at];
    if lead < 0x80 {
        return (char::from(lead), 1);
    }
    let c = text[at..].chars().next().expect("`at` is a character boundary before the end");
    (c, c.len_utf8())
}

#[cfg(test)]
mod tests;
