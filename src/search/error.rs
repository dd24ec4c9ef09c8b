//! Why there is no answer.

use crate::error::{Classify, ErrorKind};
use crate::index;
use crate::query::SyntaxErrors;

/// A result of this module.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a search has no answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The query cannot be read.
    #[error("the query cannot be read\n{0}")]
    Syntax(SyntaxErrors),
    /// A value in the query or a filter is not what its field takes.
    #[error("`{value}` is no {expected} (field `{field}`); write {example}")]
    Value {
        /// The field.
        field: String,
        /// The value.
        value: String,
        /// What the field takes.
        expected: &'static str,
        /// A value that it would take.
        example: &'static str,
    },
    /// A range whose lower bound lies above its upper.
    #[error("the range of `{field}` runs backwards: `{low}` is after `{high}`; swap them")]
    Backwards {
        /// The field.
        field: String,
        /// The lower bound.
        low: String,
        /// The upper bound.
        high: String,
    },
    /// More than a limit allows.
    #[error("{what} is {found}, the limit is {limit}")]
    TooMany {
        /// What is too much.
        what: &'static str,
        /// How much it is.
        found: usize,
        /// The limit.
        limit: usize,
    },
    /// A facet over a column that there is not.
    #[error("there is no column `{name}` to count; there are {}", .columns.join(", "))]
    UnknownFacet {
        /// The name as given.
        name: String,
        /// The columns that there are.
        columns: Vec<String>,
    },
    /// A field to export that there is not.
    #[error("there is no field `{name}` to export; there are {}", .fields.join(", "))]
    UnknownField {
        /// The name as given.
        name: String,
        /// The fields that there are.
        fields: Vec<String>,
    },
    /// A cursor that was not made by this search on this snapshot.
    #[error(
        "this cursor does not belong to this query and snapshot {snapshot}; start again without a cursor"
    )]
    Cursor {
        /// The snapshot that is being read.
        snapshot: u64,
    },
    /// No document has this number.
    #[error("no document has the number `{number}`{}", did_you_mean(.similar))]
    UnknownNumber {
        /// The number as given.
        number: String,
        /// Keys of documents that start alike, a few at most.
        similar: Vec<String>,
    },
    /// A set that nobody has given.
    #[error("there is no set `{name}`{}", sets_known(.known))]
    UnknownSet {
        /// The name as a query writes it.
        name: String,
        /// Those that there are.
        known: Vec<String>,
    },
    /// A set that is a query and cannot be had.
    #[error("the set `{name}` cannot be used: {why}")]
    Set {
        /// The name as a query writes it.
        name: String,
        /// Why not, and what to do.
        why: String,
    },
    /// A search for similar documents without a number or a text.
    #[error("give a number or a text to find similar documents")]
    NothingToCompare,
    /// A part of the query that has no match set here.
    #[error("`{part}` cannot be searched: {why}")]
    NotExecutable {
        /// Its canonical form.
        part: String,
        /// Why.
        why: String,
    },
    /// An idea without a word.
    #[error(
        "the text says nothing to search for; give at least one word, better a paragraph of what is done and how"
    )]
    EmptyIdea,
    /// A list to compare that holds no number.
    #[error(
        "the list holds no number; give one a line, such as `CN110083831A`, or a table with a column of them"
    )]
    NoNumbers,
    /// The index failed.
    #[error(transparent)]
    Index(#[from] index::Error),
}

fn sets_known(known: &[String]) -> String {
    if known.is_empty() {
        " here; lines belong to a project, saved sets to the workspace".to_owned()
    } else {
        format!("; there are {}", known.join(", "))
    }
}

fn did_you_mean(similar: &[String]) -> String {
    if similar.is_empty() {
        "; write it with its office, such as `CN110083831A`, or give a text".to_owned()
    } else {
        format!("; did you mean {}?", similar.join(", "))
    }
}

impl Classify for Error {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Syntax(_)
            | Self::Value { .. }
            | Self::Backwards { .. }
            | Self::TooMany { .. }
            | Self::UnknownFacet { .. }
            | Self::NotExecutable { .. }
            | Self::UnknownSet { .. }
            | Self::Set { .. }
            | Self::UnknownField { .. }
            | Self::NothingToCompare
            | Self::EmptyIdea
            | Self::NoNumbers => ErrorKind::InvalidInput,
            Self::Cursor { .. } => ErrorKind::Conflict,
            Self::UnknownNumber { .. } => ErrorKind::NotFound,
            Self::Index(error) => error.kind(),
        }
    }
}
