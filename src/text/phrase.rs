//! Key phrases: what a document is about, in its own words, Chinese and English apart.
//!
//! Candidates are runs of one to four words between stop words, numbers and punctuation; a run of Chinese words
//! joins without spaces and has two to twelve characters, and never begins or ends inside a term that the dictionary does not
//! know. None starts or ends with a function word or a word of what is
//! done with a thing (连接, connected), and none starts with what is wanted of it (提高, improve).
//! A phrase counts by a form of the C-value (Frantzi, Ananiadou and Mima, 2000, formula 1): log2(1 + length) × (f − the
//! frequency of the commonest longer candidate that holds it), length in words for English and in characters for Chinese,
//! because the dictionary cuts unknown terms into single characters. `log2(1 + length)` instead of `log2(length)`, so
//! that single words count too; the commonest holder instead of the mean of all, so that a piece of a term that never
//! stands alone is worth nothing. Occurrences weigh what their part of the document weighs.
//! With document frequencies the value is multiplied by ln((n + 1) / (df + 1)).

use std::cmp::Reverse;
use std::ops::Range;

use rustc_hash::FxHashMap;

use super::Analyzer;
use super::normalize::fold;
use super::script::Class;
use super::script::class;
use super::stopwords::{is_stop_word, may_bound_phrase};
use crate::patent::Publication;

/// Phrases per language at most.
pub const MAX_PHRASES: usize = 12;

/// Words of a phrase at most.
const MAX_WORDS: usize = 4;

/// Characters of a Chinese phrase.
const ZH_CHARS: std::ops::RangeInclusive<usize> = 2..=12;

/// Candidates that survive per language before nesting is counted: bounds the cost on very long texts.
const MAX_CANDIDATES: usize = 2_000;

/// A part of a document: title, abstract, claims.
#[derive(Debug, Clone, Copy)]
pub struct Part<'a> {
    /// The text.
    pub text: &'a str,
    /// What an occurrence in it counts, such as 3 for a title and 1 for an abstract.
    pub weight: f32,
}

/// Document frequencies of phrases in a corpus.
#[derive(Clone, Copy)]
pub struct Frequencies<'a> {
    /// Documents in the corpus.
    pub n_documents: u32,
    /// Documents that hold a phrase, given as [`Phrase::text`].
    pub lookup: &'a dyn Fn(&str) -> u32,
}

/// A key phrase.
#[derive(Debug, Clone, PartialEq)]
pub struct Phrase {
    /// Simplified Chinese, or English in lower case as it stands most often.
    pub text: String,
    /// Its value relative to the best phrase of its language: above 0, at most 1.
    pub weight: f32,
}

/// The key phrases of a document, the best first, at most [`MAX_PHRASES`] of each language.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct KeyPhrases {
    /// Chinese ones.
    pub zh: Vec<Phrase>,
    /// English ones.
    pub en: Vec<Phrase>,
}

/// What is known about a candidate.
#[derive(Debug, Default)]
struct Candidate {
    /// Weighted occurrences.
    frequency: f32,
    /// Words, or characters of Chinese.
    length: usize,
    /// How it stands in the text, with how often; English differs by inflection.
    forms: FxHashMap<String, u32>,
}

/// A word between two stops.
struct Word {
    text: String,
    stem: String,
    range: Range<usize>,
}

impl Analyzer {
    /// Returns the key phrases of a publication: of its titles (each occurrence counts 3), abstracts and
    /// independent claims (1).
    pub fn publication_phrases(&self, publication: &Publication) -> KeyPhrases {
        let mut parts: Vec<Part<'_>> = Vec::new();
        parts.extend(publication.titles.iter().map(|text| Part { text: &text.text, weight: 3.0 }));
        parts.extend(publication.abstracts.iter().map(|text| Part { text: &text.text, weight: 1.0 }));
        for set in &publication.claims {
            let independent = set.independent().into_iter().map(|at| &set.claims[at].text);
            parts.extend(independent.map(|text| Part { text, weight: 1.0 }));
        }
        self.key_phrases(&parts, None)
    }

    /// Returns the key phrases of a document given by its parts.
    ///
    /// Ties are broken by the text, so the result depends on nothing but the arguments.
    pub fn key_phrases(&self, parts: &[Part<'_>], frequencies: Option<Frequencies<'_>>) -> KeyPhrases {
        let mut zh: FxHashMap<String, Candidate> = FxHashMap::default();
        let mut en: FxHashMap<String, Candidate> = FxHashMap::default();
        for part in parts {
            let source = fold(part.text).text;
            let mut run: Vec<Word> = Vec::new();
            let mut chinese = false;
            self.plain_words(&source, |word, range| {
                let is_zh = word.chars().all(|c| class(c) == Class::Han);
                let is_en = word.len() > 1 && word.bytes().all(|b| b.is_ascii_alphabetic());
                let gap = run.last().and_then(|last| source.get(last.range.end..range.start));
                let joins =
                    is_zh == chinese && if is_zh { gap == Some("") } else { matches!(gap, Some(" " | "-")) };
                let stop = !(is_zh || is_en) || is_stop_word(word);
                if stop || !joins {
                    close(&mut run, chinese, part.weight, if chinese { &mut zh } else { &mut en });
                }
                if !stop {
                    chinese = is_zh;
                    let stem = if is_zh { word.to_owned() } else { self.stem(word) };
                    run.push(Word { text: word.to_owned(), stem, range });
                }
            });
            close(&mut run, chinese, part.weight, if chinese { &mut zh } else { &mut en });
        }
        KeyPhrases { zh: best(zh, "", frequencies), en: best(en, " ", frequencies) }
    }
}

/// Counts all candidates of a run and empties it.
fn close(run: &mut Vec<Word>, chinese: bool, weight: f32, candidates: &mut FxHashMap<String, Candidate>) {
    let separator = if chinese { "" } else { " " };
    let single = |word: &Word| word.text.chars().nth(1).is_none();
    // Where the dictionary does not know a term it cuts characters apart, so no phrase begins or ends between two of them.
    let cuts_a_term =
        |at: usize| chinese && at > 0 && at < run.len() && single(&run[at - 1]) && single(&run[at]);
    for start in (0..run.len()).filter(|start| !cuts_a_term(*start)) {
        for end in start + 1..=run.len().min(start + if chinese { *ZH_CHARS.end() } else { MAX_WORDS }) {
            let words = &run[start..end];
            let join = |part: fn(&Word) -> &str| words.iter().map(part).collect::<Vec<_>>().join(separator);
            let key = join(|word| &word.stem);
            let length = if chinese { key.chars().count() } else { words.len() };
            // Words of one character each may make one Chinese term, however many.
            let n_words = words.iter().filter(|word| !single(word)).count()
                + words.iter().filter(|w| single(w)).count().div_ceil(2);
            if cuts_a_term(end)
                || chinese
                    && (!ZH_CHARS.contains(&length) || n_words > MAX_WORDS && !words.iter().all(single))
                || !may_bound_phrase(&words[0].text, &words[words.len() - 1].text)
            {
                continue;
            }
            let candidate = candidates.entry(key).or_default();
            candidate.frequency += weight;
            candidate.length = length;
            *candidate.forms.entry(join(|word| &word.text)).or_default() += 1;
        }
    }
    run.clear();
}

/// Returns the best candidates with their values.
fn best(
    candidates: FxHashMap<String, Candidate>,
    separator: &str,
    frequencies: Option<Frequencies<'_>>,
) -> Vec<Phrase> {
    let mut candidates: Vec<(String, Candidate)> = candidates.into_iter().collect();
    candidates.sort_by(|a, b| b.1.frequency.total_cmp(&a.1.frequency).then_with(|| a.0.cmp(&b.0)));
    candidates.truncate(MAX_CANDIDATES);
    // The frequency of the commonest longer candidate that holds each.
    let place: FxHashMap<&str, usize> =
        candidates.iter().enumerate().map(|(i, (key, _))| (key.as_str(), i)).collect();
    let mut holders = vec![0.0_f32; candidates.len()];
    for (i, (key, candidate)) in candidates.iter().enumerate() {
        for inner in inner_keys(key, separator) {
            if let Some(&j) = place.get(inner)
                && j != i
            {
                holders[j] = holders[j].max(candidate.frequency);
            }
        }
    }
    let mut valued: Vec<(f32, String)> = Vec::new();
    for ((key, candidate), nested) in candidates.iter().zip(holders) {
        let text =
            candidate.forms.iter().max_by_key(|&(form, n)| (*n, Reverse(form))).map_or(key, |(form, _)| form);
        let length = (candidate.length as f32 + 1.0).log2();
        let rarity = frequencies.map_or(1.0, |table| {
            let ratio = (table.n_documents as f32 + 1.0) / ((table.lookup)(text) as f32 + 1.0);
            ratio.ln()
        });
        let value = length * (candidate.frequency - nested) * rarity;
        if value > 0.0 {
            valued.push((value, text.clone()));
        }
    }
    valued.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    valued.truncate(MAX_PHRASES);
    let top = valued.first().map_or(1.0, |(value, _)| *value);
    valued.into_iter().map(|(value, text)| Phrase { text, weight: value / top }).collect()
}

/// Returns the proper parts of a key that may be candidates: runs of its words, or of its characters.
fn inner_keys<'a>(key: &'a str, separator: &str) -> Vec<&'a str> {
    let mut edges: Vec<usize> = if separator.is_empty() {
        key.char_indices().map(|(at, _)| at).collect()
    } else {
        std::iter::once(0).chain(key.match_indices(separator).map(|(at, _)| at + separator.len())).collect()
    };
    edges.push(key.len() + separator.len());
    let mut inner = Vec::new();
    for (i, &start) in edges.iter().enumerate() {
        for &end in &edges[i + 1..] {
            if end - start < key.len() {
                inner.push(&key[start..end - separator.len()]);
            }
        }
    }
    inner.sort_unstable();
    inner.dedup();
    inner
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    static ANALYZER: LazyLock<Analyzer> = LazyLock::new(Analyzer::new);

    fn phrases(parts: &[(&str, f32)]) -> KeyPhrases {
        let parts: Vec<Part<'_>> = parts.iter().map(|&(text, weight)| Part { text, weight }).collect();
        ANALYZER.key_phrases(&parts, None)
    }

    fn texts(phrases: &[Phrase]) -> Vec<&str> {
        phrases.iter().map(|phrase| phrase.text.as_str()).collect()
    }

    const ZH: &str =
        "一种质子交换膜电解槽的控制方法。所述质子交换膜电解槽包括膜电极，所述膜电极与双极板连接。";
    const EN: &str = "A method for controlling a proton exchange membrane electrolyzer. The proton exchange membrane \
                      electrolyzer comprises bipolar plates; each bipolar plate is coated.";

    #[test]
    fn the_longest_repeated_term_leads() {
        let found = phrases(&[(ZH, 1.0)]);
        assert_eq!(texts(&found.zh)[..2], ["质子交换膜电解槽", "膜电极"], "{found:?}");
        let found = phrases(&[(EN, 1.0)]);
        assert_eq!(texts(&found.en)[0], "proton exchange membrane electrolyzer");
        assert!(texts(&found.en).contains(&"bipolar plate"), "{found:?}");
    }

    #[test]
    fn languages_stay_apart() {
        let found = phrases(&[(ZH, 1.0), (EN, 1.0)]);
        assert!(found.zh.iter().all(|phrase| !phrase.text.is_ascii()));
        assert!(found.en.iter().all(|phrase| phrase.text.is_ascii()));
    }

    #[test]
    fn the_title_outweighs_the_text() {
        let found = phrases(&[("液压支架", 3.0), ("采煤机与刮板输送机配合，采煤机截割。", 1.0)]);
        assert_eq!(texts(&found.zh)[0], "液压支架");
    }

    #[test]
    fn no_phrase_ends_inside_an_unknown_term() {
        let found = phrases(&[("煤层中实施大直径钻孔卸压，再钻孔卸压。", 1.0)]);
        let texts = texts(&found.zh);
        assert!(texts.contains(&"大直径钻孔卸压"), "{texts:?}");
        assert!(texts.iter().all(|text| !text.ends_with('卸') && !text.starts_with('压')), "{texts:?}");
    }

    #[test]
    fn a_common_phrase_falls_behind_a_rare_one() {
        let lookup = |phrase: &str| if phrase == "采煤机" { 999 } else { 3 };
        let parts = [Part { text: "采煤机。采煤机。双极板。", weight: 1.0 }];
        let found = ANALYZER.key_phrases(&parts, Some(Frequencies { n_documents: 1000, lookup: &lookup }));
        assert_eq!(texts(&found.zh)[0], "双极板", "{found:?}");
    }

    #[test]
    fn nothing_gives_nothing() {
        assert_eq!(phrases(&[("", 1.0), ("的，of the 12", 1.0)]), KeyPhrases::default());
    }

    proptest! {
        #[test]
        fn phrases_are_few_ordered_and_weighed(text in "([采煤机滚筒的電ＡＢ a-e,。]|\\PC){0,60}") {
            let found = phrases(&[(&text, 1.0)]);
            for list in [found.zh, found.en] {
                prop_assert!(list.len() <= MAX_PHRASES);
                prop_assert!(list.iter().all(|p| p.weight > 0.0 && p.weight <= 1.0 && !p.text.is_empty()));
                prop_assert!(list.is_sorted_by(|a, b| a.weight >= b.weight));
            }
        }
    }
}
