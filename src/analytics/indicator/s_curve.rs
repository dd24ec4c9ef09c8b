//! Where on its S-curve a technology stands, and whether the data can tell.
//!
//! The logistic `F(t) = K / (1 + exp(-r (t - t0)))` is fitted to cumulative counts of complete years by least squares.
//! For given `r` and `t0` the best `K` follows in closed form, so the search is over two numbers: a fixed grid, then
//! ever smaller steps round the best of it. The interval of `K` comes from 200 seeded resamples of the yearly counts as
//! Poisson counts round the fitted ones. As long as the turn of the curve lies ahead, every `K` fits about equally well:
//! then the answer is "not identifiable".

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::statistics::quantile;
use crate::analytics::evidence::{Outcome, Undefined};

/// Years that it takes.
pub const MIN_YEARS: usize = 6;
/// Units that it takes.
pub const MIN_UNITS: f64 = 20.0;
/// A saturation of more than so many times what is there is not identifiable.
pub const MAX_MULTIPLE: f64 = 5.0;
/// Resamples for the interval.
const RESAMPLES: usize = 200;
/// The seed of the resamples.
const SEED: u64 = 20_260_101;
/// Rates of growth tried, a year: doubling in twenty years to tenfold in one.
const RATES: (f64, f64) = (0.03, 2.5);
const RATE_STEPS: u32 = 40;

/// How far the curve has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Below 10 % of saturation.
    Emerging,
    /// 10 to 50 %.
    Growing,
    /// 50 to 90 %.
    Maturing,
    /// Above 90 %.
    Saturated,
}

/// A fitted curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Curve {
    /// The saturation K, in units.
    pub saturation: f64,
    /// The 5th percentile of K over resamples.
    pub low: f64,
    /// The 95th percentile. Far above K: the data hardly bound it.
    pub high: f64,
    /// The rate r, a year.
    pub rate: f64,
    /// The place of the turn t0 in the series, in years from its first.
    pub turn: f64,
    /// F(T)/K at the last year.
    pub reached: f64,
    /// The stage by it.
    pub stage: Stage,
    /// The share of variance of the cumulative counts that the curve explains. Cumulative curves are smooth: it is
    /// always high and proves little.
    pub r_squared: f64,
}

/// Fits the curve to yearly counts without gaps, complete years only.
///
/// # Errors
/// [`Undefined::TooFew`] for fewer than [`MIN_YEARS`] years or [`MIN_UNITS`] units; [`Undefined::NotIdentifiable`] where
/// K is more than [`MAX_MULTIPLE`] times what is there, or the turn lies after the last year; [`Undefined::NotFinite`].
pub fn fit(counts: &[f64]) -> Outcome<Curve> {
    if counts.iter().any(|count| !count.is_finite() || *count < 0.0) {
        return Err(Undefined::NotFinite { what: "a count".to_owned() });
    }
    // Years before the first unit are no part of the curve.
    let empty = counts.iter().take_while(|count| **count == 0.0).count();
    let offset = empty as f64;
    let counts = &counts[empty..];
    let cumulated = cumulated(counts);
    let total = cumulated.last().copied().unwrap_or(0.0);
    if counts.len() < MIN_YEARS {
        let what = "years with units".to_owned();
        return Err(Undefined::TooFew { what, n: counts.len() as u64, needed: MIN_YEARS as u64 });
    }
    if total < MIN_UNITS {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 20")]
        let n = total as u64;
        return Err(Undefined::TooFew { what: "units".to_owned(), n, needed: 20 });
    }
    let best = search(&cumulated);
    let last = (counts.len() - 1) as f64;
    if best.saturation > MAX_MULTIPLE * total {
        let why = format!("a saturation of {:.0} times what is there fits as well", best.saturation / total);
        return Err(Undefined::NotIdentifiable { why });
    }
    if best.turn > last {
        let why = "the turn of the curve lies after the last complete year".to_owned();
        return Err(Undefined::NotIdentifiable { why });
    }
    let (low, high) = interval(&best, counts)?;
    let mean = cumulated.iter().sum::<f64>() / cumulated.len() as f64;
    let variance: f64 = cumulated.iter().map(|x| (x - mean).powi(2)).sum();
    let reached = (total / best.saturation).min(1.0);
    Ok(Curve {
        saturation: best.saturation,
        low: low.min(best.saturation),
        high: high.max(best.saturation),
        rate: best.rate,
        turn: best.turn + offset,
        reached,
        stage: match reached {
            ..0.1 => Stage::Emerging,
            ..0.5 => Stage::Growing,
            ..0.9 => Stage::Maturing,
            _ => Stage::Saturated,
        },
        r_squared: if variance > 0.0 { 1.0 - best.error / variance } else { 0.0 },
    })
}

#[derive(Clone, Copy)]
struct Fit {
    saturation: f64,
    rate: f64,
    turn: f64,
    error: f64,
}

fn cumulated(counts: &[f64]) -> Vec<f64> {
    counts
        .iter()
        .scan(0.0, |sum, count| {
            *sum += count;
            Some(*sum)
        })
        .collect()
}

fn logistic(rate: f64, turn: f64, t: f64) -> f64 {
    1.0 / (1.0 + (-rate * (t - turn)).exp())
}

/// The best saturation for a rate and a turn, and the squared error with it.
fn at(cumulated: &[f64], rate: f64, turn: f64) -> Fit {
    let (mut xy, mut xx, mut yy) = (0.0, 0.0, 0.0);
    for (t, y) in cumulated.iter().enumerate() {
        let x = logistic(rate, turn, t as f64);
        xy += x * y;
        xx += x * x;
        yy += y * y;
    }
    let saturation = if xx > 0.0 { xy / xx } else { 0.0 };
    Fit { saturation, rate, turn, error: (yy - saturation * xy).max(0.0) }
}

fn search(cumulated: &[f64]) -> Fit {
    let n = cumulated.len() as f64;
    let ratio = (RATES.1 / RATES.0).powf(1.0 / f64::from(RATE_STEPS));
    let mut best: Option<Fit> = None;
    for step in 0..=RATE_STEPS {
        let rate = RATES.0 * ratio.powi(i32::try_from(step).unwrap_or(0));
        // Turns from before the series to twice its length.
        for half_years in 0..=(cumulated.len() * 6) {
            let turn = half_years as f64 / 2.0 - n;
            let fit = at(cumulated, rate, turn);
            if best.is_none_or(|best| fit.error < best.error) {
                best = Some(fit);
            }
        }
    }
    let start = best.unwrap_or_else(|| at(cumulated, RATES.0, 0.0));
    refined(cumulated, start, ratio.ln(), 0.5)
}

/// Steps to better neighbours, halving the step where there is none.
fn refined(cumulated: &[f64], mut best: Fit, mut rate_step: f64, mut turn_step: f64) -> Fit {
    for _ in 0..200 {
        let mut moved = false;
        for (rate, turn) in [(rate_step, 0.0), (-rate_step, 0.0), (0.0, turn_step), (0.0, -turn_step)] {
            let rate = (best.rate * f64::exp(rate)).clamp(RATES.0, RATES.1);
            let fit = at(cumulated, rate, best.turn + turn);
            if fit.error < best.error {
                (best, moved) = (fit, true);
            }
        }
        if !moved {
            (rate_step, turn_step) = (rate_step / 2.0, turn_step / 2.0);
            if turn_step < 1e-4 {
                break;
            }
        }
    }
    best
}

fn interval(best: &Fit, counts: &[f64]) -> Outcome<(f64, f64)> {
    let fitted = |t: f64| best.saturation * logistic(best.rate, best.turn, t);
    let expected = |at: usize| {
        let before = if at == 0 { 0.0 } else { fitted(at as f64 - 1.0) };
        (fitted(at as f64) - before).max(0.0)
    };
    let mut random = ChaCha8Rng::seed_from_u64(SEED);
    let mut found = Vec::with_capacity(RESAMPLES);
    for _ in 0..RESAMPLES {
        let sample: Vec<f64> = (0..counts.len()).map(|at| poisson(&mut random, expected(at))).collect();
        let fit = refined(&cumulated(&sample), at(&cumulated(&sample), best.rate, best.turn), 0.2, 1.0);
        found.push(fit.saturation);
    }
    Ok((quantile(&found, 0.05)?, quantile(&found, 0.95)?))
}

/// Draws a Poisson count: by products of uniforms for small means (Knuth), by the normal approximation above 30.
fn poisson(random: &mut ChaCha8Rng, mean: f64) -> f64 {
    if mean > 30.0 {
        let (u, v): (f64, f64) = (random.random(), random.random());
        let normal = (-2.0 * (1.0 - u).ln()).sqrt() * (2.0 * std::f64::consts::PI * v).cos();
        return (mean + mean.sqrt() * normal).round().max(0.0);
    }
    let limit = (-mean).exp();
    let (mut n, mut product) = (0.0, random.random::<f64>());
    while product > limit {
        product *= random.random::<f64>();
        n += 1.0;
    }
    n
}

#[cfg(test)]
mod tests {
    use super::*;

    fn yearly(saturation: f64, rate: f64, turn: f64, years: usize) -> Vec<f64> {
        let f = |t: f64| saturation * logistic(rate, turn, t);
        (0..years).map(|t| if t == 0 { f(0.0) } else { f(t as f64) - f(t as f64 - 1.0) }).collect()
    }

    /// A curve without noise gives back what it was made from.
    #[test]
    fn a_clean_curve_is_found() {
        let found = fit(&yearly(1_000.0, 0.5, 8.0, 16)).expect("identifiable");
        assert!((found.saturation - 1_000.0).abs() < 1.0, "{found:?}");
        assert!((found.rate - 0.5).abs() < 0.005 && (found.turn - 8.0).abs() < 0.05, "{found:?}");
        assert!(found.low < 1_000.0 && found.high > 1_000.0 && found.high < 1_200.0, "{found:?}");
        assert_eq!(found.stage, Stage::Saturated);
        let leading: Vec<f64> = [0.0; 3].into_iter().chain(yearly(1_000.0, 0.5, 8.0, 16)).collect();
        assert!((fit(&leading).expect("identifiable").turn - 11.0).abs() < 0.05);
    }

    #[test]
    fn before_its_turn_a_curve_is_not_identifiable() {
        let exponential: Vec<f64> = (0..10).map(|t| 10.0 * f64::from(t).exp2()).collect();
        for counts in [yearly(100_000.0, 0.4, 25.0, 12), exponential] {
            assert!(matches!(fit(&counts), Err(Undefined::NotIdentifiable { .. })), "{counts:?}");
        }
    }

    #[test]
    fn too_little_is_said_to_be_too_little() {
        assert!(matches!(fit(&[10.0; 5]), Err(Undefined::TooFew { .. })));
        assert!(matches!(fit(&[1.0; 10]), Err(Undefined::TooFew { .. })));
        assert!(matches!(fit(&[]), Err(Undefined::TooFew { .. })));
        assert!(matches!(fit(&[0.0; 10]), Err(Undefined::TooFew { .. })));
        assert!(matches!(fit(&[f64::NAN; 10]), Err(Undefined::NotFinite { .. })));
        // All in one year, then nothing: saturated as far as anyone can tell, and no NaN.
        let one = fit(&[100.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
        assert!(
            one.is_err() || one.is_ok_and(|curve| curve.saturation.is_finite() && curve.high.is_finite())
        );
    }
}
