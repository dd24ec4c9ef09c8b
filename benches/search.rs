//! What does a question cost, from its text to a page of 20 hits with snippets, and what does the first one cost?
//!
//! Corpus: a folder that `cargo bench --bench index -- --docs N --dir DIR --keep` left (full synthetic records,
//! seed 20260101, both vector spaces), or any other data folder. Questions (seed 5): 50 of each class, Chinese and
//! English by turns, from the vocabulary of the corpus, and abstracts of records with another seed, which the corpus
//! does not hold. Its vocabulary is small, so even one concept matches thousands of documents and a paragraph
//! most of them: harder than a real collection of that size.
//! Outside the timed part: opening and one pass over all questions, so that files are in memory (but see `--open`).
//!
//! Command: `cargo bench --bench search -- DIR [--open] [--only CLASS] [--passes N] [--first] [--since DAY]`
//!
//! Reading: CPU of one call of `search::search` on one thread (hybrid: words, phrases and vectors, families
//! counted), the lowest of the passes for each question; then median, 99th percentile and highest of the questions.
//! With `--first` every question is asked once, after a pass over as many others (seed 6): what a question costs that
//! nobody asked before.
//! `opening` is the whole CPU of five fresh processes, each of which opens the folder, loads the dictionary and
//! answers its first question; files are in the page cache. `--open` is what those processes run. `--since` filters by the
//! day of publication.
#![expect(clippy::print_stdout, reason = "a bench reports on standard output")]

use std::error::Error;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;

use patnav::index::Reader;
use patnav::patent::Publication;
use patnav::patent::Version;
use patnav::search::{Filters, Request, scope, search};
use patnav::text::Analyzer;

#[path = "../fixtures/generator/mod.rs"]
mod generator;

use generator::random::Random;
use generator::vocabulary;
use generator::vocabulary::Pair;

type Outcome<T> = Result<T, Box<dyn Error>>;

const PER_CLASS: u64 = 50;
const SEED: u64 = 5;

struct Args {
    dir: PathBuf,
    open: bool,
    only: Option<String>,
    passes: usize,
    first: bool,
    since: Option<String>,
}

fn main() -> Outcome<()> {
    let args = arguments()?;
    if args.open {
        let reader = Reader::open(&args.dir, Analyzer::new(), None)?;
        let response = search(&reader, &Request::new("采煤机滚筒的喷雾降尘"))?;
        println!("{} {} {}", cpu_s(), response.total.publications, response.hits.len());
        return Ok(());
    }
    let mut fresh: Vec<f64> = (0..5).map(|_| fresh_process(&args.dir)).collect::<Outcome<_>>()?;
    fresh.sort_by(f64::total_cmp);
    let (low, high) = (fresh[0], fresh[4]);
    println!("opening to the first answer: {:.2} CPU s (median of 5, {low:.2}-{high:.2})", fresh[2]);

    let reader = Reader::open(&args.dir, Analyzer::new(), None)?;
    println!("{} documents, {} questions a class", reader.alive().len(), PER_CLASS);
    if let Some(day) = &args.since {
        let filters = Filters { from: Some(day.clone()), ..Filters::default() };
        println!("published since {day}: {}", scope(&reader, "*", &filters)?.set.len());
    }
    println!("\n| class | matches, median | CPU ms: median | p99 | highest |\n|---|---|---|---|---|");
    let mut all = Vec::new();
    let ask = |question: &str| {
        let mut request = Request::new(question);
        request.filters.from.clone_from(&args.since);
        search(&reader, &request)
    };
    if args.first {
        for (_, others) in questions(SEED + 1) {
            others.iter().try_for_each(|other| ask(other).map(drop))?;
        }
    }
    for (class, questions) in questions(SEED) {
        if args.only.as_deref().is_some_and(|only| only != class) {
            continue;
        }
        let mut times = Vec::new();
        let mut totals = Vec::new();
        for question in &questions {
            if !args.first {
                ask(question)?;
            }
            let mut best = f64::INFINITY;
            let mut total = 0;
            for _ in 0..if args.first { 1 } else { args.passes } {
                let start = thread_cpu_s();
                total = std::hint::black_box(ask(question)?).total.publications;
                best = best.min(thread_cpu_s() - start);
            }
            totals.push(total);
            times.push(best * 1e3);
        }
        totals.sort_unstable();
        report(class, &totals[totals.len() / 2].to_string(), &mut times);
        all.extend(times);
    }
    report("all", "", &mut all);
    Ok(())
}

fn report(class: &str, matches: &str, times: &mut [f64]) {
    times.sort_by(f64::total_cmp);
    let at = |percent: usize| times[(times.len() * percent / 100).min(times.len() - 1)];
    println!("| {class} | {matches} | {:.2} | {:.2} | {:.2} |", at(50), at(99), at(100));
}

/// Opens the folder in a process of its own and returns its CPU seconds.
fn fresh_process(dir: &Path) -> Outcome<f64> {
    let output = Command::new(std::env::current_exe()?).arg(dir).arg("--open").output()?;
    let text = String::from_utf8(output.stdout)?;
    let seconds = text.split_whitespace().next().ok_or("the fresh process said nothing")?;
    Ok(seconds.parse()?)
}

/// Questions by class.
fn questions(seed: u64) -> Vec<(&'static str, Vec<String>)> {
    let topics: Vec<_> = vocabulary::topics().collect();
    let make = |label: &str, question: &dyn Fn(&mut Random, bool) -> String| -> Vec<String> {
        let each = (0..PER_CLASS).map(|n| question(&mut Random::new(seed, label, n), n % 2 == 0));
        each.collect()
    };
    let side = |pair: &Pair, zh: bool| if zh { pair.0 } else { pair.1 }.to_owned();
    let thing = |random: &mut Random, zh: bool| {
        let topic = *random.pick(&topics);
        let list = if random.chance(50) { topic.objects } else { topic.parts };
        side(random.pick(list), zh)
    };
    let one = make("one", &|random, zh| thing(random, zh));
    let several = make("several", &|random, zh| {
        let n = 2 + random.index(2);
        let parts: Vec<String> = (0..n).map(|_| thing(random, zh)).collect();
        parts.join(if zh { " " } else { ", " })
    });
    let sentence = make("sentence", &|random, zh| {
        let topic = *random.pick(&topics);
        let object = side(random.pick(topic.objects), zh);
        let part = side(random.pick(topic.parts), zh);
        let effect = side(random.pick(vocabulary::EFFECTS), zh);
        if zh {
            format!("一种用于{object}的{part}，{effect}")
        } else {
            format!("a {part} of a {object} to {effect}")
        }
    });
    let boolean = make("boolean", &|random, zh| {
        let (a, b, c) = (thing(random, zh), thing(random, zh), thing(random, zh));
        format!("(\"{a}\" OR \"{b}\") NOT \"{c}\"")
    });
    let options = generator::Options { seed, n_families: 400, with_stories: false };
    let corpus: Vec<Publication> = generator::corpus(&options).collect();
    let text_of = |publication: &Publication, version: Version| {
        let found = publication.abstracts.iter().find(|text| text.lang.version() == version);
        found.map(|text| text.text.clone())
    };
    let zh = corpus.iter().filter_map(|publication| text_of(publication, Version::Zh));
    let en = corpus.iter().filter_map(|publication| text_of(publication, Version::En));
    let paragraphs = zh.step_by(5).zip(en.step_by(5)).flat_map(|(zh, en)| [zh, en]);
    let paragraphs: Vec<String> = paragraphs.take(usize::try_from(PER_CLASS).unwrap_or_default()).collect();
    vec![
        ("one concept", one),
        ("two or three concepts", several),
        ("sentence", sentence),
        ("expression", boolean),
        ("paragraph", paragraphs),
    ]
}

/// CPU seconds of the process, user and system, in hundredths.
fn cpu_s() -> f64 {
    let line = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let ticks = line.rsplit(')').next().unwrap_or_default().split_ascii_whitespace();
    ticks.skip(11).take(2).filter_map(|t| t.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// CPU seconds of this thread.
fn thread_cpu_s() -> f64 {
    // The kernel brings the figure up to date when it schedules, so ask it to.
    std::thread::yield_now();
    let line = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    line.split_ascii_whitespace().next().and_then(|ns| ns.parse::<f64>().ok()).unwrap_or_default() / 1e9
}

fn arguments() -> Outcome<Args> {
    let mut args =
        Args { dir: PathBuf::new(), open: false, only: None, passes: 5, first: false, since: None };
    let mut words = std::env::args().skip(1).filter(|word| word != "--bench");
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("`{word}` needs a value"));
        match word.as_str() {
            "--open" => args.open = true,
            "--first" => args.first = true,
            "--only" => args.only = Some(value()?),
            "--since" => args.since = Some(value()?),
            "--passes" => args.passes = value()?.parse()?,
            _ => args.dir = word.into(),
        }
    }
    if args.dir.as_os_str().is_empty() {
        return Err(
            "name a data folder, such as `cargo bench --bench index -- --dir DIR --keep` leaves".into()
        );
    }
    Ok(args)
}
