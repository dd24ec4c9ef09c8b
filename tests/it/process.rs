//! `patnav serve` as a process: its socket, its signals, and what another process commits meanwhile.
//!
//! Everything else of the service is tested without a socket, in `service`.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use super::corpus::patnav;

/// How long anything here may take before the test gives up; no figure, only an end.
const PATIENCE: Duration = Duration::from_secs(60);

const RECORD: &str = r#"{"number":"CN-154900001-A","titles":[{"lang":"zh","text":"滚筒式采煤机"}]}"#;
const SECOND: &str = r#"{"number":"CN-154900002-A","titles":[{"lang":"zh","text":"掘进机"}]}"#;

struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start(data: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_patnav"))
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().trim_start_matches("patnav: http://").trim_end_matches('/').to_owned();
        assert!(address.starts_with("127.0.0.1:"), "{line}");
        Self { child, address }
    }

    fn request(&self, method: &str, path: &str, body: &str) -> (u16, Value) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let (host, length) = (&self.address, body.len());
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n\
             Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        let body = answer.split_once("\r\n\r\n").map(|(_, body)| body).unwrap_or_default();
        (status, serde_json::from_str(body).unwrap_or(Value::Null))
    }

    fn total(&self, query: &str) -> u64 {
        let body = serde_json::json!({ "query": query }).to_string();
        let (status, answer) = self.request("POST", "/api/v1/search", &body);
        assert_eq!(status, 200, "{answer}");
        answer["total"]["publications"].as_u64().unwrap()
    }

    fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", name, &pid]).status().unwrap().success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A test that failed must not leave a server behind; one that ended has none to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn indexed(dir: &TempDir) -> PathBuf {
    let data = dir.path().join("data");
    index(dir, &data, RECORD);
    data
}

fn index(dir: &TempDir, data: &Path, record: &str) {
    let file = dir.path().join("few.jsonl");
    std::fs::write(&file, format!("{record}\n")).unwrap();
    let output = patnav(data, &["index", file.to_str().unwrap()]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_server_answers_on_its_socket_and_ends_cleanly_when_told() {
    for signal in ["TERM", "INT"] {
        let dir = TempDir::new().unwrap();
        let mut server = Server::start(&indexed(&dir));
        assert_eq!(server.request("GET", "/api/v1/health", "").0, 200);
        assert_eq!(server.total("采煤机"), 1);
        server.signal(signal);
        let status = server.child.wait().unwrap();
        assert!(status.success(), "{signal}: {status}");
        assert!(TcpStream::connect(&server.address).is_err(), "nobody listens any more");
    }
}

#[test]
fn a_server_answers_from_what_another_process_commits() {
    let dir = TempDir::new().unwrap();
    let data = indexed(&dir);
    let server = Server::start(&data);
    assert_eq!(server.total("掘进机"), 0);
    index(&dir, &data, SECOND);
    let begun = std::time::Instant::now();
    while server.total("掘进机") == 0 {
        assert!(begun.elapsed() < PATIENCE, "the commit was never seen");
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(server.total("采煤机"), 1, "what was there is there still");
}

#[test]
fn an_address_that_is_taken_is_an_error_with_a_remedy() {
    let dir = TempDir::new().unwrap();
    let data = indexed(&dir);
    let server = Server::start(&data);
    let output = patnav(&data, &["serve", "--listen", &server.address]);
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains(&server.address), "{said}");
}
