//! Do the claims' words say what the files declare, and what do real claims look like?
//!
//! Corpus: every claim set that `patnav::ingest::read` finds below DIR. Where a file declares references
//! (USPTO `claim-ref`), the numbers read from the words alone are compared with the declared ones, claim by claim.
//! Outside the timed part: reading the files. The time is of taking every claim apart once.
//!
//! Command: `cargo bench --bench claims -- DIR [--dump]`
//!
//! Reading: agreement is the share of the claims that declare a reference, and of the sets with any such claim, whose
//! numbers are the same read and declared; each exception is printed with its words. `--dump` prints all claims first.

#![expect(clippy::print_stdout, reason = "a bench reports on standard output")]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use patnav::ingest;
use patnav::patent::ClaimSet;
use patnav::patent::claim;

struct Found {
    key: String,
    format: String,
    set: ClaimSet,
}

fn main() {
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let dump = arguments.iter().any(|argument| argument == "--dump");
    let paths: Vec<PathBuf> =
        arguments.iter().filter(|argument| !argument.starts_with("--")).map(PathBuf::from).collect();
    if paths.is_empty() {
        println!("give a folder: cargo bench --bench claims -- DIR");
        return;
    }
    let sets = read(&paths);
    if dump {
        for found in &sets {
            for claim in &found.set.claims {
                println!(
                    "{} {} {}. {:?} {}",
                    found.key,
                    found.set.lang.0,
                    claim.number,
                    claim.refers_to,
                    claim.text.replace('\n', " / ")
                );
            }
        }
    }
    agreement(&sets);
}

fn read(paths: &[PathBuf]) -> Vec<Found> {
    let options = ingest::Options {
        format: None,
        map: None,
        threads: 1,
        limits: ingest::Limits::STANDARD,
        refuse_above_share: None,
    };
    let mut sets = Vec::new();
    let read = ingest::read(paths, &options, &|_| false, &|_| {}, &mut |item| {
        if let ingest::Item::Record(record) = item {
            let publication = record.publication;
            let format = publication.provenance.first().map(|p| p.format.clone()).unwrap_or_default();
            for set in &publication.claims {
                sets.push(Found { key: publication.key(), format: format.clone(), set: set.clone() });
            }
        }
        Ok(())
    });
    if let Err(error) = read {
        println!("reading ended early: {error}");
    }
    sets
}

fn agreement(sets: &[Found]) {
    let mut by_format: BTreeMap<&str, [usize; 6]> = BTreeMap::new();
    let started = Instant::now();
    for found in sets {
        let counts = by_format.entry(&found.format).or_default();
        counts[0] += 1;
        counts[1] += found.set.claims.len();
        let read = claim::dependencies_from_text(&found.set);
        let declares = found.set.claims.iter().any(|claim| !claim.refers_to.is_empty());
        if !declares {
            continue;
        }
        counts[2] += 1;
        let mut all_same = true;
        for (claim, dependency) in found.set.claims.iter().zip(&read) {
            let mut declared = claim.refers_to.clone();
            declared.sort_unstable();
            declared.dedup();
            let mut words: Vec<u32> =
                dependency.refers_to.iter().chain(&dependency.unresolved).copied().collect();
            words.sort_unstable();
            counts[4] += 1;
            if words == declared {
                counts[5] += 1;
            } else {
                all_same = false;
                let head: String = claim.text.chars().take(160).collect();
                println!("differs: {} claim {}: declared {declared:?}, read {words:?}: {head}", found.key, claim.number);
            }
        }
        counts[3] += usize::from(all_same);
    }
    println!("format | sets | claims | sets that declare | trees the same | claims in them | claims the same");
    let mut total = [0; 6];
    for (format, counts) in &by_format {
        println!("{format} | {}", counts.map(|count| count.to_string()).join(" | "));
        for (sum, count) in total.iter_mut().zip(counts) {
            *sum += count;
        }
    }
    println!("all | {}", total.map(|count| count.to_string()).join(" | "));
    println!("time: {:.1} ms", started.elapsed().as_secs_f64() * 1e3);
}
