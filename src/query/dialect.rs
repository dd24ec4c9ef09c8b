//! The languages that a query can be written in.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

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
