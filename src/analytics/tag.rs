//! Tagging (标引): which leaves of a domain's tree a document belongs to, and what it wants to make better.
//!
//! A [`Tagger`] is compiled from domain packs. It reads classes, title, abstract, keywords and independent claims of a
//! document and says the leaves, each with the [`Method`] that found it and a confidence; effects and purposes for the
//! technique × effect matrix (技术功效矩阵); and the domains. What rules leave open is asked of the nearest documents
//! that have tags ([`near`]). What a person decided ([`Decision`]) goes before everything computed. How well all this
//! agrees with people is measured in [`agreement`].
//!
//! # The rules
//!
//! The words of a pack are found in one pass (`lexicon.rs`). For each node
//!
//! - its *text* score is the sum over its distinct words of role × zone / √n: a strong word 1, a keyword or
//!   a term of its vocabulary 0.45; the title 1.3, claims, abstract and keywords of the author 0.7; n branches of the pack
//!   share the word; each of up to three further occurrences adds a tenth. The better of the Chinese and the English version counts, at most [`MAX_TEXT`]; a leaf whose
//!   branch is spoken of as well gets 0.3 of the branch's score on top;
//! - its *class* score is that of its best class: named exactly 1, by main group 0.6, by subclass 0.35; × 0.8 where it
//!   is not the first class, × 0.5 where it is additional; / √n, n leaves of the pack name the same symbol. In a pack
//!   `E21D23/00` means that place alone and `E21D23` all of the group ([`domain::covers`](crate::patent::domain::covers));
//! - keywords count only beside a class of the node, a class or word that anchors the domain, or a strong word of it;
//! - noise of a node refuses it where neither class nor strong word speaks for it; noise of the pack refuses the pack
//!   where neither a class of the domain nor a strong word does. Each refusal is reported.
//!
//! The score is the logistic function of -1.9 + 3.0 text + 1.5 class (+ 1.0 where both are there; + 2.2 for a class
//! of a `class_only` node; + 0.6 where the document has no text at all). A leaf is given at [`THRESHOLD`] and above, if
//! its log-odds are not [`MARGIN`] below those of the best leaf of its pack; at most [`MAX_LEAVES`] a pack. Where no leaf
//! reaches it a branch is given that does: "somewhere below here". The confidence of a tag is the share of tags with
//! such a score that were right on synthetic documents (`score.rs`), so a tag may be given with little confidence; the
//! column `tag_detail` shows it. The weights were set by hand from what the packs mean by their entries, and looked at
//! on texts of the generator with seed 7; `benches/tags.rs` measures them on others.

pub mod agreement;
mod clause;
pub mod due;
mod lexicon;
pub mod near;
mod occur;
pub mod review;
mod score;
pub mod sheet;
#[cfg(test)]
mod tests;

pub use occur::never_occurring;

use std::fmt;
use std::str::FromStr;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::patent::domain::Pack;
use crate::patent::{Claim, ClaimSet, Position, Publication, Scheme, Version};
use lexicon::{Lexicon, Use, What};

/// The version of these rules, which derived columns carry.
pub const VERSION: &str = "tags-2";

/// The score from which a leaf is given.
pub const THRESHOLD: f32 = 0.5;
/// How far below the best leaf of its pack a further leaf may lie, in log-odds.
pub const MARGIN: f32 = 1.5;
/// Most leaves of one pack that rules give a document.
pub const MAX_LEAVES: usize = 4;
/// The most that words can speak for a node.
pub const MAX_TEXT: f32 = 3.0;
/// Bytes of one zone that are read: claims of hundreds of pages tell no more than their beginning.
const MAX_ZONE_BYTES: usize = 256 << 10;

/// How a tag was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// By a class, with or without words.
    Class,
    /// By words alone.
    Term,
    /// By the nearest documents that have tags.
    Near,
    /// By a person.
    Reviewed,
}

impl Method {
    /// Returns the name, as columns and JSON write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Class => "class",
            Self::Term => "term",
            Self::Near => "near",
            Self::Reviewed => "reviewed",
        }
    }
}

/// A tag of a document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tag {
    /// The id of the pack.
    pub pack: String,
    /// The id of the leaf, or of a branch where no leaf of it could be told.
    pub node: String,
    /// How it was found.
    pub method: Method,
    /// How likely it is right, 0-1; 1 where a person said so.
    pub confidence: f32,
}

impl Tag {
    /// Returns `pack:node`, as the column `tag` holds it.
    pub fn id(&self) -> String {
        format!("{}:{}", self.pack, self.node)
    }
}

impl fmt::Display for Tag {
    /// Writes `pack:node|method|confidence`, as the column `tag_detail` holds it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}|{}|{:.2}", self.pack, self.node, self.method.name(), self.confidence)
    }
}

impl FromStr for Tag {
    type Err = ();

    /// Reads what [`Tag`] writes.
    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.split('|');
        let (pack, node) = parts.next().and_then(|id| id.split_once(':')).ok_or(())?;
        let method = match parts.next() {
            Some("class") => Method::Class,
            Some("term") => Method::Term,
            Some("near") => Method::Near,
            Some("reviewed") => Method::Reviewed,
            _ => return Err(()),
        };
        let confidence = parts.next().and_then(|text| text.parse().ok()).ok_or(())?;
        Ok(Self { pack: pack.to_owned(), node: node.to_owned(), method, confidence })
    }
}

/// A leaf that something speaks for, enough or not.
#[derive(Debug, Clone, PartialEq)]
pub struct Hint {
    /// The id of the pack.
    pub pack: String,
    /// The id of the leaf.
    pub node: String,
    /// What words and classes add to the log-odds: 0 where nothing speaks for it, 1.9 at the threshold.
    pub weight: f32,
}

/// What is known of one document.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Tagged {
    /// The packs to whose field it belongs.
    pub domains: Vec<String>,
    /// Its leaves, by pack, the most certain first.
    pub tags: Vec<Tag>,
    /// Effects of the packs it belongs to, as `pack:effect`.
    pub effects: Vec<String>,
    /// Effects whose problem it states, as `pack:effect`.
    pub purposes: Vec<String>,
    /// Packs that noise words refused.
    pub refused: Vec<String>,
    /// Leaves that something speaks for: what neighbours are weighed against.
    #[serde(skip)]
    pub hints: Vec<Hint>,
    /// Packs of which a person decided.
    #[serde(skip)]
    pub decided: Vec<String>,
}

impl Tagged {
    /// Returns the packs of which rules leave the leaf open: the document belongs to the domain or something hints at it,
    /// and neither a person said so nor is a leaf sure by a class. Words alone are never sure: whoever borrows them is near to
    /// other documents.
    pub fn open(&self) -> Vec<String> {
        let mut packs = self.domains.clone();
        packs.extend(self.hints.iter().map(|hint| hint.pack.clone()));
        packs.sort();
        packs.dedup();
        packs.retain(|pack| !self.is_closed(pack));
        packs
    }

    /// Returns whether neighbours have nothing to say of a pack: a person decided, noise refused it, or a class is sure.
    pub fn is_closed(&self, pack: &str) -> bool {
        let is_sure = |tag: &Tag| tag.method == Method::Class && tag.confidence >= SURE;
        self.decided.iter().chain(&self.refused).any(|id| id == pack)
            || self.tags.iter().any(|tag| tag.pack == pack && is_sure(tag))
    }

    /// Puts what a person decided in the place of what was computed for the same pack.
    ///
    /// A decision without leaves says that the document belongs to none of the pack.
    pub fn decide(&mut self, decision: &Decision) {
        let of_pack = |id: &str| id.split_once(':').is_some_and(|(pack, _)| pack == decision.pack);
        self.tags.retain(|tag| tag.pack != decision.pack);
        self.hints.retain(|hint| hint.pack != decision.pack);
        self.decided.push(decision.pack.clone());
        self.domains.retain(|pack| *pack != decision.pack);
        self.tags.extend(decision.leaves.iter().map(|leaf| Tag {
            pack: decision.pack.clone(),
            node: leaf.clone(),
            method: Method::Reviewed,
            confidence: 1.0,
        }));
        if !decision.leaves.is_empty() {
            self.domains.push(decision.pack.clone());
            self.domains.sort();
        }
        for (mine, theirs) in
            [(&mut self.effects, &decision.effects), (&mut self.purposes, &decision.purposes)]
        {
            if let Some(ids) = theirs {
                mine.retain(|id| !of_pack(id));
                mine.extend(ids.iter().map(|id| format!("{}:{id}", decision.pack)));
            } else if decision.leaves.is_empty() {
                mine.retain(|id| !of_pack(id));
            }
        }
    }
}

/// The confidence of a tag by class from which the nearest documents are not asked.
pub const SURE: f32 = 0.7;

/// What a person decided of a document and a pack.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// The key of the document.
    pub key: String,
    /// The id of the pack.
    pub pack: String,
    /// The leaves; none says that it belongs to none.
    pub leaves: Vec<String>,
    /// The effects; `None` leaves the computed ones.
    pub effects: Option<Vec<String>>,
    /// The purposes; `None` leaves the computed ones.
    pub purposes: Option<Vec<String>>,
}

/// The rules of some packs, compiled.
pub struct Tagger {
    packs: Vec<Pack>,
    lexicon: Lexicon,
    /// Symbols as packs write them, with the nodes that name them; `None` is the pack itself.
    classes: FxHashMap<String, Vec<(u16, Option<u16>)>>,
    /// For each pack, the place of each node's parent, and whether it is a leaf.
    trees: Vec<Vec<(Option<u16>, bool)>>,
}

/// Room for work on one document, kept from one to the next.
#[derive(Default)]
pub struct Scratch {
    lexicon: lexicon::Scratch,
    heard: Vec<Heard>,
}

/// A word of a pack in a document.
#[derive(Clone, Copy)]
struct Heard {
    one: Use,
    word: u32,
    zone: f32,
}

/// Weights of the zones.
const TITLE: f32 = 1.3;
const BODY: f32 = 0.7;

impl Tagger {
    /// Compiles packs. Of two packs with one id the first counts.
    pub fn new(packs: &[Pack]) -> Self {
        let mut unique: Vec<Pack> = Vec::new();
        for pack in packs {
            if !unique.iter().any(|other| other.id == pack.id) {
                unique.push(pack.clone());
            }
        }
        let mut classes: FxHashMap<String, Vec<(u16, Option<u16>)>> = FxHashMap::default();
        for (at, pack) in (0..).zip(&unique) {
            let mut add = |symbol: &str, node| {
                let named = classes.entry(symbol.to_owned()).or_default();
                if !named.contains(&(at, node)) {
                    named.push((at, node));
                }
            };
            pack.anchor_classes.iter().for_each(|symbol| add(&symbol.0, None));
            for (place, node) in (0..).zip(&pack.nodes) {
                node.ipc.iter().chain(&node.cpc).for_each(|symbol| add(&symbol.0, Some(place)));
            }
        }
        let trees = unique.iter().map(tree).collect();
        Self { lexicon: Lexicon::new(&unique), packs: unique, classes, trees }
    }

    /// Returns the packs.
    pub fn packs(&self) -> &[Pack] {
        &self.packs
    }

    /// Tags one document by rules.
    ///
    /// A document without text is tagged by its classes, with less confidence; one in another language than Chinese
    /// and English likewise. The order is fixed: packs as they were given, leaves by confidence, then by tree.
    pub fn tag(&self, publication: &Publication, scratch: &mut Scratch) -> Tagged {
        let classes = self.class_scores(publication);
        let mut versions = Vec::with_capacity(2);
        for version in [Version::Zh, Version::En] {
            if self.hear(publication, version, scratch) {
                let mut evidence: Vec<score::Evidence> =
                    self.packs.iter().map(score::Evidence::new).collect();
                score::gather(&mut scratch.heard, &mut evidence);
                versions.push(evidence);
            }
        }
        let mut tagged = Tagged::default();
        for (at, pack) in self.packs.iter().enumerate() {
            let evidence: Vec<&score::Evidence> = versions.iter().map(|version| &version[at]).collect();
            score::decide(pack, &self.trees[at], &evidence, &classes[at], &mut tagged);
        }
        tagged
    }

    /// Collects the words of one language version; `false` where it has no text.
    fn hear(&self, publication: &Publication, version: Version, scratch: &mut Scratch) -> bool {
        let Scratch { lexicon, heard } = scratch;
        heard.clear();
        let mut has_text = false;
        let mut zone = |text: &str, weight: f32, with_effects: bool| {
            has_text |= !text.trim().is_empty();
            let text = &text[..text.floor_char_boundary(MAX_ZONE_BYTES)];
            self.lexicon.scan(text, lexicon, &mut |word, one| {
                let is_effect = matches!(
                    one.what,
                    What::Trigger(_) | What::Problem(_) | What::EffectObject(..) | What::ProblemObject(..)
                );
                if with_effects || !is_effect {
                    heard.push(Heard { one, word, zone: weight });
                }
            });
        };
        let of = |lang: &crate::patent::Language| lang.version() == version;
        publication
            .titles
            .iter()
            .filter(|text| of(&text.lang))
            .for_each(|text| zone(&text.text, TITLE, true));
        publication
            .abstracts
            .iter()
            .filter(|text| of(&text.lang))
            .for_each(|text| zone(&text.text, BODY, true));
        publication
            .keywords
            .iter()
            .filter(|text| of(&text.lang))
            .for_each(|text| zone(&text.text, BODY, false));
        for set in publication.claims.iter().filter(|set| of(&set.lang)) {
            independent(set).for_each(|claim| zone(&claim.text, BODY, false));
        }
        has_text
    }

    /// Returns for each pack how much classes speak for each node, 0-1, and for the domain.
    fn class_scores(&self, publication: &Publication) -> Vec<score::Classes> {
        let mut scores: Vec<score::Classes> =
            self.packs.iter().map(|pack| score::Classes::new(pack.nodes.len())).collect();
        for class in &publication.classes {
            if !matches!(class.scheme, Scheme::Ipc | Scheme::Cpc) {
                continue;
            }
            let place = if class.position == Some(Position::First) { 1.0 } else { 0.8 };
            let place = if class.additional == Some(true) { place * 0.5 } else { place };
            let symbol = &class.symbol;
            let exact = symbol.0.as_str();
            let at_group =
                (!exact.contains('/') && symbol.main_group().is_some()).then(|| format!("{exact}/00"));
            let levels = [
                (Some(exact).filter(|exact| exact.contains('/')), 1.0),
                (at_group.as_deref(), 1.0),
                (symbol.main_group(), 0.6),
                (symbol.subclass(), 0.35),
                (symbol.class(), 0.2),
            ];
            for (key, weight) in levels {
                let Some(named) = key.and_then(|key| self.classes.get(key)) else { continue };
                for (pack, node) in named {
                    let pack_at = usize::from(*pack);
                    let leaves = named.iter().filter(|(other, node)| {
                        other == pack && node.is_some_and(|node| self.trees[pack_at][usize::from(node)].1)
                    });
                    let n_sharing = leaves.count().max(1);
                    scores[pack_at].add(*node, weight * place / (n_sharing as f32).sqrt());
                }
            }
        }
        scores
    }
}

/// Returns the parent and leafhood of each node of a pack.
fn tree(pack: &Pack) -> Vec<(Option<u16>, bool)> {
    let place =
        |id: &str| pack.nodes.iter().position(|node| node.id == id).and_then(|at| u16::try_from(at).ok());
    pack.nodes.iter().map(|node| (node.parent.as_deref().and_then(place), pack.is_leaf(&node.id))).collect()
}

/// Returns the independent claims, as the file declares them or as the words say.
fn independent(set: &ClaimSet) -> impl Iterator<Item = &Claim> {
    let declared = set.claims.iter().any(|claim| !claim.refers_to.is_empty());
    // What declared references call dependent may be a claim for another subject: it adds little to tagging.
    let places: Vec<usize> = if declared {
        (0..set.claims.len()).filter(|at| set.claims[*at].refers_to.is_empty()).collect()
    } else {
        set.independent()
    };
    places.into_iter().map(|at| &set.claims[at])
}
