//! Rows as a spreadsheet, in constant memory: rows go to disk as they come.

use std::io::{Seek, Write};

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

use super::{Cut, Options, plain};
use crate::report::error::{Error, Result};
use crate::search::FieldValue;

/// Rows of a sheet, the header not counted; Excel takes 1,048,576 with it.
const MAX_ROWS: u32 = 1_000_000;
/// Characters of a cell that Excel takes.
const MAX_CELL: usize = 32_767;
/// What stands at the end of a cell that was cut.
const CUT: &str = " …[cut]";

/// A workbook as it grows.
pub(super) struct Sheets {
    workbook: Workbook,
    fields: Vec<String>,
    bold: Format,
    day: Format,
    /// The next row of the last sheet.
    next: u32,
    cut: Cut,
}

impl Sheets {
    pub(super) fn new(options: &Options) -> Result<Self> {
        let mut workbook = Workbook::new();
        let created = ExcelDateTime::from_timestamp(options.created.as_second())?;
        workbook.set_properties(&DocProperties::new().set_author("patnav").set_creation_datetime(&created));
        let mut sheets = Self {
            workbook,
            fields: options.fields.clone(),
            bold: Format::new().set_bold(),
            day: Format::new().set_num_format("yyyy-mm-dd"),
            next: 0,
            cut: Cut::default(),
        };
        sheets.begin()?;
        Ok(sheets)
    }

    fn begin(&mut self) -> Result<()> {
        let sheet = self.workbook.add_worksheet_with_constant_memory()?;
        sheet.set_freeze_panes(1, 0)?;
        for (column, name) in (0_u16..).zip(&self.fields) {
            sheet.set_column_width(column, width_of(name))?;
            sheet.write_string_with_format(0, column, name, &self.bold)?;
        }
        self.cut.sheets += 1;
        self.next = 1;
        Ok(())
    }

    pub(super) fn row(&mut self, values: &[FieldValue]) -> Result<()> {
        if self.next > MAX_ROWS {
            self.begin()?;
        }
        let last = self.workbook.worksheets().len() - 1;
        let sheet = self.workbook.worksheet_from_index(last)?;
        for (column, value) in (0_u16..).zip(values) {
            match value {
                FieldValue::Missing => {}
                #[expect(
                    clippy::cast_precision_loss,
                    reason = "counts and years, which a double holds exactly"
                )]
                FieldValue::Integer(number) => {
                    sheet.write_number(self.next, column, *number as f64)?;
                }
                FieldValue::Date(date) if date.year() >= 1900 => {
                    let (year, month, day) = (date.year().unsigned_abs(), date.month(), date.day());
                    let day = ExcelDateTime::from_ymd(year, month.unsigned_abs(), day.unsigned_abs())?;
                    sheet.write_datetime_with_format(self.next, column, &day, &self.day)?;
                }
                value => {
                    let text = plain(value);
                    // Excel counts UTF-16 units.
                    if text.encode_utf16().count() > MAX_CELL {
                        self.cut.cells += 1;
                        sheet.write_string(self.next, column, shortened(&text))?;
                    } else {
                        sheet.write_string(self.next, column, text)?;
                    }
                }
            }
        }
        self.next += 1;
        Ok(())
    }

    pub(super) fn finish<W: Write + Seek + Send>(mut self, out: W) -> Result<Cut> {
        self.workbook.save_to_writer(out)?;
        Ok(self.cut)
    }
}

fn shortened(text: &str) -> String {
    let room = MAX_CELL - CUT.encode_utf16().count();
    let mut used = 0;
    let kept = text.chars().take_while(|c| {
        used += c.len_utf16();
        used <= room
    });
    kept.chain(CUT.chars()).collect()
}

fn width_of(field: &str) -> f64 {
    match field {
        field if field.starts_with("title") => 50.0,
        field if field.starts_with("abstract") || field.contains("claim") || field == "description" => 60.0,
        "applicants" | "owners" | "inventors" => 30.0,
        _ => 16.0,
    }
}

impl From<XlsxError> for Error {
    fn from(error: XlsxError) -> Self {
        match error {
            XlsxError::IoError(source) => Self::Write(source),
            error => Self::Sheet(error.to_string()),
        }
    }
}
