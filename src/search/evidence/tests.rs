//! Elements against documents made up for the purpose: each test has one rule that it would miss.

use std::sync::LazyLock;

use super::*;
use crate::patent::{Claim, ClaimSet, Description, Language, LocalText, Publication, Section, SectionKind};
use crate::text::Analyzer;

static ANALYZER: LazyLock<Analyzer> = LazyLock::new(Analyzer::new);

fn probe(lang: &str, terms: &[(&str, &[&str])], vector: Option<Vec<f32>>) -> Probe {
    let term = |(text, equivalents): &(&str, &[&str])| ProbeTerm {
        text: (*text).to_owned(),
        equivalents: equivalents.iter().map(|text| (*text).to_owned()).collect(),
        weight: 1.0,
    };
    let lang = Language(lang.to_owned());
    Probe::new(&ANALYZER, "E1".to_owned(), lang, terms.iter().map(term).collect(), vector)
}

fn document() -> (Publication, Vec<Description>) {
    let publication = Publication {
        titles: vec![LocalText::new(Language::zh(), "一种储氢罐")],
        abstracts: vec![LocalText::new(Language::zh(), "罐内设有金属氢化物床层。外壁有翅片。")],
        claims: vec![ClaimSet {
            lang: Language::en(),
            translated: true,
            claims: vec![Claim {
                number: 3,
                text: "A tank, wherein a metal hydride bed holds fins for heat exchange.".to_owned(),
                refers_to: Vec::new(),
            }],
        }],
        ..Publication::default()
    };
    let description = Description {
        lang: Language::zh(),
        translated: false,
        sections: vec![Section {
            kind: SectionKind::Embodiments,
            heading: None,
            paragraphs: vec!["无关。".to_owned(), "相变材料包裹床层。".to_owned()],
        }],
    };
    (publication, vec![description])
}

fn look(probe: &Probe, vector_of: impl Fn(&Passage<'_>) -> Option<Vec<f32>>) -> Evidence {
    let (publication, descriptions) = document();
    let (passages, left_out) = passages(&publication, &descriptions);
    assert!(!left_out);
    let vectors: Vec<Option<Vec<f32>>> = passages.iter().map(vector_of).collect();
    evidence(probe, &passages, &vectors)
}

#[test]
fn a_sentence_with_all_terms_supports() {
    let found = look(&probe("zh", &[("金属氢化物", &[]), ("床层", &[])], None), |_| None);
    let passage = found.passage.unwrap();
    assert_eq!((found.state, passage.zone.as_str()), (SupportState::Supported, "abstract"));
    assert_eq!(passage.text, "罐内设有金属氢化物床层。");
    assert!(found.missing.is_empty());
}

#[test]
fn terms_in_different_sentences_do_not_add_up() {
    let found = look(&probe("zh", &[("金属氢化物", &[]), ("翅片", &[])], None), |_| None);
    assert_eq!(found.state, SupportState::Partly);
    assert_eq!(found.missing, ["翅片"]);
}

#[test]
fn equivalents_bridge_languages_and_say_so() {
    let terms: &[(&str, &[&str])] = &[("翅片", &["fin"]), ("金属氢化物", &["metal hydride"])];
    let found = look(&probe("zh", terms, None), |_| None);
    assert_eq!(found.state, SupportState::Supported);
    let passage = found.passage.unwrap();
    assert_eq!((passage.zone.as_str(), passage.claim, passage.lang.as_str()), ("claims", Some(3), "en"));
    assert_eq!(
        found.bridge[0],
        Bridge { term: "翅片".to_owned(), found: "fins".to_owned(), by: BridgeKind::Equivalent }
    );
}

#[test]
fn descriptions_are_read_and_their_paragraphs_named() {
    let found = look(&probe("zh", &[("相变材料", &[])], None), |_| None);
    let passage = found.passage.unwrap();
    assert_eq!((passage.zone.as_str(), passage.paragraph), ("description", Some(2)));
}

#[test]
fn words_of_a_term_apart_count_for_less() {
    let found = look(&probe("en", &[("heat exchange bed", &[])], None), |_| None);
    assert_eq!(found.bridge[0].by, BridgeKind::Words);
    assert!((found.score - WORDS_SHARE).abs() < 1e-9, "{}", found.score);
}

#[test]
fn meaning_alone_makes_partly_and_only_across_languages() {
    let unknown = probe("zh", &[("虚构词语", &[])], Some(vec![1.0, 0.0]));
    let found = look(&unknown, |_| Some(vec![0.8, 0.6]));
    assert_eq!((found.state, found.meaning), (SupportState::Partly, Some(0.8)));
    assert_eq!(found.passage.unwrap().lang, "en", "the Chinese passages are not compared by meaning");
    let far = look(&unknown, |_| Some(vec![0.1, 0.99]));
    assert_eq!(far.state, SupportState::NotFound);
}

#[test]
fn nothing_found_says_what_is_missing() {
    let found = look(&probe("zh", &[("盐穴", &[]), ("压缩机", &[])], None), |_| None);
    assert_eq!((found.state, found.score, found.passage), (SupportState::NotFound, 0.0, None));
    assert_eq!(found.missing, ["盐穴", "压缩机"]);
}

#[test]
fn long_claims_are_read_in_runs_of_clauses() {
    let filler = "所述装置还包括一个与本要点毫无关系的普通部件，".repeat(20);
    let text = format!("一种装置，包括盐穴，{filler}以及压缩机。");
    let publication = Publication {
        claims: vec![ClaimSet {
            lang: Language::zh(),
            translated: false,
            claims: vec![Claim { number: 1, text, refers_to: Vec::new() }],
        }],
        ..Publication::default()
    };
    let (passages, _) = passages(&publication, &[]);
    assert!(passages.iter().all(|passage| passage.text.chars().count() <= 220));
    let found = evidence(&probe("zh", &[("盐穴", &[]), ("压缩机", &[])], None), &passages, &[]);
    assert_eq!(found.state, SupportState::Partly, "half a page apart is not said together");
}

#[test]
fn a_document_without_text_supports_nothing() {
    let found = evidence(&probe("zh", &[("盐穴", &[])], None), &[], &[]);
    assert_eq!(found.state, SupportState::NotFound);
}
