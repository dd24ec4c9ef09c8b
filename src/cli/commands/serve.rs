//! `patnav serve`, `patnav demo`

use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::cli::args;
use crate::cli::config::Config;
use crate::cli::import::{self, Import};
use crate::cli::output::{self, Error};
use crate::cli::packs::Packs;
use crate::cli::progress::Line;
use crate::error::Failure;
use crate::index;
use crate::service::{self, ImportRequest, Parts, Stage, Step};
use crate::text::Analyzer;

/// The synthetic corpus that `patnav demo` shows; see `fixtures/README.md`.
const DEMO_CORPUS: &[u8] = include_bytes!("../../../fixtures/corpus.jsonl.gz");

/// The largest request body; a pasted description of a patent has some 100 kB.
const MAX_BODY_BYTES: usize = 4 << 20;
/// The longest that a request may take.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// Requests that may wait for a thread, for each thread.
const QUEUE_PER_THREAD: usize = 32;
/// Imports that may wait.
const JOB_QUEUE: usize = 100;
/// How long a login lasts.
const SESSION_LIFETIME: Duration = Duration::from_secs(12 * 3600);
/// How long the end of the server waits for what still runs.
const SHUTDOWN_GRACE: Duration = Duration::from_secs(10);

pub(in crate::cli) fn run(config: &Config, _args: &args::Serve) -> Result<(), Failure> {
    serve(config, Analyzer::new())
}

pub(in crate::cli) fn demo(config: &Config, _args: &args::Serve) -> Result<(), Failure> {
    let analyzer = Analyzer::new();
    let data = config.data();
    if index::current_id(&data)?.is_none() {
        let corpus = data.join("demo-corpus.jsonl.gz");
        let unwritable = |source| Error::Write { path: corpus.clone(), source };
        std::fs::create_dir_all(&data).map_err(unwritable)?;
        std::fs::write(&corpus, DEMO_CORPUS).map_err(unwritable)?;
        index_demo(config, &analyzer, &corpus)?;
    }
    serve(config, analyzer)
}

fn index_demo(config: &Config, analyzer: &Analyzer, corpus: &Path) -> Result<(), Failure> {
    let import = Import {
        data: config.data(),
        paths: vec![corpus.to_owned()],
        format: None,
        map: None,
        reread: false,
        refuse_above: None,
        options: config.index_options()?,
    };
    let line = Line::new();
    let show = |progress| {
        line.show(progress);
        true
    };
    let report = import::run(import, analyzer, &show, &mut |_| {});
    line.finish();
    output::report(&report?)
}

fn serve(config: &Config, analyzer: Analyzer) -> Result<(), Failure> {
    start_log();
    let threads = config.threads()?;
    let parts = Parts {
        config: service::Config {
            data: config.data(),
            listen: config.listen()?,
            hosts: config.hosts(),
            cpu_threads: threads,
            cpu_queue: threads * QUEUE_PER_THREAD,
            max_body_bytes: MAX_BODY_BYTES,
            request_timeout: REQUEST_TIMEOUT,
            job_queue: JOB_QUEUE,
            session_lifetime: SESSION_LIFETIME,
            shutdown_grace: SHUTDOWN_GRACE,
        },
        embedder: config.embedder()?,
        import: importer(config, analyzer.clone())?,
        packs: Arc::new({
            let data = config.data();
            move || Packs::load(&data).or_said()
        }),
        assets: service::embedded,
        analyzer,
    };
    service::serve(parts, announce)?;
    Ok(())
}

/// Makes the function that the jobs of the service import with.
fn importer(config: &Config, analyzer: Analyzer) -> Result<Arc<service::Import>, Failure> {
    let (data, refuse_above, options) = (config.data(), config.refuse_above()?, config.index_options()?);
    Ok(Arc::new(move |request: ImportRequest, tell: &(dyn Fn(Step) -> bool + Sync)| {
        let import = Import {
            data: data.clone(),
            paths: request.paths,
            format: request.format,
            map: None,
            reread: false,
            refuse_above,
            options: index::Options { now: jiff::Timestamp::now(), ..options.clone() },
        };
        let report = import::run(import, &analyzer, &|progress| tell(step(progress)), &mut |_| {})?;
        Ok(serde_json::to_value(report).map_err(Error::Json)?)
    }))
}

fn step(progress: import::Progress) -> Step {
    let (stage, unit) = match progress.stage {
        "reading" => (Stage::Reading, "bytes"),
        "writing" => (Stage::Indexing, "steps"),
        "training" => (Stage::Training, "documents"),
        "vectors" => (Stage::Vectors, "documents"),
        "graph" => (Stage::Graph, "steps"),
        "columns" => (Stage::Columns, "documents"),
        _ => (Stage::Commit, "steps"),
    };
    Step { stage, done: progress.done, total: progress.total, unit }
}

fn announce(address: SocketAddr) {
    // Nobody may be reading; the server serves all the same.
    let _ = writeln!(std::io::stdout(), "patnav: http://{address}/");
    let _ = std::io::stdout().flush();
}

/// Logs to standard error what the service reports; `PATNAV_LOG` chooses how much.
fn start_log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("PATNAV_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,hnsw_rs=off"));
    // A second call in one process keeps the first log.
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}
