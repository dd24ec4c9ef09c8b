//! 技术功效矩阵 of a cohort: each cell with expectation, residual, and what more a reader asks of it.

use crate::analytics::cohort::{Cohort, Labels};
use crate::analytics::evidence::{Outcome, Share, Timeline, Value};
use crate::analytics::indicator::matrix::{self, Kind};
use crate::analytics::indicator::{growth, share};

/// A cell of the matrix.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct MatrixCell {
    /// The technique.
    pub technique: String,
    /// The effect.
    pub effect: String,
    /// Units with both.
    pub count: Value,
    /// Units expected if the two were independent.
    pub expected: f64,
    /// The adjusted residual.
    pub residual: Value,
    /// `blank`, `hot` or `ordinary`.
    pub kind: String,
    /// The q-value over all cells.
    pub q: f64,
    /// Whether it holds at a false-discovery rate of 5 %.
    pub significant: bool,
    /// Growth of the last three complete years over the three before.
    pub growth: Value,
    /// Concentration of its holders.
    pub hhi: Value,
    /// Share of its units in force.
    pub in_force: Value,
    /// Share of its units of foreign first filing, seen from China.
    pub foreign: Value,
    /// Why a blank may be no room for invention; the caller adds the nearest documents.
    pub caveats: Vec<String>,
}

/// The matrix.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct TechnologyEffect {
    /// Units that have both a technique and an effect.
    pub n_units: u64,
    /// Units that lack one of them: they are in no cell.
    pub n_untagged: u64,
    /// The cells, by technique, then effect.
    pub cells: Vec<MatrixCell>,
}

/// Returns the matrix of two columns of labels. Counts may be fractional by the rule of the cohort; expectations and
/// tests always use whole counts.
///
/// # Errors
/// [`crate::analytics::evidence::Undefined::Empty`] where no unit has both.
pub fn technology_effect(
    cohort: &Cohort,
    techniques: &Labels,
    effects: &Labels,
) -> Outcome<TechnologyEffect> {
    let cross = cohort.cross(techniques, effects);
    let n = cross.n_units as f64;
    let whole = |labels: &Labels, other: &Labels| {
        let mut totals = vec![0.0; labels.n_labels()];
        let both =
            (0..cohort.n_units()).filter(|unit| !labels.of(*unit).is_empty() && !other.of(*unit).is_empty());
        both.for_each(|unit| labels.of(unit).iter().for_each(|id| totals[*id as usize] += 1.0));
        totals
    };
    let (rows, columns) = (whole(techniques, effects), whole(effects, techniques));
    let counts: Vec<Vec<f64>> =
        cross.cells.iter().map(|row| row.iter().map(|(_, units)| units.len() as f64).collect()).collect();
    let found = matrix::cells(&counts, &rows, &columns, n)?;
    let states = cohort.labels("legal_state");
    let active = |unit: &u32| {
        states.as_ref().is_ok_and(|states| states.names_of(*unit).any(|state| state == "active"))
    };
    let first = cohort.labels("first_office");
    let foreign =
        |unit: &u32| first.as_ref().is_ok_and(|first| first.names_of(*unit).any(|office| office != "CN"));
    let mut cells = Vec::new();
    for (row, technique) in cross.rows.iter().enumerate() {
        for (column, effect) in cross.columns.iter().enumerate() {
            let (value, units) = &cross.cells[row][column];
            let cell = &found[row][column];
            let part = |known: Outcome<()>, is: &dyn Fn(&u32) -> bool| {
                known.and_then(|()| match units.len() {
                    0 => Err(crate::analytics::evidence::Undefined::Empty),
                    n => Ok(units.iter().filter(|unit| is(unit)).count() as f64 / n as f64),
                })
            };
            let known = |labels: &Outcome<&Labels>| labels.as_ref().map(|_| ()).map_err(Clone::clone);
            cells.push(MatrixCell {
                technique: technique.clone(),
                effect: effect.clone(),
                count: cohort.value("matrix-count", Ok(*value), units),
                expected: cell.expected,
                residual: cohort.value("matrix-residual", cell.residual.clone(), units),
                kind: kind(cell.kind, technique, effect).to_owned(),
                q: cell.q,
                significant: cell.significant,
                growth: cohort.value("growth-3y", growth_of(cohort, units), units),
                hhi: cohort.value("hhi", holders(cohort, units), units),
                in_force: cohort.value("share", part(known(&states), &active), units),
                foreign: cohort.value("share", part(known(&first), &foreign), units),
                caveats: caveats(cell, cohort.counting().share),
            });
        }
    }
    let n_untagged = u64::from(cohort.n_units()) - cross.n_units;
    Ok(TechnologyEffect { n_units: cross.n_units, n_untagged, cells })
}

/// Returns what a cell is called. A technique of one field and an effect that another field's tree names meet nowhere by
/// design: that such a cell is empty is no gap.
fn kind(kind: Kind, technique: &str, effect: &str) -> &'static str {
    let field = |id: &str| id.split_once(':').map(|(pack, _)| pack.to_owned());
    match kind {
        Kind::Blank if field(technique) != field(effect) => "ordinary",
        Kind::Blank => "blank",
        Kind::Hot => "hot",
        Kind::Ordinary => "ordinary",
    }
}

fn growth_of(cohort: &Cohort, units: &[u32]) -> Outcome {
    let last = cohort.last_complete_year(Timeline::Priority);
    let last = last.ok_or_else(|| crate::analytics::evidence::Undefined::missing("the day of the data"))?;
    let sum = |from: i16, to: i16| {
        let years = units.iter().filter_map(|unit| cohort.year(*unit, Timeline::Priority));
        years.filter(|year| (from..=to).contains(year)).count() as f64
    };
    growth::year_on_year(sum(last - 5, last - 3), sum(last - 2, last))
}

fn holders(cohort: &Cohort, units: &[u32]) -> Outcome {
    let (labels, _) = cohort.entities()?;
    let mut ids: Vec<u32> = units.iter().flat_map(|unit| labels.of(*unit).iter().copied()).collect();
    ids.sort_unstable();
    share::hhi(&ids.chunk_by(|a, b| a == b).map(|same| same.len() as f64).collect::<Vec<_>>())
}

fn caveats(cell: &matrix::Cell, share: Share) -> Vec<String> {
    let mut caveats = Vec::new();
    if cell.kind == Kind::Blank {
        let reasons = [
            "the combination may make no technical sense",
            "the vocabulary may lack the words that this combination is described with",
            "documents of this combination may be tagged elsewhere",
        ];
        caveats.extend(reasons.map(str::to_owned));
    }
    if cell.kind != Kind::Ordinary && !cell.significant {
        caveats.push("among so many cells one like this is expected by chance".to_owned());
    }
    if cell.kind != Kind::Ordinary && share == Share::Fractional {
        caveats.push("tested on whole counts".to_owned());
    }
    caveats
}
