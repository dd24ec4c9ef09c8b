//! `patent-application-publication` 1.x: applications published from March 2001 to 2004.

use super::body::RawClaim;
use super::body::Sections;
use super::draft::Draft;
use super::draft::assignee_kind;
use super::draft::filled;
use super::draft::person;
use super::symbol::ipc_edition;
use super::symbol::ipc_with_slash;
use super::symbol::locarno;
use super::symbol::uspc;
use crate::ingest::FaultKind;
use crate::ingest::Severity;
use crate::ingest::record::Parsed;
use crate::ingest::record::Raw;
use crate::ingest::xml;
use crate::ingest::xml::Element;
use crate::ingest::xml::Node;
use crate::patent::Address;
use crate::patent::LinkKind;
use crate::patent::PartyKind;
use crate::patent::PatentType;
use crate::patent::Role;
use crate::patent::Scheme;

/// Elements of the bibliographic part that are read or knowingly dropped; any other is noted.
const KNOWN: [&str; 10] = [
    "document-id",
    "publication-filing-type",
    "domestic-filing-data",
    "foreign-priority-data",
    "technical-information",
    "continuity-data",
    "inventors",
    "assignee",
    "correspondence-address",
    "rule-47-flag",
];

/// Reads an application of the 1.x versions.
pub(crate) fn parse_pap(raw: &Raw<'_>, out: &mut Parsed) {
    let Some(mut root) = xml::parse(raw.text, out) else { return };
    prepare(&mut root);
    let mut draft = Draft::new(out);
    let empty = Element::default();
    let head = root.child("subdoc-bibliographic-information").unwrap_or(&empty);
    numbers(head, &mut draft);
    classes(head, &mut draft);
    continuity(head, &mut draft);
    parties(head, &mut draft);
    body(&root, &mut draft);
    draft.finish();
}

/// Makes names fit the text rules of the tree: paragraph numbers go, a reference inside a claim stays in its line.
fn prepare(element: &mut Element) {
    let name = element.name.clone();
    element.children.retain(
        |node| !matches!(node, Node::Element(child) if name == "paragraph" && child.name == "number"),
    );
    for node in &mut element.children {
        let Node::Element(child) = node else { continue };
        match child.name.as_str() {
            "superscript" => "sup".clone_into(&mut child.name),
            "subscript" => "sub".clone_into(&mut child.name),
            "claim-text" if name == "dependent-claim-reference" => "reference".clone_into(&mut child.name),
            _ => {}
        }
        prepare(child);
    }
}

fn text(element: &Element, path: &str) -> String {
    element.text_at(path).unwrap_or_default()
}

fn numbers(head: &Element, draft: &mut Draft<'_>) {
    if let Some(id) = head.child("document-id") {
        let date = draft.out.date("document-date", &text(id, "document-date"));
        draft.numbered(&text(id, "doc-number"), Some(&text(id, "kind-code")), date, false);
    }
    if text(head, "publication-filing-type").contains("plant") {
        draft.publication.patent_type = Some(PatentType::Plant);
    }
    if let Some(filing) = head.child("domestic-filing-data") {
        let number = text(filing, "application-number/doc-number");
        draft.publication.application = draft.application("application-number", &number);
        draft.publication.filing_date = draft.out.date("filing-date", &text(filing, "filing-date"));
    }
    for priority in head.children_named("foreign-priority-data") {
        let number = text(priority, "priority-application-number/doc-number");
        draft.priority(
            "foreign-priority-data",
            &text(priority, "country-code"),
            &number,
            &text(priority, "filing-date"),
        );
    }
    draft.title(text(head, "technical-information/title-of-invention"));
    for element in head.elements().filter(|element| !KNOWN.contains(&element.name.as_str())) {
        let message = format!("element `{}` is not known and left out", element.name);
        draft.out.fault(Severity::Note, FaultKind::UnknownField, &element.name, message);
    }
}

fn classes(head: &Element, draft: &mut Draft<'_>) {
    for ipc in head.find_all("technical-information/classification-ipc") {
        let version = ipc_edition(&text(ipc, "classification-ipc-edition"));
        for (name, first) in [("classification-ipc-primary", true), ("classification-ipc-secondary", false)] {
            for class in ipc.find_all(&format!("{name}/ipc")) {
                let symbol = ipc_with_slash(&super::xml4::columns(class));
                match locarno(&symbol) {
                    Some(_) => draft.national_class(name, Scheme::Locarno, &symbol, first, locarno),
                    None => draft.class(name, Scheme::Ipc, &symbol, first, version),
                }
            }
        }
    }
    for national in head.find_all("technical-information/classification-us") {
        for (name, first) in [("classification-us-primary", true), ("classification-us-secondary", false)] {
            for class in national.find_all(&format!("{name}/uspc")) {
                let symbol =
                    format!("{}/{}", text(class, "class"), columns_of_subclass(&text(class, "subclass")));
                draft.national_class(name, Scheme::Uspc, &symbol, first, uspc);
            }
        }
    }
}

/// A subclass has three places before and three after its point here (`097010` is 97.01).
fn columns_of_subclass(text: &str) -> String {
    match (text.get(..3), text.get(3..)) {
        (Some(whole), Some(tail)) if whole.bytes().all(|b| b.is_ascii_digit()) && !tail.is_empty() => {
            format!("{whole}.{tail}")
        }
        _ => text.to_owned(),
    }
}

fn continuity(head: &Element, draft: &mut Draft<'_>) {
    for data in head.children_named("continuity-data") {
        relations(data, LinkKind::Related, draft);
    }
}

/// Goes down to the documents; the innermost element that names a relation decides.
fn relations(element: &Element, kind: LinkKind, draft: &mut Draft<'_>) {
    for child in element.elements() {
        let field = child.name.as_str();
        let inner = match field {
            "division-of" => LinkKind::DivisionalOf,
            "continuation-of" | "continuation-of-reissue" => LinkKind::ContinuationOf,
            "continuation-in-part-of" => LinkKind::ContinuationInPartOf,
            "a-371-of-international" => LinkKind::NationalPhaseOf,
            "non-provisional-of-provisional" => LinkKind::ProvisionalOf,
            name if name.contains("reissue") => LinkKind::ReissueOf,
            _ => kind,
        };
        match field {
            "parent-child" => {
                for id in child.find_all("parent/document-id") {
                    draft.link_application(inner, field, &text(id, "doc-number"), &text(id, "document-date"));
                }
                for id in child.find_all("parent-patent/document-id") {
                    let date = text(id, "document-date");
                    draft.link_publication(inner, field, &text(id, "doc-number"), None, &date);
                }
                if inner == LinkKind::NationalPhaseOf {
                    this_entry(head_number(child), child, draft);
                }
            }
            "document-id" => {
                draft.link_application(
                    inner,
                    field,
                    &text(child, "doc-number"),
                    &text(child, "document-date"),
                );
            }
            _ => relations(child, inner, draft),
        }
    }
}

fn head_number(relation: &Element) -> String {
    text(relation, "child/document-id/doc-number")
}

/// Where this very application entered from the PCT, the international date is its filing date.
fn this_entry(child: String, relation: &Element, draft: &mut Draft<'_>) {
    let this = draft.publication.application.clone();
    if this.is_some() && draft.application("child", &child) == this {
        let (number, date) = (
            text(relation, "parent/document-id/doc-number"),
            text(relation, "parent/document-id/document-date"),
        );
        draft.international("a-371-of-international", &number, &date);
    }
}

fn parties(head: &Element, draft: &mut Draft<'_>) {
    let inventors: Vec<_> = head.find_all("inventors").into_iter().flat_map(Element::elements).collect();
    for inventor in inventors {
        let name = inventor.child("name").unwrap_or(inventor);
        let first = [text(name, "given-name"), text(name, "middle-name")].join(" ");
        let last =
            [text(name, "name-prefix"), text(name, "family-name"), text(name, "name-suffix")].join(" ");
        let name = person(&last, &first);
        let place = inventor.child("address").map(address).filter(|address| *address != Address::default());
        let place =
            place.or_else(|| inventor.find("residence").and_then(|r| r.elements().next()).map(address));
        if text(inventor, "authority-applicant") == "INV" {
            draft.party(Role::Applicant, &name, Some(PartyKind::Person), place.clone());
        }
        draft.party(Role::Inventor, &name, Some(PartyKind::Person), place);
    }
    for assignee in head.children_named("assignee") {
        let kind = assignee_kind(&text(assignee, "assignee-type"));
        let place = assignee.child("address").map(address);
        let organisation = text(assignee, "organization-name");
        if organisation.is_empty() {
            let name = assignee.child("name").unwrap_or(assignee);
            let first = [text(name, "given-name"), text(name, "middle-name")].join(" ");
            draft.party(Role::Owner, &person(&text(name, "family-name"), &first), kind, place);
        } else {
            draft.party(Role::Owner, &organisation, kind.or(Some(PartyKind::Organisation)), place);
        }
    }
    for sender in head.children_named("correspondence-address") {
        let place = sender.child("address").map(address).and_then(|address| address.text);
        let parts = [Some(text(sender, "name-1")), Some(text(sender, "name-2")), place];
        let parts: Vec<_> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
        draft.other("correspondence-address", &parts.join(", "));
    }
}

fn address(element: &Element) -> Address {
    let part = |name: &str| filled(element.text_at(name));
    let country = part("country/country-code").or_else(|| part("country-code"));
    let lines = ["address-1", "address-2", "address-3", "city", "state", "postalcode", "military-service"];
    let line: Vec<_> = lines.iter().filter_map(|name| part(name)).chain(country.clone()).collect();
    Address {
        text: (!line.is_empty()).then(|| line.join(", ")),
        country,
        province: part("state"),
        city: part("city"),
        postcode: part("postalcode"),
    }
}

fn body(root: &Element, draft: &mut Draft<'_>) {
    for summary in root.children_named("subdoc-abstract") {
        let blocks = summary.elements().filter(|child| child.name != "heading").flat_map(Element::paragraphs);
        draft.summary(&blocks.collect::<Vec<_>>());
    }
    if let Some(description) = root.child("subdoc-description") {
        let mut sections = Sections::default();
        sections.element(description);
        draft.publication.descriptions.extend(sections.finish());
    }
    let claims = root.find_all("subdoc-claims/claim").into_iter().map(|claim| RawClaim {
        id: claim.attribute("id").unwrap_or_default().to_owned(),
        number: None,
        text: claim.paragraphs().join("\n"),
        refers_to: claim
            .descendants("dependent-claim-reference")
            .into_iter()
            .filter_map(|reference| reference.attribute("depends_on"))
            .flat_map(str::split_whitespace)
            .map(str::to_owned)
            .collect(),
    });
    let claims = claims.collect();
    draft.claims(claims, "");
    for image in
        root.find_all("subdoc-drawings").into_iter().flat_map(|drawings| drawings.descendants("image"))
    {
        draft.drawing(image.attribute("file").unwrap_or_default());
    }
    for part in root.elements().filter(|part| part.name != "subdoc-drawings") {
        for image in part.descendants("image") {
            draft.picture(image.attribute("file").unwrap_or_default());
        }
    }
}
