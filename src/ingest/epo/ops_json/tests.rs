//! OPS answers in JSON: the same facts as from XML.

use std::path::Path;

use super::*;
use crate::patent::Date;

const BIBLIO: &str = include_str!("../../../../fixtures/formats/ops-biblio.json");
const CLAIMS: &str = include_str!("../../../../fixtures/formats/ops-claims.json");

fn read(text: &str) -> Parsed {
    let mut out = Parsed::default();
    parse_ops_json(&Raw { text, path: Path::new("a.json") }, &mut out);
    out
}

fn only(out: &Parsed) -> &Publication {
    assert_eq!(out.publications.len(), 1, "{:?}", out.faults);
    &out.publications[0]
}

#[test]
fn a_bibliography_is_read_whole() {
    let out = read(BIBLIO);
    let publication = only(&out);
    assert_eq!(out.faults, []);
    assert_eq!(publication.filing_date, Some(Date::constant(2018, 1, 5)));
    assert_eq!(publication.publication_date, Some(Date::constant(2018, 7, 12)));
    assert_eq!(publication.family.simple.as_deref(), Some("99000001"));
    let classes: Vec<_> =
        publication.classes.iter().map(|class| (class.scheme, class.symbol.0.as_str())).collect();
    assert_eq!(classes, [(Scheme::Ipc, "F17C11/00"), (Scheme::Cpc, "F17C11/005"), (Scheme::Uspc, "206/.7")]);
    let parties: Vec<_> = publication.parties.iter().map(|party| party.name.as_str()).collect();
    assert_eq!(parties, ["Invented Hydrogen Company", "DOE, JANE"]);
    assert_eq!(publication.abstracts[0].text, "A tank.");
    assert_eq!(publication.titles.len(), 2);
    assert_eq!(publication.priorities.len(), 1);
    assert_eq!(publication.citations[0].by, Some(CitedBy::Examiner));
}

#[test]
fn limitations_become_one_claim() {
    let out = read(CLAIMS);
    let claims: Vec<_> = only(&out).claims[0].claims.iter().map(|claim| claim.text.as_str()).collect();
    assert_eq!(claims, ["A synthetic tank comprising:\na wall.", "The tank of claim 1."]);
}

#[test]
fn descriptions_are_cut_into_paragraphs() {
    let out = read(
        r#"{"document_id": {"country": "EP", "doc_number": "9999999", "kind": "A1"}, "description": "[0001]  One.\nBackground\n[0002] Two."}"#,
    );
    let sections = &only(&out).descriptions[0].sections;
    assert_eq!((sections[0].paragraphs[0].as_str(), sections[1].paragraphs[0].as_str()), ("One.", "Two."));
}

#[test]
fn results_give_numbers_and_families() {
    let out = read(
        r#"{"results": [{"country": "EP", "doc_number": "9999999", "kind": "A1", "family_id": "7"}, {}]}"#,
    );
    assert_eq!(only(&out).family.simple.as_deref(), Some("7"));
    assert_eq!(out.faults.iter().map(|fault| fault.kind).collect::<Vec<_>>(), [FaultKind::Missing]);
}

#[track_caller]
fn check_refused(text: &str, kind: FaultKind) {
    let out = read(text);
    assert!(out.publications.is_empty());
    assert_eq!(out.faults.iter().map(|fault| fault.kind).collect::<Vec<_>>(), [kind]);
}

#[test]
fn what_is_no_result_is_refused() {
    check_refused("{\"documents\": [", FaultKind::Truncated);
    check_refused("<a/>", FaultKind::Malformed);
    check_refused("{\"a\": 1}", FaultKind::Unsupported);
}
