//! What sort of thing a claim protects: method, device, system, medium, composition or use.
//!
//! Read from the last noun of the subject (`claim/subject.rs`). A dependent claim has the category of the claim that
//! it narrows. Not here: product or process patents by law; "device" is every thing that no other word names.

use std::sync::LazyLock;

use regex::Regex;
use serde::{Deserialize, Serialize};

use super::ClaimSet;
use super::reference::dependencies;
use super::subject;
use super::subject::Kind;

/// What a claim protects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// 方法: a method or process.
    Method,
    /// 装置: an apparatus, article or any thing that no other category names.
    Device,
    /// 系统: a system, platform or network.
    System,
    /// 介质: a storage medium, computer program or program product.
    Medium,
    /// 组合物: a composition, compound or material.
    Composition,
    /// 用途: a use.
    Use,
}

/// Returns the category of a claim by its own words, `None` where it names no subject.
pub fn category(text: &str) -> Option<Category> {
    let phrase = subject::phrase(text);
    if phrase.is_empty() {
        return None;
    }
    Some(if subject::is_chinese(text) { chinese(phrase) } else { english(phrase) })
}

/// Returns the category of every claim of a set: dependent ones have that of the first claim that they narrow.
///
/// Claims in a circle, and those that narrow no claim of the set, are read by their own words.
pub fn categories(set: &ClaimSet) -> Vec<Option<Category>> {
    let dependencies = dependencies(set);
    let place_of = |number: u32| set.claims.iter().position(|claim| claim.number == number);
    let root = |mut at: usize| {
        // A chain longer than the set is a circle.
        for _ in 0..set.claims.len() {
            let dependency = &dependencies[at];
            let parent = dependency.refers_to.first().and_then(|&number| place_of(number));
            match parent {
                Some(parent) if !dependency.is_independent() => at = parent,
                _ => return Some(at),
            }
        }
        None
    };
    (0..set.claims.len()).map(|at| category(&set.claims[root(at).unwrap_or(at)].text)).collect()
}

fn chinese(phrase: &str) -> Category {
    static MEDIUM: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?:存储|可读|记录|儲存|存儲)[^的]*介[质質]$|程序产品$|计算机程序$|软件产品$|程式產品$")
            .expect("the pattern is a constant")
    });
    static COMPOSITION: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?:组合物|材料|溶液|合金|涂料|涂层|树脂|化合物|混合物|聚合物|共聚物|衍生物|复合物|凝胶|泡沫|薄膜|交换膜|电解质|水泥|混凝土|陶瓷|纤维|载体|晶体|分子筛|沸石|石墨烯|浆料|煤浆|浆|乳液|剂|粉|盐|酸|醇|酯|烯|烷|碱|油|液体|燃料|型煤|胶|肥|橡胶|塑料|织物|配方|气体|氢气|吸附体|电极材料|充填体|甲醇|劑|組合物)$")
            .expect("the pattern is a constant")
    });
    let phrase = phrase.trim_end_matches([' ', '的']);
    let phrase = match phrase.rfind(['（', '(']) {
        Some(at) if at > 0 && phrase.ends_with(['）', ')']) => phrase[..at].trim_end(),
        _ => phrase,
    };
    match subject::chinese_kind(phrase) {
        Kind::Method => Category::Method,
        Kind::Use => Category::Use,
        Kind::Thing if MEDIUM.is_match(phrase) => Category::Medium,
        Kind::Thing if ["系统", "平台", "网络", "体系", "系統"].iter().any(|word| phrase.ends_with(word)) => {
            Category::System
        }
        Kind::Thing if COMPOSITION.is_match(phrase) => Category::Composition,
        Kind::Thing => Category::Device,
    }
}

fn english(phrase: &str) -> Category {
    static MEDIUM: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)(?-u:\b)(?:readable|storage|recording|memory|usable|program)(?-u:\b).*(?-u:\b)(?:medium|media|mediums|product|products|memory|memories)$|(?-u:\b)computer programs?$|(?-u:\b)software$")
            .expect("the pattern is a constant")
    });
    static COMPOSITION: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^(?:composition|compound|mixture|solution|solvent|.*sorbent|alloy|.*polymer|material|formulation|catalyst|electrolyte|resin|slurry|powder|fuel|cement|concrete|fiber|fibre|gel|salt|acid|.*oxide|zeolite|emulsion|dispersion|ink|paint|adhesive|lubricant|surfactant|protein|peptide|polypeptide|polynucleotide|antibody|vaccine|oil|gas|liquid|alcohol|methanol|hydrogen|ceramic|film|foam|additive|inhibitor|agent)$")
            .expect("the pattern is a constant")
    });
    let noun = subject::english_noun(phrase);
    match subject::english_kind(&noun) {
        Kind::Method => Category::Method,
        Kind::Use => Category::Use,
        Kind::Thing if MEDIUM.is_match(phrase) => Category::Medium,
        Kind::Thing if ["system", "platform", "network"].contains(&noun.as_str()) => Category::System,
        Kind::Thing if COMPOSITION.is_match(&noun) => Category::Composition,
        Kind::Thing => Category::Device,
    }
}
