//! Which words of a text take part in ranking, in its own language and in another.

use std::collections::BTreeMap;

use super::error::Result;
use super::lexical::{RankedTerm, WordScores};
use super::reader::Reader;
use super::set::DocnoSet;

/// Words of a query that take part in ranking. A whole claim or description as query has hundreds, of which the
/// rare ones decide.
const MAX_QUERY_TERMS: usize = 64;

/// Translations that take part in ranking: each word has several. Of 96 the English abstracts of the bench `quality` find
/// as many of their Chinese records first as of 600 (0.860 and 0.864), of 32 far fewer (0.754).
const MAX_TRANSLATED_TERMS: usize = 96;

/// Of a short question fewer take part: so many for each of its words. With 3 to 12 the bench `quality` finds the same,
/// titles among the questions.
const TRANSLATED_TERMS_PER_WORD: usize = 4;

impl Reader {
    /// Scores the documents of `filter` by what the words of a text are in another language, in no order yet:
    /// BM25F over the translations of each word that the corpus taught, weighted by their probabilities, and over the
    /// words themselves, since names, formulas and part numbers stay as they are. `None` where nothing was taught.
    ///
    /// Meant for documents without text in the language of the query.
    pub fn score_translated(&self, text: &str, filter: &DocnoSet) -> Result<Option<WordScores>> {
        let Some(lexicon) = self.spaces.lexicon() else { return Ok(None) };
        let mut weights: BTreeMap<String, f32> = BTreeMap::new();
        let counts = self.telling_counts(text);
        let limit = MAX_TRANSLATED_TERMS.min(counts.len() * TRANSLATED_TERMS_PER_WORD);
        for (term, count) in counts {
            let boost = 1.0 + count.ln();
            for (translation, probability) in lexicon.translations(&term) {
                *weights.entry(translation.to_owned()).or_default() += boost * probability;
            }
            *weights.entry(term).or_default() += boost;
        }
        let terms = self.most_telling(weights, limit)?;
        self.text.score_words_among(&terms, filter).map(Some)
    }

    /// Turns a text into words with weights: repeated words count by `1 + ln(count)`, and of a long text the
    /// [`MAX_QUERY_TERMS`] that tell most are kept.
    pub(super) fn query_terms(&self, text: &str) -> Result<Vec<RankedTerm>> {
        let boosts = self.telling_counts(text).into_iter().map(|(term, count)| (term, 1.0 + count.ln()));
        self.most_telling(boosts.collect(), MAX_QUERY_TERMS)
    }

    /// Counts the words of a text that are more than function words.
    fn telling_counts(&self, text: &str) -> BTreeMap<String, f32> {
        let mut counts: BTreeMap<String, f32> = BTreeMap::new();
        self.analyzer.words(text, |term, _| {
            if !crate::text::stopwords::is_function_word(term) {
                *counts.entry(term.to_owned()).or_default() += 1.0;
            }
        });
        counts
    }

    /// Keeps the words that the index holds, of many those that tell most: by boost and rarity.
    fn most_telling(&self, boosts: BTreeMap<String, f32>, limit: usize) -> Result<Vec<RankedTerm>> {
        let n_documents = self.alive.len() as f32;
        let mut terms = Vec::new();
        for (term, boost) in boosts {
            let places = self.text.places(&term)?;
            let n = places.n_documents();
            if n > 0 {
                let telling = boost * (1.0 + n_documents / n as f32).ln();
                terms.push((telling, RankedTerm { term, boost, places }));
            }
        }
        terms.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.term.cmp(&b.1.term)));
        terms.truncate(limit);
        Ok(terms.into_iter().map(|(_, term)| term).collect())
    }
}
