//! Does a document say what an element says, and where?
//!
//! An element is a feature of an idea or a claim, prepared once as a [`Probe`]: its terms, each with what means the
//! same in the other language, each with a weight. [`evidence`] looks through the passages of one document and returns
//! the one that says most of it, with a state:
//!
//! - **score by words** of a passage = Σ weight of the terms found / Σ weight of all terms. A term is found whole (1)
//!   where the passage holds it, or an equivalent of it, as a phrase; else it counts [`WORDS_SHARE`] × the share of its
//!   words that the passage holds, from half of them on. The weight of a term is its rarity, `ln(1 + N / (1 + n))`.
//! - **score by meaning** = the cosine of the passage and the element in the vector space of the snapshot. It is used
//!   across languages alone, where the words of the two cannot meet; within one language it would only repeat them.
//! - **supported** from [`SUPPORTED`] by words on; **partly** from [`PARTLY`] by words, or from
//!   [`MEANING`] by meaning; else **not found**. Meaning alone never makes more than *partly*: it says that two
//!   sentences are about the same, not that one states the other.
//!
//! The thresholds by words are rules of thumb. That by meaning was measured with the abstracts of 12 bilingual records
//! out of 1,002 (Chinese elements against English passages, LSA of that corpus): from 0.6 on are 59 % of the 118 elements
//! in the record's own English text, and 13 % of 394 in the eight nearest other records; from 0.5 on 81 % and 24 %, from
//! 0.7 on 24 % and 4 %. So it separates too little to say "supported".
//! "Not found" says that nothing was found in the texts that the index holds, never that the document lacks it.
//! These are finds of a machine for a person to read, no legal conclusions.
//!
//! The function is pure: it is handed texts and probes, and knows no index.

mod passage;
mod probe;

use serde::{Deserialize, Serialize};

pub use passage::{Passage, passages};
pub use probe::{Probe, ProbeTerm};

use super::response::Highlight;

/// Score by words from which an element counts as supported.
pub const SUPPORTED: f64 = 0.7;
/// Score by words from which it counts as partly supported.
pub const PARTLY: f64 = 0.4;
/// Cosine from which a passage in another language counts as partly supporting.
pub const MEANING: f32 = 0.6;
/// What the words of a term count when they stand apart.
pub const WORDS_SHARE: f64 = 0.7;

/// Whether a document says what an element says.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum SupportState {
    /// Nothing was found in the texts at hand.
    NotFound,
    /// A part of it, or something near in meaning.
    Partly,
    /// A passage says most of it.
    Supported,
}

/// Where an element was found in a document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Evidence {
    /// The element, by its id.
    pub element: String,
    /// Whether it was found.
    pub state: SupportState,
    /// 0 to 1: the score by words, or [`PARTLY`] where only meaning speaks for it.
    pub score: f64,
    /// The best passage; none where nothing was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passage: Option<Found>,
    /// Terms of the element that the passage holds, and as what.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bridge: Vec<Bridge>,
    /// Terms of the element that it does not hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// The cosine, where the passage was compared by meaning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meaning: Option<f32>,
}

/// A passage with what was found in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = EvidencePassage)]
pub struct Found {
    /// `title`, `abstract`, `claims` or `description`.
    pub zone: String,
    /// The language.
    pub lang: String,
    /// The number of the claim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim: Option<u32>,
    /// The paragraph of the description, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paragraph: Option<u32>,
    /// The text: a sentence, or of a long one the clauses around what was found.
    pub text: String,
    /// What was found, in order; `concept` is the place of the term in the probe.
    pub highlights: Vec<Highlight>,
}

/// How a term of an element was found: the link between the words of the question and those of the document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = TermBridge)]
pub struct Bridge {
    /// The term of the element.
    pub term: String,
    /// As it stands in the document.
    pub found: String,
    /// Why the two are taken for the same.
    pub by: BridgeKind,
}

/// Why a term and what stands in a document are taken for the same.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[schema(as = TermBridgeKind)]
pub enum BridgeKind {
    /// The same words.
    Same,
    /// A domain pack says that they mean the same.
    Equivalent,
    /// Only words of the term, apart from each other.
    Words,
}

/// Returns where a document says what an element says.
///
/// `passages` are those of the document, in the order of [`passages`]; of equal ones the earlier wins. `vectors` holds
/// the vector of each passage, where it was made; passages without one are compared by words alone.
pub fn evidence(probe: &Probe, passages: &[Passage<'_>], vectors: &[Option<Vec<f32>>]) -> Evidence {
    let mut best: Option<(f64, usize, probe::Score)> = None;
    let mut nearest: Option<(f32, usize)> = None;
    for (n, passage) in passages.iter().enumerate() {
        let score = probe.score(passage);
        if score.value > best.as_ref().map_or(0.0, |(value, ..)| *value) {
            best = Some((score.value, n, score));
        }
        if passage.lang.version() != probe.lang.version()
            && let (Some(Some(vector)), Some(own)) = (vectors.get(n), &probe.vector)
        {
            let cosine: f32 = vector.iter().zip(own).map(|(a, b)| a * b).sum();
            if nearest.is_none_or(|(value, _)| cosine > value) {
                nearest = Some((cosine, n));
            }
        }
    }
    let by_words = best.as_ref().map_or(0.0, |(value, ..)| *value);
    let (state, mut score) = match by_words {
        value if value >= SUPPORTED => (SupportState::Supported, value),
        value if value >= PARTLY => (SupportState::Partly, value),
        value => (SupportState::NotFound, value),
    };
    let near = nearest.filter(|(cosine, _)| *cosine >= MEANING);
    let meaning = near.or(nearest).map(|(cosine, _)| cosine);
    if let (SupportState::NotFound, Some((cosine, n))) = (state, near) {
        // Words, where there are any, may lie in another passage; the nearest one is shown.
        let score_of_it = probe.score(&passages[n]);
        score = score.max(PARTLY);
        let (bridge, missing) = probe.explain(&passages[n], &score_of_it);
        let passage = Some(found(probe, &passages[n]));
        return Evidence {
            element: probe.id.clone(),
            state: SupportState::Partly,
            score,
            passage,
            bridge,
            missing,
            meaning: Some(cosine),
        };
    }
    let (passage, bridge, missing) = match best {
        Some((_, n, score)) => {
            let (bridge, missing) = probe.explain(&passages[n], &score);
            (Some(found(probe, &passages[n])), bridge, missing)
        }
        None => (None, Vec::new(), probe.terms.iter().map(|term| term.text.clone()).collect()),
    };
    Evidence { element: probe.id.clone(), state, score, passage, bridge, missing, meaning }
}

fn found(probe: &Probe, passage: &Passage<'_>) -> Found {
    Found {
        zone: passage.zone.to_owned(),
        lang: passage.lang.0.clone(),
        claim: passage.claim,
        paragraph: passage.paragraph,
        text: passage.text.to_owned(),
        highlights: probe.highlights(passage.text),
    }
}

#[cfg(test)]
mod tests;
