//! A document as passages: what can be quoted for an element.

use crate::patent::{Description, Language, Publication};
use crate::text::sentence::sentences;
use crate::text::statement::clauses;

/// Longest passage, in characters. A sentence that is longer is read in runs of its clauses, so that words from the
/// two ends of a claim over a page do not count as said together.
const MAX_CHARS: usize = 220;
/// Passages of a document at most; descriptions of hundreds of pages end here.
const MAX_PASSAGES: usize = 4_000;

/// A part of a document that can be quoted.
#[derive(Debug, Clone, PartialEq)]
pub struct Passage<'a> {
    /// `title`, `abstract`, `claims` or `description`.
    pub zone: &'static str,
    /// The language.
    pub lang: &'a Language,
    /// The number of the claim.
    pub claim: Option<u32>,
    /// The paragraph of the description, from 1.
    pub paragraph: Option<u32>,
    /// The text.
    pub text: &'a str,
}

/// Returns the passages of a document, in the order of its parts; `descriptions` are those that are stored apart.
///
/// At most 4,000, which no document of the usual length reaches; the second value says whether some were left out.
pub fn passages<'a>(
    publication: &'a Publication,
    descriptions: &'a [Description],
) -> (Vec<Passage<'a>>, bool) {
    let mut found = Vec::new();
    let whole = |zone, lang, text: &'a str| Passage { zone, lang, claim: None, paragraph: None, text };
    for title in &publication.titles {
        found.push(whole("title", &title.lang, &title.text));
    }
    for part in &publication.abstracts {
        cut(&whole("abstract", &part.lang, &part.text), &mut found);
    }
    for set in &publication.claims {
        for claim in &set.claims {
            let passage = Passage { claim: Some(claim.number), ..whole("claims", &set.lang, &claim.text) };
            cut(&passage, &mut found);
        }
    }
    for description in descriptions {
        let paragraphs = description.sections.iter().flat_map(|section| &section.paragraphs);
        for (n, text) in (1_u32..).zip(paragraphs) {
            if found.len() >= MAX_PASSAGES {
                found.truncate(MAX_PASSAGES);
                return (found, true);
            }
            cut(&Passage { paragraph: Some(n), ..whole("description", &description.lang, text) }, &mut found);
        }
    }
    let left_out = found.len() > MAX_PASSAGES;
    found.truncate(MAX_PASSAGES);
    (found, left_out)
}

/// Adds the sentences of a passage, long ones in overlapping runs of clauses.
fn cut<'a>(passage: &Passage<'a>, found: &mut Vec<Passage<'a>>) {
    let text = passage.text;
    for sentence in sentences(text) {
        if text[sentence.clone()].chars().count() <= MAX_CHARS {
            found.push(Passage { text: &text[sentence], ..passage.clone() });
            continue;
        }
        let clauses = clauses(text, sentence);
        let mut end_before = 0;
        for (n, first) in clauses.iter().enumerate() {
            let run = clauses[n..]
                .iter()
                .take_while(|clause| text[first.start..clause.end].chars().count() <= MAX_CHARS)
                .last()
                // A clause that is too long by itself is still one.
                .unwrap_or(first);
            // A run inside the one before says nothing new.
            if run.end > end_before {
                end_before = run.end;
                found.push(Passage { text: &text[first.start..run.end], ..passage.clone() });
            }
        }
    }
}
