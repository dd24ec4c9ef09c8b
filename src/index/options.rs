//! What a writer is told and what it answers: options, sources, progress.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::column::{Column, ColumnKind, ColumnWriter, Value};
use super::error::{Error, Result};
use crate::text::embed::Embedder;

/// How to index.
#[derive(Clone)]
pub struct Options {
    /// Threads that analyse and write text.
    pub threads: usize,
    /// Memory for full text under construction; more makes fewer, larger pieces.
    pub memory_bytes: usize,
    /// Whether descriptions can be searched. They are stored either way.
    pub index_descriptions: bool,
    /// Where vectors come from.
    pub embedding: Embedding,
    /// Pairs of terms that mean the same in Chinese and English, for a model trained here.
    pub equivalents: Vec<(String, String)>,
    /// The time of the commit.
    pub now: Timestamp,
}

/// Where vectors come from.
#[derive(Clone)]
pub enum Embedding {
    /// A model trained on the corpus itself.
    Lsa {
        /// Dimensions, or fewer where the corpus has a lower rank.
        dim: usize,
        /// The seed of the training.
        seed: u64,
    },
    /// A model from outside.
    External(Arc<dyn Embedder>),
    /// No vectors: search by words alone.
    Off,
}

/// A source file that was indexed, so that it need not be read again until it changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceFile {
    /// The path as given.
    pub path: String,
    /// The length.
    pub bytes: u64,
    /// The BLAKE3 hash, hexadecimal.
    pub blake3: String,
}

/// What an upsert did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Upsert {
    /// A new document.
    Added,
    /// A document that was there changed.
    Updated,
    /// The record says nothing new.
    Unchanged,
}

/// What a commit is doing, for progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Writing full text and columns.
    Writing,
    /// Training the embedding model.
    Training,
    /// Computing vectors.
    Embedding,
    /// Building the graph over the vectors.
    Graph,
    /// Linking the snapshot together.
    Publishing,
}

/// Told how a commit goes on: stage, steps done, steps in all. Returning `false` cancels.
pub type Progress<'a> = dyn Fn(Stage, u64, u64) -> bool + Sync + 'a;

/// A derived column with all its values at hand, as `Writer::put_columns` takes it.
#[derive(Debug, Clone)]
pub struct NewColumn {
    /// The name, of lower-case letters, digits and `_`; one that is there is replaced, but not one of the index's own.
    pub name: String,
    /// What it holds.
    pub kind: ColumnKind,
    /// The id of the rules that made it.
    pub version: String,
    /// One value for each docno, from 0; docnos beyond the last have none.
    pub values: Vec<Value>,
}

/// A derived column that is built docno by docno, as `Writer::put_columns` takes it. Repeated keywords are held once,
/// so a column of a million documents needs little memory.
pub struct ColumnBuilder {
    pub(super) name: String,
    pub(super) kind: ColumnKind,
    pub(super) version: String,
    pub(super) values: ColumnWriter,
}

impl ColumnBuilder {
    /// Starts an empty column; name and version as in [`NewColumn`].
    pub fn new(name: impl Into<String>, kind: ColumnKind, version: impl Into<String>) -> Self {
        Self { name: name.into(), kind, version: version.into(), values: ColumnWriter::new(kind) }
    }

    /// Takes over the values of the first `n_documents` docnos of an older column of the same kind.
    pub fn take_over(&mut self, column: &Column, n_documents: u32) {
        self.values.push_column(column, n_documents);
    }

    /// Gives the next docno its value. A value of another kind than the column's is unknown.
    pub fn push(&mut self, value: &Value) {
        self.values.push(value);
    }

    /// Returns the id of the rules that make it.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Returns the number of docnos that have been given a value, unknown ones included.
    pub fn n_documents(&self) -> usize {
        self.values.n_documents()
    }
}

impl From<NewColumn> for ColumnBuilder {
    fn from(column: NewColumn) -> Self {
        let mut builder = Self::new(column.name, column.kind, column.version);
        column.values.iter().for_each(|value| builder.push(value));
        builder
    }
}

/// Asks the caller whether to go on.
pub(crate) fn proceed(progress: &Progress<'_>, stage: Stage, done: u64, total: u64) -> Result<()> {
    if progress(stage, done, total) { Ok(()) } else { Err(Error::Cancelled) }
}
