//! Documents like one document, or like a text.

use rustc_hash::{FxHashMap, FxHashSet};

use super::error::{Error, Result};
use super::filter;
use super::foreign::Foreign;
use super::fusion::{self, List};
use super::page::{self, Groups};
use super::request::{Collapse, MAX_PAGE_SIZE, SimilarRequest};
use super::response::{Interpretation, Response, Total, snapshot_of};
use super::snippet::Concepts;
use crate::index::{Reader, SpaceName};
use crate::patent::Publication;
use crate::query::Reading;

/// Documents of each list that take part.
const DEPTH: usize = 1_000;
/// Concepts of the text that are highlighted in the hits.
const MAX_CONCEPTS: usize = 12;
/// Hits where the request does not say.
const DEFAULT_LIMIT: usize = 20;

/// Finds the documents most like one document or text: by its telling words and by its vector.
///
/// The document itself and its family are left out. Every live document that meets the filters is a candidate;
/// `total` counts those found by either way.
pub fn similar(reader: &Reader, request: &SimilarRequest) -> Result<Response> {
    let limit = if request.limit == 0 { DEFAULT_LIMIT } else { request.limit };
    if limit > MAX_PAGE_SIZE {
        return Err(Error::TooMany { what: "the page size", found: limit, limit: MAX_PAGE_SIZE });
    }
    let groups = Groups::new(reader, Collapse::SimpleFamily)?;
    let mut candidates = reader.alive().clone();
    if let Some(filter) = filter::kept(reader, &request.filters)?.all {
        candidates.intersect(&filter);
    }
    let (text, vector, name) = match (&request.number, &request.text) {
        (Some(number), _) => {
            let found = reader.by_number(number);
            let unknown = || Error::UnknownNumber { number: number.clone(), similar: alike(reader, number) };
            let docno = *found.first().ok_or_else(unknown)?;
            // Publications of one application are one family always, so none of them is left.
            let families: FxHashSet<u64> = found.iter().map(|docno| groups.of(*docno)).collect();
            let own: Vec<u32> =
                candidates.iter().filter(|other| families.contains(&groups.of(*other))).collect();
            let mut itself = crate::index::DocnoSet::empty(candidates.end());
            itself.extend(own);
            candidates.subtract(&itself);
            (topic(&reader.document(docno)?), reader.vector(docno), reader.key(docno)?)
        }
        (None, Some(text)) if !text.trim().is_empty() => {
            (text.clone(), reader.embed(text)?, "text".to_owned())
        }
        _ => return Err(Error::NothingToCompare),
    };
    let mut lists =
        vec![List { name: "words", weight: 1.0, ranked: reader.rank_words(&text, &candidates, DEPTH)? }];
    if let Some(vector) = vector {
        let near = reader.nearest(SpaceName::Documents, &vector, Some(&candidates), DEPTH)?;
        let ranked = near.into_iter().map(|near| (near.docno, near.cosine)).collect();
        lists.push(List { name: fusion::VECTOR, weight: 1.0, ranked });
    }
    let keys = reader.column("key")?;
    let key = |docno: u32| keys.ordinals(docno).first().copied().unwrap_or(u32::MAX);
    let foreign = Foreign::new(reader, &text)?;
    let mut ranked: Vec<(u32, f64)> = fusion::fuse(&lists, &|docno| foreign.is(docno)).into_iter().collect();
    ranked.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then_with(|| key(a.0).cmp(&key(b.0))));

    let docnos: Vec<u32> = ranked.iter().map(|(docno, _)| *docno).collect();
    let collapsed = groups.collapse(&docnos);
    let concepts: Vec<String> = reader
        .analyzer()
        .concepts(&text)
        .into_iter()
        .take(MAX_CONCEPTS)
        .map(|concept| concept.text)
        .collect();
    let highlights = Concepts::new(reader.analyzer(), &concepts);
    let scores: FxHashMap<u32, f64> = ranked.iter().copied().collect();
    let members: Vec<(&str, FxHashSet<u32>)> =
        lists.iter().map(|list| (list.name, list.ranked.iter().map(|(docno, _)| *docno).collect())).collect();
    let mut hits = Vec::new();
    for (docno, n_members) in collapsed.iter().take(limit) {
        let mut hit = page::hit(reader, *docno, &groups, &highlights)?;
        hit.n_members = *n_members;
        hit.score = scores.get(docno).copied().unwrap_or_default();
        let holding = members.iter().filter(|(_, docnos)| docnos.contains(docno));
        hit.matched_by = holding.map(|(name, _)| (*name).to_owned()).collect();
        hits.push(hit);
    }
    Ok(Response {
        snapshot: snapshot_of(reader),
        query: Interpretation {
            canonical: format!("similar to {name}"),
            dialect: "patnav".to_owned(),
            reading: Reading::Text,
            concepts,
            clauses: Vec::new(),
        },
        total: Total { families: collapsed.len() as u64, publications: ranked.len() as u64, exact: true },
        by_meaning: None,
        hits,
        facets: std::collections::BTreeMap::new(),
        n_undated: None,
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

fn topic(publication: &Publication) -> String {
    let mut parts: Vec<&str> = Vec::new();
    parts.extend(publication.titles.iter().map(|text| text.text.as_str()));
    parts.extend(publication.abstracts.iter().map(|text| text.text.as_str()));
    for set in &publication.claims {
        parts.extend(set.independent().into_iter().map(|index| set.claims[index].text.as_str()));
    }
    parts.join("\n")
}
