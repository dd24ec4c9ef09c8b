//! Which claims hold: choosing among the publications of one application, and composing certificates with the grant.
//!
//! Rules, by office and kind code (WIPO ST.16, part 7.3.2 of its examples, and the offices' own lists):
//! - CN: `A` application; `B`, `C`, `U`, `Y` grants; `C1`-`C7`, `Y1`-`Y7` and `B`-prefixed digits from 2 on are maintained after
//!   partial invalidation, and so are what is in force. `B` of seven digits is an examined application (before 1993).
//! - EP: `A*` application; `B1` grant; `B2` after opposition, `B3` after limitation. `8` and `9` are corrections of their letter.
//! - US: `A` with an application's serial, `A1`, `A2`, `A9` applications; `A` with a patent number, `B1`, `B2`, `E`, `P2`, `P3` grants;
//!   `C1`-`C3`, `F1`-`F9`, `J1`-`J9`, `K1`-`K9` certificates (reexamination, supplemental examination, review), which print
//!   only the claims that they change: [`composed`] lays them over the grant.
//! - Others: [`PublicationNumber::is_grant`].
//!
//! Limits: whether the right is alive is not asked here. Reissues (`RE`) have numbers and applications of their own.

use super::Claim;
use super::ClaimSet;
use crate::patent::Date;
use crate::patent::PublicationNumber;

/// One publication's claims.
#[derive(Debug, Clone, Copy)]
pub struct ClaimVersion<'a> {
    /// The publication.
    pub number: &'a PublicationNumber,
    /// Its date, where known.
    pub date: Option<Date>,
    /// Its claims, in the language wanted.
    pub claims: &'a ClaimSet,
}

/// How far the claims of a publication have come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// As filed, searched or examined: no right yet, or not known to be one.
    Application,
    /// As granted.
    Granted,
    /// As amended after the grant, whole text.
    Amended,
    /// A certificate after the grant that prints the changed claims only.
    Certificate,
}

/// The claims in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InForce {
    /// The place (from 0) in the list given of the version that holds, the grant where certificates were laid over it.
    pub version: usize,
    /// The stage reached, [`Stage::Certificate`] where any was laid over.
    pub stage: Stage,
    /// The claims.
    pub claims: ClaimSet,
    /// The places of the certificates laid over, in order.
    pub certificates: Vec<usize>,
    /// The places of versions passed over because they have no date while others have one.
    pub undated: Vec<usize>,
}

/// Returns the stage of a publication by its number.
pub fn stage(number: &PublicationNumber) -> Stage {
    let kind = number.kind.as_deref().unwrap_or_default();
    let letter = kind.chars().next();
    let digit = kind.chars().nth(1).and_then(|c| c.to_digit(10));
    match (number.country.as_str(), letter, digit) {
        ("CN", Some('B' | 'C' | 'Y' | 'S'), Some(1..=7)) => match (letter, digit) {
            (Some('B'), Some(1)) => Stage::Granted,
            _ => Stage::Amended,
        },
        ("EP", Some('B'), Some(2 | 3)) => Stage::Amended,
        ("US", Some('C' | 'F' | 'J' | 'K'), _) => Stage::Certificate,
        _ if number.is_grant() == Some(true) => Stage::Granted,
        _ => Stage::Application,
    }
}

/// Returns the claims that hold on `as_of` among the publications of one application; `None` cuts at no date.
///
/// The furthest stage wins, then the later date, then the later kind code, then the later place. Versions without
/// claims (search reports, corrected title pages) and those published after `as_of` are passed over; without a date
/// a version counts only where no dated one is left. No version left: `None`.
pub fn in_force(versions: &[ClaimVersion<'_>], as_of: Option<Date>) -> Option<InForce> {
    let with_claims = |at: &usize| !versions[*at].claims.claims.is_empty();
    let mut left: Vec<usize> = (0..versions.len()).filter(with_claims).collect();
    let mut undated = Vec::new();
    if let Some(as_of) = as_of {
        left.retain(|&at| versions[at].date.is_none_or(|date| date <= as_of));
        let (dated, without): (Vec<usize>, Vec<usize>) =
            left.iter().copied().partition(|&at| versions[at].date.is_some());
        if !dated.is_empty() {
            (left, undated) = (dated, without);
        }
    }
    let rank = |at: &usize| {
        let version = &versions[*at];
        (stage(version.number), version.date, version.number.kind.clone(), *at)
    };
    left.sort_by_key(rank);
    let whole = |at: &&usize| stage(versions[**at].number) != Stage::Certificate;
    // A certificate without its grant is all that is known.
    let version = *left.iter().rev().find(whole).or(left.last())?;
    let certificates: Vec<usize> = left
        .iter()
        .copied()
        .filter(|&at| at != version && stage(versions[at].number) == Stage::Certificate)
        .collect();
    let mut claims = versions[version].claims.clone();
    for &at in &certificates {
        claims = composed(&claims, versions[at].claims);
    }
    let stage = certificates.last().map_or(stage(versions[version].number), |_| Stage::Certificate);
    Some(InForce { version, stage, claims, certificates, undated })
}

/// Returns `granted` with the claims of a certificate laid over it: same number replaced, new numbers added in order.
///
/// A claim that the certificate prints as cancelled ("(cancelled)", "cancelled.") is taken out.
/// A number that `granted` has twice is replaced at its first place, and the second kept: nothing is merged.
pub fn composed(granted: &ClaimSet, certificate: &ClaimSet) -> ClaimSet {
    let mut claims: Vec<Claim> = granted.claims.clone();
    for claim in &certificate.claims {
        let place = claims.iter().position(|other| other.number == claim.number);
        match (place, is_cancelled(&claim.text)) {
            (Some(at), true) => {
                claims.remove(at);
            }
            (Some(at), false) => claims[at] = claim.clone(),
            (None, true) => {}
            (None, false) => {
                let at = claims.iter().position(|other| other.number > claim.number).unwrap_or(claims.len());
                claims.insert(at, claim.clone());
            }
        }
    }
    ClaimSet { claims, ..granted.clone() }
}

fn is_cancelled(text: &str) -> bool {
    let words: String = text.chars().filter(|c| c.is_alphabetic()).collect::<String>().to_lowercase();
    matches!(words.as_str(), "cancelled" | "canceled" | "cancelledclaim" | "已删除" | "删除" | "取消")
}
