//! The canonical form: every group bracketed, fields by their canonical names.
//!
//! Reading the canonical form of an expression gives the same expression, but for places in the text.

use std::fmt;

use super::ast::{Bound, Expr, Leaf, Relation, Value};

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Leaf(leaf) => leaf.fmt(f),
            Self::Field { field, relation, value, .. } => {
                let sign = match relation {
                    Relation::Is => "=",
                    Relation::Less => "<",
                    Relation::AtMost => "<=",
                    Relation::Greater => ">",
                    Relation::AtLeast => ">=",
                };
                write!(f, "{}{sign}{value}", field.name)
            }
            Self::And(parts) => group(f, parts, " AND "),
            Self::Or(parts) => group(f, parts, " OR "),
            Self::Not(part) => write!(f, "(NOT {part})"),
        }
    }
}

impl fmt::Display for Leaf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.quoted { write!(f, "\"{}\"", self.text) } else { f.write_str(&self.text) }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Leaf(leaf) => leaf.fmt(f),
            // Groups bring their own brackets; a single word in brackets needs none.
            Self::Expr(expr) => expr.fmt(f),
            Self::Range { low, high } => {
                f.write_str("[")?;
                bound(f, low)?;
                f.write_str(" TO ")?;
                bound(f, high)?;
                f.write_str("]")
            }
        }
    }
}

fn bound(f: &mut fmt::Formatter<'_>, bound: &Bound) -> fmt::Result {
    match bound {
        Some(leaf) => write!(f, "{leaf}"),
        None => f.write_str("*"),
    }
}

fn group(f: &mut fmt::Formatter<'_>, parts: &[Expr], operator: &str) -> fmt::Result {
    f.write_str("(")?;
    for (n, part) in parts.iter().enumerate() {
        if n > 0 {
            f.write_str(operator)?;
        }
        write!(f, "{part}")?;
    }
    f.write_str(")")
}
