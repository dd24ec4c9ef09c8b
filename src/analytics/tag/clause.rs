//! Effects said in other words than a pack's: what goes up or down, and where the clause says so.
//!
//! `提高效率` is also said as `提高了运行效率` or `使效率显著提高`, `lower the cost` as `the cost is reduced`. So the words
//! of an effect are cut into an object (`效率`, `cost`) and a direction (up, down, simple), and an object counts where
//! its clause says the same direction: a verb at most [`BEFORE`] bytes before it, or a verb or adjective at most
//! [`AFTER`] bytes behind it. The verbs are the common ones of patent drafting, listed here.

/// Which way something goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Direction {
    /// More, higher, longer, better.
    Up,
    /// Less, lower, shorter, worse.
    Down,
    /// Simpler.
    Simple,
}

use Direction::{Down, Simple, Up};

/// Bytes before an object in which its verb is looked for: twelve Chinese characters or six English words.
pub(super) const BEFORE: usize = 40;
/// Bytes behind an object in which its verb or adjective is looked for.
pub(super) const AFTER: usize = 24;

/// Chinese verbs.
const ZH_VERBS: &[(&str, Direction)] = &[
    ("提高", Up),
    ("提升", Up),
    ("增强", Up),
    ("增加", Up),
    ("增大", Up),
    ("改善", Up),
    ("优化", Up),
    ("延长", Up),
    ("扩大", Up),
    ("加快", Up),
    ("加强", Up),
    ("保证", Up),
    ("保障", Up),
    ("确保", Up),
    ("降低", Down),
    ("减少", Down),
    ("减小", Down),
    ("减轻", Down),
    ("节省", Down),
    ("节约", Down),
    ("缩短", Down),
    ("避免", Down),
    ("防止", Down),
    ("抑制", Down),
    ("消除", Down),
    ("杜绝", Down),
    ("简化", Simple),
];

/// Chinese adjectives that stand behind what they describe.
const ZH_ADJECTIVES: &[(&str, Direction)] = &[
    ("不高", Down),
    ("不足", Down),
    ("不好", Down),
    ("较低", Down),
    ("较高", Up),
    ("简单", Simple),
    ("优异", Up),
    ("良好", Up),
    ("高", Up),
    ("好", Up),
    ("强", Up),
    ("大", Up),
    ("长", Up),
    ("快", Up),
    ("低", Down),
    ("差", Down),
    ("少", Down),
    ("小", Down),
    ("短", Down),
    ("慢", Down),
];

/// English stems: a word that begins so says the direction.
const EN_STEMS: &[(&str, Direction)] = &[
    ("improv", Up),
    ("increas", Up),
    ("enhanc", Up),
    ("rais", Up),
    ("high", Up),
    ("better", Up),
    ("extend", Up),
    ("prolong", Up),
    ("long", Up),
    ("reduc", Down),
    ("lower", Down),
    ("low", Down),
    ("decreas", Down),
    ("less", Down),
    ("fewer", Down),
    ("cut", Down),
    ("sav", Down),
    ("shorten", Down),
    ("minimi", Down),
    ("prevent", Down),
    ("avoid", Down),
    ("eliminat", Down),
    ("simpl", Simple),
];

/// Cuts a folded trigger into object and direction; `None` where it has no direction or too short an object.
pub(super) fn split(term: &str) -> Option<(&str, Direction)> {
    if term.is_ascii() {
        let (verb, object) = term.split_once(' ')?;
        let (_, direction) = EN_STEMS.iter().find(|(stem, _)| verb.starts_with(stem))?;
        return (object.len() >= 4).then_some((object, *direction));
    }
    let long_enough = |object: &&str| object.chars().count() >= 2;
    for (verb, direction) in ZH_VERBS {
        if let Some(object) = term.strip_prefix(verb).filter(long_enough) {
            return Some((object, *direction));
        }
    }
    for (adjective, direction) in ZH_ADJECTIVES {
        if let Some(object) = term.strip_suffix(adjective).filter(long_enough) {
            return Some((object, *direction));
        }
    }
    None
}

/// Returns the direction that the clause around `start..end` of a folded text says of it, the nearest word first.
pub(super) fn direction(text: &str, start: usize, end: usize) -> Option<Direction> {
    let head = clause_before(text, start);
    let tail = clause_after(text, end);
    let before = last_word(head).map(|(at, direction)| (head.len() - at, direction));
    let after = first_word(tail);
    match (before, after) {
        (Some((near, direction)), Some((nearer, other))) => {
            Some(if nearer < near { other } else { direction })
        }
        (one, other) => one.or(other).map(|(_, direction)| direction),
    }
}

fn is_end(c: char) -> bool {
    matches!(c, '，' | '。' | '；' | '、' | '：' | ',' | '.' | ';' | ':' | '！' | '？')
}

fn clause_before(text: &str, start: usize) -> &str {
    let mut from = start.saturating_sub(BEFORE);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let head = &text[from..start];
    head.rfind(is_end).map_or(head, |at| {
        let end = head[at..].chars().next().map_or(1, char::len_utf8);
        &head[at + end..]
    })
}

fn clause_after(text: &str, end: usize) -> &str {
    let mut to = (end + AFTER).min(text.len());
    while !text.is_char_boundary(to) {
        to -= 1;
    }
    let tail = &text[end..to];
    &tail[..tail.find(is_end).unwrap_or(tail.len())]
}

/// Returns the last verb of a head, with the place where it ends.
fn last_word(head: &str) -> Option<(usize, Direction)> {
    let zh = ZH_VERBS
        .iter()
        .filter_map(|(verb, direction)| head.rfind(verb).map(|at| (at + verb.len(), *direction)));
    zh.chain(english(head)).max_by_key(|(end, _)| *end)
}

/// Returns the first verb or adjective of a tail, with the place where it begins. A one-character adjective counts
/// right behind the object or an adverb of two characters.
fn first_word(tail: &str) -> Option<(usize, Direction)> {
    let verbs = ZH_VERBS.iter().filter_map(|(verb, direction)| tail.find(verb).map(|at| (at, *direction)));
    let adjectives = ZH_ADJECTIVES.iter().filter_map(|(adjective, direction)| {
        let at = tail.find(adjective)?;
        (at <= 6).then_some((at, *direction))
    });
    let first = verbs.chain(adjectives).chain(english(tail));
    first.min_by_key(|(at, _)| *at)
}

fn english(text: &str) -> impl Iterator<Item = (usize, Direction)> {
    let bytes = text.as_bytes();
    let starts = (0..bytes.len()).filter(move |at| {
        bytes[*at].is_ascii_alphabetic() && (*at == 0 || !bytes[*at - 1].is_ascii_alphanumeric())
    });
    starts.filter_map(move |at| {
        let word = &text[at..];
        EN_STEMS.iter().find(|(stem, _)| word.starts_with(stem)).map(|(_, direction)| (at, *direction))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn triggers_are_cut_into_object_and_direction() {
        let check =
            |term: &str, expected: Option<(&str, Direction)>| assert_eq!(split(term), expected, "{term}");
        check("提高效率", Some(("效率", Up)));
        check("使用寿命长", Some(("使用寿命", Up)));
        check("精度低", Some(("精度", Down)));
        check("结构简单", Some(("结构", Simple)));
        check("lower energy consumption", Some(("energy consumption", Down)));
        check("节能", None);
        check("service life", None);
    }

    #[test]
    fn the_clause_says_the_direction() {
        let check = |text: &str, object: &str, expected: Option<Direction>| {
            let start = text.find(object).unwrap();
            assert_eq!(direction(text, start, start + object.len()), expected, "{text}");
        };
        check("本发明提高了运行效率", "效率", Some(Up));
        check("使得系统的效率显著提高", "效率", Some(Up));
        check("现有装置效率较低", "效率", Some(Down));
        check("降低成本，提高效率", "效率", Some(Up));
        check("提高安全性，效率", "效率", None);
        check("to lower the cost", "cost", Some(Down));
        check("the energy consumption is reduced", "energy consumption", Some(Down));
        check("the cost", "cost", None);
    }
}
