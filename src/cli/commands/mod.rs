//! One file a group of commands. A command resolves its arguments, calls one library function, prints the answer.

pub(super) mod data;
pub(super) mod derive;
pub(super) mod domain;
pub(super) mod eval;
pub(super) mod export;
pub(super) mod idea;
pub(super) mod index;
pub(super) mod map;
pub(super) mod parties;
pub(super) mod project;
pub(super) mod query;
pub(super) mod reconcile;
pub(super) mod search;
pub(super) mod serve;
pub(super) mod tag;
mod tag_sheet;
pub(super) mod user;
