//! Exact matching on positions: words side by side, whatever the segmenter thinks of them.
//!
//! A phrase is a list of units at fixed distances. A unit is one term, or, for a single Chinese character,
//! every term that begins with it (the position field holds bigrams, and the last character of a run alone).

use tantivy::postings::{Postings, SegmentPostings};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocSet, TERMINATED, Term};

use super::reader::{DEAD, Segment, TextReader};
use super::schema::{Zone, ZoneField};
use crate::index::error::{Error, Result};
use crate::index::set::DocnoSet;
use crate::text::{QueryUnit, Term as QueryTerm};

/// Units at fixed distances, as [`crate::text::Analyzer::query_units`] gives them.
pub(crate) struct Phrase<'a>(pub(crate) &'a [QueryUnit]);

/// Takes in the documents that hold a phrase.
pub(crate) trait Holders {
    /// Returns whether it matters that a document holds the phrase in a zone; positions cost most, and of a document
    /// that is known to hold it they need not be read again.
    fn wants(&self, docno: u32, zone: Zone) -> bool;

    /// Takes in a document that holds the phrase in a zone.
    fn add(&mut self, docno: u32, zone: Zone);
}

impl Holders for DocnoSet {
    fn wants(&self, docno: u32, _: Zone) -> bool {
        !self.contains(docno)
    }

    fn add(&mut self, docno: u32, _: Zone) {
        self.insert(docno);
    }
}

impl TextReader {
    /// Adds to `out` the documents in which the phrase stands in one of `zones`.
    ///
    /// A phrase without units matches nothing.
    pub(crate) fn add_phrase(&self, zones: &[Zone], phrase: &Phrase<'_>, out: &mut DocnoSet) -> Result<()> {
        self.add_holders(zones, phrase, out)
    }

    /// Adds to `out` the documents that hold every unit of the phrase somewhere in `zones`, at any places.
    pub(crate) fn add_all_units(
        &self,
        zones: &[Zone],
        phrase: &Phrase<'_>,
        out: &mut DocnoSet,
    ) -> Result<()> {
        let mut all: Option<DocnoSet> = None;
        for unit in phrase.0 {
            let mut holding = DocnoSet::empty(self.docno_end);
            self.add_phrase(zones, &Phrase(std::slice::from_ref(unit)), &mut holding)?;
            match &mut all {
                Some(all) => all.intersect(&holding),
                None => all = Some(holding),
            }
            if all.as_ref().is_some_and(DocnoSet::is_empty) {
                return Ok(());
            }
        }
        if let Some(all) = all {
            out.unite(&all);
        }
        Ok(())
    }

    /// Adds to `out` every live document and zone that holds the phrase and that `out` wants;
    /// several times where several terms satisfy a phrase of one unit.
    pub(crate) fn add_holders<H: Holders>(
        &self,
        zones: &[Zone],
        phrase: &Phrase<'_>,
        out: &mut H,
    ) -> Result<()> {
        for (_, field) in self.zone_fields(|field| zones.contains(&field.zone)) {
            for segment in &self.segments {
                match phrase.0 {
                    [] => {}
                    [unit] => visit_unit(segment, &field, unit, out)?,
                    units => visit_phrase(segment, &field, units, out)?,
                }
            }
        }
        Ok(())
    }
}

/// Visits the documents of a one-unit phrase; no position is read.
fn visit_unit<H: Holders>(segment: &Segment, field: &ZoneField, unit: &QueryUnit, out: &mut H) -> Result<()> {
    for mut postings in open(segment, field.units, &unit.term, IndexRecordOption::Basic)? {
        while postings.doc() != TERMINATED {
            let docno = segment.docnos[postings.doc() as usize];
            if docno != DEAD {
                out.add(docno, field.zone);
            }
            postings.advance();
        }
    }
    Ok(())
}

fn visit_phrase<H: Holders>(
    segment: &Segment,
    field: &ZoneField,
    units: &[QueryUnit],
    out: &mut H,
) -> Result<()> {
    let mut cursors = Vec::with_capacity(units.len());
    for unit in units {
        let postings = open(segment, field.units, &unit.term, IndexRecordOption::WithFreqsAndPositions)?;
        if postings.is_empty() {
            return Ok(());
        }
        cursors.push(Cursor { postings, offset: unit.position });
    }
    // The rarest unit leads, so that the others are only asked about documents that can still match.
    cursors.sort_by_key(Cursor::cost);
    let (mut starts, mut more, mut positions) = (Vec::new(), Vec::new(), Vec::new());
    let mut doc = cursors[0].seek(0);
    'documents: while doc != TERMINATED {
        for index in 1..cursors.len() {
            let found = cursors[index].seek(doc);
            if found == TERMINATED {
                return Ok(());
            }
            if found != doc {
                doc = cursors[0].seek(found);
                continue 'documents;
            }
        }
        let docno = segment.docnos[doc as usize];
        if docno == DEAD || !out.wants(docno, field.zone) {
            doc = cursors[0].seek(doc + 1);
            continue;
        }
        cursors[0].starts(doc, &mut positions, &mut starts);
        for cursor in &mut cursors[1..] {
            cursor.starts(doc, &mut positions, &mut more);
            keep_common(&mut starts, &more);
            if starts.is_empty() {
                break;
            }
        }
        if !starts.is_empty() {
            out.add(docno, field.zone);
        }
        doc = cursors[0].seek(doc + 1);
    }
    Ok(())
}

/// Keeps the values of `a` that `b` holds too; both ascending.
fn keep_common(a: &mut Vec<i64>, b: &[i64]) {
    let mut rest = b.iter().copied().peekable();
    a.retain(|value| {
        while rest.next_if(|other| other < value).is_some() {}
        rest.peek() == Some(value)
    });
}

/// The postings of one unit: of one term, or of all terms that it stands for.
struct Cursor {
    postings: Vec<SegmentPostings>,
    offset: u32,
}

impl Cursor {
    fn cost(&self) -> u64 {
        self.postings.iter().map(|postings| u64::from(postings.size_hint())).sum()
    }

    /// Moves to the first document not below `target`.
    fn seek(&mut self, target: u32) -> u32 {
        let mut nearest = TERMINATED;
        for postings in &mut self.postings {
            let doc = if postings.doc() < target { postings.seek(target) } else { postings.doc() };
            nearest = nearest.min(doc);
        }
        nearest
    }

    /// Collects where the phrase would start for each occurrence of the unit in `doc`, ascending.
    fn starts(&mut self, doc: u32, positions: &mut Vec<u32>, out: &mut Vec<i64>) {
        out.clear();
        let mut n_terms = 0;
        for postings in self.postings.iter_mut().filter(|postings| postings.doc() == doc) {
            postings.positions(positions);
            out.extend(positions.iter().map(|position| i64::from(*position) - i64::from(self.offset)));
            n_terms += 1;
        }
        if n_terms > 1 {
            out.sort_unstable();
        }
    }
}

/// Opens the postings of a unit in one segment; none where no document holds it.
fn open(
    segment: &Segment,
    field: Field,
    term: &QueryTerm,
    option: IndexRecordOption,
) -> Result<Vec<SegmentPostings>> {
    let index = segment.reader.inverted_index(field).map_err(Error::lexical("opening a field"))?;
    let reading = |error: std::io::Error| Error::lexical("reading postings")(error.into());
    match term {
        QueryTerm::Exact(text) => {
            let term = Term::from_field_text(field, text);
            Ok(index.read_postings(&term, option).map_err(reading)?.into_iter().collect())
        }
        QueryTerm::Prefix(first) => {
            let prefix = first.to_string();
            let mut terms = index.terms().range().ge(&prefix).into_stream().map_err(reading)?;
            let mut postings = Vec::new();
            while terms.advance() && terms.key().starts_with(prefix.as_bytes()) {
                let info = terms.value();
                postings.push(index.read_postings_from_terminfo(info, option).map_err(reading)?);
            }
            Ok(postings)
        }
    }
}
