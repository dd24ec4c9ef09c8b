//! Random expressions over words and phrases, against an oracle that knows the units of the texts as the rules of matching
//! say, and nothing else of the engine.

use std::collections::BTreeSet;

use patnav::patent::{Publication, Version};
use patnav::search::{Collapse, Request};
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use super::ask;
use crate::corpus::publications;

/// A character of Chinese with the run that it stands in, or a word.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Unit {
    Han(char, usize),
    Word(String),
}

pub(super) fn units(text: &str) -> Vec<Unit> {
    let han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    let chars: Vec<char> = text.chars().collect();
    let (mut found, mut run, mut at) = (Vec::new(), 0, 0);
    while at < chars.len() {
        let c = chars[at];
        let start = at;
        at += 1;
        if han(c) {
            found.push(Unit::Han(c, run));
            continue;
        }
        run += 1;
        if c.is_ascii_digit() {
            let point = |at: usize| chars[at] == '.' && chars.get(at + 1).is_some_and(char::is_ascii_digit);
            while at < chars.len() && (chars[at].is_ascii_digit() || point(at)) {
                at += 1;
            }
        } else if c.is_ascii_alphabetic() {
            while at < chars.len() && chars[at].is_ascii_alphanumeric() {
                at += 1;
            }
        } else {
            continue;
        }
        found.push(Unit::Word(chars[start..at].iter().collect::<String>().to_lowercase()));
    }
    found
}

/// Whether the units of a phrase stand side by side in a text, characters of one run in one run.
pub(super) fn holds(text: &[Unit], phrase: &[Unit]) -> bool {
    let same = |a: &[Unit]| {
        let each = a.iter().zip(phrase).all(|pair| match pair {
            (Unit::Han(a, _), Unit::Han(b, _)) => a == b,
            (a, b) => a == b,
        });
        let run = |unit: &Unit| if let Unit::Han(_, run) = unit { Some(*run) } else { None };
        let joined = |pair: &[Unit]| run(&pair[0]).is_some() && run(&pair[0]) == run(&pair[1]);
        each && a.windows(2).zip(phrase.windows(2)).all(|(a, b)| !joined(b) || joined(a))
    };
    !phrase.is_empty() && text.windows(phrase.len()).any(same)
}

/// A document as the oracle sees it.
pub(super) struct Document {
    pub(super) key: String,
    pub(super) family: String,
    /// Units of title, abstract, claims by language version.
    pub(super) zones: [Vec<Vec<Unit>>; 3],
    pub(super) publication: &'static Publication,
}

impl Document {
    fn new(publication: &'static Publication) -> Self {
        let versions = [Version::Zh, Version::En, Version::Other];
        let by_version = |texts: Vec<(Version, &str)>| -> Vec<Vec<Unit>> {
            let of = |version: Version| {
                let parts: Vec<&str> =
                    texts.iter().filter(|text| text.0 == version).map(|text| text.1).collect();
                units(&parts.join("\n"))
            };
            versions.map(of).into()
        };
        let titles = publication.titles.iter().map(|text| (text.lang.version(), text.text.as_str()));
        let abstracts = publication.abstracts.iter().map(|text| (text.lang.version(), text.text.as_str()));
        let claims = publication.claims.iter();
        let claims =
            claims.flat_map(|set| set.claims.iter().map(|claim| (set.lang.version(), claim.text.as_str())));
        let application = || publication.application.as_ref().map(ToString::to_string);
        let key = publication.key();
        Self {
            family: publication.family.simple.clone().or_else(application).unwrap_or_else(|| key.clone()),
            key,
            zones: [
                by_version(titles.collect()),
                by_version(abstracts.collect()),
                by_version(claims.collect()),
            ],
            publication,
        }
    }
}

pub(super) fn documents() -> &'static [Document] {
    static ALL: std::sync::LazyLock<Vec<Document>> =
        std::sync::LazyLock::new(|| publications().iter().map(Document::new).collect());
    &ALL
}

/// An expression that the oracle can evaluate.
enum Tree {
    /// A phrase in some of the zones title, abstract, claims.
    Phrase(&'static str, &'static [usize], String),
    Country(&'static str),
    Class(String),
    Published(i16, i16),
    And(Box<Tree>, Box<Tree>),
    Or(Box<Tree>, Box<Tree>),
    AndNot(Box<Tree>, Box<Tree>),
}

impl Tree {
    fn random(random: &mut ChaCha8Rng, depth: u32) -> Self {
        if depth == 0 || random.random_bool(0.2) {
            return Self::leaf(random);
        }
        let (left, right) =
            (Box::new(Self::random(random, depth - 1)), Box::new(Self::random(random, depth - 1)));
        match random.random_range(0..3) {
            0 => Self::And(left, right),
            1 => Self::Or(left, right),
            _ => Self::AndNot(left, right),
        }
    }

    fn leaf(random: &mut ChaCha8Rng) -> Self {
        match random.random_range(0..10) {
            0 => Self::Country(["CN", "US", "EP"].choose(random).copied().unwrap()),
            1 => {
                let classes = &documents().choose(random).unwrap().publication.classes;
                let symbol = classes.first().map_or("E21C", |class| class.symbol.0.as_str());
                let stem = symbol.split('/').next().unwrap();
                Self::Class(if random.random() { stem.to_owned() } else { symbol.chars().take(4).collect() })
            }
            2 => {
                let year = random.random_range(2006..2022);
                Self::Published(year, year + random.random_range(0..4))
            }
            n => {
                let (field, zones): (_, &[usize]) =
                    [("", &[0, 1, 2][..]), ("ti=", &[0][..]), ("ab=", &[1][..]), ("clm=", &[2][..])][n % 4];
                let title = &documents().choose(random).unwrap().publication.titles;
                let title = title.choose(random).map_or("采煤机", |title| title.text.as_str());
                Self::Phrase(field, zones, piece(random, title))
            }
        }
    }

    fn matches(&self, document: &Document) -> bool {
        match self {
            Self::Phrase(_, zones, phrase) => {
                let phrase = units(phrase);
                zones.iter().any(|zone| document.zones[*zone].iter().any(|text| holds(text, &phrase)))
            }
            Self::Country(country) => document.key.starts_with(country),
            Self::Class(class) => document.publication.classes.iter().any(|held| {
                let rest = held.symbol.0.strip_prefix(class.as_str());
                rest.is_some_and(|rest| class.len() == 4 || rest.is_empty() || rest.starts_with('/'))
            }),
            Self::Published(from, to) => {
                document.publication.publication_date.is_some_and(|date| (*from..=*to).contains(&date.year()))
            }
            Self::And(a, b) => a.matches(document) && b.matches(document),
            Self::Or(a, b) => a.matches(document) || b.matches(document),
            Self::AndNot(a, b) => a.matches(document) && !b.matches(document),
        }
    }
}

impl std::fmt::Display for Tree {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Phrase(field, _, phrase) => write!(f, "{field}\"{phrase}\""),
            Self::Country(country) => write!(f, "cc={country}"),
            Self::Class(class) => write!(f, "class={class}"),
            Self::Published(from, to) => write!(f, "pd=[{from} TO {to}]"),
            Self::And(a, b) => write!(f, "({a} AND {b})"),
            Self::Or(a, b) => write!(f, "({a} OR {b})"),
            Self::AndNot(a, b) => write!(f, "({a} NOT {b})"),
        }
    }
}

/// One to five characters of Chinese, or one or two words, out of a text.
fn piece(random: &mut ChaCha8Rng, text: &str) -> String {
    if text.is_ascii() {
        let words: Vec<&str> = text.split(' ').collect();
        let at = random.random_range(0..words.len());
        return words[at..words.len().min(at + random.random_range(1..3))].join(" ");
    }
    let chars: Vec<char> = text.chars().collect();
    let at = random.random_range(0..chars.len());
    chars[at..chars.len().min(at + random.random_range(1..6))].iter().collect()
}

#[test]
fn three_hundred_expressions_match_what_the_texts_say() {
    let mut random = ChaCha8Rng::seed_from_u64(11);
    let mut n_matching = 0;
    for _ in 0..300 {
        let tree = Tree::random(&mut random, 3);
        let expected: Vec<&Document> = documents().iter().filter(|document| tree.matches(document)).collect();
        let query = tree.to_string();
        let response = ask(&Request {
            facets: vec!["key".to_owned()],
            limit: 1,
            collapse: Collapse::None,
            ..Request::new(&query)
        });
        let families: BTreeSet<&str> = expected.iter().map(|document| document.family.as_str()).collect();
        assert_eq!(response.total.publications, expected.len() as u64, "{query}");
        assert_eq!(response.total.families, families.len() as u64, "families of {query}");
        if expected.len() <= 200 {
            let found: BTreeSet<&str> =
                response.facets["key"].iter().map(|count| count.value.as_str()).collect();
            assert_eq!(found, expected.iter().map(|document| document.key.as_str()).collect(), "{query}");
        }
        n_matching += usize::from(!expected.is_empty());
    }
    assert!(n_matching > 150, "{n_matching} of the queries match anything");
}
