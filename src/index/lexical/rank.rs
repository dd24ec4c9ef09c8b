//! Ranking by words: BM25F, with each zone's length normalised by itself and its occurrences weighted.
//!
//! For a word `w` and a document `d`, over the ranked zones `z` in all language versions:
//!
//! ```text
//! tf(w, d)    = Σ_z  weight_z · count_z(w, d) / (1 - b_z + b_z · length_z(d) / mean_length_z)
//! score(d)    = Σ_w  boost_w · ln(1 + (N - df_w + 0.5) / (df_w + 0.5)) · tf(w, d) · (k1 + 1) / (tf(w, d) + k1)
//! ```
//!
//! (Robertson, Zaragoza, Taylor: Simple BM25 Extension to Multiple Weighted Fields, CIKM 2004; the `ln(1 + …)`
//! of Lucene keeps the weight of very common words above zero.)
//! `df_w` counts live documents that hold `w` in any ranked zone, `N` live documents, and mean lengths are those of
//! the live documents that have the zone: an index that grew by updates scores as one made afresh.

use tantivy::Term;
use tantivy::postings::TermInfo;
use tantivy::schema::IndexRecordOption;

use super::reader::{DEAD, TextReader};
use super::schema::Zone;
use crate::index::error::{Error, Result};
use crate::index::set::DocnoSet;
use crate::index::tally::Tally;

/// How fast further occurrences of a word stop counting.
const K1: f32 = 1.2;

/// How much a zone counts, and how strongly its length is evened out.
///
/// A title names the subject in few words, so each counts most and length matters little;
/// a description mentions everything.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WordWeights {
    weight: f32,
    b: f32,
}

impl WordWeights {
    fn of(zone: Zone) -> Self {
        let (weight, b) = match zone {
            Zone::Title => (3.0, 0.4),
            Zone::Keywords => (2.0, 0.4),
            Zone::Abstract => (1.5, 0.6),
            Zone::Claims => (1.0, 0.7),
            _ => (0.3, 0.8),
        };
        Self { weight, b }
    }
}

/// A word of a query, as the words analysis gives it.
#[derive(Debug, Clone)]
pub(crate) struct RankedTerm {
    /// The term.
    pub(crate) term: String,
    /// A factor on its share of the score.
    pub(crate) boost: f32,
    /// Where its postings lie.
    pub(crate) places: TermPlaces,
}

/// Where the postings of a word lie: looked up once, since a dictionary has to be asked for each field of each segment.
#[derive(Debug, Clone, Default)]
pub(crate) struct TermPlaces {
    /// Place of the field in the schema's list, the segment, the dictionary's entry.
    entries: Vec<(usize, usize, TermInfo)>,
    docno_end: u32,
}

impl TermPlaces {
    /// Returns in how many documents the word stands in any ranked zone, dead ones included, at most:
    /// the sum over fields, an upper bound that costs no pass over postings.
    pub(crate) fn n_documents(&self) -> u32 {
        let sum = self.entries.iter().fold(0_u32, |n, (.., info)| n.saturating_add(info.doc_freq));
        sum.min(self.docno_end)
    }
}

/// What one word gave to the score of a document.
#[derive(Debug, Clone, PartialEq)]
pub struct TermScore {
    /// The term.
    pub term: String,
    /// Documents that hold it.
    pub n_documents: u32,
    /// Its share of the score.
    pub score: f32,
}

/// The documents that hold words of a query, with their BM25F scores; not yet in order, which only a part may need.
pub struct WordScores(Vec<(u32, f32)>);

impl WordScores {
    /// Returns how many documents hold a word.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns whether no document holds a word.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns every document with its score, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (u32, f32)> {
        self.0.iter().copied()
    }

    /// Returns the best `limit` documents with their scores, best first; equal scores by docno.
    pub fn best(&self, limit: usize) -> Vec<(u32, f32)> {
        best(&mut self.0.clone(), limit)
    }

    /// Returns the place of a document in the whole order, from 1, and its score; `None` if it holds no word.
    ///
    /// Costs a pass over all scored documents.
    pub fn rank_of(&self, docno: u32) -> Option<(usize, f32)> {
        let (_, score) = self.0.iter().find(|(other, _)| *other == docno)?;
        let better =
            self.0.iter().filter(|(other, theirs)| theirs > score || (theirs == score && *other < docno));
        Some((better.count() + 1, *score))
    }
}

impl TextReader {
    /// Scores the documents of `filter` by words; those that hold none of the words are left out.
    pub(crate) fn score_words(&self, terms: &[RankedTerm], filter: &DocnoSet) -> Result<WordScores> {
        let (mut frequencies, mut scores) = (self.tallies.lend(), self.tallies.lend());
        // Rarity counts every holder; of those outside the filter nothing else is needed, and a bit costs less than a sum.
        let mut holders = DocnoSet::empty(self.docno_end);
        for term in terms {
            holders.clear();
            let asked = |docno| {
                holders.insert(docno);
                filter.contains(docno)
            };
            self.tally(&term.places, asked, &mut frequencies)?;
            let n_holding = usize::try_from(holders.len()).unwrap_or(usize::MAX);
            let weight = term.boost * self.idf(n_holding);
            frequencies.drain().for_each(|(docno, tf)| scores.add(docno, weight * saturate(tf)));
        }
        Ok(self.scored(frequencies, scores))
    }

    /// Scores as [`TextReader::score_words`] does, but for the rarity of a word: that is of the sum of the documents that
    /// hold it in each zone, which is known without looking. For a few documents and many words.
    pub(crate) fn score_words_among(&self, terms: &[RankedTerm], few: &DocnoSet) -> Result<WordScores> {
        let (mut frequencies, mut scores) = (self.tallies.lend(), self.tallies.lend());
        for term in terms {
            self.tally(&term.places, |docno| few.contains(docno), &mut frequencies)?;
            let weight = term.boost * self.idf(term.places.n_documents() as usize);
            frequencies.drain().for_each(|(docno, tf)| scores.add(docno, weight * saturate(tf)));
        }
        Ok(self.scored(frequencies, scores))
    }

    fn scored(&self, frequencies: Tally, mut scores: Tally) -> WordScores {
        let scored = WordScores(scores.drain().collect());
        self.tallies.give_back(frequencies);
        self.tallies.give_back(scores);
        scored
    }

    /// Returns what each word gave to the score of one document.
    pub(crate) fn explain_words(&self, terms: &[RankedTerm], docno: u32) -> Result<Vec<TermScore>> {
        let mut frequencies = self.tallies.lend();
        let mut scores = Vec::new();
        for term in terms {
            self.tally(&term.places, |_| true, &mut frequencies)?;
            let (n_documents, tf) = (frequencies.len(), frequencies.get(docno));
            frequencies.drain().for_each(drop);
            scores.push(TermScore {
                term: term.term.clone(),
                n_documents: u32::try_from(n_documents).unwrap_or(u32::MAX),
                score: if tf > 0.0 { term.boost * self.idf(n_documents) * saturate(tf) } else { 0.0 },
            });
        }
        self.tallies.give_back(frequencies);
        Ok(scores)
    }

    /// Finds the postings of a word in all ranked zones.
    pub(crate) fn places(&self, term: &str) -> Result<TermPlaces> {
        let mut entries = Vec::new();
        for (index, field) in self.zone_fields(|field| field.words.is_some()) {
            let Some(words) = field.words else { continue };
            let term = Term::from_field_text(words, term);
            for (number, segment) in self.segments.iter().enumerate() {
                let inverted = segment.reader.inverted_index(words);
                let inverted = inverted.map_err(Error::lexical("opening a field"))?;
                let info = inverted.get_term_info(&term);
                let info = info.map_err(|error| Error::lexical("reading a term")(error.into()))?;
                entries.extend(info.map(|info| (index, number, info)));
            }
        }
        Ok(TermPlaces { entries, docno_end: self.docno_end })
    }

    /// Adds up the weighted frequency of one word in every live document that holds it and is asked for.
    fn tally(&self, places: &TermPlaces, mut asked: impl FnMut(u32) -> bool, out: &mut Tally) -> Result<()> {
        let mut factors: Option<(usize, [f32; 256])> = None;
        for (index, number, info) in &places.entries {
            let field = &self.fields.zones[*index];
            let segment = &self.segments[*number];
            let (Some(words), Some(norms)) = (field.words, &segment.norms[*index]) else { continue };
            let inverted = segment.reader.inverted_index(words);
            let inverted = inverted.map_err(Error::lexical("opening a field"))?;
            let blocks = inverted.read_block_postings_from_terminfo(info, IndexRecordOption::WithFreqs);
            let mut blocks = blocks.map_err(|error| Error::lexical("reading postings")(error.into()))?;
            // Entries come field by field.
            let (_, factors) = match &mut factors {
                Some(known) if known.0 == *index => known,
                known => {
                    known.insert((*index, factors_of(WordWeights::of(field.zone), self.mean_lengths[*index])))
                }
            };
            while blocks.block_len() > 0 {
                for (doc, frequency) in blocks.docs().iter().zip(blocks.freqs()) {
                    let docno = segment.docnos[*doc as usize];
                    if docno != DEAD && asked(docno) {
                        out.add(docno, factors[norms.fieldnorm_id(*doc) as usize] * *frequency as f32);
                    }
                }
                blocks.advance();
            }
        }
        Ok(())
    }

    fn idf(&self, n_holding: usize) -> f32 {
        let (n, df) = (self.n_documents as f64, n_holding as f64);
        let idf = (1.0 + (n - df + 0.5) / (df + 0.5)).ln();
        #[expect(clippy::cast_possible_truncation, reason = "scores are single precision")]
        let idf = idf as f32;
        idf
    }
}

fn saturate(tf: f32) -> f32 {
    tf * (K1 + 1.0) / (tf + K1)
}

/// Returns the factor on a count for each coded length.
fn factors_of(weights: WordWeights, mean_length: f32) -> [f32; 256] {
    std::array::from_fn(|id| {
        let id = u8::try_from(id).expect("256 codes");
        let length = tantivy::fieldnorm::FieldNormReader::id_to_fieldnorm(id) as f32;
        weights.weight / (1.0 - weights.b + weights.b * length / mean_length)
    })
}

/// Returns the best `limit` pairs, best first, equal scores by docno; in time linear in the number of pairs.
pub(crate) fn best(pairs: &mut Vec<(u32, f32)>, limit: usize) -> Vec<(u32, f32)> {
    let order = |a: &(u32, f32), b: &(u32, f32)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
    if limit == 0 {
        return Vec::new();
    }
    if pairs.len() > limit {
        pairs.select_nth_unstable_by(limit - 1, order);
        pairs.truncate(limit);
    }
    pairs.sort_unstable_by(order);
    std::mem::take(pairs)
}
