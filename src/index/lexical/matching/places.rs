//! Where patterns stand in one text: arithmetic on runs of units, with no postings in sight.

use super::compile::{Lie, Scope};

/// A run of units, from the first to the one after the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Place {
    pub(super) start: u32,
    pub(super) end: u32,
}

/// Most places of one pattern in one text. A text of one repeated word has a place for every pair of its words.
pub(super) const MAX_PLACES: usize = 1 << 20;

/// More places than [`MAX_PLACES`].
#[derive(Debug)]
pub(super) struct TooManyPlaces;

/// Where one kind of part ends in a text: the units that follow an end, ascending.
#[derive(Debug, Default)]
pub(super) struct Ends(pub(super) Vec<u32>);

impl Ends {
    /// Returns the first unit after the part that holds `unit`; the highest number in the last part.
    pub(super) fn part_end(&self, unit: u32) -> u32 {
        let at = self.0.partition_point(|end| *end <= unit);
        self.0.get(at).copied().unwrap_or(u32::MAX)
    }
}

/// Calls `found` with the place of each pair that lies as it should, until it returns `false`.
///
/// `left` and `right` are ascending; `ends` are those of the scope, of runs for [`Lie::Gap`].
/// With [`Lie::Without`] the places are those of `left` that have no place of `right` in reach.
/// The places come in no order and may repeat.
pub(super) fn pairs(
    lie: Lie,
    left: &[Place],
    right: &[Place],
    ends: &Ends,
    found: &mut dyn FnMut(Place) -> bool,
) {
    match lie {
        Lie::Near { min, max, ordered, .. } => {
            if follow(left, right, (min, max), ends, found) && !ordered {
                follow(right, left, (min, max), ends, found);
            }
        }
        Lie::Without { max, ordered, .. } => {
            for place in left {
                let this = std::slice::from_ref(place);
                let mut alone = true;
                let mut in_reach = |_| {
                    alone = false;
                    false
                };
                if follow(this, right, (0, max), ends, &mut in_reach) && !ordered {
                    follow(right, this, (0, max), ends, &mut in_reach);
                }
                if alone && !found(*place) {
                    return;
                }
            }
        }
        Lie::Gap { min, max } => {
            for place in left {
                let first = place.end.saturating_add(min);
                // The first character after the gap may be the last of the run.
                let last = place.end.saturating_add(max).min(ends.part_end(place.end - 1) - 1);
                let from = right.partition_point(|other| other.start < first);
                for other in right[from..].iter().take_while(|other| other.start <= last) {
                    if !found(Place { start: place.start, end: other.end }) {
                        return;
                    }
                }
            }
        }
    }
}

/// Finds each place of `right` that follows one of `left`; returns whether `found` wants more.
fn follow(
    left: &[Place],
    right: &[Place],
    (min, max): (u32, u32),
    ends: &Ends,
    found: &mut dyn FnMut(Place) -> bool,
) -> bool {
    // A place that follows the first one, mostly, for the search to begin at.
    let mut from = match left {
        [only] => right.partition_point(|other| other.start < only.end.saturating_add(min)),
        _ => 0,
    };
    for place in left {
        // Places ascend by start, so ends mostly do too, and the search begins where the last one did.
        let first = place.end.saturating_add(min);
        while from > 0 && right[from - 1].start >= first {
            from -= 1;
        }
        while right.get(from).is_some_and(|other| other.start < first) {
            from += 1;
        }
        let Some(next) = right.get(from) else { continue };
        let last = place.end.saturating_add(max);
        if next.start > last {
            continue;
        }
        let sentence_end = ends.part_end(place.start);
        if place.end > sentence_end {
            continue;
        }
        for other in
            right[from..].iter().take_while(|other| other.start <= last && other.start < sentence_end)
        {
            if other.end <= sentence_end && !found(Place { start: place.start, end: other.end }) {
                return false;
            }
        }
    }
    true
}

/// Returns the part that a lie goes by; [`Lie::Gap`] goes by runs, which postings do not tell.
pub(super) fn scope_of(lie: Lie) -> Scope {
    match lie {
        Lie::Near { scope, .. } | Lie::Without { scope, .. } => scope,
        Lie::Gap { .. } => Scope::Sentence,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn place(range: std::ops::Range<u32>) -> Place {
        Place { start: range.start, end: range.end }
    }

    /// Every pair, by the words of the definition.
    fn by_hand(lie: Lie, left: &[Place], right: &[Place], ends: &Ends) -> Vec<Place> {
        let part = |unit: u32| ends.0.iter().filter(|end| **end <= unit).count();
        let one_part = |place: Place| part(place.start) == part(place.end - 1);
        let both = |a: &Place, b: &Place| Place { start: a.start.min(b.start), end: a.end.max(b.end) };
        let mut found = Vec::new();
        for a in left {
            let mut alone = true;
            for b in right {
                let union = both(a, b);
                let gap = |first: &Place, second: &Place| second.start.checked_sub(first.end);
                let within = |min: u32, max: u32, ordered: bool| {
                    let fits = |gap: Option<u32>| gap.is_some_and(|gap| (min..=max).contains(&gap));
                    one_part(union) && (fits(gap(a, b)) || (!ordered && fits(gap(b, a))))
                };
                let lies = match lie {
                    Lie::Near { min, max, ordered, .. } => within(min, max, ordered),
                    Lie::Without { max, ordered, .. } => within(0, max, ordered),
                    Lie::Gap { min, max } => {
                        gap(a, b).is_some_and(|gap| (min..=max).contains(&gap))
                            && part(a.end - 1) == part(b.start)
                    }
                };
                alone &= !lies;
                if lies && !matches!(lie, Lie::Without { .. }) {
                    found.push(union);
                }
            }
            if alone && matches!(lie, Lie::Without { .. }) {
                found.push(*a);
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    fn some_places() -> impl Strategy<Value = Vec<Place>> {
        prop::collection::btree_set((0_u32..30, 1_u32..4), 0..10)
            .prop_map(|set| set.into_iter().map(|(start, length)| place(start..start + length)).collect())
    }

    proptest! {
        #[test]
        fn pairs_are_those_of_the_definition(
            left in some_places(),
            right in some_places(),
            ends in prop::collection::btree_set(1_u32..33, 0..6),
            min in 0_u32..3,
            more in 0_u32..9,
            kind in 0..5,
        ) {
            let ends = Ends(ends.into_iter().collect());
            let max = if more == 8 { u32::MAX } else { min + more };
            let scope = Scope::Sentence;
            let lie = match kind {
                0 => Lie::Near { min, max, scope, ordered: true },
                1 => Lie::Near { min, max, scope, ordered: false },
                2 => Lie::Without { max, scope, ordered: true },
                3 => Lie::Without { max, scope, ordered: false },
                _ => Lie::Gap { min, max },
            };
            let mut found = Vec::new();
            pairs(lie, &left, &right, &ends, &mut |place| {
                found.push(place);
                true
            });
            found.sort_unstable();
            found.dedup();
            prop_assert_eq!(found, by_hand(lie, &left, &right, &ends));
        }
    }

    #[test]
    fn nothing_runs_over_the_end_of_a_part() {
        let ends = Ends(vec![5]);
        let near = Lie::Near { min: 0, max: u32::MAX, scope: Scope::Sentence, ordered: true };
        let check = |right: Place, n: usize| {
            let mut found = 0;
            pairs(near, &[place(3..4)], &[right], &ends, &mut |_| {
                found += 1;
                true
            });
            assert_eq!(found, n, "{right:?}");
        };
        check(place(4..5), 1);
        check(place(5..6), 0);
        check(place(4..6), 0);
    }
}
