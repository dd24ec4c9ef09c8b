//! Ideas, exports, lists of numbers.

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_core::Stream;
use tokio::sync::mpsc;

use crate::index::Reader;
use crate::query::Dialect;
use crate::report::export::{Format, Options, Output, Writer};
use crate::report::{self, Lang, prior_art};
use crate::search;
use crate::search::idea::{IdeaReport, IdeaRequest};
use crate::search::reconcile::{Reconciliation, Why};
use crate::service::error::{ApiError, ErrorCode, ErrorResponse, Result};
use crate::service::extract::Json;
use crate::service::history;
use crate::service::state::AppState;
use crate::service::utf16;
use crate::service::wire::{
    ElementsResponse, ExportFileRequest, IdeaFileRequest, ReconcileRequest, ReportKind, WhyRequest,
};

/// Pieces of a file on their way; more wait until the client has read some.
const PIECES: usize = 8;
/// Bytes of a piece.
const PIECE_BYTES: usize = 1 << 16;

/// Searches for an idea: elements, queries, element chart, candidates, gaps.
#[utoipa::path(post, path = "/ideas", tag = "corpus", request_body = IdeaRequest, responses(
    (status = 200, body = IdeaReport),
    (status = "default", body = ErrorResponse, description = "Any error"),
))]
pub(in crate::service) async fn ideas(
    State(state): State<AppState>,
    Json(request): Json<IdeaRequest>,
) -> Result<Json<IdeaReport>> {
    let mut report = state.compute(move |state| Ok(search::idea::idea(&*state.reader()?, &request)?)).await?;
    for document in report.documents.iter_mut().chain(&mut report.conflicting) {
        for passage in document.evidence.iter_mut().filter_map(|found| found.passage.as_mut()) {
            for mark in &mut passage.highlights {
                mark.start = utf16::offset(&passage.text, mark.start);
                mark.end = utf16::offset(&passage.text, mark.end);
            }
        }
    }
    let (draft, translation) = (&report.draft, &mut report.translation);
    for loss in translation.iter_mut().flat_map(|translation| &mut translation.losses) {
        loss.start = utf16::offset(draft, loss.start);
        loss.end = utf16::offset(draft, loss.end);
    }
    Ok(Json(report))
}

/// Proposes the elements of an idea, to be edited before the search.
#[utoipa::path(post, path = "/ideas/elements", tag = "corpus", request_body = IdeaRequest, responses(
    (status = 200, body = ElementsResponse),
    (status = "default", body = ErrorResponse, description = "Any error"),
))]
pub(in crate::service) async fn idea_elements(
    State(state): State<AppState>,
    Json(request): Json<IdeaRequest>,
) -> Result<Json<ElementsResponse>> {
    let (outline, elements) =
        state.compute(move |state| Ok(search::idea::idea_elements(&*state.reader()?, &request)?)).await?;
    Ok(Json(ElementsResponse { outline, elements }))
}

/// Searches for an idea and returns the search report (立项专利检索报告) as a file.
#[utoipa::path(post, path = "/ideas/report", tag = "corpus", request_body = IdeaFileRequest, responses(
    (status = 200, description = "The report", content_type = "application/octet-stream"),
    (status = "default", body = ErrorResponse, description = "Any error"),
))]
pub(in crate::service) async fn idea_report(
    State(state): State<AppState>,
    Json(request): Json<IdeaFileRequest>,
) -> Result<Response> {
    let IdeaFileRequest { idea, kind, lang } = request;
    let content = state
        .compute(move |state| {
            let report = search::idea::idea(&*state.reader()?, &idea)?;
            let lang = lang.unwrap_or(if report.lang == "zh" { Lang::Zh } else { Lang::En });
            let document = prior_art::document(&report, lang);
            Ok(match kind {
                ReportKind::Docx => report::docx::write(&document)?,
                ReportKind::Html => report::html::write(&document).into_bytes(),
            })
        })
        .await?;
    Ok(file(media_of(kind), &name_of("search-report", kind), Body::from(content)))
}

/// Compares a list of numbers of another tool with a query, and says why each is missing.
#[utoipa::path(post, path = "/reconcile", tag = "corpus", request_body = ReconcileRequest, responses(
    (status = 200, body = Reconciliation),
    (status = "default", body = ErrorResponse, description = "Any error"),
))]
pub(in crate::service) async fn reconcile(
    State(state): State<AppState>,
    Json(request): Json<ReconcileRequest>,
) -> Result<Json<Reconciliation>> {
    let project = request.project;
    let request = request.into_request();
    let answer = state
        .compute(move |state| {
            let sets = history::sets_for(state.database(), project, &request.query, Some(Dialect::Patnav))?;
            Ok(search::reconcile::reconcile(&*state.reader()?, &request, &sets)?)
        })
        .await?;
    Ok(Json(answer))
}

/// Says why a document is in the answer to a query, or is not.
#[utoipa::path(post, path = "/why", tag = "corpus", request_body = WhyRequest, responses(
    (status = 200, body = Why),
    (status = "default", body = ErrorResponse, description = "Any error"),
))]
pub(in crate::service) async fn why(
    State(state): State<AppState>,
    Json(request): Json<WhyRequest>,
) -> Result<Json<Why>> {
    let WhyRequest { number, query, project, filters } = request;
    let answer = state
        .compute(move |state| {
            let sets = history::sets_for(state.database(), project, &query, Some(Dialect::Patnav))?;
            Ok(search::reconcile::why(&*state.reader()?, &query, &filters, &number, &sets)?)
        })
        .await?;
    Ok(Json(answer))
}

/// Returns every document of a match set as a file, streamed; nothing is cut.
#[utoipa::path(post, path = "/export", tag = "corpus", request_body = ExportFileRequest, responses(
    (status = 200, description = "The file", content_type = "application/octet-stream"),
    (status = "default", body = ErrorResponse, description = "Any error"),
))]
pub(in crate::service) async fn export(
    State(state): State<AppState>,
    Json(request): Json<ExportFileRequest>,
) -> Result<Response> {
    let (sender, mut receiver) = mpsc::channel(PIECES);
    let format = request.format;
    // Runs on; what it writes waits in the channel, and its end closes it.
    let work = tokio::spawn(async move {
        let failed = sender.clone();
        let done = state.compute(move |state| write(state, request, sender)).await;
        if let Err(error) = done {
            // Where the client has left, nobody waits for the error.
            let _ = failed.send(Err(error)).await;
        }
    });
    // The first piece, or the error that there is instead of it, decides the status.
    let first = match receiver.recv().await {
        Some(Ok(piece)) => piece,
        Some(Err(error)) => return Err(error),
        None => {
            work.await.map_err(|error| ApiError::internal(&error.to_string()))?;
            Bytes::new()
        }
    };
    let name = format!("export.{}", format.extension());
    Ok(file(format.media_type(), &name, Body::from_stream(Pieces { first: Some(first), rest: receiver })))
}

type Piece = Result<Bytes>;

/// Writes an export into the channel.
fn write(state: &AppState, request: ExportFileRequest, sender: mpsc::Sender<Piece>) -> Result<()> {
    let reader = state.reader()?;
    let (format, project) = (request.format, request.project);
    let (request, options) = request.into_parts(reader.created());
    let sets = history::sets_for(state.database(), project, &request.query, None)?;
    let mut pieces = Sender { sender, open: Vec::with_capacity(PIECE_BYTES) };
    if format == Format::Xlsx {
        // A spreadsheet is finished back to front, so it is made on disk and then sent; the file has no name any more.
        let mut sheet = unnamed(state).map_err(|error| ApiError::internal(&error.to_string()))?;
        rows(&reader, (&request, &sets), format, options, &mut sheet)?;
        let sent = sheet.seek(SeekFrom::Start(0)).and_then(|_| {
            let mut sheet = sheet.take(u64::MAX);
            io::copy(&mut sheet, &mut pieces)
        });
        sent.map_err(|error| ApiError::internal(&error.to_string()))?;
    } else {
        rows(&reader, (&request, &sets), format, options, &mut pieces)?;
    }
    pieces.flush().map_err(|error| ApiError::internal(&error.to_string()))
}

fn rows<W: Output>(
    reader: &Reader,
    (request, sets): (&search::ExportRequest, &search::Sets),
    format: Format,
    options: Options,
    out: W,
) -> Result<()> {
    let mut writer = Writer::new(format, options, out)?;
    let mut failed = None;
    search::export_with(reader, request, sets, &mut |row, _| {
        writer.row(&row).map_err(|error| failed = Some(error)).is_ok()
    })?;
    match failed {
        Some(error) => Err(error.into()),
        None => Ok(writer.finish().map(|_| ())?),
    }
}

/// Returns a new file in the data folder that is gone with its handle.
fn unnamed(state: &AppState) -> io::Result<std::fs::File> {
    static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
    let n = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let path = state.config().data.join(format!("export-{}-{n}.part", std::process::id()));
    let file = std::fs::File::options().create(true).truncate(true).read(true).write(true).open(&path)?;
    std::fs::remove_file(&path)?;
    Ok(file)
}

/// Sends what is written in pieces; goes forward only.
struct Sender {
    sender: mpsc::Sender<Piece>,
    open: Vec<u8>,
}

impl Write for Sender {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.open.extend_from_slice(bytes);
        if self.open.len() >= PIECE_BYTES {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.open.is_empty() {
            return Ok(());
        }
        let piece = Bytes::from(std::mem::replace(&mut self.open, Vec::with_capacity(PIECE_BYTES)));
        // A client that has left ends the export.
        self.sender.blocking_send(Ok(piece)).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

impl Seek for Sender {
    fn seek(&mut self, _: SeekFrom) -> io::Result<u64> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

/// The pieces as a body.
struct Pieces {
    first: Option<Bytes>,
    rest: mpsc::Receiver<Piece>,
}

impl Stream for Pieces {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(Ok(first)));
        }
        // An error after the first piece can only end the connection, so that nobody takes a part for the whole.
        let broken = |_| io::Error::other("the export ended early");
        self.rest.poll_recv(context).map(|piece| piece.map(|piece| piece.map_err(broken)))
    }
}

/// Returns the media type of a kind of report.
pub(super) fn media_of(kind: ReportKind) -> &'static str {
    match kind {
        ReportKind::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ReportKind::Html => "text/html; charset=utf-8",
    }
}

/// Returns the name of a report's file.
pub(super) fn name_of(stem: &str, kind: ReportKind) -> String {
    let extension = match kind {
        ReportKind::Docx => "docx",
        ReportKind::Html => "html",
    };
    format!("{stem}.{extension}")
}

pub(super) fn file(media: &str, name: &str, body: Body) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    ([(header::CONTENT_TYPE, media.to_owned()), (header::CONTENT_DISPOSITION, disposition)], body)
        .into_response()
}

impl From<report::Error> for ApiError {
    fn from(error: report::Error) -> Self {
        Self::new(ErrorCode::Internal, error.to_string())
    }
}
