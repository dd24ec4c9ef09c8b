//! Publication and e-filing XML of CNIPA, old and new forms, on samples and small invented pieces.

use std::path::Path;

use super::*;
use crate::patent::{
    ApplicationNumber, Cited, CitedBy, CountryCode, Date, LinkKind, PatentType, Position, PublicationNumber,
    Role,
};

const NEW: &str = include_str!("../../../fixtures/formats/cnipa-publication.xml");
const OLD: &str = include_str!("../../../fixtures/formats/cnipa-publication-old.xml");

fn read(text: &str) -> Parsed {
    let mut out = Parsed::default();
    parse_publication(&Raw { text, path: Path::new("a.xml") }, &mut out);
    out
}

fn part(code: &str, text: &str) -> Parsed {
    let mut out = Parsed::default();
    let path = format!("cnipa-efiling/2021100000016/{code}-/part.xml");
    parse_efiling(&Raw { text, path: Path::new(&path) }, &mut out);
    out
}

fn only(out: &Parsed) -> &Publication {
    assert_eq!(out.publications.len(), 1, "{:?}", out.faults);
    &out.publications[0]
}

fn day(year: i16, month: i8, day: i8) -> Option<Date> {
    Some(Date::constant(year, month, day))
}

fn kinds(out: &Parsed) -> Vec<(FaultKind, &str)> {
    out.faults.iter().map(|fault| (fault.kind, fault.field.as_str())).collect()
}

#[test]
fn numbers_and_dates_come_from_the_original_form() {
    let out = read(NEW);
    let publication = only(&out);
    assert_eq!(out.faults, []);
    assert_eq!(publication.number, Some(PublicationNumber::new(CountryCode::CN, "990000001", Some("B"))));
    assert_eq!(publication.application, ApplicationNumber::parse("CN202110000001.6").ok());
    assert_eq!(publication.filing_date, day(2021, 1, 4));
    assert_eq!(publication.publication_date, day(2022, 3, 11));
    assert_eq!(publication.grant_date, day(2022, 3, 11));
    assert_eq!(publication.patent_type, Some(PatentType::Invention));
    assert_eq!(publication.priorities.len(), 1);
    assert_eq!(publication.priorities[0].date, day(2020, 1, 6));
}

#[test]
fn ipcr_gives_version_and_position() {
    let out = read(NEW);
    let classes: Vec<_> = only(&out)
        .classes
        .iter()
        .map(|class| (class.symbol.0.as_str(), class.version, class.position))
        .collect();
    assert_eq!(
        classes,
        [("F17C11/00", day(2006, 1, 1), Some(Position::First)), ("C01B3/00", None, Some(Position::Later)),]
    );
}

#[test]
fn parties_keep_role_and_address() {
    let out = read(NEW);
    let publication = only(&out);
    let parties: Vec<_> =
        publication.parties.iter().map(|party| (party.role, party.name.as_str(), party.sequence)).collect();
    assert_eq!(
        parties,
        [
            (Role::Applicant, "云岭虚构能源有限公司", 1),
            (Role::Inventor, "甲某", 1),
            (Role::Inventor, "乙某", 2),
            (Role::Agency, "虚构专利代理事务所", 1),
            (Role::Agent, "丙某", 1),
            (Role::Owner, "云岭虚构能源有限公司", 1),
            (Role::Examiner, "丁某", 1),
        ]
    );
    let address = publication.parties[0].address.clone().expect("an address");
    assert_eq!(address.text.as_deref(), Some("000001 样本省范例市示例区一号"));
    assert_eq!((address.province.as_deref(), address.city.as_deref()), (Some("样本省"), Some("范例市")));
    assert_eq!((address.postcode.as_deref(), address.country.as_deref()), (Some("000001"), Some("CN")));
    assert_eq!(publication.other.get("agency_code").map(String::as_str), Some("99999"));
    assert_eq!(publication.other.get("gazette_number").map(String::as_str), Some("38-1001"));
    assert_eq!(publication.other.get("organization_code"), None);
}

#[test]
fn citations_and_links_are_read() {
    let out = read(NEW);
    let publication = only(&out);
    let number = PublicationNumber::new(CountryCode::CN, "980000002", Some("A"));
    assert_eq!(publication.citations.len(), 2);
    assert_eq!(publication.citations[0].cited, Cited::Patent { number, date: day(2019, 3, 1) });
    assert_eq!(publication.citations[0].by, Some(CitedBy::Examiner));
    let text = "甲某. 虚构储氢综述. 样本学报, 2018.".to_owned();
    assert_eq!(publication.citations[1].cited, Cited::Literature { text });
    assert_eq!((publication.links.len(), publication.links[0].kind), (1, LinkKind::SameApplication));
}

#[test]
fn text_is_read_with_its_sections_and_pictures() {
    let out = read(NEW);
    let publication = only(&out);
    assert_eq!(publication.titles[0].text, "一种虚构的储氢罐");
    assert_eq!(publication.abstracts[0].text, "一种储氢罐，容积为10^3升，储存H2。");
    let sections: Vec<_> = publication.descriptions[0]
        .sections
        .iter()
        .map(|section| (section.kind, section.heading.as_deref(), section.paragraphs.as_slice()))
        .collect();
    assert_eq!(
        sections,
        [
            (SectionKind::TechnicalField, Some("技术领域"), ["本发明涉及储氢。".to_owned()].as_slice()),
            (SectionKind::Background, Some("背景技术"), ["现有罐体壁厚由下式给出：".to_owned()].as_slice()),
        ]
    );
    let claims = &publication.claims[0].claims;
    assert_eq!(
        (claims[0].number, claims[0].text.as_str()),
        (1, "一种储氢罐，其特征在于，包括：\n罐体；和阀门。")
    );
    assert_eq!(claims[1].text, "根据权利要求1所述的储氢罐，其特征在于，罐体为双层。");
    let files: Vec<_> = publication
        .attachments
        .iter()
        .map(|attached| (attached.kind, attached.file.as_str(), attached.label.as_deref()))
        .collect();
    assert_eq!(
        files,
        [
            (AttachmentKind::FirstPageDrawing, "A0001.TIF", None),
            (AttachmentKind::Picture, "B0001.TIF", None),
            (AttachmentKind::Drawing, "D0001.TIF", Some("图1")),
        ]
    );
}

#[test]
fn the_old_generation_gives_editions_and_section_elements() {
    let out = read(OLD);
    let publication = only(&out);
    let classes: Vec<_> = publication
        .classes
        .iter()
        .map(|class| (class.symbol.0.as_str(), class.version, class.position))
        .collect();
    assert_eq!(
        classes,
        [
            ("B03C3/09", day(1985, 1, 1), Some(Position::First)),
            ("F28F1/38", day(1985, 1, 1), Some(Position::Later)),
        ]
    );
    let sections: Vec<_> = publication.descriptions[0].sections.iter().map(|section| section.kind).collect();
    assert_eq!(sections, [SectionKind::TechnicalField, SectionKind::Embodiments]);
}

#[test]
fn the_old_generation_keeps_the_record_through_its_faults() {
    let out = read(OLD);
    assert_eq!(only(&out).filing_date, None);
    assert_eq!(only(&out).grant_date, None);
    assert_eq!(
        kinds(&out)[..2],
        [(FaultKind::UnknownField, "NewElement"), (FaultKind::Date, "ApplicationReference"),]
    );
    assert!(kinds(&out).contains(&(FaultKind::Missing, "Claims")));
}

#[test]
fn a_standard_application_number_becomes_the_printed_one() {
    let out = read(OLD);
    assert_eq!(only(&out).application, ApplicationNumber::parse("CN85199999").ok());
}

#[test]
fn a_truncated_document_keeps_what_was_read() {
    let cut = NEW.find("<business:Drawings").expect("drawings");
    let out = read(&NEW[..cut]);
    assert_eq!(only(&out).titles.len(), 1);
    assert!(kinds(&out).contains(&(FaultKind::Truncated, "")));
}

#[test]
fn a_document_without_numbers_is_refused() {
    let out = read("<PatentDocumentAndRelated><BibliographicData/></PatentDocumentAndRelated>");
    assert!(out.publications.is_empty());
    assert!(out.faults.iter().any(|fault| fault.severity == Severity::Record));
}

#[test]
fn the_root_element_names_a_document_without_bibliography() {
    let out = read(
        "<PatentDocumentAndRelated country='CN' docNumber='990000002' kind='U' datePublication='20200101'/>",
    );
    let publication = only(&out);
    assert_eq!(publication.number, Some(PublicationNumber::new(CountryCode::CN, "990000002", Some("U"))));
    assert_eq!(publication.patent_type, Some(PatentType::UtilityModel));
}

#[test]
fn a_design_is_read_with_its_locarno_class() {
    let out = read(
        "<PatentDocumentAndRelated country='CN' docNumber='390000003' kind='S' datePublication='20200101'>\
         <DesignBibliographicData><ApplicationReference applType='30'><DocumentID><DocNumber>202030000001</DocNumber>\
         </DocumentID></ApplicationReference><ClassificationLocarno><MainClassification>09-01</MainClassification>\
         </ClassificationLocarno><DesignTitle>罐</DesignTitle><DesignerDetails><Designer><AddressBook><Name>甲某</Name>\
         </AddressBook></Designer></DesignerDetails></DesignBibliographicData><DesignBriefExplanation>\
         <Paragraphs>1.名称：罐。</Paragraphs></DesignBriefExplanation></PatentDocumentAndRelated>",
    );
    let publication = only(&out);
    assert_eq!(out.faults, []);
    assert_eq!(publication.patent_type, Some(PatentType::Design));
    assert_eq!(publication.classes[0].symbol.0, "09-01");
    assert_eq!(publication.parties[0].role, Role::Inventor);
    assert_eq!(publication.abstracts[0].text, "1.名称：罐。");
}

#[test]
fn efiling_lines_are_joined_without_spaces() {
    let text = include_str!("../../../fixtures/formats/cnipa-efiling/2021100000016/100001-/claims.xml");
    let out = part("100001", text);
    let publication = only(&out);
    assert_eq!(out.faults, []);
    assert_eq!(publication.application, ApplicationNumber::parse("CN202110000001.6").ok());
    let claims: Vec<_> = publication.claims[0].claims.iter().map(|claim| claim.text.as_str()).collect();
    assert_eq!(
        claims,
        [
            "一种虚构的储氢罐，其特征在于，包括罐体(1)和湿度卡(2)；\n所述湿度卡(2)嵌入罐体(1)。",
            "根据权利要求1所述的储氢罐，其压力Pmax为10^6Pa。",
        ]
    );
}

#[test]
fn efiling_descriptions_keep_headings() {
    let text = include_str!("../../../fixtures/formats/cnipa-efiling/2021100000016/100002-/description.xml");
    let out = part("100002", text);
    let publication = only(&out);
    assert_eq!(publication.titles[0].text, "一种虚构的储氢罐");
    let sections = &publication.descriptions[0].sections;
    assert_eq!(sections[0].paragraphs, ["本发明涉及储氢，特别涉及储氢罐。"]);
    assert_eq!(sections[1].kind, SectionKind::Embodiments);
    assert_eq!(publication.attachments[0].kind, AttachmentKind::Picture);
}

#[test]
fn efiling_drawings_and_abstracts_are_read() {
    let drawings = include_str!("../../../fixtures/formats/cnipa-efiling/2021100000016/100003-/drawings.xml");
    let out = part("100003", drawings);
    assert_eq!(only(&out).attachments[0].label.as_deref(), Some("图1"));
    let text = include_str!("../../../fixtures/formats/cnipa-efiling/2021100000016/100004-/abstract.xml");
    assert_eq!(only(&part("100004", text)).abstracts[0].text, "本发明提供了一种虚构的储氢罐。");
}

#[test]
fn an_efiling_part_outside_its_folder_is_kept_with_a_fault() {
    let mut out = Parsed::default();
    let text = "<cn-application-body><cn-abstract><p>摘要。</p></cn-abstract></cn-application-body>";
    parse_efiling(&Raw { text, path: Path::new("downloads/abstract.xml") }, &mut out);
    assert_eq!(only(&out).source_id.as_deref(), Some("downloads/abstract.xml"));
    assert_eq!(kinds(&out), [(FaultKind::Missing, "application")]);
}

#[test]
fn an_empty_efiling_part_is_refused() {
    let out = part("100001", "<cn-application-body><cn-claims/></cn-application-body>");
    assert!(out.publications.is_empty());
    assert_eq!(kinds(&out), [(FaultKind::Missing, "")]);
}
