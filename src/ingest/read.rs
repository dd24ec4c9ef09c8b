//! The pipeline.

use std::path::PathBuf;

use super::{Error, Item, Options, Progress, SinkError, SourceFile, Summary};

/// Reads files, folders and archives.
///
/// # Errors
/// See [`Error`].
pub fn read(
    paths: &[PathBuf],
    _options: &Options,
    _unchanged: &(dyn Fn(&SourceFile) -> bool + Sync),
    _progress: &(dyn Fn(&Progress) + Sync),
    _sink: &mut dyn FnMut(Item) -> Result<(), SinkError>,
) -> Result<Summary, Error> {
    if paths.is_empty() {
        return Err(Error::NoPath);
    }
    Ok(Summary::default())
}
