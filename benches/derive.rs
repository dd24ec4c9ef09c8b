//! What does it cost to make derived columns anew, group by group, and what is that for a million documents?
//!
//! Corpus: full synthetic records of `fixtures/generator` (seed 20260101, no planted stories), indexed without vectors, so
//! tags ask no neighbours; or a data folder that exists. Outside the figures: making and indexing the records.
//!
//! Command: `cargo bench --bench derive -- [--docs N]` or `cargo bench --bench derive -- --data DIR`
//!
//! Reading: CPU of all threads in microseconds a document. `scan` reads and decodes every stored document and does
//! nothing with it; a group's figure is a run of that group alone, scan included. `put` writes all columns into a
//! new snapshot.
#![expect(clippy::print_stdout, reason = "a bench reports on standard output")]

use std::error::Error;
use std::path::{Path, PathBuf};

use patnav::analytics::derive::{self, Group, Scope};
use patnav::analytics::party::{self, Groups};
use patnav::analytics::tag::Tagger;
use patnav::index::{Embedding, Options, Reader, Writer};
use patnav::patent::Date;
use patnav::patent::domain::Pack;
use patnav::patent::party::IndustryTable;
use patnav::text::Analyzer;

#[path = "../fixtures/generator/mod.rs"]
mod generator;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let value = |flag: &str| {
        let at = arguments.iter().position(|argument| argument == flag)?;
        arguments.get(at + 1).cloned()
    };
    let analyzer = Analyzer::new();
    let folder = tempfile::tempdir()?;
    let data: PathBuf = match value("--data") {
        Some(data) => data.into(),
        None => {
            let n_documents = value("--docs").map_or(Ok(20_000), |text| text.parse())?;
            index(folder.path(), &analyzer, n_documents)?;
            folder.path().to_owned()
        }
    };
    let reader = Reader::open(&data, analyzer.clone(), None)?;
    let n = reader.alive().len();
    println!("{n} documents\n\n| what | CPU s | CPU us a document | CPU min a million |\n|---|---|---|---|");
    let report = |what: &str, used: f64| {
        let micros = used * 1e6 / n as f64;
        println!("| {what} | {used:.1} | {micros:.1} | {:.2} |", micros / 60.0);
    };
    let start = cpu_s();
    let mut n_claims = 0;
    reader.scan_batches(0, &mut |batch| {
        let sets = batch.iter().flat_map(|(_, publication)| &publication.claims);
        n_claims += sets.map(|set| set.claims.len()).sum::<usize>();
        Ok(())
    })?;
    report("scan", cpu_s() - start);
    let as_of = reader.statistics().as_of;
    let mut all = Vec::new();
    let owners = Groups::new(Pack::builtin(), Vec::new());
    let tagger = Tagger::new(Pack::builtin());
    let table = IndustryTable::from_text(&table_of_classes())?;
    let tables = [table];
    let mut groups: Vec<Group<'_>> = vec![
        derive::phrases(&analyzer),
        derive::claims(),
        derive::legal(&reader, as_of),
        party::names(&owners, &[], as_of.unwrap_or(Date::MAX)),
        derive::tags(&reader, &tagger, &[], None),
    ];
    groups.extend(derive::industries(&reader, &tables));
    for group in groups {
        let (name, start) = (group.id(), cpu_s());
        all.extend(derive::columns(&reader, vec![group], Scope::All, &|_, _| true)?);
        report(name, cpu_s() - start);
    }
    if value("--data").is_none() {
        let mut writer = Writer::open(&data, analyzer.clone(), options())?;
        let start = cpu_s();
        writer.put_columns(all, &|_, _, _| true)?;
        report("put", cpu_s() - start);
    }
    println!("\n{:.1} claims a document", n_claims as f64 / n as f64);
    Ok(())
}

/// A table of the size of an official one: every main group of the fields of the corpus and many that it has not.
fn table_of_classes() -> String {
    let groups = ["C01B", "C25B", "E21D", "F17C", "H01M", "B01D"].into_iter();
    let groups = groups
        .flat_map(|subclass| (1..2_000).map(move |group| format!("{subclass}{group}\t{}\n", group % 40)));
    format!("# scheme = bench\n# edition = 1\n{}", groups.collect::<String>())
}

fn options() -> Options {
    Options {
        threads: 2,
        memory_bytes: 256 << 20,
        index_descriptions: false,
        embedding: Embedding::Off,
        equivalents: Vec::new(),
        now: jiff::Timestamp::UNIX_EPOCH,
    }
}

fn index(dir: &Path, analyzer: &Analyzer, n_documents: usize) -> Outcome<()> {
    // A family gives 1.5 publications and more; the surplus is cut off.
    let n_families = n_documents as u64 * 2 / 3 + 10;
    let corpus = generator::Options { seed: 20_260_101, n_families, with_stories: false };
    let mut writer = Writer::open(dir, analyzer.clone(), options())?;
    for record in generator::corpus(&corpus).take(n_documents) {
        writer.upsert(record)?;
    }
    writer.commit(&[], &|_, _, _| true)?;
    Ok(())
}

/// CPU seconds of all threads of the process.
fn cpu_s() -> f64 {
    let line = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let ticks = line.rsplit(')').next().unwrap_or_default().split_ascii_whitespace();
    ticks.skip(11).take(2).filter_map(|t| t.parse::<f64>().ok()).sum::<f64>() / 100.0
}
