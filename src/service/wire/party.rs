//! Parties: organisations, the review queue, decisions.

use serde::{Deserialize, Serialize};

use crate::analytics::party::{self, GroupName};
use crate::workspace::names::{self, Verdict};

/// Which parties to list.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(in crate::service) struct PartiesRequest {
    /// A part of any spelling, without case.
    pub(in crate::service) name: Option<String>,
    /// The id or a name of a group or chain.
    pub(in crate::service) group: Option<String>,
    /// `company`, `university`, `institute`, `government`, `hospital`, `person` or `unknown`.
    #[serde(rename = "type")]
    pub(in crate::service) kind: Option<String>,
    /// The most parties, 1 to 500; 50 without it.
    pub(in crate::service) limit: Option<usize>,
}

/// Parties, those with the most documents first.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub(in crate::service) struct PartiesResponse {
    /// The snapshot that was read.
    pub(in crate::service) snapshot: String,
    /// Those that fit, before the limit.
    pub(in crate::service) total: usize,
    /// The parties.
    pub(in crate::service) parties: Vec<PartyInfo>,
    /// Decisions that do not hold, each with the reason.
    pub(in crate::service) unheard: Vec<UnheardInfo>,
}

/// An organisation or a person.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub(in crate::service) struct PartyInfo {
    /// Its name in columns.
    name: String,
    /// What it is.
    #[serde(rename = "type")]
    kind: String,
    /// Country, ST.3.
    country: Option<String>,
    /// Province.
    province: Option<String>,
    /// City.
    city: Option<String>,
    /// Documents that name it.
    n_documents: u32,
    /// Groups that own it; several for a joint venture.
    groups: Vec<GroupInfo>,
    /// Industry chains; no ownership.
    chains: Vec<GroupInfo>,
    /// Its spellings, at most 100.
    spellings: Vec<SpellingInfo>,
    /// Why they are one, at most 100.
    merges: Vec<MergeInfo>,
}

/// A group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub(in crate::service) struct GroupInfo {
    /// The id.
    id: String,
    /// The Chinese name.
    zh: String,
    /// The English name.
    en: String,
}

/// A spelling.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub(in crate::service) struct SpellingInfo {
    /// The name.
    name: String,
    /// The city of its address.
    city: Option<String>,
    /// Documents.
    n_documents: u32,
}

/// Why two spellings are one party.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub(in crate::service) struct MergeInfo {
    /// One spelling.
    a: String,
    /// The other.
    b: String,
    /// The rule.
    rule: String,
    /// How sure it is, 0-1.
    confidence: f32,
    /// A document that shows it, by key.
    evidence: Option<String>,
}

/// A decision that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub(in crate::service) struct UnheardInfo {
    /// The number of the decision.
    id: i64,
    /// `no_such_name`, `contradicts_later` or `same_name`.
    reason: String,
}

/// How much of the review queue.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(in crate::service) struct ReviewRequest {
    /// The most pairs, 1 to 500; 50 without it.
    pub(in crate::service) limit: Option<usize>,
}

/// Doubtful pairs, those with the most documents first.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub(in crate::service) struct ReviewResponse {
    /// The snapshot that was read.
    pub(in crate::service) snapshot: String,
    /// Pairs in all.
    pub(in crate::service) total: usize,
    /// The pairs.
    pub(in crate::service) pairs: Vec<ReviewPair>,
}

/// A doubtful pair.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub(in crate::service) struct ReviewPair {
    /// One name, as a decision takes it.
    a: String,
    /// The other name.
    b: String,
    /// The party of the first as it stands.
    party_a: String,
    /// The party of the second as it stands.
    party_b: String,
    /// What speaks for one party.
    rule: String,
    /// How sure that rule is by itself, 0-1.
    confidence: f32,
    /// What speaks against it.
    doubt: String,
    /// Whether the two are joined for now.
    is_joined: bool,
    /// Documents of both.
    n_documents: u32,
    /// Documents to look at, by key.
    evidence: Vec<String>,
}

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub(in crate::service) struct DecisionInfo {
    /// Its number.
    id: i64,
    /// What was decided.
    verdict: Verdict,
    /// One name.
    a: String,
    /// The other name.
    b: String,
    /// Why.
    note: String,
    /// When.
    #[schema(format = DateTime)]
    decided: String,
    /// When it was undone.
    #[schema(format = DateTime)]
    undone: Option<String>,
    /// The job that makes the columns follow it, in the answer to a decision; none where the queue of jobs is full: then
    /// they follow with the next import.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::service) job: Option<String>,
}

/// All decisions, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub(in crate::service) struct PartyDecisionsResponse {
    /// The decisions, those undone as well.
    pub(in crate::service) decisions: Vec<DecisionInfo>,
}

/// Most spellings and merges of a party in an answer.
const MAX_PARTS: usize = 100;

/// Returns the name that a serialised unit variant has.
fn word(value: &impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

fn printed(name: &party::NameRef) -> String {
    name.city.as_ref().map_or_else(|| name.name.clone(), |city| format!("{}@{city}", name.name))
}

impl From<&GroupName> for GroupInfo {
    fn from(group: &GroupName) -> Self {
        Self { id: group.id.clone(), zh: group.name.zh.clone(), en: group.name.en.clone() }
    }
}

impl From<&party::Organisation> for PartyInfo {
    fn from(organisation: &party::Organisation) -> Self {
        let spellings = organisation.spellings.iter().take(MAX_PARTS).map(|spelling| SpellingInfo {
            name: spelling.name.clone(),
            city: spelling.city.clone(),
            n_documents: spelling.n_documents,
        });
        let merges = organisation.merges.iter().take(MAX_PARTS).map(|merge| MergeInfo {
            a: printed(&merge.a),
            b: printed(&merge.b),
            rule: word(&merge.rule),
            confidence: merge.confidence,
            evidence: merge.evidence.clone(),
        });
        Self {
            name: organisation.name.clone(),
            kind: organisation.kind.id().to_owned(),
            country: organisation.country.clone(),
            province: organisation.province.clone(),
            city: organisation.city.clone(),
            n_documents: organisation.n_documents,
            groups: organisation.groups.iter().map(GroupInfo::from).collect(),
            chains: organisation.chains.iter().map(GroupInfo::from).collect(),
            spellings: spellings.collect(),
            merges: merges.collect(),
        }
    }
}

impl From<&party::Unheard> for UnheardInfo {
    fn from(unheard: &party::Unheard) -> Self {
        Self { id: unheard.decision.id, reason: word(&unheard.reason) }
    }
}

impl From<&party::Review> for ReviewPair {
    fn from(pair: &party::Review) -> Self {
        Self {
            a: printed(&pair.a),
            b: printed(&pair.b),
            party_a: pair.organisation_a.clone(),
            party_b: pair.organisation_b.clone(),
            rule: word(&pair.rule),
            confidence: pair.confidence,
            doubt: word(&pair.doubt),
            is_joined: pair.organisation_a == pair.organisation_b,
            n_documents: pair.n_documents,
            evidence: pair.evidence.clone(),
        }
    }
}

impl From<names::Decision> for DecisionInfo {
    fn from(decision: names::Decision) -> Self {
        Self {
            id: decision.id,
            verdict: decision.verdict,
            a: decision.a,
            b: decision.b,
            note: decision.note,
            decided: decision.decided.to_string(),
            undone: decision.undone.map(|at| at.to_string()),
            job: None,
        }
    }
}
