//! Two columns of labels against each other: bubbles of a matrix, shades of a table of flows.

use super::canvas::{Anchor, Canvas, INK, LINE, PALETTE, cut, real, width};
use super::{WIDTH, reason};

/// How cells look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Bubbles, their area by value.
    Bubbles,
    /// Squares, their shade by value.
    Shades,
}

/// A cell.
#[derive(Debug, Clone, PartialEq)]
pub struct GridCell {
    /// The row's place.
    pub row: usize,
    /// The column's place.
    pub column: usize,
    /// The value; not below 0.
    pub value: f64,
    /// The number as it is written.
    pub shown: String,
    /// Whether there is significantly more than expected: a thick outline.
    pub hot: bool,
    /// Whether there is significantly less than expected: a dashed empty circle.
    pub blank: bool,
}

/// A picture of two columns of labels.
#[derive(Debug, Clone, PartialEq)]
pub struct Grid {
    /// What it shows.
    pub title: String,
    /// The rows, top first.
    pub rows: Vec<String>,
    /// The columns, left first.
    pub columns: Vec<String>,
    /// The cells; none twice.
    pub cells: Vec<GridCell>,
    /// How cells look.
    pub style: Style,
}

const SIZE: f64 = 11.0;

/// Draws it.
pub fn grid(grid: &Grid) -> String {
    if grid.rows.is_empty() || grid.columns.is_empty() {
        return reason(&grid.title, &grid.title);
    }
    let longest = |labels: &[String], most: f64| {
        labels.iter().map(|label| width(label, SIZE)).fold(30.0, f64::max).min(most)
    };
    let (left, above) = (longest(&grid.rows, 210.0) + 16.0, longest(&grid.columns, 170.0));
    let top = above * 0.72 + 24.0;
    // Slanted titles of the last columns need room to the right.
    let step = ((WIDTH - left - above * 0.72 - 8.0) / real(grid.columns.len())).clamp(16.0, 60.0);
    let tall = step.clamp(20.0, 34.0);
    let (right, bottom) = (left + step * real(grid.columns.len()), top + tall * real(grid.rows.len()));
    let mut canvas = Canvas::new(WIDTH.max(right + above * 0.72 + 8.0), bottom + 14.0, &grid.title);
    let x = |column: usize| left + step * (real(column) + 0.5);
    let y = |row: usize| top + tall * (real(row) + 0.5);
    for (row, label) in grid.rows.iter().enumerate() {
        canvas.line([left, y(row)], [right, y(row)], LINE, 0.6, false);
        canvas.text(left - 8.0, y(row) + 4.0, &cut(label, SIZE, left - 16.0), SIZE, Anchor::End);
    }
    for (column, label) in grid.columns.iter().enumerate() {
        canvas.line([x(column), top], [x(column), bottom], LINE, 0.6, false);
        let [at_x, at_y] = [x(column), top - 8.0].map(super::canvas::number);
        let turn = format!("fill=\"{INK}\" transform=\"rotate(-42 {at_x} {at_y})\"");
        canvas.styled(x(column), top - 8.0, &cut(label, SIZE, above), SIZE, Anchor::Start, &turn);
    }
    let cells = grid.cells.iter().filter(|cell| {
        cell.value.is_finite() && cell.row < grid.rows.len() && cell.column < grid.columns.len()
    });
    let highest = cells.clone().map(|cell| cell.value).fold(0.0, f64::max).max(f64::MIN_POSITIVE);
    let most = step.min(tall) / 2.0;
    for cell in cells {
        let at = [x(cell.column), y(cell.row)];
        let share = (cell.value.max(0.0) / highest).sqrt();
        match grid.style {
            Style::Bubbles => {
                if cell.value > 0.0 {
                    canvas.circle(at, (share * most * 1.15).max(1.5), "#9cc5e4", PALETTE[0]);
                }
                if cell.hot || cell.blank {
                    let dash = if cell.blank { " stroke-dasharray=\"3 2.5\"" } else { "" };
                    let [at_x, at_y] = at.map(super::canvas::number);
                    let radius = super::canvas::number(most * 0.95);
                    let data = format!(
                        "M{at_x} {at_y}m-{radius} 0a{radius} {radius} 0 1 0 {0} 0a{radius} {radius} 0 1 0 -{0} 0",
                        super::canvas::number(most * 1.9)
                    );
                    let colour = if cell.hot { PALETTE[5] } else { INK };
                    canvas.path(
                        &data,
                        &format!("fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.6\"{dash}"),
                    );
                }
            }
            Style::Shades => {
                let light = super::canvas::number(0.08 + 0.72 * share);
                let data = format!(
                    "M{} {}h{}v{}h-{}z",
                    super::canvas::number(at[0] - step / 2.0 + 1.0),
                    super::canvas::number(at[1] - tall / 2.0 + 1.0),
                    super::canvas::number(step - 2.0),
                    super::canvas::number(tall - 2.0),
                    super::canvas::number(step - 2.0)
                );
                canvas.path(&data, &format!("fill=\"{}\" fill-opacity=\"{light}\"", PALETTE[0]));
            }
        }
        if width(&cell.shown, 10.0) <= step {
            canvas.text(at[0], at[1] + 3.5, &cell.shown, 10.0, Anchor::Middle);
        }
    }
    canvas.finish()
}
