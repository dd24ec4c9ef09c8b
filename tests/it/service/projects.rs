//! Projects, query lines, decisions and sets, as a client meets them.

use axum::http::Method;
use serde_json::{Value, json};

use super::{Answer, Server, request};

async fn send(server: &Server, method: Method, path: &str, body: Value) -> Answer {
    server.send(request(method, &format!("/api/v1{path}"), Some(body))).await
}

async fn project(server: &Server) -> i64 {
    let answer = server.post("/api/v1/projects", json!({ "name": "煤岩识别" })).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()["id"].as_i64().unwrap()
}

#[tokio::test]
async fn a_project_is_made_changed_and_removed() {
    let server = Server::new();
    let id = project(&server).await;
    let change = |name: &str, revision: i64| json!({ "project": { "name": name }, "revision": revision });
    let path = format!("/projects/{id}");
    assert_eq!(send(&server, Method::PUT, &path, change("b", 1)).await.json()["revision"], 2);
    let late = send(&server, Method::PUT, &path, change("c", 1)).await;
    assert_eq!(late.error(), (409, "conflict".to_owned()));
    assert_eq!(server.get("/api/v1/projects").await.json()["projects"][0]["name"], "b");
    assert_eq!(server.send(request(Method::DELETE, &format!("/api/v1{path}"), None)).await.status, 204);
    assert_eq!(server.get(&format!("/api/v1{path}")).await.error(), (404, "not_found".to_owned()));
}

#[tokio::test]
async fn query_lines_are_numbered_and_can_be_taken_back() {
    let server = Server::new();
    let id = project(&server).await;
    let lines = format!("/projects/{id}/lines");
    for (query, number) in [("ti=泵", 1), ("#1 AND cc=CN", 2)] {
        let added = send(&server, Method::POST, &lines, json!({ "query": query })).await;
        assert_eq!((added.status.as_u16(), added.json()["number"].as_i64()), (201, Some(number)));
        assert_eq!(added.json()["who"], "local");
    }
    let back = json!({ "revision": 1, "removed": true });
    let changed = send(&server, Method::PATCH, &format!("{lines}/2"), back.clone()).await;
    assert_eq!(changed.json()["removed"], true);
    assert_eq!(send(&server, Method::PATCH, &format!("{lines}/2"), back).await.error().0, 409);
    assert_eq!(server.get(&format!("/api/v1{lines}")).await.json()["lines"].as_array().unwrap().len(), 2);
    assert_eq!(send(&server, Method::POST, &lines, json!({ "query": " " })).await.error().0, 400);
}

#[tokio::test]
async fn decisions_are_kept_once_and_undone() {
    let server = Server::new();
    let id = project(&server).await;
    let path = format!("/projects/{id}/decisions");
    let body = json!({
        "decisions": [{ "key": "A", "judgement": "relevant" }, { "key": "B", "judgement": "not", "note": "燃油泵" }],
        "token": "t1",
    });
    let first = send(&server, Method::POST, &path, body.clone()).await.json();
    assert_eq!(first["n_changed"], 2);
    assert_eq!(send(&server, Method::POST, &path, body).await.json()["id"], first["id"]);
    let found = server.get(&format!("/api/v1{path}")).await.json();
    assert_eq!(found["decisions"].as_array().unwrap().len(), 2);
    assert_eq!(found["documents"][0]["standing"], json!({ "agreed": "relevant" }));
    let undone =
        send(&server, Method::POST, &format!("/projects/{id}/undo"), json!({ "batch": first["id"] })).await;
    assert_eq!(undone.json()["n_changed"], 2);
    let history = server.get(&format!("/api/v1/projects/{id}/history")).await.json();
    assert_eq!(history["entries"].as_array().unwrap().len(), 2);
    assert_eq!(history["entries"][0]["undone"], true);
    let wrong =
        send(&server, Method::POST, &path, json!({ "decisions": [{ "key": "A", "judgement": "perhaps" }] }));
    assert_eq!(wrong.await.error().0, 400);
}

#[tokio::test]
async fn sets_are_saved_and_conflicts_told() {
    let server = Server::new();
    let body = json!({ "content": { "keys": ["CN2A", "CN1A"] }, "note": "read in May" });
    let saved = send(&server, Method::PUT, "/sets/core", body.clone()).await;
    assert_eq!((saved.json()["n_keys"].as_i64(), saved.json()["revision"].as_i64()), (Some(2), Some(1)));
    assert_eq!(send(&server, Method::PUT, "/sets/core", body).await.error(), (409, "conflict".to_owned()));
    let found = server.get("/api/v1/sets/core").await.json();
    assert_eq!(found["content"], json!({ "keys": ["CN1A", "CN2A"] }));
    let live = json!({ "content": { "query": { "query": "ti=泵", "dialect": "patnav" } }, "revision": 1 });
    assert_eq!(send(&server, Method::PUT, "/sets/core", live).await.json()["revision"], 2);
    assert_eq!(server.send(request(Method::DELETE, "/api/v1/sets/core", None)).await.status, 204);
    assert_eq!(server.get("/api/v1/sets/core").await.error().0, 404);
}
