//! Do the claims' words say what the files declare, and what do real claims look like?
//!
//! Corpus: every claim set that `patnav::ingest::read` finds below DIR. Where a file declares references
//! (USPTO `claim-ref`), the numbers read from the words alone are compared with the declared ones, claim by claim.
//! Outside the timed part: reading the files. The time is of taking every claim apart once.
//!
//! Command: `cargo bench --bench claims -- DIR [--dump]`
//!
//! Reading: agreement is the share of the claims that declare a reference, and of the sets with any such claim, whose
//! numbers are the same read and declared; a file that marks only the ends of "claims 1 to 3" agrees, and is counted apart.
//! Each exception is printed with its words; findings are counted by kind. `--dump` prints all claims first.

#![expect(clippy::print_stdout, reason = "a bench reports on standard output")]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use patnav::ingest;
use patnav::patent::ClaimSet;
use patnav::patent::Version;
use patnav::patent::claim;

struct Found {
    key: String,
    format: String,
    set: ClaimSet,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
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
    contents(&sets);
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

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { f64::NAN } else { part as f64 / whole as f64 }
}

/// Counts of what the claims hold, Chinese and English sets only, and the time of taking them apart.
fn contents(sets: &[Found]) {
    let mut categories: BTreeMap<String, [usize; 2]> = BTreeMap::new();
    let mut findings: BTreeMap<String, usize> = BTreeMap::new();
    let (mut n_claims, mut n_elements, mut n_ranges, mut n_groups, mut n_functional) = (0, 0, 0, 0, 0);
    let started = Instant::now();
    for found in sets.iter().filter(|found| found.set.lang.version() != Version::Other) {
        let independent = found.set.independent();
        for (at, category) in claim::categories(&found.set).into_iter().enumerate() {
            let counts =
                categories.entry(category.map_or("none".to_owned(), |c| format!("{c:?}"))).or_default();
            counts[0] += 1;
            counts[1] += usize::from(independent.contains(&at));
        }
        for finding in claim::inspect(&found.set) {
            let name = format!("{finding:?}");
            let name = name.split(' ').next().unwrap_or_default().to_owned();
            *findings.entry(name).or_default() += 1;
        }
        for claim in &found.set.claims {
            n_claims += 1;
            n_elements += claim::Anatomy::of(&claim.text).elements().count();
            n_ranges += claim::ranges(&claim.text).len();
            n_groups += claim::groups(&claim.text).len();
            n_functional += usize::from(!claim::functional(&claim.text).is_empty());
        }
    }
    let seconds = started.elapsed().as_secs_f64();
    println!("category | claims | independent");
    for (category, [all, independent]) in &categories {
        println!("{category} | {all} | {independent}");
    }
    println!("findings: {findings:?}");
    println!(
        "claims {n_claims}, elements {n_elements}, ranges {n_ranges}, groups {n_groups}, claims with functional language {n_functional}"
    );
    println!("time: {:.1} ms, {:.0} claims/s", seconds * 1e3, n_claims as f64 / seconds.max(1e-9));
}

fn agreement(sets: &[Found]) {
    let mut by_format: BTreeMap<&str, [usize; 6]> = BTreeMap::new();
    let mut n_ends_only = 0;
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
            let ends = declared != words && declared == claim::printed_references(&claim.text);
            n_ends_only += usize::from(ends);
            if words == declared || ends {
                counts[5] += 1;
            } else {
                all_same = false;
                let head: String = claim.text.chars().take(160).collect();
                println!(
                    "differs: {} claim {}: declared {declared:?}, read {words:?}: {head}",
                    found.key, claim.number
                );
            }
        }
        counts[3] += usize::from(all_same);
    }
    println!(
        "format | sets | claims | sets that declare | trees the same | claims in them | claims the same"
    );
    let mut total = [0; 6];
    for (format, counts) in &by_format {
        println!("{format} | {}", counts.map(|count| count.to_string()).join(" | "));
        for (sum, count) in total.iter_mut().zip(counts) {
            *sum += count;
        }
    }
    println!("all | {}", total.map(|count| count.to_string()).join(" | "));
    let [.., n_sets, n_same_sets, n_claims, n_same] = total;
    println!(
        "trees the same: {:.4}, claims the same: {:.4}",
        share(n_same_sets, n_sets),
        share(n_same, n_claims)
    );
    println!(
        "of these, claims whose file marks only the ends of a range that the words write out: {n_ends_only}"
    );
}
