//! What is wrong with a query, where, and what to write instead; all of it at once.

use std::fmt::{self, Write};
use std::ops::Range;

use crate::error::{Classify, ErrorKind};

/// One thing wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// The bytes of the query that it is about; both ends lie between characters.
    pub span: Range<usize>,
    /// What is wrong.
    pub problem: Problem,
    /// What to write instead, where we know it.
    pub suggestion: Option<String>,
}

/// What can be wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// Above [`super::MAX_QUERY_BYTES`].
    #[error("the query has {found} bytes, the limit is {limit}; save parts of it as sets and combine them")]
    TooLong {
        /// The length.
        found: usize,
        /// The limit.
        limit: usize,
    },
    /// Above [`super::MAX_DEPTH`].
    #[error("brackets or exclusions are nested deeper than {limit}")]
    TooDeep {
        /// The limit.
        limit: usize,
    },
    /// A quote without its end.
    #[error("this quote is never closed")]
    OpenQuote,
    /// A bracket without its end.
    #[error("this bracket is never closed")]
    OpenBracket,
    /// A bracket without its start.
    #[error("this bracket closes nothing")]
    StrayBracket,
    /// An operator or field with nothing after it.
    #[error("something is missing after `{after}`")]
    MissingOperand {
        /// The operator or field.
        after: String,
    },
    /// An operator with nothing before it.
    #[error("something is missing before `{before}`")]
    MissingLeft {
        /// The operator.
        before: String,
    },
    /// No such field.
    #[error("there is no field `{name}`")]
    UnknownField {
        /// The name.
        name: String,
    },
    /// A field inside the value of a field.
    #[error("a field cannot stand inside the value of another field")]
    NestedField,
    /// A range without two bounds.
    #[error("a range is written `[from TO to]`; `*` stands for an open end")]
    BadRange,
    /// A comparison or range on a field of text.
    #[error("`{field}` is text and has no order")]
    NoOrder {
        /// The field.
        field: String,
    },
    /// No exact comparison on a field.
    #[error("`{field}` has no whole value to compare with")]
    NoExact {
        /// The field.
        field: String,
    },
    /// Fields that cannot share a value.
    #[error("fields of text, of values and of events cannot share one value")]
    MixedFields,
    /// Something that cannot be near something else.
    #[error("this cannot be near something else")]
    NotNear,
    /// A distance above the limit.
    #[error("{found} units are too far, the limit is {limit}")]
    TooFar {
        /// The distance.
        found: u64,
        /// The limit.
        limit: u32,
    },
    /// Something that cannot be counted.
    #[error("this cannot be counted")]
    NotCounted,
    /// A frequency out of bounds.
    #[error("a frequency is a number from 1 to {limit}, not {found}")]
    TooOften {
        /// The number.
        found: u64,
        /// The limit.
        limit: u32,
    },
    /// Optional elements with more than alternatives.
    #[error("optional elements are conditions joined by OR, without AND, NOT or proximity")]
    NotWanted,
    /// Something that is no condition on one event.
    #[error("only conditions on fields of one event can stand here")]
    NotOneEvent,
    /// A tree of organisations elsewhere than in a field of parties.
    #[error("a tree of organisations belongs into a field of parties")]
    NotOrganisation,
    /// A word with a tolerance.
    #[error("fuzzy words cannot be searched")]
    Fuzzy,
    /// A threshold that is no share.
    #[error("this is no threshold of similarity")]
    BadThreshold,
    /// Nothing but space.
    #[error("the query is empty")]
    Empty,
    /// Nothing but exclusions.
    #[error("the query only excludes; say what to find as well")]
    OnlyNot,
}

/// Everything wrong with a query, in order of place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxErrors {
    /// The query.
    pub query: String,
    /// At least one.
    pub errors: Vec<SyntaxError>,
}

/// Draws each error under its line, with carets counted in characters; wide characters take two columns.
impl fmt::Display for SyntaxErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, error) in self.errors.iter().enumerate() {
            if n > 0 {
                f.write_char('\n')?;
            }
            let start = self.query[..error.span.start].rfind('\n').map_or(0, |at| at + 1);
            let end = self.query[start..].find('\n').map_or(self.query.len(), |at| start + at);
            let (from, to) = (error.span.start.max(start), error.span.end.min(end).max(error.span.start));
            // A very long line is shown around the fault only.
            let shown = clip(&self.query[start..end], from - start);
            let line = &self.query[start + shown.start..start + shown.end];
            let before = columns(&self.query[start + shown.start..from.max(start + shown.start)]);
            let width = columns(&self.query[from..to.min(start + shown.end).max(from)]).max(1);
            let column = self.query[start..from].chars().count() + 1;
            writeln!(f, "{} (column {column})", error.problem)?;
            writeln!(f, "  {line}")?;
            write!(f, "  {}{}", " ".repeat(before), "^".repeat(width))?;
            if let Some(suggestion) = &error.suggestion {
                write!(f, " {suggestion}")?;
            }
        }
        Ok(())
    }
}

fn clip(line: &str, fault: usize) -> Range<usize> {
    const AROUND: usize = 60;
    let start = line[..fault].char_indices().rev().nth(AROUND).map_or(0, |(at, _)| at);
    let end = line[fault..].char_indices().nth(AROUND).map_or(line.len(), |(at, _)| fault + at);
    start..end
}

/// Returns the terminal columns of a text: two for East Asian wide characters, one for others.
fn columns(text: &str) -> usize {
    text.chars().map(|c| if matches!(c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}' | '\u{20000}'..='\u{3fffd}') { 2 } else { 1 }).sum()
}

impl std::error::Error for SyntaxErrors {}

impl Classify for SyntaxErrors {
    fn kind(&self) -> ErrorKind {
        ErrorKind::InvalidInput
    }
}
