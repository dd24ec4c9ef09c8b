//! Every word of every pack, found in one pass over a text.
//!
//! The words of all packs make one automaton. A text is folded as the index folds it (full width, traditional
//! characters, case), with hyphens and runs of white space as one space. Matches of all lengths are found; of words
//! about the topic only those count that no longer word covers, so that `煤气` in `焦炉煤气` is not heard, while
//! words that overlap (`高压储氢` and `储氢瓶` in `高压储氢瓶`) both are. English words end where letters and digits
//! end, a plural `s` or `es` apart. Anchors count inside longer words too, unless these are noise.

use aho_corasick::AhoCorasick;
use rustc_hash::FxHashMap;

use super::clause::{self, Direction};
use crate::patent::domain::{Pack, Terms};
use crate::text::normalize::fold;

/// What a word of a pack is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum What {
    /// Puts a document in the domain.
    Anchor,
    /// A strong word of a node.
    Strong(u16),
    /// A keyword of a node.
    Keyword(u16),
    /// A term of a concept that mostly occurs under a node.
    Concept(u16),
    /// Speaks against a node.
    NodeNoise(u16),
    /// Leads out of the field.
    Noise(u16),
    /// Keeps the document although that noise is there.
    Unless(u16),
    /// States an effect.
    Trigger(u16),
    /// States the problem behind an effect.
    Problem(u16),
    /// States an effect where the words around say that it goes up or down.
    EffectObject(u16, Direction),
    /// States the problem behind an effect where the words around say that it is high or low.
    ProblemObject(u16, Direction),
}

impl What {
    fn is_topic(self) -> bool {
        matches!(self, Self::Strong(_) | Self::Keyword(_) | Self::Concept(_) | Self::NodeNoise(_))
    }

    fn is_noise(self) -> bool {
        matches!(self, Self::Noise(_))
    }
}

/// A use of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Use {
    /// The place of the pack.
    pub(super) pack: u16,
    /// For words of nodes, how many branches of the pack share the word; 1 for others.
    pub(super) n_sharing: u8,
    /// What it is for.
    pub(super) what: What,
}

/// A word and all its uses.
struct Word {
    latin_start: bool,
    latin_end: bool,
    uses: Vec<Use>,
    is_topic: bool,
    is_noise: bool,
}

/// The words of some packs.
pub(super) struct Lexicon {
    automaton: AhoCorasick,
    words: Vec<Word>,
}

/// Room for folded text and matches, kept from text to text.
#[derive(Default)]
pub(super) struct Scratch {
    text: String,
    found: Vec<Found>,
}

struct Found {
    start: usize,
    end: usize,
    word: u32,
}

impl Lexicon {
    /// Collects the words of packs.
    pub(super) fn new(packs: &[Pack]) -> Self {
        let mut words: FxHashMap<String, Vec<Use>> = FxHashMap::default();
        let mut order: Vec<String> = Vec::new();
        for (at, pack) in packs.iter().enumerate().take(usize::from(u16::MAX)) {
            let place = small(at);
            let mut add = |term: &str, what: What| {
                let term = prepared(term);
                if term.chars().all(|c| !c.is_alphanumeric()) {
                    return;
                }
                let uses = words.entry(term).or_insert_with_key(|term| {
                    order.push(term.clone());
                    Vec::new()
                });
                let one = Use { pack: place, n_sharing: 1, what };
                if !uses.contains(&one) {
                    uses.push(one);
                }
            };
            add_pack(pack, &mut add);
        }
        let words = order.iter().map(|term| {
            let mut uses = words.remove(term).unwrap_or_default();
            count_sharing(&mut uses, packs);
            let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
            Word {
                latin_start: latin(term.chars().next()),
                latin_end: latin(term.chars().next_back()),
                is_topic: uses.iter().any(|one| one.what.is_topic()),
                is_noise: uses.iter().any(|one| one.what.is_noise()),
                uses,
            }
        });
        let words = words.collect();
        let automaton =
            AhoCorasick::new(&order).expect("packs hold far fewer words than the automaton has room for");
        Self { automaton, words }
    }

    /// Calls `hear` with every use of every word that counts in `text`, and the place of the word.
    pub(super) fn scan(&self, text: &str, scratch: &mut Scratch, hear: &mut dyn FnMut(u32, Use)) {
        prepare(text, &mut scratch.text);
        let text = scratch.text.as_str();
        scratch.found.clear();
        for found in self.automaton.find_overlapping_iter(text) {
            let word = &self.words[found.pattern().as_usize()];
            if fits(text.as_bytes(), found.start(), found.end(), word) {
                let word = found.pattern().as_u32();
                scratch.found.push(Found { start: found.start(), end: found.end(), word });
            }
        }
        // Longest first where words begin together: then whatever ends before the furthest end so far is inside.
        scratch.found.sort_unstable_by(|a, b| a.start.cmp(&b.start).then(b.end.cmp(&a.end)));
        let (mut topic_end, mut noise_end, mut any_end) = (0, 0, 0);
        for found in &scratch.found {
            let word = &self.words[found.word as usize];
            for one in &word.uses {
                let counts = match one.what {
                    What::Anchor => found.end > noise_end,
                    What::Noise(_) | What::Unless(_) => true,
                    What::Strong(_) | What::Keyword(_) | What::Concept(_) | What::NodeNoise(_) => {
                        found.end > topic_end && found.end > noise_end
                    }
                    What::Trigger(_) | What::Problem(_) => found.end > any_end,
                    What::EffectObject(_, wanted) | What::ProblemObject(_, wanted) => {
                        clause::direction(text, found.start, found.end) == Some(wanted)
                    }
                };
                if counts {
                    hear(found.word, *one);
                }
            }
            any_end = any_end.max(found.end);
            if word.is_topic {
                topic_end = topic_end.max(found.end);
            }
            if word.is_noise {
                noise_end = noise_end.max(found.end);
            }
        }
    }
}

/// Counts the nodes of each pack that share a word; a node above another that has it counts with that one.
fn count_sharing(uses: &mut [Use], packs: &[Pack]) {
    let nodes: Vec<(u16, u16)> = uses.iter().filter_map(|one| Some((one.pack, node_of(one.what)?))).collect();
    let id = |pack: u16, node: u16| packs[usize::from(pack)].nodes[usize::from(node)].id.as_str();
    for one in uses {
        let mut branches: Vec<u16> = Vec::new();
        for (_, node) in nodes.iter().filter(|(pack, _)| *pack == one.pack) {
            let pack = &packs[usize::from(one.pack)];
            let covered = nodes.iter().any(|(other_pack, other)| {
                *other_pack == one.pack
                    && other != node
                    && is_above(pack, id(one.pack, *node), id(one.pack, *other))
            });
            if !covered && !branches.contains(node) {
                branches.push(*node);
            }
        }
        one.n_sharing = u8::try_from(branches.len().max(1)).unwrap_or(u8::MAX);
    }
}

/// Returns the node that a word speaks for.
pub(super) fn node_of(what: What) -> Option<u16> {
    match what {
        What::Strong(node) | What::Keyword(node) | What::Concept(node) => Some(node),
        _ => None,
    }
}

/// Returns whether one node lies above another.
fn is_above(pack: &Pack, above: &str, below: &str) -> bool {
    let mut at = pack.node(below).and_then(|node| node.parent.as_deref());
    while let Some(id) = at {
        if id == above {
            return true;
        }
        at = pack.node(id).and_then(|node| node.parent.as_deref());
    }
    false
}

fn add_pack(pack: &Pack, add: &mut dyn FnMut(&str, What)) {
    pack.anchors.iter().for_each(|term| add(term, What::Anchor));
    for (at, node) in pack.nodes.iter().enumerate() {
        let at = small(at);
        // Synonyms of a word are as good as the word.
        let mut with_synonyms = |terms: &Terms, what: What| {
            for term in terms.iter() {
                add(term, what);
                if let Some(concept) = pack.concept_of(term) {
                    concept.zh.iter().chain(&concept.en).for_each(|term| add(term, what));
                }
            }
        };
        with_synonyms(&node.strong, What::Strong(at));
        with_synonyms(&node.keywords, What::Keyword(at));
        node.noise.iter().for_each(|term| add(term, What::NodeNoise(at)));
    }
    for concept in &pack.concepts {
        let node = concept.node.as_ref().and_then(|id| pack.nodes.iter().position(|node| node.id == *id));
        if let Some(node) = node {
            concept.zh.iter().chain(&concept.en).for_each(|term| add(term, What::Concept(small(node))));
        }
    }
    for (at, noise) in pack.noise.iter().enumerate() {
        noise.terms.iter().for_each(|term| add(term, What::Noise(small(at))));
        noise.unless.iter().for_each(|term| add(term, What::Unless(small(at))));
    }
    for (at, effect) in pack.effects.iter().enumerate() {
        let at = small(at);
        for term in effect.triggers.iter() {
            add(term, What::Trigger(at));
            if let Some((object, direction)) = clause::split(&prepared(term)) {
                add(object, What::EffectObject(at, direction));
            }
        }
        for term in effect.problems.iter() {
            add(term, What::Problem(at));
            if let Some((object, direction)) = clause::split(&prepared(term)) {
                add(object, What::ProblemObject(at, direction));
            }
        }
    }
}

/// A pack has a few hundred entries; more than 65,535 of a kind would not be told apart.
fn small(at: usize) -> u16 {
    u16::try_from(at).unwrap_or(u16::MAX)
}

/// Returns whether a match of bytes is one of words.
fn fits(text: &[u8], start: usize, end: usize, word: &Word) -> bool {
    let latin = |at: usize| text.get(at).is_some_and(u8::is_ascii_alphanumeric);
    if word.latin_start && start > 0 && latin(start - 1) {
        return false;
    }
    if !word.latin_end || !latin(end) {
        return true;
    }
    let plural = match &text[end..] {
        [b'e', b's', ..] => 2,
        [b's', ..] => 1,
        _ => return false,
    };
    end - start >= MIN_PLURAL_BYTES && !latin(end + plural)
}

/// Shorter words and acronyms take no plural: `cats` is not `CAT`.
const MIN_PLURAL_BYTES: usize = 4;

/// Returns the form in which words are compared.
pub(super) fn prepared(term: &str) -> String {
    let mut out = String::new();
    prepare(term, &mut out);
    out
}

fn prepare(text: &str, out: &mut String) {
    out.clear();
    let folded = fold(text);
    out.reserve(folded.text.len());
    let mut space = true;
    for c in folded.text.chars() {
        let c = match c {
            '-' | '‐' | '‑' | '–' | '\t' | '\n' | '\r' | '\u{a0}' | '\u{3000}' => ' ',
            c => c.to_ascii_lowercase(),
        };
        if c != ' ' || !space {
            out.push(c);
        }
        space = c == ' ';
    }
    if out.ends_with(' ') {
        out.pop();
    }
}
