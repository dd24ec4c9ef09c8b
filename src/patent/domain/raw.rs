//! The form of a pack file, entry by entry, before anything is checked; `load` turns it into a pack.

use serde::Deserialize;
use toml::Spanned;
use toml::Value;

use super::Bilingual;
use super::Member;
use super::Terms;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPack {
    pub(super) id: Spanned<String>,
    pub(super) title: Bilingual,
    pub(super) definition: Bilingual,
    #[serde(default)]
    pub(super) anchors: Terms,
    #[serde(default)]
    pub(super) anchor_classes: Option<Spanned<Vec<String>>>,
    #[serde(default)]
    pub(super) node: Vec<Spanned<Value>>,
    #[serde(default)]
    pub(super) effect: Vec<Spanned<Value>>,
    #[serde(default)]
    pub(super) noise: Vec<Spanned<Value>>,
    #[serde(default)]
    pub(super) group: Vec<Spanned<Value>>,
    #[serde(default)]
    pub(super) vocabulary: Vocabulary,
    #[serde(default)]
    pub(super) classes: Classes,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct Vocabulary {
    pub(super) concepts: Vec<Spanned<Value>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct Classes {
    pub(super) concordance: Vec<Spanned<Value>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawNode {
    pub(super) id: String,
    pub(super) parent: Option<String>,
    pub(super) name: Bilingual,
    pub(super) definition: Bilingual,
    pub(super) includes: Option<Bilingual>,
    pub(super) excludes: Option<Bilingual>,
    #[serde(default)]
    pub(super) ipc: Vec<String>,
    #[serde(default)]
    pub(super) cpc: Vec<String>,
    #[serde(default)]
    pub(super) keywords: Terms,
    #[serde(default)]
    pub(super) strong: Terms,
    #[serde(default)]
    pub(super) noise: Terms,
    #[serde(default)]
    pub(super) class_only: bool,
    #[serde(default)]
    pub(super) word_only: bool,
    #[serde(default)]
    pub(super) off_by_default: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawConcept {
    pub(super) id: String,
    pub(super) zh: Vec<String>,
    pub(super) en: Vec<String>,
    pub(super) node: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawEffect {
    pub(super) id: String,
    pub(super) name: Bilingual,
    pub(super) triggers: Terms,
    #[serde(default)]
    pub(super) problems: Terms,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawNoise {
    #[serde(default)]
    pub(super) zh: Vec<String>,
    #[serde(default)]
    pub(super) en: Vec<String>,
    #[serde(default)]
    pub(super) unless: Terms,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawGroup {
    pub(super) id: String,
    pub(super) name: Bilingual,
    #[serde(default)]
    pub(super) members: Vec<Member>,
    #[serde(default)]
    pub(super) not: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSuccession {
    pub(super) old: String,
    pub(super) new: Vec<String>,
}
