//! What the handlers share.

use std::fs::{File, TryLockError};
use std::sync::{Arc, Mutex, PoisonError};

use super::assets::Assets;
use super::config::Config;
use super::cpu::Cpu;
use super::error::{ApiError, Error, ErrorCode, Result};
use super::jobs::{Import, Jobs};
use super::maps::{Maker, PackSource, Store};
use super::parties::Inputs;
use super::snapshots::Snapshots;
use crate::analytics::party::Parties;
use crate::index::{self, Reader};
use crate::search::Cursor;
use crate::text::{Analyzer, Embedder};
use crate::workspace::{Database, accounts};

/// What a server is made of.
pub struct Parts {
    /// The settings.
    pub config: Config,
    /// The analyzer that the data folder is indexed with.
    pub analyzer: Analyzer,
    /// The model from outside that the data folder is indexed with, if it is.
    pub embedder: Option<Arc<dyn Embedder>>,
    /// How files are imported.
    pub import: Arc<Import>,
    /// How the domain packs are loaded.
    pub packs: Arc<PackSource>,
    /// The files of the page; [`super::embedded`] has those that were built into the binary.
    pub assets: Assets,
}

/// A running server without its socket. Cheap to clone; the last clone that goes frees the data folder.
#[derive(Clone)]
pub struct AppState(Arc<Inner>);

struct Inner {
    config: Config,
    cpu: Cpu,
    snapshots: Arc<Snapshots>,
    database: Arc<Database>,
    jobs: Jobs,
    maps: Arc<Store>,
    assets: Assets,
    /// The parties that were asked for last, with the snapshot and the decisions that they follow.
    parties: Mutex<Option<(u64, Vec<i64>, Arc<Parties>)>>,
    #[expect(dead_code, reason = "held for its lock")]
    lock: File,
}

impl AppState {
    /// Opens the data folder and starts the threads; jobs that waited go on.
    ///
    /// A folder without a snapshot is fine: searches then say that nothing is indexed yet.
    ///
    /// # Errors
    /// [`Error::InUse`] while another server has the folder, [`Error::NoAccounts`] for an address that others can
    /// reach while nobody would have to log in; whatever is wrong with index or workspace.
    pub fn new(parts: Parts) -> std::result::Result<Self, Error> {
        let Parts { config, analyzer, embedder, import, packs, assets } = parts;
        let database = Arc::new(Database::open(&config.data)?);
        let lock = lock(&config)?;
        if config.is_public() && !accounts::any(&database)? {
            return Err(Error::NoAccounts { listen: config.listen });
        }
        let snapshots = Arc::new(Snapshots::open(config.data.clone(), analyzer, embedder)?);
        let maps = Arc::new(Store::open(&config.data)?);
        let maker = Maker { store: Arc::clone(&maps), snapshots: Arc::clone(&snapshots), packs };
        let jobs = Jobs::start(Arc::clone(&database), Arc::clone(&snapshots), import, maker)?;
        let cpu = Cpu::new(config.cpu_threads, config.cpu_queue);
        Ok(Self(Arc::new(Inner {
            config,
            cpu,
            snapshots,
            database,
            jobs,
            maps,
            assets,
            parties: Mutex::default(),
            lock,
        })))
    }

    /// Looks whether another process has committed a newer snapshot, and answers from it if so.
    ///
    /// Returns whether it did. [`serve`](super::serve()) calls this every second.
    ///
    /// # Errors
    /// Whatever keeps the newer snapshot from opening; the one before goes on answering.
    pub fn refresh(&self) -> index::Result<bool> {
        self.0.snapshots.refresh()
    }

    /// Ends the background work: the running job is asked to stop, waited for at most the configured grace, and marked
    /// as interrupted; jobs that wait are left to the next start. [`serve`](super::serve()) calls this at its end.
    pub fn stop_jobs(&self) {
        self.0.jobs.stop(self.0.config.shutdown_grace);
    }

    /// Returns the pool that answers searches.
    pub fn cpu(&self) -> &Cpu {
        &self.0.cpu
    }

    pub(super) fn config(&self) -> &Config {
        &self.0.config
    }

    pub(super) fn database(&self) -> &Database {
        &self.0.database
    }

    pub(super) fn jobs(&self) -> &Jobs {
        &self.0.jobs
    }

    pub(super) fn maps(&self) -> &Store {
        &self.0.maps
    }

    pub(super) fn snapshots(&self) -> &Snapshots {
        &self.0.snapshots
    }

    pub(super) fn assets(&self) -> Assets {
        self.0.assets
    }

    /// Runs work on the CPU pool.
    pub(super) async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let state = self.clone();
        self.0.cpu.run(move || work(&state)).await?
    }

    /// Runs work that only waits for the disk, beside the CPU pool.
    pub(super) async fn wait<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let state = self.clone();
        let joined = tokio::task::spawn_blocking(move || work(&state)).await;
        joined.map_err(|error| ApiError::internal(&error.to_string()))?
    }

    /// Returns the current reader.
    pub(super) fn reader(&self) -> Result<Arc<Reader>> {
        Ok(self.0.snapshots.current()?)
    }

    /// Returns the parties of the current snapshot under the decisions in force, and the number of the snapshot.
    ///
    /// Finding them reads all documents; the last result is kept until a snapshot or a decision changes it. Two who ask
    /// at the same time wait for one computation.
    pub(super) fn parties(&self) -> Result<(u64, Arc<Parties>)> {
        let reader = self.reader()?;
        let mut kept = self.0.parties.lock().unwrap_or_else(PoisonError::into_inner);
        let inputs = Inputs::load(&self.0.config.data, &self.0.database)?;
        let ids: Vec<i64> = inputs.decisions.iter().map(|decision| decision.id).collect();
        if let Some((snapshot, known, parties)) = &*kept
            && *snapshot == reader.id()
            && *known == ids
        {
            return Ok((*snapshot, Arc::clone(parties)));
        }
        let parties = Arc::new(inputs.parties(&reader, &|_, _| true)?);
        *kept = Some((reader.id(), ids, Arc::clone(&parties)));
        Ok((reader.id(), parties))
    }

    /// Returns the reader that a cursor belongs to, the current one without a cursor.
    pub(super) fn reader_of(&self, cursor: Option<&str>) -> Result<Arc<Reader>> {
        let Some(id) = cursor.and_then(Cursor::snapshot_of) else { return self.reader() };
        self.0.snapshots.at(id).map_err(|error| match error {
            index::Error::UnknownSnapshot { id } => {
                let message =
                    format!("snapshot {id} of this list is no longer kept; start again without a cursor");
                ApiError::new(ErrorCode::Conflict, message)
            }
            error => error.into(),
        })
    }
}

/// Takes the right to serve a folder: two servers would mark each other's jobs as interrupted.
fn lock(config: &Config) -> std::result::Result<File, Error> {
    let failed = |source| Error::System { action: "lock the data folder", source };
    let path = config.data.join("serve.lock");
    let file = File::options().create(true).write(true).truncate(false).open(path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::InUse { data: config.data.clone() }),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}
