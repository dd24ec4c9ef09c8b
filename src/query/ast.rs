//! The tree of a query.

use std::ops::Range;

use super::fields::Field;

/// How a query was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// A description, ranked by fit.
    Text,
    /// An expression with an exact match set.
    Boolean,
}

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// A word or phrase in the default zones.
    Leaf(Leaf),
    /// A condition on a field.
    Field {
        /// The field.
        field: &'static Field,
        /// How it compares.
        relation: Relation,
        /// With what.
        value: Value,
        /// The bytes of the condition in the query.
        span: Range<usize>,
    },
    /// All of them; two at least.
    And(Vec<Expr>),
    /// Any of them; two at least.
    Or(Vec<Expr>),
    /// None of it.
    Not(Box<Expr>),
}

/// A word or phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    /// The text, without quotes.
    pub text: String,
    /// Whether it stood in quotes.
    pub quoted: bool,
    /// Its bytes in the query, quotes included.
    pub span: Range<usize>,
}

/// How a field compares with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// `=` or `:`: equal, or holds, or lies below in a hierarchy.
    Is,
    /// `<`.
    Less,
    /// `<=`.
    AtMost,
    /// `>`.
    Greater,
    /// `>=`.
    AtLeast,
}

/// What a field is compared with.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// One word or phrase.
    Leaf(Leaf),
    /// Words and phrases with operators, no fields.
    Expr(Box<Expr>),
    /// From one bound to another, both included.
    Range {
        /// The lower bound.
        low: Bound,
        /// The upper bound.
        high: Bound,
    },
}

/// An end of a range; `None` is open.
pub type Bound = Option<Leaf>;

impl Expr {
    /// Returns the texts that a document is wanted to hold, in order: what ranking and highlighting go by.
    ///
    /// Texts below a `NOT` and values of fields that are no text are left out.
    pub fn positive_texts(&self) -> Vec<&str> {
        let mut texts = Vec::new();
        self.collect_positive(&mut texts);
        texts
    }

    fn collect_positive<'a>(&'a self, texts: &mut Vec<&'a str>) {
        match self {
            Self::Leaf(leaf) => texts.push(&leaf.text),
            Self::Field { field, value, .. } if field.is_text() => match value {
                Value::Leaf(leaf) => texts.push(&leaf.text),
                Value::Expr(expr) => expr.collect_positive(texts),
                Value::Range { .. } => {}
            },
            Self::Field { .. } | Self::Not(_) => {}
            Self::And(parts) | Self::Or(parts) => {
                parts.iter().for_each(|part| part.collect_positive(texts));
            }
        }
    }
}
