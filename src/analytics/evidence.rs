//! Numbers that can be traced: each with its formula, its counting rule and the documents behind it.
//!
//! Pure indicator functions return an [`Outcome`]: the number, or the reason why there is none. A [`Value`] is that
//! outcome with its evidence, as reports and answers carry it. No `NaN` and no infinity ever gets into one.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::formula::Formula;
use crate::patent::{Date, PatentType};

/// What an indicator comes to.
pub type Outcome<T = f64> = std::result::Result<T, Undefined>;

/// Why a number does not exist. It is said instead of the number; it is never replaced by zero.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Undefined {
    /// Nothing to compute from.
    Empty,
    /// The denominator is zero.
    ZeroDenominator {
        /// What the denominator counts.
        what: String,
    },
    /// Too few cases for the formula to say anything.
    TooFew {
        /// What is too few.
        what: String,
        /// How many there are.
        n: u64,
        /// How many it takes.
        needed: u64,
    },
    /// The data do not decide between very different values.
    NotIdentifiable {
        /// What shows it.
        why: String,
    },
    /// A fact that the formula needs is not in the data.
    NotComputable {
        /// The fact.
        missing: String,
    },
    /// The data hold something that is no number, or the result left the range of numbers.
    NotFinite {
        /// Where.
        what: String,
    },
}

impl fmt::Display for Undefined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(f, "undefined: nothing to count"),
            Self::ZeroDenominator { what } => write!(f, "undefined: {what} is zero"),
            Self::TooFew { what, n, needed } => write!(f, "suppressed: {what} is {n}, it takes {needed}"),
            Self::NotIdentifiable { why } => write!(f, "not identifiable: {why}"),
            Self::NotComputable { missing } => write!(f, "not computable: {missing}"),
            Self::NotFinite { what } => write!(f, "undefined: {what} is not a finite number"),
        }
    }
}

impl Undefined {
    /// Says that a fact is missing.
    pub fn missing(what: impl Into<String>) -> Self {
        Self::NotComputable { missing: what.into() }
    }

    /// Says that a denominator is zero.
    pub fn zero(what: impl Into<String>) -> Self {
        Self::ZeroDenominator { what: what.into() }
    }
}

/// Returns `x` where it is a finite number.
///
/// # Errors
/// [`Undefined::NotFinite`], naming `what`.
pub fn finite(x: f64, what: &str) -> Outcome {
    if x.is_finite() { Ok(x) } else { Err(Undefined::NotFinite { what: what.to_owned() }) }
}

/// What counts as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// A simple family, same-day twins and validations joined: one technology.
    #[default]
    SimpleFamily,
    /// An extended family.
    ExtendedFamily,
    /// An application: 件.
    Application,
    /// A publication.
    Publication,
}

/// How a unit with several applicants (or classes, tags) counts for each of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Share {
    /// One for each; sums exceed the number of units.
    #[default]
    Whole,
    /// `1/k` for each of `k`; sums equal the number of units that have any.
    Fractional,
}

/// Which date of a unit puts it into a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Timeline {
    /// The earliest priority, else filing date.
    #[default]
    Priority,
    /// The earliest filing date.
    Filing,
    /// The earliest publication date: what warnings count.
    FirstPublication,
    /// The earliest grant.
    Grant,
}

/// How an application reached its office; routes differ in how late it becomes visible.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// Filed at the office itself, with or without a Paris priority.
    Direct,
    /// Entered from an international application.
    PctEntry,
}

/// The last filing year of which everything that will be visible is visible, for one office, type and route.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CompleteYear {
    /// The office, ST.3.
    pub office: String,
    /// The kind of right; unknown is `None`.
    #[schema(value_type = Option<String>)]
    pub patent_type: Option<PatentType>,
    /// The route.
    pub route: Route,
    /// Year `Y` is complete from 31 December of `Y` and so many months on.
    pub lag_months: u32,
    /// The documents that the lag was measured on; 0 where it is assumed.
    pub measured_on: u64,
    /// The year; `None` where the day of the data is unknown.
    pub last_complete_year: Option<i16>,
    /// Documents of the group in the cohort.
    pub n_documents: u64,
}

/// What all numbers of one cohort share: snapshot, scope and counting rule. Every answer carries it once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Basis {
    /// The snapshot, where the cohort comes from one.
    pub snapshot: Option<u64>,
    /// The scope: the canonical query, or what the caller says of its records.
    pub scope: String,
    /// What counts as one.
    pub unit: Unit,
    /// How shared units count.
    pub share: Share,
    /// Whether official counting (官方口径) is on: 件, first right holder.
    pub official: bool,
    /// The last day of which the data speak.
    #[schema(value_type = Option<String>, format = Date)]
    pub as_of: Option<Date>,
    /// The last complete year of published applications: as-of at least 31 December and 18 months and the delay on.
    /// Later years are incomplete and are marked wherever they stand.
    pub last_complete_year: Option<i16>,
    /// The same by office, type and route.
    pub complete_years: Vec<CompleteYear>,
    /// Units counted.
    pub n_units: u64,
    /// Patent documents behind them.
    pub n_documents: u64,
    /// Units without any date: in totals, in no year.
    pub n_undated: u64,
    /// Documents in scope that are no patents and therefore not counted.
    pub n_not_patents: u64,
    /// Documents left out because they were published after the as-of date.
    pub n_later: u64,
    /// Units known by nothing but a validation of a patent outside the scope.
    pub n_validations_alone: u64,
    /// Pairs that look like same-day double filings without a statement; they are counted apart.
    pub n_suspected_twins: u64,
}

/// A number of a report with what it was computed from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Value {
    /// The number; missing where it does not exist, and then there is a reason.
    pub value: Option<f64>,
    /// Why there is no number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The lower bound of the interval that the formula gives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// The upper bound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
    /// The id of the formula, see [`super::formula::FORMULAS`].
    pub formula: String,
    /// The level of a classification that it was computed at (`subclass`), where one was chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// The base of its logarithms (`e`, `2`), where it has any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log_base: Option<String>,
    /// The scale (`count`, `share 0-1`, `index -1..1`, …).
    pub scale: String,
    /// Whether it rests on a year that is not complete.
    pub incomplete: bool,
    /// How many units stand behind it.
    pub n_units: u64,
    /// Their representative documents; JSON lists all keys.
    #[schema(value_type = Vec<String>)]
    pub documents: Documents,
}

/// The documents behind a number: all of them, by key.
///
/// Keys are shared with the cohort and looked up when they are asked for, so that a count of a million is cheap.
#[derive(Clone, Default)]
pub struct Documents {
    keys: Arc<[Box<str>]>,
    units: Vec<u32>,
}

impl Documents {
    /// Takes keys.
    pub fn new(keys: Vec<String>) -> Self {
        let keys: Arc<[Box<str>]> = keys.into_iter().map(String::into_boxed_str).collect();
        let units = (0..).zip(keys.iter()).map(|(unit, _)| unit).collect();
        Self { keys, units }
    }

    /// Takes the places of documents among the keys of a cohort.
    pub(crate) fn of(keys: &Arc<[Box<str>]>, units: &[u32]) -> Self {
        Self { keys: Arc::clone(keys), units: units.to_vec() }
    }

    /// Returns how many there are.
    pub fn len(&self) -> usize {
        self.units.len()
    }

    /// Returns whether there are none.
    pub fn is_empty(&self) -> bool {
        self.units.is_empty()
    }

    /// Returns the keys, in order.
    pub fn keys(&self) -> Vec<&str> {
        let mut keys: Vec<&str> = self.units.iter().map(|unit| &*self.keys[*unit as usize]).collect();
        keys.sort_unstable();
        keys
    }
}

impl fmt::Debug for Documents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.keys()).finish()
    }
}

impl PartialEq for Documents {
    fn eq(&self, other: &Self) -> bool {
        self.keys() == other.keys()
    }
}

impl Serialize for Documents {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.keys())
    }
}

impl<'de> Deserialize<'de> for Documents {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::deserialize(deserializer).map(Self::new)
    }
}

impl Value {
    /// Puts a number, or the reason for its absence, together with its formula and documents.
    pub fn new(formula: &Formula, outcome: Outcome, documents: Documents) -> Self {
        let outcome = outcome.and_then(|x| finite(x, formula.id));
        Self {
            value: outcome.as_ref().ok().copied(),
            reason: outcome.err().map(|why| why.to_string()),
            low: None,
            high: None,
            formula: formula.id.to_owned(),
            level: None,
            log_base: (!formula.log_base.is_empty()).then(|| formula.log_base.to_owned()),
            scale: formula.scale.to_owned(),
            incomplete: false,
            n_units: documents.len() as u64,
            documents,
        }
    }

    /// Adds an interval; one that is not finite is left out.
    #[must_use]
    pub fn between(mut self, low: f64, high: f64) -> Self {
        if low.is_finite() && high.is_finite() {
            (self.low, self.high) = (Some(low), Some(high));
        }
        self
    }

    /// Names the level of classification.
    #[must_use]
    pub fn at_level(mut self, level: &str) -> Self {
        self.level = Some(level.to_owned());
        self
    }

    /// Marks it as resting on a year that is not complete.
    #[must_use]
    pub fn incomplete_if(mut self, incomplete: bool) -> Self {
        self.incomplete = incomplete;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytics::formula::formula;

    #[test]
    fn what_is_no_number_becomes_a_reason() {
        for x in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let value = Value::new(
                formula("growth-yoy"),
                Ok(x),
                Documents::new(vec!["CN2A".to_owned(), "CN1A".to_owned()]),
            )
            .between(x, 1.0);
            assert_eq!((value.value, value.low, value.high), (None, None, None));
            assert_eq!(value.reason.as_deref(), Some("undefined: growth-yoy is not a finite number"));
            let json = serde_json::to_string(&value).expect("it serialises");
            assert!(!json.contains("NaN") && json.contains(r#""documents":["CN1A","CN2A"]"#), "{json}");
            assert_eq!(serde_json::from_str::<Value>(&json).expect("it reads"), value);
        }
    }
}
