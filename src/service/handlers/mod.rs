//! The operations of the API: extract, call one function, convert.

pub(super) mod corpus;
pub(super) mod imports;
pub(super) mod maps;
pub(super) mod parties;
pub(super) mod prior_art;
pub(super) mod projects;
pub(super) mod session;
pub(super) mod sets;
pub(super) mod strategy;
