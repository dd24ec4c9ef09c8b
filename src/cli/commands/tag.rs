//! `patnav tag`, `tag conflicts`, `drift`, `agreement`, `undo`; the sheets are in `tag_sheet`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Serialize;

use crate::analytics::derive as columns;
use crate::analytics::tag::agreement::{Agreement, Pair, agreement, roll_up};
use crate::analytics::tag::{Tag, Tagger, review, sheet};
use crate::cli::args::{self, TagAction};
use crate::cli::commands::{domain, tag_sheet};
use crate::cli::config::Config;
use crate::cli::derive::{self, Wanted};
use crate::cli::import::Progress;
use crate::cli::output::{self, Error};
use crate::cli::packs::Packs;
use crate::cli::progress::Line;
use crate::error::Failure;
use crate::index::{self, Reader, Writer};
use crate::ingest;
use crate::patent::domain::Judgement;
use crate::text::Analyzer;
use crate::workspace::{Database, tags};

pub(in crate::cli) fn run(config: &Config, args: &args::TagArgs, json: bool) -> Result<(), Failure> {
    match &args.action {
        None => recompute(config, args.domain.as_deref(), args.all, json),
        Some(TagAction::Export(export)) => tag_sheet::export(config, export, json),
        Some(TagAction::Import { file, tagger, settle }) => {
            tag_sheet::import(config, file, tagger, *settle, json)
        }
        Some(TagAction::Conflicts) => conflicts(config, json),
        Some(TagAction::Drift) => drift(config, json),
        Some(TagAction::Agreement { gold: Some(gold) }) => with_sample(config, gold, json),
        Some(TagAction::Agreement { gold: None }) => between(config, json),
        Some(TagAction::Undo { number, domain, tagger }) => undo(config, number, domain, tagger, json),
    }
}

/// What the tag columns hold.
#[derive(Debug, Serialize)]
struct Summary {
    snapshot: String,
    /// Whether anything was computed.
    is_new: bool,
    n_documents: u64,
    /// Documents that belong to a domain.
    n_in_domain: u64,
    /// Documents with a leaf or branch.
    n_tagged: u64,
    /// Documents by domain.
    by_domain: BTreeMap<String, u64>,
    /// Tags by method.
    by_method: BTreeMap<String, u64>,
    /// Documents that noise words keep out of a domain.
    refused: BTreeMap<String, u64>,
}

fn recompute(config: &Config, only: Option<&str>, all: bool, json: bool) -> Result<(), Failure> {
    if let Some(only) = only {
        domain::find(&Packs::load(&config.data()).or_said(), only)?;
    }
    let is_new = compute(config, only, all || only.is_some())?;
    let reader = Reader::open(&config.data(), Analyzer::new(), None)?;
    let summary = summary(&reader, is_new)?;
    if json {
        return output::json(&summary);
    }
    let counts = |map: &BTreeMap<String, u64>| {
        map.iter().map(|(name, n)| format!("{name} {n}")).collect::<Vec<_>>().join(", ")
    };
    output::lines(&[
        format!(
            "snapshot {}: {} of {} documents belong to a domain, {} have a tag{}",
            summary.snapshot,
            summary.n_in_domain,
            summary.n_documents,
            summary.n_tagged,
            if is_new { "" } else { " (nothing changed since; --all computes all the same)" }
        ),
        format!("by domain: {}", counts(&summary.by_domain)),
        format!("tags by method: {}", counts(&summary.by_method)),
        format!("kept out by noise words: {}", counts(&summary.refused)),
    ])
}

/// Computes the tag columns where they are due, or all of them; returns whether anything was made.
pub(super) fn compute(config: &Config, only: Option<&str>, all: bool) -> Result<bool, Failure> {
    let (data, analyzer) = (config.data(), Analyzer::new());
    if index::current_id(&data)?.is_none() {
        return Err(index::Error::NoSnapshot { path: data }.into());
    }
    let mut writer = Writer::open(&data, analyzer.clone(), config.index_options()?)?;
    let line = Line::new();
    let show = |done, total| {
        line.show(Progress { stage: "columns", done, total: Some(total), documents: done });
        true
    };
    let wanted = Wanted::Tags { only: only.map(str::to_owned), all };
    let made = derive::put_columns(&mut writer, &data, &analyzer, &wanted, &show);
    line.finish();
    Ok(!made?.is_empty())
}

fn summary(reader: &Reader, is_new: bool) -> Result<Summary, Failure> {
    let (domains, tags, details) =
        (reader.column("domain")?, reader.column("tag")?, reader.column("tag_detail")?);
    let mut summary = Summary {
        snapshot: format!("{:06}", reader.id()),
        is_new,
        n_documents: reader.alive().len(),
        n_in_domain: 0,
        n_tagged: 0,
        by_domain: BTreeMap::new(),
        by_method: BTreeMap::new(),
        refused: BTreeMap::new(),
    };
    for docno in reader.alive().iter() {
        summary.n_in_domain += u64::from(domains.has_value(docno));
        summary.n_tagged += u64::from(tags.has_value(docno));
        domains.keywords(docno).for_each(|id| *summary.by_domain.entry(id.to_owned()).or_default() += 1);
        for detail in details.keywords(docno) {
            match detail.parse::<Tag>() {
                Ok(tag) => *summary.by_method.entry(tag.method.name().to_owned()).or_default() += 1,
                Err(()) => {
                    let pack = detail.split('|').next().unwrap_or_default().to_owned();
                    *summary.refused.entry(pack).or_default() += 1;
                }
            }
        }
    }
    Ok(summary)
}

fn judgements(config: &Config) -> Result<Vec<Judgement>, Failure> {
    Ok(tags::all(&Database::open(&config.data())?)?)
}

fn conflicts(config: &Config, json: bool) -> Result<(), Failure> {
    let (_, conflicts) = review::decide(&judgements(config)?);
    if json {
        return output::json(&conflicts);
    }
    let mut text = Vec::new();
    for conflict in &conflicts {
        let said = conflict.said.iter().map(|said| format!("{}: {}", said.tagger, leaves(&said.leaves)));
        text.push(format!("{} {}  {}", conflict.key, conflict.pack, said.collect::<Vec<_>>().join("; ")));
    }
    text.push(format!(
        "{} documents wait for a settlement (patnav tag import FILE --settle)",
        conflicts.len()
    ));
    output::lines(&text)
}

/// Returns leaves as people read them.
pub(super) fn leaves(ids: &[String]) -> String {
    if ids.is_empty() { sheet::NONE.to_owned() } else { ids.join(" ") }
}

fn drift(config: &Config, json: bool) -> Result<(), Failure> {
    let packs = Packs::load(&config.data()).or_said();
    let drift = review::drift(&judgements(config)?, &packs);
    if json {
        return output::json(&drift);
    }
    let mut text: Vec<String> = drift
        .iter()
        .map(|one| {
            let what = match one.change {
                review::Change::Gone => "is gone from the tree".to_owned(),
                review::Change::Split => format!("was split: {}", one.now.join(" ")),
                review::Change::Tree => "is there, but the tree changed".to_owned(),
            };
            format!("{} {}:{} by {}: {what}", one.key, one.pack, one.leaf, one.tagger)
        })
        .collect();
    text.push(format!("{} tags to review", drift.len()));
    output::lines(&text)
}

/// What a comparison with a sample prints.
#[derive(Debug, Serialize)]
struct Compared {
    gold: String,
    /// Documents of the sample that are not indexed, and so not compared.
    not_indexed: Vec<String>,
    agreement: Agreement,
}

/// Computed tags are compared, as if nobody had reviewed the documents of the sample.
fn with_sample(config: &Config, gold: &Path, json: bool) -> Result<(), Failure> {
    let packs = Packs::load(&config.data()).or_said();
    let reader = Reader::open(&config.data(), Analyzer::new(), None)?;
    let tagger = Tagger::new(&packs);
    let sample = read_sample(gold, &tagger, &reader)?;
    let labels: BTreeSet<String> = sample.values().flatten().cloned().collect();
    let in_sample: BTreeSet<&str> = labels.iter().filter_map(|id| id.split(':').next()).collect();
    let (mut pairs, mut not_indexed) = (Vec::new(), Vec::new());
    for (key, reference) in sample {
        let Some(docno) = reader.by_number(&key).first().copied() else {
            not_indexed.push(key);
            continue;
        };
        let tagged = columns::computed(&reader, &tagger, docno)?;
        let mine = tagged.tags.iter().filter(|tag| in_sample.contains(tag.pack.as_str()));
        let other = mine.map(|tag| roll_up(tagger.packs(), &tag.id(), &labels)).collect();
        pairs.push(Pair { reference, other });
    }
    if pairs.is_empty() {
        let message = format!("no document of `{}` is indexed; name documents by number", gold.display());
        return Err(Error::Sheet { message }.into());
    }
    let compared = Compared { gold: gold.display().to_string(), not_indexed, agreement: agreement(&pairs) };
    if json {
        return output::json(&compared);
    }
    let mut text = table(&compared.agreement);
    if !compared.not_indexed.is_empty() {
        text.push(format!("{} documents of the sample are not indexed", compared.not_indexed.len()));
    }
    output::lines(&text)
}

/// Reads a sample: a filled-in tagging sheet, or lines of document, tab, `pack:leaf` (`-` for none).
fn read_sample(
    path: &Path,
    tagger: &Tagger,
    reader: &Reader,
) -> Result<BTreeMap<String, BTreeSet<String>>, Failure> {
    let mut sample: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    if path.extension().is_some_and(|extension| extension == "xlsx") {
        let is_known = |key: &str| !reader.by_number(key).is_empty();
        let cells = tag_sheet::cells(path)?;
        let filled = sheet::read(&cells, tagger.packs(), "gold", false, &is_known);
        if let Some(fault) = filled.faults.first() {
            let message =
                format!("`{}` has {} faults, the first in {fault}", path.display(), filled.faults.len());
            return Err(Error::Sheet { message }.into());
        }
        for one in filled.judgements {
            let ids = one.leaves.iter().map(|leaf| format!("{}:{leaf}", one.pack));
            sample.entry(one.key).or_default().extend(ids);
        }
        return Ok(sample);
    }
    let unreadable = |source| ingest::Error::Unreadable { path: path.to_owned(), source };
    let text = std::fs::read_to_string(path).map_err(unreadable)?;
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let wrong =
            |what: &str| Error::Sheet { message: format!("`{}` line {}: {what}", path.display(), at + 1) };
        let (key, id) = line.split_once('\t').ok_or_else(|| wrong("write document, tab, `pack:leaf`"))?;
        let (key, id) = (key.trim(), id.trim());
        if id == "-" {
            sample.entry(key.to_owned()).or_default();
            continue;
        }
        let known = id.split_once(':').and_then(|(pack, node)| {
            tagger.packs().iter().find(|one| one.id == pack).and_then(|pack| pack.node(node))
        });
        match known {
            Some(_) => drop(sample.entry(key.to_owned()).or_default().insert(id.to_owned())),
            // A heading.
            None if at == 0 => {}
            None => {
                return Err(
                    wrong(&format!("there is no node `{id}`; `patnav domain show` lists them")).into()
                );
            }
        }
    }
    Ok(sample)
}

fn between(config: &Config, json: bool) -> Result<(), Failure> {
    let found = review::between(&judgements(config)?);
    if json {
        return output::json(&found);
    }
    let mut text = Vec::new();
    for one in &found {
        text.push(format!("{}: {} and {}", one.pack, one.first, one.second));
        text.extend(table(&one.agreement));
    }
    if found.is_empty() {
        text.push(
            "no document was tagged by two people; `patnav tag export --taggers A,B` deals rows out"
                .to_owned(),
        );
    }
    output::lines(&text)
}

/// Returns an agreement as lines, the leaves of the reference first.
fn table(found: &Agreement) -> Vec<String> {
    let number = |value: Option<f64>| value.map_or_else(|| "   -".to_owned(), |value| format!("{value:.2}"));
    let mut text = vec![format!(
        "{:<14} {:>9} {:>6} {:>5}  prec  rec   F1    kappa",
        "leaf", "reference", "found", "both"
    )];
    text.extend(found.leaves.iter().map(|leaf| {
        format!(
            "{:<14} {:>9} {:>6} {:>5}  {}  {}  {}  {}",
            leaf.leaf,
            leaf.n_reference,
            leaf.n_other,
            leaf.n_both,
            number(leaf.precision),
            number(leaf.recall),
            number(leaf.f1),
            number(leaf.kappa)
        )
    }));
    text.push(format!(
        "{} documents, {} equal; macro over {} leaves: precision {}, recall {}, F1 {}, kappa {}; micro F1 {}",
        found.n_documents,
        found.n_equal,
        found.n_leaves,
        number(found.macro_precision),
        number(found.macro_recall),
        number(found.macro_f1),
        number(found.macro_kappa),
        number(found.micro_f1)
    ));
    text
}

fn undo(config: &Config, number: &str, pack: &str, tagger: &str, json: bool) -> Result<(), Failure> {
    let database = Database::open(&config.data())?;
    // The key as it was saved, or that of the document that the number names now.
    let mut keys = vec![number.to_owned()];
    if index::current_id(&config.data())?.is_some() {
        let reader = Reader::open(&config.data(), Analyzer::new(), None)?;
        for docno in reader.by_number(number) {
            keys.push(reader.key(docno)?);
        }
    }
    let mut removed = None;
    for key in keys {
        if tags::remove(&database, &key, pack, tagger)? {
            removed = Some(key);
            break;
        }
    }
    let Some(key) = removed else {
        let message = format!("`{tagger}` said nothing of `{number}` and `{pack}`");
        return Err(Error::Sheet { message }.into());
    };
    compute(config, None, true)?;
    if json {
        return output::json(&serde_json::json!({ "removed": key }));
    }
    output::lines(&[format!("took back what {tagger} said of {key}")])
}
