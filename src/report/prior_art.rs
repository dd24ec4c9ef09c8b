//! The search report before a project is approved (立项专利检索报告), from the answer to an idea.
//!
//! Its parts, in order: what was searched and when; what it comes to; the idea and its elements; the element chart;
//! the documents with their sentences; pairs; conflicting applications; gaps; queries and counts verbatim; data,
//! blind windows, what it does not know; sign-off. Every find is called a candidate, made by rules. The report says
//! what was found where, and draws no legal conclusion.

mod parts;
mod words;

use super::document::{Document, Lang};
use crate::search::idea::IdeaReport;

/// Documents that are shown with their sentences; the chart has all of them.
const MAX_SHOWN: usize = 15;
/// Gaps that are listed.
const MAX_GAPS: usize = 15;

/// Returns the report as a document in one language; the texts of patents stay in theirs.
pub fn document(report: &IdeaReport, lang: Lang) -> Document {
    let mut document = Document {
        title: lang.pick("立项专利检索报告", "Patent search report for project approval").to_owned(),
        subtitle: words::subtitle(report, lang),
        lang,
        created: report.snapshot.created,
        footer: words::footer(report, lang),
        blocks: Vec::new(),
    };
    parts::summary(&mut document, report, lang);
    parts::idea(&mut document, report, lang);
    parts::chart(&mut document, report, lang);
    parts::documents(&mut document, report, lang);
    parts::pairs(&mut document, report, lang);
    parts::conflicting(&mut document, report, lang);
    parts::gaps(&mut document, report, lang);
    parts::classes(&mut document, report, lang);
    parts::queries(&mut document, report, lang);
    parts::data(&mut document, report, lang);
    parts::limits(&mut document, report, lang);
    parts::sign_off(&mut document, lang);
    document
}
