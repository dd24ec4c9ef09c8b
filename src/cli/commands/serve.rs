//! `patnav serve`, `patnav demo`

use crate::cli::args;
use crate::cli::config::Config;
use crate::error::Failure;

pub(in crate::cli) fn run(config: &Config, args: &args::Serve) -> Result<(), Failure> {
    let _ = (config, args);
    Ok(())
}

pub(in crate::cli) fn demo(config: &Config, args: &args::Serve) -> Result<(), Failure> {
    run(config, args)
}
