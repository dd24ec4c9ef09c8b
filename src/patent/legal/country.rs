//! The states of a European patent, country by country, and the national phases of a PCT application.
//!
//! A designated state is alive where something proves it (a fee paid there, a national part published, an act of
//! validation), where no act was needed (London agreement), or under unitary effect. Without word it is
//! [`Detail::Designated`] and undetermined: 30-odd designations are not 30-odd patents, and not 30-odd free countries.

use std::collections::BTreeMap;

use super::case::{Case, Confidence};
use super::code::Effect;
use super::event::Event;
use super::layer::{Detail, Simple};
use super::rules;
use super::state::{Status, country_status};
use crate::patent::{CountryCode, Date};

/// The name of the unitary patent in the list of countries, as the European register writes it.
pub(super) const UNITARY: &str = "UP";

/// Returns the status of every country that the case has word of, in order of code.
pub(super) fn countries(
    case: &Case,
    whole: &Status,
    counted: &[&Event],
    on: Date,
    known_at: Date,
) -> Vec<(String, Status)> {
    match case.office {
        CountryCode::EP => european(case, whole, counted, on, known_at),
        CountryCode::WO => national_phases(counted),
        _ => Vec::new(),
    }
}

fn european(
    case: &Case,
    whole: &Status,
    counted: &[&Event],
    on: Date,
    known_at: Date,
) -> Vec<(String, Status)> {
    let mut named: BTreeMap<CountryCode, Vec<&Event>> = BTreeMap::new();
    for event in counted {
        if let Some(country) = event.country.filter(|country| *country != CountryCode::EP) {
            named.entry(country).or_default().push(event);
        }
        for country in listed(event) {
            named.entry(country).or_default();
        }
    }
    for (country, date) in &case.parts {
        if date.is_some_and(|date| date <= known_at) {
            named.entry(*country).or_default();
        }
    }
    let unitary = Unitary::of(whole, counted);
    for country in unitary.iter().filter_map(|unitary| unitary.since).flat_map(rules::unitary_states) {
        named.entry(country).or_default();
    }
    let mut out: Vec<(String, Status)> = named
        .iter()
        .map(|(country, events)| {
            let status = one(case, whole, *country, events, unitary.as_ref(), on, known_at);
            (country.to_string(), status)
        })
        .collect();
    out.extend(unitary.map(|unitary| (UNITARY.to_owned(), unitary.status)));
    out
}

/// Returns the status of a European patent in one of its states, whether the case names that state or not.
pub(super) fn in_country(
    case: &Case,
    whole: &Status,
    country: CountryCode,
    on: Date,
    known_at: Date,
) -> Status {
    let counted: Vec<&Event> = case.events.iter().filter(|event| event.counts(on, known_at)).collect();
    let events: Vec<&Event> =
        counted.iter().filter(|event| event.country == Some(country)).copied().collect();
    let unitary = Unitary::of(whole, &counted);
    one(case, whole, country, &events, unitary.as_ref(), on, known_at)
}

/// Country codes in a list of designations (`L507EP`, `L524EP`: codes with blanks between).
fn listed(event: &Event) -> Vec<CountryCode> {
    if event.effect != Effect::Designated {
        return Vec::new();
    }
    let lists = ["L507EP", "L524EP"].iter().filter_map(|name| event.attributes.get(*name));
    lists
        .flat_map(|text| text.split_whitespace())
        .filter_map(CountryCode::parse)
        .filter(|c| c.exists())
        .collect()
}

/// The unitary effect of a patent.
struct Unitary {
    /// The day on which it was registered, which says which states it covers.
    since: Option<Date>,
    /// How it stands in all of them.
    status: Status,
}

impl Unitary {
    fn of(whole: &Status, counted: &[&Event]) -> Option<Self> {
        let last =
            counted.iter().rev().find(|e| matches!(e.effect, Effect::Unitary | Effect::UnitaryRefused))?;
        (last.effect == Effect::Unitary)
            .then(|| Self { since: last.effective, status: unitary_status(whole, last, counted) })
    }

    fn covers(&self, country: CountryCode) -> bool {
        self.since.is_some_and(|date| rules::is_unitary(country, date))
    }
}

/// The unitary patent lives and dies as one.
fn unitary_status(whole: &Status, registered: &Event, counted: &[&Event]) -> Status {
    if whole.simple != Simple::Active {
        return whole.clone();
    }
    let later: Vec<&Event> = counted
        .iter()
        .filter(|event| event.country.is_some_and(|country| country.as_str() == UNITARY))
        .copied()
        .collect();
    let (ended, _, _) = country_status(&later);
    ended.filter(|status| status.simple != Simple::Active).unwrap_or_else(|| Status {
        simple: Simple::Active,
        detail: Detail::Granted,
        since: registered.effective,
        known: registered.known,
        basis: vec![registered.cite()],
        confidence: Confidence::Register,
    })
}

fn one(
    case: &Case,
    whole: &Status,
    country: CountryCode,
    events: &[&Event],
    unitary: Option<&Unitary>,
    on: Date,
    known_at: Date,
) -> Status {
    if let Some(unitary) = unitary.filter(|unitary| unitary.covers(country)) {
        return unitary.status.clone();
    }
    let (decided, _, _) = country_status(events);
    // Before grant, and where the whole patent is gone, every state follows; an earlier end of its own stays.
    if whole.simple != Simple::Active {
        let own =
            decided.filter(|status| status.simple == Simple::Inactive && whole.detail == Detail::Expired);
        return own.unwrap_or_else(|| whole.clone());
    }
    if let Some(status) = decided {
        return status;
    }
    let basis = |text: String| Status {
        simple: Simple::Active,
        detail: Detail::Granted,
        since: case.granted,
        known: whole.known,
        basis: vec![text],
        confidence: Confidence::Computed,
    };
    if let Some(event) = later_life(case, country, on, known_at) {
        return basis(format!("alive then, as shown by {}", event.cite()));
    }
    let part =
        case.parts.iter().find(|(other, date)| *other == country && date.is_some_and(|d| d <= known_at));
    if let Some((_, Some(date))) = part {
        return basis(format!("validated: its national part was published on {date}; no end on record"));
    }
    if unitary.is_none()
        && let Some(granted) = case.granted
        && rules::is_automatic(country, granted)
    {
        return basis("takes effect there without an act; no end on record".to_owned());
    }
    Status {
        simple: Simple::Undetermined,
        detail: Detail::Designated,
        since: None,
        known: whole.known,
        basis: vec!["designated; whether it took effect there is not on record".to_owned()],
        confidence: Confidence::Assumed,
    }
}

/// An event after `on` that proves life on `on`: a fee paid later, or a lapse that came later.
///
/// A lapse on the day of grant (no translation filed) proves nothing before it.
fn later_life(case: &Case, country: CountryCode, on: Date, known_at: Date) -> Option<&Event> {
    case.events.iter().find(|event| {
        event.country == Some(country)
            && event.known.is_some_and(|date| date <= known_at)
            && event.effective.is_some_and(|date| date > on)
            && (event.effect == Effect::FeePaid || event.effect.ends_right())
    })
}

/// The countries that a PCT application entered or did not enter.
fn national_phases(counted: &[&Event]) -> Vec<(String, Status)> {
    let mut out: BTreeMap<String, Status> = BTreeMap::new();
    for event in counted {
        let Some(country) = event.country else { continue };
        let (simple, detail) = match event.effect {
            // Entered: the national member has a state of its own; here only the entry is known.
            Effect::Entered => (Simple::Undetermined, Detail::PctEntered),
            Effect::EntryGranted => (Simple::Undetermined, Detail::Granted),
            Effect::NotEntered => (Simple::Inactive, Detail::PctNotEntered),
            Effect::EntryRefused => (Simple::Inactive, Detail::Discontinued),
            _ => continue,
        };
        let confidence = if event.assumed { Confidence::Assumed } else { Confidence::Register };
        let status = Status {
            simple,
            detail,
            since: event.effective,
            known: event.known,
            basis: vec![event.cite()],
            confidence,
        };
        out.insert(country.to_string(), status);
    }
    out.into_iter().collect()
}
