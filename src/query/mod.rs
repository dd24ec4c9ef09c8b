//! What did the searcher ask? One tree, one way to write it; syntax only.
//!
//! A query is read in one of two ways, and the answer says which ([`Reading`]):
//! - as **text** when it has no operator, field or quote: a description of a technology, to be ranked by fit;
//! - as a **Boolean** expression otherwise: its match set is exact.
//!
//! Running prose that merely holds such signs (a pasted abstract, a title in capitals) is text too; the rules
//! stand in `reading`.
//!
//! ```text
//! expression = and { "OR" and }
//! and        = not { [ "AND" ] not | "NOT" not }
//! not        = [ "NOT" ] operand
//! operand    = "(" expression ")" | field relation value | word | quoted
//! relation   = "=" | ":" | "<" | "<=" | ">" | ">="
//! value      = word | quoted | "(" expression without fields ")" | "[" bound ("TO" | ",") bound "]"
//! ```
//!
//! `NOT` binds before `AND`, `AND` before `OR`; two operands side by side mean `AND`. Operators are English words in
//! any case, but only capitals make a query Boolean, so that "method and device" stays text.
//! Full-width brackets, quotes, `＝` and `：` are read as their half-width forms. `*` stands for an open bound.
//!
//! The module knows neither the index nor the corpus. Fields come from `index-schema/fields.toml`.

mod ast;
mod dialect;
mod error;
mod fields;
mod lexer;
mod parser;
mod print;
mod reading;

pub use ast::{
    Bound, Condition, Expr, Frequent, Like, MAX_DISTANCE, MAX_FREQUENCY, Matching, Near, Node, Piece,
    RangeCondition, Reach, Reading, SetName, Similar, SimilarOrder, Span, Term,
};
pub use dialect::{Dialect, UnknownDialect};
pub use error::{Problem, SyntaxError, SyntaxErrors};
pub use fields::{EventPart, Field, Target, field, fields};
pub use parser::{MAX_DEPTH, MAX_QUERY_BYTES, Parsed, parse};
