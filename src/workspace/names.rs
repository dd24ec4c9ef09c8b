//! What people decided about names of parties: two names are one organisation, or they are not.
//!
//! A decision names spellings as they are printed, so it outlives every reading of the corpus. Undoing one leaves the
//! others as they are and keeps the row, with the time; what decisions mean for organisations is for `analytics::party`.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};

use super::database::Database;
use super::error::{Error, Result};

/// The most decisions in force.
pub const MAX_DECISIONS: usize = 100_000;

/// The most characters of a name in a decision.
pub const MAX_DECISION_NAME_CHARS: usize = 500;

/// What was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The two names are one organisation.
    Merge,
    /// They are two.
    Split,
}

impl Verdict {
    fn name(self) -> &'static str {
        match self {
            Self::Merge => "merge",
            Self::Split => "split",
        }
    }
}

/// A decision to be kept. A name is one spelling, or `name@city` where the same name stands for several parties.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDecision {
    /// What was decided.
    pub verdict: Verdict,
    /// One name.
    pub a: String,
    /// The other name.
    pub b: String,
    /// Why, for those who come later.
    #[serde(default)]
    pub note: String,
}

/// A decision that was kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Its number, which undoing takes.
    pub id: i64,
    /// What was decided.
    pub verdict: Verdict,
    /// One name.
    pub a: String,
    /// The other name.
    pub b: String,
    /// Why.
    pub note: String,
    /// When.
    pub decided: Timestamp,
    /// When it was undone; `None` while it holds.
    pub undone: Option<Timestamp>,
}

/// Keeps a decision and returns it.
///
/// # Errors
/// [`Error::DecisionName`] for a name that is empty or too long, [`Error::TooManyDecisions`].
pub fn add(database: &Database, new: &NewDecision, now: Timestamp) -> Result<Decision> {
    for name in [&new.a, &new.b] {
        let n = name.chars().count();
        if name.trim().is_empty() || n > MAX_DECISION_NAME_CHARS {
            let name = name.chars().take(40).collect();
            return Err(Error::DecisionName { name, limit: MAX_DECISION_NAME_CHARS });
        }
    }
    let id = database.run("keep a decision", |connection| {
        let transaction = connection.transaction()?;
        let sql = "SELECT COUNT(*) FROM party_decisions WHERE undone_ms IS NULL";
        let n: i64 = transaction.query_row(sql, [], |row| row.get(0))?;
        if usize::try_from(n).is_ok_and(|n| n >= MAX_DECISIONS) {
            return Ok(None);
        }
        let sql = "INSERT INTO party_decisions (verdict, a, b, note, decided_ms) VALUES (?, ?, ?, ?, ?)";
        let row =
            params![new.verdict.name(), new.a.trim(), new.b.trim(), new.note.trim(), now.as_millisecond()];
        transaction.execute(sql, row)?;
        let id = transaction.last_insert_rowid();
        transaction.commit()?;
        Ok(Some(id))
    })?;
    let id = id.ok_or(Error::TooManyDecisions { limit: MAX_DECISIONS })?;
    get(database, id)?.ok_or(Error::UnknownDecision { id })
}

/// Undoes one decision and returns it; the others stay.
///
/// # Errors
/// [`Error::UnknownDecision`], also for one that was undone before.
pub fn undo(database: &Database, id: i64, now: Timestamp) -> Result<Decision> {
    let changed = database.run("undo a decision", |connection| {
        let sql = "UPDATE party_decisions SET undone_ms = ? WHERE id = ? AND undone_ms IS NULL";
        connection.execute(sql, params![now.as_millisecond(), id])
    })?;
    if changed == 0 {
        return Err(Error::UnknownDecision { id });
    }
    get(database, id)?.ok_or(Error::UnknownDecision { id })
}

/// Returns the decisions in force, oldest first; with `undone` those undone as well.
pub fn list(database: &Database, undone: bool) -> Result<Vec<Decision>> {
    let rows: Vec<Row> = database.run("list the decisions", |connection| {
        let sql = "SELECT id, verdict, a, b, note, decided_ms, undone_ms FROM party_decisions
                   WHERE ?1 OR undone_ms IS NULL ORDER BY id";
        let mut statement = connection.prepare(sql)?;
        let rows = statement.query_map([undone], row)?;
        rows.collect()
    })?;
    rows.into_iter().map(decision).collect()
}

fn get(database: &Database, id: i64) -> Result<Option<Decision>> {
    let found = database.run("read a decision", |connection| {
        let sql = "SELECT id, verdict, a, b, note, decided_ms, undone_ms FROM party_decisions WHERE id = ?";
        connection.query_row(sql, [id], row).optional()
    })?;
    found.map(decision).transpose()
}

type Row = (i64, String, String, String, String, i64, Option<i64>);

fn row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?))
}

fn decision((id, verdict, a, b, note, decided, undone): Row) -> Result<Decision> {
    let verdict = match verdict.as_str() {
        "merge" => Verdict::Merge,
        "split" => Verdict::Split,
        _ => return Err(Error::Value { what: "verdict", value: verdict }),
    };
    let time = |ms: i64| {
        Timestamp::from_millisecond(ms).map_err(|_| Error::Value { what: "time", value: ms.to_string() })
    };
    Ok(Decision { id, verdict, a, b, note, decided: time(decided)?, undone: undone.map(time).transpose()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(verdict: Verdict, a: &str, b: &str) -> NewDecision {
        NewDecision { verdict, a: a.to_owned(), b: b.to_owned(), note: String::new() }
    }

    #[test]
    fn decisions_outlive_the_program_and_are_undone_one_by_one() {
        let dir = tempfile::tempdir().unwrap();
        let now = Timestamp::from_millisecond(1_000).unwrap();
        let database = Database::open(dir.path()).unwrap();
        let first = add(&database, &new(Verdict::Merge, " 甲公司 ", "乙公司"), now).unwrap();
        let second = add(&database, &new(Verdict::Split, "甲公司", "丙公司@北京市"), now).unwrap();
        drop(database);
        let database = Database::open(dir.path()).unwrap();
        assert_eq!(list(&database, false).unwrap(), [first.clone(), second.clone()]);
        assert_eq!(first.a, "甲公司");
        let undone = undo(&database, first.id, now).unwrap();
        assert_eq!(undone.undone, Some(now));
        assert_eq!(list(&database, false).unwrap(), [second]);
        assert_eq!(list(&database, true).unwrap().len(), 2, "what was undone is kept");
        assert!(matches!(undo(&database, first.id, now), Err(Error::UnknownDecision { .. })));
        assert!(matches!(undo(&database, 99, now), Err(Error::UnknownDecision { id: 99 })));
    }

    #[test]
    fn empty_and_endless_names_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        let database = Database::open(dir.path()).unwrap();
        for name in ["", "  ", &"长".repeat(501)] {
            let added = add(&database, &new(Verdict::Merge, name, "乙公司"), Timestamp::UNIX_EPOCH);
            assert!(matches!(added, Err(Error::DecisionName { .. })), "{name}");
        }
        assert!(list(&database, true).unwrap().is_empty());
    }
}
