//! Projects: their query lines and the decisions on their documents.

use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;

use crate::service::auth::Who;
use crate::service::error::{ApiError, ErrorResponse, Result};
use crate::service::extract::{Json, Path};
use crate::service::history;
use crate::service::state::AppState;
use crate::service::wire::{
    DecisionsRequest, DecisionsResponse, DocumentStanding, HistoryResponse, LinesResponse, ProjectChange,
    ProjectsResponse, UndoRequest, dialect,
};
use crate::workspace::projects::{self, Line, LineChange, NewLine, Project, ProjectText};
use crate::workspace::review::{self, Batch};

/// Lines of the log that one answer holds at most.
const MAX_HISTORY: u32 = 10_000;

/// Lists the projects, the last changed first.
#[utoipa::path(get, path = "/projects", tag = "projects", responses(
    (status = 200, body = ProjectsResponse),
    (status = "default", body = ErrorResponse, description = "Any error"),
))]
pub(in crate::service) async fn list_projects(
    State(state): State<AppState>,
) -> Result<Json<ProjectsResponse>> {
    let projects = state.wait(|state| Ok(projects::list(state.database())?)).await?;
    Ok(Json(ProjectsResponse { projects }))
}

/// Makes a project.
#[utoipa::path(post, path = "/projects", tag = "projects", request_body = ProjectText, responses(
    (status = 201, body = Project),
    (status = "default", body = ErrorResponse, description = "Any error"),
))]
pub(in crate::service) async fn create_project(
    State(state): State<AppState>,
    Json(text): Json<ProjectText>,
) -> Result<(StatusCode, Json<Project>)> {
    let project =
        state.wait(move |state| Ok(projects::create(state.database(), &text, Timestamp::now())?)).await?;
    Ok((StatusCode::CREATED, Json(project)))
}

/// Returns a project.
#[utoipa::path(get, path = "/projects/{id}", tag = "projects", params(("id" = i64, Path, description = "The project")), responses(
    (status = 200, body = Project),
    (status = "default", body = ErrorResponse, description = "Any error"),
))]
pub(in crate::service) async fn project(
    State(state): State<AppState>,
    Path(id): Path<i64>,
) -> Result<Json<Project>> {
    Ok(Json(state.wait(move |state| Ok(projects::get(state.database(), id)?)).await?))
}

/// Changes what is said of a project; 409 where somebody else has changed it since.
#[utoipa::path(put, path = "/projects/{id}", tag = "projects", params(("id" = i64, Path, description = "The project")), request_body = ProjectChange, responses(
    (status = 200, body = Project),
    (status = "default", body = ErrorResponse, description = "Any error"),
))]
pub(in crate::service) async fn change_project(
    State(state): State<AppState>,
    Path(id): Path<i64>,
    Json(change): Json<ProjectChange>,
) -> Result<Json<Project>> {
    let changed = state
        .wait(move |state| {
            let now = Timestamp::now();
            Ok(projects::change(state.database(), id, &change.project, change.revision, now)?)
        })
        .await?;
    Ok(Json(changed))
}

/// Removes a project with its lines and decisions.
#[utoipa::path(delete, path = "/projects/{id}", tag = "projects", params(("id" = i64, Path, description = "The project")), responses(
    (status = 204),
    (status = "default", body = ErrorResponse, description = "Any error"),
))]
pub(in crate::service) async fn remove_project(
    State(state): State<AppState>,
    Path(id): Path<i64>,
) -> Result<StatusCode> {
    state.wait(move |state| Ok(projects::remove(state.database(), id)?)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lists the query lines of a project by number, those taken back among them.
#[utoipa::path(get, path = "/projects/{id}/lines", tag = "projects", params(("id" = i64, Path, description = "The project")), responses(
    (status = 200, body = LinesResponse),
    (status = "default", body = ErrorResponse, description = "Any error"),
))]
pub(in crate::service) async fn lines(
    State(state): State<AppState>,
    Path(id): Path<i64>,
) -> Result<Json<LinesResponse>> {
    let lines = state.wait(move |state| Ok(projects::lines(state.database(), id)?)).await?;
    Ok(Json(LinesResponse { lines }))
}

/// Adds a query line; it gets the next number. It may name lines before it (`#1`) and named sets (`@core`).
#[utoipa::path(post, path = "/projects/{id}/lines", tag = "projects", params(("id" = i64, Path, description = "The project")), request_body = NewLine, responses(
    (status = 201, body = Line),
    (status = "default", body = ErrorResponse, description = "Any error"),
))]
pub(in crate::service) async fn add_line(
    State(state): State<AppState>,
    Path(id): Path<i64>,
    Who(who): Who,
    Json(line): Json<NewLine>,
) -> Result<(StatusCode, Json<Line>)> {
    let dialect = dialect(Some(line.dialect.clone()))?.unwrap_or_default();
    let added = state
        .wait(move |state| {
            history::check_line::<ApiError>(state.database(), id, &line.query, dialect)?;
            Ok(projects::add_line(state.database(), id, &line, &who, Timestamp::now())?)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(added)))
}

/// Changes the note of a query line, takes it back or brings it back; its query stays as it was asked.
#[utoipa::path(patch, path = "/projects/{id}/lines/{number}", tag = "projects", params(
    ("id" = i64, Path, description = "The project"),
    ("number" = u32, Path, description = "The line"),
), request_body = LineChange, responses(
    (status = 200, body = Line),
    (status = "default", body = ErrorResponse, description = "Any error"),
))]
pub(in crate::service) async fn change_line(
    State(state): State<AppState>,
    Path((id, number)): Path<(i64, u32)>,
    Json(change): Json<LineChange>,
) -> Result<Json<Line>> {
    let changed = state
        .wait(move |state| {
            Ok(projects::change_line(state.database(), id, number, &change, Timestamp::now())?)
        })
        .await?;
    Ok(Json(changed))
}

/// Keeps decisions of the one who asks; sent again with the same token they are not made twice.
#[utoipa::path(post, path = "/projects/{id}/decisions", tag = "projects", params(("id" = i64, Path, description = "The project")), request_body = DecisionsRequest, responses(
    (status = 200, body = Batch),
    (status = "default", body = ErrorResponse, description = "Any error"),
))]
pub(in crate::service) async fn decide(
    State(state): State<AppState>,
    Path(id): Path<i64>,
    Who(who): Who,
    Json(request): Json<DecisionsRequest>,
) -> Result<Json<Batch>> {
    let batch = state
        .wait(move |state| {
            let token = request.token.as_deref();
            let now = Timestamp::now();
            Ok(review::decide(state.database(), id, &who, &request.decisions, token, now)?)
        })
        .await?;
    Ok(Json(batch))
}

/// Lists the decisions of a project, and what everybody together says of each document.
#[utoipa::path(get, path = "/projects/{id}/decisions", tag = "projects", params(("id" = i64, Path, description = "The project")), responses(
    (status = 200, body = DecisionsResponse),
    (status = "default", body = ErrorResponse, description = "Any error"),
))]
pub(in crate::service) async fn decisions(
    State(state): State<AppState>,
    Path(id): Path<i64>,
) -> Result<Json<DecisionsResponse>> {
    let decisions = state.wait(move |state| Ok(review::decisions(state.database(), id)?)).await?;
    let standings = review::standings(&decisions);
    let documents = standings.into_iter().map(|(key, standing)| DocumentStanding { key, standing }).collect();
    Ok(Json(DecisionsResponse { decisions, documents }))
}

/// Undoes a batch of decisions of the one who asks.
#[utoipa::path(post, path = "/projects/{id}/undo", tag = "projects", params(("id" = i64, Path, description = "The project")), request_body = UndoRequest, responses(
    (status = 200, body = Batch),
    (status = "default", body = ErrorResponse, description = "Any error"),
))]
pub(in crate::service) async fn undo(
    State(state): State<AppState>,
    Path(id): Path<i64>,
    Who(who): Who,
    Json(request): Json<UndoRequest>,
) -> Result<Json<Batch>> {
    let batch = state
        .wait(move |state| Ok(review::undo(state.database(), id, &who, request.batch, Timestamp::now())?))
        .await?;
    Ok(Json(batch))
}

/// Returns who decided what when, the last first.
#[utoipa::path(get, path = "/projects/{id}/history", tag = "projects", params(("id" = i64, Path, description = "The project")), responses(
    (status = 200, body = HistoryResponse),
    (status = "default", body = ErrorResponse, description = "Any error"),
))]
pub(in crate::service) async fn history(
    State(state): State<AppState>,
    Path(id): Path<i64>,
) -> Result<Json<HistoryResponse>> {
    let entries = state.wait(move |state| Ok(review::history(state.database(), id, MAX_HISTORY)?)).await?;
    let truncated = entries.len() >= MAX_HISTORY as usize;
    Ok(Json(HistoryResponse { entries, truncated }))
}
