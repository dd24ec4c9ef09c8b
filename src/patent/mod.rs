//! What a patent document is: the model that every other module speaks.
//!
//! Words follow the field. A *publication* is one published document with a number of its own
//! (WIPO ST.3 country, serial, ST.16 kind); an *application* is the filing behind one or more publications;
//! a *family* groups the publications that share priorities (simple: all of them, extended: any).
//! Papers, standards and internal reports are other [`DocumentKind`]s: searchable, never counted as patents.
//!
//! This module does no IO and never fails for reasons outside its arguments.
//!
//! [`Publication`] is also the record of our own JSON Lines format, one object a line;
//! `fixtures/README.md` documents it field by field. Empty fields are left out, and reading a written line
//! gives back an equal value.

pub mod claim;
pub mod classification;
pub mod domain;
pub mod legal;
pub mod merge;
pub mod number;

pub mod party;

mod content;
mod relation;

pub use claim::{Claim, ClaimSet, Dependency, Relation};
pub use classification::{Classification, Position, Scheme, Symbol};
pub use content::{Description, Language, LocalText, Section, SectionKind, Version};
pub use number::{ApplicationNumber, CountryCode, PublicationNumber};
pub use party::{Address, Party, PartyKind, Role};
pub use relation::{
    Attachment, AttachmentKind, Citation, Cited, CitedBy, Family, LegalEvent, Link, LinkKind, Priority,
};

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A calendar date. Sources that give `0000-00-00` or a day that does not exist give no date.
pub type Date = jiff::civil::Date;

/// What sort of document a record is. Only [`DocumentKind::Patent`] counts in patent statistics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// A patent publication or application.
    #[default]
    Patent,
    /// A journal or conference paper, or a thesis.
    Paper,
    /// A technical standard.
    Standard,
    /// A report of the organisation's own, or any other text that its users put in.
    Report,
}

/// The kind of right that an application seeks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PatentType {
    /// 发明: a patent for invention, a US utility patent.
    Invention,
    /// 实用新型: a utility model.
    UtilityModel,
    /// 外观设计: a design.
    Design,
    /// A plant patent.
    Plant,
}

/// One publication, or one application that is known without its publication.
///
/// Every field may be missing: sources differ in what they hold. What is missing is unknown, never "none".
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Publication {
    /// Patent, paper, standard or report.
    #[serde(skip_serializing_if = "is_default")]
    pub document_kind: DocumentKind,
    /// The publication number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<PublicationNumber>,
    /// The application number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application: Option<ApplicationNumber>,
    /// A name that is unique within its source, for records without any number (papers, reports).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_id: Option<String>,
    /// Invention, utility model, design or plant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patent_type: Option<PatentType>,
    /// The filing date; for a PCT entry the international filing date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filing_date: Option<Date>,
    /// The date of this publication.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publication_date: Option<Date>,
    /// The date on which the right was granted, where the source states it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant_date: Option<Date>,
    /// The earliest priority date, where the source states it without the number of that priority.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub earliest_priority_date: Option<Date>,
    /// Titles, one a language.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub titles: Vec<LocalText>,
    /// Abstracts, one a language.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub abstracts: Vec<LocalText>,
    /// Claims, one set a language.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<ClaimSet>,
    /// Descriptions, one a language.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub descriptions: Vec<Description>,
    /// Keywords given by the author or the database.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keywords: Vec<LocalText>,
    /// Applicants, owners, inventors, agents, each as the source spells it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parties: Vec<Party>,
    /// Priorities claimed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub priorities: Vec<Priority>,
    /// Classification symbols, in the order of the source.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<Classification>,
    /// Documents that this one cites.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub citations: Vec<Citation>,
    /// Family identifiers and members.
    #[serde(skip_serializing_if = "Family::is_empty")]
    pub family: Family,
    /// Legal events, in the order of the source.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<LegalEvent>,
    /// Divisional, continuation, same-day, national-part and other links to documents.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
    /// Drawings and full-text PDFs, by reference.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// Columns of the source that have no place in the model, by their name there, kept as they are.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub other: BTreeMap<String, String>,
    /// The records that this document was made of, the first the best.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub provenance: Vec<Provenance>,
}

/// Where a record came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provenance {
    /// The id of the source format, as `patnav stats` prints it (`cnipa-xml`, `lens-csv`, …).
    pub format: String,
    /// The file, with the member after `!` for archives (`a.zip!b.xml`).
    pub file: String,
    /// The number of the record in the file, from 1.
    pub record: u64,
    /// The fields of [`Publication`] that this record supplied, where several records were merged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
}

impl Publication {
    /// Returns the document key: the publication number, else `app:` and the application number,
    /// else `src:` and a hash of source and text.
    ///
    /// Reports, sets and watches store keys; they stay valid for as long as the document is indexed.
    pub fn key(&self) -> String {
        if let Some(number) = &self.number {
            return number.to_string();
        }
        if let Some(application) = &self.application {
            return format!("app:{application}");
        }
        let mut hasher = blake3::Hasher::new();
        let mut add = |part: &str| {
            hasher.update(part.as_bytes());
            hasher.update(&[0]);
        };
        match &self.source_id {
            Some(id) => add(id),
            None => {
                if let Some(source) = self.provenance.first() {
                    add(&source.file);
                }
                for text in self.titles.iter().chain(&self.abstracts) {
                    add(&text.text);
                }
            }
        }
        format!("src:{}", &hasher.finalize().to_hex()[..16])
    }

    /// Returns the parties of one role, in the order of the source.
    pub fn parties_of(&self, role: Role) -> impl Iterator<Item = &Party> {
        self.parties.iter().filter(move |party| party.role == role)
    }

    /// Returns the title in `version` if there is one, else the first title.
    pub fn title(&self, version: Version) -> Option<&str> {
        let wanted = self.titles.iter().find(|title| title.lang.version() == version);
        wanted.or(self.titles.first()).map(|title| title.text.as_str())
    }

    /// Returns the earliest priority date, else the filing date.
    pub fn priority_date(&self) -> Option<Date> {
        let claimed = self.priorities.iter().filter_map(|priority| priority.date);
        claimed.chain(self.earliest_priority_date).chain(self.filing_date).min()
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
