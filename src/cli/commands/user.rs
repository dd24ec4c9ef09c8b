//! `patnav user`

use crate::cli::args;
use crate::cli::config::Config;
use crate::error::Failure;

pub(in crate::cli) fn run(config: &Config, args: &args::User, json: bool) -> Result<(), Failure> {
    let _ = (config, args, json);
    Ok(())
}
