//! Bad and small scopes: every measure has a defined answer or says why there is none, and JSON holds no `NaN`.

use serde_json::Value as Json;

use super::*;
use crate::analytics::cohort::{Cohort, Counting, Level, Record};
use crate::analytics::evidence::{Share, Timeline};
use crate::analytics::indicator::value::Weights;
use crate::analytics::indicator::{burst, emergence as emerge};

fn record(serial: u32, year: i16, labels: &[(&str, &[&str])], cites: &[u32]) -> Record {
    let key = |serial: u32| format!("CN{}A", 110_000_000 + serial);
    Record {
        key: key(serial),
        application: Some(format!("CN{year}1{serial:07}")),
        family: Some(format!("F{serial}")),
        office: Some("CN".to_owned()),
        first_office: Some("CN".to_owned()),
        patent_type: Some(crate::patent::PatentType::Invention),
        filing_date: Some(jiff::civil::date(year, 3, 1)),
        priority_date: Some(jiff::civil::date(year, 3, 1)),
        publication_date: Some(jiff::civil::date(year + 1, 9, 1)),
        cites: Some(cites.iter().map(|serial| key(*serial)).collect()),
        labels: labels
            .iter()
            .map(|(name, all)| ((*name).to_owned(), all.iter().map(|label| (*label).to_owned()).collect()))
            .collect(),
        ..Record::default()
    }
}

/// Runs every measure and returns what it says as JSON.
fn everything(records: &[Record]) -> Vec<(&'static str, Json)> {
    let mut all = Vec::new();
    for share in [Share::Whole, Share::Fractional] {
        let cohort = Cohort::of_records(records, "test", Counting { share, ..Counting::default() });
        let mut add = |name: &'static str, json: Result<Json, serde_json::Error>| {
            all.push((name, json.expect("it serialises")));
        };
        /// An outcome as JSON: the value or the reason.
        fn of<T: serde::Serialize>(
            outcome: crate::analytics::evidence::Outcome<T>,
        ) -> Result<Json, serde_json::Error> {
            match outcome {
                Ok(value) => serde_json::to_value(value),
                Err(why) => Ok(Json::String(why.to_string())),
            }
        }
        add("basis", serde_json::to_value(cohort.basis()));
        for timeline in [Timeline::Priority, Timeline::Filing, Timeline::FirstPublication, Timeline::Grant] {
            add("trend", serde_json::to_value(trend(&cohort, timeline)));
            add("s_curve", serde_json::to_value(s_curve(&cohort, timeline).0));
        }
        add("life_cycle", of(life_cycle(&cohort)));
        add("concentration", of(concentration(&cohort)));
        add("families", of(families(&cohort)));
        for level in [Level::Section, Level::Subclass, Level::Full] {
            add("diversity", of(diversity(&cohort, level)));
        }
        add("citation_measures", serde_json::to_value(citation_measures(&cohort)));
        add("main_path", serde_json::to_value(main_path(&cohort)));
        add("key_patents", serde_json::to_value(key_patents(&cohort, Weights::standard(), 10)));
        if let (Ok((holders, _)), Ok(classes)) = (cohort.entities(), cohort.classes(Level::Subclass)) {
            add("entity_impact", serde_json::to_value(entity_impact(&cohort, holders, 5)));
            add("specialisation", of(specialisation(&cohort, holders, &classes, 3, 3)));
            add("proximity", serde_json::to_value(proximity(&cohort, holders, &classes, 3, Level::Subclass)));
            add("matrix", of(technology_effect(&cohort, &classes, holders)));
            add("bursts", of(bursts(&cohort, &classes, Timeline::Priority, &burst::STANDARD)));
            add("emergence", of(emergence(&cohort, &classes, &emerge::STANDARD)));
            add("co_occurrence", serde_json::to_value(co_occurrence(&cohort, &classes, 10, 1)));
            let units: Vec<u32> = (0..cohort.n_units()).collect();
            let _ = pivots(&cohort, &units, &classes, Timeline::Priority);
        }
        add("high_value", serde_json::to_value(cohort.high_value().any));
    }
    all
}

/// Returns whether every missing value has a reason: `serde_json` writes a NaN as `null`, so a `null` without a reason
/// would be one that slipped through.
fn check(name: &str, json: &Json) {
    match json {
        Json::Object(map) => {
            if map.contains_key("formula") {
                assert!(!map["value"].is_null() || map.contains_key("reason"), "{name}: {json}");
            }
            map.values().for_each(|value| check(name, value));
        }
        Json::Array(list) => list.iter().for_each(|value| check(name, value)),
        Json::String(text) => assert!(!text.contains("NaN"), "{name}: {text}"),
        _ => {}
    }
}

#[test]
fn every_measure_has_an_answer_for_every_scope() {
    let rich: &[(&str, &[&str])] =
        &[("applicant", &["甲", "乙"]), ("class", &["C01B3/00", "H01M8/04"]), ("legal_state", &["active"])];
    let one: &[(&str, &[&str])] = &[("applicant", &["甲"]), ("class", &["C01B3/00"])];
    let scopes: Vec<(&str, Vec<Record>)> = vec![
        ("nothing", vec![]),
        ("one document", vec![record(1, 2015, rich, &[])]),
        ("two documents", vec![record(1, 2015, rich, &[]), record(2, 2016, one, &[1])]),
        ("all in one year", (0..40).map(|n| record(n, 2015, rich, &[])).collect()),
        (
            "no classes",
            (0..12)
                .map(|n| record(n, 2010 + i16::try_from(n).unwrap_or(0), &[("applicant", &["甲"])], &[]))
                .collect(),
        ),
        (
            "no citations",
            (0..30)
                .map(|n| Record {
                    cites: None,
                    ..record(n, 2000 + i16::try_from(n % 15).unwrap_or(0), rich, &[])
                })
                .collect(),
        ),
        (
            "one applicant",
            (0..30).map(|n| record(n, 2000 + i16::try_from(n % 15).unwrap_or(0), one, &[n / 2])).collect(),
        ),
        (
            "no applicant",
            (0..30).map(|n| record(n, 2000 + i16::try_from(n % 15).unwrap_or(0), &[], &[n / 2])).collect(),
        ),
        ("cyclic citations", (0..9).map(|n| record(n, 2015, rich, &[(n + 1) % 9, (n + 4) % 9])).collect()),
        (
            "no dates",
            (0..9)
                .map(|n| Record {
                    filing_date: None,
                    priority_date: None,
                    publication_date: None,
                    ..record(n, 2015, rich, &[])
                })
                .collect(),
        ),
        (
            "impossible dates",
            vec![record(1, 9998, rich, &[]), record(2, -9000, rich, &[]), record(3, 2015, rich, &[])],
        ),
    ];
    for (scope, records) in scopes {
        for (name, json) in everything(&records) {
            check(&format!("{scope}, {name}"), &json);
        }
    }
}

#[test]
fn cycles_are_reported_with_the_path() {
    let records: Vec<Record> =
        (0..4).map(|n| record(n, 2010 + i16::try_from(n).unwrap_or(0), &[], &[(n + 1) % 4])).collect();
    let cohort = Cohort::of_records(&records, "test", Counting::default());
    let found = main_path(&cohort);
    // 0 cites 1, 1 cites 2, 2 cites 3 (all against time), 3 cites 0.
    assert_eq!((found.dropped.len(), found.n_citations), (3, 1));
    assert_eq!(found.steps.iter().map(|step| step.unit).collect::<Vec<_>>(), [0, 3]);
}

#[test]
fn incomplete_years_are_marked_and_their_ratios_suppressed() {
    let mut records: Vec<Record> =
        (0..60).map(|n| record(n, 2010 + i16::try_from(n % 12).unwrap_or(0), &[], &[])).collect();
    records.push(record(99, 2023, &[], &[]));
    let counting = Counting { as_of: "2024-12-31".parse().ok(), ..Counting::default() };
    let cohort = Cohort::of_records(&records, "test", counting);
    let complete = cohort.last_complete_year(Timeline::Priority).expect("a day of the data");
    assert_eq!(complete, 2022);
    for year in trend(&cohort, Timeline::Priority).years {
        assert_eq!(year.count.incomplete, year.year > complete, "{}", year.year);
    }
    let last = life_cycle(&cohort).expect("types").pop().expect("years");
    assert!(last.year == 2023 && last.maturity.value.is_none() && last.maturity.incomplete);
}

#[test]
fn self_citations_do_not_make_an_h_index() {
    let (own, other): (&[(&str, &[&str])], &[(&str, &[&str])]) =
        (&[("applicant", &["甲"])], &[("applicant", &["乙"])]);
    let records = [
        record(1, 2010, own, &[]),
        record(2, 2011, own, &[]),
        record(3, 2012, own, &[1, 2]),
        record(4, 2012, own, &[1, 2]),
        record(5, 2013, other, &[1]),
    ];
    let cohort = Cohort::of_records(&records, "test", Counting::default());
    let (holders, _) = cohort.entities().expect("applicants");
    let found = entity_impact(&cohort, holders, 1);
    assert_eq!((found[0].h_index.value, found[0].self_citations), (Some(1.0), 4));
}
