//! What did the searcher ask? One tree, eight ways to write it; syntax only.
//!
//! A query is read in one of two ways, and the answer says which ([`Reading`]):
//! - as **text** when it has no operator, field or quote: a description of a technology, to be ranked by fit;
//! - as a **Boolean** expression otherwise: its match set is exact.
//!
//! Running prose that merely holds such signs (a pasted abstract, a title in capitals) is text too; the rules
//! stand in `reading`.
//!
//! The language itself, and what of it each dialect has, stands in `reference.md` ([`REFERENCE`]), which the command line
//! prints too. A query is read in eight dialects ([`Dialect`]) by one parser over tables (`syntax`) into one tree
//! ([`Expr`], with the meaning of every node), printed in the canonical form, looked over for traps ([`Lint`]), and
//! written in the words of another dialect ([`translate`]).
//!
//! Operators are English words in any case, but only capitals make a query Boolean, so that "method and device" stays
//! text.
//!
//! The module knows neither the index nor the corpus. Fields come from `index-schema/fields.toml`.

mod ast;
mod condition;
mod dialect;
mod error;
mod fields;
mod lexer;
mod lint;
mod operand;
mod parser;
mod print;
mod reading;
mod syntax;
mod token;
mod translate;

pub use ast::{
    Bound, Condition, Expr, Frequent, Like, MAX_DISTANCE, MAX_FREQUENCY, Matching, Near, Node, Piece,
    RangeCondition, Reach, Reading, SetName, Similar, SimilarOrder, Span, Term,
};
pub use dialect::{Dialect, UnknownDialect};
pub use error::{Problem, SyntaxError, SyntaxErrors};
pub use fields::{EventPart, Field, Target, field, fields};
pub use lint::{Lint, LintKind, not_held};
pub use parser::{MAX_DEPTH, MAX_QUERY_BYTES, Parsed, Query, parse, parse_expression, parse_in};
pub use translate::{Loss, Translation, translate};

/// The reference of the query language, in Chinese and English; every example in it is read by a test.
pub const REFERENCE: &str = include_str!("reference.md");
