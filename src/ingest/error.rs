//! Why a run of [`super::read`] ended early. Faults in the data are not here: see [`super::Diagnostic`].

use std::path::PathBuf;

use super::Summary;
use crate::error::Classify;
use crate::error::ErrorKind;
use crate::error::Failure;

/// What the caller's sink returns to stop a run.
pub type SinkError = Failure;

/// Why a run ended early.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A path that the caller named does not exist.
    #[error("no file or folder at `{}`; check the path", path.display())]
    NotFound {
        /// The path as given.
        path: PathBuf,
    },
    /// A path that the caller named cannot be looked at.
    #[error("cannot read `{}`; check its permissions", path.display())]
    Unreadable {
        /// The path as given.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file that should be a list of numbers holds none.
    #[error("no list of numbers in `{}`: {reason}", path.display())]
    NoList {
        /// The path as given.
        path: PathBuf,
        /// Why, and what to do.
        reason: String,
    },
    /// A file that should be a spreadsheet is none.
    #[error("cannot read `{}` as a spreadsheet: {reason}", path.display())]
    NoWorkbook {
        /// The file.
        path: PathBuf,
        /// Why, and what to do.
        reason: String,
    },
    /// No path was given.
    #[error("no file or folder was named; name at least one")]
    NoPath,
    /// The caller named a format that there is not.
    #[error("no format or column map `{id}`; name one of those that the help lists")]
    UnknownFormat {
        /// The id as given.
        id: String,
    },
    /// The map that the caller gave fits no column of a table that it was given for.
    #[error("cannot read `{file}` with the map `{map}`: {reason}")]
    MapFitsNothing {
        /// The id of the map.
        map: String,
        /// The table.
        file: String,
        /// What was found instead, and what to do.
        reason: String,
    },
    /// More records were bad than the configured share allows.
    #[error(
        "{bad} of {records} records are bad, more than the share of {limit} that is allowed; \
         see the diagnostics, then repair the files or raise the share"
    )]
    Refused {
        /// Bad records.
        bad: u64,
        /// All records.
        records: u64,
        /// The configured share, 0-1.
        limit: f64,
        /// What was read.
        summary: Box<Summary>,
    },
    /// The caller stopped the run.
    #[error("{0}")]
    Sink(SinkError),
}

impl Classify for Error {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotFound { .. } => ErrorKind::NotFound,
            Self::Unreadable { .. }
            | Self::NoPath
            | Self::NoList { .. }
            | Self::NoWorkbook { .. }
            | Self::UnknownFormat { .. }
            | Self::MapFitsNothing { .. } => ErrorKind::InvalidInput,
            Self::Refused { .. } => ErrorKind::Refused,
            Self::Sink(failure) => failure.kind(),
        }
    }
}
