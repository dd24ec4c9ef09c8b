//! Long work as rows: what was asked, how far it is, how it ended. Rows survive a restart.
//!
//! Who runs jobs, and how many at a time, is the business of `service`.

use jiff::Timestamp;
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::database::Database;
use super::error::{Error, Result};

/// Most jobs that a list returns.
pub const MAX_LISTED: u32 = 200;

/// How a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = JobState)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Waits for its turn.
    Queued,
    /// Is being done.
    Running,
    /// Ended well.
    Done,
    /// Ended with an error.
    Failed,
    /// Ended because somebody asked for it.
    Cancelled,
    /// Ended because the server did.
    Interrupted,
}

impl State {
    const ALL: [(Self, &'static str); 6] = [
        (Self::Queued, "queued"),
        (Self::Running, "running"),
        (Self::Done, "done"),
        (Self::Failed, "failed"),
        (Self::Cancelled, "cancelled"),
        (Self::Interrupted, "interrupted"),
    ];

    fn name(self) -> &'static str {
        Self::ALL.iter().find(|(state, _)| *state == self).map_or("", |(_, name)| name)
    }

    fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == name).map(|(state, _)| *state)
    }
}

/// A job.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// The number, given in order.
    pub id: i64,
    /// What sort of work (`import`, `map`).
    pub kind: String,
    /// What was asked.
    pub request: Value,
    /// How it stands.
    pub state: State,
    /// How far it is, as last told.
    pub progress: Option<Value>,
    /// What it came to.
    pub result: Option<Value>,
    /// Why it failed.
    pub error: Option<Value>,
    /// When it was asked for.
    pub created: Timestamp,
    /// When its row last changed.
    pub updated: Timestamp,
}

/// How a job ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// With a result.
    Done(Value),
    /// With an error.
    Failed(Value),
    /// By a request to cancel it.
    Cancelled,
    /// By the end of the server.
    Interrupted,
}

/// Adds a job to the queue.
///
/// # Errors
/// [`Error::QueueFull`] when `limit` jobs wait already.
pub fn enqueue(
    database: &Database,
    kind: &str,
    request: &Value,
    limit: usize,
    now: Timestamp,
) -> Result<Job> {
    let now_ms = now.as_millisecond();
    let id = database.run("add a job", |connection| {
        let transaction = connection.transaction()?;
        let sql = "SELECT count(*) FROM jobs WHERE state = 'queued'";
        let n_queued: u32 = transaction.query_row(sql, [], |row| row.get(0))?;
        if n_queued as usize >= limit {
            return Ok(None);
        }
        let sql =
            "INSERT INTO jobs (kind, request, state, created_ms, updated_ms) VALUES (?, ?, 'queued', ?, ?)";
        transaction.execute(sql, params![kind, request.to_string(), now_ms, now_ms])?;
        let id = transaction.last_insert_rowid();
        transaction.commit()?;
        Ok(Some(id))
    })?;
    get(database, id.ok_or(Error::QueueFull { limit })?)
}

/// Takes the oldest waiting job and marks it as running.
pub fn take_next(database: &Database, now: Timestamp) -> Result<Option<Job>> {
    database.run("take a job", |connection| {
        let sql = "UPDATE jobs SET state = 'running', updated_ms = ?
                   WHERE id = (SELECT min(id) FROM jobs WHERE state = 'queued') RETURNING *";
        connection.query_row(sql, [now.as_millisecond()], read).optional()
    })
}

/// Stores how far a running job is.
pub fn set_progress(database: &Database, id: i64, progress: &Value, now: Timestamp) -> Result<()> {
    database.run("store the progress of a job", |connection| {
        let sql = "UPDATE jobs SET progress = ?, updated_ms = ? WHERE id = ? AND state = 'running'";
        connection.execute(sql, params![progress.to_string(), now.as_millisecond(), id]).map(|_| ())
    })
}

/// Stores how a running job ended. One that is no longer running stays as it is.
pub fn finish(database: &Database, id: i64, outcome: &Outcome, now: Timestamp) -> Result<()> {
    let (state, result, error) = match outcome {
        Outcome::Done(value) => (State::Done, Some(value.to_string()), None),
        Outcome::Failed(value) => (State::Failed, None, Some(value.to_string())),
        Outcome::Cancelled => (State::Cancelled, None, None),
        Outcome::Interrupted => (State::Interrupted, None, None),
    };
    database.run("store the end of a job", |connection| {
        let sql = "UPDATE jobs SET state = ?, result = ?, error = ?, updated_ms = ? WHERE id = ? AND state = 'running'";
        connection.execute(sql, params![state.name(), result, error, now.as_millisecond(), id]).map(|_| ())
    })
}

/// Cancels a job that still waits; returns whether it did.
pub fn cancel_queued(database: &Database, id: i64, now: Timestamp) -> Result<bool> {
    database.run("cancel a job", |connection| {
        let sql = "UPDATE jobs SET state = 'cancelled', updated_ms = ? WHERE id = ? AND state = 'queued'";
        Ok(connection.execute(sql, params![now.as_millisecond(), id])? == 1)
    })
}

/// Marks what a server that ended left running; returns how many there were.
pub fn interrupt_running(database: &Database, now: Timestamp) -> Result<usize> {
    database.run("mark interrupted jobs", |connection| {
        let sql = "UPDATE jobs SET state = 'interrupted', updated_ms = ? WHERE state = 'running'";
        connection.execute(sql, [now.as_millisecond()])
    })
}

/// Returns a job.
///
/// # Errors
/// [`Error::UnknownJob`].
pub fn get(database: &Database, id: i64) -> Result<Job> {
    let job = database.run("read a job", |connection| {
        connection.query_row("SELECT * FROM jobs WHERE id = ?", [id], read).optional()
    })?;
    job.ok_or_else(|| Error::UnknownJob { id: id.to_string() })
}

/// Returns the latest jobs, newest first, [`MAX_LISTED`] at most.
pub fn list(database: &Database) -> Result<Vec<Job>> {
    database.run("list the jobs", |connection: &mut Connection| {
        let mut statement = connection.prepare("SELECT * FROM jobs ORDER BY id DESC LIMIT ?")?;
        let jobs = statement.query_map([MAX_LISTED], read)?;
        jobs.collect()
    })
}

fn read(row: &Row<'_>) -> rusqlite::Result<Job> {
    let state: String = row.get("state")?;
    let time = |column: &str| {
        let ms: i64 = row.get(column)?;
        Timestamp::from_millisecond(ms).map_err(|error| unreadable(Type::Integer, error))
    };
    let json = |column: &str| {
        let text: Option<String> = row.get(column)?;
        text.map(|text| serde_json::from_str(&text).map_err(|error| unreadable(Type::Text, error)))
            .transpose()
    };
    Ok(Job {
        id: row.get("id")?,
        kind: row.get("kind")?,
        request: json("request")?.unwrap_or_default(),
        state: State::parse(&state)
            .ok_or_else(|| unreadable(Type::Text, Error::Value { what: "job state", value: state }))?,
        progress: json("progress")?,
        result: json("result")?,
        error: json("error")?,
        created: time("created_ms")?,
        updated: time("updated_ms")?,
    })
}

fn unreadable(kind: Type, error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, kind, Box::new(error))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::error::{Classify, ErrorKind};

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + second).unwrap()
    }

    #[test]
    fn a_job_goes_its_way() {
        let dir = tempfile::tempdir().unwrap();
        let database = Database::open(dir.path()).unwrap();
        let job = enqueue(&database, "import", &json!({"paths": ["/a"]}), 8, at(0)).unwrap();
        assert_eq!((job.state, job.created), (State::Queued, at(0)));
        let running = take_next(&database, at(1)).unwrap().unwrap();
        assert_eq!((running.id, running.state, running.updated), (job.id, State::Running, at(1)));
        set_progress(&database, job.id, &json!({"done": 3}), at(2)).unwrap();
        finish(&database, job.id, &Outcome::Done(json!({"records": 3})), at(3)).unwrap();
        let done = get(&database, job.id).unwrap();
        assert_eq!(done.state, State::Done);
        assert_eq!((done.progress, done.result), (Some(json!({"done": 3})), Some(json!({"records": 3}))));
        finish(&database, job.id, &Outcome::Cancelled, at(4)).unwrap();
        assert_eq!(get(&database, job.id).unwrap().state, State::Done, "what has ended stays ended");
    }

    #[test]
    fn jobs_run_in_order_and_wait_in_a_bounded_queue() {
        let dir = tempfile::tempdir().unwrap();
        let database = Database::open(dir.path()).unwrap();
        let add = |n: i64| enqueue(&database, "import", &json!(n), 2, at(n));
        let (first, second) = (add(1).unwrap(), add(2).unwrap());
        assert_eq!(add(3).unwrap_err().kind(), ErrorKind::Unavailable);
        assert!(cancel_queued(&database, second.id, at(4)).unwrap());
        assert!(!cancel_queued(&database, second.id, at(5)).unwrap());
        let third = add(6).unwrap();
        let taken = [(); 3].map(|()| take_next(&database, at(7)).unwrap().map(|job| job.id));
        assert_eq!(taken, [Some(first.id), Some(third.id), None]);
        let listed: Vec<i64> = list(&database).unwrap().iter().map(|job| job.id).collect();
        assert_eq!(listed, [third.id, second.id, first.id]);
    }

    #[test]
    fn a_restart_finds_what_ran_and_what_waits() {
        let dir = tempfile::tempdir().unwrap();
        let database = Database::open(dir.path()).unwrap();
        let ran = enqueue(&database, "import", &json!(1), 8, at(0)).unwrap();
        take_next(&database, at(1)).unwrap();
        let waits = enqueue(&database, "import", &json!(2), 8, at(2)).unwrap();
        drop(database);
        let database = Database::open(dir.path()).unwrap();
        assert_eq!(interrupt_running(&database, at(3)).unwrap(), 1);
        assert_eq!(get(&database, ran.id).unwrap().state, State::Interrupted);
        assert_eq!(take_next(&database, at(4)).unwrap().map(|job| job.id), Some(waits.id));
    }
}
