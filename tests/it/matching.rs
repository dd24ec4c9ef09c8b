//! What stands around an exact match set: days, conflicting applications, representatives, orders, marks; and input that
//! is wrong or too much.

use std::collections::{BTreeMap, BTreeSet};

use patnav::error::{Classify, ErrorKind};
use patnav::index::{Embedding, NearPattern, Options, Pattern, Piece, Reach, Reader, Writer, Zone, date};
use patnav::patent::{LocalText, Publication};
use patnav::query::{Bound, Expr, Node, RangeCondition, SetName, field, parse};
use patnav::search::{
    Collapse, Cursor, Error, Relevant, Representative, Request, Response, Sets, Sort, match_set, search,
    search_with,
};
use patnav::text::Analyzer;

use super::corpus::{publications, reader};

fn ask(request: &Request) -> Response {
    search(reader(), request).unwrap()
}

fn day(text: &str) -> jiff::civil::Date {
    text.parse().unwrap()
}

#[test]
fn an_as_of_search_sees_nothing_that_was_published_later() {
    let request = Request {
        as_of: Some("2019-06-30".to_owned()),
        collapse: Collapse::None,
        limit: 1000,
        ..Request::new("cc=CN")
    };
    let response = ask(&request);
    let expected = publications().iter().filter(|p| {
        p.number.as_ref().is_some_and(|n| n.country.to_string() == "CN")
            && p.publication_date.is_some_and(|date| date <= day("2019-06-30"))
    });
    assert_eq!(response.total.publications, expected.count() as u64);
    assert!(response.hits.iter().all(|hit| hit.publication_date.unwrap() <= day("2019-06-30")));
    let told = response.as_of.unwrap();
    assert_eq!(told.date, day("2019-06-30"));
    assert!(!told.not_frozen.is_empty());
}

#[test]
fn conflicting_applications_are_filed_before_and_published_after() {
    let relevant = |date: &str, applicant: Vec<String>| {
        Some(Relevant { date: date.to_owned(), office: "CN".to_owned(), applicant })
    };
    let request =
        Request { relevant: relevant("2018-05-01", Vec::new()), ..Request::new("ti=氢 OR ti=煤") };
    let response = ask(&request);
    assert!(response.hits.iter().all(|hit| hit.publication_date.unwrap() < day("2018-05-01")));
    let found = response.conflicting.unwrap();
    assert!(found.n > 0 && !found.inventive_step);
    for one in &found.applications {
        assert!(one.hit.publication_date.unwrap() >= day("2018-05-01"), "{}", one.hit.key);
        assert!(one.rests_on_priority || one.filing_date.unwrap() < day("2018-05-01"), "{}", one.hit.key);
        assert!(one.hit.priority_date.unwrap() < day("2018-05-01"), "{}", one.hit.key);
    }
    let applications: BTreeSet<_> =
        found.applications.iter().map(|one| one.hit.application.clone()).collect();
    assert_eq!(applications.len(), found.applications.len(), "one entry an application");
    // One's own count, but not against a filing before 2009-10-01.
    let own = found.applications[0].hit.applicants.clone();
    let same = ask(&Request { relevant: relevant("2018-05-01", own.clone()), ..request.clone() });
    assert_eq!(same.conflicting.unwrap().n, found.n);
    let early = |applicant| {
        ask(&Request { relevant: relevant("2009-09-30", applicant), ..request.clone() }).conflicting.unwrap()
    };
    assert!(early(own).n <= early(Vec::new()).n);
    let unknown = Request {
        relevant: Some(Relevant { office: "XX".to_owned(), ..request.relevant.clone().unwrap() }),
        ..request
    };
    assert_eq!(search(reader(), &unknown).unwrap_err().kind(), ErrorKind::InvalidInput);
}

#[test]
fn the_representative_is_the_one_asked_for() {
    let all = ask(&Request { collapse: Collapse::None, limit: 1000, ..Request::new("ti=储氢") });
    let mut families: BTreeMap<String, Vec<(String, Option<jiff::civil::Date>, String)>> = BTreeMap::new();
    let of_family = |key: &str| {
        let docno = reader().by_number(key)[0];
        reader().column("family").unwrap().keywords(docno).next().unwrap().to_owned()
    };
    for hit in &all.hits {
        families.entry(of_family(&hit.key)).or_default().push((
            hit.key.clone(),
            hit.publication_date,
            hit.country.clone(),
        ));
    }
    assert!(families.values().any(|members| members.len() > 1));
    let check = |representative: Representative,
                 best: &dyn Fn(&[(String, Option<jiff::civil::Date>, String)]) -> String| {
        let page = ask(&Request { representative, limit: 1000, ..Request::new("ti=储氢") });
        for hit in page.hits.iter().filter(|hit| hit.in_match_set) {
            assert_eq!(hit.key, best(&families[&hit.family]), "{}", hit.family);
        }
    };
    let first = |members: &mut Vec<&(String, Option<jiff::civil::Date>, String)>| {
        members.sort_by_key(|(key, date, _)| (date.is_none(), *date, key.clone()));
        members[0].0.clone()
    };
    check(Representative::Earliest, &|members| first(&mut members.iter().collect()));
    check(Representative::Office(vec!["US".to_owned(), "CN".to_owned()]), &|members| {
        let of = |office: &str| members.iter().filter(|member| member.2 == office).collect::<Vec<_>>();
        let chosen = [of("US"), of("CN")].into_iter().find(|members| !members.is_empty());
        first(&mut chosen.unwrap_or_else(|| members.iter().collect()))
    });
}

#[test]
fn every_order_is_the_one_of_its_values() {
    for (sort, column) in [
        (Sort::FilingOldest, "filing"),
        (Sort::FilingNewest, "filing"),
        (Sort::PriorityOldest, "priority_date"),
        (Sort::GrantNewest, "grant"),
    ] {
        let page = ask(&Request { sort, collapse: Collapse::None, limit: 1000, ..Request::new("ti=氢") });
        let values: Vec<Option<i64>> = page
            .hits
            .iter()
            .map(|hit| reader().column(column).unwrap().integer(reader().by_number(&hit.key)[0]))
            .collect();
        let key = |value: &Option<i64>| {
            let newest = matches!(sort, Sort::FilingNewest | Sort::GrantNewest);
            (value.is_none(), value.map(|day| if newest { -day } else { day }))
        };
        assert!(values.is_sorted_by_key(key), "{sort:?}: {values:?}");
        assert!(values.iter().flatten().all(|day| date(*day).is_some()));
    }
    let mut cited: BTreeMap<String, usize> = BTreeMap::new();
    for publication in publications() {
        let mut numbers = BTreeSet::new();
        for citation in &publication.citations {
            if let patnav::patent::Cited::Patent { number, .. } = &citation.cited {
                numbers.insert(format!("{}{}", number.country, number.serial));
            }
        }
        numbers.into_iter().for_each(|number| *cited.entry(number).or_default() += 1);
    }
    let page = ask(&Request {
        sort: Sort::Cited,
        collapse: Collapse::None,
        limit: 200,
        ..Request::new("cc=CN OR cc=US OR cc=EP")
    });
    let counts: Vec<usize> = page
        .hits
        .iter()
        .map(|hit| {
            let number = reader().document(reader().by_number(&hit.key)[0]).unwrap().number.unwrap();
            cited.get(&format!("{}{}", number.country, number.serial)).copied().unwrap_or_default()
        })
        .collect();
    assert!(counts.is_sorted_by(|a, b| a >= b) && counts[0] > 0, "{counts:?}");
}

#[test]
fn a_hit_says_which_clauses_it_meets() {
    let page = ask(&Request { explain: true, ..Request::new("ti=氢 AND (cc=CN OR cc=US)") });
    for hit in &page.hits {
        let clauses = &hit.explanation.as_ref().unwrap().clauses;
        let country = format!("cc={}", hit.country);
        assert!(clauses.contains(&country) && clauses.contains(&page.query.canonical), "{clauses:?}");
    }
}

#[test]
fn an_unknown_set_is_named_and_a_known_one_is_a_set() {
    let query = Expr::new(Node::Set(SetName::Line(3)), 0..0);
    let error = match_set(reader(), &query, &Sets::NONE).unwrap_err();
    assert!(matches!(error, Error::UnknownSet { .. }) && error.kind() == ErrorKind::InvalidInput);
    let mut sets = Sets::NONE;
    let key = publications()[0].key();
    sets.insert(SetName::Line(3), vec![key.clone(), "CN999999999A".to_owned()]);
    let found = match_set(reader(), &query, &sets).unwrap();
    let keys: Vec<String> = found.iter().map(|docno| reader().key(docno).unwrap()).collect();
    assert_eq!(keys, [key]);
}

#[test]
fn ranges_turned_round_and_days_that_are_none_are_refused() {
    let range = |name: &str, low: &str, high: &str| {
        let bound = |value: &str| Some(Bound { value: value.to_owned(), inclusive: true, span: 0..0 });
        let fields = vec![field(name).unwrap()];
        Expr::new(Node::Range(RangeCondition { fields, low: bound(low), high: bound(high) }), 0..0)
    };
    for (name, low, high) in [("pd", "2020", "2019"), ("nclm", "9", "2"), ("ipc", "H01M", "E21C")] {
        let error = match_set(reader(), &range(name, low, high), &Sets::NONE).unwrap_err();
        assert!(matches!(error, Error::Backwards { .. }), "{error}");
    }
    for bad in ["2019-02-30", "2019-13", "yesterday", "99999999999999999999"] {
        let error = match_set(reader(), &range("pd", bad, "2020"), &Sets::NONE).unwrap_err();
        assert!(matches!(error, Error::Value { .. }), "{error}");
        let request = Request { as_of: Some(bad.to_owned()), ..Request::new("泵") };
        assert_eq!(search(reader(), &request).unwrap_err().kind(), ErrorKind::InvalidInput);
    }
}

#[test]
fn a_cursor_is_bound_to_its_days() {
    let request = Request { limit: 2, as_of: Some("2020-01-01".to_owned()), ..Request::new("泵") };
    let cursor = ask(&request).next_cursor;
    assert_eq!(cursor.as_deref().and_then(Cursor::snapshot_of), Some(reader().id()));
    let moved = Request { cursor: cursor.clone(), as_of: None, ..request.clone() };
    assert!(matches!(search(reader(), &moved), Err(Error::Cursor { .. })));
    let next = search_with(reader(), &Request { cursor, ..request }, &Sets::NONE).unwrap();
    assert_eq!(next.hits.len(), 2);
}

#[test]
fn a_megabyte_of_brackets_is_refused() {
    for text in ["(".repeat(1 << 20), ")".repeat(1 << 20), "(a".repeat(1 << 18)] {
        assert!(parse(&format!("{text} AND ti=x")).is_err());
    }
}

#[test]
fn too_much_of_a_pattern_is_refused_with_a_remedy() {
    let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let options = Options {
        threads: 1,
        memory_bytes: 30_000_000,
        index_descriptions: true,
        embedding: Embedding::Lsa { dim: 16, seed: 1 },
        equivalents: Vec::new(),
        now: jiff::Timestamp::UNIX_EPOCH,
    };
    let mut writer = Writer::open(dir.path(), Analyzer::new(), options).unwrap();
    let document = |number: &str, text: String| Publication {
        number: Some(patnav::patent::PublicationNumber::parse(number).unwrap()),
        abstracts: vec![LocalText::new(patnav::patent::Language::en(), text)],
        ..Publication::default()
    };
    let words: Vec<String> = (0..5_000).map(|n| format!("word{n}")).collect();
    writer.upsert(document("CN110000001A", words.join(" "))).unwrap();
    writer.upsert(document("CN110000002A", "drum ".repeat(3_000))).unwrap();
    writer.commit(&[], &|_, _, _| true).unwrap();
    let reader = Reader::open(dir.path(), Analyzer::new(), None).unwrap();
    let ask = |pattern: &Pattern| reader.matching_pattern(&Zone::TOPIC, &[], pattern, 1);
    let wild = Pattern::Wild(vec![Piece::Text("word".to_owned()), Piece::Many]);
    let error = ask(&wild).unwrap_err();
    assert!(error.to_string().contains("4096") && error.kind() == ErrorKind::InvalidInput, "{error}");
    let narrower = Pattern::Wild(vec![Piece::Text("word12".to_owned()), Piece::Many]);
    assert_eq!(ask(&narrower).unwrap().len(), 1);
    let near = |left: Pattern, n: u32| {
        let right = Pattern::Phrase("drum".to_owned());
        Pattern::Near(Box::new(NearPattern {
            left,
            right,
            reach: Reach::Units(n),
            ordered: true,
            negated: false,
        }))
    };
    // Any distance is only a distance; pairs of pairs of three thousand words are too many.
    let pairs = near(Pattern::Phrase("drum".to_owned()), 1_000_000_000);
    assert_eq!(ask(&pairs).unwrap().len(), 1);
    let error = ask(&near(pairs, 1_000_000_000)).unwrap_err();
    assert!(error.to_string().contains("places"), "{error}");
    let many = Pattern::Any((0..3_000).map(|n| Pattern::Phrase(format!("word{n}"))).collect());
    assert!(ask(&many).unwrap_err().to_string().contains("limit"));
}
