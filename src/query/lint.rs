//! What is not wrong with a query, but may not mean what it seems to.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::ast::{Expr, Node, Piece, Span, Term};
use super::dialect::Dialect;
use super::error::SyntaxError;
use super::fields::{self, Field, Target};
use super::syntax::{self, Operator, Syntax};

/// Most of one kind that are told.
const MAX_OF_A_KIND: usize = 10;
/// Fewest letters before a wildcard that keep its expansion small.
const MIN_STEM: usize = 2;

/// Something to look at again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lint {
    /// What kind of thing it is.
    pub kind: LintKind,
    /// The bytes of the query that it is about.
    pub span: Span,
    /// What it is.
    pub message: String,
    /// What to write instead, where we know it.
    pub suggestion: Option<String>,
}

/// Kinds of lints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LintKind {
    /// Operators side by side that another dialect would group otherwise, with another answer.
    Precedence,
    /// Different operators side by side without brackets, which every dialect groups alike.
    MixedOperators,
    /// A field whose name means something else in another dialect.
    Collision,
    /// A quote without its end in what was read as text.
    OpenQuote,
    /// A word that stands in nearly every document.
    StopWord,
    /// A wildcard with so few letters that it stands for very many words.
    ShortWildcard,
    /// A field that the index does not hold.
    NotHeld,
    /// A range that no value can lie in.
    EmptyRange,
    /// A part of the query without influence.
    Ignored,
}

impl Lint {
    pub(super) fn new(kind: LintKind, span: Span, message: String, suggestion: Option<String>) -> Self {
        Self { kind, span, message, suggestion }
    }
}

impl LintKind {
    /// Returns the name in answers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Precedence => "precedence",
            Self::MixedOperators => "mixed_operators",
            Self::Collision => "collision",
            Self::OpenQuote => "open_quote",
            Self::StopWord => "stop_word",
            Self::ShortWildcard => "short_wildcard",
            Self::NotHeld => "not_held",
            Self::EmptyRange => "empty_range",
            Self::Ignored => "ignored",
        }
    }
}

impl fmt::Display for Lint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.suggestion {
            Some(suggestion) => write!(f, "; {suggestion}"),
            None => Ok(()),
        }
    }
}

/// Words that say nothing of a technology, in small letters.
const STOP_WORDS: &[&str] = &[
    "a",
    "an",
    "and",
    "apparatus",
    "are",
    "as",
    "at",
    "be",
    "by",
    "comprising",
    "device",
    "for",
    "from",
    "in",
    "invention",
    "is",
    "it",
    "method",
    "of",
    "on",
    "or",
    "said",
    "system",
    "that",
    "the",
    "this",
    "to",
    "used",
    "wherein",
    "which",
    "with",
    "一",
    "一种",
    "与",
    "中",
    "为",
    "了",
    "于",
    "及",
    "和",
    "在",
    "所述",
    "方法",
    "是",
    "有",
    "本发明",
    "的",
    "系统",
    "装置",
    "该",
    "设备",
];

/// Tells what is odd about operators that stand side by side in one pair of brackets.
pub(super) fn precedence(operators: &[Operator], span: Span, syntax: &Syntax) -> Option<Lint> {
    let rank = |operator: &Operator| match operator {
        Operator::Or => Some(1),
        Operator::Xor => Some(2),
        Operator::And | Operator::Not => Some(3),
        Operator::Same | Operator::Optional => None,
    };
    let ranks: Vec<u8> = operators.iter().filter_map(rank).collect();
    if ranks.windows(2).all(|pair| pair[0] == pair[1]) {
        return None;
    }
    // Left to right gives the same answer as long as nothing binds more than what stands before it.
    let trap = ranks.windows(2).any(|pair| pair[0] < pair[1]);
    let (kind, message) = if trap {
        let here = if syntax.left_to_right { "from left to right" } else { "NOT and AND before OR" };
        let there = if syntax.left_to_right {
            "incoPat, PatSnap and most others take NOT and AND before OR"
        } else {
            "Espacenet and the Chinese office read from left to right"
        };
        (
            LintKind::Precedence,
            format!("AND and OR side by side are read {here}; {there}, with another answer"),
        )
    } else {
        (LintKind::MixedOperators, "AND and OR stand side by side without brackets".to_owned())
    };
    Some(Lint::new(kind, span, message, Some("set brackets as the canonical form does".to_owned())))
}

/// Turns the faults of an expression, which a text may have, into lints.
pub(super) fn of_text(errors: &[SyntaxError]) -> Vec<Lint> {
    let lint = |error: &SyntaxError| {
        let message = format!("{}; the query was read as text", error.problem);
        Lint::new(LintKind::OpenQuote, error.span.clone(), message, error.suggestion.clone())
    };
    errors.iter().map(lint).collect()
}

/// Tells what is odd about a tree.
pub(super) fn of_expression(query: &str, expr: &Expr, dialect: Dialect) -> Vec<Lint> {
    let mut lints = Lints { query, dialect, found: Vec::new() };
    lints.visit(expr, true);
    lints.found
}

/// Tells which fields of an expression an index does not hold; `holds` answers for the names of derived columns.
pub fn not_held(expr: &Expr, holds: &dyn Fn(&str) -> bool) -> Vec<Lint> {
    let mut found = Vec::new();
    let mut open = vec![expr];
    while let Some(expr) = open.pop() {
        let fields: &[&'static Field] = match &expr.node {
            Node::Field(condition) => &condition.fields,
            Node::Range(range) => &range.fields,
            _ => &[],
        };
        for field in fields {
            if let Target::Column { name, .. } = field.target()
                && !holds(name)
            {
                let message = format!("this index has no column `{name}`, which `{}` looks into", field.name);
                let hint = Some("make the derived columns with `patnav derive`".to_owned());
                found.push(Lint::new(LintKind::NotHeld, expr.span.clone(), message, hint));
            }
        }
        open.extend(expr.parts());
    }
    found.sort_by_key(|lint| (lint.span.start, lint.span.end));
    found
}

struct Lints<'a> {
    query: &'a str,
    dialect: Dialect,
    found: Vec<Lint>,
}

impl Lints<'_> {
    fn add(&mut self, kind: LintKind, span: &Span, message: String, suggestion: Option<String>) {
        if self.found.iter().filter(|lint| lint.kind == kind).count() < MAX_OF_A_KIND {
            self.found.push(Lint::new(kind, span.clone(), message, suggestion));
        }
    }

    /// Visits a node; `text` where its terms are looked up in text.
    fn visit(&mut self, expr: &Expr, text: bool) {
        let mut text = text;
        match &expr.node {
            Node::Term(term) if text => self.term(term, &expr.span),
            Node::Field(condition) => {
                self.fields(&condition.fields, &expr.span);
                text = condition.fields.iter().all(|field| field.is_text());
            }
            Node::Range(range) => {
                self.fields(&range.fields, &expr.span);
                if let (Some(low), Some(high)) = (&range.low, &range.high) {
                    let plain = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
                    let (a, b) = (plain(&low.value), plain(&high.value));
                    let dates = range.fields.iter().all(|field| field.is_date());
                    // A shorter date stands for its days, so it is compared by what both have.
                    let n = a.len().min(b.len());
                    if dates && n >= 4 && a[..n] > b[..n] {
                        let message =
                            format!("the range ends (`{}`) before it begins (`{}`)", high.value, low.value);
                        self.add(
                            LintKind::EmptyRange,
                            &expr.span,
                            message,
                            Some("swap the bounds".to_owned()),
                        );
                    }
                }
            }
            _ => {}
        }
        for child in expr.parts() {
            self.visit(child, text);
        }
    }

    fn term(&mut self, term: &Term, span: &Span) {
        if let Some(text) = term.text() {
            if STOP_WORDS.contains(&text.to_lowercase().as_str()) {
                let message = format!("`{text}` stands in nearly every document");
                self.add(LintKind::StopWord, span, message, Some("leave it out".to_owned()));
            }
            return;
        }
        let stem = match term.pieces.first() {
            Some(Piece::Text(text)) => text.chars().count(),
            _ => 0,
        };
        let longest = term
            .pieces
            .iter()
            .map(|piece| if let Piece::Text(text) = piece { text.chars().count() } else { 0 });
        let latin = term.pieces.iter().all(|piece| !matches!(piece, Piece::Text(text) if !text.is_ascii()));
        let longest = longest.max().unwrap_or(0);
        if latin && (longest == 0 || (stem > 0 && stem < MIN_STEM) || longest < MIN_STEM) {
            let message = format!("`{}` stands for very many words", &self.query[span.clone()]);
            let hint = format!("write {MIN_STEM} letters at least before the wildcard");
            self.add(LintKind::ShortWildcard, span, message, Some(hint));
        }
    }

    fn fields(&mut self, fields: &[&'static Field], span: &Span) {
        for field in fields {
            if let Target::Missing(why) = field.target() {
                let message = format!("the index does not hold `{}`", field.name);
                self.add(LintKind::NotHeld, span, message, Some(why.to_owned()));
            }
        }
        // What the name would be elsewhere.
        let written = self.query[span.clone()].trim_start_matches(['(', '（']);
        let end = written.find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.')));
        let name = &written[..end.unwrap_or(written.len())];
        let Some((here, _)) = fields::lookup(self.dialect, name) else { return };
        let mut elsewhere: Vec<String> = Vec::new();
        for other in Dialect::ALL.into_iter().filter(|other| *other != self.dialect) {
            if let Some((field, _)) = fields::own(other, name)
                && field.name.split('.').next() != here.name.split('.').next()
            {
                elsewhere.push(format!("`{}` in {other}", field.name));
            }
        }
        if !elsewhere.is_empty() {
            let dialect = syntax::of(self.dialect).dialect;
            let message =
                format!("`{name}` is read as `{}` ({dialect}); it is {}", here.name, elsewhere.join(", "));
            let hint = "name the dialect if it is another".to_owned();
            let known = self.found.iter().any(|lint| lint.message == message);
            if !known {
                self.add(LintKind::Collision, span, message, Some(hint));
            }
        }
    }
}
