//! Paths, queries and headers that no client library sends.
//!
//! What hyper refuses, Spin's server refuses in the same way: no component sees it.

use std::time::Duration;

use black_box::{App, a_phone};

use super::answers::{Findings, nothing_failed};
use super::{app, serves};
use crate::access::guard::Guard;
use crate::access::routes::ROUTES;
use crate::access::things::Things;

/// How long an answer may take on a machine that builds beside.
const PATIENCE: Duration = Duration::from_secs(30);

/// What is answered to bytes: its status; 0 where the connection is closed without a word.
pub fn status_of(answer: &str) -> u16 {
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
    status.unwrap_or(0)
}

/// What is answered to bytes, as text. Where nothing follows them, the client says so.
pub fn answer_to(app: &App, bytes: &[u8], is_end: bool) -> String {
    use std::io::{Read as _, Write as _};
    let address = app.client.base().trim_start_matches("http://");
    let mut stream = std::net::TcpStream::connect(address).expect("a connection");
    stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
    let mut writing = stream.try_clone().expect("a second handle");
    let bytes = bytes.to_vec();
    // Refused before it is written whole: what is read tells.
    let writer = std::thread::spawn(move || {
        let _ = writing.write_all(&bytes);
        if is_end {
            let _ = writing.shutdown(std::net::Shutdown::Write);
        }
    });
    let mut read = Vec::new();
    let _ = stream.read_to_end(&mut read);
    writer.join().expect("a thread that only writes");
    String::from_utf8_lossy(&read).into_owned()
}

/// A whole request with these lines in its head.
fn request(line: &[u8], headers: &[u8]) -> Vec<u8> {
    [line, b" HTTP/1.1\r\nhost: test\r\nconnection: close\r\n", headers, b"\r\n"].concat()
}

#[test]
fn what_is_no_http_is_refused_by_the_host() {
    let app = app();
    let health = |headers: &[u8]| request(b"GET /ops/health", headers);
    let many: String = (0..10_000).map(|n| format!("x-{n}: 1\r\n")).collect();
    let long = format!("x-long: {}\r\n", "a".repeat(1 << 20));
    let bearer = |key: &[u8]| [b"authorization: Bearer ", key, b"\r\n"].concat();
    for (what, bytes, expected) in [
        ("10,000 headers", health(many.as_bytes()), 431),
        ("a header of 1 MB", health(long.as_bytes()), 431),
        (
            "a path of 100,000",
            request(format!("GET /{}", "a".repeat(100_000)).as_bytes(), b""),
            414,
        ),
        (
            "a query of 100,000",
            request(format!("GET /?{}", "a".repeat(100_000)).as_bytes(), b""),
            414,
        ),
        ("a NUL in a header", health(b"x-nul: a\0b\r\n"), 400),
        ("a NUL in the path", request(b"GET /ops/he\0alth", b""), 400),
        ("a space in the path", request(b"GET /ops/he alth", b""), 400),
        ("bytes in the path", request(b"GET /ops/\xff\xfe", b""), 400),
        ("bytes in the query", request(b"GET /ops/health?\xff\xfe", b""), 400),
        ("a name with a space", health(b"x y: 1\r\n"), 400),
        ("a folded header", health(b"x: 1\r\n 2\r\n"), 400),
        ("no version", b"GET /ops/health\r\n\r\n".to_vec(), 400),
        ("no HTTP", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec(), 400),
        ("another host in the line", request(b"GET http://other/ops/health", b""), 0),
        ("no host", b"GET /ops/health HTTP/1.1\r\nconnection: close\r\n\r\n".to_vec(), 0),
        // As in Spin, which makes text of all headers.
        ("a header that is no text", health(b"x: \xff\r\n"), 500),
        ("a key that is no text", request(b"GET /ops/keys?team=a", &bearer(b"\xff\xfe")), 500),
    ] {
        let answer = answer_to(&app, &bytes, false);
        let status = status_of(&answer);
        // Closed while more is written than is read, a connection may lose its answer.
        let is_lost = status == 0 && bytes.len() > 50_000;
        assert!(status == expected || is_lost, "{what}: {answer:.300}");
        assert_eq!(app.client.get("/ops/health").send().status, 200);
    }
    serves(&app);
}

#[test]
fn paths_and_queries_of_any_bytes_name_nothing() {
    let app = app();
    let things = Things::of(&app, |_| {});
    let mut findings = Findings::default();
    let long = "a".repeat(20_000);
    let parts =
        ["%00", "%ff%fe", "%ed%a0%80", "%zz", "%", "%2e%2e", "%2f..%2f", "😀", "%23", &long];
    for (route, methods) in ROUTES.iter().filter(|(route, _)| route.contains(':')) {
        for part in parts {
            let segments = route.split('/').map(|segment| match segment.starts_with(':') {
                true => part,
                false => segment,
            });
            let path = segments.collect::<Vec<_>>().join("/").replace("...", part);
            for (method, guard) in *methods {
                let request = match guard {
                    Guard::Operator => app.ops(method, &path),
                    _ => things.request(*guard, method, &path),
                };
                // Of an account that does not exist: 404 to whoever asks.
                let answer = request.text("{}").send_while_reading("content-length: 2");
                if answer.status != 204 {
                    findings.look(&format!("{method} {part:.20}"), route, &answer, false);
                }
            }
        }
    }
    println!("{} hostile paths", findings.asked);
    findings.are_none();
    nothing_failed(&app);
    serves(&app);
}

#[test]
fn queries_of_any_bytes_are_read_or_refused() {
    let app = app();
    let things = Things::of(&app, |_| {});
    let mut findings = Findings::default();
    let names = [
        "limit",
        "page",
        "cursor",
        "search",
        "before",
        "after",
        "team",
        "sort",
        "order",
        "status",
        "flow_id",
        "type",
        "ticket",
        "token",
        "channel",
        "from",
        "to",
        "is_test_channel",
        "hub.mode",
    ];
    let long = "9".repeat(2_000);
    let values = ["%00", "%ff%fe", "%ed%a0%80", "%zz", "1e999999", "-1", "", "%F0%9F%98%80", &long];
    for (route, methods) in ROUTES {
        for (method, guard) in methods.iter().filter(|(method, _)| *method == "GET") {
            if matches!(guard, Guard::Ticket | Guard::Nothing) || route.ends_with("/stream") {
                continue;
            }
            for value in values {
                let query: Vec<String> =
                    names.iter().map(|name| format!("{name}={value}")).collect();
                let path = format!("{}?{}&&=&a", things.path(route), query.join("&"));
                let request = match guard {
                    Guard::Operator => app.ops(method, &path),
                    _ => things.request(*guard, method, &path),
                };
                let answer = request.send();
                findings.look(&format!("{method} {value:.20}"), route, &answer, true);
            }
        }
    }
    println!("{} hostile queries", findings.asked);
    findings.are_none();
    nothing_failed(&app);
    serves(&app);
}

#[test]
fn other_types_than_json_are_refused_where_json_is_read() {
    let app = app();
    let team = app.team();
    let flow = team.has_published(&black_box::flows::notice());
    team.has_an_account();
    let body = format!("{{\"flow_id\":\"{flow}\",\"phone\":\"{}\"}}", a_phone());
    for (content_type, status) in [
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("multipart/form-data; boundary=x", 415),
        ("application/json, text/plain", 415),
        ("", 415),
        (";;;;", 415),
        ("application/json;charset=\"", 201),
    ] {
        let post = team.request("POST", "/api/v1/actions/trigger-flow").body(body.clone());
        let answer = post.header("content-type", content_type);
        let answer = answer.send_while_reading(&format!("content-length: {}", body.len()));
        assert_eq!(answer.status, status, "{content_type}: {answer}");
    }
    nothing_failed(&app);
}
