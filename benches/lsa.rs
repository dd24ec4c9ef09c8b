//! Does the built-in embedder find a record across languages, and what does training cost?
//!
//! Corpus: a folder with `patents_text.jsonl`, one record a line with `title_cn`, `abstract_cn` and, for some,
//! `title_en` and `abstract_en`. Half of the bilingual records (by seed) keep only their Chinese; the model is
//! trained on all records as they then are; the English that was taken away asks, and the Chinese of every record
//! is ranked by cosine. `family_qrels.tsv` (query, document, grade) in the folder names family siblings:
//! the second figure for each cut counts those as found too, as a list with families collapsed does.
//! Outside the timed part: reading the folder, loading the dictionary.
//!
//! Without a folder: what training costs on synthetic bilingual documents of some 300 words a language, drawn from
//! 40,000 words by Zipf's law in 200 subjects (seed 9), 2,000 and 10,000 of them.
//!
//! Command: `cargo bench --bench lsa -- [DIR]`
//!
//! Reading: mean of the seeds with the lowest and highest; with 250 questions a seed, one standard error at 0.8 is 0.025.

#![expect(clippy::print_stdout, reason = "a bench reports on standard output")]

use std::collections::HashMap;
use std::error::Error;
use std::fs;
use std::path::Path;

use patnav::text::Analyzer;
use patnav::text::Embedder as _;
use patnav::text::Role;
use patnav::text::lsa::Model;
use patnav::text::lsa::Options;
use patnav::text::lsa::Trainer;
use rand::Rng as _;
use rand::SeedableRng as _;
use rand::seq::SliceRandom as _;
use rand_chacha::ChaCha8Rng;

const SEEDS: [u64; 4] = [1, 2, 3, 4];

struct Record {
    number: String,
    zh: String,
    title_en: String,
    en: Option<String>,
}

fn records(folder: &Path) -> Result<Vec<Record>, Box<dyn Error>> {
    let mut records = Vec::new();
    for line in fs::read_to_string(folder.join("patents_text.jsonl"))?.lines() {
        let value: serde_json::Value = serde_json::from_str(line)?;
        let field = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
        let (title_en, abstract_en) = (field("title_en"), field("abstract_en"));
        let bilingual = !title_en.is_empty() && !abstract_en.is_empty();
        records.push(Record {
            number: field("application_no"),
            zh: format!("{}\n{}", field("title_cn"), field("abstract_cn")),
            en: bilingual.then(|| format!("{title_en}\n{abstract_en}")),
            title_en,
        });
    }
    Ok(records)
}

fn siblings(folder: &Path) -> HashMap<String, Vec<String>> {
    let mut siblings: HashMap<String, Vec<String>> = HashMap::new();
    let text = fs::read_to_string(folder.join("family_qrels.tsv")).unwrap_or_default();
    for line in text.lines().skip(1) {
        let mut fields = line.split('\t');
        if let (Some(query), Some(document)) = (fields.next(), fields.next()) {
            siblings.entry(query.to_owned()).or_default().push(document.to_owned());
        }
    }
    siblings
}

/// Ranks of the record itself and of the best of its family, from 0.
fn ranks(query: &[f32], documents: &[f32], own: usize, family: &[usize]) -> (usize, usize) {
    let scores: Vec<f32> =
        documents.chunks(query.len()).map(|d| d.iter().zip(query).map(|(a, b)| a * b).sum()).collect();
    let rank = |target: usize| {
        let better = |(i, s): &(usize, &f32)| **s > scores[target] || (**s == scores[target] && *i < target);
        scores.iter().enumerate().filter(better).count()
    };
    let own = rank(own);
    (own, family.iter().map(|&i| rank(i)).min().unwrap_or(own).min(own))
}

fn train(
    analyzer: &Analyzer,
    records: &[Record],
    hidden: &[usize],
    dims: usize,
) -> Result<Model, patnav::text::Error> {
    let mut trainer = Trainer::new(analyzer, Options { dims, seed: 1 });
    for (i, record) in records.iter().enumerate() {
        match &record.en {
            Some(en) if !hidden.contains(&i) => trainer.add(&[&record.zh, en]),
            _ => trainer.add(&[&record.zh]),
        }
    }
    trainer.finish()
}

/// CPU seconds of the process, in hundredths.
fn cpu_s() -> f64 {
    let line = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let ticks = line.rsplit(')').next().unwrap_or_default().split_ascii_whitespace();
    ticks.skip(11).take(2).filter_map(|t| t.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// A word of two characters (Chinese) or three syllables (English) for a number.
fn word(mut number: usize, english: bool) -> String {
    let mut word = String::new();
    for _ in 0..if english { 3 } else { 2 } {
        if english {
            word.push(char::from(b"bcdfghklmnprstvw"[number % 16]));
            word.push(char::from(b"aeiou"[number / 16 % 5]));
            number /= 35;
        } else {
            word.extend(char::from_u32(0x4e00 + u32::try_from(number % 211).unwrap_or_default() * 7));
            number /= 211;
        }
    }
    word
}

fn cost() -> Result<(), Box<dyn Error>> {
    let analyzer = Analyzer::new();
    for n_documents in [2_000, 10_000] {
        let mut rng = ChaCha8Rng::seed_from_u64(9);
        let mut trainer = Trainer::new(&analyzer, Options { dims: 256, seed: 1 });
        let mut reading = 0.0;
        let mut size = 0;
        for _ in 0..n_documents {
            let subject = rng.random_range(0..200_usize);
            let numbers: Vec<usize> = (0..300)
                .map(|_| {
                    #[expect(clippy::cast_possible_truncation, reason = "a number below 40,000")]
                    let rank = 40_000_f64.powf(rng.random::<f64>()) as usize;
                    if rng.random_bool(0.5) { (rank + subject * 199) % 40_000 } else { rank }
                })
                .collect();
            let text = |english: bool| {
                let words: Vec<String> = numbers.iter().map(|&number| word(number, english)).collect();
                words.join(if english { " " } else { "，" })
            };
            let (zh, en) = (text(false), text(true));
            size += zh.len() + en.len();
            let start = cpu_s();
            trainer.add(&[&zh, &en]);
            reading += cpu_s() - start;
        }
        let start = cpu_s();
        let model = trainer.finish()?;
        let trained = cpu_s() - start;
        println!(
            "{n_documents} documents, {:.1} MB, {} terms: reading {reading:.1} CPU s, training {trained:.1} CPU s",
            size as f64 / 1e6,
            model.n_terms()
        );
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let Some(folder) = std::env::args().skip(1).find(|argument| argument != "--bench") else {
        return cost();
    };
    let folder = Path::new(&folder);
    let records = records(folder)?;
    let siblings = siblings(folder);
    let place: HashMap<&str, usize> =
        records.iter().enumerate().map(|(i, r)| (r.number.as_str(), i)).collect();
    let bilingual: Vec<usize> = (0..records.len()).filter(|&i| records[i].en.is_some()).collect();
    println!("{} records, {} bilingual", records.len(), bilingual.len());
    let analyzer = Analyzer::new();
    analyzer.words("预热 warm", |_, _| {});
    let texts: Vec<&str> = records.iter().map(|record| record.zh.as_str()).collect();

    for dims in [128, 256, 400] {
        let mut figures: Vec<Vec<f64>> = Vec::new();
        let mut cpu = 0.0;
        let mut terms = 0;
        for seed in SEEDS {
            let mut hidden = bilingual.clone();
            hidden.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
            hidden.truncate(bilingual.len() / 2);
            let start = cpu_s();
            let model = train(&analyzer, &records, &hidden, dims)?;
            cpu += cpu_s() - start;
            terms = model.n_terms();
            let documents = model.embed(&texts, Role::Passage)?;
            let mut counts = [0_usize; 8];
            for &i in &hidden {
                let record = &records[i];
                let family: Vec<usize> = siblings
                    .get(&record.number)
                    .into_iter()
                    .flatten()
                    .filter_map(|number| place.get(number.as_str()).copied())
                    .collect();
                let full = record.en.as_deref().unwrap_or_default();
                for (offset, text) in [(0, full), (4, &record.title_en)] {
                    let query = model.embed(&[text], Role::Query)?;
                    let (own, best) = ranks(&query, &documents, i, &family);
                    for (slot, found) in [own < 1, own < 10, best < 1, best < 10].into_iter().enumerate() {
                        counts[offset + slot] += usize::from(found);
                    }
                }
            }
            figures.push(counts.iter().map(|&n| n as f64 / hidden.len() as f64).collect());
        }
        println!("{dims} dimensions, {terms} terms, training {:.1} CPU s", cpu / SEEDS.len() as f64);
        let names = ["recall@1", "recall@10", "family@1", "family@10"];
        for (i, name) in names.iter().chain(&names).enumerate() {
            let of: Vec<f64> = figures.iter().map(|run| run[i]).collect();
            let mean = of.iter().sum::<f64>() / of.len() as f64;
            let low = of.iter().copied().fold(f64::INFINITY, f64::min);
            let high = of.iter().copied().fold(0.0, f64::max);
            let query = if i < 4 { "title+abstract" } else { "title" };
            println!("  {query:15} {name:10} {mean:.3} ({low:.3}-{high:.3})");
        }
    }
    Ok(())
}
