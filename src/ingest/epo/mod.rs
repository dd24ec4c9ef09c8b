//! EPO data: DOCDB exchange XML, EP full text (ST.36), and responses of Open Patent Services (OPS).
//!
//! | file | reads |
//! |---|---|
//! | `docdb.rs` | one `exchange-document`, in DOCDB files and in OPS responses |
//! | `number.rs` `class.rs` `party.rs` `citation.rs` | what these have in common: numbers in several formats, classes, parties, citations |
//! | `fulltext.rs` | one `ep-patent-document`, versions 1.0 to 1.5.1 |
//! | `ops.rs` `legal.rs` `register.rs` | one OPS response: bibliography, full text, family, legal events, register |
//! | `ops_json.rs` | the same as JSON, as the client library `patent_client` stores it |
//!
//! What is kept in `Publication::other` by all of them, where the source gives it: `designated_states`,
//! `extension_states`, `validation_states` (ST.3 codes separated by a space), `language_of_filing`,
//! `language_of_publication`.

mod citation;
mod class;
mod docdb;
mod fulltext;
mod legal;
mod number;
mod ops;
mod ops_json;
mod party;
mod register;

pub(crate) use docdb::parse_docdb;
pub(crate) use fulltext::parse_fulltext;
pub(crate) use ops::parse_ops;
pub(crate) use ops_json::parse_ops_json;

use super::record::{Parsed, clip};
use super::xml::{Element, Node};
use super::{FaultKind, Severity};
use crate::patent::{Language, PatentType, PublicationNumber};

/// Notes an element that the reader does not know.
fn unknown(name: &str, out: &mut Parsed) {
    let message = format!("element `{}` is not known to this reader, left out", clip(name));
    out.fault(Severity::Note, FaultKind::UnknownField, name, message);
}

/// Returns the language that `element` states; `ol` (the language of the office) and none are guessed from the text.
fn language(element: &Element, text: &str) -> Language {
    match element.attribute("lang").map(str::trim) {
        Some(code) if !code.is_empty() && !code.eq_ignore_ascii_case("ol") => Language::from_code(code),
        _ => Language::guess(text),
    }
}

/// Returns the ST.3 codes of the `country` or `ctry` elements below `element`, each once, in order.
fn states(element: &Element) -> String {
    let mut codes: Vec<String> = Vec::new();
    for name in ["country", "ctry"] {
        for country in element.descendants(name) {
            let code = country.text();
            if !code.is_empty() && !codes.contains(&code) {
                codes.push(code);
            }
        }
    }
    codes.join(" ")
}

/// Returns what the first letter of a kind code says about the right, where offices agree on it.
fn patent_type(number: &PublicationNumber) -> Option<PatentType> {
    let us = number.country.as_str() == "US";
    match number.kind.as_deref()?.chars().next()? {
        'A' | 'B' | 'C' => Some(PatentType::Invention),
        'U' | 'Y' => Some(PatentType::UtilityModel),
        'S' => Some(PatentType::Design),
        'P' if us => Some(PatentType::Plant),
        _ => None,
    }
}

/// Returns the text between the tags of `element` as it stands: some fields are cut by column.
fn raw_text(element: &Element) -> String {
    let texts = element.children.iter().filter_map(|node| match node {
        Node::Text(text) => Some(text.as_str()),
        Node::Element(_) => None,
    });
    texts.collect()
}
