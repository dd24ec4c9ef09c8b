//! The planted stories of law in the fixture corpus: the state equals the plan at every effective and announced day,
//! the day before and the day after.

use std::collections::BTreeMap;
use std::io::Read as _;

use flate2::read::GzDecoder;
use jiff::ToSpan as _;

use super::day;
use crate::patent::legal::{Case, Confidence, Detail, Flag, Simple, Window, burdens, owners, state, terms};
use crate::patent::{Date, Publication};

const CORPUS: &[u8] = include_bytes!("../../../../fixtures/corpus.jsonl.gz");

fn corpus(wanted: &[&str]) -> BTreeMap<String, Publication> {
    let mut text = String::new();
    GzDecoder::new(CORPUS).read_to_string(&mut text).expect("the corpus is gzip of UTF-8");
    let mut out = BTreeMap::new();
    for line in text.lines() {
        let head: String = line.chars().take(40).filter(|c| *c != '-').collect();
        if wanted.iter().any(|number| head.contains(number)) {
            let publication: Publication =
                serde_json::from_str(line).expect("a corpus line is a publication");
            out.insert(publication.key(), publication);
        }
    }
    assert_eq!(out.len(), wanted.len(), "every document of the story is in the corpus");
    out
}

fn case(documents: &BTreeMap<String, Publication>, numbers: &[&str]) -> Case {
    let publications: Vec<&Publication> = numbers.iter().map(|number| &documents[*number]).collect();
    Case::of(&publications)
}

fn around(date: Date) -> [Date; 3] {
    [date.saturating_sub(1.day()), date, date.saturating_add(1.day())]
}

/// Checks (simple, detail) on a grid: every day of `days` and its neighbours, as `on` and as `known_at`, against the plan.
fn check(case: &Case, days: &[&str], plan: impl Fn(Date, Date) -> (Simple, Detail)) {
    let all: Vec<Date> = days.iter().flat_map(|text| around(day(text))).collect();
    for on in &all {
        for known_at in &all {
            let status = state(case, *on, *known_at).status;
            assert_eq!(
                (status.simple, status.detail),
                plan(*on, *known_at),
                "on {on}, known at {known_at}: {status:?}"
            );
        }
    }
}

/// The course of a CN invention until grant, in the days of its corpus record.
fn before_grant(on: Date, known_at: Date, published: &str, examined: &str) -> (Simple, Detail) {
    let (published, examined) = (day(published), day(examined));
    if known_at < published {
        (Simple::Undetermined, Detail::Unknown)
    } else if on >= examined && known_at >= examined {
        (Simple::Pending, Detail::Examining)
    } else if on >= published {
        (Simple::Pending, Detail::Published)
    } else {
        (Simple::Pending, Detail::Filed)
    }
}

#[test]
fn lapse_and_restoration() {
    let numbers = ["CN154007000A", "CN154007000B"];
    let case = case(&corpus(&numbers), &numbers);
    let (granted, lapse) = (day("2014-10-20"), day("2019-04-20"));
    let (lapse_known, restored) = (day("2020-05-12"), day("2020-11-03"));
    let days = ["2013-10-20", "2013-11-20", "2014-10-20", "2019-04-20", "2020-05-12", "2020-11-03"];
    check(&case, &days, |on, known_at| {
        if on < granted || known_at < granted {
            before_grant(on, known_at, "2013-10-20", "2013-11-20")
        } else if on < lapse || known_at < lapse_known {
            (Simple::Active, Detail::Granted)
        } else if known_at < restored {
            (Simple::Inactive, Detail::Lapsed)
        } else {
            (Simple::Active, Detail::Restored)
        }
    });
    let window = state(&case, day("2020-06-01"), day("2020-06-01")).window;
    assert!(matches!(&window, Some(Window::Restoration(end)) if end.date == day("2020-07-12")), "{window:?}");
    assert_eq!(state(&case, day("2020-08-01"), day("2020-08-01")).window, None);
}

#[test]
fn expiry_of_the_key_patent() {
    let numbers = ["CN154006000A", "CN154006000B"];
    let case = case(&corpus(&numbers), &numbers);
    let (granted, end) = (day("2008-12-15"), day("2026-06-15"));
    check(&case, &["2008-12-15", "2026-06-15"], |on, known_at| {
        if on < granted || known_at < granted {
            // Pending for more than ten years without a word is no longer called pending.
            if on >= end.saturating_sub(1.day()) {
                (Simple::Undetermined, Detail::Unknown)
            } else {
                (Simple::Pending, Detail::Examining)
            }
        } else if on < end {
            (Simple::Active, Detail::Granted)
        } else {
            (Simple::Inactive, Detail::Expired)
        }
    });
    let expiry = terms(&case, day("2025-01-01"), day("2025-01-01")).expiry.expect("filed and granted");
    assert_eq!((expiry.date, expiry.confidence, expiry.may_be_later), (end, Confidence::Computed, false));
}

#[test]
fn european_patent_lapsed_in_france_active_in_germany() {
    let numbers = ["EP8215000A1", "EP8215000B1", "DE602013999000T2"];
    let documents = corpus(&numbers);
    let german = case(&documents, &["DE602013999000T2"]);
    let case = case(&documents, &["EP8215000A1", "EP8215000B1"]).with_relatives(&[&german]);
    let (granted, lapse, known) = (day("2017-05-10"), day("2020-02-28"), day("2020-12-31"));
    let days = ["2017-05-10", "2020-02-28", "2020-12-31", "2025-02-20", "2025-04-30"];
    let all: Vec<Date> = days.iter().flat_map(|text| around(day(text))).collect();
    for on in &all {
        for known_at in &all {
            let state = state(&case, *on, *known_at);
            let of = |code: &str| {
                state
                    .countries
                    .iter()
                    .find(|(name, _)| name == code)
                    .map(|(_, status)| (status.simple, status.detail))
            };
            if *on < granted || *known_at < granted {
                assert_ne!(state.status.simple, Simple::Active);
                continue;
            }
            assert_eq!(state.status.simple, Simple::Active);
            assert_eq!(of("DE"), Some((Simple::Active, Detail::Granted)), "DE on {on} known {known_at}");
            let is_lapsed = *on >= lapse && *known_at >= known;
            let france = if is_lapsed {
                (Simple::Inactive, Detail::Lapsed)
            } else {
                (Simple::Active, Detail::Granted)
            };
            assert_eq!(of("FR"), Some(france), "FR on {on} known {known_at}");
        }
    }
}

#[test]
fn partial_invalidation() {
    let numbers = ["CN154014000A", "CN154014000B", "CN154014000C1"];
    let case = case(&corpus(&numbers), &numbers);
    let (granted, known) = (day("2016-01-02"), day("2021-09-07"));
    let days = ["2015-01-02", "2015-02-02", "2016-01-02", "2021-06-18", "2021-09-07"];
    check(&case, &days, |on, known_at| {
        if on < granted || known_at < granted {
            if on >= day("2021-06-17") {
                // Still examined, as far as was known then.
                return if known_at < day("2015-01-02") {
                    (Simple::Undetermined, Detail::Unknown)
                } else if known_at < day("2015-02-02") {
                    (Simple::Pending, Detail::Published)
                } else {
                    (Simple::Pending, Detail::Examining)
                };
            }
            before_grant(on, known_at, "2015-01-02", "2015-02-02")
        } else if on >= day("2021-06-18") && known_at >= known {
            (Simple::Active, Detail::PartlyRevoked)
        } else {
            (Simple::Active, Detail::Granted)
        }
    });
    let claims = |on: &str| state(&case, day(on), day(on)).claims.map(|number| number.to_string());
    assert_eq!(claims("2021-09-06").as_deref(), Some("CN154014000B"));
    assert_eq!(claims("2021-09-07").as_deref(), Some("CN154014000C1"));
}

#[test]
fn transfer() {
    let numbers = ["CN154013000A", "CN154013000B"];
    let case = case(&corpus(&numbers), &numbers);
    let (effective, known) = (day("2024-03-05"), day("2024-03-22"));
    for on in around(effective).into_iter().chain(around(known)) {
        for known_at in around(effective).into_iter().chain(around(known)) {
            let chain = owners(&case, on, known_at);
            let moved = on >= effective && known_at >= known;
            let owner = if moved {
                "银川翊坤达氢储装备股份有限公司"
            } else {
                "大连昱泽氢储装备股份有限公司"
            };
            let last = chain.last().expect("the chain is never empty");
            assert_eq!((last.names.as_slice(), last.is_broken), ([owner.to_owned()].as_slice(), false));
            assert_eq!(chain.len(), if moved { 2 } else { 1 });
            let state = state(&case, on, known_at);
            assert_eq!(state.flags.contains(&Flag::Transfer), moved);
            assert_eq!(state.status.simple, Simple::Active);
        }
    }
}

#[test]
fn same_day_pair() {
    let numbers = ["CN254008000U", "CN154008000A", "CN154008000B"];
    let documents = corpus(&numbers);
    let model = case(&documents, &["CN254008000U"]);
    let invention = case(&documents, &["CN154008000A", "CN154008000B"]);
    let given_up = day("2021-07-12");
    check(&model, &["2019-02-12", "2021-07-12"], |on, known_at| {
        let granted = day("2019-02-12");
        if known_at < granted {
            (Simple::Undetermined, Detail::Unknown)
        } else if on < granted {
            (Simple::Pending, Detail::Filed)
        } else if on >= given_up && known_at >= given_up {
            (Simple::Inactive, Detail::AbandonedForTwin)
        } else {
            (Simple::Active, Detail::DoubleGrant)
        }
    });
    let state_of = |case: &Case, on: Date| state(case, on, on);
    let model = state_of(&model, given_up);
    assert_eq!(model.twin, invention.application.as_ref().map(ToString::to_string), "follow to the twin");
    let twin = state_of(&invention, given_up);
    assert_eq!((twin.status.simple, twin.status.detail), (Simple::Active, Detail::DoubleGrant));
}

#[test]
fn divisional_keeps_the_term_of_its_parent() {
    let numbers = ["CN154009000A", "CN154009000B", "CN154009001A"];
    let documents = corpus(&numbers);
    let parent = case(&documents, &["CN154009000A", "CN154009000B"]);
    let mut child = case(&documents, &["CN154009001A"]);
    child.filing = Some(day("2020-05-06"));
    let child = child.with_relatives(&[&parent]);
    let on = day("2022-01-01");
    let expiry = |case: &Case| terms(case, on, on).expiry.map(|deadline| deadline.date);
    assert_eq!(expiry(&parent), Some(day("2037-03-07")));
    assert_eq!(expiry(&child), Some(day("2037-03-07")));
    assert!(state(&child, on, on).flags.contains(&Flag::Divisional));
}

#[test]
fn no_burden_where_none_is_recorded() {
    let numbers = ["CN154013000A", "CN154013000B"];
    let case = case(&corpus(&numbers), &numbers);
    assert_eq!(burdens(&case, day("2025-01-01"), day("2025-01-01")), vec![]);
}
