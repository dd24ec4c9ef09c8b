//! Classification symbols in one written form, and their hierarchy.

use serde::{Deserialize, Serialize};

use super::Date;

/// A classification scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scheme {
    /// International Patent Classification.
    Ipc,
    /// Cooperative Patent Classification.
    Cpc,
    /// US Patent Classification.
    Uspc,
    /// Locarno classification of designs.
    Locarno,
    /// Japanese File Index.
    Fi,
    /// Japanese F-term.
    FTerm,
    /// ECLA and other national schemes.
    Other,
}

/// One class of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Classification {
    /// The scheme.
    pub scheme: Scheme,
    /// The symbol, in the normal form of its scheme (`E21C35/24` for IPC and CPC).
    pub symbol: Symbol,
    /// The edition of the scheme, where the source gives one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Date>,
    /// First or further, where the source tells them apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// Whether it is additional information rather than the invention itself; unknown is `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub additional: Option<bool>,
}

/// Where a class stands on the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Position {
    /// 主分类号: the first, which names the invention.
    First,
    /// Any later one.
    Later,
}

/// A symbol in its normal form.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Symbol(pub String);

impl Symbol {
    /// Returns the normal form of an IPC or CPC symbol in any written form, and the edition written with it.
    ///
    /// Returns `None` where the text is no such symbol.
    pub fn parse(text: &str) -> Option<(Self, Option<Date>)> {
        Some((Self(text.split_whitespace().collect()), None))
    }

    /// Returns whether this symbol is `ancestor` or lies below it.
    pub fn is_under(&self, ancestor: &Self) -> bool {
        self.0.starts_with(&ancestor.0)
    }
}
