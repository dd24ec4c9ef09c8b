//! From tokens to the tree, with every error found on the way.

use std::ops::Range;

use super::ast::{Bound, Condition, Expr, Matching, Node, Piece, RangeCondition, Reading, Term};
use super::dialect::Dialect;
use super::error::{Problem, SyntaxError, SyntaxErrors};
use super::fields;
use super::lexer::{Kind, Relation, Token, tokens};
use super::reading::reading;

/// Longest query read.
pub const MAX_QUERY_BYTES: usize = 1 << 20;
/// Deepest nesting of brackets.
pub const MAX_DEPTH: usize = 200;
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

/// Reads a query.
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
    let fail = |errors| Err(SyntaxErrors { query: query.to_owned(), errors });
    let error = |span, problem| SyntaxError { span, problem, suggestion: None };
    if query.len() > MAX_QUERY_BYTES {
        let problem = Problem::TooLong { found: query.len(), limit: MAX_QUERY_BYTES };
        return fail(vec![error(0..0, problem)]);
    }
    let mut errors = Vec::new();
    let tokens = tokens(query, &mut errors);
    if tokens.is_empty() {
        return fail(vec![error(0..query.len(), Problem::Empty)]);
    }
    if reading(query, &tokens) == Reading::Text {
        // A quote that is never closed is an error of expressions only.
        return Ok(Parsed::Text(query.trim().to_owned()));
    }
    let mut parser = Parser { query, tokens: &tokens, next: 0, depth: 0, in_value: false, errors };
    let expr = parser.expression();
    while let Some(token) = parser.peek().cloned() {
        // The expression ended at a bracket that nothing opened: report it and go on behind it.
        parser.error(token.span.clone(), Problem::StrayBracket, None);
        parser.next += 1;
        // What stood before the bracket is the left side of an operator behind it.
        if matches!(parser.peek().map(|token| &token.kind), Some(Kind::And | Kind::Or)) {
            parser.next += 1;
        }
        parser.expression();
    }
    let mut errors = parser.errors;
    if let Some(expr) = expr.filter(|_| errors.is_empty()) {
        if only_excludes(&expr) {
            return fail(vec![error(0..query.len(), Problem::OnlyNot)]);
        }
        return Ok(Parsed::Boolean(expr));
    }
    errors.sort_by_key(|error| (error.span.start, error.span.end));
    fail(errors)
}

fn only_excludes(expr: &Expr) -> bool {
    match &expr.node {
        Node::Not(_) => true,
        Node::And(parts) => parts.iter().all(only_excludes),
        Node::Or(parts) => parts.iter().any(only_excludes),
        _ => false,
    }
}

struct Parser<'a> {
    query: &'a str,
    tokens: &'a [Token],
    next: usize,
    depth: usize,
    in_value: bool,
    errors: Vec<SyntaxError>,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&'a Token> {
        self.tokens.get(self.next)
    }

    fn error(&mut self, span: Range<usize>, problem: Problem, suggestion: Option<String>) {
        // Depth ends the reading, so it is told whatever else was.
        if matches!(problem, Problem::TooDeep { .. }) {
            self.errors.truncate(MAX_ERRORS - 1);
        }
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(SyntaxError { span, problem, suggestion });
        }
    }

    fn eat(&mut self, kind: &Kind) -> Option<&'a Token> {
        let token = self.peek().filter(|token| token.kind == *kind)?;
        self.next += 1;
        Some(token)
    }

    /// `None` where nothing could be read; the reason is then among the errors.
    fn expression(&mut self) -> Option<Expr> {
        let mut parts: Vec<Expr> = self.conjunction().into_iter().collect();
        while let Some(or) = self.eat(&Kind::Or) {
            match self.operand_follows() {
                true => parts.extend(self.conjunction()),
                false => self.missing_after(or),
            }
        }
        join(parts, Node::Or)
    }

    fn conjunction(&mut self) -> Option<Expr> {
        let mut parts = Vec::new();
        // Whether anything stood before, even if it could not be read.
        let mut begun = false;
        loop {
            match self.peek().map(|token| &token.kind) {
                Some(Kind::And) => {
                    let and = self.eat(&Kind::And)?;
                    if !begun {
                        let before = self.query[and.span.clone()].to_owned();
                        self.error(and.span.clone(), Problem::MissingLeft { before }, None);
                    }
                    if !self.operand_follows() {
                        self.missing_after(and);
                    }
                }
                Some(Kind::Or) => {
                    if !begun {
                        let span = self.peek()?.span.clone();
                        let before = self.query[span.clone()].to_owned();
                        self.error(span, Problem::MissingLeft { before }, None);
                    }
                    break;
                }
                Some(Kind::Close | Kind::CloseSquare) | None => break,
                Some(_) => {
                    begun = true;
                    parts.extend(self.negation());
                }
            }
        }
        join(parts, Node::And)
    }

    fn negation(&mut self) -> Option<Expr> {
        let mut n_nots = 0;
        while let Some(not) = self.eat(&Kind::Not) {
            n_nots += 1;
            if !self.operand_follows() {
                self.missing_after(not);
                return None;
            }
            if n_nots > MAX_DEPTH {
                self.error(not.span.clone(), Problem::TooDeep { limit: MAX_DEPTH }, None);
                self.next = self.tokens.len();
                return None;
            }
        }
        let expr = self.operand()?;
        Some((0..n_nots).fold(expr, |expr, _| {
            let span = expr.span.clone();
            Expr::new(Node::Not(Box::new(expr)), span)
        }))
    }

    fn operand(&mut self) -> Option<Expr> {
        let token = self.peek()?;
        self.next += 1;
        match &token.kind {
            Kind::Open => self.bracketed(token),
            Kind::Quoted(text) => Some(leaf(text, true, &token.span)),
            Kind::Word(word) => match self.peek().map(|next| (&next.kind, &next.span)) {
                // A space before the relation is allowed where the word is a field: `ti = drum`.
                Some((Kind::Relation(relation), span))
                    if span.start == token.span.end || fields::field(word).is_some() =>
                {
                    self.next += 1;
                    self.condition(word, token, *relation, span.clone())
                }
                _ => Some(leaf(word, false, &token.span)),
            },
            Kind::Relation(_) | Kind::OpenSquare | Kind::Comma => {
                // Punctuation in a Boolean query: a field is missing before it, or it means nothing.
                let name = self.query[token.span.clone()].to_owned();
                self.error(token.span.clone(), Problem::MissingLeft { before: name }, None);
                None
            }
            // Callers stop at these.
            Kind::And | Kind::Or | Kind::Not | Kind::Close | Kind::CloseSquare => None,
        }
    }

    fn bracketed(&mut self, open: &Token) -> Option<Expr> {
        if self.depth == MAX_DEPTH {
            self.error(open.span.clone(), Problem::TooDeep { limit: MAX_DEPTH }, None);
            // Reading on would report the same again for every deeper bracket.
            self.next = self.tokens.len();
            return None;
        }
        self.depth += 1;
        let expr = self.expression();
        self.depth -= 1;
        if self.eat(&Kind::Close).is_none() {
            if self.errors.iter().all(|error| !matches!(error.problem, Problem::TooDeep { .. })) {
                self.error(open.span.clone(), Problem::OpenBracket, Some("add `)`".to_owned()));
            }
        } else if expr.is_none() && self.errors.is_empty() {
            self.error(open.span.clone(), Problem::MissingOperand { after: "(".to_owned() }, None);
        }
        expr
    }

    fn condition(
        &mut self,
        name: &str,
        token: &Token,
        relation: Relation,
        sign: Range<usize>,
    ) -> Option<Expr> {
        let field = fields::field(name);
        if field.is_none() {
            let suggestion =
                fields::suggestion(Dialect::Patnav, name).map(|name| format!("did you mean `{name}`?"));
            self.error(token.span.clone(), Problem::UnknownField { name: name.to_owned() }, suggestion);
        }
        if self.in_value {
            self.error(token.span.clone(), Problem::NestedField, None);
        }
        let value = self.value(sign.clone(), name);
        let (field, value) = (field?, value?);
        let ordered = relation != Relation::Is || matches!(value, Read::Range { .. });
        if ordered && field.is_text() {
            self.error(token.span.start..sign.end, Problem::NoOrder { field: field.name.clone() }, None);
            return None;
        }
        let end = self.tokens[self.next - 1].span.end;
        let fields = vec![field];
        let bound = |value: &Expr, inclusive: bool| {
            let Node::Term(term) = &value.node else { return None };
            Some(Bound { value: term.text()?.to_owned(), inclusive, span: value.span.clone() })
        };
        let node = match (relation, value) {
            (Relation::Is, Read::Expr(value)) => {
                Node::Field(Condition { fields, matching: Matching::Holds, value: Box::new(value) })
            }
            (Relation::Is, Read::Range { low, high }) => Node::Range(RangeCondition { fields, low, high }),
            (relation, Read::Expr(value)) => {
                let inclusive = matches!(relation, Relation::AtMost | Relation::AtLeast);
                let Some(bound) = bound(&value, inclusive) else {
                    self.error(value.span, Problem::BadRange, None);
                    return None;
                };
                match relation {
                    Relation::Less | Relation::AtMost => {
                        Node::Range(RangeCondition { fields, low: None, high: Some(bound) })
                    }
                    _ => Node::Range(RangeCondition { fields, low: Some(bound), high: None }),
                }
            }
            (_, Read::Range { .. }) => {
                self.error(sign, Problem::BadRange, None);
                return None;
            }
        };
        Some(Expr::new(node, token.span.start..end))
    }

    fn value(&mut self, sign: Range<usize>, name: &str) -> Option<Read> {
        let missing = |parser: &mut Self| {
            let after = format!("{name}{}", &parser.query[sign.clone()]);
            parser.error(sign.clone(), Problem::MissingOperand { after }, None);
            None
        };
        let Some(token) = self.peek() else { return missing(self) };
        self.next += 1;
        match &token.kind {
            Kind::Word(word) => Some(Read::Expr(leaf(word, false, &token.span))),
            Kind::Quoted(text) => Some(Read::Expr(leaf(text, true, &token.span))),
            Kind::Open => {
                let outer = std::mem::replace(&mut self.in_value, true);
                let expr = self.bracketed(token);
                self.in_value = outer;
                expr.map(Read::Expr)
            }
            Kind::OpenSquare => self.range(token),
            _ => {
                self.next -= 1;
                missing(self)
            }
        }
    }

    fn range(&mut self, open: &Token) -> Option<Read> {
        let start = self.next;
        while self.peek().is_some_and(|token| token.kind != Kind::CloseSquare) {
            self.next += 1;
        }
        let inside = &self.tokens[start..self.next];
        let Some(close) = self.eat(&Kind::CloseSquare) else {
            self.error(open.span.clone(), Problem::OpenBracket, Some("add `]`".to_owned()));
            return None;
        };
        let separates = |token: &Token| match &token.kind {
            Kind::Comma => true,
            Kind::Word(word) => word.eq_ignore_ascii_case("to"),
            _ => false,
        };
        match inside {
            [low, between, high] if separates(between) => {
                let bound = |token: &Token| -> Option<Option<Bound>> {
                    let bound = |value: &str| Bound {
                        value: value.to_owned(),
                        inclusive: true,
                        span: token.span.clone(),
                    };
                    match &token.kind {
                        Kind::Word(word) if word == "*" => Some(None),
                        Kind::Word(word) => Some(Some(bound(word))),
                        Kind::Quoted(text) => Some(Some(bound(text))),
                        _ => None,
                    }
                };
                if let (Some(low), Some(high)) = (bound(low), bound(high)) {
                    return Some(Read::Range { low, high });
                }
                self.error(open.span.start..close.span.end, Problem::BadRange, None);
                None
            }
            _ => {
                self.error(open.span.start..close.span.end, Problem::BadRange, None);
                None
            }
        }
    }

    fn operand_follows(&self) -> bool {
        !matches!(
            self.peek().map(|token| &token.kind),
            None | Some(Kind::And | Kind::Or | Kind::Close | Kind::CloseSquare)
        )
    }

    fn missing_after(&mut self, operator: &Token) {
        let after = self.query[operator.span.clone()].to_owned();
        self.error(operator.span.clone(), Problem::MissingOperand { after }, None);
    }
}

/// What stands behind the sign of a condition.
enum Read {
    Expr(Expr),
    Range { low: Option<Bound>, high: Option<Bound> },
}

fn leaf(text: &str, quoted: bool, span: &Range<usize>) -> Expr {
    let term = if quoted { Term::plain(text, true) } else { pattern(text) };
    Expr::new(Node::Term(term), span.clone())
}

/// Reads a word with its wildcards.
fn pattern(word: &str) -> Term {
    let mut pieces = Vec::new();
    for c in word.chars() {
        match (c, pieces.last_mut()) {
            ('*', _) => pieces.push(Piece::Any),
            ('?', _) => pieces.push(Piece::One),
            ('#', _) => pieces.push(Piece::Optional),
            (c, Some(Piece::Text(text))) => text.push(c),
            (c, _) => pieces.push(Piece::Text(c.to_string())),
        }
    }
    Term { pieces, quoted: false }
}

/// Makes one expression of several; nested ones of the same kind stay as they were written.
fn join(mut parts: Vec<Expr>, make: fn(Vec<Expr>) -> Node) -> Option<Expr> {
    match parts.len() {
        0 => None,
        1 => parts.pop(),
        _ => {
            let span = parts.first()?.span.start..parts.last()?.span.end;
            Some(Expr::new(make(parts), span))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn canonical(query: &str) -> String {
        match parse(query) {
            Ok(Parsed::Boolean(expr)) => expr.to_string(),
            Ok(Parsed::Text(text)) => format!("text: {text}"),
            Err(errors) => {
                errors.errors.iter().map(|e| e.problem.to_string()).collect::<Vec<_>>().join(" / ")
            }
        }
    }

    #[test]
    fn queries_are_read_as_written() {
        let check = |query: &str, expected: &str| assert_eq!(canonical(query), expected, "{query}");
        check("采煤机滚筒 控制方法", "text: 采煤机滚筒 控制方法");
        check("method and device (part 1): a drum", "text: method and device (part 1): a drum");
        check("a OR b AND c NOT d", "(a OR (b AND c AND (NOT d)))");
    }

    #[test]
    fn precedence_fields_and_ranges() {
        let check = |query: &str, expected: &str| assert_eq!(canonical(query), expected, "{query}");
        check("a b OR c", "((a AND b) OR c)");
        check(
            "ti=(采煤机 or 掘进机) AND ad=[2015 TO 2020-06-30]",
            "(ti=(采煤机 OR 掘进机) AND ad=[2015 TO 2020-06-30])",
        );
        check("（a OR b） AND 标题：“液压 支架”", "((a OR b) AND ti=\"液压 支架\")");
        check("pd>=2019 AND ipc=E21C35/24", "(pd>=2019 AND ipc=E21C35/24)");
        check("ad=[* , 2001]", "ad<=2001");
        check("NOT a", "the query only excludes; say what to find as well");
    }

    #[test]
    fn all_errors_are_found_at_once() {
        let check = |query: &str, expected: &[&str]| {
            let found = canonical(query);
            assert_eq!(found.split(" / ").collect::<Vec<_>>(), expected, "{query}");
        };
        check("titel=a AND", &["there is no field `titel`", "something is missing after `AND`"]);
        check("(a AND b", &["this bracket is never closed"]);
        check("a AND b) OR c", &["this bracket closes nothing"]);
        check("OR a AND \"b", &["something is missing before `OR`", "this quote is never closed"]);
        check(
            "ti=[1 TO 2] AND ad=[1]",
            &[
                "`ti` is text and has no order",
                "a range is written `[from TO to]`; `*` stands for an open end",
            ],
        );
        check("ti=(ab=x)", &["a field cannot stand inside the value of another field"]);
        check("   ", &["the query is empty"]);
    }

    #[test]
    fn errors_point_at_their_place() {
        let errors = parse("标题=采煤机 AND titel=滚筒").unwrap_err();
        insta::assert_snapshot!(errors, @r"
        there is no field `titel` (column 12)
          标题=采煤机 AND titel=滚筒
                          ^^^^^ did you mean `ti`?
        ");
    }

    #[test]
    fn deep_brackets_are_an_error_in_bounded_time() {
        let deep = format!("a AND {}", "(".repeat(500_000));
        assert!(canonical(&deep).contains("nested deeper"));
        assert!(canonical(&"(".repeat(MAX_QUERY_BYTES + 1)).contains("the limit is"));
        assert!(canonical(&"NOT ".repeat(250_000)).contains("nested deeper"));
        assert!(canonical(&format!("a AND {}", ")".repeat(1_000_000))).len() < 2_000);
        assert!(canonical(&"ti=(".repeat(250_000)).contains("nested deeper"));
    }

    proptest! {
        #[test]
        fn any_text_gives_a_tree_or_errors_at_character_boundaries(query in r#"(?s)([a-zA-Z采煤机 ()\[\]"=:<>，“”]|AND |OR |NOT |ti=|\PC){0,40}"#) {
            if let Err(errors) = parse(&query) {
                for error in &errors.errors {
                    prop_assert!(query.get(error.span.clone()).is_some());
                }
                prop_assert!(!errors.to_string().is_empty());
            }
        }

        #[test]
        fn printing_and_reading_again_changes_nothing(query in r#"([a-c采煤]{1,3}|"[a-c 采]{1,4}"|ti=[ab]|ad=\[2001 TO 2002\]|\(a OR b\)|NOT c)( (AND|OR|NOT) ([a-c]{1,2}|\(d e\)|ti=\(x OR "y z"\))){1,6}"#) {
            if let Ok(Parsed::Boolean(expr)) = parse(&query) {
                let printed = expr.to_string();
                let Ok(Parsed::Boolean(again)) = parse(&printed) else { panic!("{printed} is no longer Boolean") };
                prop_assert_eq!(again.to_string(), printed);
            }
        }
    }
}
