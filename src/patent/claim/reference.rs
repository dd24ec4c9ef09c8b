//! What a claim refers to, read from its words, and whether that makes it dependent.
//!
//! A claim depends on another when it takes over its subject ("the method of claim 1", `根据权利要求1所述的方法`).
//! A claim for another subject that mentions a claim stays independent ("an apparatus for carrying out the method
//! of claim 1", `一种采用权利要求1所述方法的装置`). What the file declares (`refers_to`) is taken as the set of
//! claims referred to; the words still decide which of the two it is, by the subjects' nouns (`claim/subject.rs`).
//! Where the file marks only the ends of a range that the words write out ("claims 1 to 3"), the words count.
//!
//! Limits: languages other than Chinese and English are not read (a German set without declared references shows
//! none); neither are numbers in English words ("the first claim"). A claim that names only itself or missing claims
//! has the relation that its words show, and nothing in `refers_to`.

use super::Claim;
use super::ClaimSet;
use super::mention::Mention;
use super::mention::Numbers;
use super::mention::mentions;
use super::subject;

/// What one claim refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependency {
    /// The number of the claim.
    pub number: u32,
    /// The numbers of the claims of this set that it refers to, ascending, ranges written out.
    pub refers_to: Vec<u32>,
    /// What the reference means.
    pub relation: Relation,
    /// Numbers it refers to that are its own or no claim's of this set (typing errors, cancelled claims), ascending.
    pub unresolved: Vec<u32>,
}

/// What a reference to another claim means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Relation {
    /// It refers to no claim.
    None,
    /// It takes over the subject of the claims that it refers to, and narrows it.
    Dependent,
    /// It is for a subject of its own that uses, makes or contains the subject of another claim.
    OtherSubject,
}

impl Dependency {
    /// Returns whether the claim stands on its own: no reference, or a subject of its own.
    pub fn is_independent(&self) -> bool {
        self.relation != Relation::Dependent
    }
}

/// Returns what each claim of the set refers to, in the order of the claims.
///
/// "Any preceding claim" is every claim of a smaller number, "the preceding claim" the one before. References to
/// itself and to claims that are not there are listed as unresolved; references to later claims are kept, so the
/// result may hold circles.
pub fn dependencies(set: &ClaimSet) -> Vec<Dependency> {
    let numbers = sorted(set.claims.iter().map(|claim| claim.number).collect());
    set.claims.iter().map(|claim| dependency(claim, set, &numbers, &claim.refers_to)).collect()
}

/// Returns what each claim of the set refers to by its words alone, whatever the file declares.
///
/// For checking declarations against texts: [`dependencies`] takes the file's word where it gives one.
pub fn dependencies_from_text(set: &ClaimSet) -> Vec<Dependency> {
    let numbers = sorted(set.claims.iter().map(|claim| claim.number).collect());
    set.claims.iter().map(|claim| dependency(claim, set, &numbers, &[])).collect()
}

/// Returns the numbers that stand in a claim's references, ascending: of "claims 1 to 3" these are 1 and 3.
///
/// Files that mark up references (`claim-ref`) mark these.
pub fn printed_references(text: &str) -> Vec<u32> {
    printed(&mentions(text))
}

fn printed(mentions: &[Mention]) -> Vec<u32> {
    sorted(mentions.iter().flat_map(|mention| mention.printed.iter().copied()).collect())
}

/// `existing` are the numbers of the set, ascending.
fn dependency(claim: &Claim, set: &ClaimSet, existing: &[u32], declared: &[u32]) -> Dependency {
    let found = mentions(&claim.text);
    let read = || {
        let before = || existing.iter().copied().filter(|&n| n < claim.number);
        let of_mention = |mention: &Mention| match mention.numbers {
            Numbers::Preceding => before().collect(),
            Numbers::Previous => before().max().into_iter().collect(),
            Numbers::Listed(ref numbers) => numbers.clone(),
        };
        sorted(found.iter().flat_map(of_mention).collect())
    };
    let declared = sorted(declared.to_vec());
    let numbers = if declared.is_empty() || declared == printed(&found) { read() } else { declared };
    let exists = |&n: &u32| n != claim.number && existing.binary_search(&n).is_ok();
    let (refers_to, unresolved): (Vec<u32>, Vec<u32>) = numbers.into_iter().partition(exists);
    let relation = match found.first() {
        None if refers_to.is_empty() && unresolved.is_empty() => Relation::None,
        // Declared, but in words that are not known here: the file's word is taken.
        None => Relation::Dependent,
        Some(first) => {
            let referred: Vec<&str> = set
                .claims
                .iter()
                .filter(|c| refers_to.binary_search(&c.number).is_ok())
                .map(|c| c.text.as_str())
                .collect();
            if subject::takes_over(&claim.text, first, &referred) {
                Relation::Dependent
            } else {
                Relation::OtherSubject
            }
        }
    };
    Dependency { number: claim.number, refers_to, relation, unresolved }
}

fn sorted(mut numbers: Vec<u32>) -> Vec<u32> {
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

#[cfg(test)]
mod tests;
