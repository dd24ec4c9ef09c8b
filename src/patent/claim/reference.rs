//! What a claim refers to, read from its words, and whether that makes it dependent.
//!
//! A claim depends on another when it takes over its subject ("the method of claim 1", `根据权利要求1所述的方法`).
//! A claim for another subject that mentions a claim stays independent ("an apparatus for carrying out the method
//! of claim 1", `一种采用权利要求1所述方法的装置`). What the file declares (`refers_to`) is taken as the set of
//! claims referred to; the words still decide which of the two it is.
//!
//! Limits: languages other than Chinese and English are not read (a German set without declared references shows
//! none); neither are numbers in words ("the first claim", `权利要求一`). "A robot system according to claim 1" of a
//! controller counts as dependent, because nothing but the noun tells.

use std::sync::LazyLock;

use regex::Regex;

use super::Claim;
use super::ClaimSet;

/// What one claim refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependency {
    /// The number of the claim.
    pub number: u32,
    /// The numbers of the claims of this set that it refers to, ascending, ranges written out.
    pub refers_to: Vec<u32>,
    /// What the reference means.
    pub relation: Relation,
    /// Numbers it refers to that are its own or no claim's of this set (typing errors, cancelled claims), ascending.
    pub unresolved: Vec<u32>,
}

/// What a reference to another claim means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Relation {
    /// It refers to no claim.
    None,
    /// It takes over the subject of the claims that it refers to, and narrows it.
    Dependent,
    /// It is for a subject of its own that uses, makes or contains the subject of another claim.
    OtherSubject,
}

impl Dependency {
    /// Returns whether the claim stands on its own: no reference, or a subject of its own.
    pub fn is_independent(&self) -> bool {
        self.relation != Relation::Dependent
    }
}

/// Returns what each claim of the set refers to, in the order of the claims.
///
/// "Any preceding claim" is every claim of a smaller number. References to itself and to claims that are not there
/// are listed as unresolved; references to later claims are kept, so the result may hold circles.
pub fn dependencies(set: &ClaimSet) -> Vec<Dependency> {
    set.claims.iter().map(|claim| dependency(claim, set, &claim.refers_to)).collect()
}

/// Returns what each claim of the set refers to by its words alone, whatever the file declares.
///
/// For checking declarations against texts: [`dependencies`] takes the file's word where it gives one.
pub fn dependencies_from_text(set: &ClaimSet) -> Vec<Dependency> {
    set.claims.iter().map(|claim| dependency(claim, set, &[])).collect()
}

fn dependency(claim: &Claim, set: &ClaimSet, declared: &[u32]) -> Dependency {
    let references = references(&claim.text);
    let mut numbers: Vec<u32> = if declared.is_empty() {
        let all_before = |reference: &Reference| match reference.numbers {
            Numbers::Preceding => set.claims.iter().map(|c| c.number).filter(|&n| n < claim.number).collect(),
            Numbers::Listed(ref numbers) => numbers.clone(),
        };
        references.iter().flat_map(all_before).collect()
    } else {
        declared.to_vec()
    };
    numbers.sort_unstable();
    numbers.dedup();
    let exists = |&n: &u32| n != claim.number && set.claims.iter().any(|c| c.number == n);
    let (refers_to, unresolved): (Vec<u32>, Vec<u32>) = numbers.into_iter().partition(exists);
    let relation = match references.first() {
        None if refers_to.is_empty() && unresolved.is_empty() => Relation::None,
        // Declared, but in words that are not known here: the file's word is taken.
        None => Relation::Dependent,
        Some(first) => {
            let referred: Vec<&str> = set
                .claims
                .iter()
                .filter(|c| refers_to.contains(&c.number))
                .map(|c| c.text.as_str())
                .collect();
            relation(&claim.text, first, &referred)
        }
    };
    Dependency { number: claim.number, refers_to, relation, unresolved }
}

/// One mention of claims in a text.
struct Reference {
    /// Byte range of the mention.
    start: usize,
    end: usize,
    numbers: Numbers,
}

enum Numbers {
    Listed(Vec<u32>),
    Preceding,
}

/// "权利要求" or "claim(s)", with the numbers that follow, or one of the words for "any preceding claim".
static MENTION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)
        (?P<zh_any> (?:前述|上述|前面|以上|在前|之前)(?:的)?(?:任意|任何|任)?(?:一项|一个|一|各项|所有)?(?:的)?(?:权利要求|權利要求)(?:中|之)?(?:任意一项|任意一|任何一项|任一项|任一)?
          | (?:任意|任何|任)一(?:项|個|个)?(?:前述|上述|在前)(?:的)?(?:权利要求|權利要求) )
        | (?P<zh> (?:权利要求|權利要求)(?:书)?(?:第)? ) \s* (?P<zh_first>[0-9０-９]{1,4})
        | (?P<en_any> (?:any|one|each)?\s*(?:(?:one\s+)?(?:or\s+more\s+)?of\s+)?(?:the\s+)?(?:preceding|previous|foregoing|above|prior|preceeding)\s+(?:\w+\s+)?claims? )
        | (?P<en> \bclaims?\b ) \s* (?:no\.?\s*|nos\.?\s*)? (?P<en_first>[0-9]{1,4})
        ",
    )
    .expect("the pattern is a constant")
});

/// A further number of a list: connector, perhaps the word again, number.
static FURTHER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)^ \s* (?P<link> 、 | ，?\s*或者 | ，?\s*或 | 和/或 | 和 | 及 | 与 | 以及 | 至 | 到 | [-–—~～－‑] | [,，] \s* (?:or|and)? | \band/or\b | \bor\b | \band\b | \bto\b | \bthrough\b | \bthru\b )
        \s* (?P<word>权利要求|權利要求|第|\bclaims?\b|\bany\s+of\b|\bof\b)? \s* (?P<n>[0-9０-９]{1,4}) (?P<after>\s*(?:\S{1,3}|$))",
    )
    .expect("the pattern is a constant")
});

fn number(text: &str) -> Option<u32> {
    let ascii: String = text
        .chars()
        .filter_map(|c| c.to_digit(10).or((c as u32).checked_sub(0xff10)))
        .filter_map(|digit| char::from_digit(digit, 10))
        .collect();
    ascii.parse().ok()
}

/// A range wider than this is a slip of the pen, not a list of claims.
const MAX_RANGE: u32 = 1_000;

fn references(text: &str) -> Vec<Reference> {
    let mut out = Vec::new();
    let mut from = 0;
    while let Some(found) = MENTION.captures_at(text, from) {
        let Some(whole) = found.get(0) else { break };
        from = whole.end();
        let first = found.name("zh_first").or(found.name("en_first")).and_then(|m| number(m.as_str()));
        let Some(first) = first else {
            out.push(Reference { start: whole.start(), end: whole.end(), numbers: Numbers::Preceding });
            continue;
        };
        // After the singular a comma ends the reference: "of claim 1, 5 to 10 wt% of …".
        let plural = found.name("en").is_some_and(|m| m.as_str().ends_with(['s', 'S']));
        let chinese = found.name("zh").is_some();
        let mut numbers = vec![first];
        let mut end = whole.end();
        while let Some(further) = FURTHER.captures(&text[end..]) {
            let (Some(link), Some(n)) = (further.name("link"), further.name("n")) else { break };
            let after = further.name("after").map_or("", |m| m.as_str().trim());
            let link_text = link.as_str().trim().to_lowercase();
            let comma = link_text.starts_with([',', '，']) && link_text.chars().count() == 1;
            // A number with a unit behind it is a quantity, not a claim.
            let counted = after
                .starts_with(['个', '種', '种', '根', '条', '%', '％', '℃', '.', 'm', 'k', '倍', '台', '组'])
                && !after.starts_with(". ")
                && after != ".";
            if counted || (comma && !plural && !chinese) {
                break;
            }
            // A comma in Chinese joins numbers only where the list visibly goes on or ends as one.
            let listed = after.is_empty()
                || after.starts_with([
                    '所', '或', '、', '中', '任', '至', '项', '的', '，', ',', '和', '-', '之',
                ]);
            if comma && chinese && !listed {
                break;
            }
            let Some(value) = number(n.as_str()) else { break };
            let is_range = ["至", "到", "-", "–", "—", "~", "～", "－", "‑", "to", "through", "thru"]
                .contains(&link_text.as_str());
            match numbers.last() {
                Some(&last) if is_range && value > last && value - last <= MAX_RANGE => {
                    numbers.extend(last + 1..=value)
                }
                _ => numbers.push(value),
            }
            end += n.end();
        }
        out.push(Reference { start: whole.start(), end, numbers: Numbers::Listed(numbers) });
        from = end;
    }
    out
}

/// Decides what the first reference of a claim means; `referred` are the texts of all the claims referred to.
fn relation(text: &str, first: &Reference, referred: &[&str]) -> Relation {
    let head = &text[..first.start];
    if is_chinese(text) {
        chinese_relation(text, head, first.end, referred)
    } else {
        english_relation(head, referred)
    }
}

fn is_chinese(text: &str) -> bool {
    text.chars().take(200).any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

/// Chinese: a reference at the very start takes over a subject, unless the noun after it is of another category;
/// `一种…权利要求N…` has a subject of its own.
fn chinese_relation(text: &str, head: &str, end: usize, referred: &[&str]) -> Relation {
    static LEADING: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^\s*(?:一种|一種|所述的?|本发明)?\s*(?:根据|根據|如同|如|按照|按|依照|依据|依|由|据|据此|与|基于|依據)?\s*(?:前述|上述|任一|任意一项|在先|的|本|所述)*\s*$")
            .expect("the pattern is a constant")
    });
    if !LEADING.is_match(head) {
        // The subject comes first: `一种采煤方法，…` with a claim mentioned later on.
        let own = head.trim_start().starts_with(['一']) || head.contains("用于") || head.contains("采用");
        return if own { Relation::OtherSubject } else { Relation::Dependent };
    }
    let subject = chinese_subject(&text[end..]);
    let own = chinese_category(subject);
    let same =
        referred.is_empty() || referred.iter().any(|text| chinese_category(chinese_subject(text)) == own);
    // `…所述的方法制备的催化剂`: the noun at the end is the subject.
    if !same && !subject.is_empty() { Relation::OtherSubject } else { Relation::Dependent }
}

/// Returns the words up to the first mark that ends a subject.
fn chinese_subject(text: &str) -> &str {
    let end = text.find(['，', ',', '：', ':', '；', '。', '\n']).unwrap_or(text.len());
    let text = &text[..end];
    let text = text.find("其特征").map_or(text, |at| &text[..at]);
    let text = ["包括", "包含"]
        .iter()
        .filter_map(|word| text.find(word))
        .filter(|&at| at > 0)
        .min()
        .map_or(text, |at| &text[..at]);
    text.trim()
}

/// Returns whether a subject is a method (or use) or a thing: its last noun says so.
fn chinese_category(subject: &str) -> &'static str {
    let subject = subject.trim_end_matches(['的', ' ']);
    let ends = |words: &[&str]| words.iter().any(|word| subject.ends_with(word));
    if ends(&["方法", "工艺", "流程", "法", "步骤", "过程", "工法"]) {
        "method"
    } else if ends(&["用途", "应用", "使用"]) {
        "use"
    } else {
        "thing"
    }
}

/// English: "the method of claim 1" and "a method according to claim 1" take over the subject;
/// "a vehicle comprising the device of claim 1" does not, unless both claims are for the same noun.
fn english_relation(head: &str, referred: &[&str]) -> Relation {
    static LINK: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)[\s,(]*(?:\b(?:according to|in accordance with|pursuant to|as (?:claimed|defined|recited|described|set forth|set out|stated|specified|disclosed|in|per|of)|claimed|defined|recited|described|set forth|of|in|under|per|to|by|as|with|any|one|or more|either|each|at least|the|a)\b[\s,]*)+$")
            .expect("the pattern is a constant")
    });
    static INNER: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)\b(?:comprising|comprises|including|includes|having|containing|using|uses|for|of|with|by|to|from|configured|adapted|encoding|expressing|capable|suitable|derived|based|which|that|whose|produced|obtained|obtainable|prepared|made|formed|incorporating|employing|performing|carrying|storing|implementing|operating|manufactured|equipped|provided|on|in|via|through|according)\b.*\b(?:the|a|an|said|any|at least one)\b")
            .expect("the pattern is a constant")
    });
    let head = head.trim();
    let phrase = LINK.replace(head, "");
    if phrase.trim().is_empty() || !INNER.is_match(&phrase) {
        return Relation::Dependent;
    }
    let own = english_noun(&phrase);
    if referred.iter().any(|text| english_noun(text) == own) {
        Relation::Dependent
    } else {
        Relation::OtherSubject
    }
}

/// Returns the last word of the noun phrase that opens a claim ("method", "support").
fn english_noun(text: &str) -> String {
    const STOPS: [&str; 50] = [
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
    ];
    let mut last = String::new();
    for word in text.split_whitespace() {
        let bare: String = word.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
        if STOPS.contains(&bare.as_str()) && !last.is_empty() {
            break;
        }
        last = bare;
        if word.ends_with([',', ':', ';']) {
            break;
        }
    }
    last
}

#[cfg(test)]
mod tests;
