//! How good and how dear is a nearest-neighbour search, with and without the graph, with and without a filter?
//!
//! Corpus: seeded vectors that look like latent semantic analysis of text: mixtures of a few hundred topics with
//! Zipf weights over a decaying spectrum, every tenth vector a near-copy of another one. Queries come from the
//! same model and are not in the corpus. `--vectors FILE` reads raw little-endian floats instead, and keeps the last
//! `--queries` rows as queries.
//! Inside the timed part: one call of `Space::nearest` per query, on one thread, files in the page cache.
//! Outside: generating, writing, opening, the oracle. Times are CPU, not wall clock, so a busy machine only adds noise.
//!
//! ```text
//! cargo bench --bench vector_search -- [--n 100000] [--dim 256] [--queries 1000] [--m 16] [--efc 100]
//!                                     [--seed 1] [--dir DIR] [--vectors FILE] [--build-only | --reuse]
//! python benches/peers/hnswlib_bench.py DIR      # the same vectors, queries and truth in hnswlib
//! ```
//! `--reuse` searches the graph that the run before left in the folder.
//! Read recall and CPU together: a row is better only if no other row has more recall for less CPU.
#![expect(clippy::print_stdout, reason = "a bench reports on standard output")]

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

use patnav::index::vector::Filter;
use patnav::index::vector::GraphParams;
use patnav::index::vector::Options;
use patnav::index::vector::Space;
use patnav::index::vector::SpaceFiles;
use patnav::index::vector::VectorFile;
use patnav::index::vector::build_graph;
use patnav::index::vector::write_vectors;
use rand::Rng;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use roaring::RoaringBitmap;

type Outcome<T> = Result<T, Box<dyn Error>>;

const K: usize = 10;
const EFS: [usize; 8] = [16, 24, 32, 48, 64, 96, 128, 256];
/// Never reached, so that a space scans.
const NEVER: usize = usize::MAX;

fn main() -> Outcome<()> {
    let args = Args::parse()?;
    fs::create_dir_all(&args.dir)?;
    let (vectors, queries) = args.corpus()?;
    let n = vectors.len() / args.dim;
    println!("{n} x {} vectors, {} queries, k = {K}, seed {}", args.dim, queries.len() / args.dim, args.seed);
    println!("params {:?}", args.params);

    let base = args.dir.join("base-1.vec");
    let rows = vectors.chunks_exact(args.dim).zip(0u32..).map(|(row, id)| (id, 0, row));
    let (written, write_cpu) = cpu(|| write_vectors(&base, args.dim, rows));
    written?;
    println!("write    {write_cpu:8.2} CPU s   {:.1} MB", fs::metadata(&base)?.len() as f64 / 1e6);
    export(&args.dir, args.dim, &vectors, &queries)?;
    drop(vectors);

    let graph = args.dir.join("base-1.graph");
    let (built, build_cpu) = cpu(|| {
        let file = VectorFile::open(&base)?;
        if args.reuse {
            return Ok(());
        }
        build_graph(&file, &graph, &args.params, &mut |_, _| {}, &|| false)
    });
    built?;
    let graph_mb = fs::metadata(&graph)?.len() as f64 / 1e6;
    println!("build    {build_cpu:8.2} CPU s   {graph_mb:.1} MB   peak memory {} MB", peak_memory_mb()?);
    if args.build_only {
        return Ok(());
    }
    let open = |options| args.open(options);
    let scan = open(Options { graph_from: NEVER, ..Options::MEASURED })?;
    let truth = answers(&scan, &queries, args.dim, Filter::All)?;
    export_truth(&args.dir, &truth)?;

    println!("\n| search | recall@10 | CPU us per query |\n|---|---|---|");
    let all = measure(&scan, &queries, args.dim, Filter::All, &truth)?;
    println!("| exact scan | {:.4} | {:.1} |", all.recall, all.cpu_us);
    for ef in EFS {
        let options = Options { ef, graph_from: 0, ..Options::MEASURED };
        let (space, ef) = (open(options)?, options.ef_for(n));
        let found = measure(&space, &queries, args.dim, Filter::All, &truth)?;
        println!("| graph, ef {ef} | {:.4} | {:.1} |", found.recall, found.cpu_us);
    }

    println!(
        "\n| filter passes | rows | default: recall@10 | CPU us | walk forced: recall@10 | CPU us | full exact scan CPU us |"
    );
    println!("|---|---|---|---|---|---|---|");
    let default = open(Options::MEASURED)?;
    let forced = open(Options { graph_from: 0, max_exact_filter: 0, ..Options::MEASURED })?;
    let mut random = ChaCha8Rng::seed_from_u64(args.seed + 7);
    for (label, share) in [
        ("9/10", 0.9),
        ("1/2", 0.5),
        ("1/3", 0.333),
        ("1/5", 0.2),
        ("1/10", 0.1),
        ("1/100", 0.01),
        ("1/1000", 0.001),
    ] {
        let ids: RoaringBitmap = (0u32..).take(n).filter(|_| random.random_bool(share)).collect();
        let filter = Filter::Ids(&ids);
        let truth = answers(&scan, &queries, args.dim, filter)?;
        let found = measure(&default, &queries, args.dim, filter, &truth)?;
        let walked = measure(&forced, &queries, args.dim, filter, &truth)?;
        println!(
            "| {label} | {} | {:.4} | {:.1} | {:.4} | {:.1} | {:.1} |",
            ids.len(),
            found.recall,
            found.cpu_us,
            walked.recall,
            walked.cpu_us,
            all.cpu_us
        );
    }
    println!("\npeak memory {} MB", peak_memory_mb()?);
    Ok(())
}

/// What was typed.
struct Args {
    n: usize,
    dim: usize,
    n_queries: usize,
    seed: u64,
    params: GraphParams,
    dir: PathBuf,
    vectors: Option<PathBuf>,
    build_only: bool,
    reuse: bool,
}

impl Args {
    fn parse() -> Outcome<Self> {
        let mut given = BTreeMap::new();
        let (mut build_only, mut reuse) = (false, false);
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            match word.as_str() {
                // Cargo adds this one.
                "--bench" => {}
                "--build-only" => build_only = true,
                "--reuse" => reuse = true,
                name if name.starts_with("--") => {
                    let value = words.next().ok_or_else(|| format!("`{name}` needs a value"))?;
                    given.insert(name.to_owned(), value);
                }
                other => return Err(format!("`{other}` is not an option; see the head of this file").into()),
            }
        }
        let mut number =
            |name: &str, default: usize| given.remove(name).map_or(Ok(default), |text| text.parse());
        let measured = GraphParams::MEASURED;
        let args = Self {
            n: number("--n", 100_000)?,
            dim: number("--dim", 256)?,
            n_queries: number("--queries", 1000)?,
            seed: number("--seed", 1)? as u64,
            params: GraphParams {
                m: number("--m", measured.m)?,
                ef_construction: number("--efc", measured.ef_construction)?,
                seed: measured.seed,
            },
            build_only,
            reuse,
            vectors: given.remove("--vectors").map(PathBuf::from),
            dir: given
                .remove("--dir")
                .map_or_else(|| std::env::temp_dir().join("patnav-vector-bench"), PathBuf::from),
        };
        match given.keys().next() {
            Some(name) => Err(format!("`{name}` is not an option; see the head of this file").into()),
            None => Ok(args),
        }
    }

    /// Returns corpus and queries, row after row.
    fn corpus(&self) -> Outcome<(Vec<f32>, Vec<f32>)> {
        let mut vectors = match &self.vectors {
            Some(path) => {
                let bytes = fs::read(path)?;
                bytes.as_chunks::<4>().0.iter().map(|number| f32::from_le_bytes(*number)).collect()
            }
            None => Topics::new(self.dim, self.seed).vectors(self.n + self.n_queries),
        };
        let n_queries = self.n_queries.min(vectors.len() / self.dim / 2);
        let n = vectors.len() / self.dim - n_queries;
        vectors.truncate((n + n_queries) * self.dim);
        let queries = vectors.split_off(n * self.dim);
        Ok((vectors, queries))
    }

    fn open(&self, options: Options) -> Outcome<Space> {
        let files = SpaceFiles {
            dir: self.dir.clone(),
            dim: self.dim,
            base: Some("base-1.vec".to_owned()),
            graph: Some("base-1.graph".to_owned()),
            deltas: Vec::new(),
        };
        Ok(Space::open(&files, &RoaringBitmap::new(), options)?)
    }
}

/// The model that vectors are drawn from.
struct Topics {
    random: ChaCha8Rng,
    spectrum: Vec<f32>,
    topics: Vec<Vec<f32>>,
}

impl Topics {
    const N_TOPICS: usize = 600;

    fn new(dim: usize, seed: u64) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let spectrum: Vec<f32> = (1u16..).take(dim).map(|rank| f32::from(rank).powf(-0.5)).collect();
        let topics = (0..Self::N_TOPICS).map(|_| gaussian(&mut random, &spectrum)).collect();
        Self { random, spectrum, topics }
    }

    fn vectors(mut self, n: usize) -> Vec<f32> {
        let dim = self.spectrum.len();
        let mut vectors: Vec<f32> = Vec::with_capacity(n * dim);
        for index in 0..n {
            let copied =
                (index > 0 && self.random.random_bool(0.1)).then(|| self.random.random_range(0..index));
            let mut vector = gaussian(&mut self.random, &self.spectrum);
            let noise = if copied.is_some() { 0.1 } else { 0.45 };
            vector.iter_mut().for_each(|x| *x *= noise);
            if let Some(copied) = copied {
                add(&mut vector, &vectors[copied * dim..(copied + 1) * dim], 1.0);
            } else {
                for _ in 0..self.random.random_range(1..=4) {
                    // A power of a uniform number favours the first topics as Zipf's law does.
                    let share = self.random.random::<f32>().powi(2);
                    #[expect(clippy::cast_possible_truncation, reason = "a number below that of the topics")]
                    let rank = (share * Self::N_TOPICS as f32) as usize;
                    let weight = self.random.random_range(0.3..1.0);
                    add(&mut vector, &self.topics[rank], weight);
                }
            }
            let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
            vectors.extend(vector.iter().map(|x| x / length));
        }
        vectors
    }
}

fn add(to: &mut [f32], from: &[f32], weight: f32) {
    to.iter_mut().zip(from).for_each(|(to, from)| *to += from * weight);
}

/// Draws normal numbers with the given standard deviations (Box and Muller, 1958).
fn gaussian(random: &mut ChaCha8Rng, deviations: &[f32]) -> Vec<f32> {
    let draw = |deviation: &f32| {
        let (radius, angle): (f32, f32) = (1.0 - random.random::<f32>(), random.random());
        deviation * (-2.0 * radius.ln()).sqrt() * (std::f32::consts::TAU * angle).cos()
    };
    deviations.iter().map(draw).collect()
}

struct Measured {
    recall: f64,
    cpu_us: f64,
}

fn answers(space: &Space, queries: &[f32], dim: usize, filter: Filter<'_>) -> Outcome<Vec<Vec<u32>>> {
    let mut answers = Vec::new();
    for query in queries.chunks_exact(dim) {
        let near = space.nearest_exact(query, K, filter)?.neighbours;
        answers.push(near.iter().map(|near| near.id).collect());
    }
    Ok(answers)
}

/// Runs all queries until at least half a second has passed, after one pass that warms the caches.
fn measure(
    space: &Space,
    queries: &[f32],
    dim: usize,
    filter: Filter<'_>,
    truth: &[Vec<u32>],
) -> Outcome<Measured> {
    let (mut n_found, mut n_expected) = (0, 0);
    for (query, truth) in queries.chunks_exact(dim).zip(truth) {
        let near = space.nearest(query, K, filter)?.neighbours;
        n_expected += truth.len();
        n_found += truth.iter().filter(|&&id| near.iter().any(|near| near.id == id)).count();
    }
    let (mut passes, mut seconds) = (0u32, 0.0);
    while seconds < 0.5 {
        let (ran, cpu_s) = cpu(|| -> Outcome<()> {
            for query in queries.chunks_exact(dim) {
                std::hint::black_box(space.nearest(query, K, filter)?);
            }
            Ok(())
        });
        ran?;
        seconds += cpu_s;
        passes += 1;
    }
    let n_runs = f64::from(passes) * truth.len() as f64;
    Ok(Measured { recall: n_found as f64 / n_expected.max(1) as f64, cpu_us: seconds * 1e6 / n_runs })
}

/// Runs and returns CPU seconds of the whole process, user and system.
fn cpu<T>(run: impl FnOnce() -> T) -> (T, f64) {
    let before = cpu_seconds();
    let result = run();
    (result, cpu_seconds() - before)
}

/// Linux counts CPU time of a process in hundredths of a second.
fn cpu_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").expect("benches run on Linux");
    let after_name = stat.rsplit(')').next().expect("the name is in parentheses");
    let ticks = |field: usize| -> f64 {
        after_name
            .split_whitespace()
            .nth(field)
            .and_then(|ticks| ticks.parse().ok())
            .expect("a number of ticks")
    };
    (ticks(11) + ticks(12)) / 100.0
}

fn peak_memory_mb() -> Outcome<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no peak memory")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? / 1024)
}

/// Writes what the peers read: raw little-endian numbers and their shape.
fn export(dir: &Path, dim: usize, vectors: &[f32], queries: &[f32]) -> Outcome<()> {
    fs::write(dir.join("shape.txt"), format!("{dim} {K}\n"))?;
    fs::write(dir.join("vectors.f32"), bytemuck::cast_slice(vectors))?;
    fs::write(dir.join("queries.f32"), bytemuck::cast_slice(queries))?;
    Ok(())
}

fn export_truth(dir: &Path, truth: &[Vec<u32>]) -> Outcome<()> {
    let flat: Vec<u32> = truth.iter().flatten().copied().collect();
    fs::write(dir.join("truth.u32"), bytemuck::cast_slice(&flat))?;
    Ok(())
}
