//! The exact match set of an expression, with the count of every clause.
//!
//! The meaning of each node stands at the node ([`crate::query::Node`]); here it is carried out: text by patterns on
//! positions, values by columns (`values.rs`), events by the records of documents (`event.rs`), meaning by vectors
//! (`nearness.rs`). Every clause has a set of its own, so nothing is cut and every count is exact.

use super::error::{Error, Result};
use super::event;
use super::nearness;
use super::organisation;
use super::response::{Clause, Truncated};
use super::seen::Seen;
use super::sets::Sets;
use super::values;
use crate::index::{DocnoSet, NearPattern, Operand, Pattern, Reader, Zone};
use crate::query::{
    Condition, Expr, Field, Frequent, Matching, Near, Node, Parsed, Piece, RangeCondition, Reach, Target,
    Term,
};
use crate::text::concepts::Concept;

/// Most clauses whose counts an answer lists; all are evaluated. One more is kept to tell that there are more.
pub(super) const MAX_CLAUSES_LISTED: usize = 200;

/// The whole of what a document discloses.
const WHOLE_TEXT: [Zone; 5] = [Zone::Title, Zone::Abstract, Zone::Claims, Zone::Keywords, Zone::Description];

/// The query that every live document matches.
pub(super) const EVERYTHING: &str = "*";

/// Returns whether a query asks for every document.
pub(super) fn is_everything(parsed: &Parsed) -> bool {
    matches!(parsed, Parsed::Text(text) if text.trim() == EVERYTHING)
}

/// What an expression is evaluated against.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) reader: &'a Reader,
    /// Sets that exist outside the query.
    pub(super) sets: &'a Sets,
    /// What is seen of the snapshot.
    pub(super) seen: &'a Seen,
    /// Whether every field of text, and words without a field, mean the whole text.
    pub(super) whole_text: bool,
}

/// What the clauses of a query came to.
#[derive(Default)]
pub(super) struct Counted {
    /// In the order of evaluation, parts before wholes; [`MAX_CLAUSES_LISTED`] and one more at most.
    pub(super) clauses: Vec<Clause>,
    /// The set of each, where they are kept.
    pub(super) sets: Option<Vec<DocnoSet>>,
    /// The text of each, once the answer has taken the clauses.
    pub(super) names: Vec<String>,
    /// What was cut, or is not there.
    pub(super) truncated: Vec<Truncated>,
}

impl Counted {
    /// Returns the clauses that a document meets, where their sets are kept.
    pub(super) fn met_by(&self, docno: u32) -> Vec<String> {
        let sets = self.sets.iter().flatten().zip(&self.names);
        let met = sets.filter(|(set, _)| set.contains(docno));
        let mut names: Vec<String> = met.map(|(_, name)| name.clone()).take(MAX_CLAUSES_LISTED).collect();
        names.dedup();
        names
    }

    pub(super) fn add(&mut self, text: impl FnOnce() -> String, set: &DocnoSet, n_undated: Option<u64>) {
        if self.clauses.len() <= MAX_CLAUSES_LISTED {
            self.clauses.push(Clause { text: text(), n: set.len(), n_undated });
            if let Some(sets) = &mut self.sets {
                sets.push(set.clone());
            }
        }
    }
}

/// Evaluates an expression over the live documents.
pub(super) fn evaluate(context: Context<'_>, expr: &Expr, counted: &mut Counted) -> Result<DocnoSet> {
    let reader = context.reader;
    let mut n_undated = None;
    let set = match &expr.node {
        Node::Term(_) | Node::Near(_) | Node::Frequent(_) => text(context, expr, &Zone::TOPIC)?,
        Node::Field(condition) => field(context, expr, condition, counted)?,
        Node::Range(condition) => {
            n_undated = values::count_undated(reader, condition)?;
            range(context, condition)?
        }
        Node::And(_) | Node::Or(_) | Node::Xor(_) | Node::Not(_) => {
            combine(reader, expr, &mut |part| evaluate(context, part, counted))?
        }
        // A group of organisations without a field is one of applicants.
        Node::Tree(name) => organisation::tree(reader, None, name)?,
        Node::Event(conditions) => event::matching(context, conditions)?,
        Node::Optional { base, wanted } => {
            let set = evaluate(context, base, counted)?;
            // What is wanted narrows nothing; its count is told.
            evaluate(context, wanted, counted)?;
            set
        }
        Node::Set(name) => context.sets.find(reader, name, &mut counted.truncated)?,
        Node::Similar(similar) => nearness::matching(context, similar, &mut counted.truncated)?,
    };
    counted.add(|| expr.to_string(), &set, n_undated);
    Ok(set)
}

/// Returns the documents that a text query matches: those that hold every bigram of at least one concept.
pub(super) fn concept_set(
    context: Context<'_>,
    concepts: &[Concept],
    counted: &mut Counted,
) -> Result<DocnoSet> {
    let zones: &[Zone] = if context.whole_text { &WHOLE_TEXT } else { &Zone::TOPIC };
    let mut any = DocnoSet::empty(context.reader.alive().end());
    for concept in concepts {
        let set = context.reader.matching(zones, Operand::AllUnits(&concept.text))?;
        counted.add(|| concept.text.clone(), &set, None);
        any.unite(&set);
    }
    Ok(any)
}

/// Evaluates an expression over all live documents; `sets` are answered already.
pub(super) fn alone(reader: &Reader, expr: &Expr, sets: &Sets) -> Result<DocnoSet> {
    let seen = Seen::of(reader, None, None)?;
    let context = Context { reader, sets, seen: &seen, whole_text: false };
    evaluate(context, expr, &mut Counted::default())
}

/// Returns the documents that a text matches, over all live documents.
pub(super) fn concepts_alone(reader: &Reader, concepts: &[Concept]) -> Result<DocnoSet> {
    let seen = Seen::of(reader, None, None)?;
    let context = Context { reader, sets: &Sets::NONE, seen: &seen, whole_text: false };
    concept_set(context, concepts, &mut Counted::default())
}

/// Combines the sets of the parts of an operator.
pub(super) fn combine(
    reader: &Reader,
    expr: &Expr,
    part: &mut dyn FnMut(&Expr) -> Result<DocnoSet>,
) -> Result<DocnoSet> {
    match &expr.node {
        Node::And(parts) => {
            let mut all = reader.alive().clone();
            for one in parts {
                all.intersect(&part(one)?);
            }
            Ok(all)
        }
        Node::Or(parts) => {
            let mut any = DocnoSet::empty(reader.alive().end());
            for one in parts {
                any.unite(&part(one)?);
            }
            Ok(any)
        }
        Node::Xor(parts) => {
            let mut odd = DocnoSet::empty(reader.alive().end());
            for one in parts {
                odd.toggle(&part(one)?);
            }
            Ok(odd)
        }
        Node::Not(one) => {
            let mut rest = reader.alive().clone();
            rest.subtract(&part(one)?);
            Ok(rest)
        }
        _ => Err(misplaced(expr)),
    }
}

/// Evaluates a condition on fields: all of them text, or none.
fn field(
    context: Context<'_>,
    expr: &Expr,
    condition: &Condition,
    counted: &mut Counted,
) -> Result<DocnoSet> {
    let whole = &condition.value;
    if condition.fields.iter().any(|field| matches!(field.target(), Target::Event(_))) {
        return event::matching(context, expr);
    }
    let zones = zones_of(context, &condition.fields);
    value(context, condition, &zones, whole, counted)
}

/// Combines the sets of the terms of a value by its operators; the parts of an operator are counted each.
fn value(
    context: Context<'_>,
    condition: &Condition,
    zones: &[Zone],
    expr: &Expr,
    counted: &mut Counted,
) -> Result<DocnoSet> {
    let reader = context.reader;
    match &expr.node {
        Node::And(_) | Node::Or(_) | Node::Xor(_) | Node::Not(_) => combine(reader, expr, &mut |part| {
            let set = value(context, condition, zones, part, counted)?;
            let alone = || {
                let condition = Condition { value: Box::new(part.clone()), ..condition.clone() };
                Expr::new(Node::Field(condition), part.span.clone()).to_string()
            };
            counted.add(alone, &set, None);
            Ok(set)
        }),
        Node::Tree(name) => {
            let mut any = DocnoSet::empty(reader.alive().end());
            for field in &condition.fields {
                any.unite(&organisation::tree(reader, Some(field), name)?);
            }
            Ok(any)
        }
        Node::Term(term) => {
            let mut any = DocnoSet::empty(reader.alive().end());
            if condition.matching == Matching::Holds && !zones.is_empty() {
                any.unite(&text(context, expr, zones)?);
            }
            for field in &condition.fields {
                match (field.target(), condition.matching) {
                    (Target::Zones(_), Matching::Holds) => {}
                    _ => any.unite(&values::matching(context, field, condition.matching, term)?),
                }
            }
            Ok(any)
        }
        Node::Near(_) | Node::Frequent(_) if !zones.is_empty() => text(context, expr, zones),
        _ => Err(misplaced(expr)),
    }
}

fn range(context: Context<'_>, condition: &RangeCondition) -> Result<DocnoSet> {
    let mut any = DocnoSet::empty(context.reader.alive().end());
    for field in &condition.fields {
        any.unite(&match field.target() {
            Target::Event(_) => event::in_range(context, field, condition)?,
            _ => values::in_range(context.reader, field, condition)?,
        });
    }
    Ok(any)
}

/// Returns the documents in which a term, a proximity or a frequency stands in one of the zones.
fn text(context: Context<'_>, expr: &Expr, zones: &[Zone]) -> Result<DocnoSet> {
    let is_topic = zones.iter().any(|zone| WHOLE_TEXT.contains(zone));
    let zones: &[Zone] = if context.whole_text && is_topic { &WHOLE_TEXT } else { zones };
    let (pattern, at_least) = match &expr.node {
        Node::Frequent(Frequent { operand, at_least }) => (pattern(operand)?, *at_least),
        _ => (pattern(expr)?, 1),
    };
    Ok(context.reader.matching_pattern(zones, &[], &pattern, at_least)?)
}

/// Returns the pattern of a term, a proximity, or alternatives of them.
pub(super) fn pattern(expr: &Expr) -> Result<Pattern> {
    Ok(match &expr.node {
        Node::Term(term) => term_pattern(term),
        Node::Or(parts) => Pattern::Any(parts.iter().map(pattern).collect::<Result<_>>()?),
        Node::Near(Near { left, right, reach, ordered, negated }) => Pattern::Near(Box::new(NearPattern {
            left: pattern(left)?,
            right: pattern(right)?,
            reach: match reach {
                Reach::Units(n) => crate::index::Reach::Units(*n),
                Reach::Sentence => crate::index::Reach::Sentence,
                Reach::Paragraph => crate::index::Reach::Paragraph,
                Reach::Zone => crate::index::Reach::Zone,
            },
            ordered: *ordered,
            negated: *negated,
        })),
        _ => return Err(misplaced(expr)),
    })
}

fn term_pattern(term: &Term) -> Pattern {
    if let Some(text) = term.text() {
        return Pattern::Phrase(text.to_owned());
    }
    let piece = |piece: &Piece| match piece {
        Piece::Text(text) => crate::index::Piece::Text(text.clone()),
        Piece::Any => crate::index::Piece::Many,
        Piece::One => crate::index::Piece::One,
        Piece::Optional => crate::index::Piece::Optional,
    };
    Pattern::Wild(term.pieces.iter().map(piece).collect())
}

fn zones_of(context: Context<'_>, fields: &[&'static Field]) -> Vec<Zone> {
    let mut zones: Vec<Zone> = Vec::new();
    for field in fields {
        let Target::Zones(names) = field.target() else { continue };
        for zone in names.iter().filter_map(|name| Zone::ALL.into_iter().find(|zone| zone.name() == name)) {
            if !zones.contains(&zone) {
                zones.push(zone);
            }
        }
    }
    if context.whole_text && zones.iter().any(|zone| WHOLE_TEXT.contains(zone)) {
        zones.extend(WHOLE_TEXT.into_iter().filter(|zone| !zones.contains(zone)).collect::<Vec<_>>());
    }
    zones
}

/// What the parser refuses; a tree made by other means may hold it.
pub(super) fn misplaced(expr: &Expr) -> Error {
    let why = "it cannot stand in this place".to_owned();
    Error::NotExecutable { part: expr.to_string(), why }
}
