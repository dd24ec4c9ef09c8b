//! `manifest.json`: where each number of a package comes from, and what the package holds.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{File, Package};
use crate::analytics::cohort::Counting;
use crate::analytics::evidence::{Basis, Documents};
use crate::analytics::formula::{FORMULAS, Formula};
use crate::analytics::landscape::{Figure, Landscape};
use crate::analytics::map::{Map, Overlay, POINTS_VERSION};
use crate::patent::domain::Bilingual;
use crate::report::document::Lang;

/// The version of the manifest; it rises when a field changes its meaning.
pub const MANIFEST_VERSION: u32 = 1;

/// What a package says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`MANIFEST_VERSION`] of the program that made it.
    pub version: u32,
    /// The version of the program.
    pub program: String,
    /// The query, as it was typed.
    pub query: String,
    /// How it was counted.
    pub counting: Counting,
    /// The language of report and pictures.
    pub lang: Lang,
    /// When the snapshot was committed.
    pub created: jiff::Timestamp,
    /// Snapshot, canonical scope, complete years.
    pub basis: Basis,
    /// The figures.
    pub figures: Vec<FigureEntry>,
    /// The formulas that they use.
    pub formulas: Vec<FormulaEntry>,
    /// The documents of each unit of more than one, by the key of the one that stands for it.
    pub members: BTreeMap<String, Vec<String>>,
    /// The other files.
    pub files: Vec<FileEntry>,
}

/// Where a figure comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FigureEntry {
    /// The id.
    pub id: String,
    /// The title.
    pub title: Bilingual,
    /// What it says.
    pub sentence: Bilingual,
    /// Its picture.
    pub svg: String,
    /// Its table.
    pub csv: String,
    /// The query behind it, in canonical form.
    pub query: String,
    /// The snapshot.
    pub snapshot: Option<u64>,
    /// The ids of its formulas.
    pub formulas: Vec<String>,
    /// How it was counted.
    pub counting: String,
    /// Why it has no data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<Bilingual>,
    /// Its rows with the documents behind them.
    pub rows: Vec<RowEntry>,
    /// The numbers of its sentence with the documents behind them.
    #[serde(default)]
    pub said: Vec<RowEntry>,
}

/// The documents behind a row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RowEntry {
    /// What names the row.
    pub label: String,
    /// Whether it rests on a year that is not complete.
    pub incomplete: bool,
    /// The keys of the documents that stand for its units.
    pub documents: Documents,
}

/// A formula.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FormulaEntry {
    /// The id.
    pub id: String,
    /// The name.
    pub name: Bilingual,
    /// Definition with denominator and missing values.
    pub definition: String,
    /// The scale of the result.
    pub scale: String,
    /// The base of its logarithms, empty where there are none.
    pub log_base: String,
    /// Where it comes from.
    pub source: String,
}

/// A file of the package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Its name.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// Its BLAKE3 hash, in hexadecimal digits.
    pub blake3: String,
}

/// What the columns of `points.bin` mean; the format is described at [`crate::analytics::map::encode`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PointsMeta {
    /// The version of the format.
    pub version: u8,
    /// Points.
    pub n_points: usize,
    /// The columns after the places, in order: name and values; 65,535 is unknown.
    pub overlays: Vec<OverlayMeta>,
}

/// What a column of `points.bin` means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OverlayMeta {
    /// What it is.
    pub name: String,
    /// The values by number, as the data call them.
    pub values: Vec<String>,
    /// What to call them before people, in the same order.
    pub titles: Vec<Bilingual>,
}

impl PointsMeta {
    /// Returns what the columns of the points of a map mean.
    pub fn of(map: &Map, overlays: &[Overlay]) -> Self {
        let meta = |overlay: &Overlay| OverlayMeta {
            name: overlay.name.clone(),
            values: overlay.values.clone(),
            titles: overlay.titles.clone(),
        };
        Self {
            version: POINTS_VERSION,
            n_points: map.points.len(),
            overlays: overlays.iter().map(meta).collect(),
        }
    }
}

pub(super) fn manifest(package: &Package<'_>, files: &[File]) -> Manifest {
    let (landscape, basis) = (package.landscape, &package.landscape.basis);
    let members = package.members.iter().filter(|(_, documents)| documents.len() > 1);
    Manifest {
        version: MANIFEST_VERSION,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        query: package.query.to_owned(),
        counting: package.counting,
        lang: package.lang,
        created: package.created,
        basis: basis.clone(),
        figures: landscape.figures.iter().map(|figure| entry(figure, basis)).collect(),
        formulas: formulas(landscape),
        members: members.map(|(key, documents)| (key.clone(), documents.clone())).collect(),
        files: files
            .iter()
            .map(|file| FileEntry {
                name: file.name.clone(),
                bytes: file.content.len() as u64,
                blake3: blake3::hash(&file.content).to_hex().to_string(),
            })
            .collect(),
    }
}

/// Returns the formulas that the figures of a landscape use.
pub fn formulas(landscape: &Landscape) -> Vec<FormulaEntry> {
    let used =
        |id: &str| landscape.figures.iter().any(|figure| figure.formulas.iter().any(|known| known == id));
    let entry = |formula: &Formula| FormulaEntry {
        id: formula.id.to_owned(),
        name: Bilingual { zh: formula.zh.to_owned(), en: formula.en.to_owned() },
        definition: formula.definition.to_owned(),
        scale: formula.scale.to_owned(),
        log_base: formula.log_base.to_owned(),
        source: formula.source.to_owned(),
    };
    FORMULAS.iter().filter(|formula| used(formula.id)).map(entry).collect()
}

fn entry(figure: &Figure, basis: &Basis) -> FigureEntry {
    FigureEntry {
        id: figure.id.clone(),
        title: figure.title.clone(),
        sentence: figure.sentence.clone(),
        svg: format!("figures/{}.svg", figure.id),
        csv: format!("data/{}.csv", figure.id),
        query: basis.scope.clone(),
        snapshot: basis.snapshot,
        formulas: figure.formulas.clone(),
        counting: super::words::counting(basis, Lang::En),
        missing: figure.missing.clone(),
        rows: figure
            .rows
            .iter()
            .map(|row| RowEntry {
                label: super::chapter::label(figure, row, Lang::Zh),
                incomplete: row.incomplete,
                documents: row.documents.clone(),
            })
            .collect(),
        said: figure
            .said
            .iter()
            .enumerate()
            .map(|(place, documents)| said(figure, place, documents))
            .collect(),
    }
}

fn said(figure: &Figure, place: usize, documents: &Documents) -> RowEntry {
    let piece = figure.pieces.zh.iter().find(|piece| piece.on == Some(place));
    RowEntry {
        label: piece.map(|piece| piece.text.clone()).unwrap_or_default(),
        incomplete: false,
        documents: documents.clone(),
    }
}
