//! Which publications are in these files?
//!
//! [`read`] walks files, folders and archives, finds each format by content, cuts every file into raw records,
//! parses the records on all threads and hands each [`Record`] to the caller, in the order of the files.
//! A fault in the data is a [`Diagnostic`] beside the record that survives it, never an error.
//!
//! How a format is added: a variant of [`Format`] with its id, its signature in `detect.rs`,
//! its way of cutting in `format.rs`, and one parsing function `fn parse(raw: &Raw<'_>, out: &mut Parsed)`.
//! This module knows nothing of the index; one command joins the two.
//!
//! In reading order: `read` (the pipeline), `walk` (which files), `archive` (through gz and zip), `source`
//! (one stream), `detect` and `encoding` (what is it), `split` (raw records), then the parsers.

mod archive;
mod cnipa;
mod detect;
mod diagnostic;
mod encoding;
mod epo;
mod error;
mod feed;
mod format;
mod google_page;
mod json;
mod jsonl;
mod package;
mod paper;
mod passage;
mod read;
mod record;
mod source;
mod split;
mod summary;
mod table;
mod uspto;
mod walk;
mod workbook;
mod xml;

pub use diagnostic::{Diagnostic, FaultKind, Severity};
pub use error::{Error, SinkError};
pub use format::Format;
pub use jsonl::write_line;
pub use read::read;
pub use summary::{FormatCounts, SourceFile, Summary};
pub use table::{ColumnMap, MapError, number_list};
pub use workbook::{Cells, workbook};

use std::sync::Arc;

use crate::patent::Publication;

/// How to read.
#[derive(Debug, Clone)]
pub struct Options {
    /// The format of every file, where the caller knows better than the content.
    pub format: Option<Format>,
    /// The column map for every table and JSON file; `None` finds one by the header.
    pub map: Option<Arc<ColumnMap>>,
    /// The number of parsing threads, at least 1; one more thread reads.
    pub threads: usize,
    /// What is too large.
    pub limits: Limits,
    /// The share of bad records (0-1) above which [`read`] ends with [`Error::Refused`]; `None` accepts any.
    pub refuse_above_share: Option<f64>,
}

/// What is too large to read. Above a limit there is a diagnostic, and the rest is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The longest record, in bytes of decoded text. Longer ones are skipped in constant memory.
    pub max_record_bytes: usize,
    /// The most bytes that one file may expand to, all members of an archive together.
    pub max_expanded_bytes: u64,
    /// The most bytes of content for each byte of a compressed file (deflate reaches 1,032 on zeros, patents 30).
    pub max_expansion_ratio: u64,
    /// How many archives may lie inside each other (`a.zip!b.zip!c.xml` are two).
    pub max_archive_depth: usize,
    /// The largest archive, workbook or document inside an archive; it is held in memory.
    pub max_nested_bytes: u64,
    /// The most members of one archive.
    pub max_archive_members: usize,
    /// The most diagnostics of one kind that reach the caller; all are counted.
    pub max_diagnostics_per_kind: u64,
    /// The most bytes of raw records between reader and caller.
    pub max_bytes_in_flight: usize,
}

impl Limits {
    /// The limits that the product ships with.
    pub const STANDARD: Self = Self {
        max_record_bytes: 64 << 20,
        max_expanded_bytes: 1 << 40,
        max_expansion_ratio: 200,
        max_archive_depth: 3,
        max_nested_bytes: 512 << 20,
        max_archive_members: 1_000_000,
        max_diagnostics_per_kind: 1_000,
        max_bytes_in_flight: 64 << 20,
    };
}

/// One publication with what was wrong in its record.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// The publication; its provenance names format, file and record.
    pub publication: Publication,
    /// The faults of the record. A record of several publications reports them with the first.
    pub diagnostics: Vec<Diagnostic>,
}

/// What [`read`] hands to its caller.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// A publication.
    Record(Box<Record>),
    /// A fault without a publication.
    Diagnostic(Diagnostic),
    /// A top-level file is done; everything before this item came from it or from files before it.
    FileDone(SourceFile),
}

/// How far [`read`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Top-level files done, skipped and unchanged ones among them.
    pub files: u64,
    /// Top-level files found.
    pub n_files: u64,
    /// Bytes read of the files on disk.
    pub bytes: u64,
    /// Bytes of all files on disk.
    pub n_bytes: u64,
    /// Records read.
    pub records: u64,
    /// Publications handed on.
    pub publications: u64,
}
