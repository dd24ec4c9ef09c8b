//! `patnav project`

use std::path::Path;

use super::idea::{Kind, kind};
use super::search::{choose, kept_sets};
use crate::analytics::evidence::Value;
use crate::analytics::strategy::{self, Question, Sample, Strategy, Sufficiency};
use crate::cli::args::{self, ProjectAction};
use crate::cli::config::Config;
use crate::cli::output::{self, Error, plain};
use crate::error::Failure;
use crate::index::Reader;
use crate::ingest;
use crate::query::{Parsed, SetName, parse_in};
use crate::report::{self, Lang};
use crate::search::{self, Filters, Next, NextRequest, next_to_read};
use crate::service::LOCAL_USER;
use crate::service::history::{self, History};
use crate::text::Analyzer;
use crate::workspace::projects::{self, Element, LineChange, NewLine, Project, ProjectText};
use crate::workspace::review::{self, Judgement, NewDecision};
use crate::workspace::sets::{self, Content};
use crate::workspace::{self, Database};

/// Documents of a sample that a terminal names.
const MAX_SAMPLED: usize = 5;

pub(in crate::cli) fn run(config: &Config, args: &args::Project, json: bool) -> Result<(), Failure> {
    let database = Database::open(&config.data())?;
    let now = jiff::Timestamp::now();
    match &args.action {
        ProjectAction::List => {
            let all = projects::list(&database)?;
            if json { output::json(&all) } else { output::lines(&all.iter().map(named).collect::<Vec<_>>()) }
        }
        ProjectAction::New { name, description, cut_off } => {
            let cut_off = cut_off.as_deref().map(|date| choose("--cut-off", date)).transpose()?;
            let (name, description) = (name.clone(), description.clone());
            let text = ProjectText { name, description, cut_off, elements: None };
            let made = projects::create(&database, &text, now)?;
            if json { output::json(&made) } else { output::lines(&[named(&made)]) }
        }
        ProjectAction::Elements { project, file } => {
            let before = projects::get(&database, *project)?;
            let text = ProjectText {
                name: before.name,
                description: before.description,
                cut_off: before.cut_off,
                elements: Some(elements(file)?),
            };
            let changed = projects::change(&database, *project, &text, before.revision, now)?;
            if json { output::json(&changed) } else { output::lines(&[named(&changed)]) }
        }
        ProjectAction::Line { project, query, dialect, note } => {
            let read = super::query::dialect("--dialect", Some(dialect))?.unwrap_or_default();
            history::check_line::<Failure>(&database, *project, query, read)?;
            let line = NewLine { query: query.clone(), dialect: dialect.clone(), note: note.clone() };
            let added = projects::add_line(&database, *project, &line, LOCAL_USER, now)?;
            if json {
                return output::json(&added);
            }
            output::lines(&[format!("#{}  {}", added.number, plain(&added.query))])
        }
        ProjectAction::Undo { project, line, back } => {
            let all = projects::lines(&database, *project)?;
            let revision = all.iter().find(|one| one.number == *line).map_or(0, |one| one.revision);
            let change = LineChange { revision, note: None, removed: Some(!back) };
            let changed = projects::change_line(&database, *project, *line, &change, now)?;
            if json {
                return output::json(&changed);
            }
            let state = if changed.removed { "taken back" } else { "in use" };
            output::lines(&[format!("#{} {state}: {}", changed.number, plain(&changed.query))])
        }
        ProjectAction::Keep { project, name, query, live, note } => {
            let content = content(config, *project, query, *live)?;
            let revision = match sets::get(&database, name) {
                Ok((set, _)) => Some(set.revision),
                Err(workspace::Error::UnknownSet { .. }) => None,
                Err(error) => return Err(error.into()),
            };
            let kept = sets::put(&database, name, &content, note, revision, now)?;
            if json {
                return output::json(&kept);
            }
            let what = if *live { plain(query) } else { format!("{} documents", kept.n_keys) };
            output::lines(&[format!("@{}: {what}", plain(&kept.name))])
        }
        ProjectAction::Decide { project, judgement, numbers, note } => {
            let decisions = decisions(&reader(config)?, judgement, numbers, note)?;
            let batch = review::decide(&database, *project, LOCAL_USER, &decisions, None, now)?;
            if json {
                return output::json(&batch);
            }
            output::lines(&[format!("batch {}: {} decided", batch.id, batch.n_changed)])
        }
        ProjectAction::Strategy { project, out, lang, enough, question } => {
            // A wrong name is told before the work, not after it.
            let out = out.as_deref().map(|path| Ok::<_, Error>((path, kind(path)?))).transpose()?;
            let lang: Lang = choose("--lang", lang)?;
            let (reader, history) = (reader(config)?, History::load(&database, *project)?);
            let found = strategy::strategy(&reader, &history.search())?;
            let sufficiency = if *enough { Some(answer(&reader, &history, question)?) } else { None };
            if let Some((path, kind)) = out {
                write(path, kind, &found, sufficiency.as_ref(), lang)?;
            }
            if json {
                return output::json(&found);
            }
            let mut lines = log(&found);
            lines.extend(sufficiency.iter().flat_map(told));
            lines.extend(out.map(|(path, _)| format!("written to {}", path.display())));
            output::lines(&lines)
        }
        ProjectAction::Sufficiency { project, question } => {
            let history = History::load(&database, *project)?;
            let found = answer(&reader(config)?, &history, question)?;
            if json { output::json(&found) } else { output::lines(&told(&found)) }
        }
        ProjectAction::Next { project, query, limit } => {
            let history = History::load(&database, *project)?;
            let query = query.clone().or_else(|| history.last_line().map(|number| format!("#{number}")));
            let query = query.ok_or_else(|| Error::Choice {
                flag: "--query",
                message: "the project has no query line yet; add one, or give a query".to_owned(),
            })?;
            let sets = history::sets_for(&database, Some(*project), &query, None)?;
            let request = NextRequest { query, dialect: None, filters: Filters::default(), limit: *limit };
            let next = next_to_read(&reader(config)?, &request, &history.decided(), &sets)?;
            if json { output::json(&next) } else { output::lines(&to_read(&next)) }
        }
    }
}

fn reader(config: &Config) -> Result<Reader, Failure> {
    Ok(Reader::open(&config.data(), Analyzer::new(), config.embedder()?)?)
}

fn elements(file: &Path) -> Result<Vec<Element>, Error> {
    let text =
        std::fs::read_to_string(file).map_err(|source| Error::Read { path: file.to_owned(), source })?;
    serde_json::from_str(&text).map_err(|error| Error::Line {
        path: file.to_owned(),
        line: error.line(),
        message: error.to_string(),
        expected: r#"[{"name": "…", "words": ["…"], "classes": ["…"]}]"#,
    })
}

/// Returns what a set is to hold: the keys of what a query finds now, or the query itself.
fn content(config: &Config, project: i64, query: &str, live: bool) -> Result<Content, Failure> {
    if live {
        let read = parse_in(query, None).map_err(search::Error::Syntax)?;
        let dialect = read.dialect.name().to_owned();
        if let Parsed::Boolean(expr) = read.parsed
            && let Some(line) = expr.sets().into_iter().find(|name| matches!(name, SetName::Line(_)))
        {
            let message =
                format!("the query names {line}, and a set outlives the lines; write that query out");
            return Err(Error::Choice { flag: "--live", message }.into());
        }
        return Ok(Content::Query { query: query.to_owned(), dialect });
    }
    let sets = kept_sets(config, Some(project), query, None)?;
    let reader = reader(config)?;
    let found = search::scope_with(&reader, query, None, &Filters::default(), &sets)?;
    let keys = found.set.iter().map(|docno| reader.key(docno)).collect::<Result<_, _>>()?;
    Ok(Content::Keys(keys))
}

fn decisions(
    reader: &Reader,
    judgement: &str,
    numbers: &[String],
    note: &str,
) -> Result<Vec<NewDecision>, Failure> {
    let judgement: Option<Judgement> =
        if judgement == "none" { None } else { Some(choose("the judgement", judgement)?) };
    let mut decisions = Vec::new();
    for number in numbers {
        let unknown = || search::Error::UnknownNumber { number: number.clone(), similar: Vec::new() };
        let docno = *reader.by_number(number).first().ok_or_else(unknown)?;
        let key = reader.key(docno)?;
        decisions.push(NewDecision { key, judgement, note: note.to_owned(), revision: None });
    }
    Ok(decisions)
}

fn answer(reader: &Reader, history: &History, question: &args::Question) -> Result<Sufficiency, Failure> {
    let question = Question {
        result: question.result,
        by_classes: question.by_classes.clone(),
        by_words: question.by_words.clone(),
        known: question.known.as_deref().map(ingest::number_list).transpose()?.unwrap_or_default(),
        sample: question.sample,
    };
    Ok(strategy::sufficiency(reader, &history.search(), &history.order, &question)?)
}

/// Writes the document; JSON is what `--json` prints, with the sufficiency beside it where it was asked for.
fn write(
    path: &Path,
    kind: Kind,
    found: &Strategy,
    sufficiency: Option<&Sufficiency>,
    lang: Lang,
) -> Result<(), Failure> {
    let document = || report::strategy::document(found, sufficiency, lang);
    let content = match (kind, sufficiency) {
        (Kind::Json, None) => serde_json::to_vec_pretty(found).map_err(Error::Json)?,
        (Kind::Json, Some(enough)) => {
            let both = serde_json::json!({ "strategy": found, "sufficiency": enough });
            serde_json::to_vec_pretty(&both).map_err(Error::Json)?
        }
        (Kind::Html, _) => report::html::write(&document()).into_bytes(),
        (Kind::Docx, _) => report::docx::write(&document())?,
    };
    output::file(path, &content)?;
    Ok(())
}

fn named(project: &Project) -> String {
    let cut_off = project.cut_off.map(|date| format!("  to {date}")).unwrap_or_default();
    let n = project.elements.len();
    let elements = if n > 0 { format!("  {n} elements") } else { String::new() };
    format!("{:>4}  {}{cut_off}{elements}", project.id, plain(&project.name))
}

fn log(found: &Strategy) -> Vec<String> {
    let mut lines = vec![output::status(&found.snapshot)];
    lines.push("families (publications); new: in no line before; beside: but those it builds on".to_owned());
    for line in &found.lines {
        let state = if line.removed { " taken back" } else { "" };
        lines.push(format!("#{}{state}  {}", line.number, plain(&line.query)));
        if let Some(problem) = &line.problem {
            lines.push(format!("    cannot be searched: {}", plain(problem)));
            continue;
        }
        lines.push(format!(
            "    hits {} ({})  new {} ({})  beside {} ({})  relevant {} of {} read",
            line.hits.families,
            line.hits.publications,
            line.new.families,
            line.new.publications,
            line.new_beside_base.families,
            line.new_beside_base.publications,
            line.n_relevant,
            line.n_read
        ));
        for one in &line.exclusions {
            let bound = one.lost_at_most.map_or_else(
                || "sample not read yet".to_owned(),
                |n| format!("at most {n} relevant lost ({} of the sample read)", one.sample.n_read),
            );
            lines.push(format!(
                "    NOT {} removes {} alone, {} known to be relevant; {bound}",
                plain(&one.clause),
                one.removes.families,
                one.n_relevant_lost
            ));
            lines.extend(to_sample(&one.sample).map(|list| format!("      {list}")));
        }
    }
    lines
}

/// Returns which documents of a sample are to be read next; nothing where all were.
fn to_sample(sample: &Sample) -> Option<String> {
    let keys: Vec<&str> = sample.to_read().take(MAX_SAMPLED).collect();
    (!keys.is_empty()).then(|| format!("sample, to be read next: {}", keys.join(" ")))
}

fn told(found: &Sufficiency) -> Vec<String> {
    let steps: Vec<String> = found.reading.steps.iter().map(ToString::to_string).collect();
    let result = found.result.map_or_else(|| "none".to_owned(), |number| format!("#{number}"));
    let channel = |name: &str, channel: &strategy::ChannelReport| {
        let numbers: Vec<String> = channel.lines.iter().map(|number| format!("#{number}")).collect();
        let (n_relevant, n_unread, n) = (channel.n_relevant, channel.n_unread, channel.n);
        format!("{name} {}: {n_relevant} relevant, {n_unread} of {n} unread", numbers.join(" "))
    };
    let mut lines = vec![
        output::status(&found.snapshot),
        format!("result {result}: {} families", found.n_result),
        format!(
            "read {}, relevant {}; new relevant in each 20: {}",
            found.reading.n_read,
            found.reading.n_relevant,
            steps.join(" ")
        ),
        channel("by classes or citations", &found.by_classes),
        channel("by words", &found.by_words),
        format!("relevant documents to be expected: {}", number(&found.relevant)),
        format!("recall of both channels, an upper estimate: {}", number(&found.recall)),
        format!(
            "precision: {} ({} of a sample of {} read)",
            number(&found.precision),
            found.sample.n_read,
            found.sample.documents.len()
        ),
        format!(
            "recall on the known set: {} ({} of {} found, {} not indexed)",
            number(&found.known_recall),
            found.known.n_found,
            found.known.n,
            found.known.n_not_indexed
        ),
        format!("advice: {}", serde_name(&found.advice)),
        format!("reserve: {}", found.caveats.iter().map(serde_name).collect::<Vec<_>>().join(", ")),
    ];
    lines.extend(to_sample(&found.sample));
    lines
}

/// Returns a value by the name that the JSON interface uses.
fn serde_name<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// Returns a number with its interval, or why there is none.
fn number(value: &Value) -> String {
    match (value.value, value.low, value.high) {
        (Some(x), Some(low), Some(high)) => format!("{x:.3} [{low:.3}, {high:.3}]"),
        (Some(x), ..) => format!("{x:.3}"),
        _ => value.reason.clone().unwrap_or_default(),
    }
}

fn to_read(next: &Next) -> Vec<String> {
    let basis = &next.basis;
    let words: Vec<&str> = basis.words.iter().map(|word| word.word.as_str()).collect();
    let mut lines = vec![
        output::status(&next.snapshot),
        format!("{}: {} families left to read", plain(&next.query), next.n_left),
        match basis.method {
            search::Method::PlainOrder => {
                "nothing relevant was decided yet: the order of the search".to_owned()
            }
            search::Method::Learned => format!(
                "learned from {} relevant, {} not, {} that nobody read{}: {}",
                basis.n_relevant,
                basis.n_not,
                basis.n_strangers,
                if basis.by_vectors { "" } else { "; by words alone" },
                words.join(" ")
            ),
        },
    ];
    for (n, hit) in next.hits.iter().enumerate() {
        let title = hit.title.zh.as_ref().or(hit.title.en.as_ref()).or(hit.title.other.as_ref());
        lines.push(format!("{:>3}  {}  {}", n + 1, hit.number, plain(title.map_or("", String::as_str))));
    }
    lines
}
