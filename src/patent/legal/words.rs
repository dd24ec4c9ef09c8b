//! States that databases write as words, without dates (`index-schema/legal/words.toml`).

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::layer::{Detail, Simple};

const WORDS: &str = include_str!("../../../index-schema/legal/words.toml");

#[derive(Deserialize)]
struct File {
    word: HashMap<String, (Simple, Detail)>,
}

static FILE: LazyLock<File> =
    LazyLock::new(|| toml::from_str(WORDS).expect("words.toml is compiled in and a test reads it"));

/// Returns what a word of a database means; `None` for words that say nothing (`暂缺`) or are not known.
///
/// Case, blanks around it and parts after `;` are ignored.
pub(super) fn read(text: &str) -> Option<(Simple, Detail)> {
    let first = text.split([';', '；', '|']).next().unwrap_or_default().trim().to_uppercase();
    FILE.word.get(&first).copied()
}
