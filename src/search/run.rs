//! One question, from text to page.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::collapse;
use super::conflict;
use super::cursor::Cursor;
use super::error::{Error, Result};
use super::evaluate::{self, Context, Counted, MAX_CLAUSES_LISTED};
use super::facet;
use super::filter;
use super::foreign::Foreign;
use super::fusion::{self, List};
use super::order;
use super::page::{self, Groups};
use super::request::{Collapse, Filters, MAX_PAGE_SIZE, NEAREST_LIMIT, Request, Sort};
use super::response::{
    ByMeaning, Clause, Explanation, Interpretation, Rank, Response, Total, Truncated, WordShare, snapshot_of,
};
use super::seen::Seen;
use super::sets::Sets;
use super::snippet::{Concepts, Wanted};
use crate::index::{Column, DocnoSet, Near, Reader, SpaceName, WordScores};
use crate::query::{Dialect, Expr, Parsed, Reading, parse_in};

/// Documents of each list that take part in the fusion. Beyond it the order is by words, then by key.
const FUSION_DEPTH: usize = 1_000;
/// Concepts whose phrases are looked up for ranking; a long text has more, of which the first name its subject. With four
/// the long questions of the bench `quality` find as much as with twelve.
const MAX_PHRASES: usize = 4;

/// The list by words.
const WORDS: &str = "words";

/// How much each list counts in the fusion.
///
/// Phrases say more than the same words apart, so they confirm rather than replace: see `benches/RESULTS.md`.
const WEIGHTS: [(&str, f64); 3] = [(WORDS, 1.0), ("phrase", 0.5), ("vector", 1.0)];

/// What a query came to before ranking.
struct Matched {
    /// Exact, filters applied.
    set: DocnoSet,
    /// What ranking by words and vectors goes by.
    text: String,
    /// What is ranked as phrases.
    concepts: Vec<String>,
    /// What is highlighted.
    highlights: Concepts,
    /// The whole texts that match, where conflicting applications are asked for.
    whole_text: Option<DocnoSet>,
    /// The order that a semantic clause asks for.
    order: Option<Sort>,
    counted: Counted,
    seen: Seen,
    /// Whether near documents outside the set may be shown too.
    by_meaning: bool,
    filter: Option<DocnoSet>,
    /// As `set`, but filters on dates not applied.
    dates_aside: DocnoSet,
    interpretation: Interpretation,
}

/// Answers a search on one snapshot.
///
/// # Errors
/// [`Error::Syntax`] with every fault of the query, [`Error::Value`] for values that a field cannot have,
/// [`Error::TooMany`] above a limit, [`Error::Cursor`] for a cursor of another query or snapshot.
pub fn search(reader: &Reader, request: &Request) -> Result<Response> {
    search_with(reader, request, &Sets::NONE)
}

/// Answers a search whose query may name sets (`#3`, `@name`).
///
/// # Errors
/// As [`search`], and [`Error::UnknownSet`] for a set that is not given.
pub fn search_with(reader: &Reader, request: &Request, sets: &Sets) -> Result<Response> {
    if request.limit == 0 || request.limit > MAX_PAGE_SIZE {
        return Err(Error::TooMany { what: "the page size", found: request.limit, limit: MAX_PAGE_SIZE });
    }
    let cursor = Cursor::read(request, reader.id())?;
    let mut matched = understand(reader, request, sets)?;
    let sort = matched.order.filter(|_| request.sort == Sort::Relevance).unwrap_or(request.sort);
    let Retrieved { lists, words } = retrieve(reader, &matched)?;
    let groups = Groups::new(reader, request.collapse)?;

    let mut members = groups.count(&matched.set);
    // Families are families, whatever a hit is.
    let families = match request.collapse {
        Collapse::SimpleFamily | Collapse::ExtendedFamily => members.n_groups(),
        Collapse::Application | Collapse::None => {
            Groups::new(reader, Collapse::SimpleFamily)?.count(&matched.set).n_groups()
        }
    };
    let total = Total { families, publications: matched.set.len(), exact: true };
    let near = lists.iter().filter(|list| list.name == fusion::VECTOR).flat_map(|list| &list.ranked);
    let outside: Vec<u32> =
        near.map(|(docno, _)| *docno).filter(|docno| !matched.set.contains(*docno)).collect();
    let by_meaning =
        matched.by_meaning.then_some(ByMeaning { value: outside.len() as u64, limit: NEAREST_LIMIT as u64 });
    let foreign = foreign_list(reader, &matched.text, &lists)?;
    let mut scores: FxHashMap<u32, f64> = FxHashMap::default();
    let mut collapsed = if sort == Sort::Relevance {
        outside.iter().for_each(|docno| members.add(groups.of(*docno)));
        scores = fusion::fuse(&lists, &foreign);
        let mut ranked = by_score(reader, &scores, &foreign)?;
        let mut collapsed = groups.collapse(&ranked);
        // Few questions are read so far that the order of what was not fused matters.
        if collapsed.len() <= cursor.offset.saturating_add(request.limit) {
            add_rest(reader, &matched.set, words.as_ref(), &mut ranked)?;
            collapsed = groups.collapse(&ranked);
        }
        collapsed
    } else {
        groups.collapse(&order::ordered(reader, sort, &matched.set, &matched.seen)?.unwrap_or_default())
    };
    // A group keeps its place and score, whoever stands for it.
    let ranked: Vec<u32> =
        collapsed.iter().skip(cursor.offset).take(request.limit).map(|(docno, _)| *docno).collect();
    let shown = cursor.offset..collapsed.len().min(cursor.offset.saturating_add(request.limit));
    if let Some(page) = collapsed.get_mut(shown) {
        collapse::represent(reader, &request.representative, &groups, &matched.set, page)?;
    }

    let mut hits = Vec::new();
    let page: Vec<u32> =
        collapsed.iter().skip(cursor.offset).take(request.limit).map(|(docno, _)| *docno).collect();
    let mut ranks = ranks_of(&page, &lists, &foreign, words.as_ref());
    for (docno, ranked) in page.iter().zip(&ranked) {
        let mut hit = page::hit(reader, *docno, &groups, &matched.highlights)?;
        hit.n_members = members.of(groups.of(*docno));
        hit.score = scores.get(ranked).copied().unwrap_or_default();
        hit.in_match_set = matched.set.contains(*docno);
        let ranks = ranks.remove(docno).unwrap_or_default();
        hit.matched_by = ranks.keys().cloned().collect();
        if request.explain {
            let fused = hit.score > 0.0;
            let mut explanation = explain(reader, *docno, &matched.text, ranks, &lists, fused)?;
            explanation.clauses = matched.counted.met_by(*docno);
            hit.explanation = Some(explanation);
        }
        hits.push(hit);
    }
    let end = cursor.offset + hits.len();
    let next = (end < collapsed.len()).then(|| Cursor { snapshot: reader.id(), offset: end }.write(request));
    let mut truncated = std::mem::take(&mut matched.counted.truncated);
    let mut query = matched.interpretation;
    if query.clauses.len() > MAX_CLAUSES_LISTED {
        query.clauses.truncate(MAX_CLAUSES_LISTED);
        let why =
            format!("the counts of the first {MAX_CLAUSES_LISTED} clauses are listed; all were evaluated");
        truncated.push(Truncated { what: "clauses".to_owned(), why });
    }
    let mut facets = BTreeMap::new();
    if !request.facets.is_empty() {
        let counter = facet::Counter::new(&matched.set, &groups);
        for name in &request.facets {
            facets.insert(name.clone(), counter.count(reader, name, &mut truncated)?);
        }
    }
    let conflicting = match (&request.relevant, &matched.whole_text) {
        (Some(relevant), Some(set)) => {
            Some(conflict::find(reader, relevant, set, &matched.text, &matched.highlights)?)
        }
        _ => None,
    };
    let dated = matched.seen.cut().is_some()
        || request.filters.from.is_some()
        || request.filters.to.is_some()
        || !matches!(sort, Sort::Relevance | Sort::Cited | Sort::FamilySize);
    let n_undated =
        if dated { Some(count_undated(reader, order::date_of(sort).0, &matched.dates_aside)?) } else { None };
    Ok(Response {
        snapshot: snapshot_of(reader),
        query,
        total,
        by_meaning,
        hits,
        facets,
        n_undated,
        as_of: matched.seen.told(&request.facets),
        conflicting,
        next_cursor: next,
        truncated,
    })
}

/// Returns the exact match set of an expression over all live documents.
///
/// # Errors
/// [`Error::Value`], [`Error::Backwards`], [`Error::NotExecutable`], [`Error::UnknownSet`], and [`Error::Index`] for
/// patterns above a limit.
pub fn match_set(reader: &Reader, expr: &Expr, sets: &Sets) -> Result<DocnoSet> {
    let seen = Seen::of(reader, None, None)?;
    let sets = sets.answered(reader, &seen, false, expr)?;
    let context = Context { reader, sets: &sets, seen: &seen, whole_text: false };
    evaluate::evaluate(context, expr, &mut Counted::default())
}

/// The documents that a query names, without ranking: what analyses count.
pub struct Scope {
    /// The exact match set, filters applied.
    pub set: DocnoSet,
    /// How the query was understood.
    pub query: Interpretation,
}

/// Returns the exact match set of a query; an empty query or `*` is every live document.
///
/// # Errors
/// As [`search`] for the query and the filters.
pub fn scope(reader: &Reader, query: &str, filters: &Filters) -> Result<Scope> {
    scope_with(reader, query, None, filters, &Sets::NONE)
}

/// Returns the exact match set of a query in a dialect that may name sets.
///
/// # Errors
/// As [`search_with`] for the query and the filters.
pub fn scope_with(
    reader: &Reader,
    query: &str,
    dialect: Option<Dialect>,
    filters: &Filters,
    sets: &Sets,
) -> Result<Scope> {
    let query = if query.trim().is_empty() { evaluate::EVERYTHING } else { query };
    let request = Request { filters: filters.clone(), dialect, ..Request::new(query) };
    let matched = understand(reader, &request, sets)?;
    Ok(Scope { set: matched.set, query: matched.interpretation })
}

fn understand(reader: &Reader, request: &Request, sets: &Sets) -> Result<Matched> {
    let query = parse_in(&request.query, request.dialect).map_err(Error::Syntax)?;
    let mut matched = understand_parsed(reader, &query.parsed, request, sets)?;
    matched.interpretation.dialect = query.dialect.name().to_owned();
    Ok(matched)
}

/// Counts every clause of a query, the whole query last.
pub(super) fn count_clauses(reader: &Reader, parsed: &Parsed, sets: &Sets) -> Result<Vec<Clause>> {
    let matched = understand_parsed(reader, parsed, &Request::new(""), sets)?;
    Ok(matched.interpretation.clauses)
}

fn understand_parsed(reader: &Reader, parsed: &Parsed, request: &Request, sets: &Sets) -> Result<Matched> {
    let seen = Seen::new(reader, request)?;
    let context = Context { reader, sets, seen: &seen, whole_text: false };
    let mut counted = Counted { sets: request.explain.then(Vec::new), ..Counted::default() };
    let (mut wanted, mut order) = (Vec::new(), None);
    let everything = evaluate::is_everything(parsed);
    let reading = if everything { Reading::Boolean } else { parsed.reading() };
    let (mut set, text, concepts, canonical) = match parsed {
        Parsed::Text(_) if everything => {
            let set = reader.alive().clone();
            counted.add(|| evaluate::EVERYTHING.to_owned(), &set, None);
            (set, String::new(), Vec::new(), evaluate::EVERYTHING.to_owned())
        }
        Parsed::Text(text) => {
            let concepts = reader.analyzer().concepts(text);
            let mut set = evaluate::concept_set(context, &concepts, &mut counted)?;
            // A number typed by itself means its document.
            set.extend(numbered(reader, text, &mut counted));
            let texts: Vec<String> = distinct(concepts.into_iter().map(|concept| concept.text));
            let canonical = match texts.as_slice() {
                [] => text.clone(),
                [one] => one.clone(),
                many => format!("({})", many.join(" OR ")),
            };
            (set, text.clone(), texts, canonical)
        }
        Parsed::Boolean(expr) => {
            let sets = sets.answered(reader, &seen, false, expr)?;
            let set = evaluate::evaluate(Context { sets: &sets, ..context }, expr, &mut counted)?;
            Wanted::of(reader, expr, &mut wanted)?;
            order = order::asked_by(expr);
            let texts = expr.positive_texts();
            (set, texts.join(" "), distinct(texts.into_iter().map(str::to_owned)), expr.to_string())
        }
    };
    let whole_text = match &request.relevant {
        Some(_) => Some(whole_text_set(reader, request, sets, parsed)?),
        None => None,
    };
    let mut kept = filter::kept(reader, &request.filters)?;
    if let Some(cut) = seen.cut() {
        kept.all = Some(kept.all.map_or_else(
            || cut.clone(),
            |mut all| {
                all.intersect(cut);
                all
            },
        ));
    }
    let highlights = match parsed {
        Parsed::Text(_) => Concepts::new(reader.analyzer(), &concepts),
        Parsed::Boolean(_) => Concepts::of(reader.analyzer(), &wanted),
    };
    let shown = match parsed {
        Parsed::Text(_) => concepts.clone(),
        Parsed::Boolean(_) => wanted.into_iter().map(|wanted| wanted.text).collect(),
    };
    let clauses = std::mem::take(&mut counted.clauses);
    counted.names = clauses.iter().map(|clause| clause.text.clone()).collect();
    let mut dates_aside = set.clone();
    if let Some(filter) = &kept.dates_aside {
        dates_aside.intersect(filter);
    }
    if let Some(filter) = &kept.all {
        set.intersect(filter);
    }
    Ok(Matched {
        set,
        text,
        by_meaning: matches!(parsed, Parsed::Text(_)) && !everything,
        filter: kept.all,
        dates_aside,
        interpretation: Interpretation {
            canonical,
            dialect: Dialect::Patnav.name().to_owned(),
            reading,
            concepts: shown,
            clauses,
        },
        concepts,
        highlights,
        whole_text,
        order,
        counted,
        seen,
    })
}

/// Returns the documents whose whole text matches the query, whatever fields it names; filters on dates not applied.
fn whole_text_set(reader: &Reader, request: &Request, sets: &Sets, parsed: &Parsed) -> Result<DocnoSet> {
    // What was announced by the day of an as-of search counts; what is prior art or not is decided later.
    let as_of = request.as_of.as_deref().map(|text| super::seen::day("as_of", text)).transpose()?;
    let seen = Seen::of(reader, as_of, None)?;
    let context = Context { reader, sets, seen: &seen, whole_text: true };
    let mut set = match parsed {
        Parsed::Text(_) if evaluate::is_everything(parsed) => reader.alive().clone(),
        Parsed::Text(text) => {
            evaluate::concept_set(context, &reader.analyzer().concepts(text), &mut Counted::default())?
        }
        Parsed::Boolean(expr) => {
            let sets = sets.answered(reader, &seen, true, expr)?;
            evaluate::evaluate(Context { sets: &sets, ..context }, expr, &mut Counted::default())?
        }
    };
    let filters = Filters { from: None, to: None, ..request.filters.clone() };
    if let Some(kept) = filter::kept(reader, &filters)?.all {
        set.intersect(&kept);
    }
    set.intersect(seen.documents(reader));
    Ok(set)
}

/// Returns the documents that a text names, where the whole text is a number.
pub(super) fn numbered(reader: &Reader, text: &str, counted: &mut Counted) -> Vec<u32> {
    let is_number = text.len() <= 40 && text.chars().any(|c| c.is_ascii_digit()) && text.is_ascii();
    let found = if is_number { reader.by_number(text) } else { Vec::new() };
    if !found.is_empty() {
        let mut set = DocnoSet::empty(reader.alive().end());
        set.extend(found.iter().copied());
        counted.add(|| format!("pn={text}"), &set, None);
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
    let weight =
        |name: &str| WEIGHTS.iter().find(|(known, _)| *known == name).map_or(1.0, |(_, weight)| *weight);
    let mut add = |name: &'static str, ranked: Vec<(u32, f32)>| {
        lists.push(List { name, weight: weight(name), ranked });
    };
    if matched.text.is_empty() {
        return Ok(Retrieved { lists, words: None });
    }
    let words = reader.score_words(&matched.text, &matched.set)?;
    add(WORDS, words.best(FUSION_DEPTH));
    let phrases: Vec<&str> = matched.concepts.iter().take(MAX_PHRASES).map(String::as_str).collect();
    add("phrase", reader.rank_phrases(&phrases, &matched.set, FUSION_DEPTH)?);
    if let Some(vector) = reader.embed(&matched.text)? {
        let filter = if matched.by_meaning { matched.filter.as_ref() } else { Some(&matched.set) };
        let near = reader.nearest(SpaceName::Documents, &vector, filter, NEAREST_LIMIT)?;
        // Outside the match set, only what is nearer than strangers are is an answer.
        let floor = reader.background_cosine().unwrap_or(0.0);
        let counts = |near: &Near| near.cosine >= floor || matched.set.contains(near.docno);
        add(fusion::VECTOR, near.into_iter().filter(counts).map(|near| (near.docno, near.cosine)).collect());
    }
    Ok(Retrieved { lists, words: Some(words) })
}

/// Returns the canonical form of a query and its whole match set in the order of a search; nothing near by meaning.
pub(super) fn ordered(reader: &Reader, request: &Request, sets: &Sets) -> Result<(String, Vec<u32>)> {
    let matched = understand(reader, request, sets)?;
    let canonical = matched.interpretation.canonical.clone();
    if let Some(ordered) = order::ordered(reader, request.sort, &matched.set, &matched.seen)? {
        return Ok((canonical, ordered));
    }
    let Retrieved { lists, words } = retrieve(reader, &matched)?;
    let foreign = foreign_list(reader, &matched.text, &lists)?;
    let scores = fusion::fuse(&lists, &foreign);
    let mut ranked = by_score(reader, &scores, &foreign)?;
    ranked.retain(|docno| matched.set.contains(*docno));
    add_rest(reader, &matched.set, words.as_ref(), &mut ranked)?;
    Ok((canonical, ranked))
}

/// The families that fit a text best.
pub(super) struct Ranked {
    /// The best member of each, best first; at most as many as a list of the fusion is deep.
    pub(super) docnos: Vec<u32>,
    /// The size of the exact match set.
    pub(super) total: Total,
    /// Documents beside it that have no date to be judged by.
    pub(super) n_undated: u64,
}

/// Ranks families by a text, which is never read as an expression: by words, phrases and meaning, within filters.
/// Documents of `undated`, which no filter on dates can judge, take part and are counted apart.
pub(super) fn best_families(
    reader: &Reader,
    text: &str,
    filters: &Filters,
    undated: Option<&DocnoSet>,
) -> Result<Ranked> {
    let request = Request { filters: filters.clone(), ..Request::new(text) };
    let mut matched = understand_parsed(reader, &Parsed::Text(text.to_owned()), &request, &Sets::NONE)?;
    let groups = Groups::new(reader, Collapse::SimpleFamily)?;
    let families = groups.count(&matched.set).n_groups();
    let total = Total { families, publications: matched.set.len(), exact: true };
    let mut n_undated = 0;
    if let (Some(undated), Some(filter)) = (undated, &mut matched.filter) {
        let mut without = matched.dates_aside.clone();
        without.intersect(undated);
        n_undated = without.len();
        matched.set.unite(&without);
        filter.unite(undated);
    }
    let Retrieved { lists, .. } = retrieve(reader, &matched)?;
    let foreign = foreign_list(reader, &matched.text, &lists)?;
    let ranked = by_score(reader, &fusion::fuse(&lists, &foreign), &foreign)?;
    Ok(Ranked {
        docnos: groups.collapse(&ranked).into_iter().map(|(docno, _)| docno).collect(),
        total,
        n_undated,
    })
}

/// Returns the documents of a set in the order of their keys.
pub(super) fn by_key(reader: &Reader, set: &DocnoSet) -> Result<Vec<u32>> {
    let keys = reader.column("key")?;
    let mut docnos: Vec<u32> = set.iter().collect();
    docnos.sort_unstable_by_key(|docno| key_of(keys, *docno));
    Ok(docnos)
}

/// Ranks the documents in other languages than the query's, of those that the list by vector holds.
fn foreign_list(reader: &Reader, text: &str, lists: &[List]) -> Result<Vec<(u32, f32)>> {
    let vector = lists.iter().find(|list| list.name == fusion::VECTOR);
    vector.map_or(Ok(Vec::new()), |vector| Foreign::new(reader, text)?.rank(&vector.ranked))
}

/// Orders what was fused by its score. Of equal scores, documents in another language than the query's come first,
/// which whoever reads only the query's language would find by no other means; then by key.
fn by_score(reader: &Reader, fused: &FxHashMap<u32, f64>, foreign: &[(u32, f32)]) -> Result<Vec<u32>> {
    let keys = reader.column("key")?;
    let foreign: FxHashSet<u32> = foreign.iter().map(|(docno, _)| *docno).collect();
    let mut places: Vec<(f64, u32)> = fused.iter().map(|(docno, score)| (*score, *docno)).collect();
    // Few scores are equal, and a key lies far away.
    let among_equals = |docno: u32| (!foreign.contains(&docno), key_of(keys, docno));
    places
        .sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then_with(|| among_equals(a.1).cmp(&among_equals(b.1))));
    Ok(places.into_iter().map(|(_, docno)| docno).collect())
}

/// Appends what only words found, best first, equal scores by key; then the rest of the match set by key.
fn add_rest(
    reader: &Reader,
    set: &DocnoSet,
    words: Option<&WordScores>,
    ranked: &mut Vec<u32>,
) -> Result<()> {
    let keys = reader.column("key")?;
    let mut placed = DocnoSet::empty(reader.alive().end());
    placed.extend(ranked.iter().copied());
    let mut tail = words.map(|words| words.best(usize::MAX)).unwrap_or_default();
    tail.retain(|(docno, _)| !placed.contains(*docno));
    tail.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then_with(|| key_of(keys, a.0).cmp(&key_of(keys, b.0))));
    placed.extend(tail.iter().map(|(docno, _)| *docno));
    ranked.extend(tail.into_iter().map(|(docno, _)| docno));
    let mut rest: Vec<u32> = set.iter().filter(|docno| !placed.contains(*docno)).collect();
    rest.sort_unstable_by_key(|docno| key_of(keys, *docno));
    ranked.extend(rest);
    Ok(())
}

/// Returns what keys are compared by: the dictionary is sorted, so ordinals do.
fn key_of(keys: &Column, docno: u32) -> u32 {
    keys.ordinals(docno).first().copied().unwrap_or(u32::MAX)
}

/// Returns the places of the documents of a page in the lists, in one pass over each list.
fn ranks_of(
    page: &[u32],
    lists: &[List],
    foreign: &[(u32, f32)],
    words: Option<&WordScores>,
) -> FxHashMap<u32, BTreeMap<String, Rank>> {
    let mut ranks: FxHashMap<u32, BTreeMap<String, Rank>> =
        page.iter().map(|docno| (*docno, BTreeMap::new())).collect();
    let named = lists.iter().map(|list| (list.name, list.ranked.as_slice()));
    for (name, ranked) in named.chain([(fusion::FOREIGN, foreign)]) {
        for (index, (docno, score)) in ranked.iter().enumerate() {
            if let Some(ranks) = ranks.get_mut(docno) {
                ranks.insert(name.to_owned(), Rank { rank: index + 1, score: *score });
            }
        }
    }
    // The list holds the best only; words may have found others, further down.
    for (docno, ranks) in ranks.iter_mut().filter(|(_, ranks)| !ranks.contains_key(WORDS)) {
        if let Some((rank, score)) = words.and_then(|words| words.rank_of(*docno)) {
            ranks.insert(WORDS.to_owned(), Rank { rank, score });
        }
    }
    ranks
}

/// Explains a place; the formula holds the same shares that [`fusion::fuse`] added up.
fn explain(
    reader: &Reader,
    docno: u32,
    text: &str,
    ranks: BTreeMap<String, Rank>,
    lists: &[List],
    fused: bool,
) -> Result<Explanation> {
    let words = reader.explain_words(text, docno)?;
    let words = words.into_iter().filter(|word| word.score > 0.0);
    let within = |name: &str| ranks.get(name).map(|rank| rank.rank).filter(|rank| *rank <= FUSION_DEPTH);
    let foreign = within(fusion::FOREIGN);
    let terms: Vec<String> = lists
        .iter()
        .filter_map(|list| {
            let rank = [within(list.name), foreign].into_iter().flatten().min()?;
            Some(format!("{}/({} + {rank})", list.weight, fusion::K))
        })
        .collect();
    Ok(Explanation {
        ranks,
        words: words
            .map(|word| WordShare { word: word.term, n_documents: word.n_documents, score: word.score })
            .collect(),
        formula: if fused { terms.join(" + ") } else { "0".to_owned() },
        clauses: Vec::new(),
        bridge: Vec::new(),
    })
}

/// Counts the documents of a set that have no such date.
fn count_undated(reader: &Reader, date: &str, set: &DocnoSet) -> Result<u64> {
    let dates = reader.column(date)?;
    Ok(set.iter().filter(|docno| dates.integer(*docno).is_none()).count() as u64)
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
