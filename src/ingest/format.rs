//! The formats by name: their ids, how each is cut into records, and which parser reads a record.

use super::cnipa;
use super::record::{Parsed, Raw};
use super::split::Rule;
use super::{epo, google_page, jsonl, paper, uspto};

/// A source format. [`Format::id`] is what `--format` takes and what provenance and counts print.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Format {
    /// CNIPA publication XML (`PatentDocumentAndRelated`).
    CnipaXml,
    /// One part of a CNIPA electronic filing (`cn-application-body`).
    CnipaEfiling,
    /// EPO DOCDB exchange XML (`exchange-document`).
    DocdbXml,
    /// EP full text, ST.36 (`ep-patent-document`).
    EpFulltext,
    /// A response of EPO OPS (`world-patent-data`, or a fault).
    OpsXml,
    /// A result of EPO OPS as JSON, in the shape of the client library `patent_client`.
    OpsJson,
    /// USPTO grant and application XML 4.x.
    UsptoXml4,
    /// USPTO published applications of 2001-2004 (`patent-application-publication`).
    UsptoPap,
    /// USPTO grants of 2002-2004 (`PATDOC`, XML).
    UsptoGrant25,
    /// USPTO grants of 2001 (`PATDOC`, ST.32 SGML).
    UsptoSgml,
    /// USPTO grants of 1976-2001, tagged text (`PATN`).
    UsptoGreenbook,
    /// USPTO BRS text.
    UsptoBrs,
    /// USPTO parts of applications as filed (`ClaimsDocument`, `SpecificationDocument`).
    UsptoXml4ip,
    /// Our own JSON Lines.
    Jsonl,
    /// A table or JSON records read by the column map of this id.
    Mapped(String),
    /// A page of Google Patents, saved from a browser.
    GooglePage,
    /// RIS.
    Ris,
    /// EndNote tagged text (`%0`), as CNKI exports it.
    EndNote,
    /// NoteExpress text (`{Reference Type}:`), as CNKI exports it.
    NoteExpress,
    /// RefWorks tagged text (`RT`), as CNKI exports it.
    RefWorks,
    /// The field list that CNKI calls its own format (`SrcDatabase-来源库:`).
    CnkiList,
    /// A Word document.
    Docx,
    /// Plain text or Markdown: a report of the users' own.
    Text,
    /// A drawing or PDF that belongs to a publication by the number in its path.
    Attachment,
}

/// The formats that have an id of their own.
const NAMED: &[(&str, Format)] = &[
    ("cnipa-xml", Format::CnipaXml),
    ("cnipa-efiling", Format::CnipaEfiling),
    ("docdb-xml", Format::DocdbXml),
    ("ep-fulltext", Format::EpFulltext),
    ("ops-xml", Format::OpsXml),
    ("ops-json", Format::OpsJson),
    ("uspto-xml4", Format::UsptoXml4),
    ("uspto-pap", Format::UsptoPap),
    ("uspto-grant25", Format::UsptoGrant25),
    ("uspto-sgml", Format::UsptoSgml),
    ("uspto-greenbook", Format::UsptoGreenbook),
    ("uspto-brs", Format::UsptoBrs),
    ("uspto-xml4ip", Format::UsptoXml4ip),
    ("jsonl", Format::Jsonl),
    ("google-page", Format::GooglePage),
    ("ris", Format::Ris),
    ("endnote", Format::EndNote),
    ("noteexpress", Format::NoteExpress),
    ("refworks", Format::RefWorks),
    ("cnki-list", Format::CnkiList),
    ("docx", Format::Docx),
    ("text", Format::Text),
    ("attachment", Format::Attachment),
];

impl Format {
    /// Returns the id, as `--format`, provenance and counts write it; for [`Format::Mapped`] that of the map.
    pub fn id(&self) -> &str {
        if let Self::Mapped(id) = self {
            return id;
        }
        NAMED.iter().find(|(_, format)| format == self).map_or("mapped", |(id, _)| id)
    }

    /// Returns the format of an id; an id that is none of ours is taken for the id of a column map.
    pub fn from_id(id: &str) -> Self {
        NAMED
            .iter()
            .find(|(name, _)| *name == id)
            .map_or_else(|| Self::Mapped(id.to_owned()), |(_, format)| format.clone())
    }

    /// Returns the ids of the formats that need no column map, in a stable order.
    pub fn named_ids() -> impl Iterator<Item = &'static str> {
        NAMED.iter().map(|(id, _)| *id)
    }

    /// Returns how a stream of this format is cut into records; what a column map reads, `table` and `json` cut.
    pub(super) fn rule(&self) -> Rule {
        match self {
            Self::CnipaXml => Rule::Element(&["PatentDocumentAndRelated", "cn-patent-document"]),
            Self::CnipaEfiling => Rule::Element(&["cn-application-body"]),
            Self::DocdbXml => Rule::Element(&["exchange-document"]),
            Self::EpFulltext => Rule::Element(&["ep-patent-document"]),
            Self::OpsXml => Rule::Element(&["world-patent-data", "fault"]),
            Self::UsptoXml4 => Rule::Element(&["us-patent-grant", "us-patent-application"]),
            Self::UsptoPap => Rule::Element(&["patent-application-publication"]),
            Self::UsptoGrant25 | Self::UsptoSgml => Rule::Element(&["PATDOC"]),
            Self::UsptoXml4ip => Rule::Element(&["ClaimsDocument", "SpecificationDocument"]),
            Self::UsptoGreenbook => Rule::Marked(|line| line.trim_ascii_end() == b"PATN"),
            Self::UsptoBrs => Rule::Marked(|line| line.starts_with(b"*** BRS DOCUMENT BOUNDARY")),
            Self::Jsonl => Rule::Lines,
            Self::Ris => Rule::Marked(|line| line.starts_with(b"TY  -")),
            Self::EndNote => Rule::Marked(|line| line.starts_with(b"%0 ")),
            Self::NoteExpress => Rule::Marked(|line| line.starts_with(b"{Reference Type}:")),
            Self::RefWorks => Rule::Marked(|line| line.starts_with(b"RT ")),
            Self::CnkiList => Rule::Marked(|line| line.starts_with(b"SrcDatabase-")),
            Self::OpsJson
            | Self::GooglePage
            | Self::Docx
            | Self::Text
            | Self::Attachment
            | Self::Mapped(_) => Rule::Whole,
        }
    }

    /// Returns the parser of a record, where it takes text alone.
    pub(super) fn parser(&self) -> Option<fn(&Raw<'_>, &mut Parsed)> {
        Some(match self {
            Self::CnipaXml => cnipa::parse_publication,
            Self::CnipaEfiling => cnipa::parse_efiling,
            Self::DocdbXml => epo::parse_docdb,
            Self::EpFulltext => epo::parse_fulltext,
            Self::OpsXml => epo::parse_ops,
            Self::OpsJson => epo::parse_ops_json,
            Self::UsptoXml4 => uspto::parse_xml4,
            Self::UsptoPap => uspto::parse_pap,
            Self::UsptoGrant25 => uspto::parse_grant25,
            Self::UsptoSgml => uspto::parse_sgml,
            Self::UsptoGreenbook => uspto::parse_greenbook,
            Self::UsptoBrs => uspto::parse_brs,
            Self::UsptoXml4ip => uspto::parse_xml4ip,
            Self::Jsonl => jsonl::parse,
            Self::GooglePage => google_page::parse,
            Self::Ris => paper::parse_ris,
            Self::EndNote => paper::parse_endnote,
            Self::NoteExpress => paper::parse_noteexpress,
            Self::RefWorks => paper::parse_refworks,
            Self::CnkiList => paper::parse_cnki_list,
            Self::Docx => paper::parse_docx,
            Self::Text => paper::parse_text,
            Self::Mapped(_) | Self::Attachment => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_and_read_back() {
        for (id, format) in NAMED {
            assert_eq!(Format::from_id(id), *format);
            assert_eq!(format.id(), *id);
        }
        assert_eq!(Format::from_id("lens-csv"), Format::Mapped("lens-csv".to_owned()));
    }
}
