//! `patnav user`

use std::io::BufRead;

use crate::cli::args::{self, UserAction};
use crate::cli::config::Config;
use crate::cli::output::{self, Error};
use crate::error::Failure;
use crate::service;
use crate::workspace::Database;
use crate::workspace::accounts::{self, Role};

pub(in crate::cli) fn run(config: &Config, args: &args::User, json: bool) -> Result<(), Failure> {
    let database = Database::open(&config.data())?;
    match &args.action {
        UserAction::Add { name, admin } => {
            let role = if *admin { Role::Admin } else { Role::Member };
            let password = read_password()?;
            accounts::add(
                &database,
                name,
                &password,
                role,
                &service::random_bytes(),
                jiff::Timestamp::now(),
            )?;
            output::lines(&[format!("added {name}")])
        }
        UserAction::List => {
            let accounts = accounts::list(&database)?;
            if json {
                return output::json(&accounts);
            }
            let lines = accounts.iter().map(|account| {
                let role = if account.role == Role::Admin { "admin" } else { "member" };
                format!("{}  {role}  since {}", account.name, account.created)
            });
            let lines: Vec<String> = lines.collect();
            output::lines(&lines)
        }
        UserAction::Remove { name } => {
            accounts::remove(&database, name)?;
            output::lines(&[format!("removed {name}")])
        }
    }
}

/// Reads one line of standard input. Passwords never stand in arguments, where other users of the machine see them.
fn read_password() -> Result<String, Error> {
    let mut line = String::new();
    let unreadable = |what: String| Error::Password { what };
    std::io::stdin()
        .lock()
        .read_line(&mut line)
        .map_err(|error| unreadable(format!("cannot read the password from standard input: {error}")))?;
    let password = line.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        return Err(unreadable("write the password to standard input, on one line".to_owned()));
    }
    Ok(password.to_owned())
}
