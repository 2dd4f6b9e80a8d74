//! What Parlance needs of a host's key-value store: eight operations and their failures.
//!
//! Implemented for Spin (`spin.rs`) and in memory, for tests (`memory/`).

/// The key-value operations that Parlance needs of a host.
///
/// An error says nothing about the effect: a write that failed may have been done, or may yet be done.
#[allow(async_fn_in_trait)] // A component has one thread: no future has to be `Send`.
pub trait Kv {
    /// A key as it was when it was read, for one [`swap`](Kv::swap).
    type Watch;

    /// The value of `key`, if it has one.
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, KvError>;

    /// The values of `keys` as they are at one instant, in the order of the keys; `None` where the host reads no keys together.
    ///
    /// Only where numbers are binary (`Births::reads_at_once`): there the store is Spin's SQLite, which reads them in one
    /// statement. Spin's Redis store fails, and says so in the host's log each time.
    async fn get_at_once(&self, keys: &[String]) -> Result<Option<Vec<Value>>, KvError> {
        let _ = keys;
        Ok(None)
    }

    /// Writes `value`, whatever was there before.
    async fn set(&self, key: &str, value: &[u8]) -> Result<(), KvError>;

    /// Removes `key`. A key that does not exist is no error.
    async fn delete(&self, key: &str) -> Result<(), KvError>;

    /// Adds `delta` to the number in `key`, 0 if there is none, and returns the sum. Exact under concurrency.
    ///
    /// Only for keys that nothing but `increment` writes, or that hold a number as this store writes it: on
    /// Spin's SQLite store any other value panics the host, for good.
    async fn increment(&self, key: &str, delta: i64) -> Result<i64, KvError>;

    /// Reads `key` in order to [`swap`](Kv::swap) it.
    async fn watch(&self, key: &str) -> Result<(Self::Watch, Option<Vec<u8>>), KvError>;

    /// Writes `value` if the key has not changed since it was watched.
    ///
    /// Only for a key that had a value then: swapping an absent one writes in any case on Spin's SQLite store.
    async fn swap(&self, watch: Self::Watch, value: &[u8]) -> Result<Swap, KvError>;

    /// Whether this instance has swapped so often that what the host keeps of it may run out: long work should end here, and
    /// go on in another instance.
    fn is_worn_out(&self) -> bool {
        false
    }

    /// Waits before a further try.
    async fn pause(&self, milliseconds: u64);
}

/// What a key has, if it is there.
pub type Value = Option<Vec<u8>>;

/// How a [`Kv::swap`] went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Swap {
    /// The value is written.
    Written,
    /// The host says that it did not write. Spin's Redis store says so of every swap: read, to know.
    Unclear,
}

/// A failure of the host's store, in its words: for the log, never for a client.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct KvError(pub String);
