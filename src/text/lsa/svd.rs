//! Right singular vectors of a sparse matrix by randomised projection, in a fixed order of operations.
//!
//! With `A` of n rows and m columns: project the columns at random, `Y = A Ω`; repeat `Y = A (Aᵀ Y)`, orthonormalising
//! each time, so that the leading directions stand out; then the eigenvectors of `(Aᵀ Q)ᵀ (Aᵀ Q)` turn `Aᵀ Q`
//! into the right singular vectors. Orthonormalising goes through the Gram matrix, twice, in double precision:
//! one pass over the tall matrix and one small dense problem.
//! Rows and columns of products are independent and Gram matrices are added block by block in order, so threads change nothing.

use std::ops::Range;

use faer::Mat;
use faer::MatRef;
use faer::Par;
use faer::diag::Diag;
use faer::dyn_stack::MemBuffer;
use faer::dyn_stack::MemStack;
use faer::linalg::evd::ComputeEigenvectors;
use faer::linalg::evd::self_adjoint_evd;
use faer::linalg::evd::self_adjoint_evd_scratch;
use faer::linalg::matmul::matmul;
use rand::Rng as _;
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use crate::text::error::Error;

/// Directions more than asked for in the projection; they absorb the tail (Halko et al. suggest 5 to 10).
const OVERSAMPLING: usize = 16;

/// Passes that sharpen the projection: patent text has a slowly falling spectrum, one is too few.
const POWER_ITERATIONS: usize = 2;

/// Rows of one partial Gram matrix.
const BLOCK_ROWS: usize = 1024;

/// Columns of a panel.
const PANEL: usize = 32;

/// Directions whose share of the largest eigenvalue is below this are noise of single precision.
const NOISE: f64 = 1e-6;

/// A sparse matrix by rows.
#[derive(Debug, Default)]
pub(super) struct Sparse {
    /// Where each row starts in `columns` and `values`, and the end.
    pub(super) starts: Vec<usize>,
    pub(super) columns: Vec<u32>,
    pub(super) values: Vec<f32>,
    pub(super) n_columns: usize,
}

impl Sparse {
    fn n_rows(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// Returns this matrix times a dense one of `width` columns.
    fn times(&self, dense: &[f32], width: usize) -> Vec<f32> {
        let mut out = vec![0.0; self.n_rows() * width];
        out.par_chunks_mut(BLOCK_ROWS * width).enumerate().for_each(|(block, out)| {
            for panel in panels(width) {
                for (row, out) in (block * BLOCK_ROWS..).zip(out.chunks_mut(width)) {
                    for (column, value) in self.row(row) {
                        let from = column * width;
                        add(&mut out[panel.clone()], value, &dense[from + panel.start..from + panel.end]);
                    }
                }
            }
        });
        out
    }

    /// Returns the transpose of this matrix times a dense one of `width` columns.
    fn transposed_times(&self, dense: &[f32], width: usize) -> Vec<f32> {
        let panels: Vec<Range<usize>> = panels(width).collect();
        let sums: Vec<Vec<f32>> = panels
            .par_iter()
            .map(|panel| {
                let mut out = vec![0.0; self.n_columns * panel.len()];
                for (row, dense) in dense.chunks(width).enumerate() {
                    for (column, value) in self.row(row) {
                        let from = column * panel.len();
                        add(&mut out[from..from + panel.len()], value, &dense[panel.clone()]);
                    }
                }
                out
            })
            .collect();
        let mut out = vec![0.0; self.n_columns * width];
        out.par_chunks_mut(width).enumerate().for_each(|(row, out)| {
            for (panel, sums) in panels.iter().zip(&sums) {
                out[panel.clone()].copy_from_slice(&sums[row * panel.len()..][..panel.len()]);
            }
        });
        out
    }

    fn row(&self, row: usize) -> impl Iterator<Item = (usize, f32)> {
        let entries = self.starts[row]..self.starts[row + 1];
        let columns = self.columns[entries.clone()].iter().map(|column| *column as usize);
        columns.zip(self.values[entries].iter().copied())
    }
}

/// Cuts the columns of a dense matrix: the rows that frequent terms ask for again and again stay in the caches while
/// one panel is worked on, not while whole rows are.
fn panels(width: usize) -> impl Iterator<Item = Range<usize>> {
    (0..width).step_by(PANEL).map(move |start| start..(start + PANEL).min(width))
}

fn add(out: &mut [f32], value: f32, dense: &[f32]) {
    for (out, dense) in out.iter_mut().zip(dense) {
        *out += value * dense;
    }
}

/// Right singular vectors: one row per column of the matrix.
#[derive(Debug)]
pub(super) struct Right {
    /// Vectors found: what was asked for, or the rank.
    pub(super) rank: usize,
    /// `n_columns` rows of `rank` values.
    pub(super) vectors: Vec<f32>,
}

/// Returns the leading `dims` right singular vectors of `matrix`, or as many as its rank.
pub(super) fn right_singular_vectors(matrix: &Sparse, dims: usize, seed: u64) -> Result<Right, Error> {
    let width = (dims + OVERSAMPLING).min(matrix.n_rows()).min(matrix.n_columns);
    if width == 0 || dims == 0 {
        return Ok(Right { rank: 0, vectors: Vec::new() });
    }
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let random: Vec<f32> = (0..matrix.n_columns * width).map(|_| rng.random_range(-1.0..1.0)).collect();
    let (mut basis, mut rank) = orthonormal(matrix.times(&random, width), width)?;
    drop(random);
    for _ in 0..POWER_ITERATIONS {
        let projected = matrix.transposed_times(&basis, rank.max(1));
        (basis, rank) = orthonormal(matrix.times(&projected, rank.max(1)), rank.max(1))?;
    }
    if rank == 0 {
        return Ok(Right { rank: 0, vectors: Vec::new() });
    }
    let projected = matrix.transposed_times(&basis, rank);
    let (vectors, rank) = whitened(&projected, rank, dims)?;
    Ok(Right { rank, vectors })
}

/// Returns an orthonormal basis of the columns of `tall`, and its width.
fn orthonormal(tall: Vec<f32>, width: usize) -> Result<(Vec<f32>, usize), Error> {
    let (once, rank) = whitened(&tall, width, width)?;
    if rank == 0 { Ok((once, 0)) } else { whitened(&once, rank, rank) }
}

/// Rotates and scales the columns of `tall` to at most `limit` orthonormal ones, by falling eigenvalue of its Gram
/// matrix, noise left out. Returns them and their number.
fn whitened(tall: &[f32], width: usize, limit: usize) -> Result<(Vec<f32>, usize), Error> {
    let gram = gram(tall, width);
    let (values, vectors) = eigen(&gram)?;
    let largest = values.last().copied().unwrap_or(0.0);
    // The solver returns them rising.
    let kept: Vec<usize> = (0..width).rev().filter(|&i| values[i] > largest * NOISE).take(limit).collect();
    let rank = if largest > 0.0 { kept.len() } else { 0 };
    if rank == 0 {
        return Ok((Vec::new(), 0));
    }
    let mut rotation = vec![0.0_f32; width * rank];
    for (to, &from) in kept.iter().enumerate() {
        let scale = values[from].sqrt().recip();
        for row in 0..width {
            #[expect(clippy::cast_possible_truncation, reason = "bases are single precision")]
            let entry = (vectors[(row, from)] * scale) as f32;
            rotation[row * rank + to] = entry;
        }
    }
    let rotation = MatRef::from_row_major_slice(&rotation, width, rank);
    let n_rows = tall.len() / width;
    let mut out = vec![0.0; n_rows * rank];
    out.par_chunks_mut(BLOCK_ROWS * rank).zip(tall.par_chunks(BLOCK_ROWS * width)).for_each(
        |(out, block)| {
            let rows = block.len() / width;
            let block = MatRef::from_row_major_slice(block, rows, width);
            let out = faer::MatMut::from_row_major_slice_mut(out, rows, rank);
            matmul(out, faer::Accum::Replace, block, rotation, 1.0, Par::Seq);
        },
    );
    Ok((out, rank))
}

/// Returns `tallᵀ tall`, each block in single and their sum in double precision.
fn gram(tall: &[f32], width: usize) -> Mat<f64> {
    let mut sum = Mat::<f64>::zeros(width, width);
    let blocks: Vec<&[f32]> = tall.chunks(BLOCK_ROWS * width).collect();
    // A few blocks at a time, so that memory does not grow with the rows; added in order.
    for group in blocks.chunks(16) {
        let partial: Vec<Mat<f64>> = group
            .par_iter()
            .map(|block| {
                let block = MatRef::from_row_major_slice(block, block.len() / width, width);
                let block = Mat::from_fn(block.nrows(), width, |i, j| f64::from(block[(i, j)]));
                let mut product = Mat::zeros(width, width);
                matmul(&mut product, faer::Accum::Replace, block.transpose(), &block, 1.0, Par::Seq);
                product
            })
            .collect();
        for product in partial {
            sum += product;
        }
    }
    sum
}

/// Returns eigenvalues, rising, and eigenvectors of a symmetric matrix, on one thread.
fn eigen(symmetric: &Mat<f64>) -> Result<(Vec<f64>, Mat<f64>), Error> {
    let n = symmetric.nrows();
    let mut values = Diag::<f64>::zeros(n);
    let mut vectors = Mat::<f64>::zeros(n, n);
    let mut buffer = MemBuffer::new(self_adjoint_evd_scratch::<f64>(
        n,
        ComputeEigenvectors::Yes,
        Par::Seq,
        Default::default(),
    ));
    self_adjoint_evd(
        symmetric.as_ref(),
        values.as_mut(),
        Some(vectors.as_mut()),
        Par::Seq,
        MemStack::new(&mut buffer),
        Default::default(),
    )
    .map_err(|_| Error::Decomposition)?;
    Ok((values.column_vector().iter().copied().collect(), vectors))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows that are sums of a few fixed patterns, so the rank is known.
    fn matrix(n_rows: usize, n_columns: usize, rank: usize) -> Sparse {
        let mut matrix = Sparse { starts: vec![0], n_columns, ..Sparse::default() };
        for row in 0..n_rows {
            for column in 0..n_columns {
                if column % rank == row % rank {
                    matrix.columns.push(u32::try_from(column).unwrap());
                    matrix.values.push(1.0 + (row % rank) as f32);
                }
            }
            matrix.starts.push(matrix.columns.len());
        }
        matrix
    }

    #[test]
    fn the_vectors_are_orthonormal_and_as_many_as_the_rank() {
        let right = right_singular_vectors(&matrix(60, 40, 5), 16, 1).unwrap();
        assert_eq!(right.rank, 5);
        let gram = gram(&right.vectors, right.rank);
        for i in 0..5 {
            for j in 0..5 {
                let expected = if i == j { 1.0 } else { 0.0 };
                assert!((gram[(i, j)] - expected).abs() < 1e-4, "{i} {j} {}", gram[(i, j)]);
            }
        }
    }

    #[test]
    fn products_are_those_of_the_dense_matrix() {
        let (rows, columns, width) = (BLOCK_ROWS + 7, 5, PANEL + 3);
        let sparse = matrix(rows, columns, 3);
        let entry = |row: usize, column: usize| {
            sparse.row(row).find(|(at, _)| *at == column).map_or(0.0, |(_, value)| value)
        };
        let dense = |n: usize| (0..n * width).map(|i| (i % 11) as f32).collect::<Vec<_>>();
        let (right, left) = (dense(columns), dense(rows));
        let (times, transposed) = (sparse.times(&right, width), sparse.transposed_times(&left, width));
        for i in 0..width {
            for row in 0..rows {
                let expected: f32 = (0..columns).map(|c| entry(row, c) * right[c * width + i]).sum();
                assert_eq!(times[row * width + i], expected, "{row} {i}");
            }
            for column in 0..columns {
                let expected: f32 = (0..rows).map(|r| entry(r, column) * left[r * width + i]).sum();
                assert_eq!(transposed[column * width + i], expected, "{column} {i}");
            }
        }
    }

    #[test]
    fn the_first_vector_is_the_heaviest_pattern() {
        let right = right_singular_vectors(&matrix(60, 40, 5), 1, 1).unwrap();
        for column in 0..40 {
            let expected = if column % 5 == 4 { (1.0_f32 / 8.0).sqrt() } else { 0.0 };
            assert!((right.vectors[column].abs() - expected).abs() < 1e-3, "column {column}");
        }
    }

    #[test]
    fn an_empty_matrix_has_no_vectors() {
        assert_eq!(right_singular_vectors(&Sparse::default(), 8, 1).unwrap().rank, 0);
        let empty_rows = Sparse { starts: vec![0, 0, 0], n_columns: 3, ..Sparse::default() };
        assert_eq!(right_singular_vectors(&empty_rows, 8, 1).unwrap().rank, 0);
    }
}
