//! Which nodes are one organisation: the rules in order, from decisions of people to guesses by evidence.
//!
//! A wish that something speaks against is not granted; it goes to the review queue with what speaks for it.

use rustc_hash::{FxHashMap, FxHashSet};

use super::decide::{Decision, NameRef, Unheard, UnheardReason, Verdict};
use super::facts::Facts;
use super::group::{Groups, NameKey, name_key, owned_key};
use super::merge::Rule;
use super::nodes::{Nodes, n_applicants};
use super::spelling::{self, Candidate};
use super::union::{Outcome, Step, Union};
use crate::patent::Role;
use crate::patent::domain::Relation;
use crate::patent::party::{Name, Script, Type, bare};

/// Why a person should look at two names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// The same name in two cities, with no inventor, family or class in common: kept apart.
    SameNameElsewhere,
    /// Alike by a rule, but their addresses are in two cities: kept apart.
    OtherCity,
    /// The name differs in a place in brackets: kept apart.
    PlaceInBrackets,
    /// A spelling stands beside several parties in other records: kept apart.
    SeveralPartners,
    /// A cut-off name that goes on in several ways: kept apart.
    SeveralEndings,
    /// A rule would join what a decision parts: kept apart.
    AgainstDecision,
    /// Taken for a change of name by time, city, field and part of the name alone: joined.
    GuessedRename,
}

/// A doubtful pair of nodes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct DoubtfulPair {
    pub(super) a: u32,
    pub(super) b: u32,
    pub(super) rule: Rule,
    pub(super) doubt: Doubt,
}

pub(super) struct Linked {
    pub(super) union: Union,
    pub(super) doubts: Vec<DoubtfulPair>,
    pub(super) unheard: Vec<Unheard>,
    /// Nodes whose name was given up for another.
    pub(super) former: FxHashSet<u32>,
}

pub(super) fn link(nodes: &Nodes, facts: &[&Facts], groups: &Groups, decisions: &[Decision]) -> Linked {
    let mut linker = Linker {
        union: Union::new(nodes.nodes.len()),
        doubts: Vec::new(),
        unheard: Vec::new(),
        former: FxHashSet::default(),
        classes: classes(nodes),
        nodes,
    };
    linker.decide(decisions);
    linker.same_names();
    linker.alias_tables(groups);
    linker.named_renames(facts);
    linker.shared_families(facts);
    let names: Vec<&Name> = nodes.names.iter().collect();
    let mut candidates = spelling::candidates(&names);
    candidates.retain(|pair| pair.rule != Rule::SameSpelling);
    // The surest first; ties in the order of the names.
    candidates.sort_by(|x, y| {
        y.rule.confidence().total_cmp(&x.rule.confidence()).then((x.a, x.b).cmp(&(y.a, y.b)))
    });
    candidates.iter().for_each(|pair| linker.spelled(pair));
    linker.places_of_addresses();
    linker.guessed_renames(facts);
    let Linker { union, mut doubts, unheard, former, .. } = linker;
    doubts.sort_by_key(|pair| (pair.a, pair.b, pair.doubt));
    doubts.dedup_by_key(|pair| (pair.a, pair.b));
    Linked { union, doubts, unheard, former }
}

/// Nodes by the identity of their name.
fn classes(nodes: &Nodes) -> FxHashMap<NameKey, Vec<u32>> {
    let mut classes: FxHashMap<NameKey, Vec<u32>> = FxHashMap::default();
    for at in 0..nodes.nodes.len() {
        let at = super::nodes::number(at);
        classes.entry(owned_key(nodes.name_of(at))).or_default().push(at);
    }
    classes
}

struct Linker<'a> {
    nodes: &'a Nodes,
    union: Union,
    doubts: Vec<DoubtfulPair>,
    unheard: Vec<Unheard>,
    former: FxHashSet<u32>,
    classes: FxHashMap<NameKey, Vec<u32>>,
}

impl Linker<'_> {
    fn join(&mut self, a: u32, b: u32, rule: Rule, evidence: Option<u32>) -> Outcome {
        let outcome = self.union.join(Step { a, b, rule, evidence });
        if outcome == Outcome::Banned {
            self.doubt(a, b, rule, Doubt::AgainstDecision);
        }
        outcome
    }

    fn doubt(&mut self, a: u32, b: u32, rule: Rule, doubt: Doubt) {
        let known = self.doubts.iter().rev().take(8).any(|pair| (pair.a, pair.b) == (a.min(b), a.max(b)));
        if !known {
            self.doubts.push(DoubtfulPair { a: a.min(b), b: a.max(b), rule, doubt });
        }
    }

    /// The node of most documents that a name means; the lowest of equals.
    fn meant(&self, name: &NameRef) -> Option<u32> {
        let class = self.classes.get(&owned_key(&name.parsed()))?;
        let fits = |at: &&u32| {
            let place = self.nodes.nodes[**at as usize].place.as_deref();
            name.city.as_deref().is_none_or(|wanted| {
                place.and_then(|place| place.city.as_deref()).is_some_and(|city| bare(city) == bare(wanted))
            })
        };
        let weight = |at: &u32| (self.nodes.nodes[*at as usize].n_documents, std::cmp::Reverse(*at));
        class.iter().filter(fits).copied().max_by_key(weight)
    }

    /// Decisions, the newest first: what an older one wants against a newer one is not done.
    fn decide(&mut self, decisions: &[Decision]) {
        let mut sorted: Vec<&Decision> = decisions.iter().collect();
        sorted.sort_by_key(|decision| std::cmp::Reverse(decision.id));
        for decision in sorted {
            let (Some(a), Some(b)) = (self.meant(&decision.a), self.meant(&decision.b)) else {
                self.unheard(decision, UnheardReason::NoSuchName);
                continue;
            };
            match decision.verdict {
                Verdict::Merge if a == b => {
                    // One name in several cities, said to be one party.
                    let class = self.classes[&owned_key(self.nodes.name_of(a))].clone();
                    for other in class {
                        self.union.join(Step { a, b: other, rule: Rule::Decision, evidence: None });
                    }
                }
                Verdict::Merge => {
                    let step = Step { a, b, rule: Rule::Decision, evidence: None };
                    if self.union.join(step) == Outcome::Banned {
                        self.unheard(decision, UnheardReason::ContradictsLater);
                    }
                }
                Verdict::Split if a == b => self.unheard(decision, UnheardReason::SameName),
                Verdict::Split => {
                    if !self.union.ban(a, b) {
                        self.unheard(decision, UnheardReason::ContradictsLater);
                    }
                }
            }
        }
        self.unheard.sort_by_key(|unheard| unheard.decision.id);
    }

    fn unheard(&mut self, decision: &Decision, reason: UnheardReason) {
        self.unheard.push(Unheard { decision: decision.clone(), reason });
    }

    /// One name: one party, unless it stands in two cities and shares nothing between them.
    fn same_names(&mut self) {
        let mut keys: Vec<NameKey> = self.classes.keys().cloned().collect();
        keys.sort_unstable();
        for key in keys {
            let class = self.classes[&key].clone();
            for order_class in self.by_order(&class) {
                self.same_name(&order_class);
            }
        }
    }

    /// `University of York` and `York University` are two; `UNIV YORK` is decided by `spelling`.
    fn by_order(&self, class: &[u32]) -> Vec<Vec<u32>> {
        let mut parts: std::collections::BTreeMap<_, Vec<u32>> = std::collections::BTreeMap::new();
        for &at in class {
            parts.entry(self.nodes.name_of(at).order).or_default().push(at);
        }
        parts.into_values().collect()
    }

    fn same_name(&mut self, class: &[u32]) {
        let name = self.nodes.name_of(class[0]);
        if name.is_void() {
            // Nothing follows from a name of one letter or of dots: each printed text stays by itself.
            let mut by_text: FxHashMap<&str, u32> = FxHashMap::default();
            for &at in class {
                match by_text.get(self.nodes.text_of(at)) {
                    Some(&first) => drop(self.join(first, at, Rule::SameSpelling, None)),
                    None => drop(by_text.insert(self.nodes.text_of(at), at)),
                }
            }
            return;
        }
        let kinds: Vec<Type> = class.iter().map(|at| self.nodes.name_of(*at).kind).collect();
        let is_person = kinds.contains(&Type::Person) && !kinds.contains(&Type::Company);
        let is_public = kinds.iter().any(|kind| {
            matches!(kind, Type::University | Type::Institute | Type::Government | Type::Hospital)
        });
        self.bucket(class, Rule::SameSpelling, |nodes, at| {
            nodes.nodes[at as usize].city.iter().map(|city| super::facts::hash(city)).collect()
        });
        self.bucket(class, Rule::SameField, |nodes, at| nodes.nodes[at as usize].families.clone());
        let own = super::facts::hash(self.nodes.text_of(class[0]));
        self.bucket(class, Rule::SameField, move |nodes, at| {
            nodes.nodes[at as usize].inventors.iter().copied().filter(|inventor| *inventor != own).collect()
        });
        // A field is shared by many strangers of one personal name, so it joins persons only where no city speaks.
        self.bucket(class, Rule::SameField, move |nodes, at| {
            let node = &nodes.nodes[at as usize];
            let counts = !is_person || node.city.is_none();
            let classes = node.subclasses.iter().filter(|_| counts);
            classes.map(|class| u64::from(u32::from_le_bytes(*class))).collect()
        });
        if is_public {
            for &at in &class[1..] {
                self.join(class[0], at, Rule::SameSpelling, None);
            }
            return;
        }
        if is_person {
            return;
        }
        self.homeless(class);
        let mut roots: Vec<u32> = Vec::new();
        for &at in class {
            let root = self.union.root(at);
            if !roots.contains(&root) {
                roots.push(root);
            }
        }
        for (i, &a) in roots.iter().enumerate() {
            for &b in &roots[i + 1..] {
                self.union.ban(a, b);
            }
            if let Some(&b) = roots.get(i + 1) {
                self.doubt(a, b, Rule::SameSpelling, Doubt::SameNameElsewhere);
            }
        }
    }

    /// Nodes without a city join the only city of their name.
    fn homeless(&mut self, class: &[u32]) {
        let has_city = |nodes: &Nodes, at: u32| nodes.nodes[at as usize].city.is_some();
        let mut roots: Vec<u32> = Vec::new();
        for &at in class.iter().filter(|at| has_city(self.nodes, **at)) {
            let root = self.union.root(at);
            if !roots.contains(&root) {
                roots.push(root);
            }
        }
        let home = match roots.as_slice() {
            [] => class[0],
            [one] => *one,
            _ => return,
        };
        for &at in class.iter().filter(|at| !has_city(self.nodes, **at)) {
            self.join(home, at, Rule::SameSpelling, None);
        }
    }

    /// Joins nodes of a class that share any of the marks that `marks` gives.
    fn bucket(&mut self, class: &[u32], rule: Rule, marks: impl Fn(&Nodes, u32) -> Vec<u64>) {
        if class.len() < 2 {
            return;
        }
        let mut first: FxHashMap<u64, u32> = FxHashMap::default();
        for &at in class {
            for mark in marks(self.nodes, at) {
                match first.get(&mark) {
                    Some(&other) => {
                        let evidence = Some(self.nodes.nodes[at as usize].document);
                        self.join(other, at, rule, evidence);
                    }
                    None => {
                        first.insert(mark, at);
                    }
                }
            }
        }
    }

    /// Names that a table lists as one organisation, earlier names among them.
    fn alias_tables(&mut self, groups: &Groups) {
        for (_, edge) in groups.aliases() {
            let mut met: Vec<u32> = Vec::new();
            for name in std::iter::once(&edge.name).chain(&edge.aliases) {
                let name = NameRef { name: name.clone(), city: None };
                met.extend(self.meant(&name));
            }
            for pair in met.windows(2) {
                self.join(pair[0], pair[1], Rule::AliasTable, None);
            }
            if edge.relation == Relation::FormerName {
                let key = name_key(&edge.name);
                self.former.extend(self.classes.get(&key).into_iter().flatten());
            }
        }
    }

    /// Spellings of one party in two scripts, by records that hold both and by families of one applicant.
    fn shared_families(&mut self, facts: &[&Facts]) {
        // Han (or other) node and Latin node: how often, and where first.
        let mut pairs: FxHashMap<(u32, u32), (u32, u32)> = FxHashMap::default();
        let mut note = |nodes: &Nodes, a: u32, b: u32, document: u32| {
            let latin = |at| nodes.name_of(at).script == Script::Latin;
            let (a, b) = if latin(a) { (b, a) } else { (a, b) };
            if nodes.name_of(a).script != nodes.name_of(b).script && !latin(a) {
                pairs.entry((a, b)).or_insert((0, document)).0 += 1;
            }
        };
        let mut families: FxHashMap<u64, Vec<(u32, u32)>> = FxHashMap::default();
        for (document, facts) in facts.iter().enumerate() {
            let own = &self.nodes.of_mentions[document];
            let document = super::nodes::number(document);
            for (i, x) in facts.mentions.iter().enumerate() {
                for (j, y) in facts.mentions.iter().enumerate().skip(i + 1) {
                    if x.role == y.role && x.sequence == y.sequence {
                        note(self.nodes, own[i], own[j], document);
                    }
                }
                if x.role == Role::Applicant && n_applicants(facts) == 1 {
                    families.entry(facts.family).or_default().push((own[i], document));
                }
            }
        }
        for members in families.values_mut() {
            members.sort_unstable();
            members.dedup_by_key(|member| member.0);
            for (i, x) in members.iter().enumerate().take(32) {
                for y in members.iter().skip(i + 1).take(32) {
                    note(self.nodes, x.0, y.0, x.1.max(y.1));
                }
            }
        }
        let mut partners: FxHashMap<u32, Vec<(u32, u32, u32)>> = FxHashMap::default();
        for ((a, b), (n, document)) in pairs {
            partners.entry(b).or_default().push((a, n, document));
        }
        let mut latin: Vec<u32> = partners.keys().copied().collect();
        latin.sort_unstable();
        for b in latin {
            let mut found = partners.remove(&b).unwrap_or_default();
            let total: u32 = found.iter().map(|(_, n, _)| n).sum();
            // Spellings of one party in Chinese count together.
            let mut by_root: FxHashMap<u32, u32> = FxHashMap::default();
            for (a, n, _) in &found {
                *by_root.entry(self.union.root(*a)).or_default() += n;
            }
            found.sort_by_key(|(a, n, _)| {
                (std::cmp::Reverse(by_root[&self.union.root(*a)]), std::cmp::Reverse(*n), *a)
            });
            let (a, _, document) = found[0];
            let share = by_root[&self.union.root(a)];
            let kinds = (self.nodes.name_of(a).kind, self.nodes.name_of(b).kind);
            let differ = (kinds.0 == Type::Person) != (kinds.1 == Type::Person)
                && kinds.0 != Type::Unknown
                && kinds.1 != Type::Unknown;
            // Below two thirds the records disagree about who the spelling is.
            if share * 3 >= total * 2 && !differ {
                self.join(a, b, Rule::SharedFamily, Some(document));
            } else {
                self.doubt(a, b, Rule::SharedFamily, Doubt::SeveralPartners);
            }
        }
    }

    /// A pair of names that their spelling brought up.
    fn spelled(&mut self, pair: &Candidate) {
        let (x, y) = (super::nodes::number(pair.a), super::nodes::number(pair.b));
        let (nodes_x, nodes_y) = (self.nodes.of_name(x).to_vec(), self.nodes.of_name(y).to_vec());
        let is_public = |nodes: &Nodes, at: u32| {
            matches!(
                nodes.name_of(at).kind,
                Type::University | Type::Institute | Type::Government | Type::Hospital
            )
        };
        let city = |nodes: &Nodes, at: u32| nodes.nodes[at as usize].city.clone();
        let mut left: Option<(u32, u32)> = None;
        for &a in &nodes_x {
            for &b in &nodes_y {
                let (home_a, home_b) = (city(self.nodes, a), city(self.nodes, b));
                let fits = home_a == home_b
                    || ((home_a.is_none() || home_b.is_none()) && nodes_x.len() == 1 && nodes_y.len() == 1)
                    || is_public(self.nodes, a);
                if pair.is_doubtful {
                    left = left.or(Some((a, b)));
                } else if fits {
                    self.join(a, b, pair.rule, None);
                } else {
                    left = left.or(Some((a, b)));
                }
            }
        }
        if let Some((a, b)) = left
            && self.union.root(a) != self.union.root(b)
        {
            let doubt = if pair.is_doubtful { Doubt::SeveralEndings } else { Doubt::OtherCity };
            self.doubt(a, b, pair.rule, doubt);
        }
    }

    /// `某某科技（张家口）有限公司` at Zhangjiakou is `某某科技有限公司` at Zhangjiakou: the bracket tells the address.
    /// Never for universities, institutes and offices, where the bracket is the whole difference.
    fn places_of_addresses(&mut self) {
        let mut with: Vec<u32> = (0..self.nodes.nodes.len()).map(super::nodes::number).collect();
        with.retain(|at| self.nodes.name_of(*at).place.is_some());
        for at in with {
            let name = self.nodes.name_of(at);
            let bare_key = (name.script, name.key.clone(), None);
            let Some(others) = self.classes.get(&bare_key).cloned() else { continue };
            let node = &self.nodes.nodes[at as usize];
            let own_city = node.place.as_deref().and_then(|place| place.city.as_deref()).map(bare);
            let is_at_place =
                name.kind == Type::Company && own_city.is_some() && own_city == name.place.as_deref();
            let same_city =
                others.iter().copied().find(|other| self.nodes.nodes[*other as usize].city == node.city);
            match same_city.filter(|_| is_at_place && node.city.is_some()) {
                Some(other) => drop(self.join(other, at, Rule::PlaceOfAddress, Some(node.document))),
                None => self.doubt(others[0], at, Rule::PlaceOfAddress, Doubt::PlaceInBrackets),
            }
        }
    }

    /// Changes of name that a register states with both names.
    fn named_renames(&mut self, facts: &[&Facts]) {
        for (document, facts) in facts.iter().enumerate() {
            for change in facts.changes.iter().filter(|change| change.is_rename) {
                let ([old], [new]) = (change.from.as_slice(), change.to.as_slice()) else { continue };
                let (Some(old), Some(new)) = (self.nodes.name(old), self.nodes.name(new)) else { continue };
                let own = &self.nodes.of_mentions[document];
                let pick = |nodes: &Nodes, name: u32| {
                    let here = own.iter().copied().find(|at| nodes.nodes[*at as usize].name == name);
                    here.unwrap_or(nodes.of_name(name)[0])
                };
                let (old, new) = (pick(self.nodes, old), pick(self.nodes, new));
                self.join(old, new, Rule::Rename, Some(super::nodes::number(document)));
                self.former.insert(old);
            }
        }
    }

    /// Changes of name that a register states without names: the only party of the same city and field that begins
    /// to file afterwards under a name with the same beginning, while the old name ends.
    fn guessed_renames(&mut self, facts: &[&Facts]) {
        let mut by_city: FxHashMap<&str, Vec<u32>> = FxHashMap::default();
        for (at, node) in self.nodes.nodes.iter().enumerate() {
            if let Some(city) = node.city.as_deref() {
                by_city.entry(city).or_default().push(super::nodes::number(at));
            }
        }
        let mut done: FxHashSet<(u32, jiff::civil::Date)> = FxHashSet::default();
        for (document, facts) in facts.iter().enumerate() {
            let changes =
                facts.changes.iter().filter(|c| c.is_rename && c.from.is_empty() && c.to.is_empty());
            for on in changes.filter_map(|change| change.on) {
                if n_applicants(facts) != 1 {
                    continue;
                }
                let own = self.nodes.of_mentions[document].clone();
                let Some(old) = own.into_iter().find(|at| self.nodes.name_of(*at).script == Script::Han)
                else {
                    continue;
                };
                if !done.insert((old, on)) {
                    continue;
                }
                let node = &self.nodes.nodes[old as usize];
                let Some(city) = node.city.as_deref() else { continue };
                let stem = stem(self.nodes.name_of(old));
                let mut found: Vec<u32> = Vec::new();
                for &new in &by_city[city] {
                    let (other, name) = (&self.nodes.nodes[new as usize], self.nodes.name_of(new));
                    let follows = other.first.is_some_and(|first| first >= on)
                        && node.last.is_some_and(|last| last <= on);
                    let alike = name.script == Script::Han && stem.is_some() && self::stem(name) == stem;
                    let field = node.subclasses.iter().any(|class| other.subclasses.contains(class));
                    if follows && alike && field && self.union.root(new) != self.union.root(old) {
                        let root = self.union.root(new);
                        if !found.contains(&root) {
                            found.push(root);
                        }
                    }
                }
                match found.as_slice() {
                    [one] => {
                        if self.join(old, *one, Rule::Rename, Some(super::nodes::number(document)))
                            == Outcome::Joined
                        {
                            self.former.insert(old);
                            self.doubt(old, *one, Rule::Rename, Doubt::GuessedRename);
                        }
                    }
                    _ => {
                        for new in found {
                            self.doubt(old, new, Rule::Rename, Doubt::SeveralPartners);
                        }
                    }
                }
            }
        }
    }
}

/// The two characters that a company is called by: the first of its name behind a place.
fn stem(name: &Name) -> Option<String> {
    let mut key = name.key.as_str();
    for n in [4, 3, 2] {
        let end = key.char_indices().nth(n).map_or(key.len(), |(at, _)| at);
        if crate::patent::party::is_place(&key[..end]) && key[end..].chars().count() >= 2 {
            key = &key[end..];
            break;
        }
    }
    let end = key.char_indices().nth(2).map(|(at, _)| at)?;
    Some(key[..end].to_owned())
}
