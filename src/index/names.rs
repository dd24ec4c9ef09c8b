//! From names to documents: keys, publication numbers with and without kind, application numbers.
//!
//! One sorted table of (name, docno) pairs; a name may stand for several documents
//! (an application number for its A and B publications).
//! Layout, little-endian, parts aligned to 8: magic, pairs, name bytes; `u64` name ends; `u32` docnos; names.

use std::path::Path;

use memmap2::Mmap;

use super::error::{Error, Result};
use super::file::{self, FileEntry, HashedFile};
use crate::patent::{ApplicationNumber, Publication, PublicationNumber};

const MAGIC: u64 = u64::from_le_bytes(*b"pnname01");

/// The names of one snapshot, mapped.
pub(crate) struct Names {
    map: Mmap,
    n: usize,
    docnos_at: usize,
    names_at: usize,
}

/// Returns every name by which a document is found: its key first, then the rest.
pub(crate) fn names_of(publication: &Publication) -> Vec<String> {
    let mut names = vec![publication.key()];
    if let Some(number) = &publication.number {
        let bare = PublicationNumber { kind: None, ..number.clone() };
        names.push(bare.to_string());
    }
    if let Some(application) = &publication.application {
        names.push(format!("app:{application}"));
    }
    names.dedup();
    names
}

/// Returns the names under which a searcher's number may be filed, the most exact first.
pub(crate) fn candidates(text: &str) -> Vec<String> {
    let text = text.trim();
    let mut names = vec![text.to_owned()];
    if let Ok(number) = PublicationNumber::parse(text) {
        names.push(number.to_string());
    }
    if let Ok(number) = ApplicationNumber::parse(text.trim_start_matches("app:")) {
        names.push(format!("app:{number}"));
    }
    names.dedup();
    names
}

impl Names {
    /// Writes a table.
    pub(crate) fn write(path: &Path, mut pairs: Vec<(String, u32)>) -> Result<FileEntry> {
        pairs.sort_unstable();
        let n_bytes: usize = pairs.iter().map(|(name, _)| name.len()).sum();
        let mut file = HashedFile::create(path)?;
        for word in [MAGIC, pairs.len() as u64, n_bytes as u64] {
            file.write(&word.to_le_bytes())?;
        }
        let mut end = 0_u64;
        for (name, _) in &pairs {
            end += name.len() as u64;
            file.write(&end.to_le_bytes())?;
        }
        for (_, docno) in &pairs {
            file.write(&docno.to_le_bytes())?;
        }
        file.align(8)?;
        for (name, _) in &pairs {
            file.write(name.as_bytes())?;
        }
        file.finish()
    }

    /// Opens a table; checks header and lengths.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let map = file::map(path)?;
        let bad = || Error::corrupt(path, "not a table of names, or cut short");
        let word = |at: usize| {
            let bytes = map.get(at..at + 8).ok_or_else(bad)?;
            let value = u64::from_le_bytes(bytes.try_into().expect("8 bytes"));
            usize::try_from(value).map_err(|_| bad())
        };
        if map.get(..8) != Some(&MAGIC.to_le_bytes()) {
            return Err(bad());
        }
        let (n, n_bytes) = (word(8)?, word(16)?);
        let docnos_at = n.checked_mul(8).and_then(|bytes| bytes.checked_add(24)).ok_or_else(bad)?;
        let names_at =
            docnos_at.checked_add(n * 4).and_then(|end| end.checked_next_multiple_of(8)).ok_or_else(bad)?;
        if names_at.checked_add(n_bytes) != Some(map.len()) {
            return Err(bad());
        }
        Ok(Self { n, docnos_at, names_at, map })
    }

    /// Returns the number of pairs.
    pub(crate) fn len(&self) -> usize {
        self.n
    }

    /// Returns the pair at a place of the sorted order.
    pub(crate) fn pair(&self, index: usize) -> (&str, u32) {
        let end = |index: usize| {
            let at = 24 + index * 8;
            let end = u64::from_le_bytes(self.map[at..at + 8].try_into().expect("8 bytes"));
            usize::try_from(end).unwrap_or(usize::MAX)
        };
        let start = if index == 0 { 0 } else { end(index - 1) };
        // Ends that do not ascend come from a damaged file; opening checks lengths only, so they give no name.
        let name = self.map[self.names_at..].get(start..end(index)).unwrap_or_default();
        let at = self.docnos_at + index * 4;
        let docno = u32::from_le_bytes(self.map[at..at + 4].try_into().expect("4 bytes"));
        (std::str::from_utf8(name).unwrap_or_default(), docno)
    }

    /// Returns the documents that `name` stands for, ascending.
    pub(crate) fn find(&self, name: &str) -> Vec<u32> {
        let (mut low, mut high) = (0, self.n);
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.pair(middle).0 < name {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        (low..self.n)
            .map(|index| self.pair(index))
            .take_while(|pair| pair.0 == name)
            .map(|pair| pair.1)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_with_all_their_documents() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("names.tab");
        let pairs = [("CN1A", 4), ("app:CN9", 7), ("CN1", 4), ("app:CN9", 2), ("", 9)];
        Names::write(&path, pairs.iter().map(|(n, d)| ((*n).to_owned(), *d)).collect()).unwrap();
        let names = Names::open(&path).unwrap();
        assert_eq!(names.find("app:CN9"), [2, 7]);
        assert_eq!(names.find("CN1"), [4]);
        assert_eq!(names.find(""), [9]);
        assert!(names.find("CN").is_empty() && names.find("zz").is_empty());
    }
}
