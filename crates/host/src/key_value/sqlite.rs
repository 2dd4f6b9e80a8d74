//! Spin's SQLite backend: its table, its statements, one connection behind one lock, and its
//! defects. A user can go over to `spin up` and keep the file.

use std::path::PathBuf;
use std::rc::Rc;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};

use anyhow::Context as _;
use async_trait::async_trait;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension as _, named_params, params};
use tokio::sync::{mpsc, oneshot};
use tokio::task::{block_in_place, spawn_blocking};

use super::{
    Backend, Cas, Error, KeyAndValue, KeyStream, Store, SwapError, check_keys, check_pairs,
    check_size, check_value,
};
use crate::log::LogSink;

const TABLE: &str = "CREATE TABLE IF NOT EXISTS spin_key_value (
    store TEXT NOT NULL,
    key   TEXT NOT NULL,
    value BLOB NOT NULL,

    PRIMARY KEY (store, key)
)";
const GET: &str = "SELECT value FROM spin_key_value WHERE store=$1 AND key=$2";
const SET: &str = "INSERT INTO spin_key_value (store, key, value) VALUES ($1, $2, $3)
    ON CONFLICT(store, key) DO UPDATE SET value=$3";
const DELETE: &str = "DELETE FROM spin_key_value WHERE store=$1 AND key=$2";
const KEYS: &str = "SELECT key FROM spin_key_value WHERE store=$1";
const GET_MANY: &str =
    "SELECT key, value FROM spin_key_value WHERE store=:store AND key IN rarray(:keys)";
const DELETE_MANY: &str = "DELETE FROM spin_key_value WHERE store=:store AND key IN rarray(:keys)";
const SWAP: &str =
    "UPDATE spin_key_value SET value=:new WHERE store=:store AND key=:key AND value=:old";

/// How many keys a streamed listing runs ahead of its reader, as in Spin.
const KEYS_AHEAD: usize = 4;

type SharedConnection = Arc<Mutex<Connection>>;

/// One database file, or one in memory.
pub(super) struct Sqlite {
    path: Option<PathBuf>,
    connection: OnceLock<SharedConnection>,
    log: LogSink,
}

impl Sqlite {
    /// Makes the file's folder; the file itself is opened at the first use.
    pub(super) fn new(path: Option<PathBuf>, log: LogSink) -> anyhow::Result<Self> {
        if let Some(folder) = path.as_ref().and_then(|path| path.parent()) {
            std::fs::create_dir_all(folder)
                .with_context(|| format!("cannot make the folder {}", folder.display()))?;
        }
        Ok(Self { path, connection: OnceLock::new(), log })
    }

    fn connect(&self) -> rusqlite::Result<SharedConnection> {
        let connection = match &self.path {
            None => Connection::open_in_memory()?,
            Some(path) => {
                let new = !path.exists();
                let connection = Connection::open(path)?;
                if new {
                    // The one thing that Spin does not do. The mode is stored in the file, so
                    // Spin's own connections use it, too. `synchronous` stays at its default,
                    // FULL: what was acknowledged survives a power cut.
                    // Another process that opens it at this moment may prevent it: slower, not wrong.
                    if let Err(error) = connection.pragma_update(None, "journal_mode", "WAL") {
                        self.log.host(format_args!("no WAL for the key-value store: {error}"));
                    }
                }
                connection
            }
        };
        connection.execute(TABLE, [])?;
        rusqlite::vtab::array::load_module(&connection)?;
        Ok(Arc::new(Mutex::new(connection)))
    }

    fn connection(&self) -> Result<SharedConnection, Error> {
        block_in_place(|| {
            if let Some(connection) = self.connection.get() {
                return Ok(connection.clone());
            }
            let connection = self.connect().map_err(|error| {
                self.log.host(format_args!("cannot open the key-value store: {error}"));
                Error::other(error)
            })?;
            // Two may have connected at once; all go on with the same one.
            Ok(self.connection.get_or_init(|| connection).clone())
        })
    }
}

#[async_trait]
impl Backend for Sqlite {
    async fn open(&self, label: &str) -> Result<Arc<dyn Store>, Error> {
        Ok(Arc::new(SqliteStore { label: label.to_owned(), connection: self.connection()? }))
    }
}

/// Spin's `lock().unwrap()`: after the panic in `increment`, every use of the store panics, too.
#[allow(clippy::unwrap_used)]
fn lock(connection: &SharedConnection) -> MutexGuard<'_, Connection> {
    connection.lock().unwrap()
}

fn read(connection: &Connection, label: &str, key: &str) -> rusqlite::Result<Option<Vec<u8>>> {
    connection.prepare_cached(GET)?.query_row([label, key], |row| row.get(0)).optional()
}

fn write(connection: &Connection, label: &str, key: &str, value: &[u8]) -> rusqlite::Result<usize> {
    connection.prepare_cached(SET)?.execute(params![label, key, value])
}

/// What `rarray` takes.
fn array(keys: Vec<String>) -> Rc<Vec<Value>> {
    Rc::new(keys.into_iter().map(Value::from).collect())
}

struct SqliteStore {
    label: String,
    connection: SharedConnection,
}

impl SqliteStore {
    /// Runs `work` with the connection locked, on this thread, which Tokio replaces meanwhile.
    fn locked<R>(
        &self,
        work: impl FnOnce(&mut Connection) -> rusqlite::Result<R>,
    ) -> Result<R, Error> {
        block_in_place(|| work(&mut lock(&self.connection)).map_err(Error::other))
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Error> {
        check_value(self.locked(|connection| read(connection, &self.label, key))?)
    }

    async fn set(&self, key: &str, value: &[u8]) -> Result<(), Error> {
        self.locked(|connection| write(connection, &self.label, key, value)).map(drop)
    }

    async fn delete(&self, key: &str) -> Result<(), Error> {
        self.locked(|connection| connection.prepare_cached(DELETE)?.execute([&self.label, key]))
            .map(drop)
    }

    /// Reads the value, as Spin does.
    async fn exists(&self, key: &str) -> Result<bool, Error> {
        let value = self.locked(|connection| read(connection, &self.label, key))?;
        Ok(value.is_some())
    }

    async fn keys(&self) -> Result<Vec<String>, Error> {
        check_keys(self.locked(|connection| {
            connection.prepare_cached(KEYS)?.query_map([&self.label], |row| row.get(0))?.collect()
        })?)
    }

    /// Holds the lock until the guest has read all keys: Spin's deadlock when requests run.
    fn stream_keys(&self) -> KeyStream {
        let (keys, key_receiver) = mpsc::channel(KEYS_AHEAD);
        let (end, end_receiver) = oneshot::channel();
        let connection = self.connection.clone();
        let label = self.label.clone();
        spawn_blocking(move || {
            let list = || -> Result<(), Error> {
                let connection = lock(&connection);
                let mut statement = connection.prepare_cached(KEYS).map_err(Error::other)?;
                let mut rows = statement.query([&label]).map_err(Error::other)?;
                while let Some(row) = rows.next().map_err(Error::other)? {
                    let key: String = row.get(0).map_err(Error::other)?;
                    check_size(key.len())?;
                    keys.blocking_send(key).map_err(Error::other)?;
                }
                Ok(())
            };
            // A guest that does not want to know how it ended has dropped the receiver.
            let _ = end.send(list());
        });
        (key_receiver, end_receiver)
    }

    /// Keys that do not exist are left out, as in Spin.
    async fn get_many(&self, keys: Vec<String>) -> Result<Vec<KeyAndValue>, Error> {
        check_pairs(self.locked(|connection| {
            connection
                .prepare_cached(GET_MANY)?
                .query_map(named_params! {":store": self.label, ":keys": array(keys)}, |row| {
                    <KeyAndValue>::try_from(row)
                })?
                .collect()
        })?)
    }

    async fn set_many(&self, pairs: Vec<(String, Vec<u8>)>) -> Result<(), Error> {
        self.locked(|connection| {
            let transaction = connection.transaction()?;
            for (key, value) in pairs {
                write(&transaction, &self.label, &key, &value)?;
            }
            transaction.commit()
        })
    }

    async fn delete_many(&self, keys: Vec<String>) -> Result<(), Error> {
        self.locked(|connection| {
            connection
                .prepare_cached(DELETE_MANY)?
                .execute(named_params! {":store": self.label, ":keys": array(keys)})
        })
        .map(drop)
    }

    /// A key that does not exist counts as 0.
    ///
    /// # Panics
    ///
    /// As in Spin, with the lock held, when the value is not eight bytes: the store is of no use
    /// to anybody any more.
    #[allow(clippy::expect_used)]
    async fn increment(&self, key: &str, delta: i64) -> Result<i64, Error> {
        self.locked(|connection| {
            let transaction = connection.transaction()?;
            let number = match read(&transaction, &self.label, key)? {
                Some(value) => i64::from_le_bytes(value.try_into().expect("incorrect length")),
                None => 0,
            };
            // Spin is built without overflow checks.
            let number = number.wrapping_add(delta);
            write(&transaction, &self.label, key, &number.to_le_bytes())?;
            transaction.commit()?;
            Ok(number)
        })
    }

    async fn compare_and_swap(&self, key: &str) -> Result<Arc<dyn Cas>, Error> {
        Ok(Arc::new(SqliteCas {
            store: SqliteStore { label: self.label.clone(), connection: self.connection.clone() },
            key: key.to_owned(),
            seen: Mutex::new(None),
        }))
    }
}

struct SqliteCas {
    store: SqliteStore,
    key: String,
    /// The value that `current` last read; none was read counts as no value.
    seen: Mutex<Option<Vec<u8>>>,
}

#[async_trait]
impl Cas for SqliteCas {
    async fn current(&self) -> Result<Option<Vec<u8>>, Error> {
        let label = &self.store.label;
        let value = self.store.locked(|connection| read(connection, label, &self.key))?;
        self.remember(value.clone());
        check_value(value)
    }

    /// Compares values, not versions. Where none was seen, this is a plain upsert: of two
    /// creators at once both win, and one of the values is lost.
    async fn swap(&self, value: Vec<u8>) -> Result<(), SwapError> {
        let label = &self.store.label;
        let changed = self
            .store
            .locked(|connection| match self.seen() {
                Some(old) => connection.prepare_cached(SWAP)?.execute(named_params! {
                    ":store": label, ":key": self.key, ":old": old, ":new": value,
                }),
                None => write(connection, label, &self.key, &value),
            })
            .map_err(|error| match error {
                Error::Other(message) => SwapError::Other(message),
                other => SwapError::Other(format!("{other:?}")),
            })?;
        match changed {
            1 => Ok(()),
            _ => Err(SwapError::CasFailed),
        }
    }
}

/// A poisoned lock on what was seen has seen it nevertheless: nothing can fail while it is held.
impl SqliteCas {
    fn remember(&self, value: Option<Vec<u8>>) {
        *self.seen.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = value;
    }

    fn seen(&self) -> Option<Vec<u8>> {
        let seen = self.seen.lock();
        seen.unwrap_or_else(|poisoned| poisoned.into_inner()).clone()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
