//! OPS answers in XML of every service, on samples.

use std::path::Path;

use super::*;
use crate::patent::{ApplicationNumber, Cited, CitedBy, Date, LinkKind, Role, Scheme};

const BIBLIO: &str = include_str!("../../../../fixtures/formats/ops-biblio.xml");
const FULL_TEXT: &str = include_str!("../../../../fixtures/formats/ops-fulltext.xml");
const LEGAL: &str = include_str!("../../../../fixtures/formats/ops-legal.xml");
const FAMILY: &str = include_str!("../../../../fixtures/formats/ops-family.xml");
const REGISTER: &str = include_str!("../../../../fixtures/formats/ops-register.xml");
const SEARCH: &str = include_str!("../../../../fixtures/formats/ops-search.xml");
const FAULT: &str = include_str!("../../../../fixtures/formats/ops-fault.xml");

fn read(text: &str) -> Parsed {
    let mut out = Parsed::default();
    parse_ops(&Raw { text, path: Path::new("a.xml") }, &mut out);
    out
}

fn only(out: &Parsed) -> &Publication {
    assert_eq!(out.publications.len(), 1, "{:?}", out.faults);
    &out.publications[0]
}

fn day(year: i16, month: i8, day: i8) -> Option<Date> {
    Some(Date::constant(year, month, day))
}

fn number(country: &str, serial: &str, kind: &str) -> PublicationNumber {
    PublicationNumber::new(CountryCode::parse(country).expect("a code"), serial, Some(kind))
}

fn kinds(out: &Parsed) -> Vec<(Severity, FaultKind)> {
    out.faults.iter().map(|fault| (fault.severity, fault.kind)).collect()
}

#[test]
fn a_bibliography_gives_numbers_dates_and_family() {
    let out = read(BIBLIO);
    let publication = only(&out);
    assert_eq!(out.faults, []);
    assert_eq!(publication.number, Some(number("EP", "9999999", "A1")));
    let ep = CountryCode::parse("EP").expect("a code");
    assert_eq!(publication.application, Some(ApplicationNumber::new(ep, "18000001")));
    assert_eq!((publication.filing_date, publication.publication_date), (day(2018, 1, 5), day(2018, 7, 12)));
    assert_eq!(publication.family.simple.as_deref(), Some("99000001"));
    assert_eq!(Ok(&publication.priorities[0].number), ApplicationNumber::parse("JP2017000001").as_ref());
}

#[test]
fn classes_repeated_by_offices_are_kept_once() {
    let out = read(BIBLIO);
    let publication = only(&out);
    let classes: Vec<_> = publication
        .classes
        .iter()
        .map(|class| (class.scheme, class.symbol.0.as_str(), class.additional))
        .collect();
    assert_eq!(
        classes,
        [
            (Scheme::Ipc, "F17C11/00", None),
            (Scheme::Ipc, "C01B3/00", Some(false)),
            (Scheme::Cpc, "F17C11/005", Some(false)),
            (Scheme::Uspc, "206/.7", None),
        ]
    );
    let sets = publication.other.get("cpc_combination_sets").map(String::as_str);
    assert_eq!(sets, Some("1: C07C29/151, C07C31/04"));
}

#[test]
fn rounds_of_original_names_become_one_spelling() {
    let out = read(BIBLIO);
    let parties: Vec<_> =
        only(&out).parties.iter().map(|party| (party.role, party.name.as_str(), party.sequence)).collect();
    assert_eq!(parties, [(Role::Applicant, "Invented Hydrogen Company", 1), (Role::Inventor, "DOE JANE", 1)]);
    let address = only(&out).parties[0].address.as_ref().and_then(|address| address.country.as_deref());
    assert_eq!(address, Some("JP"));
}

#[test]
fn titles_in_the_office_language_are_guessed() {
    let out = read(BIBLIO);
    let titles: Vec<_> = only(&out).titles.iter().map(|title| title.lang.0.as_str()).collect();
    assert_eq!(titles, ["de", "ja"]);
}

#[test]
fn citations_say_who_cited() {
    let out = read(BIBLIO);
    let citations = &only(&out).citations;
    let cited = Cited::Patent { number: number("DE", "9999998", "A1"), date: day(1987, 7, 2) };
    assert_eq!((&citations[0].cited, citations[0].by), (&cited, Some(CitedBy::Examiner)));
    assert_eq!((citations[0].category.as_deref(), citations[1].by), (Some("A"), None));
}

#[test]
fn full_text_is_cut_into_claims_and_sections() {
    let out = read(FULL_TEXT);
    let publication = only(&out);
    assert_eq!(out.faults, []);
    let claims: Vec<_> =
        publication.claims[0].claims.iter().map(|claim| (claim.number, claim.text.as_str())).collect();
    assert_eq!(claims, [(1, "A tank comprising: a wall."), (2, "The tank of claim 1,\nwith a valve.")]);
    let sections = &publication.descriptions[0].sections;
    assert_eq!(sections[1].heading.as_deref(), Some("Background"));
    assert_eq!(sections[1].paragraphs, ["Tanks are known."]);
    assert_eq!(sections[0].paragraphs, ["Field", "The invention is about tanks."]);
}

#[test]
fn legal_events_keep_dates_country_and_fields() {
    let out = read(LEGAL);
    let events = &only(&out).events;
    let lapse = &events[0];
    assert_eq!(
        (lapse.office.as_str(), lapse.code.as_str(), lapse.country.as_deref()),
        ("EP", "PG25", Some("DE"))
    );
    assert_eq!((lapse.effective, lapse.known), (day(2022, 10, 5), day(2023, 3, 1)));
    assert_eq!(lapse.attributes.get("L510EP").map(String::as_str), Some("INVENTED REASON"));
    assert_eq!(lapse.attributes.get("infl").map(String::as_str), Some("-"));
    assert_eq!(lapse.attributes.get("L003EP"), None);
    let fee = &events[1];
    assert_eq!(fee.text, "REFERENCE TO A NATIONAL CODE: PATENT CEASED");
    assert_eq!(fee.country, None);
    assert_eq!(fee.attributes.get("L502EP").map(String::as_str), Some("R119"));
}

#[test]
fn a_bad_gazette_date_costs_the_date_alone() {
    let out = read(LEGAL);
    assert_eq!(only(&out).events[1].known, None);
    assert_eq!(kinds(&out), [(Severity::Field, FaultKind::Date)]);
}

#[test]
fn family_members_know_each_other() {
    let out = read(FAMILY);
    assert_eq!(out.faults, []);
    assert_eq!(out.publications.len(), 3);
    let (ep, cn, us) =
        (number("EP", "9999999", "A1"), number("CN", "990000009", "A"), number("US", "2018999999", "A1"));
    assert_eq!(out.publications[0].family.members, [ep.clone(), cn.clone()]);
    assert_eq!(out.publications[2].family.members, std::slice::from_ref(&us));
    assert_eq!(out.publications[2].family.extended_members, [ep, cn, us]);
    assert_eq!(out.publications[0].priorities[0].date, day(2017, 1, 6));
    assert_eq!(out.publications[0].filing_date, day(2018, 1, 5));
}

#[test]
fn members_without_family_id_have_no_simple_family() {
    let out = read(&FAMILY.replace(" family-id=\"99000001\"", "").replace(" family-id=\"99000002\"", ""));
    assert!(out.publications.iter().all(|publication| publication.family.members.is_empty()));
    assert!(out.publications.iter().all(|publication| publication.family.extended_members.len() == 3));
}

#[test]
fn a_register_entry_gives_each_publication() {
    let out = read(REGISTER);
    assert_eq!(out.faults, []);
    let numbers: Vec<_> = out.publications.iter().map(|publication| publication.number.clone()).collect();
    assert_eq!(numbers, [Some(number("EP", "9999999", "A1")), Some(number("EP", "9999999", "B1"))]);
    let publication = &out.publications[1];
    assert_eq!((publication.publication_date, publication.grant_date), (day(2022, 1, 5), day(2022, 1, 5)));
    assert_eq!(publication.titles[0].text, "HYDROGEN TANK");
    assert_eq!(publication.classes.len(), 2);
    let kinds: Vec<_> = publication.links.iter().map(|link| link.kind).collect();
    assert_eq!(kinds, [LinkKind::DivisionalOf, LinkKind::Related]);
    assert_eq!(publication.other.get("designated_states").map(String::as_str), Some("EP AT DE"));
}

#[test]
fn a_register_entry_names_current_and_former_applicants() {
    let out = read(REGISTER);
    let publication = &out.publications[0];
    let applicants: Vec<_> =
        publication.parties_of(Role::Applicant).map(|party| party.name.as_str()).collect();
    assert_eq!(applicants, ["New Invented Hydrogen Ltd"]);
    let former = publication.events.iter().find(|event| event.code == "APPLICANT-UNTIL-NEXT-CHANGE");
    let former = former.expect("a former applicant");
    assert_eq!((former.text.as_str(), former.known), ("Invented Hydrogen Company", day(2018, 7, 12)));
}

#[test]
fn register_facts_are_events() {
    let out = read(REGISTER);
    let events: Vec<_> = out.publications[0]
        .events
        .iter()
        .filter(|event| event.code != "APPLICANT-UNTIL-NEXT-CHANGE")
        .map(|event| (event.code.as_str(), event.country.as_deref(), event.effective, event.known))
        .collect();
    assert_eq!(
        events,
        [
            ("STATUS 7", None, None, day(2022, 12, 2)),
            ("LAPSED", Some("AT"), day(2022, 1, 5), day(2022, 9, 1)),
            ("LAPSED", Some("DE"), day(2022, 10, 5), day(2023, 3, 1)),
            ("request-for-examination", None, day(2018, 6, 6), None),
            ("opposition-not-filed", None, day(2022, 10, 6), day(2022, 12, 2)),
            ("UNITARY-STATUS 4", None, None, day(2023, 6, 1)),
            ("0009250", None, day(2022, 10, 5), day(2023, 3, 1)),
            ("RFEE", None, day(2020, 1, 20), None),
        ]
    );
    let fee = out.publications[0].events.last().expect("a step");
    assert_eq!(fee.attributes.get("DATE_OF_PAYMENT").map(String::as_str), Some("2020-01-20"));
    assert_eq!(fee.attributes.get("time-limit").map(String::as_str), Some("04 months"));
}

#[test]
fn an_entry_without_bibliography_is_named_by_the_query() {
    let start = REGISTER.find("<reg:bibliographic-data").expect("a bibliography");
    let end = REGISTER.find("<reg:unitary-patent>").expect("the next part");
    let out = read(&format!("{}{}", &REGISTER[..start], &REGISTER[end..]));
    assert_eq!(only(&out).number, PublicationNumber::parse("EP9999999").ok());
    assert_eq!(only(&out).events.len(), 4);
}

#[test]
fn search_results_give_numbers_and_families() {
    let out = read(SEARCH);
    let found: Vec<_> = out
        .publications
        .iter()
        .map(|publication| publication.family.simple.as_deref().unwrap_or_default())
        .collect();
    assert_eq!(found, ["99000001", "99000002"]);
}

#[test]
fn equivalents_are_members_of_the_simple_family() {
    let out = read(
        "<world-patent-data><equivalents-inquiry><publication-reference><document-id document-id-type='docdb'>\
         <country>EP</country><doc-number>9999999</doc-number><kind>A1</kind></document-id></publication-reference>\
         <inquiry-result><publication-reference><document-id document-id-type='epodoc'><doc-number>EP9999999</doc-number>\
         </document-id></publication-reference></inquiry-result></equivalents-inquiry></world-patent-data>",
    );
    assert_eq!(only(&out).family.members, [PublicationNumber::parse("EP9999999").expect("a number")]);
}

#[test]
fn an_error_of_the_service_is_a_fault_with_a_remedy() {
    let out = read(FAULT);
    assert!(out.publications.is_empty());
    assert_eq!(kinds(&out), [(Severity::Record, FaultKind::SourceError)]);
    assert!(out.faults[0].message.contains("check the number"), "{}", out.faults[0].message);
}

#[track_caller]
fn check_no_patents(part: &str) {
    let out = read(&format!("<world-patent-data><meta/>{part}</world-patent-data>"));
    assert!(out.publications.is_empty(), "{part}");
    assert_eq!(kinds(&out), [(Severity::Note, FaultKind::Unsupported)], "{part}");
}

#[test]
fn responses_without_patents_are_explained() {
    check_no_patents("<fulltext-inquiry/>");
    check_no_patents("<document-inquiry/>");
    check_no_patents("<standardization/>");
    check_no_patents("<classification-scheme/>");
    check_no_patents("<classification-search/>");
}

#[test]
fn an_empty_response_is_reported() {
    assert_eq!(kinds(&read("<world-patent-data/>")), [(Severity::Record, FaultKind::Missing)]);
}

#[test]
fn a_truncated_response_keeps_what_was_read() {
    let cut = FAMILY.rfind("<ops:family-member").expect("a member");
    let out = read(&FAMILY[..cut + 50]);
    assert!(out.publications.len() >= 2);
    assert!(kinds(&out).contains(&(Severity::Field, FaultKind::Truncated)));
}
