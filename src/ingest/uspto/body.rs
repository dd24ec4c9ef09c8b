//! Claims and descriptions, whatever generation they come from.

use crate::ingest::xml::Element;
use crate::ingest::xml::Node;
use crate::patent::Claim;
use crate::patent::ClaimSet;
use crate::patent::Description;
use crate::patent::Language;
use crate::patent::Section;
use crate::patent::SectionKind;

/// The parts that the office itself marks in a description, by element, instruction or record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// Field, background and summary in one; its headings tell them apart.
    Summary,
    /// Background alone.
    Background,
    /// Description of drawings.
    Drawings,
    /// Detailed description.
    Detailed,
    /// Related applications, government interest, and the like.
    Other,
}

impl Part {
    /// Returns the part that an element, instruction or record name marks.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "BRFSUM" | "BSUM" | "BSTX" | "summary-of-invention" | "brief-summary" => Self::Summary,
            "background-of-invention" | "background" => Self::Background,
            "brief-description-of-drawings" | "description-of-drawings" | "DRWDESC" | "DRWD" | "DRTX" => {
                Self::Drawings
            }
            "DETDESC" | "DETD" | "DETX" | "detailed-description" => Self::Detailed,
            "RELAPP"
            | "GOVINT"
            | "GOVT"
            | "PARN"
            | "CRTX"
            | "cross-reference-to-related-applications"
            | "federal-research-statement"
            | "copyright-statement"
            | "GOTX" => Self::Other,
            _ => return None,
        })
    }

    fn kind(self) -> SectionKind {
        match self {
            Self::Summary => SectionKind::Summary,
            Self::Background => SectionKind::Background,
            Self::Drawings => SectionKind::Drawings,
            Self::Detailed => SectionKind::Embodiments,
            Self::Other => SectionKind::Other,
        }
    }
}

/// A description that grows section by section.
#[derive(Debug, Default)]
pub(super) struct Sections {
    done: Vec<Section>,
    part: Option<Part>,
    /// Whether the next paragraph opens a section of its own.
    fresh: bool,
}

impl Sections {
    /// Begins a part; `None` where the office marks none.
    pub(super) fn enter(&mut self, part: Option<Part>) {
        if self.part != part {
            self.part = part;
            self.fresh = true;
        }
    }

    /// Begins a section. `level` counts from 1; a heading below the first level that names no section stays in the one
    /// around it.
    pub(super) fn heading(&mut self, text: &str, level: u32) {
        if text.is_empty() {
            return;
        }
        let current = self.done.last().map(|section| section.kind).filter(|_| !self.fresh);
        let named = SectionKind::from_heading(text);
        let kind = match (self.part, named) {
            (Some(Part::Drawings), _) => SectionKind::Drawings,
            (Some(Part::Other), _) => SectionKind::Other,
            (Some(Part::Detailed), SectionKind::Drawings) => SectionKind::Drawings,
            (Some(Part::Detailed), _) => SectionKind::Embodiments,
            // `Brief description of the prior art` is no description of drawings.
            (Some(_), SectionKind::Drawings) if text.to_lowercase().contains("prior art") => {
                SectionKind::Background
            }
            (Some(part), SectionKind::Other) => current.filter(|_| level > 1).unwrap_or(part.kind()),
            // Headings inside the detailed description (`Example 1`) are the rule, new parts after it are not.
            (None, SectionKind::Other) => {
                let stays = level > 1 || current == Some(SectionKind::Embodiments);
                current.filter(|_| stays).unwrap_or(SectionKind::Other)
            }
            (_, named) => named,
        };
        self.done.push(Section { kind, heading: Some(text.to_owned()), paragraphs: Vec::new() });
        self.fresh = false;
    }

    /// Adds a paragraph to the section that is open, or opens one without a heading.
    pub(super) fn paragraph(&mut self, text: String) {
        if text.is_empty() {
            return;
        }
        if self.fresh || self.done.is_empty() {
            let kind = self.part.map_or(SectionKind::Other, Part::kind);
            self.done.push(Section { kind, heading: None, paragraphs: Vec::new() });
            self.fresh = false;
        }
        if let Some(section) = self.done.last_mut() {
            section.paragraphs.push(text);
        }
    }

    /// Adds what stands in `element`: headings, paragraphs, parts, and anything else as paragraphs.
    pub(super) fn element(&mut self, element: &Element) {
        for node in &element.children {
            match node {
                Node::Text(text) => self.paragraph(crate::ingest::record::fold_space(text)),
                Node::Element(child) => self.child(child),
            }
        }
    }

    fn child(&mut self, child: &Element) {
        match child.name.as_str() {
            "heading" | "H" | "Heading" => {
                let level = child.attribute("level").or(child.attribute("lvl")).or(child.attribute("LVL"));
                let level = level.and_then(|level| level.trim().parse().ok()).unwrap_or(1);
                self.heading(&child.text(), level);
            }
            MARK => {
                let begins = child.attribute("end") != Some("tail");
                self.enter(child.attribute("name").filter(|_| begins).and_then(Part::named));
            }
            name => {
                let outer = self.part;
                if let Some(part) = Part::named(name) {
                    self.enter(Some(part));
                    self.element(child);
                    self.enter(outer);
                } else if child.elements().any(|inner| PROSE.contains(&inner.name.as_str()))
                    && !PROSE[..5].contains(&name)
                {
                    self.element(child);
                } else {
                    for block in child.paragraphs() {
                        self.paragraph(block);
                    }
                }
            }
        }
    }

    /// Returns the description, `None` where there is no text.
    pub(super) fn finish(self) -> Option<Description> {
        let sections = self.done;
        (!sections.is_empty()).then(|| Description { lang: Language::en(), translated: false, sections })
    }
}

/// The element that stands for a processing instruction, see [`mark_instructions`].
const MARK: &str = "patnav-mark";

/// Paragraphs (the first five) and what else makes an element a container of them.
const PROSE: [&str; 10] =
    ["p", "PARA", "paragraph", "P", "li", "heading", "H", "section", "BTEXT", "Heading"];

/// Returns `text` with the processing instructions that mark parts of a description (`<?BRFSUM end="lead"?>`)
/// as empty elements, which the element tree keeps.
pub(super) fn mark_instructions(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("<?") {
        let name: &str =
            rest[at + 2..].split(|c: char| c.is_whitespace() || c == '?').next().unwrap_or_default();
        let end = rest[at..].find("?>").map(|end| at + end);
        match end {
            Some(end) if Part::named(name).is_some() => {
                out.push_str(&rest[..at]);
                let tail = rest[at..end].contains("\"tail\"");
                let end_attribute = if tail { "tail" } else { "lead" };
                out.push_str(&format!("<{MARK} name=\"{name}\" end=\"{end_attribute}\"/>"));
                rest = &rest[end + 2..];
            }
            _ => {
                out.push_str(&rest[..at + 2]);
                rest = &rest[at + 2..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// A claim before its references are resolved.
#[derive(Debug, Default)]
pub(super) struct RawClaim {
    /// The id that references use.
    pub(super) id: String,
    /// The number in an attribute or record of its own (`00001`).
    pub(super) number: Option<u32>,
    /// The text, perhaps with its number printed before it.
    pub(super) text: String,
    /// The ids that it refers to.
    pub(super) refers_to: Vec<String>,
}

/// Returns the claims with their numbers and references; `None` where there are none.
pub(super) fn claim_set(raw: Vec<RawClaim>) -> Option<ClaimSet> {
    let mut claims = Vec::with_capacity(raw.len());
    let mut numbers = Vec::with_capacity(raw.len());
    for (claim, place) in raw.iter().zip(1_u32..) {
        let text = claim.text.trim();
        let printed = printed_number(text);
        let number =
            claim.number.or(printed.map(|(number, _)| number)).or_else(|| digits(&claim.id)).unwrap_or(place);
        let text = printed.filter(|(printed, _)| *printed == number).map_or(text, |(_, rest)| rest);
        numbers.push((claim.id.as_str(), number));
        claims.push(Claim { number, text: text.to_owned(), refers_to: Vec::new() });
    }
    for (claim, raw) in claims.iter_mut().zip(&raw) {
        for id in &raw.refers_to {
            let known = numbers.iter().find(|(other, _)| other == id).map(|(_, number)| *number);
            let number = known.or_else(|| digits(id)).filter(|number| *number != claim.number);
            claim.refers_to.extend(number.filter(|number| !claim.refers_to.contains(number)));
        }
    }
    claims.retain(|claim| !claim.text.is_empty());
    (!claims.is_empty()).then(|| ClaimSet { lang: Language::en(), translated: false, claims })
}

/// Returns the first run of digits as a number (`CLM-00012` is 12).
pub(super) fn digits(text: &str) -> Option<u32> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let run = &text[start..];
    let end = run.find(|c: char| !c.is_ascii_digit()).unwrap_or(run.len());
    run[..end].parse().ok()
}

/// Returns the number printed before a claim and the text after it (`1. A pump`, `1 . A pump`).
fn printed_number(text: &str) -> Option<(u32, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit())?;
    let number = text[..end].parse().ok()?;
    let rest = text[end..].trim_start().strip_prefix(['.', ')'])?;
    (!rest.starts_with(|c: char| c.is_ascii_digit())).then(|| (number, rest.trim_start()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(id: &str, text: &str, refers_to: &[&str]) -> RawClaim {
        let refers_to = refers_to.iter().map(|id| (*id).to_owned()).collect();
        RawClaim { id: id.to_owned(), number: None, text: text.to_owned(), refers_to }
    }

    #[test]
    fn references_go_by_id_and_never_to_the_claim_itself() {
        let set = claim_set(vec![
            raw("CLM-00001", "1. A pump.", &[]),
            raw("CLM-00002", "3 . The pump of claim 1.", &["CLM-00001", "CLM-00002", "CLM-00001"]),
            raw("CLM-00003", "4. The pump of claim 3.", &["CLM-00002", "CLM-00009"]),
        ])
        .expect("three claims");
        let numbers: Vec<_> =
            set.claims.iter().map(|claim| (claim.number, claim.refers_to.clone())).collect();
        assert_eq!(numbers, [(1, vec![]), (3, vec![1]), (4, vec![3, 9])]);
        assert_eq!(set.claims[1].text, "The pump of claim 1.");
    }

    #[test]
    fn a_measure_is_no_claim_number() {
        let set = claim_set(vec![raw("", "3.5 mm bolt.", &[])]).expect("one claim");
        assert_eq!((set.claims[0].number, set.claims[0].text.as_str()), (1, "3.5 mm bolt."));
    }

    #[test]
    fn marks_and_headings_make_sections() {
        let mut sections = Sections::default();
        sections.enter(Some(Part::Summary));
        sections.paragraph("Opening.".to_owned());
        sections.heading("BACKGROUND", 1);
        sections.heading("An older pump", 2);
        sections.heading("Brief description of the prior art", 1);
        sections.heading("What it gives", 1);
        sections.enter(Some(Part::Detailed));
        sections.heading("Example 1: background noise", 1);
        sections.heading("Brief description of the drawings", 1);
        let description = sections.finish().expect("sections");
        let kinds: Vec<_> = description.sections.iter().map(|section| section.kind).collect();
        assert_eq!(
            kinds,
            [
                SectionKind::Summary,
                SectionKind::Background,
                SectionKind::Background,
                SectionKind::Background,
                SectionKind::Summary,
                SectionKind::Embodiments,
                SectionKind::Drawings,
            ]
        );
    }

    #[test]
    fn instructions_become_elements() {
        let marked =
            mark_instructions("<?xml version=\"1.0\"?><d><?BRFSUM x=\"y\" end=\"tail\"?><?other?><?broken");
        assert_eq!(
            marked,
            "<?xml version=\"1.0\"?><d><patnav-mark name=\"BRFSUM\" end=\"tail\"/><?other?><?broken"
        );
    }
}
