//! Adding up the scores of words: a window of a segment's documents at a time, all words in turn, so that sums stay in
//! the nearest cache however many documents there are, and a document outside costs no second look.

use std::ops::Range;

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::BlockSegmentPostings;
use tantivy::{DocId, TERMINATED};

use super::rank::saturate;
use crate::index::set::DocnoSet;

/// Documents of a window: the sums of one word and of all words are 16 KiB each.
const WINDOW: u32 = 4_096;
/// [`WINDOW`] as a length.
const LENGTH: usize = WINDOW as usize;

/// Asked documents for each posting below which postings are sought one by one instead of read block by block:
/// a block of 128 is read in the time of about ten searches in it.
const POSTINGS_PER_SEEK: u64 = 10;

/// A word with its postings in one segment.
pub(super) struct Word<'a> {
    /// One for each field that holds it, in the order of the fields.
    pub(super) runs: Vec<Run<'a>>,
    /// What a saturated frequency is multiplied by.
    pub(super) weight: f32,
}

/// The postings of a word in one field, read forward.
pub(super) struct Run<'a> {
    blocks: BlockSegmentPostings,
    /// Place in the block at hand.
    at: usize,
    /// What a count is multiplied by, for each coded length of the field.
    factors: &'a [f32; 256],
    norms: &'a FieldNormReader,
}

impl<'a> Run<'a> {
    /// Starts before the first posting; `blocks` must hold frequencies.
    pub(super) fn new(
        blocks: BlockSegmentPostings,
        factors: &'a [f32; 256],
        norms: &'a FieldNormReader,
    ) -> Self {
        Self { blocks, at: 0, factors, norms }
    }

    /// Returns the weighted frequency in one document, which must lie beyond those asked about before.
    pub(super) fn in_document(&mut self, doc: DocId) -> Option<f32> {
        let place = self.blocks.seek(doc);
        (self.blocks.doc(place) == doc).then(|| self.weigh(doc, self.blocks.freq(place)))
    }

    #[inline]
    fn weigh(&self, doc: DocId, frequency: u32) -> f32 {
        self.factors[self.norms.fieldnorm_id(doc) as usize] * frequency as f32
    }

    /// Returns the document at hand, `TERMINATED` after the last.
    fn doc(&self) -> DocId {
        self.blocks.docs().get(self.at).copied().unwrap_or(TERMINATED)
    }

    /// Reads on to `end`.
    #[inline]
    fn each_below(&mut self, end: DocId, mut each: impl FnMut(DocId, f32)) {
        loop {
            let (docs, frequencies) = (self.blocks.docs(), self.blocks.freqs());
            let Some(last) = docs.last() else { return };
            let to = if *last < end { docs.len() } else { docs.partition_point(|doc| *doc < end) };
            let read = self.at.min(to)..to;
            for (doc, frequency) in docs[read.clone()].iter().zip(&frequencies[read]) {
                each(*doc, self.weigh(*doc, *frequency));
            }
            self.at = to;
            if to < docs.len() {
                return;
            }
            self.blocks.advance();
            self.at = 0;
        }
    }

    /// Reads on to the end of a window, only what is asked for there.
    #[inline]
    fn read(&mut self, asked: Option<&Asked<'_>>, window: &Range<DocId>, mut each: impl FnMut(DocId, f32)) {
        let Some(asked) = asked else { return self.each_below(window.end, each) };
        if u64::from(self.blocks.doc_freq()) > POSTINGS_PER_SEEK * asked.n_documents {
            for doc in asked.documents.iter_within(window.clone()) {
                if let Some(frequency) = self.in_document(doc) {
                    each(doc, frequency);
                }
            }
            return;
        }
        self.each_below(window.end, |doc, frequency| {
            if asked.documents.contains(doc) {
                each(doc, frequency);
            }
        });
    }
}

/// The documents of a segment that are asked for.
pub(super) struct Asked<'a> {
    documents: &'a DocnoSet,
    n_documents: u64,
}

impl<'a> Asked<'a> {
    pub(super) fn new(documents: &'a DocnoSet) -> Self {
        Self { documents, n_documents: documents.len() }
    }
}

/// The sums at work: zeros between windows.
pub(super) struct Sums {
    frequencies: Pane,
    scores: Pane,
}

impl Sums {
    pub(super) fn new() -> Self {
        Self { frequencies: Pane::new(), scores: Pane::new() }
    }

    /// Calls `out` with the score of every document of a segment that holds one of the words: of all documents, deleted
    /// ones among them, or of those asked for.
    pub(super) fn add_up(
        &mut self,
        words: &mut [Word<'_>],
        asked: Option<&Asked<'_>>,
        mut out: impl FnMut(DocId, f32),
    ) {
        let mut from = 0;
        loop {
            let first = match asked {
                Some(asked) => asked.documents.iter_within(from..TERMINATED).next(),
                None => words.iter().flat_map(|word| &word.runs).map(Run::doc).min(),
            };
            let Some(first) = first.filter(|first| *first != TERMINATED) else { return };
            let base = first - first % WINDOW;
            let window = base..base.saturating_add(WINDOW);
            for word in &mut *words {
                self.add_word(word, asked, &window);
            }
            self.scores.drain(|place, score| out(base + place, score));
            from = window.end;
        }
    }

    fn add_word(&mut self, word: &mut Word<'_>, asked: Option<&Asked<'_>>, window: &Range<DocId>) {
        let Self { frequencies, scores } = self;
        let weight = word.weight;
        if let [only] = word.runs.as_mut_slice() {
            let each = |doc: DocId, frequency| scores.add(doc - window.start, weight * saturate(frequency));
            only.read(asked, window, each);
            return;
        }
        for run in &mut word.runs {
            run.read(asked, window, |doc, frequency| frequencies.add(doc - window.start, frequency));
        }
        frequencies.drain(|place, frequency| scores.add(place, weight * saturate(frequency)));
    }
}

/// Sums of one window.
struct Pane {
    values: Box<[f32; LENGTH]>,
    /// Where `values` is not zero: the first `n_touched`. Longer than a window, for the one written after the last.
    touched: Box<[u16; 2 * LENGTH]>,
    n_touched: usize,
}

impl Pane {
    fn new() -> Self {
        Self { values: Box::new([0.0; LENGTH]), touched: Box::new([0; 2 * LENGTH]), n_touched: 0 }
    }

    /// Adds to a sum; `gain` is above 0.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "a place is below the length of a window")]
    fn add(&mut self, place: u32, gain: f32) {
        let place = place as usize % LENGTH;
        let value = &mut self.values[place];
        // Written always and counted where new: which it is cannot be foretold.
        self.touched[self.n_touched % (2 * LENGTH)] = place as u16;
        self.n_touched += usize::from(*value == 0.0);
        *value += gain;
    }

    /// Takes out all sums, in the order in which they were begun.
    #[inline]
    fn drain(&mut self, mut each: impl FnMut(u32, f32)) {
        for place in &self.touched[..self.n_touched] {
            let value = std::mem::take(&mut self.values[*place as usize % LENGTH]);
            each(u32::from(*place), value);
        }
        self.n_touched = 0;
    }
}
