//! Claims: sets by language, numbers, dependency.

use serde::{Deserialize, Serialize};

use super::Language;

/// The claims of a document in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimSet {
    /// The language of the claims.
    pub lang: Language,
    /// Whether the source marks them as a translation.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub translated: bool,
    /// The claims, in order.
    pub claims: Vec<Claim>,
}

/// One claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// The number printed before the claim, or its place from 1 where none is printed.
    pub number: u32,
    /// The text without its number, white space folded; paragraphs are separated by `\n`.
    pub text: String,
    /// The claims that the file itself declares this one to refer to (`claim-ref`); empty where it declares none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refers_to: Vec<u32>,
}
