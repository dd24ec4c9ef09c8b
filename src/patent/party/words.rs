//! The word lists behind the rules of names: `index-schema/names/words.toml`, compiled in.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// The lists as the rules use them.
pub(super) struct Words {
    /// The version of the rules.
    pub(super) version: String,
    /// Han legal forms, longest first.
    pub(super) han_forms: Vec<String>,
    /// Legal persons before a Han name, longest first.
    pub(super) han_prefixes: Vec<String>,
    /// Countries before 商, longest first.
    pub(super) merchants: Vec<String>,
    /// Countries in brackets.
    pub(super) countries: Vec<String>,
    /// Replacements in Han names.
    pub(super) han_same: Vec<(String, String)>,
    /// Japanese characters and their simplified ones.
    pub(super) variants: HashMap<char, char>,
    /// Endings of Han names of organisations, longest first.
    pub(super) han_organisations: Vec<String>,
    /// Legal forms at the end of a Latin name, as words joined by a space, most words first.
    pub(super) latin_forms: Vec<Vec<String>>,
    /// Legal forms before a Latin name.
    pub(super) latin_leading: Vec<Vec<String>>,
    /// Latin words that carry nothing.
    pub(super) stop: Vec<String>,
    /// What a Latin word is counted as.
    pub(super) same: HashMap<String, String>,
    /// Latin words that no person is called.
    pub(super) latin_organisations: Vec<String>,
    /// Types in the order of their test: name, Han words, Latin words.
    pub(super) types: Vec<(&'static str, Vec<String>, Vec<String>)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: String,
    han: Han,
    latin: Latin,
    #[serde(rename = "type")]
    types: HashMap<String, TypeWords>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Han {
    forms: Vec<String>,
    prefixes: Vec<String>,
    merchants: Vec<String>,
    countries: Vec<String>,
    same: Vec<(String, String)>,
    variants: String,
    organisations: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Latin {
    forms: Vec<String>,
    leading: Vec<String>,
    stop: Vec<String>,
    same: Vec<String>,
    organisations: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct TypeWords {
    han: Vec<String>,
    latin: Vec<String>,
}

/// The order in which the types are tested: a university hospital is a hospital, an institute of a university a university.
const TYPES: [&str; 4] = ["hospital", "university", "government", "institute"];

/// The lists.
pub(super) static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let text = include_str!("../../../index-schema/names/words.toml");
    // Compiled-in data: a test reads it, so this cannot reach a user.
    let file: File = toml::from_str(text).expect("the compiled-in word lists are well-formed");
    let mut types = file.types;
    Words {
        version: file.version,
        han_forms: longest_first(file.han.forms),
        han_prefixes: longest_first(file.han.prefixes),
        merchants: longest_first(file.han.merchants),
        countries: longest_first(file.han.countries),
        han_same: file.han.same,
        variants: pairs(&file.han.variants),
        han_organisations: longest_first(file.han.organisations),
        latin_forms: phrases(&file.latin.forms),
        latin_leading: phrases(&file.latin.leading),
        stop: file.latin.stop,
        same: same(&file.latin.same),
        latin_organisations: file.latin.organisations,
        types: TYPES
            .iter()
            .map(|name| {
                let words = types.remove(*name).unwrap_or_default();
                (*name, words.han, words.latin)
            })
            .collect(),
    }
});

fn longest_first(mut words: Vec<String>) -> Vec<String> {
    words.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    words
}

fn phrases(lines: &[String]) -> Vec<Vec<String>> {
    let mut phrases: Vec<Vec<String>> =
        lines.iter().map(|line| line.split(' ').map(without_umlaut).collect()).collect();
    phrases.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    phrases
}

/// Returns a word with written-out umlauts as plain vowels: `fuer` and `fur`, both of `für`, become one.
pub(super) fn without_umlaut(word: &str) -> String {
    word.replace("ae", "a").replace("oe", "o").replace("ue", "u")
}

fn pairs(text: &str) -> HashMap<char, char> {
    let chars: Vec<char> = text.chars().collect();
    chars.chunks_exact(2).map(|pair| (pair[0], pair[1])).filter(|(from, to)| from != to).collect()
}

fn same(lines: &[String]) -> HashMap<String, String> {
    let mut map = HashMap::new();
    for line in lines {
        let mut words = line.split(' ');
        let Some(head) = words.next() else { continue };
        for word in words {
            map.insert(without_umlaut(word), head.to_owned());
        }
        map.insert(head.to_owned(), head.to_owned());
    }
    map
}
