//! Which member of a group is shown for it.

use rustc_hash::FxHashMap;

use super::error::Result;
use super::page::Groups;
use super::request::Representative;
use crate::index::{DocnoSet, Reader};

/// Puts the chosen member of each group of a page in the place of the one that was ranked; only members of the match set
/// can be chosen, so a group that is near by meaning alone keeps its own.
pub(super) fn represent(
    reader: &Reader,
    representative: &Representative,
    groups: &Groups<'_>,
    set: &DocnoSet,
    page: &mut [(u32, u64)],
) -> Result<()> {
    let offices: &[String] = match representative {
        Representative::Best => return Ok(()),
        Representative::Earliest | Representative::Latest => &[],
        Representative::Office(offices) => offices,
    };
    let (keys, published) = (reader.column("key")?, reader.column("publication")?);
    let country = reader.column("country")?;
    // The lower comes first: office, undated last, day, key.
    let place = |docno: u32| {
        let of = |office: &String| country.keywords(docno).any(|own| own.eq_ignore_ascii_case(office));
        let office = offices.iter().position(of).unwrap_or(offices.len());
        let day = published.integer(docno);
        let order = day.unwrap_or_default();
        let order = if *representative == Representative::Latest { order.saturating_neg() } else { order };
        let key = keys.ordinals(docno).first().copied().unwrap_or(u32::MAX);
        (office, day.is_none(), order, key, docno)
    };
    let mut chosen: FxHashMap<u64, Option<(usize, bool, i64, u32, u32)>> =
        page.iter().map(|(docno, _)| (groups.of(*docno), None)).collect();
    for docno in set.iter() {
        if let Some(best) = chosen.get_mut(&groups.of(docno)) {
            let place = place(docno);
            if best.is_none_or(|best| place < best) {
                *best = Some(place);
            }
        }
    }
    for (docno, _) in page {
        if let Some(Some((.., best))) = chosen.get(&groups.of(*docno)) {
            *docno = *best;
        }
    }
    Ok(())
}
