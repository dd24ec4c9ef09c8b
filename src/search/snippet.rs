//! The sentences of a document that show why it is a hit.

use super::error::Result;
use super::evaluate::pattern;
use super::response::{Highlight, Snippet};
use crate::index::{Finder, Reader};
use crate::patent::Publication;
use crate::query::{Expr, Like, Node, Similar};
use crate::text::Analyzer;
use crate::text::highlight::{Highlighter, Mark};
use crate::text::stopwords::is_stop_word;

/// Longest snippet, in characters.
const MAX_CHARS: usize = 160;
/// Concepts of a text asked for by meaning that are highlighted.
const MAX_SIMILAR_CONCEPTS: usize = 12;
/// Sentences shown of a hit, the title not counted.
const MAX_SNIPPETS: usize = 2;

/// Something that an expression wants to be there.
pub(super) struct Wanted {
    /// What it is called: its text, or its canonical form.
    pub(super) text: String,
    /// Finds it, where it is more than words side by side.
    pub(super) finder: Option<Finder>,
}

impl Wanted {
    /// Collects what an expression wants, in order, each once: words and phrases, patterns, proximities. What stands
    /// below a `NOT` and values of fields that are no text are left out.
    pub(super) fn of(reader: &Reader, expr: &Expr, out: &mut Vec<Self>) -> Result<()> {
        match &expr.node {
            Node::Term(term) => match term.text() {
                Some("") => {}
                Some(text) => Self::add(text.to_owned(), None, out),
                None => Self::add(expr.to_string(), Some(Self::finder(reader, expr)?), out),
            },
            Node::Near(_) => Self::add(expr.to_string(), Some(Self::finder(reader, expr)?), out),
            Node::Frequent(frequent) => Self::of(reader, &frequent.operand, out)?,
            Node::Field(condition) if condition.fields.iter().any(|field| field.is_text()) => {
                Self::of(reader, &condition.value, out)?;
            }
            Node::And(parts) | Node::Or(parts) | Node::Xor(parts) => {
                parts.iter().try_for_each(|part| Self::of(reader, part, out))?;
            }
            Node::Optional { base, wanted } => {
                Self::of(reader, base, out)?;
                Self::of(reader, wanted, out)?;
            }
            Node::Similar(Similar { like: Like::Text(text), .. }) => {
                for concept in reader.analyzer().concepts(text).into_iter().take(MAX_SIMILAR_CONCEPTS) {
                    Self::add(concept.text, None, out);
                }
            }
            Node::Field(_)
            | Node::Range(_)
            | Node::Not(_)
            | Node::Tree(_)
            | Node::Event(_)
            | Node::Set(_)
            | Node::Similar(_) => {}
        }
        Ok(())
    }

    fn finder(reader: &Reader, expr: &Expr) -> Result<Finder> {
        Ok(Finder::new(reader.analyzer(), &pattern(expr)?)?)
    }

    fn add(text: String, finder: Option<Finder>, out: &mut Vec<Self>) {
        if !out.iter().any(|known| known.text == text) {
            out.push(Self { text, finder });
        }
    }
}

/// What to look for, prepared once for all hits of a page.
pub(super) struct Concepts {
    highlighter: Highlighter,
    /// Concepts that are more than words side by side, with their numbers.
    patterns: Vec<(usize, Finder)>,
    n_concepts: usize,
}

impl Concepts {
    pub(super) fn new(analyzer: &Analyzer, texts: &[String]) -> Self {
        let concepts: Vec<Vec<String>> = texts.iter().map(|text| operands(analyzer, text)).collect();
        let highlighter = Highlighter::new(analyzer, &concepts);
        Self { highlighter, patterns: Vec::new(), n_concepts: concepts.len() }
    }

    /// Prepares what an expression wants to be there.
    pub(super) fn of(analyzer: &Analyzer, wanted: &[Wanted]) -> Self {
        let mut operands_of: Vec<Vec<String>> = Vec::new();
        let mut patterns = Vec::new();
        for (number, concept) in wanted.iter().enumerate() {
            if let Some(finder) = &concept.finder {
                patterns.push((number, finder.clone()));
            }
            let text = concept.finder.is_none().then(|| operands(analyzer, &concept.text));
            operands_of.push(text.unwrap_or_default());
        }
        let highlighter = Highlighter::new(analyzer, &operands_of);
        Self { highlighter, patterns, n_concepts: wanted.len() }
    }

    /// Returns what the patterns find in a text, ordered, none overlapping; of two that overlap the earlier.
    fn found(&self, text: &str) -> Vec<Mark> {
        let mut found: Vec<Mark> = Vec::new();
        for (concept, finder) in &self.patterns {
            found.extend(finder.find(text).into_iter().map(|range| Mark { range, concept: *concept }));
        }
        found.sort_by_key(|mark| (mark.range.start, mark.concept));
        let mut end = 0;
        found.retain(|mark| {
            let apart = mark.range.start >= end && !mark.range.is_empty();
            end = if apart { mark.range.end } else { end };
            apart
        });
        found
    }

    /// Returns the title, highlighted, and the best sentences of abstract and claims.
    pub(super) fn snippets(&self, publication: &Publication) -> Vec<Snippet> {
        let mut snippets = Vec::new();
        for title in &publication.titles {
            let found = self.highlighter.marks_beside(&title.text, &self.found(&title.text));
            let highlights = marks(&found, 0);
            snippets.push(Snippet {
                zone: "title".to_owned(),
                lang: title.lang.0.clone(),
                text: title.text.clone(),
                highlights,
                cut_before: false,
                cut_after: false,
            });
        }
        let abstracts = publication.abstracts.iter().map(|text| ("abstract", &text.lang, text.text.as_str()));
        let claims = publication.claims.iter().flat_map(|set| {
            set.claims.iter().take(20).map(move |claim| ("claims", &set.lang, claim.text.as_str()))
        });
        let mut found: Vec<(usize, usize, Snippet)> = Vec::new();
        for (order, (zone, lang, text)) in abstracts.chain(claims).enumerate() {
            let best = self.highlighter.best_sentences_beside(text, &self.found(text), MAX_CHARS);
            let Some(best) = best.into_iter().find(|sentence| !sentence.marks.is_empty()) else { continue };
            let mut concepts: Vec<usize> = best.marks.iter().map(|mark| mark.concept).collect();
            concepts.sort_unstable();
            concepts.dedup();
            let snippet = Snippet {
                zone: zone.to_owned(),
                lang: lang.0.clone(),
                text: text[best.range.clone()].to_owned(),
                highlights: marks(&best.marks, best.range.start),
                cut_before: best.range.start > 0,
                cut_after: best.range.end < text.len(),
            };
            found.push((concepts.len(), order, snippet));
            // Nothing shows more than everything, and of equals the earlier win.
            if found.iter().filter(|(n, ..)| *n == self.n_concepts).count() == MAX_SNIPPETS {
                break;
            }
        }
        found.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        found.truncate(MAX_SNIPPETS);
        if found.is_empty()
            && let Some(text) = publication.abstracts.first()
        {
            // Found by meaning alone: there is nothing to mark, but the abstract still says what it is about.
            let end = text.text.char_indices().nth(MAX_CHARS).map_or(text.text.len(), |(at, _)| at);
            let snippet = Snippet {
                zone: "abstract".to_owned(),
                lang: text.lang.0.clone(),
                text: text.text[..end].to_owned(),
                highlights: Vec::new(),
                cut_before: false,
                cut_after: end < text.text.len(),
            };
            found.push((0, 0, snippet));
        }
        found.sort_by_key(|(_, order, _)| *order);
        snippets.extend(found.into_iter().map(|(_, _, snippet)| snippet));
        snippets
    }
}

/// Returns what marks a concept: the whole of it, and each telling word, since a document may hold them apart.
fn operands(analyzer: &Analyzer, concept: &str) -> Vec<String> {
    let mut operands = vec![concept.to_owned()];
    analyzer.words(concept, |_, range| {
        let word = &concept[range];
        // A single Chinese character tells too little to be marked wherever it stands.
        if word.chars().nth(1).is_some() && !is_stop_word(word) && !operands.iter().any(|known| known == word)
        {
            operands.push(word.to_owned());
        }
    });
    operands
}

fn marks(marks: &[Mark], offset: usize) -> Vec<Highlight> {
    let highlight = |mark: &Mark| Highlight {
        start: mark.range.start - offset,
        end: mark.range.end - offset,
        concept: mark.concept,
    };
    marks.iter().map(highlight).collect()
}
