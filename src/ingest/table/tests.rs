//! Every built-in map on its synthetic sample in `fixtures/formats`, and the habits of exports one by one.

use std::fmt::Write as _;
use std::io::Cursor;
use std::io::Write as _;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

use super::open::Rows;
use super::*;
use crate::ingest::FaultKind;
use crate::ingest::Severity;
use crate::ingest::json;
use crate::ingest::record::Fault;
use crate::ingest::record::Parsed;
use crate::ingest::record::Raw;
use crate::patent::Cited;
use crate::patent::Date;
use crate::patent::Publication;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/formats")
}

fn open_bytes(bytes: &[u8], chosen: Option<&str>) -> Result<(Arc<Mapping>, Rows), Fault> {
    let chosen = chosen.map(|map| Arc::new(ColumnMap::from_toml(map).expect("a good map")));
    open(Box::new(Cursor::new(bytes.to_vec())), Path::new("t.csv"), &ColumnMap::builtin(), chosen)
}

fn read_all(opened: Result<(Arc<Mapping>, Rows), Fault>) -> (String, Parsed) {
    let (mapping, rows) = opened.expect("opens");
    let mut out = Parsed::default();
    for row in rows {
        match row {
            Ok(row) => mapping.parse(&row, &mut out),
            Err(fault) => out.faults.push(fault),
        }
    }
    (mapping.id().to_owned(), out)
}

const MAP: &str = r#"
id = "t"
title = { zh = "试", en = "test" }
separators = [";"]
[[column]]
headers = { en = ["Number"], zh = ["公开号"] }
field = "number"
[[column]]
headers = { en = ["Title"], zh = ["名称"] }
field = "title"
[[column]]
headers = { en = ["Filed"] }
field = "filing_date"
[[column]]
headers = { en = ["Applicant"], zh = ["申请人"] }
field = "applicant"
"#;

fn read(bytes: &[u8]) -> Parsed {
    read_all(open_bytes(bytes, Some(MAP))).1
}

fn titles(parsed: &Parsed) -> Vec<String> {
    parsed.publications.iter().flat_map(|p| p.titles.iter().map(|title| title.text.clone())).collect()
}

fn kinds(parsed: &Parsed) -> Vec<(Severity, FaultKind)> {
    parsed.faults.iter().map(|fault| (fault.severity, fault.kind)).collect()
}

/// Writes a publication in words, one line a fact, so that a change of the model's layout changes no sample.
fn describe(p: &Publication) -> String {
    let mut s = String::new();
    let mut line = |name: &str, value: String| {
        let _ = writeln!(s, "{name}: {}", value.replace('\n', " / "));
    };
    let dated = |date: Option<Date>| date.map_or(String::new(), |date| format!(" ({date})"));
    line("key", p.key());
    if let Some(number) = &p.application {
        line("application", number.to_string());
    }
    if let Some(id) = &p.source_id {
        line("source id", id.clone());
    }
    if let Some(kind) = &p.patent_type {
        line("type", format!("{kind:?}"));
    }
    let dates = [
        ("filed", p.filing_date),
        ("published", p.publication_date),
        ("granted", p.grant_date),
        ("first priority", p.earliest_priority_date),
    ];
    for (name, date) in dates {
        date.into_iter().for_each(|date| line(name, date.to_string()));
    }
    for (name, texts) in [("title", &p.titles), ("abstract", &p.abstracts), ("keyword", &p.keywords)] {
        for text in texts {
            let mark = if text.translated { "*" } else { "" };
            line(name, format!("[{}{mark}] {}", text.lang.0, text.text));
        }
    }
    for set in &p.claims {
        set.claims
            .iter()
            .for_each(|claim| line("claim", format!("[{}] {}. {}", set.lang.0, claim.number, claim.text)));
    }
    for party in &p.parties {
        let lang = party.lang.as_ref().map_or(String::new(), |lang| format!(" [{}]", lang.0));
        let address = party.address.as_ref().map_or(String::new(), |a| {
            format!(
                " @ {}",
                [&a.country, &a.postcode, &a.text]
                    .into_iter()
                    .flatten()
                    .cloned()
                    .collect::<Vec<_>>()
                    .join(" ")
            )
        });
        line(
            &format!("{:?} {}", party.role, party.sequence).to_lowercase(),
            format!("{}{lang}{address}", party.name),
        );
    }
    for priority in &p.priorities {
        line("priority", format!("{}{}", priority.number, dated(priority.date)));
    }
    for class in &p.classes {
        let position =
            class.position.map_or(String::new(), |position| format!(" {position:?}").to_lowercase());
        line(&format!("{:?}", class.scheme).to_lowercase(), format!("{}{position}", class.symbol.0));
    }
    for citation in &p.citations {
        let by = citation.by.map_or(String::new(), |by| format!(" by {by:?}").to_lowercase());
        let category = citation.category.as_ref().map_or(String::new(), |category| format!(" {category}"));
        match &citation.cited {
            Cited::Patent { number, .. } => line("cites", format!("{number}{by}{category}")),
            Cited::Literature { text } => line("cites text", format!("{text}{by}{category}")),
        }
    }
    p.family.simple.iter().for_each(|id| line("family", id.clone()));
    p.family.members.iter().for_each(|member| line("member", member.to_string()));
    for link in &p.links {
        line(&format!("{:?}", link.kind), format!("{}{}", link.target, dated(link.date)));
    }
    for (name, text) in &p.other {
        line(&format!("other {name}"), text.clone());
    }
    s
}

#[test]
fn every_map_reads_its_sample() {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for map in ColumnMap::builtin() {
        let id = map.id();
        let is_sample = |path: &&PathBuf| {
            let extension = path.extension().unwrap_or_default();
            path.file_stem().unwrap_or_default() == id && extension != "txt"
        };
        let path = files.iter().find(is_sample).unwrap_or_else(|| panic!("no sample of `{id}`"));
        let bytes = std::fs::read(path).unwrap();
        let mut out = Parsed::default();
        if map.form == Form::Json {
            assert_eq!(json::recognise(&bytes).as_deref(), Some(id));
            for element in json::elements(Box::new(Cursor::new(bytes))) {
                let text = element.expect("whole objects");
                json::parse(&map, &Raw { text: &text, path }, &mut out);
            }
        } else {
            if path.extension().unwrap() != "xlsx" {
                assert_eq!(recognise(&bytes).as_deref(), Some(id));
            }
            let (found, parsed) = read_all(open_bytes(&bytes, None));
            assert_eq!(found, id);
            out = parsed;
        }
        let mut found: String = out.publications.iter().map(|p| describe(p) + "\n").collect();
        for fault in &out.faults {
            let _ =
                writeln!(found, "{:?} {:?} {}: {}", fault.severity, fault.kind, fault.field, fault.message);
        }
        let expected_path = folder().join(format!("{id}.txt"));
        if std::env::var_os("UPDATE_FORMAT_SAMPLES").is_some() {
            std::fs::write(&expected_path, &found).unwrap();
        }
        let expected = std::fs::read_to_string(&expected_path).unwrap_or_default();
        assert!(found == expected, "`{id}` reads differently:\n{found}\nexpected:\n{expected}");
    }
}

#[test]
fn a_written_record_reads_back_equal() {
    let bytes = std::fs::read(folder().join("incopat.csv")).unwrap();
    for publication in read_all(open_bytes(&bytes, None)).1.publications {
        let text = serde_json::to_string(&publication).unwrap();
        assert_eq!(serde_json::from_str::<Publication>(&text).unwrap(), publication);
    }
}

#[test]
fn maps_with_an_error_name_the_line() {
    let check = |from: &str, to: &str, line: usize, word: &str| {
        let text = MAP.replacen(from, to, 1);
        let error = ColumnMap::from_toml(&text).expect_err(to);
        assert_eq!(error.line, line, "{error}");
        assert!(error.message.contains(word), "{error}");
    };
    check("field = \"number\"", "feild = \"number\"", 7, "feild");
    check("field = \"number\"", "field = \"nummer\"", 7, "nummer");
    check("{ en = [\"Title\"], zh = [\"名称\"] }", "{ en = [] }", 8, "no header");
    check("id = \"t\"", "id = \"T 1\"", 2, "lower-case");
    check("field = \"title\"", "field = \"title\"\npattern = \"[\"", 8, "pattern");
    check("field = \"title\"", "field = \"title\"\npattern = \"abc\"", 8, "group");
    check("title = {", "title = [", 3, "");
}

#[test]
fn a_map_that_names_no_column_says_what_is_there() {
    let fault = open_bytes(b"Foo,Bar,Baz\n1,2,3\n", Some(MAP)).err().expect("refused");
    assert_eq!((fault.severity, fault.kind), (Severity::File, FaultKind::UnknownFormat));
    assert!(fault.message.contains("`Foo`, `Bar`, `Baz`"), "{}", fault.message);
    let fault = open_bytes(b"Foo,Bar,Baz\n1,2,3\n", None).err().expect("unknown");
    assert!(fault.message.contains("--map FILE"), "{}", fault.message);
}

#[test]
fn text_encodings_are_told_apart() {
    let table = "公开号,名称\nCN1A,一种采煤机滚筒，包括截齿\nCN2A,液压支架\n";
    let check = |name: &str, bytes: &[u8]| {
        assert_eq!(titles(&read(bytes)), ["一种采煤机滚筒，包括截齿", "液压支架"], "{name}");
    };
    check("utf-8", table.as_bytes());
    check("utf-8 with mark", format!("\u{feff}{table}").as_bytes());
    check("gb18030", &encoding_rs::GB18030.encode(table).0);
    let wide: Vec<u8> = table.encode_utf16().flat_map(u16::to_le_bytes).collect();
    check("utf-16 with mark", &[&[0xff, 0xfe], &wide[..]].concat());
    // These two characters are valid UTF-8 in GB18030.
    let short = encoding_rs::GB18030.encode("公开号,名称\nCN1A,摘要\n").0;
    assert_eq!(titles(&read(&short)), ["摘要"]);
    let latin = encoding_rs::WINDOWS_1252.encode("Number,Title\nDE1A,Schr\u{e4}mmaschine\n").0;
    assert_eq!(titles(&read(&latin)), ["Schrämmaschine"]);
    let mixed = [
        b"Number,Title\nCN1A,\xe9\x87\x87\xe7\x85\xa4\xe6\x9c\xba\nCN2A,".as_slice(),
        &encoding_rs::GB18030.encode("采煤机").0,
    ]
    .concat();
    assert_eq!(titles(&read(&mixed)), ["采煤机", "采煤机"]);
}

#[test]
fn wrongly_decoded_text_is_repaired_or_reported() {
    let parsed = read("Number,Title\nFR1A,On dÃ©crit\n".as_bytes());
    assert_eq!(titles(&parsed), ["On décrit"]);
    assert_eq!(kinds(&parsed), [(Severity::Note, FaultKind::Encoding)]);
    let parsed = read("Number,Title\nFR1A,a\u{fffd}b\nFR2A,FÃ_r\n".as_bytes());
    assert_eq!(kinds(&parsed), [(Severity::Field, FaultKind::Encoding); 2]);
    let parsed = read("Number,Title\nFR1A,Âge déjà naïve œuvre ©\n".as_bytes());
    assert_eq!((titles(&parsed), kinds(&parsed)), (vec!["Âge déjà naïve œuvre ©".to_owned()], vec![]));
}

#[test]
fn the_header_is_found_below_a_preamble() {
    let parsed = read(b"search,anything\n\n,,\nexported 2020\nNumber,Title\nUS1A,drum\n");
    assert_eq!(titles(&parsed), ["drum"]);
}

#[test]
fn rows_that_are_no_record_are_noted() {
    let text = "Number,Title,Filed,Applicant\nUS1A,drum,,\nNumber,Title,Filed,Applicant\n,,,\nTotal: 1,,,\n";
    let parsed = read(text.as_bytes());
    assert_eq!(titles(&parsed), ["drum"]);
    assert_eq!(kinds(&parsed), [(Severity::Note, FaultKind::Missing); 2]);
}

#[test]
fn a_row_without_number_and_title_is_lost_with_a_fault() {
    let parsed = read(b"Number,Title,Filed,Applicant\n,,2020-01-01,ACME\n");
    assert_eq!(kinds(&parsed), [(Severity::Record, FaultKind::Missing)]);
}

#[test]
fn marks_of_spreadsheets_are_dropped() {
    let parsed = read(b"Number,Title,Filed\n'US1234567B2,drum,43831\n=\"US1234568B2\",\tdrill \t,\n");
    let numbers: Vec<String> =
        parsed.publications.iter().map(|p| p.number.clone().unwrap().to_string()).collect();
    assert_eq!(numbers, ["US1234567B2", "US1234568B2"]);
    assert_eq!(parsed.publications[0].filing_date, Date::new(2020, 1, 1).ok());
    assert_eq!(titles(&parsed), ["drum", "drill"]);
}

#[test]
fn a_bad_cell_costs_its_field_only() {
    let parsed = read(b"Number,Title,Filed\nUS1A,drum,31.02.2020\n");
    assert_eq!(titles(&parsed), ["drum"]);
    assert_eq!(parsed.publications[0].filing_date, None);
    assert_eq!(kinds(&parsed), [(Severity::Field, FaultKind::Date)]);
}

#[test]
fn unknown_columns_are_kept_and_named_once() {
    let parsed = read(b"Number,Title,Mood,Mood\nUS1A,drum,good,bad\nUS2A,drill,fair,\n");
    assert_eq!(parsed.publications[0].other["Mood"], "good");
    assert_eq!(parsed.publications[0].other["Mood (2)"], "bad");
    assert_eq!(kinds(&parsed), [(Severity::Note, FaultKind::UnknownField)]);
}

#[test]
fn a_merged_header_without_its_merge_goes_on_to_the_right() {
    let parsed = read(b"Number,Title,Applicant,,\nUS1A,drum,ACME,BETA,\n");
    let names: Vec<&str> = parsed.publications[0].parties.iter().map(|party| party.name.as_str()).collect();
    assert_eq!(names, ["ACME", "BETA"]);
}

#[test]
fn a_quote_that_never_closes_ends_the_file_with_a_fault() {
    let mut bytes = b"Number,Title\nUS1A,drum\nUS2A,\"open".to_vec();
    bytes.resize(bytes.len() + (80 << 20), b'x');
    let parsed = read(&bytes);
    assert_eq!(titles(&parsed), ["drum"]);
    assert_eq!(kinds(&parsed), [(Severity::File, FaultKind::TooLarge)]);
}

/// Builds a workbook from its parts.
fn zip(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

const SHEET: &str = r#"<?xml version="1.0"?><worksheet><sheetData>
<row r="1"><c r="A1" t="inlineStr"><is><t>Number</t></is></c><c r="B1" t="s"><v>0</v></c><c r="C1" t="inlineStr"><is><t>Filed</t></is></c></row>
<row r="3"><c r="A3" t="str"><v>US1A</v></c><c r="B3" t="s"><v>1</v></c><c r="C3" s="99"><v>43831</v></c></row>
</sheetData></worksheet>"#;
const STRINGS: &str = r#"<sst><si><t>Title</t></si><si><r><t>drum &amp; </t></r><r><t>pick</t></r><rPh><t>x</t></rPh></si></sst>"#;

#[test]
fn a_workbook_with_broken_styles_is_read_without_them() {
    let bytes = zip(&[
        ("xl/worksheets/sheet1.xml", SHEET),
        ("xl/sharedStrings.xml", STRINGS),
        ("xl/styles.xml", "<styleSheet><cellXfs><xf numFmtId="),
    ]);
    let parsed = read(&bytes);
    assert_eq!(titles(&parsed), ["drum & pick"]);
    assert_eq!(parsed.publications[0].filing_date, Date::new(2020, 1, 1).ok());
    assert_eq!(kinds(&parsed), [(Severity::Note, FaultKind::Malformed)]);
}

#[test]
fn what_is_no_workbook_says_what_to_do() {
    let check = |bytes: &[u8], kind: FaultKind| {
        let fault = open_bytes(bytes, None).err().expect("refused");
        assert_eq!((fault.severity, fault.kind), (Severity::File, kind), "{}", fault.message);
        assert!(fault.message.contains("save") || fault.message.contains("copy"), "{}", fault.message);
    };
    check(b"PK\x03\x04 and nothing more", FaultKind::Malformed);
    check(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and nothing more", FaultKind::Malformed);
    check(b"<html><table><tr><td>Number</td></tr></table></html>", FaultKind::Unsupported);
    check(&zip(&[("content.xml", "<x/>")]), FaultKind::Unsupported);
}
