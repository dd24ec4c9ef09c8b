//! The landscape of a field as figures: each a table whose numbers lead to their documents, with a sentence that says
//! what it shows.
//!
//! [`landscape`] is a function of a cohort, and where there are any, of its snapshot and its map. A figure that the data
//! cannot give says why ([`Figure::missing`]); it is never empty without a reason. Nothing here knows how a figure is
//! drawn: [`Chart`] says which kind of picture fits its columns.
//!
//! Inside, one file a chapter: `activity` (trends, life cycle), `place` (geography), `technology` (make-up, matrix),
//! `people` (applicants, inventors, collaboration), `right` (key patents, main path, rights), `terrain` (map), `slice` (the map by period); and
//! `selection`, which counts any part of a map.

mod activity;
mod figure;
mod people;
mod place;
mod reason;
mod right;
mod selection;
mod slice;
mod technology;
mod terrain;
#[cfg(test)]
mod tests;

pub use figure::{Cell, Chart, Column, Figure, Piece, Pieces, Row};
pub use reason::in_chinese;
pub use selection::{FACTS_VERSION, Facts, Group, GroupRow, Statistics};
pub use terrain::overlays;

use serde::{Deserialize, Serialize};

use super::cohort::Cohort;
use super::evidence::{Basis, Timeline};
use super::map::Map;
use crate::index::Reader;
use crate::patent::domain::Pack;

/// The version of [`Landscape`] as JSON; it rises when a field changes its meaning.
pub const LANDSCAPE_VERSION: u32 = 1;
/// Rows of a ranking.
pub const RANKED: usize = 20;

/// All figures of a cohort.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Landscape {
    /// [`LANDSCAPE_VERSION`] of the program that made it.
    pub version: u32,
    /// What all numbers share: snapshot, scope, counting rule, complete years.
    pub basis: Basis,
    /// The figures, in the order of a report.
    pub figures: Vec<Figure>,
}

/// Makes all figures.
///
/// `reader` is the snapshot that the cohort was made of: with it, blank cells of the matrix get their nearest documents.
/// `packs` give leaves and effects their names.
pub fn landscape(cohort: &Cohort, reader: Option<&Reader>, packs: &[Pack], map: Option<&Map>) -> Landscape {
    let figures = vec![
        activity::trend("trend-priority", cohort, Timeline::Priority),
        activity::trend("trend-filing", cohort, Timeline::Filing),
        activity::life_cycle(cohort),
        place::flows(cohort),
        place::provinces(cohort),
        technology::leaves(cohort, packs),
        technology::classes(cohort),
        technology::matrix(cohort, reader, packs),
        people::applicants(cohort),
        people::inventors(cohort),
        people::collaboration(cohort),
        right::key_patents(cohort),
        right::main_path(cohort),
        right::operations(cohort),
        right::states(cohort),
        right::expiry(cohort),
        terrain::regions(cohort, map),
        slice::slices(cohort, map),
    ];
    let figures = figures.into_iter().map(Figure::explained).collect();
    Landscape { version: LANDSCAPE_VERSION, basis: cohort.basis().clone(), figures }
}
