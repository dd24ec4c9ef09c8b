//! The queries of an idea: a line for each element, then all of them, then all but one.
//!
//! Every line is a canonical expression that can be put again by hand; its counts are those of the exact match set
//! under the filters that stand beside it.

use serde::{Deserialize, Serialize};

use super::{Element, SynonymBlock};
use crate::index::{DocnoSet, Operand, Reader, Zone};
use crate::query::{self, Parsed};
use crate::search;
use crate::search::error::{Error, Result};
use crate::search::evaluate;
use crate::search::filter;
use crate::search::page::Groups;
use crate::search::request::{Collapse, Filters};
use crate::search::response::Total;
use crate::search::run::Ranked;

/// Blocks of an element that its query line asks for, those that tell most; more match nothing.
const MAX_BLOCKS: usize = 2;
/// Documents added for each element beyond the best of the whole text.
const BEST_OF_ELEMENT: usize = 3;
/// Words of an element's text that rank its documents.
const MAX_RANKED: usize = 50;

/// A query as it was put, and what came back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct QueryLine {
    /// What it asks: an element, `all`, `all but E2`, `text` (ranked by words and meaning).
    pub purpose: String,
    /// The query, verbatim.
    pub query: String,
    /// The filters beside it.
    pub filters: Filters,
    /// Size of the match set.
    pub total: Total,
    /// Publications beside it that match the query and have no date of publication, so that the filter on dates can
    /// neither keep nor drop them: they are read, and never called prior art.
    pub n_undated: u64,
}

impl QueryLine {
    /// Returns the line of a ranked text; of a long one the head stands for it.
    pub(super) fn ranked(text: &str, filters: &Filters, ranked: &Ranked) -> Self {
        let (total, n_undated) = (ranked.total, ranked.n_undated);
        Self {
            purpose: "text".to_owned(),
            query: text.trim().to_owned(),
            filters: filters.clone(),
            total,
            n_undated,
        }
    }
}

/// The match sets of the elements before the date, undated documents among them.
pub(super) struct Sets(Vec<DocnoSet>);

impl Sets {
    /// Returns how many publications two elements share.
    pub(super) fn both(&self, a: usize, b: usize) -> u64 {
        let mut both = self.0[a].clone();
        both.intersect(&self.0[b]);
        both.len()
    }
}

/// Counts the publications of every block: those that hold one of its words.
pub(super) fn count_blocks(reader: &Reader, elements: &mut [Element]) -> Result<()> {
    for block in elements.iter_mut().flat_map(|element| &mut element.blocks) {
        let mut any = DocnoSet::empty(reader.alive().end());
        for word in block.words() {
            any.unite(&reader.matching(&Zone::TOPIC, Operand::Phrase(&word))?);
        }
        block.n = any.len();
    }
    Ok(())
}

/// Puts the lines of the elements, of all, and of all but one; returns the set of each element under the filters.
pub(super) fn lines(
    reader: &Reader,
    elements: &[Element],
    filters: &Filters,
    lines: &mut Vec<QueryLine>,
) -> Result<Sets> {
    let kept = filter::kept(reader, filters)?.all;
    let undated = undated(reader)?;
    let groups = Groups::new(reader, Collapse::SimpleFamily)?;
    let mut put = |purpose: String, query: String| -> Result<DocnoSet> {
        let mut set = match query::parse(&query).map_err(Error::Syntax)? {
            Parsed::Boolean(expr) => evaluate::alone(reader, &expr, &search::Sets::NONE)?,
            Parsed::Text(text) => reader.matching(&Zone::TOPIC, Operand::Phrase(&text))?,
        };
        let mut without = set.clone();
        without.intersect(&undated);
        if let Some(kept) = &kept {
            set.intersect(kept);
        }
        let families = groups.count(&set).n_groups();
        let total = Total { families, publications: set.len(), exact: true };
        lines.push(QueryLine { purpose, query, filters: filters.clone(), total, n_undated: without.len() });
        set.unite(&without);
        Ok(set)
    };
    let expressions: Vec<String> = elements.iter().map(expression).collect();
    let mut sets = Vec::new();
    for (element, expression) in elements.iter().zip(&expressions) {
        sets.push(put(element.id.clone(), expression.clone())?);
    }
    if elements.len() > 1 {
        put("all".to_owned(), joined(&expressions, None))?;
    }
    if elements.len() > 2 {
        for (n, element) in elements.iter().enumerate() {
            put(format!("all but {}", element.id), joined(&expressions, Some(n)))?;
        }
    }
    Ok(Sets(sets))
}

/// Returns the documents without a date of publication.
pub(super) fn undated(reader: &Reader) -> Result<DocnoSet> {
    let dates = reader.column("publication")?;
    let mut set = DocnoSet::empty(reader.alive().end());
    set.extend(reader.alive().iter().filter(|docno| !dates.has_value(*docno)));
    Ok(set)
}

/// Returns the Boolean draft of an idea: all elements, each with its synonyms.
pub(super) fn draft(elements: &[Element]) -> String {
    let expressions: Vec<String> = elements.iter().map(expression).collect();
    joined(&expressions, None)
}

fn joined(expressions: &[String], without: Option<usize>) -> String {
    let kept =
        expressions.iter().enumerate().filter(|(n, _)| Some(*n) != without).map(|(_, text)| text.as_str());
    let kept: Vec<&str> = kept.collect();
    if kept.len() == 1 { kept[0].to_owned() } else { format!("({})", kept.join(" AND ")) }
}

/// Returns the expression of an element: its rarest blocks, joined by AND, each with all its words.
fn expression(element: &Element) -> String {
    let mut blocks: Vec<(usize, &SynonymBlock)> = element.blocks.iter().enumerate().collect();
    // What no document holds would make the whole line empty; it is left out unless there is nothing else.
    if blocks.iter().any(|(_, block)| block.n > 0) {
        blocks.retain(|(_, block)| block.n > 0);
    }
    blocks.sort_by_key(|(place, block)| (block.n, *place));
    blocks.truncate(MAX_BLOCKS);
    blocks.sort_by_key(|(place, _)| *place);
    let groups: Vec<String> = blocks.into_iter().map(|(_, block)| group(&block.words())).collect();
    match groups.as_slice() {
        [] => quoted(&element.text),
        [one] => one.clone(),
        many => format!("({})", many.join(" AND ")),
    }
}

fn group(words: &[String]) -> String {
    let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    if words.len() == 1 { words[0].clone() } else { format!("({})", words.join(" OR ")) }
}

/// Returns a phrase as an operand; a quote inside would end it.
fn quoted(text: &str) -> String {
    let inside: String = text
        .chars()
        .map(|c| if matches!(c, '"' | '“' | '”' | '＂') || c.is_control() { ' ' } else { c })
        .collect();
    format!("\"{}\"", inside.trim())
}

/// Returns, for each element, the documents that its words rank first within its match set and that are not among
/// the first `limit` of `ranked`.
pub(super) fn best_of_elements(
    reader: &Reader,
    elements: &[Element],
    sets: &Sets,
    ranked: &[u32],
    limit: usize,
) -> Result<Vec<u32>> {
    let groups = Groups::new(reader, Collapse::SimpleFamily)?;
    let mut taken: Vec<u64> = ranked.iter().take(limit).map(|docno| groups.of(*docno)).collect();
    let mut found = Vec::new();
    for (element, set) in elements.iter().zip(&sets.0) {
        let words: Vec<String> = element.blocks.iter().flat_map(SynonymBlock::words).collect();
        let text = if words.is_empty() { element.text.clone() } else { words.join(" ") };
        let best = reader.rank_words(&text, set, MAX_RANKED)?;
        let mut n = 0;
        for (docno, _) in best {
            if n < BEST_OF_ELEMENT && !taken.contains(&groups.of(docno)) {
                taken.push(groups.of(docno));
                found.push(docno);
                n += 1;
            }
        }
    }
    Ok(found)
}
