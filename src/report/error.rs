//! Why a file could not be written.

use std::io;

use crate::error::{Classify, ErrorKind};

/// A result of this module.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a file could not be written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The place it is written to failed: full, gone, not allowed.
    #[error("cannot write the file")]
    Write(#[from] io::Error),
    /// The package of a Word file could not be put together.
    #[error("cannot put the file together")]
    Package(#[from] zip::result::ZipError),
    /// A spreadsheet could not be put together.
    #[error("cannot put the spreadsheet together: {0}")]
    Sheet(String),
}

impl Classify for Error {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Write(_) => ErrorKind::Unavailable,
            Self::Package(_) | Self::Sheet(_) => ErrorKind::Internal,
        }
    }
}
