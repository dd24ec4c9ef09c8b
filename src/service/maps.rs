//! Maps as the service makes and keeps them: a job makes one, and from then on it answers for itself.
//!
//! A map names its snapshot and outlives it: everything but the placing of a text is answered from what was stored with
//! it. A text is placed by the snapshot of the map while that is kept, after that by the current one as long as the same
//! model made its vectors; then the caller is told to continue the map on the current snapshot.
//!
//! Inside: `store` (the folders), `make` (the job), `project` (the placing of a text).

mod make;
mod project;
mod store;

pub use make::PackSource;
pub(super) use make::{Maker, Request};
pub(super) use project::{Placed, project};
pub(super) use store::{About, Store};

use std::path::PathBuf;

use super::error::{ApiError, ErrorCode};
use crate::error::{Classify, ErrorKind};

/// Maps that are kept at most; each holds disk, and a list of more is read by nobody.
pub(super) const MAX_MAPS: usize = 200;

/// Why a map cannot be had.
#[derive(Debug, thiserror::Error)]
pub(super) enum MapsError {
    /// There is none of this id.
    #[error("there is no map `{id}`; where a job of this id is still making it, ask again when that is done")]
    Unknown {
        /// The id as asked for.
        id: String,
    },
    /// No more are kept.
    #[error("{MAX_MAPS} maps are kept already, which is the most; remove one that nobody needs")]
    TooMany,
    /// What was stored cannot be read.
    #[error("`{file}` of map {id} is damaged ({why}); remove the map and make it again")]
    Damaged {
        /// The map.
        id: i64,
        /// The file.
        file: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// The disk refuses.
    #[error("cannot {action} `{path}`")]
    File {
        /// What was tried.
        action: &'static str,
        /// Where.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

impl Classify for MapsError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Unknown { .. } => ErrorKind::NotFound,
            Self::TooMany => ErrorKind::Conflict,
            Self::Damaged { .. } => ErrorKind::Corrupt,
            Self::File { .. } => ErrorKind::Unavailable,
        }
    }
}

impl From<MapsError> for ApiError {
    fn from(error: MapsError) -> Self {
        match &error {
            // The remedy is another than that of a damaged index.
            MapsError::Damaged { .. } => Self::new(ErrorCode::Corrupt, error.to_string()),
            _ => Self::of(error.kind(), &error),
        }
    }
}
