//! Documents like several, and unlike others; and what links a hit to what it is like.
//!
//! With one example the ranking is that of [`super::similar`]. With several, after Rocchio (1971, in the weights of
//! Salton and Buckley 1990): the vector is the mean of the positive examples less a quarter of the mean of the
//! negative ones, words are those of all positive examples together, and what the words of the negative ones rank
//! loses a quarter of the share that it gains there.

use rustc_hash::{FxHashMap, FxHashSet};

use super::error::{Error, Result};
use super::evidence::{Bridge, BridgeKind};
use super::filter;
use super::foreign::Foreign;
use super::fusion::{self, List};
use super::idea::Packs;
use super::page::{self, Groups};
use super::request::{Collapse, MAX_PAGE_SIZE, SimilarRequest};
use super::response::{Explanation, Hit, Interpretation, Rank, Response, Total, WordShare, snapshot_of};
use super::similar::{alike, topic};
use super::snippet::Concepts;
use crate::index::{DocnoSet, Reader, SpaceName};
use crate::query::Reading;

/// Examples of each sort at most.
const MAX_EXAMPLES: usize = 50;
/// Documents of each list that take part.
const DEPTH: usize = 1_000;
/// What a negative example counts, a positive being 1.
const NEGATIVE: f32 = 0.25;
/// Hits where the request does not say.
const DEFAULT_LIMIT: usize = 20;
/// Words and terms that are shown as the link to a hit.
const MAX_LINKS: usize = 8;
/// Concepts of the examples that are highlighted.
const MAX_CONCEPTS: usize = 12;
/// Characters of the text and of a document in which linking terms are looked for.
const MAX_CHARS: usize = 4_000;

/// Answers with documents like all of the positive examples and unlike the negative ones; the examples and their
/// families are left out.
pub(super) fn similar(reader: &Reader, request: &SimilarRequest) -> Result<Response> {
    let limit = if request.limit == 0 { DEFAULT_LIMIT } else { request.limit };
    for (what, found, limit) in [
        ("the page size", limit, MAX_PAGE_SIZE),
        ("the number of positive examples", request.also.len(), MAX_EXAMPLES),
        ("the number of negative examples", request.not.len(), MAX_EXAMPLES),
    ] {
        if found > limit {
            return Err(Error::TooMany { what, found, limit });
        }
    }
    let groups = Groups::new(reader, Collapse::SimpleFamily)?;
    let positive: Vec<&String> = request.number.iter().chain(&request.also).collect();
    let (liked, disliked) =
        (documents(reader, positive.into_iter())?, documents(reader, request.not.iter())?);
    if liked.is_empty() && request.text.as_deref().is_none_or(|text| text.trim().is_empty()) {
        return Err(Error::NothingToCompare);
    }
    let mut candidates = reader.alive().clone();
    if let Some(filter) = filter::kept(reader, &request.filters)?.all {
        candidates.intersect(&filter);
    }
    let own: FxHashSet<u64> = liked.iter().chain(&disliked).map(|docno| groups.of(*docno)).collect();
    let mut examples = DocnoSet::empty(candidates.end());
    examples.extend(candidates.iter().filter(|docno| own.contains(&groups.of(*docno))).collect::<Vec<_>>());
    candidates.subtract(&examples);

    let subject = Subject::new(reader, request, &liked)?;
    let against = Subject::new(reader, &SimilarRequest::default(), &disliked)?;
    let mut lists = vec![List {
        name: "words",
        weight: 1.0,
        ranked: reader.rank_words(&subject.text, &candidates, DEPTH)?,
    }];
    if let Some(mut vector) = subject.vector.clone() {
        if let Some(away) = &against.vector {
            vector.iter_mut().zip(away).for_each(|(a, b)| *a -= NEGATIVE * b);
            scale(&mut vector);
        }
        let near = reader.nearest(SpaceName::Documents, &vector, Some(&candidates), DEPTH)?;
        let ranked = near.into_iter().map(|near| (near.docno, near.cosine)).collect();
        lists.push(List { name: fusion::VECTOR, weight: 1.0, ranked });
    }
    let vector = lists.iter().find(|list| list.name == fusion::VECTOR);
    let near = vector.map_or(&[][..], |vector| &vector.ranked);
    let foreign = Foreign::new(reader, &subject.text)?.rank(near)?;
    let mut scores: FxHashMap<u32, f64> = fusion::fuse(&lists, &foreign);
    if !against.text.is_empty() {
        let ranked = reader.rank_words(&against.text, &candidates, DEPTH)?;
        let list = [List { name: "words", weight: f64::from(NEGATIVE), ranked }];
        for (docno, share) in fusion::fuse(&list, &[]) {
            scores.entry(docno).and_modify(|score| *score -= share);
        }
    }
    let keys = reader.column("key")?;
    let key = |docno: u32| keys.ordinals(docno).first().copied().unwrap_or(u32::MAX);
    let mut ranked: Vec<(u32, f64)> = scores.iter().map(|(docno, score)| (*docno, *score)).collect();
    ranked.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then_with(|| key(a.0).cmp(&key(b.0))));
    let collapsed = groups.collapse(&ranked.iter().map(|(docno, _)| *docno).collect::<Vec<_>>());
    let concepts = reader.analyzer().concepts(&subject.text).into_iter().take(MAX_CONCEPTS);
    let concepts: Vec<String> = concepts.map(|concept| concept.text).collect();
    let highlights = Concepts::new(reader.analyzer(), &concepts);
    let mut hits = Vec::new();
    for (docno, n_members) in collapsed.iter().take(limit) {
        let mut hit = page::hit(reader, *docno, &groups, &highlights)?;
        hit.n_members = *n_members;
        hit.score = scores.get(docno).copied().unwrap_or_default();
        let holding = lists.iter().filter(|list| list.ranked.iter().any(|(other, _)| other == docno));
        let translated = foreign.iter().any(|(other, _)| other == docno).then_some(fusion::FOREIGN);
        hit.matched_by = holding.map(|list| list.name).chain(translated).map(str::to_owned).collect();
        hits.push(hit);
    }
    Ok(Response {
        snapshot: snapshot_of(reader),
        query: Interpretation {
            canonical: format!("similar to {} examples, unlike {}", liked.len(), disliked.len()),
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
        as_of: None,
        conflicting: None,
    })
}

/// What hits are like: the positive examples as one text and one vector.
struct Subject {
    text: String,
    vector: Option<Vec<f32>>,
}

impl Subject {
    fn new(reader: &Reader, request: &SimilarRequest, examples: &[u32]) -> Result<Self> {
        let mut texts: Vec<String> = Vec::new();
        let mut vectors: Vec<Vec<f32>> = Vec::new();
        for docno in examples {
            texts.push(topic(&reader.document(*docno)?));
            vectors.extend(reader.vector(*docno));
        }
        if let Some(text) = request.text.as_ref().filter(|text| !text.trim().is_empty()) {
            texts.push(text.clone());
            vectors.extend(reader.embed(text)?);
        }
        let mut vector = vectors.first().map(|first| vec![0.0; first.len()]);
        if let Some(mean) = &mut vector {
            vectors.iter().for_each(|one| mean.iter_mut().zip(one).for_each(|(a, b)| *a += b));
            scale(mean);
        }
        Ok(Self { text: texts.join("\n"), vector })
    }
}

/// Scales a vector to length 1; zeros stay.
fn scale(vector: &mut [f32]) {
    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
    if length > 0.0 {
        vector.iter_mut().for_each(|x| *x /= length);
    }
}

/// Returns one document of each number, the first publication.
fn documents<'a>(reader: &Reader, numbers: impl Iterator<Item = &'a String>) -> Result<Vec<u32>> {
    let mut docnos = Vec::new();
    for number in numbers {
        let unknown = || Error::UnknownNumber { number: number.clone(), similar: alike(reader, number) };
        let docno = *reader.by_number(number).first().ok_or_else(unknown)?;
        if !docnos.contains(&docno) {
            docnos.push(docno);
        }
    }
    Ok(docnos)
}

/// Says for every hit what links it to what was asked: words in common, terms that a domain pack takes for the same in
/// both languages, and the cosine of the vectors.
pub(super) fn explain(reader: &Reader, request: &SimilarRequest, hits: &mut [Hit]) -> Result<()> {
    let liked = documents(reader, request.number.iter().chain(&request.also))?;
    let subject = Subject::new(reader, request, &liked)?;
    let packs = Packs::builtin(reader.analyzer());
    let own = packs.named(head(&subject.text));
    for hit in hits {
        let Some(docno) = reader.by_number(&hit.key).into_iter().next() else { continue };
        let mut words = reader.explain_words(&subject.text, docno)?;
        words.retain(|word| word.score > 0.0);
        words.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.term.cmp(&b.term)));
        words.truncate(MAX_LINKS);
        let publication = reader.document(docno)?;
        let said = topic(&publication);
        let theirs = packs.named(head(&said));
        let mut bridge = Vec::new();
        for (concept, term) in &own {
            if let Some((_, found)) = theirs.iter().find(|(other, _)| other == concept) {
                let same = term.to_lowercase() == found.to_lowercase();
                let by = if same { BridgeKind::Same } else { BridgeKind::Equivalent };
                bridge.push(Bridge { term: term.clone(), found: found.clone(), by });
            }
        }
        // What crosses languages is told first: it is what a reader would not see.
        bridge.sort_by_key(|bridge| bridge.by != BridgeKind::Equivalent);
        bridge.truncate(MAX_LINKS);
        let mut ranks = std::collections::BTreeMap::new();
        if let (Some(a), Some(b)) = (&subject.vector, reader.vector(docno)) {
            let cosine = a.iter().zip(&b).map(|(a, b)| a * b).sum();
            ranks.insert(fusion::VECTOR.to_owned(), Rank { rank: 0, score: cosine });
        }
        let words = words.into_iter();
        hit.explanation = Some(Explanation {
            ranks,
            words: words
                .map(|word| WordShare { word: word.term, n_documents: word.n_documents, score: word.score })
                .collect(),
            formula: String::new(),
            clauses: Vec::new(),
            bridge,
        });
    }
    Ok(())
}

fn head(text: &str) -> &str {
    text.char_indices().nth(MAX_CHARS).map_or(text, |(at, _)| &text[..at])
}
