//! The document model that every report file is written from.

/// The language of a report: its words, fonts and hyphenation.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[schema(as = ReportLang)]
pub enum Lang {
    /// Chinese.
    #[default]
    Zh,
    /// English.
    En,
}

impl Lang {
    /// Returns the one of two texts that is in this language.
    pub fn pick<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }

    /// Returns the language tag of BCP 47.
    pub fn tag(self) -> &'static str {
        self.pick_static("zh-CN", "en-GB")
    }

    fn pick_static(self, zh: &'static str, en: &'static str) -> &'static str {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }
}

/// A report before it is a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The title.
    pub title: String,
    /// A line below the title.
    pub subtitle: String,
    /// The language.
    pub lang: Lang,
    /// The time written into the file: that of the snapshot the report was computed from, never the clock's.
    pub created: jiff::Timestamp,
    /// A line at the foot of every page: what it was computed from.
    pub footer: String,
    /// What it says.
    pub blocks: Vec<Block>,
}

/// A part of a document.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// A heading.
    Heading {
        /// 1 to 3.
        level: u8,
        /// The text.
        text: String,
        /// What links to it are called (`#name` in [`Run::link`]).
        anchor: Option<String>,
    },
    /// A paragraph.
    Paragraph(Vec<Run>),
    /// A paragraph set apart: a caveat that must not be overlooked.
    Note(Vec<Run>),
    /// Items, each a paragraph.
    List(Vec<Vec<Run>>),
    /// Text in fixed width, line by line as it is: queries.
    Code(String),
    /// A table.
    Table(Table),
    /// A picture.
    Figure(Figure),
    /// What follows starts on a new page.
    PageBreak,
}

/// A table. Rows may be shorter than the header; what is missing is empty.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// What the table shows.
    pub caption: Option<String>,
    /// The columns; a table without titles has no header row.
    pub columns: Vec<Column>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The title.
    pub title: String,
    /// The share of the width, relative to the other columns.
    pub width: u32,
}

impl Column {
    /// Returns a column.
    pub fn new(title: impl Into<String>, width: u32) -> Self {
        Self { title: title.into(), width }
    }
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cell {
    /// The text.
    pub runs: Vec<Run>,
    /// The shade behind it; the text must say the same, since shades do not survive every printer.
    pub tone: Option<Tone>,
    /// What links to it are called.
    pub anchor: Option<String>,
}

/// What a shade says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tone {
    /// Found, done, in order.
    Full,
    /// In part.
    Partial,
    /// Not found, or to be looked at.
    Empty,
    /// Unknown.
    Unknown,
}

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// What it shows, also for those who cannot see it.
    pub caption: String,
    /// A complete SVG document.
    pub svg: String,
    /// The same as PNG, for readers of Word files that draw no SVG (Word before 2016).
    pub png: Option<Vec<u8>>,
    /// Its size in points.
    pub size: (u32, u32),
}

/// A piece of text in one style.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Run {
    /// The text.
    pub text: String,
    /// How it looks.
    pub style: Style,
    /// Where it leads: `#anchor` of a heading or cell, or an address.
    pub link: Option<String>,
}

/// How a run looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Style {
    /// As the text around it.
    #[default]
    Plain,
    /// Important.
    Bold,
    /// Found by the search.
    Mark,
    /// A query or a number, in fixed width.
    Code,
    /// Of less weight.
    Faint,
}

impl Run {
    /// Returns plain text.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// Returns text in a style.
    pub fn styled(text: impl Into<String>, style: Style) -> Self {
        Self { text: text.into(), style, link: None }
    }

    /// Returns text in bold.
    pub fn bold(text: impl Into<String>) -> Self {
        Self::styled(text, Style::Bold)
    }

    /// Returns text of less weight.
    pub fn faint(text: impl Into<String>) -> Self {
        Self::styled(text, Style::Faint)
    }

    /// Returns text that leads somewhere.
    pub fn link(text: impl Into<String>, to: impl Into<String>) -> Self {
        Self { text: text.into(), style: Style::Plain, link: Some(to.into()) }
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self { runs: vec![Run::plain(text)], ..Self::default() }
    }
}

impl From<Run> for Cell {
    fn from(run: Run) -> Self {
        Self { runs: vec![run], ..Self::default() }
    }
}

impl Cell {
    /// Returns a cell of several runs.
    pub fn of(runs: Vec<Run>) -> Self {
        Self { runs, ..Self::default() }
    }

    /// Returns the cell with a shade behind it.
    pub fn toned(self, tone: Tone) -> Self {
        Self { tone: Some(tone), ..self }
    }

    /// Returns the cell as a place that links lead to.
    #[must_use]
    pub fn anchored(self, anchor: impl Into<String>) -> Self {
        Self { anchor: Some(anchor.into()), ..self }
    }
}

impl Document {
    /// Adds a heading without anchor.
    pub fn heading(&mut self, level: u8, text: impl Into<String>) {
        self.blocks.push(Block::Heading { level, text: text.into(), anchor: None });
    }

    /// Adds a heading that links lead to.
    pub fn anchored(&mut self, level: u8, text: impl Into<String>, anchor: impl Into<String>) {
        self.blocks.push(Block::Heading { level, text: text.into(), anchor: Some(anchor.into()) });
    }

    /// Adds a paragraph of plain text.
    pub fn paragraph(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Paragraph(vec![Run::plain(text)]));
    }

    /// Adds a caveat.
    pub fn note(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Note(vec![Run::plain(text)]));
    }

    /// Adds items of plain text.
    pub fn list<T: Into<String>>(&mut self, items: impl IntoIterator<Item = T>) {
        let items: Vec<Vec<Run>> = items.into_iter().map(|item| vec![Run::plain(item)]).collect();
        if !items.is_empty() {
            self.blocks.push(Block::List(items));
        }
    }

    /// Adds a table.
    pub fn table(&mut self, columns: Vec<Column>, rows: Vec<Vec<Cell>>) {
        self.blocks.push(Block::Table(Table { caption: None, columns, rows }));
    }
}
