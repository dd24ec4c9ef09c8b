//! Small helpers on files: mapped reading, durable writing, linking.
//!
//! Every file of a snapshot is written once and never changed, so a map of it stays valid while anybody reads.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use memmap2::Mmap;

use super::error::{Error, Result};

/// Opens a file of a snapshot as a memory map. An empty file maps to no bytes.
#[expect(
    unsafe_code,
    reason = "mapping is sound only while nobody truncates the file: snapshot files are write-once"
)]
pub(crate) fn map(path: &Path) -> Result<Mmap> {
    let file = File::open(path).map_err(Error::io("open", path))?;
    // SAFETY: files of a snapshot are written once, then only linked and unlinked, never truncated or rewritten.
    unsafe { Mmap::map(&file) }.map_err(Error::io("map", path))
}

/// A file under construction that knows its own hash.
pub(crate) struct HashedFile {
    path: PathBuf,
    out: BufWriter<File>,
    hasher: blake3::Hasher,
    n_bytes: u64,
}

/// What a manifest records of a file.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct FileEntry {
    /// The name inside the snapshot folder.
    pub(crate) name: String,
    /// The length.
    pub(crate) bytes: u64,
    /// The BLAKE3 hash, hexadecimal.
    pub(crate) blake3: String,
}

impl HashedFile {
    /// Creates the file; an older file of this name is replaced.
    pub(crate) fn create(path: &Path) -> Result<Self> {
        // A left-over of a killed run may be a hard link into a snapshot: unlink, never truncate.
        if let Err(error) = fs::remove_file(path)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            return Err(Error::io("replace", path)(error));
        }
        let file = File::create(path).map_err(Error::io("create", path))?;
        Ok(Self {
            path: path.to_owned(),
            out: BufWriter::with_capacity(1 << 20, file),
            hasher: blake3::Hasher::new(),
            n_bytes: 0,
        })
    }

    /// Appends bytes.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.hasher.update(bytes);
        self.n_bytes += bytes.len() as u64;
        self.out.write_all(bytes).map_err(Error::io("write", &self.path))
    }

    /// Appends zeros up to a multiple of `alignment`.
    pub(crate) fn align(&mut self, alignment: u64) -> Result<()> {
        let missing = (alignment - self.n_bytes % alignment) % alignment;
        for _ in 0..missing {
            self.write(&[0])?;
        }
        Ok(())
    }

    /// Returns the bytes written so far.
    pub(crate) fn position(&self) -> u64 {
        self.n_bytes
    }

    /// Reads back a part of what was written.
    pub(crate) fn read_back(&mut self, start: u64, end: u64) -> Result<Vec<u8>> {
        self.out.flush().map_err(Error::io("write", &self.path))?;
        let mut bytes = vec![0; usize::try_from(end - start).expect("a part fits in memory")];
        let file = File::open(&self.path).map_err(Error::io("open", &self.path))?;
        file.read_exact_at(&mut bytes, start).map_err(Error::io("read", &self.path))?;
        Ok(bytes)
    }

    /// Makes the file durable and returns its entry for the manifest.
    pub(crate) fn finish(self) -> Result<FileEntry> {
        let io = Error::io("write", &self.path);
        let file = match self.out.into_inner() {
            Ok(file) => file,
            Err(error) => return Err(io(error.into_error())),
        };
        file.sync_all().map_err(Error::io("sync", &self.path))?;
        let name = self.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(FileEntry { name, bytes: self.n_bytes, blake3: self.hasher.finalize().to_hex().to_string() })
    }
}

/// Writes a small file durably.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<FileEntry> {
    let mut file = HashedFile::create(path)?;
    file.write(bytes)?;
    file.finish()
}

/// Makes the entries of a folder durable.
pub(crate) fn sync_dir(path: &Path) -> Result<()> {
    let dir = File::open(path).map_err(Error::io("open", path))?;
    dir.sync_all().map_err(Error::io("sync", path))
}

/// Makes `to` a second name of `from`, or a copy where the file system has no hard links.
pub(crate) fn link_or_copy(from: &Path, to: &Path) -> Result<()> {
    match fs::hard_link(from, to) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            fs::remove_file(to).map_err(Error::io("replace", to))?;
            link_or_copy(from, to)
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(Error::io("link", from)(error)),
        // Whatever the reason (no hard links here, too many links, another device), a copy is as good.
        Err(_) => {
            fs::copy(from, to).map_err(Error::io("copy", to))?;
            let file = File::open(to).map_err(Error::io("open", to))?;
            file.sync_all().map_err(Error::io("sync", to))
        }
    }
}

/// Returns the hash of a whole file, for verification.
pub(crate) fn hash(path: &Path) -> Result<(u64, String)> {
    let mut hasher = blake3::Hasher::new();
    let file = File::open(path).map_err(Error::io("open", path))?;
    hasher.update_reader(file).map_err(Error::io("read", path))?;
    Ok((hasher.count(), hasher.finalize().to_hex().to_string()))
}
