//! Pairs of names that may be one by their spelling: equal keys, abbreviations, cut-off names, slips of the pen.
//!
//! Pure: names in, pairs out, in the order of the names. Comparing every name with every other would take days for a
//! million, so names are compared within blocks that share the beginnings or the ends of two words.

use rustc_hash::FxHashMap;

use super::merge::Rule;
use crate::patent::party::{Name, Script, Type, WordOrder, is_latin_place};

/// The most names of a block that are compared with each other; of a larger one each name is compared with
/// its [`NEAR`] next ones in alphabetical order.
const MAX_BLOCK: usize = 160;

/// See [`MAX_BLOCK`].
const NEAR: usize = 12;

/// The fewest letters of a name in which one slip is still told from another name.
const SLIP_LETTERS: usize = 10;

/// The fewest letters of a name that is compared with others at all.
const MIN_LETTERS: usize = 6;

/// The fewest characters of a printed name that is taken for the cut-off beginning of another. Sources cut at
/// 40, 46 or 50 characters; shorter ones are rather names of their own.
const CUT_CHARS: usize = 38;

/// Two names and what speaks for one party.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// Position of the first.
    pub a: usize,
    /// Position of the second, larger.
    pub b: usize,
    /// What speaks for it.
    pub rule: Rule,
    /// Whether something speaks against it as well, so that a person has to look.
    pub is_doubtful: bool,
}

/// Returns pairs of positions in `names` that their spelling makes one party or nearly so; each pair once, sorted.
pub fn candidates(names: &[&Name]) -> Vec<Candidate> {
    let mut found = Vec::new();
    let heads = equal(names, &mut found);
    let latin: Vec<usize> = heads.iter().copied().filter(|at| names[*at].script == Script::Latin).collect();
    let vocabulary = vocabulary(names, &latin);
    for ends in [Ends::First, Ends::Last, Ends::Both] {
        let mut blocks: FxHashMap<String, Vec<usize>> = FxHashMap::default();
        for at in &latin {
            if let Some(block) = block(names[*at], ends) {
                blocks.entry(block).or_default().push(*at);
            }
        }
        let mut keys: Vec<&String> = blocks.keys().collect();
        keys.sort_unstable();
        for key in keys {
            let mut members = blocks[key].clone();
            members.sort_by(|a, b| names[*a].key.cmp(&names[*b].key).then(a.cmp(b)));
            let reach = if members.len() > MAX_BLOCK { NEAR } else { members.len() };
            for (i, &a) in members.iter().enumerate() {
                for &b in members[i + 1..].iter().take(reach) {
                    if let Some(rule) = compare(names[a], names[b], &vocabulary) {
                        found.push(Candidate { a: a.min(b), b: a.max(b), rule, is_doubtful: false });
                    }
                }
            }
        }
    }
    found.sort_by_key(|pair| (pair.a, pair.b, pair.rule));
    found.dedup_by_key(|pair| (pair.a, pair.b));
    doubt_branching(names, &mut found);
    found
}

/// A beginning that goes on in two ways (`Institut National des Sciences Appliquées de`: Lyon, Toulouse) is neither's.
fn doubt_branching(names: &[&Name], found: &mut [Candidate]) {
    let mut ways: FxHashMap<usize, Vec<String>> = FxHashMap::default();
    let parts = |pair: &Candidate| {
        let (short, long) =
            if names[pair.a].n_chars <= names[pair.b].n_chars { (pair.a, pair.b) } else { (pair.b, pair.a) };
        let n = names[short].spelled.concat().len();
        (short, names[long].spelled.concat().get(n..).unwrap_or_default().to_owned())
    };
    for pair in found.iter().filter(|pair| pair.rule == Rule::CutOff) {
        let (short, rest) = parts(pair);
        ways.entry(short).or_default().push(rest);
    }
    for pair in found.iter_mut().filter(|pair| pair.rule == Rule::CutOff) {
        let (short, rest) = parts(pair);
        let agrees = |other: &&String| {
            let same = rest.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
            let begin = |text: &str| text.chars().take(10).collect::<String>();
            same >= rest.chars().count().min(other.chars().count()).min(3)
                || strsim::normalized_levenshtein(&begin(&rest), &begin(other)) >= 0.6
        };
        let all = &ways[&short];
        // Slips among the longer names are few; where the ways are many, a quarter may differ.
        pair.is_doubtful = all.iter().filter(agrees).count() * 4 < all.len() * 3;
    }
}

/// Pairs each name with the first of the same identity, and a second name in brackets with its own; returns the first of each identity.
///
/// Persons of three words and more, one of them an initial, are also one where the words are turned round: `Malcolm H.
/// Hodge` and `HODGE MALCOLM H`.
fn equal(names: &[&Name], found: &mut Vec<Candidate>) -> Vec<usize> {
    let mut first: FxHashMap<(Script, &str, Option<&str>, WordOrder), usize> = FxHashMap::default();
    let mut heads = Vec::new();
    for (at, name) in names.iter().enumerate() {
        let (script, key, place) = name.identity();
        if let Some(&head) = first.get(&(script, key, place, name.order)) {
            found.push(Candidate { a: head, b: at, rule: Rule::SameSpelling, is_doubtful: false });
        } else {
            first.insert((script, key, place, name.order), at);
            heads.push(at);
        }
    }
    let mut turned: FxHashMap<Vec<&str>, usize> = FxHashMap::default();
    for &at in heads.iter().filter(|at| has_initial(names[**at])) {
        let mut words: Vec<&str> = names[at].spelled.iter().map(String::as_str).collect();
        let first =
            (0..words.len()).min_by_key(|by| words[*by..].iter().chain(&words[..*by]).collect::<Vec<_>>());
        words.rotate_left(first.unwrap_or(0));
        match turned.get(&words) {
            Some(&head) => {
                found.push(Candidate { a: head, b: at, rule: Rule::WordOrder, is_doubtful: false })
            }
            None => drop(turned.insert(words, at)),
        }
    }
    for &at in &heads {
        let (script, key, place) = names[at].identity();
        // `UNIV YORK` is either; it joins the one that the corpus knows, and neither where it knows both.
        if names[at].order == WordOrder::Unknown {
            let of = first.get(&(script, key, place, WordOrder::Of));
            let after = first.get(&(script, key, place, WordOrder::After));
            if let (Some(&other), None) | (None, Some(&other)) = (of, after) {
                found.push(Candidate {
                    a: at.min(other),
                    b: at.max(other),
                    rule: Rule::WordOrder,
                    is_doubtful: false,
                });
            }
        }
        for also in &names[at].also {
            if let Some(&other) = first.get(&(script, also.as_str(), None, WordOrder::Unknown)) {
                found.push(Candidate {
                    a: at.min(other),
                    b: at.max(other),
                    rule: Rule::SecondName,
                    is_doubtful: false,
                });
            }
        }
    }
    heads
}

fn has_initial(name: &Name) -> bool {
    name.script == Script::Latin
        && name.kind == Type::Person
        && name.spelled.len() >= 3
        && name.spelled.iter().any(|word| word.chars().count() == 1)
}

/// Counts in how many names each word stands.
fn vocabulary<'a>(names: &[&'a Name], of: &[usize]) -> FxHashMap<&'a str, u32> {
    let mut counts = FxHashMap::default();
    for at in of {
        for word in &names[*at].words {
            *counts.entry(word.as_str()).or_insert(0) += 1;
        }
    }
    counts
}

/// Which words put names into one block.
#[derive(Clone, Copy)]
enum Ends {
    First,
    Last,
    Both,
}

fn block(name: &Name, ends: Ends) -> Option<String> {
    if name.is_void() || (name.kind == Type::Person && !name.has_form) || name.key.len() < MIN_LETTERS {
        return None;
    }
    let take = |word: &String, n: usize| word.chars().take(n).collect::<String>();
    match (ends, name.words.as_slice()) {
        (Ends::First, [one]) => Some(take(one, 6)),
        (Ends::First, [first, second, ..]) => Some(take(first, 3) + "|" + &take(second, 3)),
        (Ends::Last, [.., second, last]) => Some("<".to_owned() + &take(last, 4) + "|" + &take(second, 3)),
        (Ends::Both, [first, _, .., last]) => Some("<>".to_owned() + &take(first, 4) + "|" + &take(last, 4)),
        _ => None,
    }
}

/// Compares two Latin names with different keys.
fn compare(a: &Name, b: &Name, vocabulary: &FxHashMap<&str, u32>) -> Option<Rule> {
    let order = (a.order, b.order);
    if matches!(order, (WordOrder::Of, WordOrder::After) | (WordOrder::After, WordOrder::Of))
        || a.key == b.key
    {
        return None;
    }
    if numbers(a) != numbers(b) {
        return None;
    }
    if abbreviates(a, b) {
        return Some(Rule::Abbreviation);
    }
    let (shorter, longer) = if a.n_chars <= b.n_chars { (a, b) } else { (b, a) };
    let (short, long) = (shorter.spelled.concat(), longer.spelled.concat());
    let says_so = short.len() >= 20 && shorter.is_cut;
    // `… of America, as represented by the Se`: cut before it says which department; and a state is not its department.
    let is_agent = longer.words.iter().any(|word| word == "represented");
    let is_cut = (shorter.n_chars >= CUT_CHARS || says_so) && !shorter.has_form && !is_agent;
    if is_cut && long.starts_with(&short) {
        return Some(Rule::CutOff);
    }
    slip(a, b, vocabulary).then_some(Rule::Slip)
}

/// Returns the numbers in a name, in order: `718`, the `2` of `H2`; a digit inside a word is a slip (`l9energie`).
fn numbers(name: &Name) -> String {
    let ends = |word: &&String| word.ends_with(|c: char| c.is_ascii_digit());
    let mut numbers: Vec<&str> = name
        .words
        .iter()
        .filter(ends)
        .map(|word| word.trim_start_matches(|c: char| !c.is_ascii_digit()))
        .collect();
    numbers.sort_unstable();
    numbers.join(",")
}

/// Whether the words are the same one by one, some of them abbreviated.
fn abbreviates(a: &Name, b: &Name) -> bool {
    if a.words.len() != b.words.len() || a.words.len() < 2 {
        return false;
    }
    let mut equal = 0;
    for ((x, y), (u, v)) in a.words.iter().zip(&b.words).zip(a.spelled.iter().zip(&b.spelled)) {
        if x == y {
            equal += 1;
        } else if !(is_abbreviation(u, v) || is_abbreviation(v, u)) {
            return false;
        }
    }
    equal >= 1 && a.words[0].chars().next() == b.words[0].chars().next()
}

/// Whether `short` is `long` cut behind a consonant: `scient` for `scientifique`, but not `hydro` for `hydrogen`.
fn is_abbreviation(short: &str, long: &str) -> bool {
    let n = short.chars().count();
    (3..=7).contains(&n)
        && long.chars().count() >= n + 2
        && long.starts_with(short)
        && short.chars().last().is_some_and(|c| !"aeiouy".contains(c) && c.is_alphabetic())
}

/// Whether the names differ in a slip: all words are the same but some that nobody else writes so, and those look alike.
///
/// Two names that differ in a usual word (`Jiangsu` and `Jiangxi`, `Upper` and `Lower`) are two names, however long
/// they are.
fn slip(a: &Name, b: &Name, vocabulary: &FxHashMap<&str, u32>) -> bool {
    let n = a.key.chars().count().min(b.key.chars().count());
    if n < SLIP_LETTERS {
        return false;
    }
    let (rest_a, rest_b) = (without(&a.words, &b.words), without(&b.words, &a.words));
    let joined =
        |name: &Name, rest: &[usize]| rest.iter().map(|at| name.spelled[*at].as_str()).collect::<String>();
    let (x, y) = (joined(a, &rest_a), joined(b, &rest_b));
    let (longest, shortest) =
        (x.chars().count().max(y.chars().count()), x.chars().count().min(y.chars().count()));
    if shortest == 0 {
        // Other order of the same words; of three or more, since `Hydrogen Energy` is not `Energy Hydrogen`.
        return longest == 0 && a.words.len() >= 3;
    }
    // Of what the longer name holds at least half is the same.
    if longest * 2 > a.key.chars().count().max(b.key.chars().count()) && n < 20 && longest < 8 {
        return false;
    }
    let allowed = if longest <= 8 { 1 } else { (longest / 4).max(2) };
    let allowed = if rest_a.len() == rest_b.len() { allowed } else { allowed.max(1) };
    // `lenergie` is `l'énergie` without its apostrophe.
    let elided = |name: &Name, rest: &[usize]| {
        let words = rest.iter().map(|at| {
            let word = name.words[*at].as_str();
            let after = word.strip_prefix(['l', 'd']).unwrap_or(word);
            if after.len() >= 3 && after.starts_with(['a', 'e', 'i', 'o', 'u']) { after } else { word }
        });
        words.collect::<String>()
    };
    if elided(a, &rest_a) == elided(b, &rest_b) {
        return true;
    }
    if longest - shortest > allowed || strsim::damerau_levenshtein(&x, &y) > allowed {
        return false;
    }
    if x == y {
        return true;
    }
    let count = |word: &String| vocabulary.get(word.as_str()).copied().unwrap_or(0);
    let rare = |name: &Name, rest: &[usize], against: &Name, usual: &[usize]| {
        let usual = usual.iter().map(|at| count(&against.words[*at])).min().unwrap_or(0);
        rest.iter().all(|at| count(&name.words[*at]) <= RARE.max(usual / 3))
    };
    let place = |name: &Name, rest: &[usize]| rest.iter().any(|at| is_latin_place(&name.words[*at]));
    // Of names of places that the table does not hold (Kanagawa, Kanazawa) a university is told by little else.
    let is_short = a.order != WordOrder::Unknown && n < 20;
    shortest >= 5
        && !is_short
        && (rare(a, &rest_a, b, &rest_b) || rare(b, &rest_b, a, &rest_a))
        && !(place(a, &rest_a) && place(b, &rest_b))
}

/// The most names of a collection that may hold a word for it to be a slip.
const RARE: u32 = 2;

/// Returns the positions of the words of `of` that `other` lacks, each as often as it lacks it.
fn without(of: &[String], other: &[String]) -> Vec<usize> {
    let mut left: Vec<&String> = other.iter().collect();
    let mut out = Vec::new();
    for (at, word) in of.iter().enumerate() {
        match left.iter().position(|candidate| *candidate == word) {
            Some(found) => {
                left.swap_remove(found);
            }
            None => out.push(at),
        }
    }
    out
}
