//! Sets that grow together under bans: union-find that keeps why, and refuses what was ruled out.

use rustc_hash::FxHashSet;

use super::merge::Rule;

/// One step in which two sets became one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Step {
    pub(super) a: u32,
    pub(super) b: u32,
    pub(super) rule: Rule,
    /// The document that shows it, by its place among the facts.
    pub(super) evidence: Option<u32>,
}

/// What became of a wish to join.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Joined,
    Already,
    Banned,
}

pub(super) struct Union {
    parent: Vec<u32>,
    /// By root: roots that it must not join. Symmetric.
    bans: Vec<FxHashSet<u32>>,
    pub(super) steps: Vec<Step>,
}

impl Union {
    pub(super) fn new(n: usize) -> Self {
        let n = u32::try_from(n).expect("fewer parties than documents, which are numbered by u32");
        Self { parent: (0..n).collect(), bans: vec![FxHashSet::default(); n as usize], steps: Vec::new() }
    }

    pub(super) fn root(&mut self, mut at: u32) -> u32 {
        while self.parent[at as usize] != at {
            let up = self.parent[self.parent[at as usize] as usize];
            self.parent[at as usize] = up;
            at = up;
        }
        at
    }

    /// Rules out that the sets of `a` and `b` become one; returns `false` where they are one already.
    pub(super) fn ban(&mut self, a: u32, b: u32) -> bool {
        let (a, b) = (self.root(a), self.root(b));
        if a == b {
            return false;
        }
        self.bans[a as usize].insert(b);
        self.bans[b as usize].insert(a);
        true
    }

    /// Joins the sets of both ends of `step`, unless that was ruled out.
    pub(super) fn join(&mut self, step: Step) -> Outcome {
        let (a, b) = (self.root(step.a), self.root(step.b));
        if a == b {
            return Outcome::Already;
        }
        if self.bans[a as usize].contains(&b) {
            return Outcome::Banned;
        }
        // The lower number stays the root, so that the result does not depend on the order of equal steps.
        let (keep, drop) = (a.min(b), a.max(b));
        self.parent[drop as usize] = keep;
        for other in std::mem::take(&mut self.bans[drop as usize]) {
            self.bans[other as usize].remove(&drop);
            self.bans[other as usize].insert(keep);
            self.bans[keep as usize].insert(other);
        }
        self.steps.push(step);
        Outcome::Joined
    }
}
