//! One synthetic record a generation, and what damages them.

use std::path::Path;

use super::*;
use crate::ingest::FaultKind;
use crate::ingest::Severity;
use crate::ingest::record::Parsed;
use crate::ingest::record::Raw;
use crate::patent::AttachmentKind;
use crate::patent::Cited;
use crate::patent::CitedBy;
use crate::patent::Date;
use crate::patent::PartyKind;
use crate::patent::PatentType;
use crate::patent::Publication;
use crate::patent::Role;
use crate::patent::SectionKind;

type Parser = fn(&Raw<'_>, &mut Parsed);

const GRANT_4: &str = include_str!("../../../fixtures/formats/uspto-grant-4.xml");
const APPLICATION_4: &str = include_str!("../../../fixtures/formats/uspto-application-4.xml");
const PAP: &str = include_str!("../../../fixtures/formats/uspto-pap.xml");
const GRANT_25: &str = include_str!("../../../fixtures/formats/uspto-grant-25.xml");
const SGML: &str = include_str!("../../../fixtures/formats/uspto-grant.sgml");
const GREENBOOK: &str = include_str!("../../../fixtures/formats/uspto-greenbook.txt");
const BRS: &str = include_str!("../../../fixtures/formats/uspto-brs.txt");
const XML4IP: &str = include_str!("../../../fixtures/formats/uspto-xml4ip.xml");

const ALL: [(&str, Parser); 8] = [
    (GRANT_4, parse_xml4),
    (APPLICATION_4, parse_xml4),
    (PAP, parse_pap),
    (GRANT_25, parse_grant25),
    (SGML, parse_sgml),
    (GREENBOOK, parse_greenbook),
    (BRS, parse_brs),
    (XML4IP, parse_xml4ip),
];

fn parsed(text: &str, parser: Parser) -> Parsed {
    let mut out = Parsed::default();
    parser(&Raw { text, path: Path::new("a") }, &mut out);
    out
}

fn one(text: &str, parser: Parser) -> Publication {
    let mut out = parsed(text, parser);
    assert_eq!(out.publications.len(), 1);
    out.publications.remove(0)
}

/// `kind field` of each fault, in order.
fn faults(out: &Parsed) -> Vec<String> {
    out.faults.iter().map(|fault| format!("{:?} {:?} {}", fault.severity, fault.kind, fault.field)).collect()
}

fn day(text: &str) -> Option<Date> {
    text.parse().ok()
}

fn claims(publication: &Publication) -> Vec<(u32, &str, &[u32])> {
    let claims = publication.claims.iter().flat_map(|set| &set.claims);
    claims.map(|claim| (claim.number, claim.text.as_str(), claim.refers_to.as_slice())).collect()
}

fn names(publication: &Publication, role: Role) -> Vec<&str> {
    publication.parties_of(role).map(|party| party.name.as_str()).collect()
}

fn classes(publication: &Publication) -> Vec<String> {
    let classes = publication.classes.iter();
    classes.map(|class| format!("{:?} {} {:?}", class.scheme, class.symbol.0, class.position)).collect()
}

fn links(publication: &Publication) -> Vec<String> {
    publication.links.iter().map(|link| format!("{:?} {}", link.kind, link.target)).collect()
}

fn priorities(publication: &Publication) -> Vec<String> {
    publication.priorities.iter().map(|priority| priority.number.to_string()).collect()
}

/// `number or text`, who cited, date.
fn citations(publication: &Publication) -> Vec<(String, Option<CitedBy>, Option<Date>)> {
    let citations = publication.citations.iter().map(|citation| match &citation.cited {
        Cited::Patent { number, date } => (number.to_string(), citation.by, *date),
        Cited::Literature { text } => (text.clone(), citation.by, None),
    });
    citations.collect()
}

fn sections(publication: &Publication) -> Vec<(SectionKind, Option<&str>, Vec<&str>)> {
    let sections = publication.descriptions.iter().flat_map(|description| &description.sections);
    sections
        .map(|section| {
            let paragraphs = section.paragraphs.iter().map(String::as_str).collect();
            (section.kind, section.heading.as_deref(), paragraphs)
        })
        .collect()
}

fn files(publication: &Publication) -> Vec<(AttachmentKind, &str, Option<&str>)> {
    let attachments = publication.attachments.iter();
    attachments.map(|a| (a.kind, a.file.as_str(), a.label.as_deref())).collect()
}

fn other<'a>(publication: &'a Publication, name: &str) -> &'a str {
    publication.other.get(name).map_or("", String::as_str)
}

#[test]
fn a_grant_4_has_its_numbers_and_dates() {
    let publication = one(GRANT_4, parse_xml4);
    assert_eq!(publication.key(), "US99000001B2");
    assert_eq!(publication.application.as_ref().map(ToString::to_string).as_deref(), Some("US15900001"));
    assert_eq!(publication.patent_type, Some(PatentType::Invention));
    assert_eq!(publication.publication_date, day("2019-04-02"));
    assert_eq!(publication.grant_date, day("2019-04-02"));
    // The international filing date, not the day of entry.
    assert_eq!(publication.filing_date, day("2015-09-09"));
    assert_eq!(publication.titles[0].text, "Store for hydrogen & its charger");
    assert_eq!(priorities(&publication), ["JP2015000777", "US61700003"]);
    assert_eq!(other(&publication, "us-term-extension"), "129");
    assert_eq!(other(&publication, "disclaimer"), "This patent is subject to a terminal disclaimer.");
    assert_eq!(other(&publication, "us-371c124-date"), "20160303");
}

#[test]
fn a_grant_4_has_its_classes() {
    let publication = one(GRANT_4, parse_xml4);
    assert_eq!(
        classes(&publication),
        [
            "Ipc C01B3/00 Some(First)",
            "Ipc F17C11/00 Some(Later)",
            "Cpc C01B3/0005 Some(First)",
            "Cpc Y02E60/32 Some(Later)",
            "Uspc 420/900 Some(First)",
            "Uspc 206/7 Some(Later)",
        ]
    );
    assert_eq!(publication.classes[0].version, day("2006-01-01"));
    let additional: Vec<_> = publication.classes.iter().map(|class| class.additional).collect();
    assert_eq!(additional, [Some(false), Some(true), Some(false), Some(true), None, None]);
}

#[test]
fn a_grant_4_has_its_citations_and_links() {
    let publication = one(GRANT_4, parse_xml4);
    assert_eq!(
        citations(&publication),
        [
            ("US7000001B2".to_owned(), Some(CitedBy::Applicant), None),
            ("US20070999991A1".to_owned(), Some(CitedBy::Examiner), day("2007-06-15")),
            ("Roe, J., “Hydride beds”, 2009.".to_owned(), Some(CitedBy::Applicant), None),
        ]
    );
    assert_eq!(
        links(&publication),
        [
            "NationalPhaseOf WOJP2015099999",
            "ContinuationOf US14800002",
            "ContinuationOf US8999992",
            "ProvisionalOf US61700003",
            "SameApplication US20170999994A1",
        ]
    );
}

#[test]
fn a_grant_4_has_its_parties() {
    let publication = one(GRANT_4, parse_xml4);
    assert_eq!(names(&publication, Role::Applicant), ["Example Hydride Corp."]);
    assert_eq!(names(&publication, Role::Inventor), ["Beispiel, Anna"]);
    assert_eq!(names(&publication, Role::Agency), ["Sample & Partners"]);
    assert_eq!(names(&publication, Role::Owner), ["Example Hydride Corp."]);
    assert_eq!(names(&publication, Role::Examiner), ["Muster, Max"]);
    let owner = publication.parties_of(Role::Owner).next().expect("an owner");
    assert_eq!(owner.kind, Some(PartyKind::Organisation));
    let address = owner.address.as_ref().expect("an address");
    assert_eq!(address.text.as_deref(), Some("Springfield, OR, US"));
    assert_eq!((address.province.as_deref(), address.country.as_deref()), (Some("OR"), Some("US")));
    // An agent's country `unknown` is no address.
    assert_eq!(publication.parties_of(Role::Agency).next().expect("an agency").address, None);
}

#[test]
fn a_grant_4_has_its_text() {
    let publication = one(GRANT_4, parse_xml4);
    assert_eq!(
        claims(&publication),
        [
            (1, "A store, comprising:\na bed; and\na cooler in the bed; and\na valve.", &[][..]),
            (2, "The store of claim 1, wherein the bed is a hydride.", &[1][..]),
            (3, "A method of charging the store of claim 1 or 2.", &[1, 2][..]),
        ]
    );
    assert_eq!(
        sections(&publication),
        [
            (SectionKind::TechnicalField, Some("FIELD OF THE INVENTION"), vec!["Hydrogen is stored."]),
            (SectionKind::Summary, Some("What was missing"), vec!["Beds took 10^3 s to charge H2."]),
            (SectionKind::Drawings, None, vec!["FIG. 1 shows a store."]),
            (SectionKind::Embodiments, None, vec!["The bed is cooled."]),
        ]
    );
    assert_eq!(
        files(&publication),
        [
            (AttachmentKind::FirstPageDrawing, "US99000001-20190402-D00000.TIF", None),
            (AttachmentKind::Drawing, "US99000001-20190402-D00001.TIF", Some("1")),
            (AttachmentKind::Picture, "US99000001-20190402-M00001.TIF", None),
        ]
    );
}

#[test]
fn unknown_elements_and_month_dates_are_noted() {
    let out = parsed(GRANT_4, parse_xml4);
    assert_eq!(faults(&out), ["Note UnknownField us-invented-element", "Note Date date"]);
}

#[test]
fn an_application_4_of_2005_names_inventors_as_applicants() {
    let publication = one(APPLICATION_4, parse_xml4);
    assert_eq!(publication.key(), "US20050999901A1");
    assert_eq!(publication.grant_date, None);
    assert_eq!(names(&publication, Role::Applicant), ["Muster, Erika"]);
    assert_eq!(names(&publication, Role::Inventor), ["Muster, Erika"]);
    assert_eq!(links(&publication), ["DivisionalOf US09880002"]);
    assert_eq!(publication.classes[0].version, day("2000-01-01"));
    assert_eq!(publication.classes[1].symbol.0, "299/30");
    assert_eq!(claims(&publication), [(1, "A drum with picks.", &[][..])]);
    assert_eq!(
        other(&publication, "correspondence-address"),
        "SAMPLE LAW OFFICE, 1 Example Road, Springfield"
    );
}

#[test]
fn a_date_of_zeros_is_no_date_and_a_fault() {
    let out = parsed(APPLICATION_4, parse_xml4);
    assert_eq!(faults(&out), ["Field Date application-reference"]);
    assert_eq!(out.publications[0].filing_date, None);
}

#[test]
fn a_day_of_zero_in_the_own_dates_is_a_fault() {
    let text = APPLICATION_4.replace("<date>20050106</date>", "<date>20050100</date>");
    let out = parsed(&text, parse_xml4);
    assert!(faults(&out).contains(&"Field Date publication-reference".to_owned()), "{:?}", faults(&out));
    assert_eq!(out.publications[0].publication_date, None);
}

#[test]
fn an_application_of_2001_is_read() {
    let publication = one(PAP, parse_pap);
    assert_eq!(publication.key(), "US20010999991A1");
    assert_eq!(publication.filing_date, day("2000-11-29"));
    assert_eq!(priorities(&publication), ["JP1999097777", "US60120004"]);
    assert_eq!(
        classes(&publication)[1..],
        ["Uspc 48/197 Some(First)".to_owned(), "Uspc 360/97.01 Some(Later)".to_owned()]
    );
    assert_eq!(
        links(&publication),
        ["ContinuationInPartOf US09380002", "ContinuationInPartOf US5990003", "ProvisionalOf US60120004"]
    );
    assert_eq!(names(&publication, Role::Inventor), ["Ejemplo, Kim Q."]);
    assert_eq!(names(&publication, Role::Applicant), ["Ejemplo, Kim Q."]);
    assert_eq!(names(&publication, Role::Owner), ["EXAMPLE GAS CO."]);
    assert_eq!(publication.abstracts[0].text, "A burner of 30° “cone”.");
    assert_eq!(
        claims(&publication),
        [
            (1, "A burner, comprising:\na cone; and\na jacket.", &[][..]),
            (2, "The burner of claim 1, of steel.", &[1][..])
        ]
    );
    assert_eq!(
        sections(&publication),
        [
            (SectionKind::Other, Some("RELATED APPLICATION"), vec!["It continues another one."]),
            (SectionKind::Background, Some("BACKGROUND ART"), vec!["Burners wear at 10^3 h."]),
            (SectionKind::Embodiments, None, vec!["The cone is cooled."]),
        ]
    );
    assert_eq!(
        files(&publication),
        [(AttachmentKind::Drawing, "US20010999991A1-20010315-D00001.TIF", Some("1"))]
    );
}

#[test]
fn a_grant_of_2002_is_read() {
    let publication = one(GRANT_25, parse_grant25);
    assert_eq!(publication.key(), "US6990001B1");
    assert_eq!(publication.filing_date, day("1998-04-02"));
    assert_eq!(publication.grant_date, day("2002-01-01"));
    assert_eq!(priorities(&publication), ["JP1998095065"]);
    assert_eq!(
        classes(&publication),
        ["Ipc F17C11/00 Some(First)", "Ipc C01B3/00 Some(Later)", "Uspc 206/7 Some(First)"]
    );
    assert_eq!(
        citations(&publication),
        [
            ("US5990005A".to_owned(), Some(CitedBy::Examiner), None),
            ("JPH08093012".to_owned(), Some(CitedBy::Other), None),
            ("Roe, “Tanks”, the 4^th edition.".to_owned(), Some(CitedBy::Other), None),
        ]
    );
    assert_eq!(
        links(&publication),
        [
            "NationalPhaseOf WONO1998000999",
            "NationalPhaseOf WO1998045999",
            "ContinuationOf US08300002",
            "SameApplication US20010999995A1",
        ]
    );
    assert_eq!(names(&publication, Role::Inventor), ["Nordmann, Ola"]);
    assert_eq!(names(&publication, Role::Owner), ["Example Tank AS"]);
    assert_eq!(names(&publication, Role::Agency), ["Sample & Partners"]);
    assert_eq!(names(&publication, Role::Examiner), ["Muster, Max"]);
    assert_eq!(other(&publication, "us-term-extension"), "77");
    assert_eq!(other(&publication, "disclaimer"), "yes");
    assert_eq!(
        claims(&publication),
        [
            (1, "A tank comprising:\na shell, and\nfins in it.", &[][..]),
            (2, "The tank of claim 1, of steel.", &[1][..])
        ]
    );
    assert_eq!(
        sections(&publication),
        [
            (SectionKind::Background, Some("BACKGROUND"), vec!["Tanks run hot."]),
            (SectionKind::Drawings, None, vec!["FIG. 1 is a section."]),
            (SectionKind::Embodiments, None, vec!["The fins are thin."]),
        ]
    );
}

#[test]
fn open_tags_of_sgml_lose_nothing() {
    let publication = one(SGML, parse_sgml);
    assert_eq!(publication.key(), "USD990002S");
    assert_eq!(publication.patent_type, Some(PatentType::Design));
    assert_eq!(other(&publication, "length-of-grant"), "14");
    assert_eq!(publication.titles[0].text, "Disc holder — round");
    assert_eq!(classes(&publication), ["Locarno 14-02 Some(First)", "Uspc D14/480 Some(First)"]);
    assert_eq!(
        citations(&publication),
        [
            ("USD271298".to_owned(), Some(CitedBy::Examiner), None),
            ("A catalogue, 1999.".to_owned(), Some(CitedBy::Other), None)
        ]
    );
    assert_eq!(names(&publication, Role::Inventor), ["Rei, Hanako"]);
    assert_eq!(claims(&publication), [(1, "The ornamental design for a disc holder, as shown.", &[][..])]);
    assert_eq!(files(&publication).len(), 2);
    assert_eq!(faults(&parsed(SGML, parse_sgml)), ["Note Date date"]);
}

#[test]
fn xml_read_as_sgml_gives_the_same() {
    assert_eq!(one(GRANT_25, parse_sgml), one(GRANT_25, parse_grant25));
}

#[test]
fn greenbook_is_read() {
    let publication = one(GREENBOOK, parse_greenbook);
    assert_eq!(publication.key(), "US3999001A");
    assert_eq!(publication.application.as_ref().map(ToString::to_string).as_deref(), Some("US05449999"));
    assert_eq!(publication.titles[0].text, "Coal cutter with a water jet");
    assert_eq!(publication.filing_date, day("1979-07-05"));
    assert_eq!(publication.grant_date, day("1982-09-07"));
    assert_eq!(priorities(&publication), ["JP1978084777"]);
    assert_eq!(
        classes(&publication),
        [
            "Uspc 299/81.02 Some(First)",
            "Uspc 299/17 Some(Later)",
            "Ipc E21C35/22 Some(First)",
            "Ipc E21C3/00 Some(Later)"
        ]
    );
    assert_eq!(
        citations(&publication),
        [
            ("US3990005".to_owned(), None, None),
            ("DE2001234".to_owned(), None, None),
            ("Roe, \"Water jets\", Example Journal, 1975.".to_owned(), None, None),
        ]
    );
    assert_eq!(
        links(&publication),
        [
            "ContinuationOf US351777",
            "ContinuationOf US3990009",
            "NationalPhaseOf WOJP1979000999",
            "NationalPhaseOf WO1980000999"
        ]
    );
    assert_eq!(names(&publication, Role::Inventor), ["Ejemplo, Kim Q.", "Rei, Hanako"]);
    assert_eq!(names(&publication, Role::Examiner), ["Roe, Jr., Jane H.", "Muster, Max"]);
    assert_eq!(names(&publication, Role::Agency), ["Sample & Partners"]);
    assert_eq!(names(&publication, Role::Agent), ["Muster, Erika"]);
    let countries: Vec<_> =
        publication.parties_of(Role::Inventor).filter_map(|p| p.address.clone()?.country).collect();
    assert_eq!(countries, ["US", "JP"]);
    assert_eq!(other(&publication, "length-of-grant"), "17");
}

#[test]
fn greenbook_text_keeps_its_order() {
    let publication = one(GREENBOOK, parse_greenbook);
    assert!(publication.abstracts[0].text.ends_with("A cutter works at 30° C."));
    assert_eq!(
        claims(&publication),
        [
            (1, "A coal cutter comprising:\na. a drum, and\nb. a jet before the drum.", &[][..]),
            (2, "The cutter of claim 1, of steel.", &[][..])
        ]
    );
    assert_eq!(
        sections(&publication),
        [
            (
                SectionKind::Other,
                Some("CROSS REFERENCE"),
                vec!["This is a continuation of Ser. No. 351,777."]
            ),
            (SectionKind::Background, Some("BACKGROUND OF THE INVENTION"), vec!["Picks make sparks in CH4."]),
            (SectionKind::Drawings, None, vec!["FIG. 1 is a side view."]),
            (SectionKind::Embodiments, None, vec!["The jet runs ahead.", "TABLE 1", "Jet Bar", "1 200"]),
        ]
    );
    let out = parsed(GREENBOOK, parse_greenbook);
    assert_eq!(faults(&out), ["Note UnknownField XTRA", "Note Date date"]);
}

#[test]
fn brs_is_read_and_ends_before_the_next_document() {
    let publication = one(BRS, parse_brs);
    assert_eq!(publication.key(), "US9990003B2");
    assert_eq!(publication.titles[0].text, "LED lamp for a mine, and its holder");
    assert_eq!(priorities(&publication), ["KR1020110055777", "US61550006"]);
    assert_eq!(classes(&publication), ["Ipc F21L4/00 Some(First)", "Cpc F21L4/005 Some(First)"]);
    assert_eq!(
        citations(&publication),
        [
            ("US20030999996A1".to_owned(), Some(CitedBy::Examiner), None),
            ("WO2009099997A1".to_owned(), Some(CitedBy::Applicant), None),
            ("Roe, \"Lamps\", 2010.".to_owned(), Some(CitedBy::Applicant), None),
        ]
    );
    assert_eq!(
        links(&publication),
        [
            "SameApplication US20130999998A1",
            "DivisionalOf US13300004",
            "DivisionalOf US8990005",
            "ProvisionalOf US61550006"
        ]
    );
    assert_eq!(names(&publication, Role::Applicant), ["Example Lamp Co."]);
    assert_eq!(names(&publication, Role::Agent), ["Muster, Max"]);
    assert_eq!(
        claims(&publication),
        [(1, "A lamp with a holder.", &[][..]), (2, "The lamp of claim 1, of steel.", &[][..])]
    );
    assert_eq!(
        sections(&publication),
        [
            (SectionKind::Background, Some("BACKGROUND"), vec!["Lamps were weak."]),
            (SectionKind::Drawings, Some("BRIEF DESCRIPTION OF THE DRAWINGS"), vec!["FIG. 1 shows a lamp."]),
            (SectionKind::Embodiments, Some("DETAILED DESCRIPTION"), vec!["The lamp draws 5 μA."]),
        ]
    );
    assert_eq!(other(&publication, "us-term-extension"), "213");
}

#[test]
fn claims_as_filed_belong_to_an_application() {
    let publication = one(XML4IP, parse_xml4ip);
    assert_eq!(publication.key(), "app:US13960001");
    assert_eq!(
        claims(&publication),
        [(1, "A hitch, comprising:\na frame.", &[][..]), (2, "The hitch of claim 1.", &[1][..])]
    );
    assert_eq!(other(&publication, "MailRoomDate"), "2014-11-18");
}

#[test]
fn a_specification_as_filed_loses_paragraph_numbers() {
    let text = "<S><DocumentCode>SPEC</DocumentCode><ApplicationNumber>13960001</ApplicationNumber><Specification>\
                <Heading>[0001] BACKGROUND</Heading><P>[0002] Old.</P></Specification></S>";
    let publication = one(text, parse_xml4ip);
    assert_eq!(sections(&publication), [(SectionKind::Background, Some("BACKGROUND"), vec!["Old."])]);
}

#[test]
fn a_plant_keeps_its_name() {
    let botanic = "<us-botanic><latin-name>Rosa exempla</latin-name><variety>EX1</variety></us-botanic>";
    let text = GRANT_4
        .replace("appl-type=\"utility\"", "appl-type=\"plant\"")
        .replace("<us-related-documents>", &format!("{botanic}<us-related-documents>"));
    let publication = one(&text, parse_xml4);
    assert_eq!(publication.patent_type, Some(PatentType::Plant));
    assert_eq!((other(&publication, "latin-name"), other(&publication, "variety")), ("Rosa exempla", "EX1"));
}

#[test]
fn a_missing_claim_is_a_contradiction() {
    let at = GRANT_4.find("<claim id=\"CLM-00003\"").expect("a third claim");
    let text = format!("{}</claims></us-patent-grant>", &GRANT_4[..at]);
    let out = parsed(&text, parse_xml4);
    assert!(out.faults.iter().any(|fault| fault.kind == FaultKind::Contradiction));
}

#[test]
fn a_record_without_numbers_is_lost_with_a_reason() {
    let out = parsed("<us-patent-grant><abstract><p>Text.</p></abstract></us-patent-grant>", parse_xml4);
    assert!(out.publications.is_empty());
    assert!(out.faults.iter().any(|f| f.severity == Severity::Record && f.kind == FaultKind::Missing));
}

#[test]
fn a_truncated_record_keeps_what_came_before_the_cut() {
    let at = GRANT_4.find("a valve.").expect("the first claim");
    let out = parsed(&GRANT_4[..at], parse_xml4);
    assert!(out.faults.iter().any(|fault| fault.kind == FaultKind::Truncated));
    assert_eq!(out.publications[0].key(), "US99000001B2");
    assert_eq!(
        claims(&out.publications[0])[0].1,
        "A store, comprising:\na bed; and\na cooler in the bed; and"
    );
}

#[test]
fn no_cut_makes_a_parser_panic() {
    for (text, parser) in ALL {
        for (at, _) in text.char_indices().step_by(3) {
            parsed(&text[..at], parser);
        }
    }
}
