//! The documents of a cohort before they become units: one row each, from plain records or from a snapshot.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::labels::{Labels, as_u32};
use crate::index::{Value, base_values, days};
use crate::patent::{Date, DocumentKind, PatentType, Publication, PublicationNumber};

/// A day as days since 1970-01-01; [`NO_DAY`] is unknown.
pub(crate) type Day = i32;

/// No day.
pub(crate) const NO_DAY: Day = Day::MIN;

/// No row.
pub(crate) const NONE: u32 = u32::MAX;

/// Columns of labels that a cohort reads where they are there. Names are those of the index; what is missing there is
/// missing here, and asking for it is answered with "not computable".
pub(crate) const COLUMNS: &[&str] = &[
    "applicant",
    "applicant_first",
    "applicant_std",
    "applicant_group",
    "applicant_country",
    "owner",
    "owner_current",
    "owner_original",
    "party_type",
    "province",
    "city",
    "inventor",
    "ipc",
    "cpc",
    "class",
    "ipc_main",
    "phrases_zh",
    "phrases_en",
    "domain",
    "tag",
    "effect",
    "purpose",
    "legal_state",
    "legal_detail",
    "legal_flag",
    "legal_course",
    "claim_category",
    "language",
];

/// One patent document as plain data, for cohorts of records that do not come from a snapshot.
///
/// Numbers are in the forms that [`PublicationNumber`] and [`crate::patent::ApplicationNumber`] display.
/// Missing means unknown.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Record {
    /// The document key: a publication number, or any name that is unique.
    pub key: String,
    /// Whether it is no patent (paper, standard, report): then it is never counted.
    pub not_patent: bool,
    /// The application number.
    pub application: Option<String>,
    /// The simple family; documents without one are joined by application alone.
    pub family: Option<String>,
    /// The extended family.
    pub extended_family: Option<String>,
    /// The office, ST.3.
    pub office: Option<String>,
    /// The kind code.
    pub kind: Option<String>,
    /// The kind of right.
    pub patent_type: Option<PatentType>,
    /// The office of first filing; missing: unknown.
    pub first_office: Option<String>,
    /// The earliest priority date.
    pub priority_date: Option<Date>,
    /// The filing date.
    pub filing_date: Option<Date>,
    /// The publication date.
    pub publication_date: Option<Date>,
    /// The grant date.
    pub grant_date: Option<Date>,
    /// The applications whose priority is claimed.
    pub priorities: Vec<String>,
    /// Links to other documents, as `kind:target` (`same_day:CN2018…`).
    pub links: Vec<String>,
    /// Publication numbers cited; `None` where citations are not on record.
    pub cites: Option<Vec<String>>,
    /// Citations of literature.
    pub n_literature: Option<u32>,
    /// The end of the term.
    pub expiry: Option<Date>,
    /// Claims.
    pub n_claims: Option<u32>,
    /// Independent claims' breadth, 0 to 1000.
    pub claim_breadth: Option<u32>,
    /// Labels by column: `applicant`, `inventor`, `ipc`, `tag`, `effect`, `legal_state`, …, or any name of the caller's.
    /// A column that no record has does not exist; one that some have is unknown for the others.
    pub labels: BTreeMap<String, Vec<String>>,
}

impl Record {
    /// Returns what the publication itself says, under the names that a snapshot's columns have; no derived column.
    pub fn of(publication: &Publication) -> Self {
        let mut record = Self {
            key: publication.key(),
            not_patent: publication.document_kind != DocumentKind::Patent,
            family: publication.family.simple.clone(),
            extended_family: publication.family.extended.clone(),
            patent_type: publication.patent_type,
            filing_date: publication.filing_date,
            priority_date: publication.priority_date(),
            publication_date: publication.publication_date,
            grant_date: publication.grant_date,
            n_claims: publication.claims.first().and_then(|set| u32::try_from(set.claims.len()).ok()),
            ..Self::default()
        };
        for (name, value) in base_values(publication) {
            match (name, value) {
                ("n_literature", Value::Integer(n)) => record.n_literature = u32::try_from(n).ok(),
                (name, Value::Keywords(texts)) => record.set(name, texts),
                _ => {}
            }
        }
        record
    }

    fn set(&mut self, name: &str, texts: Vec<String>) {
        let first = || texts.first().cloned();
        match name {
            "country" => self.office = first(),
            "first_office" => self.first_office = first(),
            "kind_code" => self.kind = first(),
            "application" => self.application = first(),
            "priority" => self.priorities = texts,
            "link" => self.links = texts,
            "cites" => self.cites = Some(texts),
            "applicant_of_record" => drop(self.labels.insert("applicant".to_owned(), texts)),
            "inventor_of_record" => drop(self.labels.insert("inventor".to_owned(), texts)),
            // Spellings: the parties of record stand for them.
            "applicant" | "inventor" => {}
            name if COLUMNS.contains(&name) => drop(self.labels.insert(name.to_owned(), texts)),
            _ => {}
        }
    }
}

/// The documents of a cohort, in order of key.
#[derive(Debug, Default)]
pub(crate) struct Documents {
    pub(crate) keys: Vec<Box<str>>,
    /// Docnos of the snapshot, where it comes from one.
    pub(crate) docnos: Vec<u32>,
    pub(crate) offices: Labels,
    pub(crate) first_offices: Labels,
    pub(crate) kinds: Labels,
    pub(crate) types: Vec<Option<PatentType>>,
    pub(crate) applications: Labels,
    pub(crate) families: Labels,
    pub(crate) extended: Labels,
    pub(crate) priorities: Labels,
    pub(crate) links: Labels,
    pub(crate) cites: Labels,
    /// Whether any citation is on record for the document.
    pub(crate) n_literature: Vec<Option<u32>>,
    pub(crate) n_claims: Vec<Option<u32>>,
    pub(crate) claim_breadth: Vec<Option<u32>>,
    pub(crate) priority: Vec<Day>,
    pub(crate) filing: Vec<Day>,
    pub(crate) publication: Vec<Day>,
    pub(crate) grant: Vec<Day>,
    pub(crate) expiry: Vec<Day>,
    pub(crate) columns: BTreeMap<String, Labels>,
    /// Citations from outside: the document cited and a name for the citing family.
    pub(crate) from_outside: Vec<(u32, u32)>,
    pub(crate) n_not_patents: u64,
    pub(crate) n_later: u64,
}

/// Returns a date as a day.
pub(crate) fn day(date: Option<Date>) -> Day {
    date.and_then(|date| Day::try_from(days(date)).ok()).unwrap_or(NO_DAY)
}

/// Returns a day as a date.
pub(crate) fn date(day: Day) -> Option<Date> {
    if day == NO_DAY { None } else { crate::index::date(i64::from(day)) }
}

/// Returns the year of a day (days since 1970-01-01, proleptic Gregorian calendar).
pub(crate) fn year(day: Day) -> Option<i16> {
    if day == NO_DAY {
        return None;
    }
    // Years that begin in March, in cycles of 400: the leap day is then the last day of its year.
    let shifted = i64::from(day) + 719_468;
    let of_cycle = shifted.rem_euclid(146_097);
    let year_of_cycle = (of_cycle - of_cycle / 1_460 + of_cycle / 36_524 - of_cycle / 146_096) / 365;
    let day_of_year = of_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
    let after_december = i64::from(day_of_year >= 306);
    i16::try_from(shifted.div_euclid(146_097) * 400 + year_of_cycle + after_december).ok()
}

/// Returns the day of a grant: as stated, else the publication of a document whose kind says that it is of a
/// granted right. Kind B of China before 1993 is an examined application (审定公告).
pub(crate) fn granted(key: &str, stated: Day, publication: Day) -> Day {
    if stated != NO_DAY || publication == NO_DAY {
        return stated;
    }
    let is_grant = PublicationNumber::parse(key).is_ok_and(|number| number.is_grant() == Some(true));
    if is_grant { publication } else { NO_DAY }
}

impl Documents {
    /// Takes plain records; those that are no patents are counted and left out, as are those published after `as_of`.
    pub(crate) fn from_records(records: &[Record], as_of: Option<Date>) -> Self {
        let last = as_of.map_or(Day::MAX, |date| day(Some(date)));
        let mut kept: Vec<&Record> = records.iter().filter(|record| !record.not_patent).collect();
        let n_patents = kept.len();
        kept.retain(|record| day(record.publication_date) <= last);
        // The key alone decides the order, so that the order of the records does not matter.
        kept.sort_by(|a, b| a.key.cmp(&b.key));
        let n_later = (n_patents - kept.len()) as u64;
        let one = |field: &dyn Fn(&Record) -> Option<&str>| Labels::new(kept.iter().map(|r| field(r)));
        let days = |field: &dyn Fn(&Record) -> Option<Date>| kept.iter().map(|r| day(field(r))).collect();
        let many = |field: &dyn Fn(&Record) -> &[String]| {
            Labels::new(kept.iter().map(|r| field(r).iter().map(String::as_str).collect::<Vec<_>>()))
        };
        let mut names: Vec<&String> = kept.iter().flat_map(|record| record.labels.keys()).collect();
        names.sort_unstable();
        names.dedup();
        let column = |name: &String| {
            let labels = many(&|record| record.labels.get(name).map_or(&[], Vec::as_slice));
            (name.clone(), labels)
        };
        let number = |field: &dyn Fn(&Record) -> Option<u32>| kept.iter().map(|r| field(r)).collect();
        Self {
            keys: kept.iter().map(|record| Box::from(record.key.as_str())).collect(),
            docnos: Vec::new(),
            offices: one(&|r| r.office.as_deref()),
            first_offices: one(&|r| r.first_office.as_deref()),
            kinds: one(&|r| r.kind.as_deref()),
            types: kept.iter().map(|r| r.patent_type).collect(),
            applications: one(&|r| r.application.as_deref()),
            families: one(&|r| r.family.as_deref()),
            extended: one(&|r| r.extended_family.as_deref()),
            priorities: many(&|r| &r.priorities),
            links: many(&|r| &r.links),
            cites: many(&|r| r.cites.as_deref().unwrap_or_default()),
            n_literature: number(&|r| r.n_literature),
            n_claims: number(&|r| r.n_claims),
            claim_breadth: number(&|r| r.claim_breadth),
            priority: days(&|r| r.priority_date.or(r.filing_date)),
            filing: days(&|r| r.filing_date),
            publication: days(&|r| r.publication_date),
            grant: kept.iter().map(|r| granted(&r.key, day(r.grant_date), day(r.publication_date))).collect(),
            expiry: days(&|r| r.expiry),
            columns: names.into_iter().map(column).collect(),
            from_outside: Vec::new(),
            n_not_patents: (records.len() - n_patents) as u64,
            n_later,
        }
    }

    /// Returns the number of documents.
    pub(crate) fn n(&self) -> u32 {
        as_u32(self.keys.len())
    }

    /// Returns the first label of a document in one of the single-valued lists.
    pub(crate) fn first(labels: &Labels, row: u32) -> Option<&str> {
        labels.names_of(row).next()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_agree_with_the_calendar() {
        for text in
            ["1600-02-29", "1899-12-31", "1969-12-31", "1970-01-01", "2000-02-29", "2024-12-31", "9999-12-31"]
        {
            let of: Date = text.parse().expect("a date");
            assert_eq!(year(day(Some(of))), Some(of.year()), "{text}");
            assert_eq!(date(day(Some(of))), Some(of));
        }
        assert_eq!(year(NO_DAY), None);
    }

    #[test]
    fn kind_b_before_1993_is_no_grant() {
        assert_eq!(granted("CN1012345B", NO_DAY, 7_000), NO_DAY);
        assert_eq!(granted("CN104567890B", NO_DAY, 17_000), 17_000);
        assert_eq!(granted("CN104567890A", NO_DAY, 17_000), NO_DAY);
        assert_eq!(granted("CN104567890A", 18_000, 17_000), 18_000);
    }
}
