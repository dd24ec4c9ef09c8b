//! The seam for vectors: one trait, [`Embedder`].
//!
//! Built in is [`lsa`](super::lsa), trained on the corpus itself; [`http`](super::http) asks a model server.
//! Vectors of two embedders never share a space: an index stores [`Embedder::id`] beside its vectors.

use super::error::Error;

/// What a text is embedded for; some models treat the two differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// A question.
    Query,
    /// A text to be found.
    Passage,
}

/// Turns texts into vectors whose dot product is their similarity.
pub trait Embedder: Send + Sync {
    /// Returns the name of the model and all that changes its vectors; equal ids mean one space.
    fn id(&self) -> &str;

    /// Returns the length of a vector.
    fn dim(&self) -> usize;

    /// Returns one vector for each text, row after row, of length 1; zeros for a text without any known term.
    ///
    /// # Errors
    ///
    /// Only where the embedder is a remote one: see [`Error`].
    fn embed(&self, texts: &[&str], role: Role) -> Result<Vec<f32>, Error>;
}

/// Scales `vector` to length 1; leaves zeros, and makes what is not finite zeros.
pub(super) fn normalize(vector: &mut [f32]) {
    let length = vector.iter().map(|x| f64::from(*x) * f64::from(*x)).sum::<f64>().sqrt();
    if length > 0.0 && length.is_finite() {
        for x in vector {
            #[expect(clippy::cast_possible_truncation, reason = "vectors are single precision")]
            let scaled = (f64::from(*x) / length) as f32;
            *x = scaled;
        }
    } else {
        vector.fill(0.0);
    }
}
