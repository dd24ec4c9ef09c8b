//! How counts are spread over entities or classes: concentration and diversity.
//!
//! The two are different questions on the same shares and are never called by each other's name: HHI is a sum of squares,
//! Simpson is one minus it, Shannon entropy is neither. Counts may be fractional; none may be negative.

use crate::analytics::evidence::{Outcome, Undefined, finite};

/// Returns the shares of counts, which sum to 1; zeros stay zero.
///
/// # Errors
/// [`Undefined::Empty`] where the sum is zero; [`Undefined::NotFinite`] for what is no count.
pub fn shares(counts: &[f64]) -> Outcome<Vec<f64>> {
    let sum = total(counts)?;
    Ok(counts.iter().map(|count| count / sum).collect())
}

/// Returns the sum of counts, which is more than 0.
fn total(counts: &[f64]) -> Outcome {
    let mut sum = 0.0;
    for count in counts {
        if !count.is_finite() || *count < 0.0 {
            return Err(Undefined::NotFinite { what: "a count".to_owned() });
        }
        sum += count;
    }
    if finite(sum, "the sum of counts")? == 0.0 {
        return Err(Undefined::Empty);
    }
    Ok(sum)
}

/// Returns the Herfindahl-Hirschman index, the sum of squared shares, in 0-1 (times 10,000 elsewhere: say which).
///
/// ```
/// use patnav::analytics::indicator::share::{hhi, hhi_normalised};
/// assert_eq!(hhi(&[1.0, 1.0]), Ok(0.5));
/// assert_eq!(hhi_normalised(&[1.0, 1.0]), Ok(0.0));
/// assert_eq!(hhi(&[7.0]), Ok(1.0));
/// ```
///
/// # Errors
/// As [`shares`].
pub fn hhi(counts: &[f64]) -> Outcome {
    let sum = total(counts)?;
    Ok(counts.iter().map(|count| (count / sum).powi(2)).sum())
}

/// Returns the normalised HHI, `(HHI - 1/N) / (1 - 1/N)` over the `N` entities that have any: 0 where all are equal.
///
/// # Errors
/// As [`shares`]; [`Undefined::TooFew`] for one entity.
pub fn hhi_normalised(counts: &[f64]) -> Outcome {
    let index = hhi(counts)?;
    let least = 1.0 / n_held(counts, 2)?;
    Ok(((index - least) / (1.0 - least)).max(0.0))
}

/// Returns the concentration ratio CR_n: the sum of the `n` largest shares, in 0-1.
///
/// ```
/// assert_eq!(patnav::analytics::indicator::share::concentration(&[5.0, 3.0, 1.0, 1.0], 2), Ok(0.8));
/// ```
///
/// # Errors
/// As [`shares`].
pub fn concentration(counts: &[f64], n: usize) -> Outcome {
    let mut shares = shares(counts)?;
    shares.sort_by(|a, b| b.total_cmp(a));
    Ok(shares.iter().take(n).sum::<f64>().min(1.0))
}

/// Returns Shannon's entropy `-Σ p ln p` in nats; zero shares add nothing.
///
/// ```
/// use patnav::analytics::indicator::share::{entropy, evenness, simpson};
/// let counts = [2.0, 1.0, 1.0];
/// assert!((entropy(&counts).unwrap() - 1.039_720_770_8).abs() < 1e-9);
/// assert!((evenness(&counts).unwrap() - 0.946_394_630_4).abs() < 1e-9);
/// assert_eq!(simpson(&counts), Ok(0.625));
/// ```
///
/// # Errors
/// As [`shares`].
pub fn entropy(counts: &[f64]) -> Outcome {
    let shares = shares(counts)?;
    // A single label gives -0.
    Ok(shares.iter().filter(|p| **p > 0.0).map(|p| -p * p.ln()).sum::<f64>().max(0.0))
}

/// Returns Pielou's evenness `H / ln N` over the `N` labels that have any, in 0-1.
///
/// # Errors
/// As [`shares`]; [`Undefined::TooFew`] for one label.
pub fn evenness(counts: &[f64]) -> Outcome {
    Ok((entropy(counts)? / n_held(counts, 2)?.ln()).min(1.0))
}

/// Returns Simpson's diversity `1 - Σ p²`, in 0-1.
///
/// # Errors
/// As [`shares`].
pub fn simpson(counts: &[f64]) -> Outcome {
    Ok(1.0 - hhi(counts)?)
}

/// Returns the number of labels that have any.
fn n_held(counts: &[f64], needed: u64) -> Outcome {
    let n = counts.iter().filter(|count| **count > 0.0).count();
    if (n as u64) < needed {
        return Err(Undefined::TooFew { what: "labels".to_owned(), n: n as u64, needed });
    }
    Ok(n as f64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_holder_is_full_concentration_and_no_evenness() {
        assert_eq!((hhi(&[3.0, 0.0]), entropy(&[3.0, 0.0]), simpson(&[3.0])), (Ok(1.0), Ok(0.0), Ok(0.0)));
        assert!(evenness(&[3.0, 0.0]).is_err() && hhi_normalised(&[3.0]).is_err());
        for bad in [&[][..], &[0.0], &[f64::NAN, 1.0], &[-1.0, 2.0]] {
            assert!(hhi(bad).is_err() && entropy(bad).is_err() && concentration(bad, 4).is_err(), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn every_index_stays_in_its_range(counts in prop::collection::vec(0.0_f64..1e6, 1..30)) {
            prop_assume!(counts.iter().filter(|count| **count > 0.0).count() > 1);
            let shares = shares(&counts).expect("defined");
            prop_assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            for index in [hhi(&counts), hhi_normalised(&counts), evenness(&counts), simpson(&counts), concentration(&counts, 4)] {
                let index = index.expect("defined");
                prop_assert!((0.0..=1.0 + 1e-12).contains(&index));
            }
            prop_assert!(entropy(&counts).expect("defined") <= (counts.len() as f64).ln() + 1e-9);
        }
    }
}
