//! A client as small as `curl`: what was sent and what was answered stay visible in the test.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use ureq::http::{HeaderMap, Request as HttpRequest, Response};
use ureq::{Agent, Body};

use crate::like;

/// The largest answer that is read, in bytes: 100 workflows of 200 KiB fit.
const MAX_ANSWER: u64 = 64 * 1024 * 1024;

/// Sends requests to one server.
#[derive(Clone)]
pub struct Client {
    agent: Agent,
    base: Arc<str>,
}

impl Client {
    /// For the server at `base`, such as `http://127.0.0.1:3000`. An answer may take a minute: builds run beside.
    pub fn new(base: &str) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .allow_non_standard_methods(true)
            .timeout_global(Some(Duration::from_secs(60)))
            .build();
        Self { agent: config.into(), base: base.into() }
    }

    /// Where it sends to.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// `GET`.
    pub fn get(&self, path: &str) -> Request {
        self.request("GET", path)
    }

    /// `POST`.
    pub fn post(&self, path: &str) -> Request {
        self.request("POST", path)
    }

    /// `PATCH`.
    pub fn patch(&self, path: &str) -> Request {
        self.request("PATCH", path)
    }

    /// `DELETE`.
    pub fn delete(&self, path: &str) -> Request {
        self.request("DELETE", path)
    }

    /// Any method.
    pub fn request(&self, method: &str, path: &str) -> Request {
        Request {
            client: self.clone(),
            method: method.to_owned(),
            path: path.to_owned(),
            headers: Vec::new(),
            body: None,
        }
    }
}

/// A request that is being written.
#[derive(Clone)]
pub struct Request {
    client: Client,
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
}

impl Request {
    /// Adds a header, also one that is there already.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// `Authorization: Bearer`.
    #[must_use]
    pub fn bearer(self, key: &str) -> Self {
        self.header("authorization", &format!("Bearer {key}"))
    }

    /// A body of JSON.
    #[must_use]
    pub fn json(self, body: &Value) -> Self {
        self.text(body.to_string())
    }

    /// A body that is said to be JSON.
    #[must_use]
    pub fn text(self, body: impl Into<String>) -> Self {
        self.header("content-type", "application/json").body(body.into())
    }

    /// A body of no type.
    #[must_use]
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// Sends it, and reads the whole answer.
    ///
    /// # Panics
    /// When there is no answer.
    #[track_caller]
    pub fn send(&self) -> Answer {
        match self.try_send() {
            Ok(answer) => answer,
            Err(error) => panic!("{} {}: {error}", self.method, self.path),
        }
    }

    /// Sends it to a server that may be dying.
    ///
    /// # Errors
    /// When there is no answer.
    pub fn try_send(&self) -> Result<Answer, ureq::Error> {
        let mut response = self.run()?;
        Ok(Answer {
            request: format!("{} {}", self.method, self.path),
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.body_mut().with_config().limit(MAX_ANSWER).read_to_string()?,
        })
    }

    /// Sends it, and reads the head of the answer.
    pub(crate) fn run(&self) -> Result<Response<Body>, ureq::Error> {
        let mut request = HttpRequest::builder()
            .method(self.method.as_str())
            .uri(format!("{}{}", self.client.base, self.path));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let agent = &self.client.agent;
        match &self.body {
            Some(body) => agent.run(request.body(body.clone())?),
            None => agent.run(request.body(())?),
        }
    }

    /// Sends it as a client that goes on writing while it reads: a server may answer before it has read a large body,
    /// and close. `framing` is the header that says how long the body is.
    ///
    /// # Panics
    /// When there is no answer.
    #[track_caller]
    pub fn send_while_reading(&self, framing: &str) -> Answer {
        let address = self.client.base.trim_start_matches("http://");
        let mut stream = TcpStream::connect(address).expect("a connection");
        let mut head = format!("{} {} HTTP/1.1\r\nhost: {address}\r\n", self.method, self.path);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!("{framing}\r\nconnection: close\r\n\r\n"));
        let mut writing = stream.try_clone().expect("a second handle");
        let body = self.body.clone().unwrap_or_default();
        let writer = std::thread::spawn(move || {
            // Closed in the middle: what is read tells.
            let _ = writing.write_all(head.as_bytes()).and_then(|()| writing.write_all(&body));
        });
        let mut read = Vec::new();
        // A reset after the answer is as good as an end.
        let _ = stream.read_to_end(&mut read);
        writer.join().expect("a thread that only writes");
        let text = String::from_utf8_lossy(&read);
        let (head, body) = text.split_once("\r\n\r\n").expect("the head of an answer");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        Answer {
            request: format!("{} {}", self.method, self.path),
            status: status.expect("a status"),
            headers: HeaderMap::new(),
            body: body.to_owned(),
        }
    }

    /// Sends `count` copies at the same time.
    pub fn send_at_once(&self, count: usize) -> Vec<Answer> {
        at_once((0..count).map(|_| self.clone()).collect())
    }
}

/// Sends requests at the same time: each has a connection and a thread, and all start together.
pub fn at_once(requests: Vec<Request>) -> Vec<Answer> {
    let start = std::sync::Barrier::new(requests.len());
    std::thread::scope(|scope| {
        let send = |request: Request| {
            let start = &start;
            scope.spawn(move || {
                start.wait();
                request.send()
            })
        };
        let threads: Vec<_> = requests.into_iter().map(send).collect();
        threads.into_iter().map(|thread| thread.join().expect("a request panicked")).collect()
    })
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    request: String,
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, as text.
    pub body: String,
}

impl Answer {
    /// A header, if it is there.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body.
    ///
    /// # Panics
    /// When it is no JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        match serde_json::from_str(&self.body) {
            Ok(json) => json,
            Err(error) => panic!("{self}\nis no JSON: {error}"),
        }
    }

    /// The body of an answer with this status.
    ///
    /// # Panics
    /// When it has another one, or no JSON.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{self}");
        self.json()
    }

    /// The body of an answer with this status, whose JSON is like `expected`: see [`like`].
    ///
    /// # Panics
    /// When it is not.
    #[track_caller]
    pub fn is(&self, status: u16, expected: &Value) -> Value {
        let json = self.expect(status);
        if let Err(difference) = like::compare(&json, expected) {
            panic!("{self}\nis not like\n{expected:#}\n{difference}");
        }
        json
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} → {} {}", self.request, self.status, self.body)
    }
}
