//! Checking every byte of a snapshot, saving it to one file, and bringing it back.
//!
//! A backup is a ZIP archive without compression (the parts are compressed already) that holds the current
//! snapshot, its manifest last, so that any tool can look inside. Restoring verifies every file against the
//! manifest before anything is made current.

use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::Path;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::error::{Error, Result};
use super::file;
use super::manifest::{FILE_NAME, Manifest};
use super::pack::Pack;
use super::snapshot::{Layout, Pointer, WriterLock};

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Checked {
    /// The snapshot.
    pub snapshot: u64,
    /// Files read and compared with the manifest.
    pub n_files: u64,
    /// Their bytes.
    pub n_bytes: u64,
    /// Documents whose stored form was read.
    pub n_documents: u64,
}

/// Reads the whole current snapshot and compares every file with its hash in the manifest.
///
/// `progress` hears bytes done and bytes in all.
///
/// # Errors
/// [`Error::Corrupt`] names the first file that does not fit.
pub fn check(root: &Path, progress: &dyn Fn(u64, u64)) -> Result<Checked> {
    let layout = Layout::new(root);
    let pointer = layout.pointer()?.ok_or_else(|| Error::NoSnapshot { path: root.to_owned() })?;
    let dir = layout.snapshot(pointer.id);
    let manifest = Manifest::read(&dir, Some(&pointer.manifest_hash))?;
    let mut checked = verify(&dir, &manifest, progress)?;
    for pack in &manifest.packs {
        let pack = Pack::open(&dir.join(&pack.documents.name))?;
        pack.scan(&mut |_, bytes| {
            checked.n_documents += 1;
            super::writer::decode::<crate::patent::Publication>(bytes).map(|_| ())
        })?;
    }
    Ok(checked)
}

fn verify(dir: &Path, manifest: &Manifest, progress: &dyn Fn(u64, u64)) -> Result<Checked> {
    let files = manifest.files();
    let total: u64 = files.iter().map(|(_, entry)| entry.bytes).sum();
    let mut checked = Checked { snapshot: manifest.id, n_files: 0, n_bytes: 0, n_documents: 0 };
    for (name, entry) in files {
        let path = dir.join(name);
        if !path.exists() {
            return Err(Error::corrupt(&path, "it is missing"));
        }
        let (bytes, blake3) = file::hash(&path)?;
        if bytes != entry.bytes || blake3 != entry.blake3 {
            return Err(Error::corrupt(&path, "its contents are not those that were written"));
        }
        checked.n_files += 1;
        checked.n_bytes += bytes;
        progress(checked.n_bytes, total);
    }
    Ok(checked)
}

/// Saves the current snapshot and the named `extra` files (name in the archive, path) to one file.
///
/// The file appears under its name only when it is complete.
pub fn backup(
    root: &Path,
    to: &Path,
    extra: &[(&str, &Path)],
    progress: &dyn Fn(u64, u64),
) -> Result<Checked> {
    let layout = Layout::new(root);
    let pointer = layout.pointer()?.ok_or_else(|| Error::NoSnapshot { path: root.to_owned() })?;
    let dir = layout.snapshot(pointer.id);
    let manifest = Manifest::read(&dir, Some(&pointer.manifest_hash))?;
    let checked = verify(&dir, &manifest, &|_, _| {})?;

    let mut part = to.as_os_str().to_owned();
    part.push(".part");
    let part = Path::new(&part);
    let file = File::create(part).map_err(Error::io("create", part))?;
    let mut zip = ZipWriter::new(BufWriter::new(file));
    let mut done = 0;
    let files = manifest.files();
    let names = files.iter().map(|(name, _)| (format!("snapshot/{name}"), dir.join(name)));
    let extra = extra.iter().map(|(name, path)| ((*name).to_owned(), (*path).to_owned()));
    let last = (format!("snapshot/{FILE_NAME}"), dir.join(FILE_NAME));
    for (name, path) in names.chain(extra).chain([last]) {
        done += add(&mut zip, &name, &path, part)?;
        progress(done, checked.n_bytes);
    }
    let out = zip.finish().map_err(zip_error("write", part))?;
    let file = out.into_inner().map_err(|error| Error::io("write", part)(error.into_error()))?;
    file.sync_all().map_err(Error::io("sync", part))?;
    fs::rename(part, to).map_err(Error::io("rename", to))?;
    Ok(checked)
}

fn add(zip: &mut ZipWriter<BufWriter<File>>, name: &str, path: &Path, archive: &Path) -> Result<u64> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .large_file(true)
        .last_modified_time(zip::DateTime::default());
    zip.start_file(name, options).map_err(zip_error("write", archive))?;
    let file = File::open(path).map_err(Error::io("open", path))?;
    std::io::copy(&mut BufReader::new(file), zip).map_err(Error::io("write", archive))
}

fn zip_error(action: &'static str, path: &Path) -> impl FnOnce(zip::result::ZipError) -> Error {
    let path = path.to_owned();
    move |error| match error {
        zip::result::ZipError::Io(source) => Error::io(action, &path)(source),
        other => Error::corrupt(&path, other.to_string()),
    }
}

/// Brings a backup back as the current snapshot of a data folder.
///
/// The folder may hold snapshots already: the restored one follows them, and nothing is lost. Files saved beside
/// the snapshot are written to the folder under their names, if no file of that name is there.
///
/// # Errors
/// [`Error::Corrupt`] where the archive is not a whole backup; the folder is then as it was.
pub fn restore(from: &Path, root: &Path, progress: &dyn Fn(u64, u64)) -> Result<Checked> {
    let layout = Layout::new(root);
    let _lock = WriterLock::acquire(&layout)?;
    let file = File::open(from).map_err(Error::io("open", from))?;
    let total = file.metadata().map_err(Error::io("inspect", from))?.len();
    let mut zip = ZipArchive::new(BufReader::new(file)).map_err(zip_error("read", from))?;
    let id = layout.ids()?.last().copied().unwrap_or(0) + 1;
    let dir = layout.snapshot(id);
    fs::create_dir_all(dir.join("text")).map_err(Error::io("create", &dir))?;
    let restored = unpack(&mut zip, from, &dir, root, total, progress).and_then(|()| {
        let mut manifest = Manifest::read(&dir, None)?;
        let checked = verify(&dir, &manifest, &|_, _| {})?;
        manifest.id = id;
        let manifest_hash = manifest.write(&dir)?;
        for folder in [&dir.join("text"), &dir, &root.join("snapshots")] {
            file::sync_dir(folder)?;
        }
        layout.set_pointer(&Pointer { id, manifest_hash })?;
        Ok(Checked { snapshot: id, ..checked })
    });
    if restored.is_err() {
        // The error that matters is the first one.
        let _ = fs::remove_dir_all(&dir);
    }
    restored
}

fn unpack(
    zip: &mut ZipArchive<BufReader<File>>,
    from: &Path,
    dir: &Path,
    root: &Path,
    total: u64,
    progress: &dyn Fn(u64, u64),
) -> Result<()> {
    let mut done = 0;
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index).map_err(zip_error("read", from))?;
        let name =
            entry.enclosed_name().ok_or_else(|| Error::corrupt(from, "it names a path outside itself"))?;
        let path = match name.strip_prefix("snapshot") {
            Ok(inside) => dir.join(inside),
            Err(_) => {
                let path = root.join(name.file_name().unwrap_or_default());
                if path.exists() {
                    continue;
                }
                path
            }
        };
        let out = File::create(&path).map_err(Error::io("create", &path))?;
        let mut out = BufWriter::new(out);
        let mut buffer = vec![0; 1 << 20];
        loop {
            let n = entry.read(&mut buffer).map_err(Error::io("read", from))?;
            if n == 0 {
                break;
            }
            out.write_all(&buffer[..n]).map_err(Error::io("write", &path))?;
            done += n as u64;
            progress(done, total);
        }
        let out = out.into_inner().map_err(|error| Error::io("write", &path)(error.into_error()))?;
        out.sync_all().map_err(Error::io("sync", &path))?;
    }
    Ok(())
}
