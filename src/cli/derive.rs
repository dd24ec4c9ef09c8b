//! Derived columns, made after an import where they are due and by `patnav derive` anew: the groups that there are,
//! with what each needs from configuration and data folder.

use std::path::Path;

use super::output::Error;
use crate::analytics::derive::{self, Group, Scope};
use crate::error::Failure;
use crate::index::{Reader, Writer};
use crate::text::Analyzer;

/// Which groups of columns to make.
pub(super) enum Wanted {
    /// Those that are due.
    Due,
    /// These for every document; all groups where the list is empty.
    Anew(Vec<String>),
}

/// Makes the columns wanted from the documents of the current snapshot, and a new snapshot with them where there are
/// any. Returns the versions of the groups made.
pub(super) fn put_columns(
    writer: &mut Writer,
    data: &Path,
    analyzer: &Analyzer,
    wanted: &Wanted,
    progress: &dyn Fn(u64, u64) -> bool,
) -> Result<Vec<String>, Failure> {
    let reader = Reader::open(data, analyzer.clone(), None)?;
    let mut groups = groups(&reader);
    let scope = match wanted {
        Wanted::Due => Scope::Due,
        Wanted::Anew(ids) => {
            check(ids, &groups)?;
            groups.retain(|group| ids.is_empty() || ids.iter().any(|id| id == group.id()));
            Scope::All
        }
    };
    let columns = derive::columns(&reader, groups, scope, progress)?;
    let mut made: Vec<String> = columns.iter().map(|column| column.version().to_owned()).collect();
    made.dedup();
    if !columns.is_empty() {
        writer.put_columns(columns, &|_, _, _| true)?;
    }
    Ok(made)
}

/// Returns every group of derived columns.
fn groups(reader: &Reader) -> Vec<Group<'_>> {
    vec![
        derive::phrases(reader.analyzer()),
        derive::claims(),
        derive::legal(reader, reader.statistics().as_of),
    ]
}

fn check(ids: &[String], groups: &[Group<'_>]) -> Result<(), Error> {
    let known = |id: &String| groups.iter().any(|group| group.id() == id);
    match ids.iter().find(|id| !known(id)) {
        None => Ok(()),
        Some(id) => {
            let all: Vec<&str> = groups.iter().map(Group::id).collect();
            let message = format!("there is no group of columns `{id}`; choose of {}", all.join(", "));
            Err(Error::Choice { flag: "GROUP", message })
        }
    }
}
