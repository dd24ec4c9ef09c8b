//! The stored documents of a snapshot, over all its packs.

use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::{Error, Result};
use super::manifest::PackEntry;
use super::pack::Pack;
use super::set::DocnoSet;
use crate::patent::{Description, Publication};

/// Documents that a scan holds decoded at a time.
const SCAN_BATCH: usize = 1024;

/// Documents and, apart from them, their descriptions, which are long and seldom read.
pub(crate) struct Documents(Vec<(Pack, Pack)>);

impl Documents {
    /// Opens the packs of a snapshot; `place` says where a file lies.
    pub(crate) fn open(packs: &[PackEntry], place: &dyn Fn(&str) -> PathBuf) -> Result<Self> {
        let open = |pack: &PackEntry| {
            Ok((Pack::open(&place(&pack.documents.name))?, Pack::open(&place(&pack.descriptions.name))?))
        };
        packs.iter().map(open).collect::<Result<_>>().map(Self)
    }

    /// Returns a document without its descriptions.
    pub(crate) fn document(&self, docno: u32) -> Result<Publication> {
        decode(&self.pack(docno)?.0.read(docno)?)
    }

    /// Returns the descriptions of a document.
    pub(crate) fn descriptions(&self, docno: u32) -> Result<Vec<Description>> {
        decode(&self.pack(docno)?.1.read(docno)?)
    }

    /// Returns a whole document.
    pub(crate) fn whole(&self, docno: u32) -> Result<Publication> {
        Ok(Publication { descriptions: self.descriptions(docno)?, ..self.document(docno)? })
    }

    /// Visits the live documents from a docno on, in docno order, without their descriptions.
    pub(crate) fn scan(
        &self,
        alive: &DocnoSet,
        from: u32,
        visit: &mut dyn FnMut(u32, Publication) -> Result<()>,
    ) -> Result<()> {
        for (documents, _) in self.0.iter().filter(|(documents, _)| documents.docnos().end > from) {
            documents.scan(&mut |docno, bytes| {
                if docno >= from && alive.contains(docno) { visit(docno, decode(bytes)?) } else { Ok(()) }
            })?;
        }
        Ok(())
    }

    /// Visits the live documents from a docno on, in docno order, without their descriptions, many at a time.
    /// They are decoded on all cores.
    pub(crate) fn scan_batches(
        &self,
        alive: &DocnoSet,
        from: u32,
        visit: &mut dyn FnMut(&[(u32, Publication)]) -> Result<()>,
    ) -> Result<()> {
        let mut batch: Vec<(u32, Vec<u8>)> = Vec::new();
        let mut flush = |batch: &mut Vec<(u32, Vec<u8>)>| {
            let decoded: Result<Vec<(u32, Publication)>> =
                batch.par_iter().map(|(docno, bytes)| Ok((*docno, decode(bytes)?))).collect();
            batch.clear();
            visit(&decoded?)
        };
        for (documents, _) in self.0.iter().filter(|(documents, _)| documents.docnos().end > from) {
            documents.scan(&mut |docno, bytes| {
                if docno >= from && alive.contains(docno) {
                    batch.push((docno, bytes.to_vec()));
                }
                if batch.len() >= SCAN_BATCH { flush(&mut batch) } else { Ok(()) }
            })?;
        }
        if batch.is_empty() { Ok(()) } else { flush(&mut batch) }
    }

    fn pack(&self, docno: u32) -> Result<&(Pack, Pack)> {
        // Packs ascend by docno.
        let at = self.0.partition_point(|(documents, _)| documents.docnos().end <= docno);
        let found = self.0.get(at).filter(|(documents, _)| documents.docnos().contains(&docno));
        found.ok_or_else(|| Error::corrupt(Path::new("snapshot"), format!("no pack holds document {docno}")))
    }
}

pub(crate) fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>> {
    serde_json::to_vec(value).map_err(|error| Error::corrupt(Path::new("a record"), error.to_string()))
}

pub(crate) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    serde_json::from_slice(bytes)
        .map_err(|error| Error::corrupt(Path::new("a stored document"), error.to_string()))
}
