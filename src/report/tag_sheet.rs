//! The tagging sheet (标引表) as a workbook.
//!
//! The sheet is protected without a password: what identifies a row is locked, cells to be filled in are open and
//! take only what the lists allow. The lists lie on a sheet of their own, which the cells refer to, because a list
//! inside a cell may have 255 characters only. Same sheet, same bytes: no time is written.

use rust_xlsxwriter::{
    Color, DataValidation, ExcelDateTime, Format, FormatAlign, FormatBorder, Formula, ProtectionOptions,
    Workbook, Worksheet, XlsxError,
};

use crate::analytics::tag::sheet::{
    END_OPEN, FIRST_OPEN, HEADINGS, N_EFFECTS, N_LEAVES, SHEET, Sheet, effect_choices, leaf_choices, row_id,
};
use crate::error::{Classify, ErrorKind};

/// The sheet of the choices.
const LISTS: &str = "选项 choices";
/// The most characters of a cell, by the format.
const MAX_CELL_CHARS: usize = 32_767;
/// Widths of the columns, in characters.
const WIDTHS: [f64; HEADINGS.len()] = [
    16.0, 20.0, 7.0, 36.0, 16.0, 60.0, 44.0, 24.0, 28.0, 28.0, 28.0, 22.0, 22.0, 22.0, 22.0, 24.0, 7.0, 13.0,
];

/// Why a workbook could not be made.
#[derive(Debug, thiserror::Error)]
#[error("cannot write the tagging sheet")]
pub struct Error(#[source] XlsxError);

impl Classify for Error {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Internal
    }
}

/// Writes a sheet as the bytes of an `.xlsx` file.
///
/// # Errors
/// [`Error`] for what the format does not allow; texts are cut to its longest cell.
pub fn write(sheet: &Sheet<'_>) -> Result<Vec<u8>, Error> {
    workbook(sheet).map_err(Error)
}

fn workbook(sheet: &Sheet<'_>) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let properties =
        rust_xlsxwriter::DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?);
    workbook.set_properties(&properties);
    let leaves = leaf_choices(sheet.pack);
    let effects = effect_choices(sheet.pack);
    write_rows(workbook.add_worksheet(), sheet, leaves.len(), effects.len())?;
    let lists = workbook.add_worksheet();
    lists.set_name(LISTS)?;
    for (column, choices) in [(0, &leaves), (1, &effects)] {
        for (row, choice) in (0..).zip(choices) {
            lists.write_string(row, column, choice)?;
        }
    }
    lists.set_column_width(0, 40.0)?;
    lists.set_column_width(1, 40.0)?;
    lists.protect();
    workbook.save_to_buffer()
}

fn write_rows(
    page: &mut Worksheet,
    sheet: &Sheet<'_>,
    n_leaves: usize,
    n_effects: usize,
) -> Result<(), XlsxError> {
    page.set_name(SHEET)?;
    let head =
        Format::new().set_bold().set_background_color(Color::RGB(0xD9_E1_F2)).set_border(FormatBorder::Thin);
    let locked = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let open =
        Format::new().set_unlocked().set_background_color(Color::RGB(0xFF_F9_E5)).set_align(FormatAlign::Top);
    for (column, (heading, width)) in (0_u16..).zip(HEADINGS.iter().zip(WIDTHS)) {
        page.write_string_with_format(0, column, *heading, &head)?;
        page.set_column_width(column, width)?;
    }
    page.set_freeze_panes(1, 2)?;
    let tree = sheet.pack.tree_id();
    for (n, row) in sheet.rows.iter().enumerate() {
        let at = u32::try_from(n + 1).unwrap_or(u32::MAX);
        let id = row_id(n + 1, &row.key, &sheet.pack.id, &sheet.round);
        let fixed = [
            id.as_str(),
            &row.key,
            &sheet.pack.id,
            &row.title,
            &row.drawing,
            &row.claim,
            &row.effect,
            &row.computed,
        ];
        for (column, text) in (0_u16..).zip(fixed) {
            page.write_string_with_format(at, column, cut(text), &locked)?;
        }
        for column in FIRST_OPEN..END_OPEN {
            page.write_blank(at, u16::try_from(column).unwrap_or(u16::MAX), &open)?;
        }
        for (column, text) in (16_u16..).zip([&sheet.round, &tree]) {
            page.write_string_with_format(at, column, text, &locked)?;
        }
    }
    let last = u32::try_from(sheet.rows.len()).unwrap_or(u32::MAX).max(1);
    let mut choose = |first: usize, n: usize, column: char, n_choices: usize| {
        let list = format!("='{LISTS}'!${column}$1:${column}${}", n_choices.max(1));
        let rule = DataValidation::new()
            .allow_list_formula(Formula::new(list))
            .set_error_title("不在选项中 not in the list")?
            .set_error_message("请从下拉选项中选择。Choose from the list.")?;
        let column = |at: usize| u16::try_from(at).unwrap_or(u16::MAX);
        page.add_data_validation(1, column(first), last, column(first + n - 1), &rule).map(|_| ())
    };
    choose(FIRST_OPEN, N_LEAVES, 'A', n_leaves)?;
    choose(FIRST_OPEN + N_LEAVES, 2 * N_EFFECTS, 'B', n_effects)?;
    let allowed = ProtectionOptions {
        format_columns: true,
        format_rows: true,
        use_autofilter: true,
        ..ProtectionOptions::new()
    };
    page.protect_with_options(&allowed);
    page.autofilter(0, 0, last, u16::try_from(HEADINGS.len() - 1).unwrap_or(u16::MAX))?;
    Ok(())
}

fn cut(text: &str) -> String {
    text.chars().take(MAX_CELL_CHARS).collect()
}
