//! From documents to units: who is counted together, which document stands for a unit, what state it has.
//!
//! # Union rules
//!
//! - **Publication**: every document is one.
//! - **Application** (件): publications of one application. National parts of EP patents and Hong Kong registrations
//!   belong to the patent that they rest on, by link or, without one, to the EP (for HK any) member of their family.
//! - **Simple family**: besides, documents of one simple family; same-day twins (一案双申) that a link states: once as
//!   technology, twice in 件; a Chinese application and the one later application whose only priority it is, both
//!   Chinese (domestic priority, the earlier one is deemed withdrawn). Divisionals go where their source puts them.
//! - **Extended family**: besides, documents of one extended family, and divisionals with their parents.
//!
//! # Representative
//!
//! A grant before an application; then CN, EP, US, WO, other offices by code; then the earliest publication; then the
//! smallest key. Validations stand for a unit only where it has nothing else.
//!
//! # State
//!
//! A unit is `active` if any member is (a validation too), else `pending` or `pct_open` if any is, else `undetermined`
//! if any member is undetermined or without a state, else `inactive`. A superseded priority basis and a model given up
//! for its twin say nothing as long as another member does.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::citation::Numbers;
use super::document::{Day, Documents, NO_DAY, NONE};
use super::labels::{Inverted, Labels, as_u32};
use crate::analytics::disjoint::DisjointSets;
use crate::analytics::evidence::{Route, Unit};
use crate::patent::PatentType;

/// Units and what was seen while joining.
#[derive(Debug)]
pub(crate) struct Units {
    pub(crate) unit_of: Vec<u32>,
    pub(crate) members: Inverted,
    pub(crate) is_validation: Vec<bool>,
    /// Pairs of units that look like same-day twins without a statement.
    pub(crate) suspected_twins: Vec<(u32, u32)>,
}

/// Returns whether a document is a validation of a European patent or a registration of a foreign one.
///
/// Kind `T` is the translation of a patent of another office (WIPO ST.16), so is `E` in Portugal; Austrian numbers of
/// European patents open with `E`, German ones with 50, 60, 59 or 69. Hong Kong registrations rest on a CN, EP or GB
/// patent; original grants there have no other member, and then nothing changes for them.
pub(crate) fn is_validation(office: &str, kind: &str, serial: &str, has_link: bool) -> bool {
    let all_digits = !serial.is_empty() && serial.bytes().all(|byte| byte.is_ascii_digit());
    has_link
        || match office {
            "WO" | "EP" | "CN" | "US" | "JP" | "KR" => false,
            "HK" => true,
            "AT" if serial.starts_with('E') => true,
            "PT" if kind.starts_with('E') => true,
            "DE" if all_digits && serial.len() == 12 => serial.starts_with("50") || serial.starts_with("60"),
            "DE" if all_digits
                && serial.len() == 8
                && ["59", "69", "60"].iter().any(|p| serial.starts_with(p)) =>
            {
                true
            }
            _ => kind.starts_with('T'),
        }
}

/// Returns the route of an application: CN numbers say it by their type digit (8 and 9), others by a link.
pub(crate) fn route(office: &str, application: &str, entered: bool) -> Route {
    let digits = application.strip_prefix("CN").unwrap_or_default().split('.').next().unwrap_or_default();
    let of_type = match digits.len() {
        12 => digits.as_bytes().get(4),
        8 => digits.as_bytes().get(2),
        _ => None,
    };
    let says = office == "CN" && of_type.is_some_and(|digit| matches!(digit, b'8' | b'9'));
    if entered || says { Route::PctEntry } else { Route::Direct }
}

/// Joins the documents that share a label.
fn join_by(groups: &mut DisjointSets, labels: &Labels) {
    let mut first = vec![NONE; labels.n_labels()];
    for row in 0..as_u32(labels.n_rows()) {
        for id in labels.of(row) {
            match first[*id as usize] {
                NONE => first[*id as usize] = row,
                other => groups.join(row, other),
            }
        }
    }
}

/// Joins documents into units.
pub(crate) fn units(documents: &Documents, unit: Unit) -> Units {
    let n = documents.n();
    let is_validation = validations(documents);
    let mut groups = DisjointSets::new(n);
    if unit != Unit::Publication {
        join_by(&mut groups, &documents.applications);
        if unit != Unit::Application {
            join_by(&mut groups, &documents.families);
            join_domestic(documents, &mut groups);
        }
        if unit == Unit::ExtendedFamily {
            join_by(&mut groups, &documents.extended);
        }
        join_linked(documents, unit, &mut groups);
        if unit == Unit::Application {
            join_validations(documents, &is_validation, &mut groups);
        }
    }
    let mut number = vec![NONE; n as usize];
    let mut n_units = 0;
    let mut unit_of = Vec::with_capacity(n as usize);
    for row in 0..n {
        let root = groups.root(row) as usize;
        if number[root] == NONE {
            number[root] = n_units;
            n_units += 1;
        }
        unit_of.push(number[root]);
    }
    let members = Inverted::of_groups(&unit_of, n_units as usize);
    let suspected_twins = suspected_twins(documents, &unit_of);
    Units { unit_of, members, is_validation, suspected_twins }
}

fn validations(documents: &Documents) -> Vec<bool> {
    let of = |row: u32| {
        let office = Documents::first(&documents.offices, row).unwrap_or_default();
        let kind = Documents::first(&documents.kinds, row).unwrap_or_default();
        let number = Documents::first(&documents.applications, row).unwrap_or(&documents.keys[row as usize]);
        let number = number.strip_prefix("app:").unwrap_or(number);
        let serial = number.strip_prefix(office).unwrap_or(number).split('.').next().unwrap_or_default();
        let linked = documents.links.names_of(row).any(|link| link.starts_with("national_part_of:"));
        is_validation(office, kind, serial, linked)
    };
    (0..documents.n()).map(of).collect()
}

/// A Chinese application and the one that claims nothing but its priority, also Chinese, are one.
fn join_domestic(documents: &Documents, groups: &mut DisjointSets) {
    let is_cn = |row: u32| Documents::first(&documents.offices, row) == Some("CN");
    let mut first = vec![NONE; documents.applications.n_labels()];
    for row in (0..documents.n()).rev().filter(|row| is_cn(*row)) {
        documents.applications.of(row).iter().for_each(|id| first[*id as usize] = row);
    }
    for row in (0..documents.n()).filter(|row| is_cn(*row)) {
        if let [priority] = documents.priorities.of(row)
            && let Some(earlier) = documents.applications.id(documents.priorities.name(*priority))
            && first[earlier as usize] != NONE
        {
            groups.join(row, first[earlier as usize]);
        }
    }
}

fn join_linked(documents: &Documents, unit: Unit, groups: &mut DisjointSets) {
    let joins = |kind: &str| match kind {
        "national_part_of" => true,
        "same_day" => unit != Unit::Application,
        "divisional_of" => unit == Unit::ExtendedFamily,
        _ => false,
    };
    let mut by_application = vec![NONE; documents.applications.n_labels()];
    for row in (0..documents.n()).rev() {
        documents.applications.of(row).iter().for_each(|id| by_application[*id as usize] = row);
    }
    let numbers = Numbers::of(documents);
    for row in 0..documents.n() {
        for link in documents.links.names_of(row) {
            let Some((_, target)) = link.split_once(':').filter(|(kind, _)| joins(kind)) else { continue };
            let application = documents.applications.id(target).map(|id| by_application[id as usize]);
            if let Some(other) = application.or_else(|| numbers.row(target)) {
                groups.join(row, other);
            }
        }
    }
}

/// A validation without a link belongs to the European patent of its family, a registration in Hong Kong to any member.
fn join_validations(documents: &Documents, is_validation: &[bool], groups: &mut DisjointSets) {
    let mut bases: FxHashMap<u32, [u32; 2]> = FxHashMap::default();
    for row in (0..documents.n()).filter(|row| !is_validation[*row as usize]) {
        let is_ep = Documents::first(&documents.offices, row) == Some("EP");
        for family in documents.families.of(row) {
            let [ep, any] = bases.entry(*family).or_insert([NONE; 2]);
            *ep = if is_ep { row.min(*ep) } else { *ep };
            *any = row.min(*any);
        }
    }
    for row in (0..documents.n()).filter(|row| is_validation[*row as usize]) {
        let is_hk = Documents::first(&documents.offices, row) == Some("HK");
        for family in documents.families.of(row) {
            let Some([ep, any]) = bases.get(family) else { continue };
            let base = if *ep == NONE && is_hk { *any } else { *ep };
            if base != NONE {
                groups.join(row, base);
            }
        }
    }
}

/// Finds an invention and a utility model of the same applicants and inventors and filing day, the only ones of that
/// day, that nothing states to be twins and that count as two units.
fn suspected_twins(documents: &Documents, unit_of: &[u32]) -> Vec<(u32, u32)> {
    let (Some(applicants), Some(inventors)) =
        (documents.columns.get("applicant"), documents.columns.get("inventor"))
    else {
        return Vec::new();
    };
    let mut found: BTreeMap<(Day, &[u32], &[u32]), [Vec<u32>; 2]> = BTreeMap::new();
    for row in 0..documents.n() {
        let place = match documents.types[row as usize] {
            Some(PatentType::Invention) => 0,
            Some(PatentType::UtilityModel) => 1,
            _ => continue,
        };
        let day = documents.filing[row as usize];
        let is_cn = Documents::first(&documents.offices, row) == Some("CN");
        let stated = documents.links.names_of(row).any(|link| link.starts_with("same_day:"));
        if day == NO_DAY || !is_cn || stated || inventors.of(row).is_empty() || applicants.of(row).is_empty()
        {
            continue;
        }
        let units = &mut found.entry((day, applicants.of(row), inventors.of(row))).or_default()[place];
        if !units.contains(&unit_of[row as usize]) {
            units.push(unit_of[row as usize]);
        }
    }
    let pair = |[inventions, models]: &[Vec<u32>; 2]| match (inventions.as_slice(), models.as_slice()) {
        ([a], [b]) if a != b => Some((*a, *b)),
        _ => None,
    };
    let mut pairs: Vec<(u32, u32)> = found.values().filter_map(pair).collect();
    pairs.sort_unstable();
    pairs
}

/// Returns the document that stands for each unit.
pub(crate) fn representatives(documents: &Documents, units: &Units) -> Vec<u32> {
    let preference = |office: &str| match office {
        "CN" => 0,
        "EP" => 1,
        "US" => 2,
        "WO" => 3,
        _ => 4,
    };
    let rank = |row: &u32| {
        let office = Documents::first(&documents.offices, *row).unwrap_or("ZZ");
        let index = *row as usize;
        let published = documents.publication[index];
        let published = if published == NO_DAY { Day::MAX } else { published };
        // Rows are in order of key.
        (
            units.is_validation[index],
            documents.grant[index] == NO_DAY,
            preference(office),
            office,
            published,
            *row,
        )
    };
    let best = |unit| units.members.of(unit).iter().copied().min_by_key(rank).expect("a unit has a member");
    (0..as_u32(units.members.n())).map(best).collect()
}

/// Returns the earliest of a date over the members of each unit. Validations do not make a unit earlier or later.
pub(crate) fn earliest(days: &[Day], units: &Units) -> Vec<Day> {
    let of = |unit: u32| {
        let rows = units.members.of(unit);
        let dated = |row: &&u32| days[**row as usize] != NO_DAY;
        let own = rows.iter().filter(dated).filter(|row| !units.is_validation[**row as usize]);
        let day = own.map(|row| days[*row as usize]).min();
        day.or_else(|| rows.iter().filter(dated).map(|row| days[*row as usize]).min()).unwrap_or(NO_DAY)
    };
    (0..as_u32(units.members.n())).map(of).collect()
}

/// Returns the offices of the filed members of each unit, and those where it is validated.
pub(crate) fn offices(documents: &Documents, units: &Units) -> (Labels, Labels) {
    let (mut filed, mut validated): (Vec<Vec<&str>>, Vec<Vec<&str>>) = (Vec::new(), Vec::new());
    for unit in 0..as_u32(units.members.n()) {
        let rows = units.members.of(unit);
        let alone = rows.iter().all(|row| units.is_validation[*row as usize]);
        let of = |row: &u32| Documents::first(&documents.offices, *row);
        let own = |row: &&u32| alone || !units.is_validation[**row as usize];
        filed.push(rows.iter().filter(own).filter_map(of).collect());
        validated.push(rows.iter().filter(|row| !own(row)).filter_map(of).collect());
    }
    (Labels::new(filed), Labels::new(validated))
}

/// Returns the state of each unit by the rule above; a column with at most one label a unit.
pub(crate) fn states(states: &Labels, details: Option<&Labels>, units: &Units) -> Labels {
    let of = |unit: u32| {
        let rows = units.members.of(unit);
        let says_nothing = |row: &u32| {
            let mut details = details.into_iter().flat_map(|labels| labels.names_of(*row));
            details.any(|detail| matches!(detail, "priority_basis" | "abandoned_for_twin"))
        };
        let telling: Vec<u32> = rows.iter().copied().filter(|row| !says_nothing(row)).collect();
        let telling = if telling.is_empty() { rows } else { telling.as_slice() };
        let holds = |name: &str| {
            states.id(name).is_some_and(|id| telling.iter().any(|row| states.of(*row).contains(&id)))
        };
        let unknown =
            telling.iter().any(|row| states.of(*row).is_empty() && !units.is_validation[*row as usize]);
        if telling.iter().all(|row| states.of(*row).is_empty()) {
            return None;
        }
        Some(match () {
            () if holds("active") => "active",
            () if holds("pending") => "pending",
            () if holds("pct_open") => "pct_open",
            () if holds("undetermined") || unknown => "undetermined",
            () if holds("inactive") => "inactive",
            () => states.name(telling.iter().find_map(|row| states.of(*row).first().copied())?),
        })
    };
    Labels::new((0..as_u32(units.members.n())).map(of))
}
