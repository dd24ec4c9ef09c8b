//! Groups of organisations: dated ownership edges with shares, joint ventures, predecessors; and industry chains,
//! which are membership without ownership.
//!
//! The data is `index-schema/groups/*.toml`, the applicant groups of the domain packs, and files of the users' own.
//! A member is named by its whole legal name and matches an organisation that has this name among its spellings;
//! a part of a name never matches, so 国能 does not find 韩国能源研究所. A joint venture stands under each of its
//! parents and is one organisation, so a count over both parents counts it once.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::facts::spaced;
use crate::patent::Date;
use crate::patent::domain::{Bilingual, Member, Pack, Relation, first_day};
use crate::patent::party::{Name, Script};
use crate::text::normalize::fold;

/// The most groups of all files together.
pub const MAX_GROUPS: usize = 10_000;

/// The most members of a group.
pub const MAX_MEMBERS: usize = 5_000;

const BUILTIN: &[(&str, &str)] = &[
    ("aerospace.toml", include_str!("../../../index-schema/groups/aerospace.toml")),
    ("energy.toml", include_str!("../../../index-schema/groups/energy.toml")),
    ("hydrogen.toml", include_str!("../../../index-schema/groups/hydrogen.toml")),
];

/// What membership means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bond {
    /// Owned or controlled: counts as the group.
    #[default]
    Ownership,
    /// 产业链, 创新联合体: a scope to look at, nobody's property.
    Chain,
}

/// A group as its file has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// The id; the same group has the same id in all files.
    pub id: String,
    /// The name.
    pub name: Bilingual,
    /// Ownership or chain.
    #[serde(default)]
    pub bond: Bond,
    /// Where the facts come from.
    #[serde(default)]
    pub source: String,
    /// Names that hold a part of the group's name and are strangers to it; they are never members.
    #[serde(default)]
    pub not: Vec<String>,
    /// The members.
    #[serde(default)]
    pub members: Vec<Member>,
    /// Groups that own this one.
    #[serde(default)]
    pub within: Vec<Within>,
}

/// An edge from a group to the group that owns it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Within {
    /// The id of the owner.
    pub group: String,
    /// See [`Member::share_percent`].
    #[serde(default)]
    pub share_percent: Option<u8>,
    /// See [`Member::from`].
    #[serde(default)]
    pub from: Option<String>,
    /// See [`Member::to`].
    #[serde(default)]
    pub to: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    group: Vec<Group>,
}

/// Why a file of groups cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GroupError {
    /// Not the form of the file.
    #[error("{file}: {cause}; see index-schema/groups/README.md")]
    Syntax {
        /// The file.
        file: String,
        /// What the reader says, with the line.
        cause: String,
    },
    /// A limit.
    #[error("{file}: more than {limit} {what}")]
    TooMany {
        /// The file.
        file: String,
        /// Of what.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
    /// A value that cannot be.
    #[error("{file}: group `{group}`: {what} `{value}`")]
    Value {
        /// The file.
        file: String,
        /// The group.
        group: String,
        /// What is wrong.
        what: &'static str,
        /// The value.
        value: String,
    },
}

/// What is legal but cannot all be true; reported, and the analysis goes on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupFault {
    /// Groups that own each other, in a ring. None of the edges of the ring is followed.
    Circular {
        /// The ids, from the smallest on.
        ring: Vec<String>,
    },
    /// The owner is in no file.
    UnknownOwner {
        /// The group.
        group: String,
        /// The id of its owner.
        owner: String,
    },
    /// A name is a wholly owned member of two groups at the same time. It is listed under both.
    TwoOwners {
        /// The name.
        name: String,
        /// The groups.
        groups: Vec<String>,
    },
    /// The shares of one organisation add up to more than 100 percent.
    Shares {
        /// The name.
        name: String,
        /// The sum.
        percent: u32,
    },
    /// A name is a member of a group that lists it as a stranger. It is no member.
    Stranger {
        /// The group.
        group: String,
        /// The name.
        name: String,
    },
}

/// All groups that hold for an analysis.
#[derive(Debug, Clone, Default)]
pub struct Groups {
    groups: Vec<Group>,
    by_id: BTreeMap<String, usize>,
    /// Edges by the identity of the member's names: group and edge.
    by_name: BTreeMap<NameKey, Vec<(usize, usize)>>,
    /// Edges between groups that are followed.
    above: Vec<Vec<(usize, Within)>>,
    faults: Vec<GroupFault>,
}

/// The identity of a name, owned.
pub(super) type NameKey = (Script, String, Option<String>);

/// Returns the identity of a name as it is printed.
pub(super) fn name_key(name: &str) -> NameKey {
    owned_key(&Name::parse(&spaced(&fold(name).text)))
}

pub(super) fn owned_key(name: &Name) -> NameKey {
    let (script, key, place) = name.identity();
    (script, key.to_owned(), place.map(str::to_owned))
}

/// Reads the groups of a file.
///
/// # Errors
/// See [`GroupError`]; a file is taken whole or not at all.
pub fn read_groups(file: &str, text: &str) -> Result<Vec<Group>, GroupError> {
    let syntax =
        |cause: toml::de::Error| GroupError::Syntax { file: file.to_owned(), cause: cause.to_string() };
    let groups = toml::from_str::<File>(text).map_err(syntax)?.group;
    let too_many = |what, limit| GroupError::TooMany { file: file.to_owned(), what, limit };
    if groups.len() > MAX_GROUPS {
        return Err(too_many("groups", MAX_GROUPS));
    }
    for group in &groups {
        let wrong = |what, value: &str| GroupError::Value {
            file: file.to_owned(),
            group: group.id.clone(),
            what,
            value: value.to_owned(),
        };
        if group.members.len() > MAX_MEMBERS {
            return Err(too_many("members of a group", MAX_MEMBERS));
        }
        let id_is_good = |id: &str| {
            !id.is_empty() && id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        };
        if !id_is_good(&group.id) {
            return Err(wrong("an id is lower-case letters, digits and hyphens, not", &group.id));
        }
        let dates = group.members.iter().flat_map(|edge| [&edge.from, &edge.to]);
        let dates = dates.chain(group.within.iter().flat_map(|edge| [&edge.from, &edge.to]));
        for date in dates.flatten() {
            if first_day(date).is_none() {
                return Err(wrong("a day is written 2017, 2017-11 or 2017-11-28, not", date));
            }
        }
        for edge in &group.members {
            if edge.share_percent.is_some_and(|share| share > 100) {
                return Err(wrong("a share is at most 100, which is exceeded by that of", &edge.name));
            }
            if Name::parse(&fold(&edge.name).text).is_void() {
                return Err(wrong("a member needs a whole legal name, not", &edge.name));
            }
        }
    }
    Ok(groups)
}

impl Groups {
    /// Returns the groups that are compiled in, those of `packs`, and `own`, which adds to groups of the same id.
    pub fn new(packs: &[Pack], own: Vec<Group>) -> Self {
        let mut all: Vec<Group> = Vec::new();
        for (file, text) in BUILTIN {
            // Compiled-in data: a test reads every file, so this cannot reach a user.
            all.extend(read_groups(file, text).expect("the compiled-in groups are well-formed"));
        }
        for pack in packs {
            for group in &pack.groups {
                all.push(Group {
                    id: group.id.clone(),
                    name: group.name.clone(),
                    bond: Bond::Ownership,
                    source: format!("domain pack {}", pack.id),
                    not: group.not.clone(),
                    members: group.members.clone(),
                    within: Vec::new(),
                });
            }
        }
        all.extend(own);
        Self::of(all)
    }

    /// Returns exactly these groups; those of the same id become one.
    pub fn of(all: Vec<Group>) -> Self {
        let mut groups: Vec<Group> = Vec::new();
        let mut by_id: BTreeMap<String, usize> = BTreeMap::new();
        for group in all {
            match by_id.get(&group.id) {
                Some(&at) => add(&mut groups[at], group),
                None => {
                    by_id.insert(group.id.clone(), groups.len());
                    groups.push(group);
                }
            }
        }
        let mut table = Self { groups, by_id, ..Self::default() };
        table.link();
        table.check_owners();
        table.faults.sort();
        table
    }

    /// Returns the groups, in the order of their files.
    pub fn all(&self) -> &[Group] {
        &self.groups
    }

    /// Returns the group of an id.
    pub fn get(&self, id: &str) -> Option<&Group> {
        self.by_id.get(id).map(|at| &self.groups[*at])
    }

    /// Returns what cannot all be true.
    pub fn faults(&self) -> &[GroupFault] {
        &self.faults
    }

    /// Returns the groups that own a name on a day, the outermost owners included, each once, sorted by id; and with
    /// `Bond::Chain` its chains.
    pub fn of_name(&self, name: &str, on: Date, bond: Bond) -> Vec<&Group> {
        self.of_keys(&[name_key(name)], on, bond)
    }

    pub(super) fn of_keys(&self, keys: &[NameKey], on: Date, bond: Bond) -> Vec<&Group> {
        let mut found: BTreeSet<usize> = BTreeSet::new();
        let edges = keys.iter().filter_map(|key| self.by_name.get(key)).flatten();
        for &(group, edge) in edges {
            let edge = &self.groups[group].members[edge];
            if self.groups[group].bond == bond && holds(edge, on) {
                self.climb(group, on, &mut found);
            }
        }
        let mut found: Vec<&Group> = found.into_iter().map(|at| &self.groups[at]).collect();
        found.sort_by(|a, b| a.id.cmp(&b.id));
        found
    }

    /// Returns whether one and the same group owns both names on a day, so that a transfer between them is none.
    pub fn are_related(&self, a: &[String], b: &[String], on: Date) -> bool {
        let ids = |names: &[String]| -> BTreeSet<&str> {
            names
                .iter()
                .flat_map(|name| self.of_name(name, on, Bond::Ownership))
                .map(|g| g.id.as_str())
                .collect()
        };
        ids(a).intersection(&ids(b)).next().is_some()
    }

    /// Returns sets of names that are one organisation: each member with its aliases.
    pub(super) fn aliases(&self) -> impl Iterator<Item = (&Group, &Member)> {
        self.groups
            .iter()
            .flat_map(|group| group.members.iter().map(move |edge| (group, edge)))
            .filter(|(_, edge)| !edge.aliases.is_empty())
    }

    /// Returns the sets of names that the tables list as one organisation each, for measurements.
    pub fn alias_sets(&self) -> Vec<Vec<&str>> {
        let mut sets = Vec::new();
        for (_, edge) in self.aliases() {
            sets.push(std::iter::once(&edge.name).chain(&edge.aliases).map(String::as_str).collect());
        }
        sets
    }

    fn climb(&self, group: usize, on: Date, found: &mut BTreeSet<usize>) {
        // `above` holds no ring, and a group that was found was climbed.
        if !found.insert(group) {
            return;
        }
        for (owner, edge) in &self.above[group] {
            if within(edge.from.as_deref(), edge.to.as_deref(), on) {
                self.climb(*owner, on, found);
            }
        }
    }

    fn link(&mut self) {
        for (at, group) in self.groups.iter().enumerate() {
            let strangers: BTreeSet<NameKey> = group.not.iter().map(|name| name_key(name)).collect();
            for (i, edge) in group.members.iter().enumerate() {
                let mut keys: BTreeSet<NameKey> = BTreeSet::new();
                for name in std::iter::once(&edge.name).chain(&edge.aliases) {
                    let key = name_key(name);
                    if strangers.contains(&key) {
                        self.faults
                            .push(GroupFault::Stranger { group: group.id.clone(), name: name.clone() });
                    } else {
                        keys.insert(key);
                    }
                }
                for key in keys {
                    self.by_name.entry(key).or_default().push((at, i));
                }
            }
        }
        let mut above: Vec<Vec<(usize, Within)>> = vec![Vec::new(); self.groups.len()];
        for (at, group) in self.groups.iter().enumerate() {
            for edge in &group.within {
                match self.by_id.get(&edge.group) {
                    Some(&owner) => above[at].push((owner, edge.clone())),
                    None => self.faults.push(GroupFault::UnknownOwner {
                        group: group.id.clone(),
                        owner: edge.group.clone(),
                    }),
                }
            }
        }
        // An edge lies on a ring where its owner comes back to its group.
        let reaches = |from: usize, to: usize| {
            let (mut seen, mut todo) = (BTreeSet::new(), vec![from]);
            while let Some(at) = todo.pop() {
                if seen.insert(at) {
                    todo.extend(above[at].iter().map(|(owner, _)| *owner));
                }
            }
            seen.contains(&to)
        };
        let mut rings: BTreeSet<Vec<String>> = BTreeSet::new();
        let mut kept = above.clone();
        for at in 0..above.len() {
            kept[at].retain(|(owner, _)| !reaches(*owner, at));
            if above[at].len() > kept[at].len() {
                let ring: Vec<String> = (0..above.len())
                    .filter(|other| reaches(at, *other) && reaches(*other, at))
                    .map(|other| self.groups[other].id.clone())
                    .collect();
                rings.insert(ring);
            }
        }
        self.faults.extend(rings.into_iter().map(|mut ring| {
            ring.sort();
            GroupFault::Circular { ring }
        }));
        self.above = kept;
    }

    /// Finds names that belong whole to two groups at once, and shares above 100 percent.
    fn check_owners(&mut self) {
        for edges in self.by_name.values() {
            let owned: Vec<&(usize, usize)> =
                edges.iter().filter(|(group, _)| self.groups[*group].bond == Bond::Ownership).collect();
            let edge = |at: &(usize, usize)| &self.groups[at.0].members[at.1];
            let open = |at: &&&(usize, usize)| {
                let edge = edge(at);
                edge.to.is_none()
                    && !matches!(
                        edge.relation,
                        Relation::JointVenture | Relation::Predecessor | Relation::FormerName
                    )
            };
            let whole: BTreeSet<usize> = owned.iter().filter(open).map(|at| at.0).collect();
            let nested =
                |a: usize, b: usize| self.groups[a].within.iter().any(|edge| edge.group == self.groups[b].id);
            if let [a, b] = whole.iter().copied().collect::<Vec<_>>()[..]
                && !nested(a, b)
                && !nested(b, a)
            {
                let name = owned.first().map(|at| edge(at).name.clone()).unwrap_or_default();
                let groups = vec![self.groups[a].id.clone(), self.groups[b].id.clone()];
                self.faults.push(GroupFault::TwoOwners { name, groups });
            }
            let mut shares: BTreeMap<usize, u32> = BTreeMap::new();
            for at in owned.iter().filter(|at| edge(at).to.is_none()) {
                if let Some(share) = edge(at).share_percent {
                    let own = shares.entry(at.0).or_insert(0);
                    *own = (*own).max(u32::from(share));
                }
            }
            let percent: u32 = shares.values().sum();
            if percent > 100 {
                let name = owned.first().map(|at| edge(at).name.clone()).unwrap_or_default();
                self.faults.push(GroupFault::Shares { name, percent });
            }
        }
        self.faults.dedup();
    }
}

fn add(group: &mut Group, more: Group) {
    for name in more.not {
        if !group.not.contains(&name) {
            group.not.push(name);
        }
    }
    for edge in more.members {
        if !group.members.contains(&edge) {
            group.members.push(edge);
        }
    }
    group.within.extend(more.within);
    if !more.source.is_empty() && !group.source.contains(&more.source) {
        group.source = format!("{}; {}", group.source, more.source).trim_start_matches("; ").to_owned();
    }
}

/// Whether an edge counts on a day. What became part of the group (a predecessor, an earlier name) counts for ever:
/// its rights went over.
fn holds(edge: &Member, on: Date) -> bool {
    match edge.relation {
        Relation::Predecessor | Relation::FormerName => true,
        _ => within(edge.from.as_deref(), edge.to.as_deref(), on),
    }
}

fn within(from: Option<&str>, to: Option<&str>, on: Date) -> bool {
    from.and_then(first_day).is_none_or(|from| from <= on) && to.and_then(last_day).is_none_or(|to| on <= to)
}

fn last_day(text: &str) -> Option<Date> {
    match text.len() {
        4 => format!("{text}-12-31").parse().ok(),
        7 => first_day(text).map(|date: Date| date.last_of_month()),
        _ => text.parse().ok(),
    }
}
