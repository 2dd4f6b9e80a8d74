//! A closed loop of requests over kept connections: what `cargo xtask bench` measures with.

use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use bytes::Bytes;
use host::StoreOperations;
use http::header::HOST;
use http::{HeaderValue, Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::scenario::Requests;

/// How long an answer may take.
const LIMIT: Duration = Duration::from_secs(10);

/// What a load came to.
#[derive(Clone, Debug, Default)]
pub struct Measured {
    /// Every request's time, in microseconds.
    latencies: Vec<u64>,
    /// The length of an answer's body.
    pub answer_bytes: usize,
    /// How long it took in all.
    pub time: Duration,
    /// What was done in the store.
    pub operations: StoreOperations,
    /// Messages sent.
    pub sent: u64,
}

impl Measured {
    /// Requests a second, all that they brought about included.
    pub fn throughput(&self) -> f64 {
        self.latencies.len() as f64 / self.time.as_secs_f64().max(f64::EPSILON)
    }

    /// The time within which this share (0 to 1) of the requests was answered, in milliseconds.
    pub fn percentile(&self, share: f64) -> f64 {
        let mut sorted = self.latencies.clone();
        sorted.sort_unstable();
        let at = ((sorted.len().saturating_sub(1)) as f64 * share).round() as usize;
        sorted.get(at).copied().unwrap_or_default() as f64 / 1000.0
    }

    /// How many requests were answered.
    pub fn requests(&self) -> u64 {
        self.latencies.len() as u64
    }

    /// Another round of the same.
    pub fn add(&mut self, other: Measured) {
        self.latencies.extend(other.latencies);
        self.answer_bytes = other.answer_bytes;
        self.time += other.time;
        self.operations = self.operations + other.operations;
        self.sent += other.sent;
    }
}

/// Answers that were no success.
#[derive(Default)]
struct Refused {
    count: usize,
    first: Option<String>,
}

/// Sends requests over `connections` connections for `time`, each the next one when the last is answered.
///
/// # Errors
/// An answer that is no success, or none in time.
pub async fn load(
    to: SocketAddr,
    requests: &Requests,
    connections: usize,
    time: Duration,
) -> anyhow::Result<Measured> {
    let ends = Instant::now() + time;
    let mut tasks = JoinSet::new();
    for _ in 0..connections {
        tasks.spawn(connection(to, requests.clone(), ends));
    }
    let (mut measured, mut refused) = (Measured::default(), Refused::default());
    while let Some(task) = tasks.join_next().await {
        let (part, no) = task??;
        measured.add(part);
        refused.count += no.count;
        refused.first = refused.first.or(no.first);
    }
    if let Some(first) = refused.first {
        let all = refused.count + measured.latencies.len();
        bail!("{} of {all} answers were no success, the first: {first}", refused.count);
    }
    Ok(measured)
}

async fn connection(
    to: SocketAddr,
    requests: Requests,
    ends: Instant,
) -> anyhow::Result<(Measured, Refused)> {
    let stream = TcpStream::connect(to).await?;
    stream.set_nodelay(true)?;
    let (mut sender, connection) = handshake(TokioIo::new(stream)).await?;
    let driven = tokio::spawn(connection);
    let host = HeaderValue::from_str(&to.to_string())?;
    let (mut measured, mut refused) = (Measured::default(), Refused::default());
    while Instant::now() < ends {
        let number = requests.numbers.fetch_add(1, Ordering::Relaxed);
        let mut request = (requests.make)(number);
        request.headers_mut().insert(HOST, host.clone());
        let path = request.uri().path().to_owned();
        let sent = Instant::now();
        let answer = tokio::time::timeout(LIMIT, exchange(&mut sender, request)).await;
        let answer = answer
            .with_context(|| format!("no answer within {LIMIT:?}: {path}, request {number}"))?;
        let (status, body) = answer.with_context(|| format!("{path}, request {number}"))?;
        if status.is_success() {
            measured.latencies.push(sent.elapsed().as_micros() as u64);
            measured.answer_bytes = body.len();
        } else {
            refused.count += 1;
            let body = String::from_utf8_lossy(&body);
            refused.first.get_or_insert_with(|| format!("{path}: {status} {body}"));
        }
    }
    drop(sender);
    let _ = driven.await;
    Ok((measured, refused))
}

async fn exchange(
    sender: &mut SendRequest<Full<Bytes>>,
    request: Request<Vec<u8>>,
) -> anyhow::Result<(StatusCode, Bytes)> {
    let answer = sender.send_request(request.map(|body| Full::new(Bytes::from(body)))).await?;
    let status = answer.status();
    Ok((status, answer.into_body().collect().await?.to_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_add_up_and_percentiles_are_of_all_of_them() {
        let round = |latencies: std::ops::RangeInclusive<u64>| Measured {
            latencies: latencies.map(|ms| ms * 1000).collect(),
            time: Duration::from_secs(5),
            ..Measured::default()
        };
        let mut measured = round(51..=101);
        measured.add(round(1..=50));
        assert_eq!((measured.requests(), measured.throughput()), (101, 10.1));
        assert_eq!([0.0, 0.5, 0.99].map(|share| measured.percentile(share)), [1.0, 51.0, 100.0]);
    }
}
