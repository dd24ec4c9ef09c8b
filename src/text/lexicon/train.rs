//! Estimates translation probabilities by IBM Model 1, in both directions at once.
//!
//! For a pair of texts with terms `e` of one language and `z` of the other, each once, and the empty term among `e`:
//!
//! ```text
//! expectation   count(z, e) += w · t(z | e) / Σ_e' t(z | e')      for every pair and every z, e in it
//! maximisation  t(z | e) = count(z, e) / Σ_z count(z, e)
//! ```
//!
//! from uniform `t`, [`ITERATIONS`] times. Repetitions inside a text do not count: an abstract repeats its
//! subject for grammar's sake. Pairs of titles count [`TITLE_WEIGHT`] times, since short pairs leave less to guess.
//! The other direction swaps the roles on the same pairs.

use rustc_hash::FxHashMap;

use super::Lexicon;
use crate::text::Analyzer;
use crate::text::script::class;
use crate::text::stopwords::is_function_word;

/// Rounds of estimation; on the hydrogen records further ones change the lists of translations hardly.
const ITERATIONS: usize = 6;
/// How much a pair of titles, or an equivalent, counts beside a pair of whole texts.
const TITLE_WEIGHT: f32 = 3.0;
/// Different terms of one text that take part, the first: title and abstract.
const MAX_TERMS: usize = 120;
/// Pairs of terms, over all pairs of texts, that are held: four bytes each. Beyond it every second text is dropped,
/// so that those left stay spread over the corpus.
const MAX_CELLS: usize = 24_000_000;
/// Translations kept of a term, and how probable one must be, by itself and beside the best.
const MAX_TRANSLATIONS: usize = 8;
const LEAST: f32 = 0.01;
const LEAST_OF_BEST: f32 = 0.05;

/// One pair of texts: the terms of either language, each once.
#[derive(Debug)]
struct Pair {
    /// Terms of the two languages, by number.
    sides: [Vec<u32>; 2],
    weight: f32,
    /// Whether it may be dropped when there are too many.
    text: bool,
}

impl Pair {
    fn n_cells(&self) -> usize {
        self.sides[0].len() * self.sides[1].len()
    }
}

/// Takes documents one by one, then estimates.
#[derive(Debug)]
pub struct Trainer {
    analyzer: Analyzer,
    /// Terms by language: Chinese, alphabetic.
    numbers: [FxHashMap<String, u32>; 2],
    pairs: Vec<Pair>,
    n_cells: usize,
    /// Of the texts offered, every how many-th is taken.
    stride: usize,
    n_offered: usize,
}

impl Trainer {
    /// Returns a trainer without documents.
    pub fn new(analyzer: &Analyzer) -> Self {
        Self {
            analyzer: analyzer.clone(),
            numbers: Default::default(),
            pairs: Vec::new(),
            n_cells: 0,
            stride: 1,
            n_offered: 0,
        }
    }

    /// Adds one document: its language versions, each as `title\nabstract…`.
    ///
    /// Only documents with a version in Chinese characters and one in an alphabet teach anything.
    pub fn add(&mut self, versions: &[&str]) {
        let side = |chinese: bool| versions.iter().find(|text| is_chinese(text) == Some(chinese));
        let (Some(zh), Some(other)) = (side(true), side(false)) else { return };
        let title = |text: &str| text.trim_start().split_once('\n').map(|(title, _)| title.to_owned());
        self.n_offered += 1;
        if !self.n_offered.is_multiple_of(self.stride) {
            return;
        }
        if let (Some(zh), Some(other)) = (title(zh), title(other)) {
            self.push(&zh, &other, TITLE_WEIGHT, true);
        }
        self.push(zh, other, 1.0, true);
        while self.n_cells > MAX_CELLS {
            self.thin();
        }
    }

    /// Adds pairs of terms that mean the same in two languages.
    pub fn add_equivalents(&mut self, pairs: &[(String, String)]) {
        for (one, other) in pairs {
            match (is_chinese(one), is_chinese(other)) {
                (Some(true), Some(false)) => self.push(one, other, TITLE_WEIGHT, false),
                (Some(false), Some(true)) => self.push(other, one, TITLE_WEIGHT, false),
                _ => {}
            }
        }
    }

    fn push(&mut self, zh: &str, other: &str, weight: f32, text: bool) {
        let sides = [self.terms(zh, true), self.terms(other, false)];
        if sides.iter().all(|side| !side.is_empty()) {
            let pair = Pair { sides, weight, text };
            self.n_cells += pair.n_cells();
            self.pairs.push(pair);
        }
    }

    /// Returns the first terms of a text that are in its language, each once, by number.
    fn terms(&mut self, text: &str, chinese: bool) -> Vec<u32> {
        let Self { analyzer, numbers, .. } = self;
        let numbers = &mut numbers[usize::from(!chinese)];
        let mut found: Vec<u32> = Vec::new();
        analyzer.words(text, |term, range| {
            let word = &text[range];
            let is_han = term.starts_with(|c| class(c).is_cjk());
            let is_word = is_han || term.chars().all(char::is_alphabetic);
            if found.len() >= MAX_TERMS
                || is_han != chinese
                || !is_word
                || is_function_word(term)
                || is_function_word(&word.to_lowercase())
            {
                return;
            }
            let next = u32::try_from(numbers.len()).expect("fewer than 2^32 terms");
            let number = *numbers.entry(term.to_owned()).or_insert(next);
            if !found.contains(&number) {
                found.push(number);
            }
        });
        found
    }

    /// Drops every second pair of texts.
    fn thin(&mut self) {
        self.stride *= 2;
        let mut keep = false;
        self.pairs.retain(|pair| {
            keep = !keep;
            keep || !pair.text
        });
        self.n_cells = self.pairs.iter().map(Pair::n_cells).sum();
    }

    /// Estimates, and keeps the probable translations of each term.
    pub fn finish(self) -> Lexicon {
        let mut names: [Vec<&str>; 2] = self.numbers.each_ref().map(|numbers| vec![""; numbers.len()]);
        for (names, numbers) in names.iter_mut().zip(&self.numbers) {
            numbers.iter().for_each(|(term, number)| names[*number as usize] = term);
        }
        let mut entries: Vec<(&str, Vec<(&str, f32)>)> = Vec::new();
        for from in 0..2 {
            let table = estimate(&self.pairs, from, names[from].len());
            for (source, translations) in table {
                let translations =
                    translations.into_iter().map(|(target, p)| (names[1 - from][target as usize], p));
                let mut translations: Vec<(&str, f32)> = translations.collect();
                translations.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
                let best = translations.first().map_or(0.0, |(_, p)| *p);
                translations.retain(|(_, p)| *p >= LEAST && *p >= LEAST_OF_BEST * best);
                translations.truncate(MAX_TRANSLATIONS);
                if !translations.is_empty() {
                    entries.push((names[from][source as usize], translations));
                }
            }
        }
        entries.sort_by(|a, b| a.0.cmp(b.0));
        Lexicon::new(&entries)
    }
}

/// Returns `t(target | source)` for all terms of side `from` that stand in a pair.
fn estimate(pairs: &[Pair], from: usize, n_sources: usize) -> Vec<(u32, Vec<(u32, f32)>)> {
    // Cells are numbered by first meeting; the empty source comes last.
    let empty = u32::try_from(n_sources).expect("fewer than 2^32 terms");
    let mut numbers: FxHashMap<(u32, u32), u32> = FxHashMap::default();
    let mut cells: Vec<(u32, u32)> = Vec::new();
    let mut places: Vec<u32> = Vec::new();
    for pair in pairs {
        for target in &pair.sides[1 - from] {
            for source in pair.sides[from].iter().chain([&empty]) {
                let next = u32::try_from(cells.len()).expect("fewer cells than 2^32");
                let number = *numbers.entry((*source, *target)).or_insert_with(|| {
                    cells.push((*source, *target));
                    next
                });
                places.push(number);
            }
        }
    }
    drop(numbers);
    let mut probabilities = vec![1.0_f32; cells.len()];
    let mut counts = vec![0.0_f32; cells.len()];
    for _ in 0..ITERATIONS {
        counts.fill(0.0);
        let mut rest = places.as_slice();
        for pair in pairs {
            let n_sources = pair.sides[from].len() + 1;
            for _ in &pair.sides[1 - from] {
                let (row, after) = rest.split_at(n_sources);
                rest = after;
                let sum: f32 = row.iter().map(|cell| probabilities[*cell as usize]).sum();
                if sum > 0.0 {
                    let factor = pair.weight / sum;
                    for cell in row {
                        counts[*cell as usize] += factor * probabilities[*cell as usize];
                    }
                }
            }
        }
        let mut sums = vec![0.0_f64; n_sources + 1];
        for ((source, _), count) in cells.iter().zip(&counts) {
            sums[*source as usize] += f64::from(*count);
        }
        for (((source, _), count), probability) in cells.iter().zip(&counts).zip(&mut probabilities) {
            let sum = sums[*source as usize];
            #[expect(clippy::cast_possible_truncation, reason = "a probability in single precision")]
            let share = if sum > 0.0 { (f64::from(*count) / sum) as f32 } else { 0.0 };
            *probability = share;
        }
    }
    let mut table: Vec<(u32, Vec<(u32, f32)>)> = (0..empty).map(|source| (source, Vec::new())).collect();
    for ((source, target), probability) in cells.into_iter().zip(probabilities) {
        if source != empty && probability >= LEAST {
            table[source as usize].1.push((target, probability));
        }
    }
    table
}

/// Returns whether a text is mainly of Chinese characters; `None` where it has no letters.
fn is_chinese(text: &str) -> Option<bool> {
    let (mut n_han, mut n_letters) = (0_usize, 0_usize);
    for c in text.chars().take(2_000) {
        if class(c).is_cjk() {
            n_han += 1;
        } else if c.is_alphabetic() {
            n_letters += 1;
        }
    }
    // A Chinese character says about as much as three letters.
    (n_han + n_letters > 0).then_some(3 * n_han > n_letters)
}
