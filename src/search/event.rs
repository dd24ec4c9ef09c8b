//! Conditions that one event record of a document meets, all of them the same record.
//!
//! Records are read from the documents themselves (see [`crate::query::Node::Event`] for what they are), so a group of
//! conditions costs a document each; those that cannot have a fitting record are passed over by their columns, and
//! [`MAX_READ`] bounds the rest. States are those of [`crate::patent::legal`] as of the snapshot, or on the day of an
//! as-of search as known then, in which no event counts that was not known.

use std::collections::HashMap;

use super::error::{Error, Result};
use super::evaluate::{Context, misplaced};
use super::filter;
use super::legal::{add_european, case_of};
use super::values;
use crate::index::{ColumnKind, DocnoSet, Finder, days};
use crate::patent::legal::{Status, meaning, state};
use crate::patent::{Date, DocumentKind, LegalEvent, Publication};
use crate::query::{EventPart, Expr, Field, Node, Piece, RangeCondition, Target, Term};

/// Most documents whose events are read for one group of conditions.
const MAX_READ: u64 = 100_000;

/// A record, as its parts are compared.
struct Record {
    country: Option<String>,
    office: Option<String>,
    code: Option<String>,
    kinds: Vec<String>,
    effective: Option<Date>,
    known: Option<Date>,
    state: Option<String>,
    detail: Option<String>,
    text: Option<String>,
}

/// A test of one record.
enum Test {
    All(Vec<Test>),
    Any(Vec<Test>),
    Odd(Vec<Test>),
    Not(Box<Test>),
    Part(EventPart, Want),
}

/// What a part has to be.
enum Want {
    /// This value, in the form of [`plain`].
    Equal(String),
    /// A value that fits.
    Fits(Vec<Piece>),
    /// From the first day to the last.
    Days(i64, i64),
    /// A text that holds this.
    Holds(Box<Finder>),
}

/// Returns the documents one of whose records meets the conditions.
///
/// # Errors
/// [`Error::TooMany`] where too many documents would have to be read; [`Error::Value`] for a value that a part
/// cannot have.
pub(super) fn matching(context: Context<'_>, conditions: &Expr) -> Result<DocnoSet> {
    documents(context, &Test::of(context, conditions)?)
}

/// Returns the documents with a record whose day lies in a range.
pub(super) fn in_range(context: Context<'_>, field: &Field, range: &RangeCondition) -> Result<DocnoSet> {
    documents(context, &Test::of_range(field, range)?)
}

fn documents(context: Context<'_>, test: &Test) -> Result<DocnoSet> {
    let reader = context.reader;
    let (events, states) = (test.can_be_event(), test.can_be_state());
    let mut candidates = DocnoSet::empty(reader.alive().end());
    if events {
        let column = reader.column("event")?;
        candidates.extend(reader.alive().iter().filter(|docno| column.has_value(*docno)));
    }
    if states {
        candidates.unite(&with_states(context, test)?);
    }
    candidates.intersect(context.seen.documents(reader));
    let found = candidates.len();
    if found > MAX_READ {
        let limit = usize::try_from(MAX_READ).unwrap_or(usize::MAX);
        let found = usize::try_from(found).unwrap_or(usize::MAX);
        let what = "the number of documents whose events would be read (name a country, `ev.cc=DE`)";
        return Err(Error::TooMany { what, found, limit });
    }
    let today = reader.statistics().as_of.unwrap_or(Date::MAX);
    let day = context.seen.as_of().unwrap_or(today);
    let mut set = DocnoSet::empty(reader.alive().end());
    // The publications of an application have one state.
    let mut by_application: HashMap<String, bool> = HashMap::new();
    for docno in candidates.iter() {
        let publication = reader.document(docno)?;
        let mut holds = events
            && publication.events.iter().any(|event| {
                context.seen.as_of().is_none_or(|day| is_known(event, day)) && test.holds(&of_event(event))
            });
        if !holds && states && publication.document_kind == DocumentKind::Patent {
            let application = publication.application.as_ref().map(ToString::to_string);
            let known = application.as_ref().and_then(|application| by_application.get(application)).copied();
            holds = match known {
                Some(known) => known,
                None => {
                    let holds = holds_state(context, test, &publication, day)?;
                    application.and_then(|application| by_application.insert(application, holds));
                    holds
                }
            };
        }
        if holds {
            set.insert(docno);
        }
    }
    Ok(set)
}

fn is_known(event: &LegalEvent, day: Date) -> bool {
    event.known.or(event.effective).is_some_and(|known| known <= day)
}

/// Returns the patents that may have a state which fits: of the countries asked for, if that is a must.
fn with_states(context: Context<'_>, test: &Test) -> Result<DocnoSet> {
    let reader = context.reader;
    let patents = filter::keyword_set(reader, reader.column("document_kind")?, "doc", false, "patent")?;
    let Some(countries) = test.countries() else { return Ok(patents) };
    let column = reader.column("country")?;
    // European patents and international applications have states in other countries.
    let offices = ["EP", "WO"].into_iter().chain(countries);
    let mut set = DocnoSet::empty(reader.alive().end());
    for office in offices {
        set.unite(&values::equal(reader, column, office));
    }
    set.intersect(&patents);
    Ok(set)
}

fn holds_state(context: Context<'_>, test: &Test, publication: &Publication, day: Date) -> Result<bool> {
    let mut case = case_of(context.reader, publication)?;
    add_european(context.reader, &mut case)?;
    let office = case.office.to_string();
    let state = state(&case, day, day);
    let countries = state.countries.iter().map(|(country, status)| (country.as_str(), status));
    let mut all = std::iter::once((office.as_str(), &state.status)).chain(countries);
    Ok(all.any(|(country, status)| test.holds(&of_state(country, status))))
}

fn of_event(event: &LegalEvent) -> Record {
    let meaning = meaning(&event.office, &event.code);
    let kinds =
        meaning.map(|meaning| vec![named(&meaning.effect), named(&meaning.group)]).unwrap_or_default();
    Record {
        country: Some(event.country.clone().unwrap_or_else(|| event.office.clone())),
        office: Some(event.office.clone()),
        code: Some(event.code.clone()),
        kinds,
        effective: event.effective,
        known: event.known,
        state: None,
        detail: None,
        text: Some(event.text.clone()),
    }
}

fn of_state(country: &str, status: &Status) -> Record {
    Record {
        country: Some(country.to_owned()),
        office: None,
        code: None,
        kinds: Vec::new(),
        effective: status.since,
        known: None,
        state: Some(named(&status.simple)),
        detail: Some(named(&status.detail)),
        text: None,
    }
}

/// Returns the name of a variant as it is compared: letters and digits in lower case (`PctOpen`, `pct_open`: `pctopen`).
fn named(variant: &dyn std::fmt::Debug) -> String {
    plain(&format!("{variant:?}"))
}

fn plain(value: &str) -> String {
    value.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

impl Test {
    fn of(context: Context<'_>, expr: &Expr) -> Result<Self> {
        let all = |parts: &[Expr]| parts.iter().map(|part| Self::of(context, part)).collect::<Result<_>>();
        match &expr.node {
            Node::And(parts) => Ok(Self::All(all(parts)?)),
            Node::Or(parts) => Ok(Self::Any(all(parts)?)),
            Node::Xor(parts) => Ok(Self::Odd(all(parts)?)),
            Node::Not(part) => Ok(Self::Not(Box::new(Self::of(context, part)?))),
            Node::Event(inner) => Self::of(context, inner),
            Node::Range(range) => {
                let each = range.fields.iter().map(|field| Self::of_range(field, range));
                Ok(Self::Any(each.collect::<Result<_>>()?))
            }
            Node::Field(condition) => {
                let each =
                    condition.fields.iter().map(|field| Self::of_value(context, field, &condition.value));
                Ok(Self::Any(each.collect::<Result<_>>()?))
            }
            _ => Err(misplaced(expr)),
        }
    }

    fn of_range(field: &Field, range: &RangeCondition) -> Result<Self> {
        let Target::Event(part) = field.target() else {
            let why = "it is no part of an event".to_owned();
            return Err(Error::NotExecutable { part: field.name.clone(), why });
        };
        let ends = |bound: &Option<crate::query::Bound>| {
            let read =
                |bound: &crate::query::Bound| filter::interval(ColumnKind::Date, &field.name, &bound.value);
            bound.as_ref().map(read).transpose()
        };
        let (low, high) = (ends(&range.low)?, ends(&range.high)?);
        if let (Some(from), Some(to), Some(low), Some(high)) = (&range.low, &range.high, low, high)
            && low.0 > high.1
        {
            let (low, high) = (from.value.clone(), to.value.clone());
            return Err(Error::Backwards { field: field.name.clone(), low, high });
        }
        let (from, to) = values::days_between(range, low, high);
        Ok(Self::Part(part, Want::Days(from, to)))
    }

    fn of_value(context: Context<'_>, field: &Field, expr: &Expr) -> Result<Self> {
        let all = |parts: &[Expr]| {
            parts.iter().map(|part| Self::of_value(context, field, part)).collect::<Result<_>>()
        };
        match &expr.node {
            Node::And(parts) => Ok(Self::All(all(parts)?)),
            Node::Or(parts) => Ok(Self::Any(all(parts)?)),
            Node::Xor(parts) => Ok(Self::Odd(all(parts)?)),
            Node::Not(part) => Ok(Self::Not(Box::new(Self::of_value(context, field, part)?))),
            Node::Term(term) => Self::of_term(context, field, expr, term),
            _ => Err(misplaced(expr)),
        }
    }

    fn of_term(context: Context<'_>, field: &Field, expr: &Expr, term: &Term) -> Result<Self> {
        let Target::Event(part) = field.target() else {
            let why = "it is no part of an event".to_owned();
            return Err(Error::NotExecutable { part: field.name.clone(), why });
        };
        let want = match part {
            EventPart::Text => {
                let pattern = super::evaluate::pattern(expr)?;
                Want::Holds(Box::new(Finder::new(context.reader.analyzer(), &pattern)?))
            }
            EventPart::Effective | EventPart::Known => {
                let text = term.text().unwrap_or("*");
                let (from, to) = filter::interval(ColumnKind::Date, &field.name, text)?;
                Want::Days(from, to)
            }
            _ => match term.text() {
                Some(text) => Want::Equal(plain(chinese(text).unwrap_or(text))),
                None => Want::Fits(
                    term.pieces
                        .iter()
                        .map(|piece| match piece {
                            Piece::Text(text) => Piece::Text(plain(text)),
                            other => other.clone(),
                        })
                        .collect(),
                ),
            },
        };
        Ok(Self::Part(part, want))
    }

    fn holds(&self, record: &Record) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(record)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(record)),
            Self::Odd(parts) => parts.iter().filter(|part| part.holds(record)).count() % 2 == 1,
            Self::Not(part) => !part.holds(record),
            Self::Part(part, want) => match part {
                EventPart::Country => want.is(record.country.as_deref()),
                EventPart::Office => want.is(record.office.as_deref()),
                EventPart::Code => {
                    let whole = record.office.as_ref().zip(record.code.as_ref());
                    let whole = whole.map(|(office, code)| format!("{office}{code}"));
                    want.is(record.code.as_deref()) || want.is(whole.as_deref())
                }
                EventPart::Kind => record.kinds.iter().any(|kind| want.is(Some(kind))),
                EventPart::State => want.is(record.state.as_deref()),
                EventPart::Detail => want.is(record.detail.as_deref()),
                EventPart::Text => want.is(record.text.as_deref()),
                EventPart::Effective => want.is_day(record.effective),
                EventPart::Known => want.is_day(record.known),
            },
        }
    }

    /// Returns whether an event of the source may meet the test; it has no state.
    fn can_be_event(&self) -> bool {
        self.can_be(&|part| !matches!(part, EventPart::State | EventPart::Detail))
    }

    /// Returns whether the state of a country may meet the test; it has no office, code, text or announcement.
    fn can_be_state(&self) -> bool {
        self.can_be(&|part| {
            matches!(part, EventPart::Country | EventPart::Effective | EventPart::State | EventPart::Detail)
        })
    }

    fn can_be(&self, has: &dyn Fn(EventPart) -> bool) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.can_be(has)),
            Self::Any(parts) | Self::Odd(parts) => parts.iter().any(|part| part.can_be(has)),
            // What a record does not have, it does not have.
            Self::Not(_) => true,
            Self::Part(part, _) => has(*part),
        }
    }

    /// Returns the countries one of which every fitting record has, if there are such.
    fn countries(&self) -> Option<Vec<&str>> {
        match self {
            Self::All(parts) => parts.iter().find_map(Self::countries),
            Self::Any(parts) => {
                let each: Option<Vec<Vec<&str>>> = parts.iter().map(Self::countries).collect();
                each.map(|each| each.into_iter().flatten().collect())
            }
            Self::Part(EventPart::Country, Want::Equal(country)) => Some(vec![country]),
            Self::Odd(_) | Self::Not(_) | Self::Part(..) => None,
        }
    }
}

impl Want {
    fn is(&self, value: Option<&str>) -> bool {
        value.is_some_and(|value| match self {
            Self::Equal(wanted) => plain(value) == *wanted,
            Self::Fits(pieces) => values::fits(pieces, &plain(value)),
            Self::Holds(finder) => !finder.find(value).is_empty(),
            Self::Days(..) => false,
        })
    }

    fn is_day(&self, day: Option<Date>) -> bool {
        matches!(self, Self::Days(from, to) if day.is_some_and(|day| (*from..=*to).contains(&days(day))))
    }
}

/// Returns what a Chinese word for a state or an event means.
fn chinese(word: &str) -> Option<&'static str> {
    Some(match word.trim() {
        "有效" => "active",
        "审中" => "pending",
        "失效" | "无效" => "inactive",
        "未确定" => "undetermined",
        "授权" => "granted",
        "转让" => "transferred",
        "终止" => "lapsed",
        _ => return None,
    })
}
