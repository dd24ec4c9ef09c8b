//! A plan opened on one field of one segment: cursors that agree on documents first and read positions last.
//!
//! The rarest cursor leads and the others are asked about documents that can still match. Each node keeps its own
//! buffers, so a document costs no allocation.

use tantivy::TERMINATED;
use tantivy::schema::IndexRecordOption;

use super::compile::{Lie, Plan, Scope, Slot};
use super::places::{Ends, MAX_PLACES, Place, TooManyPlaces, pairs, scope_of};
use super::terms::{Cursor, open, open_term};
use crate::index::error::Result;
use crate::index::lexical::reader::Segment;
use crate::index::lexical::schema::ZoneField;
use crate::text::units::{CLAIM_END, PARAGRAPH_END, SENTENCE_END};

/// An opened plan.
pub(super) struct Tree {
    node: Node,
    marks: Marks,
}

impl Tree {
    /// Opens a plan that postings decide ([`Plan::loosened`]); `None` where no document of the segment can match in the field.
    ///
    /// `counting` says that [`Tree::count`] will be asked, which needs positions of all but a single unit.
    pub(super) fn open(
        segment: &Segment,
        field: &ZoneField,
        plan: &Plan,
        counting: bool,
    ) -> Result<Option<Self>> {
        let alone = !counting || matches!(plan, Plan::Leaf(_));
        let Some(node) = Node::open(segment, field, plan, alone)? else { return Ok(None) };
        let mut marks = Marks::default();
        marks.open(segment, field, plan)?;
        Ok(Some(Self { node, marks }))
    }

    /// Moves to the first document from `target` on that may match; `TERMINATED` where there is none.
    pub(super) fn seek(&mut self, target: u32) -> u32 {
        self.node.seek(target)
    }

    /// Returns whether the pattern stands in the document of the last [`Tree::seek`].
    pub(super) fn holds(&mut self, doc: u32) -> std::result::Result<bool, TooManyPlaces> {
        self.node.holds(doc, &mut self.marks)
    }

    /// Returns at how many units of the document the pattern starts.
    pub(super) fn count(&mut self, doc: u32) -> std::result::Result<u32, TooManyPlaces> {
        if let Node::Leaf(Leaf { cursors, .. }) = &self.node
            && let [only] = cursors.as_slice()
        {
            return Ok(only.frequency(doc));
        }
        self.node.places(doc, &mut self.marks)?;
        let places = self.node.found();
        let n = 1 + places.windows(2).filter(|pair| pair[0].start != pair[1].start).count();
        Ok(if places.is_empty() { 0 } else { u32::try_from(n).unwrap_or(u32::MAX) })
    }
}

/// A plan's node with its cursors.
enum Node {
    Leaf(Leaf),
    Any(Any),
    Pair(Box<Pair>),
}

struct Leaf {
    /// The rarest first.
    cursors: Vec<Cursor>,
    /// Units that the whole leaf covers.
    length: u32,
    doc: u32,
    places: Vec<Place>,
    starts: Vec<i64>,
    more: Vec<i64>,
    positions: Vec<u32>,
}

struct Any {
    parts: Vec<Node>,
    doc: u32,
    places: Vec<Place>,
}

struct Pair {
    left: Node,
    right: Node,
    lie: Lie,
    /// Whether the right one is the rarer.
    right_leads: bool,
    doc: u32,
    places: Vec<Place>,
}

impl Node {
    /// `alone` says that only whether the plan stands in a document matters, so one unit needs no positions.
    fn open(segment: &Segment, field: &ZoneField, plan: &Plan, alone: bool) -> Result<Option<Self>> {
        match plan {
            Plan::Leaf(slots) => Ok(Leaf::open(segment, field, slots, alone)?.map(Self::Leaf)),
            Plan::Any(parts) => {
                let mut opened = Vec::new();
                for part in parts {
                    opened.extend(Self::open(segment, field, part, alone)?);
                }
                Ok(match opened.len() {
                    0 => None,
                    1 => opened.pop(),
                    _ => Some(Self::Any(Any { parts: opened, doc: UNMOVED, places: Vec::new() })),
                })
            }
            Plan::Pair(left, right, lie) => {
                let without = matches!(lie, Lie::Without { .. });
                let Some(left) = Self::open(segment, field, left, false)? else { return Ok(None) };
                let right = match Self::open(segment, field, right, false)? {
                    Some(right) => right,
                    None if without => return Ok(Some(left)),
                    None => return Ok(None),
                };
                let right_leads = !without && right.cost() < left.cost();
                let (doc, places) = (UNMOVED, Vec::new());
                Ok(Some(Self::Pair(Box::new(Pair { left, right, lie: *lie, right_leads, doc, places }))))
            }
            // Loosened plans have none.
            Plan::Edge(inner, ..) => Self::open(segment, field, inner, alone),
        }
    }

    /// Returns about how many documents a walk visits.
    fn cost(&self) -> u64 {
        match self {
            Self::Leaf(leaf) => leaf.cursors.first().map_or(0, Cursor::cost),
            Self::Any(any) => any.parts.iter().map(Self::cost).sum(),
            Self::Pair(pair) if matches!(pair.lie, Lie::Without { .. }) => pair.left.cost(),
            Self::Pair(pair) => pair.left.cost().min(pair.right.cost()),
        }
    }

    fn doc(&self) -> u32 {
        match self {
            Self::Leaf(leaf) => leaf.doc,
            Self::Any(any) => any.doc,
            Self::Pair(pair) => pair.doc,
        }
    }

    fn seek(&mut self, target: u32) -> u32 {
        match self {
            Self::Leaf(leaf) => leaf.seek(target),
            Self::Any(any) => {
                any.doc = TERMINATED;
                for part in &mut any.parts {
                    let doc = part.doc();
                    // A part that was never moved stands before every document.
                    let doc = if doc == UNMOVED || doc < target { part.seek(target) } else { doc };
                    any.doc = any.doc.min(doc);
                }
                any.doc
            }
            Self::Pair(pair) => pair.seek(target),
        }
    }

    fn holds(&mut self, doc: u32, marks: &mut Marks) -> std::result::Result<bool, TooManyPlaces> {
        match self {
            Self::Leaf(leaf) => {
                if let [_] = leaf.cursors.as_slice() {
                    return Ok(true);
                }
                leaf.find(doc);
                Ok(!leaf.starts.is_empty())
            }
            Self::Any(any) => {
                for part in any.parts.iter_mut().filter(|part| part.doc() == doc) {
                    if part.holds(doc, marks)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Self::Pair(pair) => {
                let mut held = false;
                pair.each(doc, marks, &mut |_, _| {
                    held = true;
                    Ok(false)
                })?;
                Ok(held)
            }
        }
    }

    /// Finds the places in a document at which the node stands, each once, ascending: [`Node::found`].
    fn places(&mut self, doc: u32, marks: &mut Marks) -> std::result::Result<(), TooManyPlaces> {
        match self {
            Self::Leaf(leaf) => {
                leaf.find(doc);
                let length = leaf.length;
                let place = |start: &i64| {
                    let start = u32::try_from(*start).unwrap_or(0);
                    Place { start, end: start + length }
                };
                leaf.places.clear();
                leaf.places.extend(leaf.starts.iter().map(place));
            }
            Self::Any(any) => {
                any.places.clear();
                let mut n = 0;
                for part in any.parts.iter_mut().filter(|part| part.doc() == doc) {
                    part.places(doc, marks)?;
                    any.places.extend_from_slice(part.found());
                    n += 1;
                }
                if n > 1 {
                    any.places.sort_unstable();
                    any.places.dedup();
                }
            }
            Self::Pair(pair) => {
                let mut places = std::mem::take(&mut pair.places);
                places.clear();
                let done = pair.each(doc, marks, &mut |place, _| {
                    places.push(place);
                    if places.len() > MAX_PLACES { Err(TooManyPlaces) } else { Ok(true) }
                });
                places.sort_unstable();
                places.dedup();
                pair.places = places;
                done?;
            }
        }
        Ok(())
    }

    /// Returns what the last [`Node::places`] found.
    fn found(&self) -> &[Place] {
        match self {
            Self::Leaf(leaf) => &leaf.places,
            Self::Any(any) => &any.places,
            Self::Pair(pair) => &pair.places,
        }
    }
}

/// The document of a node before its first move.
const UNMOVED: u32 = u32::MAX;

impl Leaf {
    fn open(segment: &Segment, field: &ZoneField, slots: &[Slot], alone: bool) -> Result<Option<Self>> {
        let option = if alone && slots.len() == 1 {
            IndexRecordOption::WithFreqs
        } else {
            IndexRecordOption::WithFreqsAndPositions
        };
        let mut cursors = Vec::with_capacity(slots.len());
        for slot in slots {
            match open(segment, field.units, slot, option)? {
                Some(cursor) => cursors.push(cursor),
                None => return Ok(None),
            }
        }
        if cursors.is_empty() {
            return Ok(None);
        }
        cursors.sort_by_key(Cursor::cost);
        let length = slots.iter().map(|slot| slot.offset + slot.width).max().unwrap_or(0);
        let (starts, more, positions, places) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Ok(Some(Self { cursors, length, doc: UNMOVED, places, starts, more, positions }))
    }

    fn seek(&mut self, target: u32) -> u32 {
        let (lead, others) = self.cursors.split_first_mut().expect("a leaf has a cursor");
        let mut doc = lead.seek(target);
        'documents: while doc != TERMINATED {
            for other in &mut *others {
                let found = other.seek(doc);
                if found != doc {
                    doc = if found == TERMINATED { TERMINATED } else { lead.seek(found) };
                    continue 'documents;
                }
            }
            break;
        }
        self.doc = doc;
        doc
    }

    /// Finds where the leaf starts in a document, ascending.
    fn find(&mut self, doc: u32) {
        let Self { cursors, starts, more, positions, .. } = self;
        let (lead, others) = cursors.split_first_mut().expect("a leaf has a cursor");
        lead.starts(doc, positions, starts);
        for other in others {
            if starts.is_empty() {
                return;
            }
            other.starts(doc, positions, more);
            keep_common(starts, more);
        }
    }
}

impl Pair {
    fn seek(&mut self, target: u32) -> u32 {
        if matches!(self.lie, Lie::Without { .. }) {
            self.doc = self.left.seek(target);
            return self.doc;
        }
        let (lead, other) = if self.right_leads {
            (&mut self.right, &mut self.left)
        } else {
            (&mut self.left, &mut self.right)
        };
        let mut doc = lead.seek(target);
        while doc != TERMINATED {
            let at = other.doc();
            let found = if at == UNMOVED || at < doc { other.seek(doc) } else { at };
            if found == doc {
                break;
            }
            doc = if found == TERMINATED { TERMINATED } else { lead.seek(found) };
        }
        self.doc = doc;
        doc
    }

    /// Calls `found` with every place of the pair until it has enough.
    fn each(
        &mut self,
        doc: u32,
        marks: &mut Marks,
        found: &mut dyn FnMut(Place, ()) -> std::result::Result<bool, TooManyPlaces>,
    ) -> std::result::Result<(), TooManyPlaces> {
        let without = matches!(self.lie, Lie::Without { .. });
        if without {
            self.left.places(doc, marks)?;
            let at = self.right.doc();
            let at = if at == UNMOVED || at < doc { self.right.seek(doc) } else { at };
            if at == doc {
                self.right.places(doc, marks)?;
            }
            let right = if at == doc { self.right.found() } else { &[] };
            return give(self.lie, self.left.found(), right, marks.of(self.lie, doc), found);
        }
        let (first, second) = if self.right_leads {
            (&mut self.right, &mut self.left)
        } else {
            (&mut self.left, &mut self.right)
        };
        first.places(doc, marks)?;
        if first.found().is_empty() {
            return Ok(());
        }
        second.places(doc, marks)?;
        if second.found().is_empty() {
            return Ok(());
        }
        give(self.lie, self.left.found(), self.right.found(), marks.of(self.lie, doc), found)
    }
}

fn give(
    lie: Lie,
    left: &[Place],
    right: &[Place],
    ends: &Ends,
    found: &mut dyn FnMut(Place, ()) -> std::result::Result<bool, TooManyPlaces>,
) -> std::result::Result<(), TooManyPlaces> {
    let mut failed = Ok(());
    pairs(lie, left, right, ends, &mut |place| match found(place, ()) {
        Ok(more) => more,
        Err(error) => {
            failed = Err(error);
            false
        }
    });
    failed
}

/// Keeps the values of `a` that `b` holds too; both ascending.
fn keep_common(a: &mut Vec<i64>, b: &[i64]) {
    let mut at = 0;
    a.retain(|value| {
        while b.get(at).is_some_and(|other| other < value) {
            at += 1;
        }
        b.get(at) == Some(value)
    });
}

/// The ends of parts in the document at hand; read at the first need.
#[derive(Default)]
struct Marks {
    sentence: Mark,
    paragraph: Mark,
    claim: Mark,
}

#[derive(Default)]
struct Mark {
    cursor: Option<Cursor>,
    /// One more than the document that `ends` are of.
    read: u32,
    ends: Ends,
}

impl Marks {
    fn open(&mut self, segment: &Segment, field: &ZoneField, plan: &Plan) -> Result<()> {
        match plan {
            Plan::Leaf(_) => Ok(()),
            Plan::Edge(inner, ..) => self.open(segment, field, inner),
            Plan::Any(parts) => parts.iter().try_for_each(|part| self.open(segment, field, part)),
            Plan::Pair(left, right, lie) => {
                let (mark, term) = match scope_of(*lie) {
                    Scope::Sentence => (&mut self.sentence, SENTENCE_END),
                    Scope::Paragraph => (&mut self.paragraph, PARAGRAPH_END),
                    Scope::Claim => (&mut self.claim, CLAIM_END),
                    Scope::Text => return self.open_both(segment, field, left, right),
                };
                if mark.cursor.is_none() {
                    mark.cursor = open_term(segment, field.units, term)?;
                }
                self.open_both(segment, field, left, right)
            }
        }
    }

    fn open_both(&mut self, segment: &Segment, field: &ZoneField, left: &Plan, right: &Plan) -> Result<()> {
        self.open(segment, field, left)?;
        self.open(segment, field, right)
    }

    /// Returns the ends that a lie goes by in a document.
    fn of(&mut self, lie: Lie, doc: u32) -> &Ends {
        static WHOLE: Ends = Ends(Vec::new());
        let mark = match scope_of(lie) {
            Scope::Sentence => &mut self.sentence,
            Scope::Paragraph => &mut self.paragraph,
            Scope::Claim => &mut self.claim,
            Scope::Text => return &WHOLE,
        };
        if mark.read != doc + 1 {
            mark.read = doc + 1;
            mark.ends.0.clear();
            if let Some(cursor) = &mut mark.cursor
                && cursor.seek(doc) == doc
            {
                cursor.positions(doc, &mut mark.ends.0);
            }
        }
        &mark.ends
    }
}
