//! `patnav project` and `patnav query`: what a person types and what comes back.

use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use super::corpus::{data, patnav};

#[track_caller]
fn text(data: &Path, args: &[&str]) -> String {
    let output = patnav(data, args);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{args:?}: {error}");
    assert_eq!(error, "", "nothing but answers where nobody watches");
    String::from_utf8(output.stdout).unwrap()
}

#[track_caller]
fn json(data: &Path, args: &[&str]) -> Value {
    serde_json::from_str(&text(data, &[&["--json"], args].concat())).unwrap()
}

#[track_caller]
fn refused(data: &Path, args: &[&str], says: &str) {
    let output = patnav(data, args);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{args:?}: {error}");
    assert!(error.contains(says), "{args:?}: {error}");
}

/// A data folder of its own with a few documents.
struct Small {
    dir: TempDir,
}

impl Small {
    fn new() -> Self {
        let small = Self { dir: TempDir::new().unwrap() };
        let record = |n: u32, title: &str| {
            format!(
                r#"{{"number":"CN-1590000{n:02}-A","titles":[{{"lang":"zh","text":"{title}"}}],"publication_date":"202{n}-01-01","classes":[{{"scheme":"ipc","symbol":"F17C{n}/00"}}]}}"#
            )
        };
        let titles = ["储氢罐", "储氢瓶阀", "储氢罐用阀", "液压支架"];
        let lines: Vec<String> = (1..).zip(titles).map(|(n, title)| record(n, title)).collect();
        std::fs::write(small.path("few.jsonl"), lines.join("\n")).unwrap();
        text(&small.data(), &["index", "--json", small.path("few.jsonl").to_str().unwrap()]);
        small
    }

    fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }
}

#[test]
fn a_project_is_searched_decided_and_written_down_with_the_program() {
    let small = Small::new();
    let data = small.data();
    assert_eq!(json(&data, &["project", "new", "储氢", "--cut-off", "2024-06-30"])["id"], 1);
    let elements = r#"[{"name":"储氢","words":["储氢","氢瓶"],"classes":["F17C1/00"]}]"#;
    std::fs::write(small.path("elements.json"), elements).unwrap();
    let file = small.path("elements.json");
    let changed = json(&data, &["project", "elements", "1", file.to_str().unwrap()]);
    assert_eq!(changed["elements"][0]["name"], "储氢");
    for (query, number) in [("ti=储氢", 1), ("ipc=F17C1/00 OR ipc=F17C3/00", 2), ("#1 NOT ti=阀", 3)] {
        assert_eq!(json(&data, &["project", "line", "1", query])["number"], number);
    }
    refused(&data, &["project", "line", "1", "#7"], "there is no set `#7`; there are #1, #2, #3");
    refused(&data, &["project", "line", "1", "ti=("], "cannot be read");
    refused(&data, &["project", "line", "9", "泵"], "there is no project 9");
    let numbers = |args: &[&str]| -> Vec<String> {
        let hits = json(&data, args)["hits"].as_array().unwrap().clone();
        let mut found: Vec<String> =
            hits.iter().map(|hit| hit["number"].as_str().unwrap().to_owned()).collect();
        found.sort();
        found
    };
    assert_eq!(numbers(&["search", "--project", "1", "#1 AND NOT #3"]), ["CN159000002A", "CN159000003A"]);
    refused(&data, &["search", "#1 AND NOT #3"], "lines belong to a project");
    assert!(
        text(&data, &["query", "--project", "1", "#1 AND NOT #3"]).contains("       2  (#1 AND (NOT #3))")
    );

    // What is kept is a list that stays, or a query that is asked anew.
    assert_eq!(json(&data, &["project", "keep", "1", "阀", "#1 AND NOT #3"])["n_keys"], 2);
    assert_eq!(json(&data, &["project", "keep", "1", "阀", "#1 AND NOT #3"])["revision"], 2);
    assert_eq!(json(&data, &["project", "keep", "1", "罐", "ti=罐", "--live"])["query"], "ti=罐");
    assert_eq!(numbers(&["search", "@阀 AND @罐"]), ["CN159000003A"]);
    refused(&data, &["project", "keep", "1", "罐", "#1 OR 泵", "--live"], "write that query out");
    let rows = text(
        &data,
        &["export", "--project", "1", "--scope", "#1 AND NOT #3", "--format", "csv", "--fields", "number"],
    );
    assert_eq!(rows.lines().skip(1).count(), 2, "{rows}");
    assert_eq!(rows, text(&data, &["export", "--scope", "@阀", "--format", "csv", "--fields", "number"]));
    refused(&data, &["export", "--scope", "#1", "--format", "csv"], "lines belong to a project");
    // A comparison with a list of another tool knows the lines too.
    let compared = json(
        &data,
        &["reconcile", "--project", "1", "--number", "CN159000001A", "--number", "CN159000002A", "#3"],
    );
    assert_eq!(compared["both"].as_array().unwrap().len(), 1, "{compared}");
    assert_eq!(compared["only_theirs"][0]["given"], "CN159000002A");

    json(&data, &["project", "decide", "1", "relevant", "CN159000001A", "CN159000003A"]);
    json(&data, &["project", "decide", "1", "not", "CN159000004A", "--note", "采煤"]);
    refused(&data, &["project", "decide", "1", "perhaps", "CN159000001A"], "relevant");
    refused(&data, &["project", "decide", "1", "not", "CN159009999A"], "no document has the number");
    assert_eq!(numbers(&["project", "next", "1", "--query", "*"]), ["CN159000002A"]);

    let log = text(&data, &["project", "strategy", "1"]);
    assert!(log.contains("NOT ti=阀 removes 2 alone, 1 known to be relevant"), "{log}");
    let known = small.path("known.txt");
    std::fs::write(&known, "CN159000001A\nCN159000002A\n").unwrap();
    let enough = json(&data, &["project", "sufficiency", "1", "--known", known.to_str().unwrap()]);
    assert_eq!((enough["known"]["n"].as_u64(), enough["known"]["n_found"].as_u64()), (Some(2), Some(1)));
    // Relevant: two by classes; by words one, since the line that the third narrows is no search of its own.
    assert_eq!(enough["by_words"]["lines"], serde_json::json!([3]));
    assert_eq!(enough["n_both"], 1);
    assert!(enough["relevant"]["reason"].as_str().unwrap().contains("it takes 7"), "{enough}");
    assert!(text(&data, &["project", "sufficiency", "1"]).contains("advice: read_more"));

    for kind in ["docx", "html", "json"] {
        let (a, b) = (small.path(&format!("a.{kind}")), small.path(&format!("b.{kind}")));
        for out in [&a, &b] {
            text(&data, &["project", "strategy", "1", "--enough", "--out", out.to_str().unwrap()]);
        }
        assert_eq!(std::fs::read(&a).unwrap(), std::fs::read(&b).unwrap(), "{kind}");
    }
    refused(&data, &["project", "strategy", "1", "--out", "plan.pdf"], "names no kind of report");

    assert_eq!(json(&data, &["project", "undo", "1", "3"])["removed"], true);
    assert_eq!(json(&data, &["project", "strategy", "1"])["lines"][2]["removed"], true);
    assert_eq!(json(&data, &["project", "undo", "1", "3", "--back"])["removed"], false);
    refused(&data, &["project", "undo", "1", "8"], "has no query line #8");
    assert_eq!(json(&data, &["project", "list"]).as_array().unwrap().len(), 1);
}

#[test]
fn a_query_is_shown_as_it_is_understood() {
    let shown = text(data(), &["query", "ti=储氢 AND (cc=CN OR cc=US) NOT pd<2015"]);
    let mut lines = shown.lines();
    assert_eq!(lines.next(), Some("(ti=储氢 AND (cc=CN OR cc=US) AND (NOT pd<2015))"));
    assert_eq!(lines.next(), Some("  [expression, dialect patnav]"));
    // Every clause with its count, the whole last, and equal to what a search says.
    let found = json(data(), &["query", "ti=储氢 AND (cc=CN OR cc=US) NOT pd<2015"]);
    let clauses = found["clauses"].as_array().unwrap();
    let total = json(data(), &["search", "ti=储氢 AND (cc=CN OR cc=US) NOT pd<2015"])["total"].clone();
    assert_eq!(clauses.last().unwrap()["n"], total["publications"]);
    assert_eq!(clauses.last().unwrap()["text"], found["canonical"]);
    assert!(clauses.iter().any(|clause| clause["text"] == "cc=US"), "{clauses:?}");
}

#[test]
fn a_query_of_another_dialect_is_detected_and_translated() {
    let found = json(data(), &["query", "TTL:储氢 AND AN:大学", "--to", "incopat"]);
    assert_eq!((found["dialect"].as_str(), found["detected"].as_bool()), (Some("patsnap"), Some(true)));
    assert_eq!(found["translation"]["dialect"], "incopat");
    assert!(found["translation"]["text"].as_str().unwrap().contains("TI="), "{found}");
    // What the target cannot say is listed with its place.
    let lossy = json(data(), &["query", "ti=(储氢 (p) 罐)", "--to", "lens"]);
    let loss = &lossy["translation"]["losses"][0];
    assert!(loss["part"].as_str().unwrap().contains("(p)"), "{lossy}");
    assert!(loss["start"].as_u64() < loss["end"].as_u64());
    let shown = text(data(), &["query", "ti=(储氢 (p) 罐)", "--to", "lens"]);
    assert!(shown.contains("in lens:") && shown.contains("cannot be said"), "{shown}");
}

#[test]
fn traps_of_a_query_are_told_with_their_column() {
    let shown = text(data(), &["query", "储氢 OR 制氢 AND 罐"]);
    assert!(shown.contains("precedence (column "), "{shown}");
    refused(data(), &["query", "--strict", "储氢 OR 制氢 AND 罐"], "operators are mixed without brackets");
    let missing = text(data(), &["query", "fi=X AND 储氢"]);
    assert!(missing.contains("not_held") || missing.contains("not counted"), "{missing}");
    refused(data(), &["query", "ti=(储氢"], "cannot be read");
    refused(data(), &["query", "储氢", "--dialect", "latin"], "there is no dialect `latin`");
    refused(data(), &["query", "储氢", "--to", "latin"], "there is no dialect `latin`");
}

#[test]
fn a_query_needs_no_data_and_the_reference_none_either() {
    let nowhere = TempDir::new().unwrap();
    let found = json(nowhere.path(), &["query", "ti=储氢 AND cc=CN"]);
    assert_eq!(found["canonical"], "(ti=储氢 AND cc=CN)");
    assert_eq!((found.get("snapshot"), found["clauses"].as_array().unwrap().len()), (None, 0));
    assert!(!nowhere.path().join("workspace.sqlite").exists(), "asking leaves nothing behind");
    let reference = text(nowhere.path(), &["query", "reference"]);
    assert_eq!(reference.trim_end(), patnav::query::REFERENCE.trim_end());
}
