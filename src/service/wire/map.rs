//! Maps and figures; the documents themselves are the library's own types.

use serde::{Deserialize, Serialize};

use crate::analytics::cohort::Counting;
use crate::analytics::evidence::Basis;
use crate::analytics::landscape::{Chart, Figure, Statistics};
use crate::analytics::map;
use crate::patent::domain::Bilingual;
use crate::report::landscape::{FormulaEntry, PointsMeta};
use crate::search::{Filters, Titles};
use crate::service::error::ErrorBody;
use crate::service::maps::{About, Placed};

/// A map to be made, on the current snapshot.
#[derive(Debug, Clone, PartialEq, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::service) struct MapRequest {
    /// The query; `*` is every document.
    pub(in crate::service) query: String,
    /// Conditions beside the query.
    #[serde(default)]
    pub(in crate::service) filters: Filters,
    /// How to count; a point is what counts as one.
    #[serde(default)]
    pub(in crate::service) counting: Counting,
    /// The id of a map whose places and regions the new one keeps.
    #[serde(default)]
    pub(in crate::service) continues: Option<String>,
    /// What to call it, 200 characters at most.
    #[serde(default)]
    pub(in crate::service) name: String,
}

/// The job that a map became.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub(in crate::service) struct MapAccepted {
    /// The id of the job.
    pub(in crate::service) job: String,
    /// The id that the map has once the job is done: the same.
    pub(in crate::service) map: String,
    /// Documents in scope.
    pub(in crate::service) n_documents: u64,
}

/// How a map was made.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub(in crate::service) struct MapInfo {
    /// The id.
    id: String,
    /// What it is called; may be empty.
    name: String,
    /// The query, as it was asked.
    query: String,
    /// Conditions beside the query.
    filters: Filters,
    /// How it was counted, as asked.
    counting: Counting,
    /// The map that it continues.
    #[serde(skip_serializing_if = "Option::is_none")]
    continues: Option<String>,
    /// Who made it.
    by: String,
    /// When it was made.
    #[schema(format = DateTime)]
    created: String,
    /// The version of the program that made it.
    program: String,
    /// Snapshot, scope, counting rule and complete years of all its numbers.
    basis: Basis,
    /// The model of the vectors.
    model: String,
    /// Points on it.
    n_points: u64,
    /// Units without a vector, which have no place.
    n_without_place: u64,
    /// Regions of the coarsest level.
    n_regions: u64,
    /// How its snapshot stands.
    snapshot_state: SnapshotState,
}

/// How the snapshot of a map stands. Only the placing of texts depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = MapSnapshotState)]
#[serde(rename_all = "snake_case")]
pub(in crate::service) enum SnapshotState {
    /// It is the current one.
    Current,
    /// There are newer ones; it is still kept.
    Kept,
    /// It is no longer kept: texts are placed by the current one, while the same model makes the vectors.
    Gone,
}

impl MapInfo {
    pub(in crate::service) fn new(about: About, snapshot_state: SnapshotState) -> Self {
        let request = about.request;
        Self {
            id: about.id.to_string(),
            name: request.name,
            query: request.query,
            filters: request.filters,
            counting: request.counting,
            continues: request.continues.map(|id| id.to_string()),
            by: request.by,
            created: about.created.to_string(),
            program: about.program,
            basis: about.basis,
            model: about.model,
            n_points: about.n_points,
            n_without_place: about.n_without_place,
            n_regions: about.n_regions,
            snapshot_state,
        }
    }
}

/// All maps.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub(in crate::service) struct MapsResponse {
    /// Newest first, 200 at most.
    pub(in crate::service) maps: Vec<MapInfo>,
    /// Maps that cannot be read, and why.
    pub(in crate::service) damaged: Vec<DamagedMap>,
}

/// A map that cannot be read.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub(in crate::service) struct DamagedMap {
    /// The id.
    pub(in crate::service) id: String,
    /// What is wrong.
    pub(in crate::service) error: ErrorBody,
}

/// One map, whole.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub(in crate::service) struct MapResponse {
    /// How it was made.
    pub(in crate::service) info: MapInfo,
    /// The map, with the key and place of every point.
    pub(in crate::service) map: map::Map,
}

/// What a client draws beside the points.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub(in crate::service) struct RegionsResponse {
    /// How it was made.
    pub(in crate::service) info: MapInfo,
    /// The square that the map covers; points, regions and polygons are in its units.
    pub(in crate::service) frame: map::Frame,
    /// How faithful the picture is.
    pub(in crate::service) quality: map::Quality,
    /// What became of the map that it continues.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::service) before: Option<map::Before>,
    /// The regions of all levels with their labels, coarse to fine, by size within a level.
    pub(in crate::service) regions: Vec<map::Region>,
    /// What the columns of the points mean.
    pub(in crate::service) points: PointsMeta,
}

/// A text to be placed on a map.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::service) struct ProjectRequest {
    /// The text, Chinese or English.
    pub(in crate::service) text: String,
}

/// Where a text lies on a map.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub(in crate::service) struct ProjectResponse {
    /// The snapshot that it was placed by.
    snapshot: String,
    /// The place; none where the text shares nothing with the field of the map.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<Place>,
    /// The documents that stand for the families that it was placed among, nearest in meaning first.
    nearest: Vec<NearDocument>,
}

/// A place on a map.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
#[schema(as = MapPlace)]
pub(in crate::service) struct Place {
    /// Across, in the frame.
    x: f32,
    /// Up, in the frame.
    y: f32,
    /// The ids of the regions there, coarse to fine.
    regions: Vec<u32>,
}

/// A document near a text.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub(in crate::service) struct NearDocument {
    /// The key.
    key: String,
    /// The cosine with the text.
    cosine: f32,
    /// Its titles; none where the snapshot no longer has it.
    title: Titles,
}

impl From<Placed> for ProjectResponse {
    fn from(placed: Placed) -> Self {
        let near = |(key, cosine, publication): (String, f32, Option<crate::patent::Publication>)| {
            NearDocument { key, cosine, title: publication.as_ref().map(Titles::of).unwrap_or_default() }
        };
        Self {
            snapshot: format!("{:06}", placed.snapshot),
            place: placed.place.map(|place| Place { x: place.x, y: place.y, regions: place.regions }),
            nearest: placed.nearest.into_iter().map(near).collect(),
        }
    }
}

/// A part of a map: exactly one of `documents`, `points`, `polygon` and `region`.
#[derive(Debug, Clone, PartialEq, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::service) struct SelectionRequest {
    /// Keys of documents; each stands for its family.
    #[serde(default)]
    pub(in crate::service) documents: Option<Vec<String>>,
    /// Places of points in the map's list, as the first column of the points gives them.
    #[serde(default)]
    pub(in crate::service) points: Option<Vec<u32>>,
    /// Corners of a polygon in the units of the frame, 3 to 10,000; what lies inside counts (even-odd rule).
    #[serde(default)]
    #[schema(value_type = Option<Vec<Vec<f32>>>)]
    pub(in crate::service) polygon: Option<Vec<[f32; 2]>>,
    /// The id of a region.
    #[serde(default)]
    pub(in crate::service) region: Option<u32>,
    /// Documents that each count lists, 100,000 at most.
    #[serde(default = "listed")]
    pub(in crate::service) list: usize,
}

fn listed() -> usize {
    1_000
}

/// What a part of a map holds.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub(in crate::service) struct SelectionResponse {
    /// The snapshot of the map.
    pub(in crate::service) snapshot: Option<u64>,
    /// The counts, each with its documents.
    pub(in crate::service) statistics: Statistics,
    /// Documents asked for that are not on the map.
    pub(in crate::service) unknown: Vec<String>,
}

/// What differs between two maps.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub(in crate::service) struct DifferenceResponse {
    /// The earlier map.
    pub(in crate::service) earlier: MapInfo,
    /// The later map.
    pub(in crate::service) later: MapInfo,
    /// Whether the later map continues the earlier: only then do ids of regions mean the same in both.
    pub(in crate::service) continued: bool,
    /// The differences, families named by the documents that stand for them in the later map.
    pub(in crate::service) difference: map::Difference,
}

/// The figures of a map.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub(in crate::service) struct FiguresResponse {
    /// How the map was made.
    pub(in crate::service) info: MapInfo,
    /// What the figures say, in the order of a report; each has its table under its own address.
    pub(in crate::service) figures: Vec<FigureHead>,
    /// The formulas of their numbers.
    pub(in crate::service) formulas: Vec<FormulaEntry>,
}

/// What a figure says.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub(in crate::service) struct FigureHead {
    /// The id: `trend-priority`.
    id: String,
    /// The title.
    title: Bilingual,
    /// What it shows, with its numbers.
    sentence: Bilingual,
    /// The picture that fits.
    chart: Chart,
    /// The ids of its formulas.
    formulas: Vec<String>,
    /// Rows of its table.
    n_rows: usize,
    /// Rows that a ranking was cut by.
    n_more: u64,
    /// Why there is nothing to show.
    #[serde(skip_serializing_if = "Option::is_none")]
    missing: Option<Bilingual>,
}

impl From<Figure> for FigureHead {
    fn from(figure: Figure) -> Self {
        Self {
            id: figure.id,
            title: figure.title,
            sentence: figure.sentence,
            chart: figure.chart,
            formulas: figure.formulas,
            n_rows: figure.rows.len(),
            n_more: figure.n_more,
            missing: figure.missing,
        }
    }
}

/// A figure with its table: every row with the documents behind it.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub(in crate::service) struct FigureResponse {
    /// What its numbers were counted on and how.
    pub(in crate::service) basis: Basis,
    /// The formulas of its numbers.
    pub(in crate::service) formulas: Vec<FormulaEntry>,
    /// The figure.
    pub(in crate::service) figure: Figure,
}
