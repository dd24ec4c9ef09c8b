//! Decisions on families, and samples to be read.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use super::Count;
use crate::index::{Column, DocnoSet, Reader};
use crate::search::{Collapse, Groups, Result};

/// The largest sample.
pub const MAX_SAMPLE: usize = 1_000;

/// What people say of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ReviewVerdict)]
pub enum Verdict {
    /// It belongs to what is looked for.
    Relevant,
    /// It does not.
    Not,
    /// It was looked at and not settled, or people differ.
    Unsettled,
}

/// Families of a set that are to be read in the order given, to say something of all of them.
///
/// The order is that of a hash of the names of the families, which has nothing to do with what they say: the first of
/// it are a random sample, the same on every snapshot that has them. Only those that were read without a gap from the
/// beginning count, so that nobody can choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Sample {
    /// Families of the set.
    pub population: u64,
    /// The sample, one document of each family, with what people say of it.
    pub documents: Vec<SampleDocument>,
    /// Families read without a gap from the first.
    pub n_read: u64,
    /// Relevant ones among them.
    pub n_relevant: u64,
    /// Those among them that are not settled.
    pub n_unsettled: u64,
}

/// A document of a sample.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SampleDocument {
    /// The key.
    pub key: String,
    /// What people say of its family; none where nobody has read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
}

/// The families of a snapshot with what people say of them.
pub(super) struct Families<'a> {
    reader: &'a Reader,
    groups: Groups<'a>,
    keys: &'a Column,
    verdicts: FxHashMap<u64, Verdict>,
    /// Decided documents that the snapshot does not have.
    pub(super) n_not_indexed: u64,
}

impl<'a> Families<'a> {
    pub(super) fn new(reader: &'a Reader, judged: &BTreeMap<String, Verdict>) -> Result<Self> {
        let mut this = Self {
            reader,
            groups: Groups::new(reader, Collapse::SimpleFamily)?,
            keys: reader.column("key")?,
            verdicts: FxHashMap::default(),
            n_not_indexed: 0,
        };
        for (key, verdict) in judged {
            match this.of_number(key) {
                None => this.n_not_indexed += 1,
                Some(family) => {
                    let known = this.verdicts.entry(family).or_insert(*verdict);
                    if known != verdict {
                        *known = Verdict::Unsettled;
                    }
                }
            }
        }
        Ok(this)
    }

    /// Returns the family of a document by its key, else by any of its numbers.
    pub(super) fn of_number(&self, number: &str) -> Option<u64> {
        let found = self.reader.by_number(number);
        let exact = found.iter().find(|docno| self.reader.key(**docno).is_ok_and(|key| key == number));
        exact.or(found.first()).map(|docno| self.groups.of(*docno))
    }

    /// Returns the families of a set.
    pub(super) fn of(&self, set: &DocnoSet) -> FxHashSet<u64> {
        set.iter().map(|docno| self.groups.of(docno)).collect()
    }

    /// Counts a set.
    pub(super) fn count(&self, set: &DocnoSet) -> Count {
        Count { families: self.groups.count(set).n_groups(), publications: set.len() }
    }

    /// Returns what people say of a family.
    pub(super) fn verdict(&self, family: u64) -> Option<Verdict> {
        self.verdicts.get(&family).copied()
    }

    /// Returns the families of a set that people call relevant, each by the key of its first member there, in order.
    pub(super) fn relevant_keys(&self, set: &DocnoSet) -> Vec<String> {
        let relevant =
            set.iter().filter(|docno| self.verdict(self.groups.of(*docno)) == Some(Verdict::Relevant));
        let firsts = self.firsts(relevant);
        let mut ordinals: Vec<u32> = firsts.into_values().collect();
        ordinals.sort_unstable();
        ordinals.into_iter().map(|ordinal| self.keys.keyword(ordinal).to_owned()).collect()
    }

    /// Draws `size` families of a set.
    pub(super) fn sample(&self, set: &DocnoSet, size: usize) -> Sample {
        let firsts = self.firsts(set.iter());
        let mut drawn: Vec<([u8; 8], u32, u64)> = Vec::with_capacity(firsts.len());
        let mut named: FxHashSet<u64> = FxHashSet::default();
        for docno in set.iter() {
            let family = self.groups.of(docno);
            if named.insert(family) {
                let key = firsts.get(&family).map_or("", |ordinal| self.keys.keyword(*ordinal));
                let name = self.groups.name(docno, key);
                let mut hash = [0; 8];
                hash.copy_from_slice(&blake3::hash(name.as_bytes()).as_bytes()[..8]);
                drawn.push((hash, firsts.get(&family).copied().unwrap_or_default(), family));
            }
        }
        let population = drawn.len() as u64;
        drawn.sort_unstable();
        drawn.truncate(size);
        let verdicts: Vec<Option<Verdict>> = drawn.iter().map(|(.., family)| self.verdict(*family)).collect();
        let read: Vec<Verdict> = verdicts.iter().map_while(|verdict| *verdict).collect();
        let n_of = |wanted: Verdict| read.iter().filter(|verdict| **verdict == wanted).count() as u64;
        Sample {
            population,
            n_read: read.len() as u64,
            n_relevant: n_of(Verdict::Relevant),
            n_unsettled: n_of(Verdict::Unsettled),
            documents: drawn
                .iter()
                .zip(&verdicts)
                .map(|((_, ordinal, _), verdict)| SampleDocument {
                    key: self.keys.keyword(*ordinal).to_owned(),
                    verdict: *verdict,
                })
                .collect(),
        }
    }

    /// Returns the lowest key of each family among documents, as its place in the dictionary of keys, which is sorted.
    fn firsts(&self, docnos: impl Iterator<Item = u32>) -> FxHashMap<u64, u32> {
        let mut firsts: FxHashMap<u64, u32> = FxHashMap::default();
        for docno in docnos {
            let Some(ordinal) = self.keys.ordinals(docno).first().copied() else { continue };
            let first = firsts.entry(self.groups.of(docno)).or_insert(ordinal);
            *first = (*first).min(ordinal);
        }
        firsts
    }
}

impl Sample {
    /// Returns the keys of those that nobody has read yet, in the order in which they are to be.
    pub fn to_read(&self) -> impl Iterator<Item = &str> {
        self.documents
            .iter()
            .filter(|document| document.verdict.is_none())
            .map(|document| document.key.as_str())
    }

    /// Returns the keys of those that count as read.
    pub(super) fn read(&self) -> Vec<String> {
        let n = usize::try_from(self.n_read).unwrap_or(usize::MAX);
        self.documents.iter().take(n).map(|document| document.key.clone()).collect()
    }
}
