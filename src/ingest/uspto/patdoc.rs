//! `PATDOC`, the grants of 2001 to 2004, as SGML or as XML: elements named by their INID codes.

use super::body::RawClaim;
use super::body::Sections;
use super::draft::Draft;
use super::draft::assignee_kind;
use super::draft::filled;
use super::draft::person;
use super::sgml::to_xml;
use super::symbol::ipc_edition;
use super::symbol::ipc_with_slash;
use super::symbol::locarno;
use super::symbol::uspc;
use crate::ingest::record::Parsed;
use crate::ingest::record::Raw;
use crate::ingest::xml;
use crate::ingest::xml::Element;
use crate::ingest::xml::Node;
use crate::patent::Address;
use crate::patent::CitedBy;
use crate::patent::LinkKind;
use crate::patent::PartyKind;
use crate::patent::PatentType;
use crate::patent::Role;
use crate::patent::Scheme;

/// Reads a grant in XML, versions 2.4 and 2.5.
pub(crate) fn parse_grant25(raw: &Raw<'_>, out: &mut Parsed) {
    if let Some(root) = xml::parse(raw.text, out) {
        grant(root, out);
    }
}

/// Reads a grant in SGML: tags may be open or minimised. A grant in XML is read just as well.
pub(crate) fn parse_sgml(raw: &Raw<'_>, out: &mut Parsed) {
    if let Some(root) = xml::parse(&to_xml(raw.text), out) {
        grant(root, out);
    }
}

fn grant(mut root: Element, out: &mut Parsed) {
    prepare(&mut root);
    let mut draft = Draft::new(out);
    let empty = Element::default();
    let head = root.child("SDOBI").unwrap_or(&empty);
    numbers(head, &mut draft);
    classes(head, &mut draft);
    citations(head, &mut draft);
    related(head, &mut draft);
    parties(head, &mut draft);
    body(&root, head, &mut draft);
    draft.finish();
}

/// Gives sub- and superscripts the names that the text rules of the tree know.
fn prepare(element: &mut Element) {
    for node in &mut element.children {
        let Node::Element(child) = node else { continue };
        match child.name.as_str() {
            "SP" => "sup".clone_into(&mut child.name),
            "SB" => "sub".clone_into(&mut child.name),
            "CLMSTEP" => "claim-text".clone_into(&mut child.name),
            _ => {}
        }
        prepare(child);
    }
}

fn text(element: &Element, path: &str) -> String {
    element.text_at(path).unwrap_or_default()
}

fn numbers(head: &Element, draft: &mut Draft<'_>) {
    let date = draft.out.date("B140", &text(head, "B100/B140"));
    let kind = text(head, "B100/B130");
    draft.numbered(&text(head, "B100/B110"), Some(&kind), date, !kind.starts_with('H'));
    if kind.starts_with('P') {
        draft.publication.patent_type = Some(PatentType::Plant);
    }
    draft.publication.application = draft.application("B210", &text(head, "B200/B210"));
    draft.publication.filing_date = draft.out.date("B220", &text(head, "B200/B220"));
    // A record has one B300 with the parts of each priority in turn, or one B300 a priority.
    for priorities in head.children_named("B300") {
        let numbers: Vec<_> = priorities.children_named("B310").map(Element::text).collect();
        let dates: Vec<_> = priorities.children_named("B320").map(Element::text).collect();
        let countries: Vec<_> = priorities.children_named("B330").map(Element::text).collect();
        for (at, number) in numbers.iter().enumerate() {
            let of = |list: &[String]| list.get(at).cloned().unwrap_or_default();
            draft.priority("B300", &of(&countries), number, &of(&dates));
        }
    }
    draft.title(text(head, "B500/B540"));
    if let Some(pct) = head.find("B800/B860") {
        draft.international("B861", &text(pct, "B861/DOC/DNUM"), &text(pct, "B861/DOC/DATE"));
        for name in ["B863US", "B864US"] {
            if let Some(date) = pct.child(name).filter(|date| date.child("DATE").is_some()) {
                let name = if name == "B864US" { "us-371c124-date" } else { "us-102e-date" };
                draft.other(name, &date.text());
            }
        }
    }
    if let Some(id) = head.find("B800/B870/B871/DOC") {
        draft.international_publication("B871", &text(id, "DNUM"), &text(id, "DATE"));
    }
    if let Some(term) = head.find("B400/B472") {
        draft.other("length-of-grant", &text(term, "B474"));
        draft.other("us-term-extension", &text(term, "B474US"));
        draft.other("disclaimer", &text(term, "B473"));
        if term.child("B473").is_none() && term.child("B473US").is_some() {
            draft.other("disclaimer", "yes");
        }
    }
    draft.other("us-exemplary-claim", &text(head, "B500/B570/B578US"));
    for plant in head.descendants("B547US").into_iter().chain(head.descendants("B548US")) {
        draft.other(if plant.name == "B547US" { "latin-name" } else { "variety" }, &plant.text());
    }
}

fn columns(element: &Element) -> String {
    element
        .descendants("PDAT")
        .first()
        .map(|data| super::xml4::columns(data))
        .unwrap_or_else(|| element.text())
}

fn classes(head: &Element, draft: &mut Draft<'_>) {
    let design = draft.publication.patent_type == Some(PatentType::Design);
    for ipc in head.find_all("B500/B510") {
        let version = ipc_edition(&text(ipc, "B516"));
        for (name, first) in [("B511", true), ("B512", false)] {
            for class in ipc.children_named(name) {
                let symbol = ipc_with_slash(&columns(class));
                if design || locarno(&symbol).is_some() {
                    draft.national_class(name, Scheme::Locarno, &symbol, first, locarno);
                } else {
                    draft.class(name, Scheme::Ipc, &symbol, first, version);
                }
            }
        }
    }
    for (name, first) in [("B521", true), ("B522", false)] {
        for class in head.find_all(&format!("B500/B520/{name}")) {
            draft.national_class(name, Scheme::Uspc, &columns(class), first, uspc);
        }
    }
}

fn citations(head: &Element, draft: &mut Draft<'_>) {
    for citation in head.find_all("B500/B560").into_iter().flat_map(Element::elements) {
        let has = |name: &str| !citation.descendants(name).is_empty();
        let by = match (has("CITED-BY-EXAMINER"), has("CITED-BY-OTHER")) {
            (true, _) => Some(CitedBy::Examiner),
            (_, true) => Some(CitedBy::Other),
            _ => None,
        };
        for id in citation.find_all("PCIT/DOC") {
            let (country, kind) = (text(id, "CTRY"), text(id, "KIND"));
            draft.cite("B561", &country, &text(id, "DNUM"), Some(&kind), &text(id, "DATE"), by);
        }
        for literature in citation.children_named("NCIT") {
            draft.cite_text(&literature.text(), by);
        }
    }
}

fn related(head: &Element, draft: &mut Draft<'_>) {
    for group in head.find_all("B600").into_iter().flat_map(Element::elements) {
        relations(group, draft);
    }
}

fn relations(element: &Element, draft: &mut Draft<'_>) {
    let field = element.name.as_str();
    let kind = match field {
        "B620" | "B620US" => LinkKind::DivisionalOf,
        "B630" => {
            element.elements().for_each(|inner| relations(inner, draft));
            return;
        }
        "B631" => LinkKind::ContinuationOf,
        "B632" => LinkKind::ContinuationInPartOf,
        "B633" | "B640" | "B641US" | "B645" | "B645US" => LinkKind::ReissueOf,
        "B680US" => LinkKind::ProvisionalOf,
        "B650" | "B690US" => LinkKind::SameApplication,
        _ => LinkKind::Related,
    };
    for id in element.children_named("DOC") {
        let (number, code, date) = (text(id, "DNUM"), text(id, "KIND"), text(id, "DATE"));
        match kind {
            LinkKind::SameApplication => draft.link_publication(kind, field, &number, Some(&code), &date),
            _ => draft.link_application(kind, field, &number, &date),
        }
    }
    for parent in element.descendants("PARENT-US") {
        for id in parent.find_all("PDOC/DOC") {
            draft.link_application(kind, field, &text(id, "DNUM"), &text(id, "DATE"));
        }
        for id in parent.find_all("PPUB/DOC") {
            draft.link_publication(kind, field, &text(id, "DNUM"), None, &text(id, "DATE"));
        }
    }
}

fn parties(head: &Element, draft: &mut Draft<'_>) {
    let inventors = head.find_all("B700/B720/B721/PARTY-US");
    for inventor in inventors {
        party(Role::Applicant, inventor, None, draft);
        party(Role::Inventor, inventor, None, draft);
    }
    for owners in head.find_all("B700/B730") {
        let codes: Vec<_> = owners.children_named("B732US").map(Element::text).collect();
        for (at, owner) in owners.find_all("B731/PARTY-US").into_iter().enumerate() {
            let code = codes.get(at).or(codes.first());
            party(Role::Owner, owner, code.and_then(|code| assignee_kind(code)), draft);
        }
    }
    for agent in head.find_all("B700/B740/B741/PARTY-US") {
        let firm = !text(agent, "NAM/ONM").is_empty();
        party(if firm { Role::Agency } else { Role::Agent }, agent, None, draft);
    }
    for name in ["B746", "B747"] {
        for examiner in head.find_all(&format!("B700/B745/{name}/PARTY-US")) {
            party(Role::Examiner, examiner, None, draft);
        }
    }
}

fn party(role: Role, element: &Element, kind: Option<PartyKind>, draft: &mut Draft<'_>) {
    let organisation = text(element, "NAM/ONM");
    let (name, kind) = if organisation.is_empty() {
        let last = [text(element, "NAM/SNM"), text(element, "NAM/SFX")].join(" ");
        (person(&last, &text(element, "NAM/FNM")), kind.or(Some(PartyKind::Person)))
    } else {
        (organisation, kind.or(Some(PartyKind::Organisation)))
    };
    draft.party(role, &name, kind, element.child("ADR").map(address));
}

/// A US address names its state and no country.
fn address(element: &Element) -> Address {
    let part = |name: &str| filled(element.text_at(name));
    let province = part("STATE");
    let country = part("CTRY").or_else(|| province.as_ref().map(|_| "US".to_owned()));
    let lines = ["OMC", "STR", "CITY", "CNTY", "STATE", "PCODE", "CTRY"];
    let line: Vec<_> = lines.iter().filter_map(|name| part(name)).collect();
    Address {
        text: (!line.is_empty()).then(|| line.join(", ")),
        country,
        province,
        city: part("CITY"),
        postcode: part("PCODE"),
    }
}

fn body(root: &Element, head: &Element, draft: &mut Draft<'_>) {
    for summary in root.children_named("SDOAB") {
        draft.summary(&summary.paragraphs());
    }
    if let Some(description) = root.child("SDODE") {
        let mut sections = Sections::default();
        sections.element(description);
        draft.publication.descriptions.extend(sections.finish());
    }
    let claims = root.find_all("SDOCL").into_iter().flat_map(|claims| claims.descendants("CLM"));
    let claims = claims.map(|claim| RawClaim {
        id: claim.attribute("ID").unwrap_or_default().to_owned(),
        number: None,
        text: claim.paragraphs().join("\n"),
        refers_to: claim
            .descendants("CLREF")
            .into_iter()
            .filter_map(|reference| reference.attribute("ID"))
            .flat_map(str::split_whitespace)
            .map(str::to_owned)
            .collect(),
    });
    let claims = claims.collect();
    draft.claims(claims, &text(head, "B500/B570/B577"));
    for image in root.find_all("SDODR").into_iter().flat_map(|drawings| drawings.descendants("EMI")) {
        draft.drawing(image.attribute("FILE").unwrap_or_default());
    }
    for part in root.elements().filter(|part| part.name != "SDODR") {
        for image in part.descendants("EMI") {
            draft.picture(image.attribute("FILE").unwrap_or_default());
        }
    }
}
