//! Opening a table: which map, where the header is, the rows.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use super::ColumnMap;
use super::Mapping;
use crate::ingest::record::Fault;

/// The rows of an open table, header and preamble gone.
pub(crate) struct Rows(Box<dyn Iterator<Item = Result<Vec<String>, Fault>> + Send>);

impl Iterator for Rows {
    type Item = Result<Vec<String>, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next()
    }
}

/// Opens a table.
pub(crate) fn open(
    input: Box<dyn Read + Send>,
    path: &Path,
    maps: &[Arc<ColumnMap>],
    chosen: Option<Arc<ColumnMap>>,
) -> Result<(Arc<Mapping>, Rows), Fault> {
    let _ = (input, maps, chosen);
    Err(Fault {
        severity: crate::ingest::Severity::File,
        kind: crate::ingest::FaultKind::UnknownFormat,
        field: String::new(),
        message: format!("`{}` has no known header", path.display()),
    })
}

/// Returns the id of the built-in map that the head of a CSV or TSV file fits.
pub(crate) fn recognise(head: &[u8]) -> Option<String> {
    let _ = head;
    None
}
