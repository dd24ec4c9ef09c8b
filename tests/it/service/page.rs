//! The page: files, history fallback, caching, the placeholder.

use std::borrow::Cow;

use axum::http::{Method, header};
use patnav::service::Asset;

use super::{Server, corpus, index, request};

/// A page of two files.
pub(super) fn files(path: &str) -> Option<Asset> {
    let (text, hash) = match path {
        "index.html" => ("<!doctype html><title>页面</title>", "aa"),
        "assets/index-1.js" => (SCRIPT, "bb"),
        _ => return None,
    };
    Some(Asset { bytes: Cow::Borrowed(text.as_bytes()), hash: hash.to_owned() })
}

const SCRIPT: &str =
    "console.log('a script that is long enough for compression to be worth its while, 检索检索检索');";

#[tokio::test]
async fn every_address_of_the_page_gives_the_page() {
    let server = Server::new();
    for path in ["/", "/search?q=%E6%B3%B5", "/doc/CN110000001A", "/doc/app:CN201910000001.5", "/index.html"]
    {
        let answer = server.get(path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.text().contains("页面"), "{path}");
        assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
        assert_eq!(answer.header("cache-control"), Some("no-cache"));
    }
    let post = request(Method::POST, "/search", None);
    assert_eq!(server.send(post).await.error().0, 405);
}

#[tokio::test]
async fn hashed_files_are_kept_for_ever_and_missing_ones_are_no_page() {
    let server = Server::new();
    let answer = server.get("/assets/index-1.js").await;
    assert_eq!(answer.text(), SCRIPT);
    assert_eq!(answer.header("content-type"), Some("text/javascript; charset=utf-8"));
    assert!(answer.header("cache-control").unwrap().contains("immutable"));
    for path in ["/assets/index-2.js", "/assets/none", "/assets/../index.html", "/missing.js", "/favicon.ico"]
    {
        assert_eq!(server.get(path).await.error(), (404, "not_found".to_owned()), "{path}");
    }
}

#[tokio::test]
async fn a_known_file_is_not_sent_again() {
    let server = Server::new();
    let tag = server.get("/").await.header("etag").unwrap().to_owned();
    let ask = |known: &str| {
        let mut request = request(Method::GET, "/", None);
        request.headers_mut().insert(header::IF_NONE_MATCH, known.parse().unwrap());
        request
    };
    for known in [tag.clone(), format!("W/\"zz\", {tag}")] {
        let answer = server.send(ask(&known)).await;
        assert_eq!((answer.status.as_u16(), answer.bytes.len()), (304, 0), "{known}");
    }
    assert_eq!(server.send(ask("W/\"zz\"")).await.status, 200);
}

#[tokio::test]
async fn answers_are_compressed_for_those_who_can_read_it() {
    let server = Server::new();
    let mut ask = request(Method::GET, "/assets/index-1.js", None);
    ask.headers_mut().insert(header::ACCEPT_ENCODING, "gzip".parse().unwrap());
    let answer = server.send(ask).await;
    assert_eq!(answer.header("content-encoding"), Some("gzip"));
    assert_eq!(answer.bytes[..2], [0x1f, 0x8b]);
}

#[tokio::test]
async fn a_binary_without_the_page_says_how_to_build_it() {
    let dir = tempfile::tempdir().unwrap();
    index(dir.path(), 0, &corpus());
    let server = Server::without_page(dir);
    let answer = server.get("/search").await;
    assert_eq!(answer.status, 200);
    assert!(answer.text().contains("make web"));
    assert_eq!(server.get("/assets/index-1.js").await.error().0, 404);
}
