//! Column maps: what the columns of one export format mean, as data.
//!
//! A map is a TOML file of `index-schema/formats/` (compiled in) or of a user (`--map FILE`);
//! `index-schema/formats/README.md` documents every key. This file reads maps and finds columns by header;
//! what is done with a cell is decided in `mapping.rs`.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::sync::OnceLock;

use regex::Regex;
use serde::Deserialize;
use toml::Spanned;
use unicode_normalization::UnicodeNormalization;

use crate::patent::CitedBy;
use crate::patent::DocumentKind;
use crate::patent::PatentType;
use crate::patent::Version;

/// The maps that come with the program.
const BUILTIN: &[&str] = &[
    include_str!("../../../index-schema/formats/lens.toml"),
    include_str!("../../../index-schema/formats/espacenet.toml"),
    include_str!("../../../index-schema/formats/patentscope-family.toml"),
    include_str!("../../../index-schema/formats/patentscope.toml"),
    include_str!("../../../index-schema/formats/google-patents.toml"),
    include_str!("../../../index-schema/formats/bigquery.toml"),
    include_str!("../../../index-schema/formats/bigquery-json.toml"),
    include_str!("../../../index-schema/formats/patsnap-json.toml"),
    include_str!("../../../index-schema/formats/cnipr.toml"),
    include_str!("../../../index-schema/formats/cnki.toml"),
    include_str!("../../../index-schema/formats/incopat.toml"),
    include_str!("../../../index-schema/formats/patsnap.toml"),
    include_str!("../../../index-schema/formats/himmpat.toml"),
    include_str!("../../../index-schema/formats/hydrogen-text.toml"),
    include_str!("../../../index-schema/formats/hydrogen-meta.toml"),
    include_str!("../../../index-schema/formats/synbio.toml"),
    include_str!("../../../index-schema/formats/drones-clean.toml"),
    include_str!("../../../index-schema/formats/zh-cpc.toml"),
];

/// What the columns of one export format mean.
#[derive(Debug, Clone)]
pub struct ColumnMap {
    pub(crate) id: String,
    pub(crate) verified: bool,
    pub(crate) title: Title,
    pub(crate) form: Form,
    /// Sets of normalised headers; a file that has all headers of one set is of this format.
    pub(crate) signatures: Vec<Vec<String>>,
    pub(crate) separators: Vec<String>,
    pub(crate) lang: Option<String>,
    pub(crate) date_order: DateOrder,
    /// Cells that say "nothing" (`None`, `-`).
    pub(crate) empty: Vec<String>,
    pub(crate) constants: Constants,
    pub(crate) columns: Vec<Column>,
    /// Normalised header to the columns that it feeds.
    by_header: HashMap<String, Vec<usize>>,
}

/// Why a map cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MapError {
    /// The line of the map file, from 1.
    pub line: usize,
    /// What is wrong there and what is expected.
    pub message: String,
}

impl fmt::Display for MapError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {} of the column map: {}", self.line, self.message)
    }
}

impl std::error::Error for MapError {}

/// The name of a format in both languages of the user interface.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Title {
    pub(crate) zh: String,
    pub(crate) en: String,
}

/// Rows of cells, or objects with keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Form {
    /// CSV, TSV, XLS, XLSX.
    #[default]
    Table,
    /// JSON objects; headers are keys, nested ones joined by `.`.
    Json,
}

/// How day, month and year follow each other where the year is not first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DateOrder {
    /// Only forms with the year first are dates; others are faults.
    #[default]
    Ymd,
    /// `27.03.2013`, `27/03/13`.
    Dmy,
    /// `03/27/2013`.
    Mdy,
}

/// Values that hold for every record of a format.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Constants {
    pub(crate) country: Option<String>,
    pub(crate) patent_type: Option<PatentType>,
    pub(crate) document_kind: DocumentKind,
}

/// One column: its names and what its cells are.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub(crate) field: Field,
    /// The key under which [`Field::Other`] keeps the cell; the header where absent.
    pub(crate) name: Option<String>,
    pub(crate) shape: Shape,
    /// What separates the items of a cell: the first of these that occurs in it; none: one item.
    pub(crate) separators: Vec<String>,
    pub(crate) lang: Option<String>,
    pub(crate) translated: bool,
    /// Offices whose documents are written in the language of this column; elsewhere it is a translation.
    pub(crate) original_in: Vec<String>,
    pub(crate) date_order: DateOrder,
    /// Keeps of each item what the first group matches; an item without a match is left out.
    pub(crate) pattern: Option<Regex>,
    /// Leaves out the items that this matches.
    pub(crate) unless: Option<Regex>,
    pub(crate) by: Option<CitedBy>,
    /// The first item of the list is the main class.
    pub(crate) first_is_main: bool,
    /// Where an item of a JSON list keeps its parts.
    pub(crate) item: Item,
}

/// The keys of an object in a JSON list.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Item {
    pub(crate) text: Option<String>,
    pub(crate) lang: Option<String>,
    pub(crate) country: Option<String>,
    pub(crate) date: Option<String>,
    pub(crate) category: Option<String>,
}

/// The canonical field that a column feeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Field {
    Number,
    Kind,
    Country,
    Application,
    SourceId,
    PatentType,
    FilingDate,
    PublicationDate,
    PublicationYear,
    GrantDate,
    Priority,
    PriorityDate,
    Title,
    Abstract,
    Claims,
    FirstClaim,
    Description,
    Keyword,
    Applicant,
    Owner,
    Inventor,
    Agent,
    Agency,
    Examiner,
    Author,
    ApplicantAddress,
    IpcMain,
    Ipc,
    Cpc,
    Uspc,
    Locarno,
    Fi,
    FTerm,
    Citation,
    Literature,
    Family,
    ExtendedFamily,
    FamilyMember,
    ExtendedMember,
    SameApplication,
    DivisionalOf,
    SameDay,
    International,
    /// A text with its own labels: `Title: … Keywords: … Abstract: …`.
    LabelledText,
    /// Kept as it is under a name.
    Other,
    /// A column without information (row numbers, a download button).
    Skip,
}

impl Field {
    /// Returns whether the separators of the map cut the cells of this field.
    pub(crate) fn is_list(self) -> bool {
        matches!(
            self,
            Self::Priority
                | Self::PriorityDate
                | Self::Keyword
                | Self::Applicant
                | Self::Owner
                | Self::Inventor
                | Self::Agent
                | Self::Agency
                | Self::Examiner
                | Self::Author
                | Self::Ipc
                | Self::Cpc
                | Self::Uspc
                | Self::Locarno
                | Self::Fi
                | Self::FTerm
                | Self::Citation
                | Self::Literature
                | Self::FamilyMember
                | Self::ExtendedMember
        )
    }
}

/// How one item is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Shape {
    /// The item is the value.
    #[default]
    Plain,
    /// `NAME [US]`, `NAME (US)`, `NAME    US`: a party and its country.
    NameCountry,
    /// `某某代理公司 32243`: an agency and its code, which is dropped.
    NameCode,
    /// `226634 江苏省…`: a post code, then an address.
    PostcodeAddress,
    /// `KR20150000637 (U)`: a number with its kind in brackets.
    NumberKind,
    /// `US 201161550506 P 20111024`, `CN201210000001.0 2012.01.01`: a number and its date.
    NumberDate,
    /// `A61K031426`: subclass, three digits of group, subgroup.
    FixedClass,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Source {
    id: Spanned<String>,
    title: Title,
    #[serde(default)]
    verified: bool,
    #[serde(default)]
    form: Form,
    #[serde(default)]
    signature: Vec<Spanned<Vec<String>>>,
    #[serde(default)]
    separators: Vec<String>,
    lang: Option<String>,
    #[serde(default)]
    date_order: DateOrder,
    #[serde(default)]
    empty: Vec<String>,
    #[serde(default)]
    constants: Constants,
    column: Vec<Spanned<ColumnSource>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ColumnSource {
    headers: BTreeMap<String, Vec<String>>,
    field: Field,
    name: Option<String>,
    #[serde(default)]
    shape: Shape,
    separators: Option<Vec<String>>,
    lang: Option<String>,
    #[serde(default)]
    translated: bool,
    #[serde(default)]
    original_in: Vec<String>,
    date_order: Option<DateOrder>,
    pattern: Option<String>,
    unless: Option<String>,
    by: Option<CitedBy>,
    #[serde(default)]
    first_is_main: bool,
    #[serde(default)]
    item: Item,
}

impl ColumnMap {
    /// Returns the maps that come with the program.
    pub fn builtin() -> Vec<Arc<Self>> {
        static MAPS: OnceLock<Vec<Arc<ColumnMap>>> = OnceLock::new();
        MAPS.get_or_init(|| {
            let read = |text: &&str| {
                Arc::new(Self::from_toml(text).expect("the maps that are compiled in are read by a test"))
            };
            BUILTIN.iter().map(read).collect()
        })
        .clone()
    }

    /// Reads a map.
    ///
    /// # Errors
    /// [`MapError`] with the line: TOML that is not well formed, an unknown key, field or shape, a column without
    /// headers, a pattern that is no regular expression or has no group.
    pub fn from_toml(text: &str) -> Result<Self, MapError> {
        let source: Source = toml::from_str(text).map_err(|error| MapError {
            line: error.span().map_or(1, |span| line_of(text, span.start)),
            message: error.message().to_owned(),
        })?;
        let fail = |at: usize, message: String| MapError { line: line_of(text, at), message };
        let id = source.id.get_ref();
        if id.is_empty() || !id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-') {
            let message = format!("`id` is `{id}`; use lower-case letters, digits and hyphens");
            return Err(fail(source.id.span().start, message));
        }
        let mut map = Self {
            id: id.clone(),
            verified: source.verified,
            title: source.title,
            form: source.form,
            signatures: Vec::new(),
            separators: source.separators,
            lang: source.lang,
            date_order: source.date_order,
            empty: source.empty,
            constants: source.constants,
            columns: Vec::new(),
            by_header: HashMap::new(),
        };
        for column in source.column {
            let at = column.span().start;
            map.add(column.into_inner()).map_err(|message| fail(at, message))?;
        }
        if map.columns.is_empty() {
            return Err(fail(0, "there is no `[[column]]`; name at least one column".to_owned()));
        }
        for signature in source.signature {
            let at = signature.span().start;
            let headers: Vec<String> =
                signature.get_ref().iter().map(|header| normal_header(header)).collect();
            if headers.is_empty() {
                return Err(fail(at, "a signature without headers fits every file; name some".to_owned()));
            }
            map.signatures.push(headers);
        }
        Ok(map)
    }

    fn add(&mut self, source: ColumnSource) -> Result<(), String> {
        let headers: Vec<String> =
            source.headers.values().flatten().map(|header| normal_header(header)).collect();
        if headers.iter().all(String::is_empty) {
            return Err("this column has no header; give `headers = { en = [\"…\"] }`".to_owned());
        }
        let pattern = match &source.pattern {
            None => None,
            Some(pattern) => {
                let regex =
                    Regex::new(pattern).map_err(|error| format!("`pattern` cannot be read: {error}"))?;
                if regex.captures_len() < 2 {
                    return Err("`pattern` has no group; put what is to be kept in brackets".to_owned());
                }
                Some(regex)
            }
        };
        let unless = source.unless.as_deref().map(Regex::new).transpose();
        let unless = unless.map_err(|error| format!("`unless` cannot be read: {error}"))?;
        let own = if source.field.is_list() { self.separators.clone() } else { Vec::new() };
        let separators = source.separators.unwrap_or(own);
        if separators.iter().any(String::is_empty) {
            return Err("`separators` holds an empty text".to_owned());
        }
        let index = self.columns.len();
        for header in headers {
            self.by_header.entry(header).or_default().push(index);
        }
        self.columns.push(Column {
            field: source.field,
            name: source.name,
            shape: source.shape,
            separators,
            lang: source.lang.or_else(|| self.lang.clone()),
            translated: source.translated,
            original_in: source.original_in,
            date_order: source.date_order.unwrap_or(self.date_order),
            pattern,
            unless,
            by: source.by,
            first_is_main: source.first_is_main,
            item: source.item,
        });
        Ok(())
    }

    /// Returns the id of the format, as `patnav stats` prints it.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns the name of the format in Chinese or English.
    pub fn title(&self, version: Version) -> &str {
        if version == Version::Zh { &self.title.zh } else { &self.title.en }
    }

    /// Returns whether the map was compared with real files of the format.
    pub fn is_verified(&self) -> bool {
        self.verified
    }

    /// Returns the columns that a header feeds; none where the map does not know it.
    pub(crate) fn columns_of(&self, header: &str) -> &[usize] {
        self.by_header.get(&normal_header(header)).map_or(&[], Vec::as_slice)
    }

    /// Returns how many headers the best fitting signature has, or `None` where none fits.
    pub(crate) fn fit(&self, headers: &[String]) -> Option<usize> {
        let fits = |signature: &&Vec<String>| signature.iter().all(|wanted| headers.contains(wanted));
        self.signatures.iter().filter(fits).map(Vec::len).max()
    }
}

/// Returns `header` as headers are compared: compatibility forms folded, lower case, without white space,
/// underscores, quotes and trailing marks.
pub(crate) fn normal_header(header: &str) -> String {
    let dropped =
        |c: &char| !(c.is_whitespace() || matches!(c, '_' | '"' | '\'' | '*' | '\u{feff}' | '\u{200b}'));
    let folded: String = header.nfkc().filter(dropped).flat_map(char::to_lowercase).collect();
    folded.trim_end_matches([':', '.', ';']).to_owned()
}

fn line_of(text: &str, at: usize) -> usize {
    text.as_bytes().iter().take(at).filter(|&&b| b == b'\n').count() + 1
}
