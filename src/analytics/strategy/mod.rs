//! A search as a document (检索策略): what each line of it finds, adds and excludes, and whether it is enough.
//!
//! ```text
//! elements, lines, decisions ── strategy ────▶ element table · numbered log · what every NOT costs
//!                            ── sufficiency ─▶ saturation · recall of two channels · precision · recall on a known set
//! ```
//!
//! Everything is counted anew on the snapshot that is asked, so the same project on the same snapshot gives the same
//! document. One case is a simple family, as in a search; a decision on a member is one on its family.
//!
//! `judged` carries decisions to families and draws samples, `exclusion` finds the `NOT`s of an expression, `channel`
//! says whether a line searches by words or by classes. The formulas are in [`super::sufficiency`].

mod channel;
mod exclusion;
mod judged;
mod sufficient;

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

use crate::error::{Classify as _, ErrorKind};
use crate::index::{DocnoSet, Reader};
use crate::patent::Date;
use crate::query::{Dialect, Parsed, SetName, parse_in};
use crate::search::{self, Filters, Result, Sets, Snapshot, scope_with, snapshot_of};

pub use channel::Channel;
pub use exclusion::Exclusion;
use judged::Families;
pub use judged::{MAX_SAMPLE, Sample, SampleDocument, Verdict};
pub use sufficient::{ChannelReport, KnownSet, Question, Sufficiency, sufficiency};

/// Keys of one list of documents that an answer holds at most; the count comes with them.
pub const MAX_KEYS: usize = 100;

/// What a project searched and decided.
#[derive(Debug, Clone, Copy)]
pub struct Search<'a> {
    /// What it is called.
    pub name: &'a str,
    /// What it is about.
    pub description: &'a str,
    /// The cut-off date, where it has one.
    pub cut_off: Option<Date>,
    /// What is looked for, part by part.
    pub elements: &'a [ElementText],
    /// The lines by number, those taken back among them.
    pub lines: &'a [LineText],
    /// The lines and named sets that the lines name.
    pub sets: &'a Sets,
    /// What people say of documents, by key.
    pub judged: &'a BTreeMap<String, Verdict>,
}

/// An element of a search: one row of the element table (检索要素表).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ElementText {
    /// What it is called.
    pub name: String,
    /// Its words, of any language; alternatives.
    pub words: Vec<String>,
    /// Its classes; alternatives, each with all below it.
    pub classes: Vec<String>,
    /// Why these.
    pub note: String,
}

/// A line as it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineText {
    /// Its number, from 1.
    pub number: u32,
    /// The query, verbatim.
    pub query: String,
    /// Its dialect; none where it is to be detected.
    pub dialect: Option<Dialect>,
    /// What the searcher thought of it.
    pub note: String,
    /// Who added it.
    pub who: String,
    /// When.
    pub added: jiff::Timestamp,
    /// Whether it was taken back.
    pub removed: bool,
}

/// A search as a document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Strategy {
    /// The data that it was counted on.
    pub snapshot: Snapshot,
    /// What the project is called.
    pub name: String,
    /// What it is about.
    pub description: String,
    /// Its cut-off date. Lines that are to keep to it say so themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub cut_off: Option<Date>,
    /// The element table.
    pub elements: Vec<Element>,
    /// The log by number, lines taken back among them.
    pub lines: Vec<Line>,
    /// Decided documents that this snapshot does not have.
    pub n_not_indexed: u64,
}

/// A row of the element table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = StrategyElement)]
pub struct Element {
    /// What it is called.
    pub name: String,
    /// Its words.
    pub words: Vec<String>,
    /// Its classes.
    pub classes: Vec<String>,
    /// Why these.
    pub note: String,
    /// Its words as an expression (title, abstract, claims, keywords), to be put as a line; none without words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_words: Option<Drafted>,
    /// Its classes as an expression; none without classes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_classes: Option<Drafted>,
}

/// An expression that was made, and what it finds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Drafted {
    /// The expression, in the canonical language.
    pub query: String,
    /// What it finds.
    pub n: Count,
    /// Why it finds nothing, where it cannot be searched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// The size of a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = StrategyCount)]
pub struct Count {
    /// Simple families.
    pub families: u64,
    /// Publications.
    pub publications: u64,
}

/// A line of the log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = StrategyLine)]
pub struct Line {
    /// Its number.
    pub number: u32,
    /// The query, verbatim.
    pub query: String,
    /// The dialect it was read in.
    pub dialect: String,
    /// The canonical, fully bracketed form.
    pub canonical: String,
    /// What the searcher thought of it.
    pub note: String,
    /// Who added it.
    pub who: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub added: jiff::Timestamp,
    /// Whether it was taken back: it still says what it found, and counts for no other line.
    pub removed: bool,
    /// Lines and named sets that it names.
    pub builds_on: Vec<String>,
    /// Lines among them that were taken back; they are still used, as they were asked.
    pub builds_on_removed: Vec<u32>,
    /// Whether it searches by words, by classes and citations, or by both.
    pub channel: Channel,
    /// What it finds.
    pub hits: Count,
    /// What no line before it finds: those taken back left out.
    pub new: Count,
    /// What no line before it finds but those that it builds on, directly or through others.
    pub new_beside_base: Count,
    /// Families of it that were decided on.
    pub n_read: u64,
    /// Relevant ones among them.
    pub n_relevant: u64,
    /// What each of its NOTs takes out.
    pub exclusions: Vec<Exclusion>,
    /// Why it finds nothing, where it cannot be searched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// Returns a search as a document.
///
/// # Errors
/// Those of the index. A line or element that cannot be searched is no error: it says why.
pub fn strategy(reader: &Reader, search: &Search<'_>) -> Result<Strategy> {
    let families = Families::new(reader, search.judged)?;
    let mut elements = Vec::new();
    for element in search.elements {
        elements.push(Element {
            name: element.name.clone(),
            words: element.words.clone(),
            classes: element.classes.clone(),
            note: element.note.clone(),
            by_words: drafted(reader, &families, "tac", &element.words)?,
            by_classes: drafted(reader, &families, "class", &element.classes)?,
        });
    }
    let mut lines = Vec::new();
    let (found, sets) = found(reader, search)?;
    let mut before = Before::default();
    for line in &found {
        let mut report = report(reader, &families, &found, line, &mut before);
        if let (Some(Parsed::Boolean(expr)), None) = (&line.parsed, &line.problem) {
            report.exclusions = exclusion::of(reader, &families, expr, &line.set, &sets)?;
        }
        lines.push(report);
    }
    Ok(Strategy {
        snapshot: snapshot_of(reader),
        name: search.name.to_owned(),
        description: search.description.to_owned(),
        cut_off: search.cut_off,
        elements,
        lines,
        n_not_indexed: families.n_not_indexed,
    })
}

/// A line with what it finds.
struct Found<'a> {
    text: &'a LineText,
    dialect: Dialect,
    canonical: String,
    parsed: Option<Parsed>,
    /// Sets that it names.
    names: Vec<SetName>,
    /// Numbers of the lines that it builds on, directly or through others.
    base: FxHashSet<u32>,
    channel: Channel,
    set: DocnoSet,
    problem: Option<String>,
}

/// Answers every line, in order, so that each is answered once whoever names it. Returns the sets with the answers too.
fn found<'a>(reader: &Reader, search: &Search<'a>) -> Result<(Vec<Found<'a>>, Sets)> {
    let mut sets = search.sets.clone();
    let mut all: Vec<Found<'a>> = Vec::new();
    for text in search.lines {
        let mut line = Found {
            text,
            dialect: text.dialect.unwrap_or_default(),
            canonical: String::new(),
            parsed: None,
            names: Vec::new(),
            base: FxHashSet::default(),
            channel: Channel::Other,
            set: DocnoSet::empty(reader.alive().end()),
            problem: None,
        };
        if let Ok(query) = parse_in(&text.query, text.dialect) {
            line.dialect = query.dialect;
            line.channel = channel::of(&query.parsed, &|number| {
                all.iter().find(|other| other.text.number == number).map(|other| other.channel)
            });
            if let Parsed::Boolean(expr) = &query.parsed {
                line.names = expr.sets();
            }
            line.parsed = Some(query.parsed);
        }
        for name in &line.names {
            if let SetName::Line(number) = name {
                line.base.insert(*number);
                if let Some(other) = all.iter().find(|other| other.text.number == *number) {
                    line.base.extend(&other.base);
                }
            }
        }
        match scope_with(reader, &text.query, text.dialect, &Filters::default(), &sets) {
            Ok(scope) => {
                line.canonical = scope.query.canonical;
                line.set = scope.set;
                sets.insert_found(SetName::Line(text.number), line.set.clone());
            }
            Err(error) => line.problem = Some(problem(error)?),
        }
        all.push(line);
    }
    Ok((all, sets))
}

/// Returns what the caller can mend as a text, and anything else as it is.
fn problem(error: search::Error) -> Result<String> {
    if matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::NotFound) {
        Ok(error.to_string())
    } else {
        Err(error)
    }
}

/// What the lines so far have found.
#[derive(Default)]
struct Before {
    set: Option<DocnoSet>,
    families: FxHashSet<u64>,
}

fn report(
    reader: &Reader,
    families: &Families<'_>,
    all: &[Found<'_>],
    line: &Found<'_>,
    before: &mut Before,
) -> Line {
    let own = families.of(&line.set);
    let new = beyond(&own, &line.set, before.set.as_ref(), &before.families);
    let new_beside_base = if line.base.is_empty() {
        new
    } else {
        let mut others = DocnoSet::empty(reader.alive().end());
        let earlier = all.iter().take_while(|other| other.text.number < line.text.number);
        for other in earlier.filter(|other| !other.text.removed && !line.base.contains(&other.text.number)) {
            others.unite(&other.set);
        }
        beyond(&own, &line.set, Some(&others), &families.of(&others))
    };
    if !line.text.removed {
        match &mut before.set {
            Some(set) => set.unite(&line.set),
            none => *none = Some(line.set.clone()),
        }
        before.families.extend(&own);
    }
    let verdicts: Vec<Verdict> = own.iter().filter_map(|family| families.verdict(*family)).collect();
    let removed = |number: &u32| all.iter().any(|other| other.text.number == *number && other.text.removed);
    let named = line.names.iter().filter_map(|name| match name {
        SetName::Line(number) => Some(*number),
        SetName::Named(_) => None,
    });
    Line {
        number: line.text.number,
        query: line.text.query.clone(),
        dialect: line.dialect.name().to_owned(),
        canonical: line.canonical.clone(),
        note: line.text.note.clone(),
        who: line.text.who.clone(),
        added: line.text.added,
        removed: line.text.removed,
        builds_on: line.names.iter().map(ToString::to_string).collect(),
        builds_on_removed: named.filter(removed).collect(),
        channel: line.channel,
        hits: Count { families: own.len() as u64, publications: line.set.len() },
        new,
        new_beside_base,
        n_read: verdicts.len() as u64,
        n_relevant: verdicts.iter().filter(|verdict| **verdict == Verdict::Relevant).count() as u64,
        exclusions: Vec::new(),
        problem: line.problem.clone(),
    }
}

/// Counts what of a set lies outside another.
fn beyond(
    own: &FxHashSet<u64>,
    set: &DocnoSet,
    other: Option<&DocnoSet>,
    families: &FxHashSet<u64>,
) -> Count {
    let mut rest = set.clone();
    if let Some(other) = other {
        rest.subtract(other);
    }
    Count {
        families: own.iter().filter(|family| !families.contains(family)).count() as u64,
        publications: rest.len(),
    }
}

/// Makes an expression of alternatives in a field and counts what it finds; `None` without alternatives.
fn drafted(
    reader: &Reader,
    families: &Families<'_>,
    field: &str,
    alternatives: &[String],
) -> Result<Option<Drafted>> {
    let given = alternatives.iter().map(|text| text.trim()).filter(|text| !text.is_empty());
    let operands: Vec<String> = given.map(operand).collect();
    let query = match operands.as_slice() {
        [] => return Ok(None),
        [one] => format!("{field}={one}"),
        many => format!("{field}=({})", many.join(" OR ")),
    };
    let dialect = Some(Dialect::Patnav);
    Ok(Some(match scope_with(reader, &query, dialect, &Filters::default(), &Sets::NONE) {
        Ok(scope) => Drafted { query, n: families.count(&scope.set), problem: None },
        Err(error) => Drafted { query, n: Count::default(), problem: Some(problem(error)?) },
    }))
}

/// Returns a word as an operand: as it is where it has wildcards and nothing else that is special, else in quotes.
fn operand(word: &str) -> String {
    let wild = word.contains(['*', '?']);
    let simple = word.chars().all(|c| c.is_alphanumeric() || matches!(c, '*' | '?' | '-' | '/'));
    if wild && simple {
        return word.to_owned();
    }
    let inside: String = word
        .chars()
        .map(|c| if matches!(c, '"' | '“' | '”' | '＂' | '\\') || c.is_control() { ' ' } else { c })
        .collect();
    format!("\"{}\"", inside.trim())
}
