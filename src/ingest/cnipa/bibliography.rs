//! The bibliographic data of a published CNIPA document.

use super::{is_translation, language_or, unknown};
use crate::ingest::passage::ipc_edition;
use crate::ingest::record::Parsed;
use crate::ingest::xml::Element;
use crate::ingest::{FaultKind, Severity};
use crate::patent::{
    Address, ApplicationNumber, Citation, Cited, CitedBy, Classification, CountryCode, Date, Language, Link,
    LinkKind, LocalText, Party, PatentType, Position, Priority, Publication, PublicationNumber, Role, Scheme,
    Symbol,
};

/// A number with its parts, as a `DocumentID` gives them.
struct DocumentId {
    country: CountryCode,
    number: String,
    kind: Option<String>,
    date: Option<Date>,
}

/// Reads the bibliographic data.
pub(super) fn read(data: &Element, lang: &Language, publication: &mut Publication, out: &mut Parsed) {
    for part in data.elements() {
        match part.name.as_str() {
            "PublicationReference" | "ApplicationReference" => {}
            "PublicAvailabilityDate" => {
                if let Some(number) = value(part.text_at("GazetteReference/GazetteNumber")) {
                    publication.other.insert("gazette_number".to_owned(), number);
                }
            }
            "ClassificationIPC" => read_ipc(part, publication, out),
            "ClassificationIPCRDetails" | "ClassificationIPCR" => read_ipcr(part, publication, out),
            "ClassificationLocarno" => read_locarno(part, publication),
            "InventionTitle" | "DesignTitle" => {
                let (lang, text, translated) = (language_or(part, lang), part.text(), is_translation(part));
                if !text.is_empty() && !publication.titles.iter().any(|title| title.lang == lang) {
                    publication.titles.push(LocalText { lang, text, translated });
                }
            }
            "Parties" => part.elements().for_each(|list| read_parties(list, lang, publication, out)),
            "ApplicantDetails" | "InventorDetails" | "DesignerDetails" | "AgentDetails"
            | "AssigneeDetails" | "ExaminerDetails" | "Examiners" => {
                read_parties(part, lang, publication, out)
            }
            "PriorityDetails" | "PriorityClaims" => read_priorities(part, publication, out),
            "ReferencesCited" => read_citations(part, publication, out),
            "RelatedDocuments" => read_related(part, publication, out),
            "PatentNumber" => {}
            name if name.starts_with("PCT") || name.starts_with("International") => {
                read_pct(part, publication, out);
            }
            other => unknown(other, out),
        }
    }
    if let Some(id) = preferred(data, "PublicationReference", out) {
        publication.publication_date = id.date;
        publication.number = Some(PublicationNumber::new(id.country, &id.number, id.kind.as_deref()));
    }
    let reference = preferred_element(data, "ApplicationReference");
    if let Some(reference) = reference {
        let standard = reference.attribute("dataFormat") == Some("standard");
        if let Some(id) =
            reference.child("DocumentID").and_then(|id| document_id("ApplicationReference", id, out))
        {
            publication.filing_date = id.date;
            let number = if standard { from_standard(&id.number) } else { None }.unwrap_or(id.number);
            let text = format!("{}{number}", id.country);
            publication.application = out.application_number("ApplicationReference", &text);
        }
        publication.patent_type = match reference.attribute("applType") {
            Some("10") => Some(PatentType::Invention),
            Some("20") => Some(PatentType::UtilityModel),
            Some("30") => Some(PatentType::Design),
            _ => None,
        };
    }
}

/// Fills what the bibliographic data left open from the attributes of the root element, and what follows from the
/// kind code: the publication of a granted Chinese right is its grant.
pub(super) fn complete(root: &Element, publication: &mut Publication, out: &mut Parsed) {
    if publication.number.is_none()
        && let Some(number) = root.attribute("docNumber").filter(|number| !number.is_empty())
    {
        let country = root.attribute("country").and_then(CountryCode::parse).unwrap_or(CountryCode::CN);
        publication.number = Some(PublicationNumber::new(country, number, root.attribute("kind")));
    }
    if publication.publication_date.is_none() {
        publication.publication_date =
            out.date("datePublication", root.attribute("datePublication").unwrap_or_default());
    }
    let kind = publication.number.as_ref().and_then(|number| number.kind.clone()).unwrap_or_default();
    let letter = kind.chars().next();
    publication.patent_type = publication.patent_type.or(match letter {
        Some('A' | 'B' | 'C') => Some(PatentType::Invention),
        Some('U' | 'Y') => Some(PatentType::UtilityModel),
        Some('S' | 'D') => Some(PatentType::Design),
        _ => None,
    });
    if matches!(letter, Some('B' | 'C' | 'U' | 'Y' | 'S')) {
        publication.grant_date = publication.publication_date;
    }
}

/// Returns the reference in its original form, else in any form.
fn preferred_element<'a>(data: &'a Element, name: &str) -> Option<&'a Element> {
    let original = data.children_named(name).find(|part| part.attribute("dataFormat") == Some("original"));
    original.or_else(|| data.child(name))
}

fn preferred(data: &Element, name: &str, out: &mut Parsed) -> Option<DocumentId> {
    let reference = preferred_element(data, name)?;
    document_id(name, reference.child("DocumentID").unwrap_or(reference), out)
}

fn document_id(field: &str, id: &Element, out: &mut Parsed) -> Option<DocumentId> {
    let number = id.text_at("DocNumber")?;
    let country = match id.text_at("WIPOST3Code") {
        Some(code) => out.country(field, &code)?,
        None => CountryCode::CN,
    };
    let date = id.text_at("Date").and_then(|date| out.date(field, &date));
    Some(DocumentId { country, number, kind: id.text_at("Kind"), date })
}

/// Turns the standard form of an application number (type 10/20/30, year, nine digits) into the one the office prints:
/// year, type digit and seven digits from 2003-10 on, two digits of the year, type digit and five digits before.
fn from_standard(number: &str) -> Option<String> {
    if number.len() != 15 || !number.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (class, year, serial) = (&number[..1], &number[2..6], &number[6..]);
    if year < "2003" || (year == "2003" && serial < "000100000") {
        let short = serial.strip_prefix("0000")?;
        return Some(format!("{}{class}{short}", &year[2..]));
    }
    Some(format!("{year}{class}{}", serial.strip_prefix("00")?))
}

fn read_ipc(part: &Element, publication: &mut Publication, out: &mut Parsed) {
    let edition = part.text_at("EditionStatement").and_then(|edition| ipc_edition(&edition));
    for (name, position) in
        [("MainClassification", Position::First), ("FurtherClassification", Position::Later)]
    {
        let original = |class: &&Element| class.attribute("dataFormat") != Some("standard");
        let all: Vec<&Element> = part.children_named(name).collect();
        let any_original = all.iter().any(original);
        for class in all.into_iter().filter(|class| !any_original || original(class)) {
            if let Some(mut class) = out.class(name, Scheme::Ipc, &class.text(), Some(position)) {
                class.version = class.version.or(edition);
                publication.classes.push(class);
            }
        }
    }
}

fn read_ipcr(part: &Element, publication: &mut Publication, out: &mut Parsed) {
    let lone = part.name == "ClassificationIPCR";
    let classes: Vec<&Element> =
        if lone { vec![part] } else { part.children_named("ClassificationIPCR").collect() };
    for element in classes {
        let position = match (element.text_at("SymbolPosition").as_deref(), element.attribute("sequence")) {
            (Some("F"), _) => Some(Position::First),
            (Some("L"), _) => Some(Position::Later),
            // The office prints the main class first.
            (_, Some("1")) => Some(Position::First),
            (_, Some(_)) => Some(Position::Later),
            _ => None,
        };
        let of = |name: &str| element.text_at(name);
        let parts = (of("Section"), of("MainClass"), of("Subclass"), of("MainGroup"), of("Subgroup"));
        let text = match parts {
            (Some(section), Some(class), Some(subclass), Some(group), Some(subgroup)) => {
                Some(format!("{section}{class}{subclass}{group}/{subgroup}"))
            }
            _ => of("Text"),
        };
        let Some(text) = text else {
            out.class("ClassificationIPCR", Scheme::Ipc, "", None);
            continue;
        };
        if let Some(mut class) = out.class("ClassificationIPCR", Scheme::Ipc, &text, position) {
            if let Some(date) = of("IPCVersionDate") {
                class.version = out.date("IPCVersionDate", &date).or(class.version);
            }
            class.additional = match of("ClassificationValue").as_deref() {
                Some("I") => Some(false),
                Some("N" | "A") => Some(true),
                _ => None,
            };
            publication.classes.push(class);
        }
    }
}

fn read_locarno(part: &Element, publication: &mut Publication) {
    for (name, position) in
        [("MainClassification", Position::First), ("FurtherClassification", Position::Later)]
    {
        for class in part.children_named(name) {
            let text: String = class.text().split_whitespace().collect();
            if !text.is_empty() && class.attribute("dataFormat") != Some("standard") {
                let (scheme, position) = (Scheme::Locarno, Some(position));
                let class = Classification {
                    scheme,
                    symbol: Symbol(text),
                    version: None,
                    position,
                    additional: None,
                };
                publication.classes.push(class);
            }
        }
    }
}

fn read_parties(list: &Element, lang: &Language, publication: &mut Publication, out: &mut Parsed) {
    let role = match list.name.as_str() {
        "ApplicantDetails" => Role::Applicant,
        "InventorDetails" | "DesignerDetails" => Role::Inventor,
        "AgentDetails" => Role::Agent,
        "AssigneeDetails" => Role::Owner,
        "ExaminerDetails" | "Examiners" => Role::Examiner,
        other => return unknown(other, out),
    };
    if let Some(code) = value(list.text_at("CustomerNumber")) {
        publication.other.insert("agency_code".to_owned(), code);
    }
    let people = list.elements().filter(|person| person.name != "CustomerNumber");
    for (place, person) in (1..).zip(people) {
        let sequence =
            person.attribute("sequence").and_then(|text| text.trim().parse().ok()).unwrap_or(place);
        let lang = language_or(person, lang);
        if let Some(book) = person.find("Agency/AddressBook").or_else(|| person.child("Agency")) {
            let name = book.text_at("OrganizationName").or_else(|| book.text_at("Name"));
            if let Some(mut name) = value(name) {
                if let Some(code) = split_agency_code(&mut name) {
                    publication.other.insert("agency_code".to_owned(), code);
                }
                publication.parties.push(party(Role::Agency, name, sequence, &lang, book));
            }
        }
        let book = person.child("AddressBook").unwrap_or(person);
        if let Some(name) = value(book.text_at("Name").or_else(|| book.text_at("OrganizationName"))) {
            publication.parties.push(party(role, name, sequence, &lang, book));
        }
        if let Some(code) = value(person.text_at("OrganizationCode")) {
            publication.other.insert("organization_code".to_owned(), code);
        }
    }
}

fn party(role: Role, name: String, sequence: u32, lang: &Language, book: &Element) -> Party {
    let address = book.child("Address").map(address).filter(|address| *address != Address::default());
    Party { lang: Some(lang.clone()), address, ..Party::new(role, name, sequence) }
}

fn address(element: &Element) -> Address {
    let of = |name: &str| value(element.text_at(name));
    let lines = ["Province", "City", "County", "Street", "AddressLine"];
    let joined: String = lines.into_iter().filter_map(of).collect();
    Address {
        text: of("Text").or(Some(joined).filter(|text| !text.is_empty())),
        country: of("WIPOST3Code"),
        province: of("Province"),
        city: of("City").or_else(|| of("County")),
        postcode: of("PostCode"),
    }
}

/// Returns `text` unless it is empty or filled with zeros, which is how the files write "none".
fn value(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty() && !text.bytes().all(|b| b == b'0'))
}

/// Takes the five-digit code of an agency off the end of its name.
fn split_agency_code(name: &mut String) -> Option<String> {
    let (head, code) = name.rsplit_once(' ')?;
    if code.len() != 5 || !code.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (head, code) = (head.trim_end().to_owned(), code.to_owned());
    *name = head;
    Some(code)
}

fn read_priorities(part: &Element, publication: &mut Publication, out: &mut Parsed) {
    let claims: Vec<&Element> = part.elements().collect();
    let original = |claim: &&Element| claim.attribute("dataFormat") != Some("standard");
    let any_original = claims.iter().any(original);
    for claim in claims.into_iter().filter(|claim| !any_original || original(claim)) {
        let Some(id) = document_id("Priority", claim.child("DocumentID").unwrap_or(claim), out) else {
            out.fault(
                Severity::Field,
                FaultKind::Relation,
                "Priority",
                "a priority without a number, left out",
            );
            continue;
        };
        publication
            .priorities
            .push(Priority { number: ApplicationNumber::new(id.country, &id.number), date: id.date });
    }
}

fn read_citations(part: &Element, publication: &mut Publication, out: &mut Parsed) {
    for citation in part.elements() {
        let mut references = citation.descendants("PublicationReference");
        references.sort_by_key(|reference| reference.attribute("dataFormat") == Some("standard"));
        let ids = references.into_iter().filter_map(|reference| reference.child("DocumentID"));
        let id = ids.chain(citation.descendants("DocumentID")).find(|id| id.child("DocNumber").is_some());
        let category = value(citation.descendants("Category").first().map(|category| category.text()));
        let cited = match id.and_then(|id| document_id("ReferencesCited", id, out)) {
            Some(id) => Cited::Patent {
                number: PublicationNumber::new(id.country, &id.number, id.kind.as_deref()),
                date: id.date,
            },
            None => match citation.text() {
                text if text.is_empty() => continue,
                text => Cited::Literature { text },
            },
        };
        // The office prints the documents that its examiner relied on (INID 56).
        publication.citations.push(Citation { cited, by: Some(CitedBy::Examiner), category });
    }
}

fn read_related(part: &Element, publication: &mut Publication, out: &mut Parsed) {
    for related in part.elements() {
        let kind = match related.name.as_str() {
            name if name.contains("Division") => LinkKind::DivisionalOf,
            name if name.contains("RelatedPublication") => LinkKind::SameApplication,
            _ => LinkKind::Related,
        };
        link(related, kind, publication, out);
    }
}

fn read_pct(part: &Element, publication: &mut Publication, out: &mut Parsed) {
    let kind = if part.name.contains("Publi") { LinkKind::Related } else { LinkKind::NationalPhaseOf };
    link(part, kind, publication, out);
}

/// Links to the first number below `element`, the original form before the standard one.
fn link(element: &Element, kind: LinkKind, publication: &mut Publication, out: &mut Parsed) {
    let mut ids = element.descendants("DocumentID");
    if element.child("DocNumber").is_some() {
        ids.push(element);
    }
    let id = ids.into_iter().find(|id| id.child("DocNumber").is_some());
    if let Some(id) = id.and_then(|id| document_id(&element.name, id, out)) {
        let target = match kind {
            LinkKind::DivisionalOf | LinkKind::NationalPhaseOf => {
                ApplicationNumber::new(id.country, &id.number).to_string()
            }
            _ => PublicationNumber::new(id.country, &id.number, id.kind.as_deref()).to_string(),
        };
        publication.links.push(Link { kind, target, date: id.date });
    } else {
        unknown(&element.name, out);
    }
}
