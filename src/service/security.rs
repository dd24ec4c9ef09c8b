//! What every request must prove about where it comes from, and what every answer tells the browser.
//!
//! A page of another site that runs in a user's browser can send requests here. It cannot choose the `Host` header
//! (which stops DNS rebinding) nor hide its `Origin` (which stops forged posts).

use axum::extract::{Request, State};
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::{HeaderMap, Method, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::error::{ApiError, ErrorCode};
use super::state::AppState;

/// Sent with every answer. The page needs nothing from elsewhere and no inline script or style.
const HEADERS: [(HeaderName, &str); 7] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; style-src-attr 'none'; script-src 'self'; \
         worker-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; \
         form-action 'self'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=()"),
];

/// Adds the headers, and forbids caches to keep answers of the API.
pub(super) async fn add_headers(request: Request, next: Next) -> Response {
    let is_api = request.uri().path().starts_with("/api/");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if is_api {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

/// Refuses requests for another host, and changes that a page of another origin asks for.
pub(super) async fn check_origin(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let Some(authority) = authority(request.headers(), request.uri()) else {
        return forbidden("the request names no host");
    };
    if !state.config().answers_to(without_port(authority)) {
        let message =
            "this server does not answer to that host name; add it to `host_names` in the configuration";
        return forbidden(message);
    }
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if changes && !is_same_origin(request.headers(), authority) {
        return forbidden("a page of another origin may not do this");
    }
    next.run(request).await
}

fn forbidden(message: &str) -> Response {
    ApiError::new(ErrorCode::Forbidden, message).into_response()
}

/// Returns host and port as the client wrote them: the `Host` header, for HTTP/2 the authority.
fn authority<'a>(headers: &'a HeaderMap, uri: &'a Uri) -> Option<&'a str> {
    let host = headers.get(header::HOST).map(|host| host.to_str().ok());
    host.unwrap_or_else(|| uri.authority().map(axum::http::uri::Authority::as_str))
}

fn without_port(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        // `[::1]` has colons of its own, its port stands after the bracket.
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => authority,
    }
}

/// Programs other than browsers send neither header and are let through.
fn is_same_origin(headers: &HeaderMap, authority: &str) -> bool {
    if let Some(origin) = headers.get(header::ORIGIN) {
        let host = origin.to_str().ok().and_then(|origin| origin.split_once("://")).map(|(_, host)| host);
        return host.is_some_and(|host| host.eq_ignore_ascii_case(authority));
    }
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    site.is_none_or(|site| matches!(site, b"same-origin" | b"none"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_cut_from_names_and_addresses() {
        let check = |authority: &str, host: &str| assert_eq!(without_port(authority), host);
        check("localhost:8080", "localhost");
        check("localhost", "localhost");
        check("[::1]:8080", "[::1]");
        check("[::1]", "[::1]");
        check("127.0.0.1:1", "127.0.0.1");
    }
}
