//! Every format on two documents that are made to break it.

use std::io::{Cursor, Read};

use super::{Cut, Format, Options, Writer};
use crate::patent::{Date, Language, LocalText, Party, Publication, PublicationNumber, Role};
use crate::search::{FieldValue, Row};

fn rows() -> Vec<Row> {
    let mut publication = Publication {
        number: PublicationNumber::parse("CN154016000A").ok(),
        publication_date: Some(Date::constant(2022, 9, 16)),
        titles: vec![
            LocalText::new(Language::zh(), "=氢气 \"100%\", {储存}_\n方法"),
            LocalText::new(Language::en(), "Hydrogen & more"),
        ],
        ..Publication::default()
    };
    publication.parties =
        vec![Party::new(Role::Applicant, "某某, 公司", 1), Party::new(Role::Inventor, "李雷", 1)];
    let values = vec![
        FieldValue::Text("CN154016000A".to_owned()),
        FieldValue::Text("=氢气 \"100%\", {储存}_\n方法".to_owned()),
        FieldValue::Date(Date::constant(2022, 9, 16)),
        FieldValue::List(vec!["C01B3/00".to_owned(), "F17C11/00".to_owned()]),
        FieldValue::Integer(-7),
    ];
    let empty = Row { publication: Publication::default(), values: vec![FieldValue::Missing; 5] };
    vec![Row { publication, values }, empty]
}

fn options(excel: bool, records: bool) -> Options {
    let fields = ["number", "title", "publication_date", "ipc", "n"];
    let created = "2024-05-06T07:08:09Z".parse().unwrap();
    Options { fields: fields.map(str::to_owned).to_vec(), excel, records, created }
}

fn written(format: Format, options: Options, rows: &[Row]) -> (Vec<u8>, Cut) {
    let mut out = Cursor::new(Vec::new());
    let mut writer = Writer::new(format, options, &mut out).unwrap();
    rows.iter().for_each(|row| writer.row(row).unwrap());
    let cut = writer.finish().unwrap();
    (out.into_inner(), cut)
}

fn text(format: Format, options: Options) -> String {
    String::from_utf8(written(format, options, &rows()).0).unwrap()
}

#[test]
fn csv_quotes_what_needs_it_and_reads_back() {
    let plain = text(Format::Csv, options(false, false));
    assert!(plain.starts_with("number,title,publication_date,ipc,n\r\n"), "{plain}");
    let mut reader = csv::Reader::from_reader(plain.as_bytes());
    let read: Vec<csv::StringRecord> = reader.records().map(|record| record.unwrap()).collect();
    assert_eq!(
        read[0].iter().collect::<Vec<_>>()[1..],
        ["=氢气 \"100%\", {储存}_\n方法", "2022-09-16", "C01B3/00; F17C11/00", "-7"]
    );
    assert_eq!(read[1].iter().collect::<Vec<_>>(), [""; 5]);
}

#[test]
fn csv_for_excel_has_a_mark_and_no_formulas() {
    let excel = text(Format::Csv, options(true, false));
    assert!(excel.starts_with("\u{feff}number"));
    assert!(excel.contains("\"'=氢气"), "{excel}");
    assert!(excel.contains(",-7\r\n"), "a number is no formula: {excel}");
}

#[test]
fn json_lines_keep_lists_and_nulls() {
    let lines = text(Format::Jsonl, options(false, false));
    let lines: Vec<serde_json::Value> =
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["ipc"], serde_json::json!(["C01B3/00", "F17C11/00"]));
    assert_eq!(lines[1]["title"], serde_json::Value::Null);
}

#[test]
fn records_read_back_as_they_were() {
    let lines = text(Format::Jsonl, options(false, true));
    let first: Publication = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    assert_eq!(first, rows()[0].publication);
}

#[test]
fn references_escape_what_their_formats_reserve() {
    let ris = text(Format::Ris, options(false, false));
    assert!(ris.starts_with("TY  - PAT\r\nTI  - =氢气 \"100%\", {储存}_ 方法\r\nTT  - Hydrogen & more\r\nAU  - 李雷\r\nPB  - 某某, 公司\r\n"), "{ris}");
    assert_eq!(ris.matches("ER  - \r\n").count(), 2);
    let bibtex = text(Format::Bibtex, options(false, false));
    assert!(bibtex.starts_with("@patent{CN154016000A,\n  title = {=氢气 \"100\\%\", \\{储存\\}\\_ 方法},\n  author = {{李雷}},\n  holder = {{某某, 公司}},\n"), "{bibtex}");
}

#[test]
fn spreadsheets_are_the_same_bytes_twice_and_say_what_they_cut() {
    let mut rows = rows();
    rows[1].values[1] = FieldValue::Text("长".repeat(40_000));
    let (first, cut) = written(Format::Xlsx, options(false, false), &rows);
    let (second, _) = written(Format::Xlsx, options(false, false), &rows);
    assert!(first == second, "two runs gave different bytes");
    assert_eq!(cut, Cut { cells: 1, sheets: 1 });
    let mut archive = zip::ZipArchive::new(Cursor::new(first)).unwrap();
    let mut part = |name: &str| {
        let mut text = String::new();
        archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    };
    assert!(part("docProps/core.xml").contains("2024-05-06T07:08:09Z"));
    let sheet = part("xl/worksheets/sheet1.xml");
    assert!(sheet.contains("=氢气 &quot;100%") || sheet.contains("=氢气 \"100%"), "text, not a formula");
    assert!(!sheet.contains("<f>"));
}
