//! What have the users saved? Projects with their queries, sets and decisions; jobs, accounts and sessions: in one
//! SQLite file of the data folder.
//!
//! [`Database`] opens the file and brings its schema up to date; the other modules are functions on
//! it, one a kind of thing. The module is synchronous and reads neither the clock nor a source of randomness: times, salts and tokens
//! are arguments. Who may do what is decided in `service`; patents and their text are in `index`, never here.

pub mod accounts;
mod database;
mod error;
pub mod jobs;
pub mod names;
pub mod projects;
pub mod review;
pub mod sessions;
pub mod sets;
pub mod tags;

pub use database::{Database, FILE_NAME};
pub use error::{Error, Result};
