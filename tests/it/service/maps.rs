//! Maps over HTTP: made by a job, read, counted, compared, and what becomes of them when the index moves on.

use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use patnav::error::Failure;
use patnav::service::{Import, ImportRequest, Stage, Step};
use patnav::workspace::{Database, jobs};
use serde_json::{Value, json};

use super::{Server, corpus, index, no_import, publication, request};

/// Asks for a job until it has ended.
async fn ended(server: &Server, id: &str) -> Value {
    let asked = async {
        loop {
            let job = server.get(&format!("/api/v1/jobs/{id}")).await.json();
            if !["queued", "running"].contains(&job["state"].as_str().unwrap()) {
                return job;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(120), asked).await.unwrap()
}

/// Makes a map and returns its id.
async fn made(server: &Server, body: Value) -> String {
    let answer = server.post("/api/v1/maps", body).await;
    assert_eq!(answer.status, 202, "{}", answer.text());
    let id = answer.json()["map"].as_str().unwrap().to_owned();
    let job = ended(server, &id).await;
    assert_eq!((&job["state"], &job["kind"]), (&json!("done"), &json!("map")), "{job}");
    id
}

fn everything() -> Value {
    json!({ "query": "*", "name": "全部" })
}

/// The keys of the points of a map.
async fn keys(server: &Server, id: &str) -> Vec<String> {
    let map = server.get(&format!("/api/v1/maps/{id}")).await.json();
    let points = map["map"]["points"].as_array().unwrap();
    points.iter().map(|point| point["key"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_map_is_made_and_read() {
    let server = Server::new();
    let id = made(&server, everything()).await;
    let job = server.get(&format!("/api/v1/jobs/{id}")).await.json();
    assert_eq!(job["result"], json!({ "map": id, "snapshot": "000001", "n_units": 4, "n_points": 4 }));
    assert_eq!(job["progress"]["stage"], "writing");
    let listed = server.get("/api/v1/maps").await.json();
    let info = &listed["maps"][0];
    assert_eq!((&info["id"], &info["name"], &info["by"]), (&json!(id), &json!("全部"), &json!("local")));
    assert_eq!((&info["basis"]["snapshot"], &info["snapshot_state"]), (&json!(1), &json!("current")));
    assert_eq!((&info["n_points"], &listed["damaged"]), (&json!(4), &json!([])));
    let keys = keys(&server, &id).await;
    assert_eq!(keys.len(), 4);
    assert!(keys.is_sorted());

    let regions = server.get(&format!("/api/v1/maps/{id}/regions")).await.json();
    assert_eq!(regions["regions"][0]["n"], 4);
    let columns = regions["points"]["overlays"].as_array().unwrap();
    let names: Vec<&str> = columns.iter().map(|column| column["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["year", "applicant"]);
    assert_eq!(columns[1]["titles"][0]["zh"], "虚构矿山装备有限公司");
    let points = server.get(&format!("/api/v1/maps/{id}/points")).await;
    assert_eq!(points.header("content-type"), Some("application/octet-stream"));
    assert_eq!(&points.bytes[..8], b"PNMAP\0\0\x01");
    assert_eq!(points.bytes.len(), 32 + 4 * (4 + 2 + 2 + 2 * names.len()));
    let mut places: Vec<u8> = (0..4).map(|at| points.bytes[32 + 4 * at]).collect();
    places.sort_unstable();
    assert_eq!(places, [0, 1, 2, 3], "every point once");
}

#[tokio::test]
async fn a_part_of_a_map_is_counted_however_it_is_named() {
    let server = Server::new();
    let id = made(&server, everything()).await;
    let address = format!("/api/v1/maps/{id}/statistics");
    let regions = server.get(&format!("/api/v1/maps/{id}/regions")).await.json();
    let edge = |name: &str| regions["frame"][name].as_f64().unwrap();
    let (x, y, width) = (edge("x"), edge("y"), edge("width"));
    let square = json!([[x, y], [x + width, y], [x + width, y + width], [x, y + width]]);
    for part in [
        json!({ "documents": keys(&server, &id).await }),
        json!({ "points": [3, 2, 1, 0, 0] }),
        json!({ "polygon": square }),
        json!({ "region": regions["regions"][0]["id"] }),
    ] {
        let found = server.post(&address, part.clone()).await.json();
        let statistics = &found["statistics"];
        assert_eq!(
            (&statistics["n_units"], &statistics["n_documents"]),
            (&json!(4), &json!(5)),
            "{part}: {found}"
        );
        let groups = statistics["groups"].as_array().unwrap();
        let group = |id: &str| groups.iter().find(|group| group["id"] == id).unwrap();
        let row = &group("applicant")["rows"][0];
        assert_eq!((&row["value"], &row["n"]), (&json!("虚构矿山装备有限公司"), &json!(4)));
        assert_eq!(row["documents"], statistics["documents"]);
        assert!(group("leaf")["missing"].as_str().unwrap().contains("no column `tag`"));
        assert_eq!((&found["unknown"], &found["snapshot"]), (&json!([]), &json!(1)));
    }
    // The other document of a family stands for it, and what is not on the map is said.
    let part = json!({ "documents": ["US20190000001A1", "CN999999999A"], "list": 0 });
    let found = server.post(&address, part).await.json();
    assert_eq!((&found["statistics"]["n_units"], &found["unknown"]), (&json!(1), &json!(["CN999999999A"])));
    assert_eq!(
        (&found["statistics"]["documents"], &found["statistics"]["documents_cut"]),
        (&json!([]), &json!(true))
    );
    for bad in [
        json!({}),
        json!({ "points": [0], "region": 1 }),
        json!({ "points": [4] }),
        json!({ "polygon": [[0, 0], [1, 1]] }),
        json!({ "region": 99 }),
        json!({ "points": [0], "list": 100_001 }),
        json!({ "points": [0], "circle": 1 }),
    ] {
        assert_eq!(
            server.post(&address, bad.clone()).await.error(),
            (400, "invalid_input".to_owned()),
            "{bad}"
        );
    }
}

#[tokio::test]
async fn a_text_is_placed_among_its_nearest() {
    let server = Server::new();
    let id = made(&server, everything()).await;
    let address = format!("/api/v1/maps/{id}/project");
    let found = server.post(&address, json!({ "text": "高压储氢罐的内胆" })).await.json();
    assert_eq!(found["nearest"][0]["key"], "CN110000004A", "{found}");
    assert_eq!(found["nearest"][0]["title"]["zh"], "储氢罐");
    let point = &server.get(&format!("/api/v1/maps/{id}")).await.json()["map"]["points"][3];
    assert_eq!(point["key"], "CN110000004A");
    assert!(found["place"]["x"].is_number() && found["place"]["regions"] == point["regions"]);
    let nowhere = server.post(&address, json!({ "text": "zzzz qqqq" })).await.json();
    assert_eq!((nowhere.get("place"), &nowhere["nearest"]), (None, &json!([])));
    assert_eq!(server.post(&address, json!({ "text": " " })).await.error().0, 400);
}

#[tokio::test]
async fn figures_lead_to_formulas_and_documents() {
    let server = Server::new();
    let id = made(&server, everything()).await;
    let found = server.get(&format!("/api/v1/maps/{id}/figures")).await.json();
    let figures = found["figures"].as_array().unwrap();
    assert!(figures.len() >= 14);
    for head in figures {
        let name = head["id"].as_str().unwrap();
        let figure = server.get(&format!("/api/v1/maps/{id}/figures/{name}")).await.json();
        assert_eq!(
            figure["figure"]["rows"].as_array().unwrap().len() as u64,
            head["n_rows"].as_u64().unwrap()
        );
        assert_eq!(figure["basis"]["scope"], "*");
        let formulas = figure["formulas"].as_array().unwrap();
        for id in head["formulas"].as_array().unwrap() {
            assert!(formulas.iter().any(|formula| formula["id"] == *id), "{name}: {id}");
        }
        assert_eq!(head["n_rows"] == 0, head["missing"].is_object(), "{name}: an empty figure has a reason");
    }
    let applicants = server.get(&format!("/api/v1/maps/{id}/figures/applicants")).await.json();
    assert_eq!(applicants["figure"]["rows"][0]["documents"].as_array().unwrap().len(), 4);
    let unknown = server.get(&format!("/api/v1/maps/{id}/figures/none")).await;
    assert_eq!(unknown.error(), (404, "not_found".to_owned()));
    assert!(unknown.text().contains("trend-priority"));
}

#[tokio::test]
async fn a_later_map_continues_an_earlier_and_tells_the_difference() {
    let server = Server::new();
    let first = made(&server, everything()).await;
    index(server.dir.path(), 1, &[publication("CN110000009A", "掘进机截割头", 2023)]);
    server.state.refresh().unwrap();
    assert_eq!(server.get("/api/v1/maps").await.json()["maps"][0]["snapshot_state"], "kept");
    let mut body = everything();
    body["continues"] = json!(first);
    let second = made(&server, body).await;
    let third = made(&server, json!({ "query": "*", "counting": { "unit": "publication" } })).await;
    let found = server.get(&format!("/api/v1/maps/{second}/difference/{first}")).await.json();
    assert_eq!(found["difference"]["added"], json!(["CN110000009A"]));
    assert_eq!((&found["difference"]["removed"], &found["continued"]), (&json!([]), &json!(true)));
    let backwards = server.get(&format!("/api/v1/maps/{first}/difference/{second}")).await.json();
    assert_eq!(
        (&backwards["difference"]["removed"], &backwards["continued"]),
        (&json!(["CN110000009A"]), &json!(false))
    );
    let unlike = server.get(&format!("/api/v1/maps/{third}/difference/{first}")).await;
    assert_eq!(unlike.error(), (400, "invalid_input".to_owned()));
    assert_eq!(
        server.send(request(axum::http::Method::DELETE, &format!("/api/v1/maps/{first}"), None)).await.status,
        204
    );
    assert_eq!(server.get(&format!("/api/v1/maps/{first}")).await.error(), (404, "not_found".to_owned()));
    let ids: Vec<Value> = server.get("/api/v1/maps").await.json()["maps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|map| map["id"].clone())
        .collect();
    assert_eq!(ids, [json!(third), json!(second)], "newest first");
}

#[tokio::test]
async fn a_map_outlives_its_snapshot() {
    let server = Server::new();
    let id = made(&server, everything()).await;
    let Server { state, dir } = server;
    drop(state);
    // Four commits, more than a day apart: the first snapshot goes. The model stays.
    for (hour, number) in
        [(40, "CN110000011A"), (80, "CN110000012A"), (120, "CN110000013A"), (160, "CN110000014A")]
    {
        index(dir.path(), hour, &[publication(number, "液压支架", 2023)]);
    }
    let server = Server::on(dir, |_| {}, no_import());
    let info = &server.get("/api/v1/maps").await.json()["maps"][0];
    assert_eq!((&info["id"], &info["snapshot_state"]), (&json!(id), &json!("gone")));
    for part in ["", "/regions", "/points", "/figures", "/figures/applicants"] {
        assert_eq!(server.get(&format!("/api/v1/maps/{id}{part}")).await.status, 200, "{part}");
    }
    let counted =
        server.post(&format!("/api/v1/maps/{id}/statistics"), json!({ "points": [0] })).await.json();
    assert_eq!((&counted["statistics"]["n_units"], &counted["snapshot"]), (&json!(1), &json!(1)));
    let address = format!("/api/v1/maps/{id}/project");
    let model = |info: &Value| info["model"].clone();
    let same = model(&server.get("/api/v1/snapshot").await.json()) == model(info);
    let placed = server.post(&address, json!({ "text": "储氢罐" })).await;
    if same {
        assert_eq!(placed.json()["nearest"][0]["key"], "CN110000004A", "{}", placed.text());
    } else {
        assert_eq!(placed.error(), (409, "conflict".to_owned()));
        assert!(placed.text().contains("continues"));
    }
}

#[tokio::test]
async fn what_is_wrong_is_told_before_the_work() {
    let server = Server::with(|config| config.job_queue = 0);
    let refused = |body: Value, status: u16| {
        let server = &server;
        async move {
            let answer = server.post("/api/v1/maps", body.clone()).await;
            assert_eq!(answer.error().0, status, "{body}: {}", answer.text());
            answer
        }
    };
    let syntax = refused(json!({ "query": "ti=(采煤机" }), 400).await;
    assert!(syntax.json()["error"]["details"]["start"].is_number(), "{}", syntax.text());
    refused(json!({ "query": "*", "counting": { "unit": "piece" } }), 400).await;
    refused(json!({ "query": "*", "filters": { "from": "yesterday" } }), 400).await;
    refused(json!({ "query": "*", "name": "长".repeat(201) }), 400).await;
    refused(json!({ "query": "*", "continues": "7" }), 404).await;
    refused(json!({ "query": "*", "continues": "../7" }), 404).await;
    refused(everything(), 503).await;
    for path in ["7", "x", "-1", "7/regions", "7/points", "7/figures", "7/difference/8"] {
        assert_eq!(
            server.get(&format!("/api/v1/maps/{path}")).await.error(),
            (404, "not_found".to_owned()),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_scope_of_nothing_gives_an_empty_map_with_reasons() {
    let server = Server::new();
    let id = made(&server, json!({ "query": "ti=不存在的词组甲乙丙" })).await;
    assert_eq!(server.get(&format!("/api/v1/maps/{id}/points")).await.bytes.len(), 32);
    let figures = server.get(&format!("/api/v1/maps/{id}/figures")).await.json();
    assert!(figures["figures"].as_array().unwrap().iter().all(|figure| figure["missing"].is_object()));
    let placed = server.post(&format!("/api/v1/maps/{id}/project"), json!({ "text": "储氢罐" })).await.json();
    assert_eq!(placed.get("place"), None);
}

#[tokio::test]
async fn a_damaged_map_is_said_and_hides_no_other() {
    let server = Server::new();
    let (first, second) = (made(&server, everything()).await, made(&server, everything()).await);
    let folder = server.dir.path().join("maps");
    std::fs::write(folder.join(&first).join("about.json"), "{").unwrap();
    std::fs::write(folder.join(&second).join("facts.json"), "[]").unwrap();
    let listed = server.get("/api/v1/maps").await.json();
    assert_eq!((&listed["maps"][0]["id"], &listed["damaged"][0]["id"]), (&json!(second), &json!(first)));
    let answer = server.post(&format!("/api/v1/maps/{second}/statistics"), json!({ "points": [0] })).await;
    assert_eq!(answer.error(), (500, "corrupt".to_owned()));
    assert!(answer.text().contains("make it again"), "{}", answer.text());
    assert_eq!(server.get(&format!("/api/v1/maps/{second}")).await.status, 200);
}

#[tokio::test]
async fn a_waiting_map_is_cancelled_and_one_that_waited_survives_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    index(dir.path(), 0, &corpus());
    let (begun, has_begun) = mpsc::channel();
    let work = move |_: ImportRequest, tell: &(dyn Fn(Step) -> bool + Sync)| -> Result<Value, Failure> {
        begun.send(()).unwrap();
        while tell(Step { stage: Stage::Reading, done: 1, total: None, unit: "documents" }) {
            std::thread::yield_now();
        }
        Err(patnav::index::Error::Cancelled.into())
    };
    let import: Arc<Import> = Arc::new(work);
    let server = Server::on(dir, |_| {}, import);
    server.post("/api/v1/imports", json!({ "paths": [server.dir.path()] })).await;
    has_begun.recv().unwrap();
    let ask =
        async || server.post("/api/v1/maps", everything()).await.json()["map"].as_str().unwrap().to_owned();
    let (cancelled, waiting) = (ask().await, ask().await);
    let job = server.post(&format!("/api/v1/jobs/{cancelled}/cancel"), json!({})).await.json();
    assert_eq!(job["state"], "cancelled");
    server.state.stop_jobs();
    let Server { state, dir } = server;
    drop(state);
    // What a killed server had begun to write is swept away.
    std::fs::create_dir_all(dir.path().join("maps/9.part")).unwrap();
    let server = Server::on(dir, |_| {}, no_import());
    assert_eq!(ended(&server, &waiting).await["state"], "done");
    let maps = server.get("/api/v1/maps").await.json();
    assert_eq!((maps["maps"].as_array().unwrap().len(), &maps["maps"][0]["id"]), (1, &json!(waiting)));
    assert!(!server.dir.path().join("maps/9.part").exists());
}

#[tokio::test]
async fn a_map_that_another_version_queued_fails_with_a_remedy() {
    let dir = tempfile::tempdir().unwrap();
    index(dir.path(), 0, &corpus());
    let database = Database::open(dir.path()).unwrap();
    let now = jiff::Timestamp::UNIX_EPOCH;
    let queue =
        |kind: &str| jobs::enqueue(&database, kind, &json!({ "zoom": 1 }), 8, now).unwrap().id.to_string();
    let (unreadable, unknown) = (queue("map"), queue("dance"));
    drop(database);
    let server = Server::on(dir, |_| {}, no_import());
    for id in [unreadable, unknown] {
        let job = ended(&server, &id).await;
        assert_eq!((&job["state"], &job["error"]["code"]), (&json!("failed"), &json!("incompatible")));
        assert!(job["error"]["message"].as_str().unwrap().contains("ask for it again"), "{job}");
    }
}
