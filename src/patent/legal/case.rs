//! One application with everything that its publications say about its legal course.
//!
//! Publications of one application repeat the same events; here they become one list, each event mapped, with a day on which
//! it took effect and a day on which it was known, assumed where the source gives none and marked so.
//! Nothing is dropped: events without any date and faults of the record are kept apart. States: `super::state`.

use std::collections::BTreeMap;

use jiff::ToSpan as _;
use serde::{Deserialize, Serialize};

use super::code::Effect;
use super::country::UNITARY;
use super::event::{Event, date_in, document_event, event_of};
use super::words;
use crate::patent::{
    ApplicationNumber, CountryCode, Date, Link, LinkKind, PatentType, Priority, Publication,
    PublicationNumber, Role,
};

/// How sure a date or state is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Rests on a missing fact that a stated rule fills in.
    Assumed,
    /// Follows from known facts by a rule of law.
    Computed,
    /// A register or gazette says it.
    Register,
}

/// What is wrong with the record of a case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// A code that no table maps.
    UnmappedCode {
        /// The office.
        office: String,
        /// The code.
        code: String,
        /// How many events carry it.
        n: usize,
    },
    /// An event without any date: kept, never applied.
    Undated {
        /// The event.
        event: String,
    },
    /// The same event several times in one record.
    Duplicate {
        /// The event.
        event: String,
        /// How often.
        n: usize,
    },
    /// Publications of one application that give different filing dates; the earliest is used.
    FilingDates {
        /// The dates, in order.
        dates: Vec<Date>,
    },
    /// The event took effect more than a year after it was announced, and is no expiry.
    FarFuture {
        /// The event.
        event: String,
    },
}

/// A publication of the case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its number.
    pub number: PublicationNumber,
    /// Its date.
    pub date: Option<Date>,
    /// Whether it holds the claims of a granted right.
    pub is_grant: bool,
}

/// Facts that decide a term beyond filing and grant. Read from the record where it has them; callers may set them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TermFacts {
    /// Days of adjustment: US 35 USC 154(b), 期限补偿 of CN art. 42(2).
    pub adjustment_days: Option<u32>,
    /// Days of extension for regulatory delay: US 35 USC 156, CN art. 42(3), JP, KR.
    pub extension_days: Option<u32>,
    /// The right ends no later than this day (US terminal disclaimer: expiry of the reference patent).
    pub disclaimed_until: Option<Date>,
    /// A terminal disclaimer is on record, whatever its date.
    pub is_disclaimed: bool,
    /// The last day or end of term that a register or database states.
    pub stated_expiry: Option<Date>,
    /// The end of a supplementary protection certificate.
    pub certificate_until: Option<Date>,
    /// The date of the request for examination (CN term compensation).
    pub examination_requested: Option<Date>,
}

/// One application, from one or several of its publications.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// The office of the application.
    pub office: CountryCode,
    /// The application number, where known.
    pub application: Option<ApplicationNumber>,
    /// The kind of right; an invention where nothing says otherwise.
    pub kind: PatentType,
    /// The filing date; for a PCT entry the international one, for a divisional that of its parent.
    pub filing: Option<Date>,
    /// The earliest priority date, else the filing date.
    pub earliest: Option<Date>,
    /// The first publication date.
    pub published: Option<Date>,
    /// The date of grant, where stated.
    pub granted: Option<Date>,
    /// The publications, in order of date.
    pub documents: Vec<Document>,
    /// Dated events in the order in which they took effect.
    pub events: Vec<Event>,
    /// Events without any date.
    pub undated: Vec<Event>,
    /// Links to other cases.
    pub links: Vec<Link>,
    /// Priorities claimed.
    pub priorities: Vec<Priority>,
    /// Applicants in the order of the earliest record, the first spelling of each.
    pub applicants: Vec<String>,
    /// Facts of the term.
    pub term: TermFacts,
    /// The state that a database states in words, without a date.
    pub stated: Option<String>,
    /// Faults of the record.
    pub faults: Vec<Fault>,
    /// Countries in which a national part of this EP patent is published, with its date.
    pub parts: Vec<(CountryCode, Option<Date>)>,
    /// The later application that claims domestic priority from this one, with its filing date.
    pub priority_of: Option<(String, Date)>,
    /// Whether nothing on record decides how it stands: no dated event ([`Effect::decides`]), no word of a database that
    /// can be read.
    pub is_silent: bool,
    /// The European patent that speaks for this case: see [`Case::follow`].
    pub european: Option<Box<Self>>,
}

impl Case {
    /// Returns the case that `publications`, all of one application, tell. No publication gives an empty case of office `XX`.
    ///
    /// A document with kind B of China dated before 1993 is an examined application, not a grant (practice of that time).
    pub fn of(publications: &[&Publication]) -> Self {
        let mut sorted: Vec<&Publication> = publications.to_vec();
        sorted.sort_by_cached_key(|publication| (publication.publication_date, publication.key()));
        let office = sorted.iter().find_map(|p| office_of(p)).unwrap_or(CountryCode::UNKNOWN);
        let mut case = Self {
            office,
            application: sorted.iter().find_map(|p| p.application.clone()),
            kind: kind_of(&sorted),
            filing: sorted.iter().filter_map(|p| p.filing_date).min(),
            earliest: sorted.iter().filter_map(|p| p.priority_date()).min(),
            published: sorted.iter().filter_map(|p| p.publication_date).min(),
            granted: None,
            documents: Vec::new(),
            events: Vec::new(),
            undated: Vec::new(),
            links: Vec::new(),
            priorities: Vec::new(),
            applicants: Vec::new(),
            term: TermFacts::default(),
            stated: None,
            faults: Vec::new(),
            parts: Vec::new(),
            priority_of: None,
            is_silent: true,
            european: None,
        };
        let mut filings: Vec<Date> = sorted.iter().filter_map(|p| p.filing_date).collect();
        filings.sort_unstable();
        filings.dedup();
        if filings.len() > 1 {
            case.faults.push(Fault::FilingDates { dates: filings });
        }
        for publication in &sorted {
            case.read(publication);
        }
        case.is_silent &= case.stated.as_deref().and_then(words::read).is_none();
        case.finish();
        case
    }

    /// Lets the European patent of which this is a national part speak for it.
    ///
    /// National offices often tell nothing of such a part, while the European register and the lists of INPADOC name its
    /// lapse. So where this case is silent its state is that of `european` in its country, with the end of the term of
    /// `european`; its filing date is that of `european` where its own record gives none. Where it is not silent nothing
    /// changes.
    pub fn follow(&mut self, mut european: Self) {
        if self.is_silent && european.office == CountryCode::EP && self.office != CountryCode::EP {
            european.parts = vec![(self.office, self.published)];
            self.filing = self.filing.or(european.filing);
            self.earliest = self.earliest.or(european.earliest);
            self.european = Some(Box::new(european));
        }
    }

    /// Adds what other cases say about this one: national parts of an EP patent, a later case that claims domestic
    /// priority, the filing date of the parent of a divisional.
    ///
    /// The domestic priority rule is China's (implementing regulations, rule 35 of 2023): the earlier case counts as
    /// withdrawn on the day the later one is filed. Designs may be bases too; a foreign later case changes nothing.
    #[must_use]
    pub fn with_relatives(mut self, others: &[&Self]) -> Self {
        let own: Vec<String> = self.names();
        for other in others {
            let is_part = other
                .links
                .iter()
                .any(|link| link.kind == LinkKind::NationalPartOf && own.contains(&link.target));
            if is_part && self.office == CountryCode::EP {
                let date = other.published;
                if !self.parts.contains(&(other.office, date)) {
                    self.parts.push((other.office, date));
                }
            }
            if self.office == CountryCode::CN && other.office == CountryCode::CN {
                let claims = other.priorities.iter().any(|p| own.contains(&p.number.to_string()));
                if let (true, Some(filing)) = (claims && other.application != self.application, other.filing)
                {
                    let name = other.names().into_iter().next().unwrap_or_default();
                    let earlier = self.priority_of.as_ref().is_none_or(|(_, date)| filing < *date);
                    if earlier {
                        self.priority_of = Some((name, filing));
                    }
                }
            }
            let names = other.names();
            let divided = self.links.iter().any(|link| {
                link.kind == LinkKind::DivisionalOf
                    && names.contains(&link.target)
                    && link.target != String::new()
            });
            if divided && self.office != CountryCode::US {
                self.filing = [self.filing, other.filing].into_iter().flatten().min();
            }
        }
        self
    }

    /// Returns application and publication numbers as text.
    pub fn names(&self) -> Vec<String> {
        let application = self.application.iter().map(ToString::to_string);
        application.chain(self.documents.iter().map(|document| document.number.to_string())).collect()
    }

    /// Returns the dated events of the case and, of the European patent that speaks for it, those that are about more than
    /// another country.
    pub fn all_events(&self) -> impl Iterator<Item = &Event> {
        let concerns = |event: &&Event| {
            event.country.is_none_or(|country| {
                country == self.office || country == CountryCode::EP || country.as_str() == UNITARY
            })
        };
        let european = self.european.iter().flat_map(|european| &european.events);
        self.events.iter().chain(european.filter(concerns))
    }

    /// Returns the same-day twin (一案双申) that the record names.
    pub fn twin(&self) -> Option<&str> {
        self.links.iter().find(|link| link.kind == LinkKind::SameDay).map(|link| link.target.as_str())
    }

    fn read(&mut self, publication: &Publication) {
        let date = publication.publication_date;
        if let Some(number) = &publication.number {
            let is_grant = is_grant(number, date, publication.grant_date);
            self.documents.push(Document { number: number.clone(), date, is_grant });
            self.events.extend(document_event(self.office, number, date, is_grant, publication.grant_date));
        }
        for link in &publication.links {
            if !self.links.contains(link) {
                self.links.push(link.clone());
            }
        }
        for priority in &publication.priorities {
            if !self.priorities.contains(priority) {
                self.priorities.push(priority.clone());
            }
        }
        if self.applicants.is_empty() {
            let mut seen = Vec::new();
            for party in publication.parties_of(Role::Applicant) {
                if !seen.contains(&party.sequence) {
                    seen.push(party.sequence);
                    self.applicants.push(party.name.clone());
                }
            }
        }
        self.read_other(publication);
        let mut here: Vec<(Event, usize)> = Vec::new();
        for event in &publication.events {
            let event = event_of(event);
            self.is_silent &= event.effective.is_none() || !event.effect.decides();
            match here.iter_mut().find(|(other, _)| *other == event) {
                Some((_, n)) => *n += 1,
                None => here.push((event, 1)),
            }
        }
        for (event, n) in here {
            if n > 1 {
                let fault = Fault::Duplicate { event: event.cite(), n };
                if !self.faults.contains(&fault) {
                    self.faults.push(fault);
                }
            }
            let list = if event.effective.is_none() { &mut self.undated } else { &mut self.events };
            if !list.contains(&event) {
                list.push(event);
            }
        }
    }

    /// Facts that sources keep in their own columns: `us-term-extension` (days), `disclaimer`, `expiry_date`, `legal_status`.
    fn read_other(&mut self, publication: &Publication) {
        let other =
            |name: &str| publication.other.get(name).map(|text| text.trim()).filter(|text| !text.is_empty());
        if let Some(days) = other("us-term-extension").and_then(|text| text.parse().ok()) {
            self.term.adjustment_days = Some(days);
        }
        if let Some(text) = other("disclaimer") {
            self.term.is_disclaimed = true;
            self.term.disclaimed_until = self.term.disclaimed_until.or_else(|| date_in(text));
        }
        self.term.stated_expiry = self.term.stated_expiry.or_else(|| other("expiry_date").and_then(date_in));
        if let Some(text) = other("legal_status") {
            self.stated = Some(text.to_owned());
        }
    }

    fn finish(&mut self) {
        // The US status "patented case" is entered weeks before issue; where the patent itself is at hand, its date holds.
        if self.office == CountryCode::US && self.documents.iter().any(|d| d.is_grant && d.date.is_some()) {
            for event in self.events.iter_mut().filter(|event| event.code == "STCF") {
                event.effect = Effect::Allowed;
            }
        }
        let mut unmapped: BTreeMap<(String, String), usize> = BTreeMap::new();
        for event in self.events.iter().chain(&self.undated).filter(|event| event.group.is_none()) {
            *unmapped.entry((event.office.clone(), event.code.clone())).or_default() += 1;
        }
        self.faults.extend(unmapped.into_iter().map(|((office, code), n)| Fault::UnmappedCode {
            office,
            code,
            n,
        }));
        self.faults.extend(self.undated.iter().map(|event| Fault::Undated { event: event.cite() }));
        for event in &self.events {
            let (Some(effective), Some(known)) = (event.effective, event.known) else { continue };
            if event.effect != Effect::Expired && effective > known.saturating_add(1.year()) {
                self.faults.push(Fault::FarFuture { event: event.cite() });
            }
        }
        self.events.sort_by(|a, b| {
            let key = |e: &Event| (e.effective, e.known, e.effect.rank());
            key(a)
                .cmp(&key(b))
                .then_with(|| (&a.office, &a.code, a.country).cmp(&(&b.office, &b.code, b.country)))
        });
        let grants =
            self.events.iter().filter(|event| event.effect == Effect::Granted && event.country.is_none());
        self.granted = grants.filter_map(|event| event.effective).min();
        for event in &self.events {
            let date = event.attribute(&["L513EP", "expiry"]).and_then(date_in);
            match event.effect {
                Effect::Extended | Effect::Disclaimed if date.is_some() => self.term.stated_expiry = date,
                Effect::Certificate if date.is_some() => self.term.certificate_until = date,
                _ => {}
            }
            if event.effect == Effect::Extended
                && let Some(days) = event.attribute(&["days"]).and_then(|text| text.trim().parse().ok())
            {
                self.term.adjustment_days = Some(days);
            }
        }
    }
}

/// The office of the publication: sources name the international application as that of a regional entry.
fn office_of(publication: &Publication) -> Option<CountryCode> {
    let number = publication.number.as_ref().map(|number| number.country);
    number.or(publication.application.as_ref().map(|number| number.country))
}

fn kind_of(publications: &[&Publication]) -> PatentType {
    let stated = publications.iter().find_map(|p| p.patent_type);
    let by_number = || publications.iter().find_map(|p| p.number.as_ref()?.patent_type());
    let by_application = || publications.iter().find_map(|p| p.application.as_ref()?.patent_type());
    stated.or_else(by_number).or_else(by_application).unwrap_or(PatentType::Invention)
}

/// China granted without a second publication step only from 1993 on: its earlier B documents are examined applications.
fn is_grant(number: &PublicationNumber, date: Option<Date>, granted: Option<Date>) -> bool {
    let is_old = number.country == CountryCode::CN
        && number.kind.as_deref().is_some_and(|kind| kind.starts_with('B'))
        && date.is_some_and(|date| date.year() < 1993);
    if is_old {
        return false;
    }
    // Kinds that say nothing count as grants only where the record gives a grant date no later than the document.
    number
        .is_grant()
        .unwrap_or_else(|| granted.is_some_and(|granted| date.is_none_or(|date| granted <= date)))
}
