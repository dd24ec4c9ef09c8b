//! How does full text compare with Xapian, SQLite FTS5 and PostgreSQL on the same words?
//!
//! Corpus: titles and abstracts (both languages) of N synthetic records (seed 20260101), indexed here without claims and
//! vectors. Beside the index the folder gets `tokens.tsv`, the words of each record as our analysis makes them, and
//! `questions.tsv`: words and pairs of neighbouring words drawn from the records (seed 7), 50 questions a kind, so that
//! frequent words come often, but no function words. `benches/peers/fulltext_bench.py DIR` asks the others the same, in the same hour.
//!
//! Command: `cargo bench --bench peers -- --docs N --dir DIR`
//!
//! Reading: CPU of one thread, lowest of three passes, median of the questions. `or`: the ten best of three words and
//! how many match. `phrase`: the ten best that hold two words side by side. `facets`: how often each applicant stands in
//! all matches of one word, the twenty commonest. Snippets and documents are not read, as the others read none.
#![expect(clippy::print_stdout, reason = "a bench reports on standard output")]

use std::error::Error;
use std::fs;
use std::io::{BufWriter, Write as _};
use std::path::PathBuf;

use patnav::index::{DocnoSet, Embedding, Operand, Options, Reader, Writer, Zone};
use patnav::text::Analyzer;
use patnav::text::stopwords::is_function_word;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

#[path = "../fixtures/generator/mod.rs"]
mod generator;

type Outcome<T> = Result<T, Box<dyn Error>>;

const PER_KIND: usize = 50;
const PASSES: usize = 3;

/// A question: its kind, its words as terms, and as they stand in the text.
struct Question {
    kind: &'static str,
    terms: Vec<String>,
    text: String,
}

fn main() -> Outcome<()> {
    let (mut n_documents, mut dir) = (100_000, PathBuf::from("peers"));
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    while let Some(argument) = arguments.next() {
        let value = arguments.next().ok_or("a value is missing")?;
        match argument.as_str() {
            "--docs" => n_documents = value.parse()?,
            "--dir" => dir = PathBuf::from(value),
            other => return Err(format!("unknown argument `{other}`").into()),
        }
    }
    fs::create_dir_all(&dir)?;
    let analyzer = Analyzer::new();
    let start = thread_cpu_s();
    let questions = write(&dir, n_documents, &analyzer)?;
    println!("written and indexed in {:.1} CPU s of this thread", thread_cpu_s() - start);
    let reader = Reader::open(&dir.join("patnav"), analyzer, None)?;
    println!("{} records\n\n| engine | question | CPU ms, median | matches, median |", reader.alive().len());
    println!("|---|---|---|---|");
    for kind in ["or", "phrase", "facets"] {
        let (mut times, mut totals) = (Vec::new(), Vec::new());
        for question in questions.iter().filter(|question| question.kind == kind) {
            let mut best = f64::INFINITY;
            for _ in 0..PASSES {
                let start = thread_cpu_s();
                totals.push(std::hint::black_box(answer(&reader, question)?));
                best = best.min(thread_cpu_s() - start);
            }
            times.push(best * 1e3);
        }
        times.sort_by(f64::total_cmp);
        totals.sort_unstable();
        println!("| patnav | {kind} | {:.3} | {} |", times[times.len() / 2], totals[totals.len() / 2]);
    }
    Ok(())
}

/// Answers a question and returns the number of matches.
fn answer(reader: &Reader, question: &Question) -> Outcome<u64> {
    let zones = [Zone::Title, Zone::Abstract];
    match question.kind {
        "or" => {
            let words = reader.score_words(&question.text, reader.alive())?;
            std::hint::black_box(words.best(10));
            Ok(words.len() as u64)
        }
        "phrase" => {
            let set = reader.matching(&zones, Operand::Phrase(&question.text))?;
            std::hint::black_box(reader.rank_words(&question.text, &set, 10)?);
            Ok(set.len())
        }
        _ => {
            let mut set = DocnoSet::empty(reader.alive().end());
            set.unite(&reader.matching(&zones, Operand::Phrase(&question.text))?);
            let column = reader.column("applicant")?;
            let mut counts = vec![0_u32; column.n_distinct()];
            for docno in set.iter() {
                column.ordinals(docno).iter().for_each(|ordinal| counts[*ordinal as usize] += 1);
            }
            let mut counts: Vec<(u32, u32)> = counts.into_iter().zip(0..).filter(|(n, _)| *n > 0).collect();
            let shown = counts.len().min(20);
            if shown > 0 {
                counts.select_nth_unstable_by(shown - 1, |a, b| b.cmp(a));
                counts[..shown].sort_unstable_by(|a, b| b.cmp(a));
            }
            std::hint::black_box(&counts[..shown]);
            Ok(set.len())
        }
    }
}

/// Writes the records as words, indexes them, and draws the questions.
fn write(dir: &std::path::Path, n_documents: usize, analyzer: &Analyzer) -> Outcome<Vec<Question>> {
    let _ = fs::remove_dir_all(dir.join("patnav"));
    let options = Options {
        threads: 2,
        memory_bytes: 512 << 20,
        index_descriptions: false,
        embedding: Embedding::Off,
        equivalents: Vec::new(),
        now: jiff::Timestamp::UNIX_EPOCH,
    };
    let mut writer = Writer::open(&dir.join("patnav"), analyzer.clone(), options)?;
    let mut tokens = BufWriter::new(fs::File::create(dir.join("tokens.tsv"))?);
    let corpus = generator::Options {
        seed: 20_260_101,
        n_families: n_documents as u64 * 2 / 3 + 10,
        with_stories: false,
    };
    let mut random = ChaCha8Rng::seed_from_u64(7);
    // Neighbouring words with what stands between them, of one text in some thousand.
    let mut drawn: Vec<[(String, String); 2]> = Vec::new();
    for mut record in generator::corpus(&corpus).take(n_documents) {
        record.claims.clear();
        let join = |texts: &mut dyn Iterator<Item = &str>| -> String {
            let mut words: Vec<String> = Vec::new();
            texts.for_each(|text| analyzer.words(text, |term, _| words.push(term.to_owned())));
            words.join(" ")
        };
        let titles = join(&mut record.titles.iter().map(|text| text.text.as_str()));
        let abstracts = join(&mut record.abstracts.iter().map(|text| text.text.as_str()));
        let applicant = record.parties.first().map_or("", |party| party.name.as_str());
        writeln!(tokens, "{applicant}\t{titles}\t{abstracts}")?;
        if random.random_bool(0.02)
            && let Some(pair) =
                record.abstracts.first().and_then(|text| pair(analyzer, &text.text, &mut random))
        {
            drawn.push(pair);
        }
        writer.upsert(record)?;
    }
    tokens.flush()?;
    writer.commit(&[], &|_, _, _| true)?;
    let mut questions = Vec::new();
    let mut pick = || drawn.choose(&mut random).cloned().ok_or("too few records to draw questions from");
    for _ in 0..PER_KIND {
        let words = [pick()?, pick()?, pick()?].map(|[word, _]| word);
        let join = |of: fn(&(String, String)) -> &str| words.iter().map(of).collect::<Vec<_>>().join(" ");
        questions.push(Question {
            kind: "or",
            terms: words.iter().map(|(term, _)| term.clone()).collect(),
            text: join(|(_, text)| text),
        });
        let [(one, _), (other, both)] = pick()?;
        questions.push(Question { kind: "phrase", terms: vec![one, other], text: both });
        let [(term, text), _] = pick()?;
        questions.push(Question { kind: "facets", terms: vec![term], text });
    }
    let lines: Vec<String> =
        questions.iter().map(|question| format!("{}\t{}", question.kind, question.terms.join(" "))).collect();
    fs::write(dir.join("questions.tsv"), lines.join("\n") + "\n")?;
    Ok(questions)
}

/// Draws two neighbouring words of a text: the first with its text, the second with the text of both.
fn pair(analyzer: &Analyzer, text: &str, random: &mut ChaCha8Rng) -> Option<[(String, String); 2]> {
    let mut words: Vec<(String, std::ops::Range<usize>)> = Vec::new();
    analyzer.words(text, |term, range| words.push((term.to_owned(), range)));
    let neighbours: Vec<&[(String, std::ops::Range<usize>)]> = words
        .windows(2)
        .filter(|two| {
            let (a, b) = (&two[0].1, &two[1].1);
            let gap = text.get(a.end..b.start);
            // Function words take no part in our ranking, so they would be no question of equals.
            let telling = two.iter().all(|(term, _)| !is_function_word(term));
            telling
                && matches!(gap, Some("" | " "))
                && text[a.clone()].chars().nth(1).is_some()
                && text[b.clone()].chars().nth(1).is_some()
        })
        .collect();
    let two = neighbours.choose(random)?;
    let (a, b) = (&two[0], &two[1]);
    Some([(a.0.clone(), text[a.1.clone()].to_owned()), (b.0.clone(), text[a.1.start..b.1.end].to_owned())])
}

/// CPU seconds of this thread.
fn thread_cpu_s() -> f64 {
    // The kernel brings the figure up to date when it schedules, so ask it to.
    std::thread::yield_now();
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = text.split_whitespace().next().and_then(|n| n.parse::<f64>().ok());
    nanoseconds.unwrap_or_default() / 1e9
}
