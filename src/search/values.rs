//! Values of columns: a term of a query against them, and ranges.

use super::error::{Error, Result};
use super::evaluate::Context;
use super::filter;
use crate::index::{Column, ColumnKind, DocnoSet, Reader};
use crate::patent::Symbol;
use crate::query::{Bound, Field, Matching, Piece, RangeCondition, Target, Term};
use crate::text::normalize::fold;

/// Returns the documents with a value that a term stands for, by column or number.
pub(super) fn matching(
    context: Context<'_>,
    field: &Field,
    matching: Matching,
    term: &Term,
) -> Result<DocnoSet> {
    let reader = context.reader;
    let name = match (field.target(), matching) {
        (Target::Number, _) => {
            let text = term.text().ok_or_else(|| wildcard(field, term))?;
            let mut set = DocnoSet::empty(reader.alive().end());
            set.extend(reader.by_number(text));
            return Ok(set);
        }
        (Target::Missing(why), _) => {
            return Err(Error::NotExecutable { part: field.name.clone(), why: why.to_owned() });
        }
        (Target::Column { name, .. }, _) => name,
        (_, Matching::Exactly) => {
            let none = || Error::NotExecutable {
                part: field.name.clone(),
                why: "it has no whole values to compare with; write `=`".to_owned(),
            };
            field.whole_column().ok_or_else(none)?
        }
        _ => return Err(wildcard(field, term)),
    };
    let column = column_of(reader, field, name)?;
    if column.kind() != ColumnKind::Keyword {
        let text = term.text().ok_or_else(|| wildcard(field, term))?;
        return filter::compare(reader, &field.name, name, false, text);
    }
    let hierarchy = matches!(field.target(), Target::Column { hierarchy: true, .. });
    match (term.text(), matching) {
        (Some(text), Matching::Exactly) if hierarchy => {
            let symbol =
                Symbol::parse(&text.to_uppercase()).map_or_else(|| text.to_owned(), |(symbol, _)| symbol.0);
            Ok(equal(reader, column, &symbol))
        }
        (Some(text), Matching::Exactly) => Ok(equal(reader, column, text)),
        (Some(text), Matching::Holds) => {
            if let Some(set) = context.seen.state_in(reader, name, text)? {
                return Ok(set);
            }
            if field.is_tree() {
                return filter::below_node(reader, name, text);
            }
            filter::compare(reader, &field.name, name, hierarchy, text)
        }
        (None, _) => Ok(fitting(reader, column, term)),
    }
}

/// Returns a column of a field.
///
/// # Errors
/// [`Error::NotExecutable`] for a derived column that this snapshot does not have.
fn column_of<'a>(reader: &'a Reader, field: &Field, name: &str) -> Result<&'a Column> {
    if let Some(why) = filter::no_industry(reader, name) {
        return Err(Error::NotExecutable { part: field.name.clone(), why });
    }
    reader.column(name).map_err(|_| Error::NotExecutable {
        part: field.name.clone(),
        why: format!("this index has no column `{name}`; make its derived columns with `patnav derive`"),
    })
}

/// Returns the live documents with this value, case and width aside.
pub(super) fn equal(reader: &Reader, column: &Column, value: &str) -> DocnoSet {
    let plain = |text: &str| fold(text.trim()).text.to_lowercase();
    let folded = plain(value);
    let exact = column.ordinal(value.trim());
    let same = |ordinal: u32, keyword: &str| Some(ordinal) == exact || plain(keyword) == folded;
    with(reader, column, same)
}

/// Returns the live documents with a value that fits a pattern, case aside.
fn fitting(reader: &Reader, column: &Column, term: &Term) -> DocnoSet {
    let pieces: Vec<Piece> = term
        .pieces
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) => Piece::Text(text.to_lowercase()),
            other => other.clone(),
        })
        .collect();
    with(reader, column, |_, keyword| fits(&pieces, &keyword.to_lowercase()))
}

fn with(reader: &Reader, column: &Column, wanted: impl Fn(u32, &str) -> bool) -> DocnoSet {
    let n = u32::try_from(column.n_distinct()).unwrap_or(u32::MAX);
    let wanted: Vec<bool> = (0..n).map(|ordinal| wanted(ordinal, column.keyword(ordinal))).collect();
    filter::with_ordinals(reader, column, &wanted)
}

/// Returns whether a value fits a pattern as a whole; in time of the product of their lengths.
pub(super) fn fits(pieces: &[Piece], value: &str) -> bool {
    // Where in the value the pieces so far may end.
    let mut ends = vec![false; value.len() + 1];
    ends[0] = true;
    for piece in pieces {
        let mut next = vec![false; value.len() + 1];
        match piece {
            Piece::Text(text) => {
                for (at, _) in ends.iter().enumerate().filter(|(_, end)| **end) {
                    if value[at..].starts_with(text.as_str()) {
                        next[at + text.len()] = true;
                    }
                }
            }
            Piece::Any => {
                let first = ends.iter().position(|end| *end).unwrap_or(next.len());
                for (at, end) in next.iter_mut().enumerate() {
                    *end = at >= first && value.is_char_boundary(at);
                }
            }
            Piece::One | Piece::Optional => {
                for (at, _) in ends.iter().enumerate().filter(|(_, end)| **end) {
                    next[at] |= *piece == Piece::Optional;
                    if let Some(c) = value[at..].chars().next() {
                        next[at + c.len_utf8()] = true;
                    }
                }
            }
        }
        ends = next;
    }
    ends[value.len()]
}

/// Returns the live documents with a value between the bounds.
///
/// # Errors
/// [`Error::Backwards`], [`Error::Value`] for a bound that is none.
pub(super) fn in_range(reader: &Reader, field: &Field, range: &RangeCondition) -> Result<DocnoSet> {
    let name = match field.target() {
        Target::Column { name, .. } => name,
        Target::Number => "key",
        Target::Missing(why) => {
            return Err(Error::NotExecutable { part: field.name.clone(), why: why.to_owned() });
        }
        Target::Zones(_) | Target::Event(_) => {
            let why = "it has no order".to_owned();
            return Err(Error::NotExecutable { part: field.name.clone(), why });
        }
    };
    let column = column_of(reader, field, name)?;
    if column.kind() != ColumnKind::Keyword {
        return numbers_in_range(reader, column, field, range);
    }
    if !field.is_ordered()
        && !matches!(field.target(), Target::Number)
        && (range.low.is_some() || range.high.is_some())
    {
        let bound = range.low.as_ref().or(range.high.as_ref()).map_or("", |bound| bound.value.as_str());
        return Err(Error::Value {
            field: field.name.clone(),
            value: bound.to_owned(),
            expected: "ordered value",
            example: "`=` for names and symbols, `[a TO b]` for a range of dates, numbers or classes",
        });
    }
    let classes = matches!(field.target(), Target::Column { hierarchy: true, .. });
    let place = |bound: &Bound| {
        let value = bound.value.trim().to_uppercase();
        match Symbol::parse(&value).filter(|_| classes) {
            Some((symbol, _)) => Ok(symbol.0),
            None if classes => Err(Error::Value {
                field: field.name.clone(),
                value: bound.value.clone(),
                expected: "class symbol",
                example: "`E21C35/24`, `E21C` or `E21`",
            }),
            None => Ok(value),
        }
    };
    let low = range.low.as_ref().map(|bound| Ok::<_, Error>((place(bound)?, bound))).transpose()?;
    let high = range.high.as_ref().map(|bound| Ok::<_, Error>((place(bound)?, bound))).transpose()?;
    let key = |value: &str| if classes { class_key(value) } else { (value.to_owned(), 0, String::new()) };
    let below = |value: &str, bound: &str| {
        if classes {
            Symbol(value.to_owned()).is_under(&Symbol(bound.to_owned()))
        } else {
            value.starts_with(bound)
        }
    };
    if let (Some((low, from)), Some((high, to))) = (&low, &high)
        && key(low) > key(high)
        && !below(low, high)
    {
        return Err(backwards(field, from, to));
    }
    Ok(with(reader, column, |_, keyword| {
        let value = if classes { keyword.to_owned() } else { keyword.to_uppercase() };
        let after = low.as_ref().is_none_or(|(low, bound)| {
            if bound.inclusive {
                key(&value) >= key(low)
            } else {
                key(&value) > key(low) && !below(&value, low)
            }
        });
        let before = high.as_ref().is_none_or(|(high, bound)| {
            if bound.inclusive {
                key(&value) <= key(high) || below(&value, high)
            } else {
                key(&value) < key(high) && !below(&value, high)
            }
        });
        after && before
    }))
}

/// Returns what classes are put in order by: the subclass, the number of the group, the digits of the subgroup.
fn class_key(symbol: &str) -> (String, u32, String) {
    let (subclass, rest) = symbol.split_at(symbol.len().min(4));
    let (group, subgroup) = rest.split_once('/').unwrap_or((rest, ""));
    // A main group without its `/00` comes before all of it.
    (subclass.to_owned(), group.parse().unwrap_or(0), subgroup.to_owned())
}

fn numbers_in_range(
    reader: &Reader,
    column: &Column,
    field: &Field,
    range: &RangeCondition,
) -> Result<DocnoSet> {
    let ends = |bound: &Option<Bound>| {
        let ends = bound.as_ref().map(|bound| filter::interval(column.kind(), &field.name, &bound.value));
        ends.transpose()
    };
    let (low, high) = (ends(&range.low)?, ends(&range.high)?);
    if let (Some(from), Some(to)) = (&range.low, &range.high)
        && low.zip(high).is_some_and(|(low, high)| low.0 > high.1)
    {
        return Err(backwards(field, from, to));
    }
    let (from, to) = days_between(range, low, high);
    Ok(filter::between(reader, column, from, to))
}

/// Returns the first and last number of a range, given those that each bound stands for; turned round if it is empty.
pub(super) fn days_between(
    range: &RangeCondition,
    low: Option<(i64, i64)>,
    high: Option<(i64, i64)>,
) -> (i64, i64) {
    let inclusive = |bound: &Option<Bound>| bound.as_ref().is_none_or(|bound| bound.inclusive);
    let from = low.map_or(
        i64::MIN,
        |(first, last)| {
            if inclusive(&range.low) { first } else { last.saturating_add(1) }
        },
    );
    let to = high.map_or(
        i64::MAX,
        |(first, last)| {
            if inclusive(&range.high) { last } else { first.saturating_sub(1) }
        },
    );
    (from, to)
}

/// Counts the live documents that have no value in any of the fields of a range, where these are dates.
pub(super) fn count_undated(reader: &Reader, range: &RangeCondition) -> Result<Option<u64>> {
    let mut columns = Vec::new();
    for field in &range.fields {
        match field.target() {
            Target::Column { name, .. } if field.is_date() => columns.push(column_of(reader, field, name)?),
            _ => return Ok(None),
        }
    }
    let undated = |docno: &u32| columns.iter().all(|column| column.integer(*docno).is_none());
    Ok(Some(reader.alive().iter().filter(undated).count() as u64))
}

fn wildcard(field: &Field, term: &Term) -> Error {
    let shown: String = term
        .pieces
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.as_str(),
            Piece::Any => "*",
            Piece::One => "?",
            Piece::Optional => "#",
        })
        .collect();
    Error::Value {
        field: field.name.clone(),
        value: shown,
        expected: "value without wildcards",
        example: "the whole number or date, or a range `[a TO b]`",
    }
}

fn backwards(field: &Field, low: &Bound, high: &Bound) -> Error {
    Error::Backwards { field: field.name.clone(), low: low.value.clone(), high: high.value.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_whole_values() {
        let text = |text: &str| Piece::Text(text.to_owned());
        let check =
            |pieces: &[Piece], value: &str, expected| assert_eq!(fits(pieces, value), expected, "{value}");
        check(&[text("中国"), Piece::Any, text("大学")], "中国矿业大学", true);
        check(&[text("中国"), Piece::Any, text("大学")], "中国矿业大学（北京）", false);
        check(&[text("cn"), Piece::One], "cn", false);
        check(&[text("cn"), Piece::One], "cna", true);
        check(&[text("cn"), Piece::Optional], "cn", true);
        check(&[Piece::Any], "", true);
        check(&[Piece::Any, text("a"), Piece::Any, text("b")], "xaxaxb", true);
    }

    #[test]
    fn groups_of_classes_are_in_order_of_their_numbers() {
        assert!(class_key("E21C4/00") < class_key("E21C35/00"));
        assert!(class_key("E21C35/04") < class_key("E21C35/045"));
        assert!(class_key("E21C") < class_key("E21C1/00"));
    }
}
