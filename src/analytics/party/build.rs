//! The organisations of a corpus, with their spellings, groups, merges and doubts.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;
use serde::Serialize;

use super::decide::{Decision, NameRef, Unheard};
use super::facts::Facts;
use super::group::{Bond, Groups, NameKey, owned_key};
use super::link::{Doubt, Linked, link};
use super::merge::Rule;
use super::nodes::{Nodes, number};
use crate::patent::Date;
use crate::patent::domain::Bilingual;
use crate::patent::party::{Fault, Script, Type, WordOrder};

/// The most doubtful pairs that are kept, those with the most documents.
pub const MAX_REVIEW: usize = 5_000;

/// What an analysis of parties needs beside documents.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// Ownership.
    pub groups: &'a Groups,
    /// What people decided.
    pub decisions: &'a [Decision],
    /// The day on which groups are looked at.
    pub on: Date,
}

/// One spelling of an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Spelling {
    /// The name, folded.
    pub name: String,
    /// The city of its address, where known.
    pub city: Option<String>,
    /// Documents that have it.
    pub n_documents: u32,
    /// What is doubtful about the name itself.
    pub faults: Vec<Fault>,
}

/// Why two spellings are one organisation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Merge {
    /// One spelling.
    pub a: NameRef,
    /// The other.
    pub b: NameRef,
    /// What speaks for it.
    pub rule: Rule,
    /// How sure it is, 0-1.
    pub confidence: f32,
    /// A document that shows it, by key.
    pub evidence: Option<String>,
}

/// A group that an organisation belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GroupName {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: Bilingual,
}

/// An organisation or a person.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Organisation {
    /// Its name in columns: the current whole name, Chinese where it has one; unique among all organisations.
    pub name: String,
    /// What it is.
    pub kind: Type,
    /// Country, ST.3, by most documents.
    pub country: Option<String>,
    /// Province, by most documents.
    pub province: Option<String>,
    /// City, by most documents.
    pub city: Option<String>,
    /// Documents that name it as applicant or owner.
    pub n_documents: u32,
    /// Its spellings, those with the most documents first.
    pub spellings: Vec<Spelling>,
    /// Groups that own it; several for a joint venture.
    pub groups: Vec<GroupName>,
    /// Industry chains that it is a member of; no ownership.
    pub chains: Vec<GroupName>,
    /// What joined its spellings.
    pub merges: Vec<Merge>,
}

/// A doubtful pair, for a person to decide.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Review {
    /// One name.
    pub a: NameRef,
    /// The other.
    pub b: NameRef,
    /// The organisation of the first as it stands.
    pub organisation_a: String,
    /// The organisation of the second as it stands; the same where the pair is joined.
    pub organisation_b: String,
    /// What speaks for one party.
    pub rule: Rule,
    /// How sure that rule is by itself, 0-1.
    pub confidence: f32,
    /// What speaks against it, and what was done.
    pub doubt: Doubt,
    /// Documents of both names.
    pub n_documents: u32,
    /// Up to two documents, by key.
    pub evidence: Vec<String>,
}

/// The parties of a corpus.
#[derive(Debug)]
pub struct Parties {
    organisations: Vec<Organisation>,
    review: Vec<Review>,
    n_doubts: usize,
    unheard: Vec<Unheard>,
    /// By document and mention, the organisation.
    pub(super) of_mentions: Vec<Vec<u32>>,
    /// By folded name, the organisation of most documents; for names that events tell.
    by_text: FxHashMap<Box<str>, u32>,
}

impl Parties {
    /// Finds the organisations behind the mentions of all documents.
    pub fn build(facts: &[&Facts], options: &Options<'_>) -> Self {
        let nodes = Nodes::new(facts);
        let mut linked = link(&nodes, facts, options.groups, options.decisions);
        let mut members: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for at in 0..nodes.nodes.len() {
            members.entry(linked.union.root(number(at))).or_default().push(number(at));
        }
        let mut of_node = vec![0_u32; nodes.nodes.len()];
        for (organisation, (_, own)) in members.iter().enumerate() {
            for at in own {
                of_node[*at as usize] = number(organisation);
            }
        }
        let of_mentions: Vec<Vec<u32>> = nodes
            .of_mentions
            .iter()
            .map(|own| own.iter().map(|at| of_node[*at as usize]).collect())
            .collect();
        let mut organisations: Vec<Organisation> =
            members.values().map(|own| describe(&nodes, own, &linked, options)).collect();
        count(&mut organisations, &of_mentions);
        make_unique(&mut organisations);
        for step in &linked.union.steps {
            organisations[of_node[step.a as usize] as usize].merges.push(Merge {
                a: name_ref(&nodes, step.a),
                b: name_ref(&nodes, step.b),
                rule: step.rule,
                confidence: step.rule.confidence(),
                evidence: step
                    .evidence
                    .and_then(|at| facts.get(at as usize))
                    .map(|facts| facts.key.to_string()),
            });
        }
        let (review, n_doubts) = review(&nodes, facts, &linked, &of_node, &organisations);
        let by_text = nodes.texts.iter().enumerate().map(|(at, text)| {
            let weight = |at: &&u32| (nodes.nodes[**at as usize].n_documents, std::cmp::Reverse(**at));
            let node = nodes.of_name(number(at)).iter().max_by_key(weight).expect("every name has a node");
            (text.clone(), of_node[*node as usize])
        });
        let by_text = by_text.collect();
        Self { organisations, review, n_doubts, unheard: linked.unheard, of_mentions, by_text }
    }

    /// Returns the organisations, in the order of their first spelling.
    pub fn organisations(&self) -> &[Organisation] {
        &self.organisations
    }

    /// Returns the review queue: the pairs of most documents first, at most [`MAX_REVIEW`].
    pub fn review(&self) -> &[Review] {
        &self.review
    }

    /// Returns how many doubtful pairs there are, those beyond [`MAX_REVIEW`] included.
    pub fn n_doubts(&self) -> usize {
        self.n_doubts
    }

    /// Returns decisions that do not hold, with the reason.
    pub fn unheard(&self) -> &[Unheard] {
        &self.unheard
    }

    /// Returns the organisation of a mention: document and mention by their places among the facts.
    pub fn of(&self, document: usize, mention: usize) -> Option<&Organisation> {
        let at = self.of_mentions.get(document)?.get(mention)?;
        self.organisations.get(*at as usize)
    }

    /// Returns the organisation that a folded name means where nothing else is known.
    pub fn named(&self, text: &str) -> Option<u32> {
        self.by_text.get(text).copied()
    }
}

fn name_ref(nodes: &Nodes, at: u32) -> NameRef {
    let place = nodes.nodes[at as usize].place.as_deref();
    NameRef { name: nodes.text_of(at).to_owned(), city: place.and_then(|place| place.city.clone()) }
}

fn describe(nodes: &Nodes, own: &[u32], linked: &Linked, options: &Options<'_>) -> Organisation {
    let n = |at: &u32| nodes.nodes[*at as usize].n_documents;
    let mut spellings: BTreeMap<(&str, Option<&str>), u32> = BTreeMap::new();
    let mut kinds: BTreeMap<Type, u32> = BTreeMap::new();
    let mut countries: BTreeMap<&str, u32> = BTreeMap::new();
    let mut places: BTreeMap<(Option<&str>, Option<&str>), u32> = BTreeMap::new();
    let mut keys: BTreeSet<NameKey> = BTreeSet::new();
    for at in own {
        let (node, name) = (&nodes.nodes[*at as usize], nodes.name_of(*at));
        let place = node.place.as_deref();
        let city = place.and_then(|place| place.city.as_deref());
        *spellings.entry((nodes.text_of(*at), city)).or_default() += n(at);
        *kinds.entry(name.kind).or_default() += 1 + n(at);
        if let Some(country) = place.and_then(|place| place.country.as_deref()) {
            *countries.entry(country).or_default() += 1 + n(at);
        }
        if let Some(province) = place.and_then(|place| place.province.as_deref()) {
            *places.entry((Some(province), city)).or_default() += 1 + n(at);
        }
        keys.insert(owned_key(name));
    }
    kinds.remove(&Type::Unknown);
    let keys: Vec<NameKey> = keys.into_iter().collect();
    let named = |bond| {
        let groups = options.groups.of_keys(&keys, options.on, bond);
        groups.iter().map(|group| GroupName { id: group.id.clone(), name: group.name.clone() }).collect()
    };
    let place = most(&places).unwrap_or_default();
    let mut all: Vec<Spelling> = spellings
        .into_iter()
        .map(|((name, city), n_documents)| {
            let parsed = nodes.name(name).map(|at| nodes.names[at as usize].faults.clone());
            Spelling {
                name: name.to_owned(),
                city: city.map(str::to_owned),
                n_documents,
                faults: parsed.unwrap_or_default(),
            }
        })
        .collect();
    all.sort_by(|a, b| {
        b.n_documents.cmp(&a.n_documents).then_with(|| (&a.name, &a.city).cmp(&(&b.name, &b.city)))
    });
    Organisation {
        name: label(nodes, own, linked),
        kind: most(&kinds).unwrap_or(Type::Unknown),
        country: most(&countries).map(str::to_owned),
        province: place.0.map(str::to_owned),
        city: place.1.map(str::to_owned),
        n_documents: 0,
        spellings: all,
        groups: named(Bond::Ownership),
        chains: named(Bond::Chain),
        merges: Vec::new(),
    }
}

/// The value of most documents; the first of equals.
fn most<T: Copy>(counts: &BTreeMap<T, u32>) -> Option<T> {
    counts.iter().max_by(|a, b| a.1.cmp(b.1).then(std::cmp::Ordering::Greater)).map(|(value, _)| *value)
}

/// The name to show: not a given-up one, Chinese before others, the one with a legal form, of most documents.
fn label(nodes: &Nodes, own: &[u32], linked: &Linked) -> String {
    let mut counts: BTreeMap<&str, (bool, bool, bool, u32)> = BTreeMap::new();
    for at in own {
        let name = nodes.name_of(*at);
        let entry = counts.entry(nodes.text_of(*at)).or_insert((true, false, false, 0));
        entry.0 &= !linked.former.contains(at);
        entry.1 = name.script == Script::Han;
        entry.2 = name.place.is_none() || name.order != WordOrder::Unknown;
        entry.3 += nodes.nodes[*at as usize].n_documents;
    }
    // Of equals the first in the order of names.
    let best = counts.iter().max_by(|a, b| a.1.cmp(b.1).then_with(|| b.0.cmp(a.0)));
    best.map(|(name, _)| (*name).to_owned()).unwrap_or_default()
}

fn count(organisations: &mut [Organisation], of_mentions: &[Vec<u32>]) {
    for own in of_mentions {
        let mut once = own.clone();
        once.sort_unstable();
        once.dedup();
        for at in once {
            organisations[at as usize].n_documents += 1;
        }
    }
}

/// Gives strangers of one name names of their own: all but the biggest get their city, else a number.
fn make_unique(organisations: &mut [Organisation]) {
    let mut by_name: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, organisation) in organisations.iter().enumerate() {
        by_name.entry(organisation.name.clone()).or_default().push(at);
    }
    let mut taken: BTreeSet<String> = by_name.keys().cloned().collect();
    for (name, mut own) in by_name {
        own.sort_by_key(|at| (std::cmp::Reverse(organisations[*at].n_documents), *at));
        for (nth, at) in own.into_iter().enumerate().skip(1) {
            let city = organisations[at].city.as_ref().map(|city| format!("{name}（{city}）"));
            let free = city.filter(|city| !taken.contains(city));
            let mut number = nth + 1;
            let unique = free.unwrap_or_else(|| {
                while taken.contains(&format!("{name} #{number}")) {
                    number += 1;
                }
                format!("{name} #{number}")
            });
            taken.insert(unique.clone());
            organisations[at].name = unique;
        }
    }
}

fn review(
    nodes: &Nodes,
    facts: &[&Facts],
    linked: &Linked,
    of_node: &[u32],
    organisations: &[Organisation],
) -> (Vec<Review>, usize) {
    let mut found: Vec<Review> = Vec::new();
    for pair in &linked.doubts {
        let (a, b) = (of_node[pair.a as usize], of_node[pair.b as usize]);
        // Another rule may have joined them meanwhile; what was joined by a guess stays to be confirmed.
        if a == b && pair.doubt != Doubt::GuessedRename {
            continue;
        }
        let documents = [pair.a, pair.b].map(|at| nodes.nodes[at as usize].document);
        let keys =
            documents.iter().filter_map(|at| facts.get(*at as usize)).map(|facts| facts.key.to_string());
        found.push(Review {
            a: name_ref(nodes, pair.a),
            b: name_ref(nodes, pair.b),
            organisation_a: organisations[a as usize].name.clone(),
            organisation_b: organisations[b as usize].name.clone(),
            rule: pair.rule,
            confidence: pair.rule.confidence(),
            doubt: pair.doubt,
            n_documents: [pair.a, pair.b].iter().map(|at| nodes.nodes[*at as usize].n_documents).sum(),
            evidence: keys.collect(),
        });
    }
    found.sort_by(|a, b| b.n_documents.cmp(&a.n_documents).then_with(|| (&a.a, &a.b).cmp(&(&b.a, &b.b))));
    let n = found.len();
    found.truncate(MAX_REVIEW);
    (found, n)
}
