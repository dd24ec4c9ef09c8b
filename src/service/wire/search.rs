//! Searches and their answers.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::query;
use crate::search;
use crate::service::error::Result;
use crate::service::utf16;

/// A search.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::service) struct SearchRequest {
    /// The query, as text or as an expression.
    query: String,
    /// The project whose lines the query may name (`#3 AND NOT #1`); named sets (`@core`) need none.
    #[serde(default)]
    pub(in crate::service) project: Option<i64>,
    /// The dialect of the query, as in `query`; without one it is the one that the query seems to be written in.
    #[serde(default)]
    dialect: Option<String>,
    /// Conditions beside the query.
    #[serde(default)]
    filters: search::Filters,
    /// What counts as one hit.
    #[serde(default)]
    collapse: search::Collapse,
    /// The order.
    #[serde(default)]
    sort: search::Sort,
    /// Which member of a group is shown: `best`, `earliest`, `latest`, or `{"office": ["CN", "EP"]}`.
    #[serde(default)]
    representative: search::Representative,
    /// The day whose knowledge is used: what was published or announced later is not seen.
    #[serde(default)]
    as_of: Option<String>,
    /// The date of an invention: prior art was published before it, conflicting applications are listed apart.
    #[serde(default)]
    relevant: Option<search::Relevant>,
    /// Hits on the page, 1 to 1,000; 20 where it does not say.
    #[serde(default)]
    limit: Option<usize>,
    /// Where the page before ended.
    #[serde(default)]
    cursor: Option<String>,
    /// Columns to count over the whole match set: `country`, `year`, `applicant`, `ipc_subclass`, and what `columns` lists.
    #[serde(default)]
    facets: Vec<String>,
    /// Whether each hit says how it came to its place.
    #[serde(default)]
    explain: bool,
}

impl SearchRequest {
    pub(in crate::service) fn into_request(self) -> Result<search::Request> {
        let mut request = search::Request::new(self.query);
        request.dialect = super::query::dialect(self.dialect)?;
        request.filters = self.filters;
        request.collapse = self.collapse;
        request.sort = self.sort;
        request.representative = self.representative;
        request.as_of = self.as_of;
        request.relevant = self.relevant;
        request.limit = self.limit.unwrap_or(request.limit);
        request.cursor = self.cursor;
        request.facets = self.facets;
        request.explain = self.explain;
        Ok(request)
    }
}

/// A search for documents like one document or text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::service) struct SimilarRequest {
    /// A number or key; its family is left out of the answer.
    #[serde(default)]
    number: Option<String>,
    /// A text of any length, where there is no number.
    #[serde(default)]
    text: Option<String>,
    /// Further documents that hits are to be like, up to 50.
    #[serde(default)]
    also: Vec<String>,
    /// Documents that hits are to be unlike, up to 50; they and their families are left out.
    #[serde(default)]
    not: Vec<String>,
    /// Whether each hit says what links it to the question: words, terms of both languages, nearness in meaning.
    #[serde(default)]
    explain: bool,
    /// Conditions.
    #[serde(default)]
    filters: search::Filters,
    /// Hits on the page, 1 to 1,000; 20 where it does not say.
    #[serde(default)]
    limit: Option<usize>,
}

impl SimilarRequest {
    pub(in crate::service) fn into_request(self) -> search::SimilarRequest {
        search::SimilarRequest {
            number: self.number,
            text: self.text,
            also: self.also,
            not: self.not,
            explain: self.explain,
            filters: self.filters,
            limit: self.limit.unwrap_or_default(),
        }
    }
}

/// The data behind an answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub(in crate::service) struct SnapshotRef {
    /// The number of the snapshot.
    id: String,
    /// The last day of which the data speak; none where nothing in them is dated.
    #[schema(format = Date)]
    as_of: Option<String>,
    /// Documents of every kind.
    n_documents: u64,
    /// Patents by office, most first.
    offices: Vec<OfficeCount>,
    /// The last filing year whose published applications are complete.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_complete_year: Option<i16>,
}

/// Patents of an office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub(in crate::service) struct OfficeCount {
    /// The office, ST.3.
    code: String,
    /// Its patents.
    n: u64,
}

impl From<search::Snapshot> for SnapshotRef {
    fn from(snapshot: search::Snapshot) -> Self {
        let mut offices: Vec<OfficeCount> =
            snapshot.offices.into_iter().map(|(code, n)| OfficeCount { code, n }).collect();
        offices.sort_by(|a, b| b.n.cmp(&a.n).then_with(|| a.code.cmp(&b.code)));
        Self {
            id: snapshot.id,
            as_of: snapshot.as_of.map(|date| date.to_string()),
            n_documents: snapshot.n_documents,
            offices,
            last_complete_year: snapshot.last_complete_year,
        }
    }
}

/// The current snapshot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub(in crate::service) struct SnapshotResponse {
    /// The number of the snapshot.
    id: String,
    /// The last day of which the data speak.
    #[schema(format = Date)]
    as_of: Option<String>,
    /// Documents of every kind.
    n_documents: u64,
    /// Patents by office, most first.
    offices: Vec<OfficeCount>,
    /// The last filing year whose published applications are complete.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_complete_year: Option<i16>,
    /// Simple families of patents.
    n_families: u64,
    /// Documents by kind.
    by_kind: BTreeMap<String, u64>,
    /// Patents without any date.
    n_undated: u64,
    /// The embedding model; none means search by words alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    model: Option<String>,
    /// When it was committed.
    #[schema(format = DateTime)]
    created: String,
}

impl From<search::Snapshot> for SnapshotResponse {
    fn from(snapshot: search::Snapshot) -> Self {
        let (n_families, n_undated) = (snapshot.n_families, snapshot.n_undated);
        let (by_kind, model) = (snapshot.kinds.clone(), snapshot.model.clone());
        let created = snapshot.created.to_string();
        let SnapshotRef { id, as_of, n_documents, offices, last_complete_year } = snapshot.into();
        Self {
            id,
            as_of,
            n_documents,
            offices,
            last_complete_year,
            n_families,
            by_kind,
            n_undated,
            model,
            created,
        }
    }
}

/// A page of hits, and what it is a page of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub(in crate::service) struct SearchResponse {
    /// The data that answered.
    snapshot: SnapshotRef,
    /// How the query was understood.
    query: ParsedQuery,
    /// Size of the exact match set.
    total: search::Total,
    /// For a text query, near documents outside the match set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    by_meaning: Option<search::ByMeaning>,
    /// The page.
    hits: Vec<Hit>,
    /// Counts over the match set, where the request asks for some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    facets: Option<BTreeMap<String, Vec<search::FacetCount>>>,
    /// Documents of the match set without a publication date, when a filter or the order asked for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    n_undated: Option<u64>,
    /// What an as-of search saw.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    as_of: Option<search::AsOf>,
    /// Conflicting applications, where a relevant date was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    conflicting: Option<Conflicting>,
    /// Where the next page starts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
    /// What was cut.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    truncated: Option<Truncated>,
    /// Milliseconds from the request to the answer, the wait for a thread included.
    took_ms: f64,
}

/// The conflicting applications of a search: they take away novelty only, so they stand apart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub(in crate::service) struct Conflicting {
    /// The relevant date.
    #[schema(format = Date)]
    date: String,
    /// The office.
    office: String,
    /// The rule that was applied.
    rule: String,
    /// Whether they count for inventive step as well as for novelty.
    inventive_step: bool,
    /// Applications that match; `applications` shows the first 100 of them.
    n: u64,
    /// One entry an application, best fit first.
    applications: Vec<ConflictingApplication>,
    /// Patents of the office that match and were published on or after the date, but have no filing date.
    n_undated: u64,
}

/// A conflicting application.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub(in crate::service) struct ConflictingApplication {
    /// Its first publication in the match set.
    hit: Hit,
    /// Its filing date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(format = Date)]
    filing_date: Option<String>,
    /// Whether it was filed before the date only by its priority, which then has to be valid.
    rests_on_priority: bool,
    /// Why an international application stands here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    entered_by: Option<String>,
}

impl From<search::Conflicting> for Conflicting {
    fn from(found: search::Conflicting) -> Self {
        let application = |one: search::ConflictingApplication| ConflictingApplication {
            hit: one.hit.into(),
            filing_date: one.filing_date.map(|date| date.to_string()),
            rests_on_priority: one.rests_on_priority,
            entered_by: one.entered_by,
        };
        Self {
            date: found.date.to_string(),
            office: found.office,
            rule: found.rule,
            inventive_step: found.inventive_step,
            n: found.n,
            applications: found.applications.into_iter().map(application).collect(),
            n_undated: found.n_undated,
        }
    }
}

/// How a query was understood.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub(in crate::service) struct ParsedQuery {
    /// The canonical, fully bracketed form; for a text query its concepts joined by `OR`.
    canonical: String,
    /// The dialect it was read in.
    dialect: String,
    /// As what it was read.
    reading: Reading,
    /// Concepts in order; a highlight names one by its place here.
    concepts: Vec<Concept>,
    /// How many documents each clause alone matches, filters not applied.
    clauses: Vec<search::Clause>,
}

/// As what a query was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::service) enum Reading {
    /// A description, ranked by fit.
    Text,
    /// An expression with an exact match set.
    Boolean,
    /// The number of a document.
    Number,
}

/// A concept of a query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub(in crate::service) struct Concept {
    /// Its words.
    text: String,
}

/// What was cut, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub(in crate::service) struct Truncated {
    /// All reasons in one line.
    why: String,
    /// Each part with its reason.
    parts: Vec<search::Truncated>,
}

/// One hit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub(in crate::service) struct Hit {
    /// The document key.
    key: String,
    /// The publication number, or what else names the document.
    number: String,
    /// The application number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    application: Option<String>,
    /// The group that the hit stands for.
    family: String,
    /// Members of the group in the match set or near it.
    n_members: u64,
    /// `patent`, `paper`, `standard` or `report`.
    document_kind: String,
    /// Titles by language version.
    title: search::Titles,
    /// Applicants, or authors of a paper.
    applicants: Vec<String>,
    /// The day of publication.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(format = Date)]
    publication_date: Option<String>,
    /// The earliest priority or filing day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(format = Date)]
    priority_date: Option<String>,
    /// IPC and CPC symbols.
    classes: Vec<String>,
    /// The legal state as of the snapshot, for patents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    legal: Option<search::LegalSummary>,
    /// The office; none for documents of no office.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    country: Option<String>,
    /// The fused score; comparable within this answer only. 0 beyond the fused part of the list.
    score: f64,
    /// Which retrievers found it: `words`, `phrase`, `vector`.
    matched_by: Vec<String>,
    /// Whether it lies in the match set (else it is near by meaning).
    in_match_set: bool,
    /// The sentences that show why.
    snippets: Vec<Snippet>,
    /// How it came to its place, if asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    explanation: Option<search::Explanation>,
}

/// A part of a text with what was found in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub(in crate::service) struct Snippet {
    /// `title`, `abstract`, `claims` or `description`.
    zone: String,
    /// The language.
    lang: String,
    /// The text.
    text: String,
    /// Found parts, in order, none overlapping.
    highlights: Vec<Highlight>,
    /// Whether text before it was left out.
    before_cut: bool,
    /// Whether text after it was left out.
    after_cut: bool,
}

/// A found part of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub(in crate::service) struct Highlight {
    /// UTF-16 units before it.
    start: usize,
    /// UTF-16 units before its end.
    end: usize,
    /// Which concept of the query it is.
    concept: usize,
}

impl SearchResponse {
    pub(in crate::service) fn new(answer: search::Response, took: Duration) -> Self {
        Self {
            snapshot: answer.snapshot.into(),
            query: answer.query.into(),
            total: answer.total,
            by_meaning: answer.by_meaning,
            hits: answer.hits.into_iter().map(Hit::from).collect(),
            facets: (!answer.facets.is_empty()).then_some(answer.facets),
            n_undated: answer.n_undated,
            as_of: answer.as_of,
            conflicting: answer.conflicting.map(Conflicting::from),
            next_cursor: answer.next_cursor,
            truncated: truncated(answer.truncated),
            took_ms: (took.as_secs_f64() * 1e5).round() / 100.0,
        }
    }
}

/// Documents like a document or text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub(in crate::service) struct SimilarResponse {
    /// The data that answered.
    snapshot: SnapshotRef,
    /// Best first, one a family.
    hits: Vec<Hit>,
}

impl From<search::Response> for SimilarResponse {
    fn from(answer: search::Response) -> Self {
        Self { snapshot: answer.snapshot.into(), hits: answer.hits.into_iter().map(Hit::from).collect() }
    }
}

impl From<search::Interpretation> for ParsedQuery {
    fn from(query: search::Interpretation) -> Self {
        // A text that is a number has a clause for it; no other clause of a text names a field.
        let is_number = query.clauses.iter().any(|clause| clause.text.starts_with("pn="));
        let reading = match query.reading {
            query::Reading::Boolean => Reading::Boolean,
            query::Reading::Text if is_number => Reading::Number,
            query::Reading::Text => Reading::Text,
        };
        Self {
            canonical: query.canonical,
            dialect: query.dialect,
            reading,
            concepts: query.concepts.into_iter().map(|text| Concept { text }).collect(),
            clauses: query.clauses,
        }
    }
}

fn truncated(parts: Vec<search::Truncated>) -> Option<Truncated> {
    let reasons: Vec<String> = parts.iter().map(|part| format!("{}: {}", part.what, part.why)).collect();
    (!parts.is_empty()).then(|| Truncated { why: reasons.join("; "), parts })
}

impl From<search::Hit> for Hit {
    fn from(hit: search::Hit) -> Self {
        Self {
            key: hit.key,
            number: hit.number,
            application: hit.application,
            family: hit.family,
            n_members: hit.n_members,
            document_kind: hit.document_kind,
            title: hit.title,
            applicants: hit.applicants,
            publication_date: hit.publication_date.map(|date| date.to_string()),
            priority_date: hit.priority_date.map(|date| date.to_string()),
            classes: hit.classes,
            legal: hit.legal,
            country: Some(hit.country).filter(|country| !country.is_empty()),
            score: hit.score,
            matched_by: hit.matched_by,
            in_match_set: hit.in_match_set,
            snippets: hit.snippets.into_iter().map(Snippet::from).collect(),
            explanation: hit.explanation,
        }
    }
}

impl From<search::Snippet> for Snippet {
    fn from(snippet: search::Snippet) -> Self {
        let units = |at: usize| utf16::offset(&snippet.text, at);
        let highlight = |mark: &search::Highlight| Highlight {
            start: units(mark.start),
            end: units(mark.end),
            concept: mark.concept,
        };
        Self {
            highlights: snippet.highlights.iter().map(highlight).collect(),
            zone: snippet.zone,
            lang: snippet.lang,
            text: snippet.text,
            before_cut: snippet.cut_before,
            after_cut: snippet.cut_after,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn highlights_count_as_javascript_counts() {
        // Bytes: `𠮷` is 4, each Han character 3, `a` 1.
        let snippet = search::Snippet {
            zone: "title".to_owned(),
            lang: "zh".to_owned(),
            text: "𠮷a采煤机滚筒".to_owned(),
            highlights: vec![search::Highlight { start: 5, end: 14, concept: 1 }],
            cut_before: true,
            cut_after: false,
        };
        let snippet = Snippet::from(snippet);
        assert_eq!(snippet.highlights, [Highlight { start: 3, end: 6, concept: 1 }]);
        let units: Vec<u16> = snippet.text.encode_utf16().collect();
        assert_eq!(String::from_utf16(&units[3..6]).unwrap(), "采煤机");
    }

    #[test]
    fn several_cuts_are_one_line_and_a_list() {
        let part = |what: &str| search::Truncated { what: what.to_owned(), why: "too many".to_owned() };
        assert_eq!(truncated(Vec::new()), None);
        let both = truncated(vec![part("a"), part("b")]).unwrap();
        assert_eq!((both.why.as_str(), both.parts.len()), ("a: too many; b: too many", 2));
    }
}
