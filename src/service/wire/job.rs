//! Imports, jobs, logging in.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::service::error::ErrorBody;
use crate::service::jobs::Progress;
use crate::workspace::accounts::Role;
use crate::workspace::jobs;

/// Files to import.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::service) struct ImportRequest {
    /// Files and folders of the server's machine, absolute, 1 to 100.
    #[schema(value_type = Vec<String>)]
    pub(in crate::service) paths: Vec<PathBuf>,
    /// The id of the format, where the user knows better than the content.
    #[serde(default)]
    pub(in crate::service) format: Option<String>,
}

/// The job that an import became.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub(in crate::service) struct ImportAccepted {
    /// Its id.
    pub(in crate::service) job: String,
}

/// Long work.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub(in crate::service) struct Job {
    /// The id.
    id: String,
    /// What sort of work: `import`, `map`, or `columns` for the derived columns that are due.
    kind: String,
    /// How it stands.
    state: jobs::State,
    /// How far it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    progress: Option<Progress>,
    /// What it came to; for an import `{"snapshot", "records", "publications", "by_format", "diagnostics"}`,
    /// for a map `{"map", "snapshot", "n_units", "n_points"}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    result: Option<Value>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<ErrorBody>,
    /// When it was asked for.
    #[schema(format = DateTime)]
    created: String,
    /// When it last changed.
    #[schema(format = DateTime)]
    updated: String,
}

impl From<jobs::Job> for Job {
    fn from(job: jobs::Job) -> Self {
        Self {
            id: job.id.to_string(),
            kind: job.kind,
            state: job.state,
            // What another version stored differently is left out rather than refused: the job itself is known.
            progress: job.progress.and_then(|progress| serde_json::from_value(progress).ok()),
            result: job.result,
            error: job.error.and_then(|error| serde_json::from_value(error).ok()),
            created: job.created.to_string(),
            updated: job.updated.to_string(),
        }
    }
}

/// The latest jobs.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub(in crate::service) struct JobsResponse {
    /// Newest first, 200 at most.
    pub(in crate::service) jobs: Vec<Job>,
}

/// A name and a password.
#[derive(Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::service) struct LoginRequest {
    /// The account.
    pub(in crate::service) name: String,
    /// Its password.
    pub(in crate::service) password: String,
}

/// Who has logged in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub(in crate::service) struct LoginResponse {
    /// The account.
    pub(in crate::service) name: String,
    /// What it may do.
    pub(in crate::service) role: Role,
}
