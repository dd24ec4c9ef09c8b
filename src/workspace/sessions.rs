//! Who is logged in. A session is known by a random token; only its hash is stored, so that a stolen file opens nothing.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};

use super::accounts::{self, Account};
use super::database::Database;
use super::error::Result;

/// Starts a session of an account; sessions that have expired are swept away.
pub fn start(
    database: &Database,
    account: &str,
    token: &str,
    now: Timestamp,
    expires: Timestamp,
) -> Result<()> {
    let (now, expires) = (now.as_millisecond(), expires.as_millisecond());
    database.run("start a session", |connection| {
        connection.execute("DELETE FROM sessions WHERE expires_ms <= ?", [now])?;
        let sql = "INSERT INTO sessions (token_hash, account, created_ms, expires_ms) VALUES (?, ?, ?, ?)";
        connection.execute(sql, params![hash(token), account, now, expires]).map(|_| ())
    })
}

/// Returns the account of a session that has not expired.
pub fn find(database: &Database, token: &str, now: Timestamp) -> Result<Option<Account>> {
    let row: Option<(String, String, i64)> = database.run("read a session", |connection| {
        let sql = "SELECT a.name, a.role, a.created_ms FROM sessions s JOIN accounts a ON a.name = s.account
                   WHERE s.token_hash = ? AND s.expires_ms > ?";
        let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
        connection.query_row(sql, params![hash(token), now.as_millisecond()], read).optional()
    })?;
    row.map(|(name, role, created)| accounts::account(name, &role, created)).transpose()
}

/// Ends a session; one that is not there is no fault.
pub fn end(database: &Database, token: &str) -> Result<()> {
    database.run("end a session", |connection| {
        connection.execute("DELETE FROM sessions WHERE token_hash = ?", [hash(token)]).map(|_| ())
    })
}

/// A fast hash is right here: a token has 256 random bits, unlike a password.
fn hash(token: &str) -> String {
    blake3::hash(token.as_bytes()).to_hex().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::accounts::Role;

    #[test]
    fn a_session_lasts_until_it_expires_ends_or_loses_its_account() {
        let dir = tempfile::tempdir().unwrap();
        let database = Database::open(dir.path()).unwrap();
        let at = |second| Timestamp::from_second(second).unwrap();
        accounts::add(&database, "li", "long enough 1", Role::Admin, &[1; 16], at(0)).unwrap();
        for token in ["expires", "ends", "orphan"] {
            start(&database, "li", token, at(0), at(10)).unwrap();
        }
        let who = |token, second| find(&database, token, at(second)).unwrap().map(|account| account.name);
        assert_eq!(who("expires", 9).as_deref(), Some("li"));
        assert_eq!(who("expires", 10), None);
        assert_eq!(who("other", 0), None);
        end(&database, "ends").unwrap();
        assert_eq!(who("ends", 1), None);
        accounts::remove(&database, "li").unwrap();
        assert_eq!(who("orphan", 1), None);
    }
}
