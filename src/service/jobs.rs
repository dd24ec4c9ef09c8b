//! Long work in the background: one job at a time, in order, with progress, cancelled on request.
//!
//! A job is a row of `workspace::jobs`; this module gives it a thread, a clock and an end.
//! What an import does is given by the caller as [`Import`], since `ingest` and `index` do not know each other; a map is
//! made by `maps`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::error::ApiError;
use super::maps::Maker;
use super::snapshots::Snapshots;
use crate::error::{Classify, ErrorKind, Failure};
use crate::workspace::jobs::{self, Job, Outcome};
use crate::workspace::{self, Database};

/// The kind of job that [`Import`] does.
pub(super) const IMPORT: &str = "import";
/// The kind of job that makes a map.
pub(super) const MAP: &str = "map";
/// The kind of job that makes the derived columns that are due: an import of no file.
pub(super) const COLUMNS: &str = "columns";
/// How often the progress of a job is stored.
const PROGRESS_EVERY: Duration = Duration::from_millis(500);

/// Reads files into the index. Called on a thread of its own, never twice at the same time.
///
/// It tells each [`Step`] to its second argument and stops, with any error, when that returns `false`.
/// What it returns is the result of the job: `{"snapshot", "records", "publications", "by_format", "diagnostics"}`.
pub type Import =
    dyn Fn(ImportRequest, &(dyn Fn(Step) -> bool + Sync)) -> Result<Value, Failure> + Send + Sync;

/// What to import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportRequest {
    /// Files and folders of this machine, absolute.
    pub paths: Vec<PathBuf>,
    /// The id of the format, where the user knows better than the content.
    pub format: Option<String>,
}

/// How far a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// What it is doing.
    pub stage: Stage,
    /// Units of this stage done.
    pub done: u64,
    /// Units of this stage in all, where known.
    pub total: Option<u64>,
    /// What is counted: `documents`, `bytes`, `steps`, `points`.
    pub unit: &'static str,
}

/// What a job is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = JobStage)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Reading files.
    Reading,
    /// Writing full text and columns.
    Indexing,
    /// Training the embedding model.
    Training,
    /// Computing vectors.
    Vectors,
    /// Linking the snapshot together.
    Commit,
    /// Building the graph over the vectors.
    Graph,
    /// Making derived columns: key phrases, figures of the claims, legal states, …
    Columns,
    /// Finding the neighbours of every point of a map.
    Neighbours,
    /// Laying out a map, with regions and labels.
    Layout,
    /// Counting the figures of a map.
    Figures,
    /// Storing a map.
    Writing,
}

/// How far a job is, as stored and sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = JobProgress)]
pub(super) struct Progress {
    /// Units of this stage done.
    pub(super) done: u64,
    /// Units of this stage in all, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) total: Option<u64>,
    /// What is counted.
    pub(super) unit: String,
    /// Units a second since the stage began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) rate_per_s: Option<f64>,
    /// Seconds to the end of the stage at that rate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) seconds_left: Option<f64>,
    /// What it is doing.
    pub(super) stage: Stage,
}

/// The queue and its thread.
pub(super) struct Jobs {
    shared: Arc<Shared>,
    wake: Sender<()>,
}

struct Shared {
    database: Arc<Database>,
    snapshots: Arc<Snapshots>,
    import: Arc<Import>,
    maps: Maker,
    current: Mutex<Option<i64>>,
    ended: Condvar,
    /// Asks the current job to stop.
    cancel: AtomicBool,
    /// The server is ending: nothing new is begun.
    stopping: AtomicBool,
}

impl Jobs {
    /// Marks what a killed server left running as interrupted, and starts the thread; jobs that waited go on.
    pub(super) fn start(
        database: Arc<Database>,
        snapshots: Arc<Snapshots>,
        import: Arc<Import>,
        maps: Maker,
    ) -> Result<Self, super::error::Error> {
        jobs::interrupt_running(&database, Timestamp::now())?;
        let shared = Arc::new(Shared {
            database,
            snapshots,
            import,
            maps,
            current: Mutex::new(None),
            ended: Condvar::new(),
            cancel: AtomicBool::new(false),
            stopping: AtomicBool::new(false),
        });
        let (wake, woken) = channel();
        let thread = std::thread::Builder::new().name("jobs".to_owned());
        let worker = Arc::clone(&shared);
        thread
            .spawn(move || worker.work(&woken))
            .map_err(|source| super::error::Error::System { action: "start the thread of jobs", source })?;
        let jobs = Self { shared, wake };
        jobs.wake();
        Ok(jobs)
    }

    /// Queues a job of a kind, with the request that it takes ([`IMPORT`]: [`ImportRequest`], [`MAP`]: `maps::Request`).
    pub(super) fn enqueue<R: Serialize>(
        &self,
        kind: &'static str,
        request: &R,
        limit: usize,
    ) -> workspace::Result<Job> {
        let request = serde_json::to_value(request).expect("it came from JSON, so it is text");
        let job = jobs::enqueue(&self.shared.database, kind, &request, limit, Timestamp::now())?;
        self.wake();
        Ok(job)
    }

    /// Queues the making of the derived columns that are due. One such job that waits already is enough for all.
    pub(super) fn enqueue_columns(&self, limit: usize) -> workspace::Result<Job> {
        let waits = |job: &Job| job.kind == COLUMNS && job.state == jobs::State::Queued;
        if let Some(job) = jobs::list(&self.shared.database)?.into_iter().find(waits) {
            return Ok(job);
        }
        let request = ImportRequest { paths: Vec::new(), format: None };
        self.enqueue(COLUMNS, &request, limit)
    }

    /// Asks a job to end. A waiting one is cancelled at once, a running one when it next tells its progress,
    /// one that has ended stays as it is.
    pub(super) fn cancel(&self, id: i64) -> workspace::Result<Job> {
        // The lock keeps the worker from taking the job between the two questions.
        let current = self.shared.current();
        if *current == Some(id) {
            self.shared.cancel.store(true, Ordering::Relaxed);
        } else {
            jobs::cancel_queued(&self.shared.database, id, Timestamp::now())?;
        }
        jobs::get(&self.shared.database, id)
    }

    /// Ends the thread: the running job is asked to stop, waited for, and marked as interrupted.
    pub(super) fn stop(&self, grace: Duration) {
        self.shared.stopping.store(true, Ordering::Relaxed);
        self.shared.cancel.store(true, Ordering::Relaxed);
        let current = self.shared.current();
        let waited = self.shared.ended.wait_timeout_while(current, grace, |current| current.is_some());
        drop(waited.unwrap_or_else(PoisonError::into_inner));
        if let Err(error) = jobs::interrupt_running(&self.shared.database, Timestamp::now()) {
            tracing::error!(%error, "cannot mark the running job; the next start will");
        }
    }

    fn wake(&self) {
        // Fails only when the thread is gone, and then the next start takes the job.
        let _ = self.wake.send(());
    }
}

impl Shared {
    fn current(&self) -> MutexGuard<'_, Option<i64>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self, woken: &Receiver<()>) {
        while woken.recv().is_ok() {
            while let Some(job) = self.take() {
                let outcome = self.run(&job);
                self.end(job.id, &outcome);
            }
        }
    }

    fn take(&self) -> Option<Job> {
        let mut current = self.current();
        if self.stopping.load(Ordering::Relaxed) {
            return None;
        }
        self.cancel.store(false, Ordering::Relaxed);
        let job = jobs::take_next(&self.database, Timestamp::now()).unwrap_or_else(|error| {
            tracing::error!(%error, "cannot take a job");
            None
        });
        *current = job.as_ref().map(|job| job.id);
        job
    }

    fn run(&self, job: &Job) -> Outcome {
        let meter = Meter::new();
        let tell = |step: Step| {
            if let Some(progress) = meter.tell(step) {
                self.store(job.id, &progress);
            }
            // Both are asked: a job taken just before the end has reset `cancel`.
            !self.cancel.load(Ordering::Relaxed) && !self.stopping.load(Ordering::Relaxed)
        };
        match catch_unwind(AssertUnwindSafe(|| self.work_on(job, &tell))) {
            Ok(Ok(result)) => Outcome::Done(result),
            Ok(Err(_)) if self.stopping.load(Ordering::Relaxed) => Outcome::Interrupted,
            Ok(Err(_)) if self.cancel.load(Ordering::Relaxed) => Outcome::Cancelled,
            Ok(Err(failure)) => failed(failure.into()),
            Err(_) => failed(ApiError::internal("a job panicked")),
        }
    }

    fn work_on(&self, job: &Job, tell: &(dyn Fn(Step) -> bool + Sync)) -> Result<Value, Failure> {
        let unreadable = |why: String| Unreadable { id: job.id, why };
        let request = job.request.clone();
        match job.kind.as_str() {
            IMPORT | COLUMNS => {
                let request =
                    serde_json::from_value(request).map_err(|error| unreadable(error.to_string()))?;
                (self.import)(request, tell)
            }
            MAP => {
                let request =
                    serde_json::from_value(request).map_err(|error| unreadable(error.to_string()))?;
                self.maps.make(job.id, request, tell)
            }
            other => Err(unreadable(format!("this program knows no work called `{other}`")).into()),
        }
    }

    fn store(&self, id: i64, progress: &Progress) {
        let value = serde_json::to_value(progress).expect("numbers and names are JSON");
        if let Err(error) = jobs::set_progress(&self.database, id, &value, Timestamp::now()) {
            tracing::warn!(%error, "cannot store the progress of a job");
        }
    }

    fn end(&self, id: i64, outcome: &Outcome) {
        // The snapshot is swapped in first: whoever sees the job done can search what it brought.
        if let Err(error) = self.snapshots.refresh() {
            tracing::error!(%error, "cannot open the snapshot of an import");
        }
        if let Err(error) = jobs::finish(&self.database, id, outcome, Timestamp::now()) {
            tracing::error!(%error, "cannot store the end of a job");
        }
        *self.current() = None;
        self.ended.notify_all();
    }
}

/// A job that another version queued.
#[derive(Debug, thiserror::Error)]
#[error("job {id} cannot be read ({why}); ask for it again")]
struct Unreadable {
    id: i64,
    why: String,
}

impl Classify for Unreadable {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Incompatible
    }
}

fn failed(error: ApiError) -> Outcome {
    Outcome::Failed(serde_json::to_value(error.into_body()).expect("texts and names are JSON"))
}

/// Turns steps into rates, and says when one is worth storing.
struct Meter(Mutex<Option<Stretch>>);

/// The present stage.
struct Stretch {
    stage: Stage,
    began: Instant,
    done_before: u64,
    stored: Instant,
}

impl Meter {
    fn new() -> Self {
        Self(Mutex::new(None))
    }

    fn tell(&self, step: Step) -> Option<Progress> {
        let now = Instant::now();
        let mut stretch = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *stretch {
            Some(known) if known.stage == step.stage => {
                let last = step.total.is_some_and(|total| step.done >= total);
                if now - known.stored < PROGRESS_EVERY && !last {
                    return None;
                }
                known.stored = now;
                Some(progress(step, step.done.saturating_sub(known.done_before), now - known.began))
            }
            other => {
                *other = Some(Stretch { stage: step.stage, began: now, done_before: step.done, stored: now });
                Some(progress(step, 0, Duration::ZERO))
            }
        }
    }
}

/// `rate = done in this stage / seconds in this stage`, unknown before anything is done.
fn progress(step: Step, done_in_stage: u64, elapsed: Duration) -> Progress {
    let seconds = elapsed.as_secs_f64();
    let rate = (done_in_stage > 0 && seconds > 0.0).then(|| done_in_stage as f64 / seconds);
    let left = step.total.zip(rate).map(|(total, rate)| total.saturating_sub(step.done) as f64 / rate);
    Progress {
        done: step.done,
        total: step.total,
        unit: step.unit.to_owned(),
        rate_per_s: rate.map(|rate| (rate * 10.0).round() / 10.0),
        seconds_left: left.map(f64::ceil),
        stage: step.stage,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_and_time_left_come_from_the_stage() {
        let step = Step { stage: Stage::Indexing, done: 300, total: Some(900), unit: "documents" };
        let told = progress(step, 200, Duration::from_secs(4));
        assert_eq!((told.rate_per_s, told.seconds_left), (Some(50.0), Some(12.0)));
        let first = progress(step, 0, Duration::ZERO);
        assert_eq!((first.rate_per_s, first.seconds_left), (None, None));
        let open = progress(Step { total: None, ..step }, 200, Duration::from_secs(4));
        assert_eq!((open.rate_per_s, open.seconds_left), (Some(50.0), None));
    }

    #[test]
    fn a_meter_tells_the_first_and_last_step_of_each_stage() {
        let meter = Meter::new();
        let step = |stage, done| Step { stage, done, total: Some(10), unit: "documents" };
        assert!(meter.tell(step(Stage::Reading, 0)).is_some());
        assert!(meter.tell(step(Stage::Reading, 10)).is_some());
        assert!(meter.tell(step(Stage::Vectors, 1)).is_some());
    }
}
