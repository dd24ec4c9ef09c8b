//! Who may ask: hosts, origins, accounts.

use axum::body::Body;
use axum::http::{Method, Request, header};
use patnav::error::{Classify, ErrorKind};
use patnav::workspace::accounts::{self, Role};
use patnav::workspace::{Database, sessions};
use serde_json::json;

use super::{Answer, Server, corpus, index, no_import, query, request, start};

const PASSWORD: &str = "long enough 1";

/// A request with one header more, or another value of it.
fn with(mut request: Request<Body>, name: &'static str, value: &str) -> Request<Body> {
    request.headers_mut().insert(name, value.parse().unwrap());
    request
}

fn search() -> Request<Body> {
    request(Method::POST, "/api/v1/search", Some(query("泵")))
}

#[tokio::test]
async fn only_known_host_names_are_answered() {
    let server = Server::new();
    let get = |host: &str| with(request(Method::GET, "/api/v1/health", None), "host", host);
    for host in ["localhost", "LOCALHOST:8080", "127.0.0.1:8080", "[::1]:8080", "patents.example:443"] {
        assert_eq!(server.send(get(host)).await.status, 200, "{host}");
    }
    for host in ["attacker.example", "localhost.attacker.example:8080", "192.168.1.5", ""] {
        assert_eq!(server.send(get(host)).await.error().0, 403, "{host}");
    }
    let page = with(request(Method::GET, "/", None), "host", "attacker.example");
    assert_eq!(server.send(page).await.error(), (403, "forbidden".to_owned()), "the page as well");
    let mut nameless = request(Method::GET, "/api/v1/health", None);
    nameless.headers_mut().remove(header::HOST);
    assert_eq!(server.send(nameless).await.error().0, 403);
}

#[tokio::test]
async fn pages_of_other_origins_may_change_nothing() {
    let server = Server::new();
    for origin in ["http://localhost:8080", "https://LOCALHOST:8080"] {
        assert_eq!(server.send(with(search(), "origin", origin)).await.status, 200, "{origin}");
    }
    for origin in ["http://attacker.example", "http://localhost:9999", "null", "http://127.0.0.1:8080"] {
        assert_eq!(
            server.send(with(search(), "origin", origin)).await.error(),
            (403, "forbidden".to_owned()),
            "{origin}"
        );
    }
    assert_eq!(server.send(with(search(), "sec-fetch-site", "cross-site")).await.error().0, 403);
    assert_eq!(server.send(with(search(), "sec-fetch-site", "same-origin")).await.status, 200);
    let read = with(request(Method::GET, "/api/v1/snapshot", None), "origin", "http://attacker.example");
    assert_eq!(server.send(read).await.header("access-control-allow-origin"), None, "nor read");
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let server = Server::new();
    for path in ["/", "/assets/index-1.js", "/api/v1/snapshot", "/api/v1/nothing"] {
        let answer = server.get(path).await;
        let policy = answer.header("content-security-policy").unwrap();
        for part in
            ["default-src 'self'", "style-src-attr 'none'", "object-src 'none'", "frame-ancestors 'none'"]
        {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
    }
    assert_eq!(server.get("/api/v1/snapshot").await.header("cache-control"), Some("no-store"));
}

/// A server with an administrator and a member.
fn with_accounts(listen: [u8; 4]) -> Server {
    let dir = tempfile::tempdir().unwrap();
    index(dir.path(), 0, &corpus());
    let database = Database::open(dir.path()).unwrap();
    for (name, role, salt) in [("li.na", Role::Admin, [1; 16]), ("王芳", Role::Member, [2; 16])] {
        accounts::add(&database, name, PASSWORD, role, &salt, jiff::Timestamp::UNIX_EPOCH).unwrap();
    }
    Server::on(dir, |config| config.listen = (listen, 8080).into(), no_import())
}

async fn log_in(server: &Server, name: &str, password: &str) -> Answer {
    server.post("/api/v1/login", json!({ "name": name, "password": password })).await
}

fn cookie_of(answer: &Answer) -> String {
    answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn with_accounts_every_call_needs_a_session() {
    let server = with_accounts([127, 0, 0, 1]);
    for path in [
        "/api/v1/snapshot",
        "/api/v1/jobs",
        "/api/v1/columns",
        "/api/v1/openapi.json",
        "/api/v1/documents/CN1A",
    ] {
        assert_eq!(server.get(path).await.error(), (401, "unauthorized".to_owned()), "{path}");
    }
    assert_eq!(server.send(search()).await.error().0, 401);
    assert_eq!(server.send(with(search(), "cookie", "patnav_session=guess")).await.error().0, 401);
    assert_eq!(server.get("/api/v1/health").await.status, 200);
    for (name, password) in [("li.na", "wrong password"), ("nobody", PASSWORD), ("", "")] {
        assert_eq!(log_in(&server, name, password).await.error(), (401, "unauthorized".to_owned()), "{name}");
    }

    let answer = log_in(&server, "li.na", PASSWORD).await;
    assert_eq!(answer.json(), json!({ "name": "li.na", "role": "admin" }));
    let set = answer.header("set-cookie").unwrap();
    assert!(
        set.contains("; HttpOnly") && set.contains("; SameSite=Strict") && set.contains("; Max-Age=3600"),
        "{set}"
    );
    let cookie = cookie_of(&answer);
    let both = format!("theme=dark; {cookie}");
    assert_eq!(server.send(with(search(), "cookie", &both)).await.status, 200);

    let out = with(request(Method::POST, "/api/v1/logout", None), "cookie", &cookie);
    let out = server.send(out).await;
    assert_eq!(out.status, 204);
    assert!(out.header("set-cookie").unwrap().contains("Max-Age=0"));
    assert_eq!(server.send(with(search(), "cookie", &cookie)).await.error().0, 401);
}

#[tokio::test]
async fn an_expired_session_is_none() {
    let server = with_accounts([127, 0, 0, 1]);
    let database = Database::open(server.dir.path()).unwrap();
    let at = |second| jiff::Timestamp::from_second(second).unwrap();
    sessions::start(&database, "li.na", "old", at(0), at(10)).unwrap();
    assert_eq!(server.send(with(search(), "cookie", "patnav_session=old")).await.error().0, 401);
}

#[tokio::test]
async fn members_may_search_but_not_import() {
    let server = with_accounts([127, 0, 0, 1]);
    let cookie = cookie_of(&log_in(&server, "王芳", PASSWORD).await);
    assert_eq!(server.send(with(search(), "cookie", &cookie)).await.status, 200);
    let import = request(Method::POST, "/api/v1/imports", Some(json!({ "paths": ["/"] })));
    assert_eq!(server.send(with(import, "cookie", &cookie)).await.error(), (403, "forbidden".to_owned()));
    let cancel = request(Method::POST, "/api/v1/jobs/1/cancel", None);
    assert_eq!(server.send(with(cancel, "cookie", &cookie)).await.error(), (403, "forbidden".to_owned()));
}

#[tokio::test]
async fn without_accounts_nobody_can_log_in_and_nobody_has_to() {
    let server = Server::new();
    assert_eq!(log_in(&server, "li.na", PASSWORD).await.error().0, 401);
    assert_eq!(server.send(search()).await.status, 200);
}

#[tokio::test]
async fn an_address_that_others_reach_needs_accounts() {
    let dir = tempfile::tempdir().unwrap();
    let error = start(dir.path(), |config| config.listen = ([0, 0, 0, 0], 8080).into(), no_import());
    let error = error.err().unwrap();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.to_string().contains("patnav user add"), "{error}");
    let server = with_accounts([0, 0, 0, 0]);
    assert_eq!(server.send(search()).await.error().0, 401);
    let database = Database::open(server.dir.path()).unwrap();
    for name in ["王芳", "li.na"] {
        accounts::remove(&database, name).unwrap();
    }
    assert_eq!(server.send(search()).await.error().0, 401, "an open server stays closed without accounts");
}

#[tokio::test]
async fn one_folder_has_one_server() {
    let server = Server::new();
    let second = start(server.dir.path(), |_| {}, no_import());
    assert_eq!(second.err().map(|error| error.kind()), Some(ErrorKind::Conflict));
}
