//! One shape for every error that leaves the server, and one table from kinds to statuses.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::cpu::Busy;
use super::utf16;
use crate::error::{Classify, ErrorKind, Failure};
use crate::index;
use crate::query::SyntaxErrors;
use crate::search;
use crate::workspace;

/// Why the server cannot start or go on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address cannot be listened on.
    #[error("cannot listen on `{listen}`; another program may use it, choose another with `--listen`")]
    Bind {
        /// The address.
        listen: std::net::SocketAddr,
        /// The cause.
        source: std::io::Error,
    },
    /// Other machines could reach the server, and nobody would have to log in.
    #[error(
        "`{listen}` can be reached from other machines, so accounts are needed; \
         add one with `patnav user add NAME`, or listen on 127.0.0.1"
    )]
    NoAccounts {
        /// The address.
        listen: std::net::SocketAddr,
    },
    /// Another server uses the data folder.
    #[error("another `patnav serve` uses `{data}`; stop it, or serve another folder")]
    InUse {
        /// The data folder.
        data: std::path::PathBuf,
    },
    /// The operating system refused something that a server needs.
    #[error("cannot {action}")]
    System {
        /// What was tried.
        action: &'static str,
        /// The cause.
        source: std::io::Error,
    },
    /// The index cannot be opened.
    #[error(transparent)]
    Index(#[from] index::Error),
    /// The workspace database cannot be opened.
    #[error(transparent)]
    Workspace(#[from] workspace::Error),
    /// The folder of maps cannot be opened.
    #[error("cannot {action} `{path}`, where maps are kept")]
    Maps {
        /// What was tried.
        action: &'static str,
        /// Where.
        path: std::path::PathBuf,
        /// The cause.
        source: std::io::Error,
    },
}

impl Classify for Error {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Bind { .. } | Self::System { .. } | Self::Maps { .. } => ErrorKind::Unavailable,
            Self::NoAccounts { .. } => ErrorKind::InvalidInput,
            Self::InUse { .. } => ErrorKind::Conflict,
            Self::Index(error) => error.kind(),
            Self::Workspace(error) => error.kind(),
        }
    }
}

/// What went wrong, for programs. The page translates it; the list only grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ErrorCode {
    /// The request cannot be answered as it is.
    InvalidInput,
    /// There is no such thing, or no such operation.
    NotFound,
    /// Nothing is indexed yet.
    NoSnapshot,
    /// In use, or changed meanwhile.
    Conflict,
    /// Too many bad records; nothing was imported.
    Refused,
    /// The data were written by another version.
    Incompatible,
    /// The data are damaged.
    Corrupt,
    /// Busy, or without a resource for now.
    Unavailable,
    /// A fault of the server.
    Internal,
    /// A body above the limit.
    TooLarge,
    /// The time limit passed.
    Timeout,
    /// Not logged in.
    Unauthorized,
    /// Not allowed.
    Forbidden,
}

impl ErrorCode {
    fn status(self) -> StatusCode {
        match self {
            Self::InvalidInput => StatusCode::BAD_REQUEST,
            Self::NotFound | Self::NoSnapshot => StatusCode::NOT_FOUND,
            Self::Conflict => StatusCode::CONFLICT,
            Self::Refused => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Incompatible | Self::Corrupt | Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Timeout => StatusCode::GATEWAY_TIMEOUT,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
        }
    }
}

impl From<ErrorKind> for ErrorCode {
    fn from(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::InvalidInput => Self::InvalidInput,
            ErrorKind::NotFound => Self::NotFound,
            ErrorKind::Conflict => Self::Conflict,
            ErrorKind::Refused => Self::Refused,
            ErrorKind::Incompatible => Self::Incompatible,
            ErrorKind::Corrupt => Self::Corrupt,
            ErrorKind::Unavailable => Self::Unavailable,
            ErrorKind::Internal => Self::Internal,
        }
    }
}

/// What an error says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub(super) struct ErrorBody {
    /// What went wrong, for programs.
    pub(super) code: ErrorCode,
    /// What went wrong and what to do next, in English.
    pub(super) message: String,
    /// Facts: for a query the span that is wrong (`start`, `end`, UTF-16 units of the text as sent);
    /// for a fault of the server its `request_id` in the log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub(super) details: Option<Map<String, Value>>,
}

/// The body of every answer that is none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub(super) struct ErrorResponse {
    /// What went wrong.
    pub(super) error: ErrorBody,
}

/// An error on its way to the client.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ApiError {
    body: ErrorBody,
    /// A status that says more than the code does.
    status: Option<StatusCode>,
}

/// A result of a handler.
pub(super) type Result<T> = std::result::Result<T, ApiError>;

impl ApiError {
    pub(super) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { body: ErrorBody { code, message: message.into(), details: None }, status: None }
    }

    pub(super) fn with_status(self, status: StatusCode) -> Self {
        Self { status: Some(status), ..self }
    }

    /// Adds facts; `facts` is a JSON object.
    pub(super) fn with_details(mut self, facts: Value) -> Self {
        if let Value::Object(facts) = facts {
            self.body.details.get_or_insert_default().extend(facts);
        }
        self
    }

    /// Carries any classified error. What only our own log may know goes there, once, under an id that the client gets.
    pub(super) fn of(kind: ErrorKind, error: &(dyn std::error::Error + 'static)) -> Self {
        let chain = chain(error);
        match kind {
            ErrorKind::Internal => Self::hidden(ErrorCode::Internal, "the server made a mistake", &chain),
            ErrorKind::Corrupt => Self::hidden(
                ErrorCode::Corrupt,
                "stored data are damaged; run `patnav check`, then restore a backup",
                &chain,
            ),
            kind => Self::new(kind.into(), chain),
        }
    }

    fn hidden(code: ErrorCode, message: &str, cause: &str) -> Self {
        let request_id = format!("{:016x}", rand::random::<u64>());
        tracing::error!(request_id, cause, "a request failed");
        let message = format!("{message}; the log has the cause under this request id");
        Self::new(code, message).with_details(json!({ "request_id": request_id }))
    }

    /// An internal error that has no error value.
    pub(super) fn internal(cause: &str) -> Self {
        Self::hidden(ErrorCode::Internal, "the server made a mistake", cause)
    }

    pub(super) fn into_body(self) -> ErrorBody {
        self.body
    }
}

fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = self.status.unwrap_or_else(|| self.body.code.status());
        (status, axum::Json(ErrorResponse { error: self.body })).into_response()
    }
}

impl From<index::Error> for ApiError {
    fn from(error: index::Error) -> Self {
        match error {
            index::Error::NoSnapshot { .. } => Self::new(
                ErrorCode::NoSnapshot,
                "nothing is indexed yet; run `patnav index PATH…`, or import files",
            ),
            error => Self::of(error.kind(), &error),
        }
    }
}

impl From<search::Error> for ApiError {
    fn from(error: search::Error) -> Self {
        match error {
            search::Error::Syntax(errors) => syntax(&errors),
            search::Error::Index(error) => error.into(),
            error => Self::of(error.kind(), &error),
        }
    }
}

/// The first fault is the message, all of them are details, with spans in UTF-16 units.
fn syntax(errors: &SyntaxErrors) -> ApiError {
    let span = |range: &std::ops::Range<usize>| {
        (utf16::offset(&errors.query, range.start), utf16::offset(&errors.query, range.end))
    };
    let faults: Vec<Value> = errors
        .errors
        .iter()
        .map(|error| {
            let (start, end) = span(&error.span);
            let message = error.problem.to_string();
            json!({ "start": start, "end": end, "message": message, "suggestion": error.suggestion })
        })
        .collect();
    let Some(first) = errors.errors.first() else {
        return ApiError::internal("a syntax error without an error");
    };
    let (start, end) = span(&first.span);
    let message = match &first.suggestion {
        Some(suggestion) => format!("{}; {suggestion}", first.problem),
        None => first.problem.to_string(),
    };
    ApiError::new(ErrorCode::InvalidInput, message)
        .with_details(json!({ "start": start, "end": end, "errors": faults }))
}

impl From<workspace::Error> for ApiError {
    fn from(error: workspace::Error) -> Self {
        Self::of(error.kind(), &error)
    }
}

impl From<super::parties::PartiesError> for ApiError {
    fn from(error: super::parties::PartiesError) -> Self {
        Failure::from(error).into()
    }
}

impl From<Failure> for ApiError {
    fn from(failure: Failure) -> Self {
        Self::of(failure.kind(), failure.error())
    }
}

impl From<Busy> for ApiError {
    fn from(busy: Busy) -> Self {
        match busy {
            Busy::Full => Self::new(ErrorCode::Unavailable, busy.to_string()),
            Busy::Panicked => Self::internal("a worker panicked"),
        }
    }
}
