//! What can go wrong with the files of a vector space, and with a question put to it.

use std::path::PathBuf;

use crate::error::Classify;
use crate::error::ErrorKind;

/// Failures of reading, writing, building and searching vector spaces.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The operating system refused to read or write a file.
    #[error("cannot access `{}`", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The refusal.
        source: std::io::Error,
    },
    /// The bytes are not what was written.
    #[error("`{}` is damaged: {fault}; restore it from a backup or rebuild the index", path.display())]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// Which check failed.
        fault: &'static str,
    },
    /// The file comes from another version of this program.
    #[error(
        "`{}` has format version `{found}`, this program reads `{expected}`; rebuild the index",
        path.display()
    )]
    Incompatible {
        /// The file.
        path: PathBuf,
        /// The version found in it.
        found: u32,
        /// The version this program reads.
        expected: u32,
    },
    /// A vector has another number of dimensions than the space.
    #[error(
        "the vector has `{found}` dimensions, the space has `{expected}`; embed it with the model of the index"
    )]
    Dimension {
        /// Dimensions of the space.
        expected: usize,
        /// Dimensions of the vector.
        found: usize,
    },
    /// Rows were not handed over in ascending order of `(id, tag)`.
    #[error("vector rows must ascend by `(id, tag)`: `{found:?}` came after `{previous:?}`")]
    Order {
        /// The row before.
        previous: (u32, u32),
        /// The row that does not follow it.
        found: (u32, u32),
    },
    /// A build parameter is outside its range.
    #[error("`{name}` = `{value}` is outside `{allowed}`")]
    Parameter {
        /// Name of the parameter.
        name: &'static str,
        /// Its value.
        value: usize,
        /// The range, in words.
        allowed: &'static str,
    },
    /// More rows or links than a slot number can address.
    #[error("a vector space holds at most `{limit}` {what}; split the index")]
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// The limit.
        limit: u64,
    },
    /// The caller asked the build to stop; nothing was left behind.
    #[error("the graph build was cancelled")]
    Cancelled,
}

impl Classify for Error {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Io { .. } | Self::Cancelled => ErrorKind::Unavailable,
            Self::Corrupt { .. } => ErrorKind::Corrupt,
            Self::Incompatible { .. } => ErrorKind::Incompatible,
            Self::Dimension { .. } | Self::Parameter { .. } | Self::TooLarge { .. } => {
                ErrorKind::InvalidInput
            }
            Self::Order { .. } => ErrorKind::Internal,
        }
    }
}
