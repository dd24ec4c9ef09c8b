//! Small helpers on files: mapped reading, durable writing, linking.
//!
//! Every file of a snapshot is written once and never changed, so a map of it stays valid while anybody reads.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use memmap2::Mmap;

use super::error::{Error, Result};

/// Opens a file of a snapshot as a memory map. An empty file maps to no bytes.
pub(crate) fn map(path: &Path) -> Result<Mmap> {
    super::map::open(path).map_err(Error::io("map", path))
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
        remove_if_there(path)?;
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

/// Makes `to` a second name of `from`, or a durable copy where the file system has no hard links.
/// What stood under that name before is replaced, never written into.
pub(crate) fn link_or_copy(from: &Path, to: &Path) -> Result<()> {
    link_with(from, to, |from, to| fs::hard_link(from, to))
}

/// [`link_or_copy`] with the way of linking given, so that a file system without links can be played.
fn link_with(from: &Path, to: &Path, link: impl Fn(&Path, &Path) -> io::Result<()>) -> Result<()> {
    remove_if_there(to)?;
    match link(from, to) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(Error::io("link", from)(error)),
        // Whatever the reason (no hard links here, too many links, another device), a copy is as good.
        Err(_) => {
            fs::copy(from, to).map_err(Error::io("copy", to))?;
            let file = File::open(to).map_err(Error::io("open", to))?;
            file.sync_all().map_err(Error::io("sync", to))
        }
    }
}

/// Removes a file that may not exist.
pub(crate) fn remove_if_there(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Error::io("replace", path)(error)),
        _ => Ok(()),
    }
}

/// Replaces a small file as a whole: a reader sees the old or the new one, also after a power cut.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut next = path.as_os_str().to_owned();
    next.push(".next");
    let next = PathBuf::from(next);
    write(&next, bytes)?;
    fs::rename(&next, path).map_err(Error::io("replace", path))?;
    sync_dir(path.parent().unwrap_or(Path::new(".")))
}

/// Returns the hash of a whole file, for verification.
pub(crate) fn hash(path: &Path) -> Result<(u64, String)> {
    let mut hasher = blake3::Hasher::new();
    let file = File::open(path).map_err(Error::io("open", path))?;
    hasher.update_reader(file).map_err(Error::io("read", path))?;
    Ok((hasher.count(), hasher.finalize().to_hex().to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_hard_links_a_copy_is_made() {
        let dir = tempfile::tempdir().unwrap();
        let (from, to) = (dir.path().join("from"), dir.path().join("to"));
        fs::write(&from, b"postings").unwrap();
        fs::write(&to, b"left by a killed run").unwrap();
        for kind in [io::ErrorKind::Unsupported, io::ErrorKind::CrossesDevices, io::ErrorKind::TooManyLinks] {
            link_with(&from, &to, |_, _| Err(kind.into())).unwrap();
            assert_eq!(fs::read(&to).unwrap(), b"postings", "{kind}");
        }
        let gone = dir.path().join("gone");
        assert!(link_with(&gone, &to, |from, to| fs::hard_link(from, to)).is_err());
    }

    #[test]
    fn replacing_a_link_leaves_the_other_name_alone() {
        let dir = tempfile::tempdir().unwrap();
        let (snapshot, work) = (dir.path().join("snapshot"), dir.path().join("work"));
        fs::write(&snapshot, b"committed").unwrap();
        link_or_copy(&snapshot, &work).unwrap();
        write(&work, b"next").unwrap();
        assert_eq!(fs::read(&snapshot).unwrap(), b"committed");
    }
}
