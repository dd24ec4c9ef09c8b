//! The search of a project: lines that name lines, the strategy as a document, sufficiency, what to read next.

use axum::http::Method;
use serde_json::{Value, json};

use super::{Answer, Server, keys, request};

async fn send(server: &Server, method: Method, path: &str, body: Value) -> Answer {
    server.send(request(method, &format!("/api/v1{path}"), Some(body))).await
}

/// A project with these lines.
async fn project(server: &Server, lines: &[&str]) -> i64 {
    let elements = json!([{ "name": "采煤机", "words": ["采煤机", "shearer*"], "classes": [] }]);
    let made = server.post("/api/v1/projects", json!({ "name": "滚筒", "elements": elements })).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let id = made.json()["id"].as_i64().unwrap();
    for line in lines {
        let added =
            send(server, Method::POST, &format!("/projects/{id}/lines"), json!({ "query": line })).await;
        assert_eq!(added.status, 201, "{line}: {}", added.text());
    }
    id
}

async fn decide(server: &Server, id: i64, decided: &[(&str, &str)]) {
    let decisions: Vec<Value> =
        decided.iter().map(|(key, judgement)| json!({ "key": key, "judgement": judgement })).collect();
    let answer =
        send(server, Method::POST, &format!("/projects/{id}/decisions"), json!({ "decisions": decisions }))
            .await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

async fn found(server: &Server, id: i64, query: &str) -> Vec<String> {
    let answer = server.post("/api/v1/search", json!({ "query": query, "project": id })).await;
    assert_eq!(answer.status, 200, "{query}: {}", answer.text());
    let mut found = keys(&answer.json()["hits"]);
    found.sort();
    found
}

#[tokio::test]
async fn a_search_names_lines_and_sets() {
    let server = Server::new();
    let id = project(&server, &["tac=采煤机", "ti=液压支架", "#1 AND NOT #2"]).await;
    assert_eq!(found(&server, id, "#1 AND NOT #2").await, ["CN110000001A"]);
    assert_eq!(found(&server, id, "#3").await, ["CN110000001A"]);
    let keep = |content: Value| json!({ "content": content });
    let live = json!({ "query": { "query": "ti=泵站", "dialect": "patnav" } });
    for (name, content) in [("listed", json!({ "keys": ["CN110000004A"] })), ("live", live)] {
        assert_eq!(send(&server, Method::PUT, &format!("/sets/{name}"), keep(content)).await.status, 200);
    }
    assert_eq!(
        found(&server, id, "@listed OR @live OR #2").await,
        ["CN110000002A", "CN110000003A", "CN110000004A"]
    );
    // Without a project there are no lines; saved sets are everybody's.
    let alone = server.post("/api/v1/search", json!({ "query": "@live" })).await.json();
    assert_eq!(alone["total"]["publications"], 1);
    let lines = server.post("/api/v1/search", json!({ "query": "#1 OR @live" })).await;
    assert_eq!(lines.error(), (400, "invalid_input".to_owned()));
    // The counts of every clause, and exports, know the sets too.
    let echo = server.post("/api/v1/query", json!({ "query": "#1 AND NOT #2", "project": id })).await.json();
    let clauses = echo["clauses"].as_array().unwrap();
    assert_eq!(clauses.last().unwrap()["n"], 1, "{echo}");
    let file = server
        .post("/api/v1/export", json!({ "scope": "#3", "project": id, "format": "csv", "fields": ["key"] }));
    assert_eq!(file.await.text().lines().count(), 2);
}

#[tokio::test]
async fn what_a_line_or_set_cannot_name_is_told() {
    let server = Server::new();
    let id = project(&server, &["tac=采煤机"]).await;
    for (query, says) in [("#9 AND 泵", "#1"), ("@nowhere", "nowhere"), ("ti=(泵", "")] {
        let answer =
            send(&server, Method::POST, &format!("/projects/{id}/lines"), json!({ "query": query })).await;
        assert_eq!(answer.error().0, 400, "{query}");
        assert!(answer.text().contains(says), "{query}: {}", answer.text());
    }
    let unknown = json!({ "query": "泵", "dialect": "latin" });
    assert_eq!(send(&server, Method::POST, &format!("/projects/{id}/lines"), unknown).await.error().0, 400);
    let live = |query: &str| json!({ "content": { "query": { "query": query, "dialect": "patnav" } } });
    for (name, query) in [("a", "@b OR 泵"), ("b", "@a AND 泵"), ("line", "#1 OR 泵"), ("broken", "ti=(泵")]
    {
        assert_eq!(send(&server, Method::PUT, &format!("/sets/{name}"), live(query)).await.status, 200);
    }
    for (name, says) in
        [("@a", "needs itself"), ("@line", "lines belong to one project"), ("@broken", "cannot be read")]
    {
        let answer =
            server.post("/api/v1/search", json!({ "query": format!("{name} AND 泵"), "project": id })).await;
        assert_eq!(answer.error().0, 400, "{name}");
        assert!(answer.text().contains(says), "{name}: {}", answer.text());
    }
}

#[tokio::test]
async fn a_long_chain_of_lines_is_followed() {
    let server = Server::new();
    let id = project(&server, &["tac=采煤机"]).await;
    for number in 1..200 {
        let query = format!("#{number} AND #{number}");
        let path = format!("/projects/{id}/lines");
        assert_eq!(send(&server, Method::POST, &path, json!({ "query": query })).await.status, 201);
    }
    assert_eq!(found(&server, id, "#200").await, found(&server, id, "#1").await);
}

#[tokio::test]
async fn the_strategy_counts_what_each_line_adds_and_excludes() {
    let server = Server::new();
    let id = project(&server, &["tac=采煤机", "ti=储氢罐", "#1 NOT ti=液压支架", "#1 OR #2"]).await;
    decide(&server, id, &[("CN110000002A", "relevant"), ("CN110000004A", "not")]).await;
    let strategy = server.get(&format!("/api/v1/projects/{id}/strategy")).await.json();
    let element = &strategy["elements"][0];
    assert_eq!(element["by_words"]["query"], "tac=(\"采煤机\" OR shearer*)");
    assert_eq!(element["by_words"]["n"], json!({ "families": 2, "publications": 3 }));
    assert_eq!(element.get("by_classes"), None);
    let lines = strategy["lines"].as_array().unwrap();
    let counts = |n: usize, what: &str| lines[n][what]["families"].as_u64().unwrap();
    assert_eq!([counts(0, "hits"), counts(0, "new"), counts(0, "new_beside_base")], [2, 2, 2]);
    assert_eq!([counts(1, "hits"), counts(1, "new")], [1, 1]);
    assert_eq!([counts(2, "hits"), counts(2, "new"), counts(2, "new_beside_base")], [1, 0, 1]);
    assert_eq!([counts(3, "hits"), counts(3, "new"), counts(3, "new_beside_base")], [3, 0, 2]);
    assert_eq!(lines[3]["builds_on"], json!(["#1", "#2"]));
    let exclusion = &lines[2]["exclusions"][0];
    assert_eq!(exclusion["clause"], "ti=液压支架");
    assert_eq!(exclusion["removes"]["families"], 1);
    assert_eq!(exclusion["relevant_lost"], json!(["CN110000002A"]));
    assert_eq!(exclusion["lost_at_most"], 1);
    assert_eq!((lines[0]["n_read"].as_u64(), lines[0]["n_relevant"].as_u64()), (Some(1), Some(1)));
    assert_eq!(lines[0]["channel"], "words");

    // A line that is taken back stays, says what it found, and counts for no other.
    let back = json!({ "revision": 1, "removed": true });
    let path = format!("/projects/{id}/lines/1");
    assert_eq!(send(&server, Method::PATCH, &path, back).await.status, 200);
    let strategy = server.get(&format!("/api/v1/projects/{id}/strategy")).await.json();
    let lines = strategy["lines"].as_array().unwrap();
    assert_eq!((lines[0]["removed"].as_bool(), lines[0]["hits"]["families"].as_u64()), (Some(true), Some(2)));
    assert_eq!(lines[2]["new"]["families"], 1, "what the first line found is new again");
    assert_eq!(lines[3]["builds_on_removed"], json!([1]));
}

#[tokio::test]
async fn the_strategy_is_written_as_a_file_with_the_same_bytes_each_time() {
    let server = Server::new();
    let id = project(&server, &["tac=采煤机", "#1 NOT ti=液压支架", "ap=TREE@\"无\" AND 泵"]).await;
    decide(&server, id, &[("CN110000001A", "relevant")]).await;
    let path = format!("/projects/{id}/strategy/report");
    for (kind, lang) in [("docx", "zh"), ("html", "zh"), ("html", "en")] {
        let body = json!({ "kind": kind, "lang": lang, "sufficiency": {} });
        let first = send(&server, Method::POST, &path, body.clone()).await;
        assert_eq!(first.status, 200, "{}", first.text());
        assert_eq!(first.bytes, send(&server, Method::POST, &path, body).await.bytes, "{kind}");
        let name = format!("attachment; filename=\"search-strategy.{kind}\"");
        assert_eq!(first.header("content-disposition"), Some(name.as_str()));
        if kind == "html" {
            for said in ["#2", "ti=液压支架", "tac=采煤机", "patnav derive"] {
                assert!(first.text().contains(said), "{lang}: {said}");
            }
        }
    }
    let unknown =
        send(&server, Method::POST, "/projects/99/strategy/report", json!({ "kind": "html" })).await;
    assert_eq!(unknown.error().0, 404);
    let empty = project(&server, &[]).await;
    let path = format!("/projects/{empty}/strategy/report");
    let file = send(&server, Method::POST, &path, json!({ "kind": "html" })).await;
    assert_eq!(file.status, 200, "a project without lines has a document too");
}

#[tokio::test]
async fn sufficiency_says_what_decisions_samples_and_known_sets_tell() {
    let server = Server::new();
    let id = project(&server, &["tac=采煤机", "ct=CN110000001A", "#1 OR #2"]).await;
    decide(
        &server,
        id,
        &[("CN110000001A", "relevant"), ("CN110000002A", "relevant"), ("CN110000003A", "not")],
    )
    .await;
    let path = format!("/projects/{id}/sufficiency");
    let known = json!({ "known": ["CN110000001A", "US20190000001A1", "CN110000003A", "CN999999999A"] });
    let found = send(&server, Method::POST, &path, known).await.json();
    assert_eq!(found["result"], 3);
    assert_eq!(found["reading"], json!({ "n_read": 3, "n_relevant": 2, "steps": [2] }));
    assert_eq!(found["by_words"]["lines"], json!([1]));
    assert_eq!(found["by_classes"]["lines"], json!([2]));
    // Words: two relevant, citations: one of them, which is too little to estimate anything from.
    assert_eq!((found["n_both"].as_u64(), found["by_words"]["n_relevant"].as_u64()), (Some(1), Some(2)));
    assert!(found["recall"]["reason"].as_str().unwrap().contains("it takes 7"), "{found}");
    assert_eq!(found["caveats"], json!(["dependent_channels", "known_not_indexed"]));
    assert_eq!(found["precision"]["value"], 1.0, "both families of the result were read: {found}");
    assert_eq!(
        (found["precision"]["low"].as_f64(), found["sample"]["n_read"].as_u64()),
        (Some(1.0), Some(2))
    );
    assert_eq!(found["known"]["n"], 2, "two numbers are one family: {}", found["known"]);
    assert_eq!(found["known"]["missed"], json!(["CN110000003A"]));
    assert_eq!(found["known"]["not_indexed"], json!(["CN999999999A"]));
    assert_eq!(found["known_recall"]["value"], 0.5);
    assert_eq!(found["advice"], "read_more");
    for (body, status) in [
        (json!({ "result": 9 }), 400),
        (json!({ "by_words": [7] }), 400),
        (json!({ "sample": 100_000 }), 400),
        (json!({ "unknown": 1 }), 400),
    ] {
        assert_eq!(send(&server, Method::POST, &path, body.clone()).await.error().0, status, "{body}");
    }
    let empty = project(&server, &[]).await;
    let nothing =
        send(&server, Method::POST, &format!("/projects/{empty}/sufficiency"), json!({})).await.json();
    assert_eq!((nothing.get("result"), nothing["n_result"].as_u64()), (None, Some(0)));
    assert!(nothing["recall"]["value"].is_null() && nothing["recall"]["reason"].is_string(), "{nothing}");
}

#[tokio::test]
async fn what_is_left_to_read_leaves_decided_families_out_and_says_its_basis() {
    let server = Server::new();
    let id = project(&server, &["采煤机 OR 泵站 OR 储氢罐"]).await;
    let path = format!("/projects/{id}/next");
    let plain = send(&server, Method::POST, &path, json!({})).await.json();
    assert_eq!(plain["basis"]["method"], "plain_order");
    assert_eq!(plain["n_left"], 4);
    decide(&server, id, &[("US20190000001A1", "relevant"), ("CN110000004A", "not")]).await;
    let next = send(&server, Method::POST, &path, json!({})).await.json();
    assert_eq!(next["basis"]["method"], "learned");
    assert_eq!((next["basis"]["n_relevant"].as_u64(), next["basis"]["n_not"].as_u64()), (Some(1), Some(1)));
    let mut left = keys(&next["hits"]);
    left.sort();
    assert_eq!(left, ["CN110000002A", "CN110000003A"], "the family of a decided member is decided");
    assert_eq!(next["n_left"], 2);
    assert_eq!(send(&server, Method::POST, &path, json!({ "limit": 0 })).await.error().0, 400);
    let empty = project(&server, &[]).await;
    assert_eq!(
        send(&server, Method::POST, &format!("/projects/{empty}/next"), json!({})).await.error().0,
        400
    );
}
