//! From what several people say of a document to what holds: decisions, conflicts, agreement, drift.
//!
//! What settles (裁定) goes before everything; else what all who judged the document agree on; else nothing is decided
//! and the document is in conflict until somebody settles it. Effects and purposes follow the same rule, apart from leaves.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Decision;
use super::agreement::{Agreement, Pair, agreement};
use crate::patent::domain::{Judgement, Pack};

/// A document on which people disagree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Conflict {
    /// The key of the document.
    pub key: String,
    /// The id of the pack.
    pub pack: String,
    /// What each says, by name.
    pub said: Vec<Said>,
}

/// What one person says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Said {
    /// Who.
    pub tagger: String,
    /// The leaves.
    pub leaves: Vec<String>,
}

/// The agreement of two people on the documents that both judged.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Between {
    /// The pack.
    pub pack: String,
    /// The one who serves as reference.
    pub first: String,
    /// The other.
    pub second: String,
    /// How far they agree.
    pub agreement: Agreement,
}

/// What became of a leaf under a judgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// The tree has no such node any more.
    Gone,
    /// The node has nodes below it now, so one of these is wanted.
    Split,
    /// The node is there, but the tree around it or its definition changed.
    Tree,
}

/// A judgement that a change of the tree touches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Drift {
    /// The key of the document.
    pub key: String,
    /// The pack.
    pub pack: String,
    /// Who judged it.
    pub tagger: String,
    /// The leaf; empty for a document that was judged to belong to none.
    pub leaf: String,
    /// What became of it.
    pub change: Change,
    /// The nodes now below a leaf that was split.
    pub now: Vec<String>,
}

/// Returns what is decided, and where people disagree; both by document and pack.
pub fn decide(judgements: &[Judgement]) -> (Vec<Decision>, Vec<Conflict>) {
    let (mut decisions, mut conflicts) = (Vec::new(), Vec::new());
    for ((key, pack), all) in by_document(judgements) {
        let said: Vec<&Judgement> = match all.iter().copied().filter(|one| one.settles).collect::<Vec<_>>() {
            settling if !settling.is_empty() => settling,
            _ => all,
        };
        let leaves = said[0].leaves.as_slice();
        if said.iter().any(|one| !same(&one.leaves, leaves)) {
            let said = said.iter().map(|one| Said { tagger: one.tagger.clone(), leaves: one.leaves.clone() });
            conflicts.push(Conflict { key: key.to_owned(), pack: pack.to_owned(), said: said.collect() });
            continue;
        }
        decisions.push(Decision {
            key: key.to_owned(),
            pack: pack.to_owned(),
            leaves: leaves.to_vec(),
            effects: agreed(&said, &|one| one.effects.as_ref()),
            purposes: agreed(&said, &|one| one.purposes.as_ref()),
        });
    }
    (decisions, conflicts)
}

/// Returns the ids on which all who name any agree.
fn agreed<'a>(
    said: &[&'a Judgement],
    of: &dyn Fn(&'a Judgement) -> Option<&'a Vec<String>>,
) -> Option<Vec<String>> {
    let mut named = said.iter().filter_map(|one| of(one));
    let first = named.next()?;
    named.all(|other| same(other, first)).then(|| first.clone())
}

fn same(a: &[String], b: &[String]) -> bool {
    let sorted = |ids: &[String]| {
        let mut ids = ids.to_vec();
        ids.sort();
        ids.dedup();
        ids
    };
    sorted(a) == sorted(b)
}

fn by_document(judgements: &[Judgement]) -> BTreeMap<(&str, &str), Vec<&Judgement>> {
    let mut all: BTreeMap<(&str, &str), Vec<&Judgement>> = BTreeMap::new();
    for one in judgements {
        all.entry((&one.key, &one.pack)).or_default().push(one);
    }
    all.values_mut().for_each(|said| said.sort_by(|a, b| a.tagger.cmp(&b.tagger)));
    all
}

/// Returns how far every two people agree on what both judged before anything was settled; by pack and names.
pub fn between(judgements: &[Judgement]) -> Vec<Between> {
    let mut pairs: BTreeMap<(&str, &str, &str), Vec<Pair>> = BTreeMap::new();
    for ((_, pack), said) in by_document(judgements) {
        let said: Vec<&&Judgement> = said.iter().filter(|one| !one.settles).collect();
        for (at, first) in said.iter().enumerate() {
            for second in &said[at + 1..] {
                let pair = Pair {
                    reference: first.leaves.iter().cloned().collect(),
                    other: second.leaves.iter().cloned().collect(),
                };
                pairs.entry((pack, &first.tagger, &second.tagger)).or_default().push(pair);
            }
        }
    }
    let result = pairs.into_iter().map(|((pack, first, second), pairs)| Between {
        pack: pack.to_owned(),
        first: first.to_owned(),
        second: second.to_owned(),
        agreement: agreement(&pairs),
    });
    result.collect()
}

/// Returns the judgements that the trees as they are now do not fit any more, in the order given.
///
/// Judgements of packs that are not loaded are left alone.
pub fn drift(judgements: &[Judgement], packs: &[Pack]) -> Vec<Drift> {
    let mut found = Vec::new();
    for one in judgements {
        let Some(pack) = packs.iter().find(|pack| pack.id == one.pack) else { continue };
        let mut add = |leaf: &str, change, now| {
            let (key, pack, tagger) = (one.key.clone(), one.pack.clone(), one.tagger.clone());
            found.push(Drift { key, pack, tagger, leaf: leaf.to_owned(), change, now });
        };
        let tree_changed = pack.tree_id() != one.tree;
        if one.leaves.is_empty() && tree_changed {
            add("", Change::Tree, Vec::new());
        }
        for leaf in &one.leaves {
            let below: Vec<String> = pack.children(Some(leaf)).map(|node| node.id.clone()).collect();
            if pack.node(leaf).is_none() {
                add(leaf, Change::Gone, Vec::new());
            } else if !below.is_empty() {
                add(leaf, Change::Split, below);
            } else if tree_changed {
                add(leaf, Change::Tree, Vec::new());
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judgement(key: &str, tagger: &str, leaves: &[&str]) -> Judgement {
        let hes = Pack::builtin().iter().find(|pack| pack.id == "hes").unwrap();
        Judgement {
            key: key.to_owned(),
            pack: "hes".to_owned(),
            tagger: tagger.to_owned(),
            leaves: leaves.iter().map(|leaf| (*leaf).to_owned()).collect(),
            effects: None,
            purposes: None,
            note: String::new(),
            tree: hes.tree_id(),
            settles: false,
        }
    }

    #[test]
    fn agreement_decides_and_disagreement_waits_for_a_settlement() {
        let mut all = vec![
            judgement("1", "li", &["B1", "B2"]),
            judgement("1", "wang", &["B2", "B1"]),
            judgement("2", "li", &["B1"]),
            judgement("2", "wang", &["B2"]),
            judgement("3", "li", &[]),
        ];
        all[0].effects = Some(vec!["cost".to_owned()]);
        let (decisions, conflicts) = decide(&all);
        let decided: Vec<(&str, usize)> =
            decisions.iter().map(|d| (d.key.as_str(), d.leaves.len())).collect();
        assert_eq!(decided, [("1", 2), ("3", 0)]);
        assert_eq!(decisions[0].effects.as_deref(), Some(["cost".to_owned()].as_slice()));
        assert_eq!(conflicts.len(), 1);
        assert_eq!((conflicts[0].key.as_str(), conflicts[0].said.len()), ("2", 2));
        all.push(Judgement { settles: true, ..judgement("2", "chief", &["B3"]) });
        let (decisions, conflicts) = decide(&all);
        assert!(conflicts.is_empty());
        assert_eq!(decisions[1].leaves, ["B3"]);
    }

    #[test]
    fn kappa_is_between_people_not_with_what_was_settled() {
        let mut all = Vec::new();
        for n in 0..10 {
            let key = n.to_string();
            all.push(judgement(&key, "li", if n < 5 { &["B1"] } else { &["B2"] }));
            all.push(judgement(&key, "wang", if n < 4 { &["B1"] } else { &["B2"] }));
        }
        all.push(Judgement { settles: true, ..judgement("4", "chief", &["B1"]) });
        let found = between(&all);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].first.as_str(), found[0].second.as_str()), ("li", "wang"));
        // po 0.9, pe 0.5.
        assert!((found[0].agreement.leaves[0].kappa.unwrap() - 0.8).abs() < 1e-12);
    }

    #[test]
    fn a_changed_tree_is_seen() {
        let hes = Pack::builtin().iter().find(|pack| pack.id == "hes").unwrap().clone();
        let all = [
            judgement("1", "li", &["B1"]),
            judgement("2", "li", &["B"]),
            judgement("3", "li", &["X9"]),
            Judgement { tree: "old".to_owned(), ..judgement("4", "li", &["B1"]) },
        ];
        let found = drift(&all, &[hes]);
        let short: Vec<_> = found.iter().map(|d| (d.key.as_str(), d.change, d.now.len())).collect();
        assert_eq!(short, [("2", Change::Split, 3), ("3", Change::Gone, 0), ("4", Change::Tree, 0)]);
        assert_eq!(drift(&all, &[]), []);
    }
}
