//! Documents whose tags a person should look at again once a snapshot has followed another.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::review;
use crate::analytics::cohort::Cohort;
use crate::index::{self, Reader};
use crate::patent::domain::{Judgement, Pack};

/// The leaves of documents, as `pack:leaf`, by the key of the document; documents without any are left out.
pub type Leaves = BTreeMap<String, Vec<String>>;

/// A document whose tags in one pack are to be looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Due {
    /// The key of the document.
    pub document: String,
    /// The id of the pack.
    pub pack: String,
    /// Why.
    pub why: Why,
    /// The leaves before, or those that people decided; for a disagreement, what the first person says.
    pub old: Vec<String>,
    /// The leaves now, or those that rules compute; for a disagreement, what the others say.
    pub new: Vec<String>,
    /// Who judged the document.
    pub by: Vec<String>,
}

/// Why tags are to be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The computed leaves are others than before, and nobody has decided.
    Changed,
    /// What rules compute now is not what people decided.
    AgainstReview,
    /// People disagree, and nobody has settled it.
    Disagreement,
    /// The tree changed under a judgement.
    Tree,
}

/// Returns the leaves of all documents of a cohort, as its snapshot has them; `None` for a snapshot without tags.
pub fn leaves(reader: &Reader, cohort: &Cohort) -> index::Result<Option<Leaves>> {
    let Ok(tags) = reader.column("tag") else { return Ok(None) };
    let mut found = Leaves::new();
    for docno in (0..cohort.n_units()).flat_map(|unit| cohort.docnos(unit)) {
        let leaves: Vec<String> = tags.keywords(docno).map(str::to_owned).collect();
        if !leaves.is_empty() {
            found.insert(reader.key(docno)?, leaves);
        }
    }
    Ok(Some(found))
}

/// What the documents of a scope had before, have now, and what people say of them.
pub struct Compared<'a> {
    /// The documents in scope then and now.
    pub both: &'a BTreeSet<String>,
    /// The documents in scope now.
    pub now: &'a BTreeSet<String>,
    /// The leaves before; `None` where they are not on record.
    pub old: Option<&'a Leaves>,
    /// The leaves now.
    pub new: &'a Leaves,
    /// What people say, of any documents.
    pub judgements: &'a [Judgement],
    /// The packs as they are now.
    pub packs: &'a [Pack],
}

/// Returns the documents whose tags are to be looked at, by document, pack and reason.
///
/// `computed` gives the leaves that rules compute now for a document, whatever people said; it is asked for documents in
/// scope that people have decided, and for no others.
///
/// # Errors
/// What `computed` returns.
pub fn due<E>(
    compared: &Compared<'_>,
    computed: &mut dyn FnMut(&str) -> Result<Vec<String>, E>,
) -> Result<Vec<Due>, E> {
    let said: Vec<Judgement> =
        compared.judgements.iter().filter(|one| compared.now.contains(&one.key)).cloned().collect();
    let people = |key: &str, pack: &str| -> Vec<String> {
        let of = said.iter().filter(|one| one.key == key && one.pack == pack);
        of.map(|one| one.tagger.clone()).collect::<BTreeSet<_>>().into_iter().collect()
    };
    let (decisions, conflicts) = review::decide(&said);
    let mut found = Vec::new();
    for one in &decisions {
        let rules = of_pack(&computed(&one.key)?, &one.pack);
        let decided: BTreeSet<String> =
            one.leaves.iter().map(|leaf| format!("{}:{leaf}", one.pack)).collect();
        if rules != decided {
            found.push(Due {
                document: one.key.clone(),
                pack: one.pack.clone(),
                why: Why::AgainstReview,
                old: decided.into_iter().collect(),
                new: rules.into_iter().collect(),
                by: people(&one.key, &one.pack),
            });
        }
    }
    for one in &conflicts {
        let named =
            |leaves: &[String]| leaves.iter().map(|leaf| format!("{}:{leaf}", one.pack)).collect::<Vec<_>>();
        let others: BTreeSet<String> = one.said.iter().skip(1).flat_map(|said| named(&said.leaves)).collect();
        found.push(Due {
            document: one.key.clone(),
            pack: one.pack.clone(),
            why: Why::Disagreement,
            old: one.said.first().map(|said| named(&said.leaves)).unwrap_or_default(),
            new: others.into_iter().collect(),
            by: one.said.iter().map(|said| said.tagger.clone()).collect(),
        });
    }
    let mut drifted: BTreeMap<(String, String), (BTreeSet<String>, BTreeSet<String>, BTreeSet<String>)> =
        BTreeMap::new();
    for one in review::drift(&said, compared.packs) {
        let (old, new, by) = drifted.entry((one.key, one.pack.clone())).or_default();
        if !one.leaf.is_empty() {
            old.insert(format!("{}:{}", one.pack, one.leaf));
        }
        new.extend(one.now.iter().map(|leaf| format!("{}:{leaf}", one.pack)));
        by.insert(one.tagger);
    }
    found.extend(drifted.into_iter().map(|((document, pack), (old, new, by))| Due {
        document,
        pack,
        why: Why::Tree,
        old: old.into_iter().collect(),
        new: new.into_iter().collect(),
        by: by.into_iter().collect(),
    }));
    let decided: BTreeSet<(&str, &str)> =
        said.iter().map(|one| (one.key.as_str(), one.pack.as_str())).collect();
    let none = Vec::new();
    for (key, old) in compared.old.into_iter().flat_map(|old| compared.both.iter().map(move |key| (key, old)))
    {
        let leaves = [old, compared.new].map(|leaves| leaves.get(key).unwrap_or(&none));
        for pack in leaves
            .iter()
            .flat_map(|leaves| leaves.iter())
            .filter_map(|id| pack_of(id))
            .collect::<BTreeSet<_>>()
        {
            let [was, is] = leaves.map(|leaves| of_pack(leaves, pack));
            if was != is && !decided.contains(&(key.as_str(), pack)) {
                found.push(Due {
                    document: key.clone(),
                    pack: pack.to_owned(),
                    why: Why::Changed,
                    old: was.into_iter().collect(),
                    new: is.into_iter().collect(),
                    by: Vec::new(),
                });
            }
        }
    }
    found.sort_by(|a, b| (&a.document, &a.pack, a.why).cmp(&(&b.document, &b.pack, b.why)));
    Ok(found)
}

fn pack_of(id: &str) -> Option<&str> {
    id.split_once(':').map(|(pack, _)| pack)
}

fn of_pack(leaves: &[String], pack: &str) -> BTreeSet<String> {
    leaves.iter().filter(|id| pack_of(id) == Some(pack)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    fn judgement(key: &str, tagger: &str, leaves: &[&str]) -> Judgement {
        let hes = Pack::builtin().iter().find(|pack| pack.id == "hes").unwrap();
        Judgement {
            key: key.to_owned(),
            pack: "hes".to_owned(),
            tagger: tagger.to_owned(),
            leaves: leaves.iter().map(|leaf| (*leaf).to_owned()).collect(),
            effects: None,
            purposes: None,
            note: String::new(),
            tree: hes.tree_id(),
            settles: false,
        }
    }

    fn set(keys: &[&str]) -> BTreeSet<String> {
        keys.iter().map(|key| (*key).to_owned()).collect()
    }

    fn leaves(of: &[(&str, &[&str])]) -> Leaves {
        of.iter()
            .map(|(key, ids)| ((*key).to_owned(), ids.iter().map(|id| (*id).to_owned()).collect()))
            .collect()
    }

    #[test]
    fn each_reason_is_found_and_nothing_else() {
        let old = leaves(&[
            ("1", &["hes:B1", "icm:A1"]),
            ("2", &["hes:B1"]),
            ("3", &["hes:B1"]),
            ("gone", &["hes:B1"]),
        ]);
        let new = leaves(&[
            ("1", &["icm:A1", "hes:B2"]),
            ("2", &["hes:B1"]),
            ("3", &["hes:B3"]),
            ("new", &["hes:B1"]),
        ]);
        let judgements = [
            // As computed: nothing to look at.
            judgement("2", "li", &["B1"]),
            // Decided against what rules compute; that the column follows the decision is no change.
            judgement("3", "li", &["B3"]),
            judgement("4", "li", &["B1"]),
            judgement("4", "wang", &["B2"]),
            Judgement { tree: "old".to_owned(), ..judgement("5", "li", &["B1"]) },
            judgement("elsewhere", "li", &["B1"]),
        ];
        let compared = Compared {
            both: &set(&["1", "2", "3", "4", "5"]),
            now: &set(&["1", "2", "3", "4", "5", "new"]),
            old: Some(&old),
            new: &new,
            judgements: &judgements,
            packs: Pack::builtin(),
        };
        let mut asked = Vec::new();
        let found = due(&compared, &mut |key| {
            asked.push(key.to_owned());
            Ok::<_, Infallible>(vec!["hes:B1".to_owned()])
        })
        .unwrap();
        let short: Vec<(&str, Why, String, String)> = found
            .iter()
            .map(|due| (due.document.as_str(), due.why, due.old.join(" "), due.new.join(" ")))
            .collect();
        let of = |old: &str, new: &str| (old.to_owned(), new.to_owned());
        let expected = [
            ("1", Why::Changed, of("hes:B1", "hes:B2")),
            ("3", Why::AgainstReview, of("hes:B3", "hes:B1")),
            ("4", Why::Disagreement, of("hes:B1", "hes:B2")),
            ("5", Why::Tree, of("hes:B1", "")),
        ]
        .map(|(key, why, (old, new))| (key, why, old, new));
        assert_eq!(short, expected);
        assert_eq!(asked, ["2", "3", "5"], "only what people decided is computed");
        let unknown =
            due(&Compared { old: None, ..compared }, &mut |_| Ok::<_, Infallible>(Vec::new())).unwrap();
        assert!(unknown.iter().all(|due| due.why != Why::Changed));
    }
}
