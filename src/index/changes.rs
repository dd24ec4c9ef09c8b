//! What a commit changed: the list that warnings and differences between snapshots read.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::error::{Error, Result};
use super::file::{self, FileEntry};
use crate::patent::Publication;

/// One document that a commit touched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The key of the document.
    pub key: String,
    /// What happened to it.
    pub kind: ChangeKind,
    /// For an update, the groups of fields that differ; see `changed_fields`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
}

/// What happened to a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// It was there before and differs.
    Updated,
    /// It is gone.
    Removed,
}

/// The changes of one commit, in the order in which they came.
#[derive(Debug, Default)]
pub(crate) struct Changes(Vec<Change>);

impl Changes {
    pub(crate) fn push(&mut self, change: Change) {
        self.0.push(change);
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Writes the list, one JSON object a line, compressed; a document touched twice stands once.
    pub(crate) fn write(self, path: &Path) -> Result<FileEntry> {
        let mut lines = Vec::new();
        for change in settle(self.0) {
            serde_json::to_writer(&mut lines, &change)
                .map_err(|error| Error::corrupt(path, error.to_string()))?;
            lines.push(b'\n');
        }
        file::write(path, &zstd::encode_all(&lines[..], 3).map_err(Error::io("compress", path))?)
    }

    /// Reads a list.
    pub(crate) fn read(path: &Path) -> Result<Vec<Change>> {
        let bytes = std::fs::read(path).map_err(Error::io("read", path))?;
        let lines = zstd::decode_all(&bytes[..]).map_err(Error::io("expand", path))?;
        let lines = lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        lines
            .map(|line| serde_json::from_slice(line).map_err(|error| Error::corrupt(path, error.to_string())))
            .collect()
    }
}

/// Makes one change of all the changes of each document: added and updated is added, added and removed is nothing.
fn settle(changes: Vec<Change>) -> Vec<Change> {
    let mut places = rustc_hash::FxHashMap::default();
    let mut settled: Vec<Option<Change>> = Vec::new();
    for change in changes {
        let place = *places.entry(change.key.clone()).or_insert(settled.len());
        if place == settled.len() {
            settled.push(Some(change));
            continue;
        }
        settled[place] = match (settled[place].take(), change) {
            (None, change) => Some(change),
            (Some(before), after) => match (before.kind, after.kind) {
                (ChangeKind::Added, ChangeKind::Removed) => None,
                (ChangeKind::Added, _) => Some(before),
                (ChangeKind::Removed, ChangeKind::Added) => {
                    Some(Change { kind: ChangeKind::Updated, ..after })
                }
                (ChangeKind::Updated, ChangeKind::Updated) => {
                    let mut fields = before.fields;
                    fields.extend(after.fields);
                    fields.sort_unstable();
                    fields.dedup();
                    Some(Change { fields, ..after })
                }
                _ => Some(after),
            },
        };
    }
    settled.into_iter().flatten().collect()
}

/// Returns the groups of fields in which two states of a document differ:
/// `numbers`, `dates`, `texts`, `claims`, `parties`, `classes`, `citations`, `family`, `events`, `links`,
/// `attachments`, `other`. Provenance alone is no change of the document and gives none.
pub(crate) fn changed_fields(before: &Publication, after: &Publication) -> Vec<String> {
    let dates = |p: &Publication| (p.filing_date, p.publication_date, p.grant_date, p.priorities.clone());
    let texts =
        |p: &Publication| (p.titles.clone(), p.abstracts.clone(), p.descriptions.clone(), p.keywords.clone());
    let numbers = |p: &Publication| (p.number.clone(), p.application.clone(), p.patent_type, p.document_kind);
    let groups = [
        ("numbers", numbers(before) != numbers(after)),
        ("dates", dates(before) != dates(after)),
        ("texts", texts(before) != texts(after)),
        ("claims", before.claims != after.claims),
        ("parties", before.parties != after.parties),
        ("classes", before.classes != after.classes),
        ("citations", before.citations != after.citations),
        ("family", before.family != after.family),
        ("events", before.events != after.events),
        ("links", before.links != after.links),
        ("attachments", before.attachments != after.attachments),
        ("other", before.other != after.other),
    ];
    groups.into_iter().filter(|(_, changed)| *changed).map(|(name, _)| name.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_document_stands_once() {
        let change = |key: &str, kind, fields: &[&str]| Change {
            key: key.to_owned(),
            kind,
            fields: fields.iter().map(|f| (*f).to_owned()).collect(),
        };
        let settled = settle(vec![
            change("a", ChangeKind::Added, &[]),
            change("b", ChangeKind::Updated, &["texts"]),
            change("a", ChangeKind::Updated, &["dates"]),
            change("c", ChangeKind::Added, &[]),
            change("b", ChangeKind::Updated, &["claims"]),
            change("c", ChangeKind::Removed, &[]),
            change("d", ChangeKind::Removed, &[]),
            change("d", ChangeKind::Added, &[]),
        ]);
        let expected = vec![
            change("a", ChangeKind::Added, &[]),
            change("b", ChangeKind::Updated, &["claims", "texts"]),
            change("d", ChangeKind::Updated, &[]),
        ];
        assert_eq!(settled, expected);
    }
}
