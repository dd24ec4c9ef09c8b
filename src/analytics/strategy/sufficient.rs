//! Whether a search is enough, as far as decisions, channels, a sample and a known set can tell.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

use super::channel::Channel;
use super::judged::{Families, MAX_SAMPLE, Sample, Verdict};
use super::{Found, MAX_KEYS, Search, found};
use crate::analytics::evidence::{Documents, Value};
use crate::analytics::formula::formula;
use crate::analytics::sufficiency::{
    Advice, Caveat, Saturation, advice, channels, of_sample, proportion, saturation,
};
use crate::index::{DocnoSet, Reader};
use crate::search::{Error, Result, Snapshot, snapshot_of};

/// Families of a sample where the question does not say.
const SAMPLE: usize = 50;
/// Documents of a known set at most.
const MAX_KNOWN: usize = 10_000;

/// What is to be told.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = SufficiencyRequest)]
pub struct Question {
    /// The line that is the result of the search; without it, the last line that was not taken back.
    pub result: Option<u32>,
    /// The lines of the channel by classes or citations; without any, those that search by these alone and that no
    /// other line of the channel builds on.
    pub by_classes: Vec<u32>,
    /// The lines of the channel by words; without any, as above.
    pub by_words: Vec<u32>,
    /// Documents known to be relevant from elsewhere, by any number, found without any word of the query: citations of
    /// a report, a list of an expert. At most 10,000.
    pub known: Vec<String>,
    /// Families of the sample of the result, 1 to 1,000; 50 where it does not say.
    pub sample: Option<usize>,
}

/// Whether a search is enough.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Sufficiency {
    /// The data that it was counted on.
    pub snapshot: Snapshot,
    /// The line that was taken as the result; none where there is no line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<u32>,
    /// Families of the result.
    pub n_result: u64,
    /// How reading went, in the order in which families were first decided on.
    pub reading: Saturation,
    /// Families that were read and are not settled; they count as read and not as relevant.
    pub n_unsettled: u64,
    /// Decided documents that this snapshot does not have; they count nowhere.
    pub n_not_indexed: u64,
    /// The channel by classes and citations.
    pub by_classes: ChannelReport,
    /// The channel by words.
    pub by_words: ChannelReport,
    /// Relevant families that both channels found.
    pub n_both: u64,
    /// The number of relevant families that the two channels let expect.
    pub relevant: Value,
    /// The share of these that either channel found. An upper estimate: channels that tend to find the same documents,
    /// which is the rule, make it too high; so does what was found and not read.
    pub recall: Value,
    /// The share of relevant families in the result, from a sample of it. What is not settled counts as not relevant.
    pub precision: Value,
    /// The sample.
    pub sample: Sample,
    /// The known set.
    pub known: KnownSet,
    /// The share of the known set that the result has.
    pub known_recall: Value,
    /// What to do next, as far as these figures say.
    pub advice: Advice,
    /// What limits these figures.
    pub caveats: Vec<Caveat>,
}

/// A channel of a search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ChannelReport {
    /// Its lines.
    pub lines: Vec<u32>,
    /// Families that it found.
    pub n: u64,
    /// Those among them that nobody has read: relevant ones may be there that the estimate does not know.
    pub n_unread: u64,
    /// Relevant ones among those read.
    pub n_relevant: u64,
}

/// A set of documents known to be relevant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct KnownSet {
    /// Numbers given.
    pub n_given: u64,
    /// Families of these in the snapshot.
    pub n: u64,
    /// Those among them that the result has.
    pub n_found: u64,
    /// Numbers whose family the result does not have, the first 100.
    pub missed: Vec<String>,
    /// Numbers that the snapshot does not have, the first 100; they say nothing of the query.
    pub not_indexed: Vec<String>,
    /// How many these are.
    pub n_not_indexed: u64,
}

/// Says whether a search is enough. `order` holds decided documents by key, in the order in which they were first
/// decided on.
///
/// # Errors
/// [`Error::UnknownSet`] for a line that there is not, [`Error::TooMany`] above a limit; those of the index.
pub fn sufficiency(
    reader: &Reader,
    search: &Search<'_>,
    order: &[String],
    question: &Question,
) -> Result<Sufficiency> {
    let size = question.sample.unwrap_or(SAMPLE);
    for (what, found, limit) in [
        ("the size of the sample", size, MAX_SAMPLE),
        ("the number of known documents", question.known.len(), MAX_KNOWN),
    ] {
        if found > limit {
            return Err(Error::TooMany { what, found, limit });
        }
    }
    let families = Families::new(reader, search.judged)?;
    let (lines, _) = found(reader, search)?;
    let result = match question.result {
        Some(number) => Some(line(&lines, number)?),
        None => lines.iter().rfind(|line| !line.text.removed),
    };
    let empty = DocnoSet::empty(reader.alive().end());
    let result_set = result.map_or(&empty, |line| &line.set);
    let in_result = families.of(result_set);

    let read = read_in_order(&families, order, search.judged);
    let reading = saturation(&read.iter().map(|verdict| *verdict == Verdict::Relevant).collect::<Vec<_>>());
    let (by_classes, classes) = channel(&families, &lines, &question.by_classes, Channel::Classes)?;
    let (by_words, words) = channel(&families, &lines, &question.by_words, Channel::Words)?;
    let both = classes.iter().filter(|family| words.contains(family)).count() as u64;
    let estimate = channels(by_classes.n_relevant, by_words.n_relevant, both);
    let value = |id: &str, outcome, between: Option<(f64, f64)>, keys: Vec<String>| {
        let (low, high) = between.unwrap_or((f64::NAN, f64::NAN));
        Value::new(formula(id), outcome, Documents::new(keys)).between(low, high)
    };
    let estimated = estimate.as_ref().ok();
    let sample = families.sample(result_set, size);
    let precision = of_sample(sample.n_relevant, sample.n_read, sample.population);
    let known = known_set(&families, &in_result, &question.known);
    let known_recall = proportion(known.n_found, known.n);
    let caveats = [
        (Caveat::DependentChannels, true),
        (Caveat::UnreadInChannels, by_classes.n_unread + by_words.n_unread > 0),
        (Caveat::UnreadInSample, sample.n_read < sample.documents.len() as u64),
        (Caveat::NoKnownSet, known.n_given == 0),
        (Caveat::KnownNotIndexed, known.n_not_indexed > 0),
    ];
    Ok(Sufficiency {
        snapshot: snapshot_of(reader),
        result: result.map(|line| line.text.number),
        n_result: in_result.len() as u64,
        n_unsettled: read.iter().filter(|verdict| **verdict == Verdict::Unsettled).count() as u64,
        n_not_indexed: families.n_not_indexed,
        caveats: caveats.into_iter().filter(|(_, holds)| *holds).map(|(caveat, _)| caveat).collect(),
        advice: advice(&reading, by_classes.n_relevant, by_words.n_relevant),
        reading,
        n_both: both,
        relevant: value(
            "chapman",
            estimate.clone().map(|found| found.size),
            estimated.map(|found| found.size_between),
            Vec::new(),
        ),
        recall: value(
            "recall-recapture",
            estimate.clone().map(|found| found.recall),
            estimated.map(|found| found.recall_between),
            Vec::new(),
        ),
        by_classes,
        by_words,
        precision: value(
            "wilson",
            precision.clone().map(|found| found.share),
            precision.as_ref().ok().map(|found| (found.low, found.high)),
            sample.read(),
        ),
        sample,
        known_recall: value(
            "wilson",
            known_recall.clone().map(|found| found.share),
            known_recall.as_ref().ok().map(|found| (found.low, found.high)),
            Vec::new(),
        ),
        known,
    })
}

/// Returns the verdicts on families in the order in which they were first decided on.
fn read_in_order(
    families: &Families<'_>,
    order: &[String],
    judged: &BTreeMap<String, Verdict>,
) -> Vec<Verdict> {
    let mut seen: FxHashSet<u64> = FxHashSet::default();
    // Decisions whose log is gone come last.
    let listed: BTreeSet<&String> = order.iter().collect();
    let rest = judged.keys().filter(|key| !listed.contains(key));
    let families_read = order.iter().filter(|key| judged.contains_key(*key)).chain(rest);
    let families_read = families_read.filter_map(|key| families.of_number(key));
    families_read
        .filter(|family| seen.insert(*family))
        .filter_map(|family| families.verdict(family))
        .collect()
}

/// Returns a channel and its relevant families.
fn channel(
    families: &Families<'_>,
    lines: &[Found<'_>],
    given: &[u32],
    wanted: Channel,
) -> Result<(ChannelReport, FxHashSet<u64>)> {
    let chosen: Vec<&Found<'_>> = if given.is_empty() {
        let of_channel: Vec<&Found<'_>> =
            lines.iter().filter(|line| line.channel == wanted && !line.text.removed).collect();
        // A block that another line narrows is no search of its own.
        let built_on = |number: u32| of_channel.iter().any(|line| line.base.contains(&number));
        of_channel.iter().filter(|line| !built_on(line.text.number)).copied().collect()
    } else {
        given.iter().map(|number| line(lines, *number)).collect::<Result<_>>()?
    };
    let mut all: FxHashSet<u64> = FxHashSet::default();
    chosen.iter().for_each(|line| all.extend(families.of(&line.set)));
    let relevant: FxHashSet<u64> =
        all.iter().filter(|family| families.verdict(**family) == Some(Verdict::Relevant)).copied().collect();
    let report = ChannelReport {
        lines: chosen.iter().map(|line| line.text.number).collect(),
        n: all.len() as u64,
        n_unread: all.iter().filter(|family| families.verdict(**family).is_none()).count() as u64,
        n_relevant: relevant.len() as u64,
    };
    Ok((report, relevant))
}

fn line<'a, 'b>(lines: &'a [Found<'b>], number: u32) -> Result<&'a Found<'b>> {
    lines.iter().find(|line| line.text.number == number).ok_or_else(|| Error::UnknownSet {
        name: format!("#{number}"),
        known: lines.iter().map(|line| format!("#{}", line.text.number)).collect(),
    })
}

fn known_set(families: &Families<'_>, in_result: &FxHashSet<u64>, given: &[String]) -> KnownSet {
    let mut known = KnownSet {
        n_given: given.len() as u64,
        n: 0,
        n_found: 0,
        missed: Vec::new(),
        not_indexed: Vec::new(),
        n_not_indexed: 0,
    };
    let mut seen: FxHashSet<u64> = FxHashSet::default();
    for number in given {
        match families.of_number(number) {
            None => {
                known.n_not_indexed += 1;
                known.not_indexed.push(number.clone());
            }
            Some(family) if seen.insert(family) => {
                known.n += 1;
                if in_result.contains(&family) {
                    known.n_found += 1;
                } else {
                    known.missed.push(number.clone());
                }
            }
            Some(_) => {}
        }
    }
    known.missed.truncate(MAX_KEYS);
    known.not_indexed.truncate(MAX_KEYS);
    known
}
