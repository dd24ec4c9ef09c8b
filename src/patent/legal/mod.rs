//! The legal state of applications and rights.
mod code;
pub use code::{Effect, Group, Meaning, meaning, n_codes_by_office};
