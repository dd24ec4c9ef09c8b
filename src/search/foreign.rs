//! Documents in another language than the query's, in an order of their own.
//!
//! No list by words holds them, and the list by vector favours documents that share words with the query.
//! So they are ranked among themselves: by vector, and by the words of the query in their language, which the corpus
//! taught ([`Reader::score_translated`]). `fusion` lets the place in this order stand in for the lists by words.

use rustc_hash::FxHashMap;

use super::error::Result;
use crate::index::{Column, DocnoSet, Reader, WordScores};

/// Words that a query needs before this order may stand in for the lists by words. A few keywords say a
/// field, not a meaning: documents near them would come before those that hold the keywords.
const MIN_WORDS: usize = 4;

/// How near a document must be, as a share of the nearest one's cosine, whatever that one's language is.
///
/// Of English questions about records of which the Chinese was indexed, 99 in 100 records were above 0.7 of the
/// nearest Chinese; a document that has the very words of the question can be half as near again.
const LEAST_OF_NEAREST: f32 = 0.45;

/// How much translated words count beside the vector: on the hydrogen records (other seeds than those reported) the
/// record asked for was first among the Chinese for 0.894 of the questions with a weight of 1, for 0.898 with 2.
pub(super) const TRANSLATION_WEIGHT: f32 = 2.0;

/// Tells documents of other languages than the query's from the rest.
pub(super) struct Foreign<'a> {
    reader: &'a Reader,
    text: &'a str,
    column: &'a Column,
    /// Whether the query says enough.
    telling: bool,
    /// By ordinal of the column: whether the query speaks this language.
    spoken: Vec<bool>,
}

impl<'a> Foreign<'a> {
    /// Prepares for a query. Its languages are told by its script: Chinese characters, and Latin words where they
    /// are more than formulas among Chinese.
    pub(super) fn new(reader: &'a Reader, text: &'a str) -> Result<Self> {
        let column = reader.column("language")?;
        let spoken = languages(text);
        let n = u32::try_from(column.n_distinct()).unwrap_or(u32::MAX);
        let speaks = |ordinal: u32| {
            let language = column.keyword(ordinal);
            // Other languages that are written alike are not told apart from these two.
            if language.starts_with("zh") || language.starts_with("ja") { spoken.0 } else { spoken.1 }
        };
        let mut n_words = 0;
        reader.analyzer().words(text, |_, _| n_words += 1);
        Ok(Self { reader, text, column, telling: n_words >= MIN_WORDS, spoken: (0..n).map(speaks).collect() })
    }

    /// Returns whether a document has text, none of it is in a language of the query, and the query is a description
    /// rather than keywords.
    pub(super) fn is(&self, docno: u32) -> bool {
        if !self.telling {
            return false;
        }
        let ordinals = self.column.ordinals(docno);
        !ordinals.is_empty() && ordinals.iter().all(|ordinal| !self.spoken[*ordinal as usize])
    }

    /// Returns the documents of other languages among `near`, a list by vector, with scores, best first:
    /// `cosine / highest cosine + 2 · translated words / highest of these`, both among themselves; equal scores by
    /// docno.
    pub(super) fn rank(&self, near: &[(u32, f32)]) -> Result<Vec<(u32, f32)>> {
        let Some((_, nearest)) = near.first() else { return Ok(Vec::new()) };
        let near_enough = |(docno, cosine): &&(u32, f32)| {
            *cosine > 0.0 && *cosine >= LEAST_OF_NEAREST * nearest && self.is(*docno)
        };
        let mut ranked: Vec<(u32, f32)> = near.iter().filter(near_enough).copied().collect();
        let Some((_, best_cosine)) = ranked.first().copied() else { return Ok(ranked) };
        let mut among = DocnoSet::empty(self.reader.alive().end());
        among.extend(ranked.iter().map(|(docno, _)| *docno));
        let translated = self.reader.score_translated(self.text, &among)?;
        let translated: FxHashMap<u32, f32> = translated.iter().flat_map(WordScores::iter).collect();
        let best = translated.values().copied().fold(f32::MIN_POSITIVE, f32::max);
        for (docno, score) in &mut ranked {
            let translated = translated.get(docno).copied().unwrap_or_default() / best;
            *score = *score / best_cosine + TRANSLATION_WEIGHT * translated;
        }
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        Ok(ranked)
    }
}

/// Returns whether a text is Chinese, and whether it is of Latin or other letters; it can be both.
fn languages(text: &str) -> (bool, bool) {
    let is_han =
        |c: char| matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3fffd}');
    let n_han = text.chars().filter(|c| is_han(*c)).count();
    let n_words = text.split(|c: char| is_han(c) || !c.is_alphabetic()).filter(|word| word.len() > 1).count();
    // A word says about as much as two characters.
    (n_han >= n_words, n_han == 0 || 2 * n_words > n_han)
}

#[cfg(test)]
mod tests {
    use super::languages;

    #[test]
    fn languages_are_told_by_script() {
        assert_eq!(languages("采煤机滚筒的喷雾方法"), (true, false));
        assert_eq!(languages("CO₂ 与 H2 的分离膜 PEM 电解槽"), (true, false));
        assert_eq!(languages("a drum for shearers, called 滚筒"), (false, true));
        assert_eq!(languages("采煤机 shearer drum"), (true, true));
        assert_eq!(languages("12345"), (true, true));
    }
}
