//! The counts of a run: what went in, what came out, what was wrong.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{Diagnostic, FaultKind, Severity};

/// A top-level file as it was read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceFile {
    /// The path as it was walked: the path that the caller gave, and what lies below it.
    pub path: PathBuf,
    /// The size on disk.
    pub bytes: u64,
    /// BLAKE3 of the content, in hexadecimal.
    pub hash: String,
}

/// The counts of one format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FormatCounts {
    /// Files and members of archives.
    pub files: u64,
    /// Records cut out of them.
    pub records: u64,
    /// Records that were lost: a fault of severity `record` or above, or no publication and more than a note.
    pub bad_records: u64,
    /// Publications made of the records.
    pub publications: u64,
    /// Faults in the records and files.
    pub diagnostics: u64,
}

/// The counts of a run.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Summary {
    /// Records cut out of the files.
    pub records: u64,
    /// Records that were lost: a fault of severity `record` or above, or no publication and more than a note.
    pub bad_records: u64,
    /// Publications handed to the caller, before any merging.
    pub publications: u64,
    /// Counts by format id.
    pub by_format: BTreeMap<String, FormatCounts>,
    /// Faults by kind, those above the limit of delivery among them.
    pub diagnostics: BTreeMap<FaultKind, u64>,
    /// Files and members passed over on purpose, by reason.
    pub skipped: BTreeMap<String, u64>,
    /// Files that the caller knew unchanged; they were not read.
    pub unchanged_files: u64,
    /// The top-level files read in this run or known unchanged, in the order of the walk.
    pub sources: Vec<SourceFile>,
}

impl Summary {
    /// Returns the bad records as a share (0-1) of all records; 0 where there was none.
    pub fn bad_share(&self) -> f64 {
        if self.records == 0 {
            return 0.0;
        }
        #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
        let share = self.bad_records as f64 / self.records as f64;
        share
    }

    /// Counts a fault.
    pub(super) fn count(&mut self, format: &str, diagnostic: &Diagnostic) -> u64 {
        self.format(format).diagnostics += 1;
        let count = self.diagnostics.entry(diagnostic.kind).or_default();
        *count += 1;
        *count
    }

    /// Counts a record with what became of it.
    pub(super) fn count_record(&mut self, format: &str, publications: u64, worst: Option<Severity>) {
        // A record that holds no publication and only says why (a register's answer) is not bad.
        let bad =
            u64::from(worst >= Some(Severity::Record) || (publications == 0 && worst > Some(Severity::Note)));
        self.records += 1;
        self.bad_records += bad;
        self.publications += publications;
        let counts = self.format(format);
        counts.records += 1;
        counts.bad_records += bad;
        counts.publications += publications;
    }

    /// Returns the counts of a format.
    pub(super) fn format(&mut self, format: &str) -> &mut FormatCounts {
        if !self.by_format.contains_key(format) {
            self.by_format.insert(format.to_owned(), FormatCounts::default());
        }
        self.by_format.get_mut(format).expect("it was just inserted")
    }
}
