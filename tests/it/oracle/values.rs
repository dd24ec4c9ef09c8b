//! Values and event records of a document, from the document itself.

use patnav::patent::legal::meaning;
use patnav::patent::{Date, Position, Role, Scheme, Symbol};
use patnav::query::{Bound, EventPart, Expr, Field, Node, RangeCondition, Target, Term};

use super::text::{Document, fits, signs};

/// A value of a column.
pub(super) enum Value {
    Text(String),
    Number(i64),
    Day(Date),
}

impl Value {
    pub(super) fn is(&self, field: &Field, term: &Term) -> bool {
        let signs = signs(term);
        match (self, term.text()) {
            (Self::Text(own), Some(text)) => match field.target() {
                Target::Column { hierarchy: true, .. } => {
                    Symbol(own.clone()).is_under(&Symbol::parse(text).unwrap().0)
                }
                _ => own.to_lowercase() == text.to_lowercase(),
            },
            (Self::Text(own), None) => fits(&signs, &own.to_lowercase().chars().collect::<Vec<_>>()),
            (Self::Number(own), text) => own.to_string() == text.unwrap(),
            (Self::Day(own), text) => own.to_string().starts_with(text.unwrap()),
        }
    }
}

pub(super) fn values(field: &Field, document: &Document) -> Vec<Value> {
    let publication = &document.publication;
    let text = |texts: Vec<String>| texts.into_iter().map(Value::Text).collect();
    let number = |n: Option<usize>| n.into_iter().map(|n| Value::Number(i64::try_from(n).unwrap())).collect();
    let day = |day: Option<Date>| day.into_iter().map(Value::Day).collect();
    let classes = |scheme: Scheme| -> Vec<String> {
        let all = publication.classes.iter().filter(|class| class.scheme == scheme);
        all.map(|class| class.symbol.0.clone()).collect()
    };
    match field.name.as_str() {
        "cc" => text(publication.number.iter().map(|number| number.country.to_string()).collect()),
        "kind" => text(publication.number.iter().filter_map(|number| number.kind.clone()).collect()),
        "ipc" => text(classes(Scheme::Ipc)),
        "ipc.main" => {
            let ipc = || publication.classes.iter().filter(|class| class.scheme == Scheme::Ipc);
            let first = ipc().find(|class| class.position == Some(Position::First)).or_else(|| ipc().next());
            text(first.map(|class| class.symbol.0.clone()).into_iter().collect())
        }
        "pd" => day(publication.publication_date),
        "ad" => day(publication.filing_date),
        "gd" => day(publication.grant_date),
        "prd" => day(publication.priority_date()),
        "nclm" => number(publication.claims.first().map(|set| set.claims.len())),
        name => panic!("{name} is not generated"),
    }
}

/// The whole values that `==` compares with.
pub(super) fn whole(field: &Field, document: &Document) -> Vec<String> {
    let parties = document.publication.parties.iter();
    match field.name.as_str() {
        "ap" => {
            parties.filter(|party| party.role == Role::Applicant).map(|party| party.name.clone()).collect()
        }
        _ => {
            values(field, document)
                .into_iter()
                .map(|value| {
                    if let Value::Text(text) = value { text } else { panic!("only texts have whole values") }
                })
                .collect()
        }
    }
}

pub(super) fn in_range(range: &RangeCondition, values: &[Value]) -> bool {
    values.iter().any(|value| {
        let (low, high) = (range.low.as_ref(), range.high.as_ref());
        match value {
            Value::Number(own) => {
                let bound = |bound: &Bound| bound.value.parse::<i64>().unwrap();
                low.is_none_or(|low| *own > bound(low) || (low.inclusive && *own == bound(low)))
                    && high.is_none_or(|high| *own < bound(high) || (high.inclusive && *own == bound(high)))
            }
            Value::Day(own) => {
                // A part of a date stands for all its days: compare as far as it is written.
                let part = |bound: &Bound| own.to_string()[..bound.value.len()].to_owned();
                low.is_none_or(|low| part(low) > low.value || (low.inclusive && part(low) == low.value))
                    && high.is_none_or(|high| {
                        part(high) < high.value || (high.inclusive && part(high) == high.value)
                    })
            }
            Value::Text(own) => {
                let key = |symbol: &str| {
                    let (head, tail) = symbol.split_at(symbol.len().min(4));
                    let (group, subgroup) = tail.split_once('/').unwrap_or((tail, ""));
                    (head.to_owned(), group.parse::<u32>().unwrap_or(0), subgroup.to_owned())
                };
                let under = |bound: &Bound| Symbol(own.clone()).is_under(&Symbol(bound.value.clone()));
                low.is_none_or(|low| {
                    if low.inclusive {
                        key(own) >= key(&low.value)
                    } else {
                        key(own) > key(&low.value) && !under(low)
                    }
                }) && high.is_none_or(|high| {
                    if high.inclusive {
                        key(own) <= key(&high.value) || under(high)
                    } else {
                        key(own) < key(&high.value) && !under(high)
                    }
                })
            }
        }
    })
}

pub(super) fn is_event(field: &Field) -> bool {
    matches!(field.target(), Target::Event(_))
}

/// A record of an event or state: values by part.
pub(super) type Record = Vec<(EventPart, String)>;

pub(super) fn records(expr: &Expr, document: &Document) -> bool {
    let day = |date: Option<Date>| date.map(|date| date.to_string());
    let name = |debug: String| debug.to_lowercase();
    let mut all: Vec<Record> = Vec::new();
    for event in &document.publication.events {
        let mut record = vec![
            (EventPart::Country, event.country.clone().unwrap_or_else(|| event.office.clone())),
            (EventPart::Office, event.office.clone()),
            (EventPart::Code, event.code.clone()),
            (EventPart::Code, format!("{}{}", event.office, event.code)),
        ];
        record.extend(day(event.effective).map(|day| (EventPart::Effective, day)));
        record.extend(day(event.known).map(|day| (EventPart::Known, day)));
        if let Some(meaning) = meaning(&event.office, &event.code) {
            record.push((EventPart::Kind, name(format!("{:?}", meaning.effect))));
            record.push((EventPart::Kind, name(format!("{:?}", meaning.group))));
        }
        all.push(record);
    }
    for (country, status) in &document.states {
        let mut record = vec![
            (EventPart::Country, country.clone()),
            (EventPart::State, name(format!("{:?}", status.simple))),
            (EventPart::Detail, name(format!("{:?}", status.detail))),
        ];
        record.extend(day(status.since).map(|day| (EventPart::Effective, day)));
        all.push(record);
    }
    all.iter().any(|record| meets(expr, record))
}

pub(super) fn meets(expr: &Expr, record: &Record) -> bool {
    let part_of =
        |field: &Field| if let Target::Event(part) = field.target() { part } else { panic!("no event") };
    match &expr.node {
        Node::And(parts) => parts.iter().all(|part| meets(part, record)),
        Node::Or(parts) => parts.iter().any(|part| meets(part, record)),
        Node::Xor(parts) => parts.iter().filter(|part| meets(part, record)).count() % 2 == 1,
        Node::Not(part) => !meets(part, record),
        Node::Field(condition) => {
            let part = part_of(condition.fields[0]);
            let Node::Term(term) = &condition.value.node else { panic!("a term") };
            let text = term.text().unwrap().to_lowercase();
            record.iter().filter(|(own, _)| *own == part).any(|(_, value)| match part {
                EventPart::Effective | EventPart::Known => value.starts_with(&text),
                _ => value.to_lowercase() == text,
            })
        }
        Node::Range(range) => {
            let part = part_of(range.fields[0]);
            let days = record.iter().filter(|(own, _)| *own == part);
            let days: Vec<Value> = days.map(|(_, day)| Value::Day(day.parse().unwrap())).collect();
            in_range(range, &days)
        }
        node => panic!("{node:?} is not generated"),
    }
}
