//! What does counting a million records cost, and do counts of a real collection agree with an independent script?
//!
//! Corpus: synthetic plain records made here (seed fixed; 1.55 a family, 2 applicants of 60,000 by Zipf, 3 classes of 8,000,
//! 6 phrases of 200,000, 2 citations of earlier ones, states, tags, effects), or with `--hydrogen FILE` the table of the
//! hydrogen collection, read by `patnav::ingest`. Outside the timed part: making or reading the records. Building the
//! cohort is timed apart.
//!
//! Command: `cargo bench --bench cohort -- [--records N]`; `cargo bench --bench cohort -- --hydrogen FILE`, which runs
//! `python3 benches/peers/hydrogen_counts.py FILE` and compares every line.
//!
//! Reading: CPU seconds of the one thread that works. "counting" are indicators 1-10 and 13-15 of the reference (growth,
//! life cycle, S-curve, concentration, RTA, families, h-index and impact, diversity, originality, matrix, proximity,
//! co-occurrence), "graph and terms" bursts, emergence, main path and key patents.

#![expect(clippy::print_stdout, reason = "a bench reports on standard output")]

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::error::Error;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Mutex;

use patnav::analytics::cohort::{Cohort, Counting, Level, Record};
use patnav::analytics::evidence::{Timeline, Unit};
use patnav::analytics::indicator::value::Weights;
use patnav::analytics::indicator::{burst, emergence};
use patnav::analytics::measure;
use patnav::ingest::{Item, Limits, Options, read};
use patnav::patent::legal::{Case, state};
use patnav::patent::merge::merge;
use patnav::patent::{Date, PatentType};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.as_slice() {
        [] => cost(100_000),
        [flag, n] if flag == "--records" => cost(n.parse()?),
        [flag, file] if flag == "--hydrogen" => return hydrogen(&PathBuf::from(file)),
        _ => println!("cargo bench --bench cohort -- [--records N | --hydrogen FILE]"),
    }
    Ok(())
}

/// CPU seconds of this thread.
fn cpu_s() -> f64 {
    // The kernel brings the figure up to date when it schedules, so ask it to.
    std::thread::yield_now();
    let line = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    line.split_ascii_whitespace().next().and_then(|ns| ns.parse::<f64>().ok()).unwrap_or_default() / 1e9
}

fn timed<T>(what: &str, sum: &mut f64, work: impl FnOnce() -> T) -> T {
    let start = cpu_s();
    let result = work();
    let took = cpu_s() - start;
    *sum += took;
    println!("  {what}: {took:.2} CPU s");
    result
}

fn peak_memory_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    line.and_then(|line| line.split_ascii_whitespace().nth(1)?.parse::<u64>().ok()).unwrap_or(0) / 1024
}

fn cost(n: u32) {
    let records = synthetic(n);
    println!("{n} records, peak memory {} MB", peak_memory_mb());
    let mut building = 0.0;
    let cohort =
        timed("building", &mut building, || Cohort::of_records(&records, "synthetic", Counting::default()));
    // Giving a million records back to the allocator would be charged to whoever allocates next.
    std::mem::forget(records);
    println!("{} families, {} citations", cohort.n_units(), cohort.citations().pairs().count());
    let (holders, _) = cohort.entities().expect("there are applicants");
    let mut counting = 0.0;
    let classes =
        timed("classes", &mut counting, || cohort.classes(Level::Subclass).expect("there are classes"));
    let (tags, effects) = (cohort.labels("tag").expect("tags"), cohort.labels("effect").expect("effects"));
    let phrases = cohort.labels("phrases_zh").expect("phrases");
    timed("trend", &mut counting, || measure::trend(&cohort, Timeline::Priority));
    timed("life cycle", &mut counting, || measure::life_cycle(&cohort)).expect("types");
    let curve = timed("S-curve", &mut counting, || measure::s_curve(&cohort, Timeline::Priority));
    println!("    {:?}", curve.1.map(|curve| (curve.saturation, curve.low, curve.high)));
    timed("concentration", &mut counting, || measure::concentration(&cohort)).expect("applicants");
    timed("specialisation", &mut counting, || measure::specialisation(&cohort, holders, &classes, 20, 20))
        .expect("counts");
    timed("families", &mut counting, || measure::families(&cohort)).expect("offices");
    timed("h-index and impact", &mut counting, || measure::entity_impact(&cohort, holders, 50));
    timed("cycle time, originality, generality", &mut counting, || measure::citation_measures(&cohort));
    timed("diversity", &mut counting, || measure::diversity(&cohort, Level::Subclass)).expect("classes");
    timed("matrix", &mut counting, || measure::technology_effect(&cohort, tags, effects)).expect("counts");
    timed("proximity", &mut counting, || measure::proximity(&cohort, holders, &classes, 20, Level::Subclass));
    timed("co-occurrence", &mut counting, || measure::co_occurrence(&cohort, &classes, 200, 5));
    let mut graphs = 0.0;
    let found = timed("bursts", &mut graphs, || {
        measure::bursts(&cohort, phrases, Timeline::Priority, &burst::STANDARD)
    });
    println!("    {} bursts", found.map_or(0, |found| found.len()));
    let found =
        timed("emergence", &mut graphs, || measure::emergence(&cohort, phrases, &emergence::STANDARD));
    println!("    {} candidates", found.map_or(0, |found| found.len()));
    let path = timed("main path", &mut graphs, || measure::main_path(&cohort));
    println!("    {} steps", path.steps.len());
    timed("key patents", &mut graphs, || measure::key_patents(&cohort, Weights::standard(), 100));
    println!(
        "building {building:.2}, counting {counting:.2}, graph and terms {graphs:.2} CPU s; peak {} MB",
        peak_memory_mb()
    );
}

/// A small generator of numbers (SplitMix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: u32) -> u32 {
        u32::try_from(self.next() % u64::from(n.max(1))).unwrap_or(0)
    }

    /// A number below `n`, small ones oftener: about one over its rank.
    fn skewed(&mut self, n: u32) -> u32 {
        let share = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "below n")]
        let rank = (f64::from(n).powf(share) - 1.0) as u32;
        rank.min(n - 1)
    }
}

fn synthetic(n: u32) -> Vec<Record> {
    let mut random = Random(20_260_101);
    let start = jiff::civil::date(2000, 1, 1);
    (0..n)
        .map(|at| {
            // A family has one or two members; they follow each other.
            let family = at * 20 / 31;
            let mut of_family = Random(u64::from(family));
            let days = i64::from(family) * 8_900 / i64::from(n * 20 / 31 + 1);
            let filed = start.saturating_add(jiff::Span::new().days(days));
            let office = if at * 20 % 31 < 20 { "CN" } else { ["US", "EP", "WO"][random.below(3) as usize] };
            let is_model = office == "CN" && of_family.below(10) < 3;
            let class = |r: &mut Random| {
                let subclass = r.skewed(600);
                let letter = |n: u32| char::from(b"ABCDEFGH"[n as usize % 8]);
                format!(
                    "{}{:02}{}{}/{:02}",
                    letter(subclass),
                    subclass / 64 + 1,
                    letter(subclass / 8),
                    r.below(14) + 1,
                    0
                )
            };
            let names = |r: &mut Random, what: &str, k: u32, n: u32| -> Vec<String> {
                (0..k).map(|_| format!("{what}{}", r.skewed(n))).collect()
            };
            let k = 1 + u32::from(of_family.below(5) == 0);
            let classes: Vec<String> = (0..3).map(|_| class(&mut of_family)).collect();
            let state = ["active", "inactive", "pending", "undetermined"][random.below(4) as usize];
            let mut labels = BTreeMap::from([
                ("applicant".to_owned(), names(&mut of_family, "单位", k, 60_000)),
                ("inventor".to_owned(), names(&mut of_family, "人", 3, 300_000)),
                ("phrases_zh".to_owned(), names(&mut of_family, "词", 6, 200_000)),
                ("tag".to_owned(), names(&mut of_family, "叶", 1, 60)),
                ("effect".to_owned(), names(&mut of_family, "效果", 2, 12)),
                ("ipc_main".to_owned(), vec![classes[0].clone()]),
                ("class".to_owned(), classes),
                ("legal_state".to_owned(), vec![state.to_owned()]),
            ]);
            if random.below(20) == 0 {
                labels.insert("legal_flag".to_owned(), vec!["transfer".to_owned()]);
            }
            let key = |at: u32| format!("CN{}A", 200_000_000 + at);
            let cites = (0..2).filter(|_| at > 0).map(|_| key(at - 1 - random.skewed(at))).collect();
            Record {
                key: key(at),
                application: Some(format!("{office}{at}")),
                family: Some(format!("F{family}")),
                office: Some(office.to_owned()),
                first_office: Some("CN".to_owned()),
                kind: Some("A".to_owned()),
                patent_type: Some(if is_model { PatentType::UtilityModel } else { PatentType::Invention }),
                priority_date: Some(filed),
                filing_date: Some(filed),
                publication_date: Some(filed.saturating_add(jiff::Span::new().days(540))),
                cites: Some(cites),
                n_literature: Some(random.below(3)),
                n_claims: Some(5 + random.below(10)),
                labels,
                ..Record::default()
            }
        })
        .collect()
}

/// Compares counts of the hydrogen collection with those of the script, line by line.
fn hydrogen(file: &PathBuf) -> Result<(), Box<dyn Error>> {
    let (rows, records) = hydrogen_records(file)?;
    let mut sum = 0.0;
    let cohort = timed("building, families", &mut sum, || {
        Cohort::of_records(&records, "hydrogen", Counting::default())
    });
    let applications = timed("building, applications", &mut sum, || {
        let counting = Counting { unit: Unit::Application, ..Counting::default() };
        Cohort::of_records(&records, "hydrogen", counting)
    });
    let documents =
        Cohort::of_records(&rows, "hydrogen", Counting { unit: Unit::Publication, ..Counting::default() });
    let mut ours: BTreeMap<(String, String), u64> = BTreeMap::new();
    let mut put = |kind: &str, label: &str, n: u64| {
        ours.insert((kind.to_owned(), label.to_owned()), n);
    };
    put("records", "all", rows.len() as u64);
    put("families", "all", u64::from(cohort.n_units()));
    put("applications", "all", u64::from(applications.n_units()));
    let applicants = cohort.by_label("applicant").map_err(|why| why.to_string())?;
    put("applicants", "all", applicants.len() as u64);
    applicants.iter().take(200).for_each(|count| put("applicant", &count.label, count.units.len() as u64));
    for (kind, cohort, column) in [("office", &cohort, "office"), ("state", &documents, "legal_state")] {
        for count in cohort.by_label(column).map_err(|why| why.to_string())? {
            put(kind, &count.label, count.units.len() as u64);
        }
    }
    let script = Command::new("python3").arg("benches/peers/hydrogen_counts.py").arg(file).output()?;
    if !script.status.success() {
        return Err(String::from_utf8_lossy(&script.stderr).into_owned().into());
    }
    let text = String::from_utf8(script.stdout)?;
    let mut theirs: BTreeMap<(String, String), u64> = BTreeMap::new();
    for line in text.lines() {
        if let [kind, label, n] = line.split('\t').collect::<Vec<_>>().as_slice() {
            theirs.insert(((*kind).to_owned(), (*label).to_owned()), n.parse()?);
        }
    }
    let places: std::collections::BTreeSet<_> = ours.keys().chain(theirs.keys()).cloned().collect();
    let mut n_different = 0;
    for place in &places {
        let (a, b) = (ours.get(place), theirs.get(place));
        if a != b {
            n_different += 1;
            println!("{} {}: {a:?} here, {b:?} by the script", place.0, place.1);
        }
    }
    println!("{} counts compared, {n_different} different", places.len());
    if n_different > 0 { Err("counts differ".into()) } else { Ok(()) }
}

/// Returns the rows of the table, and the records that an index makes of them: an application that stands in two rows is one.
fn hydrogen_records(file: &PathBuf) -> Result<(Vec<Record>, Vec<Record>), Box<dyn Error>> {
    let options =
        Options { format: None, map: None, threads: 2, limits: Limits::STANDARD, refuse_above_share: None };
    let publications = Mutex::new(Vec::new());
    read(std::slice::from_ref(file), &options, &|_| false, &|_| {}, &mut |item| {
        if let Item::Record(record) = item {
            publications.lock().expect("nobody panics with it").push(record.publication);
        }
        Ok(())
    })?;
    // The table gives states in words without dates, so any day will do.
    let day: Date = jiff::civil::date(2025, 12, 31);
    let mut publications = publications.into_inner()?;
    // Read in parallel; the first of two rows keeps its family.
    publications.sort_by_key(|publication| publication.provenance.first().map(|source| source.record));
    let mut merged: BTreeMap<String, patnav::patent::Publication> = BTreeMap::new();
    for publication in &publications {
        match merged.entry(publication.key()) {
            Entry::Vacant(place) => drop(place.insert(publication.clone())),
            Entry::Occupied(mut known) => merge(known.get_mut(), publication.clone()),
        }
    }
    let record = |publication: &patnav::patent::Publication| {
        let mut record = Record::of(publication);
        let stands = state(&Case::of(&[publication]), day, day).status.simple;
        record.labels.insert("legal_state".to_owned(), vec![stands.name().to_owned()]);
        record
    };
    Ok((publications.iter().map(record).collect(), merged.values().map(record).collect()))
}
