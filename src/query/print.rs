//! The canonical form: every group bracketed, fields by their canonical names.
//!
//! Reading the canonical form of an expression gives the same expression, but for places in the text: what a dialect
//! writes is said once more in words that leave nothing open.

use std::fmt::{self, Display as _, Write};

use super::ast::{
    Bound, Expr, Frequent, Like, Matching, Near, Node, Piece, RangeCondition, Reach, SetName, Similar,
    SimilarOrder, Term,
};
use super::dialect::Dialect;
use super::fields::Field;
use super::syntax;
use super::token::{begins, is_special, is_special_first};

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Shown { expr: self, in_event: false }.fmt(f)
    }
}

impl fmt::Display for SetName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => write!(f, "#{line}"),
            Self::Named(name) => write!(f, "@{}", Quoted(name)),
        }
    }
}

/// An expression, perhaps among the conditions of an event, where fields go without `ev.`
struct Shown<'a> {
    expr: &'a Expr,
    in_event: bool,
}

impl<'a> Shown<'a> {
    fn inner(&self, expr: &'a Expr) -> Self {
        Self { expr, in_event: self.in_event }
    }

    fn group(&self, f: &mut fmt::Formatter<'_>, parts: &'a [Expr], operator: &str) -> fmt::Result {
        f.write_str("(")?;
        for (n, part) in parts.iter().enumerate() {
            if n > 0 {
                f.write_str(operator)?;
            }
            self.inner(part).fmt(f)?;
        }
        f.write_str(")")
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.expr.node {
            Node::Term(term) => term.fmt(f),
            Node::Field(condition) => {
                names(f, &condition.fields, self.in_event)?;
                f.write_str(if condition.matching == Matching::Exactly { "==" } else { "=" })?;
                match &condition.value.node {
                    Node::Term(term) if !term.quoted && term.text().is_some_and(is_node) => {
                        f.write_str(term.text().unwrap_or_default())
                    }
                    _ => self.inner(&condition.value).fmt(f),
                }
            }
            Node::Range(condition) => range(f, condition, self.in_event),
            Node::And(parts) => self.group(f, parts, " AND "),
            Node::Or(parts) => self.group(f, parts, " OR "),
            Node::Xor(parts) => self.group(f, parts, " XOR "),
            Node::Not(part) => write!(f, "(NOT {})", self.inner(part)),
            Node::Near(near) => near.fmt(f),
            Node::Frequent(Frequent { operand, at_least }) => write!(f, "({operand} ({at_least}f))"),
            Node::Tree(name) => write!(f, "TREE@{}", Quoted(name)),
            Node::Event(inside) => {
                let shown = Shown { expr: inside, in_event: true };
                // A group brings its brackets; anything else needs them here.
                if bracketed(&inside.node) { write!(f, "ev.{shown}") } else { write!(f, "ev.({shown})") }
            }
            Node::Optional { base, wanted } => write!(f, "({base} OPT {wanted})"),
            Node::Set(name) => name.fmt(f),
            Node::Similar(similar) => similar.fmt(f),
        }
    }
}

/// Returns whether a value is a node of a tree, such as `hes:B1a`, which is read as one word right behind its sign.
fn is_node(text: &str) -> bool {
    let part = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    text.split_once(':').is_some_and(|(pack, node)| {
        part(pack)
            && part(node)
            && node.starts_with(|c: char| c.is_ascii_alphanumeric())
            && !pack.starts_with('-')
    })
}

/// Returns whether the canonical form of a node begins and ends with brackets of its own.
fn bracketed(node: &Node) -> bool {
    matches!(
        node,
        Node::And(_)
            | Node::Or(_)
            | Node::Xor(_)
            | Node::Not(_)
            | Node::Near(_)
            | Node::Frequent(_)
            | Node::Optional { .. }
    )
}

fn range(f: &mut fmt::Formatter<'_>, range: &RangeCondition, in_event: bool) -> fmt::Result {
    names(f, &range.fields, in_event)?;
    let sign = |inclusive: bool| if inclusive { "=" } else { "" };
    match (&range.low, &range.high) {
        (Some(low), None) => write!(f, ">{}{}", sign(low.inclusive), Value(&low.value)),
        (None, Some(high)) => write!(f, "<{}{}", sign(high.inclusive), Value(&high.value)),
        (low, high) => {
            let closed = |bound: &Option<Bound>| bound.as_ref().is_none_or(|bound| bound.inclusive);
            f.write_str(if closed(low) { "=[" } else { "={" })?;
            end(f, low.as_ref())?;
            f.write_str(" TO ")?;
            end(f, high.as_ref())?;
            f.write_str(if closed(high) { "]" } else { "}" })
        }
    }
}

fn end(f: &mut fmt::Formatter<'_>, bound: Option<&Bound>) -> fmt::Result {
    match bound {
        Some(bound) => Value(&bound.value).fmt(f),
        None => f.write_str("*"),
    }
}

fn names(f: &mut fmt::Formatter<'_>, fields: &[&'static Field], in_event: bool) -> fmt::Result {
    for (n, field) in fields.iter().enumerate() {
        if n > 0 {
            f.write_char('/')?;
        }
        let name = field.name.as_str();
        f.write_str(if in_event { name.strip_prefix("ev.").unwrap_or(name) } else { name })?;
    }
    Ok(())
}

impl fmt::Display for Near {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({}{} ", self.left, if self.negated { " NOT" } else { "" })?;
        match (self.reach, self.ordered) {
            (Reach::Units(n), true) => write!(f, "({n}w)")?,
            (Reach::Units(n), false) => write!(f, "({n}n)")?,
            (Reach::Sentence, false) => f.write_str("(s)")?,
            (Reach::Sentence, true) => f.write_str("(sw)")?,
            (Reach::Paragraph, false) => f.write_str("(p)")?,
            (Reach::Paragraph, true) => f.write_str("(pw)")?,
            (Reach::Zone, false) => f.write_str("(z)")?,
            (Reach::Zone, true) => f.write_str("(zw)")?,
        }
        write!(f, " {})", self.right)
    }
}

impl fmt::Display for Similar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.order {
            SimilarOrder::Similarity => "SIM=",
            SimilarOrder::Filing => "RAD=",
            SimilarOrder::Publication => "RPD=",
        })?;
        match &self.like {
            Like::Text(text) => write!(f, "({})", Quoted(text))?,
            Like::Number(number) => write!(f, "(pn={})", Value(number))?,
        }
        match self.threshold {
            Some(threshold) => write!(f, ">{threshold}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.text() {
            Some(text) if self.quoted || text.is_empty() => Quoted(text).fmt(f),
            _ => {
                let mut first = true;
                for piece in &self.pieces {
                    match piece {
                        Piece::Text(text) => escape(f, text, first, self.pieces.len() == 1)?,
                        Piece::Any => f.write_char('*')?,
                        Piece::One => f.write_char('?')?,
                        Piece::Optional => f.write_char('#')?,
                    }
                    first = false;
                }
                Ok(())
            }
        }
    }
}

/// A bound or number: quoted where it would not be read as one word.
struct Value<'a>(&'a str);

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '/' | '-' | '_');
        let word =
            !matches!(self.0.to_ascii_lowercase().as_str(), "" | "and" | "or" | "not" | "xor" | "to" | "opt");
        if word && self.0.chars().all(plain) { f.write_str(self.0) } else { Quoted(self.0).fmt(f) }
    }
}

/// A text in quotes.
struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for c in self.0.chars() {
            if matches!(c, '"' | '“' | '”' | '＂' | '\\') {
                f.write_char('\\')?;
            }
            f.write_char(c)?;
        }
        f.write_char('"')
    }
}

/// Writes text outside quotes so that it is read as text; `alone` where it is a whole term, `first` where it begins one.
pub(super) fn escape(f: &mut fmt::Formatter<'_>, text: &str, first: bool, alone: bool) -> fmt::Result {
    let canonical = syntax::of(Dialect::Patnav);
    let other = canonical.operator(text).is_some()
        || ["to", "ev."].iter().any(|word| word.eq_ignore_ascii_case(text))
        || begins(text, "tree@");
    if alone && other {
        f.write_char('\\')?;
    }
    for (n, c) in text.chars().enumerate() {
        if is_special(c) || (first && n == 0 && is_special_first(c)) {
            f.write_char('\\')?;
        }
        f.write_char(c)?;
    }
    Ok(())
}
