//! The labelled claims of `fixtures/claims`: references, relations and categories.

use serde::Deserialize;

use super::*;

/// A file of labelled claims; `fixtures/claims/zh.toml` documents its keys.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Labelled {
    #[serde(rename = "set")]
    pub(super) sets: Vec<LabelledSet>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LabelledSet {
    pub(super) name: String,
    lang: String,
    category: Category,
    pub(super) claims: Vec<LabelledClaim>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LabelledClaim {
    pub(super) text: String,
    #[serde(default)]
    refers: Vec<u32>,
    relation: Option<String>,
    category: Option<Category>,
    #[serde(default)]
    pub(super) ranges: Vec<String>,
}

impl LabelledSet {
    pub(super) fn claim_set(&self) -> ClaimSet {
        let claims = self.claims.iter().zip(1..).map(|(claim, number)| Claim {
            number,
            text: claim.text.replace(['|', '~'], ""),
            refers_to: Vec::new(),
        });
        ClaimSet { lang: Language(self.lang.clone()), translated: false, claims: claims.collect() }
    }
}

/// Reads the labelled claims of both languages.
pub(super) fn labelled() -> Vec<LabelledSet> {
    let files = [
        (include_str!("../../../fixtures/claims/zh.toml"), 100),
        (include_str!("../../../fixtures/claims/en.toml"), 50),
    ];
    let read = files.into_iter().flat_map(|(text, expected)| {
        let labelled: Labelled = toml::from_str(text).unwrap();
        assert_eq!(labelled.sets.iter().map(|set| set.claims.len()).sum::<usize>(), expected);
        labelled.sets
    });
    read.collect()
}

#[test]
fn labelled_references_and_relations() {
    let mut wrong = Vec::new();
    for set in labelled() {
        for (label, found) in set.claims.iter().zip(dependencies(&set.claim_set())) {
            let relation = match label.relation.as_deref() {
                Some("other") => Relation::OtherSubject,
                Some(unknown) => panic!("unknown relation {unknown}"),
                None if label.refers.is_empty() => Relation::None,
                None => Relation::Dependent,
            };
            if found.refers_to != label.refers || found.relation != relation {
                wrong.push(format!("{}: {:?} instead of {:?} {relation:?}", set.name, found, label.refers));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn labelled_categories() {
    let mut wrong = Vec::new();
    for set in labelled() {
        for (label, found) in set.claims.iter().zip(categories(&set.claim_set())) {
            if found != Some(label.category.unwrap_or(set.category)) {
                wrong.push(format!("{}: {found:?} for {}", set.name, label.text));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
