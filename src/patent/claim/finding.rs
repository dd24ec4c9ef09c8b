//! What is wrong with a claim set: reported, while all claims are kept as they are.

use std::fmt;

use super::Claim;
use super::ClaimSet;
use super::ClaimTree;
use super::dependencies;
use super::dependencies_from_text;
use super::printed_references;
use super::split;
use crate::patent::Language;

/// One thing about a claim set that a person should look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// The text has no claim numbers; its sentences were taken as claims and numbered from 1.
    Unnumbered {
        /// How many claims were made.
        n_claims: usize,
    },
    /// Several claims bear one number. References to it mean each of them.
    NumberTwice {
        /// The number.
        number: u32,
        /// The places (from 0) of the claims that bear it.
        places: Vec<usize>,
    },
    /// A claim's number is not larger than the one before.
    OutOfOrder {
        /// The place (from 0).
        place: usize,
        /// The number.
        number: u32,
    },
    /// Numbers are missing between two claims (cancelled claims, an incomplete text).
    Gap {
        /// The number before the gap; 0 at the start.
        after: u32,
        /// The number behind it.
        before: u32,
    },
    /// A claim without words.
    Empty {
        /// Its number.
        number: u32,
    },
    /// A claim refers to itself.
    ToItself {
        /// Its number.
        number: u32,
    },
    /// A claim refers to claims that are not there.
    ToMissing {
        /// Its number.
        number: u32,
        /// The numbers that are missing, ascending.
        missing: Vec<u32>,
    },
    /// A claim refers to claims behind it.
    Forward {
        /// Its number.
        number: u32,
        /// Their numbers, ascending.
        later: Vec<u32>,
    },
    /// Dependent claims that lead to no independent claim, since they refer to each other in a circle or hang on one.
    Circle {
        /// Their numbers, in the order of the claims.
        numbers: Vec<u32>,
    },
    /// The file declares other references than the words give.
    DeclaredOtherwise {
        /// The claim's number.
        number: u32,
        /// The numbers declared, ascending.
        declared: Vec<u32>,
        /// The numbers read, ascending, ranges written out.
        read: Vec<u32>,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unnumbered { n_claims } => {
                write!(f, "no claim numbers: {n_claims} sentences were taken as claims")
            }
            Self::NumberTwice { number, places } => {
                write!(f, "{} claims bear the number {number}", places.len())
            }
            Self::OutOfOrder { number, .. } => write!(f, "claim {number} stands behind a larger number"),
            Self::Gap { after, before } => write!(f, "no claims between {after} and {before}"),
            Self::Empty { number } => write!(f, "claim {number} has no words"),
            Self::ToItself { number } => write!(f, "claim {number} refers to itself"),
            Self::ToMissing { number, missing } => {
                write!(f, "claim {number} refers to claims that are not there: {}", listed(missing))
            }
            Self::Forward { number, later } => {
                write!(f, "claim {number} refers to later claims: {}", listed(later))
            }
            Self::Circle { numbers } => write!(f, "claims in a circle: {}", listed(numbers)),
            Self::DeclaredOtherwise { number, declared, read } => write!(
                f,
                "claim {number}: the file declares references to {}, its words name {}",
                listed(declared),
                listed(read)
            ),
        }
    }
}

fn listed(numbers: &[u32]) -> String {
    let texts: Vec<String> = numbers.iter().map(ToString::to_string).collect();
    if texts.is_empty() { "none".to_owned() } else { texts.join(", ") }
}

/// Splits a text into claims as [`split`] does, and returns with them what is wrong with them.
pub fn split_and_inspect(text: &str, lang: Language) -> (ClaimSet, Vec<Finding>) {
    let claims = split(text);
    let set = ClaimSet { lang, translated: false, claims };
    let mut findings = inspect(&set);
    if !set.claims.is_empty() && !super::split::is_numbered(text) {
        findings.insert(0, Finding::Unnumbered { n_claims: set.claims.len() });
    }
    (set, findings)
}

/// Returns what is wrong with a set, by the order of [`Finding`]'s variants and then of the claims.
///
/// No claim is changed, merged or dropped for it. A set in order has no findings.
pub fn inspect(set: &ClaimSet) -> Vec<Finding> {
    let mut findings = numbering(&set.claims);
    let dependencies = dependencies(set);
    for (claim, dependency) in set.claims.iter().zip(&dependencies) {
        let number = claim.number;
        let (own, missing): (Vec<u32>, Vec<u32>) = dependency.unresolved.iter().partition(|&&n| n == number);
        if !own.is_empty() {
            findings.push(Finding::ToItself { number });
        }
        if !missing.is_empty() {
            findings.push(Finding::ToMissing { number, missing });
        }
        let later: Vec<u32> = dependency.refers_to.iter().copied().filter(|&n| n > number).collect();
        if !later.is_empty() {
            findings.push(Finding::Forward { number, later });
        }
    }
    let numbers = circle(&ClaimTree::new(set));
    if !numbers.is_empty() {
        findings.push(Finding::Circle { numbers });
    }
    for (claim, read) in set.claims.iter().zip(dependencies_from_text(set)) {
        let mut declared = claim.refers_to.clone();
        declared.sort_unstable();
        declared.dedup();
        let mut read: Vec<u32> = read.refers_to.into_iter().chain(read.unresolved).collect();
        read.sort_unstable();
        if !declared.is_empty() && declared != read && declared != printed_references(&claim.text) {
            findings.push(Finding::DeclaredOtherwise { number: claim.number, declared, read });
        }
    }
    findings
}

/// Returns the numbers of the claims in circles, and of those that hang on a circle alone.
fn circle(tree: &ClaimTree) -> Vec<u32> {
    let mut lost: Vec<bool> = tree.nodes.iter().map(|node| node.depth.is_none()).collect();
    // A claim that hangs on a missing one alone is reported as that; so are those below it.
    let hangs = |at: usize, lost: &[bool]| tree.nodes[at].parents.iter().any(|&parent| lost[parent]);
    let mut open: Vec<usize> = (0..lost.len()).collect();
    while let Some(at) = open.pop() {
        if lost[at] && !hangs(at, &lost) {
            lost[at] = false;
            open.extend(&tree.nodes[at].children);
        }
    }
    (0..lost.len()).filter(|&at| lost[at]).map(|at| tree.nodes[at].number).collect()
}

fn numbering(claims: &[Claim]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut numbers: Vec<u32> = claims.iter().map(|claim| claim.number).collect();
    numbers.sort_unstable();
    numbers.dedup();
    if numbers.len() < claims.len() {
        for &number in &numbers {
            let places: Vec<usize> = (0..claims.len()).filter(|&at| claims[at].number == number).collect();
            if places.len() > 1 {
                findings.push(Finding::NumberTwice { number, places });
            }
        }
    }
    for (place, pair) in (1..).zip(claims.windows(2)) {
        if pair[1].number < pair[0].number {
            findings.push(Finding::OutOfOrder { place, number: pair[1].number });
        }
    }
    let mut after = 0;
    for &before in &numbers {
        if before > after + 1 {
            findings.push(Finding::Gap { after, before });
        }
        after = before;
    }
    let empty = claims.iter().filter(|claim| !claim.text.contains(char::is_alphanumeric));
    findings.extend(empty.map(|claim| Finding::Empty { number: claim.number }));
    findings
}
