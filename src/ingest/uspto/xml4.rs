//! `us-patent-grant` and `us-patent-application`, versions 4.0 to 4.x: grants and applications from 2005 on.

use super::body::RawClaim;
use super::body::Sections;
use super::body::digits;
use super::body::mark_instructions;
use super::draft::Draft;
use super::draft::assignee_kind;
use super::draft::cited_by;
use super::draft::filled;
use super::draft::person;
use super::symbol::ipc_edition;
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
const KNOWN: [&str; 46] = [
    "publication-reference",
    "application-reference",
    "us-application-series-code",
    "us-publication-filing-type",
    "us-issued-on-continued-prosecution-application",
    "us-371c124-date",
    "us-term-of-grant",
    "rule-47-flag",
    "priority-claims",
    "classification-ipc",
    "classifications-ipc",
    "classifications-ipcr",
    "classification-ipcr",
    "classifications-cpc",
    "classification-cpc",
    "classification-national",
    "classification-locarno",
    "classification-fi",
    "invention-title",
    "us-botanic",
    "references-cited",
    "us-references-cited",
    "number-of-claims",
    "us-exemplary-claim",
    "field-of-search",
    "us-field-of-classification-search",
    "figures",
    "us-related-documents",
    "related-documents",
    "parties",
    "us-parties",
    "assignees",
    "examiners",
    "pct-or-regional-filing-data",
    "pct-or-regional-publishing-data",
    "us-deceased-inventor",
    "hague-agreement-data",
    "us-sir-flag",
    "st-21",
    "language-of-filing",
    "language-of-publication",
    "date-of-public-availability",
    "dates-rights-effective",
    "us-sequence-list-doc",
    "plain-language-designation",
    "size-indicator",
];

/// Reads a grant or an application of the 4.x versions.
pub(crate) fn parse_xml4(raw: &Raw<'_>, out: &mut Parsed) {
    let text = mark_instructions(raw.text);
    let Some(root) = xml::parse(&text, out) else { return };
    let mut draft = Draft::new(out);
    let head = root.elements().find(|child| child.name.starts_with("us-bibliographic-data"));
    let empty = Element::default();
    let head = head.unwrap_or(&empty);
    numbers(head, &mut draft, root.name == "us-patent-grant");
    classes(head, &mut draft);
    citations(head, &mut draft);
    related(head, &mut draft);
    parties(head, &mut draft);
    facts(head, &mut draft);
    body(&root, head, &mut draft);
    draft.finish();
}

/// Returns the text at `path`, empty where there is none.
fn text(element: &Element, path: &str) -> String {
    element.text_at(path).unwrap_or_default()
}

/// Returns the text of the first element at `path` with its white space, which counts in classes of fixed columns.
pub(super) fn columns(element: &Element) -> String {
    let pieces = element.children.iter().filter_map(|node| match node {
        Node::Text(text) => Some(text.as_str()),
        Node::Element(_) => None,
    });
    let whole: String = pieces.collect();
    if whole.contains('\n') { whole.trim().to_owned() } else { whole }
}

fn numbers(head: &Element, draft: &mut Draft<'_>, grant: bool) {
    if let Some(id) = head.find("publication-reference/document-id") {
        let date = draft.out.date("publication-reference", &text(id, "date"));
        draft.numbered(&text(id, "doc-number"), Some(&text(id, "kind")), date, grant);
    }
    if let Some(reference) = head.child("application-reference") {
        let number = text(reference, "document-id/doc-number");
        draft.publication.application = draft.application("application-reference", &number);
        draft.publication.filing_date =
            draft.out.date("application-reference", &text(reference, "document-id/date"));
        match reference.attribute("appl-type").unwrap_or_default() {
            "design" => draft.publication.patent_type = Some(PatentType::Design),
            "plant" => draft.publication.patent_type = Some(PatentType::Plant),
            _ => {}
        }
    }
    draft.title(text(head, "invention-title"));
    for claim in head.find_all("priority-claims/priority-claim") {
        draft.priority(
            "priority-claim",
            &text(claim, "country"),
            &text(claim, "doc-number"),
            &text(claim, "date"),
        );
    }
    for data in head.children_named("pct-or-regional-filing-data") {
        let (number, date) = (text(data, "document-id/doc-number"), text(data, "document-id/date"));
        draft.international("pct-or-regional-filing-data", &number, &date);
        for name in ["us-371c124-date", "us-371c12-date"] {
            draft.other("us-371c124-date", &text(data, &format!("{name}/date")));
        }
    }
    for data in head.children_named("pct-or-regional-publishing-data") {
        let (number, date) = (text(data, "document-id/doc-number"), text(data, "document-id/date"));
        draft.international_publication("pct-or-regional-publishing-data", &number, &date);
    }
}

fn classes(head: &Element, draft: &mut Draft<'_>) {
    for ipc in head
        .children_named("classification-ipc")
        .chain(head.find_all("classifications-ipc/classification-ipc"))
    {
        let version = ipc_edition(&text(ipc, "edition"));
        for (name, first) in [("main-classification", true), ("further-classification", false)] {
            for class in ipc.children_named(name) {
                let symbol = super::symbol::ipc_with_slash(&columns(class));
                // Designs of 2005 and 2006 carry their Locarno class here.
                match locarno(&symbol) {
                    Some(_) => {
                        draft.national_class("classification-ipc", Scheme::Locarno, &symbol, first, locarno)
                    }
                    None => draft.class("classification-ipc", Scheme::Ipc, &symbol, first, version),
                }
            }
        }
    }
    let ipcr = head.find_all("classifications-ipcr/classification-ipcr");
    for class in ipcr.into_iter().chain(head.children_named("classification-ipcr")) {
        coded_class(class, Scheme::Ipc, "ipc-version-indicator/date", draft);
    }
    for class in
        head.find_all("classifications-cpc").into_iter().flat_map(|all| all.descendants("classification-cpc"))
    {
        coded_class(class, Scheme::Cpc, "cpc-version-indicator/date", draft);
    }
    for class in head.children_named("classification-locarno") {
        for symbol in class.elements().filter(|child| child.name.ends_with("main-classification")) {
            draft.national_class("classification-locarno", Scheme::Locarno, &symbol.text(), true, locarno);
        }
    }
    for class in head.children_named("classification-national") {
        for (name, first) in [("main-classification", true), ("further-classification", false)] {
            for symbol in class.children_named(name) {
                draft.national_class("classification-national", Scheme::Uspc, &columns(symbol), first, uspc);
            }
        }
    }
}

/// A class in elements: section, class, subclass, groups, position and value.
fn coded_class(class: &Element, scheme: Scheme, version: &str, draft: &mut Draft<'_>) {
    let version = draft.out.date(&class.name, &text(class, version));
    let mut symbol: String = ["section", "class", "subclass"].iter().map(|part| text(class, part)).collect();
    let (group, subgroup) = (text(class, "main-group"), text(class, "subgroup"));
    if !group.is_empty() {
        symbol.push_str(&group);
        if !subgroup.is_empty() {
            symbol.push('/');
            symbol.push_str(&subgroup);
        }
    }
    let before = draft.publication.classes.len();
    draft.class(&class.name, scheme, &symbol, text(class, "symbol-position") == "F", version);
    let value = text(class, "classification-value");
    if let Some(added) = draft.publication.classes.get_mut(before) {
        added.additional = match value.as_str() {
            "I" => Some(false),
            "N" | "A" => Some(true),
            _ => None,
        };
        // One symbol stands again in each combination that it takes part in.
        let added = added.clone();
        let known =
            |class: &crate::patent::Classification| class.scheme == scheme && class.symbol == added.symbol;
        if scheme == Scheme::Cpc && draft.publication.classes[..before].iter().any(known) {
            draft.publication.classes.truncate(before);
        }
    }
}

fn citations(head: &Element, draft: &mut Draft<'_>) {
    for (list, item) in [("us-references-cited", "us-citation"), ("references-cited", "citation")] {
        for citation in head.find_all(&format!("{list}/{item}")) {
            let by = cited_by(&text(citation, "category"));
            for id in citation.find_all("patcit/document-id") {
                let kind = text(id, "kind");
                draft.cite(
                    "patcit",
                    &text(id, "country"),
                    &text(id, "doc-number"),
                    Some(&kind),
                    &text(id, "date"),
                    by,
                );
            }
            for literature in citation.children_named("nplcit") {
                draft.cite_text(&literature.text(), by);
            }
        }
    }
}

fn related(head: &Element, draft: &mut Draft<'_>) {
    for list in head.elements().filter(|child| child.name.ends_with("related-documents")) {
        for relation in list.elements() {
            let kind = match relation.name.as_str() {
                "division" => LinkKind::DivisionalOf,
                "continuation" => LinkKind::ContinuationOf,
                "continuation-in-part" => LinkKind::ContinuationInPartOf,
                "us-provisional-application" => LinkKind::ProvisionalOf,
                "related-publication" => LinkKind::SameApplication,
                name if name.contains("reissue") || name.contains("reexamination") => LinkKind::ReissueOf,
                _ => LinkKind::Related,
            };
            let field = relation.name.as_str();
            for id in relation.children_named("document-id") {
                let (number, code, date) = (text(id, "doc-number"), text(id, "kind"), text(id, "date"));
                match kind {
                    LinkKind::SameApplication | LinkKind::Related => {
                        draft.link_publication(kind, field, &number, Some(&code), &date);
                    }
                    _ => draft.link_application(kind, field, &number, &date),
                }
            }
            for parent in relation.descendants("parent-doc") {
                let (number, date) =
                    (text(parent, "document-id/doc-number"), text(parent, "document-id/date"));
                draft.link_application(kind, field, &number, &date);
                if let Some(id) = parent.find("parent-grant-document/document-id") {
                    draft.link_publication(kind, field, &text(id, "doc-number"), None, &text(id, "date"));
                }
                if let Some(id) = parent.find("parent-pct-document/document-id") {
                    draft.link_application(kind, field, &text(id, "doc-number"), &text(id, "date"));
                }
            }
        }
    }
}

fn parties(head: &Element, draft: &mut Draft<'_>) {
    for list in head.elements().filter(|child| matches!(child.name.as_str(), "parties" | "us-parties")) {
        let has_inventors = !list.descendants("inventor").is_empty();
        for applicant in list
            .find_all("us-applicants/us-applicant")
            .into_iter()
            .chain(list.find_all("applicants/applicant"))
        {
            book(Role::Applicant, applicant, None, draft);
            if applicant.attribute("app-type") == Some("applicant-inventor") && !has_inventors {
                book(Role::Inventor, applicant, None, draft);
            }
        }
        for inventor in list.find_all("inventors").into_iter().flat_map(Element::elements) {
            book(Role::Inventor, inventor, None, draft);
        }
        for agent in list.find_all("agents/agent") {
            let organisation = !text(agent, "addressbook/orgname").is_empty();
            book(if organisation { Role::Agency } else { Role::Agent }, agent, None, draft);
        }
        for address in list.children_named("correspondence-address") {
            draft.other(
                "correspondence-address",
                &address.elements().map(leaves).collect::<Vec<_>>().join(", "),
            );
        }
    }
    for assignee in head.find_all("assignees/assignee") {
        let role = assignee.find("addressbook/role").or(assignee.child("role")).map(Element::text);
        book(Role::Owner, assignee, role.as_deref().and_then(assignee_kind), draft);
    }
    for examiner in head.find_all("examiners").into_iter().flat_map(Element::elements) {
        book(Role::Examiner, examiner, Some(PartyKind::Person), draft);
    }
}

/// The texts of an element's leaves, in order, with commas.
fn leaves(element: &Element) -> String {
    if element.elements().next().is_none() {
        return element.text();
    }
    let parts: Vec<_> = element.elements().map(leaves).filter(|part| !part.is_empty()).collect();
    parts.join(", ")
}

/// A party from an `addressbook`, or from an element that holds the same itself.
fn book(role: Role, holder: &Element, kind: Option<PartyKind>, draft: &mut Draft<'_>) {
    let book = holder.child("addressbook").unwrap_or(holder);
    let organisation = ["orgname", "name"].iter().map(|name| text(book, name)).find(|name| !name.is_empty());
    let first = [text(book, "first-name"), text(book, "middle-name")].join(" ");
    let last = [text(book, "prefix"), text(book, "last-name"), text(book, "suffix")].join(" ");
    let last = last.trim();
    let (name, kind) = match organisation {
        Some(name) => (name, kind.or(Some(PartyKind::Organisation))),
        None => (person(last, &first), kind.or(Some(PartyKind::Person))),
    };
    draft.party(role, &name, kind, book.child("address").map(address));
}

fn address(element: &Element) -> Address {
    let part = |name: &str| filled(element.text_at(name));
    let lines = [
        "street",
        "address-1",
        "address-2",
        "address-3",
        "mailcode",
        "pobox",
        "building",
        "city",
        "county",
        "state",
        "postcode",
        "country",
        "text",
    ];
    let line: Vec<_> = lines.iter().filter_map(|name| part(name)).collect();
    Address {
        text: (!line.is_empty()).then(|| line.join(", ")),
        country: part("country"),
        province: part("state"),
        city: part("city"),
        postcode: part("postcode"),
    }
}

fn facts(head: &Element, draft: &mut Draft<'_>) {
    for term in head.children_named("us-term-of-grant") {
        draft.other("us-term-extension", &text(term, "us-term-extension"));
        draft.other("length-of-grant", &text(term, "length-of-grant"));
        for disclaimer in term.children_named("disclaimer") {
            let said = disclaimer.text();
            draft.other("disclaimer", if said.is_empty() { "yes" } else { &said });
        }
    }
    for date in head.children_named("us-371c124-date") {
        draft.other("us-371c124-date", &date.text());
    }
    for botanic in head.children_named("us-botanic") {
        draft.other("latin-name", &text(botanic, "latin-name"));
        draft.other("variety", &text(botanic, "variety"));
    }
    for claim in head.children_named("us-exemplary-claim") {
        draft.other("us-exemplary-claim", &claim.text());
    }
    if head.child("us-sir-flag").is_some() {
        draft.other("us-sir-flag", "yes");
    }
    for data in head.children_named("hague-agreement-data") {
        for part in data.elements() {
            draft.other(&part.name, &leaves(part));
        }
    }
    for element in head.elements().filter(|element| !KNOWN.contains(&element.name.as_str())) {
        let message = format!("element `{}` is not known and left out", element.name);
        draft.out.fault(Severity::Note, FaultKind::UnknownField, &element.name, message);
    }
}

fn body(root: &Element, head: &Element, draft: &mut Draft<'_>) {
    for summary in root.children_named("abstract") {
        draft.summary(&summary.paragraphs());
    }
    if let Some(description) = root.child("description") {
        let mut sections = Sections::default();
        sections.element(description);
        draft.publication.descriptions.extend(sections.finish());
    }
    let claims = root.find_all("claims/claim").into_iter().map(|claim| RawClaim {
        id: claim.attribute("id").unwrap_or_default().to_owned(),
        number: claim.attribute("num").and_then(digits),
        text: claim.paragraphs().join("\n"),
        refers_to: claim
            .descendants("claim-ref")
            .into_iter()
            .filter_map(|reference| reference.attribute("idref"))
            .flat_map(str::split_whitespace)
            .map(str::to_owned)
            .collect(),
    });
    let claims = claims.collect();
    draft.claims(claims, &text(head, "number-of-claims"));
    for image in root.find_all("drawings").into_iter().flat_map(|drawings| drawings.descendants("img")) {
        draft.drawing(image.attribute("file").unwrap_or_default());
    }
    for part in root.elements().filter(|part| part.name != "drawings") {
        for image in part.descendants("img") {
            draft.picture(image.attribute("file").unwrap_or_default());
        }
    }
}
