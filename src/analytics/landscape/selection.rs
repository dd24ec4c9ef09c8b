//! What is known of the units of a map, kept beside it: any selection of them can be counted, also when the snapshot
//! that they were read from is gone.

use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use super::RANKED;
use super::figure::both;
use super::technology::name;
use crate::analytics::cohort::{Cohort, Labels};
use crate::analytics::evidence::{Outcome, Timeline};
use crate::patent::domain::{Bilingual, Pack};

/// The version of [`Facts`] as JSON; it rises when a field changes its meaning.
pub const FACTS_VERSION: u32 = 1;

/// The columns that a selection is counted by: the name in answers, and that of the cohort.
const COLUMNS: [(&str, &str); 3] = [("leaf", "tag"), ("term_zh", "phrases_zh"), ("term_en", "phrases_en")];

/// The units of a map with what they are counted by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// [`FACTS_VERSION`] of the program that made them.
    pub version: u32,
    /// The key of the document that stands for each unit.
    keys: Vec<String>,
    /// The documents of each unit.
    documents: Vec<Vec<String>>,
    /// The priority year of each unit.
    years: Vec<Option<i16>>,
    /// The last of them of which everything is published.
    last_complete_year: Option<i16>,
    columns: Vec<Column>,
}

/// Labels of units.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Column {
    id: String,
    /// Why the data do not have it.
    missing: Option<String>,
    names: Vec<String>,
    /// What to call the names before people; empty where they speak for themselves.
    titles: Vec<Bilingual>,
    /// For each unit the end of its labels in `labels`.
    ends: Vec<u32>,
    labels: Vec<u32>,
}

/// A selection of units, counted.
///
/// Every unit counts whole: one for each label that it has, so that the rows of a group may sum to more than the units.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = SelectionStatistics)]
pub struct Statistics {
    /// Units (families, unless the map counts something else) selected.
    pub n_units: u64,
    /// Documents in them.
    pub n_documents: u64,
    /// Units of the whole map.
    pub n_all: u64,
    /// The documents that stand for the units selected, in order of key; cut as the request says.
    pub documents: Vec<String>,
    /// By priority year (`year`, all of them), applicant (`applicant`), leaf of the technology tree (`leaf`), and key
    /// phrase (`term_zh`, `term_en`), the 20 first each.
    pub groups: Vec<Group>,
    /// Whether a list of documents was cut; the counts never are.
    pub documents_cut: bool,
}

/// The counts of a selection by one thing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = SelectionGroup)]
pub struct Group {
    /// What it is.
    pub id: String,
    /// Why the data do not have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<String>,
    /// The rows: years in order, labels by count, terms by how much they tell the selection from the whole map
    /// (`p ln(p / q)`, `p` the share of the selection, `q` of the map), and by name where these are equal.
    pub rows: Vec<GroupRow>,
    /// Labels of the selection that are not among the rows.
    pub n_more: u64,
    /// Units of the selection without a label.
    pub n_without: u64,
}

/// The count of one label.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = SelectionRow)]
pub struct GroupRow {
    /// What the data call it.
    pub value: String,
    /// What to call it before people.
    pub title: Bilingual,
    /// Units of the selection with it.
    pub n: u64,
    /// Units of the whole map with it.
    pub n_all: u64,
    /// Whether it is a year that is not yet fully published.
    pub incomplete: bool,
    /// The documents that stand for the units of the selection with it, in order of key; cut as the request says.
    pub documents: Vec<String>,
}

impl Facts {
    /// Takes from a cohort what its units are counted by; `packs` give leaves their names.
    pub fn of(cohort: &Cohort, packs: &[Pack]) -> Self {
        let units = 0..cohort.n_units();
        let applicants = cohort.entities().map(|(labels, _)| labels);
        let column =
            |id: &str, labels: Outcome<&Labels>, title: Option<&dyn Fn(&str) -> Bilingual>| match labels {
                Ok(labels) => Column::of(id, labels, cohort.n_units(), title),
                Err(why) => Column::without(id, &format!("{why}")),
            };
        let mut columns = vec![column("applicant", applicants, None)];
        for (id, source) in COLUMNS {
            let title = |label: &str| name(packs, label);
            let title: Option<&dyn Fn(&str) -> Bilingual> = if id == "leaf" { Some(&title) } else { None };
            columns.push(column(id, cohort.labels(source), title));
        }
        Self {
            version: FACTS_VERSION,
            keys: units.clone().map(|unit| cohort.key(unit).to_owned()).collect(),
            documents: units
                .clone()
                .map(|unit| cohort.documents(unit).map(|document| document.key.to_owned()).collect())
                .collect(),
            years: units.map(|unit| cohort.year(unit, Timeline::Priority)).collect(),
            last_complete_year: cohort.last_complete_year(Timeline::Priority),
            columns,
        }
    }

    /// Returns the units that hold any of some documents, each once, and the keys that none holds.
    pub fn units<'a>(&self, keys: impl IntoIterator<Item = &'a str>) -> (Vec<u32>, Vec<String>) {
        let unit_of: FxHashMap<&str, u32> = (0..)
            .zip(&self.documents)
            .flat_map(|(unit, documents)| documents.iter().map(move |key| (key.as_str(), unit)))
            .collect();
        let (mut found, mut unknown) = (Vec::new(), Vec::new());
        for key in keys {
            match unit_of.get(key) {
                Some(unit) => found.push(*unit),
                None => unknown.push(key.to_owned()),
            }
        }
        found.sort_unstable();
        found.dedup();
        (found, unknown)
    }

    /// Returns the key of the document that stands for the unit of each document.
    pub fn names(&self) -> FxHashMap<&str, &str> {
        let units = self.keys.iter().zip(&self.documents);
        units.flat_map(|(key, documents)| documents.iter().map(|of| (of.as_str(), key.as_str()))).collect()
    }

    /// Counts a selection of units (each once); `most` documents at most are listed in each row.
    pub fn count(&self, units: &[u32], most: usize) -> Statistics {
        let mut list = List { keys: &self.keys, most, cut: false };
        let mut groups = vec![self.by_year(units, &mut list)];
        groups.extend(self.columns.iter().map(|column| column.count(units, self.keys.len(), &mut list)));
        Statistics {
            n_units: units.len() as u64,
            n_documents: units.iter().map(|unit| self.documents[*unit as usize].len() as u64).sum(),
            n_all: self.keys.len() as u64,
            documents: list.of(units),
            groups,
            documents_cut: list.cut,
        }
    }

    fn by_year(&self, units: &[u32], list: &mut List<'_>) -> Group {
        let mut all: FxHashMap<i16, u64> = FxHashMap::default();
        self.years.iter().flatten().for_each(|year| *all.entry(*year).or_default() += 1);
        let mut found: FxHashMap<i16, Vec<u32>> = FxHashMap::default();
        for unit in units {
            if let Some(year) = self.years[*unit as usize] {
                found.entry(year).or_default().push(*unit);
            }
        }
        let n_dated: usize = found.values().map(Vec::len).sum();
        let mut found: Vec<(i16, Vec<u32>)> = found.into_iter().collect();
        found.sort_unstable();
        let row = |(year, units): (i16, Vec<u32>)| GroupRow {
            value: year.to_string(),
            title: both(year.to_string(), year.to_string()),
            n: units.len() as u64,
            n_all: all[&year],
            incomplete: self.last_complete_year.is_none_or(|last| year > last),
            documents: list.of(&units),
        };
        Group {
            id: "year".to_owned(),
            missing: None,
            rows: found.into_iter().map(row).collect(),
            n_more: 0,
            n_without: (units.len() - n_dated) as u64,
        }
    }
}

/// Lists documents up to a limit.
struct List<'a> {
    keys: &'a [String],
    most: usize,
    cut: bool,
}

impl List<'_> {
    fn of(&mut self, units: &[u32]) -> Vec<String> {
        let mut keys: Vec<&String> = units.iter().map(|unit| &self.keys[*unit as usize]).collect();
        keys.sort_unstable();
        self.cut |= keys.len() > self.most;
        keys.into_iter().take(self.most).cloned().collect()
    }
}

impl Column {
    fn of(id: &str, labels: &Labels, n_units: u32, title: Option<&dyn Fn(&str) -> Bilingual>) -> Self {
        // Labels of a cohort know names that no unit has; only what is used is kept.
        let mut number: FxHashMap<u32, u32> = FxHashMap::default();
        let (mut names, mut ends, mut used) = (Vec::new(), Vec::new(), Vec::new());
        let small = |n: usize| u32::try_from(n).expect("a cohort has fewer than 2^32 labels");
        for unit in 0..n_units {
            for label in labels.of(unit) {
                used.push(*number.entry(*label).or_insert_with(|| {
                    names.push(labels.name(*label).to_owned());
                    small(names.len() - 1)
                }));
            }
            ends.push(small(used.len()));
        }
        let titles = title.map(|title| names.iter().map(|name| title(name)).collect()).unwrap_or_default();
        Self { id: id.to_owned(), missing: None, names, titles, ends, labels: used }
    }

    fn without(id: &str, why: &str) -> Self {
        let (id, missing) = (id.to_owned(), Some(why.to_owned()));
        Self { id, missing, names: Vec::new(), titles: Vec::new(), ends: Vec::new(), labels: Vec::new() }
    }

    fn of_unit(&self, unit: u32) -> &[u32] {
        let unit = unit as usize;
        let start = if unit == 0 { 0 } else { self.ends[unit - 1] as usize };
        &self.labels[start..self.ends[unit] as usize]
    }

    fn count(&self, units: &[u32], n_all_units: usize, list: &mut List<'_>) -> Group {
        let mut group = Group {
            id: self.id.clone(),
            missing: self.missing.clone(),
            rows: Vec::new(),
            n_more: 0,
            n_without: units.len() as u64,
        };
        if self.missing.is_some() {
            return group;
        }
        let mut all = vec![0_u64; self.names.len()];
        self.labels.iter().for_each(|label| all[*label as usize] += 1);
        let mut found: FxHashMap<u32, u64> = FxHashMap::default();
        for unit in units {
            let labels = self.of_unit(*unit);
            labels.iter().for_each(|label| *found.entry(*label).or_default() += 1);
            group.n_without -= u64::from(!labels.is_empty());
        }
        let is_term = self.id.starts_with("term");
        let telling = |label: u32, n: u64| {
            let p = n as f64 / units.len() as f64;
            let q = all[label as usize] as f64 / n_all_units as f64;
            if is_term { p * (p / q).ln() } else { n as f64 }
        };
        let mut order: Vec<(f64, u64, u32)> =
            found.into_iter().map(|(label, n)| (telling(label, n), n, label)).collect();
        let name = |label: u32| &self.names[label as usize];
        order.sort_unstable_by(|a, b| {
            b.0.total_cmp(&a.0).then(b.1.cmp(&a.1)).then_with(|| name(a.2).cmp(name(b.2)))
        });
        group.n_more = order.len().saturating_sub(RANKED) as u64;
        order.truncate(RANKED);
        let mut behind: FxHashMap<u32, Vec<u32>> =
            order.iter().map(|(.., label)| (*label, Vec::new())).collect();
        for unit in units {
            for label in self.of_unit(*unit) {
                if let Some(units) = behind.get_mut(label) {
                    units.push(*unit);
                }
            }
        }
        for (_, n, label) in order {
            let title = self.titles.get(label as usize).cloned();
            group.rows.push(GroupRow {
                value: name(label).clone(),
                title: title.unwrap_or_else(|| both(name(label).as_str(), name(label).as_str())),
                n,
                n_all: all[label as usize],
                incomplete: false,
                documents: list.of(&behind[&label]),
            });
        }
        group
    }
}

impl Facts {
    /// Returns these facts once they are whole: a damaged file is told here, not by a panic in a count.
    ///
    /// # Errors
    /// What does not fit, in words.
    pub fn checked(self) -> Result<Self, String> {
        let n = self.keys.len();
        if self.version != FACTS_VERSION {
            return Err(format!("version {}, this program reads {FACTS_VERSION}", self.version));
        }
        let fits = |column: &Column| {
            column.missing.is_some()
                || (column.ends.len() == n
                    && column.ends.is_sorted()
                    && column.ends.last().is_none_or(|end| *end as usize == column.labels.len())
                    && column.labels.iter().all(|label| (*label as usize) < column.names.len()))
        };
        let whole = self.documents.len() == n && self.years.len() == n && self.columns.iter().all(fits);
        let distinct: FxHashSet<&String> = self.keys.iter().collect();
        if whole && distinct.len() == n {
            Ok(self)
        } else {
            Err("its columns do not fit each other".to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytics::cohort::{Counting, Record};

    fn facts() -> Facts {
        let records: Vec<Record> = (0..6_u32)
            .map(|n| {
                let mut record = Record {
                    key: format!("CN1{n:08}A"),
                    family: Some(format!("F{}", n / 2)),
                    priority_date: (n < 4).then(|| jiff::civil::date(2015 + i16::from(n >= 2), 1, 1)),
                    publication_date: Some(jiff::civil::date(2018, 1, 1)),
                    ..Record::default()
                };
                record
                    .labels
                    .insert("applicant".to_owned(), vec![if n < 4 { "甲" } else { "乙" }.to_owned()]);
                record
                    .labels
                    .insert("phrases_zh".to_owned(), vec!["装置".to_owned(), format!("词{}", n / 2)]);
                record
            })
            .collect();
        let as_of = Some(jiff::civil::date(2018, 12, 31));
        Facts::of(&Cohort::of_records(&records, "all", Counting { as_of, ..Counting::default() }), &[])
    }

    #[test]
    fn a_selection_is_counted_and_leads_to_its_documents() {
        let facts = facts();
        let (units, unknown) = facts.units(["CN100000001A", "CN100000000A", "CN100000004A", "CN9"]);
        assert_eq!(
            (units.len(), unknown),
            (2, vec!["CN9".to_owned()]),
            "two documents of one family are one unit"
        );
        let found = facts.count(&units, 10);
        assert_eq!((found.n_units, found.n_documents, found.n_all), (2, 4, 3));
        let group = |id: &str| found.groups.iter().find(|group| group.id == id).unwrap();
        let year = group("year");
        assert_eq!((year.rows.len(), year.n_without, year.rows[0].n_all), (1, 1, 1));
        assert_eq!(year.rows[0].documents, ["CN100000000A"]);
        let names: Vec<(&str, u64, u64)> =
            group("applicant").rows.iter().map(|row| (row.value.as_str(), row.n, row.n_all)).collect();
        assert_eq!(names, [("乙", 1, 1), ("甲", 1, 2)]);
        let terms: Vec<&str> = group("term_zh").rows.iter().map(|row| row.value.as_str()).collect();
        assert_eq!(terms, ["词0", "词2", "装置"], "what all have tells nothing");
        assert!(group("leaf").missing.as_deref().is_some_and(|why| why.contains("tag")));
        assert!(!found.documents_cut && facts.count(&units, 1).documents_cut);
        assert_eq!(facts.count(&[], 10).n_units, 0);
    }

    #[test]
    fn damaged_facts_are_refused() {
        let json = serde_json::to_value(facts()).unwrap();
        assert!(serde_json::from_value::<Facts>(json.clone()).unwrap().checked().is_ok());
        for (pointer, bad) in [
            ("/version", serde_json::json!(99)),
            ("/years", serde_json::json!([])),
            ("/columns/0/labels/0", serde_json::json!(77)),
            ("/columns/0/ends/0", serde_json::json!(5000)),
            ("/keys/0", serde_json::json!("CN100000002A")),
        ] {
            let mut json = json.clone();
            *json.pointer_mut(pointer).unwrap() = bad;
            assert!(serde_json::from_value::<Facts>(json).unwrap().checked().is_err(), "{pointer}");
        }
    }
}
