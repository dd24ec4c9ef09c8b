//! `patnav idea`

use std::path::Path;

use crate::cli::args;
use crate::cli::commands::search::{choose, text_of};
use crate::cli::config::Config;
use crate::cli::output::{self, Error, plain};
use crate::error::Failure;
use crate::index::Reader;
use crate::report::{self, Lang, prior_art};
use crate::search::evidence::SupportState;
use crate::search::idea::{IdeaReport, IdeaRequest, MAX_IDEA_BYTES, idea, idea_elements};
use crate::text::Analyzer;

/// How a report is written, by the end of its file's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Docx,
    Html,
    Json,
}

pub(in crate::cli) fn run(config: &Config, args: &args::Idea, json: bool) -> Result<(), Failure> {
    // A wrong name is told before the search, not after it.
    let out = args.out.as_deref().map(|path| Ok::<_, Error>((path, kind(path)?))).transpose()?;
    let lang: Option<Lang> = args.lang.as_deref().map(|lang| choose("--lang", lang)).transpose()?;
    let elements = match &args.elements {
        Some(path) => {
            let read = |source| Error::Read { path: path.clone(), source };
            let lines = std::fs::read_to_string(path).map_err(read)?;
            let lines = lines.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty());
            lines.collect()
        }
        None => Vec::new(),
    };
    // Larger files are told before they are read: nobody means a book.
    let size = std::fs::metadata(&args.text).map_or(0, |meta| meta.len());
    if size > 64 * MAX_IDEA_BYTES as u64 {
        let (found, limit) = (usize::try_from(size).unwrap_or(usize::MAX), MAX_IDEA_BYTES);
        return Err(
            crate::search::Error::TooMany { what: "the text of the idea, in bytes,", found, limit }.into()
        );
    }
    let request = IdeaRequest {
        text: text_of(config, &args.text)?,
        before: args.before.clone(),
        filed: args.filed.clone(),
        office: Some(args.office.clone()),
        elements,
        dialect: super::query::dialect("--dialect", args.dialect.as_deref())?,
        limit: args.limit,
    };
    let reader = Reader::open(&config.data(), Analyzer::new(), config.embedder()?)?;
    if args.elements_only {
        let (outline, elements) = idea_elements(&reader, &request)?;
        if json {
            return output::json(&serde_json::json!({ "outline": outline, "elements": elements }));
        }
        return output::lines(&elements.into_iter().map(|element| plain(&element.text)).collect::<Vec<_>>());
    }
    let report = idea(&reader, &request)?;
    if let Some((path, kind)) = out {
        let lang = lang.unwrap_or(if report.lang == "zh" { Lang::Zh } else { Lang::En });
        let content = match kind {
            Kind::Json => serde_json::to_vec_pretty(&report).map_err(Error::Json)?,
            Kind::Html => report::html::write(&prior_art::document(&report, lang)).into_bytes(),
            Kind::Docx => report::docx::write(&prior_art::document(&report, lang))?,
        };
        output::file(path, &content)?;
    }
    if json {
        return output::json(&report);
    }
    let mut lines = shown(&report);
    lines.extend(out.map(|(path, _)| format!("written to {}", path.display())));
    output::lines(&lines)
}

pub(super) fn kind(path: &Path) -> Result<Kind, Error> {
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
    match extension.as_deref() {
        Some("docx") => Ok(Kind::Docx),
        Some("html" | "htm") => Ok(Kind::Html),
        Some("json") => Ok(Kind::Json),
        _ => Err(Error::Choice {
            flag: "--out",
            message: format!("`{}` names no kind of report; end it in .docx, .html or .json", path.display()),
        }),
    }
}

/// Returns the report as a terminal shows it: elements, the chart, pairs, conflicts.
fn shown(report: &IdeaReport) -> Vec<String> {
    let mut lines = vec![output::status(&report.snapshot)];
    lines.push(format!("published before {} · office {}", report.before, report.office));
    for element in &report.elements {
        lines.push(format!("{}  {}", element.id, plain(&element.text)));
        for block in element.blocks.iter().filter(|block| block.concept.is_some()) {
            lines.push(format!("      {}  ({} publications)", plain(&block.words().join(" = ")), block.n));
        }
    }
    lines.push(String::new());
    for line in &report.queries {
        let query: String = line.query.chars().take(160).collect();
        let total = line.total;
        lines.push(format!(
            "{:>7} families {:>7} publications  {}: {}",
            total.families,
            total.publications,
            line.purpose,
            plain(&query)
        ));
    }
    lines.push(String::new());
    lines.push(format!("draft: {}", plain(&report.draft)));
    if let Some(translation) = &report.translation {
        lines.push(format!("in {}: {}", translation.dialect, plain(&translation.text)));
        lines.extend(
            translation
                .losses
                .iter()
                .map(|loss| format!("  {} cannot be said: {}", plain(&loss.part), loss.instead)),
        );
    }
    let chart = |document: &crate::search::idea::ReadDocument| {
        let marks = document.evidence.iter().map(|found| match found.state {
            SupportState::Supported => '●',
            SupportState::Partly => '◐',
            SupportState::NotFound => '○',
        });
        let title =
            document.title.zh.as_ref().or(document.title.en.as_ref()).or(document.title.other.as_ref());
        let date = document.publication_date.map(|date| date.to_string()).unwrap_or_default();
        format!(
            "{:>3}  {}  {}  {date}  {}",
            document.category.letter(),
            marks.collect::<String>(),
            document.number,
            plain(title.map_or("", String::as_str))
        )
    };
    lines.push(String::new());
    lines.push(
        "candidates, made by rules (● supported ◐ partly ○ not found), one mark for each element:".to_owned(),
    );
    lines.extend(report.documents.iter().map(chart));
    if !report.pairs.is_empty() {
        lines.push(String::new());
        lines.push("pairs, by their weakest element:".to_owned());
        let pair = |pair: &crate::search::novelty::Pair| {
            format!("  {} + {}  weakest {} {:.2}", pair.first, pair.second, pair.element, pair.score)
        };
        lines.extend(report.pairs.iter().map(pair));
    }
    lines.push(String::new());
    lines.push(format!(
        "conflicting applications (filed before, published after): {}",
        report.conflicting.len()
    ));
    lines.extend(report.conflicting.iter().map(chart));
    lines
}
