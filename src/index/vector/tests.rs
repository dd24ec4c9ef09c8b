//! Vector spaces as a whole: the searches against a naive oracle, and what happens to damaged files.

use std::ops::Range;
use std::path::Path;
use std::path::PathBuf;

use rand::Rng;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use roaring::RoaringBitmap;
use tempfile::TempDir;

use super::flat::Searcher;
use super::*;
use crate::error::Classify;
use crate::error::ErrorKind;

const DIM: usize = 48;

/// Options that let small spaces use the graph.
const EAGER: Options = Options { graph_from: 100, max_exact_filter: 200, ef: 32 };

type Row = (u32, u32, Vec<f32>);

/// Rows around seeded centres, ids from `ids`; every fifth row is unclustered noise.
fn clustered(seed: u64, ids: Range<u32>) -> Vec<Row> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    // The centres do not depend on the seed, so that rows, deltas and queries share them.
    let mut fixed = ChaCha8Rng::seed_from_u64(1);
    let centres: Vec<Vec<f32>> = (0..40).map(|_| noise(&mut fixed, 1.0)).collect();
    ids.map(|id| {
        let mut vector = noise(&mut random, 0.6);
        if !id.is_multiple_of(5) {
            let centre = &centres[random.random_range(0..centres.len())];
            vector.iter_mut().zip(centre).for_each(|(x, c)| *x += c);
        }
        (id, 0, vector)
    })
    .collect()
}

fn noise(random: &mut ChaCha8Rng, size: f32) -> Vec<f32> {
    (0..DIM).map(|_| random.random_range(-size..size)).collect()
}

fn queries(n: u32) -> Vec<Vec<f32>> {
    clustered(99, 0..n).into_iter().map(|(_, _, vector)| vector).collect()
}

struct Fixture {
    dir: TempDir,
    files: SpaceFiles,
    rows: Vec<Row>,
}

impl Fixture {
    fn new(dim: usize) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().to_path_buf();
        let files = SpaceFiles { dir: path, dim, base: None, graph: None, deltas: Vec::new() };
        Self { dir, files, rows: Vec::new() }
    }

    fn write(&mut self, name: &str, rows: Vec<Row>) -> VectorFile {
        let path = self.path(name);
        write_vectors(&path, self.files.dim, rows.iter().map(|(id, tag, row)| (*id, *tag, row))).unwrap();
        self.rows.extend(rows);
        VectorFile::open(&path).unwrap()
    }

    fn base(mut self, rows: Vec<Row>) -> Self {
        self.write("base-1.vec", rows);
        self.files.base = Some("base-1.vec".into());
        self
    }

    fn graph(mut self) -> Self {
        let vectors = VectorFile::open(&self.path("base-1.vec")).unwrap();
        build(&vectors, &self.path("base-1.graph")).unwrap();
        self.files.graph = Some("base-1.graph".into());
        self
    }

    fn delta(mut self, name: &str, rows: Vec<Row>) -> Self {
        self.write(name, rows);
        self.files.deltas.push(name.into());
        self
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn open(&self, dead: &RoaringBitmap, options: Options) -> Space {
        Space::open(&self.files, dead, options).unwrap()
    }

    /// The rows that are alive, for the oracle.
    fn oracle(&self, dead: &RoaringBitmap) -> Searcher {
        Searcher::new(self.rows.iter().filter(|row| !dead.contains(row.0)).cloned())
    }
}

fn build(vectors: &VectorFile, path: &Path) -> Result<(), Error> {
    build_graph(vectors, path, &GraphParams::MEASURED, &mut |_, _| {}, &|| false)
}

/// Share of the oracle's answers that were found, over all queries.
fn recall(space: &Space, oracle: &Searcher, k: usize, filter: Filter<'_>, path: SearchPath) -> f64 {
    let (mut n_found, mut n_expected) = (0, 0);
    for query in queries(60) {
        let expected = oracle.nearest(&query, k, filter);
        let found = space.nearest(&query, k, filter).unwrap();
        assert_eq!(found.path, path);
        assert!(found.neighbours.is_sorted_by(|a, b| a.rank(b).is_lt()), "answers are in rank order");
        n_expected += expected.len();
        n_found += expected
            .iter()
            .filter(|a| found.neighbours.iter().any(|b| (a.id, a.tag) == (b.id, b.tag)))
            .count();
    }
    n_found as f64 / n_expected as f64
}

fn ids(range: impl Iterator<Item = u32>) -> RoaringBitmap {
    range.collect()
}

#[test]
fn the_graph_finds_what_a_scan_finds() {
    let fixture = Fixture::new(DIM).base(clustered(2, 0..3000)).graph();
    let space = fixture.open(&RoaringBitmap::new(), EAGER);
    space.verify().unwrap();
    let share = recall(&space, &fixture.oracle(&RoaringBitmap::new()), 10, Filter::All, SearchPath::Graph);
    assert!(share >= 0.95, "recall {share}");
}

#[test]
fn the_exact_search_equals_the_oracle() {
    let fixture = Fixture::new(DIM).base(clustered(3, 0..2000));
    let oracle = fixture.oracle(&RoaringBitmap::new());
    let space = fixture.open(&RoaringBitmap::new(), Options::MEASURED);
    let filters = [ids(0..2000), ids((0..2000).step_by(2)), ids((7..2000).step_by(300)), ids(5000..6000)];
    for query in queries(20) {
        for k in [1, 10, 100] {
            let exact = space.nearest(&query, k, Filter::All).unwrap();
            assert_eq!(exact.neighbours, oracle.nearest(&query, k, Filter::All));
            for filter in &filters {
                let filter = Filter::Ids(filter);
                assert_eq!(
                    space.nearest(&query, k, filter).unwrap().neighbours,
                    oracle.nearest(&query, k, filter)
                );
            }
        }
    }
}

#[test]
fn large_filters_walk_the_graph_and_keep_recall() {
    let fixture = Fixture::new(DIM).base(clustered(4, 0..3000)).graph();
    let oracle = fixture.oracle(&RoaringBitmap::new());
    let space = fixture.open(&RoaringBitmap::new(), EAGER);
    for step in [1, 2, 5, 10] {
        let filter = ids((0..3000).step_by(step));
        let share = recall(&space, &oracle, 10, Filter::Ids(&filter), SearchPath::FilteredGraph);
        assert!(share >= 0.95, "every {step}th passes: recall {share}");
    }
}

#[test]
fn removed_documents_are_never_returned_and_added_ones_are() {
    let fixture = Fixture::new(DIM)
        .base(clustered(5, 0..3000))
        .graph()
        .delta("delta-2.vec", clustered(6, 3000..3100))
        .delta("delta-3.vec", clustered(7, 3100..3150));
    let dead = ids((0..3150).step_by(9));
    let (space, oracle) = (fixture.open(&dead, EAGER), fixture.oracle(&dead));
    assert_eq!(space.len(), 3150 - 350);
    let share = recall(&space, &oracle, 10, Filter::All, SearchPath::Graph);
    assert!(share >= 0.95, "recall {share}");
    let everything = ids(0..3150);
    for query in queries(20) {
        for filter in [Filter::All, Filter::Ids(&everything)] {
            let found = space.nearest(&query, 10, filter).unwrap();
            assert!(found.neighbours.iter().all(|near| !dead.contains(near.id)));
        }
        let exact = space.nearest_exact(&query, 10, Filter::All).unwrap();
        assert_eq!(exact.neighbours, oracle.nearest(&query, 10, Filter::All));
    }
    let (_, _, added) = &fixture.rows[3130];
    assert_eq!(space.nearest(added, 1, Filter::All).unwrap().neighbours[0].id, 3130);
}

/// With the options of the product and as many rows as they ask for; few dimensions, so that it is soon built.
#[test]
fn a_graph_above_the_threshold_stays_in_use_as_deltas_come() {
    const FEW: usize = 8;
    let n_rows = u32::try_from(Options::MEASURED.graph_from).unwrap() + 100;
    let mut random = ChaCha8Rng::seed_from_u64(12);
    let mut rows = |ids: Range<u32>| -> Vec<Row> {
        ids.map(|id| (id, 0, (0..FEW).map(|_| random.random_range(-1.0..1.0)).collect())).collect()
    };
    let mut fixture = Fixture::new(FEW).base(rows(0..n_rows));
    let vectors = VectorFile::open(&fixture.path("base-1.vec")).unwrap();
    let params = GraphParams { m: 8, ef_construction: 40, ..GraphParams::MEASURED };
    build_graph(&vectors, &fixture.path("base-1.graph"), &params, &mut |_, _| {}, &|| false).unwrap();
    fixture.files.graph = Some("base-1.graph".into());
    fixture = fixture.delta("delta-2.vec", rows(n_rows..n_rows + 300));
    fixture = fixture.delta("delta-3.vec", rows(n_rows + 300..n_rows + 600));
    let dead = ids((0..n_rows).step_by(50));
    let space = fixture.open(&dead, Options::MEASURED);
    assert!(!space.needs_rebuild());
    let (mut n_found, mut n_expected) = (0, 0);
    for (id, _, row) in fixture.rows.iter().skip(7).step_by(701) {
        let found = space.nearest(row, 10, Filter::All).unwrap();
        assert_eq!(found.path, SearchPath::Graph);
        assert!(*id < n_rows || found.neighbours[0].id == *id, "row {id} of a delta is compared exactly");
        let exact = space.nearest_exact(row, 10, Filter::All).unwrap().neighbours;
        n_found += exact.iter().filter(|a| found.neighbours.iter().any(|b| a.id == b.id)).count();
        n_expected += exact.len();
    }
    assert!(n_found as f64 >= 0.9 * n_expected as f64, "{n_found} of {n_expected}");
}

#[test]
fn a_space_asks_for_a_rebuild_above_a_fifth() {
    let base = |n| Fixture::new(DIM).base(clustered(8, 0..n));
    let none = RoaringBitmap::new();
    let check = |fixture: Fixture, dead: &RoaringBitmap| fixture.open(dead, EAGER).needs_rebuild();
    assert!(!check(base(100), &none));
    assert!(!check(base(100), &ids(0..20)));
    assert!(check(base(100), &ids(0..21)));
    assert!(!check(base(80).delta("d", clustered(9, 80..100)), &none));
    assert!(check(base(79).delta("d", clustered(9, 79..100)), &none));
    assert!(check(Fixture::new(DIM).delta("d", clustered(9, 0..10)), &none));
    assert!(!check(Fixture::new(DIM), &none));
}

#[test]
fn parts_of_a_document_keep_their_tags() {
    let rows = clustered(10, 0..300).into_iter().map(|(id, _, row)| (id / 3, id % 3 * 7 + 1, row)).collect();
    let fixture = Fixture::new(DIM).base(rows);
    let space = fixture.open(&RoaringBitmap::new(), EAGER);
    assert_eq!(space.slots_of(50), [(150, 1), (151, 8), (152, 15)]);
    assert_eq!(space.slots_of(100), []);
    let unit = space.vector_of(151).unwrap();
    let nearest = space.nearest(unit, 1, Filter::Ids(&ids(50..51))).unwrap().neighbours[0];
    assert_eq!((nearest.id, nearest.tag), (50, 8));
    assert!((unit.iter().map(|x| x * x).sum::<f32>() - 1.0).abs() < 1e-5);
    assert_eq!(space.vector_of(300), None);
    let oracle = fixture.oracle(&RoaringBitmap::new());
    for step in [1, 2, 5, 30] {
        let documents = ids((0..100).step_by(step));
        let filter = Filter::Ids(&documents);
        let found = space.nearest_exact(&queries(1)[0], 20, filter).unwrap().neighbours;
        assert_eq!(found, oracle.nearest(&queries(1)[0], 20, filter), "every {step}th document");
    }
}

#[test]
fn vectors_without_direction_come_last() {
    let mut rows = clustered(11, 0..50);
    rows[3].2.fill(0.0);
    rows[4].2[7] = f32::NAN;
    rows[5].2[7] = f32::INFINITY;
    let fixture = Fixture::new(DIM).base(rows).graph();
    let space = fixture.open(&RoaringBitmap::new(), EAGER);
    let query = &queries(1)[0];
    let all = space.nearest(query, 50, Filter::All).unwrap().neighbours;
    assert_eq!(all.iter().map(|near| near.id).skip(47).collect::<Vec<_>>(), [3, 4, 5]);
    assert!(all[46].score > -1.0 && all[47].score == -1.0);
    assert_eq!(space.vector_of(4).unwrap(), [0.0; DIM]);
    for nowhere in [vec![0.0; DIM], vec![f32::NAN; DIM]] {
        assert_eq!(space.nearest(&nowhere, 5, Filter::All).unwrap().neighbours, []);
    }
}

#[test]
fn equal_vectors_tie_by_id_and_stay_reachable() {
    let mut rows = clustered(12, 0..3000);
    let twin = rows[500].2.clone();
    rows[600..700].iter_mut().for_each(|row| row.2.clone_from(&twin));
    let fixture = Fixture::new(DIM).base(rows).graph();
    let space = fixture.open(&RoaringBitmap::new(), EAGER);
    let exact = space.nearest_exact(&twin, 5, Filter::All).unwrap().neighbours;
    assert_eq!(exact.iter().map(|near| near.id).collect::<Vec<_>>(), [500, 600, 601, 602, 603]);
    let walked = space.nearest(&twin, 5, Filter::All).unwrap();
    assert_eq!(walked.path, SearchPath::Graph);
    assert_eq!(walked.neighbours[4].score, exact[4].score);
}

#[test]
fn asking_for_more_than_there_is_returns_all() {
    let fixture = Fixture::new(DIM).base(clustered(13, 0..150)).graph();
    let space = fixture.open(&ids(0..10), EAGER);
    let query = &queries(1)[0];
    assert_eq!(space.nearest(query, 1000, Filter::All).unwrap().neighbours.len(), 140);
    assert_eq!(space.nearest(query, usize::MAX, Filter::All).unwrap().neighbours.len(), 140);
    assert_eq!(space.nearest(query, 1000, Filter::Ids(&ids(5..15))).unwrap().neighbours.len(), 5);
    assert_eq!(space.nearest(query, 0, Filter::All).unwrap().neighbours, []);
}

#[test]
fn walks_keep_more_in_a_larger_base() {
    let n_kept = [0, 100_000, 400_000, 1_000_000].map(|n_rows| Options::MEASURED.ef_for(n_rows));
    assert_eq!(n_kept, [128, 128, 256, 404]);
}

#[test]
fn an_empty_space_answers_with_nothing() {
    let query = &queries(1)[0];
    for fixture in [Fixture::new(DIM), Fixture::new(DIM).base(Vec::new()).graph()] {
        let space = fixture.open(&ids(0..3), EAGER);
        assert!(space.is_empty());
        assert_eq!(space.nearest(query, 10, Filter::All).unwrap().neighbours, []);
        assert_eq!(space.nearest(query, 10, Filter::Ids(&ids(0..9))).unwrap().neighbours, []);
        space.verify().unwrap();
    }
}

#[test]
fn another_number_of_dimensions_is_the_callers_fault() {
    let fixture = Fixture::new(DIM).base(clustered(14, 0..5));
    let space = fixture.open(&RoaringBitmap::new(), EAGER);
    let error = space.nearest(&[1.0; 3], 1, Filter::All).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(
        error.to_string(),
        "the vector has `3` dimensions, the space has `48`; embed it with the model of the index"
    );
    let files = SpaceFiles { dim: DIM + 1, ..fixture.files.clone() };
    assert!(matches!(Space::open(&files, &RoaringBitmap::new(), EAGER), Err(Error::Dimension { .. })));
}

#[test]
fn a_refused_write_leaves_nothing_behind() {
    let fixture = Fixture::new(2);
    let path = fixture.path("base-1.vec");
    let write = |dim, rows: &[(u32, u32, Vec<f32>)]| {
        write_vectors(&path, dim, rows.iter().map(|(id, tag, row)| (*id, *tag, row)))
    };
    let row = vec![1.0, 0.0];
    assert!(matches!(write(2, &[(1, 0, row.clone()), (1, 0, row.clone())]), Err(Error::Order { .. })));
    assert!(matches!(write(2, &[(2, 0, row.clone()), (1, 0, row.clone())]), Err(Error::Order { .. })));
    assert!(matches!(write(2, &[(1, 0, vec![1.0])]), Err(Error::Dimension { .. })));
    assert!(matches!(write(0, &[]), Err(Error::Parameter { .. })));
    assert!(matches!(write(MAX_DIM + 1, &[]), Err(Error::Parameter { .. })));
    assert_eq!(std::fs::read_dir(fixture.dir.path()).unwrap().count(), 0);
}

#[test]
fn the_same_rows_give_the_same_files() {
    let bytes = || {
        let fixture = Fixture::new(DIM).base(clustered(15, 0..500)).graph();
        ["base-1.vec", "base-1.graph"].map(|name| std::fs::read(fixture.path(name)).unwrap())
    };
    assert!(bytes() == bytes());
}

#[test]
fn a_build_checks_its_parameters_and_can_be_cancelled() {
    let mut fixture = Fixture::new(DIM);
    let vectors = fixture.write("base-1.vec", clustered(16, 0..50));
    let path = fixture.path("base-1.graph");
    let build = |m, ef_construction, cancelled: bool| {
        let params = GraphParams { m, ef_construction, seed: 1 };
        build_graph(&vectors, &path, &params, &mut |_, _| {}, &|| cancelled)
    };
    assert!(matches!(build(257, 100, false), Err(Error::Parameter { name: "m", .. })));
    assert!(matches!(build(0, 100, false), Err(Error::Parameter { name: "m", .. })));
    assert!(matches!(build(16, 0, false), Err(Error::Parameter { name: "ef_construction", .. })));
    assert!(matches!(build(16, 100, true), Err(Error::Cancelled)));
    assert!(!path.exists());
    let mut seen = Vec::new();
    build_graph(&vectors, &path, &GraphParams::MEASURED, &mut |done, all| seen.push((done, all)), &|| false)
        .unwrap();
    assert_eq!(seen, [(0, 100), (50, 100), (100, 100)]);
}

#[test]
fn damaged_files_are_refused_with_a_remedy() {
    let fixture = Fixture::new(DIM).base(clustered(17, 0..200)).graph();
    let none = RoaringBitmap::new();
    for name in ["base-1.vec", "base-1.graph"] {
        let path = fixture.path(name);
        let whole = std::fs::read(&path).unwrap();
        let open_with = |bytes: &[u8]| {
            // Replaced, not changed in place: a mapped file must not change.
            std::fs::remove_file(&path).unwrap();
            std::fs::write(&path, bytes).unwrap();
            Space::open(&fixture.files, &none, EAGER)
        };
        for cut in [0, 1, 100, 191, 192, 1000, whole.len() - 64, whole.len() - 1] {
            let error = open_with(&whole[..cut]).unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::Corrupt), "{name} cut at {cut}: {error}");
            assert!(error.to_string().contains(name), "{error}");
        }
        for flip in [0, 13, 17, 60, 90, 120, 150] {
            let mut bytes = whole.clone();
            bytes[flip] ^= 1;
            assert_eq!(open_with(&bytes).unwrap_err().kind(), ErrorKind::Corrupt, "{name} flipped at {flip}");
        }
        let mut newer = whole.clone();
        newer[8] += 1;
        let error = open_with(&newer).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Incompatible);
        assert!(
            error.to_string().ends_with("has format version `2`, this program reads `1`; rebuild the index")
        );
        // Damage in the body: opening does not read it, `verify` finds it, and a search survives it.
        for at in (192..whole.len()).step_by(997) {
            let mut bytes = whole.clone();
            bytes[at..].iter_mut().take(4).for_each(|byte| *byte = 0xff);
            let space = open_with(&bytes).unwrap();
            space.nearest(&queries(1)[0], 10, Filter::All).unwrap();
            space.nearest(&queries(1)[0], 3, Filter::Ids(&ids(0..150))).unwrap();
            assert_eq!(space.verify().unwrap_err().kind(), ErrorKind::Corrupt, "{name} damaged at {at}");
        }
        open_with(&whole).unwrap().verify().unwrap();
    }
    std::fs::remove_file(fixture.path("base-1.vec")).unwrap();
    let error = Space::open(&fixture.files, &none, EAGER).unwrap_err();
    assert!(matches!(error, Error::Io { .. }), "{error}");
}

#[test]
fn a_graph_of_other_vectors_is_refused() {
    let fixture = Fixture::new(DIM).base(clustered(18, 0..50)).graph();
    let rows = clustered(19, 0..50);
    write_vectors(&fixture.path("base-1.vec"), DIM, rows.iter().map(|(id, tag, row)| (*id, *tag, row)))
        .unwrap();
    let error = Space::open(&fixture.files, &RoaringBitmap::new(), EAGER).unwrap_err();
    assert!(error.to_string().contains("built from other vectors"), "{error}");
}
