//! From a pattern as it was asked to what the position field is asked: units at fixed places, and gaps.

use crate::index::error::{Error, Result};
use crate::index::pattern::{Near, Pattern, Piece, Reach};
use crate::text::normalize::fold;
use crate::text::script::{Class, class};
use crate::text::{Analyzer, QueryUnit, Term};

/// Most phrases and words of one pattern.
const MAX_LEAVES: usize = 2_000;
/// Deepest nesting of one pattern.
const MAX_DEPTH: usize = 200;

/// A pattern in terms of the position field.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Plan {
    /// Units at fixed places.
    Leaf(Vec<Slot>),
    /// Any of them.
    Any(Vec<Plan>),
    /// Both, and how they have to lie.
    Pair(Box<Plan>, Box<Plan>, Lie),
    /// A plan with so many more characters of its run before and after it.
    Edge(Box<Plan>, u32, u32),
}

/// What stands at one place of a leaf.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Slot {
    /// Units before it.
    pub(super) offset: u32,
    /// Units it covers.
    pub(super) width: u32,
    /// What satisfies it.
    pub(super) term: Wanted,
}

/// What satisfies a place.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Wanted {
    /// This term.
    Exact(String),
    /// Every term that starts with this character.
    Prefix(char),
    /// Every word that fits.
    Word(Glob),
}

/// How two patterns have to lie to each other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Lie {
    /// `min` to `max` units apart, everything in one part.
    Near {
        /// Units between them, at least.
        min: u32,
        /// Units between them, at most.
        max: u32,
        /// The part.
        scope: Scope,
        /// Whether the first comes first.
        ordered: bool,
    },
    /// The first where the second does not lie as [`Lie::Near`] with the same `max`, scope and order.
    Without { max: u32, scope: Scope, ordered: bool },
    /// The second `min` to `max` characters after the first, all of them and both ends in one run of Chinese.
    Gap { min: u32, max: u32 },
}

/// A part of a text that ends at marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    Sentence,
    Paragraph,
    Claim,
    /// All of it.
    Text,
}

/// A word with gaps, in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Glob(Vec<Sign>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Char(char),
    Many,
    One,
    Optional,
}

impl Plan {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// [`Error::Query`] for a pattern above the limits, or of gaps alone.
    pub(super) fn new(analyzer: &Analyzer, pattern: &Pattern) -> Result<Self> {
        let mut n_leaves = 0;
        let plan = compile(analyzer, pattern, 0, &mut n_leaves)?;
        if n_leaves > MAX_LEAVES {
            let what = format!(
                "{n_leaves} words and phrases stand in one proximity or field, the limit is {MAX_LEAVES}; \
                 split the query in parts"
            );
            return Err(Error::Query { what });
        }
        Ok(plan)
    }

    /// Returns whether postings alone cannot decide: they do not tell where a run of Chinese ends.
    pub(super) fn needs_text(&self) -> bool {
        match self {
            Self::Leaf(_) => false,
            Self::Any(parts) => parts.iter().any(Self::needs_text),
            Self::Pair(left, right, lie) => {
                matches!(lie, Lie::Gap { .. }) || left.needs_text() || right.needs_text()
            }
            Self::Edge(..) => true,
        }
    }

    /// Returns a plan that postings decide and that stands in every document in which this one does, and in others.
    pub(super) fn loosened(&self) -> Self {
        match self {
            Self::Leaf(_) => self.clone(),
            Self::Any(parts) => Self::Any(parts.iter().map(Self::loosened).collect()),
            // What must not stand there must not be taken for more than it is.
            Self::Pair(left, right, Lie::Without { .. }) if right.needs_text() => left.loosened(),
            Self::Pair(left, right, Lie::Gap { min, max }) => {
                let lie = Lie::Near { min: *min, max: *max, scope: Scope::Sentence, ordered: true };
                Self::Pair(Box::new(left.loosened()), Box::new(right.loosened()), lie)
            }
            Self::Pair(left, right, lie) => {
                Self::Pair(Box::new(left.loosened()), Box::new(right.loosened()), *lie)
            }
            Self::Edge(inner, ..) => inner.loosened(),
        }
    }

    /// Returns the term where the plan is that term and nothing else.
    pub(super) fn only_term(&self) -> Option<&str> {
        match self {
            Self::Leaf(slots) => match slots.as_slice() {
                [Slot { term: Wanted::Exact(term), .. }] => Some(term),
                _ => None,
            },
            _ => None,
        }
    }

    /// Returns the plans of which each suffices; one that is no choice is the only one.
    ///
    /// Where nothing but the documents is asked, each by itself costs less than all together.
    pub(super) fn alternatives(&self) -> impl Iterator<Item = &Self> {
        match self {
            Self::Any(parts) => parts.as_slice(),
            other => std::slice::from_ref(other),
        }
        .iter()
    }

    /// Compiles units at fixed places.
    pub(super) fn of_units(units: Vec<QueryUnit>) -> Self {
        Self::Leaf(units.into_iter().map(Slot::of_unit).collect())
    }
}

impl Slot {
    fn of_unit(unit: QueryUnit) -> Self {
        Self {
            offset: unit.position,
            width: unit.width,
            term: match unit.term {
                Term::Exact(term) => Wanted::Exact(term),
                Term::Prefix(first) => Wanted::Prefix(first),
            },
        }
    }
}

fn compile(analyzer: &Analyzer, pattern: &Pattern, depth: usize, n_leaves: &mut usize) -> Result<Plan> {
    if depth > MAX_DEPTH {
        let what = format!("proximities are nested deeper than {MAX_DEPTH}; split the query in parts");
        return Err(Error::Query { what });
    }
    let mut part = |pattern: &Pattern| compile(analyzer, pattern, depth + 1, n_leaves);
    match pattern {
        Pattern::Phrase(text) => {
            *n_leaves += 1;
            Ok(Plan::Leaf(slots(analyzer, text).0))
        }
        Pattern::Wild(pieces) => {
            *n_leaves += 1;
            wild(analyzer, pieces)
        }
        Pattern::Any(parts) => Ok(Plan::Any(parts.iter().map(part).collect::<Result<_>>()?)),
        Pattern::Near(near) => {
            let Near { left, right, reach, ordered, negated } = &**near;
            let (max, scope) = match reach {
                Reach::Units(n) => (*n, Scope::Sentence),
                Reach::Sentence => (u32::MAX, Scope::Sentence),
                Reach::Paragraph => (u32::MAX, Scope::Paragraph),
                Reach::Claim => (u32::MAX, Scope::Claim),
                Reach::Zone => (u32::MAX, Scope::Text),
            };
            let lie = if *negated {
                Lie::Without { max, scope, ordered: *ordered }
            } else {
                Lie::Near { min: 0, max, scope, ordered: *ordered }
            };
            Ok(Plan::Pair(Box::new(part(left)?), Box::new(part(right)?), lie))
        }
    }
}

/// Returns the places of a phrase, and the units that it covers.
fn slots(analyzer: &Analyzer, text: &str) -> (Vec<Slot>, u32) {
    let units = analyzer.query_units(text);
    let length = units.iter().map(|unit| unit.position + unit.width).max().unwrap_or(0);
    (units.into_iter().map(Slot::of_unit).collect(), length)
}

/// Compiles a phrase with wildcards: runs of text and words at fixed places, joined by the gaps in Chinese.
fn wild(analyzer: &Analyzer, pieces: &[Piece]) -> Result<Plan> {
    let mut signs: Vec<Sign> = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) => {
                let folded = fold(text);
                signs.extend(folded.text.chars().map(Sign::Char));
            }
            Piece::Many => signs.push(Sign::Many),
            Piece::One => signs.push(Sign::One),
            Piece::Optional => signs.push(Sign::Optional),
        }
    }
    // What stands before the last gap.
    let mut done: Option<Plan> = None;
    // Places since then, and the units that they cover.
    let (mut run, mut length): (Vec<Slot>, u32) = (Vec::new(), 0);
    // Characters before the first place, and the gap at hand.
    let (mut before, mut gap): (u32, Option<(u32, u32)>) = (0, None);
    let mut at = 0;
    while at < signs.len() {
        let end = part_end(&signs, at);
        let part = &signs[at..end];
        at = end;
        let chars = || part.iter().filter_map(|sign| if let Sign::Char(c) = sign { Some(*c) } else { None });
        let n_chars = chars().count();
        if n_chars == 0 {
            // A gap among Chinese closes the run before it.
            if !run.is_empty() {
                done = Some(join(done, gap.take(), std::mem::take(&mut run)));
                length = 0;
            }
            let (min, max) = part.iter().fold(gap.unwrap_or((0, 0)), |(min, max), sign| match sign {
                Sign::One => (min.saturating_add(1), max.saturating_add(1)),
                Sign::Optional => (min, max.saturating_add(1)),
                Sign::Many | Sign::Char(_) => (min, u32::MAX),
            });
            if done.is_some() {
                gap = Some((min, max));
            } else {
                before = before.saturating_add(min);
            }
        } else if n_chars == part.len() {
            let text: String = chars().collect();
            let (slots, n_units) = slots(analyzer, &text);
            run.extend(slots.into_iter().map(|slot| Slot { offset: slot.offset + length, ..slot }));
            length += n_units;
        } else {
            run.push(Slot { offset: length, width: 1, term: Wanted::Word(Glob::new(part)) });
            length += 1;
        }
    }
    let (plan, after) = match (run.is_empty(), done) {
        (false, done) => (join(done, gap, run), 0),
        (true, Some(done)) => (done, gap.map_or(0, |(min, _)| min)),
        (true, None) => {
            let what = "a wildcard needs a letter, digit or character beside it".to_owned();
            return Err(Error::Query { what });
        }
    };
    Ok(if before + after > 0 { Plan::Edge(Box::new(plan), before, after) } else { plan })
}

fn join(done: Option<Plan>, gap: Option<(u32, u32)>, run: Vec<Slot>) -> Plan {
    let run = Plan::Leaf(run);
    match done {
        None => run,
        Some(done) => {
            let (min, max) = gap.unwrap_or((0, 0));
            Plan::Pair(Box::new(done), Box::new(run), Lie::Gap { min, max })
        }
    }
}

/// Returns the end of the part that starts at `at`: a word or number with its gaps, gaps alone, or other text.
fn part_end(signs: &[Sign], at: usize) -> usize {
    let class_at = |at: usize| match signs.get(at) {
        Some(Sign::Char(c)) => Some(class(*c)),
        _ => None,
    };
    let is_gap = |at: usize| signs.get(at).is_some_and(|sign| !matches!(sign, Sign::Char(_)));
    let in_word = |at: usize| class_at(at).is_some_and(Class::is_alphanumeric);
    // `5.4` is one number.
    let point = |at: usize| {
        signs.get(at) == Some(&Sign::Char('.'))
            && at.checked_sub(1).and_then(class_at) == Some(Class::Digit)
            && (class_at(at + 1) == Some(Class::Digit) || is_gap(at + 1))
    };
    let run = |from: usize, keep: &dyn Fn(usize) -> bool| (from..signs.len()).find(|at| !keep(*at));
    let end = run(at, &|at| in_word(at) || is_gap(at) || point(at)).unwrap_or(signs.len());
    if end == at {
        return run(at, &|at| !in_word(at) && !is_gap(at)).unwrap_or(signs.len());
    }
    let first = (at..end).find(|at| in_word(*at)).and_then(class_at);
    // A number ends where letters begin: `10MP*` is `10` and `mp*`.
    let letters = (at..end).find(|at| class_at(*at) == Some(Class::Letter));
    letters.filter(|_| first == Some(Class::Digit)).unwrap_or(end)
}

impl Glob {
    fn new(signs: &[Sign]) -> Self {
        let mut lower = Vec::new();
        for sign in signs {
            match sign {
                Sign::Char(c) => lower.extend(c.to_lowercase().map(Sign::Char)),
                // Two of them say no more than one.
                Sign::Many if lower.last() == Some(&Sign::Many) => {}
                other => lower.push(*other),
            }
        }
        Self(lower)
    }

    /// Returns the letters that every fitting word begins with.
    pub(super) fn prefix(&self) -> String {
        self.0.iter().map_while(|sign| if let Sign::Char(c) = sign { Some(*c) } else { None }).collect()
    }

    /// Returns whether a word fits.
    pub(super) fn fits(&self, word: &str) -> bool {
        // The states are the places in the glob that the word so far leads to; globs are short.
        let signs = &self.0;
        let mut states = vec![false; signs.len() + 1];
        states[0] = true;
        self.skip(&mut states);
        for c in word.chars() {
            let mut next = vec![false; signs.len() + 1];
            for (at, sign) in signs.iter().enumerate().filter(|(at, _)| states[*at]) {
                match sign {
                    Sign::Char(wanted) => next[at + 1] |= *wanted == c,
                    Sign::Many => next[at] = true,
                    Sign::One | Sign::Optional => next[at + 1] = true,
                }
            }
            self.skip(&mut next);
            states = next;
        }
        states[signs.len()]
    }

    /// Adds the states that are reached without a character.
    fn skip(&self, states: &mut [bool]) {
        for (at, sign) in self.0.iter().enumerate() {
            if states[at] && matches!(sign, Sign::Many | Sign::Optional) {
                states[at + 1] = true;
            }
        }
    }
}

impl std::fmt::Display for Glob {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        use std::fmt::Write as _;
        self.0.iter().try_for_each(|sign| {
            f.write_char(match sign {
                Sign::Char(c) => *c,
                Sign::Many => '*',
                Sign::One => '?',
                Sign::Optional => '~',
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(written: &str) -> Vec<Piece> {
        written
            .chars()
            .map(|c| match c {
                '*' => Piece::Many,
                '?' => Piece::One,
                '~' => Piece::Optional,
                c => Piece::Text(c.to_string()),
            })
            .collect()
    }

    fn shown(plan: &Plan) -> String {
        match plan {
            Plan::Leaf(slots) => {
                let each = slots.iter().map(|slot| {
                    let term = match &slot.term {
                        Wanted::Exact(term) => term.clone(),
                        Wanted::Prefix(first) => format!("{first}-"),
                        Wanted::Word(glob) => format!("<{glob}>"),
                    };
                    format!("{}{term}", slot.offset)
                });
                each.collect::<Vec<_>>().join(" ")
            }
            Plan::Any(parts) => parts.iter().map(shown).collect::<Vec<_>>().join(" | "),
            Plan::Pair(left, right, Lie::Gap { min, max }) => {
                format!("({} {min}..{max} {})", shown(left), shown(right))
            }
            Plan::Edge(inner, before, after) => format!("{before}[{}]{after}", shown(inner)),
            Plan::Pair(left, right, lie) => format!("({} {lie:?} {})", shown(left), shown(right)),
        }
    }

    #[test]
    fn gaps_belong_to_words_or_stand_between_characters() {
        let analyzer = Analyzer::new();
        let check = |written: &str, expected: &str| {
            let plan = Plan::new(&analyzer, &Pattern::Wild(pieces(written))).unwrap();
            assert_eq!(shown(&plan), expected, "{written}");
        };
        check("*煤机滚*", "0煤机 1机滚");
        check("采?机", "(0采- 1..1 0机-)");
        check("采煤*?滚筒~", "(0采煤 1..4294967295 0滚筒)");
        check("?采*机??", "1[(0采- 0..4294967295 0机-)]2");
        check("Electro*", "0<electro*>");
        check("fuel cell*", "0fuel 1<cell*>");
        check("10MP*", "010 1<mp*>");
        check("*aba?c", "0<*aba?c>");
        check("煤h2*", "0煤- 1<h2*>");
        check("fuel-c?ll stack", "0fuel 1<c?ll> 2stack");
        assert!(Plan::new(&analyzer, &Pattern::Wild(pieces("*?"))).is_err());
    }

    #[test]
    fn globs_fit_as_they_read() {
        let glob = |written: &str| {
            let Plan::Leaf(slots) = wild(&Analyzer::new(), &pieces(written)).unwrap() else { panic!() };
            let Wanted::Word(glob) = slots[0].term.clone() else { panic!("{slots:?}") };
            glob
        };
        let check = |written: &str, word: &str, fits: bool| {
            assert_eq!(glob(written).fits(word), fits, "{written} {word}");
        };
        check("electro*", "electrolyser", true);
        check("electro*", "electro", true);
        check("electro*", "electrical", false);
        check("*ium", "lithium", true);
        check("m?tal", "metal", true);
        check("m?tal", "mtal", false);
        check("colo~r", "color", true);
        check("colo~r", "colour", true);
        check("colo~r", "colouur", false);
        check("a*b*c", "aXbXbc", true);
        assert_eq!(glob("ab*c").prefix(), "ab");
    }
}
