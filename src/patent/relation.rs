//! What ties a document to others and to time: priorities, citations, family, legal events, links, attachments.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{ApplicationNumber, Date, PublicationNumber};

/// A priority claimed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Priority {
    /// The earlier application.
    pub number: ApplicationNumber,
    /// Its filing date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
}

/// A document that this one cites.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Citation {
    /// What is cited.
    pub cited: Cited,
    /// Who cited it, where the source says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<CitedBy>,
    /// The category of the search report (`X`, `Y`, `A`, `E`, `P,X`, …) as printed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
}

/// What a citation names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Cited {
    /// A patent document.
    Patent {
        /// Its number.
        number: PublicationNumber,
        /// The date that the source gives for it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        date: Option<Date>,
    },
    /// Anything else, as one line of text.
    Literature {
        /// The citation as printed.
        text: String,
    },
}

/// Who made a citation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CitedBy {
    /// The applicant, in the description or a disclosure statement.
    Applicant,
    /// The office: search report or examination.
    Examiner,
    /// Opposition, third party, or another stage.
    Other,
}

/// The families that the source puts a document in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Family {
    /// The id of the simple family (same priorities), in the words of the source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub simple: Option<String>,
    /// The id of the extended family (any shared priority).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extended: Option<String>,
    /// Members of the simple family that the source lists, this document perhaps among them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<PublicationNumber>,
    /// Members of the extended family that the source lists, where it lists them apart.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub extended_members: Vec<PublicationNumber>,
}

impl Family {
    /// Returns whether nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A legal event as a register or gazette states it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LegalEvent {
    /// The office that states it, ST.3.
    pub office: String,
    /// The code in the words of the source (`GR01`, `PG25`, …); empty where there is only a text.
    pub code: String,
    /// The country that it takes effect in, where that is not the office (`PG25` for DE).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// When it took effect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective: Option<Date>,
    /// When it was announced (gazette date). Missing: the reader must assume, and say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known: Option<Date>,
    /// The text of the event.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Further facts of the event, by the name the source gives them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, String>,
}

/// A link from this document to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// What the other document is to this one.
    pub kind: LinkKind,
    /// The number of the other as the source writes it, normalised where it is a number.
    pub target: String,
    /// A date that the source gives for the other document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
}

/// What a linked document is to this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    /// The parent of this divisional.
    DivisionalOf,
    /// The parent of this continuation.
    ContinuationOf,
    /// The parent of this continuation in part.
    ContinuationInPartOf,
    /// The patent that this one reissues or reexamines.
    ReissueOf,
    /// The provisional application that this one rests on.
    ProvisionalOf,
    /// The same-day twin of another type (一案双申).
    SameDay,
    /// The EP patent that this national document is a part of.
    NationalPartOf,
    /// The international application that this one entered from.
    NationalPhaseOf,
    /// Another publication of the same application.
    SameApplication,
    /// Any other relation.
    Related,
}

/// A file that belongs to a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attachment {
    /// What it shows.
    pub kind: AttachmentKind,
    /// The file: a path, or the name inside an archive after `!`.
    pub file: String,
    /// The figure label or page, where the source gives one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

/// What an attached file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttachmentKind {
    /// A drawing.
    Drawing,
    /// The drawing printed on the first page.
    FirstPageDrawing,
    /// A formula, table or chemical structure kept as a picture.
    Picture,
    /// The full text as a PDF or page images.
    FullText,
}
