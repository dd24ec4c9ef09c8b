//! The state of a case on a day, from what was known on another day.
//!
//! Three layers as in patent databases: [`Simple`], [`Detail`], and event [`Flag`]s. Events are folded in the order in which
//! they took effect; one that contradicts what came before is kept, applied by the rules of `Course` and reported.
//! What no event and no rule decides is undetermined: never active, never inactive.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::case::{Case, Confidence};
use super::code::Effect;
use super::course::Course;
use super::event::Event;
use super::layer::{Detail, Flag, Simple};
use super::rules;
use super::term::{Deadline, Deadlines, add_months, terms};
use super::words;
use crate::patent::{CountryCode, Date, PatentType, PublicationNumber};

/// A span in which a lost or endangered right may still be saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Window {
    /// A fee fell due and its payment is not on record.
    Grace(Deadline),
    /// The lapsed right can be restored.
    Restoration(Deadline),
}

/// What does not fit together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// What is wrong, in words.
    pub what: String,
    /// The event that does not fit.
    pub event: String,
}

/// The state of an application, or of one country of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// First layer.
    pub simple: Simple,
    /// Second layer.
    pub detail: Detail,
    /// The day from which it holds, where an event or rule gives one.
    pub since: Option<Date>,
    /// The day on which it was known.
    pub known: Option<Date>,
    /// The facts and rules that it follows from.
    pub basis: Vec<String>,
    /// How sure it is.
    pub confidence: Confidence,
}

impl Status {
    fn new(simple: Simple, detail: Detail, basis: impl Into<String>, confidence: Confidence) -> Self {
        Self { simple, detail, since: None, known: None, basis: vec![basis.into()], confidence }
    }

    fn of_event(simple: Simple, detail: Detail, event: &Event, sure: Confidence) -> Self {
        let confidence = if event.assumed { Confidence::Assumed } else { sure };
        Self {
            since: event.effective,
            known: event.known,
            ..Self::new(simple, detail, event.cite(), confidence)
        }
    }
}

/// All that is known of a case on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// The state at the office of the application.
    pub status: Status,
    /// The third layer.
    pub flags: BTreeSet<Flag>,
    /// A way back into force, where one is open on the day.
    pub window: Option<Window>,
    /// States of an EP patent or national phases of a PCT application; `UP` is the unitary patent.
    pub countries: Vec<(String, Status)>,
    /// The document whose claims are in force, for granted rights.
    pub claims: Option<PublicationNumber>,
    /// The same-day twin: a right given up for it is never out, the twin may be alive.
    pub twin: Option<String>,
    /// Events that do not fit.
    pub conflicts: Vec<Conflict>,
    /// The newest event that was known: how fresh the register is.
    pub fresh: Option<Date>,
    /// How many events counted.
    pub n_events: usize,
}

/// Returns the state of `case` on the day `on`, from what was known on the day `known_at`.
///
/// An event counts if it was in effect on `on` and known by `known_at`. Total: any record gives a state.
pub fn state(case: &Case, on: Date, known_at: Date) -> State {
    let counted: Vec<&Event> = case.events.iter().filter(|event| event.counts(on, known_at)).collect();
    let mut course = Course::default();
    for event in counted.iter().filter(|event| is_whole(case, event)) {
        course.take(event);
    }
    let deadlines = terms(case, on, known_at);
    let status =
        european(case, on, known_at).unwrap_or_else(|| status(case, &course, &deadlines, on, known_at));
    let countries = super::country::countries(case, &status, &counted, on, known_at);
    let claims = claims(case, &status, on, known_at);
    let mut conflicts = course.conflicts;
    conflicts.extend(grants_apart(&counted));
    let fresh = case.all_events().filter_map(|event| event.known).filter(|date| *date <= known_at).max();
    State {
        window: window(&status, deadlines, on),
        flags: flags(case, &counted),
        twin: case.twin().map(str::to_owned),
        n_events: counted.len(),
        status,
        countries,
        claims,
        conflicts,
        fresh,
    }
}

/// Returns the first two layers alone, with the expected end of the term: what [`super::timeline`] asks for many days.
pub(super) fn status_on(case: &Case, on: Date, known_at: Date) -> (Status, Option<Deadline>) {
    let mut course = Course::default();
    for event in case.events.iter().filter(|event| event.counts(on, known_at) && is_whole(case, event)) {
        course.take(event);
    }
    let deadlines = super::term::end_of_term(case, on, known_at);
    let status =
        european(case, on, known_at).unwrap_or_else(|| status(case, &course, &deadlines, on, known_at));
    (status, deadlines.expiry)
}

/// Returns how the European patent that speaks for a national part stands in its country.
fn european(case: &Case, on: Date, known_at: Date) -> Option<Status> {
    let european = case.european.as_deref()?;
    let (whole, _) = status_on(european, on, known_at);
    let mut status = super::country::in_country(european, &whole, case.office, on, known_at);
    let name = european.names().pop().unwrap_or_default();
    status.basis.push(format!("as {name} has it, of which it is a national part; its own record is silent"));
    Some(status)
}

/// Whether an event is about the whole case, not about one state of it.
fn is_whole(case: &Case, event: &Event) -> bool {
    event.country.is_none_or(|country| country == case.office)
        && (event.office == case.office.as_str() || case.office == CountryCode::UNKNOWN)
}

/// Folds events of one country (of an EP patent) and says how it stands there.
pub(super) fn country_status(events: &[&Event]) -> (Option<Status>, Option<Date>, Vec<Conflict>) {
    let mut course = Course::default();
    for event in events {
        course.take(event);
    }
    let alive =
        [course.fee, course.validated].into_iter().flatten().filter_map(|event| event.effective).max();
    if course.is_contradictory {
        let basis = "life after an end, without a restoration";
        let status = Status::new(Simple::Undetermined, Detail::Contradictory, basis, Confidence::Assumed);
        return (Some(status), alive, course.conflicts);
    }
    let status = if let Some((detail, event)) = course.end {
        Some(Status::of_event(Simple::Inactive, detail, event, Confidence::Register))
    } else if let Some(event) = course.restored {
        Some(Status::of_event(Simple::Active, Detail::Restored, event, Confidence::Register))
    } else {
        let proof = course.fee.or(course.validated);
        proof.map(|event| Status::of_event(Simple::Active, Detail::Granted, event, Confidence::Register))
    };
    (status, alive, course.conflicts)
}

fn status(case: &Case, course: &Course<'_>, deadlines: &Deadlines, on: Date, known_at: Date) -> Status {
    if let Some(filing) = case.filing
        && on < filing
        && course.published.is_none()
        && course.granted.is_none()
    {
        let basis = format!("filed {filing}, after the day asked for");
        return Status::new(Simple::Undetermined, Detail::NotFiled, basis, Confidence::Computed);
    }
    if course.is_contradictory {
        let mut status = Status::new(
            Simple::Undetermined,
            Detail::Contradictory,
            "the record contradicts itself",
            Confidence::Assumed,
        );
        status
            .basis
            .extend(course.conflicts.iter().map(|conflict| format!("{}: {}", conflict.what, conflict.event)));
        return status;
    }
    if case.office == CountryCode::WO {
        return pct(case, course, on, known_at);
    }
    if let Some((detail, event)) = course.end {
        let mut status = Status::of_event(Simple::Inactive, detail, event, Confidence::Register);
        if detail == Detail::DeemedWithdrawn
            && let Some((later, filing)) = &case.priority_of
        {
            status.detail = Detail::PriorityBasis;
            status.basis.push(format!("{later}, filed {filing}, claims its priority"));
        }
        if detail == Detail::Abandoned && case.twin().is_some() {
            status.detail = Detail::AbandonedForTwin;
            status.basis.push("it has a same-day twin".to_owned());
        }
        return status;
    }
    let is_announced = case.events.iter().any(|event| event.known.is_some_and(|date| date <= known_at));
    if let Some((later, filing)) = &case.priority_of
        && *filing <= on
        && is_announced
        && course.granted.is_none()
    {
        let basis = format!("{later}, filed {filing}, claims its priority: deemed withdrawn that day");
        let status = Status::new(Simple::Inactive, Detail::PriorityBasis, basis, Confidence::Computed);
        return Status { since: Some(*filing), ..status };
    }
    if let Some(grant) = course.granted.or(course.limited) {
        return granted(case, course, grant, deadlines, on, known_at);
    }
    if let Some(stated) = stated(case, &course.published, known_at) {
        return stated;
    }
    pending(case, course, deadlines, on, is_announced)
}

/// A right without an end on record: in force unless its term is over.
fn granted(
    case: &Case,
    course: &Course<'_>,
    grant: &Event,
    deadlines: &Deadlines,
    on: Date,
    known_at: Date,
) -> Status {
    if let Some(expiry) = &deadlines.expiry
        && expiry.is_over(on)
    {
        // Five years is the longest extension that any of the offices knows.
        let is_open = expiry.may_be_later && on < add_months(expiry.date, 60);
        let simple = if is_open { Simple::Undetermined } else { Simple::Inactive };
        let mut status = Status::new(simple, Detail::Expired, String::new(), expiry.confidence);
        status.basis.clone_from(&expiry.basis);
        status.since = Some(expiry.date);
        if is_open {
            status.basis.push("an extension of up to five years is not ruled out".to_owned());
        }
        return status;
    }
    // Words of a database count only where no event decides.
    if course.end.is_none()
        && case
            .events
            .iter()
            .all(|event| matches!(event.effect, Effect::Granted | Effect::Published | Effect::Limited))
        && let Some(stated) = stated(case, &Some(grant), known_at)
        && stated.simple == Simple::Inactive
    {
        return stated;
    }
    let detail = if course.limited.is_some() {
        Detail::PartlyRevoked
    } else if course.restored.is_some() {
        Detail::Restored
    } else if case.twin().is_some() {
        Detail::DoubleGrant
    } else {
        Detail::Granted
    };
    let event = match detail {
        Detail::PartlyRevoked => course.limited.unwrap_or(grant),
        Detail::Restored => course.restored.unwrap_or(grant),
        _ => grant,
    };
    // A fee of the last year makes it the register's word; without one it follows from the absence of an end.
    let paid = course.fee.filter(|fee| fee.effective.is_some_and(|date| on < add_months(date, 12)));
    let sure = if paid.is_some() { Confidence::Register } else { Confidence::Computed };
    let mut status = Status::of_event(Simple::Active, detail, event, sure);
    if let Some(fee) = paid {
        status.basis.push(fee.cite());
    } else {
        status.basis.push("no end on record".to_owned());
    }
    match &deadlines.expiry {
        Some(expiry) => status.basis.push(format!("term to {}", expiry.date)),
        None => {
            status.basis.push("end of term unknown".to_owned());
            status.confidence = Confidence::Assumed;
        }
    }
    status
}

fn pending(case: &Case, course: &Course<'_>, deadlines: &Deadlines, on: Date, is_announced: bool) -> Status {
    let unknown =
        |basis: &str| Status::new(Simple::Undetermined, Detail::Unknown, basis, Confidence::Assumed);
    if !is_announced {
        return unknown("nothing was known by then");
    }
    let newest = [course.allowed, course.examined, course.published].into_iter().flatten().next();
    let detail = match (course.allowed, course.examined, course.published) {
        (Some(_), _, _) => Detail::Allowed,
        (None, Some(_), _) => Detail::Examining,
        (None, None, Some(_)) => Detail::Published,
        (None, None, None) => Detail::Filed,
    };
    let last = newest.and_then(|event| event.effective).or(case.filing);
    let Some(last) = last else { return unknown("no date on record") };
    if course.restored.is_none() && on > add_months(last, rules::stale_months()) {
        return unknown("no event for so long that it cannot be called pending");
    }
    if deadlines.expiry.as_ref().is_some_and(|expiry| expiry.is_over(on)) {
        return unknown("never granted as far as known, and the term would be over");
    }
    match newest {
        Some(event) => {
            let mut status = Status::of_event(Simple::Pending, detail, event, Confidence::Computed);
            status.basis.push("neither grant nor end on record".to_owned());
            status
        }
        None => Status {
            since: case.filing,
            ..Status::new(Simple::Pending, detail, format!("filed {last}"), Confidence::Computed)
        },
    }
}

/// An international application: no right, but open or over.
fn pct(case: &Case, course: &Course<'_>, on: Date, known_at: Date) -> Status {
    if let Some((detail, event)) = course.end {
        return Status::of_event(Simple::PctOver, detail, event, Confidence::Register);
    }
    let Some(earliest) = case.earliest else {
        // Without a date the limit cannot be computed; a database may have done so.
        return stated(case, &None, known_at).unwrap_or_else(|| {
            let basis = "no priority or filing date on record";
            Status::new(Simple::Undetermined, Detail::Unknown, basis, Confidence::Assumed)
        });
    };
    if !case.events.iter().any(|event| event.known.is_some_and(|date| date <= known_at)) {
        return Status::new(
            Simple::Undetermined,
            Detail::Unknown,
            "nothing was known by then",
            Confidence::Assumed,
        );
    }
    // The longest limit among the offices followed: 32 months of China.
    let end = add_months(earliest, rules::pct_months("CN").0);
    let (simple, detail) =
        if on <= end { (Simple::PctOpen, Detail::PctOpen) } else { (Simple::PctOver, Detail::PctOver) };
    let basis = format!("priority {earliest}: entry open to {end} at the latest of the offices followed");
    Status::new(simple, detail, basis, Confidence::Computed)
}

/// The state that a database gives in words. Its day is unknown: it counts once everything else on record was known.
fn stated(case: &Case, newest: &Option<&Event>, known_at: Date) -> Option<Status> {
    let text = case.stated.as_deref()?;
    let (simple, detail) = words::read(text)?;
    let last = case.events.iter().filter_map(|event| event.known).max();
    if last.is_some_and(|last| known_at < last) {
        return None;
    }
    let basis = format!("a database states `{text}` without a date");
    let status = Status::new(simple, detail, basis, Confidence::Assumed);
    Some(Status { known: newest.and_then(|event| event.known), ..status })
}

fn window(status: &Status, deadlines: Deadlines, on: Date) -> Option<Window> {
    match status.simple {
        Simple::Active => deadlines.grace_end.map(Window::Grace),
        Simple::Inactive if status.detail == Detail::Lapsed => {
            deadlines.restoration_end.filter(|end| !end.is_over(on)).map(Window::Restoration)
        }
        _ => None,
    }
}

/// The document whose claims are in force: the newest of granted documents known, narrowed ones before others.
fn claims(case: &Case, status: &Status, on: Date, known_at: Date) -> Option<PublicationNumber> {
    if status.simple != Simple::Active {
        return None;
    }
    let mut granted = case.documents.iter().filter(|document| {
        document.is_grant && document.date.is_some_and(|date| date <= known_at && date <= on)
    });
    granted.next_back().map(|document| document.number.clone())
}

/// Two grants whose days lie more than half a year apart are not one grant (gazettes follow registers within months).
fn grants_apart(counted: &[&Event]) -> Option<Conflict> {
    let grants: Vec<&&Event> =
        counted.iter().filter(|e| e.effect == Effect::Granted && e.country.is_none()).collect();
    let (first, last) = (grants.first()?, grants.last()?);
    let is_apart = last.effective? > add_months(first.effective?, 6);
    is_apart.then(|| Conflict { what: format!("granted before: {}", first.cite()), event: last.cite() })
}

fn flags(case: &Case, counted: &[&Event]) -> BTreeSet<Flag> {
    let mut flags = BTreeSet::new();
    for event in counted {
        let flag = match event.effect {
            Effect::Transferred => Flag::Transfer,
            Effect::Renamed => Flag::Renamed,
            Effect::Licensed => Flag::Licence,
            Effect::LicenceOffered => Flag::LicenceOffer,
            Effect::Pledged => Flag::Pledge,
            Effect::Preserved => Flag::Preservation,
            Effect::Opposed => Flag::Opposition,
            Effect::Reexamined => Flag::Reexamination,
            Effect::Reviewed => Flag::Review,
            Effect::Litigated => Flag::Litigation,
            Effect::Limited | Effect::Revoked | Effect::Invalidated => Flag::Invalidation,
            Effect::Restored | Effect::Revived => Flag::Restoration,
            Effect::Extended => Flag::Extension,
            Effect::Disclaimed => Flag::Disclaimer,
            Effect::SameDay => Flag::SameDay,
            Effect::Declassified => Flag::Declassified,
            Effect::Unitary => Flag::Unitary,
            Effect::OptedOut => Flag::OptOut,
            Effect::Divided => Flag::Divisional,
            Effect::Certificate => Flag::Certificate,
            Effect::LicenceEnded => {
                flags.remove(&Flag::Licence);
                continue;
            }
            Effect::PledgeEnded => {
                flags.remove(&Flag::Pledge);
                continue;
            }
            Effect::PreservationEnded => {
                flags.remove(&Flag::Preservation);
                continue;
            }
            Effect::OptOutEnded => {
                flags.remove(&Flag::OptOut);
                continue;
            }
            _ => continue,
        };
        flags.insert(flag);
    }
    if case.twin().is_some() {
        flags.insert(Flag::SameDay);
    }
    if case.links.iter().any(|link| link.kind == crate::patent::LinkKind::DivisionalOf) {
        flags.insert(Flag::Divisional);
    }
    if case.term.is_disclaimed && case.kind != PatentType::Design {
        flags.insert(Flag::Disclaimer);
    }
    flags
}
