//! Figures of each document's claims as columns. What they mean and how they are read: `patent::claim`.

use super::Group;
use crate::index::{ColumnKind, Value};
use crate::patent::claim::{Category, ClaimFacts, claim_facts};

/// The id of the rules.
pub const CLAIMS: &str = "claims-1";

/// Returns the group of claim columns; a document without claims that are read has no value in them.
///
/// - `n_independent`: independent claims.
/// - `claim_category`: `method`, `device`, `system`, `medium`, `composition`, `use`, of the independent claims.
/// - `claim_words_min`: words of the shortest independent claim (a Chinese word counts as 1.6 characters).
/// - `claim_breadth`: 1,000 times the score of the broadest independent claim, 0 at most, larger is broader; to be
///   compared within one language and class only.
/// - `claim_flag`: `functional` (an independent claim names a part by its function), `markush` (a claim has a Markush
///   group), `range` (a claim has a numeric range).
pub fn claims<'a>() -> Group<'a> {
    let columns = &[
        ("n_independent", ColumnKind::Integer),
        ("claim_category", ColumnKind::Keyword),
        ("claim_words_min", ColumnKind::Integer),
        ("claim_breadth", ColumnKind::Integer),
        ("claim_flag", ColumnKind::Keyword),
    ];
    Group::each("claims", CLAIMS, columns, |_, publication| values(&claim_facts(publication)))
}

fn values(facts: &ClaimFacts) -> Vec<Value> {
    let whole = |n: Option<u32>| n.map_or(Value::Missing, |n| Value::Integer(i64::from(n)));
    let categories = facts.categories.iter().map(|category| name(*category).to_owned()).collect();
    let flags =
        [("functional", facts.functional), ("markush", facts.has_markush), ("range", facts.has_range)];
    let flags = flags.into_iter().filter(|(_, holds)| *holds == Some(true)).map(|(flag, _)| flag.to_owned());
    vec![
        whole(facts.n_independent),
        Value::Keywords(categories),
        whole(facts.claim_words_min),
        facts.breadth.map_or(Value::Missing, |score| Value::Integer(thousandths(score))),
        Value::Keywords(flags.collect()),
    ]
}

#[expect(clippy::cast_possible_truncation, reason = "a score lies between -30 and 0")]
fn thousandths(score: f64) -> i64 {
    (score * 1000.0).round() as i64
}

fn name(category: Category) -> &'static str {
    match category {
        Category::Method => "method",
        Category::Device => "device",
        Category::System => "system",
        Category::Medium => "medium",
        Category::Composition => "composition",
        Category::Use => "use",
    }
}
