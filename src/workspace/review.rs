//! Reviewing: what each person decided on each document of a project, and how it came to that.
//!
//! A decision is a person's own; people may differ, and where they do, both stand until somebody settles it
//! ([`Standing::Contested`]). Decisions arrive in batches: each is kept whole in a log, can be undone as one, and can
//! be sent again without harm when its answer was lost.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use super::database::Database;
use super::error::{Error, Result};
use super::projects::{self, check_text, time, touch};

/// The most decisions of one batch.
pub const MAX_BATCH: usize = 10_000;
/// The most characters of a batch's token.
pub const MAX_TOKEN_CHARS: usize = 200;

/// What a person thinks of a document.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Judgement {
    /// It belongs to what the project looks for.
    Relevant,
    /// To be looked at again.
    Maybe,
    /// It does not belong.
    Not,
}

impl Judgement {
    const ALL: [(Self, &'static str); 3] =
        [(Self::Relevant, "relevant"), (Self::Maybe, "maybe"), (Self::Not, "not")];

    fn name(self) -> &'static str {
        Self::ALL.iter().find(|(judgement, _)| *judgement == self).map_or("", |(_, name)| name)
    }

    fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == name).map(|(judgement, _)| *judgement)
    }
}

/// A decision that stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Decision {
    /// The key of the document.
    pub key: String,
    /// Who decided.
    pub who: String,
    /// What.
    pub judgement: Judgement,
    /// Why.
    pub note: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Rises by one with each change by this person.
    pub revision: i64,
}

/// A decision to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDecision {
    /// The key of the document.
    pub key: String,
    /// What; `None` takes the decision back.
    #[serde(default)]
    pub judgement: Option<Judgement>,
    /// Why.
    #[serde(default)]
    pub note: String,
    /// The revision of one's decision that this one was made from; left out where one does not care, 0 for none.
    #[serde(default)]
    pub revision: Option<i64>,
}

/// A decision that was not made, because the person's earlier one is not what they thought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Refusal {
    /// The key of the document.
    pub key: String,
    /// What stands; none where nothing does.
    pub current: Option<Decision>,
}

/// What a batch came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Batch {
    /// Its number, which undoing takes.
    pub id: i64,
    /// Decisions that stand now or were taken back.
    pub n_changed: u32,
    /// Those that were not made.
    pub refused: Vec<Refusal>,
}

/// What all people together say of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Everybody who decided decided this.
    Agreed(Judgement),
    /// People differ.
    Contested,
}

/// A line of the log: what one batch changed for one document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LogEntry {
    /// The batch.
    pub batch: i64,
    /// The key of the document.
    pub key: String,
    /// Who decided.
    pub who: String,
    /// What stood before.
    pub before: Option<Judgement>,
    /// What stands after.
    pub after: Option<Judgement>,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Whether the batch was undone.
    pub undone: bool,
}

/// Makes decisions. With a `token` a batch that was made already is not made again: its outcome is returned.
///
/// # Errors
/// [`Error::UnknownProject`], [`Error::TooMany`], [`Error::Text`]. Decisions that do not fit what stands are no error:
/// they are listed in [`Batch::refused`], and the others are made.
pub fn decide(
    database: &Database,
    project: i64,
    who: &str,
    decisions: &[NewDecision],
    token: Option<&str>,
    now: Timestamp,
) -> Result<Batch> {
    if decisions.len() > MAX_BATCH {
        return Err(Error::TooMany { what: "decisions of one batch", limit: MAX_BATCH as u64 });
    }
    let found = token.unwrap_or_default().chars().count();
    if found > MAX_TOKEN_CHARS {
        return Err(Error::Text { what: "the token", found, limit: MAX_TOKEN_CHARS });
    }
    for decision in decisions {
        check_text("the note", &decision.note)?;
        check_text("the key", &decision.key)?;
    }
    projects::get(database, project)?;
    database.run("keep decisions", |connection| {
        let transaction = connection.transaction()?;
        let sql = "SELECT id, n_changed FROM batches WHERE project = ? AND who = ? AND token = ?";
        let row = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
        let made: Option<(i64, u32)> = if token.is_some() {
            transaction.query_row(sql, params![project, who, token], row).optional()?
        } else {
            None
        };
        if let Some((id, n_changed)) = made {
            return Ok(Batch { id, n_changed, refused: Vec::new() });
        }
        let sql =
            "INSERT INTO batches (project, who, token, n_changed, at_ms, undone) VALUES (?, ?, ?, 0, ?, 0)";
        transaction.execute(sql, params![project, who, token, now.as_millisecond()])?;
        let mut batch = Batch { id: transaction.last_insert_rowid(), n_changed: 0, refused: Vec::new() };
        for new in decisions {
            let current = standing(&transaction, project, &new.key, who)?;
            let revision = current.as_ref().map_or(0, |decision| decision.revision);
            if new.revision.is_some_and(|expected| expected != revision) {
                batch.refused.push(Refusal { key: new.key.clone(), current });
                continue;
            }
            write(&transaction, project, who, &new.key, new.judgement, &new.note, now)?;
            log(&transaction, batch.id, &new.key, current.as_ref(), new)?;
            batch.n_changed += 1;
        }
        transaction
            .execute("UPDATE batches SET n_changed = ? WHERE id = ?", params![batch.n_changed, batch.id])?;
        touch(&transaction, project, now)?;
        transaction.commit()?;
        Ok(batch)
    })
}

/// Undoes a batch of one's own: every document of it stands as it did before, unless decided anew since.
///
/// Undoing twice changes nothing.
///
/// # Errors
/// [`Error::UnknownBatch`] for one that is not this person's.
pub fn undo(database: &Database, project: i64, who: &str, batch: i64, now: Timestamp) -> Result<Batch> {
    database.try_run("undo decisions", |connection| {
        let transaction = connection.transaction()?;
        let sql = "SELECT undone FROM batches WHERE id = ? AND project = ? AND who = ?";
        let undone: Option<bool> =
            transaction.query_row(sql, params![batch, project, who], |row| row.get(0)).optional()?;
        let mut outcome = Batch { id: batch, n_changed: 0, refused: Vec::new() };
        match undone {
            None => return Ok(Err(Error::UnknownBatch { id: batch })),
            Some(true) => return Ok(Ok(outcome)),
            Some(false) => {}
        }
        let sql = "SELECT key, before, before_note, after, after_note FROM decision_log WHERE batch = ? ORDER BY id DESC";
        type Logged = (String, Option<String>, String, Option<String>, String);
        let logged: Vec<Logged> = transaction
            .prepare(sql)?
            .query_map([batch], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)))?
            .collect::<rusqlite::Result<_>>()?;
        for (key, before, before_note, after, after_note) in logged {
            let current = standing(&transaction, project, &key, who)?;
            let as_left = match (&current, after.as_deref().and_then(Judgement::parse)) {
                (None, None) => true,
                (Some(now), Some(then)) => now.judgement == then && now.note == after_note,
                _ => false,
            };
            if !as_left {
                outcome.refused.push(Refusal { key, current });
                continue;
            }
            let judgement = before.as_deref().and_then(Judgement::parse);
            write(&transaction, project, who, &key, judgement, &before_note, now)?;
            outcome.n_changed += 1;
        }
        transaction.execute("UPDATE batches SET undone = 1 WHERE id = ?", [batch])?;
        touch(&transaction, project, now)?;
        transaction.commit()?;
        Ok(Ok(outcome))
    })
}

/// Returns the decisions of a project by document, then person.
///
/// # Errors
/// [`Error::UnknownProject`].
pub fn decisions(database: &Database, project: i64) -> Result<Vec<Decision>> {
    projects::get(database, project)?;
    database.run("list decisions", |connection| {
        let sql = format!("{DECISION} WHERE project = ? ORDER BY key, who");
        connection.prepare(&sql)?.query_map([project], decision)?.collect()
    })
}

/// Returns the keys of all documents that somebody ever decided on, in the order in which they were first decided on.
///
/// # Errors
/// [`Error::UnknownProject`].
pub fn reading_order(database: &Database, project: i64) -> Result<Vec<String>> {
    projects::get(database, project)?;
    database.run("read the log", |connection| {
        let sql = "SELECT l.key FROM decision_log l JOIN batches b ON b.id = l.batch
                   WHERE b.project = ? AND l.after IS NOT NULL GROUP BY l.key ORDER BY min(l.id)";
        connection.prepare(sql)?.query_map([project], |row| row.get(0))?.collect()
    })
}

/// Returns what everybody together says of each document that somebody decided on.
pub fn standings(decisions: &[Decision]) -> BTreeMap<String, Standing> {
    let mut found: BTreeMap<String, Standing> = BTreeMap::new();
    for decision in decisions {
        let own = Standing::Agreed(decision.judgement);
        found
            .entry(decision.key.clone())
            .and_modify(|standing| {
                if *standing != own {
                    *standing = Standing::Contested;
                }
            })
            .or_insert(own);
    }
    found
}

/// Returns the log of a project, the last first, at most `limit` lines.
///
/// # Errors
/// [`Error::UnknownProject`].
pub fn history(database: &Database, project: i64, limit: u32) -> Result<Vec<LogEntry>> {
    projects::get(database, project)?;
    database.run("read the log", |connection| {
        let sql = "SELECT b.id, l.key, b.who, l.before, l.after, b.at_ms, b.undone
                   FROM decision_log l JOIN batches b ON b.id = l.batch
                   WHERE b.project = ? ORDER BY l.id DESC LIMIT ?";
        let judgement = |name: Option<String>| name.as_deref().and_then(Judgement::parse);
        let entry = |row: &Row<'_>| {
            Ok(LogEntry {
                batch: row.get(0)?,
                key: row.get(1)?,
                who: row.get(2)?,
                before: judgement(row.get(3)?),
                after: judgement(row.get(4)?),
                at: time(row, 5)?,
                undone: row.get(6)?,
            })
        };
        connection.prepare(sql)?.query_map(params![project, limit], entry)?.collect()
    })
}

const DECISION: &str = "SELECT key, who, judgement, note, at_ms, revision FROM decisions";

fn standing(
    connection: &Connection,
    project: i64,
    key: &str,
    who: &str,
) -> rusqlite::Result<Option<Decision>> {
    let sql = format!("{DECISION} WHERE project = ? AND key = ? AND who = ?");
    connection.query_row(&sql, params![project, key, who], decision).optional()
}

fn write(
    connection: &Connection,
    project: i64,
    who: &str,
    key: &str,
    judgement: Option<Judgement>,
    note: &str,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let Some(judgement) = judgement else {
        let sql = "DELETE FROM decisions WHERE project = ? AND key = ? AND who = ?";
        return connection.execute(sql, params![project, key, who]).map(|_| ());
    };
    let sql = "INSERT INTO decisions (project, key, who, judgement, note, at_ms, revision) VALUES (?, ?, ?, ?, ?, ?, 1)
               ON CONFLICT (project, key, who) DO UPDATE SET judgement = excluded.judgement, note = excluded.note,
               at_ms = excluded.at_ms, revision = revision + 1";
    connection
        .execute(sql, params![project, key, who, judgement.name(), note, now.as_millisecond()])
        .map(|_| ())
}

fn log(
    connection: &Connection,
    batch: i64,
    key: &str,
    before: Option<&Decision>,
    after: &NewDecision,
) -> rusqlite::Result<()> {
    let sql = "INSERT INTO decision_log (batch, key, before, before_note, after, after_note) VALUES (?, ?, ?, ?, ?, ?)";
    let judgement = before.map(|decision| decision.judgement.name());
    let note = before.map_or("", |decision| decision.note.as_str());
    let new = after.judgement.map(Judgement::name);
    connection.execute(sql, params![batch, key, judgement, note, new, after.note]).map(|_| ())
}

fn decision(row: &Row<'_>) -> rusqlite::Result<Decision> {
    let name: String = row.get(2)?;
    Ok(Decision {
        key: row.get(0)?,
        who: row.get(1)?,
        // A name of a later version reads as undecided rather than as a decision.
        judgement: Judgement::parse(&name).unwrap_or(Judgement::Maybe),
        note: row.get(3)?,
        at: time(row, 4)?,
        revision: row.get(5)?,
    })
}

#[cfg(test)]
mod tests;
