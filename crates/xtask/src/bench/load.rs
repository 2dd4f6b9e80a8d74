//! Requests over kept connections, as fast as they are answered, or at a pace.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::bail;
use bytes::Bytes;
use host::StoreOperations;
use http::StatusCode;
use tokio::task::JoinSet;

use super::client::Connection;
use super::pace::Pace;
use super::requests::Requests;

/// How much is asked for at once.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Load {
    /// Over so many connections, each the next one when the last is answered.
    Connections(usize),
    /// So many a second, however long the answers take: what comes late by the answers before it counts as slow.
    Paced(u32),
}

/// A number of connections, or of requests a second.
impl std::fmt::Display for Load {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Connections(count) => write!(f, "{count}"),
            Self::Paced(each_second) => write!(f, "{each_second}/s"),
        }
    }
}

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

    /// The times within which these shares (0 to 1) of the requests were answered, in milliseconds.
    pub fn percentiles<const N: usize>(&self, shares: [f64; N]) -> [f64; N] {
        let mut sorted = self.latencies.clone();
        sorted.sort_unstable();
        shares.map(|share| {
            let at = ((sorted.len().saturating_sub(1)) as f64 * share).round() as usize;
            sorted.get(at).copied().unwrap_or_default() as f64 / 1000.0
        })
    }

    /// How many requests were answered.
    pub fn requests(&self) -> u64 {
        self.latencies.len() as u64
    }

    /// So many of something, for each request.
    pub fn each(&self, count: u64) -> f64 {
        count as f64 / self.requests().max(1) as f64
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

/// What one connection saw.
#[derive(Default)]
struct Seen {
    measured: Measured,
    refused: usize,
    first: Option<String>,
}

impl Seen {
    fn answered(&mut self, path: &str, since: Instant, status: StatusCode, body: &Bytes) {
        if status.is_success() {
            self.measured.latencies.push(since.elapsed().as_micros() as u64);
            self.measured.answer_bytes = body.len();
            return;
        }
        self.refused += 1;
        let body = String::from_utf8_lossy(body);
        self.first.get_or_insert_with(|| format!("{path}: {status} {body}"));
    }

    fn add(&mut self, other: Seen) {
        self.measured.add(other.measured);
        self.refused += other.refused;
        self.first = self.first.take().or(other.first);
    }
}

/// Sends requests for `time`.
///
/// # Errors
/// An answer that is no success, or none in time.
pub async fn load(
    to: SocketAddr,
    requests: &Requests,
    load: Load,
    time: Duration,
) -> anyhow::Result<Measured> {
    let (connections, pace) = match load {
        Load::Connections(connections) => (connections, Pace::unbounded(time)),
        Load::Paced(each_second) => Pace::of(each_second, time),
    };
    let mut tasks = JoinSet::new();
    for _ in 0..connections {
        tasks.spawn(connection(to, requests.clone(), pace.clone()));
    }
    let mut seen = Seen::default();
    while let Some(task) = tasks.join_next().await {
        seen.add(task??);
    }
    if let Some(first) = seen.first {
        let all = seen.refused + seen.measured.latencies.len();
        bail!("{} of {all} answers were no success, the first: {first}", seen.refused);
    }
    Ok(seen.measured)
}

async fn connection(to: SocketAddr, requests: Requests, pace: Pace) -> anyhow::Result<Seen> {
    let mut connection = Connection::open(to).await?;
    let mut seen = Seen::default();
    while let Some(since) = pace.next().await {
        let (_, request) = requests.next();
        let path = request.uri().path().to_owned();
        // What it takes to make the request is not the server's time.
        let since = since.unwrap_or_else(Instant::now);
        let (status, body) = connection.exchange(request).await?;
        seen.answered(&path, since, status, &body);
    }
    Ok(seen)
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
        assert_eq!(measured.percentiles([0.0, 0.5, 0.99]), [1.0, 51.0, 100.0]);
    }
}
