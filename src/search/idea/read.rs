//! Reading the documents found: evidence for every element, dates, what it may be.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{ClassShare, Element, MAX_CLASSES, titles};
use crate::index::{Reader, date};
use crate::patent::{Date, DocumentKind, Language, Symbol};
use crate::search::error::Result;
use crate::search::evidence::{Evidence, Passage, Probe, ProbeTerm, SupportState, evidence, passages};
use crate::search::novelty::{Candidate, Category, Dates, Relevant, by_dates};
use crate::search::page::{self, Groups};
use crate::search::request::Collapse;
use crate::search::response::Titles;

/// Passages of a document that are compared by meaning: the title, the abstract, and the claims that come first.
const MAX_EMBEDDED: usize = 24;

/// A document that was read for an idea.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ReadDocument {
    /// The key.
    pub key: String,
    /// The publication number, or what else names the document.
    pub number: String,
    /// The family.
    pub family: String,
    /// The titles.
    pub title: Titles,
    /// The applicants, or the authors.
    pub applicants: Vec<String>,
    /// The office; empty for documents of no office.
    pub office: String,
    /// `patent`, `paper`, `standard` or `report`.
    pub document_kind: String,
    /// The earliest priority or filing day.
    #[schema(value_type = Option<String>, format = Date)]
    pub priority_date: Option<Date>,
    /// The day of publication.
    #[schema(value_type = Option<String>, format = Date)]
    pub publication_date: Option<Date>,
    /// The main classes.
    pub classes: Vec<String>,
    /// What it may be to the idea: a candidate, made by rules on what was found and on dates.
    pub category: Category,
    /// What was found for each element, in the order of the elements.
    pub evidence: Vec<Evidence>,
    /// Whether the description was at hand: without it, what is not found may stand there.
    pub has_description: bool,
    /// Whether the claims were at hand.
    pub has_claims: bool,
    /// Whether only the first part of a very long document was read.
    pub cut: bool,
}

impl ReadDocument {
    pub(super) fn candidate(&self) -> Candidate<'_> {
        Candidate { key: &self.key, family: &self.family, by_dates: self.category, evidence: &self.evidence }
    }

    /// Returns how many elements the document supports.
    pub fn n_supported(&self) -> usize {
        self.evidence.iter().filter(|found| found.state == SupportState::Supported).count()
    }
}

/// Prepares the elements; the weight of a term is its rarity in the corpus, `ln(1 + N / (1 + n))`.
pub(super) fn probes(reader: &Reader, elements: &[Element]) -> Result<Vec<Probe>> {
    let n_documents = reader.alive().len() as f64;
    let mut probes = Vec::new();
    for element in elements {
        let mut terms: Vec<ProbeTerm> = element
            .blocks
            .iter()
            .map(|block| ProbeTerm {
                text: block.term.clone(),
                equivalents: block.words().split_off(1),
                weight: (1.0 + n_documents / (1.0 + block.n as f64)).ln(),
            })
            .collect();
        if terms.is_empty() {
            terms.push(ProbeTerm { text: element.text.clone(), equivalents: Vec::new(), weight: 1.0 });
        }
        let vector = reader.embed(&element.text)?;
        let lang = Language::guess(&element.text);
        probes.push(Probe::new(reader.analyzer(), element.id.clone(), lang, terms, vector));
    }
    Ok(probes)
}

/// Reads documents; their category is that of their dates alone.
pub(super) fn read(
    reader: &Reader,
    docnos: &[u32],
    probes: &[Probe],
    relevant: &Relevant,
) -> Result<Vec<ReadDocument>> {
    let groups = Groups::new(reader, Collapse::SimpleFamily)?;
    let mut documents = Vec::new();
    for docno in docnos {
        let (publication, descriptions) = (reader.document(*docno)?, reader.descriptions(*docno)?);
        let (found, cut) = passages(&publication, &descriptions);
        let vectors = vectors(reader, &found, probes)?;
        let evidence: Vec<Evidence> = probes.iter().map(|probe| evidence(probe, &found, &vectors)).collect();
        let day =
            |name: &str| Ok::<_, crate::search::Error>(reader.column(name)?.integer(*docno).and_then(date));
        let key = publication.key();
        let dates = Dates {
            published: day("publication")?,
            priority: day("priority_date")?,
            office: reader.column("country")?.keywords(*docno).next().unwrap_or_default().to_owned(),
            is_patent: publication.document_kind == DocumentKind::Patent,
        };
        let mut classes: Vec<String> = publication
            .classes
            .iter()
            .filter_map(|class| class.symbol.main_group().map(str::to_owned))
            .collect();
        classes.dedup();
        classes.truncate(4);
        documents.push(ReadDocument {
            number: page::name_of(&publication, &key),
            family: groups.name(*docno, &key),
            title: Titles::of(&publication),
            applicants: page::applicants(&publication),
            document_kind: page::kind_of(&publication).to_owned(),
            priority_date: dates.priority,
            publication_date: dates.published,
            classes,
            category: by_dates(&dates, relevant),
            office: dates.office,
            evidence,
            has_description: !descriptions.is_empty(),
            has_claims: !publication.claims.is_empty(),
            cut,
            key,
        });
    }
    Ok(documents)
}

/// Embeds the passages that only meaning can compare: those in another language than some element.
fn vectors(reader: &Reader, passages: &[Passage<'_>], probes: &[Probe]) -> Result<Vec<Option<Vec<f32>>>> {
    let mut vectors = vec![None; passages.len()];
    if !reader.has_vectors() {
        return Ok(vectors);
    }
    let mut left = MAX_EMBEDDED;
    for (vector, passage) in vectors.iter_mut().zip(passages) {
        let foreign = probes.iter().any(|probe| probe.lang.version() != passage.lang.version());
        if foreign && passage.zone != "description" && left > 0 {
            *vector = reader.embed(passage.text)?;
            left -= 1;
        }
    }
    Ok(vectors)
}

/// Orders documents: prior art before the rest, then those that support more elements, then the higher sum of scores,
/// then the key.
pub(super) fn sort(documents: &mut [ReadDocument]) {
    let total = |document: &ReadDocument| document.evidence.iter().map(|found| found.score).sum::<f64>();
    let rank = |document: &ReadDocument| match document.category {
        Category::X => 0,
        Category::Y | Category::A | Category::E => 1,
        _ => 2,
    };
    documents.sort_by(|a, b| {
        rank(a)
            .cmp(&rank(b))
            .then(b.n_supported().cmp(&a.n_supported()))
            .then_with(|| total(b).total_cmp(&total(a)))
            .then_with(|| a.key.cmp(&b.key))
    });
}

/// Returns the main groups of documents by the share of these that hold them.
pub(super) fn classes(reader: &Reader, docnos: &[u32]) -> Result<Vec<ClassShare>> {
    let column = reader.column("class")?;
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for docno in docnos {
        let symbols = column.keywords(*docno).map(|symbol| Symbol(symbol.to_owned()));
        let mut groups: Vec<String> = symbols
            .filter_map(|symbol| symbol.main_group().or(symbol.subclass()).map(str::to_owned))
            .collect();
        groups.sort_unstable();
        groups.dedup();
        groups.into_iter().for_each(|group| *counts.entry(group).or_default() += 1);
    }
    let mut counts: Vec<(String, usize)> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counts.truncate(MAX_CLASSES);
    let n_documents = docnos.len().max(1) as f64;
    Ok(counts
        .into_iter()
        .map(|(symbol, n)| {
            let (zh, en) = titles(&symbol);
            ClassShare { share: n as f64 / n_documents, symbol, zh, en, n }
        })
        .collect())
}

/// Returns the first and the last day of publication in the data.
pub(super) fn published(reader: &Reader) -> Result<Option<(Date, Date)>> {
    let column = reader.column("publication")?;
    let mut ends: Option<(i64, i64)> = None;
    for day in reader.alive().iter().filter_map(|docno| column.integer(docno)) {
        ends = Some(ends.map_or((day, day), |(first, last)| (first.min(day), last.max(day))));
    }
    Ok(ends.and_then(|(first, last)| Some((date(first)?, date(last)?))))
}
