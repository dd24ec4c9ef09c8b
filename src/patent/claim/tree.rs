//! The tree of a claim set: who narrows whom, how deep, and a claim written out with all that it takes over.
//!
//! Claims are named by their place in the set (from 0), since numbers may repeat. A claim that refers to several is a
//! child of each. Circles are kept and end every walk; [`super::inspect`] reports them.

use std::collections::VecDeque;

use super::ClaimSet;
use super::Dependency;
use super::Relation;
use super::dependencies;

/// The tree of a claim set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimTree {
    /// One node for each claim, in the order of the claims.
    pub nodes: Vec<Node>,
}

/// One claim in the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// The number of the claim.
    pub number: u32,
    /// The places of the claims that it narrows, ascending; empty for an independent claim.
    pub parents: Vec<usize>,
    /// The places of the claims that narrow it, ascending.
    pub children: Vec<usize>,
    /// The places of the claims that it names with a subject of its own, ascending.
    pub names: Vec<usize>,
    /// The fewest steps to an independent claim, 0 for one; `None` where none is reached (a circle, a missing claim).
    pub depth: Option<u32>,
}

impl ClaimTree {
    /// Returns the tree of a set.
    pub fn new(set: &ClaimSet) -> Self {
        Self::of(set, &dependencies(set))
    }

    /// Returns the tree of a set whose references are read already.
    pub(super) fn of(set: &ClaimSet, dependencies: &[Dependency]) -> Self {
        let mut nodes: Vec<Node> = Vec::with_capacity(dependencies.len());
        for (at, dependency) in dependencies.iter().enumerate() {
            // A number that stands twice means both claims: which of them is not told.
            let places = (0..set.claims.len())
                .filter(|&place| {
                    place != at && dependency.refers_to.binary_search(&set.claims[place].number).is_ok()
                })
                .collect();
            let (parents, names) = match dependency.relation {
                Relation::Dependent => (places, Vec::new()),
                Relation::None | Relation::OtherSubject => (Vec::new(), places),
            };
            let depth = dependency.is_independent().then_some(0);
            nodes.push(Node { number: dependency.number, parents, children: Vec::new(), names, depth });
        }
        for at in 0..nodes.len() {
            for parent in nodes[at].parents.clone() {
                nodes[parent].children.push(at);
            }
        }
        let mut queue: VecDeque<usize> = (0..nodes.len()).filter(|&at| nodes[at].depth.is_some()).collect();
        while let Some(at) = queue.pop_front() {
            let depth = nodes[at].depth.map(|depth| depth + 1);
            for child in nodes[at].children.clone() {
                if nodes[child].depth.is_none() {
                    nodes[child].depth = depth;
                    queue.push_back(child);
                }
            }
        }
        Self { nodes }
    }

    /// Returns the places of all claims that `place` takes over, directly or not, ascending, itself apart.
    ///
    /// A place outside the set has none.
    pub fn ancestors(&self, place: usize) -> Vec<usize> {
        let mut seen = vec![false; self.nodes.len()];
        let mut open: Vec<usize> = self.nodes.get(place).map_or(Vec::new(), |node| node.parents.clone());
        while let Some(at) = open.pop() {
            if !seen[at] {
                seen[at] = true;
                open.extend(&self.nodes[at].parents);
            }
        }
        (0..seen.len()).filter(|&at| seen[at] && at != place).collect()
    }

    /// Returns the ways from an independent claim to `place`, each ending with it: a claim on "claim 1 or 2" has two.
    ///
    /// At most `limit` ways, those over smaller places first; the flag says whether there are more. A way never
    /// passes a claim twice, so circles without an independent claim give none.
    pub fn ways(&self, place: usize, limit: usize) -> (Vec<Vec<usize>>, bool) {
        let mut done = Vec::new();
        if place >= self.nodes.len() {
            return (done, false);
        }
        let mut steps = 0;
        let mut open = vec![vec![place]];
        while let Some(way) = open.pop() {
            steps += 1;
            // A thicket of circles may hold more dead ends than anyone can walk.
            if done.len() >= limit || steps > MAX_STEPS {
                return (done, true);
            }
            let node = &self.nodes[way[way.len() - 1]];
            if node.parents.is_empty() {
                if node.depth == Some(0) {
                    done.push(way.into_iter().rev().collect());
                }
                continue;
            }
            for &parent in node.parents.iter().rev().filter(|parent| !way.contains(parent)) {
                let mut longer = way.clone();
                longer.push(parent);
                open.push(longer);
            }
        }
        (done, false)
    }

    /// Returns the text of a claim with the claims that it takes over before it, one a line, in the order of the set.
    ///
    /// Where it refers to alternatives ("claim 1 or 2"), all of them are there: what is written out is everything
    /// that the claim may hold; [`ClaimTree::ways`] tells the alternatives apart.
    pub fn expanded(&self, place: usize, set: &ClaimSet) -> String {
        let places = self.ancestors(place).into_iter().chain([place]);
        let texts: Vec<&str> =
            places.filter_map(|at| set.claims.get(at)).map(|claim| claim.text.as_str()).collect();
        texts.join("\n")
    }
}

/// The most claims that one search for ways looks at.
const MAX_STEPS: usize = 100_000;
