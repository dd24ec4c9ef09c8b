//! A figure as a picture.

use std::collections::BTreeMap;

use super::words::{cell, pick, reason};
use crate::analytics::landscape::{Cell, Chart, Figure, RANKED, Row};
use crate::analytics::map::{self, Map};
use crate::report::document::Lang;
use crate::report::svg::{self, Arc, Bar, Grid, GridCell, Landmark, Panel, Scenery, Series, Step, Style};

/// Rows and columns of a grid that can be read.
const GRID: (usize, usize) = (18, 14);
/// Levels of the contours, shares of the highest density.
const LEVELS: [f64; 5] = [0.05, 0.15, 0.3, 0.5, 0.75];
/// Levels of the ground of time slices, which are small.
const SLICE_LEVELS: [f64; 2] = [0.1, 0.4];

/// Returns the picture of a figure; of one that the data cannot give, a picture that says why.
///
/// `map` is drawn where the figure is the map, with `landmarks` marked on it.
pub fn svg(figure: &Figure, map: &Map, landmarks: &[Landmark], lang: Lang) -> String {
    let title = pick(&figure.title, lang);
    if let Some(why) = &figure.missing {
        return svg::reason(title, &format!("{title}{}{}", lang.pick("：", ": "), pick(why, lang)));
    }
    let incomplete = lang.pick("尚不完整（部分申请未公开）", "incomplete: not all is published");
    let text = |row: &Row, at: usize| text_of(figure, row, at, lang);
    let value = |row: &Row, at: usize| row.cells[at].number();
    let bar = |row: &Row, label: usize, at: usize| {
        let value = value(row, at).unwrap_or(f64::NAN);
        Bar { label: text(row, label), value, shown: text(row, at), incomplete: row.incomplete }
    };
    match &figure.chart {
        Chart::Columns { x, y } => {
            let bars: Vec<Bar> = figure.rows.iter().map(|row| bar(row, *x, *y)).collect();
            svg::columns(title, &bars, incomplete)
        }
        Chart::Bars { label, value } => {
            let bars: Vec<Bar> =
                figure.rows.iter().take(RANKED).map(|row| bar(row, *label, *value)).collect();
            svg::bars(title, &bars)
        }
        Chart::Lines { x, series } => {
            let places: Vec<String> = figure.rows.iter().map(|row| text(row, *x)).collect();
            let complete = figure.rows.iter().position(|row| row.incomplete).unwrap_or(places.len());
            let series: Vec<Series> = series
                .iter()
                .map(|at| Series {
                    name: pick(&figure.columns[*at].title, lang).to_owned(),
                    values: figure.rows.iter().map(|row| value(row, *at)).collect(),
                })
                .collect();
            if series.iter().all(|series| series.values.iter().all(Option::is_none)) {
                return svg::reason(
                    title,
                    &format!("{title}{}{}", lang.pick("：", ": "), first_reason(figure, lang)),
                );
            }
            svg::lines(title, &places, &series, complete, incomplete)
        }
        Chart::Grid { row, column, value, kind } => grid(figure, title, [*row, *column, *value], *kind, lang),
        Chart::Arcs { from, to, value: at } => {
            let arcs: Vec<Arc> = figure
                .rows
                .iter()
                .map(|row| Arc {
                    from: text(row, *from),
                    to: text(row, *to),
                    value: value(row, *at).unwrap_or(0.0),
                })
                .collect();
            svg::arcs(title, &arcs)
        }
        Chart::Chain { before, label } => {
            let steps: Vec<Step> = figure
                .rows
                .iter()
                .map(|row| {
                    let others = (0..row.cells.len()).filter(|at| at != before && at != label);
                    let notes: Vec<String> = others
                        .map(|at| format!("{} {}", pick(&figure.columns[at].title, lang), text(row, at)))
                        .collect();
                    Step { before: text(row, *before), label: text(row, *label), note: notes.join(" · ") }
                })
                .collect();
            svg::chain(title, &steps)
        }
        Chart::Map => {
            let contours = map::contours(map, &LEVELS);
            let scenery = Scenery { title, map, contours: &contours, landmarks, chinese: lang == Lang::Zh };
            svg::map(&scenery)
        }
        Chart::Slices { slice, .. } => slices(figure, title, map, *slice, lang),
    }
}

/// The rows of a period lead to its points: the documents behind a row are those that stand for its units, which name
/// the points of the map.
fn slices(figure: &Figure, title: &str, map: &Map, slice: usize, lang: Lang) -> String {
    let mut panels: Vec<(String, Panel)> = Vec::new();
    // Rows begin with the newest period, pictures with the oldest.
    for row in figure.rows.iter().rev() {
        let name = text_of(figure, row, slice, lang);
        if panels.last().is_none_or(|(last, _)| *last != name) {
            let panel = Panel { title: String::new(), points: Vec::new(), incomplete: row.incomplete };
            panels.push((name, panel));
        }
        let place = |key: &str| map.points.binary_search_by(|point| point.key.as_str().cmp(key)).ok();
        if let Some((_, panel)) = panels.last_mut() {
            panel.points.extend(row.documents.keys().into_iter().filter_map(place));
        }
    }
    for (name, panel) in &mut panels {
        // A fair sample, where not all are drawn, is one across all regions.
        panel.points.sort_unstable();
        let more = if panel.incomplete { lang.pick("（不完整）", " (incomplete)") } else { "" };
        panel.title = format!("{name}{more}  n = {}", panel.points.len());
    }
    let panels: Vec<Panel> = panels.into_iter().map(|(_, panel)| panel).collect();
    svg::slices(title, map, &map::contours(map, &SLICE_LEVELS), &panels, lang == Lang::Zh)
}

fn text_of(figure: &Figure, row: &Row, at: usize, lang: Lang) -> String {
    cell(&figure.columns[at].id, &row.cells[at], lang)
}

fn first_reason(figure: &Figure, lang: Lang) -> String {
    let cells = figure.rows.iter().flat_map(|row| &row.cells);
    let mut reasons =
        cells.filter_map(|cell| if let Cell::Missing(why) = cell { Some(reason(why, lang)) } else { None });
    reasons.next().unwrap_or_default()
}

fn grid(
    figure: &Figure,
    title: &str,
    [row, column, value]: [usize; 3],
    kind: Option<usize>,
    lang: Lang,
) -> String {
    let text = |of: &Row, at: usize| text_of(figure, of, at, lang);
    let count = |of: &Row| of.cells[value].number().unwrap_or(0.0);
    let is = |of: &Row, name: &str| {
        kind.is_some_and(|at| matches!(&of.cells[at], Cell::Text(text) if text == name))
    };
    let top = |at: usize, most: usize| -> Vec<String> {
        let mut totals: BTreeMap<String, f64> = BTreeMap::new();
        figure.rows.iter().for_each(|of| *totals.entry(text(of, at)).or_default() += count(of));
        let mut order: Vec<(String, f64)> = totals.into_iter().collect();
        order.sort_by(|a, b| b.1.total_cmp(&a.1));
        order.into_iter().take(most).map(|(name, _)| name).collect()
    };
    let (rows, columns) = (top(row, GRID.0), top(column, GRID.1));
    let place = |names: &[String], name: &str| names.iter().position(|known| known == name);
    let cells = figure
        .rows
        .iter()
        .filter_map(|of| {
            Some(GridCell {
                row: place(&rows, &text(of, row))?,
                column: place(&columns, &text(of, column))?,
                value: count(of),
                shown: text(of, value),
                hot: is(of, "hot"),
                blank: is(of, "blank"),
            })
        })
        .collect();
    let style = if kind.is_some() { Style::Bubbles } else { Style::Shades };
    svg::grid(&Grid { title: title.to_owned(), rows, columns, cells, style })
}
