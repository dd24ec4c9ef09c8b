//! Projects, sets and decisions over the line. What the workspace keeps is sent as it is.

use serde::{Deserialize, Serialize};

use super::prior_art::ReportKind;
use super::query::dialect;
use super::search::{Hit, SnapshotRef};
use crate::analytics::strategy::Question;
use crate::report::Lang;
use crate::search;
use crate::service::error::{ApiError, ErrorCode, Result};
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

/// The search of a project, to be written as a file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::service) struct StrategyFileRequest {
    /// The kind of file.
    pub(in crate::service) kind: ReportKind,
    /// The language; Chinese where it does not say.
    #[serde(default)]
    pub(in crate::service) lang: Option<Lang>,
    /// Whether it says if the search is enough, and by which question.
    #[serde(default)]
    pub(in crate::service) sufficiency: Option<Question>,
}

/// What to choose the next documents from.
#[derive(Debug, Clone, PartialEq, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::service) struct NextRequest {
    /// The query that is being read; the last line of the project where it does not say.
    #[serde(default)]
    query: Option<String>,
    /// Its dialect, as in `query`.
    #[serde(default)]
    dialect: Option<String>,
    /// Conditions beside it.
    #[serde(default)]
    filters: search::Filters,
    /// Hits, 1 to 1,000; 20 where it does not say.
    #[serde(default)]
    limit: Option<usize>,
}

impl NextRequest {
    /// Returns the request; `last` is the last line of the project, where it has one.
    pub(in crate::service) fn into_request(self, last: Option<u32>) -> Result<search::NextRequest> {
        let query = self.query.or_else(|| last.map(|number| format!("#{number}"))).ok_or_else(|| {
            let message = "the project has no query line yet; add one, or give a `query`";
            ApiError::new(ErrorCode::InvalidInput, message)
        })?;
        Ok(search::NextRequest {
            query,
            dialect: dialect(self.dialect)?,
            filters: self.filters,
            limit: self.limit.unwrap_or(20),
        })
    }
}

/// What to read next.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub(in crate::service) struct NextResponse {
    /// The data that answered.
    snapshot: SnapshotRef,
    /// The query as it was understood.
    query: String,
    /// The documents that nobody has decided on, those first that are most like the relevant ones; one a family.
    hits: Vec<Hit>,
    /// Families of the match set that nobody has decided on.
    n_left: u64,
    /// What the order rests on.
    basis: search::Basis,
}

impl From<search::Next> for NextResponse {
    fn from(next: search::Next) -> Self {
        Self {
            snapshot: next.snapshot.into(),
            query: next.query,
            hits: next.hits.into_iter().map(Hit::from).collect(),
            n_left: next.n_left,
            basis: next.basis,
        }
    }
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
