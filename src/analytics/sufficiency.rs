//! Has enough been searched and read? What can be said of recall and precision, and with what reserve.
//!
//! Four views, none of which proves completeness:
//! - **saturation**: how many new relevant documents each further [`STEP`] read bring;
//! - **capture and recapture** between two channels of search ([`channels`]): if search by class or citation and search
//!   by words are independent, their overlap tells how many relevant documents there are (Chapman 1951). Positive
//!   dependence, which is the rule, makes that number too low and recall too high, so recall is an upper estimate. Two
//!   text channels, or text and a vector trained on that text, are never independent;
//! - **precision** of a sample that was drawn at random and read ([`of_sample`]);
//! - **recall on a known set** that was made without any word of the query ([`proportion`]).
//!
//! Pure functions on counts; what was read, found and known is the caller's business
//! ([`super::strategy`] counts it for a project).

use serde::{Deserialize, Serialize};

use super::evidence::{Outcome, Undefined};
use super::indicator::statistics::{chapman, wilson};

/// Documents read between two points of the saturation curve.
pub const STEP: usize = 20;
/// Documents at the end of reading among which nothing new should be found before one stops.
pub const LAST: usize = 50;

/// Relevant documents that both channels need to share. Below it the estimate is biased low: Chapman's is within 2 % of
/// the truth, with 95 % confidence, from 7 on (Robson and Regier, 1964).
pub const MIN_BOTH: u64 = 7;

/// How reading went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Saturation {
    /// Documents read.
    pub n_read: u64,
    /// Relevant ones among them.
    pub n_relevant: u64,
    /// New relevant documents in each further 20 read, in order of reading; the last step may be shorter.
    pub steps: Vec<u64>,
    /// Relevant documents among the last 50 read; none while fewer were read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub n_relevant_of_last: Option<u64>,
}

/// A proportion with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Proportion {
    /// `k / n`, 0-1.
    pub share: f64,
    /// The lower bound at 95 % (Wilson).
    pub low: f64,
    /// The upper bound at 95 %.
    pub high: f64,
}

/// What two channels say of the number of relevant documents.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Channels {
    /// The estimated number.
    pub size: f64,
    /// Its bounds at 95 %.
    pub size_between: (f64, f64),
    /// The share of them that either channel found; an upper estimate, see the module.
    pub recall: f64,
    /// Its bounds at 95 %: from the bounds of the number.
    pub recall_between: (f64, f64),
}

/// What speaks for stopping and what against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Advice {
    /// Nothing new in the last documents read, and both channels found relevant ones. No proof of completeness.
    MayStop,
    /// New relevant documents still come up.
    StillFinding,
    /// Fewer documents were read than it takes to tell.
    ReadMore,
    /// Only one channel found relevant documents: search by class or citation as well as by words.
    OneChannel,
}

/// Something that limits what the figures say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SufficiencyCaveat)]
pub enum Caveat {
    /// Channels tend to find the same documents, so the number of relevant ones is too low and recall too high; words
    /// and vectors trained on the same words are one channel.
    DependentChannels,
    /// Documents of the channels were not read; relevant ones among them are not part of the estimate.
    UnreadInChannels,
    /// Documents of the sample were not read, or not in its order: precision rests on fewer than the sample has.
    UnreadInSample,
    /// No known set was given.
    NoKnownSet,
    /// Documents of the known set are not in the data; they say nothing of the query.
    KnownNotIndexed,
}

/// Returns how reading went; `read` says of each document, in order of reading, whether it is relevant.
///
/// ```
/// use patnav::analytics::sufficiency::saturation;
///
/// let read: Vec<bool> = (0..45).map(|n| n < 22).collect();
/// assert_eq!(saturation(&read).steps, [20, 2, 0]);
/// ```
pub fn saturation(read: &[bool]) -> Saturation {
    let n_of = |part: &[bool]| part.iter().filter(|relevant| **relevant).count() as u64;
    Saturation {
        n_read: read.len() as u64,
        n_relevant: n_of(read),
        steps: read.chunks(STEP).map(n_of).collect(),
        n_relevant_of_last: read.len().checked_sub(LAST).map(|start| n_of(&read[start..])),
    }
}

/// Returns the proportion `k / n` with its Wilson interval at 95 %.
///
/// # Errors
/// [`Undefined`] where there is no case, or `k > n`.
pub fn proportion(k: u64, n: u64) -> Outcome<Proportion> {
    let (low, high) = wilson(k, n)?;
    Ok(Proportion { share: k as f64 / n as f64, low, high })
}

/// Returns the share of a population that has a property, from a random sample of `n` of which `k` have it. A sample of
/// the whole population leaves nothing open.
///
/// # Errors
/// As [`proportion`].
pub fn of_sample(k: u64, n: u64, population: u64) -> Outcome<Proportion> {
    let found = proportion(k, n)?;
    if n < population {
        return Ok(found);
    }
    Ok(Proportion { low: found.share, high: found.share, ..found })
}

/// Returns the most members of a population that have a property, at the upper bound of [`of_sample`], rounded up.
///
/// # Errors
/// As [`proportion`].
pub fn at_most(k: u64, n: u64, population: u64) -> Outcome<u64> {
    let high = of_sample(k, n, population)?.high;
    if n >= population {
        return Ok(k);
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most the population")]
    let n = (high * population as f64).ceil() as u64;
    Ok(n.min(population))
}

/// Returns what the relevant documents of two channels, `n_both` of them common, say of all relevant documents.
///
/// # Errors
/// [`Undefined`] where a channel found nothing, or they have less than [`MIN_BOTH`] in common.
pub fn channels(n_by_class: u64, n_by_words: u64, n_both: u64) -> Outcome<Channels> {
    let estimate = chapman(n_by_class, n_by_words, n_both)?;
    if n_both < MIN_BOTH {
        let what = "the number of relevant documents that both channels found".to_owned();
        return Err(Undefined::TooFew { what, n: n_both, needed: MIN_BOTH });
    }
    let n_seen = (n_by_class + n_by_words - n_both) as f64;
    if estimate.size <= 0.0 {
        return Err(Undefined::Empty);
    }
    let recall = |size: f64| (n_seen / size).min(1.0);
    Ok(Channels {
        size: estimate.size,
        size_between: (estimate.low, estimate.high),
        recall: estimate.recall_both,
        recall_between: (recall(estimate.high), recall(estimate.low)),
    })
}

/// Returns what to do next.
pub fn advice(read: &Saturation, n_by_class: u64, n_by_words: u64) -> Advice {
    match read.n_relevant_of_last {
        None => Advice::ReadMore,
        Some(1..) => Advice::StillFinding,
        Some(0) if n_by_class == 0 || n_by_words == 0 => Advice::OneChannel,
        Some(0) => Advice::MayStop,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(n: usize, relevant: impl Fn(usize) -> bool) -> Vec<bool> {
        (0..n).map(relevant).collect()
    }

    #[test]
    fn reading_saturates() {
        let found = saturation(&read(110, |at| at < 30 || at == 45));
        assert_eq!(found.steps, [20, 10, 1, 0, 0, 0]);
        assert_eq!((found.n_read, found.n_relevant, found.n_relevant_of_last), (110, 31, Some(0)));
        assert_eq!(
            saturation(&[]),
            Saturation { n_read: 0, n_relevant: 0, steps: vec![], n_relevant_of_last: None }
        );
        assert_eq!(saturation(&read(50, |at| at == 0)).n_relevant_of_last, Some(1));
    }

    #[test]
    fn channels_estimate_what_neither_found() {
        let found = channels(20, 21, 10).expect("they overlap");
        // Chapman: 21 · 22 / 11 - 1.
        assert!((found.size - 41.0).abs() < 1e-9 && (found.recall - 31.0 / 41.0).abs() < 1e-9);
        let (low, high) = found.recall_between;
        assert!(low < found.recall && found.recall < high && high <= 1.0, "{low} {high}");
        for (a, b, both) in [(0, 5, 0), (5, 0, 0), (5, 5, 0), (3, 5, 4), (9, 9, 6)] {
            assert!(channels(a, b, both).is_err(), "{a} {b} {both}");
        }
    }

    #[test]
    fn advice_names_what_is_missing() {
        let said = |read: &[bool], by_class| advice(&saturation(read), by_class, 5);
        assert_eq!(said(&read(10, |_| true), 5), Advice::ReadMore);
        assert_eq!(said(&read(60, |at| at == 50), 5), Advice::StillFinding);
        assert_eq!(said(&read(60, |at| at == 0), 0), Advice::OneChannel);
        assert_eq!(said(&read(60, |at| at == 0), 5), Advice::MayStop);
    }

    #[test]
    fn a_sample_has_an_interval_and_a_whole_has_none() {
        let precision = proportion(24, 30).expect("there are cases");
        assert!((0.62..0.63).contains(&precision.low) && (0.90..0.91).contains(&precision.high));
        assert!(proportion(0, 0).is_err() && proportion(2, 1).is_err());
        let whole = of_sample(3, 7, 7).expect("there are cases");
        assert_eq!((whole.low, whole.high), (whole.share, whole.share));
        assert_eq!(at_most(3, 7, 7), Ok(3));
        // None of 50: Wilson's upper bound is 3.84 / 53.84.
        assert_eq!(at_most(0, 50, 1000), Ok(72));
    }

    proptest! {
        #[test]
        fn bounds_hold_what_they_bound(population in 1_u64..5_000, n in 1_u64..200, k in 0_u64..200) {
            let n = n.min(population);
            let k = k.min(n);
            let found = of_sample(k, n, population).expect("there are cases");
            prop_assert!(0.0 <= found.low && found.low <= found.share && found.share <= found.high && found.high <= 1.0);
            let most = at_most(k, n, population).expect("there are cases");
            prop_assert!(k <= most && most <= population);
        }
    }
}
