//! `patnav domain list`, `show`, `check`

use std::path::Path;

use serde::Serialize;

use crate::analytics::tag;
use crate::cli::args::{self, DomainAction};
use crate::cli::config::Config;
use crate::cli::output::{self, Error};
use crate::cli::packs::{self, Packs};
use crate::error::Failure;
use crate::index::{self, Reader};
use crate::patent::domain::{Pack, Report, Severity, check_report};
use crate::text::Analyzer;

pub(in crate::cli) fn run(config: &Config, args: &args::Domain, json: bool) -> Result<(), Failure> {
    match &args.action {
        DomainAction::List => list(config, json),
        DomainAction::Show { id } => show(config, id, json),
        DomainAction::Check { file } => check(config, file, json),
    }
}

/// A pack in a list.
#[derive(Serialize)]
struct Entry {
    id: String,
    title: crate::patent::domain::Bilingual,
    file: Option<String>,
    n_nodes: usize,
    n_leaves: usize,
    n_concepts: usize,
    n_effects: usize,
}

fn list(config: &Config, json: bool) -> Result<(), Failure> {
    let packs = Packs::load(&config.data());
    let entries: Vec<Entry> = packs
        .loaded
        .iter()
        .map(|one| Entry {
            id: one.pack.id.clone(),
            title: one.pack.title.clone(),
            file: one.file.as_ref().map(|file| file.display().to_string()),
            n_nodes: one.pack.nodes.len(),
            n_leaves: n_leaves(&one.pack),
            n_concepts: one.pack.concepts.len(),
            n_effects: one.pack.effects.len(),
        })
        .collect();
    let faults: Vec<String> = packs.faults.iter().map(ToString::to_string).collect();
    if json {
        return output::json(&serde_json::json!({ "packs": entries, "left_out": faults }));
    }
    let mut text: Vec<String> = entries
        .iter()
        .map(|one| {
            let file = one.file.as_ref().map(|file| format!("  {file}")).unwrap_or_default();
            format!(
                "{:<6} {} {}: {} nodes, {} leaves, {} concepts, {} effects{file}",
                one.id, one.title.zh, one.title.en, one.n_nodes, one.n_leaves, one.n_concepts, one.n_effects
            )
        })
        .collect();
    text.extend(faults.iter().map(|fault| format!("left out: {fault}")));
    output::lines(&text)
}

fn n_leaves(pack: &Pack) -> usize {
    pack.nodes.iter().filter(|node| pack.is_leaf(&node.id)).count()
}

fn show(config: &Config, id: &str, json: bool) -> Result<(), Failure> {
    let packs = Packs::load(&config.data()).or_said();
    let pack = find(&packs, id)?;
    if json {
        return output::json(pack);
    }
    let mut text = vec![
        format!("{} {} {}", pack.id, pack.title.zh, pack.title.en),
        pack.definition.zh.clone(),
        pack.definition.en.clone(),
        String::new(),
    ];
    for node in &pack.nodes {
        let indent = "  ".repeat(pack.level(&node.id).unwrap_or(1));
        let classes: Vec<&str> = node.ipc.iter().map(|symbol| symbol.0.as_str()).collect();
        text.push(format!("{indent}{} {} {}  {}", node.id, node.name.zh, node.name.en, classes.join(" ")));
    }
    text.push(String::new());
    text.extend(
        pack.effects.iter().map(|effect| format!("  {} {} {}", effect.id, effect.name.zh, effect.name.en)),
    );
    output::lines(&text)
}

/// Returns the pack of an id.
pub(super) fn find<'a>(packs: &'a [Pack], id: &str) -> Result<&'a Pack, Error> {
    packs.iter().find(|pack| pack.id == id).ok_or_else(|| {
        let all: Vec<&str> = packs.iter().map(|pack| pack.id.as_str()).collect();
        let message = format!("there is no domain `{id}`; choose of {}", all.join(", "));
        Error::Choice { flag: "domain", message }
    })
}

/// What a check prints.
#[derive(Serialize)]
struct Checked {
    file: String,
    /// Whether the pack can be used.
    is_usable: bool,
    id: Option<String>,
    n_nodes: usize,
    n_leaves: usize,
    n_levels: usize,
    n_concepts: usize,
    n_effects: usize,
    findings: Vec<Line>,
    /// The snapshot that was asked for the words; `None` where nothing is indexed, so that no word was looked for.
    snapshot: Option<String>,
    /// Words looked for in it.
    n_words: usize,
    /// Words that no document of it holds.
    n_never: usize,
}

/// A finding.
#[derive(Serialize)]
struct Line {
    line: usize,
    severity: &'static str,
    message: String,
}

fn check(config: &Config, file: &Path, json: bool) -> Result<(), Failure> {
    let text = packs::read_text(file).map_err(|fault| Error::Pack { message: fault.to_string() })?;
    let mut checked = Checked {
        file: file.display().to_string(),
        is_usable: false,
        id: None,
        n_nodes: 0,
        n_leaves: 0,
        n_levels: 0,
        n_concepts: 0,
        n_effects: 0,
        findings: Vec::new(),
        snapshot: None,
        n_words: 0,
        n_never: 0,
    };
    let line = |finding: &crate::patent::domain::Finding| Line {
        line: finding.line,
        severity: name(finding.severity),
        message: finding.problem.to_string(),
    };
    match check_report(&text) {
        Report::Refused(errors) => {
            checked.findings = errors
                .0
                .iter()
                .map(|error| Line { line: error.line, severity: "refused", message: error.fault.to_string() })
                .collect();
        }
        Report::Read { id, n_nodes, n_leaves, n_levels, n_concepts, n_effects, findings } => {
            checked.is_usable = true;
            checked.id = Some(id);
            (checked.n_nodes, checked.n_leaves, checked.n_levels) = (n_nodes, n_leaves, n_levels);
            (checked.n_concepts, checked.n_effects) = (n_concepts, n_effects);
            let mut all = findings;
            if index::current_id(&config.data())?.is_some()
                && let Ok(pack) = Pack::from_toml(&text)
            {
                let reader = Reader::open(&config.data(), Analyzer::new(), None)?;
                let never = tag::never_occurring(&reader, &pack)?;
                checked.snapshot = Some(format!("{:06}", reader.id()));
                (checked.n_words, checked.n_never) = (pack.words().len(), never.len());
                all.extend(never);
                all.sort_by_key(|finding| finding.line);
            }
            checked.findings = all.iter().map(line).collect();
        }
    }
    if json {
        output::json(&checked)?
    } else {
        output::lines(&text_of(&checked))?
    }
    let n_errors =
        checked.findings.iter().filter(|line| matches!(line.severity, "error" | "refused")).count();
    if n_errors == 0 {
        return Ok(());
    }
    let message = format!("`{}` has {n_errors} faults", checked.file);
    Err(Error::Pack { message }.into())
}

fn name(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

fn text_of(checked: &Checked) -> Vec<String> {
    let findings = checked.findings.iter();
    let mut text: Vec<String> =
        findings.map(|one| format!("line {}: {}: {}", one.line, one.severity, one.message)).collect();
    let Some(id) = &checked.id else {
        text.push("the pack is refused: repair these lines and check again".to_owned());
        return text;
    };
    text.push(format!(
        "{id}: {} nodes, {} leaves, {} levels, {} concepts, {} effects",
        checked.n_nodes, checked.n_leaves, checked.n_levels, checked.n_concepts, checked.n_effects
    ));
    text.push(match &checked.snapshot {
        Some(snapshot) => {
            format!("{} of {} words never occur in snapshot {snapshot}", checked.n_never, checked.n_words)
        }
        None => "nothing is indexed: whether its words occur was not looked at".to_owned(),
    });
    text
}
