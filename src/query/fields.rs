//! The fields that a query can name, from `index-schema/fields.toml`.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::LazyLock;

use serde::Deserialize;

use super::ast::Matching;
use super::dialect::Dialect;

/// A field.
#[derive(PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// The canonical name.
    pub name: String,
    #[serde(default)]
    zones: Vec<String>,
    #[serde(default)]
    column: Option<String>,
    #[serde(default)]
    number: bool,
    #[serde(default)]
    event: Option<EventPart>,
    #[serde(default)]
    missing: Option<String>,
    #[serde(default)]
    hierarchy: bool,
    #[serde(default)]
    tree: bool,
    #[serde(default)]
    ordered: bool,
    #[serde(default)]
    date: bool,
    #[serde(default)]
    organisation: bool,
    #[serde(default)]
    whole: Option<String>,
    #[serde(default)]
    aliases: Names,
    #[serde(default)]
    exact: Names,
    #[serde(default)]
    values: HashMap<String, BTreeMap<String, String>>,
}

/// Shows the name alone: the rest is in the table.
impl fmt::Debug for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Field({})", self.name)
    }
}

/// Names of a field by dialect.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Names {
    any: Vec<String>,
    incopat: Vec<String>,
    patsnap: Vec<String>,
    cnipa: Vec<String>,
    espacenet: Vec<String>,
    patentscope: Vec<String>,
    google: Vec<String>,
    lens: Vec<String>,
}

impl Names {
    fn of(&self, dialect: Dialect) -> &[String] {
        match dialect {
            Dialect::Patnav => &self.any,
            Dialect::Incopat => &self.incopat,
            Dialect::Patsnap => &self.patsnap,
            Dialect::Cnipa => &self.cnipa,
            Dialect::Espacenet => &self.espacenet,
            Dialect::Patentscope => &self.patentscope,
            Dialect::Google => &self.google,
            Dialect::Lens => &self.lens,
        }
    }
}

/// What a field looks into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target<'a> {
    /// The text of these zones.
    Zones(&'a [String]),
    /// The values of a column; with `hierarchy`, a value stands for all below it too. A snapshot may not have the
    /// column, if it is a derived one.
    Column {
        /// The name of the column.
        name: &'a str,
        /// Whether a value stands for all below it.
        hierarchy: bool,
    },
    /// The numbers of documents.
    Number,
    /// A part of the records of events; see [`super::Node::Event`]. A condition on it outside an event group is a group of
    /// its own: some record meets it.
    Event(EventPart),
    /// Nothing that is indexed, and why.
    Missing(&'a str),
}

/// A part of an event record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventPart {
    /// The country in which it takes effect, ST.3.
    Country,
    /// The office that states it, ST.3.
    Office,
    /// The code, with or without the office before it (`GR01`, `CNGR01`).
    Code,
    /// What the code means, by the words of [`crate::patent::legal`] (`transfer`, `licence`, `grant`, …).
    Kind,
    /// The day on which it took effect.
    Effective,
    /// The day on which it was announced.
    Known,
    /// The first layer of the state of the country (`active`, `inactive`, …).
    State,
    /// The second layer of the state of the country.
    Detail,
    /// The text of the event.
    Text,
}

impl Field {
    /// Returns whether the values of the column are nodes of trees (`pack:node`), of which one stands for all below it.
    pub fn is_tree(&self) -> bool {
        self.tree
    }

    /// Returns what the field looks into.
    pub fn target(&self) -> Target<'_> {
        if let Some(why) = &self.missing {
            return Target::Missing(why);
        }
        match (&self.column, self.event) {
            (Some(name), _) => Target::Column { name, hierarchy: self.hierarchy },
            (None, Some(part)) => Target::Event(part),
            (None, None) if self.number => Target::Number,
            (None, None) => Target::Zones(&self.zones),
        }
    }

    /// Returns whether the field holds text that can be matched by words.
    pub fn is_text(&self) -> bool {
        matches!(self.target(), Target::Zones(_))
    }

    /// Returns whether ranges and comparisons make sense.
    pub fn is_ordered(&self) -> bool {
        self.ordered
    }

    /// Returns whether the values are days.
    pub fn is_date(&self) -> bool {
        self.date
    }

    /// Returns whether the values are names of organisations, which have groups.
    pub fn is_organisation(&self) -> bool {
        self.organisation
    }

    /// Returns whether `==` means something other than `=`: see [`Matching::Exactly`].
    pub fn has_exact(&self) -> bool {
        self.hierarchy || self.whole.is_some() || (self.organisation && self.column.is_some())
    }

    /// Returns the column with the whole values of a field of text, which [`Matching::Exactly`] compares with.
    pub fn whole_column(&self) -> Option<&str> {
        self.whole.as_deref()
    }

    /// Returns the first Chinese name.
    pub(super) fn chinese_name(&self) -> Option<&str> {
        self.aliases.any.iter().find(|name| !name.is_ascii()).map(String::as_str)
    }

    /// Returns what a value that is written in a dialect is called here.
    pub(super) fn value_named<'a>(&'a self, dialect: Dialect, value: &'a str) -> &'a str {
        let of = |name: &str| self.values.get(name)?.get(value).map(String::as_str);
        of(dialect.name()).or_else(|| of("any")).unwrap_or(value)
    }

    /// Returns how a value is written in a dialect.
    pub(super) fn value_in<'a>(&'a self, dialect: Dialect, value: &'a str) -> &'a str {
        let Some(values) = self.values.get(dialect.name()) else { return value };
        values.iter().find(|(_, ours)| *ours == value).map_or(value, |(theirs, _)| theirs)
    }

    /// Returns the name of the field in a dialect, `None` if it has none there.
    ///
    /// `Exactly` asks for a name that means an exact comparison by itself.
    pub fn name_in(&self, dialect: Dialect, matching: Matching) -> Option<&str> {
        match (dialect, matching) {
            (Dialect::Patnav, Matching::Holds) => Some(&self.name),
            (_, Matching::Holds) => self.aliases.of(dialect).first().map(String::as_str),
            (_, Matching::Exactly) => self.exact.of(dialect).first().map(String::as_str),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    field: Vec<Field>,
}

static FIELDS: LazyLock<Vec<Field>> = LazyLock::new(|| {
    let table: Table = toml::from_str(include_str!("../../index-schema/fields.toml"))
        .expect("the compiled-in table is read by a test");
    table.field
});

/// A field as a name means it.
pub(super) type Named = (&'static Field, Matching);

static BY_NAME: LazyLock<Vec<HashMap<String, Named>>> = LazyLock::new(|| {
    let names = |dialect: Dialect| {
        let mut names = HashMap::new();
        for field in FIELDS.iter() {
            if dialect == Dialect::Patnav {
                names.insert(field.name.to_lowercase(), (field, Matching::Holds));
            }
            for name in field.aliases.of(dialect) {
                names.insert(name.to_lowercase(), (field, Matching::Holds));
            }
            for name in field.exact.of(dialect) {
                names.insert(name.to_lowercase(), (field, Matching::Exactly));
            }
        }
        names
    };
    Dialect::ALL.into_iter().map(names).collect()
});

/// Returns every field, in the order of the table.
pub fn fields() -> &'static [Field] {
    &FIELDS
}

/// Returns the field of a canonical name or alias of the canonical language, in any case.
pub fn field(name: &str) -> Option<&'static Field> {
    lookup(Dialect::Patnav, name).map(|(field, _)| field)
}

/// Returns the field that a name means in a dialect: by its own names first, then by those of the canonical language.
pub(super) fn lookup(dialect: Dialect, name: &str) -> Option<Named> {
    let name = name.to_lowercase();
    own(dialect, &name).or_else(|| own(Dialect::Patnav, &name))
}

/// Returns the field that a dialect itself has under this name.
pub(super) fn own(dialect: Dialect, name: &str) -> Option<Named> {
    BY_NAME[dialect as usize].get(&name.to_lowercase()).copied()
}

/// Returns the names with brackets in them (`申请（专利权）人`), which have to be known before brackets are read.
pub(super) fn bracketed() -> &'static [String] {
    static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
        let names = BY_NAME.iter().flat_map(HashMap::keys);
        let mut names: Vec<String> = names.filter(|name| name.contains('（')).cloned().collect();
        names.sort_unstable();
        names.dedup();
        names
    });
    &NAMES
}

/// Returns the name that a misspelt name most likely means in a dialect: the nearest by edits, two at most.
/// A very long name means none.
pub(super) fn suggestion(dialect: Dialect, name: &str) -> Option<String> {
    let name = Some(name.to_lowercase()).filter(|name| name.chars().count() <= 40)?;
    let near = |dialect: Dialect| {
        let known = BY_NAME[dialect as usize].iter();
        let near =
            known.map(|(known, (field, _))| (edits(&name, known), known.chars().count(), known, *field));
        near.filter(|(n, len, ..)| *n <= 2 && n < len)
            .min_by(|a, b| (a.0, a.1, a.2, &a.3.name).cmp(&(b.0, b.1, b.2, &b.3.name)))
            .map(|(.., known, field)| match dialect {
                Dialect::Patnav => field.name.clone(),
                _ => known.to_uppercase(),
            })
    };
    near(dialect).or_else(|| near(Dialect::Patnav))
}

/// Returns the distance in characters inserted, deleted, replaced, or swapped with their neighbour.
fn edits(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i][j] = match (i, j) {
                (0, _) | (_, 0) => i + j,
                _ => {
                    let replaced = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                    let swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                    let swap = if swapped { rows[i - 2][j - 2] + 1 } else { usize::MAX };
                    replaced.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1).min(swap)
                }
            };
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_in_each_dialect_and_each_field_has_one_target() {
        for dialect in Dialect::ALL {
            let canonical = if dialect == Dialect::Patnav { FIELDS.len() } else { 0 };
            let own = |field: &Field| field.aliases.of(dialect).len() + field.exact.of(dialect).len();
            let n_names = canonical + FIELDS.iter().map(own).sum::<usize>();
            assert_eq!(
                BY_NAME[dialect as usize].len(),
                n_names,
                "a name stands for two fields of {dialect:?}"
            );
        }
        for field in FIELDS.iter() {
            let n = usize::from(!field.zones.is_empty())
                + usize::from(field.column.is_some())
                + usize::from(field.event.is_some())
                + usize::from(field.missing.is_some())
                + usize::from(field.number);
            assert_eq!(n, 1, "{}", field.name);
        }
    }

    #[test]
    fn fields_are_found_in_both_languages_and_by_dialect() {
        assert_eq!(field("TI").map(|f| f.name.as_str()), Some("ti"));
        assert_eq!(field("申请人").map(|f| f.name.as_str()), Some("ap"));
        assert_eq!(field("nope"), None);
        let named = |dialect, name| lookup(dialect, name).map(|(field, _)| field.name.as_str());
        assert_eq!(named(Dialect::Patsnap, "AN"), Some("ap.orig"));
        assert_eq!(named(Dialect::Incopat, "an"), Some("an"));
        assert_eq!(named(Dialect::Espacenet, "ap"), Some("an"));
        assert_eq!(named(Dialect::Patentscope, "PD"), Some("prd"));
        assert_eq!(
            named(Dialect::Google, "标题"),
            Some("ti"),
            "names of the canonical language work everywhere"
        );
        assert_eq!(
            lookup(Dialect::Patsnap, "ANS_EXACT").map(|(_, matching)| matching),
            Some(Matching::Exactly)
        );
    }

    #[test]
    fn near_misses_are_guessed() {
        let guess = |name| suggestion(Dialect::Patnav, name);
        assert_eq!(guess("titel").as_deref(), Some("ti"));
        assert_eq!(guess("qqqqqq"), None);
        assert_eq!(guess("申青人").as_deref(), Some("ap"));
        assert_eq!(guess("压力"), None, "every two characters are two edits from every other two");
        assert_eq!(suggestion(Dialect::Patsnap, "ABTS").as_deref(), Some("ABST"));
    }
}
