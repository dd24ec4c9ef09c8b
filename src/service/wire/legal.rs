//! The legal state of one document with its reasons: layers, deadlines, events as they are understood, owners, faults.

use serde::Serialize;

use crate::patent::legal::{Burden, Case, Deadline, Event, Fault, Owner, Span, Status, Window};
use crate::patent::legal::{Confidence, burdens, owners, state, terms};
use crate::patent::{CountryCode, Date};
use crate::search::DatedFact;

/// The legal state of an application as of the snapshot, from all its publications in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub(in crate::service) struct LegalInfo {
    /// The day asked for and of knowledge: the last day of which the data speak.
    #[schema(value_type = String, format = Date)]
    as_of: Date,
    /// The state at the office of the application. Undetermined is not free.
    status: LegalStatus,
    /// Third layer: what has happened.
    flags: Vec<String>,
    /// A way back into force, where one is open: `grace` or `restoration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    window: Option<NamedDeadline>,
    /// The document whose claims are in force.
    #[serde(skip_serializing_if = "Option::is_none")]
    claims_in_force: Option<String>,
    /// The same-day twin (一案双申): a right given up for it is never out, the twin may be alive.
    #[serde(skip_serializing_if = "Option::is_none")]
    twin: Option<String>,
    /// States of a European patent or national phases of a PCT application.
    countries: Vec<CountryStatus>,
    /// Expiry, next fee, windows: each with its reasons.
    deadlines: Vec<NamedDeadline>,
    /// Every event as it is understood, in the order in which they took effect; undated ones last.
    events: Vec<MappedEvent>,
    /// The chain of owners.
    owners: Vec<OwnerInfo>,
    /// Licences, pledges, preservations, opt-outs.
    burdens: Vec<BurdenInfo>,
    /// Events that do not fit, and faults of the record.
    faults: Vec<String>,
    /// How fresh the registers are: the newest event of each office in the whole snapshot.
    registers: Vec<Register>,
}

/// A state in two layers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub(in crate::service) struct LegalStatus {
    /// First layer: `active`, `pending`, `inactive`, `pct_open`, `pct_over`, `undetermined`.
    state: String,
    /// Second layer: why.
    detail: String,
    /// The day from which it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    since: Option<Date>,
    /// The day on which it was known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    known: Option<Date>,
    /// The facts and rules that it follows from.
    basis: Vec<String>,
    /// `register`, `computed` or `assumed`.
    #[schema(value_type = String)]
    confidence: Confidence,
}

/// The state in one country.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub(in crate::service) struct CountryStatus {
    /// The country, ST.3; `UP` is the unitary patent.
    country: String,
    /// The state there.
    status: LegalStatus,
}

/// A deadline with its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub(in crate::service) struct NamedDeadline {
    /// `expiry`, `next_fee`, `grace`, `restoration`, `pct`, `paris`, `opposition`.
    kind: String,
    /// For `pct` the office; `*` is the general limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    office: Option<String>,
    /// The date with its reasons.
    fact: DatedFact,
}

/// An event as it is understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub(in crate::service) struct MappedEvent {
    /// The office that states it.
    office: String,
    /// Its code; for publications the kind of the document.
    code: String,
    /// The country that it takes effect in, where that is not the office.
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<String>,
    /// The ST.27 group; none for codes that are not mapped.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    group: Option<crate::patent::legal::Group>,
    /// What it does.
    #[schema(value_type = String)]
    effect: crate::patent::legal::Effect,
    /// When it took effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    effective: Option<Date>,
    /// When it was known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    known: Option<Date>,
    /// Whether one of the two days is assumed.
    assumed: bool,
    /// The text of the source.
    text: String,
}

/// One link in the chain of owners.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub(in crate::service) struct OwnerInfo {
    /// The owners of this time, as the source spells them.
    names: Vec<String>,
    /// From when.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    from: Option<Date>,
    /// To when.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    until: Option<Date>,
    /// The event that made them owners; empty for the applicants.
    basis: String,
    /// Whether a link before it is missing.
    is_broken: bool,
}

/// What rests on the right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub(in crate::service) struct BurdenInfo {
    /// `licence`, `pledge`, `preservation`, `opt_out`.
    #[schema(value_type = String)]
    kind: Burden,
    /// From when.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    from: Option<Date>,
    /// To when; none while no end is on record.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    until: Option<Date>,
    /// The other party.
    #[serde(skip_serializing_if = "Option::is_none")]
    party: Option<String>,
    /// Events that tell it.
    basis: Vec<String>,
}

/// How fresh a register is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub(in crate::service) struct Register {
    /// The office, ST.3.
    pub(in crate::service) office: String,
    /// The newest event of it in the snapshot; nothing later is known.
    #[schema(value_type = String, format = Date)]
    pub(in crate::service) fresh: Date,
}

impl LegalInfo {
    /// Returns what a case says on a day from what was known on it.
    pub(in crate::service) fn new(case: &Case, as_of: Date, registers: Vec<Register>) -> Self {
        let now = state(case, as_of, as_of);
        let due = terms(case, as_of, as_of);
        let named = |kind: &str, office: Option<String>, deadline: Deadline| NamedDeadline {
            kind: kind.to_owned(),
            office,
            fact: deadline.into(),
        };
        let window = now.window.map(|window| match window {
            Window::Grace(deadline) => named("grace", None, deadline),
            Window::Restoration(deadline) => named("restoration", None, deadline),
        });
        let single = [
            ("expiry", due.expiry),
            ("next_fee", due.next_fee),
            ("grace", due.grace_end),
            ("restoration", due.restoration_end),
            ("paris", due.paris),
            ("opposition", due.opposition_end),
        ];
        let single = single.into_iter().filter_map(|(kind, deadline)| Some(named(kind, None, deadline?)));
        let pct = due.pct.into_iter().map(|(office, deadline)| named("pct", Some(office), deadline));
        let conflicts = now.conflicts.iter().map(|conflict| format!("{}: {}", conflict.what, conflict.event));
        Self {
            as_of,
            flags: now.flags.iter().map(|flag| flag.name().to_owned()).collect(),
            window,
            claims_in_force: now.claims.map(|number| number.to_string()),
            twin: now.twin,
            countries: now
                .countries
                .into_iter()
                .map(|(country, status)| CountryStatus { country, status: status.into() })
                .collect(),
            deadlines: single.chain(pct).collect(),
            events: case.events.iter().chain(&case.undated).map(MappedEvent::from).collect(),
            owners: owners(case, as_of, as_of).into_iter().map(OwnerInfo::from).collect(),
            burdens: burdens(case, as_of, as_of).into_iter().map(BurdenInfo::from).collect(),
            faults: conflicts.chain(case.faults.iter().map(fault)).collect(),
            registers,
            status: now.status.into(),
        }
    }
}

impl From<Status> for LegalStatus {
    fn from(status: Status) -> Self {
        Self {
            state: status.simple.name().to_owned(),
            detail: status.detail.name().to_owned(),
            since: status.since,
            known: status.known,
            basis: status.basis,
            confidence: status.confidence,
        }
    }
}

impl From<&Event> for MappedEvent {
    fn from(event: &Event) -> Self {
        Self {
            office: event.office.clone(),
            code: event.code.clone(),
            country: event.country.map(|country: CountryCode| country.to_string()),
            group: event.group,
            effect: event.effect,
            effective: event.effective,
            known: event.known,
            assumed: event.assumed,
            text: event.text.clone(),
        }
    }
}

impl From<Owner> for OwnerInfo {
    fn from(owner: Owner) -> Self {
        Self {
            names: owner.names,
            from: owner.from,
            until: owner.until,
            basis: owner.basis,
            is_broken: owner.is_broken,
        }
    }
}

impl From<Span> for BurdenInfo {
    fn from(span: Span) -> Self {
        Self { kind: span.burden, from: span.from, until: span.until, party: span.party, basis: span.basis }
    }
}

/// A fault of the record in words.
fn fault(fault: &Fault) -> String {
    match fault {
        Fault::UnmappedCode { office, code, n } => {
            format!("code {code} of {office} is not mapped ({n} events): it changes no state")
        }
        Fault::Undated { event } => format!("without any date, never applied: {event}"),
        Fault::Duplicate { event, n } => format!("stated {n} times in one record: {event}"),
        Fault::FilingDates { dates } => {
            let dates: Vec<String> = dates.iter().map(ToString::to_string).collect();
            format!("publications give different filing dates, the earliest is used: {}", dates.join(", "))
        }
        Fault::FarFuture { event } => {
            format!("takes effect more than a year after it was announced: {event}")
        }
    }
}
