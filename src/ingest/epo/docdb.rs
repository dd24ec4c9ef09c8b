//! One `exchange-document`: the record of DOCDB, and of bibliographic OPS responses.
//!
//! Kept in `other` beside what `epo` names: `priority_linkage` (one entry a priority that has one: `2 W`),
//! `applicants_standardised`, `cpc_combination_sets`, `extended_kind`, `public_availability` (kind and date of each
//! availability), `previous_filing`.
//!
//! Dropped on purpose: exchange dates and internal ids (`date-of-last-exchange`, `doc-id`, `is-representative`,
//! `originating-office`, `status` other than `D`), numbers in `epodoc` and `original` format where `docdb` says the
//! same, offices and dates of classification, `priority-active-indicator`, `kind` of priority, further abstracts in a
//! language that has one. A record of status `D` is a deletion: it is reported and not read.

use super::{citation, class, language, number, party, patent_type, states, unknown};
use crate::ingest::record::{Parsed, Raw, clip};
use crate::ingest::xml::{self, Element};
use crate::ingest::{FaultKind, Severity};
use crate::patent::{CountryCode, Link, LinkKind, LocalText, Priority, Publication, PublicationNumber};

/// Reads one record of a DOCDB file.
pub(crate) fn parse_docdb(raw: &Raw<'_>, out: &mut Parsed) {
    let Some(root) = xml::parse(raw.text, out) else { return };
    if let Some(publication) = document(&root, out) {
        out.publications.push(publication);
    }
}

/// Reads one `exchange-document`.
pub(super) fn document(element: &Element, out: &mut Parsed) -> Option<Publication> {
    let name = named(element);
    if element.attribute("status").is_some_and(|status| status.eq_ignore_ascii_case("not found")) {
        let message = format!("the source has no document `{name}`; check the number");
        out.fault(Severity::Record, FaultKind::SourceError, "exchange-document", message);
        return None;
    }
    if element.attribute("status") == Some("D") {
        let message = format!("the source deletes `{name}`; delete it here with `patnav delete {name}`");
        out.fault(Severity::Record, FaultKind::Unsupported, "status", message);
        return None;
    }
    let mut publication = Publication::default();
    for part in element.elements() {
        match part.name.as_str() {
            "bibliographic-data" => bibliography(part, &mut publication, out),
            "abstract" => read_abstract(part, &mut publication),
            "patent-family" => {
                for member in part.children_named("family-member") {
                    for reference in member.children_named("publication-reference") {
                        let ids = number::ids_of(reference);
                        if ids.iter().any(|id| id.format == "docdb")
                            && let Some(number) = number::publication("family-member", &ids, out)
                            && !publication.family.members.contains(&number)
                        {
                            publication.family.members.push(number);
                        }
                    }
                }
            }
            other => unknown(other, out),
        }
    }
    complete(element, &mut publication, out);
    if publication.number.is_none() && publication.application.is_none() {
        out.fault(Severity::Record, FaultKind::Missing, "doc-number", "a record without any number");
        return None;
    }
    Some(publication)
}

fn named(element: &Element) -> String {
    let of = |name: &str| element.attribute(name).unwrap_or_default();
    format!("{}{}{}", of("country"), of("doc-number"), of("kind"))
}

/// Fills what the bibliography left open from the attributes of the element.
fn complete(element: &Element, publication: &mut Publication, out: &mut Parsed) {
    let country = element.attribute("country").and_then(CountryCode::parse);
    if publication.number.is_none()
        && let (Some(country), Some(serial)) = (country, element.attribute("doc-number"))
    {
        publication.number = Some(PublicationNumber::new(country, serial, element.attribute("kind")));
    }
    if publication.publication_date.is_none() {
        publication.publication_date =
            out.date("date-publ", element.attribute("date-publ").unwrap_or_default());
    }
    publication.family.simple =
        element.attribute("family-id").filter(|id| !id.is_empty() && *id != "0").map(str::to_owned);
    publication.patent_type = publication.number.as_ref().and_then(patent_type);
}

/// Reads `bibliographic-data`.
fn bibliography(data: &Element, publication: &mut Publication, out: &mut Parsed) {
    let published = number::ids(data, "publication-reference");
    publication.number = number::publication("publication-reference", &published, out);
    publication.publication_date = number::date("publication-reference", &published, out);
    let applied = number::ids(data, "application-reference");
    publication.application = number::application("application-reference", &applied, &[], out);
    publication.filing_date = number::date("application-reference", &applied, out);
    for part in data.elements() {
        if class::read(part, publication, out) {
            continue;
        }
        match part.name.as_str() {
            "publication-reference" | "application-reference" => {}
            "parties" => party::read(part, publication),
            "invention-title" => read_title(part, publication),
            "priority-claims" => read_priorities(part, publication, out),
            "references-cited" => publication.citations.extend(citation::read(part, out)),
            "designation-of-states" => keep("designated_states", states(part), publication),
            "dates-of-public-availability" => read_availability(part, publication, out),
            "language-of-filing" => keep("language_of_filing", part.text(), publication),
            "language-of-publication" => keep("language_of_publication", part.text(), publication),
            "extended-kind-code" => keep("extended_kind", part.text(), publication),
            "previously-filed-app" => keep("previous_filing", part.text(), publication),
            "related-documents" => read_related(part, publication, out),
            other => unknown(other, out),
        }
    }
}

fn keep(name: &str, value: String, publication: &mut Publication) {
    if !value.is_empty() {
        publication.other.insert(name.to_owned(), value);
    }
}

fn read_title(part: &Element, publication: &mut Publication) {
    let text = part.text();
    let lang = language(part, &text);
    let original = part.attribute("data-format") == Some("docdba");
    match publication.titles.iter_mut().find(|title| title.lang == lang) {
        // The spelling of the document wins over the standardised one.
        Some(title) if original && !text.is_empty() => title.text = text,
        Some(_) => {}
        None if !text.is_empty() => publication.titles.push(LocalText::new(lang, text)),
        None => {}
    }
}

fn read_abstract(part: &Element, publication: &mut Publication) {
    let text = part.paragraphs().join("\n");
    let text = text.trim_end_matches("<IMAGE>").trim_end();
    if text.is_empty() {
        return;
    }
    let lang = language(part, text);
    let translated = part.attribute("abstract-source").is_some_and(|source| source.contains("transl"));
    if !publication.abstracts.iter().any(|known| known.lang == lang) {
        publication.abstracts.push(LocalText { lang, text: text.to_owned(), translated });
    }
}

fn read_priorities(part: &Element, publication: &mut Publication, out: &mut Parsed) {
    let claims: Vec<&Element> = part.children_named("priority-claim").collect();
    // Original numbers carry sequences of their own in DOCDB: they are matched by value.
    let originals: Vec<String> = claims
        .iter()
        .flat_map(|claim| number::ids_of(claim))
        .filter(|id| id.format == "original")
        .filter_map(|id| id.element.text_at("doc-number"))
        .collect();
    let is_docdb = |claim: &Element| number::ids_of(claim).iter().any(|id| id.format == "docdb");
    let any_docdb = claims.iter().any(|claim| is_docdb(claim));
    for claim in claims {
        if any_docdb && !is_docdb(claim) {
            continue;
        }
        let ids = number::ids_of(claim);
        let Some(number) = number::application("priority-claim", &ids, &originals, out) else {
            let message = format!("a priority without a number, left out: `{}`", clip(&claim.text()));
            out.fault(Severity::Field, FaultKind::Relation, "priority-claim", message);
            continue;
        };
        if let Some(linkage) = claim.text_at("priority-linkage-type") {
            let sequence = claim.attribute("sequence").unwrap_or_default();
            let all = publication.other.entry("priority_linkage".to_owned()).or_default();
            if !all.is_empty() {
                all.push_str("; ");
            }
            all.push_str(&format!("{sequence} {linkage}"));
        }
        let date = number::date("priority-claim", &ids, out);
        publication.priorities.push(Priority { number, date });
    }
}

/// The date on which the text was printed with a grant is the grant's.
fn read_availability(part: &Element, publication: &mut Publication, out: &mut Parsed) {
    let mut all = Vec::new();
    for way in part.elements() {
        let Some(text) = way.text_at("document-id/date").or_else(|| way.text_at("date")) else { continue };
        let Some(date) = out.date(&way.name, &text) else { continue };
        if way.name == "printed-with-grant" {
            publication.grant_date = Some(date);
        }
        all.push(format!("{} {date}", way.name));
    }
    keep("public_availability", all.join("; "), publication);
}

fn read_related(part: &Element, publication: &mut Publication, out: &mut Parsed) {
    for relation in part.elements() {
        let kind = match relation.name.as_str() {
            "division" | "divisional-application" => LinkKind::DivisionalOf,
            "continuation" => LinkKind::ContinuationOf,
            "continuation-in-part" => LinkKind::ContinuationInPartOf,
            "reissue" | "reexamination" => LinkKind::ReissueOf,
            "provisional-application" => LinkKind::ProvisionalOf,
            _ => LinkKind::Related,
        };
        let mut parents = relation.descendants("parent-doc");
        if parents.is_empty() {
            parents.push(relation);
        }
        for parent in parents {
            let ids = number::ids_of(parent);
            if let Some(number) = number::application(&relation.name, &ids, &[], out) {
                let date = number::date(&relation.name, &ids, out);
                publication.links.push(Link { kind, target: number.to_string(), date });
            }
        }
    }
}

#[cfg(test)]
mod tests;
