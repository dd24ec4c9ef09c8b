//! How many neighbours a picture keeps.

use rayon::prelude::*;

use super::graph::Neighbours;
use super::layout::{Place, mix};

/// Points that are judged at most.
const SAMPLE: usize = 20_000;

/// Returns the mean share of each point's neighbours that are among as many nearest places; 0-1.
///
/// Over all points, or a fixed sample of 20,000. `None` where no point has a neighbour.
/// Equal distances are in the order of the points.
pub fn kept(neighbours: &Neighbours, places: &[[f32; 2]]) -> Option<f64> {
    let n = neighbours.n_points().min(places.len());
    let mut judged: Vec<usize> = (0..n).filter(|point| neighbours.of(*point).next().is_some()).collect();
    if judged.len() > SAMPLE {
        judged.sort_unstable_by_key(|point| mix(*point as u64));
        judged.truncate(SAMPLE);
    }
    if judged.is_empty() {
        return None;
    }
    let grid = Grid::new(&places[..n]);
    let shares: Vec<f64> = judged
        .par_iter()
        .map(|point| {
            let near: Vec<u32> = neighbours.of(*point).map(|(id, _)| id).collect();
            let on_map = grid.nearest(*point, near.len());
            near.iter().filter(|id| on_map.contains(id)).count() as f64 / near.len() as f64
        })
        .collect();
    Some(shares.iter().sum::<f64>() / shares.len() as f64)
}

/// Places by cell of a square grid.
struct Grid<'a> {
    places: &'a [Place],
    left: Place,
    cell: f32,
    edge: i64,
    cells: Vec<Vec<u32>>,
}

impl<'a> Grid<'a> {
    fn new(places: &'a [Place]) -> Self {
        let frame = super::Frame::around(places).with_margin(0.001);
        let edge = (places.len() as f64 / 4.0).sqrt().ceil().clamp(1.0, 2_048.0);
        let edge = (1..=2_048).find(|n| *n as f64 >= edge).unwrap_or(2_048);
        let mut grid = Self {
            places,
            left: [frame.x, frame.y],
            cell: frame.width / edge as f32,
            edge,
            cells: vec![Vec::new(); usize::try_from(edge * edge).expect("positive")],
        };
        for (point, place) in places.iter().enumerate() {
            let [column, row] = grid.cell_of(*place);
            let at = grid.index(column, row).expect("a place lies in the frame");
            grid.cells[at].push(super::graph::id_of(point));
        }
        grid
    }

    #[expect(clippy::cast_possible_truncation, reason = "bounded by the grid")]
    fn cell_of(&self, place: Place) -> [i64; 2] {
        let at = |axis: usize| {
            (((place[axis] - self.left[axis]) / self.cell).floor() as i64).clamp(0, self.edge - 1)
        };
        [at(0), at(1)]
    }

    fn index(&self, column: i64, row: i64) -> Option<usize> {
        let within = |n: i64| (0..self.edge).contains(&n);
        (within(column) && within(row)).then(|| usize::try_from(row * self.edge + column).expect("positive"))
    }

    /// Returns the `k` places nearest to a point, ring by ring outwards.
    fn nearest(&self, point: usize, k: usize) -> Vec<u32> {
        let here = self.places[point];
        let [column, row] = self.cell_of(here);
        let mut found: Vec<(f32, u32)> = Vec::new();
        for ring in 0..=self.edge {
            for dy in -ring..=ring {
                // Inside the ring only its two ends.
                let step = if dy.abs() == ring { 1 } else { (2 * ring).max(1) };
                let mut dx = -ring;
                while dx <= ring {
                    if let Some(cell) = self.index(column + dx, row + dy) {
                        let others = self.cells[cell].iter().filter(|other| **other as usize != point);
                        let far = |other: &u32| super::density::distance(here, self.places[*other as usize]);
                        found.extend(others.map(|other| (far(other), *other)));
                    }
                    dx += step;
                }
            }
            // Whatever lies beyond this ring is at least so far away.
            let reached = ring as f32 * self.cell;
            if found.iter().filter(|(far, _)| *far <= reached).count() >= k {
                break;
            }
        }
        found.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        found.into_iter().take(k).map(|(_, other)| other).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scattered(n: usize) -> Vec<Place> {
        let share = |x: u64| (mix(x) >> 40) as f32 / (1_u64 << 24) as f32;
        (0..n as u64).map(|i| [share(2 * i) * 3.0, share(2 * i + 1).powi(3)]).collect()
    }

    #[test]
    fn the_grid_finds_what_a_full_sort_finds() {
        let places = scattered(300);
        let grid = Grid::new(&places);
        for point in 0..300 {
            let mut all: Vec<(f32, u32)> = (0..300_u32)
                .filter(|other| *other as usize != point)
                .map(|other| {
                    (crate::analytics::map::density::distance(places[point], places[other as usize]), other)
                })
                .collect();
            all.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            let expected: Vec<u32> = all.into_iter().take(7).map(|(_, other)| other).collect();
            assert_eq!(grid.nearest(point, 7), expected, "point {point}");
        }
    }

    #[test]
    fn a_picture_that_is_the_data_keeps_all_and_a_random_one_little() {
        let places = scattered(400);
        let grid = Grid::new(&places);
        let found: Vec<Vec<(u32, f32)>> =
            (0..400).map(|point| grid.nearest(point, 6).into_iter().map(|id| (id, 0.5)).collect()).collect();
        let neighbours = Neighbours::new(6, &found);
        assert_eq!(kept(&neighbours, &places), Some(1.0));
        let mut shuffled = places;
        shuffled.sort_by_key(|place| mix(u64::from(place[0].to_bits())));
        assert!(kept(&neighbours, &shuffled).unwrap() < 0.2);
        assert_eq!(kept(&Neighbours::new(3, &[vec![], vec![]]), &[[0.0; 2]; 2]), None);
    }
}
