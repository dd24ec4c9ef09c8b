//! Columns: one value (or list of values) for each docno, mapped from disk; what filters, facets and sorting read.
//!
//! A keyword column holds a sorted dictionary and, for each docno, the ordinals of its values in ascending order;
//! a class such as `E21C` with all below it is then a range of ordinals.
//! An integer column holds one `i64` for each docno; dates are stored as days since 1970-01-01.
//! A docno without a value is unknown, which no comparison matches.
//!
//! File layout, little-endian, each part aligned to 8 bytes: a header of 8 `u64`
//! (magic, kind, documents, values, distinct values, dictionary bytes, 0, 0), then for keywords
//! `u64` dictionary ends, the dictionary, `u32` value ends by docno, `u32` ordinals; for integers the `i64` values.

use std::ops::Range;
use std::path::Path;
use std::sync::OnceLock;

use memmap2::Mmap;
use rustc_hash::FxHashMap;

use super::error::{Error, Result};
use super::file::{self, FileEntry, HashedFile};

const MAGIC: u64 = u64::from_le_bytes(*b"pncolm01");
const HEADER_BYTES: usize = 64;
/// Stands for "no value" in integer columns.
const NONE: i64 = i64::MIN;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnKind {
    /// Any number of texts for each document.
    Keyword,
    /// At most one whole number for each document.
    Integer,
    /// At most one date for each document.
    Date,
}

/// The values of one document, as [`crate::index::Writer::put_columns`] takes them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Value {
    /// Unknown.
    #[default]
    Missing,
    /// Keywords, in any order; repeated ones count once.
    Keywords(Vec<String>),
    /// A whole number, or days since 1970-01-01 for a date column.
    Integer(i64),
}

/// A column of one snapshot.
pub struct Column {
    map: Mmap,
    kind: ColumnKind,
    n_documents: usize,
    dictionary_ends: Range<usize>,
    dictionary: Range<usize>,
    value_ends: Range<usize>,
    ordinals: Range<usize>,
    integers: Range<usize>,
    /// Whether every document has exactly one keyword; known from the first use on.
    one_each: OnceLock<bool>,
}

/// The ordinals of the keywords of every document.
#[derive(Debug, Clone, Copy)]
pub struct Ordinals<'a> {
    /// Empty where every document has one, so that there is one place less to read for each.
    ends: &'a [u32],
    all: &'a [u32],
}

impl<'a> Ordinals<'a> {
    /// Returns those of a document, ascending; none for a document that the column does not have.
    #[inline]
    pub fn of(&self, docno: u32) -> &'a [u32] {
        let docno = docno as usize;
        if self.ends.is_empty() {
            return self.all.get(docno..=docno).unwrap_or_default();
        }
        let Some(&end) = self.ends.get(docno) else { return &[] };
        let start = if docno == 0 { 0 } else { self.ends[docno - 1] };
        self.all.get(start as usize..end as usize).unwrap_or_default()
    }
}

impl Column {
    /// Opens a column file; checks header and lengths, not contents.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let map = file::map(path)?;
        let bad = |what: &str| Error::corrupt(path, what);
        let header: &[u64] = map
            .get(..HEADER_BYTES)
            .and_then(|bytes| bytemuck::try_cast_slice(bytes).ok())
            .ok_or_else(|| bad("not a column, or cut short"))?;
        if header[0] != MAGIC {
            return Err(bad("not a column"));
        }
        let kind = match header[1] {
            0 => ColumnKind::Keyword,
            1 => ColumnKind::Integer,
            2 => ColumnKind::Date,
            _ => return Err(bad("of an unknown kind")),
        };
        let size =
            |n: u64| usize::try_from(n).ok().filter(|n| *n <= map.len()).ok_or_else(|| bad("cut short"));
        let (n_documents, n_values) = (size(header[2])?, size(header[3])?);
        let (n_distinct, n_bytes) = (size(header[4])?, size(header[5])?);
        let mut at = HEADER_BYTES;
        let mut part = |bytes: usize| {
            let range = at..at + bytes;
            at += bytes.next_multiple_of(8);
            range
        };
        let mut column = Self {
            kind,
            n_documents,
            dictionary_ends: 0..0,
            dictionary: 0..0,
            value_ends: 0..0,
            ordinals: 0..0,
            integers: 0..0,
            one_each: OnceLock::new(),
            map,
        };
        if kind == ColumnKind::Keyword {
            column.dictionary_ends = part(n_distinct * 8);
            column.dictionary = part(n_bytes);
            column.value_ends = part(n_documents * 4);
            column.ordinals = part(n_values * 4);
        } else {
            column.integers = part(n_documents * 8);
        }
        if at != column.map.len() {
            return Err(Error::corrupt(path, "its parts do not fit its length"));
        }
        Ok(column)
    }

    /// Returns what the column holds.
    pub fn kind(&self) -> ColumnKind {
        self.kind
    }

    /// Returns the number of docnos covered; higher docnos have no value.
    pub fn n_documents(&self) -> usize {
        self.n_documents
    }

    /// Returns the number of distinct keywords.
    pub fn n_distinct(&self) -> usize {
        self.dictionary_ends.len() / 8
    }

    /// Returns the ordinals of the keywords of a document, ascending.
    pub fn ordinals(&self, docno: u32) -> &[u32] {
        self.all_ordinals().of(docno)
    }

    /// Returns the ordinals of every document, for whoever asks for many.
    pub fn all_ordinals(&self) -> Ordinals<'_> {
        let ends: &[u32] = bytemuck::cast_slice(&self.map[self.value_ends.clone()]);
        let all: &[u32] = bytemuck::cast_slice(&self.map[self.ordinals.clone()]);
        let one_each = self.one_each.get_or_init(|| {
            ends.len() == all.len() && ends.iter().zip(1_u32..).all(|(end, expected)| *end == expected)
        });
        Ordinals { ends: if *one_each { &[] } else { ends }, all }
    }

    /// Returns the keyword of an ordinal; an empty one for an ordinal that the column does not have.
    pub fn keyword(&self, ordinal: u32) -> &str {
        let ordinal = ordinal as usize;
        let ends: &[u64] = bytemuck::cast_slice(&self.map[self.dictionary_ends.clone()]);
        let start = if ordinal == 0 { Some(0) } else { ends.get(ordinal - 1).copied() };
        let place = |end: u64| usize::try_from(end).unwrap_or(usize::MAX);
        let range = start.zip(ends.get(ordinal)).map(|(start, end)| place(start)..place(*end));
        let bytes = range.and_then(|range| self.map[self.dictionary.clone()].get(range));
        std::str::from_utf8(bytes.unwrap_or_default()).unwrap_or_default()
    }

    /// Returns the keywords of a document, in the order of the dictionary.
    pub fn keywords(&self, docno: u32) -> impl Iterator<Item = &str> {
        self.ordinals(docno).iter().map(|ordinal| self.keyword(*ordinal))
    }

    /// Returns the ordinal of a keyword.
    pub fn ordinal(&self, keyword: &str) -> Option<u32> {
        let at = self.lower_bound(keyword);
        (at < self.n_distinct() && self.keyword(as_ordinal(at)) == keyword).then(|| as_ordinal(at))
    }

    /// Returns the ordinals of all keywords that start with `prefix`.
    pub fn prefixed(&self, prefix: &str) -> Range<u32> {
        let start = self.lower_bound(prefix);
        let mut end = start;
        // Doubling steps, then halving: the range is mostly short against the dictionary.
        let mut step = 1;
        while end < self.n_distinct() && self.keyword(as_ordinal(end)).starts_with(prefix) {
            end = (end + step).min(self.n_distinct());
            step *= 2;
        }
        let (mut low, mut high) = (start, end);
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.keyword(as_ordinal(middle)).starts_with(prefix) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        as_ordinal(start)..as_ordinal(low)
    }

    /// Returns the integer of a document; days since 1970-01-01 for a date.
    pub fn integer(&self, docno: u32) -> Option<i64> {
        let all: &[i64] = bytemuck::cast_slice(&self.map[self.integers.clone()]);
        all.get(docno as usize).copied().filter(|value| *value != NONE)
    }

    /// Returns whether a document has a value.
    pub fn has_value(&self, docno: u32) -> bool {
        match self.kind {
            ColumnKind::Keyword => !self.ordinals(docno).is_empty(),
            ColumnKind::Integer | ColumnKind::Date => self.integer(docno).is_some(),
        }
    }

    fn lower_bound(&self, keyword: &str) -> usize {
        let (mut low, mut high) = (0, self.n_distinct());
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.keyword(as_ordinal(middle)) < keyword {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}

fn as_ordinal(n: usize) -> u32 {
    u32::try_from(n).expect("a dictionary has fewer than 2^32 entries")
}

/// Builds a column, docno by docno.
pub(crate) struct ColumnWriter {
    kind: ColumnKind,
    interned: FxHashMap<String, u32>,
    names: Vec<String>,
    value_ends: Vec<u32>,
    values: Vec<u32>,
    integers: Vec<i64>,
}

impl ColumnWriter {
    /// Starts an empty column.
    pub(crate) fn new(kind: ColumnKind) -> Self {
        Self {
            kind,
            interned: FxHashMap::default(),
            names: Vec::new(),
            value_ends: Vec::new(),
            values: Vec::new(),
            integers: Vec::new(),
        }
    }

    /// Returns the number of docnos that have a value by now, unknown ones included.
    pub(crate) fn n_documents(&self) -> usize {
        if self.kind == ColumnKind::Keyword { self.value_ends.len() } else { self.integers.len() }
    }

    /// Appends the value of the next docno. A value of another kind than the column's is unknown.
    pub(crate) fn push(&mut self, value: &Value) {
        match (self.kind, value) {
            (ColumnKind::Keyword, Value::Keywords(keywords)) => {
                self.push_keywords(keywords.iter().map(String::as_str));
            }
            (ColumnKind::Keyword, _) => self.push_keywords(std::iter::empty()),
            (_, Value::Integer(value)) => self.integers.push(*value),
            (_, _) => self.integers.push(NONE),
        }
    }

    /// Appends the value that `docno` has in another column of the same kind.
    pub(crate) fn push_from(&mut self, column: &Column, docno: u32) {
        if self.kind == ColumnKind::Keyword {
            self.push_keywords(column.keywords(docno));
        } else {
            self.integers.push(column.integer(docno).unwrap_or(NONE));
        }
    }

    /// Appends the values of the first `n_documents` docnos of an older column.
    pub(crate) fn push_column(&mut self, column: &Column, n_documents: u32) {
        if self.kind != ColumnKind::Keyword {
            self.integers.extend((0..n_documents).map(|docno| column.integer(docno).unwrap_or(NONE)));
            return;
        }
        let mut known: Vec<Option<u32>> = vec![None; column.n_distinct()];
        for docno in 0..n_documents {
            for ordinal in column.ordinals(docno) {
                let name = known[*ordinal as usize];
                let name = name.unwrap_or_else(|| self.intern(column.keyword(*ordinal)));
                known[*ordinal as usize] = Some(name);
                self.values.push(name);
            }
            self.value_ends.push(as_ordinal(self.values.len()));
        }
    }

    fn push_keywords<'a>(&mut self, keywords: impl Iterator<Item = &'a str>) {
        let start = self.values.len();
        for keyword in keywords {
            let name = self.intern(keyword);
            if !self.values[start..].contains(&name) {
                self.values.push(name);
            }
        }
        self.value_ends.push(as_ordinal(self.values.len()));
    }

    fn intern(&mut self, keyword: &str) -> u32 {
        if let Some(name) = self.interned.get(keyword) {
            return *name;
        }
        let name = as_ordinal(self.names.len());
        self.names.push(keyword.to_owned());
        self.interned.insert(keyword.to_owned(), name);
        name
    }

    fn drop_dead(&mut self, keep: &dyn Fn(u32) -> bool) {
        for (docno, value) in self.integers.iter_mut().enumerate() {
            if !keep(as_ordinal(docno)) {
                *value = NONE;
            }
        }
        let mut kept = Vec::with_capacity(self.values.len());
        let mut used = vec![false; self.names.len()];
        let mut start = 0;
        for (docno, end) in self.value_ends.iter_mut().enumerate() {
            let values = start..*end as usize;
            start = values.end;
            if keep(as_ordinal(docno)) {
                for name in &self.values[values] {
                    used[*name as usize] = true;
                    kept.push(*name);
                }
            }
            *end = as_ordinal(kept.len());
        }
        self.values = kept;
        let mut renamed = vec![0; self.names.len()];
        let mut names = Vec::with_capacity(self.names.len());
        for (name, text) in std::mem::take(&mut self.names).into_iter().enumerate() {
            renamed[name] = as_ordinal(names.len());
            if used[name] {
                names.push(text);
            }
        }
        self.values.iter_mut().for_each(|name| *name = renamed[*name as usize]);
        self.names = names;
    }

    /// Writes the column. Documents that `keep` denies are left without a value,
    /// and keywords that only they hold are left out.
    pub(crate) fn finish(mut self, path: &Path, keep: &dyn Fn(u32) -> bool) -> Result<FileEntry> {
        self.drop_dead(keep);
        let mut order: Vec<u32> = (0..as_ordinal(self.names.len())).collect();
        order.sort_unstable_by(|a, b| self.names[*a as usize].cmp(&self.names[*b as usize]));
        let mut rank = vec![0_u32; order.len()];
        for (ordinal, name) in order.iter().enumerate() {
            rank[*name as usize] = as_ordinal(ordinal);
        }
        let mut start = 0;
        for end in &self.value_ends {
            let values = &mut self.values[start..*end as usize];
            values.iter_mut().for_each(|name| *name = rank[*name as usize]);
            values.sort_unstable();
            start = *end as usize;
        }
        let keyword = self.kind == ColumnKind::Keyword;
        let n_documents = self.n_documents();
        let n_bytes: usize = self.names.iter().map(String::len).sum();
        let kind = match self.kind {
            ColumnKind::Keyword => 0,
            ColumnKind::Integer => 1,
            ColumnKind::Date => 2,
        };
        let header = [
            MAGIC,
            kind,
            n_documents as u64,
            self.values.len() as u64,
            order.len() as u64,
            n_bytes as u64,
            0,
            0,
        ];
        let mut file = HashedFile::create(path)?;
        file.write(bytemuck::cast_slice(&header))?;
        if keyword {
            let mut end = 0_u64;
            for name in &order {
                end += self.names[*name as usize].len() as u64;
                file.write(&end.to_le_bytes())?;
            }
            for name in &order {
                file.write(self.names[*name as usize].as_bytes())?;
            }
            file.align(8)?;
            file.write(bytemuck::cast_slice(&self.value_ends))?;
            file.align(8)?;
            file.write(bytemuck::cast_slice(&self.values))?;
            file.align(8)?;
        } else {
            file.write(bytemuck::cast_slice(&self.integers))?;
        }
        file.finish()
    }
}

/// Returns the days since 1970-01-01 that a date column stores.
pub fn days(date: crate::patent::Date) -> i64 {
    let epoch = jiff::civil::date(1970, 1, 1);
    i64::from((date - epoch).get_days())
}

/// Returns the date of a number of days since 1970-01-01.
pub fn date(days: i64) -> Option<crate::patent::Date> {
    let span = jiff::Span::new().try_days(days).ok()?;
    jiff::civil::date(1970, 1, 1).checked_add(span).ok()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn keywords(values: &[&str]) -> Value {
        Value::Keywords(values.iter().map(|v| (*v).to_owned()).collect())
    }

    #[test]
    fn keywords_are_sorted_and_counted_once() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("class.col");
        let mut writer = ColumnWriter::new(ColumnKind::Keyword);
        writer.push(&keywords(&["E21C35/24", "B65G15/00", "E21C35/24"]));
        writer.push(&Value::Missing);
        writer.push(&keywords(&["E21C", "E21C35/08", "E21D"]));
        writer.finish(&path, &|_| true).unwrap();
        let column = Column::open(&path).unwrap();
        assert_eq!(column.keywords(0).collect::<Vec<_>>(), ["B65G15/00", "E21C35/24"]);
        assert!(!column.has_value(1) && !column.has_value(99));
        let under = column.prefixed("E21C");
        assert_eq!(under.map(|o| column.keyword(o)).collect::<Vec<_>>(), ["E21C", "E21C35/08", "E21C35/24"]);
        assert!(column.prefixed("Z").is_empty());
        assert_eq!(column.ordinal("E21D"), Some(4));
        assert_eq!(column.ordinal("E21"), None);

        let next = dir.path().join("next.col");
        let mut writer = ColumnWriter::new(ColumnKind::Keyword);
        writer.push_column(&column, 3);
        writer.push(&keywords(&["A"]));
        writer.finish(&next, &|docno| docno != 2).unwrap();
        let next = Column::open(&next).unwrap();
        assert_eq!(next.n_distinct(), 3, "keywords of dead documents are gone");
        assert_eq!(next.keywords(3).collect::<Vec<_>>(), ["A"]);
        assert!(next.ordinals(2).is_empty());
    }

    proptest! {
        #[test]
        fn a_column_answers_as_plain_values_do(
            values in prop::collection::vec(
                prop::option::of(prop::collection::vec("[A-C]{0,2}[0-9]{0,2}|[采煤机]{1,2}", 0..4)), 0..40),
            dead in prop::collection::btree_set(0_u32..40, 0..6),
            prefix in "[A-C]{0,2}|[采煤]",
        ) {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("a.col");
            let mut writer = ColumnWriter::new(ColumnKind::Keyword);
            for value in &values {
                writer.push(&value.clone().map_or(Value::Missing, Value::Keywords));
            }
            writer.finish(&path, &|docno| !dead.contains(&docno)).unwrap();
            let column = Column::open(&path).unwrap();
            let expected = |docno: u32| -> BTreeSet<&str> {
                let value = values.get(docno as usize).filter(|_| !dead.contains(&docno));
                value.iter().flat_map(|value| value.iter().flatten()).map(String::as_str).collect()
            };
            let all: BTreeSet<&str> = (0..40).flat_map(expected).collect();
            prop_assert_eq!(column.n_distinct(), all.len());
            for docno in 0..42 {
                let found: Vec<&str> = column.keywords(docno).collect();
                prop_assert_eq!(&found, &expected(docno).into_iter().collect::<Vec<_>>());
                prop_assert_eq!(column.has_value(docno), !found.is_empty());
            }
            for keyword in &all {
                let ordinal = column.ordinal(keyword).expect("every keyword has an ordinal");
                prop_assert_eq!(column.keyword(ordinal), *keyword);
            }
            let below: Vec<&str> = column.prefixed(&prefix).map(|ordinal| column.keyword(ordinal)).collect();
            let starting = all.iter().filter(|keyword| keyword.starts_with(&prefix)).copied();
            prop_assert_eq!(below, starting.collect::<Vec<_>>());
        }

        #[test]
        fn an_integer_column_answers_as_plain_values_do(
            values in prop::collection::vec(prop::option::of(-1_000_000_i64..1_000_000), 0..60),
            more in prop::collection::vec(prop::option::of(-9_i64..9), 0..9),
        ) {
            let dir = tempfile::tempdir().unwrap();
            let [old, new] = ["old.col", "new.col"].map(|name| dir.path().join(name));
            let mut writer = ColumnWriter::new(ColumnKind::Integer);
            values.iter().for_each(|value| writer.push(&value.map_or(Value::Missing, Value::Integer)));
            writer.finish(&old, &|_| true).unwrap();
            let column = Column::open(&old).unwrap();
            // A commit carries the old values over and appends the new ones.
            let mut writer = ColumnWriter::new(ColumnKind::Integer);
            writer.push_column(&column, as_ordinal(values.len()));
            more.iter().for_each(|value| writer.push(&value.map_or(Value::Missing, Value::Integer)));
            writer.finish(&new, &|_| true).unwrap();
            let column = Column::open(&new).unwrap();
            for (docno, value) in values.iter().chain(&more).chain([&None, &None]).enumerate() {
                prop_assert_eq!(column.integer(as_ordinal(docno)), *value);
            }
        }
    }

    #[test]
    fn a_value_of_another_kind_is_unknown_and_moves_no_other() {
        let dir = tempfile::tempdir().unwrap();
        let values = [Value::Integer(7), keywords(&["A"]), Value::Missing, Value::Integer(8)];
        for kind in [ColumnKind::Keyword, ColumnKind::Integer] {
            let path = dir.path().join(format!("{kind:?}.col"));
            let mut writer = ColumnWriter::new(kind);
            values.iter().for_each(|value| writer.push(value));
            writer.finish(&path, &|_| true).unwrap();
            let column = Column::open(&path).unwrap();
            let found: Vec<bool> = (0..4).map(|docno| column.has_value(docno)).collect();
            let keyword = kind == ColumnKind::Keyword;
            assert_eq!(found, [!keyword, keyword, false, !keyword], "{kind:?}");
        }
    }

    #[test]
    fn dates_come_back() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("filing.col");
        let mut writer = ColumnWriter::new(ColumnKind::Date);
        let day = jiff::civil::date(1985, 4, 1);
        writer.push(&Value::Integer(days(day)));
        writer.push(&Value::Missing);
        writer.finish(&path, &|_| true).unwrap();
        let column = Column::open(&path).unwrap();
        assert_eq!(column.integer(0).and_then(date), Some(day));
        assert_eq!(column.integer(1), None);
    }

    #[test]
    fn a_cut_column_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.col");
        let mut writer = ColumnWriter::new(ColumnKind::Keyword);
        writer.push(&keywords(&["a", "b"]));
        writer.finish(&path, &|_| true).unwrap();
        let bytes = std::fs::read(&path).unwrap();
        for keep in [0, 63, bytes.len() - 8] {
            std::fs::write(&path, &bytes[..keep]).unwrap();
            assert!(matches!(Column::open(&path), Err(Error::Corrupt { .. })), "{keep} bytes");
        }
    }
}
