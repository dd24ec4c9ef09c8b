//! What the command line resolves to: one file, then the environment, then flags; later wins.
//!
//! The only place that reads the environment. Every setting stands in [`SETTINGS`] with its default and its meaning;
//! `patnav config --show` prints each with its value and where it came from.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::args::{Args, Command};
use super::packs::Packs;
use crate::error::{Classify, ErrorKind};
use crate::index;
use crate::patent::domain::Pack;
use crate::text::embed::Embedder;
use crate::text::http;

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    /// The file cannot be read.
    #[error("cannot read the configuration `{path}`")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is no TOML.
    #[error("the configuration `{path}` is not TOML: {message}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What the reader says.
        message: String,
    },
    /// The file has a key that means nothing.
    #[error("`{name}` in {origin} is no setting; `patnav config --show` lists them")]
    Unknown {
        /// The key.
        name: String,
        /// Where it stands.
        origin: String,
    },
    /// A value that the setting does not take.
    #[error("`{name}` = `{value}` ({origin}) is not {expected}")]
    Value {
        /// The setting.
        name: &'static str,
        /// The value.
        value: String,
        /// Where it stands.
        origin: String,
        /// What it takes.
        expected: &'static str,
    },
    /// The embedding endpoint cannot be used.
    #[error("the embedding endpoint cannot be used")]
    Embedding(#[source] crate::text::Error),
}

impl Classify for Error {
    fn kind(&self) -> ErrorKind {
        ErrorKind::InvalidInput
    }
}

/// A setting: name, default, meaning.
struct Setting {
    name: &'static str,
    default: &'static str,
    meaning: &'static str,
}

const fn setting(name: &'static str, default: &'static str, meaning: &'static str) -> Setting {
    Setting { name, default, meaning }
}

/// Every setting. In the environment a setting is `PATNAV_` and its name in capitals;
/// the key of an endpoint, which no file should hold, is `PATNAV_EMBEDDING_KEY`.
const SETTINGS: &[Setting] = &[
    setting("data", "./patnav-data", "the data folder"),
    setting("listen", "127.0.0.1:7878", "the address of the service"),
    setting("hosts", "", "further host names that the service answers to, separated by commas"),
    setting("threads", "0", "threads for indexing and searching; 0 means one for each core"),
    setting("memory_mb", "600", "memory for full text under construction"),
    setting("index_descriptions", "true", "whether descriptions can be searched"),
    setting("refuse_above", "", "share of bad records (0-1) above which an import commits nothing"),
    setting("embedding", "lsa", "where vectors come from: lsa, http or off"),
    setting("embedding_dim", "256", "dimensions of the model trained on the corpus"),
    setting("embedding_url", "", "base address of an OpenAI-compatible endpoint"),
    setting("embedding_model", "", "the model asked of the endpoint"),
    setting("embedding_query_prefix", "", "what the model wants before a query"),
    setting("embedding_passage_prefix", "", "what the model wants before a document"),
    setting("embedding_allow_public", "false", "whether the endpoint may lie outside private networks"),
];

/// A value and where it came from.
#[derive(Debug, Clone, serde::Serialize)]
pub(super) struct Resolved {
    pub(super) value: String,
    pub(super) origin: String,
}

/// Everything that commands need to know.
pub(super) struct Config {
    values: BTreeMap<&'static str, Resolved>,
}

impl Config {
    /// Resolves the settings.
    pub(super) fn resolve(args: &Args) -> Result<Self, Error> {
        let mut values: BTreeMap<&'static str, Resolved> = BTreeMap::new();
        for setting in SETTINGS {
            let origin = "default".to_owned();
            values.insert(setting.name, Resolved { value: setting.default.to_owned(), origin });
        }
        let environment = |name: &str| std::env::var(format!("PATNAV_{}", name.to_uppercase())).ok();
        // The data folder says where the file lies, so it cannot come from the file.
        let data = args.data.as_ref().map(|path| path.display().to_string()).or_else(|| environment("data"));
        let data = data.unwrap_or_else(|| "./patnav-data".to_owned());
        let file = args.config.clone().unwrap_or_else(|| Path::new(&data).join("patnav.toml"));
        for (name, value) in read_file(&file, args.config.is_some())? {
            let origin = file.display().to_string();
            let known = SETTINGS.iter().find(|setting| setting.name == name && name != "data");
            let known = known.ok_or_else(|| Error::Unknown { name, origin: origin.clone() })?;
            values.insert(known.name, Resolved { value, origin });
        }
        for setting in SETTINGS {
            if let Some(value) = environment(setting.name) {
                let origin = format!("PATNAV_{}", setting.name.to_uppercase());
                values.insert(setting.name, Resolved { value, origin });
            }
        }
        let mut flag = |name: &'static str, value: Option<String>| {
            if let Some(value) = value {
                values.insert(name, Resolved { value, origin: format!("--{}", name.replace('_', "-")) });
            }
        };
        flag("data", args.data.as_ref().map(|path| path.display().to_string()));
        match &args.command {
            Command::Serve(serve) | Command::Demo(serve) => flag("listen", serve.listen.clone()),
            Command::Index(index) => {
                flag("refuse_above", index.refuse_above.map(|share| share.to_string()));
                flag("index_descriptions", index.without_descriptions.then(|| "false".to_owned()));
            }
            _ => {}
        }
        let config = Self { values };
        // Wrong values are reported whatever the command, not when something first needs them.
        config.listen()?;
        config.threads()?;
        config.memory_bytes()?;
        config.refuse_above()?;
        config.flag("index_descriptions")?;
        config.flag("embedding_allow_public")?;
        Ok(config)
    }

    /// Returns every setting with its value, origin and meaning.
    pub(super) fn list(&self) -> impl Iterator<Item = (&'static str, &Resolved, &'static str)> {
        SETTINGS.iter().map(|setting| (setting.name, &self.values[setting.name], setting.meaning))
    }

    /// Returns the data folder.
    pub(super) fn data(&self) -> PathBuf {
        PathBuf::from(&self.values["data"].value)
    }

    /// Returns the address of the service.
    pub(super) fn listen(&self) -> Result<SocketAddr, Error> {
        self.parse("listen", "an address and port such as 127.0.0.1:7878")
    }

    /// Returns further host names.
    pub(super) fn hosts(&self) -> Vec<String> {
        let hosts = self.values["hosts"].value.split(',').map(str::trim).filter(|host| !host.is_empty());
        hosts.map(str::to_owned).collect()
    }

    /// Returns the number of threads, at least 1.
    pub(super) fn threads(&self) -> Result<usize, Error> {
        let threads: usize = self.parse("threads", "a whole number")?;
        let cores = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Ok(if threads == 0 { cores() } else { threads.min(256) })
    }

    /// Returns the share of bad records above which an import commits nothing.
    pub(super) fn refuse_above(&self) -> Result<Option<f64>, Error> {
        if self.values["refuse_above"].value.is_empty() {
            return Ok(None);
        }
        let share: f64 = self.parse("refuse_above", "a share between 0 and 1")?;
        if (0.0..=1.0).contains(&share) {
            return Ok(Some(share));
        }
        Err(self.bad("refuse_above", "a share between 0 and 1"))
    }

    /// Returns how to index.
    pub(super) fn index_options(&self) -> Result<index::Options, Error> {
        let embedding = match self.values["embedding"].value.as_str() {
            "lsa" => {
                let dim = self.parse("embedding_dim", "a whole number between 1 and 1024")?;
                if !(1..=1024).contains(&dim) {
                    return Err(self.bad("embedding_dim", "a whole number between 1 and 1024"));
                }
                index::Embedding::Lsa { dim, seed: LSA_SEED }
            }
            "off" => index::Embedding::Off,
            "http" => match self.embedder()? {
                Some(embedder) => index::Embedding::External(embedder),
                None => return Err(self.bad("embedding_url", "the address of an endpoint")),
            },
            _ => return Err(self.bad("embedding", "one of lsa, http, off")),
        };
        Ok(index::Options {
            threads: self.threads()?,
            memory_bytes: self.memory_bytes()?,
            index_descriptions: self.flag("index_descriptions")?,
            embedding,
            equivalents: Packs::load(&self.data()).or_said().iter().flat_map(Pack::equivalents).collect(),
            now: jiff::Timestamp::now(),
        })
    }

    /// Returns the embedder from outside, where one is configured.
    pub(super) fn embedder(&self) -> Result<Option<Arc<dyn Embedder>>, Error> {
        if self.values["embedding"].value != "http" || self.values["embedding_url"].value.is_empty() {
            return Ok(None);
        }
        let options = http::Options {
            base_url: self.values["embedding_url"].value.clone(),
            model: self.values["embedding_model"].value.clone(),
            api_key: std::env::var("PATNAV_EMBEDDING_KEY").ok(),
            query_prefix: self.values["embedding_query_prefix"].value.clone(),
            passage_prefix: self.values["embedding_passage_prefix"].value.clone(),
            allow_public: self.flag("embedding_allow_public")?,
            timeout: Duration::from_secs(60),
            n_retries: 4,
            backoff: Duration::from_millis(500),
        };
        let embedder = http::HttpEmbedder::connect(options).map_err(Error::Embedding)?;
        Ok(Some(Arc::new(embedder)))
    }

    fn memory_bytes(&self) -> Result<usize, Error> {
        let mb: usize = self.parse("memory_mb", "a whole number of 50 and more")?;
        if mb < 50 {
            return Err(self.bad("memory_mb", "a whole number of 50 and more"));
        }
        // The full-text library takes at most 4 GB for each of 8 threads.
        Ok(mb.min(30_000) << 20)
    }

    fn flag(&self, name: &'static str) -> Result<bool, Error> {
        self.parse(name, "true or false")
    }

    fn parse<T: std::str::FromStr>(&self, name: &'static str, expected: &'static str) -> Result<T, Error> {
        self.values[name].value.trim().parse().map_err(|_| self.bad(name, expected))
    }

    fn bad(&self, name: &'static str, expected: &'static str) -> Error {
        let Resolved { value, origin } = self.values[name].clone();
        Error::Value { name, value, origin, expected }
    }
}

/// The seed of every model: the same corpus gives the same vectors.
const LSA_SEED: u64 = 1;

/// Reads the settings of a file; one that nobody named need not be there.
fn read_file(path: &Path, named: bool) -> Result<Vec<(String, String)>, Error> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && !named => return Ok(Vec::new()),
        Err(source) => return Err(Error::Unreadable { path: path.to_owned(), source }),
    };
    let malformed = |message: String| Error::Malformed { path: path.to_owned(), message };
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| malformed(error.to_string()))?;
    let values = table.into_iter().map(|(name, value)| match value {
        toml::Value::String(text) => Ok((name, text)),
        toml::Value::Integer(_) | toml::Value::Float(_) | toml::Value::Boolean(_) => {
            Ok((name, value.to_string()))
        }
        _ => Err(malformed(format!("`{name}` is neither text, number nor true or false"))),
    });
    values.collect()
}
