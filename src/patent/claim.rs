//! Claims: sets by language, splitting of one text into claims, and what each claim refers to.
//!
//! `claim/split.rs` finds where claims begin, `claim/reference.rs` reads references out of a claim's words.
//! Elements, categories and breadth are not here. Nothing here judges what a claim covers.

mod breadth;
mod category;
mod element;
mod facts;
mod finding;
mod functional;
mod group;
mod in_force;
mod mention;
mod quantity;
mod reference;
mod split;
mod subject;
mod tree;

use serde::{Deserialize, Serialize};

pub use breadth::{Breadth, breadth};
pub use category::{Category, categories, category};
pub use element::{Anatomy, Piece, PieceKind};
pub use facts::{ClaimFacts, claim_facts};
pub use finding::{Finding, inspect, split_and_inspect};
pub use functional::{Functional, FunctionalKind, functional};
pub use group::{Group, groups};
pub use in_force::{ClaimVersion, InForce, Stage, composed, in_force, stage};
pub use quantity::{Bound, Range, ranges};
pub use reference::{Dependency, Relation, dependencies, dependencies_from_text, printed_references};
pub use split::{split, without_number};
pub use tree::{ClaimTree, Node};

use super::Language;

/// The claims of a document in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimSet {
    /// The language of the claims.
    pub lang: Language,
    /// Whether the source marks them as a translation.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub translated: bool,
    /// The claims, in order.
    pub claims: Vec<Claim>,
}

/// One claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// The number printed before the claim, or its place from 1 where none is printed.
    pub number: u32,
    /// The text without its number, white space folded; paragraphs are separated by `\n`.
    pub text: String,
    /// The claims that the file itself declares this one to refer to (`claim-ref`); empty where it declares none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refers_to: Vec<u32>,
}

impl ClaimSet {
    /// Returns the places (from 0) of the independent claims: those that refer to no other claim,
    /// and those that refer to a claim for another subject ("an apparatus for the method of claim 1").
    ///
    /// A set without claims has none.
    pub fn independent(&self) -> Vec<usize> {
        let dependencies = dependencies(self);
        let independent =
            dependencies.iter().enumerate().filter(|(_, dependency)| dependency.is_independent());
        independent.map(|(at, _)| at).collect()
    }
}

#[cfg(test)]
mod tests;
