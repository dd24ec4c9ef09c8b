//! Broken records: every one gives a state and a report, none a panic, and none a right called free without a reason.

use proptest::prelude::*;

use super::{day, event, publication};
use crate::patent::legal::{Burden, Case, Confidence, Detail, Fault, Simple, burdens, owners, state, terms};
use crate::patent::{Date, Publication};

fn granted(events: &[&str]) -> Case {
    let mut lines = vec!["CN GR01 2018-03-06 2018-03-06"];
    lines.extend(events);
    let a = publication("CN105000001A", "2015-01-20", "2016-07-20", &[]);
    let b = publication("CN105000001B", "2015-01-20", "2018-03-06", &lines);
    Case::of(&[&a, &b])
}

fn on(case: &Case, date: &str) -> (Simple, Detail) {
    let status = state(case, day(date), day(date)).status;
    (status.simple, status.detail)
}

#[test]
fn no_record_at_all() {
    let case = Case::of(&[]);
    assert_eq!(on(&case, "2020-01-01"), (Simple::Undetermined, Detail::Unknown));
    assert_eq!(terms(&case, day("2020-01-01"), day("2020-01-01")).expiry, None);
    let empty = Publication::default();
    assert_eq!(on(&Case::of(&[&empty]), "2020-01-01"), (Simple::Undetermined, Detail::Unknown));
}

#[test]
fn events_of_the_future_do_not_count_yet() {
    let case = granted(&["CN CF01 2090-01-20 2020-02-20"]);
    assert_eq!(on(&case, "2024-01-01"), (Simple::Active, Detail::Granted));
    assert!(case.faults.iter().any(|fault| matches!(fault, Fault::FarFuture { .. })));
}

#[test]
fn unknown_codes_are_listed_with_their_count() {
    let case = granted(&["CN QQ99 2020-01-20 2020-02-20", "CN QQ99 2021-01-20 2021-02-20"]);
    let fault = Fault::UnmappedCode { office: "CN".to_owned(), code: "QQ99".to_owned(), n: 2 };
    assert!(case.faults.contains(&fault), "{:?}", case.faults);
    assert_eq!(on(&case, "2022-01-01"), (Simple::Active, Detail::Granted));
}

#[test]
fn a_country_without_data_is_unknown_not_free() {
    let case = Case::of(&[&publication("BR102015000001A2", "2015-01-20", "2016-07-20", &[])]);
    assert_eq!(on(&case, "2018-01-01"), (Simple::Pending, Detail::Published));
    assert_eq!(on(&case, "2034-01-01"), (Simple::Undetermined, Detail::Unknown));
    let expiry = terms(&case, day("2018-01-01"), day("2018-01-01")).expiry.expect("the treaty minimum");
    assert_eq!((expiry.date, expiry.confidence), (day("2035-01-20"), Confidence::Assumed));
}

#[test]
fn duplicates_are_applied_once_and_reported() {
    let case = granted(&["CN CF01 2020-01-20 2021-02-20", "CN CF01 2020-01-20 2021-02-20"]);
    assert!(
        case.faults.iter().any(|fault| matches!(fault, Fault::Duplicate { n: 2, .. })),
        "{:?}",
        case.faults
    );
    let state = state(&case, day("2021-03-01"), day("2021-03-01"));
    assert_eq!((state.status.detail, state.conflicts.len()), (Detail::Lapsed, 0));
}

#[test]
fn undated_events_are_kept_and_never_applied() {
    let case = granted(&["CN CF01 - -"]);
    assert_eq!(on(&case, "2021-03-01"), (Simple::Active, Detail::Granted));
    assert_eq!(case.undated.len(), 1);
    assert!(case.faults.iter().any(|fault| matches!(fault, Fault::Undated { .. })));
}

#[test]
fn a_missing_announcement_is_assumed_and_marked() {
    let case = granted(&["CN CF01 2020-01-20 -"]);
    let lapse = case.events.iter().find(|event| event.code == "CF01").expect("it is dated");
    assert!(lapse.assumed);
    // 395 days after the anniversary: the lag of fee lapses in China.
    assert_eq!(lapse.known, Some(day("2021-02-18")));
    assert_eq!(on(&case, "2021-02-17"), (Simple::Active, Detail::Granted));
    let status = state(&case, day("2021-02-18"), day("2021-02-18")).status;
    assert_eq!((status.detail, status.confidence), (Detail::Lapsed, Confidence::Assumed));
}

#[test]
fn life_after_an_end_is_undetermined_and_reported() {
    let us = |events: &[&str]| {
        let mut publication = publication("US9000001B2", "2012-01-20", "2015-04-07", events);
        publication.grant_date = Some(day("2015-04-07"));
        Case::of(&[&publication])
    };
    let case = us(&["US LAPS 2019-04-07 2019-05-01", "US MAFP 2020-01-07 2020-01-07"]);
    let state = state(&case, day("2020-06-01"), day("2020-06-01"));
    assert_eq!((state.status.simple, state.status.detail), (Simple::Undetermined, Detail::Contradictory));
    assert_eq!(state.conflicts.len(), 1);
    let restored = us(&[
        "US LAPS 2019-04-07 2019-05-01",
        "US MAFP 2020-01-07 2020-01-07",
        "US PRDP 2020-01-08 2020-01-08",
    ]);
    assert_eq!(on(&restored, "2020-06-01"), (Simple::Active, Detail::Restored));
}

#[test]
fn a_grant_after_a_refusal_holds_and_is_reported() {
    let case = granted(&["CN RJ01 2017-01-20 2017-02-20"]);
    let state = state(&case, day("2019-01-01"), day("2019-01-01"));
    assert_eq!(state.status.simple, Simple::Active);
    assert_eq!(state.conflicts.len(), 1, "{:?}", state.conflicts);
}

#[test]
fn a_restoration_without_a_lapse_is_reported() {
    let state = state(&granted(&["CN RR01 2020-01-20 2020-02-20"]), day("2021-01-01"), day("2021-01-01"));
    assert_eq!((state.status.simple, state.conflicts.len()), (Simple::Active, 1));
}

#[test]
fn order_in_the_record_does_not_matter() {
    let forward = granted(&["CN CF01 2020-01-20 2021-02-20", "CN RR01 2020-01-20 2021-06-20"]);
    let backward = granted(&["CN RR01 2020-01-20 2021-06-20", "CN CF01 2020-01-20 2021-02-20"]);
    assert_eq!(forward.events, backward.events);
    assert_eq!(on(&backward, "2021-07-01"), (Simple::Active, Detail::Restored));
}

#[test]
fn a_basis_of_domestic_priority_is_not_abandoned() {
    let later = {
        let mut publication = publication("CN106000001A", "2015-12-20", "2017-06-20", &[]);
        publication.application = crate::patent::ApplicationNumber::parse("CN201510999999").ok();
        publication.priorities = vec![crate::patent::Priority {
            number: crate::patent::ApplicationNumber::new(crate::patent::CountryCode::CN, "201510000001"),
            date: Some(day("2015-01-20")),
        }];
        Case::of(&[&publication])
    };
    let earlier = publication("CN105000002A", "2015-01-20", "2016-07-20", &["CN WD01 2015-12-20 2017-01-20"]);
    let earlier = Case::of(&[&earlier]).with_relatives(&[&later]);
    assert_eq!(on(&earlier, "2018-01-01"), (Simple::Inactive, Detail::PriorityBasis));
}

#[test]
fn examined_applications_of_before_1993_are_no_grants() {
    let case = Case::of(&[&publication("CN1012345B", "1988-05-04", "1991-02-06", &[])]);
    assert_ne!(on(&case, "1992-01-01").0, Simple::Active);
}

#[test]
fn burdens_run_from_a_day_to_a_day() {
    let mut a = publication("CN105000001B", "2015-01-20", "2018-03-06", &["CN GR01 2018-03-06 2018-03-06"]);
    let with = |line: &str, key: &str, value: &str| {
        let mut event = event(line);
        event.attributes.insert(key.to_owned(), value.to_owned());
        event
    };
    a.events.push(with("CN PE01 2019-01-10 2019-01-29", "contract", "Y1"));
    a.events.push(with("CN PE01 2020-01-10 2020-01-29", "contract", "Y2"));
    a.events.push(with("CN PC01 2021-01-10 2021-01-29", "contract", "Y1"));
    a.events.push(event("CN PP01 2021-05-10 2021-05-29"));
    a.events.push(event("CN EC01 2021-06-10 2021-06-29"));
    let case = Case::of(&[&a]);
    let got: Vec<_> = burdens(&case, day("2022-01-01"), day("2022-01-01"))
        .into_iter()
        .map(|span| (span.burden, span.from.map(|d| d.to_string()), span.until.map(|d| d.to_string())))
        .collect();
    let date = |text: &str| Some(text.to_owned());
    let expected = vec![
        (Burden::Pledge, date("2019-01-10"), date("2021-01-10")),
        (Burden::Pledge, date("2020-01-10"), None),
        (Burden::Preservation, date("2021-05-10"), None),
        (Burden::Licence, None, date("2021-06-10")),
    ];
    assert_eq!(got, expected);
}

#[test]
fn a_missing_link_in_the_chain_of_owners_is_told() {
    let mut a = publication("CN105000001B", "2015-01-20", "2018-03-06", &[]);
    a.parties.push(crate::patent::Party::new(crate::patent::Role::Applicant, "甲", 1));
    let mut transfer = event("CN TR01 2020-01-10 2020-01-29");
    transfer.attributes.insert("from".to_owned(), "乙".to_owned());
    transfer.attributes.insert("to".to_owned(), "丙".to_owned());
    a.events.push(transfer);
    let chain = owners(&Case::of(&[&a]), day("2021-01-01"), day("2021-01-01"));
    assert_eq!(
        chain.iter().map(|o| (o.names.join(","), o.is_broken)).collect::<Vec<_>>(),
        [("甲".to_owned(), false), ("丙".to_owned(), true)]
    );
}

#[test]
fn the_reason_of_a_lapse_may_stand_in_the_free_text() {
    let mut lapse = event("EP/FR PG25 2020-02-28 2020-12-31");
    lapse.attributes.insert("L510EP".to_owned(), "LAPSE BECAUSE OF NON-PAYMENT OF DUE FEES".to_owned());
    let mut patent = publication("EP2999999B1", "2013-02-06", "2017-05-10", &[]);
    patent.events.push(lapse);
    let state = state(&Case::of(&[&patent]), day("2021-01-01"), day("2021-01-01"));
    let details: Vec<_> =
        state.countries.iter().map(|(name, status)| (name.as_str(), status.detail)).collect();
    assert_eq!(details, [("FR", Detail::Lapsed)]);
}

#[test]
fn the_end_of_one_national_part_is_not_the_end_of_the_patent() {
    let patent = publication("EP2999999B1", "2013-02-06", "2017-05-10", &["EP GBPC 2020-02-06 2020-10-01"]);
    let state = state(&Case::of(&[&patent]), day("2021-01-01"), day("2021-01-01"));
    assert_eq!(state.status.simple, Simple::Active);
    let details: Vec<_> =
        state.countries.iter().map(|(name, status)| (name.as_str(), status.detail)).collect();
    assert_eq!(details, [("GB", Detail::Lapsed)]);
}

#[test]
fn an_end_of_its_own_outlives_the_term() {
    let patent = publication(
        "EP2999999B1",
        "1993-02-06",
        "1997-05-10",
        &["EP/FR PG25 2000-02-28 2000-12-31", "EP/DE AK 1997-05-10 1997-05-10"],
    );
    let state = state(&Case::of(&[&patent]), day("2021-01-01"), day("2021-01-01"));
    let details: Vec<_> =
        state.countries.iter().map(|(name, status)| (name.as_str(), status.detail)).collect();
    assert_eq!(details, [("DE", Detail::Expired), ("FR", Detail::Ceased)]);
}

#[test]
fn a_us_patent_exists_from_its_issue_not_from_its_status() {
    let mut patent =
        publication("US9000001B2", "2017-01-20", "2019-11-05", &["US STCF 2019-10-16 2019-10-16"]);
    patent.grant_date = Some(day("2019-11-05"));
    let case = Case::of(&[&patent]);
    assert_eq!(state(&case, day("2019-11-04"), day("2020-01-01")).status.simple, Simple::Pending);
    assert_eq!(state(&case, day("2019-11-05"), day("2020-01-01")).status.simple, Simple::Active);
}

#[test]
fn a_reference_to_a_national_code_is_followed() {
    let mut lapse = event("EP/DE REG 2020-09-01 2020-10-01");
    lapse.attributes.insert("L502EP".to_owned(), "R119".to_owned());
    let mut patent = publication("EP2999999B1", "2013-02-06", "2017-05-10", &[]);
    patent.events.push(lapse);
    let state = state(&Case::of(&[&patent]), day("2021-01-01"), day("2021-01-01"));
    let details: Vec<_> =
        state.countries.iter().map(|(name, status)| (name.as_str(), status.detail)).collect();
    assert_eq!(details, [("DE", Detail::Lapsed)]);
}

#[test]
fn unitary_effect_covers_its_states_and_an_opt_out_is_a_flag() {
    let events =
        ["EP U07 2023-09-06 2023-09-13", "EP P01 2023-05-01 2023-05-10", "EP/ES AK 2023-08-02 2023-08-02"];
    let patent = publication("EP3999999B1", "2018-02-06", "2023-08-02", &events);
    let state = state(&Case::of(&[&patent]), day("2024-01-01"), day("2024-01-01"));
    let of =
        |name: &str| state.countries.iter().find(|(code, _)| code == name).map(|(_, status)| status.simple);
    assert_eq!(of("UP"), Some(Simple::Active));
    assert_eq!(of("DE"), Some(Simple::Active));
    assert_eq!(of("RO"), None, "Romania joined a year later");
    assert_eq!(of("ES"), Some(Simple::Undetermined), "Spain stays out");
    assert!(
        state.flags.contains(&crate::patent::legal::Flag::Unitary)
            && state.flags.contains(&crate::patent::legal::Flag::OptOut)
    );
}

#[test]
fn words_of_a_database_decide_where_no_event_does() {
    let mut a = publication("CN105000001B", "2015-01-20", "2018-03-06", &[]);
    a.other.insert("legal_status".to_owned(), "未缴年费".to_owned());
    let case = Case::of(&[&a]);
    let status = state(&case, day("2022-01-01"), day("2022-01-01")).status;
    assert_eq!((status.detail, status.confidence), (Detail::Lapsed, Confidence::Assumed));
    a.events.push(event("CN GR01 2018-03-06 2018-03-06"));
    a.events.push(event("CN CF01 2020-01-20 2021-02-20"));
    a.events.push(event("CN RR01 2020-01-20 2021-08-20"));
    assert_eq!(on(&Case::of(&[&a]), "2022-01-01"), (Simple::Active, Detail::Restored));
}

const CODES: [&str; 14] = [
    "PB01", "SE01", "GR01", "RJ01", "WD01", "CF01", "RR01", "CX01", "IP01", "IW01", "TR01", "PE01", "AV01",
    "XX99",
];

fn any_date() -> impl Strategy<Value = Date> {
    (1980i16..2060, 1i8..=12, 1i8..=28).prop_map(|(y, m, d)| Date::new(y, m, d).expect("days to 28 exist"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Total, and what counts only grows with what is known; the past as known then never changes by later events.
    #[test]
    fn known_at_only_adds(
        events in prop::collection::vec((0..CODES.len(), prop::option::of(any_date()), prop::option::of(any_date())), 0..12),
        on in any_date(),
        first in any_date(),
        second in any_date(),
    ) {
        let mut a = publication("CN105000001B", "2005-01-20", "2008-03-06", &[]);
        for (code, effective, known) in &events {
            let mut line = event("CN X - -");
            line.code = CODES[*code].to_owned();
            line.effective = *effective;
            line.known = *known;
            a.events.push(line);
        }
        let case = Case::of(&[&a]);
        let (early, late) = (first.min(second), first.max(second));
        let (before, after) = (state(&case, on, early), state(&case, on, late));
        prop_assert!(before.n_events <= after.n_events);
        prop_assert!(before.fresh <= after.fresh);
        // An inactive state has a reason.
        prop_assert!(after.status.simple != Simple::Inactive || !after.status.basis.is_empty());
        // Events that nobody knew by then change nothing.
        let mut known = a.clone();
        known.events.retain(|e| crate::patent::legal::Case::of(&[&Publication { events: vec![e.clone()], ..Publication::default() }])
            .events.iter().any(|e| e.known.is_some_and(|d| d <= early)));
        let cut = state(&Case::of(&[&known]), on, early);
        prop_assert_eq!(cut.status, before.status);
        terms(&case, on, late);
    }
}
