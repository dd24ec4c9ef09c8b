//! A trained model: folds texts in, goes to bytes and back.
//!
//! A term vector is kept as 16-bit integers with one scale: half the size of single precision, an error
//! of 1 in 65,000 of the largest entry, and no number format that a platform may lack.
//! Bytes, little-endian: magic, version, dimensions, terms, a fingerprint of what follows; then hashes (u64, rising),
//! weights (f32), scales (f32), entries (i16, row after row). Whoever stores them checks a checksum of the whole.

use std::fmt;

use rustc_hash::FxHashMap;

use super::features::features;
use super::train::term_weight;
use crate::text::Analyzer;
use crate::text::embed::Embedder;
use crate::text::embed::Role;
use crate::text::embed::normalize;
use crate::text::error::Error;

const MAGIC: &[u8; 8] = b"PNAVLSA\0";

/// Version of the format and of the features: a change of either makes old models unreadable, rightly.
const VERSION: u32 = 1;

const HEADER_BYTES: usize = 32;

/// A trained model of latent semantic analysis.
pub struct Model {
    analyzer: Analyzer,
    id: String,
    dim: usize,
    columns: FxHashMap<u64, u32>,
    hashes: Vec<u64>,
    weights: Vec<f32>,
    scales: Vec<f32>,
    entries: Vec<i16>,
}

impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Model")
            .field("id", &self.id)
            .field("n_terms", &self.hashes.len())
            .finish_non_exhaustive()
    }
}

impl Model {
    /// Makes a model of term vectors: one row of `dim` values for each hash; hashes rise.
    pub(super) fn new(
        analyzer: &Analyzer,
        dim: usize,
        hashes: &[u64],
        weights: &[f32],
        vectors: &[f32],
    ) -> Self {
        let mut scales = Vec::with_capacity(hashes.len());
        let mut entries = Vec::with_capacity(vectors.len());
        for row in vectors.chunks(dim.max(1)).take(if dim == 0 { 0 } else { hashes.len() }) {
            let largest = row.iter().fold(0.0_f32, |largest, x| largest.max(x.abs()));
            let scale = largest / f32::from(i16::MAX);
            scales.push(scale);
            #[expect(
                clippy::cast_possible_truncation,
                reason = "the scale keeps the quotient within 16 bits"
            )]
            entries.extend(row.iter().map(|x| if scale > 0.0 { (x / scale).round() as i16 } else { 0 }));
        }
        // Without dimensions no term is known.
        let n_terms = scales.len();
        Self::assemble(
            analyzer,
            dim,
            hashes[..n_terms].to_vec(),
            weights[..n_terms].to_vec(),
            scales,
            entries,
        )
    }

    fn assemble(
        analyzer: &Analyzer,
        dim: usize,
        hashes: Vec<u64>,
        weights: Vec<f32>,
        scales: Vec<f32>,
        entries: Vec<i16>,
    ) -> Self {
        let columns = hashes.iter().copied().zip(0_u32..).collect();
        let mut model = Self {
            analyzer: analyzer.clone(),
            id: String::new(),
            dim,
            columns,
            hashes,
            weights,
            scales,
            entries,
        };
        model.id = Self::id_of(dim, model.fingerprint());
        model
    }

    fn id_of(dim: usize, fingerprint: u64) -> String {
        format!("lsa-{VERSION}-{dim}-{fingerprint:016x}")
    }

    /// Returns a hash of all content, FNV-1a over 64-bit words.
    fn fingerprint(&self) -> u64 {
        let words = self.hashes.iter().copied();
        let floats = self.weights.iter().chain(&self.scales).map(|x| u64::from(x.to_bits()));
        let entries = self.entries.iter().map(|x| u64::from(x.cast_unsigned()));
        words
            .chain(floats)
            .chain(entries)
            .fold(0xcbf2_9ce4_8422_2325, |hash: u64, word| (hash ^ word).wrapping_mul(0x0100_0000_01b3))
    }

    /// Returns the number of terms that have a vector.
    pub fn n_terms(&self) -> usize {
        self.hashes.len()
    }

    /// Returns the bytes to store.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEADER_BYTES + self.hashes.len() * (16 + 2 * self.dim));
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&VERSION.to_le_bytes());
        bytes.extend_from_slice(&u32::try_from(self.dim).expect("dimensions are hundreds").to_le_bytes());
        bytes.extend_from_slice(&(self.hashes.len() as u64).to_le_bytes());
        bytes.extend_from_slice(&self.fingerprint().to_le_bytes());
        bytes.extend(self.hashes.iter().flat_map(|x| x.to_le_bytes()));
        bytes.extend(self.weights.iter().chain(&self.scales).flat_map(|x| x.to_le_bytes()));
        bytes.extend(self.entries.iter().flat_map(|x| x.to_le_bytes()));
        bytes
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote.
    ///
    /// # Errors
    ///
    /// [`Error::ModelVersion`] for another version, [`Error::ModelDamaged`] for anything that does not fit together.
    pub fn from_bytes(analyzer: &Analyzer, bytes: &[u8]) -> Result<Self, Error> {
        let damaged = |what| Error::ModelDamaged { what };
        let (header, rest) = bytes.split_at_checked(HEADER_BYTES).ok_or(damaged("no header"))?;
        if &header[..8] != MAGIC {
            return Err(damaged("not a model"));
        }
        let found = u32::from_le_bytes(array(&header[8..12]));
        if found != VERSION {
            return Err(Error::ModelVersion { expected: VERSION, found });
        }
        let dim = u32::from_le_bytes(array(&header[12..16])) as usize;
        let n_terms = usize::try_from(u64::from_le_bytes(array(&header[16..24]))).unwrap_or(usize::MAX);
        let size = dim
            .checked_mul(2)
            .and_then(|size| size.checked_add(16))
            .and_then(|size| size.checked_mul(n_terms));
        if size != Some(rest.len()) {
            return Err(damaged("the length is not that of the header"));
        }
        let (hashes, rest) = rest.split_at(8 * n_terms);
        let (weights, rest) = rest.split_at(4 * n_terms);
        let (scales, entries) = rest.split_at(4 * n_terms);
        let hashes: Vec<u64> = hashes.chunks_exact(8).map(|x| u64::from_le_bytes(array(x))).collect();
        if !hashes.is_sorted_by(|a, b| a < b) {
            return Err(damaged("terms out of order"));
        }
        let model = Self::assemble(
            analyzer,
            dim,
            hashes,
            weights.chunks_exact(4).map(|x| f32::from_le_bytes(array(x))).collect(),
            scales.chunks_exact(4).map(|x| f32::from_le_bytes(array(x))).collect(),
            entries.chunks_exact(2).map(|x| i16::from_le_bytes(array(x))).collect(),
        );
        // The id was made of the fingerprint of the content; it is not computed twice, a model is tens of megabytes.
        let expected = u64::from_le_bytes(array(&header[24..32]));
        if model.id != Self::id_of(dim, expected) {
            return Err(damaged("the content is not that of the header"));
        }
        Ok(model)
    }

    /// Returns how many features of `text` the model knows and how many it does not, repetitions counted
    /// (those of the first line of a longer text three times).
    ///
    /// Callers retrain when the unknown share of new documents passes their limit. Rare and very common
    /// features are unknown by design, so compare with the share among the documents of the training.
    pub fn unknown_mass(&self, text: &str) -> (u64, u64) {
        let (mut known, mut unknown) = (0, 0);
        features(&self.analyzer, text, |hash, _, count| {
            let mass = if self.columns.contains_key(&hash) { &mut known } else { &mut unknown };
            *mass += u64::from(count);
        });
        (known, unknown)
    }

    /// Adds the vector of `text` to `out`.
    fn fold_in(&self, text: &str, out: &mut [f32]) {
        let mut columns: Vec<u32> = Vec::new();
        features(&self.analyzer, text, |hash, _, count| {
            if let Some(&column) = self.columns.get(&hash) {
                columns.extend(std::iter::repeat_n(column, usize::from(count)));
            }
        });
        columns.sort_unstable();
        for same in columns.chunk_by(|a, b| a == b) {
            let column = same[0] as usize;
            // Counts stop where those of the training do.
            let count = f32::from(u8::try_from(same.len()).unwrap_or(u8::MAX));
            let factor = term_weight(count, self.weights[column]) * self.scales[column];
            let row = &self.entries[column * self.dim..(column + 1) * self.dim];
            for (o, &entry) in out.iter_mut().zip(row) {
                *o += factor * f32::from(entry);
            }
        }
    }
}

impl Embedder for Model {
    fn id(&self) -> &str {
        &self.id
    }

    fn dim(&self) -> usize {
        self.dim
    }

    /// Never fails; the role makes no difference.
    fn embed(&self, texts: &[&str], _role: Role) -> Result<Vec<f32>, Error> {
        let mut out = vec![0.0; texts.len() * self.dim];
        for (text, row) in texts.iter().zip(out.chunks_exact_mut(self.dim.max(1))) {
            self.fold_in(text, row);
            normalize(row);
        }
        Ok(out)
    }
}

/// Copies a slice of known length.
fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut array = [0; N];
    array.copy_from_slice(bytes);
    array
}
