//! Tags by the nearest documents that have some.
//!
//! A neighbour's vote is its cosine above the background (what two strangers have), squared, times the confidence of its
//! tag. The share of a leaf in all votes, times how near the neighbours are on the whole, is the confidence of the tag;
//! where rules found the leaf too, though not surely, the two are combined as independent hints, `1 - (1-a)(1-b)`.
//! This module knows no index: the caller asks it for neighbours, and leaves a document itself out.

use std::collections::BTreeMap;

use super::{MAX_LEAVES, Method, THRESHOLD, Tag, Tagged};

/// Neighbours with tags that vote.
pub const NEIGHBOURS: usize = 10;
/// Neighbours asked of the index: not all have tags.
pub const ASKED: usize = 40;
/// The cosine above the background at which neighbours are trusted fully; below, in proportion.
const TRUSTED: f32 = 0.35;
/// How far below the most certain leaf of a pack a further one may lie.
const MARGIN: f32 = 0.3;
/// The most that neighbours alone can make sure.
const CEILING: f32 = 0.9;

/// A neighbour.
#[derive(Debug, Clone, Copy)]
pub struct Neighbour<'a> {
    /// The cosine to the document.
    pub cosine: f32,
    /// The tags of the neighbour; one without any is passed over.
    pub tags: &'a [Tag],
}

/// Returns the confidence of each leaf that neighbours vote for, by `(pack, node)`.
///
/// `neighbours` come nearest first; the first [`NEIGHBOURS`] with tags vote. `background` is the cosine of strangers.
pub fn votes(neighbours: &[Neighbour<'_>], background: f32) -> BTreeMap<(String, String), f32> {
    let mut votes: BTreeMap<(String, String), f32> = BTreeMap::new();
    let (mut all, mut nearness, mut n) = (0.0_f32, 0.0_f32, 0_usize);
    for neighbour in neighbours.iter().filter(|neighbour| !neighbour.tags.is_empty()).take(NEIGHBOURS) {
        let above = (neighbour.cosine - background).max(0.0);
        all += above * above;
        nearness += above;
        n += 1;
        for tag in neighbour.tags {
            *votes.entry((tag.pack.clone(), tag.node.clone())).or_default() += above * above * tag.confidence;
        }
    }
    if all <= 0.0 {
        return BTreeMap::new();
    }
    let trust = (nearness / n as f32 / TRUSTED).min(1.0) * CEILING;
    votes.values_mut().for_each(|vote| *vote = *vote / all * trust);
    votes
}

/// Adds what neighbours say to what rules left open. A leaf gets in at the threshold; tags of rules stay, more certain
/// where neighbours agree. A branch gives way to a leaf below it (`is_below`: pack, node, branch).
pub fn settle(
    tagged: &mut Tagged,
    votes: &BTreeMap<(String, String), f32>,
    is_below: &dyn Fn(&str, &str, &str) -> bool,
) {
    for ((pack, node), vote) in votes {
        match tagged.tags.iter_mut().find(|tag| tag.pack == *pack && tag.node == *node) {
            Some(tag) if tag.method == Method::Reviewed => {}
            Some(tag) => tag.confidence = 1.0 - (1.0 - tag.confidence) * (1.0 - vote),
            None if *vote >= THRESHOLD && tagged.domains.contains(pack) => {
                let (pack, node) = (pack.clone(), node.clone());
                tagged.tags.push(Tag { pack, node, method: Method::Near, confidence: *vote });
            }
            None => {}
        }
    }
    for pack in tagged.domains.clone() {
        let (mut mine, others): (Vec<Tag>, Vec<Tag>) =
            std::mem::take(&mut tagged.tags).into_iter().partition(|tag| tag.pack == pack);
        let nodes: Vec<String> = mine.iter().map(|tag| tag.node.clone()).collect();
        mine.retain(|tag| {
            tag.method == Method::Reviewed || !nodes.iter().any(|node| is_below(&pack, node, &tag.node))
        });
        mine.sort_by(|a, b| b.confidence.total_cmp(&a.confidence).then_with(|| a.node.cmp(&b.node)));
        let best = mine.first().map_or(0.0, |tag| tag.confidence);
        mine.retain(|tag| tag.method == Method::Reviewed || tag.confidence >= best - MARGIN);
        mine.truncate(MAX_LEAVES.max(mine.iter().filter(|tag| tag.method == Method::Reviewed).count()));
        tagged.tags = others;
        tagged.tags.extend(mine);
    }
    tagged.tags.sort_by(|a, b| {
        a.pack
            .cmp(&b.pack)
            .then_with(|| b.confidence.total_cmp(&a.confidence))
            .then_with(|| a.node.cmp(&b.node))
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(node: &str, method: Method, confidence: f32) -> Tag {
        Tag { pack: "hes".to_owned(), node: node.to_owned(), method, confidence }
    }

    fn settled(tags: Vec<Tag>, neighbours: &[(f32, Vec<Tag>)]) -> Vec<String> {
        let neighbours: Vec<Neighbour<'_>> =
            neighbours.iter().map(|(cosine, tags)| Neighbour { cosine: *cosine, tags }).collect();
        let mut tagged = Tagged { domains: vec!["hes".to_owned()], tags, ..Tagged::default() };
        settle(&mut tagged, &votes(&neighbours, 0.1), &|_, node, branch| {
            node != branch && node.starts_with(branch)
        });
        tagged.tags.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_leaf_that_most_neighbours_have_is_given() {
        let neighbours = [
            (0.9, vec![tag("B1", Method::Class, 1.0)]),
            (0.8, vec![tag("B1", Method::Reviewed, 1.0)]),
            (0.3, vec![tag("B2", Method::Term, 1.0)]),
        ];
        assert_eq!(settled(vec![], &neighbours), ["hes:B1|near|0.87"]);
        assert_eq!(settled(vec![tag("B", Method::Term, 0.55)], &neighbours), ["hes:B1|near|0.87"]);
    }

    #[test]
    fn strangers_and_documents_without_tags_say_nothing() {
        let strangers = [(0.1, vec![tag("B1", Method::Class, 1.0)]), (0.95, vec![])];
        assert_eq!(settled(vec![], &strangers), [""; 0]);
        assert_eq!(settled(vec![], &[]), [""; 0]);
    }

    #[test]
    fn neighbours_strengthen_rules_and_never_touch_a_person() {
        let neighbours = [(0.9, vec![tag("B1", Method::Class, 1.0)])];
        assert_eq!(settled(vec![tag("B1", Method::Term, 0.5)], &neighbours), ["hes:B1|term|0.95"]);
        let reviewed = vec![tag("B1", Method::Reviewed, 1.0)];
        assert_eq!(settled(reviewed, &neighbours), ["hes:B1|reviewed|1.00"]);
    }
}
