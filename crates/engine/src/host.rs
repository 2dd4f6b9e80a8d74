//! What the engine needs of the machine it runs on.

use std::time::Duration;

use flow::Timestamp;
use http::{HeaderMap, Request};
use store::{Kv, Store};
use uuid::Uuid;

/// The machine: a store, two clocks, randomness and the network.
#[allow(async_fn_in_trait)] // A component has one thread: no future has to be `Send`.
pub trait Host {
    /// Its key-value store.
    type Kv: Kv;

    /// The store.
    fn store(&self) -> &Store<Self::Kv>;

    /// The time of day. It may jump, and differ from other hosts' by up to 60 s.
    fn now(&self) -> Timestamp;

    /// A clock that only moves forward, from any start.
    fn monotonic(&self) -> Duration;

    /// 128 random bits.
    fn random(&self) -> Uuid;

    /// Sends a request, and reads the whole answer `within` this time: 10 s of it at most to connect, 20 s to the first
    /// byte. No redirect is followed.
    ///
    /// # Errors
    /// [`SendError`], which says whether the request may have arrived.
    async fn send(&self, request: Request<Vec<u8>>, within: Duration) -> Result<Answer, SendError>;

    /// A variable of the application; empty when it is not set.
    async fn variable(&self, name: &str) -> String;

    /// Writes a line to the host's log. Never a secret, nor what a contact wrote.
    fn log(&self, line: &str);
}

/// What was answered to a request.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body. Empty where it broke off, or was larger than the host reads.
    pub body: Vec<u8>,
    /// Whether the body is all that was answered.
    pub is_whole: bool,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The request never left: no connection, no such host, not allowed.
    #[error("not sent: {0}")]
    NotSent(String),
    /// It left, and nothing came back: it may have arrived.
    #[error("unanswered: {0}")]
    Unanswered(String),
}
