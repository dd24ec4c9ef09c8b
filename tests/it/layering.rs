//! Keeps the module graph of the crate one-directional, and each foreign library in its room.
//!
//! A single crate lets any module import any other. These tests give `src/` the boundaries that separate crates
//! would give it. They read text, not syntax: block comments and paths built by macros are misread, and a crate
//! renamed in `Cargo.toml` escapes. The table here is the authority; the crate documentation explains it.

use std::fs;
use std::path::{Path, PathBuf};

/// Each module and the modules of the crate that it may import.
///
/// Bottom-up: a module may only name modules above it in this list, so the graph cannot hold a cycle.
/// A module that is not written yet has its place already.
const LAYERS: &[(&str, &[&str])] = &[
    ("error", &[]),
    ("patent", &["error"]),
    ("text", &["error", "patent"]),
    // Syntax only: what a query means for an index is decided above.
    ("query", &["error", "patent"]),
    // Knows nothing of the index: one command joins the two.
    ("ingest", &["error", "patent", "text"]),
    ("index", &["error", "patent", "text", "query"]),
    ("search", &["error", "patent", "text", "query", "index"]),
    ("analytics", &["error", "patent", "text", "query", "index", "search"]),
    // Keeps what users saved, and computes nothing from patents.
    ("workspace", &["error", "patent", "query"]),
    ("report", &["error", "patent", "text", "query", "search", "analytics"]),
    (
        "service",
        &[
            "error",
            "patent",
            "text",
            "query",
            "ingest",
            "index",
            "search",
            "analytics",
            "workspace",
            "report",
        ],
    ),
    (
        "cli",
        &[
            "error",
            "patent",
            "text",
            "query",
            "ingest",
            "index",
            "search",
            "analytics",
            "workspace",
            "report",
            "service",
        ],
    ),
];

/// Foreign crates that only the named modules may mention.
///
/// What is not listed may be used anywhere: `serde`, `thiserror`, `jiff`, `regex`, `rustc_hash`, `blake3`, `memchr`,
/// `unicode_normalization`, and seeded `rand` (see [`AMBIENT`] for the unseeded one).
const CONFINED: &[(&str, &[&str])] = &[
    // Engines.
    ("tantivy", &["index"]),
    ("hnsw_rs", &["index"]),
    ("memmap2", &["index"]),
    ("bytemuck", &["index"]),
    ("roaring", &["index"]),
    ("zstd", &["index"]),
    // Language.
    ("jieba_rs", &["text"]),
    ("rust_stemmers", &["text"]),
    ("ferrous_opencc", &["text"]),
    ("faer", &["text"]),
    // The one door to the network below the service: the embedder that a user configured.
    ("ureq", &["text"]),
    // File formats.
    ("quick_xml", &["ingest"]),
    ("calamine", &["ingest"]),
    ("encoding_rs", &["ingest"]),
    ("flate2", &["ingest"]),
    ("csv", &["ingest", "report"]),
    // Packages of files: archives in, backups, office files out.
    ("zip", &["ingest", "index", "report"]),
    ("rust_xlsxwriter", &["report"]),
    // Graphs and pictures of the map.
    ("leiden_rs", &["analytics"]),
    ("contour", &["analytics"]),
    // Names of organisations.
    ("strsim", &["patent", "analytics"]),
    ("pinyin", &["patent", "text", "analytics"]),
    // Versioned data (`index-schema/`) and the configuration.
    ("toml", &["patent", "query", "ingest", "analytics", "cli"]),
    // What crosses a process boundary as JSON; `text` speaks it to the configured embedder alone.
    ("serde_json", &["text", "ingest", "index", "workspace", "report", "service", "cli"]),
    // Work on all cores; `cli` where it joins reading and writing.
    ("rayon", &["text", "ingest", "index", "analytics", "service", "cli"]),
    // State of users.
    ("rusqlite", &["workspace"]),
    ("argon2", &["workspace"]),
    // HTTP.
    ("axum", &["service"]),
    ("tower", &["service"]),
    ("tower_http", &["service"]),
    ("utoipa_axum", &["service"]),
    ("rust_embed", &["service"]),
    ("tokio", &["service", "cli"]),
    ("tracing", &["service", "cli"]),
    ("tracing_subscriber", &["cli"]),
    // The terminal.
    ("clap", &["cli"]),
    ("indicatif", &["cli"]),
];

/// What a module below `service` would have to be handed as an argument: environment, clock, randomness, and
/// anything that waits or ends the process. The third part lists who may use it; tests may.
const AMBIENT: &[(&str, &str, &[&str])] = &[
    ("std::env::", "the environment", &["cli"]),
    ("SystemTime", "the clock", &["service", "cli"]),
    ("Timestamp::now", "the clock", &["service", "cli"]),
    ("Zoned::now", "the clock", &["service", "cli"]),
    ("Instant::now", "the clock", &["service", "cli"]),
    ("rand::rng(", "unseeded randomness", &["service", "cli"]),
    ("rand::random", "unseeded randomness", &["service", "cli"]),
    ("thread_rng", "unseeded randomness", &["service", "cli"]),
    ("from_os_rng", "unseeded randomness", &["service", "cli"]),
    ("OsRng", "unseeded randomness", &["service", "cli"]),
    ("TcpStream", "the network", &["service"]),
    ("TcpListener", "the network", &["service", "cli"]),
    ("async fn", "async code", &["service"]),
    ("process::exit", "the end of the process", &[]),
];

/// Roots that wire the layers together and may import all of them.
const ROOTS: &[&str] = &["lib", "main"];

#[test]
fn layers_are_listed_bottom_up() {
    for (rank, (module, imports)) in LAYERS.iter().enumerate() {
        for import in *imports {
            let known = LAYERS[..rank].iter().any(|(below, _)| below == import);
            assert!(known, "`{module}` imports `{import}`, which is not listed above it");
        }
    }
}

#[test]
fn owners_of_crates_are_modules_and_owned_crates_are_dependencies() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    for (external, owners) in CONFINED {
        let dependency = external.replace('_', "-");
        let written = |line: &str| {
            line.starts_with(&format!("{dependency} =")) || line.starts_with(&format!("{external} ="))
        };
        assert!(manifest.lines().any(written), "`{external}` is confined but is no dependency");
        for owner in *owners {
            assert!(LAYERS.iter().any(|(module, _)| module == owner), "no module named `{owner}`");
        }
    }
}

#[test]
fn modules_import_only_what_lies_below() {
    let violations = for_each_line(|module, code| {
        let Some((_, imports)) = LAYERS.iter().find(|(name, _)| name == &module) else {
            return vec![format!("no layer named `{module}`")];
        };
        let targets = path_heads(code, "crate::");
        let wrong = targets.filter(|target| target != &module && !imports.contains(target));
        wrong.map(|target| format!("`{module}` may not import `crate::{target}`")).collect()
    });
    assert!(violations.is_empty(), "\n{}", violations.join("\n"));
}

#[test]
fn foreign_crates_stay_in_their_room() {
    let violations = for_each_line(|module, code| {
        let used = CONFINED
            .iter()
            .filter(|(external, owners)| mentions_crate(code, external) && !owners.contains(&module));
        used.map(|(external, _)| format!("`{module}` may not use the crate `{external}`")).collect()
    });
    assert!(violations.is_empty(), "\n{}", violations.join("\n"));
}

#[test]
fn nothing_below_the_service_reaches_for_its_surroundings() {
    let violations = for_each_line(|module, code| {
        let used =
            AMBIENT.iter().filter(|(name, _, owners)| code.contains(name) && !owners.contains(&module));
        used.map(|(name, what, _)| format!("`{module}` takes {what} (`{name}`) for itself")).collect()
    });
    assert!(violations.is_empty(), "\n{}", violations.join("\n"));
}

#[test]
fn paths_are_written_from_the_root() {
    let violations = for_each_line(|_, code| {
        let climbs = code.contains("super::super::");
        climbs.then(|| "write `crate::` instead of `super::super::`".to_owned()).into_iter().collect()
    });
    assert!(violations.is_empty(), "\n{}", violations.join("\n"));
}

#[test]
fn exceptions_to_lints_say_why() {
    let violations = for_each_line(|_, code| {
        let silent = (code.contains("[allow(") || code.contains("[expect("))
            && code.contains(")]")
            && !code.contains("reason");
        silent.then(|| "an exception to a lint needs a `reason`".to_owned()).into_iter().collect()
    });
    assert!(violations.is_empty(), "\n{}", violations.join("\n"));
}

/// Applies `check` to the module and the code of every line under `src/` that is neither comment nor test.
fn for_each_line(check: impl Fn(&str, &str) -> Vec<String>) -> Vec<String> {
    let src = root().join("src");
    let mut violations = Vec::new();
    for file in rust_files(&src) {
        let relative = file.strip_prefix(&src).unwrap();
        let module = first_component(relative);
        let is_test = relative.ends_with("tests.rs") || relative.iter().any(|part| part == "tests");
        if ROOTS.contains(&module) || is_test {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        let before_tests = text.lines().take_while(|line| *line != "mod tests {");
        for (line_index, line) in before_tests.enumerate() {
            // Comments, documentation included, may point anywhere.
            let code = line.split("//").next().unwrap();
            let place = format!("src/{}:{}", relative.display(), line_index + 1);
            violations.extend(check(module, code).into_iter().map(|found| format!("{place}: {found}")));
        }
    }
    violations
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns every Rust file under `dir`, in order of path.
pub(crate) fn rust_files(dir: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// Returns `query` for both `query.rs` and `query/ast.rs`.
fn first_component(relative: &Path) -> &str {
    let first = relative.components().next().unwrap().as_os_str();
    first.to_str().unwrap().trim_end_matches(".rs")
}

/// Returns the identifier after each `prefix` in `code`.
///
/// A grouped `use crate::{a, b}` yields the empty name, which no layer allows: one `use` per module.
fn path_heads<'a>(code: &'a str, prefix: &'a str) -> impl Iterator<Item = &'a str> {
    code.match_indices(prefix).map(move |(at, _)| {
        let rest = &code[at + prefix.len()..];
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
        &rest[..end.unwrap_or(rest.len())]
    })
}

/// Returns true when `code` has `name` as the head of a path, as in `name::item`.
fn mentions_crate(code: &str, name: &str) -> bool {
    code.match_indices(name).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let is_head = !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':');
        is_head && code[at + name.len()..].starts_with("::")
    })
}

#[test]
fn the_readers_of_code_see_what_they_should() {
    assert_eq!(
        path_heads("use crate::patent::Date; crate::{a}", "crate::").collect::<Vec<_>>(),
        ["patent", ""]
    );
    assert!(mentions_crate("let x = csv::Reader::new();", "csv"));
    assert!(!mentions_crate("let x = crate::csv::read(); my_csv::y", "csv"));
    assert_eq!(first_component(Path::new("query.rs")), first_component(Path::new("query/ast.rs")));
}
