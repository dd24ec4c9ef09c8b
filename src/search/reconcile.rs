//! A list of numbers from another tool against a query, and why a document is or is not in an answer.
//!
//! The query is evaluated once, clause by clause, and every set kept (`clause`). The reasons of a document that is not
//! in the answer are told apart by whether it has nothing in that field at all (a missing field is a gap of the data,
//! not of the query). Filters are asked one by one.
//!
//! Reasons say what the query and the data of this snapshot make of a document, nothing about the other tool.

mod clause;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use super::error::{Error, Result};
use super::page::{self, Groups};
use super::request::{Collapse, Filters};
use super::response::{Snapshot, Titles, snapshot_of};
use super::sets::Sets;
use super::similar::alike;
use crate::index::{DocnoSet, Reader};
use clause::Question;

/// Numbers of a list at most.
pub const MAX_NUMBERS: usize = 200_000;
/// Documents only ours that are listed; all are counted.
pub const MAX_LISTED: usize = 10_000;
/// Reasons told for one document.
const MAX_REASONS: usize = 20;
/// Nesting beyond which clauses are not walked further; the parser allows no more.
const MAX_WALK: usize = 200;

/// A list to compare with a query.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ReconcileRequest {
    /// The query.
    pub query: String,
    /// Conditions beside the query.
    pub filters: Filters,
    /// Numbers in any written form, at most 200,000.
    pub numbers: Vec<String>,
    /// What counts as the same document.
    pub by: Level,
}

/// What counts as the same document when lists are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ReconcileLevel)]
pub enum Level {
    /// The same publication: A and B of one application differ.
    Publication,
    /// Publications of one application are the same.
    #[default]
    Application,
    /// Members of a simple family are the same.
    Family,
}

/// How a list and a query compare.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Reconciliation {
    /// The data that answered.
    pub snapshot: Snapshot,
    /// The query as it was understood.
    pub query: String,
    /// What counts as the same.
    pub by: Level,
    /// Numbers given, the same one twice counted once.
    pub n_given: usize,
    /// Publications of the answer.
    pub n_found: u64,
    /// Numbers of the list that the answer holds.
    pub both: Vec<InBoth>,
    /// Numbers of the list that it does not, each with its reasons.
    pub only_theirs: Vec<Absence>,
    /// Publications of the answer that no number of the list stands for, in the order of their keys.
    pub only_ours: Vec<OnlyOurs>,
    /// How many there are; more than are listed above 10,000.
    pub n_only_ours: u64,
    /// Why numbers are missing, by kind, most first.
    pub reasons: Vec<ReasonCount>,
}

/// A number that both hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct InBoth {
    /// As it was given.
    pub given: String,
    /// The document of the answer, by key: the one itself, else one of the same application or family.
    pub key: String,
}

/// A publication that only the answer holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OnlyOurs {
    /// Its key.
    pub key: String,
    /// Its number.
    pub number: String,
    /// Its titles.
    pub title: Titles,
}

/// A number that the answer does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Absence {
    /// As it was given.
    pub given: String,
    /// The document that it stands for; none where none is indexed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Why; one reason at least.
    pub reasons: Vec<Reason>,
}

/// How often a kind of reason was met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ReasonCount {
    /// The reason.
    pub reason: Reason,
    /// Numbers with it.
    pub n: usize,
}

/// Why a document is not in an answer.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind")]
#[schema(as = AbsenceReason)]
pub enum Reason {
    /// No document of this snapshot has the number.
    NotIndexed {
        /// Keys that begin alike.
        similar: Vec<String>,
    },
    /// A clause does not hold the document.
    Clause {
        /// The clause in its canonical form.
        clause: String,
    },
    /// The document has nothing in the field that a clause asks for.
    MissingField {
        /// The clause in its canonical form.
        clause: String,
        /// The field.
        field: String,
    },
    /// A `NOT` takes the document out.
    Excluded {
        /// What it holds and must not.
        clause: String,
    },
    /// A filter beside the query does not hold it.
    Filter {
        /// The filter, `to 2020-12-31`.
        filter: String,
        /// Whether the document has no value there.
        missing: bool,
    },
    /// A text query, and none of its concepts stands in title, abstract, claims or keywords.
    NoConcept {
        /// The concepts.
        concepts: Vec<String>,
    },
}

/// Why one document is in an answer or not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Why {
    /// The data that answered.
    pub snapshot: Snapshot,
    /// The query as it was understood.
    pub query: String,
    /// As it was given.
    pub given: String,
    /// The documents that the number stands for.
    pub documents: Vec<WhyDocument>,
    /// Why there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_indexed: Option<Reason>,
}

/// One document of [`Why`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct WhyDocument {
    /// Its key.
    pub key: String,
    /// Whether the answer holds it.
    pub found: bool,
    /// Why not; empty where it does.
    pub reasons: Vec<Reason>,
    /// Every clause with whether it holds the document, in the order of the query.
    pub clauses: Vec<ClauseState>,
}

/// Whether a clause holds a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = WhyClause)]
pub struct ClauseState {
    /// The clause in its canonical form.
    pub clause: String,
    /// How deep it stands in the query, from 0.
    pub depth: usize,
    /// Whether it holds the document.
    pub holds: bool,
}

/// Compares a list of numbers with a query, which may name sets.
///
/// # Errors
/// As [`super::search`]; [`Error::TooMany`] above [`MAX_NUMBERS`], [`Error::NoNumbers`] for an empty list.
pub fn reconcile(reader: &Reader, request: &ReconcileRequest, sets: &Sets) -> Result<Reconciliation> {
    if request.numbers.len() > MAX_NUMBERS {
        let (found, limit) = (request.numbers.len(), MAX_NUMBERS);
        return Err(Error::TooMany { what: "the number of numbers", found, limit });
    }
    let mut seen = FxHashSet::default();
    let given: Vec<&str> = request
        .numbers
        .iter()
        .map(|number| number.trim())
        .filter(|number| !number.is_empty() && seen.insert(*number))
        .collect();
    if given.is_empty() {
        return Err(Error::NoNumbers);
    }
    let question = Question::new(reader, &request.query, &request.filters, sets)?;
    let groups = match request.by {
        Level::Publication => Groups::new(reader, Collapse::None)?,
        Level::Application => Groups::new(reader, Collapse::Application)?,
        Level::Family => Groups::new(reader, Collapse::SimpleFamily)?,
    };
    // Of each group in the answer one document, the first by docno.
    let mut answered: FxHashMap<u64, u32> = FxHashMap::default();
    for docno in question.answer.iter() {
        answered.entry(groups.of(docno)).or_insert(docno);
    }
    let (mut both, mut only_theirs, mut theirs) = (Vec::new(), Vec::new(), FxHashSet::default());
    for number in &given {
        let found = reader.by_number(number);
        theirs.extend(found.iter().map(|docno| groups.of(*docno)));
        let own = found.iter().copied().find(|docno| question.answer.contains(*docno));
        let of_group = || found.iter().find_map(|docno| answered.get(&groups.of(*docno)).copied());
        let exact = request.by == Level::Publication;
        match own.or_else(|| if exact { None } else { of_group() }) {
            Some(docno) => both.push(InBoth { given: (*number).to_owned(), key: reader.key(docno)? }),
            None => only_theirs.push(question.absence(number, &found)?),
        }
    }
    let ours = question.answer.iter().filter(|docno| !theirs.contains(&groups.of(*docno)));
    let mut ours_set = DocnoSet::empty(reader.alive().end());
    ours_set.extend(ours);
    let mut only_ours = Vec::new();
    for docno in super::run::by_key(reader, &ours_set)?.into_iter().take(MAX_LISTED) {
        let publication = reader.document(docno)?;
        let key = publication.key();
        only_ours.push(OnlyOurs {
            number: page::name_of(&publication, &key),
            title: Titles::of(&publication),
            key,
        });
    }
    Ok(Reconciliation {
        snapshot: snapshot_of(reader),
        query: question.canonical,
        by: request.by,
        n_given: given.len(),
        n_found: question.answer.len(),
        both,
        reasons: counted(&only_theirs),
        only_theirs,
        only_ours,
        n_only_ours: ours_set.len(),
    })
}

/// Says why a document is in the answer to a query, which may name sets, or is not.
///
/// # Errors
/// As [`super::search`]; a number of no document is an answer, no error.
pub fn why(reader: &Reader, query: &str, filters: &Filters, number: &str, sets: &Sets) -> Result<Why> {
    let question = Question::new(reader, query, filters, sets)?;
    let found = reader.by_number(number);
    let not_indexed = found.is_empty().then(|| Reason::NotIndexed { similar: alike(reader, number) });
    let mut documents = Vec::new();
    for docno in &found {
        let is_found = question.answer.contains(*docno);
        let mut clauses = Vec::new();
        question.root.states(*docno, 0, &mut clauses);
        documents.push(WhyDocument {
            key: reader.key(*docno)?,
            found: is_found,
            reasons: if is_found { Vec::new() } else { question.reasons(*docno)? },
            clauses,
        });
    }
    Ok(Why {
        snapshot: snapshot_of(reader),
        query: question.canonical,
        given: number.to_owned(),
        documents,
        not_indexed,
    })
}

/// Counts reasons; those that name documents count as one kind.
fn counted(absences: &[Absence]) -> Vec<ReasonCount> {
    let mut counts: FxHashMap<Reason, usize> = FxHashMap::default();
    for absence in absences {
        for reason in &absence.reasons {
            let kind = match reason {
                Reason::NotIndexed { .. } => Reason::NotIndexed { similar: Vec::new() },
                reason => reason.clone(),
            };
            *counts.entry(kind).or_default() += 1;
        }
    }
    let mut counts: Vec<ReasonCount> =
        counts.into_iter().map(|(reason, n)| ReasonCount { reason, n }).collect();
    counts.sort_by(|a, b| b.n.cmp(&a.n).then_with(|| a.reason.cmp(&b.reason)));
    counts
}
