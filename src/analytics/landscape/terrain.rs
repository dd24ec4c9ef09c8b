//! The map as a figure: its regions with what they hold, and what its points can be coloured by.

use std::collections::BTreeMap;

use super::figure::{Cell, Chart, Figure, behind, both, on, percent};
use super::right::state;
use super::technology::{name, subclass};
use crate::analytics::cohort::{Cohort, Labels, Level};
use crate::analytics::evidence::{Timeline, Undefined};
use crate::analytics::map::{Map, Overlay, Region};
use crate::patent::domain::{Bilingual, Pack};

/// Values of an overlay of names; the rest is unknown to it.
const MAX_VALUES: usize = 50;

pub(super) fn regions(cohort: &Cohort, map: Option<&Map>) -> Figure {
    let mut figure = Figure::new(
        "map",
        ["专利导航图谱", "Navigation map"],
        &["count", "share"],
        Chart::Map,
        &[
            ("region", "区域", "region"),
            ("level", "层级", "level"),
            ("parent", "上级区域", "region above"),
            ("label_zh", "中文标签", "label in Chinese"),
            ("label_en", "英文标签", "label in English"),
            ("count", "数量", "count"),
            ("recent", "近三个完整年占比", "share of the last 3 complete years"),
            ("in_force", "有效占比", "in force"),
        ],
    );
    let Some(map) = map else { return figure.without(&Undefined::missing("no map was asked for")) };
    if map.points.is_empty() {
        let why = if map.without_place.is_empty() {
            Undefined::Empty
        } else {
            Undefined::missing("no document of the scope has a vector")
        };
        return figure.without(&why);
    }
    let mut members: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for point in &map.points {
        let Some(unit) = cohort.unit_of(&point.key) else { continue };
        point.regions.iter().for_each(|region| members.entry(*region).or_default().push(unit));
    }
    let last = cohort.last_complete_year(Timeline::Priority);
    let states = cohort.labels("legal_state");
    for region in &map.regions {
        let units = members.get(&region.id).map_or(&[][..], Vec::as_slice);
        let share = |n: usize| (!units.is_empty()).then(|| n as f64 / units.len() as f64);
        let recent = last.and_then(|last| {
            let is_recent = |unit: &&u32| {
                cohort.year(**unit, Timeline::Priority).is_some_and(|year| (last - 2..=last).contains(&year))
            };
            share(units.iter().filter(is_recent).count())
        });
        let in_force = match &states {
            Ok(states) => {
                let active = |unit: &&u32| states.names_of(**unit).any(|state| state == "active");
                Cell::from(share(units.iter().filter(active).count()))
            }
            Err(why) => Cell::Missing(why.to_string()),
        };
        let cells = vec![
            Cell::Number(f64::from(region.id)),
            Cell::Number(f64::from(region.level)),
            region.parent.map_or_else(|| Cell::Text(String::new()), |id| Cell::Number(f64::from(id))),
            label(region, true),
            label(region, false),
            Cell::Number(f64::from(region.n)),
            Cell::from(recent),
            in_force,
        ];
        figure.row(cells, behind(cohort, units));
    }
    let coarse: Vec<_> = map.regions.iter().filter(|region| region.level == 0).collect();
    let largest = coarse.iter().rev().max_by_key(|region| region.n);
    let named = |chinese| {
        largest
            .and_then(|region| region.name(chinese).or_else(|| region.name(!chinese)))
            .unwrap_or_else(|| "–".to_owned())
    };
    let n = on(1, largest.map_or(0, |region| region.n));
    let of = |region: Option<u32>| region.and_then(|id| members.get(&id)).map_or(&[][..], Vec::as_slice);
    let mut placed: Vec<u32> = map.points.iter().filter_map(|point| cohort.unit_of(&point.key)).collect();
    placed.sort_unstable();
    let documents = vec![behind(cohort, &placed), behind(cohort, of(largest.map(|region| region.id)))];
    let n_points = on(0, map.points.len());
    let kept = map.quality.kept.map_or_else(|| "–".to_owned(), percent);
    figure.say(
        &format!(
            "{n_points} 个点分为 {} 个区域；最大的是“{}”（{n}）；近邻保持率 {kept}（k={}）。",
            coarse.len(),
            named(true),
            map.quality.k
        ),
        &format!(
            "{n_points} points in {} regions; the largest is \"{}\" ({n}); {kept} of neighbours are kept (k={}).",
            coarse.len(),
            named(false),
            map.quality.k
        ),
        documents,
    );
    figure.note(
        "图上的空隙只是线索：平面不能保持全部距离，空白领域以技术功效矩阵判断。",
        "Gaps in the picture are hints: a plane cannot keep all distances; blank areas are judged from the matrix.",
    );
    if !map.without_place.is_empty() {
        let n = map.without_place.len();
        figure.note(
            format!("{n} 项没有向量，不在图上。"),
            format!("{n} have no vector and no place on the map."),
        );
    }
    if map.before.is_some_and(|before| before.model_changed) {
        figure.note(
            "向量模型已重新训练，旧位置仅作起点。",
            "The model of the vectors was trained anew: old places were only a start.",
        );
    }
    figure
}

/// Returns the label of a region in one language as a cell.
pub(super) fn label(region: &Region, chinese: bool) -> Cell {
    region
        .name(chinese)
        .map_or_else(|| Cell::Missing("no term of this language tells the region".to_owned()), Cell::Text)
}

/// Returns what the points of a map can be coloured or filtered by: priority year, leaf, subclass, applicant, legal
/// state. Columns that the data lack have no overlay. A point with several labels shows its most frequent one.
pub fn overlays(cohort: &Cohort, packs: &[Pack], map: &Map) -> Vec<Overlay> {
    let units: Vec<Option<u32>> = map.points.iter().map(|point| cohort.unit_of(&point.key)).collect();
    let years: Vec<Option<i16>> =
        units.iter().map(|unit| cohort.year((*unit)?, Timeline::Priority)).collect();
    let mut distinct: Vec<i16> = years.iter().flatten().copied().collect();
    distinct.sort_unstable();
    distinct.dedup();
    let same = |label: &str| both(label, label);
    let mut found = vec![Overlay {
        name: "year".to_owned(),
        values: distinct.iter().map(ToString::to_string).collect(),
        titles: distinct.iter().map(|year| same(&year.to_string())).collect(),
        of: years
            .iter()
            .map(|year| year.and_then(|year| distinct.binary_search(&year).ok()).and_then(small))
            .collect(),
    }];
    let mut add = |name: &str, labels: &Labels, title: &dyn Fn(&str) -> Bilingual| {
        let top: Vec<String> =
            cohort.count(labels).into_iter().take(MAX_VALUES).map(|count| count.label).collect();
        let place = |unit: &Option<u32>| {
            let names: Vec<&str> = unit.iter().flat_map(|unit| labels.names_of(*unit)).collect();
            small(top.iter().position(|label| names.contains(&label.as_str()))?)
        };
        let of = units.iter().map(place).collect();
        let titles = top.iter().map(|label| title(label)).collect();
        found.push(Overlay { name: name.to_owned(), values: top, titles, of });
    };
    if let Ok(tags) = cohort.labels("tag") {
        add("leaf", tags, &|id| name(packs, id));
    }
    if let Ok(symbols) = cohort.labels("ipc") {
        add("subclass", &symbols.renamed(|symbol| Level::Subclass.of(symbol)), &subclass);
    }
    if let Ok((holders, _)) = cohort.entities() {
        add("applicant", holders, &same);
    }
    if let Ok(states) = cohort.labels("legal_state") {
        add("legal_state", states, &state);
    }
    found
}

/// Returns a place as an overlay holds it.
fn small(place: usize) -> Option<u16> {
    u16::try_from(place).ok().filter(|place| *place < u16::MAX)
}
