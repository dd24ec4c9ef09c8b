//! What people decided about names: it outlives every reading of the corpus, and each decision can be undone alone.
//!
//! A decision names spellings, never numbers of a snapshot, so it holds for whatever is indexed later. Decisions are
//! kept by `workspace` and given to the analysis as an argument.

use serde::{Deserialize, Serialize};

use super::facts::spaced;
use crate::patent::party::Name;
use crate::text::normalize::fold;

/// A name as a person points at it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NameRef {
    /// One spelling; all spellings that the rules count as the same name are meant.
    pub name: String,
    /// The city, where the same name stands for several parties; full name (`佛山市`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
}

impl NameRef {
    /// Reads `name` or `name@city`.
    pub fn parse(text: &str) -> Self {
        match text.rsplit_once('@') {
            Some((name, city)) if !name.trim().is_empty() && !city.trim().is_empty() => {
                Self { name: name.trim().to_owned(), city: Some(city.trim().to_owned()) }
            }
            _ => Self { name: text.trim().to_owned(), city: None },
        }
    }

    /// Returns the name as the rules compare it.
    pub(super) fn parsed(&self) -> Name {
        Name::parse(&spaced(&fold(&self.name).text))
    }
}

/// What was decided about two names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// They are one organisation.
    Merge,
    /// They are two.
    Split,
}

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Its number; of two that contradict each other the higher one holds.
    pub id: i64,
    /// What was decided.
    pub verdict: Verdict,
    /// One name.
    pub a: NameRef,
    /// The other.
    pub b: NameRef,
}

/// What became of a decision that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unheard {
    /// The decision.
    pub decision: Decision,
    /// Why it does not hold.
    pub reason: UnheardReason,
}

/// Why a decision does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum UnheardReason {
    /// No document has one of the names (yet); it is kept.
    NoSuchName,
    /// It contradicts later ones, which hold.
    ContradictsLater,
    /// Both are the same name, which a split cannot part; name the city of each.
    SameName,
}
