//! How a query is understood: canonical form, counts of its clauses, lints, translation. Nothing is ranked or shown.

use serde::{Deserialize, Serialize};

use super::error::{Error, Result};
use super::evaluate::MAX_CLAUSES_LISTED;
use super::response::{Clause, Snapshot, snapshot_of};
use super::run::count_clauses;
use super::sets::Sets;
use crate::error::{Classify as _, ErrorKind};
use crate::index::Reader;
use crate::query::{
    Dialect, Expr, Lint, LintKind, Loss, Parsed, Reading, not_held, parse_expression, parse_in, translate,
};

/// A query to be understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InspectRequest {
    /// The query.
    pub query: String,
    /// Its dialect; without one it is the one that the query seems to be written in.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub dialect: Option<Dialect>,
    /// The dialect to translate it to.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub to: Option<Dialect>,
}

/// How a query is understood. Offsets are bytes here; `service` turns them into UTF-16 units.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Inspection {
    /// The canonical, fully bracketed form; a text query as it is.
    pub canonical: String,
    /// The dialect it was read in.
    pub dialect: String,
    /// Whether the dialect was guessed from the query.
    pub detected: bool,
    /// As text or as an expression.
    #[schema(value_type = String)]
    pub reading: Reading,
    /// What may not mean what it seems to.
    pub lints: Vec<LintReport>,
    /// The data that the counts speak of; none where nothing is indexed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<Snapshot>,
    /// Every clause with its own count, the whole query last; empty where nothing is indexed.
    pub clauses: Vec<Clause>,
    /// Why clauses are not counted, where they are not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_counted: Option<String>,
    /// The query in another dialect, if asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub translation: Option<TranslationReport>,
}

/// Something to look at again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LintReport {
    /// `precedence`, `mixed_operators`, `collision`, `open_quote`, `stop_word`, `short_wildcard`, `not_held`,
    /// `empty_range` or `ignored`.
    #[schema(value_type = String)]
    pub kind: LintKind,
    /// Where it starts.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// What it is.
    pub message: String,
    /// What to write instead, where we know it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
}

/// A query in the words of a dialect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TranslationReport {
    /// The dialect.
    pub dialect: String,
    /// The query.
    pub text: String,
    /// What it does not say as the original does; empty where it says the same.
    pub losses: Vec<LossReport>,
}

/// Something that a dialect cannot say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LossReport {
    /// Where it starts in the original.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// The canonical form of what cannot be said.
    pub part: String,
    /// What was written instead, and what that changes.
    pub instead: String,
}

impl TranslationReport {
    /// Writes an expression in a dialect.
    fn of(expr: &Expr, dialect: Dialect) -> Self {
        let translation = translate(expr, dialect);
        let loss = |loss: Loss| LossReport {
            start: loss.span.start,
            end: loss.span.end,
            part: loss.part,
            instead: loss.instead,
        };
        Self {
            dialect: dialect.name().to_owned(),
            text: translation.text,
            losses: translation.losses.into_iter().map(loss).collect(),
        }
    }

    /// Writes an expression of the canonical language in a dialect.
    pub(super) fn of_query(query: &str, dialect: Dialect) -> Result<Self> {
        let expr = parse_expression(query).map_err(Error::Syntax)?;
        Ok(Self::of(&expr, dialect))
    }
}

impl From<Lint> for LintReport {
    fn from(lint: Lint) -> Self {
        Self {
            kind: lint.kind,
            start: lint.span.start,
            end: lint.span.end,
            message: lint.message,
            suggestion: lint.suggestion,
        }
    }
}

/// Tells how a query is understood; without a reader nothing is counted.
///
/// # Errors
/// [`Error::Syntax`] with every fault of the query; faults of the index. A query that can be read but not executed is no
/// error: the answer says why it is not counted.
pub fn inspect(reader: Option<&Reader>, request: &InspectRequest) -> Result<Inspection> {
    inspect_with(reader, request, &Sets::NONE)
}

/// Tells how a query that may name sets is understood.
///
/// # Errors
/// As [`inspect`].
pub fn inspect_with(reader: Option<&Reader>, request: &InspectRequest, sets: &Sets) -> Result<Inspection> {
    let query = parse_in(&request.query, request.dialect).map_err(Error::Syntax)?;
    let mut inspection = Inspection {
        canonical: String::new(),
        dialect: query.dialect.name().to_owned(),
        detected: query.detected,
        reading: query.parsed.reading(),
        lints: query.lints.into_iter().map(LintReport::from).collect(),
        snapshot: reader.map(snapshot_of),
        clauses: Vec::new(),
        not_counted: None,
        translation: None,
    };
    if let Some(reader) = reader {
        match count_clauses(reader, &query.parsed, sets) {
            Ok(clauses) => inspection.clauses = clauses,
            Err(error) if error.kind() == ErrorKind::InvalidInput => {
                inspection.not_counted = Some(error.to_string());
            }
            Err(error) => return Err(error),
        }
    }
    match &query.parsed {
        Parsed::Text(text) => inspection.canonical.clone_from(text),
        Parsed::Boolean(expr) => {
            inspection.canonical = expr.to_string();
            if let Some(reader) = reader {
                let columns: Vec<&str> = reader.columns().map(|(name, ..)| name).collect();
                let missing = not_held(expr, &|name| columns.contains(&name));
                inspection.lints.extend(missing.into_iter().map(LintReport::from));
            }
            inspection.translation = request.to.map(|dialect| TranslationReport::of(expr, dialect));
        }
    }
    if inspection.clauses.len() > MAX_CLAUSES_LISTED {
        inspection.clauses.truncate(MAX_CLAUSES_LISTED);
        inspection.not_counted =
            Some(format!("the counts of the first {MAX_CLAUSES_LISTED} clauses are listed"));
    }
    Ok(inspection)
}
