//! `patnav index`

use std::io::Write;

use crate::cli::args;
use crate::cli::config::Config;
use crate::cli::import::{self, Import};
use crate::cli::output::{self, Error};
use crate::cli::progress::Line;
use crate::error::Failure;
use crate::ingest::{Diagnostic, Severity};
use crate::text::Analyzer;

/// Diagnostics shown on a terminal; all of them are counted, and `--diagnostics FILE` writes all that are kept.
const MAX_SHOWN: usize = 10;

pub(in crate::cli) fn run(config: &Config, args: &args::Index, json: bool) -> Result<(), Failure> {
    let mut file = match &args.diagnostics {
        Some(path) => {
            let file = std::fs::File::create(path);
            Some(std::io::BufWriter::new(file.map_err(|source| Error::Write { path: path.clone(), source })?))
        }
        None => None,
    };
    let import = Import {
        data: config.data(),
        paths: args.paths.clone(),
        format: args.format.clone(),
        map: args.map.clone(),
        reread: args.reread,
        refuse_above: config.refuse_above()?,
        options: config.index_options()?,
    };
    let line = Line::new();
    let mut shown: Vec<Diagnostic> = Vec::new();
    let mut write_error = None;
    let report = import::run(
        import,
        &Analyzer::new(),
        &|progress| {
            line.show(progress);
            true
        },
        &mut |diagnostic| {
            if shown.len() < MAX_SHOWN && diagnostic.severity > Severity::Note {
                shown.push(diagnostic.clone());
            }
            if let Some(file) = &mut file
                && let Ok(text) = serde_json::to_string(diagnostic)
                && let Err(error) = writeln!(file, "{text}")
            {
                write_error.get_or_insert(error);
            }
        },
    );
    line.finish();
    if let (Some(path), Some(mut file)) = (&args.diagnostics, file) {
        let written = write_error.map_or_else(|| file.flush(), Err);
        written.map_err(|source| Error::Write { path: path.clone(), source })?;
    }
    output::diagnostics(&shown)?;
    let report = report?;
    if json {
        return output::json(&report);
    }
    output::report(&report)
}
