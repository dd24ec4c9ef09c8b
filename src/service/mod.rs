//! HTTP: the API under `/api/v1`, jobs, accounts, and the page.
//!
//! ```text
//! request ─▶ trace ─▶ security headers ─▶ Host and Origin ─▶ time limit ─▶ session ─▶ handler ─▶ CPU pool ─▶ search
//! ```
//!
//! A handler extracts, calls one function of the library on the pool of `cpu`, and converts with `wire`.
//! In reading order: `config`, `state` (what handlers share), `snapshots` (the current [`crate::index::Reader`] and
//! older ones that cursors need), `cpu`, `jobs` (one import or map at a time), `maps` (made and kept), `error` and `extract` (one shape for every
//! error), `security` and `auth`, `assets` (the page), `wire` and `utf16` (what goes over the line), `document` (one
//! document with what the corpus knows about it), `parties` (names to organisations), `history` (the sets that a query
//! names), `handlers`, `router`, `serve`.
//!
//! This is the lowest module that reads the clock, the network and randomness, and the only one that is async.
//! Nothing is decided here about patents. Queries travel in bodies and are never logged.

mod assets;
mod auth;
mod config;
mod cpu;
mod document;
mod error;
mod extract;
mod handlers;
pub mod history;
mod jobs;
mod maps;
pub mod parties;
mod router;
mod security;
mod serve;
mod snapshots;
mod state;
mod utf16;
mod wire;

pub use assets::{Asset, Assets, embedded};
pub use auth::LOCAL_USER;
pub use config::Config;
pub use cpu::{Busy, Cpu};
pub use error::Error;
pub use jobs::{Import, ImportRequest, Stage, Step};
pub use maps::PackSource;
pub use router::{openapi_json, router};
pub use serve::serve;
pub use state::{AppState, Parts};

/// Returns bytes from the system's source of randomness, for password salts and session tokens.
pub fn random_bytes<const N: usize>() -> [u8; N]
where
    [u8; N]: rand::Fill,
{
    let mut bytes = [0; N];
    rand::Rng::fill(&mut rand::rng(), &mut bytes);
    bytes
}
