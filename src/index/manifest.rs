//! The manifest of a snapshot: what it holds, which files make it up, and how to tell that they are whole.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::column::ColumnKind;
use super::error::{Error, Result};
use super::file::{self, FileEntry};
use crate::patent::Date;

/// The format of a snapshot on disk. A change that an older version cannot read raises it.
pub const FORMAT: u32 = 1;

/// The name of the manifest in its snapshot folder.
pub(crate) const FILE_NAME: &str = "manifest.json";

/// The name of the file beside it that holds its hash.
const HASH_NAME: &str = "manifest.blake3";

/// Everything about a snapshot but its contents.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Manifest {
    /// [`FORMAT`] of the version that wrote it; the first field, read before the others are trusted.
    pub(crate) format: u32,
    /// The number of the snapshot.
    pub(crate) id: u64,
    /// When it was committed, by the clock of the caller.
    pub(crate) created: jiff::Timestamp,
    /// What an answer says of the data.
    pub(crate) statistics: Statistics,
    /// One above the highest docno ever given.
    pub(crate) docno_end: u32,
    /// Stored documents, in docno order.
    pub(crate) packs: Vec<PackEntry>,
    /// Columns by name.
    pub(crate) columns: BTreeMap<String, ColumnEntry>,
    /// The table of names.
    pub(crate) names: FileEntry,
    /// The live docnos, a serialised bitmap.
    pub(crate) alive: FileEntry,
    /// What this commit changed.
    pub(crate) changes: FileEntry,
    /// The source files indexed so far.
    pub(crate) sources: FileEntry,
    /// The full-text files, in the folder `text`.
    pub(crate) text: Vec<FileEntry>,
    /// The embedding model.
    pub(crate) model: Option<ModelEntry>,
    /// The vector spaces by name.
    pub(crate) spaces: BTreeMap<String, SpaceEntry>,
}

/// What every answer says of its snapshot.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Statistics {
    /// The last day of which the data speak: the latest publication or announced event in them.
    pub as_of: Option<Date>,
    /// Live documents of every kind.
    pub n_documents: u64,
    /// Live patent publications and applications.
    pub n_patents: u64,
    /// Simple families among the patents.
    pub n_families: u64,
    /// Patents without a filing, publication or priority date.
    pub n_undated: u64,
    /// Live patents by office, ST.3.
    pub offices: BTreeMap<String, u64>,
    /// Live documents by kind (`patent`, `paper`, …).
    pub kinds: BTreeMap<String, u64>,
    /// The last filing year of which published applications are complete: that year's end plus 18 months of secrecy
    /// and [`PUBLICATION_DELAY_MONTHS`] lie before `as_of`. Other routes and types are later;
    /// `analytics::indicator` tells them apart.
    pub last_complete_year: Option<i16>,
}

/// Months between the end of the 18 months of secrecy and the appearance of a publication in exports,
/// assumed until measured for an office.
pub const PUBLICATION_DELAY_MONTHS: i32 = 1;

/// One pack of documents.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct PackEntry {
    /// The documents without their descriptions.
    pub(crate) documents: FileEntry,
    /// The descriptions, kept apart since only reading a document needs them.
    pub(crate) descriptions: FileEntry,
}

/// One column.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ColumnEntry {
    /// The file.
    pub(crate) file: FileEntry,
    /// What it holds.
    pub(crate) kind: ColumnKind,
    /// The id of the rules that made it.
    pub(crate) version: String,
    /// Whether the index makes it from the documents at each commit (else `put_columns` does).
    pub(crate) base: bool,
}

/// The embedding model of a snapshot: one, for all its vectors.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ModelEntry {
    /// The id of the model.
    pub(crate) id: String,
    /// The dimensions.
    pub(crate) dim: usize,
    /// The file, for a model trained here.
    pub(crate) file: Option<FileEntry>,
    /// The bilingual lexicon learned from the same documents, if they taught one.
    #[serde(default)]
    pub(crate) lexicon: Option<FileEntry>,
    /// Live documents when it was trained.
    pub(crate) trained_on: u64,
    /// Words of a sample of the documents then, and those of them that the model left out by design.
    #[serde(default)]
    pub(crate) words_then: u64,
    /// See `words_then`.
    #[serde(default)]
    pub(crate) unknown_then: u64,
    /// Documents added since.
    #[serde(default)]
    pub(crate) documents_since: u64,
    /// Words of the documents added since, and those of them that the model does not know.
    pub(crate) words_since: u64,
    /// See `words_since`.
    pub(crate) unknown_since: u64,
}

/// The files of a vector space.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct SpaceEntry {
    /// The vectors that the graph covers.
    pub(crate) base: Option<FileEntry>,
    /// The graph over them, once it is built.
    pub(crate) graph: Option<FileEntry>,
    /// The vectors added since, in the order they came.
    pub(crate) deltas: Vec<FileEntry>,
}

#[derive(Deserialize)]
struct Header {
    format: u32,
}

impl Manifest {
    /// Writes the manifest and returns its hash, which the pointer to the snapshot carries.
    ///
    /// The hash is kept beside the manifest too, for the time when the snapshot is no longer the current one.
    pub(crate) fn write(&self, dir: &Path) -> Result<String> {
        let path = dir.join(FILE_NAME);
        let json = serde_json::to_vec_pretty(self)
            .map_err(|error| Error::corrupt(&path, format!("cannot be written: {error}")))?;
        let hash = file::write(&path, &json)?.blake3;
        file::write(&dir.join(HASH_NAME), hash.as_bytes())?;
        Ok(hash)
    }

    /// Reads the manifest of a snapshot that is not the current one, and checks it against the hash beside it.
    pub(crate) fn read_kept(dir: &Path) -> Result<Self> {
        let path = dir.join(HASH_NAME);
        let hash = std::fs::read_to_string(&path).map_err(|error| missing_or(error, &path))?;
        Self::read(dir, Some(hash.trim()))
    }

    /// Reads a manifest; where `hash` is given it must fit.
    pub(crate) fn read(dir: &Path, hash: Option<&str>) -> Result<Self> {
        let path = dir.join(FILE_NAME);
        let bytes = std::fs::read(&path).map_err(|error| missing_or(error, &path))?;
        let header: Header =
            serde_json::from_slice(&bytes).map_err(|error| Error::corrupt(&path, error.to_string()))?;
        if header.format != FORMAT {
            return Err(Error::Incompatible { path, found: header.format, expected: FORMAT });
        }
        if let Some(expected) = hash
            && blake3::hash(&bytes).to_hex().as_str() != expected
        {
            return Err(Error::corrupt(&path, "its hash does not fit"));
        }
        serde_json::from_slice(&bytes).map_err(|error| Error::corrupt(&path, error.to_string()))
    }

    /// Returns every file of the snapshot with its path inside the folder.
    pub(crate) fn files(&self) -> Vec<(String, &FileEntry)> {
        let mut files: Vec<(String, &FileEntry)> = Vec::new();
        for pack in &self.packs {
            for entry in [&pack.documents, &pack.descriptions] {
                files.push((entry.name.clone(), entry));
            }
        }
        files.extend(self.columns.values().map(|column| (column.file.name.clone(), &column.file)));
        for entry in [&self.names, &self.alive, &self.changes, &self.sources] {
            files.push((entry.name.clone(), entry));
        }
        files.extend(self.text.iter().map(|entry| (format!("text/{}", entry.name), entry)));
        let model = self.model.iter().flat_map(|model| model.file.iter().chain(&model.lexicon));
        files.extend(model.map(|entry| (entry.name.clone(), entry)));
        for space in self.spaces.values() {
            let parts = space.base.iter().chain(&space.graph).chain(&space.deltas);
            files.extend(parts.map(|entry| (entry.name.clone(), entry)));
        }
        files
    }
}

/// A file of a snapshot that is not there is damage, not a failure of the system.
pub(crate) fn missing_or(error: std::io::Error, path: &Path) -> Error {
    match error.kind() {
        std::io::ErrorKind::NotFound => Error::corrupt(path, "it is missing"),
        _ => Error::io("read", path)(error),
    }
}

/// Returns the last filing year whose published applications are complete as of a day.
///
/// Year `Y` is complete once 31 December of `Y` plus 18 months plus [`PUBLICATION_DELAY_MONTHS`] has passed.
pub(crate) fn last_complete_year(as_of: Date) -> i16 {
    let months = i32::from(as_of.year()) * 12 + i32::from(as_of.month()) - 1 - 18 - PUBLICATION_DELAY_MONTHS;
    // `months` counts whole months since year 0; year Y is over in the first month of Y + 1.
    i16::try_from(months.div_euclid(12) - 1).unwrap_or(i16::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_is_complete_18_months_and_a_delay_after_its_end() {
        let check =
            |as_of: &str, year| assert_eq!(last_complete_year(as_of.parse().unwrap()), year, "{as_of}");
        check("2026-01-15", 2023);
        check("2026-07-31", 2023);
        check("2026-08-01", 2024);
        check("2025-12-31", 2023);
    }
}
