//! The tokens of a query, and what single characters mean in it.
//!
//! Outside quotes, full-width signs, letters and digits are read as their half-width forms.

use std::ops::Range;

use super::ast::{Piece, Reach, SetName};
use super::syntax::{Form, Operator};

/// A token with its bytes in the query.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) span: Range<usize>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Word(Word),
    Quoted(String),
    /// What stands in the brackets of a semantic clause, as it is.
    Raw(String),
    Operator(Operator),
    Near(Proximity),
    Frequency(u64),
    /// `~3` behind a phrase.
    Slop(u64),
    Open,
    Close,
    /// With the bound, or without.
    OpenRange(bool),
    CloseRange(bool),
    Comma,
    Relation(Relation),
    Set(SetName),
    Tree,
}

/// A word, folded and without escapes.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Word {
    pub(super) text: String,
    /// The parts, where some are wildcards.
    pub(super) pieces: Option<Vec<Piece>>,
    /// Whether a character was escaped, so that the word is nothing but text.
    pub(super) escaped: bool,
}

/// A proximity operator as written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Proximity {
    /// With the number of the form's default in `Units`.
    pub(super) reach: Reach,
    pub(super) ordered: bool,
    /// The number written, less what the form counts in excess.
    pub(super) number: Option<u64>,
    /// Whether it would be a word in another place.
    pub(super) maybe: bool,
    /// Whether it is one inside the brackets of a field value alone.
    pub(super) in_values: bool,
}

/// How a field compares with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    /// `=` or `:`.
    Is,
    /// `==`.
    Exactly,
    /// `!=`, `<>`.
    Differs,
    /// `<`.
    Less,
    /// `<=`.
    AtMost,
    /// `>`.
    Greater,
    /// `>=`.
    AtLeast,
}

/// Returns the half-width form of a full-width sign, letter or digit.
pub(super) fn fold(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        '“' | '”' => '"',
        c => c,
    }
}

/// Returns whether a character ends a word.
pub(super) fn ends_word(c: char, in_range: bool) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '(' | ')' | '[' | ']' | '"' | '=' | ':' | '<' | '>')
        || (in_range && matches!(c, ',' | '{' | '}'))
}

/// Returns whether a character has to be escaped in a word of the canonical language.
pub(super) fn is_special(c: char) -> bool {
    ends_word(fold(c), false) || matches!(fold(c), '\\' | '_' | '*' | '?' | '#') || fold(c) != c
}

/// Returns whether a character has to be escaped at the beginning of a word of the canonical language.
pub(super) fn is_special_first(c: char) -> bool {
    matches!(c, '@' | '\'' | '/' | '!' | '{')
}

/// Names of semantic clauses.
pub(super) const SEMANTIC: [&str; 4] = ["sim", "r", "rad", "rpd"];

impl Proximity {
    /// Returns a proximity as a form writes it.
    pub(super) fn of(form: &Form, number: Option<u64>, maybe: bool) -> Self {
        let number = number.map(|n| n.saturating_sub(u64::from(form.plus)));
        Self { reach: form.reach, ordered: form.ordered, number, maybe, in_values: form.in_values }
    }
}

/// Returns whether an operand can end with a token.
pub(super) fn ends_operand(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Word(_) | Kind::Quoted(_) | Kind::Close | Kind::Frequency(_) | Kind::Slop(_) | Kind::Set(_)
    )
}

/// Returns whether an operand can begin with a token.
pub(super) fn starts_operand(kind: &Kind) -> bool {
    matches!(kind, Kind::Word(_) | Kind::Quoted(_) | Kind::Open | Kind::Tree | Kind::Set(_))
        || matches!(kind, Kind::Near(near) if near.maybe)
}

/// Returns whether a text begins with ASCII letters, in any case.
pub(super) fn begins(text: &str, with: &str) -> bool {
    text.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with))
}
