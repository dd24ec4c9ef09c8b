//! Which documents match, and which are near? The one deep module: a writer, a reader, snapshots on disk.
//!
//! A [`Writer`] turns documents into a new immutable snapshot; a [`Reader`] holds one snapshot and answers.
//! A commit never changes a snapshot that somebody reads, and a killed process loses nothing that was committed.
//!
//! Inside, bottom-up: `map` and `file` (memory maps, durable files), `pack` and `documents` (stored documents),
//! `column` and `set` (values and sets by docno), `names` (keys and numbers), `manifest` and `snapshot` (what makes a
//! snapshot, which are kept), `lexical` (full text, on tantivy), `vector` (nearest neighbours, graph by `hnsw_rs`),
//! `model` and `spaces` (documents to vectors), `base`, `family`, `statistics`, `changes` (what a commit derives),
//! `options`, `batch`, `writer`, `publish`, `compact` (writing), `reader`, `query_terms` (what words rank by), `backup`.
//!
//! No type of those two libraries leaves this module. Within it, a document is a *docno*: a dense number that a
//! snapshot gives it. Outside, documents are named by key: docnos change with updates and compaction.

mod background;
mod backup;
mod base;
mod batch;
mod changes;
mod column;
mod compact;
mod documents;
mod error;
mod family;
mod file;
mod lexical;
mod manifest;
mod map;
mod model;
mod names;
mod options;
mod pack;
mod pattern;
mod publish;
mod query_terms;
mod reader;
mod set;
mod snapshot;
mod spaces;
mod statistics;
mod tally;
#[cfg(test)]
mod tests;
pub mod vector;
mod writer;

pub use backup::{Checked, backup, check, restore};
pub use base::base_values;
pub use changes::{Change, ChangeKind};
pub use column::{Column, ColumnKind, Ordinals, Value, date, days};
pub use error::{Error, Result};
pub use lexical::{Finder, TermScore, WordScores, Zone};
pub use manifest::{FORMAT, PUBLICATION_DELAY_MONTHS, Statistics};
pub use options::{ColumnBuilder, Embedding, NewColumn, Options, Progress, SourceFile, Stage, Upsert};
pub use pattern::{Near as NearPattern, Pattern, Piece, Reach};
pub use reader::{Near, Operand, Reader, SnapshotInfo, current_id, list, pin, unpin};
pub use set::DocnoSet;
pub use spaces::SpaceName;
pub use writer::Writer;
