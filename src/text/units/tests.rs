//! The position field: tables, and a naive matcher as oracle for operands.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;

static ANALYZER: LazyLock<Analyzer> = LazyLock::new(Analyzer::new);

fn units(text: &str) -> Vec<(String, Range<usize>, u32)> {
    let mut found = Vec::new();
    ANALYZER.units(text, |term, range, position| found.push((term.to_owned(), range, position)));
    found
}

#[track_caller]
fn check(text: &str, expected: &str) {
    let shown: Vec<String> = units(text)
        .into_iter()
        .map(|(term, _, position)| format!("{}@{position}", term.replace('\u{1}', "^")))
        .collect();
    assert_eq!(shown.join(" "), expected, "{text}");
}

#[test]
fn characters_give_bigrams_and_the_last_stands_alone() {
    check("采煤机滚筒", "采煤@0 煤机@1 机滚@2 滚筒@3 筒@4");
    check("泵", "泵@0");
}

#[test]
fn no_bigram_crosses_punctuation_or_script() {
    check("采煤、机A滚 筒", "采煤@0 煤@1 机@2 a@3 滚@4 筒@5");
}

#[test]
fn words_are_lowered_and_not_stemmed() {
    check("Cutting-Drums", "cutting@0 drums@1");
}

#[test]
fn numbers_and_their_units_are_two() {
    check("10MPa 10 MPa 350℃ 5.4.5", "10@0 mpa@1 10@2 mpa@3 350@4 c@5 5.4.5@6");
    check("H2O CO₂ WES-5.4", "h2o@0 co2@1 wes@2 5.4@3");
}

#[test]
fn kana_and_hangul_give_bigrams() {
    check("水素システム", "水素@0 素シ@1 シス@2 ステ@3 テム@4 ム@5");
    check("수소", "수소@0 소@1");
}

#[test]
fn traditional_and_full_width_are_folded() {
    check("採煤機ＡＢ", "采煤@0 煤机@1 机@2 ab@3");
}

#[test]
fn markers_stand_before_the_next_unit() {
    check("采煤。机！", "采煤@0 煤@1 ^s@2 机@2 ^s@3");
    check("See Fig. 1 at 0.5. Then", "see@0 fig@1 1@2 at@3 0.5@4 ^s@5 then@5");
    check("甲；乙", "甲@0 乙@1");
}

#[test]
fn each_marker_stands_once_and_brings_the_smaller_ones() {
    check("甲。\n乙\n丙。\u{1e}\n丁", "甲@0 ^s@1 ^p@1 乙@1 ^s@2 ^p@2 丙@2 ^s@3 ^p@3 ^c@3 丁@3");
    check("\n。甲", "甲@0");
}

#[test]
fn operands_use_bigrams_and_a_prefix_for_one_character() {
    let exact = |position, width, term: &str, range| QueryUnit {
        position,
        width,
        term: Term::Exact(term.to_owned()),
        range,
    };
    assert_eq!(
        ANALYZER.query_units("采煤机 WES 泵"),
        [
            exact(0, 2, "采煤", 0..6),
            exact(1, 2, "煤机", 3..9),
            exact(3, 1, "wes", 10..13),
            QueryUnit { position: 4, width: 1, term: Term::Prefix('泵'), range: 14..17 },
        ]
    );
    assert_eq!(ANALYZER.query_units("，。 "), []);
}

/// Positions at which an operand stands, by its definition.
fn matches(text: &str, operand: &str) -> Vec<u32> {
    let query = ANALYZER.query_units(operand);
    let terms = units(text);
    let n_units = ANALYZER.units(text, |_, _, _| {});
    let holds = |unit: &QueryUnit, at: u32| {
        terms.iter().any(|(term, _, position)| {
            *position == at + unit.position
                && match &unit.term {
                    Term::Exact(exact) => exact == term,
                    Term::Prefix(first) => term.starts_with(*first),
                }
        })
    };
    (0..n_units).filter(|&at| query.iter().all(|unit| holds(unit, at))).collect()
}

const TEXT: &str = "([采煤机滚筒電氫システ수ＡＢ５．℃₂a-zA-Z0-9 ./、-]|\\PC){0,25}";

proptest! {
    #[test]
    fn every_part_between_units_is_found_where_it_stands(
        text in TEXT, from in any::<prop::sample::Index>(), to in any::<prop::sample::Index>(),
    ) {
        // Folded first: a cut inside a replaced character is no place of the original.
        let text = fold(&text).text.into_owned();
        // One entry a unit: the bigram and the single character at a position start alike.
        let starts: Vec<(usize, usize, u32)> = units(&text)
            .into_iter()
            .filter(|(term, _, _)| !term.starts_with('\u{1}'))
            .map(|(term, range, position)| {
                let first = term.chars().next().unwrap();
                let end = if class(first).is_cjk() { range.start + first.len_utf8() } else { range.end };
                (range.start, end, position)
            })
            .collect();
        if starts.is_empty() {
            return Ok(());
        }
        let (a, b) = (from.index(starts.len()), to.index(starts.len()));
        let (first, last) = (a.min(b), a.max(b));
        let operand = &text[starts[first].0..starts[last].1];
        prop_assert!(matches(&text, operand).contains(&starts[first].2), "{operand:?} in {text:?}");
    }

    #[test]
    fn positions_are_dense_and_ranges_slice(text in TEXT) {
        let mut next = 0;
        let mut n_units = 0;
        for (term, range, position) in units(&text) {
            prop_assert!(text.get(range).is_some());
            if term.starts_with('\u{1}') {
                prop_assert_eq!(position, next);
            } else {
                prop_assert_eq!(position, next);
                next = position + 1;
                n_units += 1;
            }
        }
        prop_assert_eq!(ANALYZER.units(&text, |_, _, _| {}), n_units);
    }

    #[test]
    fn an_operand_that_stands_nowhere_is_not_found(text in "[采煤机a1 。]{0,12}", operand in "[采煤机a1]{1,4}") {
        // The oracle: both as sequences of units, the operand a contiguous part.
        let sequence = |text: &str| {
            let mut found = Vec::new();
            walk(text, |piece| match piece {
                Piece::Bigram(range) | Piece::Single(range) => {
                    found.push(text[range].chars().next().unwrap().to_string());
                }
                Piece::Word(_, lower) => found.push(lower.to_owned()),
                Piece::End(..) => {}
            });
            found
        };
        // Bigrams bind neighbours of one run, so compare against texts whose gaps are sentence ends or spaces only
        // through units that are neighbours without a gap.
        let expected = sequence(&text).windows(sequence(&operand).len()).any(|w| w == sequence(&operand).as_slice());
        let found = !matches(&text, &operand).is_empty();
        prop_assert!(!found || expected, "{operand:?} in {text:?}");
    }
}
