//! Named sets of documents (文献集): a list of keys that stays, or a query that is asked anew on each snapshot.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use super::database::Database;
use super::error::{Error, Result};
use super::projects::{check_name, check_text, gone, time};

/// The most sets.
pub const MAX_SETS: u32 = 10_000;
/// The most keys of a static set.
pub const MAX_MEMBERS: usize = 5_000_000;

/// A set as lists show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Set {
    /// Its name; `@name` in a query means it.
    pub name: String,
    /// The query of a live set; none for a static one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// The dialect of that query.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dialect: Option<String>,
    /// Keys of a static set; 0 for a live one, whose size depends on the snapshot.
    pub n_keys: u32,
    /// Where it came from, for the record.
    pub note: String,
    /// Rises by one with each change.
    pub revision: i64,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    pub updated: Timestamp,
}

/// What a set holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// These documents, whatever is indexed later.
    Keys(Vec<String>),
    /// Whatever this query finds.
    Query {
        /// The query.
        query: String,
        /// Its dialect.
        dialect: String,
    },
}

/// Saves a set under a name. `revision` is that of the set which it replaces, `None` for a new one.
///
/// # Errors
/// [`Error::Revision`] where there is such a set and another revision (or none) was given, [`Error::Text`],
/// [`Error::TooMany`].
pub fn put(
    database: &Database,
    name: &str,
    content: &Content,
    note: &str,
    revision: Option<i64>,
    now: Timestamp,
) -> Result<Set> {
    check_name(name)?;
    check_text("the note", note)?;
    let keys = match content {
        Content::Keys(keys) => keys.as_slice(),
        Content::Query { query, .. } => {
            check_text("the query", query)?;
            &[]
        }
    };
    if keys.len() > MAX_MEMBERS {
        return Err(Error::TooMany { what: "keys of a set", limit: MAX_MEMBERS as u64 });
    }
    database.try_run("save a set", |connection| {
        let transaction = connection.transaction()?;
        let before = find(&transaction, name)?;
        let current = before.as_ref().map(|set| set.revision);
        if current != revision {
            let (given, current) = (revision.unwrap_or(0), current.unwrap_or(0));
            return Ok(Err(Error::Revision { what: "set", given, current }));
        }
        let n: u32 = transaction.query_row("SELECT count(*) FROM sets", [], |row| row.get(0))?;
        if before.is_none() && n >= MAX_SETS {
            return Ok(Err(Error::TooMany { what: "sets", limit: u64::from(MAX_SETS) }));
        }
        let (query, dialect) = match content {
            Content::Keys(_) => (None, None),
            Content::Query { query, dialect } => (Some(query), Some(dialect)),
        };
        let sql = "INSERT OR REPLACE INTO sets (name, query, dialect, note, revision, updated_ms)
                   VALUES (?, ?, ?, ?, ?, ?)";
        let next = current.unwrap_or(0) + 1;
        transaction.execute(sql, params![name, query, dialect, note, next, now.as_millisecond()])?;
        transaction.execute("DELETE FROM set_members WHERE name = ?", [name])?;
        let mut insert =
            transaction.prepare("INSERT OR IGNORE INTO set_members (name, key) VALUES (?, ?)")?;
        for key in keys {
            insert.execute([name, key])?;
        }
        drop(insert);
        let saved = find(&transaction, name)?.ok_or_else(gone);
        transaction.commit()?;
        Ok(saved)
    })
}

/// Returns all sets by name.
pub fn list(database: &Database) -> Result<Vec<Set>> {
    database.run("list sets", |connection| {
        connection.prepare(&format!("{SET} ORDER BY name"))?.query_map([], set)?.collect()
    })
}

/// Returns a set and what it holds; keys in order.
///
/// # Errors
/// [`Error::UnknownSet`].
pub fn get(database: &Database, name: &str) -> Result<(Set, Content)> {
    database.try_run("read a set", |connection| {
        let Some(set) = find(connection, name)? else {
            return Ok(Err(Error::UnknownSet { name: name.to_owned() }));
        };
        if let Some(query) = &set.query {
            let dialect = set.dialect.clone().unwrap_or_default();
            let content = Content::Query { query: query.clone(), dialect };
            return Ok(Ok((set, content)));
        }
        let sql = "SELECT key FROM set_members WHERE name = ? ORDER BY key";
        let keys: Vec<String> =
            connection.prepare(sql)?.query_map([name], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        Ok(Ok((set, Content::Keys(keys))))
    })
}

/// Removes a set.
///
/// # Errors
/// [`Error::UnknownSet`].
pub fn remove(database: &Database, name: &str) -> Result<()> {
    database.try_run("remove a set", |connection| {
        let n = connection.execute("DELETE FROM sets WHERE name = ?", [name])?;
        Ok(if n > 0 { Ok(()) } else { Err(Error::UnknownSet { name: name.to_owned() }) })
    })
}

const SET: &str = "SELECT name, query, dialect, (SELECT count(*) FROM set_members m WHERE m.name = s.name),
                   note, revision, updated_ms FROM sets s";

fn find(connection: &Connection, name: &str) -> rusqlite::Result<Option<Set>> {
    connection.query_row(&format!("{SET} WHERE s.name = ?"), [name], set).optional()
}

fn set(row: &Row<'_>) -> rusqlite::Result<Set> {
    Ok(Set {
        name: row.get(0)?,
        query: row.get(1)?,
        dialect: row.get(2)?,
        n_keys: row.get(3)?,
        note: row.get(4)?,
        revision: row.get(5)?,
        updated: time(row, 6)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_kept_replaced_and_removed() {
        let dir = tempfile::tempdir().unwrap();
        let database = Database::open(dir.path()).unwrap();
        let now = Timestamp::UNIX_EPOCH;
        let keys = |keys: &[&str]| Content::Keys(keys.iter().map(|key| (*key).to_owned()).collect());
        let first = put(&database, "核心", &keys(&["CN2A", "CN1A", "CN2A"]), "", None, now).unwrap();
        assert_eq!((first.n_keys, first.revision), (2, 1));
        assert_eq!(get(&database, "核心").unwrap().1, keys(&["CN1A", "CN2A"]));
        let again = put(&database, "核心", &keys(&[]), "", None, now);
        assert!(matches!(again, Err(Error::Revision { given: 0, current: 1, .. })));
        let live = Content::Query { query: "ti=储氢".to_owned(), dialect: "patnav".to_owned() };
        let second = put(&database, "核心", &live, "", Some(1), now).unwrap();
        assert_eq!((second.n_keys, second.revision), (0, 2));
        assert_eq!(get(&database, "核心").unwrap().1, live);
        remove(&database, "核心").unwrap();
        assert!(matches!(get(&database, "核心"), Err(Error::UnknownSet { .. })));
        assert!(list(&database).unwrap().is_empty());
    }
}
