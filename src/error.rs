//! What went wrong, and whose fault it is.
//!
//! Each boundary module has an `Error` enum of its own that implements [`Classify`].
//! The two edges, `service` and `cli`, hold one table each from [`ErrorKind`] to a status or an exit code;
//! they carry any of these errors as a [`Failure`].
//! Faults in the users' data are not errors: see `ingest::Diagnostic`.

use std::error::Error;
use std::fmt;

/// The kinds of failure that a caller treats differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The caller asked for something that cannot be asked: fix the request.
    InvalidInput,
    /// The thing named does not exist in this snapshot or on this disk.
    NotFound,
    /// The thing is in use or was changed by somebody else: look again, then retry.
    Conflict,
    /// The share of bad records passed the configured threshold, nothing was committed.
    Refused,
    /// Written by a version that this one cannot read: upgrade or rebuild.
    Incompatible,
    /// Stored bytes are damaged: restore from a backup or rebuild.
    Corrupt,
    /// A resource is missing for now: disk space, a busy queue, a remote model.
    Unavailable,
    /// A broken invariant of our own.
    Internal,
}

/// An error that knows its [`ErrorKind`].
pub trait Classify: Error + Send + Sync + 'static {
    /// Returns the kind that decides the HTTP status and the exit code.
    fn kind(&self) -> ErrorKind;
}

/// Any classified error, as the edges carry it.
///
/// The cause chain of the wrapped error stays reachable through [`Failure::error`].
pub struct Failure(Box<dyn Classify>);

impl Failure {
    /// Returns the kind of the wrapped error.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind()
    }

    /// Returns the wrapped error.
    pub fn error(&self) -> &(dyn Error + 'static) {
        &*self.0
    }
}

impl<E: Classify> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(Box::new(error))
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// Writes the whole chain of causes on one line, separated by `: `.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("cannot read `{path}`")]
    struct Unreadable {
        path: &'static str,
        source: std::io::Error,
    }

    impl Classify for Unreadable {
        fn kind(&self) -> ErrorKind {
            ErrorKind::NotFound
        }
    }

    #[test]
    fn a_failure_keeps_kind_and_causes() {
        let failure = Failure::from(Unreadable { path: "a.xml", source: std::io::Error::other("gone") });
        assert_eq!(failure.kind(), ErrorKind::NotFound);
        assert_eq!(failure.to_string(), "cannot read `a.xml`: gone");
    }
}
