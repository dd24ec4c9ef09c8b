//! How answers look on a terminal.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::commands::data::Stats;
use super::commands::eval::Report as Evaluation;
use super::import::Report;
use crate::error::{Classify, ErrorKind, Failure};
use crate::ingest::Diagnostic;
use crate::query::Reading;
use crate::search::evaluation::Interval;
use crate::search::{Hit, Response, Snapshot, Snippet};

/// Faults of the command line itself.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    /// Standard output is gone or full.
    #[error("cannot write the answer")]
    Output(#[source] io::Error),
    /// A file that the user named cannot be written.
    #[error("cannot write `{path}`")]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file that the user named cannot be read.
    #[error("cannot read `{path}`")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A line of a file that is not what the command takes.
    #[error("line {line} of `{path}`: {message}; expected {expected}")]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        message: String,
        /// What a line looks like.
        expected: &'static str,
    },
    /// Questions of which none is judged.
    #[error(
        "none of the {n_queries} questions has a judgment in `{path}`; both files name questions by the same ids"
    )]
    NothingJudged {
        /// Questions.
        n_queries: usize,
        /// The file of judgments.
        path: PathBuf,
    },
    /// A choice that there is not.
    #[error("{flag}: {message}")]
    Choice {
        /// The flag.
        flag: &'static str,
        /// What can be chosen.
        message: String,
    },
    /// A domain pack with faults, which were printed.
    #[error("{message}")]
    Pack {
        /// What is wrong.
        message: String,
    },
    /// A tagging sheet or sample that cannot be used.
    #[error("{message}")]
    Sheet {
        /// What is wrong, and what to do.
        message: String,
    },
    /// None of the numbers to delete is indexed.
    #[error("nothing was deleted")]
    NothingDeleted,
    /// A value that cannot be printed.
    #[error("cannot print the answer as JSON")]
    Json(#[source] serde_json::Error),
    /// A password that cannot be read or is too short.
    #[error("{what}")]
    Password {
        /// What is wrong with it.
        what: String,
    },
}

impl Classify for Error {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Output(_) => ErrorKind::Unavailable,
            Self::Write { .. }
            | Self::Read { .. }
            | Self::Line { .. }
            | Self::NothingJudged { .. }
            | Self::Choice { .. }
            | Self::Password { .. }
            | Self::Pack { .. }
            | Self::Sheet { .. } => ErrorKind::InvalidInput,
            Self::NothingDeleted => ErrorKind::NotFound,
            Self::Json(_) => ErrorKind::Internal,
        }
    }
}

/// Prints an answer as JSON.
pub(super) fn json<T: Serialize>(value: &T) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value).map_err(Error::Json)?;
    lines(&[text])
}

/// Prints lines to standard output.
pub(super) fn lines(lines: &[String]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    for line in lines {
        writeln!(out, "{line}").map_err(Error::Output)?;
    }
    out.flush().map_err(Error::Output)?;
    Ok(())
}

/// Writes a file whole or not at all.
pub(super) fn file(path: &Path, content: &[u8]) -> Result<(), Error> {
    let part = beside(path);
    let written = std::fs::write(&part, content).and_then(|()| std::fs::rename(&part, path));
    written.map_err(|source| {
        // What was begun is no file of the user's.
        let _ = std::fs::remove_file(&part);
        Error::Write { path: path.to_owned(), source }
    })
}

/// Returns the name that a file has until it is whole.
pub(super) fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    path.with_file_name(name)
}

/// Shows the first faults of a run on standard error.
pub(super) fn diagnostics(shown: &[Diagnostic]) -> Result<(), Failure> {
    let mut out = io::stderr().lock();
    for diagnostic in shown {
        let record = diagnostic.record.map(|record| format!(" record {record}")).unwrap_or_default();
        let field =
            if diagnostic.field.is_empty() { String::new() } else { format!(" {}", diagnostic.field) };
        writeln!(out, "{}{record}{field}: {}", diagnostic.source, diagnostic.message)
            .map_err(Error::Output)?;
    }
    Ok(())
}

/// Prints measures with their intervals, and what they have more than another setting.
pub(super) fn evaluation(report: &Evaluation) -> Result<(), Failure> {
    let row = |name: &str, interval: Interval| {
        format!("  {name:<11}{:>7.3}  ({:.3} to {:.3})", interval.mean, interval.low, interval.high)
    };
    let mut text = vec![format!("{} questions, {}", report.n_queries, name_of(&report.setting))];
    text.push(row("nDCG@10", report.ndcg_10));
    text.push(row("recall@1", report.recall_1));
    text.push(row("recall@10", report.recall_10));
    text.push(row("recall@100", report.recall_100));
    text.push(row("MRR", report.mrr));
    if let Some(against) = &report.against {
        text.push(format!("more than {}", name_of(&against.setting)));
        let more = against.differences;
        text.push(row("nDCG@10", more.ndcg_10));
        text.push(row("recall@1", more.recall_1));
        text.push(row("recall@10", more.recall_10));
        text.push(row("recall@100", more.recall_100));
        text.push(row("MRR", more.mrr));
    }
    for (n, what) in [
        (report.n_unjudged, "questions without a judgment were not asked"),
        (report.n_missing, "judged documents are not indexed and count as not found"),
    ] {
        if n > 0 {
            text.push(format!("{n} {what}"));
        }
    }
    lines(&text)
}

/// Prints what an import did.
pub(super) fn report(report: &Report) -> Result<(), Failure> {
    let mut text = vec![format!(
        "{} records, {} publications: {} new, {} changed, {} as before",
        report.records, report.publications, report.added, report.updated, report.unchanged
    )];
    for (format, counts) in &report.by_format {
        text.push(format!(
            "  {format}: {} files, {} records, {} publications, {} lost, {} diagnostics",
            counts.files, counts.records, counts.publications, counts.bad_records, counts.diagnostics
        ));
    }
    for (kind, n) in &report.diagnostics {
        text.push(format!("  {n} × {}", name_of(kind)));
    }
    for (reason, n) in &report.skipped {
        text.push(format!("  {n} files passed over: {reason}"));
    }
    if report.unchanged_files > 0 {
        text.push(format!("  {} files are indexed as they are", report.unchanged_files));
    }
    text.push(match &report.snapshot {
        Some(snapshot) if report.added + report.updated > 0 => format!("committed as snapshot {snapshot}"),
        Some(snapshot) => format!("nothing new; snapshot {snapshot} stays"),
        None => "nothing to commit".to_owned(),
    });
    lines(&text)
}

/// Prints a page of hits.
pub(super) fn response(response: &Response) -> Result<(), Failure> {
    let mut text = vec![status(&response.snapshot)];
    let query = &response.query;
    let reading = match query.reading {
        Reading::Text => "text",
        Reading::Boolean => "expression",
    };
    text.push(format!("{}  [read as {reading}]", query.canonical));
    let mut total =
        format!("{} families, {} publications", response.total.families, response.total.publications);
    if let Some(near) = response.by_meaning {
        total.push_str(&format!(
            "; {} more by meaning (the nearest {} are looked at)",
            near.value, near.limit
        ));
    }
    if let Some(undated) = response.n_undated.filter(|n| *n > 0) {
        total.push_str(&format!("; {undated} without a publication date"));
    }
    text.push(total);
    if query.clauses.len() > 1 || response.total.publications == 0 {
        text.extend(query.clauses.iter().map(|clause| format!("  {:>8}  {}", clause.n, clause.text)));
    }
    let color = io::stdout().is_terminal();
    for (n, hit) in response.hits.iter().enumerate() {
        text.push(String::new());
        text.extend(hit_lines(n + 1, hit, color));
    }
    for (name, values) in &response.facets {
        text.push(String::new());
        text.push(name.clone());
        text.extend(values.iter().take(20).map(|value| format!("  {:>8}  {}", value.n, value.value)));
    }
    if let Some(as_of) = &response.as_of {
        text.push(String::new());
        text.push(format!(
            "as of {}: {} documents without a publication date are not seen; not taken back: {}",
            as_of.date,
            as_of.n_undated,
            as_of.not_frozen.join("; ")
        ));
    }
    if let Some(conflicting) = &response.conflicting {
        text.push(String::new());
        text.push(format!(
            "conflicting applications (抵触申请) at {} against {}: {} ({}; {})",
            conflicting.office,
            conflicting.date,
            conflicting.n,
            conflicting.rule,
            if conflicting.inventive_step { "novelty and inventive step" } else { "novelty only" }
        ));
        for one in &conflicting.applications {
            let filed = one.filing_date.map_or_else(|| "without a filing date".to_owned(), |d| d.to_string());
            let note = if one.rests_on_priority { ", by its priority only" } else { "" };
            let title = one.hit.title.zh.as_ref().or(one.hit.title.en.as_ref());
            let title = title.or(one.hit.title.other.as_ref()).map_or("(no title)", String::as_str);
            text.push(format!("  {}  filed {filed}{note}  {}", one.hit.number, plain(title)));
        }
    }
    for cut in &response.truncated {
        text.push(format!("cut: {}: {}", cut.what, cut.why));
    }
    if let Some(cursor) = &response.next_cursor {
        text.push(String::new());
        text.push(format!("more: --cursor {cursor}"));
    }
    lines(&text)
}

fn hit_lines(n: usize, hit: &Hit, color: bool) -> Vec<String> {
    let titles = [&hit.title.zh, &hit.title.en, &hit.title.other].into_iter().flatten();
    let title: Vec<&str> = titles.map(String::as_str).collect();
    let title = if title.is_empty() { "(no title)".to_owned() } else { title.join(" / ") };
    let mut about = vec![hit.number.clone()];
    about.extend(hit.publication_date.map(|date| date.to_string()));
    about.extend((!hit.applicants.is_empty()).then(|| hit.applicants.join("; ")));
    about.extend((hit.n_members > 1).then(|| format!("family of {}", hit.n_members)));
    about.extend((!hit.in_match_set).then(|| "near by meaning".to_owned()));
    let mut lines = vec![format!("{n:>3}. {}", plain(&title)), format!("     {}", plain(&about.join(" · ")))];
    for snippet in hit.snippets.iter().filter(|snippet| snippet.zone != "title") {
        lines.push(format!("     {}", marked(snippet, color)));
    }
    if let Some(explanation) = &hit.explanation {
        for (list, rank) in &explanation.ranks {
            lines.push(match rank.rank {
                0 => format!("       {list}: {:.3}", rank.score),
                place => format!("       {list}: place {place} with {:.3}", rank.score),
            });
        }
        for bridge in &explanation.bridge {
            lines.push(format!("       {} ↔ {}", plain(&bridge.term), plain(&bridge.found)));
        }
        let words = explanation.words.iter().map(|word| format!("{} {:.2}", word.word, word.score));
        let words = words.collect::<Vec<_>>().join(", ");
        lines.push(match explanation.formula.as_str() {
            "" => format!("       words: {words}"),
            formula => format!("       {:.5} = {formula}; words: {words}", hit.score),
        });
    }
    lines
}

/// Returns a snippet with what was found in bold, or in brackets where there is no bold.
fn marked(snippet: &Snippet, color: bool) -> String {
    let (on, off) = if color { ("\u{1b}[1m", "\u{1b}[0m") } else { ("[", "]") };
    let mut text = String::from(if snippet.cut_before { "…" } else { "" });
    let mut at = 0;
    for mark in &snippet.highlights {
        text.push_str(&plain(&snippet.text[at..mark.start]));
        text.push_str(on);
        text.push_str(&plain(&snippet.text[mark.start..mark.end]));
        text.push_str(off);
        at = mark.end;
    }
    text.push_str(&plain(&snippet.text[at..]));
    if snippet.cut_after {
        text.push('…');
    }
    text
}

/// Texts come from files of anybody: no control character of theirs may reach the terminal.
pub(super) fn plain(text: &str) -> String {
    text.replace(char::is_control, " ")
}

/// Prints what is indexed.
pub(super) fn stats(stats: &Stats) -> Result<(), Failure> {
    let snapshot = &stats.snapshot;
    let mut text = vec![status(snapshot)];
    let list = |counts: &std::collections::BTreeMap<String, u64>| {
        let mut counts: Vec<(&String, &u64)> = counts.iter().collect();
        counts.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
        counts.iter().map(|(name, n)| format!("{name} {n}")).collect::<Vec<_>>().join(", ")
    };
    text.push(format!("kinds: {}", list(&snapshot.kinds)));
    text.push(format!("offices: {}", list(&snapshot.offices)));
    text.push(format!("sources: {} from {} files", list(&stats.sources), stats.n_files));
    text.push(format!("without any date: {}", snapshot.n_undated));
    text.push(format!("vectors: {}", snapshot.model.as_deref().unwrap_or("none")));
    let columns = stats.columns.iter().map(|(name, version)| format!("{name} ({version})"));
    text.push(format!("columns: {}", columns.collect::<Vec<_>>().join(", ")));
    text.push("snapshots:".to_owned());
    for info in &stats.snapshots {
        let pins =
            if info.pins.is_empty() { String::new() } else { format!(", kept for {}", info.pins.join(", ")) };
        text.push(format!(
            "  {:06}  {}  {} documents, {} ({} its own){pins}",
            info.id,
            info.created,
            info.n_documents,
            size(info.size_bytes),
            size(info.own_bytes)
        ));
    }
    lines(&text)
}

pub(super) fn status(snapshot: &Snapshot) -> String {
    let as_of = snapshot.as_of.map_or_else(|| "unknown".to_owned(), |date| date.to_string());
    let complete = snapshot.last_complete_year.map(|year| format!(", last complete filing year {year}"));
    format!(
        "snapshot {} · data to {as_of} · {} documents, {} families · {} offices{}",
        snapshot.id,
        snapshot.n_documents,
        snapshot.n_families,
        snapshot.offices.len(),
        complete.unwrap_or_default()
    )
}

/// Returns a number of bytes as people say it.
pub(super) fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    let (mut value, mut unit) = (bytes as f64 / 1000.0, 0);
    while value >= 1000.0 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    format!("{value:.1} {}", UNITS[unit])
}

/// Returns the name that a fault kind has in JSON.
fn name_of<T: Serialize>(kind: &T) -> String {
    match serde_json::to_value(kind) {
        Ok(serde_json::Value::String(name)) => name,
        _ => "fault".to_owned(),
    }
}
