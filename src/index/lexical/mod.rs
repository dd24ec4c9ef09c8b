//! Full text: which documents hold these words, at which places, and how well do they fit?
//!
//! tantivy keeps the postings; everything that decides an answer is ours:
//! analysis (`crate::text`), matching on positions (`matching/`) and ranking (`rank.rs`, which adds up in `sums.rs`).
//! Every answer is in docnos; the numbers that the library gives to documents never leave this folder.

mod analysis;
mod directory;
mod matching;
mod rank;
mod reader;
mod schema;
mod sums;
mod writer;

pub use matching::Finder;
pub(crate) use matching::{Holders, Phrase, Sought};
pub(crate) use rank::{RankedTerm, best};
pub use rank::{TermScore, WordScores};
pub(crate) use reader::TextReader;
pub use schema::Zone;
pub(crate) use writer::{TextWriter, ZoneTexts, committed_files};
