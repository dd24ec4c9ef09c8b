//! One response of Open Patent Services (OPS 3.2), which may hold many documents.
//!
//! | part of the response | becomes |
//! |---|---|
//! | `exchange-documents`, search results with constituents | one publication each (`docdb.rs`) |
//! | search results without constituents | one publication each: number and family |
//! | `fulltext-documents` | one publication each with claims or description |
//! | `patent-family` | one publication a member, with its legal events (`legal.rs`) |
//! | `register-search` | one publication each of the application (`register.rs`) |
//! | `equivalents-inquiry` | the publication asked for, its equivalents as members of its simple family |
//! | `fault` | a fault with a remedy |
//! | full-text and image inquiries, number conversion, classification, statistics | a note: no patents in them |
//!
//! Family members of one `family-id` share their priorities: they are each other's `members`. All members of the
//! response are each other's `extended_members`; OPS gives the extended family no id.
//!
//! Dropped on purpose: the query and its range, totals, ids of records, `priority-active-indicator`.

use super::docdb::document;
use super::{language, legal, number, patent_type, register, unknown};
use crate::ingest::passage::{Sections, claim, claim_numbers};
use crate::ingest::record::{Parsed, Raw, clip};
use crate::ingest::xml::{self, Element};
use crate::ingest::{FaultKind, Severity};
use crate::patent::{
    Claim, ClaimSet, CountryCode, Description, Priority, Publication, PublicationNumber, Section, SectionKind,
};

/// Family members are listed in each other's records up to this many, so that one response stays linear in size;
/// the largest extended families have about a thousand members.
const MAX_LISTED_MEMBERS: usize = 2000;

/// A paragraph of a description longer than this is no heading, in characters.
const MAX_HEADING_CHARS: usize = 60;

/// Reads one response.
pub(crate) fn parse_ops(raw: &Raw<'_>, out: &mut Parsed) {
    let Some(root) = xml::parse(raw.text, out) else { return };
    if root.name == "fault" {
        return source_error(&root, out);
    }
    for part in root.elements() {
        read_part(part, out);
    }
    if out.publications.is_empty() && out.faults.is_empty() {
        let message = "the response holds no documents; ask the service again";
        out.fault(Severity::Record, FaultKind::Missing, &root.name, message);
    }
}

fn read_part(part: &Element, out: &mut Parsed) {
    match part.name.as_str() {
        "meta" => {}
        "fault" => source_error(part, out),
        "exchange-documents" => {
            for element in part.children_named("exchange-document") {
                let found = document(element, out);
                out.publications.extend(found);
            }
        }
        "exchange-document" => {
            let found = document(part, out);
            out.publications.extend(found);
        }
        "fulltext-documents" => {
            for element in part.children_named("fulltext-document") {
                let found = full_text(element, out);
                out.publications.extend(found);
            }
        }
        "biblio-search" => read_search(part, out),
        "patent-family" => read_family(part, out),
        "equivalents-inquiry" => read_equivalents(part, out),
        "register-search" => {
            let entries = part.find_all("register-documents/register-document");
            // Events and procedural steps come without a number: the query names it, where it asks for one entry.
            let asked = part.text_at("query").filter(|_| entries.len() == 1);
            for element in entries {
                register::read(element, asked.as_deref(), out);
            }
        }
        "register-documents" => {
            for element in part.children_named("register-document") {
                register::read(element, None, out);
            }
        }
        "fulltext-inquiry" => {
            no_patents("says which full texts exist; fetch claims and description instead", out)
        }
        "document-inquiry" => no_patents("says which page images exist; fetch the bibliography instead", out),
        "standardization" => no_patents("converts a number; fetch the bibliography instead", out),
        "classification-scheme" | "classification-search" => {
            no_patents("describes the classification; it is no source of patents", out);
        }
        name if name.contains("usage") || name.contains("statistics") => {
            no_patents("counts the use of the service; it is no source of patents", out);
        }
        other => unknown(other, out),
    }
}

fn no_patents(why: &str, out: &mut Parsed) {
    out.fault(
        Severity::Note,
        FaultKind::Unsupported,
        "",
        format!("the response holds no documents: it {why}"),
    );
}

fn source_error(fault: &Element, out: &mut Parsed) {
    let of = |name: &str| fault.text_at(name).unwrap_or_default();
    let code = of("code");
    let remedy = match code.as_str() {
        "404" | "SERVER.EntityNotFound" => "check the number and its format, then fetch it again",
        "403" | "429" => "wait until the quota is renewed, then fetch it again",
        "400" => "correct the request, then fetch it again",
        _ => "fetch it again later",
    };
    let text = [of("message"), of("description")].into_iter().filter(|text| !text.is_empty());
    let text = text.collect::<Vec<_>>().join(": ");
    let message = format!("the service answered `{}` ({}); {remedy}", clip(&code), clip(&text));
    out.fault(Severity::Record, FaultKind::SourceError, "fault", message);
}

fn read_search(part: &Element, out: &mut Parsed) {
    let holders = part.children_named("search-result").chain([part]);
    for holder in holders {
        for element in holder.find_all("exchange-documents/exchange-document") {
            let found = document(element, out);
            out.publications.extend(found);
        }
        for reference in holder.children_named("publication-reference") {
            let Some(mut publication) = numbered(reference, out) else { continue };
            publication.family.simple =
                reference.attribute("family-id").filter(|id| !id.is_empty()).map(str::to_owned);
            out.publications.push(publication);
        }
    }
}

/// Returns a publication that is known by its number and date alone.
fn numbered(reference: &Element, out: &mut Parsed) -> Option<Publication> {
    let ids = number::ids_of(reference);
    let number = number::publication("publication-reference", &ids, out)?;
    let publication_date = number::date("publication-reference", &ids, out);
    let patent_type = patent_type(&number);
    Some(Publication { number: Some(number), publication_date, patent_type, ..Publication::default() })
}

fn numbered_by_attributes(element: &Element) -> Option<Publication> {
    let country = element.attribute("country").and_then(CountryCode::parse)?;
    let number = PublicationNumber::new(country, element.attribute("doc-number")?, element.attribute("kind"));
    let patent_type = patent_type(&number);
    Some(Publication { number: Some(number), patent_type, ..Publication::default() })
}

fn read_equivalents(part: &Element, out: &mut Parsed) {
    let Some(mut publication) = part.child("publication-reference").and_then(|asked| numbered(asked, out))
    else {
        out.fault(
            Severity::Record,
            FaultKind::Missing,
            "publication-reference",
            "equivalents of no document",
        );
        return;
    };
    for reference in part.find_all("inquiry-result/publication-reference") {
        let ids = number::ids_of(reference);
        if let Some(member) = number::publication("inquiry-result", &ids, out) {
            publication.family.members.push(member);
        }
    }
    out.publications.push(publication);
}

fn read_family(part: &Element, out: &mut Parsed) {
    let mut members: Vec<Publication> = Vec::new();
    for member in part.children_named("family-member") {
        let biblio = member.child("exchange-document").and_then(|element| document(element, out));
        let Some(stub) = member.child("publication-reference").and_then(|reference| numbered(reference, out))
        else {
            out.fault(
                Severity::Record,
                FaultKind::Missing,
                "family-member",
                "a family member without a number",
            );
            continue;
        };
        let mut publication = biblio.unwrap_or(stub);
        let applied = number::ids(member, "application-reference");
        if publication.application.is_none() {
            publication.application = number::application("application-reference", &applied, &[], out);
            publication.filing_date = number::date("application-reference", &applied, out);
        }
        if publication.priorities.is_empty() {
            for claim in member.children_named("priority-claim") {
                let ids = number::ids_of(claim);
                if let Some(number) = number::application("priority-claim", &ids, &[], out) {
                    let date = number::date("priority-claim", &ids, out);
                    publication.priorities.push(Priority { number, date });
                }
            }
        }
        if let Some(id) = member.attribute("family-id").filter(|id| !id.is_empty()) {
            publication.family.simple = Some(id.to_owned());
        }
        publication.events = member.children_named("legal").map(|event| legal::event(event, out)).collect();
        members.push(publication);
    }
    let listed: Vec<(Option<String>, PublicationNumber)> = members
        .iter()
        .filter_map(|member| Some((member.family.simple.clone(), member.number.clone()?)))
        .take(MAX_LISTED_MEMBERS)
        .collect();
    if members.len() > MAX_LISTED_MEMBERS {
        let message = format!("{} family members, the first {MAX_LISTED_MEMBERS} listed", members.len());
        out.fault(Severity::Field, FaultKind::TooLarge, "patent-family", message);
    }
    for member in &mut members {
        let simple = member.family.simple.clone();
        let same = listed.iter().filter(|(id, _)| simple.is_some() && *id == simple);
        member.family.members = same.map(|(_, number)| number.clone()).collect();
        member.family.extended_members = listed.iter().map(|(_, number)| number.clone()).collect();
    }
    out.publications.append(&mut members);
}

fn full_text(element: &Element, out: &mut Parsed) -> Option<Publication> {
    let reference = element.find("bibliographic-data/publication-reference");
    let named = reference.and_then(|reference| numbered(reference, out));
    let Some(mut publication) = named.or_else(|| numbered_by_attributes(element)) else {
        out.fault(Severity::Record, FaultKind::Missing, "fulltext-document", "a full text without a number");
        return None;
    };
    for part in element.elements() {
        match part.name.as_str() {
            "bibliographic-data" => {}
            "claims" => {
                let claims = claims(part);
                let text = claims.first().map(|claim| claim.text.as_str()).unwrap_or_default();
                let lang = language(part, text);
                if !claims.is_empty() {
                    publication.claims.push(ClaimSet { lang, translated: false, claims });
                }
            }
            "description" => {
                let sections = sections(&pieces(part));
                let text = sections.first().and_then(|section| section.paragraphs.first());
                let lang = language(part, text.map(String::as_str).unwrap_or_default());
                if !sections.is_empty() {
                    publication.descriptions.push(Description { lang, translated: false, sections });
                }
            }
            other => unknown(other, out),
        }
    }
    Some(publication)
}

/// Returns the claims of a plain full text: one `claim-text` a claim, or one claim in several of them.
///
/// Where the texts carry numbers they start claims; a text without a number goes on with the claim before.
fn claims(element: &Element) -> Vec<Claim> {
    let mut claims: Vec<Claim> = Vec::new();
    for (place, part) in (1..).zip(element.children_named("claim")) {
        let declared = part.attribute("num").and_then(|num| claim_numbers(num).first().copied());
        if let Some(number) = declared {
            claims.push(claim(Some(number), place, &part.paragraphs().join("\n"), Vec::new()));
            continue;
        }
        let texts = part.paragraphs();
        let numbered = texts.iter().filter(|text| starts_with_number(text)).count();
        for text in &texts {
            let next = claims.last().map_or(1, |last| last.number + 1);
            match claims.last_mut() {
                Some(last) if numbered > 0 && !starts_with_number(text) => {
                    last.text.push('\n');
                    last.text.push_str(text);
                }
                _ => claims.push(claim(None, next, text, Vec::new())),
            }
        }
    }
    claims
}

fn starts_with_number(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    digits > 0 && text[digits..].trim_start().starts_with(['.', ')'])
}

/// A piece of a description: whether the file marks it as a heading, and its text.
pub(super) type Piece = (bool, String);

fn pieces(description: &Element) -> Vec<Piece> {
    if description.elements().next().is_none() {
        return description.paragraphs().into_iter().map(|text| (false, text)).collect();
    }
    let piece = |element: &Element| {
        let heading = element.name == "heading";
        element.paragraphs().into_iter().map(move |text| (heading, text)).collect::<Vec<_>>()
    };
    description.elements().flat_map(piece).collect()
}

/// Returns the sections of a plain text: a short paragraph without a number and a full stop that is one of the usual
/// headings opens one, as marked headings do; the printed paragraph numbers (`[0001]`) are taken off.
pub(super) fn sections(pieces: &[Piece]) -> Vec<Section> {
    let mut sections = Sections::default();
    for (heading, text) in pieces {
        let bare = text
            .strip_prefix('[')
            .and_then(|rest| rest.split_once(']'))
            .filter(|(number, _)| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
            .map(|(_, rest)| rest.trim_start());
        let short = text.chars().count() <= MAX_HEADING_CHARS && !text.ends_with(['.', ',', ';', ':']);
        match bare {
            Some(text) => sections.paragraph(text),
            None if *heading => sections.heading(text),
            None if short && SectionKind::from_heading(text) != SectionKind::Other => sections.heading(text),
            None => sections.paragraph(text),
        }
    }
    sections.finish()
}

#[cfg(test)]
mod tests;
