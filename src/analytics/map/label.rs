//! What a region is called: terms that its documents hold and others do not, in Chinese and English together.
//!
//! Terms of both languages are first joined to concepts: by the equivalents of the domain packs, then by the
//! company that they keep in documents with both languages. A label is made of concepts, so that its Chinese and its
//! English mean the same wherever both exist.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::graph::id_of;
use crate::analytics::disjoint::DisjointSets;

/// Concepts in a label.
const TERMS_IN_LABEL: usize = 3;
/// Terms of a document that are counted together with those of its other language.
const MOST_PAIRED: usize = 12;
/// Documents in which two terms must meet, and the Dice coefficient from which they mean the same.
const FEWEST_MEETINGS: u32 = 3;
const SAME_FROM: f64 = 0.6;

/// The terms of every point in one language.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Terms {
    /// The terms.
    pub names: Vec<String>,
    /// For each point, places in `names`; each at most once.
    pub of: Vec<Vec<u32>>,
}

impl Terms {
    fn of(&self, point: usize) -> &[u32] {
        self.of.get(point).map(Vec::as_slice).unwrap_or_default()
    }
}

/// A concept of a label, in the words that most documents of the region use.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LabelTerm {
    /// In Chinese, where a document of the region says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zh: Option<String>,
    /// In English, where a document of the region says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
    /// Points of the region that hold it in either language.
    pub n: u32,
    /// How much it tells the region from what is around it: `p ln(p / q)` in nats, where `p` is its share of the
    /// region and `q` of the region above (or the whole map).
    pub weight: f64,
}

/// How many of some points hold each concept.
pub(super) struct Tally {
    pub(super) n_points: usize,
    counts: FxHashMap<u32, u32>,
}

/// The terms of a map joined to concepts.
pub(super) struct Concepts<'a> {
    zh: &'a Terms,
    en: &'a Terms,
    /// For each point, its concepts, each once.
    of: Vec<Vec<u32>>,
    /// The terms of each concept: Chinese, English.
    members: Vec<[Vec<u32>; 2]>,
}

impl<'a> Concepts<'a> {
    /// Joins terms; each group of `equivalents` names one concept in all its words.
    pub(super) fn new(zh: &'a Terms, en: &'a Terms, equivalents: &[Vec<String>]) -> Self {
        let (n_zh, n_en) = (zh.names.len(), en.names.len());
        let mut joined = DisjointSets::new(id_of(n_zh + n_en));
        let mut by_name: FxHashMap<String, Vec<usize>> = FxHashMap::default();
        for (at, name) in zh.names.iter().chain(&en.names).enumerate() {
            by_name.entry(name.to_lowercase()).or_default().push(at);
        }
        let mut in_pack = vec![false; n_zh + n_en];
        for group in equivalents {
            let known: Vec<usize> = group
                .iter()
                .filter_map(|name| by_name.get(&name.to_lowercase()))
                .flatten()
                .copied()
                .collect();
            known.iter().for_each(|term| in_pack[*term] = true);
            known.windows(2).for_each(|pair| joined.join(id_of(pair[0]), id_of(pair[1])));
        }
        for (a, b) in companions(zh, en) {
            // What the packs know is not overruled by company kept in one collection.
            if !in_pack[a] && !in_pack[n_zh + b] {
                joined.join(id_of(a), id_of(n_zh + b));
            }
        }
        let mut number: BTreeMap<u32, u32> = BTreeMap::new();
        let mut members: Vec<[Vec<u32>; 2]> = Vec::new();
        let mut concept_of = vec![0; n_zh + n_en];
        for (term, of_term) in concept_of.iter_mut().enumerate() {
            let concept = *number.entry(joined.root(id_of(term))).or_insert_with(|| {
                members.push(Default::default());
                id_of(members.len() - 1)
            });
            *of_term = concept;
            let (side, at) = if term < n_zh { (0, term) } else { (1, term - n_zh) };
            members[concept as usize][side].push(id_of(at));
        }
        let n_points = zh.of.len().max(en.of.len());
        let of = (0..n_points)
            .map(|point| {
                let zh = zh.of(point).iter().map(|term| concept_of[*term as usize]);
                let en = en.of(point).iter().map(|term| concept_of[n_zh + *term as usize]);
                zh.chain(en).collect::<BTreeSet<u32>>().into_iter().collect()
            })
            .collect();
        Self { zh, en, of, members }
    }

    /// Counts the concepts of some points.
    pub(super) fn tally(&self, points: &[u32]) -> Tally {
        let mut counts: FxHashMap<u32, u32> = FxHashMap::default();
        for concept in points.iter().filter_map(|point| self.of.get(*point as usize)).flatten() {
            *counts.entry(*concept).or_default() += 1;
        }
        Tally { n_points: points.len(), counts }
    }

    /// Returns the label of the points of a region, told from what is around it, which holds them too.
    /// `inside` is their tally.
    pub(super) fn label(&self, region: &[u32], inside: &Tally, around: &Tally) -> Vec<LabelTerm> {
        debug_assert_eq!(inside.n_points, region.len());
        let least = (region.len() / 50).max(if region.len() > 3 { 2 } else { 1 });
        let n_outside = around.n_points.saturating_sub(region.len()) as f64;
        let mut ranked: Vec<(f64, u32, u32)> = inside
            .counts
            .iter()
            .filter(|(_, n)| **n as usize >= least)
            .map(|(concept, n)| {
                let outside = f64::from(around.counts.get(concept).copied().unwrap_or(*n).saturating_sub(*n));
                let p = f64::from(*n) / region.len() as f64;
                // Half a document more: a term that nobody else has is not infinitely telling.
                let q = (outside + 0.5) / (n_outside + 1.0);
                (p * (p / q).ln(), *concept, *n)
            })
            .collect();
        ranked.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then_with(|| self.name(a.1).cmp(self.name(b.1))));
        let mut label: Vec<LabelTerm> = Vec::new();
        for (weight, concept, n) in ranked {
            let term = LabelTerm {
                zh: self.usual(concept, 0, region),
                en: self.usual(concept, 1, region),
                n,
                weight,
            };
            if !label.iter().any(|taken| says_the_same(taken, &term)) {
                label.push(term);
            }
            if label.len() == TERMS_IN_LABEL {
                break;
            }
        }
        label
    }

    /// Returns the word for a concept that most points of a region use in one language, if any does.
    fn usual(&self, concept: u32, side: usize, region: &[u32]) -> Option<String> {
        let terms = if side == 0 { self.zh } else { self.en };
        let members = &self.members[concept as usize][side];
        if members.is_empty() {
            return None;
        }
        let mut counts: BTreeMap<u32, u32> = BTreeMap::new();
        for term in region.iter().flat_map(|point| terms.of(*point as usize)) {
            if members.contains(term) {
                *counts.entry(*term).or_default() += 1;
            }
        }
        let name = |term: u32| terms.names[term as usize].as_str();
        let best = counts.into_iter().max_by(|a, b| a.1.cmp(&b.1).then_with(|| name(b.0).cmp(name(a.0))));
        best.map(|(term, _)| name(term).to_owned())
    }

    fn name(&self, concept: u32) -> &str {
        let [zh, en] = &self.members[concept as usize];
        let zh = zh.first().map(|term| self.zh.names[*term as usize].as_str());
        zh.or_else(|| en.first().map(|term| self.en.names[*term as usize].as_str())).unwrap_or_default()
    }
}

/// Returns whether one of two concepts only repeats a part of the other (`储氢` beside `储氢罐`).
fn says_the_same(a: &LabelTerm, b: &LabelTerm) -> bool {
    let within = |a: &Option<String>, b: &Option<String>| match (a, b) {
        (Some(a), Some(b)) => a.contains(b.as_str()) || b.contains(a.as_str()),
        _ => false,
    };
    within(&a.zh, &b.zh) || within(&a.en, &b.en)
}

/// Returns pairs of a Chinese and an English term that are each other's best company:
/// Dice coefficient 2 n(a, b) / (n(a) + n(b)) over the documents that have both languages.
fn companions(zh: &Terms, en: &Terms) -> Vec<(usize, usize)> {
    let both = || {
        let pairs = zh.of.iter().zip(&en.of);
        pairs.filter(|(a, b)| !a.is_empty() && !b.is_empty())
    };
    let mut n_zh = vec![0_u32; zh.names.len()];
    let mut n_en = vec![0_u32; en.names.len()];
    for (a, b) in both() {
        a.iter().for_each(|term| n_zh[*term as usize] += 1);
        b.iter().for_each(|term| n_en[*term as usize] += 1);
    }
    let dice = |n: u32, a: u32, b: u32| 2.0 * f64::from(n) / f64::from(n_zh[a as usize] + n_en[b as usize]);
    let mut together: FxHashMap<(u32, u32), u32> = FxHashMap::default();
    for (a, b) in both() {
        for first in a.iter().take(MOST_PAIRED) {
            for second in b.iter().take(MOST_PAIRED) {
                // They cannot meet oftener than the rarer one occurs: nearly all pairs end here.
                let most = n_zh[*first as usize].min(n_en[*second as usize]);
                if most >= FEWEST_MEETINGS && dice(most, *first, *second) >= SAME_FROM {
                    *together.entry((*first, *second)).or_default() += 1;
                }
            }
        }
    }
    let mut best_zh: BTreeMap<u32, (f64, u32)> = BTreeMap::new();
    let mut best_en: BTreeMap<u32, (f64, u32)> = BTreeMap::new();
    let mut pairs: Vec<(u32, u32, f64)> = together
        .into_iter()
        .filter(|(_, n)| *n >= FEWEST_MEETINGS)
        .map(|((a, b), n)| (a, b, dice(n, a, b)))
        .filter(|(.., dice)| *dice >= SAME_FROM)
        .collect();
    pairs.sort_unstable_by_key(|(a, b, _)| (*a, *b));
    for (a, b, dice) in pairs {
        let better = |held: Option<&(f64, u32)>| held.is_none_or(|(best, _)| dice > *best);
        if better(best_zh.get(&a)) {
            best_zh.insert(a, (dice, b));
        }
        if better(best_en.get(&b)) {
            best_en.insert(b, (dice, a));
        }
    }
    let mutual = best_zh.into_iter().filter(|(a, (_, b))| best_en.get(b).is_some_and(|(_, back)| back == a));
    mutual.map(|(a, (_, b))| (a as usize, b as usize)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(names: &[&str], of: &[&[u32]]) -> Terms {
        Terms {
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            of: of.iter().map(|terms| terms.to_vec()).collect(),
        }
    }

    fn label(concepts: &Concepts<'_>, region: &[u32], around: &[u32]) -> Vec<LabelTerm> {
        concepts.label(region, &concepts.tally(region), &concepts.tally(around))
    }

    #[test]
    fn labels_tell_a_region_from_the_rest_in_both_languages() {
        let zh = terms(
            &["采煤机", "滚筒", "装置", "电解槽"],
            &[&[0, 1, 2], &[0, 2], &[0, 1, 2], &[0, 2], &[3, 2], &[3, 2], &[3, 2], &[3, 2]],
        );
        let en = terms(
            &["shearer", "device", "electrolyser"],
            &[&[0, 1], &[1], &[0, 1], &[0, 1], &[2, 1], &[2, 1], &[1], &[2, 1]],
        );
        let packs = vec![vec!["电解槽".to_owned(), "Electrolyser".to_owned()]];
        let concepts = Concepts::new(&zh, &en, &packs);
        let all: Vec<u32> = (0..8).collect();
        let first = |region: &[u32]| label(&concepts, region, &all).into_iter().next().unwrap();
        let coal = first(&[0, 1, 2, 3]);
        assert_eq!((coal.zh.as_deref(), coal.en.as_deref()), (Some("采煤机"), Some("shearer")));
        assert_eq!(coal.n, 4);
        let hydrogen = first(&[4, 5, 6, 7]);
        assert_eq!((hydrogen.zh.as_deref(), hydrogen.en.as_deref()), (Some("电解槽"), Some("electrolyser")));
    }

    #[test]
    fn a_region_in_one_language_has_no_words_of_the_other() {
        let zh = terms(&["采煤机"], &[&[0], &[0], &[0]]);
        let en = terms(&["shearer"], &[&[], &[], &[]]);
        let packs = vec![vec!["采煤机".to_owned(), "shearer".to_owned()]];
        let label = label(&Concepts::new(&zh, &en, &packs), &[0, 1], &[0, 1, 2]);
        assert!(label.iter().all(|term| term.en.is_none()), "{label:?}");
    }

    #[test]
    fn companions_are_those_of_a_count_of_all_pairs() {
        // Term 1 of both languages: together in 3 documents, in 3 and 7 of them, a Dice coefficient of exactly 0.6.
        let zh_of = [1, 1, 1, 0, 0, 10, 10];
        let mut of: Vec<[Vec<u32>; 2]> = zh_of.iter().map(|zh| [vec![*zh], vec![1]]).collect();
        of.extend((0..60_u64).map(|at| {
            let draw = |salt: u64| -> Vec<u32> {
                let bits = crate::analytics::map::layout::mix(at * 2 + salt);
                (2..10).filter(|term| bits >> (term * 3) & 7 < 3).collect()
            };
            let zh = draw(0);
            // English follows Chinese in most of them.
            if at % 5 > 0 { [zh.clone(), zh] } else { [zh, draw(1)] }
        }));
        let names: Vec<String> = (0..11).map(|term| term.to_string()).collect();
        let side =
            |side: usize| Terms { names: names.clone(), of: of.iter().map(|of| of[side].clone()).collect() };
        let (zh, en) = (side(0), side(1));
        let both: Vec<&[Vec<u32>; 2]> = of.iter().filter(|[a, b]| !a.is_empty() && !b.is_empty()).collect();
        let n = |side: usize, term: u32| both.iter().filter(|of| of[side].contains(&term)).count();
        let dice = |a: u32, b: u32| {
            let met = both.iter().filter(|[zh, en]| zh.contains(&a) && en.contains(&b)).count();
            let dice = 2.0 * met as f64 / (n(0, a) + n(1, b)).max(1) as f64;
            if met >= FEWEST_MEETINGS as usize && dice >= SAME_FROM { dice } else { 0.0 }
        };
        let best = |found: &dyn Fn(u32) -> f64| {
            let first = (0..10)
                .fold((0.0, None), |best, at| if found(at) > best.0 { (found(at), Some(at)) } else { best });
            first.1
        };
        let expected: Vec<(usize, usize)> = (0..11)
            .filter_map(|a| {
                let b = best(&|b| dice(a, b))?;
                (best(&|back| dice(back, b)) == Some(a)).then_some((a as usize, b as usize))
            })
            .collect();
        assert!(expected.contains(&(1, 1)) && expected.len() > 5, "{expected:?}");
        assert_eq!(companions(&zh, &en), expected);
    }

    #[test]
    fn nothing_said_gives_no_label() {
        let none = terms(&[], &[]);
        assert!(label(&Concepts::new(&none, &none, &[]), &[0, 1], &[0, 1]).is_empty());
    }
}
