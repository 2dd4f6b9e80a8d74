//! The SQLite backend against its own file: what it keeps, and Spin's defects.

use std::panic::AssertUnwindSafe;

use futures::FutureExt as _;
use tempfile::TempDir;

use super::*;

struct Opened {
    folder: TempDir,
    store: Arc<dyn Store>,
}

async fn open() -> Opened {
    let folder = tempfile::tempdir().unwrap();
    let store = open_in(&folder, "default").await;
    Opened { folder, store }
}

async fn open_in(folder: &TempDir, label: &str) -> Arc<dyn Store> {
    let path = folder.path().join("state/kv.db");
    let backend = Sqlite::new(Some(path), LogSink::Off).unwrap();
    backend.open(label).await.unwrap()
}

fn file(opened: &Opened) -> Connection {
    Connection::open(opened.folder.path().join("state/kv.db")).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_set_is_read_back_by_another_connection_until_deleted() {
    let opened = open().await;
    opened.store.set("key", b"value").await.unwrap();
    let other = open_in(&opened.folder, "default").await;
    assert_eq!(other.get("key").await.unwrap().unwrap(), b"value");
    assert!(other.exists("key").await.unwrap());
    other.delete("key").await.unwrap();
    assert_eq!(opened.store.get("key").await.unwrap(), None);
    assert!(!opened.store.exists("key").await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn labels_are_kept_apart() {
    let opened = open().await;
    opened.store.set("key", b"value").await.unwrap();
    let other = open_in(&opened.folder, "other").await;
    assert_eq!(other.get("key").await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_file_is_spins_table_in_wal_mode_with_full_synchronisation() {
    let opened = open().await;
    opened.store.set("key", b"value").await.unwrap();
    let file = file(&opened);
    let row: (String, String, Vec<u8>) = file
        .query_row("SELECT store, key, value FROM spin_key_value", [], |row| row.try_into())
        .unwrap();
    assert_eq!(row, ("default".into(), "key".into(), b"value".to_vec()));
    let mode: String = file.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
    assert_eq!(mode, "wal");
    let path = Some(opened.folder.path().join("state/kv.db"));
    let connection = Sqlite::new(path, LogSink::Off).unwrap().connection().unwrap();
    let synchronous: i64 =
        lock(&connection).pragma_query_value(None, "synchronous", |row| row.get(0)).unwrap();
    assert_eq!(synchronous, 2, "FULL");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mode_of_a_file_that_is_there_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kv.db");
    Connection::open(&path).unwrap().execute(TABLE, []).unwrap();
    let backend = Sqlite::new(Some(path.clone()), LogSink::Off).unwrap();
    backend.open("default").await.unwrap().set("k", b"v").await.unwrap();
    let mode: String = Connection::open(&path)
        .unwrap()
        .pragma_query_value(None, "journal_mode", |row| row.get(0))
        .unwrap();
    assert_eq!(mode, "delete");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_path_the_store_is_in_memory() {
    let backend = Sqlite::new(None, LogSink::Off).unwrap();
    backend.open("default").await.unwrap().set("k", b"v").await.unwrap();
    let again = backend.open("default").await.unwrap();
    assert_eq!(again.get("k").await.unwrap().unwrap(), b"v");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_reads_only_keys_that_exist() {
    let opened = open().await;
    let pairs = [("a", b"1"), ("b", b"2")];
    let pairs = pairs.map(|(key, value)| (key.to_owned(), value.to_vec()));
    opened.store.set_many(pairs.to_vec()).await.unwrap();
    let keys: Vec<String> = ["a", "none", "b"].map(String::from).to_vec();
    let read = opened.store.get_many(keys.clone()).await.unwrap();
    let expected = pairs.map(|(key, value)| (key, Some(value)));
    assert_eq!(read, expected);
    opened.store.delete_many(keys).await.unwrap();
    assert!(opened.store.keys().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listing_streams_all_keys() {
    let opened = open().await;
    for number in 0..10 {
        opened.store.set(&format!("key{number}"), b"").await.unwrap();
    }
    let (mut keys, end) = opened.store.stream_keys();
    let mut seen = 0;
    while keys.recv().await.is_some() {
        seen += 1;
    }
    assert_eq!(seen, 10);
    assert_eq!(end.await.unwrap(), Ok(()));
}

/// Spin's deadlock: the listing holds the lock while the guest does not read.
#[tokio::test(flavor = "multi_thread")]
async fn a_listing_that_nobody_reads_locks_the_store() {
    let backend = Sqlite::new(None, LogSink::Off).unwrap();
    let store = backend.open("default").await.unwrap();
    for number in 0..10 {
        store.set(&format!("key{number}"), b"").await.unwrap();
    }
    let connection = backend.connection().unwrap();
    let (mut keys, end) = store.stream_keys();
    keys.recv().await.unwrap();
    assert!(connection.try_lock().is_err());
    drop(keys);
    assert!(end.await.unwrap().is_err());
    assert!(connection.try_lock().is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn increments_start_at_zero_and_wrap() {
    let opened = open().await;
    assert_eq!(opened.store.increment("n", 0).await.unwrap(), 0);
    assert_eq!(opened.store.increment("n", 5).await.unwrap(), 5);
    assert_eq!(opened.store.increment("n", -7).await.unwrap(), -2);
    let stored = opened.store.get("n").await.unwrap().unwrap();
    assert_eq!(stored, (-2i64).to_le_bytes());
    opened.store.increment("max", i64::MAX).await.unwrap();
    assert_eq!(opened.store.increment("max", 1).await.unwrap(), i64::MIN);
}

/// Spin's defect: the panic poisons the lock.
#[tokio::test(flavor = "multi_thread")]
async fn an_increment_of_what_is_not_eight_bytes_ends_the_store_for_good() {
    let opened = open().await;
    opened.store.set("text", b"short").await.unwrap();
    for key in ["text", "n"] {
        let incrementing = AssertUnwindSafe(opened.store.increment(key, 1)).catch_unwind();
        assert!(incrementing.await.is_err(), "{key}");
    }
    let reading = AssertUnwindSafe(opened.store.get("text")).catch_unwind();
    assert!(reading.await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_swap_of_an_unchanged_value_writes_and_of_a_changed_one_does_not() {
    let opened = open().await;
    opened.store.set("key", b"one").await.unwrap();
    let first = opened.store.compare_and_swap("key").await.unwrap();
    let second = opened.store.compare_and_swap("key").await.unwrap();
    assert_eq!(first.current().await.unwrap().unwrap(), b"one");
    assert_eq!(second.current().await.unwrap().unwrap(), b"one");
    assert_eq!(first.swap(b"two".to_vec()).await, Ok(()));
    assert_eq!(second.swap(b"three".to_vec()).await, Err(SwapError::CasFailed));
    assert_eq!(opened.store.get("key").await.unwrap().unwrap(), b"two");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_swap_compares_values_so_it_does_not_see_there_and_back() {
    let opened = open().await;
    opened.store.set("key", b"one").await.unwrap();
    let cas = opened.store.compare_and_swap("key").await.unwrap();
    cas.current().await.unwrap();
    opened.store.set("key", b"two").await.unwrap();
    opened.store.set("key", b"one").await.unwrap();
    assert_eq!(cas.swap(b"three".to_vec()).await, Ok(()));
}

/// Spin's defect: of two creators both win, and the first one's value is lost.
#[tokio::test(flavor = "multi_thread")]
async fn a_swap_of_a_key_without_a_value_overwrites_whatever_came_meanwhile() {
    let opened = open().await;
    let first = opened.store.compare_and_swap("key").await.unwrap();
    let second = opened.store.compare_and_swap("key").await.unwrap();
    assert_eq!(first.current().await.unwrap(), None);
    assert_eq!(second.current().await.unwrap(), None);
    assert_eq!(first.swap(b"first".to_vec()).await, Ok(()));
    assert_eq!(second.swap(b"second".to_vec()).await, Ok(()));
    assert_eq!(opened.store.get("key").await.unwrap().unwrap(), b"second");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_swap_without_having_looked_overwrites() {
    let opened = open().await;
    opened.store.set("key", b"one").await.unwrap();
    let cas = opened.store.compare_and_swap("key").await.unwrap();
    assert_eq!(cas.swap(b"two".to_vec()).await, Ok(()));
    assert_eq!(opened.store.get("key").await.unwrap().unwrap(), b"two");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_swap_of_a_deleted_key_fails() {
    let opened = open().await;
    opened.store.set("key", b"one").await.unwrap();
    let cas = opened.store.compare_and_swap("key").await.unwrap();
    cas.current().await.unwrap();
    opened.store.delete("key").await.unwrap();
    assert_eq!(cas.swap(b"two".to_vec()).await, Err(SwapError::CasFailed));
}
