//! A figure as typed data.

use serde::{Deserialize, Serialize};

use super::reason::reason;
use crate::analytics::cohort::Cohort;
use crate::analytics::evidence::{Basis, Documents, Undefined, Unit, Value};
use crate::patent::domain::Bilingual;

/// A figure: a table, what it says, and how it is drawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = LandscapeFigure)]
pub struct Figure {
    /// The id, the same in every package: `trend-priority`.
    pub id: String,
    /// The title.
    pub title: Bilingual,
    /// What it shows, with its numbers.
    pub sentence: Bilingual,
    /// The sentence in pieces, some of which lead to documents; empty where there is nothing to lead to.
    #[serde(default)]
    pub pieces: Pieces,
    /// The documents that pieces of the sentence rest on.
    #[serde(default)]
    #[schema(value_type = Vec<Vec<String>>)]
    pub said: Vec<Documents>,
    /// The ids of the formulas of its numbers, see [`crate::analytics::formula::FORMULAS`].
    pub formulas: Vec<String>,
    /// The picture that fits.
    pub chart: Chart,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows, in the order of the figure.
    pub rows: Vec<Row>,
    /// Rows that a ranking was cut by; 0 where the table is whole.
    pub n_more: u64,
    /// Why there is nothing to show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<Bilingual>,
    /// What must be known to read it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Bilingual>,
}

/// A sentence in pieces, in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = SentencePieces)]
pub struct Pieces {
    /// Chinese.
    pub zh: Vec<Piece>,
    /// English.
    pub en: Vec<Piece>,
}

/// A piece of a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = SentencePiece)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// The place of the documents that it rests on, in [`Figure::said`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<usize>,
}

/// How a figure is drawn. Numbers are places among its columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = FigureChart)]
#[serde(rename_all = "snake_case")]
pub enum Chart {
    /// Standing columns along an axis.
    Columns {
        /// What stands below.
        x: usize,
        /// How high.
        y: usize,
    },
    /// Lines along an axis.
    Lines {
        /// What stands below.
        x: usize,
        /// The lines.
        series: Vec<usize>,
    },
    /// Lying bars.
    Bars {
        /// The name.
        label: usize,
        /// How long.
        value: usize,
    },
    /// Two columns of labels against each other.
    Grid {
        /// The rows.
        row: usize,
        /// The columns.
        column: usize,
        /// The cells.
        value: usize,
        /// The column that says `hot` or `blank`; none for a table of flows.
        kind: Option<usize>,
    },
    /// Who is linked with whom.
    Arcs {
        /// One.
        from: usize,
        /// The other.
        to: usize,
        /// How strongly.
        value: usize,
    },
    /// One step after the other.
    Chain {
        /// The year.
        before: usize,
        /// The document.
        label: usize,
    },
    /// The map itself.
    Map,
    /// The map once for each period.
    Slices {
        /// The period.
        slice: usize,
        /// The region.
        region: usize,
    },
}

/// A column of a figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = FigureColumn)]
pub struct Column {
    /// The name in files.
    pub id: String,
    /// The title.
    pub title: Bilingual,
}

/// A row of a figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = FigureRow)]
pub struct Row {
    /// A cell for each column.
    pub cells: Vec<Cell>,
    /// Whether it rests on a year that is not complete.
    pub incomplete: bool,
    /// The documents behind it: those that stand for its units.
    #[schema(value_type = Vec<String>)]
    pub documents: Documents,
}

/// A cell of a figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = FigureCell)]
#[serde(rename_all = "snake_case")]
pub enum Cell {
    /// A text of the data, as it is.
    Text(String),
    /// A name in both languages.
    Name(Bilingual),
    /// A number.
    Number(f64),
    /// There is no value, for this reason.
    Missing(String),
}

impl Cell {
    /// Returns the number.
    pub fn number(&self) -> Option<f64> {
        if let Self::Number(number) = self { Some(*number) } else { None }
    }
}

impl From<&Value> for Cell {
    fn from(value: &Value) -> Self {
        let why = || value.reason.clone().unwrap_or_else(|| "undefined".to_owned());
        value.value.map_or_else(|| Self::Missing(why()), Self::Number)
    }
}

impl From<Option<f64>> for Cell {
    fn from(number: Option<f64>) -> Self {
        number.filter(|x| x.is_finite()).map_or_else(|| Self::Missing("unknown".to_owned()), Self::Number)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// Returns a text in both languages.
pub(super) fn both(zh: impl Into<String>, en: impl Into<String>) -> Bilingual {
    Bilingual { zh: zh.into(), en: en.into() }
}

impl Figure {
    /// Begins a figure; columns are id, Chinese and English title.
    pub(super) fn new(
        id: &str,
        title: [&str; 2],
        formulas: &[&str],
        chart: Chart,
        columns: &[(&str, &str, &str)],
    ) -> Self {
        Self {
            id: id.to_owned(),
            title: both(title[0], title[1]),
            sentence: Bilingual::default(),
            pieces: Pieces::default(),
            said: Vec::new(),
            formulas: formulas.iter().map(|id| (*id).to_owned()).collect(),
            chart,
            columns: columns
                .iter()
                .map(|(id, zh, en)| Column { id: (*id).to_owned(), title: both(*zh, *en) })
                .collect(),
            rows: Vec::new(),
            n_more: 0,
            missing: None,
            notes: Vec::new(),
        }
    }

    pub(super) fn row(&mut self, cells: Vec<Cell>, documents: Documents) {
        self.rows.push(Row { cells, incomplete: false, documents });
    }

    pub(super) fn note(&mut self, zh: impl Into<String>, en: impl Into<String>) {
        self.notes.push(both(zh, en));
    }

    /// Says the sentence; the pieces that [`on`] marked lead to the documents `said` at their place.
    pub(super) fn say(&mut self, zh: &str, en: &str, said: Vec<Documents>) {
        self.pieces = Pieces { zh: pieces(zh, said.len()), en: pieces(en, said.len()) };
        let whole = |pieces: &[Piece]| pieces.iter().map(|piece| piece.text.as_str()).collect::<String>();
        self.sentence = both(whole(&self.pieces.zh), whole(&self.pieces.en));
        self.said = said;
    }

    /// Says that there is nothing to show, and why.
    pub(super) fn without(mut self, why: &Undefined) -> Self {
        self.missing = Some(reason(why));
        self
    }

    /// A figure without rows has a reason, and a figure with a reason says it in its sentence.
    pub(super) fn explained(mut self) -> Self {
        if self.rows.is_empty() && self.missing.is_none() {
            self.missing = Some(reason(&Undefined::Empty));
        }
        if let Some(why) = &self.missing {
            self.sentence = both(format!("无图：{}。", why.zh), format!("No figure: {}.", why.en));
            (self.pieces, self.said) = (Pieces::default(), Vec::new());
        }
        self
    }
}

/// What opens and closes a marked piece: characters for private use, which texts that are said do not have.
const MARKS: [char; 2] = ['\u{e000}', '\u{e001}'];

/// Marks a piece of what [`Figure::say`] takes as resting on the documents at a place of its list.
pub(super) fn on(place: usize, text: impl std::fmt::Display) -> String {
    let [open, close] = MARKS;
    format!("{open}{place} {text}{close}")
}

/// Cuts a sentence at its marks. A mark of a place that is not there is left as text.
fn pieces(text: &str, n_places: usize) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut add = |text: &str, on: Option<usize>| {
        if !text.is_empty() {
            pieces.push(Piece { text: text.replace(MARKS, ""), on });
        }
    };
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(MARKS[0]) {
        add(before, None);
        let (marked, end) = after.split_once(MARKS[1]).unwrap_or((after, ""));
        let place = marked.split_once(' ').and_then(|(place, text)| Some((place.parse().ok()?, text)));
        match place.filter(|(place, _)| *place < n_places) {
            Some((place, text)) => add(text, Some(place)),
            None => add(marked, None),
        }
        rest = end;
    }
    add(rest, None);
    pieces
}

/// Returns what units are called in sentences: Chinese with its measure word, English plural.
pub(super) fn units(basis: &Basis) -> (&'static str, &'static str) {
    match basis.unit {
        Unit::SimpleFamily => ("项同族", "families"),
        Unit::ExtendedFamily => ("项扩展同族", "extended families"),
        Unit::Application => ("件申请", "applications"),
        Unit::Publication => ("件公开文本", "publications"),
    }
}

/// Returns a share as a sentence says it.
pub(super) fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// Returns a count as a sentence says it; fractional counts have one decimal.
pub(super) fn said(count: f64) -> String {
    if count.fract().abs() < 1e-9 { format!("{count:.0}") } else { format!("{count:.1}") }
}

/// Returns the documents of some units.
pub(super) fn behind(cohort: &Cohort, units: &[u32]) -> Documents {
    cohort.value("count", Ok(0.0), units).documents
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marked_pieces_lead_to_their_documents() {
        let mut figure = Figure::new("f", ["图", "figure"], &[], Chart::Map, &[]);
        let documents = vec![Documents::new(vec!["CN1A".to_owned()]), Documents::default()];
        figure.say(
            &format!("共 {} 项，{}。", on(0, 12), on(1, "甲 乙")),
            &format!("{} in all.", on(0, 12)),
            documents,
        );
        assert_eq!(figure.sentence, both("共 12 项，甲 乙。", "12 in all."));
        let marked: Vec<(&str, Option<usize>)> =
            figure.pieces.zh.iter().map(|piece| (piece.text.as_str(), piece.on)).collect();
        assert_eq!(
            marked,
            [("共 ", None), ("12", Some(0)), (" 项，", None), ("甲 乙", Some(1)), ("。", None)]
        );
        // Marks in the data itself lead nowhere and break nothing.
        figure.say("\u{e000}9 x\u{e001} \u{e001}y\u{e000}", "", Vec::new());
        assert_eq!(figure.sentence.zh, "9 x y");
        assert!(figure.pieces.zh.iter().all(|piece| piece.on.is_none()));
    }
}
