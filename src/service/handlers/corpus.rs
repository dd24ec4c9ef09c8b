//! Reading: snapshot, search, similar documents, one document, columns, health.

use std::time::Instant;

use axum::extract::State;

use crate::search;
use crate::service::document;
use crate::service::error::{ErrorResponse, Result};
use crate::service::extract::{Json, Path};
use crate::service::history;
use crate::service::state::AppState;
use crate::service::wire::{
    ColumnInfo, ColumnsResponse, DocumentResponse, Health, QueryRequest, QueryResponse, SearchRequest,
    SearchResponse, SimilarRequest, SimilarResponse, SnapshotResponse,
};

/// Says that the server answers. Needs no session.
#[utoipa::path(get, path = "/health", tag = "server", responses((status = 200, body = Health)))]
pub(in crate::service) async fn health() -> Json<Health> {
    Json(Health { ok: true, version: env!("CARGO_PKG_VERSION").to_owned() })
}

/// Returns what the current snapshot holds.
#[utoipa::path(get, path = "/snapshot", tag = "corpus", responses(
    (status = 200, body = SnapshotResponse),
    (status = "default", body = ErrorResponse, description = "Any error"),
))]
pub(in crate::service) async fn snapshot(State(state): State<AppState>) -> Result<Json<SnapshotResponse>> {
    let reader = state.reader()?;
    Ok(Json(search::snapshot_of(&reader).into()))
}

/// Finds documents: words, phrases and meaning, one hit a family.
#[utoipa::path(post, path = "/search", tag = "corpus", request_body = SearchRequest, responses(
    (status = 200, body = SearchResponse),
    (status = "default", body = ErrorResponse, description = "Any error"),
))]
pub(in crate::service) async fn search(
    State(state): State<AppState>,
    Json(request): Json<SearchRequest>,
) -> Result<Json<SearchResponse>> {
    let started = Instant::now();
    let project = request.project;
    let request = request.into_request()?;
    let answer = state
        .compute(move |state| {
            let sets = history::sets_for(state.database(), project, &request.query, request.dialect)?;
            Ok(search::search_with(&*state.reader_of(request.cursor.as_deref())?, &request, &sets)?)
        })
        .await?;
    Ok(Json(SearchResponse::new(answer, started.elapsed())))
}

/// Shows how a query is understood: canonical form, counts of its clauses, traps, translation.
#[utoipa::path(post, path = "/query", tag = "corpus", request_body = QueryRequest, responses(
    (status = 200, body = QueryResponse),
    (status = "default", body = ErrorResponse, description = "Any error"),
))]
pub(in crate::service) async fn query(
    State(state): State<AppState>,
    Json(request): Json<QueryRequest>,
) -> Result<Json<QueryResponse>> {
    let project = request.project;
    let request = request.into_request()?;
    let answer = state
        .compute(move |state| {
            let reader = state.reader()?;
            let sets = history::sets_for(state.database(), project, &request.query, request.dialect)?;
            let inspection = search::inspect_with(Some(&reader), &request, &sets)?;
            Ok(QueryResponse::new(&request.query, search::snapshot_of(&reader), inspection))
        })
        .await?;
    Ok(Json(answer))
}

/// Finds documents like one document or text.
#[utoipa::path(post, path = "/similar", tag = "corpus", request_body = SimilarRequest, responses(
    (status = 200, body = SimilarResponse),
    (status = "default", body = ErrorResponse, description = "Any error"),
))]
pub(in crate::service) async fn similar(
    State(state): State<AppState>,
    Json(request): Json<SimilarRequest>,
) -> Result<Json<SimilarResponse>> {
    let request = request.into_request();
    let answer = state.compute(move |state| Ok(search::similar(&*state.reader()?, &request)?)).await?;
    Ok(Json(answer.into()))
}

/// Returns one document with its family, citations and key phrases.
#[utoipa::path(get, path = "/documents/{key}", tag = "corpus",
    params(("key" = String, Path, description = "The key, or any number, of the document")),
    responses(
        (status = 200, body = DocumentResponse),
        (status = "default", body = ErrorResponse, description = "Any error"),
    )
)]
pub(in crate::service) async fn document(
    State(state): State<AppState>,
    Path(key): Path<String>,
) -> Result<Json<DocumentResponse>> {
    let answer = state.compute(move |state| document::find(&*state.reader()?, &key)).await?;
    Ok(Json(answer))
}

/// Lists the columns that filters and facets can name.
#[utoipa::path(get, path = "/columns", tag = "corpus", responses(
    (status = 200, body = ColumnsResponse),
    (status = "default", body = ErrorResponse, description = "Any error"),
))]
pub(in crate::service) async fn columns(State(state): State<AppState>) -> Result<Json<ColumnsResponse>> {
    let reader = state.reader()?;
    let column = |(name, kind, version): (&str, _, &str)| ColumnInfo {
        name: name.to_owned(),
        kind,
        version: version.to_owned(),
    };
    Ok(Json(ColumnsResponse {
        snapshot: search::snapshot_of(&reader).into(),
        columns: reader.columns().map(column).collect(),
    }))
}
