//! Where sentences, paragraphs and claims end.
//!
//! Rules, on folded text:
//! - `。！？!?` end a sentence; `；` and `;` do not.
//! - `.` ends one at the end of the text or line, before a space that no lower-case letter follows,
//!   before an upper-case word glued to a lower-case one (`system.The`), and before Chinese;
//!   not after an abbreviation (`Fig.`, `No.`, `et al.`), an initial (`J.`), or a number that opens a line (`1.`),
//!   and never before a digit.
//! - `\n` ends a paragraph, U+001E ([`CLAIM_SEPARATOR`]) a claim; both end the sentence too.

use std::ops::Range;

use super::normalize::fold;
use super::script::Class;
use super::script::char_at;
use super::script::class;

/// The character that callers put after each claim when they join claims to one text.
pub const CLAIM_SEPARATOR: char = '\u{1e}';

/// What ends at a place in a text; a later variant includes the earlier ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Marker {
    /// A sentence.
    Sentence,
    /// A paragraph, and its last sentence.
    Paragraph,
    /// A claim, its last paragraph and sentence.
    Claim,
}

/// Words after which a full stop seldom ends a sentence, in lower case.
const ABBREVIATIONS: &[&str] = &[
    "al", "app", "appl", "approx", "art", "ca", "cf", "ch", "co", "corp", "dr", "ed", "eq", "eqs", "ex",
    "ext", "fig", "figs", "gen", "inc", "incl", "jr", "ltd", "max", "min", "mr", "mrs", "ms", "no", "nos",
    "nr", "op", "pat", "pct", "pp", "prof", "pub", "ref", "refs", "resp", "sec", "ser", "vol", "vs",
];

/// Returns what ends with the character `c` at byte `at` of the folded `text`, if anything.
#[inline]
pub(super) fn boundary(text: &str, at: usize, c: char) -> Option<Marker> {
    match c {
        '\n' => Some(Marker::Paragraph),
        CLAIM_SEPARATOR => Some(Marker::Claim),
        '。' | '！' | '？' | '!' | '?' => Some(Marker::Sentence),
        '.' if full_stop(text, at) => Some(Marker::Sentence),
        _ => None,
    }
}

/// Returns whether the `.` at byte `at` ends a sentence.
fn full_stop(text: &str, at: usize) -> bool {
    let after = &text[at + 1..];
    let next = after.trim_start_matches(is_closer).chars().next();
    match next {
        None => return true,
        Some('\n' | CLAIM_SEPARATOR) => return true,
        Some('.') => return false,
        Some(c) if class(c) == Class::Digit => return false,
        Some(_) => {}
    }
    let before = text[..at].trim_end_matches(|c| class(c).is_alphanumeric());
    let word = &text[before.len()..at];
    let opens_line = before.trim_end_matches([' ', '\t']).is_empty()
        || before.trim_end_matches([' ', '\t']).ends_with(['\n', CLAIM_SEPARATOR]);
    if opens_line && !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    match next {
        Some(c) if c.is_whitespace() => {
            let first =
                after.trim_start_matches(is_closer).trim_start_matches([' ', '\t', '\u{a0}', '\u{3000}']);
            match first.chars().next() {
                None => true,
                Some(c) if c.is_lowercase() => false,
                Some(_) => !is_abbreviation(word),
            }
        }
        // A missing space: `system.The` ends a sentence, `U.S`, `H.264` and `Node.JS` do not.
        Some(c) if c.is_uppercase() => {
            let mut rest = after.trim_start_matches(is_closer).chars().skip(1);
            word.len() > 1
                && word.chars().next_back().is_some_and(char::is_lowercase)
                && rest.next().is_some_and(char::is_lowercase)
                && !is_abbreviation(word)
        }
        Some(c) => class(c).is_cjk(),
        None => true,
    }
}

fn is_abbreviation(word: &str) -> bool {
    let mut chars = word.chars();
    let initial = chars.next().is_some_and(char::is_uppercase) && chars.next().is_none();
    initial || (word.len() <= 6 && ABBREVIATIONS.binary_search(&word.to_ascii_lowercase().as_str()).is_ok())
}

/// Returns whether `c` closes a quotation or bracket and so still belongs to the sentence before it.
fn is_closer(c: char) -> bool {
    matches!(c, '”' | '’' | '」' | '』' | '）' | ')' | '】' | '》' | ']' | '"' | '\'')
}

/// Returns the sentences of `text` as byte ranges, in order, by the same rules as the markers of
/// [`units`](super::units).
///
/// A sentence holds its closing punctuation; white space around it is left out, and so are sentences
/// without a letter or digit.
///
/// # Examples
///
/// ```
/// use patnav::text::sentence::sentences;
/// let text = "The drum (see Fig. 2) turns. 滚筒转动。";
/// let found: Vec<&str> = sentences(text).into_iter().map(|range| &text[range]).collect();
/// assert_eq!(found, ["The drum (see Fig. 2) turns.", "滚筒转动。"]);
/// ```
pub fn sentences(text: &str) -> Vec<Range<usize>> {
    let folded = fold(text);
    let source = &*folded.text;
    let mut found = Vec::new();
    let mut start = 0;
    let mut at = 0;
    while let Some(c) = char_at(source, at) {
        let next = at + c.len_utf8();
        if boundary(source, at, c).is_some() {
            let rest = &source[next..];
            let end = next + (rest.len() - rest.trim_start_matches(is_closer).len());
            push_trimmed(source, start..end, &mut found);
            (start, at) = (end, end);
        } else {
            at = next;
        }
    }
    push_trimmed(source, start..source.len(), &mut found);
    for range in &mut found {
        *range = folded.original(range.clone());
    }
    found
}

fn push_trimmed(text: &str, range: Range<usize>, found: &mut Vec<Range<usize>>) {
    let blank = |c: char| c.is_whitespace() || c == CLAIM_SEPARATOR;
    let part = &text[range.clone()];
    let trimmed = part.trim_matches(blank);
    if trimmed.chars().any(|c| class(c) != Class::Other) {
        let start = range.start + (part.len() - part.trim_start_matches(blank).len());
        found.push(start..start + trimmed.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn abbreviations_are_sorted_for_the_binary_search() {
        assert!(ABBREVIATIONS.is_sorted());
    }

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<&str> = sentences(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn chinese_sentences_end_at_their_marks() {
        check("采煤机；滚筒。喷雾！除尘？是", &["采煤机；滚筒。", "喷雾！", "除尘？", "是"]);
    }

    #[test]
    fn a_closing_quotation_mark_stays_with_its_sentence() {
        check("他说“停机。”然后检修。", &["他说“停机。”", "然后检修。"]);
    }

    #[test]
    fn decimal_points_and_abbreviations_end_nothing() {
        check(
            "As in Fig. 1 and No. 5, e.g. at 0.5 MPa, J. Smith et al. Found it.",
            &["As in Fig. 1 and No. 5, e.g. at 0.5 MPa, J. Smith et al. Found it."],
        );
    }

    #[test]
    fn a_number_that_opens_a_claim_ends_nothing() {
        check("1. A method.\n2. The method of claim 1.", &["1. A method.", "2. The method of claim 1."]);
    }

    #[test]
    fn a_missing_space_is_seen() {
        check("A cutting system.The drum turns.", &["A cutting system.", "The drum turns."]);
        check("压力为10.其中", &["压力为10.", "其中"]);
        check("The U.S. Code", &["The U.S. Code"]);
    }

    #[test]
    fn lines_and_claims_end_sentences() {
        check("标题\n摘要\u{1e}权利要求", &["标题", "摘要", "权利要求"]);
    }

    #[test]
    fn nothing_readable_is_no_sentence() {
        check(" \n。。！\u{1e}", &[]);
    }

    proptest! {
        #[test]
        fn sentences_are_ordered_slices(text in "([采。.！\n\u{1e}A-Za-z1 ℃”)]|\\PC){0,40}") {
            let mut last = 0;
            for range in sentences(&text) {
                prop_assert!(range.start >= last && range.end > range.start);
                last = range.end;
                prop_assert!(text.get(range).is_some());
            }
        }
    }
}
