//! Maps and packages from files, and what two of them differ in.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::analytics::map::{self, Difference, Map, RegionFate};
use crate::cli::output::{self, Error, plain};
use crate::error::Failure;
use crate::report::landscape::{Delivered, Manifest};

/// Keys that a line of the terminal shows; JSON has all.
const SHOWN_KEYS: usize = 20;

/// A map from a file, with what its package says of families.
pub(super) struct Stored {
    pub(super) map: Map,
    members: BTreeMap<String, Vec<String>>,
}

/// Reads a package or a `map.json`.
pub(super) fn read(path: &Path, flag: &'static str) -> Result<Stored, Error> {
    let file = if path.is_dir() { path.join("map.json") } else { path.to_owned() };
    let bytes = fs::read(&file).map_err(|source| Error::Read { path: file.clone(), source })?;
    let wrong =
        |why: String| Error::Choice { flag, message: format!("`{}` is no map: {why}", file.display()) };
    let map: Map = serde_json::from_slice(&bytes).map_err(|error| wrong(error.to_string()))?;
    let map = map.checked().map_err(|error| wrong(error.to_string()))?;
    // A map.json alone knows no families; one that cannot be read is no reason to refuse the map beside it.
    let manifest = file.with_file_name("manifest.json");
    let manifest: Option<Manifest> =
        fs::read(manifest).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    Ok(Stored { map, members: manifest.map(|manifest| manifest.members).unwrap_or_default() })
}

pub(super) fn diff(earlier: &Path, later: &Path, json: bool) -> Result<(), Failure> {
    let (before, after) = (read(earlier, "A")?.map, read(later, "B")?);
    let members = after
        .members
        .iter()
        .flat_map(|(key, documents)| documents.iter().map(move |of| (of.as_str(), key.as_str())));
    let now: BTreeMap<&str, &str> = members.collect();
    let before = before.renamed(|document| now.get(document).copied());
    let found = map::difference(&before, &after.map);
    if json {
        return output::json(&found);
    }
    output::lines(&changes(&found, &before, &after.map))
}

fn changes(found: &Difference, before: &Map, after: &Map) -> Vec<String> {
    let mut lines = vec![format!(
        "{} families before, {} after: {} added, {} removed",
        before.points.len() + before.without_place.len(),
        after.points.len() + after.without_place.len(),
        found.added.len(),
        found.removed.len()
    )];
    if after.before.is_none() {
        lines.push(
            "the later map was not made with --before: its regions have ids of their own, compare families only"
                .to_owned(),
        );
    }
    lines.extend(keys("added", &found.added));
    lines.extend(keys("removed", &found.removed));
    for region in &found.regions {
        let fate = match region.fate {
            RegionFate::Steady if region.added.is_empty() && region.removed.is_empty() => continue,
            RegionFate::Grew => "grew",
            RegionFate::Shrank => "shrank",
            RegionFate::Steady => "steady",
            RegionFate::Appeared => "appeared",
            RegionFate::Split => "split",
            RegionFate::Vanished => "vanished",
        };
        let into: Vec<String> = region.into.iter().map(ToString::to_string).collect();
        let into = if into.is_empty() { String::new() } else { format!(" into {}", into.join(", ")) };
        lines.push(format!(
            "{:indent$}{fate}{into}: region {} {} -> {}  {} | {}",
            "",
            region.id,
            region.n_before,
            region.n_after,
            plain(region.zh.as_deref().unwrap_or("-")),
            plain(region.en.as_deref().unwrap_or("-")),
            indent = 2 * region.level as usize,
        ));
        lines.extend(keys("  added", &region.added));
        lines.extend(keys("  removed", &region.removed));
    }
    lines
}

pub(super) fn keys(what: &str, keys: &[String]) -> Option<String> {
    let (first, more) = keys.split_at(keys.len().min(SHOWN_KEYS));
    let more =
        if more.is_empty() { String::new() } else { format!(" … {} more, all with --json", more.len()) };
    (!keys.is_empty()).then(|| format!("  {what}: {}{more}", plain(&first.join(" "))))
}

/// Reads a package that is to be issued again.
pub(super) fn read_package(folder: &Path) -> Result<Delivered, Error> {
    let flag = "--refresh";
    let bytes = |name: &str| {
        let path = folder.join(name);
        fs::read(&path).map_err(|source| Error::Read { path, source })
    };
    let wrong = |name: &str, error: &serde_json::Error| {
        let message = format!("`{}` is no {name} of a package: {error}", folder.display());
        Error::Choice { flag, message }
    };
    let manifest = serde_json::from_slice(&bytes("manifest.json")?);
    let figures = serde_json::from_slice(&bytes("figures.json")?);
    // Older packages, and those of a snapshot without tags, have none.
    let tags = match bytes("tags.json") {
        Ok(bytes) => Some(serde_json::from_slice(&bytes).map_err(|error| wrong("tags.json", &error))?),
        Err(Error::Read { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    Ok(Delivered {
        manifest: manifest.map_err(|error| wrong("manifest.json", &error))?,
        landscape: figures.map_err(|error| wrong("figures.json", &error))?,
        map: read(folder, flag)?.map,
        tags,
    })
}
