//! CNIPA XML: published documents (`business:PatentDocumentAndRelated`, V2.2.1) and e-filing parts.
//!
//! A published document gives numbers and dates from the `original` form of each reference (the `standard` form
//! repeats them), IPC in both generations (`ClassificationIPC` with an edition, `ClassificationIPCR` with a version),
//! Locarno classes, titles, parties with addresses, priorities, citations, related documents, PCT data, abstract,
//! description by section element or by heading paragraph, claims, and drawings by reference. The three party lists
//! are read wherever they stand, so designs (`DesignBibliographicData`) are read by the same code.
//!
//! Kept in `other`: `gazette_number`, `agency_code`, `organization_code`.
//! Dropped on purpose: how the file was made (`dateProduced`, `status`, `creator`, `sourceDB`, `processingType`,
//! `xsdVersion`, ids of paragraphs), sizes of pictures, fields filled with zeros, the title repeated in the
//! description, who classified (`GeneratingOffice`, `ClassificationDataSource`).
//!
//! An e-filing part (`efiling.rs`) is one file of claims, description, drawings or abstract.

mod bibliography;
mod efiling;

pub(crate) use efiling::parse_efiling;

use super::passage::{Sections, claim, claim_numbers};
use super::record::{Parsed, Raw, clip};
use super::xml::{self, Element};
use super::{FaultKind, Severity};
use crate::patent::{
    Attachment, AttachmentKind, ClaimSet, Description, Language, LocalText, PatentType, Publication,
    SectionKind,
};

/// Reads one published document.
pub(crate) fn parse_publication(raw: &Raw<'_>, out: &mut Parsed) {
    let Some(root) = xml::parse(raw.text, out) else { return };
    let lang = language(&root);
    let mut publication = Publication::default();
    let mut known = false;
    for part in root.elements() {
        match part.name.as_str() {
            "BibliographicData" | "DesignBibliographicData" => {
                bibliography::read(part, &lang, &mut publication, out);
                known = true;
            }
            "Abstract" | "DesignBriefExplanation" => read_abstract(part, &lang, &mut publication),
            "Description" => read_description(part, &lang, &mut publication),
            "Claims" => read_claims(part, &lang, &mut publication),
            "Drawings" | "DesignDrawings" | "DesignPhotos" | "DesignPicturesOrPhotographs" => {
                attach(part, AttachmentKind::Drawing, &mut publication);
            }
            other => unknown(other, out),
        }
    }
    if !known {
        let message = "no bibliographic data; the numbers of the root element are all there is";
        out.fault(Severity::Field, FaultKind::Missing, "BibliographicData", message);
    }
    bibliography::complete(&root, &mut publication, out);
    if publication.number.is_none() && publication.application.is_none() {
        out.fault(
            Severity::Record,
            FaultKind::Missing,
            "DocNumber",
            "neither publication nor application number",
        );
        return;
    }
    if publication.claims.is_empty() && publication.patent_type != Some(PatentType::Design) {
        out.fault(Severity::Note, FaultKind::Missing, "Claims", "the document has no claims");
    }
    out.publications.push(publication);
}

fn unknown(name: &str, out: &mut Parsed) {
    let message = format!("element `{}` is not known to this reader, left out", clip(name));
    out.fault(Severity::Note, FaultKind::UnknownField, name, message);
}

/// Returns the language that an element states, Chinese where it states none.
fn language(element: &Element) -> Language {
    match element.attribute("lang") {
        Some(code) if !code.trim().is_empty() => Language::from_code(code),
        _ => Language::zh(),
    }
}

/// Returns the language of `element`, `inherited` where it states none.
fn language_or(element: &Element, inherited: &Language) -> Language {
    if element.attribute("lang").is_some() { language(element) } else { inherited.clone() }
}

fn is_translation(element: &Element) -> bool {
    element.attribute("processingType").is_some_and(|kind| kind.contains("translat"))
}

fn read_abstract(element: &Element, lang: &Language, publication: &mut Publication) {
    let blocks: Vec<String> = match element.children_named("Paragraphs").count() {
        0 => element.paragraphs(),
        _ => {
            element.children_named("Paragraphs").map(Element::text).filter(|text| !text.is_empty()).collect()
        }
    };
    if !blocks.is_empty() {
        publication.abstracts.push(LocalText {
            lang: language_or(element, lang),
            text: blocks.join("\n"),
            translated: is_translation(element),
        });
    }
    attach(element, AttachmentKind::FirstPageDrawing, publication);
}

fn read_description(element: &Element, lang: &Language, publication: &mut Publication) {
    let mut sections = Sections::default();
    for part in element.elements() {
        let kind = match part.name.as_str() {
            "InventionTitle" => continue,
            "TechnicalField" => SectionKind::TechnicalField,
            "BackgroundArt" => SectionKind::Background,
            "Disclosure" => SectionKind::Summary,
            "DrawingsDescription" => SectionKind::Drawings,
            "InventionMode" | "BestMode" => SectionKind::Embodiments,
            "Heading" | "heading" => {
                sections.heading(&part.text());
                continue;
            }
            "Paragraphs" | "p" => {
                part.paragraphs().iter().for_each(|text| sections.paragraph_or_heading(text));
                continue;
            }
            _ => SectionKind::Other,
        };
        sections.open(kind);
        part.paragraphs().iter().for_each(|text| sections.paragraph(text));
    }
    let sections = sections.finish();
    if !sections.is_empty() {
        let translated = is_translation(element);
        publication.descriptions.push(Description { lang: language_or(element, lang), translated, sections });
    }
    attach(element, AttachmentKind::Picture, publication);
}

fn read_claims(element: &Element, lang: &Language, publication: &mut Publication) {
    let mut claims = Vec::new();
    for (place, part) in
        (1..).zip(element.elements().filter(|part| matches!(part.name.as_str(), "Claim" | "claim")))
    {
        let declared = part.attribute("num").and_then(|num| num.trim().parse().ok());
        let text = part.paragraphs().join("\n");
        let mut refers_to: Vec<u32> = ["ClaimReference", "ClaimRef", "claim-ref"]
            .iter()
            .flat_map(|name| part.descendants(name))
            .flat_map(|reference| claim_numbers(&reference.text()))
            .collect();
        refers_to.sort_unstable();
        refers_to.dedup();
        if !text.is_empty() {
            claims.push(claim(declared, place, &text, refers_to));
        }
    }
    if !claims.is_empty() {
        let translated = is_translation(element);
        publication.claims.push(ClaimSet { lang: language_or(element, lang), translated, claims });
    }
    attach(element, AttachmentKind::Picture, publication);
}

/// Attaches every picture below `element`, with the label of the figure that holds it.
fn attach(element: &Element, kind: AttachmentKind, publication: &mut Publication) {
    for part in element.elements() {
        if let "Image" | "img" = part.name.as_str() {
            if let Some(file) = part.attribute("file").filter(|file| !file.is_empty()) {
                let label = ["figureLabels", "figure-labels"].iter().find_map(|name| element.attribute(name));
                let label = label.filter(|label| !label.is_empty()).map(str::to_owned);
                publication.attachments.push(Attachment { kind, file: file.to_owned(), label });
            }
        } else {
            attach(part, kind, publication);
        }
    }
}

#[cfg(test)]
mod tests;
