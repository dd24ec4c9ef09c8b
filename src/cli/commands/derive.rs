//! `patnav derive`

use crate::cli::args;
use crate::cli::config::Config;
use crate::cli::derive::{self, Wanted};
use crate::cli::import::Progress;
use crate::cli::output;
use crate::cli::progress::Line;
use crate::error::Failure;
use crate::index::{self, Error, Writer};
use crate::text::Analyzer;

pub(in crate::cli) fn run(config: &Config, args: &args::Derive, json: bool) -> Result<(), Failure> {
    let (data, analyzer) = (config.data(), Analyzer::new());
    if index::current_id(&data)?.is_none() {
        return Err(Error::NoSnapshot { path: data }.into());
    }
    let mut writer = Writer::open(&data, analyzer.clone(), config.index_options()?)?;
    let line = Line::new();
    let show = |done, total| {
        line.show(Progress { stage: "columns", done, total: Some(total), documents: done });
        true
    };
    let made = derive::put_columns(&mut writer, &data, &analyzer, &Wanted::Anew(args.groups.clone()), &show);
    line.finish();
    let made = made?;
    let snapshot = index::current_id(&data)?.map(|id| format!("{id:06}"));
    if json {
        return output::json(&serde_json::json!({ "snapshot": snapshot, "made": made }));
    }
    output::lines(&[format!("snapshot {}: made {}", snapshot.unwrap_or_default(), made.join(", "))])
}
