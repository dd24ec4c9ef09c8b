//! Through compressed files: members of zip archives, and the meter that stops bombs.
//!
//! Members are read as streams. An archive inside an archive is held in memory up to a limit, because a zip file
//! is read from its end.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use encoding_rs::GB18030;
use flate2::Crc;
use flate2::read::DeflateDecoder;
use zip::{CompressionMethod, ZipArchive};

use super::record::Fault;
use super::{FaultKind, Limits, Severity};

/// Expansion below this many bytes is never a bomb, whatever the ratio.
const EXPANSION_FLOOR: u64 = 64 << 20;

/// Bytes that can be read from any place, more than once.
#[derive(Clone)]
pub(super) enum Seekable {
    /// A file.
    Disk(PathBuf),
    /// An archive inside an archive.
    Memory(Arc<[u8]>),
}

/// Reading and seeking in one object.
pub(super) trait ReadSeek: Read + Seek + Send {}

impl<T: Read + Seek + Send> ReadSeek for T {}

impl Seekable {
    /// Returns a reader from the beginning.
    pub(super) fn open(&self) -> io::Result<Box<dyn ReadSeek>> {
        Ok(match self {
            Self::Disk(path) => Box::new(io::BufReader::new(File::open(path)?)),
            Self::Memory(bytes) => Box::new(Cursor::new(Arc::clone(bytes))),
        })
    }
}

/// One member of a zip archive.
pub(super) struct Member {
    /// Its name, decoded.
    pub(super) name: String,
    /// Why it cannot be read, where it cannot.
    pub(super) refused: Option<String>,
    stored: bool,
    offset: u64,
    compressed: u64,
    crc: u32,
}

/// Returns the files of a zip archive, in its order; folders are left out.
pub(super) fn members(archive: &Seekable, limits: &Limits) -> Result<Vec<Member>, Fault> {
    let lost =
        |kind, message: String| Fault { severity: Severity::File, kind, field: String::new(), message };
    let input = archive.open().map_err(|error| fault_of(&error))?;
    let mut zip = ZipArchive::new(input).map_err(|error| {
        lost(FaultKind::Malformed, format!("the zip archive is damaged ({error}); copy or download it again"))
    })?;
    if zip.len() > limits.max_archive_members {
        let message = format!(
            "{} members, more than {}; unpack it and name the folder",
            zip.len(),
            limits.max_archive_members
        );
        return Err(lost(FaultKind::TooLarge, message));
    }
    let mut members = Vec::new();
    for index in 0..zip.len() {
        match zip.by_index_raw(index) {
            Ok(file) if file.is_dir() => {}
            Ok(file) => {
                let stored = file.compression() == CompressionMethod::Stored;
                let refused = if file.encrypted() {
                    Some("it is encrypted; unpack the archive with its password".to_owned())
                } else if !stored && file.compression() != CompressionMethod::Deflated {
                    let message = format!("it is packed by {}; pack it with deflate", file.compression());
                    Some(message)
                } else {
                    None
                };
                members.push(Member {
                    name: decode_name(file.name_raw()),
                    refused,
                    stored,
                    offset: file.data_start().unwrap_or_default(),
                    compressed: file.compressed_size(),
                    crc: file.crc32(),
                });
            }
            Err(error) => members.push(Member {
                name: format!("#{index}"),
                refused: Some(format!("its entry is damaged ({error}); copy or download the archive again")),
                stored: true,
                offset: 0,
                compressed: 0,
                crc: 0,
            }),
        }
    }
    Ok(members)
}

/// Windows in China writes member names in GB18030 without saying so.
fn decode_name(raw: &[u8]) -> String {
    match std::str::from_utf8(raw) {
        Ok(name) => name.to_owned(),
        Err(_) => GB18030.decode(raw).0.into_owned(),
    }
}

impl Member {
    /// Returns the content of the member; the end is an error where the checksum does not fit.
    pub(super) fn open(&self, archive: &Seekable, meter: &Arc<Meter>) -> io::Result<Box<dyn Read + Send>> {
        let mut input = archive.open()?;
        input.seek(SeekFrom::Start(self.offset))?;
        let counted = Counted { input: input.take(self.compressed), meter: disk_meter(archive, meter) };
        let content: Box<dyn Read + Send> =
            if self.stored { Box::new(counted) } else { Box::new(DeflateDecoder::new(counted)) };
        Ok(Box::new(Checked { input: Metered::new(content, meter), crc: Crc::new(), expected: self.crc }))
    }
}

fn disk_meter(archive: &Seekable, meter: &Arc<Meter>) -> Option<Arc<Meter>> {
    matches!(archive, Seekable::Disk(_)).then(|| Arc::clone(meter))
}

/// How much one top-level file has given so far.
#[derive(Debug)]
pub(super) struct Meter {
    limits: Limits,
    /// The size on disk.
    packed: u64,
    expanded: AtomicU64,
    /// Bytes read from disk, over all files of the run.
    pub(super) read: Arc<AtomicU64>,
}

impl Meter {
    /// Returns the meter of a file of `packed` bytes.
    pub(super) fn new(limits: Limits, packed: u64, read: Arc<AtomicU64>) -> Arc<Self> {
        Arc::new(Self { limits, packed, expanded: AtomicU64::new(0), read })
    }

    fn add(&self, n: usize) -> io::Result<()> {
        let expanded = self.expanded.fetch_add(n as u64, Ordering::Relaxed) + n as u64;
        let by_ratio = self.packed.saturating_mul(self.limits.max_expansion_ratio).max(EXPANSION_FLOOR);
        if expanded > self.limits.max_expanded_bytes.min(by_ratio) {
            return Err(io::Error::other(Bomb { packed: self.packed, expanded }));
        }
        Ok(())
    }
}

/// A file that expands beyond the limits.
#[derive(Debug, thiserror::Error)]
#[error(
    "{packed} bytes expand to more than {expanded}; if the file is honest, unpack it and name the folder"
)]
struct Bomb {
    packed: u64,
    expanded: u64,
}

/// Counts what compressed data expands to.
pub(super) struct Metered<R> {
    input: R,
    meter: Arc<Meter>,
}

impl<R: Read> Metered<R> {
    /// Returns a reader of `input` that fails where `meter` says that it is too much.
    pub(super) fn new(input: R, meter: &Arc<Meter>) -> Self {
        Self { input, meter: Arc::clone(meter) }
    }
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.input.read(buf)?;
        self.meter.add(n)?;
        Ok(n)
    }
}

/// Counts the bytes read from disk, for the display of progress.
pub(super) struct Counted<R> {
    pub(super) input: R,
    pub(super) meter: Option<Arc<Meter>>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.input.read(buf)?;
        if let Some(meter) = &self.meter {
            meter.read.fetch_add(n as u64, Ordering::Relaxed);
        }
        Ok(n)
    }
}

struct Checked<R> {
    input: R,
    crc: Crc,
    expected: u32,
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.input.read(buf)?;
        self.crc.update(&buf[..n]);
        if n == 0 && !buf.is_empty() && self.crc.sum() != self.expected {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the checksum does not fit"));
        }
        Ok(n)
    }
}

/// Returns what a reading error means for the rest of the file.
pub(super) fn fault_of(error: &io::Error) -> Fault {
    let is_bomb = error.get_ref().is_some_and(|inner| inner.is::<Bomb>());
    let (kind, message) = match error.kind() {
        _ if is_bomb => (FaultKind::TooLarge, error.to_string()),
        io::ErrorKind::UnexpectedEof => (
            FaultKind::Truncated,
            "the compressed data ends early; copy or download the file again".to_owned(),
        ),
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => (
            FaultKind::Malformed,
            format!("the compressed data is damaged ({error}); copy or download it again"),
        ),
        _ => (FaultKind::Unreadable, format!("cannot read: {error}")),
    };
    Fault { severity: Severity::File, kind, field: String::new(), message }
}
