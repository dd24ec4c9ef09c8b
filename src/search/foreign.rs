//! Which documents have no text in a language of the query, so that no list by words can hold them.

use super::error::Result;
use crate::index::{Column, Reader};

/// Words that a query needs before its vector may stand in for the lists by words. The vector of a few keywords says
/// their field, not their meaning: documents near it would come before those that hold the keywords.
const MIN_WORDS: usize = 8;

/// Tells documents of other languages than the query's from the rest.
pub(super) struct Foreign<'a> {
    column: &'a Column,
    /// Whether the query says enough.
    telling: bool,
    /// By ordinal of the column: whether the query speaks this language.
    spoken: Vec<bool>,
}

impl<'a> Foreign<'a> {
    /// Prepares for a query. Its languages are told by its script: Chinese characters, and Latin words where they
    /// are more than formulas among Chinese.
    pub(super) fn new(reader: &'a Reader, text: &str) -> Result<Self> {
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
        Ok(Self { column, telling: n_words >= MIN_WORDS, spoken: (0..n).map(speaks).collect() })
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
