//! Small packs, one rule a test.

use super::*;
use crate::patent::{Classification, Language, LocalText, Symbol};

const PACK: &str = r#"
id = "pumps"
title = { zh = "矿用水泵", en = "mine pumps" }
definition = { zh = "泵", en = "pumps" }
anchors = { zh = ["煤矿"], en = ["coal mine"] }
anchor_classes = ["E21F"]

[[node]]
id = "A"
name = { zh = "排水", en = "drainage" }
definition = { zh = "排水", en = "drainage" }
keywords = { zh = ["排水"], en = ["drainage"] }
word_only = true

[[node]]
id = "A1"
parent = "A"
name = { zh = "水泵", en = "pump" }
definition = { zh = "水泵", en = "pump" }
ipc = ["E21F16", "F04D15/00"]
strong = { zh = ["矿用排水泵"], en = ["mine drainage pump"] }
keywords = { zh = ["水仓", "水位", "水泵"], en = ["sump", "water level"] }
noise = { zh = ["农田"], en = ["irrigation"] }

[[node]]
id = "A2"
parent = "A"
name = { zh = "管路", en = "pipes" }
definition = { zh = "管路", en = "pipes" }
ipc = ["F16L1/00"]
strong = { zh = ["矿用排水管"], en = ["mine drainage pipe"] }
keywords = { zh = ["管路"], en = ["pipework"] }
class_only = true

[[effect]]
id = "energy"
name = { zh = "降低能耗", en = "lower energy use" }
triggers = { zh = ["降低能耗"], en = ["lower energy consumption"] }
problems = { zh = ["能耗高"], en = ["high energy consumption"] }

[[noise]]
zh = ["矿泉水"]
en = ["mineral water"]
unless = { zh = ["矿井"], en = ["colliery"] }

[vocabulary]
concepts = [
  { id = "pump", zh = ["矿用排水泵", "井下潜水泵"], en = ["mine drainage pump", "pit pump"], node = "A1" },
]
"#;

fn tagger() -> Tagger {
    Tagger::new(&[Pack::from_toml(PACK).unwrap()])
}

fn document(title: &str, summary: &str, classes: &[&str]) -> Publication {
    let class = |symbol: &&str| Classification {
        scheme: Scheme::Ipc,
        symbol: Symbol((*symbol).to_owned()),
        version: None,
        position: Some(Position::First),
        additional: None,
    };
    let text = |text: &str| vec![LocalText::new(Language::guess(text), text)];
    Publication {
        titles: if title.is_empty() { vec![] } else { text(title) },
        abstracts: if summary.is_empty() { vec![] } else { text(summary) },
        classes: classes.iter().map(class).collect(),
        ..Publication::default()
    }
}

fn tags(publication: &Publication) -> Vec<String> {
    let tagged = tagger().tag(publication, &mut Scratch::default());
    tagged.tags.iter().map(|tag| format!("{} {}", tag.node, tag.method.name())).collect()
}

#[test]
fn a_strong_word_or_its_synonym_is_enough() {
    assert_eq!(tags(&document("一种矿用排水泵", "", &[])), ["A1 term"]);
    assert_eq!(tags(&document("一种井下潜水泵", "", &[])), ["A1 term"]);
    assert_eq!(tags(&document("Pit pumps with a float", "", &[])), ["A1 term"]);
    assert_eq!(tags(&document("一種礦用排水泵", "", &[])), ["A1 term"], "traditional characters");
}

#[test]
fn words_count_whole() {
    assert_eq!(tags(&document("A spit pump", "", &[])), [""; 0], "inside another word");
    assert_eq!(tags(&document("A pit pumping device", "", &[])), [""; 0], "no plural");
    assert_eq!(tags(&document("MINE-DRAINAGE  PUMP", "", &[])), ["A1 term"], "case, hyphen, spaces");
}

#[test]
fn keywords_need_class_or_anchor() {
    assert_eq!(tags(&document("水仓水位", "水泵", &[])), [""; 0]);
    assert_eq!(tags(&document("煤矿水仓水位", "水泵", &[])), ["A1 term"]);
    assert_eq!(tags(&document("水仓", "", &["E21F16/00"])), ["A1 class"]);
}

#[test]
fn a_main_group_means_all_below_it_and_a_place_itself_alone() {
    assert_eq!(tags(&document("水仓水位", "", &["E21F16/02"])), ["A1 class"]);
    assert_eq!(tags(&document("水仓", "", &["F04D15/00"])), ["A1 class"]);
    assert_eq!(
        tags(&document("水仓", "", &["F04D15"])),
        ["A1 class"],
        "the group without subgroup is its /00"
    );
    assert_eq!(tags(&document("水仓", "", &["F04D15/02"])), [""; 0]);
}

#[test]
fn a_class_alone_is_enough_where_the_node_says_so_or_nothing_else_is_known() {
    assert_eq!(tags(&document("一种装置", "", &["F16L1/00"])), ["A2 class"]);
    assert_eq!(tags(&document("一种装置", "", &["F04D15/00"])), [""; 0]);
    assert_eq!(tags(&document("", "", &["F04D15/00"])), ["A1 class"], "no text");
    assert_eq!(tags(&document("", "Ein Gerät", &["F04D15/00"])).len(), 0, "English by its script");
    let mut german = document("", "", &["F04D15/00"]);
    german.titles.push(LocalText::new(Language("de".to_owned()), "Pumpe"));
    assert_eq!(tags(&german), ["A1 class"], "a language that is not read is as good as no text");
}

#[test]
fn noise_refuses_where_nothing_strong_speaks() {
    let keywords = document("煤矿农田水仓水位", "水泵", &[]);
    assert_eq!(tags(&keywords), [""; 0]);
    assert_eq!(tags(&document("煤矿农田矿用排水泵", "", &[])), ["A1 term"]);
    let refused = |text: &str| tagger().tag(&document(text, "", &[]), &mut Scratch::default()).refused;
    assert_eq!(refused("煤矿矿泉水水仓"), ["pumps"]);
    assert_eq!(refused("煤矿矿泉水水仓，矿井"), [""; 0]);
    assert_eq!(refused("矿用排水泵，矿泉水"), [""; 0]);
}

#[test]
fn a_branch_is_given_where_no_leaf_can_be_told() {
    let many = document("煤矿排水", "", &[]);
    assert_eq!(tags(&many), [""; 0], "one keyword is too little");
    let pack = PACK.replace("keywords = { zh = [\"排水\"]", "strong = { zh = [\"排水\"]");
    let tagged = Tagger::new(&[Pack::from_toml(&pack).unwrap()]).tag(&many, &mut Scratch::default());
    assert_eq!(tagged.tags[0].id(), "pumps:A");
}

#[test]
fn effects_and_purposes_are_told_by_direction() {
    let check = |text: &str, effects: &[&str], purposes: &[&str]| {
        let document = document("矿用排水泵 mine drainage pump", text, &[]);
        let tagged = tagger().tag(&document, &mut Scratch::default());
        assert_eq!(
            (tagged.effects.as_slice(), tagged.purposes.as_slice()),
            (
                &effects.iter().map(|e| (*e).to_owned()).collect::<Vec<_>>()[..],
                &purposes.iter().map(|e| (*e).to_owned()).collect::<Vec<_>>()[..]
            ),
            "{text}"
        );
    };
    check("本发明降低能耗。", &["pumps:energy"], &[]);
    check("显著降低了系统能耗。", &["pumps:energy"], &[]);
    check("现有水泵能耗较高。", &[], &["pumps:energy"]);
    check("The energy consumption is reduced.", &["pumps:energy"], &[]);
    check("能耗模型。", &[], &[]);
}

#[test]
fn a_person_goes_before_the_machine() {
    let mut tagged = tagger().tag(&document("矿用排水泵", "降低能耗", &[]), &mut Scratch::default());
    let decision = |leaves: &[&str], effects: Option<&[&str]>| Decision {
        key: "K".to_owned(),
        pack: "pumps".to_owned(),
        leaves: leaves.iter().map(|leaf| (*leaf).to_owned()).collect(),
        effects: effects.map(|ids| ids.iter().map(|id| (*id).to_owned()).collect()),
        purposes: None,
    };
    tagged.decide(&decision(&["A2"], None));
    assert_eq!(tagged.tags.iter().map(ToString::to_string).collect::<Vec<_>>(), ["pumps:A2|reviewed|1.00"]);
    assert_eq!(tagged.effects, ["pumps:energy"], "not decided, so as computed");
    tagged.decide(&decision(&["A1"], Some(&[])));
    assert_eq!(tagged.effects, [""; 0]);
    tagged.decide(&decision(&[], None));
    assert!(tagged.tags.is_empty() && tagged.domains.is_empty(), "none of the pack");
}

#[test]
fn documents_without_anything_and_packs_without_anything_give_nothing() {
    for text in ["", "……", "水素タンクのポンプ", "x"] {
        let tagged = tagger().tag(&document(text, text, &[]), &mut Scratch::default());
        assert_eq!(tagged, Tagged::default(), "{text}");
    }
    let none = Tagger::new(&[]).tag(&document("矿用排水泵", "", &["E21F16/00"]), &mut Scratch::default());
    assert_eq!(none, Tagged::default());
    let empty =
        "id = \"e\"\ntitle = { zh = \"空\", en = \"empty\" }\ndefinition = { zh = \"空\", en = \"empty\" }";
    let empty = Tagger::new(&[Pack::from_toml(empty).unwrap()]);
    assert_eq!(
        empty.tag(&document("矿用排水泵", "", &["E21F16/00"]), &mut Scratch::default()),
        Tagged::default()
    );
}

#[test]
fn a_tag_is_read_as_it_is_written() {
    let tag = Tag { pack: "hes".to_owned(), node: "B1".to_owned(), method: Method::Near, confidence: 0.75 };
    assert_eq!(tag.to_string().parse(), Ok(tag));
    for text in ["", "hes:B1", "hes|near|0.5", "hes:B1|guess|0.5", "hes:B1|near|x"] {
        assert_eq!(text.parse::<Tag>(), Err(()), "{text}");
    }
}
