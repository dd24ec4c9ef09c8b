//! The column table that all counting works on: the units of a scope with their dates, parties, classes, offices,
//! states, citations and phrases.
//!
//! It is the only door from the index to analyses: made from a scope of a snapshot ([`Cohort::of_scope`]) or from plain
//! records ([`Cohort::of_records`]), so the same analysis runs on records that another engine scanned out. What is
//! counted together, what stands for it, and what state it has: the rules stand in `unit`. Papers, standards and
//! reports are never counted; units without a date are in totals and in no year.
//!
//! Columns that the data do not have (tags before tagging, states without a register) do not exist here:
//! [`Cohort::labels`] then answers "not computable", never zero.
//!
//! Inside: `document` (rows before they become units), `snapshot` (reading them), `unit` (joining), `complete` (which
//! years are complete), `citation`, `labels`; `count` and `official` count.

mod citation;
mod complete;
mod count;
mod document;
mod labels;
mod official;
mod options;
mod snapshot;
mod state;
#[cfg(test)]
mod tests;
mod unit;

pub use citation::Citations;
pub use count::{Count, Cross, YearCount, Years};
pub use document::Record;
pub use labels::{Inverted, Labels};
pub use official::{HighValue, InForce};
pub use options::Counting;

use std::collections::BTreeMap;
use std::sync::Arc;

use document::{Day, Documents, NO_DAY};
use labels::as_u32;
use unit::Units;

use super::evidence::{self, Basis, Outcome, Share, Timeline, Undefined, Value};
use super::formula::formula;
use crate::index::{self, DocnoSet, Reader};
use crate::patent::{Date, PatentType};

/// The level of a classification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// `E`.
    Section,
    /// `E21`.
    Class,
    /// `E21C`.
    Subclass,
    /// `E21C35`.
    MainGroup,
    /// `E21C35/24`.
    Full,
}

impl Level {
    /// Returns the name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Section => "section",
            Self::Class => "class",
            Self::Subclass => "subclass",
            Self::MainGroup => "main_group",
            Self::Full => "full",
        }
    }

    /// Returns a symbol cut to this level; `None` where it does not reach so far down.
    pub fn of(self, symbol: &str) -> Option<String> {
        let symbol = crate::patent::Symbol(symbol.to_owned());
        let cut = match self {
            Self::Section => symbol.section(),
            Self::Class => symbol.class(),
            Self::Subclass => symbol.subclass(),
            Self::MainGroup => symbol.main_group(),
            Self::Full => return Some(symbol.0),
        };
        cut.map(str::to_owned)
    }
}

/// A document of a cohort.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Document<'a> {
    /// Its key.
    pub key: &'a str,
    /// Its office, ST.3.
    pub office: Option<&'a str>,
    /// Its application.
    pub application: Option<&'a str>,
    /// The kind of right.
    pub patent_type: Option<PatentType>,
    /// The filing date.
    pub filing: Option<Date>,
    /// The publication date.
    pub publication: Option<Date>,
    /// The grant date.
    pub grant: Option<Date>,
    /// The end of its term.
    pub expiry: Option<Date>,
    /// Whether it is a validation of another patent.
    pub is_validation: bool,
}

/// The units of a scope.
#[derive(Debug)]
pub struct Cohort {
    counting: Counting,
    basis: Basis,
    documents: Documents,
    units: Units,
    representatives: Vec<u32>,
    /// Their keys, shared with the values that rest on them.
    keys: Arc<[Box<str>]>,
    dates: [Vec<Day>; 4],
    columns: BTreeMap<String, Labels>,
    citations: Citations,
}

impl Cohort {
    /// Makes the cohort of a scope of a snapshot; `query` is the canonical form of the scope, for the record.
    ///
    /// One pass over each column. Derived columns are read where they are. With an `as_of` before the last day of the
    /// snapshot, states are those of that day by what was known then; what speaks of the last day only (`legal_flag`,
    /// `owner_current`) is left out. Organisations, groups and tags are not frozen: they are those of the snapshot.
    ///
    /// # Errors
    /// What the index says of a damaged snapshot.
    pub fn of_scope(
        reader: &Reader,
        scope: &DocnoSet,
        query: &str,
        counting: Counting,
    ) -> index::Result<Self> {
        let last_day = reader.statistics().as_of;
        let mut documents = snapshot::documents(reader, scope, counting.as_of)?;
        if let Some(as_of) = counting.as_of.filter(|as_of| last_day.is_some_and(|last| *as_of < last)) {
            let past = |name: &str| !name.starts_with("legal_") && name != "owner_current";
            documents.columns.retain(|name, _| past(name) || name == "legal_course");
            if let Some(course) = documents.columns.get("legal_course") {
                let (simple, detail) = state::on(course, as_of, as_of);
                documents.columns.insert("legal_state".to_owned(), simple);
                documents.columns.insert("legal_detail".to_owned(), detail);
            }
        }
        let as_of = counting.as_of.or(last_day);
        Ok(Self::new(documents, counting, as_of, Some(reader.id()), query))
    }

    /// Makes the cohort of plain records; `name` says what they are. The order of the records does not matter.
    ///
    /// Without [`Counting::as_of`] the last day of the data is the latest publication date.
    pub fn of_records(records: &[Record], name: &str, counting: Counting) -> Self {
        let documents = Documents::from_records(records, counting.as_of);
        let last = documents.publication.iter().copied().max().unwrap_or(NO_DAY);
        Self::new(documents, counting, counting.as_of.or(document::date(last)), None, name)
    }

    fn new(
        mut documents: Documents,
        counting: Counting,
        as_of: Option<Date>,
        snapshot: Option<u64>,
        scope: &str,
    ) -> Self {
        let counting = counting.settled();
        let units = unit::units(&documents, counting.unit);
        let representatives = unit::representatives(&documents, &units);
        let dates = [&documents.priority, &documents.filing, &documents.publication, &documents.grant]
            .map(|days| unit::earliest(days, &units));
        let mut columns = columns(&documents, &units, &representatives);
        if counting.official {
            let holders = official::first_holders(&documents, &units, &representatives);
            columns.insert("applicant".to_owned(), holders);
            ["applicant_std", "applicant_group"].iter().for_each(|name| drop(columns.remove(*name)));
        }
        let citations = Citations::new(&documents, &units.unit_of, &units.members);
        let (complete_years, last_complete_year) = complete::years(&documents, &units, as_of);
        let n_units = representatives.len() as u64;
        let undated = |unit: &usize| dates.iter().all(|days| days[*unit] == NO_DAY);
        let basis = Basis {
            snapshot,
            scope: scope.to_owned(),
            unit: counting.unit,
            share: counting.share,
            official: counting.official,
            as_of,
            last_complete_year,
            complete_years,
            n_units,
            n_documents: u64::from(documents.n()),
            n_undated: (0..representatives.len()).filter(undated).count() as u64,
            n_not_patents: documents.n_not_patents,
            n_later: documents.n_later,
            n_validations_alone: representatives
                .iter()
                .filter(|row| units.is_validation[**row as usize])
                .count() as u64,
            n_suspected_twins: units.suspected_twins.len() as u64,
        };
        // What units have of their own is not needed by document any more, but for states.
        documents.columns.retain(|name, _| name.starts_with("legal_"));
        let keys = representatives.iter().map(|row| documents.keys[*row as usize].clone()).collect();
        Self { counting, basis, documents, units, representatives, keys, dates, columns, citations }
    }

    /// Returns what all numbers of this cohort share.
    pub fn basis(&self) -> &Basis {
        &self.basis
    }

    /// Returns how it counts.
    pub fn counting(&self) -> Counting {
        self.counting
    }

    /// Returns the number of units.
    pub fn n_units(&self) -> u32 {
        as_u32(self.representatives.len())
    }

    /// Returns the key of the document that stands for a unit.
    pub fn key(&self, unit: u32) -> &str {
        &self.documents.keys[self.representatives[unit as usize] as usize]
    }

    /// Returns the docno of the document that stands for a unit; `None` for plain records. Valid with the reader only.
    pub fn docno(&self, unit: u32) -> Option<u32> {
        self.documents.docnos.get(self.representatives[unit as usize] as usize).copied()
    }

    /// Returns the docnos of all documents of a unit; none for plain records.
    pub fn docnos(&self, unit: u32) -> impl Iterator<Item = u32> {
        self.units.members.of(unit).iter().filter_map(|row| self.documents.docnos.get(*row as usize).copied())
    }

    /// Returns the unit that holds a document, by its key.
    pub fn unit_of(&self, key: &str) -> Option<u32> {
        let row = self.documents.keys.binary_search_by(|known| (**known).cmp(key)).ok()?;
        Some(self.units.unit_of[row])
    }

    /// Returns the documents of a unit, in order of key.
    pub fn documents(&self, unit: u32) -> impl Iterator<Item = Document<'_>> {
        self.units.members.of(unit).iter().map(|row| self.document(*row))
    }

    /// Returns the keys of the documents of each unit, by the key of the one that stands for it.
    pub fn members(&self) -> BTreeMap<String, Vec<String>> {
        let documents = |unit| self.documents(unit).map(|document| document.key.to_owned()).collect();
        (0..self.n_units()).map(|unit| (self.key(unit).to_owned(), documents(unit))).collect()
    }

    fn document(&self, row: u32) -> Document<'_> {
        let (documents, index) = (&self.documents, row as usize);
        Document {
            key: &documents.keys[index],
            office: Documents::first(&documents.offices, row),
            application: Documents::first(&documents.applications, row),
            patent_type: documents.types[index],
            filing: document::date(documents.filing[index]),
            publication: document::date(documents.publication[index]),
            grant: document::date(documents.grant[index]),
            expiry: document::date(documents.expiry[index]),
            is_validation: self.units.is_validation[index],
        }
    }

    /// Returns a date of a unit: the earliest of its members.
    pub fn date(&self, unit: u32, timeline: Timeline) -> Option<Date> {
        document::date(self.days(timeline)[unit as usize])
    }

    /// Returns the year of a unit.
    pub fn year(&self, unit: u32, timeline: Timeline) -> Option<i16> {
        document::year(self.days(timeline)[unit as usize])
    }

    pub(crate) fn days(&self, timeline: Timeline) -> &[Day] {
        match timeline {
            Timeline::Priority => &self.dates[0],
            Timeline::Filing => &self.dates[1],
            Timeline::FirstPublication => &self.dates[2],
            Timeline::Grant => &self.dates[3],
        }
    }

    /// Returns the last complete year on a timeline. Publications and grants are complete when their year is over;
    /// priorities and filings when nothing of them is still unpublished, see [`Basis::last_complete_year`].
    pub fn last_complete_year(&self, timeline: Timeline) -> Option<i16> {
        match timeline {
            Timeline::Priority | Timeline::Filing => self.basis.last_complete_year,
            Timeline::FirstPublication | Timeline::Grant => {
                self.basis.as_of.map(|as_of| complete::last_complete_year(as_of, 0))
            }
        }
    }

    /// Returns the labels of all units in a column: `applicant`, `applicant_group`, `inventor`, `ipc`, `class`, `office`
    /// (where a member is filed), `validated_in`, `first_office`, `patent_type`, `tag`, `effect`, `legal_state`, …
    ///
    /// # Errors
    /// [`Undefined::NotComputable`] where the data do not have the column.
    pub fn labels(&self, column: &str) -> Outcome<&Labels> {
        let missing = || Undefined::missing(format!("the data have no column `{column}`"));
        self.columns.get(column).ok_or_else(missing)
    }

    /// Returns the organisations that file: the group, else the normalised organisation, else the name of record.
    /// The second value is the name of the column.
    ///
    /// # Errors
    /// [`Undefined::NotComputable`] where there are no applicants.
    pub fn entities(&self) -> Outcome<(&Labels, &'static str)> {
        let columns = ["applicant_group", "applicant_std", "applicant"];
        let found = columns.into_iter().find_map(|name| self.columns.get(name).map(|labels| (labels, name)));
        found.ok_or_else(|| Undefined::missing("the data have no applicants"))
    }

    /// Returns the names of the columns that there are.
    pub fn column_names(&self) -> impl Iterator<Item = &str> {
        self.columns.keys().map(String::as_str)
    }

    /// Returns the IPC and CPC classes of all units at a level. A symbol that does not reach the level counts nowhere.
    ///
    /// # Errors
    /// As [`Cohort::labels`].
    pub fn classes(&self, level: Level) -> Outcome<Labels> {
        let symbols = self.labels("class").or_else(|_| self.labels("ipc"))?;
        Ok(symbols.renamed(|symbol| level.of(symbol)))
    }

    /// Returns the citations between units.
    pub fn citations(&self) -> &Citations {
        &self.citations
    }

    /// Returns the citations of literature of a unit: the most that one of its documents has on record.
    pub fn n_literature(&self, unit: u32) -> Option<u32> {
        self.most(&self.documents.n_literature, unit)
    }

    /// Returns the claims of a unit: the most that one of its documents has.
    pub fn n_claims(&self, unit: u32) -> Option<u32> {
        self.most(&self.documents.n_claims, unit)
    }

    /// Returns how broad the broadest independent claim of a unit is, 0 to 1000.
    pub fn claim_breadth(&self, unit: u32) -> Option<u32> {
        self.most(&self.documents.claim_breadth, unit)
    }

    fn most(&self, numbers: &[Option<u32>], unit: u32) -> Option<u32> {
        self.units.members.of(unit).iter().filter_map(|row| numbers[*row as usize]).max()
    }

    /// Returns the last day of the last term among the members of a unit that are in force, as far as states are known.
    pub fn expiry(&self, unit: u32) -> Option<Date> {
        let active =
            self.documents.columns.get("legal_state").and_then(|labels| Some((labels, labels.id("active")?)));
        let in_force = |row: &&u32| active.is_none_or(|(labels, id)| labels.of(**row).contains(&id));
        let rows = self.units.members.of(unit).iter().filter(in_force);
        let last = rows.map(|row| self.documents.expiry[*row as usize]).filter(|day| *day != NO_DAY).max();
        last.and_then(document::date)
    }

    /// Returns pairs of units that look like same-day twins although nothing says so.
    pub fn suspected_twins(&self) -> &[(u32, u32)] {
        &self.units.suspected_twins
    }

    /// Returns the keys of the representatives of units, in order.
    pub fn keys(&self, units: &[u32]) -> Vec<String> {
        let mut keys: Vec<String> = units.iter().map(|unit| self.key(*unit).to_owned()).collect();
        keys.sort_unstable();
        keys
    }

    /// Puts an outcome together with its formula and the units behind it.
    pub fn value(&self, formula_id: &str, outcome: Outcome, units: &[u32]) -> Value {
        Value::new(formula(formula_id), outcome, evidence::Documents::of(&self.keys, units))
    }

    /// Returns what a unit counts for each of `k` labels.
    pub(crate) fn weight(&self, k: usize) -> f64 {
        match self.counting.share {
            Share::Whole => 1.0,
            Share::Fractional => 1.0 / k.max(1) as f64,
        }
    }
}

/// The columns of units: what any member has, but for states, offices and what only the earliest member says.
fn columns(documents: &Documents, units: &Units, representatives: &[u32]) -> BTreeMap<String, Labels> {
    let mut columns: BTreeMap<String, Labels> = documents
        .columns
        .iter()
        .filter(|(name, labels)| {
            !matches!(name.as_str(), "legal_state" | "legal_course") && labels.n_labels() > 0
        })
        .map(|(name, labels)| (name.clone(), labels.united(&units.members)))
        .collect();
    if let Some(states) = documents.columns.get("legal_state").filter(|labels| labels.n_labels() > 0) {
        let states = unit::states(states, documents.columns.get("legal_detail"), units);
        columns.insert("legal_state".to_owned(), states);
    }
    let (offices, validated) = unit::offices(documents, units);
    let mut add = |name: &str, labels: Labels| {
        if labels.n_labels() > 0 {
            columns.insert(name.to_owned(), labels);
        }
    };
    add("office", offices);
    add("validated_in", validated);
    add("first_office", documents.first_offices.taken(&first_filed(documents, units, representatives)));
    add("patent_type", types(documents).united(&units.members));
    columns
}

/// The member of each unit that was filed first; the representative where no date says.
fn first_filed(documents: &Documents, units: &Units, representatives: &[u32]) -> Vec<u32> {
    let of = |unit: u32| {
        let known = |row: &&u32| !documents.first_offices.of(**row).is_empty();
        let dated = |row: &u32| {
            let day = documents.priority[*row as usize];
            (units.is_validation[*row as usize], if day == NO_DAY { Day::MAX } else { day }, *row)
        };
        let rows = units.members.of(unit).iter().filter(known).copied();
        rows.min_by_key(dated).unwrap_or(representatives[unit as usize])
    };
    (0..as_u32(units.members.n())).map(of).collect()
}

fn types(documents: &Documents) -> Labels {
    let name = |of_type: &Option<PatentType>| {
        of_type.map(|of_type| match of_type {
            PatentType::Invention => "invention",
            PatentType::UtilityModel => "utility_model",
            PatentType::Design => "design",
            PatentType::Plant => "plant",
        })
    };
    Labels::new(documents.types.iter().map(name))
}
