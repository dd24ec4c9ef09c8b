//! Ideas, exports and lists of numbers; their answers are the library's own types.

use serde::{Deserialize, Serialize};

use crate::report::Lang;
use crate::report::export::{Format, Options};
use crate::search::idea::{Element, IdeaRequest, Outline};
use crate::search::reconcile::{self, Level};
use crate::search::{Collapse, DEFAULT_FIELDS, ExportRequest, Filters, Sort};

/// What an idea consists of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub(in crate::service) struct ElementsResponse {
    /// Problem, means, effect.
    pub(in crate::service) outline: Outline,
    /// The elements.
    pub(in crate::service) elements: Vec<Element>,
}

/// A search report to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::service) struct IdeaFileRequest {
    /// The idea.
    pub(in crate::service) idea: IdeaRequest,
    /// The kind of file.
    pub(in crate::service) kind: ReportKind,
    /// The language of the report; that of the text where it does not say.
    #[serde(default)]
    pub(in crate::service) lang: Option<Lang>,
}

/// The kind of a report file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::service) enum ReportKind {
    /// A Word file.
    Docx,
    /// One HTML file that opens offline.
    Html,
}

/// A list to compare with a query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::service) struct ReconcileRequest {
    /// The query.
    query: String,
    /// The project whose lines the query may name (`#3`).
    #[serde(default)]
    pub(in crate::service) project: Option<i64>,
    /// Conditions beside the query.
    #[serde(default)]
    filters: Filters,
    /// Numbers in any written form, at most 200,000.
    numbers: Vec<String>,
    /// What counts as the same document.
    #[serde(default)]
    by: Level,
}

impl ReconcileRequest {
    pub(in crate::service) fn into_request(self) -> reconcile::ReconcileRequest {
        let Self { query, project: _, filters, numbers, by } = self;
        reconcile::ReconcileRequest { query, filters, numbers, by }
    }
}

/// A document and a query that may hold it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::service) struct WhyRequest {
    /// The number, in any written form.
    pub(in crate::service) number: String,
    /// The query.
    pub(in crate::service) query: String,
    /// The project whose lines the query may name (`#3`).
    #[serde(default)]
    pub(in crate::service) project: Option<i64>,
    /// Conditions beside the query.
    #[serde(default)]
    pub(in crate::service) filters: Filters,
}

/// A match set to be exported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::service) struct ExportFileRequest {
    /// The query; `*` is every document.
    pub(in crate::service) scope: String,
    /// The project whose lines the query may name (`#3`).
    #[serde(default)]
    pub(in crate::service) project: Option<i64>,
    /// The format.
    pub(in crate::service) format: Format,
    /// The fields, in order: any field of documents, any column. None means the usual ones, or for JSON Lines whole
    /// records in our own format.
    #[serde(default)]
    fields: Vec<String>,
    /// Conditions beside the query.
    #[serde(default)]
    filters: Filters,
    /// What counts as one row; a publication where it does not say.
    #[serde(default)]
    collapse: Option<Collapse>,
    /// The order of the rows.
    #[serde(default)]
    sort: Sort,
    /// Rows at most.
    #[serde(default)]
    limit: Option<u64>,
    /// For CSV: a byte order mark, and no text that Excel would run as a formula.
    #[serde(default)]
    excel: bool,
}

impl ExportFileRequest {
    pub(in crate::service) fn into_parts(self, created: jiff::Timestamp) -> (ExportRequest, Options) {
        let records = self.fields.is_empty();
        let whole = records && self.format == Format::Jsonl;
        let usual = || DEFAULT_FIELDS.iter().map(|name| (*name).to_owned()).collect();
        let fields = match records {
            // Descriptions are read only where they are asked for; whole records ask for them.
            true if whole => vec!["key".to_owned(), "description".to_owned()],
            true => usual(),
            false => self.fields,
        };
        let options = Options { fields: fields.clone(), excel: self.excel, records, created };
        let request = ExportRequest {
            query: self.scope,
            filters: self.filters,
            collapse: self.collapse,
            sort: self.sort,
            fields,
            limit: self.limit,
        };
        (request, options)
    }
}
