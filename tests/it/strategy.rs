//! The search of a project on the corpus: its counts against a plain recount, and whether reading in the learned order
//! finds what is looked for earlier than reading in the order of the search.

use std::collections::{BTreeMap, BTreeSet};

use patnav::analytics::strategy::{LineText, Question, Search, Verdict, strategy, sufficiency};
use patnav::index::Reader;
use patnav::patent::{Date, Position, Scheme};
use patnav::query::{SetName, parse_expression};
use patnav::search::{Decided, Filters, Method, NextRequest, Request, Sets, match_set, next_to_read, search};

use super::corpus::reader;

/// The lines of a search, as text.
const LINES: &[&str] = &[
    "tac=(储氢 OR \"hydrogen storage\")",
    "ipc=F17C AND cc=CN",
    "#1 AND #2",
    "#1 NOT ti=(固态 OR 液态) NOT cc=US",
    "(#3 OR #4) AND pd>=2015",
    "ct=CN150000100A OR ipc=C25B",
    "@noise OR 加氢站",
];

fn lines() -> Vec<LineText> {
    let line = |(number, query): (u32, &&str)| LineText {
        number,
        query: (*query).to_owned(),
        dialect: None,
        note: String::new(),
        who: "li".to_owned(),
        added: jiff::Timestamp::UNIX_EPOCH,
        removed: number == 2,
    };
    (1..).zip(LINES).map(line).collect()
}

fn sets(reader: &Reader) -> Sets {
    let mut sets = Sets::NONE;
    for (number, query) in (1..).zip(LINES) {
        sets.insert_query(SetName::Line(number), *query, None);
    }
    let noise = reader.alive().iter().step_by(7).map(|docno| reader.key(docno).unwrap()).collect();
    sets.insert(SetName::Named("noise".to_owned()), noise);
    sets
}

/// The family of a document as it says itself.
fn family(reader: &Reader, docno: u32) -> String {
    let named = reader.column("family").unwrap().keywords(docno).next().map(str::to_owned);
    named.unwrap_or_else(|| reader.key(docno).unwrap())
}

fn families(reader: &Reader, docnos: &BTreeSet<u32>) -> BTreeSet<String> {
    docnos.iter().map(|docno| family(reader, *docno)).collect()
}

fn input<'a>(lines: &'a [LineText], sets: &'a Sets, judged: &'a BTreeMap<String, Verdict>) -> Search<'a> {
    Search { name: "p", description: "", cut_off: None, elements: &[], lines, sets, judged }
}

#[test]
fn the_log_is_what_a_plain_recount_gives() {
    let reader = reader();
    let (lines, sets) = (lines(), sets(reader));
    let judged: BTreeMap<String, Verdict> = reader
        .alive()
        .iter()
        .step_by(11)
        .map(|docno| {
            let verdict = [Verdict::Relevant, Verdict::Not, Verdict::Unsettled][docno as usize % 3];
            (reader.key(docno).unwrap(), verdict)
        })
        .collect();
    let found = strategy(reader, &input(&lines, &sets, &judged)).unwrap();
    let set = |query: &str| -> BTreeSet<u32> {
        match_set(reader, &parse_expression(query).unwrap(), &sets).unwrap().iter().collect()
    };
    // Verdicts by family: where members differ it is unsettled.
    let mut verdicts: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for (key, verdict) in &judged {
        let docno =
            reader.by_number(key).into_iter().find(|docno| reader.key(*docno).unwrap() == *key).unwrap();
        let name = match verdict {
            Verdict::Relevant => "relevant",
            Verdict::Not => "not",
            Verdict::Unsettled => "unsettled",
        };
        verdicts.entry(family(reader, docno)).or_default().insert(name);
    }
    let is_relevant =
        |family: &String| verdicts.get(family).is_some_and(|all| *all == BTreeSet::from(["relevant"]));
    let (mut before, mut families_before) = (BTreeSet::new(), BTreeSet::new());
    for (line, text) in found.lines.iter().zip(&lines) {
        assert_eq!(line.problem, None, "{}", line.query);
        let own = set(&text.query);
        let own_families = families(reader, &own);
        assert_eq!(line.hits.publications, own.len() as u64, "{}", line.query);
        assert_eq!(line.hits.families, own_families.len() as u64, "{}", line.query);
        assert_eq!(line.new.publications, own.difference(&before).count() as u64, "{}", line.query);
        assert_eq!(
            line.new.families,
            own_families.difference(&families_before).count() as u64,
            "{}",
            line.query
        );
        assert_eq!(
            line.n_read,
            own_families.iter().filter(|family| verdicts.contains_key(*family)).count() as u64
        );
        assert_eq!(line.n_relevant, own_families.iter().filter(|family| is_relevant(family)).count() as u64);
        if !text.removed {
            families_before.extend(own_families);
            before.extend(own);
        }
    }
    let excluding = &found.lines[3];
    let clauses: Vec<&str> = excluding.exclusions.iter().map(|one| one.clause.as_str()).collect();
    assert_eq!(clauses, ["ti=(固态 OR 液态)", "cc=US"]);
    for (exclusion, without) in excluding.exclusions.iter().zip(["#1 NOT cc=US", "#1 NOT ti=(固态 OR 液态)"])
    {
        let removed: BTreeSet<u32> = set(without).difference(&set(LINES[3])).copied().collect();
        let removed_families = families(reader, &removed);
        assert!(!removed.is_empty(), "{without}");
        assert_eq!(exclusion.removes.publications, removed.len() as u64, "{without}");
        assert_eq!(exclusion.removes.families, removed_families.len() as u64, "{without}");
        let lost = removed_families.iter().filter(|family| is_relevant(family)).count() as u64;
        assert_eq!(exclusion.n_relevant_lost, lost, "{without}");
        let keys: BTreeSet<String> = removed.iter().map(|docno| reader.key(*docno).unwrap()).collect();
        assert!(exclusion.sample.documents.iter().all(|document| keys.contains(&document.key)));
        assert_eq!(exclusion.sample.documents.len(), removed_families.len().min(50));
        assert!(
            exclusion.lost_at_most.is_none_or(|most| most >= lost && most <= removed_families.len() as u64)
        );
    }
}

#[test]
fn a_sample_that_was_read_bounds_what_is_lost() {
    let reader = reader();
    let sets = sets(reader);
    let lines = lines();
    let none = BTreeMap::new();
    let first = strategy(reader, &input(&lines, &sets, &none)).unwrap();
    let exclusion = &first.lines[3].exclusions[0];
    assert_eq!((exclusion.lost_at_most, exclusion.lost_share.value), (None, None));
    assert!(exclusion.lost_share.reason.is_some(), "why there is no number is said");
    // All of the sample is read but the fourth: only the three before it count.
    let judged: BTreeMap<String, Verdict> = exclusion
        .sample
        .documents
        .iter()
        .enumerate()
        .filter(|(n, _)| *n != 3)
        .map(|(n, document)| (document.key.clone(), if n == 1 { Verdict::Unsettled } else { Verdict::Not }))
        .collect();
    let second = strategy(reader, &input(&lines, &sets, &judged)).unwrap();
    let read = &second.lines[3].exclusions[0];
    let keys = |sample: &patnav::analytics::strategy::Sample| -> Vec<String> {
        sample.documents.iter().map(|document| document.key.clone()).collect()
    };
    assert_eq!(keys(&read.sample), keys(&exclusion.sample), "decisions draw no other sample");
    assert_eq!((read.sample.n_read, read.sample.n_relevant, read.sample.n_unsettled), (3, 0, 1));
    assert_eq!(read.lost_share.value, Some(1.0 / 3.0), "what is not settled may be relevant");
    let most = read.lost_at_most.unwrap();
    assert!(most > read.sample.population / 3 && most <= read.sample.population, "{most}");
}

#[test]
fn channels_precision_and_a_known_set_agree_with_what_was_decided() {
    let reader = reader();
    let (lines, sets) = (lines(), sets(reader));
    // The truth: the first class is that of high-pressure vessels.
    let relevant = |docno: u32| main_class(reader, docno).as_deref() == Some("F17C1/06");
    let mut judged = BTreeMap::new();
    let mut order = Vec::new();
    for docno in reader.alive().iter() {
        let key = reader.key(docno).unwrap();
        judged.insert(key.clone(), if relevant(docno) { Verdict::Relevant } else { Verdict::Not });
        order.push(key);
    }
    let all: BTreeSet<u32> = reader.alive().iter().collect();
    let question = Question {
        result: Some(1),
        by_classes: vec![2],
        by_words: vec![1],
        known: all
            .iter()
            .filter(|docno| relevant(**docno))
            .map(|docno| reader.key(*docno).unwrap())
            .collect(),
        sample: Some(1_000),
    };
    let found = sufficiency(reader, &input(&lines, &sets, &judged), &order, &question).unwrap();
    let set = |query: &str| -> BTreeSet<u32> {
        match_set(reader, &parse_expression(query).unwrap(), &sets).unwrap().iter().collect()
    };
    // A family is relevant where all of its members are.
    let mixed: BTreeSet<String> =
        families(reader, &all.iter().filter(|docno| !relevant(**docno)).copied().collect());
    let true_families = |docnos: &BTreeSet<u32>| -> BTreeSet<String> {
        families(reader, docnos).difference(&mixed).cloned().collect()
    };
    let (by_words, by_classes) = (true_families(&set(LINES[0])), true_families(&set(LINES[1])));
    assert!(!by_words.is_empty() && !by_classes.is_empty());
    assert_eq!(found.by_words.n_relevant, by_words.len() as u64);
    assert_eq!(found.by_classes.n_relevant, by_classes.len() as u64);
    assert_eq!(found.n_both, by_words.intersection(&by_classes).count() as u64);
    assert_eq!((found.by_words.n_unread, found.by_classes.n_unread), (0, 0));
    assert_eq!(found.reading.n_read, families(reader, &all).len() as u64);
    assert_eq!(found.reading.n_relevant, true_families(&all).len() as u64);
    let result = families(reader, &set(LINES[0]));
    assert!(result.len() < 1_000, "the sample is the whole result");
    let precision = result.difference(&mixed).count() as f64 / result.len() as f64;
    assert!((found.precision.value.unwrap() - precision).abs() < 1e-12);
    assert_eq!((found.precision.low, found.precision.high), (found.precision.value, found.precision.value));
    let known = families(reader, &all.iter().filter(|docno| relevant(**docno)).copied().collect());
    assert_eq!(found.known.n, known.len() as u64);
    assert_eq!(found.known.n_found, known.intersection(&result).count() as u64);
}

/// The first class of a document.
fn main_class(reader: &Reader, docno: u32) -> Option<String> {
    let publication = reader.document(docno).unwrap();
    let ipc = || publication.classes.iter().filter(|class| class.scheme == Scheme::Ipc);
    let first = ipc().find(|class| class.position == Some(Position::First)).or_else(|| ipc().next());
    first.map(|class| class.symbol.0.clone())
}

/// The generator tells every topic's texts from its own things and parts, and gives it a first class of its own, which
/// neither words nor vectors see: so the class is the truth that learning is measured by.
#[test]
fn what_is_looked_for_comes_earlier_than_in_the_order_of_the_search() {
    let reader = reader();
    let query = "氢能储能 OR hydrogen";
    let plain: Vec<u32> = {
        let mut request = Request { limit: 1_000, ..Request::new(query) };
        let mut keys = Vec::new();
        loop {
            let page = search(reader, &request).unwrap();
            keys.extend(page.hits.iter().map(|hit| hit.key.clone()));
            request.cursor = page.next_cursor;
            if request.cursor.is_none() {
                break;
            }
        }
        keys.iter().map(|key| reader.by_number(key)[0]).collect()
    };
    let class: BTreeMap<u32, String> =
        plain.iter().filter_map(|docno| Some((*docno, main_class(reader, *docno)?))).collect();
    let mut topics: BTreeMap<&str, usize> = BTreeMap::new();
    class.values().for_each(|class| *topics.entry(class).or_default() += 1);
    topics.retain(|_, n| *n >= 20);
    assert!(topics.len() >= 8, "{topics:?}");
    let (mut n_earlier, mut ratio) = (0, 0.0);
    for topic in topics.keys() {
        let is_relevant = |docno: &u32| class.get(docno).map(String::as_str) == Some(*topic);
        // What was read: the first five that are relevant in the order of the search, and the first ten that are not.
        let key = |docno: &u32| reader.key(*docno).unwrap();
        let relevant: Vec<u32> = plain.iter().filter(|docno| is_relevant(docno)).take(5).copied().collect();
        let not: Vec<u32> = plain.iter().filter(|docno| !is_relevant(docno)).take(10).copied().collect();
        let decided = Decided {
            relevant: relevant.iter().map(key).collect(),
            not: not.iter().map(key).collect(),
            unsettled: Vec::new(),
        };
        let request =
            NextRequest { query: query.to_owned(), dialect: None, filters: Filters::default(), limit: 1_000 };
        let next = next_to_read(reader, &request, &decided, &Sets::NONE).unwrap();
        assert_eq!((next.basis.method, next.basis.by_vectors), (Method::Learned, true));
        assert_eq!(
            next,
            next_to_read(reader, &request, &decided, &Sets::NONE).unwrap(),
            "it is no matter of chance"
        );
        let read: BTreeSet<String> =
            relevant.iter().chain(&not).map(|docno| family(reader, *docno)).collect();
        let left: Vec<u32> =
            plain.iter().filter(|docno| !read.contains(&family(reader, **docno))).copied().collect();
        assert_eq!(next.n_left, left.len() as u64);
        let learned: Vec<u32> = next.hits.iter().map(|hit| reader.by_number(&hit.key)[0]).collect();
        let of_topic = |docno: &u32| main_class(reader, *docno).as_deref() == Some(*topic);
        let mean_rank = |order: &[u32]| {
            let ranks: Vec<usize> =
                (1..).zip(order).filter(|(_, docno)| of_topic(docno)).map(|(n, _)| n).collect();
            ranks.iter().sum::<usize>() as f64 / ranks.len() as f64
        };
        let (before, after) = (mean_rank(&left), mean_rank(&learned));
        n_earlier += usize::from(after < before);
        ratio += after / before / topics.len() as f64;
    }
    assert!(n_earlier * 10 >= topics.len() * 9, "{n_earlier} of {} topics", topics.len());
    assert!(ratio < 0.5, "mean rank falls to {ratio:.2} of what it was");
}

#[test]
fn a_line_that_cannot_be_searched_says_so_and_spoils_no_other() {
    let reader = reader();
    let mut lines = lines();
    lines.truncate(1);
    for (number, query) in
        [(2, "ti=(泵"), (3, "@nowhere"), (4, "#2 OR 泵"), (5, "pd>=2019-02-30"), (6, "#1 AND cc=CN")]
    {
        let line = LineText { number, query: query.to_owned(), removed: false, ..lines[0].clone() };
        lines.push(line);
    }
    let mut sets = Sets::NONE;
    lines.iter().for_each(|line| sets.insert_query(SetName::Line(line.number), line.query.clone(), None));
    let judged = BTreeMap::from([("CN999999999A".to_owned(), Verdict::Relevant)]);
    let search = Search { cut_off: Some(Date::MAX), ..input(&lines, &sets, &judged) };
    let found = strategy(reader, &search).unwrap();
    let problems: Vec<bool> = found.lines.iter().map(|line| line.problem.is_some()).collect();
    assert_eq!(problems, [false, true, true, true, true, false]);
    assert!(found.lines[5].hits.families > 0);
    assert_eq!(found.n_not_indexed, 1);
}
