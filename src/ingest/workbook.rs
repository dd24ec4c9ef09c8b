//! A spreadsheet as cells of text, for what is not a table of patents: filled-in forms and lists of numbers.

use std::path::Path;

use super::error::Error;
use super::table::sheet;

/// One sheet, from its first row and column; every number and date is the text that a table would hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cells {
    /// The name of the sheet.
    pub name: String,
    /// The rows.
    pub rows: Vec<Vec<String>>,
}

/// Reads all sheets of an `.xlsx` or `.xls` file.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Unreadable`], and [`Error::NoWorkbook`] for a file that is none, is damaged beyond
/// reading, or is too large.
pub fn workbook(path: &Path) -> Result<Vec<Cells>, Error> {
    let failed = |source: std::io::Error| match source.kind() {
        std::io::ErrorKind::NotFound => Error::NotFound { path: path.to_owned() },
        _ => Error::Unreadable { path: path.to_owned(), source },
    };
    let bytes = std::fs::read(path).map_err(failed)?;
    let no_workbook = |reason: String| Error::NoWorkbook { path: path.to_owned(), reason };
    let kind = sheet::kind(&bytes[..bytes.len().min(64)])
        .ok_or_else(|| no_workbook("it is a text; save it as .xlsx".to_owned()))?;
    let sheets = sheet::read(&bytes[..], kind).map_err(|fault| no_workbook(fault.message))?;
    Ok(sheets.into_iter().map(|sheet| Cells { name: sheet.name, rows: sheet.rows }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_workbook_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let check = |name: &str, bytes: Option<&[u8]>, expected: &str| {
            let path = dir.path().join(name);
            if let Some(bytes) = bytes {
                std::fs::write(&path, bytes).unwrap();
            }
            let error = workbook(&path).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        };
        check("missing.xlsx", None, "no file or folder");
        check("text.xlsx", Some(b"row,document\n"), "it is a text");
        check("broken.xlsx", Some(b"PK\x03\x04 and nothing more"), "broken.xlsx");
        check("empty.xlsx", Some(b""), "it is a text");
    }
}
