//! The rules of the table, one document or pair at a time.

use super::*;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn relevant() -> Relevant {
    Relevant { date: day("2021-06-01"), filed: Some(day("2022-05-30")), office: "CN".to_owned() }
}

fn dates(office: &str, priority: &str, published: &str) -> Dates {
    let date = |text: &str| text.parse().ok();
    Dates {
        published: date(published),
        priority: date(priority),
        office: office.to_owned(),
        is_patent: !office.is_empty(),
    }
}

#[test]
fn dates_decide_what_a_document_can_be() {
    let check = |office, priority, published, expected| {
        let found = by_dates(&dates(office, priority, published), &relevant());
        assert_eq!(found, expected, "{office} {priority} {published}");
    };
    check("CN", "2019-01-01", "2021-05-31", Category::A);
    check("US", "2019-01-01", "2021-05-31", Category::A);
    // Published on the day itself is too late; filed before, it conflicts.
    check("CN", "2020-01-01", "2021-06-01", Category::E);
    check("CN", "2021-05-31", "2022-09-16", Category::E);
    check("CN", "2021-06-01", "2022-09-16", Category::R);
    check("CN", "2021-06-02", "2023-09-16", Category::Later);
    check("US", "2020-01-01", "2023-01-01", Category::Later);
    check("US", "2020-01-01", "2021-09-16", Category::P);
    check("WO", "2020-01-01", "2021-09-16", Category::Pending);
    check("", "", "2021-07-01", Category::P);
    check("", "", "2020-07-01", Category::A);
    check("CN", "2020-01-01", "", Category::Undated);
}

fn found(scores: &[f64]) -> Vec<Evidence> {
    let state = |score: f64| match score {
        score if score >= crate::search::evidence::SUPPORTED => SupportState::Supported,
        score if score >= crate::search::evidence::PARTLY => SupportState::Partly,
        _ => SupportState::NotFound,
    };
    let one = |(n, score): (usize, &f64)| Evidence {
        element: format!("E{}", n + 1),
        state: state(*score),
        score: *score,
        passage: None,
        bridge: Vec::new(),
        missing: Vec::new(),
        meaning: None,
    };
    scores.iter().enumerate().map(one).collect()
}

fn categorised(documents: &[(&str, &str, Category, &[f64])]) -> (Vec<Category>, Vec<Pair>) {
    let evidence: Vec<Vec<Evidence>> = documents.iter().map(|(.., scores)| found(scores)).collect();
    let candidates: Vec<Candidate<'_>> = documents
        .iter()
        .zip(&evidence)
        .map(|((key, family, by_dates, _), evidence)| Candidate {
            key,
            family,
            by_dates: *by_dates,
            evidence,
        })
        .collect();
    categories(&candidates)
}

#[test]
fn one_document_with_all_elements_is_x() {
    let (found, pairs) =
        categorised(&[("a", "1", Category::A, &[0.9, 0.8]), ("b", "2", Category::A, &[0.9, 0.1])]);
    assert_eq!(found, [Category::X, Category::A]);
    assert!(pairs.is_empty(), "what is known whole needs no second document");
}

#[test]
fn two_documents_that_complete_each_other_are_y() {
    let (found, pairs) =
        categorised(&[("a", "1", Category::A, &[0.9, 0.1]), ("b", "2", Category::A, &[0.0, 0.8])]);
    assert_eq!(found, [Category::Y, Category::Y]);
    assert_eq!(
        (pairs[0].first.as_str(), pairs[0].second.as_str(), pairs[0].by.as_slice()),
        ("a", "b", &[1, 2][..])
    );
    assert_eq!((pairs[0].element.as_str(), pairs[0].score), ("E2", 0.8));
}

#[test]
fn pairs_are_ranked_by_their_weakest_element() {
    let (_, pairs) = categorised(&[
        ("a", "1", Category::A, &[1.0, 1.0, 0.1]),
        ("b", "2", Category::A, &[0.1, 0.1, 0.75]),
        ("c", "3", Category::A, &[0.8, 0.1, 0.9]),
    ]);
    assert_eq!((pairs[0].first.as_str(), pairs[0].second.as_str(), pairs[0].score), ("a", "c", 0.9));
}

#[test]
fn a_pair_that_holds_an_element_in_part_makes_no_y() {
    let (found, pairs) =
        categorised(&[("a", "1", Category::A, &[0.9, 0.1]), ("b", "2", Category::A, &[0.0, 0.5])]);
    assert_eq!(found, [Category::A, Category::A]);
    assert_eq!(pairs[0].weakest, SupportState::Partly);
}

#[test]
fn a_conflicting_application_is_never_in_a_pair() {
    let (found, pairs) =
        categorised(&[("a", "1", Category::E, &[0.9, 0.1]), ("b", "2", Category::A, &[0.0, 0.8])]);
    assert_eq!(found, [Category::E, Category::A]);
    assert!(pairs.is_empty());
}

#[test]
fn members_of_one_family_are_no_pair() {
    let (_, pairs) =
        categorised(&[("a", "1", Category::A, &[0.9, 0.1]), ("b", "1", Category::A, &[0.0, 0.8])]);
    assert!(pairs.is_empty());
}

#[test]
fn a_partner_that_adds_nothing_makes_no_pair() {
    let (_, pairs) =
        categorised(&[("a", "1", Category::A, &[0.9, 0.5]), ("b", "2", Category::A, &[0.8, 0.4])]);
    assert!(pairs.is_empty());
}
