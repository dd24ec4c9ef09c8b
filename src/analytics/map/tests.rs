//! Whole maps: planted groups, order, updates, and input that is hardly any.

use super::*;

/// Families of `groups` topics, `each` of them, with vectors around the topic and a term in each language.
struct Field {
    keys: Vec<String>,
    vectors: Vec<f32>,
    zh: Terms,
    en: Terms,
    equivalents: Vec<Vec<String>>,
}

const DIM: usize = 24;

fn share(x: u64) -> f32 {
    (layout::mix(x) >> 40) as f32 / (1_u64 << 24) as f32
}

impl Field {
    fn new(groups: usize, each: usize) -> Self {
        let n = groups * each;
        let mut vectors = Vec::new();
        for point in 0..n as u64 {
            let mut row: Vec<f32> = (0..DIM as u64).map(|at| 0.35 * (share(point * 64 + at) - 0.5)).collect();
            row[usize::try_from(point).unwrap() % groups] += 1.0;
            let length = row.iter().map(|x| x * x).sum::<f32>().sqrt();
            vectors.extend(row.iter().map(|x| x / length));
        }
        let group = |point: usize| u32::try_from(point % groups).unwrap();
        let terms = |stem: &str| Terms {
            names: (0..groups).map(|group| format!("{stem}{group}")).chain([format!("{stem} all")]).collect(),
            of: (0..n).map(|point| vec![group(point), u32::try_from(groups).unwrap()]).collect(),
        };
        Self {
            keys: (0..n).map(|point| format!("F{point:05}")).collect(),
            vectors,
            zh: terms("术语"),
            en: terms("term"),
            equivalents: (0..groups)
                .map(|group| vec![format!("术语{group}"), format!("term{group}")])
                .collect(),
        }
    }

    /// Makes a map of the points that `wanted` names, in that order.
    fn map(&self, wanted: &[usize], before: Option<&Map>) -> Map {
        let pick = |terms: &Terms| Terms {
            names: terms.names.clone(),
            of: wanted.iter().map(|at| terms.of[*at].clone()).collect(),
        };
        let keys: Vec<String> = wanted.iter().map(|at| self.keys[*at].clone()).collect();
        let vectors: Vec<f32> =
            wanted.iter().flat_map(|at| self.vectors[at * DIM..(at + 1) * DIM].to_vec()).collect();
        let neighbours = Neighbours::exact(&vectors, DIM, NEIGHBOURS);
        let input = Input {
            keys: &keys,
            vectors: &vectors,
            dim: DIM,
            neighbours: &neighbours,
            zh: &pick(&self.zh),
            en: &pick(&self.en),
            equivalents: &self.equivalents,
            model: "model-1",
            seed: 42,
        };
        build(&input, before).unwrap()
    }
}

fn all(n: usize) -> Vec<usize> {
    (0..n).collect()
}

#[test]
fn planted_groups_become_regions_with_their_terms() {
    let field = Field::new(6, 50);
    let map = field.map(&all(300), None);
    assert_eq!(map.points.len(), 300);
    let coarse: Vec<&Region> = map.regions.iter().filter(|region| region.level == 0).collect();
    assert_eq!(coarse.len(), 6);
    for region in coarse {
        assert_eq!(region.n, 50);
        let label = region.label.first().unwrap();
        let group = map.members(region.id).next().unwrap().key[1..].parse::<usize>().unwrap() % 6;
        assert_eq!(label.zh.as_deref(), Some(format!("术语{group}").as_str()));
        assert_eq!(label.en.as_deref(), Some(format!("term{group}").as_str()));
        let lies_within = |x: f32, left: f32| x >= left && x <= left + map.frame.width;
        assert!(lies_within(region.x, map.frame.x) && lies_within(region.y, map.frame.y));
    }
    assert!(map.quality.kept.unwrap() > 0.3, "{:?}", map.quality);
}

#[test]
fn the_order_of_the_input_changes_nothing() {
    let field = Field::new(4, 20);
    let mut shuffled = all(80);
    shuffled.sort_by_key(|at| layout::mix(*at as u64));
    assert_eq!(field.map(&all(80), None), field.map(&shuffled, None));
}

#[test]
fn a_continued_map_keeps_places_and_ids_and_finds_room_for_the_new() {
    let field = Field::new(6, 60);
    let first = field.map(&all(300), None);
    let second = field.map(&all(360), Some(&first));
    let before = second.before.unwrap();
    assert_eq!((before.n_kept, before.n_new, before.n_gone), (300, 60, 0));
    assert!(before.median_shift.unwrap() < 0.02, "{before:?}");
    let ids = |map: &Map| -> Vec<u32> {
        let mut ids: Vec<u32> = map.regions.iter().filter(|r| r.level == 0).map(|r| r.id).collect();
        ids.sort_unstable();
        ids
    };
    assert_eq!(ids(&first), ids(&second));
    // A new point lies in the region of its group.
    let region_of = |map: &Map, key: &str| map.points.iter().find(|p| p.key == key).unwrap().regions[0];
    for at in 300..360 {
        assert_eq!(region_of(&second, &field.keys[at]), region_of(&first, &field.keys[at % 6]), "{at}");
    }
    let fresh = field.map(&all(360), None);
    let kept = |map: &Map| map.quality.kept.unwrap();
    assert!(kept(&second) > kept(&fresh) - 0.02, "{} against {}", kept(&second), kept(&fresh));
}

#[test]
fn the_difference_names_exactly_what_came_and_went() {
    let field = Field::new(5, 40);
    let first = field.map(&all(180), None);
    // Group 4 goes, twenty come.
    let wanted: Vec<usize> = (0..200).filter(|at| at % 5 != 4).collect();
    let second = field.map(&wanted, Some(&first));
    let found = difference(&first, &second);
    let keys = |wanted: &dyn Fn(usize) -> bool| -> Vec<String> {
        (0..200).filter(|at| wanted(*at)).map(|at| field.keys[at].clone()).collect()
    };
    assert_eq!(found.added, keys(&|at| at >= 180 && at % 5 != 4));
    assert_eq!(found.removed, keys(&|at| at < 180 && at % 5 == 4));
    let coarse = |fate| found.regions.iter().filter(move |change| change.level == 0 && change.fate == fate);
    assert_eq!(coarse(RegionFate::Grew).count(), 4);
    let vanished: Vec<&RegionChange> = coarse(RegionFate::Vanished).collect();
    assert_eq!(vanished.len(), 1);
    assert_eq!(vanished[0].removed, found.removed);
    let grown: Vec<&String> = coarse(RegionFate::Grew).flat_map(|change| &change.added).collect();
    assert_eq!(grown.len(), found.added.len());
    let same = difference(&second, &second);
    assert!(same.added.is_empty() && same.regions.iter().all(|change| change.fate == RegionFate::Steady));
}

#[test]
fn a_retrained_model_is_told_and_starts_from_the_old_places() {
    let field = Field::new(4, 30);
    let mut first = field.map(&all(120), None);
    first.model = "model-0".to_owned();
    let second = field.map(&all(120), Some(&first));
    let before = second.before.unwrap();
    assert!(before.model_changed);
    assert!(second.points.iter().all(|point| point.x.is_finite() && point.y.is_finite()));
}

#[test]
fn a_layout_ends_where_it_is_told_to() {
    let field = Field::new(4, 20);
    let neighbours = Neighbours::exact(&field.vectors, DIM, NEIGHBOURS);
    let input = Input {
        keys: &field.keys,
        vectors: &field.vectors,
        dim: DIM,
        neighbours: &neighbours,
        zh: &field.zh,
        en: &field.en,
        equivalents: &[],
        model: "model-1",
        seed: 42,
    };
    let asked = std::sync::atomic::AtomicU32::new(0);
    let watch = |done: u32, total: u32| {
        assert!(done < total);
        asked.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        done < 5
    };
    assert_eq!(build_watched(&input, None, &watch), Err(Error::Cancelled));
    assert_eq!(asked.into_inner(), 6, "and nothing is asked after that");
    assert_eq!(build_watched(&input, None, &|_, _| true), build(&input, None));
}

#[test]
fn hardly_any_points_give_a_map_all_the_same() {
    let field = Field::new(2, 2);
    for n in 0..4 {
        let map = field.map(&all(n), None);
        assert_eq!(map.points.len(), n);
        assert_eq!(map.regions.iter().filter(|region| region.level == 0).count(), usize::from(n > 0));
        assert!(map.frame.width > 0.0 && map.frame.width.is_finite());
        assert!(map.points.iter().all(|point| point.x.is_finite() && point.y.is_finite()));
        assert_eq!(field.map(&all(n), Some(&map)).points, map.points, "continued without news");
        assert_eq!(contours(&map, &[0.2, 0.5]).is_empty(), n == 0);
    }
}

#[test]
fn points_without_a_vector_have_no_place_and_are_named() {
    let mut field = Field::new(3, 10);
    field.vectors[0..DIM].fill(0.0);
    field.vectors[DIM] = f32::NAN;
    let map = field.map(&all(30), None);
    assert_eq!(map.without_place, ["F00000", "F00001"]);
    assert_eq!(map.points.len(), 28);
    assert!(map.points.iter().all(|point| point.x.is_finite() && point.y.is_finite()));
    let mut nothing = Field::new(1, 3);
    nothing.vectors.fill(0.0);
    let map = nothing.map(&all(3), None);
    assert_eq!((map.points.len(), map.regions.len(), map.without_place.len()), (0, 0, 3));
}

#[test]
fn equal_vectors_lie_apart() {
    let mut field = Field::new(1, 20);
    let first: Vec<f32> = field.vectors[..DIM].to_vec();
    field.vectors.chunks_exact_mut(DIM).for_each(|row| row.copy_from_slice(&first));
    let map = field.map(&all(20), None);
    let distinct: std::collections::BTreeSet<(u32, u32)> =
        map.points.iter().map(|point| (point.x.to_bits(), point.y.to_bits())).collect();
    assert_eq!(distinct.len(), 20);
}

#[test]
fn a_text_lies_among_its_nearest() {
    let field = Field::new(4, 40);
    let map = field.map(&all(160), None);
    let near: Vec<(String, f32)> =
        (0..10).map(|i| (field.keys[i * 4].clone(), 0.9 - i as f32 * 0.01)).collect();
    let found = map.project(&near).unwrap();
    let home = map.points.iter().find(|point| point.key == field.keys[0]).unwrap();
    assert_eq!(found.regions[0], home.regions[0]);
    assert_eq!(map.project(&[("unknown".to_owned(), 1.0)]), None);
    assert_eq!(map.project(&[]), None);
}

#[test]
fn input_that_does_not_fit_is_refused() {
    let none = Terms::default();
    let neighbours = Neighbours::exact(&[1.0, 0.0, 0.0, 1.0], 2, 1);
    let keys = ["a".to_owned(), "a".to_owned()];
    let input = Input {
        keys: &keys,
        vectors: &[1.0, 0.0, 0.0, 1.0],
        dim: 2,
        neighbours: &neighbours,
        zh: &none,
        en: &none,
        equivalents: &[],
        model: "m",
        seed: 1,
    };
    assert_eq!(build(&input, None), Err(Error::Twice { key: "a".to_owned() }));
    assert!(matches!(build(&Input { dim: 3, ..input }, None), Err(Error::Shape { .. })));
}

#[test]
fn any_beginning_of_the_points_is_a_fair_sample() {
    let field = Field::new(4, 100);
    let map = field.map(&all(400), None);
    let overlay = Overlay {
        name: "group".to_owned(),
        values: (0..4).map(|group| group.to_string()).collect(),
        titles: Vec::new(),
        of: map.points.iter().map(|p| Some(p.key[1..].parse::<u16>().unwrap() % 4)).collect(),
    };
    let bytes = encode(&map, &[overlay]);
    assert_eq!(&bytes[..8], b"PNMAP\0\0\x01");
    assert_eq!(bytes.len(), 32 + 400 * (4 + 2 + 2 + 2));
    let group = |at: usize| u16::from_le_bytes([bytes[32 + 400 * 8 + 2 * at], bytes[33 + 400 * 8 + 2 * at]]);
    let mut counts = [0; 4];
    (0..100).for_each(|at| counts[usize::from(group(at))] += 1);
    assert!(counts.iter().all(|n| (10..=45).contains(n)), "{counts:?}");
    let x = u16::from_le_bytes([bytes[32 + 1600], bytes[33 + 1600]]);
    let first = u32::from_le_bytes([bytes[32], bytes[33], bytes[34], bytes[35]]);
    let expected = (map.points[first as usize].x - map.frame.x) / map.frame.width;
    assert!((f32::from(x) / 65_535.0 - expected).abs() < 1e-4);
}
