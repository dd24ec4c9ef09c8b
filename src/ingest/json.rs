//! JSON objects whose keys a [`ColumnMap`] explains: lines, one big array, objects one after another, API pages.
//!
//! [`elements`] cuts a file into objects with constant memory; [`parse`] makes a publication of one.
//! The maps are those of `ingest::table`; our own JSON Lines format is not read here.

use std::io::BufRead;
use std::io::BufReader;
use std::io::Read;

use serde_json::Value;

use super::FaultKind;
use super::Severity;
use super::record::Fault;
use super::record::Parsed;
use super::record::Raw;
use super::record::clip;
use super::table::Builder;
use super::table::Column;
use super::table::ColumnMap;
use super::table::Form;
use super::table::Piece;
use super::table::clean;
use super::table::normal_header;
use super::table::piece;
use super::table::pieces;

/// The largest object; above it the file is one object and no list of records.
const MAX_ELEMENT_BYTES: usize = 64 << 20;
/// Keys under which API pages keep their records.
const WRAPPERS: &[&str] = &["data", "results", "result", "records", "rows", "response", "docs", "hits"];

/// Returns the id of the built-in map that the keys of the first object in the head of a JSON file fit.
pub(crate) fn recognise(head: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(head);
    let start = text.trim_start_matches('\u{feff}').trim_start();
    if !start.starts_with(['{', '[']) {
        return None;
    }
    let keys: Vec<String> = first_keys(start).iter().map(|key| normal_header(key)).collect();
    let maps = ColumnMap::builtin();
    let fitting = maps.iter().filter(|map| map.form == Form::Json);
    let best = fitting.filter_map(|map| Some((map.fit(&keys)?, map))).max_by_key(|(fit, _)| *fit)?;
    Some(best.1.id().to_owned())
}

/// Returns the keys of the first record in a text that may end anywhere.
fn first_keys(text: &str) -> Vec<String> {
    // The head seldom ends with the first object; what there is of it is closed by hand.
    let mut scanner = Scanner::default();
    let mut keys: Vec<String> = Vec::new();
    let (mut depth, mut record_depth) = (0_usize, None);
    let mut key: Option<String> = None;
    let mut string = String::new();
    for c in text.chars() {
        let was_string = scanner.in_string;
        scanner.step(c);
        if scanner.in_string || was_string {
            if was_string && !scanner.in_string {
                key = Some(std::mem::take(&mut string));
            } else if was_string {
                string.push(c);
            }
            continue;
        }
        match c {
            '{' => {
                depth += 1;
                record_depth.get_or_insert(depth);
            }
            '[' => depth += 1,
            '}' | ']' => {
                if Some(depth) == record_depth {
                    return keys;
                }
                depth = depth.saturating_sub(1);
            }
            ':' if Some(depth) == record_depth => {
                let name = key.take().unwrap_or_default();
                if WRAPPERS.contains(&name.as_str()) {
                    record_depth = None;
                    keys.clear();
                } else {
                    keys.push(name);
                }
            }
            _ => {}
        }
    }
    keys
}

#[derive(Default)]
struct Scanner {
    in_string: bool,
    escaped: bool,
}

impl Scanner {
    fn step(&mut self, c: char) {
        if self.escaped {
            self.escaped = false;
        } else if self.in_string && c == '\\' {
            self.escaped = true;
        } else if c == '"' {
            self.in_string = !self.in_string;
        }
    }
}

/// Makes a publication of one JSON object.
///
/// Keys that the map does not know are kept under their name, nested ones joined by `.`, lists as JSON text.
pub(crate) fn parse(map: &ColumnMap, raw: &Raw<'_>, out: &mut Parsed) {
    let object = match serde_json::from_str::<Value>(raw.text) {
        Ok(Value::Object(object)) => object,
        Ok(_) => {
            out.fault(
                Severity::Record,
                FaultKind::Malformed,
                "",
                "no JSON object; a record is written as `{…}`",
            );
            return;
        }
        Err(error) => {
            let kind = if error.is_eof() { FaultKind::Truncated } else { FaultKind::Malformed };
            out.fault(Severity::Record, kind, "", format!("no JSON object: {error}"));
            return;
        }
    };
    let mut builder = Builder::new(map);
    for (key, value) in &object {
        take(map, key, value, &mut builder, out);
    }
    builder.finish(out);
}

fn take<'a>(map: &'a ColumnMap, key: &str, value: &Value, builder: &mut Builder<'a>, out: &mut Parsed) {
    let columns = map.columns_of(key);
    match value {
        Value::Null => {}
        Value::Object(object) if columns.is_empty() => {
            for (inner, value) in object {
                take(map, &format!("{key}.{inner}"), value, builder, out);
            }
        }
        _ => {
            let (whole, damage) = clean(&text(value));
            if let Some(damage) = damage {
                Builder::damage(key, damage, out);
            }
            if columns.is_empty() && !matches!(whole.as_str(), "[]" | "{}") {
                builder.keep(key, &whole);
            }
            for &column in columns {
                let column = &map.columns[column];
                let found = items(column, value, &whole, &map.empty);
                builder.feed(column, key, &whole, found, out);
            }
        }
    }
}

fn items(column: &Column, value: &Value, whole: &str, empty: &[String]) -> Vec<Piece> {
    match value {
        Value::Array(list) => {
            list.iter().flat_map(|item| items(column, item, &clean(&text(item)).0, empty)).collect()
        }
        Value::Object(object) => {
            let part = |key: &Option<String>| {
                let value = object.get(key.as_deref()?)?;
                let text = clean(&text(value)).0;
                (!value.is_null() && !text.is_empty()).then_some(text)
            };
            let Some(found) = part(&column.item.text).and_then(|text| piece(column, &text, empty)) else {
                return Vec::new();
            };
            let known = |own: Option<String>, other: Option<String>| other.or(own);
            vec![Piece {
                lang: known(found.lang, part(&column.item.lang)),
                country: known(found.country, part(&column.item.country)),
                date: known(found.date, part(&column.item.date).filter(|date| date != "0")),
                category: known(found.category, part(&column.item.category)),
                ..found
            }]
        }
        Value::Null => Vec::new(),
        _ => pieces(column, whole, empty),
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// Returns the objects of a JSON file one by one: the elements of an array, the records under `data`, `results` and
/// the like of API pages, or objects one after another with or without line ends between them.
///
/// Only one object is held at a time. A broken object costs a fault and the text up to the next line that begins
/// one; a file that ends inside an object gives a fault at its end.
pub(crate) fn elements(input: Box<dyn Read + Send>) -> impl Iterator<Item = Result<String, Fault>> + Send {
    Elements { input: BufReader::with_capacity(64 * 1024, input), depth: 0, ended: false }
}

struct Elements {
    input: BufReader<Box<dyn Read + Send>>,
    /// How many arrays and page objects around the records are open.
    depth: usize,
    ended: bool,
}

impl Iterator for Elements {
    type Item = Result<String, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            match self.step() {
                Ok(Some(text)) => return Some(text),
                Ok(None) => {}
                Err(error) => {
                    self.ended = true;
                    let message = format!("cannot be read further: {error}");
                    return Some(Err(fault(Severity::File, FaultKind::Unreadable, message)));
                }
            }
        }
        None
    }
}

impl Elements {
    fn peek(&mut self) -> std::io::Result<Option<u8>> {
        Ok(self.input.fill_buf()?.first().copied())
    }

    /// Reads up to the next element; `None` where only punctuation was passed.
    fn step(&mut self) -> std::io::Result<Option<Result<String, Fault>>> {
        let Some(byte) = self.peek()? else {
            self.ended = true;
            return Ok(None);
        };
        match byte {
            b'{' => self.object(),
            b'[' => {
                self.input.consume(1);
                self.depth += 1;
                Ok(None)
            }
            b']' | b'}' => {
                self.input.consume(1);
                self.depth = self.depth.saturating_sub(1);
                Ok(None)
            }
            b'"' if self.depth > 0 => self.rest_of_page(),
            // White space, commas, and the marks that some exports put before text.
            b if b.is_ascii_whitespace() || matches!(b, b',' | 0xef | 0xbb | 0xbf | 0x1e) => {
                self.input.consume(1);
                Ok(None)
            }
            _ => self.garbage(),
        }
    }

    /// Passes a key and its value that follow the records of a page (`"total": 12`).
    fn rest_of_page(&mut self) -> std::io::Result<Option<Result<String, Fault>>> {
        let (mut string, mut escaped, mut depth) = (false, false, 0_usize);
        while let Some(byte) = self.peek()? {
            match byte {
                _ if escaped => escaped = false,
                b'\\' if string => escaped = true,
                b'"' => string = !string,
                _ if string => {}
                b'{' | b'[' => depth += 1,
                b'}' | b']' if depth == 0 => return Ok(None),
                b'}' | b']' => depth -= 1,
                b',' if depth == 0 => return Ok(None),
                _ => {}
            }
            self.input.consume(1);
        }
        Ok(None)
    }

    fn garbage(&mut self) -> std::io::Result<Option<Result<String, Fault>>> {
        let mut line = Vec::new();
        while let Some(byte) = self.peek()? {
            if matches!(byte, b'\n' | b'{' | b'[' | b']' | b'}') {
                break;
            }
            self.input.consume(1);
            if line.len() < 200 {
                line.push(byte);
            }
        }
        let text = String::from_utf8_lossy(&line).trim().to_owned();
        let message = format!("`{}` between two records is no JSON object", clip(&text));
        Ok(Some(Err(fault(Severity::Record, FaultKind::Malformed, message))))
    }

    /// Reads one object, or enters it where it is a page around records.
    fn object(&mut self) -> std::io::Result<Option<Result<String, Fault>>> {
        let mut text: Vec<u8> = Vec::new();
        let (mut string, mut escaped, mut depth) = (false, false, 0_usize);
        let mut string_start = 0;
        let mut too_large = false;
        loop {
            let Some(byte) = self.peek()? else {
                let head = String::from_utf8_lossy(&text[..text.len().min(60)]).into_owned();
                let message = format!("the file ends inside the record that begins `{}`", clip(&head));
                return Ok(Some(Err(fault(Severity::Record, FaultKind::Truncated, message))));
            };
            // A line end inside a string is not JSON: the record before it is broken, the next line may be whole.
            if string && byte == b'\n' {
                let head = String::from_utf8_lossy(&text[..text.len().min(60)]).into_owned();
                let message = format!("a string without end in the record that begins `{}`", clip(&head));
                return Ok(Some(Err(fault(Severity::Record, FaultKind::Malformed, message))));
            }
            self.input.consume(1);
            if text.len() < MAX_ELEMENT_BYTES {
                text.push(byte);
            } else {
                too_large = true;
            }
            match byte {
                _ if escaped => escaped = false,
                b'\\' if string => escaped = true,
                b'"' => {
                    string = !string;
                    if string {
                        string_start = text.len();
                    }
                }
                _ if string => {}
                b':' if depth == 1 && !too_large && self.enters(&text, string_start)? => return Ok(None),
                b'{' | b'[' => depth += 1,
                b'}' | b']' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        break;
                    }
                }
                _ => {}
            }
        }
        if too_large {
            let limit = MAX_ELEMENT_BYTES >> 20;
            let message =
                format!("a record larger than {limit} MB; split the file into one object a publication");
            return Ok(Some(Err(fault(Severity::Record, FaultKind::TooLarge, message))));
        }
        Ok(Some(Ok(match String::from_utf8(text) {
            Ok(text) => text,
            // Cells with replacement characters are reported by the parser.
            Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
        })))
    }

    /// Returns whether the key that has just been read holds records, and if so passes to them.
    fn enters(&mut self, text: &[u8], string_start: usize) -> std::io::Result<bool> {
        let end = text.len() - 1;
        let key = text[..end].trim_ascii_end();
        let Some(key) = key.strip_suffix(b"\"").and_then(|key| key.get(string_start..)) else {
            return Ok(false);
        };
        if !WRAPPERS.iter().any(|wrapper| wrapper.as_bytes() == key) {
            return Ok(false);
        }
        while self.peek()?.is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.input.consume(1);
        }
        let opens = matches!(self.peek()?, Some(b'[' | b'{'));
        if opens {
            self.depth += 1;
        }
        Ok(opens)
    }
}

fn fault(severity: Severity, kind: FaultKind, message: String) -> Fault {
    Fault { severity, kind, field: String::new(), message }
}

#[cfg(test)]
mod tests;
