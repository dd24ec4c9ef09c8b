//! Who cites whom within a cohort, unit by unit, and how much of what is cited was found.
//!
//! A citation names a publication; it counts for the unit that holds it, in whatever kind (an examiner cites the A
//! document, the unit may be known by its B document). A unit citing itself is no citation. Numbers that no document
//! of the cohort has are counted, so that indicators can state their coverage.

use rustc_hash::FxHashMap;

use super::document::Documents;
use super::labels::{Inverted, as_u32};

/// Citations between units.
#[derive(Debug, Clone, Default)]
pub struct Citations {
    cites: Inverted,
    cited_by: Inverted,
    n_cited: Vec<u32>,
    n_outside: Vec<u32>,
}

impl Citations {
    /// Returns the units that a unit cites, ascending.
    pub fn cites(&self, unit: u32) -> &[u32] {
        self.cites.of(unit)
    }

    /// Returns the units that cite a unit, ascending.
    pub fn cited_by(&self, unit: u32) -> &[u32] {
        self.cited_by.of(unit)
    }

    /// Returns how many distinct patent numbers a unit cites, found in the cohort or not.
    pub fn n_cited(&self, unit: u32) -> u32 {
        self.n_cited[unit as usize]
    }

    /// Returns how many families of the snapshot outside the scope cite a unit; 0 for plain records.
    pub fn n_outside(&self, unit: u32) -> u32 {
        self.n_outside[unit as usize]
    }

    /// Returns all citations as pairs of citing and cited unit.
    pub fn pairs(&self) -> impl Iterator<Item = (u32, u32)> {
        (0..as_u32(self.cites.n())).flat_map(|unit| self.cites(unit).iter().map(move |cited| (unit, *cited)))
    }

    /// Returns the share of cited numbers that were found in the cohort; `None` where nothing is cited.
    pub fn coverage(&self) -> Option<f64> {
        let all: u64 = self.n_cited.iter().map(|n| u64::from(*n)).sum();
        let found: usize = (0..as_u32(self.cites.n())).map(|unit| self.cites(unit).len()).sum();
        // A number may be found twice over (two kinds of one unit), a unit is cited once: at most 1.
        (all > 0).then(|| (found as f64 / all as f64).min(1.0))
    }

    pub(crate) fn new(documents: &Documents, unit_of: &[u32], units: &Inverted) -> Self {
        let numbers = Numbers::of(documents);
        let rows: Vec<Option<u32>> =
            (0..as_u32(documents.cites.n_labels())).map(|id| numbers.row(documents.cites.name(id))).collect();
        let n = units.n();
        let (mut pairs, mut n_cited) = (Vec::new(), Vec::with_capacity(n));
        let mut all = Vec::new();
        for unit in 0..as_u32(n) {
            all.clear();
            for row in units.of(unit) {
                for id in documents.cites.of(*row) {
                    all.push(*id);
                    let cited = rows[*id as usize].map(|row| unit_of[row as usize]);
                    pairs.extend(cited.filter(|cited| *cited != unit).map(|cited| (unit, cited)));
                }
            }
            all.sort_unstable();
            all.dedup();
            n_cited.push(as_u32(all.len()));
        }
        pairs.sort_unstable();
        pairs.dedup();
        let mut outside: Vec<(u32, u32)> =
            documents.from_outside.iter().map(|(row, citing)| (unit_of[*row as usize], *citing)).collect();
        outside.sort_unstable();
        outside.dedup();
        let mut n_outside = vec![0; n];
        outside.iter().for_each(|(unit, _)| n_outside[*unit as usize] += 1);
        Self {
            cites: Inverted::of_pairs(&pairs, n),
            cited_by: Inverted::of_pairs(&turned(&pairs), n),
            n_cited,
            n_outside,
        }
    }
}

fn turned(pairs: &[(u32, u32)]) -> Vec<(u32, u32)> {
    let mut turned: Vec<(u32, u32)> = pairs.iter().map(|(a, b)| (*b, *a)).collect();
    turned.sort_unstable();
    turned
}

/// Publication numbers of the cohort without their kinds.
pub(crate) struct Numbers<'a>(FxHashMap<&'a str, u32>);

impl<'a> Numbers<'a> {
    pub(crate) fn of(documents: &'a Documents) -> Self {
        let mut rows = FxHashMap::default();
        for (row, key) in (0..).zip(&documents.keys) {
            // The first by key stands for all kinds of one serial: they belong to one application.
            rows.entry(without_kind(key)).or_insert(row);
        }
        Self(rows)
    }

    /// Returns a document with this number, in any kind.
    pub(crate) fn row(&self, number: &str) -> Option<u32> {
        self.0.get(without_kind(number)).copied()
    }
}

/// Returns a displayed publication number without its kind code (`CN154000000A`, `US54017000B2`).
pub(crate) fn without_kind(number: &str) -> &str {
    let bytes = number.as_bytes();
    let letter_at = |at: Option<usize>| at.filter(|at| *at > 2 && bytes[*at].is_ascii_uppercase());
    match bytes.last() {
        Some(last) if last.is_ascii_uppercase() => letter_at(bytes.len().checked_sub(1)),
        Some(last) if last.is_ascii_digit() => letter_at(bytes.len().checked_sub(2)),
        _ => None,
    }
    .map_or(number, |at| &number[..at])
}

#[cfg(test)]
mod tests {
    use super::without_kind;

    #[test]
    fn kinds_are_cut_off_and_serials_kept() {
        let cases = [
            ("CN154000000A", "CN154000000"),
            ("US54017000B2", "US54017000"),
            ("EP8215000A1", "EP8215000"),
            ("CN154006000", "CN154006000"),
            ("JPH05170722A", "JPH05170722"),
            ("USD123456S1", "USD123456"),
            ("USRE40000E1", "USRE40000"),
            ("", ""),
            ("A1", "A1"),
            ("app:CN201910302430.1", "app:CN201910302430.1"),
        ];
        for (number, expected) in cases {
            assert_eq!(without_kind(number), expected);
        }
    }
}
