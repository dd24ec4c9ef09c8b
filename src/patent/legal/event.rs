//! One event: what its code and text mean, when it took effect, when it was known.

use std::collections::BTreeMap;

use jiff::ToSpan as _;

use super::code::{Effect, Group, country_of, meaning};
use super::rules;
use crate::patent::{CountryCode, Date, LegalEvent, PublicationNumber};

/// An event with its meaning and its two dates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The office that states it.
    pub office: String,
    /// Its code; for publications the kind of the document.
    pub code: String,
    /// The country that it takes effect in, where that is not the office.
    pub country: Option<CountryCode>,
    /// The ST.27 group; `None` for codes that are not mapped.
    pub group: Option<Group>,
    /// What it does.
    pub effect: Effect,
    /// The day on which it took effect; the day it was known where no source gives another.
    pub effective: Option<Date>,
    /// The day on which it was known; effective day and the lag of `rules` where no source gives one.
    pub known: Option<Date>,
    /// Whether one of the two days is assumed.
    pub assumed: bool,
    /// The text of the source.
    pub text: String,
    /// Further facts of the source, by name.
    pub attributes: BTreeMap<String, String>,
}

impl Event {
    /// Returns whether the event is known by `known_at` and in effect on `on`.
    pub fn counts(&self, on: Date, known_at: Date) -> bool {
        self.effective.is_some_and(|date| date <= on) && self.known.is_some_and(|date| date <= known_at)
    }

    /// Returns the event in a few words: `CN CF01, effective 2019-04-20, known 2020-05-12`.
    pub fn cite(&self) -> String {
        let day = |date: Option<Date>| date.map_or_else(|| "unknown".to_owned(), |date| date.to_string());
        let country = self.country.map(|country| format!(" for {country}")).unwrap_or_default();
        let assumed = if self.assumed { " (one assumed)" } else { "" };
        let (office, code) = (&self.office, &self.code);
        format!(
            "{office} {code}{country}, effective {}, known {}{assumed}",
            day(self.effective),
            day(self.known)
        )
    }

    /// Returns the first attribute that any of `names` has.
    pub fn attribute(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.attributes.get(*name)).map(String::as_str)
    }
}

/// The event that a document itself is: an application published, a right granted, narrower claims in force.
pub(super) fn document_event(
    office: CountryCode,
    number: &PublicationNumber,
    date: Option<Date>,
    is_grant: bool,
    granted: Option<Date>,
) -> Option<Event> {
    let date = date?;
    let kind = number.kind.clone().unwrap_or_default();
    let effect = match (number.country.as_str(), kind.as_bytes()) {
        // A corrected reprint (ST.16: second digit 8 or 9) is no new grant.
        (_, [_, b'8' | b'9']) => Effect::None,
        ("CN", [b'C' | b'Y' | b'S', b'1'..=b'7']) | ("EP", b"B2" | b"B3") => Effect::Limited,
        _ if is_grant => Effect::Granted,
        _ => Effect::Published,
    };
    let effective = if effect == Effect::Granted {
        granted.filter(|granted| *granted <= date).unwrap_or(date)
    } else {
        date
    };
    Some(Event {
        office: office.to_string(),
        code: kind,
        country: None,
        group: Some(effect.group()),
        effect,
        effective: Some(effective),
        known: Some(date),
        assumed: false,
        text: number.to_string(),
        attributes: BTreeMap::new(),
    })
}

/// Maps one event and fills in the day that its source leaves out.
pub(super) fn event_of(event: &LegalEvent) -> Event {
    let named = event.country.as_deref().and_then(CountryCode::parse);
    let country = named.or_else(|| country_of(&event.office, &event.code));
    let mut meant = meaning(&event.office, &event.code);
    if event.code.eq_ignore_ascii_case("REG")
        && let Some(code) = event.attributes.get("L502EP")
    {
        let office = event.country.as_deref().unwrap_or(&event.office);
        meant = meaning(office, code).or(meant);
    }
    // `L510EP` is the free text of INPADOC, where the reason of a lapse stands.
    let free = event.attributes.get("L510EP").map(String::as_str).unwrap_or_default();
    let effect = refine(meant.map_or(Effect::None, |meant| meant.effect), &format!("{} {free}", event.text));
    let lag = rules::lag_days(&event.office, effect);
    let known = event.known.or_else(|| event.effective.map(|date| date.saturating_add(lag.days())));
    Event {
        office: event.office.clone(),
        code: event.code.clone(),
        country,
        group: meant.map(|meant| meant.group),
        effect,
        effective: event.effective.or(event.known),
        known,
        assumed: event.known.is_none() || event.effective.is_none(),
        text: event.text.clone(),
        attributes: event.attributes.clone(),
    }
}

/// Texts decide where a code covers several things.
fn refine(effect: Effect, text: &str) -> Effect {
    let text = text.to_uppercase();
    let has = |parts: &[&str]| parts.iter().any(|part| text.contains(part));
    match effect {
        Effect::Abandoned | Effect::DeemedAbandoned
            if has(&["避重", "避免重复", "DOUBLE PATENT", "REGRANT", "REPEATED GRANT"]) =>
        {
            Effect::AbandonedForTwin
        }
        Effect::Invalidated if has(&["部分", "PARTIAL", "IN PART"]) && !has(&["FULL", "WHOLE"]) => {
            Effect::Limited
        }
        Effect::Invalidated if has(&["全部", "FULL", "WHOLE"]) && !has(&["PARTIAL", "IN PART"]) => {
            Effect::Revoked
        }
        Effect::PreservationChanged
            if has(&["DISCHARGE", "解除"]) && !has(&["PRESERVATION OF PATENT RIGHT OR"]) =>
        {
            Effect::PreservationEnded
        }
        // A lapse that the text puts down to fees is told apart from one without a reason.
        Effect::Ceased
            if has(&[
                "NON-PAYMENT OF DUE FEES",
                "NON-PAYMENT OF ANNUAL",
                "NON-PAYMENT OF RENEWAL",
                "未缴年费",
            ]) =>
        {
            Effect::Lapsed
        }
        Effect::Renamed if has(&["RIGHTS TRANSFERRED", "TRANSFER OF RIGHTS"]) => Effect::Transferred,
        other => other,
    }
}

/// The first calendar date in a text: `2030-05-01`, `20300501`, `2030.05.01`, `2030/5/1` with two digits each.
pub(super) fn date_in(text: &str) -> Option<Date> {
    let digits: String = text.chars().filter(char::is_ascii_digit).take(8).collect();
    let part = |range: std::ops::Range<usize>| digits.get(range).and_then(|part| part.parse::<i16>().ok());
    let (year, month, day) = (part(0..4)?, part(4..6)?, part(6..8)?);
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok().filter(|date| date.year() > 1800)
}
