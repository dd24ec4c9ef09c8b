//! Between the reading thread, the parsing threads and the caller.
//!
//! The reader puts batches of raw records into two queues at once: one that any parser takes from, one that keeps
//! the order. The caller waits for the answers in order, so the result does not depend on the number of threads.
//! Both queues are bounded, and so are the bytes between reader and caller.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::encoding;
use super::json;
use super::record::{Fault, Parsed, Raw};
use super::table::{ColumnMap, Mapping};
use super::{Diagnostic, FaultKind, Severity, SourceFile};
use crate::patent::Publication;

/// A batch is handed on at this many bytes or pieces.
const BATCH_BYTES: usize = 256 << 10;
const BATCH_PIECES: usize = 256;

/// The caller has gone; there is nothing left to do.
#[derive(Debug)]
pub(super) struct Stopped;

/// A file or member that records come from.
pub(super) struct Place {
    pub(super) source: String,
    pub(super) format: String,
    path: PathBuf,
    reader: Reader,
}

/// What makes publications of its records.
pub(super) enum Reader {
    Text(fn(&Raw<'_>, &mut Parsed)),
    Table(Arc<Mapping>),
    Json(Arc<ColumnMap>),
    Made,
}

impl Place {
    pub(super) fn new(source: &str, path: &Path, format: &str, reader: Reader) -> Self {
        Self { source: source.to_owned(), format: format.to_owned(), path: path.to_owned(), reader }
    }
}

/// One raw record.
pub(super) enum Piece {
    Text { bytes: Vec<u8>, truncated: bool },
    Row(Vec<String>),
    Lost(Fault),
    Made(Box<Publication>),
}

impl Piece {
    fn n_bytes(&self) -> usize {
        match self {
            Self::Text { bytes, .. } => bytes.len(),
            Self::Row(cells) => cells.iter().map(String::len).sum(),
            Self::Lost(_) | Self::Made(_) => 0,
        }
    }
}

/// Raw records for a parser.
pub(super) struct Job {
    place: Arc<Place>,
    pieces: Vec<(u64, Piece)>,
    reply: SyncSender<Vec<Outcome>>,
}

/// What became of one raw record.
pub(super) struct Outcome {
    pub(super) record: u64,
    pub(super) parsed: Parsed,
}

/// What the caller sees, in order.
pub(super) enum Event {
    Begin {
        format: String,
    },
    Batch {
        place: Arc<Place>,
        outcomes: Receiver<Vec<Outcome>>,
        n_bytes: usize,
    },
    Diagnostic {
        format: String,
        diagnostic: Diagnostic,
    },
    Skipped(&'static str),
    Misfit {
        file: String,
        message: String,
    },
    Done {
        source: SourceFile,
        unchanged: bool,
    },
    /// The reader is through; whether a map that was given fitted anything.
    End {
        map_used: bool,
    },
}

/// The reader's end.
pub(super) struct Feed {
    order: SyncSender<Event>,
    jobs: SyncSender<Job>,
    flight: Arc<Flight>,
    place: Option<Arc<Place>>,
    pieces: Vec<(u64, Piece)>,
    n_bytes: usize,
    /// Whether a map fitted a table.
    pub(super) map_used: bool,
    misfits: Vec<(String, String)>,
}

impl Feed {
    pub(super) fn new(order: SyncSender<Event>, jobs: SyncSender<Job>, flight: Arc<Flight>) -> Self {
        let (place, pieces, misfits) = (None, Vec::new(), Vec::new());
        Self { order, jobs, flight, place, pieces, n_bytes: 0, map_used: false, misfits }
    }

    fn send(&mut self, event: Event) -> Result<(), Stopped> {
        self.flush()?;
        self.order.send(event).map_err(|_| Stopped)
    }

    /// Begins the records of a file or member.
    pub(super) fn begin(&mut self, place: Place) -> Result<(), Stopped> {
        self.send(Event::Begin { format: place.format.clone() })?;
        self.place = Some(Arc::new(place));
        Ok(())
    }

    /// Hands on a record of the place that was begun last.
    pub(super) fn piece(&mut self, record: u64, piece: Piece) -> Result<(), Stopped> {
        self.n_bytes += piece.n_bytes();
        self.pieces.push((record, piece));
        if self.n_bytes >= BATCH_BYTES || self.pieces.len() >= BATCH_PIECES { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), Stopped> {
        let Some(place) = self.place.clone().filter(|_| !self.pieces.is_empty()) else { return Ok(()) };
        let n_bytes = std::mem::take(&mut self.n_bytes);
        self.flight.take(n_bytes)?;
        let pieces = std::mem::take(&mut self.pieces);
        let (reply, outcomes) = sync_channel(1);
        let event = Event::Batch { place: Arc::clone(&place), outcomes, n_bytes };
        self.order.send(event).map_err(|_| Stopped)?;
        self.jobs.send(Job { place, pieces, reply }).map_err(|_| Stopped)
    }

    /// Hands on a fault of a file.
    pub(super) fn fault(
        &mut self,
        format: &str,
        source: &str,
        record: Option<u64>,
        fault: Fault,
    ) -> Result<(), Stopped> {
        let diagnostic = diagnostic(source, record, fault);
        self.send(Event::Diagnostic { format: format.to_owned(), diagnostic })
    }

    /// Hands on a fault that is placed already.
    pub(super) fn diagnostic(&mut self, format: &str, diagnostic: Diagnostic) -> Result<(), Stopped> {
        self.send(Event::Diagnostic { format: format.to_owned(), diagnostic })
    }

    /// Counts a file passed over.
    pub(super) fn skipped(&mut self, reason: &'static str) -> Result<(), Stopped> {
        self.send(Event::Skipped(reason))
    }

    /// Remembers a table that the given map did not fit.
    pub(super) fn misfit(&mut self, file: &str, message: &str) {
        if self.misfits.is_empty() {
            self.misfits.push((file.to_owned(), message.to_owned()));
        }
    }

    /// Ends a top-level file.
    pub(super) fn done(&mut self, source: SourceFile, unchanged: bool) -> Result<(), Stopped> {
        self.send(Event::Done { source, unchanged })
    }

    /// Ends the run.
    pub(super) fn end(mut self) -> Result<(), Stopped> {
        if let Some((file, message)) = self.misfits.pop() {
            self.send(Event::Misfit { file, message })?;
        }
        let map_used = self.map_used;
        self.send(Event::End { map_used })
    }

    /// Returns whether the caller has gone.
    pub(super) fn is_stopped(&self) -> bool {
        self.flight.lock().1
    }
}

/// The bytes between reader and caller, and whether the caller has gone.
pub(super) struct Flight {
    max: usize,
    state: Mutex<(usize, bool)>,
    changed: Condvar,
}

impl Flight {
    pub(super) fn new(max: usize) -> Arc<Self> {
        Arc::new(Self { max, state: Mutex::new((0, false)), changed: Condvar::new() })
    }

    fn lock(&self) -> MutexGuard<'_, (usize, bool)> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for room. A batch above the limit by itself goes alone.
    fn take(&self, n_bytes: usize) -> Result<(), Stopped> {
        let mut state = self.lock();
        while !state.1 && state.0 > 0 && state.0 + n_bytes > self.max {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.0 += n_bytes;
        if state.1 { Err(Stopped) } else { Ok(()) }
    }

    /// Makes room.
    pub(super) fn give(&self, n_bytes: usize) {
        self.lock().0 -= n_bytes;
        self.changed.notify_all();
    }

    /// Lets the reader know that the caller has gone.
    pub(super) fn stop(&self) {
        self.lock().1 = true;
        self.changed.notify_all();
    }
}

/// Parses jobs until there are no more.
pub(super) fn work(jobs: &Mutex<Receiver<Job>>) {
    loop {
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else { return };
        let place = &job.place;
        let outcomes = job.pieces.into_iter().map(|(record, piece)| {
            // A parser must not panic. Where one does, it costs the record, and says so.
            let parsed = catch_unwind(AssertUnwindSafe(|| parse(place, piece))).unwrap_or_else(|_| {
                let mut parsed = Parsed::default();
                let message = "our reader failed on this record; please report it with the record";
                parsed.fault(Severity::Record, FaultKind::Malformed, "", message);
                parsed
            });
            Outcome { record, parsed }
        });
        // The caller may have gone: then nobody waits for the answer.
        let _ = job.reply.send(outcomes.collect());
    }
}

fn parse(place: &Place, piece: Piece) -> Parsed {
    let mut out = Parsed::default();
    match piece {
        Piece::Made(publication) => out.publications.push(*publication),
        Piece::Lost(fault) => out.faults.push(fault),
        Piece::Row(cells) => {
            if let Reader::Table(mapping) = &place.reader {
                mapping.parse(&cells, &mut out);
            }
        }
        Piece::Text { bytes, truncated } => {
            if truncated {
                let message = "the record ends early; what it holds was read, fetch the file again";
                out.fault(Severity::Field, FaultKind::Truncated, "", message);
            }
            let text = decode(bytes, &mut out);
            let raw = Raw { text: &text, path: &place.path };
            match &place.reader {
                Reader::Text(parser) => parser(&raw, &mut out),
                Reader::Json(map) => json::parse(map, &raw, &mut out),
                Reader::Table(_) | Reader::Made => {}
            }
        }
    }
    if out.publications.is_empty() && out.faults.is_empty() {
        let message = "the record holds no publication";
        out.fault(Severity::Record, FaultKind::Missing, "", message);
    }
    out
}

/// Returns the text of a record. Bytes that are not UTF-8 after all are read as what they look like.
fn decode(bytes: Vec<u8>, out: &mut Parsed) -> String {
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let bytes = error.into_bytes();
            let encoding = encoding::guess_bytes(&bytes);
            let message = format!("not UTF-8; read as {}; convert the file to UTF-8", encoding.name());
            out.fault(Severity::Note, FaultKind::Encoding, "", message);
            encoding.decode_without_bom_handling(&bytes).0.into_owned()
        }
    };
    let n_lost = text.matches('\u{fffd}').count();
    if n_lost > 0 {
        let message =
            format!("{n_lost} characters cannot be decoded and stand as U+FFFD; convert the file to UTF-8");
        out.fault(Severity::Field, FaultKind::Encoding, "", message);
    }
    text
}

/// Returns a fault with its place.
pub(super) fn diagnostic(source: &str, record: Option<u64>, fault: Fault) -> Diagnostic {
    let Fault { severity, kind, field, message } = fault;
    Diagnostic { source: source.to_owned(), record, field, severity, kind, message }
}
