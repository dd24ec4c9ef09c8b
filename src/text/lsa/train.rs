//! Collects training rows and makes a [`Model`] of them.

use rustc_hash::FxHashMap;
use rustc_hash::FxHashSet;

use super::features::Kind;
use super::features::features;
use super::model::Model;
use super::svd::Sparse;
use super::svd::right_singular_vectors;
use crate::text::Analyzer;
use crate::text::error::Error;

/// Documents beyond which callers train on a seeded, stratified sample of this size instead of all:
/// memory and time grow linearly, and directions found in a sample of this size hardly move.
pub const TRAINING_SAMPLE: usize = 200_000;

/// Terms of a model at most, the most frequent first: at 256 dimensions each takes 512 bytes.
const MAX_TERMS: usize = 300_000;

/// Documents above which a term has to stand in five documents instead of two.
const LARGE: usize = 50_000;

/// Terms in a larger share of the documents of their script carry no topic.
const MAX_DOCUMENT_SHARE: f64 = 0.4;

/// Corpora smaller than this keep all their terms: shares of a handful of documents mean nothing.
const SMALL: usize = 10;

/// Squared length of all rows in one language, as a share of that of the rows in two, where those suffice.
///
/// On the hydrogen records a share of 0.03 left the recall between languages as it was without such rows,
/// 0.09 took a tenth of it, and equal rows took more than half.
const ONE_LANGUAGE_SHARE: f64 = 0.03;

/// What a model is made with. Everything that changes the result is here or in the documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Dimensions asked for; the model has fewer if the rank is lower.
    pub dims: usize,
    /// Seed of the random projection.
    pub seed: u64,
}

/// One row of the training matrix, before weighting.
#[derive(Debug)]
struct Row {
    /// Where the entries of each version end.
    version_ends: Vec<usize>,
    /// Counts for document frequencies: titles and equivalents that stand for a document already do not.
    document: bool,
    /// A document that has its two languages by nature, not an equivalent.
    bilingual: bool,
}

/// Takes documents one by one, then trains.
///
/// Memory: 5 bytes for each different feature of each version of each document, some 3 kB a document,
/// and some 40 bytes for each different feature of all documents.
#[derive(Debug)]
pub struct Trainer {
    analyzer: Analyzer,
    options: Options,
    terms: FxHashMap<u64, u32>,
    hashes: Vec<u64>,
    kinds: Vec<Kind>,
    /// Features of equivalents, kept however rare: a pair is often all that names them.
    equivalents: FxHashSet<u32>,
    rows: Vec<Row>,
    ids: Vec<u32>,
    counts: Vec<u8>,
}

impl Trainer {
    /// Returns a trainer without documents.
    pub fn new(analyzer: &Analyzer, options: Options) -> Self {
        Self {
            analyzer: analyzer.clone(),
            options,
            terms: FxHashMap::default(),
            hashes: Vec::new(),
            kinds: Vec::new(),
            equivalents: FxHashSet::default(),
            rows: Vec::new(),
            ids: Vec::new(),
            counts: Vec::new(),
        }
    }

    /// Adds one document: all its language versions, each as `title\nabstract…`.
    ///
    /// Empty versions are left out. Where two versions have a first line and more, their first lines
    /// also become a row together.
    pub fn add(&mut self, versions: &[&str]) {
        let versions: Vec<&str> = versions.iter().copied().filter(|text| !text.trim().is_empty()).collect();
        let bilingual = versions.len() > 1;
        self.push(&versions, true, bilingual);
        let titles: Vec<&str> = versions
            .iter()
            .filter_map(|text| text.trim_start().split_once('\n'))
            .filter(|(title, rest)| !title.trim().is_empty() && !rest.trim().is_empty())
            .map(|(title, _)| title)
            .collect();
        if titles.len() > 1 {
            self.push(&titles, false, bilingual);
        }
    }

    /// Adds pairs of terms that mean the same in two languages, each as a short document.
    pub fn add_equivalents(&mut self, pairs: &[(String, String)]) {
        for (one, other) in pairs {
            let start = self.ids.len();
            self.push(&[one, other], true, false);
            self.equivalents.extend(&self.ids[start..]);
        }
    }

    /// Returns the documents and equivalents added.
    pub fn n_documents(&self) -> usize {
        self.rows.iter().filter(|row| row.document).count()
    }

    fn push(&mut self, versions: &[&str], document: bool, bilingual: bool) {
        let mut version_ends = Vec::with_capacity(versions.len());
        for text in versions {
            let mut found: Vec<u32> = Vec::new();
            let Self { analyzer, terms, hashes, kinds, .. } = self;
            features(analyzer, text, |hash, kind, count| {
                let id = *terms.entry(hash).or_insert_with(|| {
                    hashes.push(hash);
                    kinds.push(kind);
                    u32::try_from(hashes.len() - 1).expect("a training sample has fewer than 2^32 features")
                });
                found.extend(std::iter::repeat_n(id, usize::from(count)));
            });
            found.sort_unstable();
            for same in found.chunk_by(|a, b| a == b) {
                self.ids.push(same[0]);
                self.counts.push(u8::try_from(same.len()).unwrap_or(u8::MAX));
            }
            version_ends.push(self.ids.len());
        }
        self.rows.push(Row { version_ends, document, bilingual });
    }

    /// Trains the model.
    ///
    /// No documents, or documents without terms, give a model of no dimensions that embeds everything as nothing.
    ///
    /// # Errors
    ///
    /// [`Error::Decomposition`] if the eigenvalue iteration does not converge, which finite weights do not cause.
    pub fn finish(self) -> Result<Model, Error> {
        let (frequencies, totals) = self.document_frequencies();
        let (columns, weights) = self.choose(&frequencies, totals);
        let n_terms = columns.values().count();
        let matrix = self.matrix(&columns, &weights);
        let right = right_singular_vectors(&matrix, self.options.dims, self.options.seed)?;
        let mut hashes = vec![0; n_terms];
        for (&id, &column) in &columns {
            hashes[column as usize] = self.hashes[id as usize];
        }
        Ok(Model::new(&self.analyzer, right.rank, &hashes, &weights, &right.vectors))
    }

    /// Returns the documents that hold each feature, and the documents that hold anything of each script.
    fn document_frequencies(&self) -> (Vec<u32>, [u32; 2]) {
        let mut frequencies = vec![0_u32; self.hashes.len()];
        let mut last = vec![u32::MAX; self.hashes.len()];
        let mut totals = [0; 2];
        let mut start = 0;
        for (number, row) in (0_u32..).zip(&self.rows) {
            let end = row.version_ends.last().copied().unwrap_or(start);
            if row.document {
                let mut seen = [false; 2];
                for &id in &self.ids[start..end] {
                    let id = id as usize;
                    if last[id] != number {
                        last[id] = number;
                        frequencies[id] += 1;
                    }
                    seen[self.kinds[id].script()] = true;
                }
                for (total, seen) in totals.iter_mut().zip(seen) {
                    *total += u32::from(seen);
                }
            }
            start = end;
        }
        (frequencies, totals)
    }

    /// Returns the column of each chosen feature, in order of its hash, and the weight of each column.
    fn choose(&self, frequencies: &[u32], totals: [u32; 2]) -> (FxHashMap<u32, u32>, Vec<f32>) {
        let n_documents = self.n_documents();
        let least = if n_documents > LARGE {
            5
        } else if n_documents < SMALL {
            1
        } else {
            2
        };
        let total = |id: u32| f64::from(totals[self.kinds[id as usize].script()]);
        let mut chosen: Vec<u32> = (0_u32..)
            .zip(frequencies)
            .filter(|&(id, &df)| {
                let total = total(id);
                let common = total >= SMALL as f64 && f64::from(df) >= MAX_DOCUMENT_SHARE * total;
                df > 0 && !common && (df >= least || self.equivalents.contains(&id))
            })
            .map(|(id, _)| id)
            .collect();
        if chosen.len() > MAX_TERMS {
            chosen
                .sort_unstable_by_key(|&id| (u32::MAX - frequencies[id as usize], self.hashes[id as usize]));
            chosen.truncate(MAX_TERMS);
        }
        chosen.sort_unstable_by_key(|&id| self.hashes[id as usize]);
        #[expect(clippy::cast_possible_truncation, reason = "weights are single precision")]
        let weights = chosen
            .iter()
            .map(|&id| {
                let rarity = ((total(id) + 1.0) / (f64::from(frequencies[id as usize]) + 0.5)).ln();
                (self.kinds[id as usize].factor() * rarity.max(0.0)) as f32
            })
            .collect();
        (chosen.into_iter().zip(0_u32..).collect(), weights)
    }

    /// Returns the weighted rows.
    fn matrix(&self, columns: &FxHashMap<u32, u32>, weights: &[f32]) -> Sparse {
        let one_language = self.one_language_weight();
        let mut matrix = Sparse { starts: vec![0], n_columns: weights.len(), ..Sparse::default() };
        let mut start = 0;
        let mut sum: FxHashMap<u32, f32> = FxHashMap::default();
        for row in &self.rows {
            let row_weight = if row.version_ends.len() > 1 { 1.0 } else { one_language };
            sum.clear();
            for &end in &row.version_ends {
                let entries: Vec<(u32, f32)> = (start..end)
                    .filter_map(|i| {
                        let column = *columns.get(&self.ids[i])?;
                        Some((column, term_weight(f32::from(self.counts[i]), weights[column as usize])))
                    })
                    .collect();
                let length = entries.iter().map(|(_, value)| value * value).sum::<f32>().sqrt();
                if length > 0.0 {
                    for (column, value) in entries {
                        *sum.entry(column).or_default() += row_weight * value / length;
                    }
                }
                start = end;
            }
            let mut entries: Vec<(u32, f32)> = sum.iter().map(|(&column, &value)| (column, value)).collect();
            entries.sort_unstable_by_key(|&(column, _)| column);
            matrix.columns.extend(entries.iter().map(|&(column, _)| column));
            matrix.values.extend(entries.iter().map(|&(_, value)| value));
            matrix.starts.push(matrix.columns.len());
        }
        matrix
    }

    /// Returns the weight of rows in one language: [`ONE_LANGUAGE_SHARE`] where documents in two languages are
    /// enough to fill half the dimensions; else 1, because then those rows are the topics.
    fn one_language_weight(&self) -> f32 {
        let bilingual = self.rows.iter().filter(|row| row.bilingual).count();
        let single = self.rows.iter().filter(|row| row.version_ends.len() == 1).count();
        let documents = self.rows.iter().filter(|row| row.bilingual && row.document).count();
        if single == 0 || documents * 2 < self.options.dims {
            return 1.0;
        }
        // A row of two versions has the squared length of two.
        let share = ONE_LANGUAGE_SHARE * 2.0 * bilingual as f64 / single as f64;
        #[expect(clippy::cast_possible_truncation, reason = "weights are single precision")]
        let weight = share.sqrt().min(1.0) as f32;
        weight
    }
}

/// Returns the weight of a term that stands `count` times in a text.
pub(super) fn term_weight(count: f32, weight: f32) -> f32 {
    (1.0 + count.ln()) * weight
}
