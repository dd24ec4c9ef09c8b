//! From a scope of a snapshot to the documents of a cohort: columns only, each read once, no document is opened.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::citation::Numbers;
use super::document::{COLUMNS, Day, Documents, NO_DAY, NONE, day, granted};
use super::labels::{Labels, as_u32};
use crate::index::{self, Column, DocnoSet, Reader};
use crate::patent::{Date, PatentType};

/// Reads the documents of `scope`; those that are no patents, or were published after `as_of`, are counted apart.
pub(crate) fn documents(reader: &Reader, scope: &DocnoSet, as_of: Option<Date>) -> index::Result<Documents> {
    let last = as_of.map_or(Day::MAX, |date| day(Some(date)));
    let patents = Patents::of(reader, last)?;
    let (mut rows, mut n_not_patents, mut n_later) = (Vec::new(), 0, 0);
    for docno in scope.iter() {
        match patents.judge(docno) {
            Judged::Counts => rows.push(docno),
            Judged::Later => n_later += 1,
            Judged::NotPatent => n_not_patents += 1,
        }
    }
    // Docnos change with updates; keys do not.
    let keys = reader.column("key")?;
    rows.sort_unstable_by_key(|docno| (keys.ordinals(*docno).first().copied().unwrap_or(NONE), *docno));

    let labels = |name: &str| reader.column(name).map(|column| labels(column, &rows));
    let or_none = |name: &str| labels(name).unwrap_or_else(|_| Labels::new(rows.iter().map(|_| None)));
    let days = |name: &str| -> Vec<Day> {
        let column = reader.column(name).ok();
        let of = |docno: &u32| {
            column.and_then(|column| column.integer(*docno)).and_then(|n| Day::try_from(n).ok())
        };
        rows.iter().map(|docno| of(docno).unwrap_or(NO_DAY)).collect()
    };
    let numbers = |name: &str| -> Vec<Option<u32>> {
        let column = reader.column(name).ok();
        let of = |docno: &u32| {
            column.and_then(|column| column.integer(*docno)).and_then(|n| u32::try_from(n).ok())
        };
        rows.iter().map(of).collect()
    };
    let types = labels("patent_type")?;
    let keys: Vec<Box<str>> =
        rows.iter().map(|docno| Box::from(keys.keywords(*docno).next().unwrap_or_default())).collect();
    let (publication, stated) = (days("publication"), days("grant"));
    let grant = keys.iter().zip(&stated).zip(&publication);
    let mut documents = Documents {
        grant: grant.map(|((key, stated), publication)| granted(key, *stated, *publication)).collect(),
        publication,
        keys,
        offices: labels("country")?,
        first_offices: or_none("first_office"),
        kinds: labels("kind_code")?,
        types: (0..as_u32(rows.len())).map(|row| types.names_of(row).next().and_then(patent_type)).collect(),
        applications: labels("application")?,
        families: labels("family")?,
        extended: labels("family_extended")?,
        priorities: labels("priority")?,
        links: or_none("link"),
        cites: labels("cites")?,
        n_literature: numbers("n_literature"),
        n_claims: numbers("n_claims"),
        claim_breadth: numbers("claim_breadth"),
        priority: days("priority_date"),
        filing: days("filing"),
        expiry: days("expiry"),
        columns: columns(reader, &rows),
        from_outside: Vec::new(),
        n_not_patents,
        n_later,
        docnos: Vec::new(),
    };
    documents.from_outside = from_outside(reader, scope, &patents, &documents)?;
    documents.docnos = rows;
    Ok(documents)
}

/// The label columns that the snapshot has. Parties of record stand for spellings where nothing better is there.
fn columns(reader: &Reader, rows: &[u32]) -> BTreeMap<String, Labels> {
    let instead = |name| match name {
        "applicant" => "applicant_of_record",
        "inventor" => "inventor_of_record",
        other => other,
    };
    let read = |name: &&'static str| {
        let column = reader.column(instead(name)).or_else(|_| reader.column(name)).ok()?;
        Some(((*name).to_owned(), labels(column, rows)))
    };
    COLUMNS.iter().filter_map(read).collect()
}

/// Copies the keywords of some rows out of a column.
fn labels(column: &Column, rows: &[u32]) -> Labels {
    let mut known: Vec<u32> = vec![NONE; column.n_distinct()];
    let (mut ends, mut ids, mut names) = (Vec::with_capacity(rows.len()), Vec::new(), Vec::new());
    for docno in rows {
        for ordinal in column.ordinals(*docno) {
            let id = &mut known[*ordinal as usize];
            if *id == NONE {
                *id = as_u32(names.len());
                names.push(Box::from(column.keyword(*ordinal)));
            }
            ids.push(*id);
        }
        ends.push(as_u32(ids.len()));
    }
    Labels::sorted(names, ends, ids)
}

fn patent_type(name: &str) -> Option<PatentType> {
    Some(match name {
        "invention" => PatentType::Invention,
        "utility_model" => PatentType::UtilityModel,
        "design" => PatentType::Design,
        "plant" => PatentType::Plant,
        _ => return None,
    })
}

enum Judged {
    Counts,
    Later,
    NotPatent,
}

/// Which documents count.
struct Patents<'a> {
    kind: &'a Column,
    patent: Option<u32>,
    publication: &'a Column,
    last: Day,
}

impl<'a> Patents<'a> {
    fn of(reader: &'a Reader, last: Day) -> index::Result<Self> {
        let kind = reader.column("document_kind")?;
        Ok(Self { kind, patent: kind.ordinal("patent"), publication: reader.column("publication")?, last })
    }

    fn judge(&self, docno: u32) -> Judged {
        if self.kind.ordinals(docno).first().copied() != self.patent {
            return Judged::NotPatent;
        }
        match self.publication.integer(docno) {
            Some(day) if day > i64::from(self.last) => Judged::Later,
            _ => Judged::Counts,
        }
    }
}

/// Citations of documents of the cohort by patents outside the scope: cited row and citing family, each pair once.
fn from_outside(
    reader: &Reader,
    scope: &DocnoSet,
    patents: &Patents<'_>,
    documents: &Documents,
) -> index::Result<Vec<(u32, u32)>> {
    let (cites, family) = (reader.column("cites")?, reader.column("family")?);
    let numbers = Numbers::of(documents);
    let mut resolved: FxHashMap<u32, Option<u32>> = FxHashMap::default();
    let mut pairs = Vec::new();
    for docno in reader.alive().iter().filter(|docno| !scope.contains(*docno)) {
        if !matches!(patents.judge(docno), Judged::Counts) {
            continue;
        }
        let citing = family.ordinals(docno).first().copied().unwrap_or(docno);
        for cited in cites.ordinals(docno) {
            let row = resolved.entry(*cited).or_insert_with(|| numbers.row(cites.keyword(*cited)));
            pairs.extend(row.map(|row| (row, citing)));
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    Ok(pairs)
}
