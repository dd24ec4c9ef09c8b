//! `patnav export`

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Stdout, Write};

use crate::cli::args;
use crate::cli::commands::search::{choose, kept_sets};
use crate::cli::config::Config;
use crate::cli::output::{self, Error};
use crate::cli::progress::Line;
use crate::error::Failure;
use crate::index::Reader;
use crate::report::export::{Cut, Format, Options, Output, Writer};
use crate::search::{self, DEFAULT_FIELDS, ExportRequest, Exported, Filters, Sets};
use crate::text::Analyzer;

pub(in crate::cli) fn run(config: &Config, args: &args::Export, json: bool) -> Result<(), Failure> {
    let format: Format = choose("--format", &args.format)?;
    let request = ExportRequest {
        query: args.scope.clone(),
        filters: Filters {
            country: args.country.iter().map(|country| country.to_uppercase()).collect(),
            class: args.class.clone(),
            from: args.from.clone(),
            to: args.to.clone(),
            ..Filters::default()
        },
        collapse: Some(choose("--collapse", &args.collapse)?),
        sort: choose("--sort", &args.sort)?,
        fields: fields(args, format),
        limit: args.limit,
    };
    let sets = kept_sets(config, args.project, &request.query, None)?;
    let reader = Reader::open(&config.data(), Analyzer::new(), config.embedder()?)?;
    let options = Options {
        fields: if request.fields.is_empty() {
            DEFAULT_FIELDS.iter().map(|name| (*name).to_owned()).collect()
        } else {
            request.fields.clone()
        },
        excel: args.excel,
        // Our own records say everything and read back; chosen fields make objects of these.
        records: args.fields.is_empty(),
        created: reader.created(),
    };
    let Some(path) = &args.out else {
        if format == Format::Xlsx {
            let message = "a spreadsheet cannot go to standard output; name a file".to_owned();
            return Err(Error::Choice { flag: "--out", message }.into());
        }
        write(&reader, (&request, &sets), format, options, Pipe(io::stdout()))?;
        return Ok(());
    };
    let part = output::beside(path);
    let file = File::create(&part).map_err(|source| Error::Write { path: path.clone(), source })?;
    let written = write(&reader, (&request, &sets), format, options, file).and_then(|written| {
        std::fs::rename(&part, path).map_err(|source| Error::Write { path: path.clone(), source })?;
        Ok(written)
    });
    let (exported, cut) = written.inspect_err(|_| {
        let _ = std::fs::remove_file(&part);
    })?;
    if json {
        return output::json(&serde_json::json!({ "exported": exported, "cut": cut, "file": path }));
    }
    let mut lines =
        vec![format!("{} of {} rows written to {}", exported.rows, exported.total, path.display())];
    if cut.cells > 0 {
        lines.push(format!("{} cells were cut at the 32,767 characters that a spreadsheet cell takes; use csv or jsonl for all of it", cut.cells));
    }
    output::lines(&lines)
}

/// Descriptions are read only where they are asked for; whole records ask for them.
fn fields(args: &args::Export, format: Format) -> Vec<String> {
    let whole = args.fields.is_empty() && format == Format::Jsonl;
    if whole { vec!["key".to_owned(), "description".to_owned()] } else { args.fields.clone() }
}

fn write<W: Output>(
    reader: &Reader,
    (request, sets): (&ExportRequest, &Sets),
    format: Format,
    options: Options,
    out: W,
) -> Result<(Exported, Cut), Failure> {
    let mut writer = Writer::new(format, options, out)?;
    let line = Line::new();
    let (mut failed, mut n) = (None, 0_u64);
    let exported = search::export_with(reader, request, sets, &mut |row, total| {
        n += 1;
        if n.is_multiple_of(100) {
            line.rows("exporting 导出", n, total);
        }
        writer.row(&row).map_err(|error| failed = Some(error)).is_ok()
    });
    line.finish();
    let exported = exported?;
    match failed {
        Some(error) => Err(error.into()),
        None => Ok((exported, writer.finish()?)),
    }
}

/// Standard output, which goes forward only.
struct Pipe(Stdout);

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl Seek for Pipe {
    fn seek(&mut self, _: SeekFrom) -> io::Result<u64> {
        Err(io::Error::from(io::ErrorKind::Unsupported))
    }
}
