//! The memory map of a file: the one place where mapping is trusted.
//!
//! Every file of a snapshot is written once and never changed, so a map of it stays valid while anybody reads,
//! even after the file is unlinked. What the bytes mean is the business of those who map.

use std::fs::File;
use std::io;
use std::path::Path;

use memmap2::Mmap;

/// Maps a whole file for reading. An empty file maps to no bytes.
///
/// # Errors
/// Those of the operating system.
#[expect(
    unsafe_code,
    reason = "mapping is sound only while nobody truncates the file: snapshot files are write-once"
)]
pub(crate) fn open(path: &Path) -> io::Result<Mmap> {
    let file = File::open(path)?;
    // SAFETY: files of a snapshot are written once, then only linked and unlinked, never truncated or rewritten;
    // the data folder belongs to this program alone.
    unsafe { Mmap::map(&file) }
}
