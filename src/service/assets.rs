//! The page: files built by `make web` into `web/dist`, part of the binary.
//!
//! Paths of the page itself (`/search`, `/doc/CN…`) all give `index.html`, which reads the rest of its address;
//! a missing file below `/assets/` is 404, never a page. A binary without the page says how to build it.

use std::borrow::Cow;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{self, HeaderMap};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};

use super::error::{ApiError, ErrorCode};
use super::state::AppState;

/// A file of the page.
pub struct Asset {
    /// The content.
    pub bytes: Cow<'static, [u8]>,
    /// A hash of the content, hexadecimal.
    pub hash: String,
}

/// Finds a file of the page by its path (`index.html`, `assets/index-1a2b.js`).
pub type Assets = fn(&str) -> Option<Asset>;

#[derive(rust_embed::RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/web/dist"]
#[allow_missing = true]
struct Dist;

/// Returns the files that were built into the binary; a debug build reads them from `web/dist`.
pub fn embedded(path: &str) -> Option<Asset> {
    let file = <Dist as rust_embed::RustEmbed>::get(path)?;
    let hash = file.metadata.sha256_hash()[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    Some(Asset { bytes: file.data, hash })
}

/// Answers whatever is not an operation of the API.
pub(super) async fn page(State(state): State<AppState>, request: Request) -> Response {
    let path = request.uri().path();
    if path == "/api" || path.starts_with("/api/") {
        return ApiError::new(ErrorCode::NotFound, "there is no such operation; see `/api/v1/openapi.json`")
            .into_response();
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return ApiError::new(ErrorCode::InvalidInput, "pages can only be read")
            .with_status(StatusCode::METHOD_NOT_ALLOWED)
            .into_response();
    }
    let name = path.trim_start_matches('/');
    let find = state.assets();
    if let Some(asset) = (!name.is_empty()).then(|| find(name)).flatten() {
        return send(name, asset, request.headers());
    }
    if is_file(name) {
        return ApiError::new(ErrorCode::NotFound, "there is no such file").into_response();
    }
    match find("index.html") {
        Some(asset) => send("index.html", asset, request.headers()),
        None => ([NO_CACHE, (header::CONTENT_TYPE, "text/html; charset=utf-8")], PLACEHOLDER).into_response(),
    }
}

const NO_CACHE: (header::HeaderName, &str) = (header::CACHE_CONTROL, "no-cache");

/// The page that a binary without a page shows.
const PLACEHOLDER: &str = "<!doctype html>\n<html lang=\"zh\"><meta charset=\"utf-8\"><title>patnav</title>\n\
    <h1>patnav</h1>\n\
    <p>接口已就绪（<a href=\"/api/v1/openapi.json\">/api/v1</a>），但此程序未包含网页。请在源码目录运行 <code>make web</code> 后重新编译。\n\
    <p lang=\"en\">The API is ready (<a href=\"/api/v1/openapi.json\">/api/v1</a>), but this binary was built without \
    the page. Run <code>make web</code> in the source folder, then build again.\n</html>\n";

/// Endings by which a path is a file and no page. Document numbers may hold dots, so not every dot will do.
const TYPES: [(&str, &str); 14] = [
    ("html", "text/html; charset=utf-8"),
    ("js", "text/javascript; charset=utf-8"),
    ("mjs", "text/javascript; charset=utf-8"),
    ("css", "text/css; charset=utf-8"),
    ("json", "application/json"),
    ("map", "application/json"),
    ("svg", "image/svg+xml"),
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("webp", "image/webp"),
    ("ico", "image/x-icon"),
    ("woff2", "font/woff2"),
    ("txt", "text/plain; charset=utf-8"),
    ("webmanifest", "application/manifest+json"),
];

fn type_of(name: &str) -> Option<&'static str> {
    let (_, ending) = name.rsplit_once('.')?;
    TYPES.iter().find(|(known, _)| *known == ending).map(|(_, media_type)| *media_type)
}

fn is_file(name: &str) -> bool {
    name.starts_with("assets/") || type_of(name).is_some()
}

fn send(name: &str, asset: Asset, headers: &HeaderMap) -> Response {
    // Weak, since compression changes the bytes and not what they say.
    let tag = format!("W/\"{}\"", asset.hash);
    // Names below `assets/` hold a hash of their content.
    let cache = if name.starts_with("assets/") { "public, max-age=31536000, immutable" } else { NO_CACHE.1 };
    let known = headers.get_all(header::IF_NONE_MATCH).into_iter().filter_map(|value| value.to_str().ok());
    let fresh = known
        .flat_map(|value| value.split(','))
        .any(|known| matches!(known.trim(), "*") || known.trim() == tag);
    let about = [(header::ETAG, tag.as_str()), (header::CACHE_CONTROL, cache)];
    if fresh {
        return (StatusCode::NOT_MODIFIED, about).into_response();
    }
    let media_type = type_of(name).unwrap_or("application/octet-stream");
    (about, [(header::CONTENT_TYPE, media_type)], Body::from(asset.bytes)).into_response()
}
