//! .

pub mod vector;
