//! Groups are made where they are due, from one scan, and by the same rules whatever was there before.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::index::{Embedding, Options, Writer};
use crate::patent::{ApplicationNumber, LegalEvent, PublicationNumber};
use crate::text::Analyzer;

fn options() -> Options {
    Options {
        threads: 1,
        memory_bytes: 20_000_000,
        index_descriptions: false,
        embedding: Embedding::Off,
        equivalents: Vec::new(),
        now: jiff::Timestamp::UNIX_EPOCH,
    }
}

fn document(number: &str) -> Publication {
    Publication {
        number: PublicationNumber::parse(number).ok(),
        publication_date: Some(jiff::civil::date(2020, 1, 2)),
        ..Publication::default()
    }
}

fn add(writer: &mut Writer, documents: Vec<Publication>) {
    for document in documents {
        writer.upsert(document).unwrap();
    }
    writer.commit(&[], &|_, _, _| true).unwrap();
}

const LENGTH: &[(&str, ColumnKind)] = &[("key_length", ColumnKind::Integer)];
const RANK: &[(&str, ColumnKind)] = &[("rank", ColumnKind::Integer), ("of", ColumnKind::Keyword)];

fn integer(n: usize) -> Value {
    Value::Integer(i64::try_from(n).unwrap())
}

fn length<'a>(version: &str, n_read: &'a AtomicUsize) -> Group<'a> {
    Group::each("length", version, LENGTH, |_, publication| {
        n_read.fetch_add(1, Ordering::Relaxed);
        vec![integer(publication.key().len())]
    })
}

/// The place of a document's key among all.
fn rank<'a>() -> Group<'a> {
    Group::whole(
        "rank",
        "rank-1",
        RANK,
        |_, publication| publication.key(),
        |found, _, rows| {
            let mut keys: Vec<&String> = found.iter().map(|(_, key)| key).collect();
            keys.sort();
            for (docno, key) in &found {
                let place = keys.binary_search(&key).unwrap();
                rows.put(*docno, &[integer(place), Value::Keywords(vec![keys.len().to_string()])]);
            }
            Ok(())
        },
    )
}

/// Derives once; returns the number of columns made and of documents that `length` read.
fn derive(dir: &Path, writer: &mut Writer, version: &str, scope: Scope) -> (usize, usize) {
    let reader = Reader::open(dir, Analyzer::new(), None).unwrap();
    let n_read = AtomicUsize::new(0);
    let built = columns(&reader, vec![length(version, &n_read), rank()], scope, &|_, _| true).unwrap();
    let n_built = built.len();
    if n_built > 0 {
        writer.put_columns(built, &|_, _, _| true).unwrap();
    }
    (n_built, n_read.into_inner())
}

#[test]
fn each_reads_what_is_new_and_whole_reads_all() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let mut writer = Writer::open(dir, Analyzer::new(), options()).unwrap();
    add(&mut writer, vec![document("CN200000001A"), document("CN1000002A")]);
    assert_eq!(derive(dir, &mut writer, "length-1", Scope::Due), (3, 2));
    assert_eq!(derive(dir, &mut writer, "length-1", Scope::Due), (0, 0), "nothing is due");
    assert_eq!(derive(dir, &mut writer, "length-2", Scope::Due), (1, 2), "other rules");
    add(&mut writer, vec![document("CN100000003A")]);
    assert_eq!(derive(dir, &mut writer, "length-2", Scope::Due), (3, 1), "one is new");
    assert_eq!(derive(dir, &mut writer, "length-2", Scope::All), (3, 3));
    let reader = Reader::open(dir, Analyzer::new(), None).unwrap();
    let of = |name: &str| (0..3).map(|docno| reader.column(name).unwrap().integer(docno)).collect::<Vec<_>>();
    assert_eq!(of("key_length"), [Some(12), Some(10), Some(12)]);
    assert_eq!(of("rank"), [Some(2), Some(1), Some(0)]);
    assert_eq!(reader.column("of").unwrap().keywords(0).collect::<Vec<_>>(), ["3"]);
}

#[test]
fn what_was_deleted_or_skipped_has_no_value() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let mut writer = Writer::open(dir, Analyzer::new(), options()).unwrap();
    add(&mut writer, vec![document("CN200000001A"), document("CN100000002A"), document("CN100000003A")]);
    writer.delete("CN100000002A").unwrap();
    writer.commit(&[], &|_, _, _| true).unwrap();
    assert_eq!(derive(dir, &mut writer, "length-1", Scope::Due), (3, 2));
    let reader = Reader::open(dir, Analyzer::new(), None).unwrap();
    let rank = reader.column("rank").unwrap();
    assert_eq!([0, 1, 2].map(|docno| rank.integer(docno)), [Some(1), None, Some(0)]);
}

#[test]
fn a_cancelled_run_makes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut writer = Writer::open(dir.path(), Analyzer::new(), options()).unwrap();
    add(&mut writer, vec![document("CN200000001A")]);
    let reader = Reader::open(dir.path(), Analyzer::new(), None).unwrap();
    let cancelled = columns(&reader, vec![rank()], Scope::Due, &|done, _| done == 0);
    assert!(matches!(cancelled, Err(Error::Cancelled)));
}

fn event(code: &str, effective: jiff::civil::Date, known: jiff::civil::Date) -> LegalEvent {
    LegalEvent {
        office: "CN".to_owned(),
        code: code.to_owned(),
        country: None,
        effective: Some(effective),
        known: Some(known),
        text: String::new(),
        attributes: std::collections::BTreeMap::default(),
    }
}

#[test]
fn publications_of_one_application_share_its_legal_state() {
    use jiff::civil::date;
    let dir = tempfile::tempdir().unwrap();
    let mut writer = Writer::open(dir.path(), Analyzer::new(), options()).unwrap();
    let application = ApplicationNumber::parse("CN201510000001").ok();
    let a = Publication {
        application: application.clone(),
        filing_date: Some(date(2015, 3, 2)),
        publication_date: Some(date(2016, 9, 7)),
        ..document("CN105000001A")
    };
    let b = Publication {
        application,
        filing_date: Some(date(2015, 3, 2)),
        publication_date: Some(date(2018, 5, 4)),
        events: vec![
            event("GR01", date(2018, 5, 4), date(2018, 5, 4)),
            event("CF01", date(2020, 3, 2), date(2021, 2, 19)),
            event("PE01", date(2019, 3, 2), date(2019, 3, 22)),
        ],
        ..document("CN105000001B")
    };
    let paper = Publication {
        document_kind: crate::patent::DocumentKind::Paper,
        source_id: Some("p1".to_owned()),
        ..Publication::default()
    };
    add(&mut writer, vec![a, paper, b]);
    let reader = Reader::open(dir.path(), Analyzer::new(), None).unwrap();
    let as_of = Some(date(2022, 1, 1));
    let built = columns(&reader, vec![legal(&reader, as_of)], Scope::Due, &|_, _| true).unwrap();
    assert_eq!(built[0].version(), "legal-4@2022-01-01");
    writer.put_columns(built, &|_, _, _| true).unwrap();
    let reader = Reader::open(dir.path(), Analyzer::new(), None).unwrap();
    for docno in [0, 2] {
        let words = |name: &str| reader.column(name).unwrap().keywords(docno).collect::<Vec<_>>();
        assert_eq!(words("legal_state"), ["inactive"]);
        assert_eq!(words("legal_detail"), ["lapsed"]);
        assert_eq!(words("legal_flag"), ["pledge"]);
        assert_eq!(words("legal_course").last(), Some(&"2021-02-19 2020-03-02/ inactive/lapsed"));
        assert_eq!(reader.column("expiry").unwrap().integer(docno), None, "it ended before its term");
    }
    assert!(!reader.column("legal_state").unwrap().has_value(1), "a paper has no legal state");
    // Nothing is due on the same day; the next day is another question.
    let due =
        |day| columns(&reader, vec![legal(&reader, Some(day))], Scope::Due, &|_, _| true).unwrap().len();
    assert_eq!(due(date(2022, 1, 1)), 0);
    assert_eq!(due(date(2022, 1, 2)), 8);
}

#[test]
fn likely_twins_are_flagged_and_a_silent_national_part_follows_its_european_patent() {
    use crate::patent::legal::{Simple, Stretch, state_in};
    use crate::patent::{CountryCode, Link, LinkKind, Party, PatentType, Role};
    use jiff::civil::date;
    let dir = tempfile::tempdir().unwrap();
    let mut writer = Writer::open(dir.path(), Analyzer::new(), options()).unwrap();
    let filed = |number: &str, application: &str, kind, inventor: &str| Publication {
        application: Some(ApplicationNumber::new(CountryCode::CN, application)),
        patent_type: Some(kind),
        filing_date: Some(date(2018, 9, 12)),
        publication_date: Some(date(2019, 2, 12)),
        parties: vec![
            Party::new(Role::Applicant, "甲煤机有限公司", 1),
            Party::new(Role::Inventor, inventor, 1),
        ],
        ..document(number)
    };
    let granted = date(2017, 5, 10);
    let part = |code: &str, country: &str, effective, known| crate::patent::LegalEvent {
        office: "EP".to_owned(),
        country: Some(country.to_owned()),
        ..event(code, effective, known)
    };
    let european = Publication {
        application: Some(ApplicationNumber::new(CountryCode::EP, "13000001")),
        patent_type: Some(PatentType::Invention),
        filing_date: Some(date(2013, 2, 6)),
        publication_date: Some(granted),
        events: vec![part("PG25", "FR", date(2020, 2, 28), date(2020, 12, 31))],
        ..document("EP2999999B1")
    };
    let french = Publication {
        links: vec![Link { kind: LinkKind::NationalPartOf, target: "EP2999999B1".to_owned(), date: None }],
        ..document("FR2999999T3")
    };
    add(
        &mut writer,
        vec![
            filed("CN109000001A", "201811000001", PatentType::Invention, "张三"),
            filed("CN208000001U", "201821000001", PatentType::UtilityModel, "张三"),
            filed("CN208000002U", "201821000002", PatentType::UtilityModel, "李四"),
            european,
            french,
        ],
    );
    let reader = Reader::open(dir.path(), Analyzer::new(), None).unwrap();
    let built =
        columns(&reader, vec![legal(&reader, Some(date(2022, 1, 1)))], Scope::Due, &|_, _| true).unwrap();
    writer.put_columns(built, &|_, _, _| true).unwrap();
    let reader = Reader::open(dir.path(), Analyzer::new(), None).unwrap();
    let course = |number: &str| {
        let docno = reader.by_number(number)[0];
        let texts = reader.column("legal_course").unwrap().keywords(docno);
        texts.filter_map(Stretch::parse).collect::<Vec<_>>()
    };
    let words = |name: &str, number: &str| {
        let docno = reader.by_number(number)[0];
        reader.column(name).unwrap().keywords(docno).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(words("legal_flag", "CN109000001A"), ["same_day_likely"]);
    assert_eq!(words("legal_flag", "CN208000001U"), ["same_day_likely"]);
    assert!(words("legal_flag", "CN208000002U").is_empty(), "another inventor");
    assert_eq!(words("legal_state", "FR2999999T3"), ["inactive"]);
    assert_eq!(words("legal_detail", "FR2999999T3"), ["ceased"]);
    let french = course("FR2999999T3");
    let on = |day, known| state_in(&french, day, known).0;
    let (day_of_life, lapse, told) = (date(2018, 6, 1), date(2020, 2, 28), date(2020, 12, 31));
    assert_eq!(on(day_of_life, date(2017, 12, 1)), Simple::Active, "it took effect there without an act");
    assert_eq!(on(day_of_life, told), Simple::Active, "in force before the lapse");
    assert_eq!(on(lapse, told.yesterday().unwrap()), Simple::Active, "the lapse is not known yet");
    assert_eq!(on(lapse, told), Simple::Inactive);
}
