//! Every document of a match set, with chosen fields, one after the other.
//!
//! What is exported is what a search counts: the exact match set, nothing near by meaning, nothing cut. The order is
//! that of the search. Only the numbers of the documents are held in memory (4 bytes each); each document is read
//! when its turn comes.

use super::error::{Error, Result};
use super::evaluate::EVERYTHING;
use super::page::{self, Groups};
use super::request::{Collapse, Filters, Request, Sort};
use super::response::{Snapshot, snapshot_of};
use super::run;
use super::sets::Sets;
use crate::index::{ColumnKind, Reader, date};
use crate::patent::{Cited, Date, PatentType, Publication, Role, Scheme, Version};

/// What to export.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ExportRequest {
    /// The query, as text or as an expression; `*` or nothing is every document.
    pub query: String,
    /// Conditions beside the query.
    pub filters: Filters,
    /// What counts as one row; by default a publication.
    #[schema(value_type = Option<Collapse>)]
    pub collapse: Option<Collapse>,
    /// The order of the rows.
    pub sort: Sort,
    /// The fields, see [`export_fields`]; none means [`DEFAULT_FIELDS`].
    pub fields: Vec<String>,
    /// Rows at most; none means all.
    pub limit: Option<u64>,
}

/// The fields of an export that names none.
pub const DEFAULT_FIELDS: &[&str] = &[
    "number",
    "application",
    "title",
    "applicants",
    "inventors",
    "filing_date",
    "publication_date",
    "priority_date",
    "country",
    "patent_type",
    "ipc_main",
    "ipc",
    "cpc",
    "family",
    "abstract",
];

/// What a field holds for a document. What no source says is missing, never zero or empty text.
#[derive(Debug, Clone, PartialEq)]
pub enum FieldValue {
    /// Nothing is known.
    Missing,
    /// A text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A day.
    Date(Date),
    /// Several values, in the order of the source.
    List(Vec<String>),
}

/// A row of an export.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The document, with its descriptions where a field asks for them.
    pub publication: Publication,
    /// The values of the fields, in their order.
    pub values: Vec<FieldValue>,
}

/// What was exported.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct Exported {
    /// The data it was taken from.
    pub snapshot: Snapshot,
    /// The query as it was understood.
    pub query: String,
    /// Rows written.
    pub rows: u64,
    /// Rows that there are; more than `rows` where a limit was given.
    pub total: u64,
    /// The fields, in order.
    pub fields: Vec<String>,
}

/// A field that documents themselves hold, and how it is read off them.
type Getter = fn(&Publication) -> FieldValue;

/// The fields of documents. Any other name is that of a column.
const FIELDS: &[(&str, Getter)] = &[
    ("key", |p| FieldValue::Text(p.key())),
    ("number", |p| text(p.number.as_ref().map(ToString::to_string))),
    ("application", |p| text(p.application.as_ref().map(ToString::to_string))),
    ("title", |p| text(p.title(Version::Zh).map(str::to_owned))),
    ("title_zh", |p| version(&p.titles, Version::Zh)),
    ("title_en", |p| version(&p.titles, Version::En)),
    ("abstract", |p| {
        let zh = version(&p.abstracts, Version::Zh);
        if zh == FieldValue::Missing { text(p.abstracts.first().map(|part| part.text.clone())) } else { zh }
    }),
    ("abstract_zh", |p| version(&p.abstracts, Version::Zh)),
    ("abstract_en", |p| version(&p.abstracts, Version::En)),
    ("first_claim", |p| {
        text(p.claims.first().and_then(|set| set.claims.first()).map(|claim| claim.text.clone()))
    }),
    ("independent_claims", |p| {
        let set = p.claims.first();
        list(set.iter().flat_map(|set| {
            set.independent()
                .into_iter()
                .map(|at| format!("{}. {}", set.claims[at].number, set.claims[at].text))
        }))
    }),
    ("claims", |p| {
        let set = p.claims.first();
        list(
            set.iter()
                .flat_map(|set| set.claims.iter().map(|claim| format!("{}. {}", claim.number, claim.text))),
        )
    }),
    (DESCRIPTION, |p| {
        let sections = p.descriptions.first().map(|description| &description.sections);
        let paragraphs = sections.into_iter().flatten().flat_map(|section| &section.paragraphs);
        let text: Vec<&str> = paragraphs.map(String::as_str).collect();
        if text.is_empty() { FieldValue::Missing } else { FieldValue::Text(text.join("\n")) }
    }),
    ("keywords", |p| list(p.keywords.iter().map(|part| part.text.clone()))),
    ("applicants", |p| names(p, &[Role::Applicant])),
    ("owners", |p| names(p, &[Role::Owner])),
    ("inventors", |p| names(p, &[Role::Inventor, Role::Author])),
    ("agencies", |p| names(p, &[Role::Agency])),
    ("filing_date", |p| day(p.filing_date)),
    ("publication_date", |p| day(p.publication_date)),
    ("grant_date", |p| day(p.grant_date)),
    ("priority_date", |p| day(p.priority_date())),
    ("priorities", |p| list(p.priorities.iter().map(|priority| priority.number.to_string()))),
    ("patent_type", |p| {
        text(p.patent_type.map(|kind| {
            match kind {
                PatentType::Invention => "invention",
                PatentType::UtilityModel => "utility_model",
                PatentType::Design => "design",
                PatentType::Plant => "plant",
            }
            .to_owned()
        }))
    }),
    ("ipc", |p| symbols(p, Scheme::Ipc)),
    ("cpc", |p| symbols(p, Scheme::Cpc)),
    ("cites", |p| {
        list(p.citations.iter().filter_map(|citation| match &citation.cited {
            Cited::Patent { number, .. } => Some(number.to_string()),
            Cited::Literature { .. } => None,
        }))
    }),
    ("family_members", |p| list(p.family.members.iter().map(ToString::to_string))),
];

/// The one field that is stored apart, and read only when it is asked for.
const DESCRIPTION: &str = "description";

/// Returns the names of all fields that an export of this snapshot can hold: those of documents, then the columns.
pub fn export_fields(reader: &Reader) -> Vec<String> {
    let own = FIELDS.iter().map(|(name, _)| (*name).to_owned());
    let known = |name: &str| FIELDS.iter().any(|(field, _)| *field == name);
    own.chain(reader.columns().map(|(name, ..)| name.to_owned()).filter(|name| !known(name))).collect()
}

/// Hands every document of a match set to `sink`, in order, with how many there are, until it returns false.
///
/// # Errors
/// As [`super::search`]; [`Error::UnknownField`] for a field that there is not.
pub fn export(
    reader: &Reader,
    request: &ExportRequest,
    sink: &mut dyn FnMut(Row, u64) -> bool,
) -> Result<Exported> {
    export_with(reader, request, &Sets::NONE, sink)
}

/// Exports the match set of a query that may name sets.
///
/// # Errors
/// As [`export`], and [`Error::UnknownSet`], [`Error::Set`].
pub fn export_with(
    reader: &Reader,
    request: &ExportRequest,
    sets: &Sets,
    sink: &mut dyn FnMut(Row, u64) -> bool,
) -> Result<Exported> {
    let fields: Vec<String> = if request.fields.is_empty() {
        DEFAULT_FIELDS.iter().map(|name| (*name).to_owned()).collect()
    } else {
        request.fields.clone()
    };
    let getters = fields.iter().map(|name| getter(reader, name)).collect::<Result<Vec<_>>>()?;
    let with_description = fields.iter().any(|name| name == DESCRIPTION);
    let query = if request.query.trim().is_empty() { EVERYTHING } else { &request.query };
    let search = Request { filters: request.filters.clone(), sort: request.sort, ..Request::new(query) };
    let (canonical, ordered) = run::ordered(reader, &search, sets)?;
    let groups = Groups::new(reader, request.collapse.unwrap_or(Collapse::None))?;
    let ordered: Vec<u32> = match request.collapse {
        None | Some(Collapse::None) => ordered,
        Some(_) => groups.collapse(&ordered).into_iter().map(|(docno, _)| docno).collect(),
    };
    let total = ordered.len() as u64;
    let mut rows = 0;
    for docno in ordered {
        if request.limit.is_some_and(|limit| rows >= limit) {
            break;
        }
        let mut publication = reader.document(docno)?;
        if with_description {
            publication.descriptions = reader.descriptions(docno)?;
        }
        let values =
            getters.iter().map(|get| get.value(reader, docno, &publication)).collect::<Result<_>>()?;
        if !sink(Row { publication, values }, total) {
            break;
        }
        rows += 1;
    }
    Ok(Exported { snapshot: snapshot_of(reader), query: canonical, rows, total, fields })
}

/// Where the value of a field comes from.
enum Source<'a> {
    Document(Getter),
    Column(&'a str),
}

fn getter<'a>(reader: &Reader, name: &'a str) -> Result<Source<'a>> {
    if let Some((_, get)) = FIELDS.iter().find(|(field, _)| *field == name) {
        return Ok(Source::Document(*get));
    }
    match reader.column(name) {
        Ok(_) => Ok(Source::Column(name)),
        Err(_) => Err(Error::UnknownField { name: name.to_owned(), fields: export_fields(reader) }),
    }
}

impl Source<'_> {
    fn value(&self, reader: &Reader, docno: u32, publication: &Publication) -> Result<FieldValue> {
        let name = match self {
            Self::Document(get) => return Ok(get(publication)),
            Self::Column(name) => name,
        };
        let column = reader.column(name)?;
        Ok(match column.kind() {
            ColumnKind::Keyword => {
                let mut values: Vec<String> = column.keywords(docno).map(str::to_owned).collect();
                match values.len() {
                    0 => FieldValue::Missing,
                    1 => FieldValue::Text(values.remove(0)),
                    _ => FieldValue::List(values),
                }
            }
            ColumnKind::Date => day(column.integer(docno).and_then(date)),
            ColumnKind::Integer => column.integer(docno).map_or(FieldValue::Missing, FieldValue::Integer),
        })
    }
}

fn text(value: Option<String>) -> FieldValue {
    value.filter(|text| !text.is_empty()).map_or(FieldValue::Missing, FieldValue::Text)
}

fn day(value: Option<Date>) -> FieldValue {
    value.map_or(FieldValue::Missing, FieldValue::Date)
}

fn list(values: impl Iterator<Item = String>) -> FieldValue {
    let mut kept: Vec<String> = Vec::new();
    for value in values.filter(|value| !value.is_empty()) {
        if !kept.contains(&value) {
            kept.push(value);
        }
    }
    if kept.is_empty() { FieldValue::Missing } else { FieldValue::List(kept) }
}

fn version(texts: &[crate::patent::LocalText], wanted: Version) -> FieldValue {
    text(texts.iter().find(|part| part.lang.version() == wanted).map(|part| part.text.clone()))
}

fn names(publication: &Publication, roles: &[Role]) -> FieldValue {
    list(page::names(publication, roles).into_iter())
}

fn symbols(publication: &Publication, scheme: Scheme) -> FieldValue {
    let of_scheme = publication.classes.iter().filter(|class| class.scheme == scheme);
    list(of_scheme.map(|class| class.symbol.0.clone()))
}
