//! One question, from text to page.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

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
use crate::index::{Column, DocnoSet, Reader, SpaceName, WordScores};
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
    let Retrieved { lists, words } = retrieve(reader, &matched)?;
    let groups = Groups::new(reader, request.collapse)?;

    let mut members = groups.count(&matched.set);
    let total = Total { families: members.n_groups(), publications: matched.set.len(), exact: true };
    let outside = lists.iter().filter(|list| list.name == "vector").flat_map(|list| &list.ranked);
    let outside = outside.map(|(docno, _)| *docno).filter(|docno| !matched.set.contains(*docno));
    let mut n_outside = 0;
    outside.for_each(|docno| {
        members.add(groups.of(docno));
        n_outside += 1;
    });
    let by_meaning =
        matched.by_meaning.then_some(ByMeaning { value: n_outside, limit: NEAREST_LIMIT as u64 });
    let fused = if request.sort == Sort::Relevance { fusion::fuse(&lists) } else { FxHashMap::default() };
    let mut ranked = match request.sort {
        Sort::Relevance => by_score(reader, &fused)?,
        Sort::Newest | Sort::Oldest => by_date(reader, request.sort, &matched.set)?,
    };
    let mut collapsed = groups.collapse(&ranked);
    if request.sort == Sort::Relevance && collapsed.len() <= cursor.offset.saturating_add(request.limit) {
        // Few questions are asked so deep that the order of the rest matters.
        add_rest(reader, &matched.set, words.as_ref(), &mut ranked)?;
        collapsed = groups.collapse(&ranked);
    }

    let concepts = Concepts::new(reader.analyzer(), &matched.concepts);
    let mut hits = Vec::new();
    for docno in collapsed.iter().skip(cursor.offset).take(request.limit) {
        let mut hit = page::hit(reader, *docno, &groups, &concepts)?;
        hit.n_members = members.of(groups.of(*docno));
        hit.score = fused.get(docno).copied().unwrap_or_default();
        hit.in_match_set = matched.set.contains(*docno);
        let ranks = ranks_of(*docno, &lists, words.as_ref());
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

/// What the retrievers found.
struct Retrieved {
    /// The best of each, which are fused.
    lists: Vec<List>,
    /// All that words found; `None` where the query has no text to rank by.
    words: Option<WordScores>,
}

/// Runs the retrievers.
fn retrieve(reader: &Reader, matched: &Matched) -> Result<Retrieved> {
    let mut lists = Vec::new();
    let weight = |name: &str| WEIGHTS.iter().find(|(known, _)| *known == name).map_or(1.0, |(_, weight)| *weight);
    let mut add = |name: &'static str, ranked: Vec<(u32, f32)>| {
        lists.push(List { name, weight: weight(name), ranked });
    };
    if matched.text.is_empty() {
        return Ok(Retrieved { lists, words: None });
    }
    let words = reader.score_words(&matched.text, &matched.set)?;
    add("words", words.best(FUSION_DEPTH));
    let phrases: Vec<&str> = matched.concepts.iter().take(MAX_PHRASES).map(String::as_str).collect();
    add("phrase", reader.rank_phrases(&phrases, &matched.set, FUSION_DEPTH)?);
    if let Some(vector) = reader.embed(&matched.text)? {
        let filter = if matched.by_meaning { matched.filter.as_ref() } else { Some(&matched.set) };
        let near = reader.nearest(SpaceName::Documents, &vector, filter, NEAREST_LIMIT)?;
        add("vector", near.into_iter().map(|near| (near.docno, near.cosine)).collect());
    }
    Ok(Retrieved { lists, words: Some(words) })
}

/// Orders the match set by date, undated last, equal days by key.
fn by_date(reader: &Reader, sort: Sort, set: &DocnoSet) -> Result<Vec<u32>> {
    let (keys, dates) = (reader.column("key")?, reader.column("publication")?);
    let mut places: Vec<(bool, i64, u32, u32)> = set
        .iter()
        .map(|docno| {
            let date = dates.integer(docno);
            let day = date.unwrap_or_default();
            let day = if sort == Sort::Newest { -day } else { day };
            (date.is_none(), day, key_of(keys, docno), docno)
        })
        .collect();
    places.sort_unstable();
    Ok(places.into_iter().map(|(.., docno)| docno).collect())
}

/// Orders what was fused by its score, equal scores by key.
fn by_score(reader: &Reader, fused: &FxHashMap<u32, f64>) -> Result<Vec<u32>> {
    let keys = reader.column("key")?;
    let mut places: Vec<(f64, u32, u32)> =
        fused.iter().map(|(docno, score)| (*score, key_of(keys, *docno), *docno)).collect();
    places.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    Ok(places.into_iter().map(|(.., docno)| docno).collect())
}

/// Appends what only words found, best first, then the rest of the match set by key.
fn add_rest(reader: &Reader, set: &DocnoSet, words: Option<&WordScores>, ranked: &mut Vec<u32>) -> Result<()> {
    let mut placed = DocnoSet::empty(reader.alive().end());
    placed.extend(ranked.iter().copied());
    for (docno, _) in words.map(|words| words.best(usize::MAX)).unwrap_or_default() {
        if !placed.contains(docno) {
            placed.insert(docno);
            ranked.push(docno);
        }
    }
    let keys = reader.column("key")?;
    let mut rest: Vec<u32> = set.iter().filter(|docno| !placed.contains(*docno)).collect();
    rest.sort_unstable_by_key(|docno| key_of(keys, *docno));
    ranked.extend(rest);
    Ok(())
}

/// Returns what keys are compared by: the dictionary is sorted, so ordinals do.
fn key_of(keys: &Column, docno: u32) -> u32 {
    keys.ordinals(docno).first().copied().unwrap_or(u32::MAX)
}

fn ranks_of(docno: u32, lists: &[List], words: Option<&WordScores>) -> BTreeMap<String, Rank> {
    let mut ranks = BTreeMap::new();
    for list in lists {
        let within = list.ranked.iter().position(|(found, _)| *found == docno);
        let found = match within {
            Some(index) => Some((index + 1, list.ranked[index].1)),
            // The list of words holds the best only.
            None if list.name == "words" => words.and_then(|words| words.rank_of(docno)),
            None => None,
        };
        if let Some((rank, score)) = found {
            ranks.insert(list.name.to_owned(), Rank { rank, score });
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
