//! What does a map cost, does it keep neighbours, and do its places stay when documents come?
//!
//! Corpus: a data folder (one that `cargo bench --bench index -- --docs N --dir DIR --keep` left, or any other); its
//! first `--n` documents, or all. Outside the figures: opening the folder. Finding the neighbours is told apart: the
//! rest is what a map costs given them.
//!
//! Command: `cargo bench --bench map -- DIR [--n N] [--publications] [--update] [--dump OUT]`
//!
//! `--publications` makes a point of every publication. A family is one point otherwise, so a folder of N documents has
//! fewer than N.
//!
//! Reading: CPU of all threads; `places alone` is what umap-learn does of it. `kept` is the mean share of a family's 15
//! nearest by meaning that are among its 15 nearest on the map. `--update` leaves every tenth family out, continues the map
//! with them, and compares with a map made afresh. `--dump` writes vectors and neighbours for
//! `benches/peers/umap_bench.py OUT`, which lays out the same neighbours with umap-learn and measures the same share.
#![expect(clippy::print_stdout, reason = "a bench reports on standard output")]

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use patnav::analytics::cohort::{Cohort, Counting};
use patnav::analytics::evidence::Unit;
use patnav::analytics::map::{self, Map, Source};
use patnav::index::{DocnoSet, Reader};
use patnav::patent::domain::Pack;
use patnav::text::Analyzer;

type Outcome<T> = Result<T, Box<dyn Error>>;

struct Args {
    dir: PathBuf,
    n: usize,
    counting: Counting,
    update: bool,
    dump: Option<PathBuf>,
}

fn main() -> Outcome<()> {
    let args = arguments()?;
    let reader = Reader::open(&args.dir, Analyzer::new(), None)?;
    let mut scope = DocnoSet::empty(reader.alive().end());
    scope.extend(reader.alive().iter().take(args.n));

    let since = cpu_s();
    let cohort = Cohort::of_scope(&reader, &scope, "bench", args.counting)?;
    println!("cohort of {} points: {:.1} CPU s", cohort.n_units(), cpu_s() - since);
    let source =
        measured("neighbours", || Source::of_cohort(&reader, &cohort, Pack::builtin(), &|_, _| true))?;
    if let Some(out) = &args.dump {
        dump(&source, out)?;
    }
    measured("places alone", || map::places(&source.input(SEED)))?;
    let made = measured("places, regions, labels", || map::build(&source.input(SEED), None))?;
    describe(&made);
    if args.update {
        update(&reader, &scope, args.counting, &made)?;
    }
    println!("peak memory: {} MB", peak_mb()?);
    Ok(())
}

const SEED: u64 = 20_260_101;

fn measured<T, E: Error + 'static>(what: &str, work: impl FnOnce() -> Result<T, E>) -> Outcome<T> {
    let since = cpu_s();
    let done = work()?;
    println!("{what}: {:.2} CPU s", cpu_s() - since);
    Ok(done)
}

fn describe(map: &Map) {
    let kept = map.quality.kept.unwrap_or_default();
    let coarse: Vec<_> = map.regions.iter().filter(|region| region.level == 0).collect();
    println!(
        "{} points, kept {kept:.4}, {} regions of {}",
        map.points.len(),
        coarse.len(),
        map.regions.len()
    );
    for region in coarse {
        let name = |chinese| region.name(chinese).unwrap_or_else(|| "-".to_owned());
        println!("  {:6}  {} | {}", region.n, name(true), name(false));
    }
}

/// Leaves out every tenth family, then continues the map with it.
fn update(reader: &Reader, scope: &DocnoSet, counting: Counting, fresh: &Map) -> Outcome<()> {
    let mut fewer = DocnoSet::empty(scope.end());
    let families = reader.column("family")?;
    let is_late = |docno: u32| families.ordinals(docno).first().is_some_and(|family| family % 10 == 3);
    fewer.extend(scope.iter().filter(|docno| !is_late(*docno)));
    let make = |scope: &DocnoSet, before: Option<&Map>| -> Outcome<Map> {
        let cohort = Cohort::of_scope(reader, scope, "bench", counting)?;
        let source = Source::of_cohort(reader, &cohort, Pack::builtin(), &|_, _| true)?;
        let before = before.map(|before| before.renamed(|key| Some(cohort.key(cohort.unit_of(key)?))));
        Ok(map::build(&source.input(SEED), before.as_ref())?)
    };
    let first = make(&fewer, None)?;
    let second = make(scope, Some(&first))?;
    let before = second.before.ok_or("a continued map says so")?;
    let kept = |map: &Map| map.quality.kept.unwrap_or_default();
    println!("continued: {before:?}");
    println!("kept {:.4}, afresh {:.4}", kept(&second), kept(fresh));
    // Families that joined are named by another document: as `patnav map diff` does.
    let cohort = Cohort::of_scope(reader, scope, "bench", counting)?;
    let first = first.renamed(|key| Some(cohort.key(cohort.unit_of(key)?)));
    let found = map::difference(&first, &second);
    println!("difference: {} added, {} removed", found.added.len(), found.removed.len());
    Ok(())
}

/// Writes what the peer needs: counts, vectors, ids and cosines of the neighbours, little-endian.
fn dump(source: &Source, out: &PathBuf) -> Outcome<()> {
    let input = source.input(SEED);
    let (n, k) = (source.n_points(), input.neighbours.k());
    let mut bytes: Vec<u8> = Vec::new();
    for number in [n, input.dim, k] {
        bytes.extend(u32::try_from(number)?.to_le_bytes());
    }
    input.vectors.iter().for_each(|x| bytes.extend(x.to_le_bytes()));
    for point in 0..n {
        let mut near: Vec<(u32, f32)> = input.neighbours.of(point).collect();
        near.resize(k, (u32::MAX, 0.0));
        near.iter().for_each(|(id, _)| bytes.extend(id.to_le_bytes()));
        near.iter().for_each(|(_, cosine)| bytes.extend(cosine.to_le_bytes()));
    }
    fs::write(out, bytes)?;
    Ok(())
}

fn arguments() -> Outcome<Args> {
    let mut args =
        Args { dir: PathBuf::new(), n: usize::MAX, counting: Counting::default(), update: false, dump: None };
    let mut given = std::env::args().skip(1);
    while let Some(arg) = given.next() {
        match arg.as_str() {
            "--bench" => {}
            "--n" => args.n = given.next().ok_or("--n needs a number")?.parse()?,
            "--publications" => args.counting.unit = Unit::Publication,
            "--update" => args.update = true,
            "--dump" => args.dump = Some(given.next().ok_or("--dump needs a file")?.into()),
            dir => args.dir = dir.into(),
        }
    }
    if args.dir.as_os_str().is_empty() {
        return Err("which data folder? `cargo bench --bench map -- DIR`".into());
    }
    Ok(args)
}

/// CPU of all threads of this process so far, in seconds.
fn cpu_s() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks: u64 =
        after_name.split_whitespace().skip(11).take(2).filter_map(|n| n.parse::<u64>().ok()).sum();
    ticks as f64 / 100.0
}

fn peak_mb() -> Outcome<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmHWM")).ok_or("no VmHWM")?;
    Ok(line.split_whitespace().nth(1).ok_or("no number")?.parse::<u64>()? / 1024)
}
