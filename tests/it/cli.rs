//! The program itself: what it prints, where, and with which exit code.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use flate2::read::GzDecoder;
use serde_json::Value;
use tempfile::TempDir;

use super::corpus::{data, file, patnav};

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[track_caller]
fn json(data: &Path, args: &[&str]) -> Value {
    let output = patnav(data, args);
    assert!(output.status.success(), "{args:?}: {}", stderr(&output));
    assert_eq!(stderr(&output), "", "nothing but answers where nobody watches");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[track_caller]
fn refused(data: &Path, args: &[&str], code: i32, says: &str) {
    let output = patnav(data, args);
    assert_eq!(output.status.code(), Some(code), "{args:?}: {}", stderr(&output));
    assert_eq!(stdout(&output), "", "{args:?}");
    assert!(stderr(&output).contains(says), "{args:?}: {}", stderr(&output));
}

/// The first records of the corpus in a file of their own, and an empty data folder.
struct Small {
    dir: TempDir,
}

impl Small {
    fn new(n_records: usize) -> Self {
        use std::io::Read as _;
        let dir = TempDir::new().unwrap();
        let mut text = String::new();
        GzDecoder::new(std::fs::File::open(file()).unwrap()).read_to_string(&mut text).unwrap();
        let lines: Vec<&str> = text.lines().take(n_records).collect();
        std::fs::write(dir.path().join("few.jsonl"), lines.join("\n") + "\n").unwrap();
        Self { dir }
    }

    fn indexed(n_records: usize) -> Self {
        let small = Self::new(n_records);
        json(&small.data(), &["index", "--json", &small.path("few.jsonl")]);
        small
    }

    fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    fn path(&self, name: &str) -> String {
        self.dir.path().join(name).to_str().unwrap().to_owned()
    }
}

/// Replaces what differs from run to run and machine to machine: times, and hashes of floating point numbers.
fn redact(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match name.as_str() {
                    "created" | "model" if value.is_string() => *value = format!("[{name}]").into(),
                    "score" if value.is_number() => *value = "[score]".into(),
                    "next_cursor" => *value = "[cursor]".into(),
                    "size_bytes" | "own_bytes" | "n_bytes" => *value = "[bytes]".into(),
                    _ => redact(value),
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(redact),
        // The rest is a hash of the domain packs, which change with every word.
        Value::String(text) if text.starts_with("tags-2@") => "tags-2".clone_into(text),
        _ => {}
    }
}

#[test]
fn index_reports_what_it_read() {
    let small = Small::new(40);
    let report = json(&small.data(), &["index", "--json", &small.path("few.jsonl")]);
    insta::assert_json_snapshot!("index", report);
}

#[test]
fn a_file_that_is_indexed_as_it_is_is_not_read_again() {
    let small = Small::indexed(40);
    let again = json(&small.data(), &["index", "--json", &small.path("few.jsonl")]);
    assert_eq!((&again["records"], &again["unchanged_files"]), (&0.into(), &1.into()));
    assert_eq!(again["snapshot"], json(&small.data(), &["stats", "--json"])["snapshot"]["id"]);
    let reread = json(&small.data(), &["index", "--json", "--reread", &small.path("few.jsonl")]);
    assert_eq!((&reread["records"], &reread["unchanged"]), (&40.into(), &40.into()));
}

#[test]
fn search_answers_with_snapshot_totals_and_hits() {
    // One document, so that no approximate score decides an order.
    let mut answer =
        json(data(), &["search", "--json", "--explain", "--facet", "country,year", "pn=CN154006000B"]);
    redact(&mut answer);
    insta::assert_json_snapshot!("search", answer);
}

#[test]
fn an_option_does_not_swallow_a_query_in_chinese() {
    let answer =
        json(data(), &["search", "--json", "--limit", "3", "--country", "cn", "--from", "2015", "截割滚筒"]);
    assert_eq!(answer["query"]["reading"], "text");
    assert_eq!(answer["hits"].as_array().unwrap().len(), 3);
    assert!(answer["total"]["families"].as_u64().unwrap() > 3 && answer["total"]["exact"] == true);
    assert!(answer["hits"].as_array().unwrap().iter().all(|hit| hit["country"] == "CN"));
}

#[test]
fn pages_follow_by_cursor() {
    let first = json(data(), &["search", "--json", "--limit", "5", "截割滚筒"]);
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = json(data(), &["search", "--json", "--limit", "5", "--cursor", cursor, "截割滚筒"]);
    let both = json(data(), &["search", "--json", "--limit", "10", "截割滚筒"]);
    let keys = |answer: &Value| -> Vec<String> {
        answer["hits"].as_array().unwrap().iter().map(|hit| hit["key"].to_string()).collect()
    };
    assert_eq!([keys(&first), keys(&second)].concat(), keys(&both));
}

#[test]
fn similar_takes_a_number_or_a_file() {
    let by_number = json(data(), &["similar", "--json", "--limit", "2", "--number", "CN154006000B"]);
    assert_eq!(by_number["hits"].as_array().unwrap().len(), 2);
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("idea.txt");
    std::fs::write(&path, "一种带有截割滚筒的采煤机，滚筒上设有喷雾装置。\n").unwrap();
    let by_text = json(data(), &["similar", "--json", "--limit", "2", "--text", path.to_str().unwrap()]);
    assert_eq!(by_text["hits"].as_array().unwrap().len(), 2);
}

#[test]
fn stats_says_what_is_indexed() {
    let small = Small::indexed(40);
    let mut stats = json(&small.data(), &["stats", "--json"]);
    redact(&mut stats);
    insta::assert_json_snapshot!("stats", stats);
}

#[test]
fn deleted_documents_are_gone_and_counted() {
    let small = Small::indexed(40);
    let answer = json(&small.data(), &["delete", "--json", "CN150000000A", "CN999999999A"]);
    assert_eq!(
        (&answer["deleted"][0], &answer["not_found"][0]),
        (&"CN150000000A".into(), &"CN999999999A".into())
    );
    let gone = json(&small.data(), &["search", "--json", "pn=CN150000000A"]);
    assert_eq!(gone["total"]["publications"], 0);
    let again = patnav(&small.data(), &["delete", "CN150000000A"]);
    assert_eq!(again.status.code(), Some(2), "{}", stderr(&again));
}

#[test]
fn a_backup_comes_back_whole() {
    let small = Small::indexed(40);
    let (backup, elsewhere) = (small.path("saved.patnav"), small.dir.path().join("elsewhere"));
    // What users put into folders of the data folder is theirs.
    std::fs::create_dir_all(small.data().join("maps/000001")).unwrap();
    std::fs::write(small.data().join("maps/000001/map.json"), "{}").unwrap();
    json(&small.data(), &["backup", "--json", &backup]);
    json(&elsewhere, &["restore", "--json", &backup]);
    assert_eq!(std::fs::read_to_string(elsewhere.join("maps/000001/map.json")).unwrap(), "{}");
    let checked = json(&elsewhere, &["check", "--json"]);
    assert_eq!(checked["n_documents"], 40);
    let question = ["search", "--json", "装置"];
    assert_eq!(json(&elsewhere, &question)["hits"], json(&small.data(), &question)["hits"]);
}

#[test]
fn damage_is_found_and_has_a_remedy() {
    let small = Small::indexed(40);
    let current = json(&small.data(), &["stats", "--json"])["snapshot"]["id"].as_str().unwrap().to_owned();
    let snapshot = small.data().join("snapshots").join(current);
    let column = std::fs::read_dir(&snapshot).unwrap().map(|entry| entry.unwrap().path());
    let column = column.filter(|path| path.extension().is_some_and(|end| end == "col")).min().unwrap();
    let mut bytes = std::fs::read(&column).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    // A new file: the old one may be linked into other snapshots.
    std::fs::remove_file(&column).unwrap();
    std::fs::write(&column, bytes).unwrap();
    refused(&small.data(), &["check"], 4, "restore a backup");
}

#[test]
fn settings_say_where_they_come_from() {
    let dir = TempDir::new().unwrap();
    std::fs::write(dir.path().join("patnav.toml"), "threads = 3\n").unwrap();
    let mut settings = json(dir.path(), &["config", "--show", "--json"]);
    assert_eq!(settings["threads"]["value"], "3");
    assert!(settings["threads"]["origin"].as_str().unwrap().ends_with("patnav.toml"));
    for name in ["data", "threads"] {
        settings[name]["value"] = "[value]".into();
        settings[name]["origin"] = "[origin]".into();
    }
    insta::assert_json_snapshot!("config", settings);
}

#[test]
fn faults_of_the_caller_exit_with_two() {
    let empty = TempDir::new().unwrap();
    refused(empty.path(), &["search", "泵"], 2, "patnav index");
    refused(data(), &["search"], 2, "QUERY");
    refused(data(), &["search", "--nonsense", "1", "泵"], 2, "nonsense");
    refused(data(), &["search", "--from", "2019-02-30", "泵"], 2, "`2019-02-30` is no date");
    refused(data(), &["search", "--from", "2020", "--to", "2019", "泵"], 2, "runs backwards");
    refused(data(), &["search", "--sort", "best", "泵"], 2, "relevance");
    refused(data(), &["search", "--limit", "0", "泵"], 2, "page size");
    refused(data(), &["search", "--facet", "yeer", "泵"], 2, "filing_year");
    refused(data(), &["search", "(采煤机 AND"], 2, "this bracket is never closed");
    refused(data(), &["similar", "--number", "CN1"], 2, "CN1");
    refused(data(), &["similar", "--text", "/nowhere/at/all.txt"], 2, "/nowhere/at/all.txt");
    refused(data(), &["index", "/nowhere/at/all.jsonl"], 2, "/nowhere/at/all.jsonl");
}

#[test]
fn errors_in_queries_point_at_their_place() {
    let output = patnav(data(), &["search", "标题=采煤机 AND titel=滚筒"]);
    insta::assert_snapshot!("query_error", stderr(&output));
}

#[test]
fn too_many_bad_records_refuse_the_batch() {
    let small = Small::new(3);
    let path = small.path("few.jsonl");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text + "{\"number\":\n{\"number\":\n").unwrap();
    let output = patnav(&small.data(), &["index", "--refuse-above", "0.1", &path]);
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    refused(&small.data(), &["search", "泵"], 2, "patnav index");
    json_with_faults(&small.data(), &["index", "--json", "--refuse-above", "0.9", &path]);
}

fn json_with_faults(data: &Path, args: &[&str]) {
    let output = patnav(data, args);
    assert!(output.status.success(), "{}", stderr(&output));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["publications"], 3);
    assert!(!report["diagnostics"].as_object().unwrap().is_empty());
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_patnav"))
        .args(["--data", data().to_str().unwrap(), "search", "--json", "--limit", "200", "装置"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""));
}

#[test]
fn help_speaks_both_languages() {
    let dir = TempDir::new().unwrap();
    let help = stdout(&patnav(dir.path(), &["--help"]));
    for word in ["Search by text or expression", "检索", "Save the current snapshot", "备份", "--json"] {
        assert!(help.contains(word), "{word} is not in\n{help}");
    }
    let search = stdout(&patnav(dir.path(), &["search", "--help"]));
    assert!(search.contains("检索词") && search.contains("simple_family"));
}

#[test]
fn a_person_reads_the_answer_without_control_characters() {
    let output = patnav(data(), &["search", "--limit", "2", "--explain", "ti=滚筒 OR ab=滚筒"]);
    let text = stdout(&output);
    assert!(text.contains("(ti=滚筒 OR ab=滚筒)  [read as expression]"), "{text}");
    assert!(text.contains("families") && text.contains("[滚筒]"), "{text}");
    assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "no colour where nobody looks");
}
