//! Cutting JSON files into records, and records by map.

use std::io::Cursor;
use std::path::Path;

use super::*;

fn cut(text: &str) -> Vec<Result<String, FaultKind>> {
    let input = Box::new(Cursor::new(text.as_bytes().to_vec()));
    elements(input).map(|element| element.map_err(|fault| fault.kind)).collect()
}

fn whole(text: &str) -> Vec<String> {
    cut(text).into_iter().map(|element| element.expect("whole objects")).collect()
}

#[test]
fn every_way_of_listing_objects_is_cut_alike() {
    let records = [r#"{"a":"x]}\"{"}"#, r#"{"b":{"c":[1,{"d":2}]}}"#];
    let check = |text: String| assert_eq!(whole(&text), records, "{text}");
    check(format!("{}\n{}\n", records[0], records[1]));
    check(format!("{}{}", records[0], records[1]));
    check(format!("[{},\n {}]", records[0], records[1]));
    check(format!("\u{feff}[{},{}]\n", records[0], records[1]));
    check(format!(r#"{{"ok":true,"data":[{},{}],"total":{{"n":[2]}}}}"#, records[0], records[1]));
    check(format!(
        r#"{{"n":2, "data" : {{"results":[{}],"page":1}}}}{{"data":[{}]}}"#,
        records[0], records[1]
    ));
    assert_eq!(whole("[]"), Vec::<String>::new());
    assert_eq!(whole(""), Vec::<String>::new());
}

#[test]
fn a_scalar_under_a_page_key_is_a_field_of_the_record() {
    assert_eq!(whole(r#"{"data":"x","id":1}"#), [r#"{"data":"x","id":1}"#]);
}

#[test]
fn a_broken_object_costs_itself_only() {
    let expected = [Ok(r#"{"a":1}"#.to_owned()), Err(FaultKind::Malformed), Ok(r#"{"c":3}"#.to_owned())];
    assert_eq!(cut("{\"a\":1}\n{\"b\":\"open\n{\"c\":3}\n"), expected);
    assert_eq!(cut("{\"a\":1}\nnonsense\n{\"c\":3}\n"), expected);
}

#[test]
fn a_file_that_ends_inside_an_object_is_truncated() {
    assert_eq!(cut("[{\"a\":1},{\"b\":"), [Ok(r#"{"a":1}"#.to_owned()), Err(FaultKind::Truncated)]);
}

#[test]
fn an_endless_object_is_not_held() {
    let mut text = String::from("{\"a\":\"");
    text.extend(std::iter::repeat_n('x', MAX_ELEMENT_BYTES + 10));
    text.push_str("\"}\n{\"b\":1}");
    assert_eq!(cut(&text), [Err(FaultKind::TooLarge), Ok(r#"{"b":1}"#.to_owned())]);
}

#[test]
fn heads_are_recognised_though_they_end_anywhere() {
    let page = r#"{"ok":1,"data":{"results":[{"patent_id":"{","patent_number":"X","apno":["#;
    assert_eq!(recognise(page.as_bytes()).as_deref(), Some("patsnap-json"));
    assert_eq!(recognise(br#"{"some":"other","keys":1}"#), None);
    assert_eq!(recognise(b"patent_id,patent_number"), None);
}

#[test]
fn what_is_no_object_is_a_fault() {
    let map = ColumnMap::from_toml(
        "id = \"t\"\ntitle = { zh = \"t\", en = \"t\" }\nform = \"json\"\n[[column]]\nheaders = { any = [\"n\", \"p.q\"] }\nfield = \"number\"\n",
    )
    .expect("a good map");
    let read = |text: &str| {
        let mut out = Parsed::default();
        parse(&map, &Raw { text, path: Path::new("t.json") }, &mut out);
        out
    };
    assert_eq!(read("[1]").faults[0].kind, FaultKind::Malformed);
    assert_eq!(read("{\"n\":").faults[0].kind, FaultKind::Truncated);
    assert_eq!(read("{\"n\":null}").faults[0].kind, FaultKind::Missing);
    let nested = read(r#"{"p":{"q":"US1234567B2","r":7}}"#);
    assert_eq!(
        nested.publications[0].number.as_ref().map(ToString::to_string).as_deref(),
        Some("US1234567B2")
    );
    assert_eq!(nested.publications[0].other["p.r"], "7");
}
