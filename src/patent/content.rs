//! Texts by language: titles, abstracts, descriptions.

use serde::{Deserialize, Serialize};

/// A language by its ISO 639-1 code, lower case (`zh`, `en`, `de`, …).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Language(pub String);

/// The three language versions that the index keeps apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Version {
    /// Chinese, simplified or traditional.
    Zh,
    /// English.
    En,
    /// Any other language.
    Other,
}

impl Language {
    /// Returns Chinese.
    pub fn zh() -> Self {
        Self("zh".to_owned())
    }

    /// Returns English.
    pub fn en() -> Self {
        Self("en".to_owned())
    }

    /// Returns the language for a code of any source (`ZH`, `zh-CN`, `chi`, `eng`, `cn`).
    pub fn from_code(code: &str) -> Self {
        let lower = code.trim().to_ascii_lowercase();
        let head = lower.split(['-', '_']).next().unwrap_or_default();
        let code = match head {
            "cn" | "chi" | "zho" | "zht" | "zhs" | "tw" => "zh",
            "eng" | "us" | "gb" => "en",
            "ger" | "deu" => "de",
            "fre" | "fra" => "fr",
            "jpn" | "jp" => "ja",
            "kor" | "kr" => "ko",
            "spa" => "es",
            "rus" => "ru",
            other => other,
        };
        Self(code.to_owned())
    }

    /// Returns the language that the script of `text` shows: Japanese with kana, Korean with Hangul,
    /// Chinese where at least a tenth of the letters are Han, else English.
    ///
    /// A guess for sources that do not say; Latin-script languages are not told apart.
    pub fn guess(text: &str) -> Self {
        let (mut han, mut kana, mut hangul, mut letters) = (0_usize, 0_usize, 0_usize, 0_usize);
        for c in text.chars().filter(|c| c.is_alphabetic()) {
            letters += 1;
            match c {
                '\u{3040}'..='\u{30ff}' => kana += 1,
                '\u{ac00}'..='\u{d7af}' => hangul += 1,
                '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}' => {
                    han += 1;
                }
                _ => {}
            }
        }
        let code = if kana * 20 > letters {
            "ja"
        } else if hangul * 10 > letters {
            "ko"
        } else if han * 10 > letters {
            "zh"
        } else {
            "en"
        };
        Self(code.to_owned())
    }

    /// Returns the language version that the index files this language under.
    pub fn version(&self) -> Version {
        match self.0.as_str() {
            "zh" => Version::Zh,
            "en" => Version::En,
            _ => Version::Other,
        }
    }
}

/// A text in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LocalText {
    /// The language of the text.
    pub lang: Language,
    /// The text, white space folded, no markup.
    pub text: String,
    /// Whether the source marks it as a translation.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub translated: bool,
}

impl LocalText {
    /// Returns an original text.
    pub fn new(lang: Language, text: impl Into<String>) -> Self {
        Self { lang, text: text.into(), translated: false }
    }
}

/// A description in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Description {
    /// The language of the text.
    pub lang: Language,
    /// Whether the source marks it as a translation.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub translated: bool,
    /// The sections, in order. A source without headings gives one section of kind `other`.
    pub sections: Vec<Section>,
}

/// One section of a description.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// What the section is.
    pub kind: SectionKind,
    /// The heading as printed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heading: Option<String>,
    /// The paragraphs, in order, none empty.
    pub paragraphs: Vec<String>,
}

/// The usual sections of a description.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SectionKind {
    /// 技术领域.
    TechnicalField,
    /// 背景技术.
    Background,
    /// 发明内容 or 实用新型内容.
    Summary,
    /// 附图说明.
    Drawings,
    /// 具体实施方式.
    Embodiments,
    /// No heading, or another one.
    Other,
}

impl SectionKind {
    /// Returns the kind that a Chinese or English heading names.
    pub fn from_heading(heading: &str) -> Self {
        let lower = heading.to_lowercase();
        let is = |words: &[&str]| words.iter().any(|word| lower.contains(word));
        if is(&["附图说明", "description of drawings", "description of the drawings", "brief description"])
        {
            Self::Drawings
        } else if is(&["具体实施", "实施方式", "实施例", "detailed description", "embodiment", "best mode"])
        {
            Self::Embodiments
        } else if is(&["发明内容", "新型内容", "summary", "disclosure of"]) {
            Self::Summary
        } else if is(&["背景技术", "background", "related art", "prior art"]) {
            Self::Background
        } else if is(&["技术领域", "所属领域", "technical field", "field of"]) {
            Self::TechnicalField
        } else {
            Self::Other
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_guessed_from_the_script() {
        let check = |text: &str, expected: &str| assert_eq!(Language::guess(text).0, expected, "{text}");
        check("一种采煤机滚筒 drum", "zh");
        check("Hydrogen storage", "en");
        check("水素を貯蔵するタンク", "ja");
        check("수소 저장 탱크", "ko");
        check("", "en");
    }

    #[test]
    fn headings_name_sections() {
        let check = |text: &str, kind| assert_eq!(SectionKind::from_heading(text), kind, "{text}");
        check("技术领域", SectionKind::TechnicalField);
        check("BRIEF DESCRIPTION OF THE DRAWINGS", SectionKind::Drawings);
        check("具体实施方式", SectionKind::Embodiments);
        check("Other matters", SectionKind::Other);
    }
}
