//! What can go wrong between the index and the disk.

use std::io;
use std::path::{Path, PathBuf};

use crate::error::{Classify, ErrorKind};

/// A result of this module.
pub type Result<T> = std::result::Result<T, Error>;

/// Why the index could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The operating system refused an operation on a file.
    #[error("cannot {action} `{path}`")]
    Io {
        /// What was tried.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// No room left on the disk of the data folder. What was committed before is whole.
    #[error(
        "no space left for `{path}`; free some space or move the data folder, then run the command again"
    )]
    DiskFull {
        /// The file that could not be written.
        path: PathBuf,
    },
    /// Nothing has been indexed in this folder yet.
    #[error("`{path}` holds no index yet; make one with `patnav index PATH…`")]
    NoSnapshot {
        /// The data folder.
        path: PathBuf,
    },
    /// A snapshot of this number does not exist, or is no longer kept.
    #[error("there is no snapshot `{id}` here; `patnav stats` lists those that are kept")]
    UnknownSnapshot {
        /// The number asked for.
        id: u64,
    },
    /// Another process is writing to this folder.
    #[error("another process is writing to `{path}`; wait for it to end, then run the command again")]
    Locked {
        /// The data folder.
        path: PathBuf,
    },
    /// The folder was written by a newer version of patnav, or by a much older one.
    #[error(
        "`{path}` is of index format {found}, this version reads {expected}; \
         use the version that wrote it, or index the sources again into a new folder"
    )]
    Incompatible {
        /// The manifest.
        path: PathBuf,
        /// The format found.
        found: u32,
        /// The format that this version reads.
        expected: u32,
    },
    /// A file is damaged.
    #[error("`{path}` is damaged: {what}; restore a backup, or index the sources again")]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What does not fit.
        what: String,
    },
    /// No document has this key or number.
    #[error("no document `{name}` in snapshot {snapshot}")]
    UnknownDocument {
        /// The key or number as given.
        name: String,
        /// The snapshot.
        snapshot: String,
    },
    /// No column has this name.
    #[error("no column `{name}`; `patnav stats` lists the columns")]
    UnknownColumn {
        /// The name as given.
        name: String,
    },
    /// A query that this index cannot run as it stands.
    #[error("{what}")]
    Query {
        /// What cannot be run, and what to write instead.
        what: String,
    },
    /// Documents were added or deleted since the last commit, and what was asked for works on committed ones.
    #[error("documents wait for a commit; commit them first")]
    Uncommitted,
    /// The work was cancelled by its caller; nothing was committed.
    #[error("cancelled; nothing was committed")]
    Cancelled,
    /// The embedding model failed.
    #[error("the embedding model failed")]
    Embedding(#[source] crate::text::Error),
    /// A vector file or a question to a vector space is at fault.
    #[error(transparent)]
    Vector(super::vector::Error),
    /// The full-text library failed in a way that it should not.
    #[error("the full-text index failed while {action}: {cause}")]
    Lexical {
        /// What was tried.
        action: &'static str,
        /// The message of the library.
        cause: String,
    },
}

impl Error {
    /// Wraps an IO error with what was tried on which file; a full disk becomes [`Error::DiskFull`].
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| {
            if is_full(&source) { Self::DiskFull { path } } else { Self::Io { action, path, source } }
        }
    }

    /// Returns a [`Error::Corrupt`].
    pub(crate) fn corrupt(path: &Path, what: impl Into<String>) -> Self {
        Self::Corrupt { path: path.to_owned(), what: what.into() }
    }

    /// Wraps an error of the full-text library.
    pub(crate) fn lexical(action: &'static str) -> impl FnOnce(tantivy::TantivyError) -> Self {
        move |cause| match cause_of(&cause) {
            Some((source, path)) => Self::io(action, path.unwrap_or(Path::new("text")))(io::Error::new(
                source.kind(),
                cause.to_string(),
            )),
            None => Self::Lexical { action, cause: cause.to_string() },
        }
    }

    /// Wraps an error of the vector spaces.
    pub(crate) fn vector(error: super::vector::Error) -> Self {
        match error {
            super::vector::Error::Io { path, source } => Self::io("access", &path)(source),
            super::vector::Error::Cancelled => Self::Cancelled,
            error => Self::Vector(error),
        }
    }
}

/// Returns whether an error means that no more can be written to the disk: full, or a quota used up.
fn is_full(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge
    )
}

/// Returns the system's error, and the file where it is told, in an error of the full-text library.
/// The library names no source of its errors, so each place is looked into.
fn cause_of(error: &tantivy::TantivyError) -> Option<(&io::Error, Option<&Path>)> {
    use tantivy::TantivyError;
    use tantivy::directory::error::{LockError, OpenReadError, OpenWriteError};
    match error {
        TantivyError::IoError(error) | TantivyError::LockFailure(LockError::IoError(error), _) => {
            Some((error, None))
        }
        TantivyError::OpenReadError(OpenReadError::IoError { io_error, filepath })
        | TantivyError::OpenWriteError(OpenWriteError::IoError { io_error, filepath }) => {
            Some((io_error, Some(filepath)))
        }
        _ => None,
    }
}

impl Classify for Error {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NoSnapshot { .. } | Self::UnknownSnapshot { .. } | Self::UnknownDocument { .. } => {
                ErrorKind::NotFound
            }
            Self::UnknownColumn { .. } | Self::Query { .. } => ErrorKind::InvalidInput,
            Self::Locked { .. } | Self::Uncommitted | Self::Cancelled => ErrorKind::Conflict,
            Self::Incompatible { .. } => ErrorKind::Incompatible,
            Self::Corrupt { .. } => ErrorKind::Corrupt,
            Self::Io { .. } | Self::DiskFull { .. } => ErrorKind::Unavailable,
            Self::Embedding(error) => error.kind(),
            Self::Vector(error) => error.kind(),
            Self::Lexical { .. } => ErrorKind::Internal,
        }
    }
}
