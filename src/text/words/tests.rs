//! The words field: a table of what gives which terms, and what holds for any text.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;

static ANALYZER: LazyLock<Analyzer> = LazyLock::new(Analyzer::new);

fn terms(text: &str) -> Vec<String> {
    let mut terms = Vec::new();
    ANALYZER.words(text, |term, _| terms.push(term.to_owned()));
    terms
}

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(terms(text).join(" "), expected, "{text}");
}

#[test]
fn chinese_words_bring_the_words_inside_them() {
    check("采煤机滚筒", "采煤 采煤机 滚筒");
    check("採煤機", "采煤 采煤机");
    check("石墨烯", "石墨 烯");
}

#[test]
fn english_is_lowered_and_stemmed() {
    check("Cutting DRUMS, high-pressure and/or", "cut drum high pressur and or");
}

#[test]
fn formulas_are_one_term_in_any_spelling() {
    check("CO₂、CO2和H2O", "co2 co2 和 h2o");
    check("Fe2O3 LiNi0.8Co0.1Mn0.1O2", "fe2o3 lini0.8co0.1mn0.1o2");
}

#[test]
fn part_numbers_are_whole_and_in_parts() {
    check("WES-5.4.5", "wes wes-5.4.5 5.4.5");
    check("GB/T-3836.1", "gb gb/t-3836.1 t 3836.1");
}

#[test]
fn class_codes_are_whole() {
    check("E21C35/24，E21C 35/24", "e21c35/24 e21c 35 24");
}

#[test]
fn numbers_join_their_units() {
    check("10MPa，10 MPa，350 ℃，350℃，3 mg/L，mg/L", "10mpa 10mpa 350°c 350°c 3mg/l mg/l");
    check("FIG. 5 A, 5 %, 0.5-1.0mm", "fig 5 a 5% 0.5 1.0mm");
}

#[test]
fn numbers_stay_apart() {
    check("10-20 1/2 3.14 1,000", "10 20 1 2 3.14 1 000");
}

#[test]
fn kana_and_hangul_give_bigrams() {
    check("システム 수소 ア", "シス ステ テム 수소 ア");
}

#[test]
fn full_width_is_half_width() {
    check("ＷＥＳ－５．４　ｐｕｍｐ", "wes wes-5.4 5.4 pump");
}

#[test]
fn punctuation_gives_nothing() {
    check("，。()（）—— ℃°·", "c");
    check("", "");
}

#[test]
fn long_terms_are_cut() {
    let long = "é".repeat(400);
    assert_eq!(terms(&long), ["é".repeat(127)]);
}

#[test]
fn emit_may_call_the_analyzer_again() {
    let mut inner = 0;
    ANALYZER.words("采煤机 drums", |term, _| ANALYZER.words(term, |_, _| inner += 1));
    assert_eq!(inner, 4);
}

proptest! {
    #[test]
    fn terms_come_in_order_and_slice_to_their_source(
        text in "([采煤机滚筒電動氫储能システ수소ＡＢ５．％℃₂a-zA-Z0-9 ./_·%。，-]|\\PC){0,60}",
    ) {
        let mut last = (0, 0);
        // Words from one character, as of `℅`, have one source, so only starts are in order there.
        let ordered = matches!(fold(&text).text, std::borrow::Cow::Borrowed(_));
        let mut failure = None;
        ANALYZER.words(&text, |term, range| {
            let source = text.get(range.clone()).map(|source| {
                let mut lower = String::new();
                push_lower(&fold(source).text, &mut lower);
                lower.replace(' ', "")
            });
            // A stem is no slice, but shares its first letter with its source; `⑴` is the source of `1`.
            let same = source.as_deref().is_some_and(|s| s.contains(term) || s.chars().next() == term.chars().next());
            if !same || range.start < last.0 || (ordered && (range.start, range.end) < last) {
                failure = Some((term.to_owned(), range.clone(), source));
            }
            last = (range.start, range.end);
        });
        prop_assert!(failure.is_none(), "{failure:?}");
    }
}
