//! What one person says of one document: the unit of tagging by hand.

use serde::{Deserialize, Serialize};

/// What one person says of the place of a document in the tree of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Judgement {
    /// The key of the document. It stays valid when the document is indexed again.
    pub key: String,
    /// The id of the pack.
    pub pack: String,
    /// Who says it.
    pub tagger: String,
    /// The leaves, by id; none says that the document belongs to none of the pack.
    pub leaves: Vec<String>,
    /// The effects, by id; `None` says nothing of them.
    pub effects: Option<Vec<String>>,
    /// The purposes, by id; `None` says nothing of them.
    pub purposes: Option<Vec<String>>,
    /// Remarks.
    pub note: String,
    /// The tree that was judged by ([`Pack::tree_id`](super::Pack::tree_id)).
    pub tree: String,
    /// Whether it settles what others disagree on (裁定).
    pub settles: bool,
}
