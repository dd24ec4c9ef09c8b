//! `patnav reconcile`, `patnav why`

use crate::cli::args;
use crate::cli::commands::search::{choose, kept_sets};
use crate::cli::config::Config;
use crate::cli::output::{self, plain};
use crate::error::Failure;
use crate::index::Reader;
use crate::ingest;
use crate::query::Dialect;
use crate::search::Filters;
use crate::search::reconcile::{Reason, ReconcileRequest, Reconciliation, Why, reconcile, why as ask};
use crate::text::Analyzer;

/// Numbers shown on a terminal of each list; JSON has all.
const MAX_SHOWN: usize = 50;

pub(in crate::cli) fn run(config: &Config, args: &args::Reconcile, json: bool) -> Result<(), Failure> {
    let mut numbers = match &args.list {
        Some(path) => ingest::number_list(path)?,
        None => Vec::new(),
    };
    numbers.extend(args.number.iter().cloned());
    let request = ReconcileRequest {
        query: args.query.clone(),
        filters: Filters {
            country: args.country.iter().map(|country| country.to_uppercase()).collect(),
            class: args.class.clone(),
            from: args.from.clone(),
            to: args.to.clone(),
            ..Filters::default()
        },
        numbers,
        by: choose("--by", &args.by)?,
    };
    let reader = Reader::open(&config.data(), Analyzer::new(), config.embedder()?)?;
    let sets = kept_sets(config, args.project, &request.query, Some(Dialect::Patnav))?;
    let answer = reconcile(&reader, &request, &sets)?;
    if json { output::json(&answer) } else { output::lines(&shown(&answer)) }
}

pub(in crate::cli) fn why(config: &Config, args: &args::Why, json: bool) -> Result<(), Failure> {
    let reader = Reader::open(&config.data(), Analyzer::new(), config.embedder()?)?;
    let sets = kept_sets(config, args.project, &args.query, Some(Dialect::Patnav))?;
    let answer = ask(&reader, &args.query, &Filters::default(), &args.number, &sets)?;
    if json { output::json(&answer) } else { output::lines(&explained(&answer)) }
}

fn shown(answer: &Reconciliation) -> Vec<String> {
    let mut lines = vec![output::status(&answer.snapshot), plain(&answer.query)];
    lines.push(format!(
        "{} numbers given, {} publications found: {} in both, {} only theirs, {} only ours",
        answer.n_given,
        answer.n_found,
        answer.both.len(),
        answer.only_theirs.len(),
        answer.n_only_ours
    ));
    if !answer.reasons.is_empty() {
        lines.push(String::new());
        lines.push("why theirs are not ours:".to_owned());
        lines.extend(
            answer
                .reasons
                .iter()
                .take(MAX_SHOWN)
                .map(|count| format!("{:>7}  {}", count.n, told(&count.reason))),
        );
        lines.push(String::new());
        lines.push("only theirs:".to_owned());
        for absence in answer.only_theirs.iter().take(MAX_SHOWN) {
            let reasons: Vec<String> = absence.reasons.iter().map(told).collect();
            lines.push(format!("  {}: {}", plain(&absence.given), reasons.join("; ")));
        }
        lines.extend(more(answer.only_theirs.len()));
    }
    if !answer.only_ours.is_empty() {
        lines.push(String::new());
        lines.push("only ours:".to_owned());
        for ours in answer.only_ours.iter().take(MAX_SHOWN) {
            let title = ours.title.zh.as_ref().or(ours.title.en.as_ref()).or(ours.title.other.as_ref());
            lines.push(format!("  {}  {}", ours.number, plain(title.map_or("", String::as_str))));
        }
        lines.extend(more(usize::try_from(answer.n_only_ours).unwrap_or(usize::MAX)));
    }
    lines
}

fn more(n: usize) -> Option<String> {
    (n > MAX_SHOWN).then(|| format!("  … and {} more; --json lists them", n - MAX_SHOWN))
}

fn explained(answer: &Why) -> Vec<String> {
    let mut lines = vec![output::status(&answer.snapshot), plain(&answer.query)];
    lines.extend(
        answer.not_indexed.iter().map(|reason| format!("{}: {}", plain(&answer.given), told(reason))),
    );
    for document in &answer.documents {
        let found = if document.found { "is in the answer" } else { "is not in the answer" };
        lines.push(format!("{} {found}", document.key));
        lines.extend(document.reasons.iter().map(|reason| format!("  because {}", told(reason))));
        for clause in &document.clauses {
            let mark = if clause.holds { '+' } else { '-' };
            lines.push(format!("  {mark} {}{}", "  ".repeat(clause.depth), plain(&clause.clause)));
        }
    }
    lines
}

/// Returns a reason in words.
fn told(reason: &Reason) -> String {
    plain(&match reason {
        Reason::NotIndexed { similar } if similar.is_empty() => {
            "no document of this snapshot has this number".to_owned()
        }
        Reason::NotIndexed { similar } => {
            format!("no document of this snapshot has this number; near: {}", similar.join(", "))
        }
        Reason::Clause { clause } => format!("it does not match {clause}"),
        Reason::MissingField { clause, field } => {
            format!("it has nothing in `{field}`, which {clause} asks for")
        }
        Reason::Excluded { clause } => format!("NOT takes it out: it matches {clause}"),
        Reason::Filter { filter, missing: true } => format!("it has no value for the filter {filter}"),
        Reason::Filter { filter, missing: false } => format!("the filter {filter} leaves it out"),
        Reason::NoConcept { concepts } => {
            format!("none of {} stands in its title, abstract, claims or keywords", concepts.join(", "))
        }
    })
}
