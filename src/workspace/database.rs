//! The SQLite file: opening, settings, migrations. Tables are used in the modules beside this one.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::Connection;

use super::error::{Error, Result};

/// The name of the file in the data folder.
pub const FILE_NAME: &str = "workspace.sqlite";

/// How long a statement waits for another process to finish its own.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// The schema, one step a version; a step that was published never changes. `user_version` counts the steps taken.
const MIGRATIONS: &[&str] = &[
    "
    CREATE TABLE jobs (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        request TEXT NOT NULL,
        state TEXT NOT NULL,
        progress TEXT,
        result TEXT,
        error TEXT,
        created_ms INTEGER NOT NULL,
        updated_ms INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX jobs_by_state ON jobs (state, id);
    CREATE TABLE accounts (
        name TEXT PRIMARY KEY,
        role TEXT NOT NULL,
        password TEXT NOT NULL,
        created_ms INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE sessions (
        token_hash TEXT PRIMARY KEY,
        account TEXT NOT NULL REFERENCES accounts (name) ON DELETE CASCADE,
        created_ms INTEGER NOT NULL,
        expires_ms INTEGER NOT NULL
    ) STRICT;
",
    "
    CREATE TABLE projects (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL,
        description TEXT NOT NULL,
        cut_off TEXT,
        revision INTEGER NOT NULL,
        created_ms INTEGER NOT NULL,
        updated_ms INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE query_lines (
        project INTEGER NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
        number INTEGER NOT NULL,
        query TEXT NOT NULL,
        dialect TEXT NOT NULL,
        note TEXT NOT NULL,
        who TEXT NOT NULL,
        added_ms INTEGER NOT NULL,
        removed INTEGER NOT NULL,
        revision INTEGER NOT NULL,
        PRIMARY KEY (project, number)
    ) STRICT;
    CREATE TABLE sets (
        name TEXT PRIMARY KEY,
        query TEXT,
        dialect TEXT,
        note TEXT NOT NULL,
        revision INTEGER NOT NULL,
        updated_ms INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE set_members (
        name TEXT NOT NULL REFERENCES sets (name) ON DELETE CASCADE,
        key TEXT NOT NULL,
        PRIMARY KEY (name, key)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE decisions (
        project INTEGER NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
        key TEXT NOT NULL,
        who TEXT NOT NULL,
        judgement TEXT NOT NULL,
        note TEXT NOT NULL,
        at_ms INTEGER NOT NULL,
        revision INTEGER NOT NULL,
        PRIMARY KEY (project, key, who)
    ) STRICT;
    CREATE TABLE batches (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        project INTEGER NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
        who TEXT NOT NULL,
        token TEXT,
        n_changed INTEGER NOT NULL,
        at_ms INTEGER NOT NULL,
        undone INTEGER NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX batches_by_token ON batches (project, who, token) WHERE token IS NOT NULL;
    CREATE TABLE decision_log (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        batch INTEGER NOT NULL REFERENCES batches (id) ON DELETE CASCADE,
        key TEXT NOT NULL,
        before TEXT,
        before_note TEXT NOT NULL,
        after TEXT,
        after_note TEXT NOT NULL
    ) STRICT;
    CREATE INDEX decision_log_by_batch ON decision_log (batch);
",
    "
    CREATE TABLE tag_judgements (
        key TEXT NOT NULL,
        pack TEXT NOT NULL,
        tagger TEXT NOT NULL,
        leaves TEXT NOT NULL,
        effects TEXT,
        purposes TEXT,
        note TEXT NOT NULL,
        tree TEXT NOT NULL,
        settles INTEGER NOT NULL,
        updated_ms INTEGER NOT NULL,
        PRIMARY KEY (key, pack, tagger)
    ) STRICT;
",
    // What people decided about names of parties.
    "
    CREATE TABLE party_decisions (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        verdict TEXT NOT NULL,
        a TEXT NOT NULL,
        b TEXT NOT NULL,
        note TEXT NOT NULL,
        decided_ms INTEGER NOT NULL,
        undone_ms INTEGER
    ) STRICT;
",
    // What the search of a project looks for, as JSON: it is read and written as a whole.
    "ALTER TABLE projects ADD COLUMN elements TEXT NOT NULL DEFAULT '[]';",
];

/// The open database. One connection behind a lock: statements here take microseconds.
pub struct Database {
    connection: Mutex<Connection>,
}

impl Database {
    /// Opens the database of a data folder, making it where there is none, and brings its schema up to date.
    ///
    /// # Errors
    /// [`Error::Incompatible`] for a file of a newer version, [`Error::Database`] for one that cannot be used.
    pub fn open(data: &Path) -> Result<Self> {
        let path = data.join(FILE_NAME);
        std::fs::create_dir_all(data).map_err(|source| Error::Folder { path: path.clone(), source })?;
        let failed = |source| Error::Database { action: "open the tables", source };
        let mut connection = Connection::open(&path).map_err(failed)?;
        connection.busy_timeout(BUSY_TIMEOUT).map_err(failed)?;
        // WAL: readers never wait for the writer. NORMAL: a power cut may lose the last moments, never the file.
        connection.pragma_update(None, "journal_mode", "WAL").map_err(failed)?;
        connection.pragma_update(None, "synchronous", "NORMAL").map_err(failed)?;
        connection.pragma_update(None, "foreign_keys", "ON").map_err(failed)?;
        migrate(&mut connection, &path)?;
        Ok(Self { connection: Mutex::new(connection) })
    }

    /// Writes the whole database to a new file, as it is at this moment, while others go on using it.
    ///
    /// # Errors
    /// [`Error::Database`], also where the file is there already.
    pub fn save_to(&self, file: &Path) -> Result<()> {
        let file = file.to_string_lossy().into_owned();
        self.run("save the tables", |connection| connection.execute("VACUUM INTO ?", [file]).map(|_| ()))
    }

    /// Runs statements; `action` completes "cannot …" in the error.
    pub(super) fn run<T>(
        &self,
        action: &'static str,
        statements: impl FnOnce(&mut Connection) -> rusqlite::Result<T>,
    ) -> Result<T> {
        statements(&mut self.lock()).map_err(|source| Error::Database { action, source })
    }

    /// Runs statements that may also refuse for reasons of their own.
    pub(super) fn try_run<T>(
        &self,
        action: &'static str,
        statements: impl FnOnce(&mut Connection) -> rusqlite::Result<Result<T>>,
    ) -> Result<T> {
        self.run(action, statements)?
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        // A panic between two statements leaves no half transaction: it is rolled back when dropped.
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn migrate(connection: &mut Connection, path: &Path) -> Result<()> {
    let failed = |source| Error::Database { action: "update the tables", source };
    // Immediate: of two processes that start together, the second sees what the first has done.
    let transaction =
        connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).map_err(failed)?;
    let done: u32 = transaction.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(failed)?;
    let expected = u32::try_from(MIGRATIONS.len()).expect("a handful of steps");
    if done > expected {
        return Err(Error::Incompatible { path: path.to_owned(), found: done, expected });
    }
    for step in MIGRATIONS.iter().skip(done as usize) {
        transaction.execute_batch(step).map_err(failed)?;
    }
    transaction.pragma_update(None, "user_version", expected).map_err(failed)?;
    transaction.commit().map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Classify, ErrorKind};

    #[test]
    fn a_database_opens_again() {
        let dir = tempfile::tempdir().unwrap();
        for _ in 0..2 {
            let database = Database::open(dir.path()).unwrap();
            let version: u32 = database
                .run("count", |c| c.pragma_query_value(None, "user_version", |row| row.get(0)))
                .unwrap();
            assert_eq!(version as usize, MIGRATIONS.len());
        }
    }

    #[test]
    fn a_saved_database_opens_as_one() {
        let (dir, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let database = Database::open(dir.path()).unwrap();
        database.run("add", |c| c.execute("INSERT INTO accounts VALUES ('a', 'admin', 'x', 0)", [])).unwrap();
        database.save_to(&other.path().join(FILE_NAME)).unwrap();
        assert!(crate::workspace::accounts::any(&Database::open(other.path()).unwrap()).unwrap());
        assert!(
            database.save_to(&other.path().join(FILE_NAME)).is_err(),
            "an older copy is never overwritten"
        );
    }

    #[test]
    fn a_newer_or_foreign_file_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let database = Database::open(dir.path()).unwrap();
        database.run("raise", |c| c.pragma_update(None, "user_version", 99)).unwrap();
        drop(database);
        let kind = |dir: &Path| Database::open(dir).err().map(|error| error.kind());
        assert_eq!(kind(dir.path()), Some(ErrorKind::Incompatible));
        let other = tempfile::tempdir().unwrap();
        std::fs::write(other.path().join(FILE_NAME), "patents ".repeat(1000)).unwrap();
        assert_eq!(kind(other.path()), Some(ErrorKind::Corrupt));
    }
}
