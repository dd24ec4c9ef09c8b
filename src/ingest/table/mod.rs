//! Tables (CSV, TSV, XLS, XLSX) whose columns a [`ColumnMap`] explains.
//!
//! One engine reads every export format; the formats themselves are data in `index-schema/formats/`.
//! [`open`] finds the header row and the map, and gives the rows; [`Mapping::parse`] makes one publication of a row.
//! JSON objects go through the same maps in `ingest::json`.

mod build;
mod cell;
mod encoding;
mod list;
mod map;
mod mapping;
mod open;
mod raw_sheet;
pub(super) mod sheet;
#[cfg(test)]
mod tests;
mod words;

pub(crate) use build::Builder;
pub(crate) use cell::Piece;
pub(crate) use cell::clean;
pub(crate) use cell::piece;
pub(crate) use cell::pieces;
pub use list::number_list;
pub(crate) use map::Column;
pub use map::ColumnMap;
pub(crate) use map::Form;
pub use map::MapError;
pub(crate) use map::normal_header;
pub(crate) use mapping::Mapping;
pub(crate) use open::open;
pub(crate) use open::recognise;
