//! A list of numbers from another tool against a query, and why a document is or is not in an answer.
//!
//! The query is evaluated once, clause by clause, and every set kept. A document that is not in the answer is then
//! walked down the tree: of `AND` the parts that do not hold it, of `OR` all of them, of `NOT` what holds it. The
//! leaves reached are the reasons, each told apart by whether the document has nothing in that field at all (a
//! missing field is a gap of the data, not of the query). Filters are asked one by one.
//!
//! Reasons say what the query and the data of this snapshot make of a document, nothing about the other tool.

use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use super::error::{Error, Result};
use super::evaluate;
use super::filter;
use super::page::{self, Groups};
use super::request::{Collapse, Filters};
use super::response::{Snapshot, Titles, snapshot_of};
use super::similar::alike;
use crate::index::{DocnoSet, Reader, Zone};
use crate::query::{Expr, Field, Node, Parsed, Target, parse};

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

/// Compares a list of numbers with a query.
///
/// # Errors
/// As [`super::search`]; [`Error::TooMany`] above [`MAX_NUMBERS`], [`Error::NoNumbers`] for an empty list.
pub fn reconcile(reader: &Reader, request: &ReconcileRequest) -> Result<Reconciliation> {
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
    let question = Question::new(reader, &request.query, &request.filters)?;
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

/// Says why a document is in the answer to a query, or is not.
///
/// # Errors
/// As [`super::search`]; a number of no document is an answer, no error.
pub fn why(reader: &Reader, query: &str, filters: &Filters, number: &str) -> Result<Why> {
    let question = Question::new(reader, query, filters)?;
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

/// A query with the set of every clause.
struct Question<'a> {
    reader: &'a Reader,
    canonical: String,
    root: Clause,
    /// Each filter that was given, by itself.
    filters: Vec<(String, String, DocnoSet)>,
    answer: DocnoSet,
}

/// A clause with its set.
struct Clause {
    text: String,
    set: DocnoSet,
    kind: ClauseKind,
}

enum ClauseKind {
    All(Vec<Clause>),
    Any(Vec<Clause>),
    None(Box<Clause>),
    /// A leaf, with the field and what it looks into where it names one.
    Leaf(Option<Looked>),
    /// A text query: any of these concepts.
    Concepts(Vec<String>),
}

/// Where a leaf looks.
struct Looked {
    field: String,
    zones: Vec<Zone>,
    columns: Vec<String>,
}

impl<'a> Question<'a> {
    fn new(reader: &'a Reader, query: &str, filters: &Filters) -> Result<Self> {
        let root = match parse(query).map_err(Error::Syntax)? {
            Parsed::Boolean(expr) => Clause::new(reader, &expr, 0)?,
            Parsed::Text(text) => {
                let concepts = reader.analyzer().concepts(&text);
                let set = evaluate::concepts_alone(reader, &concepts)?;
                let mut names: Vec<String> = concepts.into_iter().map(|concept| concept.text).collect();
                names.dedup();
                let text = if names.is_empty() { text } else { format!("({})", names.join(" OR ")) };
                Clause { text, set, kind: ClauseKind::Concepts(names) }
            }
        };
        let mut answer = root.set.clone();
        if let Some(kept) = filter::kept(reader, filters)?.all {
            answer.intersect(&kept);
        }
        let mut single = Vec::new();
        for (name, column, one) in each(filters) {
            if let Some(kept) = filter::kept(reader, &one)?.all {
                single.push((name, column, kept));
            }
        }
        Ok(Self { reader, canonical: root.text.clone(), root, filters: single, answer })
    }

    fn absence(&self, number: &str, found: &[u32]) -> Result<Absence> {
        let given = number.to_owned();
        let Some(docno) = found.first() else {
            let similar = alike(self.reader, number);
            return Ok(Absence { given, key: None, reasons: vec![Reason::NotIndexed { similar }] });
        };
        Ok(Absence { given, key: Some(self.reader.key(*docno)?), reasons: self.reasons(*docno)? })
    }

    fn reasons(&self, docno: u32) -> Result<Vec<Reason>> {
        let mut reasons = Vec::new();
        self.root.absent(self.reader, docno, &mut reasons)?;
        for (filter, column, kept) in &self.filters {
            if !kept.contains(docno) {
                let missing = !self.reader.column(column).is_ok_and(|column| column.has_value(docno));
                reasons.push(Reason::Filter { filter: filter.clone(), missing });
            }
        }
        reasons.dedup();
        reasons.truncate(MAX_REASONS);
        Ok(reasons)
    }
}

impl Clause {
    fn new(reader: &Reader, expr: &Expr, depth: usize) -> Result<Self> {
        let text = expr.to_string();
        let parts = |parts: &[Expr]| {
            parts.iter().map(|part| Self::new(reader, part, depth + 1)).collect::<Result<Vec<_>>>()
        };
        let mut set = DocnoSet::empty(reader.alive().end());
        let kind = match &expr.node {
            _ if depth >= MAX_WALK => {
                set = evaluate::alone(reader, expr)?;
                ClauseKind::Leaf(None)
            }
            Node::And(list) => {
                let parts = parts(list)?;
                set = reader.alive().clone();
                parts.iter().for_each(|part| set.intersect(&part.set));
                ClauseKind::All(parts)
            }
            Node::Or(list) => {
                let parts = parts(list)?;
                parts.iter().for_each(|part| set.unite(&part.set));
                ClauseKind::Any(parts)
            }
            Node::Not(inner) => {
                let inner = Self::new(reader, inner, depth + 1)?;
                set = reader.alive().clone();
                set.subtract(&inner.set);
                ClauseKind::None(Box::new(inner))
            }
            leaf => {
                set = evaluate::alone(reader, expr)?;
                ClauseKind::Leaf(looked(leaf))
            }
        };
        Ok(Self { text, set, kind })
    }

    /// Collects why a document is not in the set; nothing where it is.
    fn absent(&self, reader: &Reader, docno: u32, reasons: &mut Vec<Reason>) -> Result<()> {
        if self.set.contains(docno) || reasons.len() > MAX_REASONS {
            return Ok(());
        }
        match &self.kind {
            ClauseKind::All(parts) => {
                for part in parts {
                    part.absent(reader, docno, reasons)?;
                }
            }
            // None of the alternatives holds it; the group says so in one reason, unless all look into one empty field.
            ClauseKind::Any(parts) => {
                let missing =
                    parts.iter().map(|part| part.missing(reader, docno)).collect::<Result<Vec<_>>>()?;
                let first = missing.first().cloned().flatten();
                match first.filter(|first| missing.iter().all(|field| field.as_ref() == Some(first))) {
                    Some(field) => reasons.push(Reason::MissingField { clause: self.text.clone(), field }),
                    None => reasons.push(Reason::Clause { clause: self.text.clone() }),
                }
            }
            ClauseKind::None(inner) => reasons.push(Reason::Excluded { clause: inner.holding(docno) }),
            ClauseKind::Leaf(_) => match self.missing(reader, docno)? {
                Some(field) => reasons.push(Reason::MissingField { clause: self.text.clone(), field }),
                None => reasons.push(Reason::Clause { clause: self.text.clone() }),
            },
            ClauseKind::Concepts(concepts) => reasons.push(Reason::NoConcept { concepts: concepts.clone() }),
        }
        Ok(())
    }

    /// Returns the smallest part that holds a document which this clause holds.
    fn holding(&self, docno: u32) -> String {
        match &self.kind {
            ClauseKind::Any(parts) => parts
                .iter()
                .find(|part| part.set.contains(docno))
                .map_or_else(|| self.text.clone(), |part| part.holding(docno)),
            _ => self.text.clone(),
        }
    }

    /// Returns the field of a leaf in which a document has nothing.
    fn missing(&self, reader: &Reader, docno: u32) -> Result<Option<String>> {
        let ClauseKind::Leaf(Some(looked)) = &self.kind else { return Ok(None) };
        // A derived column that the snapshot does not have holds nothing of anybody.
        let holds = |name: &String| reader.column(name).is_ok_and(|column| column.has_value(docno));
        let empty = !looked.columns.iter().any(holds) && !has_text(reader, docno, &looked.zones)?;
        Ok(empty.then(|| looked.field.clone()))
    }

    fn states(&self, docno: u32, depth: usize, states: &mut Vec<ClauseState>) {
        states.push(ClauseState { clause: self.text.clone(), depth, holds: self.set.contains(docno) });
        match &self.kind {
            ClauseKind::All(parts) | ClauseKind::Any(parts) => {
                parts.iter().for_each(|part| part.states(docno, depth + 1, states));
            }
            ClauseKind::None(inner) => inner.states(docno, depth + 1, states),
            ClauseKind::Leaf(_) | ClauseKind::Concepts(_) => {}
        }
    }
}

/// Returns where a leaf looks, if it names fields of texts or values; numbers are never missing.
fn looked(leaf: &Node) -> Option<Looked> {
    let fields: &[&Field] = match leaf {
        Node::Field(condition) => &condition.fields,
        Node::Range(range) => &range.fields,
        _ => return None,
    };
    let mut looked = Looked { field: String::new(), zones: Vec::new(), columns: Vec::new() };
    for field in fields {
        match field.target() {
            Target::Zones(names) => {
                let zones =
                    names.iter().filter_map(|name| Zone::ALL.into_iter().find(|zone| zone.name() == name));
                looked.zones.extend(zones);
            }
            Target::Column { name, .. } => looked.columns.push(name.to_owned()),
            Target::Number | Target::Event(_) | Target::Missing(_) => return None,
        }
        let between = if looked.field.is_empty() { "" } else { "/" };
        looked.field = format!("{}{between}{}", looked.field, field.name);
    }
    Some(looked)
}

/// Returns whether a document has any text in one of the zones.
fn has_text(reader: &Reader, docno: u32, zones: &[Zone]) -> Result<bool> {
    let publication = reader.document(docno)?;
    for zone in zones {
        let any = match zone {
            Zone::Title => !publication.titles.is_empty(),
            Zone::Abstract => !publication.abstracts.is_empty(),
            Zone::Claims | Zone::IndependentClaims => !publication.claims.is_empty(),
            Zone::Keywords => !publication.keywords.is_empty(),
            Zone::Description => !reader.descriptions(docno)?.is_empty(),
            Zone::Applicant | Zone::Inventor | Zone::Agent => !publication.parties.is_empty(),
        };
        if any {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Returns every filter by itself: its name and value, its column, and filters of nothing else.
fn each(filters: &Filters) -> Vec<(String, String, Filters)> {
    let none = Filters::default;
    let mut single = Vec::new();
    let lists: [(&str, &Vec<String>, fn(&mut Filters) -> &mut Vec<String>); 6] = [
        ("country", &filters.country, |f| &mut f.country),
        ("class", &filters.class, |f| &mut f.class),
        ("applicant", &filters.applicant, |f| &mut f.applicant),
        ("document_kind", &filters.document_kind, |f| &mut f.document_kind),
        ("patent_type", &filters.patent_type, |f| &mut f.patent_type),
        ("language", &filters.language, |f| &mut f.language),
    ];
    for (name, values, place) in lists {
        if !values.is_empty() {
            let mut one = none();
            *place(&mut one) = values.clone();
            single.push((format!("{name} {}", values.join(", ")), name.to_owned(), one));
        }
    }
    if let Some(from) = &filters.from {
        single.push((
            format!("from {from}"),
            "publication".to_owned(),
            Filters { from: Some(from.clone()), ..none() },
        ));
    }
    if let Some(to) = &filters.to {
        single.push((
            format!("to {to}"),
            "publication".to_owned(),
            Filters { to: Some(to.clone()), ..none() },
        ));
    }
    if !filters.legal_state.is_empty() {
        let (legal_state, state_on) = (filters.legal_state.clone(), filters.state_on.clone());
        let name = format!("legal_state {}", legal_state.join(", "));
        let one = Filters { legal_state, state_on, known_at: filters.known_at.clone(), ..none() };
        single.push((name, "legal_state".to_owned(), one));
    }
    for (column, values) in filters.columns.iter().filter(|(_, values)| !values.is_empty()) {
        let columns = std::collections::BTreeMap::from([(column.clone(), values.clone())]);
        single.push((
            format!("{column} {}", values.join(", ")),
            column.clone(),
            Filters { columns, ..none() },
        ));
    }
    single
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
