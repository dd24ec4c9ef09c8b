//! Files in, a snapshot out: the one place that joins `ingest` and `index`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::Serialize;

use super::derive;
use crate::error::{Classify, ErrorKind, Failure};
use crate::index::{self, SourceFile, Stage, Upsert, Writer};
use crate::ingest::{self, ColumnMap, Diagnostic, Format, FormatCounts, Item, Limits, SinkError};
use crate::text::Analyzer;

/// What to import, and how.
pub(super) struct Import {
    pub(super) data: PathBuf,
    pub(super) paths: Vec<PathBuf>,
    pub(super) format: Option<String>,
    pub(super) map: Option<PathBuf>,
    pub(super) reread: bool,
    pub(super) refuse_above: Option<f64>,
    pub(super) options: index::Options,
}

/// What an import is doing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Progress {
    /// `reading`, `writing`, `training`, `vectors`, `commit`, `graph` or `columns`.
    pub(super) stage: &'static str,
    /// Steps done.
    pub(super) done: u64,
    /// Steps in all, where known.
    pub(super) total: Option<u64>,
    /// Documents so far.
    pub(super) documents: u64,
}

/// What an import did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Report {
    /// The snapshot that is current now; `None` where nothing was ever committed.
    pub(super) snapshot: Option<String>,
    /// Records read.
    pub(super) records: u64,
    /// Publications made of them.
    pub(super) publications: u64,
    /// Documents that are new.
    pub(super) added: u64,
    /// Documents that changed.
    pub(super) updated: u64,
    /// Records that said nothing new.
    pub(super) unchanged: u64,
    /// Counts by format.
    pub(super) by_format: BTreeMap<String, FormatCounts>,
    /// Faults by kind.
    pub(super) diagnostics: BTreeMap<ingest::FaultKind, u64>,
    /// Files passed over, by reason.
    pub(super) skipped: BTreeMap<String, u64>,
    /// Files not read again since they are indexed as they are.
    pub(super) unchanged_files: u64,
}

/// Why an import cannot start.
#[derive(Debug, thiserror::Error)]
enum Error {
    #[error("cannot read the column map `{path}`")]
    Map { path: PathBuf, source: std::io::Error },
    #[error("the column map `{path}` is wrong: {cause}; see index-schema/formats/README.md")]
    BadMap { path: PathBuf, cause: ingest::MapError },
    #[error("cancelled; nothing was committed")]
    Cancelled,
}

impl Classify for Error {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Map { .. } | Self::BadMap { .. } => ErrorKind::InvalidInput,
            Self::Cancelled => ErrorKind::Conflict,
        }
    }
}

/// Runs an import. `progress` returns `false` to cancel; `diagnose` hears every fault that is delivered.
///
/// # Errors
/// Whatever the error, the snapshot before stays current and whole.
pub(super) fn run(
    import: Import,
    analyzer: &Analyzer,
    progress: &(dyn Fn(Progress) -> bool + Sync),
    diagnose: &mut dyn FnMut(&Diagnostic),
) -> Result<Report, Failure> {
    let map = import.map.as_deref().map(read_map).transpose()?;
    let options = ingest::Options {
        format: import.format.as_deref().map(Format::from_id),
        map,
        threads: import.options.threads,
        limits: Limits::STANDARD,
        refuse_above_share: import.refuse_above,
    };
    let mut writer = Writer::open(&import.data, analyzer.clone(), import.options)?;
    let known: std::collections::HashSet<(String, u64, String)> = if import.reread {
        std::collections::HashSet::new()
    } else {
        writer.sources()?.into_iter().map(|source| (source.path, source.bytes, source.blake3)).collect()
    };
    let unchanged = |source: &ingest::SourceFile| {
        known.contains(&(source.path.display().to_string(), source.bytes, source.hash.clone()))
    };
    let read_so_far = Mutex::new(ingest::Progress::default());
    let cancelled = AtomicBool::new(false);
    let report_reading = |now: &ingest::Progress| {
        *read_so_far.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = *now;
        let total = Some(now.n_bytes);
        if !progress(Progress { stage: "reading", done: now.bytes, total, documents: now.publications }) {
            cancelled.store(true, Ordering::Relaxed);
        }
    };
    let mut counts = [0_u64; 3];
    let mut sink = |item: Item| -> Result<(), SinkError> {
        if cancelled.load(Ordering::Relaxed) {
            return Err(Error::Cancelled.into());
        }
        match item {
            Item::Record(record) => {
                record.diagnostics.iter().for_each(&mut *diagnose);
                let outcome = writer.upsert(record.publication)?;
                counts[match outcome {
                    Upsert::Added => 0,
                    Upsert::Updated => 1,
                    Upsert::Unchanged => 2,
                }] += 1;
            }
            Item::Diagnostic(diagnostic) => diagnose(&diagnostic),
            Item::FileDone(_) => {}
        }
        Ok(())
    };
    let summary = ingest::read(&import.paths, &options, &unchanged, &report_reading, &mut sink)?;
    let documents = summary.publications;
    let mut report = Report {
        snapshot: None,
        records: summary.records,
        publications: summary.publications,
        added: counts[0],
        updated: counts[1],
        unchanged: counts[2],
        by_format: summary.by_format,
        diagnostics: summary.diagnostics,
        skipped: summary.skipped,
        unchanged_files: summary.unchanged_files,
    };
    let new_sources: Vec<SourceFile> = summary
        .sources
        .into_iter()
        .map(|source| SourceFile {
            path: source.path.display().to_string(),
            bytes: source.bytes,
            blake3: source.hash,
        })
        .collect();
    let stage_progress = |stage: Stage, done: u64, total: u64| {
        let stage = match stage {
            Stage::Writing => "writing",
            Stage::Training => "training",
            Stage::Embedding => "vectors",
            Stage::Graph => "graph",
            Stage::Publishing => "commit",
        };
        progress(Progress { stage, done, total: Some(total), documents })
    };
    if writer.n_changes() > 0 {
        writer.commit(&new_sources, &stage_progress)?;
    }
    // What follows a commit is done where it is due, so that a run killed before it is made up for by the next.
    if index::current_id(&import.data)?.is_some() {
        let column_progress =
            |done, total| progress(Progress { stage: "columns", done, total: Some(total), documents });
        derive::put_columns(&mut writer, &import.data, analyzer, &derive::Wanted::Due, &column_progress)?;
        writer.compact(&stage_progress)?;
        writer.build_graphs(&stage_progress)?;
    }
    report.snapshot = index::current_id(&import.data)?.map(|id| format!("{id:06}"));
    Ok(report)
}

fn read_map(path: &Path) -> Result<Arc<ColumnMap>, Error> {
    let text =
        std::fs::read_to_string(path).map_err(|source| Error::Map { path: path.to_owned(), source })?;
    let map = ColumnMap::from_toml(&text).map_err(|cause| Error::BadMap { path: path.to_owned(), cause })?;
    Ok(Arc::new(map))
}
