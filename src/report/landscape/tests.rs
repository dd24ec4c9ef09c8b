//! A small package: same bytes each time, every number leads to its documents, every file is accounted for.

use super::*;
use crate::analytics::cohort::{Cohort, Record};
use crate::analytics::landscape::{landscape, overlays};
use crate::analytics::map::{Frame, LabelTerm, Point, Quality, Region};

fn records() -> Vec<Record> {
    let record = |n: u32| {
        let filed = jiff::civil::date(2012 + i16::try_from(n % 4).unwrap(), 5, 6);
        let mut record = Record {
            key: format!("CN1{n:08}A"),
            family: Some(format!("F{n}")),
            office: Some("CN".to_owned()),
            first_office: Some("CN".to_owned()),
            patent_type: Some(crate::patent::PatentType::Invention),
            filing_date: Some(filed),
            priority_date: Some(filed),
            publication_date: Some(filed),
            ..Record::default()
        };
        record.labels.insert("applicant".to_owned(), vec!["=甲<公司>".to_owned(), "乙公司".to_owned()]);
        record.labels.insert("ipc".to_owned(), vec!["F17C11/00".to_owned()]);
        record
    };
    (0..12).map(record).collect()
}

fn map_of(cohort: &Cohort) -> Map {
    let point = |unit: u32| Point {
        key: cohort.key(unit).to_owned(),
        x: unit as f32,
        y: (unit % 3) as f32,
        regions: vec![1],
    };
    let term = LabelTerm {
        zh: Some("储氢".to_owned()),
        en: Some("hydrogen storage".to_owned()),
        n: 12,
        weight: 1.0,
    };
    Map {
        version: map::MAP_VERSION,
        model: "m".to_owned(),
        seed: 1,
        frame: Frame { x: 0.0, y: 0.0, width: 12.0 },
        points: (0..cohort.n_units()).map(point).collect(),
        regions: vec![Region { id: 1, level: 0, parent: None, label: vec![term], n: 12, x: 5.0, y: 1.0 }],
        without_place: Vec::new(),
        quality: Quality { k: 15, kept: Some(0.5) },
        before: None,
    }
}

fn made(lang: Lang) -> Vec<File> {
    let as_of = Some(jiff::civil::date(2020, 12, 31));
    let counting = Counting { as_of, ..Counting::default() };
    let cohort = Cohort::of_records(&records(), "储氢", counting);
    let map = map_of(&cohort);
    let titles =
        (0..cohort.n_units()).map(|unit| (cohort.key(unit).to_owned(), "一种 <装置>".to_owned())).collect();
    files(&Package {
        query: "储氢 AND \"a<b\"",
        counting,
        landscape: &landscape(&cohort, None, &[], Some(&map)),
        overlays: &overlays(&cohort, &[], &map),
        map: &map,
        titles: &titles,
        members: &BTreeMap::new(),
        tags: None,
        refresh: None,
        created: "2024-05-06T07:08:09Z".parse().unwrap(),
        lang,
    })
    .unwrap()
}

fn text(files: &[File], name: &str) -> String {
    let file = files.iter().find(|file| file.name == name).unwrap_or_else(|| panic!("no file {name}"));
    String::from_utf8(file.content.clone()).unwrap()
}

#[test]
fn same_package_same_bytes() {
    for lang in [Lang::Zh, Lang::En] {
        let (one, two) = (made(lang), made(lang));
        for (one, two) in one.iter().zip(&two) {
            assert!(one == two, "{} differs", one.name);
        }
    }
}

#[test]
fn every_link_of_the_report_leads_to_a_place_in_it() {
    let page = text(&made(Lang::Zh), "report.html");
    let links: Vec<&str> =
        page.split("href=\"#").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert!(links.len() > 100, "{} links", links.len());
    for link in links {
        assert!(page.contains(&format!("id=\"{link}\"")), "#{link} is nowhere");
    }
    assert!(!page.contains("<script") && !page.contains("src=") && !page.contains("NaN"));
}

#[test]
fn numbers_of_sentences_lead_to_their_documents() {
    for lang in [Lang::Zh, Lang::En] {
        let files = made(lang);
        let landscape: Landscape = serde_json::from_str(&text(&files, "figures.json")).unwrap();
        let page = text(&files, "report.html");
        let manifest: Manifest = serde_json::from_str(&text(&files, "manifest.json")).unwrap();
        for figure in landscape.figures.iter().filter(|figure| figure.missing.is_none()) {
            let pieces = if lang == Lang::Zh { &figure.pieces.zh } else { &figure.pieces.en };
            // Twelve families give no ratios of the life cycle.
            let has_numbers = figure.id != "life-cycle";
            assert_eq!(pieces.iter().any(|piece| piece.on.is_some()), has_numbers, "{}", figure.id);
            for piece in pieces {
                let Some(on) = piece.on.filter(|on| !figure.said[*on].is_empty()) else { continue };
                assert!(
                    page.contains(&format!(">{}</a>", piece.text)),
                    "{}: {} ({on})",
                    figure.id,
                    piece.text
                );
            }
            let entry = manifest.figures.iter().find(|entry| entry.id == figure.id).unwrap();
            assert_eq!(entry.said.len(), figure.said.len());
        }
        assert!(
            !page.contains(['\u{e000}', '\u{e001}']) && !text(&files, "figures.json").contains('\u{e000}')
        );
    }
}

#[test]
fn the_manifest_leads_from_every_figure_to_query_formula_and_documents() {
    let files = made(Lang::Zh);
    let manifest: Manifest = serde_json::from_str(&text(&files, "manifest.json")).unwrap();
    assert!(manifest.figures.len() >= 14);
    assert_eq!(manifest.files.len() + 1, files.len());
    for figure in &manifest.figures {
        assert_eq!(figure.query, "储氢");
        assert!(text(&files, &figure.svg).contains("<svg"));
        assert!(text(&files, &figure.csv).starts_with('\u{feff}'));
        assert_eq!(figure.rows.is_empty(), figure.missing.is_some(), "{}", figure.id);
        assert!(figure.formulas.iter().all(|id| manifest.formulas.iter().any(|formula| formula.id == *id)));
    }
    let trend = manifest.figures.iter().find(|figure| figure.id == "trend-filing").unwrap();
    assert_eq!(trend.rows[0].documents.keys(), ["CN100000000A", "CN100000004A", "CN100000008A"]);
    for entry in &manifest.files {
        let file = files.iter().find(|file| file.name == entry.name).unwrap();
        assert_eq!(blake3::hash(&file.content).to_hex().to_string(), entry.blake3);
    }
}

#[test]
fn tables_hold_no_formula_and_pictures_no_markup_of_the_data() {
    let files = made(Lang::En);
    assert!(text(&files, "data/applicants.csv").contains("'=甲<公司>"));
    assert!(text(&files, "figures/applicants.svg").contains("=甲&lt;公司&gt;"));
    assert!(text(&files, "figures/matrix.svg").contains("no column `tag`"), "an empty picture has a reason");
    assert!(text(&files, "data/matrix.csv").contains("no column `tag`"));
}

#[test]
fn points_say_what_their_columns_mean() {
    let files = made(Lang::Zh);
    let meta: PointsMeta = serde_json::from_str(&text(&files, "points.json")).unwrap();
    let bytes = &files.iter().find(|file| file.name == "points.bin").unwrap().content;
    assert_eq!(bytes.len(), 32 + meta.n_points * (8 + 2 * meta.overlays.len()));
    let names: Vec<&str> = meta.overlays.iter().map(|overlay| overlay.name.as_str()).collect();
    assert_eq!(names, ["year", "subclass", "applicant"]);
}
