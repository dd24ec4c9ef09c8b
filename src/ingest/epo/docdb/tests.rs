//! DOCDB exchange documents, on a sample and small invented pieces.

use std::path::Path;

use super::*;
use crate::patent::{ApplicationNumber, Cited, CitedBy, Date, Position, Role, Scheme};

const FILE: &str = include_str!("../../../../fixtures/formats/docdb.xml");

/// Reads the record in the file: cutting files is not this module's work.
fn read(text: &str) -> Parsed {
    let start = text.find("<exch:exchange-document ").unwrap_or(0);
    let end = text.find("</exch:exchange-documents>").unwrap_or(text.len());
    let mut out = Parsed::default();
    parse_docdb(&Raw { text: &text[start..end], path: Path::new("a.xml") }, &mut out);
    out
}

fn only(out: &Parsed) -> &Publication {
    assert_eq!(out.publications.len(), 1, "{:?}", out.faults);
    &out.publications[0]
}

fn day(year: i16, month: i8, day: i8) -> Option<Date> {
    Some(Date::constant(year, month, day))
}

#[test]
fn numbers_dates_and_family_are_read() {
    let out = read(FILE);
    let publication = only(&out);
    assert_eq!(out.faults, []);
    let wo = CountryCode::parse("WO").expect("a code");
    assert_eq!(publication.number, Some(PublicationNumber::new(wo, "2099000001", Some("A1"))));
    assert_eq!(publication.application, ApplicationNumber::parse("PCT/IB2021/099999").ok());
    assert_eq!((publication.filing_date, publication.publication_date), (day(2021, 6, 9), day(2021, 12, 15)));
    assert_eq!(publication.grant_date, day(2021, 12, 15));
    assert_eq!(publication.family.simple.as_deref(), Some("99000001"));
    let member = PublicationNumber::new(CountryCode::CN, "990000009", Some("A"));
    assert_eq!(publication.family.members, [member]);
}

#[test]
fn priorities_take_the_printed_us_number_whatever_its_sequence() {
    let out = read(FILE);
    let priorities: Vec<_> =
        only(&out).priorities.iter().map(|priority| (Some(priority.number.clone()), priority.date)).collect();
    assert_eq!(
        priorities,
        [
            (ApplicationNumber::parse("US16/083,597").ok(), day(2020, 6, 9)),
            (Some(ApplicationNumber::new(CountryCode::CN, "202010000001")), day(2020, 1, 1)),
        ]
    );
    assert_eq!(only(&out).other.get("priority_linkage").map(String::as_str), Some("2 W"));
}

#[test]
fn classes_keep_version_position_and_value() {
    let out = read(FILE);
    let classes: Vec<_> = only(&out)
        .classes
        .iter()
        .map(|class| (class.scheme, class.symbol.0.as_str(), class.version, class.position, class.additional))
        .collect();
    let (first, later) = (Some(Position::First), Some(Position::Later));
    assert_eq!(
        classes,
        [
            (Scheme::Ipc, "F17C11/00", day(2000, 1, 1), first, None),
            (Scheme::Ipc, "F17C11/00", day(2006, 1, 1), first, Some(false)),
            (Scheme::Ipc, "C01B3/00", day(2006, 1, 1), later, Some(true)),
            (Scheme::Cpc, "F17C11/005", day(2013, 1, 1), first, Some(false)),
            (Scheme::Cpc, "Y02E60/32", day(2013, 1, 1), later, Some(true)),
        ]
    );
}

#[test]
fn parties_keep_the_spelling_of_the_document() {
    let out = read(FILE);
    let publication = only(&out);
    let parties: Vec<_> = publication
        .parties
        .iter()
        .map(|party| {
            let country = party.address.as_ref().and_then(|address| address.country.as_deref());
            let lang = party.lang.as_ref().map(|lang| lang.0.as_str());
            (party.role, party.name.as_str(), lang, party.sequence, country)
        })
        .collect();
    assert_eq!(
        parties,
        [
            (Role::Applicant, "Invented Hydrogen Company", None, 1, Some("PT")),
            (Role::Applicant, "云岭虚构能源", Some("zh"), 2, Some("CN")),
            (Role::Applicant, "YUNLING XUGOU NENGYUAN", None, 2, Some("CN")),
            (Role::Inventor, "DOE JANE", None, 1, Some("PT")),
        ]
    );
    assert_eq!(
        publication.other.get("applicants_standardised").map(String::as_str),
        Some("INVENTED HYDROGEN CO; YUNLING XUGOU NENGYUAN")
    );
}

#[test]
fn citations_name_category_and_phase() {
    let out = read(FILE);
    let citations = &only(&out).citations;
    let number = PublicationNumber::new(CountryCode::CN, "980000002", Some("A"));
    assert_eq!(citations[0].cited, Cited::Patent { number, date: day(2019, 3, 1) });
    let by: Vec<_> = citations.iter().map(|citation| (citation.by, citation.category.as_deref())).collect();
    assert_eq!(
        by,
        [
            (Some(CitedBy::Examiner), Some("XY")),
            (Some(CitedBy::Applicant), None),
            (Some(CitedBy::Other), None),
        ]
    );
}

#[test]
fn texts_are_read_by_language() {
    let out = read(FILE);
    let publication = only(&out);
    let titles: Vec<_> =
        publication.titles.iter().map(|title| (title.lang.0.as_str(), title.text.as_str())).collect();
    assert_eq!(titles, [("en", "Hydrogen tank"), ("fr", "Réservoir d’hydrogène")]);
    let abstracts: Vec<_> = publication
        .abstracts
        .iter()
        .map(|text| (text.lang.0.as_str(), text.text.as_str(), text.translated))
        .collect();
    assert_eq!(abstracts, [("en", "A tank for H2.", false), ("fr", "Un réservoir.", true)]);
    assert_eq!(publication.other.get("designated_states").map(String::as_str), Some("EP AL AT CN"));
    assert_eq!(publication.other.get("language_of_filing").map(String::as_str), Some("en"));
    assert_eq!(
        publication.other.get("public_availability").map(String::as_str),
        Some("printed-with-grant 2021-12-15")
    );
}

#[track_caller]
fn check_refused(text: &str, kind: FaultKind) {
    let out = read(text);
    assert!(out.publications.is_empty());
    let faults: Vec<_> = out.faults.iter().map(|fault| (fault.severity, fault.kind)).collect();
    assert_eq!(faults, [(Severity::Record, kind)]);
}

#[test]
fn deletions_and_unknown_documents_are_reported() {
    check_refused(
        "<exchange-document country='EP' doc-number='1' kind='A1' status='D'/>",
        FaultKind::Unsupported,
    );
    check_refused(
        "<exchange-document country='EP' doc-number='1' status='not found'/>",
        FaultKind::SourceError,
    );
    check_refused("<exchange-document/>", FaultKind::Missing);
}

#[test]
fn a_bad_date_costs_the_date_alone() {
    let out = read(&FILE.replace("<date>20210609</date>", "<date>00000000</date>"));
    assert_eq!(only(&out).filing_date, None);
    let faults: Vec<_> = out.faults.iter().map(|fault| (fault.severity, fault.kind)).collect();
    assert_eq!(faults, [(Severity::Field, FaultKind::Date)]);
}

#[test]
fn a_truncated_record_keeps_what_was_read() {
    let cut = FILE.find("<exch:references-cited>").expect("citations");
    let out = read(&FILE[..cut + "<exch:references-cited>".len()]);
    assert_eq!(only(&out).titles.len(), 2);
    assert_eq!(out.faults.iter().map(|fault| fault.kind).collect::<Vec<_>>(), [FaultKind::Truncated]);
}

#[test]
fn unknown_elements_are_noted() {
    let out =
        read("<exchange-document country='EP' doc-number='1234567' kind='A1'><novelty/></exchange-document>");
    assert!(only(&out).number.is_some());
    assert_eq!(out.faults.iter().map(|fault| fault.kind).collect::<Vec<_>>(), [FaultKind::UnknownField]);
}
