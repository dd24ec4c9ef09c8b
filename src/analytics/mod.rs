//! What do the documents say beyond their words?
//!
//! `derive` gives every document the columns that follow from rules: key phrases, figures of its claims, its legal
//! state, its place in the trees of the domains. They filter, facet and sort like any other column of the index.
//! `cohort` is the column table that all counting works on; `indicator` are the formulas as pure functions, `measure`
//! the indicators of a cohort; `evidence` are numbers as reports carry them, `formula` the list of formulas by id.
//! `tag` says which leaves of a domain's tree a document belongs to, and how well people and rules agree on it;
//! `sentences` finds where a document states its problem, means and effect.
//!
//! `party` finds the organisations and groups behind names. `strategy` says of the search of a project what each of its
//! lines finds, adds and excludes, and with the formulas of `sufficiency` whether enough was searched and read.
//!
//! Nothing here reads the clock, the environment or the network: days and rules are arguments, and the same snapshot
//! gives the same values.

pub mod cohort;
pub mod derive;
mod disjoint;
pub mod evidence;
pub mod formula;
pub mod indicator;
pub mod landscape;
pub mod map;
pub mod measure;
pub mod party;
pub mod sentences;
pub mod strategy;
pub mod sufficiency;
pub mod tag;
