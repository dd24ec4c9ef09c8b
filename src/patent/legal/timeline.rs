//! The state of a case on every day, from what was known on every other, as a short list: what a column can hold.
//!
//! [`super::state`] is a function of two days that changes on few of them. [`timeline`] lists its first two layers as
//! [`Stretch`]es: "from what is known since this day, the state between these two days is this one". A later stretch
//! overrules an earlier one where they overlap, so each day of news adds only what it changes. Where no stretch
//! reaches, nothing was known by then: undetermined.

use std::fmt;

use jiff::ToSpan as _;

use super::case::Case;
use super::code::Effect;
use super::event::Event;
use super::layer::{Detail, Simple};
use super::rules;
use super::state::{Status, status_on};
use super::term::{Deadline, add_months};
use crate::patent::{CountryCode, Date};

/// A state between two days, as known since a third.
///
/// Written as `2020-05-12 2019-04-20/2032-04-20 inactive/lapsed`: known since, from/until (exclusive, empty where the
/// stretch is open), first and second layer. Such texts sort by the day of knowledge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// The day since which this was known.
    pub known: Date,
    /// The first day of the state; [`Date::MIN`] where it is open.
    pub from: Date,
    /// The first day after it; [`Date::MAX`] where it is open.
    pub until: Date,
    /// First layer.
    pub simple: Simple,
    /// Second layer.
    pub detail: Detail,
}

/// What holds where nothing is known.
const UNKNOWN: (Simple, Detail) = (Simple::Undetermined, Detail::Unknown);

impl fmt::Display for Stretch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.known)?;
        if self.from > Date::MIN {
            write!(f, "{}", self.from)?;
        }
        f.write_str("/")?;
        if self.until < Date::MAX {
            write!(f, "{}", self.until)?;
        }
        write!(f, " {}/{}", self.simple.name(), self.detail.name())
    }
}

impl Stretch {
    /// Reads a written stretch; `None` for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(' ');
        let known = parts.next()?.parse().ok()?;
        let (from, until) = parts.next()?.split_once('/')?;
        let (simple, detail) = parts.next()?.split_once('/')?;
        let day = |text: &str, open: Date| if text.is_empty() { Some(open) } else { text.parse().ok() };
        Some(Self {
            known,
            from: day(from, Date::MIN)?,
            until: day(until, Date::MAX)?,
            simple: Simple::from_name(simple)?,
            detail: Detail::from_name(detail)?,
        })
        .filter(|_| parts.next().is_none())
    }

    /// Returns whether the stretch says something about `on` to who knows what was known on `known_at`.
    pub fn covers(&self, on: Date, known_at: Date) -> bool {
        self.known <= known_at && self.from <= on && (on < self.until || self.until == Date::MAX)
    }
}

/// Returns the state on a day from what was known on another, from the stretches of [`timeline`] in their order.
pub fn state_in(stretches: &[Stretch], on: Date, known_at: Date) -> (Simple, Detail) {
    let last = stretches.iter().rev().find(|stretch| stretch.covers(on, known_at));
    last.map_or(UNKNOWN, |stretch| (stretch.simple, stretch.detail))
}

/// Returns the first two layers of a case for all days, in order of the day of knowledge, then of the first day.
///
/// Equal to [`super::state`] on every pair of days, but that the days before filing are unknown, not
/// [`Detail::NotFiled`], and that a case of which nothing is dated has no stretch, whatever a database says of it in
/// words; `state_in` reads it.
pub fn timeline(case: &Case) -> Vec<Stretch> {
    let mut news: Vec<Date> = events(case).filter_map(|event| event.known).collect();
    news.sort_unstable();
    news.dedup();
    let last = news.last().copied();
    let mut stretches = Vec::new();
    let mut before: Vec<(Date, (Simple, Detail))> = vec![(Date::MIN, UNKNOWN)];
    for known in news {
        let fresh = || case.events.iter().filter(|event| event.known == Some(known));
        // An event changes nothing before the day it took effect, but for these: the first news, the last, with which
        // the words of a database count, and an expiry, which moves the end of the term that was computed before. In one
        // country of a European patent a fee or lapse shows life in the years before it.
        let is_first = stretches.is_empty();
        let is_last = Some(known) == last && case.stated.is_some();
        let is_whole = is_first
            || is_last
            || case.european.is_some()
            || fresh().any(|event| event.effect == Effect::Expired);
        let start = if is_whole { None } else { fresh().filter_map(|event| event.effective).min() };
        let now = row(case, known, start, &before);
        differences(known, &before, &now, &mut stretches);
        before = now;
    }
    stretches
}

/// The events that the state follows from. Of a European patent that speaks for the case these are also the first that
/// was known, with which anything is known at all, and where a database gives words, which hold from the last event
/// on, all.
fn events(case: &Case) -> impl Iterator<Item = &Event> {
    let european = case.european.as_deref();
    let first = european.and_then(|european| european.events.iter().filter_map(|event| event.known).min());
    let all = european.is_some_and(|european| european.stated.is_some());
    let counts = move |event: &&Event| all || (event.known.is_some() && event.known == first);
    case.all_events().chain(european.into_iter().flat_map(|european| &european.events).filter(counts))
}

/// Returns the days on which the state changes, as known on `known`, with what it changes to. Days before `start` are
/// as they were `before`.
fn row(
    case: &Case,
    known: Date,
    start: Option<Date>,
    before: &[(Date, (Simple, Detail))],
) -> Vec<(Date, (Simple, Detail))> {
    let is_known = |event: &&Event| event.known.is_some_and(|day| day <= known);
    let mut days: Vec<Date> = events(case).filter(is_known).filter_map(|event| event.effective).collect();
    days.extend(case.filing);
    days.extend(case.european.as_ref().and_then(|european| european.filing));
    days.extend(case.priority_of.as_ref().map(|(_, filing)| *filing));
    days.push(Date::MIN);
    if let Some(start) = start {
        days.retain(|day| *day >= start);
        days.push(start);
    }
    days.sort_unstable();
    days.dedup();
    let mut row: Vec<(Date, (Simple, Detail))> =
        start.map_or_else(Vec::new, |start| before.iter().copied().filter(|(day, _)| *day < start).collect());
    for (at, day) in days.iter().enumerate() {
        let next = days.get(at + 1).copied();
        let mut day = *day;
        loop {
            let (status, expiry) = status_on(case, day, known);
            let detail = if status.detail == Detail::NotFiled { Detail::Unknown } else { status.detail };
            row.push((day, (status.simple, detail)));
            let own = time_out(case, &status, expiry.as_ref(), day);
            let whole = case.european.as_deref().and_then(|european| {
                let (status, expiry) = status_on(european, day, known);
                time_out(european, &status, expiry.as_ref(), day)
            });
            match [own, whole].into_iter().flatten().min() {
                Some(over) if next.is_none_or(|next| over < next) => day = over,
                _ => break,
            }
        }
    }
    row.dedup_by(|later, earlier| later.1 == earlier.1);
    row
}

/// Returns the next day on which a state may end by the passing of time alone.
fn time_out(case: &Case, status: &Status, expiry: Option<&Deadline>, day: Date) -> Option<Date> {
    let after = |date: Date| date.saturating_add(1.day());
    let expired = expiry.map(|expiry| if expiry.is_last_day { after(expiry.date) } else { expiry.date });
    let open_end = expiry.map(|expiry| add_months(expiry.date, 60));
    let stale = status.since.or(case.filing).map(|since| after(add_months(since, rules::stale_months())));
    let pct = case.earliest.filter(|_| case.office == CountryCode::WO);
    let pct = pct.map(|earliest| after(add_months(earliest, rules::pct_months("CN").0)));
    [expired, open_end, stale, pct].into_iter().flatten().filter(|date| *date > day).min()
}

/// Adds what a row says otherwise than the row before.
fn differences(
    known: Date,
    before: &[(Date, (Simple, Detail))],
    now: &[(Date, (Simple, Detail))],
    stretches: &mut Vec<Stretch>,
) {
    let mut days: Vec<Date> = before.iter().chain(now).map(|(day, _)| *day).collect();
    days.sort_unstable();
    days.dedup();
    let at = |row: &[(Date, (Simple, Detail))], day: Date| {
        let place = row.partition_point(|(from, _)| *from <= day);
        place.checked_sub(1).map_or(UNKNOWN, |place| row[place].1)
    };
    let first = stretches.len();
    for (place, from) in days.iter().enumerate() {
        let until = days.get(place + 1).copied().unwrap_or(Date::MAX);
        let (simple, detail) = at(now, *from);
        if (simple, detail) == at(before, *from) {
            continue;
        }
        match stretches[first..].last_mut() {
            Some(last) if last.until == *from && (last.simple, last.detail) == (simple, detail) => {
                last.until = until;
            }
            _ => stretches.push(Stretch { known, from: *from, until, simple, detail }),
        }
    }
}
