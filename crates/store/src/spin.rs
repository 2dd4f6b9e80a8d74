//! The key-value store `default` of a Spin host, with the conditional writes of `wasi:keyvalue`.
//!
//! Without the feature `atomics`, for hosts that offer none, a swap writes in any case and a counter can skip:
//! two writers at the same instant can lose a turn, or double one.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use spin_sdk::key_value;

use crate::birth::Births;
use crate::document::{Store, StoreError};
use crate::kv::{Kv, KvError, Swap};

/// Spin's label of the store. Every component's manifest lists it.
const LABEL: &str = "default";

thread_local! {
    /// Lives as long as the instance, which serves many requests.
    static BIRTHS: Rc<RefCell<Births>> = Rc::default();
}

impl Store<SpinKv> {
    /// The host's store, opened for one request.
    pub async fn open() -> Result<Self, StoreError> {
        let kv = SpinKv::open().await?;
        let random = spin_sdk::wasip3::random::insecure::get_insecure_random_u64;
        Ok(Self::with_births(kv, random, BIRTHS.with(Rc::clone)))
    }
}

/// The key-value store `default` of a Spin host, opened for one request.
pub struct SpinKv {
    store: key_value::Store,
    #[cfg(feature = "atomics")]
    bucket: atomics::LazyBucket,
}

impl SpinKv {
    /// Opens the store: the first thing that a request does, before it waits for anything.
    pub async fn open() -> Result<Self, KvError> {
        #[cfg(feature = "atomics")]
        atomics::retire_if_worn();
        Ok(Self {
            store: key_value::Store::open(LABEL).await.map_err(failed)?,
            #[cfg(feature = "atomics")]
            bucket: Default::default(),
        })
    }
}

impl Kv for SpinKv {
    #[cfg(feature = "atomics")]
    type Watch = atomics::Cas;
    /// The key: without atomics there is nothing to watch it with.
    #[cfg(not(feature = "atomics"))]
    type Watch = String;

    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, KvError> {
        self.store.get(key).await.map_err(failed)
    }

    #[cfg(feature = "atomics")]
    async fn get_at_once(&self, keys: &[String]) -> Result<Option<Vec<crate::kv::Value>>, KvError> {
        self.bucket.get_many(keys).map(Some)
    }

    async fn set(&self, key: &str, value: &[u8]) -> Result<(), KvError> {
        self.store.set(key, value).await.map_err(failed)
    }

    async fn delete(&self, key: &str) -> Result<(), KvError> {
        self.store.delete(key).await.map_err(failed)
    }

    #[cfg(feature = "atomics")]
    async fn increment(&self, key: &str, delta: i64) -> Result<i64, KvError> {
        self.bucket.increment(key, delta)
    }

    #[cfg(feature = "atomics")]
    async fn watch(&self, key: &str) -> Result<(Self::Watch, Option<Vec<u8>>), KvError> {
        self.bucket.watch(key)
    }

    #[cfg(feature = "atomics")]
    async fn swap(&self, watch: Self::Watch, value: &[u8]) -> Result<Swap, KvError> {
        atomics::swap(watch, value)
    }

    #[cfg(not(feature = "atomics"))]
    async fn increment(&self, key: &str, delta: i64) -> Result<i64, KvError> {
        use crate::number::{self, Form};
        let (number, form) = match self.get(key).await? {
            // Eight bytes: what SQLite must find there if atomics are switched on later.
            None => (0, Form::Binary),
            Some(value) => number::parse(&value).ok_or_else(|| not_a_number(key))?,
        };
        let number = number.checked_add_signed(delta);
        let number = number.ok_or_else(|| not_a_number(key))?;
        self.set(key, &number::format(number, form)).await?;
        i64::try_from(number).map_err(|_| not_a_number(key))
    }

    #[cfg(not(feature = "atomics"))]
    async fn watch(&self, key: &str) -> Result<(Self::Watch, Option<Vec<u8>>), KvError> {
        Ok((key.to_owned(), self.get(key).await?))
    }

    #[cfg(not(feature = "atomics"))]
    async fn swap(&self, watch: Self::Watch, value: &[u8]) -> Result<Swap, KvError> {
        self.set(&watch, value).await?;
        Ok(Swap::Written)
    }

    #[cfg(feature = "atomics")]
    fn is_worn_out(&self) -> bool {
        atomics::is_worn_out()
    }

    async fn pause(&self, milliseconds: u64) {
        spin_sdk::time::sleep(Duration::from_millis(milliseconds)).await;
    }
}

fn failed(error: key_value::Error) -> KvError {
    KvError(error.to_string())
}

#[cfg(not(feature = "atomics"))]
fn not_a_number(key: &str) -> KvError {
    KvError(format!("{key} holds no number"))
}

/// `wasi:keyvalue/atomics`, and its `batch`. These calls are synchronous: while one runs, the instance serves nobody else.
#[cfg(feature = "atomics")]
mod atomics {
    use std::cell::{Cell, OnceCell};
    use std::collections::HashMap;

    use bindings::wasi::keyvalue::atomics::{self as host, CasError};
    use bindings::wasi::keyvalue::batch;
    use bindings::wasi::keyvalue::store::{self, Bucket, Error};

    pub(super) use host::Cas;

    use super::LABEL;
    use crate::kv::{KvError, Swap, Value};

    #[allow(missing_docs, unsafe_code, clippy::all)]
    mod bindings {
        spin_sdk::wit_bindgen::generate!({
            runtime_path: "::spin_sdk::wit_bindgen::rt",
            world: "atomics",
            path: "wit",
            generate_all,
        });
    }

    /// Swaps after which an instance takes one more request, its last.
    ///
    /// Spin (4.1: `factor-key-value/src/host.rs`) never frees what the handle of a swap refers to: the value that was
    /// read, and on Redis a connection. They stay as long as the instance.
    const SWAPS: u32 = 128;

    /// Swaps after which a sweep ends: on Redis each keeps a connection, of which a host may have 1,024 files open by default, and
    /// Spin exits when it can open none any more.
    const MOST_SWAPS: u32 = 4 * SWAPS;

    thread_local! {
        static SWAPPED: Cell<u32> = const { Cell::new(0) };
        static RETIRED: Cell<bool> = const { Cell::new(false) };
    }

    /// Has the host hand this instance nothing more, and drop it when its requests have ended, if it has swapped often.
    ///
    /// Only while a request starts. The host (wasmtime 47: `wasmtime-wasi-http/src/handler.rs`) accepts a request, then
    /// runs what is ready, the request's start among it; if another request raises the backpressure in between, the
    /// accepted one never starts, and never is answered. A host accepts one request at a time, so that while one
    /// starts, no other waits to.
    pub(super) fn retire_if_worn() {
        if SWAPPED.get() >= SWAPS && !RETIRED.replace(true) {
            spin_sdk::wit_bindgen::backpressure_inc();
        }
    }

    pub(super) fn is_worn_out() -> bool {
        SWAPPED.get() >= MOST_SWAPS
    }

    /// Opened when it is needed: most requests only read.
    #[derive(Default)]
    pub(super) struct LazyBucket(OnceCell<Bucket>);

    impl LazyBucket {
        fn open(&self) -> Result<&Bucket, KvError> {
            if let Some(bucket) = self.0.get() {
                return Ok(bucket);
            }
            let bucket = store::open(LABEL).map_err(failed)?;
            Ok(self.0.get_or_init(|| bucket))
        }

        pub(super) fn increment(&self, key: &str, delta: i64) -> Result<i64, KvError> {
            host::increment(self.open()?, key, delta).map_err(failed)
        }

        /// The host leaves out what is not there, and gives the others in an order of its own.
        pub(super) fn get_many(&self, keys: &[String]) -> Result<Vec<Value>, KvError> {
            let found = batch::get_many(self.open()?, keys).map_err(failed)?;
            let mut found: HashMap<String, Vec<u8>> =
                found.into_iter().filter_map(|(key, value)| Some((key, value?))).collect();
            let values =
                keys.iter().enumerate().map(|(n, key)| match keys[n + 1..].contains(key) {
                    true => found.get(key).cloned(),
                    false => found.remove(key),
                });
            Ok(values.collect())
        }

        pub(super) fn watch(&self, key: &str) -> Result<(Cas, Option<Vec<u8>>), KvError> {
            let cas = Cas::new(self.open()?, key).map_err(failed)?;
            let value = cas.current().map_err(failed)?;
            Ok((cas, value))
        }
    }

    pub(super) fn swap(cas: Cas, value: &[u8]) -> Result<Swap, KvError> {
        SWAPPED.set(SWAPPED.get().saturating_add(1));
        match host::swap(cas, value) {
            Ok(()) => Ok(Swap::Written),
            // The handle that comes back is not used: it sees only what changed before a wait, not during it.
            Err(CasError::CasFailed(_)) => Ok(Swap::Unclear),
            Err(CasError::StoreError(error)) => Err(failed(error)),
        }
    }

    fn failed(error: Error) -> KvError {
        KvError(match error {
            Error::NoSuchStore => "no such store".to_owned(),
            Error::AccessDenied => "access denied".to_owned(),
            Error::Other(text) => text,
        })
    }
}
