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

use std::collections::HashMap;

use serde::Serialize;

use crate::patent::Symbol;

/// The most rows of a table.
pub const MAX_INDUSTRY_ROWS: usize = 500_000;

/// The version of a column of classes that was made when no table was loaded any more.
pub const NO_INDUSTRY_TABLE: &str = "industry: no table";

/// A table of one edition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IndustryTable {
    /// What the classes are (`战略性新兴产业`).
    pub scheme: String,
    /// The edition, in the words of the file.
    pub edition: String,
    /// What tells one text of the table from another.
    digest: String,
    /// Class and title; in the order of the file.
    rows: Vec<Row>,
    /// The rows of a symbol; a main group is written without `/00`.
    #[serde(skip)]
    by_symbol: HashMap<String, Vec<usize>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Row {
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

/// Returns a main group without the `/00` that may be written behind it.
fn whole(symbol: &str) -> &str {
    symbol.strip_suffix("/00").unwrap_or(symbol)
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
        let mut by_symbol: HashMap<String, Vec<usize>> = HashMap::new();
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
            by_symbol.entry(whole(&symbol.0).to_owned()).or_default().push(rows.len());
            rows.push(Row { class, title });
        }
        let named = |value: Option<String>, what| {
            value.filter(|value| !value.is_empty()).ok_or(IndustryError::Unnamed { what })
        };
        let (scheme, edition) = (named(scheme, "scheme")?, named(edition, "edition")?);
        let digest = blake3::hash(text.as_bytes()).to_hex()[..8].to_owned();
        let table = Self { scheme, edition, digest, rows, by_symbol };
        if table.rows.is_empty() { Err(IndustryError::Empty) } else { Ok(table) }
    }

    /// Returns scheme, edition and a digest of the file, for the version of columns.
    pub fn version(&self) -> String {
        format!("{}/{}#{}", self.scheme, self.edition, self.digest)
    }

    /// Returns the classes of a symbol, in the order of the table, each once.
    pub fn classes(&self, symbol: &Symbol) -> impl Iterator<Item = &str> {
        let own = Some(symbol.0.as_str()).filter(|own| own.contains('/'));
        let levels = [own, symbol.main_group(), symbol.subclass(), symbol.class(), symbol.section()];
        let mut keys: Vec<&str> = levels.into_iter().flatten().map(whole).collect();
        keys.dedup();
        let mut found: Vec<usize> =
            keys.into_iter().filter_map(|key| self.by_symbol.get(key)).flatten().copied().collect();
        found.sort_unstable();
        let mut seen: Vec<&str> = Vec::new();
        for row in found {
            let class = self.rows[row].class.as_str();
            if !seen.contains(&class) {
                seen.push(class);
            }
        }
        seen.into_iter()
    }

    /// Returns the title of a class, where the table gives one.
    pub fn title(&self, class: &str) -> Option<&str> {
        self.rows.iter().find(|row| row.class == class && !row.title.is_empty()).map(|row| row.title.as_str())
    }
}
