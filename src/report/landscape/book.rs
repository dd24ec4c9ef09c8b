//! The data book: each figure as a sheet of a workbook and as a CSV file, raw numbers and all.

use std::io::Cursor;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet};

use super::Package;
use super::words::{counting, pick, reason};
use crate::analytics::landscape::{Cell, Figure};
use crate::report::document::Lang;
use crate::report::error::Result;

/// Characters of a cell that Excel takes.
const MAX_CELL: usize = 32_767;
/// Rows of a sheet that Excel takes.
const MAX_ROWS: usize = 1_048_576;

/// Returns a figure as CSV: titles are the names of the columns, then the keys of the documents, joined by `"; "`.
///
/// With byte order mark, and no text that a spreadsheet would run as a formula. A figure without data has one row that
/// says why.
pub(super) fn csv(figure: &Figure) -> Result<Vec<u8>> {
    let mut out: Vec<u8> = "\u{feff}".as_bytes().to_vec();
    {
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(&mut out);
        if let Some(why) = &figure.missing {
            writer.write_record(["missing_zh", "missing_en"])?;
            writer.write_record([&why.zh, &why.en])?;
        } else {
            let names = figure.columns.iter().map(|column| column.id.as_str());
            writer.write_record(names.chain(["incomplete", "n_documents", "documents"]))?;
            for row in &figure.rows {
                let cells = row.cells.iter().map(text);
                let rest = [
                    row.incomplete.to_string(),
                    row.documents.len().to_string(),
                    row.documents.keys().join("; "),
                ];
                writer.write_record(cells.chain(rest))?;
            }
        }
        writer.flush()?;
    }
    Ok(out)
}

fn text(cell: &Cell) -> String {
    let text = match cell {
        Cell::Number(number) => return number.to_string(),
        Cell::Text(text) => text.clone(),
        Cell::Name(name) if name.zh == name.en => name.zh.clone(),
        Cell::Name(name) => format!("{} / {}", name.zh, name.en),
        Cell::Missing(why) => format!("n/a: {why}"),
    };
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text }
}

/// Returns all figures as a workbook: first what they rest on, then one sheet a figure, last the titles of documents.
pub(super) fn xlsx(package: &Package<'_>) -> Result<Vec<u8>> {
    let mut workbook = Workbook::new();
    let created = ExcelDateTime::from_timestamp(package.created.as_second())?;
    workbook.set_properties(&DocProperties::new().set_author("patnav").set_creation_datetime(&created));
    let bold = Format::new().set_bold();
    about(workbook.add_worksheet(), package, &bold)?;
    for figure in &package.landscape.figures {
        sheet(workbook.add_worksheet(), figure, package.lang, &bold)?;
    }
    let documents = workbook.add_worksheet();
    documents
        .set_name("documents")?
        .set_freeze_panes(1, 0)?
        .set_column_width(0, 20)?
        .set_column_width(1, 80)?;
    documents.write_string_with_format(0, 0, package.lang.pick("文献", "document"), &bold)?;
    documents.write_string_with_format(0, 1, package.lang.pick("标题", "title"), &bold)?;
    for (row, (key, title)) in (1_u32..).zip(package.titles.iter().take(MAX_ROWS - 1)) {
        documents.write_string(row, 0, key)?.write_string(row, 1, shortened(title))?;
    }
    let mut out = Cursor::new(Vec::new());
    workbook.save_to_writer(&mut out)?;
    Ok(out.into_inner())
}

fn about(sheet: &mut Worksheet, package: &Package<'_>, bold: &Format) -> Result<()> {
    let (basis, lang) = (&package.landscape.basis, package.lang);
    let unknown = || lang.pick("未知", "unknown").to_owned();
    let rows = [
        (lang.pick("检索式", "query"), package.query.to_owned()),
        (lang.pick("规范检索式", "canonical query"), basis.scope.clone()),
        (lang.pick("快照", "snapshot"), basis.snapshot.map_or_else(unknown, |id| id.to_string())),
        (lang.pick("数据截止日", "data to"), basis.as_of.map_or_else(unknown, |day| day.to_string())),
        (
            lang.pick("最后完整年", "last complete year"),
            basis.last_complete_year.map_or_else(unknown, |year| year.to_string()),
        ),
        (lang.pick("计数口径", "counting"), counting(basis, lang)),
        (lang.pick("单位数", "units"), basis.n_units.to_string()),
        (lang.pick("文献数", "documents"), basis.n_documents.to_string()),
        (lang.pick("无日期", "undated"), basis.n_undated.to_string()),
    ];
    sheet.set_name("about")?.set_column_width(0, 22)?.set_column_width(1, 90)?;
    for (row, (name, value)) in (0_u32..).zip(rows) {
        sheet.write_string_with_format(row, 0, name, bold)?.write_string(row, 1, shortened(&value))?;
    }
    Ok(())
}

fn sheet(sheet: &mut Worksheet, figure: &Figure, lang: Lang, bold: &Format) -> Result<()> {
    sheet.set_name(figure.id.as_str())?;
    sheet.write_string_with_format(0, 0, pick(&figure.title, lang), bold)?;
    sheet.write_string(1, 0, pick(&figure.sentence, lang))?;
    if figure.missing.is_some() {
        return Ok(());
    }
    const HEAD: u32 = 3;
    sheet.set_freeze_panes(HEAD + 1, 0)?;
    let titles = figure.columns.iter().map(|column| pick(&column.title, lang));
    let rest =
        [lang.pick("年份不完整", "incomplete"), lang.pick("文献数", "documents"), lang.pick("文献", "keys")];
    for (column, title) in (0_u16..).zip(titles.chain(rest)) {
        sheet.set_column_width(column, 16)?.write_string_with_format(HEAD, column, title, bold)?;
    }
    for (at, row) in (HEAD + 1..).zip(figure.rows.iter().take(MAX_ROWS - 5)) {
        let mut column = 0_u16;
        for cell in &row.cells {
            match cell {
                Cell::Number(number) => sheet.write_number(at, column, *number)?,
                Cell::Name(name) => sheet.write_string(at, column, shortened(pick(name, lang)))?,
                Cell::Text(text) => sheet.write_string(at, column, shortened(text))?,
                Cell::Missing(why) => {
                    sheet.write_string(at, column, shortened(&format!("n/a: {}", reason(why, lang))))?
                }
            };
            column += 1;
        }
        let marked = if row.incomplete { lang.pick("是", "yes") } else { "" };
        sheet.write_string(at, column, marked)?;
        sheet.write_number(at, column + 1, row.documents.len() as f64)?;
        sheet.write_string(at, column + 2, shortened(&row.documents.keys().join("; ")))?;
    }
    Ok(())
}

/// Excel counts UTF-16 units; what is cut says where the whole is.
fn shortened(text: &str) -> String {
    if text.encode_utf16().count() <= MAX_CELL {
        return text.to_owned();
    }
    let end = " …[cut; all in the CSV file]";
    let mut used = end.len();
    let kept = text.chars().take_while(|c| {
        used += c.len_utf16();
        used <= MAX_CELL
    });
    kept.chain(end.chars()).collect()
}
