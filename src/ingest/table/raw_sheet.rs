//! An XLSX whose styles or relations are broken: the sheet XML itself, without the rest of the workbook.
//!
//! Only values are read. A date is the number of its day, since the style that says so is what is broken.

use std::io;
use std::io::Cursor;
use std::io::Read;

use quick_xml::Reader;
use quick_xml::events::BytesStart;
use quick_xml::events::Event;
use zip::ZipArchive;

use super::sheet::Grid;
use super::sheet::MAX_UNPACKED_BYTES;
use super::sheet::Region;
use super::sheet::Sheet;
use super::sheet::number_text;
use crate::ingest::FaultKind;
use crate::ingest::Severity;
use crate::ingest::record::Fault;

/// Columns of a sheet, by the standard (ECMA-376): `XFD` is the last.
const MAX_COLUMNS: usize = 16_384;

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// Checks that the workbook is an XLSX that unpacks to a bearable size, by unpacking it.
///
/// The sizes that a zip states may be wrong, so the bytes are counted.
pub(crate) fn check_size(bytes: &[u8]) -> Result<(), Fault> {
    let mut archive = open(bytes)?;
    let names = names(&archive);
    if !names.iter().any(|name| name.starts_with("xl/")) {
        let message = "a zip that is no .xlsx workbook; save the table as .xlsx or .csv";
        return Err(fault(FaultKind::Unsupported, message));
    }
    let mut left = MAX_UNPACKED_BYTES;
    for name in names.iter().filter(|name| name.ends_with(".xml")) {
        let Ok(member) = archive.by_name(name) else { continue };
        // A damaged member shows when it is needed.
        let read = io::copy(&mut member.take(left + 1), &mut io::sink()).unwrap_or(0);
        if read > left {
            let limit = MAX_UNPACKED_BYTES >> 20;
            let message = format!("unpacks to more than {limit} MB; save it as CSV, which has no limit");
            return Err(fault(FaultKind::TooLarge, message));
        }
        left -= read;
    }
    Ok(())
}

/// Reads the sheets in the order of their file names.
pub(crate) fn read(bytes: &[u8]) -> Result<Vec<Sheet>, Fault> {
    let mut archive = open(bytes)?;
    let names = names(&archive);
    let strings = match names.iter().find(|name| name.eq_ignore_ascii_case("xl/sharedStrings.xml")) {
        Some(name) => shared_strings(&member(&mut archive, name)?),
        None => Vec::new(),
    };
    let mut sheets: Vec<&String> =
        names.iter().filter(|name| name.starts_with("xl/worksheets/") && name.ends_with(".xml")).collect();
    sheets.sort_by_key(|name| (name.len(), *name));
    if sheets.is_empty() {
        return Err(fault(
            FaultKind::Malformed,
            "the workbook holds no sheet; save it again as .xlsx or .csv",
        ));
    }
    sheets.into_iter().map(|name| sheet(name, &member(&mut archive, name)?, &strings)).collect()
}

fn open(bytes: &[u8]) -> Result<Archive<'_>, Fault> {
    ZipArchive::new(Cursor::new(bytes)).map_err(|error| {
        let message = format!("the workbook is a damaged zip ({error}); copy or save it again");
        fault(FaultKind::Malformed, message)
    })
}

fn names(archive: &Archive<'_>) -> Vec<String> {
    archive.file_names().flatten().map(|name| name.into_owned()).collect()
}

fn member(archive: &mut Archive<'_>, name: &str) -> Result<String, Fault> {
    let mut bytes = Vec::new();
    let read = match archive.by_name(name) {
        Ok(member) => member.take(MAX_UNPACKED_BYTES).read_to_end(&mut bytes),
        Err(error) => Err(io::Error::other(error)),
    };
    if let Err(error) = read
        && bytes.is_empty()
    {
        let message = format!("`{name}` in the workbook cannot be read ({error}); save it again");
        return Err(fault(FaultKind::Malformed, message));
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Returns the shared strings; phonetic readings (`rPh`) are no part of them.
fn shared_strings(xml: &str) -> Vec<String> {
    let mut reader = Reader::from_str(xml);
    let (mut strings, mut current, mut in_text, mut phonetic) = (Vec::new(), String::new(), false, false);
    while let Some(event) = next(&mut reader) {
        match event {
            Event::Start(tag) => match local(&tag).as_str() {
                "si" => current.clear(),
                "t" => in_text = true,
                "rPh" => phonetic = true,
                _ => {}
            },
            Event::Empty(tag) if local(&tag) == "si" => strings.push(String::new()),
            Event::End(tag) => match tag.local_name().as_ref() {
                "si" => strings.push(std::mem::take(&mut current)),
                "t" => in_text = false,
                "rPh" => phonetic = false,
                _ => {}
            },
            other if in_text && !phonetic => current.push_str(&characters(&other)),
            _ => {}
        }
    }
    strings
}

fn sheet(name: &str, xml: &str, strings: &[String]) -> Result<Sheet, Fault> {
    let mut reader = Reader::from_str(xml);
    let mut grid = Grid::default();
    let mut merged: Vec<Region> = Vec::new();
    let (mut row, mut column, mut kind, mut value, mut in_value) =
        (0, 0, String::new(), String::new(), false);
    let (mut next_row, mut next_column) = (0, 0);
    while let Some(event) = next(&mut reader) {
        match event {
            Event::Start(tag) | Event::Empty(tag) if local(&tag) == "row" => {
                row = attribute(&tag, "r")
                    .and_then(|r| r.parse::<usize>().ok())
                    .map_or(next_row, |r| r.max(1) - 1);
                (next_row, next_column) = (row + 1, 0);
            }
            Event::Start(tag) if local(&tag) == "c" => {
                let place = attribute(&tag, "r").and_then(|place| position(&place));
                column = place.map_or(next_column, |(_, column)| column);
                next_column = column + 1;
                kind = attribute(&tag, "t").unwrap_or_default();
                value.clear();
            }
            Event::Start(tag) if matches!(local(&tag).as_str(), "v" | "t") => in_value = true,
            Event::Empty(tag) | Event::Start(tag) if local(&tag) == "mergeCell" => {
                let area = attribute(&tag, "ref").unwrap_or_default();
                let corners =
                    area.split_once(':').and_then(|(from, to)| Some((position(from)?, position(to)?)));
                merged.extend(corners.map(|(from, to)| (from.0, from.1, to.0, to.1)));
            }
            Event::End(tag) => match tag.local_name().as_ref() {
                "v" | "t" => in_value = false,
                "c" if column < MAX_COLUMNS => grid.put(row, column, cell(&kind, &value, strings)),
                _ => {}
            },
            other if in_value => value.push_str(&characters(&other)),
            _ => {}
        }
    }
    let name = name.rsplit('/').next().unwrap_or(name).trim_end_matches(".xml");
    grid.finish(name.to_owned(), &merged)
}

fn cell(kind: &str, value: &str, strings: &[String]) -> String {
    match kind {
        "s" => {
            value.trim().parse().ok().and_then(|index: usize| strings.get(index).cloned()).unwrap_or_default()
        }
        "str" | "inlineStr" | "d" => value.to_owned(),
        "b" => if value.trim() == "1" { "true" } else { "false" }.to_owned(),
        "e" => String::new(),
        _ => match value.trim().parse() {
            Ok(number) => number_text(number),
            Err(_) => value.to_owned(),
        },
    }
}

/// Returns row and column, from 0, of a reference such as `B3`.
fn position(place: &str) -> Option<(usize, usize)> {
    let at = place.find(|c: char| c.is_ascii_digit())?;
    let letters = place[..at].trim_matches('$').bytes();
    let mut column = 0_usize;
    for letter in letters {
        if !letter.is_ascii_alphabetic() || column > MAX_COLUMNS {
            return None;
        }
        column = column * 26 + usize::from(letter.to_ascii_uppercase() - b'A') + 1;
    }
    let row: usize = place[at..].parse().ok()?;
    (column > 0 && row > 0).then(|| (row - 1, column - 1))
}

/// Returns the next event; damage ends the sheet, what was read before it stays.
fn next<'a>(reader: &mut Reader<&'a [u8]>) -> Option<Event<'a>> {
    match reader.read_event() {
        Ok(Event::Eof) | Err(_) => None,
        Ok(event) => Some(event),
    }
}

fn local(tag: &BytesStart<'_>) -> String {
    tag.local_name().as_ref().to_owned()
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute =
        tag.attributes().flatten().find(|attribute| attribute.key.local_name().as_ref() == name)?;
    Some(attribute.value.into_owned())
}

fn characters(event: &Event<'_>) -> String {
    match event {
        Event::Text(text) => text.to_string(),
        Event::CData(text) => text.to_string(),
        Event::GeneralRef(name) => match name.as_ref() {
            "lt" => "<".to_owned(),
            "gt" => ">".to_owned(),
            "amp" => "&".to_owned(),
            "quot" => "\"".to_owned(),
            "apos" => "'".to_owned(),
            other => other
                .strip_prefix('#')
                .and_then(|code| match code.strip_prefix('x') {
                    Some(hex) => u32::from_str_radix(hex, 16).ok(),
                    None => code.parse().ok(),
                })
                .and_then(char::from_u32)
                .map(String::from)
                .unwrap_or_default(),
        },
        _ => String::new(),
    }
}

fn fault(kind: FaultKind, message: impl Into<String>) -> Fault {
    Fault { severity: Severity::File, kind, field: String::new(), message: message.into() }
}
