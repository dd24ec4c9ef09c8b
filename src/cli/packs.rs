//! The domain packs of a data folder: those compiled in, and the user's own in `domains/*.toml` beside the snapshots.
//!
//! A pack of the user with the id of another takes its place. One that cannot be read is left out, and said once on
//! standard error: it never keeps a command from working.

use std::io::Write;
use std::path::{Path, PathBuf};

use crate::patent::domain::{Pack, PackErrors};

/// The folder of the user's packs in the data folder.
pub(super) const FOLDER: &str = "domains";
/// The largest file that is read as a pack; the compiled-in ones have about 0.1 MB.
const MAX_BYTES: u64 = 8 << 20;
/// Most files that are read; further ones are named as left out.
const MAX_FILES: usize = 64;

/// A pack and where it comes from.
pub(super) struct Loaded {
    pub(super) pack: Pack,
    /// `None` for one that is compiled in.
    pub(super) file: Option<PathBuf>,
}

/// Why a file is no pack.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    #[error("cannot read `{path}`: {cause}")]
    Unreadable { path: PathBuf, cause: std::io::Error },
    #[error("`{path}` has more than {MAX_BYTES} bytes: a pack is a text of some thousand lines")]
    TooLarge { path: PathBuf },
    #[error("`{path}` is no text in UTF-8: save it as UTF-8")]
    NoText { path: PathBuf },
    #[error("`{path}` is refused:\n{errors}")]
    Refused { path: PathBuf, errors: PackErrors },
    #[error("`{path}` has the id `{id}` of `{other}`: rename one of the two")]
    SameId { path: PathBuf, id: String, other: PathBuf },
    #[error("`{path}` and later files are left out: at most {MAX_FILES} packs are read")]
    TooMany { path: PathBuf },
}

/// All packs, and the files that are none.
pub(super) struct Packs {
    pub(super) loaded: Vec<Loaded>,
    pub(super) faults: Vec<Fault>,
}

impl Packs {
    /// Loads the packs of a data folder.
    pub(super) fn load(data: &Path) -> Self {
        let builtin = Pack::builtin().iter().map(|pack| Loaded { pack: pack.clone(), file: None });
        let mut packs = Self { loaded: builtin.collect(), faults: Vec::new() };
        let folder = data.join(FOLDER);
        let entries = match std::fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return packs,
            Err(cause) => {
                packs.faults.push(Fault::Unreadable { path: folder, cause });
                return packs;
            }
        };
        let files = entries.filter_map(Result::ok).map(|entry| entry.path());
        let mut files: Vec<PathBuf> =
            files.filter(|path| path.extension().is_some_and(|extension| extension == "toml")).collect();
        files.sort();
        for (at, path) in files.into_iter().enumerate() {
            if at >= MAX_FILES {
                packs.faults.push(Fault::TooMany { path });
                break;
            }
            match read(&path) {
                Ok(pack) => packs.add(pack, path),
                Err(fault) => packs.faults.push(fault),
            }
        }
        packs
    }

    fn add(&mut self, pack: Pack, path: PathBuf) {
        match self.loaded.iter_mut().find(|other| other.pack.id == pack.id) {
            Some(Loaded { file: Some(other), .. }) => {
                self.faults.push(Fault::SameId { path, id: pack.id, other: other.clone() });
            }
            Some(builtin) => *builtin = Loaded { pack, file: Some(path) },
            None => self.loaded.push(Loaded { pack, file: Some(path) }),
        }
    }

    /// Returns the packs, having said on standard error which files are none.
    pub(super) fn or_said(self) -> Vec<Pack> {
        let mut out = std::io::stderr().lock();
        for fault in &self.faults {
            // A broken standard error is nobody's fault.
            let _ = writeln!(out, "patnav: a domain pack is left out: {fault}");
        }
        self.loaded.into_iter().map(|loaded| loaded.pack).collect()
    }
}

/// Reads the text of a file that should be a pack.
pub(super) fn read_text(path: &Path) -> Result<String, Fault> {
    let unreadable = |cause| Fault::Unreadable { path: path.to_owned(), cause };
    let length = std::fs::metadata(path).map_err(unreadable)?.len();
    if length > MAX_BYTES {
        return Err(Fault::TooLarge { path: path.to_owned() });
    }
    let bytes = std::fs::read(path).map_err(unreadable)?;
    String::from_utf8(bytes).map_err(|_| Fault::NoText { path: path.to_owned() })
}

fn read(path: &Path) -> Result<Pack, Fault> {
    let text = read_text(path)?;
    Pack::from_toml(&text).map_err(|errors| Fault::Refused { path: path.to_owned(), errors })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_packs_join_or_replace_and_bad_ones_are_left_out() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(Packs::load(dir.path()).loaded.len(), 4, "no folder");
        let folder = dir.path().join(FOLDER);
        std::fs::create_dir(&folder).unwrap();
        let pack = |id: &str| {
            format!(
                "id = \"{id}\"\ntitle = {{ zh = \"泵\", en = \"pumps\" }}\ndefinition = {{ zh = \"泵\", en = \"pumps\" }}\n"
            )
        };
        let write = |name: &str, text: &[u8]| std::fs::write(folder.join(name), text).unwrap();
        write("a.toml", pack("pumps").as_bytes());
        write("b.toml", pack("hes").as_bytes());
        write("c.toml", pack("pumps").as_bytes());
        write("d.toml", b"id = \"broken");
        write("e.toml", &[0xff, 0xfe, 0x00]);
        write("notes.txt", b"no pack");
        let cycle = pack("cycle")
            + "[[node]]\nid = \"A\"\nparent = \"A\"\nname = { zh = \"甲\", en = \"a\" }\ndefinition = { zh = \"甲\", en = \"a\" }\n";
        write("f.toml", cycle.as_bytes());
        let packs = Packs::load(dir.path());
        let ids: Vec<(&str, bool)> =
            packs.loaded.iter().map(|one| (one.pack.id.as_str(), one.file.is_some())).collect();
        assert_eq!(ids, [("icm", false), ("mcc", false), ("ccus", false), ("hes", true), ("pumps", true)]);
        let faults: Vec<String> = packs.faults.iter().map(ToString::to_string).collect();
        assert_eq!(faults.len(), 4, "{faults:?}");
        assert!(faults[0].contains("c.toml") && faults[0].contains("a.toml"));
        assert!(faults[1].contains("d.toml") && faults[1].contains("line 1"));
        assert!(faults[2].contains("UTF-8"));
        assert!(faults[3].contains("line 4") && faults[3].contains("cycle"), "{}", faults[3]);
    }
}
