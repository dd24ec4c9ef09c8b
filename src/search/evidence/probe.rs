//! An element, prepared for looking through many documents.

use rustc_hash::FxHashSet;

use super::passage::Passage;
use super::{Bridge, BridgeKind, WORDS_SHARE};
use crate::patent::Language;
use crate::search::response::Highlight;
use crate::text::Analyzer;
use crate::text::highlight::Highlighter;
use crate::text::stopwords::is_stop_word;

/// A term of an element.
#[derive(Debug, Clone, PartialEq)]
pub struct ProbeTerm {
    /// The term in the words of the element.
    pub text: String,
    /// What means the same, in either language.
    pub equivalents: Vec<String>,
    /// How much it says; above 0.
    pub weight: f64,
}

/// An element, ready to be looked for.
#[derive(Debug)]
pub struct Probe {
    /// The id of the element.
    pub id: String,
    /// Its language.
    pub lang: Language,
    /// Its terms.
    pub terms: Vec<ProbeTerm>,
    /// Its vector, where there is one.
    pub vector: Option<Vec<f32>>,
    analyzer: Analyzer,
    /// Whole terms and equivalents: concept `n` is term `n`.
    phrases: Highlighter,
    /// The same, and single words where a term is not found whole.
    words: Highlighter,
    /// The telling words of each term, as indexed.
    words_of: Vec<Vec<String>>,
}

/// What a passage holds of a probe.
pub(super) struct Score {
    pub(super) value: f64,
    /// For each term its share, 0 to 1.
    shares: Vec<f64>,
}

impl Probe {
    /// Prepares an element.
    pub fn new(
        analyzer: &Analyzer,
        id: String,
        lang: Language,
        terms: Vec<ProbeTerm>,
        vector: Option<Vec<f32>>,
    ) -> Self {
        let whole: Vec<Vec<String>> = terms
            .iter()
            .map(|term| std::iter::once(&term.text).chain(&term.equivalents).cloned().collect())
            .collect();
        let mut words_of = Vec::new();
        let mut with_words = whole.clone();
        for (n, term) in terms.iter().enumerate() {
            let mut words: Vec<String> = Vec::new();
            analyzer.words(&term.text, |word, range| {
                let written = &term.text[range];
                // A single Chinese character tells too little wherever it stands.
                if written.chars().nth(1).is_some()
                    && !is_stop_word(written)
                    && !words.iter().any(|w| w == word)
                {
                    words.push(word.to_owned());
                    with_words[n].push(written.to_owned());
                }
            });
            words_of.push(words);
        }
        Self {
            id,
            lang,
            phrases: Highlighter::new(analyzer, &whole),
            words: Highlighter::new(analyzer, &with_words),
            analyzer: analyzer.clone(),
            terms,
            vector,
            words_of,
        }
    }

    pub(super) fn score(&self, passage: &Passage<'_>) -> Score {
        let mut shares = vec![0.0_f64; self.terms.len()];
        for mark in self.phrases.marks(passage.text) {
            shares[mark.concept] = 1.0;
        }
        if shares.contains(&0.0) {
            let mut held: FxHashSet<String> = FxHashSet::default();
            self.analyzer.words(passage.text, |word, _| {
                held.insert(word.to_owned());
            });
            for (share, words) in shares.iter_mut().zip(&self.words_of) {
                let n = words.iter().filter(|word| held.contains(*word)).count();
                // A lone word of a longer term is seldom the term.
                if *share == 0.0 && n > 0 && 2 * n >= words.len() {
                    *share = WORDS_SHARE * n as f64 / words.len() as f64;
                }
            }
        }
        let all: f64 = self.terms.iter().map(|term| term.weight).sum();
        let held: f64 = self.terms.iter().zip(&shares).map(|(term, share)| term.weight * share).sum();
        Score { value: if all > 0.0 { held / all } else { 0.0 }, shares }
    }

    /// Returns how each term was found, and those that were not.
    pub(super) fn explain(&self, passage: &Passage<'_>, score: &Score) -> (Vec<Bridge>, Vec<String>) {
        let marks = self.words.marks(passage.text);
        let (mut bridge, mut missing) = (Vec::new(), Vec::new());
        for (n, (term, share)) in self.terms.iter().zip(&score.shares).enumerate() {
            if *share == 0.0 {
                missing.push(term.text.clone());
                continue;
            }
            let mut written: Vec<&str> = Vec::new();
            for mark in marks.iter().filter(|mark| mark.concept == n) {
                let text = &passage.text[mark.range.clone()];
                if !written.contains(&text) {
                    written.push(text);
                }
            }
            let own = Highlighter::new(&self.analyzer, &[vec![term.text.clone()]]);
            let by = if *share < 1.0 {
                BridgeKind::Words
            } else if own.marks(passage.text).is_empty() {
                BridgeKind::Equivalent
            } else {
                BridgeKind::Same
            };
            // Words that another term has taken for itself are not marked twice.
            let found = if written.is_empty() { term.text.clone() } else { written.join(" … ") };
            bridge.push(Bridge { term: term.text.clone(), found, by });
        }
        (bridge, missing)
    }

    pub(super) fn highlights(&self, text: &str) -> Vec<Highlight> {
        let marks = self.words.marks(text).into_iter();
        marks
            .map(|mark| Highlight { start: mark.range.start, end: mark.range.end, concept: mark.concept })
            .collect()
    }
}
