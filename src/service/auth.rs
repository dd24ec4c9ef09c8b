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

/// The name of the user of the machine, where there are no accounts.
pub const LOCAL_USER: &str = "local";

/// Who asks and what they may do; every private route has it.
#[derive(Debug, Clone)]
struct Caller {
    name: String,
    role: Role,
}

/// An extractor of the name under which what somebody decides is kept.
pub(super) struct Who(pub(super) String);

impl<S: Send + Sync> FromRequestParts<S> for Who {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let caller = parts.extensions.get::<Caller>();
        let caller = caller.ok_or_else(|| ApiError::new(ErrorCode::Unauthorized, "log in first"))?;
        Ok(Self(caller.name.clone()))
    }
}

/// An extractor that lets only administrators through.
pub(super) struct Admin;

impl<S: Send + Sync> FromRequestParts<S> for Admin {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        match parts.extensions.get::<Caller>() {
            Some(Caller { role: Role::Admin, .. }) => Ok(Self),
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
    let caller = state.wait(move |state| caller(state, token.as_deref())).await;
    match caller {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Err(error) => error.into_response(),
    }
}

fn caller(state: &AppState, token: Option<&str>) -> Result<Caller> {
    if let Some(token) = token
        && let Some(account) = sessions::find(state.database(), token, Timestamp::now())?
    {
        return Ok(Caller { name: account.name, role: account.role });
    }
    if !state.config().is_public() && !accounts::any(state.database())? {
        return Ok(Caller { name: LOCAL_USER.to_owned(), role: Role::Admin });
    }
    Err(ApiError::new(ErrorCode::Unauthorized, "log in first"))
}

/// Returns the session token of a request.
pub(super) fn token(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == COOKIE).map(|(_, token)| token)
}
