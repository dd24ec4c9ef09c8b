//! What does an exact match set cost: alternatives, a phrase, a proximity of alternatives, facets?
//!
//! Corpus: a folder that `cargo bench --bench index -- --docs N --dir DIR --keep` left (full synthetic records,
//! seed 20260101), or any other data folder; it is only read. Questions (seed 7): 100 of each class, Chinese and English
//! by turns, from the vocabulary of the corpus. It is small, so a word stands in many documents: harder than a
//! real collection of that size. All zones that say what a document is about, in all language versions.
//! Outside the timed part: opening, and one pass over all questions, so that files are in memory.
//!
//! Command: `cargo bench --bench matching -- DIR [--passes N] [--only CLASS]`
//!
//! Reading: CPU of one call on one thread, the lowest of the passes for each question; then median, 99th percentile and
//! highest of the questions.
//!
//! - `or, top 10`: three words of the vocabulary, each alone, as alternatives: the exact set, its size, and the best ten
//!   of it by BM25F. `or, set`: the same without the ten.
//! - `phrase`: the exact set of four characters or two words and more, and its size; `phrase, top 10` with the best ten.
//! - `proximity`: two groups of three alternatives, ten units apart at most in one sentence, in any order: set and size.
//! - `frequency`, `wildcard`: a word at least three times; a word of six letters and more cut after four.
//! - `facets`: six columns (office, year of filing, applicant, subclass, kind, language) over about 60,000 matches,
//!   counted by family.
#![expect(clippy::print_stdout, reason = "a bench reports on standard output")]

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use patnav::index::{DocnoSet, NearPattern, Pattern, Piece, Reach, Reader, Zone};
use patnav::search::{Collapse, facets};
use patnav::text::Analyzer;

#[path = "../fixtures/generator/mod.rs"]
mod generator;

use generator::random::Random;
use generator::vocabulary;

type Outcome<T> = Result<T, Box<dyn Error>>;

const PER_CLASS: u64 = 100;
const SEED: u64 = 7;
const FACETS: [&str; 6] = ["country", "year", "applicant", "ipc_subclass", "kind_code", "language"];
const FACET_MATCHES: u64 = 60_000;

/// What is asked, with the number of matches.
type Question = Box<dyn Fn(&Reader) -> Outcome<u64>>;

fn main() -> Outcome<()> {
    let (dir, passes, only) = arguments()?;
    let reader = Reader::open(&dir, Analyzer::new(), None)?;
    println!("{} documents, {PER_CLASS} questions a class, {passes} passes\n", reader.alive().len());
    println!("| class | matches, median | CPU ms: median | p99 | highest |\n|---|---|---|---|---|");
    for (class, questions) in questions() {
        if only.as_deref().is_some_and(|only| !class.starts_with(only)) {
            continue;
        }
        let mut times = Vec::new();
        let mut totals = Vec::new();
        for question in &questions {
            totals.push(question(&reader)?);
        }
        for question in &questions {
            let mut best = f64::INFINITY;
            for _ in 0..passes {
                let start = thread_cpu_s();
                std::hint::black_box(question(&reader)?);
                best = best.min(thread_cpu_s() - start);
            }
            times.push(best * 1e3);
        }
        totals.sort_unstable();
        report(class, &totals[totals.len() / 2].to_string(), &mut times);
    }
    if only.as_deref().is_none_or(|only| only == "facets") {
        measure_facets(&reader, passes)?;
    }
    Ok(())
}

fn report(class: &str, matches: &str, times: &mut [f64]) {
    times.sort_by(f64::total_cmp);
    let at = |percent: usize| times[(times.len() * percent / 100).min(times.len() - 1)];
    println!("| {class} | {matches} | {:.2} | {:.2} | {:.2} |", at(50), at(99), at(100));
}

/// Sets of about 60,000 documents: every document with a chance, by another seed each.
fn measure_facets(reader: &Reader, passes: usize) -> Outcome<()> {
    let n_alive = reader.alive().len().max(1);
    let mut times = Vec::new();
    let mut totals = Vec::new();
    for n in 0..PER_CLASS {
        let mut random = Random::new(SEED, "facets", n);
        let mut set = DocnoSet::empty(reader.alive().end());
        let n_alive = usize::try_from(n_alive)?;
        let wanted = usize::try_from(FACET_MATCHES)?;
        set.extend(reader.alive().iter().filter(|_| random.index(n_alive) < wanted));
        totals.push(set.len());
        let mut best = f64::INFINITY;
        for _ in 0..passes {
            let start = thread_cpu_s();
            std::hint::black_box(facets(reader, &set, Collapse::SimpleFamily, &FACETS)?);
            best = best.min(thread_cpu_s() - start);
        }
        times.push(best * 1e3);
    }
    totals.sort_unstable();
    report("facets", &totals[totals.len() / 2].to_string(), &mut times);
    Ok(())
}

/// Questions by class.
fn questions() -> Vec<(&'static str, Vec<Question>)> {
    let topics: Vec<_> = vocabulary::topics().collect();
    let thing = |random: &mut Random, zh: bool| -> String {
        let topic = *random.pick(&topics);
        let list = if random.chance(50) { topic.objects } else { topic.parts };
        let pair = random.pick(list);
        if zh { pair.0 } else { pair.1 }.to_owned()
    };
    // Two characters of a Chinese word, or one word of an English one.
    let word = |random: &mut Random, zh: bool| -> String {
        let whole = thing(random, zh);
        if zh {
            whole.chars().take(2).collect()
        } else {
            whole.split(' ').next_back().unwrap_or_default().to_owned()
        }
    };
    let phrase = |text: String| Pattern::Phrase(text);
    let set = |pattern: Pattern, at_least: u32| -> Question {
        Box::new(move |reader| Ok(reader.matching_pattern(&Zone::TOPIC, &[], &pattern, at_least)?.len()))
    };
    let top = |pattern: Pattern, text: String| -> Question {
        Box::new(move |reader| {
            let set = reader.matching_pattern(&Zone::TOPIC, &[], &pattern, 1)?;
            std::hint::black_box(reader.rank_words(&text, &set, 10)?);
            Ok(set.len())
        })
    };
    let make = |label: &str, question: &dyn Fn(&mut Random, bool) -> Question| -> Vec<Question> {
        (0..PER_CLASS).map(|n| question(&mut Random::new(SEED, label, n), n % 2 == 0)).collect()
    };
    let three = |random: &mut Random, zh: bool| -> Vec<String> { (0..3).map(|_| word(random, zh)).collect() };
    let any = |words: &[String]| Pattern::Any(words.iter().cloned().map(phrase).collect());
    let group = |random: &mut Random, zh: bool| {
        let words: Vec<String> = (0..3).map(|_| thing(random, zh)).collect();
        any(&words)
    };
    let or = make("or", &|random, zh| {
        let words = three(random, zh);
        top(any(&words), words.join(" "))
    });
    let or_set = make("or", &|random, zh| set(any(&three(random, zh)), 1));
    let phrases = make("phrase", &|random, zh| set(phrase(thing(random, zh)), 1));
    let phrases_top = make("phrase", &|random, zh| {
        let text = thing(random, zh);
        top(phrase(text.clone()), text)
    });
    let proximity = make("proximity", &|random, zh| {
        let (left, right) = (group(random, zh), group(random, zh));
        let near = NearPattern { left, right, reach: Reach::Units(10), ordered: false, negated: false };
        set(Pattern::Near(Box::new(near)), 1)
    });
    let frequency = make("frequency", &|random, zh| set(phrase(word(random, zh)), 3));
    let wildcard = make("wildcard", &|random, _| {
        let long = (0..50).map(|_| word(random, false)).find(|word| word.len() > 5);
        let stem: String = long.unwrap_or_else(|| "hydrogen".to_owned()).chars().take(4).collect();
        set(Pattern::Wild(vec![Piece::Text(stem), Piece::Many]), 1)
    });
    vec![
        ("or, top 10", or),
        ("or, set", or_set),
        ("phrase", phrases),
        ("phrase, top 10", phrases_top),
        ("proximity", proximity),
        ("frequency", frequency),
        ("wildcard", wildcard),
    ]
}

/// CPU seconds of this thread.
fn thread_cpu_s() -> f64 {
    // The kernel brings the figure up to date when it schedules, so ask it to.
    std::thread::yield_now();
    let line = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    line.split_ascii_whitespace().next().and_then(|ns| ns.parse::<f64>().ok()).unwrap_or_default() / 1e9
}

fn arguments() -> Outcome<(PathBuf, usize, Option<String>)> {
    let (mut dir, mut passes, mut only) = (PathBuf::new(), 3, None);
    let mut words = std::env::args().skip(1).filter(|word| word != "--bench");
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("`{word}` needs a value"));
        match word.as_str() {
            "--passes" => passes = value()?.parse()?,
            "--only" => only = Some(value()?),
            _ => dir = word.into(),
        }
    }
    if dir.as_os_str().is_empty() {
        return Err(
            "name a data folder, such as `cargo bench --bench index -- --dir DIR --keep` leaves".into()
        );
    }
    Ok((dir, passes, only))
}
