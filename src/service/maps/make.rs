//! The job that makes a map.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::store::{About, Map, Store};
use crate::analytics::cohort::{Cohort, Counting};
use crate::analytics::landscape::{Facts, landscape, overlays};
use crate::analytics::map;
use crate::error::Failure;
use crate::index;
use crate::patent::domain::Pack;
use crate::search::{self, Filters, Scope};
use crate::service::jobs::{Stage, Step};
use crate::service::snapshots::Snapshots;

/// Loads the domain packs, which name leaves and join words that mean the same. Asked anew for every map.
pub type PackSource = dyn Fn() -> Vec<Pack> + Send + Sync;

/// What a map is made of, as its job and its folder keep it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::service) struct Request {
    /// What people call it; may be empty.
    pub(in crate::service) name: String,
    /// The query; `*` is every document.
    pub(in crate::service) query: String,
    /// Conditions beside the query.
    pub(in crate::service) filters: Filters,
    /// How to count.
    pub(in crate::service) counting: Counting,
    /// The map whose places and regions it keeps.
    pub(in crate::service) continues: Option<i64>,
    /// Who asked.
    pub(in crate::service) by: String,
}

impl Request {
    /// Returns the documents in scope, and how the scope is called in everything that is counted over them.
    pub(in crate::service) fn scope(&self, reader: &index::Reader) -> search::Result<(Scope, String)> {
        let scope = search::scope(reader, &self.query, &self.filters)?;
        let mut name = scope.query.canonical.clone();
        if self.filters != Filters::default() {
            let filters = serde_json::to_string(&self.filters).expect("texts are JSON");
            name = format!("{name} · {filters}");
        }
        Ok((scope, name))
    }
}

/// Makes maps.
pub(in crate::service) struct Maker {
    pub(in crate::service) store: Arc<Store>,
    pub(in crate::service) snapshots: Arc<Snapshots>,
    pub(in crate::service) packs: Arc<PackSource>,
}

impl Maker {
    /// Makes the map of a job on the current snapshot, and stores it under the id of the job.
    ///
    /// Returns `{"map", "snapshot", "n_units", "n_points"}`. Nothing is stored where `tell` cancels.
    pub(in crate::service) fn make(
        &self,
        id: i64,
        request: Request,
        tell: &(dyn Fn(Step) -> bool + Sync),
    ) -> Result<Value, Failure> {
        let told = |stage: Stage, done: u64, total: u64, unit: &'static str| {
            tell(Step { stage, done, total: Some(total), unit })
        };
        let go_on =
            |stage: Stage| if told(stage, 0, 1, "steps") { Ok(()) } else { Err(index::Error::Cancelled) };
        let reader = self.snapshots.current()?;
        let before = match request.continues {
            Some(before) => Some(self.store.id(&before.to_string()).and_then(|id| self.store.map(id))?),
            None => None,
        };
        let (scope, name) = request.scope(&reader)?;
        let packs = (self.packs)();
        let cohort = Cohort::of_scope(&reader, &scope.set, &name, request.counting)?;
        let progress = |stage: map::Stage, done: u64, total: u64| match stage {
            map::Stage::Neighbours => told(Stage::Neighbours, done, total, "points"),
            map::Stage::Layout => told(Stage::Layout, done, total, "steps"),
        };
        let map = map::of_cohort(&reader, &cohort, &packs, before.as_ref(), &progress)?;
        go_on(Stage::Figures)?;
        let landscape = landscape(&cohort, Some(&reader), &packs, Some(&map));
        let overlays = overlays(&cohort, &packs, &map);
        go_on(Stage::Writing)?;
        let about = About {
            id,
            request,
            created: Timestamp::now(),
            program: env!("CARGO_PKG_VERSION").to_owned(),
            basis: cohort.basis().clone(),
            model: map.model.clone(),
            n_points: map.points.len() as u64,
            n_without_place: map.without_place.len() as u64,
            n_regions: map.regions.iter().filter(|region| region.level == 0).count() as u64,
        };
        let whole = Map { map, facts: Facts::of(&cohort, &packs) };
        self.store.put(&about, &whole, &overlays, &landscape)?;
        Ok(json!({
            "map": id.to_string(),
            "snapshot": format!("{:06}", reader.id()),
            "n_units": about.basis.n_units,
            "n_points": about.n_points,
        }))
    }
}
