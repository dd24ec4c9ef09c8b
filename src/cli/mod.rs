//! Commands: what a person types, and what comes back.
//!
//! `args` is what was typed, `config` what it resolves to (file, environment, flags), `commands` one file a command,
//! `import` the one place that joins `ingest` and `index`, `derive` the derived columns that follow, `output` how answers look on a terminal.
//! Answers go to standard output, everything else to standard error; `--json` prints the response type as JSON.

mod args;
mod commands;
mod config;
mod derive;
mod import;
mod output;
mod packs;
mod progress;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use crate::error::{ErrorKind, Failure};
use args::{Args, Command};

/// Runs the command line and returns the exit code.
pub fn run() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            // Help and version are no errors; a broken pipe while printing them is nobody's fault.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    match dispatch(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) if is_broken_pipe(&failure) => ExitCode::SUCCESS,
        Err(failure) => {
            let _ = writeln!(std::io::stderr(), "patnav: {failure}");
            ExitCode::from(exit_code(failure.kind()))
        }
    }
}

fn dispatch(args: &Args) -> Result<(), Failure> {
    let config = config::Config::resolve(args)?;
    match &args.command {
        Command::Demo(demo) => commands::serve::demo(&config, demo),
        Command::Index(index) => commands::index::run(&config, index, args.json),
        Command::Derive(derive) => commands::derive::run(&config, derive, args.json),
        Command::Domain(domain) => commands::domain::run(&config, domain, args.json),
        Command::Tag(tag) => commands::tag::run(&config, tag, args.json),
        Command::Search(search) => commands::search::run(&config, search, args.json),
        Command::Query(query) => commands::query::run(&config, query, args.json),
        Command::Similar(similar) => commands::search::similar(&config, similar, args.json),
        Command::Idea(idea) => commands::idea::run(&config, idea, args.json),
        Command::Reconcile(reconcile) => commands::reconcile::run(&config, reconcile, args.json),
        Command::Why(why) => commands::reconcile::why(&config, why, args.json),
        Command::Project(project) => commands::project::run(&config, project, args.json),
        Command::Map(map) => commands::map::run(&config, map, args.json),
        Command::Export(export) => commands::export::run(&config, export, args.json),
        Command::Eval(eval) => commands::eval::run(&config, eval, args.json),
        Command::Stats => commands::data::stats(&config, args.json),
        Command::Check => commands::data::check(&config, args.json),
        Command::Delete(delete) => commands::data::delete(&config, delete, args.json),
        Command::Backup(file) => commands::data::backup(&config, file, args.json),
        Command::Restore(file) => commands::data::restore(&config, file, args.json),
        Command::Serve(serve) => commands::serve::run(&config, serve),
        Command::Parties(parties) => commands::parties::run(&config, parties, args.json),
        Command::User(user) => commands::user::run(&config, user, args.json),
        Command::Config(show) => commands::data::config(&config, show, args.json),
    }
}

/// Returns the exit code of a kind of failure: 2 the caller's fault, 3 data refused, 4 index incompatible or
/// corrupt, 1 anything else.
fn exit_code(kind: ErrorKind) -> u8 {
    match kind {
        ErrorKind::InvalidInput | ErrorKind::NotFound => 2,
        ErrorKind::Refused => 3,
        ErrorKind::Incompatible | ErrorKind::Corrupt => 4,
        ErrorKind::Conflict | ErrorKind::Unavailable | ErrorKind::Internal => 1,
    }
}

fn is_broken_pipe(failure: &Failure) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(failure.error());
    while let Some(error) = cause {
        if let Some(io) = error.downcast_ref::<std::io::Error>() {
            return io.kind() == std::io::ErrorKind::BrokenPipe;
        }
        cause = error.source();
    }
    false
}
