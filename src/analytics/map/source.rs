//! From a cohort of a snapshot to what a map is made of.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::graph::Neighbours;
use super::label::Terms;
use super::{Input, Map, NEIGHBOURS};
use crate::analytics::cohort::Cohort;
use crate::error::Failure;
use crate::index::{self, Column, DocnoSet, Reader, SpaceName};
use crate::patent::domain::Pack;

/// Points whose neighbours are looked up between two reports of progress.
const BATCH: usize = 4_096;
/// The seed of a map that continues no other.
const SEED: u64 = 20_260_101;

/// What the making of a map is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Finding the neighbours of every point; counts points.
    Neighbours,
    /// Places, regions, labels; counts the rounds of the layout, which may begin anew.
    Layout,
}

/// The points of a cohort with their vectors, neighbours and terms.
#[derive(Debug, Clone)]
pub struct Source {
    keys: Vec<String>,
    vectors: Vec<f32>,
    dim: usize,
    neighbours: Neighbours,
    zh: Terms,
    en: Terms,
    equivalents: Vec<Vec<String>>,
    model: String,
}

impl Source {
    /// Reads the units of a cohort from the snapshot that it was made of.
    ///
    /// A point is a unit, named by the key of the document that stands for it; its vector is that document's, or where
    /// it has none that of the first member with one; its terms are the key phrases of all members. `progress` is told
    /// how many of the points have their neighbours, and may cancel by returning `false`.
    ///
    /// # Errors
    /// [`index::Error::Cancelled`]; whatever the index says of a damaged snapshot. A snapshot without vectors gives
    /// points without a place, not an error.
    pub fn of_cohort(
        reader: &Reader,
        cohort: &Cohort,
        packs: &[Pack],
        progress: &(dyn Fn(u64, u64) -> bool + Sync),
    ) -> index::Result<Self> {
        let units: Vec<u32> = (0..cohort.n_units()).collect();
        let places: Vec<Option<(u32, Vec<f32>)>> =
            units.par_iter().map(|unit| vector(reader, cohort, *unit)).collect();
        let dim = places.iter().flatten().map(|(_, vector)| vector.len()).next().unwrap_or(0);
        let mut vectors = vec![0.0; units.len() * dim];
        for (unit, place) in places.iter().enumerate() {
            if let Some((_, vector)) = place {
                vectors[unit * dim..(unit + 1) * dim].copy_from_slice(vector);
            }
        }
        Ok(Self {
            keys: units.iter().map(|unit| cohort.key(*unit).to_owned()).collect(),
            neighbours: neighbours(reader, &places, progress)?,
            vectors,
            dim,
            zh: terms(reader.column("phrases_zh").ok(), cohort),
            en: terms(reader.column("phrases_en").ok(), cohort),
            equivalents: packs.iter().flat_map(|pack| &pack.concepts).map(words).collect(),
            model: reader.model_id().unwrap_or("none").to_owned(),
        })
    }

    /// Returns the number of points.
    pub fn n_points(&self) -> usize {
        self.keys.len()
    }

    /// Returns what a map is made of.
    pub fn input(&self, seed: u64) -> Input<'_> {
        Input {
            keys: &self.keys,
            vectors: &self.vectors,
            dim: self.dim,
            neighbours: &self.neighbours,
            zh: &self.zh,
            en: &self.en,
            equivalents: &self.equivalents,
            model: &self.model,
            seed,
        }
    }
}

/// Makes the map of a cohort, or continues the one `before`, whose seed and, by their documents, families it keeps.
///
/// `progress` is told how far it is: the stage, and how much of it is done of how much. It may cancel by returning
/// `false`.
///
/// # Errors
/// [`index::Error::Cancelled`]; what the index says of a damaged snapshot; [`super::Error`].
pub fn of_cohort(
    reader: &Reader,
    cohort: &Cohort,
    packs: &[Pack],
    before: Option<&Map>,
    progress: &(dyn Fn(Stage, u64, u64) -> bool + Sync),
) -> Result<Map, Failure> {
    let source =
        Source::of_cohort(reader, cohort, packs, &|done, total| progress(Stage::Neighbours, done, total))?;
    let before = before.map(|before| before.renamed(|key| Some(cohort.key(cohort.unit_of(key)?))));
    let seed = before.as_ref().map_or(SEED, |before| before.seed);
    let watch = |done: u32, total: u32| progress(Stage::Layout, u64::from(done), u64::from(total));
    Ok(super::build_watched(&source.input(seed), before.as_ref(), &watch)?)
}

fn words(concept: &crate::patent::domain::Concept) -> Vec<String> {
    concept.zh.iter().chain(&concept.en).cloned().collect()
}

/// Returns the document whose vector a unit takes, and the vector.
fn vector(reader: &Reader, cohort: &Cohort, unit: u32) -> Option<(u32, Vec<f32>)> {
    let documents = cohort.docno(unit).into_iter().chain(cohort.docnos(unit));
    let mut found = documents.filter_map(|docno| Some((docno, reader.vector(docno)?)));
    found.find(|(_, vector)| super::graph::has_direction(vector))
}

/// Finds the neighbours of every unit among the units.
fn neighbours(
    reader: &Reader,
    places: &[Option<(u32, Vec<f32>)>],
    progress: &(dyn Fn(u64, u64) -> bool + Sync),
) -> index::Result<Neighbours> {
    let mut filter = DocnoSet::empty(reader.alive().end());
    filter.extend(places.iter().flatten().map(|(docno, _)| *docno));
    let mut unit_of: Vec<u32> = vec![u32::MAX; reader.alive().end() as usize];
    for (unit, place) in places.iter().enumerate() {
        if let Some((docno, _)) = place {
            unit_of[*docno as usize] = super::graph::id_of(unit);
        }
    }
    let mut found: Vec<Vec<(u32, f32)>> = Vec::with_capacity(places.len());
    for batch in places.chunks(BATCH) {
        if !progress(found.len() as u64, places.len() as u64) {
            return Err(index::Error::Cancelled);
        }
        let near: index::Result<Vec<Vec<(u32, f32)>>> = batch
            .par_iter()
            .map(|place| {
                let Some((docno, vector)) = place else { return Ok(Vec::new()) };
                let near = reader.nearest(SpaceName::Documents, vector, Some(&filter), NEIGHBOURS + 1)?;
                let others = near.into_iter().filter(|near| near.docno != *docno);
                Ok(others.map(|near| (unit_of[near.docno as usize], near.cosine)).collect())
            })
            .collect();
        found.extend(near?);
    }
    Ok(Neighbours::new(NEIGHBOURS, &found))
}

/// Returns the phrases of every unit in one language.
fn terms(column: Option<&Column>, cohort: &Cohort) -> Terms {
    let Some(column) = column else { return Terms::default() };
    let mut number: BTreeMap<u32, u32> = BTreeMap::new();
    let mut of: Vec<Vec<u32>> = Vec::with_capacity(cohort.n_units() as usize);
    for unit in 0..cohort.n_units() {
        let mut ordinals: Vec<u32> =
            cohort.docnos(unit).flat_map(|docno| column.ordinals(docno)).copied().collect();
        ordinals.sort_unstable();
        ordinals.dedup();
        for ordinal in &mut ordinals {
            let next = super::graph::id_of(number.len());
            *ordinal = *number.entry(*ordinal).or_insert(next);
        }
        of.push(ordinals);
    }
    let mut names = vec![String::new(); number.len()];
    number.into_iter().for_each(|(ordinal, name)| names[name as usize] = column.keyword(ordinal).to_owned());
    Terms { names, of }
}
