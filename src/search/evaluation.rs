//! How good are the answers? Questions with judged documents, measures, intervals, paired comparisons.
//!
//! Measures of one question, from its ranked list and its judgments:
//!
//! ```text
//! nDCG@10   = Σ_{r ≤ 10} (2^grade_r - 1) / log2(r + 1), as a share of that of the judgments in their best order
//!             (Järvelin, Kekäläinen: Cumulated gain-based evaluation of IR techniques, TOIS 20(4), 2002,
//!             with the gain of Burges et al., 2005)
//! recall@k  = judged documents with a grade above 0 among the first k, as a share of all of them
//! MRR       = 1 / place of the first of them, 0 where none is among the first [`DEPTH`]
//! ```
//!
//! A judged document that the snapshot does not hold counts as not found. Intervals are percentiles of the means of
//! resampled questions (Efron's bootstrap), and differences are resampled in pairs: both settings answer the same
//! questions.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

use super::error::{Error, Result};
use super::filter;
use super::request::{Collapse, Filters, Request, SimilarRequest};
use crate::index::{DocnoSet, Reader, SpaceName, date};

/// Hits that are looked at.
pub const DEPTH: usize = 100;
/// Resamples of an interval.
const RESAMPLES: usize = 2_000;
/// The share of the resamples that an interval holds.
const CONFIDENCE: f64 = 0.95;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// A text, as somebody types or pastes it.
    Text(String),
    /// Documents like the one with this number; itself and its family are left out.
    Number(String),
    /// A query in the query language.
    Query(String),
}

/// One question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Its id.
    pub id: String,
    /// What is asked.
    pub ask: Ask,
    /// Conditions of its own, such as a day before which prior art must lie.
    pub filters: Filters,
    /// The judged documents, each by a number, with grades; above 0 is relevant.
    pub judged: Vec<(String, u32)>,
}

/// How the lists are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Setting {
    /// As a search answers.
    Hybrid,
    /// By words alone, BM25F.
    Words,
    /// By vector alone.
    Vector,
}

/// How questions are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// How the lists are made.
    pub setting: Setting,
    /// Whether a question by number sees only what has an earlier priority (or filing) day than its document.
    pub prior_art: bool,
    /// What a hit is. A judged document is found where its group is.
    pub collapse: Collapse,
}

/// The measures of one question, each in 0-1.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Measures {
    /// nDCG@10.
    pub ndcg_10: f64,
    /// Recall among the first, the first 10, the first 100.
    pub recall: [f64; 3],
    /// 1 / place of the first relevant document.
    pub reciprocal_rank: f64,
}

/// A mean over questions with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// The mean.
    pub mean: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// The means of all measures, or of their differences.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Means {
    /// nDCG@10.
    #[serde(rename = "ndcg@10")]
    pub ndcg_10: Interval,
    /// Recall among the first.
    #[serde(rename = "recall@1")]
    pub recall_1: Interval,
    /// Recall among the first 10.
    #[serde(rename = "recall@10")]
    pub recall_10: Interval,
    /// Recall among the first 100.
    #[serde(rename = "recall@100")]
    pub recall_100: Interval,
    /// Mean reciprocal rank.
    pub mrr: Interval,
}

/// Answers a question and measures the list.
///
/// # Errors
/// As [`super::search`] and [`super::similar`]: a query that cannot be read, a number that no document has.
pub fn measure(reader: &Reader, question: &Question, options: Options) -> Result<Measures> {
    let targets = targets(reader, question, options.collapse)?;
    let ranked = ranked(reader, question, options)?;
    let groups: Vec<String> =
        ranked.iter().map(|key| group_of_key(reader, key, options.collapse)).collect::<Result<_>>()?;
    let grades: Vec<u32> = targets.iter().map(|(_, grade)| *grade).collect();
    Ok(measures(&places(&targets, &groups), &grades))
}

/// Returns each judged document as the groups that stand for it, with its grade.
fn targets(
    reader: &Reader,
    question: &Question,
    collapse: Collapse,
) -> Result<Vec<(FxHashSet<String>, u32)>> {
    let mut targets = Vec::new();
    for (number, grade) in &question.judged {
        let mut groups = FxHashSet::default();
        for docno in reader.by_number(number) {
            groups.insert(group_of(reader, docno, collapse)?);
        }
        targets.push((groups, *grade));
    }
    Ok(targets)
}

/// Returns the place of each judged document in a list, from 0. A hit stands for one of them: two judged members
/// of one family are both found where their family is.
fn places(targets: &[(FxHashSet<String>, u32)], groups: &[String]) -> Vec<Option<usize>> {
    targets.iter().map(|(names, _)| groups.iter().position(|group| names.contains(group))).collect()
}

/// Computes the measures from the place of each judged document in the list, from 0, and its grade.
pub fn measures(places: &[Option<usize>], grades: &[u32]) -> Measures {
    let gain = |grade: u32| 2_f64.powi(i32::try_from(grade.min(30)).unwrap_or(30)) - 1.0;
    let discount = |place: usize| 1.0 / (place as f64 + 2.0).log2();
    let mut ideal: Vec<u32> = grades.to_vec();
    ideal.sort_unstable_by(|a, b| b.cmp(a));
    let best: f64 =
        ideal.iter().take(10).enumerate().map(|(place, grade)| gain(*grade) * discount(place)).sum();
    let found = || places.iter().zip(grades).filter_map(|(place, grade)| Some(((*place)?, *grade)));
    let reached: f64 =
        found().filter(|(place, _)| *place < 10).map(|(place, grade)| gain(grade) * discount(place)).sum();
    let n_relevant = grades.iter().filter(|grade| **grade > 0).count();
    let relevant = || found().filter(|(_, grade)| *grade > 0).map(|(place, _)| place);
    let share = |k: usize| relevant().filter(|place| *place < k).count() as f64 / n_relevant.max(1) as f64;
    Measures {
        ndcg_10: if best > 0.0 { (reached / best).min(1.0) } else { 0.0 },
        recall: [1, 10, 100].map(share),
        reciprocal_rank: relevant().min().map_or(0.0, |place| 1.0 / (place as f64 + 1.0)),
    }
}

/// Returns the keys of the list that answers a question.
fn ranked(reader: &Reader, question: &Question, options: Options) -> Result<Vec<String>> {
    let mut filters = question.filters.clone();
    if let (true, Ask::Number(number)) = (options.prior_art, &question.ask) {
        let day = reader.by_number(number).first().and_then(|docno| {
            let day = reader.column("priority_date").ok()?.integer(*docno)?;
            date(day)
        });
        // Without a day nothing is known to be earlier.
        let day = day.map_or_else(|| "0001-01-01".to_owned(), |day| day.to_string());
        filters.before = Some(day);
    }
    if options.setting != Setting::Hybrid {
        return by_one_list(reader, question, &filters, options.setting);
    }
    let response = match &question.ask {
        Ask::Number(number) => super::similar(
            reader,
            &SimilarRequest {
                number: Some(number.clone()),
                filters,
                limit: DEPTH,
                ..SimilarRequest::default()
            },
        )?,
        Ask::Text(text) | Ask::Query(text) => {
            let request =
                Request { filters, collapse: options.collapse, limit: DEPTH, ..Request::new(text.as_str()) };
            super::search(reader, &request)?
        }
    };
    Ok(response.hits.into_iter().map(|hit| hit.key).collect())
}

/// Returns the keys of the best publications by one retriever.
fn by_one_list(
    reader: &Reader,
    question: &Question,
    filters: &Filters,
    setting: Setting,
) -> Result<Vec<String>> {
    let mut candidates: DocnoSet = reader.alive().clone();
    if let Some(kept) = filter::kept(reader, filters)?.all {
        candidates.intersect(&kept);
    }
    let (text, vector) = match &question.ask {
        Ask::Text(text) | Ask::Query(text) => (text.clone(), reader.embed(text)?),
        Ask::Number(number) => {
            let found = reader.by_number(number);
            let unknown = || Error::UnknownNumber { number: number.clone(), similar: Vec::new() };
            let docno = *found.first().ok_or_else(unknown)?;
            let family = group_of(reader, docno, Collapse::SimpleFamily)?;
            let mut own = DocnoSet::empty(candidates.end());
            for other in candidates.iter() {
                if group_of(reader, other, Collapse::SimpleFamily)? == family {
                    own.insert(other);
                }
            }
            candidates.subtract(&own);
            (super::similar::topic(&reader.document(docno)?), reader.vector(docno))
        }
    };
    let docnos: Vec<u32> = if setting == Setting::Words {
        let ranked = reader.rank_words(&text, &candidates, DEPTH)?;
        ranked.into_iter().map(|(docno, _)| docno).collect()
    } else {
        let Some(vector) = vector else { return Ok(Vec::new()) };
        let near = reader.nearest(SpaceName::Documents, &vector, Some(&candidates), DEPTH)?;
        near.into_iter().map(|near| near.docno).collect()
    };
    docnos.into_iter().map(|docno| Ok(reader.key(docno)?)).collect()
}

fn group_of_key(reader: &Reader, key: &str, collapse: Collapse) -> Result<String> {
    match reader.by_number(key).first() {
        Some(docno) => group_of(reader, *docno, collapse),
        None => Ok(key.to_owned()),
    }
}

/// Returns the name of the group of a document: what is one hit together.
fn group_of(reader: &Reader, docno: u32, collapse: Collapse) -> Result<String> {
    let columns: &[&str] = match collapse {
        Collapse::SimpleFamily => &["family"],
        Collapse::ExtendedFamily => &["family_extended", "family"],
        Collapse::Application => &["application"],
        Collapse::None => &[],
    };
    for name in columns {
        if let Some(group) = reader.column(name)?.keywords(docno).next() {
            return Ok(group.to_owned());
        }
    }
    Ok(reader.key(docno)?)
}

/// Returns the means of the measures with their intervals; 0 for no questions.
pub fn means(measured: &[Measures], seed: u64) -> Means {
    let interval = |of: fn(&Measures) -> f64| bootstrap(&measured.iter().map(of).collect::<Vec<f64>>(), seed);
    Means {
        ndcg_10: interval(|m| m.ndcg_10),
        recall_1: interval(|m| m.recall[0]),
        recall_10: interval(|m| m.recall[1]),
        recall_100: interval(|m| m.recall[2]),
        mrr: interval(|m| m.reciprocal_rank),
    }
}

/// Returns the means of the differences `one - other` question by question, with their intervals: where an interval
/// does not hold 0, the settings differ by more than the choice of questions explains.
///
/// The lists must be of the same questions in the same order.
pub fn differences(one: &[Measures], other: &[Measures], seed: u64) -> Means {
    let differences: Vec<Measures> = one
        .iter()
        .zip(other)
        .map(|(a, b)| Measures {
            ndcg_10: a.ndcg_10 - b.ndcg_10,
            recall: std::array::from_fn(|k| a.recall[k] - b.recall[k]),
            reciprocal_rank: a.reciprocal_rank - b.reciprocal_rank,
        })
        .collect();
    means(&differences, seed)
}

/// Returns the mean of some values and its 95 % percentile interval from 2,000 resamples.
pub fn bootstrap(values: &[f64], seed: u64) -> Interval {
    let mean = |sum: f64| sum / values.len().max(1) as f64;
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut resampled: Vec<f64> = (0..if values.is_empty() { 0 } else { RESAMPLES })
        .map(|_| mean(values.iter().map(|_| values[random.random_range(0..values.len())]).sum()))
        .collect();
    resampled.sort_unstable_by(f64::total_cmp);
    let at = |share: f64| {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in the list")]
        let index = (share * RESAMPLES as f64) as usize;
        resampled.get(index.min(RESAMPLES - 1)).copied().unwrap_or_default()
    };
    let outside = (1.0 - CONFIDENCE) / 2.0;
    Interval { mean: mean(values.iter().sum()), low: at(outside), high: at(1.0 - outside) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn near(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-9, "{a} {b}");
    }

    #[test]
    fn measures_follow_their_definitions() {
        // Grades 2 at the first place and 1 at the third; another of grade 1 is not found.
        let of = measures(&[Some(0), Some(2), None], &[2, 1, 1]);
        let ideal = 3.0 + 1.0 / 3_f64.log2() + 0.5;
        near(of.ndcg_10, (3.0 + 0.5) / ideal);
        near(of.recall[0], 1.0 / 3.0);
        near(of.recall[1], 2.0 / 3.0);
        near(of.reciprocal_rank, 1.0);
        let late = measures(&[Some(10)], &[1]);
        near(late.ndcg_10, 0.0);
        assert_eq!(late.recall, [0.0, 0.0, 1.0]);
        near(late.reciprocal_rank, 1.0 / 11.0);
        // A grade of 0 says that a document is not relevant, however early it comes.
        assert_eq!(measures(&[Some(0)], &[0]), Measures::default());
        assert_eq!(measures(&[], &[]), Measures::default());
    }

    #[test]
    fn intervals_hold_the_mean_and_are_the_same_for_a_seed() {
        let values: Vec<f64> = (0..50).map(|n| f64::from(n % 2)).collect();
        let interval = bootstrap(&values, 7);
        near(interval.mean, 0.5);
        assert!(interval.low < 0.5 && interval.high > 0.5 && interval.high - interval.low < 0.3);
        assert_eq!(interval, bootstrap(&values, 7));
        assert_ne!(interval, bootstrap(&values, 8));
        assert_eq!(bootstrap(&[], 7), Interval { mean: 0.0, low: 0.0, high: 0.0 });
        assert_eq!(bootstrap(&[0.25; 9], 7), Interval { mean: 0.25, low: 0.25, high: 0.25 });
    }

    #[test]
    fn a_difference_is_one_of_pairs() {
        let measured = |ndcg: &[f64]| -> Vec<Measures> {
            ndcg.iter().map(|ndcg_10| Measures { ndcg_10: *ndcg_10, ..Measures::default() }).collect()
        };
        // Questions differ much, the settings always by the same: the pairs leave no doubt.
        let (one, other) = (measured(&[0.1, 0.9, 0.5]), measured(&[0.0, 0.8, 0.4]));
        let difference = differences(&one, &other, 1).ndcg_10;
        assert!(difference.low > 0.09 && difference.high < 0.11, "{difference:?}");
    }
}
