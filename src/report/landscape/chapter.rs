//! The report of a landscape, figure by figure, each number a link to its documents.

use std::collections::{BTreeMap, BTreeSet};

use super::Package;
use super::words::{cell, counting, pick, reason};
use crate::analytics::evidence::Documents;
use crate::analytics::formula::FORMULAS;
use crate::analytics::landscape::{Cell as Datum, Chart, Figure, Piece, Row};
use crate::report::document::{Block, Cell, Column, Document, Figure as Picture, Lang, Run, Style, Table};
use crate::report::svg;

/// Rows of a table in the report; the data book has all.
const MAX_ROWS: usize = 60;
/// Columns of a table on paper; the data book has all.
const MAX_COLUMNS: usize = 9;
/// Keys in a whole report, above which rows list [`CUT_KEYS`] each: browsers open a larger page badly.
const MAX_KEYS: usize = 400_000;
/// Keys of a row where keys are cut.
const CUT_KEYS: usize = 50;
/// Keys of a row on paper.
const PAPER_KEYS: usize = 8;

/// How much of the documents a report lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Detail {
    /// All of them, with their titles: for the screen.
    Full,
    /// The first of each row: for paper.
    Brief,
}

/// Returns the report; `pictures` are those of the figures, in their order.
pub(super) fn document(package: &Package<'_>, pictures: &[String], detail: Detail) -> Document {
    let (lang, basis) = (package.lang, &package.landscape.basis);
    let day = basis.as_of.map_or_else(|| "?".to_owned(), |day| day.to_string());
    let snapshot = basis.snapshot.map_or_else(|| "–".to_owned(), |id| id.to_string());
    let mut document = Document {
        title: lang.pick("专利导航图谱", "Patent landscape").to_owned(),
        subtitle: format!("{} · {}", package.query, counting(basis, lang)),
        lang,
        created: package.created,
        footer: match lang {
            Lang::Zh => format!("patnav · 快照 {snapshot} · 数据至 {day} · 检索式 {}", package.query),
            Lang::En => format!("patnav · snapshot {snapshot} · data to {day} · query {}", package.query),
        },
        blocks: Vec::new(),
    };
    let places = Places::of(&package.landscape.figures);
    summary(&mut document, package, &places, &day);
    for (figure, svg) in package.landscape.figures.iter().zip(pictures) {
        chapter(&mut document, figure, svg, &places, lang);
    }
    formulas(&mut document, package);
    evidence(&mut document, package, &places, detail);
    document
}

fn summary(document: &mut Document, package: &Package<'_>, places: &Places<'_>, day: &str) {
    let (lang, basis) = (package.lang, &package.landscape.basis);
    document.heading(1, lang.pick("概要", "Summary"));
    document.blocks.push(Block::Code(package.query.to_owned()));
    let last = basis.last_complete_year.map_or_else(|| "?".to_owned(), |year| year.to_string());
    document.paragraph(match lang {
        Lang::Zh => format!(
            "范围内 {} 个计数单位（{} 件文献），{}；数据至 {day}，最后完整年 {last}；无日期 {}；非专利文献 {} 件未计；晚于截止日 {} 件未计。",
            basis.n_units, basis.n_documents, counting(basis, lang), basis.n_undated, basis.n_not_patents, basis.n_later
        ),
        Lang::En => format!(
            "{} units ({} documents) in scope, counted as {}; data to {day}, last complete year {last}; {} undated; {} documents that are no patents and {} published later are not counted.",
            basis.n_units, basis.n_documents, counting(basis, lang), basis.n_undated, basis.n_not_patents, basis.n_later
        ),
    });
    let items = package.landscape.figures.iter().map(|figure| {
        let title = Run::link(pick(&figure.title, lang), format!("#{}", figure.id));
        let mut runs = vec![title, Run::plain(lang.pick("：", ": "))];
        runs.extend(sentence(figure, places, lang));
        runs
    });
    document.blocks.push(Block::List(items.collect()));
}

fn chapter(document: &mut Document, figure: &Figure, svg: &str, places: &Places<'_>, lang: Lang) {
    document.anchored(1, pick(&figure.title, lang), figure.id.clone());
    document.blocks.push(Block::Paragraph(sentence(figure, places, lang)));
    document.blocks.push(Block::Figure(Picture {
        caption: pick(&figure.title, lang).to_owned(),
        svg: svg.to_owned(),
        png: None,
        size: (whole(svg::WIDTH), whole(svg::height(svg))),
    }));
    figure.notes.iter().for_each(|note| document.note(pick(note, lang)));
    if figure.rows.is_empty() {
        return;
    }
    let shown = figure.columns.iter().take(MAX_COLUMNS);
    let columns = shown.map(|column| Column::new(pick(&column.title, lang), 10));
    let mut reasons: BTreeSet<String> = BTreeSet::new();
    let rows: Vec<Vec<Cell>> = figure
        .rows
        .iter()
        .enumerate()
        .take(MAX_ROWS)
        .map(|(at, row)| {
            let cells = row.cells.iter().zip(&figure.columns).take(MAX_COLUMNS);
            cells
                .map(|(datum, column)| {
                    if let Datum::Missing(why) = datum {
                        reasons.insert(reason(why, lang));
                    }
                    let mut text = cell(&column.id, datum, lang);
                    if row.incomplete && matches!(column.id.as_str(), "year" | "period") {
                        text.push_str(lang.pick("（不完整）", " (incomplete)"));
                    }
                    match datum {
                        Datum::Number(_) if !row.documents.is_empty() => {
                            Cell::from(Run::link(text, format!("#{}", anchor(figure, at))))
                        }
                        _ => Cell::from(text),
                    }
                })
                .collect()
        })
        .collect();
    document.blocks.push(Block::Table(Table { caption: None, columns: columns.collect(), rows }));
    if !reasons.is_empty() {
        let listed = reasons.into_iter().take(6).collect::<Vec<_>>().join("; ");
        document.blocks.push(Block::Paragraph(vec![Run::faint(format!("— : {listed}"))]));
    }
    let more = figure.n_more + figure.rows.len().saturating_sub(MAX_ROWS) as u64;
    if more > 0 {
        let told = match lang {
            Lang::Zh => format!("另有 {more} 行未列。"),
            Lang::En => format!("{more} more rows are not shown."),
        };
        document.blocks.push(Block::Paragraph(vec![Run::faint(told)]));
    }
}

/// Where the documents behind each sentence are listed: with a row of its figure that rests on the same, else in a row
/// of their own; the same documents once.
struct Places<'a> {
    /// By figure and place among what its sentence rests on.
    anchors: BTreeMap<(&'a str, usize), String>,
    /// Rows of their own: figure, place, anchor.
    own: Vec<(&'a Figure, usize, String)>,
}

impl<'a> Places<'a> {
    fn of(figures: &'a [Figure]) -> Self {
        let (mut anchors, mut own) = (BTreeMap::new(), Vec::new());
        let mut known: BTreeMap<Vec<&str>, String> = BTreeMap::new();
        for figure in figures {
            let rows: BTreeMap<Vec<&str>, usize> =
                figure.rows.iter().take(MAX_ROWS).map(|row| row.documents.keys()).zip(0..).collect();
            for (place, documents) in figure.said.iter().enumerate().filter(|(_, found)| !found.is_empty()) {
                let keys = documents.keys();
                let listed =
                    rows.get(&keys).map(|row| anchor(figure, *row)).or_else(|| known.get(&keys).cloned());
                let listed = listed.unwrap_or_else(|| {
                    let new = format!("s-{}-{place}", figure.id);
                    own.push((figure, place, new.clone()));
                    known.insert(keys, new.clone());
                    new
                });
                anchors.insert((figure.id.as_str(), place), listed);
            }
        }
        Self { anchors, own }
    }
}

/// Returns the sentence of a figure, its numbers as links.
fn sentence(figure: &Figure, places: &Places<'_>, lang: Lang) -> Vec<Run> {
    let pieces = match lang {
        Lang::Zh => &figure.pieces.zh,
        Lang::En => &figure.pieces.en,
    };
    if pieces.is_empty() {
        return vec![Run::plain(pick(&figure.sentence, lang))];
    }
    let run = |piece: &Piece| {
        let place = piece.on.and_then(|on| places.anchors.get(&(figure.id.as_str(), on)));
        place.map_or_else(|| Run::plain(&piece.text), |anchor| Run::link(&piece.text, format!("#{anchor}")))
    };
    pieces.iter().map(run).collect()
}

fn formulas(document: &mut Document, package: &Package<'_>) {
    let lang = package.lang;
    document.heading(1, lang.pick("公式与口径", "Formulas and counting"));
    let used: BTreeSet<&str> = package
        .landscape
        .figures
        .iter()
        .flat_map(|figure| figure.formulas.iter().map(String::as_str))
        .collect();
    let rows = FORMULAS.iter().filter(|formula| used.contains(formula.id)).map(|formula| {
        vec![
            Cell::from(Run::styled(formula.id, Style::Code)),
            Cell::from(lang.pick(formula.zh, formula.en)),
            Cell::from(formula.definition),
            Cell::from(formula.source),
        ]
    });
    let columns =
        [("公式", "formula", 14), ("名称", "name", 14), ("定义", "definition", 48), ("来源", "source", 24)];
    document.table(
        columns.iter().map(|(zh, en, width)| Column::new(lang.pick(zh, en), *width)).collect(),
        rows.collect(),
    );
}

/// The documents behind every row, and for the screen their titles.
fn evidence(document: &mut Document, package: &Package<'_>, places: &Places<'_>, detail: Detail) {
    let (lang, figures) = (package.lang, &package.landscape.figures);
    document.heading(1, lang.pick("数字背后的文献", "Documents behind the numbers"));
    if detail == Detail::Brief {
        document.paragraph(match lang {
            Lang::Zh => {
                format!("每行列出前 {PAPER_KEYS} 件；全部见 report.html、data.xlsx 与 manifest.json。")
            }
            Lang::En => format!(
                "The first {PAPER_KEYS} of each row; all are in report.html, data.xlsx and manifest.json."
            ),
        });
    }
    let of_rows = figures.iter().flat_map(|figure| &figure.rows).map(|row| row.documents.len());
    let of_sentences = places.own.iter().map(|(figure, place, _)| figure.said[*place].len());
    let total: usize = of_rows.chain(of_sentences).sum();
    let listed = detail == Detail::Full && total <= MAX_KEYS;
    let limit = match detail {
        Detail::Brief => PAPER_KEYS,
        Detail::Full if total > MAX_KEYS => CUT_KEYS,
        Detail::Full => usize::MAX,
    };
    for figure in figures.iter().filter(|figure| !figure.rows.is_empty()) {
        document.heading(2, pick(&figure.title, lang));
        let behind = |documents: &Documents| {
            let keys = documents.keys();
            let mut runs: Vec<Run> = Vec::new();
            for (n, key) in keys.iter().take(limit).enumerate() {
                if n > 0 {
                    runs.push(Run::plain("  "));
                }
                let is_listed = listed && package.titles.contains_key(*key);
                runs.push(if is_listed { Run::link(*key, format!("#d-{key}")) } else { Run::plain(*key) });
            }
            if keys.len() > limit {
                runs.push(Run::faint(format!(" … {}", keys.len())));
            }
            Cell::of(runs)
        };
        let of_sentence =
            places.own.iter().filter(|(of, ..)| of.id == figure.id).map(|(_, place, anchor)| {
                let pieces = if lang == Lang::Zh { &figure.pieces.zh } else { &figure.pieces.en };
                let said = pieces.iter().find(|piece| piece.on == Some(*place));
                let said = said.map_or("", |piece| piece.text.as_str());
                let name = format!("{} {said}", lang.pick("结论中的", "in the sentence:"));
                vec![Cell::from(name).anchored(anchor), behind(&figure.said[*place])]
            });
        let of_rows = figure.rows.iter().enumerate().take(MAX_ROWS).map(|(at, row)| {
            vec![Cell::from(label(figure, row, lang)).anchored(anchor(figure, at)), behind(&row.documents)]
        });
        let rows = of_sentence.chain(of_rows);
        let columns =
            vec![Column::new(lang.pick("行", "row"), 20), Column::new(lang.pick("文献", "documents"), 80)];
        document.table(columns, rows.collect());
    }
    if listed {
        document.heading(2, lang.pick("文献清单", "All documents"));
        let columns =
            vec![Column::new(lang.pick("文献", "document"), 20), Column::new(lang.pick("标题", "title"), 80)];
        let rows = package.titles.iter().map(|(key, title)| {
            vec![Cell::from(key.as_str()).anchored(format!("d-{key}")), Cell::from(title.as_str())]
        });
        document.table(columns, rows.collect());
    }
}

/// The place where the documents of a row are listed.
fn anchor(figure: &Figure, row: usize) -> String {
    format!("n-{}-{row}", figure.id)
}

/// Returns what names a row: the columns that its picture puts on an axis.
pub(super) fn label(figure: &Figure, row: &Row, lang: Lang) -> String {
    let at: Vec<usize> = match &figure.chart {
        Chart::Columns { x, .. } | Chart::Lines { x, .. } => vec![*x],
        Chart::Bars { label, .. } => vec![*label],
        Chart::Grid { row, column, .. } => vec![*row, *column],
        Chart::Arcs { from, to, .. } => vec![*from, *to],
        Chart::Chain { label, .. } => vec![*label],
        Chart::Map => vec![0, if lang == Lang::Zh { 3 } else { 4 }],
        Chart::Slices { slice, region } => vec![*slice, *region],
    };
    let parts: Vec<String> =
        at.into_iter().map(|at| cell(&figure.columns[at].id, &row.cells[at], lang)).collect();
    parts.join(" × ")
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "sizes of pictures, some thousands at most"
)]
fn whole(size: f64) -> u32 {
    size.round().clamp(1.0, 100_000.0) as u32
}
