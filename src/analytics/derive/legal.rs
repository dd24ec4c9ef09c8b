//! The legal state of each document as columns. What the states mean and which rules they follow: `patent::legal`.
//!
//! A state belongs to an application: its publications tell it together, and each of them gets it. What other
//! applications say is added: the filing date of a divisional's parent, a later Chinese application that claims
//! priority, national parts of a European patent. A national part whose own record decides nothing has the state that the
//! European patent has in its country, on each day. All documents are read once; those of an application with several
//! publications are read a second time, together, when the last of them is at hand, and a European patent once more for
//! each of its silent parts.
//!
//! Same-day twins are those that a record names. Pairs that only look like twins get the flag `same_day_likely` and
//! keep their own states.
//!
//! Known gap: deleting a publication changes the states of its siblings, and of the national parts that follow it, only
//! when the columns are made anew.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};
use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

use super::{Group, Rows};
use crate::index::{ColumnKind, Reader, Result, Value, date, days};
use crate::patent::legal::{Case, Detail, Flag, Simple, Stretch, state, terms, timeline};
use crate::patent::{CountryCode, Date, DocumentKind, LinkKind, Publication};
use crate::search::{add_european, add_parent_filing};

/// The id of the rules.
pub const LEGAL: &str = "legal-4";

const COLUMNS: &[(&str, ColumnKind)] = &[
    ("legal_state", ColumnKind::Keyword),
    ("legal_detail", ColumnKind::Keyword),
    ("legal_flag", ColumnKind::Keyword),
    ("legal_course", ColumnKind::Keyword),
    ("legal_country", ColumnKind::Keyword),
    ("expiry", ColumnKind::Date),
    ("expiry_year", ColumnKind::Integer),
    ("next_fee", ColumnKind::Date),
];

/// Returns the group of legal columns, as of a day; the version of the rules names the day, since states change with
/// it. Documents that are no patents have no value.
///
/// - `legal_state`, `legal_detail`, `legal_flag`: the three layers ([`Simple`], [`Detail`], [`Flag`]) by name.
/// - `legal_course`: the first two layers on any day as [`Stretch`]es, for states on other days.
/// - `legal_country`: states of a European patent and national phases of a PCT application, as `DE:active`.
/// - `expiry`, `expiry_year`: the expected end of the term of what is or may be in force, and of what is over by it.
/// - `next_fee`: the next fee of a right in force.
pub fn legal(reader: &Reader, as_of: Option<Date>) -> Group<'_> {
    let version = as_of.map_or_else(|| LEGAL.to_owned(), |as_of| format!("{LEGAL}@{as_of}"));
    let as_of = as_of.unwrap_or(Date::MIN);
    let relations = OnceLock::new();
    let facts = move |docno: u32, publication: &Publication| {
        let relations = relations.get_or_init(|| Relations::of(reader));
        facts(reader, relations, as_of, docno, publication)
    };
    Group::whole("legal", version, COLUMNS, facts, move |found, reader, rows| {
        finish(found, reader, as_of, rows)
    })
}

/// What one document gives.
#[derive(Default)]
struct Facts {
    /// The state of its application, told by the last of its publications for all of them.
    told: Option<Box<(Vec<u32>, Summary)>>,
    /// The European patents of which it is a national part.
    parts_of: Vec<(String, CountryCode, Option<Date>)>,
}

/// The values of one application.
#[derive(Clone)]
struct Summary {
    simple: Simple,
    detail: Detail,
    flags: BTreeSet<Flag>,
    course: Vec<Stretch>,
    countries: Vec<(String, Simple, Detail)>,
    expiry: Option<Date>,
    next_fee: Option<Date>,
}

/// What the columns of the index say of documents together.
struct Relations {
    /// For each docno, the publication before it of the same application.
    previous: FxHashMap<u32, u32>,
    /// The last publication of an application, by ordinal.
    last: Vec<u32>,
    /// Chinese applications that claim a priority, by the ordinal of that priority: filing date and application.
    claimed_by: FxHashMap<u32, Vec<(Date, String)>>,
    /// Applications that look like same-day twins, by ordinal.
    likely_twins: FxHashSet<u32>,
}

impl Relations {
    fn of(reader: &Reader) -> Self {
        let mut relations = Self {
            previous: FxHashMap::default(),
            last: Vec::new(),
            claimed_by: FxHashMap::default(),
            likely_twins: likely_twins(reader).unwrap_or_default(),
        };
        let (Ok(application), Ok(priority), Ok(country), Ok(filing)) = (
            reader.column("application"),
            reader.column("priority"),
            reader.column("country"),
            reader.column("filing"),
        ) else {
            return relations;
        };
        relations.last = vec![u32::MAX; application.n_distinct()];
        let cn = country.ordinal("CN");
        for docno in reader.alive().iter() {
            if let Some(ordinal) = application.ordinals(docno).first() {
                let before = std::mem::replace(&mut relations.last[*ordinal as usize], docno);
                if before != u32::MAX {
                    relations.previous.insert(docno, before);
                }
            }
            if cn.is_none() || country.ordinals(docno).first().copied() != cn {
                continue;
            }
            let Some(filed) = filing.integer(docno).and_then(date) else { continue };
            for ordinal in priority.ordinals(docno) {
                let name = application.keywords(docno).next().unwrap_or_default().to_owned();
                let claims = relations.claimed_by.entry(*ordinal).or_default();
                if !claims.iter().any(|(_, known)| *known == name) {
                    claims.push((filed, name));
                }
            }
        }
        relations
    }

    /// Returns the publications of the application of a document, itself among them, ascending; `None` where it is
    /// not the last of them.
    fn application_of(&self, reader: &Reader, docno: u32) -> Option<Vec<u32>> {
        let column = reader.column("application").ok();
        let ordinal = column.and_then(|column| column.ordinals(docno).first().copied());
        if ordinal.is_some_and(|ordinal| self.last[ordinal as usize] != docno) {
            return None;
        }
        let mut docnos = vec![docno];
        let mut at = docno;
        while let Some(before) = self.previous.get(&at) {
            docnos.push(*before);
            at = *before;
        }
        docnos.reverse();
        Some(docnos)
    }

    /// Returns whether an application looks like one of two same-day twins.
    fn is_likely_twin(&self, reader: &Reader, docno: u32) -> bool {
        let column = reader.column("application").ok();
        let ordinals = column.map(|column| column.ordinals(docno)).unwrap_or_default();
        ordinals.iter().any(|ordinal| self.likely_twins.contains(ordinal))
    }

    /// Adds to a case what other applications say of it.
    fn complete(&self, reader: &Reader, case: &mut Case) {
        if case.office == CountryCode::CN
            && let Ok(column) = reader.column("priority")
        {
            let own = case.application.as_ref().map(ToString::to_string).unwrap_or_default();
            let claims = case.names().into_iter().filter_map(|name| column.ordinal(&name));
            let claims = claims.filter_map(|ordinal| self.claimed_by.get(&ordinal)).flatten();
            let first = claims.filter(|(_, name)| *name != own).min();
            case.priority_of = first.map(|(filing, name)| (name.clone(), *filing));
        }
        add_parent_filing(reader, case);
    }
}

/// Finds Chinese applications, an invention and a utility model, that are the only ones of their applicants, inventors and
/// day of filing.
fn likely_twins(reader: &Reader) -> Option<FxHashSet<u32>> {
    /// The one application of a type, or more than one.
    #[derive(Clone, Copy)]
    enum Seen {
        None,
        One(u32),
        Several,
    }
    let column = |name: &str| reader.column(name).ok();
    let (applicant, inventor) = (column("applicant")?, column("inventor")?);
    let (application, filing) = (column("application")?, column("filing")?);
    let (country, kind) = (column("country")?, column("patent_type")?);
    let cn = country.ordinal("CN")?;
    let types = [kind.ordinal("invention")?, kind.ordinal("utility_model")?];
    // By a hash of 64 bits of who and when: of a million keys two are the same with a chance of one in ten million.
    let mut seen: FxHashMap<u64, [Seen; 2]> = FxHashMap::default();
    for docno in reader.alive().iter() {
        let (who, with) = (applicant.ordinals(docno), inventor.ordinals(docno));
        let place = kind.ordinals(docno).first().and_then(|own| types.iter().position(|kind| kind == own));
        let (Some(place), Some(day), Some(own)) =
            (place, filing.integer(docno), application.ordinals(docno).first())
        else {
            continue;
        };
        if who.is_empty() || with.is_empty() || country.ordinals(docno).first() != Some(&cn) {
            continue;
        }
        let mut hasher = FxHasher::default();
        (day, who, with).hash(&mut hasher);
        let seen = &mut seen.entry(hasher.finish()).or_insert([Seen::None; 2])[place];
        *seen = match *seen {
            Seen::None => Seen::One(*own),
            Seen::One(known) if known == *own => Seen::One(*own),
            Seen::One(_) | Seen::Several => Seen::Several,
        };
    }
    let pairs = seen.into_values().filter_map(|pair| match pair {
        [Seen::One(a), Seen::One(b)] if a != b => Some([a, b]),
        _ => None,
    });
    Some(pairs.flatten().collect())
}

fn facts(
    reader: &Reader,
    relations: &Relations,
    as_of: Date,
    docno: u32,
    publication: &Publication,
) -> Facts {
    if publication.document_kind != DocumentKind::Patent {
        return Facts::default();
    }
    let office = publication.number.as_ref().map_or(CountryCode::UNKNOWN, |number| number.country);
    let parts = publication.links.iter().filter(|link| link.kind == LinkKind::NationalPartOf);
    let parts_of = parts.map(|link| (link.target.clone(), office, publication.publication_date)).collect();
    let Some(docnos) = relations.application_of(reader, docno) else {
        return Facts { told: None, parts_of };
    };
    let others: Vec<Publication> = docnos
        .iter()
        .filter(|other| **other != docno)
        .filter_map(|other| reader.document(*other).ok())
        .collect();
    let mut publications: Vec<&Publication> = others.iter().collect();
    publications.push(publication);
    let mut case = Case::of(&publications);
    relations.complete(reader, &mut case);
    // A European patent that cannot be read leaves its part with what its own record says.
    let _ = add_european(reader, &mut case);
    let mut summary = summary(&case, as_of);
    if relations.is_likely_twin(reader, docno) && !summary.flags.contains(&Flag::SameDay) {
        summary.flags.insert(Flag::SameDayLikely);
    }
    Facts { told: Some(Box::new((docnos, summary))), parts_of }
}

fn summary(case: &Case, as_of: Date) -> Summary {
    let now = state(case, as_of, as_of);
    let deadlines = terms(case, as_of, as_of);
    let (simple, detail) = (now.status.simple, now.status.detail);
    let has_term = matches!(simple, Simple::Active | Simple::Pending | Simple::Undetermined)
        || detail == Detail::Expired;
    Summary {
        simple,
        detail,
        flags: now.flags,
        course: timeline(case),
        countries: now
            .countries
            .into_iter()
            .map(|(code, status)| (code, status.simple, status.detail))
            .collect(),
        expiry: deadlines.expiry.filter(|_| has_term).map(|expiry| expiry.date),
        next_fee: deadlines.next_fee.filter(|_| simple == Simple::Active).map(|fee| fee.date),
    }
}

fn finish(found: Vec<(u32, Facts)>, reader: &Reader, as_of: Date, rows: &mut Rows) -> Result<()> {
    let mut parts: BTreeMap<u32, Vec<(CountryCode, Option<Date>)>> = BTreeMap::new();
    for (target, country, date) in found.iter().flat_map(|(_, facts)| &facts.parts_of) {
        for docno in reader.by_number(target) {
            parts.entry(docno).or_default().push((*country, *date));
        }
    }
    let mut told: Vec<(u32, usize)> = Vec::new();
    let mut summaries: Vec<Summary> = Vec::new();
    for (docnos, own) in found.into_iter().filter_map(|(_, facts)| facts.told).map(|told| *told) {
        let has_parts = docnos.iter().any(|docno| parts.contains_key(docno));
        told.extend(docnos.iter().map(|docno| (*docno, summaries.len())));
        summaries.push(if has_parts { with_parts(&docnos, reader, as_of, &parts, own)? } else { own });
    }
    // Rows are put in order of docno; the publications of an application lie apart.
    told.sort_unstable();
    for (docno, at) in told {
        rows.put(docno, &values(&summaries[at]));
    }
    Ok(())
}

/// Tells the state of a European patent anew, of which national parts were found.
fn with_parts(
    docnos: &[u32],
    reader: &Reader,
    as_of: Date,
    parts: &BTreeMap<u32, Vec<(CountryCode, Option<Date>)>>,
    summary_before: Summary,
) -> Result<Summary> {
    let publications: Vec<Publication> =
        docnos.iter().map(|docno| reader.document(*docno)).collect::<Result<_>>()?;
    let mut case = Case::of(&publications.iter().collect::<Vec<_>>());
    add_parent_filing(reader, &mut case);
    if case.office != CountryCode::EP {
        return Ok(summary_before);
    }
    let found: BTreeSet<(CountryCode, Option<Date>)> =
        docnos.iter().filter_map(|docno| parts.get(docno)).flatten().copied().collect();
    case.parts.extend(found);
    Ok(Summary { course: summary_before.course, ..summary(&case, as_of) })
}

fn values(summary: &Summary) -> Vec<Value> {
    let one = |word: &str| Value::Keywords(vec![word.to_owned()]);
    let day = |day: Option<Date>| day.map_or(Value::Missing, |day| Value::Integer(days(day)));
    let countries = summary.countries.iter().map(|(code, simple, _)| format!("{code}:{}", simple.name()));
    let year = summary.expiry.map(|expiry| Value::Integer(i64::from(expiry.year())));
    vec![
        one(summary.simple.name()),
        one(summary.detail.name()),
        Value::Keywords(summary.flags.iter().map(|flag| flag.name().to_owned()).collect()),
        Value::Keywords(summary.course.iter().map(ToString::to_string).collect()),
        Value::Keywords(countries.collect()),
        day(summary.expiry),
        year.unwrap_or_default(),
        day(summary.next_fee),
    ]
}
