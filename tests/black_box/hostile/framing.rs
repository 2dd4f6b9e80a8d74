//! Bodies that end early, late, in garbage or hardly at all.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;

use black_box::{App, Team, a_phone, flows};

use super::answers::nothing_failed;
use super::heads::{answer_to, status_of};
use super::{app, serves};

/// More than an instance takes on at once, twice.
const SLOW: usize = 40;

struct Shop {
    app: Arc<App>,
    team: Team,
    flow: String,
}

impl Shop {
    fn open() -> Self {
        let app = app();
        let team = app.team();
        let flow = team.has_published(&flows::notice());
        team.has_an_account();
        Self { app, team, flow }
    }

    fn body(&self) -> String {
        format!("{{\"flow_id\":\"{}\",\"phone\":\"{}\"}}", self.flow, a_phone())
    }

    /// The head of a request that triggers, with what says how long its body is.
    fn head(&self, framing: &str) -> String {
        let key = &self.team.key;
        format!(
            "POST /api/v1/actions/trigger-flow HTTP/1.1\r\nhost: test\r\nauthorization: Bearer {key}\r\n\
             content-type: application/json\r\n{framing}\r\nconnection: close\r\n\r\n"
        )
    }

    fn triggers(&self) {
        self.team.triggers(&self.flow, &a_phone()).expect(201);
    }

    fn connect(&self) -> TcpStream {
        let address = self.app.client.base().trim_start_matches("http://");
        TcpStream::connect(address).expect("a connection")
    }
}

#[test]
fn a_body_is_what_its_length_says_or_nothing() {
    let shop = Shop::open();
    let body = shop.body();
    let length = body.len();
    let chunk = format!("{length:x}\r\n{body}\r\n");
    let long = "a".repeat(100_000);
    let chunked = || "transfer-encoding: chunked".to_owned();
    // Where a request does not end, hyper may close the connection without a word.
    for (what, framing, sent, expected) in [
        ("all of it", format!("content-length: {length}"), body.clone(), &[201][..]),
        ("it breaks off", format!("content-length: {}", length + 1), body.clone(), &[0, 422]),
        ("nothing comes", format!("content-length: {length}"), String::new(), &[0, 422]),
        ("it is cut", format!("content-length: {}", length - 1), body.clone(), &[422]),
        ("no length", "x: 1".into(), body.clone(), &[422]),
        ("a length below zero", "content-length: -1".into(), body.clone(), &[400]),
        ("a length in letters", "content-length: ten".into(), body.clone(), &[400]),
        (
            "a length beyond all",
            format!("content-length: {}", "9".repeat(20)),
            body.clone(),
            &[400],
        ),
        ("more than 4 GiB", format!("content-length: {}", 1_u64 << 33), body.clone(), &[413]),
        (
            "two lengths",
            format!("content-length: {length}\r\ncontent-length: 3"),
            body.clone(),
            &[400],
        ),
        ("chunks", chunked(), format!("{chunk}0\r\n\r\n"), &[201]),
        ("chunks without an end", chunked(), chunk.clone(), &[0, 422]),
        ("no chunks", chunked(), format!("zz\r\n{body}"), &[0, 422]),
        ("a huge chunk", chunked(), format!("ffffffffffffffff\r\n{body}"), &[0, 422]),
        ("a chunk beyond all", chunked(), format!("{long}\r\n"), &[0, 422]),
        ("a chunk below zero", chunked(), format!("-1\r\n{body}"), &[0, 422]),
        ("a long extension", chunked(), format!("1;{long}\r\na\r\n0\r\n\r\n"), &[0, 422]),
        ("an unknown encoding", "transfer-encoding: gzip".into(), body.clone(), &[400]),
    ] {
        // A phone of its own each time.
        let phone = a_phone();
        let sent = match body.find("+1") {
            Some(at) => sent.replace(&body[at..at + phone.len()], &phone),
            None => sent,
        };
        let whole = shop.head(&framing) + sent.as_str();
        let answer = answer_to(&shop.app, whole.as_bytes(), expected.contains(&0));
        assert!(expected.contains(&status_of(&answer)), "{what}: {answer:.400}");
        shop.triggers();
    }
    nothing_failed(&shop.app);
    serves(&shop.app);
}

#[test]
fn who_goes_away_in_the_middle_is_forgotten() {
    let shop = Shop::open();
    let body = shop.body();
    let whole = shop.head(&format!("content-length: {}", body.len())) + body.as_str();
    for at in (0..whole.len()).step_by(7) {
        let mut stream = shop.connect();
        stream.write_all(&whole.as_bytes()[..at]).expect("it is written");
        drop(stream);
    }
    shop.triggers();
    nothing_failed(&shop.app);
}

#[test]
fn while_some_bodies_come_slowly_others_are_answered_and_so_are_they_in_the_end() {
    let shop = Shop::open();
    let mut slow: Vec<(TcpStream, String)> = (0..SLOW)
        .map(|_| {
            let body = shop.body();
            let mut stream = shop.connect();
            let head = shop.head(&format!("content-length: {}", body.len()));
            stream.write_all(head.as_bytes()).expect("it is written");
            (stream, body)
        })
        .collect();
    // A byte each, and somebody else is served, on the same route and others.
    for at in 0..10 {
        for (stream, body) in &mut slow {
            stream.write_all(&body.as_bytes()[at..=at]).expect("it is written");
        }
        shop.triggers();
        assert_eq!(shop.app.client.get("/ops/health").send().status, 200);
    }
    for (stream, body) in &mut slow {
        stream.write_all(&body.as_bytes()[10..]).expect("it is written");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        assert_eq!(status_of(&answer), 201, "{answer}");
    }
    nothing_failed(&shop.app);
}

#[test]
fn an_answer_that_nobody_reads_holds_nobody_up() {
    let shop = Shop::open();
    let get = "GET /api/v1/console/openapi.json HTTP/1.1\r\nhost: test\r\n\r\n".repeat(200);
    let deaf: Vec<TcpStream> = (0..SLOW)
        .map(|_| {
            let mut stream = shop.connect();
            stream.set_nonblocking(true).expect("a socket");
            let _ = stream.write(get.as_bytes());
            stream
        })
        .collect();
    for _ in 0..10 {
        shop.triggers();
        assert_eq!(shop.app.client.get("/api/v1/console/openapi.json").send().status, 200);
    }
    drop(deaf);
    nothing_failed(&shop.app);
}
