//! Merging: who wins, what unites, and the two properties.

use proptest::prelude::*;

use super::*;
use crate::patent::ApplicationNumber;
use crate::patent::Classification;
use crate::patent::LegalEvent;
use crate::patent::PublicationNumber;
use crate::patent::Scheme;
use crate::patent::Symbol;

fn record(format: &str) -> Publication {
    Publication {
        provenance: vec![Provenance {
            format: format.into(),
            file: format!("{format}.dat"),
            record: 1,
            fields: vec![],
        }],
        ..Publication::default()
    }
}

fn title(lang: &str, text: &str) -> LocalText {
    LocalText::new(Language(lang.into()), text)
}

fn class(symbol: &str) -> Classification {
    Classification {
        scheme: Scheme::Ipc,
        symbol: Symbol(symbol.into()),
        version: None,
        position: None,
        additional: None,
    }
}

#[test]
fn the_better_source_wins_and_the_other_fills_gaps() {
    let mut table = record("map:mine");
    table.titles = vec![title("zh", "一种采煤机滚筒的较长题名"), title("en", "A drum")];
    table.filing_date = Some(jiff::civil::date(2020, 1, 2));
    table.publication_date = Some(jiff::civil::date(2021, 1, 2));
    let mut office = record("cnipa-xml");
    office.titles = vec![title("zh", "一种滚筒")];
    office.filing_date = Some(jiff::civil::date(2020, 1, 1));
    merge(&mut table, office);
    assert_eq!(table.titles, [title("zh", "一种滚筒"), title("en", "A drum")]);
    assert_eq!(table.filing_date, Some(jiff::civil::date(2020, 1, 1)));
    assert_eq!(table.publication_date, Some(jiff::civil::date(2021, 1, 2)));
    let sources: Vec<(&str, &[String])> =
        table.provenance.iter().map(|p| (p.format.as_str(), p.fields.as_slice())).collect();
    assert_eq!(
        sources,
        [
            ("cnipa-xml", &["filing_date".to_owned(), "titles.zh".to_owned()][..]),
            ("map:mine", &["publication_date".to_owned(), "titles.en".to_owned()][..]),
        ]
    );
}

#[test]
fn of_equal_sources_the_longer_text_stays() {
    let mut a = record("lens-csv");
    a.titles = vec![title("en", "A drum")];
    let mut b = record("google-csv");
    b.titles = vec![title("en", "A drum of a shearer")];
    merge(&mut a, b);
    assert_eq!(a.titles, [title("en", "A drum of a shearer")]);
    assert_eq!(a.provenance[0].fields, Vec::<String>::new());
    assert_eq!(a.provenance[1].fields, ["titles.en"]);
}

#[test]
fn lists_unite_without_duplicates() {
    let mut a = record("ops-xml");
    a.classes = vec![class("E21C35/24"), class("E21C25/10")];
    a.events = vec![LegalEvent {
        office: "CN".into(),
        code: "GR01".into(),
        country: None,
        effective: None,
        known: None,
        text: String::new(),
        attributes: BTreeMap::new(),
    }];
    let mut b = record("lens-csv");
    b.classes = vec![class("E21D23/00"), class("E21C35/24")];
    b.events = a.events.clone();
    merge(&mut a, b);
    let symbols: Vec<&str> = a.classes.iter().map(|c| c.symbol.0.as_str()).collect();
    assert_eq!(symbols, ["E21C35/24", "E21C25/10", "E21D23/00"]);
    assert_eq!(a.events.len(), 1);
}

#[test]
fn a_role_comes_whole_from_one_source() {
    let mut a = record("ops-xml");
    a.parties = vec![Party::new(Role::Applicant, "ZHONGYAN MINING", 1)];
    let mut b = record("cnipa-xml");
    b.parties = vec![Party::new(Role::Applicant, "中岩矿机", 1), Party::new(Role::Applicant, "中岩大学", 2)];
    let mut c = record("lens-csv");
    c.parties = vec![Party::new(Role::Inventor, "LI SAN", 1), Party::new(Role::Applicant, "Zhongyan", 1)];
    merge(&mut a, b);
    merge(&mut a, c);
    let names: Vec<&str> = a.parties.iter().map(|p| p.name.as_str()).collect();
    assert_eq!(names, ["中岩矿机", "中岩大学", "LI SAN"]);
}

#[test]
fn the_publication_number_names_the_merged_document() {
    let application = ApplicationNumber::parse("CN201910302430.1").unwrap();
    let mut early = record("cnipa-efiling");
    early.application = Some(application.clone());
    assert_eq!(early.key(), "app:CN201910302430.1");
    let mut late = record("lens-csv");
    late.application = Some(application);
    late.number = Some(PublicationNumber::parse("CN110083831A").unwrap());
    merge(&mut early, late);
    assert_eq!(early.key(), "CN110083831A");
}

#[test]
fn every_format_has_its_rank() {
    for (format, expected) in [
        ("cnipa-xml", 0),
        ("cnipa-efiling", 0),
        ("uspto-grant-v4", 0),
        ("ep-fulltext", 0),
        ("docdb-xml", 1),
        ("ops-xml", 1),
        ("espacenet-csv", 2),
        ("patentscope-xls", 2),
        ("lens-csv", 3),
        ("google-csv", 3),
        ("bigquery-json", 3),
        ("patsnap-json", 3),
        ("cnipr-xlsx", 3),
        ("cnki-xlsx", 3),
        ("jsonl", 3),
        ("what", 3),
        ("map:mine", 4),
    ] {
        assert_eq!(rank(format), expected, "{format}");
    }
}

prop_compose! {
    fn any_record(format: &'static str)(
        number in proptest::option::of(100_000_000_u32..100_000_003),
        day in proptest::option::of(1_i8..28),
        titles in proptest::collection::btree_map("(zh|en|de)", "[a-c]{1,6}", 0..3),
        classes in proptest::collection::btree_set("E21C(1|2|3)/(00|02)", 0..4),
        applicants in proptest::collection::vec("[a-c]{1,3}", 0..3),
        inventors in proptest::collection::vec("[a-c]{1,3}", 0..2),
        other in proptest::collection::btree_map("[xy]", "[a-c]", 0..2),
    ) -> Publication {
        let mut publication = record(format);
        publication.number = number.map(|n| PublicationNumber::parse(&format!("CN{n}A")).unwrap());
        publication.filing_date = day.map(|day| jiff::civil::date(2020, 1, day));
        publication.titles = titles.iter().map(|(lang, text)| title(lang, text)).collect();
        publication.classes = classes.iter().map(|symbol| class(symbol)).collect();
        for (role, names) in [(Role::Applicant, applicants), (Role::Inventor, inventors)] {
            let parties = names.iter().zip(1..).map(|(name, at)| Party::new(role, name.as_str(), at));
            publication.parties.extend(parties);
        }
        publication.parties.sort_by_key(|party| party.role);
        publication.other = other;
        publication
    }
}

proptest! {
    #[test]
    fn merging_a_record_into_itself_changes_nothing(a in any_record("ops-xml"), b in any_record("map:x")) {
        let mut once = a.clone();
        merge(&mut once, a.clone());
        prop_assert_eq!(&once, &a);
        merge(&mut once, b);
        let mut twice = once.clone();
        merge(&mut twice, once.clone());
        prop_assert_eq!(twice, once);
    }

    #[test]
    fn records_of_different_ranks_merge_alike_in_either_order(a in any_record("cnipa-xml"), b in any_record("lens-csv")) {
        let (mut ab, mut ba) = (a.clone(), b.clone());
        merge(&mut ab, b);
        merge(&mut ba, a);
        prop_assert_eq!(ab, ba);
    }

    #[test]
    fn merging_a_record_again_adds_nothing(a in any_record("cnipa-xml"), b in any_record("lens-csv")) {
        let mut once = a;
        merge(&mut once, b.clone());
        let mut twice = once.clone();
        merge(&mut twice, b);
        prop_assert_eq!(twice, once);
    }

    #[test]
    fn three_records_merge_to_the_same_values_in_any_order(
        a in any_record("cnipa-xml"),
        b in any_record("lens-csv"),
        c in any_record("map:x"),
    ) {
        let records = [a, b, c];
        let merged = |order: [usize; 3]| {
            let mut document = records[order[0]].clone();
            for at in &order[1..] {
                merge(&mut document, records[*at].clone());
            }
            // The order inside united lists is the one thing that may differ.
            document.classes.sort_by(|a, b| a.symbol.cmp(&b.symbol));
            document.titles.sort_by(|a, b| a.lang.cmp(&b.lang));
            (document.number, document.filing_date, document.titles, document.classes, document.parties)
        };
        let first = merged([0, 1, 2]);
        for order in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            prop_assert_eq!(merged(order), first.clone());
        }
    }
}
