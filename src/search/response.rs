//! Answers. Offsets in texts are bytes; `service` turns them into UTF-16 units.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::conflict::Conflicting;
use super::legal::LegalSummary;
use crate::index::Reader;
use crate::patent::{Date, Publication, Version};
use crate::query::Reading;

/// A page of hits, and what it is a page of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Response {
    /// The data that answered.
    pub snapshot: Snapshot,
    /// How the query was understood.
    pub query: Interpretation,
    /// Size of the exact match set.
    pub total: Total,
    /// For a text query, near documents outside the match set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_meaning: Option<ByMeaning>,
    /// The page.
    pub hits: Vec<Hit>,
    /// Counts over the match set by column.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facets: BTreeMap<String, Vec<FacetCount>>,
    /// Documents of the match set without a publication date, when a filter or the order asked for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub n_undated: Option<u64>,
    /// What an as-of search saw.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<AsOf>,
    /// Conflicting applications, where a relevant date was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conflicting: Option<Conflicting>,
    /// Where the next page starts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    /// What was cut, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub truncated: Vec<Truncated>,
}

/// The data behind an answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Snapshot {
    /// The number of the snapshot.
    pub id: String,
    /// The last day of which the data speak.
    #[schema(value_type = Option<String>, format = Date)]
    pub as_of: Option<Date>,
    /// Documents of every kind.
    pub n_documents: u64,
    /// Simple families of patents.
    pub n_families: u64,
    /// Patents by office.
    pub offices: BTreeMap<String, u64>,
    /// Documents by kind.
    pub kinds: BTreeMap<String, u64>,
    /// Patents without any date.
    pub n_undated: u64,
    /// The last filing year whose published applications are complete.
    pub last_complete_year: Option<i16>,
    /// The embedding model; none means search by words alone.
    pub model: Option<String>,
    /// When it was committed.
    #[schema(value_type = String, format = DateTime)]
    pub created: jiff::Timestamp,
}

/// Returns what an answer from `reader` says of its data.
pub fn snapshot_of(reader: &Reader) -> Snapshot {
    let statistics = reader.statistics();
    Snapshot {
        id: format!("{:06}", reader.id()),
        as_of: statistics.as_of,
        n_documents: statistics.n_documents,
        n_families: statistics.n_families,
        offices: statistics.offices.clone(),
        kinds: statistics.kinds.clone(),
        n_undated: statistics.n_undated,
        last_complete_year: statistics.last_complete_year,
        model: reader.model_id().map(str::to_owned),
        created: reader.created(),
    }
}

/// An as-of search: what was published, announced and cited later is not seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AsOf {
    /// The day.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// Documents without a day of publication, which are not seen.
    pub n_undated: u64,
    /// What could not be taken back to the day, because it carries no dates.
    pub not_frozen: Vec<String>,
}

/// How a query was understood.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Interpretation {
    /// The canonical, fully bracketed form; for a text query its concepts joined by `OR`.
    pub canonical: String,
    /// The dialect it was read in.
    pub dialect: String,
    /// As text or as an expression.
    #[schema(value_type = String)]
    pub reading: Reading,
    /// What is highlighted, in the order of the concept numbers.
    pub concepts: Vec<String>,
    /// Every clause with its own count.
    pub clauses: Vec<Clause>,
}

/// A clause of a query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Clause {
    /// Its canonical form.
    pub text: String,
    /// Publications that match it by itself, filters not applied.
    pub n: u64,
    /// For a range of dates, the documents that have no such date, and so cannot match.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub n_undated: Option<u64>,
}

/// The size of a match set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Total {
    /// Simple families; extended ones where hits are collapsed to these.
    pub families: u64,
    /// Publications.
    pub publications: u64,
    /// Whether both are exact; always true at present.
    pub exact: bool,
}

/// Near documents outside the match set of a text query: those among the `limit` nearest documents that do not match
/// by words and are nearer than the median of random pairs of documents is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ByMeaning {
    /// How many the list holds.
    pub value: u64,
    /// How many nearest documents were asked for.
    pub limit: u64,
}

/// One hit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Hit {
    /// The document key.
    pub key: String,
    /// The publication number, or what else names the document.
    pub number: String,
    /// The application number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application: Option<String>,
    /// The group that the hit stands for.
    pub family: String,
    /// Members of the group in the match set or near it.
    pub n_members: u64,
    /// `patent`, `paper`, `standard` or `report`.
    pub document_kind: String,
    /// Titles by language version.
    pub title: Titles,
    /// Applicants, or authors of a paper.
    pub applicants: Vec<String>,
    /// The day of publication.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub publication_date: Option<Date>,
    /// The earliest priority or filing day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub priority_date: Option<Date>,
    /// IPC and CPC symbols.
    pub classes: Vec<String>,
    /// The legal state as of the snapshot, for patents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal: Option<LegalSummary>,
    /// The office.
    pub country: String,
    /// The fused score; comparable within this answer only. 0 beyond the fused part of the list.
    pub score: f64,
    /// Which retrievers found it: `words`, `phrase`, `vector`, `translation` (the words of the query in another
    /// language); of similar documents also `classes` and `citations`.
    pub matched_by: Vec<String>,
    /// Whether it lies in the match set (else it is near by meaning).
    pub in_match_set: bool,
    /// The sentences that show why.
    pub snippets: Vec<Snippet>,
    /// How it came to its place, if asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explanation: Option<Explanation>,
}

/// Titles by language version.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Titles {
    /// Chinese.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zh: Option<String>,
    /// English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
    /// Any other language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<String>,
}

impl Titles {
    /// Returns the first title of a document in each version.
    pub fn of(publication: &Publication) -> Self {
        let title = |version: Version| {
            let title = publication.titles.iter().find(|title| title.lang.version() == version);
            title.map(|title| title.text.clone())
        };
        Self { zh: title(Version::Zh), en: title(Version::En), other: title(Version::Other) }
    }
}

/// A part of a text with what was found in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Snippet {
    /// `title`, `abstract`, `claims` or `description`.
    pub zone: String,
    /// The language.
    pub lang: String,
    /// The text.
    pub text: String,
    /// Found parts, in order, none overlapping.
    pub highlights: Vec<Highlight>,
    /// Whether text before it was left out.
    pub cut_before: bool,
    /// Whether text after it was left out.
    pub cut_after: bool,
}

/// A found part of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = EvidenceHighlight)]
pub struct Highlight {
    /// Where it starts.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// Which concept of the query it is.
    pub concept: usize,
}

/// How a hit came to its place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Explanation {
    /// Its place and score in each list that holds it.
    pub ranks: BTreeMap<String, Rank>,
    /// What each word gave to its score by words.
    pub words: Vec<WordShare>,
    /// The formula of the fused score.
    pub formula: String,
    /// The clauses of the query that the document meets, by their canonical form.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clauses: Vec<String>,
    /// For documents like others: terms that both hold, in the same words or in those of the other language.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bridge: Vec<super::evidence::Bridge>,
}

/// A place in a ranked list.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Rank {
    /// From 1.
    pub rank: usize,
    /// BM25F for words, weighted rarity for phrases, cosine for vectors; for translation, cosine and twice the
    /// translated BM25F, each as a share of the highest.
    pub score: f32,
}

/// What a word gave to a score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct WordShare {
    /// The word as indexed.
    pub word: String,
    /// Documents that hold it.
    pub n_documents: u32,
    /// Its share.
    pub score: f32,
}

/// A value of a facet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FacetCount {
    /// The value.
    pub value: String,
    /// Groups (families by default) of the match set that hold it.
    pub n: u64,
}

/// Something that was cut.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Truncated {
    /// What.
    pub what: String,
    /// Why.
    pub why: String,
}
