//! One entry of the European Patent Register (`register-document`).
//!
//! An entry is about an application and names its publications; each of them with a kind code becomes a publication
//! with the whole entry. Lists that the register keeps as history (titles, parties, classes, states) are read in their
//! newest state; earlier applicants become events.
//!
//! Every dated fact is a legal event of office `EP`; its `code` is
//!
//! | from | code |
//! |---|---|
//! | `dossier-event` | its event code (`0009261`) |
//! | `procedural-step` | its code (`RFEE`), further dates by type in `attributes` |
//! | `ep-patent-status`, `unitary-patent-status` | `STATUS` or `UNITARY-STATUS` and the status code |
//! | `term-of-grant/lapsed-in-country` | `LAPSED`, with the country; `known` is the first entry that lists it |
//! | `opposition-data`, `dates-rights-effective`, `search-reports-information` and other dated parts | the name of the element |
//! | earlier `applicants` | `APPLICANT-UNTIL-NEXT-CHANGE` |
//!
//! Kept in `other`: `designated_states`, `extension_states`, `language_of_filing`, `register_status`.
//! Dropped: numbers of gazettes beside their dates (but for events), ids, addresses' `cdsid`, national publications'
//! languages.

use super::{citation, class, number, patent_type, states, unknown};
use crate::ingest::record::Parsed;
use crate::ingest::xml::Element;
use crate::ingest::{FaultKind, Severity};
use crate::patent::{
    Address, ApplicationNumber, Date, LegalEvent, Link, LinkKind, LocalText, Party, Priority, Publication,
    Role, Scheme,
};

/// Reads one entry; `asked` is the query that the response answers (`publication=EP1000000`), for entries that hold
/// events without a bibliography.
pub(super) fn read(entry: &Element, asked: Option<&str>, out: &mut Parsed) {
    let mut publication = Publication::default();
    let mut references = Vec::new();
    for part in entry.elements() {
        match part.name.as_str() {
            "bibliographic-data" => {
                references.extend(part.children_named("publication-reference"));
                bibliography(part, &mut publication, out);
            }
            "ep-patent-statuses" => statuses(part, "STATUS", &mut publication, out),
            "events-data" => {
                for event in part.children_named("dossier-event") {
                    publication.events.push(dossier_event(event, out));
                }
            }
            "procedural-data" => {
                for step in part.children_named("procedural-step") {
                    publication.events.push(procedural_step(step, out));
                }
            }
            "unitary-patent" => {
                for part in part.elements() {
                    match part.name.as_str() {
                        "unitary-patent-statuses" => statuses(part, "UNITARY-STATUS", &mut publication, out),
                        _ => dated(part, &mut publication, out),
                    }
                }
            }
            _ => dated(part, &mut publication, out),
        }
    }
    if references.is_empty() && publication.application.is_none() {
        match asked.and_then(|query| query.split_once('=')) {
            Some(("publication" | "pn", text)) => {
                publication.number = out.publication_number("query", text.trim())
            }
            Some(("application" | "ap", text)) => {
                publication.application = out.application_number("query", text.trim())
            }
            _ => {}
        }
    }
    publish(publication, &references, out);
}

/// Puts out one publication for each reference of the office with a kind code.
fn publish(publication: Publication, references: &[&Element], out: &mut Parsed) {
    let mut found = Vec::new();
    for reference in references {
        let ids = number::ids_of(reference);
        let Some(number) = number::publication("publication-reference", &ids, out) else { continue };
        let date = number::date("publication-reference", &ids, out);
        found.push((number, date));
    }
    let mut links = Vec::new();
    found.retain(|(number, date)| {
        let foreign = number.country.as_str() != "EP";
        if foreign {
            links.push(Link { kind: LinkKind::Related, target: number.to_string(), date: *date });
        }
        !foreign
    });
    if found.iter().any(|(number, _)| number.kind.is_some()) {
        found.retain(|(number, _)| number.kind.is_some());
    }
    let grant =
        found.iter().find(|(number, _)| number.kind.as_deref().is_some_and(|kind| kind.starts_with('B')));
    let grant_date = grant.and_then(|(_, date)| *date);
    let publication = Publication { grant_date, ..publication };
    if found.is_empty() {
        if publication.application.is_none() && publication.number.is_none() {
            out.fault(Severity::Record, FaultKind::Missing, "register-document", "an entry without a number");
            return;
        }
        out.publications.push(Publication { links, ..publication });
        return;
    }
    for (number, publication_date) in found {
        let mut one = publication.clone();
        one.patent_type = patent_type(&number);
        one.number = Some(number);
        one.publication_date = publication_date;
        one.links.extend(links.iter().cloned());
        out.publications.push(one);
    }
}

/// Returns the child of this name with the latest `change-date`, the first of equals.
fn newest<'a>(data: &'a Element, name: &str) -> Option<&'a Element> {
    let stamp = |element: &&Element| element.attribute("change-date").unwrap_or_default().to_owned();
    let mut all: Vec<&Element> = data.children_named(name).collect();
    all.reverse();
    all.into_iter().max_by_key(stamp)
}

fn bibliography(data: &Element, publication: &mut Publication, out: &mut Parsed) {
    let applied = data.children_named("application-reference").flat_map(number::ids_of);
    let (own, other): (Vec<_>, Vec<_>) =
        applied.partition(|id| id.element.text_at("country").is_none_or(|country| country == "EP"));
    publication.application = number::application("application-reference", &own, &[], out);
    publication.filing_date = number::date("application-reference", &own, out);
    for id in other {
        let (Some(country), Some(serial)) = (id.element.text_at("country"), id.element.text_at("doc-number"))
        else {
            continue;
        };
        // `WO` and `2022US45678`, or the country of the receiving office and the serial.
        if let Some(number) = out.application_number("application-reference", &format!("{country}{serial}")) {
            let date = id.element.text_at("date").and_then(|text| out.date("application-reference", &text));
            publication.links.push(Link {
                kind: LinkKind::NationalPhaseOf,
                target: number.to_string(),
                date,
            });
        }
    }
    if let Some(status) = data.attribute("status").filter(|text| !text.is_empty()) {
        publication.other.insert("register_status".to_owned(), status.to_owned());
    }
    for (name, key) in [
        ("designation-of-states", "designated_states"),
        ("designated-extension-states", "extension_states"),
        ("designated-validation-states", "validation_states"),
    ] {
        if let Some(states) = newest(data, name).map(states).filter(|states| !states.is_empty()) {
            publication.other.insert(key.to_owned(), states);
        }
    }
    if let Some(classes) = newest(data, "classifications-ipcr") {
        read_classes(classes, publication, out);
    }
    let mut titles: Vec<&Element> = data.children_named("invention-title").collect();
    titles.sort_by_key(|title| {
        std::cmp::Reverse(title.attribute("change-date").unwrap_or_default().to_owned())
    });
    for title in titles {
        let text = title.text();
        let lang = super::language(title, &text);
        if !text.is_empty() && !publication.titles.iter().any(|known| known.lang == lang) {
            publication.titles.push(LocalText::new(lang, text));
        }
    }
    lapses(data, publication, out);
    for part in data.elements() {
        match part.name.as_str() {
            "publication-reference"
            | "application-reference"
            | "classifications-ipcr"
            | "invention-title"
            | "designation-of-states"
            | "designated-extension-states"
            | "designated-validation-states"
            | "term-of-grant" => {}
            "parties" => parties(part, publication, out),
            "language-of-filing" => {
                publication.other.insert("language_of_filing".to_owned(), part.text());
            }
            "priority-claims" => {
                if newest(data, "priority-claims").is_some_and(|newest| std::ptr::eq(newest, part)) {
                    priorities(part, publication, out);
                }
            }
            "references-cited" => publication.citations.extend(citation::read(part, out)),
            "related-documents" => related(part, publication, out),
            _ => dated(part, publication, out),
        }
    }
}

/// The register writes all classes in one text: `H04W84/20,  // H04W88/04`.
fn read_classes(classes: &Element, publication: &mut Publication, out: &mut Parsed) {
    for text in classes.find_all("classification-ipcr/text") {
        for symbol in text.text().split([',', ';']) {
            let symbol = symbol.trim_matches(|c: char| c.is_whitespace() || c == '/');
            if symbol.is_empty() {
                continue;
            }
            if let Some(found) = out.class("classification-ipcr", Scheme::Ipc, symbol, None) {
                class::add(publication, found);
            }
        }
    }
}

fn parties(part: &Element, publication: &mut Publication, out: &mut Parsed) {
    for (list, name, role) in [
        ("applicants", "applicant", Role::Applicant),
        ("proprietors", "proprietor", Role::Owner),
        ("inventors", "inventor", Role::Inventor),
        ("agents", "agent", Role::Agent),
    ] {
        let current = newest(part, list);
        for group in part.children_named(list) {
            let is_current = current.is_some_and(|current| std::ptr::eq(current, group));
            let people = (1..)
                .zip(group.children_named(name))
                .filter_map(|(place, person)| party(role, place, person));
            if is_current {
                publication.parties.extend(people);
            } else if matches!(role, Role::Applicant | Role::Owner) {
                let names: Vec<String> = people.map(|party| party.name).collect();
                let known = out.date("change-date", group.attribute("change-date").unwrap_or_default());
                let mut event = event("APPLICANT-UNTIL-NEXT-CHANGE", names.join("; "));
                event.known = known;
                publication.events.push(event);
            }
        }
    }
    for other in part.elements() {
        if !matches!(other.name.as_str(), "applicants" | "proprietors" | "inventors" | "agents") {
            unknown(&other.name, out);
        }
    }
}

fn party(role: Role, place: u32, person: &Element) -> Option<Party> {
    let book = person.child("addressbook")?;
    let name = book.text_at("name").or_else(|| book.text_at("last-name"))?;
    let sequence = person.attribute("sequence").and_then(|text| text.trim().parse().ok()).unwrap_or(place);
    let address = book.child("address").map(|address| {
        let lines: Vec<String> = address
            .elements()
            .filter(|line| line.name != "country")
            .map(Element::text)
            .filter(|text| !text.is_empty())
            .collect();
        let text = Some(lines.join(", ")).filter(|text| !text.is_empty());
        Address { text, country: address.text_at("country"), ..Address::default() }
    });
    let address = address.filter(|address| *address != Address::default());
    Some(Party { address, ..Party::new(role, name, sequence) })
}

fn priorities(part: &Element, publication: &mut Publication, out: &mut Parsed) {
    for claim in part.children_named("priority-claim") {
        let country = claim.text_at("country").and_then(|text| out.country("priority-claim", &text));
        let (Some(country), Some(serial)) = (country, claim.text_at("doc-number")) else {
            out.fault(
                Severity::Field,
                FaultKind::Relation,
                "priority-claim",
                "a priority without a number, left out",
            );
            continue;
        };
        let date = claim.text_at("date").and_then(|text| out.date("priority-claim", &text));
        publication.priorities.push(Priority { number: ApplicationNumber::new(country, &serial), date });
    }
}

fn related(part: &Element, publication: &mut Publication, out: &mut Parsed) {
    for relation in part.elements() {
        let kind = if relation.name == "division" { LinkKind::DivisionalOf } else { LinkKind::Related };
        for parent in relation.descendants("parent-doc") {
            let ids: Vec<&Element> = parent.children_named("document-id").collect();
            let is_application = |id: &&&Element| {
                id.attribute("document-id-type").is_some_and(|kind| kind.trim() == "application")
            };
            let Some(id) = ids.iter().find(is_application).or(ids.first()) else { continue };
            let (Some(country), Some(serial)) = (id.text_at("country"), id.text_at("doc-number")) else {
                continue;
            };
            if let Some(number) = out.application_number("parent-doc", &format!("{country}{serial}")) {
                publication.links.push(Link { kind, target: number.to_string(), date: None });
            }
        }
    }
}

fn event(code: &str, text: String) -> LegalEvent {
    LegalEvent {
        office: "EP".to_owned(),
        code: code.to_owned(),
        country: None,
        effective: None,
        known: None,
        text,
        attributes: Default::default(),
    }
}

fn statuses(part: &Element, prefix: &str, publication: &mut Publication, out: &mut Parsed) {
    for status in part.elements() {
        let code = status.attribute("status-code").unwrap_or_default();
        let mut event = event(format!("{prefix} {code}").trim(), status.text());
        event.known = out.date("change-date", status.attribute("change-date").unwrap_or_default());
        publication.events.push(event);
    }
}

fn dossier_event(element: &Element, out: &mut Parsed) -> LegalEvent {
    let texts: Vec<String> =
        element.children_named("event-text").map(Element::text).filter(|text| !text.is_empty()).collect();
    let mut event = event(&element.text_at("event-code").unwrap_or_default(), texts.join(": "));
    event.effective = element.text_at("event-date/date").and_then(|text| out.date("event-date", &text));
    event.known =
        element.text_at("gazette-reference/date").and_then(|text| out.date("gazette-reference", &text));
    for (key, value) in [
        ("gazette", element.text_at("gazette-reference/gazette-num")),
        ("event-type", element.attribute("event-type").map(str::to_owned)),
    ] {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            event.attributes.insert(key.to_owned(), value);
        }
    }
    event
}

fn procedural_step(element: &Element, out: &mut Parsed) -> LegalEvent {
    let mut event = event(&element.text_at("procedural-step-code").unwrap_or_default(), String::new());
    for text in element.children_named("procedural-step-text") {
        let value = text.text();
        match text.attribute("step-text-type") {
            Some("STEP_DESCRIPTION") | None => event.text = value,
            Some(kind) if !value.is_empty() => {
                event.attributes.insert(kind.to_owned(), value);
            }
            Some(_) => {}
        }
    }
    for date in element.children_named("procedural-step-date") {
        let Some(day) = date.text_at("date").and_then(|text| out.date("procedural-step-date", &text)) else {
            continue;
        };
        event.effective = event.effective.or(Some(day));
        let kind = date.attribute("step-date-type").unwrap_or("date");
        event.attributes.insert(kind.to_owned(), day.to_string());
    }
    if let Some(limit) = element.child("time-limit") {
        let unit = limit.attribute("time-limit-unit").unwrap_or_default();
        event
            .attributes
            .insert("time-limit".to_owned(), format!("{} {unit}", limit.text()).trim().to_owned());
    }
    if let Some(phase) = element.attribute("procedure-step-phase").filter(|phase| !phase.is_empty()) {
        event.attributes.insert("phase".to_owned(), phase.to_owned());
    }
    event
}

/// Lapses by country: the register repeats the whole list at each change, so the first list that names a lapse says
/// when it was known.
fn lapses(data: &Element, publication: &mut Publication, out: &mut Parsed) {
    let mut seen: Vec<(String, Option<Date>, Option<Date>)> = Vec::new();
    for term in data.children_named("term-of-grant") {
        let known = out.date("change-date", term.attribute("change-date").unwrap_or_default());
        for lapse in term.children_named("lapsed-in-country") {
            let Some(country) = lapse.text_at("country") else { continue };
            let date = lapse.text_at("date").and_then(|text| out.date("lapsed-in-country", &text));
            match seen.iter_mut().find(|(other, day, _)| *other == country && *day == date) {
                Some((_, _, first)) => *first = [*first, known].into_iter().flatten().min(),
                None => seen.push((country, date, known)),
            }
        }
    }
    seen.sort_by(|a, b| (a.1, &a.0).cmp(&(b.1, &b.0)));
    for (country, effective, known) in seen {
        let mut event = event("LAPSED", "Lapsed in a contracting state".to_owned());
        event.country = Some(country);
        event.effective = effective;
        event.known = known;
        publication.events.push(event);
    }
}

/// Reads a part of dated facts: each child with a date (or the part itself) becomes an event named after it.
fn dated(part: &Element, publication: &mut Publication, out: &mut Parsed) {
    let known = out.date("change-date", part.attribute("change-date").unwrap_or_default());
    let mut any = false;
    for fact in part.elements().chain([part]) {
        if any && std::ptr::eq(fact, part) {
            break;
        }
        let dates: Vec<&Element> = fact.elements().filter(|child| child.name.starts_with("date")).collect();
        for date in dates {
            let text = date.text_at("date").unwrap_or_else(|| date.text());
            let Some(day) = out.date(&fact.name, &text) else { continue };
            let code = if date.name == "date" { fact.name.as_str() } else { date.name.as_str() };
            let rest: Vec<String> = fact
                .elements()
                .filter(|child| !child.name.starts_with("date") && child.name != "search-report-publication")
                .map(Element::text)
                .filter(|text| !text.is_empty())
                .collect();
            let mut event = event(code, rest.join("; "));
            event.effective = Some(day);
            event.known = known;
            publication.events.push(event);
            any = true;
        }
    }
    if !any && !matches!(part.name.as_str(), "search-reports-information") {
        unknown(&part.name, out);
    }
}
