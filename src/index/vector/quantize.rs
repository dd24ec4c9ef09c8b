//! From a vector to a unit vector to bytes, with the error that the bytes carry.
//!
//! Rows and queries are scaled to length 1, so the inner product is the cosine. Each is then written as
//! `x ≈ scale · code` with codes in −127..=127 and `scale` = largest magnitude / 127.
//! The length of what is lost, `residual = |x − scale · code|`, bounds the error of an integer product
//! (Cauchy–Schwarz): `|q·x − q̂·x̂| ≤ |q|·residual_x + residual_q·|x̂|`. The exact search rests on this bound.

use super::kernels;
use super::kernels::BIAS;
use super::kernels::Level;
use super::kernels::ROW_ALIGNMENT;

/// Rounding of the float arithmetic around the bound: at most `dim` / 16 + 5 additions of numbers below 1 in
/// single precision, for up to [`MAX_DIM`] dimensions.
const ROUNDING: f32 = 5e-5;
/// The largest code; −128 is left out so that codes are symmetric.
const MAX_CODE: f32 = 127.0;

/// Most dimensions of a space: `255 · 127 · dim` stays inside 32 bits and the allowance for rounding holds.
pub const MAX_DIM: usize = 4096;

/// Returns the length of a row of codes in bytes.
pub(super) fn stride(dim: usize) -> usize {
    dim.next_multiple_of(ROW_ALIGNMENT)
}

/// Scales to length 1; `false` and all zeros if the vector has no direction (zero, NaN, infinite).
pub(super) fn normalize(vector: &[f32], unit: &mut Vec<f32>) -> bool {
    unit.clear();
    let square: f64 = vector.iter().map(|&x| f64::from(x) * f64::from(x)).sum();
    let length = square.sqrt();
    let directed = length.is_finite() && length > 0.0;
    #[expect(clippy::cast_possible_truncation, reason = "single precision is the stored precision")]
    unit.extend(vector.iter().map(|&x| if directed { (f64::from(x) / length) as f32 } else { 0.0 }));
    directed
}

/// Scale and residual of a quantised vector; a scale of 0 marks a vector without direction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Quality {
    /// What one step of a code is worth.
    pub(super) scale: f32,
    /// Length of the difference between the vector and its codes, rounded up.
    pub(super) residual: f32,
}

/// Writes the signed codes of a unit vector; `emit` receives one code per dimension.
pub(super) fn quantize(unit: &[f32], mut emit: impl FnMut(i8)) -> Quality {
    let largest = unit.iter().fold(0.0f32, |largest, x| largest.max(x.abs()));
    if largest == 0.0 {
        unit.iter().for_each(|_| emit(0));
        return Quality { scale: 0.0, residual: 0.0 };
    }
    let scale = largest / MAX_CODE;
    let mut square = 0.0f64;
    for &x in unit {
        let code = (x / scale).round().clamp(-MAX_CODE, MAX_CODE);
        let lost = f64::from(x) - f64::from(scale) * f64::from(code);
        square += lost * lost;
        #[expect(clippy::cast_possible_truncation, reason = "clamped to the range of a code")]
        emit(code as i8);
    }
    #[expect(clippy::cast_possible_truncation, reason = "rounded up below")]
    let residual = square.sqrt() as f32 * 1.000_001;
    Quality { scale, residual }
}

/// Returns a code as the byte that is stored.
pub(super) fn bias(code: i8) -> u8 {
    code.cast_unsigned() ^ 0x80
}

/// A query in both precisions.
#[derive(Debug)]
pub(super) struct Query {
    /// The unit vector.
    pub(super) unit: Vec<f32>,
    /// Signed codes, padded with zeros to the length of a row.
    pub(super) codes: Vec<i8>,
    quality: Quality,
    bias: i32,
    /// The instructions to use.
    pub(super) level: Level,
}

impl Query {
    /// Prepares a query, or returns `None` if it has no direction.
    pub(super) fn new(vector: &[f32], level: Level) -> Option<Self> {
        let mut unit = Vec::with_capacity(vector.len());
        if !normalize(vector, &mut unit) {
            return None;
        }
        let mut codes = Vec::with_capacity(stride(vector.len()));
        let quality = quantize(&unit, |code| codes.push(code));
        codes.resize(stride(vector.len()), 0);
        let bias = BIAS * codes.iter().map(|&code| i32::from(code)).sum::<i32>();
        Some(Self { unit, codes, quality, bias, level })
    }

    /// Returns the approximate cosine for an integer product of a row with [`Query::codes`].
    #[inline]
    #[expect(clippy::cast_precision_loss, reason = "covered by `ROUNDING`")]
    pub(super) fn cosine(&self, dot: i32, scale: f32) -> f32 {
        (dot - self.bias) as f32 * (self.quality.scale * scale)
    }

    /// Returns how far [`Query::cosine`] can be from [`Query::exact`] for a row with this residual.
    #[inline]
    pub(super) fn error(&self, residual: f32) -> f32 {
        residual + self.quality.residual * (1.0 + residual) + ROUNDING
    }

    /// Returns the cosine with a unit row in single precision, in −1..=1.
    pub(super) fn exact(&self, row: &[f32]) -> f32 {
        kernels::dot_f32(self.level, &self.unit, row).clamp(-1.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_error_bound_holds(
            pairs in proptest::collection::vec((-1.0f32..1.0, -1.0f32..1.0), 1..300),
        ) {
            let (query, row): (Vec<f32>, Vec<f32>) = pairs.into_iter().unzip();
            let level = Level::best();
            let mut unit = Vec::new();
            if let Some(query) = Query::new(&query, level) && normalize(&row, &mut unit) {
                let mut codes = Vec::new();
                let quality = quantize(&unit, |code| codes.push(bias(code)));
                codes.resize(stride(unit.len()), bias(0));
                let mut dot = [0];
                kernels::dots(level, &codes, &query.codes, &mut dot);
                let off = query.cosine(dot[0], quality.scale) - query.exact(&unit);
                prop_assert!(off.abs() <= query.error(quality.residual), "off by {off}");
            }
        }
    }

    #[test]
    fn vectors_without_direction_become_zero() {
        for vector in [[0.0, 0.0], [f32::NAN, 1.0], [f32::INFINITY, 1.0]] {
            let mut unit = Vec::new();
            assert!(!normalize(&vector, &mut unit));
            assert_eq!(unit, [0.0, 0.0]);
            assert!(Query::new(&vector, Level::Scalar).is_none());
        }
    }

    #[test]
    fn tiny_and_huge_vectors_keep_their_direction() {
        for magnitude in [1e-30f32, 1e30] {
            let mut unit = Vec::new();
            assert!(normalize(&[3.0 * magnitude, 4.0 * magnitude], &mut unit));
            assert_eq!(unit, [0.6, 0.8]);
        }
    }
}
