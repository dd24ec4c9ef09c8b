//! Which parts of a text state the problem, the means, the effect?
//!
//! Patents and invention disclosures (技术交底书) say in set phrases what was bad before, what is done, and what it is
//! good for. The rules are those phrases, Chinese and English, so that every answer can be traced to words:
//!
//! 1. A heading of its own line (`技术问题`, `有益效果`, "Technical solution") sets what follows until the next heading.
//! 2. Else a sentence is cut into clauses at `，；` and at commas and semicolons followed by a space, and a clause
//!    is what its phrases say; problem before effect before means where it has several.
//! 3. A clause without such a phrase goes on with what the clause before it in the sentence said; at the start of a
//!    sentence it is means, because most sentences of a patent are.
//!
//! Neighbouring clauses of one kind in one sentence are one statement. What the rules do not see: irony, negation
//! ("does not improve"), and problems told without any of the phrases.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::sentence::sentences;

/// What a part of a text states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatementKind {
    /// 技术问题: what is bad, or what is aimed at.
    Problem,
    /// 技术手段: what is done.
    Means,
    /// 技术效果: what gets better by it.
    Effect,
}

/// A part of a text that states one of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// What it states.
    pub kind: StatementKind,
    /// Its bytes in the text, without the marks around it.
    pub range: Range<usize>,
}

/// The longest line that can be a heading, in characters.
const MAX_HEADING_CHARS: usize = 30;

const PROBLEM: &str = "(?i)要解决|所要解决|解决了?.{0,40}?(问题|难题|缺陷|不足)|存在.{0,30}?(问题|缺陷|缺点|不足|隐患|风险)|\
    现有技术|目前[，,]?|难以|不足之处|的缺陷|的缺点|的问题|目的(在于|是)|旨在|为了?(解决|克服)|克服了?|针对.{0,40}?(问题|不足|缺陷)|\
    \\b(problem|drawback|disadvantage|shortcoming|deficienc|suffers? from|difficult(y|ies)? (to|in)|prior art|conventional(ly)?|\
    object(ive)? of the (present )?invention|aims? (to|at)|is an object|need for|need exists|to (solve|overcome)|unsatisf)";

const EFFECT: &str = "(?i)有益效果|技术效果|优点(在于|是|：)|优势(在于|是)|从而|以便|使得|因此(能|可)|能够?(有效)?(提高|提升|降低|减少|减小|避免|防止|改善|增强|延长|保证|实现|满足)|\
    可以?(有效)?(提高|提升|降低|减少|减小|避免|防止|改善|增强|延长|保证)|有效(地)?(提高|提升|降低|减少|避免|防止|改善|增强|延长|保证|解决)|\
    (提高|提升|降低|减少|减小|避免|防止|改善|增强|延长|缩短|节约|节省|保证|保障|简化|消除)了|(并|进而)(提高|提升|降低|减少|避免|改善|增强|延长)|\
    ^(提高|提升|降低|减少|减小|避免|防止|改善|增强|延长|缩短|节约|节省|保证|保障|简化)|\
    具有.{0,40}?(优点|优势|效果|特点)|\
    \\b(advantage(s|ous(ly)?)?|benefi(t|ts|cial)|there(by|fore) (improv|reduc|increas|enhanc|prevent|avoid|enabl|allow|sav|lower|extend)|thus (improv|reduc|increas|avoid|prevent|enabl|allow)|\
    so (that|as to)|(can|could|is able to|are able to|may|helps? to|effectively|significantly|greatly|to) (be )?(effectively |significantly |greatly |thus )?(improv|reduc|increas|enhanc|prevent|avoid|lower|extend|shorten|minimi[sz]|save\\b|simplif)|\
    (improves|reduces|increases|enhances|prevents|avoids|lowers|extends|shortens|minimi[sz]es|saves|simplifies)\\b|\
    ^(and )?(thereby |thus )?(improving|reducing|increasing|enhancing|preventing|avoiding|lowering|extending|saving)\\b)";

const MEANS: &str = "(?i)包括|包含|其特征(在于|是)|特征在于|采用|通过|利用|设置|设有|安装|连接|由.{1,30}?(组成|构成)|步骤|技术方案|提供(了)?一种|公开(了)?一种|涉及一种|\
    \\b(compris(es|e|ing)|includ(es|e|ing)|consist(s|ing)? of|wherein|characteri[sz]ed (in|by)|by means of|is (provided|disposed|arranged|connected|coupled|configured)|\
    are (provided|disposed|arranged|connected|coupled|configured)|steps? of|provides? an?|discloses? an?|relates? to an?)";

struct Rules {
    problem: Regex,
    effect: Regex,
    means: Regex,
}

static RULES: LazyLock<Rules> = LazyLock::new(|| {
    let rule = |pattern: &str| Regex::new(pattern).expect("a constant pattern, compiled by the tests");
    Rules { problem: rule(PROBLEM), effect: rule(EFFECT), means: rule(MEANS) }
});

/// Words of headings, by what the section states. The first that a heading holds decides.
const HEADINGS: &[(&str, StatementKind)] = &[
    ("有益效果", StatementKind::Effect),
    ("技术效果", StatementKind::Effect),
    ("预期效果", StatementKind::Effect),
    ("优点", StatementKind::Effect),
    ("技术问题", StatementKind::Problem),
    ("要解决的问题", StatementKind::Problem),
    ("背景技术", StatementKind::Problem),
    ("现有技术", StatementKind::Problem),
    ("技术背景", StatementKind::Problem),
    ("技术方案", StatementKind::Means),
    ("技术手段", StatementKind::Means),
    ("发明内容", StatementKind::Means),
    ("实施方式", StatementKind::Means),
    ("实施例", StatementKind::Means),
    ("关键点", StatementKind::Means),
    ("保护点", StatementKind::Means),
    ("advantage", StatementKind::Effect),
    ("beneficial effect", StatementKind::Effect),
    ("technical effect", StatementKind::Effect),
    ("technical problem", StatementKind::Problem),
    ("problem to be solved", StatementKind::Problem),
    ("background", StatementKind::Problem),
    ("prior art", StatementKind::Problem),
    ("technical solution", StatementKind::Means),
    ("solution to problem", StatementKind::Means),
    ("summary", StatementKind::Means),
    ("detailed description", StatementKind::Means),
    ("embodiment", StatementKind::Means),
];

/// Returns what the parts of a text state, in order, none overlapping. Headings are no statements.
///
/// # Examples
/// ```
/// use patnav::text::statement::{StatementKind::*, statements};
/// let text = "为了解决换热慢的问题，床层内设置翅片，从而提高吸氢速度。";
/// let found: Vec<_> = statements(text).into_iter().map(|s| (s.kind, &text[s.range])).collect();
/// assert_eq!(found, [(Problem, "为了解决换热慢的问题"), (Means, "床层内设置翅片"), (Effect, "从而提高吸氢速度")]);
/// ```
pub fn statements(text: &str) -> Vec<Statement> {
    let mut found = Vec::new();
    let mut section: Option<StatementKind> = None;
    for sentence in sentences(text) {
        if let Some(kind) = heading(text, &sentence) {
            section = Some(kind);
            continue;
        }
        // The background tells in every clause what was bad; other sections mix.
        let fixed = section.filter(|kind| *kind == StatementKind::Problem);
        let mut before = section.unwrap_or(StatementKind::Means);
        let mut open: Option<Statement> = None;
        for clause in clauses(text, sentence) {
            let kind = fixed.or_else(|| said(&text[clause.clone()])).unwrap_or(before);
            before = kind;
            match &mut open {
                Some(statement) if statement.kind == kind => statement.range.end = clause.end,
                _ => found.extend(open.replace(Statement { kind, range: clause })),
            }
        }
        found.extend(open);
    }
    found
}

/// Returns the clauses of a sentence, without the marks around them.
///
/// Clauses end at `，；：` and at `,`, `;`, `:` before a space, but not inside brackets.
pub fn clauses(text: &str, sentence: Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let (mut start, mut depth) = (sentence.start, 0_usize);
    let mut push = |range: Range<usize>| {
        let part = &text[range.clone()];
        let left = range.start + (part.len() - part.trim_start_matches(is_mark).len());
        let right = range.end - (part.len() - part.trim_end_matches(is_mark).len());
        if left < right {
            found.push(left..right);
        }
    };
    for (at, c) in text[sentence.clone()].char_indices() {
        let at = sentence.start + at;
        let end = at + c.len_utf8();
        match c {
            '(' | '（' | '[' | '【' => depth += 1,
            ')' | '）' | ']' | '】' => depth = depth.saturating_sub(1),
            '，' | '；' | '：' if depth == 0 => {
                push(start..at);
                start = end;
            }
            ',' | ';' | ':' if depth == 0 && text[end..sentence.end].starts_with([' ', '\n', '\t']) => {
                push(start..at);
                start = end;
            }
            _ => {}
        }
    }
    push(start..sentence.end);
    found
}

fn is_mark(c: char) -> bool {
    c.is_whitespace() || matches!(c, '，' | '；' | '。' | '：' | '、' | ',' | ';' | ':' | '.' | '！' | '!')
}

fn said(clause: &str) -> Option<StatementKind> {
    let rules = &*RULES;
    if rules.problem.is_match(clause) {
        Some(StatementKind::Problem)
    } else if rules.effect.is_match(clause) {
        Some(StatementKind::Effect)
    } else if rules.means.is_match(clause) {
        Some(StatementKind::Means)
    } else {
        None
    }
}

/// Returns what the section under a heading states, where the sentence is a line of its own that names one.
fn heading(text: &str, sentence: &Range<usize>) -> Option<StatementKind> {
    let line = &text[sentence.clone()];
    let alone = text[..sentence.start]
        .trim_end_matches([' ', '\t', '#', '*'])
        .chars()
        .next_back()
        .is_none_or(|c| c == '\n')
        && text[sentence.end..]
            .trim_start_matches([' ', '\t', '*', ':', '：'])
            .chars()
            .next()
            .is_none_or(|c| c == '\n');
    if !alone || line.chars().count() > MAX_HEADING_CHARS || line.contains(['，', '；']) {
        return None;
    }
    if line.ends_with(['。', '.']) {
        return None;
    }
    let lower = line.to_lowercase();
    HEADINGS.iter().find(|(word, _)| lower.contains(word)).map(|(_, kind)| *kind)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::StatementKind::{Effect, Means, Problem};
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(StatementKind, &str)]) {
        let found: Vec<(StatementKind, &str)> =
            statements(text).into_iter().map(|statement| (statement.kind, &text[statement.range])).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_chinese_abstract_is_told_apart_by_its_phrases() {
        check(
            "本发明公开了一种盐穴储氢装置，包括井口和腔体，腔体内设有衬层；能够降低泄漏，提高安全性。现有技术存在泄漏的问题。",
            &[
                (Means, "本发明公开了一种盐穴储氢装置，包括井口和腔体，腔体内设有衬层"),
                (Effect, "能够降低泄漏，提高安全性"),
                (Problem, "现有技术存在泄漏的问题"),
            ],
        );
    }

    #[test]
    fn an_english_abstract_too() {
        check(
            "Conventional tanks suffer from slow heat exchange. A tank comprising fins is provided, thereby reducing the filling time.",
            &[
                (Problem, "Conventional tanks suffer from slow heat exchange"),
                (Means, "A tank comprising fins is provided"),
                (Effect, "thereby reducing the filling time"),
            ],
        );
    }

    #[test]
    fn headings_set_what_follows() {
        check(
            "一、背景技术\n罐体换热慢。\n二、技术方案\n床层内有翅片。\n三、有益效果\n吸氢快。",
            &[(Problem, "罐体换热慢"), (Means, "床层内有翅片"), (Effect, "吸氢快")],
        );
    }

    #[test]
    fn clauses_do_not_end_inside_brackets_or_numbers() {
        let text = "a tank (of steel, lined), 1,000 bar; and 管（钢，铜），阀";
        let found: Vec<&str> = clauses(text, 0..text.len()).into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, ["a tank (of steel, lined)", "1,000 bar", "and 管（钢，铜）", "阀"]);
    }

    #[test]
    fn nothing_states_nothing() {
        check("", &[]);
        check("。，；", &[]);
    }

    proptest! {
        #[test]
        fn statements_are_ordered_slices(text in "([解决问题从而提高包括，；。:,.;() \n（）a-z]|\\PC){0,60}") {
            let mut last = 0;
            for statement in statements(&text) {
                prop_assert!(statement.range.start >= last && statement.range.end > statement.range.start);
                prop_assert!(text.get(statement.range.clone()).is_some());
                last = statement.range.end;
            }
        }
    }
}
