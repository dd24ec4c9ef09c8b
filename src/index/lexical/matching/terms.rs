//! The postings of what stands at one place: of one term, or of all terms that it stands for.

use tantivy::postings::{Postings as _, SegmentPostings};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocSet as _, InvertedIndexReader, Term};

use super::compile::{Glob, Slot, Wanted};
use crate::index::error::{Error, Result};
use crate::index::lexical::reader::Segment;

/// Most words of one segment and field that a wildcard stands for. Each has postings of its own to be read.
pub(crate) const MAX_EXPANSION: usize = 4_096;

/// Words sort before this, pairs of Chinese characters after it, so a search for words need not pass them.
const AFTER_WORDS: &str = "\u{2e80}";
/// Marks of ends sort before this.
const FIRST_WORD: &str = "\u{2}";

/// The postings of one place of a leaf.
pub(super) struct Cursor {
    lists: Lists,
    offset: u32,
}

#[expect(clippy::large_enum_variant, reason = "one a term of a query, and read in place for every document")]
enum Lists {
    One(SegmentPostings),
    Several(Union),
}

/// Several lists as one: a heap of documents, so that long unions of rare terms cost what they move.
struct Union {
    lists: Vec<SegmentPostings>,
    /// Document and list, the smallest document first.
    heap: Vec<(u32, u32)>,
    /// Places of the heap that wait to be looked at.
    waiting: Vec<usize>,
}

impl Cursor {
    /// Returns how many documents the postings hold, counted by term.
    pub(super) fn cost(&self) -> u64 {
        match &self.lists {
            Lists::One(list) => u64::from(list.size_hint()),
            Lists::Several(union) => union.lists.iter().map(|list| u64::from(list.size_hint())).sum(),
        }
    }

    /// Moves to the first document not below `target`; stays where it is already there or beyond.
    pub(super) fn seek(&mut self, target: u32) -> u32 {
        match &mut self.lists {
            Lists::One(list) => move_to(list, target),
            Lists::Several(union) => union.seek(target),
        }
    }

    /// Collects where the leaf would start for each occurrence in `doc`, ascending.
    pub(super) fn starts(&mut self, doc: u32, positions: &mut Vec<u32>, out: &mut Vec<i64>) {
        self.positions(doc, positions);
        let offset = i64::from(self.offset);
        out.clear();
        out.extend(positions.iter().map(|position| i64::from(*position) - offset));
        // A leaf cannot start before its text.
        if self.offset > 0 {
            out.retain(|start| *start >= 0);
        }
    }

    /// Collects the positions in `doc`, ascending.
    pub(super) fn positions(&mut self, doc: u32, out: &mut Vec<u32>) {
        match &mut self.lists {
            Lists::One(list) => {
                out.clear();
                if list.doc() == doc {
                    list.positions(out);
                }
            }
            Lists::Several(union) => union.positions(doc, out),
        }
    }

    /// Returns how often the place is satisfied in `doc`.
    pub(super) fn frequency(&self, doc: u32) -> u32 {
        match &self.lists {
            Lists::One(list) => list.term_freq(),
            Lists::Several(union) => {
                let lists = union.lists.iter().filter(|list| list.doc() == doc);
                lists.map(SegmentPostings::term_freq).sum()
            }
        }
    }
}

fn move_to(list: &mut SegmentPostings, target: u32) -> u32 {
    let doc = list.doc();
    if doc >= target {
        doc
    } else if doc + 1 == target {
        list.advance()
    } else {
        list.seek(target)
    }
}

impl Union {
    fn new(lists: Vec<SegmentPostings>) -> Self {
        let mut heap: Vec<(u32, u32)> = (0..).zip(&lists).map(|(index, list)| (list.doc(), index)).collect();
        heap.sort_unstable();
        Self { lists, heap, waiting: Vec::new() }
    }

    fn seek(&mut self, target: u32) -> u32 {
        while self.heap[0].0 < target {
            let index = self.heap[0].1;
            self.heap[0].0 = move_to(&mut self.lists[index as usize], target);
            self.sink();
        }
        self.heap[0].0
    }

    /// Puts the first entry where it belongs.
    fn sink(&mut self) {
        let heap = &mut self.heap;
        let mut at = 0;
        loop {
            let mut least = at;
            for child in [2 * at + 1, 2 * at + 2] {
                if child < heap.len() && heap[child] < heap[least] {
                    least = child;
                }
            }
            if least == at {
                return;
            }
            heap.swap(at, least);
            at = least;
        }
    }

    fn positions(&mut self, doc: u32, out: &mut Vec<u32>) {
        out.clear();
        let mut n_terms = 0;
        // The lists that stand at the document are the top of the heap.
        self.waiting.push(0);
        while let Some(at) = self.waiting.pop() {
            if let Some((_, index)) = self.heap.get(at).filter(|entry| entry.0 == doc) {
                self.lists[*index as usize].append_positions_with_offset(0, out);
                n_terms += 1;
                self.waiting.extend([2 * at + 1, 2 * at + 2]);
            }
        }
        if n_terms > 1 {
            out.sort_unstable();
        }
    }
}

/// Opens what stands at a place in one segment; `None` where no document holds it.
///
/// # Errors
/// [`Error::Query`] for a wildcard that stands for more than [`MAX_EXPANSION`] words.
pub(super) fn open(
    segment: &Segment,
    field: Field,
    slot: &Slot,
    option: IndexRecordOption,
) -> Result<Option<Cursor>> {
    let index = segment.inverted(field)?;
    let mut lists = match &slot.term {
        Wanted::Exact(text) => {
            let term = Term::from_field_text(field, text);
            index.read_postings(&term, option).map_err(reading)?.into_iter().collect()
        }
        Wanted::Prefix(first) => prefixed(index, &first.to_string(), option)?,
        Wanted::Word(glob) => expanded(index, glob, option)?,
    };
    let lists = match lists.len() {
        0 => return Ok(None),
        1 => Lists::One(lists.remove(0)),
        _ => Lists::Several(Union::new(lists)),
    };
    Ok(Some(Cursor { lists, offset: slot.offset }))
}

/// Opens a term with its positions.
pub(super) fn open_term(segment: &Segment, field: Field, term: &str) -> Result<Option<Cursor>> {
    let slot = Slot { offset: 0, width: 0, term: Wanted::Exact(term.to_owned()) };
    open(segment, field, &slot, IndexRecordOption::WithFreqsAndPositions)
}

/// Calls `each` with every document of a segment that holds a term, ascending, a block at a time.
pub(super) fn each_holder(
    segment: &Segment,
    field: Field,
    term: &str,
    mut each: impl FnMut(u32),
) -> Result<()> {
    let index = segment.inverted(field)?;
    let term = Term::from_field_text(field, term);
    let blocks = index.read_block_postings(&term, IndexRecordOption::Basic).map_err(reading)?;
    let Some(mut blocks) = blocks else { return Ok(()) };
    while blocks.block_len() > 0 {
        blocks.docs().iter().for_each(|doc| each(*doc));
        blocks.advance();
    }
    Ok(())
}

fn reading(error: std::io::Error) -> Error {
    Error::lexical("reading postings")(error.into())
}

/// Opens every term that starts with a character: the pairs of Chinese that it begins, and itself alone.
fn prefixed(
    index: &InvertedIndexReader,
    prefix: &str,
    option: IndexRecordOption,
) -> Result<Vec<SegmentPostings>> {
    let mut terms = index.terms().range().ge(prefix).into_stream().map_err(reading)?;
    let mut lists = Vec::new();
    while terms.advance() && terms.key().starts_with(prefix.as_bytes()) {
        lists.push(index.read_postings_from_terminfo(terms.value(), option).map_err(reading)?);
    }
    Ok(lists)
}

/// Opens every word that fits.
fn expanded(
    index: &InvertedIndexReader,
    glob: &Glob,
    option: IndexRecordOption,
) -> Result<Vec<SegmentPostings>> {
    let prefix = glob.prefix();
    let from = if prefix.is_empty() { FIRST_WORD } else { &prefix };
    let bounds = index.terms().range().ge(from);
    let bounds = if prefix.is_empty() { bounds.lt(AFTER_WORDS) } else { bounds };
    let mut terms = bounds.into_stream().map_err(reading)?;
    let mut lists = Vec::new();
    while terms.advance() {
        let Ok(word) = std::str::from_utf8(terms.key()) else { continue };
        if !word.starts_with(&prefix) {
            break;
        }
        if !glob.fits(word) {
            continue;
        }
        if lists.len() == MAX_EXPANSION {
            let what = format!(
                "`{glob}` stands for more than {MAX_EXPANSION} different words; write more letters of the word"
            );
            return Err(Error::Query { what });
        }
        lists.push(index.read_postings_from_terminfo(terms.value(), option).map_err(reading)?);
    }
    Ok(lists)
}
