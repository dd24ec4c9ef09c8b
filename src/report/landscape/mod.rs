//! A landscape as a package of files: figures, data book, report, map, manifest (专利导航图谱).
//!
//! [`files`] is a function from a [`Package`] to bytes: same package, same bytes. Every number of the report leads to the
//! documents behind it, by link in HTML, by key in the data book, and for machines in `manifest.json`.
//!
//! | file | what |
//! |---|---|
//! | `report.html`, `report.docx` | all figures with what they say, their tables and documents |
//! | `figures/ID.svg` | each figure alone |
//! | `data.xlsx`, `data/ID.csv` | the tables, one sheet or file a figure, with the keys of the documents |
//! | `figures.json` | the tables as typed data |
//! | `map.json`, `points.bin`, `points.json` | the map, its points for clients, and what their columns mean |
//! | `tags.json` | the leaves of its documents, where there are any: what a refresh compares |
//! | `refresh.html`, `refresh.json` | in a package issued again: numbers old and new, families, states, tags to review |
//! | `manifest.json` | figure → query, formula, counting rule, documents, snapshot; the checksums of all files |

mod book;
mod chapter;
mod manifest;
mod news;
mod picture;
mod refresh;
#[cfg(test)]
mod tests;
mod words;

pub use manifest::{
    FigureEntry, FileEntry, FormulaEntry, MANIFEST_VERSION, Manifest, OverlayMeta, PointsMeta, RowEntry,
    formulas,
};
pub use picture::svg;
pub use refresh::{Delivered, FigureChange, NumberChange, Refresh, StateChange, refresh};

use std::collections::BTreeMap;

use super::document::Lang;
use super::error::Result;
use super::svg::Landmark;
use super::{docx, html};
use crate::analytics::cohort::Counting;
use crate::analytics::landscape::Landscape;
use crate::analytics::map::{self, Map, Overlay};
use crate::analytics::tag::due::Leaves;

/// Key patents that the map marks.
const LANDMARKS: usize = 10;

/// What a package is made of.
#[derive(Debug, Clone, Copy)]
pub struct Package<'a> {
    /// The query, as it was typed.
    pub query: &'a str,
    /// How it was counted.
    pub counting: Counting,
    /// The figures.
    pub landscape: &'a Landscape,
    /// The map.
    pub map: &'a Map,
    /// What its points can be coloured by.
    pub overlays: &'a [Overlay],
    /// Titles of documents by key, as far as they were read.
    pub titles: &'a BTreeMap<String, String>,
    /// The documents of each unit, by the key of the one that stands for it.
    pub members: &'a BTreeMap<String, Vec<String>>,
    /// The leaves of its documents; `None` for a snapshot without tags.
    pub tags: Option<&'a Leaves>,
    /// What it changes of the package that it replaces.
    pub refresh: Option<&'a Refresh>,
    /// When the snapshot was committed: the time inside all files.
    pub created: jiff::Timestamp,
    /// The language of report and pictures.
    pub lang: Lang,
}

/// A file of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its name within the package, with `/` between folders.
    pub name: String,
    /// Its bytes.
    pub content: Vec<u8>,
}

/// Returns all files of a package, the manifest last.
///
/// # Errors
/// If a file cannot be put together.
pub fn files(package: &Package<'_>) -> Result<Vec<File>> {
    let figures = &package.landscape.figures;
    let marked = landmarks(package);
    let pictures: Vec<String> =
        figures.iter().map(|figure| picture::svg(figure, package.map, &marked, package.lang)).collect();
    let mut files = Vec::new();
    let mut add = |name: &str, content: Vec<u8>| files.push(File { name: name.to_owned(), content });
    for (figure, svg) in figures.iter().zip(&pictures) {
        add(&format!("figures/{}.svg", figure.id), svg.clone().into_bytes());
        add(&format!("data/{}.csv", figure.id), book::csv(figure)?);
    }
    add("data.xlsx", book::xlsx(package)?);
    add(
        "report.html",
        html::write(&chapter::document(package, &pictures, chapter::Detail::Full)).into_bytes(),
    );
    add("report.docx", docx::write(&chapter::document(package, &pictures, chapter::Detail::Brief))?);
    add("figures.json", json(package.landscape)?);
    add("map.json", json(package.map)?);
    add("points.bin", map::encode(package.map, package.overlays));
    add("points.json", json(&PointsMeta::of(package.map, package.overlays))?);
    if let Some(tags) = package.tags {
        add("tags.json", json(tags)?);
    }
    if let Some(refresh) = package.refresh {
        add("refresh.json", json(refresh)?);
        add("refresh.html", html::write(&news::document(package, refresh)).into_bytes());
    }
    let manifest = manifest::manifest(package, &files);
    files.push(File { name: "manifest.json".to_owned(), content: json(&manifest)? });
    Ok(files)
}

/// The key patents that the map marks: the first of their figure, with their titles.
fn landmarks(package: &Package<'_>) -> Vec<Landmark> {
    let figure = package.landscape.figures.iter().find(|figure| figure.id == "key-patents");
    let rows = figure.iter().flat_map(|figure| &figure.rows).take(LANDMARKS);
    let keys = rows.flat_map(|row| row.documents.keys().into_iter().map(str::to_owned).collect::<Vec<_>>());
    keys.map(|key| Landmark { text: package.titles.get(&key).cloned().unwrap_or_default(), key }).collect()
}

fn json<T: serde::Serialize>(value: &T) -> Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec_pretty(value)?;
    bytes.push(b'\n');
    Ok(bytes)
}
