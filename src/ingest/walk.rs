//! Which files lie under the paths that the caller named, in a stable order.
//!
//! Files named directly are always read; inside folders, what operating systems and repositories leave lying about
//! is passed over and counted. Links to folders are followed once.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::{Diagnostic, Error, FaultKind, Severity};

/// The deepest folder that is looked into.
const MAX_FOLDER_DEPTH: usize = 64;

/// What a walk found.
#[derive(Debug, Default)]
pub(super) struct Walk {
    /// The files with their sizes, in the order of the paths, each folder by name.
    pub(super) files: Vec<(PathBuf, u64)>,
    /// Files passed over, by reason.
    pub(super) skipped: Vec<&'static str>,
    /// Folders and files that cannot be read, and folders without a file.
    pub(super) diagnostics: Vec<Diagnostic>,
    seen: HashSet<PathBuf>,
}

/// Returns the files under `paths`.
///
/// # Errors
/// [`Error::NotFound`] and [`Error::Unreadable`] for a path that the caller named.
pub(super) fn walk(paths: &[PathBuf]) -> Result<Walk, Error> {
    if paths.is_empty() {
        return Err(Error::NoPath);
    }
    let mut walk = Walk::default();
    for path in paths {
        let found = fs::metadata(path).map_err(|source| match source.kind() {
            std::io::ErrorKind::NotFound => Error::NotFound { path: path.clone() },
            _ => Error::Unreadable { path: path.clone(), source },
        })?;
        if found.is_dir() {
            let before = (walk.files.len(), walk.diagnostics.len());
            walk.folder(path, 0);
            if before == (walk.files.len(), walk.diagnostics.len()) {
                walk.fault(path, FaultKind::Missing, "the folder holds no file to read; name another");
            }
        } else {
            walk.file(path, found.len());
        }
    }
    Ok(walk)
}

impl Walk {
    fn file(&mut self, path: &Path, bytes: u64) {
        let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        if self.seen.insert(real) {
            self.files.push((path.to_owned(), bytes));
        } else {
            self.skipped.push("the same file by another path");
        }
    }

    fn folder(&mut self, folder: &Path, depth: usize) {
        let real = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
        if !self.seen.insert(real) {
            self.skipped.push("the same folder by another path");
            return;
        }
        if depth > MAX_FOLDER_DEPTH {
            self.fault(
                folder,
                FaultKind::TooLarge,
                "folders lie too deep inside each other; name this one itself",
            );
            return;
        }
        let entries = fs::read_dir(folder).and_then(|entries| {
            entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()
        });
        let mut entries = match entries {
            Ok(entries) => entries,
            Err(error) => {
                let message = format!("cannot read the folder: {error}; check its permissions");
                self.fault(folder, FaultKind::Unreadable, &message);
                return;
            }
        };
        entries.sort();
        for path in entries {
            if let Some(reason) = junk(&path) {
                self.skipped.push(reason);
                continue;
            }
            match fs::metadata(&path) {
                Ok(found) if found.is_dir() => self.folder(&path, depth + 1),
                Ok(found) if found.is_file() => self.file(&path, found.len()),
                Ok(_) => self.skipped.push("neither file nor folder"),
                Err(error) => {
                    let message = format!("cannot read: {error}; check the link or its permissions");
                    self.fault(&path, FaultKind::Unreadable, &message);
                }
            }
        }
    }

    fn fault(&mut self, path: &Path, kind: FaultKind, message: &str) {
        self.diagnostics.push(Diagnostic {
            source: path.display().to_string(),
            record: None,
            field: String::new(),
            severity: Severity::File,
            kind,
            message: message.to_owned(),
        });
    }
}

/// Returns why a file inside a folder or archive is passed over, `None` where it is read.
///
/// The names are those of operating systems, of repositories, and of the schemas that offices ship with their data.
pub(super) fn junk(path: &Path) -> Option<&'static str> {
    let name = path.file_name()?.to_string_lossy().to_lowercase();
    let (stem, extension) = name.rsplit_once('.').unwrap_or((&name, ""));
    let in_macosx = path.components().any(|part| part.as_os_str() == "__MACOSX");
    if in_macosx || matches!(&*name, "thumbs.db" | "desktop.ini") || (name.starts_with('.') && name.len() > 1)
    {
        Some("file of the operating system")
    } else if name.starts_with("~$") {
        Some("lock file of an office program")
    } else if matches!(extension, "dtd" | "xsd" | "xsl" | "xslt" | "ent" | "mod" | "css") {
        Some("schema or style sheet")
    } else if matches!(extension, "" | "txt" | "md" | "rst")
        && ["license", "licence", "copying", "notice", "readme", "changelog"]
            .iter()
            .any(|word| stem.strip_prefix(word).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric)))
    {
        Some("readme or licence")
    } else if name == "request.txt" {
        Some("request of a saved response")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn junk_is_told_from_data() {
        let check =
            |path: &str, expected: bool| assert_eq!(junk(Path::new(path)).is_some(), expected, "{path}");
        check("a/.DS_Store", true);
        check("__MACOSX/a/b.xml", true);
        check("LICENSE", true);
        check("license_of_data.txt", true);
        check("README.md", true);
        check("ep-patent-document.dtd", true);
        check("noticeable.txt", false);
        check("a.xml", false);
        check("license.xml", false);
    }
}
