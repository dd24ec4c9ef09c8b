//! What can go wrong with vectors; the analyses of text never fail.

use crate::error::Classify;
use crate::error::ErrorKind;

/// Failures of embedders and of stored models.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The endpoint's address cannot be read as `http://host[:port]/path` or `https://…`.
    #[error("`{url}` is no http or https address")]
    Address {
        /// The address as configured.
        url: String,
    },
    /// The endpoint is not on this machine or in a private network, and was not explicitly allowed.
    #[error(
        "`{host}` is not a private address: texts would leave the house; allow public endpoints to use it"
    )]
    PublicAddress {
        /// The host as configured.
        host: String,
    },
    /// No answer, after all retries.
    #[error("no answer from the embedding endpoint `{url}`: check that it runs")]
    Unreachable {
        /// The address asked.
        url: String,
        /// What the transport said.
        source: Box<ureq::Error>,
    },
    /// An answer other than 200, after all retries.
    #[error("the embedding endpoint `{url}` answered with status {status}")]
    Status {
        /// The address asked.
        url: String,
        /// The HTTP status.
        status: u16,
    },
    /// An answer that is not the expected list of vectors.
    #[error("the embedding endpoint `{url}` answered with {what}")]
    Response {
        /// The address asked.
        url: String,
        /// What was wrong with the answer.
        what: String,
    },
    /// A stored model of another format version.
    #[error("model format {found} is not {expected}: index again to train a new one")]
    ModelVersion {
        /// The version that this program reads.
        expected: u32,
        /// The version found.
        found: u32,
    },
    /// A stored model whose bytes contradict themselves.
    #[error("damaged model: {what}; restore it from a backup or index again")]
    ModelDamaged {
        /// What does not fit.
        what: &'static str,
    },
    /// The eigenvalue iteration did not converge: values that are not finite, so a fault of our own.
    #[error("the decomposition of the training matrix did not converge")]
    Decomposition,
}

impl Classify for Error {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Address { .. } | Self::PublicAddress { .. } => ErrorKind::InvalidInput,
            // The request was refused for what it says: model name, key, or length.
            Self::Status { status: 400..=428 | 430..=499, .. } => ErrorKind::InvalidInput,
            Self::Unreachable { .. } | Self::Status { .. } | Self::Response { .. } => ErrorKind::Unavailable,
            Self::ModelVersion { .. } => ErrorKind::Incompatible,
            Self::ModelDamaged { .. } => ErrorKind::Corrupt,
            Self::Decomposition => ErrorKind::Internal,
        }
    }
}
