//! What an analysis of parties is given, from the data folder and the workspace; and the analysis of a snapshot.
//!
//! Groups of the users' own are the files `groups/*.toml` of the data folder, tables of official classes of industry
//! the files `industry/*.tsv` and `industry/*.csv` ([`IndustryTable`]).

use std::path::{Path, PathBuf};

use crate::analytics::party::{
    self, Decision, Facts, GroupError, Groups, NameRef, Options, Parties, Verdict,
};
use crate::error::{Classify, ErrorKind};
use crate::index::{self, Reader};
use crate::patent::domain::Pack;
use crate::patent::party::{IndustryError, IndustryTable};
use crate::patent::{Date, DocumentKind};
use crate::workspace::{self, Database, names};

/// The folder of the users' own groups.
pub const GROUPS_FOLDER: &str = "groups";

/// The largest file of groups.
pub const MAX_GROUPS_BYTES: u64 = 20 * 1024 * 1024;

/// The folder of the tables of industry classes.
pub const INDUSTRY_FOLDER: &str = "industry";

/// The largest table of industry classes.
pub const MAX_INDUSTRY_BYTES: u64 = 64 * 1024 * 1024;

/// What an analysis of parties needs beside documents.
pub struct Inputs {
    /// Ownership: built in, of the packs, of the users.
    pub groups: Groups,
    /// What people decided.
    pub decisions: Vec<Decision>,
    /// Official classes of industry, in the order of their files.
    pub industries: Vec<IndustryTable>,
}

/// Why parties cannot be analysed.
#[derive(Debug, thiserror::Error)]
pub enum PartiesError {
    /// The workspace.
    #[error(transparent)]
    Workspace(#[from] workspace::Error),
    /// The index.
    #[error(transparent)]
    Index(#[from] index::Error),
    /// A file of groups or of classes cannot be read.
    #[error("cannot read `{path}`")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file of groups or of classes is too large.
    #[error("`{path}` has {found} bytes, more than the {limit} that such a file may have")]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its size.
        found: u64,
        /// The limit.
        limit: u64,
    },
    /// A file of groups is wrong.
    #[error(transparent)]
    Groups(#[from] GroupError),
    /// A table of industry classes is wrong.
    #[error("`{path}`: {source}; index-schema/README.md describes the file")]
    Industry {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: IndustryError,
    },
}

impl Classify for PartiesError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Workspace(error) => error.kind(),
            Self::Index(error) => error.kind(),
            Self::Read { .. } | Self::TooLarge { .. } | Self::Groups(_) | Self::Industry { .. } => {
                ErrorKind::InvalidInput
            }
        }
    }
}

impl Inputs {
    /// Reads the files of groups, the decisions in force and the tables of industry classes.
    ///
    /// # Errors
    /// A file that is wrong stops everything: half of an ownership, or of a table, gives wrong counts.
    pub fn load(data: &Path, database: &Database) -> Result<Self, PartiesError> {
        let mut own = Vec::new();
        for path in files(&data.join(GROUPS_FOLDER), &["toml"])? {
            let text = text_of(&path, MAX_GROUPS_BYTES)?;
            own.extend(party::read_groups(&path.display().to_string(), &text)?);
        }
        let decisions = names::list(database, false)?.into_iter().map(|decision| Decision {
            id: decision.id,
            verdict: match decision.verdict {
                names::Verdict::Merge => Verdict::Merge,
                names::Verdict::Split => Verdict::Split,
            },
            a: NameRef::parse(&decision.a),
            b: NameRef::parse(&decision.b),
        });
        let mut industries = Vec::new();
        for path in files(&data.join(INDUSTRY_FOLDER), &["tsv", "csv"])? {
            let text = text_of(&path, MAX_INDUSTRY_BYTES)?;
            let table = IndustryTable::from_text(&text);
            industries.push(table.map_err(|source| PartiesError::Industry { path, source })?);
        }
        let groups = Groups::new(Pack::builtin(), own);
        Ok(Self { groups, decisions: decisions.collect(), industries })
    }

    /// Reads all documents of a snapshot and finds the parties behind their names.
    ///
    /// `progress` is told how many documents were read of how many; it returns `false` to cancel.
    ///
    /// # Errors
    /// Those of reading; [`index::Error::Cancelled`].
    pub fn parties(&self, reader: &Reader, progress: &dyn Fn(u64, u64) -> bool) -> index::Result<Parties> {
        let on = day(reader);
        let total = reader.alive().len();
        let mut facts: Vec<Facts> = Vec::new();
        let mut done = 0;
        reader.scan(&mut |_, publication| {
            if publication.document_kind == DocumentKind::Patent {
                facts.push(party::facts(&publication, on));
            }
            done += 1;
            if done % 1024 == 0 && !progress(done, total) {
                return Err(index::Error::Cancelled);
            }
            Ok(())
        })?;
        let facts: Vec<&Facts> = facts.iter().collect();
        Ok(Parties::build(&facts, &Options { groups: &self.groups, decisions: &self.decisions, on }))
    }
}

/// Returns the day on which groups and regions of a snapshot are looked at: the last that its documents know of.
pub fn day(reader: &Reader) -> Date {
    reader.statistics().as_of.unwrap_or(Date::MAX)
}

fn text_of(path: &Path, limit: u64) -> Result<String, PartiesError> {
    let unreadable = |source| PartiesError::Read { path: path.to_owned(), source };
    let found = std::fs::metadata(path).map_err(unreadable)?.len();
    if found > limit {
        return Err(PartiesError::TooLarge { path: path.to_owned(), found, limit });
    }
    std::fs::read_to_string(path).map_err(unreadable)
}

fn files(folder: &Path, extensions: &[&str]) -> Result<Vec<PathBuf>, PartiesError> {
    let unreadable = |source| PartiesError::Read { path: folder.to_owned(), source };
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(unreadable(error)),
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|own| extensions.iter().any(|extension| own == *extension)) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
