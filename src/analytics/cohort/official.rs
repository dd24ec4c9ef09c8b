//! Official counting (官方口径): 件, the first right holder alone, in force at a day, and the five features of high-value
//! inventions.
//!
//! Rules of practice: 海外有同族专利权 means a *granted* foreign member; the five kinds are shown apart and as a union;
//! what needs a table or a file that is not there (strategic industries, awards, revenue) is not computable, never no.

use super::Cohort;
use super::document::{Documents, NO_DAY};
use super::labels::{Labels, as_u32};
use super::unit::Units;
use crate::analytics::evidence::{Outcome, Undefined};
use crate::patent::{Date, PatentType};

/// Rights in force and what is not known of others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InForce {
    /// Units with a member in force.
    pub in_force: Vec<u32>,
    /// Units of which no state is decided: neither in force nor out.
    pub unknown: Vec<u32>,
}

/// The features of high-value inventions, each with the units that have it.
#[derive(Debug, Clone, PartialEq)]
pub struct HighValue {
    /// 战略性新兴产业: needs the official table of classes.
    pub strategic: Outcome<Vec<u32>>,
    /// 海外有同族专利权: a granted member abroad.
    pub overseas: Outcome<Vec<u32>>,
    /// 维持年限超过10年: in force more than ten years after filing.
    pub kept_ten_years: Outcome<Vec<u32>>,
    /// 质押融资: a pledge on record. Whether the amount is large needs a user's file.
    pub pledged: Outcome<Vec<u32>>,
    /// 获奖: needs a user's file.
    pub awarded: Outcome<Vec<u32>>,
    /// Units with at least one feature that could be computed; a lower bound where one could not.
    pub any: Vec<u32>,
}

/// Returns the first right holder of each unit: the one current owner where one is known, else the first applicant of
/// record under the name that normalisation gives it.
pub(crate) fn first_holders(documents: &Documents, units: &Units, representatives: &[u32]) -> Labels {
    let column = |name: &str| documents.columns.get(name);
    let (owner, first) = (column("owner_current"), column("applicant_first"));
    let (raw, standard) = (column("applicant"), column("applicant_std"));
    // Documents with one applicant say which normalised name its spelling has.
    let mut known = vec![None; first.map_or(0, Labels::n_labels)];
    if let (Some(first), Some(raw), Some(standard)) = (first, raw, standard) {
        for row in 0..documents.n() {
            if let ([spelling], [_], [name]) = (first.of(row), raw.of(row), standard.of(row)) {
                known[*spelling as usize].get_or_insert(standard.name(*name));
            }
        }
    }
    let of = |unit: u32| {
        let row = representatives[unit as usize];
        let rows = || std::iter::once(row).chain(units.members.of(unit).iter().copied());
        if let Some(owner) = owner
            && let Some([one]) = rows().map(|row| owner.of(row)).find(|owners| !owners.is_empty())
        {
            return Some(owner.name(*one));
        }
        let first = first?;
        let id = rows().find_map(|row| first.of(row).first().copied())?;
        Some(known[id as usize].unwrap_or(first.name(id)))
    };
    Labels::new((0..as_u32(units.members.n())).map(of))
}

impl Cohort {
    /// Returns the units in force at the as-of day of the states, as registers and rules say.
    ///
    /// # Errors
    /// [`Undefined::NotComputable`] where no states are known.
    pub fn in_force(&self) -> Outcome<InForce> {
        Ok(self.in_force_by(self.labels("legal_state")?))
    }

    /// Returns the units in force on any day, from what was known on another: 31 December of a year, and the day of
    /// the data for hindsight.
    ///
    /// # Errors
    /// [`Undefined::NotComputable`] where no courses of states are known.
    pub fn in_force_on(&self, on: Date, known_at: Date) -> Outcome<InForce> {
        let course = self.documents.columns.get("legal_course");
        let course = course.ok_or_else(|| Undefined::missing("the data have no column `legal_course`"))?;
        let (simple, detail) = super::state::on(course, on, known_at);
        Ok(self.in_force_by(&super::unit::states(&simple, Some(&detail), &self.units)))
    }

    fn in_force_by(&self, states: &Labels) -> InForce {
        let mut found = InForce { in_force: Vec::new(), unknown: Vec::new() };
        for unit in 0..self.n_units() {
            match states.names_of(unit).next() {
                Some("active") => found.in_force.push(unit),
                None | Some("undetermined") => found.unknown.push(unit),
                Some(_) => {}
            }
        }
        found
    }

    /// Returns the high-value inventions among granted Chinese inventions in force (高价值发明专利).
    pub fn high_value(&self) -> HighValue {
        let in_force = self.in_force();
        let base: Outcome<Vec<u32>> = in_force.map(|found| {
            let is_cn = |unit: &u32| {
                self.documents(*unit).any(|document| {
                    document.office == Some("CN")
                        && document.patent_type == Some(PatentType::Invention)
                        && document.grant.is_some()
                })
            };
            found.in_force.into_iter().filter(is_cn).collect()
        });
        let of = |keep: &dyn Fn(u32) -> bool| -> Outcome<Vec<u32>> {
            base.clone().map(|units| units.into_iter().filter(|unit| keep(*unit)).collect())
        };
        let flags = self.labels("legal_flag");
        let as_of = self.basis().as_of;
        let pledged =
            flags.clone().and_then(|flags| of(&|unit| flags.names_of(unit).any(|flag| flag == "pledge")));
        let abroad = self.granted_abroad();
        let mut found = HighValue {
            strategic: Err(Undefined::missing(
                "the official table of classes of strategic emerging industries",
            )),
            overseas: of(&|unit| abroad[unit as usize]),
            kept_ten_years: as_of
                .ok_or_else(|| Undefined::missing("the day of the data"))
                .and_then(|as_of| of(&|unit| self.older_than_ten_years(unit, as_of))),
            pledged,
            awarded: Err(Undefined::missing("a list of awards")),
            any: Vec::new(),
        };
        let features =
            [&found.strategic, &found.overseas, &found.kept_ten_years, &found.pledged, &found.awarded];
        let mut any: Vec<u32> = features.into_iter().flatten().flatten().copied().collect();
        any.sort_unstable();
        any.dedup();
        found.any = any;
        found
    }

    /// Whether a member abroad of the family of each unit is granted, as far as the family lies in the scope. With
    /// applications as units the other members of a family are other units. WO grants nothing.
    fn granted_abroad(&self) -> Vec<bool> {
        let families = &self.documents.families;
        let is_granted_abroad = |row: u32| {
            let office = Documents::first(&self.documents.offices, row);
            let abroad = office.is_some_and(|office| office != "CN" && office != "WO");
            abroad && self.documents.grant[row as usize] != NO_DAY
        };
        let mut of_family = vec![false; families.n_labels()];
        for row in (0..self.documents.n()).filter(|row| is_granted_abroad(*row)) {
            families.of(row).iter().for_each(|family| of_family[*family as usize] = true);
        }
        let of_row = |row: &u32| {
            is_granted_abroad(*row) || families.of(*row).iter().any(|family| of_family[*family as usize])
        };
        (0..self.n_units()).map(|unit| self.units.members.of(unit).iter().any(of_row)).collect()
    }

    fn older_than_ten_years(&self, unit: u32, as_of: Date) -> bool {
        let limit = as_of.checked_sub(jiff::Span::new().years(10)).ok();
        let filed = self.days(crate::analytics::evidence::Timeline::Filing)[unit as usize];
        filed != NO_DAY && limit.is_some_and(|limit| filed < super::document::day(Some(limit)))
    }
}
