//! Which operation answers which path, and the layers around all of them.

use std::any::Any;
use std::sync::LazyLock;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::trace::TraceLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::assets;
use super::auth;
use super::error::{ApiError, ErrorCode};
use super::handlers::{corpus, imports, maps, parties, prior_art, projects, session, sets, strategy};
use super::security;
use super::state::AppState;

/// Where the API lives.
const PREFIX: &str = "/api/v1";

#[derive(OpenApi)]
#[openapi(
    info(
        title = "patnav",
        description = "Patent navigation and landscape search. Text offsets are UTF-16 units, dates `YYYY-MM-DD`."
    ),
    servers((url = "/api/v1")),
    tags(
        (name = "corpus", description = "Search and read"),
        (name = "imports", description = "Bring documents in"),
        (name = "maps", description = "Navigation maps and their figures"),
        (name = "projects", description = "Projects, query lines, sets, decisions"),
        (name = "server", description = "The server itself"),
    )
)]
struct Api;

/// Operations that need no session.
fn public() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(corpus::health)).routes(routes!(session::login))
}

/// Operations that need a session, where there are accounts.
fn private() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(corpus::snapshot))
        .routes(routes!(corpus::search))
        .routes(routes!(corpus::query))
        .routes(routes!(corpus::similar))
        .routes(routes!(corpus::document))
        .routes(routes!(corpus::columns))
        .routes(routes!(parties::list_parties))
        .routes(routes!(parties::review_parties))
        .routes(routes!(parties::list_decisions, parties::decide_parties))
        .routes(routes!(parties::undo_decision))
        .routes(routes!(prior_art::ideas))
        .routes(routes!(prior_art::idea_elements))
        .routes(routes!(prior_art::idea_report))
        .routes(routes!(prior_art::reconcile))
        .routes(routes!(prior_art::why))
        .routes(routes!(prior_art::export))
        .routes(routes!(imports::start_import))
        .routes(routes!(imports::list_jobs))
        .routes(routes!(imports::job))
        .routes(routes!(imports::cancel_job))
        .routes(routes!(maps::list_maps, maps::make_map))
        .routes(routes!(maps::map, maps::remove_map))
        .routes(routes!(maps::regions))
        .routes(routes!(maps::points))
        .routes(routes!(maps::project))
        .routes(routes!(maps::statistics))
        .routes(routes!(maps::difference))
        .routes(routes!(maps::figures))
        .routes(routes!(maps::figure))
        .routes(routes!(projects::list_projects, projects::create_project))
        .routes(routes!(projects::project, projects::change_project, projects::remove_project))
        .routes(routes!(projects::lines, projects::add_line))
        .routes(routes!(projects::change_line))
        .routes(routes!(projects::decide, projects::decisions))
        .routes(routes!(projects::undo))
        .routes(routes!(projects::history))
        .routes(routes!(strategy::strategy))
        .routes(routes!(strategy::strategy_report))
        .routes(routes!(strategy::sufficiency))
        .routes(routes!(strategy::next))
        .routes(routes!(sets::list_sets))
        .routes(routes!(sets::set, sets::put_set, sets::remove_set))
        .routes(routes!(session::logout))
        .routes(routes!(openapi))
}

static OPENAPI: LazyLock<String> = LazyLock::new(|| {
    let (_, api) =
        OpenApiRouter::with_openapi(Api::openapi()).merge(public()).merge(private()).split_for_parts();
    let mut json = api.to_pretty_json().expect("a description is JSON");
    json.push('\n');
    json
});

/// Returns the description of the API as `web/openapi.json` holds it.
pub fn openapi_json() -> String {
    OPENAPI.clone()
}

/// Returns this description.
#[utoipa::path(get, path = "/openapi.json", tag = "server", responses((status = 200, description = "OpenAPI 3.1")))]
async fn openapi() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], OPENAPI.as_str())
}

/// Returns the whole service: the API, and the page for every other path.
pub fn router(state: AppState) -> Router {
    let session = middleware::from_fn_with_state(state.clone(), auth::check_session);
    let (api, _) =
        OpenApiRouter::new().merge(public()).merge(private().route_layer(session)).split_for_parts();
    let api = api
        .method_not_allowed_fallback(method_not_allowed)
        .layer(DefaultBodyLimit::max(state.config().max_body_bytes));
    Router::new()
        .nest(PREFIX, api)
        .fallback(assets::page)
        .layer(middleware::from_fn_with_state(state.clone(), limit_time))
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn_with_state(state.clone(), security::check_origin))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn(security::add_headers))
        // The path alone: queries travel in bodies, and the page keeps them after the question mark.
        .layer(TraceLayer::new_for_http().on_failure(()).make_span_with(|request: &Request| {
            tracing::info_span!("request", method = %request.method(), path = request.uri().path())
        }))
        .with_state(state)
}

async fn method_not_allowed() -> ApiError {
    ApiError::new(
        ErrorCode::InvalidInput,
        "this operation is called with another method; see `/api/v1/openapi.json`",
    )
    .with_status(StatusCode::METHOD_NOT_ALLOWED)
}

/// Ends a request that takes too long; what it has queued is dropped with it.
async fn limit_time(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let limit = state.config().request_timeout;
    let answer = tokio::time::timeout(limit, next.run(request)).await;
    answer.unwrap_or_else(|_| {
        let message = format!("the answer took longer than {} s; narrow the question", limit.as_secs_f64());
        ApiError::new(ErrorCode::Timeout, message).into_response()
    })
}

fn panicked(_: Box<dyn Any + Send>) -> Response {
    ApiError::internal("a handler panicked").into_response()
}
