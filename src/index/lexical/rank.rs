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

use std::sync::{MutexGuard, PoisonError};

use tantivy::postings::{Postings, TermInfo};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet, TERMINATED, Term};

use super::reader::{DEAD, TextReader};
use super::schema::Zone;
use crate::index::error::{Error, Result};
use crate::index::set::DocnoSet;

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
pub struct WordScores {
    /// By docno; 0 for documents that were not scored.
    scores: Vec<f32>,
    scored: Vec<u32>,
}

impl WordScores {
    /// Returns how many documents hold a word.
    pub fn len(&self) -> usize {
        self.scored.len()
    }

    /// Returns whether no document holds a word.
    pub fn is_empty(&self) -> bool {
        self.scored.is_empty()
    }

    /// Returns the best `limit` documents with their scores, best first; equal scores by docno.
    pub fn best(&self, limit: usize) -> Vec<(u32, f32)> {
        let mut ranked: Vec<(u32, f32)> =
            self.scored.iter().map(|docno| (*docno, self.scores[*docno as usize])).collect();
        best(&mut ranked, limit)
    }

    /// Returns the place of a document in the whole order, from 1, and its score; `None` if it holds no word.
    ///
    /// Costs a pass over all scored documents.
    pub fn rank_of(&self, docno: u32) -> Option<(usize, f32)> {
        let score = self.scores.get(docno as usize).copied().filter(|score| *score > 0.0)?;
        let better = self.scored.iter().filter(|other| {
            let theirs = self.scores[**other as usize];
            theirs > score || (theirs == score && **other < docno)
        });
        Some((better.count() + 1, score))
    }
}

impl TextReader {
    /// Scores the documents of `filter` by words; those that hold none of the words are left out.
    pub(crate) fn score_words(&self, terms: &[RankedTerm], filter: &DocnoSet) -> Result<WordScores> {
        let mut scores = vec![0.0_f32; self.docno_end as usize];
        let mut scored = Vec::new();
        let mut scratch = self.scratch();
        let Scratch { frequencies, touched } = &mut scratch;
        for term in terms {
            self.tally(&term.places, frequencies, touched)?;
            let idf = self.idf(touched.len());
            for docno in touched.drain(..) {
                let tf = std::mem::take(&mut frequencies[docno as usize]);
                if filter.contains(docno) {
                    let score = &mut scores[docno as usize];
                    if *score == 0.0 {
                        scored.push(docno);
                    }
                    *score += term.boost * idf * saturate(tf);
                }
            }
        }
        self.scratches().push(scratch);
        Ok(WordScores { scores, scored })
    }

    /// Returns what each word gave to the score of one document.
    pub(crate) fn explain_words(&self, terms: &[RankedTerm], docno: u32) -> Result<Vec<TermScore>> {
        let mut scratch = self.scratch();
        let Scratch { frequencies, touched } = &mut scratch;
        let mut scores = Vec::new();
        for term in terms {
            self.tally(&term.places, frequencies, touched)?;
            let n_documents = touched.len();
            let tf = frequencies.get(docno as usize).copied().unwrap_or_default();
            touched.drain(..).for_each(|docno| frequencies[docno as usize] = 0.0);
            scores.push(TermScore {
                term: term.term.clone(),
                n_documents: u32::try_from(n_documents).unwrap_or(u32::MAX),
                score: if tf > 0.0 { term.boost * self.idf(n_documents) * saturate(tf) } else { 0.0 },
            });
        }
        self.scratches().push(scratch);
        Ok(scores)
    }

    /// Returns scratch space, all zeros. It goes back when a query ends well; after an error it is dropped.
    fn scratch(&self) -> Scratch {
        self.scratches().pop().unwrap_or_else(|| Scratch::new(self.docno_end))
    }

    fn scratches(&self) -> MutexGuard<'_, Vec<Scratch>> {
        self.scratch.lock().unwrap_or_else(PoisonError::into_inner)
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

    /// Adds up the weighted frequency of one word in every live document that holds it, and lists these documents.
    fn tally(&self, places: &TermPlaces, frequencies: &mut [f32], touched: &mut Vec<u32>) -> Result<()> {
        let mut factors: Option<(usize, [f32; 256])> = None;
        for (index, number, info) in &places.entries {
            let field = &self.fields.zones[*index];
            let segment = &self.segments[*number];
            let (Some(words), Some(norms)) = (field.words, &segment.norms[*index]) else { continue };
            let inverted = segment.reader.inverted_index(words);
            let inverted = inverted.map_err(Error::lexical("opening a field"))?;
            let postings = inverted.read_postings_from_terminfo(info, IndexRecordOption::WithFreqs);
            let mut postings = postings.map_err(|error| Error::lexical("reading postings")(error.into()))?;
            // Entries come field by field.
            let (_, factors) = match &mut factors {
                Some(known) if known.0 == *index => known,
                known => {
                    known.insert((*index, factors_of(WordWeights::of(field.zone), self.mean_lengths[*index])))
                }
            };
            while postings.doc() != TERMINATED {
                let doc = postings.doc();
                let docno = segment.docnos[doc as usize];
                if docno != DEAD {
                    let factor = factors[norms.fieldnorm_id(doc) as usize];
                    let frequency = &mut frequencies[docno as usize];
                    if *frequency == 0.0 {
                        touched.push(docno);
                    }
                    *frequency += factor * postings.term_freq() as f32;
                }
                postings.advance();
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

/// Working space of one query, by docno. All zeros and empty between queries, so that a query costs what it touches:
/// at a million documents a fresh vector would cost 4 MB of zeros each time.
pub(super) struct Scratch {
    /// Weighted frequencies of one word.
    frequencies: Vec<f32>,
    /// Where `frequencies` is not zero.
    touched: Vec<u32>,
}

impl Scratch {
    fn new(docno_end: u32) -> Self {
        Self { frequencies: vec![0.0; docno_end as usize], touched: Vec::new() }
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
