//! A closed loop of requests over kept connections: what `cargo xtask bench` measures with.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use bytes::Bytes;
use http::header::HOST;
use http::{HeaderValue, Request};
use http_body_util::{BodyExt as _, Full};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// Makes the request of a number, which no two requests share.
pub type Make = Arc<dyn Fn(u64) -> Request<Vec<u8>> + Send + Sync>;

/// What a load came to.
#[derive(Clone, Debug, Default)]
pub struct Measured {
    /// Every request's time, in microseconds.
    latencies: Vec<u64>,
    /// How long it took in all.
    time: Duration,
}

impl Measured {
    /// Requests answered a second.
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
        self.time += other.time;
    }
}

/// Sends requests over `connections` connections for `time`, each the next one when the last is answered.
///
/// # Errors
/// An answer that is no success: then what was measured is not what was meant.
pub async fn load(
    to: SocketAddr,
    make: &Make,
    numbers: &Arc<AtomicU64>,
    connections: usize,
    time: Duration,
) -> anyhow::Result<Measured> {
    let begun = Instant::now();
    let ends = begun + time;
    let tasks: Vec<_> = (0..connections)
        .map(|_| tokio::spawn(connection(to, Arc::clone(make), Arc::clone(numbers), ends)))
        .collect();
    let mut latencies = Vec::new();
    for task in tasks {
        latencies.extend(task.await??);
    }
    Ok(Measured { latencies, time: begun.elapsed() })
}

async fn connection(
    to: SocketAddr,
    make: Make,
    numbers: Arc<AtomicU64>,
    ends: Instant,
) -> anyhow::Result<Vec<u64>> {
    let stream = TcpStream::connect(to).await?;
    stream.set_nodelay(true)?;
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let driven = tokio::spawn(connection);
    let host = HeaderValue::from_str(&to.to_string())?;
    let mut latencies = Vec::new();
    while Instant::now() < ends {
        let mut request = make(numbers.fetch_add(1, Ordering::Relaxed));
        request.headers_mut().insert(HOST, host.clone());
        let sent = Instant::now();
        let uri = request.uri().clone();
        let answer = tokio::time::timeout(
            Duration::from_secs(10),
            sender.send_request(request.map(|body| Full::new(Bytes::from(body)))),
        )
        .await
        .with_context(|| format!("no answer from {to} {uri}"))?;
        let answer = answer.with_context(|| format!("the host {to} closed the connection"))?;
        let status = answer.status();
        let head = sent.elapsed().as_micros();
        let body = answer.into_body().collect().await?.to_bytes();
        ensure!(status.is_success(), "{status}: {}", String::from_utf8_lossy(&body));
        if connections_is_one() && sent.elapsed().as_millis() > 20 {
            eprintln!("SLOW {} head {} body {}", uri.path(), head, sent.elapsed().as_micros());
        }
        latencies.push(sent.elapsed().as_micros() as u64);
    }
    drop(sender);
    let _ = driven.await;
    Ok(latencies)
}

fn connections_is_one() -> bool {
    std::env::var_os("SLOW").is_some()
}
