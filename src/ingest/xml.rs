//! A small element tree for patent XML, read leniently.
//!
//! [`parse`] makes an [`Element`] of one record. Prefixes and namespaces are dropped, comments and processing
//! instructions too; a DOCTYPE with its internal subset is skipped. What is not well formed is read as far as it
//! goes, with a fault: a missing end tag closes with its parent, an end tag without a start is ignored, a lone `<`
//! or `&` is text, and so is `<words in brackets>`. Text out of elements is made in `flow.rs`, entities are resolved in `entity.rs`.
//!
//! Not for whole files: cutting a file into records happens before.

mod entity;
mod flow;

use quick_xml::Reader;
use quick_xml::events::attributes::AttrError;
use quick_xml::events::{BytesStart, Event};

use super::record::{Parsed, clip};
use super::{FaultKind, Severity};

/// Elements deeper than this are not nested further: their content joins the element at the limit.
/// The deepest real files (nested claims with formulas) stay below 40; the limit keeps recursion safe.
pub(crate) const MAX_DEPTH: usize = 200;

/// How often a lone `<` is repaired in one record before the rest of the record is given up.
pub(crate) const MAX_REPAIRS: usize = 100;

/// How many faults of form are reported for one record; further ones are read over silently.
const MAX_FAULTS: usize = 20;

/// An element: local name, attributes, content.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Element {
    /// The name without its prefix.
    pub(crate) name: String,
    /// The attributes by local name, in order; namespace declarations are left out.
    pub(crate) attributes: Vec<(String, String)>,
    /// Elements and text, in order; neighbouring texts are one node.
    pub(crate) children: Vec<Node>,
}

/// A piece of content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Node {
    /// An element.
    Element(Element),
    /// Text as it stands, white space kept, references resolved.
    Text(String),
}

/// Returns the root element of `text`, whatever could be read of it, and records faults of form in `out`.
///
/// `None` where there is no element at all (a fault of severity record).
pub(crate) fn parse(text: &str, out: &mut Parsed) -> Option<Element> {
    let mut builder = Builder::default();
    builder.read(text);
    let root = builder.finish();
    if root.is_none() {
        builder.faults.push((
            Severity::Record,
            FaultKind::Malformed,
            "no XML element in the record".to_owned(),
        ));
    }
    for (severity, kind, message) in builder.faults {
        out.fault(severity, kind, "", message);
    }
    root
}

impl Element {
    /// Returns the value of an attribute by its local name.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Returns the child elements, in order.
    pub(crate) fn elements(&self) -> impl Iterator<Item = &Element> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// Returns the first child element of this name.
    pub(crate) fn child(&self, name: &str) -> Option<&Element> {
        self.elements().find(|element| element.name == name)
    }

    /// Returns the child elements of this name, in order.
    pub(crate) fn children_named<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a Element> {
        self.elements().filter(move |element| element.name == name)
    }

    /// Returns the first element at `path`, child names separated by `/` (`biblio/document-id/date`).
    ///
    /// Every branch is tried, so the first parent need not be the one with the child.
    pub(crate) fn find(&self, path: &str) -> Option<&Element> {
        match path.split_once('/') {
            None => self.child(path),
            Some((head, rest)) => {
                self.elements().filter(|child| child.name == head).find_map(|child| child.find(rest))
            }
        }
    }

    /// Returns all elements at `path`, in document order.
    pub(crate) fn find_all(&self, path: &str) -> Vec<&Element> {
        let mut found = vec![self];
        for name in path.split('/') {
            found = found.into_iter().flat_map(|element| element.children_named(name)).collect();
        }
        found
    }

    /// Returns all elements of this name at any depth below, in document order; matches are searched too.
    pub(crate) fn descendants(&self, name: &str) -> Vec<&Element> {
        let mut found = Vec::new();
        self.collect_descendants(name, &mut found);
        found
    }

    /// Returns the whole text content on one line: white space folded, blocks and line breaks separated by a space
    /// (by nothing between two Han characters that a line break parts), images left out.
    pub(crate) fn text(&self) -> String {
        self.paragraphs().join(" ")
    }

    /// Returns the text content as blocks (`p`, `claim-text`, `heading`, table rows, …), none empty.
    pub(crate) fn paragraphs(&self) -> Vec<String> {
        flow::paragraphs(self)
    }

    /// Returns the text of the first element at `path` that has any.
    pub(crate) fn text_at(&self, path: &str) -> Option<String> {
        self.find_all(path).into_iter().map(Element::text).find(|text| !text.is_empty())
    }

    fn collect_descendants<'a>(&'a self, name: &str, found: &mut Vec<&'a Element>) {
        for element in self.elements() {
            if element.name == name {
                found.push(element);
            }
            element.collect_descendants(name, found);
        }
    }
}

/// The elements that are open, innermost last, and what went wrong.
#[derive(Default)]
struct Builder {
    open: Vec<Element>,
    /// Start tags beyond [`MAX_DEPTH`] that wait for their end tags.
    too_deep: usize,
    root: Option<Element>,
    repairs: usize,
    faults: Vec<(Severity, FaultKind, String)>,
}

impl Builder {
    fn read(&mut self, text: &str) {
        let mut rest = text.trim_start_matches('\u{feff}');
        while let Some(next) = self.read_until_repair(rest) {
            rest = &rest[next..];
        }
    }

    /// Reads `text` to its end, or to a `<` that opens no tag; returns the place after it.
    fn read_until_repair(&mut self, text: &str) -> Option<usize> {
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.allow_dangling_amp = true;
        config.allow_unmatched_ends = true;
        config.check_end_names = false;
        loop {
            let before = usize::try_from(reader.buffer_position()).unwrap_or(text.len());
            let event = match reader.read_event() {
                Ok(event) => event,
                Err(error) => {
                    let syntax = matches!(error, quick_xml::Error::Syntax(_));
                    let kind = if syntax { FaultKind::Truncated } else { FaultKind::Malformed };
                    self.fault(
                        Severity::Field,
                        kind,
                        format!("the rest of the record is unreadable: {error}"),
                    );
                    return None;
                }
            };
            match event {
                Event::Start(_) | Event::Empty(_) | Event::End(_)
                    if lone_angle(text, before) || is_prose(&event) =>
                {
                    self.repairs += 1;
                    if self.repairs > MAX_REPAIRS {
                        let message = format!(
                            "the rest of the record is unreadable: more than {MAX_REPAIRS} `<` that open no tag"
                        );
                        self.faults.push((Severity::Field, FaultKind::Malformed, message));
                        return None;
                    }
                    self.fault(
                        Severity::Note,
                        FaultKind::Malformed,
                        "`<` that opens no tag, kept as text".to_owned(),
                    );
                    self.text("<");
                    return Some(before + 1);
                }
                Event::Start(tag) => self.start(&tag, false),
                Event::Empty(tag) => self.start(&tag, true),
                Event::End(tag) => {
                    let name = tag.local_name();
                    let name: &str = name.as_ref();
                    self.end(name);
                }
                Event::Text(piece) => self.text(&piece),
                Event::CData(piece) => self.text(&piece),
                Event::GeneralRef(name) => {
                    let resolved = self.reference(&name);
                    self.text(&resolved);
                }
                Event::Eof => return None,
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
            }
        }
    }

    fn start(&mut self, tag: &BytesStart<'_>, empty: bool) {
        if self.open.is_empty() && self.root.is_some() {
            self.fault(Severity::Field, FaultKind::Malformed, "a second root element, left out".to_owned());
        }
        if self.open.len() >= MAX_DEPTH {
            self.fault(
                Severity::Note,
                FaultKind::TooLarge,
                format!("elements nested deeper than {MAX_DEPTH}, read without their own nesting"),
            );
            self.too_deep += usize::from(!empty);
            return;
        }
        let name = tag.local_name();
        let name: &str = name.as_ref();
        let mut attributes = Vec::new();
        for attribute in tag.html_attributes().with_checks(false).filter_map(Result::ok) {
            let key: &str = attribute.key.as_ref();
            if key == "xmlns" || key.starts_with("xmlns:") {
                continue;
            }
            let local = key.rsplit(':').next().unwrap_or(key);
            let value = self.resolve_all(&attribute.value);
            attributes.push((local.to_owned(), value));
        }
        self.open.push(Element { name: name.to_owned(), attributes, children: Vec::new() });
        if empty {
            self.close();
        }
    }

    fn end(&mut self, name: &str) {
        if self.too_deep > 0 {
            self.too_deep -= 1;
            return;
        }
        let Some(at) = self.open.iter().rposition(|element| element.name == name) else {
            self.fault(
                Severity::Note,
                FaultKind::Malformed,
                format!("end tag `{}` without a start", clip(name)),
            );
            return;
        };
        if at + 1 < self.open.len() {
            let missing = self.open.last().map(|element| element.name.clone()).unwrap_or_default();
            let message = format!("`{}` has no end tag, closed with `{}`", clip(&missing), clip(name));
            self.fault(Severity::Note, FaultKind::Malformed, message);
        }
        while self.open.len() > at {
            self.close();
        }
    }

    /// Closes the innermost element and puts it into its parent.
    fn close(&mut self) {
        let Some(element) = self.open.pop() else { return };
        match self.open.last_mut() {
            Some(parent) => parent.children.push(Node::Element(element)),
            None if self.root.is_none() => self.root = Some(element),
            None => {}
        }
    }

    fn text(&mut self, piece: &str) {
        let Some(parent) = self.open.last_mut() else { return };
        if let Some(Node::Text(text)) = parent.children.last_mut() {
            text.push_str(piece);
        } else if !piece.is_empty() {
            parent.children.push(Node::Text(piece.to_owned()));
        }
    }

    /// Returns what the reference `&name;` stands for, or the reference itself with a fault.
    fn reference(&mut self, name: &str) -> String {
        entity::resolve(name).unwrap_or_else(|| {
            let message = format!("unknown entity `&{};`, kept as text", clip(name));
            self.fault(Severity::Note, FaultKind::Malformed, message);
            format!("&{name};")
        })
    }

    /// Returns `text` with its references resolved.
    fn resolve_all(&mut self, text: &str) -> String {
        let mut resolved = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find('&') {
            resolved.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            let name = rest.split_once(';').map(|(name, _)| name);
            match name.filter(|name| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '#')) {
                Some(name) => {
                    resolved.push_str(&self.reference(name));
                    rest = &rest[name.len() + 1..];
                }
                None => resolved.push('&'),
            }
        }
        resolved.push_str(rest);
        resolved
    }

    fn finish(&mut self) -> Option<Element> {
        if !self.open.is_empty() {
            let name = self.open.last().map(|element| element.name.clone()).unwrap_or_default();
            let message = format!("the record ends inside `{}`; get the file again", clip(&name));
            self.faults.push((Severity::Field, FaultKind::Truncated, message));
        }
        while !self.open.is_empty() {
            self.close();
        }
        self.root.take()
    }

    /// Records a fault unless it was recorded before or there are too many.
    fn fault(&mut self, severity: Severity, kind: FaultKind, message: String) {
        let fault = (severity, kind, message);
        if self.faults.len() < MAX_FAULTS && !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }
}

/// Returns whether the `<` at `at` opens no tag because no name follows it.
fn lone_angle(text: &str, at: usize) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    let name = rest.strip_prefix("</").or_else(|| rest.strip_prefix('<')).unwrap_or_default();
    !name.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == ':')
}

/// Returns whether a tag is text in angle brackets that were not escaped (`<Fourth embodiment>`): no XML has an
/// attribute without a value.
fn is_prose(event: &Event<'_>) -> bool {
    let (Event::Start(tag) | Event::Empty(tag)) = event else { return false };
    tag.attributes().with_checks(false).any(|part| matches!(part, Err(AttrError::ExpectedEq(_))))
}

#[cfg(test)]
mod tests;
