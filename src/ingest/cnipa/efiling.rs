//! One part of a CNIPA e-filing: claims (100001), description (100002), drawings (100003) or abstract (100004).
//!
//! The file holds no number: the application number is the name of the folder two levels up
//! (`2018103922220/100001-/x.xml`). Each part gives a record of its own; records of one application number become
//! one document when they are merged. Lines end in hard breaks, which are joined without a space beside Han
//! characters. The part code is not used: the content says what it is.

use std::path::Path;

use super::{attach, language, read_claims, unknown};
use crate::ingest::passage::Sections;
use crate::ingest::record::{Parsed, Raw};
use crate::ingest::xml::{self, Element};
use crate::ingest::{FaultKind, Severity};
use crate::patent::{ApplicationNumber, AttachmentKind, Description, Language, LocalText, Publication};

/// Reads one part.
pub(crate) fn parse_efiling(raw: &Raw<'_>, out: &mut Parsed) {
    let Some(root) = xml::parse(raw.text, out) else { return };
    let lang = language(&root);
    let mut publication = Publication { application: application(raw.path, out), ..Publication::default() };
    if publication.application.is_none() {
        let message = "no folder of the path is an application number; keep the folders of the package";
        out.fault(Severity::Field, FaultKind::Missing, "application", message);
        publication.source_id = Some(raw.path.display().to_string());
    }
    for part in root.elements() {
        match part.name.as_str() {
            "cn-claims" | "claims" => read_claims(part, &lang, &mut publication),
            "description" | "cn-description" => read_description(part, &lang, &mut publication),
            "cn-drawings" | "drawings" => attach(part, AttachmentKind::Drawing, &mut publication),
            "cn-abstract" | "abstract" => {
                let text = part.paragraphs().join("\n");
                if !text.is_empty() {
                    publication.abstracts.push(LocalText::new(lang.clone(), text));
                }
                attach(part, AttachmentKind::FirstPageDrawing, &mut publication);
            }
            other => unknown(other, out),
        }
    }
    let empty = Publication {
        application: publication.application.clone(),
        source_id: publication.source_id.clone(),
        ..Publication::default()
    };
    if publication == empty {
        out.fault(Severity::Record, FaultKind::Missing, "", "the part holds neither text nor drawings");
        return;
    }
    out.publications.push(publication);
}

fn read_description(part: &Element, lang: &Language, publication: &mut Publication) {
    let mut sections = Sections::default();
    for piece in part.elements() {
        match piece.name.as_str() {
            "invention-title" => publication.titles.push(LocalText::new(lang.clone(), piece.text())),
            "heading" => sections.heading(&piece.text()),
            _ => piece.paragraphs().iter().for_each(|text| sections.paragraph_or_heading(text)),
        }
    }
    let sections = sections.finish();
    if !sections.is_empty() {
        publication.descriptions.push(Description { lang: lang.clone(), translated: false, sections });
    }
    attach(part, AttachmentKind::Picture, publication);
}

/// Returns the application number that the innermost folder of such a name gives: 12 or 8 digits, or 13 or 9 with
/// a check digit.
fn application(path: &Path, out: &mut Parsed) -> Option<ApplicationNumber> {
    let folder =
        path.parent()?.ancestors().filter_map(|folder| folder.file_name()?.to_str()).find(|name| {
            let name = name.trim_start_matches("CN");
            let (digits, last) = name.split_at_checked(name.len().saturating_sub(1)).unwrap_or_default();
            matches!(name.len(), 8 | 9 | 12 | 13)
                && digits.bytes().all(|b| b.is_ascii_digit())
                && (last.bytes().all(|b| b.is_ascii_digit()) || matches!(name.len(), 9 | 13) && last == "X")
        })?;
    let number = folder.trim_start_matches("CN");
    let text = match number.len() {
        9 | 13 => format!("CN{}.{}", &number[..number.len() - 1], &number[number.len() - 1..]),
        _ => format!("CN{number}"),
    };
    out.application_number("application", &text)
}
