//! Questions.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::query::Dialect;

/// Most hits on a page.
pub const MAX_PAGE_SIZE: usize = 1_000;
/// Nearest documents, outside the match set of a text query, that are answered by meaning.
pub const NEAREST_LIMIT: usize = 1_000;
/// Most values of one facet in an answer; the count of all values comes with them.
pub const MAX_FACET_VALUES: usize = 200;

/// A search.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// The query, as text or as an expression.
    pub query: String,
    /// The dialect of the query; without one it is the one that the query seems to be written in.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub dialect: Option<Dialect>,
    /// Conditions beside the query.
    #[serde(default)]
    pub filters: Filters,
    /// What counts as one hit.
    #[serde(default)]
    pub collapse: Collapse,
    /// The order.
    #[serde(default)]
    pub sort: Sort,
    /// Which member of a group is shown.
    #[serde(default)]
    pub representative: Representative,
    /// The day whose knowledge is used (`2020-01-31`): what was published or announced later is not seen.
    #[serde(default)]
    pub as_of: Option<String>,
    /// The date of an invention: prior art was published before it, conflicting applications are listed apart.
    #[serde(default)]
    pub relevant: Option<Relevant>,
    /// Hits on the page, 1 to [`MAX_PAGE_SIZE`].
    #[serde(default = "default_limit")]
    pub limit: usize,
    /// Where the page before ended.
    #[serde(default)]
    pub cursor: Option<String>,
    /// Columns to count over the whole match set.
    #[serde(default)]
    pub facets: Vec<String>,
    /// Whether each hit says how it came to its place.
    #[serde(default)]
    pub explain: bool,
}

fn default_limit() -> usize {
    20
}

impl Request {
    /// Returns a request with nothing but a query: families by relevance, 20 a page.
    pub fn new(query: impl Into<String>) -> Self {
        Self {
            query: query.into(),
            dialect: None,
            filters: Filters::default(),
            collapse: Collapse::default(),
            sort: Sort::default(),
            representative: Representative::default(),
            as_of: None,
            relevant: None,
            limit: default_limit(),
            cursor: None,
            facets: Vec::new(),
            explain: false,
        }
    }
}

/// Conditions that every document of the answer meets. Values of one list are alternatives, lists are combined.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Filters {
    /// Offices, ST.3 (`CN`).
    pub country: Vec<String>,
    /// Published on this day or later (`2015-01-01`, `2015-01`, `2015`). Undated documents do not match.
    pub from: Option<String>,
    /// Published on this day or earlier.
    pub to: Option<String>,
    /// Earliest priority, or filing where there is none, before this day: what may be prior art of that day.
    /// Documents without such a date do not match.
    pub before: Option<String>,
    /// IPC or CPC symbols; each stands for all below it.
    pub class: Vec<String>,
    /// Applicants, as their sources spell them.
    pub applicant: Vec<String>,
    /// `patent`, `paper`, `standard` or `report`.
    pub document_kind: Vec<String>,
    /// `invention`, `utility_model`, `design` or `plant`.
    pub patent_type: Vec<String>,
    /// Languages in which a document has text (`zh`).
    pub language: Vec<String>,
    /// Legal states, of the first layer (`active`, `pending`, `inactive`, `undetermined`, …; 有效, 审中, 失效) or the
    /// second (`lapsed`, `expired`, …): as of the snapshot, or on the days that follow.
    pub legal_state: Vec<String>,
    /// The day on which the legal state is asked for (`2020-01-31`).
    pub state_on: Option<String>,
    /// Only what was known on this day counts for the legal state; without it, what is known as of the snapshot.
    pub known_at: Option<String>,
    /// Values of any other column, by its name: a keyword as written (`*` at its end for anything), a whole number, a
    /// date or part of one, or two of them as `low..high`, either left open.
    pub columns: BTreeMap<String, Vec<String>>,
}

/// The date that decides what is prior art.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Relevant {
    /// The filing date, or the priority date where the priority is valid (`2020-01-31`).
    pub date: String,
    /// The office of the application, ST.3: `CN`, `EP`, `US` or `JP`.
    #[serde(default = "cn")]
    pub office: String,
    /// Who applies: their own earlier applications count only where the law says so.
    #[serde(default)]
    pub applicant: Vec<String>,
}

fn cn() -> String {
    "CN".to_owned()
}

/// Which member of a group stands for it. Ties are broken by key.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Representative {
    /// The one that comes first in the order.
    #[default]
    Best,
    /// The one published first.
    Earliest,
    /// The one published last.
    Latest,
    /// One of the first of these offices that has a member, the earliest of it; without any, the earliest of all.
    Office(Vec<String>),
}

/// What counts as one hit. [`Representative`] says which member stands for the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Collapse {
    /// A simple family.
    #[default]
    SimpleFamily,
    /// An extended family, where the source names one; else the simple family.
    ExtendedFamily,
    /// An application.
    Application,
    /// A publication.
    None,
}

/// The order of hits. Ties are broken by key, so an order is always total.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// Best fit first.
    #[default]
    Relevance,
    /// Latest publication first, undated last.
    Newest,
    /// Earliest publication first, undated last.
    Oldest,
    /// Latest filing first.
    FilingNewest,
    /// Earliest filing first.
    FilingOldest,
    /// Latest priority first.
    PriorityNewest,
    /// Earliest priority first.
    PriorityOldest,
    /// Latest grant first.
    GrantNewest,
    /// Earliest grant first.
    GrantOldest,
    /// Ends of terms, soonest first; needs the derived column `expiry`.
    ExpirySoonest,
    /// Ends of terms, latest first.
    ExpiryLatest,
    /// Most cited first, by the documents of the snapshot.
    Cited,
    /// Largest simple family first, by its documents in the snapshot.
    FamilySize,
}

/// A search for documents like one document or text.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SimilarRequest {
    /// A number or key; its family is left out of the answer.
    pub number: Option<String>,
    /// A text of any length.
    pub text: Option<String>,
    /// Further documents that hits are to be like, up to 50.
    pub also: Vec<String>,
    /// Documents that hits are to be unlike, up to 50; they and their families are left out.
    pub not: Vec<String>,
    /// Whether each hit says what links it to the question: words, terms of both languages, nearness in meaning.
    pub explain: bool,
    /// Conditions.
    pub filters: Filters,
    /// Hits on the page, 1 to [`MAX_PAGE_SIZE`]; 0 means 20.
    pub limit: usize,
}
