//! Faults in the users' data, as data.

use serde::{Deserialize, Serialize};

/// How much a fault costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Something was understood in an unusual way; nothing was lost.
    Note,
    /// A field was lost; the rest of the record survives.
    Field,
    /// The record was lost.
    Record,
    /// The rest of the file was lost.
    File,
}

/// The kinds of fault, as the counts of a run name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// The file is of no format we know, or holds no patents.
    UnknownFormat,
    /// A format that is recognised and cannot be a source, with a remedy.
    Unsupported,
    /// The bytes are not in the encoding they should be; they were decoded as far as they go.
    Encoding,
    /// The file or record breaks the rules of its format (XML not well formed, JSON, CSV quoting).
    Malformed,
    /// The file ends inside a record.
    Truncated,
    /// Above a named limit.
    TooLarge,
    /// A date that does not exist or cannot be read.
    Date,
    /// A number that cannot be read, or whose check digit does not fit.
    Number,
    /// A classification symbol that cannot be read.
    Classification,
    /// A citation, priority, link or event that cannot be read.
    Relation,
    /// A field without which the record is of no use is missing.
    Missing,
    /// An element or column that this reader does not know.
    UnknownField,
    /// Two places of one record disagree.
    Contradiction,
    /// The source itself reports an error (OPS fault, quota).
    SourceError,
    /// A file or folder cannot be read.
    Unreadable,
}

/// One fault, with its place and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// The file, with the member after `!` for archives.
    pub source: String,
    /// The number of the record in the file, from 1; `None` for the file itself.
    pub record: Option<u64>,
    /// The field or element, in the words of the source; empty for the record itself.
    pub field: String,
    /// What it cost.
    pub severity: Severity,
    /// What sort of fault it is.
    pub kind: FaultKind,
    /// What was found and what to do, in one lowercase fragment.
    pub message: String,
}
