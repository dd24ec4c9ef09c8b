//! Legal states: of the documents of a set on any day, and of one document with its reasons.
//!
//! The column `legal_state` holds the state as of the snapshot. A state on another day, or as it was known on another
//! day, is read from `legal_course`, no document is opened. A day alone means "the state on that day, as known
//! today"; a day of knowledge alone means "the state on the day it was known".

use serde::{Deserialize, Serialize};

use super::error::{Error, Result};
use crate::index::{Column, DocnoSet, Reader, date};
use crate::patent::legal::{self, Case, Confidence, Deadline, Detail, Simple, Stretch};
use crate::patent::{CountryCode, Date, DocumentKind, LinkKind, Publication};

/// The column of the first layer.
pub(super) const STATE: &str = "legal_state";
/// The column of the second layer.
pub(super) const DETAIL: &str = "legal_detail";

/// The days that a state is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Days {
    on: Date,
    known_at: Date,
}

impl Days {
    /// Reads the two days; `None` where neither is given.
    pub(super) fn read(reader: &Reader, on: Option<&str>, known_at: Option<&str>) -> Result<Option<Self>> {
        let on = on.map(|text| day("state_on", text)).transpose()?;
        let known_at = known_at.map(|text| day("known_at", text)).transpose()?;
        let today = reader.statistics().as_of.unwrap_or(Date::MAX);
        Ok(match (on, known_at) {
            (None, None) => None,
            (on, known_at) => {
                Some(Self { on: on.or(known_at).unwrap_or(today), known_at: known_at.unwrap_or(today) })
            }
        })
    }

    /// Cuts `active@2020-01-01` and `active@2020-01-01@2019-06-30` into the state, the day, and the day of knowledge.
    pub(super) fn cut<'t>(reader: &Reader, text: &'t str) -> Result<(&'t str, Option<Self>)> {
        let mut parts = text.split('@');
        let value = parts.next().unwrap_or_default().trim();
        let (on, known_at) = (parts.next(), parts.next());
        if parts.next().is_some() {
            return Err(no_day("st", text));
        }
        Ok((value, Self::read(reader, on, known_at)?))
    }
}

fn day(field: &str, text: &str) -> Result<Date> {
    text.trim().parse().map_err(|_| no_day(field, text))
}

fn no_day(field: &str, value: &str) -> Error {
    Error::Value {
        field: field.to_owned(),
        value: value.to_owned(),
        expected: "day",
        example: "a whole date, `2020-01-31`; in a query `st=active@2020-01-31`",
    }
}

/// The states of all documents on a day.
pub(super) struct StatesOn<'a> {
    course: &'a Column,
    now: &'a Column,
    /// What each stretch of the course says of the day, if anything.
    says: Vec<Option<(Simple, Detail)>>,
}

impl<'a> StatesOn<'a> {
    pub(super) fn new(reader: &'a Reader, days: Days) -> Result<Self> {
        let course = reader.column("legal_course")?;
        let n = u32::try_from(course.n_distinct()).unwrap_or(u32::MAX);
        let known_at = days.known_at.to_string();
        let says = |ordinal: u32| {
            let text = course.keyword(ordinal);
            // Written dates compare as dates do; most stretches need no closer look.
            let known = text.get(..10).filter(|known| *known <= known_at.as_str());
            let stretch = known.and_then(|_| Stretch::parse(text))?;
            stretch.covers(days.on, days.known_at).then_some((stretch.simple, stretch.detail))
        };
        Ok(Self { course, now: reader.column(STATE)?, says: (0..n).map(says).collect() })
    }

    /// Returns the state of a document; `None` for what is no patent.
    pub(super) fn of(&self, docno: u32) -> Option<(Simple, Detail)> {
        if !self.now.has_value(docno) {
            return None;
        }
        // Stretches sort by the day they became known: the last that says anything holds.
        let ordinals = self.course.ordinals(docno).iter().rev();
        let said = ordinals.filter_map(|ordinal| self.says[*ordinal as usize]).next();
        Some(said.unwrap_or((Simple::Undetermined, Detail::Unknown)))
    }
}

/// Returns the live documents in one of the states named, of the first or the second layer.
pub(super) fn documents_in(reader: &Reader, states: &[String], days: Option<Days>) -> Result<DocnoSet> {
    let mut simple = Vec::new();
    let mut detail = Vec::new();
    for name in states {
        match word(name)? {
            Word::Simple(word) => simple.push(word),
            Word::Detail(word) => detail.push(word),
        }
    }
    let mut set = DocnoSet::empty(reader.alive().end());
    match days {
        Some(days) => {
            let states = StatesOn::new(reader, days)?;
            let wanted = |docno: &u32| {
                states.of(*docno).is_some_and(|(s, d)| simple.contains(&s) || detail.contains(&d))
            };
            set.extend(reader.alive().iter().filter(wanted));
        }
        None => {
            let (first, second) = (reader.column(STATE)?, reader.column(DETAIL)?);
            let simple: Vec<u32> = simple.iter().filter_map(|word| first.ordinal(word.name())).collect();
            let detail: Vec<u32> = detail.iter().filter_map(|word| second.ordinal(word.name())).collect();
            let wanted = |docno: &u32| {
                first.ordinals(*docno).iter().any(|ordinal| simple.contains(ordinal))
                    || second.ordinals(*docno).iter().any(|ordinal| detail.contains(ordinal))
            };
            set.extend(reader.alive().iter().filter(wanted));
        }
    }
    Ok(set)
}

enum Word {
    Simple(Simple),
    Detail(Detail),
}

/// Reads the name of a state: of the first layer where both have it, in English or Chinese.
fn word(name: &str) -> Result<Word> {
    let folded = name.trim().to_lowercase().replace([' ', '-'], "_");
    let chinese = match folded.as_str() {
        "有效" | "授权有效" | "in_force" => Some(Simple::Active),
        "审中" | "在审" => Some(Simple::Pending),
        "失效" | "无效" => Some(Simple::Inactive),
        "未确定" | "未知" | "unknown" => Some(Simple::Undetermined),
        "pct有效期内" => Some(Simple::PctOpen),
        "pct有效期满" => Some(Simple::PctOver),
        _ => None,
    };
    let simple = chinese.or_else(|| Simple::from_name(&folded)).map(Word::Simple);
    simple.or_else(|| Detail::from_name(&folded).map(Word::Detail)).ok_or_else(|| Error::Value {
        field: "st".to_owned(),
        value: name.to_owned(),
        expected: "legal state",
        example: "`active`, `pending`, `inactive`, `undetermined`, `pct_open`, `pct_over` (有效, 审中, 失效, 未确定), \
                  or a detail such as `lapsed`, `expired`, `refused`",
    })
}

/// The legal state of a document as of the snapshot, in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LegalSummary {
    /// First layer: `active`, `pending`, `inactive`, `pct_open`, `pct_over`, `undetermined`. Undetermined is not free.
    pub state: String,
    /// Second layer: why.
    pub detail: String,
    /// Third layer: what has happened (`transfer`, `licence`, `pledge`, …).
    pub flags: Vec<String>,
    /// The expected end of the term.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiry: Option<DatedFact>,
    /// The newest event of its register in this application, or of the European patent that speaks for it: nothing later is
    /// known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub fresh: Option<Date>,
}

/// A date with the reasons for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DatedFact {
    /// The date.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// Facts and rules that it follows from, in order.
    pub basis: Vec<String>,
    /// `register`, `computed` or `assumed`.
    #[schema(value_type = String)]
    pub confidence: Confidence,
    /// Whether `date` is the last day; otherwise it is the first day after.
    pub is_last_day: bool,
    /// Whether the true date may be later, because an adjustment or extension cannot be ruled out.
    pub may_be_later: bool,
}

impl From<Deadline> for DatedFact {
    fn from(deadline: Deadline) -> Self {
        Self {
            date: deadline.date,
            basis: deadline.basis,
            confidence: deadline.confidence,
            is_last_day: deadline.is_last_day,
            may_be_later: deadline.may_be_later,
        }
    }
}

/// Returns the legal state of a document as its columns have it, with the reasons for its expiry; `None` for what is
/// no patent and where the columns are not made yet.
pub(super) fn summary(
    reader: &Reader,
    docno: u32,
    publication: &Publication,
) -> Result<Option<LegalSummary>> {
    let words = |name: &str| {
        let column = reader.column(name).ok();
        column.map_or_else(Vec::new, |column| column.keywords(docno).map(str::to_owned).collect::<Vec<_>>())
    };
    let (Some(state), Some(detail)) = (words(STATE).pop(), words(DETAIL).pop()) else { return Ok(None) };
    let mut case = case_of(reader, publication)?;
    add_european(reader, &mut case)?;
    let as_of = reader.statistics().as_of.unwrap_or(Date::MAX);
    let has_term = reader.column("expiry").is_ok_and(|column| column.has_value(docno));
    let expiry = legal::terms(&case, as_of, as_of).expiry.filter(|_| has_term).map(DatedFact::from);
    let fresh = case.all_events().filter_map(|event| event.known).filter(|known| *known <= as_of).max();
    Ok(Some(LegalSummary { state, detail, flags: words("legal_flag"), expiry, fresh }))
}

/// Returns the case of a publication: all publications of its application in the snapshot together, with the filing
/// date of a divisional's parent.
pub fn case_of(reader: &Reader, publication: &Publication) -> Result<Case> {
    let mut others = Vec::new();
    let key = publication.key();
    if let Some(application) = &publication.application
        && publication.document_kind == DocumentKind::Patent
    {
        for docno in reader.by_number(&format!("app:{application}")) {
            if reader.key(docno)? == key {
                continue;
            }
            let other = reader.document(docno)?;
            if other.application == publication.application {
                others.push(other);
            }
        }
    }
    let mut publications: Vec<&Publication> = vec![publication];
    publications.extend(&others);
    let mut case = Case::of(&publications);
    add_parent_filing(reader, &mut case);
    Ok(case)
}

/// Most other applications that are read for what they say of a case.
const MAX_RELATIVES: usize = 200;

/// Returns the case of a publication with what other applications of the snapshot say of it: a later Chinese one that
/// claims its priority, national parts of a European patent, the European patent of a silent national part.
///
/// Looks through a whole column, so it is for one document, not for a page of them.
pub fn case_with_relatives(reader: &Reader, docno: u32, publication: &Publication) -> Result<Case> {
    let mut case = case_of(reader, publication)?;
    let (column, wanted): (&Column, Vec<u32>) = match case.office {
        CountryCode::CN => {
            let column = reader.column("priority")?;
            (column, case.names().iter().filter_map(|name| column.ordinal(name)).collect())
        }
        CountryCode::EP => {
            let column = reader.column("family")?;
            (column, column.ordinals(docno).to_vec())
        }
        _ => {
            add_european(reader, &mut case)?;
            return Ok(case);
        }
    };
    if wanted.is_empty() {
        return Ok(case);
    }
    let holds = |other: &u32| column.ordinals(*other).iter().any(|ordinal| wanted.contains(ordinal));
    let mut others = Vec::new();
    for other in reader.alive().iter().filter(holds).take(MAX_RELATIVES) {
        others.push(Case::of(&[&reader.document(other)?]));
    }
    Ok(case.with_relatives(&others.iter().collect::<Vec<_>>()))
}

/// Lets the European patent of a silent national part speak for it ([`Case::follow`]), where the index holds it.
pub fn add_european(reader: &Reader, case: &mut Case) -> Result<()> {
    if !case.is_silent {
        return Ok(());
    }
    let parts = case.links.iter().filter(|link| link.kind == LinkKind::NationalPartOf);
    let docnos = parts.flat_map(|link| reader.by_number(&link.target));
    let mut found: Vec<Publication> = Vec::new();
    for docno in docnos {
        found.push(reader.document(docno)?);
    }
    let is_european =
        |p: &&Publication| p.number.as_ref().is_some_and(|number| number.country == CountryCode::EP);
    let wholes: Vec<&Publication> = found.iter().filter(is_european).collect();
    if wholes.is_empty() {
        return Ok(());
    }
    // An application joins all of its publications; without one, the number does.
    let joined = wholes.iter().find(|publication| publication.application.is_some());
    case.follow(match joined {
        Some(publication) => case_of(reader, publication)?,
        None => Case::of(&wholes),
    });
    Ok(())
}

/// A divisional has the filing date of its parent for its term, but in the US, where the chain is in the links.
pub fn add_parent_filing(reader: &Reader, case: &mut Case) {
    if case.office == CountryCode::US {
        return;
    }
    let Ok(column) = reader.column("filing") else { return };
    let parents = case.links.iter().filter(|link| link.kind == LinkKind::DivisionalOf);
    let filings = parents
        .flat_map(|link| reader.by_number(&link.target))
        .filter_map(|docno| column.integer(docno).and_then(date));
    case.filing = case.filing.into_iter().chain(filings).min();
}
