//! `patnav stats`, `check`, `delete`, `backup`, `restore`, `config`

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::cli::args;
use crate::cli::config::Config;
use crate::cli::output::{self, Error};
use crate::cli::progress::Line;
use crate::error::Failure;
use crate::index::{self, Reader, SnapshotInfo, Writer};
use crate::search;
use crate::text::Analyzer;
use crate::workspace::{self, Database};

/// Folders of the data folder that hold what users made or put there: maps, tables of groups and industries, packs.
const FOLDERS: [&str; 4] = ["maps", "groups", "industry", "domains"];

/// What `patnav stats` prints.
#[derive(Debug, Serialize)]
pub(in crate::cli) struct Stats {
    /// The current snapshot.
    pub(in crate::cli) snapshot: search::Snapshot,
    /// Documents by the format of their sources; one of several sources counts for each.
    pub(in crate::cli) sources: std::collections::BTreeMap<String, u64>,
    /// Source files.
    pub(in crate::cli) n_files: usize,
    /// Columns that filter, facet and sort, with the rules that made them.
    pub(in crate::cli) columns: Vec<(String, String)>,
    /// Snapshots on disk, oldest first.
    pub(in crate::cli) snapshots: Vec<SnapshotInfo>,
}

pub(in crate::cli) fn stats(config: &Config, json: bool) -> Result<(), Failure> {
    let data = config.data();
    let reader = Reader::open(&data, Analyzer::new(), config.embedder()?)?;
    let column = reader.column("source")?;
    let mut sources = std::collections::BTreeMap::new();
    for docno in reader.alive().iter() {
        for source in column.keywords(docno) {
            *sources.entry(source.to_owned()).or_default() += 1;
        }
    }
    let stats = Stats {
        snapshot: search::snapshot_of(&reader),
        sources,
        n_files: reader.sources()?.len(),
        columns: reader.columns().map(|(name, _, version)| (name.to_owned(), version.to_owned())).collect(),
        snapshots: index::list(&data)?,
    };
    if json { output::json(&stats) } else { output::stats(&stats) }
}

pub(in crate::cli) fn check(config: &Config, json: bool) -> Result<(), Failure> {
    let line = Line::new();
    let checked = index::check(&config.data(), &|done, total| line.bytes("checking 校验", done, total));
    line.finish();
    let checked = checked?;
    if json {
        return output::json(&checked);
    }
    output::lines(&[format!(
        "snapshot {:06} is whole: {} files, {}, {} documents read",
        checked.snapshot,
        checked.n_files,
        output::size(checked.n_bytes),
        checked.n_documents
    )])
}

pub(in crate::cli) fn delete(config: &Config, args: &args::Delete, json: bool) -> Result<(), Failure> {
    // Deleting embeds nothing, but a commit must know where vectors come from.
    let mut writer = Writer::open(&config.data(), Analyzer::new(), config.index_options()?)?;
    let (mut deleted, mut missing) = (Vec::new(), Vec::new());
    for number in &args.numbers {
        let keys = writer.delete(number)?;
        if keys.is_empty() {
            missing.push(number.clone());
        }
        deleted.extend(keys);
    }
    if !deleted.is_empty() {
        writer.commit(&[], &|_, _, _| true)?;
    }
    let snapshot = index::current_id(&config.data())?.map(|id| format!("{id:06}"));
    if json {
        let answer = serde_json::json!({ "snapshot": snapshot, "deleted": deleted, "not_found": missing });
        output::json(&answer)?;
    } else {
        let mut lines: Vec<String> = deleted.iter().map(|key| format!("deleted {key}")).collect();
        lines.extend(missing.iter().map(|number| format!("no document has the number {number}")));
        output::lines(&lines)?;
    }
    if deleted.is_empty() { Err(Error::NothingDeleted.into()) } else { Ok(()) }
}

pub(in crate::cli) fn backup(config: &Config, args: &args::File, json: bool) -> Result<(), Failure> {
    let line = Line::new();
    let data = config.data();
    // The database is in use while a server runs, so its copy is made by the database itself.
    let copy = data.join("workspace-backup.part");
    let mut extra: Vec<(String, PathBuf)> = vec![("patnav.toml".to_owned(), data.join("patnav.toml"))];
    for folder in FOLDERS {
        add_files(&data.join(folder), folder, &mut extra)?;
    }
    if data.join(workspace::FILE_NAME).exists() {
        remove(&copy)?;
        Database::open(&data)?.save_to(&copy)?;
        extra.push((workspace::FILE_NAME.to_owned(), copy.clone()));
    }
    let present: Vec<(&str, &Path)> = extra
        .iter()
        .filter(|(_, path)| path.exists())
        .map(|(name, path)| (name.as_str(), path.as_path()))
        .collect();
    let progress = |done, total| line.bytes("saving 备份", done, total);
    let saved = index::backup(&data, &args.file, &present, &progress);
    line.finish();
    remove(&copy)?;
    let saved = saved?;
    if json {
        return output::json(&saved);
    }
    let size = output::size(saved.n_bytes);
    output::lines(&[format!("saved snapshot {:06} ({size}) to {}", saved.snapshot, args.file.display())])
}

/// Lists the files below a folder that may be there, in order, each with its path from the data folder.
fn add_files(folder: &Path, name: &str, out: &mut Vec<(String, PathBuf)>) -> Result<(), Error> {
    let unreadable = |source| Error::Read { path: folder.to_owned(), source };
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(source) if source.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(source) => return Err(unreadable(source)),
    };
    let mut paths: Vec<PathBuf> =
        entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>().map_err(unreadable)?;
    paths.sort();
    for path in paths {
        let Some(own) = path.file_name().and_then(|own| own.to_str()) else { continue };
        let name = format!("{name}/{own}");
        if path.is_dir() {
            add_files(&path, &name, out)?;
        } else {
            out.push((name, path));
        }
    }
    Ok(())
}

/// Removes a file that may be there.
fn remove(path: &Path) -> Result<(), Error> {
    match std::fs::remove_file(path) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::Write { path: path.to_owned(), source })
        }
        _ => Ok(()),
    }
}

pub(in crate::cli) fn restore(config: &Config, args: &args::File, json: bool) -> Result<(), Failure> {
    let line = Line::new();
    let progress = |done, total| line.bytes("restoring 恢复", done, total);
    let restored = index::restore(&args.file, &config.data(), &progress);
    line.finish();
    let restored = restored?;
    if json {
        return output::json(&restored);
    }
    let size = output::size(restored.n_bytes);
    output::lines(&[format!("restored as snapshot {:06} ({size})", restored.snapshot)])
}

pub(in crate::cli) fn config(config: &Config, args: &args::Show, json: bool) -> Result<(), Failure> {
    if json {
        let settings: std::collections::BTreeMap<_, _> =
            config.list().map(|(name, resolved, _)| (name, resolved)).collect();
        return output::json(&settings);
    }
    let mut lines = Vec::new();
    for (name, resolved, meaning) in config.list() {
        let value = if resolved.value.is_empty() { "(none)" } else { &resolved.value };
        lines.push(format!("{name} = {value}    [{}]", resolved.origin));
        if args.show {
            lines.push(format!("    {meaning}"));
        }
    }
    output::lines(&lines)
}
