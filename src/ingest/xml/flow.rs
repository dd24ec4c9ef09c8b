//! Running text out of an element: blocks, folded white space, sub- and superscripts, formulas, tables.

use super::{Element, Node};

/// Elements that begin and end a block of their own.
const BLOCKS: [&str; 38] = [
    "p",
    "para",
    "paragraph",
    "Paragraph",
    "Paragraphs",
    "PARA",
    "claim",
    "claim-text",
    "clause",
    "clm",
    "heading",
    "title",
    "h",
    "H",
    "h1",
    "h2",
    "h3",
    "h4",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "row",
    "tr",
    "table",
    "tables",
    "thead",
    "tbody",
    "caption",
    "abst-problem",
    "abst-solution",
    "solution",
    "pre",
    "div",
    "section",
    "ClaimText",
];

/// Elements that part what stands before and after them by a space.
const CELLS: [&str; 4] = ["entry", "td", "th", "colspec"];

/// Elements that hold no text for a reader: pictures and their files.
const SKIPPED: [&str; 8] =
    ["img", "image", "Image", "chem", "drawings", "custom-character", "figure-image", "cwu-file"];

/// White space that waits for the next character.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    None,
    Space,
    /// A line break, indentation included: nothing beside a Han character, else a space.
    Line,
    /// Something left out: always a space.
    Omission,
}

struct Flow {
    blocks: Vec<String>,
    current: String,
    gap: Gap,
    /// Whether a superscript has just begun, which needs `^` after a digit (10<sup>6</sup> is no 106).
    raise: bool,
}

/// Returns the text of `element` as blocks, none empty.
pub(super) fn paragraphs(element: &Element) -> Vec<String> {
    let mut flow = Flow { blocks: Vec::new(), current: String::new(), gap: Gap::None, raise: false };
    flow.content(element);
    flow.end_block();
    flow.blocks
}

impl Flow {
    fn content(&mut self, element: &Element) {
        for node in &element.children {
            match node {
                Node::Text(text) => self.text(text),
                Node::Element(child) => self.element(child),
            }
        }
    }

    fn element(&mut self, element: &Element) {
        let name = element.name.as_str();
        match name {
            "br" | "BR" => self.widen(Gap::Line),
            "sup" | "SUP" | "Sup" | "sup2" => {
                self.raise = true;
                self.content(element);
                self.raise = false;
            }
            // A citation in running text is printed in `text`; its parts beside it repeat that for machines.
            "nplcit" | "patcit" if element.child("text").is_some() => {
                element.children_named("text").for_each(|text| self.content(text));
            }
            "math" => self.formula(element),
            _ if SKIPPED.contains(&name) => self.widen(Gap::Omission),
            _ if CELLS.contains(&name) => {
                self.widen(Gap::Space);
                self.content(element);
                self.widen(Gap::Space);
            }
            _ if BLOCKS.contains(&name) => {
                self.end_block();
                self.content(element);
                self.end_block();
            }
            _ => self.content(element),
        }
    }

    /// MathML as one line: tokens in order, fractions with `/`, superscripts with `^`, limits and layout lost.
    fn formula(&mut self, element: &Element) {
        for (index, node) in element.children.iter().enumerate() {
            match node {
                Node::Text(text) => self.text(text.trim()),
                Node::Element(child) => {
                    let second =
                        index > 0 && element.elements().nth(1).is_some_and(|e| std::ptr::eq(e, child));
                    match element.name.as_str() {
                        "mfrac" if second => self.text("/"),
                        "msup" if second => self.text("^"),
                        _ => {}
                    }
                    self.formula(child);
                }
            }
        }
    }

    fn text(&mut self, text: &str) {
        for c in text.chars() {
            if c.is_whitespace() || c == '\u{feff}' {
                self.widen(if c == '\n' || c == '\r' { Gap::Line } else { Gap::Space });
            } else {
                self.push(c);
            }
        }
    }

    fn push(&mut self, c: char) {
        if let Some(last) = self.current.chars().next_back() {
            match self.gap {
                Gap::Space | Gap::Omission => self.current.push(' '),
                // Hard line ends in Chinese part Han from brackets and numbers as well as from Han.
                Gap::Line if !is_wide(last) && !is_wide(c) => self.current.push(' '),
                Gap::None if self.raise && last.is_ascii_digit() => self.current.push('^'),
                Gap::Line | Gap::None => {}
            }
        }
        self.raise = false;
        self.gap = Gap::None;
        self.current.push(c);
    }

    fn widen(&mut self, gap: Gap) {
        self.gap = self.gap.max(gap);
    }

    fn end_block(&mut self) {
        self.gap = Gap::None;
        self.raise = false;
        if !self.current.is_empty() {
            self.blocks.push(std::mem::take(&mut self.current));
        }
    }
}

/// Returns whether `c` is written without spaces around it: Han, kana, and the punctuation that goes with them.
fn is_wide(c: char) -> bool {
    matches!(c,
        '\u{2e80}'..='\u{2fdf}' | '\u{3001}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{ff01}'..='\u{ff65}' | '\u{20000}'..='\u{3134f}')
}
