//! From characters to tokens.

use std::ops::Range;

use super::error::{Problem, SyntaxError};

/// How a field compares with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    /// `=` or `:`.
    Is,
    /// `<`.
    Less,
    /// `<=`.
    AtMost,
    /// `>`.
    Greater,
    /// `>=`.
    AtLeast,
}

/// A token with its bytes in the query.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) span: Range<usize>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Word(String),
    Quoted(String),
    And,
    Or,
    Not,
    Open,
    Close,
    OpenSquare,
    CloseSquare,
    Comma,
    Relation(Relation),
}

/// Cuts a query into tokens. An unclosed quote is an error; the rest of the query is then its text.
pub(super) fn tokens(query: &str, errors: &mut Vec<SyntaxError>) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut chars = query.char_indices().peekable();
    // Commas separate bounds only inside square brackets; elsewhere they are punctuation of the text.
    let mut in_range = false;
    while let Some((at, c)) = chars.next() {
        if c == ':' && is_inside_value(&tokens, at) && chars.peek().is_some_and(|(_, c)| c.is_alphanumeric())
        {
            let mut end = at + 1;
            while let Some((at, c)) = chars.next_if(|(_, c)| !ends_word(*c, in_range)) {
                end = at + c.len_utf8();
            }
            if let Some(Token { kind: Kind::Word(word), span }) = tokens.last_mut() {
                word.push_str(&query[at..end]);
                span.end = end;
            }
            continue;
        }
        let mut push = |kind, end| tokens.push(Token { kind, span: at..end });
        let end = at + c.len_utf8();
        match c {
            c if c.is_whitespace() || c.is_control() => {}
            '(' | '（' => push(Kind::Open, end),
            ')' | '）' => push(Kind::Close, end),
            '[' | '［' => {
                in_range = true;
                push(Kind::OpenSquare, end);
            }
            ']' | '］' => {
                in_range = false;
                push(Kind::CloseSquare, end);
            }
            ',' | '，' if in_range => push(Kind::Comma, end),
            '=' | '＝' | ':' | '：' => push(Kind::Relation(Relation::Is), end),
            '<' | '＜' | '>' | '＞' => {
                let less = matches!(c, '<' | '＜');
                let equal =
                    chars.next_if(|(_, next)| matches!(next, '=' | '＝')).map(|(at, c)| at + c.len_utf8());
                let relation = match (less, equal.is_some()) {
                    (true, false) => Relation::Less,
                    (true, true) => Relation::AtMost,
                    (false, false) => Relation::Greater,
                    (false, true) => Relation::AtLeast,
                };
                push(Kind::Relation(relation), equal.unwrap_or(end));
            }
            '"' | '“' | '”' | '＂' => {
                let mut text = String::new();
                let mut close = None;
                for (at, c) in chars.by_ref() {
                    if matches!(c, '"' | '“' | '”' | '＂') {
                        close = Some(at + c.len_utf8());
                        break;
                    }
                    text.push(c);
                }
                if close.is_none() {
                    let suggestion = Some("add the closing quote, or remove this one".to_owned());
                    errors.push(SyntaxError { span: at..end, problem: Problem::OpenQuote, suggestion });
                }
                push(Kind::Quoted(text), close.unwrap_or(query.len()));
            }
            _ => {
                let mut last = end;
                while let Some((at, c)) = chars.next_if(|(_, c)| !ends_word(*c, in_range)) {
                    last = at + c.len_utf8();
                }
                let word = &query[at..last];
                let kind = match word.to_ascii_lowercase().as_str() {
                    "and" => Kind::And,
                    "or" => Kind::Or,
                    "not" => Kind::Not,
                    _ => Kind::Word(word.to_owned()),
                };
                push(kind, last);
            }
        }
    }
    tokens
}

/// Returns whether a colon at byte `at` belongs to a value such as the `hes:B1` of `tag=hes:B1`: a word stands right
/// before it, and a relation right before the word. Values in brackets are quoted instead.
fn is_inside_value(tokens: &[Token], at: usize) -> bool {
    match tokens {
        [.., Token { kind: Kind::Relation(_), .. }, Token { kind: Kind::Word(_), span }] => span.end == at,
        _ => false,
    }
}

fn ends_word(c: char, in_range: bool) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '(' | '（' | ')' | '）' | '[' | '［' | ']' | '］' | '"' | '“' | '”' | '＂')
        || matches!(c, '=' | '＝' | ':' | '：' | '<' | '＜' | '>' | '＞')
        || (in_range && matches!(c, ',' | '，'))
}

/// Returns whether a word, in small letters, is an operator.
pub(super) fn is_operator_word(word: &str) -> bool {
    matches!(word, "and" | "or" | "not")
}

/// Returns whether a character has a meaning of its own anywhere in a word.
pub(super) fn is_special(c: char) -> bool {
    ends_word(c, true) || c == '\\'
}

/// Returns whether a character has a meaning of its own at the beginning of a word.
pub(super) fn is_special_first(_: char) -> bool {
    false
}
