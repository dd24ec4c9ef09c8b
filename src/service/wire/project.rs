//! Projects, sets and decisions over the line. What the workspace keeps is sent as it is.

use serde::{Deserialize, Serialize};

use crate::workspace::projects::{Line, Project, ProjectText};
use crate::workspace::review::{Decision, LogEntry, NewDecision, Standing};
use crate::workspace::sets::{Content, Set};

/// All projects.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(in crate::service) struct ProjectsResponse {
    /// The last changed first.
    pub(in crate::service) projects: Vec<Project>,
}

/// A change of what is said of a project.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::service) struct ProjectChange {
    /// What it should say.
    pub(in crate::service) project: ProjectText,
    /// The revision that the change was made from.
    pub(in crate::service) revision: i64,
}

/// The query lines of a project.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(in crate::service) struct LinesResponse {
    /// By number.
    pub(in crate::service) lines: Vec<Line>,
}

/// Decisions to be made.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::service) struct DecisionsRequest {
    /// The decisions, 10,000 at most.
    pub(in crate::service) decisions: Vec<NewDecision>,
    /// Anything that is the client's own for this batch; with it the batch can be sent again safely.
    #[serde(default)]
    pub(in crate::service) token: Option<String>,
}

/// What everybody together says of a document.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(in crate::service) struct DocumentStanding {
    /// The key.
    pub(in crate::service) key: String,
    /// What they say.
    pub(in crate::service) standing: Standing,
}

/// The decisions of a project.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(in crate::service) struct DecisionsResponse {
    /// Each person's, by document.
    pub(in crate::service) decisions: Vec<Decision>,
    /// Everybody's together, by document.
    pub(in crate::service) documents: Vec<DocumentStanding>,
}

/// A batch to be undone.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::service) struct UndoRequest {
    /// Its number.
    pub(in crate::service) batch: i64,
}

/// Who decided what when.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(in crate::service) struct HistoryResponse {
    /// The last first.
    pub(in crate::service) entries: Vec<LogEntry>,
    /// Whether there are earlier ones.
    pub(in crate::service) truncated: bool,
}

/// All sets.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(in crate::service) struct SetsResponse {
    /// By name.
    pub(in crate::service) sets: Vec<Set>,
}

/// A set with what it holds.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(in crate::service) struct SetResponse {
    /// The set.
    pub(in crate::service) set: Set,
    /// Keys, or a query.
    pub(in crate::service) content: Content,
}

/// A set to be saved.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::service) struct SetRequest {
    /// Keys, or a query that is asked anew on each snapshot.
    pub(in crate::service) content: Content,
    /// Where it came from.
    #[serde(default)]
    pub(in crate::service) note: String,
    /// The revision of the set that it replaces; none for a new one.
    #[serde(default)]
    pub(in crate::service) revision: Option<i64>,
}
