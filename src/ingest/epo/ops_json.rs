//! OPS results as JSON, in the form in which the client library `patent_client` stores them.
//!
//! | keys | becomes |
//! |---|---|
//! | `documents` | one publication each: numbers, titles, abstract, classes, priorities, parties, citations, family |
//! | `results` | one publication each: number and family |
//! | `document_id` with `claims` or `description` | one publication with the text |
//!
//! Dropped: numbers in formats beside `docdb`, the title repeated, `query` and its range.

use serde_json::Value;

use super::class::{add, line};
use super::{ops, patent_type};
use crate::ingest::passage::claim;
use crate::ingest::record::{Parsed, Raw, clip, fold_space};
use crate::ingest::{FaultKind, Severity};
use crate::patent::{
    ApplicationNumber, Citation, Cited, CitedBy, ClaimSet, Classification, Description, Language, LocalText,
    Party, Priority, Publication, PublicationNumber, Role, Scheme, Symbol,
};

/// Reads one result.
pub(crate) fn parse_ops_json(raw: &Raw<'_>, out: &mut Parsed) {
    let value: Value = match serde_json::from_str(raw.text.trim_start_matches('\u{feff}')) {
        Ok(value) => value,
        Err(error) => {
            let kind = if error.is_eof() { FaultKind::Truncated } else { FaultKind::Malformed };
            return out.fault(Severity::Record, kind, "", format!("no JSON: {error}"));
        }
    };
    let mut any = false;
    for document in list(&value, "documents") {
        any = true;
        read_document(document, out);
    }
    for result in list(&value, "results") {
        any = true;
        let found = numbered(result, out);
        out.publications.extend(found);
    }
    if let Some(id) = value.get("document_id") {
        any = true;
        if let Some(mut publication) = numbered(id, out) {
            read_text(&value, &mut publication);
            out.publications.push(publication);
        }
    }
    if !any {
        let message = "neither `documents`, `results` nor `document_id`; is it a result of patent_client?";
        out.fault(Severity::Record, FaultKind::Unsupported, "", message);
    }
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn text(value: &Value, key: &str) -> Option<String> {
    value.get(key).and_then(Value::as_str).map(fold_space).filter(|text| !text.is_empty())
}

/// Returns a publication of `country`, `doc_number` (or `number`) and `kind`.
fn numbered(value: &Value, out: &mut Parsed) -> Option<Publication> {
    let serial = text(value, "doc_number").or_else(|| text(value, "number"));
    let country = text(value, "country").and_then(|code| out.country("country", &code));
    let (Some(country), Some(serial)) = (country, serial) else {
        out.fault(Severity::Record, FaultKind::Missing, "doc_number", "a result without a number");
        return None;
    };
    let number = PublicationNumber::new(country, &serial, text(value, "kind").as_deref());
    let mut publication = Publication { patent_type: patent_type(&number), ..Publication::default() };
    publication.number = Some(number);
    publication.family.simple = text(value, "family_id");
    Some(publication)
}

fn read_text(value: &Value, publication: &mut Publication) {
    let mut claims = Vec::new();
    for (place, element) in (1..).zip(list(value, "claims")) {
        let parts: Vec<String> =
            list(element, "limitations").iter().filter_map(Value::as_str).map(fold_space).collect();
        let parts = if parts.is_empty() { text(element, "text").into_iter().collect() } else { parts };
        let declared =
            element.get("number").and_then(Value::as_u64).and_then(|number| u32::try_from(number).ok());
        if !parts.is_empty() {
            claims.push(claim(declared, place, &parts.join("\n"), Vec::new()));
        }
    }
    if let Some(first) = claims.first() {
        let lang = Language::guess(&first.text);
        publication.claims.push(ClaimSet { lang, translated: false, claims });
    }
    if let Some(description) = value.get("description").and_then(Value::as_str) {
        let paragraphs = description.lines().map(fold_space).filter(|text| !text.is_empty());
        let sections = ops::sections(&paragraphs.map(|text| (false, text)).collect::<Vec<_>>());
        if !sections.is_empty() {
            let lang = Language::guess(description);
            publication.descriptions.push(Description { lang, translated: false, sections });
        }
    }
}

fn read_document(value: &Value, out: &mut Parsed) {
    let Some(mut publication) = numbered(value, out) else { return };
    let date_of = |key: &str, out: &mut Parsed| {
        let date = value.get(key).and_then(|id| text(id, "date"))?;
        out.date(key, &date)
    };
    publication.publication_date = date_of("publication_reference_docdb", out);
    publication.filing_date =
        date_of("application_reference_docdb", out).or_else(|| date_of("application_reference_epodoc", out));
    if let Some(id) = value.get("application_reference_docdb")
        && let (Some(country), Some(serial)) = (text(id, "country"), text(id, "number"))
        && let Some(country) = out.country("application_reference_docdb", &country)
    {
        publication.application = Some(ApplicationNumber::new(country, &serial));
    }
    for title in list(value, "titles") {
        if let Some(found) = text(title, "text") {
            let lang = text(title, "lang").filter(|lang| lang != "ol").map(|lang| Language::from_code(&lang));
            publication.titles.push(LocalText::new(lang.unwrap_or_else(|| Language::guess(&found)), found));
        }
    }
    if publication.titles.is_empty()
        && let Some(found) = text(value, "title")
    {
        publication.titles.push(LocalText::new(Language::guess(&found), found));
    }
    if let Some(found) = text(value, "abstract") {
        let found = found.trim_end_matches("<IMAGE>").trim_end().to_owned();
        publication.abstracts.push(LocalText::new(Language::guess(&found), found));
    }
    for (key, scheme) in [("intl_class", Scheme::Ipc), ("cpc_class", Scheme::Cpc)] {
        for class in list(value, key).iter().filter_map(Value::as_str) {
            if let Some(class) = line(scheme, class, out) {
                add(&mut publication, class);
            }
        }
    }
    for class in list(value, "us_class").iter().filter_map(Value::as_str) {
        let (scheme, symbol) = (Scheme::Uspc, Symbol(class.split_whitespace().collect()));
        add(
            &mut publication,
            Classification { scheme, symbol, version: None, position: None, additional: None },
        );
    }
    read_priorities(value, &mut publication, out);
    for (kind, role) in [("applicants", Role::Applicant), ("inventors", Role::Inventor)] {
        // The original spelling, else the standardised one.
        let lists = [format!("{kind}_original"), format!("{kind}_epodoc"), kind.to_owned()];
        let names =
            lists.iter().map(|key| list(value, key)).find(|names| !names.is_empty()).unwrap_or_default();
        for (sequence, name) in (1..).zip(names.iter().filter_map(Value::as_str)) {
            let name = fold_space(name).trim_end_matches([',', ' ']).to_owned();
            publication.parties.push(Party::new(role, name, sequence));
        }
    }
    read_citations(value, &mut publication, out);
    out.publications.push(publication);
}

/// The list mixes `epodoc` and `original` forms of the same claims: the first are complete.
fn read_priorities(value: &Value, publication: &mut Publication, out: &mut Parsed) {
    for claim in list(value, "priority_claims") {
        if text(claim, "id_type").as_deref() == Some("original") {
            continue;
        }
        let number = match (text(claim, "country"), text(claim, "number")) {
            (Some(country), Some(serial)) => format!("{country}{serial}"),
            (None, Some(serial)) => serial,
            (_, None) => continue,
        };
        if let Some(number) = out.application_number("priority_claims", &number) {
            let date = text(claim, "date").and_then(|date| out.date("priority_claims", &date));
            publication.priorities.push(Priority { number, date });
        }
    }
}

fn read_citations(value: &Value, publication: &mut Publication, out: &mut Parsed) {
    for citation in list(value, "citations") {
        let id =
            ["docdb", "epodoc", "document_id"].iter().find_map(|key| citation.get(key)).unwrap_or(citation);
        let serial = text(id, "number").or_else(|| text(id, "doc_number"));
        let cited = match (text(id, "country").and_then(|code| out.country("citations", &code)), serial) {
            (Some(country), Some(serial)) => {
                let date = text(id, "date").and_then(|date| out.date("citations", &date));
                let number = PublicationNumber::new(country, &serial, text(id, "kind").as_deref());
                Some(Cited::Patent { number, date })
            }
            (None, Some(serial)) => {
                PublicationNumber::parse(&serial).ok().map(|number| Cited::Patent { number, date: None })
            }
            _ => text(citation, "text")
                .or_else(|| text(citation, "citation"))
                .map(|text| Cited::Literature { text }),
        };
        let Some(cited) = cited else {
            let message =
                format!("a citation without a document, left out: `{}`", clip(&citation.to_string()));
            out.fault(Severity::Field, FaultKind::Relation, "citations", message);
            continue;
        };
        let by = match text(citation, "cited_by").as_deref() {
            Some("examiner") => Some(CitedBy::Examiner),
            Some("applicant") => Some(CitedBy::Applicant),
            _ => None,
        };
        publication.citations.push(Citation { cited, by, category: text(citation, "category") });
    }
}

#[cfg(test)]
mod tests;
