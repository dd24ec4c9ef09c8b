//! Citations of a bibliography or a register entry.
//!
//! Kept: what is cited with its date, who cited it, the category. Dropped, for want of a place in the model: the
//! passages, the claims they bear on (`rel-passage`, `rel-claims`), the names of the cited applicants.

use super::number;
use crate::ingest::record::{Parsed, clip};
use crate::ingest::xml::Element;
use crate::ingest::{FaultKind, Severity};
use crate::patent::{Citation, Cited, CitedBy, PublicationNumber};

/// Reads the `citation` children of `references-cited`.
pub(super) fn read(references: &Element, out: &mut Parsed) -> Vec<Citation> {
    references.children_named("citation").filter_map(|element| citation(element, out)).collect()
}

fn citation(element: &Element, out: &mut Parsed) -> Option<Citation> {
    let cited = element.elements().find_map(|part| match part.name.as_str() {
        "patcit" => patent(part, out),
        "nplcit" => {
            Some(literature(part)).filter(|text| !text.is_empty()).map(|text| Cited::Literature { text })
        }
        _ => None,
    });
    let Some(cited) = cited else {
        let message = format!("a citation without a document, left out: `{}`", clip(&element.text()));
        out.fault(Severity::Field, FaultKind::Relation, "citation", message);
        return None;
    };
    let mut categories: Vec<String> = Vec::new();
    let direct = element.children_named("category").map(Element::text);
    let relevant = element.find_all("rel-passage/category").into_iter().map(Element::text);
    for category in direct.chain(relevant).filter(|text| !text.is_empty()) {
        if !categories.iter().any(|known| known.contains(&category)) {
            categories.push(category);
        }
    }
    let category = (!categories.is_empty()).then(|| categories.join(","));
    Some(Citation { cited, by: cited_by(element), category })
}

/// The EPO names the phase by code (`SEA`, `ISR`, `APP`) or in words (`national-search-report`), OPS the person too.
fn cited_by(element: &Element) -> Option<CitedBy> {
    match element.attribute("cited-by") {
        Some("examiner") => return Some(CitedBy::Examiner),
        Some("applicant") => return Some(CitedBy::Applicant),
        _ => {}
    }
    let phase = element.attribute("cited-phase")?.to_ascii_lowercase();
    match phase.as_str() {
        "" | "undefined" | "unknown" => None,
        "app" | "applicant" | "description" => Some(CitedBy::Applicant),
        "sea" | "isr" | "sup" | "exa" | "ch2" | "prs" => Some(CitedBy::Examiner),
        phase if phase.contains("search") || phase.contains("examination") => Some(CitedBy::Examiner),
        _ => Some(CitedBy::Other),
    }
}

/// Returns the document that a `patcit` names: by its ids, else by `dnum`, else as text.
pub(super) fn patent(element: &Element, out: &mut Parsed) -> Option<Cited> {
    let ids = number::ids_of(element);
    let named = ids.iter().any(|id| id.element.child("doc-number").is_some());
    let number = if named { number::publication("patcit", &ids, out) } else { None };
    let number = number.or_else(|| {
        let text = element.attribute("dnum").filter(|text| text.bytes().any(|b| b.is_ascii_digit()))?;
        PublicationNumber::parse(text).ok()
    });
    match number {
        Some(number) => {
            // A day or month of `00` is how citations write "some day of that year".
            let text = ids.iter().find_map(|id| id.element.text_at("date"));
            let date = text.filter(|text| !text.ends_with("00")).and_then(|text| out.date("patcit", &text));
            Some(Cited::Patent { number, date })
        }
        None => {
            Some(literature(element)).filter(|text| !text.is_empty()).map(|text| Cited::Literature { text })
        }
    }
}

/// Returns a citation on one line: its `text` where it has one, else its parts separated by commas.
pub(super) fn literature(element: &Element) -> String {
    if let Some(text) = element.text_at("text") {
        return text;
    }
    let mut parts = Vec::new();
    leaves(element, &mut parts);
    parts.join(", ")
}

fn leaves(element: &Element, parts: &mut Vec<String>) {
    let inline =
        element.elements().all(|child| matches!(child.name.as_str(), "i" | "b" | "u" | "sub" | "sup"));
    if inline {
        let text = element.text();
        if !text.is_empty() {
            parts.push(text);
        }
    } else {
        element.elements().for_each(|child| leaves(child, parts));
    }
}
