//! Conditions on columns: equal, below in a hierarchy, between two bounds.

use super::error::{Error, Result};
use super::legal::{self, Days};
use super::request::Filters;
use crate::index::{Column, ColumnKind, DocnoSet, Reader, days};
use crate::patent::party::NO_INDUSTRY_TABLE;
use crate::patent::{Date, Symbol};

/// The live documents that meet the filters; `None` where there is no filter.
pub(super) struct Kept {
    /// That meet all filters.
    pub(super) all: Option<DocnoSet>,
    /// That meet all but those on dates.
    pub(super) dates_aside: Option<DocnoSet>,
}

/// Returns the live documents that meet the filters.
pub(super) fn kept(reader: &Reader, filters: &Filters) -> Result<Kept> {
    let mut set: Option<DocnoSet> = None;
    let mut keep = |found: DocnoSet| match &mut set {
        Some(set) => set.intersect(&found),
        None => set = Some(found),
    };
    let lists = [
        ("country", "country", false, &filters.country),
        ("class", "class", true, &filters.class),
        ("applicant", "applicant", false, &filters.applicant),
        ("document_kind", "document_kind", false, &filters.document_kind),
        ("patent_type", "patent_type", false, &filters.patent_type),
        ("language", "language", false, &filters.language),
    ];
    for (field, column, hierarchy, values) in lists {
        if values.is_empty() {
            continue;
        }
        let mut any = DocnoSet::empty(reader.alive().end());
        for value in values {
            any.unite(&compare(reader, field, column, hierarchy, value)?);
        }
        keep(any);
    }
    let days = Days::read(reader, filters.state_on.as_deref(), filters.known_at.as_deref())?;
    if !filters.legal_state.is_empty() {
        keep(legal::documents_in(reader, &filters.legal_state, days)?);
    } else if days.is_some() {
        return Err(Error::Value {
            field: "legal_state".to_owned(),
            value: String::new(),
            expected: "legal state for the day asked for",
            example: "`active` with the day",
        });
    }
    for (column, values) in filters.columns.iter().filter(|(_, values)| !values.is_empty()) {
        if let Some(why) = no_industry(reader, column) {
            return Err(Error::NotExecutable { part: column.clone(), why });
        }
        let mut any = DocnoSet::empty(reader.alive().end());
        for value in values {
            any.unite(&match value.split_once("..") {
                Some((low, high)) => range(reader, column, column, bound(low), bound(high))?,
                None => compare(reader, column, column, false, value)?,
            });
        }
        keep(any);
    }
    if let Some(day) = &filters.before {
        let (first, _) = interval(ColumnKind::Date, "before", day)?;
        keep(between(reader, reader.column("priority_date")?, i64::MIN, first.saturating_sub(1)));
    }
    if filters.from.is_none() && filters.to.is_none() {
        return Ok(Kept { all: set.clone(), dates_aside: set });
    }
    let mut all =
        range(reader, "publication", "publication", filters.from.as_deref(), filters.to.as_deref())?;
    if let Some(set) = &set {
        all.intersect(set);
    }
    Ok(Kept { all: Some(all), dates_aside: set })
}

/// One end of a written range; an empty one is open.
fn bound(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

/// Returns the live documents whose value in a column is `value`, or lies below it in a hierarchy, or within its year or month.
pub(super) fn compare(
    reader: &Reader,
    field: &str,
    column_name: &str,
    hierarchy: bool,
    value: &str,
) -> Result<DocnoSet> {
    let column = reader.column(column_name)?;
    if matches!(column_name, legal::STATE | legal::DETAIL) {
        let (state, days) = Days::cut(reader, value)?;
        return legal::documents_in(reader, &[state.to_owned()], days);
    }
    if column.kind() == ColumnKind::Keyword {
        return keyword_set(reader, column, field, hierarchy, value);
    }
    let (first, last) = interval(column.kind(), field, value)?;
    Ok(between(reader, column, first, last))
}

/// Returns the live documents that stand at a node of a tree or below it: `hes:B` finds `hes:B`, `hes:B1`, `hes:B1a`;
/// `hes` finds all of the tree. Case does not matter.
///
/// What lies below is told by the ids: a level adds letters to digits or digits to letters, so `hes:B1` does not find
/// `hes:B12`. In a tree with other ids a node stands for itself, and `hes:B*` for whatever begins so.
pub(super) fn below_node(reader: &Reader, column_name: &str, value: &str) -> Result<DocnoSet> {
    let column = reader.column(column_name)?;
    let value = value.trim().to_lowercase();
    let (stem, any) = value.strip_suffix('*').map_or((value.as_str(), false), |stem| (stem, true));
    let stem = stem.trim_end_matches(':');
    let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let last = is_digit(stem.chars().next_back());
    let wanted = |keyword: &str| {
        let keyword = keyword.to_lowercase();
        let Some(rest) = keyword.strip_prefix(stem) else { return false };
        match rest.chars().next() {
            None | Some(':') => true,
            next => any || (stem.contains(':') && is_digit(next) != last),
        }
    };
    let n = u32::try_from(column.n_distinct()).unwrap_or(u32::MAX);
    let wanted: Vec<bool> = (0..n).map(|ordinal| wanted(column.keyword(ordinal))).collect();
    Ok(with_ordinals(reader, column, &wanted))
}

/// Returns the live documents whose value lies between two bounds, both included; `None` is open.
pub(super) fn range(
    reader: &Reader,
    field: &str,
    column_name: &str,
    low: Option<&str>,
    high: Option<&str>,
) -> Result<DocnoSet> {
    let column = reader.column(column_name)?;
    if column.kind() == ColumnKind::Keyword {
        return keyword_range(reader, column, field, low, high);
    }
    let lower = low.map(|value| interval(column.kind(), field, value)).transpose()?;
    let upper = high.map(|value| interval(column.kind(), field, value)).transpose()?;
    let (from, to) = (lower.map_or(i64::MIN, |ends| ends.0), upper.map_or(i64::MAX, |ends| ends.1));
    if let (Some(low), Some(high)) = (low, high)
        && from > to
    {
        return Err(backwards(field, low, high));
    }
    Ok(between(reader, column, from, to))
}

/// Returns why classes of industry are not computable, where they are asked for and no table is loaded: the offices
/// publish the tables, a user gives them, and nothing is guessed.
pub(super) fn no_industry(reader: &Reader, column: &str) -> Option<String> {
    let mut columns = reader.columns();
    let is_there = columns.any(|(name, _, version)| name == "industry" && version != NO_INDUSTRY_TABLE);
    (column == "industry" && !is_there).then(|| {
        "not computable: no table loaded; put the official table into the folder `industry` of the data folder \
         and run `patnav derive`"
            .to_owned()
    })
}

/// A class stands for all below it, `*` at the end for anything; other values are compared as written, else in
/// capitals or small letters, else without regard to either.
pub(super) fn keyword_set(
    reader: &Reader,
    column: &Column,
    field: &str,
    hierarchy: bool,
    value: &str,
) -> Result<DocnoSet> {
    let value = value.trim();
    let mut wanted = vec![false; column.n_distinct()];
    let mut want = |ordinals: std::ops::Range<u32>| {
        ordinals.for_each(|ordinal| wanted[ordinal as usize] = true);
    };
    if hierarchy {
        let Some((symbol, _)) = Symbol::parse(&value.trim_end_matches('*').to_uppercase()) else {
            return Err(Error::Value {
                field: field.to_owned(),
                value: value.to_owned(),
                expected: "class symbol",
                example: "`E21C35/24`, `E21C` or `E21`",
            });
        };
        // Everything below a symbol starts with the letters of its group, class or section.
        let stem = symbol.0.split('/').next().unwrap_or_default().to_owned();
        for ordinal in column.prefixed(&stem) {
            if Symbol(column.keyword(ordinal).to_owned()).is_under(&symbol) {
                want(ordinal..ordinal + 1);
            }
        }
    } else if let Some(prefix) = value.strip_suffix('*') {
        want(column.prefixed(prefix));
    } else {
        let folded = value.to_lowercase();
        let spellings = [value.to_owned(), value.to_uppercase(), folded.clone()];
        let mut found: Vec<u32> = spellings.iter().filter_map(|spelling| column.ordinal(spelling)).collect();
        if found.is_empty() {
            let n = u32::try_from(column.n_distinct()).unwrap_or(u32::MAX);
            found.extend((0..n).filter(|ordinal| column.keyword(*ordinal).to_lowercase() == folded));
        }
        for ordinal in found {
            want(ordinal..ordinal + 1);
        }
    }
    Ok(with_ordinals(reader, column, &wanted))
}

fn keyword_range(
    reader: &Reader,
    column: &Column,
    field: &str,
    low: Option<&str>,
    high: Option<&str>,
) -> Result<DocnoSet> {
    if let (Some(low), Some(high)) = (low, high)
        && low > high
    {
        return Err(backwards(field, low, high));
    }
    let n = u32::try_from(column.n_distinct()).unwrap_or(u32::MAX);
    let inside = |ordinal: u32| {
        let keyword = column.keyword(ordinal);
        low.is_none_or(|low| keyword >= low)
            && high.is_none_or(|high| keyword <= high || keyword.starts_with(high))
    };
    let wanted: Vec<bool> = (0..n).map(inside).collect();
    Ok(with_ordinals(reader, column, &wanted))
}

pub(super) fn with_ordinals(reader: &Reader, column: &Column, wanted: &[bool]) -> DocnoSet {
    let mut set = DocnoSet::empty(reader.alive().end());
    if wanted.contains(&true) {
        let holds = |docno: &u32| column.ordinals(*docno).iter().any(|ordinal| wanted[*ordinal as usize]);
        set.extend(reader.alive().iter().filter(holds));
    }
    set
}

pub(super) fn between(reader: &Reader, column: &Column, low: i64, high: i64) -> DocnoSet {
    let mut set = DocnoSet::empty(reader.alive().end());
    let inside = |docno: &u32| column.integer(*docno).is_some_and(|value| (low..=high).contains(&value));
    set.extend(reader.alive().iter().filter(inside));
    set
}

/// Returns the first and last value that a written bound stands for: a year stands for all its days.
pub(super) fn interval(kind: ColumnKind, field: &str, value: &str) -> Result<(i64, i64)> {
    let value = value.trim();
    if kind == ColumnKind::Integer {
        let number = value.parse().map_err(|_| Error::Value {
            field: field.to_owned(),
            value: value.to_owned(),
            expected: "whole number",
            example: "`12`",
        })?;
        return Ok((number, number));
    }
    let no_date = || Error::Value {
        field: field.to_owned(),
        value: value.to_owned(),
        expected: "date",
        example: "`2019`, `2019-08` or `2019-08-02`",
    };
    let digits: String = value.chars().filter(char::is_ascii_digit).collect();
    let plain = value.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | '.' | '/'));
    let parts: Vec<&str> = value.split(['-', '.', '/']).collect();
    let number = |text: &str| text.parse::<i16>().map_err(|_| no_date());
    let small = |text: &str| text.parse::<i8>().map_err(|_| no_date());
    let (year, month, day) = match (parts.as_slice(), digits.len()) {
        _ if !plain => return Err(no_date()),
        ([year], 4) => (number(year)?, None, None),
        ([all], 6) => (number(&all[..4])?, Some(small(&all[4..])?), None),
        ([all], 8) => (number(&all[..4])?, Some(small(&all[4..6])?), Some(small(&all[6..])?)),
        ([year, month], _) => (number(year)?, Some(small(month)?), None),
        ([year, month, day], _) => (number(year)?, Some(small(month)?), Some(small(day)?)),
        _ => return Err(no_date()),
    };
    let first = Date::new(year, month.unwrap_or(1), day.unwrap_or(1)).map_err(|_| no_date())?;
    let last = match (month, day) {
        (_, Some(_)) => first,
        (Some(_), None) => first.last_of_month(),
        (None, None) => first.last_of_year(),
    };
    Ok((days(first), days(last)))
}

fn backwards(field: &str, low: &str, high: &str) -> Error {
    Error::Backwards { field: field.to_owned(), low: low.to_owned(), high: high.to_owned() }
}
