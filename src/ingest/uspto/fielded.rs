//! Lines of the office's fielded text: a tag in the first columns, its value, continuation lines that begin with blanks.

use super::dot::decode;
use crate::ingest::record::fold_space;

/// One field: its tag, and its value line by line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Field<'a> {
    /// Two to four capital letters or digits.
    pub(super) tag: &'a str,
    /// The value as it stands behind the tag and one blank, then each continuation line whole; blank lines left out.
    pub(super) lines: Vec<&'a str>,
}

impl Field<'_> {
    /// Returns the value on one line, codes for characters replaced.
    pub(super) fn text(&self) -> String {
        decode(&fold_space(&self.lines.join(" ")))
    }

    /// Returns the first line with its white space, for values of fixed columns.
    pub(super) fn columns(&self) -> &str {
        self.lines.first().copied().unwrap_or_default()
    }

    /// Returns the lines of a table as texts, rules of underscores and hyphens left out.
    pub(super) fn rows(&self) -> impl Iterator<Item = String> {
        self.lines
            .iter()
            .map(|line| decode(&fold_space(line)))
            .filter(|row| row.chars().any(char::is_alphanumeric))
    }
}

/// Returns the fields of `text`. `width` is the column that values begin in. Text before the first tag is left out.
pub(super) fn fields(text: &str, width: usize) -> Vec<Field<'_>> {
    let mut fields: Vec<Field<'_>> = Vec::new();
    for line in text.lines() {
        let line = line.trim_end();
        if line.is_empty() {
            continue;
        }
        match tag_of(line) {
            Some(tag) => {
                let value = line.get(width..).or_else(|| line.get(tag.len()..)).unwrap_or_default();
                fields.push(Field { tag, lines: if value.is_empty() { Vec::new() } else { vec![value] } });
            }
            None => {
                if let Some(field) = fields.last_mut() {
                    field.lines.push(line);
                }
            }
        }
    }
    fields
}

fn tag_of(line: &str) -> Option<&str> {
    let end = line.find(' ').unwrap_or(line.len());
    let tag = &line[..end];
    let fits = (2..=4).contains(&tag.len())
        && tag.starts_with(|c: char| c.is_ascii_uppercase())
        && tag.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    fits.then_some(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn continuation_lines_join_their_field() {
        let fields =
            fields("noise\nTTL  A pump with a\n      valve of 30.degree.\n\nABST\nPAL  Text.\r\n", 5);
        let tags: Vec<_> = fields.iter().map(|field| (field.tag, field.text())).collect();
        assert_eq!(
            tags,
            [
                ("TTL", "A pump with a valve of 30°".to_owned()),
                ("ABST", String::new()),
                ("PAL", "Text.".to_owned())
            ]
        );
    }
}
