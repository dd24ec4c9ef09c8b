//! 技术功效矩阵 of a cohort: each cell with expectation, residual, and what more a reader asks of it.

use super::value::as_u32;
use crate::analytics::cohort::{Cohort, Labels};
use crate::analytics::evidence::{Outcome, Share, Timeline, Undefined, Value};
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
    let active = labelled(&states, |state| state == "active");
    let first = cohort.labels("first_office");
    let foreign = labelled(&first, |office| office != "CN");
    let years: Vec<Option<i16>> =
        (0..cohort.n_units()).map(|unit| cohort.year(unit, Timeline::Priority)).collect();
    let mut shares = HolderShares::new(cohort);
    let mut cells = Vec::new();
    for (row, technique) in cross.rows.iter().enumerate() {
        for (column, effect) in cross.columns.iter().enumerate() {
            let (value, units) = &cross.cells[row][column];
            let cell = &found[row][column];
            let part = |is: &Outcome<Vec<bool>>| match is {
                Err(why) => Err(why.clone()),
                Ok(_) if units.is_empty() => Err(Undefined::Empty),
                Ok(is) => {
                    Ok(units.iter().filter(|unit| is[**unit as usize]).count() as f64 / units.len() as f64)
                }
            };
            cells.push(MatrixCell {
                technique: technique.clone(),
                effect: effect.clone(),
                count: cohort.value("matrix-count", Ok(*value), units),
                expected: cell.expected,
                residual: cohort.value("matrix-residual", cell.residual.clone(), units),
                kind: kind(cell.kind, technique, effect).to_owned(),
                q: cell.q,
                significant: cell.significant,
                growth: cohort.value("growth-3y", growth_of(cohort, &years, units), units),
                hhi: cohort.value("hhi", shares.hhi(units), units),
                in_force: cohort.value("share", part(&active), units),
                foreign: cohort.value("share", part(&foreign), units),
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

/// Returns of each unit whether one of its labels is such a one.
fn labelled(labels: &Outcome<&Labels>, is: impl Fn(&str) -> bool) -> Outcome<Vec<bool>> {
    let labels = labels.as_ref().map_err(Clone::clone)?;
    let ids: Vec<bool> = (0..as_u32(labels.n_labels())).map(|id| is(labels.name(id))).collect();
    let units = 0..as_u32(labels.n_rows());
    Ok(units.map(|unit| labels.of(unit).iter().any(|id| ids[*id as usize])).collect())
}

fn growth_of(cohort: &Cohort, years: &[Option<i16>], units: &[u32]) -> Outcome {
    let last = cohort.last_complete_year(Timeline::Priority);
    let last = last.ok_or_else(|| Undefined::missing("the day of the data"))?;
    let (mut before, mut now) = (0_u32, 0_u32);
    for year in units.iter().filter_map(|unit| years[*unit as usize]) {
        before += u32::from((last - 5..=last - 3).contains(&year));
        now += u32::from((last - 2..=last).contains(&year));
    }
    growth::year_on_year(f64::from(before), f64::from(now))
}

/// The concentration of the holders of one cell after the other.
struct HolderShares<'a> {
    holders: Outcome<&'a Labels>,
    /// By holder, units of the cell at hand; all 0 between cells.
    counts: Vec<u32>,
}

impl<'a> HolderShares<'a> {
    fn new(cohort: &'a Cohort) -> Self {
        let holders = cohort.entities().map(|(labels, _)| labels);
        let n = holders.as_ref().map_or(0, |labels| labels.n_labels());
        Self { holders, counts: vec![0; n] }
    }

    fn hhi(&mut self, units: &[u32]) -> Outcome {
        let holders = self.holders.as_ref().map_err(Clone::clone)?;
        let mut met = Vec::new();
        for holder in units.iter().flat_map(|unit| holders.of(*unit)) {
            let count = &mut self.counts[*holder as usize];
            if *count == 0 {
                met.push(*holder);
            }
            *count += 1;
        }
        met.sort_unstable();
        let counts: Vec<f64> =
            met.iter().map(|holder| f64::from(std::mem::take(&mut self.counts[*holder as usize]))).collect();
        share::hhi(&counts)
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analytics::cohort::{Counting, Record};

    #[test]
    fn one_cell_leaves_nothing_for_the_next() {
        let holders: [&[&str]; 4] = [&["a"], &["a", "b"], &["b", "c"], &[]];
        let record = |(serial, of): (usize, &&[&str])| Record {
            key: format!("CN10000000{serial}A"),
            office: Some("CN".to_owned()),
            labels: [("applicant".to_owned(), of.iter().map(|name| (*name).to_owned()).collect())].into(),
            ..Record::default()
        };
        let records: Vec<Record> = holders.iter().enumerate().map(record).collect();
        let cohort = Cohort::of_records(&records, "test", Counting::default());
        let mut shares = HolderShares::new(&cohort);
        // 2 of a, 1 of b; 1 of b, 1 of c; nobody; all.
        assert_eq!(shares.hhi(&[0, 1]), Ok(5.0 / 9.0));
        assert_eq!(shares.hhi(&[2]), Ok(0.5));
        assert!(shares.hhi(&[3]).is_err());
        let all = shares.hhi(&[0, 1, 2, 3]).expect("there are holders");
        assert!((all - 9.0 / 25.0).abs() < 1e-12, "{all}");
    }
}
