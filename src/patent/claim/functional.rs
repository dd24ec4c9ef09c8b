//! Functional language: a part named by what it does instead of what it is.
//!
//! Sources: 35 U.S.C. 112(f) ("means for", "step for"); Williamson v. Citrix (Fed. Cir. 2015, en banc) for nonce words
//! (module, unit, mechanism, …) followed by a function; 法释〔2016〕1号 article 8 for 功能性特征. The flag says that the words
//! are of this form; whether the law treats them so (known structure, 本领域普通技术人员仅通过阅读权利要求即可直接、明确地
//! 确定) is a question for a person.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use regex::Regex;

use super::element::Anatomy;
use super::words;

/// How a part is named by its function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FunctionalKind {
    /// "means for heating", "step for", `用于加热的装置`.
    Means,
    /// A word without structure and a function: "a module configured to heat", `加热模块，用于加热…`.
    Nonce,
}

/// One functional expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Functional {
    /// Where it stands in the claim's text, in bytes.
    pub span: Range<usize>,
    /// Which form it has.
    pub kind: FunctionalKind,
}

/// Returns the functional expressions in the elements of a claim, in order.
///
/// The subject itself is left out: "a device for drying coal" says what the claim is for.
pub fn functional(text: &str) -> Vec<Functional> {
    expressions(text, &Anatomy::of(text), false)
}

/// Returns the functional expressions of a claim that is taken apart already; with `first`, no more than one.
pub(super) fn expressions(text: &str, anatomy: &Anatomy, first: bool) -> Vec<Functional> {
    static MEANS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)(?-u:\b)means\s+(?:for\s+\w+ing(?-u:\b)|(?:configured|adapted|arranged|operable)\s+(?:to|for)(?-u:\b)|to\s+\w+|by\s+which)|(?-u:\b)means\s+\w+\s+for\s+\w+ing(?-u:\b)|(?-u:\b)steps?\s+for\s+\w+ing(?-u:\b)|用(?:于|来|以)[^，。；;、：:用]{1,40}的[^，。；;、：:的]{0,6}(?:装置|手段|部件|机构|器件|模块|单元|构件|组件|设备|元件)")
            .expect("the pattern is a constant")
    });
    static NONCE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)(?-u:\b)(?:module|unit|mechanism|element|device|engine|logic|component|member|block|circuitry|section|portion)(?-u:\b)\s*,?\s*(?:that\s+is\s+|being\s+)?(?:(?:configured|adapted|arranged|operable|designed|programmed)\s+(?:to|for)(?-u:\b)|for\s+\w+ing(?-u:\b))|(?:模块|单元|部件|机构|装置|组件|设备|器件|部)[，,]?\s*(?:其|被|所述[^，。；;]{0,12})?(?:用于|用以|用来|被?配置(?:为|成|用于)|被?设置为|适于)")
            .expect("the pattern is a constant")
    });
    let mut out: Vec<Functional> = Vec::new();
    static HINTS: LazyLock<AhoCorasick> = LazyLock::new(|| {
        words(&[
            "means",
            "step",
            "configured",
            "adapted",
            "arranged",
            "operable",
            "designed",
            "programmed",
            "for",
            "用于",
            "用来",
            "用以",
            "配置",
            "设置为",
            "适于",
        ])
    });
    for element in anatomy.elements() {
        if first && !out.is_empty() {
            break;
        }
        let part = &text[element.span.clone()];
        if !HINTS.is_match(part) {
            continue;
        }
        for (kind, pattern) in [(FunctionalKind::Means, &MEANS), (FunctionalKind::Nonce, &NONCE)] {
            for found in pattern.find_iter(part) {
                let span = element.span.start + found.start()..element.span.start + found.end();
                if !out.iter().any(|other| other.span.start < span.end && span.start < other.span.end) {
                    out.push(Functional { span, kind });
                }
            }
        }
    }
    out.sort_by_key(|functional| functional.span.start);
    out
}
