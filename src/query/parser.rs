//! From tokens to the tree, by precedence climbing over the rules of a dialect, with every error found on the way.
//!
//! Fields and their values: `condition`.

use std::ops::Range;

use super::ast::{Expr, Frequent, MAX_DISTANCE, MAX_FREQUENCY, Near, Node, Reach, Reading};
use super::dialect::{self, Dialect};
use super::error::{Problem, SyntaxError, SyntaxErrors};
use super::fields::Field;
use super::lexer::tokens;
use super::lint::{self, Lint};
use super::reading::reading;
use super::syntax::{self, Operator, Syntax};
use super::token::{Kind, Proximity, Token};

/// Longest query read.
pub const MAX_QUERY_BYTES: usize = 1 << 20;
/// Deepest nesting, of brackets as written and of the tree.
pub const MAX_DEPTH: usize = 100;
/// Most errors of one query that are told; a megabyte of stray brackets has no more to say than twenty.
const MAX_ERRORS: usize = 20;

/// A query and how it was read.
#[derive(Debug, Clone, PartialEq)]
pub enum Parsed {
    /// A description to be ranked by fit.
    Text(String),
    /// An expression with an exact match set.
    Boolean(Expr),
}

impl Parsed {
    /// Returns how the query was read.
    pub fn reading(&self) -> Reading {
        match self {
            Self::Text(_) => Reading::Text,
            Self::Boolean(_) => Reading::Boolean,
        }
    }
}

/// A query in the dialect that it was read in.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// What it says.
    pub parsed: Parsed,
    /// The dialect it was read in.
    pub dialect: Dialect,
    /// Whether the dialect was guessed from the query.
    pub detected: bool,
    /// What may not mean what it seems to, in order of place.
    pub lints: Vec<Lint>,
}

/// Reads a query in the canonical language.
///
/// # Errors
/// All that is wrong with it, not just the first.
///
/// # Examples
/// ```
/// use patnav::query::{Parsed, parse};
///
/// let Ok(Parsed::Boolean(expr)) = parse("采煤机 AND ti=滚筒 NOT ap:虚构") else { panic!("it is Boolean") };
/// assert_eq!(expr.to_string(), "(采煤机 AND ti=滚筒 AND (NOT ap=虚构))");
/// assert!(matches!(parse("a method and device for shearers"), Ok(Parsed::Text(_))));
/// ```
pub fn parse(query: &str) -> Result<Parsed, SyntaxErrors> {
    read(query, Dialect::Patnav, false).map(|query| query.parsed)
}

/// Reads a query in a dialect, or in the one that it seems to be written in.
///
/// A query in a given dialect other than the canonical one is an expression, unless it is prose; two words side by side
/// are then both asked for. Without a dialect, the rules of `reading` decide.
///
/// # Errors
/// All that is wrong with it, not just the first.
///
/// # Examples
/// ```
/// use patnav::query::{Dialect, Parsed, parse_in};
///
/// let query = parse_in("TTL:纳米 AND AN:清华大学", None).expect("it is PatSnap's");
/// assert_eq!(query.dialect, Dialect::Patsnap);
/// let Parsed::Boolean(expr) = query.parsed else { panic!("it is Boolean") };
/// assert_eq!(expr.to_string(), "(ti=纳米 AND ap.orig=清华大学)");
/// ```
pub fn parse_in(query: &str, dialect: Option<Dialect>) -> Result<Query, SyntaxErrors> {
    match dialect {
        Some(dialect) => read(query, dialect, false),
        None if query.len() > MAX_QUERY_BYTES => read(query, Dialect::Patnav, false),
        None => match dialect::detect(query) {
            Dialect::Patnav => read(query, Dialect::Patnav, false),
            dialect => read(query, dialect, true),
        },
    }
}

/// Reads a query that is known to be an expression in the canonical language, even where it is a single word.
///
/// # Errors
/// All that is wrong with it.
pub fn parse_expression(query: &str) -> Result<Expr, SyntaxErrors> {
    check_length(query)?;
    let mut errors = Vec::new();
    let syntax = syntax::of(Dialect::Patnav);
    let tokens = tokens(query, syntax, &mut errors);
    expression(query, syntax, &tokens, errors).map(|(expr, _)| expr)
}

fn check_length(query: &str) -> Result<(), SyntaxErrors> {
    if query.len() > MAX_QUERY_BYTES {
        let problem = Problem::TooLong { found: query.len(), limit: MAX_QUERY_BYTES };
        let error = SyntaxError { span: 0..0, problem, suggestion: None };
        return Err(SyntaxErrors { query: query.to_owned(), errors: vec![error] });
    }
    Ok(())
}

fn read(query: &str, dialect: Dialect, detected: bool) -> Result<Query, SyntaxErrors> {
    check_length(query)?;
    let syntax = syntax::of(dialect);
    let mut errors = Vec::new();
    let tokens = tokens(query, syntax, &mut errors);
    if !tokens.is_empty() && reading(query, &tokens, dialect) == Reading::Text {
        // A quote that is never closed is an error of expressions only.
        let lints = lint::of_text(&errors);
        return Ok(Query { parsed: Parsed::Text(query.trim().to_owned()), dialect, detected, lints });
    }
    let (expr, mut lints) = expression(query, syntax, &tokens, errors)?;
    lints.extend(lint::of_expression(query, &expr, dialect));
    lints.sort_by_key(|lint| (lint.span.start, lint.span.end));
    Ok(Query { parsed: Parsed::Boolean(expr), dialect, detected, lints })
}

fn expression(
    query: &str,
    syntax: &'static Syntax,
    tokens: &[Token],
    errors: Vec<SyntaxError>,
) -> Result<(Expr, Vec<Lint>), SyntaxErrors> {
    let fail = |errors| Err(SyntaxErrors { query: query.to_owned(), errors });
    let whole = |problem| SyntaxError { span: 0..query.len(), problem, suggestion: None };
    if tokens.is_empty() {
        return fail(vec![whole(Problem::Empty)]);
    }
    let mut parser = Parser {
        query,
        syntax,
        tokens,
        next: 0,
        depth: 0,
        fields: None,
        in_event: false,
        levels: Vec::new(),
        errors,
        lints: Vec::new(),
    };
    let part = parser.level();
    while let Some(token) = parser.peek().cloned() {
        // The expression ended at a bracket that nothing opened: report it and go on behind it.
        parser.error(token.span.clone(), Problem::StrayBracket, None);
        parser.next += 1;
        // What stood before the bracket is the left side of an operator behind it.
        if matches!(parser.peek().map(|token| &token.kind), Some(Kind::Operator(_))) {
            parser.next += 1;
        }
        if parser.peek().is_some() {
            parser.level();
        }
    }
    let mut errors = parser.errors;
    if let Some(part) = part.filter(|_| errors.is_empty()) {
        if only_excludes(&part.expr) {
            return fail(vec![whole(Problem::OnlyNot)]);
        }
        return Ok((part.expr, parser.lints));
    }
    if errors.is_empty() {
        errors.push(whole(Problem::Empty));
    }
    errors.sort_by_key(|error| (error.span.start, error.span.end));
    fail(errors)
}

fn only_excludes(expr: &Expr) -> bool {
    match &expr.node {
        Node::Not(_) => true,
        Node::And(parts) => parts.iter().all(only_excludes),
        Node::Or(parts) => parts.iter().any(only_excludes),
        Node::Optional { base, .. } => only_excludes(base),
        _ => false,
    }
}

/// An expression with what the parser has to know of it.
pub(super) struct Part {
    pub(super) expr: Expr,
    /// How deep its tree is.
    depth: usize,
    /// Whether it stood in brackets of its own, so that nothing joins it.
    bracketed: bool,
}

impl Part {
    pub(super) fn leaf(node: Node, span: Range<usize>) -> Self {
        Self { expr: Expr::new(node, span), depth: 1, bracketed: false }
    }

    pub(super) fn depth(&self) -> usize {
        self.depth
    }
}

pub(super) struct Parser<'a> {
    pub(super) query: &'a str,
    pub(super) syntax: &'static Syntax,
    pub(super) tokens: &'a [Token],
    pub(super) next: usize,
    depth: usize,
    /// The fields whose value is being read.
    pub(super) fields: Option<Vec<&'static Field>>,
    /// Whether the conditions of an event are being read.
    pub(super) in_event: bool,
    /// The operators of the open brackets, without brackets between them.
    levels: Vec<Vec<Operator>>,
    pub(super) errors: Vec<SyntaxError>,
    pub(super) lints: Vec<Lint>,
}

impl<'a> Parser<'a> {
    pub(super) fn peek(&self) -> Option<&'a Token> {
        self.tokens.get(self.next)
    }

    pub(super) fn peek_kind(&self, ahead: usize) -> Option<&'a Kind> {
        self.tokens.get(self.next + ahead).map(|token| &token.kind)
    }

    pub(super) fn error(&mut self, span: Range<usize>, problem: Problem, suggestion: Option<String>) {
        // Depth ends the reading, so it is told whatever else was.
        if matches!(problem, Problem::TooDeep { .. }) {
            self.errors.truncate(MAX_ERRORS - 1);
        }
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(SyntaxError { span, problem, suggestion });
        }
    }

    fn too_deep(&mut self, span: Range<usize>) {
        if !self.errors.iter().any(|error| matches!(error.problem, Problem::TooDeep { .. })) {
            self.error(span, Problem::TooDeep { limit: MAX_DEPTH }, None);
        }
        // Reading on would report the same again for every deeper bracket.
        self.next = self.tokens.len();
    }

    /// Puts a node on top of parts of this depth.
    pub(super) fn above(&mut self, depth: usize, node: Node, span: Range<usize>) -> Option<Part> {
        if depth >= MAX_DEPTH {
            self.too_deep(span);
            return None;
        }
        Some(Part { expr: Expr::new(node, span), depth: depth + 1, bracketed: false })
    }

    /// Reads what stands between two brackets, or the whole query.
    fn level(&mut self) -> Option<Part> {
        let first = self.peek().map_or(self.query.len(), |token| token.span.start);
        self.levels.push(Vec::new());
        let part = self.expression(0);
        let operators = self.levels.pop().unwrap_or_default();
        let last = self.next.checked_sub(1).map_or(first, |last| self.tokens[last].span.end);
        self.lints.extend(lint::precedence(&operators, first..last.max(first), self.syntax));
        part
    }

    fn power(&self, operator: Operator) -> u8 {
        match operator {
            Operator::Optional => 0,
            Operator::Same => 5,
            _ if self.syntax.left_to_right => 1,
            Operator::Or => 1,
            Operator::Xor => 2,
            Operator::And => 3,
            Operator::Not => 4,
        }
    }

    /// Reads operators that bind at least as `least` does. `None` where nothing could be read; the reason is then among
    /// the errors.
    fn expression(&mut self, least: u8) -> Option<Part> {
        let mut left = match self.peek() {
            Some(Token { kind: Kind::Operator(operator), span }) if *operator != Operator::Not => {
                let before = self.query[span.clone()].to_owned();
                self.error(span.clone(), Problem::MissingLeft { before }, None);
                None
            }
            _ => self.unary(),
        };
        while let Some(token) = self.peek() {
            let operator = match &token.kind {
                Kind::Operator(operator) => Some(*operator),
                Kind::Close | Kind::CloseRange(_) => break,
                _ => None,
            };
            let does = operator.unwrap_or(Operator::And);
            let power = self.power(does);
            if power < least {
                break;
            }
            if operator.is_some() {
                self.next += 1;
                if !self.operand_follows() {
                    self.missing_after(token);
                    continue;
                }
            }
            if let Some(level) = self.levels.last_mut() {
                level.push(does);
            }
            let right = self.expression(power + 1);
            left = match (left, right) {
                (Some(left), Some(right)) => self.combine(does, left, right, &token.span),
                (left, right) => left.or(right),
            };
        }
        left
    }

    fn combine(&mut self, operator: Operator, left: Part, right: Part, place: &Range<usize>) -> Option<Part> {
        let span =
            left.expr.span.start.min(right.expr.span.start)..right.expr.span.end.max(left.expr.span.end);
        match operator {
            Operator::And => self.join(left, right, span, Node::And),
            Operator::Or => self.join(left, right, span, Node::Or),
            Operator::Xor => self.join(left, right, span, Node::Xor),
            Operator::Not => {
                let not = negate(right.expr, right.depth);
                self.join(left, not, span, Node::And)
            }
            Operator::Same => self.same_event(left, right, span, place),
            Operator::Optional => {
                if !can_be_wanted(&right.expr) {
                    self.error(right.expr.span.clone(), Problem::NotWanted, None);
                    return Some(left);
                }
                let depth = left.depth.max(right.depth);
                let node = Node::Optional { base: Box::new(left.expr), wanted: Box::new(right.expr) };
                self.above(depth, node, span)
            }
        }
    }

    /// Makes one node of two parts; parts of the same kind without brackets of their own become one list.
    fn join(
        &mut self,
        left: Part,
        right: Part,
        span: Range<usize>,
        make: fn(Vec<Expr>) -> Node,
    ) -> Option<Part> {
        let kind = std::mem::discriminant(&make(Vec::new()));
        let parts_of = |part: Part| -> (Vec<Expr>, usize) {
            let same = std::mem::discriminant(&part.expr.node) == kind && !part.bracketed;
            match part.expr {
                Expr { node: Node::And(parts) | Node::Or(parts) | Node::Xor(parts), .. } if same => {
                    (parts, part.depth - 1)
                }
                expr => (vec![expr], part.depth),
            }
        };
        let ((mut parts, left), (more, right)) = (parts_of(left), parts_of(right));
        parts.extend(more);
        self.above(left.max(right), make(parts), span)
    }

    fn same_event(
        &mut self,
        left: Part,
        right: Part,
        span: Range<usize>,
        place: &Range<usize>,
    ) -> Option<Part> {
        let depth = left.depth.max(right.depth);
        let (Node::Event(left_inside), Node::Event(right_inside)) = (left.expr.node, right.expr.node) else {
            self.error(place.clone(), Problem::NotOneEvent, None);
            return None;
        };
        let mut parts = match left_inside.node {
            Node::And(parts) => parts,
            node => vec![Expr::new(node, left_inside.span)],
        };
        parts.push(*right_inside);
        let inside = Expr::new(Node::And(parts), span.clone());
        self.above(depth + 1, Node::Event(Box::new(inside)), span)
    }

    fn unary(&mut self) -> Option<Part> {
        let mut nots: Vec<usize> = Vec::new();
        while let Some(token) = self.peek()
            && token.kind == Kind::Operator(Operator::Not)
        {
            self.next += 1;
            nots.push(token.span.start);
            if !self.operand_follows() {
                self.missing_after(token);
                return None;
            }
            if nots.len() > MAX_DEPTH {
                self.too_deep(token.span.clone());
                return None;
            }
        }
        let mut part = self.proximity()?;
        for start in nots.into_iter().rev() {
            let (depth, span) = (part.depth, start..part.expr.span.end);
            part = self.above(depth, Node::Not(Box::new(part.expr)), span)?;
        }
        Some(part)
    }

    fn proximity(&mut self) -> Option<Part> {
        let mut left = self.counted();
        loop {
            let negated = matches!(self.peek_kind(0), Some(Kind::Operator(Operator::Not)))
                && matches!(self.peek_kind(1), Some(Kind::Near(_)));
            let token = &self.tokens.get(self.next + usize::from(negated));
            let Some(Token { kind: Kind::Near(near), span }) = token else { return left };
            self.next += 1 + usize::from(negated);
            if !self.operand_follows() {
                let after = self.query[span.clone()].to_owned();
                self.error(span.clone(), Problem::MissingOperand { after }, None);
                return left;
            }
            let right = self.counted();
            let reach = self.reach(near, span);
            left = match (left, right, reach) {
                (Some(left), Some(right), Some(reach)) => {
                    self.near(left, right, reach, near.ordered, negated)
                }
                (left, right, _) => left.or(right),
            };
        }
    }

    fn reach(&mut self, near: &Proximity, span: &Range<usize>) -> Option<Reach> {
        match (near.reach, near.number) {
            (Reach::Units(_), Some(n)) => match u32::try_from(n).ok().filter(|n| *n <= MAX_DISTANCE) {
                Some(n) => Some(Reach::Units(n)),
                None => {
                    let suggestion = Some("ask for the same sentence or paragraph instead".to_owned());
                    self.error(span.clone(), Problem::TooFar { found: n, limit: MAX_DISTANCE }, suggestion);
                    None
                }
            },
            (reach, _) => Some(reach),
        }
    }

    fn near(&mut self, left: Part, right: Part, reach: Reach, ordered: bool, negated: bool) -> Option<Part> {
        // `ti=a (2w) b` means the title throughout.
        if let Node::Field(condition) = &left.expr.node
            && !left.bracketed
            && condition.fields.iter().all(|field| field.is_text())
            && can_be_near(&right.expr)
        {
            let Node::Field(mut condition) = left.expr.node else { return None };
            let span = left.expr.span.start..right.expr.span.end;
            let inside = Part { expr: *condition.value, depth: left.depth - 1, bracketed: false };
            let near = self.near(inside, right, reach, ordered, negated)?;
            condition.value = Box::new(near.expr);
            return self.above(near.depth, Node::Field(condition), span);
        }
        for operand in [&left.expr, &right.expr] {
            if !can_be_near(operand) {
                let hint = match &operand.node {
                    Node::Field(_) | Node::Range(_) => {
                        "write the field once, before the brackets: `ti=(a (2w) b)`"
                    }
                    Node::And(_) => "write `(a (2w) c) AND (b (2w) c)`",
                    _ => "only words, phrases, groups with OR, and proximities can be near each other",
                };
                self.error(operand.span.clone(), Problem::NotNear, Some(hint.to_owned()));
                return None;
            }
        }
        let span = left.expr.span.start..right.expr.span.end;
        let depth = left.depth.max(right.depth);
        let near = Near { left: Box::new(left.expr), right: Box::new(right.expr), reach, ordered, negated };
        self.above(depth, Node::Near(near), span)
    }

    /// Reads an operand with its frequency.
    fn counted(&mut self) -> Option<Part> {
        let mut part = self.operand();
        while let Some(Token { kind: Kind::Frequency(n), span }) = self.peek() {
            self.next += 1;
            let Some(n) = u32::try_from(*n).ok().filter(|n| (1..=MAX_FREQUENCY).contains(n)) else {
                self.error(span.clone(), Problem::TooOften { found: *n, limit: MAX_FREQUENCY }, None);
                continue;
            };
            part = part.and_then(|part| self.frequent(part, n, span.end));
        }
        part
    }

    fn frequent(&mut self, part: Part, at_least: u32, end: usize) -> Option<Part> {
        let span = part.expr.span.start..end;
        match part.expr.node {
            Node::Field(mut condition) if condition.fields.iter().all(|field| field.is_text()) => {
                let inside = Part { expr: *condition.value, depth: part.depth - 1, bracketed: false };
                let inside = self.frequent(inside, at_least, end)?;
                condition.value = Box::new(inside.expr);
                self.above(inside.depth, Node::Field(condition), span)
            }
            node => {
                let expr = Expr::new(node, part.expr.span);
                if !can_be_counted(&expr) {
                    let hint = "count words, phrases, and groups with OR: `(a OR b) (3f)`";
                    self.error(span, Problem::NotCounted, Some(hint.to_owned()));
                    return None;
                }
                self.above(part.depth, Node::Frequent(Frequent { operand: Box::new(expr), at_least }), span)
            }
        }
    }

    /// Reads what stands in brackets; the opening one has been read.
    pub(super) fn bracketed(&mut self, open: &Token) -> Option<Part> {
        if self.depth == MAX_DEPTH {
            self.too_deep(open.span.clone());
            return None;
        }
        let errors = self.errors.len();
        self.depth += 1;
        let part = self.level();
        self.depth -= 1;
        if self.peek().is_some_and(|token| token.kind == Kind::Close) {
            self.next += 1;
            if part.is_none() && self.errors.len() == errors {
                self.error(open.span.clone(), Problem::MissingOperand { after: "(".to_owned() }, None);
            }
        } else if self.errors.iter().all(|error| !matches!(error.problem, Problem::TooDeep { .. })) {
            self.error(open.span.clone(), Problem::OpenBracket, Some("add `)`".to_owned()));
        }
        part.map(|part| Part { bracketed: true, ..part })
    }

    pub(super) fn operand_follows(&self) -> bool {
        match self.peek_kind(0) {
            None | Some(Kind::Close | Kind::CloseRange(_) | Kind::Near(_) | Kind::Frequency(_)) => false,
            Some(Kind::Operator(operator)) => *operator == Operator::Not,
            Some(_) => true,
        }
    }

    fn missing_after(&mut self, operator: &Token) {
        let after = self.query[operator.span.clone()].to_owned();
        self.error(operator.span.clone(), Problem::MissingOperand { after }, None);
    }
}

fn negate(expr: Expr, depth: usize) -> Part {
    let span = expr.span.clone();
    Part { expr: Expr::new(Node::Not(Box::new(expr)), span), depth: depth + 1, bracketed: false }
}

/// Returns whether an operand can be near another.
fn can_be_near(expr: &Expr) -> bool {
    match &expr.node {
        Node::Term(_) => true,
        Node::Near(near) => !near.negated,
        Node::Or(parts) => parts.iter().all(can_be_near),
        _ => false,
    }
}

fn can_be_counted(expr: &Expr) -> bool {
    match &expr.node {
        Node::Term(_) => true,
        Node::Or(parts) => parts.iter().all(can_be_counted),
        _ => false,
    }
}

fn can_be_wanted(expr: &Expr) -> bool {
    match &expr.node {
        Node::Or(parts) => parts.iter().all(can_be_wanted),
        Node::Field(condition) => can_be_wanted(&condition.value),
        Node::Term(_) | Node::Range(_) | Node::Tree(_) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests;
