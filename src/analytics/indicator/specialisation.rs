//! Who does more of what than others: revealed technology advantage and its bounded forms.

use crate::analytics::evidence::{Outcome, Undefined, finite};

/// Expected counts below this say nothing.
pub const MIN_EXPECTED: f64 = 5.0;

/// The advantage of one holder in one field, in three scales.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Advantage {
    /// RTA: 1 is the average of the whole table.
    pub rta: f64,
    /// `(RTA - 1)/(RTA + 1)`, -1 to 1 (Laursen, 1998).
    pub symmetric: f64,
    /// RPA `= 100 tanh(ln RTA)`, -100 to 100 (Grupp, 1994); -100 where RTA is 0.
    pub rpa: f64,
    /// The count that the margins of the table lead to expect.
    pub expected: f64,
}

/// Returns the advantage of every row in every column of a table of counts (rows: holders, columns: fields).
///
/// `RTA_ij = (P_ij / Σ_i P_ij) / (Σ_j P_ij / Σ_ij P_ij)`, which is the count over its expectation (Soete, 1981).
///
/// ```
/// use patnav::analytics::indicator::specialisation::advantages;
/// let found = advantages(&[vec![30.0, 10.0], vec![10.0, 30.0]]).unwrap();
/// let first = found[0][0].clone().unwrap();
/// assert_eq!((first.rta, first.symmetric, first.expected), (1.5, 0.2, 20.0));
/// assert!((first.rpa - 38.461_538_5).abs() < 1e-6);
/// ```
///
/// # Errors
/// [`Undefined::Empty`] for a table without counts, [`Undefined::NotFinite`] for what is no count; each cell
/// [`Undefined::TooFew`] where fewer than [`MIN_EXPECTED`] are expected.
pub fn advantages(table: &[Vec<f64>]) -> Outcome<Vec<Vec<Outcome<Advantage>>>> {
    let n_columns = table.iter().map(Vec::len).max().unwrap_or(0);
    let mut of_column = vec![0.0; n_columns];
    let mut total = 0.0;
    for row in table {
        for (column, count) in row.iter().enumerate() {
            if !count.is_finite() || *count < 0.0 {
                return Err(Undefined::NotFinite { what: "a count".to_owned() });
            }
            of_column[column] += count;
            total += count;
        }
    }
    if finite(total, "the sum of counts")? == 0.0 {
        return Err(Undefined::Empty);
    }
    let of_row = |row: &Vec<f64>| {
        let sum: f64 = row.iter().sum();
        row.iter().zip(&of_column).map(|(count, column)| advantage(*count, sum * column / total)).collect()
    };
    Ok(table.iter().map(of_row).collect())
}

fn advantage(count: f64, expected: f64) -> Outcome<Advantage> {
    if expected < MIN_EXPECTED {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 5")]
        let n = expected as u64;
        return Err(Undefined::TooFew { what: "the expected count".to_owned(), n, needed: 5 });
    }
    let rta = count / expected;
    // tanh(ln x) = (x² - 1)/(x² + 1), which also holds at 0.
    let rpa = 100.0 * (rta * rta - 1.0) / (rta * rta + 1.0);
    Ok(Advantage { rta, symmetric: (rta - 1.0) / (rta + 1.0), rpa, expected })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_expectations_are_suppressed_and_absence_has_a_value() {
        let found = advantages(&[vec![0.0, 20.0], vec![20.0, 2.0]]).expect("counts");
        let none = found[0][0].clone().expect("10 expected");
        assert_eq!((none.rta, none.symmetric, none.rpa), (0.0, -1.0, -100.0));
        let small = advantages(&[vec![1.0, 2.0], vec![3.0, 4.0]]).expect("counts");
        assert!(small.iter().flatten().all(Outcome::is_err));
        assert!(advantages(&[]).is_err() && advantages(&[vec![0.0]]).is_err());
        assert!(advantages(&[vec![f64::NAN]]).is_err());
    }
}
