//! EP full text, on a sample and small invented pieces.

use std::path::Path;

use super::*;
use crate::patent::{PatentType, SectionKind};

const FILE: &str = include_str!("../../../../fixtures/formats/ep-fulltext.xml");

fn read(text: &str) -> Parsed {
    let mut out = Parsed::default();
    parse_fulltext(&Raw { text, path: Path::new("a.xml") }, &mut out);
    out
}

fn only(out: &Parsed) -> &Publication {
    assert_eq!(out.publications.len(), 1, "{:?}", out.faults);
    &out.publications[0]
}

fn day(year: i16, month: i8, day: i8) -> Option<Date> {
    Some(Date::constant(year, month, day))
}

fn ep() -> CountryCode {
    CountryCode::parse("EP").expect("a code")
}

#[test]
fn inid_tags_give_numbers_dates_and_priorities() {
    let out = read(FILE);
    let publication = only(&out);
    assert_eq!(out.faults, []);
    assert_eq!(publication.number, Some(PublicationNumber::new(ep(), "9999999", Some("B1"))));
    assert_eq!(publication.application, ApplicationNumber::parse("EP18000001.0").ok());
    assert_eq!((publication.filing_date, publication.publication_date), (day(2018, 1, 5), day(2022, 1, 5)));
    assert_eq!(publication.grant_date, day(2022, 1, 5));
    assert_eq!(publication.patent_type, Some(PatentType::Invention));
    let priorities: Vec<_> = publication
        .priorities
        .iter()
        .map(|priority| (priority.number.country.as_str().to_owned(), priority.date))
        .collect();
    assert_eq!(priorities, [("JP".to_owned(), day(2017, 1, 6)), ("GB".to_owned(), day(2017, 1, 7))]);
}

#[test]
fn both_generations_of_classes_are_read() {
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
            (Scheme::Ipc, "C01B3/00", day(2000, 1, 1), later, None),
            (Scheme::Ipc, "F17C11/00", day(2006, 1, 1), first, Some(false)),
            (Scheme::Cpc, "F17C11/005", day(2013, 1, 1), later, Some(true)),
        ]
    );
}

#[test]
fn parties_states_and_remarks_are_read() {
    let out = read(FILE);
    let publication = only(&out);
    let parties: Vec<_> = publication.parties.iter().map(|party| (party.role, party.name.as_str())).collect();
    assert_eq!(
        parties,
        [
            (Role::Inventor, "DOE, Jane"),
            (Role::Owner, "Invented Hydrogen Company"),
            (Role::Agent, "Nobody & Partner"),
        ]
    );
    let address = publication.parties[0].address.clone().expect("an address");
    assert_eq!(address.text.as_deref(), Some("1 Sample Street, Example 12345"));
    let other = |name: &str| publication.other.get(name).map(String::as_str);
    assert_eq!(other("designated_states"), Some("AT BE"));
    assert_eq!(other("extension_states"), Some("BA"));
    assert_eq!(other("validation_states"), Some("KH"));
    assert_eq!(other("bulletin"), Some("202201"));
    assert_eq!(other("language_of_filing"), Some("ja"));
    assert_eq!(other("examination_requested"), Some("2018-07-01"));
    assert_eq!(other("search_report_published"), Some("2019-03-01"));
    assert_eq!(other("remarks"), Some("This application was filed as a divisional application."));
}

#[test]
fn links_name_parent_and_international_phase() {
    let out = read(FILE);
    let links: Vec<_> = only(&out).links.iter().map(|link| (link.kind, link.date)).collect();
    assert_eq!(
        links,
        [
            (LinkKind::DivisionalOf, day(2016, 1, 5)),
            (LinkKind::NationalPhaseOf, day(2018, 1, 5)),
            (LinkKind::Related, day(2018, 7, 12)),
        ]
    );
    let expected = ApplicationNumber::parse("PCT/JP2018/000001").map(|number| number.to_string());
    assert_eq!(Ok(&only(&out).links[1].target), expected.as_ref());
}

#[test]
fn texts_are_read_with_structure() {
    let out = read(FILE);
    let publication = only(&out);
    let titles: Vec<_> =
        publication.titles.iter().map(|title| (title.lang.0.as_str(), title.text.as_str())).collect();
    assert_eq!(titles, [("de", "WASSERSTOFFTANK"), ("en", "HYDROGEN TANK")]);
    assert_eq!(publication.abstracts[0].text, "A tank for H2.");
    let sections = &publication.descriptions[0].sections;
    assert_eq!((sections[0].kind, sections[1].kind), (SectionKind::TechnicalField, SectionKind::Background));
    assert_eq!(sections[0].paragraphs, ["The invention is about tanks of invented steel, at 10^6 Pa."]);
    assert_eq!(sections[1].paragraphs, ["See US 1,234,567 and Doe, 2001.", "one;", "two."]);
}

#[test]
fn claims_declare_references_and_translations() {
    let out = read(FILE);
    let sets = &only(&out).claims;
    assert_eq!(
        sets.iter().map(|set| (set.lang.0.as_str(), set.translated)).collect::<Vec<_>>(),
        [("en", false), ("de", true)]
    );
    assert_eq!(sets[0].claims[0].text, "A tank comprising:\na wall; and\na valve.");
    assert_eq!((sets[0].claims[1].number, sets[0].claims[1].refers_to.as_slice()), (2, [1].as_slice()));
    assert_eq!(sets[0].claims[1].text, "The tank of claim 1, with two walls.");
}

#[test]
fn citations_of_office_and_applicant_are_told_apart() {
    let out = read(FILE);
    let by: Vec<_> = only(&out).citations.iter().map(|citation| citation.by).collect();
    let (examiner, applicant) = (Some(CitedBy::Examiner), Some(CitedBy::Applicant));
    assert_eq!(by, [examiner, examiner, applicant, applicant]);
    let text = "DOE, Invented notes".to_owned();
    assert_eq!(only(&out).citations[3].cited, Cited::Literature { text });
}

#[test]
fn pictures_are_attached_by_reference() {
    let out = read(FILE);
    let files: Vec<_> = only(&out)
        .attachments
        .iter()
        .map(|attached| (attached.kind, attached.file.as_str(), attached.label.as_deref()))
        .collect();
    assert_eq!(
        files,
        [
            (AttachmentKind::FirstPageDrawing, "imgaf001.tif", None),
            (AttachmentKind::Drawing, "imgf0001.tif", Some("1")),
            (AttachmentKind::Picture, "srep0001.tif", Some("search report")),
        ]
    );
}

#[test]
fn the_root_element_names_a_document_without_bibliography() {
    let out = read("<ep-patent-document country='EP' doc-number='9999998' kind='A1' date-publ='20200230'/>");
    assert_eq!(only(&out).number, Some(PublicationNumber::new(ep(), "9999998", Some("A1"))));
    assert_eq!(out.faults.iter().map(|fault| fault.kind).collect::<Vec<_>>(), [FaultKind::Date]);
}

#[test]
fn a_truncated_document_keeps_what_was_read() {
    let cut = FILE.find("<claims id").expect("claims");
    let out = read(&FILE[..cut + 60]);
    assert_eq!(only(&out).descriptions.len(), 1);
    assert!(out.faults.iter().any(|fault| fault.kind == FaultKind::Truncated));
}

#[test]
fn claims_without_text_are_reported() {
    let out = read(
        "<ep-patent-document country='EP' doc-number='9999998' kind='A1'><claims lang='en'/></ep-patent-document>",
    );
    assert!(only(&out).claims.is_empty());
    assert_eq!(out.faults.iter().map(|fault| fault.kind).collect::<Vec<_>>(), [FaultKind::Missing]);
}
