//! One document, the columns, the state of the server.

use std::collections::BTreeMap;

use serde::Serialize;

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
    /// The simple family.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::service) family: Option<FamilyInfo>,
    /// Documents of the corpus that cite this one, by key.
    pub(in crate::service) cited_by: Vec<DocumentRef>,
    /// How many cite it; more than are listed where the list was cut.
    pub(in crate::service) n_cited_by: usize,
    /// Key phrases by language, best first.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(in crate::service) key_phrases: BTreeMap<String, Vec<String>>,
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
}

impl From<&claim::ClaimSet> for ClaimsInfo {
    fn from(set: &claim::ClaimSet) -> Self {
        let (independent, dependent): (Vec<_>, Vec<_>) =
            claim::dependencies(set).into_iter().partition(claim::Dependency::is_independent);
        Self {
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
