//! The tagging sheet (标引表): what a row holds, and what comes back.
//!
//! A row is one document and one pack. Its id is a number with a checksum over document, pack and the round of tagging,
//! so that a row that was edited, copied or moved between sheets is told from one that was filled in. `report` writes
//! sheets, `ingest` reads cells; this module knows neither file format.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::patent::domain::{Judgement, Pack};

/// The name of the sheet that holds the rows.
pub const SHEET: &str = "标引 tagging";
/// Columns for leaves.
pub const N_LEAVES: usize = 3;
/// Columns for effects, and as many for purposes.
pub const N_EFFECTS: usize = 2;
/// What is chosen for a document that belongs to none of the pack.
pub const NONE: &str = "无 none";
/// Most rows of one sheet.
pub const MAX_ROWS: usize = 20_000;

/// The columns, in order; the first cell of a heading names the column whatever stands behind it.
pub const HEADINGS: [&str; 18] = [
    "行号 row",
    "文献 document",
    "领域 pack",
    "标题 title",
    "首图 drawing",
    "独立权利要求 independent claim",
    "效果句 effect",
    "机器标引 computed",
    "标引1 leaf 1",
    "标引2 leaf 2",
    "标引3 leaf 3",
    "效果1 effect 1",
    "效果2 effect 2",
    "目的1 purpose 1",
    "目的2 purpose 2",
    "备注 note",
    "轮次 round",
    "树 tree",
];

/// The first column that a person fills in, from 0.
pub const FIRST_OPEN: usize = 8;
/// The first column behind those.
pub const END_OPEN: usize = 16;

/// What a person sees of a document, and what is filled in already.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Row {
    /// The key of the document.
    pub key: String,
    /// The title.
    pub title: String,
    /// The file or page of the first drawing.
    pub drawing: String,
    /// The first independent claim.
    pub claim: String,
    /// The sentence of the effect.
    pub effect: String,
    /// What the machine says, `B1 (0.82)`.
    pub computed: String,
}

/// A sheet to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet<'a> {
    /// The pack.
    pub pack: &'a Pack,
    /// The round of tagging: any word; it is part of every row id.
    pub round: String,
    /// For whom.
    pub tagger: String,
    /// The rows.
    pub rows: Vec<Row>,
}

/// Returns the id of a row, `0007-3f9a2c1b`.
pub fn row_id(n: usize, key: &str, pack: &str, round: &str) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in [&n.to_string(), key, pack, round] {
        hasher.update(part.as_bytes());
        hasher.update(&[0]);
    }
    format!("{n:04}-{}", &hasher.finalize().to_hex()[..8])
}

/// Returns the choices for leaves of a pack: `B1 瓶体与缠绕 vessels and winding`, `无 none` first.
pub fn leaf_choices(pack: &Pack) -> Vec<String> {
    let leaves = pack.nodes.iter().filter(|node| pack.is_leaf(&node.id));
    let choice =
        |node: &crate::patent::domain::Node| format!("{} {} {}", node.id, node.name.zh, node.name.en);
    std::iter::once(NONE.to_owned()).chain(leaves.map(choice)).collect()
}

/// Returns the choices for effects and purposes.
pub fn effect_choices(pack: &Pack) -> Vec<String> {
    pack.effects.iter().map(|effect| format!("{} {} {}", effect.id, effect.name.zh, effect.name.en)).collect()
}

/// What is wrong with a row that came back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Problem {
    /// The sheet lacks a column.
    #[error("the column `{heading}` is missing: import the sheet that was exported, with its headings")]
    NoColumn {
        /// The heading.
        heading: String,
    },
    /// There is no row id.
    #[error("the row has no id in column `行号 row`: restore it from the exported sheet")]
    NoId,
    /// The id is not that of the document, pack and round beside it.
    #[error("the row id `{id}` does not belong to document `{key}`: the id or the document was edited")]
    EditedId {
        /// The id.
        id: String,
        /// The document.
        key: String,
    },
    /// The id was on an earlier row.
    #[error("the row id `{id}` is already on row {first}: keep one of the two rows")]
    Twice {
        /// The id.
        id: String,
        /// The earlier row.
        first: usize,
    },
    /// There is no such pack.
    #[error("there is no domain `{pack}`; `patnav domain list` shows all")]
    UnknownPack {
        /// The pack.
        pack: String,
    },
    /// There is no such leaf.
    #[error("`{leaf}` is no leaf of `{pack}`: choose from the list of the cell")]
    UnknownLeaf {
        /// The leaf as written.
        leaf: String,
        /// The pack.
        pack: String,
    },
    /// There is no such effect.
    #[error("`{effect}` is no effect of `{pack}`: choose from the list of the cell")]
    UnknownEffect {
        /// The effect as written.
        effect: String,
        /// The pack.
        pack: String,
    },
    /// `none` beside a leaf.
    #[error("`无 none` stands beside a leaf: keep one of the two")]
    NoneAndLeaf,
    /// The document is not indexed.
    #[error("the document `{key}` is not indexed: index it, or remove the row")]
    UnknownDocument {
        /// The key.
        key: String,
    },
}

/// What is wrong, with its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The row of the sheet, from 1, headings included.
    pub row: usize,
    /// What is wrong there.
    pub problem: Problem,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "row {}: {}", self.row, self.problem)
    }
}

/// What came back in a sheet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filled {
    /// Judgements of rows that are filled in and right.
    pub judgements: Vec<Judgement>,
    /// Rows in which nobody chose anything.
    pub n_empty: usize,
    /// What is wrong. A row with a fault gives no judgement.
    pub faults: Vec<Fault>,
}

/// Reads the cells of a sheet that came back.
///
/// `is_known` says whether a document is indexed. Rows without any text are passed over.
pub fn read(
    cells: &[Vec<String>],
    packs: &[Pack],
    tagger: &str,
    settles: bool,
    is_known: &dyn Fn(&str) -> bool,
) -> Filled {
    let mut filled = Filled::default();
    let first = |text: &str| text.split_whitespace().next().unwrap_or_default().to_owned();
    let header: Vec<String> =
        cells.first().map_or_else(Vec::new, |row| row.iter().map(|cell| first(cell)).collect());
    let mut places = Vec::new();
    for heading in HEADINGS {
        match header.iter().position(|cell| *cell == first(heading)) {
            Some(at) => places.push(at),
            None => {
                let problem = Problem::NoColumn { heading: heading.to_owned() };
                filled.faults.push(Fault { row: 1, problem });
            }
        }
    }
    if !filled.faults.is_empty() {
        return filled;
    }
    let mut seen: HashMap<String, usize> = HashMap::new();
    for (at, row) in cells.iter().enumerate().skip(1) {
        let cell = |column: usize| row.get(places[column]).map_or("", |cell| cell.trim());
        if row.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let row_number = at + 1;
        match judgement(&cell, packs, &mut seen, row_number, is_known) {
            Ok(Some(one)) => {
                filled.judgements.push(Judgement { tagger: tagger.to_owned(), settles, ..one });
            }
            Ok(None) => filled.n_empty += 1,
            Err(problems) => {
                filled.faults.extend(problems.into_iter().map(|problem| Fault { row: row_number, problem }));
            }
        }
    }
    filled
}

/// Reads one row; `None` where nothing was chosen.
fn judgement<'a>(
    cell: &dyn Fn(usize) -> &'a str,
    packs: &[Pack],
    seen: &mut HashMap<String, usize>,
    row: usize,
    is_known: &dyn Fn(&str) -> bool,
) -> Result<Option<Judgement>, Vec<Problem>> {
    let (id, key, pack_id, round, tree) = (cell(0), cell(1), cell(2), cell(16), cell(17));
    if id.is_empty() {
        return Err(vec![Problem::NoId]);
    }
    let n = id.split('-').next().and_then(|n| n.parse().ok()).unwrap_or(0);
    if id != row_id(n, key, pack_id, round) {
        return Err(vec![Problem::EditedId { id: id.to_owned(), key: key.to_owned() }]);
    }
    if let Some(first) = seen.insert(id.to_owned(), row) {
        seen.insert(id.to_owned(), first);
        return Err(vec![Problem::Twice { id: id.to_owned(), first }]);
    }
    let Some(pack) = packs.iter().find(|pack| pack.id == pack_id) else {
        return Err(vec![Problem::UnknownPack { pack: pack_id.to_owned() }]);
    };
    let mut problems = Vec::new();
    if !is_known(key) {
        problems.push(Problem::UnknownDocument { key: key.to_owned() });
    }
    let chosen = |columns: std::ops::Range<usize>| {
        let cells: Vec<&str> = columns.map(cell).filter(|text| !text.is_empty()).collect();
        cells
    };
    let word = |text: &str| text.split_whitespace().next().unwrap_or_default().to_owned();
    let (mut leaves, mut none) = (Vec::new(), false);
    for text in chosen(FIRST_OPEN..FIRST_OPEN + N_LEAVES) {
        let leaf = word(text);
        if leaf == word(NONE) || leaf == "none" {
            none = true;
        } else if pack.node(&leaf).is_none() || !pack.is_leaf(&leaf) {
            problems.push(Problem::UnknownLeaf { leaf: text.to_owned(), pack: pack_id.to_owned() });
        } else if !leaves.contains(&leaf) {
            leaves.push(leaf);
        }
    }
    if none && !leaves.is_empty() {
        problems.push(Problem::NoneAndLeaf);
    }
    let mut effects = |columns: std::ops::Range<usize>| {
        let mut ids = Vec::new();
        for text in chosen(columns) {
            let id = word(text);
            if !pack.effects.iter().any(|effect| effect.id == id) {
                problems.push(Problem::UnknownEffect { effect: text.to_owned(), pack: pack_id.to_owned() });
            } else if !ids.contains(&id) {
                ids.push(id);
            }
        }
        (!ids.is_empty()).then_some(ids)
    };
    let first_effect = FIRST_OPEN + N_LEAVES;
    let (named_effects, purposes) = (
        effects(first_effect..first_effect + N_EFFECTS),
        effects(first_effect + N_EFFECTS..first_effect + 2 * N_EFFECTS),
    );
    if !problems.is_empty() {
        return Err(problems);
    }
    if leaves.is_empty() && !none {
        return Ok(None);
    }
    Ok(Some(Judgement {
        key: key.to_owned(),
        pack: pack_id.to_owned(),
        tagger: String::new(),
        leaves,
        effects: named_effects,
        purposes,
        note: cell(END_OPEN - 1).to_owned(),
        tree: tree.to_owned(),
        settles: false,
    }))
}

/// Deals rows out to several people: each row to one of them by turns, and every `1/share`-th row to a second as well,
/// so that their agreement can be measured. Returns the places of the rows of each.
///
/// `share` is 0-1; with one person it means nothing.
pub fn deal(n_rows: usize, n_taggers: usize, share: f64) -> Vec<Vec<usize>> {
    let mut dealt = vec![Vec::new(); n_taggers.max(1)];
    let n = dealt.len();
    let mut owed = 0.0;
    for row in 0..n_rows {
        dealt[row % n].push(row);
        owed += share.clamp(0.0, 1.0);
        if n > 1 && owed >= 1.0 - 1e-9 {
            owed -= 1.0;
            dealt[(row + 1) % n].push(row);
        }
    }
    dealt
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A sheet as it comes back, with these leaf and effect cells in its rows.
    fn sheet(rows: &[[&str; 5]]) -> Vec<Vec<String>> {
        let mut cells = vec![HEADINGS.map(str::to_owned).to_vec()];
        for (n, [key, leaf, other, effect, note]) in rows.iter().enumerate() {
            let mut row = vec![String::new(); HEADINGS.len()];
            row[0] = row_id(n + 1, key, "hes", "r1");
            row[1] = (*key).to_owned();
            row[2] = "hes".to_owned();
            (row[8], row[9], row[11], row[15]) =
                ((*leaf).to_owned(), (*other).to_owned(), (*effect).to_owned(), (*note).to_owned());
            row[16] = "r1".to_owned();
            row[17] = "t".to_owned();
            cells.push(row);
        }
        cells
    }

    fn faults(cells: &[Vec<String>]) -> Vec<String> {
        let filled = read(cells, Pack::builtin(), "li", false, &|key| key.starts_with("CN"));
        filled.faults.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn choices_come_back_as_judgements() {
        let cells = sheet(&[
            ["CN1A", "B1 瓶体与缠绕 vessels", "B2", "weight 轻量化", "好"],
            ["CN2A", NONE, "", "", ""],
            ["CN3A", "", "", "", ""],
        ]);
        let filled = read(&cells, Pack::builtin(), "li", false, &|_| true);
        assert_eq!((filled.n_empty, filled.faults.len()), (1, 0));
        let [one, two] = filled.judgements.as_slice() else { panic!("{filled:?}") };
        assert_eq!(one.leaves, ["B1", "B2"]);
        assert_eq!(
            (one.effects.as_deref(), one.note.as_str()),
            (Some(["weight".to_owned()].as_slice()), "好")
        );
        assert!(two.leaves.is_empty() && two.effects.is_none());
        assert_eq!((one.tagger.as_str(), one.tree.as_str()), ("li", "t"));
    }

    #[test]
    fn edited_missing_and_repeated_ids_are_refused_with_their_row() {
        let mut cells =
            sheet(&[["CN1A", "B1", "", "", ""], ["CN2A", "B1", "", "", ""], ["CN3A", "B1", "", "", ""]]);
        cells[1][0].clear();
        cells[2][1] = "CN9A".to_owned();
        let copy = cells[3].clone();
        cells.push(copy);
        let found = faults(&cells);
        assert!(found[0].starts_with("row 2: the row has no id"), "{found:?}");
        assert!(found[1].starts_with("row 3: the row id `0002-"), "{found:?}");
        assert!(found[2].starts_with("row 5: ") && found[2].contains("already on row 4"), "{found:?}");
        assert_eq!(found.len(), 3);
    }

    #[test]
    fn unknown_leaves_effects_and_documents_are_refused() {
        let cells = sheet(&[
            ["CN1A", "Z9", "", "", ""],
            ["CN2A", "B", "", "", ""],
            ["CN3A", "B1", NONE, "", ""],
            ["CN4A", "B1", "", "nonsense", ""],
            ["XX5A", "B1", "", "", ""],
        ]);
        let found = faults(&cells);
        let expected = [
            "`Z9` is no leaf",
            "`B` is no leaf",
            "stands beside a leaf",
            "`nonsense` is no effect",
            "`XX5A` is not indexed",
        ];
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for (at, (found, expected)) in found.iter().zip(expected).enumerate() {
            assert!(found.contains(expected) && found.starts_with(&format!("row {}", at + 2)), "{found}");
        }
    }

    #[test]
    fn a_sheet_without_headings_is_told() {
        assert_eq!(faults(&[]).len(), HEADINGS.len());
        let mut cells = sheet(&[["CN1A", "B1", "", "", ""]]);
        cells[0][8] = "something".to_owned();
        assert_eq!(faults(&cells).len(), 1);
        assert!(faults(&cells)[0].contains("标引1"));
    }

    #[test]
    fn rows_are_dealt_to_all_and_a_tenth_twice() {
        let dealt = deal(100, 3, 0.1);
        let n: usize = dealt.iter().map(Vec::len).sum();
        assert_eq!(n, 110);
        let mut times = [0; 100];
        dealt.iter().flatten().for_each(|row| times[*row] += 1);
        assert!(times.iter().all(|n| (1..=2).contains(n)));
        assert_eq!(deal(5, 1, 0.5), [[0, 1, 2, 3, 4]]);
        assert_eq!(deal(0, 2, 0.1), [vec![], vec![]] as [Vec<usize>; 2]);
    }
}
