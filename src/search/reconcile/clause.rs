//! A query taken apart: the set of every clause, and why a document is in none of them.
//!
//! A document is walked down the tree: of `AND` the parts that do not hold it, of `OR` all of them, of `NOT` what holds
//! it. The leaves reached are the reasons.

use super::{Absence, ClauseState, MAX_REASONS, MAX_WALK, Reason};
use crate::index::{DocnoSet, Reader, Zone};
use crate::query::{Expr, Field, Node, Parsed, Target, parse};
use crate::search::error::{Error, Result};
use crate::search::evaluate;
use crate::search::filter;
use crate::search::request::Filters;
use crate::search::seen::Seen;
use crate::search::sets::Sets;
use crate::search::similar::alike;

/// A query with the set of every clause.
pub(super) struct Question<'a> {
    reader: &'a Reader,
    /// The query as it was understood.
    pub(super) canonical: String,
    /// The whole query.
    pub(super) root: Clause,
    /// Each filter that was given, by itself.
    filters: Vec<(String, String, DocnoSet)>,
    /// What it finds, filters applied.
    pub(super) answer: DocnoSet,
}

/// A clause with its set.
pub(super) struct Clause {
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
    /// Evaluates a query clause by clause.
    ///
    /// # Errors
    /// As [`crate::search::search`].
    pub(super) fn new(reader: &'a Reader, query: &str, filters: &Filters, sets: &Sets) -> Result<Self> {
        let parsed = parse(query).map_err(Error::Syntax)?;
        let everything = evaluate::is_everything(&parsed);
        let root = match parsed {
            Parsed::Boolean(expr) => {
                let sets = sets.answered(reader, &Seen::of(reader, None, None)?, false, &expr)?;
                Clause::new(reader, &expr, 0, &sets)?
            }
            Parsed::Text(text) if everything => {
                Clause { text, set: reader.alive().clone(), kind: ClauseKind::Leaf(None) }
            }
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

    /// Says why a document of the list is not in the answer; `found` are the publications of its number.
    pub(super) fn absence(&self, number: &str, found: &[u32]) -> Result<Absence> {
        let given = number.to_owned();
        let Some(docno) = found.first() else {
            let similar = alike(self.reader, number);
            return Ok(Absence { given, key: None, reasons: vec![Reason::NotIndexed { similar }] });
        };
        Ok(Absence { given, key: Some(self.reader.key(*docno)?), reasons: self.reasons(*docno)? })
    }

    /// Says why a document is not in the answer.
    pub(super) fn reasons(&self, docno: u32) -> Result<Vec<Reason>> {
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
    fn new(reader: &Reader, expr: &Expr, depth: usize, sets: &Sets) -> Result<Self> {
        let text = expr.to_string();
        let parts = |parts: &[Expr]| {
            parts.iter().map(|part| Self::new(reader, part, depth + 1, sets)).collect::<Result<Vec<_>>>()
        };
        let mut set = DocnoSet::empty(reader.alive().end());
        let kind = match &expr.node {
            _ if depth >= MAX_WALK => {
                set = evaluate::alone(reader, expr, sets)?;
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
                let inner = Self::new(reader, inner, depth + 1, sets)?;
                set = reader.alive().clone();
                set.subtract(&inner.set);
                ClauseKind::None(Box::new(inner))
            }
            leaf => {
                set = evaluate::alone(reader, expr, sets)?;
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

    /// Lists the clause and its parts, each with whether it holds the document.
    pub(super) fn states(&self, docno: u32, depth: usize, states: &mut Vec<ClauseState>) {
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
