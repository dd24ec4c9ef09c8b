//! The full-text fields: a words field and a position field for each zone and language version.

use tantivy::schema::{FAST, Field, INDEXED, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};

use crate::patent::Version;

/// A part of a document that can be searched by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Zone {
    /// Titles.
    Title,
    /// Abstracts.
    Abstract,
    /// All claims.
    Claims,
    /// Independent claims only; a part of [`Zone::Claims`], so never ranked by itself.
    IndependentClaims,
    /// Descriptions.
    Description,
    /// Keywords given by author or database.
    Keywords,
    /// Names of applicants and owners.
    Applicant,
    /// Names of inventors and authors.
    Inventor,
    /// Names of agents and agencies.
    Agent,
}

impl Zone {
    /// Every zone.
    pub const ALL: [Self; 9] = [
        Self::Title,
        Self::Abstract,
        Self::Claims,
        Self::IndependentClaims,
        Self::Description,
        Self::Keywords,
        Self::Applicant,
        Self::Inventor,
        Self::Agent,
    ];

    /// The zones that a query without a field looks into: what the document is about, not what it mentions.
    pub const TOPIC: [Self; 4] = [Self::Title, Self::Abstract, Self::Claims, Self::Keywords];

    /// Returns the name of the zone in queries and answers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Abstract => "abstract",
            Self::Claims => "claims",
            Self::IndependentClaims => "independent_claims",
            Self::Description => "description",
            Self::Keywords => "keywords",
            Self::Applicant => "applicant",
            Self::Inventor => "inventor",
            Self::Agent => "agent",
        }
    }

    /// Returns the stem of the zone's field names on disk.
    fn stem(self) -> &'static str {
        match self {
            Self::Title => "ti",
            Self::Abstract => "ab",
            Self::Claims => "cl",
            Self::IndependentClaims => "ic",
            Self::Description => "de",
            Self::Keywords => "kw",
            Self::Applicant => "ap",
            Self::Inventor => "in",
            Self::Agent => "ag",
        }
    }

    /// Returns whether the zone is kept apart by language version. Names are not: their scripts tell them apart.
    pub(super) fn has_versions(self) -> bool {
        !matches!(self, Self::Applicant | Self::Inventor | Self::Agent)
    }

    /// Returns whether the zone has a words field, that is, takes part in ranking.
    fn is_ranked(self) -> bool {
        matches!(self, Self::Title | Self::Abstract | Self::Claims | Self::Description | Self::Keywords)
    }
}

/// The language versions in the order of their fields.
pub(super) const VERSIONS: [Version; 3] = [Version::Zh, Version::En, Version::Other];

/// The tokenizer of words fields, as registered with the library.
pub(super) const WORDS: &str = "patnav-words";
/// The tokenizer of position fields.
pub(super) const UNITS: &str = "patnav-units";

/// One field pair of a zone in one version.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ZoneField {
    /// The zone.
    pub(crate) zone: Zone,
    /// The language version; [`Version::Other`] for zones without versions.
    pub(crate) version: Version,
    /// The words field, for ranked zones.
    pub(crate) words: Option<Field>,
    /// The position field.
    pub(crate) units: Field,
}

/// All fields of the full-text index.
#[derive(Debug, Clone)]
pub(crate) struct Fields {
    /// The schema that they belong to.
    pub(crate) schema: Schema,
    /// The docno of a document.
    pub(crate) docno: Field,
    /// The zones, all versions of one zone together.
    pub(crate) zones: Vec<ZoneField>,
}

impl Fields {
    /// Returns the fields; the same in every index of this format.
    pub(crate) fn new() -> Self {
        let mut builder = Schema::builder();
        let docno = builder.add_u64_field("docno", INDEXED | FAST);
        let text = |tokenizer: &str, option, norms| {
            let indexing = TextFieldIndexing::default()
                .set_tokenizer(tokenizer)
                .set_index_option(option)
                .set_fieldnorms(norms);
            TextOptions::default().set_indexing_options(indexing)
        };
        let mut zones = Vec::new();
        for zone in Zone::ALL {
            for version in VERSIONS {
                if !zone.has_versions() && version != Version::Other {
                    continue;
                }
                let version_name = match version {
                    Version::Zh => "zh",
                    Version::En => "en",
                    Version::Other => "xx",
                };
                let name = |kind: &str| format!("{}_{version_name}_{kind}", zone.stem());
                let words = zone.is_ranked().then(|| {
                    builder.add_text_field(&name("w"), text(WORDS, IndexRecordOption::WithFreqs, true))
                });
                let positions = text(UNITS, IndexRecordOption::WithFreqsAndPositions, false);
                let units = builder.add_text_field(&name("p"), positions);
                zones.push(ZoneField { zone, version, words, units });
            }
        }
        Self { schema: builder.build(), docno, zones }
    }

    /// Returns the fields of one zone in one version.
    pub(super) fn find(&self, zone: Zone, version: Version) -> Option<&ZoneField> {
        let version = if zone.has_versions() { version } else { Version::Other };
        self.zones.iter().find(|field| field.zone == zone && field.version == version)
    }
}
