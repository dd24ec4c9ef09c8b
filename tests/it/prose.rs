//! Prose drifts where nothing checks it: names of files, commands and options in the documents must exist.
//!
//! Also the texts that users read on a terminal, as snapshots: a change of them is a change to review.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::layering::rust_files;

/// Folders at the root whose paths the documents name.
const FOLDERS: &[&str] = &["src/", "tests/", "benches/", "fixtures/", "index-schema/", "web/", ".ci/"];

/// Made by a build, so never in a fresh clone.
const BUILT: &[&str] = &["web/dist", "web/node_modules"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn document(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap()
}

/// Returns the standard output of the program.
fn patnav(arguments: &[&str]) -> String {
    // From a folder of its own, and without settings of the person who runs the test.
    let here = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_patnav"));
    let output = command.args(arguments).current_dir(&here).env_clear().output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Returns the names of the commands that a help text lists.
fn commands_in(help: &str) -> Vec<String> {
    let after = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let listed = after.take_while(|line| line.starts_with("  "));
    listed.filter_map(|line| line.split_whitespace().next().map(str::to_owned)).collect()
}

/// Returns the help of the program and of every command, by the words that lead to it.
fn helps() -> BTreeMap<String, String> {
    let mut helps = BTreeMap::new();
    let mut open = vec![Vec::<String>::new()];
    while let Some(words) = open.pop() {
        let mut arguments: Vec<&str> = words.iter().map(String::as_str).collect();
        arguments.push("--help");
        let help = patnav(&arguments);
        for command in commands_in(&help) {
            open.push([words.clone(), vec![command]].concat());
        }
        helps.insert(words.join(" "), help);
    }
    helps
}

/// Returns what stands between the fences of the code blocks of a Markdown text, line by line.
fn code_lines(markdown: &str) -> Vec<&str> {
    let mut inside = false;
    let mut lines = Vec::new();
    for line in markdown.lines() {
        if line.trim_start().starts_with("```") {
            inside = !inside;
        } else if inside {
            lines.push(line.trim());
        }
    }
    lines
}

#[test]
fn files_that_documents_name_exist() {
    let mut missing = Vec::new();
    for name in ["README.md", "src/lib.rs", "index-schema/README.md", "CHANGELOG.md", "Makefile"] {
        let text = document(name);
        let separators = |c: char| !(c.is_ascii_alphanumeric() || "/._-".contains(c));
        for word in text.split(separators).map(|word| word.trim_end_matches('.')) {
            let named = FOLDERS.iter().any(|folder| word.starts_with(folder));
            let built = BUILT.iter().any(|folder| word.starts_with(folder));
            if named && !built && !root().join(word).exists() {
                missing.push(format!("{name} names `{word}`, which does not exist"));
            }
        }
    }
    assert!(missing.is_empty(), "\n{}", missing.join("\n"));
}

#[test]
fn every_source_file_opens_with_what_it_is_for() {
    let folders = ["src", "tests", "benches", "fixtures"];
    let files = folders.iter().flat_map(|folder| rust_files(&root().join(folder)));
    let silent = files.filter(|file| {
        let text = fs::read_to_string(file).unwrap();
        !text.starts_with("//! ")
    });
    let silent: Vec<_> = silent.map(|file| file.display().to_string()).collect();
    assert!(silent.is_empty(), "no `//!` at the top:\n{}", silent.join("\n"));
}

#[test]
fn every_module_has_its_place_on_the_architecture_page() {
    let page = document("src/lib.rs");
    let modules = page.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    let absent: Vec<&str> = modules.filter(|module| !page.contains(&format!("| [`{module}`] |"))).collect();
    assert!(absent.is_empty(), "not in the code map of src/lib.rs: {absent:?}");
}

#[test]
fn help_of_every_command() {
    let pages = helps().into_iter().map(|(words, help)| format!("$ patnav {words}\n{help}"));
    insta::assert_snapshot!("help", pages.collect::<Vec<_>>().join("\n"));
}

#[test]
fn commands_of_the_readme_exist_with_their_options() {
    let helps = helps();
    let mut wrong = Vec::new();
    let readme = document("README.md");
    for line in code_lines(&readme) {
        let Some(rest) = line.strip_prefix("patnav ").or_else(|| line.strip_prefix("./patnav ")) else {
            continue;
        };
        let typed = rest.split('#').next().unwrap();
        let mut words = typed.split_whitespace();
        let (first, second) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        // Options of `patnav tag export` stand in its own help.
        let Some(help) = helps.get(&format!("{first} {second}")).or_else(|| helps.get(first)) else {
            wrong.push(format!("`{line}`: no such command"));
            continue;
        };
        for option in typed.split_whitespace().filter(|word| word.starts_with("--")) {
            if !help.split(|c: char| !(c.is_alphanumeric() || c == '-')).any(|word| word == option) {
                wrong.push(format!("`{line}`: no option `{option}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn make_targets_that_the_readme_names_exist() {
    let makefile = document("Makefile");
    let targets: BTreeSet<&str> =
        makefile.lines().filter_map(|line| line.split_once(':')).map(|(name, _)| name).collect();
    let readme = document("README.md");
    let named = readme.match_indices("make ").map(|(at, word)| {
        let rest = &readme[at + word.len()..];
        &rest[..rest.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(rest.len())]
    });
    let wrong: Vec<&str> = named.filter(|name| !targets.contains(name)).collect();
    assert!(wrong.is_empty(), "README.md: no `make` target {wrong:?}");
}

#[test]
fn the_readme_names_every_setting() {
    let shown: serde_json::Value = serde_json::from_str(&patnav(&["config", "--show", "--json"])).unwrap();
    let readme = document("README.md");
    let names = shown.as_object().unwrap().keys();
    let absent: Vec<&String> = names.filter(|name| !readme.contains(&format!("`{name}`"))).collect();
    assert!(absent.is_empty(), "README.md does not name the settings {absent:?}");
}

/// Returns the templates of all error messages under `src/`, by file.
fn error_messages() -> BTreeMap<String, Vec<String>> {
    let src = root().join("src");
    let mut messages: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for file in rust_files(&src) {
        let text = fs::read_to_string(&file).unwrap();
        let name = file.strip_prefix(&src).unwrap().display().to_string();
        for (at, mark) in text.match_indices("#[error(") {
            let rest = text[at + mark.len()..].trim_start();
            // `#[error(transparent)]` has no text of its own.
            let Some(literal) = rest.strip_prefix('"') else { continue };
            let end = literal.match_indices('"').find(|(end, _)| !literal[..*end].ends_with('\\')).unwrap().0;
            let lines = literal[..end].split("\\\n").map(str::trim_start);
            messages.entry(name.clone()).or_default().push(lines.collect());
        }
    }
    messages
}

#[test]
fn error_messages_are_fragments() {
    let mut wrong = Vec::new();
    for (file, messages) in error_messages() {
        for message in messages {
            let starts_large = message.chars().next().is_some_and(char::is_uppercase);
            // Names such as `XML` may open a message.
            let is_name = message.chars().nth(1).is_some_and(char::is_uppercase);
            if (starts_large && !is_name) || message.ends_with('.') {
                wrong.push(format!("src/{file}: {message}"));
            }
        }
    }
    assert!(wrong.is_empty(), "small first letter, no final period:\n{}", wrong.join("\n"));
}

#[test]
fn texts_of_all_errors() {
    let files = error_messages().into_iter();
    let told = files.map(|(file, messages)| format!("src/{file}\n  {}", messages.join("\n  ")));
    insta::assert_snapshot!("errors", told.collect::<Vec<_>>().join("\n"));
}
