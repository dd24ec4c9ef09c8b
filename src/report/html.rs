//! Reports as one HTML file that opens offline and prints well: no script, no font, no picture from elsewhere.

use std::fmt::Write;

use super::document::{Block, Cell, Document, Run, Style, Table, Tone};
use super::xml::escape;

/// Fonts are named, never loaded; a machine in China has one of the first, any other one of the last.
const CSS: &str = "\
:root{--ink:#1d2733;--faint:#5d6b7a;--line:#c9d2dc;--soft:#f2f5f8;--accent:#0b5cad}\
*{box-sizing:border-box}\
body{margin:0 auto;max-width:60rem;padding:2.5rem 1.5rem 4rem;color:var(--ink);background:#fff;\
font:16px/1.65 \"Source Han Sans SC\",\"Noto Sans CJK SC\",\"PingFang SC\",\"Microsoft YaHei\",system-ui,sans-serif;overflow-wrap:anywhere}\
h1{font-size:1.8rem;line-height:1.3;margin:0 0 .3rem}\
h2{font-size:1.3rem;margin:2.4rem 0 .8rem;padding-bottom:.3rem;border-bottom:2px solid var(--line)}\
h3{font-size:1.08rem;margin:1.6rem 0 .5rem}h4{font-size:1rem;margin:1.2rem 0 .4rem}\
p{margin:.5rem 0}.subtitle{color:var(--faint);margin-bottom:1.6rem}\
a{color:var(--accent);text-decoration:none}a:hover{text-decoration:underline}\
ul{margin:.5rem 0;padding-left:1.4rem}li{margin:.25rem 0}\
.note{border-left:4px solid #c98a00;background:#fff8e6;padding:.6rem .9rem;margin:.9rem 0}\
pre{background:var(--soft);border:1px solid var(--line);border-radius:4px;padding:.7rem .9rem;white-space:pre-wrap;\
font:14px/1.55 ui-monospace,Consolas,\"Noto Sans Mono CJK SC\",monospace}\
code{font:.92em ui-monospace,Consolas,\"Noto Sans Mono CJK SC\",monospace}\
mark{background:#ffe9a8;color:inherit;padding:0 .1em}.faint{color:var(--faint)}\
table{border-collapse:collapse;width:100%;margin:.8rem 0;font-size:.9rem;line-height:1.5;table-layout:fixed}\
caption{text-align:left;font-weight:600;padding-bottom:.4rem}\
th,td{border:1px solid var(--line);padding:.4rem .55rem;text-align:left;vertical-align:top}\
th{background:var(--soft);font-weight:600}\
.full{background:#d9f0df}.partial{background:#fff3cf}.empty{background:#fae1de}.unknown{background:#eceff2}\
figure{margin:1rem 0}figure svg{max-width:100%;height:auto}figcaption{color:var(--faint);font-size:.9rem}\
footer{margin-top:3rem;padding-top:.8rem;border-top:1px solid var(--line);color:var(--faint);font-size:.85rem}\
@page{size:A4;margin:18mm 16mm}\
@media print{body{max-width:none;padding:0;font-size:10.5pt}a{color:inherit}h2,h3,h4{break-after:avoid}\
tr,figure,.note{break-inside:avoid}thead{display:table-header-group}.page{break-before:page}\
.full,.partial,.empty,.unknown,.note,mark,th{print-color-adjust:exact;-webkit-print-color-adjust:exact}}\
@media (max-width:40rem){body{padding:1.2rem .8rem}table{font-size:.8rem}}";

/// Returns the document as HTML.
pub fn write(document: &Document) -> String {
    let mut out = String::new();
    let title = escape(&document.title);
    let _ = write!(
        out,
        "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"generator\" content=\"patnav\">\n<meta name=\"date\" content=\"{}\">\n\
         <title>{title}</title>\n<style>{CSS}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n",
        document.lang.tag(),
        document.created
    );
    if !document.subtitle.is_empty() {
        let _ = writeln!(out, "<p class=\"subtitle\">{}</p>", escape(&document.subtitle));
    }
    for block in &document.blocks {
        self::block(&mut out, block);
    }
    let _ = write!(out, "</main>\n<footer>{}</footer>\n</body>\n</html>\n", escape(&document.footer));
    out
}

fn block(out: &mut String, block: &Block) {
    let _ = match block {
        // The title of the document is the one `h1`.
        Block::Heading { level, text, anchor } => {
            let tag = (level + 1).clamp(2, 4);
            let id = anchor.as_ref().map(|name| format!(" id=\"{}\"", escape(name))).unwrap_or_default();
            writeln!(out, "<h{tag}{id}>{}</h{tag}>", escape(text))
        }
        Block::Paragraph(text) => writeln!(out, "<p>{}</p>", runs(text)),
        Block::Note(text) => writeln!(out, "<p class=\"note\">{}</p>", runs(text)),
        Block::List(items) => {
            let items: String = items.iter().map(|item| format!("<li>{}</li>\n", runs(item))).collect();
            writeln!(out, "<ul>\n{items}</ul>")
        }
        Block::Code(text) => writeln!(out, "<pre>{}</pre>", escape(text)),
        Block::Table(table) => {
            self::table(out, table);
            Ok(())
        }
        Block::Figure(figure) => writeln!(
            out,
            "<figure role=\"img\" aria-label=\"{0}\">\n{1}\n<figcaption>{0}</figcaption></figure>",
            escape(&figure.caption),
            without_declaration(&figure.svg)
        ),
        Block::PageBreak => writeln!(out, "<div class=\"page\"></div>"),
    };
}

/// An SVG document stands inside HTML without its XML declaration.
fn without_declaration(svg: &str) -> &str {
    svg.find("<svg").map_or(svg, |at| &svg[at..])
}

fn table(out: &mut String, table: &Table) {
    out.push_str("<table>\n");
    if let Some(caption) = &table.caption {
        let _ = writeln!(out, "<caption>{}</caption>", escape(caption));
    }
    let total: u32 = table.columns.iter().map(|column| column.width).sum::<u32>().max(1);
    out.push_str("<colgroup>");
    for column in &table.columns {
        let _ =
            write!(out, "<col style=\"width:{:.1}%\">", f64::from(column.width) * 100.0 / f64::from(total));
    }
    out.push_str("</colgroup>\n");
    if table.columns.iter().any(|column| !column.title.is_empty()) {
        out.push_str("<thead><tr>");
        for column in &table.columns {
            let _ = write!(out, "<th scope=\"col\">{}</th>", escape(&column.title));
        }
        out.push_str("</tr></thead>\n");
    }
    out.push_str("<tbody>\n");
    let empty = Cell::default();
    for row in &table.rows {
        out.push_str("<tr>");
        for n in 0..table.columns.len() {
            let cell = row.get(n).unwrap_or(&empty);
            let class = cell.tone.map(|tone| format!(" class=\"{}\"", name_of(tone))).unwrap_or_default();
            let id = cell.anchor.as_ref().map(|name| format!(" id=\"{}\"", escape(name))).unwrap_or_default();
            let _ = write!(out, "<td{id}{class}>{}</td>", runs(&cell.runs));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table>\n");
}

fn name_of(tone: Tone) -> &'static str {
    match tone {
        Tone::Full => "full",
        Tone::Partial => "partial",
        Tone::Empty => "empty",
        Tone::Unknown => "unknown",
    }
}

fn runs(runs: &[Run]) -> String {
    let mut out = String::new();
    for run in runs {
        let text = escape(&run.text).replace('\n', "<br>");
        let styled = match run.style {
            Style::Plain => text,
            Style::Bold => format!("<strong>{text}</strong>"),
            Style::Mark => format!("<mark>{text}</mark>"),
            Style::Code => format!("<code>{text}</code>"),
            Style::Faint => format!("<span class=\"faint\">{text}</span>"),
        };
        match run.link.as_deref().filter(|to| is_safe(to)) {
            Some(to) => {
                let _ = write!(out, "<a href=\"{}\">{styled}</a>", escape(to));
            }
            None => out.push_str(&styled),
        }
    }
    out
}

/// Texts come from files of anybody: only places in the document and web addresses become links.
pub(super) fn is_safe(to: &str) -> bool {
    to.starts_with('#') || to.starts_with("https://") || to.starts_with("http://")
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
