//! A sized pool of threads for work that keeps a core busy, so that no handler does.
//!
//! What does not fit into the queue is refused at once, which tells a client more than a long wait.
//! Queued work whose client has left (or whose time is over) is dropped; work that has begun is finished.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Semaphore, oneshot};

type Task = Box<dyn FnOnce() + Send>;

/// The pool.
pub struct Cpu {
    tasks: SyncSender<Task>,
    room: Arc<Semaphore>,
}

/// Why the pool gives no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Busy {
    /// The queue is full.
    #[error("the server is busy; try again in a moment")]
    Full,
    /// The work panicked; the panic is on stderr.
    #[error("the work ended in a panic")]
    Panicked,
}

impl Cpu {
    /// Starts `threads` threads (at least one) before which `queue` pieces of work may wait.
    pub fn new(threads: usize, queue: usize) -> Self {
        let threads = threads.max(1);
        let (tasks, receiver) = sync_channel::<Task>(threads + queue);
        let receiver = Arc::new(Mutex::new(receiver));
        for n in 0..threads {
            let receiver = Arc::clone(&receiver);
            let thread = std::thread::Builder::new().name(format!("cpu-{n}"));
            // A thread that cannot be started leaves its share to the others; without any, calls end as `Panicked`.
            if let Err(error) = thread.spawn(move || work(&receiver)) {
                tracing::error!(%error, "cannot start a worker thread");
            }
        }
        Self { tasks, room: Arc::new(Semaphore::new(threads + queue)) }
    }

    /// Runs `work` on a thread of the pool and returns what it returns.
    ///
    /// # Errors
    /// [`Busy::Full`] at once when no more may wait.
    pub async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Busy> {
        let place = Arc::clone(&self.room).try_acquire_owned().map_err(|_| Busy::Full)?;
        let (sender, result) = oneshot::channel();
        let task = move || {
            if sender.is_closed() {
                return;
            }
            let done = catch_unwind(AssertUnwindSafe(work));
            // Free before the caller hears: whoever asks next finds the room that this work held.
            drop(place);
            if let Ok(value) = done {
                // The client may have left meanwhile; then nobody wants the value.
                let _ = sender.send(value);
            }
        };
        self.tasks.try_send(Box::new(task)).map_err(|_| Busy::Full)?;
        result.await.map_err(|_| Busy::Panicked)
    }
}

fn work(tasks: &Mutex<Receiver<Task>>) {
    loop {
        let task = tasks.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match task {
            Ok(task) => task(),
            Err(_) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn work_returns_and_a_panic_is_no_loss_of_a_thread() {
        let cpu = Cpu::new(1, 4);
        assert_eq!(cpu.run(|| 2 + 2).await, Ok(4));
        assert_eq!(cpu.run(|| -> i32 { panic!("on purpose") }).await, Err(Busy::Panicked));
        assert_eq!(cpu.run(|| 5).await, Ok(5));
    }

    #[tokio::test]
    async fn a_full_queue_refuses_and_dropped_work_is_not_done() {
        let cpu = Cpu::new(1, 1);
        let (release, blocked) = mpsc::channel::<()>();
        let (started, has_started) = mpsc::channel::<()>();
        let first = cpu.run(move || {
            started.send(()).unwrap();
            blocked.recv().unwrap();
        });
        let mut first = Box::pin(first);
        assert!(futures_pending(first.as_mut()).await);
        has_started.recv().unwrap();
        let (ran, has_run) = mpsc::channel::<()>();
        let mut second = Box::pin(cpu.run(move || ran.send(()).unwrap()));
        assert!(futures_pending(second.as_mut()).await);
        assert_eq!(cpu.run(|| ()).await, Err(Busy::Full));
        drop(second);
        release.send(()).unwrap();
        assert_eq!(first.await, Ok(()));
        // The work that nobody waits for any more holds its place until the thread comes to it.
        while cpu.run(|| ()).await == Err(Busy::Full) {
            tokio::task::yield_now().await;
        }
        assert!(has_run.try_recv().is_err(), "the client had left");
    }

    /// Polls once and returns whether the future still waits.
    async fn futures_pending<F: Future>(mut future: std::pin::Pin<&mut F>) -> bool {
        std::future::poll_fn(|context| std::task::Poll::Ready(future.as_mut().poll(context).is_pending()))
            .await
    }
}
