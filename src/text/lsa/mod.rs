//! The built-in embedder: bilingual latent semantic analysis, trained on the corpus, no download.
//!
//! One row of the training matrix is a document with all its language versions together, so the terms of both
//! languages that describe the same things point the same way (Dumais et al., "Automatic Cross-Language Retrieval
//! Using Latent Semantic Indexing", 1997). Weights are (1 + ln tf) × ln((n + 1) / (df + 1/2));
//! each version is scaled to length 1 before they are added, so neither language outweighs the other.
//! The matrix is decomposed by randomised projection (Halko, Martinsson and Tropp, 2011, algorithm 4.4) in [`svd`];
//! a text is folded in as its weighted terms times the right singular vectors.
//!
//! Features, chosen by `benches/lsa.rs` ([`features`]): the terms of the words field, pairs of neighbouring Chinese
//! characters, and pairs of neighbouring English stems. They are kept as hashes, not strings.
//!
//! Where documents have a first line (a title) and more, the title pair of a bilingual document is a row of its own:
//! short texts align terms more sharply than long ones.
//! Rows in one language only are weighed down when bilingual rows exist, else they drown the bridge
//! between the languages ([`train`]).
//!
//! Same documents in the same order, same options: same bytes, whatever the number of threads.

mod features;
mod model;
mod svd;
mod train;

pub use model::Model;
pub use train::Options;
pub use train::TRAINING_SAMPLE;
pub use train::Trainer;

#[cfg(test)]
mod tests;
