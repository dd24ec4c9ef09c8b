//! JSON objects whose keys a [`ColumnMap`] explains.

use std::io::Read;

use super::record::Fault;
use super::record::Parsed;
use super::record::Raw;
use super::table::ColumnMap;

/// Returns the id of the built-in map that the head of a JSON file fits.
pub(crate) fn recognise(head: &[u8]) -> Option<String> {
    let _ = head;
    None
}

/// Makes a publication of one JSON object.
pub(crate) fn parse(map: &ColumnMap, raw: &Raw<'_>, out: &mut Parsed) {
    let _ = (map, raw, out);
}

/// Returns the objects of a JSON file one by one.
pub(crate) fn elements(input: Box<dyn Read + Send>) -> impl Iterator<Item = Result<String, Fault>> + Send {
    let _ = input;
    std::iter::empty()
}
