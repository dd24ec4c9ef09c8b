//! Expiry and other deadlines against `fixtures/legal/expiry.toml`, computed by hand with the rule of each case.

use serde::Deserialize;

use super::day;
use crate::patent::legal::{Case, Confidence, terms};
use crate::patent::{
    ApplicationNumber, CountryCode, Link, LinkKind, PatentType, Publication, PublicationNumber,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    case: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    rule: String,
    office: String,
    kind: PatentType,
    filed: Option<String>,
    granted: Option<String>,
    priority: Option<String>,
    parent: Option<String>,
    parent_kind: Option<LinkKind>,
    twin: Option<bool>,
    adjustment_days: Option<u32>,
    extension_days: Option<u32>,
    disclaimed_until: Option<String>,
    stated: Option<String>,
    on: Option<String>,
    /// Empty: no expiry.
    expires: Option<String>,
    may_be_later: Option<bool>,
    confidence: Option<Confidence>,
    first_day_out: Option<String>,
    next_fee: Option<String>,
    grace_end: Option<String>,
    paris: Option<String>,
    opposition_end: Option<String>,
    pct_30: Option<String>,
    pct_31: Option<String>,
    pct_32: Option<String>,
}

fn case(row: &Row) -> Case {
    let country = CountryCode::parse(&row.office).expect("offices are codes");
    let date = |text: &Option<String>| text.as_deref().map(day);
    let mut publication = Publication {
        application: Some(ApplicationNumber::new(country, "00000001")),
        patent_type: Some(row.kind),
        filing_date: date(&row.filed),
        publication_date: date(&row.granted).or_else(|| date(&row.filed)),
        earliest_priority_date: date(&row.priority),
        grant_date: date(&row.granted),
        ..Publication::default()
    };
    let kind = match (row.office.as_str(), row.kind, row.granted.is_some()) {
        ("WO", ..) | (_, _, false) => "A1",
        ("CN", PatentType::UtilityModel, _) => "U",
        ("CN" | "US", PatentType::Design, _) => "S",
        ("CN", ..) => "B",
        ("US", ..) => "B2",
        _ => "B1",
    };
    publication.number = Some(PublicationNumber::new(country, "109000001", Some(kind)));
    if let Some(parent) = date(&row.parent) {
        let kind = row.parent_kind.unwrap_or(LinkKind::ContinuationOf);
        publication.links.push(Link { kind, target: "US1".to_owned(), date: Some(parent) });
    }
    if row.twin == Some(true) {
        publication.links.push(Link { kind: LinkKind::SameDay, target: "CN1".to_owned(), date: None });
    }
    let mut case = Case::of(&[&publication]);
    // Plain numbers do not always say that a document is a grant; here the table does.
    case.granted = date(&row.granted);
    case.term.adjustment_days = row.adjustment_days;
    case.term.extension_days = row.extension_days;
    case.term.disclaimed_until = date(&row.disclaimed_until);
    case.term.stated_expiry = date(&row.stated);
    case
}

#[test]
fn worked_cases() {
    let table: Table =
        toml::from_str(include_str!("../../../../fixtures/legal/expiry.toml")).expect("the table parses");
    assert!(table.case.len() >= 60, "{} cases", table.case.len());
    let mut wrong = Vec::new();
    for row in &table.case {
        assert!(!row.rule.is_empty(), "{} cites no rule", row.name);
        let on = row
            .on
            .as_deref()
            .or(row.granted.as_deref())
            .or(row.filed.as_deref())
            .map_or(day("2025-01-01"), day);
        let got = terms(&case(row), on, day("2100-01-01"));
        let text = |deadline: Option<&crate::patent::legal::Deadline>| deadline.map(|d| d.date.to_string());
        let mut check = |what: &str, expected: &Option<String>, got: Option<String>| {
            if expected.is_some() && expected.as_deref().filter(|text| !text.is_empty()) != got.as_deref() {
                wrong.push(format!("{}: {what} {expected:?}, got {got:?}", row.name));
            }
        };
        check("expires", &row.expires, text(got.expiry.as_ref()));
        check("next fee", &row.next_fee, text(got.next_fee.as_ref()));
        check("grace end", &row.grace_end, text(got.grace_end.as_ref()));
        check("paris", &row.paris, text(got.paris.as_ref()));
        check("opposition", &row.opposition_end, text(got.opposition_end.as_ref()));
        for (office, expected) in [("*", &row.pct_30), ("EP", &row.pct_31), ("CN", &row.pct_32)] {
            check(office, expected, text(got.pct.iter().find(|(name, _)| name == office).map(|(_, d)| d)));
        }
        if let (Some(first), Some(expiry)) = (&row.first_day_out, &got.expiry) {
            let first = day(first);
            let is_first = expiry.is_over(first) && !expiry.is_over(first.yesterday().expect("in range"));
            if !is_first {
                wrong.push(format!("{}: the first day out is not {first}", row.name));
            }
        }
        if let (Some(expected), Some(expiry)) = (row.may_be_later, &got.expiry)
            && expected != expiry.may_be_later
        {
            wrong.push(format!("{}: may be later {expected}", row.name));
        }
        if let (Some(expected), Some(expiry)) = (row.confidence, &got.expiry)
            && expected != expiry.confidence
        {
            wrong.push(format!("{}: {:?}, got {:?}", row.name, expected, expiry.confidence));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}
