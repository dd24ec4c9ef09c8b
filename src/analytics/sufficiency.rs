//! Has enough been searched and read? What can be said of recall and precision, and with what reserve.
//!
//! Four views, none of which proves completeness:
//! - **saturation**: how many new relevant documents each further 20 read bring;
//! - **capture and recapture** between two channels of search: if class or citation search and keyword search are
//!   independent, their overlap tells how many relevant documents there are (Chapman 1951). Positive dependence, which
//!   is the rule, makes the estimate of the size too low and of recall too high. Two text channels, or text and a
//!   vector trained on that text, are never independent;
//! - **precision** of a sample that was drawn at random and read (Wilson 1927, 95 %);
//! - **recall on a known set** that was made without any word of the query (Wilson, 95 %).
//!
//! Pure functions on keys; what was read, found and known is the caller's.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::evidence::{Outcome, Undefined};
use super::indicator::statistics::{chapman, wilson};

/// Documents read between two points of the saturation curve.
pub const STEP: usize = 20;
/// Documents at the end of reading in which nothing new should be found before one stops.
pub const LAST: usize = 50;

/// What is known of a search.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// Documents in the order in which they were first decided on, and whether they are relevant.
    pub read: &'a [(String, bool)],
    /// What a channel of classes or citations found.
    pub by_class: &'a BTreeSet<String>,
    /// What a channel of words found.
    pub by_words: &'a BTreeSet<String>,
    /// Documents drawn at random from the whole result and decided on, and whether they are relevant.
    pub sample: &'a [(String, bool)],
    /// Documents known to be relevant from elsewhere.
    pub known: &'a BTreeSet<String>,
    /// Everything that the search found.
    pub found: &'a BTreeSet<String>,
}

/// What can be said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sufficiency {
    /// Documents read.
    pub n_read: u64,
    /// Relevant ones among them.
    pub n_relevant: u64,
    /// New relevant documents in each further [`STEP`] read, the last step perhaps shorter.
    pub saturation: Vec<u64>,
    /// Relevant documents among the last [`LAST`] read; `None` while fewer were read.
    pub n_relevant_of_last: Option<u64>,
    /// Recall by capture and recapture.
    pub recapture: Outcome<RecaptureRecall>,
    /// Precision of the sample.
    pub precision: Outcome<Proportion>,
    /// Recall on the known set.
    pub known_recall: Outcome<Proportion>,
    /// What speaks for stopping here, and what against.
    pub advice: Advice,
}

/// A proportion with its interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Proportion {
    /// Cases that count.
    pub k: u64,
    /// All cases.
    pub n: u64,
    /// `k / n`, 0-1.
    pub share: f64,
    /// The lower bound at 95 % (Wilson).
    pub low: f64,
    /// The upper bound at 95 %.
    pub high: f64,
}

/// Recall as two channels see it. An upper estimate: see the module.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RecaptureRecall {
    /// Relevant documents of the channel of classes or citations.
    pub n_by_class: u64,
    /// Relevant documents of the channel of words.
    pub n_by_words: u64,
    /// Those that both found.
    pub n_both: u64,
    /// The estimated number of relevant documents.
    pub size: f64,
    /// The share of them that either channel found; at most 1.
    pub recall: f64,
    /// The recall if the size is at its upper bound (95 %).
    pub low: f64,
}

/// What speaks for stopping and what against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Advice {
    /// Nothing new in the last documents read, and two channels were used.
    MayStop,
    /// New relevant documents still come up.
    StillFinding,
    /// Fewer documents were read than it takes to tell.
    ReadMore,
    /// Only one channel found relevant documents: search by class or citation as well as by words.
    OneChannel,
}

/// Says what can be said.
pub fn sufficiency(input: &Input<'_>) -> Sufficiency {
    let relevant: BTreeSet<&str> =
        input.read.iter().filter(|(_, relevant)| *relevant).map(|(key, _)| key.as_str()).collect();
    let n_of = |part: &[(String, bool)]| part.iter().filter(|(_, relevant)| *relevant).count() as u64;
    let last = (input.read.len() >= LAST).then(|| n_of(&input.read[input.read.len() - LAST..]));
    let channel = |found: &BTreeSet<String>| -> BTreeSet<&str> {
        relevant.iter().filter(|key| found.contains(**key)).copied().collect()
    };
    let (by_class, by_words) = (channel(input.by_class), channel(input.by_words));
    let advice = match last {
        None => Advice::ReadMore,
        Some(1..) => Advice::StillFinding,
        Some(0) if by_class.is_empty() || by_words.is_empty() => Advice::OneChannel,
        Some(0) => Advice::MayStop,
    };
    Sufficiency {
        n_read: input.read.len() as u64,
        n_relevant: relevant.len() as u64,
        saturation: input.read.chunks(STEP).map(n_of).collect(),
        n_relevant_of_last: last,
        recapture: recapture(&by_class, &by_words),
        precision: proportion(n_of(input.sample), input.sample.len() as u64),
        known_recall: proportion(
            input.known.iter().filter(|key| input.found.contains(*key)).count() as u64,
            input.known.len() as u64,
        ),
        advice,
    }
}

/// Returns a proportion with its Wilson interval.
///
/// # Errors
/// [`Undefined`] where there is no case.
pub fn proportion(k: u64, n: u64) -> Outcome<Proportion> {
    let (low, high) = wilson(k, n)?;
    Ok(Proportion { k, n, share: k as f64 / n as f64, low, high })
}

fn recapture(by_class: &BTreeSet<&str>, by_words: &BTreeSet<&str>) -> Outcome<RecaptureRecall> {
    let n_both = by_class.intersection(by_words).count() as u64;
    let (n_by_class, n_by_words) = (by_class.len() as u64, by_words.len() as u64);
    let estimate = chapman(n_by_class, n_by_words, n_both)?;
    let n_seen = by_class.union(by_words).count() as f64;
    if estimate.size <= 0.0 || estimate.high <= 0.0 {
        return Err(Undefined::Empty);
    }
    let of = |size: f64| (n_seen / size).min(1.0);
    Ok(RecaptureRecall {
        n_by_class,
        n_by_words,
        n_both,
        size: estimate.size,
        recall: of(estimate.size),
        low: of(estimate.high),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(range: std::ops::Range<u32>) -> BTreeSet<String> {
        range.map(|n| format!("K{n}")).collect()
    }

    fn read(n: u32, relevant: impl Fn(u32) -> bool) -> Vec<(String, bool)> {
        (0..n).map(|at| (format!("K{at}"), relevant(at))).collect()
    }

    #[test]
    fn reading_saturates() {
        let read = read(110, |at| at < 30 || at == 45);
        let found = sufficiency(&Input { read: &read, by_class: &keys(0..20), by_words: &keys(10..60), ..empty() });
        assert_eq!(found.saturation, [20, 10, 1, 0, 0, 0]);
        assert_eq!((found.n_read, found.n_relevant, found.n_relevant_of_last), (110, 31, Some(0)));
        assert_eq!(found.advice, Advice::MayStop);
        let recapture = found.recapture.unwrap();
        assert_eq!((recapture.n_by_class, recapture.n_by_words, recapture.n_both), (20, 21, 10));
        // Chapman: 21 * 22 / 11 - 1.
        assert!((recapture.size - 41.0).abs() < 1e-9);
        assert!((recapture.recall - 31.0 / 41.0).abs() < 1e-9 && recapture.low < recapture.recall);
    }

    #[test]
    fn advice_names_what_is_missing() {
        let advice = |read: &[(String, bool)], by_class: &BTreeSet<String>| {
            sufficiency(&Input { read, by_class, by_words: &keys(0..60), ..empty() }).advice
        };
        assert_eq!(advice(&read(10, |_| true), &keys(0..60)), Advice::ReadMore);
        assert_eq!(advice(&read(60, |at| at == 50), &keys(0..60)), Advice::StillFinding);
        assert_eq!(advice(&read(60, |at| at == 0), &keys(5..9)), Advice::OneChannel);
    }

    #[test]
    fn proportions_have_intervals_and_nothing_has_none() {
        let sample = read(30, |at| at < 24);
        let found = sufficiency(&Input { sample: &sample, known: &keys(0..10), found: &keys(0..9), ..empty() });
        let precision = found.precision.unwrap();
        assert_eq!((precision.k, precision.n), (24, 30));
        assert!(precision.low > 0.62 && precision.low < 0.63 && precision.high > 0.90 && precision.high < 0.91);
        assert_eq!(found.known_recall.unwrap().k, 9);
        let nothing = sufficiency(&empty());
        assert!(nothing.recapture.is_err() && nothing.precision.is_err() && nothing.known_recall.is_err());
        assert_eq!(nothing.advice, Advice::ReadMore);
    }

    fn empty() -> Input<'static> {
        static NONE: BTreeSet<String> = BTreeSet::new();
        Input { read: &[], by_class: &NONE, by_words: &NONE, sample: &[], known: &NONE, found: &NONE }
    }
}
