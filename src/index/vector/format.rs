//! The container of every vector file: one header, then sections of fixed-width little-endian items.
//!
//! ```text
//! 0    magic, format version, kind         what the file is
//! 16   4 numbers, 4 section lengths        meaning is up to the kind
//! 80   BLAKE3 of the body                  checked by `verify`, never on opening
//! 112  BLAKE3 of a related body or zeros   a graph names the vectors it was built from
//! 144  BLAKE3 of the bytes before          checked on opening
//! 192  sections, each starting at a multiple of 64 bytes
//! ```
//!
//! Opening costs the same for any size: it reads the header and compares lengths.
//! A file is written under another name and renamed when it is complete and on disk.

use std::fs::File;
use std::fs::OpenOptions;
use std::io::BufWriter;
use std::io::Seek;
use std::io::SeekFrom;
use std::io::Write;
use std::ops::Range;
use std::path::Path;
use std::path::PathBuf;

use bytemuck::Pod;
use bytemuck::Zeroable;

use super::error::Error;
use super::map::Map;

/// Version of the header and of all sections; any change of layout or meaning raises it.
pub(super) const FORMAT_VERSION: u32 = 1;
/// Sections start at multiples of this, so that rows of codes start at a cache line.
const SECTION_ALIGNMENT: usize = 64;
const MAGIC: [u8; 8] = *b"patnavec";
const HEADER_LEN: usize = size_of::<Header>();

/// What the sections of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Rows, codes and their identities: see `file`.
    Vectors = 1,
    /// Links and entry points: see `graph`.
    Graph = 2,
}

/// The hash of the body of a file.
pub(super) type BodyHash = [u8; 32];

#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Header {
    magic: [u8; 8],
    version: u32,
    kind: u32,
    numbers: [u64; 4],
    lengths: [u64; 4],
    body: BodyHash,
    related: BodyHash,
    header: BodyHash,
    padding: [u8; 16],
}

const _: () = assert!(HEADER_LEN.is_multiple_of(SECTION_ALIGNMENT));

impl Header {
    fn hash(&self) -> BodyHash {
        let before = HEADER_LEN - size_of::<BodyHash>() - self.padding.len();
        *blake3::hash(&bytemuck::bytes_of(self)[..before]).as_bytes()
    }
}

/// An opened file whose header and lengths agree.
#[derive(Debug)]
pub(super) struct Container {
    path: PathBuf,
    map: Map,
    header: Header,
}

impl Container {
    /// Opens a file and checks magic, version, kind, header hash and lengths.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::Incompatible`] for another version, [`Error::Corrupt`] for anything else.
    pub(super) fn open(path: &Path, kind: Kind) -> Result<Self, Error> {
        let corrupt = |fault| Error::Corrupt { path: path.to_path_buf(), fault };
        let map = Map::open(path)?;
        let bytes = map.bytes().get(..HEADER_LEN).ok_or_else(|| corrupt("shorter than its header"))?;
        let header: Header = bytemuck::pod_read_unaligned(bytes);
        if header.magic != MAGIC {
            return Err(corrupt("not a vector file"));
        }
        if header.version != FORMAT_VERSION {
            return Err(Error::Incompatible {
                path: path.to_path_buf(),
                found: header.version,
                expected: FORMAT_VERSION,
            });
        }
        if header.header != header.hash() {
            return Err(corrupt("the header does not match its hash"));
        }
        if header.kind != kind as u32 {
            return Err(corrupt("vectors and graph are mixed up"));
        }
        let end = (0..4).try_fold(HEADER_LEN as u64, |at, section| {
            at.checked_add(header.lengths[section])?.checked_next_multiple_of(SECTION_ALIGNMENT as u64)
        });
        if end != Some(map.bytes().len() as u64) {
            return Err(corrupt("its length differs from what the header says"));
        }
        Ok(Self { path: path.to_path_buf(), map, header })
    }

    /// Returns one of the numbers given to [`Writer::finish`].
    pub(super) fn number(&self, index: usize) -> u64 {
        self.header.numbers[index]
    }

    /// Returns the hash of the body as the header states it.
    pub(super) fn body_hash(&self) -> BodyHash {
        self.header.body
    }

    /// Returns the hash of the related file's body.
    pub(super) fn related(&self) -> BodyHash {
        self.header.related
    }

    /// Returns where a section lies; an error if it does not hold `n_items` of `T`.
    pub(super) fn section<T: bytemuck::AnyBitPattern>(
        &self,
        index: usize,
        n_items: u64,
    ) -> Result<Range<usize>, Error> {
        let wrong = || self.corrupt("a section does not have the length that its numbers ask for");
        let start = (0..index).fold(HEADER_LEN as u64, |at, before| {
            (at + self.header.lengths[before]).next_multiple_of(SECTION_ALIGNMENT as u64)
        });
        let length = self.header.lengths[index];
        if n_items.checked_mul(size_of::<T>() as u64) != Some(length) {
            return Err(wrong());
        }
        let start = usize::try_from(start).map_err(|_| wrong())?;
        let length = usize::try_from(length).map_err(|_| wrong())?;
        self.map.section::<T>(&(start..start + length)).ok_or_else(wrong)?;
        Ok(start..start + length)
    }

    /// Returns the items of a section that [`Container::section`] located.
    pub(super) fn items<T: bytemuck::AnyBitPattern>(&self, section: &Range<usize>) -> &[T] {
        self.map.section(section).expect("`section` checked range and alignment")
    }

    /// Reads the whole file and compares it with its hash.
    ///
    /// # Errors
    /// [`Error::Corrupt`] if a byte of the body differs from what was written.
    pub(super) fn verify(&self) -> Result<(), Error> {
        let body = blake3::hash(&self.map.bytes()[HEADER_LEN..]);
        if *body.as_bytes() != self.header.body {
            return Err(self.corrupt("the body does not match its hash"));
        }
        Ok(())
    }

    /// Returns an error that names this file.
    pub(super) fn corrupt(&self, fault: &'static str) -> Error {
        Error::Corrupt { path: self.path.clone(), fault }
    }
}

/// Writes a file section by section; nothing appears under `path` before [`Writer::finish`].
#[derive(Debug)]
pub(super) struct Writer {
    path: PathBuf,
    part: PathBuf,
    file: BufWriter<File>,
    hasher: blake3::Hasher,
    header: Header,
    section: usize,
    finished: bool,
}

impl Writer {
    /// Starts a file beside `path`, replacing what an interrupted run left there.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub(super) fn create(path: &Path, kind: Kind) -> Result<Self, Error> {
        let part = with_suffix(path, ".part");
        let io = |source| Error::Io { path: part.clone(), source };
        let file = OpenOptions::new().write(true).create(true).truncate(true).open(&part).map_err(io)?;
        let header = Header { magic: MAGIC, version: FORMAT_VERSION, kind: kind as u32, ..Header::zeroed() };
        let mut file = BufWriter::with_capacity(1 << 20, file);
        file.write_all(bytemuck::bytes_of(&header)).map_err(io)?;
        let hasher = blake3::Hasher::new();
        Ok(Self { path: path.to_path_buf(), part, file, hasher, header, section: 0, finished: false })
    }

    /// Appends bytes to the current section.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub(super) fn append(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.header.lengths[self.section] += bytes.len() as u64;
        self.raw(bytes)
    }

    /// Ends the current section; the next bytes belong to the next one.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub(super) fn end_section(&mut self) -> Result<(), Error> {
        let length = self.header.lengths[self.section];
        let gap = length.next_multiple_of(SECTION_ALIGNMENT as u64) - length;
        self.section += 1;
        self.raw(&[0; SECTION_ALIGNMENT][..usize::try_from(gap).expect("less than the alignment")])
    }

    /// Writes the header, brings everything to disk and gives the file its name.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub(super) fn finish(mut self, numbers: [u64; 4], related: BodyHash) -> Result<(), Error> {
        self.header.numbers = numbers;
        self.header.related = related;
        self.header.body = *self.hasher.finalize().as_bytes();
        self.header.header = self.header.hash();
        let header = self.header;
        let write = |file: &mut BufWriter<File>| {
            file.seek(SeekFrom::Start(0))?;
            file.write_all(bytemuck::bytes_of(&header))?;
            file.flush()?;
            file.get_ref().sync_all()
        };
        write(&mut self.file).map_err(|source| Error::Io { path: self.part.clone(), source })?;
        std::fs::rename(&self.part, &self.path)
            .map_err(|source| Error::Io { path: self.path.clone(), source })?;
        self.finished = true;
        Ok(())
    }

    fn raw(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.hasher.update(bytes);
        self.file.write_all(bytes).map_err(|source| Error::Io { path: self.part.clone(), source })
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        if !self.finished {
            // An unfinished file is worthless, and a leftover is truncated by the next run anyway.
            let _ = std::fs::remove_file(&self.part);
        }
    }
}

/// Returns `path` with `suffix` after its whole name.
pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
