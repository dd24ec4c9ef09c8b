//! From settings to a listening server, and to its end.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use super::error::Error;
use super::router::router;
use super::state::{AppState, Parts};

/// How often the data folder is asked for a newer snapshot: another process's commit is seen within 2 s.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Serves until the process is told to end (SIGINT or SIGTERM).
///
/// `ready` is called once with the address that is listened on, which tells the port where port 0 was asked for.
/// At the end no new request is taken, those that run are finished, the running job is stopped and marked as
/// interrupted; each for `shutdown_grace` at most.
///
/// # Errors
/// Whatever [`AppState::new`] refuses, and [`Error::Bind`].
pub fn serve(parts: Parts, ready: impl FnOnce(SocketAddr)) -> Result<(), Error> {
    let system = |action| move |source| Error::System { action, source };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(system("start threads"))?;
    let state = AppState::new(parts)?;
    let served = runtime.block_on(listen(state.clone(), ready));
    state.jobs().stop(state.config().shutdown_grace);
    // What still runs on a blocking thread holds no lock and no half-written file.
    runtime.shutdown_timeout(Duration::from_secs(1));
    served
}

async fn listen(state: AppState, ready: impl FnOnce(SocketAddr)) -> Result<(), Error> {
    let system = |action| move |source| Error::System { action, source };
    let (listen, grace) = (state.config().listen, state.config().shutdown_grace);
    let listener = TcpListener::bind(listen).await.map_err(|source| Error::Bind { listen, source })?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(system("wait for signals"))?;
    let mut terminate = signal(SignalKind::terminate()).map_err(system("wait for signals"))?;
    ready(listener.local_addr().map_err(system("name the address"))?);

    let looking = tokio::spawn(look_for_commits(state.clone()));
    let (end, mut ended) = watch::channel(false);
    let server = axum::serve(listener, router(state)).with_graceful_shutdown(async move {
        // An error means that `end` is gone, which is an end too.
        let _ = ended.wait_for(|ended| *ended).await;
    });
    let mut server = tokio::spawn(server.into_future());
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
        stopped = &mut server => return joined(stopped),
    }
    tracing::info!("ending: no new requests");
    end.send_replace(true);
    looking.abort();
    match tokio::time::timeout(grace, server).await {
        Ok(stopped) => joined(stopped),
        // Requests that outlast the grace are cut off with the runtime.
        Err(_) => Ok(()),
    }
}

fn joined(stopped: Result<std::io::Result<()>, tokio::task::JoinError>) -> Result<(), Error> {
    let stopped = stopped.unwrap_or_else(|error| Err(std::io::Error::other(error)));
    stopped.map_err(|source| Error::System { action: "go on serving", source })
}

/// Swaps in what other processes commit. A fault is logged once, until it changes or ends.
async fn look_for_commits(state: AppState) {
    let mut ticks = tokio::time::interval(LOOK_EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut last_fault = None;
    loop {
        ticks.tick().await;
        let looked = state.wait(|state| Ok(state.refresh().map_err(|error| error.to_string()))).await;
        let fault = looked.map_or(None, Result::err);
        if let Some(fault) = fault.as_ref().filter(|fault| last_fault.as_ref() != Some(*fault)) {
            tracing::error!(fault, "cannot open the newest snapshot; the one before goes on answering");
        }
        last_fault = fault;
    }
}
