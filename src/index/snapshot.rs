//! Where snapshots lie in a data folder, which one is current, which are kept.
//!
//! ```text
//! CURRENT              number and manifest hash of the current snapshot; its rename is the commit
//! writer.lock          held by the one process that writes
//! pins.json            snapshots that reports, sets and watches need, with who needs them
//! work/                files of the next snapshot; means nothing until they are linked into a snapshot
//! pins.lock            held while pins are changed or obeyed
//! snapshots/000012/    manifest.json, manifest.blake3 (its hash), text/ (full text), and the other files
//! ```
//!
//! A snapshot folder is complete when `CURRENT` names it, and never changes afterwards: reading writes nothing,
//! so a data folder on a read-only medium can be read.
//! Folders that `CURRENT` does not reach, and those whose name is no number (on their way in or out),
//! are left-overs of a killed process; the next writer removes them.

use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};

use super::error::{Error, Result};
use super::file;
use super::manifest::Manifest;

/// Snapshots kept whatever their age.
const KEPT: usize = 3;
/// Snapshots younger than this are kept: result lists that people page through still name them.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(24);

/// How the names of folders end that are no snapshots yet, or no longer.
const TEMPORARY: &str = ".part";

/// The paths of a data folder.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    pub(crate) root: PathBuf,
}

/// The current snapshot, as `CURRENT` names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pointer {
    pub(crate) id: u64,
    pub(crate) manifest_hash: String,
}

impl Layout {
    pub(crate) fn new(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    pub(crate) fn snapshot(&self, id: u64) -> PathBuf {
        self.root.join("snapshots").join(format!("{id:06}"))
    }

    pub(crate) fn work(&self) -> PathBuf {
        self.root.join("work")
    }

    fn current(&self) -> PathBuf {
        self.root.join("CURRENT")
    }

    /// Reads which snapshot is current; `None` before the first commit.
    pub(crate) fn pointer(&self) -> Result<Option<Pointer>> {
        let path = self.current();
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Error::io("read", &path)(error)),
        };
        let mut words = text.split_whitespace();
        let pointer = words.next().and_then(|id| id.parse().ok()).zip(words.next());
        let (id, hash) = pointer.ok_or_else(|| Error::corrupt(&path, "names no snapshot"))?;
        Ok(Some(Pointer { id, manifest_hash: hash.to_owned() }))
    }

    /// Makes a complete snapshot folder the current one. After this returns the commit survives a power cut.
    pub(crate) fn set_pointer(&self, pointer: &Pointer) -> Result<()> {
        let text = format!("{:06} {}\n", pointer.id, pointer.manifest_hash);
        file::replace(&self.current(), text.as_bytes())
    }

    /// Returns the numbers of the snapshots on disk, ascending.
    pub(crate) fn ids(&self) -> Result<Vec<u64>> {
        let dir = self.root.join("snapshots");
        let entries = match fs::read_dir(&dir) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(Error::io("list", &dir)(error)),
        };
        let mut ids = Vec::new();
        for entry in entries {
            let entry = entry.map_err(Error::io("list", &dir))?;
            ids.extend(entry.file_name().to_str().and_then(|name| name.parse::<u64>().ok()));
        }
        ids.sort_unstable();
        Ok(ids)
    }

    pub(crate) fn pins_path(&self) -> PathBuf {
        self.root.join("pins.json")
    }

    /// Reads the pins: snapshot number → the names of those who need it.
    pub(crate) fn pins(&self) -> Result<BTreeMap<u64, Vec<String>>> {
        let path = self.pins_path();
        match fs::read(&path) {
            Ok(bytes) => {
                serde_json::from_slice(&bytes).map_err(|error| Error::corrupt(&path, error.to_string()))
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(BTreeMap::new()),
            Err(error) => Err(Error::io("read", &path)(error)),
        }
    }

    /// Changes the pins; two processes that do so at once wait for each other.
    pub(crate) fn change_pins(
        &self,
        change: impl FnOnce(&mut BTreeMap<u64, Vec<String>>) -> Result<()>,
    ) -> Result<()> {
        let _lock = self.lock_pins()?;
        let mut pins = self.pins()?;
        change(&mut pins)?;
        pins.retain(|_, names| !names.is_empty());
        let path = self.pins_path();
        let json =
            serde_json::to_vec_pretty(&pins).map_err(|error| Error::corrupt(&path, error.to_string()))?;
        file::replace(&path, &json)
    }

    /// Waits for the right to change or obey pins; it ends with the returned file.
    fn lock_pins(&self) -> Result<File> {
        let path = self.root.join("pins.lock");
        let file = File::options().create(true).write(true).truncate(false).open(&path);
        let file = file.map_err(Error::io("open", &path))?;
        file.lock().map_err(Error::io("lock", &path))?;
        Ok(file)
    }

    /// Removes what a killed process left: snapshots above the current one, and folders that are none.
    /// Needs the writer's lock.
    pub(crate) fn sweep_leftovers(&self, current: Option<u64>) -> Result<()> {
        for id in self.ids()?.into_iter().filter(|id| Some(*id) > current) {
            self.remove(id)?;
        }
        let dir = self.root.join("snapshots");
        let Ok(entries) = fs::read_dir(&dir) else { return Ok(()) };
        for entry in entries {
            let entry = entry.map_err(Error::io("list", &dir))?;
            let temporary = entry.file_name().to_str().is_some_and(|name| name.ends_with(TEMPORARY));
            if temporary {
                fs::remove_dir_all(entry.path()).map_err(Error::io("remove", &entry.path()))?;
            }
        }
        Ok(())
    }

    /// Removes left-overs, and snapshots that nobody needs any more. Needs the writer's lock.
    ///
    /// With pins that cannot be read, every snapshot may be needed by somebody, so none goes.
    pub(crate) fn sweep(&self, current: Option<u64>, now: Timestamp) -> Result<()> {
        self.sweep_leftovers(current)?;
        let _lock = self.lock_pins()?;
        let pins = match self.pins() {
            Err(Error::Corrupt { .. }) => return Ok(()),
            pins => pins?,
        };
        let ids = self.ids()?;
        for (index, id) in ids.iter().enumerate() {
            let needed = Some(*id) == current || index + KEPT >= ids.len() || pins.contains_key(id);
            let young = || {
                let manifest = Manifest::read(&self.snapshot(*id), None);
                // One that cannot be read is kept for a person to look at.
                manifest.map_or(true, |manifest| now.duration_since(manifest.created) < KEPT_FOR)
            };
            if !(needed || young()) {
                self.remove(*id)?;
            }
        }
        Ok(())
    }

    /// Removes a snapshot. It loses its name first, so that a kill halfway leaves no half snapshot.
    fn remove(&self, id: u64) -> Result<()> {
        let (dir, going) = (self.snapshot(id), self.temporary(&format!("{id:06}-going")));
        fs::rename(&dir, &going).map_err(Error::io("remove", &dir))?;
        fs::remove_dir_all(&going).map_err(Error::io("remove", &going))
    }

    /// Returns a folder beside the snapshots that means nothing until it is renamed into one.
    pub(crate) fn temporary(&self, name: &str) -> PathBuf {
        self.root.join("snapshots").join(format!("{name}{TEMPORARY}"))
    }
}

/// The right to write to a data folder; one process holds it at a time, and the system frees it when that dies.
pub(crate) struct WriterLock(#[expect(dead_code, reason = "held for its lock")] File);

impl WriterLock {
    pub(crate) fn acquire(layout: &Layout) -> Result<Self> {
        fs::create_dir_all(&layout.root).map_err(Error::io("create", &layout.root))?;
        let path = layout.root.join("writer.lock");
        let file = File::options().create(true).write(true).truncate(false).open(&path);
        let file = file.map_err(Error::io("open", &path))?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(Error::Locked { path: layout.root.clone() }),
            Err(TryLockError::Error(error)) => Err(Error::io("lock", &path)(error)),
        }
    }
}
