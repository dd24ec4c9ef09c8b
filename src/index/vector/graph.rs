//! The links between near vectors, as one flat file.
//!
//! ```text
//! section 0   start of each row's links, one number more than rows
//! section 1   links, as slots
//! section 2   entry points, as slots: where a walk starts
//! ```
//!
//! Built in `build`, walked in `walk`. A graph names the vectors it was built from by their hash.

use std::ops::Range;
use std::path::Path;

use super::Slot;
use super::error::Error;
use super::file::VectorFile;
use super::format::Container;
use super::format::Kind;
use super::format::Writer;

const STARTS: usize = 0;
const LINKS: usize = 1;
const ENTRIES: usize = 2;

/// An opened graph.
#[derive(Debug)]
pub(super) struct Graph {
    container: Container,
    starts: Range<usize>,
    links: Range<usize>,
    entries: Range<usize>,
}

impl Graph {
    /// Maps a graph after checking its header, its lengths and that it belongs to `vectors`.
    ///
    /// # Errors
    /// See [`Container::open`]; [`Error::Corrupt`] if it was built from other vectors.
    pub(super) fn open(path: &Path, vectors: &VectorFile) -> Result<Self, Error> {
        let container = Container::open(path, Kind::Graph)?;
        if container.related() != vectors.body_hash() || container.number(0) != vectors.len() as u64 {
            return Err(container.corrupt("it was built from other vectors"));
        }
        let starts = container.section::<u32>(STARTS, container.number(0) + 1)?;
        let links = container.section::<Slot>(LINKS, container.number(1))?;
        let entries = container.section::<Slot>(ENTRIES, container.number(2))?;
        Ok(Self { container, starts, links, entries })
    }

    /// Reads everything and compares it with its hash.
    ///
    /// # Errors
    /// [`Error::Corrupt`].
    pub(super) fn verify(&self) -> Result<(), Error> {
        self.container.verify()
    }

    /// Returns a view that a walk reads from.
    pub(super) fn view(&self) -> Links<'_> {
        Links {
            starts: self.container.items(&self.starts),
            links: self.container.items(&self.links),
            entries: self.container.items(&self.entries),
        }
    }
}

/// The sections of a graph.
#[derive(Debug, Clone, Copy)]
pub(super) struct Links<'a> {
    starts: &'a [u32],
    links: &'a [Slot],
    /// Where walks start.
    pub(super) entries: &'a [Slot],
}

impl<'a> Links<'a> {
    /// Returns the links of a slot; none if the slot, or what the file says about it, is out of range.
    ///
    /// Opening does not read the body, so a damaged body must not be able to stop the program.
    #[inline]
    pub(super) fn of(&self, slot: Slot) -> &'a [Slot] {
        match self.starts.get(slot as usize..slot as usize + 2) {
            Some(&[start, end]) => self.links.get(start as usize..end as usize).unwrap_or_default(),
            _ => &[],
        }
    }
}

/// Links in memory, while a graph is being built.
#[derive(Debug)]
pub(super) struct FlatLinks {
    starts: Vec<u32>,
    links: Vec<Slot>,
}

impl FlatLinks {
    /// Takes the links of each slot in turn.
    ///
    /// # Errors
    /// [`Error::TooLarge`] above 2³² − 1 links.
    pub(super) fn new(rows: impl IntoIterator<Item = impl IntoIterator<Item = Slot>>) -> Result<Self, Error> {
        let mut flat = Self { starts: vec![0], links: Vec::new() };
        for row in rows {
            flat.links.extend(row);
            let limit = Error::TooLarge { what: "links", limit: u64::from(u32::MAX) };
            flat.starts.push(u32::try_from(flat.links.len()).map_err(|_| limit)?);
        }
        Ok(flat)
    }

    /// Returns a view that starts its walks at `entries`.
    pub(super) fn view<'a>(&'a self, entries: &'a [Slot]) -> Links<'a> {
        Links { starts: &self.starts, links: &self.links, entries }
    }

    /// Writes the graph of `vectors` to a file.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub(super) fn write(&self, path: &Path, vectors: &VectorFile, entries: &[Slot]) -> Result<(), Error> {
        let mut writer = Writer::create(path, Kind::Graph)?;
        writer.append(bytemuck::cast_slice(&self.starts))?;
        writer.end_section()?;
        writer.append(bytemuck::cast_slice(&self.links))?;
        writer.end_section()?;
        writer.append(bytemuck::cast_slice(entries))?;
        writer.end_section()?;
        let numbers = [vectors.len() as u64, self.links.len() as u64, entries.len() as u64, 0];
        writer.finish(numbers, vectors.body_hash())
    }
}
