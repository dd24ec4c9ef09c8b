//! Counting units: by year, by label, by two labels; each count with the units behind it.
//!
//! Whole counting gives each label of a unit one, fractional counting `1/k` of it. Labels are in order of count, then
//! name; a count of a label that nothing has is not listed.

use super::Cohort;
use super::labels::{Labels, as_u32};
use crate::analytics::evidence::{Outcome, Share, Timeline};

/// A label with its count.
#[derive(Debug, Clone, PartialEq)]
pub struct Count {
    /// The label.
    pub label: String,
    /// Units, or shares of them.
    pub value: f64,
    /// The units, ascending.
    pub units: Vec<u32>,
}

/// A year with its count.
#[derive(Debug, Clone, PartialEq)]
pub struct YearCount {
    /// The year.
    pub year: i16,
    /// The units, ascending.
    pub units: Vec<u32>,
    /// Whether nothing of it is still to come; an incomplete year is marked wherever it stands.
    pub complete: bool,
}

/// Counts by year, without gaps from the first to the last.
#[derive(Debug, Clone, PartialEq)]
pub struct Years {
    /// The years, ascending.
    pub years: Vec<YearCount>,
    /// Units without a date on this timeline.
    pub undated: Vec<u32>,
}

impl Years {
    /// Returns the counts of complete years as pairs of year and count.
    pub fn complete(&self) -> Vec<(i16, f64)> {
        let complete = self.years.iter().filter(|year| year.complete);
        complete.map(|year| (year.year, year.units.len() as f64)).collect()
    }
}

/// Counts of pairs of labels of two columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Cross {
    /// Labels of the first column, in order of name.
    pub rows: Vec<String>,
    /// Labels of the second column, in order of name.
    pub columns: Vec<String>,
    /// Units with both, by row and column: count and units.
    pub cells: Vec<Vec<(f64, Vec<u32>)>>,
    /// Units with each label of the first column.
    pub row_totals: Vec<f64>,
    /// Units with each label of the second column.
    pub column_totals: Vec<f64>,
    /// Units that have labels in both columns: what expectations refer to.
    pub n_units: u64,
}

impl Cohort {
    /// Counts units by year. A year beyond the as-of date is an error of dates in the data; its units count as undated.
    pub fn by_year(&self, timeline: Timeline) -> Years {
        let all: Vec<u32> = (0..self.n_units()).collect();
        self.by_year_of(&all, timeline)
    }

    /// Counts some units by year.
    pub fn by_year_of(&self, units: &[u32], timeline: Timeline) -> Years {
        let last = self.basis().as_of.map_or(i16::MAX, jiff::civil::Date::year);
        let year = |unit: u32| self.year(unit, timeline).filter(|year| (1_700..=last).contains(year));
        let dated = || units.iter().filter_map(|unit| year(*unit));
        let mut years = Years { years: Vec::new(), undated: Vec::new() };
        if let (Some(first), Some(end)) = (dated().min(), dated().max()) {
            let complete = self.last_complete_year(timeline);
            let empty =
                |year| YearCount { year, units: Vec::new(), complete: complete.is_some_and(|c| year <= c) };
            years.years = (first..=end).map(empty).collect();
            for unit in units {
                match year(*unit) {
                    Some(year) => years.years[usize::from(year.abs_diff(first))].units.push(*unit),
                    None => years.undated.push(*unit),
                }
            }
        } else {
            years.undated = units.to_vec();
        }
        years
    }

    /// Counts units by the labels of a column, the largest first.
    ///
    /// # Errors
    /// [`crate::analytics::evidence::Undefined::NotComputable`] where the data do not have the column.
    pub fn by_label(&self, column: &str) -> Outcome<Vec<Count>> {
        Ok(self.count(self.labels(column)?))
    }

    /// Counts units by labels, the largest first.
    pub fn count(&self, labels: &Labels) -> Vec<Count> {
        let inverted = labels.inverted();
        let mut counts: Vec<Count> = (0..as_u32(labels.n_labels()))
            .filter(|id| !inverted.of(*id).is_empty())
            .map(|id| Count {
                label: labels.name(id).to_owned(),
                value: self.sum(labels, inverted.of(id)),
                units: inverted.of(id).to_vec(),
            })
            .collect();
        // Ids are in order of name, and the sort is stable.
        counts.sort_by(|a, b| b.value.total_cmp(&a.value));
        counts
    }

    fn sum(&self, labels: &Labels, units: &[u32]) -> f64 {
        match self.counting().share {
            Share::Whole => units.len() as f64,
            Share::Fractional => units.iter().map(|unit| self.weight(labels.of(*unit).len())).sum(),
        }
    }

    /// Returns the count of every label that any unit has, by id: [`Cohort::count`] without the units.
    pub fn sizes(&self, labels: &Labels) -> Vec<(u32, f64)> {
        let mut sums = vec![0.0; labels.n_labels()];
        for unit in 0..self.n_units() {
            let of = labels.of(unit);
            of.iter().for_each(|id| sums[*id as usize] += self.weight(of.len()));
        }
        (0..).zip(sums).filter(|(_, sum)| *sum > 0.0).collect()
    }

    /// Returns the units without any label in a column: they are in no row of a ranking.
    pub fn unlabelled(&self, labels: &Labels) -> Vec<u32> {
        (0..self.n_units()).filter(|unit| labels.of(*unit).is_empty()).collect()
    }

    /// Counts units by pairs of labels of two columns, over the units that have labels in both.
    ///
    /// With fractional counting a unit counts `1/(j k)` for each pair of its `j` and `k` labels.
    pub fn cross(&self, rows: &Labels, columns: &Labels) -> Cross {
        let names = |labels: &Labels| -> Vec<String> {
            (0..as_u32(labels.n_labels())).map(|id| labels.name(id).to_owned()).collect()
        };
        let mut cross = Cross {
            rows: names(rows),
            columns: names(columns),
            cells: vec![vec![(0.0, Vec::new()); columns.n_labels()]; rows.n_labels()],
            row_totals: vec![0.0; rows.n_labels()],
            column_totals: vec![0.0; columns.n_labels()],
            n_units: 0,
        };
        for unit in 0..self.n_units() {
            let (of_row, of_column) = (rows.of(unit), columns.of(unit));
            if of_row.is_empty() || of_column.is_empty() {
                continue;
            }
            cross.n_units += 1;
            let (row_weight, column_weight) = (self.weight(of_row.len()), self.weight(of_column.len()));
            of_row.iter().for_each(|row| cross.row_totals[*row as usize] += row_weight);
            of_column.iter().for_each(|column| cross.column_totals[*column as usize] += column_weight);
            for row in of_row {
                for column in of_column {
                    let (value, units) = &mut cross.cells[*row as usize][*column as usize];
                    *value += row_weight * column_weight;
                    units.push(unit);
                }
            }
        }
        cross
    }
}
