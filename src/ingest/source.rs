//! One stream after another, on the reading thread: what is it, and its raw records.
//!
//! Everything is handed to the [`Feed`]; parsing happens elsewhere. A stream is left at its first reading error,
//! with what was read before it kept.

use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::{Mutex, MutexGuard, PoisonError};

use flate2::read::MultiGzDecoder;

use super::archive::{self, Counted, Member, Metered, Seekable};
use super::detect::{self, Detected};
use super::encoding::{self, Utf8};
use super::feed::{Feed, Piece, Place, Reader, Stopped};
use super::record::Fault;
use super::split::{Cutter, End, Rule};
use super::table::{self, ColumnMap};
use super::{FaultKind, Format, Options, Severity, json, package, walk};

/// The count that files of no known format fall under.
const UNKNOWN: &str = "unknown";

type Input = Box<dyn Read + Send>;

/// Reads the streams of a run.
pub(super) struct Source<'a> {
    options: &'a Options,
    maps: &'a [Arc<ColumnMap>],
    feed: &'a mut Feed,
    meter: Arc<archive::Meter>,
}

/// Where a stream is.
#[derive(Clone)]
struct Spot {
    /// As diagnostics name it.
    name: String,
    /// As parsers see it.
    path: PathBuf,
    /// How many archives are around it.
    depth: usize,
}

impl<'a> Source<'a> {
    /// Reads a file on disk, whatever it is.
    pub(super) fn file(
        path: &Path,
        options: &'a Options,
        maps: &'a [Arc<ColumnMap>],
        meter: Arc<archive::Meter>,
        feed: &'a mut Feed,
    ) -> Result<(), Stopped> {
        let mut source = Self { options, maps, feed, meter };
        let spot = Spot { name: path.display().to_string(), path: path.to_owned(), depth: 0 };
        match std::fs::File::open(path) {
            Ok(file) => {
                let input = Counted { input: file, meter: Some(Arc::clone(&source.meter)) };
                source.stream(&spot, Box::new(input), Some(Seekable::Disk(path.to_owned())))
            }
            Err(error) => source.lost(&spot, &format!("cannot open: {error}; check its permissions")),
        }
    }

    fn lost(&mut self, spot: &Spot, message: &str) -> Result<(), Stopped> {
        self.fault(spot, UNKNOWN, file_fault(FaultKind::Unreadable, message))
    }

    fn fault(&mut self, spot: &Spot, format: &str, fault: Fault) -> Result<(), Stopped> {
        self.feed.fault(format, &spot.name, None, fault)
    }

    /// Reads a stream. `seekable` is the same stream where it can be read again.
    fn stream(&mut self, spot: &Spot, mut input: Input, seekable: Option<Seekable>) -> Result<(), Stopped> {
        let (head, failure) = read_head(&mut input);
        if head.is_empty()
            && let Some(error) = failure
        {
            return self.fault(spot, UNKNOWN, archive::fault_of(&error));
        }
        let input: Input = match failure {
            Some(error) => Box::new(Cursor::new(head.clone()).chain(Failing(Some(error)))),
            None => Box::new(Cursor::new(head.clone()).chain(input)),
        };
        match detect::detect_binary(&head) {
            Some(Detected::Gzip) => self.gzip(spot, input),
            Some(Detected::Zip) => self.zip(spot, input, seekable),
            Some(Detected::Image) => self.attach(spot, false),
            Some(Detected::Pdf) => self.attach(spot, true),
            Some(Detected::Table) => self.table(spot, input),
            Some(other) => self.not_read(spot, other),
            None => self.text(spot, &head, input),
        }
    }

    fn not_read(&mut self, spot: &Spot, found: Detected) -> Result<(), Stopped> {
        let (kind, message) = match found {
            Detected::Empty => (FaultKind::Missing, "the file is empty; export or copy it again".to_owned()),
            Detected::Unsupported(what) => (FaultKind::Unsupported, what),
            Detected::Unknown(what) => (
                FaultKind::UnknownFormat,
                format!(
                    "no known format: {what}; name the columns with `--map`, or the format with `--format`"
                ),
            ),
            other => (FaultKind::UnknownFormat, format!("{other:?} is not read here")),
        };
        self.fault(spot, UNKNOWN, file_fault(kind, message))
    }

    fn gzip(&mut self, spot: &Spot, input: Input) -> Result<(), Stopped> {
        let Some(inside) = self.deeper(spot, None)? else { return Ok(()) };
        let content = Metered::new(MultiGzDecoder::new(input), &self.meter);
        self.stream(&inside, Box::new(content), None)
    }

    /// Returns the place inside an archive, `None` (and a fault) where archives lie too deep in each other.
    fn deeper(&mut self, spot: &Spot, member: Option<&str>) -> Result<Option<Spot>, Stopped> {
        let depth = spot.depth + 1;
        if depth > self.options.limits.max_archive_depth {
            let message =
                format!("more than {} archives inside each other; unpack the outer ones", depth - 1);
            self.fault(spot, UNKNOWN, file_fault(FaultKind::TooLarge, message))?;
            return Ok(None);
        }
        Ok(Some(match member {
            Some(name) => Spot { name: format!("{}!{name}", spot.name), path: spot.path.join(name), depth },
            None => {
                let is_gz =
                    spot.path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("gz"));
                let path = if is_gz { spot.path.with_extension("") } else { spot.path.clone() };
                Spot { name: spot.name.clone(), path, depth }
            }
        }))
    }

    fn zip(&mut self, spot: &Spot, input: Input, seekable: Option<Seekable>) -> Result<(), Stopped> {
        let archive = match seekable {
            Some(archive) => archive,
            None => match self.hold(input) {
                Ok(archive) => archive,
                Err(fault) => return self.fault(spot, UNKNOWN, fault),
            },
        };
        let members = match archive::members(&archive, &self.options.limits) {
            Ok(members) => members,
            Err(fault) => return self.fault(spot, UNKNOWN, fault),
        };
        let has = |name: &str| members.iter().any(|member| member.name == name);
        if has("word/document.xml") {
            return self.docx(spot, &archive, &members);
        }
        if has("xl/workbook.xml") || has("xl/workbook.bin") || (has("mimetype") && has("content.xml")) {
            return match archive.open() {
                Ok(input) => self.table(spot, Box::new(input)),
                Err(error) => self.fault(spot, UNKNOWN, archive::fault_of(&error)),
            };
        }
        if members.is_empty() {
            return self.fault(spot, UNKNOWN, file_fault(FaultKind::Missing, "the archive holds no file"));
        }
        for member in &members {
            self.member(spot, &archive, member)?;
        }
        Ok(())
    }

    fn member(&mut self, spot: &Spot, archive: &Seekable, member: &Member) -> Result<(), Stopped> {
        if let Some(reason) = walk::junk(Path::new(&member.name)) {
            return self.feed.skipped(reason);
        }
        let Some(inside) = self.deeper(spot, Some(&member.name))? else { return Ok(()) };
        if let Some(reason) = &member.refused {
            return self.fault(&inside, UNKNOWN, file_fault(FaultKind::Unsupported, reason.clone()));
        }
        match member.open(archive, &self.meter) {
            Ok(input) => self.stream(&inside, input, None),
            Err(error) => self.fault(&inside, UNKNOWN, archive::fault_of(&error)),
        }
    }

    /// Holds an archive in memory.
    fn hold(&self, input: Input) -> Result<Seekable, Fault> {
        let limit = self.options.limits.max_nested_bytes;
        let mut bytes = Vec::new();
        input.take(limit + 1).read_to_end(&mut bytes).map_err(|error| archive::fault_of(&error))?;
        if bytes.len() as u64 > limit {
            let message =
                format!("an archive of more than {limit} bytes inside another; unpack the outer one");
            return Err(file_fault(FaultKind::TooLarge, message));
        }
        Ok(Seekable::Memory(bytes.into()))
    }

    /// The core properties and the text of a Word document, one behind the other, are one record.
    fn docx(&mut self, spot: &Spot, archive: &Seekable, members: &[Member]) -> Result<(), Stopped> {
        let mut text = Vec::new();
        let limit = self.options.limits.max_record_bytes as u64;
        for name in ["docProps/core.xml", "word/document.xml"] {
            let Some(member) = members.iter().find(|member| member.name == name) else { continue };
            let read =
                member.open(archive, &self.meter).and_then(|part| part.take(limit).read_to_end(&mut text));
            if let Err(error) = read {
                self.fault(spot, Format::Docx.id(), archive::fault_of(&error))?;
            }
        }
        self.records(spot, &Format::Docx, Box::new(Cursor::new(text)))
    }

    fn attach(&mut self, spot: &Spot, is_pdf: bool) -> Result<(), Stopped> {
        let id = Format::Attachment.id();
        match package::attach(&spot.path, &spot.name, is_pdf) {
            Ok(publication) => {
                self.feed.begin(Place::new(&spot.name, &spot.path, id, Reader::Made))?;
                self.feed.piece(1, Piece::Made(Box::new(publication)))
            }
            Err(fault) => self.fault(spot, id, fault),
        }
    }

    fn table(&mut self, spot: &Spot, input: Input) -> Result<(), Stopped> {
        let chosen = self.chosen_map();
        let given = chosen.is_some();
        let (input, failure) = Noting::new(input);
        let (mapping, rows) = match table::open(Box::new(input), &spot.path, self.maps, chosen) {
            Ok(opened) => opened,
            Err(fault) => {
                if given {
                    self.feed.misfit(&spot.name, &fault.message);
                }
                return self.fault(spot, "table", failure.instead_of(fault));
            }
        };
        self.feed.map_used = true;
        let id = mapping.id().to_owned();
        self.feed.begin(Place::new(&spot.name, &spot.path, &id, Reader::Table(mapping)))?;
        let mut number = 0;
        for row in rows {
            match row {
                Ok(row) => {
                    number += 1;
                    self.feed.piece(number, Piece::Row(row))?;
                }
                Err(fault) if fault.severity == Severity::Record => {
                    number += 1;
                    self.feed.piece(number, Piece::Lost(fault))?;
                }
                Err(fault) => self.fault(spot, &id, failure.instead_of(fault))?,
            }
        }
        self.none_is_a_fault(spot, &id, number)
    }

    /// Returns the map that the caller chose, by itself or as a format.
    fn chosen_map(&self) -> Option<Arc<ColumnMap>> {
        match (&self.options.map, &self.options.format) {
            (Some(map), _) => Some(Arc::clone(map)),
            (None, Some(Format::Mapped(id))) => self.maps.iter().find(|map| map.id() == id).cloned(),
            _ => None,
        }
    }

    fn text(&mut self, spot: &Spot, head: &[u8], input: Input) -> Result<(), Stopped> {
        let encoding = encoding::guess(head);
        let text = encoding.decode(head).0;
        let detected = match &self.options.format {
            Some(Format::Mapped(_)) | None => detect::detect_text(&text, head, &spot.path),
            Some(format) => Detected::Records(format.clone()),
        };
        match detected {
            Detected::Records(Format::Jsonl) if self.chosen_map().is_some() => {
                self.json(spot, None, input, encoding)
            }
            Detected::Json(id) => self.json(spot, id.as_deref(), input, encoding),
            Detected::Records(format) => self.records(spot, &format, Box::new(Utf8::new(input, encoding))),
            Detected::Table => self.table(spot, input),
            Detected::Unknown(_) if self.chosen_map().is_some() => self.table(spot, input),
            other => self.not_read(spot, other),
        }
    }

    fn json(
        &mut self,
        spot: &Spot,
        id: Option<&str>,
        input: Input,
        encoding: &'static encoding_rs::Encoding,
    ) -> Result<(), Stopped> {
        let by_id = || self.maps.iter().find(|map| Some(map.id()) == id).cloned();
        let Some(map) = self.chosen_map().or_else(by_id) else {
            return self.not_read(spot, Detected::Unknown("its JSON objects fit no column map".to_owned()));
        };
        self.feed.map_used = true;
        let id = map.id().to_owned();
        self.feed.begin(Place::new(&spot.name, &spot.path, &id, Reader::Json(map)))?;
        let (input, failure) = Noting::new(input);
        let mut number = 0;
        for element in json::elements(Box::new(Utf8::new(input, encoding))) {
            number += 1;
            match element {
                Ok(text) => {
                    let piece = Piece::Text { bytes: text.into_bytes(), truncated: false };
                    self.feed.piece(number, piece)?;
                }
                Err(fault) if fault.severity == Severity::File => {
                    self.fault(spot, &id, failure.instead_of(fault))?;
                }
                Err(fault) => self.feed.piece(number, Piece::Lost(fault))?,
            }
        }
        self.none_is_a_fault(spot, &id, number)
    }

    fn records(&mut self, spot: &Spot, format: &Format, input: Input) -> Result<(), Stopped> {
        let Some(parser) = format.parser() else {
            let message = format!("`{}` cannot be forced on a file", format.id());
            return self.fault(spot, format.id(), file_fault(FaultKind::Unsupported, message));
        };
        self.feed.begin(Place::new(&spot.name, &spot.path, format.id(), Reader::Text(parser)))?;
        self.cut(spot, format.id(), format.rule(), input)
    }

    fn cut(&mut self, spot: &Spot, id: &str, rule: Rule, input: Input) -> Result<(), Stopped> {
        let limit = self.options.limits.max_record_bytes;
        let mut cutter = Cutter::new(input, rule, limit);
        let mut n = 0;
        while let Some(cut) = cutter.next() {
            n += 1;
            let piece = match cut.end {
                End::Whole => Piece::Text { bytes: cut.bytes, truncated: false },
                End::Truncated => Piece::Text { bytes: cut.bytes, truncated: true },
                End::TooLarge(n_bytes) => Piece::Lost(Fault {
                    severity: Severity::Record,
                    kind: FaultKind::TooLarge,
                    field: String::new(),
                    message: format!(
                        "a record of {n_bytes} bytes, more than {limit}; split it or raise the limit"
                    ),
                }),
            };
            self.feed.piece(cut.number, piece)?;
        }
        if let Some(error) = cutter.take_failure() {
            return self.fault(spot, id, archive::fault_of(&error));
        }
        self.none_is_a_fault(spot, id, n)
    }

    fn none_is_a_fault(&mut self, spot: &Spot, id: &str, n: u64) -> Result<(), Stopped> {
        if n > 0 {
            return Ok(());
        }
        self.fault(spot, id, file_fault(FaultKind::Missing, "the file holds no record; check the export"))
    }
}

fn file_fault(kind: FaultKind, message: impl Into<String>) -> Fault {
    Fault { severity: Severity::File, kind, field: String::new(), message: message.into() }
}

/// Reads up to [`detect::HEAD`] bytes, with the error that ended it early.
fn read_head(input: &mut Input) -> (Vec<u8>, Option<io::Error>) {
    let mut head = vec![0; detect::HEAD];
    let mut n = 0;
    while n < head.len() {
        match input.read(&mut head[n..]) {
            Ok(0) => break,
            Ok(more) => n += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => {
                head.truncate(n);
                return (head, Some(error));
            }
        }
    }
    head.truncate(n);
    (head, None)
}

/// Gives an error that came while the head was read in its place.
struct Failing(Option<io::Error>);

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

/// Remembers the reading error that a reader above turns into words of its own.
struct Noting {
    input: Input,
    failure: Failure,
}

/// The fault of the reading error, once there was one.
#[derive(Clone, Default)]
struct Failure(Arc<Mutex<Option<Fault>>>);

impl Noting {
    fn new(input: Input) -> (Self, Failure) {
        let failure = Failure::default();
        (Self { input, failure: failure.clone() }, failure)
    }
}

impl Read for Noting {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.input.read(buf).inspect_err(|error| {
            if error.kind() != io::ErrorKind::Interrupted {
                *self.failure.lock() = Some(archive::fault_of(error));
            }
        })
    }
}

impl Failure {
    fn lock(&self) -> MutexGuard<'_, Option<Fault>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the fault of the reading error where there was one, else `fault`.
    fn instead_of(&self, fault: Fault) -> Fault {
        if fault.severity == Severity::File { self.lock().take().unwrap_or(fault) } else { fault }
    }
}
