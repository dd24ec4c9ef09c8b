//! Papers, standards and reports: prior art that is no patent.
//!
//! `tagged` reads what reference managers exchange and what CNKI exports (RIS, EndNote, NoteExpress, RefWorks and
//! its own list); `document` reads Word documents and plain text. All give a [`DocumentKind`] other than patent,
//! except a reference that says itself that it is a patent.
//!
//! A reference often names a year or month only. Prior art counts from the day on which it was surely public,
//! so the last day of that year or month is taken, and a note says so.

mod document;
mod tagged;

pub(super) use document::{parse_docx, parse_text};
pub(super) use tagged::{parse_cnki_list, parse_endnote, parse_noteexpress, parse_refworks, parse_ris};

use super::record::{Parsed, clip};
use super::{FaultKind, Severity};
use crate::patent::{Date, DocumentKind};

/// Returns the date that a reference names, and notes where it names a year or month only.
fn date(out: &mut Parsed, field: &str, text: &str) -> Option<Date> {
    let text = text.trim().trim_end_matches(['/', '-', '.']);
    let mut parts = text.split(['-', '/', '.', '年', '月']).filter(|part| !part.is_empty());
    let year = parts.next().filter(|year| year.len() == 4).and_then(|year| year.parse::<i16>().ok());
    let Some(year) = year.filter(|year| (1600..=2200).contains(year)) else {
        return out.date(field, text);
    };
    let month = parts.next().map(str::trim);
    if parts.next().is_some() {
        return out.date(field, text);
    }
    let month = match month.map(str::parse::<i8>) {
        None => 12,
        Some(Ok(month)) => month,
        Some(Err(_)) => return out.date(field, text),
    };
    let Ok(first) = Date::new(year, month, 1) else { return out.date(field, text) };
    let last = first.last_of_month();
    let message = format!("`{}` names no day; read as {last}", clip(text));
    out.fault(Severity::Note, FaultKind::Date, field, message);
    Some(last)
}

/// Returns the kind of document that a reference type names.
fn kind_of(reference_type: &str) -> DocumentKind {
    let lower = reference_type.to_lowercase();
    let is = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if is(&["patent", "专利"]) || lower == "pat" {
        DocumentKind::Patent
    } else if is(&["stand", "标准"]) {
        DocumentKind::Standard
    } else if is(&["report", "rprt", "报告", "成果"]) {
        DocumentKind::Report
    } else {
        DocumentKind::Paper
    }
}
