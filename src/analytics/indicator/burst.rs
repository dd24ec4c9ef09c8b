//! When something is suddenly on everybody's lips: Kleinberg's two-state bursts over batches (2002, section 4).
//!
//! In each batch (a year, a quarter) `r` of `d` units carry the label. The low state expects the overall rate
//! `p0 = R/D`, the high state `p1 = min(s p0, 0.999)`. A state costs `-[ln C(d,r) + r ln p + (d-r) ln(1-p)]`, a step up
//! costs `γ ln T` for `T` batches, a step down nothing; the cheapest sequence of states shows the bursts, and a burst
//! weighs what the high state saves in it.

use super::statistics::ln_choose;
use crate::analytics::evidence::{Outcome, Undefined};

/// How much is a burst.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// The rate of the high state over that of the low: `s > 1`.
    pub scale: f64,
    /// The price of a step up: `γ`.
    pub gamma: f64,
    /// Units with the label that a burst needs.
    pub min_units: u64,
}

/// `s = 2`, `γ = 1` as in Kleinberg's own work; at least 5 units.
pub const STANDARD: Options = Options { scale: 2.0, gamma: 1.0, min_units: 5 };

/// The highest rate of the high state: a rate of 1 would cost nothing or everything.
const MAX_RATE: f64 = 0.999;

/// A burst.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Burst {
    /// The first batch in it.
    pub start: usize,
    /// The last batch in it.
    pub end: usize,
    /// What the high state saves, in nats.
    pub weight: f64,
    /// Units with the label in it.
    pub units: u64,
}

/// Returns the bursts of a label, earliest first. `batches` gives `(r, d)` in order of time.
///
/// ```
/// use patnav::analytics::indicator::burst::{STANDARD, bursts};
/// let batches = [(2, 100), (1, 100), (2, 100), (12, 100), (14, 100), (2, 100)];
/// let found = bursts(&batches, &STANDARD).unwrap();
/// assert_eq!((found.len(), found[0].start, found[0].end, found[0].units), (1, 3, 4, 26));
/// ```
///
/// # Errors
/// [`Undefined::Empty`] where no unit carries the label; [`Undefined::NotIdentifiable`] for `r > d` or a scale of 1 or less.
pub fn bursts(batches: &[(u64, u64)], options: &Options) -> Outcome<Vec<Burst>> {
    let (hits, all) = batches.iter().fold((0, 0), |(r, d), batch| (r + batch.0, d + batch.1));
    if hits == 0 || all == 0 {
        return Err(Undefined::Empty);
    }
    let scale_is_fair = options.scale > 1.0 && options.gamma >= 0.0 && options.gamma.is_finite();
    if !scale_is_fair || batches.iter().any(|(r, d)| r > d) {
        let why = "more hits than units in a batch, or a high state that is not higher";
        return Err(Undefined::NotIdentifiable { why: why.to_owned() });
    }
    let low = (hits as f64 / all as f64).min(MAX_RATE);
    let high = (options.scale * low).min(MAX_RATE);
    let cost =
        |(r, d): (u64, u64), p: f64| -(ln_choose(d, r) + r as f64 * p.ln() + (d - r) as f64 * (1.0 - p).ln());
    let up = options.gamma * (batches.len() as f64).ln();
    // The cheapest way into each state, and where it came from; in doubt the low state.
    let mut total = [0.0, up];
    let mut came_from: Vec<[usize; 2]> = Vec::with_capacity(batches.len());
    for (at, batch) in batches.iter().enumerate() {
        let costs = [cost(*batch, low), cost(*batch, high)];
        let (into_low, into_high) = if at == 0 {
            (0, 1)
        } else {
            (usize::from(total[1] < total[0]), usize::from(total[1] < total[0] + up))
        };
        let before_high = if at == 0 || into_high == 1 { total[1] } else { total[0] + up };
        let before_low = total[into_low];
        came_from.push([into_low, into_high]);
        total = [before_low + costs[0], before_high + costs[1]];
    }
    let mut state = usize::from(total[1] < total[0]);
    let mut states = vec![0; batches.len()];
    for at in (0..batches.len()).rev() {
        states[at] = state;
        state = came_from[at][state];
    }
    let mut found: Vec<Burst> = Vec::new();
    for (at, batch) in batches.iter().enumerate().filter(|(at, _)| states[*at] == 1) {
        let saved = cost(*batch, low) - cost(*batch, high);
        match found.last_mut().filter(|burst| burst.end + 1 == at) {
            Some(burst) => {
                (burst.end, burst.weight, burst.units) = (at, burst.weight + saved, burst.units + batch.0);
            }
            None => found.push(Burst { start: at, end: at, weight: saved, units: batch.0 }),
        }
    }
    found.retain(|burst| burst.units >= options.min_units);
    Ok(found)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Tries every sequence of states.
    fn cheapest(batches: &[(u64, u64)], options: &Options) -> f64 {
        let (hits, all) = batches.iter().fold((0, 0), |(r, d), batch| (r + batch.0, d + batch.1));
        let low = (hits as f64 / all as f64).min(MAX_RATE);
        let high = (options.scale * low).min(MAX_RATE);
        let cost = |(r, d): (u64, u64), p: f64| {
            -(ln_choose(d, r) + r as f64 * p.ln() + (d - r) as f64 * (1.0 - p).ln())
        };
        let up = options.gamma * (batches.len() as f64).ln();
        (0..1_u32 << batches.len())
            .map(|states| {
                let state = |at: usize| states >> at & 1 == 1;
                (0..batches.len())
                    .map(|at| {
                        let rises = state(at) && (at == 0 || !state(at - 1));
                        cost(batches[at], if state(at) { high } else { low }) + if rises { up } else { 0.0 }
                    })
                    .sum()
            })
            .fold(f64::INFINITY, f64::min)
    }

    fn cost_of(batches: &[(u64, u64)], options: &Options) -> f64 {
        let all = Options { min_units: 0, ..*options };
        let found = bursts(batches, &all).expect("defined");
        let (hits, total) = batches.iter().fold((0, 0), |(r, d), batch| (r + batch.0, d + batch.1));
        let low = (hits as f64 / total as f64).min(MAX_RATE);
        let base: f64 = batches
            .iter()
            .map(|(r, d)| -(ln_choose(*d, *r) + *r as f64 * low.ln() + (d - r) as f64 * (1.0 - low).ln()))
            .sum();
        let up = options.gamma * (batches.len() as f64).ln();
        base - found.iter().map(|burst| burst.weight - up).sum::<f64>()
    }

    proptest! {
        #[test]
        fn the_states_are_the_cheapest(batches in prop::collection::vec((0_u64..12, 12_u64..40), 1..9)) {
            prop_assume!(batches.iter().any(|(r, _)| *r > 0));
            let best = cheapest(&batches, &STANDARD);
            prop_assert!((cost_of(&batches, &STANDARD) - best).abs() < 1e-6 * best.abs().max(1.0));
        }
    }

    #[test]
    fn a_steady_label_does_not_burst() {
        assert_eq!(bursts(&[(10, 100); 8], &STANDARD), Ok(Vec::new()));
        assert!(bursts(&[(0, 100)], &STANDARD).is_err() && bursts(&[], &STANDARD).is_err());
        assert!(bursts(&[(3, 2)], &STANDARD).is_err());
        assert_eq!(bursts(&[(5, 5)], &STANDARD), Ok(Vec::new()));
    }
}
