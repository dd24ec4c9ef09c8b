//! Conditions: fields with their values, ranges, relations. What a value is made of is read by `operand`.

use std::ops::Range;

use super::ast::{Bound, Condition, Expr, Matching, Node, RangeCondition, Term};
use super::dialect::Dialect;
use super::error::Problem;
use super::fields::{self, Field, Named, Target};
use super::parser::{Parser, Part};
use super::syntax::Dates;
use super::token::{Kind, Relation, SEMANTIC, Token, Word};

/// Fields as named, and whether the names ask for exact values.
type Fields = (Vec<&'static Field>, Matching);

/// Returns the fields that a word names: one, or several with `/` or `,` between.
pub(super) fn fields_of(dialect: Dialect, name: &str, in_event: bool) -> Option<Fields> {
    let one = |name: &str| -> Option<Named> {
        let inside = in_event.then(|| fields::lookup(Dialect::Patnav, &format!("ev.{name}"))).flatten();
        inside.or_else(|| fields::lookup(dialect, name))
    };
    if let Some((field, matching)) = one(name) {
        return Some((vec![field], matching));
    }
    let mut found = Vec::new();
    let mut all = Matching::Exactly;
    for part in name.split(['/', ',']) {
        let (field, matching) = one(part)?;
        if matching == Matching::Holds {
            all = Matching::Holds;
        }
        if !found.contains(&field) {
            found.push(field);
        }
    }
    Some((found, all))
}

impl<'a> Parser<'a> {
    /// Reads `20110101<=pd<=20130101`, `2011<=pd` and `before:filing:2011`; `None` where it is something else.
    #[expect(clippy::option_option, reason = "whether it is one, and whether it could be read")]
    pub(super) fn value_first(&mut self, text: &str) -> Option<Option<Part>> {
        let start = self.peek()?.span.start;
        let Some(Kind::Relation(first)) = self.peek_kind(1) else { return None };
        let Some(Kind::Word(name)) = self.peek_kind(2) else { return None };
        let (fields, _) = fields_of(self.syntax.dialect, &name.text, self.in_event)?;
        let google = self.syntax.dialect == Dialect::Google
            && matches!(text, "before" | "after")
            && *first == Relation::Is
            && matches!(self.peek_kind(3), Some(Kind::Relation(Relation::Is)));
        let ordered = fields.iter().all(|field| field.is_ordered());
        if google {
            let Some(Token { kind: Kind::Word(value), span }) = self.tokens.get(self.next + 4) else {
                return None;
            };
            self.next += 5;
            let bound = Bound {
                value: day(self.syntax.dates, &value.text),
                inclusive: text == "after",
                span: span.clone(),
            };
            let (low, high) = if text == "after" { (Some(bound), None) } else { (None, Some(bound)) };
            let span = start..span.end;
            return Some(self.range_of(fields, low, high, span));
        }
        let comparison =
            matches!(first, Relation::Less | Relation::AtMost | Relation::Greater | Relation::AtLeast);
        if !comparison || !ordered || fields_of(self.syntax.dialect, text, self.in_event).is_some() {
            return None;
        }
        let bound = |token: &Token, text: &str, relation: Relation| Bound {
            value: day(self.syntax.dates, text),
            inclusive: matches!(relation, Relation::AtMost | Relation::AtLeast),
            span: token.span.clone(),
        };
        let upwards = |relation: Relation| matches!(relation, Relation::Less | Relation::AtMost);
        let one = bound(self.peek()?, text, *first);
        let mut end = self.tokens[self.next + 2].span.end;
        let mut ends = if upwards(*first) { (Some(one), None) } else { (None, Some(one)) };
        let mut taken = 3;
        if let Some(Kind::Relation(second)) = self.peek_kind(3)
            && let Some(token @ Token { kind: Kind::Word(Word { text, .. }) | Kind::Quoted(text), .. }) =
                self.tokens.get(self.next + 4)
        {
            let other = bound(token, text, *second);
            end = token.span.end;
            taken = 5;
            match (upwards(*first), second) {
                (true, Relation::Less | Relation::AtMost) => ends.1 = Some(other),
                (false, Relation::Greater | Relation::AtLeast) => ends.0 = Some(other),
                _ => {
                    self.next += taken;
                    self.error(start..end, Problem::BadRange, None);
                    return Some(None);
                }
            }
        }
        self.next += taken;
        Some(self.range_of(fields, ends.0, ends.1, start..end))
    }

    /// Makes a range, where the fields have an order.
    fn range_of(
        &mut self,
        fields: Vec<&'static Field>,
        low: Option<Bound>,
        high: Option<Bound>,
        span: Range<usize>,
    ) -> Option<Part> {
        // What has no order among values is for those to say who know them.
        if let Some(field) = fields.iter().find(|field| field.is_text()) {
            self.error(span, Problem::NoOrder { field: field.name.clone() }, None);
            return None;
        }
        let event = fields.iter().any(|field| matches!(field.target(), Target::Event(_)));
        let part = Part::leaf(Node::Range(RangeCondition { fields, low, high }), span.clone());
        self.as_event(part, event, span)
    }

    fn as_event(&mut self, part: Part, event: bool, span: Range<usize>) -> Option<Part> {
        if event && !self.in_event {
            return self.wrap(part, |expr| Node::Event(Box::new(expr)), span);
        }
        Some(part)
    }

    /// Reads `ti any "a b"`, `ti all "a b"`, `pd within "2010 2015"`.
    #[expect(clippy::option_option, reason = "whether it is one, and whether it could be read")]
    pub(super) fn cql_relation(&mut self, word: &Word, token: &Token) -> Option<Option<Part>> {
        let Some(Kind::Word(relation)) = self.peek_kind(1) else { return None };
        let value = self.tokens.get(self.next + 2)?;
        let Kind::Quoted(text) = &value.kind else { return None };
        let (fields, matching) = fields_of(self.syntax.dialect, &word.text, self.in_event)?;
        let span = token.span.start..value.span.end;
        let all = match relation.text.to_ascii_lowercase().as_str() {
            "any" => false,
            "all" => true,
            "within" => {
                self.next += 3;
                let mut ends = text.split([' ', ',']).filter(|end| !end.is_empty()).map(|end| Bound {
                    value: day(self.syntax.dates, end),
                    inclusive: true,
                    span: value.span.clone(),
                });
                let (Some(low), Some(high), None) = (ends.next(), ends.next(), ends.next()) else {
                    self.error(value.span.clone(), Problem::BadRange, None);
                    return Some(None);
                };
                return Some(self.range_of(fields, Some(low), Some(high), span));
            }
            _ => return None,
        };
        self.next += 3;
        let mut parts: Vec<Expr> = text
            .split([' ', ','])
            .filter(|word| !word.is_empty())
            .map(|word| Expr::new(Node::Term(self.pattern(word)), value.span.clone()))
            .collect();
        let (value, depth) = match parts.len() {
            0 => {
                self.error(
                    value.span.clone(),
                    Problem::MissingOperand { after: relation.text.clone() },
                    None,
                );
                return Some(None);
            }
            1 => (parts.remove(0), 1),
            _ => (Expr::new(if all { Node::And(parts) } else { Node::Or(parts) }, value.span.clone()), 2),
        };
        let node = Node::Field(Condition { fields, matching, value: Box::new(value) });
        Some(self.above(depth, node, span))
    }

    /// Reads a field condition; name and sign have been read.
    pub(super) fn condition(
        &mut self,
        word: &Word,
        token: &Token,
        relation: Relation,
        sign: Range<usize>,
    ) -> Option<Part> {
        let name = word.text.as_str();
        let dialect = self.syntax.dialect;
        let lower = name.to_ascii_lowercase();
        let quoted = matches!(self.peek_kind(0), Some(Kind::Quoted(_) | Kind::Raw(_)));
        if self.syntax.semantic && quoted && SEMANTIC.contains(&lower.as_str()) {
            return self.semantic(&lower, token);
        }
        if dialect == Dialect::Patsnap && matches!(lower.as_str(), "mws" | "cws") {
            return self.workspace(token, sign);
        }
        let found = fields_of(dialect, name, self.in_event);
        if found.is_none() {
            let suggestion = fields::suggestion(dialect, name).map(|name| format!("did you mean `{name}`?"));
            let suggestion = suggestion.or_else(|| known_elsewhere(dialect, name));
            self.error(token.span.clone(), Problem::UnknownField { name: name.to_owned() }, suggestion);
        }
        if self.fields.is_some() {
            self.error(token.span.clone(), Problem::NestedField, None);
        }
        let outer = self.fields.take();
        self.fields = Some(found.as_ref().map(|(fields, _)| fields.clone()).unwrap_or_default());
        let mut matching = found.as_ref().map_or(Matching::Holds, |(_, matching)| *matching);
        let value = self.value(sign.clone(), name, &mut matching);
        self.fields = outer;
        let (fields, value) = (found?.0, value?);
        let end = self.tokens[self.next - 1].span.end;
        let span = token.span.start..end;
        let texts = fields.iter().filter(|field| field.is_text()).count();
        let events = fields.iter().filter(|field| matches!(field.target(), Target::Event(_))).count();
        if (texts > 0 && texts < fields.len()) || (events > 0 && events < fields.len()) {
            self.error(token.span.clone(), Problem::MixedFields, None);
            return None;
        }
        let (value, relation) = match (value, relation) {
            (Value::Range { low, high }, Relation::Is | Relation::Exactly) => {
                return self.range_of(fields, low, high, span);
            }
            (Value::Range { .. }, _) => {
                self.error(sign, Problem::BadRange, None);
                return None;
            }
            (Value::Part(value), relation) => (value, relation),
        };
        let inclusive = match relation {
            Relation::Less | Relation::Greater => Some(false),
            Relation::AtMost | Relation::AtLeast => Some(true),
            Relation::Is | Relation::Exactly | Relation::Differs => None,
        };
        if let Some(inclusive) = inclusive {
            let text = if let Node::Term(term) = &value.expr.node { term.text() } else { None };
            let Some(text) = text else {
                self.error(value.expr.span, Problem::BadRange, None);
                return None;
            };
            let bound = Some(Bound { value: text.to_owned(), inclusive, span: value.expr.span.clone() });
            return match relation {
                Relation::Less | Relation::AtMost => self.range_of(fields, None, bound, span),
                _ => self.range_of(fields, bound, None, span),
            };
        }
        if relation == Relation::Exactly {
            if let Some(field) = fields.iter().find(|field| field.is_text() && !field.has_exact()) {
                let hint = "write the phrase in quotes".to_owned();
                self.error(
                    token.span.start..sign.end,
                    Problem::NoExact { field: field.name.clone() },
                    Some(hint),
                );
                return None;
            }
            matching = Matching::Exactly;
        }
        if fields.iter().all(|field| !field.has_exact()) {
            matching = Matching::Holds;
        }
        let make = |expr| Node::Field(Condition { fields, matching, value: Box::new(expr) });
        let part = self.wrap(value, make, span.clone())?;
        let part = self.as_event(part, events > 0, span.clone())?;
        if relation == Relation::Differs {
            return self.wrap(part, |expr| Node::Not(Box::new(expr)), span);
        }
        Some(part)
    }

    fn value(&mut self, sign: Range<usize>, name: &str, matching: &mut Matching) -> Option<Value> {
        // `cpc=/low "H01L"`: the symbol and all below it; `=/exact` that symbol.
        if let Some(Kind::Word(word)) = self.peek_kind(0)
            && self.syntax.cql
            && word.text.starts_with('/')
        {
            *matching = if word.text == "/exact" { Matching::Exactly } else { Matching::Holds };
            self.next += 1;
        }
        let Some(token) = self.peek() else { return self.no_value(sign, name) };
        let ordered =
            self.fields.as_ref().is_some_and(|fields| fields.iter().all(|field| field.is_ordered()));
        match &token.kind {
            Kind::Word(_) | Kind::Quoted(_) if ordered && self.is_to(1) => self.bounds(token),
            Kind::Open if ordered && self.is_to(2) => {
                self.next += 1;
                let value = self.bounds(token);
                match self.peek_kind(0) {
                    Some(Kind::Close) => self.next += 1,
                    _ => self.error(token.span.clone(), Problem::OpenBracket, Some("add `)`".to_owned())),
                }
                value
            }
            Kind::Word(word) => {
                self.next += 1;
                if self.syntax.dialect == Dialect::Google
                    && let Some(symbol) = word.text.strip_suffix("/low")
                {
                    *matching = Matching::Holds;
                    let term = Term::plain(symbol, false);
                    return Some(Value::Part(Part::leaf(Node::Term(term), token.span.clone())));
                }
                self.term(word, token).map(Value::Part)
            }
            Kind::Quoted(text) => {
                self.next += 1;
                self.phrase(text, token).map(Value::Part)
            }
            Kind::Open => {
                self.next += 1;
                self.bracketed(token).map(Value::Part)
            }
            Kind::Tree => {
                self.next += 1;
                self.tree(token).map(Value::Part)
            }
            Kind::OpenRange(_) => {
                self.next += 1;
                self.range(token)
            }
            _ => self.no_value(sign, name),
        }
    }

    fn no_value(&mut self, sign: Range<usize>, name: &str) -> Option<Value> {
        let after = format!("{name}{}", &self.query[sign.clone()]);
        self.error(sign, Problem::MissingOperand { after }, None);
        None
    }

    fn is_to(&self, ahead: usize) -> bool {
        matches!(self.peek_kind(ahead), Some(Kind::Word(word)) if !word.escaped && word.text.eq_ignore_ascii_case("to"))
    }

    /// Reads `a TO b`.
    fn bounds(&mut self, open: &Token) -> Option<Value> {
        let low = self.bound(true);
        self.next += 1;
        let high = self.bound(true);
        match (low, high) {
            (Some(low), Some(high)) => Some(Value::Range { low, high }),
            _ => {
                let end = self.tokens[self.next.min(self.tokens.len()) - 1].span.end;
                self.error(open.span.start..end, Problem::BadRange, None);
                None
            }
        }
    }

    /// Reads a bound; `Some(None)` is an open end.
    #[expect(clippy::option_option, reason = "whether it is one, and whether it is open")]
    fn bound(&mut self, inclusive: bool) -> Option<Option<Bound>> {
        let token = self.peek()?;
        let (Kind::Word(Word { text, .. }) | Kind::Quoted(text)) = &token.kind else { return None };
        self.next += 1;
        let open = text == "*" && matches!(token.kind, Kind::Word(_));
        let value = if self.fields.as_ref().is_some_and(|fields| fields.iter().any(|field| field.is_date())) {
            day(self.syntax.dates, text)
        } else {
            text.clone()
        };
        Some((!open).then(|| Bound { value, inclusive, span: token.span.clone() }))
    }

    fn range(&mut self, open: &Token) -> Option<Value> {
        let Kind::OpenRange(from) = open.kind else { return None };
        let start = self.next;
        while self.peek().is_some_and(|token| !matches!(token.kind, Kind::CloseRange(_))) {
            self.next += 1;
        }
        let inside = &self.tokens[start..self.next];
        let Some(Token { kind: Kind::CloseRange(to), span }) = self.peek() else {
            self.error(open.span.clone(), Problem::OpenBracket, Some("add `]`".to_owned()));
            return None;
        };
        let end = self.next + 1;
        let separates = |token: &Token| match &token.kind {
            Kind::Comma => true,
            Kind::Word(word) => !word.escaped && word.text.eq_ignore_ascii_case("to"),
            _ => false,
        };
        let value = match inside {
            [_, between, _] if separates(between) => {
                self.next = start;
                let low = self.bound(from);
                self.next = start + 2;
                low.zip(self.bound(*to))
            }
            _ => None,
        };
        self.next = end;
        match value {
            Some((low, high)) => Some(Value::Range { low, high }),
            None => {
                self.error(open.span.start..span.end, Problem::BadRange, None);
                None
            }
        }
    }
}

/// What stands behind the sign of a condition.
enum Value {
    Part(Part),
    Range { low: Option<Bound>, high: Option<Bound> },
}

fn known_elsewhere(dialect: Dialect, name: &str) -> Option<String> {
    let others = Dialect::ALL.into_iter().filter(|other| *other != dialect);
    let names: Vec<&str> =
        others.filter(|other| fields::own(*other, name).is_some()).map(Dialect::name).collect();
    (!names.is_empty()).then(|| format!("it is a field of {}; name the dialect", names.join(", ")))
}

/// Returns a day as we write it: `02.08.2019` and `08.2019` of offices that put the day first.
pub(super) fn day(dates: Dates, text: &str) -> String {
    let parts: Vec<&str> = text.split('.').collect();
    let digits = |part: &str, n: usize| part.len() == n && part.bytes().all(|b| b.is_ascii_digit());
    match (dates, parts.as_slice()) {
        (Dates::DayFirst, [day, month, year]) if digits(year, 4) && digits(month, 2) && digits(day, 2) => {
            format!("{year}-{month}-{day}")
        }
        (Dates::DayFirst, [month, year]) if digits(year, 4) && digits(month, 2) => format!("{year}-{month}"),
        _ => text.to_owned(),
    }
}
