//! The integration tests, in one binary: each file drives one boundary through its public face.

#![expect(clippy::unwrap_used, reason = "a panic in a test is a failing test, in helpers as well")]

mod cli;
mod cohort;
mod corpus;
mod evaluation;
mod idea;
mod index;
mod index_faults;
mod ingest;
mod layering;
mod map;
mod matching;
mod oracle;
mod parties;
mod process;
mod project;
mod prose;
mod search;
mod service;
mod strategy;
mod tags;
