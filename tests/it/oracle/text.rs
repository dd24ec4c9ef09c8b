//! Texts as units, and where a pattern stands in them, by the words of the definitions.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use patnav::index::Reader;
use patnav::patent::legal::state;
use patnav::patent::{Date, Publication, Role, Version};
use patnav::query::{Expr, Near, Node, Piece, Reach, Term};
use patnav::search::{add_european, case_of};
use patnav::text::Analyzer;

/// A unit: its term (one character or a word), and whether the next one belongs to the same run of characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Unit {
    pub(super) term: String,
    joined: bool,
}

/// One zone in one language version.
#[derive(Debug, Default)]
pub(super) struct Text {
    pub(super) units: Vec<Unit>,
    /// The number of the sentence and of the paragraph of each unit.
    sentences: Vec<usize>,
    paragraphs: Vec<usize>,
    /// Where each term stands.
    by_term: HashMap<String, Vec<usize>>,
}

impl Text {
    pub(super) fn new(analyzer: &Analyzer, text: &str) -> Self {
        let mut found = Self::default();
        let (mut sentence, mut paragraph) = (0, 0);
        analyzer.units(text, |term, _, _| match term {
            "\u{1}s" => sentence += 1,
            "\u{1}p" => paragraph += 1,
            "\u{1}c" => {}
            _ => {
                let first: String = term.chars().take(1).collect();
                let han = first.chars().all(|c| ('\u{3400}'..='\u{9fff}').contains(&c) || c == '々');
                let unit = if han {
                    Unit { term: first, joined: term.chars().nth(1).is_some() }
                } else {
                    Unit { term: term.to_owned(), joined: false }
                };
                found.by_term.entry(unit.term.clone()).or_default().push(found.units.len());
                found.units.push(unit);
                found.sentences.push(sentence);
                found.paragraphs.push(paragraph);
            }
        });
        found
    }
}

/// A document as the oracle sees it.
pub(super) struct Document {
    pub(super) publication: Publication,
    pub(super) texts: BTreeMap<(&'static str, u8), Text>,
    pub(super) states: Vec<(String, patnav::patent::legal::Status)>,
}

impl Document {
    pub(super) fn new(reader: &Reader, analyzer: &Analyzer, publication: Publication) -> Self {
        let mut joined: BTreeMap<(&'static str, u8), String> = BTreeMap::new();
        let mut add = |zone: &'static str, version: Version, text: &str, separator: char| {
            let version = match version {
                Version::Zh => 0,
                Version::En => 1,
                Version::Other => 2,
            };
            let whole = joined.entry((zone, version)).or_default();
            if !whole.is_empty() {
                whole.push(separator);
            }
            whole.push_str(text);
        };
        for text in &publication.titles {
            add("title", text.lang.version(), &text.text, '\n');
        }
        for text in &publication.abstracts {
            add("abstract", text.lang.version(), &text.text, '\n');
        }
        for text in &publication.keywords {
            add("keywords", text.lang.version(), &text.text, '\n');
        }
        for set in &publication.claims {
            let independent = set.independent();
            for (n, claim) in set.claims.iter().enumerate() {
                add("claims", set.lang.version(), &claim.text, '\u{1e}');
                if independent.contains(&n) {
                    add("independent_claims", set.lang.version(), &claim.text, '\u{1e}');
                }
            }
        }
        for description in &publication.descriptions {
            for section in &description.sections {
                for text in section.heading.iter().chain(&section.paragraphs) {
                    add("description", description.lang.version(), text, '\n');
                }
            }
        }
        for party in &publication.parties {
            let zone = match party.role {
                Role::Applicant | Role::Owner => "applicant",
                Role::Inventor | Role::Author => "inventor",
                Role::Agent | Role::Agency => "agent",
                Role::Examiner => continue,
            };
            add(zone, Version::Other, &party.name, '\n');
        }
        let today = reader.statistics().as_of.unwrap_or(Date::MAX);
        let mut case = case_of(reader, &publication).unwrap();
        add_european(reader, &mut case).unwrap();
        let state = state(&case, today, today);
        let states =
            std::iter::once((case.office.to_string(), state.status)).chain(state.countries).collect();
        let texts = joined.iter().map(|(place, text)| (*place, Text::new(analyzer, text))).collect();
        Self { publication, texts, states }
    }
}

/// Places: first and last unit.
pub(super) type Places = BTreeSet<(usize, usize)>;

/// A sign of a pattern, spelt out.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Sign {
    Is(char),
    Any,
    One,
    Optional,
}

pub(super) fn fits(signs: &[Sign], word: &[char]) -> bool {
    match signs.split_first() {
        None => word.is_empty(),
        Some((Sign::Is(c), rest)) => word.first() == Some(c) && fits(rest, &word[1..]),
        Some((Sign::One, rest)) => !word.is_empty() && fits(rest, &word[1..]),
        Some((Sign::Optional, rest)) => fits(rest, word) || (!word.is_empty() && fits(rest, &word[1..])),
        Some((Sign::Any, rest)) => (0..=word.len()).any(|n| fits(rest, &word[n..])),
    }
}

pub(super) fn signs(term: &Term) -> Vec<Sign> {
    let each = term.pieces.iter().flat_map(|piece| match piece {
        Piece::Text(text) => text.to_lowercase().chars().map(Sign::Is).collect(),
        Piece::Any => vec![Sign::Any],
        Piece::One => vec![Sign::One],
        Piece::Optional => vec![Sign::Optional],
    });
    each.collect()
}

pub(super) fn term_places(analyzer: &Analyzer, term: &Term, text: &Text) -> Places {
    let Some(plain) = term.text() else { return wild_places(term, text) };
    let wanted = Text::new(analyzer, plain).units;
    let Some(first) = wanted.first() else { return Places::new() };
    let mut places = Places::new();
    for &start in text.by_term.get(&first.term).into_iter().flatten() {
        let stands = wanted.iter().enumerate().all(|(n, unit)| {
            text.units.get(start + n).is_some_and(|own| own.term == unit.term && (own.joined || !unit.joined))
        });
        if stands {
            places.insert((start, start + wanted.len() - 1));
        }
    }
    places
}

/// Patterns of one word, or of Chinese characters alone: what the generator makes.
pub(super) fn wild_places(term: &Term, text: &Text) -> Places {
    let mut signs = signs(term);
    let latin = signs.iter().any(|sign| matches!(sign, Sign::Is(c) if c.is_ascii_alphanumeric()));
    let mut places = Places::new();
    if latin {
        for (n, unit) in text.units.iter().enumerate() {
            let word: Vec<char> = unit.term.chars().collect();
            if word.iter().all(char::is_ascii) && fits(&signs, &word) {
                places.insert((n, n));
            }
        }
        return places;
    }
    // Any number at an end asks for nothing.
    while matches!(signs.first(), Some(Sign::Any | Sign::Optional)) {
        signs.remove(0);
    }
    while matches!(signs.last(), Some(Sign::Any | Sign::Optional)) {
        signs.pop();
    }
    for start in 0..text.units.len() {
        let mut chars: Vec<char> = Vec::new();
        for end in start..text.units.len() {
            let unit = &text.units[end];
            let mut all = unit.term.chars();
            let (Some(c), None) = (all.next(), all.next()) else { break };
            if c.is_ascii() {
                break;
            }
            chars.push(c);
            if fits(&signs, &chars) {
                places.insert((start, end));
            }
            if !unit.joined {
                break;
            }
        }
    }
    places
}

pub(super) fn places(analyzer: &Analyzer, expr: &Expr, text: &Text) -> Places {
    match &expr.node {
        Node::Term(term) => term_places(analyzer, term, text),
        Node::Or(parts) => parts.iter().flat_map(|part| places(analyzer, part, text)).collect(),
        Node::Near(near) => {
            near_places(near, &places(analyzer, &near.left, text), &places(analyzer, &near.right, text), text)
        }
        node => panic!("{node:?} has no places"),
    }
}

pub(super) fn near_places(near: &Near, left: &Places, right: &Places, text: &Text) -> Places {
    let one = |parts: &[usize], a: usize, b: usize| parts[a] == parts[b];
    let reaches = |a: (usize, usize), b: (usize, usize)| {
        let (first, second) = if a.1 < b.0 {
            (a, b)
        } else if b.1 < a.0 && !near.ordered {
            (b, a)
        } else {
            return false;
        };
        match near.reach {
            Reach::Units(n) => {
                second.0 - first.1 - 1 <= n as usize && one(&text.sentences, first.0, second.1)
            }
            Reach::Sentence => one(&text.sentences, first.0, second.1),
            Reach::Paragraph => one(&text.paragraphs, first.0, second.1),
            Reach::Zone => true,
        }
    };
    let mut found = Places::new();
    for a in left {
        let mut alone = true;
        for b in right.iter().filter(|b| reaches(*a, **b)) {
            alone = false;
            if !near.negated {
                found.insert((a.0.min(b.0), a.1.max(b.1)));
            }
        }
        if near.negated && alone {
            found.insert(*a);
        }
    }
    found
}
