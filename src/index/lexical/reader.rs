//! The full text of one snapshot, open for reading.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use tantivy::fieldnorm::FieldNormReader;
use tantivy::schema::Field;
use tantivy::{DocId, Index, InvertedIndexReader, ReloadPolicy, SegmentReader};

use super::directory::SnapshotDirectory;
use super::rank::{self, KnownTerms};
use super::schema::{Fields, ZoneField};
use crate::index::error::{Error, Result};
use crate::index::set::DocnoSet;
use crate::index::tally::Tallies;

/// The full text of one snapshot. Immutable, shared by all threads.
pub(crate) struct TextReader {
    pub(super) fields: Fields,
    pub(super) segments: Vec<Segment>,
    /// By docno: where the segments stand one after the other, the place of the live document; [`DEAD`] where none is.
    slots: Vec<u32>,
    /// For each entry of `fields.zones`, what a count in a document of each coded length is multiplied by.
    pub(super) factors: Vec<[f32; 256]>,
    pub(super) docno_end: u32,
    /// Live documents.
    pub(super) n_documents: u64,
    pub(super) known_terms: KnownTerms,
    /// What ranking adds up in.
    pub(in crate::index) tallies: Tallies,
}

/// Stands for the docno of a document that an update or a deletion buried. Such documents count nowhere,
/// so matches and scores are those of the live documents alone, whatever merges and compaction did before.
pub(super) const DEAD: u32 = u32::MAX;

/// One segment with the docno of each of its documents.
pub(super) struct Segment {
    pub(super) reader: SegmentReader,
    /// Or [`DEAD`].
    pub(super) docnos: Vec<u32>,
    /// Those that are [`DEAD`], where any is.
    pub(super) dead: Option<DocnoSet>,
    /// For each entry of `fields.zones`, the lengths of its words field.
    pub(super) norms: Vec<Option<FieldNormReader>>,
    /// Documents of the segments before.
    base: u32,
    /// By number of the field, from its first use on.
    inverted: Vec<OnceLock<Arc<InvertedIndexReader>>>,
}

impl Segment {
    /// Returns the dictionary and postings of a field. The library finds them again under a lock each time.
    pub(super) fn inverted(&self, field: Field) -> Result<&InvertedIndexReader> {
        let known = &self.inverted[field.field_id() as usize];
        if let Some(inverted) = known.get() {
            return Ok(inverted);
        }
        let opened = self.reader.inverted_index(field).map_err(Error::lexical("opening a field"))?;
        Ok(known.get_or_init(|| opened))
    }
}

impl TextReader {
    /// Opens the full text in `dir`, of which the documents in `alive` are seen.
    ///
    /// Costs a pass over the docnos and field lengths: 19 bytes a document.
    pub(crate) fn open(dir: &Path, alive: &DocnoSet) -> Result<Self> {
        let fields = Fields::new();
        let docno_end = alive.end();
        let directory = SnapshotDirectory::open(dir)?;
        let index = Index::open(directory).map_err(Error::lexical("opening"))?;
        if index.schema() != fields.schema {
            return Err(Error::corrupt(dir, "its fields are not those of this format"));
        }
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into();
        let reader: tantivy::IndexReader = reader.map_err(Error::lexical("opening"))?;
        let mut segments: Vec<Segment> = Vec::new();
        let (mut base, mut slots) = (0, vec![DEAD; docno_end as usize]);
        for segment in reader.searcher().segment_readers() {
            let column = segment.fast_fields().u64("docno").map_err(Error::lexical("reading docnos"))?;
            let mut docnos = Vec::with_capacity(segment.max_doc() as usize);
            for doc in 0..segment.max_doc() {
                let docno = column.first(doc).and_then(|docno| u32::try_from(docno).ok());
                match docno.filter(|docno| *docno < docno_end) {
                    Some(docno) => docnos.push(if alive.contains(docno) { docno } else { DEAD }),
                    None => return Err(Error::corrupt(dir, "a document has no docno")),
                }
            }
            let norms = fields.zones.iter().map(|field| {
                let words = field.words?;
                segment.fieldnorms_readers().get_field(words).ok().flatten()
            });
            let norms = norms.collect();
            let mut dead = DocnoSet::empty(segment.max_doc());
            for (doc, docno) in (0..).zip(&docnos) {
                match slots.get_mut(*docno as usize) {
                    Some(slot) => *slot = base + doc,
                    None => dead.insert(doc),
                }
            }
            let dead = Some(dead).filter(|dead| !dead.is_empty());
            let inverted = fields.schema.fields().map(|_| OnceLock::new()).collect();
            segments.push(Segment { reader: segment.clone(), docnos, dead, norms, base, inverted });
            base += segment.max_doc();
        }
        let n_documents = alive.len();
        let mut text = Self {
            fields,
            segments,
            slots,
            factors: Vec::new(),
            docno_end,
            n_documents,
            known_terms: KnownTerms::default(),
            tallies: Tallies::new(alive.end()),
        };
        let factors = text.fields.zones.iter().enumerate();
        text.factors =
            factors.map(|(index, field)| rank::factors(field.zone, text.mean_length(index))).collect();
        Ok(text)
    }

    /// Returns the segment of a live document, as its place in the list, and the document's number there.
    pub(super) fn place_of(&self, docno: u32) -> Option<(usize, DocId)> {
        let slot = self.slots.get(docno as usize).copied().filter(|slot| *slot != DEAD)?;
        let number = self.segments.partition_point(|segment| segment.base <= slot) - 1;
        Some((number, slot - self.segments[number].base))
    }

    /// Returns the documents of a set by segment, as they are numbered there.
    pub(super) fn by_segment(&self, set: &DocnoSet) -> Vec<DocnoSet> {
        let empty = |segment: &Segment| DocnoSet::empty(segment.reader.max_doc());
        let mut sets: Vec<DocnoSet> = self.segments.iter().map(empty).collect();
        for (number, doc) in set.iter().filter_map(|docno| self.place_of(docno)) {
            sets[number].insert(doc);
        }
        sets
    }

    /// Returns the places and fields of the zones that `keep` selects.
    pub(super) fn zone_fields(&self, keep: impl Fn(&ZoneField) -> bool) -> Vec<(usize, ZoneField)> {
        self.fields.zones.iter().copied().enumerate().filter(|(_, field)| keep(field)).collect()
    }

    fn mean_length(&self, index: usize) -> f32 {
        let (mut n_words, mut n_documents) = (0_u64, 0_u64);
        for segment in &self.segments {
            let Some(norms) = &segment.norms[index] else { continue };
            for (doc, docno) in (0..).zip(&segment.docnos) {
                let length = if *docno == DEAD { 0 } else { norms.fieldnorm(doc) };
                n_words += u64::from(length);
                n_documents += u64::from(length > 0);
            }
        }
        // Read as lengths by the same rounding as the norms themselves, so a document of mean length scores 1.
        if n_documents == 0 { 1.0 } else { n_words as f32 / n_documents as f32 }
    }
}
