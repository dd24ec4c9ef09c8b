//! The sentences of a document that show why it is a hit.

use super::response::{Highlight, Snippet};
use crate::patent::Publication;
use crate::text::Analyzer;
use crate::text::highlight::{Highlighter, Mark};
use crate::text::stopwords::is_stop_word;

/// Longest snippet, in characters.
const MAX_CHARS: usize = 160;
/// Sentences shown of a hit, the title not counted.
const MAX_SNIPPETS: usize = 2;

/// What to look for, prepared once for all hits of a page.
pub(super) struct Concepts {
    highlighter: Highlighter,
    n_concepts: usize,
}

impl Concepts {
    pub(super) fn new(analyzer: &Analyzer, texts: &[String]) -> Self {
        let concepts: Vec<Vec<String>> = texts.iter().map(|text| operands(analyzer, text)).collect();
        Self { highlighter: Highlighter::new(analyzer, &concepts), n_concepts: concepts.len() }
    }

    /// Returns the title, highlighted, and the best sentences of abstract and claims.
    pub(super) fn snippets(&self, publication: &Publication) -> Vec<Snippet> {
        let mut snippets = Vec::new();
        for title in &publication.titles {
            let highlights = marks(&self.highlighter.marks(&title.text), 0);
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
            let best = self.highlighter.best_sentences(text, MAX_CHARS);
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
