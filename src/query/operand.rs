//! Operands: words and phrases, events, sets, semantic clauses, and fields that follow what they are about.

use std::ops::Range;

use super::ast::{Condition, Expr, Like, Near, Node, Piece, Reach, SetName, Similar, SimilarOrder, Term};
use super::condition::{day, fields_of};
use super::dialect::Dialect;
use super::error::Problem;
use super::fields::{Field, Target};
use super::lint::{Lint, LintKind};
use super::parser::{Parser, Part};
use super::token::{Kind, Relation, Token, Word, ends_operand};

impl<'a> Parser<'a> {
    /// Reads an operand; `None` where there is none, or where it has an error.
    pub(super) fn operand(&mut self) -> Option<Part> {
        let token = self.peek()?;
        let start = token.span.start;
        let part = match &token.kind {
            Kind::Operator(_) | Kind::Close | Kind::CloseRange(_) => return None,
            Kind::Open => {
                self.next += 1;
                self.bracketed(token)
            }
            Kind::Quoted(text) => {
                if let Some(part) = self.value_first(text) {
                    return part;
                }
                self.next += 1;
                self.phrase(text, token)
            }
            Kind::Word(word) => self.word(word, token),
            Kind::Tree => {
                self.next += 1;
                self.tree(token)
            }
            Kind::Set(name) => {
                self.next += 1;
                Some(Part::leaf(Node::Set(name.clone()), token.span.clone()))
            }
            Kind::Near(_)
            | Kind::Frequency(_)
            | Kind::Slop(_)
            | Kind::Raw(_)
            | Kind::Relation(_)
            | Kind::OpenRange(_)
            | Kind::Comma => {
                // Punctuation in an expression: a field or word is missing before it, or it means nothing.
                self.next += 1;
                let before = self.query[token.span.clone()].to_owned();
                self.error(token.span.clone(), Problem::MissingLeft { before }, None);
                None
            }
        }?;
        self.postfix(part, start)
    }

    fn word(&mut self, word: &'a Word, token: &'a Token) -> Option<Part> {
        let next = self.tokens.get(self.next + 1);
        let glued = next.is_some_and(|next| next.span.start == token.span.end);
        if word.text.eq_ignore_ascii_case("ev.") && glued && next.is_some_and(|next| next.kind == Kind::Open)
        {
            return self.event(token);
        }
        if let Some(part) = self.value_first(&word.text) {
            return part;
        }
        let known = fields_of(self.syntax.dialect, &word.text, self.in_event).is_some();
        if !word.escaped
            && self.syntax.cql
            && known
            && self.fields.is_none()
            && let Some(part) = self.cql_relation(word, token)
        {
            return part;
        }
        match next {
            // A space before the relation is allowed where the word is a field: `ti = drum`.
            Some(Token { kind: Kind::Relation(relation), span }) if !word.escaped && (glued || known) => {
                self.next += 2;
                self.condition(word, token, *relation, span.clone())
            }
            _ => {
                self.next += 1;
                self.term(word, token)
            }
        }
    }

    /// Reads a word as what is looked for.
    pub(super) fn term(&mut self, word: &Word, token: &Token) -> Option<Part> {
        let mut word = word.clone();
        if self.syntax.slop && !word.escaped {
            if let Some((before, boost)) = word.text.rsplit_once('^')
                && !before.is_empty()
                && boost.parse::<f32>().is_ok()
            {
                let message = "weights have no influence here".to_owned();
                self.lints.push(Lint::new(LintKind::Ignored, token.span.clone(), message, None));
                word = Word { text: before.to_owned(), pieces: None, escaped: false };
            }
            if word
                .text
                .rsplit_once('~')
                .is_some_and(|(before, n)| !before.is_empty() && n.parse::<f32>().is_ok() || n.is_empty())
            {
                let hint = "write the spellings with OR, or a wildcard".to_owned();
                self.error(token.span.clone(), Problem::Fuzzy, Some(hint));
                return None;
            }
        }
        if self.syntax.joins
            && !word.escaped
            && word.pieces.is_none()
            && self.holds_text()
            && let Some((left, right)) = joined(&word.text)
        {
            let span = token.span.clone();
            let apart = Expr::new(Node::Term(Term::plain(format!("{left} {right}"), true)), span.clone());
            let glued = Expr::new(Node::Term(Term::plain(format!("{left}{right}"), false)), span.clone());
            return self.above(1, Node::Or(vec![apart, glued]), span);
        }
        let term = match word.pieces {
            Some(pieces) => Term { pieces, quoted: false },
            None => Term::plain(self.value_of(&word.text), false),
        };
        Some(Part::leaf(Node::Term(term), token.span.clone()))
    }

    fn holds_text(&self) -> bool {
        self.fields.as_ref().is_none_or(|fields| fields.iter().all(|field| field.is_text()))
    }

    /// Returns what a value of the dialect is in our words.
    fn value_of(&self, text: &str) -> String {
        let Some([field]) = self.fields.as_deref() else { return text.to_owned() };
        let value = field.value_named(self.syntax.dialect, text);
        if field.is_date() { day(self.syntax.dates, value) } else { value.to_owned() }
    }

    /// Reads a phrase; its token has been read, a distance may follow.
    pub(super) fn phrase(&mut self, text: &str, token: &Token) -> Option<Part> {
        let mut span = token.span.clone();
        let words = || text.split_whitespace();
        let slop = match self.peek() {
            Some(Token { kind: Kind::Slop(n), span: at }) => {
                self.next += 1;
                span.end = at.end;
                Some((*n, at.clone()))
            }
            _ => None,
        };
        let wild = self.syntax.wild_in_quotes && text.chars().any(|c| self.syntax.wildcard(c).is_some());
        if (slop.is_none() || words().count() < 2) && !wild {
            let text = self.value_of(text);
            return Some(Part::leaf(Node::Term(Term::plain(text, true)), span));
        }
        let (distance, ordered) = match slop {
            Some((n, at)) => match u32::try_from(n).ok().filter(|n| *n <= super::ast::MAX_DISTANCE) {
                Some(n) => (n, false),
                None => {
                    let limit = super::ast::MAX_DISTANCE;
                    self.error(at, Problem::TooFar { found: n, limit }, None);
                    return None;
                }
            },
            None => (0, true),
        };
        let mut joined: Option<(Expr, usize)> = None;
        for word in words() {
            let right = Expr::new(Node::Term(self.pattern(word)), token.span.clone());
            joined = Some(match joined {
                None => (right, 1),
                Some((left, depth)) => {
                    let near = Near {
                        left: Box::new(left),
                        right: Box::new(right),
                        reach: Reach::Units(distance),
                        ordered,
                        negated: false,
                    };
                    let part = self.above(depth, Node::Near(near), span.clone())?;
                    (part.expr, depth + 1)
                }
            });
        }
        let (expr, depth) = joined?;
        if depth == 1 { Some(Part::leaf(expr.node, span)) } else { self.above(depth - 1, expr.node, span) }
    }

    pub(super) fn pattern(&self, word: &str) -> Term {
        let mut pieces = Vec::new();
        for c in word.chars() {
            let wild = self.syntax.wild_in_quotes.then(|| self.syntax.wildcard(c)).flatten();
            match (wild, pieces.last_mut()) {
                (Some(super::syntax::Wild::Any), _) => pieces.push(Piece::Any),
                (Some(super::syntax::Wild::One), _) => pieces.push(Piece::One),
                (Some(super::syntax::Wild::Optional), _) => pieces.push(Piece::Optional),
                (None, Some(Piece::Text(text))) => text.push(c),
                (None, _) => pieces.push(Piece::Text(c.to_string())),
            }
        }
        Term { pieces, quoted: false }
    }

    pub(super) fn tree(&mut self, token: &Token) -> Option<Part> {
        let (name, end) = match self.peek() {
            Some(Token { kind: Kind::Quoted(name), span }) => (name.clone(), span.end),
            Some(Token { kind: Kind::Word(word), span }) => (word.text.clone(), span.end),
            _ => {
                self.error(token.span.clone(), Problem::MissingOperand { after: "TREE@".to_owned() }, None);
                return None;
            }
        };
        self.next += 1;
        let organisations = |fields: &Vec<&'static Field>| fields.iter().all(|field| field.is_organisation());
        if !self.fields.as_ref().is_some_and(organisations) {
            let hint = "write it in a field of parties: `ap=(TREE@\"…\")`".to_owned();
            self.error(token.span.start..end, Problem::NotOrganisation, Some(hint));
            return None;
        }
        Some(Part::leaf(Node::Tree(name), token.span.start..end))
    }

    fn event(&mut self, token: &Token) -> Option<Part> {
        let open = self.tokens.get(self.next + 1)?;
        self.next += 2;
        let outer = std::mem::replace(&mut self.in_event, true);
        let part = self.bracketed(open);
        self.in_event = outer;
        let part = part?;
        let span = token.span.start..self.tokens[self.next - 1].span.end;
        if outer || self.fields.is_some() {
            self.error(token.span.clone(), Problem::NestedField, None);
            return None;
        }
        if let Some(other) = no_event(&part.expr) {
            let hint = "fields of events are `cc`, `office`, `code`, `kind`, `date`, `known`, `st`, `detail`, `text`";
            self.error(other, Problem::NotOneEvent, Some(hint.to_owned()));
            return None;
        }
        self.wrap(part, |expr| Node::Event(Box::new(expr)), span)
    }

    /// Puts a node on a part.
    pub(super) fn wrap(
        &mut self,
        part: Part,
        make: impl FnOnce(Expr) -> Node,
        span: Range<usize>,
    ) -> Option<Part> {
        let depth = part.depth();
        self.above(depth, make(part.expr), span)
    }

    pub(super) fn workspace(&mut self, token: &Token, sign: Range<usize>) -> Option<Part> {
        let name = match self.peek() {
            Some(Token { kind: Kind::Quoted(text), .. }) => text.clone(),
            Some(Token { kind: Kind::Word(word), .. }) => word.text.clone(),
            _ => {
                let after = self.query[token.span.start..sign.end].to_owned();
                self.error(sign, Problem::MissingOperand { after }, None);
                return None;
            }
        };
        let span = token.span.start..self.tokens[self.next].span.end;
        self.next += 1;
        Some(Part::leaf(Node::Set(SetName::Named(name.trim_matches('|').to_owned())), span))
    }

    pub(super) fn semantic(&mut self, name: &str, token: &Token) -> Option<Part> {
        let value = self.peek()?;
        self.next += 1;
        let like = match &value.kind {
            Kind::Quoted(text) => Like::Text(text.clone()),
            Kind::Raw(text) => like(text),
            _ => return None,
        };
        if matches!(&like, Like::Text(text) | Like::Number(text) if text.trim().is_empty()) {
            self.error(value.span.clone(), Problem::MissingOperand { after: format!("{name}=") }, None);
            return None;
        }
        let mut end = value.span.end;
        let mut threshold = None;
        if let Some(Kind::Relation(Relation::Greater | Relation::AtLeast)) = self.peek_kind(0) {
            let sign = self.peek()?.span.clone();
            self.next += 1;
            let written = match self.peek_kind(0) {
                Some(Kind::Word(word)) => word.text.as_str(),
                _ => "",
            };
            let number = match written.strip_suffix('%') {
                Some(percent) => percent.parse::<f64>().map(|percent| percent / 100.0),
                None => written.parse::<f64>(),
            };
            threshold = number.ok().filter(|number| (0.0..=1.0).contains(number));
            if threshold.is_none() {
                let hint = "write a share between 0 and 1, such as `>0.99`".to_owned();
                self.error(sign, Problem::BadThreshold, Some(hint));
                self.next += usize::from(!written.is_empty());
                return None;
            }
            end = self.peek()?.span.end;
            self.next += 1;
        }
        let order = match name {
            "rad" => SimilarOrder::Filing,
            "rpd" => SimilarOrder::Publication,
            _ => SimilarOrder::Similarity,
        };
        let span = token.span.start..end;
        if self.fields.is_some() || self.in_event {
            self.error(span, Problem::NestedField, None);
            return None;
        }
        Some(Part::leaf(Node::Similar(Similar { like, threshold, order }), span))
    }

    /// Reads fields that follow what they are about: `(drum)/ti`, `drum.ti.`
    fn postfix(&mut self, part: Part, start: usize) -> Option<Part> {
        let before = self.next.checked_sub(1).map(|last| &self.tokens[last]);
        let Some(before) = before.filter(|token| self.syntax.postfix && ends_operand(&token.kind)) else {
            return Some(part);
        };
        let mut part = part;
        if let Some(Token { kind: Kind::Word(word), span }) = self.peek()
            && span.start == before.span.end
            && !word.escaped
            && word.text.len() > 1
        {
            let written = word.text.as_str();
            let names = written.strip_prefix('/').or_else(|| {
                written
                    .strip_prefix('.')?
                    .strip_suffix('.')
                    .filter(|_| self.syntax.dialect == Dialect::Google)
            });
            if let Some((fields, matching)) =
                names.and_then(|names| fields_of(self.syntax.dialect, names, self.in_event))
            {
                self.next += 1;
                if let Node::Field(_) | Node::Range(_) = part.expr.node {
                    self.error(span.clone(), Problem::NestedField, None);
                    return None;
                }
                let span = start..span.end;
                let make = |expr| Node::Field(Condition { fields, matching, value: Box::new(expr) });
                part = self.wrap(part, make, span)?;
            }
            return Some(part);
        }
        // `drum.ti.` is one word.
        if self.syntax.dialect == Dialect::Google
            && let Node::Term(term) = &part.expr.node
            && let Some(text) = term.text()
            && let Some((word, names)) = text.strip_suffix('.').and_then(|text| text.split_once('.'))
            && !word.is_empty()
            && let Some((fields, matching)) = fields_of(self.syntax.dialect, names, self.in_event)
        {
            let span = part.expr.span.clone();
            let value = Part::leaf(Node::Term(Term::plain(word, false)), span.clone());
            let make = |expr| Node::Field(Condition { fields, matching, value: Box::new(expr) });
            return self.wrap(value, make, span);
        }
        Some(part)
    }
}

/// Returns the first place in an event group that is no condition on events.
fn no_event(expr: &Expr) -> Option<Range<usize>> {
    let is_event = |fields: &[&'static Field]| fields.iter().all(|f| matches!(f.target(), Target::Event(_)));
    match &expr.node {
        Node::And(parts) | Node::Or(parts) | Node::Xor(parts) => parts.iter().find_map(no_event),
        Node::Not(part) => no_event(part),
        Node::Field(condition) if is_event(&condition.fields) => None,
        Node::Range(range) if is_event(&range.fields) => None,
        _ => Some(expr.span.clone()),
    }
}

/// Returns the two sides of `T_shirt`.
fn joined(text: &str) -> Option<(&str, &str)> {
    let (left, right) = text.split_once('_')?;
    let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let between = latin(left.chars().next_back()) && latin(right.chars().next()) && !right.contains('_');
    between.then_some((left, right))
}

/// Reads what a semantic clause compares with: a text in quotes, a number, else a text.
fn like(text: &str) -> Like {
    if let Some(inside) = text.strip_prefix(['"', '“']).and_then(|text| text.strip_suffix(['"', '”'])) {
        let mut plain = String::with_capacity(inside.len());
        let mut chars = inside.chars();
        while let Some(c) = chars.next() {
            plain.push(if c == '\\' { chars.next().unwrap_or(c) } else { c });
        }
        return Like::Text(plain);
    }
    if let Some((name, number)) = text.split_once('=')
        && name.trim().eq_ignore_ascii_case("pn")
    {
        return Like::Number(number.trim().trim_matches('"').to_owned());
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '/' | '-');
    let n_digits = text.bytes().filter(u8::is_ascii_digit).count();
    let n_letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
    if text.chars().all(plain) && n_digits >= 5 && n_letters <= 6 {
        return Like::Number(text.to_owned());
    }
    Like::Text(text.to_owned())
}
