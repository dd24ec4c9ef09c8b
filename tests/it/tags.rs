//! Tagging: planted labels, tags in queries and facets, own packs, sheets that go out and come back.

use std::collections::BTreeSet;
use std::path::Path;

use patnav::analytics::tag::agreement::{Pair, agreement, roll_up};
use patnav::analytics::tag::sheet::HEADINGS;
use patnav::analytics::tag::{Scratch, Tagger};
use patnav::ingest;
use patnav::patent::domain::Pack;
use serde_json::Value;
use tempfile::TempDir;

use super::corpus::{data, patnav, reader};

#[path = "../../fixtures/generator/mod.rs"]
pub(crate) mod generator;

fn rows(text: &'static str) -> Vec<[&'static str; 3]> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            [cells[0], cells[1], cells[2]]
        })
        .collect()
}

/// The labels of the generator's families, and what the tagger says of the first publication of each.
fn planted() -> (Vec<Pair>, Vec<Pair>) {
    let leaves = rows(include_str!("../../fixtures/labels.tsv"));
    let effects = rows(include_str!("../../fixtures/effect_labels.tsv"));
    let labels: BTreeSet<String> = leaves.iter().map(|row| row[2].to_owned()).collect();
    let known: BTreeSet<String> = effects.iter().map(|row| format!("{}:{}", row[1], row[2])).collect();
    let tagger = Tagger::new(Pack::builtin());
    let mut scratch = Scratch::default();
    let (mut tags, mut stated) = (Vec::new(), Vec::new());
    for family in generator::planted(&generator::COMMITTED) {
        let row = leaves.iter().find(|row| {
            row[0] == family.topic.id && matches!(row[1], thing if thing == "*" || thing == family.object)
        });
        let label = row.unwrap_or_else(|| panic!("no label for {}", family.topic.id))[2];
        let pack = label.split(':').next().unwrap();
        let Some(publication) = family.publications.first() else { continue };
        let tagged = tagger.tag(publication, &mut scratch);
        let found = tagged.tags.iter().map(|tag| roll_up(tagger.packs(), &tag.id(), &labels));
        tags.push(Pair { reference: BTreeSet::from([label.to_owned()]), other: found.collect() });
        let names = family.effects.iter().map(|at| generator::vocabulary::EFFECTS[*at].0);
        let wanted = names.filter_map(|name| {
            effects
                .iter()
                .find(|row| row[0] == name && row[1] == pack)
                .map(|row| format!("{pack}:{}", row[2]))
        });
        let found = tagged.effects.into_iter().filter(|id| id.starts_with(pack) && known.contains(id));
        stated.push(Pair { reference: wanted.collect(), other: found.collect() });
    }
    (tags, stated)
}

#[test]
fn planted_topics_and_effects_are_found() {
    let (tags, effects) = planted();
    let found = agreement(&tags);
    assert!(found.n_documents > 1_500 && found.n_leaves > 50, "{} {}", found.n_documents, found.n_leaves);
    assert!(found.macro_f1.unwrap() >= 0.85, "leaves: macro F1 {:?}", found.macro_f1);
    let found = agreement(&effects);
    assert!(found.macro_f1.unwrap() >= 0.85, "effects: macro F1 {:?}", found.macro_f1);
}

#[test]
fn every_label_names_a_node_that_is_there() {
    let ids = rows(include_str!("../../fixtures/labels.tsv"));
    for [topic, thing, id] in ids {
        let (pack, node) = id.split_once(':').unwrap();
        let pack = Pack::builtin().iter().find(|one| one.id == pack).unwrap();
        assert!(pack.node(node).is_some(), "{id}");
        let topic = generator::vocabulary::topics().find(|one| one.id == topic).unwrap();
        assert!(thing == "*" || topic.objects.iter().any(|object| object.0 == thing), "{thing}");
    }
    for [effect, pack, id] in rows(include_str!("../../fixtures/effect_labels.tsv")) {
        let pack = Pack::builtin().iter().find(|one| one.id == pack).unwrap();
        assert!(pack.effects.iter().any(|one| one.id == id), "{id}");
        assert!(generator::vocabulary::EFFECTS.iter().any(|pair| pair.0 == effect), "{effect}");
    }
}

#[track_caller]
fn json(data: &Path, args: &[&str]) -> Value {
    let output = patnav(data, args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[track_caller]
fn refused(data: &Path, args: &[&str], says: &str) {
    let output = patnav(data, args);
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{args:?}: {said}");
    assert!(said.contains(says), "{args:?}: {said}");
}

#[test]
fn a_node_finds_all_that_stands_below_it() {
    let total = |query: &str| {
        let found = json(data(), &["search", "--json", "--limit", "1", query]);
        found["total"]["publications"].as_u64().unwrap()
    };
    let column = reader().column("tag").unwrap();
    let below = |stem: &str| {
        let holds = |docno: &u32| column.keywords(*docno).any(|tag| tag.starts_with(stem));
        reader().alive().iter().filter(holds).count() as u64
    };
    assert!(below("hes:B1") > 0 && below("hes:B") > below("hes:B1"));
    for (query, stem) in
        [("tag=hes:B1", "hes:B1"), ("tag=hes:B", "hes:B"), ("tag=\"HES:b\"", "hes:B"), ("tag=hes", "hes:")]
    {
        assert_eq!(total(query), below(stem), "{query}");
    }
    assert_eq!(total("tag=hes:Z"), 0);
    let by_domain = total("domain=hes");
    assert!(by_domain >= total("tag=hes") && by_domain < reader().alive().len());
    assert!(total("effect=hes:energy") > 0 && total("purpose=ccus:regeneration-energy") > 0);
}

#[test]
fn tags_are_counted_as_facets() {
    let found =
        json(data(), &["search", "--json", "--limit", "1", "--facet", "tag,domain,effect", "doc=patent"]);
    let facets = &found["facets"];
    let domains: BTreeSet<&str> =
        facets["domain"].as_array().unwrap().iter().map(|one| one["value"].as_str().unwrap()).collect();
    assert_eq!(domains, BTreeSet::from(["ccus", "hes", "icm", "mcc"]));
    assert!(facets["tag"].as_array().unwrap().len() > 40);
    assert!(facets["effect"].as_array().unwrap().len() > 20);
}

/// A data folder of a few records of a domain.
fn folder(n: usize) -> TempDir {
    let dir = TempDir::new().unwrap();
    let family = |family: generator::Planted| family.publications.into_iter().next();
    let tanks = generator::planted(&generator::COMMITTED).filter(|family| family.topic.id == "h2-tank");
    let lines = tanks.filter_map(family).take(n).map(|publication| ingest::write_line(&publication) + "\n");
    std::fs::write(dir.path().join("few.jsonl"), lines.collect::<String>()).unwrap();
    let file = dir.path().join("few.jsonl");
    json(&dir.path().join("data"), &["index", "--json", file.to_str().unwrap()]);
    dir
}

#[test]
fn own_packs_are_checked_against_the_documents_and_bad_ones_stop_nothing() {
    let dir = folder(3);
    let data = dir.path().join("data");
    let own = data.join("domains");
    std::fs::create_dir(&own).unwrap();
    let head = "id = \"tanks\"\ntitle = { zh = \"瓶\", en = \"tanks\" }\ndefinition = { zh = \"瓶\", en = \"tanks\" }\n\
                anchors = { zh = [\"氢\"], en = [\"hydrogen\"] }\n";
    let node = "[[node]]\nid = \"A\"\nname = { zh = \"瓶\", en = \"tank\" }\ndefinition = { zh = \"瓶\", en = \"tank\" }\n\
                word_only = true\nstrong = { zh = [\"储氢瓶\", \"独角兽\"], en = [\"hydrogen vessel\"] }\nnoise = { zh = [\"储氢瓶\"] }\n";
    let good = own.join("tanks.toml");
    std::fs::write(&good, format!("{head}{}", node.replace("noise = { zh = [\"储氢瓶\"] }\n", ""))).unwrap();
    std::fs::write(own.join("broken.toml"), "id = ").unwrap();
    let output = patnav(&data, &["tag", "--json"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stderr).contains("broken.toml"));
    let summary: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(summary["by_domain"]["tanks"], 3, "{summary}");
    let checked = json(&data, &["domain", "check", "--json", good.to_str().unwrap()]);
    let never: Vec<&Value> = checked["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["message"].as_str().unwrap().contains("never occurs"))
        .collect();
    assert!(never.iter().any(|one| one["message"].as_str().unwrap().contains("独角兽")), "{checked}");
    assert!(!never.iter().any(|one| one["message"].as_str().unwrap().contains("储氢瓶`")), "{checked}");
    let check = |text: &str, says: &str| {
        let file = dir.path().join("check.toml");
        std::fs::write(&file, text).unwrap();
        refused(&data, &["domain", "check", file.to_str().unwrap()], says);
    };
    check(&format!("{head}{node}"), "noise word `储氢瓶` of node A is also a strong word of it");
    check(&format!("{head}{}", node.replace("id = \"A\"", "id = \"A\"\nparent = \"A\"")), "cycle");
    check(
        &format!("{head}{}", node.replace("word_only = true", "ipc = [\"E99Z1/00\"]")),
        "class `E99Z1/00` of `A` was not verified",
    );
    check(head, "the pack has no nodes");
    check("", "line 1");
    refused(&data, &["domain", "check", "nowhere.toml"], "cannot read `nowhere.toml`");
    refused(&data, &["domain", "show", "nothing"], "choose of icm, mcc, ccus, hes, tanks");
    let empty = TempDir::new().unwrap();
    let output = patnav(empty.path(), &["domain", "check", good.to_str().unwrap()]);
    assert!(
        String::from_utf8_lossy(&output.stdout).contains("nothing is indexed"),
        "without an index it says so"
    );
}

/// Fills a sheet in: for each row the text of the first leaf column, `None` leaves it open.
fn fill(file: &Path, leaf: &dyn Fn(usize) -> Option<&'static str>, change: &dyn Fn(&mut Vec<Vec<String>>)) {
    let mut sheets = ingest::workbook(file).unwrap();
    let mut cells = sheets.remove(0).rows;
    for (at, row) in cells.iter_mut().enumerate().skip(1) {
        row.resize(HEADINGS.len(), String::new());
        row[8] = leaf(at).unwrap_or_default().to_owned();
    }
    change(&mut cells);
    let mut book = rust_xlsxwriter::Workbook::new();
    let page = book.add_worksheet();
    for (row, cells) in (0..).zip(&cells) {
        for (column, text) in (0..).zip(cells) {
            page.write_string(row, column, text).unwrap();
        }
    }
    book.save(file).unwrap();
}

#[test]
fn sheets_go_out_to_two_people_and_come_back_with_conflicts() {
    let dir = folder(6);
    let data = dir.path().join("data");
    let out = dir.path().join("sheet.xlsx");
    let args = [
        "tag",
        "export",
        "--json",
        "--scope",
        "*",
        "--domain",
        "hes",
        "--taggers",
        "li,wang",
        "--double",
        "1",
    ];
    let exported = json(&data, &[args.as_slice(), &["--out", out.to_str().unwrap()]].concat());
    assert_eq!((exported["files"].as_array().unwrap().len(), exported["n_double"].as_u64()), (2, Some(6)));
    let [li, wang] = ["li", "wang"].map(|name| dir.path().join(format!("sheet-{name}.xlsx")));
    let cells = ingest::workbook(&li).unwrap();
    assert_eq!(cells[0].rows[0], HEADINGS);
    let row = &cells[0].rows[1];
    assert!(
        row[0].starts_with("0001-") && row[5].contains("其特征在于") && row[6].contains("能够"),
        "{row:?}"
    );
    assert!(cells[1].rows.iter().any(|row| row[0].starts_with("B1 ")), "the choices");

    fill(&li, &|_| Some("B1 瓶体与缠绕"), &|_| {});
    let import = |file: &Path, tagger: &str, more: &[&str]| {
        let args = ["tag", "import", "--json", file.to_str().unwrap(), "--tagger", tagger];
        json(&data, &[args.as_slice(), more].concat())
    };
    let imported = import(&li, "li", &[]);
    assert_eq!(
        (imported["n_judgements"].as_u64(), imported["conflicts"].as_array().map(Vec::len)),
        (Some(6), Some(0))
    );
    let reviewed = || json(&data, &["tag", "--json", "--all"])["by_method"]["reviewed"].as_u64().unwrap_or(0);
    assert_eq!(reviewed(), 6);

    // The other disagrees on two documents, leaves one open, and spoils two rows.
    let edit = |cells: &mut Vec<Vec<String>>| {
        cells[5][0].clear();
        cells[6][1] = "CN1A".to_owned();
    };
    let choice = |at: usize| match at {
        1 | 2 => Some("B2 阀件"),
        3 => None,
        _ => Some("B1 瓶体与缠绕"),
    };
    fill(&wang, &choice, &edit);
    let imported = import(&wang, "wang", &[]);
    assert_eq!(imported["n_judgements"], 3, "{imported}");
    assert_eq!(
        (imported["n_empty"].as_u64(), imported["faults"].as_array().map(Vec::len)),
        (Some(1), Some(2))
    );
    let said = &imported["conflicts"][0]["said"];
    assert_eq!((said[0]["tagger"].as_str(), said[0]["leaves"][0].as_str()), (Some("li"), Some("B1")));
    assert_eq!((said[1]["tagger"].as_str(), said[1]["leaves"][0].as_str()), (Some("wang"), Some("B2")));
    assert_eq!(reviewed(), 4, "two are in conflict, so the machine speaks again");
    assert_eq!(json(&data, &["tag", "conflicts", "--json"]).as_array().unwrap().len(), 2);
    let between = json(&data, &["tag", "agreement", "--json"]);
    assert_eq!(
        (between[0]["first"].as_str(), between[0]["agreement"]["n_documents"].as_u64()),
        (Some("li"), Some(3))
    );

    // A change of mind is listed; a settlement ends the conflicts.
    fill(&li, &|at| (at == 1).then_some("无 none"), &|_| {});
    let imported = import(&li, "li", &[]);
    assert_eq!(
        (imported["changed"][0]["old"][0].as_str(), imported["changed"][0]["new"].as_array().map(Vec::len)),
        (Some("B1"), Some(0))
    );
    fill(&li, &|_| Some("B1 瓶体与缠绕"), &|_| {});
    import(&li, "chief", &["--settle"]);
    assert_eq!(json(&data, &["tag", "conflicts", "--json"]).as_array().unwrap().len(), 0);
    assert_eq!(reviewed(), 6);

    // Reviewed tags stay when everything is read again; computed ones are compared with them on request.
    let few = dir.path().join("few.jsonl");
    json(&data, &["index", "--json", "--reread", few.to_str().unwrap()]);
    assert_eq!(reviewed(), 6);
    let compared = json(&data, &["tag", "agreement", "--json", "--gold", li.to_str().unwrap()]);
    assert_eq!(compared["agreement"]["n_documents"], 6);
    assert_eq!(compared["agreement"]["leaves"][0]["leaf"], "hes:B1");
    assert_eq!(json(&data, &["tag", "drift", "--json"]).as_array().unwrap().len(), 0);
}

#[test]
fn sheets_and_samples_that_cannot_be_used_are_refused() {
    let dir = folder(1);
    let data = dir.path().join("data");
    let path = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    refused(&data, &["tag", "import", &path("none.xlsx"), "--tagger", "li"], "no file or folder");
    std::fs::write(dir.path().join("text.xlsx"), "row,leaf").unwrap();
    refused(&data, &["tag", "import", &path("text.xlsx"), "--tagger", "li"], "it is a text");
    let export = |scope: &'static str, domain: &'static str| {
        ["tag", "export", "--scope", scope, "--domain", domain, "--out"].map(str::to_owned).to_vec()
    };
    for (scope, domain, says) in
        [("ti=独角兽", "hes", "0 documents match"), ("*", "x", "there is no domain `x`")]
    {
        let mut args = export(scope, domain);
        args.push(path("out.xlsx"));
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        refused(&data, &args, says);
    }
    std::fs::write(dir.path().join("gold.tsv"), "document\tleaf\nCN1A\thes:Z9\n").unwrap();
    refused(&data, &["tag", "agreement", "--gold", &path("gold.tsv")], "line 2: there is no node `hes:Z9`");
    std::fs::write(dir.path().join("gold.tsv"), "CN1A\thes:B1\n").unwrap();
    refused(&data, &["tag", "agreement", "--gold", &path("gold.tsv")], "no document of");
    refused(&data, &["tag", "--domain", "x"], "there is no domain `x`");
}
