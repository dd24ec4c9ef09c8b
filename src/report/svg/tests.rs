//! Pictures are well-formed, say what they show, and let no labels meet.

use super::canvas::{cut, number, ticks, width, wrapped};
use super::*;
use crate::analytics::map::{Frame, LabelTerm, Map, Point, Quality, Region};

/// Every tag is closed by its own name, in order, and no number is none.
#[track_caller]
fn assert_sound(svg: &str) {
    let mut open: Vec<&str> = Vec::new();
    for tag in svg.split('<').skip(1) {
        let inside = tag.split('>').next().unwrap();
        let name = inside.trim_start_matches('/').split([' ', '/', '\n']).next().unwrap();
        assert_eq!(inside.matches('"').count() % 2, 0, "{inside}");
        match inside {
            _ if inside.starts_with('?') || inside.ends_with('/') => {}
            _ if inside.starts_with('/') => assert_eq!(open.pop(), Some(name), "{svg}"),
            _ => open.push(name),
        }
    }
    assert!(open.is_empty(), "{open:?}");
    assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
}

fn bar(label: &str, value: f64, incomplete: bool) -> Bar {
    Bar { label: label.to_owned(), value, shown: format!("{value}"), incomplete }
}

#[test]
fn charts_are_sound_whatever_the_numbers() {
    let wild = [
        bar("<a & \"b\">", f64::NAN, false),
        bar("采煤机与掘进机", 3.0, true),
        bar("x", f64::INFINITY, false),
    ];
    let series = Series { name: "v".to_owned(), values: vec![Some(f64::NAN), Some(1.0), None, Some(2.0)] };
    let places: Vec<String> = (2001..2005).map(|year| year.to_string()).collect();
    for svg in [
        bars("标题", &wild),
        bars("zero", &[bar("a", 0.0, false)]),
        columns("t", &wild, "incomplete"),
        lines("t", &places, &[series], 2, "incomplete"),
        arcs("t", &[Arc { from: "甲".into(), to: "乙".into(), value: f64::NAN }]),
        chain("t", &[Step { before: "2001".into(), label: "a<b".into(), note: String::new() }]),
        reason("t", "no column `tag` & nothing else; 数据中没有标引列，因此无法绘制该图"),
    ] {
        assert_sound(&svg);
    }
}

#[test]
fn incomplete_years_are_hatched_or_dashed_and_named() {
    let years = [bar("2022", 5.0, false), bar("2023", 2.0, true)];
    assert!(columns("t", &years, "尚不完整").contains("尚不完整"));
    assert!(!columns("t", &years[..1], "尚不完整").contains("尚不完整"));
    let series = Series { name: "v".to_owned(), values: vec![Some(1.0), Some(2.0)] };
    let places = ["2022".to_owned(), "2023".to_owned()];
    let dashed = |complete| {
        lines("t", &places, std::slice::from_ref(&series), complete, "尚不完整").contains("stroke-dasharray")
    };
    assert!(dashed(1) && !dashed(2));
}

#[test]
fn nothing_to_draw_gives_the_reason() {
    let why = "数据中没有此列";
    assert!(reason("t", why).contains(why));
    for svg in [
        bars("无", &[]),
        columns("无", &[], ""),
        lines("无", &[], &[], 0, ""),
        arcs("无", &[]),
        chain("无", &[]),
    ] {
        assert!(svg.contains("无</text>"), "{svg}");
    }
}

#[test]
fn a_matrix_marks_hot_and_blank_cells() {
    let cell = |row, hot, blank| GridCell { row, column: 0, value: 4.0, shown: "4".to_owned(), hot, blank };
    let made = grid(&Grid {
        title: "t".to_owned(),
        rows: vec!["甲".to_owned(), "乙".to_owned(), "丙".to_owned()],
        columns: vec!["寿命".to_owned()],
        cells: vec![cell(0, true, false), cell(1, false, true), cell(2, false, false), cell(9, true, true)],
        style: Style::Bubbles,
    });
    assert_sound(&made);
    assert_eq!(
        made.matches("stroke-width=\"1.6\"").count(),
        2,
        "one hot, one blank; the cell outside is not drawn"
    );
    assert_eq!(made.matches("stroke-dasharray").count(), 1);
}

#[test]
fn placed_labels_never_meet_and_stay_inside() {
    let bounds = Rect { x: 0.0, y: 0.0, width: 300.0, height: 200.0 };
    let taken = [Rect { x: 140.0, y: 90.0, width: 20.0, height: 20.0 }];
    // Drawn by a fixed rule: many labels that want almost the same place.
    let wanted: Vec<Rect> = (0..60_u32)
        .map(|n| Rect {
            x: f64::from(n * 37 % 240),
            y: f64::from(n * 53 % 180),
            width: 30.0 + f64::from(n % 5) * 12.0,
            height: 14.0,
        })
        .collect();
    let placed: Vec<Rect> = place(&wanted, &bounds, &taken).into_iter().flatten().collect();
    assert!(placed.len() > 20, "{} of 60 found room", placed.len());
    for (at, one) in placed.iter().enumerate() {
        assert!(one.x >= 0.0 && one.y >= 0.0 && one.x + one.width <= 300.0 && one.y + one.height <= 200.0);
        assert!(placed[at + 1..].iter().chain(&taken).all(|other| !one.meets(other)), "{one:?}");
    }
}

fn small_map() -> Map {
    let point = |n: u16| Point {
        key: format!("CN{n:03}A"),
        x: f32::from(n % 10),
        y: f32::from(n / 10),
        regions: vec![u32::from(n % 3)],
    };
    let region = |id: u32| Region {
        id,
        level: 0,
        parent: None,
        label: vec![LabelTerm { zh: Some(format!("区域<{id}>")), en: None, n: 1, weight: 1.0 }],
        n: 33,
        x: 5.0,
        y: 5.0,
    };
    Map {
        version: 1,
        model: "m".to_owned(),
        seed: 1,
        frame: Frame { x: 0.0, y: 0.0, width: 10.0 },
        points: (0..100).map(point).collect(),
        regions: (0..3).map(region).collect(),
        without_place: Vec::new(),
        quality: Quality { k: 15, kept: None },
        before: None,
    }
}

#[test]
fn a_map_names_regions_apart_and_marks_key_patents() {
    let made = small_map();
    let contours = crate::analytics::map::contours(&made, &[0.2, 0.6]);
    let landmarks = [
        Landmark { key: "CN042A".to_owned(), text: "一种装置".to_owned() },
        Landmark { key: "CN999A".to_owned(), text: "not on the map".to_owned() },
    ];
    let scenery =
        Scenery { title: "图谱", map: &made, contours: &contours, landmarks: &landmarks, chinese: false };
    let svg = map(&scenery);
    assert_sound(&svg);
    assert!(!svg.contains("found no room"));
    assert!(svg.contains("区域&lt;0&gt;") && svg.contains("★ 1  CN042A"), "{svg}");
    assert!(!svg.contains("CN999A"));
    assert_eq!(svg, map(&scenery), "the same bytes each time");
    let empty = Map { points: Vec::new(), ..made.clone() };
    let svg = map(&Scenery { map: &empty, ..scenery });
    assert_sound(&svg);
    assert!(svg.contains("图谱</text>"));
}

#[test]
fn slices_show_each_period_on_one_ground() {
    let made = small_map();
    let contours = crate::analytics::map::contours(&made, &[0.4]);
    let panel =
        |title: &str, points: Vec<usize>, incomplete| Panel { title: title.to_owned(), points, incomplete };
    let panels = [
        panel("–2015 <a>", (0..50).collect(), false),
        // Every third point is of region 0; the last is none of the map.
        panel("2016–2020", vec![0, 3, 6, 1_000], false),
        panel("2021–", vec![2], true),
    ];
    let svg = slices("切片", &made, &contours, &panels, false);
    assert_sound(&svg);
    let ground = svg.matches("fill-rule=\"evenodd\"").count();
    assert_eq!(ground, 3 * contours.len(), "the same ground in every panel");
    assert!(svg.contains("–2015 &lt;a&gt;") && svg.contains("hollow points"), "{svg}");
    assert_eq!(svg.matches("区域&lt;").count(), 3, "every region is named once");
    let points = svg.matches("r=\"1.3\"").count();
    assert_eq!(points, 50 + 3 + 1);
    assert_eq!(svg, slices("切片", &made, &contours, &panels, false), "the same bytes each time");
    assert_sound(&slices("切片", &made, &contours, &[], true));
}

#[test]
fn text_is_cut_and_wrapped_to_its_room() {
    assert_eq!(cut("采煤机", 10.0, 100.0), "采煤机");
    assert_eq!(cut("采煤机采煤机", 10.0, 45.0), "采煤机…");
    assert!(
        wrapped("a few words in a row 以及中文", 10.0, 60.0).iter().all(|line| width(line, 10.0) <= 60.0)
    );
    assert_eq!(number(-0.001), "0");
    assert_eq!(number(1.5), "1.5");
    assert_eq!(ticks(0.0).first(), Some(&0.0));
    assert!(ticks(37.0).last().is_some_and(|last| *last >= 37.0));
    assert!((height(&reason("t", "why")) - 120.0).abs() < 1e-9);
}
