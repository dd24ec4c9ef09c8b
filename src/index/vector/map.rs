//! A read-only memory map of one file, and typed views of it.
//!
//! What the bytes mean is decided in `format`; mapping itself is trusted to `index::map`.

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
        let map = crate::index::map::open(path);
        Ok(Self(map.map_err(|source| Error::Io { path: path.to_path_buf(), source })?))
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
