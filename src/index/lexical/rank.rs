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

use std::cmp::Ordering;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use rustc_hash::FxHashMap;
use tantivy::Term;
use tantivy::postings::{BlockSegmentPostings, TermInfo};
use tantivy::schema::IndexRecordOption;

use super::reader::{Segment, TextReader};
use super::schema::{Zone, ZoneField};
use super::sums::{Asked, Run, Sums, Word};
use crate::index::error::{Error, Result};
use crate::index::set::DocnoSet;

/// A filter that passes fewer than one in so many documents is asked about each posting; others about each sum.
const FEW: u64 = 16;

/// Pairs that are gathered, at least, before the best of them are kept.
const MIN_ROOM: usize = 64;

/// How fast further occurrences of a word stop counting.
const K1: f32 = 1.2;

/// How much a zone counts, and how strongly its length is evened out.
///
/// A title names the subject in few words, so each counts most and length matters little;
/// a description mentions everything.
#[derive(Debug, Clone, Copy)]
struct WordWeights {
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
    pub(crate) places: Arc<TermPlaces>,
}

/// Where the postings of a word lie: looked up once, since a dictionary has to be asked for each field of each segment.
#[derive(Debug)]
pub(crate) struct TermPlaces {
    /// Segment by segment, its fields in their order.
    entries: Vec<Entry>,
    docno_end: u32,
    /// Live documents that hold the word, once counted.
    n_holding: OnceLock<u64>,
}

/// The places of the words asked for last: questions about one subject use the same words again and again, and so do
/// the translations of their words.
#[derive(Debug, Default)]
pub(super) struct KnownTerms(RwLock<FxHashMap<String, Arc<TermPlaces>>>);

impl KnownTerms {
    /// Words kept, at one to five kilobytes each, as there are segments; with one more, all are forgotten.
    const MAX: usize = 16_384;

    fn get(&self, term: &str) -> Option<Arc<TermPlaces>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(term).cloned()
    }

    fn keep(&self, term: &str, places: &Arc<TermPlaces>) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= Self::MAX {
            known.clear();
        }
        known.insert(term.to_owned(), Arc::clone(places));
    }
}

/// The postings of a word in one field of one segment.
#[derive(Debug, Clone)]
struct Entry {
    /// Place of the segment in its list.
    segment: usize,
    /// Place of the field among the zones.
    zone: usize,
    info: TermInfo,
}

impl TermPlaces {
    /// Returns in how many documents the word stands in any ranked zone, dead ones included, at most:
    /// the sum over fields, an upper bound that costs no pass over postings.
    pub(crate) fn n_documents(&self) -> u32 {
        let sum = self.entries.iter().fold(0_u32, |n, entry| n.saturating_add(entry.info.doc_freq));
        sum.min(self.docno_end)
    }

    fn in_segment(&self, number: usize) -> &[Entry] {
        let from = self.entries.partition_point(|entry| entry.segment < number);
        let within = &self.entries[from..];
        &within[..within.partition_point(|entry| entry.segment == number)]
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
        if limit == 0 {
            return Vec::new();
        }
        // Most are worse than the best few seen so far, and are passed over without being copied.
        let room = limit.saturating_mul(2).clamp(MIN_ROOM, self.0.len().max(MIN_ROOM));
        let mut kept: Vec<(u32, f32)> = Vec::with_capacity(room);
        let mut worst = (u32::MAX, f32::NEG_INFINITY);
        for pair in &self.0 {
            if by_score(pair, &worst).is_lt() {
                kept.push(*pair);
                if kept.len() == room && limit < room {
                    keep_best(&mut kept, limit);
                    worst = kept.last().copied().unwrap_or(worst);
                }
            }
        }
        best(&mut kept, limit)
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
        let mut weights = Vec::with_capacity(terms.len());
        for term in terms {
            weights.push(term.boost * self.idf(self.n_holding(&term.places)?));
        }
        self.add_up(terms, &weights, filter)
    }

    /// Scores as [`TextReader::score_words`] does, but for the rarity of a word: that is of the sum of the documents that
    /// hold it in each zone, which is known without looking. For a few documents and many words.
    pub(crate) fn score_words_among(&self, terms: &[RankedTerm], few: &DocnoSet) -> Result<WordScores> {
        // No more than the live documents: a sum beyond them would count against those that hold the word.
        let n_holding = |term: &RankedTerm| u64::from(term.places.n_documents()).min(self.n_documents);
        let weight = |term: &RankedTerm| term.boost * self.idf(n_holding(term));
        let weights: Vec<f32> = terms.iter().map(weight).collect();
        self.add_up(terms, &weights, few)
    }

    fn add_up(&self, terms: &[RankedTerm], weights: &[f32], filter: &DocnoSet) -> Result<WordScores> {
        // Of few documents it pays to ask for them alone.
        let few = filter.len() < self.n_documents / FEW;
        let asked = if few { self.by_segment(filter) } else { Vec::new() };
        let mut sums = Sums::new();
        let mut scored = Vec::new();
        for (number, segment) in self.segments.iter().enumerate() {
            let mut words = Vec::with_capacity(terms.len());
            for (term, weight) in terms.iter().zip(weights) {
                let runs = self.runs(&term.places, number)?;
                if !runs.is_empty() {
                    words.push(Word { runs, weight: *weight });
                }
            }
            let asked = asked.get(number).map(Asked::new);
            sums.add_up(&mut words, asked.as_ref(), |doc, score| {
                let docno = segment.docnos[doc as usize];
                if filter.contains(docno) {
                    scored.push((docno, score));
                }
            });
        }
        Ok(WordScores(scored))
    }

    /// Returns what each word gave to the score of one document.
    pub(crate) fn explain_words(&self, terms: &[RankedTerm], docno: u32) -> Result<Vec<TermScore>> {
        let mut scores = Vec::new();
        for term in terms {
            let mut frequency = 0.0;
            if let Some((number, doc)) = self.place_of(docno) {
                let mut runs = self.runs(&term.places, number)?;
                frequency = runs.iter_mut().filter_map(|run| run.in_document(doc)).sum();
            }
            let n_documents = self.n_holding(&term.places)?;
            scores.push(TermScore {
                term: term.term.clone(),
                n_documents: u32::try_from(n_documents).unwrap_or(u32::MAX),
                score: term.boost * self.idf(n_documents) * saturate(frequency),
            });
        }
        Ok(scores)
    }

    /// Finds the postings of a word in all ranked zones.
    pub(crate) fn places(&self, term: &str) -> Result<Arc<TermPlaces>> {
        if let Some(known) = self.known_terms.get(term) {
            return Ok(known);
        }
        let mut entries = Vec::new();
        let zones = self.fields.zones.iter().enumerate();
        let in_zone =
            |(zone, field): (usize, &ZoneField)| Some((zone, Term::from_field_text(field.words?, term)));
        let terms: Vec<(usize, Term)> = zones.filter_map(in_zone).collect();
        for (number, segment) in self.segments.iter().enumerate() {
            for (zone, term) in &terms {
                let info = segment.inverted(term.field())?.get_term_info(term);
                let info = info.map_err(|error| Error::lexical("reading a term")(error.into()))?;
                entries.extend(info.map(|info| Entry { segment: number, zone: *zone, info }));
            }
        }
        let places = TermPlaces { entries, docno_end: self.docno_end, n_holding: OnceLock::new() };
        let places = Arc::new(places);
        self.known_terms.keep(term, &places);
        Ok(places)
    }

    /// Opens the postings of a word in one segment.
    fn runs(&self, places: &TermPlaces, number: usize) -> Result<Vec<Run<'_>>> {
        let segment = &self.segments[number];
        let mut runs = Vec::new();
        for Entry { zone, info, .. } in places.in_segment(number) {
            let Some(norms) = &segment.norms[*zone] else { continue };
            let blocks = self.blocks(segment, *zone, info, IndexRecordOption::WithFreqs)?;
            runs.push(Run::new(blocks, &self.factors[*zone], norms));
        }
        Ok(runs)
    }

    fn blocks(
        &self,
        segment: &Segment,
        zone: usize,
        info: &TermInfo,
        option: IndexRecordOption,
    ) -> Result<BlockSegmentPostings> {
        let words = self.fields.zones[zone].words.expect("words were found in it");
        let blocks = segment.inverted(words)?.read_block_postings_from_terminfo(info, option);
        blocks.map_err(|error| Error::lexical("reading postings")(error.into()))
    }

    /// Counts the live documents that hold a word in any ranked zone.
    fn n_holding(&self, places: &TermPlaces) -> Result<u64> {
        if let Some(known) = places.n_holding.get() {
            return Ok(*known);
        }
        let mut n = 0;
        for entries in places.entries.chunk_by(|a, b| a.segment == b.segment) {
            let segment = &self.segments[entries[0].segment];
            if let ([only], None) = (entries, &segment.dead) {
                n += u64::from(only.info.doc_freq);
                continue;
            }
            let mut holders = DocnoSet::empty(segment.reader.max_doc());
            for Entry { zone, info, .. } in entries {
                let mut blocks = self.blocks(segment, *zone, info, IndexRecordOption::Basic)?;
                while blocks.block_len() > 0 {
                    holders.extend(blocks.docs().iter().copied());
                    blocks.advance();
                }
            }
            if let Some(dead) = &segment.dead {
                holders.subtract(dead);
            }
            n += holders.len();
        }
        Ok(*places.n_holding.get_or_init(|| n))
    }

    fn idf(&self, n_holding: u64) -> f32 {
        let (n, df) = (self.n_documents as f64, n_holding as f64);
        let idf = (1.0 + (n - df + 0.5) / (df + 0.5)).ln();
        #[expect(clippy::cast_possible_truncation, reason = "scores are single precision")]
        let idf = idf as f32;
        idf
    }
}

/// Returns what a weighted frequency counts.
#[inline]
pub(super) fn saturate(tf: f32) -> f32 {
    tf * (K1 + 1.0) / (tf + K1)
}

/// Returns the factor on a count in a zone for each coded length.
pub(super) fn factors(zone: Zone, mean_length: f32) -> [f32; 256] {
    let weights = WordWeights::of(zone);
    std::array::from_fn(|id| {
        let id = u8::try_from(id).expect("256 codes");
        let length = tantivy::fieldnorm::FieldNormReader::id_to_fieldnorm(id) as f32;
        weights.weight / (1.0 - weights.b + weights.b * length / mean_length)
    })
}

/// Returns the best `limit` pairs, best first, equal scores by docno; in time linear in the number of pairs.
pub(crate) fn best(pairs: &mut Vec<(u32, f32)>, limit: usize) -> Vec<(u32, f32)> {
    keep_best(pairs, limit);
    pairs.sort_unstable_by(by_score);
    std::mem::take(pairs)
}

/// Keeps the best `limit` pairs; where there were more, the worst of them is the last.
fn keep_best(pairs: &mut Vec<(u32, f32)>, limit: usize) {
    if pairs.len() > limit {
        if let Some(last) = limit.checked_sub(1) {
            pairs.select_nth_unstable_by(last, by_score);
        }
        pairs.truncate(limit);
    }
}

fn by_score(a: &(u32, f32), b: &(u32, f32)) -> Ordering {
    b.1.total_cmp(&a.1).then(a.0.cmp(&b.0))
}

#[cfg(test)]
mod tests;
