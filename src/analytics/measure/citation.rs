//! What citations say of a cohort: impact of holders, spread, cycle time, the main path; each with its coverage.

use crate::analytics::cohort::{Cohort, Labels, Level};
use crate::analytics::evidence::{Outcome, Timeline, Undefined, Value};
use crate::analytics::indicator::{impact, main_path as path};

/// Citations between units that share no holder, and those that do.
#[derive(Debug, Clone, PartialEq)]
pub struct CitedUnits {
    /// For each unit, units of others in the cohort that cite it.
    pub by_others: Vec<u32>,
    /// For each unit, citing units that share a holder with it.
    pub by_self: Vec<u32>,
    /// Whether self-citations could be told apart: without applicants all count as others'.
    pub self_known: bool,
}

impl CitedUnits {
    /// Counts the citations of a cohort. Citations by families outside the scope are not among them: their applicants
    /// are not part of the cohort ([`crate::analytics::cohort::Citations::n_outside`] counts them).
    pub fn of(cohort: &Cohort) -> Self {
        let holders = cohort.entities().ok().map(|(labels, _)| labels);
        let n = cohort.n_units() as usize;
        let mut found = Self { by_others: vec![0; n], by_self: vec![0; n], self_known: holders.is_some() };
        for (citing, cited) in cohort.citations().pairs() {
            let own = holders.is_some_and(|labels| share_any(labels.of(citing), labels.of(cited)));
            let counts = if own { &mut found.by_self } else { &mut found.by_others };
            counts[cited as usize] += 1;
        }
        found
    }
}

/// Whether two ascending lists have a member in common.
fn share_any(a: &[u32], b: &[u32]) -> bool {
    let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
    while let (Some(x), Some(y)) = (a.peek(), b.peek()) {
        match x.cmp(y) {
            std::cmp::Ordering::Less => drop(a.next()),
            std::cmp::Ordering::Greater => drop(b.next()),
            std::cmp::Ordering::Equal => return true,
        }
    }
    false
}

/// Measures of the whole cohort.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct CitationMeasures {
    /// Share of cited patent numbers that are in the cohort; everything below rests on these.
    pub coverage: Option<f64>,
    /// Technology cycle time, years.
    pub cycle_time: Value,
    /// Science linkage.
    pub science_linkage: Value,
    /// Mean originality of the units for which it is defined, at subclass level.
    pub originality: Value,
    /// Mean generality.
    pub generality: Value,
}

/// Returns the measures of the whole cohort.
pub fn citation_measures<'a>(cohort: &'a Cohort) -> CitationMeasures {
    let citations = cohort.citations();
    let all = 0..cohort.n_units();
    let years: Vec<Option<i16>> = all.clone().map(|unit| cohort.year(unit, Timeline::Priority)).collect();
    let citing: Vec<u32> = all.clone().filter(|unit| !citations.cites(*unit).is_empty()).collect();
    let ages = |unit: &u32| {
        let year = years[*unit as usize];
        let cited = citations.cites(*unit).iter().map(|cited| years[*cited as usize]);
        cited.filter_map(move |cited| Some(f64::from(year?) - f64::from(cited?)))
    };
    let literature: Vec<Option<u32>> = all.clone().map(|unit| cohort.n_literature(unit)).collect();
    let known: Vec<u32> = all.clone().filter(|unit| literature[*unit as usize].is_some()).collect();
    let classes = cohort.classes(Level::Subclass);
    let mean = |id: &str, others: &dyn Fn(u32) -> &'a [u32]| {
        let found = classes.as_ref().map_err(Clone::clone).map(|classes| {
            let (mut spreads, mut units, mut sum) = (Spreads::default(), Vec::new(), 0.0);
            // Most units are cited once or never: those have no spread, and to say so of each would cost the most.
            for unit in all.clone().filter(|unit| others(*unit).len() > 1) {
                if let Ok(spread) = spreads.of(classes, others(unit)) {
                    units.push(unit);
                    sum += spread;
                }
            }
            (units, sum)
        });
        let units = found.as_ref().map_or(&[][..], |(units, _)| units.as_slice());
        let mean = found.as_ref().map_err(Clone::clone).and_then(|(units, sum)| match units.len() {
            0 => Err(Undefined::Empty),
            n => Ok(sum / n as f64),
        });
        cohort.value(id, mean, units).at_level(Level::Subclass.name())
    };
    CitationMeasures {
        coverage: citations.coverage(),
        cycle_time: cohort.value("tct", impact::cycle_time(citing.iter().map(ages)), &citing),
        science_linkage: cohort.value("sl", impact::science_linkage(&literature), &known),
        originality: mean("originality", &|unit| citations.cites(unit)),
        generality: mean("generality", &|unit| citations.cited_by(unit)),
    }
}

/// Originality or generality of one unit after the other, from the classes of what each cites or what cites it; a unit
/// in several classes gives each its part.
#[derive(Default)]
pub(super) struct Spreads {
    /// By class, its weight for the unit at hand; all 0 between units.
    weights: Vec<f64>,
    met: Vec<u32>,
    by_class: Vec<f64>,
}

impl Spreads {
    pub(super) fn of(&mut self, classes: &Labels, others: &[u32]) -> Outcome {
        if others.len() < 2 {
            return impact::spread(&[], others.len() as u64);
        }
        self.weights.resize(classes.n_labels(), 0.0);
        self.met.clear();
        let mut n = 0;
        for other in others {
            let of = classes.of(*other);
            n += u64::from(!of.is_empty());
            let part = 1.0 / of.len() as f64;
            for class in of {
                let weight = &mut self.weights[*class as usize];
                if *weight == 0.0 {
                    self.met.push(*class);
                }
                *weight += part;
            }
        }
        // Equal weights give equal sums, whatever was met first.
        self.met.sort_unstable();
        self.by_class.clear();
        let weights = self.met.iter().map(|class| std::mem::take(&mut self.weights[*class as usize]));
        self.by_class.extend(weights);
        impact::spread(&self.by_class, n)
    }
}

/// What a holder's units weigh.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Impact {
    /// The holder.
    pub holder: String,
    /// Units.
    pub units: Value,
    /// The h-index without self-citations.
    pub h_index: Value,
    /// The h-index a year of activity.
    pub h_rate: Value,
    /// Citations by units that share a holder, left out of the h-index.
    pub self_citations: u64,
    /// Current impact index: citations made in the last complete year to the five years before it.
    pub current_impact: Value,
    /// Technological strength: the units of those five years times the index.
    pub strength: Value,
}

/// Returns the impact of the `n` largest holders.
pub fn entity_impact(cohort: &Cohort, holders: &Labels, n: usize) -> Vec<Impact> {
    let cited = CitedUnits::of(cohort);
    let last = cohort.last_complete_year(Timeline::Priority);
    let year = |unit: u32| cohort.year(unit, Timeline::Priority);
    let is_recent =
        |unit: u32| last.zip(year(unit)).is_some_and(|(last, year)| (last - 5..last).contains(&year));
    let now = |unit: &&u32| last.is_some() && year(**unit) == last;
    // Citations of the last complete year to each unit of the five years before.
    let received: Vec<f64> = (0..cohort.n_units())
        .map(|unit| match is_recent(unit) {
            true => cohort.citations().cited_by(unit).iter().filter(now).count() as f64,
            false => 0.0,
        })
        .collect();
    let all_units = (0..cohort.n_units()).filter(|unit| is_recent(*unit)).count() as f64;
    let all_received: f64 = received.iter().sum();
    let counts = cohort.count(holders);
    let of = |count: &crate::analytics::cohort::Count| {
        let by_others: Vec<u32> = count.units.iter().map(|unit| cited.by_others[*unit as usize]).collect();
        let h = impact::h_index(&by_others);
        let first = count.units.iter().filter_map(|unit| year(*unit)).min();
        let end = cohort.basis().as_of.map(jiff::civil::Date::year);
        let years = first.zip(end).map(|(first, end)| u32::from(end.abs_diff(first)) + 1);
        let rate =
            years.ok_or_else(|| Undefined::missing("dates")).and_then(|years| impact::h_rate(h, years));
        let recent: Vec<u32> = count.units.iter().copied().filter(|unit| is_recent(*unit)).collect();
        let own: f64 = recent.iter().map(|unit| received[*unit as usize]).sum();
        let n_recent = recent.len() as f64;
        let index = impact::current_impact(own, n_recent, all_received, all_units);
        let strength = index.clone().map(|index| impact::strength(n_recent, index));
        Impact {
            holder: count.label.clone(),
            units: cohort.value("count", Ok(count.value), &count.units),
            h_index: cohort.value("h-index", Ok(f64::from(h)), &count.units),
            h_rate: cohort.value("h-rate", rate, &count.units),
            self_citations: count.units.iter().map(|unit| u64::from(cited.by_self[*unit as usize])).sum(),
            current_impact: cohort.value("cii", index, &recent),
            strength: cohort.value("ts", strength, &recent),
        }
    };
    counts.iter().take(n).map(of).collect()
}

/// A step of a main path.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct PathStep {
    /// The unit of the cohort.
    pub unit: u32,
    /// The key of its document.
    pub document: String,
    /// Its year.
    pub year: Option<i16>,
    /// The share of all paths that runs from the step before to this one; none for the first.
    pub weight: Option<f64>,
}

/// The main path of a cohort.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct TracedPath {
    /// Its length in steps, with the documents on it; or why there is none.
    pub length: Value,
    /// Its steps, the earliest first.
    pub steps: Vec<PathStep>,
    /// Citations that were left out because they close a cycle: citing and cited document.
    pub dropped: Vec<(String, String)>,
    /// Citations that it was chosen among.
    pub n_citations: u64,
}

/// Returns the global main path. Units are in order of priority date, then key; undated ones last.
pub fn main_path(cohort: &Cohort) -> TracedPath {
    let mut order: Vec<u32> = (0..cohort.n_units()).collect();
    let date = |unit: u32| cohort.date(unit, Timeline::Priority);
    order.sort_by(|a, b| {
        let day = |unit: u32| (date(unit).is_none(), date(unit));
        day(*a).cmp(&day(*b)).then_with(|| cohort.key(*a).cmp(cohort.key(*b)))
    });
    let mut rank = vec![0; order.len()];
    (0..).zip(&order).for_each(|(place, unit)| rank[*unit as usize] = place);
    let citations: Vec<(u32, u32)> = cohort.citations().pairs().collect();
    match path::main_path(cohort.n_units(), &citations, &rank) {
        Err(why) => TracedPath {
            length: cohort.value("main-path", Err(why), &[]),
            steps: Vec::new(),
            dropped: Vec::new(),
            n_citations: citations.len() as u64,
        },
        Ok(found) => TracedPath {
            length: cohort.value("main-path", Ok(found.nodes.len() as f64), &found.nodes),
            steps: found
                .nodes
                .iter()
                .enumerate()
                .map(|(at, unit)| PathStep {
                    unit: *unit,
                    document: cohort.key(*unit).to_owned(),
                    year: cohort.year(*unit, Timeline::Priority),
                    weight: at.checked_sub(1).map(|before| found.weights[before]),
                })
                .collect(),
            dropped: found
                .dropped
                .iter()
                .map(|(citing, cited)| (cohort.key(*citing).to_owned(), cohort.key(*cited).to_owned()))
                .collect(),
            n_citations: found.n_citations as u64,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_unit_leaves_nothing_for_the_next() {
        let rows: [&[&str]; 5] = [&["A01B", "B01J"], &["B01J"], &[], &["C25B", "A01B", "B01J"], &["H01M"]];
        let classes = Labels::new(rows.map(|row| row.iter().copied()));
        let mut spreads = Spreads::default();
        for others in [&[0, 1, 3][..], &[2, 2], &[0], &[], &[4, 1], &[3, 1, 0], &[1, 1], &[2, 0, 4]] {
            let alone = Spreads::default().of(&classes, others);
            assert_eq!(spreads.of(&classes, others), alone, "{others:?}");
        }
        // Halves: 1/2 to A01B and 3/2 to B01J; of two citations 1 - (1/16 + 9/16), twice.
        assert_eq!(spreads.of(&classes, &[0, 1]), Ok(0.75));
        // The same classes in another order, to the last bit.
        assert_eq!(spreads.of(&classes, &[0, 1, 3]), spreads.of(&classes, &[3, 0, 1]));
        assert!(spreads.of(&classes, &[1]).is_err());
    }
}
