//! Who is asking. Without accounts the user of the machine is, and may do everything;
//! with accounts, or on an address that others can reach, every call but `health` and `login` needs a session.

use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::{self, HeaderMap};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;

use super::error::{ApiError, ErrorCode, Result};
use super::state::AppState;
use crate::workspace::accounts::{self, Role};
use crate::workspace::sessions;

/// The name of the session cookie.
pub(super) const COOKIE: &str = "patnav_session";

/// What the one who asks may do; every private route has it.
#[derive(Debug, Clone, Copy)]
struct Caller(Role);

/// An extractor that lets only administrators through.
pub(super) struct Admin;

impl<S: Send + Sync> FromRequestParts<S> for Admin {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        match parts.extensions.get::<Caller>() {
            Some(Caller(Role::Admin)) => Ok(Self),
            _ => Err(ApiError::new(ErrorCode::Forbidden, "this needs an administrator")),
        }
    }
}

/// Lets a request through that has a session, or needs none.
pub(super) async fn check_session(
    State(state): State<AppState>,
    mut request: Request,
    next: Next,
) -> Response {
    let token = token(request.headers()).map(str::to_owned);
    let role = state.wait(move |state| role(state, token.as_deref())).await;
    match role {
        Ok(role) => {
            request.extensions_mut().insert(Caller(role));
            next.run(request).await
        }
        Err(error) => error.into_response(),
    }
}

fn role(state: &AppState, token: Option<&str>) -> Result<Role> {
    if let Some(token) = token
        && let Some(account) = sessions::find(state.database(), token, Timestamp::now())?
    {
        return Ok(account.role);
    }
    if !state.config().is_public() && !accounts::any(state.database())? {
        return Ok(Role::Admin);
    }
    Err(ApiError::new(ErrorCode::Unauthorized, "log in first"))
}

/// Returns the session token of a request.
pub(super) fn token(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == COOKIE).map(|(_, token)| token)
}
