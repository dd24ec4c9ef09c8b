//! Spreadsheets as rows of text: XLSX and XLS through `calamine`, XLSX that it cannot read through `raw_sheet.rs`.
//!
//! A workbook is read whole, so its size is limited; every number and date becomes the text that a table would hold.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::io::Read;
use std::panic::AssertUnwindSafe;
use std::panic::catch_unwind;

use calamine::Data;
use calamine::DataRef;
use calamine::ExcelDateTime;
use calamine::Reader;
use calamine::Xls;
use calamine::Xlsx;

use super::raw_sheet;
use crate::ingest::FaultKind;
use crate::ingest::Severity;
use crate::ingest::record::Fault;

/// The largest workbook that is read: a larger one is saved as CSV, which is streamed.
pub(crate) const MAX_FILE_BYTES: u64 = 128 << 20;
/// The largest sum of what an XLSX unpacks to; more is a zip bomb or a case for CSV.
pub(crate) const MAX_UNPACKED_BYTES: u64 = 1 << 30;
/// The most cells of one sheet, empty ones between filled ones included.
pub(crate) const MAX_CELLS: usize = 40_000_000;

/// One sheet as text, from its first row and column.
#[derive(Debug, Default)]
pub(crate) struct Sheet {
    pub(crate) name: String,
    /// Rows by position; merged cells of the first rows hold the text of the merge in every cell.
    pub(crate) rows: Vec<Vec<String>>,
    /// What had to be done to read it.
    pub(crate) notes: Vec<Fault>,
}

/// Which spreadsheet, or what looks like one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A zip: XLSX, or ODS, which is not read.
    Zip,
    /// The binary format of Excel 97-2003.
    Binary,
    /// A web page or XML under the name of a spreadsheet.
    Markup,
}

/// A merged region: first row, first column, last row, last column, all from 0.
pub(crate) type Region = (usize, usize, usize, usize);

/// Returns which spreadsheet a head belongs to, `None` for text.
pub(crate) fn kind(head: &[u8]) -> Option<Kind> {
    let start = head.iter().position(|b| !b.is_ascii_whitespace() && !matches!(b, 0xef | 0xbb | 0xbf))?;
    match &head[start..] {
        [b'P', b'K', 3, 4, ..] => Some(Kind::Zip),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => Some(Kind::Binary),
        [b'<', ..] => Some(Kind::Markup),
        _ => None,
    }
}

/// Reads all sheets.
pub(crate) fn read(input: impl Read, kind: Kind) -> Result<Vec<Sheet>, Fault> {
    if kind == Kind::Markup {
        let message = "a web page or XML file under the name of a spreadsheet; open it in a spreadsheet program and save it as .xlsx or .csv";
        return Err(fault(FaultKind::Unsupported, message));
    }
    let mut bytes = Vec::new();
    let mut limited = input.take(MAX_FILE_BYTES + 1);
    if let Err(error) = limited.read_to_end(&mut bytes) {
        return Err(fault(FaultKind::Unreadable, format!("cannot be read further: {error}")));
    }
    if bytes.len() as u64 > MAX_FILE_BYTES {
        let limit = MAX_FILE_BYTES >> 20;
        let message = format!("a spreadsheet larger than {limit} MB; save it as CSV, which has no limit");
        return Err(fault(FaultKind::TooLarge, message));
    }
    if kind == Kind::Binary {
        // The library is not ours, and damaged files are a user's daily bread: a panic in it is a damaged file.
        let read = catch_unwind(AssertUnwindSafe(|| read_xls(&bytes)));
        return read.unwrap_or_else(|_| Err("the reader gave up".to_owned())).map_err(|error| {
            fault(FaultKind::Malformed, format!("no readable .xls ({error}); save it as .xlsx or .csv"))
        });
    }
    raw_sheet::check_size(&bytes)?;
    let read = catch_unwind(AssertUnwindSafe(|| read_xlsx(&bytes)));
    let error = match read.unwrap_or_else(|_| Err("the reader gave up".to_owned())) {
        Ok(sheets) => return Ok(sheets),
        Err(error) => error,
    };
    let mut sheets = raw_sheet::read(&bytes)?;
    if let Some(first) = sheets.first_mut() {
        let message = format!(
            "the workbook is damaged ({error}); its cells were read without styles, dates may be day numbers"
        );
        let severity = Severity::Note;
        first.notes.push(Fault { severity, kind: FaultKind::Malformed, field: String::new(), message });
    }
    Ok(sheets)
}

fn read_xlsx(bytes: &[u8]) -> Result<Vec<Sheet>, String> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    let mut sheets = Vec::new();
    for name in book.sheet_names() {
        let merged = book.merge_cells_by_sheet_name(&name).unwrap_or_default();
        let merged: Vec<Region> = merged.iter().map(|region| positions(region.start, region.end)).collect();
        let mut cells = match book.worksheet_cells_reader(&name) {
            Ok(cells) => cells,
            // A chart or macro sheet has no cells.
            Err(calamine::XlsxError::NotAWorksheet(_)) => continue,
            Err(error) => return Err(error.to_string()),
        };
        let mut grid = Grid::default();
        while let Some(cell) = cells.next_cell().map_err(|error| error.to_string())? {
            let (row, column) = cell.get_position();
            grid.put(row as usize, column as usize, reference_text(cell.get_value()));
        }
        sheets.push(grid.finish(name, &merged).map_err(|fault| fault.message)?);
    }
    Ok(sheets)
}

fn read_xls(bytes: &[u8]) -> Result<Vec<Sheet>, String> {
    let mut book: Xls<_> = Xls::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    let mut sheets = Vec::new();
    for name in book.sheet_names() {
        let merged = book.merge_cells_by_sheet_name(&name).unwrap_or_default();
        let merged: Vec<Region> = merged.iter().map(|region| positions(region.start, region.end)).collect();
        let range = book.worksheet_range(&name).map_err(|error| error.to_string())?;
        let (first_row, first_column) = range.start().unwrap_or_default();
        let mut grid = Grid::default();
        for (row, column, value) in range.used_cells() {
            grid.put(row + first_row as usize, column + first_column as usize, text(value));
        }
        sheets.push(grid.finish(name, &merged).map_err(|fault| fault.message)?);
    }
    Ok(sheets)
}

fn positions(start: (u32, u32), end: (u32, u32)) -> Region {
    (start.0 as usize, start.1 as usize, end.0 as usize, end.1 as usize)
}

/// Cells by position, until all are known.
#[derive(Default)]
pub(crate) struct Grid(BTreeMap<usize, Vec<(usize, String)>>);

impl Grid {
    /// Puts a cell.
    pub(crate) fn put(&mut self, row: usize, column: usize, text: String) {
        if !text.is_empty() {
            self.0.entry(row).or_default().push((column, text));
        }
    }

    /// Returns the sheet, merged regions filled.
    ///
    /// Rows without a cell are left out: a stray cell in the last row of a sheet costs one row, not a million.
    pub(crate) fn finish(self, name: String, merged: &[Region]) -> Result<Sheet, Fault> {
        let (mut rows, mut places, mut n_cells) = (Vec::new(), Vec::new(), 0_usize);
        for (place, cells) in self.0 {
            let width = cells.iter().map(|(column, _)| column + 1).max().unwrap_or(0);
            n_cells += width;
            if n_cells > MAX_CELLS {
                let message = format!("more than {MAX_CELLS} cells in a sheet; save it as CSV");
                return Err(fault(FaultKind::TooLarge, message));
            }
            let mut row = vec![String::new(); width];
            for (column, text) in cells {
                row[column] = text;
            }
            rows.push(row);
            places.push(place);
        }
        for &(top, left, bottom, right) in merged {
            let Ok(first) = places.binary_search(&top) else { continue };
            let text = rows[first].get(left).cloned().unwrap_or_default();
            // A merge over a whole column or row is layout, not a value to repeat.
            if text.is_empty() || right - left > 256 || bottom - top > 10_000 {
                continue;
            }
            for (row, _) in
                rows.iter_mut().zip(&places).skip(first).take_while(|(_, place)| **place <= bottom)
            {
                if row.len() <= right {
                    row.resize(right + 1, String::new());
                }
                row[left..=right]
                    .iter_mut()
                    .filter(|cell| cell.is_empty())
                    .for_each(|cell| cell.clone_from(&text));
            }
        }
        Ok(Sheet { name, rows, notes: Vec::new() })
    }
}

fn text(value: &Data) -> String {
    match value {
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number_text(*number),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Bool(value) => value.to_string(),
        Data::DateTime(date) => date_text(date),
        _ => String::new(),
    }
}

fn reference_text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number_text(*number),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(value) => value.to_string(),
        DataRef::DateTime(date) => date_text(date),
        _ => String::new(),
    }
}

/// Returns a number as it was typed: `20130102`, not `20130102.0` or `2.0130102e7`.
pub(crate) fn number_text(number: f64) -> String {
    // 2^53: above it a float no longer holds every whole number, and Excel shows fifteen digits.
    if number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0 {
        format!("{number:.0}")
    } else {
        number.to_string()
    }
}

fn date_text(date: &ExcelDateTime) -> String {
    if !date.is_datetime() {
        return number_text(date.as_f64());
    }
    let (year, month, day, ..) = date.to_ymd_hms_milli();
    format!("{year:04}-{month:02}-{day:02}")
}

fn fault(kind: FaultKind, message: impl Into<String>) -> Fault {
    Fault { severity: Severity::File, kind, field: String::new(), message: message.into() }
}
