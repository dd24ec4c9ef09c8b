//! The compiled-in packs are sound, and unsound packs are refused with the place.

use std::collections::HashMap;
use std::collections::HashSet;

use proptest::prelude::*;

use super::*;

const HEAD: &str = "id = \"x\"\n\
    title = { zh = \"甲\", en = \"x\" }\n\
    definition = { zh = \"甲。\", en = \"X.\" }\n\
    anchors = { zh = [\"煤\"], en = [\"coal\"] }\n";

/// Returns a node of three lines (and one for its parent), without a class.
fn node(id: &str, parent: Option<&str>, more: &str) -> String {
    let parent = parent.map_or_else(String::new, |parent| format!("parent = \"{parent}\"\n"));
    format!(
        "[[node]]\nid = \"{id}\"\n{parent}name = {{ zh = \"节点\", en = \"node\" }}\n\
         definition = {{ zh = \"定义。\", en = \"A definition.\" }}\n{more}\n"
    )
}

const WORDS: &str = "strong = { zh = [\"采煤机\"], en = [\"shearer\"] }";

#[track_caller]
fn refused(body: &str) -> Vec<(usize, Fault)> {
    let PackErrors(errors) = Pack::from_toml(&format!("{HEAD}{body}")).expect_err("refused");
    errors.into_iter().map(|error| (error.line, error.fault)).collect()
}

#[track_caller]
fn problems(body: &str) -> Vec<(Severity, Problem)> {
    let pack = Pack::from_toml(&format!("{HEAD}{body}")).expect("a pack");
    pack.check(&builtin_symbol).into_iter().map(|finding| (finding.severity, finding.problem)).collect()
}

#[test]
fn builtin_packs_are_the_four_domains() {
    let ids: Vec<&str> = Pack::builtin().iter().map(|pack| pack.id.as_str()).collect();
    assert_eq!(ids, ["icm", "mcc", "ccus", "hes"]);
}

#[test]
fn builtin_packs_have_no_findings() {
    for (file, text) in BUILTIN {
        let Report::Read { findings, .. } = check_report(text) else { panic!("{file} was refused") };
        let findings: Vec<String> = findings.iter().map(Finding::to_string).collect();
        assert_eq!(findings, Vec::<String>::new(), "{file}");
    }
}

#[test]
fn builtin_trees_have_three_levels_at_least() {
    for pack in Pack::builtin() {
        let deepest = pack.nodes.iter().filter_map(|node| pack.level(&node.id)).max();
        assert!(deepest.is_some_and(|level| (3..=4).contains(&level)), "{}: {deepest:?}", pack.id);
    }
}

#[test]
fn builtin_leaves_can_be_reached_in_both_languages() {
    for pack in Pack::builtin() {
        for node in pack.nodes.iter().filter(|node| pack.is_leaf(&node.id)) {
            let zh = node.keywords.zh.len() + node.strong.zh.len();
            let en = node.keywords.en.len() + node.strong.en.len();
            assert!(zh > 0 && en > 0, "{} {}", pack.id, node.id);
            assert!(
                node.word_only || !node.ipc.is_empty(),
                "{} {}: Chinese documents need an IPC class",
                pack.id,
                node.id
            );
            assert!(!node.strong.zh.is_empty() || !node.ipc.is_empty(), "{} {}", pack.id, node.id);
        }
    }
}

#[test]
fn builtin_vocabularies_are_large_and_bilingual() {
    for pack in Pack::builtin() {
        assert!(pack.concepts.len() >= 300, "{}: {}", pack.id, pack.concepts.len());
        let han = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        for concept in &pack.concepts {
            assert!(concept.zh.iter().all(|term| han(term)), "{} {}", pack.id, concept.id);
            assert!(!concept.en.iter().any(|term| han(term)), "{} {}", pack.id, concept.id);
        }
    }
}

#[test]
fn builtin_vocabularies_cover_every_leaf() {
    for pack in Pack::builtin() {
        let named: HashSet<&str> =
            pack.concepts.iter().filter_map(|concept| concept.node.as_deref()).collect();
        let bare: Vec<&str> = pack
            .nodes
            .iter()
            .map(|node| node.id.as_str())
            .filter(|id| pack.is_leaf(id) && !named.contains(id))
            .collect();
        assert_eq!(bare, Vec::<&str>::new(), "{}", pack.id);
    }
}

#[test]
fn builtin_effects_are_enough_for_a_matrix() {
    for pack in Pack::builtin() {
        assert!((12..=20).contains(&pack.effects.len()), "{}: {}", pack.id, pack.effects.len());
    }
}

#[test]
fn a_group_of_several_packs_has_one_name() {
    let mut names: HashMap<&str, &Bilingual> = HashMap::new();
    for group in Pack::builtin().iter().flat_map(|pack| &pack.groups) {
        assert_eq!(*names.entry(&group.id).or_insert(&group.name), &group.name, "{}", group.id);
    }
}

#[test]
fn joint_ventures_of_a_pack_stand_under_each_parent_that_is_a_group() {
    for pack in Pack::builtin() {
        for member in pack.groups.iter().flat_map(|group| &group.members) {
            for parent in &member.with {
                if let Some(other) = pack.groups.iter().find(|group| group.id == *parent) {
                    assert!(other.members.iter().any(|own| own.name == member.name), "{}", member.name);
                }
            }
        }
    }
}

#[test]
fn strangers_of_a_group_are_no_members_of_it() {
    for group in Pack::builtin().iter().flat_map(|pack| &pack.groups) {
        for member in &group.members {
            let names: Vec<&String> = member.aliases.iter().chain([&member.name]).collect();
            assert!(!group.not.iter().any(|stranger| names.contains(&stranger)), "{}", member.name);
        }
    }
}

#[test]
fn every_class_of_a_builtin_pack_has_a_title() {
    let mut bare: Vec<&str> = Vec::new();
    for pack in Pack::builtin() {
        let symbols = pack.nodes.iter().flat_map(|node| &node.ipc).chain(&pack.anchor_classes);
        bare.extend(symbols.map(|symbol| symbol.0.as_str()).filter(|symbol| title(symbol).is_none()));
    }
    bare.sort_unstable();
    bare.dedup();
    assert_eq!(bare, Vec::<&str>::new());
}

#[test]
fn symbols_of_the_table_have_dates() {
    let day = jiff::civil::date;
    assert_eq!(
        builtin_symbol("G05D1/02"),
        Some(SymbolState::Closed { from: day(1968, 9, 1), to: day(2023, 12, 31) })
    );
    assert_eq!(builtin_symbol("G05D1/43"), Some(SymbolState::Open { from: day(2024, 1, 1) }));
    assert_eq!(builtin_symbol("E21C99Z"), None);
    assert_eq!(builtin_symbol("A99X1/00"), Some(SymbolState::Never));
}

#[test]
fn terms_are_found_however_they_are_written() {
    let icm = &Pack::builtin()[0];
    for term in ["采煤机", "Shearer", "coal  shearer", "ＡＦＣ", "armoured-face conveyor"] {
        assert!(icm.concept_of(term).is_some(), "{term}");
    }
    assert_eq!(icm.concept_of("shearer of sheep"), None);
}

#[test]
fn equivalents_pair_each_term_with_the_preferred_one() {
    let body = "[vocabulary]\nconcepts = [{ id = \"a\", zh = [\"甲\", \"乙\"], en = [\"a\", \"b\"] }]\n";
    let pack = Pack::from_toml(&format!("{HEAD}{body}")).expect("a pack");
    let pairs = pack.equivalents();
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(zh, en)| (zh.as_str(), en.as_str())).collect();
    assert_eq!(pairs, [("甲", "a"), ("乙", "a"), ("甲", "b")]);
}

#[test]
fn a_cycle_is_refused_once() {
    let body = node("A", Some("B"), "") + &node("B", Some("A"), "") + &node("C", Some("A"), "");
    assert_eq!(refused(&body), [(5, Fault::Cycle(vec!["A".to_owned(), "B".to_owned()]))]);
}

#[test]
fn a_node_that_is_its_own_parent_is_a_cycle() {
    assert_eq!(refused(&node("A", Some("A"), "")), [(5, Fault::Cycle(vec!["A".to_owned()]))]);
}

#[test]
fn an_unknown_parent_is_refused() {
    let fault = Fault::UnknownParent { id: "A1".to_owned(), parent: "A".to_owned() };
    assert_eq!(refused(&node("A1", Some("A"), "")), [(5, fault)]);
}

#[test]
fn a_node_that_occurs_twice_is_refused() {
    let fault = Fault::Duplicate { entry: "node", id: "A".to_owned(), first: 5 };
    assert_eq!(refused(&(node("A", None, "") + &node("A", None, ""))), [(10, fault)]);
}

#[test]
fn a_term_in_two_concepts_is_refused() {
    let body = "[vocabulary]\nconcepts = [\n\
        { id = \"a\", zh = [\"甲\"], en = [\"roof support\"] },\n\
        { id = \"b\", zh = [\"乙\"], en = [\"Roof-support\"] },\n]\n";
    let fault = Fault::TermTwice {
        term: "Roof-support".to_owned(),
        id: "b".to_owned(),
        other: "a".to_owned(),
        first: 7,
    };
    assert_eq!(refused(body), [(8, fault)]);
}

#[test]
fn a_concept_in_one_language_is_refused() {
    let body = "[vocabulary]\nconcepts = [\n{ id = \"a\", zh = [\"甲\"], en = [] },\n]\n";
    let fault = Fault::Empty { entry: "concept", id: "a".to_owned(), what: "English term" };
    assert_eq!(refused(body), [(7, fault)]);
}

#[test]
fn a_text_that_is_no_symbol_is_refused() {
    let body = node("A", None, "ipc = [\"煤矿\"]");
    assert_eq!(refused(&body), [(5, Fault::BadSymbol { symbol: "煤矿".to_owned() })]);
}

#[test]
fn all_faults_are_told_at_once_in_the_order_of_the_file() {
    let body = node("A", Some("Z"), "")
        + &node("A", None, "colour = 1")
        + "[vocabulary]\nconcepts = [\n{ id = \"a\", zh = [\"甲\"], en = [\"a\"], node = \"Q\" },\n]\n";
    let lines: Vec<usize> = refused(&body).into_iter().map(|(line, _)| line).collect();
    assert_eq!(lines, [5, 11, 18]);
}

#[test]
fn a_slip_of_toml_is_refused_with_its_line() {
    let faults = refused("[[node]\n");
    assert!(matches!(faults.as_slice(), [(5, Fault::Form(_))]), "{faults:?}");
}

#[test]
fn a_date_that_does_not_exist_is_refused() {
    let body = "[[group]]\nid = \"g\"\nname = { zh = \"甲\", en = \"G\" }\n\
        members = [{ name = \"甲公司\", relation = \"subsidiary\", from = \"2017-13\" }]\n";
    let fault = Fault::BadDate { name: "甲公司".to_owned(), date: "2017-13".to_owned() };
    assert_eq!(refused(body), [(5, fault)]);
}

#[test]
fn an_unknown_class_is_an_error() {
    let found = problems(&node("A", None, &format!("ipc = [\"A99X1/02\"]\n{WORDS}")));
    let problem = Problem::UnknownClass { at: "A".to_owned(), symbol: "A99X1/02".to_owned() };
    assert!(found.contains(&(Severity::Error, problem)), "{found:?}");
}

#[test]
fn a_class_outside_of_the_table_is_not_verified() {
    let found = problems(&node("A", None, &format!("ipc = [\"A01B1/02\"]\n{WORDS}")));
    let problem = Problem::NotVerified { at: "A".to_owned(), symbol: "A01B1/02".to_owned() };
    assert!(found.contains(&(Severity::Note, problem)), "{found:?}");
}

#[test]
fn a_closed_class_needs_its_successor_beside_it() {
    let concordance = "[classes]\nconcordance = [{ old = \"G05D1/02\", new = [\"G05D1/43\"] }]\n";
    let has_error = |classes: &str| {
        let found = problems(&(node("A", None, &format!("ipc = {classes}\n{WORDS}")) + concordance));
        found.iter().any(|(_, problem)| matches!(problem, Problem::ClosedClass { .. }))
    };
    assert!(has_error("[\"G05D1/02\"]"));
    assert!(!has_error("[\"G05D1/02\", \"G05D1/43\"]"));
}

#[test]
fn an_open_class_is_no_old_class_of_a_succession() {
    let body = node("A", None, &format!("ipc = [\"E21C35/24\"]\n{WORDS}"))
        + "[classes]\nconcordance = [{ old = \"E21C35/24\", new = [\"G05D1/43\"] }]\n";
    let problem = Problem::StillOpen { symbol: "E21C35/24".to_owned() };
    assert!(problems(&body).contains(&(Severity::Error, problem)));
}

#[test]
fn a_leaf_that_nothing_can_match_is_an_error() {
    let found = problems(&node("A", None, ""));
    let errors: Vec<Problem> = found
        .into_iter()
        .filter(|(severity, _)| *severity == Severity::Error)
        .map(|(_, problem)| problem)
        .collect();
    let id = "A".to_owned();
    assert_eq!(
        errors,
        [
            Problem::NoKeyword { id: id.clone(), lang: "zh" },
            Problem::NoKeyword { id: id.clone(), lang: "en" },
            Problem::NoClass { id },
        ]
    );
}

#[test]
fn a_node_cannot_be_of_words_alone_and_have_classes() {
    let found = problems(&node("A", None, &format!("ipc = [\"E21C35/24\"]\nword_only = true\n{WORDS}")));
    assert!(found.contains(&(Severity::Error, Problem::Contradiction { id: "A".to_owned() })));
}

#[test]
fn a_pack_without_nodes_is_an_error() {
    assert_eq!(problems(""), [(Severity::Error, Problem::NoNodes)]);
}

/// A tree of up to eight nodes: the parent of each is a number, or none. Numbers that are too large are unknown parents.
fn trees() -> impl Strategy<Value = Vec<Option<usize>>> {
    proptest::collection::vec(proptest::option::of(0_usize..9), 1..8)
}

proptest! {
    #[test]
    fn a_tree_is_read_exactly_when_every_way_up_ends(parents in trees()) {
        let name = |i: usize| format!("N{i}");
        let body: String = parents
            .iter()
            .enumerate()
            .map(|(i, parent)| node(&name(i), parent.map(name).as_deref(), ""))
            .collect();
        let ends = (0..parents.len()).all(|start| {
            let mut at = start;
            for _ in 0..=parents.len() {
                match parents.get(at) {
                    None => return false,
                    Some(None) => return true,
                    Some(Some(parent)) => at = *parent,
                }
            }
            false
        });
        let read = Pack::from_toml(&format!("{HEAD}{body}"));
        prop_assert_eq!(read.is_ok(), ends);
        if let Ok(pack) = read {
            for node in &pack.nodes {
                let above = node.parent.as_deref().and_then(|parent| pack.level(parent)).unwrap_or(0);
                prop_assert_eq!(pack.level(&node.id), Some(above + 1));
            }
        }
    }

    #[test]
    fn a_damaged_pack_never_panics_and_every_error_has_a_line(which in 0_usize..4, cut in 0_usize..2000, n in 1_usize..4) {
        let lines: Vec<&str> = BUILTIN[which].1.lines().collect();
        let cut = cut % lines.len();
        let damaged: Vec<&str> =
            lines.iter().enumerate().filter(|(i, _)| !(cut..cut + n).contains(i)).map(|(_, line)| *line).collect();
        if let Err(PackErrors(errors)) = Pack::from_toml(&damaged.join("\n")) {
            prop_assert!(!errors.is_empty());
            prop_assert!(errors.iter().all(|error| (1..=damaged.len()).contains(&error.line)));
        }
    }

    #[test]
    fn every_term_of_a_pack_leads_to_its_concept(which in 0_usize..4, at in 0_usize..10_000) {
        let pack = &Pack::builtin()[which];
        let concept = &pack.concepts[at % pack.concepts.len()];
        for term in concept.zh.iter().chain(&concept.en) {
            prop_assert_eq!(pack.concept_of(&term.to_uppercase()).map(|found| &found.id), Some(&concept.id));
        }
    }

    #[test]
    fn every_term_stands_in_some_pair(which in 0_usize..4, at in 0_usize..10_000) {
        let pack = &Pack::builtin()[which];
        let concept = &pack.concepts[at % pack.concepts.len()];
        let pairs = pack.equivalents();
        for term in &concept.zh {
            prop_assert!(pairs.iter().any(|(zh, _)| zh == term));
        }
        for term in &concept.en {
            prop_assert!(pairs.iter().any(|(_, en)| en == term));
        }
    }
}
