//! Tags by the nearest documents that have some, weighed against what the document's own words hint at.
//!
//! A neighbour's vote for a leaf is its cosine above the background (what two strangers have) to the sixth power, times
//! the confidence of its tag: the nearest few decide. `s`, the share of a leaf in all votes, is smoothed with one vote that all
//! leaves in question share alike; then the words speak:
//!
//! `logit p = logit s + 0.4 × (hint of the leaf - best hint of another leaf)`
//!
//! with hints in log-odds as the rules count them ([`Hint`](super::Hint)), six at most. How near the neighbours are on the
//! whole is the trust in `p`; what is left of it goes to the confidence that the rules had given:
//! `confidence = trust × p + (1 - trust) × rules`. So among strangers the rules stay as they are.
//!
//! Where people tagged any of the neighbours, only these vote. A document in which nothing speaks for the pack is
//! judged by such neighbours alone, and at a higher threshold.
//!
//! Power, weight of hints, trust and threshold were chosen on one half of the records that `benches/tags.rs hydrogen` measures;
//! its other half is reported apart. This module knows no index: the caller asks it for neighbours, and leaves a
//! document itself out.

use std::collections::{BTreeMap, BTreeSet};

use super::{MAX_LEAVES, Method, Tag, Tagged};

/// Neighbours with tags that vote.
pub const NEIGHBOURS: usize = 10;
/// Neighbours asked of the index: not all have tags, and fewer are those that people tagged.
pub const ASKED: usize = 100;
/// The confidence from which a leaf is given that rules did not give: less than rules need, since the document has
/// been found to be near documents of the field.
pub const THRESHOLD: f32 = 0.3;
/// The same for a document in which nothing speaks for the pack.
pub const SILENT_THRESHOLD: f32 = 0.4;
/// The mean cosine above the background at which neighbours are trusted fully; below, in proportion.
const TRUSTED: f32 = 0.25;
/// How far below the most certain leaf of a pack a further one may lie.
const MARGIN: f32 = 0.3;
/// The most that neighbours are trusted.
const CEILING: f32 = 0.9;
/// What a hint weighs.
const HINT: f32 = 0.4;
/// The most of a hint that is heard.
const MAX_HINT: f32 = 6.0;

/// A neighbour.
#[derive(Debug, Clone, Copy)]
pub struct Neighbour<'a> {
    /// The cosine to the document.
    pub cosine: f32,
    /// The tags of the neighbour; one without any of the pack in question is passed over.
    pub tags: &'a [Tag],
}

/// What neighbours say of one pack.
struct Votes {
    /// The share of each leaf in all votes, 0-1; a neighbour with two leaves votes for both.
    shares: BTreeMap<String, f32>,
    n: usize,
    trust: f32,
    threshold: f32,
}

impl Votes {
    /// Lets the first [`NEIGHBOURS`] vote that have tags of a pack, those of people where there are any and else those of
    /// rules; `neighbours` come nearest first.
    fn of(pack: &str, neighbours: &[Neighbour<'_>], background: f32, is_silent: bool) -> Option<Self> {
        let has = |neighbour: &Neighbour<'_>, reviewed: bool| {
            let counts = |tag: &Tag| tag.pack == pack && (!reviewed || tag.method == Method::Reviewed);
            neighbour.tags.iter().any(counts)
        };
        let reviewed = is_silent || neighbours.iter().any(|neighbour| has(neighbour, true));
        let mine = |neighbour: &&Neighbour<'_>| has(neighbour, reviewed);
        let (mut all, mut nearness, mut n) = (0.0_f32, 0.0_f32, 0_usize);
        let mut shares: BTreeMap<String, f32> = BTreeMap::new();
        for neighbour in neighbours.iter().filter(mine).take(NEIGHBOURS) {
            let above = (neighbour.cosine - background).max(0.0);
            let weight = above.powi(6);
            all += weight;
            nearness += above;
            n += 1;
            for tag in neighbour.tags.iter().filter(|tag| tag.pack == pack) {
                *shares.entry(tag.node.clone()).or_default() += weight * tag.confidence;
            }
        }
        if all <= 0.0 {
            return None;
        }
        shares.values_mut().for_each(|share| *share = (*share / all).min(1.0));
        let threshold = if is_silent { SILENT_THRESHOLD } else { THRESHOLD };
        Some(Self { shares, n, threshold, trust: (nearness / n as f32 / TRUSTED).min(1.0) * CEILING })
    }
}

/// Weighs what neighbours say against what rules found. Leaves of rules stay, with the confidence that results; others get in
/// at [`THRESHOLD`], and the document with them into the domain. A branch gives way to a leaf below it (`is_below`: pack,
/// node, branch). What a person said is not touched. `background` is the cosine of strangers; `reviewed` are the packs
/// in which people have tagged documents of the collection.
pub fn settle(
    tagged: &mut Tagged,
    neighbours: &[Neighbour<'_>],
    background: f32,
    reviewed: &BTreeSet<String>,
    is_below: &dyn Fn(&str, &str, &str) -> bool,
) {
    let open = tagged.open();
    let others = reviewed.iter().filter(|pack| !open.contains(pack) && !tagged.is_closed(pack)).cloned();
    let silent: Vec<String> = others.collect();
    let asked = open.iter().map(|pack| (pack, false)).chain(silent.iter().map(|pack| (pack, true)));
    for (pack, is_silent) in asked {
        if let Some(votes) = Votes::of(pack, neighbours, background, is_silent) {
            weigh(tagged, pack, &votes);
            tidy(tagged, pack, is_below);
        }
    }
    tagged.domains.sort();
    tagged.tags.sort_by(|a, b| {
        a.pack
            .cmp(&b.pack)
            .then_with(|| b.confidence.total_cmp(&a.confidence))
            .then_with(|| a.node.cmp(&b.node))
    });
}

fn weigh(tagged: &mut Tagged, pack: &str, votes: &Votes) {
    let mut leaves: BTreeMap<&str, f32> = votes.shares.keys().map(|node| (node.as_str(), 0.0)).collect();
    for hint in tagged.hints.iter().filter(|hint| hint.pack == pack) {
        leaves.insert(&hint.node, hint.weight.min(MAX_HINT));
    }
    let (n, n_leaves) = (votes.n as f32, leaves.len() as f32);
    let mut added = Vec::new();
    for (node, hint) in &leaves {
        let share = votes.shares.get(*node).copied().unwrap_or(0.0);
        let smoothed = (share * n + 1.0 / n_leaves) / (n + 1.0);
        let others = leaves.iter().filter(|(other, _)| *other != node).map(|(_, hint)| *hint);
        let odds = smoothed / (1.0 - smoothed).max(1e-6) * (HINT * (hint - others.fold(0.0, f32::max))).exp();
        let mine = |tag: &&mut Tag| tag.pack == pack && tag.node == *node;
        let known = tagged.tags.iter_mut().find(mine);
        let rules = known.as_ref().map_or(0.0, |tag| tag.confidence);
        let confidence = votes.trust * (odds / (1.0 + odds)) + (1.0 - votes.trust) * rules;
        match known {
            Some(tag) => tag.confidence = confidence,
            None if confidence >= votes.threshold => added.push(Tag {
                pack: pack.to_owned(),
                node: (*node).to_owned(),
                method: Method::Near,
                confidence,
            }),
            None => {}
        }
    }
    if !added.is_empty() && !tagged.domains.iter().any(|id| id == pack) {
        tagged.domains.push(pack.to_owned());
    }
    tagged.tags.extend(added);
}

/// Drops branches above leaves that are given, and leaves far below the best.
fn tidy(tagged: &mut Tagged, pack: &str, is_below: &dyn Fn(&str, &str, &str) -> bool) {
    let (mut mine, others): (Vec<Tag>, Vec<Tag>) =
        std::mem::take(&mut tagged.tags).into_iter().partition(|tag| tag.pack == pack);
    let nodes: Vec<String> = mine.iter().map(|tag| tag.node.clone()).collect();
    mine.retain(|tag| !nodes.iter().any(|node| is_below(pack, node, &tag.node)));
    mine.sort_by(|a, b| b.confidence.total_cmp(&a.confidence).then_with(|| a.node.cmp(&b.node)));
    let best = mine.first().map_or(0.0, |tag| tag.confidence);
    mine.retain(|tag| tag.confidence >= best - MARGIN);
    mine.truncate(MAX_LEAVES);
    tagged.tags = others;
    tagged.tags.extend(mine);
}

#[cfg(test)]
mod tests {
    use super::super::Hint;
    use super::*;

    fn tag(node: &str, method: Method, confidence: f32) -> Tag {
        Tag { pack: "hes".to_owned(), node: node.to_owned(), method, confidence }
    }

    fn hint(node: &str, weight: f32) -> Hint {
        Hint { pack: "hes".to_owned(), node: node.to_owned(), weight }
    }

    fn settled(tags: Vec<Tag>, hints: Vec<Hint>, neighbours: &[(f32, Vec<Tag>)]) -> Vec<String> {
        let neighbours: Vec<Neighbour<'_>> =
            neighbours.iter().map(|(cosine, tags)| Neighbour { cosine: *cosine, tags }).collect();
        let domains = if tags.is_empty() { vec![] } else { vec!["hes".to_owned()] };
        let mut tagged = Tagged { domains, tags, hints, ..Tagged::default() };
        let is_below = |_: &str, node: &str, branch: &str| node != branch && node.starts_with(branch);
        settle(&mut tagged, &neighbours, 0.1, &BTreeSet::new(), &is_below);
        assert_eq!(tagged.domains.is_empty(), tagged.tags.is_empty());
        tagged.tags.iter().map(|tag| format!("{} {}", tag.node, tag.method.name())).collect()
    }

    #[test]
    fn a_leaf_that_most_near_neighbours_have_is_given() {
        let neighbours = [
            (0.9, vec![tag("B1", Method::Class, 1.0)]),
            (0.8, vec![tag("B1", Method::Reviewed, 1.0)]),
            (0.3, vec![tag("B2", Method::Term, 1.0)]),
        ];
        assert_eq!(settled(vec![], vec![hint("B2", 1.0)], &neighbours), ["B1 near"]);
        assert_eq!(settled(vec![tag("B", Method::Term, 0.55)], vec![], &neighbours), ["B1 near"]);
    }

    #[test]
    fn words_decide_between_neighbours_that_disagree() {
        let neighbours =
            [(0.8, vec![tag("B1", Method::Reviewed, 1.0)]), (0.8, vec![tag("B2", Method::Reviewed, 1.0)])];
        assert_eq!(settled(vec![], vec![hint("B2", 4.0)], &neighbours), ["B2 near"]);
        assert_eq!(settled(vec![], vec![hint("B1", 4.0)], &neighbours), ["B1 near"]);
    }

    #[test]
    fn strangers_and_documents_without_tags_or_hints_say_nothing() {
        let strangers = [(0.1, vec![tag("B1", Method::Class, 1.0)]), (0.95, vec![])];
        assert_eq!(settled(vec![], vec![hint("B1", 1.0)], &strangers), [""; 0]);
        assert_eq!(settled(vec![], vec![hint("B1", 1.0)], &[]), [""; 0]);
        let near = [(0.9, vec![tag("B1", Method::Class, 1.0)])];
        assert_eq!(settled(vec![], vec![], &near), [""; 0], "nothing in it speaks for the domain");
    }

    #[test]
    fn among_far_neighbours_the_rules_keep_their_word() {
        let far = [(0.12, vec![tag("B2", Method::Class, 1.0)])];
        assert_eq!(settled(vec![tag("B1", Method::Term, 0.6)], vec![hint("B1", 2.0)], &far), ["B1 term"]);
    }

    #[test]
    fn a_sure_class_and_a_person_are_not_touched() {
        let neighbours = [(0.9, vec![tag("B1", Method::Class, 1.0)])];
        assert_eq!(settled(vec![tag("B2", Method::Class, 0.9)], vec![], &neighbours), ["B2 class"]);
        let mut decided = Tagged::default();
        let decision = super::super::Decision {
            pack: "hes".to_owned(),
            leaves: vec!["B2".to_owned()],
            ..super::super::Decision::default()
        };
        decided.hints.push(hint("B1", 3.0));
        decided.decide(&decision);
        let tags = [tag("B1", Method::Class, 1.0)];
        let neighbour = [Neighbour { cosine: 0.9, tags: &tags }];
        let reviewed = BTreeSet::from(["hes".to_owned()]);
        settle(&mut decided, &neighbour, 0.1, &reviewed, &|_, _, _| false);
        assert_eq!(decided.tags, [tag("B2", Method::Reviewed, 1.0)]);
    }

    #[test]
    fn where_people_tagged_a_neighbour_only_these_vote_and_of_silent_documents_too() {
        let reviewed = BTreeSet::from(["hes".to_owned()]);
        let found = |hints: Vec<Hint>, neighbours: &[(f32, Vec<Tag>)]| {
            let neighbours: Vec<Neighbour<'_>> =
                neighbours.iter().map(|(cosine, tags)| Neighbour { cosine: *cosine, tags }).collect();
            let mut tagged = Tagged { hints, ..Tagged::default() };
            settle(&mut tagged, &neighbours, 0.1, &reviewed, &|_, _, _| false);
            tagged.tags.iter().map(|tag| tag.node.clone()).collect::<Vec<_>>()
        };
        let (people, rules) = (vec![tag("B1", Method::Reviewed, 1.0)], vec![tag("B2", Method::Class, 0.9)]);
        assert_eq!(found(vec![hint("B2", 1.0)], &[(0.8, rules.clone()), (0.7, people.clone())]), ["B1"]);
        assert_eq!(found(vec![hint("B2", 1.0)], &[(0.8, rules.clone())]), ["B2"]);
        assert_eq!(found(vec![], &[(0.7, people)]), ["B1"]);
        assert_eq!(found(vec![], &[(0.8, rules)]), [""; 0]);
    }
}
