//! What the server is told before it starts. Defaults live in `cli`, once.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

/// The settings of a server.
#[derive(Debug, Clone)]
pub struct Config {
    /// The data folder: snapshots, and the workspace database.
    pub data: PathBuf,
    /// Where to listen. An address that other machines can reach needs accounts.
    pub listen: SocketAddr,
    /// Names under which the server is called, besides `localhost` and the address itself.
    /// A request for any other name is refused (DNS rebinding).
    pub host_names: Vec<String>,
    /// Threads that answer searches, at least 1.
    pub cpu_threads: usize,
    /// Requests that may wait for a thread; one more is answered with 503.
    pub cpu_queue: usize,
    /// The largest request body, in bytes.
    pub max_body_bytes: usize,
    /// The longest that a request may take, its wait for a thread included.
    pub request_timeout: Duration,
    /// Jobs that may wait; one more is answered with 503.
    pub job_queue: usize,
    /// How long a login lasts.
    pub session_lifetime: Duration,
    /// How long the end of the server waits for requests and for the running job.
    pub shutdown_grace: Duration,
}

impl Config {
    /// Returns whether other machines can reach the server.
    pub(super) fn is_public(&self) -> bool {
        !self.listen.ip().is_loopback()
    }

    /// Returns whether the server answers to this name (without port, brackets of IPv6 kept).
    pub(super) fn answers_to(&self, host: &str) -> bool {
        let own = match self.listen.ip() {
            ip if ip.is_unspecified() => None,
            IpAddr::V4(ip) => Some(ip.to_string()),
            IpAddr::V6(ip) => Some(format!("[{ip}]")),
        };
        let is = |name: &str| host.eq_ignore_ascii_case(name);
        ["localhost", "127.0.0.1", "[::1]"].into_iter().any(is)
            || own.is_some_and(|own| is(&own))
            || self.host_names.iter().any(|name| is(name))
    }
}
