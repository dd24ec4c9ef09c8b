//! The subject of a claim: its noun, and whether it is the subject of another claim taken over.
//!
//! Rules. A reference behind words that use, make or hold something ("a mine comprising the shearer of claim 4",
//! `一种采用权利要求1所述方法的装置`) belongs to a subject of its own unless both nouns are the same.
//! A reference at the head takes over the subject, unless the nouns tell otherwise:
//! 1. a method, a use and a thing are never the same;
//! 2. English with the definite article ("the system of claim 1") takes over, whatever the noun;
//! 3. else two things are the same when their last noun is the same, when the later noun is a mere word for any thing
//!    (device, system, 装置, 设备), or when both end on such words.
//!
//! "A robot system according to claim 1" of a controller is so a claim of its own, "a device according to claim 1" is
//! not. Two methods are always the same: their names vary too freely.

use std::sync::LazyLock;

use regex::Regex;

use super::mention::Mention;
use super::mention::mentions;

/// Method, use or thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Method,
    Use,
    Thing,
}

/// Returns whether the first two hundred characters hold a Han character.
pub(super) fn is_chinese(text: &str) -> bool {
    text.chars().take(200).any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

/// Returns whether a claim takes over the subject of the claims that its first mention names (`referred`: their texts).
pub(super) fn takes_over(text: &str, first: &Mention, referred: &[&str]) -> bool {
    if is_chinese(text) {
        chinese_takes_over(text, first, referred)
    } else {
        english_takes_over(&text[..first.start], referred)
    }
}

/// Returns the noun phrase that a claim is for, in the words of the claim; empty where it names none.
pub(super) fn phrase(text: &str) -> &str {
    let first = mentions(text).into_iter().next();
    if is_chinese(text) {
        match first {
            Some(first) if is_leading(&text[..first.start]) => chinese_phrase(&text[first.end..]),
            _ => chinese_phrase(text),
        }
    } else {
        let head = first.map_or(text, |first| &text[..first.start]);
        english_phrase(if head.trim().is_empty() { text } else { head })
    }
}

/// Returns whether the words before a Chinese reference only lead up to it.
pub(super) fn is_leading(head: &str) -> bool {
    static LEADING: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^\s*(?:一种|一種|所述的?|本发明)?\s*(?:根据|根據|如同|如|按照|按|依照|依据|依|由|据|据此|与|基于|依據)?\s*(?:前述|上述|任一|任意一项|在先|的|本|所述)*\s*$")
            .expect("the pattern is a constant")
    });
    LEADING.is_match(head)
}

fn chinese_takes_over(text: &str, first: &Mention, referred: &[&str]) -> bool {
    let head = &text[..first.start];
    if !is_leading(head) {
        // The subject comes first: `一种采煤方法，…` with a claim mentioned later on.
        let own = head.trim_start().starts_with(['一']) || head.contains("用于") || head.contains("采用");
        let same = head.contains(['，', ',']) && referred.iter().any(|text| phrase(text) == phrase(head));
        return !own || same;
    }
    let own = chinese_phrase(&text[first.end..]);
    own.is_empty() || referred.is_empty() || referred.iter().any(|text| same_chinese(own, phrase(text)))
}

fn same_chinese(own: &str, other: &str) -> bool {
    const ANY_THING: [&str; 22] = [
        "装置",
        "设备",
        "系统",
        "机构",
        "组件",
        "总成",
        "装备",
        "器具",
        "产品",
        "结构",
        "机",
        "器",
        "物",
        "仪器",
        "裝置",
        "設備",
        "系統",
        "材料",
        "组合物",
        "单元",
        "平台",
        "模块",
    ];
    let kind = chinese_kind(own);
    if kind != chinese_kind(other) {
        return false;
    }
    let (own, other) = (chinese_noun(own), chinese_noun(other));
    if kind != Kind::Thing || other.is_empty() || own.chars().last() == other.chars().last() {
        return true;
    }
    let generic = |noun: &str| ANY_THING.iter().any(|word| noun.ends_with(word));
    if ANY_THING.contains(&own) || (generic(own) && ANY_THING.contains(&other)) {
        return true;
    }
    if own.starts_with(other) {
        return false;
    }
    let chars: Vec<char> = own.chars().collect();
    chars.windows(2).any(|pair| other.contains(pair.iter().collect::<String>().as_str()))
}

/// Returns the words up to the first mark that ends a subject, without what is left of a reference at their head.
fn chinese_phrase(text: &str) -> &str {
    static REST: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^\s*(?:中|之|的|任意|任何|任|一项|一个|一种|一種|一|权利要求|权项|所述|所说|上述|述|该|要求|所限定|限定|前述)*")
            .expect("the pattern is a constant")
    });
    let end = text.find(['，', ',', '：', ':', '；', '。', '\n']).unwrap_or(text.len());
    let text = &text[..end];
    let text = &text[REST.find(text).map_or(0, |found| found.end())..];
    let cuts = ["其特征", "特征在于", "其改进", "其中", "包括", "包含"];
    let end = cuts.iter().filter_map(|word| text.find(word)).filter(|&at| at > 0).min();
    text[..end.unwrap_or(text.len())].trim()
}

/// Returns the words behind the last 的: what the phrase names.
fn chinese_noun(phrase: &str) -> &str {
    let phrase = phrase.trim_end_matches(['的', ' ']);
    phrase.rsplit('的').next().unwrap_or(phrase)
}

/// Returns whether a Chinese phrase names a method, a use or a thing: its last noun says so.
pub(super) fn chinese_kind(phrase: &str) -> Kind {
    let phrase = phrase.trim_end_matches(['的', ' ']);
    let ends = |words: &[&str]| words.iter().any(|word| phrase.ends_with(word));
    if ends(&["方法", "工艺", "流程", "法", "步骤", "过程", "工法", "工藝"]) {
        Kind::Method
    } else if ends(&["用途", "应用", "使用", "應用"]) {
        Kind::Use
    } else {
        Kind::Thing
    }
}

/// English: "the method of claim 1" and "a method according to claim 1" take over the subject;
/// "a vehicle comprising the device of claim 1" does not, unless both claims are for the same noun.
fn english_takes_over(head: &str, referred: &[&str]) -> bool {
    static LINK: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)[\s,(]*(?:(?-u:\b)(?:according to|in accordance with|pursuant to|as (?:claimed|defined|recited|described|set forth|set out|stated|specified|disclosed|in|per|of)|claimed|defined|recited|described|set forth|of|in|under|per|to|by|as|with|any|one|or more|either|each|at least|the|a)(?-u:\b)[\s,]*)+$")
            .expect("the pattern is a constant")
    });
    static INNER: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)(?-u:\b)(?:comprising|comprises|including|includes|having|containing|using|uses|for|of|with|by|to|from|configured|adapted|encoding|expressing|capable|suitable|derived|based|which|that|whose|produced|obtained|obtainable|prepared|made|formed|incorporating|employing|performing|carrying|storing|implementing|operating|manufactured|equipped|provided|on|in|via|through|according)(?-u:\b).*(?-u:\b)(?:the|a|an|said|any|at least one)(?-u:\b)")
            .expect("the pattern is a constant")
    });
    let head = head.trim();
    let own = LINK.replace(head, "");
    if own.trim().is_empty() {
        return true;
    }
    let inner = INNER.is_match(&own);
    if inner {
        return referred.iter().any(|text| english_noun(text) == english_noun(&own));
    }
    let definite = own.trim_start().get(..4).is_some_and(|start| start.eq_ignore_ascii_case("the "))
        || own.trim_start().get(..5).is_some_and(|start| start.eq_ignore_ascii_case("said "));
    referred.is_empty() || referred.iter().any(|text| same_english(&own, definite, text))
}

fn same_english(own: &str, definite: bool, other: &str) -> bool {
    const ANY_THING: [&str; 22] = [
        "device",
        "apparatus",
        "system",
        "assembly",
        "arrangement",
        "machine",
        "unit",
        "equipment",
        "mechanism",
        "structure",
        "article",
        "product",
        "composition",
        "material",
        "formulation",
        "mixture",
        "module",
        "installation",
        "plant",
        "compound",
        "member",
        "element",
    ];
    let (own_noun, other_noun) = (english_noun(own), english_noun(other));
    let kind = english_kind(&own_noun);
    if kind != english_kind(&other_noun) {
        return false;
    }
    if kind != Kind::Thing || definite || own_noun == other_noun {
        return true;
    }
    let generic = |noun: &str| ANY_THING.contains(&noun);
    // A bare word for any thing: one word, an article apart.
    let bare = own.split_whitespace().filter(|word| !matches!(*word, "A" | "An" | "a" | "an")).count() == 1;
    generic(&own_noun) && (bare || generic(&other_noun))
}

/// Returns whether an English noun names a method, a use or a thing.
pub(super) fn english_kind(noun: &str) -> Kind {
    match noun {
        "method" | "process" | "procedure" | "technique" | "step" => Kind::Method,
        "use" => Kind::Use,
        _ => Kind::Thing,
    }
}

/// Words that end the noun phrase at the head of an English claim.
const STOPS: [&str; 54] = [
    "comprising",
    "comprises",
    "including",
    "includes",
    "having",
    "containing",
    "using",
    "for",
    "of",
    "with",
    "by",
    "to",
    "from",
    "in",
    "on",
    "configured",
    "adapted",
    "which",
    "that",
    "whose",
    "wherein",
    "where",
    "when",
    "produced",
    "obtained",
    "obtainable",
    "prepared",
    "made",
    "formed",
    "storing",
    "consisting",
    "according",
    "as",
    "and",
    "operable",
    "capable",
    "suitable",
    "implemented",
    "executed",
    "performed",
    "is",
    "are",
    "characterized",
    "characterised",
    "being",
    "incorporating",
    "encoding",
    "expressing",
    "derived",
    "based",
    "treated",
    "encoded",
    "claimed",
    "at",
];

/// Returns the noun phrase that opens an English text.
fn english_phrase(text: &str) -> &str {
    let mut end = 0;
    let mut at = 0;
    for word in text.split_inclusive(char::is_whitespace) {
        let bare = word.trim();
        let letters: String = bare.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
        if STOPS.contains(&letters.as_str()) && end > 0 {
            break;
        }
        end = at + word.trim_end().len();
        at += word.len();
        if bare.ends_with([',', ':', ';', '.']) {
            break;
        }
    }
    text[..end].trim_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ':' | ';' | '.'))
}

/// Returns the last word of the noun phrase that opens a claim ("method", "support"), lower case, singular.
pub(super) fn english_noun(text: &str) -> String {
    let last = english_phrase(text).rsplit(char::is_whitespace).next().unwrap_or_default();
    let last: String = last.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    match last.strip_suffix('s') {
        Some("use" | "proces" | "apparatu" | "ga" | "glas" | "proce" | "bu") | None => last,
        Some(stem) if stem.ends_with('s') => last,
        Some(stem) => stem.to_owned(),
    }
}
