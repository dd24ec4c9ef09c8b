//! Disjoint sets of numbers that grow together (union-find with path halving).

/// Sets of `0..n`, each named by its lowest member.
pub(in crate::analytics) struct DisjointSets(Vec<u32>);

impl DisjointSets {
    /// Starts with every number in a set of its own.
    pub(in crate::analytics) fn new(n: u32) -> Self {
        Self((0..n).collect())
    }

    /// Returns the lowest member of the set that a number is in.
    pub(in crate::analytics) fn root(&mut self, mut of: u32) -> u32 {
        while self.0[of as usize] != of {
            self.0[of as usize] = self.0[self.0[of as usize] as usize];
            of = self.0[of as usize];
        }
        of
    }

    /// Makes one set of those that two numbers are in.
    pub(in crate::analytics) fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.root(a), self.root(b));
        self.0[a.max(b) as usize] = a.min(b);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::DisjointSets;

    proptest! {
        #[test]
        fn a_set_is_named_by_its_lowest_member(pairs in prop::collection::vec((0_u32..20, 0_u32..20), 0..30)) {
            let mut sets = DisjointSets::new(20);
            let mut lowest: Vec<u32> = (0..20).collect();
            for (a, b) in pairs {
                sets.join(a, b);
                let (x, y) = (lowest[a as usize], lowest[b as usize]);
                lowest.iter_mut().filter(|name| **name == x.max(y)).for_each(|name| *name = x.min(y));
            }
            for of in 0..20 {
                prop_assert_eq!(sets.root(of), lowest[of as usize]);
            }
        }
    }
}
