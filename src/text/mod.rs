//! Which tokens, key phrases and vector does a text have?
//!
//! Pure functions on strings, Chinese and English alike; nothing here reads a file or a clock
//! (the HTTP embedder, which a user has to configure, is the one exception).
//! Reading order: [`normalize`] folds spellings and keeps the way back to the original offsets;
//! [`words`] makes the terms for ranking and [`units`] the terms for phrases and proximity, on the classes
//! of characters in [`script`] and the sentence rules in [`sentence`]; [`concepts`] splits a free query;
//! [`highlight`] marks what was found; [`statement`] tells problem, means and effect apart; [`phrase`] names what a document is about;
//! [`embed`] is the seam for vectors, with [`lsa`] built in and [`http`] as plug-in;
//! [`lexicon`] knows which terms of two languages say the same.
//! How terms become postings is the business of `index`; what a query means, of `query`.

pub mod concepts;
pub mod embed;
pub mod error;
pub mod highlight;
pub mod http;
pub mod lexicon;
pub mod lsa;
pub mod normalize;
pub mod phrase;
pub mod script;
pub mod sentence;
pub mod statement;
pub mod stopwords;
pub mod units;
pub mod words;

pub use embed::Embedder;
pub use embed::Role;
pub use error::Error;
pub use sentence::sentences;
pub use units::QueryUnit;
pub use units::Term;
pub use words::Analyzer;
