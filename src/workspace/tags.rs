//! What people say of documents and trees: judgements, one for each document, pack and person.
//!
//! Documents are named by key, so judgements stay when everything is indexed again. What follows from several
//! judgements of one document is decided in `analytics::tag::review`.

use jiff::Timestamp;
use rusqlite::params;

use super::database::Database;
use super::error::Result;
use crate::patent::domain::Judgement;

/// Saves judgements; one that the same person gave before for the same document and pack is replaced. All or none.
pub fn put(database: &Database, judgements: &[Judgement], now: Timestamp) -> Result<()> {
    database.run("save tags", |connection| {
        let transaction = connection.transaction()?;
        let sql = "INSERT OR REPLACE INTO tag_judgements
                   (key, pack, tagger, leaves, effects, purposes, note, tree, settles, updated_ms)
                   VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        for one in judgements {
            let list = |ids: &Option<Vec<String>>| ids.as_ref().map(|ids| ids.join(" "));
            transaction.execute(
                sql,
                params![
                    one.key,
                    one.pack,
                    one.tagger,
                    one.leaves.join(" "),
                    list(&one.effects),
                    list(&one.purposes),
                    one.note,
                    one.tree,
                    one.settles,
                    now.as_millisecond()
                ],
            )?;
        }
        transaction.commit()
    })
}

/// Takes back what a person said of a document; `false` where nothing was there.
pub fn remove(database: &Database, key: &str, pack: &str, tagger: &str) -> Result<bool> {
    database.run("remove a tag", |connection| {
        let sql = "DELETE FROM tag_judgements WHERE key = ? AND pack = ? AND tagger = ?";
        connection.execute(sql, [key, pack, tagger]).map(|n| n > 0)
    })
}

/// Returns all judgements, by document, pack and person.
pub fn all(database: &Database) -> Result<Vec<Judgement>> {
    database.run("read tags", |connection| {
        let sql = "SELECT key, pack, tagger, leaves, effects, purposes, note, tree, settles
                   FROM tag_judgements ORDER BY key, pack, tagger";
        let mut statement = connection.prepare(sql)?;
        let words = |text: String| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let rows = statement.query_map([], |row| {
            Ok(Judgement {
                key: row.get(0)?,
                pack: row.get(1)?,
                tagger: row.get(2)?,
                leaves: words(row.get(3)?),
                effects: row.get::<_, Option<String>>(4)?.map(words),
                purposes: row.get::<_, Option<String>>(5)?.map(words),
                note: row.get(6)?,
                tree: row.get(7)?,
                settles: row.get(8)?,
            })
        })?;
        rows.collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judgement(key: &str, tagger: &str, leaves: &[&str]) -> Judgement {
        Judgement {
            key: key.to_owned(),
            pack: "hes".to_owned(),
            tagger: tagger.to_owned(),
            leaves: leaves.iter().map(|leaf| (*leaf).to_owned()).collect(),
            effects: None,
            purposes: Some(vec!["cost".to_owned()]),
            note: "备注".to_owned(),
            tree: "abc".to_owned(),
            settles: false,
        }
    }

    #[test]
    fn judgements_come_back_and_the_later_one_of_a_person_counts() {
        let dir = tempfile::tempdir().unwrap();
        let now = Timestamp::from_second(5).unwrap();
        {
            let database = Database::open(dir.path()).unwrap();
            put(&database, &[judgement("B", "li", &["B1"]), judgement("A", "wang", &[])], now).unwrap();
            put(&database, &[judgement("B", "li", &["B1", "B2"])], now).unwrap();
        }
        let database = Database::open(dir.path()).unwrap();
        assert_eq!(
            all(&database).unwrap(),
            [judgement("A", "wang", &[]), judgement("B", "li", &["B1", "B2"])]
        );
        assert!(remove(&database, "B", "hes", "li").unwrap());
        assert!(!remove(&database, "B", "hes", "li").unwrap());
        assert_eq!(all(&database).unwrap().len(), 1);
    }
}
