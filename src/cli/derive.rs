//! Derived columns, made after an import where they are due and by `patnav derive` anew: the groups that there are,
//! with what each needs from configuration and data folder.

use std::path::Path;

use super::output::Error;
use super::packs::Packs;
use crate::analytics::derive::{self, Group, Scope};
use crate::analytics::party;
use crate::analytics::tag::{Decision, Tagger, review};
use crate::error::Failure;
use crate::index::{Reader, Writer};
use crate::service::parties::{self, Inputs};
use crate::text::Analyzer;
use crate::workspace::{self, Database};

/// Which groups of columns to make.
pub(super) enum Wanted {
    /// Those that are due.
    Due,
    /// These for every document; all groups where the list is empty.
    Anew(Vec<String>),
    /// Tags, of one domain or all, where they are due or anew.
    Tags {
        /// The domain; the tags of others stay.
        only: Option<String>,
        /// Whether to compute what is not due.
        all: bool,
    },
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
    let inputs = Inputs::load(data, &Database::open(data)?)?;
    let tagger = Tagger::new(&Packs::load(data).or_said());
    let decisions = decisions(data)?;
    let only = match wanted {
        Wanted::Tags { only, .. } => only.as_deref(),
        _ => None,
    };
    let mut groups = groups(&reader, &inputs);
    groups.push(derive::tags(&reader, &tagger, &decisions, only));
    let scope = match wanted {
        Wanted::Due => Scope::Due,
        Wanted::Anew(ids) => {
            check(ids, &groups)?;
            groups.retain(|group| ids.is_empty() || ids.iter().any(|id| id == group.id()));
            Scope::All
        }
        Wanted::Tags { all, .. } => {
            groups.retain(|group| group.id() == "tags");
            if *all { Scope::All } else { Scope::Due }
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

/// Returns what people decided about tags; a folder without a workspace has none.
fn decisions(data: &Path) -> Result<Vec<Decision>, Failure> {
    let is_there = data.join(workspace::FILE_NAME).try_exists().unwrap_or(true);
    if !is_there {
        return Ok(Vec::new());
    }
    let judgements = workspace::tags::all(&Database::open(data)?)?;
    Ok(review::decide(&judgements).0)
}

/// Returns every group of derived columns but tags, which need more than the reader.
fn groups<'a>(reader: &'a Reader, inputs: &'a Inputs) -> Vec<Group<'a>> {
    let mut groups = vec![
        derive::phrases(reader.analyzer()),
        derive::claims(),
        derive::legal(reader, reader.statistics().as_of),
        party::names(&inputs.groups, &inputs.decisions, parties::day(reader)),
    ];
    groups.extend(derive::industries(reader, &inputs.industries));
    groups
}

fn check(ids: &[String], groups: &[Group<'_>]) -> Result<(), Error> {
    let known = |id: &String| groups.iter().any(|group| group.id() == id);
    match ids.iter().find(|id| !known(id)) {
        None => Ok(()),
        Some(id) if id == "industry" => {
            let message = "no table of industry classes is loaded; put the official table into the folder `industry` of the data folder";
            Err(Error::Choice { flag: "GROUP", message: message.to_owned() })
        }
        Some(id) => {
            let all: Vec<&str> = groups.iter().map(Group::id).collect();
            let message = format!("there is no group of columns `{id}`; choose of {}", all.join(", "));
            Err(Error::Choice { flag: "GROUP", message })
        }
    }
}
