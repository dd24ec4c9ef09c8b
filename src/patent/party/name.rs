//! One spelling of a name, taken apart: what is compared, what only decorates it, and what sort of party it names.
//!
//! The rules here see one name at a time and no document. Two spellings with the same [`Name::key`] are one name;
//! whether they are one *organisation* is decided over the corpus by `analytics::party`, which also knows places,
//! families and co-filing. Names must be folded before (`text::normalize::fold`): simplified characters, half width.
//! The lists of words are data: `index-schema/names/words.toml`.

use serde::{Deserialize, Serialize};

use super::han;
use super::kind::{self, Type};
use super::latin;
use super::words::WORDS;

/// The most characters of a name that are looked at; a longer one is cut there and says so ([`Fault::TooLong`]).
pub const MAX_NAME_CHARS: usize = 500;

/// The version of the rules, which the columns made by them carry.
pub fn rules_version() -> &'static str {
    &WORDS.version
}

/// The writing that a name is compared in. Names of different scripts are never one by their spelling alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Script {
    /// Chinese characters, Latin letters perhaps among them.
    Han,
    /// Latin letters alone.
    Latin,
    /// With Japanese kana.
    Kana,
    /// With Korean Hangul.
    Hangul,
    /// Any other writing.
    Other,
}

/// Where the word "university" or "institute" stands: `University of York` is not `York University`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WordOrder {
    /// `University of Washington`.
    Of,
    /// `Washington University`.
    After,
    /// `UNIV WASHINGTON`, as offices abbreviate either; or a name without such a word.
    Unknown,
}

/// Why a name is doubtful by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// No letter, character or digit in it.
    NoLetters,
    /// One letter or character.
    OneCharacter,
    /// Nothing but a legal form (`有限公司`, `Ltd.`).
    FormOnly,
    /// Longer than [`MAX_NAME_CHARS`].
    TooLong,
    /// Letters of two scripts that no name mixes (kana with Hangul, Cyrillic with Han).
    MixedScripts,
    /// It looks like a person with a legal form, or like an organisation named as a person.
    PersonOrOrganisation,
}

/// A name, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// The writing.
    pub script: Script,
    /// What is compared: the name without legal form, punctuation, articles and brackets that only decorate.
    /// Never empty; a name without any letter keeps its own text.
    pub key: String,
    /// The words of a Latin name that the key was made of, in their order, each as it is counted.
    pub words: Vec<String>,
    /// The words before they were counted as another (`technologies`, not `tech`), in the same order.
    pub spelled: Vec<String>,
    /// A place in brackets (`中国矿业大学（北京）`): part of the name, so two that differ in it are kept apart.
    pub place: Option<String>,
    /// Where "university" stands.
    pub order: WordOrder,
    /// Keys of other names that brackets give (`武汉第二船舶设计研究所（第七一九研究所）`).
    pub also: Vec<String>,
    /// Whether a legal form was found.
    pub has_form: bool,
    /// Whether it ends in dots, as cut-off names do.
    pub is_cut: bool,
    /// What sort of party.
    pub kind: Type,
    /// Characters of the name as it was given.
    pub n_chars: usize,
    /// What is doubtful.
    pub faults: Vec<Fault>,
}

impl Name {
    /// Takes apart a folded name. Never fails: what cannot be read is kept as it is, with its faults.
    ///
    /// # Examples
    ///
    /// ```
    /// use patnav::patent::party::{Name, Type};
    /// let a = Name::parse("天地科技股份有限公司");
    /// assert_eq!(a.key, Name::parse("天地科技 有限公司").key);
    /// assert_eq!(a.kind, Type::Company);
    /// let b = Name::parse("The University of Manchester");
    /// assert_eq!(b.key, Name::parse("UNIV MANCHESTER").key);
    /// assert_ne!(Name::parse("中国矿业大学").identity(), Name::parse("中国矿业大学（北京）").identity());
    /// ```
    pub fn parse(folded: &str) -> Self {
        let text = folded.trim();
        let n_chars = text.chars().count();
        let mut faults = Vec::new();
        let cut: String = if n_chars > MAX_NAME_CHARS {
            faults.push(Fault::TooLong);
            text.chars().take(MAX_NAME_CHARS).collect()
        } else {
            text.to_owned()
        };
        let (script, mixed) = script(&cut);
        if mixed {
            faults.push(Fault::MixedScripts);
        }
        let mut name = Self {
            script,
            key: String::new(),
            words: Vec::new(),
            spelled: Vec::new(),
            place: None,
            order: WordOrder::Unknown,
            also: Vec::new(),
            has_form: false,
            is_cut: text.ends_with("..") || text.ends_with('…'),
            kind: Type::Unknown,
            n_chars,
            faults,
        };
        match script {
            Script::Latin => latin::read(&cut, &mut name),
            Script::Han | Script::Kana | Script::Hangul | Script::Other => han::read(&cut, &mut name),
        }
        if name.key.is_empty() {
            let has_letters = cut.chars().any(char::is_alphanumeric);
            name.faults.push(if has_letters { Fault::FormOnly } else { Fault::NoLetters });
            name.key = if has_letters { squeezed(&cut) } else { cut.clone() };
        } else if name.key.chars().count() == 1 {
            name.faults.push(Fault::OneCharacter);
        }
        kind::decide(&cut, &mut name);
        name
    }

    /// Returns what two spellings of one name share: script, key, place.
    ///
    /// Word order is not in it: an abbreviation leaves it open, so it is compared apart.
    pub fn identity(&self) -> (Script, &str, Option<&str>) {
        (self.script, &self.key, self.place.as_deref())
    }

    /// Returns whether nothing may be concluded from the spelling.
    pub fn is_void(&self) -> bool {
        self.faults.iter().any(|fault| {
            matches!(fault, Fault::NoLetters | Fault::OneCharacter | Fault::FormOnly | Fault::TooLong)
        })
    }
}

/// Lower-case letters, characters and digits of `text`, all else dropped.
pub(super) fn squeezed(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Tells the script, and whether scripts are mixed that no name mixes.
fn script(text: &str) -> (Script, bool) {
    let (mut han, mut kana, mut hangul, mut latin, mut other) = (0, 0, 0, 0, 0);
    for c in text.chars() {
        match c {
            '\u{3041}'..='\u{30fa}' | '\u{30fd}'..='\u{30ff}' => kana += 1,
            '\u{ac00}'..='\u{d7af}' | '\u{1100}'..='\u{11ff}' => hangul += 1,
            '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}' | '\u{3007}' => {
                han += 1
            }
            _ if c.is_ascii_alphabetic() || ('\u{c0}'..='\u{24f}').contains(&c) => latin += 1,
            _ if c.is_alphabetic() && !('\u{300}'..='\u{36f}').contains(&c) => other += 1,
            _ => {}
        }
    }
    let script = if hangul > 0 && hangul >= kana {
        Script::Hangul
    } else if kana > 0 {
        Script::Kana
    } else if han > 0 {
        Script::Han
    } else if other > latin {
        Script::Other
    } else {
        Script::Latin
    };
    (script, (kana > 0 && hangul > 0) || (other > 1 && han > 0))
}
