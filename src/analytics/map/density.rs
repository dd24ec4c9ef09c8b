//! The lie of the land: how dense the map is, its contours, and plane geometry.

use contour::ContourBuilder;
use serde::{Deserialize, Serialize};

use super::layout::Place;
use super::{Frame as MapFrame, Map};

/// Cells on an edge of the density grid.
const CELLS: usize = 256;
/// Passes of a box blur; three come close to a Gaussian.
const BLURS: usize = 3;
/// Half the width of the box, in cells.
const RADIUS: usize = 5;

/// A line of equal density and what lies within it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contour {
    /// The share of the highest density of the map, 0-1.
    pub level: f64,
    /// Polygons in the units of the map, each its outline followed by its holes.
    pub polygons: Vec<Vec<Vec<[f32; 2]>>>,
}

/// Returns contours of the density of points at `levels`, shares (0-1) of the highest density.
///
/// Points are spread over a grid of 256 × 256 cells and smoothed. A map without points has no contours.
pub fn contours(map: &Map, levels: &[f64]) -> Vec<Contour> {
    let places: Vec<Place> = map.points.iter().map(|point| [point.x, point.y]).collect();
    let grid = grid(&places, &map.frame);
    let highest = grid.iter().copied().fold(0.0, f64::max);
    if highest <= 0.0 {
        return Vec::new();
    }
    let cell = f64::from(map.frame.width) / CELLS as f64;
    let builder = ContourBuilder::new(CELLS, CELLS, true)
        .x_origin(f64::from(map.frame.x))
        .y_origin(f64::from(map.frame.y))
        .x_step(cell)
        .y_step(cell);
    let thresholds: Vec<f64> = levels.iter().map(|level| level * highest).collect();
    let found = builder.contours(&grid, &thresholds).unwrap_or_default();
    let ring = |line: &[contour::Pt]| -> Vec<[f32; 2]> {
        line.iter().map(|at| [super::layout::narrow(at.x), super::layout::narrow(at.y)]).collect()
    };
    let polygons = |contour: &contour::Contour| {
        let polygons = contour.geometry().0.iter();
        polygons
            .map(|polygon| {
                let holes = polygon.interiors().iter().map(|hole| ring(&hole.0));
                std::iter::once(ring(&polygon.exterior().0)).chain(holes).collect()
            })
            .collect()
    };
    levels
        .iter()
        .zip(&found)
        .map(|(level, found)| Contour { level: *level, polygons: polygons(found) })
        .collect()
}

/// Returns the smoothed number of points by cell, row by row from below.
fn grid(places: &[Place], frame: &MapFrame) -> Vec<f64> {
    let mut cells = vec![0.0; CELLS * CELLS];
    let cell = frame.width / CELLS as f32;
    let column = |offset: f32| (0..CELLS).rev().find(|at| *at as f32 * cell <= offset).unwrap_or(0);
    let lookup = |offset: f32| {
        // Exact for places inside the frame; the search above is for what rounding puts on its edge.
        let guess = (offset / cell).max(0.0).floor();
        if guess < CELLS as f32 { whole(guess) } else { column(offset) }
    };
    for place in places {
        cells[lookup(place[1] - frame.y) * CELLS + lookup(place[0] - frame.x)] += 1.0;
    }
    for _ in 0..BLURS {
        cells = blurred(&blurred(&cells));
    }
    cells
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between 0 and the number of cells"
)]
fn whole(x: f32) -> usize {
    x as usize
}

/// Blurs every row and transposes; twice is a blur of both directions.
fn blurred(cells: &[f64]) -> Vec<f64> {
    let mut out = vec![0.0; cells.len()];
    for row in 0..CELLS {
        let values = &cells[row * CELLS..(row + 1) * CELLS];
        for column in 0..CELLS {
            let window = column.saturating_sub(RADIUS)..(column + RADIUS + 1).min(CELLS);
            out[column * CELLS + row] = values[window].iter().sum::<f64>() / (2 * RADIUS + 1) as f64;
        }
    }
    out
}

/// Returns whether a place lies in a polygon, by the even-odd rule.
pub(super) fn inside(polygon: &[Place], at: Place) -> bool {
    let mut inside = false;
    let Some(mut last) = polygon.last().copied().filter(|_| polygon.len() > 2) else { return false };
    for corner in polygon {
        if (corner[1] > at[1]) != (last[1] > at[1]) {
            let across = (last[0] - corner[0]) * (at[1] - corner[1]) / (last[1] - corner[1]) + corner[0];
            inside ^= at[0] < across;
        }
        last = *corner;
    }
    inside
}

/// Returns the place of the point nearest to the mean of some points: a place where the region really is.
pub(super) fn middle(points: &[u32], places: &[Place]) -> Place {
    let n = points.len().max(1) as f64;
    let mean =
        |axis: usize| points.iter().map(|point| f64::from(places[*point as usize][axis])).sum::<f64>() / n;
    let mean = [super::layout::narrow(mean(0)), super::layout::narrow(mean(1))];
    let far = |point: u32| distance(places[point as usize], mean);
    let nearest = points.iter().copied().min_by(|a, b| far(*a).total_cmp(&far(*b)).then(a.cmp(b)));
    nearest.map_or([0.0, 0.0], |point| places[point as usize])
}

/// Returns the distance of two places.
pub(super) fn distance(a: Place, b: Place) -> f32 {
    ((a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2)).sqrt()
}

/// The square around some places.
pub(super) type Frame = MapFrame;

impl MapFrame {
    /// Returns the smallest square around places; one of width 1 where they are none or one spot.
    pub(super) fn around(places: &[Place]) -> Self {
        let bounds = |axis: usize| {
            let values = || places.iter().map(|place| place[axis]);
            (values().fold(f32::INFINITY, f32::min), values().fold(f32::NEG_INFINITY, f32::max))
        };
        if places.is_empty() {
            return Self { x: 0.0, y: 0.0, width: 1.0 };
        }
        let ((left, right), (low, high)) = (bounds(0), bounds(1));
        let width = (right - left).max(high - low);
        let width = if width > 0.0 { width } else { 1.0 };
        Self { x: (left + right - width) / 2.0, y: (low + high - width) / 2.0, width }
    }

    /// Returns the square with a margin on each side, a share of its width.
    pub(super) fn with_margin(self, share: f32) -> Self {
        let margin = share * self.width;
        Self { x: self.x - margin, y: self.y - margin, width: self.width + 2.0 * margin }
    }

    /// Returns whether the square lies within another.
    pub(super) fn lies_in(&self, other: &Self) -> bool {
        self.x >= other.x
            && self.y >= other.y
            && self.x + self.width <= other.x + other.width
            && self.y + self.width <= other.y + other.width
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_inside_or_not() {
        let square = [[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [0.0, 2.0]];
        assert!(inside(&square, [1.0, 1.0]));
        assert!(!inside(&square, [3.0, 1.0]) && !inside(&square, [1.0, -1.0]));
        assert!(!inside(&square[..2], [1.0, 0.0]) && !inside(&[], [0.0, 0.0]));
    }

    #[test]
    fn density_keeps_the_number_of_points_away_from_the_edge() {
        let frame = MapFrame { x: 0.0, y: 0.0, width: 1.0 };
        let places = vec![[0.5, 0.5], [0.4, 0.6], [0.5, 0.5]];
        assert!((grid(&places, &frame).iter().sum::<f64>() - 3.0).abs() < 1e-9);
        // On the edges too no place is lost or out of bounds.
        assert!(grid(&[[0.0, 0.0], [1.0, 1.0]], &frame).iter().sum::<f64>() > 0.0);
    }

    #[test]
    fn frames_hold_every_place() {
        let frame = MapFrame::around(&[[1.0, 2.0], [5.0, 3.0]]);
        assert_eq!((frame.x, frame.y, frame.width), (1.0, 0.5, 4.0));
        assert!(frame.lies_in(&frame.with_margin(0.04)));
        assert_eq!(MapFrame::around(&[[1.0, 1.0]]).width, 1.0);
    }
}
