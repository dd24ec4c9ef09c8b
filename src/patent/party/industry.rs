//! Official classes of industry (战略性新兴产业, 国民经济行业, 专利密集型产业, 数字经济核心产业, 绿色低碳): a loader for their tables.
//!
//! The offices publish tables from IPC symbols to classes, in editions. The program ships none: a user gives the file
//! of the edition that a statistic has to follow. Without it the class of a document is *not computable*, and it is
//! never guessed from words.
//!
//! A file is tab- or comma-separated text. Its first lines name it (`# scheme = 战略性新兴产业`, `# edition = 2021`);
//! every other line is an IPC symbol, a class, and optionally the title of the class. A symbol without a group part
//! (`H01M`) or a main group without `/` (`H01M8`) covers what lies below it; `H01M8/04` covers
//! itself alone ([`Symbol::is_under`]).

use serde::Serialize;

use crate::patent::Symbol;

/// The most rows of a table.
pub const MAX_INDUSTRY_ROWS: usize = 500_000;

/// A table of one edition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IndustryTable {
    /// What the classes are (`战略性新兴产业`).
    pub scheme: String,
    /// The edition, in the words of the file.
    pub edition: String,
    /// Symbol, class, title; in the order of the file.
    rows: Vec<Row>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Row {
    symbol: Symbol,
    class: String,
    title: String,
}

/// Why a table cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IndustryError {
    /// The head is missing.
    #[error("the table does not say its {what}; begin the file with `# {what} = …`")]
    Unnamed {
        /// `scheme` or `edition`.
        what: &'static str,
    },
    /// A line is not a symbol and a class.
    #[error("line {line}: `{text}` is not an IPC symbol and a class, separated by a tab or a comma")]
    Line {
        /// The line, from 1.
        line: usize,
        /// Its text, at most 80 characters.
        text: String,
    },
    /// Too many rows.
    #[error("the table has more than {limit} rows")]
    TooLarge {
        /// The limit.
        limit: usize,
    },
    /// No row at all.
    #[error("the table holds no row; an empty table would make every document a stranger to the industry")]
    Empty,
}

impl IndustryTable {
    /// Reads a table.
    ///
    /// # Errors
    /// See [`IndustryError`]; a table with one bad line is refused whole, since a missing row is a wrong count.
    ///
    /// # Examples
    ///
    /// ```
    /// use patnav::patent::party::IndustryTable;
    /// let table = IndustryTable::from_text("# scheme = 示例\n# edition = 2021\nH01M8\t6.1\t氢能\n").unwrap();
    /// let symbol = patnav::patent::Symbol("H01M8/04".into());
    /// assert_eq!(table.classes(&symbol).collect::<Vec<_>>(), ["6.1"]);
    /// ```
    pub fn from_text(text: &str) -> Result<Self, IndustryError> {
        let (mut scheme, mut edition, mut rows) = (None, None, Vec::new());
        for (at, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
            let line = line.trim();
            if let Some(comment) = line.strip_prefix('#') {
                if let Some((key, value)) = comment.split_once('=') {
                    match key.trim() {
                        "scheme" => scheme = Some(value.trim().to_owned()),
                        "edition" => edition = Some(value.trim().to_owned()),
                        _ => {}
                    }
                }
                continue;
            }
            if line.is_empty() {
                continue;
            }
            let bad = || IndustryError::Line { line: at + 1, text: line.chars().take(80).collect() };
            let mut cells = line.split(['\t', ',']).map(str::trim);
            let symbol = Symbol::parse(cells.next().unwrap_or_default()).ok_or_else(bad)?.0;
            let class = cells.next().filter(|class| !class.is_empty()).ok_or_else(bad)?.to_owned();
            let title = cells.next().unwrap_or_default().to_owned();
            if rows.len() == MAX_INDUSTRY_ROWS {
                return Err(IndustryError::TooLarge { limit: MAX_INDUSTRY_ROWS });
            }
            rows.push(Row { symbol, class, title });
        }
        let named = |value: Option<String>, what| {
            value.filter(|value| !value.is_empty()).ok_or(IndustryError::Unnamed { what })
        };
        let table = Self { scheme: named(scheme, "scheme")?, edition: named(edition, "edition")?, rows };
        if table.rows.is_empty() { Err(IndustryError::Empty) } else { Ok(table) }
    }

    /// Returns the classes of a symbol, in the order of the table, each once.
    pub fn classes(&self, symbol: &Symbol) -> impl Iterator<Item = &str> {
        let mut seen: Vec<&str> = Vec::new();
        for row in self.rows.iter().filter(|row| symbol.is_under(&row.symbol)) {
            if !seen.contains(&row.class.as_str()) {
                seen.push(&row.class);
            }
        }
        seen.into_iter()
    }

    /// Returns the title of a class, where the table gives one.
    pub fn title(&self, class: &str) -> Option<&str> {
        self.rows.iter().find(|row| row.class == class && !row.title.is_empty()).map(|row| row.title.as_str())
    }
}
