//! A host without components, over HTTP: Spin's own paths, static responses, the end.

#![allow(clippy::unwrap_used)]

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use host::{Config, Event, LogSink};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const MANIFEST: &str = r#"
    spin_manifest_version = 2
    [application]
    name = "static"
    version = "1.0.0"
    [[trigger.http]]
    route = "/gone/:id"
    static_response = { status_code = 410, headers = { x-why = "old" }, body = "gone" }
    [[trigger.http]]
    route = "/"
    static_response = {}
"#;

struct App {
    config: Config,
    lines: Arc<Mutex<Vec<String>>>,
    _folder: TempDir,
}

fn app(manifest: &str) -> App {
    let folder = tempfile::tempdir().unwrap();
    let path: PathBuf = folder.path().join("spin.toml");
    std::fs::write(&path, manifest).unwrap();
    let lines = Arc::new(Mutex::new(Vec::new()));
    let mut config = Config::new(path);
    config.log = LogSink::Callback(Arc::new({
        let lines = lines.clone();
        move |event: &Event| {
            if let Event::Request { method, route, status, .. } = event {
                lines.lock().unwrap().push(format!("{method} {route} {status}"));
            }
        }
    }));
    App { config, lines, _folder: folder }
}

/// The response to one request on a connection of its own, as text.
async fn get(address: std::net::SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).await.unwrap();
    response
}

#[tokio::test(flavor = "multi_thread")]
async fn spins_own_paths_static_responses_and_unknown_paths_are_answered() {
    let app = app(MANIFEST);
    let running = host::start(app.config).await.unwrap();
    for (path, status, part) in [
        ("/.well-known/spin/health", "200 OK", "\r\n\r\nOK"),
        ("/.well-known/spin/info", "200 OK", "\"name\": \"static\""),
        ("/.well-known/spin/other", "404 Not Found", "content-length: 0"),
        ("/gone/1?token=secret", "410 Gone", "x-why: old"),
        ("/gone/1", "410 Gone", "\r\n\r\ngone"),
        ("/", "200 OK", "content-length: 0"),
        ("/unknown", "404 Not Found", "content-length: 0"),
    ] {
        let response = get(running.addr(), path).await;
        assert!(response.starts_with(&format!("HTTP/1.1 {status}\r\n")), "{path}: {response}");
        assert!(response.contains(part), "{path}: {response}");
    }
    running.stop().await;
    let lines = app.lines.lock().unwrap();
    assert_eq!(lines[3], "GET /gone/:id 410");
    assert_eq!(lines[6], "GET - 404");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_without_a_host_is_not_answered() {
    let running = host::start(app(MANIFEST).config).await.unwrap();
    let mut stream = TcpStream::connect(running.addr()).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).await.unwrap();
    assert_eq!(response, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_serves_many_requests_until_the_host_stops() {
    let running = host::start(app(MANIFEST).config).await.unwrap();
    let address = running.addr();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let mut buffer = [0; 1024];
    for _ in 0..2 {
        stream.write_all(b"GET / HTTP/1.1\r\nhost: test\r\n\r\n").await.unwrap();
        let length = stream.read(&mut buffer).await.unwrap();
        assert!(buffer[..length].starts_with(b"HTTP/1.1 200 OK"));
    }
    running.stop().await;
    assert_eq!(stream.read(&mut buffer).await.unwrap_or(0), 0);
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_host_is_gone() {
    let running = host::start(app(MANIFEST).config).await.unwrap();
    let mut stream = TcpStream::connect(running.addr()).await.unwrap();
    drop(running);
    assert_eq!(stream.read(&mut [0; 16]).await.unwrap_or(0), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_keeps_an_application_from_starting_is_named() {
    let component = "[component.one]\nsource = 'none.wasm'\n";
    let required = "[variables]\ntoken = { required = true }\n";
    let store = "key_value_stores = ['other']\n";
    let hosts = "allowed_outbound_hosts = ['https://example.com/path']\n";
    for (extra, name) in [
        (component.to_owned(), "none.wasm"),
        (required.to_owned(), "SPIN_VARIABLE_TOKEN"),
        (format!("{component}{store}"), "\"other\""),
        (format!("{component}{hosts}"), "https://example.com/path"),
    ] {
        let app = app(&format!("{MANIFEST}\n{extra}"));
        let error = host::start(app.config).await.err().unwrap();
        assert!(format!("{error:#}").contains(name), "{error:#}");
    }
}
