//! Who owned a right when, and what rested on it: licences, pledges, preservation, opt-outs, each from a day to a day.
//!
//! From events alone; names stay as the source spells them. Which names are one organisation, and which transfers stay in one group, is for
//! the party rules.

use serde::{Deserialize, Serialize};

use super::case::Case;
use super::code::Effect;
use super::event::Event;
use crate::patent::Date;

/// One link in the chain of owners.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// The owners of this time, as the source spells them; empty where a transfer does not name them.
    pub names: Vec<String>,
    /// From when, the filing date for the first; `None` where unknown.
    pub from: Option<Date>,
    /// To when (the first day of the next); `None` for the last of the chain.
    pub until: Option<Date>,
    /// The event that made them owners; empty for the applicants.
    pub basis: String,
    /// The event names another previous owner than the chain does: a link is missing.
    pub is_broken: bool,
}

/// What rests on a right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Burden {
    /// A recorded licence. Territory, term and scope are to be confirmed by a person.
    Licence,
    /// A pledge.
    Pledge,
    /// Preservation by a court (财产保全).
    Preservation,
    /// Opt-out from the Unified Patent Court.
    OptOut,
}

/// A burden with its time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// What it is.
    pub burden: Burden,
    /// From when.
    pub from: Option<Date>,
    /// To when; `None` while no end is on record.
    pub until: Option<Date>,
    /// The other party (licensee, pledgee), as the source spells it.
    pub party: Option<String>,
    /// Events that tell it, in order.
    pub basis: Vec<String>,
}

const TO: [&str; 4] = ["to", "transferee", "L509EP", "L507EP"];
const FROM: [&str; 2] = ["from", "transferor"];
const PARTY: [&str; 5] = ["to", "licensee", "pledgee", "party", "L509EP"];
const CONTRACT: [&str; 3] = ["contract", "registration", "number"];

/// Returns the chain of owners on a day, from what was known on another; never empty.
///
/// A change of name (CN `CP..`, `CB..`) is no link of the chain.
pub fn owners(case: &Case, on: Date, known_at: Date) -> Vec<Owner> {
    let mut chain = vec![Owner {
        names: case.applicants.clone(),
        from: case.filing,
        until: None,
        basis: String::new(),
        is_broken: false,
    }];
    let transfers = case.events.iter().filter(|e| e.effect == Effect::Transferred && e.counts(on, known_at));
    for event in transfers {
        let names = split(event.attribute(&TO));
        let previous = split(event.attribute(&FROM));
        let Some(last) = chain.last_mut() else { break };
        // The same transfer under two codes is one.
        if !names.is_empty() && last.names == names {
            continue;
        }
        let is_broken = !previous.is_empty()
            && !last.names.is_empty()
            && !previous.iter().any(|name| last.names.contains(name));
        last.until = event.effective;
        chain.push(Owner { names, from: event.effective, until: None, basis: event.cite(), is_broken });
    }
    chain
}

fn split(text: Option<&str>) -> Vec<String> {
    let parts = text.unwrap_or_default().split([';', '；']);
    parts.map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// Returns licences, pledges, preservations and opt-outs on record on a day, ended ones included, in order of their start.
///
/// An end closes the open span with the same contract or party, else the oldest open one of its kind; an end
/// without a start gives a span without a start.
pub fn burdens(case: &Case, on: Date, known_at: Date) -> Vec<Span> {
    let mut spans: Vec<(Span, Option<String>)> = Vec::new();
    for event in case.events.iter().filter(|event| event.counts(on, known_at)) {
        let (burden, is_end) = match event.effect {
            Effect::Licensed | Effect::LicenceChanged => (Burden::Licence, false),
            Effect::LicenceEnded => (Burden::Licence, true),
            Effect::Pledged | Effect::PledgeChanged => (Burden::Pledge, false),
            Effect::PledgeEnded => (Burden::Pledge, true),
            Effect::Preserved => (Burden::Preservation, false),
            Effect::PreservationEnded => (Burden::Preservation, true),
            Effect::OptedOut => (Burden::OptOut, false),
            Effect::OptOutEnded => (Burden::OptOut, true),
            _ => continue,
        };
        let is_change = matches!(event.effect, Effect::LicenceChanged | Effect::PledgeChanged);
        let open = find(&spans, burden, event);
        match (open, is_end || is_change) {
            (Some(at), true) => {
                let (span, _) = &mut spans[at];
                span.basis.push(event.cite());
                if is_end {
                    span.until = event.effective;
                }
            }
            (_, is_follow_up) => {
                let end = event.attribute(&["until"]).and_then(super::event::date_in);
                let span = Span {
                    burden,
                    from: if is_follow_up { None } else { event.effective },
                    until: if is_end { event.effective } else { end },
                    party: event.attribute(&PARTY).map(str::to_owned),
                    basis: vec![event.cite()],
                };
                spans.push((span, event.attribute(&CONTRACT).map(str::to_owned)));
            }
        }
    }
    spans.into_iter().map(|(span, _)| span).collect()
}

fn find(spans: &[(Span, Option<String>)], burden: Burden, event: &Event) -> Option<usize> {
    let contract = event.attribute(&CONTRACT);
    let party = event.attribute(&PARTY);
    let open = |(span, _): &&(Span, Option<String>)| span.burden == burden && span.until.is_none();
    if let Some(contract) = contract {
        let at = spans.iter().position(|span| open(&span) && span.1.as_deref() == Some(contract));
        if at.is_some() {
            return at;
        }
    }
    if let Some(party) = party {
        let at = spans.iter().position(|span| open(&span) && span.0.party.as_deref() == Some(party));
        if at.is_some() {
            return at;
        }
    }
    spans.iter().position(|span| open(&span))
}
