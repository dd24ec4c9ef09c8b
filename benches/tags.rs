//! How well do rules and neighbours tag, and what does it cost?
//!
//! Three questions, by the first argument:
//!
//! - `planted [SEED]`: families of the generator (seed 20260101 is the committed corpus, any other is other texts from
//!   the same grammar). The generator knows topic, thing and effects of each; `fixtures/labels.tsv` and
//!   `fixtures/effect_labels.tsv` name the nodes and effects of the packs that they belong to. A tag below a labelled
//!   node counts as that label. With all that a record has, with classes hidden, and by classes alone; then how far
//!   the confidence is from the share of right tags.
//! - `hydrogen DIR`: the titles and abstracts of `hydrogen_zh/patents_text.jsonl`, classes hidden. The reference is the
//!   leaf of pack `hes` whose class list alone names the main IPC class. Families (one Chinese title) are dealt out to five
//!   folds, three times; the records of a fold are told from their text, with the reference leaves of four other folds,
//!   or of one, as reviewed tags. Four ways: the most common known leaf; the ten nearest known by LSA vector, which vote
//!   by cosine; rules, which see no label; the whole tagger (rules, hints, neighbours). The surest leaf counts, and none is
//!   a miss. Every second record was looked at while words and weights were chosen; the halves are reported apart.
//! - `speed [N]`: CPU microseconds a record, reading the stored record included, on one thread, N records of the
//!   generator in a snapshot; and of recomputing the columns.
//!
//! Command: `cargo bench --bench tags -- planted|hydrogen|speed …`
//!
//! Reading: F1 as in `analytics::tag::agreement`; macro is over the leaves that the reference has.
#![expect(clippy::print_stdout, reason = "a bench reports on standard output")]
#![expect(clippy::cast_possible_truncation, reason = "figures of a bench")]

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::Path;

use patnav::analytics::tag::agreement::{Agreement, Pair, agreement, roll_up};
use patnav::analytics::tag::near::{self, Neighbour};
use patnav::analytics::tag::{Method, Scratch, Tag, Tagged, Tagger};
use patnav::index::{Embedding, Options, Reader, SpaceName, Writer};
use patnav::patent::domain::{Pack, covers};
use patnav::patent::{ApplicationNumber, CountryCode, Language, LocalText, Publication, Symbol};
use patnav::text::Analyzer;

#[path = "../fixtures/generator/mod.rs"]
mod generator;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let second = arguments.get(1);
    match arguments.first().map(String::as_str) {
        Some("planted") => planted(second.map_or(Ok(generator::COMMITTED.seed), |seed| seed.parse())?),
        Some("hydrogen") => hydrogen(Path::new(second.ok_or("give the folder `hydrogen_zh`")?)),
        Some("speed") => speed(second.map_or(Ok(20_000), |n| n.parse())?),
        _ => {
            println!("cargo bench --bench tags -- planted [SEED] | hydrogen DIR | speed [N]");
            Ok(())
        }
    }
}

/// The rows of a table of labels.
fn rows(text: &'static str) -> impl Iterator<Item = [&'static str; 3]> {
    text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let mut cells = line.split('\t');
        Some([cells.next()?, cells.next()?, cells.next()?])
    })
}

fn label_of(tag: &Tag, labels: &BTreeSet<String>) -> String {
    roll_up(Pack::builtin(), &tag.id(), labels)
}

fn planted(seed: u64) -> Outcome<()> {
    let leaves: Vec<[&str; 3]> = rows(include_str!("../fixtures/labels.tsv")).collect();
    let effects: Vec<[&str; 3]> = rows(include_str!("../fixtures/effect_labels.tsv")).collect();
    let labels: BTreeSet<String> = leaves.iter().map(|row| row[2].to_owned()).collect();
    let effect_labels: BTreeSet<String> =
        effects.iter().map(|row| format!("{}:{}", row[1], row[2])).collect();
    let tagger = Tagger::new(Pack::builtin());
    let mut scratch = Scratch::default();
    let options = generator::Options { seed, ..generator::COMMITTED };
    let (mut full, mut text_only, mut class_only) = (Vec::new(), Vec::new(), Vec::new());
    let (mut of_effects, mut of_domains) = (Vec::new(), Vec::new());
    let mut reliability = [(0_u64, 0_u64, 0.0_f64); 5];
    let mut missed: BTreeMap<String, u64> = BTreeMap::new();
    for family in generator::planted(&options) {
        let row =
            leaves.iter().find(|row| row[0] == family.topic.id && (row[1] == "*" || row[1] == family.object));
        let label = row.ok_or("a topic without label")?[2];
        let pack = label.split(':').next().unwrap_or_default();
        let reference = BTreeSet::from([label.to_owned()]);
        let wanted: BTreeSet<String> = family
            .effects
            .iter()
            .filter_map(|at| {
                let name = generator::vocabulary::EFFECTS[*at].0;
                let row = effects.iter().find(|row| row[0] == name && row[1] == pack)?;
                Some(format!("{}:{}", row[1], row[2]))
            })
            .collect();
        for publication in family.publications {
            let mut pair = |publication: &Publication| {
                let tagged = tagger.tag(publication, &mut scratch);
                let other = tagged.tags.iter().map(|tag| label_of(tag, &labels)).collect();
                (Pair { reference: reference.clone(), other }, tagged)
            };
            let (all, tagged) = pair(&publication);
            for tag in &tagged.tags {
                let bin = (((tag.confidence - 0.5) * 10.0) as usize).min(4);
                reliability[bin].0 += 1;
                reliability[bin].1 += u64::from(label_of(tag, &labels) == label);
                reliability[bin].2 += f64::from(tag.confidence);
            }
            for wrong in all.other.symmetric_difference(&all.reference) {
                let sign = if all.other.contains(wrong) { "+" } else { "-" };
                *missed
                    .entry(format!("{sign}{wrong} of {} {}", family.topic.id, family.object))
                    .or_default() += 1;
            }
            full.push(all);
            of_domains.push(Pair {
                reference: BTreeSet::from([pack.to_owned()]),
                other: tagged.domains.iter().cloned().collect(),
            });
            let found = tagged.effects.into_iter();
            let found = found.filter(|id| id.starts_with(pack) && effect_labels.contains(id)).collect();
            of_effects.push(Pair { reference: wanted.clone(), other: found });
            text_only.push(pair(&Publication { classes: vec![], ..publication.clone() }).0);
            let bare = Publication { titles: vec![], abstracts: vec![], claims: vec![], ..publication };
            class_only.push(pair(&bare).0);
        }
    }
    println!("seed {seed}, {} publications\n", full.len());
    println!(
        "| what | leaves | macro P | macro R | macro F1 | micro F1 | macro kappa |\n|---|---|---|---|---|---|---|"
    );
    line("text and classes", &agreement(&full));
    line("text alone", &agreement(&text_only));
    line("classes alone", &agreement(&class_only));
    line("effects", &agreement(&of_effects));
    line("domain", &agreement(&of_domains));
    println!("\n| confidence | tags | mean confidence | share right |\n|---|---|---|---|");
    for (bin, (n, right, sum)) in reliability.iter().enumerate().filter(|(_, bin)| bin.0 > 0) {
        let n_f = *n as f64;
        println!("| 0.{} | {n} | {:.3} | {:.3} |", 5 + bin, sum / n_f, *right as f64 / n_f);
    }
    let mut missed: Vec<_> = missed.into_iter().collect();
    missed.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    println!("\nmost common differences:");
    missed.iter().take(30).for_each(|(what, n)| println!("{n:6} {what}"));
    println!("\n| effect | reference | found | F1 |\n|---|---|---|---|");
    for leaf in agreement(&of_effects).leaves {
        println!(
            "| {} | {} | {} | {:.2} |",
            leaf.leaf,
            leaf.n_reference,
            leaf.n_other,
            leaf.f1.unwrap_or(0.0)
        );
    }
    Ok(())
}

fn line(what: &str, found: &Agreement) {
    let number = |value: Option<f64>| value.map_or("n/a".to_owned(), |value| format!("{value:.3}"));
    println!(
        "| {what} | {} | {} | {} | {} | {} | {} |",
        found.n_leaves,
        number(found.macro_precision),
        number(found.macro_recall),
        number(found.macro_f1),
        number(found.micro_f1),
        number(found.macro_kappa)
    );
}

/// A record of the sample.
struct Sample {
    publication: Publication,
    class: String,
    domain: String,
}

/// Reads the records of the collection: texts alone.
fn samples(dir: &Path) -> Outcome<Vec<Sample>> {
    let text = std::fs::read_to_string(dir.join("patents_text.jsonl"))?;
    let mut samples = Vec::new();
    for (at, record) in text.lines().enumerate() {
        let record: serde_json::Value = serde_json::from_str(record)?;
        let field = |name: &str| record[name].as_str().unwrap_or_default().trim().to_owned();
        let texts = |name: &str| {
            let sides = [("cn", Language::zh()), ("en", Language::en())];
            let texts =
                sides.into_iter().map(|(side, lang)| LocalText::new(lang, field(&format!("{name}_{side}"))));
            texts.filter(|text| !text.text.is_empty()).collect()
        };
        let publication = Publication {
            application: Some(ApplicationNumber::new(CountryCode::CN, &format!("2000100{at:05}"))),
            titles: texts("title"),
            abstracts: texts("abstract"),
            ..Publication::default()
        };
        samples.push(Sample { publication, class: field("ipc_main"), domain: field("tech_domain") });
    }
    Ok(samples)
}

fn hydrogen(dir: &Path) -> Outcome<()> {
    let samples = samples(dir)?;
    let tagger = Tagger::new(Pack::builtin());
    let mut scratch = Scratch::default();
    let tagged: Vec<Tagged> =
        samples.iter().map(|sample| tagger.tag(&sample.publication, &mut scratch)).collect();
    let mut domains: BTreeMap<&str, [u64; 3]> = BTreeMap::new();
    for (sample, tagged) in samples.iter().zip(&tagged) {
        let counts = domains.entry(&sample.domain).or_default();
        counts[0] += 1;
        counts[1] += u64::from(tagged.domains.iter().any(|pack| pack == "hes"));
        counts[2] += u64::from(tagged.tags.iter().any(|tag| tag.pack == "hes" && tag.node.starts_with('A')));
    }
    println!("{} records; the domain that the collection gives them:", samples.len());
    for (domain, [n, found, made]) in domains {
        println!("- {domain}: {n}, of which in `hes` {found}, under branch A (production) {made}");
    }
    let pack = Pack::builtin().iter().find(|pack| pack.id == "hes").ok_or("no pack `hes`")?;
    let reference: Vec<Option<String>> = samples.iter().map(|sample| leaf_of(pack, &sample.class)).collect();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    reference.iter().flatten().for_each(|leaf| *counts.entry(leaf).or_default() += 1);
    println!(
        "\nreference leaves: {counts:?}; {} records have no class that names one leaf",
        reference.iter().filter(|leaf| leaf.is_none()).count()
    );
    let labels: BTreeSet<String> = counts.keys().map(|leaf| (*leaf).to_owned()).collect();

    let folder = tempfile::tempdir()?;
    let reader = index(folder.path(), samples.iter().map(|sample| sample.publication.clone()))?;
    let family = family_numbers(&samples);
    let near = nearest(&reader, &samples, &family)?;
    let study = Study {
        reference: &reference,
        labels: &labels,
        tagged: &tagged,
        near: &near,
        background: reader.background_cosine().unwrap_or(0.0),
    };
    println!(
        "\n| known | records | how | macro P | macro R | macro F1 | micro F1 | macro kappa |\n|---|---|---|---|---|---|---|---|"
    );
    for (known, n_known) in [("4/5", 4), ("1/5", 1)] {
        // Every second record was looked at when weights and words were chosen; the others were not.
        for (half, remainder) in [("looked at", 0), ("not looked at", 1)] {
            let mut rows: [Vec<Pair>; 4] = Default::default();
            for seed in SEEDS {
                let folds = folds(&family, seed);
                study.add(&folds, n_known, &|at| at % 2 == remainder, &mut rows);
            }
            for (how, pairs) in HOW.iter().zip(&rows) {
                let found = agreement(pairs);
                let number =
                    |value: Option<f64>| value.map_or("n/a".to_owned(), |value| format!("{value:.3}"));
                println!(
                    "| {known} | {half} | {how} | {} | {} | {} | {} | {} |",
                    number(found.macro_precision),
                    number(found.macro_recall),
                    number(found.macro_f1),
                    number(found.micro_f1),
                    number(found.macro_kappa)
                );
            }
        }
    }
    Ok(())
}

const HOW: [&str; 4] = ["majority", "10 nearest", "rules, no label seen", "tagger"];
const N_FOLDS: usize = 5;
const SEEDS: [u64; 3] = [1, 2, 3];

/// What the comparison is made with, record by record.
struct Study<'a> {
    reference: &'a [Option<String>],
    labels: &'a BTreeSet<String>,
    tagged: &'a [Tagged],
    near: &'a [Vec<(f32, usize)>],
    background: f32,
}

impl Study<'_> {
    /// Tells the records of each fold from the labels of the `n_known` folds behind it, in the four ways of [`HOW`].
    fn add(
        &self,
        folds: &[usize],
        n_known: usize,
        is_asked: &dyn Fn(usize) -> bool,
        rows: &mut [Vec<Pair>; 4],
    ) {
        for (at, wanted) in self.reference.iter().enumerate() {
            let Some(wanted) = wanted.as_ref().filter(|_| is_asked(at)) else { continue };
            let behind = |other: usize| (folds[other] + N_FOLDS - folds[at]) % N_FOLDS;
            let known = |other: usize| {
                self.reference[other].as_ref().filter(|_| (1..=n_known).contains(&behind(other)))
            };
            let mut counts: BTreeMap<&String, usize> = BTreeMap::new();
            (0..folds.len()).filter_map(known).for_each(|leaf| *counts.entry(leaf).or_default() += 1);
            let most = counts.iter().max_by_key(|(_, n)| **n).map(|(leaf, _)| (*leaf).clone());
            let labelled: Vec<(f32, Vec<Tag>)> = self.near[at]
                .iter()
                .filter_map(|(cosine, other)| Some((*cosine, vec![reviewed(known(*other)?)])))
                .collect();
            let mut votes: BTreeMap<&str, f32> = BTreeMap::new();
            for (cosine, tags) in labelled.iter().take(near::NEIGHBOURS) {
                *votes.entry(tags[0].node.as_str()).or_default() += cosine;
            }
            let nearest = votes.iter().max_by(|a, b| a.1.total_cmp(b.1)).map(|(leaf, _)| (*leaf).to_owned());
            let mut settled = self.tagged[at].clone();
            // As in an index that people tag: those they tagged, and the others with what rules say.
            let tags: Vec<(f32, Vec<Tag>)> = self.near[at]
                .iter()
                .take(near::ASKED)
                .map(|(cosine, other)| match known(*other) {
                    Some(leaf) => (*cosine, vec![reviewed(leaf)]),
                    None => (*cosine, self.tagged[*other].tags.clone()),
                })
                .collect();
            let asked: Vec<Neighbour<'_>> =
                tags.iter().map(|(cosine, tags)| Neighbour { cosine: *cosine, tags }).collect();
            let packs = BTreeSet::from(["hes".to_owned()]);
            near::settle(&mut settled, &asked, self.background, &packs, &|_, node, branch| {
                node != branch && node.starts_with(branch)
            });
            let found = [most, nearest, self.best(&self.tagged[at]), self.best(&settled)];
            for (row, found) in rows.iter_mut().zip(found) {
                row.push(Pair {
                    reference: BTreeSet::from([wanted.clone()]),
                    other: found.into_iter().collect(),
                });
            }
        }
    }

    /// The surest tag that the reference knows.
    fn best(&self, tagged: &Tagged) -> Option<String> {
        let known = tagged.tags.iter().filter(|tag| tag.pack == "hes" && self.labels.contains(&tag.node));
        known.max_by(|a, b| a.confidence.total_cmp(&b.confidence)).map(|tag| tag.node.clone())
    }
}

fn reviewed(leaf: &str) -> Tag {
    Tag { pack: "hes".to_owned(), node: leaf.to_owned(), method: Method::Reviewed, confidence: 1.0 }
}

/// All records by nearness to each, its family left out.
fn nearest(reader: &Reader, samples: &[Sample], family: &[usize]) -> Outcome<Vec<Vec<(f32, usize)>>> {
    let place: BTreeMap<String, usize> =
        samples.iter().enumerate().map(|(at, sample)| (sample.publication.key(), at)).collect();
    let mut all = Vec::new();
    for (at, sample) in samples.iter().enumerate() {
        let mut found = Vec::new();
        let docno = reader.by_number(&sample.publication.key());
        if let Some(vector) = docno.first().and_then(|docno| reader.vector(*docno)) {
            for near in reader.nearest(SpaceName::Documents, &vector, None, samples.len())? {
                let other = place[&reader.key(near.docno)?];
                if family[other] != family[at] {
                    found.push((near.cosine, other));
                }
            }
        }
        all.push(found);
    }
    Ok(all)
}

/// Deals the families out to folds.
fn folds(family: &[usize], seed: u64) -> Vec<usize> {
    let fold = |family: &usize| {
        let hash = blake3::hash(format!("{seed} {family}").as_bytes());
        usize::from(hash.as_bytes()[0]) * 256 + usize::from(hash.as_bytes()[1])
    };
    family.iter().map(|family| fold(family) % N_FOLDS).collect()
}

/// The one leaf whose class list names a class, if there is exactly one.
fn leaf_of(pack: &Pack, class: &str) -> Option<String> {
    let (symbol, _) = Symbol::parse(class)?;
    let named = pack.nodes.iter().filter(|node| pack.is_leaf(&node.id));
    let mut named =
        named.filter(|node| node.ipc.iter().any(|own| own.0.contains('/') && covers(own, &symbol)));
    let first = named.next()?;
    named.next().is_none().then(|| first.id.clone())
}

/// Records with the same Chinese title are taken for one family.
fn family_numbers(samples: &[Sample]) -> Vec<usize> {
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    samples
        .iter()
        .enumerate()
        .map(|(at, sample)| match sample.publication.titles.first() {
            Some(text) => *known.entry(text.text.as_str()).or_insert(at),
            None => at,
        })
        .collect()
}

fn index(folder: &Path, publications: impl Iterator<Item = Publication>) -> Outcome<Reader> {
    let options = Options {
        threads: 2,
        memory_bytes: 300 << 20,
        index_descriptions: false,
        embedding: Embedding::Lsa { dim: 256, seed: 1 },
        equivalents: Pack::builtin().iter().flat_map(Pack::equivalents).collect(),
        now: jiff::Timestamp::UNIX_EPOCH,
    };
    let mut writer = Writer::open(folder, Analyzer::new(), options)?;
    for publication in publications {
        writer.upsert(publication)?;
    }
    writer.commit(&[], &|_, _, _| true)?;
    Ok(Reader::open(folder, Analyzer::new(), None)?)
}

fn speed(n: usize) -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let options = generator::Options { seed: 5, n_families: n as u64, with_stories: false };
    let reader = index(folder.path(), generator::corpus(&options).take(n))?;
    let start = thread_cpu_s();
    let tagger = Tagger::new(Pack::builtin());
    println!("compiling the packs: {:.1} ms", (thread_cpu_s() - start) * 1e3);
    let (mut read, mut n_read) = (f64::INFINITY, 0_u64);
    let mut both = f64::INFINITY;
    let mut n_tags = 0;
    for _ in 0..3 {
        n_read = 0;
        let start = thread_cpu_s();
        reader.scan(&mut |_, publication| {
            std::hint::black_box(&publication);
            n_read += 1;
            Ok(())
        })?;
        read = read.min(thread_cpu_s() - start);
        let mut scratch = Scratch::default();
        n_tags = 0;
        let start = thread_cpu_s();
        reader.scan(&mut |_, publication| {
            n_tags += tagger.tag(&publication, &mut scratch).tags.len();
            Ok(())
        })?;
        both = both.min(thread_cpu_s() - start);
    }
    let each = |seconds: f64| seconds / n_read as f64 * 1e6;
    println!("{n_read} records, {n_tags} tags; best of 3 on one thread, CPU µs a record:");
    println!("reading {:.1}, reading and tagging {:.1}", each(read), each(both));
    Ok(())
}

/// CPU seconds of this thread.
fn thread_cpu_s() -> f64 {
    // The kernel brings the figure up to date when it schedules, so ask it to.
    std::thread::yield_now();
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds: f64 = text.split_whitespace().next().and_then(|n| n.parse().ok()).unwrap_or(0.0);
    nanoseconds / 1e9
}
