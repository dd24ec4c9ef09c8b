//! Opening a table: which kind of file, which map, where the header is, the rows.

use std::io;
use std::io::Cursor;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use super::ColumnMap;
use super::Mapping;
use super::encoding;
use super::encoding::Legacy;
use super::encoding::Transcoded;
use super::map::Form;
use super::map::normal_header;
use super::sheet;
use crate::ingest::FaultKind;
use crate::ingest::Severity;
use crate::ingest::record::Fault;
use crate::ingest::record::clip;

/// How much of a text file is read before its delimiter, encoding and header are decided.
const HEAD_BYTES: usize = 256 * 1024;
/// The header is one of this many first rows that are not empty.
const HEADER_ROWS: usize = 30;
/// The largest row of a text table; above it a quote was opened and never closed.
const MAX_ROW_BYTES: u64 = 64 << 20;

/// The rows of an open table below its header; a fault stands where something could not be read.
pub(crate) struct Rows(Box<dyn Iterator<Item = Result<Vec<String>, Fault>> + Send>);

impl Iterator for Rows {
    type Item = Result<Vec<String>, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next()
    }
}

/// Opens a table, finds its header and the map that explains it.
///
/// Text (CSV, TSV) is streamed. Spreadsheets are read whole and limited in size (`sheet::MAX_FILE_BYTES`).
/// With `chosen` no other map is tried.
///
/// # Errors
/// A fault on the whole file: no header that a map knows, a chosen map that names no column, a spreadsheet that is
/// too large, damaged, or of a kind that is not read.
pub(crate) fn open(
    mut input: Box<dyn Read + Send>,
    path: &Path,
    maps: &[Arc<ColumnMap>],
    chosen: Option<Arc<ColumnMap>>,
) -> Result<(Arc<Mapping>, Rows), Fault> {
    let candidates = match chosen {
        Some(map) => Candidates::Chosen(map),
        None => Candidates::Any(maps.to_vec()),
    };
    let mut head = Vec::new();
    (&mut input).take(HEAD_BYTES as u64).read_to_end(&mut head).map_err(|error| unreadable(&error))?;
    match sheet::kind(&head) {
        Some(kind) => {
            let sheets = sheet::read(Cursor::new(head).chain(input), kind)?;
            open_workbook(sheets, path, &candidates)
        }
        None => open_text(head, input, path, &candidates),
    }
}

/// Returns the id of the built-in map that the head of a CSV or TSV file fits.
pub(crate) fn recognise(head: &[u8]) -> Option<String> {
    if head.len() < 4 || sheet::kind(head).is_some() {
        return None;
    }
    let head = &head[..head.len().min(HEAD_BYTES)];
    let text = match encoding::wide(head) {
        Some(wide) => wide.decode(head).0.into_owned().into_bytes(),
        None => head.to_vec(),
    };
    let legacy = encoding::legacy(&text);
    let candidates = Candidates::Any(ColumnMap::builtin());
    let (_, found) = cut_head(&text, legacy, &candidates)?;
    Some(found.map.id().to_owned())
}

enum Candidates {
    Chosen(Arc<ColumnMap>),
    Any(Vec<Arc<ColumnMap>>),
}

/// Where the header is and what explains it.
struct Header {
    map: Arc<ColumnMap>,
    /// The index of the first row of the header, among all rows.
    row: usize,
    /// One, or two where a row of groups stands above the row of names.
    height: usize,
    headers: Vec<String>,
    /// Headers of the signature that fits, headers that the map knows, and at last a header of one row.
    score: (usize, usize, std::cmp::Reverse<usize>),
}

/// Finds the header among the first rows.
fn find_header(rows: &[Vec<String>], candidates: &Candidates) -> Option<Header> {
    let mut best: Option<Header> = None;
    let filled = rows.iter().enumerate().filter(|(_, row)| row.iter().any(|cell| !cell.trim().is_empty()));
    for (index, row) in filled.take(HEADER_ROWS) {
        let mut tries = vec![(1, row.clone())];
        if let Some(below) = rows.get(index + 1) {
            tries.push((2, two_rows(row, below, candidates)));
        }
        for (height, headers) in tries {
            let normal: Vec<String> = headers.iter().map(|header| normal_header(header)).collect();
            let known = |map: &ColumnMap| {
                headers
                    .iter()
                    .filter(|header| !header.is_empty() && !map.columns_of(header).is_empty())
                    .count()
            };
            let mut consider = |map: &Arc<ColumnMap>, fit: usize| {
                let score = (fit, known(map), std::cmp::Reverse(height));
                if score.1 > 0 && best.as_ref().is_none_or(|best| score > best.score) {
                    best = Some(Header {
                        map: Arc::clone(map),
                        row: index,
                        height,
                        headers: headers.clone(),
                        score,
                    });
                }
            };
            match candidates {
                Candidates::Chosen(map) => consider(map, 0),
                Candidates::Any(maps) => {
                    for map in maps.iter().filter(|map| map.form == Form::Table) {
                        if let Some(fit) = map.fit(&normal) {
                            consider(map, fit);
                        }
                    }
                }
            }
        }
    }
    best
}

/// Joins a row of groups and the row of names below it: per column the name that a map knows, lower one first.
fn two_rows(upper: &[String], lower: &[String], candidates: &Candidates) -> Vec<String> {
    let known = |header: &str| match candidates {
        Candidates::Chosen(map) => !map.columns_of(header).is_empty(),
        Candidates::Any(maps) => maps.iter().any(|map| !map.columns_of(header).is_empty()),
    };
    let empty = String::new();
    let width = upper.len().max(lower.len());
    let pick = |index: usize| {
        let (above, below) = (upper.get(index).unwrap_or(&empty), lower.get(index).unwrap_or(&empty));
        let joined = format!("{above}{below}");
        if above != below && known(&joined) {
            joined
        } else if known(below) || above.is_empty() {
            below.clone()
        } else {
            above.clone()
        }
    };
    (0..width).map(pick).collect()
}

fn open_workbook(
    sheets: Vec<sheet::Sheet>,
    path: &Path,
    candidates: &Candidates,
) -> Result<(Arc<Mapping>, Rows), Fault> {
    let best =
        sheets.iter().enumerate().filter_map(|(n, sheet)| Some((n, find_header(&sheet.rows, candidates)?)));
    let best = best.max_by_key(|(n, header)| (header.score, std::cmp::Reverse(*n)));
    let Some((chosen, header)) = best else {
        let first = sheets.iter().flat_map(|sheet| &sheet.rows).find(|row| row.len() > 2);
        return Err(no_header(path, candidates, first));
    };
    let mapping = bind(&header, path, candidates)?;
    let mut notes = notes(&mapping, &header.map, candidates);
    let mut rows = Vec::new();
    for (n, sheet) in sheets.into_iter().enumerate() {
        notes.extend(sheet.notes);
        if sheet.rows.is_empty() {
            continue;
        }
        let again = if n == chosen { None } else { find_header(&sheet.rows, candidates) };
        // A further sheet counts as more of the same only with the same header.
        let start = match again {
            _ if n == chosen => header.row + header.height,
            Some(other) if other.headers == header.headers => other.row + other.height,
            _ => {
                let message =
                    format!("the sheet `{}` has another header; save it as a file of its own", sheet.name);
                notes.push(note(FaultKind::UnknownFormat, message));
                continue;
            }
        };
        rows.extend(sheet.rows.into_iter().skip(start).filter(|row| row.iter().any(|cell| !cell.is_empty())));
    }
    let rows = notes.into_iter().map(Err).chain(rows.into_iter().map(Ok));
    Ok((Arc::new(mapping), Rows(Box::new(rows))))
}

fn open_text(
    head: Vec<u8>,
    input: Box<dyn Read + Send>,
    path: &Path,
    candidates: &Candidates,
) -> Result<(Arc<Mapping>, Rows), Fault> {
    let (head, input): (Vec<u8>, Box<dyn Read + Send>) = match encoding::wide(&head) {
        None => (head, input),
        Some(wide) => {
            let mut all = Transcoded::new(Cursor::new(head).chain(input), wide);
            let mut start = Vec::new();
            (&mut all).take(HEAD_BYTES as u64).read_to_end(&mut start).map_err(|error| unreadable(&error))?;
            (start, Box::new(all))
        }
    };
    let legacy = encoding::legacy(&head);
    let Some((cut, header)) = cut_head(&head, legacy, candidates) else {
        let cut = Cut { delimiter: b',', quoting: true };
        let first = head_rows(&head, cut, legacy).into_iter().find(|row| row.len() > 2);
        return Err(no_header(path, candidates, first.as_ref()));
    };
    let mapping = bind(&header, path, candidates)?;
    let budget = Arc::new(AtomicU64::new(0));
    let source = Budgeted { inner: Cursor::new(head).chain(input), used: Arc::clone(&budget) };
    let mut rows = TextRows {
        reader: reader(source, cut),
        legacy,
        budget,
        record: csv::ByteRecord::new(),
        ended: false,
    };
    for _ in 0..header.row + header.height {
        // These rows have been read once; a fault in them would have shown there.
        let _ = rows.next_row();
    }
    let notes = notes(&mapping, &header.map, candidates);
    Ok((Arc::new(mapping), Rows(Box::new(notes.into_iter().map(Err).chain(rows)))))
}

#[derive(Clone, Copy)]
struct Cut {
    delimiter: u8,
    quoting: bool,
}

/// Tries every delimiter on the head of a text file and takes the one whose header fits best.
fn cut_head(head: &[u8], legacy: Option<Legacy>, candidates: &Candidates) -> Option<(Cut, Header)> {
    let tried = [b',', b'\t', b';'].into_iter().filter_map(|delimiter| {
        // Tab-separated dumps write quotes as they are; a spreadsheet's own export quotes the header too.
        let quoted_header = head.iter().take_while(|&&b| b != b'\n').any(|&b| b == b'"');
        let cut = Cut { delimiter, quoting: delimiter != b'\t' || quoted_header };
        let header = find_header(&head_rows(head, cut, legacy), candidates)?;
        Some((cut, header))
    });
    tried.max_by_key(|(_, header)| header.score)
}

fn head_rows(head: &[u8], cut: Cut, legacy: Option<Legacy>) -> Vec<Vec<String>> {
    let mut reader = reader(head, cut);
    let mut record = csv::ByteRecord::new();
    let mut rows = Vec::new();
    while rows.len() < HEADER_ROWS + 2 && reader.read_byte_record(&mut record).unwrap_or(false) {
        rows.push(decoded(&record, legacy));
    }
    rows
}

fn reader<R: Read>(source: R, cut: Cut) -> csv::Reader<R> {
    let mut builder = csv::ReaderBuilder::new();
    builder.delimiter(cut.delimiter).quoting(cut.quoting).has_headers(false).flexible(true);
    builder.from_reader(source)
}

fn decoded(record: &csv::ByteRecord, legacy: Option<Legacy>) -> Vec<String> {
    let mut row: Vec<String> = record.iter().map(|cell| encoding::decode(cell, legacy)).collect();
    if let Some(first) = row.first_mut()
        && first.starts_with('\u{feff}')
    {
        *first = first.trim_start_matches('\u{feff}').trim_matches('"').to_owned();
    }
    row
}

struct TextRows<R> {
    reader: csv::Reader<R>,
    legacy: Option<Legacy>,
    budget: Arc<AtomicU64>,
    record: csv::ByteRecord,
    ended: bool,
}

impl<R: Read> TextRows<R> {
    fn next_row(&mut self) -> Option<Result<Vec<String>, Fault>> {
        if self.ended {
            return None;
        }
        self.budget.store(0, Ordering::Relaxed);
        match self.reader.read_byte_record(&mut self.record) {
            Ok(true) => Some(Ok(decoded(&self.record, self.legacy))),
            Ok(false) => None,
            Err(error) => {
                self.ended = true;
                Some(Err(broken(&error)))
            }
        }
    }
}

impl<R: Read> Iterator for TextRows<R> {
    type Item = Result<Vec<String>, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.next_row()? {
                Ok(row) if row.iter().all(|cell| cell.trim().is_empty()) => {}
                other => return Some(other),
            }
        }
    }
}

/// A reader that refuses to feed one row without end.
struct Budgeted<R> {
    inner: R,
    used: Arc<AtomicU64>,
}

impl<R: Read> Read for Budgeted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        let used = self.used.fetch_add(n as u64, Ordering::Relaxed);
        if used > MAX_ROW_BYTES {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "row too large"));
        }
        Ok(n)
    }
}

fn bind(header: &Header, path: &Path, candidates: &Candidates) -> Result<Mapping, Fault> {
    let mapping = Mapping::new(Arc::clone(&header.map), &header.headers);
    if mapping.names_something() {
        return Ok(mapping);
    }
    Err(no_header(path, candidates, Some(&header.headers)))
}

fn note(kind: FaultKind, message: String) -> Fault {
    Fault { severity: Severity::Note, kind, field: String::new(), message }
}

/// Returns what the user should know about the choice of the map before the first row.
fn notes(mapping: &Mapping, map: &ColumnMap, candidates: &Candidates) -> Vec<Fault> {
    let mut notes = Vec::new();
    if matches!(candidates, Candidates::Any(_)) && !map.is_verified() {
        let message =
            format!("the map `{}` was never compared with a real file; check some records", map.id());
        notes.push(note(FaultKind::UnknownFormat, message));
    }
    let unknown = mapping.unknown();
    if !unknown.is_empty() {
        let list = unknown.join("`, `");
        let message = format!("the map `{}` does not know `{list}`; kept as they are", map.id());
        notes.push(note(FaultKind::UnknownField, message));
    }
    notes
}

fn no_header(path: &Path, candidates: &Candidates, row: Option<&Vec<String>>) -> Fault {
    let seen = row.map_or_else(String::new, |row| {
        let cells: Vec<&str> =
            row.iter().map(|cell| clip(cell.trim())).filter(|cell| !cell.is_empty()).collect();
        format!(" (a row that may be the header: `{}`)", cells[..cells.len().min(12)].join("`, `"))
    });
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let message = match candidates {
        Candidates::Chosen(map) => format!(
            "the map `{}` names no column of `{name}`{seen}; add these headers to the map or choose another one",
            map.id()
        ),
        Candidates::Any(_) => format!(
            "the first {HEADER_ROWS} rows of `{name}` hold no header of a known export{seen}; give a column map with `--map FILE`"
        ),
    };
    Fault { severity: Severity::File, kind: FaultKind::UnknownFormat, field: String::new(), message }
}

fn unreadable(error: &io::Error) -> Fault {
    let message = format!("cannot be read further: {error}");
    Fault { severity: Severity::File, kind: FaultKind::Unreadable, field: String::new(), message }
}

fn broken(error: &csv::Error) -> Fault {
    match error.kind() {
        csv::ErrorKind::Io(source) if source.kind() == io::ErrorKind::FileTooLarge => {
            let limit = MAX_ROW_BYTES >> 20;
            let message =
                format!("a row is longer than {limit} MB; look for a quote that is opened and never closed");
            Fault { severity: Severity::File, kind: FaultKind::TooLarge, field: String::new(), message }
        }
        csv::ErrorKind::Io(source) => unreadable(source),
        _ => {
            let message = format!("the table cannot be cut further: {error}");
            Fault { severity: Severity::File, kind: FaultKind::Malformed, field: String::new(), message }
        }
    }
}
