//! `patnav eval`: questions and judgments in, measures out.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::cli::args;
use crate::cli::commands::search::choose;
use crate::cli::config::Config;
use crate::cli::output::{self, Error};
use crate::error::Failure;
use crate::index::Reader;
use crate::search::evaluation::{self, Ask, Means, Measures, Options, Question, Setting};
use crate::search::{Filters, Snapshot, snapshot_of};
use crate::text::Analyzer;

/// What a line of the questions looks like.
const QUESTION: &str = r#"`{"id": "1", "text": "…"}`, with `number` or `query` in place of `text`"#;
/// What a line of the judgments looks like.
const JUDGMENT: &str = "a query id, a document number and a grade of 0 or more, with tabs between";

/// A question as it is written; collections of questions hold more, which is passed over.
#[derive(Debug, Deserialize)]
struct QuestionLine {
    id: String,
    text: Option<String>,
    number: Option<String>,
    query: Option<String>,
    /// A day: only what has an earlier priority answers.
    before: Option<String>,
}

/// What `patnav eval --json` prints.
#[derive(Debug, Serialize)]
pub(in crate::cli) struct Report {
    /// What was asked.
    pub(in crate::cli) snapshot: Snapshot,
    /// Questions with a judgment; only these are asked.
    pub(in crate::cli) n_queries: usize,
    /// Questions without one.
    pub(in crate::cli) n_unjudged: usize,
    /// Judged documents that the snapshot does not hold; they count as not found.
    pub(in crate::cli) n_missing: usize,
    /// How the lists were made.
    pub(in crate::cli) setting: Setting,
    /// nDCG@10 with its 95 % interval.
    #[serde(rename = "ndcg@10")]
    pub(in crate::cli) ndcg_10: evaluation::Interval,
    /// Recall among the first.
    #[serde(rename = "recall@1")]
    pub(in crate::cli) recall_1: evaluation::Interval,
    /// Recall among the first 10.
    #[serde(rename = "recall@10")]
    pub(in crate::cli) recall_10: evaluation::Interval,
    /// Recall among the first 100.
    #[serde(rename = "recall@100")]
    pub(in crate::cli) recall_100: evaluation::Interval,
    /// Mean reciprocal rank.
    pub(in crate::cli) mrr: evaluation::Interval,
    /// The other setting, and what this one has more than it, question by question.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::cli) against: Option<Against>,
}

/// The setting that was compared with.
#[derive(Debug, Serialize)]
pub(in crate::cli) struct Against {
    /// How its lists were made.
    pub(in crate::cli) setting: Setting,
    /// Its own means.
    pub(in crate::cli) means: Means,
    /// The means of the differences.
    pub(in crate::cli) differences: Means,
}

pub(in crate::cli) fn run(config: &Config, args: &args::Eval, json: bool) -> Result<(), Failure> {
    let asked = questions(&args.queries)?;
    let mut judged = judgments(&args.qrels)?;
    let n_asked = asked.len();
    let questions: Vec<Question> = asked
        .into_iter()
        .filter_map(|question| Some(Question { judged: judged.remove(&question.id)?, ..question }))
        .collect();
    if questions.is_empty() {
        return Err(Error::NothingJudged { n_queries: n_asked, path: args.qrels.clone() }.into());
    }
    let options = |setting: &str, flag| {
        let setting = choose(flag, setting)?;
        let collapse = choose("--collapse", &args.collapse)?;
        Ok::<_, Error>(Options { setting, prior_art: args.prior_art, collapse })
    };
    let one = options(&args.setting, "--setting")?;
    let other = args.against.as_deref().map(|other| options(other, "--against")).transpose()?;
    let reader = Reader::open(&config.data(), Analyzer::new(), config.embedder()?)?;
    let measured = measure(&reader, &questions, one)?;
    let against = match other {
        None => None,
        Some(other) => {
            let theirs = measure(&reader, &questions, other)?;
            Some(Against {
                setting: other.setting,
                means: evaluation::means(&theirs, args.seed),
                differences: evaluation::differences(&measured, &theirs, args.seed),
            })
        }
    };
    let numbers = questions.iter().flat_map(|question| &question.judged);
    let Means { ndcg_10, recall_1, recall_10, recall_100, mrr } = evaluation::means(&measured, args.seed);
    let report = Report {
        snapshot: snapshot_of(&reader),
        n_queries: questions.len(),
        n_unjudged: n_asked - questions.len(),
        n_missing: numbers.filter(|(number, _)| reader.by_number(number).is_empty()).count(),
        setting: one.setting,
        ndcg_10,
        recall_1,
        recall_10,
        recall_100,
        mrr,
        against,
    };
    if json { output::json(&report) } else { output::evaluation(&report) }
}

fn measure(reader: &Reader, questions: &[Question], options: Options) -> Result<Vec<Measures>, Failure> {
    let measured: Result<Vec<Measures>, _> =
        questions.iter().map(|question| evaluation::measure(reader, question, options)).collect();
    Ok(measured?)
}

/// Reads the questions.
fn questions(path: &Path) -> Result<Vec<Question>, Error> {
    let mut questions: Vec<Question> = Vec::new();
    let mut ids = std::collections::BTreeSet::new();
    for (line, text) in lines(path)? {
        let fault =
            |message: String| Error::Line { path: path.to_owned(), line, message, expected: QUESTION };
        let read: QuestionLine = serde_json::from_str(&text).map_err(|error| fault(error.to_string()))?;
        let ask = match (read.text, read.number, read.query) {
            (Some(text), None, None) => Ask::Text(text),
            (None, Some(number), None) => Ask::Number(number),
            (None, None, Some(query)) => Ask::Query(query),
            _ => return Err(fault("it asks nothing, or more than one thing".to_owned())),
        };
        if !ids.insert(read.id.clone()) {
            return Err(fault(format!("the id `{}` stands twice", read.id)));
        }
        let filters = Filters { before: read.before, ..Filters::default() };
        questions.push(Question { id: read.id, ask, filters, judged: Vec::new() });
    }
    Ok(questions)
}

/// Reads the judgments by question. Of two grades of one document the higher counts.
fn judgments(path: &Path) -> Result<BTreeMap<String, Vec<(String, u32)>>, Error> {
    let mut judged: BTreeMap<String, BTreeMap<String, u32>> = BTreeMap::new();
    let mut first = true;
    for (line, text) in lines(path)? {
        let fault =
            |message: String| Error::Line { path: path.to_owned(), line, message, expected: JUDGMENT };
        let fields: Vec<&str> = text.split('\t').map(str::trim).collect();
        let [query, document, grade] = fields.as_slice() else {
            return Err(fault(format!("it has {} fields", fields.len())));
        };
        let header = std::mem::take(&mut first);
        let Ok(grade) = grade.parse::<u32>() else {
            // A first line without a grade names the columns.
            if header && grade.parse::<f64>().is_err() {
                continue;
            }
            return Err(fault(format!("`{grade}` is no grade")));
        };
        let known = judged.entry((*query).to_owned()).or_default().entry((*document).to_owned()).or_default();
        *known = grade.max(*known);
    }
    Ok(judged.into_iter().map(|(query, documents)| (query, documents.into_iter().collect())).collect())
}

/// Returns the lines of a file that are not blank, with their numbers from 1.
fn lines(path: &Path) -> Result<Vec<(usize, String)>, Error> {
    let text =
        std::fs::read_to_string(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    Ok(lines.map(|(number, line)| (number, line.to_owned())).collect())
}
