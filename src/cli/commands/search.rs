//! `patnav search`, `patnav similar`

use std::collections::BTreeMap;
use std::path::Path;

use crate::cli::args;
use crate::cli::config::Config;
use crate::cli::output::{self, Error};
use crate::error::Failure;
use crate::index::Reader;
use crate::ingest;
use crate::query::{Dialect, SetName};
use crate::search::{self, Cursor, Filters, Relevant, Representative, Request, Sets, SimilarRequest};
use crate::service::history;
use crate::text::Analyzer;
use crate::workspace::{Database, FILE_NAME};

pub(in crate::cli) fn run(config: &Config, args: &args::Search, json: bool) -> Result<(), Failure> {
    let request = Request {
        dialect: super::query::dialect("--dialect", args.dialect.as_deref())?,
        filters: Filters {
            country: args.country.iter().map(|country| country.to_uppercase()).collect(),
            class: args.class.clone(),
            from: args.from.clone(),
            to: args.to.clone(),
            legal_state: args.state.clone(),
            state_on: args.state_on.clone(),
            known_at: args.known.clone(),
            columns: conditions(&args.conditions)?,
            before: args.before.clone(),
            ..Filters::default()
        },
        collapse: choose("--collapse", &args.collapse)?,
        sort: choose("--sort", &args.sort)?,
        limit: args.limit,
        cursor: args.cursor.clone(),
        facets: args.facet.clone(),
        explain: args.explain,
        representative: representative(&args.representative),
        as_of: args.as_of.clone(),
        relevant: args.relevant_date.clone().map(|date| Relevant {
            date,
            office: args.relevant_office.clone(),
            applicant: args.applicant.clone(),
        }),
        ..Request::new(args.query.clone())
    };
    // A cursor belongs to the snapshot of its first page, which is kept for a day.
    let snapshot = args.cursor.as_deref().and_then(Cursor::snapshot_of);
    let (analyzer, embedder) = (Analyzer::new(), config.embedder()?);
    let reader = match snapshot {
        Some(id) => Reader::open_snapshot(&config.data(), id, analyzer, embedder)?,
        None => Reader::open(&config.data(), analyzer, embedder)?,
    };
    let sets = sets(config, args)?;
    let response = search::search_with(&reader, &request, &sets)?;
    if json { output::json(&response) } else { output::response(&response) }
}

/// Reads which member stands for a group; anything that is no other choice is a list of offices.
fn representative(written: &str) -> Representative {
    match written {
        "best" => Representative::Best,
        "earliest" => Representative::Earliest,
        "latest" => Representative::Latest,
        offices => {
            Representative::Office(offices.split(',').map(|office| office.trim().to_owned()).collect())
        }
    }
}

/// Returns the sets that a query names: of the workspace, and from files with one key a line, which go first.
fn sets(config: &Config, args: &args::Search) -> Result<Sets, Failure> {
    let dialect = super::query::dialect("--dialect", args.dialect.as_deref())?;
    let mut sets = kept_sets(config, args.project, &args.query, dialect)?;
    for one in &args.sets {
        let split = one.split_once('=').and_then(|(name, path)| Some((SetName::read(name)?, path)));
        let (name, path) = split.ok_or_else(|| Error::Choice {
            flag: "--set",
            message: format!("`{one}` is no set; write `@name=FILE` or `#3=FILE`"),
        })?;
        let text = std::fs::read_to_string(path).map_err(|error| Error::Choice {
            flag: "--set",
            message: format!("cannot read `{path}`: {error}"),
        })?;
        let keys = text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned);
        sets.insert(name, keys.collect());
    }
    Ok(sets)
}

/// Returns the sets of the workspace that a query names. A folder without a workspace has none, and gets none by this.
pub(super) fn kept_sets(
    config: &Config,
    project: Option<i64>,
    query: &str,
    dialect: Option<Dialect>,
) -> Result<Sets, Failure> {
    let data = config.data();
    if project.is_none() && !data.join(FILE_NAME).exists() {
        return Ok(Sets::NONE);
    }
    Ok(history::sets_for(&Database::open(&data)?, project, query, dialect)?)
}

pub(in crate::cli) fn similar(config: &Config, args: &args::Similar, json: bool) -> Result<(), Failure> {
    let text = args.text.as_deref().map(|path| text_of(config, path)).transpose()?;
    let mut numbers = args.number.iter().cloned();
    let request = SimilarRequest {
        number: numbers.next(),
        also: numbers.collect(),
        not: args.not.clone(),
        text,
        explain: args.explain,
        filters: Filters { before: args.before.clone(), ..Filters::default() },
        limit: args.limit,
    };
    let reader = Reader::open(&config.data(), Analyzer::new(), config.embedder()?)?;
    let response = search::similar(&reader, &request)?;
    if json { output::json(&response) } else { output::response(&response) }
}

/// Returns the text of a file of any kind that can be indexed: title and description, else the abstract.
pub(super) fn text_of(config: &Config, path: &Path) -> Result<String, Failure> {
    let options = ingest::Options {
        format: None,
        map: None,
        threads: config.threads()?,
        limits: ingest::Limits::STANDARD,
        refuse_above_share: None,
    };
    let mut lines: Vec<String> = Vec::new();
    // The name of the file stands in for a title that is not there; it is none of the text.
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    ingest::read(&[path.to_owned()], &options, &|_| false, &|_| {}, &mut |item| {
        if let ingest::Item::Record(record) = item {
            let publication = record.publication;
            let sections = publication.descriptions.iter().flat_map(|description| &description.sections);
            let paragraphs: Vec<String> = sections.flat_map(|section| &section.paragraphs).cloned().collect();
            let titles = publication.titles.iter().map(|title| title.text.clone());
            lines.extend(titles.filter(|title| *title != stem && !paragraphs.contains(title)));
            // The opening of a text without an abstract stands for it, and stands in the paragraphs too.
            let abstracts = publication.abstracts.iter().map(|part| part.text.clone());
            let apart =
                |part: &String| !part.lines().all(|line| paragraphs.iter().any(|whole| whole.contains(line)));
            lines.extend(abstracts.filter(apart));
            let claims = publication.claims.iter().flat_map(|set| &set.claims);
            lines.extend(claims.map(|claim| format!("{}. {}", claim.number, claim.text)));
            lines.extend(paragraphs);
        }
        Ok(())
    })?;
    Ok(lines.join("\n"))
}

/// Reads `COLUMN=VALUE,VALUE`; values of one column are alternatives.
fn conditions(written: &[String]) -> Result<BTreeMap<String, Vec<String>>, Error> {
    let mut columns: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for text in written {
        let Some((column, values)) = text.split_once('=') else {
            let message = format!("`{text}` names no value; write COLUMN=VALUE");
            return Err(Error::Choice { flag: "--where", message });
        };
        let values = values.split(',').map(|value| value.trim().to_owned());
        columns.entry(column.trim().to_owned()).or_default().extend(values);
    }
    Ok(columns)
}

/// Reads a choice by the names that the JSON interface uses.
pub(super) fn choose<T: serde::de::DeserializeOwned>(flag: &'static str, value: &str) -> Result<T, Error> {
    let value = serde_json::Value::String(value.to_owned());
    serde_json::from_value(value.clone()).map_err(|error| Error::Choice { flag, message: error.to_string() })
}
