//! Both writers on one document that holds every kind of block.

use std::io::{Cursor, Read};

use super::{is_safe, write as html};
use crate::report::document::{Block, Cell, Column, Document, Figure, Lang, Run, Style, Table, Tone};
use crate::report::docx;

fn every_block() -> Document {
    let mut document = Document {
        title: "一份报告 <a & b>".to_owned(),
        subtitle: "of everything".to_owned(),
        lang: Lang::Zh,
        created: "2024-05-06T07:08:09Z".parse().unwrap(),
        footer: "snapshot 000001".to_owned(),
        blocks: Vec::new(),
    };
    document.anchored(1, "第一章", "first chapter");
    document.blocks.push(Block::Paragraph(vec![
        Run::plain("plain \u{b}"),
        Run::styled("found", Style::Mark),
        Run::link("up", "#first chapter"),
        Run::link("nowhere", "#none"),
        Run::link("out", "https://example.org/?a=1&b=2"),
        Run::link("evil", "javascript:alert(1)"),
    ]));
    document.note("caveat");
    document.list(["one", "two"]);
    document.blocks.push(Block::Code("a OR b\nAND c".to_owned()));
    document.blocks.push(Block::Table(Table {
        caption: Some("表".to_owned()),
        columns: vec![Column::new("x", 1), Column::new("y", 3)],
        rows: vec![vec![Cell::from("full").toned(Tone::Full)]],
    }));
    document.blocks.push(Block::Figure(Figure {
        caption: "a dot".to_owned(),
        svg: "<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_owned(),
        png: None,
        size: (960, 480),
    }));
    document.blocks.push(Block::PageBreak);
    document
}

fn part(package: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(package)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    let document = every_block();
    assert_eq!(docx::write(&document).unwrap(), docx::write(&document).unwrap());
    assert_eq!(html(&document), html(&document));
}

#[test]
fn html_holds_every_block_and_nothing_from_elsewhere() {
    let page = html(&every_block());
    assert!(page.contains("<h1>一份报告 &lt;a &amp; b&gt;</h1>"), "{page}");
    assert!(page.contains("<h2 id=\"first chapter\">第一章</h2>"));
    assert!(page.contains("<td class=\"full\">full</td><td></td>"));
    assert!(page.contains("<pre>a OR b\nAND c</pre>"));
    assert!(!page.contains("<?xml") && !page.contains("<script") && !page.contains("javascript:"));
    assert!(page.contains("<meta name=\"date\" content=\"2024-05-06T07:08:09Z\">"));
}

#[test]
fn only_places_and_web_addresses_are_links() {
    assert!(is_safe("#a") && is_safe("https://x") && !is_safe("javascript:x") && !is_safe("data:x"));
}

#[test]
fn word_files_hold_well_formed_parts_that_fit_together() {
    let package = docx::write(&every_block()).unwrap();
    let body = part(&package, "word/document.xml");
    for name in [
        "[Content_Types].xml",
        "word/styles.xml",
        "word/footer1.xml",
        "docProps/core.xml",
        "word/numbering.xml",
    ] {
        assert_balanced(&part(&package, name));
    }
    assert_balanced(&body);
    let relationships = part(&package, "word/_rels/document.xml.rels");
    for id in body.split("r:id=\"").chain(body.split("r:embed=\"")).skip(1) {
        let id = id.split('"').next().unwrap();
        if id.starts_with("rId") {
            assert!(relationships.contains(&format!("Id=\"{id}\"")), "{id}");
        }
    }
    assert!(body.contains("w:anchor=\"b1\"") && body.contains("w:name=\"b1\""));
    assert!(!body.contains("javascript"));
    assert!(part(&package, "docProps/core.xml").contains("2024-05-06T07:08:09Z"));
    assert_eq!(
        part(&package, "word/media/figure1.svg"),
        "<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"/>"
    );
}

#[test]
fn every_style_that_the_body_names_exists() {
    let package = docx::write(&every_block()).unwrap();
    let (body, styles) = (part(&package, "word/document.xml"), part(&package, "word/styles.xml"));
    for name in body.split("Style w:val=\"").skip(1) {
        let name = name.split('"').next().unwrap();
        assert!(styles.contains(&format!("w:styleId=\"{name}\"")), "{name}");
    }
}

/// Every tag is closed by its own name, in order.
#[track_caller]
fn assert_balanced(xml: &str) {
    let mut open: Vec<&str> = Vec::new();
    for tag in xml.split('<').skip(1) {
        let inside = tag.split('>').next().unwrap();
        let name = inside.trim_start_matches('/').split([' ', '/']).next().unwrap();
        match inside {
            _ if inside.starts_with('?') || inside.ends_with('/') => {}
            _ if inside.starts_with('/') => assert_eq!(open.pop(), Some(name), "{xml}"),
            _ => open.push(name),
        }
    }
    assert!(open.is_empty(), "{open:?}");
}
