//! What the field is made of: leaves of the technology tree, classes, and the technique × effect matrix.

use std::collections::BTreeMap;

use super::figure::{Cell, Chart, Figure, behind, both, on, units};
use super::people::ranking;
use crate::analytics::cohort::{Cohort, Labels, Level};
use crate::analytics::evidence::Documents;
use crate::analytics::measure::{self, MatrixCell};
use crate::index::{DocnoSet, Reader, SpaceName};
use crate::patent::domain::{self, Bilingual, Pack};

/// Blank cells that get their nearest documents; the others are listed without.
const EXPLAINED: usize = 30;
/// Documents that are named beside a blank cell.
const NEAREST: usize = 3;
/// Units of a label whose vectors make its middle.
const MIDDLE_OF: usize = 200;

pub(super) fn leaves(cohort: &Cohort, packs: &[Pack]) -> Figure {
    let figure = Figure::new(
        "technology-leaves",
        ["技术构成（按技术分解表叶节点）", "Technology by leaf of the tree"],
        &["count", "share"],
        Chart::Bars { label: 0, value: 1 },
        &[("leaf", "叶节点", "leaf"), ("count", "数量", "count"), ("share", "占比", "share")],
    );
    match cohort.labels("tag") {
        Ok(labels) => {
            let names = names(packs, labels);
            ranking(figure, cohort, labels, ["叶节点", "leaves"], &|id| Cell::Name(names[id].clone()))
        }
        Err(why) => figure.without(&why),
    }
}

pub(super) fn classes(cohort: &Cohort) -> Figure {
    let figure = Figure::new(
        "technology-classes",
        ["技术构成（按 IPC 小类）", "Technology by IPC subclass"],
        &["count", "share", "entropy", "simpson"],
        Chart::Bars { label: 0, value: 1 },
        &[("subclass", "小类", "subclass"), ("count", "数量", "count"), ("share", "占比", "share")],
    );
    let labels = match cohort.labels("ipc") {
        Ok(symbols) => symbols.renamed(|symbol| Level::Subclass.of(symbol)),
        Err(why) => return figure.without(&why),
    };
    let titled = |symbol: &str| Cell::Name(subclass(symbol));
    let mut figure = ranking(figure, cohort, &labels, ["小类", "subclasses"], &titled);
    if let Ok(found) = measure::diversity(cohort, Level::Subclass) {
        let text = |value: &crate::analytics::evidence::Value| {
            value.value.map_or_else(|| "–".to_owned(), |x| format!("{:.3}", x + 0.0))
        };
        figure.note(
            format!(
                "按 IPC 与 CPC 小类：熵 {}（自然对数），Simpson 多样性 {}。",
                text(&found.entropy),
                text(&found.simpson)
            ),
            format!(
                "Over subclasses of IPC and CPC: entropy {} nats, Simpson {}.",
                text(&found.entropy),
                text(&found.simpson)
            ),
        );
    }
    figure
}

/// Returns a symbol with its title.
pub(super) fn subclass(symbol: &str) -> Bilingual {
    domain::title(symbol).map_or_else(
        || both(symbol, symbol),
        |title| both(format!("{symbol} {}", title.zh), format!("{symbol} {}", title.en)),
    )
}

pub(super) fn matrix(cohort: &Cohort, reader: Option<&Reader>, packs: &[Pack]) -> Figure {
    let mut figure = Figure::new(
        "matrix",
        ["技术功效矩阵", "Technique × effect"],
        &["count", "matrix-residual", "growth-3y", "hhi", "share"],
        Chart::Grid { row: 0, column: 1, value: 2, kind: Some(5) },
        &[
            ("technique", "技术", "technique"),
            ("effect", "功效", "effect"),
            ("count", "数量", "count"),
            ("expected", "期望数", "expected"),
            ("residual", "调整残差", "adjusted residual"),
            ("kind", "类型", "kind"),
            ("q", "q 值", "q-value"),
            ("growth", "近三年增长", "growth of 3 years"),
            ("hhi", "申请人集中度", "concentration"),
            ("in_force", "有效占比", "in force"),
            ("nearest", "最近文献（空白格）", "nearest documents (blank cells)"),
            ("caveats", "空白的可能原因", "why it may be empty"),
        ],
    );
    let (techniques, effects): (&Labels, &Labels) = match (cohort.labels("tag"), cohort.labels("effect")) {
        (Ok(techniques), Ok(effects)) => (techniques, effects),
        (Err(why), _) | (_, Err(why)) => return figure.without(&why),
    };
    let found = match measure::technology_effect(cohort, techniques, effects) {
        Ok(found) => found,
        Err(why) => return figure.without(&why),
    };
    let mut cells: Vec<&MatrixCell> =
        found.cells.iter().filter(|cell| cell.kind == "blank" || !cell.count.documents.is_empty()).collect();
    // Blank cells by what is missing in them, then hot ones, then the rest by count; the sort is stable.
    let rank = |cell: &MatrixCell| match cell.kind.as_str() {
        "blank" => (0, -cell.expected),
        "hot" => (1, -cell.residual.value.unwrap_or_default()),
        _ => (2, -cell.count.value.unwrap_or_default()),
    };
    cells.sort_by(|a, b| rank(a).0.cmp(&rank(b).0).then(rank(a).1.total_cmp(&rank(b).1)));
    let of = |kind: &str| cells.iter().filter(|cell| cell.kind == kind).copied().collect::<Vec<_>>();
    let (blank, hot) = (of("blank"), of("hot"));
    let (zh, en) = units(cohort.basis());
    let (technique_names, effect_names) = (names(packs, techniques), names(packs, effects));
    let examples = |cells: &[&MatrixCell]| {
        let named: Vec<Bilingual> = cells
            .iter()
            .take(3)
            .map(|cell| {
                let (technique, effect) =
                    (&technique_names[cell.technique.as_str()], &effect_names[cell.effect.as_str()]);
                both(format!("{}×{}", technique.zh, effect.zh), format!("{} × {}", technique.en, effect.en))
            })
            .collect();
        let joined = |pick: fn(&Bilingual) -> &str| named.iter().map(pick).collect::<Vec<_>>();
        match named.is_empty() {
            true => both("无", "none"),
            false => both(joined(|name| &name.zh).join("、"), joined(|name| &name.en).join("; ")),
        }
    };
    let (blanks, hots) = (examples(&blank), examples(&hot));
    let tagged: Vec<u32> = (0..cohort.n_units())
        .filter(|unit| !techniques.of(*unit).is_empty() && !effects.of(*unit).is_empty())
        .collect();
    let hot_units: std::collections::BTreeSet<u32> = hot
        .iter()
        .flat_map(|cell| cell.count.documents.keys())
        .filter_map(|key| cohort.unit_of(key))
        .collect();
    let hot_units: Vec<u32> = hot_units.into_iter().collect();
    let (n, n_blank, n_hot) = (on(0, found.n_units), blank.len(), on(1, hot.len()));
    figure.say(
        &format!(
            "{n} {zh}同时有技术与功效标引；空白格 {n_blank} 个（{}），热点格 {n_hot} 个（{}）。",
            blanks.zh, hots.zh
        ),
        &format!(
            "{n} {en} have both a technique and an effect; {n_blank} blank cells ({}), {n_hot} hot cells ({}).",
            blanks.en, hots.en
        ),
        vec![behind(cohort, &tagged), behind(cohort, &hot_units)],
    );
    figure.note(
        format!("{} 项缺技术或功效标引，不在矩阵中。空白格是线索而非结论：请先读最近文献。", found.n_untagged),
        format!("{} more lack one of the two and are in no cell. A blank cell is a hint, no finding: read its nearest documents first.", found.n_untagged),
    );
    for (place, cell) in cells.into_iter().enumerate() {
        let is_blank = cell.kind == "blank";
        let near = match reader {
            Some(reader) if is_blank && place < EXPLAINED => {
                nearest(reader, cohort, [techniques, effects], [&cell.technique, &cell.effect])
            }
            _ => Vec::new(),
        };
        let row = vec![
            Cell::Name(technique_names[cell.technique.as_str()].clone()),
            Cell::Name(effect_names[cell.effect.as_str()].clone()),
            Cell::from(&cell.count),
            Cell::from(Some(cell.expected)),
            Cell::from(&cell.residual),
            Cell::from(cell.kind.as_str()),
            Cell::from(Some(cell.q)),
            Cell::from(&cell.growth),
            Cell::from(&cell.hhi),
            Cell::from(&cell.in_force),
            Cell::Text(near.join("; ")),
            caveats(&cell.caveats),
        ];
        // A blank cell has few documents or none: what is near it leads on.
        let documents =
            if cell.count.documents.is_empty() { Documents::new(near) } else { cell.count.documents.clone() };
        figure.row(row, documents);
    }
    figure
}

/// The documents of the cohort nearest to the middle between a technique and an effect.
fn nearest(reader: &Reader, cohort: &Cohort, labels: [&Labels; 2], names: [&str; 2]) -> Vec<String> {
    let mut sum: Vec<f32> = Vec::new();
    for (labels, name) in labels.into_iter().zip(names) {
        let Some(id) = labels.id(name) else { continue };
        let inverted = labels.inverted();
        let vectors =
            inverted.of(id).iter().take(MIDDLE_OF).filter_map(|unit| reader.vector(cohort.docno(*unit)?));
        let vectors: Vec<Vec<f32>> = vectors.collect();
        for vector in &vectors {
            sum.resize(vector.len().max(sum.len()), 0.0);
            // Each label weighs the same, however many units it has.
            sum.iter_mut().zip(vector).for_each(|(sum, x)| *sum += x / vectors.len() as f32);
        }
    }
    let length = sum.iter().map(|x| x * x).sum::<f32>().sqrt();
    if length <= 0.0 || !length.is_finite() {
        return Vec::new();
    }
    sum.iter_mut().for_each(|x| *x /= length);
    let mut filter = DocnoSet::empty(reader.alive().end());
    filter.extend((0..cohort.n_units()).filter_map(|unit| cohort.docno(unit)));
    let near = reader.nearest(SpaceName::Documents, &sum, Some(&filter), NEAREST).unwrap_or_default();
    near.into_iter().filter_map(|near| reader.key(near.docno).ok()).collect()
}

fn caveats(texts: &[String]) -> Cell {
    let chinese = |text: &str| match text {
        "the combination may make no technical sense" => "该组合可能没有技术意义",
        "the vocabulary may lack the words that this combination is described with" => {
            "词表可能缺少描述该组合的词"
        }
        "documents of this combination may be tagged elsewhere" => "该组合的文献可能标引在别处",
        "among so many cells one like this is expected by chance" => "在如此多的格中，偶然也会出现这样的格",
        "tested on whole counts" => "检验用整数计数",
        _ => "",
    };
    let zh: Vec<&str> = texts.iter().map(|text| chinese(text)).filter(|text| !text.is_empty()).collect();
    Cell::Name(both(zh.join("；"), texts.join("; ")))
}

/// Returns the names of all labels of a column, each its own: where packs call different things the same, the name of
/// the pack stands beside it.
fn names<'a>(packs: &[Pack], labels: &'a Labels) -> BTreeMap<&'a str, Bilingual> {
    let ids = || (0..).map_while(|id| ((id as usize) < labels.n_labels()).then(|| labels.name(id)));
    let mut shared: BTreeMap<String, u32> = BTreeMap::new();
    for id in ids() {
        *shared.entry(name(packs, id).zh).or_default() += 1;
    }
    let named = |id: &'a str| {
        let name = name(packs, id);
        let pack = id.split_once(':').and_then(|(pack, _)| packs.iter().find(|known| known.id == pack));
        match pack.filter(|_| shared[&name.zh] > 1) {
            Some(pack) => {
                both(format!("{}（{}）", name.zh, pack.title.zh), format!("{} ({})", name.en, pack.title.en))
            }
            None => name,
        }
    };
    ids().map(|id| (id, named(id))).collect()
}

/// Returns the name of a leaf or effect by its id, `pack:id`; of one that no pack knows the id itself.
pub(super) fn name(packs: &[Pack], id: &str) -> Bilingual {
    let found = id.split_once(':').and_then(|(pack, id)| {
        let pack = packs.iter().find(|known| known.id == pack)?;
        let effect = || pack.effects.iter().find(|effect| effect.id == id).map(|effect| &effect.name);
        pack.node(id).map(|node| &node.name).or_else(effect)
    });
    found.cloned().unwrap_or_else(|| both(id, id))
}
