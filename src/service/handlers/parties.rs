//! Names to organisations: list, review queue, decisions.
//!
//! Lists and the queue follow a decision at once. The columns that searches filter and facet by make a new snapshot, so
//! a decision queues a job for them and names it.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use crate::analytics::party::{Organisation, Parties};
use crate::service::error::{ApiError, ErrorCode, ErrorResponse, Result};
use crate::service::extract::{Json, Path};
use crate::service::state::AppState;
use crate::service::wire::{
    DecisionInfo, PartiesRequest, PartiesResponse, PartyDecisionsResponse, PartyInfo, ReviewPair,
    ReviewRequest, ReviewResponse, UnheardInfo,
};
use crate::workspace;
use crate::workspace::names::{self, NewDecision};

/// Most parties or pairs of one answer.
const MAX_LIMIT: usize = 500;

/// Parties of an answer that does not say how many.
const DEFAULT_LIMIT: usize = 50;

/// Lists organisations and persons with their spellings, groups and what joined them.
#[utoipa::path(post, path = "/parties", tag = "corpus", request_body = PartiesRequest, responses(
    (status = 200, body = PartiesResponse),
    (status = "default", body = ErrorResponse, description = "Any error"),
))]
pub(in crate::service) async fn list_parties(
    State(state): State<AppState>,
    Json(request): Json<PartiesRequest>,
) -> Result<Json<PartiesResponse>> {
    let limit = limit(request.limit)?;
    let answer = state.compute(move |state| {
        let (snapshot, parties) = state.parties()?;
        let mut found: Vec<&Organisation> =
            parties.organisations().iter().filter(|organisation| fits(organisation, &request)).collect();
        found.sort_by(|a, b| b.n_documents.cmp(&a.n_documents).then_with(|| a.name.cmp(&b.name)));
        Ok(PartiesResponse {
            snapshot: format!("{snapshot:06}"),
            total: found.len(),
            parties: found.into_iter().take(limit).map(PartyInfo::from).collect(),
            unheard: parties.unheard().iter().map(UnheardInfo::from).collect(),
        })
    });
    Ok(Json(answer.await?))
}

/// Lists doubtful pairs of names, for a person to decide.
#[utoipa::path(post, path = "/parties/review", tag = "corpus", request_body = ReviewRequest, responses(
    (status = 200, body = ReviewResponse),
    (status = "default", body = ErrorResponse, description = "Any error"),
))]
pub(in crate::service) async fn review_parties(
    State(state): State<AppState>,
    Json(request): Json<ReviewRequest>,
) -> Result<Json<ReviewResponse>> {
    let limit = limit(request.limit)?;
    let answer = state.compute(move |state| {
        let (snapshot, parties): (u64, Arc<Parties>) = state.parties()?;
        Ok(ReviewResponse {
            snapshot: format!("{snapshot:06}"),
            total: parties.n_doubts(),
            pairs: parties.review().iter().take(limit).map(ReviewPair::from).collect(),
        })
    });
    Ok(Json(answer.await?))
}

/// Lists all decisions about names, those undone as well.
#[utoipa::path(get, path = "/parties/decisions", tag = "corpus", responses(
    (status = 200, body = PartyDecisionsResponse),
    (status = "default", body = ErrorResponse, description = "Any error"),
))]
pub(in crate::service) async fn list_decisions(
    State(state): State<AppState>,
) -> Result<Json<PartyDecisionsResponse>> {
    let all = state.wait(|state| Ok(names::list(state.database(), true)?)).await?;
    Ok(Json(PartyDecisionsResponse { decisions: all.into_iter().map(DecisionInfo::from).collect() }))
}

/// Decides that two names are one organisation, or two.
#[utoipa::path(post, path = "/parties/decisions", tag = "corpus", request_body = NewDecision, responses(
    (status = 201, body = DecisionInfo),
    (status = "default", body = ErrorResponse, description = "Any error"),
))]
pub(in crate::service) async fn decide_parties(
    State(state): State<AppState>,
    Json(new): Json<NewDecision>,
) -> Result<(StatusCode, Json<DecisionInfo>)> {
    let now = jiff::Timestamp::now();
    let kept = state.wait(move |state| followed(state, names::add(state.database(), &new, now)?)).await?;
    Ok((StatusCode::CREATED, Json(kept)))
}

/// Undoes one decision; the others stay.
#[utoipa::path(delete, path = "/parties/decisions/{id}", tag = "corpus",
    params(("id" = i64, Path, description = "The number of the decision")),
    responses(
        (status = 200, body = DecisionInfo),
        (status = "default", body = ErrorResponse, description = "Any error"),
    )
)]
pub(in crate::service) async fn undo_decision(
    State(state): State<AppState>,
    Path(id): Path<i64>,
) -> Result<Json<DecisionInfo>> {
    let now = jiff::Timestamp::now();
    let undone = state.wait(move |state| followed(state, names::undo(state.database(), id, now)?)).await?;
    Ok(Json(undone))
}

/// Queues the columns that follow a decision. The decision is kept whatever becomes of that.
fn followed(state: &AppState, decision: names::Decision) -> Result<DecisionInfo> {
    let job = match state.jobs().enqueue_columns(state.config().job_queue) {
        Ok(job) => Some(job.id.to_string()),
        Err(workspace::Error::QueueFull { .. }) => None,
        Err(error) => return Err(error.into()),
    };
    let mut told = DecisionInfo::from(decision);
    told.job = job;
    Ok(told)
}

fn limit(asked: Option<usize>) -> Result<usize> {
    match asked.unwrap_or(DEFAULT_LIMIT) {
        limit @ 1..=MAX_LIMIT => Ok(limit),
        limit => {
            let message = format!("`limit` is {limit}; give 1 to {MAX_LIMIT}");
            Err(ApiError::new(ErrorCode::InvalidInput, message))
        }
    }
}

fn fits(organisation: &Organisation, request: &PartiesRequest) -> bool {
    let holds = |part: &str| {
        let part = part.to_lowercase();
        organisation.spellings.iter().any(|spelling| spelling.name.to_lowercase().contains(&part))
    };
    let belongs = |wanted: &str| {
        let mut all = organisation.groups.iter().chain(&organisation.chains);
        all.any(|group| group.id == wanted || group.name.zh == wanted || group.name.en == wanted)
    };
    request.name.as_deref().is_none_or(holds)
        && request.group.as_deref().is_none_or(belongs)
        && request.kind.as_deref().is_none_or(|wanted| organisation.kind.id() == wanted)
}
