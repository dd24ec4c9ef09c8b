//! Official classes of industry as a column. The tables, and why none ships: `patent::party::IndustryTable`.

use super::Group;
use crate::index::{ColumnKind, Reader, Value};
use crate::patent::party::{IndustryTable, NO_INDUSTRY_TABLE};
use crate::patent::{Publication, Scheme};

/// The id of the rules.
pub const INDUSTRY: &str = "industry-1";

const COLUMN: &str = "industry";

/// Returns the group of `industry`: for each table the classes of a document's IPC symbols, as `scheme:class`
/// (`战略性新兴产业:6.1`). The version names schemes and editions.
///
/// `None` where no table is loaded and none was: there is no column then, and asking for it says so. Where the last
/// table was taken away the column is made anew, empty, with the version [`NO_INDUSTRY_TABLE`].
pub fn industries<'a>(reader: &Reader, tables: &'a [IndustryTable]) -> Option<Group<'a>> {
    let columns = &[(COLUMN, ColumnKind::Keyword)];
    if tables.is_empty() {
        reader.column(COLUMN).ok()?;
        return Some(Group::each(COLUMN, NO_INDUSTRY_TABLE, columns, |_, _| vec![Value::Missing]));
    }
    let told: Vec<String> = tables.iter().map(IndustryTable::version).collect();
    let version = format!("{INDUSTRY}@{}", told.join("+"));
    Some(Group::each(COLUMN, version, columns, |_, publication| {
        vec![Value::Keywords(classes(publication, tables))]
    }))
}

fn classes(publication: &Publication, tables: &[IndustryTable]) -> Vec<String> {
    let mut found = Vec::new();
    for table in tables {
        for class in publication.classes.iter().filter(|class| class.scheme == Scheme::Ipc) {
            for class in table.classes(&class.symbol) {
                let value = format!("{}:{class}", table.scheme);
                if !found.contains(&value) {
                    found.push(value);
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patent::{Classification, Symbol};

    #[test]
    fn every_table_gives_its_classes_once() {
        let table = |text: &str| IndustryTable::from_text(text).unwrap();
        let tables = [
            table("# scheme = 甲\n# edition = 2021\nH01M8\t6.1\t氢能\nC25B\t6.1\n"),
            table("# scheme = 乙\n# edition = 1\nH\tE\nH01M8/04\tE1\n"),
        ];
        let class = |scheme, symbol: &str| Classification {
            scheme,
            symbol: Symbol(symbol.to_owned()),
            version: None,
            position: None,
            additional: None,
        };
        let publication = Publication {
            classes: vec![
                class(Scheme::Ipc, "H01M8/04"),
                class(Scheme::Ipc, "C25B1/04"),
                class(Scheme::Cpc, "H01M4/86"),
            ],
            ..Publication::default()
        };
        assert_eq!(classes(&publication, &tables), ["甲:6.1", "乙:E", "乙:E1"]);
        assert!(classes(&Publication::default(), &tables).is_empty());
    }
}
