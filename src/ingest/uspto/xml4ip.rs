//! XML4IP: parts of an application as its applicant filed them, read by OCR: `ClaimsDocument` and `SpecificationDocument`.
//!
//! Each file is one part of one application, known by its application number alone. Amended parts follow the first
//! ones under the same number; the mail date says which is newer. Page headers are left out, and what the OCR
//! was unsure of is kept as it read it. A claim without a number (`IN THE CLAIMS …`) is left out beside numbered ones.

use super::body::RawClaim;
use super::body::Sections;
use super::body::digits;
use super::draft::Draft;
use crate::ingest::record::Parsed;
use crate::ingest::record::Raw;
use crate::ingest::xml;
use crate::ingest::xml::Element;
use crate::ingest::xml::Node;

/// Reads claims, a specification or an abstract as filed.
pub(crate) fn parse_xml4ip(raw: &Raw<'_>, out: &mut Parsed) {
    let Some(mut root) = xml::parse(raw.text, out) else { return };
    prepare(&mut root);
    let mut draft = Draft::new(out);
    let number =
        root.descendants("ApplicationNumber").first().map(|number| number.text()).unwrap_or_default();
    draft.publication.application = draft.application("ApplicationNumber", &number);
    draft.other("MailRoomDate", &root.text_at("MailRoomDate").unwrap_or_default());
    let code = root.text_at("DocumentCode").unwrap_or_default();
    draft.other("DocumentCode", &code);
    claims(&root, &mut draft);
    for specification in root.children_named("Specification") {
        if code == "ABST" {
            let blocks = specification.elements().filter(|child| child.name == "P").map(Element::text);
            let blocks: Vec<_> =
                blocks.map(|text| without_number(&text).to_owned()).filter(|text| !text.is_empty()).collect();
            draft.summary(&blocks);
            continue;
        }
        let mut sections = Sections::default();
        for child in specification.elements() {
            match child.name.as_str() {
                "Heading" => sections.heading(without_number(&child.text()), 1),
                _ => child
                    .paragraphs()
                    .iter()
                    .for_each(|text| sections.paragraph(without_number(text).to_owned())),
            }
        }
        draft.publication.descriptions.extend(sections.finish());
    }
    draft.finish();
}

/// Drops what belongs to the page and not to the text.
fn prepare(element: &mut Element) {
    element.children.retain(|node| {
        let Node::Element(child) = node else { return true };
        !matches!(
            child.name.as_str(),
            "BoundaryData" | "ClaimLabelText" | "ClaimStatusCategory" | "ClaimTypeCategory"
        )
    });
    for node in &mut element.children {
        if let Node::Element(child) = node {
            prepare(child);
        }
    }
}

fn claims(root: &Element, draft: &mut Draft<'_>) {
    let claims = root.find_all("ClaimSet").into_iter().flat_map(|set| set.descendants("Claim"));
    let mut raw: Vec<_> = claims
        .map(|claim| {
            let texts: Vec<_> = claim.children_named("ClaimText").map(Element::text).collect();
            let texts: Vec<_> = texts.into_iter().filter(|text| !text.is_empty()).collect();
            RawClaim {
                id: claim.attribute("id").unwrap_or_default().to_owned(),
                number: claim.text_at("ClaimNumber").as_deref().and_then(digits),
                text: texts.join("\n"),
                refers_to: claim
                    .descendants("ClaimReference")
                    .into_iter()
                    .filter_map(|reference| reference.attribute("idrefs"))
                    .flat_map(str::split_whitespace)
                    .map(str::to_owned)
                    .collect(),
            }
        })
        .collect();
    if raw.iter().any(|claim| claim.number.is_some()) {
        raw.retain(|claim| claim.number.is_some());
    }
    draft.claims(raw, "");
}

/// Returns a paragraph without the number that is printed before it (`[0012]`).
fn without_number(text: &str) -> &str {
    let text = text.trim();
    let Some((number, rest)) = text.strip_prefix('[').and_then(|inner| inner.split_once(']')) else {
        return text;
    };
    let digits = number.trim();
    let numbered = !digits.is_empty() && digits.len() <= 5 && digits.bytes().all(|b| b.is_ascii_digit());
    if numbered { rest.trim_start() } else { text }
}
