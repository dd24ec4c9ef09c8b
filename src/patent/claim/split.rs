//! Splitting one text into numbered claims, in Chinese or English, as exports give them.
//!
//! A number opens a claim only where a claim can begin: at the start, or after the end of a sentence. That keeps
//! the steps of a method (`1、粉碎；` `2、混合；`) inside their claim. Not here: what a claim means.

use std::sync::LazyLock;

use regex::Regex;

use super::Claim;
use super::ClaimSet;
use super::mention::mentions;

/// A number with the marks that set it off: `1、` `1.` `1．` `权利要求1：` `Claim 1.` `[1]`.
static MARK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:(?:权利要求|權利要求|claim)\s*(\d{1,4})\s*[、.．:：)）]?|[\[【]?(\d{1,4})[\]】]?\s*(?:[、．:：)）]|\.(?:\D|$)))")
        .expect("the pattern is a constant")
});

/// Words that open a claim: a number before them is a claim's even where the sentence before has no end.
static OPENING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\s*(?:一种|一種|根据|根據|如权利要求|如權利要求|按照|依照|依据|权利要求|(?:A|An|The|Use|In|Method|Process|Apparatus|System)\s)")
        .expect("the pattern is a constant")
});

/// What stands before the first claim in some sources.
static PREAMBLE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^\s*(?:what is claimed(?: is)?|what we claim is|(?:i|we) claim|claims?|权利要求书?)\s*[:：]?\s*(?:\n|$)|^\s*(?:what is claimed(?: is)?|(?:i|we) claim)\s*[:：]\s*")
        .expect("the pattern is a constant")
});

/// Returns the claims in `text`, in order, each without its number and with white space folded.
///
/// Printed numbers are kept even where they repeat or leave gaps. Without numbers each sentence that can be a claim
/// is one (a claim is one sentence), and they are numbered from 1. Text before the first number is dropped where it is
/// a heading only, else it is the first claim's. An empty text has no claims.
pub fn split(text: &str) -> Vec<Claim> {
    let start = PREAMBLE.find(text).map_or(0, |found| found.end());
    let text = text[start..].trim();
    if text.is_empty() {
        return Vec::new();
    }
    let marks = marks(text);
    let Some(&(first_at, ..)) = marks.first() else { return unnumbered(text) };
    // Claims cannot begin in the middle of a text: without a number at its start these are no claim numbers.
    if first_at != 0 {
        return unnumbered(text);
    }
    let ends = marks.iter().skip(1).map(|&(at, ..)| at).chain([text.len()]);
    let claims = marks.iter().zip(ends).map(|(&(_, body, number), end)| Claim {
        number,
        text: folded(without_number(&text[body..end.max(body)], number)),
        refers_to: Vec::new(),
    });
    claims.filter(|claim| !claim.text.is_empty()).collect()
}

/// Splits a set that a source delivers as one claim with all others in its text (`1. … 2. …`), so that counts are true.
///
/// Done only where the numbers in the text go on from that of the claim without a gap and each further claim names a
/// claim or opens as one does; a claim with numbered steps stays whole. Returns whether the set was split.
pub fn split_whole(set: &mut ClaimSet) -> bool {
    let [only] = set.claims.as_slice() else { return false };
    let claims = split(&format!("{}. {}", only.number, only.text));
    let in_order = (only.number..).zip(&claims).all(|(number, claim)| claim.number == number);
    let is_claim = |claim: &Claim| !mentions(&claim.text).is_empty() || OPENING.is_match(&claim.text);
    if claims.len() < 2 || !in_order || !claims.iter().skip(1).all(is_claim) {
        return false;
    }
    set.claims = claims;
    true
}

/// Returns whether [`split`] goes by claim numbers in `text`.
pub(super) fn is_numbered(text: &str) -> bool {
    let start = PREAMBLE.find(text).map_or(0, |found| found.end());
    marks(text[start..].trim()).first().is_some_and(|&(at, ..)| at == 0)
}

/// Returns `text` without the claim number `number` in front of it, however often it is printed there.
pub fn without_number(text: &str, number: u32) -> &str {
    let mut rest = text.trim_start();
    while let Some((length, found)) = mark(rest) {
        // `权利要求1所述的…` opens with a reference, not with a number.
        if found != number
            || rest[length..].trim_start().starts_with(['所', '中', '至', '或', '和', '的', '-'])
        {
            break;
        }
        rest = rest[length..].trim_start();
    }
    rest
}

/// Returns length and number of the claim number at the start of `text`.
fn mark(text: &str) -> Option<(usize, u32)> {
    let found = MARK.captures(text)?;
    let whole = found.get(0)?;
    let digits = found.get(1).or(found.get(2))?;
    // The pattern takes one character after a full stop to see that it is no decimal point.
    let length = match text[digits.end()..whole.end()].find('.') {
        Some(dot) => digits.end() + dot + 1,
        None => whole.end(),
    };
    Some((length, digits.as_str().parse().ok().filter(|&number| number > 0)?))
}

/// Returns where each claim begins, where its words begin, and its number.
fn marks(text: &str) -> Vec<(usize, usize, u32)> {
    let mut marks: Vec<(usize, usize, u32)> = Vec::new();
    let mut places: Vec<(usize, bool)> = vec![(0, true)];
    for (at, c) in text.char_indices() {
        match c {
            '\n' => places.push((at + 1, true)),
            '。' | '.' | '．' | ';' | '；' => places.push((at + c.len_utf8(), false)),
            _ => {}
        }
    }
    for (place, at_line) in places {
        let at = place + (text[place..].len() - text[place..].trim_start().len());
        let Some((length, number)) = mark(&text[at..]) else { continue };
        let body = at + length;
        if marks.last().is_some_and(|&(last, last_body, _)| last == at || at < last_body) {
            continue;
        }
        let Some(&(_, _, previous)) = marks.last() else {
            marks.push((at, body, number));
            continue;
        };
        let before = text[..at].trim_end();
        let after_sentence = before.ends_with(['。', '.', '．']);
        let opens = OPENING.is_match(&text[body..]);
        // `权利要求2所述` is a reference.
        if text[body..].trim_start().starts_with(['所', '中', '至', '或', '和', '的', '-']) {
            continue;
        }
        let accepted = if at_line {
            (number == previous + 1 && (after_sentence || opens))
                || (after_sentence && opens)
                || (number > previous && number <= previous + 50 && after_sentence)
        } else {
            // Glued to the line before: only the very next number, after a sentence, or before an opening word.
            number == previous + 1 && (opens || before.ends_with('。'))
        };
        if accepted {
            marks.push((at, body, number));
        }
    }
    marks
}

/// Splits a text without claim numbers: a claim is one sentence.
fn unnumbered(text: &str) -> Vec<Claim> {
    static NEXT_ENGLISH: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\.\s+(?:A|An|The|Use|In|Method|Process|Apparatus|System)\s")
            .expect("the pattern is a constant")
    });
    let mut cuts = vec![0];
    for (at, c) in text.char_indices() {
        if c == '。' {
            cuts.push(at + c.len_utf8());
        }
    }
    // The cut falls after the full stop, before the opening word.
    cuts.extend(NEXT_ENGLISH.find_iter(text).map(|found| found.start() + 1));
    for (at, _) in text.match_indices('\n') {
        if text[..at].trim_end().ends_with('.') {
            cuts.push(at);
        }
    }
    cuts.sort_unstable();
    cuts.dedup();
    let ends = cuts.iter().skip(1).copied().chain([text.len()]);
    let parts: Vec<String> = cuts
        .iter()
        .zip(ends)
        .map(|(&from, to)| folded(&text[from..to]))
        .filter(|part| !part.is_empty())
        .collect();
    parts.into_iter().zip(1..).map(|(text, number)| Claim { number, text, refers_to: Vec::new() }).collect()
}

/// Folds white space inside lines and drops empty lines.
fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let mut words = line.split_whitespace().peekable();
        if words.peek().is_none() {
            continue;
        }
        if !out.is_empty() {
            out.push('\n');
        }
        for (i, word) in words.enumerate() {
            if i > 0 {
                out.push(' ');
            }
            out.push_str(word);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, expected: &[(u32, &str)]) {
        let claims = split(text);
        let found: Vec<(u32, &str)> =
            claims.iter().map(|claim| (claim.number, claim.text.as_str())).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn chinese_numbers_in_every_form() {
        let expected = [(1, "一种支架，其特征在于包括底座。"), (2, "根据权利要求1所述的支架。")];
        check("1、一种支架，其特征在于包括底座。\n2、根据权利要求1所述的支架。", &expected);
        check("1.一种支架，其特征在于包括底座。\n2.根据权利要求1所述的支架。", &expected);
        check("1．一种支架，其特征在于包括底座。 2．根据权利要求1所述的支架。", &expected);
        check("权利要求1：一种支架，其特征在于包括底座。\n权利要求2：根据权利要求1所述的支架。", &expected);
        check("1、一种支架，其特征在于包括底座。2、根据权利要求1所述的支架。", &expected);
        check("1、1、一种支架，其特征在于包括底座。\n2、2.根据权利要求1所述的支架。", &expected);
        check("权利要求书\n1. 一种支架，其特征在于包括底座。\n2. 根据权利要求1所述的支架。", &expected);
        check("一种支架，其特征在于包括底座。根据权利要求1所述的支架。", &expected);
        check("一种支架，其特征在于包括底座。\n根据权利要求1所述的支架。", &expected);
    }

    #[test]
    fn english_numbers_in_every_form() {
        let expected =
            [(1, "A drum having 1.5 m of width."), (2, "The drum of claim 1, wherein it rotates.")];
        check("1. A drum having 1.5 m of width.\n2. The drum of claim 1, wherein it rotates.", &expected);
        check("1. A drum having 1.5 m of width. 2. The drum of claim 1, wherein it rotates.", &expected);
        check(
            "What is claimed is:\n1. A drum having 1.5 m of width.\n\n2 . The drum of claim 1, wherein it rotates.",
            &expected,
        );
        check(
            "Claim 1: A drum having 1.5 m of width.\nClaim 2: The drum of claim 1, wherein it rotates.",
            &expected,
        );
        check("A drum having 1.5 m of width.\nThe drum of claim 1, wherein it rotates.", &expected);
        check("A drum having 1.5 m of width. The drum of claim 1, wherein it rotates.", &expected);
    }

    #[test]
    fn steps_stay_inside_their_claim() {
        check(
            "1、一种方法，包括：\n1、粉碎；\n2、混合；\n3、成型。\n2、根据权利要求1所述的方法。",
            &[(1, "一种方法，包括：\n1、粉碎；\n2、混合；\n3、成型。"), (2, "根据权利要求1所述的方法。")],
        );
        check(
            "1. A method comprising:\n(1) crushing;\n(2) mixing.",
            &[(1, "A method comprising:\n(1) crushing;\n(2) mixing.")],
        );
    }

    #[test]
    fn printed_numbers_are_kept() {
        check(
            "3. A drum.\n4. The drum of claim 3.\n7. The drum of claim 4.",
            &[(3, "A drum."), (4, "The drum of claim 3."), (7, "The drum of claim 4.")],
        );
        check(
            "1、一种支架。\n2、根据权利要求1所述的支架。\n2、根据权利要求1所述的支架，其中有轮。",
            &[
                (1, "一种支架。"),
                (2, "根据权利要求1所述的支架。"),
                (2, "根据权利要求1所述的支架，其中有轮。"),
            ],
        );
    }

    #[test]
    fn nine_hundred_claims_in_one_line_are_split() {
        let text: String = (1..=900).map(|n| format!("{n}、根据权利要求1所述的支架{n}号。")).collect();
        let claims = split(&text);
        assert_eq!(claims.len(), 900);
        assert_eq!(claims.last().map(|claim| claim.number), Some(900));
    }

    #[test]
    fn nothing_has_no_claims() {
        check("", &[]);
        check(" \n ", &[]);
        check("权利要求书", &[]);
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "(\\PC|[0-9、.。\n权利要求claim ]){0,60}") {
            for claim in split(&text) {
                prop_assert!(!claim.text.is_empty());
            }
        }
    }
}
