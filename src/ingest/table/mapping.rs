//! From the cells of one row to a publication.

use std::sync::Arc;

use super::ColumnMap;
use crate::ingest::record::Parsed;

/// A column map bound to the header of one file.
#[derive(Debug)]
pub(crate) struct Mapping {
    pub(crate) map: Arc<ColumnMap>,
    pub(crate) headers: Vec<String>,
}

impl Mapping {
    /// Makes a publication of a row.
    pub(crate) fn parse(&self, row: &[String], out: &mut Parsed) {
        let _ = (row, out, &self.map, &self.headers);
    }
}
