//! What to read next: the match set of a query, ordered by what was decided so far (active learning).
//!
//! Two lists are fused as in any search: documents by a logistic regression over the vectors of the decided ones, and
//! by the words that tell the relevant from the others. Beside what people called not relevant, documents of the corpus
//! that nobody read stand for what is not looked for, since most are not (Cormack and Grossman, SIGIR 2014); each counts
//! a fifth of a decided one. Decided families are left out. Without a relevant document there is nothing to learn from,
//! and the order is that of the search.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

use super::error::{Error, Result};
use super::fusion::{self, List};
use super::learn::{self, Example};
use super::page::{self, Groups};
use super::request::{Collapse, Filters, MAX_PAGE_SIZE, Request, Sort};
use super::response::{Hit, Snapshot, snapshot_of};
use super::run;
use super::sets::Sets;
use super::similar::topic;
use super::snippet::Concepts;
use crate::index::{DocnoSet, Reader, SpaceName};
use crate::query::Dialect;
use crate::text::stopwords::is_function_word;

/// Decided documents of each sort that are learned from, the last ones.
const MAX_EXAMPLES: usize = 1_000;
/// Documents that stand for what is not looked for.
const N_STRANGERS: usize = 100;
/// What one of them counts beside a decided one.
const STRANGER: f64 = 0.2;
/// Documents of each list that take part.
const DEPTH: usize = 2_000;
/// Words that take part.
const MAX_WORDS: usize = 30;
/// Words that are highlighted in the hits.
const MAX_CONCEPTS: usize = 12;

/// What to choose from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NextRequest {
    /// The query whose match set is being read.
    pub query: String,
    /// Its dialect; without one it is detected.
    pub dialect: Option<Dialect>,
    /// Conditions beside it.
    pub filters: Filters,
    /// Hits, 1 to [`MAX_PAGE_SIZE`].
    pub limit: usize,
}

/// What was decided, by key, in the order of the decisions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Decided {
    /// Relevant documents.
    pub relevant: Vec<String>,
    /// Documents that are not.
    pub not: Vec<String>,
    /// Documents that were read and not settled: nothing is learned from them, and they do not come again.
    pub unsettled: Vec<String>,
}

/// What to read next.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Next {
    /// The data that answered.
    pub snapshot: Snapshot,
    /// The query as it was understood.
    pub query: String,
    /// The documents, those first that are most like the relevant ones; one a family.
    pub hits: Vec<Hit>,
    /// Families of the match set that nobody has decided on.
    pub n_left: u64,
    /// What the order rests on.
    pub basis: Basis,
}

/// What an order rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = NextBasis)]
pub struct Basis {
    /// How it was made.
    pub method: Method,
    /// Relevant documents learned from.
    pub n_relevant: usize,
    /// Documents decided as not relevant learned from.
    pub n_not: usize,
    /// Documents that nobody read and that stand for what is not looked for.
    pub n_strangers: usize,
    /// Whether vectors took part; else the order is by words alone.
    pub by_vectors: bool,
    /// The words that most speak for the relevant documents.
    pub words: Vec<TellingWord>,
}

/// How an order was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = NextMethod)]
pub enum Method {
    /// Nothing relevant was decided yet: the order of the search.
    PlainOrder,
    /// Learned from the decisions.
    Learned,
}

/// A word that speaks for the relevant documents.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TellingWord {
    /// The word.
    pub word: String,
    /// Relevant documents learned from that have it.
    pub n_relevant: usize,
    /// Others learned from that have it.
    pub n_others: usize,
}

/// Orders what is left of a match set by what was decided.
///
/// # Errors
/// As [`super::search_with`].
pub fn next_to_read(reader: &Reader, request: &NextRequest, decided: &Decided, sets: &Sets) -> Result<Next> {
    if request.limit == 0 || request.limit > MAX_PAGE_SIZE {
        return Err(Error::TooMany { what: "the page size", found: request.limit, limit: MAX_PAGE_SIZE });
    }
    let scope = run::scope_with(reader, &request.query, request.dialect, &request.filters, sets)?;
    let groups = Groups::new(reader, Collapse::SimpleFamily)?;
    let documents = |keys: &[String]| -> Vec<u32> {
        keys.iter().filter_map(|key| reader.by_number(key).into_iter().next()).collect()
    };
    let (relevant, not) = (documents(&decided.relevant), documents(&decided.not));
    let read: FxHashSet<u64> = relevant
        .iter()
        .chain(&not)
        .chain(&documents(&decided.unsettled))
        .map(|docno| groups.of(*docno))
        .collect();
    let mut left = DocnoSet::empty(reader.alive().end());
    left.extend(scope.set.iter().filter(|docno| !read.contains(&groups.of(*docno))));
    let mut basis = Basis {
        method: Method::PlainOrder,
        n_relevant: relevant.len().min(MAX_EXAMPLES),
        n_not: not.len().min(MAX_EXAMPLES),
        n_strangers: 0,
        by_vectors: false,
        words: Vec::new(),
    };
    let (ranked, words) = if relevant.is_empty() {
        (plain_order(reader, request, sets, &left)?, scope.query.concepts)
    } else {
        learned(reader, last(&relevant), last(&not), &read, &groups, &left, &mut basis)?
    };
    let highlights = Concepts::new(reader.analyzer(), &words);
    let mut hits = Vec::new();
    for (docno, n_members) in groups.collapse(&ranked).into_iter().take(request.limit) {
        let mut hit = page::hit(reader, docno, &groups, &highlights)?;
        hit.n_members = n_members;
        hit.in_match_set = true;
        hits.push(hit);
    }
    Ok(Next {
        snapshot: snapshot_of(reader),
        query: scope.query.canonical,
        hits,
        n_left: groups.count(&left).n_groups(),
        basis,
    })
}

/// Returns the last decisions, from which most is learned: what is looked for becomes clear in reading.
fn last(docnos: &[u32]) -> &[u32] {
    &docnos[docnos.len().saturating_sub(MAX_EXAMPLES)..]
}

fn plain_order(reader: &Reader, request: &NextRequest, sets: &Sets, left: &DocnoSet) -> Result<Vec<u32>> {
    let request = Request {
        dialect: request.dialect,
        filters: request.filters.clone(),
        sort: Sort::Relevance,
        ..Request::new(request.query.clone())
    };
    let (_, mut ordered) = run::ordered(reader, &request, sets)?;
    ordered.retain(|docno| left.contains(*docno));
    Ok(ordered)
}

/// Orders by the two lists; returns the words that it goes by too.
fn learned(
    reader: &Reader,
    relevant: &[u32],
    not: &[u32],
    read: &FxHashSet<u64>,
    groups: &Groups<'_>,
    left: &DocnoSet,
    basis: &mut Basis,
) -> Result<(Vec<u32>, Vec<String>)> {
    let strangers = strangers(reader, read, groups)?;
    let words_of =
        |docnos: &[u32]| docnos.iter().map(|docno| words(reader, *docno)).collect::<Result<Vec<_>>>();
    let others: Vec<u32> = not.iter().chain(&strangers).copied().collect();
    let telling = learn::telling(&words_of(relevant)?, &words_of(&others)?, MAX_WORDS);
    let words: Vec<String> = telling.iter().map(|one| one.word.clone()).collect();
    let ranked = reader.rank_words(&words.join(" "), left, DEPTH)?;
    let mut lists = vec![List { name: "words", weight: 1.0, ranked }];

    let sorts = [(relevant, true, 1.0), (not, false, 1.0), (strangers.as_slice(), false, STRANGER)];
    let examples: Vec<Example> = sorts
        .into_iter()
        .flat_map(|(docnos, wanted, weight)| {
            let vectors = docnos.iter().filter_map(|docno| reader.vector(*docno));
            vectors.map(move |vector| Example { vector, wanted, weight })
        })
        .collect();
    if let Some(mut direction) = learn::regression(&examples) {
        let length = direction.iter().map(|x| x * x).sum::<f32>().sqrt();
        direction.iter_mut().for_each(|x| *x /= length);
        // Vectors have length 1, so the order by cosine with the weights is that of the regression.
        let near = reader.nearest(SpaceName::Documents, &direction, Some(left), DEPTH)?;
        let ranked = near.into_iter().map(|near| (near.docno, near.cosine)).collect();
        lists.push(List { name: fusion::VECTOR, weight: 1.0, ranked });
        basis.by_vectors = true;
    }
    basis.method = Method::Learned;
    basis.n_strangers = strangers.len();
    basis.words = telling
        .into_iter()
        .take(MAX_CONCEPTS)
        .map(|one| TellingWord { word: one.word, n_relevant: one.n_wanted, n_others: one.n_others })
        .collect();
    let scores = fusion::fuse(&lists, &[]);
    let keys = reader.column("key")?;
    let key = |docno: u32| keys.ordinals(docno).first().copied().unwrap_or(u32::MAX);
    let mut fused: Vec<(u32, f64)> = scores.into_iter().collect();
    fused.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then_with(|| key(a.0).cmp(&key(b.0))));
    let ranked = fused.into_iter().map(|(docno, _)| docno).collect();
    Ok((ranked, words.into_iter().take(MAX_CONCEPTS).collect()))
}

/// Draws documents that nobody read, one a family, in the order of a hash of their keys.
fn strangers(reader: &Reader, read: &FxHashSet<u64>, groups: &Groups<'_>) -> Result<Vec<u32>> {
    let keys = reader.column("key")?;
    let mut drawn: Vec<([u8; 8], u32)> = Vec::new();
    // Every so many documents of a large corpus: which of them is chance enough.
    let step = usize::try_from(reader.alive().len()).unwrap_or(usize::MAX).div_ceil(50 * N_STRANGERS).max(1);
    for docno in reader.alive().iter().step_by(step).filter(|docno| !read.contains(&groups.of(*docno))) {
        let Some(key) = keys.keywords(docno).next() else { continue };
        let mut hash = [0; 8];
        hash.copy_from_slice(&blake3::hash(key.as_bytes()).as_bytes()[..8]);
        drawn.push((hash, docno));
    }
    drawn.sort_unstable();
    let docnos: Vec<u32> = drawn.into_iter().map(|(_, docno)| docno).collect();
    Ok(groups.collapse(&docnos).into_iter().take(N_STRANGERS).map(|(docno, _)| docno).collect())
}

/// Returns the words of a document that are more than function words, each once: as compared, and as written.
fn words(reader: &Reader, docno: u32) -> Result<BTreeMap<String, String>> {
    let text = topic(&reader.document(docno)?);
    let mut words = BTreeMap::new();
    reader.analyzer().words(&text, |form, range| {
        let number = form.chars().all(|c| c.is_ascii_digit() || c == '.');
        if !is_function_word(form) && !number && form.chars().count() > 1 {
            words.entry(form.to_owned()).or_insert_with(|| text[range].to_owned());
        }
    });
    Ok(words)
}
