//! A delivered package issued again on a later snapshot: what changed in its numbers, families and states.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::chapter::label;
use super::{Manifest, Package};
use crate::analytics::landscape::{Cell, Figure, Landscape};
use crate::analytics::map::Map;
use crate::analytics::tag::due::{Due, Leaves};
use crate::patent::domain::Bilingual;
use crate::report::document::Lang;

/// What a refresh changed. Query and counting rule are those of the old package.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Refresh {
    /// The query of both.
    pub query: String,
    /// The snapshot of the old package.
    pub from_snapshot: Option<u64>,
    /// The snapshot of the new one.
    pub to_snapshot: Option<u64>,
    /// Families that came, by the document that stands for them.
    pub added: Vec<String>,
    /// Families that went.
    pub removed: Vec<String>,
    /// Families whose legal state is another, in order of document.
    pub states: Vec<StateChange>,
    /// Numbers that changed, figure by figure; figures without a change are left out.
    pub figures: Vec<FigureChange>,
    /// Documents whose tags a person should look at again: changed, against a review, disputed, or of another tree.
    #[serde(default)]
    pub tags: Vec<Due>,
    /// Why it cannot be told which tags changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags_unknown: Option<Bilingual>,
}

/// A changed legal state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateChange {
    /// The document that stands for the family now.
    pub document: String,
    /// The state in the old package.
    pub old: Bilingual,
    /// The state in the new one.
    pub new: Bilingual,
}

/// A figure with changed numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FigureChange {
    /// The id.
    pub id: String,
    /// The title.
    pub title: Bilingual,
    /// The numbers.
    pub numbers: Vec<NumberChange>,
}

/// A changed number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NumberChange {
    /// What names the row.
    pub row: String,
    /// The column.
    pub column: String,
    /// The number in the old package; none where it had no such row or no value.
    pub old: Option<f64>,
    /// The number in the new one.
    pub new: Option<f64>,
}

/// A delivered package, as far as it is compared.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivered {
    /// Its manifest.
    pub manifest: Manifest,
    /// Its figures.
    pub landscape: Landscape,
    /// Its map.
    pub map: Map,
    /// The leaves of its documents; `None` where the package has none on record.
    pub tags: Option<Leaves>,
}

impl Delivered {
    /// Returns the documents in scope.
    pub fn documents(&self) -> BTreeSet<String> {
        let members = self.manifest.members.values().flatten();
        units(&self.map).chain(members).cloned().collect()
    }
}

/// All units of a map by the document that stands for them, those without a place too.
fn units(map: &Map) -> impl Iterator<Item = &String> {
    map.points.iter().map(|point| &point.key).chain(&map.without_place)
}

/// Compares a delivered package with its new issue; `tags` are those to look at ([`crate::analytics::tag::due`]).
///
/// Rows are the same where their names are; what left a ranking has no new number, which says nothing of its count.
pub fn refresh(old: &Delivered, new: &Package<'_>, tags: Vec<Due>) -> Refresh {
    let now = names(new);
    let name = |key: &str| now.get(key).map_or_else(|| key.to_owned(), |key| (*key).to_owned());
    let before: BTreeSet<String> = units(&old.map).map(|key| name(key)).collect();
    let after: BTreeSet<String> = units(new.map).cloned().collect();
    let (was, is) = (states(&old.landscape, &name), states(new.landscape, &name));
    let changed = is.iter().filter_map(|(document, new)| {
        let old = was.get(document).filter(|old| *old != new)?;
        Some(StateChange { document: document.clone(), old: old.clone(), new: new.clone() })
    });
    let unknown = |zh: &str, en: &str| Some(Bilingual { zh: zh.to_owned(), en: en.to_owned() });
    Refresh {
        query: new.query.to_owned(),
        from_snapshot: old.landscape.basis.snapshot,
        to_snapshot: new.landscape.basis.snapshot,
        added: after.difference(&before).cloned().collect(),
        removed: before.difference(&after).cloned().collect(),
        states: changed.collect(),
        figures: new.landscape.figures.iter().filter_map(|figure| change(&old.landscape, figure)).collect(),
        tags,
        tags_unknown: match (&old.tags, new.tags) {
            (Some(_), Some(_)) => None,
            (None, Some(_)) => unknown(
                "原交付包没有记录标引，无法判断标引是否改变",
                "the old package has no tags on record, so it cannot be told which changed",
            ),
            (_, None) => unknown("当前快照没有标引", "the snapshot has no tags"),
        },
    }
}

/// Returns the document that stands for the family of each document now.
fn names<'a>(package: &Package<'a>) -> BTreeMap<&'a str, &'a str> {
    let members = package.members.iter();
    members
        .flat_map(|(key, documents)| documents.iter().map(move |member| (member.as_str(), key.as_str())))
        .collect()
}

fn states(landscape: &Landscape, name: &dyn Fn(&str) -> String) -> BTreeMap<String, Bilingual> {
    let figure = landscape.figures.iter().find(|figure| figure.id == "legal-state");
    let mut found = BTreeMap::new();
    for row in figure.iter().flat_map(|figure| &figure.rows) {
        if let Some(Cell::Name(state)) = row.cells.first() {
            row.documents.keys().into_iter().for_each(|key| drop(found.insert(name(key), state.clone())));
        }
    }
    found
}

fn change(old: &Landscape, new: &Figure) -> Option<FigureChange> {
    let none = Figure { rows: Vec::new(), ..new.clone() };
    let old = old.figures.iter().find(|figure| figure.id == new.id).unwrap_or(&none);
    let (was, is) = (numbers(old), numbers(new));
    let keys: BTreeSet<&(String, String)> = was.keys().chain(is.keys()).collect();
    let changed = keys.into_iter().filter_map(|key| {
        let (old, new) = (was.get(key).copied(), is.get(key).copied());
        let same = old.zip(new).is_some_and(|(old, new)| (old - new).abs() <= 1e-9 * old.abs().max(1.0));
        let (row, column) = key.clone();
        (!same).then_some(NumberChange { row, column, old, new })
    });
    let numbers: Vec<NumberChange> = changed.collect();
    (!numbers.is_empty()).then(|| FigureChange { id: new.id.clone(), title: new.title.clone(), numbers })
}

/// Returns the numbers of a figure by row and column.
fn numbers(figure: &Figure) -> BTreeMap<(String, String), f64> {
    let mut found = BTreeMap::new();
    for row in &figure.rows {
        for (cell, column) in row.cells.iter().zip(&figure.columns) {
            if let Some(number) = cell.number() {
                found.insert((label(figure, row, Lang::Zh), column.id.clone()), number);
            }
        }
    }
    found
}
