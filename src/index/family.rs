//! Which publications are one simple family, and under what name.
//!
//! Sources name families in their own ways (DOCDB numbers, lists of members, nothing at all), so documents are
//! joined by anything that puts them in one simple family: the same source id, the same application,
//! a member that names the other. Documents for which no source says anything are joined by the same set of
//! priorities, which is what a simple family means (DOCDB, "exactly the same priorities").
//!
//! The name of a family is its smallest source id, else its smallest application number, else its smallest key;
//! it stays the same while none of its members goes. Cycles among members are no trouble: joining is symmetric.

use std::collections::HashMap;

use rustc_hash::FxHashMap;

use super::column::{Column, Value};
use super::set::DocnoSet;

/// The columns that say who belongs together.
pub(crate) struct Inputs<'a> {
    pub(crate) key: &'a Column,
    pub(crate) application: &'a Column,
    pub(crate) source: &'a Column,
    pub(crate) member: &'a Column,
    pub(crate) priority: &'a Column,
}

/// Returns the family name of every docno; dead ones have none.
pub(crate) fn families(inputs: &Inputs<'_>, alive: &DocnoSet) -> Vec<Value> {
    let end = alive.end() as usize;
    let mut groups = Groups::new(end);
    join_by(inputs.source, alive, &mut groups);
    join_by(inputs.application, alive, &mut groups);
    for docno in alive.iter() {
        for member in inputs.member.keywords(docno) {
            if let Some(other) =
                inputs.key.ordinal(member).and_then(|key| groups.first_with(key, inputs.key, alive))
            {
                groups.join(docno, other);
            }
        }
    }
    join_by_priorities(inputs, alive, &mut groups);

    let mut names: FxHashMap<u32, (u8, String)> = FxHashMap::default();
    for docno in alive.iter() {
        let first = |column: &Column| column.keywords(docno).next().map(str::to_owned);
        let name = first(inputs.source)
            .map(|name| (0, name))
            .or_else(|| first(inputs.application).map(|name| (1, name)))
            .or_else(|| first(inputs.key).map(|name| (2, name)))
            .unwrap_or((3, docno.to_string()));
        let best = names.entry(groups.root(docno)).or_insert_with(|| name.clone());
        if name < *best {
            *best = name;
        }
    }
    (0..alive.end())
        .map(|docno| match names.get(&groups.root(docno)) {
            Some((_, name)) if alive.contains(docno) => Value::Keywords(vec![name.clone()]),
            _ => Value::Missing,
        })
        .collect()
}

fn join_by(column: &Column, alive: &DocnoSet, groups: &mut Groups) {
    let mut first: Vec<Option<u32>> = vec![None; column.n_distinct()];
    for docno in alive.iter() {
        for ordinal in column.ordinals(docno) {
            match first[*ordinal as usize] {
                Some(other) => groups.join(docno, other),
                None => first[*ordinal as usize] = Some(docno),
            }
        }
    }
}

fn join_by_priorities(inputs: &Inputs<'_>, alive: &DocnoSet, groups: &mut Groups) {
    let mut first: HashMap<&[u32], u32> = HashMap::new();
    for docno in alive.iter() {
        let priorities = inputs.priority.ordinals(docno);
        let said = inputs.source.has_value(docno) || inputs.member.has_value(docno);
        if priorities.is_empty() || said {
            continue;
        }
        match first.get(priorities) {
            Some(other) => groups.join(docno, *other),
            None => {
                first.insert(priorities, docno);
            }
        }
    }
}

/// Disjoint sets of docnos; the smallest docno of a set is its root.
struct Groups {
    parents: Vec<u32>,
    /// For each ordinal of the key column, a document that has it; made at the first need.
    by_key: Option<Vec<Option<u32>>>,
}

impl Groups {
    fn new(end: usize) -> Self {
        let end = u32::try_from(end).expect("docnos fit in 32 bits");
        Self { parents: (0..end).collect(), by_key: None }
    }

    fn first_with(&mut self, key: u32, column: &Column, alive: &DocnoSet) -> Option<u32> {
        let by_key = self.by_key.get_or_insert_with(|| {
            let mut documents = vec![None; column.n_distinct()];
            for docno in alive.iter() {
                column.ordinals(docno).iter().for_each(|key| documents[*key as usize] = Some(docno));
            }
            documents
        });
        by_key[key as usize]
    }

    fn root(&mut self, docno: u32) -> u32 {
        let mut root = docno;
        while self.parents[root as usize] != root {
            let grandparent = self.parents[self.parents[root as usize] as usize];
            self.parents[root as usize] = grandparent;
            root = grandparent;
        }
        root
    }

    fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.root(a), self.root(b));
        self.parents[a.max(b) as usize] = a.min(b);
    }
}
