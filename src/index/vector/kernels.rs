//! Inner products, the only arithmetic of a vector search, picked for the processor at run time.
//!
//! Integer products give the same number on every [`Level`]; [`dot_f32`] adds in one fixed order on all of them.
//! Which rows are compared, and what the products mean, is decided in `scan` and `walk`.
//!
//! Stored codes are *biased*: byte `c + 128` for the signed code `c`, because the VNNI instruction multiplies
//! unsigned by signed bytes. A query stays signed, and `Σ (x − 128)·q = Σ x·q − 128·Σ q` costs one subtraction
//! per query. Rows are padded to a multiple of [`ROW_ALIGNMENT`] with the code 0, so no kernel has a tail.
#![expect(
    unsafe_code,
    reason = "processor intrinsics read through pointers; every length is asserted before"
)]

/// Rows of codes are padded to a multiple of this many bytes: one AVX-512 register, one cache line.
pub(super) const ROW_ALIGNMENT: usize = 64;

/// What is added to a signed code to store it as a byte.
pub(super) const BIAS: i32 = 128;

/// Partial sums of [`dot_f32`]; part of the meaning of a score, so never tuned per processor.
const LANES: usize = 16;

/// A set of instructions that this processor has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    /// Plain Rust; what the compiler vectorises for the target's base line.
    Scalar,
    /// AVX2 with 16-bit multiplication.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// AVX-512 with byte multiplication (VNNI).
    #[cfg(target_arch = "x86_64")]
    Avx512Vnni,
}

impl Level {
    /// Returns the levels that this processor can run, slowest first.
    pub(super) fn available() -> Vec<Self> {
        #[allow(unused_mut, reason = "only x86-64 adds levels")]
        let mut levels = vec![Self::Scalar];
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx2") {
                levels.push(Self::Avx2);
            }
            if is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512vnni")
                && is_x86_feature_detected!("avx2")
            {
                levels.push(Self::Avx512Vnni);
            }
        }
        levels
    }

    /// Returns the fastest level of this processor.
    pub(super) fn best() -> Self {
        Self::available().pop().expect("`available` always holds the scalar level")
    }
}

/// Writes `Σ row·query` of consecutive biased rows to `out`, one number per row.
///
/// # Panics
/// If `rows` is not `out.len()` rows of `query.len()` bytes, or a row is not padded.
pub(super) fn dots(level: Level, rows: &[u8], query: &[i8], out: &mut [i32]) {
    let stride = query.len();
    assert!(stride > 0 && stride.is_multiple_of(ROW_ALIGNMENT), "rows are padded");
    assert_eq!(rows.len(), out.len() * stride, "as many rows as results");
    match level {
        Level::Scalar => {
            for (row, dot) in rows.chunks_exact(stride).zip(out) {
                *dot = scalar::dot(row, query);
            }
        }
        #[cfg(target_arch = "x86_64")]
        // SAFETY: a level is only made by `available`, which checked the processor; lengths are asserted above.
        Level::Avx2 => unsafe { avx2::dots(rows, query, out) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: as above.
        Level::Avx512Vnni => unsafe { avx512::dots(rows, query, out) },
    }
}

/// Writes `Σ row·query` of the biased rows numbered `slots` to `out`, in the order of `slots`.
///
/// # Panics
/// If a slot is outside `rows`, or a row is not padded.
pub(super) fn dots_at(level: Level, rows: &[u8], slots: &[u32], query: &[i8], out: &mut Vec<i32>) {
    let stride = query.len();
    assert!(stride > 0 && stride.is_multiple_of(ROW_ALIGNMENT), "rows are padded");
    let n_rows = rows.len() / stride;
    assert!(slots.iter().all(|&slot| (slot as usize) < n_rows), "every slot is a row");
    out.clear();
    match level {
        Level::Scalar => {
            let row = |slot: u32| &rows[slot as usize * stride..(slot as usize + 1) * stride];
            out.extend(slots.iter().map(|&slot| scalar::dot(row(slot), query)));
        }
        #[cfg(target_arch = "x86_64")]
        // SAFETY: a level is only made by `available`; every slot was checked against the number of rows.
        Level::Avx2 => unsafe { avx2::dots_at(rows, slots, query, out) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: as above.
        Level::Avx512Vnni => unsafe { avx512::dots_at(rows, slots, query, out) },
    }
}

/// Runs plain code compiled for a level, where the compiler takes it in: what is done to thousands of rows, but is no
/// product.
#[inline(always)]
pub(super) fn compiled_for<R>(level: Level, work: impl FnOnce() -> R) -> R {
    match level {
        Level::Scalar => work(),
        #[cfg(target_arch = "x86_64")]
        // SAFETY: a level is only made by `available`, which checked the processor.
        Level::Avx2 => unsafe { avx2::run(work) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: as above.
        Level::Avx512Vnni => unsafe { avx512::run(work) },
    }
}

/// Asks for the cache line of an item that will be needed soon; does nothing if there is no such item.
#[inline(always)]
pub(super) fn prefetch<T>(items: &[T], index: usize) {
    #[cfg(target_arch = "x86_64")]
    if let Some(item) = items.get(index) {
        use std::arch::x86_64::*;
        // SAFETY: prefetching has no effect on memory, and the address is that of an item.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(item).cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (items, index);
}

/// Asks for all cache lines of some items that will be needed soon.
pub(super) fn prefetch_all<T>(items: &[T]) {
    let per_line = (ROW_ALIGNMENT / size_of::<T>().max(1)).max(1);
    (0..items.len()).step_by(per_line).for_each(|index| prefetch(items, index));
}

/// Returns `Σ (a − 128)·(b − 128)` of two biased rows, as the graph build needs it.
///
/// # Panics
/// If the rows differ in length or are not padded.
pub(super) fn dot_biased(level: Level, a: &[u8], b: &[u8]) -> i32 {
    assert!(a.len() == b.len() && a.len().is_multiple_of(ROW_ALIGNMENT), "rows are padded alike");
    match level {
        Level::Scalar => scalar::dot_biased(a, b),
        #[cfg(target_arch = "x86_64")]
        // SAFETY: a level is only made by `available`; the lengths are asserted above.
        Level::Avx2 => unsafe { avx2::dot_biased(a, b) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: as above.
        Level::Avx512Vnni => unsafe { avx512::dot_biased(a, b) },
    }
}

/// Returns the inner product of two vectors of one length, the same bits on every level.
///
/// Element `i` goes to partial sum `i % 16`; products are rounded before they are added (no fused operation);
/// partial sums are then added in halves. Extra elements of the longer vector are ignored.
pub(super) fn dot_f32(level: Level, a: &[f32], b: &[f32]) -> f32 {
    match level {
        Level::Scalar => dot_lanes(a, b),
        #[cfg(target_arch = "x86_64")]
        // SAFETY: a level is only made by `available`, which checked the processor.
        Level::Avx2 => unsafe { avx2::dot_f32(a, b) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: as above.
        Level::Avx512Vnni => unsafe { avx512::dot_f32(a, b) },
    }
}

#[inline(always)]
fn dot_lanes(a: &[f32], b: &[f32]) -> f32 {
    let n = a.len().min(b.len());
    let (a_lanes, a_tail) = a[..n].as_chunks::<LANES>();
    let (b_lanes, b_tail) = b[..n].as_chunks::<LANES>();
    let mut sums = [0.0f32; LANES];
    for (a, b) in a_lanes.iter().zip(b_lanes) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    for (lane, (a, b)) in a_tail.iter().zip(b_tail).enumerate() {
        sums[lane] += a * b;
    }
    let mut width = LANES / 2;
    while width > 0 {
        for lane in 0..width {
            sums[lane] += sums[lane + width];
        }
        width /= 2;
    }
    sums[0]
}

mod scalar {
    #[inline(always)]
    pub(super) fn dot(row: &[u8], query: &[i8]) -> i32 {
        row.iter().zip(query).map(|(&x, &q)| i32::from(x) * i32::from(q)).sum()
    }

    #[inline(always)]
    pub(super) fn dot_biased(a: &[u8], b: &[u8]) -> i32 {
        a.iter().zip(b).map(|(&a, &b)| (i32::from(a) - super::BIAS) * (i32::from(b) - super::BIAS)).sum()
    }
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use std::arch::x86_64::*;

    #[target_feature(enable = "avx2")]
    pub(super) unsafe fn run<R>(work: impl FnOnce() -> R) -> R {
        work()
    }

    // `maddubs` would be one instruction fewer but saturates at 16 bits, so bytes are widened first.

    #[target_feature(enable = "avx2")]
    unsafe fn dot(row: *const u8, query: *const i8, len: usize) -> i32 {
        let mut sum = _mm256_setzero_si256();
        let mut at = 0;
        while at < len {
            // SAFETY: the caller guarantees `len` readable bytes, a multiple of 64.
            let (x, q) =
                unsafe { (_mm_loadu_si128(row.add(at).cast()), _mm_loadu_si128(query.add(at).cast())) };
            sum = _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_cvtepu8_epi16(x), _mm256_cvtepi8_epi16(q)));
            at += 16;
        }
        reduce(sum)
    }

    #[target_feature(enable = "avx2")]
    fn reduce(sum: __m256i) -> i32 {
        let sum = _mm_add_epi32(_mm256_castsi256_si128(sum), _mm256_extracti128_si256::<1>(sum));
        let sum = _mm_add_epi32(sum, _mm_shuffle_epi32::<0b00_00_11_10>(sum));
        let sum = _mm_add_epi32(sum, _mm_shuffle_epi32::<0b00_00_00_01>(sum));
        _mm_cvtsi128_si32(sum)
    }

    #[target_feature(enable = "avx2")]
    pub(super) unsafe fn dots(rows: &[u8], query: &[i8], out: &mut [i32]) {
        for (row, out) in rows.chunks_exact(query.len()).zip(out) {
            // SAFETY: both slices hold `query.len()` bytes.
            *out = unsafe { dot(row.as_ptr(), query.as_ptr(), query.len()) };
        }
    }

    #[target_feature(enable = "avx2")]
    pub(super) unsafe fn dots_at(rows: &[u8], slots: &[u32], query: &[i8], out: &mut Vec<i32>) {
        for (index, &slot) in slots.iter().enumerate() {
            if let Some(&ahead) = slots.get(index + 2) {
                prefetch_row(rows, ahead as usize * query.len(), query.len());
            }
            // SAFETY: the caller checked that every slot is a row of `query.len()` bytes.
            out.push(unsafe {
                dot(rows.as_ptr().add(slot as usize * query.len()), query.as_ptr(), query.len())
            });
        }
    }

    #[target_feature(enable = "avx2")]
    pub(super) unsafe fn dot_biased(a: &[u8], b: &[u8]) -> i32 {
        let bias = _mm256_set1_epi16(128);
        let mut sum = _mm256_setzero_si256();
        let mut at = 0;
        while at < a.len() {
            // SAFETY: the caller checked that both rows have one length, a multiple of 64.
            let (x, y) = unsafe {
                (_mm_loadu_si128(a.as_ptr().add(at).cast()), _mm_loadu_si128(b.as_ptr().add(at).cast()))
            };
            let x = _mm256_sub_epi16(_mm256_cvtepu8_epi16(x), bias);
            let y = _mm256_sub_epi16(_mm256_cvtepu8_epi16(y), bias);
            sum = _mm256_add_epi32(sum, _mm256_madd_epi16(x, y));
            at += 16;
        }
        reduce(sum)
    }

    #[target_feature(enable = "avx2")]
    pub(super) unsafe fn dot_f32(a: &[f32], b: &[f32]) -> f32 {
        super::dot_lanes(a, b)
    }

    /// Asks for the cache lines of a row; a prefetch never faults, whatever the address.
    #[inline(always)]
    pub(super) fn prefetch_row(rows: &[u8], offset: usize, len: usize) {
        let mut at = 0;
        while at < len {
            // SAFETY: prefetching has no effect on memory and ignores addresses that are not mapped.
            unsafe { _mm_prefetch::<_MM_HINT_T0>(rows.as_ptr().wrapping_add(offset + at).cast()) };
            at += super::ROW_ALIGNMENT;
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod avx512 {
    use std::arch::x86_64::*;

    use super::ROW_ALIGNMENT;
    use super::avx2::prefetch_row;

    #[target_feature(enable = "avx512f,avx512bw,avx512vnni,avx2")]
    pub(super) unsafe fn run<R>(work: impl FnOnce() -> R) -> R {
        work()
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512vnni,avx2")]
    unsafe fn sums(row: *const u8, query: *const i8, len: usize) -> __m512i {
        let mut sum = _mm512_setzero_si512();
        let mut at = 0;
        while at < len {
            // SAFETY: the caller guarantees `len` readable bytes, a multiple of 64.
            let (x, q) =
                unsafe { (_mm512_loadu_si512(row.add(at).cast()), _mm512_loadu_si512(query.add(at).cast())) };
            sum = _mm512_dpbusd_epi32(sum, x, q);
            at += ROW_ALIGNMENT;
        }
        sum
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512vnni,avx2")]
    fn halve(sum: __m512i) -> __m256i {
        _mm256_add_epi32(_mm512_castsi512_si256(sum), _mm512_extracti64x4_epi64::<1>(sum))
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512vnni,avx2")]
    pub(super) unsafe fn dots(rows: &[u8], query: &[i8], out: &mut [i32]) {
        let len = query.len();
        let mut row = rows.as_ptr();
        let (fours, rest) = out.as_chunks_mut::<4>();
        // Four rows share one horizontal reduction, which otherwise costs as much as the products.
        for out in fours {
            // SAFETY: the caller checked that `rows` holds one row of `len` bytes per result.
            let [a, b, c, d] = unsafe {
                let query = query.as_ptr();
                [
                    halve(sums(row, query, len)),
                    halve(sums(row.add(len), query, len)),
                    halve(sums(row.add(2 * len), query, len)),
                    halve(sums(row.add(3 * len), query, len)),
                ]
            };
            let pairs = _mm256_hadd_epi32(_mm256_hadd_epi32(a, b), _mm256_hadd_epi32(c, d));
            let four = _mm_add_epi32(_mm256_castsi256_si128(pairs), _mm256_extracti128_si256::<1>(pairs));
            // SAFETY: `out` has room for four numbers, and `row` moves by the four rows just read.
            unsafe {
                _mm_storeu_si128(out.as_mut_ptr().cast(), four);
                row = row.add(4 * len);
            }
        }
        for out in rest {
            // SAFETY: one row per remaining result.
            unsafe {
                *out = _mm512_reduce_add_epi32(sums(row, query.as_ptr(), len));
                row = row.add(len);
            }
        }
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512vnni,avx2")]
    pub(super) unsafe fn dots_at(rows: &[u8], slots: &[u32], query: &[i8], out: &mut Vec<i32>) {
        let len = query.len();
        for &slot in slots.iter().take(3) {
            prefetch_row(rows, slot as usize * len, len);
        }
        for (index, &slot) in slots.iter().enumerate() {
            if let Some(&ahead) = slots.get(index + 3) {
                prefetch_row(rows, ahead as usize * len, len);
            }
            // SAFETY: the caller checked that every slot is a row of `len` bytes.
            let sum = unsafe { sums(rows.as_ptr().add(slot as usize * len), query.as_ptr(), len) };
            out.push(_mm512_reduce_add_epi32(sum));
        }
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512vnni,avx2")]
    pub(super) unsafe fn dot_biased(a: &[u8], b: &[u8]) -> i32 {
        let bias = _mm512_set1_epi8(-128);
        let (mut sum, mut shift) = (_mm512_setzero_si512(), _mm512_setzero_si512());
        let mut at = 0;
        while at < a.len() {
            // SAFETY: the caller checked that both rows have one length, a multiple of 64.
            let (x, y) = unsafe {
                (_mm512_loadu_si512(a.as_ptr().add(at).cast()), _mm512_loadu_si512(b.as_ptr().add(at).cast()))
            };
            let y = _mm512_xor_si512(y, bias);
            sum = _mm512_dpbusd_epi32(sum, x, y);
            // The byte -128 read as unsigned is 128: this accumulates the bias of `x` times `y`.
            shift = _mm512_dpbusd_epi32(shift, bias, y);
            at += ROW_ALIGNMENT;
        }
        _mm512_reduce_add_epi32(_mm512_sub_epi32(sum, shift))
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512vnni,avx2")]
    pub(super) unsafe fn dot_f32(a: &[f32], b: &[f32]) -> f32 {
        super::dot_lanes(a, b)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bytes(rows: usize) -> impl Strategy<Value = (usize, Vec<u8>, Vec<i8>)> {
        (1usize..6).prop_flat_map(move |lines| {
            let stride = lines * ROW_ALIGNMENT;
            (
                Just(stride),
                proptest::collection::vec(any::<u8>(), stride * rows),
                // Signed codes never reach -128: `quantize` is symmetric.
                proptest::collection::vec(-127i8..=127, stride),
            )
        })
    }

    proptest! {
        #[test]
        fn integer_kernels_agree_with_the_scalar_one((stride, rows, query) in bytes(7)) {
            let expected: Vec<i32> = rows.chunks(stride).map(|row| scalar::dot(row, &query)).collect();
            let slots = [6u32, 0, 3, 3, 5];
            let picked: Vec<i32> = slots.iter().map(|&slot| expected[slot as usize]).collect();
            for level in Level::available() {
                let mut out = vec![0; 7];
                dots(level, &rows, &query, &mut out);
                prop_assert_eq!(&out, &expected);
                dots_at(level, &rows, &slots, &query, &mut out);
                prop_assert_eq!(&out, &picked);
                let pair = (&rows[..stride], &rows[stride..2 * stride]);
                prop_assert_eq!(dot_biased(level, pair.0, pair.1), scalar::dot_biased(pair.0, pair.1));
            }
        }

        #[test]
        fn float_kernels_agree_bit_by_bit(
            pairs in proptest::collection::vec((-2.0f32..2.0, -2.0f32..2.0), 0..150),
        ) {
            let (a, b): (Vec<f32>, Vec<f32>) = pairs.into_iter().unzip();
            let expected = dot_lanes(&a, &b).to_bits();
            for level in Level::available() {
                prop_assert_eq!(dot_f32(level, &a, &b).to_bits(), expected);
            }
        }
    }

    #[test]
    fn extreme_bytes_do_not_saturate() {
        let (row, query) = (vec![255u8; 128], vec![-127i8; 128]);
        for level in Level::available() {
            let mut out = [0];
            dots(level, &row, &query, &mut out);
            assert_eq!(out[0], -255 * 127 * 128, "{level:?}");
            assert_eq!(dot_biased(level, &row, &[0; 128]), -127 * 128 * 128, "{level:?}");
        }
    }
}
