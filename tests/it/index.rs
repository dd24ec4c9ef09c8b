//! The index against plain scans of the same texts: matching, ranking, filters, vectors, through updates,
//! deletions, several commits and compaction. The oracles know nothing of postings, segments or docnos.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use patnav::index::{
    ChangeKind, ColumnKind, DocnoSet, Embedding, NewColumn, Operand, Options, Reader, SpaceName, Stage,
    Value, Writer, Zone,
};
use patnav::patent::{Claim, ClaimSet, Language, LocalText, Publication, PublicationNumber};
use patnav::text::embed::{Embedder, Role};
use patnav::text::stopwords::is_function_word;
use patnav::text::{Analyzer, Term};
use proptest::prelude::*;
use tempfile::TempDir;

fn options(embedding: Embedding) -> Options {
    Options {
        threads: 1,
        memory_bytes: 20_000_000,
        index_descriptions: true,
        embedding,
        equivalents: Vec::new(),
        now: jiff::Timestamp::from_second(1_700_000_000).unwrap(),
    }
}

fn go_on(_: Stage, _: u64, _: u64) -> bool {
    true
}

/// A document as the oracles see it: texts by zone and version.
#[derive(Debug, Clone, PartialEq)]
struct Plain {
    serial: u32,
    title: String,
    summary: String,
    claim: String,
}

fn language(text: &str) -> Language {
    if text.is_ascii() { Language::en() } else { Language::zh() }
}

impl Plain {
    fn key(&self) -> String {
        format!("CN1100{:05}A", self.serial)
    }

    fn publication(&self) -> Publication {
        let claim = Claim { number: 1, text: self.claim.clone(), refers_to: Vec::new() };
        let lang = language(&self.claim);
        Publication {
            number: Some(PublicationNumber::parse(&self.key()).unwrap()),
            titles: vec![LocalText::new(language(&self.title), self.title.clone())],
            abstracts: vec![LocalText::new(language(&self.summary), self.summary.clone())],
            claims: vec![ClaimSet { lang, translated: false, claims: vec![claim] }],
            ..Publication::default()
        }
    }

    /// Returns the texts of a zone; each stands in one version, so positions never run from one into another.
    fn texts(&self, zone: Zone) -> Vec<&str> {
        match zone {
            Zone::Title => vec![&self.title],
            Zone::Abstract => vec![&self.summary],
            Zone::Claims | Zone::IndependentClaims => vec![&self.claim],
            _ => vec![],
        }
    }
}

/// What happens to a data folder.
#[derive(Debug, Clone)]
enum Step {
    Put(Plain),
    Delete(u32),
    Commit,
    Compact,
}

fn text() -> impl Strategy<Value = String> {
    let pieces = ["采煤机", "滚筒", "煤", "液压支架", "立柱。", "机", "，泵", "支架", "控制方法"];
    let words = ["shearer ", "drum ", "pump. ", "Hydraulic ", "drums ", "10MPa ", "control ", "e21c "];
    prop_oneof![
        prop::collection::vec(prop::sample::select(pieces.to_vec()), 1..6).prop_map(|parts| parts.concat()),
        prop::collection::vec(prop::sample::select(words.to_vec()), 1..6).prop_map(|parts| parts.concat()),
    ]
}

fn plain() -> impl Strategy<Value = Plain> {
    (0_u32..8, text(), text(), text()).prop_map(|(serial, title, summary, claim)| Plain {
        serial,
        title,
        summary,
        claim,
    })
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => plain().prop_map(Step::Put),
        2 => (0_u32..8).prop_map(Step::Delete),
        2 => Just(Step::Commit),
        1 => Just(Step::Compact),
    ];
    prop::collection::vec(step, 1..24)
}

/// Plays the steps on a data folder, and on a map.
fn play(root: &Path, steps: &[Step]) -> BTreeMap<u32, Plain> {
    let mut writer = Writer::open(root, Analyzer::new(), options(Embedding::Off)).unwrap();
    let mut expected: BTreeMap<u32, Plain> = BTreeMap::new();
    for step in steps {
        match step {
            Step::Put(plain) => {
                // A put replaces: merging texts of equal sources is `patent`'s business, not the index's.
                writer.delete(&plain.key()).unwrap();
                writer.upsert(plain.publication()).unwrap();
                expected.insert(plain.serial, plain.clone());
            }
            Step::Delete(serial) => {
                let key = format!("CN1100{serial:05}A");
                let deleted = writer.delete(&key).unwrap();
                assert_eq!(deleted.len(), usize::from(expected.remove(serial).is_some()));
            }
            Step::Commit => drop(writer.commit(&[], &go_on).unwrap()),
            Step::Compact => {
                writer.commit(&[], &go_on).unwrap();
                writer.compact(&go_on).unwrap();
            }
        }
    }
    writer.commit(&[], &go_on).unwrap();
    expected
}

/// Returns whether units stand at their places in a text, by looking at every place.
fn holds_phrase(analyzer: &Analyzer, text: &str, operand: &str) -> bool {
    let units = analyzer.query_units(operand);
    let mut at: BTreeMap<u32, BTreeSet<String>> = BTreeMap::new();
    analyzer.units(text, |term, _, position| {
        at.entry(position).or_default().insert(term.to_owned());
    });
    let fits = |start: u32| {
        units.iter().all(|unit| {
            at.get(&(start + unit.position)).is_some_and(|terms| {
                terms.iter().any(|term| match &unit.term {
                    Term::Exact(exact) => term == exact,
                    Term::Prefix(first) => term.starts_with(*first),
                })
            })
        })
    };
    !units.is_empty() && at.keys().any(|start| fits(*start))
}

fn holds_all(analyzer: &Analyzer, texts: &[&str], operand: &str) -> bool {
    let mut held = BTreeSet::new();
    for text in texts {
        analyzer.units(text, |term, _, _| {
            held.insert(term.to_owned());
        });
    }
    let units = analyzer.query_units(operand);
    let holds = |term: &Term| match term {
        Term::Exact(exact) => held.contains(exact),
        Term::Prefix(first) => held.iter().any(|term| term.starts_with(*first)),
    };
    !units.is_empty() && units.iter().all(|unit| holds(&unit.term))
}

fn keys(reader: &Reader, docnos: &DocnoSet) -> BTreeSet<String> {
    docnos.iter().map(|docno| reader.key(docno).unwrap()).collect()
}

/// BM25F over title, abstract and claims by the formula alone, in double precision.
fn bm25f(analyzer: &Analyzer, corpus: &[Plain], query: &str) -> BTreeMap<String, f64> {
    // Zone weights and length exponents as `Reader::rank_words` documents them; lengths by zone and version.
    let zones = [(Zone::Title, 3.0, 0.4), (Zone::Abstract, 1.5, 0.6), (Zone::Claims, 1.0, 0.7)];
    let words = |text: &str| {
        let mut words: Vec<String> = Vec::new();
        analyzer.words(text, |word, _| words.push(word.to_owned()));
        words
    };
    let mut wanted: BTreeMap<String, f64> = BTreeMap::new();
    for word in words(query).into_iter().filter(|word| !is_function_word(word)) {
        *wanted.entry(word).or_default() += 1.0;
    }
    let mean = |zone: Zone, ascii: bool| {
        let texts = corpus.iter().flat_map(|plain| plain.texts(zone)).filter(|text| text.is_ascii() == ascii);
        let lengths: Vec<f64> = texts.map(|text| words(text).len() as f64).filter(|n| *n > 0.0).collect();
        lengths.iter().sum::<f64>() / lengths.len() as f64
    };
    let tf = |plain: &Plain, word: &str| {
        let mut tf = 0.0;
        for (zone, weight, b) in zones {
            for text in plain.texts(zone) {
                let found = words(text);
                let count = found.iter().filter(|other| *other == word).count() as f64;
                if count > 0.0 {
                    tf += weight * count / (1.0 - b + b * found.len() as f64 / mean(zone, text.is_ascii()));
                }
            }
        }
        tf
    };
    let n = corpus.len() as f64;
    let mut scores: BTreeMap<String, f64> = BTreeMap::new();
    for (word, count) in wanted {
        let df = corpus.iter().filter(|plain| tf(plain, &word) > 0.0).count() as f64;
        let idf = (1.0 + (n - df + 0.5) / (df + 0.5)).ln();
        for plain in corpus {
            let tf = tf(plain, &word);
            if tf > 0.0 {
                *scores.entry(plain.key()).or_default() += (1.0 + count.ln()) * idf * tf * 2.2 / (tf + 1.2);
            }
        }
    }
    scores
}

fn phrase_scores(analyzer: &Analyzer, corpus: &[Plain], phrases: &[&str]) -> BTreeMap<String, f64> {
    let zones = [(Zone::Title, 3.0), (Zone::Abstract, 1.5), (Zone::Claims, 1.0)];
    let mut scores: BTreeMap<String, f64> = BTreeMap::new();
    for phrase in phrases {
        let best = |plain: &Plain| {
            let holds = |zone| plain.texts(zone).iter().any(|text| holds_phrase(analyzer, text, phrase));
            zones.iter().filter(|(zone, _)| holds(*zone)).map(|(_, weight)| *weight).fold(0.0, f64::max)
        };
        let n_holding = corpus.iter().filter(|plain| best(plain) > 0.0).count().max(1);
        let rarity = (1.0 + corpus.len() as f64 / n_holding as f64).ln();
        for plain in corpus.iter().filter(|plain| best(plain) > 0.0) {
            *scores.entry(plain.key()).or_default() += rarity * best(plain);
        }
    }
    scores
}

fn same_scores(
    reader: &Reader,
    found: &[(u32, f32)],
    expected: &BTreeMap<String, f64>,
) -> Result<(), TestCaseError> {
    prop_assert!(found.windows(2).all(|pair| pair[0].1 >= pair[1].1), "best first");
    let found: BTreeMap<String, f32> =
        found.iter().map(|(docno, score)| (reader.key(*docno).unwrap(), *score)).collect();
    prop_assert!(found.keys().eq(expected.keys()), "{found:?} against {expected:?}");
    for (key, score) in expected {
        prop_assert!((f64::from(found[key]) - score).abs() < 1e-4, "{key}: {} against {score}", found[key]);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn matches_and_scores_are_those_of_a_plain_scan(
        steps in steps(),
        operands in prop::collection::vec(text(), 1..5),
    ) {
        let dir = TempDir::new().unwrap();
        let corpus: Vec<Plain> = play(dir.path(), &steps).into_values().collect();
        let analyzer = Analyzer::new();
        let reader = Reader::open(dir.path(), analyzer.clone(), None).unwrap();
        prop_assert_eq!(keys(&reader, reader.alive()), corpus.iter().map(Plain::key).collect());
        let fixed = ["煤", "机滚", "drum", "shearer drum", "柱采"].map(str::to_owned);
        for operand in operands.iter().chain(&fixed) {
            let sets: [&[Zone]; 3] = [&[Zone::Title], &[Zone::Abstract, Zone::IndependentClaims], &Zone::TOPIC];
            for zones in sets {
                let texts = |plain: &Plain| -> Vec<String> {
                    zones.iter().flat_map(|zone| plain.texts(*zone)).map(str::to_owned).collect()
                };
                let phrase = |plain: &&Plain| {
                    texts(plain).iter().any(|text| holds_phrase(&analyzer, text, operand))
                };
                let found = keys(&reader, &reader.matching(zones, Operand::Phrase(operand)).unwrap());
                let expected: BTreeSet<String> = corpus.iter().filter(phrase).map(Plain::key).collect();
                prop_assert_eq!(found, expected, "phrase {} in {:?}", operand, zones);
                let all = |plain: &&Plain| {
                    let texts = texts(plain);
                    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
                    holds_all(&analyzer, &texts, operand)
                };
                let found = keys(&reader, &reader.matching(zones, Operand::AllUnits(operand)).unwrap());
                let expected: BTreeSet<String> = corpus.iter().filter(all).map(Plain::key).collect();
                prop_assert_eq!(found, expected, "units of {} in {:?}", operand, zones);
            }
            let ranked = reader.rank_words(operand, reader.alive(), 100).unwrap();
            same_scores(&reader, &ranked, &bm25f(&analyzer, &corpus, operand))?;
            let best = reader.rank_words(operand, reader.alive(), 2).unwrap();
            prop_assert_eq!(&best[..], &ranked[..ranked.len().min(2)], "the best are the first of all");
        }
        let phrases: Vec<&str> = operands.iter().map(String::as_str).collect();
        let ranked = reader.rank_phrases(&phrases, reader.alive(), 100).unwrap();
        same_scores(&reader, &ranked, &phrase_scores(&analyzer, &corpus, &phrases))?;
    }
}

fn numbered(serial: u32, title: &str) -> Plain {
    Plain {
        serial, title: title.to_owned(), summary: "采煤机".to_owned(), claim: format!("权利要求{title}")
    }
}

/// Documents told by two words each, of which every ten use all.
fn varied(serials: std::ops::Range<u32>) -> Vec<Plain> {
    let words = ["滚筒", "支架", "水泵", "输送机", "通风", "瓦斯", "掘进机", "锚杆", "变频器", "传感器"];
    let word = |n: u32| words[n as usize % words.len()];
    let plain = |n| Plain {
        serial: n,
        title: format!("{}和{}", word(n), word(n * 3 + 1)),
        summary: word(n).to_owned(),
        claim: format!("{}，{}", word(n * 3 + 1), word(n)),
    };
    serials.map(plain).collect()
}

fn lsa() -> Embedding {
    Embedding::Lsa { dim: 8, seed: 1 }
}

fn put(writer: &mut Writer, plain: &Plain) {
    writer.delete(&plain.key()).unwrap();
    writer.upsert(plain.publication()).unwrap();
}

fn open(root: &Path, embedder: Option<Arc<dyn Embedder>>) -> Reader {
    Reader::open(root, Analyzer::new(), embedder).unwrap()
}

#[test]
fn compaction_gives_dense_docnos_and_keeps_everything_else() {
    let dir = TempDir::new().unwrap();
    let mut writer = Writer::open(dir.path(), Analyzer::new(), options(lsa())).unwrap();
    for serial in 0..10 {
        put(&mut writer, &numbered(serial, &format!("滚筒{serial}号支架")));
    }
    writer.commit(&[], &go_on).unwrap();
    assert_eq!(writer.compact(&go_on).unwrap(), None, "nothing is buried");
    for serial in [1, 4, 7] {
        writer.delete(&numbered(serial, "").key()).unwrap();
    }
    assert!(writer.compact(&go_on).is_err(), "documents wait for a commit");
    writer.commit(&[], &go_on).unwrap();
    let values = (0..10).map(|docno| Value::Keywords(vec![format!("leaf{docno}")])).collect();
    let column =
        NewColumn { name: "leaf".to_owned(), kind: ColumnKind::Keyword, version: "r1".to_owned(), values };
    writer.put_columns(vec![column], &go_on).unwrap();
    let before = open(dir.path(), None);
    let id = writer.compact(&go_on).unwrap().expect("three of ten are buried");
    assert_eq!(writer.compact(&go_on).unwrap(), None);
    let after = open(dir.path(), None);
    assert_eq!((after.id(), after.alive().end(), after.alive().len()), (id, 7, 7));
    assert_eq!(keys(&before, before.alive()), keys(&after, after.alive()));
    assert!(after.changes().unwrap().is_empty());
    assert_eq!(after.model_id(), before.model_id(), "nothing was trained");
    for (old, new) in before.alive().iter().zip(after.alive().iter()) {
        assert_eq!(before.document(old).unwrap(), after.document(new).unwrap());
        let leaf = |reader: &Reader, docno| {
            reader.column("leaf").unwrap().keywords(docno).map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(leaf(&before, old), leaf(&after, new));
        let (a, b) = (before.vector(old).unwrap(), after.vector(new).unwrap());
        assert!(a.iter().zip(&b).all(|(a, b)| (a - b).abs() < 1e-6));
        let nearest = after.nearest(SpaceName::Claims, &b, None, 20).unwrap();
        assert_eq!(nearest.len(), 7, "every claim has its row");
        assert_eq!(after.by_number(&before.key(old).unwrap()), [new]);
    }
    let phrase =
        |reader: &Reader| keys(reader, &reader.matching(&Zone::TOPIC, Operand::Phrase("支架")).unwrap());
    assert_eq!(phrase(&before), phrase(&after));
    put(&mut writer, &numbered(20, "新泵站"));
    writer.commit(&[], &go_on).unwrap();
    assert_eq!(open(dir.path(), None).alive().len(), 8, "commits go on from there");
}

/// A model of three dimensions by length, first and last byte; counts the texts it was given.
struct Fake {
    id: &'static str,
    n_texts: AtomicUsize,
}

impl Fake {
    fn new(id: &'static str) -> Arc<Self> {
        Arc::new(Self { id, n_texts: AtomicUsize::new(0) })
    }
}

impl Embedder for Fake {
    fn id(&self) -> &str {
        self.id
    }

    fn dim(&self) -> usize {
        3
    }

    fn embed(&self, texts: &[&str], _: Role) -> Result<Vec<f32>, patnav::text::Error> {
        self.n_texts.fetch_add(texts.len(), Ordering::Relaxed);
        let vector = |text: &&str| {
            // A text without letters has no direction.
            let known = f32::from(u8::from(text.chars().any(char::is_alphabetic)));
            let sum: u32 = text.bytes().map(u32::from).sum();
            let part = |shift: u32| f32::from(u8::try_from(sum >> shift & 7).unwrap()) * known;
            [known, part(0), part(3)]
        };
        Ok(texts.iter().flat_map(vector).collect())
    }
}

fn commit_with(root: &Path, embedding: Embedding, documents: &[Plain]) -> Reader {
    let mut writer = Writer::open(root, Analyzer::new(), options(embedding.clone())).unwrap();
    documents.iter().for_each(|plain| put(&mut writer, plain));
    writer.commit(&[], &go_on).unwrap();
    let embedder = if let Embedding::External(embedder) = embedding { Some(embedder) } else { None };
    open(root, embedder)
}

#[test]
fn vectors_from_outside_are_made_once_and_again_for_another_model() {
    let dir = TempDir::new().unwrap();
    let (first, second) = (Fake::new("first"), Fake::new("second"));
    let documents = varied(0..10);
    let reader = commit_with(dir.path(), Embedding::External(first.clone()), &documents[..8]);
    assert_eq!(first.n_texts.swap(0, Ordering::Relaxed), 16, "eight documents, eight claims");
    let vector = reader.embed("支架").unwrap().unwrap();
    assert_eq!(reader.nearest(SpaceName::Documents, &vector, None, 20).unwrap().len(), 8);
    first.n_texts.store(0, Ordering::Relaxed);

    // One more goes to a delta; another, and a fifth is new: rows are copied together, not embedded again.
    commit_with(dir.path(), Embedding::External(first.clone()), &documents[8..9]);
    assert_eq!(first.n_texts.swap(0, Ordering::Relaxed), 2);
    let reader = commit_with(dir.path(), Embedding::External(first.clone()), &documents[9..]);
    assert_eq!(first.n_texts.swap(0, Ordering::Relaxed), 2);
    for space in [SpaceName::Documents, SpaceName::Claims] {
        let mut found = reader.nearest(space, &vector, None, 20).unwrap();
        found.sort_by_key(|near| near.docno);
        assert_eq!(found.iter().map(|near| near.docno).collect::<Vec<_>>(), (0..10).collect::<Vec<_>>());
    }
    let mut filter = DocnoSet::empty(reader.alive().end());
    filter.extend([3, 9]);
    assert_eq!(reader.nearest(SpaceName::Claims, &vector, Some(&filter), 20).unwrap().len(), 2);

    let reader = commit_with(dir.path(), Embedding::External(second.clone()), &[]);
    assert_eq!(second.n_texts.load(Ordering::Relaxed), 20, "another model makes all vectors again");
    assert_eq!(reader.model_id(), Some("second"));
    let other = open(dir.path(), Some(first));
    assert!(!other.has_vectors(), "the question of one model is not asked in the space of another");
    assert!(other.embed("支架").unwrap().is_none());

    let reader = commit_with(dir.path(), Embedding::Off, &[]);
    assert!(!reader.has_vectors() && reader.vector(0).is_none());
    let reader = commit_with(dir.path(), lsa(), &[]);
    assert!(reader.has_vectors() && reader.vector(9).is_some());
}

#[test]
fn a_corpus_too_small_to_learn_from_is_searched_by_words() {
    let dir = TempDir::new().unwrap();
    let reader = commit_with(dir.path(), lsa(), &[]);
    assert!(!reader.has_vectors());
    assert!(reader.rank_words("采煤机", reader.alive(), 10).unwrap().is_empty());
    assert_eq!(reader.statistics().n_documents, 0);
    for n in 0..3 {
        let reader = commit_with(dir.path(), lsa(), &[numbered(n, &format!("滚筒{n}"))]);
        assert_eq!(reader.rank_words("滚筒", reader.alive(), 10).unwrap().len(), 1 + n as usize);
        if let Some(vector) = reader.embed("滚筒").unwrap() {
            let near = reader.nearest(SpaceName::Documents, &vector, None, 10).unwrap();
            assert_eq!(near.len(), 1 + n as usize);
        }
    }
}

#[test]
fn a_doubled_corpus_gets_a_new_model_and_a_grown_one_keeps_it() {
    let dir = TempDir::new().unwrap();
    let documents = varied(0..20);
    let first = commit_with(dir.path(), lsa(), &documents[..10]).model_id().unwrap().to_owned();
    let grown = commit_with(dir.path(), lsa(), &documents[10..12]);
    assert_eq!(grown.model_id(), Some(first.as_str()));
    assert!((0..12).all(|docno| grown.vector(docno).is_some()));
    let doubled = commit_with(dir.path(), lsa(), &documents[12..]);
    assert_ne!(doubled.model_id(), Some(first.as_str()));
    assert!((0..20).all(|docno| doubled.vector(docno).is_some()));
}

#[test]
fn the_same_document_many_times_is_one_document() {
    let dir = TempDir::new().unwrap();
    let mut writer = Writer::open(dir.path(), Analyzer::new(), options(lsa())).unwrap();
    for n in 0..50 {
        put(&mut writer, &numbered(1, &format!("支架第{n}版")));
    }
    put(&mut writer, &numbered(2, "短命"));
    writer.delete(&numbered(2, "").key()).unwrap();
    writer.commit(&[], &go_on).unwrap();
    writer.compact(&go_on).unwrap();
    let reader = open(dir.path(), None);
    assert_eq!((reader.alive().len(), reader.alive().end()), (1, 1));
    assert_eq!(reader.document(0).unwrap().titles[0].text, "支架第49版");
    let changes = Reader::open_snapshot(dir.path(), 1, Analyzer::new(), None).unwrap().changes().unwrap();
    let kinds: Vec<_> = changes.iter().map(|change| (change.key.clone(), change.kind)).collect();
    assert_eq!(kinds, [(numbered(1, "").key(), ChangeKind::Added)]);
}
