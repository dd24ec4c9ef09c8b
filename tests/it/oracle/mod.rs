//! Match sets against a plain evaluator: every node of the query's tree, over stored documents, by the words of the
//! definitions in `src/query/ast.rs`. Units are derived from texts anew; no posting, column or set of the engine is read.

mod generate;
mod outside;
mod text;
mod values;

use std::collections::{BTreeMap, BTreeSet};

use patnav::index::{Embedding, Options, Reader, Writer};
use patnav::patent::Publication;
use patnav::query::{Condition, Expr, Field, Matching, Node, SetName, Target};
use patnav::search::{Sets, match_set};
use patnav::text::Analyzer;
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;

use super::corpus::publications;
use generate::Generator;
use text::{Document, places};
use values::{in_range, is_event, records, values, whole};

/// Queries compared.
const N_QUERIES: usize = 2_000;
/// One document of so many takes part, so that the plain evaluator ends in time.
const EVERY: usize = 24;

/// The plain evaluator.
struct Oracle {
    analyzer: Analyzer,
    documents: Vec<Document>,
    sets: BTreeMap<String, Vec<String>>,
}

const TOPIC: [&str; 4] = ["title", "abstract", "claims", "keywords"];

impl Oracle {
    fn matches(&self, expr: &Expr, document: &Document) -> bool {
        match &expr.node {
            Node::Term(_) | Node::Near(_) | Node::Frequent(_) => self.stands(expr, &TOPIC, document),
            Node::And(parts) => parts.iter().all(|part| self.matches(part, document)),
            Node::Or(parts) => parts.iter().any(|part| self.matches(part, document)),
            Node::Xor(parts) => parts.iter().filter(|part| self.matches(part, document)).count() % 2 == 1,
            Node::Not(part) => !self.matches(part, document),
            Node::Optional { base, .. } => self.matches(base, document),
            Node::Set(name) => {
                let name = match name {
                    SetName::Line(n) => format!("#{n}"),
                    SetName::Named(name) => format!("@{name}"),
                };
                self.sets[&name].contains(&document.publication.key())
            }
            Node::Field(condition) if is_event(condition.fields[0]) => records(expr, document),
            Node::Range(range) if is_event(range.fields[0]) => records(expr, document),
            Node::Event(inner) => records(inner, document),
            Node::Field(condition) => self.value(condition, &condition.value, document),
            Node::Range(range) => range.fields.iter().any(|field| in_range(range, &values(field, document))),
            node => panic!("{node:?} is not generated"),
        }
    }

    fn value(&self, condition: &Condition, expr: &Expr, document: &Document) -> bool {
        let part = |part: &Expr| self.value(condition, part, document);
        match &expr.node {
            Node::And(parts) => parts.iter().all(part),
            Node::Or(parts) => parts.iter().any(part),
            Node::Xor(parts) => parts.iter().filter(|one| part(one)).count() % 2 == 1,
            Node::Not(one) => !part(one),
            Node::Term(term) if condition.matching == Matching::Exactly => {
                let text = term.text().unwrap().to_lowercase();
                let equal =
                    |field: &&Field| whole(field, document).iter().any(|value| value.to_lowercase() == text);
                condition.fields.iter().any(equal)
            }
            _ => {
                // Occurrences are added up over the zones of all fields.
                let mut zones: Vec<&str> = Vec::new();
                for field in &condition.fields {
                    if let Target::Zones(names) = field.target() {
                        zones.extend(names.iter().map(String::as_str));
                    }
                }
                let value_is = |field: &&Field| match &expr.node {
                    Node::Term(term) => values(field, document).iter().any(|value| value.is(field, term)),
                    node => panic!("{node:?} is not generated"),
                };
                if zones.is_empty() {
                    condition.fields.iter().any(value_is)
                } else {
                    self.stands(expr, &zones, document)
                }
            }
        }
    }

    fn stands(&self, expr: &Expr, zones: &[&str], document: &Document) -> bool {
        let texts = || document.texts.iter().filter(|((zone, _), _)| zones.contains(zone));
        match &expr.node {
            Node::Frequent(frequent) => (0..3).any(|version| {
                let of = texts().filter(|((_, own), _)| *own == version);
                let starts = of.map(|(_, text)| {
                    let starts: BTreeSet<usize> =
                        places(&self.analyzer, &frequent.operand, text).iter().map(|place| place.0).collect();
                    starts.len()
                });
                starts.sum::<usize>() >= frequent.at_least as usize
            }),
            _ => texts().any(|(_, text)| !places(&self.analyzer, expr, text).is_empty()),
        }
    }
}

#[test]
fn match_sets_are_those_of_the_definitions() {
    let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let analyzer = Analyzer::new();
    let options = Options {
        threads: 1,
        memory_bytes: 30_000_000,
        index_descriptions: true,
        embedding: Embedding::Lsa { dim: 16, seed: 1 },
        equivalents: Vec::new(),
        now: jiff::Timestamp::UNIX_EPOCH,
    };
    let mut writer = Writer::open(dir.path(), analyzer.clone(), options).unwrap();
    for publication in publications().iter().step_by(EVERY) {
        writer.upsert(publication.clone()).unwrap();
    }
    writer.commit(&[], &|_, _, _| true).unwrap();
    let reader = Reader::open(dir.path(), analyzer.clone(), None).unwrap();

    let mut stored: Vec<(u32, Publication)> = Vec::new();
    reader
        .scan(&mut |docno, publication| {
            stored.push((docno, publication));
            Ok(())
        })
        .unwrap();
    let mut documents = Vec::new();
    let mut docnos = Vec::new();
    for (docno, mut publication) in stored {
        publication.descriptions = reader.descriptions(docno).unwrap();
        docnos.push(docno);
        documents.push(Document::new(&reader, &analyzer, publication));
    }
    let keys =
        |step: usize| documents.iter().step_by(step).map(|document| document.publication.key()).collect();
    let by_name: BTreeMap<String, Vec<String>> =
        BTreeMap::from([("#3".to_owned(), keys(3)), ("@矿".to_owned(), keys(5))]);
    let mut sets = Sets::NONE;
    by_name.iter().for_each(|(name, keys)| sets.insert(SetName::read(name).unwrap(), keys.clone()));
    let oracle = Oracle { analyzer, documents, sets: by_name };
    let mut generator =
        Generator { random: ChaCha8Rng::seed_from_u64(11), oracle: &oracle, made: BTreeMap::new() };
    let (mut n_found, mut n_some, mut wrong) = (0, 0, Vec::new());
    for n in 0..N_QUERIES {
        let query = generator.query(2);
        let found: Vec<u32> = match_set(&reader, &query, &sets)
            .unwrap_or_else(|error| panic!("{n}: {query}: {error}"))
            .iter()
            .collect();
        let matching =
            docnos.iter().zip(&oracle.documents).filter(|(_, document)| oracle.matches(&query, document));
        let expected: Vec<u32> = matching.map(|(docno, _)| *docno).collect();
        if found != expected && wrong.len() < 10 {
            wrong.push(format!("query {n}: {query}\n  found    {found:?}\n  expected {expected:?}"));
        }
        n_found += found.len();
        n_some += usize::from(!found.is_empty() && found.len() < docnos.len());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // A comparison of nothing with nothing would prove nothing.
    assert!(n_some > N_QUERIES / 2, "{n_some} queries find some documents and not others, {n_found} in all");
    for operator in [
        "and",
        "or",
        "xor",
        "not",
        "optional",
        "set",
        "event",
        "fields",
        "exact",
        "class",
        "column",
        "range",
        "frequent",
        "wildcard",
        "ordered",
        "unordered",
        "sentence",
        "paragraph",
        "zone",
        "negated",
    ] {
        let n = generator.made.get(operator).copied().unwrap_or_default();
        assert!(n >= 20, "{operator} was asked {n} times only: {:?}", generator.made);
    }
}
