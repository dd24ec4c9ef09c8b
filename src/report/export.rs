//! Rows of documents as files for other programs: CSV, XLSX, JSON Lines, RIS, BibTeX; one row at a time.
//!
//! Several values of one field are joined by `"; "`, which is what the common databases do; JSON Lines keeps lists.
//! Dates are `YYYY-MM-DD`, real dates in spreadsheets. Missing is an empty cell, or `null`.

mod bibliography;
mod sheet;

use std::io::{BufWriter, Seek, Write};

use super::error::{Error, Result};
use crate::search::{FieldValue, Row};

/// The format of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ExportFormat)]
pub enum Format {
    /// Comma-separated values, RFC 4180.
    Csv,
    /// A spreadsheet.
    Xlsx,
    /// One JSON object a line.
    Jsonl,
    /// RIS, for reference managers.
    Ris,
    /// BibLaTeX entries.
    Bibtex,
}

impl Format {
    /// Returns the usual end of a file's name.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Jsonl => "jsonl",
            Self::Ris => "ris",
            Self::Bibtex => "bib",
        }
    }

    /// Returns the media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Jsonl => "application/x-ndjson",
            Self::Ris => "application/x-research-info-systems",
            Self::Bibtex => "application/x-bibtex",
        }
    }
}

/// How to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The fields of the rows, in order: the titles of the columns.
    pub fields: Vec<String>,
    /// CSV for Excel: a byte order mark, without which Excel reads UTF-8 as the local code page, and an apostrophe
    /// before text that Excel would run as a formula (`=`, `+`, `-`, `@` at its start).
    pub excel: bool,
    /// JSON Lines of whole records in our own format, which `patnav index` reads back; fields are not looked at.
    pub records: bool,
    /// The time written into a spreadsheet: that of the snapshot.
    pub created: jiff::Timestamp,
}

/// A place to write to; spreadsheets also go back in it.
pub trait Output: Write + Seek + Send {}

impl<T: Write + Seek + Send> Output for T {}

/// What was lost to the limits of a format.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
)]
pub struct Cut {
    /// Cells of a spreadsheet that were cut at its 32,767 characters.
    pub cells: u64,
    /// Sheets of a spreadsheet; each holds a million rows at most.
    pub sheets: u32,
}

/// Writes rows in one format.
pub struct Writer<W: Write> {
    options: Options,
    form: Form<W>,
}

enum Form<W: Write> {
    Csv(Box<csv::Writer<W>>),
    Sheet(Box<sheet::Sheets>, W),
    Lines(BufWriter<W>),
    Ris(BufWriter<W>),
    Bibtex(BufWriter<W>, bibliography::Keys),
}

impl<W: Output> Writer<W> {
    /// Begins a file.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn new(format: Format, options: Options, mut out: W) -> Result<Self> {
        let form = match format {
            Format::Csv => {
                if options.excel {
                    out.write_all("\u{feff}".as_bytes())?;
                }
                let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
                writer.write_record(&options.fields)?;
                Form::Csv(Box::new(writer))
            }
            Format::Xlsx => Form::Sheet(Box::new(sheet::Sheets::new(&options)?), out),
            Format::Jsonl => Form::Lines(BufWriter::new(out)),
            Format::Ris => Form::Ris(BufWriter::new(out)),
            Format::Bibtex => Form::Bibtex(BufWriter::new(out), bibliography::Keys::default()),
        };
        Ok(Self { options, form })
    }

    /// Writes a row.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn row(&mut self, row: &Row) -> Result<()> {
        match &mut self.form {
            Form::Csv(writer) => {
                let excel = self.options.excel;
                writer.write_record(row.values.iter().map(|value| cell(value, excel)))?;
            }
            Form::Sheet(sheets, _) => sheets.row(&row.values)?,
            Form::Lines(out) if self.options.records => {
                serde_json::to_writer(&mut *out, &row.publication)?;
                out.write_all(b"\n")?;
            }
            Form::Lines(out) => {
                let values = row.values.iter().map(json);
                let object: serde_json::Map<String, serde_json::Value> =
                    self.options.fields.iter().cloned().zip(values).collect();
                serde_json::to_writer(&mut *out, &object)?;
                out.write_all(b"\n")?;
            }
            Form::Ris(out) => out.write_all(bibliography::ris(&row.publication).as_bytes())?,
            Form::Bibtex(out, keys) => {
                out.write_all(bibliography::bibtex(&row.publication, keys).as_bytes())?;
            }
        }
        Ok(())
    }

    /// Ends the file and returns what the format could not hold.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn finish(self) -> Result<Cut> {
        match self.form {
            Form::Csv(mut writer) => writer.flush()?,
            Form::Sheet(sheets, out) => return sheets.finish(out),
            Form::Lines(mut out) | Form::Ris(mut out) | Form::Bibtex(mut out, _) => out.flush()?,
        }
        Ok(Cut::default())
    }
}

/// Returns a value as the text of a cell.
fn plain(value: &FieldValue) -> String {
    match value {
        FieldValue::Missing => String::new(),
        FieldValue::Text(text) => text.clone(),
        FieldValue::Integer(number) => number.to_string(),
        FieldValue::Date(date) => date.to_string(),
        FieldValue::List(values) => values.join("; "),
    }
}

fn cell(value: &FieldValue, excel: bool) -> String {
    let text = plain(value);
    let formula = matches!(value, FieldValue::Text(_) | FieldValue::List(_))
        && text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if excel && formula { format!("'{text}") } else { text }
}

fn json(value: &FieldValue) -> serde_json::Value {
    match value {
        FieldValue::Missing => serde_json::Value::Null,
        FieldValue::Text(text) => text.clone().into(),
        FieldValue::Integer(number) => (*number).into(),
        FieldValue::Date(date) => date.to_string().into(),
        FieldValue::List(values) => values.clone().into(),
    }
}

impl From<csv::Error> for Error {
    fn from(error: csv::Error) -> Self {
        Self::Write(error.into())
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::Write(error.into())
    }
}

#[cfg(test)]
mod tests;
