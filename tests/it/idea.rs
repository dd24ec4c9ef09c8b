//! Ideas, search reports, exports and lists of numbers on the synthetic corpus and its planted facts.

use std::io::Cursor;

use patnav::report::export::{Format, Options, Writer};
use patnav::report::{Lang, docx, html, prior_art};
use patnav::search::evidence::SupportState;
use patnav::search::idea::{Caveat, IdeaReport, IdeaRequest, MAX_IDEA_BYTES, idea};
use patnav::search::novelty::Category;
use patnav::search::reconcile::{Level, Reason, ReconcileRequest, reconcile, why};
use patnav::search::{Error, ExportRequest, FieldValue, Filters, Request, Sets, export, search};

use crate::corpus::{publications, reader};

const LIQUEFIER: &str = "本发明涉及氢能储能，具体涉及一种采用纳米限域的氢液化装置的运行方法。该方法通过纳米限域转化正仲氢，\
    再抽真空绝热层，其中绝热夹层与内罐支撑配合工作。内罐支撑的间距为161~197mm。本发明能够减少人工操作，并提高安全性。";

fn ask(text: &str, before: Option<&str>) -> IdeaReport {
    let request =
        IdeaRequest { text: text.to_owned(), before: before.map(str::to_owned), ..IdeaRequest::default() };
    idea(reader(), &request).unwrap()
}

fn refused(request: &IdeaRequest) -> String {
    idea(reader(), request).unwrap_err().to_string()
}

/// Returns the Chinese abstract of a document of the corpus.
fn abstract_of(number: &str) -> String {
    let found = publications().iter().find(|publication| publication.key() == number).unwrap();
    found.abstracts.iter().find(|text| text.lang.0 == "zh").unwrap().text.clone()
}

#[test]
fn the_conflicting_application_is_listed_apart_and_never_paired() {
    let report = ask(&abstract_of("CN154016001A"), Some("2021-06-01"));
    let conflicting = report.conflicting.iter().find(|document| document.key == "CN154016000A").unwrap();
    assert_eq!(conflicting.category, Category::E);
    assert!(report.documents.iter().all(|document| document.key != "CN154016000A"));
    assert!(report.pairs.iter().all(|pair| pair.first != "CN154016000A" && pair.second != "CN154016000A"));
    // The day before its publication is prior art once the date moves past it.
    let later = ask(&abstract_of("CN154016001A"), Some("2022-09-17"));
    assert!(later.documents.iter().any(|document| document.key == "CN154016000A"));
}

#[test]
fn no_document_read_was_published_on_the_date_or_later() {
    let report = ask(LIQUEFIER, Some("2018-04-04"));
    let date = report.before;
    assert!(!report.documents.is_empty());
    assert!(report.documents.iter().all(|document| document.publication_date.is_none_or(|day| day < date)));
    assert!(report.conflicting.iter().all(|document| {
        document.publication_date.is_some_and(|day| day >= date)
            && document.priority_date.is_some_and(|day| day <= date)
    }));
}

#[test]
fn a_chinese_idea_reads_the_family_that_is_known_in_english_only() {
    let report = ask(LIQUEFIER, None);
    assert_eq!(report.caveats, [Caveat::NoDate]);
    let found = report
        .documents
        .iter()
        .find(|document| {
            ["WO2018517000A1", "EP8217000A1", "US20199017000A1", "US54017000B2"]
                .contains(&document.key.as_str())
        })
        .unwrap();
    // Elements without a word that the packs translate (抽真空绝热层) stay below the threshold by meaning alone.
    let told = found.evidence.iter().filter(|element| element.state >= SupportState::Partly).count();
    assert!(told * 2 > found.evidence.len(), "{:?}", found.evidence);
    let first = &found.evidence[0];
    assert!(first.bridge.iter().any(|bridge| bridge.term == "纳米限域" && bridge.found == "nanoconfinement"));
}

#[test]
fn the_same_idea_gives_the_same_bytes() {
    let [one, two] = [(), ()].map(|()| ask(LIQUEFIER, Some("2020-01-01")));
    for lang in [Lang::Zh, Lang::En] {
        let [a, b] = [&one, &two].map(|report| prior_art::document(report, lang));
        assert_eq!(html::write(&a), html::write(&b));
        assert_eq!(docx::write(&a).unwrap(), docx::write(&b).unwrap());
    }
    assert_eq!(serde_json::to_string(&one).unwrap(), serde_json::to_string(&two).unwrap());
}

#[test]
fn a_report_says_what_it_rests_on_and_draws_no_conclusion() {
    let report = ask(LIQUEFIER, Some("2020-01-01"));
    let page = html::write(&prior_art::document(&report, Lang::Zh));
    assert!(page.contains("立项专利检索报告") && !page.contains("科技查新"));
    assert!(page.contains(&format!("数据快照 {}", report.snapshot.id)) && page.contains("2020-01-01"));
    for line in report.queries.iter().filter(|line| line.purpose != "text") {
        let shown = line.query.replace('"', "&quot;");
        assert!(page.contains(&shown), "not verbatim: {}", line.query);
    }
    let english = html::write(&prior_art::document(&report, Lang::En));
    for verdict in ["infringes", "is invalid", "free to operate", "is novel", "patentable"] {
        assert!(!english.contains(verdict), "{verdict}");
    }
    assert!(report.windows.iter().any(|window| window.measured_on.is_some()), "utility models are measured");
}

#[test]
fn every_query_line_can_be_put_again_and_counts_the_same() {
    let report = ask(LIQUEFIER, Some("2020-01-01"));
    for line in report.queries.iter().filter(|line| line.purpose != "text") {
        let request = Request { filters: line.filters.clone(), ..Request::new(line.query.clone()) };
        let answer = search(reader(), &request).unwrap();
        assert_eq!(answer.total.publications, line.total.publications, "{}", line.query);
    }
}

#[test]
fn edited_elements_are_taken_as_they_are() {
    let elements = vec!["正仲氢转化".to_owned(), "真空绝热".to_owned()];
    let request =
        IdeaRequest { text: LIQUEFIER.to_owned(), elements: elements.clone(), ..IdeaRequest::default() };
    let report = idea(reader(), &request).unwrap();
    let texts: Vec<&str> = report.elements.iter().map(|element| element.text.as_str()).collect();
    assert_eq!(texts, elements);
    assert!(report.elements_given && report.caveats.contains(&Caveat::FewElements));
}

#[test]
fn bad_ideas_are_refused_with_what_to_do() {
    let of = |text: &str, before: Option<&str>| IdeaRequest {
        text: text.to_owned(),
        before: before.map(str::to_owned),
        ..IdeaRequest::default()
    };
    assert!(refused(&of(" \n。", None)).contains("at least one word"));
    assert!(refused(&of("氢", Some("2021-02-30"))).contains("`2021-02-30` is no date that exists"));
    assert!(refused(&of(&"氢".repeat(MAX_IDEA_BYTES), None)).contains("the limit is"));
    let backwards = IdeaRequest { filed: Some("2020-01-01".to_owned()), ..of("氢", Some("2021-01-01")) };
    assert!(refused(&backwards).contains("backwards"));
    let many = IdeaRequest { elements: vec!["a b".to_owned(); 10], ..of("氢", None) };
    assert!(refused(&many).contains("the limit is 9"));
    let office = IdeaRequest { office: Some("中国".to_owned()), ..of("氢", None) };
    assert!(refused(&office).contains("office code"));
}

#[test]
fn one_word_and_unknown_languages_are_answered_with_their_caveats() {
    let word = ask("储氢", None);
    assert!(word.caveats.contains(&Caveat::FewElements) && !word.documents.is_empty());
    let thai = ask("ระบบกักเก็บไฮโดรเจน", None);
    assert!(thai.caveats.contains(&Caveat::OtherLanguage), "{:?}", thai.caveats);
    // Signs of a query in a text are no query.
    let quoted = ask("a tank \"with\" fins AND (a=b NOT", None);
    assert!(!quoted.elements.is_empty());
}

#[test]
fn an_export_holds_the_whole_match_set_in_the_order_of_the_search() {
    let query = "ti=储氢 AND cc=CN";
    let found = search(
        reader(),
        &Request { limit: 1000, collapse: patnav::search::Collapse::None, ..Request::new(query) },
    )
    .unwrap();
    let fields = vec!["key".to_owned(), "publication_year".to_owned(), "description".to_owned()];
    let request =
        ExportRequest { query: query.to_owned(), fields: fields.clone(), ..ExportRequest::default() };
    let mut out = Cursor::new(Vec::new());
    let options = Options { fields, excel: false, records: false, created: reader().created() };
    let mut writer = Writer::new(Format::Csv, options, &mut out).unwrap();
    let mut keys = Vec::new();
    let exported = export(reader(), &request, &mut |row, total| {
        assert_eq!(total, found.total.publications);
        let FieldValue::Text(key) = &row.values[0] else { panic!("a key is a text") };
        assert!(matches!(row.values[1], FieldValue::Integer(_)));
        keys.push(key.clone());
        writer.row(&row).unwrap();
        true
    })
    .unwrap();
    writer.finish().unwrap();
    let expected: Vec<&str> = found.hits.iter().map(|hit| hit.key.as_str()).collect();
    assert_eq!(keys, expected);
    assert_eq!((exported.rows, exported.total), (found.total.publications, found.total.publications));
    assert!(!out.into_inner().is_empty());
}

#[test]
fn an_unknown_field_names_those_that_there_are() {
    let request = ExportRequest { fields: vec!["titel".to_owned()], ..ExportRequest::default() };
    let error = export(reader(), &request, &mut |_, _| true).unwrap_err();
    assert!(
        matches!(&error, Error::UnknownField { name, fields } if name == "titel" && fields.contains(&"title".to_owned()))
    );
}

fn compare(
    query: &str,
    numbers: &[&str],
    filters: Filters,
    by: Level,
) -> patnav::search::reconcile::Reconciliation {
    let numbers = numbers.iter().map(|number| (*number).to_owned()).collect();
    reconcile(reader(), &ReconcileRequest { query: query.to_owned(), filters, numbers, by }, &Sets::NONE)
        .unwrap()
}

#[test]
fn a_list_and_a_query_are_told_apart() {
    // Written as another tool would: spaces, no kind, an application number, one that is not indexed.
    let numbers = ["CN 154016000 A", "CN154016001", "CN154999999A", "CN154006000B"];
    let answer =
        compare("pn=CN154016000A OR pn=CN154006000A", &numbers, Filters::default(), Level::Application);
    let both: Vec<&str> = answer.both.iter().map(|found| found.given.as_str()).collect();
    assert_eq!(both, ["CN 154016000 A", "CN154006000B"], "publications of one application are the same");
    assert_eq!(answer.only_theirs.len(), 2);
    assert!(matches!(answer.only_theirs[1].reasons[0], Reason::NotIndexed { .. }));
    assert_eq!((answer.n_only_ours, answer.n_given), (0, 4));
    let exact =
        compare("pn=CN154016000A OR pn=CN154006000A", &numbers, Filters::default(), Level::Publication);
    assert_eq!((exact.both.len(), exact.n_only_ours), (1, 1), "by publication A and B differ");
}

#[test]
fn every_reason_names_the_clause_the_field_or_the_filter() {
    let reasons = |query: &str, filters: Filters| {
        compare(query, &["CN154016000A"], filters, Level::Publication).only_theirs.remove(0).reasons
    };
    let clause = |text: &str| Reason::Clause { clause: text.to_owned() };
    assert_eq!(reasons("cc=CN AND cc=US", Filters::default()), [clause("cc=US")]);
    assert_eq!(reasons("cc=US OR cc=EP", Filters::default()), [clause("(cc=US OR cc=EP)")]);
    assert_eq!(
        reasons("cc=CN NOT (cc=US OR pd=2022)", Filters::default()),
        [Reason::Excluded { clause: "pd=2022".to_owned() }]
    );
    let early = Filters { to: Some("2020-12-31".to_owned()), ..Filters::default() };
    assert_eq!(
        reasons("cc=CN", early),
        [Reason::Filter { filter: "to 2020-12-31".to_owned(), missing: false }]
    );
    let undated = compare("pd>=2000", &["CN154018000A"], Filters::default(), Level::Publication);
    assert!(
        matches!(&undated.only_theirs[0].reasons[0], Reason::MissingField { field, .. } if field == "pd"),
        "{:?}",
        undated.only_theirs
    );
    let text = reasons("zzzunknown word", Filters::default());
    assert!(matches!(&text[0], Reason::NoConcept { .. }), "{text:?}");
}

#[test]
fn why_shows_every_clause_with_its_state() {
    let answer =
        why(reader(), "cc=CN AND NOT cc=US", &Filters::default(), "CN154016000A", &Sets::NONE).unwrap();
    assert!(answer.documents[0].found && answer.documents[0].reasons.is_empty());
    let states: Vec<(usize, bool)> =
        answer.documents[0].clauses.iter().map(|clause| (clause.depth, clause.holds)).collect();
    assert_eq!(states, [(0, true), (1, true), (1, true), (2, false)]);
    let none = why(reader(), "cc=CN", &Filters::default(), "CN999999999A", &Sets::NONE).unwrap();
    assert!(none.documents.is_empty() && none.not_indexed.is_some());
}

#[test]
fn an_empty_list_is_refused() {
    let request = ReconcileRequest {
        query: "cc=CN".to_owned(),
        numbers: vec!["  ".to_owned()],
        ..ReconcileRequest::default()
    };
    assert!(matches!(reconcile(reader(), &request, &Sets::NONE), Err(Error::NoNumbers)));
}
