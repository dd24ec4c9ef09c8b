//! Sums by docno, kept from query to query.

use std::sync::{Mutex, PoisonError};

/// Sums by docno, for one query at a time. All zeros between uses, so that a query costs what it touches:
/// at a million documents a fresh vector would cost 4 MB of zeros each time.
#[derive(Debug)]
pub(super) struct Tally {
    values: Vec<f32>,
    /// Where `values` is not zero.
    touched: Vec<u32>,
}

impl Tally {
    /// Adds to the sum of a document; `gain` is above 0.
    #[inline]
    pub(super) fn add(&mut self, docno: u32, gain: f32) {
        let value = &mut self.values[docno as usize];
        if *value == 0.0 {
            self.touched.push(docno);
        }
        *value += gain;
    }

    /// Returns how many documents have a sum.
    pub(super) fn len(&self) -> usize {
        self.touched.len()
    }

    /// Takes out all sums, in the order in which they were begun.
    pub(super) fn drain(&mut self) -> impl Iterator<Item = (u32, f32)> {
        let values = &mut self.values;
        self.touched.drain(..).map(|docno| (docno, std::mem::take(&mut values[docno as usize])))
    }
}

/// The tallies of a snapshot that no query uses now.
#[derive(Debug)]
pub(super) struct Tallies {
    docno_end: u32,
    idle: Mutex<Vec<Tally>>,
}

impl Tallies {
    /// Prepares for documents below `docno_end`.
    pub(super) fn new(docno_end: u32) -> Self {
        Self { docno_end, idle: Mutex::default() }
    }

    /// Lends a tally; it must be drained before [`Tallies::give_back`], and is dropped instead where a query fails.
    pub(super) fn lend(&self) -> Tally {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.unwrap_or_else(|| Tally { values: vec![0.0; self.docno_end as usize], touched: Vec::new() })
    }

    /// Takes a tally back.
    pub(super) fn give_back(&self, tally: Tally) {
        debug_assert_eq!(tally.len(), 0, "a tally comes back drained");
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(tally);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_taken_out_and_leave_zeros() {
        let tallies = Tallies::new(10);
        let mut tally = tallies.lend();
        for (docno, gain) in [(3, 1.0), (9, 2.0), (3, 0.5)] {
            tally.add(docno, gain);
        }
        assert_eq!(tally.len(), 2);
        assert_eq!(tally.drain().collect::<Vec<_>>(), [(3, 1.5), (9, 2.0)]);
        assert_eq!(tally.len(), 0);
        tallies.give_back(tally);
        let mut again = tallies.lend();
        again.add(3, 1.0);
        assert_eq!(again.drain().collect::<Vec<_>>(), [(3, 1.0)], "zeros were left");
    }
}
