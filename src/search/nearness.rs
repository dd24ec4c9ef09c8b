//! Semantic clauses as sets: everything nearer than a threshold, or the nearest documents up to a limit.

use super::error::{Error, Result};
use super::evaluate::Context;
use super::request::NEAREST_LIMIT;
use super::response::Truncated;
use crate::index::{DocnoSet, SpaceName};
use crate::query::{Like, Similar};

/// Returns the documents near a text or a document.
///
/// With a threshold every vector is compared, so the set is exact: all whose cosine is no less than that quantile of
/// the cosines of random pairs. Without one it is the nearest [`NEAREST_LIMIT`], and the answer says so.
pub(super) fn matching(
    context: Context<'_>,
    similar: &Similar,
    truncated: &mut Vec<Truncated>,
) -> Result<DocnoSet> {
    let reader = context.reader;
    let written = || match &similar.like {
        Like::Text(text) => format!("SIM=(\"{text}\")"),
        Like::Number(number) => format!("SIM=({number})"),
    };
    let cannot = |why: &str| Error::NotExecutable { part: written(), why: why.to_owned() };
    if !reader.has_vectors() {
        return Err(cannot("this index has no vectors; index with an embedding"));
    }
    let vector = match &similar.like {
        Like::Text(text) => {
            reader.embed(text)?.ok_or_else(|| cannot("no word of the text is known to the model"))?
        }
        Like::Number(number) => {
            let unknown = || Error::UnknownNumber { number: number.clone(), similar: Vec::new() };
            let docno = *reader.by_number(number).first().ok_or_else(unknown)?;
            reader.vector(docno).ok_or_else(|| cannot("the document has no text to compare"))?
        }
    };
    let seen = context.seen.documents(reader);
    if let Some(threshold) = similar.threshold {
        if !(0.0..=1.0).contains(&threshold) {
            return Err(Error::Value {
                field: "SIM".to_owned(),
                value: threshold.to_string(),
                expected: "share of random pairs that are less alike",
                example: "`0.99`, between 0 and 1",
            });
        }
        let floor = reader
            .background_quantile(threshold)
            .ok_or_else(|| cannot("fewer than 100 documents are no background to compare with"))?;
        let mut set = reader.nearer_than(&vector, floor);
        set.intersect(seen);
        return Ok(set);
    }
    let near = reader.nearest(SpaceName::Documents, &vector, Some(seen), NEAREST_LIMIT)?;
    if near.len() == NEAREST_LIMIT {
        truncated.push(Truncated {
            what: written(),
            why: format!(
                "the nearest {NEAREST_LIMIT} documents are taken; give a threshold for all that are near"
            ),
        });
    }
    let mut set = DocnoSet::empty(reader.alive().end());
    set.extend(near.into_iter().map(|near| near.docno));
    Ok(set)
}
