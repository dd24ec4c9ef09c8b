//! The reader that answers, and a few older ones that people are still paging through.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use crate::index::{self, Reader};
use crate::text::{Analyzer, Embedder};

/// Older snapshots kept open for cursors. Each costs maps, hardly any memory.
const MAX_OLDER: usize = 4;

/// Readers by snapshot.
pub(super) struct Snapshots {
    root: PathBuf,
    analyzer: Analyzer,
    embedder: Option<Arc<dyn Embedder>>,
    /// The swap cell: a request clones the reader once and keeps it to its end.
    current: RwLock<Option<Arc<Reader>>>,
    /// Most recently used last.
    older: Mutex<VecDeque<Arc<Reader>>>,
    /// Held while a newer snapshot is opened, so that two who look at the same time do not cross.
    refreshing: Mutex<()>,
}

impl Snapshots {
    /// Opens the current snapshot of a data folder, if there is one yet.
    pub(super) fn open(
        root: PathBuf,
        analyzer: Analyzer,
        embedder: Option<Arc<dyn Embedder>>,
    ) -> index::Result<Self> {
        let snapshots = Self {
            root,
            analyzer,
            embedder,
            current: RwLock::default(),
            older: Mutex::default(),
            refreshing: Mutex::default(),
        };
        snapshots.refresh()?;
        Ok(snapshots)
    }

    /// Returns the current reader.
    ///
    /// # Errors
    /// [`index::Error::NoSnapshot`] before the first commit.
    pub(super) fn current(&self) -> index::Result<Arc<Reader>> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        current.clone().ok_or_else(|| index::Error::NoSnapshot { path: self.root.clone() })
    }

    /// Returns the reader of a snapshot, which may be an older one.
    ///
    /// # Errors
    /// [`index::Error::UnknownSnapshot`] for one that is no longer kept.
    pub(super) fn at(&self, id: u64) -> index::Result<Arc<Reader>> {
        let current = self.current()?;
        if current.id() == id {
            return Ok(current);
        }
        let held = {
            let mut older = self.older.lock().unwrap_or_else(PoisonError::into_inner);
            older.iter().position(|reader| reader.id() == id).and_then(|at| older.remove(at))
        };
        let reader = match held {
            Some(reader) => reader,
            None => {
                Arc::new(Reader::open_snapshot(&self.root, id, self.analyzer.clone(), self.embedder.clone())?)
            }
        };
        self.keep(Arc::clone(&reader));
        Ok(reader)
    }

    /// Opens the newest snapshot if it is not the current one, and returns whether it was swapped in.
    ///
    /// Costs one small read when nothing changed. After an error the reader before goes on answering.
    pub(super) fn refresh(&self) -> index::Result<bool> {
        let _alone = self.refreshing.lock().unwrap_or_else(PoisonError::into_inner);
        let newest = index::current_id(&self.root)?;
        let held =
            self.current.read().unwrap_or_else(PoisonError::into_inner).as_ref().map(|reader| reader.id());
        if newest.is_none() || newest == held {
            return Ok(false);
        }
        let reader = Reader::open(&self.root, self.analyzer.clone(), self.embedder.clone())?;
        let before = self.current.write().unwrap_or_else(PoisonError::into_inner).replace(Arc::new(reader));
        before.into_iter().for_each(|before| self.keep(before));
        Ok(true)
    }

    fn keep(&self, reader: Arc<Reader>) {
        let mut older = self.older.lock().unwrap_or_else(PoisonError::into_inner);
        older.push_back(reader);
        if older.len() > MAX_OLDER {
            older.pop_front();
        }
    }
}
