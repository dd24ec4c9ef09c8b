//! Organisations with all that belong to them.
//!
//! The columns `applicant_std` and `applicant_group` hold, for each applicant of record, its organisation and the
//! groups that this belongs to; a group's documents are those that name the organisation in either.

use super::error::{Error, Result};
use super::values;
use crate::index::{DocnoSet, Reader};
use crate::query::{Field, Target};

/// The organisation of each applicant, and the groups it belongs to.
const COLUMNS: [&str; 2] = ["applicant_std", "applicant_group"];

/// Returns the documents of an organisation and of all below it; of a name that no table knows those of the name alone.
///
/// # Errors
/// [`Error::NotExecutable`] where the index has no groups of organisations.
pub(super) fn tree(reader: &Reader, field: Option<&Field>, name: &str) -> Result<DocnoSet> {
    let written = || format!("TREE@\"{name}\"");
    if !COLUMNS.iter().all(|column| reader.column(column).is_ok()) {
        let why = "this index has no groups of applicants yet; make its derived columns with `patnav derive`";
        return Err(Error::NotExecutable { part: written(), why: why.to_owned() });
    }
    let mut set = DocnoSet::empty(reader.alive().end());
    for column in COLUMNS {
        set.unite(&values::equal(reader, reader.column(column)?, name));
    }
    // The name by itself, in the field that was asked.
    let own = field.and_then(|field| match field.target() {
        Target::Column { name, .. } => Some(name),
        _ => field.whole_column(),
    });
    if let Ok(column) = reader.column(own.unwrap_or("applicant")) {
        set.unite(&values::equal(reader, column, name));
    }
    Ok(set)
}
