//! What the claims of a document say in figures: the columns that filter, facet and sort.
//!
//! Columns: `n_claims`, `n_independent`, `n_multiple`, `max_depth`, `n_elements_min` (whole numbers), `claim_words_min` (whole number),
//! `breadth` (real), `categories` (several words), `functional`, `has_markush`, `has_range` (yes or no). A document without claims has [`None`] everywhere: unknown, never none.

use serde::{Deserialize, Serialize};

use super::Anatomy;
use super::Category;
use super::ClaimSet;
use super::ClaimTree;
use super::breadth::measure;
use super::category;
use super::functional::expressions;
use super::groups;
use super::quantity::has_range;
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
    let mut facts = ClaimFacts { n_claims: Some(n(set.claims.len())), ..ClaimFacts::default() };
    let declares = set.claims.iter().any(|claim| !claim.refers_to.is_empty());
    if set.lang.version() == Version::Other && !declares {
        return facts;
    }
    let tree = ClaimTree::new(set);
    let independent: Vec<&str> = tree
        .nodes
        .iter()
        .zip(&set.claims)
        .filter(|(node, _)| node.depth == Some(0))
        .map(|(_, claim)| claim.text.as_str())
        .collect();
    facts.n_independent = Some(n(independent.len()));
    facts.n_multiple = Some(n(tree.nodes.iter().filter(|node| node.parents.len() > 1).count()));
    facts.max_depth = tree.nodes.iter().filter_map(|node| node.depth).max();
    if set.lang.version() == Version::Other {
        return facts;
    }
    // An independent claim has the category of its own words.
    facts.categories = independent.iter().filter_map(|text| category(text)).collect();
    facts.categories.sort_unstable();
    facts.categories.dedup();
    let mut functional = false;
    for text in &independent {
        let anatomy = Anatomy::of(text);
        let measure = measure(text, &anatomy);
        let least = |known: Option<u32>, new: u32| Some(known.map_or(new, |known| known.min(new)));
        facts.claim_words_min = least(facts.claim_words_min, measure.words);
        facts.n_elements_min = least(facts.n_elements_min, measure.elements);
        facts.breadth = Some(facts.breadth.map_or(measure.score, |known| known.max(measure.score)));
        functional = functional || !expressions(text, &anatomy, true).is_empty();
    }
    facts.functional = Some(functional);
    facts.has_markush = Some(set.claims.iter().any(|claim| !groups(&claim.text).is_empty()));
    facts.has_range = Some(set.claims.iter().any(|claim| has_range(&claim.text)));
    facts
}
