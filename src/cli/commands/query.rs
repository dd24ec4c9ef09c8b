//! `patnav query`

use crate::cli::args;
use crate::cli::commands::search::kept_sets;
use crate::cli::config::Config;
use crate::cli::output::{self, Error};
use crate::error::{Classify, ErrorKind, Failure};
use crate::index::{self, Reader};
use crate::query::{Dialect, LintKind, REFERENCE};
use crate::search::{InspectRequest, Inspection, LintReport, inspect_with};
use crate::text::Analyzer;

/// Operators side by side that have to be bracketed.
#[derive(Debug, thiserror::Error)]
#[error("operators are mixed without brackets; write {canonical}")]
struct Mixed {
    canonical: String,
}

impl Classify for Mixed {
    fn kind(&self) -> ErrorKind {
        ErrorKind::InvalidInput
    }
}

pub(in crate::cli) fn run(config: &Config, args: &args::Query, json: bool) -> Result<(), Failure> {
    if args.query == "reference" {
        return output::lines(&[REFERENCE.trim_end().to_owned()]);
    }
    let request = InspectRequest {
        query: args.query.clone(),
        dialect: dialect("--dialect", args.dialect.as_deref())?,
        to: dialect("--to", args.to.as_deref())?,
    };
    let reader = match Reader::open(&config.data(), Analyzer::new(), config.embedder()?) {
        Ok(reader) => Some(reader),
        // Syntax needs no data.
        Err(index::Error::NoSnapshot { .. }) => None,
        Err(error) => return Err(error.into()),
    };
    let sets = kept_sets(config, args.project, &request.query, request.dialect)?;
    let inspection = inspect_with(reader.as_ref(), &request, &sets)?;
    let mixed = |lint: &LintReport| matches!(lint.kind, LintKind::Precedence | LintKind::MixedOperators);
    if args.strict && inspection.lints.iter().any(mixed) {
        return Err(Mixed { canonical: inspection.canonical }.into());
    }
    if json { output::json(&inspection) } else { output::lines(&lines(&request.query, &inspection)) }
}

/// Reads the name of a dialect.
pub(super) fn dialect(flag: &'static str, name: Option<&str>) -> Result<Option<Dialect>, Error> {
    let read = |name: &str| {
        name.parse()
            .map_err(|error: crate::query::UnknownDialect| Error::Choice { flag, message: error.to_string() })
    };
    name.map(read).transpose()
}

fn lines(query: &str, inspection: &Inspection) -> Vec<String> {
    let seems = if inspection.detected { ", as it seems" } else { "" };
    let reading = match inspection.reading {
        crate::query::Reading::Text => "text",
        crate::query::Reading::Boolean => "expression",
    };
    let mut lines =
        vec![inspection.canonical.clone(), format!("  [{reading}, dialect {}{seems}]", inspection.dialect)];
    lines.extend(inspection.clauses.iter().map(|clause| format!("  {:>8}  {}", clause.n, clause.text)));
    if let Some(why) = &inspection.not_counted {
        lines.push(format!("not counted: {why}"));
    }
    for lint in &inspection.lints {
        let column = query[..lint.start].chars().count() + 1;
        let hint = lint.suggestion.as_ref().map(|hint| format!("; {hint}")).unwrap_or_default();
        lines.push(format!("{} (column {column}): {}{hint}", lint.kind.name(), lint.message));
    }
    if let Some(translation) = &inspection.translation {
        lines.push(format!("in {}:", translation.dialect));
        lines.push(format!("  {}", translation.text));
        for loss in &translation.losses {
            lines.push(format!("  {} cannot be said: {}", loss.part, loss.instead));
        }
    }
    lines
}
