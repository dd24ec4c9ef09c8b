//! Word documents and plain text.
//!
//! The title is the first heading, else the title that the file states, else the first short line, else its name.
//! A paragraph that says 摘要 or Abstract is the abstract, one that says 关键词 or Keywords the keywords;
//! without an abstract the opening paragraphs stand for it, because ranking by meaning reads titles and abstracts.
//! All paragraphs make one description. Not read: tables of contents, notes, headers, pictures.

use quick_xml::Reader;
use quick_xml::events::BytesStart;
use quick_xml::events::Event;

use crate::ingest::record::{Parsed, Raw, fold_space};
use crate::ingest::{FaultKind, Severity};
use crate::patent::{
    Description, DocumentKind, Language, LocalText, Party, Publication, Role, Section, SectionKind,
};

/// The longest line that can be a title, in characters.
const MAX_TITLE_CHARS: usize = 120;
/// How much of the opening stands for an abstract that is not there, in characters.
const OPENING_CHARS: usize = 600;

/// A document before it is a publication.
#[derive(Debug, Default)]
struct Text {
    title: Option<String>,
    author: Option<String>,
    modified: Option<String>,
    keywords: Option<String>,
    heading: Option<String>,
    paragraphs: Vec<String>,
}

/// Reads a plain text or Markdown file.
pub(crate) fn parse_text(raw: &Raw<'_>, out: &mut Parsed) {
    let mut text = Text::default();
    let is_markdown = raw.path.extension().is_some_and(|extension| {
        extension.eq_ignore_ascii_case("md") || extension.eq_ignore_ascii_case("markdown")
    });
    // Markdown ends a paragraph by an empty line, plain text by any line.
    let mut open = String::new();
    for line in raw.text.lines().chain([""]) {
        let heading = line.trim_start().strip_prefix('#').filter(|_| is_markdown);
        if let Some(heading) = heading {
            text.add(&std::mem::take(&mut open));
            let heading = fold_space(heading.trim_start_matches('#'));
            match &text.heading {
                None => text.heading = Some(heading),
                Some(_) => text.add(&heading),
            }
        } else if line.trim().is_empty() || !is_markdown {
            text.add(&std::mem::take(&mut open));
            text.add(line);
        } else {
            open.push_str(line);
            open.push(' ');
        }
    }
    text.finish(raw, out);
}

/// Reads the core properties and the body of a Word document, one behind the other.
pub(crate) fn parse_docx(raw: &Raw<'_>, out: &mut Parsed) {
    let mut reader = Reader::from_str(raw.text);
    reader.config_mut().check_end_names = false;
    let mut text = Text::default();
    let (mut open, mut is_heading, mut field) = (String::new(), false, String::new());
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag) | Event::Empty(tag)) => match tag.local_name().as_ref() {
                "p" => (open, is_heading) = (String::new(), false),
                "pStyle" => is_heading = is_heading_style(&tag),
                "tab" | "br" | "cr" => open.push(' '),
                name => name.clone_into(&mut field),
            },
            Ok(Event::Text(piece)) => match field.as_str() {
                "t" => open.push_str(&piece),
                "title" => text.title = Some(fold_space(&piece)),
                "creator" => text.author = Some(fold_space(&piece)),
                "keywords" => text.keywords = Some(fold_space(&piece)),
                "modified" => text.modified = Some(fold_space(&piece)),
                _ => {}
            },
            Ok(Event::GeneralRef(entity)) if field == "t" => {
                let resolved = entity.resolve_char_ref().ok().flatten().map(String::from);
                let resolved =
                    resolved.or(quick_xml::escape::resolve_predefined_entity(&entity).map(str::to_owned));
                open.push_str(&resolved.unwrap_or_default());
            }
            Ok(Event::End(tag)) => {
                if tag.local_name().as_ref() == "p" {
                    let paragraph = std::mem::take(&mut open);
                    if is_heading && text.heading.is_none() && !paragraph.trim().is_empty() {
                        text.heading = Some(fold_space(&paragraph));
                    } else {
                        text.add(&paragraph);
                    }
                }
                field.clear();
            }
            Ok(Event::Eof) => break,
            Ok(_) => {}
            Err(error) => {
                let message = format!("the document is damaged ({error}); what stands before was read");
                out.fault(Severity::Field, FaultKind::Malformed, "", message);
                break;
            }
        }
    }
    text.finish(raw, out);
}

/// Word names its styles by number or in the language of the user.
fn is_heading_style(tag: &BytesStart<'_>) -> bool {
    let style = tag.attributes().flatten().find(|attribute| attribute.key.local_name().as_ref() == "val");
    style.is_some_and(|style| {
        matches!(&*style.value, "Title" | "Heading1" | "1" | "a3") || style.value.starts_with("标题")
    })
}

impl Text {
    fn add(&mut self, paragraph: &str) {
        let paragraph = fold_space(paragraph);
        if !paragraph.is_empty() {
            self.paragraphs.push(paragraph);
        }
    }

    fn finish(mut self, raw: &Raw<'_>, out: &mut Parsed) {
        if self.paragraphs.is_empty() && self.heading.is_none() {
            out.fault(Severity::Record, FaultKind::Missing, "", "the document holds no text");
            return;
        }
        let title = self.take_title(raw);
        let words = self.labelled(&["关键词", "关键字", "keywords", "key words"]).or(self.keywords.take());
        let summary = self.labelled(&["摘要", "摘 要", "abstract"]).unwrap_or_else(|| self.opening());
        let lang = Language::guess(&self.paragraphs.concat());
        let mut report = Publication {
            document_kind: if is_standard(&title) { DocumentKind::Standard } else { DocumentKind::Report },
            source_id: Some(format!("file:{}", raw.path.display())),
            ..Publication::default()
        };
        report.titles.push(LocalText::new(Language::guess(&title), title));
        if !summary.is_empty() {
            report.abstracts.push(LocalText::new(Language::guess(&summary), summary));
        }
        if let Some(modified) = &self.modified {
            report.publication_date = out.date("modified", modified);
        }
        report.parties.extend(self.author.take().map(|author| Party::new(Role::Author, author, 1)));
        let words = words.unwrap_or_default();
        let words = words.split([';', '；', ',', '，', '、']).map(str::trim).filter(|word| !word.is_empty());
        report.keywords = words.map(|word| LocalText::new(Language::guess(word), word)).collect();
        if !self.paragraphs.is_empty() {
            let section = Section { kind: SectionKind::Other, heading: None, paragraphs: self.paragraphs };
            report.descriptions.push(Description { lang, translated: false, sections: vec![section] });
        }
        out.publications.push(report);
    }

    fn take_title(&mut self, raw: &Raw<'_>) -> String {
        let stated = self.heading.take().or(self.title.take());
        if let Some(title) = stated.filter(|title| !title.is_empty()) {
            return title;
        }
        let first = self.paragraphs.first().filter(|first| first.chars().count() <= MAX_TITLE_CHARS);
        match first {
            Some(first) => first.clone(),
            None => raw.path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default(),
        }
    }

    /// Returns what follows a label at the beginning of a paragraph.
    fn labelled(&self, labels: &[&str]) -> Option<String> {
        self.paragraphs.iter().find_map(|paragraph| {
            let bare = paragraph.trim_start_matches(['[', '【', '〔']);
            let label = labels
                .iter()
                .find(|label| bare.get(..label.len()).is_some_and(|head| head.eq_ignore_ascii_case(label)))?;
            let rest = bare[label.len()..].trim_start_matches([']', '】', '〕', ' ']);
            let text =
                rest.strip_prefix([':', '：']).or(Some(rest).filter(|_| bare.len() < paragraph.len()))?;
            Some(text.trim().to_owned())
        })
    }

    /// Returns the opening paragraphs behind the title.
    fn opening(&self) -> String {
        let mut text = String::new();
        for paragraph in self.paragraphs.iter().filter(|paragraph| paragraph.chars().count() > 20) {
            let room = OPENING_CHARS.saturating_sub(text.chars().count());
            if room == 0 {
                break;
            }
            text.extend(paragraph.chars().take(room));
            text.push('\n');
        }
        text.trim_end().to_owned()
    }
}

/// Returns whether a title begins with the number of a standard (`GB/T 39551`, `MT/T 1201`, `ISO 19880-1`).
fn is_standard(title: &str) -> bool {
    let end = title.find(|c: char| c.is_ascii_digit()).unwrap_or(0);
    let body = title[..end].trim().trim_end_matches("/T").trim_end_matches("/Z");
    matches!(
        body,
        "GB" | "AQ"
            | "MT"
            | "NB"
            | "SY"
            | "HG"
            | "DL"
            | "JB"
            | "DB"
            | "ISO"
            | "IEC"
            | "EN"
            | "DIN"
            | "ASTM"
            | "SAE"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn read(parser: fn(&Raw<'_>, &mut Parsed), path: &str, text: &str) -> Publication {
        let mut out = Parsed::default();
        parser(&Raw { text, path: Path::new(path) }, &mut out);
        assert_eq!(out.faults, []);
        out.publications.remove(0)
    }

    #[test]
    fn a_text_has_title_abstract_and_keywords() {
        let report = read(
            parse_text,
            "a.txt",
            "井下水仓清淤机的试验报告\n\n摘要：本报告给出一台清淤机的试验结果。\n关键词：水仓；清淤\n试验在某矿进行。\n",
        );
        assert_eq!(report.document_kind, DocumentKind::Report);
        assert_eq!(report.titles[0].text, "井下水仓清淤机的试验报告");
        assert_eq!(report.abstracts[0].text, "本报告给出一台清淤机的试验结果。");
        assert_eq!(report.keywords.len(), 2);
        assert_eq!(report.descriptions[0].sections[0].paragraphs.len(), 4);
    }

    #[test]
    fn markdown_paragraphs_run_over_lines() {
        let report =
            read(parse_text, "a.md", "# A test rig\n\nOne sentence\ngoes on.\n\n## Results\n\nNone yet.\n");
        assert_eq!(report.titles[0].text, "A test rig");
        assert_eq!(
            report.descriptions[0].sections[0].paragraphs,
            ["One sentence goes on.", "Results", "None yet."]
        );
    }

    #[test]
    fn a_number_of_a_standard_makes_a_standard() {
        let standard = read(parse_text, "a.txt", "GB/T 99999-2020 加氢站用某设备\n适用范围。\n");
        assert_eq!(standard.document_kind, DocumentKind::Standard);
    }

    #[test]
    fn a_word_document_gives_properties_and_paragraphs() {
        let report = read(
            parse_docx,
            "a.docx",
            "<cp:coreProperties><dc:title>T</dc:title><dc:creator>孙三</dc:creator>\
             <dcterms:modified>2021-03-04T05:06:07Z</dcterms:modified></cp:coreProperties>\
             <w:document><w:body><w:p><w:pPr><w:pStyle w:val=\"1\"/></w:pPr><w:r><w:t>储氢罐</w:t></w:r>\
             <w:r><w:t>检测 A&amp;B</w:t></w:r></w:p><w:p><w:r><w:t>第一段。</w:t></w:r></w:p></w:body></w:document>",
        );
        assert_eq!(report.titles[0].text, "储氢罐检测 A&B");
        assert_eq!(report.publication_date.map(|date| date.to_string()).as_deref(), Some("2021-03-04"));
        assert_eq!(report.parties[0].name, "孙三");
        assert_eq!(report.descriptions[0].sections[0].paragraphs, ["第一段。"]);
    }
}
