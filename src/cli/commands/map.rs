//! `patnav map`, `patnav map diff`

mod stored;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::analytics::cohort::{Cohort, Counting};
use crate::analytics::derive;
use crate::analytics::evidence::{Basis, Unit};
use crate::analytics::landscape::{landscape, overlays};
use crate::analytics::map::{self, Map};
use crate::analytics::tag::due::{self, Compared, Leaves};
use crate::analytics::tag::{Tag, Tagger};
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
use crate::report::landscape::{Delivered, Package, Refresh, files, refresh};
use crate::search::{self, Filters};
use crate::text::Analyzer;
use crate::workspace::{Database, tags};

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
    let map = made(&reader, &cohort, &packs, plan.before.as_ref(), &line);
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
    let tags = due::leaves(&reader, &cohort)?;
    let mut package = Package {
        query,
        counting,
        landscape: &landscape,
        map: &map,
        overlays: &overlays(&cohort, &packs, &map),
        titles: &titles.inspect_err(|_| line.finish())?,
        members: &cohort.members(),
        tags: tags.as_ref(),
        refresh: None,
        created: reader.created(),
        lang,
    };
    let again = plan.old.as_ref().map(|old| again(old, &package, config, &reader, &packs)).transpose()?;
    package.refresh = again.as_ref();
    let files = files(&package);
    line.finish();
    let files = files?;
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
    before: Option<Map>,
    /// The package that is issued again.
    old: Option<Delivered>,
}

fn plan(args: &args::Map) -> Result<Plan, Error> {
    let as_of = args.as_of.as_deref().map(|day| {
        let message = |_| format!("`{day}` is no day; write it as 2024-12-31");
        day.parse::<Date>().map_err(message).map_err(|message| Error::Choice { flag: "--as-of", message })
    });
    let as_of = as_of.transpose()?;
    let lang: Option<Lang> = args.lang.as_deref().map(|lang| choose("--lang", lang)).transpose()?;
    if let Some(folder) = &args.refresh {
        let old = stored::read_package(folder)?;
        return Ok(Plan {
            query: old.manifest.query.clone(),
            // The strategy stays, the day moves on.
            counting: Counting { as_of, ..old.manifest.counting },
            lang: lang.unwrap_or(old.manifest.lang),
            before: Some(old.map.clone()),
            old: Some(old),
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
        before: args
            .before
            .as_deref()
            .map(|path| stored::read(path, "--before"))
            .transpose()?
            .map(|stored| stored.map),
        old: None,
    })
}

/// Compares a new package with the one that it replaces.
fn again(
    old: &Delivered,
    package: &Package<'_>,
    config: &Config,
    reader: &Reader,
    packs: &[Pack],
) -> Result<Refresh, Failure> {
    let now: BTreeSet<String> = package.members.values().flatten().cloned().collect();
    let both = old.documents().intersection(&now).cloned().collect();
    let (tagger, none) = (Tagger::new(packs), Leaves::new());
    let judgements = tags::all(&Database::open(&config.data())?)?;
    let compared = Compared {
        both: &both,
        now: &now,
        // Without tags on both sides nothing is known to have changed.
        old: package.tags.and(old.tags.as_ref()),
        new: package.tags.unwrap_or(&none),
        judgements: &judgements,
        packs,
    };
    let due = due::due(&compared, &mut |key| {
        let own = |docno: &u32| reader.key(*docno).is_ok_and(|own| own == key);
        let Some(docno) = reader.by_number(key).into_iter().find(own) else { return Ok(Vec::new()) };
        let tagged = derive::computed(reader, &tagger, docno)?;
        Ok::<_, index::Error>(tagged.tags.iter().map(Tag::id).collect())
    })?;
    Ok(refresh(old, package, due))
}

fn changed(again: &Refresh, lang: Lang) -> Vec<String> {
    let id = |id: Option<u64>| id.map_or_else(|| "?".to_owned(), |id| format!("{id:06}"));
    let mut lines = vec![
        String::new(),
        format!(
            "refreshed from snapshot {} to {}: {} families added, {} removed, {} states changed, {} tags to review (refresh.html)",
            id(again.from_snapshot),
            id(again.to_snapshot),
            again.added.len(),
            again.removed.len(),
            again.states.len(),
            again.tags.len()
        ),
    ];
    lines.extend(stored::keys("added", &again.added));
    for state in again.states.iter().take(SHOWN) {
        let (old, new) = (lang.pick(&state.old.zh, &state.old.en), lang.pick(&state.new.zh, &state.new.en));
        lines.push(format!("  {}: {old} -> {new}", plain(&state.document)));
    }
    for due in again.tags.iter().take(SHOWN) {
        let leaves = |ids: &[String]| if ids.is_empty() { "-".to_owned() } else { plain(&ids.join(" ")) };
        lines.push(format!(
            "  {} to review: {} -> {}",
            plain(&due.document),
            leaves(&due.old),
            leaves(&due.new)
        ));
    }
    lines.extend(again.tags_unknown.iter().map(|why| format!("  {}", lang.pick(&why.zh, &why.en))));
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
    let progress = |stage: map::Stage, done: u64, total: u64| {
        let what = match stage {
            map::Stage::Neighbours => "neighbours 近邻",
            map::Stage::Layout => "layout 布局",
        };
        line.rows(what, done, total);
        true
    };
    map::of_cohort(reader, cohort, packs, before, &progress)
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
