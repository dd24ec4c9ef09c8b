//! A figure as typed data.

use serde::{Deserialize, Serialize};

use crate::analytics::cohort::Cohort;
use crate::analytics::evidence::{Basis, Documents, Undefined, Unit, Value};
use crate::patent::domain::Bilingual;

/// A figure: a table, what it says, and how it is drawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// The id, the same in every package: `trend-priority`.
    pub id: String,
    /// The title.
    pub title: Bilingual,
    /// What it shows, with its numbers.
    pub sentence: Bilingual,
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

/// How a figure is drawn. Numbers are places among its columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
}

/// A column of a figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// The name in files.
    pub id: String,
    /// The title.
    pub title: Bilingual,
}

/// A row of a figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// A cell for each column.
    pub cells: Vec<Cell>,
    /// Whether it rests on a year that is not complete.
    pub incomplete: bool,
    /// The documents behind it: those that stand for its units.
    pub documents: Documents,
}

/// A cell of a figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
        }
        self
    }
}

/// Says in both languages why there is no number.
pub(super) fn reason(why: &Undefined) -> Bilingual {
    let zh = match why {
        Undefined::Empty => "没有可统计的对象".to_owned(),
        Undefined::ZeroDenominator { what } => format!("分母为零（{what}）"),
        Undefined::TooFew { what, n, needed } => format!("数量过少（{what}：{n}，至少需要 {needed}）"),
        Undefined::NotIdentifiable { why } => format!("数据不足以判定（{why}）"),
        Undefined::NotComputable { missing } => format!("无法计算，数据缺项（{missing}）"),
        Undefined::NotFinite { what } => format!("结果不是有限数（{what}）"),
    };
    both(zh, why.to_string())
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
