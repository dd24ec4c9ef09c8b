//! Stored documents: an append-only pack of compressed blocks, read by docno.
//!
//! One commit writes one pack for a run of consecutive docnos. Documents are grouped into blocks of about
//! [`BLOCK_BYTES`] and compressed with zstd; a table at the end says where each document lies.
//! Layout, little-endian: magic, blocks, table (`u64` offset of each block and the end; `u32` first docno;
//! for each document `u32` block and `u32` offset in it), footer (counts, table offset, magic).

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use memmap2::Mmap;

use super::error::{Error, Result};
use super::file::{self, FileEntry, HashedFile};

const MAGIC: &[u8; 8] = b"pnpack01";
/// Uncompressed size at which a block is closed: larger compresses better, smaller reads one document faster.
/// A page of hits reads some twenty blocks.
const BLOCK_BYTES: usize = 16 << 10;
const LEVEL: i32 = 3;
const FOOTER_BYTES: usize = 8 + 4 + 4 + 4 + 4 + 8;

/// Writes a pack.
pub(crate) struct PackWriter {
    file: HashedFile,
    path: PathBuf,
    first_docno: u32,
    block: Vec<u8>,
    /// Where each document lies: block, offset in the uncompressed block.
    places: Vec<(u32, u32)>,
    block_offsets: Vec<u64>,
    compressor: zstd::bulk::Compressor<'static>,
}

impl PackWriter {
    /// Starts a pack whose first document will be `first_docno`.
    pub(crate) fn create(path: &Path, first_docno: u32) -> Result<Self> {
        let mut file = HashedFile::create(path)?;
        file.write(MAGIC)?;
        let compressor = zstd::bulk::Compressor::new(LEVEL).map_err(Error::io("compress", path))?;
        Ok(Self {
            file,
            path: path.to_owned(),
            first_docno,
            block: Vec::with_capacity(BLOCK_BYTES * 2),
            places: Vec::new(),
            block_offsets: Vec::new(),
            compressor,
        })
    }

    /// Appends the next document and returns its docno.
    pub(crate) fn push(&mut self, document: &[u8]) -> Result<u32> {
        if self.block.len() >= BLOCK_BYTES {
            self.flush()?;
        }
        let n = u32::try_from(self.places.len()).expect("fewer than 2^32 documents in a pack");
        let block = u32::try_from(self.block_offsets.len()).expect("fewer blocks than documents");
        let offset = u32::try_from(self.block.len())
            .map_err(|_| Error::corrupt(&self.path, "a document above 4 GiB"))?;
        let length = u32::try_from(document.len())
            .map_err(|_| Error::corrupt(&self.path, "a document above 4 GiB"))?;
        self.places.push((block, offset));
        self.block.extend_from_slice(&length.to_le_bytes());
        self.block.extend_from_slice(document);
        Ok(self.first_docno + n)
    }

    fn flush(&mut self) -> Result<()> {
        if self.block.is_empty() {
            return Ok(());
        }
        let compressed = self.compressor.compress(&self.block).map_err(Error::io("compress", &self.path))?;
        self.block_offsets.push(self.file.position());
        let length =
            u32::try_from(self.block.len()).map_err(|_| Error::corrupt(&self.path, "a block above 4 GiB"))?;
        self.file.write(&length.to_le_bytes())?;
        self.file.write(&compressed)?;
        self.block.clear();
        Ok(())
    }

    /// Returns the next docno to be given.
    pub(crate) fn next_docno(&self) -> u32 {
        self.first_docno + u32::try_from(self.places.len()).expect("checked on push")
    }

    /// Reads back a document of the unfinished pack.
    pub(crate) fn read(&mut self, docno: u32) -> Result<Vec<u8>> {
        let (block, offset) = self.places[(docno - self.first_docno) as usize];
        let outside = || Error::corrupt(&self.path, format!("document {docno} lies outside its block"));
        let Some(start) = self.block_offsets.get(block as usize).copied() else {
            return slice_of(&self.block, offset).map(<[u8]>::to_vec).ok_or_else(outside);
        };
        let end = self.block_offsets.get(block as usize + 1).copied();
        let end = end.unwrap_or_else(|| self.file.position());
        let bytes = self.file.read_back(start, end)?;
        let block = expand(&bytes).map_err(|what| Error::corrupt(&self.path, what))?;
        slice_of(&block, offset).map(<[u8]>::to_vec).ok_or_else(outside)
    }

    /// Completes the pack.
    pub(crate) fn finish(mut self) -> Result<FileEntry> {
        self.flush()?;
        self.block_offsets.push(self.file.position());
        let table = self.file.position();
        for offset in &self.block_offsets {
            self.file.write(&offset.to_le_bytes())?;
        }
        for (block, offset) in &self.places {
            self.file.write(&block.to_le_bytes())?;
            self.file.write(&offset.to_le_bytes())?;
        }
        let n_blocks = u32::try_from(self.block_offsets.len() - 1).expect("fewer blocks than documents");
        let n_documents = u32::try_from(self.places.len()).expect("checked on push");
        self.file.write(&table.to_le_bytes())?;
        self.file.write(&self.first_docno.to_le_bytes())?;
        self.file.write(&n_documents.to_le_bytes())?;
        self.file.write(&n_blocks.to_le_bytes())?;
        self.file.write(&0_u32.to_le_bytes())?;
        self.file.write(MAGIC)?;
        self.file.finish()
    }
}

/// A finished pack, mapped.
pub(crate) struct Pack {
    map: Mmap,
    path: PathBuf,
    first_docno: u32,
    n_documents: u32,
    n_blocks: u32,
    table: usize,
    /// The block read last: neighbours are mostly read together.
    last: Mutex<Option<(u32, Vec<u8>)>>,
}

impl Pack {
    /// Opens a pack; checks its header and lengths, not its contents.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let map = file::map(path)?;
        let bad = |what: &str| Error::corrupt(path, what);
        if map.len() < MAGIC.len() + FOOTER_BYTES || &map[..8] != MAGIC || &map[map.len() - 8..] != MAGIC {
            return Err(bad("not a document pack, or cut short"));
        }
        let footer = &map[map.len() - FOOTER_BYTES..];
        let word = |at: usize| u32::from_le_bytes(footer[at..at + 4].try_into().expect("4 bytes"));
        let table = u64::from_le_bytes(footer[..8].try_into().expect("8 bytes"));
        let table = usize::try_from(table).map_err(|_| bad("table beyond the file"))?;
        let (first_docno, n_documents, n_blocks) = (word(8), word(12), word(16));
        let expected = (n_blocks as usize + 1)
            .checked_mul(8)
            .and_then(|bytes| bytes.checked_add(n_documents as usize * 8))
            .and_then(|bytes| bytes.checked_add(table))
            .and_then(|bytes| bytes.checked_add(FOOTER_BYTES));
        if expected != Some(map.len()) {
            return Err(bad("its table does not fit its length"));
        }
        Ok(Self {
            map,
            path: path.to_owned(),
            first_docno,
            n_documents,
            n_blocks,
            table,
            last: Mutex::new(None),
        })
    }

    /// Returns the docnos that this pack holds.
    pub(crate) fn docnos(&self) -> std::ops::Range<u32> {
        self.first_docno..self.first_docno + self.n_documents
    }

    /// Returns the bytes of a document, which must be in [`Pack::docnos`].
    pub(crate) fn read(&self, docno: u32) -> Result<Vec<u8>> {
        let index = docno - self.first_docno;
        let at = self.table + (self.n_blocks as usize + 1) * 8 + index as usize * 8;
        let (block, offset) = (self.word(at), self.word(at + 4));
        // The block is taken out while it is read, so that nobody waits for another's block to expand.
        let taken = self.last().take();
        let bytes = match taken {
            Some((cached, bytes)) if cached == block => bytes,
            _ => self.block(block)?,
        };
        let document = slice_of(&bytes, offset).map(<[u8]>::to_vec);
        *self.last() = Some((block, bytes));
        document.ok_or_else(|| Error::corrupt(&self.path, format!("document {docno} lies outside its block")))
    }

    /// Returns all documents of block after block, each with its docno, through `visit`.
    pub(crate) fn scan(&self, visit: &mut dyn FnMut(u32, &[u8]) -> Result<()>) -> Result<()> {
        let mut current = (u32::MAX, Vec::new());
        for docno in self.docnos() {
            let index = (docno - self.first_docno) as usize;
            let at = self.table + (self.n_blocks as usize + 1) * 8 + index * 8;
            let (block, offset) = (self.word(at), self.word(at + 4));
            if current.0 != block {
                current = (block, self.block(block)?);
            }
            let outside = || Error::corrupt(&self.path, format!("document {docno} lies outside its block"));
            visit(docno, slice_of(&current.1, offset).ok_or_else(outside)?)?;
        }
        Ok(())
    }

    fn last(&self) -> std::sync::MutexGuard<'_, Option<(u32, Vec<u8>)>> {
        self.last.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn block(&self, block: u32) -> Result<Vec<u8>> {
        let bad = |what: &str| Error::corrupt(&self.path, format!("block {block}: {what}"));
        if block >= self.n_blocks {
            return Err(bad("does not exist"));
        }
        let bound = |n: u32| {
            let at = self.table + n as usize * 8;
            let offset = u64::from_le_bytes(self.map[at..at + 8].try_into().expect("8 bytes"));
            usize::try_from(offset).unwrap_or(usize::MAX)
        };
        let bytes = self.map.get(bound(block)..bound(block + 1)).filter(|bytes| bytes.len() > 4);
        let bytes = bytes.ok_or_else(|| bad("lies outside the file"))?;
        expand(bytes).map_err(|what| bad(&what))
    }

    fn word(&self, at: usize) -> u32 {
        u32::from_le_bytes(self.map[at..at + 4].try_into().expect("the table was checked on opening"))
    }
}

/// Returns the document at an offset of an expanded block.
fn slice_of(block: &[u8], offset: u32) -> Option<&[u8]> {
    let start = offset as usize + 4;
    let length = block.get(offset as usize..start)?;
    let length = u32::from_le_bytes(length.try_into().expect("4 bytes")) as usize;
    block.get(start..start + length)
}

/// Expands a block as it lies in the file.
fn expand(bytes: &[u8]) -> std::result::Result<Vec<u8>, String> {
    let length = bytes.get(..4).ok_or("a block is cut short")?;
    let length = u32::from_le_bytes(length.try_into().expect("4 bytes")) as usize;
    DECOMPRESSOR.with_borrow_mut(|kept| {
        let decompressor = match kept {
            Some(decompressor) => decompressor,
            None => kept.insert(zstd::bulk::Decompressor::new().map_err(|error| error.to_string())?),
        };
        decompressor.decompress(&bytes[4..], length).map_err(|error| error.to_string())
    })
}

thread_local! {
    /// Making one takes longer than expanding a block.
    static DECOMPRESSOR: RefCell<Option<zstd::bulk::Decompressor<'static>>> = const { RefCell::new(None) };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_come_back_by_docno() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.pack");
        let mut writer = PackWriter::create(&path, 7).unwrap();
        let document = |n: u32| format!("document {n} ").repeat(1 + n as usize % 900);
        for n in 0..500 {
            assert_eq!(writer.push(document(n).as_bytes()).unwrap(), 7 + n);
            assert_eq!(writer.read(7 + n / 2).unwrap(), document(n / 2).as_bytes());
        }
        writer.finish().unwrap();
        let pack = Pack::open(&path).unwrap();
        assert_eq!(pack.docnos(), 7..507);
        for n in [0, 499, 250, 251, 3] {
            assert_eq!(pack.read(7 + n).unwrap(), document(n).as_bytes());
        }
        let mut n_seen = 0;
        pack.scan(&mut |docno, bytes| {
            assert_eq!(bytes, document(docno - 7).as_bytes());
            n_seen += 1;
            Ok(())
        })
        .unwrap();
        assert_eq!(n_seen, 500);
    }

    #[test]
    fn a_cut_pack_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.pack");
        let mut writer = PackWriter::create(&path, 0).unwrap();
        writer.push(b"text").unwrap();
        writer.finish().unwrap();
        let bytes = std::fs::read(&path).unwrap();
        for keep in [0, 7, 20, bytes.len() - 1] {
            std::fs::write(&path, &bytes[..keep]).unwrap();
            assert!(matches!(Pack::open(&path), Err(Error::Corrupt { .. })), "{keep} bytes");
        }
    }
}
