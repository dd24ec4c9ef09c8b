//! Rules of term, fees and windows, read from `index-schema/legal/terms.toml` (compiled in; each with its source).
//!
//! Reads and looks up; the arithmetic is in `super::term`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::code::Effect;
use crate::patent::{CountryCode, Date, PatentType};

const TERMS: &str = include_str!("../../../index-schema/legal/terms.toml");

/// Where a term is counted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum From {
    /// The filing date.
    #[default]
    Filing,
    /// The earliest filing date of the chain of continuations and divisionals.
    Chain,
    /// The day of grant.
    Grant,
}

/// What the last day of a period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Ends {
    /// The anniversary is the last day with the right.
    #[default]
    On,
    /// The anniversary is the first day without it.
    Before,
}

/// The term of one kind of right.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TermRule {
    pub(super) office: String,
    pub(super) kind: Option<PatentType>,
    #[serde(default)]
    filed_before: Option<toml::value::Datetime>,
    #[serde(default)]
    pub(super) months: i32,
    #[serde(default)]
    pub(super) prolong_months: i32,
    #[serde(default)]
    pub(super) short_months: Option<i32>,
    #[serde(default)]
    prolonged_on: Option<toml::value::Datetime>,
    #[serde(default)]
    pub(super) later_of_grant_months: Option<i32>,
    #[serde(default)]
    pub(super) from: From,
    #[serde(default)]
    pub(super) ends: Ends,
    /// Days of adjustment may be granted.
    #[serde(default)]
    pub(super) adjustable: bool,
    #[serde(default)]
    adjustable_from: Option<toml::value::Datetime>,
    /// Extension for regulatory delay or certificates exist.
    #[serde(default)]
    pub(super) extendable: bool,
    #[serde(default)]
    pub(super) none: bool,
    #[serde(default)]
    pub(super) assumed: bool,
    pub(super) source: String,
}

impl TermRule {
    /// The day on which rights alive were prolonged from `short_months` to `months`.
    pub(super) fn prolonged_on(&self) -> Option<Date> {
        self.prolonged_on.as_ref().and_then(date)
    }

    /// Filings (CN: grants) before this day cannot be adjusted.
    pub(super) fn adjustable_from(&self) -> Option<Date> {
        self.adjustable_from.as_ref().and_then(date)
    }
}

/// When fees fall due.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FeeRule {
    office: String,
    #[serde(default)]
    kinds: Vec<PatentType>,
    #[serde(default)]
    filed_from: Option<toml::value::Datetime>,
    pub(super) from: From,
    #[serde(default)]
    pub(super) every: i32,
    /// Months from the start to the first fee, where not `every`.
    #[serde(default)]
    pub(super) first: Option<i32>,
    /// The months at which single fees fall due, instead of `every`.
    #[serde(default)]
    pub(super) at: Vec<i32>,
    #[serde(default)]
    pub(super) month_end: bool,
    pub(super) grace_months: i32,
    pub(super) restoration_months: i32,
    pub(super) source: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OppositionRule {
    office: String,
    pub(super) months: i32,
    #[serde(default)]
    granted_from: Option<toml::value::Datetime>,
    pub(super) source: String,
}

#[derive(Debug, Deserialize)]
struct File {
    term: Vec<TermRule>,
    fee: Vec<FeeRule>,
    opposition: Vec<OppositionRule>,
    pct: BTreeMap<String, toml::Value>,
    paris: BTreeMap<String, toml::Value>,
    lag: BTreeMap<String, toml::Value>,
    stale: BTreeMap<String, toml::Value>,
    automatic: BTreeMap<String, toml::Value>,
    unitary: BTreeMap<String, toml::Value>,
}

static FILE: LazyLock<File> =
    LazyLock::new(|| toml::from_str(TERMS).expect("terms.toml is compiled in and a test reads it"));

fn date(value: &toml::value::Datetime) -> Option<Date> {
    let value = value.date?;
    Date::new(i16::try_from(value.year).ok()?, i8::try_from(value.month).ok()?, i8::try_from(value.day).ok()?)
        .ok()
}

fn integer(table: &BTreeMap<String, toml::Value>, key: &str) -> Option<i32> {
    table.get(key).and_then(toml::Value::as_integer).and_then(|n| i32::try_from(n).ok())
}

fn text<'a>(table: &'a BTreeMap<String, toml::Value>, key: &str) -> &'a str {
    table.get(key).and_then(toml::Value::as_str).unwrap_or_default()
}

/// Returns the term rule for a right filed on `filing` (unknown: as if filed today); `None` where no rule is known.
pub(super) fn term(office: CountryCode, kind: PatentType, filing: Option<Date>) -> Option<&'static TermRule> {
    let fits = |rule: &&TermRule, office: &str| {
        let before = rule.filed_before.as_ref().and_then(date);
        rule.office == office
            && rule.kind.is_none_or(|other| other == kind)
            && before.is_none_or(|before| filing.is_some_and(|filing| filing < before))
    };
    let own = FILE.term.iter().find(|rule| fits(rule, office.as_str()));
    own.or_else(|| FILE.term.iter().find(|rule| office != CountryCode::UNKNOWN && fits(rule, "*")))
}

/// Returns the fee rule of a right.
pub(super) fn fee(office: CountryCode, kind: PatentType, filing: Option<Date>) -> Option<&'static FeeRule> {
    FILE.fee.iter().find(|rule| {
        let from = rule.filed_from.as_ref().and_then(date);
        rule.office == office.as_str()
            && (rule.kinds.is_empty() || rule.kinds.contains(&kind))
            && from.is_none_or(|from| filing.is_none_or(|filing| filing >= from))
    })
}

/// Returns the opposition rule of a right granted on `granted`.
pub(super) fn opposition(office: CountryCode, granted: Date) -> Option<&'static OppositionRule> {
    FILE.opposition.iter().find(|rule| {
        let from = rule.granted_from.as_ref().and_then(date);
        rule.office == office.as_str() && from.is_none_or(|from| granted >= from)
    })
}

/// Returns the months from priority to national entry: general, EP, CN (with fee).
pub(super) fn pct_months(office: &str) -> (i32, &'static str) {
    let table = &FILE.pct;
    let months = integer(table, office).or_else(|| integer(table, "general")).unwrap_or(30);
    (months, text(table, "source"))
}

/// Returns the months of the Paris priority.
pub(super) fn paris_months(kind: PatentType) -> (i32, &'static str) {
    let key = if kind == PatentType::Design { "design_months" } else { "months" };
    (integer(&FILE.paris, key).unwrap_or(12), text(&FILE.paris, "source"))
}

/// Returns the days between effect and announcement that are assumed where a source gives no announcement.
pub(super) fn lag_days(office: &str, effect: Effect) -> i32 {
    let name = match effect {
        Effect::Lapsed => "lapsed",
        Effect::Ceased => "ceased",
        Effect::FeePaid => "fee_paid",
        _ => "other",
    };
    let table = &FILE.lag;
    let own =
        integer(table, &format!("{office}_{name}")).or_else(|| integer(table, &format!("{office}_other")));
    own.or_else(|| integer(table, "default")).unwrap_or(60)
}

/// Returns the months without any event after which an application is no longer called pending.
pub(super) fn stale_months() -> i32 {
    integer(&FILE.stale, "pending_months").unwrap_or(120)
}

/// Returns whether a European patent granted on `granted` takes effect in `country` without a translation.
pub(super) fn is_automatic(country: CountryCode, granted: Date) -> bool {
    since(&FILE.automatic, country).is_some_and(|from| granted >= from)
}

/// Returns whether unitary effect registered on `registered` covers `country`.
pub(super) fn is_unitary(country: CountryCode, registered: Date) -> bool {
    since(&FILE.unitary, country).is_some_and(|from| registered >= from)
}

/// Returns the states that unitary effect registered on `registered` covers.
pub(super) fn unitary_states(registered: Date) -> Vec<CountryCode> {
    let all = FILE.unitary.keys().filter_map(|code| CountryCode::parse(code));
    all.filter(|country| is_unitary(*country, registered)).collect()
}

fn since(table: &BTreeMap<String, toml::Value>, country: CountryCode) -> Option<Date> {
    table.get(country.as_str()).and_then(toml::Value::as_datetime).and_then(date)
}
