//! `patnav map`, `patnav map diff`

mod stored;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::analytics::cohort::{Cohort, Counting};
use crate::analytics::evidence::{Basis, Unit};
use crate::analytics::landscape::{Landscape, landscape, overlays};
use crate::analytics::map::{self, Map, Source};
use crate::cli::args;
use crate::cli::commands::search::choose;
use crate::cli::config::Config;
use crate::cli::output::{self, Error, plain};
use crate::cli::packs::Packs;
use crate::cli::progress::Line;
use crate::error::Failure;
use crate::index::{self, Reader};
use crate::patent::domain::Pack;
use crate::patent::{Date, Version};
use crate::report::Lang;
use crate::report::landscape::{File, Manifest, Package, Refresh, files, refresh};
use crate::search::{self, Filters};
use crate::text::Analyzer;
use stored::Stored;

/// The seed of a map that continues no other.
const SEED: u64 = 20_260_101;
/// Documents whose titles a package lists; reading more takes long, and a page with more opens badly.
const MAX_TITLED: u32 = 50_000;

/// Changes of a kind that the terminal shows; refresh.json has all.
const SHOWN: usize = 10;

/// How to count, by the name that is typed.
#[derive(Debug, Clone, Copy, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
enum CountingUnit {
    Family,
    Application,
    Publication,
}

pub(in crate::cli) fn run(config: &Config, args: &args::Map, json: bool) -> Result<(), Failure> {
    if let Some(args::MapAction::Diff { earlier, later }) = &args.action {
        return stored::diff(earlier, later, json);
    }
    // What was typed wrong is told before the work, not after it.
    let plan = plan(args)?;
    args.out.as_deref().map(check_folder).transpose()?;
    let (query, counting, lang) = (plan.query.as_str(), plan.counting, plan.lang);
    let reader = Reader::open(&config.data(), Analyzer::new(), config.embedder()?)?;
    let scope = search::scope(&reader, query, &Filters::default())?;
    let packs = Packs::load(&config.data()).or_said();
    let line = Line::new();
    let cohort = Cohort::of_scope(&reader, &scope.set, &scope.query.canonical, counting)?;
    let map = made(&reader, &cohort, &packs, plan.before.as_ref().map(|stored| &stored.map), &line);
    let map = map.inspect_err(|_| line.finish())?;
    let Some(folder) = &args.out else {
        line.finish();
        if json {
            return output::json(&map);
        }
        let mut lines = vec![output::status(&search::snapshot_of(&reader))];
        lines.extend(shown(&map, cohort.basis()));
        return output::lines(&lines);
    };
    line.rows("figures 图表", 0, 1);
    let landscape = landscape(&cohort, Some(&reader), &packs, Some(&map));
    let titles = titles(&reader, &cohort, lang, &line);
    line.rows("files 写出文件", 0, 1);
    let package = Package {
        query,
        counting,
        landscape: &landscape,
        map: &map,
        overlays: &overlays(&cohort, &packs, &map),
        titles: &titles.inspect_err(|_| line.finish())?,
        members: &members(&cohort),
        created: reader.created(),
        lang,
    };
    let files = files(&package);
    line.finish();
    let mut files = files?;
    let again = plan.old.as_ref().map(|old| again(old, &mut files, &landscape)).transpose()?;
    for file in &files {
        let path = folder.join(&file.name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|source| Error::Write { path: parent.to_owned(), source })?;
        }
        output::file(&path, &file.content)?;
    }
    let without: Vec<&str> = landscape
        .figures
        .iter()
        .filter(|figure| figure.missing.is_some())
        .map(|figure| figure.id.as_str())
        .collect();
    if json {
        let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
        return output::json(&serde_json::json!({
            "folder": folder, "files": names, "basis": cohort.basis(), "figures_without_data": without,
            "refresh": again,
        }));
    }
    let mut lines = vec![output::status(&search::snapshot_of(&reader))];
    lines.extend(shown(&map, cohort.basis()));
    lines.push(String::new());
    for figure in &landscape.figures {
        let (title, sentence) = (&figure.title, &figure.sentence);
        lines.push(format!(
            "{}{}{}",
            lang.pick(&title.zh, &title.en),
            lang.pick("：", ": "),
            plain(lang.pick(&sentence.zh, &sentence.en))
        ));
    }
    lines.extend(again.iter().flat_map(|again| changed(again, lang)));
    lines.push(String::new());
    lines.push(format!("{} files written to {}; open report.html", files.len(), folder.display()));
    output::lines(&lines)
}

/// What is to be done.
struct Plan {
    query: String,
    counting: Counting,
    lang: Lang,
    before: Option<Stored>,
    /// The package that is issued again.
    old: Option<(Manifest, Landscape)>,
}

fn plan(args: &args::Map) -> Result<Plan, Error> {
    let as_of = args.as_of.as_deref().map(|day| {
        let message = |_| format!("`{day}` is no day; write it as 2024-12-31");
        day.parse::<Date>().map_err(message).map_err(|message| Error::Choice { flag: "--as-of", message })
    });
    let as_of = as_of.transpose()?;
    let lang: Option<Lang> = args.lang.as_deref().map(|lang| choose("--lang", lang)).transpose()?;
    if let Some(folder) = &args.refresh {
        let (manifest, figures) = stored::read_package(folder)?;
        return Ok(Plan {
            query: manifest.query.clone(),
            // The strategy stays, the day moves on.
            counting: Counting { as_of, ..manifest.counting },
            lang: lang.unwrap_or(manifest.lang),
            before: Some(stored::read(folder, "--refresh")?),
            old: Some((manifest, figures)),
        });
    }
    let unit = match choose("--counting", &args.counting)? {
        CountingUnit::Family => Unit::SimpleFamily,
        CountingUnit::Application => Unit::Application,
        CountingUnit::Publication => Unit::Publication,
    };
    Ok(Plan {
        query: args.scope.clone().unwrap_or_else(|| "*".to_owned()),
        counting: Counting { unit, official: args.official, as_of, ..Counting::default() },
        lang: lang.unwrap_or_default(),
        before: args.before.as_deref().map(|path| stored::read(path, "--before")).transpose()?,
        old: None,
    })
}

/// Compares a new package with the one that it replaces, and puts the comparison into it.
fn again(
    old: &(Manifest, Landscape),
    files: &mut Vec<File>,
    landscape: &Landscape,
) -> Result<Refresh, Error> {
    let manifest = files.iter().find(|file| file.name == "manifest.json");
    let manifest = manifest.map(|file| serde_json::from_slice(&file.content)).transpose();
    let manifest: Manifest = manifest.map_err(Error::Json)?.expect("a package has a manifest");
    let found = refresh((&old.0, &old.1), (&manifest, landscape));
    let content = serde_json::to_vec_pretty(&found).map_err(Error::Json)?;
    files.push(File { name: "refresh.json".to_owned(), content });
    Ok(found)
}

fn changed(again: &Refresh, lang: Lang) -> Vec<String> {
    let id = |id: Option<u64>| id.map_or_else(|| "?".to_owned(), |id| format!("{id:06}"));
    let mut lines = vec![
        String::new(),
        format!(
            "refreshed from snapshot {} to {}: {} families added, {} removed, {} states changed (refresh.json)",
            id(again.from_snapshot),
            id(again.to_snapshot),
            again.added.len(),
            again.removed.len(),
            again.states.len()
        ),
    ];
    lines.extend(stored::keys("added", &again.added));
    for state in again.states.iter().take(SHOWN) {
        let (old, new) = (lang.pick(&state.old.zh, &state.old.en), lang.pick(&state.new.zh, &state.new.en));
        lines.push(format!("  {}: {old} -> {new}", plain(&state.document)));
    }
    for figure in &again.figures {
        lines.push(format!("  {}", lang.pick(&figure.title.zh, &figure.title.en)));
        let said =
            |number: Option<f64>| number.map_or_else(|| "-".to_owned(), |number| format!("{number:.4}"));
        for number in figure.numbers.iter().take(SHOWN) {
            let (old, new) = (said(number.old), said(number.new));
            lines.push(format!("    {} {}: {old} -> {new}", plain(&number.row), number.column));
        }
    }
    lines
}

fn made(
    reader: &Reader,
    cohort: &Cohort,
    packs: &[Pack],
    before: Option<&Map>,
    line: &Line,
) -> Result<Map, Failure> {
    let progress = |done: u64, total: u64| {
        line.rows("neighbours 近邻", done, total);
        true
    };
    let source = Source::of_cohort(reader, cohort, packs, &progress)?;
    line.rows("layout 布局", 0, 1);
    let before = before.map(|before| map::renamed(before, cohort));
    let seed = before.as_ref().map_or(SEED, |before| before.seed);
    Ok(map::build(&source.input(seed), before.as_ref())?)
}

/// The titles of the documents that stand for units.
fn titles(
    reader: &Reader,
    cohort: &Cohort,
    lang: Lang,
    line: &Line,
) -> index::Result<BTreeMap<String, String>> {
    let version = match lang {
        Lang::Zh => Version::Zh,
        Lang::En => Version::En,
    };
    let mut titles = BTreeMap::new();
    for unit in 0..cohort.n_units().min(MAX_TITLED) {
        if unit % 500 == 0 {
            line.rows("titles 标题", u64::from(unit), u64::from(cohort.n_units().min(MAX_TITLED)));
        }
        let Some(docno) = cohort.docno(unit) else { continue };
        let publication = reader.document(docno)?;
        titles.insert(cohort.key(unit).to_owned(), plain(publication.title(version).unwrap_or_default()));
    }
    Ok(titles)
}

fn members(cohort: &Cohort) -> BTreeMap<String, Vec<String>> {
    let documents = |unit| cohort.documents(unit).map(|document| document.key.to_owned()).collect();
    (0..cohort.n_units()).map(|unit| (cohort.key(unit).to_owned(), documents(unit))).collect()
}

/// A folder is written into if it is new, empty, or holds a package.
fn check_folder(path: &Path) -> Result<(), Error> {
    let is_empty = |path: &Path| fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_none());
    if !path.exists() || is_empty(path) || path.join("manifest.json").is_file() {
        return Ok(());
    }
    let message = format!("`{}` is not empty and holds no package; name a new folder", path.display());
    Err(Error::Choice { flag: "--out", message })
}

/// Returns the regions with labels and counts, or why there are none.
fn shown(map: &Map, basis: &Basis) -> Vec<String> {
    let mut lines = vec![format!(
        "{}  {} units from {} documents",
        plain(&basis.scope),
        basis.n_units,
        basis.n_documents
    )];
    if map.points.is_empty() {
        lines.push(if basis.n_units == 0 {
            "nothing is in the scope, so there is no map".to_owned()
        } else {
            "no document in the scope has a vector, so there is no map; figures do not need one".to_owned()
        });
        return lines;
    }
    let kept = map.quality.kept.map_or_else(String::new, |kept| {
        format!(", {:.1} % of the {} nearest by meaning are near on the map", kept * 100.0, map.quality.k)
    });
    lines.push(format!("{} points{kept}; {} without a vector", map.points.len(), map.without_place.len()));
    if let Some(before) = &map.before {
        let shift = before.median_shift.map_or_else(String::new, |shift| {
            format!(", old places moved by {:.2} % (median)", shift * 100.0)
        });
        lines.push(format!(
            "continued: {} kept, {} new, {} gone{shift}",
            before.n_kept, before.n_new, before.n_gone
        ));
    }
    let name = |region: &map::Region, chinese| plain(&region.name(chinese).unwrap_or_else(|| "-".to_owned()));
    for region in map.regions.iter().filter(|region| region.level == 0) {
        lines.push(format!("{:>7}  {} | {}", region.n, name(region, true), name(region, false)));
        let parts = map.regions.iter().filter(|part| part.level == 1 && part.parent == Some(region.id));
        // A part that is the whole says nothing new.
        for part in parts.filter(|part| part.n < region.n) {
            lines.push(format!("         {:>7}  {} | {}", part.n, name(part, true), name(part, false)));
        }
    }
    lines
}
