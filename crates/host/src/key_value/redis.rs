//! Spin's Redis backend, with its defects: a swap is always reported as failed, `get_many` asks
//! for the wrong thing. Labels share one name space.

use std::sync::Arc;

use anyhow::Context as _;
use async_trait::async_trait;
use redis::aio::ConnectionManager;
use redis::{AsyncCommands as _, Client, RedisError};
use tokio::sync::{OnceCell, mpsc, oneshot};

use super::{
    Backend, Cas, Error, KeyAndValue, KeyStream, Store, SwapError, check_keys, check_pairs,
    check_size, check_value,
};

/// How many keys a streamed listing runs ahead of its reader, as in Spin.
const KEYS_AHEAD: usize = 4;

/// One server.
pub(super) struct Redis {
    client: Client,
    connection: OnceCell<ConnectionManager>,
}

impl Redis {
    /// Looks at the URL; the connection is opened at the first use.
    pub(super) fn new(url: &str) -> anyhow::Result<Self> {
        // The URL may hold a password, so it is not repeated.
        let client = Client::open(url).context("invalid redis URL")?;
        Ok(Self { client, connection: OnceCell::new() })
    }
}

#[async_trait]
impl Backend for Redis {
    async fn open(&self, _label: &str) -> Result<Arc<dyn Store>, Error> {
        let connection = self
            .connection
            .get_or_try_init(|| self.client.get_connection_manager())
            .await
            .map_err(Error::other)?;
        // Spin pings at each opening, so that a lost connection is made anew. What comes of it
        // shows at the next operation.
        let _ = connection.clone().ping::<()>().await;
        Ok(Arc::new(RedisStore { client: self.client.clone(), connection: connection.clone() }))
    }
}

struct RedisStore {
    client: Client,
    connection: ConnectionManager,
}

impl RedisStore {
    fn connection(&self) -> ConnectionManager {
        self.connection.clone()
    }
}

#[async_trait]
impl Store for RedisStore {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Error> {
        check_value(self.connection().get(key).await.map_err(Error::other)?)
    }

    async fn set(&self, key: &str, value: &[u8]) -> Result<(), Error> {
        self.connection().set(key, value).await.map_err(Error::other)
    }

    async fn delete(&self, key: &str) -> Result<(), Error> {
        self.connection().del(key).await.map_err(Error::other)
    }

    async fn exists(&self, key: &str) -> Result<bool, Error> {
        self.connection().exists(key).await.map_err(Error::other)
    }

    async fn keys(&self) -> Result<Vec<String>, Error> {
        check_keys(self.connection().keys("*").await.map_err(Error::other)?)
    }

    fn stream_keys(&self) -> KeyStream {
        let (keys, key_receiver) = mpsc::channel(KEYS_AHEAD);
        let (end, end_receiver) = oneshot::channel();
        let mut connection = self.connection();
        tokio::spawn(async move {
            let list = async {
                let mut scan = connection.scan::<String>().await.map_err(Error::other)?;
                while let Some(key) = scan.next_item().await {
                    check_size(key.len())?;
                    keys.send(key).await.map_err(Error::other)?;
                }
                Ok(())
            };
            // A guest that does not want to know how it ended has dropped the receiver.
            let _ = end.send(list.await);
        });
        (key_receiver, end_receiver)
    }

    /// Spin sends `KEYS` where it means `MGET`: an error with several keys; with one that exists
    /// the redis crate panics over the answer.
    async fn get_many(&self, keys: Vec<String>) -> Result<Vec<KeyAndValue>, Error> {
        check_pairs(self.connection().keys(keys).await.map_err(Error::other)?)
    }

    async fn set_many(&self, pairs: Vec<(String, Vec<u8>)>) -> Result<(), Error> {
        self.connection().mset(&pairs).await.map_err(Error::other)
    }

    async fn delete_many(&self, keys: Vec<String>) -> Result<(), Error> {
        self.connection().del(keys).await.map_err(Error::other)
    }

    async fn increment(&self, key: &str, delta: i64) -> Result<i64, Error> {
        self.connection().incr(key, delta).await.map_err(Error::other)
    }

    /// Each has a connection of its own, because `WATCH` belongs to a connection.
    async fn compare_and_swap(&self, key: &str) -> Result<Arc<dyn Cas>, Error> {
        let connection = self.client.get_connection_manager().await;
        Ok(Arc::new(RedisCas {
            key: key.to_owned(),
            connection: connection.map_err(Error::other)?,
        }))
    }
}

struct RedisCas {
    key: String,
    connection: ConnectionManager,
}

#[async_trait]
impl Cas for RedisCas {
    async fn current(&self) -> Result<Option<Vec<u8>>, Error> {
        let mut connection = self.connection.clone();
        redis::cmd("WATCH")
            .arg(&self.key)
            .exec_async(&mut connection)
            .await
            .map_err(Error::other)?;
        check_value(connection.get(&self.key).await.map_err(Error::other)?)
    }

    /// Writes if the key is as `current` saw it, and then fails in any case: Spin sends `UNWATCH`
    /// with the key, which Redis refuses.
    async fn swap(&self, value: Vec<u8>) -> Result<(), SwapError> {
        let mut connection = self.connection.clone();
        let written: Result<(), RedisError> =
            redis::pipe().atomic().set(&self.key, value).query_async(&mut connection).await;
        redis::cmd("UNWATCH")
            .arg(&self.key)
            .exec_async(&mut connection)
            .await
            .and(written)
            .map_err(|_| SwapError::CasFailed)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
