//! The synthetic corpus, indexed once for all tests of this binary, by the program itself.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{LazyLock, Mutex};

use patnav::index::Reader;
use patnav::ingest::{Item, Limits, Options, read};
use patnav::patent::Publication;
use patnav::text::Analyzer;
use tempfile::TempDir;

/// The file of the corpus.
pub(crate) fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/corpus.jsonl.gz")
}

/// Runs the program with a data folder; nothing of the caller's environment reaches its settings.
pub(crate) fn patnav(data: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_patnav"));
    let settings = std::env::vars().filter(|(name, _)| name.starts_with("PATNAV_"));
    settings.for_each(|(name, _)| {
        command.env_remove(name);
    });
    command.arg("--data").arg(data).args(args).output().unwrap()
}

/// The folder with the whole corpus. No test may change it.
pub(crate) fn data() -> &'static Path {
    // Made under the target folder of this binary, so that it is swept with it and made anew each run.
    static DATA: LazyLock<PathBuf> = LazyLock::new(|| {
        let dir = TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap().keep();
        remove_others(&dir);
        let made = patnav(&dir, &["index", "--json", file().to_str().unwrap()]);
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        dir
    });
    &DATA
}

/// Removes what earlier runs left; statics are never dropped.
fn remove_others(mine: &Path) {
    let hour = std::time::Duration::from_secs(3600);
    for entry in std::fs::read_dir(env!("CARGO_TARGET_TMPDIR")).unwrap().flatten() {
        let old = entry
            .metadata()
            .and_then(|meta| meta.modified())
            .is_ok_and(|at| at.elapsed().is_ok_and(|age| age > hour));
        if entry.path() != mine && old {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

/// A reader of the corpus.
pub(crate) fn reader() -> &'static Reader {
    static READER: LazyLock<Reader> = LazyLock::new(|| Reader::open(data(), Analyzer::new(), None).unwrap());
    &READER
}

/// Every publication of the corpus, as the file has it.
pub(crate) fn publications() -> &'static [Publication] {
    static ALL: LazyLock<Vec<Publication>> = LazyLock::new(|| {
        let options = Options {
            format: None,
            map: None,
            threads: 2,
            limits: Limits::STANDARD,
            refuse_above_share: None,
        };
        let found = Mutex::new(Vec::new());
        read(&[file()], &options, &|_| false, &|_| {}, &mut |item| {
            if let Item::Record(record) = item {
                found.lock().unwrap().push(record.publication);
            }
            Ok(())
        })
        .unwrap();
        found.into_inner().unwrap()
    });
    &ALL
}
