//! Vectors from a model server that speaks the OpenAI embeddings protocol (`POST {base}/embeddings`).
//!
//! Off unless a user configures it. Texts are trade secrets, so the server has to be on this machine or in a private
//! network unless public addresses are allowed by name; what a name resolves to is checked at every connection,
//! redirects are not followed and no proxy is used.
//! Everything here blocks; callers bring their own threads.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use serde::Deserialize;
use serde::Serialize;
use ureq::Agent;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::DefaultResolver;
use ureq::unversioned::resolver::ResolvedSocketAddrs;
use ureq::unversioned::resolver::Resolver;
use ureq::unversioned::transport::DefaultConnector;
use ureq::unversioned::transport::NextTimeout;

use super::embed::Embedder;
use super::embed::Role;
use super::embed::normalize;
use super::error::Error;

/// Texts of one request.
pub const BATCH: usize = 32;

/// Bytes of an answer at most: 32 vectors of 4,096 numbers written out take 3 MB.
const MAX_RESPONSE_BYTES: u64 = 32 << 20;

/// The longest wait before a retry, whatever the server asks for.
const MAX_WAIT: Duration = Duration::from_secs(30);

/// The longest vector accepted.
const MAX_DIM: usize = 16_384;

/// How to reach a model server.
#[derive(Clone)]
pub struct Options {
    /// Address up to and without `/embeddings`, such as `http://127.0.0.1:8080/v1`.
    pub base_url: String,
    /// Name of the model, as the server knows it.
    pub model: String,
    /// Sent as bearer token.
    pub api_key: Option<String>,
    /// Put before each query, as some models want it.
    pub query_prefix: String,
    /// Put before each passage.
    pub passage_prefix: String,
    /// Allows addresses outside this machine and private networks.
    pub allow_public: bool,
    /// Time for one request, connection included.
    pub timeout: Duration,
    /// Further tries after a failed one that may pass: no answer, 429, 5xx.
    pub n_retries: u32,
    /// Wait before the first retry, doubled each time; a `Retry-After` in seconds goes before.
    pub backoff: Duration,
}

/// Shows no key.
impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("base_url", &self.base_url)
            .field("model", &self.model)
            .finish_non_exhaustive()
    }
}

/// An embedder on a model server.
#[derive(Debug)]
pub struct HttpEmbedder {
    options: Options,
    url: String,
    agent: Agent,
    id: String,
    dim: usize,
}

#[derive(Serialize)]
struct Request<'a> {
    model: &'a str,
    input: &'a [String],
    encoding_format: &'static str,
}

#[derive(Deserialize)]
struct Response {
    data: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    index: usize,
    embedding: Vec<f32>,
}

impl HttpEmbedder {
    /// Checks the address and asks the server once, to learn the length of its vectors.
    ///
    /// # Errors
    ///
    /// [`Error::Address`] and [`Error::PublicAddress`] without a connection; else as [`Embedder::embed`].
    pub fn connect(options: Options) -> Result<Self, Error> {
        let url = format!("{}/embeddings", options.base_url.trim_end_matches('/'));
        let bad = || Error::Address { url: options.base_url.clone() };
        let uri: Uri = url.parse().map_err(|_| bad())?;
        let host =
            uri.host().filter(|_| matches!(uri.scheme_str(), Some("http" | "https"))).ok_or_else(bad)?;
        if !options.allow_public
            && let Ok(address) = host.trim_matches(['[', ']']).parse::<IpAddr>()
            && !is_private(address)
        {
            return Err(Error::PublicAddress { host: host.to_owned() });
        }
        let config = Agent::config_builder()
            .timeout_global(Some(options.timeout))
            .max_redirects(0)
            .http_status_as_error(false)
            .proxy(None)
            .build();
        let resolver =
            PrivateResolver { inner: DefaultResolver::default(), allow_public: options.allow_public };
        let agent = Agent::with_parts(config, DefaultConnector::default(), resolver);
        let mut embedder = Self { options, url, agent, id: String::new(), dim: 0 };
        let probe = embedder.request(&["采煤机 shearer".to_owned()])?;
        embedder.dim = probe[0].len();
        embedder.id = format!("http-{}-{}", embedder.options.model, embedder.dim);
        Ok(embedder)
    }

    /// Returns the vectors of at most [`BATCH`] texts as the server gives them, all of one length.
    fn request(&self, input: &[String]) -> Result<Vec<Vec<f32>>, Error> {
        let mut wait = self.options.backoff;
        let mut tries = 0;
        loop {
            let (error, asked) = match self.try_once(input) {
                Ok(vectors) => return Ok(vectors),
                Err(failure) => failure,
            };
            let may_pass = match &error {
                Error::Unreachable { source, .. } => !matches!(**source, ureq::Error::HostNotFound),
                Error::Status { status, .. } => *status == 429 || *status >= 500,
                _ => false,
            };
            if !may_pass || tries == self.options.n_retries {
                return Err(error);
            }
            std::thread::sleep(asked.unwrap_or(wait).min(MAX_WAIT));
            wait = wait.saturating_mul(2);
            tries += 1;
        }
    }

    /// Asks once; a failure comes with the wait that the server asked for.
    fn try_once(&self, input: &[String]) -> Result<Vec<Vec<f32>>, (Error, Option<Duration>)> {
        let request = Request { model: &self.options.model, input, encoding_format: "float" };
        let mut post = self.agent.post(&self.url);
        if let Some(key) = &self.options.api_key {
            post = post.header("Authorization", format!("Bearer {key}"));
        }
        let mut response = post.send_json(&request).map_err(|source| (self.transport(source), None))?;
        let status = response.status().as_u16();
        if status != 200 {
            let header = response.headers().get("retry-after").and_then(|value| value.to_str().ok());
            let asked = header.and_then(|value| value.trim().parse().ok()).map(Duration::from_secs);
            return Err((Error::Status { url: self.url.clone(), status }, asked));
        }
        let body = response.body_mut().with_config().limit(MAX_RESPONSE_BYTES).read_to_vec();
        let body = body.map_err(|source| (self.transport(source), None))?;
        self.vectors(&body, input.len()).map_err(|error| (error, None))
    }

    fn transport(&self, source: ureq::Error) -> Error {
        match source {
            ureq::Error::BodyExceedsLimit(_) => self.wrong("an answer that is too long"),
            ureq::Error::Other(other) if other.is::<PublicName>() => {
                Error::PublicAddress { host: self.options.base_url.clone() }
            }
            source => Error::Unreachable { url: self.url.clone(), source: Box::new(source) },
        }
    }

    fn wrong(&self, what: impl Into<String>) -> Error {
        Error::Response { url: self.url.clone(), what: what.into() }
    }

    /// Reads an answer for `n_texts` texts.
    fn vectors(&self, body: &[u8], n_texts: usize) -> Result<Vec<Vec<f32>>, Error> {
        let response: Response = serde_json::from_slice(body)
            .map_err(|error| self.wrong(format!("no list of vectors: {error}")))?;
        let mut vectors: Vec<Option<Vec<f32>>> = vec![None; n_texts];
        for item in response.data {
            let slot =
                vectors.get_mut(item.index).ok_or_else(|| self.wrong("a vector that nobody asked for"))?;
            *slot = Some(item.embedding);
        }
        let vectors: Vec<Vec<f32>> = vectors
            .into_iter()
            .collect::<Option<_>>()
            .ok_or_else(|| self.wrong("fewer vectors than texts"))?;
        let dim = if self.dim > 0 { self.dim } else { vectors.first().map_or(0, Vec::len) };
        match vectors.iter().find(|vector| vector.len() != dim || dim == 0 || dim > MAX_DIM) {
            Some(vector) => Err(self.wrong(format!("a vector of length {} where {dim} fits", vector.len()))),
            None => Ok(vectors),
        }
    }
}

impl Embedder for HttpEmbedder {
    fn id(&self) -> &str {
        &self.id
    }

    fn dim(&self) -> usize {
        self.dim
    }

    /// Asks in batches of [`BATCH`]; blank texts are not sent.
    ///
    /// # Errors
    ///
    /// [`Error::Unreachable`], [`Error::Status`] or [`Error::Response`], after the retries that may help.
    fn embed(&self, texts: &[&str], role: Role) -> Result<Vec<f32>, Error> {
        let prefix = match role {
            Role::Query => &self.options.query_prefix,
            Role::Passage => &self.options.passage_prefix,
        };
        let mut out = vec![0.0; texts.len() * self.dim];
        let filled: Vec<usize> = (0..texts.len()).filter(|&i| !texts[i].trim().is_empty()).collect();
        for batch in filled.chunks(BATCH) {
            let input: Vec<String> = batch.iter().map(|&i| format!("{prefix}{}", texts[i])).collect();
            for (&i, vector) in batch.iter().zip(self.request(&input)?) {
                let row = &mut out[i * self.dim..(i + 1) * self.dim];
                row.copy_from_slice(&vector);
                normalize(row);
            }
        }
        Ok(out)
    }
}

/// Returns whether an address belongs to this machine or a private network (RFC 1918, 3927, 4193, 4291, 6598).
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let shared = v4.octets()[0] == 100 && v4.octets()[1] & 0xc0 == 64;
            v4.is_loopback() || v4.is_private() || v4.is_link_local() || shared
        }
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => is_private(IpAddr::V4(v4)),
            None => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
        },
    }
}

/// Refuses names that resolve to anything public.
#[derive(Debug)]
struct PrivateResolver {
    inner: DefaultResolver,
    allow_public: bool,
}

/// The resolver's refusal.
#[derive(Debug, thiserror::Error)]
#[error("the name resolves to a public address")]
struct PublicName;

impl Resolver for PrivateResolver {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.inner.resolve(uri, config, timeout)?;
        if self.allow_public || found.iter().all(|address| is_private(address.ip())) {
            Ok(found)
        } else {
            Err(ureq::Error::Other(Box::new(PublicName)))
        }
    }
}

#[cfg(test)]
mod tests;
