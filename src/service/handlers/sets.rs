//! Named sets of documents.

use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;

use crate::service::error::{ErrorResponse, Result};
use crate::service::extract::{Json, Path};
use crate::service::state::AppState;
use crate::service::wire::{SetRequest, SetResponse, SetsResponse};
use crate::workspace::sets::{self, Set};

/// Lists the sets by name.
#[utoipa::path(get, path = "/sets", tag = "projects", responses(
    (status = 200, body = SetsResponse),
    (status = "default", body = ErrorResponse, description = "Any error"),
))]
pub(in crate::service) async fn list_sets(State(state): State<AppState>) -> Result<Json<SetsResponse>> {
    let sets = state.wait(|state| Ok(sets::list(state.database())?)).await?;
    Ok(Json(SetsResponse { sets }))
}

/// Returns a set with what it holds.
#[utoipa::path(get, path = "/sets/{name}", tag = "projects", params(("name" = String, Path, description = "The name")), responses(
    (status = 200, body = SetResponse),
    (status = "default", body = ErrorResponse, description = "Any error"),
))]
pub(in crate::service) async fn set(
    State(state): State<AppState>,
    Path(name): Path<String>,
) -> Result<Json<SetResponse>> {
    let (set, content) = state.wait(move |state| Ok(sets::get(state.database(), &name)?)).await?;
    Ok(Json(SetResponse { set, content }))
}

/// Saves a set under a name; 409 where there is one of another revision than the one given.
#[utoipa::path(put, path = "/sets/{name}", tag = "projects", params(("name" = String, Path, description = "The name")), request_body = SetRequest, responses(
    (status = 200, body = Set),
    (status = "default", body = ErrorResponse, description = "Any error"),
))]
pub(in crate::service) async fn put_set(
    State(state): State<AppState>,
    Path(name): Path<String>,
    Json(request): Json<SetRequest>,
) -> Result<Json<Set>> {
    let SetRequest { content, note, revision } = request;
    let saved = state
        .wait(move |state| {
            Ok(sets::put(state.database(), &name, &content, &note, revision, Timestamp::now())?)
        })
        .await?;
    Ok(Json(saved))
}

/// Removes a set.
#[utoipa::path(delete, path = "/sets/{name}", tag = "projects", params(("name" = String, Path, description = "The name")), responses(
    (status = 204),
    (status = "default", body = ErrorResponse, description = "Any error"),
))]
pub(in crate::service) async fn remove_set(
    State(state): State<AppState>,
    Path(name): Path<String>,
) -> Result<StatusCode> {
    state.wait(move |state| Ok(sets::remove(state.database(), &name)?)).await?;
    Ok(StatusCode::NO_CONTENT)
}
