//! Domain packs: what the program knows of a field of technology, as data.
//!
//! A pack holds a technology tree (zh/en, classes, words), a bilingual vocabulary, the purposes and effects of the
//! technique × effect matrix, noise words, and the applicant groups of the field. Search takes synonyms from it,
//! analytics tags, the index equivalents for its bilingual space. Four packs are compiled in ([`Pack::builtin`]);
//! users add their own. `index-schema/domains/README.md` documents the file format.
//!
//! This module reads text that is handed to it, and does no IO. It tags nothing and knows no document:
//! whether a term ever occurs in a collection is asked of the index by the caller.
//! Reading and refusing is in `load`, what is legal but doubtful in `check`.

mod check;
mod judgement;
mod load;
mod raw;
mod symbols;

pub use check::Finding;
pub use check::Problem;
pub use check::Report;
pub use check::Severity;
pub use check::check_report;
pub use judgement::Judgement;
pub use load::Fault;
pub use load::PackError;
pub use load::PackErrors;
pub use symbols::SymbolState;
pub use symbols::builtin_symbol;
pub use symbols::title;

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;
use serde::Serialize;
use unicode_normalization::UnicodeNormalization;

use super::{Date, Symbol};

/// The packs that are compiled in, by the name of their file.
const BUILTIN: &[(&str, &str)] = &[
    ("icm.toml", include_str!("../../index-schema/domains/icm.toml")),
    ("mcc.toml", include_str!("../../index-schema/domains/mcc.toml")),
    ("ccus.toml", include_str!("../../index-schema/domains/ccus.toml")),
    ("hes.toml", include_str!("../../index-schema/domains/hes.toml")),
];

static PACKS: LazyLock<Vec<Pack>> = LazyLock::new(|| {
    let load = |(file, text): &(&str, &str)| match Pack::from_toml(text) {
        Ok(pack) => pack,
        // Compiled-in data: a test reads every pack, so this cannot reach a user.
        Err(errors) => unreachable!("{file}: {errors}"),
    };
    BUILTIN.iter().map(load).collect()
});

/// A name or sentence in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Bilingual {
    /// Simplified Chinese.
    pub zh: String,
    /// English, British spelling.
    pub en: String,
}

/// Words of both languages.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Terms {
    /// Simplified Chinese.
    pub zh: Vec<String>,
    /// English.
    pub en: Vec<String>,
}

impl Terms {
    /// Returns the words of both languages, Chinese first.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.zh.iter().chain(&self.en).map(String::as_str)
    }
}

/// A node of the technology tree. A node without children is a leaf, and tags name leaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Node {
    /// The id, unique in the pack: a letter for the first level, then digit and letter in turn (`D`, `D2`, `D2a`).
    pub id: String,
    /// The id of the node above; none on the first level.
    pub parent: Option<String>,
    /// The name.
    pub name: Bilingual,
    /// What belongs here, in one sentence.
    pub definition: Bilingual,
    /// What is meant to be in, where the definition leaves room for doubt.
    pub includes: Option<Bilingual>,
    /// What is meant to be out, with the node where it goes instead.
    pub excludes: Option<Bilingual>,
    /// IPC symbols. `E21D23` is a main group with all its subgroups, `E21D23/00` that one place alone.
    pub ipc: Vec<Symbol>,
    /// Symbols of the CPC alone; their fit has not been checked against the scheme. Never required of a CN document.
    pub cpc: Vec<Symbol>,
    /// Words that count together with a class of the node or an anchor of the pack.
    pub keywords: Terms,
    /// Words that are enough by themselves.
    pub strong: Terms,
    /// Words that speak against the node, where neither class nor strong word speaks for it.
    pub noise: Terms,
    /// Whether a class of the node is enough, without any word.
    pub class_only: bool,
    /// Whether the node has no class of its own, so that words alone tag it.
    pub word_only: bool,
    /// Whether the node is left out of counts unless it is asked for: the border of the field.
    pub off_by_default: bool,
    /// The line of the file on which the node begins, from 1.
    pub line: usize,
}

/// Terms of both languages that mean the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Concept {
    /// The id, unique in the pack.
    pub id: String,
    /// Chinese terms, the preferred first.
    pub zh: Vec<String>,
    /// English terms, the preferred first.
    pub en: Vec<String>,
    /// The node under which the concept mostly occurs.
    pub node: Option<String>,
    /// The line of the file, from 1.
    pub line: usize,
}

/// One effect of the technique × effect matrix (技术功效矩阵), with the words that show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Effect {
    /// The id, unique in the pack.
    pub id: String,
    /// The name, which says what gets better.
    pub name: Bilingual,
    /// Words of sentences that state the effect.
    pub triggers: Terms,
    /// Words of sentences that state the problem or purpose (目的) behind it.
    pub problems: Terms,
    /// The line of the file, from 1.
    pub line: usize,
}

/// Words that lead out of the field.
///
/// They exclude a document only where it has no class of the domain and no strong word, and every exclusion is counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Noise {
    /// The words.
    pub terms: Terms,
    /// Words that keep the document all the same.
    pub unless: Terms,
    /// The line of the file, from 1.
    pub line: usize,
}

/// An applicant group of the field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Group {
    /// The id; the same group has the same id in all packs.
    pub id: String,
    /// The name of the group.
    pub name: Bilingual,
    /// Its members that file in this field.
    pub members: Vec<Member>,
    /// Names that hold a part of the group's name and are strangers to it.
    pub not: Vec<String>,
    /// The line of the file, from 1.
    pub line: usize,
}

/// An edge between an organisation and its group. Names match as whole legal names, never as a part of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// The whole Chinese or English legal name.
    pub name: String,
    /// Other whole names of the same organisation.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// What it is to the group.
    pub relation: Relation,
    /// The share held, 0-100 percent, where known.
    #[serde(default)]
    pub share_percent: Option<u8>,
    /// First year, month or day of the edge (`2017`, `2017-11`, `2017-11-28`); unknown is `None`.
    #[serde(default)]
    pub from: Option<String>,
    /// Last year, month or day of the edge; `None` is still in force or unknown.
    #[serde(default)]
    pub to: Option<String>,
    /// The other parents of a joint venture, as ids of groups or names.
    #[serde(default)]
    pub with: Vec<String>,
    /// Whether the edge was compared with a public record. Otherwise it is knowledge of the field.
    #[serde(default)]
    pub verified: bool,
}

/// Returns the first day of a year, month or day as edges write it; `None` for any other text.
pub fn first_day(text: &str) -> Option<Date> {
    match text.len() {
        4 => format!("{text}-01-01").parse().ok(),
        7 => format!("{text}-01").parse().ok(),
        10 => text.parse().ok(),
        _ => None,
    }
}

/// What a member is to its group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// The top company itself.
    Parent,
    /// A company that the group controls.
    Subsidiary,
    /// A research institute of the group.
    Institute,
    /// Owned together with others: listed under each parent, counted once.
    JointVenture,
    /// A group that was merged into this one on `from`.
    Predecessor,
    /// An earlier name of the same organisation, until `to`.
    FormerName,
}

/// A word of a pack, with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackWord {
    /// The line of the entry, from 1.
    pub line: usize,
    /// The entry: `anchors`, `node B1`, `concept liner`, `effect cost`, `noise`.
    pub at: String,
    /// The word.
    pub term: String,
}

/// A class that was closed, and where its documents are filed since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Succession {
    /// The closed symbol, which older documents still print.
    pub old: Symbol,
    /// Its successors.
    pub new: Vec<Symbol>,
    /// The line of the file, from 1.
    pub line: usize,
}

/// A domain pack that was read and found consistent.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pack {
    /// The id: lower-case letters, digits, hyphens.
    pub id: String,
    /// The name of the domain.
    pub title: Bilingual,
    /// What the domain covers, in one sentence.
    pub definition: Bilingual,
    /// Words of which a document holds at least one, unless a class of [`Pack::anchor_classes`] stands on it.
    pub anchors: Terms,
    /// Symbols that put a document in the domain without an anchor word.
    pub anchor_classes: Vec<Symbol>,
    /// The nodes, in the order of the file.
    pub nodes: Vec<Node>,
    /// The vocabulary.
    pub concepts: Vec<Concept>,
    /// The effects of the matrix.
    pub effects: Vec<Effect>,
    /// The noise of the domain.
    pub noise: Vec<Noise>,
    /// The applicant groups.
    pub groups: Vec<Group>,
    /// The closed classes of the field.
    pub concordance: Vec<Succession>,
    /// Folded term to position in `concepts`.
    #[serde(skip)]
    by_term: HashMap<String, usize>,
}

impl Pack {
    /// Returns the packs that are compiled in.
    pub fn builtin() -> &'static [Self] {
        &PACKS
    }

    /// Returns the node of an id.
    pub fn node(&self, id: &str) -> Option<&Node> {
        self.nodes.iter().find(|node| node.id == id)
    }

    /// Returns the nodes directly below a node, or those of the first level.
    pub fn children<'a>(&'a self, id: Option<&'a str>) -> impl Iterator<Item = &'a Node> {
        self.nodes.iter().filter(move |node| node.parent.as_deref() == id)
    }

    /// Returns whether no node is below this one.
    pub fn is_leaf(&self, id: &str) -> bool {
        self.children(Some(id)).next().is_none()
    }

    /// Returns the level of a node, 1 for those without a parent; `None` for an unknown id.
    pub fn level(&self, id: &str) -> Option<usize> {
        let mut node = self.node(id)?;
        let mut level = 1;
        // A pack with a cycle was refused, so the way up ends.
        while let Some(parent) = node.parent.as_deref().and_then(|parent| self.node(parent)) {
            node = parent;
            level += 1;
        }
        Some(level)
    }

    /// Returns the concept that a term names, in either language.
    ///
    /// Case, width, hyphens and runs of spaces do not matter. Inflection does: `shearers` is no term of a pack.
    ///
    /// ```
    /// use patnav::patent::domain::Pack;
    /// let icm = &Pack::builtin()[0];
    /// let concept = icm.concept_of("Powered  Roof-Support").expect("a term of the pack");
    /// assert_eq!(concept.zh[0], "液压支架");
    /// ```
    pub fn concept_of(&self, term: &str) -> Option<&Concept> {
        self.by_term.get(&fold(term)).map(|&at| &self.concepts[at])
    }

    /// Returns a short hash of the tree: ids, parents, names and definitions. Tags remember it, so that a change of the
    /// tree under them is seen.
    pub fn tree_id(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        for node in &self.nodes {
            let parent = node.parent.as_deref().unwrap_or_default();
            let parts =
                [&node.id, parent, &node.name.zh, &node.name.en, &node.definition.zh, &node.definition.en];
            for part in parts {
                hasher.update(part.as_bytes());
                hasher.update(&[0]);
            }
        }
        hasher.finalize().to_hex()[..12].to_owned()
    }

    /// Returns a short hash of all that tagging goes by: tree, classes, words, flags.
    pub fn rules_id(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        let mut add = |part: &str| {
            hasher.update(part.as_bytes());
            hasher.update(&[0]);
        };
        add(&self.id);
        add(&self.tree_id());
        self.anchor_classes.iter().for_each(|symbol| add(&symbol.0));
        for node in &self.nodes {
            node.ipc.iter().chain(&node.cpc).for_each(|symbol| add(&symbol.0));
            for (role, terms) in [("s", &node.strong), ("k", &node.keywords), ("n", &node.noise)] {
                add(role);
                terms.iter().for_each(&mut add);
            }
            add(if node.class_only { "class" } else { "" });
            add(if node.off_by_default { "off" } else { "" });
        }
        for effect in &self.effects {
            add(&effect.id);
            effect.triggers.iter().chain(["|"]).chain(effect.problems.iter()).for_each(&mut add);
        }
        for concept in &self.concepts {
            add(concept.node.as_deref().unwrap_or_default());
        }
        for noise in &self.noise {
            noise.terms.iter().chain(["|"]).chain(noise.unless.iter()).for_each(&mut add);
        }
        self.words().iter().for_each(|word| add(&word.term));
        hasher.finalize().to_hex()[..12].to_owned()
    }

    /// Returns every word of the pack that a text can hold, with its line and the entry that it stands in; the words
    /// of one entry once each, in the order of the file. Names and definitions are no words of a text.
    pub fn words(&self) -> Vec<PackWord> {
        let mut words: Vec<PackWord> = Vec::new();
        let mut add = |line: usize, at: String, terms: &mut dyn Iterator<Item = &'_ str>| {
            let first = words.len();
            for term in terms {
                if !words[first..].iter().any(|word| word.term == term) {
                    words.push(PackWord { line, at: at.clone(), term: term.to_owned() });
                }
            }
        };
        add(1, "anchors".to_owned(), &mut self.anchors.iter());
        for node in &self.nodes {
            let all = [&node.strong, &node.keywords, &node.noise];
            add(node.line, format!("node {}", node.id), &mut all.into_iter().flat_map(Terms::iter));
        }
        for concept in &self.concepts {
            let terms = concept.zh.iter().chain(&concept.en).map(String::as_str);
            add(concept.line, format!("concept {}", concept.id), &mut { terms });
        }
        for effect in &self.effects {
            let all = [&effect.triggers, &effect.problems];
            add(effect.line, format!("effect {}", effect.id), &mut all.into_iter().flat_map(Terms::iter));
        }
        for noise in &self.noise {
            let all = [&noise.terms, &noise.unless];
            add(noise.line, "noise".to_owned(), &mut all.into_iter().flat_map(Terms::iter));
        }
        words.sort_by_key(|word| word.line);
        words
    }

    /// Returns pairs of terms that mean the same: every Chinese term with the preferred English one,
    /// and every further English term with the preferred Chinese one. No pair comes twice.
    pub fn equivalents(&self) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        for concept in &self.concepts {
            let (Some(zh), Some(en)) = (concept.zh.first(), concept.en.first()) else {
                continue;
            };
            pairs.extend(concept.zh.iter().map(|term| (term.clone(), en.clone())));
            pairs.extend(concept.en.iter().skip(1).map(|term| (zh.clone(), term.clone())));
        }
        pairs
    }
}

/// Returns whether a symbol of a pack means a symbol of a document.
///
/// A main group without subgroup, a subclass or a class means everything below it. A symbol with a subgroup means
/// that place alone, `/00` included: `E21D23` covers `E21D23/12`, `E21D23/00` does not.
/// (A query for `E21D23/00` asks for all of the group; [`Symbol::is_under`] is for that.)
///
/// ```
/// use patnav::patent::{Symbol, domain::covers};
/// let check = |pack: &str, document: &str| covers(&Symbol(pack.into()), &Symbol(document.into()));
/// assert!(check("E21D23", "E21D23/12") && check("E21D23/00", "E21D23/00") && check("E21D", "E21D23"));
/// assert!(!check("E21D23/00", "E21D23/12") && check("E21D23/00", "E21D23"));
/// ```
pub fn covers(of_pack: &Symbol, of_document: &Symbol) -> bool {
    match of_pack.0.split_once('/') {
        // A document that names the group without a subgroup stands at its `/00`.
        Some((group, "00")) if of_document.0 == group => true,
        Some(_) => of_pack == of_document,
        None => of_document.is_under(of_pack),
    }
}

/// Returns the form in which terms are compared: NFKC, lower case, hyphens as spaces, single spaces.
fn fold(term: &str) -> String {
    let plain: String = term.nfkc().collect::<String>().to_lowercase();
    let words: Vec<&str> =
        plain.split(|c: char| c.is_whitespace() || matches!(c, '-' | '‐' | '‑' | '–')).collect();
    words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
