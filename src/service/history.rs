//! The search of a project, as analyses are given it: its lines with the sets that they name, its elements, and what
//! people decided.

use std::collections::BTreeMap;

use crate::analytics::strategy::{ElementText, LineText, Search, Verdict};
use crate::query::{Dialect, Parsed, SetName, parse_in};
use crate::search::{self, Decided, Sets, sets_needed};
use crate::workspace::projects::{self, Line, Project};
use crate::workspace::review::{self, Judgement, Standing};
use crate::workspace::sets::{self, Content};
use crate::workspace::{Database, Error, Result};

/// Returns the sets that a query needs, with those that these need: lines of the project, where there is one, and
/// named sets. What there is not is left out; the search says so.
///
/// # Errors
/// [`Error::UnknownProject`]; those of the database.
pub fn sets_for(
    database: &Database,
    project: Option<i64>,
    query: &str,
    dialect: Option<Dialect>,
) -> Result<Sets> {
    let lines = project.map(|id| projects::lines(database, id)).transpose()?.unwrap_or_default();
    let mut found = Sets::NONE;
    add_sets(database, &lines, query, dialect, &mut found)?;
    Ok(found)
}

/// The search of a project.
pub struct History {
    /// The project.
    pub project: Project,
    elements: Vec<ElementText>,
    lines: Vec<LineText>,
    sets: Sets,
    judged: BTreeMap<String, Verdict>,
    /// Keys of all documents that were ever decided on, in the order in which they first were.
    pub order: Vec<String>,
}

impl History {
    /// Reads the search of a project.
    ///
    /// # Errors
    /// [`Error::UnknownProject`]; those of the database.
    pub fn load(database: &Database, project: i64) -> Result<Self> {
        let lines = projects::lines(database, project)?;
        let project = projects::get(database, project)?;
        let decisions = review::decisions(database, project.id)?;
        let verdict = |standing| match standing {
            Standing::Agreed(Judgement::Relevant) => Verdict::Relevant,
            Standing::Agreed(Judgement::Not) => Verdict::Not,
            Standing::Agreed(Judgement::Maybe) | Standing::Contested => Verdict::Unsettled,
        };
        let standings = review::standings(&decisions).into_iter();
        let element = |element: &projects::Element| ElementText {
            name: element.name.clone(),
            words: element.words.clone(),
            classes: element.classes.clone(),
            note: element.note.clone(),
        };
        let text = |line: &Line| LineText {
            number: line.number,
            query: line.query.clone(),
            dialect: dialect_of(line),
            note: line.note.clone(),
            who: line.who.clone(),
            added: line.added,
            removed: line.removed,
        };
        Ok(Self {
            sets: sets_of_lines(database, &lines)?,
            lines: lines.iter().map(text).collect(),
            elements: project.elements.iter().map(element).collect(),
            judged: standings.map(|(key, standing)| (key, verdict(standing))).collect(),
            order: review::reading_order(database, project.id)?,
            project,
        })
    }

    /// Returns the number of the last line that was not taken back.
    pub fn last_line(&self) -> Option<u32> {
        self.lines.iter().rfind(|line| !line.removed).map(|line| line.number)
    }

    /// Returns the decisions as the order of reading learns from them, those first that were made first.
    pub fn decided(&self) -> Decided {
        let mut decided = Decided::default();
        for key in &self.order {
            match self.judged.get(key) {
                Some(Verdict::Relevant) => decided.relevant.push(key.clone()),
                Some(Verdict::Not) => decided.not.push(key.clone()),
                Some(Verdict::Unsettled) => decided.unsettled.push(key.clone()),
                // Decided once, and taken back.
                None => {}
            }
        }
        decided
    }

    /// Returns it as analyses take it.
    pub fn search(&self) -> Search<'_> {
        Search {
            name: &self.project.name,
            description: &self.project.description,
            cut_off: self.project.cut_off,
            elements: &self.elements,
            lines: &self.lines,
            sets: &self.sets,
            judged: &self.judged,
        }
    }
}

/// Returns the sets that any of these lines needs.
fn sets_of_lines(database: &Database, lines: &[Line]) -> Result<Sets> {
    let mut found = Sets::NONE;
    for line in lines {
        add_sets(database, lines, &line.query, dialect_of(line), &mut found)?;
    }
    Ok(found)
}

fn add_sets(
    database: &Database,
    lines: &[Line],
    query: &str,
    dialect: Option<Dialect>,
    found: &mut Sets,
) -> Result<()> {
    sets_needed(query, dialect, &mut |name| {
        if found.contains(name) {
            return Ok(None);
        }
        let content = match name {
            SetName::Line(number) => lines
                .iter()
                .find(|line| line.number == *number)
                .map(|line| Content::Query { query: line.query.clone(), dialect: line.dialect.clone() }),
            SetName::Named(written) => match sets::get(database, written) {
                Ok((_, content)) => Some(content),
                Err(Error::UnknownSet { .. }) => None,
                Err(error) => return Err(error),
            },
        };
        Ok(match content {
            None => None,
            Some(Content::Keys(keys)) => {
                found.insert(name.clone(), keys);
                None
            }
            Some(Content::Query { query, dialect }) => {
                let dialect = dialect.parse().ok();
                found.insert_query(name.clone(), query.clone(), dialect);
                Some((query, dialect))
            }
        })
    })
}

/// Returns the dialect of a line; none for a name that this version does not know, so that it is detected.
pub fn dialect_of(line: &Line) -> Option<Dialect> {
    line.dialect.parse().ok()
}

/// Says what is wrong with a line before it is kept: a query that cannot be read, or that names a line or a set that
/// there is not. What is kept can always be put again.
///
/// # Errors
/// [`search::Error::Syntax`], [`search::Error::UnknownSet`]; those of the database.
pub fn check_line<E: From<Error> + From<search::Error>>(
    database: &Database,
    project: i64,
    query: &str,
    dialect: Dialect,
) -> std::result::Result<(), E> {
    let lines = projects::lines(database, project)?;
    let read = parse_in(query, Some(dialect)).map_err(search::Error::Syntax)?;
    let Parsed::Boolean(expr) = read.parsed else { return Ok(()) };
    for name in expr.sets() {
        let known: Vec<String> = match &name {
            SetName::Line(number) if lines.iter().any(|line| line.number == *number) => continue,
            SetName::Line(_) => lines.iter().map(|line| format!("#{}", line.number)).collect(),
            SetName::Named(written) => {
                let all = sets::list(database)?;
                if all.iter().any(|set| set.name == *written) {
                    continue;
                }
                all.into_iter().map(|set| format!("@{}", set.name)).collect()
            }
        };
        return Err(search::Error::UnknownSet { name: name.to_string(), known }.into());
    }
    Ok(())
}
