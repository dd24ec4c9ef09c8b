//! Pieces of text that patent files print alike whatever their format: claims with their numbers, sections with
//! their headings, editions of the IPC.

use crate::patent::{Claim, Date, Section, SectionKind};

/// A heading that stands in a paragraph of its own is no longer than this, in characters.
const MAX_HEADING_CHARS: usize = 24;

/// Builds the sections of a description from headings and paragraphs in order.
#[derive(Default)]
pub(crate) struct Sections {
    sections: Vec<Section>,
}

impl Sections {
    /// Opens a section; a heading directly after a heading is a section of its own.
    pub(crate) fn heading(&mut self, text: &str) {
        if !text.is_empty() {
            let kind = SectionKind::from_heading(text);
            self.sections.push(Section { kind, heading: Some(text.to_owned()), paragraphs: Vec::new() });
        }
    }

    /// Opens a section that the file names by an element and not by a heading.
    pub(crate) fn open(&mut self, kind: SectionKind) {
        self.sections.push(Section { kind, heading: None, paragraphs: Vec::new() });
    }

    /// Adds a paragraph to the open section.
    pub(crate) fn paragraph(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if self.sections.is_empty() {
            self.open(SectionKind::Other);
        }
        if let Some(section) = self.sections.last_mut() {
            section.paragraphs.push(text.to_owned());
        }
    }

    /// Adds a paragraph, or opens a section where the paragraph is nothing but one of the usual headings:
    /// Chinese files without heading elements print them so.
    pub(crate) fn paragraph_or_heading(&mut self, text: &str) {
        let bare = text.trim_matches(|c: char| !c.is_alphanumeric());
        let short =
            bare.chars().count() <= MAX_HEADING_CHARS && !text.ends_with(['。', '；', '，', '.', ',']);
        let usual = ["技术领域", "背景技术", "发明内容", "实用新型内容", "附图说明", "具体实施方式"];
        if short
            && usual
                .iter()
                .any(|heading| bare.strip_suffix(heading).is_some_and(|rest| rest.chars().count() <= 4))
        {
            self.heading(text);
        } else {
            self.paragraph(text);
        }
    }

    /// Returns the sections that hold a heading or a paragraph.
    pub(crate) fn finish(self) -> Vec<Section> {
        let mut sections = self.sections;
        sections.retain(|section| section.heading.is_some() || !section.paragraphs.is_empty());
        sections
    }
}

/// Returns a claim of its printed text: the number before it is taken off.
///
/// `declared` is the number that the file gives apart from the text, `place` the claim's place from 1.
pub(crate) fn claim(declared: Option<u32>, place: u32, text: &str, refers_to: Vec<u32>) -> Claim {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = text[digits..].trim_start();
    let printed = text[..digits].parse::<u32>().ok().filter(|_| {
        // `2. A pump`, `2、一种`; but not `2-chloro…`, and `2 claws` only where the number is known.
        rest.starts_with(['.', '．', '、', '。', ')'])
            || rest.starts_with(char::is_alphabetic) && declared.is_some()
    });
    match printed {
        Some(number) if declared.is_none_or(|declared| declared == number) => {
            let text = rest.trim_start_matches(['.', '．', '、', '。', ')']).trim_start();
            Claim { number, text: text.to_owned(), refers_to }
        }
        _ => Claim { number: declared.unwrap_or(place), text: text.to_owned(), refers_to },
    }
}

/// Returns the claim numbers in a declared reference (`claims 1 to 3`, `CLM-00002`, `0001`), ascending.
pub(crate) fn claim_numbers(text: &str) -> Vec<u32> {
    let mut numbers: Vec<u32> = text
        .split(|c: char| !c.is_ascii_digit())
        .filter_map(|digits| digits.parse().ok())
        .filter(|&number| number > 0)
        .collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// Returns the day on which an edition of the IPC came into force.
///
/// Editions 1 to 7 by number; source: WIPO, Guide to the IPC, paragraph on the editions. From 2006 on a file writes the
/// version as a date.
pub(crate) fn ipc_edition(edition: &str) -> Option<Date> {
    let (year, month) = match edition.trim() {
        "1" => (1968, 9),
        "2" => (1974, 7),
        "3" => (1980, 1),
        "4" => (1985, 1),
        "5" => (1990, 1),
        "6" => (1995, 1),
        "7" => (2000, 1),
        _ => return None,
    };
    Date::new(year, month, 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_lose_the_printed_number() {
        let check = |declared, text: &str, number: u32, rest: &str| {
            let claim = claim(declared, 9, text, Vec::new());
            assert_eq!((claim.number, claim.text.as_str()), (number, rest), "{text}");
        };
        check(Some(1), "1.一种采煤机", 1, "一种采煤机");
        check(Some(2), "2、按照权利要求1", 2, "按照权利要求1");
        check(None, "3. A pump", 3, "A pump");
        check(Some(4), "4 A pump", 4, "A pump");
        check(None, "4 pumps", 9, "4 pumps");
        check(Some(1), "2-chloro acid", 1, "2-chloro acid");
        check(Some(7), "A pump", 7, "A pump");
        check(None, "", 9, "");
    }

    #[test]
    fn sections_open_at_headings() {
        let mut sections = Sections::default();
        for text in ["前言一句。", "技术领域", "本发明属于背景技术。", "【具体实施方式】", "见图。"]
        {
            sections.paragraph_or_heading(text);
        }
        let kinds: Vec<_> = sections.finish().into_iter().map(|s| (s.kind, s.paragraphs.len())).collect();
        assert_eq!(
            kinds,
            [(SectionKind::Other, 1), (SectionKind::TechnicalField, 1), (SectionKind::Embodiments, 1)]
        );
    }

    #[test]
    fn references_name_claims() {
        assert_eq!(claim_numbers("claims 3 or 1"), [1, 3]);
        assert_eq!(claim_numbers("CLM-00002"), [2]);
        assert!(claim_numbers("any of them").is_empty());
    }

    #[test]
    fn editions_have_days() {
        assert_eq!(ipc_edition("7").map(|day| day.to_string()).as_deref(), Some("2000-01-01"));
        assert_eq!(ipc_edition("8"), None);
    }
}
