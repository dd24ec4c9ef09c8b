//! The labelled claims of `fixtures/claims`: references, relations and categories.

use serde::Deserialize;

use super::*;

/// A file of labelled claims; `fixtures/claims/zh.toml` documents its keys.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Labelled {
    #[serde(rename = "set")]
    pub(super) sets: Vec<LabelledSet>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LabelledSet {
    pub(super) name: String,
    lang: String,
    category: Category,
    pub(super) claims: Vec<LabelledClaim>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LabelledClaim {
    pub(super) text: String,
    #[serde(default)]
    refers: Vec<u32>,
    relation: Option<String>,
    category: Option<Category>,
    #[serde(default)]
    pub(super) ranges: Vec<String>,
}

impl LabelledSet {
    pub(super) fn claim_set(&self) -> ClaimSet {
        let claims = self.claims.iter().zip(1..).map(|(claim, number)| Claim {
            number,
            text: claim.text.replace(['|', '^'], ""),
            refers_to: Vec::new(),
        });
        ClaimSet { lang: Language(self.lang.clone()), translated: false, claims: claims.collect() }
    }
}

/// Reads the labelled claims of both languages.
pub(super) fn labelled() -> Vec<LabelledSet> {
    let files = [
        (include_str!("../../../fixtures/claims/zh.toml"), 100),
        (include_str!("../../../fixtures/claims/en.toml"), 50),
    ];
    let read = files.into_iter().flat_map(|(text, expected)| {
        let labelled: Labelled = toml::from_str(text).unwrap();
        assert_eq!(labelled.sets.iter().map(|set| set.claims.len()).sum::<usize>(), expected);
        labelled.sets
    });
    read.collect()
}

#[test]
fn labelled_references_and_relations() {
    let mut wrong = Vec::new();
    for set in labelled() {
        for (label, found) in set.claims.iter().zip(dependencies(&set.claim_set())) {
            let relation = match label.relation.as_deref() {
                Some("other") => Relation::OtherSubject,
                Some(unknown) => panic!("unknown relation {unknown}"),
                None if label.refers.is_empty() => Relation::None,
                None => Relation::Dependent,
            };
            if found.refers_to != label.refers || found.relation != relation {
                wrong.push(format!("{}: {:?} instead of {:?} {relation:?}", set.name, found, label.refers));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn labelled_categories() {
    let mut wrong = Vec::new();
    for set in labelled() {
        for (label, found) in set.claims.iter().zip(categories(&set.claim_set())) {
            if found != Some(label.category.unwrap_or(set.category)) {
                wrong.push(format!("{}: {found:?} for {}", set.name, label.text));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn labelled_ranges() {
    let mut wrong = Vec::new();
    for set in labelled() {
        for (label, claim) in set.claims.iter().zip(set.claim_set().claims) {
            let found: Vec<String> = ranges(&claim.text).iter().map(ToString::to_string).collect();
            if found != label.ranges {
                wrong
                    .push(format!("{}: {found:?} instead of {:?} in {}", set.name, label.ranges, claim.text));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn set_of(lang: Language, texts: &[(u32, &str)]) -> ClaimSet {
    let claims =
        texts.iter().map(|&(number, text)| Claim { number, text: text.to_owned(), refers_to: Vec::new() });
    ClaimSet { lang, translated: false, claims: claims.collect() }
}

#[test]
fn groups_have_members() {
    let check = |text: &str, expected: &[&str], closed: bool| {
        let found = groups(text);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        let members: Vec<&str> = found[0].members.iter().map(|span| &text[span.clone()]).collect();
        assert_eq!(members, expected, "{text}");
        assert_eq!(found[0].closed, closed, "{text}");
    };
    check("所述助剂选自由镁、锆、铈和镓组成的组中的至少一种。", &["镁", "锆", "铈", "镓"], true);
    check("所述沉淀剂为碳酸钠、碳酸氢钠或碳酸钾中的一种或多种。", &["碳酸钠", "碳酸氢钠", "碳酸钾"], true);
    check("所述溶剂选自环丁砜、二甲基亚砜和甲醇中的一种。", &["环丁砜", "二甲基亚砜", "甲醇"], true);
    check("wherein M is selected from the group consisting of Ti, V, and Mn.", &["Ti", "V", "Mn"], true);
    check("an acid selected from the group comprising HCl and HBr; and water", &["HCl", "HBr"], false);
    check(
        "a promoter selected from magnesium, zirconium or gallium",
        &["magnesium", "zirconium", "gallium"],
        true,
    );
    assert_eq!(groups("所述溶剂为水。"), []);
    assert_eq!(groups("a pump selected by the user, and a tank"), []);
}

#[test]
fn functional_language() {
    let check = |text: &str, expected: &[FunctionalKind]| {
        let found: Vec<FunctionalKind> = functional(text).iter().map(|found| found.kind).collect();
        assert_eq!(found, expected, "{text}");
    };
    use FunctionalKind::{Means, Nonce};
    check("A stack comprising means for compressing the cells.", &[Means]);
    check("A system comprising: a control module configured to start a pump; and a pump.", &[Nonce]);
    check("一种变流器，其特征在于，设有用于抑制共模干扰的滤波装置。", &[Means]);
    check("一种系统，其特征在于，包括：采集模块，用于采集高度；支架。", &[Nonce]);
    check("A device for drying coal, comprising a drum and a fan.", &[]);
    check("一种用于干燥煤炭的装置，其特征在于，包括滚筒。", &[]);
    check("A pump comprising a rotor; by all means a good one.", &[]);
}

#[test]
fn trees() {
    let zh = set_of(
        Language::zh(),
        &[
            (1, "一种方法。"),
            (2, "根据权利要求1所述的方法，甲。"),
            (3, "根据权利要求1或2所述的方法，乙。"),
            (4, "一种采用权利要求3所述方法的装置。"),
            (5, "根据权利要求4所述的装置。"),
        ],
    );
    let tree = ClaimTree::new(&zh);
    let depths: Vec<Option<u32>> = tree.nodes.iter().map(|node| node.depth).collect();
    assert_eq!(depths, [Some(0), Some(1), Some(1), Some(0), Some(1)]);
    assert_eq!(tree.nodes[0].children, [1, 2]);
    assert_eq!((tree.nodes[3].parents.as_slice(), tree.nodes[3].names.as_slice()), (&[][..], &[2][..]));
    assert_eq!(tree.ancestors(2), [0, 1]);
    assert_eq!(tree.ancestors(4), [3]);
    assert_eq!(tree.ways(2, 10), (vec![vec![0, 2], vec![0, 1, 2]], false));
    assert_eq!(tree.ways(2, 1), (vec![vec![0, 2]], true));
    assert_eq!(tree.expanded(1, &zh), "一种方法。\n根据权利要求1所述的方法，甲。");
}

#[test]
fn bad_sets_are_reported_and_kept() {
    let circle = set_of(
        Language::zh(),
        &[(1, "一种方法。"), (2, "根据权利要求3所述的方法。"), (3, "根据权利要求2所述的方法。")],
    );
    let findings = inspect(&circle);
    assert!(findings.contains(&Finding::Circle { numbers: vec![2, 3] }), "{findings:?}");
    assert!(findings.contains(&Finding::Forward { number: 2, later: vec![3] }));
    let tree = ClaimTree::new(&circle);
    assert_eq!((tree.ancestors(1), tree.ways(1, 9)), (vec![2], (Vec::new(), false)));
    let twice = set_of(
        Language::zh(),
        &[
            (1, "一种方法。"),
            (2, "根据权利要求1所述的方法。"),
            (2, "根据权利要求2所述的方法。"),
            (5, "根据权利要求9所述的方法。"),
        ],
    );
    assert_eq!(
        inspect(&twice),
        [
            Finding::NumberTwice { number: 2, places: vec![1, 2] },
            Finding::Gap { after: 2, before: 5 },
            Finding::ToItself { number: 2 },
            Finding::ToMissing { number: 5, missing: vec![9] },
        ]
    );
    let order = set_of(Language::en(), &[(2, "A drum."), (1, "…")]);
    assert_eq!(inspect(&order), [Finding::OutOfOrder { place: 1, number: 1 }, Finding::Empty { number: 1 }]);
    let mut declared = set_of(Language::en(), &[(1, "A drum."), (2, "A rim."), (3, "The drum of claim 1.")]);
    declared.claims[2].refers_to = vec![2];
    assert_eq!(
        inspect(&declared),
        [Finding::DeclaredOtherwise { number: 3, declared: vec![2], read: vec![1] }]
    );
    let (set, findings) = split_and_inspect("一种支架。\n根据权利要求1所述的支架。", Language::zh());
    assert_eq!((set.claims.len(), findings), (2, vec![Finding::Unnumbered { n_claims: 2 }]));
    assert_eq!(split_and_inspect("1、一种支架。2、根据权利要求1所述的支架。", Language::zh()).1, []);
    assert_eq!(split_and_inspect("", Language::zh()).1, []);
}

#[test]
fn nine_hundred_claims_in_a_chain_and_on_each_other() {
    let text: String = (2..=900)
        .map(|n| format!("{n}、根据权利要求1至{}任一项所述的支架，其特征在于，高{n}mm。", n - 1))
        .fold("1、一种支架。".to_owned(), |all, claim| all + &claim);
    let (set, findings) = split_and_inspect(&text, Language::zh());
    assert_eq!((set.claims.len(), findings), (900, Vec::new()));
    let tree = ClaimTree::new(&set);
    assert_eq!(tree.ancestors(899).len(), 899);
    let (ways, more) = tree.ways(899, 5);
    assert_eq!((ways.len(), more), (5, true));
}

#[test]
fn the_version_in_force() {
    use crate::patent::PublicationNumber;
    let number = |text: &str| PublicationNumber::parse(text).unwrap();
    let date = |text: &str| text.parse::<crate::patent::Date>().unwrap();
    let sets: Vec<ClaimSet> =
        ["甲。", "乙。", "丙。"].map(|text| set_of(Language::zh(), &[(1, text)])).into();
    let numbers = [number("CN110083831A"), number("CN110083831B"), number("CN110083831C1")];
    let dates = [date("2019-08-02"), date("2021-01-05"), date("2023-06-30")];
    let versions: Vec<ClaimVersion<'_>> = (0..3)
        .map(|at| ClaimVersion { number: &numbers[at], date: Some(dates[at]), claims: &sets[at] })
        .collect();
    let held = |as_of: &str| in_force(&versions, Some(date(as_of))).map(|held| (held.version, held.stage));
    assert_eq!(held("2019-08-01"), None);
    assert_eq!(held("2019-08-02"), Some((0, Stage::Application)));
    assert_eq!(held("2021-01-05"), Some((1, Stage::Granted)));
    assert_eq!(held("2023-06-29"), Some((1, Stage::Granted)));
    assert_eq!(held("2023-06-30"), Some((2, Stage::Amended)));
    assert_eq!(in_force(&versions, None).map(|held| held.version), Some(2));
    assert_eq!(in_force(&[], None), None);
    let mut undated = versions.clone();
    undated[2].date = None;
    let held = in_force(&undated, Some(date("2024-01-01"))).unwrap();
    assert_eq!((held.version, held.undated), (1, vec![2]));
    for (text, expected) in [
        ("EP1234567B1", Stage::Granted),
        ("EP1234567B2", Stage::Amended),
        ("EP1234567A1", Stage::Application),
        ("US7654321B2", Stage::Granted),
        ("US7654321C1", Stage::Certificate),
        ("CN201234567U", Stage::Granted),
        ("CN201234567Y2", Stage::Amended),
    ] {
        assert_eq!(stage(&number(text)), expected, "{text}");
    }
}

#[test]
fn a_certificate_is_laid_over_the_grant() {
    use crate::patent::PublicationNumber;
    let granted = set_of(Language::en(), &[(1, "A drum."), (2, "The drum of claim 1."), (3, "A rim.")]);
    let certificate = set_of(Language::en(), &[(1, "A steel drum."), (3, "(canceled)"), (4, "A hub.")]);
    let numbers = ["US7654321B2", "US7654321C1"].map(|text| PublicationNumber::parse(text).unwrap());
    let versions = [
        ClaimVersion { number: &numbers[0], date: None, claims: &granted },
        ClaimVersion { number: &numbers[1], date: None, claims: &certificate },
    ];
    let held = in_force(&versions, None).unwrap();
    assert_eq!((held.version, held.stage, held.certificates), (0, Stage::Certificate, vec![1]));
    let expected =
        set_of(Language::en(), &[(1, "A steel drum."), (2, "The drum of claim 1."), (4, "A hub.")]);
    assert_eq!(held.claims, expected);
}

#[test]
fn breadth_orders_claims() {
    let broad = breadth("一种支架，其特征在于，包括底座。");
    let narrow = breadth("一种支架，其特征在于，包括底座；所述底座为箱形；所述箱形的壁厚为20mm。");
    assert!(broad.score > narrow.score);
    assert_eq!((broad.words, broad.elements), (9, 1));
    assert_eq!(breadth("").score, 0.0);
    assert_eq!(breadth("A steam-heated drum of 1.5 m.").words, 6);
}

#[test]
fn facts_of_a_publication() {
    use crate::patent::Publication;
    assert_eq!(claim_facts(&Publication::default()), ClaimFacts::default());
    let zh = set_of(
        Language::zh(),
        &[
            (1, "一种储氢方法，其特征在于，包括：加压至35～70MPa；降温。"),
            (2, "根据权利要求1所述的方法，其特征在于，降温至不高于-40℃。"),
            (3, "一种采用权利要求1或2所述方法的系统，包括：加压模块，用于加压。"),
        ],
    );
    let de = set_of(Language::from_code("de"), &[(1, "Verfahren."), (2, "Verfahren nach Anspruch 1.")]);
    let facts = claim_facts(&Publication { claims: vec![de.clone(), zh], ..Publication::default() });
    assert_eq!((facts.n_claims, facts.n_independent, facts.max_depth), (Some(3), Some(2), Some(1)));
    assert_eq!(facts.categories, [Category::Method, Category::System]);
    assert_eq!((facts.functional, facts.has_range, facts.has_markush), (Some(true), Some(true), Some(false)));
    let facts = claim_facts(&Publication { claims: vec![de], ..Publication::default() });
    assert_eq!((facts.n_claims, facts.n_independent, facts.breadth), (Some(2), None, None));
}

mod any_text {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn nothing_panics_and_spans_are_boundaries(
            words in prop::collection::vec(prop::sample::select(vec![
                "权利要求", "1", "３", "五", "或", "至", "、", "所述", "不低于", "±", "10", "0.5", "％", "MPa", "～", "选自由", "组成的组", "中的一种",
                "用于", "的装置", "claims ", "claim ", " to ", "the preceding claim", "between ", " and ", "at least ", "wt.%", "selected from ",
                "the group consisting of ", ", ", "means for ", "heating", "é", "𠮷", "\n", "。", ";",
            ]), 0..20),
            noise in "\\PC{0,20}",
        ) {
            let text = words.concat() + &noise;
            for range in ranges(&text) {
                prop_assert!(text.get(range.span).is_some());
            }
            for group in groups(&text) {
                prop_assert!(group.members.len() >= 2);
                for member in group.members {
                    prop_assert!(text.get(member).is_some_and(|member| !member.is_empty()));
                }
            }
            for found in functional(&text) {
                prop_assert!(text.get(found.span).is_some());
            }
            let set = set_of(Language::guess(&text), &[(1, &text), (2, &text)]);
            prop_assert_eq!(ClaimTree::new(&set).nodes.len(), 2);
            inspect(&set);
            categories(&set);
            prop_assert!(breadth(&text).score <= 0.0);
            let (split, _) = split_and_inspect(&text, Language::zh());
            for claim in split.claims {
                prop_assert!(!claim.text.is_empty());
            }
        }
    }
}

#[test]
fn a_set_delivered_as_one_claim_is_split() {
    let set = |text: &str| ClaimSet {
        lang: Language::guess(text),
        translated: false,
        claims: vec![Claim { number: 1, text: text.to_owned(), refers_to: Vec::new() }],
    };
    let check = |text: &str, n: usize| {
        let mut set = set(text);
        assert_eq!(split_whole(&mut set), n > 1, "{text}");
        assert_eq!(set.claims.len(), n, "{text}");
        assert_eq!(set.claims[0].number, 1);
    };
    check("一种泵，包括壳体。 2、根据权利要求1所述的泵，其特征在于有阀。 3、一种用泵的方法，包括：启动。", 3);
    check("A pump comprising a shell. 2. The pump of claim 1, wherein the shell is steel.", 2);
    check("一种方法，包括：\n1、粉碎；\n2、成型。", 1);
    check("A method comprising: 1. grinding coal. 2. mixing it.", 1);
    check("一种泵，压力为2.5MPa。", 1);
    check("一种泵。 3、根据权利要求1所述的泵。", 1);
    check("", 1);
}
