//! How alike two portfolios are, and how far one has moved.

use super::share::shares;
use crate::analytics::evidence::{Outcome, Undefined, finite};

/// Returns the cosine of two vectors of class counts, 0-1 (technological proximity: Jaffe, 1986).
///
/// ```
/// use patnav::analytics::indicator::portfolio::cosine;
/// assert!((cosine(&[3.0, 4.0], &[4.0, 3.0]).unwrap() - 0.96).abs() < 1e-12);
/// assert!(cosine(&[0.0, 0.0], &[1.0, 0.0]).is_err());
/// ```
///
/// # Errors
/// [`Undefined::Empty`] where a portfolio has no class; [`Undefined::NotFinite`].
pub fn cosine(first: &[f64], second: &[f64]) -> Outcome {
    let sum = |pairs: &mut dyn Iterator<Item = (&f64, &f64)>| pairs.map(|(a, b)| a * b).sum::<f64>();
    let square = |v: &[f64]| finite(sum(&mut v.iter().zip(v)), "a portfolio");
    let (a, b) = (square(first)?, square(second)?);
    if a == 0.0 || b == 0.0 {
        return Err(Undefined::Empty);
    }
    Ok((finite(sum(&mut first.iter().zip(second)), "a portfolio")? / (a.sqrt() * b.sqrt())).clamp(-1.0, 1.0))
}

/// Returns the Jensen-Shannon divergence of two vectors of counts to base 2, 0-1; the divergence, not its root (Lin, 1991).
///
/// ```
/// use patnav::analytics::indicator::portfolio::divergence;
/// assert_eq!(divergence(&[1.0, 0.0], &[0.0, 1.0]), Ok(1.0));
/// assert_eq!(divergence(&[2.0, 2.0], &[1.0, 1.0]), Ok(0.0));
/// assert!((divergence(&[1.0, 1.0], &[1.0, 0.0]).unwrap() - 0.311_278_124_5).abs() < 1e-9);
/// ```
///
/// # Errors
/// [`Undefined::Empty`] where a portfolio has no class; [`Undefined::NotFinite`].
pub fn divergence(before: &[f64], after: &[f64]) -> Outcome {
    let n = before.len().max(after.len());
    let padded = |v: &[f64]| v.iter().copied().chain(std::iter::repeat(0.0)).take(n).collect::<Vec<f64>>();
    let (p, q) = (shares(&padded(before))?, shares(&padded(after))?);
    let half = |p: f64, m: f64| if p > 0.0 { p * (p / m).log2() / 2.0 } else { 0.0 };
    let sum: f64 = p
        .iter()
        .zip(&q)
        .map(|(p, q)| half(*p, f64::midpoint(*p, *q)) + half(*q, f64::midpoint(*p, *q)))
        .sum();
    Ok(sum.clamp(0.0, 1.0))
}

/// A change of direction.
#[derive(Debug, Clone, PartialEq)]
pub struct Pivot {
    /// The place of the last year of the later window in the series.
    pub at: usize,
    /// The divergence between the two windows.
    pub divergence: f64,
    /// The 95th percentile of the holder's own divergences.
    pub threshold: f64,
}

/// Windows that it takes to know a holder's usual movement.
const MIN_WINDOWS: usize = 4;

/// Returns where the divergence between one window of 3 years and the next lies above the holder's own 95th percentile.
///
/// `years` gives the vector of class counts of each year, without gaps. Windows without any class are skipped.
///
/// # Errors
/// [`Undefined::TooFew`] for fewer than four comparable windows: then every movement would be the largest.
pub fn pivots(years: &[Vec<f64>]) -> Outcome<Vec<Pivot>> {
    let n_classes = years.iter().map(Vec::len).max().unwrap_or(0);
    let window = |end: usize| {
        let mut sum = vec![0.0; n_classes];
        for year in &years[end - 2..=end] {
            year.iter().zip(&mut sum).for_each(|(count, sum)| *sum += count);
        }
        sum
    };
    let moved = |at: usize| Some((at, divergence(&window(at - 3), &window(at)).ok()?));
    let moves: Vec<(usize, f64)> = (5..years.len()).filter_map(moved).collect();
    if moves.len() < MIN_WINDOWS {
        let what = "comparable windows of three years".to_owned();
        return Err(Undefined::TooFew { what, n: moves.len() as u64, needed: MIN_WINDOWS as u64 });
    }
    let divergences: Vec<f64> = moves.iter().map(|(_, divergence)| *divergence).collect();
    let threshold = super::statistics::quantile(&divergences, 0.95)?;
    let above = moves.into_iter().filter(|(_, divergence)| *divergence > threshold);
    Ok(above.map(|(at, divergence)| Pivot { at, divergence, threshold }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_of_direction_is_the_pivot() {
        let mut years = vec![vec![5.0, 5.0]; 8];
        years.extend(vec![vec![0.0, 10.0]; 3]);
        let found = pivots(&years).expect("enough windows");
        assert_eq!(found.iter().map(|pivot| pivot.at).collect::<Vec<_>>(), [10]);
        assert!(pivots(&vec![vec![1.0]; 12]).expect("enough windows").is_empty());
        assert!(pivots(&years[..7]).is_err() && pivots(&[]).is_err() && pivots(&vec![vec![]; 12]).is_err());
    }

    #[test]
    fn what_is_no_portfolio_has_no_distance() {
        assert!(cosine(&[f64::NAN], &[1.0]).is_err() && divergence(&[0.0], &[1.0]).is_err());
        assert!(divergence(&[f64::INFINITY], &[1.0]).is_err());
    }
}
