//! What does indexing cost, stage by stage, and does it grow in proportion to the number of documents?
//!
//! Corpus: full synthetic records (titles, abstracts and claims in Chinese, English or both; parties, classes,
//! families, citations) of `fixtures/generator`, seed 20260101, no planted stories; 256 dimensions, both vector spaces.
//! Everything runs through `index::Writer` as `patnav index` does, but for reading files, which `ingest` does.
//! Outside the figures: making the records (its CPU is measured apart and taken off), loading the dictionary.
//!
//! Command: `cargo bench --bench index -- [--docs N] [--one-each] [--dir DIR] [--keep] [--no-graph]
//! [--threads T]`
//!
//! `--one-each` leaves out every publication that follows another of its family: nearly as many families as documents (a
//! utility model filed on the same day is of the family, under a name of its own).
//!
//! Reading: CPU of all threads, in microseconds a document, so a busy machine adds little but noise.
//! A stage grows in proportion where its figure stays the same from one size to the next.
//!
//! - `upsert`: merging, storing, columns, and the analysis and writing of full text on the threads beside it.
//! - `writing`: the rest of full text, columns, families, names. `upsert` and `writing` share the merging of
//!   full text as it happens to fall, so compare their sum.
//! - `training`: the model, from at most 150,000 documents. `embedding`: vectors of documents and independent claims.
//! - `publishing`: linking the snapshot; from its end on the documents answer (vectors by exact scan).
//! - `phrases`: key phrases of every document and their two columns. `graph`: the graphs over both spaces.
//!
//! Peak memory is the highest resident set of the process (`VmHWM`), which counts mapped files as well.
#![expect(clippy::print_stdout, reason = "a bench reports on standard output")]

use std::error::Error;
use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;

use patnav::index::ColumnKind;
use patnav::index::Embedding;
use patnav::index::NewColumn;
use patnav::index::Options;
use patnav::index::Reader;
use patnav::index::Stage;
use patnav::index::Value;
use patnav::index::Writer;
use patnav::patent::Publication;
use patnav::text::Analyzer;
use patnav::text::phrase::Part;

#[path = "../fixtures/generator/mod.rs"]
mod generator;

type Outcome<T> = Result<T, Box<dyn Error>>;

struct Args {
    n_documents: u64,
    dir: PathBuf,
    one_each: bool,
    keep: bool,
    graph: bool,
    threads: usize,
}

/// CPU by stage, in the order in which the stages first came.
struct Meter {
    stages: Vec<(&'static str, f64)>,
    current: &'static str,
    since: f64,
}

impl Meter {
    fn new() -> Self {
        Self { stages: Vec::new(), current: "opening", since: cpu_s() }
    }

    /// Charges what was used since the last call to the stage that went on, and goes on to `stage`.
    /// A long run tells on standard error how far it is.
    fn enter(&mut self, stage: &'static str) {
        if stage != self.current {
            eprintln!("{:8.1} CPU s: {stage}", cpu_s());
        }
        let now = cpu_s();
        let used = now - self.since;
        match self.stages.iter_mut().find(|(name, _)| *name == self.current) {
            Some((_, total)) => *total += used,
            None => self.stages.push((self.current, used)),
        }
        self.since = now;
        self.current = stage;
    }
}

fn main() -> Outcome<()> {
    let args = arguments()?;
    let analyzer = Analyzer::new();
    analyzer.words("预热 warm", |_, _| {});
    if args.dir.exists() {
        fs::remove_dir_all(&args.dir)?;
    }
    fs::create_dir_all(&args.dir)?;
    let options = Options {
        threads: args.threads,
        memory_bytes: 512 << 20,
        index_descriptions: false,
        embedding: Embedding::Lsa { dim: 256, seed: 1 },
        equivalents: Vec::new(),
        now: jiff::Timestamp::UNIX_EPOCH,
    };
    let mut writer = Writer::open(&args.dir, analyzer.clone(), options)?;
    let meter = Mutex::new(Meter::new());
    let enter = |stage| meter.lock().expect("a stage does not panic").enter(stage);

    enter("upsert");
    let mut generated = 0.0;
    let mut size = 0;
    // A family gives 1.5 publications and more; the surplus is cut off.
    let families = if args.one_each { args.n_documents } else { args.n_documents * 2 / 3 + 10 };
    let corpus = generator::Options { seed: 20_260_101, n_families: families, with_stories: false };
    let mut last_family = None;
    let mut records = generator::corpus(&corpus).filter(|record| {
        let again = record.family.simple == last_family;
        last_family.clone_from(&record.family.simple);
        !(args.one_each && again)
    });
    for _ in 0..args.n_documents {
        let start = thread_cpu_s();
        let Some(record) = records.next() else { break };
        size += text_bytes(&record);
        generated += thread_cpu_s() - start;
        writer.upsert(record)?;
    }
    let progress = |stage: Stage, _: u64, _: u64| {
        enter(match stage {
            Stage::Writing => "writing",
            Stage::Training => "training",
            Stage::Embedding => "embedding",
            Stage::Graph => "graph",
            Stage::Publishing => "publishing",
        });
        true
    };
    enter("writing");
    writer.commit(&[], &progress)?;
    enter("phrases");
    let memory_commit = peak_memory_mb()?;
    put_phrases(&mut writer, &args, &analyzer)?;
    enter("graph");
    let memory_phrases = peak_memory_mb()?;
    if args.graph {
        writer.build_graphs(&|_, _, _| true)?;
    }
    enter("end");

    let meter = meter.into_inner().expect("a stage does not panic");
    let reader = Reader::open(&args.dir, analyzer, None)?;
    let n = reader.alive().len();
    println!(
        "{n} documents, {:.0} bytes of text a document, {} threads",
        size as f64 / n as f64,
        args.threads
    );
    println!("\n| stage | CPU s | CPU us a document |\n|---|---|---|");
    for (stage, used) in &meter.stages {
        let used = if *stage == "upsert" { used - generated } else { *used };
        println!("| {stage} | {used:.1} | {:.1} |", used * 1e6 / n as f64);
    }
    println!("\nmaking the records (taken off `upsert`): {generated:.1} CPU s");
    println!(
        "peak memory: {memory_commit} MB with the commit, {memory_phrases} with key phrases, {} in all",
        peak_memory_mb()?
    );
    let bytes: u64 = fs::read_dir(current(&args.dir)?)?
        .chain(fs::read_dir(current(&args.dir)?.join("text"))?)
        .filter_map(|entry| Some(entry.ok()?.metadata().ok()?.len()))
        .sum();
    println!("snapshot: {:.0} MB, {:.0} bytes a document", bytes as f64 / 1e6, bytes as f64 / n as f64);
    drop(reader);
    drop(writer);
    if !args.keep {
        fs::remove_dir_all(&args.dir)?;
    }
    Ok(())
}

/// The key-phrase columns, as the import makes them.
fn put_phrases(writer: &mut Writer, args: &Args, analyzer: &Analyzer) -> Outcome<()> {
    let reader = Reader::open(&args.dir, analyzer.clone(), None)?;
    let mut columns = [Vec::new(), Vec::new()];
    reader.scan(&mut |docno, publication| {
        let mut parts: Vec<Part<'_>> = Vec::new();
        parts.extend(publication.titles.iter().map(|text| Part { text: &text.text, weight: 3.0 }));
        parts.extend(publication.abstracts.iter().map(|text| Part { text: &text.text, weight: 1.0 }));
        for set in &publication.claims {
            let independent = set.independent().into_iter();
            parts.extend(independent.map(|at| Part { text: &set.claims[at].text, weight: 1.0 }));
        }
        let phrases = analyzer.key_phrases(&parts, None);
        for (column, phrases) in columns.iter_mut().zip([phrases.zh, phrases.en]) {
            column.resize_with(docno as usize, || Value::Keywords(Vec::new()));
            column.push(Value::Keywords(phrases.into_iter().map(|phrase| phrase.text).collect()));
        }
        Ok(())
    })?;
    let end = reader.alive().end() as usize;
    let columns = columns.into_iter().zip(["phrases_zh", "phrases_en"]).map(|(mut values, name)| {
        values.resize_with(end, || Value::Keywords(Vec::new()));
        let version = "bench".to_owned();
        NewColumn { name: name.to_owned(), kind: ColumnKind::Keyword, version, values }
    });
    writer.put_columns(columns.collect(), &|_, _, _| true)?;
    Ok(())
}

/// Bytes of UTF-8 in titles, abstracts and claims.
fn text_bytes(record: &Publication) -> usize {
    let titles: usize = record.titles.iter().map(|text| text.text.len()).sum();
    let abstracts: usize = record.abstracts.iter().map(|text| text.text.len()).sum();
    let claims = record.claims.iter().flat_map(|set| &set.claims);
    titles + abstracts + claims.map(|claim| claim.text.len()).sum::<usize>()
}

fn current(dir: &std::path::Path) -> Outcome<PathBuf> {
    let id = patnav::index::current_id(dir)?.ok_or("nothing was committed")?;
    Ok(dir.join("snapshots").join(format!("{id:06}")))
}

/// CPU seconds of all threads, user and system, in hundredths.
fn cpu_s() -> f64 {
    let line = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let ticks = line.rsplit(')').next().unwrap_or_default().split_ascii_whitespace();
    ticks.skip(11).take(2).filter_map(|t| t.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// CPU seconds of this thread.
fn thread_cpu_s() -> f64 {
    let line = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    line.split_ascii_whitespace().next().and_then(|ns| ns.parse::<f64>().ok()).unwrap_or_default() / 1e9
}

fn peak_memory_mb() -> Outcome<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? / 1000)
}

fn arguments() -> Outcome<Args> {
    let mut args = Args {
        n_documents: 10_000,
        dir: std::env::temp_dir().join("patnav-bench-index"),
        one_each: false,
        keep: false,
        graph: true,
        threads: 2,
    };
    let mut words = std::env::args().skip(1).filter(|word| word != "--bench");
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("`{word}` needs a value"));
        match word.as_str() {
            "--docs" => args.n_documents = value()?.parse()?,
            "--dir" => args.dir = value()?.into(),
            "--threads" => args.threads = value()?.parse()?,
            "--one-each" => args.one_each = true,
            "--keep" => args.keep = true,
            "--no-graph" => args.graph = false,
            _ => return Err(format!("`{word}` is no option of this bench").into()),
        }
    }
    Ok(args)
}
