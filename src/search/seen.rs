//! What is seen of a snapshot: all of it, or what was known on a day; and what was published before a relevant date.

use super::error::{Error, Result};
use super::legal::{self, Days};
use super::request::Request;
use super::response::AsOf;
use crate::index::{DocnoSet, Reader, days};
use crate::patent::Date;

/// What an as-of search cannot take back, because it carries no dates.
const NOT_FROZEN: [&str; 5] = [
    "owners, groups and their columns",
    "legal flags, ends of terms and due fees",
    "tags, effects and key phrases",
    "vectors, and the model behind them",
    "frequencies of words, by which words are weighed",
];

/// Columns that follow from legal events, which are made as of the data.
const LEGAL_COLUMNS: [&str; 7] =
    [legal::STATE, legal::DETAIL, "legal_country", "legal_flag", "expiry", "expiry_year", "next_fee"];

/// What is seen of a snapshot.
pub(super) struct Seen {
    as_of: Option<Date>,
    /// The documents that are seen; `None` for all.
    seen: Option<DocnoSet>,
    /// Documents without a day of publication, which a day cannot show.
    n_undated: u64,
}

impl Seen {
    /// Reads the days of a request.
    ///
    /// # Errors
    /// [`Error::Value`] for what is no day.
    pub(super) fn new(reader: &Reader, request: &Request) -> Result<Self> {
        let as_of = request.as_of.as_deref().map(|text| day("as_of", text)).transpose()?;
        let relevant = request.relevant.as_ref().map(|relevant| day("relevant.date", &relevant.date));
        Self::of(reader, as_of, relevant.transpose()?)
    }

    /// Returns what was published by one day and before another.
    pub(super) fn of(reader: &Reader, as_of: Option<Date>, before: Option<Date>) -> Result<Self> {
        let mut this = Self { as_of, seen: None, n_undated: 0 };
        if as_of.is_some() || before.is_some() {
            let last = as_of.map_or(i64::MAX, days);
            let end = before.map_or(i64::MAX, days);
            let published = reader.column("publication")?;
            let mut seen = DocnoSet::empty(reader.alive().end());
            for docno in reader.alive().iter() {
                match published.integer(docno) {
                    Some(day) if day <= last && day < end => seen.insert(docno),
                    Some(_) => {}
                    None => this.n_undated += 1,
                }
            }
            this.seen = Some(seen);
        }
        Ok(this)
    }

    /// Returns the day of an as-of search.
    pub(super) fn as_of(&self) -> Option<Date> {
        self.as_of
    }

    /// Returns the documents that are seen.
    pub(super) fn documents<'a>(&'a self, reader: &'a Reader) -> &'a DocnoSet {
        self.seen.as_ref().unwrap_or_else(|| reader.alive())
    }

    /// Returns the documents that are seen, where these are not all.
    pub(super) fn cut(&self) -> Option<&DocnoSet> {
        self.seen.as_ref()
    }

    /// Returns the documents in a legal state on the day, as known then; `None` for other columns and without a day.
    pub(super) fn state_in(&self, reader: &Reader, column: &str, value: &str) -> Result<Option<DocnoSet>> {
        let Some(day) = self.as_of.filter(|_| matches!(column, legal::STATE | legal::DETAIL)) else {
            return Ok(None);
        };
        if value.contains('@') {
            return Ok(None);
        }
        let day = day.to_string();
        let days = Days::read(reader, Some(&day), Some(&day))?;
        Ok(Some(legal::documents_in(reader, &[value.to_owned()], days)?))
    }

    /// Returns what an answer with these facets says of the day.
    pub(super) fn told(&self, facets: &[String]) -> Option<AsOf> {
        let date = self.as_of?;
        let mut not_frozen = NOT_FROZEN.map(str::to_owned).to_vec();
        for name in facets.iter().filter(|name| LEGAL_COLUMNS.contains(&name.as_str())) {
            let instead = match name.as_str() {
                legal::STATE | legal::DETAIL => format!("; `{name}@{date}@{date}` counts as of the day"),
                _ => String::new(),
            };
            not_frozen.push(format!("the counts of `{name}`, which are as of the data{instead}"));
        }
        Some(AsOf { date, n_undated: self.n_undated, not_frozen })
    }
}

/// Reads a whole day.
pub(super) fn day(field: &str, text: &str) -> Result<Date> {
    text.trim().parse().map_err(|_| Error::Value {
        field: field.to_owned(),
        value: text.to_owned(),
        expected: "day",
        example: "a whole date, `2020-01-31`",
    })
}
