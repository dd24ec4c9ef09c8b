//! The pipeline: one thread reads and cuts, some parse, the caller's thread delivers in order.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use super::archive::Meter;
use super::feed::{self, Event, Feed, Flight, Place, Stopped};
use super::record::Parsed;
use super::source::Source;
use super::table::ColumnMap;
use super::walk::{self, Walk};
use super::{Diagnostic, Error, Format, Item, Options, Progress, Record, SinkError, SourceFile, Summary};
use crate::patent::{Provenance, claim};

/// Reads files, folders and archives, and hands each publication to `sink`.
///
/// The order of the items is that of `paths`, of names inside folders, and of records inside files,
/// whatever the number of threads. `unchanged` is asked for each top-level file and lets the caller pass over
/// what it has read before; it is called on another thread, `progress` and `sink` on this one.
/// Memory does not grow with the size of a file.
///
/// # Errors
/// A path that does not exist or cannot be looked at, a map that fits no table, more bad records than
/// [`Options::refuse_above_share`], or the error of `sink`, which ends the run at once. What was handed to the sink
/// before an error must then not be committed.
pub fn read(
    paths: &[PathBuf],
    options: &Options,
    unchanged: &(dyn Fn(&SourceFile) -> bool + Sync),
    progress: &(dyn Fn(&Progress) + Sync),
    sink: &mut dyn FnMut(Item) -> Result<(), SinkError>,
) -> Result<Summary, Error> {
    let mut maps = ColumnMap::builtin();
    maps.extend(options.map.clone());
    if let Some(Format::Mapped(id)) = &options.format
        && !maps.iter().any(|map| map.id() == id)
    {
        return Err(Error::UnknownFormat { id: id.clone() });
    }
    let walk = walk::walk(paths)?;
    let n_threads = options.threads.max(1);
    let flight = Flight::new(options.limits.max_bytes_in_flight);
    let (order, events) = sync_channel(n_threads * 4 + 16);
    let (jobs, queue) = sync_channel(n_threads * 2);
    let queue = Mutex::new(queue);
    let bytes = Arc::new(AtomicU64::new(0));
    let mut delivery = Delivery {
        options,
        sink,
        summary: Summary::default(),
        progress: Progress {
            n_files: walk.files.len() as u64,
            n_bytes: walk.files.iter().map(|(_, bytes)| bytes).sum(),
            ..Progress::default()
        },
        bytes: Arc::clone(&bytes),
        misfit: None,
    };
    let delivered = thread::scope(|scope| {
        for _ in 0..n_threads {
            scope.spawn(|| feed::work(&queue));
        }
        let feed = Feed::new(order, jobs, Arc::clone(&flight));
        let maps = &maps;
        scope.spawn(move || {
            // Stopped: the caller knows why.
            let _ = read_files(walk, options, maps, unchanged, &bytes, feed);
        });
        // Where delivery ends early, even by a panic of the sink, the reader must not wait for room in the queues.
        let _stop = StopOnDrop(&flight);
        let events = events;
        delivery.run(&events, &flight, progress)
    });
    let Delivery { summary, misfit, .. } = delivery;
    delivered?;
    if let (Some(map), Some((file, reason))) = (&options.map, misfit) {
        return Err(Error::MapFitsNothing { map: map.id().to_owned(), file, reason });
    }
    match options.refuse_above_share {
        Some(limit) if summary.bad_share() > limit => Err(Error::Refused {
            bad: summary.bad_records,
            records: summary.records,
            limit,
            summary: Box::new(summary),
        }),
        _ => Ok(summary),
    }
}

struct StopOnDrop<'a>(&'a Flight);

impl Drop for StopOnDrop<'_> {
    fn drop(&mut self) {
        self.0.stop();
    }
}

/// The reading thread.
fn read_files(
    walk: Walk,
    options: &Options,
    maps: &[Arc<ColumnMap>],
    unchanged: &(dyn Fn(&SourceFile) -> bool + Sync),
    bytes: &Arc<AtomicU64>,
    mut feed: Feed,
) -> Result<(), Stopped> {
    for reason in walk.skipped {
        feed.skipped(reason)?;
    }
    for diagnostic in walk.diagnostics {
        feed.diagnostic("unknown", diagnostic)?;
    }
    let mut before = 0;
    for (path, size) in walk.files {
        let hash = match hash(&path, &feed) {
            Ok(Some(hash)) => hash,
            Ok(None) => return Err(Stopped),
            // The reading below meets the same error and reports it.
            Err(_) => String::new(),
        };
        let source = SourceFile { path, bytes: size, hash };
        let known = unchanged(&source);
        if !known {
            let meter = Meter::new(options.limits, size, Arc::clone(bytes));
            Source::file(&source.path, options, maps, meter, &mut feed)?;
        }
        // Archives are not read to their last byte, and unchanged files not at all.
        before += size;
        bytes.store(before, Ordering::Relaxed);
        feed.done(source, known)?;
    }
    feed.end()
}

/// Returns the hash of a file, `None` where the run was stopped meanwhile.
fn hash(path: &Path, feed: &Feed) -> std::io::Result<Option<String>> {
    let mut file = File::open(path)?;
    let mut hasher = blake3::Hasher::new();
    let mut chunk = vec![0; 1 << 20];
    loop {
        let n = file.read(&mut chunk)?;
        if n == 0 {
            return Ok(Some(hasher.finalize().to_hex().to_string()));
        }
        if feed.is_stopped() {
            return Ok(None);
        }
        hasher.update(&chunk[..n]);
    }
}

/// The caller's thread.
struct Delivery<'a> {
    options: &'a Options,
    sink: &'a mut dyn FnMut(Item) -> Result<(), SinkError>,
    summary: Summary,
    progress: Progress,
    bytes: Arc<AtomicU64>,
    misfit: Option<(String, String)>,
}

impl Delivery<'_> {
    fn run(
        &mut self,
        events: &Receiver<Event>,
        flight: &Flight,
        progress: &(dyn Fn(&Progress) + Sync),
    ) -> Result<(), Error> {
        while let Ok(event) = events.recv() {
            match event {
                Event::Begin { format } => self.summary.format(&format).files += 1,
                Event::Skipped(reason) => *self.summary.skipped.entry(reason.to_owned()).or_default() += 1,
                Event::Diagnostic { format, diagnostic } => {
                    if let Some(diagnostic) = self.count(&format, diagnostic) {
                        self.hand(Item::Diagnostic(diagnostic))?;
                    }
                }
                Event::Misfit { file, message } => self.misfit = Some((file, message)),
                Event::End { map_used } => {
                    if map_used {
                        self.misfit = None;
                    }
                }
                Event::Batch { place, outcomes, n_bytes } => {
                    // The sender is gone only where a thread ended early: the scope reports that.
                    for outcome in outcomes.recv().unwrap_or_default() {
                        self.record(&place, outcome.record, outcome.parsed)?;
                    }
                    flight.give(n_bytes);
                }
                Event::Done { source, unchanged } => {
                    self.progress.files += 1;
                    self.summary.unchanged_files += u64::from(unchanged);
                    self.summary.sources.push(source.clone());
                    self.hand(Item::FileDone(source))?;
                }
            }
            self.progress.bytes = self.bytes.load(Ordering::Relaxed);
            progress(&self.progress);
        }
        Ok(())
    }

    fn hand(&mut self, item: Item) -> Result<(), Error> {
        (self.sink)(item).map_err(Error::Sink)
    }

    /// Counts a fault; returns it unless there were too many of its kind.
    fn count(&mut self, format: &str, diagnostic: Diagnostic) -> Option<Diagnostic> {
        let n = self.summary.count(format, &diagnostic);
        (n <= self.options.limits.max_diagnostics_per_kind).then_some(diagnostic)
    }

    fn record(&mut self, place: &Place, record: u64, parsed: Parsed) -> Result<(), Error> {
        let worst = parsed.faults.iter().map(|fault| fault.severity).max();
        let n_publications = parsed.publications.len() as u64;
        self.summary.count_record(&place.format, n_publications, worst);
        self.progress.records += 1;
        self.progress.publications += n_publications;
        let mut diagnostics = Vec::new();
        for fault in parsed.faults {
            let diagnostic = feed::diagnostic(&place.source, Some(record), fault);
            diagnostics.extend(self.count(&place.format, diagnostic));
        }
        for mut publication in parsed.publications {
            // Some sources deliver a whole set as its first claim.
            publication.claims.iter_mut().for_each(|set| {
                claim::split_whole(set);
            });
            publication.provenance = vec![Provenance {
                format: place.format.clone(),
                file: place.source.clone(),
                record,
                fields: Vec::new(),
            }];
            let diagnostics = std::mem::take(&mut diagnostics);
            self.hand(Item::Record(Box::new(Record { publication, diagnostics })))?;
        }
        for diagnostic in diagnostics {
            self.hand(Item::Diagnostic(diagnostic))?;
        }
        Ok(())
    }
}
