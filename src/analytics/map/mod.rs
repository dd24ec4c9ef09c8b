//! The navigation map (导航图谱): families laid out by meaning, in named regions, on places that later maps keep.
//!
//! ```text
//! vectors ── neighbours ──▶ fuzzy graph ──▶ places (layout) ──▶ contours (density)
//!                                        ──▶ nested regions (region) ──▶ labels in both languages (label)
//! a map before ──▶ places and region ids that stay
//! ```
//!
//! A [`Map`] is plain data: written as JSON it can be drawn, compared ([`difference`]) and continued ([`build`] with
//! `before`). It knows keys and places, and no document: what a point is (year, group, state) are [`Overlay`]s that the
//! caller computes, and a text is put on it by its nearest points ([`Map::project`]).
//!
//! **Gaps are hints.** A plane cannot keep all distances; an empty spot may be an artefact. Blank areas of a field are
//! judged from the technique × effect matrix ([`super::indicator`]), never from the picture.
//!
//! Deterministic: same points, options and map before give the same bytes, whatever the number of threads.

mod density;
mod difference;
mod graph;
mod label;
mod landmark;
mod layout;
mod points;
mod quality;
mod region;
mod source;
#[cfg(test)]
mod tests;
mod update;

pub use density::{Contour, contours};
pub use difference::{Difference, RegionChange, RegionFate, difference};
pub use graph::Neighbours;
pub use label::{LabelTerm, Terms};
pub use points::{Overlay, POINTS_VERSION, encode};
pub use quality::kept;
pub use source::{Source, Stage, of_cohort};

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::{Deserialize, Serialize};

use density::Frame as Square;
use graph::Graph;
use label::{Concepts, Tally};
use layout::{Rounds, Watch};

/// The version of the map's JSON; it rises when a field changes its meaning.
pub const MAP_VERSION: u32 = 1;
/// The neighbours that layout and regions work with, unless the caller has others.
pub const NEIGHBOURS: usize = 15;
/// Points above which a sample is laid out first and the others are put between.
pub const LANDMARKS_ABOVE: usize = 200_000;
/// Rounds of the layout, for few and for many points. More give a smoother picture at more cost.
const ROUNDS: [(usize, u32); 2] = [(LANDMARKS_ABOVE, 1_500), (usize::MAX, 1_000)];
/// Neighbours that a projected text is placed among.
const PROJECTED_AMONG: usize = 10;

/// What a map is made of: one point a family, in any order.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// What names each point for good: the family's key. Distinct.
    pub keys: &'a [String],
    /// Row-major vectors of unit length; a row of zeros, or with anything but numbers, has no place on the map.
    pub vectors: &'a [f32],
    /// Columns of `vectors`.
    pub dim: usize,
    /// The nearest points of each; see [`Neighbours`].
    pub neighbours: &'a Neighbours,
    /// Chinese terms of each point.
    pub zh: &'a Terms,
    /// English terms of each point.
    pub en: &'a Terms,
    /// Groups of words that mean the same, in any language.
    pub equivalents: &'a [Vec<String>],
    /// The id of the model that made the vectors.
    pub model: &'a str,
    /// The seed of every draw.
    pub seed: u64,
}

/// A map.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = MapDocument)]
#[serde(deny_unknown_fields)]
pub struct Map {
    /// [`MAP_VERSION`] of the program that made it.
    pub version: u32,
    /// The id of the model behind the vectors.
    pub model: String,
    /// The seed of every draw.
    pub seed: u64,
    /// The square that the map covers, in the units of the places.
    pub frame: Frame,
    /// The points, by key.
    pub points: Vec<Point>,
    /// The regions of all levels, coarse to fine, by size within a level.
    pub regions: Vec<Region>,
    /// Keys of families without a vector, which have no place.
    pub without_place: Vec<String>,
    /// How faithful the picture is.
    pub quality: Quality,
    /// What became of the map before, where there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Before>,
}

/// A square on the plane.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = MapFrame)]
#[serde(deny_unknown_fields)]
pub struct Frame {
    /// The left edge.
    pub x: f32,
    /// The lower edge.
    pub y: f32,
    /// The length of an edge; more than 0.
    pub width: f32,
}

/// A family on the map.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = MapPoint)]
#[serde(deny_unknown_fields)]
pub struct Point {
    /// The family's key.
    pub key: String,
    /// Across, in the frame.
    pub x: f32,
    /// Up, in the frame.
    pub y: f32,
    /// The ids of its regions, coarse to fine.
    pub regions: Vec<u32>,
}

/// A region of the map.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = MapRegion)]
#[serde(deny_unknown_fields)]
pub struct Region {
    /// The id, which a later map keeps where most of the region stays together.
    pub id: u32,
    /// 0 is the coarsest.
    pub level: u32,
    /// The region around it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<u32>,
    /// What tells it from what is around it, the most telling first; empty where its documents hold no such term.
    pub label: Vec<LabelTerm>,
    /// Points in it.
    pub n: u32,
    /// The place of the point that lies nearest to all others of the region's middle.
    pub x: f32,
    /// See `x`.
    pub y: f32,
}

impl Region {
    /// Returns the label in one language, its terms joined; `None` where no term is said in it.
    pub fn name(&self, chinese: bool) -> Option<String> {
        let words: Vec<&str> = self
            .label
            .iter()
            .filter_map(|term| if chinese { term.zh.as_deref() } else { term.en.as_deref() })
            .collect();
        let joint = if chinese { "、" } else { ", " };
        (!words.is_empty()).then(|| words.join(joint))
    }
}

/// How faithful a map is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = MapQuality)]
#[serde(deny_unknown_fields)]
pub struct Quality {
    /// Neighbours compared.
    pub k: u32,
    /// The share of a point's nearest by meaning that are among its nearest on the map; 0-1, the mean over all points
    /// (or a fixed sample of 20,000). `None` for fewer than two points.
    pub kept: Option<f64>,
}

/// How a map continues another.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = MapBefore)]
#[serde(deny_unknown_fields)]
pub struct Before {
    /// Points of both maps.
    pub n_kept: u64,
    /// Points that are new.
    pub n_new: u64,
    /// Points that are gone.
    pub n_gone: u64,
    /// The median distance that points of both moved, as a share of the width of the map before.
    /// `None` where the maps share no point.
    pub median_shift: Option<f64>,
    /// Whether another model made the vectors: distances then mean something else, and old places are only a start.
    pub model_changed: bool,
}

/// Where a text would lie.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Projection {
    /// Across.
    pub x: f32,
    /// Up.
    pub y: f32,
    /// The regions there, coarse to fine.
    pub regions: Vec<u32>,
    /// The keys of the points that it was placed among, nearest in meaning first, with their cosines.
    pub among: Vec<(String, f32)>,
}

/// Why a map cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The parts of the input do not fit each other.
    #[error("{what} has {found} entries for {expected} points")]
    Shape {
        /// Which part.
        what: &'static str,
        /// How many it has.
        found: usize,
        /// How many it should have.
        expected: usize,
    },
    /// Two points have one key.
    #[error("two points have the key `{key}`; a map holds each family once")]
    Twice {
        /// The key.
        key: String,
    },
    /// A stored map was written by another version.
    #[error("the map has version {found}, this program reads {MAP_VERSION}; make it again")]
    Version {
        /// The version.
        found: u32,
    },
    /// The caller asked to stop.
    #[error("the layout was cancelled")]
    Cancelled,
    /// A stored map is not one that can be drawn.
    #[error("its frame or its places are no numbers; make the map again")]
    Places,
}

impl crate::error::Classify for Error {
    fn kind(&self) -> crate::error::ErrorKind {
        match self {
            Self::Cancelled => crate::error::ErrorKind::Conflict,
            _ => crate::error::ErrorKind::InvalidInput,
        }
    }
}

/// Makes a map, or continues the one `before`.
///
/// Points of both keep their places but for small moves that make room (median shift below 2 % of the width), and their
/// regions, unless most points are new or the model is another; then regions keep their ids by largest overlap. Zero points
/// give an empty map, one or two points a map of one region.
///
/// # Errors
/// [`Error::Shape`], [`Error::Twice`].
pub fn build(input: &Input<'_>, before: Option<&Map>) -> Result<Map, Error> {
    build_watched(input, before, &|_, _| true)
}

/// As [`build`]; `watch` is told the rounds of the layout that are done and those to do (a layout in several steps
/// begins anew at each), and cancels by returning `false`.
///
/// # Errors
/// As [`build`], and [`Error::Cancelled`].
pub fn build_watched(
    input: &Input<'_>,
    before: Option<&Map>,
    watch: &(dyn Fn(u32, u32) -> bool + Sync),
) -> Result<Map, Error> {
    let cancelled = AtomicBool::new(false);
    let asked = |done, total| {
        let go_on = !cancelled.load(Ordering::Relaxed) && watch(done, total);
        if !go_on {
            cancelled.store(true, Ordering::Relaxed);
        }
        go_on
    };
    let order = checked(input)?;
    let (part, graph) = prepared(input, &order);
    let start = before.map(|before| update::Start::new(before, input, &part.keys, &graph));
    let places = match &start {
        Some(start) => start.places(&graph, &part.vectors, input, &asked),
        None => fresh(&graph, &part.vectors, input, &asked),
    };
    if cancelled.load(Ordering::Relaxed) {
        return Err(Error::Cancelled);
    }
    let known = start.as_ref().map_or(&[][..], update::Start::known);
    let levels = region::regions(&graph, &part.vectors, known, input.seed);
    let frame = frame(&places, before.map(|before| before.frame));
    let kept = quality::kept(&part.neighbours, &places);
    let ids = update::ids(&levels, before, &part.keys);
    let concepts = Concepts::new(&part.zh, &part.en, input.equivalents);
    let regions = named(&levels, &ids, &places, &concepts);
    let points = part
        .keys
        .iter()
        .enumerate()
        .map(|(at, key)| Point {
            key: (*key).to_owned(),
            x: places[at][0],
            y: places[at][1],
            regions: levels.iter().zip(&ids).map(|(level, ids)| ids[level[at] as usize]).collect(),
        })
        .collect();
    let without = order.iter().filter(|at| !graph::has_direction(row(input, **at)));
    Ok(Map {
        version: MAP_VERSION,
        model: input.model.to_owned(),
        seed: input.seed,
        frame,
        points,
        regions,
        without_place: without.map(|at| input.keys[*at].clone()).collect(),
        quality: Quality { k: u32::try_from(input.neighbours.k()).unwrap_or(u32::MAX), kept },
        before: before.zip(start.as_ref()).map(|(before, start)| start.told(before, &places)),
    })
}

/// Lays out afresh, and that alone: no regions, no labels. The places of points that have a direction, by key.
///
/// # Errors
/// As [`build`].
pub fn places(input: &Input<'_>) -> Result<Vec<[f32; 2]>, Error> {
    let order = checked(input)?;
    let (part, graph) = prepared(input, &order);
    Ok(fresh(&graph, &part.vectors, input, &|_, _| true))
}

/// Takes the points that have a direction, with their graph.
fn prepared<'a>(input: &Input<'a>, order: &[usize]) -> (Part<'a>, Graph) {
    let placed: Vec<usize> =
        order.iter().copied().filter(|at| graph::has_direction(row(input, *at))).collect();
    let part = Part::new(input, &placed);
    let graph = Graph::fuzzy(&part.neighbours);
    (part, graph)
}

impl Map {
    /// Returns a map that was stored, once it is one that this program can draw and continue.
    ///
    /// # Errors
    /// [`Error::Version`], [`Error::Places`].
    pub fn checked(mut self) -> Result<Self, Error> {
        if self.version != MAP_VERSION {
            return Err(Error::Version { found: self.version });
        }
        let places = self.points.iter().flat_map(|point| [point.x, point.y]);
        let edges = [self.frame.x, self.frame.y, self.frame.width];
        if self.frame.width <= 0.0 || !places.chain(edges).all(f32::is_finite) {
            return Err(Error::Places);
        }
        self.points.sort_by(|a, b| a.key.cmp(&b.key));
        Ok(self)
    }

    /// Returns the map with its points named as a later map names them: `name` gives the key of the family that holds a
    /// document, where the later map knows it.
    ///
    /// A family is named by the document that stands for it, which may be another once new members have come. Two
    /// families that became one keep the place of the first.
    #[must_use]
    pub fn renamed<'a>(&self, name: impl Fn(&str) -> Option<&'a str>) -> Self {
        let now = |key: &str| name(key).unwrap_or(key).to_owned();
        let mut points: BTreeMap<String, Point> = BTreeMap::new();
        for point in &self.points {
            let key = now(&point.key);
            points.entry(key.clone()).or_insert_with(|| Point { key, ..point.clone() });
        }
        Self {
            points: points.into_values().collect(),
            without_place: self.without_place.iter().map(|key| now(key)).collect(),
            ..self.clone()
        }
    }

    /// Returns the region with an id.
    pub fn region(&self, id: u32) -> Option<&Region> {
        self.regions.iter().find(|region| region.id == id)
    }

    /// Returns the points of a region, in the order of the map.
    pub fn members(&self, id: u32) -> impl Iterator<Item = &Point> {
        self.points.iter().filter(move |point| point.regions.contains(&id))
    }

    /// Returns the points inside a polygon (even-odd rule); fewer than three corners hold none.
    pub fn within<'a>(&'a self, polygon: &'a [[f32; 2]]) -> impl Iterator<Item = &'a Point> {
        self.points.iter().filter(move |point| density::inside(polygon, [point.x, point.y]))
    }

    /// Puts something on the map that is near to some of its points: `near` are keys with cosines, nearest first.
    ///
    /// It lies at the weighted mean of those of its ten nearest that share the region of most of them, so that a text
    /// between two regions is not put in the empty space between. `None` where no key is on the map.
    pub fn project(&self, near: &[(String, f32)]) -> Option<Projection> {
        let by_key = |key: &str| self.points.binary_search_by(|point| point.key.as_str().cmp(key)).ok();
        let among: Vec<(&Point, f32)> = near
            .iter()
            .filter_map(|(key, cosine)| Some((&self.points[by_key(key)?], *cosine)))
            .filter(|(_, cosine)| cosine.is_finite())
            .take(PROJECTED_AMONG)
            .collect();
        let nearest = among.first()?.1;
        let weight = |cosine: f32| f64::from((cosine - nearest) / 0.1).exp();
        let mut votes: BTreeMap<Option<u32>, f64> = BTreeMap::new();
        for (point, cosine) in &among {
            *votes.entry(point.regions.last().copied()).or_default() += weight(*cosine);
        }
        let (home, _) = votes.into_iter().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))?;
        let (mut x, mut y, mut total) = (0.0, 0.0, 0.0);
        let mut regions = Vec::new();
        for (point, cosine) in among.iter().filter(|(point, _)| point.regions.last().copied() == home) {
            let weight = weight(*cosine);
            (x, y, total) =
                (x + weight * f64::from(point.x), y + weight * f64::from(point.y), total + weight);
            regions.clone_from(&point.regions);
        }
        let among = among.iter().map(|(point, cosine)| (point.key.clone(), *cosine)).collect();
        Some(Projection { x: layout::narrow(x / total), y: layout::narrow(y / total), regions, among })
    }
}

/// Returns the order of the points by key.
fn checked(input: &Input<'_>) -> Result<Vec<usize>, Error> {
    let n = input.keys.len();
    let fits = |what, found, expected| {
        if found == expected { Ok(()) } else { Err(Error::Shape { what, found, expected }) }
    };
    fits("the table of vectors", input.vectors.len(), n * input.dim)?;
    fits(
        "the table of neighbours",
        input.neighbours.n_points(),
        if input.neighbours.k() == 0 { 0 } else { n },
    )?;
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_unstable_by(|a, b| input.keys[*a].cmp(&input.keys[*b]));
    for pair in order.windows(2) {
        if input.keys[pair[0]] == input.keys[pair[1]] {
            return Err(Error::Twice { key: input.keys[pair[0]].clone() });
        }
    }
    Ok(order)
}

fn row<'a>(input: &Input<'a>, at: usize) -> &'a [f32] {
    &input.vectors[at * input.dim..(at + 1) * input.dim]
}

/// The points that have a place, by key, so that the order of the input changes nothing.
struct Part<'a> {
    keys: Vec<&'a str>,
    vectors: Vec<f32>,
    neighbours: Neighbours,
    zh: Terms,
    en: Terms,
}

impl<'a> Part<'a> {
    fn new(input: &Input<'a>, placed: &[usize]) -> Self {
        let mut place = vec![None; input.keys.len()];
        placed.iter().enumerate().for_each(|(new, old)| place[*old] = Some(graph::id_of(new)));
        let found: Vec<Vec<(u32, f32)>> = placed
            .iter()
            .map(|old| {
                let near = input.neighbours.of(*old);
                near.filter_map(|(id, cosine)| Some((place[id as usize]?, cosine))).collect()
            })
            .collect();
        let terms = |terms: &Terms| Terms {
            names: terms.names.clone(),
            of: placed.iter().map(|old| terms.of.get(*old).cloned().unwrap_or_default()).collect(),
        };
        Self {
            keys: placed.iter().map(|old| input.keys[*old].as_str()).collect(),
            vectors: placed.iter().flat_map(|old| row(input, *old)).copied().collect(),
            neighbours: Neighbours::new(input.neighbours.k().max(1), &found),
            zh: terms(input.zh),
            en: terms(input.en),
        }
    }
}

/// Lays out points that no map held before.
fn fresh(graph: &Graph, vectors: &[f32], input: &Input<'_>, watch: &Watch<'_>) -> Vec<layout::Place> {
    let start = layout::first_places(vectors, input.dim);
    if graph.n_points() > LANDMARKS_ABOVE {
        return landmark::lay_out(graph, start, rounds(graph.n_points(), input.seed, watch));
    }
    layout::lay_out(graph, start, &vec![1.0; graph.n_points()], rounds(graph.n_points(), input.seed, watch))
}

fn rounds<'a>(n_points: usize, seed: u64, watch: &'a Watch<'a>) -> Rounds<'a> {
    let n = ROUNDS.iter().find(|(most, _)| n_points <= *most).map_or(1_000, |(_, n)| *n);
    Rounds { n, rate: 1.0, seed, watch }
}

/// Returns the square around the places with a margin of 4 %; that of the map before, where all still lie in it.
fn frame(places: &[layout::Place], before: Option<Frame>) -> Frame {
    let square = Square::around(places);
    match before {
        Some(before) if square.lies_in(&before) => before,
        _ => square.with_margin(0.04),
    }
}

/// Names the regions of all levels.
fn named(
    levels: &[Vec<u32>],
    ids: &[Vec<u32>],
    places: &[layout::Place],
    concepts: &Concepts<'_>,
) -> Vec<Region> {
    let all: Vec<u32> = (0..places.len()).map(graph::id_of).collect();
    let everywhere = concepts.tally(&all);
    let mut regions = Vec::new();
    let mut above: Vec<Tally> = Vec::new();
    for (number, level) in levels.iter().enumerate() {
        let mut members: Vec<Vec<u32>> = vec![Vec::new(); ids[number].len()];
        all.iter().for_each(|point| members[level[*point as usize] as usize].push(*point));
        let (mut named, mut tallies): (Vec<Region>, Vec<Tally>) = Default::default();
        for (region, points) in members.iter().enumerate() {
            let inside = concepts.tally(points);
            let first = points.first().map(|point| *point as usize);
            let parent = first.filter(|_| number > 0).map(|point| levels[number - 1][point] as usize);
            let around = parent.map_or(&everywhere, |parent| &above[parent]);
            // A region that is all of what is around it is told from the whole map.
            let around = if around.n_points == points.len() { &everywhere } else { around };
            let middle = density::middle(points, places);
            named.push(Region {
                id: ids[number][region],
                level: graph::id_of(number),
                parent: parent.map(|parent| ids[number - 1][parent]),
                label: concepts.label(points, &inside, around),
                n: graph::id_of(points.len()),
                x: middle[0],
                y: middle[1],
            });
            if number + 1 < levels.len() {
                tallies.push(inside);
            }
        }
        named.sort_by(|a, b| b.n.cmp(&a.n).then(a.id.cmp(&b.id)));
        regions.extend(named);
        above = tallies;
    }
    regions
}
