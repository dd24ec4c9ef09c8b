//! Every figure of small and poor cohorts is a table that fits its columns, or says why it is none.

use std::collections::BTreeSet;

use super::*;
use crate::analytics::cohort::{Counting, Record};
use crate::analytics::formula::FORMULAS;

fn record(n: u32, applicants: &[&str]) -> Record {
    let filed = jiff::civil::date(2010 + i16::try_from(n % 8).expect("small"), 3, 1);
    let mut record = Record {
        key: format!("CN1{n:08}A"),
        application: Some(format!("CN2010{n:08}")),
        family: Some(format!("F{n}")),
        office: Some("CN".to_owned()),
        first_office: Some("CN".to_owned()),
        kind: Some("A".to_owned()),
        patent_type: Some(crate::patent::PatentType::Invention),
        filing_date: Some(filed),
        priority_date: Some(filed),
        publication_date: Some(filed.saturating_add(jiff::Span::new().months(18))),
        ..Record::default()
    };
    let mut put = |column: &str, labels: &[&str]| {
        record.labels.insert(column.to_owned(), labels.iter().map(|label| (*label).to_owned()).collect());
    };
    put("applicant", applicants);
    put("ipc", &["E21C35/24"]);
    record
}

fn made(records: &[Record]) -> Landscape {
    let as_of = Some(jiff::civil::date(2020, 12, 31));
    let cohort = Cohort::of_records(records, "test", Counting { as_of, ..Counting::default() });
    landscape(&cohort, None, &[], None)
}

fn figure<'a>(landscape: &'a Landscape, id: &str) -> &'a Figure {
    landscape.figures.iter().find(|figure| figure.id == id).expect("a figure of this name")
}

#[track_caller]
fn assert_sound(landscape: &Landscape) {
    let ids: BTreeSet<&str> = landscape.figures.iter().map(|figure| figure.id.as_str()).collect();
    assert!(ids.len() >= 14 && ids.len() == landscape.figures.len());
    for figure in &landscape.figures {
        let id = &figure.id;
        assert_eq!(
            figure.rows.is_empty(),
            figure.missing.is_some(),
            "{id}: a picture or a reason, never both"
        );
        assert!(!figure.sentence.zh.is_empty() && !figure.sentence.en.is_empty(), "{id}");
        for formula in &figure.formulas {
            assert!(FORMULAS.iter().any(|known| known.id == formula), "{id}: {formula}");
        }
        for row in &figure.rows {
            assert_eq!(row.cells.len(), figure.columns.len(), "{id}");
            assert!(row.cells.iter().filter_map(Cell::number).all(f64::is_finite), "{id}");
        }
    }
    let json = serde_json::to_string(landscape).expect("it serialises");
    assert!(!json.contains("NaN") && !json.contains("null,null"));
    // Numbers may differ in their last digit once they were text.
    let read = serde_json::from_str::<Landscape>(&json).expect("it reads");
    assert_eq!(read.figures.len(), landscape.figures.len());
}

#[test]
fn scopes_of_nothing_and_next_to_nothing_give_reasons() {
    for n in [0, 1, 2] {
        let records: Vec<Record> = (0..n).map(|n| record(n, &["甲公司"])).collect();
        assert_sound(&made(&records));
    }
    let empty = made(&[]);
    assert!(empty.figures.iter().all(|figure| figure.missing.is_some()));
    let bare: Vec<Record> = (0..3).map(|n| Record { key: format!("X{n}"), ..Record::default() }).collect();
    assert_sound(&made(&bare));
}

#[test]
fn one_year_one_applicant() {
    let records: Vec<Record> = (0..10).map(|n| record(n * 8, &["甲公司"])).collect();
    let landscape = made(&records);
    assert_sound(&landscape);
    assert_eq!(figure(&landscape, "trend-priority").rows.len(), 1);
    assert!(figure(&landscape, "applicants").sentence.zh.contains("甲公司（10）"));
    assert!(figure(&landscape, "collaboration").missing.is_some());
}

#[test]
fn columns_that_the_data_lack_are_named() {
    let landscape = made(&(0..20).map(|n| record(n, &["甲公司", "乙公司"])).collect::<Vec<_>>());
    assert_sound(&landscape);
    for (id, column) in [("matrix", "tag"), ("provinces", "province"), ("legal-state", "legal_state")] {
        let why = figure(&landscape, id).missing.as_ref().expect("a reason");
        assert!(why.en.contains(&format!("`{column}`")), "{id}: {}", why.en);
        assert!(why.zh.contains("数据缺项"), "{id}: {}", why.zh);
    }
}

#[test]
fn numbers_lead_to_their_documents() {
    let landscape = made(&(0..20).map(|n| record(n, &["甲公司", "乙公司"])).collect::<Vec<_>>());
    let pair = &figure(&landscape, "collaboration").rows[0];
    assert_eq!(pair.cells[2], Cell::Number(20.0));
    assert_eq!(pair.documents.len(), 20);
    let first = &figure(&landscape, "trend-filing").rows[0];
    assert_eq!(first.cells[1], Cell::Number(3.0));
    assert_eq!(first.documents.keys(), ["CN100000000A", "CN100000008A", "CN100000016A"]);
    let flow = &figure(&landscape, "geography").rows[0];
    assert_eq!((&flow.cells[0], &flow.cells[1]), (&Cell::from("CN"), &Cell::from("CN")));
}

#[test]
fn incomplete_years_are_marked() {
    let landscape = made(&(0..20).map(|n| record(n, &["甲公司"])).collect::<Vec<_>>());
    assert!(figure(&landscape, "trend-filing").rows.iter().all(|row| !row.incomplete));
    let cohort = Cohort::of_records(
        &(0..20).map(|n| record(n, &["甲公司"])).collect::<Vec<_>>(),
        "test",
        Counting { as_of: Some(jiff::civil::date(2018, 12, 31)), ..Counting::default() },
    );
    let landscape = super::landscape(&cohort, None, &[], None);
    let last = figure(&landscape, "trend-filing").rows.last().expect("a year");
    assert!(last.incomplete, "2017 is not complete at the end of 2018");
}
