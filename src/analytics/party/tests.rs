//! Organisations, groups and decisions, case by case. The planted story of the corpus is in `tests/it/parties.rs`.

use super::columns::{Owners, values};
use super::*;
use crate::index::Value;
use crate::patent::domain::Pack;
use crate::patent::{
    Address, ApplicationNumber, Classification, Date, LegalEvent, Party, Publication, Role, Symbol,
};

const ON: &str = "2026-01-01";

fn on() -> Date {
    ON.parse().unwrap()
}

/// A document: number, applicants as `name@city`, inventors, a subclass.
fn document(number: &str, applicants: &[&str], inventors: &[&str], subclass: &str) -> Publication {
    let party = |role, name: &str, sequence| {
        let (name, city) = name.split_once('@').map_or((name, None), |(name, city)| (name, Some(city)));
        let mut party = Party::new(role, name, sequence);
        party.address = city.map(|city| Address {
            text: Some(city.to_owned()),
            country: Some("CN".to_owned()),
            ..Address::default()
        });
        party
    };
    let mut publication = Publication {
        number: crate::patent::PublicationNumber::parse(number).ok(),
        filing_date: "2020-01-01".parse().ok(),
        ..Publication::default()
    };
    for (at, name) in applicants.iter().enumerate() {
        // `甲|JIA`: two spellings of one party.
        for spelling in name.split('|') {
            publication.parties.push(party(Role::Applicant, spelling, u32::try_from(at).unwrap() + 1));
        }
    }
    for (at, name) in inventors.iter().enumerate() {
        publication.parties.push(party(Role::Inventor, name, u32::try_from(at).unwrap() + 1));
    }
    publication.classes.push(Classification {
        scheme: crate::patent::Scheme::Ipc,
        symbol: Symbol(format!("{subclass}1/00")),
        version: None,
        position: None,
        additional: None,
    });
    publication
}

fn corpus(documents: &[(&[&str], &[&str], &str)]) -> Vec<Facts> {
    let number = |at: usize| format!("CN{}A", 150_000_000 + at);
    documents
        .iter()
        .enumerate()
        .map(|(at, (applicants, inventors, class))| {
            facts(&document(&number(at), applicants, inventors, class), on())
        })
        .collect()
}

fn build(facts: &[Facts], groups: &Groups, decisions: &[Decision]) -> Parties {
    let facts: Vec<&Facts> = facts.iter().collect();
    Parties::build(&facts, &Options { groups, decisions, on: on() })
}

/// The organisations of the first applicants, as small numbers in order of appearance.
fn first_applicants(facts: &[Facts], parties: &Parties) -> Vec<usize> {
    let mut seen: Vec<&str> = Vec::new();
    (0..facts.len())
        .map(|at| {
            let name = parties.of(at, 0).unwrap().name.as_str();
            seen.iter().position(|known| *known == name).unwrap_or_else(|| {
                seen.push(name);
                seen.len() - 1
            })
        })
        .collect()
}

fn decision(id: i64, verdict: Verdict, a: &str, b: &str) -> Decision {
    Decision { id, verdict, a: NameRef::parse(a), b: NameRef::parse(b) }
}

#[test]
fn every_trap_of_practice_stays_apart() {
    let names: [&[&str]; 9] = [
        &["国家能源投资集团有限责任公司"],
        &["韩国能源研究所"],
        &["中国国电集团公司"],
        &["法国电力公司"],
        &["陕西延长中煤榆林能源化工有限公司"],
        &["中国煤炭科工集团有限公司"],
        &["中国中煤能源集团有限公司"],
        &["中国矿业大学"],
        &["中国矿业大学（北京）"],
    ];
    let documents: Vec<(&[&str], &[&str], &str)> =
        names.iter().map(|name| (*name, &[][..], "E21C")).collect();
    let facts = corpus(&documents);
    let groups = Groups::new(Pack::builtin(), Vec::new());
    let parties = build(&facts, &groups, &[]);
    assert_eq!(first_applicants(&facts, &parties), (0..9).collect::<Vec<_>>());
    let ids = |at: usize| -> Vec<&str> {
        parties.of(at, 0).unwrap().groups.iter().map(|group| group.id.as_str()).collect()
    };
    assert_eq!(ids(0), ["chn-energy"]);
    assert_eq!(ids(1), Vec::<&str>::new(), "国能 as a part of a name finds nothing");
    assert_eq!(ids(2), ["chn-energy"], "a predecessor counts for the group that took it over");
    assert_eq!(ids(3), ["edf"]);
    assert_eq!(ids(4), ["china-coal", "yanchang"], "a joint venture stands under each parent");
    assert_eq!(ids(5), ["cceg"]);
    assert_eq!(ids(6), ["china-coal"]);
    assert_eq!(ids(7), ["cumt"]);
    assert_eq!(ids(8), ["cumtb"]);
}

#[test]
fn a_state_is_not_one_of_its_departments() {
    let names: [&[&str]; 4] = [
        &["Government Of The United States Of America"],
        &["The Government Of The United States Of America, As Represented By The Secretary Of The Navy"],
        &["Government Of The United States Of America, As Represented By The Secretary Of Commerce"],
        &["Government Of The United States Of America, As Represented By The Secretary O"],
    ];
    let documents: Vec<(&[&str], &[&str], &str)> =
        names.iter().map(|name| (*name, &[][..], "H01M")).collect();
    let facts = corpus(&documents);
    let parties = build(&facts, &Groups::new(Pack::builtin(), Vec::new()), &[]);
    assert_eq!(first_applicants(&facts, &parties), [0, 1, 2, 3]);
}

#[test]
fn a_joint_venture_counts_once() {
    let facts = corpus(&[
        (&["陕西延长中煤榆林能源化工有限公司"], &[], "C07C"),
        (&["中国中煤能源股份有限公司"], &[], "C07C"),
    ]);
    let groups = Groups::new(Pack::builtin(), Vec::new());
    let parties = build(&facts, &groups, &[]);
    let refs: Vec<&Facts> = facts.iter().collect();
    let owners = Owners::new(&refs, &parties);
    let group = |at: usize| values(at, &facts[at], &parties, &owners)[1].clone();
    assert_eq!(
        group(0),
        Value::Keywords(vec!["中国中煤能源集团".to_owned(), "陕西延长石油集团".to_owned()]),
        "one document under two groups: a set over both holds it once"
    );
    assert_eq!(group(1), Value::Keywords(vec!["中国中煤能源集团".to_owned()]));
}

#[test]
fn strangers_of_one_name_stay_apart_and_a_branch_of_one_field_does_not() {
    let facts = corpus(&[
        (&["岭云氢储科技有限公司@河北省张家口市"], &["徐桓砺"], "F17C"),
        (&["岭云氢储科技有限公司@广东省佛山市"], &["杨岚沣"], "E21F"),
        (&["岭云氢储科技有限公司@河北省石家庄市"], &["黄煦昱"], "F17C"),
        (&["河朔例言大学@河北省石家庄市"], &["郭川"], "F17C"),
        (&["河朔例言大学@北京市"], &["胡翊"], "E21F"),
    ]);
    let parties = build(&facts, &Groups::default(), &[]);
    assert_eq!(
        first_applicants(&facts, &parties),
        [0, 1, 0, 2, 2],
        "a university has one name in the country"
    );
    let queue = parties.review();
    assert_eq!(queue.len(), 1);
    assert_eq!(queue[0].doubt, Doubt::SameNameElsewhere);
    assert_eq!(parties.of(1, 0).unwrap().name, "岭云氢储科技有限公司（佛山市）");
}

#[test]
fn a_place_in_brackets_is_the_address_of_a_company_alone() {
    let facts = corpus(&[
        (&["岭云氢储科技有限公司@河北省张家口市"], &[], "F17C"),
        (&["岭云氢储科技（张家口）有限公司@河北省张家口市"], &[], "F17C"),
        (&["中国矿业大学@江苏省徐州市"], &[], "E21C"),
        (&["中国矿业大学（北京）@北京市"], &[], "E21C"),
    ]);
    let parties = build(&facts, &Groups::default(), &[]);
    assert_eq!(first_applicants(&facts, &parties), [0, 0, 1, 2]);
    assert_eq!(parties.review().iter().map(|pair| pair.doubt).collect::<Vec<_>>(), [Doubt::PlaceInBrackets]);
}

#[test]
fn spellings_of_two_languages_meet_in_one_record() {
    let facts = corpus(&[
        (&["甲乙丙氢能有限公司@河北省张家口市|JIAYIBING HYDROGEN CO LTD"], &[], "F17C"),
        (&["Jiayibing Hydrogen Co., Ltd."], &[], "F17C"),
    ]);
    let parties = build(&facts, &Groups::default(), &[]);
    let organisation = parties.of(1, 0).unwrap();
    assert_eq!(organisation.name, "甲乙丙氢能有限公司");
    let rules: Vec<Rule> = organisation.merges.iter().map(|merge| merge.rule).collect();
    assert!(rules.contains(&Rule::SharedFamily), "{rules:?}");
    let shown = organisation.merges.iter().find(|merge| merge.rule == Rule::SharedFamily).unwrap();
    assert_eq!(shown.evidence.as_deref(), Some("CN150000000A"));
}

#[test]
fn a_spelling_beside_two_parties_is_left_to_a_person() {
    let facts = corpus(&[
        (&["甲乙丙氢能有限公司|ABC ENERGY CO LTD"], &[], "F17C"),
        (&["丁戊己电力有限公司|ABC ENERGY CO LTD"], &[], "F17C"),
    ]);
    let parties = build(&facts, &Groups::default(), &[]);
    assert_ne!(parties.of(0, 0).unwrap().name, parties.of(1, 0).unwrap().name);
    assert_eq!(parties.review()[0].doubt, Doubt::SeveralPartners);
}

#[test]
fn co_filers_are_not_one_party() {
    let facts = corpus(&[
        (&["甲乙丙氢能有限公司", "河朔例言大学"], &["郭川"], "F17C"),
        (&["甲乙丙氢能有限公司"], &["郭川"], "F17C"),
    ]);
    let parties = build(&facts, &Groups::default(), &[]);
    assert_ne!(parties.of(0, 0).unwrap().name, parties.of(0, 1).unwrap().name);
}

#[test]
fn persons_of_one_name_need_more_than_the_name() {
    let facts = corpus(&[
        (&["张伟"], &["张伟", "李强"], "F17C"),
        (&["张伟"], &["张伟"], "E21F"),
        (&["张伟"], &["张伟", "李强"], "B01D"),
        (&["张伟@北京市"], &["张伟"], "F17C"),
        (&["张伟@北京市"], &["张伟"], "E21C"),
    ]);
    let parties = build(&facts, &Groups::default(), &[]);
    assert_eq!(first_applicants(&facts, &parties), [0, 1, 0, 2, 2]);
}

#[test]
fn decisions_go_before_rules_and_can_be_undone() {
    let facts = corpus(&[
        (&["天地科技股份有限公司"], &[], "E21C"),
        (&["天地科技（北京）股份有限公司"], &[], "E21C"),
        (&["TIANDI SCI & TECH CO LTD"], &[], "E21C"),
    ]);
    let merge = decision(1, Verdict::Merge, "天地科技有限公司", "Tiandi Science and Technology Co., Ltd.");
    let parties = build(&facts, &Groups::default(), std::slice::from_ref(&merge));
    assert_eq!(first_applicants(&facts, &parties), [0, 1, 0]);
    assert!(parties.unheard().is_empty());
    // Undone is simply not given any more.
    assert_eq!(first_applicants(&facts, &build(&facts, &Groups::default(), &[])), [0, 1, 2]);
    // A split goes before a rule.
    let facts = corpus(&[(&["UNIV YORK"], &[], "E21C"), (&["University of York"], &[], "E21C")]);
    assert_eq!(first_applicants(&facts, &build(&facts, &Groups::default(), &[])), [0, 0]);
    let split = decision(1, Verdict::Split, "天地科技", "不存在的公司");
    let parties = build(&facts, &Groups::default(), &[split]);
    assert_eq!(parties.unheard()[0].reason, UnheardReason::NoSuchName);
}

#[test]
fn of_contradicting_decisions_the_later_holds_and_the_other_is_reported() {
    let facts = corpus(&[
        (&["甲甲甲有限公司"], &[], "E21C"),
        (&["乙乙乙有限公司"], &[], "E21C"),
        (&["丙丙丙有限公司"], &[], "E21C"),
    ]);
    let given = [
        decision(1, Verdict::Merge, "甲甲甲有限公司", "乙乙乙有限公司"),
        decision(2, Verdict::Merge, "乙乙乙有限公司", "丙丙丙有限公司"),
        decision(3, Verdict::Split, "甲甲甲有限公司", "丙丙丙有限公司"),
    ];
    let parties = build(&facts, &Groups::default(), &given);
    assert_eq!(first_applicants(&facts, &parties), [0, 1, 1], "2 and 3 hold");
    let unheard: Vec<(i64, &UnheardReason)> =
        parties.unheard().iter().map(|unheard| (unheard.decision.id, &unheard.reason)).collect();
    assert_eq!(unheard, [(1, &UnheardReason::ContradictsLater)]);
}

#[test]
fn strangers_are_joined_by_a_decision_about_their_name() {
    let facts = corpus(&[
        (&["同名科技有限公司@北京市"], &[], "F17C"),
        (&["同名科技有限公司@广东省佛山市"], &[], "E21F"),
    ]);
    let split = decision(1, Verdict::Split, "同名科技有限公司", "同名科技有限公司");
    assert_eq!(build(&facts, &Groups::default(), &[split]).unheard()[0].reason, UnheardReason::SameName);
    let merge = decision(1, Verdict::Merge, "同名科技有限公司", "同名科技有限公司");
    assert_eq!(first_applicants(&facts, &build(&facts, &Groups::default(), &[merge])), [0, 0]);
}

#[test]
fn bad_names_are_neither_joined_nor_dropped() {
    let long = "长".repeat(5_000);
    let facts = corpus(&[
        (&["，"], &[], "E21C"),
        (&["。"], &[], "E21C"),
        (&["甲"], &[], "E21C"),
        (&["有限公司"], &[], "E21C"),
        (&[&long], &[], "E21C"),
        (&["，"], &[], "E21C"),
        (&["カナ한글会社"], &[], "E21C"),
    ]);
    let parties = build(&facts, &Groups::default(), &[]);
    assert_eq!(first_applicants(&facts, &parties), [0, 1, 2, 3, 4, 0, 5]);
    let faulty = parties.organisations().iter().filter(|o| o.spellings.iter().any(|s| !s.faults.is_empty()));
    assert_eq!(faulty.count(), 6, "each shows its fault");
}

#[test]
fn owners_follow_transfers_and_renames_are_none() {
    let event = |code: &str, on: &str, from: &str, to: &str| LegalEvent {
        office: "CN".to_owned(),
        code: code.to_owned(),
        country: None,
        effective: on.parse().ok(),
        known: on.parse().ok(),
        text: String::new(),
        attributes: [("from", from), ("to", to)].map(|(k, v)| (k.to_owned(), v.to_owned())).into(),
    };
    let mut publication = document("CN150000009A", &["大连昱泽装备有限公司"], &[], "F17C");
    publication.application = ApplicationNumber::parse("CN202010000001.1").ok();
    publication.events.push(event("TR01", "2024-03-05", "大连昱泽装备有限公司", "银川翊坤装备有限公司"));
    publication.events.push(event("CP01", "2025-03-05", "银川翊坤装备有限公司", "宁夏翊坤装备股份有限公司"));
    let facts = vec![facts(&publication, on())];
    let parties = build(&facts, &Groups::default(), &[]);
    let refs: Vec<&Facts> = facts.iter().collect();
    let row = values(0, &facts[0], &parties, &Owners::new(&refs, &parties));
    let keyword = |text: &str| Value::Keywords(vec![text.to_owned()]);
    assert_eq!(row[0], keyword("大连昱泽装备有限公司"), "applicant of record");
    assert_eq!(row[2], keyword("大连昱泽装备有限公司"), "original");
    assert_eq!(row[3], keyword("宁夏翊坤装备股份有限公司"), "current, under its present name");
    let Value::Keywords(historic) = &row[4] else { panic!("no historic owners") };
    assert_eq!(historic.len(), 2);
}

#[test]
fn moves_within_a_group_are_no_transfers() {
    let groups = Groups::new(Pack::builtin(), Vec::new());
    let names = |name: &str| vec![name.to_owned()];
    assert!(groups.are_related(&names("神华集团有限责任公司"), &names("中国神华能源股份有限公司"), on()));
    assert!(!groups.are_related(
        &names("中国煤炭科工集团有限公司"),
        &names("中国中煤能源集团有限公司"),
        on()
    ));
}

const OWN: &str = r#"
[[group]]
id = "a"
name = { zh = "甲", en = "A" }
not = ["陌生有限公司"]
within = [{ group = "b" }]
members = [
  { name = "甲一有限公司", relation = "subsidiary", share_percent = 60, from = "2010", to = "2015" },
  { name = "甲二有限公司", relation = "subsidiary", share_percent = 60 },
  { name = "陌生有限公司", relation = "subsidiary" },
]
[[group]]
id = "b"
name = { zh = "乙", en = "B" }
within = [{ group = "c" }, { group = "nobody" }]
[[group]]
id = "c"
name = { zh = "丙", en = "C" }
within = [{ group = "a" }]
[[group]]
id = "e"
name = { zh = "戊", en = "E" }
members = [{ name = "甲二有限公司", relation = "subsidiary", share_percent = 60 }]
[[group]]
id = "d"
name = { zh = "丁产业链", en = "D" }
bond = "chain"
members = [{ name = "甲二有限公司", relation = "subsidiary" }]
"#;

#[test]
fn rings_and_contradictions_of_owners_are_reported_and_not_followed() {
    let groups = Groups::of(read_groups("own.toml", OWN).unwrap());
    let faults = groups.faults();
    assert!(
        faults.contains(&GroupFault::Circular { ring: vec!["a".into(), "b".into(), "c".into()] }),
        "{faults:?}"
    );
    assert!(faults.contains(&GroupFault::UnknownOwner { group: "b".into(), owner: "nobody".into() }));
    assert!(faults.contains(&GroupFault::TwoOwners {
        name: "甲二有限公司".into(),
        groups: vec!["a".into(), "e".into()]
    }));
    assert!(faults.contains(&GroupFault::Shares { name: "甲二有限公司".into(), percent: 120 }));
    assert!(faults.contains(&GroupFault::Stranger { group: "a".into(), name: "陌生有限公司".into() }));
    let ids = |name: &str, on: &str, bond| -> Vec<String> {
        groups.of_name(name, on.parse().unwrap(), bond).iter().map(|group| group.id.clone()).collect()
    };
    assert_eq!(ids("甲一有限公司", "2012-06-01", Bond::Ownership), ["a"]);
    assert_eq!(ids("甲一有限公司", "2015-12-31", Bond::Ownership), ["a"]);
    assert_eq!(ids("甲一有限公司", "2016-01-01", Bond::Ownership), Vec::<String>::new());
    assert_eq!(ids("甲二有限公司", ON, Bond::Ownership), ["a", "e"]);
    assert_eq!(ids("甲二有限公司", ON, Bond::Chain), ["d"]);
    assert_eq!(ids("陌生有限公司", ON, Bond::Ownership), Vec::<String>::new());
}

#[test]
fn files_of_groups_are_taken_whole_or_refused_with_the_place() {
    let refused = |text: &str| read_groups("own.toml", text).unwrap_err().to_string();
    let head = "[[group]]\nid = \"x\"\nname = { zh = \"x\", en = \"x\" }\n";
    assert!(refused("[[group]]\nid = 3").contains("own.toml"));
    let day =
        format!("{head}members = [{{ name = \"某某有限公司\", relation = \"subsidiary\", from = \"17\" }}]");
    assert!(refused(&day).contains("`17`"));
    let short = format!("{head}members = [{{ name = \"有限公司\", relation = \"subsidiary\" }}]");
    assert!(refused(&short).contains("`有限公司`"));
}

#[test]
fn the_groups_that_ship_have_no_faults() {
    let groups = Groups::new(Pack::builtin(), Vec::new());
    assert_eq!(groups.faults(), &[]);
    assert!(groups.get("chn-energy").is_some_and(|group| group.members.len() > 10));
}

#[test]
fn the_same_documents_give_the_same_parties_in_any_order_of_decisions() {
    let facts = corpus(&[
        (&["天地科技股份有限公司"], &[], "E21C"),
        (&["天地科技有限公司@北京市"], &[], "E21C"),
        (&["University of York"], &[], "E21C"),
        (&["York University"], &[], "E21C"),
        (&["UNIV YORK"], &[], "E21C"),
    ]);
    let given = [
        decision(1, Verdict::Merge, "天地科技", "UNIV YORK"),
        decision(2, Verdict::Split, "天地科技", "York University"),
    ];
    let mut reversed = given.to_vec();
    reversed.reverse();
    let (a, b) = (build(&facts, &Groups::default(), &given), build(&facts, &Groups::default(), &reversed));
    assert_eq!(a.organisations(), b.organisations());
    assert_eq!(a.review(), b.review());
}
