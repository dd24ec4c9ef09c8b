//! Search on the synthetic corpus, against answers that the test computes by itself from the texts.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use patnav::error::{Classify, ErrorKind};
use patnav::index::SpaceName;
use patnav::query::{Parsed, SyntaxErrors, parse};
use patnav::search::{
    Collapse, Error, Filters, Hit, Request, Response, SimilarRequest, Sort, search, similar,
};
use serde::Deserialize;

use super::corpus::reader;
use expressions::{documents, holds, units};

mod expressions;

fn ask(request: &Request) -> Response {
    search(reader(), request).unwrap()
}

fn filtered(query: &str, filters: Filters) -> Request {
    Request { filters, ..Request::new(query) }
}

/// Keys of all hits of a request, from pages of `limit`.
fn paged(request: &Request, limit: usize) -> Vec<String> {
    let mut request = Request { limit, ..request.clone() };
    let mut keys = Vec::new();
    loop {
        let page = ask(&request);
        keys.extend(page.hits.iter().map(|hit| hit.key.clone()));
        request.cursor = page.next_cursor;
        if request.cursor.is_none() {
            return keys;
        }
    }
}

#[test]
fn facets_count_families_exactly() {
    let query = "ti=\"装置\" AND pd>=2015";
    let request = Request { facets: vec!["country".to_owned(), "year".to_owned()], ..Request::new(query) };
    let response = ask(&request);
    let mut by_country: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    let mut by_year: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    let phrase = units("装置");
    for document in documents() {
        let recent = document.publication.publication_date.is_some_and(|date| date.year() >= 2015);
        if recent && document.zones[0].iter().any(|text| holds(text, &phrase)) {
            by_country.entry(document.key[..2].to_owned()).or_default().insert(&document.family);
            if let Some(date) = document.publication.filing_date {
                by_year.entry(date.year().to_string()).or_default().insert(&document.family);
            }
        }
    }
    let counted = |name: &str| -> BTreeMap<String, usize> {
        response.facets[name]
            .iter()
            .map(|count| (count.value.clone(), usize::try_from(count.n).unwrap()))
            .collect()
    };
    let sizes = |sets: BTreeMap<String, BTreeSet<&str>>| -> BTreeMap<String, usize> {
        sets.into_iter().map(|(value, families)| (value, families.len())).collect()
    };
    assert_eq!(counted("country"), sizes(by_country));
    assert_eq!(counted("year"), sizes(by_year));
}

#[test]
fn an_unknown_facet_names_those_that_there_are() {
    let error =
        search(reader(), &Request { facets: vec!["yeer".to_owned()], ..Request::new("泵") }).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.to_string().contains("filing_year"), "{error}");
}

#[test]
fn pages_hold_every_hit_once_in_one_order() {
    for (query, sort, collapse) in [
        ("截割滚筒", Sort::Relevance, Collapse::SimpleFamily),
        ("ti=\"电解槽\"", Sort::Newest, Collapse::None),
        ("ab=\"储氢\" OR ab=hydrogen", Sort::Relevance, Collapse::Application),
        ("cc=EP", Sort::Oldest, Collapse::ExtendedFamily),
    ] {
        let request = Request { sort, collapse, ..Request::new(query) };
        let whole = paged(&request, 1000);
        assert!(whole.len() > 37, "{query} has {} hits only", whole.len());
        assert_eq!(paged(&request, 37), whole, "{query}");
        assert_eq!(whole.iter().collect::<BTreeSet<_>>().len(), whole.len(), "{query} twice");
    }
}

#[test]
fn dates_order_with_undated_documents_last() {
    let hits = ask(&Request {
        sort: Sort::Oldest,
        collapse: Collapse::None,
        limit: 1000,
        ..Request::new("ti=\"储氢\"")
    })
    .hits;
    let dates: Vec<_> =
        hits.iter().map(|hit| (hit.publication_date.is_none(), hit.publication_date)).collect();
    assert!(dates.len() > 10 && dates.is_sorted());
}

#[test]
fn a_cursor_of_another_query_or_made_by_hand_is_refused() {
    let request = Request { limit: 5, ..Request::new("截割滚筒") };
    let cursor = ask(&request).next_cursor.unwrap();
    let other = Request { cursor: Some(cursor.clone()), ..Request::new("电解槽") };
    let edited = Request { cursor: Some(cursor.replace(".5.", ".6.")), ..request };
    for request in [other, edited] {
        assert!(matches!(search(reader(), &request), Err(Error::Cursor { .. })));
    }
}

#[test]
fn a_filter_on_dates_counts_the_undated_that_it_leaves_out() {
    let query = "pn=CN154018000A";
    let from = |from: &str| Filters { from: Some(from.to_owned()), ..Filters::default() };
    let all = ask(&Request::new(query));
    assert_eq!((all.total.publications, all.n_undated), (1, None));
    let dated = ask(&filtered(query, from("1990")));
    assert_eq!((dated.total.publications, dated.n_undated), (0, Some(1)));
    let elsewhere = Filters { country: vec!["US".to_owned()], ..from("1990") };
    assert_eq!(ask(&filtered(query, elsewhere)).n_undated, Some(0));
}

#[test]
fn dates_stand_for_their_whole_interval() {
    let n = |from: &str, to: &str| {
        let filters = Filters { from: Some(from.to_owned()), to: Some(to.to_owned()), ..Filters::default() };
        ask(&filtered("cc=CN OR cc=US OR cc=EP OR cc=WO OR cc=DE", filters)).total.publications
    };
    let count = |keep: &dyn Fn(patnav::patent::Date) -> bool| {
        documents().iter().filter(|document| document.publication.publication_date.is_some_and(keep)).count()
            as u64
    };
    assert_eq!(n("2015", "2015"), count(&|date| date.year() == 2015));
    assert_eq!(n("2015-02", "2015.02"), count(&|date| (date.year(), date.month()) == (2015, 2)));
    assert_eq!(
        n("20150210", "2016/03"),
        count(&|date| {
            let day = (date.year(), date.month(), date.day());
            ((2015, 2, 10)..(2016, 4, 1)).contains(&day)
        })
    );
    assert_eq!(
        n("2016-02-29", "2016-02-29"),
        count(&|date| (date.year(), date.month(), date.day()) == (2016, 2, 29))
    );
}

#[test]
fn values_that_no_field_takes_are_errors_that_say_what_to_write() {
    let from = |from: &str, to: &str| Filters {
        from: Some(from.to_owned()),
        to: Some(to.to_owned()),
        ..Filters::default()
    };
    for (request, expected) in [
        (filtered("泵", from("2019-02-29", "2020")), "`2019-02-29` is no date"),
        (filtered("泵", from("soon", "2020")), "`soon` is no date"),
        (filtered("泵", from("2020", "2019")), "runs backwards"),
        (Request::new("ad=[2020 TO 2019]"), "runs backwards"),
        (Request::new("ad>=2019-13"), "`2019-13` is no date"),
        (Request::new("nclm>many"), "`many` is no whole number"),
        (Request::new("cc>CN"), "no ordered value"),
        (Request::new("ipc=drum"), "`drum` is no class symbol"),
        (Request { limit: 0, ..Request::new("泵") }, "the page size"),
        (Request { limit: 1001, ..Request::new("泵") }, "the limit is 1000"),
    ] {
        let error = search(reader(), &request).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{}", request.query);
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[test]
fn keywords_are_found_in_any_case() {
    let country = |country: &str| {
        ask(&filtered("ti=\"装置\"", Filters { country: vec![country.to_owned()], ..Filters::default() }))
            .total
    };
    assert!(country("CN").publications > 0);
    assert_eq!(country("CN"), country("cn"));
    let applicant = |name: &str| {
        ask(&filtered(
            "cc=US OR cc=WO OR cc=EP OR cc=CN",
            Filters { applicant: vec![name.to_owned()], ..Filters::default() },
        ))
        .total
    };
    assert!(applicant("Harlan Ridge Robotics Inc.").publications > 0);
    assert_eq!(applicant("Harlan Ridge Robotics Inc."), applicant("harlan ridge ROBOTICS inc."));
}

#[test]
fn explanations_add_up() {
    for query in
        ["截割滚筒 喷雾", "dust removal device", "采煤机滚筒喷雾装置 dust", "ti=\"电解槽\" OR ab=\"储氢\""]
    {
        let response = ask(&Request { explain: true, limit: 50, ..Request::new(query) });
        assert!(!response.hits.is_empty(), "{query}");
        for hit in &response.hits {
            let explanation = hit.explanation.as_ref().unwrap();
            assert!(
                (evaluated(&explanation.formula) - hit.score).abs() < 1e-9,
                "{query} {}",
                explanation.formula
            );
            if let Some(words) = explanation.ranks.get("words") {
                let sum: f32 = explanation.words.iter().map(|word| word.score).sum();
                assert!((sum - words.score).abs() < 1e-3, "{query}: {sum} is not {}", words.score);
            }
        }
    }
}

/// Evaluates `w/(k + r) + …`.
fn evaluated(formula: &str) -> f64 {
    let inside = |text: &str| -> f64 { text.split(" + ").map(|n| n.parse::<f64>().unwrap()).sum() };
    let terms = formula.split(')').filter(|term| term.contains('('));
    terms
        .map(|term| {
            let (weight, below) = term.trim_start_matches(" + ").split_once("/(").unwrap();
            weight.parse::<f64>().unwrap() / inside(below)
        })
        .sum()
}

#[test]
fn marks_are_ordered_and_show_their_concept() {
    for query in [
        "截割滚筒 喷雾",
        "dust removal device, 除尘",
        "ti=\"电解槽\" OR ab=(\"储氢\" OR hydrogen) NOT \"阀\"",
    ] {
        let response = ask(&Request { limit: 100, collapse: Collapse::None, ..Request::new(query) });
        let concepts = &response.query.concepts;
        let n_marks: usize = response.hits.iter().map(|hit| check_marks(hit, concepts)).sum();
        assert!(n_marks > 20, "{query} marks {n_marks}");
    }
}

fn check_marks(hit: &Hit, concepts: &[String]) -> usize {
    let publication = documents().iter().find(|document| document.key == hit.key).unwrap().publication;
    for snippet in &hit.snippets {
        let mut end = 0;
        for mark in &snippet.highlights {
            assert!(mark.start >= end && mark.end > mark.start, "{} {snippet:?}", hit.key);
            assert!(mark.concept < concepts.len());
            let marked = snippet.text.get(mark.start..mark.end).unwrap();
            if !marked.is_ascii() {
                // The concept, a run of its occurrences, or one of its telling words.
                let concept = &concepts[mark.concept];
                let parts = marked.contains(concept) || concept.contains(marked);
                assert!(parts && marked.chars().count() > 1, "{marked} for {concept}");
            }
            end = mark.end;
        }
        let texts: Vec<&str> = match snippet.zone.as_str() {
            "title" => publication.titles.iter().map(|text| text.text.as_str()).collect(),
            "abstract" => publication.abstracts.iter().map(|text| text.text.as_str()).collect(),
            _ => publication
                .claims
                .iter()
                .flat_map(|set| &set.claims)
                .map(|claim| claim.text.as_str())
                .collect(),
        };
        let whole = texts.iter().find(|text| {
            text.find(&snippet.text).is_some_and(|at| {
                (at > 0) == snippet.cut_before && (at + snippet.text.len() < text.len()) == snippet.cut_after
            })
        });
        assert!(whole.is_some(), "{} is not cut as it says: {snippet:?}", hit.key);
    }
    hit.snippets.iter().map(|snippet| snippet.highlights.len()).sum()
}

#[test]
fn what_is_near_by_meaning_is_nearer_than_strangers_are() {
    let floor = reader().background_cosine().unwrap();
    let response =
        ask(&Request {
            explain: true, limit: 1000, collapse: Collapse::None, ..Request::new("采煤机滚筒")
        });
    let by_meaning = response.by_meaning.unwrap();
    assert!(by_meaning.value > 0 && by_meaning.value <= by_meaning.limit, "{by_meaning:?}");
    let near: Vec<&Hit> = response.hits.iter().filter(|hit| !hit.in_match_set).collect();
    assert_eq!(near.len() as u64, by_meaning.value);
    for hit in near {
        assert!(hit.explanation.as_ref().unwrap().ranks["vector"].score >= floor);
    }
}

#[test]
fn words_that_nobody_uses_find_nothing() {
    for query in ["zxqvv wrtzz", "，。！"] {
        let response = ask(&Request::new(query));
        assert_eq!((response.hits.len(), response.total.publications), (0, 0), "{query}");
    }
}

#[derive(Deserialize)]
struct CrossLanguage {
    idea_zh: String,
    documents: Vec<String>,
}

fn cross_language() -> CrossLanguage {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/stories.toml");
    let mut stories: toml::Table = std::fs::read_to_string(path).unwrap().parse().unwrap();
    stories.remove("cross-language").unwrap().try_into().unwrap()
}

#[test]
fn a_chinese_idea_finds_the_family_that_is_known_in_english_only() {
    let story = cross_language();
    let found = |hits: &[Hit]| hits.iter().position(|hit| story.documents.contains(&hit.key));
    let by_search = ask(&Request::new(&story.idea_zh));
    assert!(found(&by_search.hits).is_some_and(|place| place < 10), "{:?}", found(&by_search.hits));
    let request = SimilarRequest { text: Some(story.idea_zh.clone()), ..SimilarRequest::default() };
    let by_similar = similar(reader(), &request).unwrap();
    assert!(found(&by_similar.hits).is_some_and(|place| place < 10), "{:?}", found(&by_similar.hits));
}

#[test]
fn similar_documents_leave_out_the_document_and_its_family() {
    let own = cross_language().documents;
    let like = |number: &str| {
        let request =
            SimilarRequest { number: Some(number.to_owned()), limit: 50, ..SimilarRequest::default() };
        similar(reader(), &request)
    };
    let hits = like(&own[0]).unwrap().hits;
    assert!(hits.len() == 50 && hits.iter().all(|hit| !own.contains(&hit.key)));
    // By the application number, whose publications are one family.
    let twin = documents().iter().find(|document| document.key == "CN154006000B").unwrap();
    let application = twin.publication.application.as_ref().unwrap().to_string();
    let hits = like(&application).unwrap().hits;
    assert!(!hits.is_empty() && hits.iter().all(|hit| !hit.key.starts_with("CN154006000")));
}

#[test]
fn an_unknown_number_is_told_with_numbers_like_it() {
    let request = SimilarRequest { number: Some("CN15400600X".to_owned()), ..SimilarRequest::default() };
    let error = similar(reader(), &request).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.to_string().contains("did you mean CN154006"), "{error}");
    assert!(matches!(similar(reader(), &SimilarRequest::default()), Err(Error::NothingToCompare)));
}

#[test]
fn the_best_member_stands_for_its_group() {
    let request =
        Request { collapse: Collapse::None, limit: 1000, ..Request::new("ab=\"储氢\" OR ab=hydrogen") };
    let mut expected: Vec<String> = Vec::new();
    let mut seen = BTreeSet::new();
    for hit in ask(&request).hits {
        let family = &documents().iter().find(|document| document.key == hit.key).unwrap().family;
        if seen.insert(family.clone()) {
            expected.push(hit.key);
        }
    }
    let collapsed = ask(&Request { collapse: Collapse::SimpleFamily, ..request });
    let n = expected.len().min(collapsed.hits.len()).min(200);
    let keys: Vec<&str> = collapsed.hits.iter().map(|hit| hit.key.as_str()).collect();
    assert!(n > 20);
    assert_eq!(keys[..n], expected[..n]);
}

#[test]
fn vectors_that_are_near_come_from_both_languages() {
    let vector = reader().embed("hydrogen storage 储氢").unwrap().unwrap();
    let near = reader().nearest(SpaceName::Documents, &vector, None, 50).unwrap();
    assert!(near.is_sorted_by(|a, b| a.cosine >= b.cosine) && near.len() == 50);
}

// Queries as data.

#[derive(Deserialize)]
struct Cases {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    input: String,
    canonical: Option<String>,
    #[serde(default)]
    text: bool,
    #[serde(default)]
    errors: Vec<String>,
    suggests: Option<String>,
}

#[test]
fn queries_are_read_as_their_cases_say() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/queries");
    let mut files: Vec<_> = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut wrong = Vec::new();
    for file in &files {
        let cases: Cases = toml::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        wrong.extend(
            cases.case.iter().filter_map(|case| fault(case).map(|fault| format!("{}: {fault}", case.name))),
        );
    }
    assert!(!files.is_empty());
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// What a case expects and does not get.
fn fault(case: &Case) -> Option<String> {
    match parse(&case.input) {
        Ok(Parsed::Text(_)) => (!case.text).then(|| "it is read as text".to_owned()),
        Ok(Parsed::Boolean(expr)) => {
            let found = expr.to_string();
            (case.canonical.as_ref() != Some(&found)).then_some(found)
        }
        Err(SyntaxErrors { errors, .. }) => {
            let found: Vec<String> = errors.iter().map(|error| error.problem.to_string()).collect();
            let suggested =
                case.suggests.is_none() || errors.iter().any(|error| error.suggestion == case.suggests);
            (found != case.errors || !suggested).then(|| found.join(" / "))
        }
    }
}

#[test]
fn a_star_alone_is_every_document_wherever_it_stands() {
    use patnav::search::{ExportRequest, export, scope};

    let alive = reader().alive().len();
    let found = ask(&Request { facets: vec!["country".to_owned()], ..Request::new("*") });
    assert_eq!((found.total.publications, found.by_meaning), (alive, None));
    assert_eq!(found.query.canonical, "*");
    assert!(found.facets["country"].len() > 1);
    let chinese = Filters { country: vec!["CN".to_owned()], ..Filters::default() };
    let n_chinese = ask(&filtered("*", chinese.clone())).total.publications;
    assert_eq!(n_chinese, ask(&Request::new("cc=CN")).total.publications);
    for text in ["", " * "] {
        assert_eq!(scope(reader(), text, &Filters::default()).unwrap().set.len(), alive, "`{text}`");
        assert_eq!(scope(reader(), text, &chinese).unwrap().set.len(), n_chinese, "`{text}`");
        let request =
            ExportRequest { query: text.to_owned(), filters: chinese.clone(), ..ExportRequest::default() };
        assert_eq!(export(reader(), &request, &mut |_, _| false).unwrap().total, n_chinese, "`{text}`");
    }
    // The order is that of the keys, and pages follow each other.
    let keys = paged(&Request { collapse: Collapse::None, ..Request::new("*") }, 1_000);
    assert!(keys.len() as u64 == alive && keys.is_sorted());
}
