//! Projects, and the query lines of their searches: `#1`, `#2`, … as they were asked.
//!
//! A line keeps its number for good, so that `#3` means the same next year; what is taken back stays as a row and can
//! be brought back. Texts are kept, never vectors or docnos: they outlive every reindexing.
//! What a line finds, and what a set reference means, is computed in `search` from these texts.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use super::database::Database;
use super::error::{Error, Result};

/// The most projects.
pub const MAX_PROJECTS: u32 = 10_000;
/// The most lines of a project.
pub const MAX_LINES: u32 = 1_000;
/// The most characters of a name.
pub const MAX_NAME_CHARS: usize = 200;
/// The most characters of a query line or of any other text here.
pub const MAX_TEXT_CHARS: usize = 1_000_000;

/// The most elements of a project.
pub const MAX_ELEMENTS: usize = 50;
/// The most words, or classes, of an element.
pub const MAX_WORDS: usize = 200;

/// An element of the search of a project: one row of its element table (检索要素表).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ProjectElement)]
pub struct Element {
    /// What it is called.
    pub name: String,
    /// Its words, of any language; alternatives. At most 200.
    #[serde(default)]
    pub words: Vec<String>,
    /// Its classes; alternatives, each with all below it. At most 200.
    #[serde(default)]
    pub classes: Vec<String>,
    /// Why these.
    #[serde(default)]
    pub note: String,
}

/// A project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Project {
    /// The number, given in order.
    pub id: i64,
    /// What people call it.
    pub name: String,
    /// What it is about, what belongs to it and what does not.
    pub description: String,
    /// The cut-off date of its search, where it has one.
    #[schema(value_type = Option<String>, format = Date)]
    pub cut_off: Option<crate::patent::Date>,
    /// What it looks for, part by part.
    pub elements: Vec<Element>,
    /// Rises by one with each change of these fields; a change names the one that it was made from.
    pub revision: i64,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created: Timestamp,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    pub updated: Timestamp,
}

/// What a person says of a project.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProjectText {
    /// What people call it.
    pub name: String,
    /// What it is about.
    #[serde(default)]
    pub description: String,
    /// The cut-off date of its search.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub cut_off: Option<crate::patent::Date>,
    /// What it looks for, part by part, 50 elements at most; a change without any leaves them as they are.
    #[serde(default)]
    pub elements: Option<Vec<Element>>,
}

/// A line of the search of a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Line {
    /// Its number in the project, from 1; `#3` in a later line means line 3.
    pub number: u32,
    /// The query as it was typed.
    pub query: String,
    /// The dialect that it was typed in.
    pub dialect: String,
    /// What the searcher thought of it.
    pub note: String,
    /// Who added it.
    pub who: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub added: Timestamp,
    /// Whether it was taken back.
    pub removed: bool,
    /// Rises by one with each change.
    pub revision: i64,
}

/// A line to be added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLine {
    /// The query.
    pub query: String,
    /// The dialect that it is in; the program's own where it is left out.
    #[serde(default = "own_dialect")]
    pub dialect: String,
    /// What the searcher thinks of it.
    #[serde(default)]
    pub note: String,
}

fn own_dialect() -> String {
    "patnav".to_owned()
}

/// Makes a project.
///
/// # Errors
/// [`Error::Text`] for a name that is empty or too long, [`Error::TooMany`].
pub fn create(database: &Database, text: &ProjectText, now: Timestamp) -> Result<Project> {
    let elements = check(text)?.unwrap_or_else(|| "[]".to_owned());
    database.try_run("make a project", |connection| {
        let n: u32 = connection.query_row("SELECT count(*) FROM projects", [], |row| row.get(0))?;
        if n >= MAX_PROJECTS {
            return Ok(Err(Error::TooMany { what: "projects", limit: u64::from(MAX_PROJECTS) }));
        }
        let sql =
            "INSERT INTO projects (name, description, cut_off, elements, revision, created_ms, updated_ms)
                   VALUES (?, ?, ?, ?, 1, ?, ?)";
        let at = now.as_millisecond();
        let cut_off = text.cut_off.map(|date| date.to_string());
        connection.execute(sql, params![text.name.trim(), text.description, cut_off, elements, at, at])?;
        find(connection, connection.last_insert_rowid()).map(|project| project.ok_or_else(gone))
    })
}

/// Returns all projects, the last changed first.
pub fn list(database: &Database) -> Result<Vec<Project>> {
    database.run("list projects", |connection| {
        let sql = format!("{PROJECT} ORDER BY updated_ms DESC, id DESC");
        connection.prepare(&sql)?.query_map([], project)?.collect()
    })
}

/// Returns a project.
///
/// # Errors
/// [`Error::UnknownProject`].
pub fn get(database: &Database, id: i64) -> Result<Project> {
    database
        .try_run("read a project", |connection| Ok(find(connection, id)?.ok_or(Error::UnknownProject { id })))
}

/// Changes what is said of a project; `revision` is the one that the change was made from.
///
/// # Errors
/// [`Error::UnknownProject`], [`Error::Revision`] where somebody else changed it meanwhile, [`Error::Text`].
pub fn change(
    database: &Database,
    id: i64,
    text: &ProjectText,
    revision: i64,
    now: Timestamp,
) -> Result<Project> {
    let elements = check(text)?;
    database.try_run("change a project", |connection| {
        let transaction = connection.transaction()?;
        let Some(before) = find(&transaction, id)? else { return Ok(Err(Error::UnknownProject { id })) };
        if before.revision != revision {
            return Ok(Err(Error::Revision { what: "project", given: revision, current: before.revision }));
        }
        let sql =
            "UPDATE projects SET name = ?, description = ?, cut_off = ?, elements = coalesce(?, elements),
                   revision = revision + 1, updated_ms = ? WHERE id = ?";
        let cut_off = text.cut_off.map(|date| date.to_string());
        let at = now.as_millisecond();
        transaction.execute(sql, params![text.name.trim(), text.description, cut_off, elements, at, id])?;
        let after = find(&transaction, id)?.ok_or_else(gone);
        transaction.commit()?;
        Ok(after)
    })
}

/// Removes a project with everything in it.
///
/// # Errors
/// [`Error::UnknownProject`].
pub fn remove(database: &Database, id: i64) -> Result<()> {
    database.try_run("remove a project", |connection| {
        let n = connection.execute("DELETE FROM projects WHERE id = ?", [id])?;
        Ok(if n > 0 { Ok(()) } else { Err(Error::UnknownProject { id }) })
    })
}

/// Adds a line to a project and returns it with its number.
///
/// # Errors
/// [`Error::UnknownProject`], [`Error::TooMany`], [`Error::Text`].
pub fn add_line(
    database: &Database,
    project: i64,
    line: &NewLine,
    who: &str,
    now: Timestamp,
) -> Result<Line> {
    check_text("the query", &line.query)?;
    check_text("the note", &line.note)?;
    if line.query.trim().is_empty() {
        return Err(Error::Text { what: "the query", found: 0, limit: MAX_TEXT_CHARS });
    }
    database.try_run("add a query line", |connection| {
        let transaction = connection.transaction()?;
        if find(&transaction, project)?.is_none() {
            return Ok(Err(Error::UnknownProject { id: project }));
        }
        let sql = "SELECT coalesce(max(number), 0) FROM query_lines WHERE project = ?";
        let last: u32 = transaction.query_row(sql, [project], |row| row.get(0))?;
        if last >= MAX_LINES {
            return Ok(Err(Error::TooMany { what: "query lines of a project", limit: u64::from(MAX_LINES) }));
        }
        let sql = "INSERT INTO query_lines (project, number, query, dialect, note, who, added_ms, removed, revision)
                   VALUES (?, ?, ?, ?, ?, ?, ?, 0, 1)";
        let at = now.as_millisecond();
        transaction.execute(sql, params![project, last + 1, line.query, line.dialect, line.note, who, at])?;
        touch(&transaction, project, now)?;
        let added = find_line(&transaction, project, last + 1)?.ok_or_else(gone);
        transaction.commit()?;
        Ok(added)
    })
}

/// Returns the lines of a project by number, those taken back among them.
///
/// # Errors
/// [`Error::UnknownProject`].
pub fn lines(database: &Database, project: i64) -> Result<Vec<Line>> {
    get(database, project)?;
    database.run("list query lines", |connection| {
        let sql = format!("{LINE} WHERE project = ? ORDER BY number");
        connection.prepare(&sql)?.query_map([project], line)?.collect()
    })
}

/// What may be changed in a line; a query is never rewritten, for later lines refer to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LineChange {
    /// The revision that the change was made from.
    pub revision: i64,
    /// Another note.
    #[serde(default)]
    pub note: Option<String>,
    /// `true` takes the line back, `false` brings it back.
    #[serde(default)]
    pub removed: Option<bool>,
}

/// Changes a line.
///
/// # Errors
/// [`Error::UnknownLine`], [`Error::Revision`], [`Error::Text`].
pub fn change_line(
    database: &Database,
    project: i64,
    number: u32,
    change: &LineChange,
    now: Timestamp,
) -> Result<Line> {
    check_text("the note", change.note.as_deref().unwrap_or_default())?;
    database.try_run("change a query line", |connection| {
        let transaction = connection.transaction()?;
        let Some(before) = find_line(&transaction, project, number)? else {
            return Ok(Err(Error::UnknownLine { project, number }));
        };
        if before.revision != change.revision {
            let current = before.revision;
            return Ok(Err(Error::Revision { what: "query line", given: change.revision, current }));
        }
        let sql = "UPDATE query_lines SET note = coalesce(?, note), removed = coalesce(?, removed),
                   revision = revision + 1 WHERE project = ? AND number = ?";
        transaction.execute(sql, params![change.note, change.removed, project, number])?;
        touch(&transaction, project, now)?;
        let after = find_line(&transaction, project, number)?.ok_or_else(gone);
        transaction.commit()?;
        Ok(after)
    })
}

const PROJECT: &str =
    "SELECT id, name, description, cut_off, elements, revision, created_ms, updated_ms FROM projects";
const LINE: &str = "SELECT number, query, dialect, note, who, added_ms, removed, revision FROM query_lines";

fn find(connection: &Connection, id: i64) -> rusqlite::Result<Option<Project>> {
    connection.query_row(&format!("{PROJECT} WHERE id = ?"), [id], project).optional()
}

fn find_line(connection: &Connection, project: i64, number: u32) -> rusqlite::Result<Option<Line>> {
    let sql = format!("{LINE} WHERE project = ? AND number = ?");
    connection.query_row(&sql, params![project, number], line).optional()
}

/// Notes that something in a project changed, without touching its revision.
pub(super) fn touch(connection: &Connection, project: i64, now: Timestamp) -> rusqlite::Result<()> {
    let sql = "UPDATE projects SET updated_ms = ? WHERE id = ?";
    connection.execute(sql, params![now.as_millisecond(), project]).map(|_| ())
}

fn project(row: &Row<'_>) -> rusqlite::Result<Project> {
    let cut_off: Option<String> = row.get(3)?;
    let elements: String = row.get(4)?;
    Ok(Project {
        id: row.get(0)?,
        name: row.get(1)?,
        description: row.get(2)?,
        cut_off: cut_off.and_then(|date| date.parse().ok()),
        // What another version wrote otherwise reads as none rather than as an error for the whole project.
        elements: serde_json::from_str(&elements).unwrap_or_default(),
        revision: row.get(5)?,
        created: time(row, 6)?,
        updated: time(row, 7)?,
    })
}

fn line(row: &Row<'_>) -> rusqlite::Result<Line> {
    Ok(Line {
        number: row.get(0)?,
        query: row.get(1)?,
        dialect: row.get(2)?,
        note: row.get(3)?,
        who: row.get(4)?,
        added: time(row, 5)?,
        removed: row.get(6)?,
        revision: row.get(7)?,
    })
}

/// Reads a time in milliseconds; one out of range is the beginning of time.
pub(super) fn time(row: &Row<'_>, column: usize) -> rusqlite::Result<Timestamp> {
    let at: i64 = row.get(column)?;
    Ok(Timestamp::from_millisecond(at).unwrap_or(Timestamp::UNIX_EPOCH))
}

/// What cannot happen inside a transaction: a row that was just written is not there.
pub(super) fn gone() -> Error {
    Error::Value { what: "row", value: "missing after it was written".to_owned() }
}

/// Checks what a person says of a project; returns its elements as they are stored, `None` where it says nothing of them.
fn check(text: &ProjectText) -> Result<Option<String>> {
    check_name(&text.name)?;
    check_text("the description", &text.description)?;
    let Some(elements) = &text.elements else { return Ok(None) };
    if elements.len() > MAX_ELEMENTS {
        return Err(Error::TooMany { what: "elements of a project", limit: MAX_ELEMENTS as u64 });
    }
    for element in elements {
        check_name(&element.name)?;
        check_text("the note", &element.note)?;
        for (what, words) in
            [("words of an element", &element.words), ("classes of an element", &element.classes)]
        {
            if words.len() > MAX_WORDS {
                return Err(Error::TooMany { what, limit: MAX_WORDS as u64 });
            }
            words.iter().try_for_each(|word| check_name(word))?;
        }
    }
    Ok(Some(serde_json::to_string(elements).unwrap_or_else(|_| "[]".to_owned())))
}

pub(super) fn check_name(name: &str) -> Result<()> {
    let found = name.trim().chars().count();
    if found == 0 || found > MAX_NAME_CHARS {
        return Err(Error::Text { what: "the name", found, limit: MAX_NAME_CHARS });
    }
    Ok(())
}

pub(super) fn check_text(what: &'static str, text: &str) -> Result<()> {
    // Bytes bound characters from above, and most texts are far below.
    if text.len() > MAX_TEXT_CHARS {
        let found = text.chars().count();
        if found > MAX_TEXT_CHARS {
            return Err(Error::Text { what, found, limit: MAX_TEXT_CHARS });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millisecond(ms).unwrap()
    }

    fn database() -> (tempfile::TempDir, Database) {
        let dir = tempfile::tempdir().unwrap();
        let database = Database::open(dir.path()).unwrap();
        (dir, database)
    }

    fn text(name: &str) -> ProjectText {
        ProjectText { name: name.to_owned(), ..ProjectText::default() }
    }

    fn query(text: &str) -> NewLine {
        NewLine { query: text.to_owned(), dialect: own_dialect(), note: String::new() }
    }

    #[test]
    fn two_people_who_change_one_project_are_told() {
        let (_dir, database) = database();
        let project = create(&database, &text("煤岩识别"), at(1)).unwrap();
        let changed = change(&database, project.id, &text("煤岩界面识别"), 1, at(2)).unwrap();
        assert_eq!((changed.revision, changed.name.as_str()), (2, "煤岩界面识别"));
        let late = change(&database, project.id, &text("other"), 1, at(3));
        assert!(matches!(late, Err(Error::Revision { given: 1, current: 2, .. })));
        assert_eq!(get(&database, project.id).unwrap(), changed, "nothing of the late change is there");
    }

    #[test]
    fn elements_stay_unless_a_change_names_them() {
        let (_dir, database) = database();
        let element = |name: &str| Element {
            name: name.to_owned(),
            words: vec!["储氢".to_owned(), "hydrogen storage".to_owned()],
            classes: vec!["F17C11/00".to_owned()],
            note: String::new(),
        };
        let with = |elements: Option<Vec<Element>>| ProjectText { elements, ..text("p") };
        let made = create(&database, &with(Some(vec![element("储氢")])), at(1)).unwrap();
        assert_eq!(made.elements, [element("储氢")]);
        assert_eq!(change(&database, made.id, &with(None), 1, at(2)).unwrap().elements, made.elements);
        assert!(change(&database, made.id, &with(Some(vec![])), 2, at(3)).unwrap().elements.is_empty());
        let many = with(Some(vec![element("x"); MAX_ELEMENTS + 1]));
        assert!(matches!(create(&database, &many, at(1)), Err(Error::TooMany { .. })));
        let nameless = with(Some(vec![element(" ")]));
        assert!(matches!(create(&database, &nameless, at(1)), Err(Error::Text { .. })));
    }

    #[test]
    fn lines_keep_their_numbers_and_can_be_taken_back_and_brought_back() {
        let (_dir, database) = database();
        let project = create(&database, &text("p"), at(1)).unwrap().id;
        for number in 1..=3 {
            let line = add_line(&database, project, &query(&format!("ti=a{number}")), "li", at(2)).unwrap();
            assert_eq!(line.number, number);
        }
        let back = LineChange { revision: 1, note: Some("noise".to_owned()), removed: Some(true) };
        assert!(change_line(&database, project, 3, &back, at(3)).unwrap().removed);
        assert_eq!(add_line(&database, project, &query("b"), "li", at(4)).unwrap().number, 4);
        let again = LineChange { revision: 2, note: None, removed: Some(false) };
        let line = change_line(&database, project, 3, &again, at(5)).unwrap();
        assert_eq!((line.removed, line.note.as_str(), line.query.as_str()), (false, "noise", "ti=a3"));
        assert_eq!(lines(&database, project).unwrap().len(), 4);
        let unknown = change_line(&database, project, 9, &again, at(5));
        assert!(matches!(unknown, Err(Error::UnknownLine { number: 9, .. })));
    }

    #[test]
    fn what_cannot_be_kept_is_refused() {
        let (_dir, database) = database();
        for name in ["", "  ", &"长".repeat(MAX_NAME_CHARS + 1)] {
            assert!(matches!(create(&database, &text(name), at(1)), Err(Error::Text { .. })), "{name}");
        }
        let unknown = add_line(&database, 7, &query("a"), "li", at(1));
        assert!(matches!(unknown, Err(Error::UnknownProject { id: 7 })));
        let project = create(&database, &text("p"), at(1)).unwrap().id;
        assert!(matches!(add_line(&database, project, &query(" "), "li", at(1)), Err(Error::Text { .. })));
        remove(&database, project).unwrap();
        assert!(matches!(remove(&database, project), Err(Error::UnknownProject { .. })));
        assert!(list(&database).unwrap().is_empty());
    }
}
