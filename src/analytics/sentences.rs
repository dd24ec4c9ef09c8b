//! The sentences in which a document says what was wrong, what it does about it, and what gets better.
//!
//! They come from the summary of the description (发明内容) where there is one, with the background for the problem,
//! else from the abstract. A sentence is recognised by cue phrases, Chinese and English; one may state two things.
//! What no cue gives away is left out: an empty list is "not found", never "none".
//! The cues are the standard phrases of Chinese and English drafting; the lists below are the whole rule.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use serde::{Deserialize, Serialize};

use crate::patent::{Description, Language, Publication, SectionKind, Version};
use crate::text::normalize::fold;
use crate::text::sentence::sentences;

/// Most sentences of one kind in one language.
pub const MAX_STATEMENTS: usize = 4;

/// Bytes of a section that are read: summaries that repeat all claims are long, and say it in the beginning and end.
const MAX_SECTION_BYTES: usize = 64 << 10;

/// Where a sentence stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// The abstract.
    Abstract,
    /// The background of the description (背景技术).
    Background,
    /// The summary of the description (发明内容).
    Summary,
    /// A description without headings.
    Description,
}

/// One sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// Where it stands.
    pub place: Place,
    /// The language of the text.
    pub lang: Language,
    /// For sections, the paragraph, counted from 0 over all sections of this place; 0 for the abstract.
    pub paragraph: usize,
    /// The bytes of the abstract or paragraph.
    pub span: Range<usize>,
    /// The sentence.
    pub text: String,
}

/// What a document says of problem, means and effect, in reading order, Chinese before English.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Statements {
    /// What is wrong with what was known (要解决的技术问题).
    pub problem: Vec<Statement>,
    /// What is done about it (技术手段).
    pub means: Vec<Statement>,
    /// What gets better (技术效果).
    pub effect: Vec<Statement>,
}

/// What a cue gives away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Problem,
    Means,
    Effect,
}

/// Phrases after or with which drafters state the problem.
const PROBLEM: &[&str] = &[
    "的问题",
    "技术问题",
    "存在如下不足",
    "的不足",
    "的缺陷",
    "的缺点",
    "的弊端",
    "存在不足",
    "存在缺陷",
    "难以",
    "容易造成",
    "容易导致",
    "为了解决",
    "为解决",
    "旨在解决",
    "针对",
    "为克服",
    "为了克服",
    "亟需",
    "亟待",
    "存在安全隐患",
    "drawback",
    "disadvantage",
    "shortcoming",
    "problem",
    "difficult to",
    "is difficult",
    "suffers from",
    "suffer from",
    "in the prior art",
    "there is a need",
    "there is therefore a need",
    "in order to solve",
    "to overcome",
    "fails to",
    "unable to",
    "deficienc",
];

/// Phrases with which drafters say what the invention is.
const MEANS: &[&str] = &[
    "本发明公开",
    "本发明提供",
    "本发明涉及",
    "本实用新型公开",
    "本实用新型提供",
    "本实用新型涉及",
    "本申请公开",
    "本申请提供",
    "本申请涉及",
    "本公开提供",
    "技术方案",
    "其特征在于",
    "包括",
    "包含",
    "由以下",
    "该方法",
    "所述方法",
    "设置有",
    "设有",
    "提供一种",
    "提供了一种",
    "采用",
    "disclosed is",
    "is disclosed",
    "discloses",
    "is provided",
    "are provided",
    "the invention provides",
    "the present invention provides",
    "comprises",
    "comprising",
    "includes",
    "including",
    "relates to",
    "wherein",
    "by means of",
    "consists of",
];

/// Phrases with which drafters praise the result.
const EFFECT: &[&str] = &[
    "有益效果",
    "优点",
    "优势",
    "与现有技术相比",
    "本发明能够",
    "本发明可以",
    "本发明可",
    "本实用新型能够",
    "本实用新型可以",
    "本申请能够",
    "从而",
    "进而提高",
    "提高了",
    "降低了",
    "减少了",
    "避免了",
    "增强了",
    "改善了",
    "延长了",
    "缩短了",
    "简化了",
    "实现了",
    "有效提高",
    "有效降低",
    "有效减少",
    "有效避免",
    "能够提高",
    "能够降低",
    "可提高",
    "可降低",
    "显著提高",
    "显著降低",
    "保证了",
    "确保了",
    "有利于",
    "便于",
    "advantage",
    "beneficial effect",
    "compared with the prior art",
    "the invention can",
    "the present invention can",
    "is able to",
    "thereby",
    "thus improving",
    "improves",
    "improving",
    "reduces",
    "reducing",
    "increases the",
    "increasing the",
    "prevents",
    "avoids",
    "makes it possible",
    "enables",
    "can be improved",
    "can be reduced",
    "is improved",
    "is reduced",
    "extends the",
    "lowers",
    "saves",
];

static CUES: LazyLock<(AhoCorasick, Vec<Kind>)> = LazyLock::new(|| {
    let lists = [(PROBLEM, Kind::Problem), (MEANS, Kind::Means), (EFFECT, Kind::Effect)];
    let all: Vec<(&str, Kind)> =
        lists.iter().flat_map(|(list, kind)| list.iter().map(|cue| (*cue, *kind))).collect();
    let automaton = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .ascii_case_insensitive(true)
        .build(all.iter().map(|(cue, _)| cue))
        .expect("a few hundred short patterns");
    (automaton, all.into_iter().map(|(_, kind)| kind).collect())
});

/// Returns the sentences in which a document states its problem, means and effect.
///
/// `descriptions` may be empty: the index stores them apart. For each language the summary is read where there is
/// one (with the background, for the problem alone), else an unstructured description, else the abstract; kinds that
/// the description does not give away are taken from the abstract. At most [`MAX_STATEMENTS`] a kind and language:
/// the first for problem and means, the last for the effect, which drafters put at the end.
///
/// ```
/// use patnav::patent::{Language, LocalText, Publication};
/// use patnav::analytics::sentences::problem_means_effect;
/// let text = "针对现有技术中初撑力不足的问题，提供一种液压支架。所述支架包括立柱。本发明能够提高安全性。";
/// let publication = Publication { abstracts: vec![LocalText::new(Language::zh(), text)], ..Default::default() };
/// let found = problem_means_effect(&publication, &[]);
/// assert_eq!(found.problem[0].text, "针对现有技术中初撑力不足的问题，提供一种液压支架。");
/// assert_eq!(found.means[1].text, "所述支架包括立柱。");
/// assert_eq!(found.effect[0].text, "本发明能够提高安全性。");
/// assert_eq!(&text[found.effect[0].span.clone()], found.effect[0].text);
/// ```
pub fn problem_means_effect(publication: &Publication, descriptions: &[Description]) -> Statements {
    let mut all = Statements::default();
    let mut languages: Vec<&Language> = Vec::new();
    let texts = descriptions.iter().map(|description| &description.lang);
    for lang in texts.chain(publication.abstracts.iter().map(|text| &text.lang)) {
        if lang.version() != Version::Other && !languages.contains(&lang) {
            languages.push(lang);
        }
    }
    languages.sort_by_key(|lang| lang.version());
    for lang in languages {
        let mut found = Statements::default();
        for description in descriptions.iter().filter(|description| description.lang == *lang) {
            read_description(description, &mut found);
        }
        let mut short = Statements::default();
        for text in publication.abstracts.iter().filter(|text| text.lang == *lang) {
            read(Place::Abstract, lang, 0, &text.text, &mut short);
        }
        all.problem.extend(first(or(found.problem, short.problem)));
        all.means.extend(first(or(found.means, short.means)));
        let effects = or(found.effect, short.effect);
        let from = effects.len().saturating_sub(MAX_STATEMENTS);
        all.effect.extend(effects.into_iter().skip(from));
    }
    all
}

fn or(found: Vec<Statement>, otherwise: Vec<Statement>) -> Vec<Statement> {
    if found.is_empty() { otherwise } else { found }
}

fn first(mut found: Vec<Statement>) -> Vec<Statement> {
    found.truncate(MAX_STATEMENTS);
    found
}

fn read_description(description: &Description, found: &mut Statements) {
    let has_headings = description.sections.iter().any(|section| section.kind != SectionKind::Other);
    let mut counts = [0_usize; 3];
    for section in &description.sections {
        let (place, count) = match section.kind {
            SectionKind::Background => (Place::Background, 0),
            SectionKind::Summary => (Place::Summary, 1),
            SectionKind::Other if !has_headings => (Place::Description, 2),
            _ => continue,
        };
        let mut left = MAX_SECTION_BYTES;
        for paragraph in &section.paragraphs {
            if left < paragraph.len() {
                break;
            }
            left -= paragraph.len();
            let mut here = Statements::default();
            read(place, &description.lang, counts[count], paragraph, &mut here);
            counts[count] += 1;
            found.problem.append(&mut here.problem);
            // What the background praises or describes is the prior art.
            if place != Place::Background {
                found.means.append(&mut here.means);
                found.effect.append(&mut here.effect);
            }
        }
    }
}

/// Reads the sentences of one text.
fn read(place: Place, lang: &Language, paragraph: usize, text: &str, found: &mut Statements) {
    for span in sentences(text) {
        let sentence = &text[span.clone()];
        let kinds = kinds(sentence);
        let statement = || Statement {
            place,
            lang: lang.clone(),
            paragraph,
            span: span.clone(),
            text: sentence.to_owned(),
        };
        if kinds[0] {
            found.problem.push(statement());
        }
        if kinds[1] {
            found.means.push(statement());
        }
        if kinds[2] {
            found.effect.push(statement());
        }
    }
}

/// Returns whether a sentence states problem, means and effect, in this order.
fn kinds(sentence: &str) -> [bool; 3] {
    let folded = fold(sentence);
    let mut kinds = [false; 3];
    for cue in CUES.0.find_iter(&*folded.text) {
        kinds[match CUES.1[cue.pattern().as_usize()] {
            Kind::Problem => 0,
            Kind::Means => 1,
            Kind::Effect => 2,
        }] = true;
    }
    kinds
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patent::{LocalText, Section};

    fn section(kind: SectionKind, paragraphs: &[&str]) -> Section {
        Section { kind, heading: None, paragraphs: paragraphs.iter().map(|p| (*p).to_owned()).collect() }
    }

    fn texts(found: &[Statement]) -> Vec<&str> {
        found.iter().map(|statement| statement.text.as_str()).collect()
    }

    #[test]
    fn the_summary_goes_before_the_abstract() {
        let publication = Publication {
            abstracts: vec![LocalText::new(Language::zh(), "一种泵，包括壳。本发明可以降低成本。")],
            ..Publication::default()
        };
        let description = Description {
            lang: Language::zh(),
            translated: false,
            sections: vec![
                section(SectionKind::Background, &["泵很重要。现有泵存在如下不足：磨损快。其优点是便宜。"]),
                section(SectionKind::Summary, &["本发明提供一种泵。", "与现有技术相比，磨损减少。"]),
                section(SectionKind::Embodiments, &["本发明能够飞。"]),
            ],
        };
        let found = problem_means_effect(&publication, &[description]);
        assert_eq!(texts(&found.problem), ["现有泵存在如下不足：磨损快。"]);
        assert_eq!(texts(&found.means), ["本发明提供一种泵。"]);
        assert_eq!(texts(&found.effect), ["与现有技术相比，磨损减少。"]);
        assert_eq!((found.effect[0].place, found.effect[0].paragraph), (Place::Summary, 1));
    }

    #[test]
    fn english_is_read_and_chinese_comes_first() {
        let english = "In the prior art the liner buckles. A vessel is provided, comprising a liner. The invention can reduce cost.";
        let publication = Publication {
            abstracts: vec![
                LocalText::new(Language::en(), english),
                LocalText::new(Language::zh(), "从而提高了密封性。"),
            ],
            ..Publication::default()
        };
        let found = problem_means_effect(&publication, &[]);
        assert_eq!(texts(&found.problem), ["In the prior art the liner buckles."]);
        assert_eq!(texts(&found.means), ["A vessel is provided, comprising a liner."]);
        assert_eq!(texts(&found.effect), ["从而提高了密封性。", "The invention can reduce cost."]);
    }

    #[test]
    fn texts_that_say_nothing_give_nothing() {
        for text in ["", "……", "Ein Behälter.", "水素タンク。"] {
            let abstracts = vec![LocalText::new(Language("de".to_owned()), text)];
            let publication = Publication { abstracts, ..Publication::default() };
            assert_eq!(problem_means_effect(&publication, &[]), Statements::default(), "{text}");
        }
        assert_eq!(problem_means_effect(&Publication::default(), &[]), Statements::default());
    }
}
