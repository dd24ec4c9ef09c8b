//! The line along which a field grew: the global main path through its citations.
//!
//! Knowledge flows from the cited to the citing unit. A citation weighs the number of paths from sources (units that
//! cite nothing here) to sinks (units that nothing cites) that run through it: search path count, SPC. The global main
//! path is the path from a source to a sink with the largest sum of weights (Hummon and Doreian, 1989; Batagelj, 2003;
//! Liu and Lu, 2012). Counts grow beyond any integer, so they are kept as logarithms and used as shares of all paths.
//!
//! Citations may form cycles (families that cite each other). Within a cycle the citations that run against time are
//! left out and reported; that breaks every cycle, and always in the same way.

use crate::analytics::evidence::{Outcome, Undefined};

/// A main path.
#[derive(Debug, Clone, PartialEq)]
pub struct MainPath {
    /// The units on it, from source to sink.
    pub nodes: Vec<u32>,
    /// The weight of each step: the share of all paths that runs through it, in 0-1.
    pub weights: Vec<f64>,
    /// The natural logarithm of the number of paths from sources to sinks.
    pub ln_paths: f64,
    /// Citations left out to break cycles, as pairs of citing and cited unit, in order.
    pub dropped: Vec<(u32, u32)>,
    /// Citations used.
    pub n_citations: usize,
}

/// Finds the global main path of the citations `(citing, cited)` among `n` units; `rank` orders units in time (by date,
/// then key), all different. Pairs may come in any order and more than once; a unit citing itself is left out.
///
/// ```
/// use patnav::analytics::indicator::main_path::main_path;
/// // 1 and 2 cite 0; 3 cites 1 and 2; 4 cites 3 and 1.
/// let found = main_path(5, &[(1, 0), (2, 0), (3, 1), (3, 2), (4, 3), (4, 1)], &[0, 1, 2, 3, 4]).unwrap();
/// assert_eq!(found.nodes, [0, 1, 3, 4]);
/// assert!((found.ln_paths - 3.0_f64.ln()).abs() < 1e-12);
/// ```
///
/// # Errors
/// [`Undefined::Empty`] without citations.
pub fn main_path(n: u32, citations: &[(u32, u32)], rank: &[u32]) -> Outcome<MainPath> {
    let mut edges: Vec<(u32, u32)> = citations
        .iter()
        .filter(|(citing, cited)| citing != cited && *citing < n && *cited < n)
        .map(|(citing, cited)| (*cited, *citing))
        .collect();
    edges.sort_unstable();
    edges.dedup();
    if edges.is_empty() {
        return Err(Undefined::Empty);
    }
    let dropped = break_cycles(n, &mut edges, rank);
    if edges.is_empty() {
        return Err(Undefined::Empty);
    }
    let forward = Adjacent::new(n, &edges);
    let backward = Adjacent::new(n, &turned(&edges));
    let order = topological(n, &forward, &backward, rank);
    // Paths from any source to each unit, and from each unit to any sink, as logarithms.
    let into = ln_paths(n, order.iter().copied(), &backward);
    let out_of = ln_paths(n, order.iter().rev().copied(), &forward);
    let sources = (0..n).filter(|node| backward.of(*node).is_empty() && !forward.of(*node).is_empty());
    let total = ln_sum(sources.map(|node| out_of[node as usize]));
    let weight = |from: u32, to: u32| (into[from as usize] + out_of[to as usize] - total).exp();

    // The best way onwards from each unit; in doubt the earlier unit.
    let mut best: Vec<(f64, Option<u32>)> = vec![(0.0, None); n as usize];
    for node in order.iter().rev() {
        for next in forward.of(*node) {
            let sum = weight(*node, *next) + best[*next as usize].0;
            let (so_far, via) = best[*node as usize];
            let earlier = || via.is_some_and(|via| rank[*next as usize] < rank[via as usize]);
            if via.is_none() || sum > so_far || (sum == so_far && earlier()) {
                best[*node as usize] = (sum, Some(*next));
            }
        }
    }
    let starts = (0..n).filter(|node| backward.of(*node).is_empty() && !forward.of(*node).is_empty());
    let start = starts.max_by(|a, b| {
        let sums = best[*a as usize].0.total_cmp(&best[*b as usize].0);
        sums.then(rank[*b as usize].cmp(&rank[*a as usize]))
    });
    let mut nodes: Vec<u32> = start.into_iter().collect();
    while let Some(next) = nodes.last().and_then(|node| best[*node as usize].1) {
        nodes.push(next);
    }
    let weights = nodes.windows(2).map(|step| weight(step[0], step[1])).collect();
    Ok(MainPath { nodes, weights, ln_paths: total, dropped, n_citations: edges.len() })
}

/// Neighbours of each node.
struct Adjacent {
    ends: Vec<usize>,
    nodes: Vec<u32>,
}

impl Adjacent {
    /// From edges in order of their first node.
    fn new(n: u32, edges: &[(u32, u32)]) -> Self {
        let mut ends = vec![0; n as usize];
        edges.iter().for_each(|(from, _)| ends[*from as usize] += 1);
        let mut end = 0;
        for of_node in &mut ends {
            end += *of_node;
            *of_node = end;
        }
        Self { ends, nodes: edges.iter().map(|(_, to)| *to).collect() }
    }

    fn of(&self, node: u32) -> &[u32] {
        let start = if node == 0 { 0 } else { self.ends[node as usize - 1] };
        &self.nodes[start..self.ends[node as usize]]
    }
}

fn turned(edges: &[(u32, u32)]) -> Vec<(u32, u32)> {
    let mut turned: Vec<(u32, u32)> = edges.iter().map(|(from, to)| (*to, *from)).collect();
    turned.sort_unstable();
    turned
}

/// Removes, within each cycle, the edges against time; returns them as citing and cited.
fn break_cycles(n: u32, edges: &mut Vec<(u32, u32)>, rank: &[u32]) -> Vec<(u32, u32)> {
    let component = components(n, &Adjacent::new(n, edges));
    let mut dropped = Vec::new();
    edges.retain(|(from, to)| {
        let in_cycle = component[*from as usize] == component[*to as usize];
        let against = in_cycle && rank[*from as usize] > rank[*to as usize];
        if against {
            dropped.push((*to, *from));
        }
        !against
    });
    dropped.sort_unstable();
    dropped
}

/// Strongly connected components (Tarjan), without recursion.
fn components(n: u32, forward: &Adjacent) -> Vec<u32> {
    const UNSEEN: u32 = u32::MAX;
    let (mut index, mut low) = (vec![UNSEEN; n as usize], vec![0; n as usize]);
    let (mut component, mut on_stack) = (vec![UNSEEN; n as usize], vec![false; n as usize]);
    let (mut stack, mut next_index, mut n_components) = (Vec::new(), 0, 0);
    for root in 0..n {
        if index[root as usize] != UNSEEN {
            continue;
        }
        let mut calls: Vec<(u32, usize)> = vec![(root, 0)];
        while let Some((node, place)) = calls.last_mut() {
            let (at, node) = (*node as usize, *node);
            if *place == 0 {
                (index[at], low[at]) = (next_index, next_index);
                next_index += 1;
                stack.push(node);
                on_stack[at] = true;
            }
            if let Some(next) = forward.of(node).get(*place).copied() {
                *place += 1;
                if index[next as usize] == UNSEEN {
                    calls.push((next, 0));
                } else if on_stack[next as usize] {
                    low[at] = low[at].min(index[next as usize]);
                }
                continue;
            }
            calls.pop();
            if let Some((caller, _)) = calls.last() {
                low[*caller as usize] = low[*caller as usize].min(low[at]);
            }
            if low[at] == index[at] {
                while let Some(member) = stack.pop() {
                    on_stack[member as usize] = false;
                    component[member as usize] = n_components;
                    if member == node {
                        break;
                    }
                }
                n_components += 1;
            }
        }
    }
    component
}

/// Units in an order in which every citation points forward, earlier ones first where it leaves a choice.
fn topological(n: u32, forward: &Adjacent, backward: &Adjacent, rank: &[u32]) -> Vec<u32> {
    use std::cmp::Reverse;
    use std::collections::BinaryHeap;

    let mut waiting: Vec<usize> = (0..n).map(|node| backward.of(node).len()).collect();
    let ready =
        (0..n).filter(|node| waiting[*node as usize] == 0).map(|node| Reverse((rank[node as usize], node)));
    let mut ready: BinaryHeap<Reverse<(u32, u32)>> = ready.collect();
    let mut order = Vec::with_capacity(n as usize);
    while let Some(Reverse((_, node))) = ready.pop() {
        order.push(node);
        for next in forward.of(node) {
            waiting[*next as usize] -= 1;
            if waiting[*next as usize] == 0 {
                ready.push(Reverse((rank[*next as usize], *next)));
            }
        }
    }
    order
}

/// The logarithm of the number of paths that reach each node along `before`, in an order that allows it.
fn ln_paths(n: u32, order: impl Iterator<Item = u32>, before: &Adjacent) -> Vec<f64> {
    let mut paths = vec![0.0; n as usize];
    for node in order {
        let reached = before.of(node);
        if !reached.is_empty() {
            paths[node as usize] = ln_sum(reached.iter().map(|other| paths[*other as usize]));
        }
    }
    paths
}

/// `ln Σ exp(x)`, for what exceeds every float.
fn ln_sum(values: impl Iterator<Item = f64>) -> f64 {
    let values: Vec<f64> = values.collect();
    let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if most == f64::NEG_INFINITY {
        return most;
    }
    most + values.iter().map(|x| (x - most).exp()).sum::<f64>().ln()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn cycles_are_broken_against_time_and_reported() {
        // 0 -> 1 -> 2 -> 0 as citations, and 3 cites 2.
        let citations = [(1, 0), (2, 1), (0, 2), (3, 2), (3, 3)];
        let found = main_path(4, &citations, &[0, 1, 2, 3]).expect("citations");
        assert_eq!(
            (found.nodes.as_slice(), found.dropped.as_slice()),
            ([0, 1, 2, 3].as_slice(), [(0, 2)].as_slice())
        );
        assert_eq!(found.weights, [1.0; 3]);
        let mutual = main_path(2, &[(0, 1), (1, 0)], &[1, 0]).expect("citations");
        assert_eq!((mutual.nodes, mutual.dropped), (vec![1, 0], vec![(1, 0)]));
    }

    #[test]
    fn nothing_cited_is_no_path() {
        assert_eq!(main_path(3, &[], &[0, 1, 2]), Err(Undefined::Empty));
        assert_eq!(main_path(3, &[(1, 1), (1, 9)], &[0, 1, 2]), Err(Undefined::Empty));
    }

    #[test]
    fn a_long_ladder_does_not_overflow() {
        // Each of 5,000 rungs doubles the number of paths.
        let citations: Vec<(u32, u32)> = (0..5_000_u32)
            .flat_map(|k| {
                [(3 * k + 1, 3 * k), (3 * k + 2, 3 * k), (3 * k + 3, 3 * k + 1), (3 * k + 3, 3 * k + 2)]
            })
            .collect();
        let rank: Vec<u32> = (0..15_001).collect();
        let found = main_path(15_001, &citations, &rank).expect("citations");
        assert!((found.ln_paths - 5_000.0 * 2.0_f64.ln()).abs() < 1e-6);
        assert_eq!(found.nodes.len(), 10_001);
        assert!(found.weights.iter().all(|weight| (weight - 0.5).abs() < 1e-6));
    }

    proptest! {
        /// Against every path of a small graph without cycles.
        #[test]
        fn the_path_has_the_largest_sum(edges in prop::collection::btree_set((0_u32..8, 0_u32..8), 1..16)) {
            let citations: Vec<(u32, u32)> =
                edges.into_iter().filter(|(a, b)| a != b).map(|(a, b)| (a.max(b), a.min(b))).collect();
            prop_assume!(!citations.is_empty());
            let next = |node: u32| {
                let mut next: Vec<u32> = citations.iter().filter(|(_, cited)| *cited == node).map(|(citing, _)| *citing).collect();
                next.sort_unstable();
                next.dedup();
                next
            };
            let mut paths: Vec<Vec<u32>> = Vec::new();
            let is_source = |node: u32| !citations.iter().any(|(citing, _)| *citing == node) && !next(node).is_empty();
            let mut open: Vec<Vec<u32>> = (0..8).filter(|node| is_source(*node)).map(|node| vec![node]).collect();
            while let Some(path) = open.pop() {
                let onwards = next(path[path.len() - 1]);
                if onwards.is_empty() {
                    paths.push(path);
                } else {
                    open.extend(onwards.into_iter().map(|node| [path.as_slice(), &[node]].concat()));
                }
            }
            let holds = |step: &[u32], path: &Vec<u32>| path.windows(2).any(|other| other == step);
            let share = |step: &[u32]| paths.iter().filter(|path| holds(step, path)).count() as f64 / paths.len() as f64;
            let sum = |path: &Vec<u32>| path.windows(2).map(share).sum::<f64>();
            let best = paths.iter().map(sum).fold(0.0, f64::max);
            let rank: Vec<u32> = (0..8).collect();
            let found = main_path(8, &citations, &rank).expect("citations");
            prop_assert!((found.weights.iter().sum::<f64>() - best).abs() < 1e-9);
            prop_assert!((sum(&found.nodes) - best).abs() < 1e-9);
            prop_assert!((found.ln_paths - (paths.len() as f64).ln()).abs() < 1e-9);
        }
    }
}
