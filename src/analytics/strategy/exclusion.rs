//! What each NOT of an expression takes out, and how many relevant documents may be lost by it (误杀).

use serde::{Deserialize, Serialize};

use super::judged::{Families, Sample};
use super::{Count, MAX_KEYS};
use crate::analytics::evidence::{Documents, Value};
use crate::analytics::formula::formula;
use crate::analytics::sufficiency::{at_most, of_sample};
use crate::index::{DocnoSet, Reader};
use crate::query::{Condition, Expr, Node};
use crate::search::{Result, Sets, match_set};

/// Families of a sample of what a NOT takes out.
const SAMPLE: usize = 50;
/// NOTs of one line that are looked at.
const MAX_EXCLUSIONS: usize = 20;

/// What one NOT does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Exclusion {
    /// What it excludes, in canonical form.
    pub clause: String,
    /// What comes back if this NOT alone is dropped.
    pub removes: Count,
    /// Families among these that people call relevant: lost for certain.
    pub n_relevant_lost: u64,
    /// One document of each, the first 100 by key.
    pub relevant_lost: Vec<String>,
    /// Families to be read to bound the loss, with what was read.
    pub sample: Sample,
    /// The share of relevant families among those removed, from the sample. What is not settled counts as relevant:
    /// the bound is to be on the safe side.
    pub lost_share: Value,
    /// Relevant families lost at most, at the upper bound of the share; none while nothing of the sample was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lost_at_most: Option<u64>,
}

/// Returns what each NOT of an expression does; `set` is what the expression finds.
pub(super) fn of(
    reader: &Reader,
    families: &Families<'_>,
    expr: &Expr,
    set: &DocnoSet,
    sets: &Sets,
) -> Result<Vec<Exclusion>> {
    let mut found = Vec::new();
    for (clause, without) in without_each(expr).into_iter().take(MAX_EXCLUSIONS) {
        let mut removed = match_set(reader, &without, sets)?;
        removed.subtract(set);
        let sample = families.sample(&removed, SAMPLE);
        let mut relevant_lost = families.relevant_keys(&removed);
        let n_relevant_lost = relevant_lost.len() as u64;
        relevant_lost.truncate(MAX_KEYS);
        let (k, n) = (sample.n_relevant + sample.n_unsettled, sample.n_read);
        let share = of_sample(k, n, sample.population);
        let (low, high) = share.as_ref().map_or((f64::NAN, f64::NAN), |share| (share.low, share.high));
        let outcome = share.map(|share| share.share);
        let documents = Documents::new(sample.read());
        found.push(Exclusion {
            clause: clause.to_string(),
            removes: families.count(&removed),
            n_relevant_lost,
            relevant_lost,
            lost_share: Value::new(formula("wilson"), outcome, documents).between(low, high),
            // What is known to be lost is lost, whatever the sample says.
            lost_at_most: at_most(k, n, sample.population).ok().map(|most| most.max(n_relevant_lost)),
            sample,
        });
    }
    Ok(found)
}

/// Returns every NOT that narrows an expression: what it excludes, and the expression without it.
///
/// A NOT narrows where it stands beside other conditions of an AND, also inside the value of a field. One that stands
/// alone, or below another NOT, narrows nothing by itself and is left out.
fn without_each(expr: &Expr) -> Vec<(Expr, Expr)> {
    let with = |node: Node| Expr::new(node, expr.span.clone());
    match &expr.node {
        Node::And(parts) => {
            let mut found = Vec::new();
            for (n, part) in parts.iter().enumerate() {
                if let Node::Not(excluded) = &part.node {
                    let mut rest: Vec<Expr> = parts.clone();
                    rest.remove(n);
                    let rest = if rest.len() == 1 { rest.remove(0) } else { with(Node::And(rest)) };
                    found.push(((**excluded).clone(), rest));
                }
                found.extend(
                    within(parts, n).into_iter().map(|(clause, parts)| (clause, with(Node::And(parts)))),
                );
            }
            found
        }
        Node::Or(parts) => (0..parts.len())
            .flat_map(|n| within(parts, n))
            .map(|(clause, parts)| (clause, with(Node::Or(parts))))
            .collect(),
        Node::Optional { base, wanted } => without_each(base)
            .into_iter()
            .map(|(clause, base)| {
                (clause, with(Node::Optional { base: Box::new(base), wanted: wanted.clone() }))
            })
            .collect(),
        Node::Field(condition) => {
            let field =
                |value: Expr| with(Node::Field(Condition { value: Box::new(value), ..condition.clone() }));
            without_each(&condition.value)
                .into_iter()
                .map(|(clause, value)| (field(clause), field(value)))
                .collect()
        }
        _ => Vec::new(),
    }
}

/// Returns the parts with the `n`th replaced by each of its variants.
fn within(parts: &[Expr], n: usize) -> Vec<(Expr, Vec<Expr>)> {
    let replaced = |(clause, part): (Expr, Expr)| {
        let mut parts = parts.to_vec();
        parts[n] = part;
        (clause, parts)
    };
    without_each(&parts[n]).into_iter().map(replaced).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::parse_expression;

    #[test]
    fn every_not_beside_other_conditions_is_found_with_the_rest() {
        let found = |query: &str| -> Vec<(String, String)> {
            let expr = parse_expression(query).unwrap();
            without_each(&expr).iter().map(|(a, b)| (a.to_string(), b.to_string())).collect()
        };
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(found("泵 NOT 阀"), [pair("阀", "泵")]);
        assert_eq!(
            found("泵 NOT 阀 NOT ti=油"),
            [pair("阀", "(泵 AND (NOT ti=油))"), pair("ti=油", "(泵 AND (NOT 阀))")]
        );
        assert_eq!(found("ti=(泵 NOT 阀)"), [pair("ti=阀", "ti=泵")]);
        assert_eq!(found("(泵 NOT 阀) OR 罐"), [pair("阀", "(泵 OR 罐)")]);
        assert_eq!(found("#3 NOT (#1 OR @核心)"), [pair("(#1 OR @\"核心\")", "#3")]);
        // A NOT below another one puts back what that takes out.
        assert_eq!(found("罐 NOT (泵 NOT 阀)"), [pair("(泵 AND (NOT 阀))", "罐")]);
        for query in ["泵 AND 阀", "ti=(泵 NOT (s) 阀)"] {
            assert!(found(query).is_empty(), "{query}");
        }
    }
}
