//! Against a server of the test's own on the loopback address, which answers by script.

use std::io::BufRead as _;
use std::io::BufReader;
use std::io::Read as _;
use std::io::Write as _;
use std::net::TcpListener;
use std::sync::mpsc;
use std::thread;

use super::*;
use crate::error::Classify as _;
use crate::error::ErrorKind;

/// What the server says to one request.
enum Say {
    /// The vector `[3, 4]` for each text, last text first.
    Vectors,
    /// A status and further header lines.
    Status(u16, &'static str),
    /// A body with status 200.
    Body(&'static str),
    /// The connection closes.
    Nothing,
}

/// Serves the script, one connection each; returns the base address and the bodies received.
fn serve(script: Vec<Say>) -> (String, mpsc::Receiver<serde_json::Value>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}/v1", listener.local_addr().unwrap());
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for say in script {
            let (mut stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut length = 0;
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                let line = line.trim().to_ascii_lowercase();
                if let Some(value) = line.strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                if line.is_empty() {
                    break;
                }
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
            let n_texts = body["input"].as_array().unwrap().len();
            let _ = sender.send(body);
            let (status, headers, text) = match say {
                Say::Nothing => continue,
                Say::Status(status, headers) => (status, headers, "{}".to_owned()),
                Say::Body(text) => (200, "", text.to_owned()),
                Say::Vectors => {
                    let items: Vec<String> = (0..n_texts)
                        .rev()
                        .map(|i| format!("{{\"index\":{i},\"embedding\":[3,4]}}"))
                        .collect();
                    (200, "", format!("{{\"data\":[{}]}}", items.join(",")))
                }
            };
            let head = format!(
                "HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n{headers}\r\n",
                text.len()
            );
            stream.write_all(head.as_bytes()).unwrap();
            stream.write_all(text.as_bytes()).unwrap();
        }
    });
    (base, receiver)
}

fn options(base_url: String) -> Options {
    Options {
        base_url,
        model: "m".to_owned(),
        api_key: None,
        query_prefix: "query: ".to_owned(),
        passage_prefix: String::new(),
        allow_public: false,
        timeout: Duration::from_secs(20),
        n_retries: 1,
        backoff: Duration::from_millis(1),
    }
}

fn refused(script: Vec<Say>) -> Error {
    let (base, _receiver) = serve(script);
    HttpEmbedder::connect(options(base)).unwrap_err()
}

#[test]
fn vectors_come_back_in_order_and_scaled() {
    let (base, received) = serve(vec![Say::Vectors, Say::Vectors]);
    let embedder = HttpEmbedder::connect(options(base)).unwrap();
    assert_eq!((embedder.id(), embedder.dim()), ("http-m-2", 2));
    let vectors = embedder.embed(&["滚筒", " ", "drum"], Role::Query).unwrap();
    assert_eq!(vectors, [0.6, 0.8, 0.0, 0.0, 0.6, 0.8]);
    received.recv().unwrap();
    assert_eq!(received.recv().unwrap()["input"], serde_json::json!(["query: 滚筒", "query: drum"]));
}

#[test]
fn long_lists_go_in_batches() {
    let (base, received) = serve(vec![Say::Vectors, Say::Vectors, Say::Vectors]);
    let embedder = HttpEmbedder::connect(options(base)).unwrap();
    assert_eq!(embedder.embed(&["a"; 40], Role::Passage).unwrap().len(), 80);
    let sizes: Vec<usize> =
        received.iter().take(3).map(|body| body["input"].as_array().unwrap().len()).collect();
    assert_eq!(sizes, [1, 32, 8]);
}

#[test]
fn busy_and_broken_servers_are_asked_again() {
    for first in [Say::Status(429, "retry-after: 0\r\n"), Say::Status(503, ""), Say::Nothing] {
        let (base, _received) = serve(vec![first, Say::Vectors]);
        assert_eq!(HttpEmbedder::connect(options(base)).unwrap().dim(), 2);
    }
}

#[test]
fn retries_end() {
    let error = refused(vec![Say::Status(429, ""), Say::Status(429, "")]);
    assert!(matches!(error, Error::Status { status: 429, .. }), "{error:?}");
    assert_eq!(error.kind(), ErrorKind::Unavailable);
}

#[test]
fn a_refused_request_is_the_callers_fault_and_not_repeated() {
    let error = refused(vec![Say::Status(404, "")]);
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}

#[test]
fn redirects_are_not_followed() {
    let error = refused(vec![Say::Status(302, "location: http://127.0.0.1:1/\r\n")]);
    assert!(matches!(error, Error::Status { status: 302, .. }), "{error:?}");
}

#[test]
fn answers_that_are_no_vectors_are_refused() {
    for body in [
        "not json",
        "{\"data\":[]}",
        "{\"data\":[{\"index\":7,\"embedding\":[1]}]}",
        "{\"data\":[{\"index\":0,\"embedding\":[]}]}",
    ] {
        let error = refused(vec![Say::Body(body)]);
        assert!(matches!(error, Error::Response { .. }), "{body} {error:?}");
    }
}

#[test]
fn a_vector_of_another_length_is_refused() {
    let (base, _received) =
        serve(vec![Say::Vectors, Say::Body("{\"data\":[{\"index\":0,\"embedding\":[1]}]}")]);
    let embedder = HttpEmbedder::connect(options(base)).unwrap();
    assert!(matches!(embedder.embed(&["a"], Role::Query), Err(Error::Response { .. })));
}

#[test]
fn addresses_are_checked_before_anything_is_sent() {
    let connect = |base: &str| HttpEmbedder::connect(options(base.to_owned())).unwrap_err();
    for base in ["http://8.8.8.8/v1", "https://[2001:4860:4860::8888]/v1"] {
        assert!(matches!(connect(base), Error::PublicAddress { .. }), "{base}");
    }
    for base in ["", "ftp://127.0.0.1/", "127.0.0.1:80", "http://"] {
        assert!(matches!(connect(base), Error::Address { .. }), "{base}");
    }
}

#[test]
fn private_networks_are_told_from_public_ones() {
    for (address, expected) in [
        ("127.0.0.1", true),
        ("10.1.2.3", true),
        ("172.31.0.1", true),
        ("192.168.1.1", true),
        ("100.64.0.1", true),
        ("::1", true),
        ("fd00::1", true),
        ("::ffff:10.0.0.1", true),
        ("172.32.0.1", false),
        ("100.128.0.1", false),
        ("::ffff:8.8.8.8", false),
        ("0.0.0.0", false),
    ] {
        assert_eq!(is_private(address.parse().unwrap()), expected, "{address}");
    }
}
