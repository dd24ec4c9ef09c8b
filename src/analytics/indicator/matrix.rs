//! 技术功效矩阵: which techniques serve which effects more, or less, often than chance would have it.
//!
//! `E = n_t n_e / N` units are expected in a cell if technique and effect were independent; the adjusted residual
//! `z = (n - E) / sqrt(E (1 - n_t/N)(1 - n_e/N))` is then about standard normal (Haberman, 1973). A cell is
//! **blank** where much is expected and little is there, **hot** where more is there than expected. Both are
//! candidates: many cells are looked at, so each carries a q-value over the whole matrix, and a blank may be physical
//! nonsense, a hole of the vocabulary or one of the tagging.

use super::statistics::{benjamini_hochberg, normal_two_sided};
use crate::analytics::evidence::{Outcome, Undefined, finite};

/// A blank needs so many expected.
pub const BLANK_EXPECTED: f64 = 5.0;
/// A blank lies so far below, in standard deviations.
pub const BLANK_RESIDUAL: f64 = -2.0;
/// A blank holds less than this share of what is expected.
pub const BLANK_SHARE: f64 = 0.25;
/// A hot cell lies so far above.
pub const HOT_RESIDUAL: f64 = 2.0;
/// The false-discovery rate at which a blank or hot cell is [`Cell::significant`].
pub const MAX_Q: f64 = 0.05;

/// What a cell is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `E >= 5`, `z <= -2`, `n/E < 0.25`.
    Blank,
    /// `z >= 2`.
    Hot,
    /// Neither.
    Ordinary,
}

/// A cell of the matrix.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// Units with both.
    pub n: f64,
    /// Units expected.
    pub expected: f64,
    /// The adjusted residual; undefined where a label is on every unit.
    pub residual: Outcome,
    /// What it is.
    pub kind: Kind,
    /// The q-value of the residual over all cells.
    pub q: f64,
    /// Whether `q` is below [`MAX_Q`].
    pub significant: bool,
}

/// Returns the cells of a matrix of counts, by row and column.
///
/// `rows` and `columns` are the units with each label, `n_units` those that have labels of both kinds. With several
/// labels a unit the margins are not the sums of cells.
///
/// ```
/// use patnav::analytics::indicator::matrix::{Kind, cells};
/// let found = cells(&[vec![0.0, 40.0], vec![40.0, 20.0]], &[40.0, 60.0], &[40.0, 60.0], 100.0).unwrap();
/// assert_eq!((found[0][0].kind, found[0][0].expected), (Kind::Blank, 16.0));
/// assert!((found[0][0].residual.clone().unwrap() + 6.666_666_67).abs() < 1e-8);
/// assert_eq!(found[0][1].kind, Kind::Hot);
/// ```
///
/// # Errors
/// [`Undefined::Empty`] without units; [`Undefined::NotFinite`] for what is no count or a margin above `n_units`.
pub fn cells(counts: &[Vec<f64>], rows: &[f64], columns: &[f64], n_units: f64) -> Outcome<Vec<Vec<Cell>>> {
    if finite(n_units, "the number of units")? <= 0.0 {
        return Err(Undefined::Empty);
    }
    let is_count = |count: &f64| count.is_finite() && (0.0..=n_units).contains(count);
    if !rows.iter().chain(columns).chain(counts.iter().flatten()).all(is_count) {
        return Err(Undefined::NotFinite { what: "a count within the number of units".to_owned() });
    }
    let mut found: Vec<Vec<Cell>> = counts
        .iter()
        .zip(rows)
        .map(|(of_row, row)| {
            of_row.iter().zip(columns).map(|(n, column)| cell(*n, *row, *column, n_units)).collect()
        })
        .collect();
    let p: Vec<f64> = found
        .iter()
        .flatten()
        .map(|cell| cell.residual.as_ref().map_or(1.0, |z| normal_two_sided(*z)))
        .collect();
    let q = benjamini_hochberg(&p);
    for (cell, q) in found.iter_mut().flatten().zip(q) {
        (cell.q, cell.significant) = (q, q < MAX_Q);
    }
    Ok(found)
}

fn cell(n: f64, row: f64, column: f64, n_units: f64) -> Cell {
    let expected = row * column / n_units;
    let variance = expected * (1.0 - row / n_units) * (1.0 - column / n_units);
    let residual = if variance > 0.0 {
        Ok((n - expected) / variance.sqrt())
    } else {
        Err(Undefined::zero("the variance of the cell"))
    };
    let kind = match &residual {
        Ok(z) if expected >= BLANK_EXPECTED && *z <= BLANK_RESIDUAL && n / expected < BLANK_SHARE => {
            Kind::Blank
        }
        Ok(z) if *z >= HOT_RESIDUAL => Kind::Hot,
        _ => Kind::Ordinary,
    };
    Cell { n, expected, residual, kind, q: 1.0, significant: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_cell_with_little_expected_is_no_blank() {
        let found =
            cells(&[vec![0.0, 4.0], vec![4.0, 92.0]], &[4.0, 96.0], &[4.0, 96.0], 100.0).expect("counts");
        assert_eq!(found[0][0].kind, Kind::Ordinary);
        assert!(found.iter().flatten().all(|cell| (0.0..=1.0).contains(&cell.q)));
    }

    #[test]
    fn a_label_on_every_unit_tells_nothing() {
        let found = cells(&[vec![5.0, 5.0]], &[10.0], &[5.0, 5.0], 10.0).expect("counts");
        assert!(
            found[0]
                .iter()
                .all(|cell| cell.residual.is_err() && cell.kind == Kind::Ordinary && cell.q == 1.0)
        );
        assert!(cells(&[], &[], &[], 0.0).is_err());
        assert!(cells(&[vec![f64::NAN]], &[1.0], &[1.0], 2.0).is_err());
        assert!(cells(&[vec![1.0]], &[3.0], &[1.0], 2.0).is_err(), "a margin above the whole");
        assert_eq!(cells(&[], &[], &[], 2.0), Ok(Vec::new()));
    }
}
