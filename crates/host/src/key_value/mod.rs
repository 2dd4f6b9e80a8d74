//! Key-value stores: what a backend must do, and which ones there are. The backends behave as
//! Spin's do, defects included; the interfaces that guests call are in `spin` and `wasi`.

mod dispatch;
mod operations;
mod redis;
mod spin;
mod sqlite;
mod wasi;

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::{mpsc, oneshot};

pub(crate) use dispatch::{KeyValue, KeyValueData};
pub(crate) use operations::Counters;
pub use operations::{Operations, StoreOperations};

use crate::log::LogSink;
use crate::runtime_config::{self, RuntimeConfig};

/// Spin's limit on what one read may return: 128 MiB.
const MAX_RESULT_BYTES: usize = 128 << 20;

/// Why an operation on a store failed; mapped to each interface's own error at the edge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Error {
    NoSuchStore,
    AccessDenied,
    Other(String),
}

impl Error {
    /// Spin gives guests the debug form of a backend's error.
    fn other(error: impl Debug) -> Self {
        Error::Other(format!("{error:?}"))
    }
}

/// Why a swap failed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum SwapError {
    /// The guest gets a new handle and can try again.
    CasFailed,
    Other(String),
}

/// What backs a label: opens stores.
#[async_trait]
pub(crate) trait Backend: Send + Sync {
    async fn open(&self, label: &str) -> Result<Arc<dyn Store>, Error>;
}

/// The keys of a store one by one, and how the listing ended.
type KeyStream = (mpsc::Receiver<String>, oneshot::Receiver<Result<(), Error>>);

/// A pair of [`Store::get_many`].
type KeyAndValue = (String, Option<Vec<u8>>);

/// An open store.
#[async_trait]
pub(crate) trait Store: Send + Sync {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Error>;
    async fn set(&self, key: &str, value: &[u8]) -> Result<(), Error>;
    async fn delete(&self, key: &str) -> Result<(), Error>;
    async fn exists(&self, key: &str) -> Result<bool, Error>;
    async fn keys(&self) -> Result<Vec<String>, Error>;
    fn stream_keys(&self) -> KeyStream;
    async fn get_many(&self, keys: Vec<String>) -> Result<Vec<KeyAndValue>, Error>;
    async fn set_many(&self, pairs: Vec<(String, Vec<u8>)>) -> Result<(), Error>;
    async fn delete_many(&self, keys: Vec<String>) -> Result<(), Error>;
    async fn increment(&self, key: &str, delta: i64) -> Result<i64, Error>;
    async fn compare_and_swap(&self, key: &str) -> Result<Arc<dyn Cas>, Error>;
}

/// A compare-and-swap in progress.
#[async_trait]
pub(crate) trait Cas: Send + Sync {
    async fn current(&self) -> Result<Option<Vec<u8>>, Error>;
    async fn swap(&self, value: Vec<u8>) -> Result<(), SwapError>;
}

/// The backends of an application, by label.
pub(crate) type Backends = BTreeMap<String, Arc<dyn Backend>>;

/// Makes the backends; connections are opened at the first use, as in Spin.
pub(crate) fn backends(config: &RuntimeConfig, log: &LogSink) -> anyhow::Result<Backends> {
    let mut backends = Backends::new();
    for (label, backend) in &config.key_value_stores {
        let backend: Arc<dyn Backend> = match backend {
            runtime_config::Backend::Sqlite(path) => {
                Arc::new(sqlite::Sqlite::new(path.clone(), log.clone())?)
            }
            runtime_config::Backend::Redis(url) => Arc::new(redis::Redis::new(url)?),
        };
        backends.insert(label.clone(), backend);
    }
    Ok(backends)
}

/// The same error text as Spin's for a result that is too large.
fn check_size(bytes: usize) -> Result<(), Error> {
    if bytes > MAX_RESULT_BYTES {
        let limit = MAX_RESULT_BYTES;
        return Err(Error::Other(format!("query result exceeds limit of {limit} bytes")));
    }
    Ok(())
}

fn check_value(value: Option<Vec<u8>>) -> Result<Option<Vec<u8>>, Error> {
    check_size(size_of::<Option<Vec<u8>>>() + value.as_ref().map_or(0, Vec::len))?;
    Ok(value)
}

fn check_keys(keys: Vec<String>) -> Result<Vec<String>, Error> {
    let bytes: usize = keys.iter().map(|key| size_of::<String>() + key.len()).sum();
    check_size(size_of::<Vec<String>>() + bytes)?;
    Ok(keys)
}

fn check_pairs(pairs: Vec<KeyAndValue>) -> Result<Vec<KeyAndValue>, Error> {
    let bytes: usize = pairs
        .iter()
        .map(|(key, value)| {
            size_of::<KeyAndValue>() + key.len() + value.as_ref().map_or(0, Vec::len)
        })
        .sum();
    check_size(size_of::<Vec<KeyAndValue>>() + bytes)?;
    Ok(pairs)
}
