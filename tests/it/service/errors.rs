//! Every error has one shape, a code that the page can translate, and a status.

use std::sync::mpsc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, header};
use serde_json::json;

use super::{Server, no_import, query, request};

fn is(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[tokio::test]
async fn a_broken_query_is_told_where_it_breaks() {
    let server = Server::new();
    let text = "𠮷型 AND (采煤机 OR 滚筒";
    let answer = server.post("/api/v1/search", query(text)).await;
    assert_eq!(answer.error(), is(400, "invalid_input"));
    let details = &answer.json()["error"]["details"];
    assert_eq!(super::slice(&json!(text), details).chars().next(), Some('('), "{details}");
    assert_eq!(details["errors"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_cannot_be_asked_is_the_callers_fault() {
    let server = Server::new();
    for body in [
        json!({}),
        json!({ "query": "泵", "unknown": 1 }),
        json!({ "query": 7 }),
        json!({ "query": "泵", "limit": 0 }),
        json!({ "query": "泵", "limit": 100_000 }),
        json!({ "query": "泵", "limit": -1 }),
        json!({ "query": "泵", "sort": "best" }),
        json!({ "query": "泵", "dialect": "other" }),
        json!({ "query": "泵", "facets": ["nothing"] }),
        json!({ "query": "泵", "filters": { "from": "soon" } }),
        json!({ "query": "" }),
    ] {
        let answer = server.post("/api/v1/search", body.clone()).await;
        assert_eq!(answer.error(), is(400, "invalid_input"), "{body}");
    }
    assert_eq!(server.post("/api/v1/similar", json!({})).await.error(), is(400, "invalid_input"));
}

#[tokio::test]
async fn bodies_must_be_json_of_a_bounded_size() {
    let server = Server::with(|config| config.max_body_bytes = 1_000);
    let search = |body: &'static str, media_type: &str| {
        let mut sent = request(Method::POST, "/api/v1/search", None);
        sent.headers_mut().insert(header::CONTENT_TYPE, media_type.parse().unwrap());
        *sent.body_mut() = Body::from(body);
        sent
    };
    let broken = server.send(search("{\"query\": ", "application/json")).await;
    assert_eq!(broken.error(), is(400, "invalid_input"));
    let form = server.send(search("query=x", "application/x-www-form-urlencoded")).await;
    assert_eq!(form.error(), is(415, "invalid_input"));
    let large = server.post("/api/v1/search", query(&"泵".repeat(1_000))).await;
    assert_eq!(large.error(), is(413, "too_large"));
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let server = Server::new();
    for path in
        ["/api/v1/nothing", "/api/nothing", "/api", "/api/v1/documents/CN999999999A", "/api/v1/jobs/7"]
    {
        assert_eq!(server.get(path).await.error(), is(404, "not_found"), "{path}");
    }
    assert_eq!(server.get("/api/v1/jobs/x").await.error(), is(404, "not_found"));
    let unknown = server.post("/api/v1/similar", json!({ "number": "CN999999999A" })).await;
    assert_eq!(unknown.error(), is(404, "not_found"));
    assert_eq!(server.get("/api/v1/search").await.error(), is(405, "invalid_input"));
    let delete = request(Method::DELETE, "/api/v1/snapshot", None);
    assert_eq!(server.send(delete).await.error(), is(405, "invalid_input"));
}

#[tokio::test]
async fn without_a_snapshot_the_remedy_is_to_index() {
    let server = Server::on(tempfile::tempdir().unwrap(), |_| {}, no_import());
    assert_eq!(server.get("/api/v1/health").await.json()["ok"], true);
    assert_eq!(server.get("/api/v1/snapshot").await.error(), is(404, "no_snapshot"));
    assert_eq!(server.post("/api/v1/search", query("泵")).await.error(), is(404, "no_snapshot"));
    assert_eq!(server.get("/api/v1/documents/CN1A").await.error(), is(404, "no_snapshot"));
    super::index(server.dir.path(), 0, &super::corpus());
    server.state.refresh().unwrap();
    assert_eq!(server.get("/api/v1/snapshot").await.status, 200);
}

#[tokio::test]
async fn a_cursor_of_a_snapshot_that_is_gone_is_a_conflict() {
    let server = Server::new();
    for cursor in ["v1.99.1.0000000000000000", "v1.1.1.0000000000000000", "nonsense"] {
        let answer = server.post("/api/v1/search", json!({ "query": "泵", "cursor": cursor })).await;
        assert_eq!(answer.error(), is(409, "conflict"), "{cursor}");
    }
}

/// Keeps the only worker of a server busy until the sender is dropped or used.
async fn occupy(server: &Server) -> mpsc::Sender<()> {
    let (release, blocked) = mpsc::channel::<()>();
    let (started, has_started) = tokio::sync::oneshot::channel();
    let state = server.state.clone();
    tokio::spawn(async move {
        let work = move || {
            started.send(()).unwrap();
            // An error is the end of the test, which releases the worker as well.
            let _ = blocked.recv();
        };
        state.cpu().run(work).await
    });
    has_started.await.unwrap();
    release
}

#[tokio::test]
async fn an_answer_that_takes_too_long_is_given_up() {
    let server = Server::with(|config| config.request_timeout = Duration::from_millis(20));
    let release = occupy(&server).await;
    assert_eq!(server.post("/api/v1/search", query("泵")).await.error(), is(504, "timeout"));
    drop(release);
}

#[tokio::test]
async fn a_full_queue_refuses_at_once() {
    let server = Server::with(|config| config.cpu_queue = 0);
    let release = occupy(&server).await;
    assert_eq!(server.post("/api/v1/search", query("泵")).await.error(), is(503, "unavailable"));
    assert_eq!(server.get("/api/v1/health").await.status, 200, "what needs no worker goes on");
    drop(release);
}

#[tokio::test]
async fn damaged_data_are_told_without_details_but_with_an_id() {
    let server = Server::new();
    super::index(server.dir.path(), 1, &[super::publication("CN110000009A", "掘进机", 2023)]);
    let manifest = server.dir.path().join("snapshots/000002/manifest.json");
    std::fs::write(&manifest, "{}").unwrap();
    assert!(server.state.refresh().is_err());
    let goes_on = server.get("/api/v1/snapshot").await.json();
    assert_eq!(goes_on["id"], "000001", "the snapshot before goes on answering");
    let answer = server.post("/api/v1/search", json!({ "query": "泵", "cursor": "v1.2.1.0" })).await;
    let (status, _) = answer.error();
    assert_eq!(status, 500);
    let text = answer.text();
    assert!(!text.contains("manifest"), "paths stay in the log: {text}");
    assert_eq!(answer.json()["error"]["details"]["request_id"].as_str().unwrap().len(), 16);
}
