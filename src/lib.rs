//! patnav: patent navigation and landscape search for Chinese and English patents, offline.

pub mod cli;
pub mod error;
pub mod index;
pub mod ingest;
pub mod patent;
pub mod query;
pub mod search;
pub mod service;
pub mod text;
pub mod workspace;
