//! The derived columns of names.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::build::{Options, Organisation, Parties};
use super::decide::Decision;
use super::facts::{Facts, facts, hash};
use super::group::Groups;
use crate::analytics::derive::{Group, Rows};
use crate::index::{ColumnKind, Result, Value};
use crate::patent::party::{Type, rules_version};
use crate::patent::{Date, DocumentKind, Role};

/// The columns, in the order of their values.
///
/// - `applicant_std`: the organisation of each applicant of record.
/// - `applicant_group`: the groups that own them on the day of the analysis, by Chinese name; the organisation itself
///   where none is known. A joint venture has each of its parents.
/// - `owner_original`: the applicants of the earliest publication of the application.
/// - `owner_current`: the owners after the last transfer on record; else the owners of record of the latest publication
///   that states any; else its applicants.
/// - `owner_historic`: all owners and applicants there ever were.
/// - `party_type`: the types of the applicants ([`Type`]).
/// - `applicant_country`, `province`, `city`: of the applicants' addresses, in the divisions of the day of the
///   analysis; all applicants, not the first alone.
pub const COLUMNS: &[(&str, ColumnKind)] = &[
    ("applicant_std", ColumnKind::Keyword),
    ("applicant_group", ColumnKind::Keyword),
    ("owner_original", ColumnKind::Keyword),
    ("owner_current", ColumnKind::Keyword),
    ("owner_historic", ColumnKind::Keyword),
    ("party_type", ColumnKind::Keyword),
    ("applicant_country", ColumnKind::Keyword),
    ("province", ColumnKind::Keyword),
    ("city", ColumnKind::Keyword),
];

/// Returns the version of the columns: the rules, and what decisions, groups and day they were made with.
pub fn version(groups: &Groups, decisions: &[Decision], on: Date) -> String {
    let told = format!("{:?}{decisions:?}", groups.all());
    format!("{}@{on}#{:08x}", rules_version(), hash(&told) >> 32)
}

/// Returns the group of columns of names, for [`crate::analytics::derive::columns`]. Documents that are no patents have
/// no value.
pub fn names<'a>(groups: &'a Groups, decisions: &'a [Decision], on: Date) -> Group<'a> {
    Group::whole(
        "names",
        version(groups, decisions, on),
        COLUMNS,
        move |_, publication| {
            (publication.document_kind == DocumentKind::Patent).then(|| facts(publication, on))
        },
        move |found: Vec<(u32, Option<Facts>)>, _, rows| {
            put(&found, &Options { groups, decisions, on }, rows)
        },
    )
}

fn put(found: &[(u32, Option<Facts>)], options: &Options<'_>, rows: &mut Rows) -> Result<()> {
    let told: Vec<(u32, &Facts)> =
        found.iter().filter_map(|(docno, facts)| facts.as_ref().map(|facts| (*docno, facts))).collect();
    let facts: Vec<&Facts> = told.iter().map(|(_, facts)| *facts).collect();
    let parties = Parties::build(&facts, options);
    let owners = Owners::new(&facts, &parties);
    for (at, (docno, facts)) in told.iter().enumerate() {
        rows.put(*docno, &values(at, facts, &parties, &owners));
    }
    Ok(())
}

/// The values of one document.
pub(super) fn values(at: usize, facts: &Facts, parties: &Parties, owners: &Owners) -> Vec<Value> {
    let applicants = of_role(parties, at, facts, Role::Applicant);
    let all = parties.organisations();
    let organisations = || applicants.iter().map(|organisation| &all[*organisation as usize]);
    let places = || {
        let mentions = facts.mentions.iter().filter(|mention| mention.role == Role::Applicant);
        mentions.filter_map(|mention| mention.place.as_deref())
    };
    // A place that this record does not tell is told by the other records of the organisation.
    let told = |own: Vec<String>, other: &dyn Fn(&Organisation) -> Option<String>| {
        if own.is_empty() { keywords(organisations().filter_map(other)) } else { keywords(own) }
    };
    let owned = |pick: fn(&Chain) -> &Vec<u32>| {
        let chain = owners.chains.get(&facts.application).map(pick);
        keywords(chain.into_iter().flatten().map(|at| all[*at as usize].name.clone()))
    };
    vec![
        keywords(organisations().map(|organisation| organisation.name.clone())),
        keywords(organisations().flat_map(groups_of)),
        owned(|chain| &chain.original),
        owned(|chain| &chain.current),
        owned(|chain| &chain.historic),
        keywords(organisations().filter(|o| o.kind != Type::Unknown).map(|o| o.kind.id().to_owned())),
        told(places().filter_map(|place| place.country.clone()).collect(), &|o| o.country.clone()),
        told(places().filter_map(|place| place.province.clone()).collect(), &|o| o.province.clone()),
        told(places().filter_map(|place| place.city.clone()).collect(), &|o| o.city.clone()),
    ]
}

fn groups_of(organisation: &Organisation) -> Vec<String> {
    if organisation.groups.is_empty() {
        return vec![organisation.name.clone()];
    }
    organisation.groups.iter().map(|group| group.name.zh.clone()).collect()
}

fn keywords(values: impl IntoIterator<Item = String>) -> Value {
    let values: Vec<String> = values.into_iter().filter(|value| !value.trim().is_empty()).collect();
    if values.is_empty() { Value::Missing } else { Value::Keywords(values) }
}

fn of_role(parties: &Parties, at: usize, facts: &Facts, role: Role) -> Vec<u32> {
    let own = facts.mentions.iter().zip(&parties.of_mentions[at]);
    let mut found: Vec<u32> = own.filter(|(mention, _)| mention.role == role).map(|(_, at)| *at).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// The owners of an application in time.
#[derive(Debug, Default)]
pub(super) struct Chain {
    pub(super) original: Vec<u32>,
    pub(super) current: Vec<u32>,
    pub(super) historic: Vec<u32>,
}

/// The owners of all applications, by the hash of the application.
pub(super) struct Owners {
    pub(super) chains: FxHashMap<u64, Chain>,
}

impl Owners {
    pub(super) fn new(facts: &[&Facts], parties: &Parties) -> Self {
        let mut by_application: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
        for (at, facts) in facts.iter().enumerate() {
            by_application.entry(facts.application).or_default().push(at);
        }
        let chain = |mut own: Vec<usize>| {
            own.sort_by_key(|at| (facts[*at].published, *at));
            chain(&own, facts, parties)
        };
        Self { chains: by_application.into_iter().map(|(id, own)| (id, chain(own))).collect() }
    }
}

/// Follows an application through its publications, the earliest first.
fn chain(own: &[usize], facts: &[&Facts], parties: &Parties) -> Chain {
    let mut chain = Chain::default();
    let mut record: Vec<u32> = Vec::new();
    for &at in own {
        let applicants = of_role(parties, at, facts[at], Role::Applicant);
        let owners = of_role(parties, at, facts[at], Role::Owner);
        if chain.original.is_empty() {
            chain.original = if applicants.is_empty() { owners.clone() } else { applicants.clone() };
        }
        let stated = if owners.is_empty() { &applicants } else { &owners };
        if !stated.is_empty() {
            record = stated.clone();
        }
        chain.historic.extend(applicants.iter().chain(&owners));
    }
    // The last transfer of any publication; all of them repeat the events of the application.
    let changes = own.iter().flat_map(|at| &facts[*at].changes).filter(|change| !change.is_rename);
    let mut last: Option<(Option<Date>, Vec<u32>)> = None;
    for change in changes {
        let named =
            |names: &[Box<str>]| names.iter().filter_map(|name| parties.named(name)).collect::<Vec<u32>>();
        chain.historic.extend(named(&change.from));
        let to = named(&change.to);
        chain.historic.extend(&to);
        if last.as_ref().is_none_or(|(on, _)| change.on >= *on) {
            last = Some((change.on, to));
        }
    }
    // A transfer that does not say to whom leaves the owner unknown.
    chain.current = last.map_or(record, |(_, to)| to);
    for list in [&mut chain.original, &mut chain.current, &mut chain.historic] {
        list.sort_unstable();
        list.dedup();
    }
    chain
}
