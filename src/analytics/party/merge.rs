//! Why two names are taken for one party, and how sure that is.

use serde::{Deserialize, Serialize};

/// What speaks for one party.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// A person said so.
    Decision,
    /// A table of names (groups of a pack, the users' own) lists both.
    AliasTable,
    /// The same name but for legal form, punctuation, accents, width, script variant, common abbreviations.
    SameSpelling,
    /// One name in brackets behind the other.
    SecondName,
    /// `UNIV YORK` and the only university of York that the corpus knows.
    WordOrder,
    /// Word by word the same, some of them cut.
    Abbreviation,
    /// One is the beginning of the other, at a length at which sources cut.
    CutOff,
    /// One letter differs, in a word that nobody else writes so.
    Slip,
    /// Spellings of one party in two languages, of one record, application or family: same role, same place in the list.
    SharedFamily,
    /// The place in brackets is the city of the address.
    PlaceOfAddress,
    /// The register recorded a change of name.
    Rename,
    /// The same name in two cities, with common inventors, families or classes.
    SameField,
}

impl Rule {
    /// Returns how sure a merge by this rule is, 0-1. Set by judgement and checked by measurement, where there is one
    /// (`benches/RESULTS.md`); it orders the review queue and says nothing about a single pair.
    pub fn confidence(self) -> f32 {
        match self {
            Self::Decision => 1.0,
            Self::AliasTable => 0.99,
            Self::SameSpelling => 0.98,
            Self::SharedFamily => 0.97,
            Self::SecondName => 0.95,
            Self::Rename => 0.92,
            Self::WordOrder | Self::Abbreviation => 0.92,
            Self::PlaceOfAddress | Self::CutOff => 0.9,
            Self::Slip | Self::SameField => 0.88,
        }
    }
}
