//! `patnav tag export`, `patnav tag import`

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::analytics::sentences::problem_means_effect;
use crate::analytics::tag::Tag;
use crate::analytics::tag::review::{self, Conflict};
use crate::analytics::tag::sheet::{self, Fault, MAX_ROWS, Row, SHEET, Sheet};
use crate::cli::args;
use crate::cli::commands::{domain, tag};
use crate::cli::config::Config;
use crate::cli::output::{self, Error};
use crate::cli::packs::Packs;
use crate::error::Failure;
use crate::index::{self, Reader};
use crate::ingest;
use crate::patent::domain::Judgement;
use crate::patent::{AttachmentKind, Publication, Version};
use crate::report::tag_sheet;
use crate::search::{self, Filters};
use crate::text::Analyzer;
use crate::workspace::{Database, tags};

/// What an export prints.
#[derive(Debug, Serialize)]
struct Exported {
    snapshot: String,
    query: String,
    files: Vec<ExportedFile>,
    /// Rows that two people get.
    n_double: usize,
}

/// A file of an export.
#[derive(Debug, Serialize)]
struct ExportedFile {
    file: String,
    tagger: String,
    n_rows: usize,
}

pub(super) fn export(config: &Config, args: &args::TagExport, json: bool) -> Result<(), Failure> {
    let packs = Packs::load(&config.data()).or_said();
    let pack = domain::find(&packs, &args.domain)?;
    if !(0.0..=1.0).contains(&args.double) {
        let message = format!("{} is no share between 0 and 1", args.double);
        return Err(Error::Choice { flag: "--double", message }.into());
    }
    let reader = Reader::open(&config.data(), Analyzer::new(), config.embedder()?)?;
    let scope = search::scope(&reader, &args.scope, &Filters::default())?;
    let n = usize::try_from(scope.set.len()).unwrap_or(usize::MAX);
    if n == 0 || n > MAX_ROWS {
        let message = format!(
            "{n} documents match `{}`; a sheet takes 1 to {MAX_ROWS}: change the scope",
            scope.query.canonical
        );
        return Err(Error::Choice { flag: "--scope", message }.into());
    }
    let mut found: Vec<(String, u32)> = Vec::with_capacity(n);
    for docno in scope.set.iter() {
        found.push((reader.key(docno)?, docno));
    }
    found.sort_unstable();
    let rows: Vec<Row> =
        found.iter().map(|(key, docno)| row(&reader, key, *docno, &pack.id)).collect::<Result<_, _>>()?;
    let dealt = sheet::deal(rows.len(), args.taggers.len(), args.double);
    let mut files = Vec::new();
    for (at, places) in dealt.iter().enumerate() {
        let tagger = args.taggers.get(at).cloned().unwrap_or_default();
        let rows = places.iter().map(|place| rows[*place].clone()).collect::<Vec<_>>();
        let (file, n_rows) = (name_of(&args.out, &args.taggers, at), rows.len());
        let sheet = Sheet { pack, round: args.round.clone(), tagger: tagger.clone(), rows };
        let bytes = tag_sheet::write(&sheet)?;
        std::fs::write(&file, bytes).map_err(|source| Error::Write { path: file.clone(), source })?;
        files.push(ExportedFile { file: file.display().to_string(), tagger, n_rows });
    }
    let n_double = dealt.iter().map(Vec::len).sum::<usize>() - rows.len();
    let snapshot = format!("{:06}", reader.id());
    let exported = Exported { snapshot, query: scope.query.canonical, files, n_double };
    if json {
        return output::json(&exported);
    }
    let mut text: Vec<String> = exported
        .files
        .iter()
        .map(|one| format!("{}: {} rows {}", one.file, one.n_rows, one.tagger))
        .collect();
    if exported.n_double > 0 {
        text.push(format!("{} rows go to two people", exported.n_double));
    }
    output::lines(&text)
}

/// Returns the file of one tagger: with several, the name stands before the dot.
fn name_of(out: &Path, taggers: &[String], at: usize) -> PathBuf {
    let Some(tagger) = taggers.get(at).filter(|_| taggers.len() > 1) else { return out.to_owned() };
    let stem = out.file_stem().unwrap_or_default().to_string_lossy();
    let plain: String = tagger.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
    out.with_file_name(format!("{stem}-{plain}.xlsx"))
}

fn row(reader: &Reader, key: &str, docno: u32, pack: &str) -> index::Result<Row> {
    let document = reader.document(docno)?;
    let statements = problem_means_effect(&document, &reader.descriptions(docno)?);
    let details = reader.column("tag_detail").ok();
    let tags =
        details.into_iter().flat_map(|column| column.keywords(docno)).filter_map(|text| text.parse().ok());
    let computed: Vec<String> = tags
        .filter(|tag: &Tag| tag.pack == pack)
        .map(|tag| format!("{} ({:.2})", tag.node, tag.confidence))
        .collect();
    Ok(Row {
        key: key.to_owned(),
        title: document.title(Version::Zh).unwrap_or_default().to_owned(),
        drawing: drawing(&document),
        claim: claim(&document),
        effect: statements.effect.first().map(|statement| statement.text.clone()).unwrap_or_default(),
        computed: computed.join(", "),
    })
}

/// Returns the file of the drawing of the first page, else of the first drawing.
fn drawing(document: &Publication) -> String {
    let of = |kind: AttachmentKind| document.attachments.iter().find(move |one| one.kind == kind);
    let found = of(AttachmentKind::FirstPageDrawing).or_else(|| of(AttachmentKind::Drawing));
    found.map(|one| one.file.clone()).unwrap_or_default()
}

/// Returns the first independent claim, Chinese where there is one.
fn claim(document: &Publication) -> String {
    let chinese = document.claims.iter().find(|set| set.lang.version() == Version::Zh);
    let Some(set) = chinese.or(document.claims.first()) else { return String::new() };
    let first = set.independent().first().copied().unwrap_or(0);
    set.claims.get(first).map(|claim| format!("{}. {}", claim.number, claim.text)).unwrap_or_default()
}

/// Returns the cells of the tagging sheet of a workbook.
pub(super) fn cells(path: &Path) -> Result<Vec<Vec<String>>, Failure> {
    let mut sheets = ingest::workbook(path)?;
    let at = sheets.iter().position(|sheet| sheet.name == SHEET).unwrap_or(0);
    Ok(if sheets.is_empty() { Vec::new() } else { sheets.swap_remove(at).rows })
}

/// What an import prints.
#[derive(Debug, Serialize)]
struct Imported {
    file: String,
    tagger: String,
    /// Rows taken in.
    n_judgements: usize,
    /// Rows in which nothing was chosen.
    n_empty: usize,
    /// Rows on which the same person had said something else before.
    changed: Vec<Changed>,
    /// Documents of the sheet on which people disagree now.
    conflicts: Vec<Conflict>,
    /// Rows that were not taken in.
    faults: Vec<Fault>,
}

/// A judgement that replaces an earlier one.
#[derive(Debug, Serialize)]
struct Changed {
    key: String,
    pack: String,
    tagger: String,
    old: Vec<String>,
    new: Vec<String>,
}

pub(super) fn import(
    config: &Config,
    file: &Path,
    tagger: &str,
    settle: bool,
    json: bool,
) -> Result<(), Failure> {
    let tagger = tagger.trim();
    if tagger.is_empty() {
        return Err(Error::Choice { flag: "--tagger", message: "give a name".to_owned() }.into());
    }
    let packs = Packs::load(&config.data()).or_said();
    let reader = Reader::open(&config.data(), Analyzer::new(), None)?;
    let is_known = |key: &str| {
        reader.by_number(key).iter().any(|docno| reader.key(*docno).is_ok_and(|known| known == key))
    };
    let filled = sheet::read(&cells(file)?, &packs, tagger, settle, &is_known);
    if filled.judgements.is_empty() && !filled.faults.is_empty() {
        let first: Vec<String> = filled.faults.iter().take(20).map(ToString::to_string).collect();
        let message = format!(
            "nothing was taken in from `{}`, {} faults:\n{}",
            file.display(),
            filled.faults.len(),
            first.join("\n")
        );
        return Err(Error::Sheet { message }.into());
    }
    let database = Database::open(&config.data())?;
    let before = tags::all(&database)?;
    tags::put(&database, &filled.judgements, jiff::Timestamp::now())?;
    let after = tags::all(&database)?;
    let mine = |key: &str, pack: &str| filled.judgements.iter().any(|one| one.key == key && one.pack == pack);
    let (_, mut conflicts) = review::decide(&after);
    conflicts.retain(|conflict| mine(&conflict.key, &conflict.pack));
    let imported = Imported {
        file: file.display().to_string(),
        tagger: tagger.to_owned(),
        n_judgements: filled.judgements.len(),
        n_empty: filled.n_empty,
        changed: changed(&before, &filled.judgements),
        conflicts,
        faults: filled.faults,
    };
    drop(reader);
    if imported.n_judgements > 0 {
        tag::compute(config, None, true)?;
    }
    if json { output::json(&imported) } else { output::lines(&text_of(&imported)) }
}

fn changed(before: &[Judgement], new: &[Judgement]) -> Vec<Changed> {
    let old = |one: &Judgement| {
        before.iter().find(|old| old.key == one.key && old.pack == one.pack && old.tagger == one.tagger)
    };
    new.iter()
        .filter_map(|one| Some((old(one)?, one)))
        .filter(|(old, one)| old.leaves != one.leaves)
        .map(|(old, one)| Changed {
            key: one.key.clone(),
            pack: one.pack.clone(),
            tagger: one.tagger.clone(),
            old: old.leaves.clone(),
            new: one.leaves.clone(),
        })
        .collect()
}

fn text_of(imported: &Imported) -> Vec<String> {
    let mut text: Vec<String> =
        imported.faults.iter().map(|fault| format!("not taken in, {fault}")).collect();
    for one in &imported.changed {
        let (old, new) = (tag::leaves(&one.old), tag::leaves(&one.new));
        text.push(format!("changed {} {}: {} said {old}, now {new}", one.key, one.pack, one.tagger));
    }
    for conflict in &imported.conflicts {
        let said = conflict.said.iter().map(|said| format!("{}: {}", said.tagger, tag::leaves(&said.leaves)));
        text.push(format!(
            "conflict {} {}: {}",
            conflict.key,
            conflict.pack,
            said.collect::<Vec<_>>().join("; ")
        ));
    }
    text.push(format!(
        "{} rows taken in, {} empty, {} with faults, {} changed, {} in conflict",
        imported.n_judgements,
        imported.n_empty,
        imported.faults.len(),
        imported.changed.len(),
        imported.conflicts.len()
    ));
    text
}
