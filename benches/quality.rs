//! How good is the ranking on real records, end to end: files in, questions through `search` and `similar`?
//!
//! Corpus: a folder that holds `hydrogen_zh` (`patents_text.jsonl`: 1,002 records with a Chinese title and abstract, 501
//! of them in English too) and `synbio_citations_en` (`docs.jsonl`: 644 English records; `qrels.tsv`: 55 of them
//! with the records that they cite). Three questions, each over an index made for it:
//!
//! - `across`: half of the records in both languages (by seed) lose their English, which then asks, title and
//!   abstract or title alone; judged is the record itself.
//! - `prior-art`: a record asks by its number (title, abstract, first claim; its family left out), among records of
//!   earlier priority; judged is what it cites. Its own citations are blanked in a second run, where nothing may change.
//! - `title`: every record loses its Chinese title (`zh`: its English too), which then asks; judged is the record itself.
//!
//! Command: `cargo bench --bench quality -- DIR [across|prior-art|title] [--seeds N]`
//!
//! Reading: means with 95 % bootstrap intervals over questions (seed 1); for `across`, the lowest and highest of the
//! seeds instead. `words` and `vector` are the same questions by one list alone.
#![expect(clippy::print_stdout, reason = "a bench reports on standard output")]

use std::error::Error;
use std::fs;
use std::path::Path;

use patnav::index::{Embedding, Options as IndexOptions, Reader, Writer};
use patnav::ingest::{self, Item, Limits};
use patnav::patent::domain::Pack;
use patnav::search::evaluation::{Ask, Measures, Options, Question, Setting, differences, means, measure};
use patnav::search::{Collapse, Filters};
use patnav::text::Analyzer;
use rand::SeedableRng as _;
use rand::seq::SliceRandom as _;
use rand_chacha::ChaCha8Rng;
use serde_json::Value;

type Outcome<T> = Result<T, Box<dyn Error>>;

const FIRST_SEED: u64 = 1;

struct Folder {
    dir: tempfile::TempDir,
    reader: Reader,
}

/// Indexes records as a user would index a file of them.
fn indexed(records: &[Value], analyzer: &Analyzer) -> Outcome<Folder> {
    let dir = tempfile::TempDir::new()?;
    let file = dir.path().join("records.jsonl");
    let lines: Vec<String> = records.iter().map(Value::to_string).collect();
    fs::write(&file, lines.join("\n") + "\n")?;
    let options = IndexOptions {
        threads: 2,
        memory_bytes: 256 << 20,
        index_descriptions: false,
        embedding: Embedding::Lsa { dim: 256, seed: 1 },
        equivalents: Pack::builtin().iter().flat_map(Pack::equivalents).collect(),
        now: jiff::Timestamp::UNIX_EPOCH,
    };
    let data = dir.path().join("data");
    let mut writer = Writer::open(&data, analyzer.clone(), options)?;
    let reading = ingest::Options {
        format: None,
        map: None,
        threads: 2,
        limits: Limits::STANDARD,
        refuse_above_share: None,
    };
    ingest::read(&[file], &reading, &|_| false, &|_| {}, &mut |item| {
        if let Item::Record(record) = item {
            writer.upsert(record.publication)?;
        }
        Ok(())
    })?;
    writer.commit(&[], &|_, _, _| true)?;
    drop(writer);
    let reader = Reader::open(&data, analyzer.clone(), None)?;
    Ok(Folder { dir, reader })
}

fn read(path: &Path) -> Outcome<Vec<Value>> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
}

fn text<'a>(record: &'a Value, name: &str) -> &'a str {
    record[name].as_str().unwrap_or_default()
}

fn blank(record: &mut Value, names: &[&str]) {
    names.iter().for_each(|name| record[*name] = Value::Null);
}

fn question(id: &str, ask: Ask, judged: Vec<(String, u32)>) -> Question {
    Question { id: id.to_owned(), ask, filters: Filters::default(), judged }
}

fn measured(reader: &Reader, questions: &[Question], options: Options) -> Outcome<Vec<Measures>> {
    Ok(questions.iter().map(|question| measure(reader, question, options)).collect::<Result<_, _>>()?)
}

const ALL: [Setting; 3] = [Setting::Hybrid, Setting::Words, Setting::Vector];

fn options(setting: Setting) -> Options {
    Options { setting, prior_art: false, collapse: Collapse::SimpleFamily }
}

/// Across languages: English asks, the Chinese record is meant.
fn across(folder: &Path, analyzer: &Analyzer, seeds: u64) -> Outcome<()> {
    let records = read(&folder.join("hydrogen_zh/patents_text.jsonl"))?;
    let bilingual: Vec<usize> = (0..records.len())
        .filter(|&i| {
            !text(&records[i], "title_en").is_empty() && !text(&records[i], "abstract_en").is_empty()
        })
        .collect();
    let mut figures: Vec<[[f64; 4]; 6]> = Vec::new();
    for seed in FIRST_SEED..FIRST_SEED + seeds {
        let mut hidden = bilingual.clone();
        hidden.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
        hidden.truncate(bilingual.len() / 2);
        let mut kept = records.clone();
        hidden.iter().for_each(|i| blank(&mut kept[*i], &["title_en", "abstract_en"]));
        let indexed = indexed(&kept, analyzer)?;
        let ask = |whole: bool| -> Vec<Question> {
            let each = hidden.iter().map(|i| {
                let record = &records[*i];
                let title = text(record, "title_en");
                let asked = if whole {
                    format!("{title}\n{}", text(record, "abstract_en"))
                } else {
                    title.to_owned()
                };
                let number = text(record, "application_no").to_owned();
                question(&number.clone(), Ask::Text(asked), vec![(number, 1)])
            });
            each.collect()
        };
        let mut run = [[0.0; 4]; 6];
        for (n, whole) in [(0, true), (3, false)] {
            let questions = ask(whole);
            for (k, setting) in ALL.into_iter().enumerate() {
                let means = means(&measured(&indexed.reader, &questions, options(setting))?, 1);
                run[n + k] =
                    [means.recall_1.mean, means.recall_10.mean, means.recall_100.mean, means.mrr.mean];
            }
        }
        figures.push(run);
        drop(indexed.dir);
    }
    println!("across: {} of {} records ask, {seeds} seeds", bilingual.len() / 2, records.len());
    println!("| English | list | recall@1 | recall@10 | recall@100 | MRR |\n|---|---|---|---|---|---|");
    for row in 0..6 {
        let cell = |k: usize| {
            let of: Vec<f64> = figures.iter().map(|run| run[row][k]).collect();
            let (low, high) =
                (of.iter().copied().fold(1.0, f64::min), of.iter().copied().fold(0.0, f64::max));
            format!("{:.3} ({low:.3}-{high:.3})", of.iter().sum::<f64>() / of.len() as f64)
        };
        let asked = if row < 3 { "title, abstract" } else { "title" };
        let cells: Vec<String> = (0..4).map(cell).collect();
        println!("| {asked} | {:?} | {} |", ALL[row % 3], cells.join(" | "));
    }
    Ok(())
}

/// Prior art: a record asks for what it cites.
fn prior_art(folder: &Path, analyzer: &Analyzer) -> Outcome<()> {
    let folder = folder.join("synbio_citations_en");
    let records = read(&folder.join("docs.jsonl"))?;
    let mut judged: std::collections::BTreeMap<String, Vec<(String, u32)>> = Default::default();
    for line in fs::read_to_string(folder.join("qrels.tsv"))?.lines().skip(1) {
        if let [query, document, grade] = line.split('\t').collect::<Vec<_>>()[..] {
            judged.entry(query.to_owned()).or_default().push((document.to_owned(), grade.trim().parse()?));
        }
    }
    let questions: Vec<Question> = judged
        .into_iter()
        .map(|(number, judged)| question(&number.clone(), Ask::Number(number), judged))
        .collect();
    let whole = indexed(&records, analyzer)?;
    let with = |setting| Options { prior_art: true, ..options(setting) };
    println!("\nprior art: {} questions over {} records", questions.len(), records.len());
    println!("| list | nDCG@10 | recall@10 | recall@100 | MRR |\n|---|---|---|---|---|");
    let mut lists = Vec::new();
    for setting in ALL {
        let measured = measured(&whole.reader, &questions, with(setting))?;
        row(&format!("{setting:?}"), &measured);
        lists.push(measured);
    }
    let halves = |odd: usize| -> Vec<Measures> { lists[0].iter().skip(odd).step_by(2).copied().collect() };
    row("Hybrid, questions 1, 3, 5, …", &halves(0));
    row("Hybrid, questions 2, 4, 6, …", &halves(1));
    let more = differences(&lists[0], &lists[1], 1).ndcg_10;
    println!("nDCG@10 above words alone: {:.3} ({:.3} to {:.3})", more.mean, more.low, more.high);
    // One index for each question, without the citations of its record.
    let mut hidden = Vec::new();
    for question in &questions {
        let mut records = records.clone();
        for record in records.iter_mut().filter(|record| text(record, "id") == question.id) {
            record["cited_patents"] = Value::Array(Vec::new());
        }
        let one = indexed(&records, analyzer)?;
        hidden.push(measure(&one.reader, question, with(Setting::Hybrid))?);
    }
    row("Hybrid, the question's own citations blanked", &hidden);
    println!("the same list for each question: {}", hidden == lists[0]);
    Ok(())
}

/// Chinese titles ask for the records that they were taken from.
fn titles(folder: &Path, analyzer: &Analyzer) -> Outcome<()> {
    let records = read(&folder.join("hydrogen_zh/patents_text.jsonl"))?;
    let questions: Vec<Question> = records
        .iter()
        .filter(|record| !text(record, "title_cn").is_empty())
        .map(|record| {
            let number = text(record, "application_no").to_owned();
            let title = text(record, "title_cn").to_owned();
            question(&number.clone(), Ask::Text(title), vec![(number, 1)])
        })
        .collect();
    println!("\nChinese title: {} questions", questions.len());
    println!("| index, list | nDCG@10 | recall@10 | recall@100 | MRR |\n|---|---|---|---|---|");
    for (name, names) in [
        ("no Chinese title, no English", &["title_cn", "title_en", "abstract_en"][..]),
        ("no title in either language", &["title_cn", "title_en"][..]),
        ("no Chinese title", &["title_cn"][..]),
    ] {
        let mut records = records.clone();
        records.iter_mut().for_each(|record| blank(record, names));
        let indexed = indexed(&records, analyzer)?;
        for setting in ALL {
            row(&format!("{name}, {setting:?}"), &measured(&indexed.reader, &questions, options(setting))?);
        }
    }
    Ok(())
}

fn row(name: &str, measured: &[Measures]) {
    let means = means(measured, 1);
    let cell = |interval: patnav::search::evaluation::Interval| {
        format!("{:.3} ({:.3}-{:.3})", interval.mean, interval.low, interval.high)
    };
    let cells = [means.ndcg_10, means.recall_10, means.recall_100, means.mrr].map(cell);
    println!("| {name} | {} |", cells.join(" | "));
}

fn main() -> Outcome<()> {
    let mut seeds = 4;
    let (mut folder, mut only) = (None, None);
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--seeds" => seeds = arguments.next().ok_or("`--seeds` needs a number")?.parse()?,
            _ if folder.is_none() => folder = Some(argument),
            _ => only = Some(argument),
        }
    }
    let Some(folder) = folder else { return Err("give the folder with the collections".into()) };
    let (folder, analyzer) = (Path::new(&folder), Analyzer::new());
    let runs = |name: &str| only.as_deref().is_none_or(|only| only == name);
    if runs("across") {
        across(folder, &analyzer, seeds)?;
    }
    if runs("prior-art") {
        prior_art(folder, &analyzer)?;
    }
    if runs("title") {
        titles(folder, &analyzer)?;
    }
    Ok(())
}
