//! The exact match set of an expression, with the count of every clause.

use super::error::{Error, Result};
use super::filter::{self, Relation};
use super::response::Clause;
use crate::index::{DocnoSet, Operand, Reader, Zone};
use crate::query::{Bound, Condition, Expr, Field, Matching, Node, Piece, RangeCondition, Target, Term};
use crate::text::concepts::Concept;

/// Most clauses whose counts an answer lists; all are evaluated. One more is kept to tell that there are more.
pub(super) const MAX_CLAUSES_LISTED: usize = 200;

/// Evaluates an expression over the live documents.
pub(super) fn evaluate(reader: &Reader, expr: &Expr, clauses: &mut Vec<Clause>) -> Result<DocnoSet> {
    let set = match &expr.node {
        Node::Term(term) => phrase(reader, expr, term, &Zone::TOPIC)?,
        Node::Field(condition) => field(reader, condition)?,
        Node::Range(condition) => range(reader, expr, condition)?,
        Node::And(parts) => {
            let mut all: Option<DocnoSet> = None;
            for part in parts {
                let set = evaluate(reader, part, clauses)?;
                match &mut all {
                    Some(all) => all.intersect(&set),
                    None => all = Some(set),
                }
            }
            all.unwrap_or_else(|| DocnoSet::empty(reader.alive().end()))
        }
        Node::Or(parts) => {
            let mut any = DocnoSet::empty(reader.alive().end());
            for part in parts {
                any.unite(&evaluate(reader, part, clauses)?);
            }
            any
        }
        Node::Not(part) => {
            let mut rest = reader.alive().clone();
            rest.subtract(&evaluate(reader, part, clauses)?);
            rest
        }
        _ => return Err(not_yet(expr)),
    };
    if clauses.len() <= MAX_CLAUSES_LISTED {
        clauses.push(Clause { text: expr.to_string(), n: set.len() });
    }
    Ok(set)
}

/// Returns the documents that a text query matches: those that hold every bigram of at least one concept.
pub(super) fn concept_set(
    reader: &Reader,
    concepts: &[Concept],
    clauses: &mut Vec<Clause>,
) -> Result<DocnoSet> {
    let mut any = DocnoSet::empty(reader.alive().end());
    for concept in concepts {
        let set = reader.matching(&Zone::TOPIC, Operand::AllUnits(&concept.text))?;
        if clauses.len() <= MAX_CLAUSES_LISTED {
            clauses.push(Clause { text: concept.text.clone(), n: set.len() });
        }
        any.unite(&set);
    }
    Ok(any)
}

fn not_yet(expr: &Expr) -> Error {
    Error::NotExecutable {
        part: expr.to_string(),
        why: "this kind of clause is not executable yet".to_owned(),
    }
}

fn phrase(reader: &Reader, expr: &Expr, term: &Term, zones: &[Zone]) -> Result<DocnoSet> {
    let text = term.text().ok_or_else(|| not_yet(expr))?;
    Ok(reader.matching(zones, Operand::Phrase(text))?)
}

fn field(reader: &Reader, condition: &Condition) -> Result<DocnoSet> {
    let mut any = DocnoSet::empty(reader.alive().end());
    for field in &condition.fields {
        any.unite(&value(reader, field, condition.matching, &condition.value)?);
    }
    Ok(any)
}

/// Combines the sets of the terms of a value by its operators.
fn value(reader: &Reader, field: &Field, matching: Matching, expr: &Expr) -> Result<DocnoSet> {
    match &expr.node {
        Node::Term(term) => match field.target() {
            _ if matching == Matching::Exactly => Err(not_yet(expr)),
            Target::Zones(names) => {
                let zones: Vec<Zone> = names.iter().filter_map(|name| zone(name)).collect();
                phrase(reader, expr, term, &zones)
            }
            Target::Number => {
                let mut set = DocnoSet::empty(reader.alive().end());
                set.extend(reader.by_number(term.text().ok_or_else(|| not_yet(expr))?));
                Ok(set)
            }
            // The wildcard at the end is all that columns know so far.
            Target::Column { name, hierarchy } => {
                let text = match term.pieces.as_slice() {
                    [Piece::Text(text), Piece::Any] => format!("{text}*"),
                    _ => term.text().ok_or_else(|| not_yet(expr))?.to_owned(),
                };
                filter::compare(reader, &field.name, name, hierarchy, Relation::Is, &text)
            }
            Target::Missing(why) => {
                Err(Error::NotExecutable { part: field.name.clone(), why: why.to_owned() })
            }
            Target::Event(_) => Err(not_yet(expr)),
        },
        Node::And(parts) => {
            let mut all = reader.alive().clone();
            for part in parts {
                all.intersect(&value(reader, field, matching, part)?);
            }
            Ok(all)
        }
        Node::Or(parts) => {
            let mut any = DocnoSet::empty(reader.alive().end());
            for part in parts {
                any.unite(&value(reader, field, matching, part)?);
            }
            Ok(any)
        }
        Node::Not(part) => {
            let mut rest = reader.alive().clone();
            rest.subtract(&value(reader, field, matching, part)?);
            Ok(rest)
        }
        _ => Err(not_yet(expr)),
    }
}

fn range(reader: &Reader, expr: &Expr, condition: &RangeCondition) -> Result<DocnoSet> {
    let mut any = DocnoSet::empty(reader.alive().end());
    for field in &condition.fields {
        let Target::Column { name, hierarchy } = field.target() else { return Err(not_yet(expr)) };
        let compare = |relation, bound: &Bound| {
            filter::compare(reader, &field.name, name, hierarchy, relation, &bound.value)
        };
        any.unite(&match (&condition.low, &condition.high) {
            (Some(low), None) => {
                compare(if low.inclusive { Relation::AtLeast } else { Relation::Greater }, low)?
            }
            (None, Some(high)) => {
                compare(if high.inclusive { Relation::AtMost } else { Relation::Less }, high)?
            }
            (low, high) => {
                let inclusive = |bound: &Option<Bound>| bound.as_ref().is_none_or(|bound| bound.inclusive);
                if !inclusive(low) || !inclusive(high) {
                    return Err(not_yet(expr));
                }
                let text = |bound: &Option<Bound>| bound.as_ref().map(|bound| bound.value.clone());
                filter::range(reader, &field.name, name, text(low).as_deref(), text(high).as_deref())?
            }
        });
    }
    Ok(any)
}

fn zone(name: &str) -> Option<Zone> {
    Zone::ALL.into_iter().find(|zone| zone.name() == name)
}
