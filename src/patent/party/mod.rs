//! The people and organisations on a document, as its sources spell them; and the rules that read their names and addresses.
//!
//! [`Name::parse`] takes one spelling apart, [`locate`] reads an address, [`IndustryTable`] an official table of classes.
//! None of them decides that two names are one organisation: `analytics::party` does, over the corpus.

mod han;
mod industry;
mod kind;
mod latin;
mod name;
mod region;
#[cfg(test)]
mod tests;
mod words;

pub use industry::{IndustryError, IndustryTable, MAX_INDUSTRY_ROWS, NO_INDUSTRY_TABLE};
pub use kind::Type;
pub use name::{Fault, MAX_NAME_CHARS, Name, Script, WordOrder, rules_version};
pub use region::{Division, Place, bare, divisions, is_latin_place, is_place, locate, pinyin_of};

use serde::{Deserialize, Serialize};

use super::Language;

/// What a party is to a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 申请人: who filed.
    Applicant,
    /// 专利权人: who owned the right when this document was published, or owns it where the source says so.
    Owner,
    /// 发明人.
    Inventor,
    /// 代理人: a person.
    Agent,
    /// 代理机构: a firm.
    Agency,
    /// 审查员.
    Examiner,
    /// The author of a paper or report.
    Author,
}

/// What sort of party it is, where the source says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartyKind {
    /// A natural person.
    Person,
    /// A company or another organisation.
    Organisation,
}

/// One party in one spelling. Spellings of one party in several languages share role and sequence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// What it is to the document.
    pub role: Role,
    /// The name as the source spells it.
    pub name: String,
    /// The language of the name, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<Language>,
    /// The place among the parties of this role, from 1.
    pub sequence: u32,
    /// Person or organisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<PartyKind>,
    /// The address as the source gives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
}

impl Party {
    /// Returns a party with nothing but role, name and sequence.
    pub fn new(role: Role, name: impl Into<String>, sequence: u32) -> Self {
        Self { role, name: name.into(), lang: None, sequence, kind: None, address: None }
    }
}

/// An address as the source gives it; no field is derived from another here.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Address {
    /// The whole address on one line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The country, ST.3.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// The province or state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub province: Option<String>,
    /// The city.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// The post code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postcode: Option<String>,
}
