//! Snapshots as their users meet them: written, read, updated, killed, kept.

use std::path::Path;

use super::lexical::Zone;
use super::publish::CrashPoint;
use super::*;
use crate::patent::{Claim, ClaimSet, Language, LocalText, Party, Publication, PublicationNumber, Role};
use crate::text::Analyzer;

fn options(hour: i64) -> Options {
    Options {
        threads: 1,
        memory_bytes: 20_000_000,
        index_descriptions: true,
        embedding: Embedding::Lsa { dim: 16, seed: 1 },
        equivalents: Vec::new(),
        now: jiff::Timestamp::from_second(1_700_000_000 + hour * 3600).unwrap(),
    }
}

fn go_on(_: Stage, _: u64, _: u64) -> bool {
    true
}

fn publication(number: &str, title: &str, claim: &str) -> Publication {
    let claim = Claim { number: 1, text: claim.to_owned(), refers_to: Vec::new() };
    Publication {
        number: Some(PublicationNumber::parse(number).unwrap()),
        titles: vec![LocalText::new(Language::guess(title), title)],
        claims: vec![ClaimSet { lang: Language::zh(), translated: false, claims: vec![claim] }],
        parties: vec![Party::new(Role::Applicant, "虚构矿山装备有限公司", 1)],
        publication_date: Some(jiff::civil::date(2020, 1, 1)),
        ..Publication::default()
    }
}

fn mine() -> Vec<Publication> {
    vec![
        publication("CN110000001A", "一种采煤机滚筒", "一种采煤机，其特征在于包括滚筒和摇臂。"),
        publication("CN110000002A", "液压支架控制方法", "液压支架，立柱。采煤机到位后，滚筒停止。"),
        publication("CN110000003A", "泵站", "乳化液泵"),
        publication("US20200000004A1", "Shearer drum", "A shearer drum control method."),
    ]
}

fn index(root: &Path, hour: i64, documents: &[Publication]) -> u64 {
    let mut writer = Writer::open(root, Analyzer::new(), options(hour)).unwrap();
    for document in documents {
        writer.upsert(document.clone()).unwrap();
    }
    writer.commit(&[], &go_on).unwrap()
}

fn open(root: &Path) -> Reader {
    Reader::open(root, Analyzer::new(), None).unwrap()
}

fn keys(reader: &Reader, docnos: impl Iterator<Item = u32>) -> Vec<String> {
    let mut keys: Vec<String> = docnos.map(|docno| reader.key(docno).unwrap()).collect();
    keys.sort_unstable();
    keys
}

fn found(reader: &Reader, zones: &[Zone], text: &str) -> Vec<String> {
    keys(reader, reader.matching(zones, Operand::Phrase(text)).unwrap().iter())
}

#[test]
fn phrases_match_by_character_and_word() {
    let dir = tempfile::tempdir().unwrap();
    index(dir.path(), 0, &mine());
    let reader = open(dir.path());
    let check =
        |text: &str, expected: &[&str]| assert_eq!(found(&reader, &Zone::TOPIC, text), expected, "{text}");
    check("采煤机", &["CN110000001A", "CN110000002A"]);
    check("煤机", &["CN110000001A", "CN110000002A"]);
    check("采煤机滚筒", &["CN110000001A"]);
    check("泵", &["CN110000003A"]);
    check("液泵", &["CN110000003A"]);
    check("机", &["CN110000001A", "CN110000002A"]);
    check("shearer drum", &["US20200000004A1"]);
    check("drum shearer", &[]);
    check("筒和摇臂", &["CN110000001A"]);
    check("立柱采煤", &[]);
    check("", &[]);
    assert_eq!(found(&reader, &[Zone::Title], "泵"), ["CN110000003A"]);
    assert_eq!(found(&reader, &[Zone::Applicant], "矿山装备").len(), 4);
    let all = reader.matching(&Zone::TOPIC, Operand::AllUnits("滚筒采煤机")).unwrap();
    assert!(all.is_empty(), "筒采 stands nowhere");
    let all = reader.matching(&Zone::TOPIC, Operand::AllUnits("滚筒 采煤机")).unwrap();
    assert_eq!(keys(&reader, all.iter()), ["CN110000001A", "CN110000002A"]);
}

#[test]
fn words_rank_titles_first() {
    let dir = tempfile::tempdir().unwrap();
    index(dir.path(), 0, &mine());
    let reader = open(dir.path());
    let ranked = reader.rank_words("采煤机滚筒", reader.alive(), 10).unwrap();
    assert_eq!(reader.key(ranked[0].0).unwrap(), "CN110000001A");
    assert_eq!(ranked.len(), 2);
    let explained = reader.explain_words("采煤机滚筒", ranked[0].0).unwrap();
    let total: f32 = explained.iter().map(|term| term.score).sum();
    assert!((total - ranked[0].1).abs() < 1e-5);
}

#[test]
fn an_update_replaces_and_a_deletion_removes() {
    let dir = tempfile::tempdir().unwrap();
    index(dir.path(), 0, &mine());
    let old = open(dir.path());
    let mut writer = Writer::open(dir.path(), Analyzer::new(), options(1)).unwrap();
    let mut more = mine()[2].clone();
    more.abstracts = vec![LocalText::new(Language::zh(), "一种喷雾泵站")];
    assert_eq!(writer.upsert(more.clone()).unwrap(), Upsert::Updated);
    assert_eq!(writer.upsert(more).unwrap(), Upsert::Unchanged, "the same record again changes nothing");
    assert_eq!(writer.delete("US20200000004A1").unwrap(), ["US20200000004A1"]);
    assert!(writer.delete("US1").unwrap().is_empty());
    writer.commit(&[], &go_on).unwrap();
    let new = open(dir.path());
    assert_eq!(found(&new, &Zone::TOPIC, "喷雾"), ["CN110000003A"]);
    assert!(found(&new, &Zone::TOPIC, "shearer").is_empty());
    assert_eq!(new.statistics().n_documents, 3);
    let changes = new.changes().unwrap();
    assert_eq!(changes.len(), 2);
    assert_eq!(changes[0].fields, ["texts"]);
    assert_eq!(changes[1].kind, ChangeKind::Removed);
    assert_eq!(found(&old, &Zone::TOPIC, "shearer"), ["US20200000004A1"], "an open snapshot never changes");
}

#[test]
fn an_application_merges_with_its_publication() {
    let dir = tempfile::tempdir().unwrap();
    let mut application = publication("CN110000001A", "x", "y");
    application.number = None;
    application.application = Some("CN201910302430.1".to_owned().try_into().unwrap());
    index(dir.path(), 0, &[application.clone()]);
    let reader = open(dir.path());
    assert_eq!(reader.by_number("CN201910302430.1").len(), 1);
    let mut published = publication("CN110000001A", "一种采煤机滚筒", "权利要求");
    published.application = application.application.clone();
    index(dir.path(), 1, &[published]);
    let reader = open(dir.path());
    assert_eq!(reader.statistics().n_documents, 1);
    let docno = reader.by_number("CN110000001A");
    assert_eq!(reader.by_number("app:CN201910302430.1"), docno);
    assert_eq!(reader.by_number("CN110000001"), docno, "found without its kind");
    // And what is known of the application later joins the publication.
    application.events = vec![crate::patent::LegalEvent {
        office: "CN".to_owned(),
        code: "GR01".to_owned(),
        country: None,
        effective: None,
        known: None,
        text: String::new(),
        attributes: std::collections::BTreeMap::default(),
    }];
    index(dir.path(), 2, &[application]);
    let reader = open(dir.path());
    assert_eq!(reader.statistics().n_documents, 1);
    assert_eq!(reader.document(reader.by_number("CN110000001A")[0]).unwrap().events.len(), 1);
}

#[test]
fn a_killed_commit_leaves_the_snapshot_before() {
    let points = [
        CrashPoint::Adding,
        CrashPoint::Text,
        CrashPoint::Files,
        CrashPoint::Linking,
        CrashPoint::Manifest,
        CrashPoint::Pointer,
    ];
    for point in points {
        let dir = tempfile::tempdir().unwrap();
        index(dir.path(), 0, &mine()[..2]);
        let mut writer = Writer::open(dir.path(), Analyzer::new(), options(1)).unwrap();
        writer.upsert(mine()[2].clone()).unwrap();
        writer.crash_at = Some(point);
        assert!(writer.commit(&[], &go_on).is_err());
        drop(writer);
        let n_before = open(dir.path()).statistics().n_documents;
        // Only the rename of the pointer is the commit.
        assert_eq!(n_before, if point == CrashPoint::Pointer { 3 } else { 2 }, "{point:?}");
        index(dir.path(), 2, &mine());
        let reader = open(dir.path());
        assert_eq!(reader.statistics().n_documents, 4, "{point:?}");
        assert_eq!(found(&reader, &Zone::TOPIC, "泵"), ["CN110000003A"], "{point:?}");
        check(dir.path(), &|_, _| {}).unwrap();
    }
}

#[test]
fn two_writers_exclude_each_other() {
    let dir = tempfile::tempdir().unwrap();
    let writer = Writer::open(dir.path(), Analyzer::new(), options(0)).unwrap();
    assert!(matches!(Writer::open(dir.path(), Analyzer::new(), options(0)), Err(Error::Locked { .. })));
    drop(writer);
    Writer::open(dir.path(), Analyzer::new(), options(0)).unwrap();
}

#[test]
fn old_snapshots_stay_open_and_go_in_time() {
    let dir = tempfile::tempdir().unwrap();
    let numbers: Vec<String> = (0..12).map(|n| format!("CN1100001{n:02}A")).collect();
    for (hour, number) in (0_i64..).zip(&numbers) {
        index(dir.path(), hour, &[publication(number, "采煤机", "采煤机")]);
    }
    let mut readers = Vec::new();
    for id in 1..=12 {
        let reader = Reader::open_snapshot(dir.path(), id, Analyzer::new(), None).unwrap();
        assert_eq!(reader.statistics().n_documents, id);
        readers.push(reader);
    }
    pin(dir.path(), 2, "report 7").unwrap();
    // A day later only the last three, the pinned one and the new one are kept; open readers go on.
    index(dir.path(), 40, &mine());
    let kept: Vec<u64> = list(dir.path()).unwrap().iter().map(|info| info.id).collect();
    assert_eq!(kept, [2, 11, 12, 13]);
    assert_eq!(found(&readers[4], &Zone::TOPIC, "采煤机").len(), 5);
    unpin(dir.path(), 2, "report 7").unwrap();
    assert!(matches!(
        Reader::open_snapshot(dir.path(), 3, Analyzer::new(), None),
        Err(Error::UnknownSnapshot { id: 3 })
    ));
}

#[test]
fn derived_columns_share_everything_else() {
    let dir = tempfile::tempdir().unwrap();
    index(dir.path(), 0, &mine());
    let mut writer = Writer::open(dir.path(), Analyzer::new(), options(1)).unwrap();
    let values = vec![Value::Keywords(vec!["D1".to_owned()]), Value::Missing];
    let column = NewColumn {
        name: "leaf".to_owned(),
        kind: ColumnKind::Keyword,
        version: "rules-1".to_owned(),
        values,
    };
    assert_eq!(writer.put_columns(vec![column], &go_on).unwrap(), 2);
    drop(writer);
    let reader = open(dir.path());
    assert_eq!(reader.column("leaf").unwrap().keywords(0).collect::<Vec<_>>(), ["D1"]);
    assert!(!reader.column("leaf").unwrap().has_value(3));
    assert!(reader.columns().any(|(name, _, version)| (name, version) == ("leaf", "rules-1")));
    let infos = list(dir.path()).unwrap();
    assert!(infos[1].own_bytes * 4 < infos[1].size_bytes, "files are shared");
}

#[test]
fn damage_and_other_versions_are_told_apart() {
    let dir = tempfile::tempdir().unwrap();
    assert!(matches!(Reader::open(dir.path(), Analyzer::new(), None), Err(Error::NoSnapshot { .. })));
    index(dir.path(), 0, &mine());
    let snapshot = dir.path().join("snapshots/000001");
    let manifest = snapshot.join("manifest.json");
    let whole = std::fs::read_to_string(&manifest).unwrap();

    std::fs::write(&manifest, whole.replacen("\"format\": 1", "\"format\": 99", 1)).unwrap();
    let opened = Reader::open(dir.path(), Analyzer::new(), None);
    assert!(matches!(opened, Err(Error::Incompatible { found: 99, .. })));
    let writer = Writer::open(dir.path(), Analyzer::new(), options(1));
    assert!(matches!(writer, Err(Error::Incompatible { found: 99, .. })), "a newer folder is not written to");

    std::fs::write(&manifest, &whole[..whole.len() / 2]).unwrap();
    assert!(matches!(Reader::open(dir.path(), Analyzer::new(), None), Err(Error::Corrupt { .. })));
    std::fs::write(&manifest, &whole).unwrap();

    let names = snapshot.join("names-000001.tab");
    let bytes = std::fs::read(&names).unwrap();
    let mut damaged = bytes.clone();
    *damaged.last_mut().unwrap() ^= 1;
    std::fs::write(&names, &damaged).unwrap();
    assert!(matches!(check(dir.path(), &|_, _| {}), Err(Error::Corrupt { .. })), "a changed byte is found");
    std::fs::write(&names, &bytes[1..]).unwrap();
    assert!(matches!(Reader::open(dir.path(), Analyzer::new(), None), Err(Error::Corrupt { .. })));
}

#[test]
fn a_backup_comes_back() {
    let dir = tempfile::tempdir().unwrap();
    index(dir.path(), 0, &mine());
    let file = dir.path().join("backup.zip");
    backup(dir.path(), &file, &[], &|_, _| {}).unwrap();
    let other = tempfile::tempdir().unwrap();
    index(other.path(), 0, &mine()[..1]);
    let restored = restore(&file, other.path(), &|_, _| {}).unwrap();
    assert_eq!(restored.snapshot, 2);
    let reader = open(other.path());
    assert_eq!(found(&reader, &Zone::TOPIC, "采煤机"), ["CN110000001A", "CN110000002A"]);
    index(other.path(), 1, &[publication("CN110000009A", "采煤机", "x")]);
    assert_eq!(open(other.path()).statistics().n_documents, 5);

    let bytes = std::fs::read(&file).unwrap();
    std::fs::write(&file, &bytes[..bytes.len() / 2]).unwrap();
    assert!(restore(&file, other.path(), &|_, _| {}).is_err());
    assert_eq!(open(other.path()).statistics().n_documents, 5, "a broken backup changes nothing");
}

#[test]
fn families_are_joined_by_anything_that_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let mut documents: Vec<Publication> =
        (1..=6).map(|n| publication(&format!("CN11000000{n}A"), "采煤机", "采煤机")).collect();
    documents[0].family.simple = Some("F1".to_owned());
    documents[1].family.simple = Some("F1".to_owned());
    documents[1].family.members = vec![documents[2].number.clone().unwrap()];
    // A cycle of members, and a member that is not indexed.
    documents[2].family.members =
        vec![documents[1].number.clone().unwrap(), PublicationNumber::parse("US1234567A").unwrap()];
    let priority =
        crate::patent::Priority { number: "CN201910000001".to_owned().try_into().unwrap(), date: None };
    documents[3].priorities = vec![priority.clone()];
    documents[4].priorities = vec![priority];
    index(dir.path(), 0, &documents);
    let reader = open(dir.path());
    let family = reader.column("family").unwrap();
    let name = |docno: u32| family.keywords(docno).next().unwrap().to_owned();
    assert_eq!(name(0), "F1");
    assert!(name(1) == "F1" && name(2) == "F1");
    assert_eq!(name(3), name(4));
    assert_ne!(name(3), name(5));
    assert_eq!(reader.statistics().n_families, 3);
}

#[test]
fn patterns_match_where_they_stand() {
    let dir = tempfile::tempdir().unwrap();
    index(dir.path(), 0, &mine());
    let reader = open(dir.path());
    let phrase = |text: &str| Pattern::Phrase(text.to_owned());
    let near = |left: Pattern, right: Pattern, reach, ordered, negated| {
        Pattern::Near(Box::new(NearPattern { left, right, reach, ordered, negated }))
    };
    let check = |pattern: Pattern, at_least: u32, expected: &[&str]| {
        let found = reader.matching_pattern(&Zone::TOPIC, &[], &pattern, at_least).unwrap();
        assert_eq!(keys(&reader, found.iter()), expected, "{pattern:?}");
    };
    let (one, two, us) = ("CN110000001A", "CN110000002A", "US20200000004A1");
    let machine = || phrase("采煤机");
    check(near(machine(), phrase("滚筒"), Reach::Units(7), false, false), 1, &[one, two]);
    check(near(machine(), phrase("滚筒"), Reach::Units(3), false, false), 1, &[one, two]);
    check(near(machine(), phrase("滚筒"), Reach::Units(2), false, false), 1, &[one]);
    check(near(phrase("滚筒"), machine(), Reach::Units(7), true, false), 1, &[]);
    // The claim of the second begins another sentence.
    check(near(phrase("立柱"), phrase("滚筒"), Reach::Units(999), true, false), 1, &[]);
    check(near(phrase("立柱"), phrase("滚筒"), Reach::Paragraph, false, false), 1, &[two]);
    // In the claim of the first it stands seven units before.
    check(near(machine(), phrase("滚筒"), Reach::Units(2), false, true), 1, &[one, two]);
    check(near(machine(), phrase("滚筒"), Reach::Sentence, false, true), 1, &[]);
    let either = Pattern::Any(vec![phrase("液压"), phrase("乳化")]);
    check(near(either, phrase("支架"), Reach::Units(0), true, false), 1, &[two]);
    // Once in the title, once in the claim.
    check(phrase("液"), 2, &[two]);
    let wild = |pieces: &[Piece]| Pattern::Wild(pieces.to_vec());
    check(wild(&[Piece::Text("shear".to_owned()), Piece::Many]), 1, &[us]);
    check(wild(&[Piece::Many, Piece::Text("rol".to_owned())]), 1, &[us]);
    let (a, b) = (Piece::Text("采".to_owned()), Piece::Text("机".to_owned()));
    check(wild(&[a.clone(), Piece::One, b.clone()]), 1, &[one, two]);
    check(wild(&[a, Piece::One, Piece::One, b]), 1, &[]);
}
