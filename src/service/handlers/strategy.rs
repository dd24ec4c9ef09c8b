//! The search of a project as a document, whether it is enough, and what to read next.

use axum::body::Body;
use axum::extract::State;
use axum::response::Response;

use super::prior_art::{file, media_of, name_of};
use crate::analytics::strategy::{self, Question, Strategy, Sufficiency};
use crate::report;
use crate::search::next_to_read;
use crate::service::error::{ErrorResponse, Result};
use crate::service::extract::{Json, Path};
use crate::service::history::{self, History};
use crate::service::state::AppState;
use crate::service::wire::{NextRequest, NextResponse, ReportKind, StrategyFileRequest};

/// Returns the search of a project as a document: elements, log with net new hits, and what every NOT costs.
#[utoipa::path(get, path = "/projects/{id}/strategy", tag = "projects", params(("id" = i64, Path, description = "The project")), responses(
    (status = 200, body = Strategy),
    (status = "default", body = ErrorResponse, description = "Any error"),
))]
pub(in crate::service) async fn strategy(
    State(state): State<AppState>,
    Path(id): Path<i64>,
) -> Result<Json<Strategy>> {
    let answer = state
        .compute(move |state| {
            let history = History::load(state.database(), id)?;
            Ok(strategy::strategy(&*state.reader()?, &history.search())?)
        })
        .await?;
    Ok(Json(answer))
}

/// Returns the same as a file (检索式表); the same project on the same snapshot gives the same bytes.
#[utoipa::path(post, path = "/projects/{id}/strategy/report", tag = "projects", params(("id" = i64, Path, description = "The project")), request_body = StrategyFileRequest, responses(
    (status = 200, description = "The document", content_type = "application/octet-stream"),
    (status = "default", body = ErrorResponse, description = "Any error"),
))]
pub(in crate::service) async fn strategy_report(
    State(state): State<AppState>,
    Path(id): Path<i64>,
    Json(request): Json<StrategyFileRequest>,
) -> Result<Response> {
    let StrategyFileRequest { kind, lang, sufficiency } = request;
    let content = state
        .compute(move |state| {
            let (reader, history) = (state.reader()?, History::load(state.database(), id)?);
            let found = strategy::strategy(&reader, &history.search())?;
            let enough = sufficiency
                .map(|question| strategy::sufficiency(&reader, &history.search(), &history.order, &question))
                .transpose()?;
            let document = report::strategy::document(&found, enough.as_ref(), lang.unwrap_or_default());
            Ok(match kind {
                ReportKind::Docx => report::docx::write(&document)?,
                ReportKind::Html => report::html::write(&document).into_bytes(),
            })
        })
        .await?;
    Ok(file(media_of(kind), &name_of("search-strategy", kind), Body::from(content)))
}

/// Says whether the search of a project is enough: saturation, recall of two channels, precision, recall on a known set.
#[utoipa::path(post, path = "/projects/{id}/sufficiency", tag = "projects", params(("id" = i64, Path, description = "The project")), request_body = Question, responses(
    (status = 200, body = Sufficiency),
    (status = "default", body = ErrorResponse, description = "Any error"),
))]
pub(in crate::service) async fn sufficiency(
    State(state): State<AppState>,
    Path(id): Path<i64>,
    Json(question): Json<Question>,
) -> Result<Json<Sufficiency>> {
    let answer = state
        .compute(move |state| {
            let history = History::load(state.database(), id)?;
            Ok(strategy::sufficiency(&*state.reader()?, &history.search(), &history.order, &question)?)
        })
        .await?;
    Ok(Json(answer))
}

/// Orders what is left to read by what was decided so far.
#[utoipa::path(post, path = "/projects/{id}/next", tag = "projects", params(("id" = i64, Path, description = "The project")), request_body = NextRequest, responses(
    (status = 200, body = NextResponse),
    (status = "default", body = ErrorResponse, description = "Any error"),
))]
pub(in crate::service) async fn next(
    State(state): State<AppState>,
    Path(id): Path<i64>,
    Json(request): Json<NextRequest>,
) -> Result<Json<NextResponse>> {
    let answer = state
        .compute(move |state| {
            let history = History::load(state.database(), id)?;
            let request = request.into_request(history.last_line())?;
            let sets = history::sets_for(state.database(), Some(id), &request.query, request.dialect)?;
            Ok(next_to_read(&*state.reader()?, &request, &history.decided(), &sets)?)
        })
        .await?;
    Ok(Json(answer.into()))
}
