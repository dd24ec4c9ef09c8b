//! Maps as folders of the data folder, `maps/<id>/`:
//!
//! | file | what |
//! |---|---|
//! | `about.json` | what was asked, and what it was counted on |
//! | `map.json` | the map |
//! | `points.bin`, `points.json` | its points for clients, and what their columns mean |
//! | `figures.json` | the landscape |
//! | `facts.json` | what its units are counted by |
//!
//! A folder appears under its name when it is whole, and never changes after that.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{MapsError, Request};
use crate::analytics::evidence::Basis;
use crate::analytics::landscape::{Facts, Landscape};
use crate::analytics::map::{self, Overlay};
use crate::report::landscape::PointsMeta;
use crate::service::error::Error;

type Result<T> = std::result::Result<T, MapsError>;

/// The folder of maps in the data folder.
const FOLDER: &str = "maps";
/// What a folder that is not whole yet is called.
const PART: &str = "part";
/// Maps that stay in memory with what their units are counted by.
const HELD: usize = 2;

/// What a map says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::service) struct About {
    /// The id, that of the job that made it.
    pub(in crate::service) id: i64,
    /// What was asked.
    pub(in crate::service) request: Request,
    /// When it was made.
    pub(in crate::service) created: Timestamp,
    /// The version of the program that made it.
    pub(in crate::service) program: String,
    /// Snapshot, scope, counting rule.
    pub(in crate::service) basis: Basis,
    /// The model of the vectors.
    pub(in crate::service) model: String,
    /// Points on it.
    pub(in crate::service) n_points: u64,
    /// Units without a place.
    pub(in crate::service) n_without_place: u64,
    /// Regions of the coarsest level.
    pub(in crate::service) n_regions: u64,
}

/// A map with what its units are counted by.
pub(in crate::service) struct Map {
    /// The map.
    pub(in crate::service) map: map::Map,
    /// Its units.
    pub(in crate::service) facts: Facts,
}

/// All maps of a data folder.
pub(in crate::service) struct Store {
    folder: PathBuf,
    /// The maps that were counted last, the latest at the end.
    held: Mutex<Vec<(i64, Arc<Map>)>>,
}

impl Store {
    /// Opens the folder, and removes what a killed server left half written.
    ///
    /// # Errors
    /// [`Error::Maps`].
    pub(in crate::service) fn open(data: &Path) -> std::result::Result<Self, Error> {
        let store = Self { folder: data.join(FOLDER), held: Mutex::default() };
        let failed = |action, path: &Path| {
            let path = path.to_owned();
            move |source| Error::Maps { action, path, source }
        };
        let entries = store.entries().map_err(failed("read", &store.folder))?;
        for path in entries.into_iter().filter(|path| path.extension().is_some_and(|end| end == PART)) {
            fs::remove_dir_all(&path).map_err(failed("remove", &path))?;
        }
        Ok(store)
    }

    fn entries(&self) -> io::Result<Vec<PathBuf>> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        Ok(entries.filter_map(std::result::Result::ok).map(|entry| entry.path()).collect())
    }

    /// Returns the ids of all maps, newest first.
    pub(in crate::service) fn ids(&self) -> Result<Vec<i64>> {
        let name = |path: &PathBuf| path.file_name()?.to_str()?.parse::<i64>().ok();
        let entries = self.entries().map_err(failed("read", &self.folder))?;
        let mut ids: Vec<i64> = entries.iter().filter_map(name).collect();
        ids.sort_unstable_by(|a, b| b.cmp(a));
        Ok(ids)
    }

    /// Returns the id that was written, once there is such a map.
    pub(in crate::service) fn id(&self, written: &str) -> Result<i64> {
        let id = written.parse::<i64>().ok().filter(|id| self.folder.join(id.to_string()).is_dir());
        id.ok_or_else(|| MapsError::Unknown { id: written.to_owned() })
    }

    pub(in crate::service) fn about(&self, id: i64) -> Result<About> {
        self.read(id, "about.json")
    }

    pub(in crate::service) fn map(&self, id: i64) -> Result<map::Map> {
        let map: map::Map = self.read(id, "map.json")?;
        map.checked().map_err(|why| MapsError::Damaged { id, file: "map.json", why: why.to_string() })
    }

    pub(in crate::service) fn points(&self, id: i64) -> Result<Vec<u8>> {
        self.bytes(id, "points.bin")
    }

    pub(in crate::service) fn points_meta(&self, id: i64) -> Result<PointsMeta> {
        self.read(id, "points.json")
    }

    pub(in crate::service) fn figures(&self, id: i64) -> Result<Landscape> {
        self.read(id, "figures.json")
    }

    /// Returns a map with its units; the last ones asked for stay in memory.
    pub(in crate::service) fn whole(&self, id: i64) -> Result<Arc<Map>> {
        {
            let mut held = self.held();
            if let Some(at) = held.iter().position(|(known, _)| *known == id) {
                let found = held.remove(at);
                held.push(found.clone());
                return Ok(found.1);
            }
        }
        let facts: Facts = self.read(id, "facts.json")?;
        let facts = facts.checked().map_err(|why| MapsError::Damaged { id, file: "facts.json", why })?;
        let whole = Arc::new(Map { map: self.map(id)?, facts });
        let mut held = self.held();
        held.retain(|(known, _)| *known != id);
        held.push((id, Arc::clone(&whole)));
        if held.len() > HELD {
            held.remove(0);
        }
        Ok(whole)
    }

    fn held(&self) -> std::sync::MutexGuard<'_, Vec<(i64, Arc<Map>)>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn bytes(&self, id: i64, file: &'static str) -> Result<Vec<u8>> {
        let path = self.folder.join(id.to_string()).join(file);
        fs::read(&path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => MapsError::Damaged { id, file, why: "it is missing".to_owned() },
            _ => failed("read", &path)(error),
        })
    }

    fn read<T: DeserializeOwned>(&self, id: i64, file: &'static str) -> Result<T> {
        serde_json::from_slice(&self.bytes(id, file)?).map_err(|error| MapsError::Damaged {
            id,
            file,
            why: error.to_string(),
        })
    }

    /// Stores a map; it is there as a whole or not at all.
    pub(super) fn put(
        &self,
        about: &About,
        whole: &Map,
        overlays: &[Overlay],
        landscape: &Landscape,
    ) -> Result<()> {
        let folder = self.folder.join(about.id.to_string());
        let part = folder.with_extension(PART);
        if part.exists() {
            fs::remove_dir_all(&part).map_err(failed("remove", &part))?;
        }
        fs::create_dir_all(&part).map_err(failed("create", &part))?;
        let write = |name: &str, content: &[u8]| {
            let path = part.join(name);
            let mut file = fs::File::create(&path).map_err(failed("create", &path))?;
            let written = io::Write::write_all(&mut file, content).and_then(|()| file.sync_all());
            written.map_err(failed("write", &path))
        };
        let written = write("map.json", &json(&whole.map))
            .and_then(|()| write("points.bin", &map::encode(&whole.map, overlays)))
            .and_then(|()| write("points.json", &json(&PointsMeta::of(&whole.map, overlays))))
            .and_then(|()| write("figures.json", &json(landscape)))
            .and_then(|()| write("facts.json", &json(&whole.facts)))
            .and_then(|()| write("about.json", &json(about)))
            .and_then(|()| fs::rename(&part, &folder).map_err(failed("rename", &part)));
        if written.is_err() {
            // The error that matters is the first one; the next start tries again.
            let _ = fs::remove_dir_all(&part);
        }
        written
    }

    pub(in crate::service) fn remove(&self, id: i64) -> Result<()> {
        self.held().retain(|(known, _)| *known != id);
        // Gone at once for everybody else, whatever removing takes.
        let folder = self.folder.join(id.to_string());
        let part = folder.with_extension(PART);
        fs::rename(&folder, &part).map_err(failed("rename", &folder))?;
        fs::remove_dir_all(&part).map_err(failed("remove", &part))
    }
}

fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> MapsError {
    let path = path.to_owned();
    move |source| MapsError::File { action, path, source }
}

fn json<T: Serialize>(value: &T) -> Vec<u8> {
    serde_json::to_vec(value).expect("numbers, names and lists are JSON")
}
