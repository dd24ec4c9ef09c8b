//! Nearest neighbours by cosine: which rows are near this vector?
//!
//! A [`Space`] is immutable and memory-mapped. Writing one: [`write_vectors`] streams rows to a file,
//! [`build_graph`] adds links to it, later rows go to a delta file and removed documents to a bitmap until
//! [`Space::needs_rebuild`] says so. Embedding is in `text`; snapshots and which file belongs to which are the
//! business of `index`.
//!
//! In reading order:
//! - `space`: opening, and which search answers;
//! - `scan` and `shortlist`: the exact search; `walk`: the approximate one;
//! - `file`, `graph`, `format`, `map`: what lies on disk; `build` and `refine`: how links are made;
//! - `quantize`, `kernels`: bytes for floats, and their products.

mod build;
mod error;
mod file;
mod format;
mod graph;
mod kernels;
mod map;
mod quantize;
mod refine;
mod scan;
mod shortlist;
mod space;
mod walk;

#[cfg(test)]
mod flat;
#[cfg(test)]
mod tests;

pub use build::GraphParams;
pub use build::PARALLEL_FROM;
pub use build::build_graph;
pub use error::Error;
pub use file::VectorFile;
pub use file::write_vectors;
pub use quantize::MAX_DIM;
pub use shortlist::Neighbour;
pub use space::Filter;
pub use space::Nearest;
pub use space::Options;
pub use space::SearchPath;
pub use space::Space;
pub use space::SpaceFiles;

/// The dense number of a row in a space: base first, then deltas.
pub type Slot = u32;
