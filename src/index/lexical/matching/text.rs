//! A pattern looked for in a text itself: to mark what was found, and where postings cannot decide.
//!
//! The same arithmetic as on postings (`places.rs`), on the units of one text; what it adds is where a run of Chinese
//! ends, which postings do not tell.

use std::ops::Range;

use super::compile::{Lie, Plan, Scope, Slot, Wanted};
use super::places::{Ends, MAX_PLACES, Place, pairs, scope_of};
use crate::index::error::Result;
use crate::index::pattern::Pattern;
use crate::text::Analyzer;
use crate::text::script::class;
use crate::text::units::{CLAIM_END, PARAGRAPH_END, SENTENCE_END};

/// A pattern, ready to be looked for in texts.
#[derive(Debug, Clone)]
pub struct Finder {
    analyzer: Analyzer,
    plan: Plan,
}

/// The units of one text.
struct Units {
    terms: Vec<String>,
    ranges: Vec<Range<usize>>,
    sentences: Ends,
    paragraphs: Ends,
    claims: Ends,
    runs: Ends,
}

impl Finder {
    /// Prepares a pattern.
    ///
    /// # Errors
    /// As [`crate::index::Reader::matching_pattern`].
    pub fn new(analyzer: &Analyzer, pattern: &Pattern) -> Result<Self> {
        Ok(Self { analyzer: analyzer.clone(), plan: Plan::new(analyzer, pattern)? })
    }

    /// Returns the parts of a text that take part in an occurrence of the pattern, as bytes, ascending, none twice:
    /// of a proximity its operands, not what lies between.
    pub fn find(&self, text: &str) -> Vec<Range<usize>> {
        let units = Units::of(&self.analyzer, text);
        let whole = units.places(&self.plan);
        let mut parts: Vec<Place> = Vec::new();
        units.parts(&self.plan, &whole, &mut parts);
        parts.sort_unstable();
        parts.dedup();
        let range = |place: Place| {
            let (first, last) = (place.start as usize, place.end as usize - 1);
            Some(units.ranges.get(first)?.start..units.ranges.get(last)?.end)
        };
        parts.into_iter().filter_map(range).collect()
    }

    /// Returns at how many units of a text the pattern starts.
    pub(super) fn count(analyzer: &Analyzer, plan: &Plan, text: &str) -> u32 {
        let places = Units::of(analyzer, text).places(plan);
        let n = 1 + places.windows(2).filter(|pair| pair[0].start != pair[1].start).count();
        if places.is_empty() { 0 } else { u32::try_from(n).unwrap_or(u32::MAX) }
    }
}

impl Units {
    fn of(analyzer: &Analyzer, text: &str) -> Self {
        let mut units = Self {
            terms: Vec::new(),
            ranges: Vec::new(),
            sentences: Ends::default(),
            paragraphs: Ends::default(),
            claims: Ends::default(),
            runs: Ends::default(),
        };
        analyzer.units(text, |term, range, position| match term {
            SENTENCE_END => units.sentences.0.push(position),
            PARAGRAPH_END => units.paragraphs.0.push(position),
            CLAIM_END => units.claims.0.push(position),
            _ => {
                let mut chars = term.chars();
                let pair = chars.next().is_some_and(|c| class(c).is_cjk()) && chars.next().is_some();
                if !pair {
                    units.runs.0.push(position + 1);
                }
                units.terms.push(term.to_owned());
                // A pair stands for its first character; the second is the unit that follows.
                let width = text[range.clone()].chars().next().map_or(0, char::len_utf8);
                units.ranges.push(if pair { range.start..range.start + width } else { range });
            }
        });
        units
    }

    fn ends(&self, lie: Lie) -> &Ends {
        static WHOLE: Ends = Ends(Vec::new());
        match (lie, scope_of(lie)) {
            (Lie::Gap { .. }, _) => &self.runs,
            (_, Scope::Sentence) => &self.sentences,
            (_, Scope::Paragraph) => &self.paragraphs,
            (_, Scope::Claim) => &self.claims,
            (_, Scope::Text) => &WHOLE,
        }
    }

    /// Returns where a plan stands, ascending, each place once; of very many the first.
    fn places(&self, plan: &Plan) -> Vec<Place> {
        let mut places = match plan {
            Plan::Leaf(slots) => return self.leaf(slots),
            Plan::Any(parts) => parts.iter().flat_map(|part| self.places(part)).collect(),
            Plan::Pair(left, right, lie) => {
                let (left, right) = (self.places(left), self.places(right));
                let mut found = Vec::new();
                pairs(*lie, &left, &right, self.ends(*lie), &mut |place| {
                    found.push(place);
                    found.len() < MAX_PLACES
                });
                found
            }
            Plan::Edge(inner, before, after) => {
                let widened = |place: Place| {
                    let start = place.start.checked_sub(*before)?;
                    let end = place.end.checked_add(*after)?;
                    let one_run = |first: u32, last: u32| self.runs.part_end(first) > last;
                    let whole = one_run(start, place.start) && one_run(place.end - 1, end - 1);
                    (whole && end as usize <= self.terms.len()).then_some(Place { start, end })
                };
                self.places(inner).into_iter().filter_map(widened).collect()
            }
        };
        places.sort_unstable();
        places.dedup();
        places
    }

    fn leaf(&self, slots: &[Slot]) -> Vec<Place> {
        let length = slots.iter().map(|slot| slot.offset + slot.width).max().unwrap_or(0);
        let n = u32::try_from(self.terms.len()).unwrap_or(u32::MAX);
        if length == 0 {
            return Vec::new();
        }
        let stands = |start: &u32| {
            slots.iter().all(|slot| {
                let term = self.terms.get((start + slot.offset) as usize);
                term.is_some_and(|term| match &slot.term {
                    Wanted::Exact(wanted) => wanted == term,
                    Wanted::Prefix(first) => term.starts_with(*first),
                    Wanted::Word(glob) => glob.fits(term) && !term.starts_with(|c| class(c).is_cjk()),
                })
            })
        };
        let places = (0..n).filter(stands).map(|start| Place { start, end: start + length });
        places.collect()
    }

    /// Collects the leaves that lie in one of the places of the whole plan.
    fn parts(&self, plan: &Plan, whole: &[Place], out: &mut Vec<Place>) {
        match plan {
            Plan::Leaf(slots) => {
                let inside = |place: &Place| {
                    whole.iter().any(|whole| whole.start <= place.start && place.end <= whole.end)
                };
                out.extend(self.leaf(slots).into_iter().filter(inside));
            }
            Plan::Any(parts) => parts.iter().for_each(|part| self.parts(part, whole, out)),
            Plan::Pair(left, _, Lie::Without { .. }) => self.parts(left, whole, out),
            Plan::Pair(_, _, Lie::Gap { .. }) | Plan::Edge(..) => out.extend(self.places(plan)),
            Plan::Pair(left, right, Lie::Near { .. }) => {
                self.parts(left, whole, out);
                self.parts(right, whole, out);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::pattern::{Near, Piece, Reach};

    #[track_caller]
    fn check(pattern: &Pattern, text: &str, expected: &[&str]) {
        let finder = Finder::new(&Analyzer::new(), pattern).unwrap();
        let found: Vec<&str> = finder.find(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, expected, "{pattern:?}");
    }

    fn phrase(text: &str) -> Pattern {
        Pattern::Phrase(text.to_owned())
    }

    #[test]
    fn operands_of_a_proximity_are_marked_where_it_stands() {
        let near = |reach| {
            let (left, right) = (phrase("滚筒"), phrase("喷雾"));
            Pattern::Near(Box::new(Near { left, right, reach, ordered: false, negated: false }))
        };
        let text = "滚筒。该滚筒的内喷雾装置；外喷雾。";
        check(&near(Reach::Units(2)), text, &["滚筒", "喷雾"]);
        check(&near(Reach::Units(1)), text, &[]);
        check(&near(Reach::Sentence), text, &["滚筒", "喷雾", "喷雾"]);
    }

    #[test]
    fn gaps_in_chinese_stay_in_their_run() {
        let wild = |pieces: &[Piece]| Pattern::Wild(pieces.to_vec());
        let (a, b) = (Piece::Text("采".to_owned()), Piece::Text("机".to_owned()));
        let text = "采煤机、采、煤机，采掘机组 采2机";
        check(&wild(&[a.clone(), Piece::One, b.clone()]), text, &["采煤机", "采掘机"]);
        check(&wild(&[a.clone(), Piece::Many, b.clone(), Piece::One]), text, &["采掘机组"]);
        check(&wild(&[Piece::One, b, Piece::Many]), text, &["煤机", "煤机", "掘机"]);
    }
}
