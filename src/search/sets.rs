//! Sets that a query names and somebody else keeps: lines of a search history, saved lists, saved queries.
//!
//! A set that is a query is answered on the snapshot that is searched, under the same conditions as the query that
//! names it, and before it: references are followed one after the other, never by recursion, so that a history of a
//! thousand lines that build on each other takes no more room than one line.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::error::{Error, Result};
use super::evaluate::{self, Context, Counted};
use super::response::Truncated;
use super::run::numbered;
use super::seen::Seen;
use crate::error::{Classify as _, ErrorKind};
use crate::index::{DocnoSet, Reader};
use crate::query::{Dialect, Expr, Parsed, SetName, parse_in};

/// Sets of documents by name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sets {
    by_name: BTreeMap<SetName, Source>,
}

/// What a set is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Source {
    /// Keys of documents, as [`super::Hit::key`] gives them.
    Keys(Arc<Vec<String>>),
    /// Whatever a query finds.
    Query { query: String, dialect: Option<Dialect> },
    /// Documents of the one snapshot that is being read, and what is missing among them.
    Found { set: Arc<DocnoSet>, truncated: Vec<Truncated> },
}

impl Sets {
    /// Returns no sets.
    pub const NONE: Self = Self { by_name: BTreeMap::new() };

    /// Adds a set of documents by key; those that a snapshot does not have are told when the set is asked for.
    pub fn insert(&mut self, name: SetName, keys: Vec<String>) {
        self.by_name.insert(name, Source::Keys(Arc::new(keys)));
    }

    /// Adds a set that is whatever a query finds. The query of a line may name lines before it and named sets, that of a
    /// named set only named sets.
    pub fn insert_query(&mut self, name: SetName, query: impl Into<String>, dialect: Option<Dialect>) {
        self.by_name.insert(name, Source::Query { query: query.into(), dialect });
    }

    /// Adds documents of the snapshot that will be searched; on another snapshot they mean nothing.
    pub fn insert_found(&mut self, name: SetName, set: DocnoSet) {
        self.by_name.insert(name, Source::Found { set: Arc::new(set), truncated: Vec::new() });
    }

    /// Returns whether there is a set of this name.
    pub fn contains(&self, name: &SetName) -> bool {
        self.by_name.contains_key(name)
    }

    /// Returns the live documents of a set; those that the snapshot does not have are told.
    ///
    /// # Errors
    /// [`Error::UnknownSet`].
    pub(super) fn find(
        &self,
        reader: &Reader,
        name: &SetName,
        truncated: &mut Vec<Truncated>,
    ) -> Result<DocnoSet> {
        let keys = match self.by_name.get(name) {
            Some(Source::Keys(keys)) => keys,
            Some(Source::Found { set, truncated: missing }) => {
                for part in missing {
                    if !truncated.contains(part) {
                        truncated.push(part.clone());
                    }
                }
                return Ok((**set).clone());
            }
            // `answered` has made each that is needed a set of documents.
            Some(Source::Query { .. }) => {
                return Err(Error::Set { name: name.to_string(), why: "it was not answered".to_owned() });
            }
            None => {
                let known = self.by_name.keys().map(ToString::to_string).collect();
                return Err(Error::UnknownSet { name: name.to_string(), known });
            }
        };
        let mut set = DocnoSet::empty(reader.alive().end());
        let mut n_missing = 0;
        for key in keys.iter() {
            // A number stands for other publications too where the one itself is gone.
            let mut found = reader.by_number(key);
            found.retain(|docno| reader.key(*docno).is_ok_and(|own| own == *key));
            n_missing += usize::from(found.is_empty());
            set.extend(found);
        }
        if n_missing > 0 {
            truncated.push(Truncated {
                what: format!("set `{name}`"),
                why: format!("{n_missing} of its {} documents are not in this snapshot", keys.len()),
            });
        }
        Ok(set)
    }

    /// Returns the sets with every query that `expr` needs, directly or through others, made a set of documents.
    ///
    /// # Errors
    /// [`Error::Set`] for a query that cannot be read or searched, that needs itself, or that names what it may not.
    pub(super) fn answered(
        &self,
        reader: &Reader,
        seen: &Seen,
        whole_text: bool,
        expr: &Expr,
    ) -> Result<Self> {
        let mut sets = self.clone();
        // The sets between `expr` and the one at hand.
        let mut path: Vec<SetName> = Vec::new();
        let mut steps: Vec<Step> = expr.sets().into_iter().map(Step::Open).collect();
        while let Some(step) = steps.pop() {
            match step {
                Step::Open(name) => {
                    // What is not there is told where it is looked up.
                    let Some(Source::Query { query, dialect }) = sets.by_name.get(&name) else { continue };
                    if path.contains(&name) {
                        let way: Vec<String> = path.iter().chain([&name]).map(ToString::to_string).collect();
                        let why =
                            format!("it needs itself ({}); write one of these queries out", way.join(" → "));
                        return Err(Error::Set { name: name.to_string(), why });
                    }
                    let parsed = parse_in(query, *dialect).map(|query| query.parsed).map_err(|errors| {
                        let first = errors.errors.first().map(|error| error.problem.to_string());
                        let why = format!("its query cannot be read: {}", first.unwrap_or_default());
                        Error::Set { name: name.to_string(), why }
                    })?;
                    let needs = named_in(&parsed);
                    needs.iter().try_for_each(|other| check_order(&name, other))?;
                    path.push(name.clone());
                    steps.push(Step::Answer(name, parsed));
                    steps.extend(needs.into_iter().map(Step::Open));
                }
                Step::Answer(name, parsed) => {
                    path.pop();
                    let context = Context { reader, sets: &sets, seen, whole_text };
                    let mut counted = Counted::default();
                    let found =
                        found_by(context, &parsed, &mut counted).map_err(|error| match error.kind() {
                            ErrorKind::InvalidInput => {
                                Error::Set { name: name.to_string(), why: error.to_string() }
                            }
                            _ => error,
                        })?;
                    sets.by_name
                        .insert(name, Source::Found { set: Arc::new(found), truncated: counted.truncated });
                }
            }
        }
        Ok(sets)
    }
}

/// A step on the way through references.
enum Step {
    Open(SetName),
    Answer(SetName, Parsed),
}

/// Returns the sets that a query names.
fn named_in(parsed: &Parsed) -> Vec<SetName> {
    match parsed {
        Parsed::Text(_) => Vec::new(),
        Parsed::Boolean(expr) => expr.sets(),
    }
}

/// Returns the match set of a query that was read.
fn found_by(context: Context<'_>, parsed: &Parsed, counted: &mut Counted) -> Result<DocnoSet> {
    match parsed {
        Parsed::Boolean(expr) => evaluate::evaluate(context, expr, counted),
        Parsed::Text(_) if evaluate::is_everything(parsed) => Ok(context.reader.alive().clone()),
        Parsed::Text(text) => {
            let concepts = context.reader.analyzer().concepts(text);
            let mut set = evaluate::concept_set(context, &concepts, counted)?;
            set.extend(numbered(context.reader, text, counted));
            Ok(set)
        }
    }
}

/// Refuses names that would mean something else tomorrow: a line knows what came before it, a named set no lines.
fn check_order(name: &SetName, other: &SetName) -> Result<()> {
    let why = match (name, other) {
        (SetName::Line(own), SetName::Line(other)) if other >= own => {
            format!("it names #{other}, and a line can only name lines before it")
        }
        (SetName::Named(_), SetName::Line(_)) => {
            format!("it names {other}, and lines belong to one project; write that query out")
        }
        _ => return Ok(()),
    };
    Err(Error::Set { name: name.to_string(), why })
}

/// Returns the sets that a query names and those that these need in turn, as far as `look` knows their queries.
///
/// `look` gives the query and the dialect of a set that is one. What cannot be read is left to the search to tell.
///
/// # Errors
/// Those of `look`.
pub fn sets_needed<E>(
    query: &str,
    dialect: Option<Dialect>,
    look: &mut dyn FnMut(&SetName) -> std::result::Result<Option<(String, Option<Dialect>)>, E>,
) -> std::result::Result<(), E> {
    let names = |query: &str, dialect| {
        parse_in(query, dialect).map(|query| named_in(&query.parsed)).unwrap_or_default()
    };
    let mut open = names(query, dialect);
    let mut seen: BTreeSet<SetName> = BTreeSet::new();
    while let Some(name) = open.pop() {
        if seen.insert(name.clone())
            && let Some((query, dialect)) = look(&name)?
        {
            open.extend(names(&query, dialect));
        }
    }
    Ok(())
}
