//! Names at places: the pieces that organisations are put together from.
//!
//! A node is one spelling in one city (a person: in one family), with what its documents show: families, inventors,
//! subclasses, years. Two nodes with the same name may be strangers; that is decided in `link`.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::facts::Facts;
use crate::patent::party::{Name, Place, Type};
use crate::patent::{Date, PartyKind, Role};

/// The most inventors, families and subclasses that a node keeps as evidence.
const MAX_EVIDENCE: usize = 256;

pub(super) struct Node {
    /// Position among the names.
    pub(super) name: u32,
    /// The code of the city, or country and city abroad.
    pub(super) city: Option<Box<str>>,
    pub(super) place: Option<Box<Place>>,
    pub(super) n_documents: u32,
    /// The first document, by its place among the facts.
    pub(super) document: u32,
    pub(super) first: Option<Date>,
    pub(super) last: Option<Date>,
    pub(super) families: Vec<u64>,
    pub(super) inventors: Vec<u64>,
    pub(super) subclasses: Vec<[u8; 4]>,
}

/// All nodes of a corpus, and the way from documents to them.
pub(super) struct Nodes {
    pub(super) texts: Vec<Box<str>>,
    pub(super) names: Vec<Name>,
    pub(super) nodes: Vec<Node>,
    /// By document, the node of each mention.
    pub(super) of_mentions: Vec<Vec<u32>>,
    by_text: FxHashMap<Box<str>, u32>,
    of_name: Vec<Vec<u32>>,
}

impl Nodes {
    pub(super) fn new(facts: &[&Facts]) -> Self {
        let mut texts: Vec<Box<str>> = facts
            .iter()
            .flat_map(|facts| {
                let changed = facts.changes.iter().flat_map(|change| change.from.iter().chain(&change.to));
                facts.mentions.iter().map(|mention| &mention.name).chain(changed).cloned()
            })
            .collect();
        texts.par_sort_unstable();
        texts.dedup();
        let names: Vec<Name> = texts.par_iter().map(|text| Name::parse(text)).collect();
        let by_text: FxHashMap<Box<str>, u32> =
            texts.iter().enumerate().map(|(at, text)| (text.clone(), number(at))).collect();
        let mut nodes = Self {
            of_name: vec![Vec::new(); texts.len()],
            texts,
            names,
            nodes: Vec::new(),
            of_mentions: Vec::with_capacity(facts.len()),
            by_text,
        };
        nodes.settle_kinds(facts);
        nodes.fill(facts);
        nodes
    }

    /// Returns the position of a folded name.
    pub(super) fn name(&self, text: &str) -> Option<u32> {
        self.by_text.get(text).copied()
    }

    pub(super) fn name_of(&self, node: u32) -> &Name {
        &self.names[self.nodes[node as usize].name as usize]
    }

    pub(super) fn text_of(&self, node: u32) -> &str {
        &self.texts[self.nodes[node as usize].name as usize]
    }

    pub(super) fn of_name(&self, name: u32) -> &[u32] {
        &self.of_name[name as usize]
    }

    /// Lets sources that say "person" or "organisation" overrule the guess of the name.
    fn settle_kinds(&mut self, facts: &[&Facts]) {
        let mut votes: Vec<(u32, u32)> = vec![(0, 0); self.names.len()];
        for mention in facts.iter().flat_map(|facts| &facts.mentions) {
            let vote = &mut votes[self.by_text[&mention.name] as usize];
            match mention.kind {
                Some(PartyKind::Person) => vote.0 += 1,
                Some(PartyKind::Organisation) => vote.1 += 1,
                None => {}
            }
        }
        for (name, (person, organisation)) in self.names.iter_mut().zip(votes) {
            if person > organisation && name.kind != Type::Person {
                name.kind = Type::Person;
            } else if organisation > person && matches!(name.kind, Type::Person | Type::Unknown) {
                name.kind = Type::Company;
            }
        }
    }

    fn fill(&mut self, facts: &[&Facts]) {
        let cities = Cities::new(facts);
        let mut ids: FxHashMap<(u32, Option<Box<str>>, u64), u32> = FxHashMap::default();
        for (document, facts) in facts.iter().enumerate() {
            let mut own = Vec::with_capacity(facts.mentions.len());
            for at in 0..facts.mentions.len() {
                let name = self.by_text[&facts.mentions[at].name];
                let (city, place) = cities.of(facts, at);
                let is_person = self.names[name as usize].kind == Type::Person;
                let apart = if is_person && city.is_none() { facts.family } else { 0 };
                let id = *ids.entry((name, city.clone(), apart)).or_insert_with(|| {
                    let id = number(self.nodes.len());
                    self.of_name[name as usize].push(id);
                    self.nodes.push(Node {
                        name,
                        city,
                        place,
                        n_documents: 0,
                        document: number(document),
                        first: None,
                        last: None,
                        families: Vec::new(),
                        inventors: Vec::new(),
                        subclasses: Vec::new(),
                    });
                    id
                });
                own.push(id);
            }
            let mut once = own.clone();
            once.sort_unstable();
            once.dedup();
            for id in once {
                self.nodes[id as usize].learn(facts);
            }
            self.of_mentions.push(own);
        }
        // Names that only events tell have a node without documents.
        for name in 0..self.names.len() {
            if self.of_name[name].is_empty() {
                self.of_name[name].push(number(self.nodes.len()));
                self.nodes.push(Node {
                    name: number(name),
                    city: None,
                    place: None,
                    n_documents: 0,
                    document: u32::MAX,
                    first: None,
                    last: None,
                    families: Vec::new(),
                    inventors: Vec::new(),
                    subclasses: Vec::new(),
                });
            }
        }
    }
}

impl Node {
    fn learn(&mut self, facts: &Facts) {
        self.n_documents += 1;
        if let Some(filed) = facts.filed {
            self.first = Some(self.first.map_or(filed, |first| first.min(filed)));
            self.last = Some(self.last.map_or(filed, |last| last.max(filed)));
        }
        keep(&mut self.families, std::slice::from_ref(&facts.family));
        keep(&mut self.inventors, &facts.inventors);
        keep(&mut self.subclasses, &facts.subclasses);
    }
}

fn keep<T: Copy + Ord>(kept: &mut Vec<T>, more: &[T]) {
    for item in more {
        if kept.len() >= MAX_EVIDENCE {
            return;
        }
        if let Err(at) = kept.binary_search(item) {
            kept.insert(at, *item);
        }
    }
}

pub(super) fn number(at: usize) -> u32 {
    u32::try_from(at).expect("documents are numbered by u32, and names are fewer than their mentions")
}

/// What a city is told apart by.
fn city_of(place: &Place) -> Option<Box<str>> {
    match (&place.code, &place.city) {
        (Some(code), Some(_)) => Some(code.as_str().into()),
        (None, Some(city)) => {
            let country = place.country.as_deref().unwrap_or("??");
            Some(format!("{country}:{}", city.to_lowercase()).into())
        }
        _ => None,
    }
}

type Found = (Option<Box<str>>, Option<Box<Place>>);

/// The city of a mention: of its own address, else of the other spelling of the same party in the record, else of
/// the same name in the same application or family, else of the only applicant of the family.
struct Cities<'a> {
    of_name: FxHashMap<(u64, &'a str), Option<&'a Place>>,
    of_family: FxHashMap<u64, Option<&'a Place>>,
}

impl<'a> Cities<'a> {
    fn new(facts: &[&'a Facts]) -> Self {
        let mut cities = Self { of_name: FxHashMap::default(), of_family: FxHashMap::default() };
        fn note<'a, K: std::hash::Hash + Eq>(
            map: &mut FxHashMap<K, Option<&'a Place>>,
            key: K,
            place: &'a Place,
        ) {
            let entry = map.entry(key).or_insert(Some(place));
            // Two cities for one key: neither is taken.
            if entry.is_some_and(|known| city_of(known) != city_of(place)) {
                *entry = None;
            }
        }
        for facts in facts {
            let is_alone = n_applicants(facts) == 1;
            for mention in &facts.mentions {
                let Some(place) = mention.place.as_deref().filter(|place| city_of(place).is_some()) else {
                    continue;
                };
                note(&mut cities.of_name, (facts.family, &*mention.name), place);
                note(&mut cities.of_name, (facts.application, &*mention.name), place);
                if is_alone && mention.role == Role::Applicant {
                    note(&mut cities.of_family, facts.family, place);
                }
            }
        }
        cities
    }

    fn of(&self, facts: &Facts, at: usize) -> Found {
        let mention = &facts.mentions[at];
        let own = mention.place.as_deref().filter(|place| city_of(place).is_some());
        let twin = || {
            facts.mentions.iter().find_map(|other| {
                let is_same = other.role == mention.role && other.sequence == mention.sequence;
                other.place.as_deref().filter(|place| is_same && city_of(place).is_some())
            })
        };
        let named = || {
            let by = |id| self.of_name.get(&(id, &*mention.name)).copied().flatten();
            by(facts.application).or_else(|| by(facts.family))
        };
        let alone = || {
            let is_alone = n_applicants(facts) == 1 && mention.role == Role::Applicant;
            self.of_family.get(&facts.family).copied().flatten().filter(|_| is_alone)
        };
        let found = own.or_else(twin).or_else(named).or_else(alone);
        let place = found.cloned().map(Box::new).or_else(|| mention.place.clone());
        (found.and_then(city_of), place)
    }
}

/// The number of applicants, spellings of one counted once.
pub(super) fn n_applicants(facts: &Facts) -> usize {
    let mut sequences: Vec<u32> =
        facts.mentions.iter().filter(|m| m.role == Role::Applicant).map(|m| m.sequence).collect();
    sequences.sort_unstable();
    sequences.dedup();
    sequences.len()
}
