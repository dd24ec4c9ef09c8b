//! Indicators of a cohort: each the formula of `analytics::indicator` on counts of `analytics::cohort`, as values that
//! lead to their documents.
//!
//! Everything here is a function of a cohort and named options. A result carries its numbers as
//! [`super::evidence::Value`]s; what they share (scope, counting rule, as-of date, complete years) is
//! [`super::cohort::Cohort::basis`]. Numbers that rest on years not yet complete are marked, and ratios that would be
//! distorted by them are suppressed.

mod citation;
mod matrix;
mod structure;
mod term;
#[cfg(test)]
mod tests;
mod trend;
mod value;

pub use citation::{
    CitationMeasures, CitedUnits, Impact, PathStep, TracedPath, citation_measures, entity_impact, main_path,
};
pub use matrix::{MatrixCell, TechnologyEffect, technology_effect};
pub use structure::{
    Concentration, Diversity, FamilyMeasures, Proximity, Specialisation, concentration, diversity, families,
    pivots, proximity, specialisation,
};
pub use term::{
    BASE_YEARS, BurstingLabel, EmergingTerm, Linked, RECENT_YEARS, bursts, co_occurrence, emergence,
};
pub use trend::{LifeCycle, Trend, TrendYear, life_cycle, s_curve, trend};
pub use value::{KeyPatent, key_patents};
