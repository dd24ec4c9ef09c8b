//! How does a report look as a file?
//!
//! A report is first a [`Document`]: headings, paragraphs, tables, links, figures, with no word about fonts or files.
//! [`html`] and [`docx`] write it; both from the same blocks, so that what is on paper is what is on the screen.
//! [`prior_art`] makes one of the search for an idea, [`strategy`] of the search of a project. [`export`] writes rows of documents, streamed, for other programs,
//! [`tag_sheet`] the spreadsheet in which people tag documents.
//!
//! Same document, same bytes: the time inside every file is that of the snapshot, entries of packages have a fixed
//! time and order, and identifiers are counted from the start of each file. (This is why Word files are written here
//! part by part: the library that could write them numbers links and pictures for the whole process.)
//!
//! This module computes nothing from patents; it is handed what to write.

pub mod document;
pub mod docx;
mod error;
pub mod export;
pub mod html;
pub mod landscape;
pub mod prior_art;
pub mod strategy;
pub mod svg;
pub mod tag_sheet;
mod xml;

pub use document::{Block, Cell, Column, Document, Figure, Lang, Run, Style, Table, Tone};
pub use error::{Error, Result};
