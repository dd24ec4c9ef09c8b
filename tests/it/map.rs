//! `patnav map` as its users run it: a package that opens, bytes that stay, differences that are exact.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use patnav::analytics::map::{Difference, Map};
use patnav::analytics::tag::due::{Leaves, Why};
use patnav::patent::domain::{Judgement, Pack};
use patnav::report::landscape::{Manifest, Refresh};
use patnav::workspace::Database;

use super::corpus::{data, patnav};

/// A field of the corpus that is small enough to be laid out in a test.
const SCOPE: &str = "ti=储氢 OR ti=氢气";

#[track_caller]
fn run(args: &[&str]) -> String {
    let output = patnav(data(), args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty(), "nothing but answers where nobody watches");
    String::from_utf8(output.stdout).unwrap()
}

#[track_caller]
fn refused(args: &[&str], says: &str) {
    let output = patnav(data(), args);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{args:?}: {error}");
    assert!(error.contains(says), "{args:?}: {error}");
}

fn package(folder: &Path, more: &[&str]) {
    run(&[&["map", "--scope", SCOPE, "--out", folder.to_str().unwrap()], more].concat());
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for sub in ["", "figures", "data"] {
        for entry in std::fs::read_dir(folder.join(sub)).unwrap().flatten() {
            if entry.path().is_file() {
                let name = entry.path().strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
                found.insert(name, std::fs::read(entry.path()).unwrap());
            }
        }
    }
    found
}

#[track_caller]
fn assert_xml(name: &str, bytes: &[u8]) {
    let text = std::str::from_utf8(bytes).unwrap();
    let mut reader = quick_xml::Reader::from_str(text);
    let mut depth = 0_i64;
    loop {
        match reader.read_event().unwrap_or_else(|error| panic!("{name}: {error}")) {
            quick_xml::events::Event::Start(_) => depth += 1,
            quick_xml::events::Event::End(_) => depth -= 1,
            quick_xml::events::Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0, "{name}");
    assert!(!text.contains("NaN"), "{name}");
}

#[test]
fn a_package_is_whole_and_the_same_each_time() {
    let dir = tempfile::tempdir().unwrap();
    let (one, two) = (dir.path().join("one"), dir.path().join("two"));
    package(&one, &[]);
    package(&two, &[]);
    let (one, two) = (files(&one), files(&two));
    assert_eq!(one.keys().collect::<Vec<_>>(), two.keys().collect::<Vec<_>>());
    for (name, bytes) in &one {
        assert!(bytes == &two[name], "{name} differs between two runs");
        if name.ends_with(".svg") {
            assert_xml(name, bytes);
        }
    }
    let manifest: Manifest = serde_json::from_slice(&one["manifest.json"]).unwrap();
    assert!(manifest.figures.len() >= 14);
    assert_eq!(manifest.query, SCOPE);
    let trend = manifest.figures.iter().find(|figure| figure.id == "trend-priority").unwrap();
    let counted: usize = trend.rows.iter().map(|row| row.documents.len()).sum();
    assert_eq!(counted as u64 + manifest.basis.n_undated, manifest.basis.n_units);
    let page = String::from_utf8(one["report.html"].clone()).unwrap();
    for link in page.split("href=\"#").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(page.contains(&format!("id=\"{link}\"")), "#{link} is nowhere");
    }
}

#[test]
fn time_slices_hold_every_dated_point_once_in_its_year_and_region() {
    let dir = tempfile::tempdir().unwrap();
    package(dir.path(), &[]);
    let files = files(dir.path());
    let manifest: Manifest = serde_json::from_slice(&files["manifest.json"]).unwrap();
    let map: Map = serde_json::from_slice(&files["map.json"]).unwrap();
    let rows = |id: &str| &manifest.figures.iter().find(|figure| figure.id == id).unwrap().rows;
    let mut year_of: BTreeMap<String, (i16, bool)> = BTreeMap::new();
    for row in rows("trend-priority") {
        let year: i16 = row.label.parse().unwrap();
        year_of.extend(row.documents.keys().into_iter().map(|key| (key.to_owned(), (year, row.incomplete))));
    }
    let on_map: BTreeMap<&str, &[u32]> =
        map.points.iter().map(|point| (point.key.as_str(), &point.regions[..])).collect();
    let mut counted: Vec<&str> = Vec::new();
    let mut n_incomplete = 0;
    for row in rows("map-slices") {
        let (period, region) = row.label.split_once(" × ").unwrap();
        let (from, to) = period.split_once('–').unwrap_or((period, period));
        let year = |text: &str, open: i16| if text.is_empty() { open } else { text.parse().unwrap() };
        let period = year(from, i16::MIN)..=year(to, i16::MAX);
        for key in row.documents.keys() {
            assert_eq!(on_map[key].first().unwrap().to_string(), region, "{key}");
            let (year, is_incomplete) = year_of[key];
            assert!(period.contains(&year), "{key} of {year} is not of {period:?}");
            assert_eq!(row.incomplete, is_incomplete, "{key} of {year}");
            n_incomplete += usize::from(is_incomplete);
            counted.push(key);
        }
    }
    counted.sort_unstable();
    let dated: Vec<&str> = on_map.keys().copied().filter(|key| year_of.contains_key(*key)).collect();
    assert_eq!(counted, dated, "each once");
    assert!(n_incomplete > 0);
    let picture = String::from_utf8(files["figures/map-slices.svg"].clone()).unwrap();
    let regions = map.regions.iter().filter(|region| region.level == 0).count();
    assert_eq!(picture.matches("<circle").count(), dated.len() + regions, "a point each, and the legend");
}

#[test]
fn a_difference_names_exactly_the_families_that_came() {
    let dir = tempfile::tempdir().unwrap();
    let (old, new) = (dir.path().join("old"), dir.path().join("new"));
    package(&old, &["--as-of", "2022-12-31"]);
    package(&new, &["--before", old.to_str().unwrap()]);
    let [old, new] = [&old, &new].map(|folder| folder.to_str().unwrap());
    let found: Difference = serde_json::from_str(&run(&["map", "diff", old, new, "--json"])).unwrap();
    let read = |name: &str, file: &str| std::fs::read(Path::new(name).join(file)).unwrap();
    let earlier: Map = serde_json::from_slice(&read(old, "map.json")).unwrap();
    let later: Map = serde_json::from_slice(&read(new, "map.json")).unwrap();
    let manifest: Manifest = serde_json::from_slice(&read(new, "manifest.json")).unwrap();
    let before: BTreeSet<&str> = earlier.points.iter().map(|point| point.key.as_str()).collect();
    let is_new = |key: &&str| {
        let alone = [(*key).to_owned()];
        let members = manifest.members.get(*key).map_or(&alone[..], Vec::as_slice);
        members.iter().all(|document| !before.contains(document.as_str()))
    };
    let expected: Vec<&str> = later.points.iter().map(|point| point.key.as_str()).filter(is_new).collect();
    assert!(!expected.is_empty() && expected.len() < later.points.len());
    assert_eq!(found.added, expected);
    assert!(found.removed.is_empty(), "{:?}", found.removed);
    let told = run(&["map", "diff", old, new]);
    assert!(told.contains(&format!("{} added, 0 removed", expected.len())), "{told}");
    let again = dir.path().join("again");
    run(&["map", "--refresh", old, "--out", again.to_str().unwrap()]);
    let refreshed: Refresh =
        serde_json::from_slice(&std::fs::read(again.join("refresh.json")).unwrap()).unwrap();
    assert_eq!(refreshed.query, SCOPE);
    assert_eq!(refreshed.added, expected, "a refresh names the families that came, too");
    assert!(refreshed.figures.iter().any(|figure| figure.id == "trend-priority"));
    assert!(refreshed.states.iter().any(|state| state.old.en == "pending" && state.new.en == "active"));
    assert!(refreshed.tags.is_empty() && refreshed.tags_unknown.is_none(), "the snapshot is the same");
    let files = files(&again);
    let page = String::from_utf8(files["refresh.html"].clone()).unwrap();
    assert!(expected.iter().all(|key| page.contains(*key)) && page.contains("待复核标引"));
    let manifest: Manifest = serde_json::from_slice(&files["manifest.json"]).unwrap();
    assert_eq!(manifest.files.len() + 1, files.len(), "every file is accounted for");
    let continued = later.before.unwrap();
    assert!(continued.median_shift.is_some_and(|shift| shift < 0.02), "{continued:?}");
}

#[test]
fn a_refresh_names_tags_to_review() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let about_storage = |publication: &&patnav::patent::Publication| {
        publication.titles.iter().any(|title| title.text.contains("储氢"))
    };
    let lines: Vec<String> = super::corpus::publications()
        .iter()
        .filter(about_storage)
        .take(40)
        .map(|publication| serde_json::to_string(publication).unwrap())
        .collect();
    let file = dir.path().join("storage.jsonl");
    std::fs::write(&file, lines.join("\n")).unwrap();
    let run = |args: &[&str]| {
        let output = patnav(&data, args);
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    run(&["index", file.to_str().unwrap()]);
    let (old, new) = (dir.path().join("old"), dir.path().join("new"));
    run(&["map", "--scope", "*", "--out", old.to_str().unwrap()]);
    let tags: Leaves = serde_json::from_slice(&std::fs::read(old.join("tags.json")).unwrap()).unwrap();
    let mut tagged = tags.iter().filter(|(_, leaves)| leaves.iter().any(|leaf| leaf.starts_with("hes:")));
    let (reviewed, changed) = (tagged.next().unwrap().0, tagged.next().unwrap());
    // A person says that one document belongs to no leaf; another had a leaf that it does not have now.
    let hes = Pack::builtin().iter().find(|pack| pack.id == "hes").unwrap();
    let judgement = Judgement {
        key: reviewed.clone(),
        pack: "hes".to_owned(),
        tagger: "li".to_owned(),
        leaves: Vec::new(),
        effects: None,
        purposes: None,
        note: String::new(),
        tree: hes.tree_id(),
        settles: false,
    };
    let database = Database::open(&data).unwrap();
    patnav::workspace::tags::put(&database, &[judgement], jiff::Timestamp::UNIX_EPOCH).unwrap();
    drop(database);
    let mut before = tags.clone();
    before.insert(changed.0.clone(), vec!["hes:Z9".to_owned()]);
    std::fs::write(old.join("tags.json"), serde_json::to_vec(&before).unwrap()).unwrap();
    let told = run(&["map", "--refresh", old.to_str().unwrap(), "--out", new.to_str().unwrap()]);
    assert!(told.contains("2 tags to review"), "{told}");
    let found: Refresh = serde_json::from_slice(&std::fs::read(new.join("refresh.json")).unwrap()).unwrap();
    let short: BTreeMap<&str, (Why, &[String])> =
        found.tags.iter().map(|due| (due.document.as_str(), (due.why, due.old.as_slice()))).collect();
    let is = ["hes:Z9".to_owned()];
    let expected = BTreeMap::from([
        (reviewed.as_str(), (Why::AgainstReview, &[][..])),
        (changed.0.as_str(), (Why::Changed, &is[..])),
    ]);
    assert_eq!(short, expected);
    // A package from before tags were kept says that changes cannot be told; what people said is compared all the same.
    std::fs::remove_file(old.join("tags.json")).unwrap();
    run(&["map", "--refresh", old.to_str().unwrap(), "--out", new.to_str().unwrap()]);
    let found: Refresh = serde_json::from_slice(&std::fs::read(new.join("refresh.json")).unwrap()).unwrap();
    assert_eq!(found.tags.len(), 1);
    assert!(found.tags_unknown.is_some());
}

#[test]
fn a_scope_of_nothing_says_so() {
    let told = run(&["map", "--scope", "ti=不存在的词组甲乙丙"]);
    assert!(told.contains("nothing is in the scope"), "{told}");
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("empty");
    run(&["map", "--scope", "ti=不存在的词组甲乙丙", "--out", folder.to_str().unwrap()]);
    let found = files(&folder);
    assert!(String::from_utf8_lossy(&found["figures/map.svg"]).contains("没有可统计的对象"));
}

#[test]
fn bad_input_is_told_before_the_work() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("mine.txt"), "mine").unwrap();
    let folder = dir.path().to_str().unwrap();
    refused(&["map", "--scope", "*", "--out", folder], "is not empty and holds no package");
    refused(&["map", "--scope", "*", "--as-of", "2024-13-01"], "is no day");
    refused(&["map", "--scope", "*", "--counting", "piece"], "--counting");
    let file = dir.path().join("mine.txt");
    refused(&["map", "--scope", "*", "--before", file.to_str().unwrap()], "is no map");
    refused(&["map", "diff", file.to_str().unwrap(), file.to_str().unwrap()], "is no map");
    refused(&["map"], "--scope");
    refused(&["map", "--refresh", folder, "--out", "x"], "manifest.json");
}
