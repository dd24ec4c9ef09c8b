//! One write-once file of vectors: unit rows in single precision, their codes, and who they are.
//!
//! Rows ascend by `(id, tag)`, so the rows of a document lie together and are found by bisection.
//! Searching is in `scan` and `walk`; the container around the sections is in `format`.

use std::fs::File;
use std::fs::OpenOptions;
use std::io::BufWriter;
use std::io::Read;
use std::io::Seek;
use std::io::SeekFrom;
use std::io::Write;
use std::ops::Range;
use std::path::Path;
use std::path::PathBuf;

use bytemuck::Pod;
use bytemuck::Zeroable;
use roaring::RoaringBitmap;

use super::Slot;
use super::error::Error;
use super::format;
use super::format::BodyHash;
use super::format::Container;
use super::format::Kind;
use super::format::Writer;
use super::quantize;
use super::quantize::MAX_DIM;

/// Who a row is and what its codes are worth.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
pub(super) struct Meta {
    /// The document number.
    pub(super) id: u32,
    /// What part of the document: a claim number, or 0.
    pub(super) tag: u32,
    /// See `quantize::Quality`; 0 for a row without direction.
    pub(super) scale: f32,
    /// See `quantize::Quality`.
    pub(super) residual: f32,
}

const ROWS: usize = 0;
const CODES: usize = 1;
const METAS: usize = 2;

/// An opened file of vectors.
#[derive(Debug)]
pub struct VectorFile {
    container: Container,
    dim: usize,
    len: usize,
    n_ids: u64,
    rows: Range<usize>,
    codes: Range<usize>,
    metas: Range<usize>,
}

impl VectorFile {
    /// Maps a file after checking its header and lengths.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::Incompatible`] for another version, [`Error::Corrupt`] for anything else.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let container = Container::open(path, Kind::Vectors)?;
        let (n, dim) = (container.number(0), container.number(1));
        if n > u64::from(Slot::MAX) || dim == 0 || dim > MAX_DIM as u64 {
            return Err(container.corrupt("the number of rows or dimensions is out of range"));
        }
        let dim = usize::try_from(dim).expect("at most `MAX_DIM`");
        let len = usize::try_from(n).expect("at most `Slot::MAX`");
        let rows = container.section::<f32>(ROWS, n * dim as u64)?;
        let codes = container.section::<u8>(CODES, n * quantize::stride(dim) as u64)?;
        let metas = container.section::<Meta>(METAS, n)?;
        let n_ids = container.number(2);
        Ok(Self { container, dim, len, n_ids, rows, codes, metas })
    }

    /// Reads everything, compares it with its hash and checks the order of rows.
    ///
    /// # Errors
    /// [`Error::Corrupt`].
    pub fn verify(&self) -> Result<(), Error> {
        self.container.verify()?;
        if !self.metas().is_sorted_by_key(|meta| (meta.id, meta.tag)) {
            return Err(self.container.corrupt("its rows are out of order"));
        }
        Ok(())
    }

    /// Returns the number of dimensions.
    pub fn dim(&self) -> usize {
        self.dim
    }

    /// Returns the number of rows.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Returns whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Returns the share of the documents here that `ids` names, 0..=1; 1 if there are no documents.
    pub(super) fn share_of(&self, ids: &RoaringBitmap) -> f64 {
        let (Some(first), Some(last)) = (self.metas().first(), self.metas().last()) else { return 1.0 };
        let n_named = if first.id <= last.id { ids.range_cardinality(first.id..=last.id) } else { 0 };
        #[expect(clippy::cast_precision_loss, reason = "a share of fewer than 2³² documents")]
        let share = n_named as f64 / self.n_ids.max(1) as f64;
        share.min(1.0)
    }

    /// Returns the hash that names this file's content.
    pub(super) fn body_hash(&self) -> BodyHash {
        self.container.body_hash()
    }

    /// Returns identities and scales by slot.
    pub(super) fn metas(&self) -> &[Meta] {
        self.container.items(&self.metas)
    }

    /// Returns all biased codes, padded row after padded row.
    pub(super) fn codes(&self) -> &[u8] {
        self.container.items(&self.codes)
    }

    /// Returns the unit vector of a slot, all zeros if it has no direction.
    ///
    /// # Panics
    /// If there is no such slot.
    pub fn row(&self, slot: usize) -> &[f32] {
        &self.container.items::<f32>(&self.rows)[slot * self.dim..(slot + 1) * self.dim]
    }

    /// Returns the document and the tag of a slot.
    ///
    /// # Panics
    /// If there is no such slot.
    pub fn identity(&self, slot: usize) -> (u32, u32) {
        let meta = &self.metas()[slot];
        (meta.id, meta.tag)
    }

    /// Returns the slots of a document, empty if it has none here.
    pub fn slots_of(&self, id: u32) -> Range<usize> {
        let metas = self.metas();
        let start = metas.partition_point(|meta| meta.id < id);
        let n = metas[start..].partition_point(|meta| meta.id == id);
        start..start + n
    }
}

/// Writes a file of vectors from rows that ascend by `(id, tag)`; returns the number of rows.
///
/// Memory does not grow with the number of rows: codes and identities wait in files beside `path`.
/// A row that is zero or not finite is stored as zero. The same rows give the same bytes on every machine.
///
/// # Errors
/// [`Error::Io`]; [`Error::Dimension`] if a row has another length than `dim`; [`Error::Parameter`] if `dim` is
/// not 1..=4096; [`Error::Order`] if rows do not ascend; [`Error::TooLarge`] above 2³² − 1 rows.
pub fn write_vectors<V: AsRef<[f32]>>(
    path: &Path,
    dim: usize,
    rows: impl IntoIterator<Item = (u32, u32, V)>,
) -> Result<usize, Error> {
    if dim == 0 || dim > MAX_DIM {
        return Err(Error::Parameter { name: "dim", value: dim, allowed: "1..=4096" });
    }
    let mut writer = Writer::create(path, Kind::Vectors)?;
    let mut codes = Spill::create(format::with_suffix(path, ".codes.part"))?;
    let mut metas = Spill::create(format::with_suffix(path, ".metas.part"))?;
    let mut unit = Vec::with_capacity(dim);
    let mut bytes = Vec::with_capacity(quantize::stride(dim));
    let mut previous = None;
    let (mut n, mut n_ids): (usize, u64) = (0, 0);
    for (id, tag, vector) in rows {
        let vector = vector.as_ref();
        if vector.len() != dim {
            return Err(Error::Dimension { expected: dim, found: vector.len() });
        }
        match previous.replace((id, tag)) {
            Some(previous) if previous >= (id, tag) => {
                return Err(Error::Order { previous, found: (id, tag) });
            }
            Some((previous, _)) if previous == id => {}
            _ => n_ids += 1,
        }
        if n >= Slot::MAX as usize {
            return Err(Error::TooLarge { what: "rows", limit: u64::from(Slot::MAX) });
        }
        quantize::normalize(vector, &mut unit);
        bytes.clear();
        let quality = quantize::quantize(&unit, |code| bytes.push(quantize::bias(code)));
        bytes.resize(quantize::stride(dim), quantize::bias(0));
        writer.append(bytemuck::cast_slice(&unit))?;
        codes.append(&bytes)?;
        let meta = Meta { id, tag, scale: quality.scale, residual: quality.residual };
        metas.append(bytemuck::bytes_of(&meta))?;
        n += 1;
    }
    writer.end_section()?;
    codes.move_into(&mut writer)?;
    writer.end_section()?;
    metas.move_into(&mut writer)?;
    writer.end_section()?;
    writer.finish([n as u64, dim as u64, n_ids, 0], [0; 32])?;
    Ok(n)
}

/// A section that waits in a file of its own until the section before it is complete.
#[derive(Debug)]
struct Spill {
    path: PathBuf,
    file: BufWriter<File>,
}

impl Spill {
    fn create(path: PathBuf) -> Result<Self, Error> {
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(true).open(&path);
        let file = file.map_err(|source| Error::Io { path: path.clone(), source })?;
        Ok(Self { path, file: BufWriter::with_capacity(1 << 18, file) })
    }

    fn append(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.file.write_all(bytes).map_err(|source| Error::Io { path: self.path.clone(), source })
    }

    fn move_into(mut self, writer: &mut Writer) -> Result<(), Error> {
        let io = |source| Error::Io { path: self.path.clone(), source };
        self.file.flush().map_err(io)?;
        let file = self.file.get_mut();
        file.seek(SeekFrom::Start(0)).map_err(io)?;
        let mut buffer = vec![0; 1 << 18];
        loop {
            let n = file.read(&mut buffer).map_err(io)?;
            if n == 0 {
                return Ok(());
            }
            writer.append(&buffer[..n])?;
        }
    }
}

impl Drop for Spill {
    fn drop(&mut self) {
        // Its bytes are in the vector file by now, or the write failed and they are worthless.
        let _ = std::fs::remove_file(&self.path);
    }
}
