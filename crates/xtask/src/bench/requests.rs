//! Requests of one kind, made one after another.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use http::Request;

/// Makes the request of a number, which no two requests share.
type Make = Arc<dyn Fn(u64) -> Request<Vec<u8>> + Send + Sync>;

/// Requests of one kind.
#[derive(Clone)]
pub struct Requests {
    /// Messages that each sends after its answer, each settled by a commit.
    pub sends: u64,
    /// The document that the request of a number writes.
    pub document: Document,
    numbers: Arc<AtomicU64>,
    make: Make,
}

/// Which document the request of a number writes.
#[derive(Clone, Copy, Debug)]
pub enum Document {
    /// One of its own.
    New,
    /// One of so many, in turns.
    OneOf(u64),
}

impl Document {
    /// Its number.
    pub fn of(self, number: u64) -> u64 {
        match self {
            Self::New => number,
            Self::OneOf(count) => number % count.max(1),
        }
    }
}

impl Requests {
    /// Requests that send nothing. `make` is given the document and the number.
    pub fn new(
        document: Document,
        make: impl Fn(u64, u64) -> http::Result<Request<Vec<u8>>> + Send + Sync + 'static,
    ) -> Self {
        let make = move |n| make(document.of(n), n).unwrap_or_default();
        Self { sends: 0, document, numbers: Arc::default(), make: Arc::new(make) }
    }

    /// Each sends so many messages.
    #[must_use]
    pub fn sending(self, sends: u64) -> Self {
        Self { sends, ..self }
    }

    /// Other requests for the same documents, whose numbers go on from these.
    #[must_use]
    pub fn beside(
        &self,
        make: impl Fn(u64, u64) -> http::Result<Request<Vec<u8>>> + Send + Sync + 'static,
    ) -> Self {
        let numbers = Arc::clone(&self.numbers);
        Self { numbers, ..Self::new(self.document, make).sending(self.sends) }
    }

    /// The next one, and its number.
    pub fn next(&self) -> (u64, Request<Vec<u8>>) {
        let number = self.numbers.fetch_add(1, Ordering::Relaxed);
        (number, self.of(number))
    }

    /// The one of a number.
    pub fn of(&self, number: u64) -> Request<Vec<u8>> {
        (self.make)(number)
    }
}
