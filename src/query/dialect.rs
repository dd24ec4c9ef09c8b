//! The languages that a query can be written in.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::fields;
use super::lexer;
use super::reading;
use super::syntax;
use super::token::{Kind, Relation, begins};

/// A query language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dialect {
    /// The canonical language.
    #[default]
    Patnav,
    /// incoPat.
    Incopat,
    /// PatSnap, 智慧芽.
    Patsnap,
    /// The search service of the Chinese office, PSS.
    Cnipa,
    /// Espacenet, CQL.
    Espacenet,
    /// PATENTSCOPE.
    Patentscope,
    /// Google Patents, with the proximity of the US office.
    Google,
    /// The Lens.
    Lens,
}

impl Dialect {
    /// Every dialect, the canonical language first.
    pub const ALL: [Self; 8] = [
        Self::Patnav,
        Self::Incopat,
        Self::Patsnap,
        Self::Cnipa,
        Self::Espacenet,
        Self::Patentscope,
        Self::Google,
        Self::Lens,
    ];

    /// Returns the name in commands, requests and answers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Patnav => "patnav",
            Self::Incopat => "incopat",
            Self::Patsnap => "patsnap",
            Self::Cnipa => "cnipa",
            Self::Espacenet => "espacenet",
            Self::Patentscope => "patentscope",
            Self::Google => "google",
            Self::Lens => "lens",
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// There is no dialect of this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no dialect `{name}`; there are {}", Dialect::ALL.map(Dialect::name).join(", "))]
pub struct UnknownDialect {
    /// The name as given.
    pub name: String,
}

impl FromStr for Dialect {
    type Err = UnknownDialect;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let wanted = name.to_lowercase();
        let known = Self::ALL.into_iter().find(|dialect| dialect.name() == wanted);
        known.ok_or_else(|| UnknownDialect { name: name.to_owned() })
    }
}

/// Returns the dialect that a query seems to be written in: the one with the most signs that the canonical language does
/// not have, the canonical language where there are none, or where the query is prose.
///
/// Signs are names of fields that only the dialect has, right before `=` or `:`, and operators that only it has. Names
/// of two letters count before `=` alone; before a colon they may be a heading.
pub(super) fn detect(query: &str) -> Dialect {
    let mut errors = Vec::new();
    let tokens = lexer::tokens(query, syntax::of(Dialect::Patnav), &mut errors);
    if reading::is_prose(query) {
        return Dialect::Patnav;
    }
    let mut votes = [0u32; Dialect::ALL.len()];
    let mut vote = |dialect: Dialect, n: u32| votes[dialect as usize] += n;
    let mut chinese = false;
    for (n, token) in tokens.iter().enumerate() {
        let Kind::Word(word) = &token.kind else { continue };
        let text = word.text.as_str();
        if text.starts_with('$') && syntax::of(Dialect::Patsnap).knows(text) {
            vote(Dialect::Patsnap, 3);
        } else if begins(text, "prox/") {
            vote(Dialect::Espacenet, 3);
        } else if n > 0 && syntax::of(Dialect::Google).knows(text) && text.len() > 3 {
            vote(Dialect::Google, 1);
        }
        let Some(next) = tokens.get(n + 1) else { continue };
        let Kind::Relation(relation) = next.kind else {
            let cql = matches!(text, "any" | "all" | "within") && matches!(next.kind, Kind::Quoted(_));
            if cql && n > 0 {
                vote(Dialect::Espacenet, 2);
            }
            continue;
        };
        if next.span.start != token.span.end {
            continue;
        }
        let colon = query[next.span.clone()].starts_with([':', '：']);
        chinese |= !text.is_ascii() && fields::field(text).is_some();
        let google = matches!(text, "before" | "after") && colon;
        let two = matches!(tokens.get(n + 2).map(|token| &token.kind), Some(Kind::Word(word)) if word.text.contains(':'));
        if google && two {
            vote(Dialect::Google, 3);
        }
        if fields::field(text).is_some() || (relation != Relation::Is && !colon) {
            continue;
        }
        let short = text.len() < 3;
        for dialect in Dialect::ALL {
            if dialect != Dialect::Patnav && fields::own(dialect, text).is_some() && !(short && colon) {
                // The sign that the dialect writes itself says more.
                vote(dialect, if (syntax::of(dialect).sign == ':') == colon { 2 } else { 1 });
            }
        }
    }
    if chinese {
        let found = lexer::tokens(query, syntax::of(Dialect::Cnipa), &mut errors);
        let signs = found.iter().any(|token| match &token.kind {
            Kind::Near(_) => true,
            Kind::Word(word) => word.pieces.is_some() && word.text.ends_with('+'),
            _ => false,
        });
        votes[Dialect::Cnipa as usize] += if signs { 3 } else { 0 };
    }
    let mut best = Dialect::Patnav;
    for dialect in Dialect::ALL {
        if votes[dialect as usize] > votes[best as usize] {
            best = dialect;
        }
    }
    best
}
