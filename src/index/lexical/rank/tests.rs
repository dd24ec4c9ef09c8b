//! Scores against the formula, computed document by document, over several windows and segments.

use std::collections::BTreeMap;

use tantivy::fieldnorm::FieldNormReader;

use super::*;
use crate::index::lexical::writer::{TextWriter, ZoneTexts};
use crate::patent::Version;
use crate::text::Analyzer;

const ZONES: [Zone; 3] = [Zone::Title, Zone::Abstract, Zone::Claims];
/// More than two windows of documents.
const N_FIRST: u32 = 9_000;
const N_SECOND: u32 = 700;

/// Numbers that look random and are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

/// By zone of [`ZONES`], the words of a document.
type Words = [Vec<String>; 3];

/// Some words stand in most documents, others in a few.
fn words(numbers: &mut Numbers, most: u64) -> Vec<String> {
    let n = numbers.below(most);
    (0..n)
        .map(|_| format!("w{}", numbers.below(40).min(numbers.below(40)).min(numbers.below(2_000))))
        .collect()
}

fn write(dir: &std::path::Path, documents: &[Words], from: u32, deleted: &[u32]) {
    let mut writer = TextWriter::open(dir, &Analyzer::new(), 1, 0).unwrap();
    for (docno, words) in (from..).zip(&documents[from as usize..]) {
        let texts = ZONES.iter().zip(words).map(|(zone, words)| (*zone, Version::En, words.join(" ")));
        writer.add(docno, ZoneTexts(texts.collect())).unwrap();
    }
    deleted.iter().for_each(|docno| writer.delete(*docno));
    writer.commit().unwrap();
}

/// The formula of this module, taken by its word.
struct Oracle<'a> {
    documents: &'a [Words],
    alive: &'a DocnoSet,
}

impl Oracle<'_> {
    fn length(&self, docno: u32, zone: usize) -> f32 {
        let length = u32::try_from(self.documents[docno as usize][zone].len()).unwrap();
        FieldNormReader::id_to_fieldnorm(FieldNormReader::fieldnorm_to_id(length)) as f32
    }

    fn mean_length(&self, zone: usize) -> f32 {
        let lengths: Vec<f32> = self.alive.iter().map(|docno| self.length(docno, zone)).collect();
        let held = lengths.iter().filter(|length| **length > 0.0).count();
        lengths.iter().sum::<f32>() / held as f32
    }

    fn scores(&self, terms: &[RankedTerm]) -> BTreeMap<u32, f32> {
        let means = [0, 1, 2].map(|zone| self.mean_length(zone));
        let mut scores = BTreeMap::new();
        for term in terms {
            let frequency = |docno: u32| -> f32 {
                let of_zone = |zone: usize| {
                    let WordWeights { weight, b } = WordWeights::of(ZONES[zone]);
                    let count =
                        self.documents[docno as usize][zone].iter().filter(|word| **word == term.term);
                    let norm = 1.0 - b + b * self.length(docno, zone) / means[zone];
                    weight * count.count() as f32 / norm
                };
                (0..3).map(of_zone).sum()
            };
            let held: Vec<(u32, f32)> = self
                .alive
                .iter()
                .map(|docno| (docno, frequency(docno)))
                .filter(|(_, tf)| *tf > 0.0)
                .collect();
            let (n, df) = (self.alive.len() as f32, held.len() as f32);
            let idf = (1.0 + (n - df + 0.5) / (df + 0.5)).ln();
            for (docno, tf) in held {
                *scores.entry(docno).or_default() += term.boost * idf * tf * (K1 + 1.0) / (tf + K1);
            }
        }
        scores
    }
}

#[test]
fn scores_are_those_of_the_formula() {
    let dir = tempfile::tempdir().unwrap();
    let mut numbers = Numbers(7);
    let mut documents: Vec<Words> = Vec::new();
    for _ in 0..N_FIRST + N_SECOND {
        documents.push([words(&mut numbers, 6), words(&mut numbers, 40), words(&mut numbers, 90)]);
    }
    let end = N_FIRST + N_SECOND;
    let deleted: Vec<u32> = (0..200).map(|_| u32::try_from(numbers.below(N_FIRST.into())).unwrap()).collect();
    write(dir.path(), &documents[..N_FIRST as usize], 0, &[]);
    write(dir.path(), &documents, N_FIRST, &deleted);
    let mut alive = DocnoSet::full(end);
    let mut gone = DocnoSet::empty(end);
    gone.extend(deleted);
    alive.subtract(&gone);
    let text = TextReader::open(dir.path(), &alive).unwrap();
    let oracle = Oracle { documents: &documents, alive: &alive };
    for question in 0..12_u16 {
        let terms: Vec<RankedTerm> = (0..1 + numbers.below(6))
            .map(|_| {
                let term = format!("w{}", numbers.below(45));
                RankedTerm { places: text.places(&term).unwrap(), term, boost: 1.0 + f32::from(question) }
            })
            .collect();
        let expected = oracle.scores(&terms);
        // All documents, most of them, a sixth, a few, and one.
        for share in [1, 2, 6, 100, u64::from(end)] {
            let mut filter = DocnoSet::empty(end);
            filter.extend((0..end).filter(|_| numbers.below(share) == 0));
            let scored: BTreeMap<u32, f32> = text.score_words(&terms, &filter).unwrap().iter().collect();
            let wanted: Vec<(u32, f32)> = expected
                .iter()
                .map(|(docno, score)| (*docno, *score))
                .filter(|(docno, _)| filter.contains(*docno))
                .collect();
            assert_eq!(
                scored.keys().copied().collect::<Vec<_>>(),
                wanted.iter().map(|(docno, _)| *docno).collect::<Vec<_>>()
            );
            for (docno, score) in wanted {
                assert!(
                    (scored[&docno] - score).abs() <= 1e-4 * score,
                    "{docno}: {} and {score}",
                    scored[&docno]
                );
            }
        }
        let few = text.score_words_among(&terms, &alive).unwrap();
        assert!(
            few.iter().all(|(_, score)| score > 0.0),
            "a word that stands everywhere counts against none"
        );
        let some = expected.keys().copied().nth(expected.len() / 2);
        for docno in some.into_iter().chain(gone.iter().next()) {
            let explained = text.explain_words(&terms, docno).unwrap();
            let total: f32 = explained.iter().map(|term| term.score).sum();
            let score = expected.get(&docno).copied().unwrap_or_default();
            assert!((total - score).abs() <= 1e-4 * score, "{docno}: {total} and {score}");
        }
    }
}

#[test]
fn the_best_are_the_first_of_all() {
    let mut numbers = Numbers(3);
    for n in [0, 1, 5, 300, 5_000] {
        let score = |numbers: &mut Numbers| u16::try_from(numbers.below(50)).unwrap();
        let scores =
            WordScores((0..n).map(|docno| (docno * 7 % 5_003, f32::from(score(&mut numbers)))).collect());
        let mut expected: Vec<(u32, f32)> = scores.iter().collect();
        expected.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        for limit in [0, 1, 10, 1_000, usize::MAX] {
            let head = &expected[..limit.min(expected.len())];
            assert_eq!(scores.best(limit), head, "{limit} of {n}");
        }
    }
}
