//! From the tree to the words of a dialect, with the list of what it cannot say.
//!
//! What a dialect cannot say is written as the nearest thing that it can, and the list says whether that finds more or
//! less. Nothing is left out in silence.

use std::fmt::Write;

use super::ast::{
    Bound, Condition, Expr, Like, Matching, Near, Node, Piece, RangeCondition, Reach, SetName, Similar,
    SimilarOrder, Span, Term,
};
use super::dialect::Dialect;
use super::fields::Field;
use super::syntax::{self, Dates, Form, Operator, Ranges, Syntax, Wild};

/// A query in the words of a dialect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Translation {
    /// The dialect.
    pub dialect: Dialect,
    /// The query.
    pub text: String,
    /// What it does not say as the original does; empty where it says the same.
    pub losses: Vec<Loss>,
}

/// Something that a dialect cannot say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// The bytes of the original query.
    pub span: Span,
    /// The canonical form of what cannot be said.
    pub part: String,
    /// What was written instead, and what that changes.
    pub instead: String,
}

/// Writes an expression in a dialect.
///
/// # Examples
/// ```
/// use patnav::query::{Dialect, parse_expression, translate};
///
/// let expr = parse_expression("ti=(钻 (2w) 孔)").expect("it is an expression");
/// assert_eq!(translate(&expr, Dialect::Patsnap).text, "TTL:(钻 $PRE2 孔)");
/// let lens = translate(&expr, Dialect::Lens);
/// assert_eq!(lens.losses.len(), 1);
/// ```
pub fn translate(expr: &Expr, dialect: Dialect) -> Translation {
    let mut writer = Writer { syntax: syntax::of(dialect), losses: Vec::new() };
    let text = if dialect == Dialect::Patnav { expr.to_string() } else { writer.expr(expr, true) };
    Translation { dialect, text, losses: writer.losses }
}

/// Returns whether one pair of brackets stands around the whole text. Brackets in quotes count for nothing.
fn is_bracketed(text: &str) -> bool {
    let (mut depth, mut quoted) = (0_usize, false);
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && at + c.len_utf8() < text.len() {
            return false;
        }
    }
    depth == 0 && text.starts_with('(') && text.ends_with(')')
}

/// Longest text that an exclusive or is written out of.
const MAX_XOR_BYTES: usize = 50_000;

struct Writer {
    syntax: &'static Syntax,
    losses: Vec<Loss>,
}

impl Writer {
    fn lose(&mut self, expr: &Expr, instead: impl Into<String>) {
        self.losses.push(Loss { span: expr.span.clone(), part: expr.to_string(), instead: instead.into() });
    }

    fn word(&self, operator: Operator) -> Option<&'static str> {
        self.syntax.operators.iter().any(|(_, known)| *known == operator).then(|| operator.word())
    }

    /// Writes a node; `outer` where no bracket is needed around it.
    fn expr(&mut self, expr: &Expr, outer: bool) -> String {
        match &expr.node {
            Node::Term(term) => self.term(expr, term),
            Node::Field(condition) => self.field(expr, condition),
            Node::Range(range) => self.range(expr, range),
            Node::And(parts) => self.group(parts, Operator::And, outer),
            Node::Or(parts) => self.group(parts, Operator::Or, outer),
            Node::Xor(parts) => match self.word(Operator::Xor) {
                Some(_) => self.group(parts, Operator::Xor, outer),
                None => self.xor(parts),
            },
            Node::Not(part) => format!("(NOT {})", self.expr(part, false)),
            Node::Near(near) => self.near(expr, near),
            Node::Frequent(frequent) => {
                let operand = self.expr(&frequent.operand, false);
                match self.syntax.frequency.first() {
                    Some(template) => format!("({operand} {})", fill(template, frequent.at_least)),
                    None => {
                        self.lose(expr, "once is enough: finds more");
                        operand
                    }
                }
            }
            Node::Tree(name) => match self.syntax.dialect {
                Dialect::Incopat | Dialect::Patsnap => format!("TREE@\"{name}\""),
                _ => {
                    self.lose(expr, "the name alone, without what belongs to it: finds less");
                    format!("\"{name}\"")
                }
            },
            Node::Event(inside) => self.event(expr, inside),
            Node::Optional { base, wanted } => match self.word(Operator::Optional) {
                Some(word) => format!("{} {word} ({})", self.bracketed(base), self.expr(wanted, true)),
                None => {
                    self.lose(expr, "what has to match alone; only the order differs");
                    self.expr(base, outer)
                }
            },
            Node::Set(name) => self.set(expr, name),
            Node::Similar(similar) => self.similar(expr, similar),
        }
    }

    fn bracketed(&mut self, expr: &Expr) -> String {
        let text = self.expr(expr, true);
        format!("({text})")
    }

    fn group(&mut self, parts: &[Expr], operator: Operator, outer: bool) -> String {
        let mut text = String::new();
        for (n, part) in parts.iter().enumerate() {
            match &part.node {
                // `a NOT b` is how most dialects exclude.
                Node::Not(inside) if n > 0 && operator == Operator::And => {
                    let inside = self.expr(inside, false);
                    let _ = write!(text, " NOT {inside}");
                }
                _ => {
                    if n > 0 {
                        let _ = write!(text, " {} ", operator.word());
                    }
                    text.push_str(&self.expr(part, false));
                }
            }
        }
        if outer { text } else { format!("({text})") }
    }

    /// Writes one or the other but not both with what every dialect has.
    fn xor(&mut self, parts: &[Expr]) -> String {
        let mut parts = parts.iter();
        let Some(first) = parts.next() else { return String::new() };
        let mut text = self.expr(first, false);
        for part in parts {
            let other = self.expr(part, false);
            // Written out, it doubles with every part and level; beyond this it would fit no tool.
            if text.len() + other.len() > MAX_XOR_BYTES {
                self.lose(part, "left out, the query would be too long: finds other documents");
                continue;
            }
            text = format!("(({text} NOT {other}) OR ({other} NOT {text}))");
        }
        text
    }

    fn term(&mut self, expr: &Expr, term: &Term) -> String {
        if let Some(text) = term.text() {
            return if term.quoted { self.quoted(text) } else { self.plain(text) };
        }
        let mut out = String::new();
        let mut lost = None;
        for piece in &term.pieces {
            let (wild, fallback) = match piece {
                Piece::Text(text) => {
                    out.push_str(text);
                    continue;
                }
                Piece::Any => (Wild::Any, Wild::Any),
                Piece::One => (Wild::One, Wild::Any),
                Piece::Optional => (Wild::Optional, Wild::Any),
            };
            let known =
                |wild| self.syntax.wildcards.iter().find(|(_, known)| *known == wild).map(|(c, _)| *c);
            match known(wild).or_else(|| known(fallback)) {
                Some(c) => {
                    out.push(c);
                    if known(wild).is_none() {
                        lost = Some("any number of characters: finds more");
                    }
                }
                None => lost = Some("without the wildcard: finds less"),
            }
        }
        if let Some(instead) = lost {
            self.lose(expr, instead);
        }
        out
    }

    /// Writes a word, in quotes where it would be read as something else.
    fn plain(&self, text: &str) -> String {
        let meaning = |c: char| {
            c.is_whitespace()
                || matches!(
                    c,
                    '(' | ')' | '[' | ']' | '"' | '=' | ':' | '<' | '>' | '\'' | '（' | '）' | '“' | '”'
                )
                || self.syntax.wildcard(c).is_some()
                || matches!(c, '_' | '\\' | '#' | '@' | '~' | '^' | '$')
        };
        let operator = self.syntax.operators.iter().any(|(word, _)| word.eq_ignore_ascii_case(text));
        let other = self.syntax.knows(text)
            || text.starts_with(['-', '+', '!', '/', '.'])
            || text.eq_ignore_ascii_case("to");
        if text.is_empty() || operator || other || text.chars().any(meaning) {
            return self.quoted(text);
        }
        text.to_owned()
    }

    fn quoted(&self, text: &str) -> String {
        let plain: String =
            text.chars().map(|c| if matches!(c, '"' | '“' | '”' | '＂') { ' ' } else { c }).collect();
        format!("\"{plain}\"")
    }

    fn name<'f>(&self, field: &'f Field, matching: Matching) -> Option<&'f str> {
        if self.syntax.dialect == Dialect::Cnipa {
            // PSS goes by the Chinese names.
            return field.chinese_name().filter(|_| matching == Matching::Holds);
        }
        field.name_in(self.syntax.dialect, matching)
    }

    fn field(&mut self, expr: &Expr, condition: &Condition) -> String {
        let mut texts = Vec::new();
        for field in &condition.fields {
            // Where the name alone means the symbol itself, a modifier adds what lies below it.
            let mut sign = self.syntax.sign.to_string();
            let name = match self.name(field, condition.matching) {
                Some(name) => Some(name),
                None => {
                    let other = match condition.matching {
                        Matching::Exactly => Matching::Holds,
                        Matching::Holds => Matching::Exactly,
                    };
                    let name = self.name(field, other);
                    match (name, condition.matching) {
                        (Some(_), Matching::Exactly) => self.lose(expr, "with all below it: finds more"),
                        (Some(_), Matching::Holds) if self.syntax.cql => sign.push_str("/low "),
                        (Some(_), Matching::Holds) => {
                            self.lose(expr, "this symbol alone where it is a group: finds less")
                        }
                        (None, _) => {}
                    }
                    name
                }
            };
            let Some(name) = name else {
                self.lose(
                    expr,
                    format!(
                        "without the field, which {} does not have: finds other documents",
                        self.syntax.dialect
                    ),
                );
                texts.push(self.expr(&condition.value, false));
                continue;
            };
            let value = match &condition.value.node {
                Node::Term(term) if term.text().is_some() => {
                    let text = field.value_in(self.syntax.dialect, term.text().unwrap_or_default());
                    let text = if field.is_date() { self.day(text) } else { text.to_owned() };
                    let word = self.plain(&text);
                    if term.quoted { self.quoted(&text) } else { word }
                }
                _ => {
                    let value = self.expr(&condition.value, true);
                    if is_bracketed(&value) { value } else { format!("({value})") }
                }
            };
            texts.push(format!("{name}{sign}{value}"));
        }
        if texts.len() == 1 { texts.remove(0) } else { format!("({})", texts.join(" OR ")) }
    }

    fn day(&self, text: &str) -> String {
        let digits: Vec<&str> = text.split('-').collect();
        let plain = digits.iter().all(|part| part.bytes().all(|b| b.is_ascii_digit()));
        match (self.syntax.dates, digits.as_slice()) {
            (Dates::Compact, [_, _, ..]) if plain => digits.concat(),
            (Dates::DayFirst, [_, _, ..]) if plain => {
                digits.iter().rev().copied().collect::<Vec<_>>().join(".")
            }
            (Dates::DayFirst, [all]) if plain && all.len() == 8 => {
                format!("{}.{}.{}", &all[6..], &all[4..6], &all[..4])
            }
            _ => text.to_owned(),
        }
    }

    fn range(&mut self, expr: &Expr, range: &RangeCondition) -> String {
        let mut texts = Vec::new();
        for field in &range.fields {
            match self.name(field, Matching::Holds).or_else(|| self.name(field, Matching::Exactly)) {
                Some(name) => {
                    let name = name.to_owned();
                    texts.push(self.range_of(expr, range, field, &name));
                }
                None => self
                    .lose(expr, format!("left out, {} has no such field: finds more", self.syntax.dialect)),
            }
        }
        match texts.len() {
            0 => "()".to_owned(),
            1 => texts.remove(0),
            _ => format!("({})", texts.join(" OR ")),
        }
    }

    fn range_of(&mut self, expr: &Expr, range: &RangeCondition, field: &Field, name: &str) -> String {
        let value = |bound: &Bound| {
            let text = if field.is_date() { self.day(&bound.value) } else { bound.value.clone() };
            self.plain(&text)
        };
        let low = range.low.as_ref().map(|bound| (value(bound), bound.inclusive));
        let high = range.high.as_ref().map(|bound| (value(bound), bound.inclusive));
        let sign = |less: &str, inclusive: bool| format!("{less}{}", if inclusive { "=" } else { "" });
        let comparisons = |low: &Option<(String, bool)>, high: &Option<(String, bool)>| {
            let low = low.iter().map(|(value, inclusive)| format!("{name}{}{value}", sign(">", *inclusive)));
            let high =
                high.iter().map(|(value, inclusive)| format!("{name}{}{value}", sign("<", *inclusive)));
            low.chain(high).collect::<Vec<_>>()
        };
        let inclusive =
            |bound: &Option<(String, bool)>| bound.as_ref().is_none_or(|(_, inclusive)| *inclusive);
        let closed = inclusive(&low) && inclusive(&high);
        match self.syntax.ranges {
            Ranges::Brackets { comparisons: true, .. } if low.is_some() != high.is_some() => {
                comparisons(&low, &high).concat()
            }
            Ranges::Brackets { exclusive, .. } => {
                if !closed && !exclusive {
                    self.lose(expr, "with the bounds: finds more");
                }
                let end =
                    |bound: Option<(String, bool)>| bound.map_or_else(|| "*".to_owned(), |(value, _)| value);
                let open = if inclusive(&low) || !exclusive { '[' } else { '{' };
                let close = if inclusive(&high) || !exclusive { ']' } else { '}' };
                format!("{name}{}{open}{} TO {}{close}", self.syntax.sign, end(low), end(high))
            }
            Ranges::Within => match (&low, &high) {
                (Some((low, _)), Some((high, _))) if closed => format!("{name} within \"{low} {high}\""),
                _ => self.comparisons(expr, comparisons(&low, &high)),
            },
            Ranges::Comparisons => self.comparisons(expr, comparisons(&low, &high)),
            Ranges::BeforeAfter => {
                if low.as_ref().is_some_and(|(_, inclusive)| !inclusive)
                    || high.as_ref().is_some_and(|(_, inclusive)| *inclusive)
                {
                    self.lose(expr, "`after` takes the day itself, `before` does not: a day more or less");
                }
                let low = low.map(|(value, _)| format!("after:{name}:{value}"));
                let high = high.map(|(value, _)| format!("before:{name}:{value}"));
                self.comparisons(expr, low.into_iter().chain(high).collect())
            }
        }
    }

    fn comparisons(&mut self, expr: &Expr, mut parts: Vec<String>) -> String {
        match parts.len() {
            0 => {
                self.lose(expr, "left out: finds more");
                "()".to_owned()
            }
            1 => parts.remove(0),
            _ => format!("({})", parts.join(" AND ")),
        }
    }

    fn near(&mut self, expr: &Expr, near: &Near) -> String {
        let left = self.expr(&near.left, false);
        let right = self.expr(&near.right, false);
        let fits = |form: &&Form, ordered: bool| {
            form.ordered == ordered && std::mem::discriminant(&form.reach) == std::mem::discriminant(&near.reach)
                // A form without a number means one distance.
                && (form.template.contains('#') || form.reach == near.reach || !matches!(near.reach, Reach::Units(_)))
        };
        let find = |ordered: bool| self.syntax.proximity.iter().find(|form| fits(form, ordered));
        let form = find(near.ordered).or_else(|| find(false).filter(|_| near.ordered));
        let excluded = near.negated && !self.syntax.capitals;
        match form {
            Some(form) if !excluded => {
                if form.ordered != near.ordered {
                    self.lose(expr, "in any order: finds more");
                }
                let number = if let Reach::Units(n) = near.reach { n } else { 0 };
                let mut sign = fill(form.template, number + form.plus);
                if sign.starts_with('$') {
                    sign = sign.to_uppercase();
                }
                let not = if near.negated { "NOT " } else { "" };
                format!("({left} {not}{sign} {right})")
            }
            // Lucene's distance between two words counts what lies between.
            None if self.syntax.slop && !near.negated => {
                match (&near.left.node, &near.right.node, near.reach) {
                    (Node::Term(a), Node::Term(b), Reach::Units(n))
                        if a.text().is_some() && b.text().is_some() =>
                    {
                        if near.ordered {
                            self.lose(expr, "in any order: finds more");
                        }
                        let text =
                            format!("{} {}", a.text().unwrap_or_default(), b.text().unwrap_or_default());
                        format!("{}~{n}", self.quoted(&text))
                    }
                    _ => {
                        self.lose(expr, "both anywhere: finds more");
                        format!("({left} AND {right})")
                    }
                }
            }
            _ if near.negated => {
                self.lose(expr, "the first alone, wherever the second is: finds more");
                left
            }
            _ => {
                self.lose(expr, "both anywhere: finds more");
                format!("({left} AND {right})")
            }
        }
    }

    fn event(&mut self, expr: &Expr, inside: &Expr) -> String {
        match &inside.node {
            Node::And(parts) if self.word(Operator::Same).is_some() => {
                let parts: Vec<String> = parts.iter().map(|part| self.expr(part, false)).collect();
                format!("({})", parts.join(" GAND "))
            }
            Node::Field(_) | Node::Range(_) => self.expr(inside, false),
            _ => {
                self.lose(expr, "each condition may be met by another event: finds more");
                self.expr(inside, false)
            }
        }
    }

    fn set(&mut self, expr: &Expr, name: &SetName) -> String {
        match (name, self.syntax.dialect) {
            (SetName::Named(name), Dialect::Patsnap) => format!("MWS:\"|{name}|\""),
            (name, _) => {
                self.lose(expr, "saved sets stay here; write out its query");
                match name {
                    SetName::Line(line) => format!("#{line}"),
                    SetName::Named(name) => format!("@\"{name}\""),
                }
            }
        }
    }

    fn similar(&mut self, expr: &Expr, similar: &Similar) -> String {
        if self.syntax.semantic {
            if similar.threshold.is_some() {
                self.lose(expr, "without the threshold: finds another number of documents");
            }
            let sign = match similar.order {
                SimilarOrder::Similarity => "R",
                SimilarOrder::Filing => "RAD",
                SimilarOrder::Publication => "RPD",
            };
            return match &similar.like {
                Like::Text(text) => format!("{sign}=({})", self.quoted(text)),
                Like::Number(number) => format!("{sign}=({number})"),
            };
        }
        self.lose(expr, "left out, there is no search by meaning in the query language");
        "()".to_owned()
    }
}

fn fill(template: &str, number: u32) -> String {
    template.replacen('#', &number.to_string(), 1)
}
