//! A bilingual lexicon learned from the corpus itself: which terms of the other language say what a term says.
//!
//! Patents often have title and abstract in Chinese and English. Each such pair of texts is a bag of words in either
//! language, and IBM Model 1 (Brown, Della Pietra, Della Pietra, Mercer: The Mathematics of Statistical Machine
//! Translation, Computational Linguistics 19(2), 1993) estimates from many of them how probable a term is as the
//! translation of another (`train`). Equivalents that domain packs give join the training as short pairs.
//!
//! A term here is a term of the words field, so what the lexicon answers can be looked up in the full text.
//! It is kept as text, one term a line, sorted, and searched in place: opening costs one pass over the lines.
//!
//! Same documents in the same order: same bytes.

mod train;

pub use train::Trainer;

use std::fmt;

/// The first line; a change of format or of the terms changes it.
const HEADER: &str = "patnav-lexicon-1";

/// Probabilities are kept in this many parts.
const PARTS: f32 = 10_000.0;

/// Terms with their translations into the other language.
pub struct Lexicon {
    text: String,
    /// Where each line after the header starts.
    starts: Vec<usize>,
}

impl fmt::Debug for Lexicon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lexicon").field("n_terms", &self.n_terms()).finish_non_exhaustive()
    }
}

impl Lexicon {
    /// Makes a lexicon of terms and translations with probabilities; terms in rising order, none twice.
    fn new(entries: &[(&str, Vec<(&str, f32)>)]) -> Self {
        let mut text = format!("{HEADER}\n");
        for (term, translations) in entries {
            text.push_str(term);
            for (translation, probability) in translations {
                text.push_str(&format!("\t{translation}\t{:.0}", probability * PARTS));
            }
            text.push('\n');
        }
        Self { starts: line_starts(&text), text }
    }

    /// Returns the number of terms that have a translation.
    pub fn n_terms(&self) -> usize {
        self.starts.len()
    }

    /// Returns the translations of a term with their probabilities in 0-1, the most probable first; the rest to 1
    /// went to translations that are too improbable to be kept, and to none at all.
    pub fn translations<'a>(&'a self, term: &str) -> impl Iterator<Item = (&'a str, f32)> {
        let line = |start: usize| self.text[start..].split('\n').next().unwrap_or_default();
        let key = |start: usize| line(start).split('\t').next().unwrap_or_default();
        let found = self.starts.binary_search_by(|start| key(*start).cmp(term));
        let line = found.ok().map_or("", |index| line(self.starts[index]));
        let mut fields = line.split('\t').skip(1);
        std::iter::from_fn(move || {
            let (translation, parts) = (fields.next()?, fields.next()?);
            Some((translation, parts.parse::<f32>().unwrap_or_default() / PARTS))
        })
    }

    /// Returns the bytes to store.
    pub fn as_bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    /// Reads what [`Lexicon::as_bytes`] gave; `None` for anything else.
    pub fn from_bytes(bytes: Vec<u8>) -> Option<Self> {
        let text = String::from_utf8(bytes).ok()?;
        let starts = text.starts_with(&format!("{HEADER}\n")).then(|| line_starts(&text))?;
        Some(Self { text, starts })
    }
}

/// Returns where each line but the first starts.
fn line_starts(text: &str) -> Vec<usize> {
    let ends = text.match_indices('\n').map(|(at, _)| at + 1);
    ends.filter(|start| *start < text.len()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Analyzer;

    fn trained(pairs: &[(&str, &str)], equivalents: &[(&str, &str)]) -> Lexicon {
        let mut trainer = Trainer::new(&Analyzer::new());
        pairs.iter().for_each(|(zh, en)| trainer.add(&[zh, en]));
        let owned: Vec<(String, String)> =
            equivalents.iter().map(|(zh, en)| ((*zh).to_owned(), (*en).to_owned())).collect();
        trainer.add_equivalents(&owned);
        trainer.finish()
    }

    /// The most probable translations: a compound comes with the words inside it, which go wherever it goes.
    fn best<'a>(lexicon: &'a Lexicon, term: &str) -> Vec<&'a str> {
        let translations: Vec<(&str, f32)> = lexicon.translations(term).collect();
        let highest = translations.first().map_or(0.0, |(_, probability)| *probability);
        translations
            .iter()
            .filter(|(_, p)| *p > highest - 0.01)
            .map(|(translation, _)| *translation)
            .collect()
    }

    /// Titles in which no word is translated by being alone: only what goes together throughout tells.
    const TITLES: [(&str, &str); 6] = [
        ("燃料电池 催化剂", "catalyst for fuel cells"),
        ("燃料电池 气体", "gas of a fuel cell"),
        ("膜 催化剂", "catalyst on a membrane"),
        ("膜 气体", "gas and membrane"),
        ("储氢 气体", "gas for hydrogen storage"),
        ("储氢 膜", "membrane in hydrogen storage"),
    ];

    #[test]
    fn terms_that_go_together_translate_each_other_both_ways() {
        let lexicon = trained(&TITLES, &[]);
        for (zh, en) in [("催化剂", "catalyst"), ("膜", "membran"), ("气体", "gas"), ("燃料电池", "fuel")]
        {
            assert!(best(&lexicon, en).contains(&zh), "{en}: {:?}", best(&lexicon, en));
            let back: Vec<&str> = lexicon.translations(zh).map(|(term, _)| term).collect();
            assert!(back.contains(&en), "{zh}: {back:?}");
        }
        let sum: f32 = lexicon.translations("gas").map(|(_, probability)| probability).sum();
        assert!(sum > 0.3 && sum <= 1.001, "{sum}");
        assert!(best(&lexicon, "of").is_empty(), "function words say nothing");
        assert!(best(&lexicon, "unheard").is_empty());
    }

    #[test]
    fn equivalents_of_packs_are_a_lexicon_by_themselves() {
        let lexicon = trained(&[], &[("采煤机", "shearer"), ("刮板输送机", "scraper conveyor")]);
        assert!(best(&lexicon, "shearer").contains(&"采煤机"));
        assert!(!best(&lexicon, "scraper").is_empty());
    }

    #[test]
    fn texts_in_one_language_teach_nothing() {
        let lexicon = trained(&[("燃料电池", "催化剂"), ("fuel cell", "catalyst")], &[]);
        assert_eq!(lexicon.n_terms(), 0);
    }

    #[test]
    fn a_lexicon_goes_to_bytes_and_back() {
        let lexicon = trained(&TITLES, &[]);
        let again = Lexicon::from_bytes(lexicon.as_bytes().to_vec()).expect("its own bytes");
        assert_eq!(again.n_terms(), lexicon.n_terms());
        assert!(again.translations("gas").eq(lexicon.translations("gas")));
        assert_eq!(trained(&TITLES, &[]).as_bytes(), lexicon.as_bytes(), "training is deterministic");
        assert!(Lexicon::from_bytes(b"something else".to_vec()).is_none());
        assert!(Lexicon::from_bytes(vec![0xff, 0xfe]).is_none());
    }
}
