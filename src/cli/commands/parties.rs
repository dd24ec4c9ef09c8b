//! `patnav parties`

use serde::Serialize;

use crate::analytics::party::{Group, GroupFault, Organisation, Parties, Review, Unheard};
use crate::cli::args::{self, PartiesAction};
use crate::cli::config::Config;
use crate::cli::derive::{self, Wanted};
use crate::cli::import::Progress;
use crate::cli::output;
use crate::cli::progress::Line;
use crate::error::Failure;
use crate::index::{self, Reader, Writer};
use crate::service::parties::Inputs;
use crate::text::Analyzer;
use crate::workspace::Database;
use crate::workspace::names::{self, Decision, NewDecision, Verdict};

/// What `patnav parties list` prints.
#[derive(Debug, Serialize)]
struct List<'a> {
    snapshot: String,
    /// Organisations and persons in all, before any restriction.
    n_organisations: usize,
    /// Those that fit the restrictions, before the limit.
    total: usize,
    organisations: Vec<&'a Organisation>,
    /// Decisions that do not hold, with the reason.
    unheard: &'a [Unheard],
    /// What contradicts itself in the groups.
    faults: &'a [GroupFault],
}

/// What `patnav parties review` prints.
#[derive(Debug, Serialize)]
struct Queue<'a> {
    snapshot: String,
    /// Doubtful pairs in all.
    total: usize,
    pairs: &'a [Review],
}

/// What `merge`, `split` and `undo` print.
#[derive(Debug, Serialize)]
struct Decided {
    decision: Decision,
    /// The snapshot whose columns follow it; `None` where nothing is indexed yet or `--keep-columns` was given.
    snapshot: Option<String>,
}

pub(in crate::cli) fn run(config: &Config, args: &args::Parties, json: bool) -> Result<(), Failure> {
    let database = Database::open(&config.data())?;
    let now = jiff::Timestamp::now();
    let (decision, keep) = match &args.action {
        PartiesAction::List(list) => return run_list(config, &database, list, json),
        PartiesAction::Review { limit } => return review(config, &database, *limit, json),
        PartiesAction::Merge(pair) => {
            (names::add(&database, &new(Verdict::Merge, pair), now)?, pair.keep_columns)
        }
        PartiesAction::Split(pair) => {
            (names::add(&database, &new(Verdict::Split, pair), now)?, pair.keep_columns)
        }
        PartiesAction::Undo { id, keep_columns } => (names::undo(&database, *id, now)?, *keep_columns),
    };
    let snapshot = if keep { None } else { apply(config)? };
    if json {
        return output::json(&Decided { decision, snapshot });
    }
    let state = if decision.undone.is_some() { "undone" } else { "kept" };
    let columns = snapshot
        .map_or_else(|| "columns unchanged".to_owned(), |id| format!("columns of snapshot {id} follow it"));
    output::lines(&[format!("decision {} {state}: {}; {columns}", decision.id, words(&decision))])
}

fn new(verdict: Verdict, pair: &args::Pair) -> NewDecision {
    NewDecision { verdict, a: pair.a.clone(), b: pair.b.clone(), note: pair.note.clone().unwrap_or_default() }
}

/// Makes the columns of names anew. Returns the snapshot, `None` where nothing is indexed.
fn apply(config: &Config) -> Result<Option<String>, Failure> {
    let (data, analyzer) = (config.data(), Analyzer::new());
    if index::current_id(&data)?.is_none() {
        return Ok(None);
    }
    let mut writer = Writer::open(&data, analyzer.clone(), config.index_options()?)?;
    let line = Line::new();
    let show = |done, total| {
        line.show(Progress { stage: "columns", done, total: Some(total), documents: done });
        true
    };
    let made =
        derive::put_columns(&mut writer, &data, &analyzer, &Wanted::Anew(vec!["names".to_owned()]), &show);
    line.finish();
    made?;
    Ok(index::current_id(&data)?.map(|id| format!("{id:06}")))
}

/// Reads all documents and finds the parties.
fn parties(config: &Config, inputs: &Inputs) -> Result<(Parties, String), Failure> {
    let reader = Reader::open(&config.data(), Analyzer::new(), config.embedder()?)?;
    let line = Line::new();
    let show = |done, total| {
        line.show(Progress { stage: "names 名称", done, total: Some(total), documents: done });
        true
    };
    let parties = inputs.parties(&reader, &show);
    line.finish();
    Ok((parties?, format!("{:06}", reader.id())))
}

fn run_list(
    config: &Config,
    database: &Database,
    args: &args::PartiesList,
    json: bool,
) -> Result<(), Failure> {
    if args.decisions {
        return print_decisions(&names::list(database, true)?, json);
    }
    let inputs = Inputs::load(&config.data(), database)?;
    if args.groups {
        return print_groups(&inputs, json);
    }
    let (parties, snapshot) = parties(config, &inputs)?;
    let fits = |organisation: &&Organisation| {
        let named = args.name.as_deref().is_none_or(|part| {
            organisation
                .spellings
                .iter()
                .any(|spelling| spelling.name.to_lowercase().contains(&part.to_lowercase()))
        });
        let grouped = args.group.as_deref().is_none_or(|wanted| {
            let all = organisation.groups.iter().chain(&organisation.chains);
            all.into_iter()
                .any(|group| group.id == wanted || group.name.zh == wanted || group.name.en == wanted)
        });
        let typed = args.r#type.as_deref().is_none_or(|wanted| organisation.kind.id() == wanted);
        let faulty =
            !args.faults || organisation.spellings.iter().any(|spelling| !spelling.faults.is_empty());
        named && grouped && typed && faulty
    };
    let mut found: Vec<&Organisation> = parties.organisations().iter().filter(fits).collect();
    found.sort_by(|a, b| b.n_documents.cmp(&a.n_documents).then_with(|| a.name.cmp(&b.name)));
    let total = found.len();
    found.truncate(args.limit);
    let n_organisations = parties.organisations().len();
    if json {
        let (unheard, faults) = (parties.unheard(), inputs.groups.faults());
        return output::json(&List {
            snapshot,
            n_organisations,
            total,
            organisations: found,
            unheard,
            faults,
        });
    }
    let mut lines = vec![format!("snapshot {snapshot}: {total} of {n_organisations} parties")];
    for organisation in found {
        let groups: Vec<&str> = organisation.groups.iter().map(|group| group.name.zh.as_str()).collect();
        let place = organisation.city.as_deref().or(organisation.country.as_deref()).unwrap_or("-");
        lines.push(format!(
            "{:>6}  {}  {}  {place}  {}",
            organisation.n_documents,
            organisation.name,
            organisation.kind.id(),
            groups.join(", ")
        ));
        if args.name.is_some() {
            lines.extend(
                organisation.spellings.iter().map(|s| {
                    format!("{:>14}  {}  {}", s.n_documents, s.name, s.city.as_deref().unwrap_or("-"))
                }),
            );
            lines.extend(organisation.merges.iter().map(|m| {
                let evidence = m.evidence.as_deref().unwrap_or("-");
                format!(
                    "          {:?} {:.2}: {} = {}  ({evidence})",
                    m.rule, m.confidence, m.a.name, m.b.name
                )
            }));
        }
    }
    lines.extend(
        parties.unheard().iter().map(|u| format!("decision {} does not hold: {:?}", u.decision.id, u.reason)),
    );
    lines.extend(inputs.groups.faults().iter().map(|fault| format!("groups: {fault:?}")));
    output::lines(&lines)
}

fn review(config: &Config, database: &Database, limit: usize, json: bool) -> Result<(), Failure> {
    let inputs = Inputs::load(&config.data(), database)?;
    let (parties, snapshot) = parties(config, &inputs)?;
    let pairs = &parties.review()[..parties.review().len().min(limit)];
    let total = parties.n_doubts();
    if json {
        return output::json(&Queue { snapshot, total, pairs });
    }
    let mut lines = vec![format!("snapshot {snapshot}: {total} doubtful pairs")];
    let at = |name: &crate::analytics::party::NameRef| {
        name.city.as_ref().map_or_else(|| name.name.clone(), |city| format!("{}@{city}", name.name))
    };
    for pair in pairs {
        let joined = if pair.organisation_a == pair.organisation_b { "joined" } else { "apart" };
        lines.push(format!(
            "{:>6}  {} | {}  {:?}, {:?} {:.2}, {joined}  {}",
            pair.n_documents,
            at(&pair.a),
            at(&pair.b),
            pair.doubt,
            pair.rule,
            pair.confidence,
            pair.evidence.join(" ")
        ));
    }
    output::lines(&lines)
}

fn print_decisions(all: &[Decision], json: bool) -> Result<(), Failure> {
    if json {
        return output::json(&all);
    }
    let lines: Vec<String> = all
        .iter()
        .map(|decision| {
            let undone = decision.undone.map(|at| format!("  undone {at}")).unwrap_or_default();
            format!(
                "{:>4}  {}  {}{undone}  {}",
                decision.id,
                decision.decided,
                words(decision),
                decision.note
            )
        })
        .collect();
    output::lines(&lines)
}

fn print_groups(inputs: &Inputs, json: bool) -> Result<(), Failure> {
    let mut groups: Vec<&Group> = inputs.groups.all().iter().collect();
    groups.sort_by(|a, b| a.id.cmp(&b.id));
    if json {
        return output::json(&groups);
    }
    let mut lines = Vec::new();
    for group in groups {
        lines.push(format!("{}  {}  {}  ({})", group.id, group.name.zh, group.name.en, group.source));
        lines.extend(group.members.iter().map(|edge| {
            let span =
                format!("{}..{}", edge.from.as_deref().unwrap_or(""), edge.to.as_deref().unwrap_or(""));
            let checked = if edge.verified { "" } else { "  unverified" };
            format!("        {}  {:?}  {span}{checked}", edge.name, edge.relation)
        }));
    }
    lines.extend(inputs.groups.faults().iter().map(|fault| format!("groups: {fault:?}")));
    output::lines(&lines)
}

fn words(decision: &Decision) -> String {
    let sign = if decision.verdict == Verdict::Merge { "=" } else { "≠" };
    format!("{} {sign} {}", decision.a, decision.b)
}
