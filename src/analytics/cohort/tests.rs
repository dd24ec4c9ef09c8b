//! Rules of counting on small records, and scopes with nothing or next to nothing in them.

use proptest::prelude::*;

use super::*;
use crate::analytics::evidence::Unit;

fn record(key: &str, family: &str, filed: &str) -> Record {
    let number = crate::patent::PublicationNumber::parse(key).expect("a number");
    Record {
        key: key.to_owned(),
        family: Some(family.to_owned()),
        office: Some(number.country.to_string()),
        first_office: Some("CN".to_owned()),
        kind: number.kind.clone(),
        patent_type: number.patent_type(),
        application: Some(format!("{}{}", number.country, number.serial)),
        filing_date: filed.parse().ok(),
        priority_date: filed.parse().ok(),
        publication_date: filed
            .parse()
            .ok()
            .map(|date: Date| date.saturating_add(jiff::Span::new().months(18))),
        ..Record::default()
    }
}

fn with(mut record: Record, column: &str, labels: &[&str]) -> Record {
    record.labels.insert(column.to_owned(), labels.iter().map(|label| (*label).to_owned()).collect());
    record
}

fn linked(mut record: Record, link: &str) -> Record {
    record.links.push(link.to_owned());
    record
}

fn counting(unit: Unit) -> Counting {
    Counting { unit, ..Counting::default() }
}

fn n_units(records: &[Record], unit: Unit) -> u32 {
    Cohort::of_records(records, "test", counting(unit)).n_units()
}

fn simple(records: &[Record]) -> Cohort {
    Cohort::of_records(records, "test", Counting::default())
}

#[test]
fn twins_count_once_as_technology_and_twice_as_applications() {
    let twins = [
        linked(record("CN154008000A", "F1", "2018-09-12"), "same_day:CN254008000"),
        linked(record("CN254008000U", "F1U", "2018-09-12"), "same_day:CN154008000"),
    ];
    assert_eq!(n_units(&twins, Unit::SimpleFamily), 1);
    assert_eq!(n_units(&twins, Unit::Application), 2);
    assert_eq!(n_units(&twins, Unit::Publication), 2);
}

#[test]
fn unstated_twins_are_suspected_and_counted_apart() {
    let pair = |key, family| {
        with(with(record(key, family, "2018-09-12"), "applicant", &["甲"]), "inventor", &["张三", "李四"])
    };
    let cohort = simple(&[pair("CN154008000A", "F1"), pair("CN254008000U", "F2")]);
    assert_eq!((cohort.n_units(), cohort.suspected_twins()), (2, [(0, 1)].as_slice()));
    assert_eq!(cohort.basis().n_suspected_twins, 1);
    // Two models of that day: which of them would be the twin is not known.
    let three = [pair("CN154008000A", "F1"), pair("CN254008000U", "F2"), pair("CN254008001U", "F3")];
    assert!(simple(&three).suspected_twins().is_empty());
}

#[test]
fn validations_belong_to_their_patent_and_add_no_office() {
    let mut records = vec![
        record("EP2345678B1", "F1", "2012-02-06"),
        record("DE602012000001T2", "F1", "2012-02-06"),
        record("AT855477T", "F1", "2012-02-06"),
        record("HK1200001A1", "F1", "2012-02-06"),
    ];
    records[2].application = Some("ATE855477".to_owned());
    for unit in [Unit::SimpleFamily, Unit::Application] {
        let cohort = Cohort::of_records(&records, "test", counting(unit));
        assert_eq!(cohort.n_units(), 1, "{unit:?}");
        assert!(cohort.labels("office").expect("offices").names_of(0).eq(["EP"]));
        assert!(cohort.labels("validated_in").expect("offices").names_of(0).eq(["AT", "DE", "HK"]));
        assert_eq!(cohort.key(0), "EP2345678B1");
    }
    // Without its base a validation is all that is known of the patent: it counts, and is counted apart.
    let alone = simple(&records[1..2]);
    assert_eq!((alone.n_units(), alone.basis().n_validations_alone), (1, 1));
    assert!(alone.labels("office").expect("offices").names_of(0).eq(["DE"]));
}

#[test]
fn national_german_numbers_are_no_validations() {
    for (serial, expected) in [
        ("102021205423", false),
        ("602014006052", true),
        ("502019004411", true),
        ("69432109", true),
        ("19612345", false),
    ] {
        assert_eq!(unit::is_validation("DE", "", serial, false), expected, "{serial}");
    }
}

#[test]
fn the_basis_of_a_domestic_priority_is_one_with_its_successor() {
    let first = record("CN110000001A", "F1", "2019-01-10");
    let mut second = record("CN111000001A", "F2", "2019-11-10");
    second.priorities = vec!["CN110000001".to_owned()];
    assert_eq!(n_units(&[first.clone(), second.clone()], Unit::SimpleFamily), 1);
    assert_eq!(n_units(&[first.clone(), second.clone()], Unit::Application), 2);
    // With a second priority it is another family.
    second.priorities.push("CN110000002".to_owned());
    assert_eq!(n_units(&[first.clone(), second], Unit::SimpleFamily), 2);
    // The deemed withdrawal of the first says nothing of the unit.
    let ended = with(with(first, "legal_state", &["inactive"]), "legal_detail", &["priority_basis"]);
    let mut alive = with(record("CN111000001A", "F2", "2019-11-10"), "legal_state", &["pending"]);
    alive.priorities = vec!["CN110000001".to_owned()];
    assert!(simple(&[ended, alive]).labels("legal_state").expect("states").names_of(0).eq(["pending"]));
}

#[test]
fn a_divisional_joins_its_parent_in_the_extended_family_only() {
    let parent = record("CN107000001A", "F1", "2017-03-07");
    let divisional = linked(record("CN111000001A", "F2", "2017-03-07"), "divisional_of:CN107000001");
    let both = [parent, divisional];
    assert_eq!(n_units(&both, Unit::SimpleFamily), 2);
    assert_eq!(n_units(&both, Unit::ExtendedFamily), 1);
}

#[test]
fn a_unit_is_in_force_if_any_member_is_and_unknown_is_never_out() {
    let state = |states: &[(&str, Option<&str>)]| {
        let records: Vec<Record> = states
            .iter()
            .map(|(key, state)| with(record(key, "F", "2015-01-01"), "legal_state", state.as_slice()))
            .chain([with(record("CN999999999A", "Z", "2015-01-01"), "legal_state", &["active"])])
            .collect();
        let cohort = simple(&records);
        let unit = cohort.unit_of(states[0].0).expect("a unit");
        cohort.labels("legal_state").expect("states").names_of(unit).next().map(str::to_owned)
    };
    assert_eq!(
        state(&[("CN110000001B", Some("inactive")), ("US10000001B2", Some("active"))]).as_deref(),
        Some("active")
    );
    assert_eq!(
        state(&[("CN110000001B", Some("inactive")), ("US10000001B2", None)]).as_deref(),
        Some("undetermined")
    );
    assert_eq!(
        state(&[("CN110000001B", Some("inactive")), ("WO2016000001A1", Some("pct_over"))]).as_deref(),
        Some("inactive")
    );
    assert_eq!(state(&[("CN110000001B", None)]), None);
}

#[test]
fn only_patents_count_and_nothing_is_dropped_in_silence() {
    let mut paper = record("CN110000009A", "P", "2015-01-01");
    paper.not_patent = true;
    let mut undated = record("CN110000001A", "F1", "2015-01-01");
    (undated.filing_date, undated.priority_date, undated.publication_date) = (None, None, None);
    let records = [paper, undated, record("CN110000002A", "F2", "2015-01-01")];
    let cohort = simple(&records);
    let basis = cohort.basis();
    assert_eq!((basis.n_units, basis.n_undated, basis.n_not_patents), (2, 1, 1));
    let years = cohort.by_year(Timeline::Priority);
    assert_eq!((years.undated.len(), years.years.len()), (1, 1));
    let as_of = Counting { as_of: "2016-06-30".parse().ok(), ..Counting::default() };
    let before = Cohort::of_records(&records, "test", as_of);
    assert_eq!((before.basis().n_units, before.basis().n_later), (1, 1));
}

#[test]
fn fractional_counts_add_up_to_the_units_that_have_any() {
    let records = [
        with(record("CN110000001A", "F1", "2015-01-01"), "applicant", &["甲", "乙"]),
        with(record("CN110000002A", "F2", "2015-01-01"), "applicant", &["甲"]),
        record("CN110000003A", "F3", "2015-01-01"),
    ];
    let fractional = Counting { share: Share::Fractional, ..Counting::default() };
    let cohort = Cohort::of_records(&records, "test", fractional);
    let counts = cohort.by_label("applicant").expect("applicants");
    let pairs: Vec<(&str, f64)> = counts.iter().map(|count| (count.label.as_str(), count.value)).collect();
    assert_eq!(pairs, [("甲", 1.5), ("乙", 0.5)]);
    assert_eq!(cohort.unlabelled(cohort.labels("applicant").expect("applicants")), [2]);
}

#[test]
fn a_column_that_is_not_there_is_not_computable() {
    let cohort = simple(&[record("CN110000001A", "F1", "2015-01-01")]);
    let why = cohort.by_label("tag").expect_err("no tags").to_string();
    assert_eq!(why, "not computable: the data have no column `tag`");
    assert!(cohort.in_force().is_err() && cohort.high_value().overseas.is_err());
}

#[test]
fn official_counting_takes_applications_and_first_holders() {
    let first =
        |record, first: &str, all: &[&str]| with(with(record, "applicant_first", &[first]), "applicant", all);
    let records = [
        first(record("CN110000001A", "F1", "2015-01-01"), "乙公司", &["乙公司", "甲公司"]),
        first(record("CN110000001B", "F1", "2015-01-01"), "乙公司", &["乙公司", "甲公司"]),
        first(record("US10000001B2", "F1", "2015-01-01"), "甲公司", &["甲公司"]),
    ];
    let official = Counting { official: true, ..Counting::default() };
    let cohort = Cohort::of_records(&records, "test", official);
    let counts = cohort.by_label("applicant").expect("applicants");
    let pairs: Vec<(&str, f64)> = counts.iter().map(|count| (count.label.as_str(), count.value)).collect();
    assert_eq!(pairs, [("乙公司", 1.0), ("甲公司", 1.0)]);
    assert!(cohort.basis().official && cohort.basis().unit == Unit::Application);
}

#[test]
fn high_value_is_shown_by_feature_and_what_needs_a_file_is_not_computable() {
    let granted = |key, family, filed: &str, flags: &[&str]| {
        with(with(record(key, family, filed), "legal_state", &["active"]), "legal_flag", flags)
    };
    let records = [
        granted("CN110000001B", "F1", "2010-01-01", &[]),
        granted("CN110000002B", "F2", "2019-01-01", &["pledge"]),
        granted("CN110000003B", "F3", "2019-01-01", &[]),
        granted("US10000003B2", "F3", "2019-01-01", &[]),
        granted("CN110000004B", "F4", "2019-01-01", &[]),
        granted("US20200000004A1", "F4", "2019-01-01", &[]),
    ];
    for unit in [Unit::SimpleFamily, Unit::Application] {
        let counting = Counting { as_of: "2022-01-01".parse().ok(), ..counting(unit) };
        let cohort = Cohort::of_records(&records, "test", counting);
        let found = cohort.high_value();
        let keys = |units: &Outcome<Vec<u32>>| cohort.keys(units.as_ref().expect("computable"));
        assert_eq!(keys(&found.kept_ten_years), ["CN110000001B"]);
        assert_eq!(keys(&found.pledged), ["CN110000002B"]);
        assert_eq!(keys(&found.overseas), ["CN110000003B"], "a pending member abroad does not count");
        assert!(found.strategic.is_err() && found.awarded.is_err());
        assert_eq!(found.any.len(), 3);
    }
}

#[test]
fn citations_find_the_unit_whatever_the_kind() {
    let mut citing = record("CN112000001A", "F2", "2020-01-01");
    citing.cites = Some(vec!["CN110000001B".to_owned(), "CN110000001A".to_owned(), "US1234567A".to_owned()]);
    let cohort = simple(&[record("CN110000001A", "F1", "2015-01-01"), citing]);
    let citations = cohort.citations();
    assert_eq!(
        (citations.cites(1), citations.cited_by(0), citations.n_cited(1)),
        ([0].as_slice(), [1].as_slice(), 3)
    );
    assert_eq!(citations.coverage(), Some(1.0 / 3.0));
}

#[test]
fn years_are_complete_by_office_type_and_route() {
    let mut entry = record("CN115000001A", "F3", "2020-01-01");
    entry.application = Some("CN202080012345.6".to_owned());
    let records =
        [record("CN110000001A", "F1", "2015-01-01"), record("CN210000001U", "F2", "2015-01-01"), entry];
    let counting = Counting { as_of: "2026-01-15".parse().ok(), ..Counting::default() };
    let basis = Cohort::of_records(&records, "test", counting).basis().clone();
    let found: Vec<(Option<PatentType>, u32, Option<i16>)> =
        basis.complete_years.iter().map(|y| (y.patent_type, y.lag_months, y.last_complete_year)).collect();
    let expected = [
        (Some(PatentType::Invention), 19, Some(2023)),
        (Some(PatentType::Invention), 33, Some(2022)),
        (Some(PatentType::UtilityModel), 12, Some(2024)),
    ];
    assert_eq!(found, expected);
    assert_eq!(basis.last_complete_year, Some(2023));
}

#[test]
fn scopes_with_next_to_nothing_have_defined_answers() {
    for n in 0..3 {
        let all = [record("CN110000001A", "F1", "2015-01-01"), record("CN110000002A", "F2", "2015-01-01")];
        let cohort = simple(&all[..n]);
        assert_eq!(cohort.n_units() as usize, n);
        assert_eq!(cohort.by_year(Timeline::Priority).years.len(), n.min(1));
        assert_eq!(cohort.citations().coverage(), None);
        assert_eq!(cohort.basis().as_of.is_some(), n > 0);
        assert!(cohort.labels("office").is_ok() == (n > 0));
    }
}

proptest! {
    /// Neither the order of records nor anything but their values decides.
    #[test]
    fn the_order_of_records_does_not_matter(order in Just((0..6).collect::<Vec<usize>>()).prop_shuffle()) {
        let mut records = vec![
            with(record("CN110000001A", "F1", "2015-01-01"), "applicant", &["甲"]),
            with(record("CN110000001B", "F1", "2015-01-01"), "applicant", &["甲"]),
            with(record("US10000001B2", "F1", "2015-06-01"), "applicant", &["乙"]),
            with(record("CN110000002A", "F2", "2016-01-01"), "applicant", &["乙", "丙"]),
            linked(record("CN210000002U", "F3", "2016-01-01"), "same_day:CN110000002"),
            record("EP2000001A1", "F4", "2017-01-01"),
        ];
        records[5].cites = Some(vec!["CN110000001A".to_owned()]);
        let cohort = simple(&records);
        let shuffled: Vec<Record> = order.iter().map(|at| records[*at].clone()).collect();
        let other = simple(&shuffled);
        prop_assert_eq!(cohort.basis(), other.basis());
        prop_assert_eq!(cohort.by_label("applicant"), other.by_label("applicant"));
        for unit in 0..cohort.n_units() {
            prop_assert_eq!(cohort.key(unit), other.key(unit));
            prop_assert_eq!(cohort.citations().cites(unit), other.citations().cites(unit));
        }
    }
}
