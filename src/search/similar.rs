//! Documents like one document, or like a text.

use super::error::{Error, Result};
use super::filter;
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
    if let Some(filter) = filter::filter_set(reader, &request.filters)? {
        candidates.intersect(&filter);
    }
    let (text, vector, name) = match (&request.number, &request.text) {
        (Some(number), _) => {
            let found = reader.by_number(number);
            let docno = *found.first().ok_or_else(|| Error::UnknownNumber { number: number.clone() })?;
            let family = groups.of(docno);
            let own: Vec<u32> = candidates.iter().filter(|other| groups.of(*other) == family).collect();
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
    let mut lists = vec![List {
        name: "words",
        weight: 1.0,
        ranked: reader.rank_words(&text, &candidates, DEPTH)?,
    }];
    if let Some(vector) = vector {
        let near = reader.nearest(SpaceName::Documents, &vector, Some(&candidates), DEPTH)?;
        let ranked = near.into_iter().map(|near| (near.docno, near.cosine)).collect();
        lists.push(List { name: "vector", weight: 1.0, ranked });
    }
    let keys = reader.column("key")?;
    let key = |docno: u32| keys.ordinals(docno).first().copied().unwrap_or(u32::MAX);
    let mut ranked: Vec<(u32, f64)> = fusion::fuse(&lists).into_iter().collect();
    ranked.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then_with(|| key(a.0).cmp(&key(b.0))));

    let docnos: Vec<u32> = ranked.iter().map(|(docno, _)| *docno).collect();
    let collapsed = groups.collapse(&docnos);
    let concepts: Vec<String> =
        reader.analyzer().concepts(&text).into_iter().take(MAX_CONCEPTS).map(|concept| concept.text).collect();
    let highlights = Concepts::new(reader.analyzer(), &concepts);
    let mut hits = Vec::new();
    for docno in collapsed.iter().take(limit) {
        let mut hit = page::hit(reader, *docno, &groups, &highlights)?;
        let group = groups.of(*docno);
        hit.n_members = docnos.iter().filter(|other| groups.of(**other) == group).count() as u64;
        hit.score = ranked.iter().find(|(found, _)| found == docno).map_or(0.0, |(_, score)| *score);
        let holds = |list: &&List| list.ranked.iter().any(|(found, _)| found == docno);
        hit.matched_by = lists.iter().filter(holds).map(|list| list.name.to_owned()).collect();
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

fn topic(publication: &Publication) -> String {
    let mut parts: Vec<&str> = Vec::new();
    parts.extend(publication.titles.iter().map(|text| text.text.as_str()));
    parts.extend(publication.abstracts.iter().map(|text| text.text.as_str()));
    for set in &publication.claims {
        parts.extend(set.independent().into_iter().map(|index| set.claims[index].text.as_str()));
    }
    parts.join("\n")
}
