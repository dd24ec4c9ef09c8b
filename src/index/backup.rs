//! Checking every byte of a snapshot, saving it to one file, and bringing it back.
//!
//! A backup is a ZIP archive without compression (the parts are compressed already) that holds the current
//! snapshot, its manifest last, so that any tool can look inside. Restoring verifies every file against the
//! manifest before anything is made current.

use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::documents::Documents;
use super::error::{Error, Result};
use super::file;
use super::manifest::{FILE_NAME, Manifest};
use super::set::DocnoSet;
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
    let documents = Documents::open(&manifest.packs, &|name| dir.join(name))?;
    // Buried documents are read too: they are stored, so they must be readable.
    documents.scan(&DocnoSet::full(manifest.docno_end), 0, &mut |_, _| {
        checked.n_documents += 1;
        Ok(())
    })?;
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

/// Saves the current snapshot, the pins, and the named `extra` files (path below the data folder with `/`, path) to one file.
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
    let files = manifest.files();
    let names = files.iter().map(|(name, _)| (format!("snapshot/{name}"), dir.join(name)));
    let extra = extra.iter().map(|(name, path)| ((*name).to_owned(), (*path).to_owned()));
    let pins = Some(("pins.json".to_owned(), layout.pins_path())).filter(|(_, path)| path.exists());
    let last = (format!("snapshot/{FILE_NAME}"), dir.join(FILE_NAME));
    let parts = names.chain(extra).chain(pins).chain([last]);
    let written = write_archive(part, parts, &|done| progress(done, checked.n_bytes)).and_then(|()| {
        fs::rename(part, to).map_err(Error::io("rename", to))?;
        file::sync_dir(to.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new(".")))
    });
    if written.is_err() {
        // The error that matters is the first one.
        let _ = fs::remove_file(part);
    }
    written.map(|()| checked)
}

fn write_archive(
    part: &Path,
    parts: impl Iterator<Item = (String, PathBuf)>,
    progress: &dyn Fn(u64),
) -> Result<()> {
    let file = File::create(part).map_err(Error::io("create", part))?;
    let mut zip = ZipWriter::new(BufWriter::new(file));
    let mut done = 0;
    for (name, path) in parts {
        done += add(&mut zip, &name, &path, part)?;
        progress(done);
    }
    let out = zip.finish().map_err(zip_error("write", part))?;
    let file = out.into_inner().map_err(|error| Error::io("write", part)(error.into_error()))?;
    file.sync_all().map_err(Error::io("sync", part))
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
/// The folder may hold snapshots already: nothing is lost. The restored one keeps its number where that is above
/// all others there, so that pins, reports and watches saved beside it still name it; else it follows them.
/// Files saved beside the snapshot are written to the folder under their names, if no file of that name is there.
///
/// # Errors
/// [`Error::Corrupt`] where the archive is not a whole backup; the folder is then as it was.
pub fn restore(from: &Path, root: &Path, progress: &dyn Fn(u64, u64)) -> Result<Checked> {
    let layout = Layout::new(root);
    let _lock = WriterLock::acquire(&layout)?;
    layout.sweep_leftovers(layout.pointer()?.map(|pointer| pointer.id))?;
    let file = File::open(from).map_err(Error::io("open", from))?;
    let mut zip = ZipArchive::new(BufReader::new(file)).map_err(zip_error("read", from))?;
    let dir = layout.temporary("restored");
    fs::create_dir_all(dir.join("text")).map_err(Error::io("create", &dir))?;
    let mut extra = Vec::new();
    let restored = place(&mut zip, from, &layout, &dir, &mut extra, progress);
    if restored.is_err() {
        // The error that matters is the first one.
        let _ = fs::remove_dir_all(&dir);
        extra.iter().for_each(|path| drop(fs::remove_file(path)));
    }
    restored
}

fn place(
    zip: &mut ZipArchive<BufReader<File>>,
    from: &Path,
    layout: &Layout,
    dir: &Path,
    extra: &mut Vec<PathBuf>,
    progress: &dyn Fn(u64, u64),
) -> Result<Checked> {
    unpack(zip, from, &layout.root, dir, extra, progress)?;
    let mut manifest = Manifest::read(dir, None)?;
    let checked = verify(dir, &manifest, &|_, _| {})?;
    let last = layout.ids()?.last().copied().unwrap_or(0);
    manifest.id = manifest.id.max(last + 1);
    let manifest_hash = manifest.write(dir)?;
    let id = manifest.id;
    let to = layout.snapshot(id);
    fs::rename(dir, &to).map_err(Error::io("rename", &to))?;
    for folder in [&to.join("text"), &to, &layout.root.join("snapshots"), &layout.root] {
        file::sync_dir(folder)?;
    }
    layout.set_pointer(&Pointer { id, manifest_hash })?;
    Ok(Checked { snapshot: id, ..checked })
}

/// Unpacks the snapshot into `dir` and other files, which `extra` lists, into `root`.
fn unpack(
    zip: &mut ZipArchive<BufReader<File>>,
    from: &Path,
    root: &Path,
    dir: &Path,
    extra: &mut Vec<PathBuf>,
    progress: &dyn Fn(u64, u64),
) -> Result<()> {
    let total = (0..zip.len()).filter_map(|index| Some(zip.by_index_raw(index).ok()?.size())).sum();
    let mut done = 0;
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index).map_err(zip_error("read", from))?;
        let name =
            entry.enclosed_name().ok_or_else(|| Error::corrupt(from, "it names a path outside itself"))?;
        let path = match name.strip_prefix("snapshot") {
            Ok(inside) => dir.join(inside),
            Err(_) => {
                let path = root.join(name);
                if path.exists() {
                    continue;
                }
                let folder = path.parent().unwrap_or(root);
                fs::create_dir_all(folder).map_err(Error::io("create", folder))?;
                extra.push(path.clone());
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
