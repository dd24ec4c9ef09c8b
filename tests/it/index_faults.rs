//! The data folder under bad conditions: full disk, killed processes, read-only media, damaged files, odd documents.
//!
//! Nothing committed is ever lost, and the next start needs no repair by hand.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use patnav::index::{
    ColumnKind, Embedding, Error, NewColumn, Operand, Options, Reader, Stage, Value, Writer, Zone, check,
    list, pin, restore, unpin,
};
use patnav::ingest::write_line;
use patnav::patent::{Claim, ClaimSet, Language, LocalText, Publication, PublicationNumber};
use patnav::text::Analyzer;
use tempfile::TempDir;

fn options() -> Options {
    Options {
        threads: 1,
        memory_bytes: 20_000_000,
        index_descriptions: true,
        embedding: Embedding::Lsa { dim: 8, seed: 1 },
        equivalents: Vec::new(),
        now: jiff::Timestamp::from_second(1_700_000_000).unwrap(),
    }
}

fn go_on(_: Stage, _: u64, _: u64) -> bool {
    true
}

fn publication(serial: usize, title: &str) -> Publication {
    Publication {
        number: Some(PublicationNumber::parse(&format!("CN1100{serial:05}A")).unwrap()),
        titles: vec![LocalText::new(Language::zh(), title)],
        ..Publication::default()
    }
}

fn writer(root: &Path) -> Writer {
    Writer::open(root, Analyzer::new(), options()).unwrap()
}

fn index(root: &Path, documents: &[Publication]) {
    let mut writer = writer(root);
    for document in documents {
        writer.upsert(document.clone()).unwrap();
    }
    writer.commit(&[], &go_on).unwrap();
}

fn open(root: &Path) -> Reader {
    Reader::open(root, Analyzer::new(), None).unwrap()
}

fn n_matching(reader: &Reader, text: &str) -> u64 {
    reader.matching(&Zone::ALL, Operand::Phrase(text)).unwrap().len()
}

/// Writes a file of documents whose texts do not compress well.
fn source(dir: &Path, name: &str, serials: std::ops::Range<usize>, n_characters: usize) -> PathBuf {
    let mut seed = 7_u64;
    let mut next = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from_u32(0x4e00 + u32::try_from(seed >> 33).unwrap() % 8000).unwrap()
    };
    let lines: Vec<String> = serials
        .map(|serial| {
            let mut publication = publication(serial, "采煤机滚筒");
            let text: String = (0..n_characters).map(|_| next()).collect();
            publication.abstracts = vec![LocalText::new(Language::zh(), text)];
            write_line(&publication)
        })
        .collect();
    let path = dir.join(name);
    fs::write(&path, lines.join("\n")).unwrap();
    path
}

fn patnav(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_patnav"));
    command.arg("--data").arg(data).stdin(Stdio::null());
    command
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr[..]].concat()).into_owned()
}

#[test]
fn a_killed_process_loses_nothing_committed() {
    let dir = TempDir::new().unwrap();
    let data = dir.path().join("data");
    let first = source(dir.path(), "first.jsonl", 0..20, 100);
    let more = source(dir.path(), "more.jsonl", 20..320, 1000);
    let done = patnav(&data).arg("index").arg(&first).output().unwrap();
    assert!(done.status.success(), "{}", said(&done));
    let mut n_before = 20;
    for delay in [5, 40, 120, 300, 600, 1000] {
        let mut child = patnav(&data)
            .arg("index")
            .arg(&more)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(delay));
        child.kill().unwrap();
        child.wait().unwrap();
        check(&data, &|_, _| {}).unwrap();
        let n_documents = open(&data).statistics().n_documents;
        assert!(n_documents == n_before || n_documents == 320, "{n_documents} after {delay} ms");
        n_before = n_documents;
    }
    let done = patnav(&data).arg("index").arg(&first).arg(&more).output().unwrap();
    assert!(done.status.success(), "{}", said(&done));
    let reader = open(&data);
    assert_eq!(reader.statistics().n_documents, 320);
    assert!(
        reader.column("phrases_zh").unwrap().n_documents() >= 320,
        "what a kill prevented is made up for"
    );
    check(&data, &|_, _| {}).unwrap();
    let folders = fs::read_dir(data.join("snapshots")).unwrap();
    let numbers = folders.map(|entry| entry.unwrap().file_name().into_string().unwrap().parse::<u64>());
    assert!(numbers.into_iter().all(|number| number.is_ok()), "no left-overs");
}

/// A disk of a few megabytes, mounted for the commands of one shell only; where the machine forbids mounting there
/// is no such disk, and the test says so and ends.
#[test]
fn a_full_disk_is_told_and_costs_nothing_committed() {
    let dir = TempDir::new().unwrap();
    let disk = dir.path().join("disk");
    fs::create_dir(&disk).unwrap();
    let first = source(dir.path(), "first.jsonl", 0..20, 100);
    let large = source(dir.path(), "large.jsonl", 20..1000, 9000);
    let script = r#"
        mount -t tmpfs -o size=16m tmpfs "$1" || exit 77
        "$2" --data "$1/data" index "$3" >&2 || exit 10
        "$2" --data "$1/data" index "$4" >&2; echo "large $?"
        "$2" --data "$1/data" check >&2 || exit 11
        "$2" --data "$1/data" index --reread "$3" >&2 || exit 12
        "$2" --data "$1/data" stats >&2 || exit 13
    "#;
    let mut shell = Command::new("unshare");
    shell.args(["--mount", "--map-root-user", "--user", "sh", "-c", script, "sh"]);
    shell.arg(&disk).arg(env!("CARGO_BIN_EXE_patnav")).arg(&first).arg(&large);
    let Ok(output) = shell.output() else {
        eprintln!("not tested: there is no `unshare` here to mount a small disk with");
        return;
    };
    let stderr = String::from_utf8_lossy(&output.stderr);
    if output.status.code() == Some(77) || stderr.starts_with("unshare:") {
        eprintln!("not tested: this machine forbids mounting a small disk: {stderr}");
        return;
    }
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "large 1", "{stderr}");
    assert!(stderr.contains("no space left"), "{stderr}");
}

#[test]
fn a_read_only_folder_can_be_read() {
    let dir = TempDir::new().unwrap();
    index(dir.path(), &[publication(1, "采煤机")]);
    let text = dir.path().join("snapshots/000001/text");
    let before: Vec<_> = fs::read_dir(&text).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(n_matching(&open(dir.path()), "采煤机"), 1);
    let after: Vec<_> = fs::read_dir(&text).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(before, after, "reading writes nothing, not even a lock");
    let script = r#"mount --bind -o ro "$1" "$1" && mount -o remount,ro,bind "$1" || exit 77
        "$2" --data "$1" search 采煤机 >&2 || exit 10
        "$2" --data "$1" delete CN110000001A >&2; echo "delete $?""#;
    let mut shell = Command::new("unshare");
    shell.args(["--mount", "--map-root-user", "--user", "sh", "-c", script, "sh"]);
    let Ok(output) = shell.arg(dir.path()).arg(env!("CARGO_BIN_EXE_patnav")).output() else { return };
    let stderr = String::from_utf8_lossy(&output.stderr);
    if output.status.code() == Some(77) || stderr.starts_with("unshare:") {
        eprintln!("only partly tested: this machine forbids read-only mounts: {stderr}");
        return;
    }
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "delete 1", "{stderr}");
    assert_eq!(open(dir.path()).statistics().n_documents, 1);
}

#[test]
fn a_pointer_to_nothing_and_damaged_pins_are_told() {
    let dir = TempDir::new().unwrap();
    index(dir.path(), &[publication(1, "采煤机")]);
    index(dir.path(), &[publication(2, "采煤机")]);
    let pins = dir.path().join("pins.json");
    fs::write(&pins, "{\"1\": [garbage").unwrap();
    assert!(matches!(pin(dir.path(), 1, "report"), Err(Error::Corrupt { .. })));
    assert!(matches!(list(dir.path()), Err(Error::Corrupt { .. })));
    for serial in 3..9 {
        index(dir.path(), &[publication(serial, "采煤机")]);
    }
    fs::remove_file(&pins).unwrap();
    assert_eq!(list(dir.path()).unwrap().len(), 8, "what may be pinned is kept");
    pin(dir.path(), 1, "report").unwrap();
    unpin(dir.path(), 1, "report").unwrap();

    fs::rename(dir.path().join("snapshots/000008"), dir.path().join("elsewhere")).unwrap();
    let opened = Reader::open(dir.path(), Analyzer::new(), None);
    assert!(matches!(opened, Err(Error::Corrupt { .. })));
    assert!(matches!(Writer::open(dir.path(), Analyzer::new(), options()), Err(Error::Corrupt { .. })));
    let older = Reader::open_snapshot(dir.path(), 7, Analyzer::new(), None).unwrap();
    assert_eq!(older.statistics().n_documents, 7, "older snapshots still answer");
    fs::write(dir.path().join("CURRENT"), "what?").unwrap();
    assert!(matches!(Reader::open(dir.path(), Analyzer::new(), None), Err(Error::Corrupt { .. })));
}

#[test]
fn a_changed_manifest_of_an_older_snapshot_is_refused() {
    let dir = TempDir::new().unwrap();
    index(dir.path(), &[publication(1, "采煤机")]);
    index(dir.path(), &[publication(2, "采煤机")]);
    let manifest = dir.path().join("snapshots/000001/manifest.json");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text.replacen("\"n_documents\": 1", "\"n_documents\": 9", 1)).unwrap();
    let opened = Reader::open_snapshot(dir.path(), 1, Analyzer::new(), None);
    assert!(matches!(opened, Err(Error::Corrupt { .. })));
}

#[test]
fn a_cancelled_commit_leaves_a_writer_that_works() {
    let dir = TempDir::new().unwrap();
    let mut writer = writer(dir.path());
    for stage in [Stage::Writing, Stage::Training, Stage::Embedding, Stage::Publishing] {
        for (serial, title) in (10..).zip(["短命", "短命的滚筒", "短命的支架", "滚筒和支架"])
        {
            writer.upsert(publication(serial, title)).unwrap();
        }
        let cancelled = writer.commit(&[], &|now, _, _| now != stage);
        assert!(matches!(cancelled, Err(Error::Cancelled)), "{stage:?}");
        assert_eq!(writer.n_changes(), 0);
    }
    writer.upsert(publication(2, "采煤机")).unwrap();
    // Once the pointer has moved nothing can be cancelled.
    writer.commit(&[], &|now, done, _| now != Stage::Publishing || done == 0).unwrap();
    let reader = open(dir.path());
    assert_eq!(reader.statistics().n_documents, 1, "what was cancelled does not come back");
    assert_eq!((n_matching(&reader, "短命"), n_matching(&reader, "采煤机")), (0, 1));
}

#[test]
fn a_reader_goes_on_while_a_writer_writes_and_sweeps() {
    let dir = TempDir::new().unwrap();
    index(dir.path(), &[publication(0, "采煤机")]);
    let old = open(dir.path());
    for serial in 1..6 {
        let mut options = options();
        options.now += jiff::SignedDuration::from_hours(30 * i64::try_from(serial).unwrap());
        let mut writer = Writer::open(dir.path(), Analyzer::new(), options).unwrap();
        writer.upsert(publication(serial, "采煤机")).unwrap();
        writer.commit(&[], &go_on).unwrap();
        assert_eq!(n_matching(&old, "采煤机"), 1);
    }
    assert!(!dir.path().join("snapshots/000001").exists(), "its folder is swept away");
    assert_eq!(old.document(0).unwrap().titles[0].text, "采煤机");
    assert_eq!(old.changes().unwrap().len(), 1);
    assert!(old.sources().unwrap().is_empty());
    assert_eq!(old.column("country").unwrap().keywords(0).collect::<Vec<_>>(), ["CN"]);
}

#[test]
fn a_restored_snapshot_keeps_its_number_and_left_overs_do_not_count() {
    let dir = TempDir::new().unwrap();
    for serial in 1..4 {
        index(dir.path(), &[publication(serial, "采煤机")]);
    }
    pin(dir.path(), 3, "report 1").unwrap();
    let file = dir.path().join("saved.zip");
    patnav::index::backup(dir.path(), &file, &[], &|_, _| {}).unwrap();
    let other = TempDir::new().unwrap();
    // What a killed commit and a killed restore leave.
    fs::create_dir_all(other.path().join("snapshots/000009/text")).unwrap();
    fs::create_dir_all(other.path().join("snapshots/restored.part/text")).unwrap();
    assert_eq!(restore(&file, other.path(), &|_, _| {}).unwrap().snapshot, 3);
    let infos = list(other.path()).unwrap();
    assert_eq!(infos.iter().map(|info| (info.id, info.pins.len())).collect::<Vec<_>>(), [(3, 1)]);
    assert_eq!(restore(&file, other.path(), &|_, _| {}).unwrap().snapshot, 4);
    assert_eq!(open(other.path()).statistics().n_documents, 3);
    assert_eq!(fs::read_dir(other.path().join("snapshots")).unwrap().count(), 2);
}

#[test]
fn odd_documents_are_kept_and_found() {
    let dir = TempDir::new().unwrap();
    let empty = Publication { titles: Vec::new(), ..publication(1, "") };
    let mut long = publication(2, "长文");
    long.abstracts = vec![LocalText::new(Language::zh(), "液压支架，".repeat(350_000))];
    let control = publication(3, "采\u{0}煤机\u{7}\u{1}s\u{fffd}\u{200b}滚筒");
    let claim =
        |number: u32| Claim { number, text: format!("第{number}项权利要求"), refers_to: Vec::new() };
    let mut many = publication(4, "多项");
    many.claims =
        vec![ClaimSet { lang: Language::zh(), translated: false, claims: (1..=3000).map(claim).collect() }];
    // Two claims of one number.
    many.claims[0].claims.push(claim(7));
    let nameless = Publication { number: None, ..publication(5, "无号文献") };
    index(dir.path(), &[empty, long, control, many, nameless.clone()]);
    let reader = open(dir.path());
    assert_eq!(reader.statistics().n_documents, 5);
    assert_eq!(n_matching(&reader, "支架液压"), 0, "no phrase crosses a comma");
    assert_eq!(n_matching(&reader, "液压支架"), 1);
    assert_eq!(n_matching(&reader, "滚筒"), 1);
    assert_eq!(n_matching(&reader, "第2999项权利要求"), 1);
    assert_eq!(n_matching(&reader, "无号"), 1);
    assert!(reader.document(reader.by_number("CN110000001A")[0]).unwrap().titles.is_empty());
    index(dir.path(), &[nameless]);
    assert_eq!(open(dir.path()).statistics().n_documents, 5, "the same record is the same document");
}

#[test]
fn records_of_one_application_meet_in_any_order() {
    let application = |title: &str| {
        let mut record = publication(1, title);
        record.number = None;
        record.application = Some("CN201910302430.1".to_owned().try_into().unwrap());
        record.keywords = vec![LocalText::new(Language::zh(), "补充")];
        record
    };
    let published = |serial: usize, day: i8| {
        let mut record = application("采煤机");
        record.keywords.clear();
        record.number = publication(serial, "").number;
        record.publication_date = Some(jiff::civil::date(2020, 1, day));
        record
    };
    let orders: [Vec<Publication>; 3] = [
        vec![application("采煤机"), published(1, 2), published(2, 9)],
        vec![published(2, 9), published(1, 2), application("采煤机")],
        vec![published(1, 2), application("采煤机"), published(2, 9)],
    ];
    for (n, order) in orders.iter().enumerate() {
        let dir = TempDir::new().unwrap();
        index(dir.path(), order);
        let reader = open(dir.path());
        assert_eq!(reader.statistics().n_documents, 2, "order {n}");
        let first = reader.document(reader.by_number("CN110000001A")[0]).unwrap();
        let second = reader.document(reader.by_number("CN110000002A")[0]).unwrap();
        assert_eq!((first.keywords.len(), second.keywords.len()), (1, 0), "order {n}: the earliest has it");
    }
}

#[test]
fn derived_columns_that_cannot_be_are_refused() {
    let dir = TempDir::new().unwrap();
    let mut writer = writer(dir.path());
    let column = |name: &str, n: usize| NewColumn {
        name: name.to_owned(),
        kind: ColumnKind::Keyword,
        version: "r1".to_owned(),
        values: vec![Value::Missing; n],
    };
    let put = |writer: &mut Writer, column| writer.put_columns(vec![column], &go_on);
    assert!(matches!(put(&mut writer, column("leaf", 0)), Err(Error::NoSnapshot { .. })));
    writer.upsert(publication(1, "采煤机")).unwrap();
    assert!(matches!(put(&mut writer, column("leaf", 0)), Err(Error::Uncommitted)));
    writer.commit(&[], &go_on).unwrap();
    for (name, n) in [("../leaf", 1), ("", 1), ("family", 1), ("country", 1), ("leaf", 2)] {
        assert!(matches!(put(&mut writer, column(name, n)), Err(Error::Query { .. })), "{name} {n}");
    }
    put(&mut writer, column("leaf", 1)).unwrap();
}
