//! Who and what a cohort is made of: concentration, specialisation, families, diversity, nearness of portfolios.

use std::collections::BTreeMap;

use crate::analytics::cohort::{Cohort, Labels, Level};
use crate::analytics::evidence::{Outcome, Timeline, Undefined, Value};
use crate::analytics::indicator::portfolio::{self, Pivot};
use crate::analytics::indicator::{share, specialisation as advantage};

/// How concentrated the holders of a cohort are. Bands of what is "high" are policy; both indices are given.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Concentration {
    /// The column whose labels are the holders.
    pub holders: String,
    /// Holders.
    pub n_holders: u64,
    /// HHI, 0-1.
    pub hhi: Value,
    /// Normalised HHI, 0-1.
    pub hhi_normalised: Value,
    /// CR4, 0-1.
    pub cr4: Value,
    /// CR10, 0-1.
    pub cr10: Value,
}

/// Returns the concentration of the organisations that file ([`Cohort::entities`]).
///
/// # Errors
/// [`Undefined::NotComputable`] where there are no applicants.
pub fn concentration(cohort: &Cohort) -> Outcome<Concentration> {
    let (labels, column) = cohort.entities()?;
    let counts = cohort.count(labels);
    let numbers: Vec<f64> = counts.iter().map(|count| count.value).collect();
    let held: Vec<u32> = (0..cohort.n_units()).filter(|unit| !labels.of(*unit).is_empty()).collect();
    let top = |n: usize| {
        let mut units: Vec<u32> =
            counts.iter().take(n).flat_map(|count| count.units.iter().copied()).collect();
        units.sort_unstable();
        units.dedup();
        cohort.value("cr", share::concentration(&numbers, n), &units)
    };
    Ok(Concentration {
        holders: column.to_owned(),
        n_holders: counts.len() as u64,
        hhi: cohort.value("hhi", share::hhi(&numbers), &held),
        hhi_normalised: cohort.value("hhi-normalised", share::hhi_normalised(&numbers), &held),
        cr4: top(4),
        cr10: top(10),
    })
}

/// The advantage of a holder in a field.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Specialisation {
    /// The holder.
    pub holder: String,
    /// The field.
    pub field: String,
    /// RTA.
    pub rta: Value,
    /// RPA.
    pub rpa: Value,
}

/// Returns RTA and RPA of the `n` largest holders in the `m` largest fields, against the whole table of all holders
/// and fields; cells with small expectations say so.
///
/// # Errors
/// [`Undefined::Empty`] where no unit has both a holder and a field.
pub fn specialisation(
    cohort: &Cohort,
    holders: &Labels,
    fields: &Labels,
    n: usize,
    m: usize,
) -> Outcome<Vec<Specialisation>> {
    let (top, all_fields) = (largest(cohort, holders, n), largest(cohort, fields, m));
    // The rest of the holders is one row and the rest of the fields one column: margins stay those of the whole.
    let rows = grouped(holders, &top);
    let columns = grouped(fields, &all_fields);
    let mut table = vec![vec![0.0; all_fields.len() + 1]; top.len() + 1];
    let mut units: BTreeMap<(usize, usize), Vec<u32>> = BTreeMap::new();
    for unit in 0..cohort.n_units() {
        let (of_holder, of_field) = (holders.of(unit), fields.of(unit));
        let weight = cohort.weight(of_holder.len()) * cohort.weight(of_field.len());
        for holder in of_holder {
            for field in of_field {
                let place = (rows[*holder as usize], columns[*field as usize]);
                table[place.0][place.1] += weight;
                if place.0 < top.len() && place.1 < all_fields.len() {
                    units.entry(place).or_default().push(unit);
                }
            }
        }
    }
    let found = advantage::advantages(&table)?;
    let mut cells = Vec::new();
    for (row, holder) in top.iter().enumerate() {
        for (column, field) in all_fields.iter().enumerate() {
            let behind = units.get(&(row, column)).map_or(&[][..], Vec::as_slice);
            let of = |pick: fn(&advantage::Advantage) -> f64| {
                found[row][column].as_ref().map(pick).map_err(Clone::clone)
            };
            cells.push(Specialisation {
                holder: holders.name(*holder).to_owned(),
                field: fields.name(*field).to_owned(),
                rta: cohort.value("rta", of(|advantage| advantage.rta), behind),
                rpa: cohort.value("rpa", of(|advantage| advantage.rpa), behind),
            });
        }
    }
    Ok(cells)
}

/// The ids of the `n` labels with the largest counts, the largest first.
pub(super) fn largest(cohort: &Cohort, labels: &Labels, n: usize) -> Vec<u32> {
    let mut sizes = cohort.sizes(labels);
    // Ids are in order of name, and the sort is stable.
    sizes.sort_by(|a, b| b.1.total_cmp(&a.1));
    sizes.into_iter().take(n).map(|(id, _)| id).collect()
}

/// The place of each label in `chosen`, or the place after the last.
fn grouped(labels: &Labels, chosen: &[u32]) -> Vec<usize> {
    let mut places = vec![chosen.len(); labels.n_labels()];
    chosen.iter().enumerate().for_each(|(place, id)| places[*id as usize] = place);
    places
}

/// How far families reach.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct FamilyMeasures {
    /// Mean offices with a filed member a unit.
    pub size: Value,
    /// Share filed at EP, US and JP.
    pub triadic: Value,
    /// Share with a member outside the office of first filing.
    pub overseas: Value,
    /// Units by office of first filing and target: source, target, count. WO is no target.
    pub flows: Vec<(String, String, Value)>,
}

/// Returns the measures of families. Validations count with their patent, WO protects nowhere.
///
/// # Errors
/// [`Undefined::NotComputable`] where no office is known.
pub fn families(cohort: &Cohort) -> Outcome<FamilyMeasures> {
    let offices = cohort.labels("office")?;
    let protecting = |unit: u32| offices.names_of(unit).filter(|office| *office != "WO");
    let filed: Vec<u32> = (0..cohort.n_units()).filter(|unit| !offices.of(*unit).is_empty()).collect();
    let sizes: f64 = filed.iter().map(|unit| protecting(*unit).count() as f64).sum();
    let triadic: Vec<u32> = filed
        .iter()
        .copied()
        .filter(|unit| {
            ["EP", "US", "JP"].iter().all(|office| protecting(*unit).any(|other| other == *office))
        })
        .collect();
    let share = |part: &[u32], whole: usize| match whole {
        0 => Err(Undefined::Empty),
        _ => Ok(part.len() as f64 / whole as f64),
    };
    let mut flows: BTreeMap<(&str, &str), Vec<u32>> = BTreeMap::new();
    let (mut known, mut abroad) = (Vec::new(), Vec::new());
    if let Ok(first) = cohort.labels("first_office") {
        for unit in filed.iter().copied() {
            let Some(home) = first.names_of(unit).next() else { continue };
            known.push(unit);
            if offices.names_of(unit).any(|office| office != home) {
                abroad.push(unit);
            }
            protecting(unit).for_each(|office| flows.entry((home, office)).or_default().push(unit));
        }
    }
    let mean = if filed.is_empty() { Err(Undefined::Empty) } else { Ok(sizes / filed.len() as f64) };
    Ok(FamilyMeasures {
        size: cohort.value("family-size", mean, &filed),
        triadic: cohort.value("triadic", share(&triadic, filed.len()), &triadic),
        overseas: cohort.value("overseas", share(&abroad, known.len()), &abroad),
        flows: flows
            .into_iter()
            .map(|((from, to), units)| {
                (from.to_owned(), to.to_owned(), cohort.value("count", Ok(units.len() as f64), &units))
            })
            .collect(),
    })
}

/// How diverse a cohort is at a level of the classification.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Diversity {
    /// Classes at this level.
    pub n_classes: u64,
    /// Shannon entropy, nats.
    pub entropy: Value,
    /// Pielou's evenness.
    pub evenness: Value,
    /// Simpson's diversity.
    pub simpson: Value,
}

/// Returns the diversity of classes at a level.
///
/// # Errors
/// [`Undefined::NotComputable`] where there are no classes.
pub fn diversity(cohort: &Cohort, level: Level) -> Outcome<Diversity> {
    let classes = cohort.classes(level)?;
    let counts: Vec<f64> = cohort.sizes(&classes).into_iter().map(|(_, value)| value).collect();
    let held: Vec<u32> = (0..cohort.n_units()).filter(|unit| !classes.of(*unit).is_empty()).collect();
    let value = |id: &str, outcome: Outcome| cohort.value(id, outcome, &held).at_level(level.name());
    Ok(Diversity {
        n_classes: counts.len() as u64,
        entropy: value("entropy", share::entropy(&counts)),
        evenness: value("evenness", share::evenness(&counts)),
        simpson: value("simpson", share::simpson(&counts)),
    })
}

/// How near two holders are.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Proximity {
    /// The larger holder.
    pub first: String,
    /// The other.
    pub second: String,
    /// The cosine of their class vectors.
    pub cosine: Value,
}

/// Returns the cosine of the class vectors of every pair of the `n` largest holders.
pub fn proximity(
    cohort: &Cohort,
    holders: &Labels,
    classes: &Labels,
    n: usize,
    level: Level,
) -> Vec<Proximity> {
    let inverted = holders.inverted();
    let top = largest(cohort, holders, n);
    let vectors: Vec<Vec<f64>> =
        top.iter().map(|holder| class_vector(cohort, classes, inverted.of(*holder))).collect();
    let mut found = Vec::new();
    for (at, first) in top.iter().enumerate() {
        for (other, second) in top.iter().enumerate().skip(at + 1) {
            let mut units = [inverted.of(*first), inverted.of(*second)].concat();
            units.sort_unstable();
            units.dedup();
            found.push(Proximity {
                first: holders.name(*first).to_owned(),
                second: holders.name(*second).to_owned(),
                cosine: cohort
                    .value("cosine", portfolio::cosine(&vectors[at], &vectors[other]), &units)
                    .at_level(level.name()),
            });
        }
    }
    found
}

fn class_vector(cohort: &Cohort, classes: &Labels, units: &[u32]) -> Vec<f64> {
    let mut vector = vec![0.0; classes.n_labels()];
    for unit in units {
        let of = classes.of(*unit);
        of.iter().for_each(|class| vector[*class as usize] += cohort.weight(of.len()));
    }
    vector
}

/// Returns the years in which some units, those of one holder, changed direction: the last year of the later window,
/// and by how much. Complete years only.
///
/// # Errors
/// As [`portfolio::pivots`].
pub fn pivots(
    cohort: &Cohort,
    units: &[u32],
    classes: &Labels,
    timeline: Timeline,
) -> Outcome<Vec<(i16, Pivot)>> {
    let years = cohort.by_year_of(units, timeline).years;
    let complete: Vec<_> = years.iter().filter(|year| year.complete).collect();
    let vectors: Vec<Vec<f64>> =
        complete.iter().map(|year| class_vector(cohort, classes, &year.units)).collect();
    let found = portfolio::pivots(&vectors)?;
    Ok(found.into_iter().map(|pivot| (complete[pivot.at].year, pivot)).collect())
}
