//! The HTTP service as a client meets it: requests in, answers out, without sockets.
//!
//! This file is the bench: a small corpus, a server over a temporary folder, and calls. The tests are beside it by
//! subject: `corpus` (search and read), `errors`, `access`, `jobs`, `maps`, `page`, `projects`, `strategy`, `contract`.

mod access;
mod contract;
mod corpus;
mod errors;
mod jobs;
mod maps;
mod page;
mod projects;
mod strategy;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use patnav::error::Failure;
use patnav::index::{Embedding, Options, Writer};
use patnav::patent::{
    Citation, Cited, Claim, ClaimSet, Description, Language, LocalText, Party, Publication,
    PublicationNumber, Role, Section, SectionKind,
};
use patnav::service::{AppState, Assets, Config, Error, Import, ImportRequest, Parts, Step, router};
use patnav::text::Analyzer;
use serde_json::{Value, json};
use tower::ServiceExt;

/// A server over a folder of its own.
struct Server {
    state: AppState,
    dir: tempfile::TempDir,
}

/// An answer, read to its end.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    bytes: Vec<u8>,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap()
    }

    fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).unwrap()
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The status and code of an error, which must have the one shape that errors have.
    fn error(&self) -> (u16, String) {
        let body = self.json();
        let keys: Vec<&String> = body.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["error"], "{body}");
        assert!(!body["error"]["message"].as_str().unwrap().is_empty(), "{body}");
        (self.status.as_u16(), body["error"]["code"].as_str().unwrap().to_owned())
    }
}

impl Server {
    /// A server on a folder with the small corpus.
    fn new() -> Self {
        Self::with(|_| {})
    }

    /// The same, with other settings.
    fn with(change: impl FnOnce(&mut Config)) -> Self {
        let dir = tempfile::tempdir().unwrap();
        index(dir.path(), 0, &corpus());
        Self::on(dir, change, no_import())
    }

    /// A server whose binary was built without the page.
    fn without_page(dir: tempfile::TempDir) -> Self {
        let state = start_with(dir.path(), |_| {}, no_import(), |_| None).unwrap();
        Self { state, dir }
    }

    fn on(dir: tempfile::TempDir, change: impl FnOnce(&mut Config), import: Arc<Import>) -> Self {
        let state = start(dir.path(), change, import).unwrap();
        Self { state, dir }
    }

    async fn get(&self, path: &str) -> Answer {
        self.send(request(Method::GET, path, None)).await
    }

    async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(request(Method::POST, path, Some(body))).await
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let answer = router(self.state.clone()).oneshot(request).await.unwrap();
        let (parts, body) = answer.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes().to_vec();
        Answer { status: parts.status, headers: parts.headers, bytes }
    }
}

fn request(method: Method, path: &str, body: Option<Value>) -> Request<Body> {
    let request = Request::builder().method(method).uri(path).header(header::HOST, "localhost:8080");
    match body {
        Some(body) => request
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string()))
            .unwrap(),
        None => request.body(Body::empty()).unwrap(),
    }
}

fn start(data: &Path, change: impl FnOnce(&mut Config), import: Arc<Import>) -> Result<AppState, Error> {
    start_with(data, change, import, page::files)
}

fn start_with(
    data: &Path,
    change: impl FnOnce(&mut Config),
    import: Arc<Import>,
    assets: Assets,
) -> Result<AppState, Error> {
    let mut config = Config {
        data: data.to_owned(),
        listen: ([127, 0, 0, 1], 8080).into(),
        hosts: vec!["patents.example".to_owned()],
        cpu_threads: 1,
        cpu_queue: 8,
        max_body_bytes: 100_000,
        request_timeout: Duration::from_secs(60),
        job_queue: 4,
        session_lifetime: Duration::from_secs(3600),
        shutdown_grace: Duration::from_secs(60),
    };
    change(&mut config);
    let packs = Arc::new(|| patnav::patent::domain::Pack::builtin().to_vec());
    AppState::new(Parts { config, analyzer: Analyzer::new(), embedder: None, import, packs, assets })
}

/// An import that a test does not expect.
fn no_import() -> Arc<Import> {
    Arc::new(|_: ImportRequest, _: &(dyn Fn(Step) -> bool + Sync)| -> Result<Value, Failure> {
        panic!("no import was expected")
    })
}

/// Commits documents as another process would.
fn index(data: &Path, hour: i64, documents: &[Publication]) {
    let options = Options {
        threads: 1,
        memory_bytes: 20_000_000,
        index_descriptions: true,
        embedding: Embedding::Lsa { dim: 8, seed: 1 },
        equivalents: Vec::new(),
        now: jiff::Timestamp::from_second(1_700_000_000 + hour * 3600).unwrap(),
    };
    let mut writer = Writer::open(data, Analyzer::new(), options).unwrap();
    for document in documents {
        writer.upsert(document.clone()).unwrap();
    }
    writer.commit(&[], &|_, _, _| true).unwrap();
}

fn publication(number: &str, title: &str, year: i16) -> Publication {
    Publication {
        number: Some(PublicationNumber::parse(number).unwrap()),
        titles: vec![LocalText::new(Language::guess(title), title)],
        parties: vec![Party::new(Role::Applicant, "虚构矿山装备有限公司", 1)],
        publication_date: Some(jiff::civil::date(year, 3, 1)),
        ..Publication::default()
    }
}

fn claim(number: u32, text: &str) -> Claim {
    Claim { number, text: text.to_owned(), refers_to: Vec::new() }
}

/// Five invented documents in four families.
fn corpus() -> Vec<Publication> {
    let mut drum = publication("CN110000001A", "一种𠮷型采煤机滚筒", 2018);
    drum.abstracts = vec![LocalText::new(Language::zh(), "本发明公开了一种滚筒。𠮷型叶片使采煤机截割平稳。")];
    drum.claims = vec![ClaimSet {
        lang: Language::zh(),
        translated: false,
        claims: vec![
            claim(1, "一种采煤机滚筒，其特征在于，包括螺旋叶片和端盘。"),
            claim(2, "根据权利要求1所述的采煤机滚筒，其特征在于，所述螺旋叶片为两头。"),
            claim(3, "一种采煤机，其特征在于，包括摇臂和机身。"),
        ],
    }];
    drum.descriptions = vec![Description {
        lang: Language::zh(),
        translated: false,
        sections: vec![Section {
            kind: SectionKind::TechnicalField,
            heading: Some("技术领域".to_owned()),
            paragraphs: vec!["本发明涉及采掘机械。".to_owned()],
        }],
    }];
    drum.family.simple = Some("F1".to_owned());
    let mut abroad = publication("US20190000001A1", "Shearer drum with spiral vanes", 2019);
    abroad.family.simple = Some("F1".to_owned());
    let mut support = publication("CN110000002A", "液压支架控制方法", 2020);
    let cited = Cited::Patent { number: PublicationNumber::parse("CN110000001A").unwrap(), date: None };
    support.citations = vec![Citation { cited, by: None, category: None }];
    support.abstracts = vec![LocalText::new(Language::zh(), "采煤机到位后液压支架前移。")];
    let pump = publication("CN110000003A", "乳化液泵站", 2021);
    let mut tank = publication("CN110000004A", "储氢罐", 2022);
    tank.abstracts = vec![LocalText::new(Language::zh(), "一种高压储氢罐内胆。")];
    vec![drum, abroad, support, pump, tank]
}

fn keys(hits: &Value) -> Vec<String> {
    hits.as_array().unwrap().iter().map(|hit| hit["key"].as_str().unwrap().to_owned()).collect()
}

/// What JavaScript's `text.slice(start, end)` gives.
fn slice(text: &Value, span: &Value) -> String {
    let units: Vec<u16> = text.as_str().unwrap().encode_utf16().collect();
    let at = |name: &str| usize::try_from(span[name].as_u64().unwrap()).unwrap();
    String::from_utf16(&units[at("start")..at("end")]).unwrap()
}

/// A search for a query and nothing else.
fn query(text: &str) -> Value {
    json!({ "query": text })
}
