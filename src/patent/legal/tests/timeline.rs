//! The timeline of a case says of every two days what `state` says of them.

use std::collections::BTreeMap;
use std::io::Read as _;

use flate2::read::GzDecoder;
use jiff::ToSpan as _;

use super::{day, publication};
use crate::patent::legal::{Case, Detail, Simple, Stretch, state, state_in, terms, timeline};
use crate::patent::{Date, LegalEvent, Publication};

/// Compares on every day of the case, the ends of its stretches, the days before and after, and some far away.
fn check(case: &Case) -> usize {
    let stretches = timeline(case);
    let events = || case.events.iter().chain(case.european.iter().flat_map(|european| &european.events));
    let mut on: Vec<Date> = events().filter_map(|event| event.effective).collect();
    on.extend(stretches.iter().flat_map(|stretch| [stretch.from, stretch.until]));
    on.extend(case.filing);
    on.extend([day("1900-01-01"), day("2026-01-15"), day("2090-01-01")]);
    let mut known: Vec<Date> = events().filter_map(|event| event.known).collect();
    known.extend([day("1900-01-01"), day("2090-01-01")]);
    let around = |days: Vec<Date>| {
        let mut days: Vec<Date> = days
            .into_iter()
            .flat_map(|day| [day.saturating_sub(1.day()), day, day.saturating_add(1.day())])
            .collect();
        days.sort_unstable();
        days.dedup();
        days
    };
    for on in around(on) {
        for known_at in around(known.clone()) {
            let status = state(case, on, known_at).status;
            let detail = if status.detail == Detail::NotFiled { Detail::Unknown } else { status.detail };
            let told = state_in(&stretches, on, known_at);
            assert_eq!(told, (status.simple, detail), "{:?} on {on}, known at {known_at}", case.names());
        }
    }
    for stretch in &stretches {
        assert_eq!(Stretch::parse(&stretch.to_string()), Some(*stretch));
    }
    let written: Vec<String> = stretches.iter().map(ToString::to_string).collect();
    let mut sorted = written.clone();
    sorted.sort();
    let by_day = |texts: &[String]| texts.iter().map(|text| text[..10].to_owned()).collect::<Vec<_>>();
    assert_eq!(by_day(&written), by_day(&sorted), "the texts sort by the day of knowledge");
    stretches.len()
}

#[test]
fn every_application_of_the_corpus() {
    let bytes: &[u8] = include_bytes!("../../../../fixtures/corpus.jsonl.gz");
    let mut text = String::new();
    GzDecoder::new(bytes).read_to_string(&mut text).unwrap();
    let mut applications: BTreeMap<String, Vec<Publication>> = BTreeMap::new();
    for (n, line) in text.lines().enumerate() {
        // The planted stories come first and are all taken; of the field, some.
        if n % 9 == 0 || line.contains("\"effective\"") {
            let publication: Publication = serde_json::from_str(line).unwrap();
            let name =
                publication.application.as_ref().map_or_else(|| publication.key(), ToString::to_string);
            applications.entry(name).or_default().push(publication);
        }
    }
    let mut n_long = 0;
    for publications in applications.values().step_by(3) {
        let n = check(&Case::of(&publications.iter().collect::<Vec<_>>()));
        n_long += usize::from(n > 3);
    }
    assert!(n_long > 20, "only {n_long} of {} have a course worth the name", applications.len());
}

#[test]
fn a_lapse_announced_late_is_told_from_its_announcement_on() {
    let right = publication(
        "CN109000001B",
        "2015-03-02",
        "2018-05-04",
        &["CN GR01 2018-05-04 2018-05-04", "CN CF01 2020-03-02 2021-02-19"],
    );
    let case = Case::of(&[&right]);
    check(&case);
    let stretches = timeline(&case);
    let at = |on, known| state_in(&stretches, day(on), day(known)).0;
    assert_eq!(at("2020-06-01", "2021-02-18"), Simple::Active);
    assert_eq!(at("2020-06-01", "2021-02-19"), Simple::Inactive);
    assert_eq!(at("2020-03-01", "2022-01-01"), Simple::Active);
    let lapse = stretches.last().unwrap().to_string();
    assert_eq!(lapse, "2021-02-19 2020-03-02/ inactive/lapsed");
}

#[test]
fn a_silent_national_part_has_the_course_of_its_european_patent_in_its_country() {
    let european = publication(
        "EP2999999B1",
        "2013-02-06",
        "2017-05-10",
        &[
            "EP GRNT 2017-05-10 2017-05-10",
            "EP/FR PGFP 2018-02-27 2018-03-15",
            "EP/DE PG25 2018-02-28 2019-01-02",
            "EP/FR PG25 2021-02-28 2021-10-08",
        ],
    );
    let part = |number: &str, published: &str, events: &[&str]| {
        let mut case = Case::of(&[&publication(number, "2013-02-06", published, events)]);
        case.follow(Case::of(&[&european]));
        check(&case);
        case
    };
    let at = |case: &Case, on, known| state_in(&timeline(case), day(on), day(known));
    let french = part("FR2999999T3", "2017-09-01", &[]);
    assert_eq!(at(&french, "2019-06-01", "2021-10-07").0, Simple::Active, "its lapse is not known yet");
    assert_eq!(at(&french, "2022-01-01", "2022-01-01"), (Simple::Inactive, Detail::Ceased));
    assert_eq!(at(&french, "2019-06-01", "2022-01-01").0, Simple::Active, "in force before its lapse");
    let german = part("DE602013000001T2", "2017-09-01", &[]);
    assert_eq!(at(&german, "2019-06-01", "2022-01-01"), (Simple::Inactive, Detail::Ceased));
    let british = part("GB2999999T3", "2017-09-01", &[]);
    assert_eq!(at(&british, "2034-01-01", "2034-01-01").0, Simple::Inactive, "the term of the whole is over");
    // A word of its own, and its record speaks for itself; a licence says nothing of how the right stands.
    let outspoken = part("FR2999999T3", "2017-09-01", &["FR ST 2022-03-01 2022-03-01"]);
    assert!(outspoken.european.is_none());
    for decides_nothing in ["FR CL 2019-03-01 2019-04-01", "FR PLFP 2020-03-01 2020-03-01", "FR ST - -"] {
        let silent = part("FR2999999T3", "2017-09-01", &[decides_nothing]);
        assert_eq!(
            at(&silent, "2022-01-01", "2022-01-01"),
            (Simple::Inactive, Detail::Ceased),
            "{decides_nothing}"
        );
    }
    // State and end of the term are of one mind.
    let late = Case { filing: Some(day("2017-08-01")), ..part("FR2999999T3", "2017-09-01", &[]) };
    let expiry = terms(&late, day("2020-01-01"), day("2020-01-01")).expiry;
    assert_eq!(expiry.map(|expiry| expiry.date), Some(day("2033-02-06")));
}

#[test]
fn whatever_the_european_record_says_its_silent_part_has_a_course() {
    let none: &[&str] = &[];
    let unitary =
        ["EP GRNT 2023-07-05 2023-07-05", "EP U07 2023-07-20 2023-08-02", "EP/UP PG25 2025-07-31 2026-01-02"];
    let refused = ["EP 18R 2016-05-10 2016-06-10"];
    let contradictory = ["EP/FR PG25 2019-02-28 2019-10-08", "EP/FR PGFP 2020-02-28 2020-03-08"];
    for (events, word) in [
        (none, None),
        (&unitary[..], None),
        (&refused[..], None),
        (&contradictory[..], None),
        (&["EP/DE PGFP 2020-02-28 2020-03-08"][..], Some("失效")),
        (none, Some("失效")),
    ] {
        let other = word.map(|word| ("legal_status".to_owned(), word.to_owned()));
        let european = Publication {
            other: other.into_iter().collect(),
            ..publication("EP2999999B1", "2013-02-06", "2017-05-10", events)
        };
        let undated = Publication {
            publication_date: None,
            ..publication("FR2999999T3", "2013-02-06", "2017-09-01", &[])
        };
        let wholes = [&european, &Publication { publication_date: None, ..european.clone() }];
        let parts = [publication("FR2999999T3", "2013-02-06", "2017-09-01", &[]), undated];
        // A record of which nothing is dated has no timeline: words alone have no day.
        let n_wholes = if events.is_empty() && word.is_some() { 1 } else { 2 };
        let wholes = &wholes[..n_wholes];
        for (part, european) in parts.iter().flat_map(|part| wholes.iter().map(move |whole| (part, *whole))) {
            let mut case = Case::of(&[part]);
            case.follow(Case::of(&[european]));
            assert!(case.european.is_some());
            check(&case);
            let whole = Case::of(&[european]);
            let today = state(&whole, day("2026-01-15"), day("2026-01-15"));
            if let Some((_, status)) = today.countries.iter().find(|(name, _)| name == "FR") {
                let own = state(&case, day("2026-01-15"), day("2026-01-15")).status;
                assert_eq!((own.simple, own.detail), (status.simple, status.detail), "{events:?} {word:?}");
            }
        }
    }
}

#[test]
fn broken_records_have_a_timeline_too() {
    let contradictory = [
        "CN GR01 2018-05-04 2018-05-04",
        "CN CF01 2020-03-02 2021-02-19",
        "CN GR01 2022-05-04 2022-05-04",
        "CN RR01 2020-03-02 2022-01-11",
        "CN XX99 2090-01-01 2019-01-01",
        "CN CX01 2035-03-02 2035-04-10",
        "CN PE01 - -",
    ];
    check(&Case::of(&[&publication("CN109000001B", "2015-03-02", "2018-05-04", &contradictory)]));
    check(&Case::of(&[&publication("WO2015000001A1", "2015-03-02", "2016-09-04", &[])]));
    check(&Case::of(&[&publication("US9000001B2", "1994-03-02", "1996-09-03", &[])]));
    check(&Case::of(&[]));
    let stated = Publication {
        other: [("legal_status".to_owned(), "失效".to_owned())].into(),
        events: Vec::<LegalEvent>::new(),
        ..publication("CN209000001U", "2015-03-02", "2016-09-04", &[])
    };
    check(&Case::of(&[&stated]));
}
