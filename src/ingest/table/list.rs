//! A list of patent numbers in a file of any sort: text, CSV, spreadsheet.
//!
//! No map is needed: of a table, the column whose cells are most often numbers is the list, the first of equals. In
//! free text every line is one number, or several between commas, semicolons or tabs.

use std::io::Read;
use std::path::Path;

use super::{encoding, sheet};
use crate::ingest::Error;
use crate::patent::{ApplicationNumber, CountryCode, PublicationNumber};

/// The largest list; a million numbers are some 16 MB.
const MAX_BYTES: u64 = 256 << 20;
/// The longest cell that can be one number.
const MAX_NUMBER: usize = 40;

/// Reads the numbers of a list, in order, as they are written.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Unreadable`]; [`Error::NoList`] for a file without a number, or a spreadsheet that
/// cannot be read, with the reason.
pub fn number_list(path: &Path) -> Result<Vec<String>, Error> {
    let unreadable = |source: std::io::Error| match source.kind() {
        std::io::ErrorKind::NotFound => Error::NotFound { path: path.to_owned() },
        _ => Error::Unreadable { path: path.to_owned(), source },
    };
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(unreadable)?;
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    let no_list = |reason: String| Error::NoList { path: path.to_owned(), reason };
    if bytes.len() as u64 > MAX_BYTES {
        return Err(no_list(format!("it is larger than {} MB; split it", MAX_BYTES >> 20)));
    }
    let rows = match sheet::kind(&bytes) {
        Some(kind) => {
            let sheets = sheet::read(&*bytes, kind).map_err(|fault| no_list(fault.message))?;
            sheets.into_iter().flat_map(|sheet| sheet.rows).collect()
        }
        None => text_rows(&bytes),
    };
    let numbers = column(rows);
    if numbers.is_empty() {
        let reason = "no cell of it is a patent number; write one a line, such as `CN110083831A`".to_owned();
        return Err(no_list(reason));
    }
    Ok(numbers)
}

fn text_rows(bytes: &[u8]) -> Vec<Vec<String>> {
    let text = match encoding::wide(bytes) {
        Some(wide) => wide.decode(bytes).0.into_owned(),
        None => encoding::decode(bytes, encoding::legacy(bytes)),
    };
    let text = text.trim_start_matches('\u{feff}');
    // A quote makes it a table with quoted cells; without one every separator cuts.
    if text.contains('"') {
        let mut reader = csv::ReaderBuilder::new();
        let delimiter =
            if text.lines().next().is_some_and(|line| line.contains('\t')) { b'\t' } else { b',' };
        reader.has_headers(false).flexible(true).delimiter(delimiter);
        let records = reader.from_reader(text.as_bytes()).into_records().flatten();
        return records.map(|record| record.iter().map(str::to_owned).collect()).collect();
    }
    let cells = |line: &str| line.split([',', ';', '\t', '，', '；', '、', '|']).map(str::to_owned).collect();
    text.lines().map(cells).collect()
}

/// Returns the cells of the column that is the list; of lines of different lengths, all numbers.
fn column(rows: Vec<Vec<String>>) -> Vec<String> {
    let width = rows.iter().map(Vec::len).max().unwrap_or_default();
    let ragged = rows
        .iter()
        .filter(|row| !row.iter().all(|cell| cell.trim().is_empty()))
        .any(|row| row.len() != width);
    let numbers = |cells: &mut dyn Iterator<Item = &String>| -> Vec<String> {
        cells
            .flat_map(|cell| cell.split([';', '；', '\n']))
            .map(str::trim)
            .filter(|cell| is_number(cell))
            .map(str::to_owned)
            .collect()
    };
    if width <= 1 || ragged {
        let all = numbers(&mut rows.iter().flatten());
        // Lines of lists differ in length; tables with a short last row are tables all the same.
        if width <= 1 || all.len() * 2 > rows.iter().map(Vec::len).sum() {
            return all;
        }
    }
    let count =
        |n: usize| rows.iter().filter(|row| row.get(n).is_some_and(|cell| is_number(cell.trim()))).count();
    let best = (0..width).rev().max_by_key(|n| count(*n)).unwrap_or_default();
    numbers(&mut rows.iter().filter_map(|row| row.get(best)))
}

/// Returns whether a cell writes a publication or application number of an office that there is.
///
/// Bare digits count where they have the length of a Chinese application.
fn is_number(cell: &str) -> bool {
    let digits = cell.chars().filter(char::is_ascii_digit).count();
    if digits < 4 || cell.chars().count() > MAX_NUMBER || cell.contains(['。', '年', '月']) {
        return false;
    }
    let known = |country: CountryCode| country != CountryCode::UNKNOWN && country.exists();
    PublicationNumber::parse(cell).is_ok_and(|number| known(number.country))
        || ApplicationNumber::parse(cell).is_ok_and(|number| known(number.country))
        || (digits == 12 || digits == 13)
            && cell.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | 'X' | 'x'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, content: &[u8]) -> Result<Vec<String>, String> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(name);
        std::fs::write(&path, content).unwrap();
        number_list(&path).map_err(|error| error.to_string())
    }

    #[test]
    fn text_holds_one_or_several_a_line() {
        let text = "\u{feff}公开号\nCN154016000A\n CN 110083831 A \nEP8203000A1, US20249003000A1；WO2022503000A1\n\n备注：无\n201719009000.9\n";
        let expected = [
            "CN154016000A",
            "CN 110083831 A",
            "EP8203000A1",
            "US20249003000A1",
            "WO2022503000A1",
            "201719009000.9",
        ];
        assert_eq!(read("a.txt", text.as_bytes()).unwrap(), expected);
    }

    #[test]
    fn of_a_table_the_column_with_most_numbers_is_the_list() {
        let text = "\"No.\",\"Title\",\"Publication\",\"Date\"\n1,\"A, b\",CN154016000A,2021-01-01\n2,c,CN154016001A,2021-01-02\n";
        assert_eq!(read("a.csv", text.as_bytes()).unwrap(), ["CN154016000A", "CN154016001A"]);
    }

    #[test]
    fn a_list_without_numbers_says_so() {
        assert!(read("a.txt", "没有号码\n2021-01-01\n".as_bytes()).unwrap_err().contains("no cell of it"));
        assert!(read("a.txt", b"").unwrap_err().contains("no cell of it"));
        assert!(matches!(number_list(Path::new("/none/such")), Err(Error::NotFound { .. })));
    }
}
