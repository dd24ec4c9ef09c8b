//! From what was heard to tags: the sums, thresholds and refusals that the module's page describes.

use super::lexicon::What;
use super::{Heard, Hint, MARGIN, MAX_LEAVES, MAX_TEXT, Method, THRESHOLD, Tag, Tagged};
use crate::patent::domain::Pack;

/// What the words of one language version say for one pack.
#[derive(Default)]
pub(super) struct Evidence {
    anchored: bool,
    has_strong: bool,
    /// By node: words that are enough, words that are not, noise.
    strong: Vec<f32>,
    weak: Vec<f32>,
    noise: Vec<bool>,
    /// By entry of the pack's noise: heard, and excused.
    refusing: Vec<(bool, bool)>,
    effects: Vec<bool>,
    purposes: Vec<bool>,
}

impl Evidence {
    pub(super) fn new(pack: &Pack) -> Self {
        let n = pack.nodes.len();
        Self {
            strong: vec![0.0; n],
            weak: vec![0.0; n],
            noise: vec![false; n],
            refusing: vec![(false, false); pack.noise.len()],
            effects: vec![false; pack.effects.len()],
            purposes: vec![false; pack.effects.len()],
            ..Self::default()
        }
    }
}

/// What classes say for one pack.
pub(super) struct Classes {
    anchored: bool,
    any: bool,
    nodes: Vec<f32>,
}

impl Classes {
    pub(super) fn new(n: usize) -> Self {
        Self { anchored: false, any: false, nodes: vec![0.0; n] }
    }

    /// Adds a class that a node names, or with `None` the pack. The best counts.
    pub(super) fn add(&mut self, node: Option<u16>, score: f32) {
        self.any = true;
        match node {
            Some(node) => {
                let best = &mut self.nodes[usize::from(node)];
                *best = best.max(score);
            }
            None => self.anchored = true,
        }
    }
}

/// The log-odds of a leaf that nothing speaks for.
const SILENT_ODDS: f32 = -1.9;
const STRONG: f32 = 1.0;
const KEYWORD: f32 = 0.45;
const CONCEPT: f32 = 0.45;
/// What each further occurrence of a word adds, as a share of the first; at most three are heard.
const AGAIN: f32 = 0.1;

/// Sums words up by pack and node: each word once for a node, in its best zone and role.
pub(super) fn gather(heard: &mut [Heard], evidence: &mut [Evidence]) {
    // By pack, node, word; then the best first.
    let role = |what: What| match what {
        What::Strong(_) => STRONG,
        What::Keyword(_) => KEYWORD,
        What::Concept(_) => CONCEPT,
        _ => 0.0,
    };
    heard.sort_unstable_by(|a, b| {
        let key = |h: &Heard| (h.one.pack, super::lexicon::node_of(h.one.what), h.word);
        key(a).cmp(&key(b)).then_with(|| {
            let weight = |h: &Heard| role(h.one.what) * h.zone;
            weight(b).total_cmp(&weight(a))
        })
    });
    let mut last = None;
    let (mut first_weight, mut is_strong, mut n) = (0.0, false, 0_u8);
    for one in heard.iter() {
        let evidence = &mut evidence[usize::from(one.one.pack)];
        if let Some(node) = super::lexicon::node_of(one.one.what) {
            let key = (one.one.pack, node, one.word);
            if last == Some(key) {
                n = n.saturating_add(1);
            } else {
                last = Some(key);
                n = 0;
                is_strong = matches!(one.one.what, What::Strong(_));
                first_weight = role(one.one.what) * one.zone / f32::from(one.one.n_sharing).sqrt();
            }
            let weight = match n {
                0 => first_weight,
                1..=3 => first_weight * AGAIN,
                _ => 0.0,
            };
            let sums = if is_strong { &mut evidence.strong } else { &mut evidence.weak };
            sums[usize::from(node)] += weight;
            evidence.has_strong |= is_strong;
            continue;
        }
        match one.one.what {
            What::Anchor => evidence.anchored = true,
            What::NodeNoise(node) => evidence.noise[usize::from(node)] = true,
            What::Noise(at) => evidence.refusing[usize::from(at)].0 = true,
            What::Unless(at) => evidence.refusing[usize::from(at)].1 = true,
            What::Trigger(at) | What::EffectObject(at, _) => evidence.effects[usize::from(at)] = true,
            What::Problem(at) | What::ProblemObject(at, _) => evidence.purposes[usize::from(at)] = true,
            What::Strong(_) | What::Keyword(_) | What::Concept(_) => {}
        }
    }
}

/// Adds what a document is in one pack to `tagged`.
pub(super) fn decide(
    pack: &Pack,
    tree: &[(Option<u16>, bool)],
    versions: &[&Evidence],
    classes: &Classes,
    tagged: &mut Tagged,
) {
    let any = |test: &dyn Fn(&Evidence) -> bool| versions.iter().any(|version| test(version));
    let has_strong = any(&|version| version.has_strong);
    let anchored = classes.anchored || has_strong || any(&|version| version.anchored);
    let is_refused = (0..pack.noise.len())
        .any(|at| any(&|version| version.refusing[at].0) && !any(&|version| version.refusing[at].1));
    if is_refused && !classes.any && !has_strong {
        if anchored || any(&|version| version.weak.iter().any(|score| *score > 0.0)) {
            tagged.refused.push(pack.id.clone());
        }
        return;
    }
    hint(pack, tree, versions, classes, anchored, tagged);
    let own = |at: usize| -> f32 {
        let counts_weak = anchored || classes.nodes[at] > 0.0;
        let score =
            |version: &&Evidence| version.strong[at] + if counts_weak { version.weak[at] } else { 0.0 };
        versions.iter().map(score).fold(0.0, f32::max).min(MAX_TEXT)
    };
    let text: Vec<f32> = (0..tree.len()).map(own).collect();
    let odds: Vec<f32> = (0..tree.len())
        .map(|at| {
            let class = classes.nodes[at];
            let speaks_strongly = versions.iter().any(|version| version.strong[at] > 0.0);
            if any(&|version| version.noise[at]) && class == 0.0 && !speaks_strongly {
                return f32::NEG_INFINITY;
            }
            let branch = above(tree, at).map(|at| text[at]).fold(0.0, f32::max);
            let words =
                if text[at] > 0.0 || class > 0.0 { (text[at] + 0.3 * branch).min(MAX_TEXT) } else { 0.0 };
            if words == 0.0 && class == 0.0 {
                return f32::NEG_INFINITY;
            }
            let both = if text[at] > 0.0 && class > 0.0 { 1.0 } else { 0.0 };
            let alone = if pack.nodes[at].class_only { 2.2 * class } else { 0.0 };
            let silent = if versions.is_empty() { 0.6 } else { 0.0 };
            // A class by itself is not heard beside a text that says nothing of the leaf, nor of its branch.
            SILENT_ODDS + 3.0 * words + 1.5 * class + both + alone + silent
        })
        .collect();
    give(pack, tree, &odds, classes, tagged);
    let in_field = tagged
        .tags
        .iter()
        .any(|tag| tag.pack == pack.id && pack.node(&tag.node).is_some_and(|node| !node.off_by_default));
    if !in_field && !classes.anchored {
        return;
    }
    tagged.domains.push(pack.id.clone());
    for (at, effect) in pack.effects.iter().enumerate() {
        if any(&|version| version.effects[at]) {
            tagged.effects.push(format!("{}:{}", pack.id, effect.id));
        }
        if any(&|version| version.purposes[at]) {
            tagged.purposes.push(format!("{}:{}", pack.id, effect.id));
        }
    }
}

/// The least weight of the best hint where nothing anchors the pack: a keyword in the title.
const UNANCHORED_HINT: f32 = 1.5;

/// Notes for which leaves something speaks at all. Keywords count without an anchor too: these are hints to be weighed
/// against neighbours, and whether the document belongs to the field these tell.
fn hint(
    pack: &Pack,
    tree: &[(Option<u16>, bool)],
    versions: &[&Evidence],
    classes: &Classes,
    anchored: bool,
    tagged: &mut Tagged,
) {
    let words = |at: usize| {
        let sums = versions.iter().map(|version| version.strong[at] + version.weak[at]);
        sums.fold(0.0, f32::max).min(MAX_TEXT)
    };
    let weight = |at: usize| 3.0 * words(at) + 1.5 * classes.nodes[at];
    let spoken: Vec<(usize, f32)> = (0..tree.len())
        .filter(|at| tree[*at].1)
        .map(|at| (at, weight(at)))
        .filter(|(_, weight)| *weight > 0.0)
        .collect();
    if anchored || spoken.iter().any(|(_, weight)| *weight >= UNANCHORED_HINT) {
        tagged.hints.extend(spoken.into_iter().map(|(at, weight)| Hint {
            pack: pack.id.clone(),
            node: pack.nodes[at].id.clone(),
            weight,
        }));
    }
}

/// Gives the leaves that reach threshold and margin, and branches without one.
fn give(pack: &Pack, tree: &[(Option<u16>, bool)], odds: &[f32], classes: &Classes, tagged: &mut Tagged) {
    let order = |a: &usize, b: &usize| odds[*b].total_cmp(&odds[*a]).then(a.cmp(b));
    let mut given: Vec<usize> =
        (0..tree.len()).filter(|at| tree[*at].1 && logistic(odds[*at]) >= THRESHOLD).collect();
    given.sort_by(order);
    let best = given.first().map_or(f32::NEG_INFINITY, |at| odds[*at]);
    given.retain(|at| odds[*at] >= best - MARGIN);
    given.truncate(MAX_LEAVES);
    // Beside a leaf elsewhere a mere branch is hearsay.
    if given.is_empty() {
        let branches = (0..tree.len()).filter(|at| !tree[*at].1 && logistic(odds[*at]) >= THRESHOLD);
        let mut branches: Vec<usize> = branches.collect();
        // The deepest first: a branch whose own branch is given says nothing more.
        branches.sort_by_key(|at| std::cmp::Reverse(above(tree, *at).count()));
        for at in branches {
            if !given.iter().any(|other| above(tree, *other).any(|above| above == at)) {
                given.push(at);
            }
        }
        given.sort_by(order);
        let best = given.first().map_or(f32::NEG_INFINITY, |at| odds[*at]);
        given.retain(|at| odds[*at] >= best - MARGIN);
    }
    for at in given {
        let method = if classes.nodes[at] > 0.0 { Method::Class } else { Method::Term };
        let (pack, node) = (pack.id.clone(), pack.nodes[at].id.clone());
        tagged.tags.push(Tag { pack, node, method, confidence: calibrated(logistic(odds[at])) });
    }
}

/// Returns the nodes above a node, the nearest first. A pack with a cycle was refused, so the way ends.
fn above(tree: &[(Option<u16>, bool)], at: usize) -> impl Iterator<Item = usize> {
    std::iter::successors(tree[at].0.map(usize::from), |at| tree[*at].0.map(usize::from))
}

/// The value of the logistic function, and the share of tags with it that are right: `benches/tags.rs planted 7`, 3,057
/// publications, on 2026-11-29. Between them, straight lines.
const CALIBRATION: [(f32, f32); 5] = [(0.5, 0.2), (0.77, 0.27), (0.86, 0.6), (0.98, 0.93), (1.0, 0.96)];

/// Returns the confidence for a value of the logistic function.
fn calibrated(raw: f32) -> f32 {
    let at = CALIBRATION.partition_point(|(from, _)| *from <= raw).clamp(1, CALIBRATION.len() - 1);
    let ((x0, y0), (x1, y1)) = (CALIBRATION[at - 1], CALIBRATION[at]);
    (y0 + (raw - x0) / (x1 - x0) * (y1 - y0)).clamp(0.0, 1.0)
}

fn logistic(x: f32) -> f32 {
    1.0 / (1.0 + (-x).exp())
}
