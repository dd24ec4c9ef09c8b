//! Marks what was found, and picks the sentences that show it best.
//!
//! Works on the text itself, not on stored offsets: operands are matched unit by unit as in
//! [`units`](super::units), English by stem, so spellings that fold together are marked as they stand in the original.
//! A match never runs over the end of a sentence.

use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};

use super::Analyzer;
use super::script::class;
use super::sentence::sentences;

/// A marked part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Bytes of the original text.
    pub range: Range<usize>,
    /// Index of the concept in the list given.
    pub concept: usize,
}

/// A sentence worth showing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet {
    /// Bytes of the original text: a sentence, or the part of a long one around its marks.
    pub range: Range<usize>,
    /// The marks inside, in order, as bytes of the original text.
    pub marks: Vec<Mark>,
}

/// What to mark: concepts, each a set of operands (a phrase, a word, synonyms).
#[derive(Debug)]
pub struct Highlighter {
    analyzer: Analyzer,
    terms: Terms,
    /// Operands by their first unit, the longest first.
    operands: FxHashMap<u32, Vec<(Vec<u32>, usize)>>,
    n_concepts: usize,
}

/// The units that operands have, numbered: most units of a text are none of them, and cost no more than to be told so.
#[derive(Debug, Default)]
struct Terms {
    numbers: FxHashMap<String, u32>,
    /// What they begin with; a stem keeps the first letter of its word.
    letters: FxHashSet<char>,
}

/// The number of a unit that no operand has.
const OTHER: u32 = u32::MAX;

impl Terms {
    /// Returns the number of a character or stem, a new one where it has none yet.
    fn learn(&mut self, term: &str) -> u32 {
        self.letters.extend(term.chars().next());
        let next = u32::try_from(self.numbers.len()).expect("fewer than 2^32 words in a query");
        *self.numbers.entry(term.to_owned()).or_insert(next)
    }

    fn number(&self, term: &str) -> u32 {
        self.numbers.get(term).copied().unwrap_or(OTHER)
    }
}

/// A unit of the text: one character, or a word's stem.
struct Unit {
    term: u32,
    /// Bytes of the original.
    range: Range<usize>,
    /// The sentence it stands in.
    sentence: usize,
}

impl Highlighter {
    /// Prepares concepts for many texts. Operands without a letter, digit or character are ignored.
    pub fn new(analyzer: &Analyzer, concepts: &[Vec<String>]) -> Self {
        let mut operands: FxHashMap<u32, Vec<(Vec<u32>, usize)>> = FxHashMap::default();
        let mut known = Terms::default();
        for (concept, texts) in concepts.iter().enumerate() {
            for text in texts {
                let mut terms = Vec::new();
                each_unit(analyzer, text, |unit, _| match unit {
                    Found::Character(character) => terms.push(known.learn(character)),
                    Found::Word(word) => terms.push(known.learn(&analyzer.stem(word))),
                    Found::SentenceEnd => {}
                });
                if let Some(first) = terms.first() {
                    operands.entry(*first).or_default().push((terms, concept));
                }
            }
        }
        for same in operands.values_mut() {
            same.sort_by_key(|(terms, concept)| (usize::MAX - terms.len(), *concept));
        }
        Self { analyzer: analyzer.clone(), terms: known, operands, n_concepts: concepts.len() }
    }

    /// Returns the marks of `text`, in order, never overlapping.
    ///
    /// From the left, the longest operand that fits wins, then the earlier concept;
    /// marks of one concept that touch become one.
    pub fn marks(&self, text: &str) -> Vec<Mark> {
        self.marks_beside(text, &[])
    }

    /// Returns the marks of `text` with those that others found in it, of which `found` is an ordered list, none
    /// overlapping: where both mark something, theirs stands.
    pub fn marks_beside(&self, text: &str, found: &[Mark]) -> Vec<Mark> {
        let mut marks = self.own_marks(text);
        if !found.is_empty() {
            let apart = |a: &Range<usize>, b: &Range<usize>| a.end <= b.start || b.end <= a.start;
            marks.retain(|mark| found.iter().all(|other| apart(&mark.range, &other.range)));
            marks.extend(found.iter().cloned());
            marks.sort_by_key(|mark| mark.range.start);
        }
        marks
    }

    fn own_marks(&self, text: &str) -> Vec<Mark> {
        let mut marks: Vec<Mark> = Vec::new();
        if self.operands.is_empty() {
            return marks;
        }
        let units = self.units(text);
        let mut at = 0;
        while at < units.len() {
            let Some((length, concept)) = self.longest(&units[at..]) else {
                at += 1;
                continue;
            };
            let range = units[at].range.start..units[at + length - 1].range.end;
            at += length;
            match marks.last_mut() {
                // Two units may come from one character of the original, such as `℃`.
                Some(last) if last.range.end > range.start => last.range.end = last.range.end.max(range.end),
                Some(last) if last.concept == concept && last.range.end == range.start => {
                    last.range.end = range.end
                }
                _ => marks.push(Mark { range, concept }),
            }
        }
        marks
    }

    /// Returns the units and the concept of the longest operand at the head of `units`.
    fn longest(&self, units: &[Unit]) -> Option<(usize, usize)> {
        let head = units.first()?;
        self.operands.get(&head.term)?.iter().find_map(|(terms, concept)| {
            let fits = terms.len() <= units.len()
                && terms
                    .iter()
                    .zip(units)
                    .all(|(term, unit)| *term == unit.term && unit.sentence == head.sentence);
            fits.then_some((terms.len(), *concept))
        })
    }

    fn units(&self, text: &str) -> Vec<Unit> {
        let mut found: Vec<Unit> = Vec::new();
        let mut sentence = 0;
        each_unit(&self.analyzer, text, |unit, range| {
            let (term, range) = match unit {
                Found::SentenceEnd => {
                    sentence += 1;
                    return;
                }
                // Of a bigram the first character, also where it folds to several.
                Found::Character(character) => {
                    let width = text[range.clone()].chars().next().map_or(0, char::len_utf8);
                    (self.terms.number(character), range.start..range.start + width)
                }
                Found::Word(word) => {
                    let may_match = word.chars().next().is_some_and(|c| self.terms.letters.contains(&c));
                    (if may_match { self.terms.number(&self.analyzer.stem(word)) } else { OTHER }, range)
                }
            };
            found.push(Unit { term, range, sentence });
        });
        found
    }

    /// Returns the sentences that show most concepts, in the order of the text, `max_chars` characters at most together.
    ///
    /// A sentence counts by the concepts that better ones have not shown, then by its marks, then by its place;
    /// one too long for what is left is cut around its first marks. Without a mark, the head of the first sentence.
    pub fn best_sentences(&self, text: &str, max_chars: usize) -> Vec<Snippet> {
        self.best_sentences_beside(text, &[], max_chars)
    }

    /// Returns the best sentences, with marks as [`Highlighter::marks_beside`] gives them.
    pub fn best_sentences_beside(&self, text: &str, found: &[Mark], max_chars: usize) -> Vec<Snippet> {
        let marks = self.marks_beside(text, found);
        let ranges = sentences(text);
        let mut candidates: Vec<Snippet> = ranges
            .iter()
            .map(|range| Snippet {
                range: range.clone(),
                marks: marks.iter().filter(|m| inside(&m.range, range)).cloned().collect(),
            })
            .filter(|snippet| !snippet.marks.is_empty())
            .collect();
        let mut left = max_chars;
        let mut shown = vec![false; self.n_concepts];
        let mut chosen: Vec<Snippet> = Vec::new();
        while left > 0 && !candidates.is_empty() {
            let value = |snippet: &Snippet| {
                let mut new: Vec<usize> =
                    snippet.marks.iter().map(|m| m.concept).filter(|&c| !shown[c]).collect();
                new.sort_unstable();
                new.dedup();
                (new.len(), snippet.marks.len())
            };
            // The earliest of the best.
            let best = (0..candidates.len()).rev().max_by_key(|&i| value(&candidates[i])).unwrap_or(0);
            let Some(snippet) = clip(text, candidates.remove(best), left) else { break };
            left -= text[snippet.range.clone()].chars().count().min(left);
            for mark in &snippet.marks {
                shown[mark.concept] = true;
            }
            chosen.push(snippet);
        }
        if chosen.is_empty()
            && let Some(first) = ranges.first()
        {
            chosen.extend(clip(text, Snippet { range: first.clone(), marks: Vec::new() }, max_chars));
        }
        chosen.sort_by_key(|snippet| snippet.range.start);
        chosen
    }
}

fn inside(inner: &Range<usize>, outer: &Range<usize>) -> bool {
    inner.start >= outer.start && inner.end <= outer.end
}

/// Cuts a snippet to `max_chars`, its first mark inside; `None` if that leaves none of it or loses its marks.
fn clip(text: &str, mut snippet: Snippet, max_chars: usize) -> Option<Snippet> {
    let whole = &text[snippet.range.clone()];
    if whole.chars().count() <= max_chars {
        return Some(snippet);
    }
    let first =
        snippet.marks.first().map_or(snippet.range.start..snippet.range.start, |mark| mark.range.clone());
    let marked = text[first.clone()].chars().count();
    let spare = max_chars.checked_sub(marked).filter(|_| max_chars > 0)?;
    // A third of the room before the mark, the rest after it.
    let before = text[snippet.range.start..first.start].char_indices().rev().take(spare / 3);
    let start = before.last().map_or(first.start, |(at, _)| snippet.range.start + at);
    let used = text[start..first.start].chars().count();
    let end = text[first.end..snippet.range.end]
        .char_indices()
        .nth(spare - used)
        .map_or(snippet.range.end, |(at, _)| first.end + at);
    snippet.range = start..end;
    snippet.marks.retain(|mark| inside(&mark.range, &(start..end)));
    Some(snippet)
}

/// What stands in a text.
enum Found<'a> {
    /// A character; what it was found in begins with it.
    Character(&'a str),
    /// A word in lower case.
    Word(&'a str),
    SentenceEnd,
}

/// Calls `each` with every unit, and the bytes of the original that it was found in.
fn each_unit(analyzer: &Analyzer, text: &str, mut each: impl FnMut(Found<'_>, Range<usize>)) {
    analyzer.units(text, |term, range, _| {
        let Some(first) = term.chars().next() else { return };
        if first == '\u{1}' {
            // Paragraphs and claims end sentences too; each end of any kind parts.
            each(Found::SentenceEnd, range);
        } else if class(first).is_cjk() {
            each(Found::Character(&term[..first.len_utf8()]), range);
        } else {
            each(Found::Word(term), range);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    static ANALYZER: LazyLock<Analyzer> = LazyLock::new(Analyzer::new);

    fn highlighter(concepts: &[&[&str]]) -> Highlighter {
        let concepts: Vec<Vec<String>> =
            concepts.iter().map(|texts| texts.iter().map(|text| (*text).to_owned()).collect()).collect();
        Highlighter::new(&ANALYZER, &concepts)
    }

    #[track_caller]
    fn check(text: &str, concepts: &[&[&str]], expected: &[(&str, usize)]) {
        let marks = highlighter(concepts).marks(text);
        let shown: Vec<(&str, usize)> = marks.iter().map(|m| (&text[m.range.clone()], m.concept)).collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn originals_are_marked_as_they_stand() {
        check("該採煤機排出ＣＯ₂。", &[&["采煤机"], &["CO2"]], &[("採煤機", 0), ("ＣＯ₂", 1)]);
    }

    #[test]
    fn english_is_marked_by_stem() {
        check("Cutting drums cut coal.", &[&["cutting drum"], &["cut"]], &[("Cutting drums", 0), ("cut", 1)]);
    }

    #[test]
    fn the_longest_operand_wins_and_touching_marks_join() {
        check("采煤机滚筒转动", &[&["采煤机", "滚筒"], &["采煤"]], &[("采煤机滚筒", 0)]);
    }

    #[test]
    fn one_character_that_folds_to_several_is_marked_whole() {
        check("㍿と株", &[&["株式会社"]], &[("㍿", 0)]);
    }

    #[test]
    fn no_mark_runs_over_a_sentence_end() {
        check("采煤。机", &[&["采煤机"]], &[]);
        check("采煤、机", &[&["采煤机"]], &[("采煤、机", 0)]);
    }

    #[test]
    fn the_sentences_that_show_most_concepts_are_chosen() {
        let text = "背景。采煤机工作。采煤机的滚筒喷雾。滚筒。";
        let snippets = highlighter(&[&["采煤机"], &["滚筒"], &["喷雾"]]).best_sentences(text, 10);
        let shown: Vec<&str> = snippets.iter().map(|s| &text[s.range.clone()]).collect();
        assert_eq!(shown, ["采煤机的滚筒喷雾。"]);
        assert_eq!(snippets[0].marks.len(), 3);
    }

    #[test]
    fn a_long_sentence_is_cut_around_its_mark() {
        let text = format!("{}采煤机{}。", "前".repeat(50), "后".repeat(50));
        let snippets = highlighter(&[&["采煤机"]]).best_sentences(&text, 12);
        assert_eq!(&text[snippets[0].range.clone()], "前前前采煤机后后后后后后");
    }

    #[test]
    fn a_text_without_marks_shows_its_head() {
        let snippets = highlighter(&[&["氢"]]).best_sentences("采煤机工作。", 3);
        assert_eq!(snippets, [Snippet { range: 0..9, marks: Vec::new() }]);
        assert_eq!(highlighter(&[&["氢"]]).best_sentences("。", 3), []);
    }

    proptest! {
        #[test]
        fn a_stem_keeps_the_first_letter(word in "[a-z][a-z0-9]{0,11}|\\PC{1,3}") {
            let stem = ANALYZER.stem(&word);
            prop_assert_eq!(stem.chars().next(), word.chars().next());
        }

        #[test]
        fn marks_and_snippets_are_ordered_slices(
            text in "([采煤機㎡㍿ＡＢ．℃₂a-zA-Z0-9 。.\n、-]|\\PC){0,40}",
            operand in "[采煤机㍿a-cm2株C]{0,3}",
            max_chars in 0_usize..20,
        ) {
            let highlighter = highlighter(&[&[&operand], &["机"], &["会社"]]);
            let mut last = 0;
            for mark in highlighter.marks(&text) {
                prop_assert!(mark.range.start >= last && mark.range.end > mark.range.start, "{mark:?} after {last}");
                prop_assert!(text.get(mark.range.clone()).is_some());
                last = mark.range.end;
            }
            let mut last = 0;
            let mut chars = 0;
            for snippet in highlighter.best_sentences(&text, max_chars) {
                prop_assert!(snippet.range.start >= last);
                last = snippet.range.end;
                chars += text.get(snippet.range.clone()).map_or(usize::MAX, |part| part.chars().count());
                prop_assert!(snippet.marks.iter().all(|mark| inside(&mark.range, &snippet.range)));
            }
            prop_assert!(chars <= max_chars);
        }
    }
}
