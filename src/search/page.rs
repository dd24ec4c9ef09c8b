//! From a ranked list of documents to a page of hits: groups, representatives, totals.

use rustc_hash::{FxBuildHasher, FxHashMap};

use super::error::Result;
use super::legal;
use super::request::Collapse;
use super::response::{Hit, Titles};
use super::snippet::Concepts;
use crate::index::{Column, DocnoSet, Ordinals, Reader, date};
use crate::patent::{DocumentKind, Publication, Role, Version};

/// Which group each document belongs to.
pub struct Groups<'a> {
    columns: Vec<(&'a Column, Ordinals<'a>)>,
}

impl<'a> Groups<'a> {
    /// Reads what belongs together.
    ///
    /// # Errors
    /// If a column cannot be read.
    pub fn new(reader: &'a Reader, collapse: Collapse) -> Result<Self> {
        let names: &[&str] = match collapse {
            Collapse::SimpleFamily => &["family"],
            Collapse::ExtendedFamily => &["family_extended", "family"],
            Collapse::Application => &["application"],
            Collapse::None => &[],
        };
        let mut columns = Vec::new();
        for name in names {
            let column = reader.column(name)?;
            columns.push((column, column.all_ordinals()));
        }
        Ok(Self { columns })
    }

    /// Returns a number that the members of a group share. A document of no group is one by itself.
    pub fn of(&self, docno: u32) -> u64 {
        for (n, (_, ordinals)) in self.columns.iter().enumerate() {
            if let Some(ordinal) = ordinals.of(docno).first() {
                return (n as u64 + 1) << 32 | u64::from(*ordinal);
            }
        }
        u64::from(docno)
    }

    /// Returns the name of the group of a document.
    pub fn name(&self, docno: u32, key: &str) -> String {
        let named = self.columns.iter().find_map(|(column, _)| column.keywords(docno).next());
        named.unwrap_or(key).to_owned()
    }

    /// Counts the groups of a set, and the members of each.
    pub fn count(&self, set: &DocnoSet) -> Members {
        let columns = self.columns.iter().map(|(column, _)| vec![0; column.n_distinct()]).collect();
        let mut members = Members { by_ordinal: columns, n_groups: 0 };
        set.iter().for_each(|docno| members.add(self.of(docno)));
        members
    }

    /// Parts a set into the documents that are alone in their group, ascending, and the others with their groups.
    pub(super) fn part(&self, set: &DocnoSet) -> (Vec<u32>, Vec<(u64, u32)>) {
        // Bits, not counts: those of a million groups stay in the cache.
        let none = || -> Vec<DocnoSet> {
            let n = |column: &Column| u32::try_from(column.n_distinct()).unwrap_or(u32::MAX);
            self.columns.iter().map(|(column, _)| DocnoSet::empty(n(column))).collect()
        };
        let (mut once, mut again) = (none(), none());
        let members: Vec<(u64, u32)> = set.iter().map(|docno| (self.of(docno), docno)).collect();
        for (column, ordinal) in members.iter().filter_map(|(group, _)| place_of(*group)) {
            let known = if once[column].contains(ordinal) { &mut again } else { &mut once };
            known[column].insert(ordinal);
        }
        let is_alone =
            |group: u64| place_of(group).is_none_or(|(column, ordinal)| !again[column].contains(ordinal));
        let (mut alone, mut others) = (Vec::with_capacity(members.len()), Vec::new());
        for (group, docno) in members {
            if is_alone(group) { alone.push(docno) } else { others.push((group, docno)) }
        }
        (alone, others)
    }

    /// Keeps the first document of each group, with the number of its members in the list.
    pub(super) fn collapse(&self, ranked: &[u32]) -> Vec<(u32, u64)> {
        let mut places: FxHashMap<u64, usize> =
            FxHashMap::with_capacity_and_hasher(ranked.len(), FxBuildHasher);
        let mut kept: Vec<(u32, u64)> = Vec::new();
        for docno in ranked {
            let place = *places.entry(self.of(*docno)).or_insert(kept.len());
            if place == kept.len() {
                kept.push((*docno, 0));
            }
            kept[place].1 += 1;
        }
        kept
    }
}

/// How many members of each group a set has. Counted by ordinal, not by hash: a broad question matches most documents.
pub struct Members {
    by_ordinal: Vec<Vec<u32>>,
    n_groups: u64,
}

impl Members {
    /// Returns the number of groups.
    pub fn n_groups(&self) -> u64 {
        self.n_groups
    }

    /// Adds a member of a group that [`Groups::of`] returned.
    pub(super) fn add(&mut self, group: u64) {
        match place_of(group) {
            Some((column, ordinal)) => {
                let count = &mut self.by_ordinal[column][ordinal as usize];
                self.n_groups += u64::from(*count == 0);
                *count += 1;
            }
            None => self.n_groups += 1,
        }
    }

    /// Returns the number of members of a group; a document of no group is the only member of its own.
    pub(super) fn of(&self, group: u64) -> u64 {
        place_of(group).map_or(1, |(column, ordinal)| u64::from(self.by_ordinal[column][ordinal as usize]))
    }
}

/// Returns the column and the ordinal of a group that [`Groups::of`] returned; `None` for a document by itself.
fn place_of(group: u64) -> Option<(usize, u32)> {
    let column = usize::try_from(group >> 32).ok()?.checked_sub(1)?;
    Some((column, u32::try_from(group & u64::from(u32::MAX)).ok()?))
}

/// Makes the hit of a document; score, lists and explanation are the caller's.
pub(super) fn hit(reader: &Reader, docno: u32, groups: &Groups<'_>, concepts: &Concepts) -> Result<Hit> {
    let publication = reader.document(docno)?;
    let key = publication.key();
    let day = |name: &str| Ok::<_, super::Error>(reader.column(name)?.integer(docno).and_then(date));
    let mut classes: Vec<String> = Vec::new();
    for class in &publication.classes {
        if !classes.contains(&class.symbol.0) {
            classes.push(class.symbol.0.clone());
        }
    }
    Ok(Hit {
        number: name_of(&publication, &key),
        application: publication.application.as_ref().map(ToString::to_string),
        family: groups.name(docno, &key),
        n_members: 1,
        document_kind: kind_of(&publication).to_owned(),
        title: Titles::of(&publication),
        applicants: applicants(&publication),
        publication_date: day("publication")?,
        priority_date: day("priority_date")?,
        classes,
        legal: legal::summary(reader, docno, &publication)?,
        country: reader.column("country")?.keywords(docno).next().unwrap_or_default().to_owned(),
        score: 0.0,
        matched_by: Vec::new(),
        in_match_set: true,
        snippets: concepts.snippets(&publication),
        explanation: None,
        key,
    })
}

/// Returns what a reader calls the document: its number, else its application, else the id of its source.
pub(super) fn name_of(publication: &Publication, key: &str) -> String {
    let number = publication.number.as_ref().map(ToString::to_string);
    let application = || publication.application.as_ref().map(ToString::to_string);
    number.or_else(application).or_else(|| publication.source_id.clone()).unwrap_or_else(|| key.to_owned())
}

pub(super) fn kind_of(publication: &Publication) -> &'static str {
    match publication.document_kind {
        DocumentKind::Patent => "patent",
        DocumentKind::Paper => "paper",
        DocumentKind::Standard => "standard",
        DocumentKind::Report => "report",
    }
}

/// Returns one spelling of each applicant, Chinese before others; the authors of a paper.
pub(super) fn applicants(publication: &Publication) -> Vec<String> {
    let role = [Role::Applicant, Role::Owner, Role::Author, Role::Inventor]
        .into_iter()
        .find(|role| publication.parties_of(*role).next().is_some());
    role.map(|role| names(publication, &[role])).unwrap_or_default()
}

/// Returns one spelling of each party of these roles, Chinese before others.
pub(super) fn names(publication: &Publication, roles: &[Role]) -> Vec<String> {
    let mut by_sequence: Vec<(Role, u32, bool, &str)> = Vec::new();
    for party in publication.parties.iter().filter(|party| roles.contains(&party.role)) {
        let chinese = party.lang.as_ref().is_some_and(|lang| lang.version() == Version::Zh);
        let same = |(role, sequence, ..): &&mut (Role, u32, bool, &str)| {
            *role == party.role && *sequence == party.sequence
        };
        match by_sequence.iter_mut().find(same) {
            Some(known) if chinese && !known.2 => *known = (party.role, party.sequence, true, &party.name),
            Some(_) => {}
            None => by_sequence.push((party.role, party.sequence, chinese, &party.name)),
        }
    }
    by_sequence.into_iter().map(|(.., name)| name.to_owned()).collect()
}
