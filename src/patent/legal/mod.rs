//! The legal state of applications and rights: what events mean, how a case stands on a day, what is due when.
//!
//! Pure: reads no file, clock or network. Rules are data with their sources in `index-schema/legal/`, compiled in.
//! The engine reports evidence. `Inactive` is never shown without a fact or a rule in [`Status::basis`], and what is
//! not decided is [`Simple::Undetermined`], which is not free.
//!
//! Two times. Every event has the day on which it took effect and the day on which it was known;
//! [`state`] takes both: `on`, the day asked about, and `known_at`, the day whose knowledge is used. For the state as it
//! looked on a day, give that day twice; for the state as we know it now, give the day and today.
//! Not cut by `known_at`, because sources give no date for them: days of adjustment, disclaimers and stated expiry dates in
//! [`TermFacts`], and states in words.
//!
//! | question | function |
//! |---|---|
//! | what does a code mean? | [`meaning`] |
//! | all that one application's publications say | [`Case::of`], [`Case::with_relatives`] |
//! | how does it stand? | [`state`] |
//! | when does it end, what is due? | [`terms`] |
//! | whose was it, what rested on it? | [`owners`], [`burdens`] |
//!
//! # Ten worked examples
//!
//! Each can be checked by hand against the law or gazette that it names.
//!
//! ```
//! use jiff::civil::{Date, date};
//! use patnav::patent::legal::{Case, Confidence, Detail, Simple, Window, meaning, owners, state, terms};
//! use patnav::patent::{ApplicationNumber, CountryCode, LegalEvent, Link, LinkKind, PatentType, Publication, PublicationNumber};
//!
//! fn event(office: &str, code: &str, effective: Date, known: Date) -> LegalEvent {
//!     LegalEvent {
//!         office: office.to_owned(), code: code.to_owned(), country: None,
//!         effective: Some(effective), known: Some(known), text: String::new(), attributes: Default::default(),
//!     }
//! }
//! fn document(number: &str, filed: Date, published: Date, events: Vec<LegalEvent>) -> Publication {
//!     let number = PublicationNumber::parse(number).expect("a number");
//!     Publication {
//!         patent_type: number.patent_type(),
//!         application: Some(ApplicationNumber::new(number.country, "00000001")),
//!         number: Some(number), filing_date: Some(filed), publication_date: Some(published), events,
//!         ..Publication::default()
//!     }
//! }
//! let at = |case: &Case, day: Date| {
//!     let status = state(case, day, day).status;
//!     (status.simple, status.detail)
//! };
//!
//! // 1. A Chinese lapse takes effect on the anniversary and is announced a year later. Between, a search could not know it.
//! let filed = date(2012, 4, 20);
//! let lapse = event("CN", "CF01", date(2019, 4, 20), date(2020, 5, 12));
//! let b = document("CN102000001B", filed, date(2014, 10, 22), vec![lapse.clone()]);
//! let case = Case::of(&[&b]);
//! assert_eq!(at(&case, date(2019, 12, 1)), (Simple::Active, Detail::Granted));
//! let hindsight = state(&case, date(2019, 12, 1), date(2020, 6, 1)).status;
//! assert_eq!((hindsight.simple, hindsight.confidence), (Simple::Inactive, Confidence::Register));
//!
//! // 2. Inside the restoration window it may come back; restored, it never was out.
//! assert!(matches!(state(&case, date(2020, 6, 1), date(2020, 6, 1)).window, Some(Window::Restoration(_))));
//! let back = event("CN", "RR01", date(2019, 4, 20), date(2020, 11, 3));
//! let case = Case::of(&[&document("CN102000001B", filed, date(2014, 10, 22), vec![lapse, back])]);
//! assert_eq!(at(&case, date(2020, 11, 3)), (Simple::Active, Detail::Restored));
//!
//! // 3. Chinese designs: ten years if filed before 2021-06-01, fifteen from that day on (patent law art. 42).
//! let end = |filed: Date| {
//!     let case = Case::of(&[&document("CN306000001S", filed, date(2021, 12, 7), vec![])]);
//!     terms(&case, date(2022, 1, 1), date(2022, 1, 1)).expiry.map(|deadline| deadline.date)
//! };
//! assert_eq!(end(date(2021, 5, 31)), Some(date(2031, 5, 31)));
//! assert_eq!(end(date(2021, 6, 1)), Some(date(2036, 6, 1)));
//!
//! // 4. US before 1995-06-08: the later of 17 years from grant and 20 from filing (35 USC 154(c)).
//! let mut us = document("US5999999A", date(1995, 6, 7), date(1999, 12, 7), vec![]);
//! us.grant_date = Some(date(1999, 12, 7));
//! let expiry = terms(&Case::of(&[&us]), date(2010, 1, 1), date(2010, 1, 1)).expiry.expect("granted");
//! assert_eq!(expiry.date, date(2016, 12, 7));
//!
//! // 5. A US continuation ends with its parent; 154(b) days add, a terminal disclaimer caps.
//! let mut us = document("US8999999B2", date(2008, 2, 1), date(2011, 1, 11), vec![]);
//! us.links.push(Link { kind: LinkKind::ContinuationOf, target: "US10000001".to_owned(), date: Some(date(2003, 6, 2)) });
//! let mut case = Case::of(&[&us]);
//! case.term.adjustment_days = Some(100);
//! assert_eq!(terms(&case, date(2012, 1, 1), date(2012, 1, 1)).expiry.map(|d| d.date), Some(date(2023, 9, 10)));
//! case.term.disclaimed_until = Some(date(2022, 8, 1));
//! assert_eq!(terms(&case, date(2012, 1, 1), date(2012, 1, 1)).expiry.map(|d| d.date), Some(date(2022, 8, 1)));
//!
//! // 6. A European patent stands by country: lapsed in France, paid for in Germany, without word in Spain.
//! let part = |code: &str, country: &str, effective, known| LegalEvent {
//!     country: Some(country.to_owned()), ..event("EP", code, effective, known)
//! };
//! let granted = date(2017, 5, 10);
//! let mut ep = document("EP2999999B1", date(2013, 2, 6), granted, vec![
//!     part("AK", "ES", granted, granted),
//!     part("PG25", "FR", date(2020, 2, 28), date(2020, 12, 31)),
//!     part("PGFP", "DE", date(2021, 2, 20), date(2021, 4, 30)),
//! ]);
//! let ep_state = state(&Case::of(&[&ep]), date(2021, 5, 1), date(2021, 5, 1));
//! let of = |name: &str| ep_state.countries.iter().find(|(code, _)| code == name).map(|(_, status)| status.simple);
//! assert_eq!(of("DE"), Some(Simple::Active));
//! assert_eq!(of("FR"), Some(Simple::Inactive));
//! assert_eq!(of("ES"), Some(Simple::Undetermined));
//!
//! // 7. A utility model given up for its same-day invention: never just "out", follow the twin.
//! let given_up = event("CN", "AV01", date(2021, 7, 12), date(2021, 7, 12));
//! let mut model = document("CN208000001U", date(2018, 9, 12), date(2019, 2, 12), vec![given_up]);
//! model.links.push(Link { kind: LinkKind::SameDay, target: "CN201810000001.0".to_owned(), date: None });
//! let model = state(&Case::of(&[&model]), date(2022, 1, 1), date(2022, 1, 1));
//! assert_eq!(model.status.detail, Detail::AbandonedForTwin);
//! assert_eq!(model.twin.as_deref(), Some("CN201810000001.0"));
//!
//! // 8. An international application is no right: entry is open for 30, 31 (EP) or 32 months (CN) from priority.
//! let mut wo = document("WO2021000001A1", date(2020, 8, 31), date(2021, 3, 4), vec![]);
//! wo.earliest_priority_date = Some(date(2019, 8, 30));
//! let case = Case::of(&[&wo]);
//! assert_eq!(at(&case, date(2022, 4, 30)).0, Simple::PctOpen);
//! assert_eq!(at(&case, date(2022, 5, 1)).0, Simple::PctOver);
//! assert_eq!(terms(&case, date(2021, 4, 1), date(2021, 4, 1)).expiry, None);
//!
//! // 9. Claims in force after partial invalidation are those of the C document.
//! let partial = event("CN", "IP01", date(2021, 6, 18), date(2021, 9, 7));
//! let b = document("CN103000001B", date(2013, 7, 2), date(2016, 1, 6), vec![partial]);
//! let c = document("CN103000001C1", date(2013, 7, 2), date(2021, 9, 7), vec![]);
//! let now = state(&Case::of(&[&b, &c]), date(2021, 10, 1), date(2021, 10, 1));
//! assert_eq!((now.status.simple, now.status.detail), (Simple::Active, Detail::PartlyRevoked));
//! assert_eq!(now.claims.map(|number| number.to_string()).as_deref(), Some("CN103000001C1"));
//!
//! // 10. A transfer (TR01) makes a new owner, a change of name (CP01) does not.
//! let mut transfer = event("CN", "TR01", date(2024, 3, 5), date(2024, 3, 22));
//! transfer.attributes.insert("to".to_owned(), "乙公司".to_owned());
//! let rename = event("CN", "CP01", date(2023, 3, 5), date(2023, 3, 22));
//! let case = Case::of(&[&document("CN103000002B", date(2013, 7, 2), date(2016, 1, 6), vec![rename, transfer])]);
//! let chain = owners(&case, date(2024, 4, 1), date(2024, 4, 1));
//! assert_eq!(chain.len(), 2);
//! assert_eq!(chain[1].names, ["乙公司"]);
//! assert_eq!(owners(&case, date(2024, 4, 1), date(2024, 3, 21)).len(), 1);
//! ```
//!
//! # Limits
//!
//! - The announcement of EP post-grant events in INPADOC often repeats the effective day; then `known` is too early.
//! - Whether a restoration window is open is measured from the announcement, because notices to owners are not public.
//! - Office holidays, on which time limits move, are not known.
//! - National rules of offices other than CN, US, EP, JP, KR and WO are not looked up: events by ST.27 class, term by treaty minimum, marked assumed.
//! - Certificates never prolong the patent itself; only their end is carried.

mod case;
mod code;
mod country;
mod course;
mod event;
mod layer;
mod right;
mod rules;
mod state;
mod term;
mod timeline;
mod words;

#[cfg(test)]
mod tests;

pub use case::{Case, Confidence, Document, Fault, TermFacts};
pub use code::{Effect, Group, Meaning, meaning, n_codes_by_office};
pub use event::Event;
pub use layer::{Detail, Flag, Simple};
pub use right::{Burden, Owner, Span, burdens, owners};
pub use state::{Conflict, State, Status, Window, state};
pub use term::{Deadline, Deadlines, is_examined, terms};
pub use timeline::{Stretch, state_in, timeline};
