//! Elements against the labelled claims, and what must hold for any text.
//!
//! Overlap rule: spans are compared by the letters and digits in them. A found element matches a labelled one where the
//! letters in both are at least 0.8 of the letters in either (intersection over union); each matches once, in order.
//! F1 = 2 × matched / (found + labelled), over all claims of a language.

use proptest::prelude::*;

use super::*;
use crate::patent::claim::tests::labelled;

/// Takes the marks out of a labelled text: the text and the spans of its elements.
fn unmarked(marked: &str) -> (String, Vec<Range<usize>>) {
    let mut text = String::new();
    let mut spans: Vec<Range<usize>> = Vec::new();
    let mut open = false;
    for c in marked.chars() {
        if c == '|' || c == '^' {
            if open && let Some(last) = spans.last_mut() {
                last.end = text.len();
            }
            open = c == '|';
            if open {
                spans.push(text.len()..text.len());
            }
        } else {
            text.push(c);
        }
    }
    if open && let Some(last) = spans.last_mut() {
        last.end = text.len();
    }
    (text, spans)
}

fn letters(text: &str, span: &Range<usize>) -> Vec<usize> {
    let part = text[span.clone()].char_indices();
    part.filter(|(_, c)| c.is_alphanumeric()).map(|(at, _)| span.start + at).collect()
}

fn overlap(text: &str, a: &Range<usize>, b: &Range<usize>) -> f64 {
    let (a, b) = (letters(text, a), letters(text, b));
    let both = a.iter().filter(|at| b.contains(at)).count();
    let either = a.len() + b.len() - both;
    if either == 0 { 0.0 } else { both as f64 / either as f64 }
}

/// Returns F1 over the labelled claims of one language, and the claims that are not all right.
fn f1(chinese: bool) -> (f64, Vec<String>) {
    let (mut matched, mut n_found, mut n_labelled) = (0, 0, 0);
    let mut wrong = Vec::new();
    for set in labelled() {
        for claim in &set.claims {
            let (text, expected) = unmarked(&claim.text);
            if crate::patent::claim::subject::is_chinese(&text) != chinese {
                continue;
            }
            let anatomy = Anatomy::of(&text);
            let found: Vec<Range<usize>> = anatomy.elements().map(|piece| piece.span.clone()).collect();
            let mut free = expected.clone();
            let mut hits = 0;
            for span in &found {
                if let Some(at) = free.iter().position(|label| overlap(&text, span, label) >= 0.8) {
                    free.remove(at);
                    hits += 1;
                }
            }
            if hits != found.len() || hits != expected.len() {
                let found: Vec<&str> = found.iter().map(|span| &text[span.clone()]).collect();
                wrong.push(format!("{}\n   found {found:?}", claim.text));
            }
            matched += hits;
            n_found += found.len();
            n_labelled += expected.len();
        }
    }
    (2.0 * matched as f64 / (n_found + n_labelled) as f64, wrong)
}

#[test]
fn chinese_elements() {
    let (f1, wrong) = f1(true);
    assert!(f1 >= 0.9, "F1 {f1:.3}\n{}", wrong.join("\n"));
}

#[test]
fn english_elements() {
    let (f1, wrong) = f1(false);
    assert!(f1 >= 0.9, "F1 {f1:.3}\n{}", wrong.join("\n"));
}

#[test]
fn preamble_and_characterising_part() {
    let text = "一种支架，包括底座，其特征在于，所述底座为箱形。";
    let anatomy = Anatomy::of(text);
    assert_eq!(&text[anatomy.preamble()], "一种支架，包括底座，");
    assert_eq!(anatomy.characterising().map(|span| &text[span]), Some("所述底座为箱形。"));
    let kinds: Vec<PieceKind> = anatomy.elements().map(|piece| piece.kind).collect();
    assert_eq!(kinds, [PieceKind::Known, PieceKind::Element]);
    let text = "A pump comprising a rotor and a seal.";
    let anatomy = Anatomy::of(text);
    assert_eq!(&text[anatomy.preamble()], "A pump ");
    assert_eq!(anatomy.characterising(), None);
    assert_eq!(&text[anatomy.body()], "comprising a rotor and a seal.");
}

fn check_pieces(text: &str) {
    let anatomy = Anatomy::of(text);
    let joined: String = anatomy.pieces.iter().map(|piece| &text[piece.span.clone()]).collect();
    assert_eq!(joined, text);
    let mut at = 0;
    for piece in &anatomy.pieces {
        assert_eq!(piece.span.start, at, "{text}");
        assert!(piece.span.end > at, "{text}");
        at = piece.span.end;
    }
    assert_eq!(at, text.len());
    for span in [anatomy.preamble(), anatomy.body()] {
        assert!(text.get(span).is_some());
    }
}

#[test]
fn the_pieces_of_the_labelled_claims_are_the_claims() {
    for set in labelled() {
        for claim in set.claim_set().claims {
            check_pieces(&claim.text);
        }
    }
}

proptest! {
    #[test]
    fn the_pieces_of_any_text_are_the_text(text in "\\PC{0,80}") {
        check_pieces(&text);
    }

    #[test]
    fn the_pieces_of_anything_like_a_claim_are_the_text(
        words in prop::collection::vec(prop::sample::select(vec![
            "一种", "装置", "，", "其特征在于", "：", "包括", "；", "权利要求1", "、2", "或3", "所述", "（", "）", "当", "时", "选自", "中的一种",
            "A ", "method ", "of claim 1", ", ", "comprising: ", "wherein ", "characterized in that ", "; ", "\n", "a) ", "。", ".", "5～10", "MPa",
        ]), 0..24)
    ) {
        check_pieces(&words.concat());
    }
}
