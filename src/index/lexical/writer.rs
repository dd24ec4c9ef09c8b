//! Writing full text into the work folder.

use std::path::{Path, PathBuf};

use tantivy::merge_policy::LogMergePolicy;
use tantivy::{Index, IndexSettings, IndexWriter, TantivyDocument, Term};

use super::analysis;
use super::schema::{Fields, Zone};
use crate::index::error::{Error, Result};
use crate::patent::{Publication, Role, Version};
use crate::text::Analyzer;
use crate::text::units::CLAIM_SEPARATOR;

/// Documents deleted in a segment, as a share, above which it is merged away.
const DELETED_SHARE_BEFORE_MERGE: f32 = 0.2;

/// Least and most buffer of one thread: the library refuses less, and more than 32-bit addresses reach.
const MIN_BUFFER: usize = 16_000_000;
const MAX_BUFFER: usize = 4_000_000_000;

/// Bytes free on a disk below which a thread that died writing a segment is taken to have died of that.
const NO_ROOM: u64 = 8 << 20;

/// Adds documents to the full text, and takes them away, until [`TextWriter::commit`].
pub(crate) struct TextWriter {
    dir: PathBuf,
    writer: IndexWriter,
    fields: Fields,
}

/// The texts of one document by zone and version.
#[derive(Debug, Default)]
pub(crate) struct ZoneTexts(pub(crate) Vec<(Zone, Version, String)>);

impl ZoneTexts {
    /// Collects the texts of a document; `with_description` says whether descriptions are indexed.
    pub(crate) fn of(publication: &Publication, with_description: bool) -> Self {
        let mut texts = Self::default();
        for title in &publication.titles {
            texts.push(Zone::Title, title.lang.version(), &title.text);
        }
        for text in &publication.abstracts {
            texts.push(Zone::Abstract, text.lang.version(), &text.text);
        }
        for keyword in &publication.keywords {
            texts.push(Zone::Keywords, keyword.lang.version(), &keyword.text);
        }
        for set in &publication.claims {
            let independent = set.independent();
            for (index, claim) in set.claims.iter().enumerate() {
                let version = set.lang.version();
                texts.push_part(Zone::Claims, version, &claim.text, CLAIM_SEPARATOR);
                if independent.contains(&index) {
                    texts.push_part(Zone::IndependentClaims, version, &claim.text, CLAIM_SEPARATOR);
                }
            }
        }
        for description in publication.descriptions.iter().filter(|_| with_description) {
            for section in &description.sections {
                for text in section.heading.iter().chain(&section.paragraphs) {
                    texts.push(Zone::Description, description.lang.version(), text);
                }
            }
        }
        for party in &publication.parties {
            let zone = match party.role {
                Role::Applicant | Role::Owner => Zone::Applicant,
                Role::Inventor | Role::Author => Zone::Inventor,
                Role::Agent | Role::Agency => Zone::Agent,
                Role::Examiner => continue,
            };
            texts.push(zone, Version::Other, &party.name);
        }
        texts
    }

    /// Returns the texts that say what a document is about, for embedding: one for each language version,
    /// its title on the first line, then abstract, keywords and independent claims.
    pub(crate) fn topic(publication: &Publication) -> Vec<String> {
        let mut versions: Vec<(Version, String)> = Vec::new();
        let mut add = |version: Version, part: &str| match versions.iter_mut().find(|(v, _)| *v == version) {
            Some((_, text)) => {
                text.push('\n');
                text.push_str(part);
            }
            None => versions.push((version, part.to_owned())),
        };
        for text in publication.titles.iter().chain(&publication.abstracts).chain(&publication.keywords) {
            add(text.lang.version(), &text.text);
        }
        for set in &publication.claims {
            for index in set.independent() {
                add(set.lang.version(), &set.claims[index].text);
            }
        }
        versions.into_iter().map(|(_, text)| text).collect()
    }

    fn push(&mut self, zone: Zone, version: Version, text: &str) {
        self.push_part(zone, version, text, '\n');
    }

    /// Appends a part to its zone; parts of one zone and version stay apart by `separator`.
    fn push_part(&mut self, zone: Zone, version: Version, text: &str, separator: char) {
        match self.0.iter_mut().find(|(z, v, _)| (*z, *v) == (zone, version)) {
            Some((_, _, whole)) => {
                whole.push(separator);
                whole.push_str(text);
            }
            None => self.0.push((zone, version, text.to_owned())),
        }
    }
}

impl TextWriter {
    /// Opens the full text in `dir`, which holds a committed index or nothing.
    ///
    /// `threads` analyse and write, each with `memory_bytes / threads` of buffer, within what the library takes.
    pub(crate) fn open(dir: &Path, analyzer: &Analyzer, threads: usize, memory_bytes: usize) -> Result<Self> {
        let fields = Fields::new();
        let index = if dir.join("meta.json").is_file() {
            Index::open_in_dir(dir).map_err(Error::lexical("opening"))?
        } else {
            Index::builder()
                .schema(fields.schema.clone())
                .settings(IndexSettings::default())
                .create_in_dir(dir)
                .map_err(Error::lexical("creating"))?
        };
        analysis::register(index.tokenizers(), analyzer);
        let threads = threads.clamp(1, 8);
        let writer = index
            .writer_with_num_threads(threads, memory_bytes.clamp(threads * MIN_BUFFER, threads * MAX_BUFFER))
            .map_err(Error::lexical("starting to write"))?;
        let mut policy = LogMergePolicy::default();
        policy.set_del_docs_ratio_before_merge(DELETED_SHARE_BEFORE_MERGE);
        writer.set_merge_policy(Box::new(policy));
        Ok(Self { dir: dir.to_owned(), writer, fields })
    }

    /// Adds a document.
    pub(crate) fn add(&mut self, docno: u32, texts: ZoneTexts) -> Result<()> {
        let mut document = TantivyDocument::default();
        document.add_u64(self.fields.docno, u64::from(docno));
        for (zone, version, text) in texts.0 {
            let Some(field) = self.fields.find(zone, version) else { continue };
            if let Some(words) = field.words {
                document.add_text(words, &text);
            }
            document.add_text(field.units, text);
        }
        match self.writer.add_document(document) {
            Ok(_) => Ok(()),
            Err(error) => Err(full_disk_or(&self.dir, Error::lexical("adding a document")(error))),
        }
    }

    /// Takes a document away.
    pub(crate) fn delete(&mut self, docno: u32) {
        self.writer.delete_term(Term::from_field_u64(self.fields.docno, u64::from(docno)));
    }

    /// Writes everything to disk, waits for merges, and closes; the folder then holds a committed index.
    pub(crate) fn commit(self) -> Result<()> {
        let Self { dir, mut writer, .. } = self;
        let committed = writer.commit().map(drop).map_err(Error::lexical("committing"));
        let tidied = committed.and_then(|()| {
            writer.garbage_collect_files().wait().map(drop).map_err(Error::lexical("tidying"))
        });
        let merged = tidied.and_then(|()| writer.wait_merging_threads().map_err(Error::lexical("merging")));
        merged.map_err(|error| full_disk_or(&dir, error))
    }
}

/// Tells a full disk from other failures. Where a thread of the library dies of one, the library tells only that it
/// died, so the disk is asked.
fn full_disk_or(dir: &Path, error: Error) -> Error {
    let Error::Lexical { .. } = error else { return error };
    match rustix::fs::statvfs(dir) {
        Ok(disk) if disk.f_bavail.saturating_mul(disk.f_frsize) < NO_ROOM => {
            Error::DiskFull { path: dir.to_owned() }
        }
        _ => error,
    }
}

/// Lists the files of the committed index in `dir`, the meta file among them.
pub(crate) fn committed_files(dir: &Path) -> Result<Vec<String>> {
    let index = Index::open_in_dir(dir).map_err(Error::lexical("opening"))?;
    let metas = index.load_metas().map_err(Error::lexical("listing"))?;
    let files = metas.list_segment_files().into_iter();
    // The library lists every file that a segment may have; those that it does not need do not exist.
    let files = files.filter(|file| dir.join(file).exists());
    let mut names: Vec<String> = files.map(|file| file.to_string_lossy().into_owned()).collect();
    names.push("meta.json".to_owned());
    names.sort_unstable();
    Ok(names)
}
