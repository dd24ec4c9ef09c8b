//! The commit itself: a complete folder of links, made current by one rename.
//!
//! Order, so that a power cut at any moment leaves a whole snapshot current: every new file is written and synced
//! (by whoever writes it, in `work/`); its name in the snapshot folder is made and the folders are synced; then the
//! manifest; then `CURRENT` is replaced and its folder synced.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::documents::{decode, encode};
use super::error::{Error, Result};
use super::file::{self, FileEntry};
use super::manifest::{Manifest, missing_or};
use super::options::{Progress, SourceFile, Stage, proceed};
use super::snapshot::{Layout, Pointer};
use super::writer::{Base, Writer};

/// The points of a commit at which a test lets it die.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CrashPoint {
    Adding,
    Text,
    Files,
    Linking,
    Manifest,
    Pointer,
}

impl Layout {
    /// Makes the work folder, or empties it of what a commit before left.
    pub(super) fn empty_work(&self) -> Result<()> {
        let work = self.work();
        if work.exists() {
            fs::remove_dir_all(&work).map_err(Error::io("empty", &work))?;
        }
        fs::create_dir_all(work.join("text")).map_err(Error::io("create", &work))
    }
}

impl Writer {
    /// Links a complete snapshot together and makes it current.
    pub(super) fn publish(&mut self, manifest: Manifest, progress: &Progress<'_>) -> Result<u64> {
        proceed(progress, Stage::Publishing, 0, 1)?;
        let id = manifest.id;
        let dir = self.layout.snapshot(id);
        fs::create_dir_all(dir.join("text")).map_err(Error::io("create", &dir))?;
        let files = manifest.files();
        for (n, (name, _)) in files.iter().enumerate() {
            file::link_or_copy(&self.place(name), &dir.join(name))?;
            if n == files.len() / 2 {
                self.crash(CrashPoint::Linking)?;
            }
        }
        drop(files);
        let manifest_hash = manifest.write(&dir)?;
        for folder in [&dir.join("text"), &dir, &self.layout.root.join("snapshots"), &self.layout.root] {
            file::sync_dir(folder)?;
        }
        self.crash(CrashPoint::Manifest)?;
        // Opened before it is current: nothing that can fail comes after the commit.
        let next = Base::open(dir, &manifest_hash)?;
        let pointer = Pointer { id, manifest_hash };
        let moved = self.layout.set_pointer(&pointer);
        // Even where the disk then refused to sync, the next commit must build on what readers see.
        if moved.is_ok() || self.layout.pointer().is_ok_and(|now| now.as_ref() == Some(&pointer)) {
            self.base = Some(next);
        }
        moved?;
        self.crash(CrashPoint::Pointer)?;
        // What cannot be tidied now is tidied by the next writer; the caller can no longer cancel.
        let _ = self.layout.empty_work();
        let _ = self.layout.sweep(Some(id), self.options.now);
        progress(Stage::Publishing, 1, 1);
        Ok(id)
    }

    /// Returns where a file of the next snapshot lies: fresh in the work folder, or in the snapshot before.
    pub(super) fn place(&self, name: &str) -> PathBuf {
        let fresh = self.layout.work().join(name);
        match &self.base {
            Some(base) if !fresh.exists() => base.dir.join(name),
            _ => fresh,
        }
    }

    /// Returns the number of the next snapshot: above all on disk.
    pub(super) fn next_id(&self) -> Result<u64> {
        Ok(self.layout.ids()?.last().copied().unwrap_or(0) + 1)
    }

    /// Writes the list of source files, with those read now.
    pub(super) fn write_sources(&self, new: &[SourceFile], id: u64) -> Result<FileEntry> {
        let mut sources: BTreeMap<String, SourceFile> = BTreeMap::new();
        for source in self.sources()?.into_iter().chain(new.iter().cloned()) {
            sources.insert(source.path.clone(), source);
        }
        let path = self.layout.work().join(format!("sources-{id:06}.json"));
        let list: Vec<SourceFile> = sources.into_values().collect();
        file::write(&path, &encode(&list)?)
    }

    #[cfg(test)]
    pub(super) fn crash(&self, point: CrashPoint) -> Result<()> {
        if self.crash_at == Some(point) { Err(Error::Cancelled) } else { Ok(()) }
    }

    #[cfg(not(test))]
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "tests let a commit die here")]
    pub(super) fn crash(&self, _: CrashPoint) -> Result<()> {
        Ok(())
    }
}

/// Reads the list of source files of a snapshot.
pub(super) fn read_sources(path: &Path) -> Result<Vec<SourceFile>> {
    decode(&fs::read(path).map_err(|error| missing_or(error, path))?)
}
