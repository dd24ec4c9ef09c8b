//! The description of the API, which the page's types are generated from.

use serde_json::Value;

use super::Server;

/// The page's types are generated from the file, so it must be the one that the service describes itself by.
/// `UPDATE_OPENAPI=1 cargo test --test it openapi` writes it; `npm run gen` in `web/` follows.
#[test]
fn the_committed_openapi_file_is_the_one_of_the_service() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/web/openapi.json");
    let described = patnav::service::openapi_json();
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::write(path, &described).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap();
    assert!(
        committed == described,
        "`web/openapi.json` is old; run `UPDATE_OPENAPI=1 cargo test --test it openapi`, then `npm run gen` in `web/`"
    );
}

#[test]
fn the_routes_are_as_they_were_reviewed() {
    let api: Value = serde_json::from_str(&patnav::service::openapi_json()).unwrap();
    let mut routes: Vec<String> = Vec::new();
    for (path, methods) in api["paths"].as_object().unwrap() {
        routes.extend(methods.as_object().unwrap().keys().map(|method| format!("{method} {path}")));
    }
    routes.sort_unstable();
    insta::assert_snapshot!(routes.join("\n"), @r"
    delete /maps/{id}
    delete /parties/decisions/{id}
    delete /projects/{id}
    delete /sets/{name}
    get /columns
    get /documents/{key}
    get /health
    get /jobs
    get /jobs/{id}
    get /maps
    get /maps/{id}
    get /maps/{id}/difference/{earlier}
    get /maps/{id}/figures
    get /maps/{id}/figures/{figure}
    get /maps/{id}/points
    get /maps/{id}/regions
    get /openapi.json
    get /parties/decisions
    get /projects
    get /projects/{id}
    get /projects/{id}/decisions
    get /projects/{id}/history
    get /projects/{id}/lines
    get /projects/{id}/strategy
    get /sets
    get /sets/{name}
    get /snapshot
    patch /projects/{id}/lines/{number}
    post /export
    post /ideas
    post /ideas/elements
    post /ideas/report
    post /imports
    post /jobs/{id}/cancel
    post /login
    post /logout
    post /maps
    post /maps/{id}/project
    post /maps/{id}/statistics
    post /parties
    post /parties/decisions
    post /parties/review
    post /projects
    post /projects/{id}/decisions
    post /projects/{id}/lines
    post /projects/{id}/next
    post /projects/{id}/strategy/report
    post /projects/{id}/sufficiency
    post /projects/{id}/undo
    post /query
    post /reconcile
    post /search
    post /similar
    post /why
    put /projects/{id}
    put /sets/{name}
    ");
}

#[tokio::test]
async fn every_described_route_is_served() {
    let server = Server::new();
    let api = server.get("/api/v1/openapi.json").await;
    assert_eq!(api.header("content-type"), Some("application/json"));
    assert_eq!(api.text(), patnav::service::openapi_json());
    for (path, methods) in api.json()["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            let address = format!("/api/v1{}", path.replace("{key}", "CN110000001A").replace("{id}", "1"));
            let request = super::request(method.to_uppercase().parse().unwrap(), &address, None);
            let answer = server.send(request).await;
            let unrouted = answer.text().contains("there is no such operation");
            assert!(answer.status != 405 && !unrouted, "{method} {path}: {}", answer.status);
        }
    }
}

#[test]
fn every_type_that_the_description_names_is_described() {
    let text = patnav::service::openapi_json();
    let api: Value = serde_json::from_str(&text).unwrap();
    let known = api["components"]["schemas"].as_object().unwrap();
    for (at, start) in text.match_indices("#/components/schemas/") {
        let rest = &text[at + start.len()..];
        let name = &rest[..rest.find('"').unwrap()];
        assert!(known.contains_key(name), "{name}");
    }
}
