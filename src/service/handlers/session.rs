//! Logging in and out, where there are accounts.

use axum::extract::State;
use axum::http::header::{self, HeaderMap, HeaderName};
use jiff::{SignedDuration, Timestamp};

use crate::service::auth;
use crate::service::error::{ApiError, ErrorCode, ErrorResponse, Result};
use crate::service::extract::Json;
use crate::service::state::AppState;
use crate::service::wire::{LoginRequest, LoginResponse};
use crate::workspace::{accounts, sessions};

/// Opens a session: the answer sets its cookie.
///
/// Checking a password takes a core for tens of milliseconds, so the pool bounds how many can be tried.
#[utoipa::path(post, path = "/login", tag = "server", request_body = LoginRequest, responses(
    (status = 200, body = LoginResponse),
    (status = "default", body = ErrorResponse, description = "Any error"),
))]
pub(in crate::service) async fn login(
    State(state): State<AppState>,
    Json(request): Json<LoginRequest>,
) -> Result<([(HeaderName, String); 1], Json<LoginResponse>)> {
    state
        .compute(move |state| {
            let refused = || ApiError::new(ErrorCode::Unauthorized, "name or password is wrong");
            let account = accounts::verify(state.database(), &request.name, &request.password)?;
            let account = account.ok_or_else(refused)?;
            let (token, now) = (token(), Timestamp::now());
            let lifetime = state.config().session_lifetime;
            let lasts = SignedDuration::try_from(lifetime).unwrap_or(SignedDuration::MAX);
            let expires = now.saturating_add(lasts).expect("saturating");
            sessions::start(state.database(), &account.name, &token, now, expires)?;
            let cookie = cookie(&token, lifetime.as_secs());
            Ok((
                [(header::SET_COOKIE, cookie)],
                Json(LoginResponse { name: account.name, role: account.role }),
            ))
        })
        .await
}

/// Ends the session of the cookie.
#[utoipa::path(post, path = "/logout", tag = "server", responses(
    (status = 204, description = "Logged out"),
    (status = "default", body = ErrorResponse, description = "Any error"),
))]
pub(in crate::service) async fn logout(
    State(state): State<AppState>,
    headers: HeaderMap,
) -> Result<(axum::http::StatusCode, [(HeaderName, String); 1])> {
    if let Some(token) = auth::token(&headers).map(str::to_owned) {
        state.wait(move |state| Ok(sessions::end(state.database(), &token)?)).await?;
    }
    Ok((axum::http::StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie("", 0))]))
}

/// 256 random bits in hexadecimal.
fn token() -> String {
    let bytes: [u8; 32] = crate::service::random_bytes();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Scripts cannot read it and other sites cannot send it. Not `Secure`: the server itself speaks plain HTTP.
fn cookie(token: &str, seconds: u64) -> String {
    format!("{}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}", auth::COOKIE)
}
