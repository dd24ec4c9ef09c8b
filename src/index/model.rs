//! The embedding model of the corpus itself: when to train, on what, and how it is kept.
//!
//! New documents are folded into the model that is there. A new one is trained when the live documents have doubled
//! since the training, or when the share of unknown words among those that came since is 15 points above that of the
//! documents trained on, of which a model leaves the rarest and the commonest words out by design. Options of the
//! training (dimensions, seed, equivalents) that change meanwhile take effect with the next training.

use std::path::Path;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::documents::Documents;
use super::error::{Error, Result};
use super::file;
use super::lexical::ZoneTexts;
use super::manifest::{Manifest, ModelEntry, missing_or};
use super::options::{Embedding, Progress, Stage, proceed};
use super::set::DocnoSet;
use super::writer::Writer;
use crate::patent::Publication;
use crate::text::embed::Embedder;
use crate::text::{Analyzer, lexicon, lsa};

/// Documents that a model learns from at most; the others are folded in. More cost time and change little.
const MAX_TRAINING: u64 = lsa::TRAINING_SAMPLE as u64;
/// How far the share of unknown words may rise since the training.
const UNKNOWN_SHARE: f64 = 0.15;
/// Share of the corpus that must have come since the training before unknown words are held against the model:
/// one odd document must not cost the training of a million.
const UNKNOWN_FROM: f64 = 0.01;
/// Growth since the training at which to train again.
const GROWTH: u64 = 2;
/// Documents, evenly spread, on which a new model's share of unknown words is measured.
const MEASURED: u64 = 2000;
/// Documents read between two reports of progress.
const STEP: u64 = 512;

/// Reads a model file.
pub(super) fn read(path: &Path, analyzer: &Analyzer) -> Result<lsa::Model> {
    let bytes = std::fs::read(path).map_err(|error| missing_or(error, path))?;
    lsa::Model::from_bytes(analyzer, &bytes).map_err(|error| Error::corrupt(path, error.to_string()))
}

/// Reads the lexicon that was learned with a model.
pub(super) fn read_lexicon(path: &Path) -> Result<lexicon::Lexicon> {
    let bytes = std::fs::read(path).map_err(|error| missing_or(error, path))?;
    lexicon::Lexicon::from_bytes(bytes).ok_or_else(|| Error::corrupt(path, "it is no lexicon of this format"))
}

/// Returns all language versions of what a document is about, as one text.
pub(super) fn topic(publication: &Publication) -> String {
    ZoneTexts::topic(publication).join("\n")
}

/// Returns the model for the next snapshot, and whether it is a new one, which makes all vectors anew.
pub(super) fn current_or_new(
    writer: &Writer,
    manifest: &mut Manifest,
    documents: &Documents,
    alive: &DocnoSet,
    first_docno: u32,
    progress: &Progress<'_>,
) -> Result<(lsa::Model, bool)> {
    let entry = manifest.model.as_ref().and_then(|model| model.file.as_ref());
    if let (Some(entry), Some(base)) = (entry, &writer.base) {
        let model = read(&base.dir.join(&entry.name), &writer.analyzer)?;
        count_unknown(manifest, &model, documents, alive, first_docno)?;
        let n_documents = manifest.statistics.n_documents;
        if manifest.model.as_ref().is_some_and(|entry| !is_outgrown(entry, n_documents)) {
            return Ok((model, false));
        }
    }
    Ok((train(writer, manifest, documents, alive, progress)?, true))
}

/// Counts the new documents, their words, and the words that the model does not know.
fn count_unknown(
    manifest: &mut Manifest,
    model: &lsa::Model,
    documents: &Documents,
    alive: &DocnoSet,
    first_docno: u32,
) -> Result<()> {
    let Some(entry) = &mut manifest.model else { return Ok(()) };
    documents.scan(alive, first_docno, &mut |_, publication| {
        let (known, unknown) = model.unknown_mass(&topic(&publication));
        entry.documents_since += 1;
        entry.words_since += known + unknown;
        entry.unknown_since += unknown;
        Ok(())
    })
}

/// Returns whether the corpus has outgrown its model.
fn is_outgrown(model: &ModelEntry, n_documents: u64) -> bool {
    let trained_on = model.trained_on.max(1);
    let enough = model.documents_since as f64 >= UNKNOWN_FROM * trained_on as f64;
    let share = |unknown: u64, words: u64| unknown as f64 / words.max(1) as f64;
    let risen = share(model.unknown_since, model.words_since) - share(model.unknown_then, model.words_then);
    n_documents >= GROWTH * trained_on || (enough && risen > UNKNOWN_SHARE)
}

/// Trains a model on the live documents, or on a seeded sample of a large corpus.
fn train(
    writer: &Writer,
    manifest: &mut Manifest,
    documents: &Documents,
    alive: &DocnoSet,
    progress: &Progress<'_>,
) -> Result<lsa::Model> {
    let Embedding::Lsa { dim, seed } = writer.options.embedding else {
        return Err(Error::Query { what: "only a model of the corpus itself can be trained".to_owned() });
    };
    let n_documents = manifest.statistics.n_documents;
    proceed(progress, Stage::Training, 0, n_documents)?;
    let mut trainer = lsa::Trainer::new(&writer.analyzer, lsa::Options { dims: dim, seed });
    let mut bilingual = lexicon::Trainer::new(&writer.analyzer);
    let mut sample = Sample::new(n_documents, MAX_TRAINING, seed);
    let (mut seen, mut measured) = (0, Vec::new());
    documents.scan(alive, 0, &mut |_, publication| {
        if sample.takes_next() {
            let versions = ZoneTexts::topic(&publication);
            let versions: Vec<&str> = versions.iter().map(String::as_str).collect();
            trainer.add(&versions);
            bilingual.add(&versions);
        }
        if seen % n_documents.div_ceil(MEASURED).max(1) == 0 {
            measured.push(topic(&publication));
        }
        seen += 1;
        if seen % STEP == 0 { proceed(progress, Stage::Training, seen, n_documents) } else { Ok(()) }
    })?;
    trainer.add_equivalents(&writer.options.equivalents);
    bilingual.add_equivalents(&writer.options.equivalents);
    let lexicon = bilingual.finish();
    let model = trainer.finish().map_err(Error::Embedding)?;
    let (mut words, mut unknown) = (0, 0);
    for text in &measured {
        let mass = model.unknown_mass(text);
        words += mass.0 + mass.1;
        unknown += mass.1;
    }
    let path = writer.layout.work().join(format!("model-{:06}.lsa", manifest.id));
    let entry = file::write(&path, &model.to_bytes())?;
    let lexicon = if lexicon.n_terms() == 0 {
        None
    } else {
        let path = writer.layout.work().join(format!("model-{:06}.lexicon", manifest.id));
        Some(file::write(&path, lexicon.as_bytes())?)
    };
    manifest.model = Some(ModelEntry {
        id: model.id().to_owned(),
        dim: model.dim(),
        file: Some(entry),
        lexicon,
        trained_on: n_documents,
        words_then: words,
        unknown_then: unknown,
        documents_since: 0,
        words_since: 0,
        unknown_since: 0,
    });
    Ok(model)
}

/// Chooses a fixed number of documents, each equally likely, in one pass (Knuth's algorithm S).
struct Sample {
    left: u64,
    wanted: u64,
    random: ChaCha8Rng,
}

impl Sample {
    fn new(n_documents: u64, most: u64, seed: u64) -> Self {
        Self { left: n_documents, wanted: n_documents.min(most), random: ChaCha8Rng::seed_from_u64(seed) }
    }

    fn takes_next(&mut self) -> bool {
        let takes = self.left > 0 && self.random.random_range(0..self.left) < self.wanted;
        self.left = self.left.saturating_sub(1);
        self.wanted -= u64::from(takes);
        takes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(trained_on: u64, documents_since: u64, words: u64, unknown: u64) -> ModelEntry {
        ModelEntry {
            id: "m".to_owned(),
            dim: 1,
            file: None,
            lexicon: None,
            trained_on,
            words_then: 100,
            unknown_then: 0,
            documents_since,
            words_since: words,
            unknown_since: unknown,
        }
    }

    #[test]
    fn a_model_is_outgrown_by_documents_or_by_words() {
        let check = |entry: &ModelEntry, n_documents, expected| {
            assert_eq!(is_outgrown(entry, n_documents), expected, "{entry:?} {n_documents}");
        };
        check(&entry(1000, 999, 1000, 0), 1999, false);
        check(&entry(1000, 1000, 1000, 0), 2000, true);
        check(&entry(1000, 10, 1000, 150), 1010, false);
        check(&entry(1000, 10, 1000, 151), 1010, true);
        // One strange document among a thousand is none of the model's fault.
        check(&entry(1000, 1, 100, 90), 1001, false);
        check(&entry(0, 0, 0, 0), 0, false);
        // A model that left a tenth of the words out from the start is allowed that tenth.
        let by_design = |unknown| ModelEntry { unknown_then: 10, ..entry(1000, 10, 1000, unknown) };
        check(&by_design(249), 1010, false);
        check(&by_design(251), 1010, true);
    }

    #[test]
    fn a_sample_has_its_size_whatever_the_seed() {
        for seed in 0..20 {
            for (n, most, expected) in [(100, 30, 30), (10, 30, 10), (0, 30, 0), (30, 30, 30)] {
                let mut sample = Sample::new(n, most, seed);
                let taken = (0..n + 5).filter(|_| sample.takes_next()).count();
                assert_eq!(taken, expected, "{n} {most} {seed}");
            }
        }
    }
}
