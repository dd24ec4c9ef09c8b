//! Words of both languages for an element, from the domain packs.

use std::sync::OnceLock;

use crate::patent::domain::{Concept, Pack};
use crate::text::Analyzer;
use crate::text::highlight::Highlighter;
use crate::text::stopwords::is_stop_word;

/// Terms of a block, each language; more make a query that nobody reads.
const MAX_TERMS: usize = 8;

/// What an element says in one idea of its own, with what means the same.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct SynonymBlock {
    /// As it stands in the element.
    pub term: String,
    /// Chinese words for it.
    pub zh: Vec<String>,
    /// English words for it.
    pub en: Vec<String>,
    /// The concept of a pack (`hes:metal-hydride`); none where no pack knows the term.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concept: Option<String>,
    /// Publications of the corpus that hold one of the words in title, abstract, claims or keywords.
    pub n: u64,
}

impl SynonymBlock {
    /// Returns all words, the term itself first.
    pub fn words(&self) -> Vec<String> {
        let mut words = vec![self.term.clone()];
        for word in self.zh.iter().chain(&self.en) {
            if !words.iter().any(|known| known.eq_ignore_ascii_case(word)) {
                words.push(word.clone());
            }
        }
        words
    }
}

/// The concepts of all packs, ready to be found in texts.
pub(in crate::search) struct Packs {
    highlighter: Highlighter,
    concepts: Vec<(&'static Pack, &'static Concept)>,
}

/// How much of a text belongs to a domain.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct DomainFit {
    /// The id of the pack.
    pub id: String,
    /// Its Chinese name.
    pub zh: String,
    /// Its English name.
    pub en: String,
    /// Places of the text that name a concept or an anchor of the pack.
    pub n: usize,
}

impl Packs {
    /// Returns the built-in packs; the first call prepares them with its analyzer, which are all alike.
    pub(in crate::search) fn builtin(analyzer: &Analyzer) -> &'static Self {
        static PACKS: OnceLock<Packs> = OnceLock::new();
        PACKS.get_or_init(|| {
            let all = || {
                Pack::builtin()
                    .iter()
                    .flat_map(|pack| pack.concepts.iter().map(move |concept| (pack, concept)))
            };
            let texts: Vec<Vec<String>> =
                all().map(|(_, concept)| concept.zh.iter().chain(&concept.en).cloned().collect()).collect();
            Packs { highlighter: Highlighter::new(analyzer, &texts), concepts: all().collect() }
        })
    }

    /// Returns the blocks of an element: the concepts of packs that it names, then what else it names; not counted yet.
    pub(super) fn blocks(&self, analyzer: &Analyzer, element: &str) -> Vec<SynonymBlock> {
        let mut blocks: Vec<(usize, SynonymBlock)> = Vec::new();
        let marks = self.highlighter.marks(element);
        for mark in &marks {
            let (pack, concept) = self.concepts[mark.concept];
            let id = format!("{}:{}", pack.id, concept.id);
            if blocks.iter().any(|(_, block)| block.concept.as_ref() == Some(&id)) {
                continue;
            }
            let kept = |words: &[String]| words.iter().take(MAX_TERMS).cloned().collect::<Vec<_>>();
            let block = SynonymBlock {
                term: element[mark.range.clone()].to_owned(),
                zh: kept(&concept.zh),
                en: kept(&concept.en),
                concept: Some(id),
                n: 0,
            };
            blocks.push((mark.range.start, block));
        }
        for concept in analyzer.concepts(element) {
            // What a pack knows already is cut out; the rest may still name something.
            let mut free = vec![concept.range.clone()];
            for mark in &marks {
                free = free
                    .into_iter()
                    .flat_map(|part| {
                        if mark.range.end <= part.start || mark.range.start >= part.end {
                            return vec![part];
                        }
                        vec![
                            part.start..mark.range.start.max(part.start),
                            mark.range.end.min(part.end)..part.end,
                        ]
                    })
                    .collect();
            }
            for part in free {
                let Some(text) = element.get(part.clone()) else { continue };
                let text = text.trim_matches(|c: char| !c.is_alphanumeric());
                if !tells(text) || blocks.iter().any(|(_, block)| block.term == text) {
                    continue;
                }
                let block = SynonymBlock {
                    term: text.to_owned(),
                    zh: Vec::new(),
                    en: Vec::new(),
                    concept: None,
                    n: 0,
                };
                blocks.push((part.start, block));
            }
        }
        blocks.sort_by_key(|(at, _)| *at);
        blocks.into_iter().map(|(_, block)| block).collect()
    }

    /// Returns the concepts that a text names, each once, with the words it names them by.
    pub(in crate::search) fn named(&self, text: &str) -> Vec<(usize, String)> {
        let mut named: Vec<(usize, String)> = Vec::new();
        for mark in self.highlighter.marks(text) {
            if !named.iter().any(|(concept, _)| *concept == mark.concept) {
                named.push((mark.concept, text[mark.range].to_owned()));
            }
        }
        named
    }

    /// Returns the domains that a text touches, the one with most places first.
    pub(super) fn domains(&self, text: &str) -> Vec<DomainFit> {
        let marks = self.highlighter.marks(text);
        let fit = |pack: &'static Pack| DomainFit {
            id: pack.id.clone(),
            zh: pack.title.zh.clone(),
            en: pack.title.en.clone(),
            n: marks.iter().filter(|mark| self.concepts[mark.concept].0.id == pack.id).count(),
        };
        let mut fits: Vec<DomainFit> = Pack::builtin().iter().map(fit).filter(|fit| fit.n > 0).collect();
        fits.sort_by(|a, b| b.n.cmp(&a.n).then_with(|| a.id.cmp(&b.id)));
        fits
    }
}

/// Returns whether a text names something by itself: two letters at least, no stop word, not only digits and units.
fn tells(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    letters >= 2 && letters * 2 > text.chars().count() && !is_stop_word(text)
}
