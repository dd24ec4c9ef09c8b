//! Which publications are in these files?
//!
//! [`read`] walks files, folders and archives, finds each format by content, cuts every file into raw records,
//! parses the records on all threads and hands each [`Record`] to the caller.
//! A fault in the data is a [`Diagnostic`] beside the record that survives it, never an error.
//!
//! How a format is added: a variant of [`Format`] with its id, its signature in `format.rs`,
//! its way of cutting in `split.rs`, and one parsing function `fn parse(raw: &Raw<'_>, out: &mut Parsed)`.
//! This module knows nothing of the index; one command joins the two.

mod diagnostic;
mod google_page;
mod json;
mod record;
mod table;

pub use diagnostic::{Diagnostic, FaultKind, Severity};
pub use table::{ColumnMap, MapError};
