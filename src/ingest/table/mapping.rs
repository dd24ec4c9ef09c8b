//! A column map bound to the header of one file: from the cells of a row to a publication.

use std::collections::HashMap;
use std::sync::Arc;

use super::ColumnMap;
use super::build::Builder;
use super::cell;
use super::map::Field;
use super::map::normal_header;
use crate::ingest::FaultKind;
use crate::ingest::Severity;
use crate::ingest::record::Parsed;
use crate::ingest::record::clip;

/// A column map bound to the header of one file.
#[derive(Debug)]
pub(crate) struct Mapping {
    map: Arc<ColumnMap>,
    columns: Vec<Bound>,
}

#[derive(Debug)]
struct Bound {
    /// The header, made different from equal ones before it.
    header: String,
    normal: String,
    /// Indices into the columns of the map; none for a column that it does not know.
    columns: Vec<usize>,
}

impl Mapping {
    /// Binds `map` to the headers of a file.
    ///
    /// A column without a header belongs to the list column before it (a merged header that lost its merge).
    pub(crate) fn new(map: Arc<ColumnMap>, headers: &[String]) -> Self {
        let mut columns: Vec<Bound> = Vec::new();
        let mut seen: HashMap<String, u32> = HashMap::new();
        for (index, header) in headers.iter().enumerate() {
            let (mut header, _) = cell::clean(header);
            let mut found = map.columns_of(&header).to_vec();
            if header.is_empty() {
                let list = |&&column: &&usize| map.columns[column].field.is_list();
                if let Some(before) = columns.last().filter(|before| before.columns.iter().any(|c| list(&c)))
                {
                    header.clone_from(&before.header);
                    found.clone_from(&before.columns);
                }
            }
            if header.is_empty() {
                header = format!("column {}", index + 1);
            }
            let normal = normal_header(&header);
            let n = seen.entry(normal.clone()).or_default();
            *n += 1;
            if *n > 1 {
                header = format!("{header} ({n})");
            }
            columns.push(Bound { header, normal, columns: found });
        }
        Self { map, columns }
    }

    /// Returns the id of the map.
    pub(crate) fn id(&self) -> &str {
        self.map.id()
    }

    /// Returns the headers that the map does not know.
    pub(crate) fn unknown(&self) -> Vec<&str> {
        let unknown =
            self.columns.iter().filter(|bound| bound.columns.is_empty() && !bound.normal.is_empty());
        unknown.map(|bound| bound.header.as_str()).collect()
    }

    /// Returns whether the map says anything about these columns.
    pub(crate) fn names_something(&self) -> bool {
        let told = |column: &usize| !matches!(self.map.columns[*column].field, Field::Skip | Field::Other);
        self.columns.iter().any(|bound| bound.columns.iter().any(told))
    }

    /// Makes a publication of a row.
    ///
    /// A row that is no record (the header again, a line with a total) gives a note and no publication.
    pub(crate) fn parse(&self, row: &[String], out: &mut Parsed) {
        let filled = || row.iter().map(|cell| cell.trim()).filter(|cell| !cell.is_empty());
        if filled().count() == 0 {
            return;
        }
        if let Some(message) = self.no_record(row) {
            out.fault(Severity::Note, FaultKind::Missing, "", message);
            return;
        }
        let mut builder = Builder::new(&self.map);
        for (index, text) in row.iter().enumerate() {
            let (text, damage) = cell::clean(text);
            if text.is_empty() {
                continue;
            }
            let Some(bound) = self.columns.get(index) else {
                let header = format!("column {}", index + 1);
                let message = format!("the row is longer than the header; `{}` has no name", clip(&text));
                out.fault(Severity::Note, FaultKind::Malformed, &header, message);
                builder.keep(&header, &text);
                continue;
            };
            if let Some(damage) = damage {
                Builder::damage(&bound.header, damage, out);
            }
            if bound.columns.is_empty() {
                builder.keep(&bound.header, &text);
            }
            for &column in &bound.columns {
                let column = &self.map.columns[column];
                let pieces = cell::pieces(column, &text, &self.map.empty);
                builder.feed(column, &bound.header, &text, pieces, out);
            }
        }
        builder.finish(out);
    }

    /// Returns why a row is no record, for the rows that exports put between and after records.
    fn no_record(&self, row: &[String]) -> Option<String> {
        let filled: Vec<(usize, &str)> = row.iter().map(String::as_str).map(str::trim).enumerate().collect();
        let filled: Vec<(usize, &str)> = filled.into_iter().filter(|(_, cell)| !cell.is_empty()).collect();
        let is_header = |&(index, cell): &(usize, &str)| {
            self.columns.get(index).is_some_and(|bound| bound.normal == normal_header(cell))
        };
        if filled.len() > 1 && filled.iter().all(is_header) {
            return Some("the header again; skipped".to_owned());
        }
        let (_, first) = filled.first()?;
        let same = filled.iter().all(|(_, cell)| cell == first);
        let summary = [
            "合计",
            "总计",
            "共",
            "小计",
            "数据来源",
            "说明",
            "注",
            "导出",
            "检索式",
            "total",
            "sum",
            "source",
            "exported",
            "note",
            "©",
            "copyright",
        ];
        let lower = first.to_lowercase();
        let starts = summary.iter().any(|word| lower.starts_with(word));
        (self.columns.len() >= 4 && (same || filled.len() <= 2) && starts)
            .then(|| format!("`{}` is a remark and no record; skipped", clip(first)))
    }
}
