//! How near two documents are that have nothing to do with each other: the background of all nearness.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Pairs drawn.
const N_PAIRS: usize = 4_000;
/// The same pairs for the same snapshot, whoever asks.
const SEED: u64 = 20_250_101;
/// Share of the pairs below the threshold.
///
/// The median cuts what is nearer to nothing than to the query. A high percentile would cut answers: in a corpus of
/// one field random pairs are related, and a short query is never as near as a whole document. Of 1,002 hydrogen
/// records asked for by the English title of a Chinese one, the 99th percentile (a cosine of 0.41) loses half of
/// the right answers among the first ten, a cosine of 0.15 none.
const PERCENTILE: f64 = 0.5;
/// Fewer pairs are no background.
const MIN_PAIRS: usize = 100;

/// Returns the median of cosines that [`cosines`] gave.
pub(super) fn median(cosines: &[f32]) -> Option<f32> {
    quantile(cosines, PERCENTILE)
}

/// Returns the cosine that a share of the pairs lies below, 0 to 1; of 1 the highest.
pub(super) fn quantile(cosines: &[f32], share: f64) -> Option<f32> {
    #[expect(clippy::cast_possible_truncation, reason = "a share of a length is no longer than the length")]
    #[expect(clippy::cast_sign_loss, reason = "a share is not negative")]
    let place = (cosines.len() as f64 * share.clamp(0.0, 1.0)) as usize;
    cosines.get(place.min(cosines.len().checked_sub(1)?)).copied()
}

/// Returns the cosines of random pairs among `end` docnos, ascending; vectors have length 1.
/// `None` where there are too few to be a background.
pub(super) fn cosines(end: u32, vector: &dyn Fn(u32) -> Option<Vec<f32>>) -> Option<Vec<f32>> {
    if end < 100 {
        return None;
    }
    let mut random = ChaCha8Rng::seed_from_u64(SEED);
    let mut cosines: Vec<f32> = Vec::with_capacity(N_PAIRS);
    for _ in 0..N_PAIRS {
        let (a, b) = (random.random_range(0..end), random.random_range(0..end));
        if a != b
            && let (Some(a), Some(b)) = (vector(a), vector(b))
        {
            cosines.push(a.iter().zip(&b).map(|(a, b)| a * b).sum());
        }
    }
    if cosines.len() < MIN_PAIRS {
        return None;
    }
    cosines.sort_unstable_by(f32::total_cmp);
    Some(cosines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_threshold_lies_between_strangers_and_siblings() {
        // 200 documents in 100 pairs that point the same way: almost all random pairs are strangers.
        let vector = |docno: u32| {
            let mut vector = vec![0.0; 101];
            vector[0] = 0.6;
            vector[1 + docno as usize / 2] = 0.8;
            Some(vector)
        };
        let cosines = cosines(200, &vector).unwrap();
        let threshold = median(&cosines).unwrap();
        assert!((threshold - 0.36).abs() < 1e-5, "{threshold}");
        assert_eq!(quantile(&cosines, 1.0), cosines.last().copied());
        assert_eq!(quantile(&cosines, 0.0), cosines.first().copied());
        assert_eq!(super::cosines(99, &vector), None);
        assert_eq!(super::cosines(200, &|_| None), None);
    }
}
