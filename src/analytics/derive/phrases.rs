//! Key phrases of each document, Chinese and English, as columns. What a phrase is: `text::phrase`.

use super::Group;
use crate::index::{ColumnKind, Value};
use crate::text::Analyzer;

/// The id of the rules.
pub const PHRASES: &str = "phrases-2";

/// Returns the group of `phrases_zh` and `phrases_en`.
pub fn phrases(analyzer: &Analyzer) -> Group<'_> {
    let columns = &[("phrases_zh", ColumnKind::Keyword), ("phrases_en", ColumnKind::Keyword)];
    Group::each("phrases", PHRASES, columns, move |_, publication| {
        let phrases = analyzer.publication_phrases(publication);
        [phrases.zh, phrases.en]
            .map(|phrases| Value::Keywords(phrases.into_iter().map(|phrase| phrase.text).collect()))
            .to_vec()
    })
}
