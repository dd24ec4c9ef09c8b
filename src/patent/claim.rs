//! Claims: sets by language, splitting, references, trees, and what a claim's words hold.
//!
//! | file | question |
//! |---|---|
//! | `claim/split.rs` | where do claims begin? |
//! | `claim/mention.rs`, `claim/reference.rs`, `claim/subject.rs` | which claims does it name, and does it narrow them? |
//! | `claim/tree.rs` | who hangs on whom, and what does a claim say in full? |
//! | `claim/category.rs` | method, device, system, medium, composition or use? |
//! | `claim/element.rs` | what are its preamble, characterising part and elements? |
//! | `claim/quantity.rs`, `claim/group.rs`, `claim/functional.rs` | ranges, alternatives, functional language? |
//! | `claim/breadth.rs`, `claim/facts.rs` | how broad is it, and which figures go into columns? |
//! | `claim/finding.rs` | what is wrong with the set? |
//! | `claim/in_force.rs` | which publication's claims hold? |
//!
//! Nothing here judges what a claim covers or whether it is infringed. Chinese and English are read; sets in other
//! languages keep their texts and what their files declare. Spans are bytes of the claim's text.
//!
//! # Ten worked examples
//!
//! The claims are invented; each line can be checked by reading them.
//!
//! 1. Splitting: the steps of a method stay in their claim.
//! ```
//! use patnav::patent::claim;
//! let claims = claim::split("1、一种方法，包括：\n1、粉碎；\n2、成型。\n2、根据权利要求1所述的方法。");
//! assert_eq!(claims.iter().map(|claim| claim.number).collect::<Vec<_>>(), [1, 2]);
//! ```
//! 2. References: ranges are written out, and "any preceding" means every claim before.
//! ```
//! use patnav::patent::{Language, claim};
//! let text = "1、一种泵。2、根据权利要求1所述的泵。3、根据权利要求1或2所述的泵。4、根据权利要求1至3中任一项所述的泵。5、根据前述任一权利要求所述的泵。";
//! let (set, _) = claim::split_and_inspect(text, Language::zh());
//! let found: Vec<Vec<u32>> = claim::dependencies(&set).into_iter().map(|d| d.refers_to).collect();
//! assert_eq!(found, [vec![], vec![1], vec![1, 2], vec![1, 2, 3], vec![1, 2, 3, 4]]);
//! ```
//! 3. A claim for another subject stays independent, even in the form of a dependent one.
//! ```
//! use patnav::patent::{Language, Relation, claim};
//! let text = "1. A controller for a robot, comprising a memory.\n2. The controller of claim 1, wherein the memory is flash.\n\
//!     3. A robot system according to claim 1, comprising an arm.\n4. A method of using the controller of claim 1.";
//! let (set, _) = claim::split_and_inspect(text, Language::en());
//! let found: Vec<Relation> = claim::dependencies(&set).iter().map(|d| d.relation).collect();
//! assert_eq!(found, [Relation::None, Relation::Dependent, Relation::OtherSubject, Relation::OtherSubject]);
//! assert_eq!(set.independent(), [0, 2, 3]);
//! ```
//! 4. Categories: dependent claims have that of the claim that they narrow.
//! ```
//! use patnav::patent::{Language, claim};
//! use patnav::patent::claim::Category::{Composition, Method, Use};
//! let text = "1、一种吸收剂，其特征在于，包括胺和水。2、权利要求1所述的吸收剂的制备方法。3、根据权利要求2所述的方法。4、权利要求1所述的吸收剂在碳捕集中的应用。";
//! let (set, _) = claim::split_and_inspect(text, Language::zh());
//! assert_eq!(claim::categories(&set), [Some(Composition), Some(Method), Some(Method), Some(Use)]);
//! ```
//! 5. Preamble, characterising part, elements.
//! ```
//! use patnav::patent::claim::Anatomy;
//! let text = "一种液压支架，包括底座和立柱，其特征在于，所述立柱铰接在底座上；所述底座设有千斤顶。";
//! let anatomy = Anatomy::of(text);
//! assert_eq!(&text[anatomy.preamble()], "一种液压支架，包括底座和立柱，");
//! let elements: Vec<&str> = anatomy.elements().map(|element| element.words(text)).collect();
//! assert_eq!(elements, ["底座和立柱", "所述立柱铰接在底座上", "所述底座设有千斤顶"]);
//! ```
//! 6. Elements of an English claim.
//! ```
//! use patnav::patent::claim::Anatomy;
//! let text = "A method of drying coal, the method comprising: heating a drum; and feeding coal, wherein the coal is wet.";
//! let anatomy = Anatomy::of(text);
//! let elements: Vec<&str> = anatomy.elements().map(|element| element.words(text)).collect();
//! assert_eq!(elements, ["heating a drum", "and feeding coal", "wherein the coal is wet"]);
//! ```
//! 7. Ranges with units.
//! ```
//! use patnav::patent::claim;
//! let written = |text: &str| claim::ranges(text).iter().map(ToString::to_string).collect::<Vec<_>>();
//! assert_eq!(written("压力为5～10MPa，浓度不低于80％，粒径小于50μm"), ["5..10 MPa", ">=80 %", "<50 μm"]);
//! assert_eq!(written("between 5 and 10 wt.% of water and at least 80 % of coal"), ["5..10 wt%", ">=80 %"]);
//! ```
//! 8. Markush groups and functional language.
//! ```
//! use patnav::patent::claim;
//! let text = "a metal selected from the group consisting of copper, silver and nickel";
//! let members: Vec<&str> = claim::groups(text)[0].members.iter().map(|member| &text[member.clone()]).collect();
//! assert_eq!(members, ["copper", "silver", "nickel"]);
//! assert_eq!(claim::functional("A stack comprising means for compressing the cells.").len(), 1);
//! ```
//! 9. The tree, and a claim in full.
//! ```
//! use patnav::patent::{Language, claim};
//! let text = "1、一种泵。2、根据权利要求1所述的泵，有阀。3、根据权利要求1或2所述的泵，有壳。";
//! let (set, _) = claim::split_and_inspect(text, Language::zh());
//! let tree = claim::ClaimTree::new(&set);
//! assert_eq!(tree.ways(2, 10).0, [vec![0, 2], vec![0, 1, 2]]);
//! assert_eq!(tree.expanded(1, &set), "一种泵。\n根据权利要求1所述的泵，有阀。");
//! ```
//! 10. What is wrong is reported, and every claim kept.
//! ```
//! use patnav::patent::{Language, claim};
//! use patnav::patent::claim::Finding;
//! let (set, findings) = claim::split_and_inspect("1、一种泵。\n2、根据权利要求3所述的泵。\n3、根据权利要求2所述的泵。", Language::zh());
//! assert_eq!(set.claims.len(), 3);
//! assert!(findings.contains(&Finding::Circle { numbers: vec![2, 3] }));
//! ```

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

use aho_corasick::AhoCorasick;
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
pub use split::{split, split_whole, without_number};
pub use tree::{ClaimTree, Node};

use super::Language;

/// Returns a finder of words, in any case where they are English: most texts lack what a rule looks for, and this
/// says so much faster than the rule.
fn words<W: AsRef<[u8]>>(words: &[W]) -> AhoCorasick {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .build(words)
        .expect("a few short words are no large automaton")
}

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
