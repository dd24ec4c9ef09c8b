//! Orders of a match set other than by fit: by a date, by citations, by the size of the family.
//!
//! Every order is total: what is unknown comes last, and ties are broken by key.

use rustc_hash::FxHashMap;

use super::error::Result;
use super::page::Groups;
use super::request::{Collapse, Sort};
use super::seen::Seen;
use crate::index::{DocnoSet, Reader};
use crate::query::{Expr, Node, SimilarOrder};

/// Returns the documents of a set in an order; `None` for [`Sort::Relevance`], which ranking gives.
pub(super) fn ordered(reader: &Reader, sort: Sort, set: &DocnoSet, seen: &Seen) -> Result<Option<Vec<u32>>> {
    let keys = reader.column("key")?;
    let key = |docno: u32| keys.ordinals(docno).first().copied().unwrap_or(u32::MAX);
    let mut places: Vec<(bool, i64, u32, u32)> = Vec::new();
    let mut add = |docno: u32, value: Option<i64>, descending: bool| {
        let place = value.unwrap_or_default();
        let place = if descending { place.saturating_neg() } else { place };
        places.push((value.is_none(), place, key(docno), docno));
    };
    match sort {
        Sort::Relevance => return Ok(None),
        Sort::Cited => {
            let counts = Cited::new(reader, seen)?;
            set.iter().for_each(|docno| add(docno, Some(counts.of(docno)), true));
        }
        Sort::FamilySize => {
            let groups = Groups::new(reader, Collapse::SimpleFamily)?;
            let members = groups.count(seen.documents(reader));
            for docno in set.iter() {
                add(docno, i64::try_from(members.of(groups.of(docno))).ok(), true);
            }
        }
        dated => {
            let (name, descending) = date_of(dated);
            let dates = reader.column(name)?;
            set.iter().for_each(|docno| add(docno, dates.integer(docno), descending));
        }
    }
    places.sort_unstable();
    Ok(Some(places.into_iter().map(|(.., docno)| docno).collect()))
}

/// Returns the column of dates that an order goes by, and whether the latest comes first.
pub(super) fn date_of(sort: Sort) -> (&'static str, bool) {
    match sort {
        Sort::FilingNewest => ("filing", true),
        Sort::FilingOldest => ("filing", false),
        Sort::PriorityNewest => ("priority_date", true),
        Sort::PriorityOldest => ("priority_date", false),
        Sort::GrantNewest => ("grant", true),
        Sort::GrantOldest => ("grant", false),
        Sort::ExpiryLatest => ("expiry", true),
        Sort::ExpirySoonest => ("expiry", false),
        Sort::Oldest => ("publication", false),
        Sort::Newest | Sort::Relevance | Sort::Cited | Sort::FamilySize => ("publication", true),
    }
}

/// Returns the order that a semantic clause of an expression asks for, if one does.
pub(super) fn asked_by(expr: &Expr) -> Option<Sort> {
    match &expr.node {
        Node::Similar(similar) => match similar.order {
            SimilarOrder::Similarity => None,
            SimilarOrder::Filing => Some(Sort::FilingNewest),
            SimilarOrder::Publication => Some(Sort::Newest),
        },
        Node::And(parts) | Node::Or(parts) | Node::Xor(parts) => parts.iter().find_map(asked_by),
        Node::Optional { base, .. } => asked_by(base),
        _ => None,
    }
}

/// How many of the documents that are seen cite each document: its number, whatever kind they name.
struct Cited<'a> {
    reader: &'a Reader,
    by_stem: FxHashMap<&'a str, i64>,
}

impl<'a> Cited<'a> {
    fn new(reader: &'a Reader, seen: &Seen) -> Result<Self> {
        let cites = reader.column("cites")?;
        let mut numbers: FxHashMap<&str, u32> = FxHashMap::default();
        let n = u32::try_from(cites.n_distinct()).unwrap_or(u32::MAX);
        let mut number_of = |ordinal: u32| {
            let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
            *numbers.entry(stem(cites.keyword(ordinal))).or_insert(next)
        };
        let number_of: Vec<u32> = (0..n).map(&mut number_of).collect();
        let mut counts = vec![0_i64; numbers.len()];
        let mut cited: Vec<u32> = Vec::new();
        for docno in seen.documents(reader).iter() {
            cited.clear();
            cited.extend(cites.ordinals(docno).iter().map(|ordinal| number_of[*ordinal as usize]));
            // A document that names two kinds of one number cites it once.
            cited.sort_unstable();
            cited.dedup();
            cited.iter().for_each(|number| counts[*number as usize] += 1);
        }
        let by_stem = numbers.into_iter().map(|(stem, number)| (stem, counts[number as usize])).collect();
        Ok(Self { reader, by_stem })
    }

    fn of(&self, docno: u32) -> i64 {
        let key = self.reader.column("key").ok().and_then(|keys| keys.keywords(docno).next());
        key.and_then(|key| self.by_stem.get(stem(key))).copied().unwrap_or(0)
    }
}

/// Returns a publication number without its kind: a letter after a digit, and up to two digits after it.
fn stem(number: &str) -> &str {
    let bytes = number.as_bytes();
    let digits = bytes.iter().rev().take(2).take_while(|b| b.is_ascii_digit()).count();
    let end = bytes.len() - digits;
    match bytes[..end] {
        [.., before, letter] if letter.is_ascii_uppercase() && before.is_ascii_digit() => &number[..end - 1],
        _ => number,
    }
}

#[cfg(test)]
mod tests {
    use super::stem;

    #[test]
    fn kinds_are_taken_off() {
        let numbers = ["CN110083831A", "US20200000004A1", "EP1234567", "CN85100001", "app:CN2018100001", "X"];
        let stems = ["CN110083831", "US20200000004", "EP1234567", "CN85100001", "app:CN2018100001", "X"];
        assert_eq!(numbers.map(stem), stems);
    }
}
