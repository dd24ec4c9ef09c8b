//! Markush groups: one of several alternatives, "selected from the group consisting of A, B and C",
//! `选自由A、B和C组成的组`, `为A、B或C中的一种`.
//!
//! Not here: chemical structures with variables (`R1 is …`); alternatives without such words ("A or B").

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use regex::Regex;

use super::words;

/// A group of alternatives in a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Where the group stands in the claim's text, with the words that introduce it, in bytes.
    pub span: Range<usize>,
    /// Where each alternative stands, in order, in bytes. A group has at least two.
    pub members: Vec<Range<usize>>,
    /// Whether the group is closed: "consisting of", `组成的组`, `中的一种`. Open ones ("comprising") allow others.
    pub closed: bool,
}

/// Returns whether a text has words that a Chinese or an English group cannot do without: most have neither.
fn introduced(text: &str) -> (bool, bool) {
    static CHINESE: LazyLock<AhoCorasick> = LazyLock::new(|| {
        let mut all: Vec<String> = vec!["选自".to_owned(), "選自".to_owned()];
        for of in ["", "的"] {
            for which in ["", "任意", "至少", "任"] {
                all.extend(["一种", "一者", "一種"].map(|one| format!("中{of}{which}{one}")));
            }
        }
        words(&all)
    });
    static ENGLISH: LazyLock<AhoCorasick> = LazyLock::new(|| words(&["selected", "chosen", "taken"]));
    (CHINESE.is_match(text), ENGLISH.is_match(text))
}

/// Returns the Markush groups in `text`, in order.
pub fn groups(text: &str) -> Vec<Group> {
    static CHINESE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?x)
            (?:选自|選自) (?:由|于|自)? (?P<a>[^。；;]{2,400}?) (?:组成|構成|构成|组合|组合而成)的?(?:组|群组|群|集合|組|群組)(?:中)?(?:的)?(?:任意|至少|任)?(?:一种|一者|一个|一種)?(?:或(?:多|几|两|二)种(?:以上)?)?
          | (?:选自|選自) (?:于)? (?P<b>[^。；;，,]{2,200}?) (?:中|之中)(?:的)?(?:任意|至少|任)?(?:一种|一者|一个|任意两种|几种|两种|多种|一種)(?:或(?:(?:多|几|两|二)种|(?:两|二)者)(?:以上)?(?:的?(?:组合|混合物))?|以上)?
          | (?:为|是|包括|采用) (?P<c>[^。；;，,为是]{2,200}?) (?:中|之中)的?(?:任意|至少|任)?(?:一种|一者|一種)(?:或(?:多|几|两|二)种(?:以上)?(?:的?(?:组合|混合物))?|以上)?
          | (?:选自|選自) (?:于)? (?P<d>[^。；;，,]{2,200})")
            .expect("the pattern is a constant")
    });
    static ENGLISH: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?ix) (?-u:\b)(?:selected|chosen|taken)\s+from\s+ (?P<lead>(?:(?:the|a)\s+)?(?:group|list|set)\s+(?:which\s+)?(?P<verb>consist(?:ing|s)\s+(?:essentially\s+)?of|compris(?:ing|es)(?:\s+of)?|of|including)\s*:?\s*|(?:among|amongst|at\s+least\s+one\s+of|one\s+or\s+more\s+of|one\s+of|any\s+of)\s+)? (?P<a>[^.;]{2,600})")
            .expect("the pattern is a constant")
    });
    let mut out = Vec::new();
    let (chinese, english) = introduced(text);
    for captures in CHINESE.captures_iter(if chinese { text } else { "" }) {
        let Some(whole) = captures.get(0) else { continue };
        let list = ["a", "b", "c", "d"].iter().find_map(|name| captures.name(name));
        let Some(list) = list else { continue };
        let members = members(text, list.range(), true);
        if members.len() >= 2 {
            out.push(Group { span: whole.range(), members, closed: true });
        }
    }
    for captures in ENGLISH.captures_iter(if english { text } else { "" }) {
        let (Some(whole), Some(list)) = (captures.get(0), captures.name("a")) else { continue };
        let open = captures.name("verb").is_some_and(|verb| {
            let verb = verb.as_str().to_lowercase();
            verb.starts_with("compris") || verb.starts_with("includ")
        });
        let end = english_end(list.as_str());
        let range = list.start()..list.start() + end;
        let members = members(text, range.clone(), false);
        if members.len() >= 2 {
            out.push(Group { span: whole.start()..range.end, members, closed: !open });
        }
    }
    out.sort_by_key(|group| group.span.start);
    out
}

/// Returns where an English list ends: before a clause that is no member.
fn english_end(list: &str) -> usize {
    static END: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i),?\s*(?:(?-u:\b)and\s+)?(?-u:\b)(?:wherein|whereby|which|in which|the\s+\w+\s+being)(?-u:\b)|\n")
            .expect("the pattern is a constant")
    });
    END.find(list).map_or(list.len(), |found| found.start())
}

/// Splits a list into its members.
fn members(text: &str, list: Range<usize>, chinese: bool) -> Vec<Range<usize>> {
    static CHINESE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"、(?:以及|和|或)?|，(?:以及|和|或)?|,|以及|或者|和/或|及其|和|或|及")
            .expect("the pattern is a constant")
    });
    static ENGLISH: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)[,;]\s*(?:and/or|and|or)?\s+|\s+(?:and/or|and|or)\s+")
            .expect("the pattern is a constant")
    });
    let pattern = if chinese { &CHINESE } else { &ENGLISH };
    let part = &text[list.clone()];
    let mut out = Vec::new();
    let mut from = 0;
    let ends: Vec<(usize, usize)> =
        pattern.find_iter(part).map(|m| (m.start(), m.end())).chain([(part.len(), part.len())]).collect();
    for (end, next) in ends {
        let member = &part[from..end];
        let trimmed = member.trim_matches(|c: char| c.is_whitespace() || matches!(c, ',' | '，'));
        if !trimmed.is_empty() {
            let start = list.start
                + from
                + (member.len()
                    - member
                        .trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ',' | '，'))
                        .len());
            out.push(start..start + trimmed.len());
        }
        from = next;
    }
    out
}
