//! The placing of a text on a map.

use rustc_hash::FxHashSet;

use super::store::{About, Map};
use crate::analytics::map::Projection;
use crate::index::{self, Reader, SpaceName};
use crate::patent::Publication;
use crate::service::error::{ApiError, ErrorCode, Result};
use crate::service::snapshots::Snapshots;

/// Documents that are looked at for the nearest families: several may be of one.
const LOOKED_AT: usize = 60;

/// A text on a map.
pub(in crate::service) struct Placed {
    /// The snapshot that it was placed by.
    pub(in crate::service) snapshot: u64,
    /// Where it lies; `None` where it shares no word with the map's field.
    pub(in crate::service) place: Option<Projection>,
    /// The documents that stand for its nearest families, nearest first; `None` for one that the snapshot lost.
    pub(in crate::service) nearest: Vec<(String, f32, Option<Publication>)>,
}

/// Places a text among the points of a map that are nearest to it in meaning.
pub(in crate::service) fn project(
    snapshots: &Snapshots,
    about: &About,
    whole: &Map,
    text: &str,
) -> Result<Placed> {
    let reader = reader(snapshots, about)?;
    let nowhere = |snapshot| Placed { snapshot, place: None, nearest: Vec::new() };
    let Some(vector) = reader.embed(text)? else { return Ok(nowhere(reader.id())) };
    let (scope, _) = about.request.scope(&reader)?;
    let near = reader.nearest(SpaceName::Documents, &vector, Some(&scope.set), LOOKED_AT)?;
    let names = whole.facts.names();
    let mut seen = FxHashSet::default();
    let mut families: Vec<(String, f32)> = Vec::new();
    for near in near.into_iter().filter(|near| near.cosine > 0.0) {
        let key = reader.key(near.docno)?;
        // What came after the map, or was cut off by its day, is not on it.
        let Some(family) = names.get(key.as_str()) else { continue };
        if seen.insert(*family) {
            families.push(((*family).to_owned(), near.cosine));
        }
    }
    let Some(place) = whole.map.project(&families) else { return Ok(nowhere(reader.id())) };
    let document = |key: &str| -> index::Result<Option<Publication>> {
        let own = |docno: &u32| reader.key(*docno).is_ok_and(|own| own == key);
        let docno = reader.by_number(key).into_iter().find(own);
        docno.map(|docno| reader.document(docno)).transpose()
    };
    let nearest = place.among.iter().map(|(key, cosine)| Ok((key.clone(), *cosine, document(key)?)));
    let nearest = nearest.collect::<index::Result<_>>()?;
    Ok(Placed { snapshot: reader.id(), place: Some(place), nearest })
}

/// Returns the snapshot of the map, or the current one where that is gone and the vectors mean the same.
fn reader(snapshots: &Snapshots, about: &About) -> Result<std::sync::Arc<Reader>> {
    if let Some(id) = about.basis.snapshot {
        match snapshots.at(id) {
            Err(index::Error::UnknownSnapshot { .. }) => {}
            reader => return Ok(reader?),
        }
    }
    let reader = snapshots.current()?;
    if reader.model_id() == Some(about.model.as_str()) {
        return Ok(reader);
    }
    let message = format!(
        "snapshot {} of this map is no longer kept, and another model makes the vectors now; \
         make a map that continues this one (`\"continues\": \"{}\"`) and place the text there",
        about.basis.snapshot.map_or_else(|| "?".to_owned(), |id| id.to_string()),
        about.id
    );
    Err(ApiError::new(ErrorCode::Conflict, message))
}
