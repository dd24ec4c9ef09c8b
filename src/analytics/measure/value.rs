//! The key patents of a cohort by the open score of `analytics::indicator::value`.

use std::collections::BTreeMap;

use super::citation::{CitedUnits, Spreads};
use crate::analytics::cohort::{Cohort, Labels, Level};
use crate::analytics::evidence::{Timeline, Value};
use crate::analytics::indicator::value::{MIN_PEERS, Score, Weights, percentiles, score};

/// Counts that are zero for most. Among such peers a percentile makes one citation as good as twenty, so these are
/// taken as `(n + 1) / (E + 1)`, where `E` is the mean of the peers (the posterior mean of the rate ratio under a
/// Gamma(1, 1) prior, as for emergence), and the percentile is that of the ratio among all units.
const SPARSE: [&str; 2] = ["cited", "science"];

/// A patent with its score.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct KeyPatent {
    /// The unit of the cohort.
    pub unit: u32,
    /// The key of its document.
    pub document: String,
    /// The score, 0-100.
    pub score: Value,
    /// The score of the legal side, `None` where nothing of it could be computed.
    pub legal: Option<f64>,
    /// Of the technical side.
    pub technical: Option<f64>,
    /// Of the economic side.
    pub economic: Option<f64>,
    /// Percentile (0-1) of each indicator that could be computed, by id.
    pub indicators: BTreeMap<String, f64>,
    /// Indicators computed for this patent.
    pub n_computed: usize,
    /// Of how many in the standard.
    pub n_standard: usize,
    /// Families that cite it, others' in the scope and any outside.
    pub cited_by: u64,
}

/// Returns the `n` units with the highest scores, equal ones in order of key.
///
/// Each indicator is a percentile among the units of the same priority year and subclass of the main class. Where these
/// are fewer than ten they are put together with the other small groups of the year, and where even that leaves
/// fewer than ten, with what is left of all years. Counts of citations are compared with those peers as a ratio, and
/// the ratio with all units (`SPARSE`).
pub fn key_patents(cohort: &Cohort, weights: &Weights, n: usize) -> Vec<KeyPatent> {
    let mut raw = Raw::of(cohort);
    let groups = groups(cohort);
    let columns: Vec<Option<Vec<Option<f64>>>> = weights
        .indicators
        .iter()
        .map(|indicator| indicator.needs.is_empty().then(|| raw.column(&indicator.id, &groups)).flatten())
        .collect();
    let mut found: Vec<(u32, Score)> = (0..cohort.n_units())
        .filter_map(|unit| {
            let percentiles: Vec<Option<f64>> = columns
                .iter()
                .map(|column| column.as_ref().and_then(|column| column[unit as usize]))
                .collect();
            Some((unit, score(&percentiles, weights).ok()?))
        })
        .collect();
    let key = |unit: u32| cohort.key(unit);
    found.sort_by(|a, b| b.1.total.total_cmp(&a.1.total).then_with(|| key(a.0).cmp(key(b.0))));
    found.truncate(n);
    let of = |(unit, score): (u32, Score)| KeyPatent {
        unit,
        document: key(unit).to_owned(),
        score: cohort.value("key-patent", Ok(score.total), &[unit]),
        legal: score.legal,
        technical: score.technical,
        economic: score.economic,
        indicators: weights
            .indicators
            .iter()
            .zip(&columns)
            .filter_map(|(indicator, column)| Some((indicator.id.clone(), column.as_ref()?[unit as usize]?)))
            .collect(),
        n_computed: score.n_computed,
        n_standard: score.n_standard,
        cited_by: u64::from(raw.cited.by_others[unit as usize])
            + u64::from(cohort.citations().n_outside(unit)),
    };
    found.into_iter().map(of).collect()
}

/// What the indicators are computed from.
struct Raw<'a> {
    cohort: &'a Cohort,
    cited: CitedUnits,
    classes: Option<Labels>,
    spreads: Spreads,
    states: Option<&'a Labels>,
    flags: Option<&'a Labels>,
}

impl<'a> Raw<'a> {
    fn of(cohort: &'a Cohort) -> Self {
        Self {
            cohort,
            cited: CitedUnits::of(cohort),
            classes: cohort.classes(Level::Subclass).ok(),
            spreads: Spreads::default(),
            states: cohort.labels("legal_state").ok(),
            flags: cohort.labels("legal_flag").ok(),
        }
    }

    /// Returns the percentiles of an indicator, `None` where the data do not allow it for any unit.
    fn column(&mut self, id: &str, groups: &[Vec<u32>]) -> Option<Vec<Option<f64>>> {
        let values: Vec<Option<f64>> = (0..self.cohort.n_units()).map(|unit| self.value(id, unit)).collect();
        values.iter().any(Option::is_some).then(|| {
            if SPARSE.contains(&id) {
                return percentiles(&against_peers(&values, groups));
            }
            let mut found = vec![None; values.len()];
            for group in groups {
                let of_group: Vec<Option<f64>> = group.iter().map(|unit| values[*unit as usize]).collect();
                for (unit, percentile) in group.iter().zip(percentiles(&of_group)) {
                    found[*unit as usize] = percentile;
                }
            }
            found
        })
    }

    fn value(&mut self, id: &str, unit: u32) -> Option<f64> {
        let cohort = self.cohort;
        let flag =
            |name: &str| Some(f64::from(u8::from(self.flags?.names_of(unit).any(|flag| flag == name))));
        let state = || self.states?.names_of(unit).next();
        let years_since = |date: jiff::civil::Date| {
            let as_of = cohort.basis().as_of?;
            Some(f64::from((as_of - date).get_days()) / 365.25)
        };
        match id {
            "examined" => {
                let mut documents = cohort.documents(unit);
                let examined = |document: crate::analytics::cohort::Document<'_>| {
                    document.grant.is_some()
                        && document.patent_type == Some(crate::patent::PatentType::Invention)
                };
                Some(f64::from(u8::from(documents.any(examined))))
            }
            "survived" => {
                let attacked = flag("invalidation")?.max(flag("opposition")?);
                Some(if state()? == "active" { attacked } else { 0.0 })
            }
            "breadth" => cohort.claim_breadth(unit).map(f64::from),
            "claims" => cohort.n_claims(unit).map(f64::from),
            "remaining" => match state()? {
                "inactive" => Some(0.0),
                _ => Some(-years_since(cohort.expiry(unit)?)?.min(0.0)),
            },
            "in-force" => match state()? {
                "active" => Some(2.0),
                "pending" | "pct_open" => Some(1.0),
                "undetermined" => None,
                _ => Some(0.0),
            },
            "cited" => {
                Some(f64::from(self.cited.by_others[unit as usize] + cohort.citations().n_outside(unit)))
            }
            "generality" => self.spread(cohort.citations().cited_by(unit)),
            "originality" => self.spread(cohort.citations().cites(unit)),
            "science" => cohort.n_literature(unit).map(f64::from),
            "scope" => {
                self.classes.as_ref().map(|classes| classes.of(unit).len() as f64).filter(|n| *n > 0.0)
            }
            "team" => {
                cohort.labels("inventor").ok().map(|labels| labels.of(unit).len() as f64).filter(|n| *n > 0.0)
            }
            "offices" => {
                let offices = cohort.labels("office").ok()?;
                Some(offices.names_of(unit).filter(|office| *office != "WO").count() as f64)
            }
            "age-kept" => match state()? {
                "active" => years_since(cohort.date(unit, Timeline::Filing)?),
                _ => Some(0.0),
            },
            "transfer" | "licence" | "pledge" | "litigation" => flag(id),
            _ => None,
        }
    }

    fn spread(&mut self, others: &[u32]) -> Option<f64> {
        self.spreads.of(self.classes.as_ref()?, others).ok()
    }
}

/// Returns what each count is against the mean of its peers; unknown counts are nobody's peers.
fn against_peers(counts: &[Option<f64>], groups: &[Vec<u32>]) -> Vec<Option<f64>> {
    let mut found = vec![None; counts.len()];
    for group in groups {
        let known: Vec<f64> = group.iter().filter_map(|unit| counts[*unit as usize]).collect();
        let mean = known.iter().sum::<f64>() / known.len().max(1) as f64;
        for unit in group {
            found[*unit as usize] = counts[*unit as usize].map(|n| (n + 1.0) / (mean + 1.0));
        }
    }
    found
}

/// The peers of each unit, each unit in one group.
fn groups(cohort: &Cohort) -> Vec<Vec<u32>> {
    let main =
        cohort.labels("ipc_main").ok().map(|labels| labels.renamed(|symbol| Level::Subclass.of(symbol)));
    let mut fine: BTreeMap<(Option<i16>, Option<u32>), Vec<u32>> = BTreeMap::new();
    for unit in 0..cohort.n_units() {
        let class = main.as_ref().and_then(|labels| labels.of(unit).first().copied());
        fine.entry((cohort.year(unit, Timeline::Priority), class)).or_default().push(unit);
    }
    let mut of_year: BTreeMap<Option<i16>, Vec<u32>> = BTreeMap::new();
    let (mut groups, mut rest) = (Vec::new(), Vec::new());
    for ((year, _), units) in fine {
        if units.len() < MIN_PEERS {
            of_year.entry(year).or_default().extend(units);
        } else {
            groups.push(units);
        }
    }
    for units in of_year.into_values() {
        if units.len() < MIN_PEERS { rest.extend(units) } else { groups.push(units) }
    }
    groups.push(rest);
    groups
}

/// Returns a count as 32 bits, which every count of labels and units of a cohort fits.
pub(super) fn as_u32(n: usize) -> u32 {
    u32::try_from(n).expect("a cohort has fewer than 2^32 labels and units")
}
