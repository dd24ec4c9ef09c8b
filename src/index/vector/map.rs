//! A read-only memory map of one file, and typed views of it.
//!
//! What the bytes mean is decided in `format`; this file only exists so that the one `unsafe` call has a home.
#![expect(
    unsafe_code,
    reason = "mapping a file is unsafe: someone else could truncate it while it is mapped"
)]

use std::fs::File;
use std::ops::Range;
use std::path::Path;

use bytemuck::AnyBitPattern;
use memmap2::Mmap;

use super::error::Error;

// The files are little-endian and read in place.
const _: () = assert!(cfg!(target_endian = "little"), "vector files are read in place as little-endian");

/// A mapped file; the mapping stays valid when the file is unlinked.
#[derive(Debug)]
pub(super) struct Map(Mmap);

impl Map {
    /// Maps the whole file.
    ///
    /// # Errors
    /// [`Error::Io`] if the file cannot be opened or mapped.
    pub(super) fn open(path: &Path) -> Result<Self, Error> {
        let io = |source| Error::Io { path: path.to_path_buf(), source };
        let file = File::open(path).map_err(io)?;
        // SAFETY: files of a snapshot are write-once: they are renamed into place when complete, later only
        // unlinked, never changed or truncated by this program. The data folder belongs to it alone.
        let map = unsafe { Mmap::map(&file) }.map_err(io)?;
        Ok(Self(map))
    }

    /// Returns all bytes.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Returns a section as numbers, or `None` if it is out of range, unaligned, or not a whole number of items.
    pub(super) fn section<T: AnyBitPattern>(&self, range: &Range<usize>) -> Option<&[T]> {
        bytemuck::try_cast_slice(self.0.get(range.clone())?).ok()
    }
}
