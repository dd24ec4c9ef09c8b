//! INPADOC legal events (`ops:legal`).
//!
//! | field | meaning | becomes |
//! |---|---|---|
//! | `L001EP` | country of the document | `office` |
//! | `code` | event code | `code` |
//! | `L007EP` | gazette date | `known` |
//! | `L525EP` | effective date | `effective` |
//! | `L501EP` | country in which it takes effect | `country`, where it is another one |
//! | `desc`, `descData` of `L502EP` | text of the code, and of the national code behind it | `text` |
//! | `infl` | `+` or `-`: the source's view of its effect | `attributes["infl"]` |
//! | every other `L…EP` | see the `desc` that the source gives, e.g. `L520EP` year of fee payment | `attributes`, by name |
//!
//! Dropped: `L003EP` and `L004EP` (number and kind of the document itself), `L008EP` (the code again), the same facts as
//! printed lines (`pre`), `dateMigr`.

use crate::ingest::record::{Parsed, clip};
use crate::ingest::xml::Element;
use crate::ingest::{FaultKind, Severity};
use crate::patent::LegalEvent;

/// Returns the event of one `ops:legal`.
pub(super) fn event(element: &Element, out: &mut Parsed) -> LegalEvent {
    let code = element.attribute("code").map(str::trim).unwrap_or_default();
    let mut event = LegalEvent {
        office: String::new(),
        code: code.to_owned(),
        country: None,
        effective: None,
        known: None,
        text: element.attribute("desc").map(str::trim).unwrap_or_default().to_owned(),
        attributes: Default::default(),
    };
    if let Some(influence) = element.attribute("infl").map(str::trim).filter(|text| !text.is_empty()) {
        event.attributes.insert("infl".to_owned(), influence.to_owned());
    }
    read_fields(element, &mut event, out);
    if event.country.as_deref() == Some(event.office.as_str()) {
        event.country = None;
    }
    if event.code.is_empty() && event.text.is_empty() {
        let message = format!("a legal event without a code: `{}`", clip(&element.text()));
        out.fault(Severity::Field, FaultKind::Relation, "legal", message);
    }
    event
}

fn read_fields(element: &Element, event: &mut LegalEvent, out: &mut Parsed) {
    for field in element.elements() {
        let (name, text) = (field.name.as_str(), field.text());
        match name {
            "L500EP" => {
                read_fields(field, event, out);
                continue;
            }
            "pre" | "L003EP" | "L004EP" | "L008EP" => continue,
            _ if text.is_empty() => continue,
            "L001EP" => event.office = text,
            "L007EP" => event.known = out.date(name, &text),
            "L525EP" => event.effective = out.date(name, &text),
            "L501EP" => event.country = Some(text),
            _ => {
                if let Some(meaning) =
                    field.attribute("descData").map(str::trim).filter(|text| !text.is_empty())
                {
                    if !event.text.is_empty() {
                        event.text.push_str(": ");
                    }
                    event.text.push_str(meaning);
                }
                let value = event.attributes.entry(name.to_owned()).or_default();
                if !value.is_empty() {
                    value.push_str("; ");
                }
                value.push_str(&text);
            }
        }
    }
}
