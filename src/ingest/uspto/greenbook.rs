//! Greenbook: the fielded text of grants from 1976 to 2001.
//!
//! A record is a row of sections (`PATN`, `INVT`, `CLAS`, …) with fields of three letters in them. Paragraph tags are
//! `PAR`, `PAL`, `PA0` to `PA5`; `PAC` is a heading; `TBL` and `EQU` are tables and formulas, each of their lines a paragraph.
//!
//! Said nowhere in the record and taken from outside it: the kind (`A` for a utility patent, as in the office's own
//! exchange data), and the meaning of a relation's code. Only `72`, continuation in part, is sure; for any other code the words
//! of the section on related applications decide, and where these name several relations the link is `related`.

use super::body::Part;
use super::body::RawClaim;
use super::body::Sections;
use super::body::digits;
use super::draft::Draft;
use super::draft::assignee_kind;
use super::draft::filled;
use super::fielded::Field;
use super::fielded::fields;
use super::symbol::ipc_edition;
use super::symbol::ipc_with_slash;
use super::symbol::locarno;
use super::symbol::uspc;
use crate::ingest::FaultKind;
use crate::ingest::Severity;
use crate::ingest::record::Parsed;
use crate::ingest::record::Raw;
use crate::ingest::record::clip;
use crate::patent::Address;
use crate::patent::LinkKind;
use crate::patent::PartyKind;
use crate::patent::PatentType;
use crate::patent::Role;
use crate::patent::Scheme;

const SECTIONS: [&str; 20] = [
    "PATN", "INVT", "ASSG", "PRIR", "REIS", "RLAP", "CLAS", "UREF", "FREF", "OREF", "LREP", "PCTA", "ABST",
    "GOVT", "PARN", "BSUM", "DRWD", "DETD", "CLMS", "DCLM",
];

/// The value of a field begins in this column.
const WIDTH: usize = 5;

/// One section with its fields.
struct Section<'a> {
    name: &'a str,
    fields: Vec<Field<'a>>,
}

impl Section<'_> {
    /// Returns the first field of this tag on one line, empty where there is none.
    fn text(&self, tag: &str) -> String {
        self.fields.iter().find(|field| field.tag == tag).map(Field::text).unwrap_or_default()
    }

    fn all(&self, tag: &str) -> impl Iterator<Item = &Field<'_>> {
        self.fields.iter().filter(move |field| field.tag == tag)
    }
}

/// Reads a grant that begins with `PATN`.
pub(crate) fn parse_greenbook(raw: &Raw<'_>, out: &mut Parsed) {
    let mut sections: Vec<Section<'_>> = Vec::new();
    for field in fields(raw.text, WIDTH) {
        if SECTIONS.contains(&field.tag) || (field.tag.len() == 4 && field.lines.is_empty()) {
            sections.push(Section { name: field.tag, fields: Vec::new() });
        } else if let Some(section) = sections.last_mut() {
            section.fields.push(field);
        }
    }
    let mut draft = Draft::new(out);
    let relation = relation_in_words(&sections);
    let mut stated = String::new();
    for section in &sections {
        match section.name {
            "PATN" => {
                patent(section, &mut draft);
                stated = section.text("NCL");
            }
            "INVT" => {
                party(Role::Applicant, section, Some(PartyKind::Person), &mut draft);
                party(Role::Inventor, section, Some(PartyKind::Person), &mut draft);
            }
            "ASSG" => party(Role::Owner, section, assignee_kind(&section.text("COD")), &mut draft),
            "PRIR" => {
                let country = country(&section.text("CNT"));
                draft.priority("PRIR", &country, &section.text("APN"), &section.text("APD"));
            }
            "RLAP" => related(section, relation, &mut draft),
            "REIS" => {
                draft.link_application(
                    LinkKind::ReissueOf,
                    "REIS",
                    &section.text("APN"),
                    &section.text("APD"),
                );
                draft.link_publication(
                    LinkKind::ReissueOf,
                    "REIS",
                    &section.text("PNO"),
                    None,
                    &section.text("ISD"),
                );
            }
            "CLAS" => classes(section, &mut draft),
            "UREF" => draft.cite("UREF", "US", &section.text("PNO"), None, &section.text("ISD"), None),
            "FREF" => {
                let country = country(&section.text("CNT"));
                draft.cite("FREF", &country, &section.text("PNO"), None, &section.text("ISD"), None);
            }
            "OREF" => section.fields.iter().for_each(|field| draft.cite_text(&field.text(), None)),
            "LREP" => agents(section, &mut draft),
            "PCTA" => international(section, &mut draft),
            "ABST" => draft.summary(&paragraphs(section)),
            "GOVT" | "PARN" | "BSUM" | "DRWD" | "DETD" | "CLMS" | "DCLM" => {}
            name => {
                let message = format!("section `{}` is not known and left out", clip(name));
                draft.out.fault(Severity::Note, FaultKind::UnknownField, name, message);
            }
        }
    }
    description(&sections, &mut draft);
    let claims = sections.iter().filter(|section| matches!(section.name, "CLMS" | "DCLM"));
    let claims = claims.flat_map(claims_of).collect();
    draft.claims(claims, &stated);
    draft.finish();
}

fn patent(section: &Section<'_>, draft: &mut Draft<'_>) {
    let date = draft.out.date("ISD", &section.text("ISD"));
    let number = section.text("WKU");
    // Eight places and a check digit.
    let serial = if number.len() == 9 && number.is_ascii() { &number[..8] } else { number.as_str() };
    let (kind, patent_type, grant) = match section.text("APT").as_str() {
        "1" => (Some("A"), PatentType::Invention, true),
        "2" => (Some("E"), PatentType::Invention, true),
        "4" => (Some("S"), PatentType::Design, true),
        "6" => (Some("P"), PatentType::Plant, true),
        "7" => (Some("H"), PatentType::Invention, false),
        "5" => (None, PatentType::Invention, false),
        _ => (None, PatentType::Invention, true),
    };
    draft.numbered(serial, kind, date, grant);
    if draft.publication.patent_type == Some(PatentType::Invention) {
        draft.publication.patent_type = Some(patent_type);
    }
    let application = section.text("APN");
    let application = application.trim_end_matches('&');
    // Six digits and a check digit; the series code stands apart.
    let serial =
        if application.len() == 7 && application.is_ascii() { &application[..6] } else { application };
    let series = section.text("SRC");
    let written = match series.parse::<u8>() {
        Ok(series) if serial.len() == 6 => format!("{series:02}{serial}"),
        _ => serial.to_owned(),
    };
    draft.publication.application = draft.application("APN", &written);
    draft.publication.filing_date = draft.out.date("APD", &section.text("APD"));
    draft.title(section.text("TTL"));
    for tag in ["EXP", "EXA"] {
        draft.party(Role::Examiner, &name(&section.text(tag)), Some(PartyKind::Person), None);
    }
    draft.other("length-of-grant", &section.text("TRM"));
    draft.other("disclaimer", &section.text("DCD"));
    draft.other("us-exemplary-claim", &section.text("ECL"));
}

/// `Doe; Jane` is `Doe, Jane` in the other generations.
fn name(text: &str) -> String {
    text.replace("; ", ", ").replace(';', ", ")
}

fn party(role: Role, section: &Section<'_>, kind: Option<PartyKind>, draft: &mut Draft<'_>) {
    let part = |tag: &str| filled(Some(section.text(tag)));
    let line: Vec<_> = ["STR", "CTY", "STA", "ZIP", "CNT"].iter().filter_map(|tag| part(tag)).collect();
    let province = part("STA");
    let country =
        part("CNT").map(|code| country(&code)).or_else(|| province.as_ref().map(|_| "US".to_owned()));
    let address = Address {
        text: (!line.is_empty()).then(|| line.join(", ")),
        country,
        province,
        city: part("CTY"),
        postcode: part("ZIP"),
    };
    draft.party(role, &name(&section.text("NAM")), kind, Some(address));
}

/// Two letters and a filler (`JPX`); before ST.3, some countries had letters of their own.
fn country(code: &str) -> String {
    let code = code.trim();
    let two = code.get(..2).unwrap_or(code);
    match two {
        "DT" => "DE",
        "JA" => "JP",
        "SW" => "SE",
        "OE" => "AT",
        "UK" | "EN" => "GB",
        "EI" => "IE",
        "DL" => "DD",
        "SF" => "FI",
        two => two,
    }
    .to_owned()
}

fn classes(section: &Section<'_>, draft: &mut Draft<'_>) {
    let version = ipc_edition(&section.text("EDF"));
    for (tag, first) in [("OCL", true), ("XCL", false)] {
        for field in section.all(tag) {
            draft.national_class(tag, Scheme::Uspc, field.columns(), first, uspc);
        }
    }
    let design = draft.publication.patent_type == Some(PatentType::Design);
    for (place, field) in section.all("ICL").enumerate() {
        let symbol = ipc_with_slash(field.columns());
        if design {
            draft.national_class("ICL", Scheme::Locarno, &symbol, place == 0, locarno);
        } else {
            draft.class("ICL", Scheme::Ipc, &symbol, place == 0, version);
        }
    }
}

fn agents(section: &Section<'_>, draft: &mut Draft<'_>) {
    for field in &section.fields {
        match field.tag {
            "FRM" => draft.party(Role::Agency, &field.text(), Some(PartyKind::Organisation), None),
            "FR2" | "AAT" | "AGT" | "ATT" => {
                draft.party(Role::Agent, &name(&field.text()), Some(PartyKind::Person), None);
            }
            _ => {}
        }
    }
}

fn international(section: &Section<'_>, draft: &mut Draft<'_>) {
    draft.international("PCTA", &section.text("PCN"), &section.text("PD3"));
    draft.international_publication("PCTA", &section.text("PCP"), &section.text("PCD"));
    draft.other("us-371c124-date", &section.text("PD1"));
    draft.other("us-102e-date", &section.text("PD2"));
}

/// Returns the one relation that the words on related applications name.
fn relation_in_words(sections: &[Section<'_>]) -> Option<LinkKind> {
    let words: Vec<_> =
        sections.iter().filter(|section| section.name == "PARN").flat_map(paragraphs).collect();
    let words = words.join(" ").to_lowercase().replace(' ', "-");
    let part = words.contains("continuation-in-part");
    let whole = words.replace("continuation-in-part", "").contains("continuation");
    let named = [
        (part, LinkKind::ContinuationInPartOf),
        (whole, LinkKind::ContinuationOf),
        (words.contains("division"), LinkKind::DivisionalOf),
        (words.contains("reissue"), LinkKind::ReissueOf),
        (words.contains("provisional"), LinkKind::ProvisionalOf),
    ];
    let mut named = named.into_iter().filter(|(found, _)| *found).map(|(_, kind)| kind);
    named.next().filter(|_| named.next().is_none())
}

fn related(section: &Section<'_>, in_words: Option<LinkKind>, draft: &mut Draft<'_>) {
    let kind = match section.text("COD").as_str() {
        "72" => LinkKind::ContinuationInPartOf,
        _ => in_words.unwrap_or(LinkKind::Related),
    };
    let series = section.text("SRC");
    let number = section.text("APN");
    let number = match series.parse::<u8>() {
        Ok(series) if number.len() == 6 => format!("{series:02}{number}"),
        _ => number,
    };
    draft.link_application(kind, "RLAP", &number, &section.text("APD"));
    draft.link_publication(kind, "RLAP", &section.text("PNO"), None, &section.text("ISD"));
}

fn paragraphs(section: &Section<'_>) -> Vec<String> {
    let mut paragraphs = Vec::new();
    for field in &section.fields {
        match field.tag {
            "PAC" | "STM" | "NUM" => {}
            "TBL" | "EQU" => paragraphs.extend(field.rows()),
            _ => paragraphs.extend(Some(field.text()).filter(|text| !text.is_empty())),
        }
    }
    paragraphs
}

fn description(sections: &[Section<'_>], draft: &mut Draft<'_>) {
    let mut described = Sections::default();
    for section in sections {
        let claims = matches!(section.name, "CLMS" | "DCLM" | "ABST");
        let Some(part) = Part::named(section.name).filter(|_| !claims) else { continue };
        described.enter(Some(part));
        for field in &section.fields {
            match field.tag {
                "PAC" => described.heading(&field.text(), 1),
                "TBL" | "EQU" => field.rows().for_each(|row| described.paragraph(row)),
                _ => described.paragraph(field.text()),
            }
        }
    }
    draft.publication.descriptions.extend(described.finish());
}

/// Claims begin at `NUM`; a design has one claim without a number.
fn claims_of(section: &Section<'_>) -> Vec<RawClaim> {
    let mut claims: Vec<RawClaim> = Vec::new();
    for field in &section.fields {
        match field.tag {
            "STM" | "PAC" => {}
            "NUM" => claims.push(RawClaim { number: digits(&field.text()), ..RawClaim::default() }),
            tag => {
                if claims.is_empty() {
                    claims.push(RawClaim::default());
                }
                let Some(claim) = claims.last_mut() else { continue };
                let rows: Vec<_> = match tag {
                    "TBL" | "EQU" => field.rows().collect(),
                    _ => vec![field.text()],
                };
                for row in rows.into_iter().filter(|row| !row.is_empty()) {
                    if !claim.text.is_empty() {
                        claim.text.push('\n');
                    }
                    claim.text.push_str(&row);
                }
            }
        }
    }
    claims
}
