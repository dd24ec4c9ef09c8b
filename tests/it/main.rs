//! The integration tests, in one binary: each file drives one boundary through its public face.

mod ingest;
