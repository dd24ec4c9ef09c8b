//! Sets that a query names and somebody else keeps: lines of a search history, saved lists.

use std::collections::BTreeMap;

use super::error::{Error, Result};
use super::response::Truncated;
use crate::index::{DocnoSet, Reader};
use crate::query::SetName;

/// Sets of documents by name: keys of documents, as [`super::Hit::key`] gives them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sets {
    by_name: BTreeMap<String, Vec<String>>,
}

impl Sets {
    /// Returns no sets.
    pub const NONE: Self = Self { by_name: BTreeMap::new() };

    /// Adds a set under the name that a query writes: `#3` for a line, `@name` for a saved set.
    pub fn insert(&mut self, name: impl Into<String>, keys: Vec<String>) {
        self.by_name.insert(name.into(), keys);
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
        let written = match name {
            SetName::Line(number) => format!("#{number}"),
            SetName::Named(name) => format!("@{name}"),
        };
        let Some(keys) = self.by_name.get(&written) else {
            return Err(Error::UnknownSet { name: written, known: self.by_name.keys().cloned().collect() });
        };
        let mut set = DocnoSet::empty(reader.alive().end());
        let mut n_missing = 0;
        for key in keys {
            // A number stands for other publications too where the one itself is gone.
            let mut found = reader.by_number(key);
            found.retain(|docno| reader.key(*docno).is_ok_and(|own| own == *key));
            n_missing += usize::from(found.is_empty());
            set.extend(found);
        }
        if n_missing > 0 {
            truncated.push(Truncated {
                what: format!("set `{written}`"),
                why: format!("{n_missing} of its {} documents are not in this snapshot", keys.len()),
            });
        }
        Ok(set)
    }
}
