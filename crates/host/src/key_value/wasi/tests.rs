//! The interfaces as guests meet them: who may open what, what is counted, what a failed swap
//! leaves.

use std::collections::HashSet;
use std::sync::Arc;

use super::*;
use crate::bindings::wasi_keyvalue::atomics::{Host as _, HostCas as _};
use crate::bindings::wasi_keyvalue::store::{Host as _, HostBucket as _};
use crate::key_value::{Counters, Operations, StoreOperations, backends};
use crate::log::LogSink;
use crate::runtime_config::RuntimeConfig;

struct Fixture {
    key_value: KeyValue,
    counters: Arc<Counters>,
    _folder: tempfile::TempDir,
}

impl Fixture {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = RuntimeConfig::load(None, folder.path()).unwrap();
        let backends = Arc::new(backends(&config, &LogSink::Off).unwrap());
        let allowed = HashSet::from(["default".to_owned(), "undefined".to_owned()]);
        let counters = Arc::new(Counters::default());
        Self {
            key_value: KeyValue::new(Arc::new(allowed), backends, counters.clone()),
            counters,
            _folder: folder,
        }
    }

    async fn bucket(&mut self) -> u32 {
        self.key_value.open("default".into()).await.unwrap().rep()
    }

    async fn cas(&mut self, bucket: u32) -> u32 {
        let bucket = Resource::new_borrow(bucket);
        let cas = atomics::HostCas::new(&mut self.key_value, bucket, "key".into()).await;
        cas.unwrap().rep()
    }

    async fn current(&mut self, cas: u32) -> Option<Vec<u8>> {
        let cas = Resource::new_borrow(cas);
        self.key_value.current(cas).await.unwrap()
    }

    async fn swap(&mut self, cas: u32, value: &[u8]) -> Result<(), CasError> {
        let cas = Resource::new_own(cas);
        self.key_value.swap(cas, value.to_vec()).await
    }

    fn counts(&self) -> StoreOperations {
        Operations::collect([("one", &*self.counters)].into_iter()).total
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_listed_labels_that_are_backed_can_be_opened() {
    let mut fixture = Fixture::new();
    let error = fixture.key_value.open("other".into()).await.unwrap_err();
    assert!(matches!(error, store::Error::AccessDenied));
    let error = fixture.key_value.open("undefined".into()).await.unwrap_err();
    assert!(matches!(error, store::Error::NoSuchStore));
    fixture.bucket().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_bucket_is_no_store_any_more() {
    let mut fixture = Fixture::new();
    let bucket = fixture.bucket().await;
    let closed = Resource::new_own(bucket);
    store::HostBucket::drop(&mut fixture.key_value, closed).await.unwrap();
    let read = fixture.key_value.get(Resource::new_borrow(bucket), "key".into());
    assert!(matches!(read.await.unwrap_err(), store::Error::NoSuchStore));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_swap_gives_a_handle_that_has_seen_the_new_value() {
    let mut fixture = Fixture::new();
    let bucket = fixture.bucket().await;
    let borrowed = || Resource::new_borrow(bucket);
    fixture.key_value.set(borrowed(), "key".into(), b"one".to_vec()).await.unwrap();
    let cas = fixture.cas(bucket).await;
    assert_eq!(fixture.current(cas).await.unwrap(), b"one");
    fixture.key_value.set(borrowed(), "key".into(), b"two".to_vec()).await.unwrap();

    let next = match fixture.swap(cas, b"mine").await {
        Err(CasError::CasFailed(next)) => next.rep(),
        other => panic!("{other:?}"),
    };
    assert_eq!(fixture.swap(next, b"mine").await.ok(), Some(()));
    let value = fixture.key_value.get(borrowed(), "key".into()).await.unwrap();
    assert_eq!(value.unwrap(), b"mine");
    assert_eq!(
        fixture.counts(),
        StoreOperations {
            get: 1,
            set: 2,
            cas_current: 2,
            cas_swap: 2,
            bytes_written: 3 + 3 + 4 + 4,
            bytes_swapped: 4 + 4,
            bytes_read: 3 + 3 + 4,
            ..StoreOperations::default()
        }
    );
}

/// Spin's behaviour: on Redis this is what keeps two connections open for each swap.
#[tokio::test(flavor = "multi_thread")]
async fn a_swap_leaves_what_is_behind_its_handle() {
    let mut fixture = Fixture::new();
    let bucket = fixture.bucket().await;
    let cas = fixture.cas(bucket).await;
    fixture.swap(cas, b"value").await.unwrap();
    assert_eq!(fixture.current(cas).await.unwrap(), b"value");
}

#[tokio::test(flavor = "multi_thread")]
async fn batches_count_each_key_and_empty_ones_nothing() {
    let mut fixture = Fixture::new();
    let bucket = fixture.bucket().await;
    let borrowed = || Resource::new_borrow(bucket);
    let pairs = vec![("a".to_owned(), b"12".to_vec()), ("b".to_owned(), b"3".to_vec())];
    let keys = vec!["a".to_owned(), "b".to_owned()];
    let key_value = &mut fixture.key_value;
    batch::Host::set_many(key_value, borrowed(), pairs).await.unwrap();
    batch::Host::set_many(key_value, borrowed(), vec![]).await.unwrap();
    batch::Host::get_many(key_value, borrowed(), keys.clone()).await.unwrap();
    batch::Host::delete_many(key_value, borrowed(), keys).await.unwrap();
    key_value.increment(borrowed(), "n".into(), 1).await.unwrap();
    let counts = fixture.counts();
    assert_eq!((counts.set, counts.get, counts.get_many, counts.delete), (2, 2, 1, 2));
    assert_eq!((counts.increment, counts.bytes_written), (1, 3 + 8));
    assert_eq!((counts.reads(), counts.writes()), (2, 5));
}
