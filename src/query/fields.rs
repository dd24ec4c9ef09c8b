//! The fields that a query can name, from `index-schema/fields.toml`.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// A field.
#[derive(Debug, PartialEq, Eq, Deserialize)]
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
    hierarchy: bool,
    #[serde(default)]
    aliases: Vec<String>,
}

/// What a field looks into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target<'a> {
    /// The text of these zones.
    Zones(&'a [String]),
    /// The values of a column; with `hierarchy`, a value stands for all below it too.
    Column {
        /// The name of the column.
        name: &'a str,
        /// Whether a value stands for all below it.
        hierarchy: bool,
    },
    /// The numbers of documents.
    Number,
}

impl Field {
    /// Returns what the field looks into.
    pub fn target(&self) -> Target<'_> {
        match &self.column {
            Some(name) => Target::Column { name, hierarchy: self.hierarchy },
            None if self.number => Target::Number,
            None => Target::Zones(&self.zones),
        }
    }

    /// Returns whether the field holds text that can be matched by words.
    pub fn is_text(&self) -> bool {
        matches!(self.target(), Target::Zones(_))
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

static BY_NAME: LazyLock<HashMap<String, &'static Field>> = LazyLock::new(|| {
    let named = |field: &'static Field| {
        let names = std::iter::once(&field.name).chain(&field.aliases);
        names.map(move |name| (name.to_lowercase(), field))
    };
    FIELDS.iter().flat_map(named).collect()
});

/// Returns the field of a canonical name or alias, in any case.
pub fn field(name: &str) -> Option<&'static Field> {
    BY_NAME.get(&name.to_lowercase()).copied()
}

/// Returns the canonical name that a misspelt name most likely means: the nearest by edits, two at most.
/// A very long name means none.
pub(super) fn suggestion(name: &str) -> Option<&'static str> {
    let name = Some(name.to_lowercase()).filter(|name| name.chars().count() <= 40)?;
    let near = BY_NAME
        .iter()
        .map(|(known, field)| (edits(&name, known), known.chars().count(), field.name.as_str()));
    near.filter(|(n, len, _)| *n <= 2 && n < len).min().map(|(_, _, name)| name)
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
    fn names_are_unique_and_each_field_has_one_target() {
        let n_names: usize = FIELDS.iter().map(|field| 1 + field.aliases.len()).sum();
        assert_eq!(BY_NAME.len(), n_names, "a name stands for two fields");
        for field in FIELDS.iter() {
            let n = usize::from(!field.zones.is_empty())
                + usize::from(field.column.is_some())
                + usize::from(field.number);
            assert_eq!(n, 1, "{}", field.name);
        }
    }

    #[test]
    fn fields_are_found_in_both_languages() {
        assert_eq!(field("TI").map(|f| f.name.as_str()), Some("ti"));
        assert_eq!(field("申请人").map(|f| f.name.as_str()), Some("ap"));
        assert_eq!(field("nope"), None);
        assert_eq!(suggestion("titel"), Some("ti"));
        assert_eq!(suggestion("qqqqqq"), None);
        assert_eq!(suggestion("申青人"), Some("ap"));
        assert_eq!(suggestion("压力"), None, "every two characters are two edits from every other two");
    }
}
