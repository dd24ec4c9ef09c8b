//! The exact match set of an expression, with the count of every clause.

use super::error::{Error, Result};
use super::filter;
use super::response::Clause;
use crate::index::{DocnoSet, Operand, Reader, Zone};
use crate::query::{Expr, Field, Leaf, Relation, Target, Value};
use crate::text::concepts::Concept;

/// Most clauses whose counts an answer lists; all are evaluated. One more is kept to tell that there are more.
pub(super) const MAX_CLAUSES_LISTED: usize = 200;

/// Evaluates an expression over the live documents.
pub(super) fn evaluate(reader: &Reader, expr: &Expr, clauses: &mut Vec<Clause>) -> Result<DocnoSet> {
    let set = match expr {
        Expr::Leaf(leaf) => leaf_set(reader, leaf, &Zone::TOPIC)?,
        Expr::Field { field, relation, value, .. } => condition(reader, field, *relation, value)?,
        Expr::And(parts) => {
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
        Expr::Or(parts) => {
            let mut any = DocnoSet::empty(reader.alive().end());
            for part in parts {
                any.unite(&evaluate(reader, part, clauses)?);
            }
            any
        }
        Expr::Not(part) => {
            let mut rest = reader.alive().clone();
            rest.subtract(&evaluate(reader, part, clauses)?);
            rest
        }
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

fn leaf_set(reader: &Reader, leaf: &Leaf, zones: &[Zone]) -> Result<DocnoSet> {
    Ok(reader.matching(zones, Operand::Phrase(&leaf.text))?)
}

fn condition(reader: &Reader, field: &Field, relation: Relation, value: &Value) -> Result<DocnoSet> {
    match field.target() {
        Target::Zones(names) => {
            let zones: Vec<Zone> = names.iter().filter_map(|name| zone(name)).collect();
            leaves(reader, value, &|leaf| leaf_set(reader, leaf, &zones))
        }
        Target::Number => leaves(reader, value, &|leaf| {
            let mut set = DocnoSet::empty(reader.alive().end());
            set.extend(reader.by_number(&leaf.text));
            Ok(set)
        }),
        Target::Column { name, hierarchy } => {
            let text = |leaf: &Leaf| leaf.text.clone();
            match value {
                Value::Range { low, high } => {
                    let (low, high) = (low.as_ref().map(text), high.as_ref().map(text));
                    filter::range(reader, &field.name, name, low.as_deref(), high.as_deref())
                }
                Value::Leaf(_) | Value::Expr(_) => leaves(reader, value, &|leaf| {
                    filter::compare(reader, &field.name, name, hierarchy, relation, &leaf.text)
                }),
            }
        }
    }
}

/// Combines the sets of the leaves of a value by its operators.
fn leaves(reader: &Reader, value: &Value, leaf: &dyn Fn(&Leaf) -> Result<DocnoSet>) -> Result<DocnoSet> {
    fn of(reader: &Reader, expr: &Expr, leaf: &dyn Fn(&Leaf) -> Result<DocnoSet>) -> Result<DocnoSet> {
        match expr {
            Expr::Leaf(one) => leaf(one),
            Expr::And(parts) => {
                let mut all = reader.alive().clone();
                for part in parts {
                    all.intersect(&of(reader, part, leaf)?);
                }
                Ok(all)
            }
            Expr::Or(parts) => {
                let mut any = DocnoSet::empty(reader.alive().end());
                for part in parts {
                    any.unite(&of(reader, part, leaf)?);
                }
                Ok(any)
            }
            Expr::Not(part) => {
                let mut rest = reader.alive().clone();
                rest.subtract(&of(reader, part, leaf)?);
                Ok(rest)
            }
            // The parser refuses a field inside a value.
            Expr::Field { .. } => Ok(DocnoSet::empty(reader.alive().end())),
        }
    }
    match value {
        Value::Leaf(one) => leaf(one),
        Value::Expr(expr) => of(reader, expr, leaf),
        Value::Range { .. } => Err(Error::Value {
            field: String::new(),
            value: value.to_string(),
            expected: "text",
            example: "a word or a phrase",
        }),
    }
}

fn zone(name: &str) -> Option<Zone> {
    Zone::ALL.into_iter().find(|zone| zone.name() == name)
}
