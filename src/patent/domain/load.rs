//! Reads a pack, and refuses one that is not consistent, with every reason and its line.
//!
//! A slip of TOML ends the reading there. Everything else is collected: each entry is read by itself, so
//! one bad entry hides no other. Classes that may not exist are left to `check`.

use std::collections::HashMap;
use std::collections::HashSet;
use std::fmt;

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::Value;

use super::Bilingual;
use super::Concept;
use super::Effect;
use super::Group;
use super::Node;
use super::Noise;
use super::Pack;
use super::Succession;
use super::Symbol;
use super::Terms;
use super::first_day;
use super::fold;
use super::raw::RawConcept;
use super::raw::RawEffect;
use super::raw::RawGroup;
use super::raw::RawNode;
use super::raw::RawNoise;
use super::raw::RawPack;
use super::raw::RawSuccession;

/// Why a pack is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The file is not TOML, or not of the form of a pack.
    #[error("{0}")]
    Form(String),
    /// An entry lacks a key, or has one that is unknown or of another type.
    #[error("{entry}: {message}")]
    Entry {
        /// `node`, `concept`, `effect`, `noise`, `group` or `concordance`.
        entry: &'static str,
        /// What is wrong with it.
        message: String,
    },
    /// A text that must not be empty is.
    #[error("{entry} `{id}` has an empty {what}: write one or remove the entry")]
    Empty {
        /// The sort of entry.
        entry: &'static str,
        /// Its id.
        id: String,
        /// The text.
        what: &'static str,
    },
    /// An id occurs twice.
    #[error("{entry} `{id}` is already on line {first}: rename or merge one of them")]
    Duplicate {
        /// The sort of entry.
        entry: &'static str,
        /// The id.
        id: String,
        /// The line of the first.
        first: usize,
    },
    /// A node hangs on a node that is not in the pack.
    #[error("node `{id}` has the parent `{parent}`, which is no node of this pack")]
    UnknownParent {
        /// The node.
        id: String,
        /// The parent that is missing.
        parent: String,
    },
    /// Nodes that are their own ancestors.
    #[error("nodes `{}` are in a cycle: give one of them another parent", .0.join(" > "))]
    Cycle(Vec<String>),
    /// A concept names a node that is not in the pack.
    #[error("concept `{id}` names the node `{node}`, which is no node of this pack")]
    UnknownNode {
        /// The concept.
        id: String,
        /// The node that is missing.
        node: String,
    },
    /// A term belongs to two concepts, or twice to one.
    #[error("term `{term}` of `{id}` already belongs to `{other}` on line {first}: keep it in one place")]
    TermTwice {
        /// The term.
        term: String,
        /// The later concept.
        id: String,
        /// The earlier concept.
        other: String,
        /// Its line.
        first: usize,
    },
    /// A symbol that is none of the IPC or CPC.
    #[error("`{symbol}` is no symbol of the IPC or CPC: write it as `E21C35/24` or `E21C35`")]
    BadSymbol {
        /// As written.
        symbol: String,
    },
    /// A date that is none.
    #[error("`{date}` of `{name}` is no date: write `2017`, `2017-11` or `2017-11-28`")]
    BadDate {
        /// The member of a group.
        name: String,
        /// As written.
        date: String,
    },
    /// An id with other characters than letters, digits and hyphens.
    #[error("`{0}` is no id: use letters, digits and hyphens")]
    BadId(String),
}

/// One reason, with its place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {fault}")]
pub struct PackError {
    /// The line of the file, from 1.
    pub line: usize,
    /// What is wrong there.
    pub fault: Fault,
}

/// All reasons for which a pack is refused, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackErrors(pub Vec<PackError>);

impl fmt::Display for PackErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, error) in self.0.iter().enumerate() {
            write!(f, "{}{error}", if i == 0 { "" } else { "\n" })?;
        }
        Ok(())
    }
}

impl std::error::Error for PackErrors {}

/// Collects what is wrong, with its line.
struct Reader<'a> {
    text: &'a str,
    errors: Vec<PackError>,
}

impl Pack {
    /// Reads a pack.
    ///
    /// # Errors
    ///
    /// Every fault that makes the pack inconsistent, in the order of the file. A file that is not TOML gives one fault.
    pub fn from_toml(text: &str) -> Result<Self, PackErrors> {
        let mut reader = Reader { text, errors: Vec::new() };
        let raw: RawPack = match toml::from_str(text) {
            Ok(raw) => raw,
            Err(error) => {
                let line = error.span().map_or(1, |span| reader.line(span.start));
                return Err(PackErrors(vec![PackError {
                    line,
                    fault: Fault::Form(error.message().to_owned()),
                }]));
            }
        };
        let pack = reader.pack(raw);
        reader.errors.sort_by_key(|error| error.line);
        if reader.errors.is_empty() { Ok(pack) } else { Err(PackErrors(reader.errors)) }
    }
}

impl Reader<'_> {
    fn line(&self, offset: usize) -> usize {
        let head = self.text.as_bytes().get(..offset).unwrap_or(self.text.as_bytes());
        memchr::memchr_iter(b'\n', head).count() + 1
    }

    fn refuse(&mut self, line: usize, fault: Fault) {
        self.errors.push(PackError { line, fault });
    }

    fn pack(&mut self, raw: RawPack) -> Pack {
        let line = self.line(raw.id.span().start);
        let id = raw.id.into_inner();
        self.id(&id, line);
        self.names("pack", &id, &[("title", &raw.title), ("definition", &raw.definition)], line);
        let anchor_classes = raw.anchor_classes.map_or_else(Vec::new, |symbols| {
            let line = self.line(symbols.span().start);
            self.symbols(symbols.into_inner(), line)
        });
        let nodes = self.nodes(raw.node);
        let concepts = self.concepts(raw.vocabulary.concepts, &nodes);
        let by_term = self.by_term(&concepts);
        let effects = self.effects(raw.effect);
        let noise = self
            .entries("noise", raw.noise)
            .into_iter()
            .map(|(line, raw): (_, RawNoise)| Noise {
                terms: Terms { zh: raw.zh, en: raw.en },
                unless: raw.unless,
                line,
            })
            .collect();
        let groups = self.groups(raw.group);
        let mut concordance = Vec::new();
        for (line, raw) in self.entries::<RawSuccession>("concordance", raw.classes.concordance) {
            let old = self.symbols(vec![raw.old], line).pop();
            let new = self.symbols(raw.new, line);
            concordance.extend(old.map(|old| Succession { old, new, line }));
        }
        Pack {
            id,
            title: raw.title,
            definition: raw.definition,
            anchors: raw.anchors,
            anchor_classes,
            nodes,
            concepts,
            effects,
            noise,
            groups,
            concordance,
            by_term,
        }
    }

    /// Reads entries one by one: those that do not fit are refused, the others go on.
    fn entries<T: DeserializeOwned>(
        &mut self,
        entry: &'static str,
        raw: Vec<Spanned<Value>>,
    ) -> Vec<(usize, T)> {
        let mut read = Vec::with_capacity(raw.len());
        for value in raw {
            let line = self.line(value.span().start);
            match value.into_inner().try_into() {
                Ok(value) => read.push((line, value)),
                Err(error) => self.refuse(line, Fault::Entry { entry, message: error.message().to_owned() }),
            }
        }
        read
    }

    fn id(&mut self, id: &str, line: usize) {
        if id.is_empty() || !id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
            self.refuse(line, Fault::BadId(id.to_owned()));
        }
    }

    /// Refuses ids that occur twice.
    fn unique<'a>(&mut self, entry: &'static str, ids: impl Iterator<Item = (&'a str, usize)>) {
        let mut seen: HashMap<&str, usize> = HashMap::new();
        for (id, line) in ids {
            self.id(id, line);
            match seen.get(id) {
                Some(&first) => self.refuse(line, Fault::Duplicate { entry, id: id.to_owned(), first }),
                None => drop(seen.insert(id, line)),
            }
        }
    }

    fn names(&mut self, entry: &'static str, id: &str, names: &[(&'static str, &Bilingual)], line: usize) {
        for (what, name) in names {
            if name.zh.trim().is_empty() || name.en.trim().is_empty() {
                self.refuse(line, Fault::Empty { entry, id: id.to_owned(), what });
            }
        }
    }

    fn symbols(&mut self, raw: Vec<String>, line: usize) -> Vec<Symbol> {
        let mut symbols = Vec::with_capacity(raw.len());
        for symbol in raw {
            match Symbol::parse(&symbol) {
                Some((parsed, _)) => symbols.push(parsed),
                None => self.refuse(line, Fault::BadSymbol { symbol }),
            }
        }
        symbols
    }

    fn nodes(&mut self, raw: Vec<Spanned<Value>>) -> Vec<Node> {
        let mut nodes = Vec::with_capacity(raw.len());
        for (line, raw) in self.entries::<RawNode>("node", raw) {
            self.names("node", &raw.id, &[("name", &raw.name), ("definition", &raw.definition)], line);
            nodes.push(Node {
                ipc: self.symbols(raw.ipc, line),
                cpc: self.symbols(raw.cpc, line),
                id: raw.id,
                parent: raw.parent,
                name: raw.name,
                definition: raw.definition,
                includes: raw.includes,
                excludes: raw.excludes,
                keywords: raw.keywords,
                strong: raw.strong,
                noise: raw.noise,
                class_only: raw.class_only,
                word_only: raw.word_only,
                off_by_default: raw.off_by_default,
                line,
            });
        }
        self.unique("node", nodes.iter().map(|node| (node.id.as_str(), node.line)));
        self.parents(&nodes);
        nodes
    }

    /// Refuses parents that are missing, and cycles, each cycle once.
    fn parents(&mut self, nodes: &[Node]) {
        let by_id: HashMap<&str, &Node> = nodes.iter().rev().map(|node| (node.id.as_str(), node)).collect();
        let mut done: HashSet<&str> = HashSet::new();
        for node in nodes {
            if let Some(parent) = &node.parent
                && !by_id.contains_key(parent.as_str())
            {
                let fault = Fault::UnknownParent { id: node.id.clone(), parent: parent.clone() };
                self.refuse(node.line, fault);
            }
            let mut way: Vec<&str> = Vec::new();
            let mut at = by_id.get(node.id.as_str()).copied();
            while let Some(here) = at.filter(|here| !done.contains(here.id.as_str())) {
                if let Some(start) = way.iter().position(|id| *id == here.id) {
                    let cycle = way[start..].iter().map(|&id| id.to_owned()).collect();
                    self.refuse(here.line, Fault::Cycle(cycle));
                    break;
                }
                way.push(&here.id);
                at = here.parent.as_deref().and_then(|parent| by_id.get(parent).copied());
            }
            done.extend(way);
        }
    }

    fn concepts(&mut self, raw: Vec<Spanned<Value>>, nodes: &[Node]) -> Vec<Concept> {
        let mut concepts = Vec::with_capacity(raw.len());
        for (line, raw) in self.entries::<RawConcept>("concept", raw) {
            let RawConcept { id, zh, en, node } = raw;
            for (what, terms) in [("Chinese term", &zh), ("English term", &en)] {
                if terms.is_empty() || terms.iter().any(|term| fold(term).is_empty()) {
                    self.refuse(line, Fault::Empty { entry: "concept", id: id.clone(), what });
                }
            }
            if let Some(node) = node.as_ref().filter(|id| !nodes.iter().any(|node| node.id == **id)) {
                self.refuse(line, Fault::UnknownNode { id: id.clone(), node: node.clone() });
            }
            concepts.push(Concept { id, zh, en, node, line });
        }
        self.unique("concept", concepts.iter().map(|concept| (concept.id.as_str(), concept.line)));
        concepts
    }

    fn by_term(&mut self, concepts: &[Concept]) -> HashMap<String, usize> {
        let mut by_term: HashMap<String, usize> = HashMap::new();
        for (at, concept) in concepts.iter().enumerate() {
            for term in concept.zh.iter().chain(&concept.en) {
                match by_term.get(&fold(term)).map(|&first| &concepts[first]) {
                    Some(other) => {
                        let (term, id) = (term.clone(), concept.id.clone());
                        let fault = Fault::TermTwice { term, id, other: other.id.clone(), first: other.line };
                        self.refuse(concept.line, fault);
                    }
                    None => drop(by_term.insert(fold(term), at)),
                }
            }
        }
        by_term
    }

    fn effects(&mut self, raw: Vec<Spanned<Value>>) -> Vec<Effect> {
        let mut effects = Vec::with_capacity(raw.len());
        for (line, raw) in self.entries::<RawEffect>("effect", raw) {
            let RawEffect { id, name, triggers, problems } = raw;
            self.names("effect", &id, &[("name", &name)], line);
            if triggers.zh.is_empty() || triggers.en.is_empty() {
                self.refuse(line, Fault::Empty { entry: "effect", id: id.clone(), what: "list of triggers" });
            }
            effects.push(Effect { id, name, triggers, problems, line });
        }
        self.unique("effect", effects.iter().map(|effect| (effect.id.as_str(), effect.line)));
        effects
    }

    fn groups(&mut self, raw: Vec<Spanned<Value>>) -> Vec<Group> {
        let mut groups: Vec<Group> = Vec::with_capacity(raw.len());
        for (line, raw) in self.entries::<RawGroup>("group", raw) {
            let RawGroup { id, name, members, not } = raw;
            self.names("group", &id, &[("name", &name)], line);
            for member in &members {
                if member.name.trim().is_empty() {
                    self.refuse(
                        line,
                        Fault::Empty { entry: "group", id: id.clone(), what: "name of a member" },
                    );
                }
                for date in member.from.iter().chain(&member.to).filter(|date| first_day(date).is_none()) {
                    self.refuse(line, Fault::BadDate { name: member.name.clone(), date: date.clone() });
                }
            }
            groups.push(Group { id, name, members, not, line });
        }
        self.unique("group", groups.iter().map(|group| (group.id.as_str(), group.line)));
        groups
    }
}
