//! Measured quality: `patnav eval`, and what the evidence beside texts does to a search for prior art.

use std::fs;
use std::path::Path;

use patnav::index::Reader;
use patnav::search::{Filters, SimilarRequest, similar};
use patnav::text::Analyzer;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::corpus::{data, patnav};

#[track_caller]
fn eval(
    data: &Path,
    dir: &Path,
    queries: &str,
    qrels: &str,
    more: &[&str],
) -> Result<Value, (Option<i32>, String)> {
    let (questions, judgments) = (dir.join("queries.jsonl"), dir.join("qrels.tsv"));
    fs::write(&questions, queries).unwrap();
    fs::write(&judgments, qrels).unwrap();
    let (questions, judgments) = (questions.to_str().unwrap(), judgments.to_str().unwrap());
    let args = [&["eval", "--json", "--queries", questions, "--qrels", judgments], more].concat();
    let output = patnav(data, &args);
    if output.status.success() {
        Ok(serde_json::from_slice(&output.stdout).unwrap())
    } else {
        Err((output.status.code(), String::from_utf8(output.stderr).unwrap()))
    }
}

/// Three ways to ask for one document of the corpus, whose number finds it at once.
const QUERIES: &str = r#"{"id": "a", "query": "pn=CN154006000B"}
{"id": "b", "text": "CN154006000B", "note": "fields of the collection's own are passed over"}

{"id": "c", "query": "pn=CN154006000B"}
{"id": "d", "number": "CN154006000B"}
"#;
/// A document may be named by any of its numbers; `c` asks for one that there is not beside it, `d` is not judged.
const QRELS: &str =
    "query_id\tdoc_id\trel\na\tCN154006000B\t2\nb\tCN 154006000 B\t1\nc\tCN154006000B\t1\nc\tUS9\t1\n";

#[test]
fn eval_measures_questions_with_judgments() {
    let dir = TempDir::new().unwrap();
    let report = eval(data(), dir.path(), QUERIES, QRELS, &["--against", "words"]).unwrap();
    assert_eq!(
        (&report["n_queries"], &report["n_unjudged"], &report["n_missing"]),
        (&json!(3), &json!(1), &json!(1))
    );
    let mean = |name: &str| report[name]["mean"].as_f64().unwrap();
    assert!((mean("recall@1") - 2.5 / 3.0).abs() < 1e-9 && mean("mrr") == 1.0, "{report}");
    // The one of `c` that is there stands first; the other would have stood second.
    let c = 1.0 / (1.0 + 1.0 / 3_f64.log2());
    assert!((mean("ndcg@10") - (2.0 + c) / 3.0).abs() < 1e-9, "{report}");
    for name in ["ndcg@10", "recall@1", "recall@10", "recall@100", "mrr"] {
        let (low, high) = (report[name]["low"].as_f64().unwrap(), report[name]["high"].as_f64().unwrap());
        assert!(low <= mean(name) && mean(name) <= high, "{name}: {report}");
    }
    assert_eq!(report["against"]["setting"], "words");
    assert!(report["against"]["differences"]["ndcg@10"]["mean"].as_f64().is_some());
    assert_eq!(report, eval(data(), dir.path(), QUERIES, QRELS, &["--against", "words"]).unwrap());
}

#[test]
fn eval_says_what_is_wrong_and_where() {
    let dir = TempDir::new().unwrap();
    let cases = [
        ("{\"id\": \"a\"}\n", QRELS, "line 1 of"),
        ("{\"id\": \"a\", \"text\": \"x\", \"number\": \"y\"}\n", QRELS, "more than one thing"),
        ("{\"id\": \"a\", \"text\": \"x\"}\n{\"id\": \"a\", \"text\": \"y\"}\n", QRELS, "stands twice"),
        ("not json\n", QRELS, "line 1 of"),
        (QUERIES, "a\tCN154006000B\n", "it has 2 fields"),
        (QUERIES, "a\tCN154006000B\t1\nb\tCN154006000B\thigh\n", "`high` is no grade"),
        (QUERIES, "z\tCN154006000B\t1\n", "none of the 4 questions has a judgment"),
        ("{\"id\": \"a\", \"number\": \"CN000000000X\"}\n", QRELS, "no document has the number"),
        ("{\"id\": \"a\", \"text\": \"x\", \"before\": \"2020-13-45\"}\n", QRELS, "2020-13-45"),
    ];
    for (queries, qrels, says) in cases {
        let (code, message) = eval(data(), dir.path(), queries, qrels, &[]).unwrap_err();
        assert!(code == Some(2) && message.contains(says), "{says}: {code:?} {message}");
    }
    let (code, message) = eval(data(), dir.path(), QUERIES, QRELS, &["--setting", "best"]).unwrap_err();
    assert!(code == Some(2) && message.contains("--setting") && message.contains("hybrid"), "{message}");
}

/// A record on one of a few subjects, synthetic; documents 10 to 12 are on the subject of the question.
fn record(number: usize, subject: &str, year: u16, cites: &[&str]) -> Value {
    json!({
        "id": format!("US{}B2", 9_000_000 + number),
        "title": format!("{subject} arrangement"),
        "abstract": format!("A {subject} arrangement of the kind number {number} with a housing and a controller."),
        "first_claim": format!("A {subject} arrangement comprising a housing and a controller."),
        "publication_date": format!("{year}-06-01"),
        "priority_date": format!("{}-06-01", year - 2),
        "ipc": ["H01M-0008/04"],
        "cpc": ["H01M8/04"],
        "applicants": ["EXAMPLE CO"],
        "family": [format!("US{}B2", 9_000_000 + number)],
        "cited_patents": cites,
    })
}

/// Indexes records in which two documents on valves are alike, and all neighbours of the question cite one of them.
fn with_citations(own: &[&str]) -> (TempDir, Reader) {
    let mut records = vec![record(1, "hydrogen valve", 2020, own)];
    records.extend((2..6).map(|n| record(n, "hydrogen valve", 2021, &["US9000011B2"])));
    records.extend((10..12).map(|n| record(n, "gas valve", 2010, &[])));
    records.extend((20..40).map(|n| record(n, ["coal drill", "salt pump", "ice lamp"][n % 3], 2012, &[])));
    let dir = TempDir::new().unwrap();
    let lines: Vec<String> = records.iter().map(Value::to_string).collect();
    fs::write(dir.path().join("records.jsonl"), lines.join("\n") + "\n").unwrap();
    let data = dir.path().join("data");
    let output = patnav(&data, &["index", "--json", dir.path().join("records.jsonl").to_str().unwrap()]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let reader = Reader::open(&data, Analyzer::new(), None).unwrap();
    (dir, reader)
}

fn prior_art(reader: &Reader, before: &str) -> Vec<(String, Vec<String>, f64)> {
    let filters = Filters { before: Some(before.to_owned()), ..Filters::default() };
    let request = SimilarRequest {
        number: Some("US9000001B2".to_owned()),
        filters,
        limit: 50,
        ..SimilarRequest::default()
    };
    let hits = similar(reader, &request).unwrap().hits;
    hits.into_iter().map(|hit| (hit.key, hit.matched_by, hit.score)).collect()
}

#[test]
fn what_the_neighbourhood_cites_comes_first_and_own_citations_say_nothing() {
    let (_dir, reader) = with_citations(&["US9000010B2"]);
    let hits = prior_art(&reader, "2018-06-01");
    assert_eq!(hits[0].0, "US9000011B2", "{hits:?}");
    assert!(hits[0].1.iter().any(|name| name == "citations"), "{hits:?}");
    assert_eq!(hits[1].0, "US9000010B2", "alike, but cited by the question alone: {hits:?}");
    assert!(!hits[1].1.iter().any(|name| name == "citations"), "{hits:?}");
    // Nothing of the day or later, though such documents are the neighbourhood.
    assert!(hits.iter().all(|(key, ..)| !["US9000002B2", "US9000005B2"].contains(&key.as_str())), "{hits:?}");
    let (_blank, blanked) = with_citations(&[]);
    assert_eq!(hits, prior_art(&blanked, "2018-06-01"));
}
