//! From a text to the elements of an idea: 3 to 9 features that can be looked for one by one.
//!
//! A text in the form of a claim is cut as claims are ([`claim::Anatomy`]). Running prose gives the clauses of the
//! sentences that state means ([`crate::text::statement`]), without the words that only lead in; what is claimed as a
//! whole (`一种…`, "a method for…") comes first. Short clauses join the next, and of many the least telling join their
//! neighbours, so that nothing that was said is lost. People edit the result; it is a proposal.

use crate::patent::claim::{self, Anatomy, PieceKind};
use crate::patent::{Language, Version};
use crate::text::Analyzer;
use crate::text::statement::{StatementKind, clauses, statements};

/// Elements at most; more make a chart that nobody reads.
pub const MAX_ELEMENTS: usize = 9;
/// Elements that are aimed for where the text says enough.
pub const MIN_ELEMENTS: usize = 3;
/// The longest element, in characters: beyond it a clause is cut at an inner mark, or ends.
const MAX_CHARS: usize = 160;

/// What an idea says, in sentences of its text.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[schema(as = IdeaOutline)]
pub struct Outline {
    /// The problem (技术问题).
    pub problem: Vec<String>,
    /// The means (技术手段).
    pub means: Vec<String>,
    /// The effect (技术效果).
    pub effect: Vec<String>,
}

/// Returns what a text states as problem, means and effect; each at most `limit` statements.
pub(super) fn outline(text: &str, limit: usize) -> Outline {
    let mut outline = Outline::default();
    for statement in statements(text) {
        let list = match statement.kind {
            StatementKind::Problem => &mut outline.problem,
            StatementKind::Means => &mut outline.means,
            StatementKind::Effect => &mut outline.effect,
        };
        let said = text[statement.range].to_owned();
        if list.len() < limit && !list.contains(&said) {
            list.push(said);
        }
    }
    outline
}

/// Returns the elements of a text, in its own words and order; none for a text without a word.
pub(super) fn elements(analyzer: &Analyzer, text: &str) -> Vec<String> {
    let chinese = Language::guess(text).version() == Version::Zh;
    let mut found = of_claim(text).unwrap_or_else(|| of_prose(text));
    // The field is where to search, no feature to search for; a text of nothing else has it for want of better.
    if found.iter().filter(|element| !names_field(element)).count() >= MIN_ELEMENTS {
        found.retain(|element| !names_field(element));
    }
    // Of a text that states no means, whatever it says.
    if found.is_empty() {
        let whole = crate::text::sentences(text).into_iter().flat_map(|sentence| clauses(text, sentence));
        found = whole.map(|clause| text[clause].to_owned()).collect();
    }
    let mut kept: Vec<String> = Vec::new();
    for element in found {
        let element = shortened(bare(&element, chinese), MAX_CHARS).to_owned();
        if n_concepts(analyzer, &element) > 0 && !kept.contains(&element) {
            kept.push(element);
        }
    }
    // What a longer element says whole is no element of its own, as long as enough are left.
    let whole = kept.clone();
    let inside =
        |text: &String| whole.iter().any(|other| other.len() > text.len() && other.contains(text.as_str()));
    if kept.iter().filter(|text| !inside(text)).count() >= MIN_ELEMENTS {
        kept.retain(|text| !inside(text));
    }
    join_short(&mut kept, chinese);
    if kept.len() < MIN_ELEMENTS {
        split_coordinated(analyzer, &mut kept, chinese);
    }
    join_least(analyzer, &mut kept, chinese);
    kept
}

/// Returns whether a clause only says what field it is about: `本发明涉及氢能储能`, "relates to the field of …".
fn names_field(clause: &str) -> bool {
    let lower = clause.to_lowercase();
    let chinese = (clause.contains("涉及") || clause.contains("属于")) && !clause.contains("一种");
    chinese || clause.ends_with("领域") || lower.contains("the field of") || lower.contains("technical field")
}

/// Cuts a text in the form of a claim; `None` for prose.
fn of_claim(text: &str) -> Option<Vec<String>> {
    let claims = claim::split(text);
    let numbered = claims.len() > 1 && (text.trim_start().starts_with('1') || refers_to_claims(text));
    let first = claims.first().filter(|_| numbered || looks_like_claim(text)).map(|claim| &claim.text)?;
    let anatomy = Anatomy::of(first);
    let subject = subject(&anatomy, first);
    let elements: Vec<String> = anatomy.elements().map(|piece| piece.words(first).to_owned()).collect();
    if elements.len() < 2 {
        return None;
    }
    Some(subject.into_iter().chain(elements).collect())
}

/// Returns what a claim or a sentence in its form is for.
fn subject(anatomy: &Anatomy, text: &str) -> Option<String> {
    let piece = anatomy.pieces.iter().find(|piece| piece.kind == PieceKind::Subject)?;
    Some(piece.words(text).to_owned())
}

/// Returns whether a text holds claims that refer to others, which prose seldom does.
fn refers_to_claims(text: &str) -> bool {
    let lower = text.to_lowercase();
    ["根据权利要求", "如权利要求", "according to claim", "of claim 1", "as claimed in"]
        .iter()
        .any(|words| lower.contains(words))
}

fn looks_like_claim(text: &str) -> bool {
    let n_sentences = crate::text::sentences(text).len();
    let lower = text.to_lowercase();
    let transition = ["其特征在于", "其特征是", "characterized in", "characterised in", "comprising", "包括"];
    n_sentences == 1 && transition.iter().any(|words| lower.contains(words))
}

fn of_prose(text: &str) -> Vec<String> {
    let means: Vec<_> =
        statements(text).into_iter().filter(|statement| statement.kind == StatementKind::Means).collect();
    let mut found = Vec::new();
    for statement in means {
        let part = &text[statement.range.clone()];
        let anatomy = Anatomy::of(part);
        let pieces: Vec<&str> = anatomy.elements().map(|piece| piece.words(part)).collect();
        // A sentence that lists its parts is cut as a claim is, commas in lists included.
        if pieces.len() >= 2 {
            found.extend(subject(&anatomy, part));
            found.extend(pieces.into_iter().map(str::to_owned));
        } else {
            found.extend(clauses(text, statement.range).into_iter().map(|clause| text[clause].to_owned()));
        }
    }
    found
}

/// Words at the head of a clause that only lead in; each is taken off once, in this order.
const LEADING_ZH: &[&str] = &[
    "本发明",
    "本申请",
    "本实用新型",
    "本技术",
    "本方案",
    "本项目",
    "我们",
    "拟",
    "公开了",
    "公开",
    "提供了",
    "提供",
    "提出了",
    "提出",
    "涉及",
    "具体涉及",
    "具体地",
    "具体为",
    "尤其涉及",
    "尤其是",
    "属于",
    "其中",
    "并且",
    "而且",
    "并",
    "且",
    "再",
    "然后",
    "随后",
    "最后",
    "首先",
    "其次",
    "同时",
    "此外",
    "另外",
    "该方法",
    "该装置",
    "该系统",
    "所述方法",
    "所述装置",
    "所述系统",
    "还包括",
    "包括",
    "以及",
    "一种",
    "通过",
    "采用",
    "利用",
    "所述",
];
const LEADING_EN: &[&str] = &[
    "the present invention",
    "the invention",
    "the present disclosure",
    "the present application",
    "this invention",
    "disclosed is",
    "disclosed are",
    "provided is",
    "we propose",
    "we plan to",
    "relates to",
    "related to",
    "provides",
    "discloses",
    "and",
    "or",
    "wherein",
    "in which",
    "where",
    "further comprising",
    "further",
    "then",
    "finally",
    "also",
    "comprising",
    "including",
    "the method",
    "the system",
    "the device",
    "comprises",
    "includes",
    "a",
    "an",
    "the",
    "said",
    "by",
    "using",
    "with",
];

/// Returns a clause without the words that only lead in, and without its reference signs.
fn bare(clause: &str, chinese: bool) -> &str {
    let is_edge =
        |c: char| c.is_whitespace() || matches!(c, '，' | '。' | '；' | '：' | '、' | ',' | ';' | ':' | '.');
    let mut rest = clause.trim_matches(is_edge);
    // Twice, since leading words follow each other in any order: `本发明公开了一种`.
    for _ in 0..3 {
        for word in if chinese { LEADING_ZH } else { LEADING_EN } {
            let Some(head) = rest.get(..word.len()) else { continue };
            let after = &rest[word.len()..];
            let whole = chinese || after.starts_with(|c: char| !c.is_alphanumeric());
            if head.eq_ignore_ascii_case(word)
                && whole
                && after.trim_matches(is_edge).chars().nth(1).is_some()
            {
                rest = after.trim_matches(is_edge);
            }
        }
    }
    rest
}

/// Returns the head of a text up to `limit` characters, at a space or mark where there is one near the end.
fn shortened(text: &str, limit: usize) -> &str {
    let Some((end, _)) = text.char_indices().nth(limit) else { return text };
    let head = &text[..end];
    let mark = head.rfind(|c: char| c.is_whitespace() || matches!(c, '，' | '、' | ',' | '；'));
    mark.filter(|at| *at > end / 2).map_or(head, |at| head[..at].trim_end())
}

fn n_concepts(analyzer: &Analyzer, text: &str) -> usize {
    analyzer.concepts(text).iter().filter(|concept| concept.text.chars().any(char::is_alphabetic)).count()
}

/// Joins what is too short to be looked for by itself to its neighbour.
fn join_short(elements: &mut Vec<String>, chinese: bool) {
    let short = |text: &String| {
        if chinese { text.chars().count() < 3 } else { text.split_whitespace().count() < 2 && text.len() < 8 }
    };
    let mut n = 0;
    while n + 1 < elements.len() {
        if short(&elements[n]) || (n + 2 == elements.len() && short(&elements[n + 1])) {
            join(elements, n, chinese);
        } else {
            n += 1;
        }
    }
}

fn join(elements: &mut Vec<String>, n: usize, chinese: bool) {
    let next = elements.remove(n + 1);
    let mark = if chinese { "，" } else { ", " };
    elements[n] = format!("{}{mark}{next}", elements[n]);
}

/// Splits elements at "and" or `和` where both sides name something, until there are enough.
fn split_coordinated(analyzer: &Analyzer, elements: &mut Vec<String>, chinese: bool) {
    let marks: &[&str] = if chinese {
        &["、", "和", "以及", "与"]
    } else {
        &[" and ", " with ", " by ", " in ", " for "]
    };
    for mark in marks {
        let mut n = 0;
        while n < elements.len() && elements.len() < MIN_ELEMENTS {
            let halves =
                elements[n].split_once(mark).map(|(a, b)| (a.trim().to_owned(), b.trim().to_owned()));
            match halves {
                Some((a, b))
                    if n_concepts(analyzer, &a) > 0
                        && n_concepts(analyzer, &b) > 0
                        && a.chars().count() > 2
                        && b.chars().count() > 2 =>
                {
                    elements[n] = a;
                    elements.insert(n + 1, bare(&b, chinese).to_owned());
                    n += 2;
                }
                _ => n += 1,
            }
        }
    }
}

/// Joins neighbours, those that say least first, until there are no more than [`MAX_ELEMENTS`].
fn join_least(analyzer: &Analyzer, elements: &mut Vec<String>, chinese: bool) {
    // Far more than fits on a chart: only the first are about the idea, the rest is embodiment.
    elements.truncate(MAX_ELEMENTS * 4);
    while elements.len() > MAX_ELEMENTS {
        let size = |text: &String| n_concepts(analyzer, text) * 1_000 + text.chars().count();
        let least = (0..elements.len() - 1).min_by_key(|&n| size(&elements[n]) + size(&elements[n + 1]));
        let Some(n) = least else { return };
        join(elements, n, chinese);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;

    static ANALYZER: LazyLock<Analyzer> = LazyLock::new(Analyzer::new);

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        assert_eq!(elements(&ANALYZER, text), expected);
    }

    #[test]
    fn prose_gives_its_clauses_of_means() {
        check(
            "本发明涉及氢能储能，具体涉及一种采用纳米限域的氢液化装置的运行方法。该方法通过纳米限域转化正仲氢，再抽真空绝热层，其中绝热夹层与内罐支撑配合工作。内罐支撑的间距为161~197mm。本发明能够减少人工操作，并提高安全性。",
            &[
                "纳米限域的氢液化装置的运行方法",
                "纳米限域转化正仲氢",
                "抽真空绝热层",
                "绝热夹层与内罐支撑配合工作",
                "内罐支撑的间距为161~197mm",
            ],
        );
    }

    #[test]
    fn claims_are_cut_as_claims() {
        check(
            "一种储氢罐，包括罐体，其特征在于，所述罐体内设有翅片；所述翅片之间填充金属氢化物。",
            &["储氢罐", "罐体内设有翅片", "翅片之间填充金属氢化物"],
        );
    }

    #[test]
    fn english_lists_are_cut_at_their_commas() {
        check(
            "A hydrogen storage system comprising a metal hydride tank, a heat exchanger embedded in the bed, and a jacket of phase change material.",
            &[
                "hydrogen storage system",
                "metal hydride tank",
                "heat exchanger embedded in the bed",
                "jacket of phase change material",
            ],
        );
    }

    #[test]
    fn a_disclosure_gives_its_means_and_neither_headings_nor_background() {
        check(
            "固态储氢系统\n背景技术\n现有储氢罐放热快，存在温升过高的隐患。\n技术方案\n提供一种固态储氢系统，包括储氢罐和换热器；床层内设置翅片换热管；换热管与相变材料夹套连接。\n有益效果\n能够提高吸氢速度。",
            &["固态储氢系统", "储氢罐和换热器", "床层内设置翅片换热管", "换热管与相变材料夹套连接"],
        );
    }

    #[test]
    fn one_word_is_one_element_and_nothing_is_none() {
        check("储氢", &["储氢"]);
        check("hydrogen", &["hydrogen"]);
        check(" 。，", &[]);
    }

    #[test]
    fn many_clauses_become_nine_elements_and_nothing_is_lost() {
        let text: String = (0..30).map(|n| format!("设置第{n}换热管和第{n}支架，")).collect();
        let found = elements(&ANALYZER, &text);
        assert_eq!(found.len(), MAX_ELEMENTS);
        assert!(found.concat().contains("第29支架"));
    }

    proptest! {
        #[test]
        fn any_text_gives_nine_elements_at_most(text in "([设置管，。；和包括a-z ,.;:]|\\PC){0,120}") {
            let found = elements(&ANALYZER, &text);
            prop_assert!(found.len() <= MAX_ELEMENTS);
            prop_assert!(found.iter().all(|element| !element.trim().is_empty()));
        }
    }
}
