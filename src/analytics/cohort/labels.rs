//! Labels of rows: any number for each row (applicants, classes, phrases), as numbers into one sorted dictionary.

use std::ops::Range;

use rustc_hash::FxHashMap;

/// Labels of rows.
///
/// The dictionary is sorted, so comparing ids compares names; the ids of a row ascend and are distinct.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Labels {
    names: Vec<Box<str>>,
    ends: Vec<u32>,
    ids: Vec<u32>,
}

/// The rows of each label: [`Labels`] turned round.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Inverted {
    ends: Vec<u32>,
    rows: Vec<u32>,
}

/// Returns a count as the 32 bits that rows and ids have.
pub(crate) fn as_u32(n: usize) -> u32 {
    u32::try_from(n).expect("a cohort has fewer than 2^32 rows, labels and values")
}

fn span(ends: &[u32], index: usize) -> Range<usize> {
    let start = if index == 0 { 0 } else { ends[index - 1] as usize };
    start..ends[index] as usize
}

impl Labels {
    /// Makes labels from the texts of each row, in any order.
    pub fn new<'a, R: IntoIterator<Item = &'a str>>(rows: impl IntoIterator<Item = R>) -> Self {
        let mut known: FxHashMap<&'a str, u32> = FxHashMap::default();
        let mut names: Vec<&'a str> = Vec::new();
        let (mut ends, mut ids) = (Vec::new(), Vec::new());
        for row in rows {
            for name in row {
                let next = as_u32(names.len());
                let id = *known.entry(name).or_insert_with(|| {
                    names.push(name);
                    next
                });
                ids.push(id);
            }
            ends.push(as_u32(ids.len()));
        }
        Self::sorted(names.into_iter().map(Box::from).collect(), ends, ids)
    }

    /// Makes labels from rows of ids into `names`, both in any order.
    pub(crate) fn sorted(names: Vec<Box<str>>, ends: Vec<u32>, mut ids: Vec<u32>) -> Self {
        let mut order: Vec<u32> = (0..as_u32(names.len())).collect();
        order.sort_unstable_by(|a, b| names[*a as usize].cmp(&names[*b as usize]));
        let (mut rank, mut kept): (Vec<u32>, Vec<Box<str>>) = (vec![0; names.len()], Vec::new());
        for name in order {
            // The same text twice is one label.
            if kept.last() != Some(&names[name as usize]) {
                kept.push(names[name as usize].clone());
            }
            rank[name as usize] = as_u32(kept.len() - 1);
        }
        ids.iter_mut().for_each(|id| *id = rank[*id as usize]);
        Self { names: kept, ends, ids }.tidied()
    }

    /// Sorts the ids of each row and drops repeated ones.
    fn tidied(mut self) -> Self {
        let (mut start, mut kept) = (0, 0);
        for row in 0..self.ends.len() {
            let end = self.ends[row] as usize;
            self.ids[start..end].sort_unstable();
            let first = kept;
            for at in start..end {
                let id = self.ids[at];
                if kept == first || self.ids[kept - 1] != id {
                    self.ids[kept] = id;
                    kept += 1;
                }
            }
            start = end;
            self.ends[row] = as_u32(kept);
        }
        self.ids.truncate(kept);
        self
    }

    /// Returns the number of rows.
    pub fn n_rows(&self) -> usize {
        self.ends.len()
    }

    /// Returns the number of distinct labels.
    pub fn n_labels(&self) -> usize {
        self.names.len()
    }

    /// Returns the ids of a row, ascending.
    pub fn of(&self, row: u32) -> &[u32] {
        &self.ids[span(&self.ends, row as usize)]
    }

    /// Returns the name of an id.
    pub fn name(&self, id: u32) -> &str {
        &self.names[id as usize]
    }

    /// Returns the names of a row, in order of name.
    pub fn names_of(&self, row: u32) -> impl Iterator<Item = &str> {
        self.of(row).iter().map(|id| self.name(*id))
    }

    /// Returns the id of a name.
    pub fn id(&self, name: &str) -> Option<u32> {
        self.names.binary_search_by(|known| (**known).cmp(name)).ok().map(as_u32)
    }

    /// Returns the rows of each label, ascending.
    pub fn inverted(&self) -> Inverted {
        let mut ends = vec![0_u32; self.n_labels() + 1];
        self.ids.iter().for_each(|id| ends[*id as usize + 1] += 1);
        for id in 1..ends.len() {
            ends[id] += ends[id - 1];
        }
        let mut rows = vec![0; self.ids.len()];
        for row in 0..as_u32(self.n_rows()) {
            for id in self.of(row) {
                rows[ends[*id as usize] as usize] = row;
                ends[*id as usize] += 1;
            }
        }
        ends.pop();
        Inverted { ends, rows }
    }

    /// Returns labels with each name replaced by what `rename` makes of it; `None` drops the label.
    pub fn renamed(&self, mut rename: impl FnMut(&str) -> Option<String>) -> Self {
        let mut names: Vec<Box<str>> = Vec::new();
        let mut known: FxHashMap<String, u32> = FxHashMap::default();
        let new: Vec<Option<u32>> = self
            .names
            .iter()
            .map(|name| {
                rename(name).map(|name| {
                    *known.entry(name).or_insert_with_key(|name| {
                        names.push(Box::from(name.as_str()));
                        as_u32(names.len() - 1)
                    })
                })
            })
            .collect();
        let (mut ends, mut ids) = (Vec::with_capacity(self.ends.len()), Vec::with_capacity(self.ids.len()));
        for row in 0..as_u32(self.n_rows()) {
            ids.extend(self.of(row).iter().filter_map(|id| new[*id as usize]));
            ends.push(as_u32(ids.len()));
        }
        Self::sorted(names, ends, ids)
    }

    /// Returns the labels of groups of rows: each group has the labels of all its rows.
    pub(crate) fn united(&self, groups: &Inverted) -> Self {
        let (mut ends, mut ids) = (Vec::with_capacity(groups.n()), Vec::with_capacity(self.ids.len()));
        for group in 0..as_u32(groups.n()) {
            let rows = groups.of(group);
            rows.iter().for_each(|row| ids.extend_from_slice(self.of(*row)));
            ends.push(as_u32(ids.len()));
        }
        Self { names: self.names.clone(), ends, ids }.tidied()
    }

    /// Returns labels of other rows: row `i` is what row `rows[i]` is here.
    pub(crate) fn taken(&self, rows: &[u32]) -> Self {
        let (mut ends, mut ids) = (Vec::with_capacity(rows.len()), Vec::new());
        for row in rows {
            ids.extend_from_slice(self.of(*row));
            ends.push(as_u32(ids.len()));
        }
        Self { names: self.names.clone(), ends, ids }
    }
}

impl Inverted {
    /// Makes groups from the group of each row; groups are numbered from 0 to `n - 1`.
    pub(crate) fn of_groups(group_of: &[u32], n: usize) -> Self {
        let mut ends = vec![0_u32; n + 1];
        group_of.iter().for_each(|group| ends[*group as usize + 1] += 1);
        for group in 1..ends.len() {
            ends[group] += ends[group - 1];
        }
        let mut rows = vec![0; group_of.len()];
        for (row, group) in group_of.iter().enumerate() {
            rows[ends[*group as usize] as usize] = as_u32(row);
            ends[*group as usize] += 1;
        }
        ends.pop();
        Self { ends, rows }
    }

    /// Makes groups from pairs of group and value, sorted by group; groups are numbered from 0 to `n - 1`.
    pub(crate) fn of_pairs(pairs: &[(u32, u32)], n: usize) -> Self {
        let mut ends = vec![0_u32; n];
        pairs.iter().for_each(|(group, _)| ends[*group as usize] += 1);
        let mut end = 0;
        for of_group in &mut ends {
            end += *of_group;
            *of_group = end;
        }
        Self { ends, rows: pairs.iter().map(|(_, value)| *value).collect() }
    }

    /// Returns the number of labels or groups.
    pub fn n(&self) -> usize {
        self.ends.len()
    }

    /// Returns the rows of a label, ascending.
    pub fn of(&self, id: u32) -> &[u32] {
        &self.rows[span(&self.ends, id as usize)]
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn labels_agree_with_sets_of_texts(rows in prop::collection::vec(prop::collection::vec("[a-d]{1,2}", 0..5), 0..12)) {
            let labels = Labels::new(rows.iter().map(|row| row.iter().map(String::as_str)));
            let inverted = labels.inverted();
            for (n, row) in rows.iter().enumerate() {
                let expected: BTreeSet<&str> = row.iter().map(String::as_str).collect();
                prop_assert!(labels.names_of(as_u32(n)).eq(expected.iter().copied()));
                for name in expected {
                    let id = labels.id(name).expect("every name has an id");
                    prop_assert!(inverted.of(id).contains(&as_u32(n)));
                }
            }
            let first = labels.renamed(|name| (name != "a").then(|| name[..1].to_owned()));
            for (n, row) in rows.iter().enumerate() {
                let expected: BTreeSet<&str> = row.iter().filter(|name| *name != "a").map(|name| &name[..1]).collect();
                prop_assert!(first.names_of(as_u32(n)).eq(expected));
            }
        }

        #[test]
        fn a_group_has_the_labels_of_its_rows(rows in prop::collection::vec(("[a-c]{0,1}", 0_u32..3), 1..12)) {
            let labels = Labels::new(rows.iter().map(|(name, _)| Some(name.as_str())));
            let groups: Vec<u32> = rows.iter().map(|(_, group)| *group).collect();
            let united = labels.united(&Inverted::of_groups(&groups, 3));
            for group in 0..3 {
                let expected: BTreeSet<&str> =
                    rows.iter().filter(|(_, of)| *of == group).map(|(name, _)| name.as_str()).collect();
                prop_assert!(united.names_of(group).eq(expected));
            }
        }
    }
}
