//! Our own JSON Lines: one [`Publication`] a line.
//!
//! The fields are those of [`Publication`]; `fixtures/README.md` documents them. Reading a written line gives back
//! an equal value, except for provenance, which always names the file that was read last.
//! A field that we do not know costs that field alone: it is reported and the rest is read.

use serde_json::Value;

use super::record::{Parsed, Raw, clip};
use super::{FaultKind, Severity};
use crate::patent::Publication;

/// Returns the line of a publication, without line end.
///
/// # Panics
/// Never: every value of [`Publication`] has a JSON form.
pub fn write_line(publication: &Publication) -> String {
    serde_json::to_string(publication).expect("a publication has string keys only")
}

/// Reads one line.
pub(super) fn parse(raw: &Raw<'_>, out: &mut Parsed) {
    match serde_json::from_str::<Publication>(raw.text) {
        Ok(publication) => out.publications.push(publication),
        Err(error) if error.is_data() => parse_lenient(raw.text, out),
        Err(error) => {
            let kind = if error.is_eof() { FaultKind::Truncated } else { FaultKind::Malformed };
            let message =
                format!("column {}: {}; write one JSON object a line", error.column(), reason(&error));
            out.fault(Severity::Record, kind, "", message);
        }
    }
}

/// Reads an object of which some field is unknown or has a wrong value: each field is tried alone.
fn parse_lenient(text: &str, out: &mut Parsed) {
    let value: Value = match serde_json::from_str(text) {
        Ok(value) => value,
        Err(error) => {
            let message = format!("column {}: {}", error.column(), reason(&error));
            out.fault(Severity::Record, FaultKind::Malformed, "", message);
            return;
        }
    };
    let Value::Object(fields) = value else {
        let message = format!("`{}` is no JSON object", clip(text));
        out.fault(Severity::Record, FaultKind::Malformed, "", message);
        return;
    };
    let mut kept = serde_json::Map::new();
    for (name, value) in fields {
        let alone = Value::Object(serde_json::Map::from_iter([(name.clone(), value.clone())]));
        match serde_json::from_value::<Publication>(alone) {
            Ok(_) => {
                kept.insert(name, value);
            }
            Err(error) => {
                let known = is_field(&name);
                let kind = if known { FaultKind::Malformed } else { FaultKind::UnknownField };
                let message = if known {
                    format!("{}; the field is left out", reason(&error))
                } else {
                    format!("`{}` is no field of ours; correct its name or move it into `other`", clip(&name))
                };
                out.fault(Severity::Field, kind, &name, message);
            }
        }
    }
    match serde_json::from_value(Value::Object(kept)) {
        Ok(publication) => out.publications.push(publication),
        Err(error) => out.fault(Severity::Record, FaultKind::Malformed, "", reason(&error)),
    }
}

/// Returns whether the model has a field of this name: `null` for an unknown one names it as unknown.
fn is_field(name: &str) -> bool {
    let probe = Value::Object(serde_json::Map::from_iter([(name.to_owned(), Value::Null)]));
    match serde_json::from_value::<Publication>(probe) {
        Ok(_) => true,
        Err(error) => !error.to_string().starts_with("unknown field"),
    }
}

/// Returns the message of an error without its place.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.split(" at line ").next().unwrap_or(&text);
    // The list of all our fields says nothing about the one that is wrong.
    text.split(", expected one of").next().unwrap_or(text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn read(text: &str) -> Parsed {
        let mut out = Parsed::default();
        parse(&Raw { text, path: Path::new("a.jsonl") }, &mut out);
        out
    }

    #[test]
    fn an_unknown_field_is_named_and_the_record_survives() {
        let out = read(r#"{"number":"CN-110000001-A","colour":"red"}"#);
        assert_eq!(out.publications.len(), 1);
        assert_eq!((out.faults[0].kind, out.faults[0].field.as_str()), (FaultKind::UnknownField, "colour"));
    }

    #[test]
    fn a_wrong_value_costs_its_field_alone() {
        let out = read(r#"{"number":"CN-110000001-A","filing_date":"0000-00-00"}"#);
        assert_eq!(out.publications.len(), 1);
        assert_eq!((out.faults[0].kind, out.faults[0].field.as_str()), (FaultKind::Malformed, "filing_date"));
    }

    #[test]
    fn a_broken_line_names_its_column() {
        let out = read(r#"{"number":"CN-110000001-A",}"#);
        assert_eq!(out.publications.len(), 0);
        assert!(out.faults[0].message.starts_with("column 28: "), "{}", out.faults[0].message);
    }

    #[test]
    fn a_line_that_ends_early_is_truncated() {
        assert_eq!(read(r#"{"number":"CN-1100"#).faults[0].kind, FaultKind::Truncated);
    }
}
