//! One question, from text to page.

use std::collections::BTreeMap;

use super::cursor::Cursor;
use super::error::{Error, Result};
use super::evaluate;
use super::facet;
use super::filter;
use super::fusion::{self, List};
use super::page::{self, Groups};
use super::request::{MAX_PAGE_SIZE, NEAREST_LIMIT, Request, Sort};
use super::response::{
    ByMeaning, Clause, Explanation, Hit, Interpretation, Rank, Response, Total, WordShare, snapshot_of,
};
use super::snippet::Concepts;
use crate::index::{DocnoSet, Reader, SpaceName};
use crate::query::{Parsed, parse};

/// Documents of each list that take part in the fusion. Beyond it the order is by words, then by key.
const FUSION_DEPTH: usize = 1_000;
/// Concepts whose phrases are looked up for ranking; a long text has more, of which the first name its subject.
const MAX_PHRASES: usize = 12;

/// How much each list counts in the fusion.
///
/// Phrases say more than the same words apart, so they confirm rather than replace: see `benches/RESULTS.md`.
const WEIGHTS: [(&str, f64); 3] = [("words", 1.0), ("phrase", 0.5), ("vector", 1.0)];

/// What a query came to before ranking.
struct Matched {
    /// Exact, filters applied.
    set: DocnoSet,
    /// What ranking by words and vectors goes by.
    text: String,
    /// What is highlighted, and ranked as phrases.
    concepts: Vec<String>,
    /// Whether near documents outside the set may be shown too.
    by_meaning: bool,
    filter: Option<DocnoSet>,
    interpretation: Interpretation,
}

/// A document in its place.
struct Place {
    docno: u32,
    score: f64,
}

/// Answers a search on one snapshot.
///
/// # Errors
/// [`Error::Syntax`] with every fault of the query, [`Error::Value`] for values that a field cannot have,
/// [`Error::TooMany`] above a limit, [`Error::Cursor`] for a cursor of another query or snapshot.
pub fn search(reader: &Reader, request: &Request) -> Result<Response> {
    if request.limit == 0 || request.limit > MAX_PAGE_SIZE {
        return Err(Error::TooMany { what: "the page size", found: request.limit, limit: MAX_PAGE_SIZE });
    }
    let cursor = Cursor::read(request, reader.id())?;
    let matched = understand(reader, request)?;
    let lists = retrieve(reader, &matched)?;
    let groups = Groups::new(reader, request.collapse)?;

    let total = Total { families: groups.count(&matched.set), publications: matched.set.len(), exact: true };
    let by_meaning = matched.by_meaning.then(|| {
        let outside = lists.iter().filter(|list| list.name == "vector").flat_map(|list| &list.ranked);
        let value = outside.filter(|(docno, _)| !matched.set.contains(*docno)).count() as u64;
        ByMeaning { value, limit: NEAREST_LIMIT as u64 }
    });
    let ranked = order(reader, request, &matched, &lists)?;
    let docnos: Vec<u32> = ranked.iter().map(|place| place.docno).collect();
    let collapsed = groups.collapse(&docnos);
    let scores: rustc_hash::FxHashMap<u32, f64> =
        ranked.iter().map(|place| (place.docno, place.score)).collect();

    let concepts = Concepts::new(reader.analyzer(), &matched.concepts);
    let mut hits = Vec::new();
    for (docno, n_members) in collapsed.iter().skip(cursor.offset).take(request.limit) {
        let mut hit = page::hit(reader, *docno, &groups, &concepts)?;
        hit.n_members = *n_members;
        hit.score = scores.get(docno).copied().unwrap_or_default();
        hit.in_match_set = matched.set.contains(*docno);
        let ranks = ranks_of(*docno, &lists);
        hit.matched_by = ranks.keys().cloned().collect();
        if request.explain {
            hit.explanation = Some(explain(reader, *docno, &matched.text, ranks)?);
        }
        hits.push(hit);
    }
    let end = cursor.offset + hits.len();
    let next = (end < collapsed.len()).then(|| Cursor { snapshot: reader.id(), offset: end }.write(request));
    let mut truncated = Vec::new();
    let mut facets = BTreeMap::new();
    for name in &request.facets {
        let counts = facet::count(reader, name, &matched.set, &groups, &mut truncated)?;
        facets.insert(name.clone(), counts);
    }
    let dated = request.filters.from.is_some() || request.filters.to.is_some() || request.sort != Sort::Relevance;
    let n_undated = if dated { Some(count_undated(reader, request)?) } else { None };
    Ok(Response {
        snapshot: snapshot_of(reader),
        query: matched.interpretation,
        total,
        by_meaning,
        hits,
        facets,
        n_undated,
        next_cursor: next,
        truncated,
    })
}

fn understand(reader: &Reader, request: &Request) -> Result<Matched> {
    let parsed = parse(&request.query).map_err(Error::Syntax)?;
    let mut clauses: Vec<Clause> = Vec::new();
    let reading = parsed.reading();
    let (mut set, text, concepts, canonical) = match &parsed {
        Parsed::Text(text) => {
            let concepts = reader.analyzer().concepts(text);
            let mut set = evaluate::concept_set(reader, &concepts, &mut clauses)?;
            // A number typed by itself means its document.
            set.extend(numbered(reader, text, &mut clauses));
            let texts: Vec<String> = distinct(concepts.into_iter().map(|concept| concept.text));
            let canonical = match texts.as_slice() {
                [] => text.clone(),
                [one] => one.clone(),
                many => format!("({})", many.join(" OR ")),
            };
            (set, text.clone(), texts, canonical)
        }
        Parsed::Boolean(expr) => {
            let set = evaluate::evaluate(reader, expr, &mut clauses)?;
            let texts = expr.positive_texts();
            (set, texts.join(" "), distinct(texts.into_iter().map(str::to_owned)), expr.to_string())
        }
    };
    let filter = filter::filter_set(reader, &request.filters)?;
    if let Some(filter) = &filter {
        set.intersect(filter);
    }
    Ok(Matched {
        set,
        text,
        concepts,
        by_meaning: matches!(parsed, Parsed::Text(_)),
        filter,
        interpretation: Interpretation {
            canonical,
            dialect: "patnav".to_owned(),
            reading,
            concepts: Vec::new(),
            clauses,
        },
    })
    .map(|mut matched| {
        matched.interpretation.concepts.clone_from(&matched.concepts);
        matched
    })
}

/// Returns the documents that a text names, where the whole text is a number.
fn numbered(reader: &Reader, text: &str, clauses: &mut Vec<Clause>) -> Vec<u32> {
    let is_number = text.len() <= 40 && text.chars().any(|c| c.is_ascii_digit()) && text.is_ascii();
    let found = if is_number { reader.by_number(text) } else { Vec::new() };
    if !found.is_empty() {
        clauses.push(Clause { text: format!("pn={text}"), n: found.len() as u64 });
    }
    found
}

/// Runs the retrievers.
fn retrieve(reader: &Reader, matched: &Matched) -> Result<Vec<List>> {
    let mut lists = Vec::new();
    let weight = |name: &str| WEIGHTS.iter().find(|(known, _)| *known == name).map_or(1.0, |(_, weight)| *weight);
    let mut add = |name: &'static str, ranked: Vec<(u32, f32)>| {
        lists.push(List { name, weight: weight(name), ranked });
    };
    if matched.text.is_empty() {
        return Ok(lists);
    }
    add("words", reader.rank_words(&matched.text, &matched.set, usize::MAX)?);
    let phrases: Vec<&str> = matched.concepts.iter().take(MAX_PHRASES).map(String::as_str).collect();
    add("phrase", reader.rank_phrases(&phrases, &matched.set, FUSION_DEPTH)?);
    if let Some(vector) = reader.embed(&matched.text)? {
        let filter = if matched.by_meaning { matched.filter.as_ref() } else { Some(&matched.set) };
        let near = reader.nearest(SpaceName::Documents, &vector, filter, NEAREST_LIMIT)?;
        add("vector", near.into_iter().map(|near| (near.docno, near.cosine)).collect());
    }
    Ok(lists)
}

/// Puts the match set, and what is near it, in order.
fn order(reader: &Reader, request: &Request, matched: &Matched, lists: &[List]) -> Result<Vec<Place>> {
    let keys = reader.column("key")?;
    // Keys are compared by their ordinals: the dictionary is sorted.
    let key = |docno: u32| keys.ordinals(docno).first().copied().unwrap_or(u32::MAX);
    if request.sort != Sort::Relevance {
        let dates = reader.column("publication")?;
        let mut places: Vec<(bool, i64, u32, u32)> = matched
            .set
            .iter()
            .map(|docno| {
                let date = dates.integer(docno);
                let day = date.unwrap_or_default();
                let day = if request.sort == Sort::Newest { -day } else { day };
                (date.is_none(), day, key(docno), docno)
            })
            .collect();
        places.sort_unstable();
        return Ok(places.into_iter().map(|(.., docno)| Place { docno, score: 0.0 }).collect());
    }
    let tops: Vec<List> = lists
        .iter()
        .map(|list| List { ranked: list.ranked.iter().take(FUSION_DEPTH).copied().collect(), ..list.clone() })
        .collect();
    let fused = fusion::fuse(&tops);
    let mut places: Vec<Place> = fused.iter().map(|(docno, score)| Place { docno: *docno, score: *score }).collect();
    places.sort_unstable_by(|a, b| b.score.total_cmp(&a.score).then_with(|| key(a.docno).cmp(&key(b.docno))));
    // Then what only words found, then the rest of the match set by key.
    let mut placed = DocnoSet::empty(reader.alive().end());
    placed.extend(fused.keys().copied());
    for (docno, _) in lists.iter().filter(|list| list.name == "words").flat_map(|list| &list.ranked) {
        if !placed.contains(*docno) {
            placed.insert(*docno);
            places.push(Place { docno: *docno, score: 0.0 });
        }
    }
    let mut rest: Vec<u32> = matched.set.iter().filter(|docno| !placed.contains(*docno)).collect();
    rest.sort_unstable_by_key(|docno| key(*docno));
    places.extend(rest.into_iter().map(|docno| Place { docno, score: 0.0 }));
    Ok(places)
}

fn ranks_of(docno: u32, lists: &[List]) -> BTreeMap<String, Rank> {
    let mut ranks = BTreeMap::new();
    for list in lists {
        if let Some(index) = list.ranked.iter().position(|(found, _)| *found == docno) {
            ranks.insert(list.name.to_owned(), Rank { rank: index + 1, score: list.ranked[index].1 });
        }
    }
    ranks
}

fn explain(reader: &Reader, docno: u32, text: &str, ranks: BTreeMap<String, Rank>) -> Result<Explanation> {
    let words = reader.explain_words(text, docno)?;
    let words = words.into_iter().filter(|word| word.score > 0.0);
    let terms: Vec<String> = ranks
        .iter()
        .map(|(name, rank)| {
            let weight = WEIGHTS.iter().find(|(known, _)| known == name).map_or(1.0, |(_, weight)| *weight);
            format!("{weight}/({} + {})", fusion::K, rank.rank)
        })
        .collect();
    Ok(Explanation {
        ranks,
        words: words
            .map(|word| WordShare { word: word.term, n_documents: word.n_documents, score: word.score })
            .collect(),
        formula: terms.join(" + "),
    })
}

/// Counts the documents that match all but the dates of a request and have no publication date.
fn count_undated(reader: &Reader, request: &Request) -> Result<u64> {
    let mut dateless = request.clone();
    dateless.filters.from = None;
    dateless.filters.to = None;
    let matched = understand(reader, &dateless)?;
    let dates = reader.column("publication")?;
    Ok(matched.set.iter().filter(|docno| dates.integer(*docno).is_none()).count() as u64)
}

fn distinct(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for text in texts {
        if !text.is_empty() && !kept.contains(&text) {
            kept.push(text);
        }
    }
    kept
}
