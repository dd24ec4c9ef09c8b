//! Imports, and the jobs that they become.

use axum::extract::State;
use axum::http::StatusCode;

use crate::service::auth::Admin;
use crate::service::error::{ApiError, ErrorCode, ErrorResponse, Result};
use crate::service::extract::{Json, Path};
use crate::service::jobs;
use crate::service::state::AppState;
use crate::service::wire::{ImportAccepted, ImportRequest, Job, JobsResponse};
use crate::workspace;

/// Most paths of one import; a folder counts as one.
const MAX_IMPORT_PATHS: usize = 100;

/// Starts an import of files on the server's machine. Needs an administrator, where there are accounts.
#[utoipa::path(post, path = "/imports", tag = "imports", request_body = ImportRequest, responses(
    (status = 202, body = ImportAccepted),
    (status = "default", body = ErrorResponse, description = "Any error"),
))]
pub(in crate::service) async fn start_import(
    State(state): State<AppState>,
    _: Admin,
    Json(request): Json<ImportRequest>,
) -> Result<(StatusCode, Json<ImportAccepted>)> {
    let job = state
        .wait(move |state| {
            check(&request)?;
            let request = jobs::ImportRequest { paths: request.paths, format: request.format };
            Ok(state.jobs().enqueue(jobs::IMPORT, &request, state.config().job_queue)?)
        })
        .await?;
    Ok((StatusCode::ACCEPTED, Json(ImportAccepted { job: job.id.to_string() })))
}

fn check(request: &ImportRequest) -> Result<()> {
    let refuse = |message: String| Err(ApiError::new(ErrorCode::InvalidInput, message));
    let n_paths = request.paths.len();
    if n_paths == 0 || n_paths > MAX_IMPORT_PATHS {
        return refuse(format!(
            "`paths` has {n_paths} entries; give 1 to {MAX_IMPORT_PATHS}, a folder counts as one"
        ));
    }
    for path in &request.paths {
        if !path.is_absolute() {
            return refuse(format!(
                "`{}` is not absolute; write the whole path on the server",
                path.display()
            ));
        }
        if let Err(error) = std::fs::metadata(path) {
            return refuse(format!("cannot read `{}` on the server: {error}", path.display()));
        }
    }
    Ok(())
}

/// Lists the latest jobs.
#[utoipa::path(get, path = "/jobs", tag = "imports", responses(
    (status = 200, body = JobsResponse),
    (status = "default", body = ErrorResponse, description = "Any error"),
))]
pub(in crate::service) async fn list_jobs(State(state): State<AppState>) -> Result<Json<JobsResponse>> {
    let jobs = state.wait(|state| Ok(workspace::jobs::list(state.database())?)).await?;
    Ok(Json(JobsResponse { jobs: jobs.into_iter().map(Job::from).collect() }))
}

/// Returns a job.
#[utoipa::path(get, path = "/jobs/{id}", tag = "imports", params(("id" = String, Path, description = "The job")), responses(
    (status = 200, body = Job),
    (status = "default", body = ErrorResponse, description = "Any error"),
))]
pub(in crate::service) async fn job(
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<Json<Job>> {
    let job = state.wait(move |state| Ok(workspace::jobs::get(state.database(), number(&id)?)?)).await?;
    Ok(Json(job.into()))
}

/// Asks a job to end. One that runs ends at its next step; one that has ended stays as it is.
#[utoipa::path(post, path = "/jobs/{id}/cancel", tag = "imports", params(("id" = String, Path, description = "The job")), responses(
    (status = 200, body = Job),
    (status = "default", body = ErrorResponse, description = "Any error"),
))]
pub(in crate::service) async fn cancel_job(
    State(state): State<AppState>,
    _: Admin,
    Path(id): Path<String>,
) -> Result<Json<Job>> {
    let job = state.wait(move |state| Ok(state.jobs().cancel(number(&id)?)?)).await?;
    Ok(Json(job.into()))
}

fn number(id: &str) -> Result<i64> {
    Ok(id.parse().map_err(|_| workspace::Error::UnknownJob { id: id.to_owned() })?)
}
