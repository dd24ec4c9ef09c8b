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

/// Returns the claims of a text that holds all of them, one number before each (`1.`, `1、`), in their order.
///
/// A text without numbers is one claim. A number starts a claim only at the start of the text or of a line.
pub fn split(text: &str) -> Vec<Claim> {
    let mut claims: Vec<Claim> = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let digits = line.bytes().take_while(u8::is_ascii_digit).count();
        let number: Option<u32> = line[..digits].parse().ok();
        let rest = line[digits..].strip_prefix(['.', '、', '．']);
        let next = claims.last().map_or(1, |last| last.number + 1);
        match (number, rest, claims.last_mut()) {
            (Some(number), Some(rest), _) if number == next => {
                claims.push(Claim { number, text: rest.trim().to_owned(), refers_to: Vec::new() });
            }
            (_, _, Some(last)) => {
                last.text.push('\n');
                last.text.push_str(line);
            }
            _ => claims.push(Claim { number: 1, text: line.to_owned(), refers_to: Vec::new() }),
        }
    }
    claims
}
