//! The oracle of the tests: every row, in single precision, sorted. No codes, no bounds, no files.

use super::Filter;
use super::Neighbour;
use super::kernels::Level;
use super::quantize;
use super::quantize::Query;

/// All rows as unit vectors in memory.
#[derive(Debug)]
pub(super) struct Searcher {
    rows: Vec<(u32, u32, Option<Vec<f32>>)>,
}

impl Searcher {
    /// Takes rows of `(id, tag, vector)`.
    pub(super) fn new(rows: impl IntoIterator<Item = (u32, u32, Vec<f32>)>) -> Self {
        let unit = |vector: Vec<f32>| {
            let mut unit = Vec::new();
            quantize::normalize(&vector, &mut unit).then_some(unit)
        };
        Self { rows: rows.into_iter().map(|(id, tag, vector)| (id, tag, unit(vector))).collect() }
    }

    /// Returns the best `k` that pass.
    pub(super) fn nearest(&self, query: &[f32], k: usize, filter: Filter<'_>) -> Vec<Neighbour> {
        let Some(query) = Query::new(query, Level::Scalar) else { return Vec::new() };
        let passes = |id| match filter {
            Filter::All => true,
            Filter::Ids(ids) => ids.contains(id),
        };
        let mut all: Vec<Neighbour> = (self.rows.iter().filter(|row| passes(row.0)))
            .map(|(id, tag, unit)| {
                let score = unit.as_ref().map_or(-1.0, |unit| query.exact(unit));
                Neighbour { id: *id, tag: *tag, score }
            })
            .collect();
        all.sort_by(Neighbour::rank);
        all.truncate(k);
        all
    }
}
