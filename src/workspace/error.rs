//! What can go wrong with the users' own data.

use std::path::PathBuf;

use crate::error::{Classify, ErrorKind};

/// A result of this module.
pub type Result<T> = std::result::Result<T, Error>;

/// Why the workspace could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database refused an operation.
    #[error("cannot {action} in the workspace database")]
    Database {
        /// What was tried.
        action: &'static str,
        /// The cause.
        source: rusqlite::Error,
    },
    /// The folder of the database cannot be made.
    #[error("cannot create the folder of `{path}`")]
    Folder {
        /// The database file.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// The file was written by a newer version.
    #[error(
        "`{path}` has workspace schema {found}, this version knows {expected}; use the version that wrote it"
    )]
    Incompatible {
        /// The database file.
        path: PathBuf,
        /// The schema found.
        found: u32,
        /// The newest schema that this version knows.
        expected: u32,
    },
    /// There is no such job.
    #[error("there is no job `{id}`")]
    UnknownJob {
        /// The id as given.
        id: String,
    },
    /// Too many jobs wait already.
    #[error("{limit} jobs wait already; try again when one has ended, or cancel one")]
    QueueFull {
        /// The most jobs that may wait.
        limit: usize,
    },
    /// There is no such project.
    #[error("there is no project {id}")]
    UnknownProject {
        /// The number.
        id: i64,
    },
    /// There is no such query line.
    #[error("project {project} has no query line #{number}")]
    UnknownLine {
        /// The project.
        project: i64,
        /// The number of the line.
        number: u32,
    },
    /// There is no such set.
    #[error("there is no set `{name}`")]
    UnknownSet {
        /// The name.
        name: String,
    },
    /// There is no such batch of decisions, or it is somebody else's.
    #[error("you have no batch of decisions {id} in this project")]
    UnknownBatch {
        /// The number.
        id: i64,
    },
    /// Somebody else has changed it meanwhile.
    #[error(
        "the {what} has changed: it is at revision {current}, you started from {given}; read it again and repeat the change"
    )]
    Revision {
        /// What was to be changed.
        what: &'static str,
        /// The revision that the change was made from; 0 for something thought new.
        given: i64,
        /// The revision that stands; 0 where nothing does.
        current: i64,
    },
    /// A text that is missing or too long.
    #[error("{what} has {found} characters; 1 to {limit} can be kept")]
    Text {
        /// Which text.
        what: &'static str,
        /// Its length in characters.
        found: usize,
        /// The most characters.
        limit: usize,
    },
    /// More than a project or workspace can hold.
    #[error("there may be at most {limit} {what}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// The most.
        limit: u64,
    },
    /// A stored value is not what this version writes.
    #[error("the workspace database holds the {what} `{value}`, which this version does not know")]
    Value {
        /// What the value is.
        what: &'static str,
        /// The value.
        value: String,
    },
    /// An account name that cannot be used.
    #[error("`{name}` cannot be an account name; use 1 to {limit} letters, digits, `.`, `-`, `_` or `@`")]
    AccountName {
        /// The name.
        name: String,
        /// The most characters.
        limit: usize,
    },
    /// A password that is too short or absurdly long.
    #[error("the password has {found} characters; use {shortest} to {longest}")]
    Password {
        /// Its length in characters.
        found: usize,
        /// The fewest characters.
        shortest: usize,
        /// The most characters.
        longest: usize,
    },
    /// The name is taken.
    #[error("there is an account `{name}` already; remove it first to give it a new password or role")]
    AccountExists {
        /// The name.
        name: String,
    },
    /// There is no such account.
    #[error("there is no account `{name}`; `patnav user list` shows all")]
    UnknownAccount {
        /// The name.
        name: String,
    },
    /// Removing this account would leave the others without an administrator.
    #[error("`{name}` is the last administrator; add another, or remove the members first")]
    LastAdmin {
        /// The name.
        name: String,
    },
    /// A name in a decision that cannot be one.
    #[error("`{name}` cannot be a name of a party; use 1 to {limit} characters")]
    DecisionName {
        /// Its beginning.
        name: String,
        /// The most characters.
        limit: usize,
    },
    /// There is no such decision in force.
    #[error("there is no decision {id} in force; `patnav parties list --decisions` shows all")]
    UnknownDecision {
        /// The number.
        id: i64,
    },
    /// Too many decisions are in force.
    #[error("{limit} decisions are in force already; put lasting ones into a file of groups")]
    TooManyDecisions {
        /// The limit.
        limit: usize,
    },
    /// The password hash could not be made or read.
    #[error("cannot hash or check a password: {cause}")]
    Hash {
        /// The message of the library.
        cause: String,
    },
}

impl Classify for Error {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Database { source, .. } => kind_of(source),
            Self::Folder { .. } | Self::QueueFull { .. } | Self::TooManyDecisions { .. } => {
                ErrorKind::Unavailable
            }
            Self::Incompatible { .. } | Self::Value { .. } => ErrorKind::Incompatible,
            Self::UnknownJob { .. }
            | Self::UnknownAccount { .. }
            | Self::UnknownProject { .. }
            | Self::UnknownLine { .. }
            | Self::UnknownSet { .. }
            | Self::UnknownBatch { .. }
            | Self::UnknownDecision { .. } => ErrorKind::NotFound,
            Self::AccountName { .. }
            | Self::Password { .. }
            | Self::Text { .. }
            | Self::TooMany { .. }
            | Self::DecisionName { .. } => ErrorKind::InvalidInput,
            Self::AccountExists { .. } | Self::LastAdmin { .. } | Self::Revision { .. } => {
                ErrorKind::Conflict
            }
            Self::Hash { .. } => ErrorKind::Internal,
        }
    }
}

fn kind_of(error: &rusqlite::Error) -> ErrorKind {
    use rusqlite::ErrorCode;
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => ErrorKind::Corrupt,
        Some(
            ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::DiskFull
            | ErrorCode::CannotOpen
            | ErrorCode::ReadOnly
            | ErrorCode::PermissionDenied
            | ErrorCode::SystemIoFailure,
        ) => ErrorKind::Unavailable,
        _ => ErrorKind::Internal,
    }
}
