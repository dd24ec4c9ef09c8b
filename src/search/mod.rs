//! What is the best page of answers, and what supports it?
//!
//! ```text
//! Request ── query::parse ──▶ Parsed ── evaluate ──▶ match set, count of every clause
//!                                      ── retrieve ──▶ three ranked lists: words, phrases, vectors
//!                                      ── fusion ────▶ one list, families collapsed ──▶ page, snippets, facets
//! ```
//!
//! The match set is exact and nothing cuts it; lists are what ranking is made of. This module decides which
//! retrievers run, with what filter and limits; how they run is the business of `index`.
//! It is synchronous and knows neither HTTP nor the command line.

mod collapse;
mod conflict;
mod cursor;
mod error;
mod evaluate;
pub mod evaluation;
mod event;
pub mod evidence;
mod examples;
mod export;
mod facet;
mod filter;
mod foreign;
mod fusion;
pub mod idea;
mod inspect;
mod kinship;
mod learn;
mod legal;
mod nearness;
mod next;
pub mod novelty;
mod order;
mod organisation;
mod page;
pub mod reconcile;
mod request;
mod response;
mod run;
mod seen;
mod sets;
mod similar;
mod snippet;
mod values;
mod window;

pub use conflict::{Conflicting, ConflictingApplication, MAX_CONFLICTING};
pub use cursor::Cursor;
pub use error::{Error, Result};
pub use export::{
    DEFAULT_FIELDS, ExportRequest, Exported, FieldValue, Row, export, export_fields, export_with,
};
pub use facet::facets;
pub use inspect::{
    InspectRequest, Inspection, LintReport, LossReport, TranslationReport, inspect, inspect_with,
};
pub use legal::{DatedFact, LegalSummary, add_european, add_parent_filing, case_of, case_with_relatives};
pub use next::{Basis, Decided, Method, Next, NextRequest, TellingWord, next_to_read};
pub use page::{Groups, Members};
pub use request::{
    Collapse, Filters, MAX_FACET_VALUES, MAX_PAGE_SIZE, NEAREST_LIMIT, Relevant, Representative, Request,
    SimilarRequest, Sort,
};
pub use response::{
    AsOf, ByMeaning, Clause, Explanation, FacetCount, Highlight, Hit, Interpretation, Rank, Response,
    Snapshot, Snippet, Titles, Total, Truncated, snapshot_of,
};
pub use run::{Scope, match_set, scope, scope_with, search, search_with};
pub use sets::{Sets, sets_needed};
pub use similar::similar;
pub use window::{BlindWindow, WindowKind};
