//! How a query is understood.

use serde::{Deserialize, Serialize};

use super::search::SnapshotRef;
use crate::query::Dialect;
use crate::search;
use crate::service::error::{ApiError, ErrorCode, Result};
use crate::service::utf16;

/// A query to be understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::service) struct QueryRequest {
    /// The query.
    query: String,
    /// The project whose lines the query may name (`#3`).
    #[serde(default)]
    pub(in crate::service) project: Option<i64>,
    /// Its dialect: `patnav`, `incopat`, `patsnap`, `cnipa`, `espacenet`, `patentscope`, `google` or `lens`; without one
    /// it is the one that the query seems to be written in.
    #[serde(default)]
    dialect: Option<String>,
    /// The dialect to translate it to.
    #[serde(default)]
    to: Option<String>,
}

impl QueryRequest {
    pub(in crate::service) fn into_request(self) -> Result<search::InspectRequest> {
        let (dialect, to) = (dialect(self.dialect)?, dialect(self.to)?);
        Ok(search::InspectRequest { query: self.query, dialect, to })
    }
}

/// Reads the name of a dialect.
pub(in crate::service) fn dialect(name: Option<String>) -> Result<Option<Dialect>> {
    let read = |name: String| {
        name.parse().map_err(|error: crate::query::UnknownDialect| {
            ApiError::new(ErrorCode::InvalidInput, error.to_string())
        })
    };
    name.map(read).transpose()
}

/// How a query is understood. Offsets are UTF-16 units of the query as sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub(in crate::service) struct QueryResponse {
    /// The data that the counts speak of.
    snapshot: SnapshotRef,
    /// The canonical, fully bracketed form; a text query as it is.
    canonical: String,
    /// The dialect it was read in.
    dialect: String,
    /// Whether the dialect was guessed from the query.
    detected: bool,
    /// `text` or `boolean`.
    #[schema(value_type = String)]
    reading: crate::query::Reading,
    /// What may not mean what it seems to, in order of place.
    lints: Vec<search::LintReport>,
    /// Every clause with its own count, the whole query last.
    clauses: Vec<search::Clause>,
    /// Why clauses are not counted, where they are not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    not_counted: Option<String>,
    /// The query in another dialect, if asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    translation: Option<search::TranslationReport>,
}

impl QueryResponse {
    /// Carries an inspection of `query` on `snapshot`.
    pub(in crate::service) fn new(
        query: &str,
        snapshot: search::Snapshot,
        inspection: search::Inspection,
    ) -> Self {
        let place = |start: &mut usize, end: &mut usize| {
            (*start, *end) = (utf16::offset(query, *start), utf16::offset(query, *end));
        };
        let search::Inspection { mut lints, mut translation, .. } = inspection;
        lints.iter_mut().for_each(|lint| place(&mut lint.start, &mut lint.end));
        let losses = translation.iter_mut().flat_map(|translation| &mut translation.losses);
        losses.for_each(|loss| place(&mut loss.start, &mut loss.end));
        Self {
            snapshot: snapshot.into(),
            canonical: inspection.canonical,
            dialect: inspection.dialect,
            detected: inspection.detected,
            reading: inspection.reading,
            lints,
            clauses: inspection.clauses,
            not_counted: inspection.not_counted,
            translation,
        }
    }
}
