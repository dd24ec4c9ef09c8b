//! Imports as jobs: from queued to done, cancelled, failed, interrupted.

use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::http::Method;
use patnav::error::Failure;
use patnav::service::{Import, ImportRequest, Stage, Step};
use patnav::workspace::{Database, jobs};
use serde_json::{Value, json};

use super::{Server, corpus, index, publication, query, request};

/// Asks for a job until it has ended, as the page does.
async fn ended(server: &Server, id: &str) -> Value {
    let asked = async {
        loop {
            let job = server.get(&format!("/api/v1/jobs/{id}")).await.json();
            if !["queued", "running"].contains(&job["state"].as_str().unwrap()) {
                return job;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(60), asked).await.unwrap()
}

async fn import(server: &Server) -> String {
    let answer = server.post("/api/v1/imports", json!({ "paths": [server.dir.path()] })).await;
    assert_eq!(answer.status, 202, "{}", answer.text());
    answer.json()["job"].as_str().unwrap().to_owned()
}

fn indexed() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    index(dir.path(), 0, &corpus());
    dir
}

fn step(stage: Stage, done: u64) -> Step {
    Step { stage, done, total: Some(4), unit: "documents" }
}

fn cancelled() -> Failure {
    patnav::index::Error::Cancelled.into()
}

#[tokio::test]
async fn an_import_brings_documents_and_a_result() {
    let asked = Arc::new(Mutex::new(None));
    let heard = Arc::clone(&asked);
    let dir = indexed();
    let data = dir.path().to_owned();
    let work: Arc<Import> = Arc::new(move |request: ImportRequest, tell: &(dyn Fn(Step) -> bool + Sync)| {
        *heard.lock().unwrap() = Some(request);
        assert!(tell(step(Stage::Reading, 0)));
        index(&data, 1, &[publication("CN110000009A", "掘进机截割头", 2023)]);
        assert!(tell(step(Stage::Indexing, 4)));
        Ok(
            json!({ "snapshot": "000002", "records": 1, "publications": 1, "by_format": {}, "diagnostics": {} }),
        )
    });
    let server = Server::on(dir, |_| {}, work);
    let body = json!({ "paths": [server.dir.path()], "format": "patnav-jsonl" });
    let answer = server.post("/api/v1/imports", body).await;
    assert_eq!(answer.status, 202);
    let id = answer.json()["job"].as_str().unwrap().to_owned();
    let job = ended(&server, &id).await;
    assert_eq!((&job["state"], &job["kind"]), (&json!("done"), &json!("import")));
    assert_eq!(job["result"]["snapshot"], "000002");
    assert_eq!(job["progress"]["stage"], "indexing");
    assert_eq!((&job["progress"]["done"], &job["progress"]["total"]), (&json!(4), &json!(4)));
    let asked = asked.lock().unwrap().take().unwrap();
    assert_eq!(
        (asked.paths.as_slice(), asked.format.as_deref()),
        (&[server.dir.path().to_owned()][..], Some("patnav-jsonl"))
    );
    let found = server.post("/api/v1/search", query("掘进机 AND 截割头")).await.json();
    assert_eq!(found["total"]["publications"], 1, "who sees the job done can search what it brought");
}

#[tokio::test]
async fn imports_name_files_that_are_there() {
    let server = Server::new();
    let here = server.dir.path().to_str().unwrap().to_owned();
    for paths in [
        json!([]),
        json!(["relative.xml"]),
        json!([format!("{here}/missing.xml")]),
        json!(vec![here.clone(); 101]),
    ] {
        let answer = server.post("/api/v1/imports", json!({ "paths": paths })).await;
        assert_eq!(answer.error(), (400, "invalid_input".to_owned()), "{paths}");
    }
    assert_eq!(server.get("/api/v1/jobs").await.json(), json!({ "jobs": [] }));
}

#[tokio::test]
async fn a_decision_about_names_queues_the_columns_that_follow_it() {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&asked);
    let work: Arc<Import> = Arc::new(move |request: ImportRequest, _: &(dyn Fn(Step) -> bool + Sync)| {
        heard.lock().unwrap().push(request);
        Ok(json!({}))
    });
    let server = Server::on(indexed(), |_| {}, work);
    let body = json!({ "verdict": "merge", "a": "甲煤机有限公司", "b": "乙煤机有限公司" });
    let answer = server.post("/api/v1/parties/decisions", body).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let decided = answer.json();
    let job = ended(&server, decided["job"].as_str().unwrap()).await;
    assert_eq!((&job["state"], &job["kind"]), (&json!("done"), &json!("columns")));
    let path = format!("/api/v1/parties/decisions/{}", decided["id"]);
    let undone = server.send(request(Method::DELETE, &path, None)).await.json();
    assert_eq!(ended(&server, undone["job"].as_str().unwrap()).await["state"], "done");
    let listed = server.get("/api/v1/parties/decisions").await.json();
    assert!(listed["decisions"][0].get("job").is_none(), "{listed}");
    let asked = asked.lock().unwrap();
    assert!(asked.len() == 2 && asked.iter().all(|request| request.paths.is_empty()), "{asked:?}");
}

/// An import that says when it has begun and then goes on until it is told to stop.
fn endless() -> (Arc<Import>, mpsc::Receiver<()>) {
    let (begun, has_begun) = mpsc::channel();
    let work = move |_: ImportRequest, tell: &(dyn Fn(Step) -> bool + Sync)| -> Result<Value, Failure> {
        begun.send(()).unwrap();
        while tell(step(Stage::Reading, 1)) {
            std::thread::yield_now();
        }
        Err(cancelled())
    };
    (Arc::new(work), has_begun)
}

#[tokio::test]
async fn a_running_job_and_a_waiting_job_are_cancelled() {
    let (work, has_begun) = endless();
    let server = Server::on(indexed(), |_| {}, work);
    let (running, waiting) = (import(&server).await, import(&server).await);
    has_begun.recv().unwrap();
    let jobs = server.get("/api/v1/jobs").await.json();
    let listed: Vec<(&str, &str)> = jobs["jobs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|job| (job["id"].as_str().unwrap(), job["state"].as_str().unwrap()))
        .collect();
    assert_eq!(listed, [(waiting.as_str(), "queued"), (running.as_str(), "running")], "newest first");
    let cancel = |id: &str| format!("/api/v1/jobs/{id}/cancel");
    assert_eq!(server.post(&cancel(&waiting), json!({})).await.json()["state"], "cancelled");
    assert_eq!(server.post(&cancel(&running), json!({})).await.status, 200);
    let job = ended(&server, &running).await;
    assert_eq!((&job["state"], job.get("error")), (&json!("cancelled"), None));
    assert_eq!(
        server.post(&cancel(&running), json!({})).await.json()["state"],
        "cancelled",
        "asking again is no fault"
    );
    assert_eq!(server.post(&cancel("99"), json!({})).await.error().0, 404);
}

#[tokio::test]
async fn a_full_job_queue_refuses() {
    let (work, has_begun) = endless();
    let server = Server::on(indexed(), |config| config.job_queue = 1, work);
    let running = import(&server).await;
    has_begun.recv().unwrap();
    let waiting = import(&server).await;
    let answer = server.post("/api/v1/imports", json!({ "paths": [server.dir.path()] })).await;
    assert_eq!(answer.error(), (503, "unavailable".to_owned()));
    for id in [&waiting, &running] {
        server.post(&format!("/api/v1/jobs/{id}/cancel"), json!({})).await;
    }
    ended(&server, &running).await;
}

#[tokio::test]
async fn a_failed_import_keeps_its_error_and_the_next_one_runs() {
    let work: Arc<Import> =
        Arc::new(|request: ImportRequest, _: &(dyn Fn(Step) -> bool + Sync)| {
            match request.format.as_deref() {
                Some("panic") => panic!("on purpose"),
                _ => Err(patnav::index::Error::DiskFull { path: "/data".into() }.into()),
            }
        });
    let server = Server::on(indexed(), |_| {}, work);
    let panics = json!({ "paths": [server.dir.path()], "format": "panic" });
    let first = server.post("/api/v1/imports", panics).await.json()["job"].as_str().unwrap().to_owned();
    let second = import(&server).await;
    let job = ended(&server, &first).await;
    assert_eq!((&job["state"], &job["error"]["code"]), (&json!("failed"), &json!("internal")));
    let job = ended(&server, &second).await;
    assert_eq!((&job["state"], &job["error"]["code"]), (&json!("failed"), &json!("unavailable")));
    assert!(job["error"]["message"].as_str().unwrap().contains("no space left"), "{job}");
}

#[tokio::test]
async fn a_restart_marks_what_ran_and_goes_on_with_what_waited() {
    let dir = indexed();
    let database = Database::open(dir.path()).unwrap();
    let now = jiff::Timestamp::UNIX_EPOCH;
    let request = json!({ "paths": [dir.path()], "format": null });
    let ran = jobs::enqueue(&database, "import", &request, 8, now).unwrap().id.to_string();
    jobs::take_next(&database, now).unwrap();
    let waited = jobs::enqueue(&database, "import", &request, 8, now).unwrap().id.to_string();
    drop(database);
    let work: Arc<Import> =
        Arc::new(|_: ImportRequest, _: &(dyn Fn(Step) -> bool + Sync)| Ok(json!({ "records": 0 })));
    let server = Server::on(dir, |_| {}, work);
    assert_eq!(server.get(&format!("/api/v1/jobs/{ran}")).await.json()["state"], "interrupted");
    assert_eq!(ended(&server, &waited).await["state"], "done");
}

#[tokio::test]
async fn the_end_of_the_server_interrupts_the_running_job() {
    let (work, has_begun) = endless();
    let server = Server::on(indexed(), |_| {}, work);
    let (running, waiting) = (import(&server).await, import(&server).await);
    has_begun.recv().unwrap();
    server.state.stop_jobs();
    assert_eq!(ended(&server, &running).await["state"], "interrupted");
    let Server { state, dir } = server;
    drop(state);
    let after = Database::open(dir.path()).unwrap();
    assert_eq!(
        jobs::get(&after, waiting.parse().unwrap()).unwrap().state,
        jobs::State::Queued,
        "the next start takes it"
    );
}
