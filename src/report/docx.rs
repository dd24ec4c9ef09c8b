//! Reports as Word files: WordprocessingML (ECMA-376, part 1), written part by part.
//!
//! Only what every reader of such files knows is used: styles, tables with repeated header rows, bookmarks and links,
//! a page number, inline pictures. An SVG picture goes in as Word 2016 and LibreOffice read it, beside the PNG that
//! older readers show.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::document::{Block, Cell, Document, Figure, Lang, Run, Style, Table, Tone};
use super::error::Result;
use super::html::is_safe;
use super::xml::escape;

mod parts;

/// The width between the margins of an A4 page, in twentieths of a point.
const TEXT_WIDTH: u32 = 9_638;
/// English Metric Units of a point.
const EMU: u32 = 12_700;
/// The widest figure, in points.
const MAX_FIGURE_WIDTH: u32 = 480;

/// One transparent pixel: what a reader without SVG shows of a figure that came without PNG. Nothing here makes one:
/// the texts are Chinese, and a picture of them would need a Chinese font of many megabytes in the program.
const BLANK_PNG: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52, 0x00,
    0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x06, 0x00, 0x00, 0x00, 0x1f, 0x15, 0xc4, 0x89, 0x00,
    0x00, 0x00, 0x0a, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0x00, 0x01, 0x00, 0x00, 0x05, 0x00, 0x01,
    0x0d, 0x0a, 0x2d, 0xb4, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
];

/// Returns the document as a Word file.
///
/// # Errors
/// Never for what the document holds; [`super::Error::Package`] if the package grows beyond what ZIP allows.
pub fn write(document: &Document) -> Result<Vec<u8>> {
    let mut body = Body { bookmarks: bookmarks(document), ..Body::default() };
    body.paragraph("Title", &[Run::plain(document.title.clone())], "");
    if !document.subtitle.is_empty() {
        body.paragraph("Subtitle", &[Run::plain(document.subtitle.clone())], "");
    }
    for block in &document.blocks {
        body.block(block);
    }
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    let mut package = ZipWriter::new(Cursor::new(Vec::new()));
    let mut add = |name: &str, content: &[u8]| -> Result<()> {
        package.start_file(name, options)?;
        package.write_all(content)?;
        Ok(())
    };
    add("[Content_Types].xml", parts::CONTENT_TYPES.as_bytes())?;
    add("_rels/.rels", parts::ROOT_RELATIONSHIPS.as_bytes())?;
    add("docProps/core.xml", parts::core(&document.title, document.created, document.lang).as_bytes())?;
    add("docProps/app.xml", parts::APP.as_bytes())?;
    add("word/document.xml", parts::document(&body.xml).as_bytes())?;
    add("word/_rels/document.xml.rels", parts::relationships(&body.relationships).as_bytes())?;
    add("word/styles.xml", parts::styles(document.lang).as_bytes())?;
    add("word/numbering.xml", parts::NUMBERING.as_bytes())?;
    add("word/settings.xml", parts::SETTINGS.as_bytes())?;
    add("word/footer1.xml", parts::footer(&document.footer).as_bytes())?;
    for (name, content) in &body.media {
        add(&format!("word/media/{name}"), content)?;
    }
    Ok(package.finish()?.into_inner())
}

/// Returns a short legal name for every anchor; Word takes at most 40 letters, digits and underlines.
fn bookmarks(document: &Document) -> HashMap<String, usize> {
    let mut names = HashMap::new();
    let mut add = |anchor: &Option<String>| {
        let next = names.len() + 1;
        if let Some(anchor) = anchor {
            names.entry(anchor.clone()).or_insert(next);
        }
    };
    for block in &document.blocks {
        match block {
            Block::Heading { anchor, .. } => add(anchor),
            Block::Table(table) => table.rows.iter().flatten().for_each(|cell| add(&cell.anchor)),
            _ => {}
        }
    }
    names
}

/// The body as it grows.
#[derive(Default)]
struct Body {
    xml: String,
    bookmarks: HashMap<String, usize>,
    /// Targets of relationships: kind, target, whether outside the package. Ids are places from 1, after fixed ones.
    relationships: Vec<parts::Relationship>,
    media: Vec<(String, Vec<u8>)>,
}

impl Body {
    fn block(&mut self, block: &Block) {
        match block {
            Block::Heading { level, text, anchor } => {
                let style = format!("Heading{}", level.clamp(&1, &3));
                let mark = self.mark(anchor.as_deref());
                self.paragraph(&style, &[Run::plain(text.clone())], &mark);
            }
            Block::Paragraph(runs) => self.paragraph("Normal", runs, ""),
            Block::Note(runs) => self.paragraph("Note", runs, ""),
            Block::List(items) => items.iter().for_each(|item| self.paragraph("ListItem", item, "")),
            Block::Code(text) => self.paragraph("Query", &[Run::plain(text.clone())], ""),
            Block::Table(table) => self.table(table),
            Block::Figure(figure) => self.figure(figure),
            Block::PageBreak => self.xml.push_str("<w:p><w:r><w:br w:type=\"page\"/></w:r></w:p>"),
        }
    }

    /// Returns the bookmark of an anchor; nothing where there is none.
    fn mark(&self, anchor: Option<&str>) -> String {
        let id = anchor.and_then(|anchor| self.bookmarks.get(anchor));
        id.map(|id| {
            format!("<w:bookmarkStart w:id=\"{id}\" w:name=\"b{id}\"/><w:bookmarkEnd w:id=\"{id}\"/>")
        })
        .unwrap_or_default()
    }

    /// Adds a paragraph; `before` is XML in front of its text.
    fn paragraph(&mut self, style: &str, runs: &[Run], before: &str) {
        let _ = write!(self.xml, "<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr>{before}");
        self.runs(runs);
        self.xml.push_str("</w:p>");
    }

    fn runs(&mut self, runs: &[Run]) {
        for run in runs {
            let properties = match (run.style, &run.link) {
                (_, Some(_)) => "<w:rPr><w:rStyle w:val=\"Hyperlink\"/></w:rPr>",
                (Style::Plain, None) => "",
                (Style::Bold, None) => "<w:rPr><w:b/><w:bCs/></w:rPr>",
                (Style::Mark, None) => {
                    "<w:rPr><w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"FFE9A8\"/></w:rPr>"
                }
                (Style::Code, None) => "<w:rPr><w:rStyle w:val=\"Fixed\"/></w:rPr>",
                (Style::Faint, None) => "<w:rPr><w:color w:val=\"5D6B7A\"/></w:rPr>",
            };
            let mut piece = format!("<w:r>{properties}");
            for (n, line) in run.text.split('\n').enumerate() {
                if n > 0 {
                    piece.push_str("<w:br/>");
                }
                let _ = write!(piece, "<w:t xml:space=\"preserve\">{}</w:t>", escape(line));
            }
            piece.push_str("</w:r>");
            match run.link.as_deref().filter(|to| is_safe(to)) {
                Some(to) => self.link(to, &piece),
                None => self.xml.push_str(&piece),
            }
        }
    }

    fn link(&mut self, to: &str, piece: &str) {
        let inside = to.strip_prefix('#').map(|anchor| self.bookmarks.get(anchor));
        let _ = match inside {
            Some(Some(id)) => write!(self.xml, "<w:hyperlink w:anchor=\"b{id}\">{piece}</w:hyperlink>"),
            // A link to nowhere is text.
            Some(None) => write!(self.xml, "{piece}"),
            None => {
                let id = self.relate(parts::Kind::Hyperlink, to.to_owned());
                write!(self.xml, "<w:hyperlink r:id=\"{id}\">{piece}</w:hyperlink>")
            }
        };
    }

    fn relate(&mut self, kind: parts::Kind, target: String) -> String {
        self.relationships.push(parts::Relationship { kind, target });
        parts::id(self.relationships.len() - 1)
    }

    fn table(&mut self, table: &Table) {
        if let Some(caption) = &table.caption {
            self.paragraph("Caption", &[Run::plain(caption.clone())], "");
        }
        let total: u32 = table.columns.iter().map(|column| column.width).sum::<u32>().max(1);
        let widths: Vec<u32> =
            table.columns.iter().map(|column| (column.width * TEXT_WIDTH / total).max(200)).collect();
        self.xml.push_str("<w:tbl><w:tblPr><w:tblStyle w:val=\"Grid\"/><w:tblW w:w=\"5000\" w:type=\"pct\"/><w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid>");
        for width in &widths {
            let _ = write!(self.xml, "<w:gridCol w:w=\"{width}\"/>");
        }
        self.xml.push_str("</w:tblGrid>");
        if table.columns.iter().any(|column| !column.title.is_empty()) {
            self.xml.push_str("<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>");
            for (column, width) in table.columns.iter().zip(&widths) {
                self.cell(&Cell::from(Run::bold(column.title.clone())), *width, Some("F2F5F8"));
            }
            self.xml.push_str("</w:tr>");
        }
        let empty = Cell::default();
        for row in &table.rows {
            self.xml.push_str("<w:tr><w:trPr><w:cantSplit/></w:trPr>");
            for (n, width) in widths.iter().enumerate() {
                let cell = row.get(n).unwrap_or(&empty);
                self.cell(cell, *width, cell.tone.map(fill));
            }
            self.xml.push_str("</w:tr>");
        }
        // Two tables without a paragraph between them would become one.
        self.xml.push_str("</w:tbl><w:p><w:pPr><w:pStyle w:val=\"Gap\"/></w:pPr></w:p>");
    }

    fn cell(&mut self, cell: &Cell, width: u32, fill: Option<&str>) {
        let _ = write!(self.xml, "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/>");
        if let Some(fill) = fill {
            let _ = write!(self.xml, "<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"{fill}\"/>");
        }
        self.xml.push_str("</w:tcPr>");
        let mark = self.mark(cell.anchor.as_deref());
        self.paragraph("CellText", &cell.runs, &mark);
        self.xml.push_str("</w:tc>");
    }

    fn figure(&mut self, figure: &Figure) {
        let n = self.media.len() / 2 + 1;
        let (png, svg) = (format!("figure{n}.png"), format!("figure{n}.svg"));
        self.media.push((png.clone(), figure.png.clone().unwrap_or_else(|| BLANK_PNG.to_vec())));
        self.media.push((svg.clone(), figure.svg.clone().into_bytes()));
        let raster = self.relate(parts::Kind::Image, format!("media/{png}"));
        let vector = self.relate(parts::Kind::Image, format!("media/{svg}"));
        let (width, height) = (figure.size.0.max(1), figure.size.1.max(1));
        let shown = width.min(MAX_FIGURE_WIDTH);
        let size = (shown * EMU, height * shown / width * EMU);
        self.xml.push_str(&parts::picture(n, size, &figure.caption, &raster, &vector));
        self.paragraph("Caption", &[Run::plain(figure.caption.clone())], "");
    }
}

fn fill(tone: Tone) -> &'static str {
    match tone {
        Tone::Full => "D9F0DF",
        Tone::Partial => "FFF3CF",
        Tone::Empty => "FAE1DE",
        Tone::Unknown => "ECEFF2",
    }
}

/// Returns the fonts of body and headings, for Latin and for Chinese letters: named, never embedded.
fn fonts(lang: Lang) -> [(&'static str, &'static str); 2] {
    match lang {
        Lang::Zh => [("Times New Roman", "SimSun"), ("Arial", "SimHei")],
        Lang::En => [("Calibri", "Microsoft YaHei"), ("Calibri", "Microsoft YaHei")],
    }
}
