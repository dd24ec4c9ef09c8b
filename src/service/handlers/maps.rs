//! Maps: made by a job, read, counted, compared.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::analytics::map;
use crate::index;
use crate::report::landscape::formulas;
use crate::service::auth::Who;
use crate::service::error::{ApiError, ErrorCode, ErrorResponse, Result};
use crate::service::extract::{Json, Path};
use crate::service::jobs;
use crate::service::maps::{self, About, MAX_MAPS, MapsError};
use crate::service::state::AppState;
use crate::service::wire::{
    DamagedMap, DifferenceResponse, FigureResponse, FiguresResponse, MapAccepted, MapInfo, MapRequest,
    MapResponse, MapsResponse, ProjectRequest, ProjectResponse, RegionsResponse, SelectionRequest,
    SelectionResponse, SnapshotState,
};

/// Characters of a name.
const MAX_NAME: usize = 200;
/// Corners of a polygon.
const MAX_CORNERS: usize = 10_000;
/// Documents that a count lists.
const MAX_LISTED: usize = 100_000;
/// Bytes of a text to be placed.
const MAX_TEXT: usize = 1 << 20;

/// Makes a map as a job: its place in the queue is that of every other job.
#[utoipa::path(post, path = "/maps", tag = "maps", request_body = MapRequest, responses(
    (status = 202, body = MapAccepted),
    (status = "default", body = ErrorResponse, description = "Any error"),
))]
pub(in crate::service) async fn make_map(
    State(state): State<AppState>,
    Who(by): Who,
    Json(request): Json<MapRequest>,
) -> Result<(StatusCode, Json<MapAccepted>)> {
    let accepted = state
        .compute(move |state| {
            let n = request.name.chars().count();
            if n > MAX_NAME {
                return refuse(format!("`name` has {n} characters, the limit is {MAX_NAME}"));
            }
            if state.maps().ids()?.len() >= MAX_MAPS {
                return Err(MapsError::TooMany.into());
            }
            let continues = request.continues.map(|id| state.maps().id(&id)).transpose()?;
            let MapRequest { query, filters, counting, name, .. } = request;
            let request = maps::Request { name, query, filters, counting, continues, by };
            // What is wrong with the query is told now, not by a job that fails.
            let (scope, _) = request.scope(&*state.reader()?)?;
            let job = state.jobs().enqueue(jobs::MAP, &request, state.config().job_queue)?;
            let id = job.id.to_string();
            Ok(MapAccepted { job: id.clone(), map: id, n_documents: scope.set.len() })
        })
        .await?;
    Ok((StatusCode::ACCEPTED, Json(accepted)))
}

/// Lists the maps.
#[utoipa::path(get, path = "/maps", tag = "maps", responses(
    (status = 200, body = MapsResponse),
    (status = "default", body = ErrorResponse, description = "Any error"),
))]
pub(in crate::service) async fn list_maps(State(state): State<AppState>) -> Result<Json<MapsResponse>> {
    let answer = state
        .wait(|state| {
            let standing = Standing::of(state)?;
            let mut answer = MapsResponse { maps: Vec::new(), damaged: Vec::new() };
            for id in state.maps().ids()?.into_iter().take(MAX_MAPS) {
                match state.maps().about(id) {
                    Ok(about) => answer.maps.push(standing.info(about)),
                    // One bad folder does not hide the others.
                    Err(error) => {
                        let error = ApiError::from(error).into_body();
                        answer.damaged.push(DamagedMap { id: id.to_string(), error });
                    }
                }
            }
            Ok(answer)
        })
        .await?;
    Ok(Json(answer))
}

/// Returns a map with all its points.
#[utoipa::path(get, path = "/maps/{id}", tag = "maps", params(("id" = String, Path, description = "The map")), responses(
    (status = 200, body = MapResponse),
    (status = "default", body = ErrorResponse, description = "Any error"),
))]
pub(in crate::service) async fn map(
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<Json<MapResponse>> {
    let answer = state
        .compute(move |state| {
            let id = state.maps().id(&id)?;
            Ok(MapResponse { info: info(state, id)?, map: state.maps().map(id)? })
        })
        .await?;
    Ok(Json(answer))
}

/// Removes a map. Maps that continue it stay as they are.
#[utoipa::path(delete, path = "/maps/{id}", tag = "maps", params(("id" = String, Path, description = "The map")), responses(
    (status = 204),
    (status = "default", body = ErrorResponse, description = "Any error"),
))]
pub(in crate::service) async fn remove_map(
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<StatusCode> {
    state.wait(move |state| Ok(state.maps().remove(state.maps().id(&id)?)?)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Returns the regions of a map with their labels, and what its points can be coloured by.
#[utoipa::path(get, path = "/maps/{id}/regions", tag = "maps", params(("id" = String, Path, description = "The map")), responses(
    (status = 200, body = RegionsResponse),
    (status = "default", body = ErrorResponse, description = "Any error"),
))]
pub(in crate::service) async fn regions(
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<Json<RegionsResponse>> {
    let answer = state
        .compute(move |state| {
            let id = state.maps().id(&id)?;
            let map = state.maps().map(id)?;
            Ok(RegionsResponse {
                info: info(state, id)?,
                frame: map.frame,
                quality: map.quality,
                before: map.before,
                regions: map.regions,
                points: state.maps().points_meta(id)?,
            })
        })
        .await?;
    Ok(Json(answer))
}

/// Returns the points of a map as columns of small integers, shuffled, so that any beginning is a fair sample.
///
/// Little-endian. 32 bytes: `PNMAP`, two zero bytes, the version (1); `u32` points, `u32` columns; `f32` left edge, lower
/// edge and width of the frame; four zero bytes. Then column after column: `u32` place of the point in the list of the
/// map, `u16` x, `u16` y (0 and 65,535 are the edges of the frame), and a `u16` for each column that `regions`
/// names (65,535: unknown).
#[utoipa::path(get, path = "/maps/{id}/points", tag = "maps", params(("id" = String, Path, description = "The map")), responses(
    (status = 200, description = "The points", content_type = "application/octet-stream"),
    (status = "default", body = ErrorResponse, description = "Any error"),
))]
pub(in crate::service) async fn points(
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<Response> {
    let bytes = state.wait(move |state| Ok(state.maps().points(state.maps().id(&id)?)?)).await?;
    Ok(([(header::CONTENT_TYPE, "application/octet-stream")], bytes).into_response())
}

/// Places a text on a map, among the families nearest in meaning.
#[utoipa::path(post, path = "/maps/{id}/project", tag = "maps", params(("id" = String, Path, description = "The map")),
    request_body = ProjectRequest, responses(
    (status = 200, body = ProjectResponse),
    (status = "default", body = ErrorResponse, description = "Any error"),
))]
pub(in crate::service) async fn project(
    State(state): State<AppState>,
    Path(id): Path<String>,
    Json(request): Json<ProjectRequest>,
) -> Result<Json<ProjectResponse>> {
    let placed = state
        .compute(move |state| {
            let n = request.text.len();
            if request.text.trim().is_empty() || n > MAX_TEXT {
                return refuse(format!("`text` has {n} bytes; give 1 to {MAX_TEXT}"));
            }
            let id = state.maps().id(&id)?;
            let (about, whole) = (state.maps().about(id)?, state.maps().whole(id)?);
            maps::project(state.snapshots(), &about, &whole, &request.text)
        })
        .await?;
    Ok(Json(placed.into()))
}

/// Counts a part of a map by year, applicant, leaf and term; each count names its documents.
#[utoipa::path(post, path = "/maps/{id}/statistics", tag = "maps", params(("id" = String, Path, description = "The map")),
    request_body = SelectionRequest, responses(
    (status = 200, body = SelectionResponse),
    (status = "default", body = ErrorResponse, description = "Any error"),
))]
pub(in crate::service) async fn statistics(
    State(state): State<AppState>,
    Path(id): Path<String>,
    Json(request): Json<SelectionRequest>,
) -> Result<Json<SelectionResponse>> {
    let answer = state
        .compute(move |state| {
            if request.list > MAX_LISTED {
                return refuse(format!("`list` is {}, the limit is {MAX_LISTED}", request.list));
            }
            let id = state.maps().id(&id)?;
            let (about, whole) = (state.maps().about(id)?, state.maps().whole(id)?);
            let (units, unknown) = whole.facts.units(selected(&whole.map, &request)?);
            Ok(SelectionResponse {
                snapshot: about.basis.snapshot,
                statistics: whole.facts.count(&units, request.list),
                unknown,
            })
        })
        .await?;
    Ok(Json(answer))
}

/// Returns the documents that a selection names.
fn selected<'a>(map: &'a map::Map, request: &'a SelectionRequest) -> Result<Vec<&'a str>> {
    let key = |point: &'a map::Point| point.key.as_str();
    match (&request.documents, &request.points, &request.polygon, request.region) {
        (Some(documents), None, None, None) => Ok(documents.iter().map(String::as_str).collect()),
        (None, Some(points), None, None) => {
            let found = points.iter().map(|at| {
                map.points.get(*at as usize).map(key).ok_or_else(|| {
                    let n = map.points.len();
                    ApiError::new(ErrorCode::InvalidInput, format!("there is no point {at}; the map has {n}"))
                })
            });
            found.collect()
        }
        (None, None, Some(polygon), None) => {
            let n = polygon.len();
            if !(3..=MAX_CORNERS).contains(&n) {
                return refuse(format!("`polygon` has {n} corners; give 3 to {MAX_CORNERS}"));
            }
            Ok(map.within(polygon).map(key).collect())
        }
        (None, None, None, Some(region)) => {
            if map.region(region).is_none() {
                return refuse(format!("the map has no region {region}"));
            }
            Ok(map.members(region).map(key).collect())
        }
        _ => refuse("give exactly one of `documents`, `points`, `polygon` and `region`".to_owned()),
    }
}

/// Says what came, went, grew, split or vanished between an earlier map and this one.
#[utoipa::path(get, path = "/maps/{id}/difference/{earlier}", tag = "maps",
    params(
        ("id" = String, Path, description = "The later map"),
        ("earlier" = String, Path, description = "The earlier map"),
    ),
    responses(
        (status = 200, body = DifferenceResponse),
        (status = "default", body = ErrorResponse, description = "Any error"),
    )
)]
pub(in crate::service) async fn difference(
    State(state): State<AppState>,
    Path((later, earlier)): Path<(String, String)>,
) -> Result<Json<DifferenceResponse>> {
    let answer = state
        .compute(move |state| {
            let (later, earlier) = (state.maps().id(&later)?, state.maps().id(&earlier)?);
            let (after, before) = (state.maps().about(later)?, state.maps().about(earlier)?);
            if after.basis.unit != before.basis.unit {
                let message =
                    "the two maps count different things as one, so their points cannot be compared";
                return refuse(message.to_owned());
            }
            let continued = continues(state, after.clone(), earlier);
            let standing = Standing::of(state)?;
            let whole = state.maps().whole(later)?;
            let names = whole.facts.names();
            let old = state.maps().map(earlier)?.renamed(|document| names.get(document).copied());
            Ok(DifferenceResponse {
                earlier: standing.info(before),
                later: standing.info(after),
                continued,
                difference: map::difference(&old, &whole.map),
            })
        })
        .await?;
    Ok(Json(answer))
}

/// Returns whether a map continues another, over any number of maps between.
fn continues(state: &AppState, later: About, earlier: i64) -> bool {
    let mut seen = BTreeSet::from([later.id]);
    let mut next = later.request.continues;
    while let Some(id) = next {
        if id == earlier {
            return true;
        }
        if !seen.insert(id) {
            return false;
        }
        next = state.maps().about(id).ok().and_then(|about| about.request.continues);
    }
    false
}

/// Returns what the figures of a map say.
#[utoipa::path(get, path = "/maps/{id}/figures", tag = "maps", params(("id" = String, Path, description = "The map")), responses(
    (status = 200, body = FiguresResponse),
    (status = "default", body = ErrorResponse, description = "Any error"),
))]
pub(in crate::service) async fn figures(
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<Json<FiguresResponse>> {
    let answer = state
        .compute(move |state| {
            let id = state.maps().id(&id)?;
            let landscape = state.maps().figures(id)?;
            Ok(FiguresResponse {
                info: info(state, id)?,
                formulas: formulas(&landscape),
                figures: landscape.figures.into_iter().map(Into::into).collect(),
            })
        })
        .await?;
    Ok(Json(answer))
}

/// Returns a figure of a map: numbers, formulas, counting rule, and the documents behind every row.
#[utoipa::path(get, path = "/maps/{id}/figures/{figure}", tag = "maps",
    params(
        ("id" = String, Path, description = "The map"),
        ("figure" = String, Path, description = "The figure: `trend-priority`"),
    ),
    responses(
        (status = 200, body = FigureResponse),
        (status = "default", body = ErrorResponse, description = "Any error"),
    )
)]
pub(in crate::service) async fn figure(
    State(state): State<AppState>,
    Path((id, figure)): Path<(String, String)>,
) -> Result<Json<FigureResponse>> {
    let answer = state
        .compute(move |state| {
            let mut landscape = state.maps().figures(state.maps().id(&id)?)?;
            if !landscape.figures.iter().any(|known| known.id == figure) {
                let known: Vec<&str> = landscape.figures.iter().map(|figure| figure.id.as_str()).collect();
                let message = format!("there is no figure `{figure}`; there are {}", known.join(", "));
                return Err(ApiError::new(ErrorCode::NotFound, message));
            }
            landscape.figures.retain(|known| known.id == figure);
            let formulas = formulas(&landscape);
            let figure = landscape.figures.pop().expect("one was kept");
            Ok(FigureResponse { basis: landscape.basis, formulas, figure })
        })
        .await?;
    Ok(Json(answer))
}

fn refuse<T>(message: String) -> Result<T> {
    Err(ApiError::new(ErrorCode::InvalidInput, message))
}

fn info(state: &AppState, id: i64) -> Result<MapInfo> {
    Ok(Standing::of(state)?.info(state.maps().about(id)?))
}

/// Which snapshots there are.
struct Standing {
    current: Option<u64>,
    kept: BTreeSet<u64>,
}

impl Standing {
    fn of(state: &AppState) -> Result<Self> {
        let kept = index::list(&state.config().data)?;
        let current = state.reader().ok().map(|reader| reader.id());
        Ok(Self { current, kept: kept.into_iter().map(|snapshot| snapshot.id).collect() })
    }

    fn info(&self, about: About) -> MapInfo {
        let state = match about.basis.snapshot {
            id if id == self.current => SnapshotState::Current,
            Some(id) if self.kept.contains(&id) => SnapshotState::Kept,
            _ => SnapshotState::Gone,
        };
        MapInfo::new(about, state)
    }
}
