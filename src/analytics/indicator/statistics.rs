//! How sure a number is: intervals, exact tests, false-discovery control, and the population behind two samples.

use crate::analytics::evidence::{Outcome, Undefined, finite};

/// The 97.5 % point of the normal distribution.
const Z_95: f64 = 1.959_963_984_540_054;

/// Returns the Wilson score interval of a proportion `k / n` at 95 %, in 0-1.
///
/// `(p + z²/2n ± z sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n)` with `p = k/n` (Wilson, 1927).
///
/// ```
/// let (low, high) = patnav::analytics::indicator::statistics::wilson(45, 50)?;
/// assert!((low - 0.7864).abs() < 1e-4 && (high - 0.9565).abs() < 1e-4);
/// # Ok::<(), patnav::analytics::evidence::Undefined>(())
/// ```
///
/// # Errors
/// [`Undefined::ZeroDenominator`] for `n = 0`; [`Undefined::NotIdentifiable`] for `k > n`.
pub fn wilson(k: u64, n: u64) -> Outcome<(f64, f64)> {
    if n == 0 {
        return Err(Undefined::zero("the size of the sample"));
    }
    if k > n {
        return Err(Undefined::NotIdentifiable { why: format!("{k} of {n} is no proportion") });
    }
    let (k, n, z2) = (k as f64, n as f64, Z_95 * Z_95);
    let p = k / n;
    let centre = p + z2 / (2.0 * n);
    let half = Z_95 * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
    let scale = 1.0 + z2 / n;
    // At the ends rounding would leave the range.
    let low = if k == 0.0 { 0.0 } else { ((centre - half) / scale).max(0.0) };
    let high = if k == n { 1.0 } else { ((centre + half) / scale).min(1.0) };
    Ok((low, high))
}

/// A population estimated from two samples of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Recapture {
    /// The estimated size.
    pub size: f64,
    /// The lower bound at 95 %, at least the number seen.
    pub low: f64,
    /// The upper bound at 95 %.
    pub high: f64,
    /// The share of it that the first channel found; at most 1.
    pub recall_first: f64,
    /// The share that the second found.
    pub recall_second: f64,
    /// The share that both together found.
    pub recall_both: f64,
}

/// Returns the number of relevant documents from what two channels found, `both` of them common (Chapman, 1951).
///
/// `N = (n1 + 1)(n2 + 1)/(m + 1) - 1`, variance `(n1+1)(n2+1)(n1-m)(n2-m) / ((m+1)²(m+2))` (Seber, 1970).
/// Channels that tend to find the same documents make `N` too small, so recall is an upper estimate then.
///
/// ```
/// let found = patnav::analytics::indicator::statistics::chapman(100, 80, 60)?;
/// assert!((found.size - 133.114_754_098).abs() < 1e-6);
/// assert!((found.recall_first - 100.0 / 133.114_754_098).abs() < 1e-9);
/// # Ok::<(), patnav::analytics::evidence::Undefined>(())
/// ```
///
/// # Errors
/// [`Undefined::Empty`] where a channel found nothing; [`Undefined::NotIdentifiable`] where they share nothing, or
/// share more than one of them found.
pub fn chapman(first: u64, second: u64, both: u64) -> Outcome<Recapture> {
    if first == 0 || second == 0 {
        return Err(Undefined::Empty);
    }
    if both > first.min(second) {
        let why = format!("{both} common documents of {first} and {second}");
        return Err(Undefined::NotIdentifiable { why });
    }
    if both == 0 {
        return Err(Undefined::NotIdentifiable { why: "the channels have no document in common".to_owned() });
    }
    let (a, b, m) = (first as f64, second as f64, both as f64);
    let size = (a + 1.0) * (b + 1.0) / (m + 1.0) - 1.0;
    let variance = (a + 1.0) * (b + 1.0) * (a - m) * (b - m) / ((m + 1.0).powi(2) * (m + 2.0));
    let seen = a + b - m;
    let half = Z_95 * variance.sqrt();
    let share = |n: f64| (n / size).min(1.0);
    Ok(Recapture {
        size,
        low: (size - half).max(seen),
        high: (size + half).max(seen),
        recall_first: share(a),
        recall_second: share(b),
        recall_both: share(seen),
    })
}

/// Returns the natural logarithm of `n!`, by Stirling's series above 20.
pub fn ln_factorial(n: u64) -> f64 {
    if n <= 20 {
        return (2..=n).map(|k| (k as f64).ln()).sum();
    }
    let x = n as f64 + 1.0;
    let series = 1.0 / (12.0 * x) - 1.0 / (360.0 * x.powi(3)) + 1.0 / (1260.0 * x.powi(5));
    (x - 0.5) * x.ln() - x + 0.5 * (2.0 * std::f64::consts::PI).ln() + series
}

/// Returns the natural logarithm of the number of ways to choose `k` of `n`; minus infinity for `k > n`.
pub fn ln_choose(n: u64, k: u64) -> f64 {
    if k > n { f64::NEG_INFINITY } else { ln_factorial(n) - ln_factorial(k) - ln_factorial(n - k) }
}

/// Returns the probability of at least `k` successes in `n` trials of probability `p`.
///
/// Exact up to rounding: terms are summed from `k` towards the thin end until they no longer count.
pub fn binomial_upper(k: u64, n: u64, p: f64) -> f64 {
    if k == 0 {
        return 1.0;
    }
    if k > n || p <= 0.0 {
        return 0.0;
    }
    if p >= 1.0 {
        return 1.0;
    }
    let ln_term = |k: u64| ln_choose(n, k) + k as f64 * p.ln() + (n - k) as f64 * (1.0 - p).ln();
    let odds = p / (1.0 - p);
    if k as f64 > n as f64 * p {
        let mut term = ln_term(k).exp();
        let mut sum = term;
        for at in k..n {
            term *= (n - at) as f64 / (at + 1) as f64 * odds;
            sum += term;
            if term < sum * 1e-17 {
                break;
            }
        }
        return sum.min(1.0);
    }
    let mut term = ln_term(k - 1).exp();
    let mut below = term;
    for at in (1..k).rev() {
        term *= at as f64 / (n - at + 1) as f64 / odds;
        below += term;
        if term < below * 1e-17 {
            break;
        }
    }
    (1.0 - below).max(0.0)
}

/// Returns the probability of at least `k` events where `mean` are expected.
pub fn poisson_upper(k: u64, mean: f64) -> f64 {
    if k == 0 {
        return 1.0;
    }
    if mean <= 0.0 {
        return 0.0;
    }
    let ln_term = |k: u64| k as f64 * mean.ln() - mean - ln_factorial(k);
    if k as f64 > mean {
        let mut term = ln_term(k).exp();
        let mut sum = term;
        let mut at = k;
        while term >= sum * 1e-17 && term > 0.0 {
            at += 1;
            term *= mean / at as f64;
            sum += term;
        }
        return sum.min(1.0);
    }
    let mut term = ln_term(k - 1).exp();
    let mut below = term;
    for at in (1..k).rev() {
        term *= at as f64 / mean;
        below += term;
    }
    (1.0 - below).max(0.0)
}

/// Returns the one-sided probability that a rate did not rise, from counts in two spans with their exposures.
///
/// Given the sum of two Poisson counts the recent one is binomial with `p = E1/(E0 + E1)`; so the test is exact also
/// where the base count is zero (Przyborowski and Wilenski, 1940).
///
/// # Errors
/// [`Undefined::ZeroDenominator`] without exposure; [`Undefined::NotFinite`].
pub fn rate_rise(base: u64, base_exposure: f64, recent: u64, recent_exposure: f64) -> Outcome {
    finite(base_exposure, "the exposure")?;
    finite(recent_exposure, "the exposure")?;
    if base_exposure <= 0.0 || recent_exposure <= 0.0 {
        return Err(Undefined::zero("the exposure"));
    }
    Ok(binomial_upper(recent, base + recent, recent_exposure / (base_exposure + recent_exposure)))
}

/// Returns the two-sided probability of a standard normal value as far from 0 as `z`.
pub fn normal_two_sided(z: f64) -> f64 {
    erfc(z.abs() / std::f64::consts::SQRT_2)
}

/// Returns the chance that a standard normal variable lies below `z`.
pub fn normal_lower(z: f64) -> f64 {
    if z < 0.0 { normal_two_sided(z) / 2.0 } else { 1.0 - normal_two_sided(z) / 2.0 }
}

/// Returns the value that a standard normal variable lies below with a chance of `p`, which is above 0 and below 1.
///
/// Rational approximations in the middle and the tails (P. J. Acklam, 2003), relative error below 1.2e-9.
pub fn normal_quantile(p: f64) -> f64 {
    const A: [f64; 6] = [
        -3.969_683_028_665_376e1,
        2.209_460_984_245_205e2,
        -2.759_285_104_469_687e2,
        1.383_577_518_672_69e2,
        -3.066_479_806_614_716e1,
        2.506_628_277_459_239,
    ];
    const B: [f64; 6] = [
        -5.447_609_879_822_406e1,
        1.615_858_368_580_409e2,
        -1.556_989_798_598_866e2,
        6.680_131_188_771_972e1,
        -1.328_068_155_288_572e1,
        1.0,
    ];
    const C: [f64; 6] = [
        -7.784_894_002_430_293e-3,
        -3.223_964_580_411_365e-1,
        -2.400_758_277_161_838,
        -2.549_732_539_343_734,
        4.374_664_141_464_968,
        2.938_163_982_698_783,
    ];
    const D: [f64; 5] = [
        7.784_695_709_041_462e-3,
        3.224_671_290_700_398e-1,
        2.445_134_137_142_996,
        3.754_408_661_907_416,
        1.0,
    ];
    const TAIL: f64 = 0.024_25;
    let polynomial = |coefficients: &[f64], x: f64| coefficients.iter().fold(0.0, |sum, c| sum * x + c);
    let tail = |p: f64| {
        let q = (-2.0 * p.ln()).sqrt();
        polynomial(&C, q) / polynomial(&D, q)
    };
    if p < TAIL {
        tail(p)
    } else if p > 1.0 - TAIL {
        -tail(1.0 - p)
    } else {
        let q = p - 0.5;
        let r = q * q;
        q * polynomial(&A, r) / polynomial(&B, r)
    }
}

/// The complementary error function for `x >= 0`: its series up to 2.5, its continued fraction beyond.
fn erfc(x: f64) -> f64 {
    if x < 2.5 {
        let (mut term, mut sum) = (x, x);
        for n in 1..200 {
            term *= -x * x / f64::from(n);
            sum += term / f64::from(2 * n + 1);
        }
        return 1.0 - sum * 2.0 / std::f64::consts::PI.sqrt();
    }
    let fraction = (1..=60).rev().fold(x, |rest, n| x + f64::from(n) / 2.0 / rest);
    (-x * x).exp() / (fraction * std::f64::consts::PI.sqrt())
}

/// Returns for each probability its q-value: the smallest false-discovery rate at which it passes
/// (Benjamini and Hochberg, 1995). Probabilities that are no numbers get 1.
///
/// ```
/// let q = patnav::analytics::indicator::statistics::benjamini_hochberg(&[0.01, 0.04, 0.03, 0.5]);
/// assert!((q[0] - 0.04).abs() < 1e-12 && (q[1] - 0.16 / 3.0).abs() < 1e-12 && q[3] == 0.5);
/// ```
pub fn benjamini_hochberg(p: &[f64]) -> Vec<f64> {
    let clean: Vec<f64> = p.iter().map(|p| if p.is_finite() { p.clamp(0.0, 1.0) } else { 1.0 }).collect();
    let mut order: Vec<usize> = (0..clean.len()).collect();
    order.sort_by(|a, b| clean[*a].total_cmp(&clean[*b]));
    let mut q = vec![1.0; clean.len()];
    let mut least: f64 = 1.0;
    for (place, at) in order.iter().enumerate().rev() {
        least = least.min(clean[*at] * clean.len() as f64 / (place + 1) as f64);
        q[*at] = least;
    }
    q
}

/// Returns the median, of an even number of values the mean of the middle two; their order may change.
///
/// # Errors
/// [`Undefined::Empty`]; [`Undefined::NotFinite`].
pub fn median(values: &mut [f64]) -> Outcome {
    quantile_of(values, 0.5)
}

/// Returns a quantile by linear interpolation between order statistics (Hyndman and Fan, 1996, type 7).
///
/// # Errors
/// [`Undefined::Empty`]; [`Undefined::NotFinite`].
pub fn quantile(values: &[f64], share: f64) -> Outcome {
    quantile_of(&mut values.to_vec(), share)
}

/// As [`quantile`], of values whose order may change.
fn quantile_of(values: &mut [f64], share: f64) -> Outcome {
    if values.is_empty() {
        return Err(Undefined::Empty);
    }
    values.iter().try_for_each(|x| finite(*x, "a value").map(|_| ()))?;
    let place = share.clamp(0.0, 1.0) * (values.len() - 1) as f64;
    let below = place.floor();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in the list")]
    let at = below as usize;
    let (_, value, above) = values.select_nth_unstable_by(at, f64::total_cmp);
    let next = above.iter().copied().min_by(f64::total_cmp).unwrap_or(*value);
    Ok(*value + (place - below) * (next - *value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) {
        assert!((a - b).abs() <= 1e-9 * (1.0 + b.abs()), "{a} against {b}");
    }

    #[test]
    fn intervals_hold_their_ends() {
        assert_eq!(wilson(0, 10).expect("defined").0, 0.0);
        assert_eq!(wilson(10, 10).expect("defined").1, 1.0);
        assert!(wilson(0, 0).is_err() && wilson(3, 2).is_err());
    }

    #[test]
    fn recapture_says_when_it_cannot() {
        assert!(chapman(10, 10, 0).is_err() && chapman(0, 10, 0).is_err() && chapman(5, 10, 6).is_err());
        let all = chapman(10, 10, 10).expect("defined");
        assert_eq!((all.size, all.low, all.high, all.recall_both), (10.0, 10.0, 10.0, 1.0));
    }

    /// Golden values by exact rational sums.
    #[test]
    fn tails_are_exact() {
        close(binomial_upper(8, 10, 0.5), 56.0 / 1024.0);
        close(binomial_upper(3, 10, 0.5), 1.0 - 56.0 / 1024.0);
        close(binomial_upper(10, 10, 0.1), 1e-10);
        close(poisson_upper(3, 1.0), 1.0 - 2.5 * (-1.0_f64).exp());
        close(poisson_upper(1, 5.0), 1.0 - (-5.0_f64).exp());
        assert_eq!(
            (binomial_upper(0, 5, 0.5), poisson_upper(0, 0.0), poisson_upper(1, 0.0)),
            (1.0, 1.0, 0.0)
        );
        close(rate_rise(0, 3.0, 4, 1.0).expect("defined"), 0.25_f64.powi(4));
        assert!(rate_rise(0, 0.0, 4, 1.0).is_err() && rate_rise(0, f64::NAN, 4, 1.0).is_err());
    }

    #[test]
    fn the_normal_tail_agrees_with_the_tables() {
        for (z, p) in [
            (0.0, 1.0),
            (1.0, 0.317_310_507_862_914),
            (1.959_963_984_540_054, 0.05),
            (4.0, 6.334_248_366_623_98e-5),
        ] {
            assert!((normal_two_sided(z) - p).abs() < 1e-12, "{z}");
        }
    }

    #[test]
    fn normal_quantiles_agree_with_the_tables_and_turn_the_tail_round() {
        for (p, z) in [(0.5, 0.0), (0.8, 0.841_621_234), (0.975, 1.959_963_985), (0.001, -3.090_232_306)] {
            assert!((normal_quantile(p) - z).abs() < 1e-8, "{p}");
            assert!((normal_lower(z) - p).abs() < 1e-6, "{z}");
        }
    }

    #[test]
    fn factorials_join_at_the_series() {
        let exact = |n: u64| (2..=n).map(|k| (k as f64).ln()).sum::<f64>();
        for n in [0, 1, 20, 21, 30, 100] {
            close(ln_factorial(n), exact(n));
        }
        close(ln_choose(10, 3), 120.0_f64.ln());
    }

    #[test]
    fn quantiles_refuse_what_is_no_number() {
        assert_eq!(median(&mut [3.0, 1.0, 2.0, 10.0]), Ok(2.5));
        assert!(median(&mut []).is_err() && median(&mut [1.0, f64::NAN]).is_err());
        assert_eq!(benjamini_hochberg(&[f64::NAN, 0.01]), [1.0, 0.02]);
    }

    proptest::proptest! {
        #[test]
        fn quantiles_are_those_of_the_sorted_values(
            values in proptest::collection::vec(-5_i32..5, 1..40),
            share in 0.0..1.0_f64,
        ) {
            let mut sorted: Vec<f64> = values.iter().map(|x| f64::from(*x)).collect();
            let found = quantile(&sorted, share).expect("defined");
            sorted.sort_by(f64::total_cmp);
            let place = share * (sorted.len() - 1) as f64;
            let at = (0..sorted.len()).rev().find(|at| *at as f64 <= place).unwrap_or(0);
            let next = sorted[(at + 1).min(sorted.len() - 1)];
            close(found, sorted[at] + (place - at as f64) * (next - sorted[at]));
        }
    }
}
