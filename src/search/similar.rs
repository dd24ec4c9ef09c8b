//! Documents like one document, or like a text.
//!
//! Four kinds of evidence, added up on scales of their own (weights tuned as `benches/RESULTS.md` says):
//!
//! ```text
//! score = words / highest words + cosine + 0.2 · classes + 0.8 · citations
//! ```
//!
//! `words` is BM25F by the telling words; a document in another language than the text counts there by the words of
//! the text in its language (`foreign`). `classes` and `citations` are in 0-1: see `kinship`.

use rustc_hash::{FxHashMap, FxHashSet};

use super::error::{Error, Result};
use super::examples;
use super::filter;
use super::foreign::{Foreign, TRANSLATION_WEIGHT};
use super::kinship;
use super::page::{self, Groups};
use super::request::{Collapse, MAX_PAGE_SIZE, SimilarRequest};
use super::response::{Interpretation, Response, Total, snapshot_of};
use super::snippet::Concepts;
use crate::index::{DocnoSet, Reader, SpaceName};
use crate::patent::Publication;
use crate::query::Reading;

/// Documents that each way to find some takes part with.
const DEPTH: usize = 1_000;
/// Documents around the one in question whose citations are evidence.
const NEIGHBOURS: usize = 100;
/// Concepts of the text that are highlighted in the hits.
const MAX_CONCEPTS: usize = 12;
/// Hits where the request does not say.
const DEFAULT_LIMIT: usize = 20;

/// Weights of the kinds of evidence, each in 0-1.
const CLASSES_WEIGHT: f32 = 0.2;
const CITATIONS_WEIGHT: f32 = 0.8;

/// What is compared.
struct Subject {
    text: String,
    vector: Option<Vec<f32>>,
    /// The documents themselves, where a number was given: of one application, the first stands for all.
    documents: Vec<u32>,
    name: String,
}

/// What is known of a candidate.
#[derive(Debug, Clone, Copy, Default)]
struct Evidence {
    words: f32,
    cosine: f32,
    classes: f32,
    citations: f32,
    foreign: bool,
}

impl Evidence {
    fn score(self) -> f32 {
        self.words + self.cosine + CLASSES_WEIGHT * self.classes + CITATIONS_WEIGHT * self.citations
    }

    fn names(self) -> Vec<String> {
        let parts = [
            (self.words > 0.0, if self.foreign { "translation" } else { "words" }),
            (self.cosine > 0.0, "vector"),
            (self.classes > 0.0, "classes"),
            (self.citations > 0.0, "citations"),
        ];
        parts.into_iter().filter(|(counts, _)| *counts).map(|(_, name)| name.to_owned()).collect()
    }
}

/// Finds the documents most like a document, a text, or several documents, and unlike others; see [`SimilarRequest`].
///
/// # Errors
/// [`Error::UnknownNumber`], [`Error::NothingToCompare`], [`Error::TooMany`] above a limit.
pub fn similar(reader: &Reader, request: &SimilarRequest) -> Result<Response> {
    let several = !request.also.is_empty() || !request.not.is_empty();
    let mut response = if several { examples::similar(reader, request)? } else { like_one(reader, request)? };
    if request.explain {
        examples::explain(reader, request, &mut response.hits)?;
    }
    Ok(response)
}

/// Finds the documents most like one document or text: by its telling words, by its vector, by classes in common,
/// and by what the documents around it cite.
///
/// The document itself and its family are left out, and its own citations are never looked at. Every live document
/// that meets the filters is a candidate; `total` counts those found by words or vector.
///
/// # Errors
/// [`Error::UnknownNumber`], [`Error::NothingToCompare`], [`Error::Value`] for a filter that cannot be read, and
/// [`Error::TooMany`] above [`MAX_PAGE_SIZE`].
fn like_one(reader: &Reader, request: &SimilarRequest) -> Result<Response> {
    let limit = if request.limit == 0 { DEFAULT_LIMIT } else { request.limit };
    if limit > MAX_PAGE_SIZE {
        return Err(Error::TooMany { what: "the page size", found: limit, limit: MAX_PAGE_SIZE });
    }
    let groups = Groups::new(reader, Collapse::SimpleFamily)?;
    let subject = subject(reader, request)?;
    let mut others = reader.alive().clone();
    let families: FxHashSet<u64> = subject.documents.iter().map(|docno| groups.of(*docno)).collect();
    if !families.is_empty() {
        // Publications of one application are one family always, so none of them is left.
        let own: Vec<u32> = others.iter().filter(|other| families.contains(&groups.of(*other))).collect();
        let mut itself = DocnoSet::empty(others.end());
        itself.extend(own);
        others.subtract(&itself);
    }
    let mut found = compare(reader, &subject, &others, DEPTH)?;
    let neighbours = neighbours(&found);
    if let Some(filter) = filter::kept(reader, &request.filters)?.all {
        let mut candidates = others;
        candidates.intersect(&filter);
        found = compare(reader, &subject, &candidates, DEPTH)?;
    }
    let docnos: Vec<u32> = found.iter().map(|(docno, _)| *docno).collect();
    let classes = match subject.documents.first() {
        Some(docno) => kinship::class_overlap(reader, *docno, &docnos)?,
        None => vec![0.0; docnos.len()],
    };
    let citations = kinship::cited_by(reader, &groups, &neighbours, &docnos)?;
    for (((_, evidence), classes), citations) in found.iter_mut().zip(classes).zip(citations) {
        evidence.classes = classes;
        evidence.citations = citations;
    }
    let keys = reader.column("key")?;
    let key = |docno: u32| keys.ordinals(docno).first().copied().unwrap_or(u32::MAX);
    found.sort_unstable_by(|a, b| b.1.score().total_cmp(&a.1.score()).then_with(|| key(a.0).cmp(&key(b.0))));
    answer(reader, &subject, &groups, &found, limit)
}

/// Returns what the request asks to compare.
fn subject(reader: &Reader, request: &SimilarRequest) -> Result<Subject> {
    match (&request.number, &request.text) {
        (Some(number), _) => {
            let documents = reader.by_number(number);
            let unknown = || Error::UnknownNumber { number: number.clone(), similar: alike(reader, number) };
            let docno = *documents.first().ok_or_else(unknown)?;
            Ok(Subject {
                text: topic(&reader.document(docno)?),
                vector: reader.vector(docno),
                name: reader.key(docno)?,
                documents,
            })
        }
        (None, Some(text)) if !text.trim().is_empty() => Ok(Subject {
            text: text.clone(),
            vector: reader.embed(text)?,
            documents: Vec::new(),
            name: "text".to_owned(),
        }),
        _ => Err(Error::NothingToCompare),
    }
}

/// Finds the documents of a set that are nearest by words or by vector, in order of docno.
fn compare(
    reader: &Reader,
    subject: &Subject,
    among: &DocnoSet,
    depth: usize,
) -> Result<Vec<(u32, Evidence)>> {
    let mut found: FxHashMap<u32, Evidence> = FxHashMap::default();
    let words = reader.rank_words(&subject.text, among, depth)?;
    let highest = words.first().map_or(1.0, |(_, score)| *score).max(f32::MIN_POSITIVE);
    for (docno, score) in words {
        found.entry(docno).or_default().words = score / highest;
    }
    if let Some(vector) = &subject.vector {
        let near = reader.nearest(SpaceName::Documents, vector, Some(among), depth)?;
        let near: Vec<(u32, f32)> = near.into_iter().map(|near| (near.docno, near.cosine)).collect();
        let nearest = near.first().map_or(0.0, |(_, cosine)| *cosine);
        for (docno, cosine) in &near {
            found.entry(*docno).or_default().cosine = cosine.max(0.0);
        }
        // Both of its parts are shares of the highest among documents of other languages: the best of these are
        // put beside the best of the query's own.
        let cosines: FxHashMap<u32, f32> = near.iter().copied().collect();
        let foreign = Foreign::new(reader, &subject.text)?.rank(&near)?;
        let highest = foreign.iter().map(|(docno, _)| cosines[docno]).fold(f32::MIN_POSITIVE, f32::max);
        for (docno, score) in foreign {
            let cosine = cosines[&docno] / highest;
            let evidence = found.entry(docno).or_default();
            *evidence = Evidence {
                words: ((score - cosine) / TRANSLATION_WEIGHT).max(0.0),
                cosine: cosine * nearest,
                foreign: true,
                ..*evidence
            };
        }
    }
    let mut found: Vec<(u32, Evidence)> = found.into_iter().collect();
    found.sort_unstable_by_key(|(docno, _)| *docno);
    Ok(found)
}

/// Returns the nearest documents with their nearness in 0-1, nearest first.
fn neighbours(found: &[(u32, Evidence)]) -> Vec<(u32, f32)> {
    let mut near: Vec<(u32, f32)> =
        found.iter().map(|(docno, evidence)| (*docno, (evidence.words + evidence.cosine) / 2.0)).collect();
    near.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    near.truncate(NEIGHBOURS);
    near
}

/// Makes the page.
fn answer(
    reader: &Reader,
    subject: &Subject,
    groups: &Groups<'_>,
    found: &[(u32, Evidence)],
    limit: usize,
) -> Result<Response> {
    let docnos: Vec<u32> = found.iter().map(|(docno, _)| *docno).collect();
    let evidence: FxHashMap<u32, Evidence> = found.iter().copied().collect();
    let collapsed = groups.collapse(&docnos);
    let concepts = reader.analyzer().concepts(&subject.text).into_iter().take(MAX_CONCEPTS);
    let concepts: Vec<String> = concepts.map(|concept| concept.text).collect();
    let highlights = Concepts::new(reader.analyzer(), &concepts);
    let mut hits = Vec::new();
    for (docno, n_members) in collapsed.iter().take(limit) {
        let evidence = evidence[docno];
        let mut hit = page::hit(reader, *docno, groups, &highlights)?;
        hit.n_members = *n_members;
        hit.score = f64::from(evidence.score());
        hit.matched_by = evidence.names();
        hits.push(hit);
    }
    Ok(Response {
        snapshot: snapshot_of(reader),
        query: Interpretation {
            canonical: format!("similar to {}", subject.name),
            dialect: "patnav".to_owned(),
            reading: Reading::Text,
            concepts,
            clauses: Vec::new(),
        },
        total: Total { families: collapsed.len() as u64, publications: found.len() as u64, exact: true },
        by_meaning: None,
        hits,
        facets: std::collections::BTreeMap::new(),
        n_undated: None,
        as_of: None,
        conflicting: None,
        next_cursor: None,
        truncated: Vec::new(),
    })
}

/// Returns the keys that share the longest beginning with a number, a few at most.
pub(super) fn alike(reader: &Reader, number: &str) -> Vec<String> {
    const SHORTEST: usize = 5;
    const MAX_SHOWN: u32 = 3;
    let number: String = number.to_uppercase().chars().filter(char::is_ascii_alphanumeric).collect();
    let Ok(keys) = reader.column("key") else { return Vec::new() };
    for end in (SHORTEST..=number.len().min(40)).rev() {
        let found = keys.prefixed(&number[..end]);
        if !found.is_empty() {
            let shown = found.start..found.end.min(found.start + MAX_SHOWN);
            return shown.map(|ordinal| keys.keyword(ordinal).to_owned()).collect();
        }
    }
    Vec::new()
}

/// Returns titles, abstracts and independent claims of a document as one text.
pub(super) fn topic(publication: &Publication) -> String {
    let mut parts: Vec<&str> = Vec::new();
    parts.extend(publication.titles.iter().map(|text| text.text.as_str()));
    parts.extend(publication.abstracts.iter().map(|text| text.text.as_str()));
    for set in &publication.claims {
        parts.extend(set.independent().into_iter().map(|index| set.claims[index].text.as_str()));
    }
    parts.join("\n")
}
