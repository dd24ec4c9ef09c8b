//! Text or expression? Decides how a query is read, by rules that can be told to a person.
//!
//! 1. A **field condition** where a clause can begin (at the start, after a bracket or a capital operator) makes
//!    an expression of anything; in prose not one with a colon, which is a heading there (`摘要：…`).
//! 2. **Prose** is text, whatever else it holds: a pasted abstract has quotes, colons and perhaps an AND gate.
//!    Prose ends a sentence (`。`, `；`, or `.` and `;` before a space or the end) or has two commas.
//! 3. A **title in capitals** is text: every Latin word is in capitals, and some stand side by side
//!    without brackets, quotes or fields (`METHOD AND DEVICE FOR STORING HYDROGEN`).
//! 4. Otherwise a capital `AND`, `OR`, `NOT`, a quoted phrase or a field condition makes an expression.
//!
//! A field condition is a known field right before `=`, `<`, `>`, or before a colon with its value right behind it.
//! A name that is no field counts at the very start too, if it looks like a field (two Latin letters or more, or a
//! near miss of a known name) and `=` follows: then the error says so.

use super::ast::Reading;
use super::condition::fields_of;
use super::dialect::Dialect;
use super::fields;
use super::token::{Kind, Relation, SEMANTIC, Token, fold};

/// Returns whether a query is running prose.
pub(super) fn is_prose(query: &str) -> bool {
    Text { query, tokens: &[], dialect: Dialect::Patnav }.is_prose()
}

/// Returns how a query is to be read. In a dialect other than the canonical one, whatever is no prose is an expression.
pub(super) fn reading(query: &str, tokens: &[Token], dialect: Dialect) -> Reading {
    let text = Text { query, tokens, dialect };
    let condition = |n: usize| text.is_condition(n);
    let prose = text.is_prose();
    let heading = |n: usize| prose && text.is_colon(n);
    let begins = |n: usize| text.is_condition(n) && text.clause_can_begin(n - 1) && !heading(n);
    if (1..tokens.len()).any(begins) {
        return Reading::Boolean;
    }
    if dialect != Dialect::Patnav {
        // `drum.ti. AND arm` ends no sentence.
        let operator = tokens.iter().any(|token| text.is_operator(token));
        return if prose && !operator { Reading::Text } else { Reading::Boolean };
    }
    if prose || text.is_title_in_capitals() {
        return Reading::Text;
    }
    // An apostrophe opens no phrase here, nor does a letter in brackets by itself make an operator.
    let quoted = tokens.iter().any(|token| {
        matches!(token.kind, Kind::Quoted(_))
            && query[token.span.clone()].chars().next().map(fold) == Some('"')
    });
    let near = |token: &Token| matches!(token.kind, Kind::Near(_) | Kind::Frequency(_) | Kind::Tree);
    let event = tokens.windows(2).any(|pair| {
        matches!(&pair[0].kind, Kind::Word(word) if word.text.eq_ignore_ascii_case("ev."))
            && pair[1].kind == Kind::Open
            && pair[0].span.end == pair[1].span.start
    });
    let sets = tokens.iter().any(|token| matches!(token.kind, Kind::Set(_)))
        && tokens.iter().all(|token| !matches!(token.kind, Kind::Word(_)));
    let boolean = quoted
        || sets
        || event
        || tokens.iter().any(near)
        || tokens.iter().any(|token| text.is_operator(token))
        || (1..tokens.len()).any(condition);
    if boolean { Reading::Boolean } else { Reading::Text }
}

struct Text<'a> {
    query: &'a str,
    tokens: &'a [Token],
    dialect: Dialect,
}

impl Text<'_> {
    fn written(&self, token: &Token) -> &str {
        &self.query[token.span.clone()]
    }

    /// Returns whether a token is an operator in capitals.
    fn is_operator(&self, token: &Token) -> bool {
        matches!(token.kind, Kind::Operator(_)) && self.written(token).bytes().all(|b| b.is_ascii_uppercase())
    }

    fn is_colon(&self, n: usize) -> bool {
        self.written(&self.tokens[n]).starts_with([':', '：'])
    }

    /// Returns whether token `n` is the relation of a field condition.
    fn is_condition(&self, n: usize) -> bool {
        let (name, sign) = (&self.tokens[n - 1], &self.tokens[n]);
        let (Kind::Word(word), Kind::Relation(relation)) = (&name.kind, &sign.kind) else { return false };
        let word = word.text.as_str();
        let named = fields_of(self.dialect, word, false).is_some();
        let glued = name.span.end == sign.span.start;
        if glued && SEMANTIC.contains(&word.to_ascii_lowercase().as_str()) {
            return self
                .tokens
                .get(n + 1)
                .is_some_and(|value| matches!(value.kind, Kind::Raw(_) | Kind::Quoted(_)));
        }
        let colon = self.is_colon(n);
        if name.span.end != sign.span.start {
            // `ti = drum` is a condition at the start only; elsewhere the words around `=` are a formula.
            return n == 1 && !colon && named;
        }
        if named {
            let behind = self.tokens.get(n + 1).is_none_or(|value| value.span.start == sign.span.end);
            return !colon || behind || n == 1;
        }
        let like_a_field =
            word.len() > 1 && word.bytes().all(|b| b.is_ascii_alphabetic() || matches!(b, b'.' | b'_'));
        let near_miss = || fields::suggestion(self.dialect, word).is_some();
        n == 1 && !colon && ((*relation == Relation::Is && like_a_field) || near_miss())
    }

    fn clause_can_begin(&self, n: usize) -> bool {
        let Some(before) = n.checked_sub(1).map(|n| &self.tokens[n]) else { return true };
        before.kind == Kind::Open || self.is_operator(before)
    }

    fn is_prose(&self) -> bool {
        let mut n_commas = 0;
        let mut chars = self.query.trim().chars().peekable();
        let mut in_range = false;
        while let Some(c) = chars.next() {
            match c {
                '。' | '；' | '！' | '？' => return true,
                '.' | ';' | '!' | '?' if chars.peek().is_none_or(|next| next.is_whitespace()) => return true,
                '[' | '［' => in_range = true,
                ']' | '］' => in_range = false,
                ',' | '，' | '、' if !in_range => n_commas += 1,
                _ => {}
            }
        }
        n_commas >= 2
    }

    fn is_title_in_capitals(&self) -> bool {
        let plain = |token: &Token| matches!(token.kind, Kind::Word(_) | Kind::Operator(_) | Kind::Comma);
        let latin = self.query.chars().filter(char::is_ascii_alphabetic);
        let in_capitals =
            self.query.is_ascii() && latin.clone().all(|c| c.is_ascii_uppercase()) && latin.count() > 0;
        let word = |token: &Token| matches!(token.kind, Kind::Word(_));
        let side_by_side = self.tokens.windows(2).any(|pair| pair.iter().all(word));
        in_capitals && side_by_side && self.tokens.iter().all(plain)
    }
}
