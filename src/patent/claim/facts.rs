//! What the claims of a document say in figures: the columns that filter, facet and sort.
//!
//! Columns: `n_claims`, `n_independent`, `n_multiple`, `max_depth`, `n_elements_min` (whole numbers), `claim_words_min` (whole number),
//! `breadth` (real), `categories` (several words), `functional`, `has_markush`, `has_range` (yes or no), `n_claim_findings`
//! (whole number). A document without claims has [`None`] everywhere: unknown, never none.

use serde::{Deserialize, Serialize};

use super::Category;
use super::ClaimSet;
use super::ClaimTree;
use super::breadth;
use super::categories;
use super::functional;
use super::groups;
use super::inspect;
use super::ranges;
use crate::patent::Publication;
use crate::patent::Version;

/// The figures of one document's claims.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ClaimFacts {
    /// Claims.
    pub n_claims: Option<u32>,
    /// Independent claims, those for another subject that name a claim too. Unknown in languages that are not read
    /// and whose file declares no references.
    pub n_independent: Option<u32>,
    /// Dependent claims that refer to more than one claim.
    pub n_multiple: Option<u32>,
    /// The deepest claim below its nearest independent one; 0 where all are independent.
    pub max_depth: Option<u32>,
    /// The categories of the independent claims, each once, in the order of [`Category`].
    pub categories: Vec<Category>,
    /// Words of the shortest independent claim.
    pub claim_words_min: Option<u32>,
    /// Elements of the independent claim with the fewest.
    pub n_elements_min: Option<u32>,
    /// The score of the broadest independent claim ([`super::Breadth`]).
    pub breadth: Option<f64>,
    /// Whether an independent claim has functional language.
    pub functional: Option<bool>,
    /// Whether any claim has a Markush group.
    pub has_markush: Option<bool>,
    /// Whether any claim has a numeric range.
    pub has_range: Option<bool>,
    /// How many findings [`inspect`] has.
    pub n_claim_findings: Option<u32>,
}

/// Returns the figures of a document's claims.
///
/// Of several language versions the first original in Chinese or English is read, else the first in Chinese or
/// English, else the first; empty sets are passed over.
pub fn claim_facts(publication: &Publication) -> ClaimFacts {
    let sets = || publication.claims.iter().filter(|set| !set.claims.is_empty());
    let is_read = |set: &&ClaimSet| set.lang.version() != Version::Other;
    let set = sets().filter(is_read).find(|set| !set.translated).or_else(|| sets().find(is_read));
    set.or_else(|| sets().next()).map_or_else(ClaimFacts::default, of_set)
}

fn of_set(set: &ClaimSet) -> ClaimFacts {
    let n = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let mut facts = ClaimFacts {
        n_claims: Some(n(set.claims.len())),
        n_claim_findings: Some(n(inspect(set).len())),
        ..ClaimFacts::default()
    };
    let declares = set.claims.iter().any(|claim| !claim.refers_to.is_empty());
    if set.lang.version() == Version::Other && !declares {
        return facts;
    }
    let tree = ClaimTree::new(set);
    let independent: Vec<usize> =
        (0..tree.nodes.len()).filter(|&at| tree.nodes[at].depth == Some(0)).collect();
    facts.n_independent = Some(n(independent.len()));
    facts.n_multiple = Some(n(tree.nodes.iter().filter(|node| node.parents.len() > 1).count()));
    facts.max_depth = tree.nodes.iter().filter_map(|node| node.depth).max();
    if set.lang.version() == Version::Other {
        return facts;
    }
    let categories = categories(set);
    facts.categories = independent.iter().filter_map(|&at| categories[at]).collect();
    facts.categories.sort_unstable();
    facts.categories.dedup();
    let texts: Vec<&str> = independent.iter().map(|&at| set.claims[at].text.as_str()).collect();
    let measures: Vec<_> = texts.iter().map(|text| breadth(text)).collect();
    facts.claim_words_min = measures.iter().map(|measure| measure.words).min();
    facts.n_elements_min = measures.iter().map(|measure| measure.elements).min();
    facts.breadth = measures.iter().map(|measure| measure.score).max_by(f64::total_cmp);
    facts.functional = Some(texts.iter().any(|text| !functional(text).is_empty()));
    facts.has_markush = Some(set.claims.iter().any(|claim| !groups(&claim.text).is_empty()));
    facts.has_range = Some(set.claims.iter().any(|claim| !ranges(&claim.text).is_empty()));
    facts
}
