//! From a pasted paragraph to a search report: what the idea is, what was asked, what was found, what is not known.
//!
//! ```text
//! text ── outline, elements ──▶ Element ── synonyms of the packs ──▶ blocks ──▶ query lines, Boolean draft
//!      ── hybrid search, published before the date ──▶ documents ── evidence ──▶ chart, categories, pairs, gaps
//!      ── filed before, published after, same office ──▶ conflicting applications
//! ```
//!
//! Everything in the answer follows from the request and the snapshot: no clock, no chance. Without a cut-off date
//! the day after the last day of the data stands in, so that all of them count.

mod element;
mod query;
mod read;
mod synonym;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use element::{MAX_ELEMENTS, MIN_ELEMENTS, Outline};
pub use query::QueryLine;
pub use read::ReadDocument;
pub use synonym::{DomainFit, SynonymBlock};

use super::error::{Error, Result};
use super::evidence::SupportState;
use super::inspect::TranslationReport;
use super::novelty::{self, Candidate, Category, Pair, Relevant};
use super::request::Filters;
use super::response::{Snapshot, Total, snapshot_of};
use super::run;
use super::window::{BlindWindow, blind_windows};
use crate::index::Reader;
use crate::patent::domain;
use crate::patent::{Date, Language, Version};
use crate::query::Dialect;
pub(super) use synonym::Packs;

/// Longest text of an idea; longer ones are books, and no single idea.
pub const MAX_IDEA_BYTES: usize = 1 << 20;
/// Characters of the text that ranking and element cutting go by; the rest of a long disclosure is embodiment.
const MAX_READ_CHARS: usize = 20_000;
/// Characters of the text that rank documents; as many as a long abstract with its first claim has.
const MAX_RANKED_CHARS: usize = 3_000;
/// Statements of an outline, each kind.
const MAX_STATEMENTS: usize = 6;
/// Documents read where the request does not say.
const DEFAULT_LIMIT: usize = 20;
/// Documents read at most.
pub const MAX_READ: usize = 100;
/// Documents of the best that classes are counted on.
const N_FOR_CLASSES: usize = 100;
/// Classes suggested.
const MAX_CLASSES: usize = 12;
/// The column of the earliest priority or filing day.
pub const PRIORITY: &str = "priority_date";
/// Conflicting applications read at most.
const MAX_CONFLICTING: usize = 20;

/// An idea to be searched for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct IdeaRequest {
    /// What the idea is, in Chinese or English; a paragraph to a whole disclosure.
    pub text: String,
    /// The relevant date (`2021-06-01`): the day of filing, or of priority, or of the project. Documents published on
    /// that day or later are no prior art.
    pub before: Option<String>,
    /// The day of filing, where `before` is a priority.
    pub filed: Option<String>,
    /// The office where it is or will be filed, ST.3; `CN` where it does not say.
    pub office: Option<String>,
    /// The elements, where a person has edited those that were proposed; at most nine.
    pub elements: Vec<String>,
    /// The dialect to write the Boolean draft in too.
    #[schema(value_type = Option<String>)]
    pub dialect: Option<Dialect>,
    /// Documents to read, 1 to 100; 0 means 20.
    pub limit: usize,
}

/// An element of an idea.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = IdeaElement)]
pub struct Element {
    /// `E1`, `E2`, …
    pub id: String,
    /// What it says, in the words of the text.
    pub text: String,
    /// What it names, with words of both languages.
    pub blocks: Vec<SynonymBlock>,
}

/// A class among the documents most like the idea.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ClassShare {
    /// The main group.
    pub symbol: String,
    /// Its Chinese title, where the shipped titles have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zh: Option<String>,
    /// Its English title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
    /// Families of the counted ones that hold it.
    pub n: usize,
    /// Their share, 0 to 1.
    pub share: f64,
}

/// Two elements that no document read supports together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = IdeaGap)]
pub struct Gap {
    /// Elements of which no single document read supports all, by id.
    pub elements: Vec<String>,
    /// Publications before the date that hold a word of both elements; they may still not say them together.
    pub publications: u64,
}

/// A finished search.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct IdeaReport {
    /// The data that answered.
    pub snapshot: Snapshot,
    /// The first and the last day of publication of the patents in the data.
    #[schema(value_type = Option<Vec<String>>)]
    pub published: Option<(Date, Date)>,
    /// The text as it was given.
    pub text: String,
    /// The language of the text: `zh`, `en`, or what else its script shows.
    pub lang: String,
    /// The relevant date; documents published on it or later are no prior art.
    #[schema(value_type = String, format = Date)]
    pub before: Date,
    /// Whether the date was given; else it is the day after the last day of the data.
    pub before_given: bool,
    /// The day of filing, where the relevant date is a priority.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub filed: Option<Date>,
    /// The office.
    pub office: String,
    /// Problem, means, effect.
    pub outline: Outline,
    /// The domains that the text touches, best first.
    pub domains: Vec<DomainFit>,
    /// The elements.
    pub elements: Vec<Element>,
    /// Whether a person has edited the elements.
    pub elements_given: bool,
    /// Suggested classes, by their share among the documents most like the idea.
    pub classes: Vec<ClassShare>,
    /// Families that the shares were counted on.
    pub n_classified: usize,
    /// All elements with their synonyms as one expression, to go on from.
    pub draft: String,
    /// The draft in another dialect, if asked for, with what that dialect cannot say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub translation: Option<TranslationReport>,
    /// Every query that was put, in order, verbatim.
    pub queries: Vec<QueryLine>,
    /// The size of the ranked match set before the date.
    pub total: Total,
    /// The documents read, in the order of the chart: those that support most first.
    pub documents: Vec<ReadDocument>,
    /// Pairs that complete each other.
    pub pairs: Vec<Pair>,
    /// Filed before the date at the office, published after; never part of a pair.
    pub conflicting: Vec<ReadDocument>,
    /// Pairs of elements that no document read supports together.
    pub gaps: Vec<Gap>,
    /// What a search cannot see yet.
    pub windows: Vec<BlindWindow>,
    /// Patents without any date: never prior art here, never dropped.
    pub n_undated: u64,
    /// What the reader must know, for programs: see [`Caveat`].
    pub caveats: Vec<Caveat>,
}

/// Something that limits what a report says.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[schema(as = IdeaCaveat)]
pub enum Caveat {
    /// No cut-off date was given.
    NoDate,
    /// The cut-off date lies after the last day of the data.
    DateAfterData,
    /// The text says too little for three elements.
    FewElements,
    /// Only the head of a long text was read.
    TextCut,
    /// The text is neither Chinese nor English: its words are matched, its sentences not understood.
    OtherLanguage,
    /// No term of the text is known to a domain pack, so no synonyms and no bridge between languages but the vectors.
    NoSynonyms,
    /// The snapshot has no vectors: found by words alone.
    NoVectors,
    /// No document was published before the date, or none matches.
    NothingFound,
}

/// Searches for an idea.
///
/// # Errors
/// [`Error::EmptyIdea`] for a text without a word, [`Error::TooMany`] above a limit, [`Error::Value`] for a date that
/// does not exist or a filing before its priority.
pub fn idea(reader: &Reader, request: &IdeaRequest) -> Result<IdeaReport> {
    let limit = if request.limit == 0 { DEFAULT_LIMIT } else { request.limit };
    check(request, limit)?;
    let snapshot = snapshot_of(reader);
    let relevant = relevant(request, &snapshot)?;
    let analyzer = reader.analyzer();
    let text = head(&request.text);
    let lang = Language::guess(text);
    let packs = Packs::builtin(analyzer);

    let mut elements = elements_of(reader, request, text, packs)?;
    if elements.is_empty() {
        return Err(Error::EmptyIdea);
    }
    query::count_blocks(reader, &mut elements)?;
    let day_before = relevant.date.yesterday().unwrap_or(relevant.date);
    let prior = Filters { to: Some(day_before.to_string()), ..Filters::default() };
    let mut queries = Vec::new();
    let sets = query::lines(reader, &elements, &prior, &mut queries)?;

    let undated = query::undated(reader)?;
    let mut ranked = run::best_families(reader, ranked_by(text), &prior, Some(&undated))?;
    queries.push(QueryLine::ranked(ranked_by(text), &prior, &ranked));
    let classes = read::classes(reader, &ranked.docnos[..ranked.docnos.len().min(N_FOR_CLASSES)])?;
    let n_classified = ranked.docnos.len().min(N_FOR_CLASSES);
    // Whoever holds one element best may be the second half of a pair, however far down the whole text ranks it.
    let more = query::best_of_elements(reader, &elements, &sets, &ranked.docnos, limit)?;
    ranked.docnos.truncate(limit);
    ranked.docnos.extend(more);

    let probes = read::probes(reader, &elements)?;
    let mut documents = read::read(reader, &ranked.docnos, &probes, &relevant)?;
    let (categories, pairs) = {
        let candidates: Vec<Candidate<'_>> = documents.iter().map(ReadDocument::candidate).collect();
        novelty::categories(&candidates)
    };
    documents.iter_mut().zip(categories).for_each(|(document, category)| document.category = category);
    read::sort(&mut documents);

    let conflicting = conflicting(reader, text, &relevant, &probes, &mut queries)?;
    let gaps = gaps(&elements, &documents, &sets);
    let draft = query::draft(&elements);
    let caveats = caveats(request, &snapshot, &relevant, &elements, &documents, &lang);
    Ok(IdeaReport {
        published: read::published(reader)?,
        text: request.text.clone(),
        lang: lang.0.clone(),
        before: relevant.date,
        before_given: request.before.is_some(),
        filed: relevant.filed,
        windows: blind_windows(reader, snapshot.as_of, &relevant.office)?,
        office: relevant.office,
        outline: element::outline(text, MAX_STATEMENTS),
        domains: packs.domains(text),
        translation: request
            .dialect
            .map(|dialect| TranslationReport::of_query(&draft, dialect))
            .transpose()?,
        draft,
        elements,
        elements_given: !request.elements.is_empty(),
        classes,
        n_classified,
        queries,
        total: ranked.total,
        documents,
        pairs,
        conflicting,
        gaps,
        n_undated: snapshot.n_undated,
        caveats,
        snapshot,
    })
}

/// Returns what an idea consists of, without searching for it: what a person edits before the search.
///
/// # Errors
/// As [`idea`].
pub fn idea_elements(reader: &Reader, request: &IdeaRequest) -> Result<(Outline, Vec<Element>)> {
    check(request, DEFAULT_LIMIT)?;
    let text = head(&request.text);
    let mut elements = elements_of(reader, request, text, Packs::builtin(reader.analyzer()))?;
    if elements.is_empty() {
        return Err(Error::EmptyIdea);
    }
    query::count_blocks(reader, &mut elements)?;
    Ok((element::outline(text, MAX_STATEMENTS), elements))
}

fn check(request: &IdeaRequest, limit: usize) -> Result<()> {
    let too_many = |what, found, limit| Err(Error::TooMany { what, found, limit });
    if request.text.len() > MAX_IDEA_BYTES {
        return too_many("the text of the idea, in bytes,", request.text.len(), MAX_IDEA_BYTES);
    }
    if request.elements.len() > MAX_ELEMENTS {
        return too_many("the number of elements", request.elements.len(), MAX_ELEMENTS);
    }
    if limit > MAX_READ {
        return too_many("the number of documents to read", limit, MAX_READ);
    }
    if request.text.trim().is_empty() && request.elements.iter().all(|text| text.trim().is_empty()) {
        return Err(Error::EmptyIdea);
    }
    Ok(())
}

fn head(text: &str) -> &str {
    text.char_indices().nth(MAX_READ_CHARS).map_or(text, |(at, _)| &text[..at])
}

/// Returns what ranks documents: the head of a long text, where the idea is told.
fn ranked_by(text: &str) -> &str {
    text.char_indices().nth(MAX_RANKED_CHARS).map_or(text, |(at, _)| &text[..at])
}

fn elements_of(reader: &Reader, request: &IdeaRequest, text: &str, packs: &Packs) -> Result<Vec<Element>> {
    let analyzer = reader.analyzer();
    let given = request.elements.iter().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let mut texts: Vec<String> = given.collect();
    if texts.is_empty() {
        texts = element::elements(analyzer, text);
    }
    let element = |(n, text): (usize, String)| Element {
        id: format!("E{}", n + 1),
        blocks: packs.blocks(analyzer, &text),
        text,
    };
    Ok(texts.into_iter().enumerate().map(element).collect())
}

fn relevant(request: &IdeaRequest, snapshot: &Snapshot) -> Result<Relevant> {
    let day = |field: &str, text: &str| {
        text.trim().parse::<Date>().map_err(|_| Error::Value {
            field: field.to_owned(),
            value: text.to_owned(),
            expected: "date that exists",
            example: "`2021-06-01`",
        })
    };
    let date = request.before.as_deref().map(|text| day("before", text)).transpose()?;
    let filed = request.filed.as_deref().map(|text| day("filed", text)).transpose()?;
    if let (Some(date), Some(filed)) = (date, filed)
        && filed < date
    {
        return Err(Error::Backwards {
            field: "filed".to_owned(),
            low: date.to_string(),
            high: filed.to_string(),
        });
    }
    let last = snapshot.as_of.and_then(|date| date.tomorrow().ok());
    let office = request.office.as_deref().unwrap_or("CN").trim().to_uppercase();
    if office.len() != 2 || !office.bytes().all(|b| b.is_ascii_uppercase()) {
        return Err(Error::Value {
            field: "office".to_owned(),
            value: office,
            expected: "office code of WIPO ST.3",
            example: "`CN`, `EP` or `US`",
        });
    }
    Ok(Relevant { date: date.or(last).unwrap_or(Date::MAX), filed, office })
}

/// Returns what was filed at the office up to the date and published on or after it, most like the idea first.
fn conflicting(
    reader: &Reader,
    text: &str,
    relevant: &Relevant,
    probes: &[super::evidence::Probe],
    queries: &mut Vec<QueryLine>,
) -> Result<Vec<ReadDocument>> {
    let filters = Filters {
        from: Some(relevant.date.to_string()),
        columns: BTreeMap::from([(PRIORITY.to_owned(), vec![format!("..{}", relevant.date)])]),
        country: vec![relevant.office.clone(), "WO".to_owned()],
        document_kind: vec!["patent".to_owned()],
        ..Filters::default()
    };
    let ranked = run::best_families(reader, ranked_by(text), &filters, None)?;
    queries.push(QueryLine::ranked(ranked_by(text), &filters, &ranked));
    let docnos: Vec<u32> = ranked.docnos.into_iter().take(MAX_CONFLICTING).collect();
    let mut found = read::read(reader, &docnos, probes, relevant)?;
    found.retain(|document| matches!(document.category, Category::E | Category::Pending | Category::R));
    read::sort(&mut found);
    Ok(found)
}

/// Returns the pairs of elements that no document before the date supports together, among those read.
fn gaps(elements: &[Element], documents: &[ReadDocument], sets: &query::Sets) -> Vec<Gap> {
    let mut gaps = Vec::new();
    for a in 0..elements.len() {
        for b in a + 1..elements.len() {
            let supports = |document: &ReadDocument, n: usize| {
                document.evidence.get(n).is_some_and(|found| found.state == SupportState::Supported)
            };
            if !documents.iter().any(|document| supports(document, a) && supports(document, b)) {
                gaps.push(Gap {
                    elements: vec![elements[a].id.clone(), elements[b].id.clone()],
                    publications: sets.both(a, b),
                });
            }
        }
    }
    gaps
}

fn caveats(
    request: &IdeaRequest,
    snapshot: &Snapshot,
    relevant: &Relevant,
    elements: &[Element],
    documents: &[ReadDocument],
    lang: &Language,
) -> Vec<Caveat> {
    let known = elements.iter().flat_map(|element| &element.blocks).any(|block| block.concept.is_some());
    let text = request.text.as_str();
    let latin = text
        .chars()
        .filter(|c| c.is_alphabetic())
        .all(|c| c.is_ascii() || ('\u{c0}'..'\u{250}').contains(&c));
    let spoken = match lang.version() {
        Version::Zh => true,
        Version::En => latin,
        Version::Other => false,
    };
    let holds = [
        (Caveat::NoDate, request.before.is_none()),
        (
            Caveat::DateAfterData,
            request.before.is_some() && snapshot.as_of.is_some_and(|last| relevant.date > last),
        ),
        (Caveat::FewElements, elements.len() < MIN_ELEMENTS),
        (Caveat::TextCut, head(text).len() < text.len()),
        (Caveat::OtherLanguage, !spoken),
        (Caveat::NoSynonyms, !known),
        (Caveat::NoVectors, snapshot.model.is_none()),
        (Caveat::NothingFound, documents.is_empty()),
    ];
    holds.into_iter().filter(|(_, holds)| *holds).map(|(caveat, _)| caveat).collect()
}

/// Returns the titles of a class in the shipped list.
fn titles(symbol: &str) -> (Option<String>, Option<String>) {
    match domain::title(symbol) {
        Some(title) => (Some(title.zh.clone()), Some(title.en.clone())),
        None => (None, None),
    }
}
