//! The Redis backend against a real server on a socket of its own. Skipped, with a line on
//! standard error, only where there is no `redis-server`.

use std::io::{BufRead as _, BufReader, ErrorKind};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::*;

struct Server {
    process: Child,
    folder: TempDir,
}

impl Server {
    /// Returns when the server says that it is ready.
    fn start() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let spawned = Command::new("redis-server")
            .args(["--port", "0", "--save", "", "--appendonly", "no"])
            .args(["--unixsocket", "redis.sock"])
            .current_dir(folder.path())
            .stdout(Stdio::piped())
            .spawn();
        let mut process = match spawned {
            Ok(process) => process,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                eprintln!("SKIPPED: there is no redis-server on this machine");
                return None;
            }
            Err(error) => panic!("cannot start redis-server: {error}"),
        };
        let output = BufReader::new(process.stdout.take().unwrap());
        let mut lines = output.lines().map(Result::unwrap);
        let server = Self { process, folder };
        assert!(
            lines.any(|line| line.contains("accept connections")),
            "redis-server ended before it was ready"
        );
        Some(server)
    }

    fn backend(&self) -> Redis {
        let socket = self.folder.path().join("redis.sock");
        Redis::new(&format!("redis+unix://{}", socket.display())).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A store on a fresh server, or `None` where the test is skipped.
async fn open() -> Option<(Server, Arc<dyn Store>)> {
    let server = Server::start()?;
    let store = server.backend().open("default").await.unwrap();
    Some((server, store))
}

#[tokio::test(flavor = "multi_thread")]
async fn values_are_set_read_listed_and_deleted() {
    let Some((_server, store)) = open().await else { return };
    store.set("key", b"value").await.unwrap();
    assert_eq!(store.get("key").await.unwrap().unwrap(), b"value");
    assert!(store.exists("key").await.unwrap());
    assert_eq!(store.keys().await.unwrap(), ["key"]);
    let (mut keys, end) = store.stream_keys();
    assert_eq!(keys.recv().await.unwrap(), "key");
    assert_eq!(keys.recv().await, None);
    assert_eq!(end.await.unwrap(), Ok(()));
    store.delete("key").await.unwrap();
    assert_eq!(store.get("key").await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn labels_share_one_name_space() {
    let Some((server, store)) = open().await else { return };
    store.set("key", b"value").await.unwrap();
    let other = server.backend().open("other").await.unwrap();
    assert_eq!(other.get("key").await.unwrap().unwrap(), b"value");
}

#[tokio::test(flavor = "multi_thread")]
async fn counters_are_decimal_text_and_other_text_is_an_error_that_ends_nothing() {
    let Some((_server, store)) = open().await else { return };
    assert_eq!(store.increment("n", 0).await.unwrap(), 0);
    assert_eq!(store.increment("n", 12).await.unwrap(), 12);
    assert_eq!(store.get("n").await.unwrap().unwrap(), b"12");
    store.set("text", b"short").await.unwrap();
    assert!(store.increment("text", 1).await.is_err());
    assert_eq!(store.increment("n", -2).await.unwrap(), 10);
}

/// Spin's defect: it asks with `KEYS`.
#[tokio::test(flavor = "multi_thread")]
async fn a_batch_can_be_written_but_not_read() {
    let Some((_server, store)) = open().await else { return };
    let pairs = [("a", b"1"), ("b", b"2")];
    let pairs = pairs.map(|(key, value)| (key.to_owned(), value.to_vec()));
    store.set_many(pairs.to_vec()).await.unwrap();
    assert_eq!(store.get("a").await.unwrap().unwrap(), b"1");
    let keys: Vec<String> = vec!["a".into(), "b".into()];
    assert!(store.get_many(keys.clone()).await.is_err());
    store.delete_many(keys).await.unwrap();
    assert!(!store.exists("a").await.unwrap());
}

/// Spin's defect: it sends `UNWATCH` with the key.
#[tokio::test(flavor = "multi_thread")]
async fn a_swap_writes_if_the_key_is_unchanged_and_reports_failure_in_any_case() {
    let Some((_server, store)) = open().await else { return };
    store.set("key", b"one").await.unwrap();
    let first = store.compare_and_swap("key").await.unwrap();
    let second = store.compare_and_swap("key").await.unwrap();
    assert_eq!(first.current().await.unwrap().unwrap(), b"one");
    assert_eq!(second.current().await.unwrap().unwrap(), b"one");
    assert_eq!(first.swap(b"two".to_vec()).await, Err(SwapError::CasFailed));
    assert_eq!(store.get("key").await.unwrap().unwrap(), b"two");
    assert_eq!(second.swap(b"three".to_vec()).await, Err(SwapError::CasFailed));
    assert_eq!(store.get("key").await.unwrap().unwrap(), b"two");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_creators_by_swap_only_the_first_writes() {
    let Some((_server, store)) = open().await else { return };
    let first = store.compare_and_swap("key").await.unwrap();
    let second = store.compare_and_swap("key").await.unwrap();
    assert_eq!(first.current().await.unwrap(), None);
    assert_eq!(second.current().await.unwrap(), None);
    assert_eq!(first.swap(b"first".to_vec()).await, Err(SwapError::CasFailed));
    assert_eq!(second.swap(b"second".to_vec()).await, Err(SwapError::CasFailed));
    assert_eq!(store.get("key").await.unwrap().unwrap(), b"first");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_swap_without_having_looked_overwrites() {
    let Some((_server, store)) = open().await else { return };
    store.set("key", b"one").await.unwrap();
    let cas = store.compare_and_swap("key").await.unwrap();
    assert_eq!(cas.swap(b"two".to_vec()).await, Err(SwapError::CasFailed));
    assert_eq!(store.get("key").await.unwrap().unwrap(), b"two");
}

#[test]
fn the_url_is_checked_and_not_repeated() {
    let error = Redis::new("http://user:password@localhost").err().unwrap();
    assert!(!format!("{error:#}").contains("password"), "{error:#}");
}
