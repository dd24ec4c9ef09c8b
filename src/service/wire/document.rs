//! One document, the columns, the state of the server.

use std::collections::BTreeMap;

use serde::Serialize;

use super::legal::LegalInfo;
use super::search::SnapshotRef;
use crate::index::ColumnKind;
use crate::patent::{Publication, claim};
use crate::search::Titles;

/// A document with what the corpus knows about it.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub(in crate::service) struct DocumentResponse {
    /// The data that answered.
    pub(in crate::service) snapshot: SnapshotRef,
    /// The document key.
    pub(in crate::service) key: String,
    /// The document, as our own JSON Lines write it; a missing field is unknown, never "none".
    #[schema(value_type = Object)]
    pub(in crate::service) document: Publication,
    /// For each claim set what its claims refer to, read from their words.
    pub(in crate::service) claims_info: Vec<ClaimsInfo>,
    /// The legal state of its application, for patents.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::service) legal: Option<LegalInfo>,
    /// The simple family.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::service) family: Option<FamilyInfo>,
    /// Documents of the corpus that cite this one, by key.
    pub(in crate::service) cited_by: Vec<DocumentRef>,
    /// How many cite it; more than are listed where the list was cut.
    pub(in crate::service) n_cited_by: usize,
    /// Its leaves in the trees of the domains, by pack, the most certain first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::service) tags: Vec<TagInfo>,
    /// The organisations behind its names; none before the columns of names are made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::service) organisations: Option<Organisations>,
    /// The domains to whose field it belongs, by the id of the pack.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::service) domains: Vec<String>,
    /// Effects that it states, as `pack:effect`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::service) effects: Vec<String>,
    /// Effects whose problem it states, as `pack:effect`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::service) purposes: Vec<String>,
    /// Key phrases by language, best first.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(in crate::service) key_phrases: BTreeMap<String, Vec<String>>,
}

/// The organisations behind the names of a document, by the standard name that columns have.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, utoipa::ToSchema)]
pub(in crate::service) struct Organisations {
    /// The applicants of record.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::service) applicants: Vec<String>,
    /// The groups that own them; the organisation itself where none is known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::service) groups: Vec<String>,
    /// The owners of today.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::service) owners: Vec<String>,
}

/// A tag of a document.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub(in crate::service) struct TagInfo {
    /// The id of the pack.
    pub(in crate::service) pack: String,
    /// The id of the leaf, or of a branch where no leaf could be told.
    pub(in crate::service) node: String,
    /// Its name in Chinese and English; missing for packs that this program was not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::service) name: Option<Titles>,
    /// `class`, `term`, `near` or `reviewed`.
    pub(in crate::service) method: &'static str,
    /// How likely it is right, 0-1.
    pub(in crate::service) confidence: f32,
}

/// What the claims of a set refer to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub(in crate::service) struct ClaimsInfo {
    /// The language of the set.
    lang: String,
    /// The numbers of the independent claims.
    independent: Vec<u32>,
    /// From the number of a dependent claim to those that it refers to.
    depends: BTreeMap<String, Vec<u32>>,
    /// From the number of an independent claim to `method`, `device`, `system`, `medium`, `composition` or `use`.
    #[schema(value_type = BTreeMap<String, String>)]
    categories: BTreeMap<String, claim::Category>,
    /// The deepest claim below its nearest independent one.
    #[serde(skip_serializing_if = "Option::is_none")]
    max_depth: Option<u32>,
    /// From the number of a claim to its numeric ranges (`5..10 MPa`).
    ranges: BTreeMap<String, Vec<String>>,
    /// Numbers of independent claims that name a part by its function.
    functional: Vec<u32>,
    /// Numbers of claims with a Markush group.
    markush: Vec<u32>,
    /// What is wrong with the set; every claim is kept as it is.
    findings: Vec<String>,
}

impl From<&claim::ClaimSet> for ClaimsInfo {
    fn from(set: &claim::ClaimSet) -> Self {
        let (independent, dependent): (Vec<_>, Vec<_>) =
            claim::dependencies(set).into_iter().partition(claim::Dependency::is_independent);
        let texts = || set.claims.iter().map(|claim| (claim.number, claim.text.as_str()));
        let with = |holds: &dyn Fn(&str) -> bool| -> Vec<u32> {
            texts().filter(|(_, text)| holds(text)).map(|(number, _)| number).collect()
        };
        let numbers: Vec<u32> = independent.iter().map(|claim| claim.number).collect();
        let ranges = texts().map(|(number, text)| {
            (number.to_string(), claim::ranges(text).iter().map(ToString::to_string).collect::<Vec<_>>())
        });
        Self {
            categories: texts()
                .filter(|(number, _)| numbers.contains(number))
                .filter_map(|(number, text)| Some((number.to_string(), claim::category(text)?)))
                .collect(),
            max_depth: claim::ClaimTree::new(set).nodes.iter().filter_map(|node| node.depth).max(),
            ranges: ranges.filter(|(_, ranges)| !ranges.is_empty()).collect(),
            functional: with(&|text| !claim::functional(text).is_empty())
                .into_iter()
                .filter(|number| numbers.contains(number))
                .collect(),
            markush: with(&|text| !claim::groups(text).is_empty()),
            findings: claim::inspect(set).iter().map(ToString::to_string).collect(),
            lang: set.lang.0.clone(),
            independent: independent.into_iter().map(|claim| claim.number).collect(),
            depends: dependent.into_iter().map(|claim| (claim.number.to_string(), claim.refers_to)).collect(),
        }
    }
}

/// A simple family.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub(in crate::service) struct FamilyInfo {
    /// Its name.
    pub(in crate::service) id: String,
    /// Its members in the corpus, by key.
    pub(in crate::service) members: Vec<DocumentRef>,
    /// How many there are; more than are listed where the list was cut.
    pub(in crate::service) n_members: usize,
}

/// A document by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub(in crate::service) struct DocumentRef {
    /// The document key.
    pub(in crate::service) key: String,
    /// The publication number, or what else names the document.
    pub(in crate::service) number: String,
    /// Titles by language version.
    pub(in crate::service) title: Titles,
}

/// The columns of the current snapshot.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub(in crate::service) struct ColumnsResponse {
    /// The data that answered.
    pub(in crate::service) snapshot: SnapshotRef,
    /// By name.
    pub(in crate::service) columns: Vec<ColumnInfo>,
}

/// A column: what filters, facets and sorting read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub(in crate::service) struct ColumnInfo {
    /// The name.
    pub(in crate::service) name: String,
    /// `keyword`, `integer` or `date`.
    #[schema(value_type = String)]
    pub(in crate::service) kind: ColumnKind,
    /// The id of the rules that made it.
    pub(in crate::service) version: String,
}

/// That the server answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub(in crate::service) struct Health {
    /// True.
    pub(in crate::service) ok: bool,
    /// The version of the program.
    pub(in crate::service) version: String,
}
